//! JSON lines: one object a line, nested objects by dotted keys.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

use crate::assemble::OwnedCell;
use crate::columns::{self, ColumnOverrides};
use crate::encoding::{Transcoder, encoding_of};
use crate::lines::{Line, Lines, line_end_of};
use crate::source::{Peek, Stream};
use crate::table::{Sinks, Table};
use crate::values::Cell;
use crate::{Layout, RecordError, RecordFormat};

/// Objects inside objects that become columns of their own (`consignor.name`); deeper ones stay JSON text.
const MAX_DEPTH: usize = 3;

/// Whether the first object of a text has keys of trade records.
pub(crate) fn looks_like_records(head: &[u8], overrides: &ColumnOverrides) -> bool {
    let head = crate::encoding::decoded_head(head);
    let mut headings: Vec<String> = Vec::new();
    for line in head.lines().filter(|line| !line.trim().is_empty()).take(20) {
        let Ok(Value::Object(object)) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        flatten(object, "", 0, &mut |key, _| headings.push(key.to_string()));
    }
    let (meanings, _) = columns::recognise_row(&headings, overrides);
    columns::tells_of_shipments(&meanings)
}

/// Reads JSON lines; gives the file's hash and size.
pub(crate) fn read(
    path: &Path,
    file: &str,
    peek: &Peek,
    overrides: &ColumnOverrides,
    sinks: &mut Sinks<'_>,
) -> Result<(String, u64), RecordError> {
    let io_error = |source: std::io::Error| RecordError::Io {
        file: file.to_string(),
        source,
    };
    let encoding = encoding_of(&peek.head);
    let mut layout = Layout::new(file.to_string(), RecordFormat::JsonLines);
    layout.encoding = Some(encoding.name().to_string());
    let mut table = Table::with_headings(layout, Vec::new(), overrides);
    let mut stream = Stream::open(path, peek.compression).map_err(io_error)?;
    let tally = std::rc::Rc::clone(&stream.tally);
    let line_end = line_end_of(&crate::encoding::decoded_head(&peek.head));
    let outcome = if encoding == encoding_rs::UTF_8 {
        let mut lines = Lines::new(&mut stream.reader, line_end);
        read_objects(&mut lines, &mut table, sinks, &|| tally.bytes())
    } else {
        let mut lines = Lines::new(Transcoder::new(&mut stream.reader, encoding), line_end);
        read_objects(&mut lines, &mut table, sinks, &|| tally.bytes())
    };
    table.finish(sinks);
    if let Err(error) = outcome {
        return Err(crate::source::broken_stream(file, peek.compression, error));
    }
    stream.finish().map_err(io_error)
}

fn read_objects<R: std::io::Read>(
    lines: &mut Lines<R>,
    table: &mut Table<'_>,
    sinks: &mut Sinks<'_>,
    bytes_done: &dyn Fn() -> u64,
) -> std::io::Result<()> {
    let mut positions: HashMap<String, usize> = HashMap::new();
    let mut line = Vec::new();
    let mut cells: Vec<OwnedCell> = Vec::new();
    loop {
        line.clear();
        let taken = lines.next(&mut line)?;
        let number = lines.number;
        if number.is_multiple_of(4096) {
            (sinks.on_progress)(bytes_done());
        }
        match taken {
            Line::End => return Ok(()),
            Line::TooLong => {
                let reason = format!("a line of more than {} MiB", crate::lines::MAX_LINE >> 20);
                table.refuse_row(number, reason, sinks);
                continue;
            }
            Line::Read => {}
        }
        if table.is_skipped() {
            continue;
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            continue;
        }
        let object = match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(object)) => object,
            Ok(_) => {
                table.refuse_row(number, "JSON, but no object".to_string(), sinks);
                continue;
            }
            Err(error) => {
                // Of a line the column is what helps; serde's own line is always 1.
                let reason = format!("not JSON, at character {}", error.column());
                table.refuse_row(number, reason, sinks);
                continue;
            }
        };
        cells
            .iter_mut()
            .for_each(|cell| *cell = OwnedCell::default());
        let mut too_wide = false;
        flatten(object, "", 0, &mut |key, cell| {
            let position = match positions.get(key) {
                Some(position) => *position,
                None => match table.add_column(key, sinks) {
                    Some(position) => {
                        positions.insert(key.to_string(), position);
                        position
                    }
                    None => {
                        too_wide = true;
                        return;
                    }
                },
            };
            if cells.len() <= position {
                cells.resize_with(position + 1, OwnedCell::default);
            }
            cells[position] = cell;
        });
        if too_wide {
            let reason = "brings more keys than trade records have".to_string();
            table.refuse_row(number, reason, sinks);
            continue;
        }
        let row: Vec<Cell<'_>> = cells.iter().map(OwnedCell::as_cell).collect();
        table.push(number, &row, sinks);
    }
}

/// Calls `each` for every value of an object, nested objects by dotted keys. Nulls and empty lists are no values.
fn flatten(
    object: serde_json::Map<String, Value>,
    prefix: &str,
    depth: usize,
    each: &mut dyn FnMut(&str, OwnedCell),
) {
    for (key, value) in object {
        let key = if prefix.is_empty() {
            key
        } else {
            format!("{prefix}.{key}")
        };
        match value {
            Value::Object(inner) if depth < MAX_DEPTH => flatten(inner, &key, depth + 1, each),
            value => each(&key, cell_of(value)),
        }
    }
}

/// A JSON value as a cell: lists of plain values joined by commas, what is nested deeper as JSON.
pub(crate) fn cell_of(value: Value) -> OwnedCell {
    match value {
        Value::Null => OwnedCell {
            present: true,
            ..OwnedCell::default()
        },
        Value::String(text) => OwnedCell::text(text),
        Value::Number(number) => match number.as_f64() {
            Some(value) => OwnedCell::number(number.to_string(), value),
            None => OwnedCell::text(number.to_string()),
        },
        Value::Array(items)
            if items
                .iter()
                .all(|item| item.is_string() || item.is_number()) =>
        {
            OwnedCell::text(
                items
                    .iter()
                    .map(|item| {
                        item.as_str()
                            .map_or_else(|| item.to_string(), str::to_string)
                    })
                    .collect::<Vec<_>>()
                    .join(", "),
            )
        }
        other => OwnedCell::text(other.to_string()),
    }
}
