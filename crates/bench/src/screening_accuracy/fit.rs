//! Fits the weights of red flags: logistic regression on made-up trade with planted cases, no weight below zero, every
//! weight drawn towards what it is now; caps and company stay as the engine has them. Then score to probability, by
//! isotonic regression on other rows.
//!
//! Three worlds are made: one to fit on, one to calibrate on, one to judge by. Written texts are halved between the first
//! and the other two, so no text that is judged was fitted on. Each planted case and each
//! pair of honest parties counts once, however many rows it has.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result};
use model::{Role, Shipment};
use screen::Screener;

use crate::Setting;
use crate::data::{home_with, list_paths};
use crate::measure::{machine, today};
use crate::traffic::{Half, Kind, Options, Sources};

use super::mixed::mixed;
use super::ratio::share;
use super::weights::{Features, Table};
use super::{BATCH, BUDGETS, add_background};

/// Share of planted rows in the worlds to fit, calibrate and judge on: many, so that every operator has dozens. Honest
/// rows are weighed so that a planted case is as rare as the engine's prior says.
const PREVALENCE: f64 = 0.02;

/// Weights that no made-up trade can teach: how often listed parties trade, what decisions and reports are worth.
const KEPT: [&str; 4] = ["P01", "H01", "C01", "P02"];

/// Standard deviations of a weight around what it is now, from which the best for unseen operators is taken.
const SPREADS: [f64; 4] = [0.25, 0.5, 1.0, 2.0];

/// A row as the fit sees it.
struct Example {
    features: Features,
    gated: bool,
    planted: bool,
    /// The planted case, or the pair of honest parties: rows of one are no independent witnesses.
    case: u64,
    operator: String,
}

/// Rows of a world, context left out.
fn examples(
    setting: &Setting,
    sources: &Sources,
    screener: &Screener,
    table: &Table,
    seed: u64,
    half: Half,
) -> Result<Vec<Example>> {
    let folder = tempfile::tempdir()?;
    let options = Options {
        seed,
        half: Some(half),
        prevalence: PREVALENCE,
        ..setting.traffic
    };
    let mut made = mixed(sources, options, folder.path())?;
    add_background(&mut made.shipments);
    let mut examples = Vec::new();
    let mut worst: f64 = 0.0;
    let present = table.present();
    let batches = made.shipments.chunks(BATCH).zip(made.truth.chunks(BATCH));
    for (shipments, truths) in batches {
        let seen = screener
            .evidence(shipments)
            .into_iter()
            .zip(screener.screen(shipments));
        for (((evidence, finding), truth), shipment) in seen
            .zip(truths)
            .zip(shipments)
            .filter(|((_, truth), _)| truth.kind != Kind::Context)
        {
            let features = table.features(&evidence);
            worst = worst.max((table.score(&present, &features) - finding.score).abs());
            examples.push(Example {
                features,
                gated: !finding.gates.is_empty(),
                planted: truth.kind == Kind::Planted,
                case: truth.case.map_or_else(|| pair(shipment), u64::from),
                operator: truth.operator.clone(),
            });
        }
    }
    // The engine rounds every flag to four decimals.
    if worst > 0.002 {
        eprintln!(
            "warning: scores differ from the engine's by up to {worst:.4}: has its scoring changed?"
        );
    }
    Ok(examples)
}

/// A number for the parties of a row, beyond those of cases.
fn pair(shipment: &Shipment) -> u64 {
    let mut hasher = DefaultHasher::new();
    for role in [Role::Consignor, Role::Consignee] {
        shipment
            .party(role)
            .map(|party| &party.name)
            .hash(&mut hasher);
    }
    hasher.finish() | 1 << 63
}

/// Rows with the same features, weighed.
struct Pattern {
    features: Features,
    planted: f64,
    honest: f64,
}

