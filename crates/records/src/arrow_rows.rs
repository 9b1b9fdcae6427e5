//! Arrow batches as rows of cells: structs by dotted names, lists and maps as JSON text.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Field as ArrowField, Fields, Schema};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::assemble::OwnedCell;
use crate::table::{Sinks, Table};
use crate::values::Cell;

/// Structs inside structs that become columns of their own.
const MAX_DEPTH: usize = 3;

/// Hands the rows of a batch to a table; `before` rows went before.
pub(crate) fn push(
    batch: &RecordBatch,
    before: u64,
    table: &mut Table<'_>,
    sinks: &mut Sinks<'_>,
) -> Result<(), ArrowError> {
    let columns = columns_of(batch)?;
    for (index, row) in (0..batch.num_rows()).zip(before + 1..) {
        let cells: Vec<Cell<'_>> = columns
            .iter()
            .map(|column| column.get(index).map_or(Cell::text(""), OwnedCell::as_cell))
            .collect();
        table.push(row, &cells, sinks);
    }
    Ok(())
}

/// The names of the columns, structs unfolded to dotted names.
pub(crate) fn headings_of(fields: &Fields) -> Vec<String> {
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
fn columns_of(batch: &RecordBatch) -> Result<Vec<Vec<OwnedCell>>, ArrowError> {
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
) -> Result<(), ArrowError> {
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
fn json_of(array: &ArrayRef) -> Result<Vec<OwnedCell>, ArrowError> {
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
