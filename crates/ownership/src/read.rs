//! From a file to statements: gzip and zstd opened, the format told by the first value, what is bad refused and kept.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use model::{OwnershipStatement, Rejected};
use serde_json::Value;

use crate::elements::{Element, Elements};
use crate::{OwnershipError, bods, gleif};

/// A file may decompress to no more than this.
const MAX_BYTES: u64 = 4 << 30;
/// Statements kept of one file.
const MAX_STATEMENTS: usize = 2_000_000;
/// Refusals kept of one file; one more says how many there were.
const MAX_REJECTED: usize = 10_000;

/// The ownership formats that Interdict reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnershipFormat {
    /// Beneficial Ownership Data Standard 0.4: an array or lines of statements.
    Bods,
    /// Answers of the GLEIF API: LEI records, relationship records, reporting exceptions.
    Gleif,
}

impl OwnershipFormat {
    /// Short name, as views and the ledger show it.
    pub fn as_str(self) -> &'static str {
        match self {
            OwnershipFormat::Bods => "bods-json",
            OwnershipFormat::Gleif => "gleif-json",
        }
    }
}

/// What was read from one file.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnershipFile {
    /// How it is written.
    pub format: OwnershipFormat,
    /// blake3 of the bytes as on disk, hexadecimal.
    pub hash: String,
    /// Size on disk.
    pub bytes: u64,
    /// What it states, in its order.
    pub statements: Vec<OwnershipStatement>,
    /// Statements and fields that could not be read.
    pub rejected: Vec<Rejected>,
    /// Statements that name nobody: anonymous and unknown persons without a name.
    pub nameless: u64,
}

/// Takes statements and refusals from the readers of the formats.
pub(crate) struct Sink {
    file: String,
    /// Line of the value being read.
    pub(crate) row: u64,
    pub(crate) statements: Vec<OwnershipStatement>,
    pub(crate) nameless: u64,
    /// Records of parties that are only the name for others who hold together.
    pub(crate) arrangements: HashSet<String>,
    rejected: Vec<Rejected>,
    refused: usize,
}

impl Sink {
    pub(crate) fn reject(&mut self, field: Option<&str>, reason: impl Into<String>) {
        self.refused += 1;
        if self.rejected.len() < MAX_REJECTED {
            self.rejected.push(Rejected {
                file: self.file.clone(),
                row: self.row,
                field: field.map(str::to_string),
                reason: reason.into(),
            });
        }
    }

    fn finish(mut self) -> (Vec<OwnershipStatement>, Vec<Rejected>, u64) {
        if self.refused > self.rejected.len() {
            self.rejected.push(Rejected {
                file: self.file,
                row: 0,
                field: None,
                reason: format!("{} statements or fields refused in all", self.refused),
            });
        }
        (self.statements, self.rejected, self.nameless)
    }
}

/// The format of the file at `path`; none if it is no ownership file.
///
/// # Errors
/// [`OwnershipError::Io`] when it cannot be read.
pub fn detect(path: &Path) -> Result<Option<OwnershipFormat>, OwnershipError> {
    let mut elements = open(path)?;
    let first = elements.next().map_err(|source| io_error(path, source))?;
    Ok(first.as_ref().and_then(format_of))
}

fn format_of(first: &Element) -> Option<OwnershipFormat> {
    let value: Value = serde_json::from_slice(first.text.as_ref().ok()?).ok()?;
    if bods::is_statement(&value) {
        Some(OwnershipFormat::Bods)
    } else if gleif::is_answer(&value) {
        Some(OwnershipFormat::Gleif)
    } else {
        None
    }
}

/// Reads the ownership file at `path`.
///
/// # Errors
/// When the file cannot be opened, or its first value is a statement of no format that Interdict reads. Anything that
/// is wrong further on is in [`OwnershipFile::rejected`].
pub fn read(path: &Path) -> Result<OwnershipFile, OwnershipError> {
    let io = |source| io_error(path, source);
    let mut hasher = blake3::Hasher::new();
    hasher
        .update_reader(File::open(path).map_err(io)?)
        .map_err(io)?;
    let mut sink = Sink {
        file: path.display().to_string(),
        row: 0,
        statements: Vec::new(),
        nameless: 0,
        arrangements: HashSet::new(),
        rejected: Vec::new(),
        refused: 0,
    };
    let mut elements = open(path)?;
    let mut format = None;
    loop {
        let element = match elements.next() {
            Ok(Some(element)) => element,
            Ok(None) => break,
            Err(error) if format.is_none() => return Err(io(error)),
            Err(error) => {
                sink.reject(None, format!("reading broke off here: {error}"));
                break;
            }
        };
        sink.row = element.line;
        let known = match format {
            Some(known) => known,
            None => *format.insert(format_of(&element).ok_or_else(|| {
                OwnershipError::NotOwnership {
                    path: path.to_path_buf(),
                    reason: "its first value is neither a statement of BODS 0.4 nor an answer of the GLEIF API"
                        .to_string(),
                }
            })?),
        };
        if sink.statements.len() >= MAX_STATEMENTS {
            sink.reject(
                None,
                format!("the file holds more than {MAX_STATEMENTS} statements"),
            );
            break;
        }
        let value: Result<Value, String> = element
            .text
            .and_then(|text| serde_json::from_slice(&text).map_err(|error| error.to_string()));
        match (value, known) {
            (Err(reason), _) => sink.reject(None, reason),
            (Ok(value), OwnershipFormat::Bods) => bods::statement(&value, &mut sink),
            (Ok(value), OwnershipFormat::Gleif) => gleif::answer(&value, &mut sink),
        }
    }
    let Some(format) = format else {
        return Err(OwnershipError::NotOwnership {
            path: path.to_path_buf(),
            reason: "the file holds no value".to_string(),
        });
    };
    if format == OwnershipFormat::Bods {
        bods::mark_joint(&mut sink);
    }
    let (statements, rejected, nameless) = sink.finish();
    Ok(OwnershipFile {
        format,
        hash: hasher.finalize().to_hex().to_string(),
        bytes: path.metadata().map_err(io)?.len(),
        statements,
        rejected,
        nameless,
    })
}

fn open(path: &Path) -> Result<Elements<io::Take<Box<dyn Read>>>, OwnershipError> {
    let io = |source| io_error(path, source);
    let mut raw = BufReader::new(File::open(path).map_err(io)?);
    let magic = raw.fill_buf().map_err(io)?;
    let source: Box<dyn Read> = if magic.starts_with(&[0x1f, 0x8b]) {
        Box::new(flate2::bufread::MultiGzDecoder::new(raw))
    } else if magic.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Box::new(zstd::stream::read::Decoder::with_buffer(raw).map_err(io)?)
    } else {
        Box::new(raw)
    };
    Ok(Elements::new(source.take(MAX_BYTES)))
}

fn io_error(path: &Path, source: io::Error) -> OwnershipError {
    OwnershipError::Io {
        path: path.to_path_buf(),
        source,
    }
}
