//! Delimited text: `,` `;` tab or `|` between cells, quotes around cells that hold one of them or a line end.

use std::collections::VecDeque;
use std::path::Path;

use crate::columns::{self, ColumnOverrides};
use crate::encoding::{Transcoder, encoding_of};
use crate::lines::{Line, Lines, line_end_of};
use crate::source::{Peek, Stream};
use crate::table::{Sinks, Table};
use crate::values::Cell;
use crate::{Layout, RecordError, RecordFormat};

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Lines that one quoted cell may span: real ones span a dozen, an opening quote that is never closed spans the file.
const MAX_LINES_OF_RECORD: usize = 200;
/// Bytes of such a record.
const MAX_RECORD: usize = 1 << 20;

/// Cells of one record, split and unquoted.
#[derive(Default)]
struct Splitter {
    bytes: Vec<u8>,
    /// End of each finished cell in `bytes`.
    ends: Vec<usize>,
    in_quotes: bool,
    text: String,
}

impl Splitter {
    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.in_quotes = false;
    }

    /// Takes a line without its end; the record goes on in the next line where `in_quotes` stays true.
    fn take(&mut self, line: &[u8], delimiter: u8) {
        let mut at = 0;
        if self.in_quotes {
            self.bytes.push(b'\n');
        }
        loop {
            if self.in_quotes {
                match line[at..].iter().position(|byte| *byte == b'"') {
                    None => {
                        self.bytes.extend_from_slice(&line[at..]);
                        return;
                    }
                    Some(quote) => {
                        self.bytes.extend_from_slice(&line[at..at + quote]);
                        at += quote + 1;
                        if line.get(at) == Some(&b'"') {
                            self.bytes.push(b'"');
                            at += 1;
                            continue;
                        }
                        self.in_quotes = false;
                    }
                }
            } else if line.get(at) == Some(&b'"') && self.at_cell_start() {
                self.in_quotes = true;
                at += 1;
                continue;
            }
            // Unquoted, or what stands between a closing quote and the delimiter.
            match line[at..].iter().position(|byte| *byte == delimiter) {
                None => {
                    self.bytes.extend_from_slice(&line[at..]);
                    self.ends.push(self.bytes.len());
                    return;
                }
                Some(end) => {
                    self.bytes.extend_from_slice(&line[at..at + end]);
                    self.ends.push(self.bytes.len());
                    at += end + 1;
                }
            }
        }
    }

    fn at_cell_start(&self) -> bool {
        self.ends.last().copied().unwrap_or(0) == self.bytes.len()
    }

    /// The cells as text, malformed UTF-8 replaced.
    fn cells(&mut self) -> Vec<Cell<'_>> {
        if std::str::from_utf8(&self.bytes).is_err() {
            let mut fixed: Vec<u8> = Vec::with_capacity(self.bytes.len() + 16);
            let mut start = 0;
            for end in &mut self.ends {
                let part = String::from_utf8_lossy(&self.bytes[start..*end]);
                start = *end;
                fixed.extend_from_slice(part.as_bytes());
                *end = fixed.len();
            }
            self.bytes = fixed;
        }
        let mut buffer = std::mem::take(&mut self.text).into_bytes();
        buffer.clear();
        buffer.extend_from_slice(&self.bytes);
        // Valid by the check above; an empty record is the answer to the impossible.
        self.text = String::from_utf8(buffer).unwrap_or_default();
        let mut start = 0;
        let mut cells = Vec::with_capacity(self.ends.len());
        for &end in &self.ends {
            cells.push(Cell::text(self.text.get(start..end).unwrap_or_default()));
            start = end;
        }
        cells
    }
}

/// The delimiter under which the beginning of a text makes the best table.
fn delimiter_of(head: &str, overrides: &ColumnOverrides) -> (u8, bool) {
    let mut best = (b',', 0, false);
    for delimiter in DELIMITERS {
        let rows = first_records(head, delimiter);
        let widest = rows.iter().map(Vec::len).max().unwrap_or(0);
        if widest < 2 {
            continue;
        }
        let mut same_width = 0;
        for row in &rows {
            same_width += usize::from(row.len() == widest);
        }
        let header = columns::find_header(&rows, overrides);
        let fields = header
            .as_ref()
            .map_or(0, |header| header.meanings.iter().flatten().count());
        let tells = header.is_some_and(|header| columns::tells_of_shipments(&header.meanings));
        let score = 1 + usize::from(tells) * 100_000 + fields * 100 + same_width;
        if score > best.1 {
            best = (delimiter, score, tells);
        }
    }
    (best.0, best.2)
}

