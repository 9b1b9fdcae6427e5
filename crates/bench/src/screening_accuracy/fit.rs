//! Fits the weights of red flags: logistic regression on made-up trade with planted cases, every weight drawn towards its
//! first guess and held near it; caps and company stay as the engine has them. Then score to probability, by isotonic
//! regression on other rows.
//!
//! Worlds are made to fit on, one to calibrate on and one to judge by, none of them one that `bench planted` makes by
//! default. Written texts are halved between those to fit on and the other two, so no text that is judged was fitted on.
//! Each planted case and each pair of honest parties counts once, however many rows it has.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use anyhow::{Context, Result};
use screen::{Owned, Screener};

use crate::Setting;
use crate::data::{home_with, list_paths};
use crate::measure::{machine, today};
use crate::traffic::{Half, Sources};

use super::calibration::{calibrate, print_reliability};
use super::examples::{Example, PREVALENCE, examples, only};
use super::mixed::shipments;
use super::ratio::share;
use super::regression::{fit, loss, patterns};
use super::weights::Table;
use super::{BATCH, BUDGETS, add_background, clean};

/// Worlds to fit on: one alone moved some weights by as much as they were worth.
const WORLDS: u64 = 3;

/// Added to the seed, so that `bench planted` judges by worlds that were not fitted on.
const APART: u64 = 1_000;

/// Standard deviations of a weight around its first guess, from which the best for unseen operators is taken.
const SPREADS: [f64; 4] = [0.25, 0.5, 1.0, 2.0];

/// Which rows of an operator (all where none is named) come before all but a share of the honest rows.
struct Found {
    rows: usize,
    found: [usize; BUDGETS.len()],
    cases: usize,
    found_cases: [usize; BUDGETS.len()],
}

fn found(table: &Table, weights: &[f64], examples: &[Example], operator: Option<&str>) -> Found {
    let mut order: Vec<(f64, usize)> = examples
        .iter()
        .enumerate()
        .map(|(at, row)| (table.score(weights, &row.features), at))
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
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
    for (_, at) in order {
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

    /// Rows at each budget, in short.
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

/// `bench screen-fit`: prints what the fit does, writes `weights.csv` and `calibration.csv` into `out`.
pub(crate) fn run(setting: &Setting, out: &Path) -> Result<()> {
    let (_folder, home) = home_with(&list_paths(&setting.data))?;
    let sources = Sources::read(&setting.data, &home)?;
    let screener = Screener::new(
        Some(home.index(&mut |_| {})?),
        Owned::new(),
        Default::default(),
    );
    let table = Table::read();
    let seed = setting.traffic.seed + APART;
    let world = |seed, half| examples(setting, &sources, &screener, &table, seed, half);
    let mut first = Vec::new();
    for number in 0..WORLDS {
        let mut rows = world(seed + number, Half::First)?;
        // Cases are numbered from 1 in every world.
        for row in rows.iter_mut().filter(|row| row.planted) {
            row.case |= (number + 1) << 48;
        }
        first.extend(rows);
    }
    let second = world(seed + WORLDS, Half::Second)?;
    let third = world(seed + WORLDS + 1, Half::Second)?;
    let operators: BTreeSet<String> = first
        .iter()
        .filter(|row| row.planted)
        .map(|row| row.operator.clone())
        .collect();
    let guesses = table.guesses();

    println!("## Weights of red flags\n");
    println!(
        "{}; {} rows of {WORLDS} worlds to fit on (seeds from {seed}), {} to calibrate and as many to judge on, {:.0} % of them planted; all lists.\n",
        machine(),
        first.len(),
        second.len(),
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
                &guesses,
                &patterns(&only(&second, operator), None, table.prior),
            )
        })
        .collect();
    println!(
        "| none: first guesses | {:.3} |\n",
        unfitted.iter().sum::<f64>() / unfitted.len().max(1) as f64
    );
    let spread = best.1;
    let place = SPREADS
        .iter()
        .position(|known| *known == spread)
        .unwrap_or_default();
    let fitted = fit(&table, &patterns(&first, None, table.prior), spread);

    println!(
        "Spread {spread} from here on. Judged on the last world; shares of honest rows before a row, as in `bench planted`.\n"
    );
    println!(
        "| weights | rows at 0.1 % | 0.5 % | 1 % | cases at 0.1 % | 0.5 % | 1 % |\n|---|---:|---:|---:|---:|---:|---:|"
    );
    for (name, weights) in [("first guesses", &guesses), ("fitted", &fitted)] {
        println!(
            "| {name} | {} |",
            found(&table, weights, &third, None).cells()
        );
    }
    println!(
        "\n| operator, rows at 0.1 / 0.5 / 1 % | first guesses | fitted without it | fitted |\n|---|---:|---:|---:|"
    );
    for operator in &operators {
        let at = |weights: &[f64]| found(&table, weights, &third, Some(operator));
        let without = &left_out[&(place, operator.as_str())];
        println!(
            "| {operator} ({}) | {} | {} | {} |",
            at(&guesses).rows,
            at(&guesses).short(),
            at(without).short(),
            at(&fitted).short()
        );
    }

    println!("\n### Alerts among honest rows at a review score\n");
    println!(
        "| review score | first guesses: honest per 1,000 | planted rows | fitted: honest per 1,000 | planted rows |\n|---:|---:|---:|---:|---:|"
    );
    for review in [2.0, 2.5, table.review_score, 4.0, 4.5, 5.0, 5.5, 6.0] {
        let cells: Vec<String> = [&guesses, &fitted]
            .into_iter()
            .map(|weights| alerts(&table, weights, &third, review))
            .collect();
        println!("| {review:.1} | {} |", cells.join(" | "));
    }

    let calibration = calibrate(&table, &fitted, &second)?;
    println!("\n### Probability, calibrated on one world, on another\n");
    print_reliability(&table, &fitted, &third, &calibration);

    print_clean(setting, &screener, &table, [&guesses, &fitted])?;

    println!("### Weights\n\n| flag | level | first guess | fitted |\n|---|---|---:|---:|");
    for ((line, old), new) in table.lines.iter().zip(&guesses).zip(&fitted) {
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

/// Alerts per 1,000 rows of every clean set, before and after.
fn print_clean(
    setting: &Setting,
    screener: &Screener,
    table: &Table,
    weights: [&Vec<f64>; 2],
) -> Result<()> {
    println!(
        "### Clean sets at a review score of {}\n",
        table.review_score
    );
    println!(
        "| clean set | rows | alerts per 1,000, first guesses | fitted |\n|---|---:|---:|---:|"
    );
    let folder = tempfile::tempdir()?;
    for (name, files) in clean::sets(&setting.data, folder.path())? {
        let (mut rows, mut alerts) = (0, [0, 0]);
        for file in files {
            let Ok(mut shipments) = shipments(&file) else {
                continue;
            };
            add_background(&mut shipments);
            rows += shipments.len();
            for batch in shipments.chunks(BATCH) {
                let findings = screener.screen(batch);
                for (evidence, finding) in screener.evidence(batch).iter().zip(findings) {
                    let features = table.features(evidence);
                    for (count, weights) in alerts.iter_mut().zip(weights) {
                        let score = table.score(weights, &features);
                        *count +=
                            usize::from(!finding.gates.is_empty() || score >= table.review_score);
                    }
                }
            }
        }
        let [before, after] =
            alerts.map(|alerts| 1000.0 * f64::from(alerts as u32) / rows.max(1) as f64);
        println!("| {name} | {rows} | {before:.2} | {after:.2} |");
    }
    println!();
    Ok(())
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