/// Rows gathered by what was seen in them; `without` leaves an operator's rows out. Planted cases weigh 1 each, honest
/// pairs of parties all the same and so much that cases are as rare as `prior` says.
fn patterns(examples: &[Example], without: Option<&str>, prior: f64) -> Vec<Pattern> {
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
fn fit(table: &Table, patterns: &[Pattern], spread: f64) -> Vec<f64> {
    let start = table.present();
    let mut weights = start.clone();
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
            let mut slope = penalty * (weights[place] - start[place]);
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
            let new = (weights[place] + step).max(0.0);
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

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Which rows of an operator (all where none is named) come before all but a share of the honest rows.
struct Found {
    rows: usize,
    found: [usize; BUDGETS.len()],
    cases: usize,
    found_cases: [usize; BUDGETS.len()],
}

fn found(
    table: &Table,
    weights: &[f64],
    examples: &[Example],
    operator: Option<&str>,
    gates_first: bool,
) -> Found {
    let mut order: Vec<(bool, f64, usize)> = examples
        .iter()
        .enumerate()
        .map(|(at, row)| {
            (
                gates_first && row.gated,
                table.score(weights, &row.features),
                at,
            )
        })
        .collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
    let honest = examples.iter().filter(|row| !row.planted).count() as f64;
    let mut result = Found {
        rows: 0,
        found: [0; 3],
        cases: 0,
        found_cases: [0; 3],
    };
    let mut cases: [BTreeSet<u64>; BUDGETS.len()] = Default::default();
    let mut all = BTreeSet::new();
    let mut before = 0.0;
    for (_, _, at) in order {
        let row = &examples[at];
        if !row.planted {
            before += 1.0;
            continue;
        }
        if operator.is_some_and(|operator| operator != row.operator) {
            continue;
        }
        result.rows += 1;
        all.insert(row.case);
        for (place, budget) in BUDGETS.into_iter().enumerate() {
            if before < (honest * budget).round() {
                result.found[place] += 1;
                cases[place].insert(row.case);
            }
        }
    }
    result.cases = all.len();
    for (place, found) in cases.iter().enumerate() {
        result.found_cases[place] = found.len();
    }
    result
}

impl Found {
    fn cells(&self) -> String {
        let rows = self.found.iter().map(|found| share(*found, self.rows));
        let cases = self
            .found_cases
            .iter()
            .map(|found| share(*found, self.cases));
        rows.chain(cases).collect::<Vec<_>>().join(" | ")
    }

    /// Rows at 0.1 and 1 %, in short.
    fn short(&self) -> String {
        let percent = |found: usize| 100.0 * found as f64 / self.rows.max(1) as f64;
        format!(
            "{:.0} / {:.0} / {:.0}",
            percent(self.found[0]),
            percent(self.found[1]),
            percent(self.found[2])
        )
    }
}

/// Mean log loss of a planted case at the prior, honest rows included.
fn loss(table: &Table, weights: &[f64], patterns: &[Pattern]) -> f64 {
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

/// `bench screen-fit`: prints what the fit does, writes `weights.csv` and `calibration.csv` into `out`.
pub(crate) fn run(setting: &Setting, out: &Path) -> Result<()> {
    let (_folder, home) = home_with(&list_paths(&setting.data))?;
    let sources = Sources::read(&setting.data, &home)?;
    let screener = Screener::new(Some(home.index(&mut |_| {})?), Default::default());
    let table = Table::read()?;
    let seed = setting.traffic.seed;
    let world = |seed, half| examples(setting, &sources, &screener, &table, seed, half);
    let first = world(seed, Half::First)?;
    let second = world(seed + 1, Half::Second)?;
    let third = world(seed + 2, Half::Second)?;
    let operators: BTreeSet<String> = first
        .iter()
        .filter(|row| row.planted)
        .map(|row| row.operator.clone())
        .collect();
    let present = table.present();

    println!("## Weights of red flags\n");
    println!(
        "{}; {} rows to fit on (seed {seed}), as many to calibrate and to judge on, {:.0} % of them planted; all lists.\n",
        machine(),
        first.len(),
        100.0 * PREVALENCE
    );
    // The spread that serves operators best that were not fitted on.
    println!(
        "| spread of a weight around its first guess | loss on operators left out |\n|---:|---:|"
    );
    let mut best = (f64::INFINITY, SPREADS[0]);
    let mut left_out: HashMap<(usize, &str), Vec<f64>> = HashMap::new();
    for (place, spread) in SPREADS.into_iter().enumerate() {
        let mut losses = Vec::new();
        for operator in &operators {
            let weights = fit(
                &table,
                &patterns(&first, Some(operator), table.prior),
                spread,
            );
            let of_operator = only(&second, operator);
            losses.push(loss(
                &table,
                &weights,
                &patterns(&of_operator, None, table.prior),
            ));
            left_out.insert((place, operator.as_str()), weights);
        }
        let mean = losses.iter().sum::<f64>() / losses.len().max(1) as f64;
        println!("| {spread} | {mean:.3} |");
        // Of spreads that serve alike the narrowest: it trusts the made-up trade least.
        if mean < 0.98 * best.0 {
            best = (mean, spread);
        }
    }
    let unfitted: Vec<f64> = operators
        .iter()
        .map(|operator| {
            loss(
                &table,
                &present,
                &patterns(&only(&second, operator), None, table.prior),
            )
        })
        .collect();
    println!(
        "| none: weights as they are | {:.3} |\n",
        unfitted.iter().sum::<f64>() / unfitted.len().max(1) as f64
    );
    let spread = best.1;
    let place = SPREADS
        .iter()
        .position(|known| *known == spread)
        .unwrap_or_default();
    let fitted = fit(&table, &patterns(&first, None, table.prior), spread);

    println!(
        "Spread {spread} from here on. Judged on the third world; shares of honest rows before a row, as in `bench planted`.\n"
    );
    println!(
        "| weights | rows at 0.1 % | 0.5 % | 1 % | cases at 0.1 % | 0.5 % | 1 % |\n|---|---:|---:|---:|---:|---:|---:|"
    );
    for (name, weights) in [("as they are", &present), ("fitted", &fitted)] {
        println!(
            "| {name} | {} |",
            found(&table, weights, &third, None, true).cells()
        );
        println!(
            "| {name}, gates not first | {} |",
            found(&table, weights, &third, None, false).cells()
        );
    }
    println!(
        "\n| operator, rows at 0.1 / 0.5 / 1 % | as they are | fitted without it | fitted |\n|---|---:|---:|---:|"
    );
    for operator in &operators {
        let at = |weights: &[f64]| found(&table, weights, &third, Some(operator), true);
        let without = &left_out[&(place, operator.as_str())];
        println!(
            "| {operator} ({}) | {} | {} | {} |",
            at(&present).rows,
            at(&present).short(),
            at(without).short(),
            at(&fitted).short()
        );
    }

    println!("\n### Alerts among honest rows at a review score\n");
    println!(
        "| review score | weights as they are: honest per 1,000 | planted rows | fitted: honest per 1,000 | planted rows |\n|---:|---:|---:|---:|---:|"
    );
    for review in [2.0, 2.5, table.review_score, 4.0, 4.5, 5.0, 5.5, 6.0] {
        let cells: Vec<String> = [&present, &fitted]
            .into_iter()
            .map(|weights| alerts(&table, weights, &third, review))
            .collect();
        println!("| {review:.1} | {} |", cells.join(" | "));
    }

    let calibration = calibrate(&table, &fitted, &second)?;
    println!("\n### Probability, calibrated on the second world, on the third\n");
    print_reliability(&table, &fitted, &third, &calibration);

    println!("### Weights\n\n| flag | level | as it is | fitted |\n|---|---|---:|---:|");
    for ((line, old), new) in table.lines.iter().zip(&present).zip(&fitted) {
        if (old - new).abs() >= 0.005 {
            println!("| {} | {} | {old:.2} | {new:.2} |", line.flag, line.level);
        }
    }
    println!();
    std::fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    std::fs::write(out.join("weights.csv"), table.csv(&fitted))?;
    let mut text = format!(
        "# Score to probability at a prior of {}. Made on {} by `bench screen-fit`: isotonic regression on made-up trade.\n\
         # Between two lines the logarithm of the odds is interpolated.\nscore,probability\n",
        table.prior,
        today()
    );
    for (score, probability) in &calibration {
        text.push_str(&format!("{score:.2},{probability:.6}\n"));
    }
    std::fs::write(out.join("calibration.csv"), text)?;
    Ok(())
}

/// Honest rows and those of one operator.
fn only(examples: &[Example], operator: &str) -> Vec<Example> {
    examples
        .iter()
        .filter(|row| !row.planted || row.operator == operator)
        .map(|row| Example {
            features: row.features.clone(),
            gated: row.gated,
            planted: row.planted,
            case: row.case,
            operator: row.operator.clone(),
        })
        .collect()
}

fn alerts(table: &Table, weights: &[f64], examples: &[Example], review: f64) -> String {
    let alert = |row: &&Example| row.gated || table.score(weights, &row.features) >= review;
    let count = |planted: bool| examples.iter().filter(|row| row.planted == planted).count();
    let (honest, planted): (Vec<&Example>, Vec<&Example>) =
        examples.iter().filter(alert).partition(|row| !row.planted);
    format!(
        "{:.2} | {:.1} %",
        1000.0 * honest.len() as f64 / count(false).max(1) as f64,
        100.0 * planted.len() as f64 / count(true).max(1) as f64
    )
}

/// Weight of an honest row against a planted one at the prior.
fn honest_weight(examples: &[Example], prior: f64) -> f64 {
    let planted = examples.iter().filter(|row| row.planted).count() as f64;
    let honest = examples.len() as f64 - planted;
    planted * (1.0 - prior) / (prior * honest)
}

/// Isotonic regression (pool adjacent violators): scores from which a probability holds, rising.
fn calibrate(table: &Table, weights: &[f64], examples: &[Example]) -> Result<Vec<(f64, f64)>> {
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
    anyhow::ensure!(
        calibration.len() >= 2,
        "too few planted rows to calibrate on"
    );
    Ok(calibration)
}

/// Probability of a score: interpolated in the logarithm of the odds, constant beyond the ends.
fn probability(calibration: &[(f64, f64)], score: f64) -> f64 {
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

fn print_reliability(
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
                bin.0 += 1.0
            } else {
                bin.1 += 1.0
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
    for place in 0..10 {
        let (planted, honest) = bins[1][place];
        println!(
            "| {:.1} to {:.1} | {planted:.0} | {honest:.0} | {} | {} |",
            place as f64 / 10.0,
            (place + 1) as f64 / 10.0,
            at_prior(bins[0][place]),
            at_prior(bins[1][place])
        );
    }
    println!();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(place: u16, planted: bool, case: u64) -> Example {
        Example {
            features: vec![(place, 1.0)],
            gated: false,
            planted,
            case,
            operator: "x".to_owned(),
        }
    }

    #[test]
    fn a_flag_of_planted_rows_gains_and_one_of_honest_rows_loses() {
        let table = Table::read().unwrap();
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
        assert!(fitted[good] > table.lines[good].weight, "{}", fitted[good]);
        assert!(
            fitted[bad] < table.lines[bad].weight && fitted[bad] >= 0.0,
            "{}",
            fitted[bad]
        );
        assert_eq!(
            fitted[place("P01", "listed")],
            table.lines[place("P01", "listed")].weight
        );
    }

    #[test]
    fn calibration_rises_and_stays_off_the_ends() {
        let table = Table::read().unwrap();
        let weights = table.present();
        let place = table
            .lines
            .iter()
            .position(|line| line.flag == "G03" && line.needs_nothing())
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
