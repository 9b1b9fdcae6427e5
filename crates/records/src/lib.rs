//! Readers of trade records: customs rows in any layout to shipments.
//!
//! Files are told apart by content: delimited text in any encoding, workbooks (xlsx, xlsb, xls, ods), JSON lines and
//! Parquet, each also inside gzip or zstd. Columns are recognised by `data/columns.tsv` or named by the user, and
//! shown back as a [`Layout`] before the first row is given.
//!
//! A reader never fails on a row. A row with a bad field is read with that field empty and reported with row and
//! field; a row that cannot be read at all is reported with its row alone. Rows that another row of their table
//! replaces, being earlier versions of a declaration's line or repeats, are read and reported as superseded. Memory does not grow with the file, except
//! that workbooks hold their shared texts and that compressed workbooks and Parquet files are unpacked into memory
//! (up to [`MAX_UNPACKED`]).
//!
//! ```
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("rows.csv");
//! std::fs::write(&path, "SENDER_NAME,Consignee,HS code,Описание\nACME LTD,OOO PRIMER,9303.30,rifles\n")?;
//! let mut shipments = Vec::new();
//! records::read(
//!     &path,
//!     &records::ColumnOverrides::default(),
//!     &mut |layout| assert_eq!(layout.mappings[0].to_string(), "read `SENDER_NAME` as consignor name"),
//!     &mut |shipment| shipments.push(shipment),
//!     &mut |rejected| panic!("{rejected:?}"),
//!     &mut |_bytes| {},
//! )?;
//! assert_eq!(shipments[0].hs.as_ref().map(|hs| hs.as_str()), Some("930330"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod amendments;
mod archive;
mod arrow_rows;
mod assemble;
mod columns;
mod delimited;
mod encoding;
mod field;
mod heading_words;
mod json_lines;
mod lines;
mod neighbours;
mod parquet_rows;
mod source;
mod table;
mod values;
mod workbook;

use std::fmt;
use std::path::Path;

use model::{Rejected, Shipment};

pub use columns::{ColumnOverrides, MappedBy, OverrideError};
pub use field::Field;
pub use source::MAX_UNPACKED;

use table::Sinks;

/// How a file holds its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordFormat {
    /// Text with `,` `;` tab or `|` between cells.
    Delimited,
    /// xlsx, xlsb, xls or ods.
    Workbook,
    /// One JSON object a line.
    JsonLines,
    /// Apache Parquet, or an Arrow batch in memory.
    Parquet,
}

impl RecordFormat {
    /// `delimited`, `workbook`, `json_lines`, `parquet`.
    pub fn as_str(self) -> &'static str {
        match self {
            RecordFormat::Delimited => "delimited",
            RecordFormat::Workbook => "workbook",
            RecordFormat::JsonLines => "json_lines",
            RecordFormat::Parquet => "parquet",
        }
    }
}

/// One column read as one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnMapping {
    /// What it is read as.
    pub field: Field,
    /// Its heading as written; of two-row headers both parts.
    pub column: String,
    /// Why.
    pub how: MappedBy,
    /// Whether another column leads and this one only fills its gaps.
    pub fallback: bool,
}

impl fmt::Display for ColumnMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "read `{}` as {}", self.column, self.field.words())?;
        if self.fallback {
            f.write_str(" where the column before is empty")?;
        }
        Ok(())
    }
}

/// How one table of a file is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The file as the user named it; `file!sheet` for workbooks.
    pub file: String,
    /// How it holds its rows.
    pub format: RecordFormat,
    /// Columns that are read, by field, the leading column of each field first.
    pub mappings: Vec<ColumnMapping>,
    /// Headings of columns that only go to `Shipment::original`.
    pub unmapped: Vec<String>,
    /// Fields that rules use and no column gives.
    pub missing: Vec<Field>,
    /// Encoding of text formats, by its WHATWG name.
    pub encoding: Option<String>,
    /// Delimiter of delimited text.
    pub delimiter: Option<char>,
    /// Row of the header, counted from 1, where the table has one.
    pub header_row: Option<u64>,
    /// Date columns where nothing shows whether day or month comes first: they are read day first.
    pub day_or_month_first: Vec<String>,
    /// Why the table is left out, where it holds no shipments.
    pub skipped: Option<String>,
}

