//! The tables that ship with the crate, read once, and their versions.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use model::PartialDate;
use regex::Regex;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::day::day_number;

static MANIFEST: &str = include_str!("../data/tables.toml");

/// Every table: its name in the manifest and its text.
static TABLES: [(&str, &str); 15] = [
    ("redflags", include_str!("../data/redflags.csv")),
    ("weights", include_str!("../data/weights.csv")),
    ("score", include_str!("../data/score.toml")),
    ("calibration", include_str!("../data/calibration.csv")),
    ("history", include_str!("../data/history.toml")),
    ("kits", include_str!("../data/kits.tsv")),
    ("hubs", include_str!("../data/hubs.csv")),
    ("destinations", include_str!("../data/destinations.csv")),
    (
        "defence_parties",
        include_str!("../data/defence_parties.tsv"),
    ),
    ("businesses", include_str!("../data/businesses.tsv")),
    ("unit_values", include_str!("../data/unit_values.csv")),
    ("pieces", include_str!("../data/pieces.csv")),
    ("quantities", include_str!("../data/quantities.csv")),
    ("end_uses", include_str!("../data/end_uses.tsv")),
    ("explanations", include_str!("../data/explanations.tsv")),
];

/// A red flag of the registry.
#[derive(Debug, Clone, Deserialize)]
pub struct RedFlag {
    /// `P01` … `H03`.
    pub id: String,
    /// party, route, goods, value, document or history.
    pub group: String,
    /// When it is raised.
    pub condition: String,
    /// Where the rule comes from.
    pub source: String,
    /// First guess of its likelihood ratio, as a range.
    pub likelihood_ratio: String,
    /// `yes`, how far it is evaluated, or `no` and what it needs.
    pub evaluated: String,
}

#[derive(Deserialize)]
pub(crate) struct WeightRow {
    pub(crate) flag: String,
    pub(crate) level: String,
    pub(crate) group: String,
    pub(crate) guess: f64,
    pub(crate) weight: f64,
    needs: String,
    #[serde(skip)]
    pub(crate) needed: Vec<String>,
}

impl WeightRow {
    /// Whether a hit of that flag is company enough for this one to count.
    pub(crate) fn accepts(&self, flag: &str) -> bool {
        self.needed.iter().any(|needed| needed == flag)
    }
}

#[derive(Deserialize)]
pub(crate) struct Score {
    pub(crate) prior: f64,
    pub(crate) review_score: f64,
    pub(crate) caps: HashMap<String, f64>,
    pub(crate) case: CaseGrowth,
}

/// How a case's score grows with its rows: `weight` × ln(rows), at most `cap`.
#[derive(Deserialize)]
pub(crate) struct CaseGrowth {
    pub(crate) weight: f64,
    pub(crate) cap: f64,
}

/// What history rules count with; units and reasons stand in `history.toml`.
#[derive(Deserialize)]
pub(crate) struct HistoryRules {
    control_date: PartialDate,
    /// `control_date` as a day number.
    #[serde(skip)]
    pub(crate) control_day: i32,
    pub(crate) two_leg_days: i32,
    pub(crate) two_leg_ratio_low: f64,
    pub(crate) two_leg_ratio_high: f64,
    pub(crate) new_party_days: i32,
    pub(crate) records_before_days: i32,
    pub(crate) dormant_months: u32,
    pub(crate) usual_rows: u32,
    pub(crate) unusual_share: f64,
    pub(crate) surge_rows: u32,
    pub(crate) surge_factor: f64,
    pub(crate) shared_address: u32,
    pub(crate) successor_days: i32,
    pub(crate) successor_overlap_days: i32,
    pub(crate) kit_days: u32,
    pub(crate) kit_parts: usize,
    pub(crate) first_pair_usd: f64,
}

#[derive(Deserialize)]
pub(crate) struct Hub {
    iso2: String,
    pub(crate) country: String,
    /// 1 for countries that an official list names, less for those only seen in cases.
    pub(crate) weight: f64,
    pub(crate) source: String,
}

/// What a destination is barred from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Control {
    /// Arms embargo.
    Arms,
    /// Military and dual-use goods and high-priority items.
    Military,
    /// Nearly everything.
    Comprehensive,
}

#[derive(Deserialize)]
pub(crate) struct Destination {
    iso2: String,
    pub(crate) control: Control,
    /// First day; none for what was always so, as far as records reach.
    valid_from: Option<PartialDate>,
    pub(crate) basis: String,
}

#[derive(Deserialize)]
pub(crate) struct UnitValue {
    hs: String,
    pub(crate) median_usd_per_kg: f64,
    pub(crate) sd_log10: f64,
}

