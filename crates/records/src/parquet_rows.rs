//! Parquet: batch by batch, structs by dotted names, lists and maps as JSON text.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Field as ArrowField, Fields, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use crate::assemble::OwnedCell;
use crate::columns::{self, ColumnOverrides};
use crate::source::{Compression, Peek, hash_file, unpack};
use crate::table::{Sinks, Table};
use crate::values::Cell;
use crate::{Layout, RecordError, RecordFormat};

/// Rows decoded at once.
const BATCH: usize = 1024;
/// Structs inside structs that become columns of their own.
const MAX_DEPTH: usize = 3;

/// Whether the schema has columns of trade records. Compressed files are not unpacked to see.
pub(crate) fn looks_like_records(
    path: &Path,
    compression: Compression,
    overrides: &ColumnOverrides,
) -> bool {
    if compression != Compression::None {
        return true;
    }
    let Ok(file) = File::open(path) else {
        return false;
    };
    let schema = catch_unwind(|| {
        ParquetRecordBatchReaderBuilder::try_new(file)
            .ok()
            .map(|builder| builder.schema().clone())
    });
    let Ok(Some(schema)) = schema else {
        return false;
    };
    let (meanings, _) = columns::recognise_row(&headings_of(schema.fields()), overrides);
    columns::tells_of_shipments(&meanings)
}

/// Reads a Parquet file; gives its hash and size.
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
    let damaged = |reason: String| RecordError::Damaged {
        file: file.to_string(),
        reason,
    };
    let (hash, size) = hash_file(path).map_err(io_error)?;
    // The decoder trusts page headers in places; what it panics on is a damaged file, not a reason to die.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        if peek.compression == Compression::None {
            let input = File::open(path).map_err(io_error)?;
            let builder = ParquetRecordBatchReaderBuilder::try_new(input)
                .map_err(|error| damaged(error.to_string()))?;
            read_batches(builder, file, size, overrides, sinks)
        } else {
            let input = bytes::Bytes::from(unpack(path, file, peek.compression)?);
            let builder = ParquetRecordBatchReaderBuilder::try_new(input)
                .map_err(|error| damaged(error.to_string()))?;
            read_batches(builder, file, size, overrides, sinks)
        }
    }));
    match outcome {
        Ok(read) => read?,
        Err(_) => return Err(damaged("its pages contradict each other".to_string())),
    }
    Ok((hash, size))
}

fn read_batches<R: parquet::file::reader::ChunkReader + 'static>(
    builder: ParquetRecordBatchReaderBuilder<R>,
    file: &str,
    size: u64,
    overrides: &ColumnOverrides,
    sinks: &mut Sinks<'_>,
) -> Result<(), RecordError> {
    let damaged = |reason: String| RecordError::Damaged {
        file: file.to_string(),
        reason,
    };
    let total = u64::try_from(builder.metadata().file_metadata().num_rows())
        .unwrap_or(0)
        .max(1);
    let headings = headings_of(builder.schema().fields());
    let layout = Layout::new(file.to_string(), RecordFormat::Parquet);
    let mut table = Table::with_headings(layout, headings, overrides);
    let reader: ParquetRecordBatchReader = builder
        .with_batch_size(BATCH)
        .build()
        .map_err(|error| damaged(error.to_string()))?;
    let mut row = 0;
    let mut outcome = Ok(());
    for batch in reader {
        let columns = batch.and_then(|batch| Ok((batch.num_rows(), columns_of(&batch)?)));
        let (rows, columns) = match columns {
            Ok(read) => read,
            Err(error) => {
                outcome = Err(damaged(format!("after row {row}: {error}")));
                break;
            }
        };
        for index in 0..rows {
            row += 1;
            let cells: Vec<Cell<'_>> = columns
                .iter()
                .map(|column| column.get(index).map_or(Cell::text(""), OwnedCell::as_cell))
                .collect();
            table.push(row, &cells, sinks);
        }
        (sinks.on_progress)(
            (u128::from(size) * u128::from(row.min(total)) / u128::from(total)) as u64,
        );
        if table.is_skipped() {
            break;
        }
    }
    table.finish(sinks);
    outcome
}