impl Layout {
    fn new(file: String, format: RecordFormat) -> Self {
        Layout {
            file,
            format,
            mappings: Vec::new(),
            unmapped: Vec::new(),
            missing: Vec::new(),
            encoding: None,
            delimiter: None,
            header_row: None,
            day_or_month_first: Vec::new(),
            skipped: None,
        }
    }
}

/// What was read of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSummary {
    /// How it holds its rows.
    pub format: RecordFormat,
    /// Tables with shipments: 1, or the sheets of a workbook that hold some.
    pub tables: u64,
    /// Rows seen below the headers, blank ones left out: `read + rejected`.
    pub rows: u64,
    /// Shipments given.
    pub read: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// Fields refused in rows that were read, superseded rows included.
    pub fields_rejected: u64,
    /// Rows read that another row of their table replaces: earlier versions of a declaration's line, and repeats.
    pub superseded: u64,
    /// Size of the file as it lies, in bytes.
    pub bytes: u64,
    /// blake3 of the file as it lies, in hexadecimal digits.
    pub hash: String,
}

/// Why a file cannot be read as trade records.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The file cannot be opened or read: check that it is there and may be read.
    #[error("cannot read {file}: {source}")]
    Io {
        /// As the user named it.
        file: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Nothing in it.
    #[error("{file} is empty")]
    Empty {
        /// As the user named it.
        file: String,
    },
    /// The content is of none of the formats: convert it to csv, xlsx, JSON lines or Parquet.
    #[error("{file} is {what}, not csv, tsv, xlsx, xls, ods, JSON lines or Parquet")]
    Unrecognised {
        /// As the user named it.
        file: String,
        /// What it looks like.
        what: &'static str,
    },
    /// The format is right and the columns are not those of trade records: name them in a columns file.
    #[error("{file} holds no shipments: {reason}; name its columns in a columns file if it does")]
    NoShipments {
        /// As the user named it.
        file: String,
        /// What was looked for.
        reason: String,
    },
    /// It would unpack to more than is safe to hold: split it.
    #[error("{file} unpacks to more than is safe: {reason}")]
    TooLarge {
        /// As the user named it.
        file: String,
        /// Which bound it breaks.
        reason: String,
    },
    /// Broken beyond the row: save or export it again.
    #[error("{file} is damaged: {reason}")]
    Damaged {
        /// As the user named it.
        file: String,
        /// What the reader stumbled over.
        reason: String,
    },
}

/// The format of a file that holds trade records, by its beginning; `None` where it is something else.
///
/// Cheap, for walking folders: delimited text, JSON lines and Parquet must show columns of trade records; a workbook is
/// taken at its word, since its sheets are only seen when it is read.
pub fn is_records(path: &Path) -> std::io::Result<Option<RecordFormat>> {
    let peek = source::peek(path)?;
    let overrides = ColumnOverrides::default();
    let tells = match source::format_of(&peek.head) {
        Ok(RecordFormat::Delimited) => delimited::looks_like_records(&peek.head, &overrides),
        Ok(RecordFormat::JsonLines) => json_lines::looks_like_records(&peek.head, &overrides),
        Ok(RecordFormat::Workbook) => workbook::looks_like_workbook(path, &peek),
        Ok(RecordFormat::Parquet) => {
            parquet_rows::looks_like_records(path, peek.compression, &overrides)
        }
        Err(_) => false,
    };
    Ok(source::format_of(&peek.head).ok().filter(|_| tells))
}

