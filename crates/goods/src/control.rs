//! Control lists by declared code: the military reading of the Harmonized System, the Common High Priority List and
//! the export control classification numbers whose goods the code may hold.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use model::HsCode;
use serde::Deserialize;

use crate::table::{cell_list, rows};

/// What a code by itself calls for, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Only the text or the weight makes something of it: body armour hides under 6307.
    Context,
    /// Worth knowing.
    Info,
    /// On the Common High Priority List: diligence when bound for a destination of concern.
    Chpl,
    /// Look at it.
    Review,
    /// Look at it first.
    ReviewHigh,
    /// Not without a licence.
    BlockOrLicence,
    /// Not at all to an embargoed destination.
    Block,
}

/// An entry of a control list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlEntry {
    /// By the declared code `arms`, `CHPL` or `ECCN`; by the words `EU` (its military list), `EU dual-use` or `ECCN`.
    pub list: &'static str,
    /// Code or number on that list.
    pub entry: &'static str,
    /// Tier on the Common High Priority List: `1` (gravest) to `4B`.
    pub tier: Option<&'static str>,
    /// The entry in our own words.
    pub description: &'static str,
    /// What it calls for.
    pub action: Action,
    /// The lexicon's category, for entries of `arms`.
    pub category: Option<&'static str>,
    /// Where the entry is published.
    pub source: &'static str,
    /// The declared code is one of an older edition that this entry's code replaced.
    pub older_edition: bool,
    /// The words of the text point to the entry, not the declared code.
    pub by_text: bool,
}

impl fmt::Display for ControlEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tier {
            Some(tier) => write!(f, "{} tier {tier} {}", self.list, self.entry)?,
            None => write!(f, "{} {}", self.list, self.entry)?,
        }
        if self.by_text {
            f.write_str(" (by its words)")?;
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct ArmsRow {
    hs: String,
    description: String,
    category: String,
    action: Action,
}

#[derive(Deserialize)]
struct ChplRow {
    hs6: String,
    tier: String,
    description: String,
}

#[derive(Deserialize)]
struct EccnRow {
    eccn: String,
    description: String,
    hs: String,
}

#[derive(Deserialize)]
struct VersionRow {
    older: String,
    newer: String,
}

struct Controls {
    arms: HashMap<String, ArmsRow>,
    chpl: HashMap<String, ChplRow>,
    eccn: Vec<EccnRow>,
    /// Rows of `eccn` by the headings and subheadings that they name.
    eccn_of: HashMap<String, Vec<usize>>,
    newer: HashMap<String, Vec<String>>,
}

static CONTROLS: LazyLock<Controls> = LazyLock::new(|| Controls {
    arms: rows::<ArmsRow>("arms_hs")
        .into_iter()
        .map(|row| (row.hs.clone(), row))
        .collect(),
    chpl: rows::<ChplRow>("chpl")
        .into_iter()
        .map(|row| (row.hs6.clone(), row))
        .collect(),
    eccn_of: {
        let mut eccn_of: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, row) in rows::<EccnRow>("eccn").iter().enumerate() {
            for code in cell_list(&row.hs) {
                eccn_of.entry(code).or_default().push(at);
            }
        }
        eccn_of
    },
    eccn: rows("eccn"),
    newer: rows::<VersionRow>("hs_versions")
        .into_iter()
        .map(|row| (row.older, cell_list(&row.newer)))
        .collect(),
});

const ARMS_SOURCE: &str = "Harmonized System 2022, arms and munitions headings";
const CHPL_SOURCE: &str =
    "Common High Priority List (BIS with EU, JP, UK), 2024-02-23; EU 833/2014 Annex XL";
const ECCN_SOURCE: &str =
    "Commerce Control List, 15 CFR 774 Supp. 1; link to the HS code is our judgement";