#[derive(Deserialize)]
pub(crate) struct Piece {
    hs: String,
    pub(crate) article: String,
    pub(crate) kg_low: f64,
    pub(crate) kg_high: f64,
    pub(crate) usd_high: f64,
}

#[derive(Deserialize)]
struct CalibrationRow {
    score: f64,
    probability: f64,
}

/// ln(p / (1 - p)).
pub(crate) fn log_odds(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

#[derive(Deserialize)]
struct QuantityRow {
    category: String,
    pieces: f64,
}

#[derive(Deserialize)]
struct EndUseRow {
    category: String,
    end_use: String,
    note: String,
}

#[derive(Deserialize)]
struct DefenceRow {
    level: String,
    pattern: String,
    what: String,
}

#[derive(Deserialize)]
struct BusinessRow {
    business: String,
    pattern: String,
    at_odds: String,
}

#[derive(Deserialize)]
pub(crate) struct Explanation {
    r#for: String,
    pub(crate) innocent: String,
    pub(crate) clears: String,
}

pub(crate) struct Pattern {
    pub(crate) name: String,
    pub(crate) regex: Regex,
    pub(crate) what: String,
}

pub(crate) struct Tables {
    pub(crate) redflags: HashMap<String, RedFlag>,
    pub(crate) weights: HashMap<(String, String), WeightRow>,
    pub(crate) score: Score,
    /// Score and log-odds at `CALIBRATED_AT`, ascending.
    pub(crate) calibration: Vec<(f64, f64)>,
    pub(crate) history: HistoryRules,
    pub(crate) hubs: HashMap<String, Hub>,
    /// By country, the latest rule first.
    destinations: HashMap<String, Vec<Destination>>,
    /// Named by level: `ministry`, `arms_maker`, `supplier`.
    pub(crate) defence: Vec<Pattern>,
    /// Named by line of business; `what` lists the goods at odds with it.
    pub(crate) businesses: Vec<Pattern>,
    pub(crate) unit_values: HashMap<String, UnitValue>,
    pub(crate) pieces: HashMap<String, Piece>,
    pub(crate) quantities: HashMap<String, f64>,
    /// Named by category of goods.
    pub(crate) end_uses: Vec<Pattern>,
    pub(crate) explanations: HashMap<String, Explanation>,
}

static LOADED: LazyLock<Tables> = LazyLock::new(|| Tables {
    redflags: by_key("redflags", |row: &RedFlag| row.id.clone()),
    weights: weight_rows()
        .into_iter()
        .map(|row| ((row.flag.clone(), row.level.clone()), row))
        .collect(),
    score: toml::from_str(text("score"))
        .unwrap_or_else(|error| panic!("embedded table score: {error}")),
    calibration: rows::<CalibrationRow>("calibration")
        .into_iter()
        .map(|row| (row.score, log_odds(row.probability)))
        .collect(),
    history: history(),
    hubs: by_key("hubs", |row: &Hub| row.iso2.clone()),
    destinations: destinations(),
    defence: rows::<DefenceRow>("defence_parties")
        .into_iter()
        .map(|row| words(row.level, &row.pattern, row.what))
        .collect(),
    businesses: rows::<BusinessRow>("businesses")
        .into_iter()
        .map(|row| words(row.business, &row.pattern, row.at_odds))
        .collect(),
    unit_values: by_key("unit_values", |row: &UnitValue| row.hs.clone()),
    pieces: by_key("pieces", |row: &Piece| row.hs.clone()),
    quantities: rows::<QuantityRow>("quantities")
        .into_iter()
        .map(|row| (row.category, row.pieces))
        .collect(),
    end_uses: rows::<EndUseRow>("end_uses")
        .into_iter()
        .map(|row| Pattern {
            regex: compile(&row.end_use),
            name: row.category,
            what: row.note,
        })
        .collect(),
    explanations: by_key("explanations", |row: &Explanation| row.r#for.clone()),
});

/// The weights in the order of their table.
pub(crate) fn weight_rows() -> Vec<WeightRow> {
    let mut rows: Vec<WeightRow> = rows("weights");
    for row in &mut rows {
        let needs = row.needs.split('|').filter(|id| !id.is_empty());
        row.needed = needs.map(str::to_string).collect();
    }
    rows
}

fn destinations() -> HashMap<String, Vec<Destination>> {
    let mut by_country: HashMap<String, Vec<Destination>> = HashMap::new();
    for row in rows::<Destination>("destinations") {
        by_country.entry(row.iso2.clone()).or_default().push(row);
    }
    for rules in by_country.values_mut() {
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.valid_from));
    }
    by_country
}

