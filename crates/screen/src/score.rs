//! How evidence adds up: hits to weighted flags, capped by group.
//!
//! The score is the sum over groups of `min(cap, Σ w)`, where `w` is a natural-log likelihood ratio. A flag that
//! counts only beside others ("a hub country is no evidence by itself") names those others in `weights.csv`.

use std::collections::BTreeMap;

use model::FlagHit;

use crate::tables::{WeightRow, log_odds, tables};

/// A red flag that was seen, before weights.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hit {
    /// Id in the registry.
    pub(crate) flag: &'static str,
    /// Which of the flag's weights.
    pub(crate) level: &'static str,
    /// Share of the weight that applies, 0–1: a match's probability, how far a value is off.
    pub(crate) share: f64,
    /// What was seen, by field.
    pub(crate) evidence: BTreeMap<String, String>,
}

impl Hit {
    pub(crate) fn new(flag: &'static str, level: &'static str) -> Self {
        Self {
            flag,
            level,
            share: 1.0,
            evidence: BTreeMap::new(),
        }
    }

    pub(crate) fn share(mut self, share: f64) -> Self {
        self.share = share;
        self
    }

    pub(crate) fn saw(mut self, field: &str, value: impl Into<String>) -> Self {
        self.evidence.insert(field.to_string(), value.into());
        self
    }
}

/// Weights of hits, in their order: 0 for one whose companions are missing or count for nothing themselves.
pub(crate) fn weights(hits: &[Hit]) -> Vec<f64> {
    let tables = tables();
    let rows: Vec<Option<&WeightRow>> = hits
        .iter()
        .map(|hit| {
            let row = tables
                .weights
                .get(&(hit.flag.to_string(), hit.level.to_string()));
            debug_assert!(row.is_some(), "{} {} has no weight", hit.flag, hit.level);
            row
        })
        .collect();
    let counts = in_company(&rows);
    let raw: Vec<(f64, &str)> = rows
        .iter()
        .zip(hits)
        .zip(&counts)
        .map(|((row, hit), counts)| match row {
            Some(row) if *counts => (row.weight * hit.share.clamp(0.0, 1.0), row.group.as_str()),
            _ => (0.0, ""),
        })
        .collect();
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for (weight, group) in &raw {
        *sums.entry(group).or_default() += weight;
    }
    raw.into_iter()
        .map(
            |(weight, group)| match (sums.get(group), tables.score.caps.get(group)) {
                (Some(sum), Some(cap)) if sum > cap => weight * cap / sum,
                _ => weight,
            },
        )
        .collect()
}

/// Which flags count: the largest set in which each has the company it needs. Start from all that have a weight, drop
/// those left alone until none is.
pub(crate) fn in_company(rows: &[Option<&WeightRow>]) -> Vec<bool> {
    let mut counts: Vec<bool> = rows.iter().map(Option::is_some).collect();
    loop {
        let has_company = |at: usize, row: &WeightRow| {
            row.needed.is_empty()
                || (0..rows.len()).any(|other| {
                    other != at
                        && counts[other]
                        && rows[other].is_some_and(|other| row.accepts(&other.flag))
                })
        };
        let alone: Vec<usize> = (0..rows.len())
            .filter(|&at| counts[at] && rows[at].is_some_and(|row| !has_company(at, row)))
            .collect();
        if alone.is_empty() {
            return counts;
        }
        for at in alone {
            counts[at] = false;
        }
    }
}

/// Hits that count, as flags, heaviest first, and their sum.
pub(crate) fn flags(hits: &[Hit]) -> (Vec<FlagHit>, f64) {
    let mut flags: Vec<FlagHit> = hits
        .iter()
        .zip(weights(hits))
        .filter(|(_, weight)| *weight > 0.0)
        .map(|(hit, weight)| FlagHit {
            source: tables()
                .redflags
                .get(hit.flag)
                .map_or(String::new(), |flag| flag.source.clone()),
            id: hit.flag.to_string(),
            weight: round(weight),
            evidence: hit.evidence.clone(),
        })
        .collect();
    flags.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.id.cmp(&b.id)));
    let score = round(flags.iter().map(|flag| flag.weight).sum());
    (flags, score)
}