/// Entries of control lists that a declared code falls under, by list and then by gravity.
///
/// Codes of older editions are carried over to the edition of 2022. Where one old code became several, the entry is
/// a possibility, so its action is [`Action::Context`] at most; the Common High Priority List keeps its own.
pub fn controls(hs: &HsCode) -> Vec<ControlEntry> {
    let controls = &*CONTROLS;
    let declared = hs.hs6().unwrap_or(hs.as_str());
    let newer = controls.newer.get(declared).map_or(&[][..], Vec::as_slice);
    let mut found = Vec::new();

    let arms = |code: &str| controls.arms.get(code).filter(|row| row.hs == code);
    let mut push_arms = |row: &'static ArmsRow, action: Action, older_edition: bool| {
        found.push(ControlEntry {
            list: "arms",
            entry: &row.hs,
            tier: None,
            description: &row.description,
            action,
            category: Some(&row.category),
            source: ARMS_SOURCE,
            older_edition,
            by_text: false,
        });
    };
    if let Some(row) = arms(declared) {
        push_arms(row, row.action, false);
    } else {
        let split = newer.len() > 1;
        for row in newer.iter().filter_map(|code| arms(code)) {
            let action = if split {
                row.action.min(Action::Context)
            } else {
                row.action
            };
            push_arms(row, action, true);
        }
        if newer.is_empty()
            && let Some(row) = hs.hs4().and_then(arms)
        {
            push_arms(row, row.action, false);
        }
    }

    for (code, older_edition) in
        std::iter::once((declared, false)).chain(newer.iter().map(|code| (code.as_str(), true)))
    {
        if let Some(row) = controls.chpl.get(code) {
            found.push(ControlEntry {
                list: "CHPL",
                entry: &row.hs6,
                tier: Some(&row.tier),
                description: &row.description,
                action: Action::Chpl,
                category: None,
                source: CHPL_SOURCE,
                older_edition,
                by_text: false,
            });
        }
    }

    let named = |code: &str| {
        [4, 6]
            .into_iter()
            .filter_map(|digits| controls.eccn_of.get(code.get(..digits)?))
            .flatten()
            .copied()
            .collect::<Vec<usize>>()
    };
    let current = named(declared);
    let mut all: Vec<usize> = newer.iter().flat_map(|code| named(code)).collect();
    all.extend(&current);
    all.sort_unstable();
    all.dedup();
    for at in all {
        let row = &controls.eccn[at];
        found.push(ControlEntry {
            list: "ECCN",
            entry: &row.eccn,
            tier: None,
            description: &row.description,
            action: Action::Info,
            category: None,
            source: ECCN_SOURCE,
            older_edition: !current.contains(&at),
            by_text: false,
        });
    }
    found
}

/// Whether codes of a heading or subheading are on the Common High Priority List or call for a look as arms.
pub fn is_controlled(heading: &str) -> bool {
    let controls = &*CONTROLS;
    let arms = controls
        .arms
        .values()
        .any(|row| row.action >= Action::Review && row.hs.starts_with(heading));
    arms || controls.chpl.keys().any(|code| code.starts_with(heading))
}

/// Codes of the 2022 edition that an older code of six digits became; empty where it stayed.
pub(crate) fn newer_codes(hs6: &str) -> &'static [String] {
    CONTROLS.newer.get(hs6).map_or(&[], Vec::as_slice)
}

/// Codes of older editions, of six digits, that became codes beginning with this one.
pub(crate) fn older_codes(code: &str) -> impl Iterator<Item = &'static String> {
    let begin = code.get(..6).unwrap_or(code).to_owned();
    CONTROLS
        .newer
        .iter()
        .filter(move |(_, newer)| newer.iter().any(|new| new.starts_with(&begin)))
        .map(|(older, _)| older)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, expect: &[&str]) {
        let got: Vec<String> = controls(&code.parse().unwrap())
            .iter()
            .filter(|entry| entry.list != "ECCN")
            .map(|entry| {
                let older = if entry.older_edition {
                    " (older code)"
                } else {
                    ""
                };
                format!("{entry}: {:?}{older}", entry.action)
            })
            .collect();
        assert_eq!(got, expect, "{code}");
    }

    #[test]
    fn codes_of_every_edition_and_length_reach_their_entries() {
        check("9301.90 00 00", &["arms 930190: Block"]);
        check("9301", &["arms 9301: Block"]);
        check("930119", &["arms 930110: Block (older code)"]);
        check("8542310000", &["CHPL tier 1 854231: Chpl"]);
        check(
            "8803300000",
            &[
                "arms 880730: ReviewHigh (older code)",
                "CHPL tier 3B 880730: Chpl (older code)",
            ],
        );
        check("730890", &[]);
        check("85", &[]);
    }

    #[test]
    fn a_split_code_is_only_a_possibility() {
        let found = controls(&"852580".parse().unwrap());
        assert!(
            found
                .iter()
                .filter(|e| e.list == "arms")
                .all(|e| e.action == Action::Context)
        );
        assert!(found.iter().any(|e| e.list == "CHPL"));
    }

    #[test]
    fn every_new_code_is_one_of_the_newest_edition_in_its_concordance() {
        let folder = std::env::var("INTERDICT_SHARED").unwrap_or_default();
        let path = format!("{folder}/data/goods/hs_concordances_comtrade.csv");
        let Ok(concordance) = std::fs::read_to_string(path) else {
            println!("skipped: INTERDICT_SHARED does not lead to the concordances of editions");
            return;
        };
        let newest: std::collections::HashSet<String> = concordance
            .lines()
            .filter(|line| line.ends_with(",2022 to 2017"))
            .filter_map(|line| line.split(',').next())
            .map(|code| format!("{code:0>6}"))
            .collect();
        for (older, newer) in &CONTROLS.newer {
            assert!(!newest.contains(older), "{older} is in the newest edition");
            for code in newer {
                assert!(newest.contains(code), "{older} became {code}, which is not");
            }
        }
    }

    #[test]
    fn classification_numbers_come_with_the_code() {
        let found = controls(&"930330".parse().unwrap());
        let numbers: Vec<&str> = found
            .iter()
            .filter(|e| e.list == "ECCN")
            .map(|e| e.entry)
            .collect();
        assert_eq!(numbers, ["0A501", "0A506"]);
    }
}
