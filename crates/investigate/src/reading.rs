//! Reports through the reader into the ledger, copies folded.

use std::path::{Path, PathBuf};

use ledger::{CopyGroup, NewSource, SourceKind, Timestamp};
use model::{Claim, Rejected, Report};
use news::Page;
use rayon::prelude::*;

use crate::brief::{ClaimBrief, ReadSummary, ReportRead};
use crate::{Error, Home, Progress};

/// The reports in one file, and the records of it that could not be read.
///
/// # Errors
/// When the file cannot be opened, is too large, or holds no article.
pub fn file(path: &Path) -> Result<(Vec<Report>, Vec<Rejected>), Error> {
    let io = |source| Error::Io { doing: "read", path: path.to_path_buf(), source };
    let name = path.display().to_string();
    // A file that is too large is refused by its size, before it is held in memory.
    let bytes = path.metadata().map_err(io)?.len();
    if bytes > news::MAX_PAGE_BYTES as u64 {
        let limit = news::MAX_PAGE_BYTES;
        return Err(news::NewsError::TooLarge { path: name, bytes: bytes as usize, limit }.into());
    }
    page(&name, &std::fs::read(path).map_err(io)?)
}

/// The reports in the bytes of one file.
///
/// # Errors
/// When they are too many, no text, or hold no article.
pub fn page(name: &str, bytes: &[u8]) -> Result<(Vec<Report>, Vec<Rejected>), Error> {
    Ok(news::read_page(&Page { path: name, bytes })?)
}

/// One report of a file.
struct Read {
    file: String,
    report: Report,
    claims: Vec<Claim>,
}

/// Reads the reports among `paths`, records them, folds copies, and returns what they say, each claim once.
///
/// # Errors
/// When the ledger cannot be written.
pub(crate) fn folder(
    paths: &[PathBuf],
    home: &mut Home,
    read: &mut ReadSummary,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<ClaimBrief>, Error> {
    let total = paths.iter().filter_map(|path| path.metadata().ok()).map(|metadata| metadata.len()).sum();
    progress(Progress::Begin { doing: format!("reading {} reports", paths.len()), bytes: total });
    let mut reports: Vec<Read> = Vec::new();
    let mut done = 0;
    for path in paths {
        let name = path.display().to_string();
        match file(path) {
            Ok((found, rejected)) => {
                let at = Timestamp::now();
                let bytes = std::fs::read(path).map_err(|source| Error::Io { doing: "read", path: path.clone(), source })?;
                let source = NewSource {
                    hash: blake3::hash(&bytes).to_hex().to_string(),
                    kind: SourceKind::Report,
                    location: name.clone(),
                    bytes: bytes.len() as u64,
                };
                home.ledger.record_source(&source, at)?;
                home.ledger.record_rejected(&source.hash, &rejected, at)?;
                read.rejected.extend(rejected);
                let with_claims: Vec<Read> = found
                    .into_par_iter()
                    .map(|report| Read { file: name.clone(), claims: news::claims(&report), report })
                    .collect();
                for one in with_claims {
                    home.ledger.record_report(&source.hash, &one.report, &one.claims, at)?;
                    // The same text in two files is one report.
                    if !reports.iter().any(|known| known.report.report_id == one.report.report_id) {
                        reports.push(one);
                    }
                }
            }
            Err(Error::Ledger(error)) => return Err(error.into()),
            Err(error) => {
                read.skipped.push(Rejected { file: name, row: 0, field: None, reason: error.to_string() });
            }
        }
        done += path.metadata().map(|metadata| metadata.len()).unwrap_or_default();
        progress(Progress::At(done));
    }
    progress(Progress::End);
    fold(&reports, home, read)
}
