//! Trade records through the readers and the screening engine into the ledger.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger::{NewSource, SourceKind, Timestamp};
use model::{Disposition, Finding, Rejected, Shipment};
use names::Index;
use records::{ColumnOverrides, Layout, RecordSummary};
use screen::Screener;

use crate::brief::{ReadSummary, RecordsRead, ShipmentBrief};
use crate::{Error, Home, Progress};

/// Shipments screened at once, on all cores.
const BATCH: usize = 16_384;

/// What screening a folder left over for the brief.
pub struct Screened {
    /// Shipments to hold or review, by rank.
    pub shipments: Vec<ShipmentBrief>,
    /// Party names of released shipments, and in how many each stands.
    pub released: BTreeMap<String, u64>,
}

/// What screening a few files found, every row of them.
#[derive(Default)]
pub struct ScreenedFiles {
    /// A line for each table read.
    pub files: Vec<RecordsRead>,
    /// Rows, fields and files refused.
    pub rejected: Vec<Rejected>,
    /// Every row's finding, by rank.
    pub findings: Vec<Finding>,
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
    let screener = screener(home, index)?;
    let mut shipments = Vec::new();
    let mut released = BTreeMap::new();
    for path in paths {
        let mut to_look_at = Vec::new();
        let outcome = one(
            path,
            &ColumnOverrides::default(),
            &screener,
            progress,
            &mut |shipment, finding| {
                if finding.disposition > Disposition::Release {
                    to_look_at.push((shipment, finding));
                } else {
                    for party in shipment.parties {
                        *released.entry(party.name).or_default() += 1;
                    }
                }
            },
        );
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
        released,
    })
}

/// Screens files for `interdict screen`: every row's finding is returned, those to hold or review are recorded.
///
/// # Errors
/// When the ledger cannot be written.
pub fn files(
    paths: &[PathBuf],
    home: &mut Home,
    index: Arc<Index>,
    overrides: &ColumnOverrides,
    progress: &mut dyn FnMut(Progress),
) -> Result<ScreenedFiles, Error> {
    let screener = screener(home, index)?;
    let mut screened = ScreenedFiles::default();
    for path in paths {
        let mut to_look_at = Vec::new();
        let findings = &mut screened.findings;
        let outcome = one(
            path,
            overrides,
            &screener,
            progress,
            &mut |shipment, finding| {
                findings.push(finding.clone());
                if finding.disposition > Disposition::Release {
                    to_look_at.push((shipment, finding));
                }
            },
        );
        match outcome {
            Ok(file) => {
                record(home, path, &file, &to_look_at)?;
                screened.files.extend(file.tables);
                screened.rejected.extend(file.rejected);
            }
            Err(error) => screened.rejected.push(refused(path, &error)),
        }
    }
    screen::rank(&mut screened.findings);
    screened.findings.sort_by_key(|finding| finding.rank);
    Ok(screened)
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
    let current = home
        .ledger
        .list_versions()?
        .into_iter()
        .filter(|version| version.current);
    let lists = current.map(|version| {
        (
            format!("list {}", version.list),
            format!("{} {}", version.version, &version.hash[..16]),
        )
    });
    Ok(Screener::new(Some(index), lists.collect()))
}

/// One file as screened.
struct FileScreened {
    summary: RecordSummary,
    tables: Vec<RecordsRead>,
    rejected: Vec<Rejected>,
}

fn one(
    path: &Path,
    overrides: &ColumnOverrides,
    screener: &Screener,
    progress: &mut dyn FnMut(Progress),
    each: &mut dyn FnMut(Shipment, Finding),
) -> Result<FileScreened, records::RecordError> {
    let bytes = path
        .metadata()
        .map(|metadata| metadata.len())
        .unwrap_or_default();
    progress(Progress::Begin {
        doing: format!("screening {}", path.display()),
        bytes,
    });
    let mut layouts: Vec<Layout> = Vec::new();
    let mut counts: BTreeMap<String, (u64, u64, u64)> = BTreeMap::new();
    let mut rejected = Vec::new();
    let mut batch = Vec::with_capacity(BATCH);
    let mut screen_batch = |batch: &mut Vec<Shipment>| {
        let findings = screener.screen(batch);
        for (shipment, finding) in batch.drain(..).zip(findings) {
            let count = counts.entry(shipment.file.clone()).or_default();
            count.0 += 1;
            count.1 += u64::from(finding.disposition == Disposition::Hold);
            count.2 += u64::from(finding.disposition == Disposition::Review);
            each(shipment, finding);
        }
    };
    let summary = records::read(
        path,
        overrides,
        &mut |layout| {
            // A layout that is told again, with a column more, replaces the one before.
            layouts.retain(|known| known.file != layout.file);
            layouts.push(layout.clone());
        },
        &mut |shipment| {
            batch.push(shipment);
            if batch.len() == BATCH {
                screen_batch(&mut batch);
            }
        },
        &mut |refusal| rejected.push(refusal),
        &mut |bytes| progress(Progress::At(bytes)),
    );
    screen_batch(&mut batch);
    progress(Progress::End);
    let summary = summary?;
    let tables = layouts
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
                    .filter(|refusal: &&Rejected| refusal.file == layout.file)
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
    Ok(FileScreened {
        tables: tables.collect(),
        summary,
        rejected,
    })
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