fn first_records(head: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut splitter = Splitter::default();
    for line in head.split(char::from(line_end_of(head))).take(60) {
        splitter.take(line.trim_end_matches('\r').as_bytes(), delimiter);
        if splitter.in_quotes {
            continue;
        }
        if !line.trim().is_empty() {
            rows.push(
                splitter
                    .cells()
                    .iter()
                    .map(|cell| cell.text.to_string())
                    .collect(),
            );
        }
        splitter.clear();
    }
    rows
}

/// Whether the beginning of a text shows columns of trade records.
pub(crate) fn looks_like_records(head: &[u8], overrides: &ColumnOverrides) -> bool {
    delimiter_of(&crate::encoding::decoded_head(head), overrides).1
}

/// Reads delimited text; gives the file's hash and size.
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
    let head = crate::encoding::decoded_head(&peek.head);
    let (delimiter, _) = delimiter_of(&head, overrides);
    let mut layout = Layout::new(file.to_string(), RecordFormat::Delimited);
    layout.encoding = Some(encoding.name().to_string());
    layout.delimiter = Some(char::from(delimiter));
    let mut table = Table::with_header_row(layout, true, overrides);

    let mut stream = Stream::open(path, peek.compression).map_err(io_error)?;
    let line_end = line_end_of(&head);
    let tally = std::rc::Rc::clone(&stream.tally);
    // UTF-8 goes through as it is, bad bytes included: the splitter replaces them cell by cell.
    let outcome = if encoding == encoding_rs::UTF_8 {
        let mut lines = Lines::new(&mut stream.reader, line_end);
        read_records(&mut lines, delimiter, &mut table, sinks, &|| tally.bytes())
    } else {
        let mut lines = Lines::new(Transcoder::new(&mut stream.reader, encoding), line_end);
        read_records(&mut lines, delimiter, &mut table, sinks, &|| tally.bytes())
    };
    table.finish(sinks);
    if let Err(error) = outcome {
        return Err(crate::source::broken_stream(file, peek.compression, error));
    }
    stream.finish().map_err(io_error)
}

fn read_records<R: std::io::Read>(
    lines: &mut Lines<R>,
    delimiter: u8,
    table: &mut Table<'_>,
    sinks: &mut Sinks<'_>,
    bytes_done: &dyn Fn() -> u64,
) -> std::io::Result<()> {
    let mut splitter = Splitter::default();
    // Lines of the record at hand, kept so that they can be read again where its quote is never closed.
    let mut held: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut again: VecDeque<(u64, Vec<u8>)> = VecDeque::new();
    let mut line = Vec::new();
    loop {
        let (number, taken) = match again.pop_front() {
            Some((number, kept)) => {
                line = kept;
                (number, Line::Read)
            }
            None => {
                line.clear();
                let taken = lines.next(&mut line)?;
                (lines.number, taken)
            }
        };
        if number % 4096 == 0 {
            (sinks.on_progress)(bytes_done());
        }
        if taken == Line::TooLong {
            let reason = format!("a line of more than {} MiB", crate::lines::MAX_LINE >> 20);
            table.refuse_row(number, reason, sinks);
        }
        let gives_up = splitter.in_quotes
            && (taken != Line::Read
                || held.len() >= MAX_LINES_OF_RECORD
                || splitter.bytes.len() + line.len() > MAX_RECORD);
        if gives_up {
            // The quote was no quote: its line is refused, and the lines behind it are records of their own. They hold
            // no other quote, so nothing is read more than twice.
            if taken == Line::Read {
                held.push((number, std::mem::take(&mut line)));
            }
            let mut behind = held.drain(..);
            if let Some((opened, _)) = behind.next() {
                let reason = "a quote is opened and not closed in the lines after it";
                table.refuse_row(opened, reason.to_string(), sinks);
            }
            for (position, kept) in behind.enumerate() {
                again.insert(position, kept);
            }
            splitter.clear();
            continue;
        }
        match taken {
            Line::End => return Ok(()),
            Line::TooLong => continue,
            Line::Read => {}
        }
        if number == 1 && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        if table.is_skipped() {
            continue;
        }
        splitter.take(&line, delimiter);
        if splitter.in_quotes {
            held.push((number, std::mem::take(&mut line)));
            continue;
        }
        let first_line = held.first().map_or(number, |(first, _)| *first);
        held.clear();
        table.push(first_line, &splitter.cells(), sinks);
        splitter.clear();
    }
}
