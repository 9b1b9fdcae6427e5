//! Reports through the reader into the ledger, copies folded.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ledger::{CopyGroup, NewSource, SourceKind, Timestamp};
use model::{Claim, Factuality, Rejected, Report};
use news::Page;
use rayon::prelude::*;

use crate::brief::{ClaimBrief, ReadSummary, ReportRead};
use crate::{Error, Home, Progress};

/// The reports in one file, and the records of it that could not be read.
///
/// # Errors
/// When the file cannot be opened, is too large, or holds no article.
pub fn file(path: &Path) -> Result<(Vec<Report>, Vec<Rejected>), Error> {
    let io = |source| Error::Io {
        doing: "read",
        path: path.to_path_buf(),
        source,
    };
    let name = path.display().to_string();
    // A file that is too large is refused by its size, before it is held in memory.
    let bytes = path.metadata().map_err(io)?.len();
    if bytes > news::MAX_PAGE_BYTES as u64 {
        let limit = news::MAX_PAGE_BYTES;
        return Err(news::NewsError::TooLarge {
            path: name,
            bytes: bytes as usize,
            limit,
        }
        .into());
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
    let total = paths
        .iter()
        .filter_map(|path| path.metadata().ok())
        .map(|metadata| metadata.len())
        .sum();
    progress(Progress::Begin {
        doing: format!("reading {} reports", paths.len()),
        bytes: total,
    });
    let mut reports: Vec<Read> = Vec::new();
    let mut done = 0;
    for path in paths {
        let name = path.display().to_string();
        match file(path) {
            Ok((found, rejected)) => {
                let at = Timestamp::now();
                let bytes = std::fs::read(path).map_err(|source| Error::Io {
                    doing: "read",
                    path: path.clone(),
                    source,
                })?;
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
                    .map(|report| Read {
                        file: name.clone(),
                        claims: news::claims(&report),
                        report,
                    })
                    .collect();
                for one in with_claims {
                    home.ledger
                        .record_report(&source.hash, &one.report, &one.claims, at)?;
                    // The same text in two files is one report.
                    if !reports
                        .iter()
                        .any(|known| known.report.report_id == one.report.report_id)
                    {
                        reports.push(one);
                    }
                }
            }
            Err(Error::Ledger(error)) => return Err(error.into()),
            Err(error) => {
                read.skipped.push(Rejected {
                    file: name,
                    row: 0,
                    field: None,
                    reason: error.to_string(),
                });
            }
        }
        done += path
            .metadata()
            .map(|metadata| metadata.len())
            .unwrap_or_default();
        progress(Progress::At(done));
    }
    progress(Progress::End);
    fold(&reports, home, read)
}

/// Every claim once, with the pages that repeat it; reports that copy or rewrite another are told.
fn fold(
    reports: &[Read],
    home: &mut Home,
    read: &mut ReadSummary,
) -> Result<Vec<ClaimBrief>, Error> {
    let texts: Vec<(&Report, &[Claim])> = reports
        .iter()
        .map(|one| (&one.report, one.claims.as_slice()))
        .collect();
    let groups = news::fold_copies(&texts);
    let mut copies = Vec::new();
    let mut origin_of: Vec<Option<usize>> = vec![None; reports.len()];
    for group in groups.iter().filter(|group| group.members.len() > 1) {
        let of = |index: usize| reports[index].report.report_id.clone();
        let others = group
            .members
            .iter()
            .copied()
            .filter(|&member| member != group.representative);
        let mut named: Vec<String> = Vec::new();
        for member in others {
            origin_of[member] = Some(group.representative);
            named.push(of(member));
        }
        named.sort();
        copies.push(CopyGroup {
            original: of(group.representative),
            copies: named,
        });
    }
    home.ledger.record_copies(&copies, Timestamp::now())?;
    for (index, one) in reports.iter().enumerate() {
        read.reports.push(ReportRead {
            report_id: one.report.report_id.clone(),
            file: one.file.clone(),
            title: one.report.title.clone(),
            publisher: one.report.publisher.clone(),
            date: one.report.date,
            claims: one.claims.len() as u64,
            copy_of: origin_of[index].map(|origin| reports[origin].report.report_id.clone()),
        });
    }

    // A denial is never merged into what it denies: claims are folded among those of one factuality. Originals come
    // before their copies, so that the page nearest to the source speaks for all.
    let mut by_factuality: BTreeMap<Factuality, Vec<(usize, &Claim)>> = BTreeMap::new();
    let mut order: Vec<usize> = (0..reports.len()).collect();
    order.sort_by_key(|&index| {
        (
            origin_of[index].is_some(),
            reports[index].report.date,
            index,
        )
    });
    for index in order {
        for claim in &reports[index].claims {
            by_factuality
                .entry(claim.factuality)
                .or_default()
                .push((index, claim));
        }
    }
    let mut briefs = Vec::new();
    for claims in by_factuality.values() {
        for merged in news::fold_claims(claims, &groups) {
            let Some((&first, others)) = merged.claims.split_first() else {
                continue;
            };
            let (index, claim) = claims[first];
            let report = &reports[index].report;
            briefs.push(ClaimBrief {
                claim: claim.clone(),
                report: report.title.clone(),
                publisher: report.publisher.clone(),
                date: report.date,
                repeated_in: others
                    .iter()
                    .map(|&other| claims[other].1.claim_id.clone())
                    .collect(),
                independent_sources: merged.independent_sources as u64,
            });
        }
    }
    briefs.sort_by(|left, right| {
        let key = |brief: &ClaimBrief| (brief.claim.event, brief.claim.factuality, brief.date);
        key(left)
            .cmp(&key(right))
            .then_with(|| left.claim.claim_id.cmp(&right.claim.claim_id))
    });
    Ok(briefs)
}
