//! Score to probability: isotonic regression, and how far it holds on other rows.

use anyhow::{Result, ensure};

use super::examples::Example;
use super::regression::logistic;
use super::weights::Table;

/// Weight of an honest row against a planted one at the prior.
fn honest_weight(examples: &[Example], prior: f64) -> f64 {
    let planted = examples.iter().filter(|row| row.planted).count() as f64;
    let honest = examples.len() as f64 - planted;
    planted * (1.0 - prior) / (prior * honest)
}

/// Isotonic regression (pool adjacent violators): scores from which a probability holds, rising.
pub(super) fn calibrate(
    table: &Table,
    weights: &[f64],
    examples: &[Example],
) -> Result<Vec<(f64, f64)>> {
    let heavy = honest_weight(examples, table.prior);
    let mut scored: Vec<(f64, bool)> = examples
        .iter()
        .map(|row| (table.score(weights, &row.features), row.planted))
        .collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    /// Rows of neighbouring scores.
    struct Block {
        planted: f64,
        all: f64,
        scores: f64,
        rows: f64,
    }
    let mut blocks: Vec<Block> = Vec::new();
    let mut at = 0;
    while at < scored.len() {
        // Equal scores cannot be told apart.
        let end = at + scored[at..].partition_point(|(score, _)| *score <= scored[at].0);
        let planted = scored[at..end]
            .iter()
            .filter(|(_, planted)| *planted)
            .count() as f64;
        let rows = (end - at) as f64;
        blocks.push(Block {
            planted,
            all: planted + (rows - planted) * heavy,
            scores: scored[at].0 * rows,
            rows,
        });
        at = end;
        while let [.., left, right] = blocks.as_slice() {
            if left.planted / left.all < right.planted / right.all {
                break;
            }
            let merged = Block {
                planted: left.planted + right.planted,
                all: left.all + right.all,
                scores: left.scores + right.scores,
                rows: left.rows + right.rows,
            };
            blocks.truncate(blocks.len() - 2);
            blocks.push(merged);
        }
    }
    // A rule of succession keeps the ends off 0 and 1: no score is proof.
    let points: Vec<(f64, f64)> = blocks
        .iter()
        .map(|block| {
            let odds = (block.planted + 0.5) / (block.all - block.planted + 0.5);
            (block.scores / block.rows, odds / (1.0 + odds))
        })
        .collect();
    let mut calibration: Vec<(f64, f64)> = Vec::new();
    for (score, probability) in points {
        let rises = calibration
            .last()
            .is_none_or(|(last, known)| score - last >= 0.05 && probability > *known);
        if rises {
            calibration.push((score, probability));
        }
    }
    ensure!(
        calibration.len() >= 2,
        "too few planted rows to calibrate on"
    );
    Ok(calibration)
}

/// Probability of a score: interpolated in the logarithm of the odds, constant beyond the ends.
pub(super) fn probability(calibration: &[(f64, f64)], score: f64) -> f64 {
    let after = calibration.partition_point(|(known, _)| *known <= score);
    let log_odds = |p: f64| (p / (1.0 - p)).ln();
    match (
        after.checked_sub(1).map(|at| calibration[at]),
        calibration.get(after),
    ) {
        (Some((x0, p0)), Some((x1, p1))) => {
            let part = (score - x0) / (x1 - x0);
            logistic(log_odds(p0) + part * (log_odds(*p1) - log_odds(p0)))
        }
        (Some((_, p)), None) => p,
        (None, Some((_, p))) => *p,
        (None, None) => 0.0,
    }
}

pub(super) fn print_reliability(
    table: &Table,
    weights: &[f64],
    examples: &[Example],
    calibration: &[(f64, f64)],
) {
    let heavy = honest_weight(examples, table.prior);
    println!(
        "Planted as they would be at a prior of {}: each honest row stands for {heavy:.0}.\n",
        table.prior
    );
    println!(
        "| probability | planted rows | honest rows | share planted at the prior, before calibration | after |\n|---|---:|---:|---:|---:|"
    );
    let raw = |score: f64| logistic(score + (table.prior / (1.0 - table.prior)).ln());
    let mut bins = [[(0.0_f64, 0.0_f64); 10]; 2];
    for row in examples {
        let score = table.score(weights, &row.features);
        for (which, probability) in [raw(score), probability(calibration, score)]
            .into_iter()
            .enumerate()
        {
            let bin = &mut bins[which][((probability * 10.0) as usize).min(9)];
            if row.planted {
                bin.0 += 1.0;
            } else {
                bin.1 += 1.0;
            }
        }
    }
    let at_prior = |(planted, honest): (f64, f64)| {
        if planted + honest == 0.0 {
            "–".to_owned()
        } else {
            format!("{:.3}", planted / (planted + honest * heavy))
        }
    };
    for (place, (before, after)) in bins[0].into_iter().zip(bins[1]).enumerate() {
        let (planted, honest) = after;
        println!(
            "| {:.1} to {:.1} | {planted:.0} | {honest:.0} | {} | {} |",
            place as f64 / 10.0,
            (place + 1) as f64 / 10.0,
            at_prior(before),
            at_prior(after)
        );
    }
    println!();
}

#[cfg(test)]
mod tests {
    use super::super::examples::example;
    use super::*;

    #[test]
    fn calibration_rises_and_stays_off_the_ends() {
        let table = Table::read();
        let weights = table.present();
        let place = table
            .lines
            .iter()
            .position(|line| line.flag == "G03" && line.needs.is_empty())
            .unwrap() as u16;
        let mut rows: Vec<Example> = (0..50).map(|case| example(place, true, case)).collect();
        rows.extend((0..50).map(|_| Example {
            features: Vec::new(),
            ..example(0, false, 0)
        }));
        let calibration = calibrate(&table, &weights, &rows).unwrap();
        assert!(
            calibration
                .windows(2)
                .all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1)
        );
        let (low, high) = (
            probability(&calibration, -5.0),
            probability(&calibration, 50.0),
        );
        assert!(low > 0.0 && high < 1.0 && low < high, "{low} {high}");
    }
}
