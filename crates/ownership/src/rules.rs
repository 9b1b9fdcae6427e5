//! The rules as data: `data/rules.tsv`, read once. A table that cannot be read is a broken build, which the tests show.

use std::sync::LazyLock;

use model::{PartialDate, Percent};
use serde::Deserialize;

static RULES: &str = include_str!("../data/rules.tsv");
static MANIFEST: &str = include_str!("../data/tables.toml");

/// What a share is asked to reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Threshold {
    From(Percent),
    Above(Percent),
}

impl Threshold {
    pub(crate) fn is_met(self, percent: Percent) -> bool {
        match self {
            Threshold::From(least) => percent >= least,
            Threshold::Above(bound) => percent > bound,
        }
    }
}

/// What a consolidating parent counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Consolidation {
    #[serde(rename = "over_50")]
    Over50,
    Control,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    InForce,
    Suspended,
    Uncertain,
}

/// One dated state of one rule.
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) instrument: String,
    lists: Vec<String>,
    /// Whether what several listed owners hold is added up.
    pub(crate) together: bool,
    pub(crate) shares: Option<Threshold>,
    pub(crate) votes: Option<Threshold>,
    pub(crate) control: bool,
    pub(crate) consolidation: Consolidation,
    pub(crate) valid_from: Option<PartialDate>,
    valid_to: Option<PartialDate>,
    pub(crate) status: Status,
    source: String,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    instrument: String,
    lists: String,
    owners: String,
    shares: String,
    votes: String,
    control: String,
    consolidation: Consolidation,
    valid_from: Option<PartialDate>,
    valid_to: Option<PartialDate>,
    status: Status,
    source: String,
}

static TABLE: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .quoting(false)
        .comment(Some(b'#'))
        .from_reader(RULES.as_bytes())
        .deserialize()
        .map(|row: Result<Row, csv::Error>| {
            let row = row.unwrap_or_else(|error| panic!("embedded table rules: {error}"));
            Rule {
                id: row.id,
                instrument: row.instrument,
                // Words of a programme are written without the blanks between them: `us-csl/(SDN)`.
                lists: row.lists.split(' ').map(str::to_string).collect(),
                together: row.owners == "together",
                shares: threshold(&row.shares),
                votes: threshold(&row.votes),
                control: row.control == "yes",
                consolidation: row.consolidation,
                valid_from: row.valid_from,
                valid_to: row.valid_to,
                status: row.status,
                source: row.source,
            }
        })
        .collect()
});

fn threshold(text: &str) -> Option<Threshold> {
    let (above, figure) = match text.strip_prefix('>') {
        Some(figure) => (true, figure),
        None => (false, text),
    };
    let percent = figure
        .parse::<f64>()
        .ok()
        .and_then(|figure| Percent::try_from(figure).ok())?;
    Some(if above {
        Threshold::Above(percent)
    } else {
        Threshold::From(percent)
    })
}

/// The rules valid on a day, in the order of the table.
pub(crate) fn on(day: PartialDate) -> Vec<&'static Rule> {
    TABLE
        .iter()
        .filter(|rule| {
            rule.valid_from.is_none_or(|from| from <= day)
                && rule.valid_to.is_none_or(|to| day <= to)
        })
        .collect()
}

/// Tells days with other rules, and other tables of rules, apart.
pub(crate) fn key_of(day: PartialDate) -> String {
    let rules: Vec<String> = on(day).into_iter().map(Rule::citation).collect();
    rules.join("\n")
}

/// Date of the rules table and the first digits of its hash.
pub fn version() -> String {
    #[derive(Deserialize)]
    struct About {
        version: String,
    }
    let about: std::collections::BTreeMap<String, About> =
        toml::from_str(MANIFEST).unwrap_or_default();
    let date = about
        .get("rules")
        .map_or("undated", |about| about.version.as_str());
    format!("{date} {}", &blake3::hash(RULES.as_bytes()).to_hex()[..8])
}

impl Rule {
    /// Whether an entry of this list under these programmes is one of the rule's listed parties, by a name of the list.
    pub(crate) fn names(&self, list: &str, programmes: &[String]) -> bool {
        self.lists.iter().any(|selector| {
            let (wanted, words) = match selector.split_once('/') {
                Some((wanted, words)) => (wanted, Some(words)),
                None => (selector.as_str(), None),
            };
            let by_name = match wanted.strip_suffix('*') {
                Some(start) => !start.is_empty() && list.starts_with(start),
                None => list == wanted,
            };
            by_name
                && words.is_none_or(|words| {
                    programmes.iter().any(|programme| programme.contains(words))
                })
        })
    }

    /// Whether the rule is for entries that no other rule names.
    pub(crate) fn is_for_the_rest(&self) -> bool {
        self.lists.iter().any(|selector| selector == "*")
    }

    /// Instrument, id, status with its date, source and version of the table, in one line.
    pub(crate) fn citation(&self) -> String {
        let status = match self.status {
            Status::InForce => "in force",
            Status::Suspended => "suspended",
            Status::Uncertain => "status uncertain",
        };
        let since = self
            .valid_from
            .map_or(String::new(), |from| format!(" since {from}"));
        let until = self
            .valid_to
            .map_or(String::new(), |to| format!(" until {to}"));
        format!(
            "{} ({}, {status}{since}{until}); {}; rules of {}",
            self.instrument,
            self.id,
            self.source,
            version()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_read_and_is_cited_with_its_date() {
        assert!(TABLE.len() >= 7);
        for rule in TABLE.iter() {
            let can_be_met = rule.shares.is_some() || rule.votes.is_some() || rule.control;
            assert!(can_be_met || rule.is_for_the_rest(), "{}", rule.id);
            assert!(!rule.source.is_empty(), "{}", rule.id);
        }
        assert!(!version().starts_with("undated"));
    }

    #[test]
    fn the_affiliates_rule_is_a_dated_switch() {
        let status = |day: &str| {
            on(day.parse().unwrap())
                .into_iter()
                .find(|rule| rule.id == "us.bis.affiliates50")
                .map(|rule| rule.status)
        };
        assert_eq!(status("2025-09-28"), None);
        assert_eq!(status("2025-09-29"), Some(Status::InForce));
        assert_eq!(status("2025-11-10"), Some(Status::Suspended));
        assert_eq!(status("2026-11-09"), Some(Status::Suspended));
        assert_eq!(status("2026-11-10"), Some(Status::Uncertain));
    }

    #[test]
    fn each_list_has_its_own_rule() {
        let check = |list: &str, programme: &str, expect: &[&str]| {
            let programmes = [programme.to_string()];
            let found: Vec<_> = on("2026-11-25".parse().unwrap())
                .into_iter()
                .filter(|rule| rule.names(list, &programmes))
                .map(|rule| rule.id.as_str())
                .collect();
            assert_eq!(found, expect, "{list} {programme}");
        };
        check("ofac-sdn", "RUSSIA-EO14024", &["us.ofac.50pct"]);
        check("ofac-consolidated", "CMIC-EO13959", &[]);
        check(
            "us-csl",
            "Specially Designated Nationals (SDN) - Treasury Department",
            &["us.ofac.50pct"],
        );
        check(
            "us-csl",
            "Entity List (EL) - Bureau of Industry and Security",
            &["us.bis.affiliates50"],
        );
        check(
            "us-csl",
            "Unverified List (UVL) - Bureau of Industry and Security",
            &[],
        );
        check("eu-fsf", "UKR", &["eu.ownership"]);
        check("gb_fcdo_sanctions", "Russia", &["uk.ownership"]);
        check("un-sc", "DPRK", &[]);
    }
}
