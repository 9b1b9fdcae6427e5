//! Workbooks: xlsx and xlsb cell by cell, xls and ods sheet by sheet; each sheet is a table of its own.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{Data, DataRef, ExcelDateTime, Ods, Range, Reader, Xls, Xlsb, Xlsx};

use crate::archive::{self, Unfit};
use crate::assemble::{MAX_COLUMNS, OwnedCell};
use crate::columns::ColumnOverrides;
use crate::source::{Compression, Peek, hash_file, unpack};
use crate::table::{Sinks, Table};
use crate::values::Cell;
use crate::{Layout, RecordError, RecordFormat};

/// Cells that an ods sheet may unfold to: its empty and repeated cells are stored as counts and held as cells.
const MAX_ODS_CELLS: u64 = 10_000_000;

/// Whether a zip or OLE file is a workbook, by the names of its parts. OLE files are taken at their word.
pub(crate) fn looks_like_workbook(path: &Path, peek: &Peek) -> bool {
    if !peek.head.starts_with(b"PK") {
        return true;
    }
    if peek.compression != Compression::None {
        return kind_of_parts(std::iter::once(
            String::from_utf8_lossy(&peek.head).as_ref(),
        ))
        .is_some();
    }
    let Ok(mut file) = File::open(path) else {
        return false;
    };
    archive::names(&mut file)
        .is_ok_and(|names| kind_of_parts(names.iter().map(String::as_str)).is_some())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Xlsx,
    Xlsb,
    Ods,
}

fn kind_of_parts<'n>(names: impl Iterator<Item = &'n str>) -> Option<Kind> {
    let mut kind = None;
    for name in names {
        if name.contains("xl/workbook.xml") {
            return Some(Kind::Xlsx);
        }
        if name.contains("xl/workbook.bin") {
            kind = Some(Kind::Xlsb);
        } else if name.contains("content.xml") && kind.is_none() {
            kind = Some(Kind::Ods);
        }
    }
    kind
}

/// Reads every sheet of a workbook; gives the file's hash and size.
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
    let (hash, size) = hash_file(path).map_err(io_error)?;
    // The workbook library trusts the file in places; what it panics on is a damaged file, not a reason to die.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        if peek.compression == Compression::None {
            let reader = BufReader::new(File::open(path).map_err(io_error)?);
            read_sheets(reader, file, size, overrides, sinks)
        } else {
            let unpacked = unpack(path, file, peek.compression)?;
            read_sheets(Cursor::new(unpacked), file, size, overrides, sinks)
        }
    }));
    match outcome {
        Ok(read) => read?,
        Err(_) => {
            return Err(RecordError::Damaged {
                file: file.to_string(),
                reason: "its parts contradict each other".to_string(),
            });
        }
    }
    Ok((hash, size))
}