fn headings_of(fields: &Fields) -> Vec<String> {
    let mut headings = Vec::new();
    add_headings(fields, "", 0, &mut headings);
    headings
}

fn add_headings(fields: &Fields, prefix: &str, depth: usize, headings: &mut Vec<String>) {
    for field in fields {
        let name = if prefix.is_empty() {
            field.name().clone()
        } else {
            format!("{prefix}.{}", field.name())
        };
        match field.data_type() {
            DataType::Struct(inner) if depth < MAX_DEPTH => {
                add_headings(inner, &name, depth + 1, headings);
            }
            _ => headings.push(name),
        }
    }
}

/// The cells of a batch, column by column, in the order of [`headings_of`].
fn columns_of(batch: &RecordBatch) -> Result<Vec<Vec<OwnedCell>>, arrow::error::ArrowError> {
    let mut columns = Vec::new();
    for array in batch.columns() {
        add_columns(array, &[], 0, &mut columns)?;
    }
    Ok(columns)
}

fn add_columns(
    array: &ArrayRef,
    parents: &[&ArrayRef],
    depth: usize,
    columns: &mut Vec<Vec<OwnedCell>>,
) -> Result<(), arrow::error::ArrowError> {
    if let (DataType::Struct(_), true) = (array.data_type(), depth < MAX_DEPTH) {
        let parents: Vec<&ArrayRef> = parents.iter().copied().chain([array]).collect();
        for inner in array.as_struct().columns() {
            add_columns(inner, &parents, depth + 1, columns)?;
        }
        return Ok(());
    }
    let is_null =
        |row: usize| array.is_null(row) || parents.iter().any(|parent| parent.is_null(row));
    let absent = || OwnedCell {
        present: true,
        ..OwnedCell::default()
    };
    if array.data_type().is_nested() {
        let mut texts = json_of(array)?.into_iter();
        columns.push(
            (0..array.len())
                .map(|row| {
                    let cell = texts.next().unwrap_or_else(absent);
                    if is_null(row) { absent() } else { cell }
                })
                .collect(),
        );
        return Ok(());
    }
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array.as_ref(), &options)?;
    let is_number = array.data_type().is_numeric();
    columns.push(
        (0..array.len())
            .map(|row| {
                if is_null(row) {
                    return absent();
                }
                let text = formatter.value(row).try_to_string().unwrap_or_default();
                match text.parse::<f64>() {
                    Ok(number) if is_number => {
                        // Whole floats as whole numbers: a code of 854231.0 is 854231.
                        let text = text.strip_suffix(".0").map(str::to_string).unwrap_or(text);
                        OwnedCell::number(text, number)
                    }
                    _ => OwnedCell::text(text),
                }
            })
            .collect(),
    );
    Ok(())
}

/// Lists and maps as JSON text, lists of plain values joined by commas.
fn json_of(array: &ArrayRef) -> Result<Vec<OwnedCell>, arrow::error::ArrowError> {
    let schema = Schema::new(vec![ArrowField::new("v", array.data_type().clone(), true)]);
    let batch = RecordBatch::try_new(schema.into(), vec![array.clone()])?;
    let mut written = Vec::new();
    let mut writer = arrow::json::LineDelimitedWriter::new(&mut written);
    writer.write(&batch)?;
    writer.finish()?;
    Ok(written
        .split(|byte| *byte == b'\n')
        .map(|line| {
            serde_json::from_slice::<serde_json::Value>(line)
                .ok()
                .and_then(|mut object| object.get_mut("v").map(serde_json::Value::take))
                .map_or_else(OwnedCell::default, crate::json_lines::cell_of)
        })
        .collect())
}
