//! Trade records through the readers and the screening engine into the ledger.
//!
//! Files are read twice: once for the history that their rows make together, once to screen. Findings go through a
//! sorter that puts aside what memory should not hold; rows to hold or review are recorded and joined into cases.

mod beyond;
mod pass;
mod sorted;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger::{NewSource, SourceKind, Timestamp};
use model::{Case, Disposition, Finding, Rejected, Shipment};
use names::Index;
use rayon::prelude::*;
use records::{ColumnOverrides, RecordError};
use screen::{Cases, History, Screener};

use crate::brief::{ReadSummary, RecordsRead, ShipmentBrief};
use crate::replay::version_label;
use crate::{Error, Home, Progress};
use beyond::Beyond;
use pass::FileRead;
pub use sorted::SortedFindings;
use sorted::Sorter;

/// What screening a folder left over for the brief.
pub struct Screened {
    /// Shipments to hold or review, by rank.
    pub shipments: Vec<ShipmentBrief>,
    /// The cases that they make, by rank.
    pub cases: Vec<Case>,
    /// Party names of released shipments, and in how many each stands.
    pub released: BTreeMap<String, u64>,
}

/// What screening a few files found, every row of them.
pub struct ScreenedFiles {
    /// A line for each table read.
    pub files: Vec<RecordsRead>,
    /// Rows, fields and files refused.
    pub rejected: Vec<Rejected>,
    /// Rows to hold or review in cases, by rank.
    pub cases: Vec<Case>,
    /// Whether every row counted for the history; false where a limit was met.
    pub history_complete: bool,
    /// Every row's finding, by rank.
    pub findings: SortedFindings,
}

/// Screens the trade records among `paths`; a file that holds none goes to `read.skipped`.
///
/// # Errors
/// When the ledger cannot be written.
pub fn folder(
    paths: &[PathBuf],
    home: &mut Home,
    index: Arc<Index>,
    read: &mut ReadSummary,
    progress: &mut dyn FnMut(Progress),
) -> Result<Screened, Error> {
    let overrides = ColumnOverrides::default();
    let engine = Engine::new(paths, home, index, &overrides, progress)?;
    let mut shipments = Vec::new();
    let mut released = BTreeMap::new();
    let mut cases = Cases::default();
    for path in paths {
        let mut to_look_at = Vec::new();
        let outcome = engine.file(path, progress, &mut |batch| {
            for (shipment, finding) in batch {
                if finding.disposition > Disposition::Release {
                    cases.add(&shipment, &finding);
                    to_look_at.push((shipment, finding));
                } else {
                    for party in shipment.parties {
                        *released.entry(party.name).or_default() += 1;
                    }
                }
            }
        });
        match outcome {
            Ok(file) => {
                record(home, path, &file, &to_look_at)?;
                read.records.extend(file.tables);
                read.rejected.extend(file.rejected);
                shipments.extend(
                    to_look_at
                        .into_iter()
                        .map(|(shipment, finding)| ShipmentBrief { shipment, finding }),
                );
            }
            Err(error) => read.skipped.push(refused(path, &error)),
        }
    }
    let mut findings: Vec<Finding> = shipments
        .iter()
        .map(|brief| brief.finding.clone())
        .collect();
    screen::rank(&mut findings);
    for (brief, finding) in shipments.iter_mut().zip(findings) {
        brief.finding = finding;
    }
    shipments.sort_by_key(|brief| brief.finding.rank);
    Ok(Screened {
        shipments,
        cases: cases.finish(),
        released,
    })
}

/// Screens files for `interdict screen`: every row's finding is given, those to hold or review are recorded. With
/// `only_alerts`, released rows are counted and not given.
///
/// # Errors
/// When the ledger cannot be written, or the home has no room for findings put aside.
pub fn files(
    paths: &[PathBuf],
    home: &mut Home,
    index: Arc<Index>,
    overrides: &ColumnOverrides,
    only_alerts: bool,
    progress: &mut dyn FnMut(Progress),
) -> Result<ScreenedFiles, Error> {
    let engine = Engine::new(paths, home, index, overrides, progress)?;
    let mut files = Vec::new();
    let mut rejected = Vec::new();
    let mut cases = Cases::default();
    let mut sorter = Sorter::new(home.root());
    for path in paths {
        let mut to_look_at = Vec::new();
        let mut put_aside = Ok(());
        let outcome = engine.file(path, progress, &mut |batch| {
            let mut findings = Vec::with_capacity(batch.len());
            for (shipment, finding) in batch {
                if finding.disposition > Disposition::Release {
                    cases.add(&shipment, &finding);
                    findings.push(finding.clone());
                    to_look_at.push((shipment, finding));
                } else if !only_alerts {
                    findings.push(finding);
                }
            }
            if put_aside.is_ok() {
                put_aside = sorter.add(findings);
            }
        });
        put_aside.map_err(|source| no_room(home, source))?;
        match outcome {
            Ok(file) => {
                record(home, path, &file, &to_look_at)?;
                files.extend(file.tables);
                rejected.extend(file.rejected);
            }
            Err(error) => rejected.push(refused(path, &error)),
        }
    }
    Ok(ScreenedFiles {
        files,
        rejected,
        cases: cases.finish(),
        history_complete: engine.history.complete(),
        findings: sorter.finish().map_err(|source| no_room(home, source))?,
    })
}

fn no_room(home: &Home, source: std::io::Error) -> Error {
    Error::Io {
        doing: "put findings aside in",
        path: home.root().to_path_buf(),
        source,
    }
}