fn read_sheets<R: Read + Seek>(
    mut reader: R,
    file: &str,
    size: u64,
    overrides: &ColumnOverrides,
    sinks: &mut Sinks<'_>,
) -> Result<(), RecordError> {
    let damaged = |reason: String| RecordError::Damaged {
        file: file.to_string(),
        reason,
    };
    let io_error = |source: std::io::Error| RecordError::Io {
        file: file.to_string(),
        source,
    };
    let mut magic = [0; 2];
    reader.read_exact(&mut magic).map_err(io_error)?;
    reader.seek(SeekFrom::Start(0)).map_err(io_error)?;
    if magic != *b"PK" {
        let book = Xls::new(reader).map_err(|error| damaged(error.to_string()))?;
        return read_ranges(book, file, size, overrides, sinks);
    }

    let unfit = |unfit: Unfit| match unfit {
        Unfit::Io(source) => io_error(source),
        Unfit::Damaged(reason) => damaged(reason),
        Unfit::TooLarge(reason) => RecordError::TooLarge {
            file: file.to_string(),
            reason,
        },
    };
    let names = archive::names(&mut reader).map_err(unfit)?;
    let Some(kind) = kind_of_parts(names.iter().map(String::as_str)) else {
        return Err(RecordError::Unrecognised {
            file: file.to_string(),
            what: "a zip archive that holds no workbook",
        });
    };
    let mut unfolded = Unfolded::default();
    archive::measure(&mut reader, &mut |part, bytes| {
        if kind == Kind::Ods && part == b"content.xml" {
            unfolded.take(bytes);
        }
    })
    .map_err(unfit)?;
    if unfolded.cells > MAX_ODS_CELLS {
        return Err(RecordError::TooLarge {
            file: file.to_string(),
            reason: format!("its sheets unfold to over {MAX_ODS_CELLS} cells"),
        });
    }

    // The two formats share no trait that gives cells one by one.
    macro_rules! read_cells {
        ($book:expr) => {{
            let mut book = $book.map_err(|error| damaged(error.to_string()))?;
            let sheets = book.sheet_names();
            for (index, sheet) in sheets.iter().enumerate() {
                let mut table = sheet_table(file, sheet, overrides);
                let mut rows = SheetRows::default();
                match book.worksheet_cells_reader(sheet) {
                    Ok(mut cells) => loop {
                        match cells.next_cell() {
                            Ok(Some(cell)) => {
                                let (row, column) = cell.get_position();
                                rows.take(
                                    row,
                                    column,
                                    || cell_of_ref(cell.get_value()),
                                    &mut table,
                                    sinks,
                                );
                            }
                            Ok(None) => break,
                            Err(error) => {
                                let reason = format!("the sheet breaks off here: {error}");
                                rows.finish_row(&mut table, sinks);
                                table.refuse_row(rows.row + 1, reason, sinks);
                                break;
                            }
                        }
                    },
                    // Chart sheets and the like have no cells.
                    Err(error) => {
                        let reason = format!("the sheet cannot be read: {error}");
                        table.skip_unread(reason, sinks);
                    }
                }
                rows.finish_row(&mut table, sinks);
                table.finish(sinks);
                (sinks.on_progress)(size * (index as u64 + 1) / sheets.len() as u64);
            }
            Ok(())
        }};
    }
    match kind {
        Kind::Xlsx => read_cells!(Xlsx::new(reader)),
        Kind::Xlsb => read_cells!(Xlsb::new(reader)),
        Kind::Ods => {
            let book = Ods::new(reader).map_err(|error| damaged(error.to_string()))?;
            read_ranges(book, file, size, overrides, sinks)
        }
    }
}

/// Reads workbooks whose sheets come as a whole.
fn read_ranges<R: Read + Seek, B: Reader<R>>(
    mut book: B,
    file: &str,
    size: u64,
    overrides: &ColumnOverrides,
    sinks: &mut Sinks<'_>,
) -> Result<(), RecordError>
where
    B::Error: std::fmt::Display,
{
    let sheets = book.sheet_names();
    for (index, sheet) in sheets.iter().enumerate() {
        let mut table = sheet_table(file, sheet, overrides);
        match book.worksheet_range(sheet) {
            Ok(range) => read_range(&range, &mut table, sinks),
            Err(error) => table.skip_unread(format!("the sheet cannot be read: {error}"), sinks),
        }
        table.finish(sinks);
        (sinks.on_progress)(size * (index as u64 + 1) / sheets.len() as u64);
    }
    Ok(())
}

fn read_range(range: &Range<Data>, table: &mut Table<'_>, sinks: &mut Sinks<'_>) {
    let (first_row, first_column) = range.start().unwrap_or((0, 0));
    let mut rows = SheetRows::default();
    for (row, cells) in range.rows().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            rows.take(
                first_row.saturating_add(row as u32),
                first_column.saturating_add(column as u32),
                || cell_of(cell),
                table,
                sinks,
            );
        }
    }
    rows.finish_row(table, sinks);
}

fn sheet_table<'o>(file: &str, sheet: &str, overrides: &'o ColumnOverrides) -> Table<'o> {
    let layout = Layout::new(format!("{file}!{sheet}"), RecordFormat::Workbook);
    Table::with_header_row(layout, false, overrides)
}

/// Puts the cells of a sheet together to rows.
#[derive(Default)]
struct SheetRows {
    /// From 0.
    row: u64,
    cells: Vec<OwnedCell>,
}

impl SheetRows {
    fn take(
        &mut self,
        row: u32,
        column: u32,
        cell: impl FnOnce() -> Option<OwnedCell>,
        table: &mut Table<'_>,
        sinks: &mut Sinks<'_>,
    ) {
        let column = column as usize;
        // Notes far to the right of any table.
        if column >= MAX_COLUMNS || table.is_skipped() {
            return;
        }
        if u64::from(row) != self.row {
            self.finish_row(table, sinks);
            self.row = u64::from(row);
        }
        let Some(cell) = cell() else {
            return;
        };
        while self.cells.len() <= column {
            self.cells.push(OwnedCell::text(""));
        }
        self.cells[column] = cell;
    }

