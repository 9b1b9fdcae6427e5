//! Weights by penalised logistic regression: each drawn towards its first guess and held near it, caps and company as the
//! engine has them.

use std::collections::{BTreeMap, HashMap};

use super::examples::Example;
use super::weights::{Features, Table};

/// Weights that no made-up trade can teach: how often listed parties trade, what decisions and reports are worth.
const KEPT: [&str; 5] = ["P01", "P02", "P03", "H01", "C01"];

/// What a weight may come to, by its first guess: no user's trade is the made-up trade, so it halves a guess at most, or
/// makes the evidence e times as telling.
fn bounds(guess: f64) -> (f64, f64) {
    (guess / 2.0, guess + 1.0)
}

/// Rows with the same features, weighed.
pub(super) struct Pattern {
    pub(super) features: Features,
    pub(super) planted: f64,
    pub(super) honest: f64,
}

/// Rows gathered by what was seen in them; `without` leaves an operator's rows out. Planted cases weigh 1 each, honest
/// pairs of parties all the same and so much that cases are as rare as `prior` says.
pub(super) fn patterns(examples: &[Example], without: Option<&str>, prior: f64) -> Vec<Pattern> {
    let kept = || {
        examples
            .iter()
            .filter(|row| !row.planted || Some(row.operator.as_str()) != without)
    };
    let mut of_case: HashMap<(bool, u64), f64> = HashMap::new();
    for row in kept() {
        *of_case.entry((row.planted, row.case)).or_default() += 1.0;
    }
    let planted = of_case.keys().filter(|(planted, _)| *planted).count() as f64;
    let honest = of_case.len() as f64 - planted;
    let honest_weight = planted * (1.0 - prior) / (prior * honest);
    let mut patterns: BTreeMap<Vec<(u16, u32)>, Pattern> = BTreeMap::new();
    for row in kept() {
        let key = row
            .features
            .iter()
            .map(|(place, share)| (*place, (share * 50.0).round() as u32))
            .collect();
        let pattern = patterns.entry(key).or_insert_with(|| Pattern {
            features: row.features.clone(),
            planted: 0.0,
            honest: 0.0,
        });
        if row.planted {
            pattern.planted += 1.0 / of_case[&(true, row.case)];
        } else {
            pattern.honest += honest_weight / of_case[&(false, row.case)];
        }
    }
    patterns.into_values().collect()
}

/// Weights by coordinate-wise Newton steps.
pub(super) fn fit(table: &Table, patterns: &[Pattern], spread: f64) -> Vec<f64> {
    let guesses = table.guesses();
    let mut weights = guesses.clone();
    let intercept = (table.prior / (1.0 - table.prior)).ln();
    let mut sums: Vec<Vec<f64>> = patterns
        .iter()
        .map(|pattern| table.sums(&weights, &pattern.features))
        .collect();
    let mut by_weight: Vec<Vec<(usize, f64)>> = vec![Vec::new(); weights.len()];
    for (at, pattern) in patterns.iter().enumerate() {
        let mut shares: BTreeMap<u16, f64> = BTreeMap::new();
        for (place, share) in &pattern.features {
            *shares.entry(*place).or_default() += f64::from(*share);
        }
        for (place, share) in shares {
            by_weight[place as usize].push((at, share));
        }
    }
    let penalty = 1.0 / (spread * spread);
    for _ in 0..300 {
        let mut moved: f64 = 0.0;
        for place in 0..weights.len() {
            if KEPT.contains(&table.lines[place].flag.as_str()) {
                continue;
            }
            let group = table.group(place);
            let mut slope = penalty * (weights[place] - guesses[place]);
            let mut bend = penalty;
            for (at, share) in &by_weight[place] {
                // Beyond its cap a group's flags change nothing.
                if sums[*at][group] >= table.cap(group) {
                    continue;
                }
                let probability = logistic(table.capped(&sums[*at]) + intercept);
                let pattern = &patterns[*at];
                let all = pattern.planted + pattern.honest;
                slope += share * (all * probability - pattern.planted);
                bend += share * share * all * probability * (1.0 - probability);
            }
            let step = (-slope / bend).clamp(-0.3, 0.3);
            let (low, high) = bounds(guesses[place]);
            let new = (weights[place] + step).clamp(low, high);
            let step = new - weights[place];
            if step.abs() < 1e-6 {
                continue;
            }
            moved = moved.max(step.abs());
            weights[place] = new;
            for (at, share) in &by_weight[place] {
                sums[*at][group] += share * step;
            }
        }
        if moved < 1e-4 {
            break;
        }
    }
    weights
}

pub(super) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Mean log loss of a planted case at the prior, honest rows included.
pub(super) fn loss(table: &Table, weights: &[f64], patterns: &[Pattern]) -> f64 {
    let intercept = (table.prior / (1.0 - table.prior)).ln();
    let cases: f64 = patterns.iter().map(|pattern| pattern.planted).sum();
    let loss: f64 = patterns
        .iter()
        .map(|pattern| {
            let x = table.score(weights, &pattern.features) + intercept;
            // ln(1 + e^x) without overflow.
            let softplus = x.max(0.0) + (-x.abs()).exp().ln_1p();
            pattern.planted * (softplus - x) + pattern.honest * softplus
        })
        .sum();
    loss / cases
}

#[cfg(test)]
mod tests {
    use super::super::examples::example;
    use super::*;

    #[test]
    fn a_flag_of_planted_rows_gains_and_one_of_honest_rows_loses() {
        let table = Table::read();
        let place = |flag: &str, level: &str| {
            table
                .lines
                .iter()
                .position(|line| line.flag == flag && line.level == level)
                .unwrap()
        };
        let (good, bad) = (place("G03", "conflict_medium"), place("P13", "supplier"));
        let mut rows: Vec<Example> = (0..40)
            .map(|case| example(good as u16, true, case))
            .collect();
        rows.extend((0..40).map(|case| example(bad as u16, false, case)));
        rows.extend((0..4_000).map(|case| Example {
            features: Vec::new(),
            ..example(0, false, 100 + case)
        }));
        let fitted = fit(&table, &patterns(&rows, None, table.prior), 1.0);
        let guess = |place: usize| table.lines[place].guess;
        assert!(fitted[good] > guess(good), "{}", fitted[good]);
        assert!(
            fitted[bad] < guess(bad) && fitted[bad] >= guess(bad) / 2.0,
            "{}",
            fitted[bad]
        );
        let listed = place("P01", "listed");
        assert_eq!(fitted[listed], guess(listed));
    }
}
