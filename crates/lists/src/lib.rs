//! Readers of official lists: parties, listings and what could not be read.
//!
//! The way through the crate follows a file: `find` tells lists from other files by their content, `input` turns
//! bytes into bounded text (gzip and zstd opened, encodings decoded, the whole hashed), `xml` and `lines` cut text into
//! records, one module per format maps a record to a [`model::ListEntry`], and `diff` compares two versions of a list.
//!
//! Lists are untrusted input. Record size, nesting, line length, decompressed size and the number of kept rejections
//! are bounded; no entity is ever expanded; a record that cannot be read becomes a [`model::Rejected`] and the rest
//! goes on. Nothing here stores, prints or matches names.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/ofac_xml"));
//! let found = lists::find(&[folder]);
//! let mut parties = Vec::new();
//! for source in &found.sources {
//!     let summary = lists::read(source, &mut |entry| parties.push(entry), &mut |_bytes| {})?;
//!     assert_eq!(summary.parties, parties.len() as u64);
//! }
//! assert_eq!(parties[0].listing.list, "ofac-sdn");
//! # Ok(())
//! # }
//! ```

mod bis_dpl;
mod dates;
mod detect;
mod diff;
mod entry;
mod error;
mod eu_fsf;
mod find;
mod ftm;
mod identifiers;
mod input;
mod lines;
mod ofac;
mod ofac_csv;
mod ofac_xml;
mod opensanctions_csv;
mod reading;
mod remarks;
mod schemata;
mod un;
mod us_csl;
mod xml;

use std::path::PathBuf;

use model::{ListEntry, Rejected};
use serde::Serialize;

pub use detect::detect;
pub use diff::{ChangeSet, Changed, EntryName, FieldChange, diff};
pub use error::ListError;
pub use find::{Found, Unread, find};

/// The list formats that Interdict reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListFormat {
    /// OFAC `sdn.xml` and `consolidated.xml`.
    OfacSdnXml,
    /// OFAC csv: a primary file (`sdn.csv`, `cons_prim.csv`), alone or with its ALT and ADD files.
    OfacCsvTrio,
    /// EU Financial Sanctions Files, full list, XML 1.1.
    EuFsfXml,
    /// United Nations Security Council consolidated list, XML.
    UnXml,
    /// US Consolidated Screening List, csv.
    UsCslCsv,
    /// BIS Denied Persons List, tab-separated.
    BisDplTsv,
    /// FollowTheMoney entities, one JSON object a line.
    FtmJsonLines,
    /// OpenSanctions `targets.simple.csv`.
    OpenSanctionsSimpleCsv,
}

impl ListFormat {
    /// Short name, as views and the ledger show it.
    pub fn as_str(self) -> &'static str {
        match self {
            ListFormat::OfacSdnXml => "ofac-xml",
            ListFormat::OfacCsvTrio => "ofac-csv",
            ListFormat::EuFsfXml => "eu-fsf-xml",
            ListFormat::UnXml => "un-xml",
            ListFormat::UsCslCsv => "us-csl-csv",
            ListFormat::BisDplTsv => "bis-dpl-tsv",
            ListFormat::FtmJsonLines => "ftm-json-lines",
            ListFormat::OpenSanctionsSimpleCsv => "opensanctions-simple-csv",
        }
    }
}

/// One list to read: a file, or the files of an OFAC csv trio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSource {
    /// How it is written.
    pub format: ListFormat,
    /// The file; for an OFAC csv trio the primary file first, then those of ALT and ADD that exist, in any order.
    pub paths: Vec<PathBuf>,
}

impl ListSource {
    /// The hash that [`ListSummary::hash`] will hold, without reading the list: to tell whether it is known already.
    ///
    /// # Errors
    /// [`ListError::Io`] when a file cannot be read.
    pub fn hash(&self) -> Result<String, ListError> {
        let mut hashes = Vec::with_capacity(self.paths.len());
        for path in &self.paths {
            let io = |source| ListError::Io {
                path: path.clone(),
                source,
            };
            let mut hasher = blake3::Hasher::new();
            hasher
                .update_reader(std::fs::File::open(path).map_err(io)?)
                .map_err(io)?;
            hashes.push(hasher.finalize().to_hex().to_string());
        }
        Ok(reading::combined(&hashes))
    }
}

/// What was read from one source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListSummary {
    /// Short name: `ofac-sdn`, `ofac-consolidated`, `eu-fsf`, `un-sc`, `us-csl`, `us-bis-dpl`; for FollowTheMoney and
    /// OpenSanctions files the dataset's name, else one made from the file name without its date.
    pub list: String,
    /// Publication date in the file (ISO 8601), else the date-like part of the file's or its folder's name, else the
    /// first 12 digits of `hash`.
    pub version: String,
    /// How it is written.
    pub format: ListFormat,
    /// Entries handed to `on_entry`.
    pub parties: u64,
    /// Names of these entries.
    pub names: u64,
    /// Records that are no listed party by themselves: links, addresses and sanctions of FollowTheMoney files, which
    /// are folded into the parties they belong to, and entities marked `"target": false`.
    pub skipped: u64,
    /// Records and fields that could not be read; at most 10,000, then one more that says how many.
    pub rejected: Vec<Rejected>,
    /// blake3 of the bytes as on disk, hexadecimal; of several files, the hash of their hashes in the order of `paths`.
    pub hash: String,
    /// Character encoding the (first) file was decoded from, by its WHATWG name.
    pub encoding: String,
    /// The files read.
    pub paths: Vec<PathBuf>,
}

/// Reads a source record by record.
///
/// `on_entry` gets every entry in file order. `on_progress` gets the bytes read from disk so far, over all files of the
/// source, every few records. A file cut off in the middle yields what stands before the cut and one [`Rejected`] that
/// says where.
///
/// # Errors
/// [`ListError`] when nothing sensible can be read at all: the file cannot be opened, is not in the format the source
/// names, declares a DOCTYPE, or decompresses beyond bounds. Entries handed out before such an error must be discarded
/// by the caller.
pub fn read(
    source: &ListSource,
    on_entry: &mut dyn FnMut(ListEntry),
    on_progress: &mut dyn FnMut(u64),
) -> Result<ListSummary, ListError> {
    let mut reading = reading::Reading::new(source, on_entry, on_progress);
    match source.format {
        ListFormat::OfacSdnXml => ofac_xml::read(&mut reading)?,
        ListFormat::OfacCsvTrio => ofac_csv::read(&mut reading)?,
        ListFormat::EuFsfXml => eu_fsf::read(&mut reading)?,
        ListFormat::UnXml => un::read(&mut reading)?,
        ListFormat::UsCslCsv => us_csl::read(&mut reading)?,
        ListFormat::BisDplTsv => bis_dpl::read(&mut reading)?,
        ListFormat::FtmJsonLines => ftm::read(&mut reading)?,
        ListFormat::OpenSanctionsSimpleCsv => opensanctions_csv::read(&mut reading)?,
    }
    reading.finish()
}