    fn finish_row(&mut self, table: &mut Table<'_>, sinks: &mut Sinks<'_>) {
        if self.cells.is_empty() {
            return;
        }
        // Formats leave out empty cells; a row is as wide as its header.
        while self.cells.len() < table.width() {
            self.cells.push(OwnedCell::text(""));
        }
        let cells: Vec<Cell<'_>> = self.cells.iter().map(OwnedCell::as_cell).collect();
        table.push(self.row + 1, &cells, sinks);
        self.cells.clear();
    }
}

fn cell_of_ref(value: &DataRef<'_>) -> Option<OwnedCell> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::String(text) => OwnedCell::text(text.as_str()),
        DataRef::SharedString(text) => OwnedCell::text(*text),
        DataRef::Int(number) => OwnedCell::number(number.to_string(), *number as f64),
        DataRef::Float(number) => number_cell(*number),
        DataRef::Bool(truth) => OwnedCell::text(truth.to_string()),
        DataRef::DateTime(moment) => moment_cell(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => OwnedCell::text(text.as_str()),
        DataRef::Error(error) => OwnedCell::text(error.to_string()),
    })
}

fn cell_of(value: &Data) -> Option<OwnedCell> {
    Some(match value {
        Data::Empty => return None,
        Data::String(text) => OwnedCell::text(text.as_str()),
        Data::Int(number) => OwnedCell::number(number.to_string(), *number as f64),
        Data::Float(number) => number_cell(*number),
        Data::Bool(truth) => OwnedCell::text(truth.to_string()),
        Data::DateTime(moment) => moment_cell(moment),
        Data::DateTimeIso(text) | Data::DurationIso(text) => OwnedCell::text(text.as_str()),
        Data::Error(error) => OwnedCell::text(error.to_string()),
    })
}

fn number_cell(number: f64) -> OwnedCell {
    OwnedCell::number(number.to_string(), number)
}

/// Dates as ISO, with the time where there is one. Durations and dates that no calendar holds stay numbers.
fn moment_cell(moment: &ExcelDateTime) -> OwnedCell {
    let number = moment.as_f64();
    if !moment.is_datetime() || !(1.0..2_958_466.0).contains(&number) {
        return number_cell(number);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let mut text = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) != (0, 0, 0) {
        text.push_str(&format!("T{hour:02}:{minute:02}:{second:02}"));
    }
    OwnedCell::text(text)
}

/// Counts the cells that an ods sheet unfolds to, from the tags of its `content.xml` as they stream by.
#[derive(Default)]
struct Unfolded {
    tag: Option<Vec<u8>>,
    row_repeat: u64,
    row_cells: u64,
    empty_cells: u64,
    rows: u64,
    empty_rows: u64,
    width: u64,
    /// Of all sheets that are done.
    cells: u64,
}

impl Unfolded {
    fn take(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match (&mut self.tag, byte) {
                (_, b'<') => self.tag = Some(Vec::new()),
                (Some(_), b'>') => {
                    let tag = self.tag.take().unwrap_or_default();
                    self.tag(&tag);
                }
                // Tags are short; of a long one the beginning tells.
                (Some(tag), byte) if tag.len() < 2048 => tag.push(byte),
                _ => {}
            }
        }
    }

    fn tag(&mut self, tag: &[u8]) {
        let tag = String::from_utf8_lossy(tag);
        let repeated = |attribute: &str| -> u64 {
            tag.split_once(attribute)
                .and_then(|(_, rest)| rest.split(['"', '\'']).nth(1)?.parse().ok())
                .unwrap_or(1)
        };
        if tag.starts_with("table:table-row") {
            self.row_repeat = repeated("number-rows-repeated").min(1 << 20);
            self.row_cells = 0;
            self.empty_cells = 0;
        } else if tag.starts_with("table:table-cell") || tag.starts_with("table:covered-table-cell")
        {
            let count = repeated("number-columns-repeated").min(1 << 14);
            if tag.contains("value") || tag.contains("formula") {
                self.row_cells += self.empty_cells + count;
                self.empty_cells = 0;
            } else {
                self.empty_cells += count;
            }
        } else if tag.starts_with("/table:table-row") {
            if self.row_cells > 0 {
                self.rows += self.empty_rows + self.row_repeat;
                self.empty_rows = 0;
                self.width = self.width.max(self.row_cells);
            } else {
                self.empty_rows += self.row_repeat;
            }
        } else if tag == "/table:table" {
            self.cells = self
                .cells
                .saturating_add(self.rows.saturating_mul(self.width));
            self.rows = 0;
            self.empty_rows = 0;
            self.width = 0;
        }
    }
}