impl Tables {
    /// What a country was barred from on a date. A date known only to the year or month counts as its end, none as
    /// today: what may have been barred is read as barred.
    pub(crate) fn destination(
        &self,
        code: &str,
        date: Option<PartialDate>,
    ) -> Option<&Destination> {
        let end = |date: PartialDate| {
            (
                date.year(),
                date.month().unwrap_or(12),
                date.day().unwrap_or(31),
            )
        };
        self.destinations
            .get(code)?
            .iter()
            .find(|rule| match (rule.valid_from, date) {
                (Some(from), Some(date)) => end(date) >= end(from),
                _ => true,
            })
    }
}

fn history() -> HistoryRules {
    let mut rules: HistoryRules = toml::from_str(text("history"))
        .unwrap_or_else(|error| panic!("embedded table history: {error}"));
    rules.control_day = day_number(rules.control_date).expect("a control date to the day");
    rules
}

pub(crate) fn tables() -> &'static Tables {
    &LOADED
}

/// Every red flag of the registry in order, those that are not evaluated among them.
pub fn redflags() -> Vec<RedFlag> {
    rows("redflags")
}

/// Versions of this crate's tables and of those of `goods`: date and the first eight hexadecimal digits of the hash.
pub(crate) fn versions() -> BTreeMap<String, String> {
    #[derive(Deserialize)]
    struct About {
        version: String,
    }
    let about: BTreeMap<String, About> = toml::from_str(MANIFEST).unwrap_or_default();
    let mut versions = goods::versions();
    for (name, text) in TABLES {
        let date = about
            .get(name)
            .map_or("undated", |about| about.version.as_str());
        let hash = blake3::hash(text.as_bytes()).to_hex();
        versions.insert(name.to_string(), format!("{date} {}", &hash[..8]));
    }
    versions
}

/// A pattern of whole words, tried on lower-case text. Chinese has no word boundaries, so boundaries are asked for
/// only beside letters of other scripts.
fn words(name: String, pattern: &str, what: String) -> Pattern {
    let edge = r"[^\p{L}\p{N}]|\p{Han}";
    Pattern {
        regex: compile(&format!(
            "(?:^|{edge})({pattern})(?:$|{edge})|({})",
            han_only(pattern)
        )),
        name,
        what,
    }
}

/// The alternatives of a pattern that are written in Chinese characters; a pattern that never matches where none are.
fn han_only(pattern: &str) -> String {
    let han: Vec<&str> = pattern
        .split('|')
        .filter(|part| part.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)))
        .collect();
    if han.is_empty() {
        r"[^\s\S]".to_string()
    } else {
        han.join("|")
    }
}

fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| panic!("embedded pattern {pattern}: {error}"))
}

fn by_key<T: DeserializeOwned>(name: &str, key: impl Fn(&T) -> String) -> HashMap<String, T> {
    rows(name).into_iter().map(|row| (key(&row), row)).collect()
}

/// The rows of a table. Tables are part of the program: one that cannot be read is a broken build, which the tests
/// would have shown, so it panics.
pub(crate) fn rows<T: DeserializeOwned>(name: &str) -> Vec<T> {
    let text = text(name);
    let tabs = text.lines().next().is_some_and(|line| line.contains('\t'));
    csv::ReaderBuilder::new()
        .delimiter(if tabs { b'\t' } else { b',' })
        .quoting(!tabs)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes())
        .deserialize()
        .map(|row| row.unwrap_or_else(|error| panic!("embedded table {name}: {error}")))
        .collect()
}

fn text(name: &str) -> &'static str {
    TABLES
        .iter()
        .find(|(table, _)| *table == name)
        .map_or("", |(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_dated_and_agree_with_each_other() {
        for (name, version) in versions() {
            assert!(
                !version.starts_with("undated"),
                "{name} is not in tables.toml"
            );
        }
        let tables = tables();
        for flag in redflags()
            .iter()
            .filter(|flag| !flag.evaluated.starts_with("no"))
        {
            assert!(
                tables.weights.keys().any(|(id, _)| *id == flag.id),
                "{} is evaluated and has no weight",
                flag.id
            );
        }
        for ((flag, level), row) in &tables.weights {
            let known = tables
                .redflags
                .get(flag)
                .unwrap_or_else(|| panic!("{flag} is no red flag"));
            assert_eq!(row.group, known.group, "{flag} {level}");
            assert!(
                tables.score.caps.contains_key(&row.group),
                "{flag} {level} has no cap"
            );
            assert!(
                !known.evaluated.starts_with("no"),
                "{flag} has a weight and is not evaluated"
            );
            for needed in &row.needed {
                assert!(
                    tables.redflags.contains_key(needed),
                    "{flag} needs {needed}"
                );
            }
            assert!(
                tables.explanations.contains_key(flag),
                "{flag} has no explanation"
            );
        }
    }
}