/// Rows to review that a budget of rows has no room for: cases take their rows in order of rank, holds need no room.
pub fn beyond_budget(cases: &[Case], rows: u64) -> HashSet<(String, u64)> {
    let mut left = rows;
    let mut beyond = HashSet::new();
    for row in cases
        .iter()
        .flat_map(|case| &case.lanes)
        .flat_map(|lane| &lane.rows)
    {
        if row.disposition == Disposition::Hold {
            left = left.saturating_sub(1);
        }
    }
    for case in cases {
        let reviews = case
            .lanes
            .iter()
            .flat_map(|lane| &lane.rows)
            .filter(|row| row.disposition == Disposition::Review);
        for row in reviews {
            if left == 0 {
                beyond.insert((row.file.clone(), row.row));
            } else {
                left -= 1;
            }
        }
    }
    beyond
}

/// The screener with all that a row needs beside itself.
struct Engine<'o> {
    screener: Screener,
    history: History,
    beyond: Beyond,
    overrides: &'o ColumnOverrides,
}

impl<'o> Engine<'o> {
    /// Reads all files for their history. A file that cannot be read is left to the second pass to report.
    fn new(
        paths: &[PathBuf],
        home: &Home,
        index: Arc<Index>,
        overrides: &'o ColumnOverrides,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, Error> {
        let mut history = History::default();
        for path in paths {
            let _ = pass::batches(path, overrides, "counting", progress, &mut |batch| {
                batch.iter().for_each(|shipment| history.add(shipment));
            });
        }
        history.finish();
        Ok(Self {
            screener: screener(home, index)?,
            history,
            beyond: Beyond::of(home)?,
            overrides,
        })
    }

    /// Screens one file, batch by batch in order.
    fn file(
        &self,
        path: &Path,
        progress: &mut dyn FnMut(Progress),
        each: &mut (dyn FnMut(Vec<(Shipment, Finding)>) + Send),
    ) -> Result<FileScreened, RecordError> {
        let mut counts: BTreeMap<String, (u64, u64, u64)> = BTreeMap::new();
        let read = pass::batches(
            path,
            self.overrides,
            "screening",
            progress,
            &mut |mut batch| {
                batch.par_iter_mut().for_each(|shipment| {
                    shipment.background = self.history.background(shipment);
                    self.beyond.add_to(shipment);
                });
                let findings = self.screener.screen(&batch);
                for finding in &findings {
                    let count = counts.entry(finding.file.clone()).or_default();
                    count.0 += 1;
                    count.1 += u64::from(finding.disposition == Disposition::Hold);
                    count.2 += u64::from(finding.disposition == Disposition::Review);
                }
                each(batch.into_iter().zip(findings).collect());
            },
        )?;
        Ok(FileScreened::new(read, &counts))
    }
}

fn refused(path: &Path, error: &records::RecordError) -> Rejected {
    Rejected {
        file: path.display().to_string(),
        row: 0,
        field: None,
        reason: error.to_string(),
    }
}

/// The engine, with the versions of the lists it screens against.
fn screener(home: &Home, index: Arc<Index>) -> Result<Screener, Error> {
    let mut versions = list_versions(home)?;
    let (owned, derived_from) = home.owned();
    versions.extend(derived_from.map(|key| ("ownership".to_string(), key)));
    Ok(Screener::new(Some(index), owned, versions))
}

/// Versions of the current lists, as findings name them.
pub(crate) fn list_versions(home: &Home) -> Result<BTreeMap<String, String>, Error> {
    let versions = home.ledger.list_versions()?;
    let current = versions.iter().filter(|version| version.current);
    Ok(current.map(version_label).collect())
}

/// One file as screened.
struct FileScreened {
    summary: records::RecordSummary,
    tables: Vec<RecordsRead>,
    rejected: Vec<Rejected>,
}

impl FileScreened {
    /// `counts` by table: rows, those to hold, those to review.
    fn new(read: FileRead, counts: &BTreeMap<String, (u64, u64, u64)>) -> Self {
        let rejected = read.rejected;
        let tables = read
            .layouts
            .into_iter()
            .filter(|layout| layout.skipped.is_none())
            .map(|layout| {
                let (rows, hold, review) = counts.get(&layout.file).copied().unwrap_or_default();
                RecordsRead {
                    rows,
                    hold,
                    review,
                    rejected: rejected
                        .iter()
                        .filter(|refusal| refusal.file == layout.file)
                        .count() as u64,
                    columns: layout
                        .mappings
                        .iter()
                        .map(|mapping| (mapping.column.clone(), mapping.field.words().to_string()))
                        .collect(),
                    unmapped: layout.unmapped,
                    missing: layout
                        .missing
                        .iter()
                        .map(|field| field.words().to_string())
                        .collect(),
                    file: layout.file,
                }
            });
        Self {
            tables: tables.collect(),
            summary: read.summary,
            rejected,
        }
    }
}

fn record(
    home: &mut Home,
    path: &Path,
    file: &FileScreened,
    findings: &[(Shipment, Finding)],
) -> Result<(), Error> {
    let source = NewSource {
        hash: file.summary.hash.clone(),
        kind: SourceKind::Records,
        location: path.display().to_string(),
        bytes: file.summary.bytes,
    };
    let at = Timestamp::now();
    home.ledger.record_source(&source, at)?;
    home.ledger
        .record_rejected(&source.hash, &file.rejected, at)?;
    home.ledger.record_findings(&source.hash, findings, at)?;
    Ok(())
}