/// Reads a file of trade records.
///
/// `on_layout` is told how each table is read, before its rows, and again where a later JSON object brings a new
/// column that is recognised; `on_row` gets each shipment, `on_rejected` each row or field that could not be read, in
/// file order; `on_progress` the bytes of the file that are done. Rows given before an error stand.
pub fn read(
    path: &Path,
    overrides: &ColumnOverrides,
    on_layout: &mut dyn FnMut(&Layout),
    on_row: &mut dyn FnMut(Shipment),
    on_rejected: &mut dyn FnMut(Rejected),
    on_progress: &mut dyn FnMut(u64),
) -> Result<RecordSummary, RecordError> {
    let file = path.display().to_string();
    let io_error = |source| RecordError::Io {
        file: file.clone(),
        source,
    };
    let peek = source::peek(path).map_err(io_error)?;
    if peek.head.is_empty() {
        return Err(RecordError::Empty { file });
    }
    let format = source::format_of(&peek.head).map_err(|what| RecordError::Unrecognised {
        file: file.clone(),
        what,
    })?;
    let mut last_reason = None;
    let mut watch_layout = |layout: &Layout| {
        if let Some(reason) = &layout.skipped {
            last_reason = Some(reason.clone());
        }
        on_layout(layout);
    };
    let mut sinks = Sinks {
        on_layout: &mut watch_layout,
        on_row,
        on_rejected,
        on_progress,
        counts: table::Counts::default(),
    };
    let (hash, bytes) = match format {
        RecordFormat::Delimited => delimited::read(path, &file, &peek, overrides, &mut sinks)?,
        RecordFormat::JsonLines => json_lines::read(path, &file, &peek, overrides, &mut sinks)?,
        RecordFormat::Workbook => workbook::read(path, &file, &peek, overrides, &mut sinks)?,
        RecordFormat::Parquet => parquet_rows::read(path, &file, &peek, overrides, &mut sinks)?,
    };
    (sinks.on_progress)(bytes);
    let counts = sinks.counts;
    if counts.tables == 0 {
        return Err(RecordError::NoShipments {
            file,
            reason: last_reason.unwrap_or_else(|| "it has no rows that can be read".to_string()),
        });
    }
    Ok(RecordSummary {
        format,
        tables: counts.tables,
        rows: counts.rows,
        read: counts.read,
        rejected: counts.rejected,
        fields_rejected: counts.fields_rejected,
        superseded: counts.superseded,
        bytes,
        hash,
    })
}

/// Reads the rows of an Arrow batch as those of a Parquet file are read, columns recognised in the same way.
///
/// `name` stands for the file in shipments and rejections; rows count from 1. `on_layout` is told once how the batch is
/// read. Dates, decimals and the like are decided over the rows of this batch.
///
/// # Errors
/// [`RecordError::NoShipments`] where the columns are not those of trade records, [`RecordError::Damaged`] where a
/// column has a type that cannot be shown as text.
pub fn read_batch(
    batch: &arrow::array::RecordBatch,
    name: &str,
    overrides: &ColumnOverrides,
    on_layout: &mut dyn FnMut(&Layout),
    on_row: &mut dyn FnMut(Shipment),
    on_rejected: &mut dyn FnMut(Rejected),
) -> Result<(), RecordError> {
    let mut skipped = None;
    let mut watch_layout = |layout: &Layout| {
        skipped.clone_from(&layout.skipped);
        on_layout(layout);
    };
    let mut sinks = Sinks {
        on_layout: &mut watch_layout,
        on_row,
        on_rejected,
        on_progress: &mut |_| {},
        counts: table::Counts::default(),
    };
    let headings = arrow_rows::headings_of(batch.schema_ref().fields());
    let layout = Layout::new(name.to_string(), RecordFormat::Parquet);
    let mut table = table::Table::with_headings(layout, headings, overrides);
    let pushed = arrow_rows::push(batch, 0, &mut table, &mut sinks);
    table.finish(&mut sinks);
    pushed.map_err(|error| RecordError::Damaged {
        file: name.to_string(),
        reason: error.to_string(),
    })?;
    match skipped {
        Some(reason) => Err(RecordError::NoShipments {
            file: name.to_string(),
            reason,
        }),
        None => Ok(()),
    }
}
