//! Stored findings made again: the same shipment, the same lists, the same tables have to give the same bytes.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ledger::{FindingFilter, ListVersion, StoredFinding};
use model::Disposition;
use names::{Index, IndexBuilder};
use screen::Screener;
use serde::Serialize;

use crate::home::indexed;
use crate::screening::list_versions;
use crate::{Error, Home, Progress};

/// Findings made again at once.
const BATCH: usize = 4_096;

/// The name under which findings keep what their owned parties were derived from.
const OWNERSHIP: &str = "ownership";

/// What the ledger gives today.
struct Now {
    index: Arc<Index>,
    lists: Vec<(String, String)>,
    ownership: Option<String>,
}

/// What came of making findings again.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Replay {
    /// Made again and the same to the byte.
    pub same: u64,
    /// Made again and not the same.
    pub different: Vec<Difference>,
    /// Not made again: this program or ledger lacks what they were made with.
    pub not_possible: Vec<Difference>,
}

/// A finding that was not made again as it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Its id.
    pub finding_id: String,
    /// What differs, or what is lacking.
    pub what: String,
}

/// Makes stored findings again, that of `finding_id` or all to hold or review, with the versions of lists that they
/// were made with.
///
/// # Errors
/// When the ledger cannot be read or an index cannot be written; an id that the ledger does not know gives nothing.
pub fn replay(
    home: &Home,
    finding_id: Option<&str>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Replay, Error> {
    let mut outcome = Replay::default();
    let mut by_lists: BTreeMap<Vec<(String, String)>, Vec<StoredFinding>> = BTreeMap::new();
    let mut take = |stored: StoredFinding| {
        let lists = stored
            .finding
            .versions
            .iter()
            .filter(|(name, _)| name.starts_with("list ") || *name == OWNERSHIP)
            .map(|(name, version)| (name.clone(), version.clone()))
            .collect();
        by_lists.entry(lists).or_default().push(stored);
    };
    match finding_id {
        Some(id) => home.ledger.finding(id)?.into_iter().for_each(&mut take),
        None => home.ledger.findings(
            &FindingFilter {
                at_least: Some(Disposition::Review),
                superseded: true,
                ..FindingFilter::default()
            },
            &mut take,
        )?,
    }
    let known = home.ledger.list_versions()?;
    let now = Now {
        index: home.index(progress)?,
        lists: list_versions(home)?.into_iter().collect(),
        ownership: home.owned().1,
    };
    for (versions, findings) in by_lists {
        let (ownership, lists): (Vec<_>, Vec<_>) = versions
            .iter()
            .cloned()
            .partition(|(name, _)| name == OWNERSHIP);
        let ownership = ownership.into_iter().next().map(|(_, version)| version);
        let index = match index_of(home, &now, &lists, ownership.as_deref(), &known, progress)? {
            Ok(index) => index,
            Err(what) => {
                let lacking = findings.into_iter().map(|stored| Difference {
                    finding_id: stored.finding_id,
                    what: what.clone(),
                });
                outcome.not_possible.extend(lacking);
                continue;
            }
        };
        let owned = match ownership {
            Some(_) => home.owned().0,
            None => screen::Owned::default(),
        };
        let screener = Screener::new(Some(index), owned, versions.into_iter().collect());
        for batch in findings.chunks(BATCH) {
            again(&screener, batch, &mut outcome);
        }
    }
    Ok(outcome)
}

fn again(screener: &Screener, batch: &[StoredFinding], outcome: &mut Replay) {
    let shipments: Vec<_> = batch.iter().map(|stored| stored.shipment.clone()).collect();
    for (stored, made) in batch.iter().zip(screener.screen(&shipments)) {
        let difference = |what| Difference {
            finding_id: stored.finding_id.clone(),
            what,
        };
        if let Some(what) = other_version(&stored.finding.versions, &made.versions) {
            outcome.not_possible.push(difference(what));
            continue;
        }
        let bytes = |finding| serde_json::to_string(finding).ok();
        if bytes(&stored.finding) == bytes(&made) {
            outcome.same += 1;
        } else {
            outcome.different.push(difference(format!(
                "recorded as {} with score {}, made again as {} with score {}",
                stored.finding.disposition.as_str(),
                stored.finding.score,
                made.disposition.as_str(),
                made.score
            )));
        }
    }
}

/// The first table that is not the one a finding was made with.
fn other_version(
    then: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> Option<String> {
    let names = then.keys().chain(now.keys());
    let mut other = names.filter(|name| then.get(*name) != now.get(*name));
    other.next().map(|name| {
        let version = |versions: &BTreeMap<String, String>| {
            versions
                .get(name)
                .cloned()
                .unwrap_or_else(|| "none".to_string())
        };
        format!(
            "made with {name} {}, this program has {}",
            version(then),
            version(now)
        )
    })
}

/// The index of certain list versions; what the ledger lacks, where it lacks something.
fn index_of(
    home: &Home,
    now: &Now,
    lists: &[(String, String)],
    ownership: Option<&str>,
    known: &[ListVersion],
    progress: &mut dyn FnMut(Progress),
) -> Result<Result<Arc<Index>, String>, Error> {
    if now.lists == lists && now.ownership.as_deref() == ownership {
        return Ok(Ok(now.index.clone()));
    }
    // What ownership came to on an earlier day, or under earlier lists, is not kept.
    if let Some(version) = ownership {
        return Ok(Err(format!(
            "made with ownership by {version}, which is no longer what this ledger gives"
        )));
    }
    let by_label: HashMap<(String, String), &ListVersion> = known
        .iter()
        .map(|version| (version_label(version), version))
        .collect();
    progress(Progress::Begin {
        doing: "indexing earlier lists".to_string(),
        bytes: 0,
    });
    let mut builder = IndexBuilder::new();
    let mut wanted = lists.to_vec();
    // As when it was first built: list by list.
    wanted.sort();
    for label in &wanted {
        let Some(version) = by_label.get(label) else {
            progress(Progress::End);
            return Ok(Err(format!(
                "this ledger has no {} of version {}",
                label.0, label.1
            )));
        };
        home.ledger
            .entries(&version.list, &version.hash, &mut |entry| {
                builder.add(indexed(entry));
            })?;
    }
    let index = home.scratch_index(builder)?;
    progress(Progress::End);
    Ok(Ok(Arc::new(index)))
}

/// A list version as findings name it: `list ofac-sdn` → date and the first digits of its hash.
pub(crate) fn version_label(version: &ListVersion) -> (String, String) {
    (
        format!("list {}", version.list),
        format!("{} {}", version.version, &version.hash[..16]),
    )
}