/// Score of what is left without one flag, companions that depend on it gone too.
pub(crate) fn score_without(hits: &[Hit], flag: &str) -> f64 {
    let rest: Vec<Hit> = hits
        .iter()
        .filter(|hit| hit.flag != flag)
        .cloned()
        .collect();
    round(weights(&rest).iter().sum())
}

/// Share of planted shipments that `calibration.csv` was made at.
const CALIBRATED_AT: f64 = 0.001;

/// Probability that a shipment needs action, at the prior of `score.toml`: between the lines of the calibration table
/// by the logarithm of the odds, beyond them as the score says.
pub(crate) fn probability(score: f64) -> f64 {
    let table = &tables().calibration;
    let above = table.partition_point(|(at, _)| *at < score);
    let calibrated = match (
        above.checked_sub(1).map(|below| table[below]),
        table.get(above),
    ) {
        (Some((low, from)), Some((high, to))) => {
            from + (to - from) * (score - low) / (high - low).max(f64::MIN_POSITIVE)
        }
        (Some((at, odds)), None) | (None, Some(&(at, odds))) => odds + (score - at),
        (None, None) => score + log_odds(CALIBRATED_AT),
    };
    let odds = calibrated + log_odds(tables().score.prior) - log_odds(CALIBRATED_AT);
    1.0 / (1.0 + (-odds).exp())
}

/// Four decimals: the same bytes wherever and in whatever order terms were added.
fn round(value: f64) -> f64 {
    // Adding zero turns a negative zero, which an empty sum is, into zero.
    (value * 1e4).round() / 1e4 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expect`: those of which the whole weight counts.
    #[track_caller]
    fn check(hits: &[(&'static str, &'static str)], expect: &[(&'static str, &'static str)]) {
        let key = |(flag, level): &(&str, &str)| (flag.to_string(), level.to_string());
        let expect = expect.iter().map(|hit| tables().weights[&key(hit)].weight);
        score_is(hits, expect.sum());
    }

    #[track_caller]
    fn score_is(hits: &[(&'static str, &'static str)], expect: f64) {
        let hits: Vec<Hit> = hits
            .iter()
            .map(|(flag, level)| Hit::new(flag, level))
            .collect();
        let (flags, score) = flags(&hits);
        // Every flag is rounded to four decimals.
        assert!((score - expect).abs() < 5e-4, "{score} {flags:#?}");
    }

    #[test]
    fn weak_evidence_counts_only_in_company() {
        let (embargo, chips) = (("R01", "military"), ("G01", "1"));
        let (vague, detour) = (("G06", "machinery"), ("R03", "trader"));
        check(&[embargo], &[]);
        check(&[chips], &[]);
        check(&[embargo, chips], &[embargo, chips]);
        check(&[vague, ("R02", "hub")], &[]);
        check(&[vague, embargo], &[]);
        check(&[vague, embargo, detour], &[vague, embargo, detour]);
        check(&[("G07", "cover")], &[]);
    }

    #[test]
    fn groups_stop_at_their_cap() {
        score_is(
            &[
                ("G02", "block"),
                ("G03", "conflict_strong"),
                ("G04", "strong"),
            ],
            5.5,
        );
    }

    #[test]
    fn probability_follows_the_prior() {
        assert!(probability(0.0) < 0.001);
        assert!(probability(30.0) < 1.0 && probability(20.0) > probability(12.0));
        let rising = (0..400).map(|tenth| probability(f64::from(tenth) / 20.0));
        assert!(rising.collect::<Vec<_>>().is_sorted());
    }

    proptest::proptest! {
        #[test]
        fn more_evidence_never_lowers_the_score(picks in proptest::collection::vec(0usize..60, 0..12), extra in 0usize..60) {
            let mut all: Vec<(&'static str, &'static str)> = Vec::new();
            for (flag, level) in tables().weights.keys() {
                all.push((flag.as_str(), level.as_str()));
            }
            all.sort_unstable();
            let hit = |at: &usize| { let (flag, level) = all[at % all.len()]; Hit::new(flag, level) };
            let before: Vec<Hit> = picks.iter().map(hit).collect();
            let mut after = before.clone();
            after.push(hit(&extra));
            proptest::prop_assert!(flags(&after).1 >= flags(&before).1 - 1e-3);
        }
    }
}
