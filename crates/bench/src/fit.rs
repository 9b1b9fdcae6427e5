//! Fits the weights of the name model and prints them as `names/data/weights.tsv`: logistic regression with the signs
//! that the features must have, on one half of the labelled pairs; the other half is for `bench accuracy`.
//!
//! The features come from the program as it is built, the best of an entity's names is chosen under the weights at hand,
//! and both are repeated until they agree; so a change of features wants two runs with a build between them.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use names::audit::{feature_names, judge};

use crate::Setting;
use crate::pairs::{Half, Item, alarms, labelled};

/// Rounds of choosing the best names and fitting.
const ROUNDS: usize = 4;
/// Steps of a fit.
const STEPS: usize = 1_500;
/// Pull towards the weight before, so that features that the data does not show keep the weight that was thought right.
const PULL: f32 = 4.0;

/// Value of the feature `agreement` below which next to nothing agrees.
const NOTHING_SHARED: f32 = -0.43;

/// Log-odds below which names of one party have nothing to do with each other ("Al-Rashid Trust", "Aid organisation of
/// the Ulema"): no weight of the features would find them, and they would only bend those that find others.
const OUT_OF_REACH: f32 = -3.0;

/// Share of ordinary names that alert at each threshold.
const ALERT_RATES: [(&str, f64); 3] = [("wide", 0.012), ("balanced", 0.0023), ("strict", 0.0008)];

/// An item with the features of its best name pairs.
struct Example {
    same: bool,
    weight: f32,
    candidates: Vec<Vec<f32>>,
}

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let mut of_kind: BTreeMap<&'static str, Vec<Example>> = BTreeMap::new();
    let items = labelled(setting, Half::First)?;
    let mut sets: BTreeMap<(&'static str, bool), (usize, f32)> = BTreeMap::new();
    for item in items {
        let (set, weight) = (item.set, item.weight);
        if let Some((kind, example)) = example(item) {
            let count = sets.entry((set, example.same)).or_default();
            count.0 += 1;
            count.1 += weight;
            of_kind.entry(kind).or_default().push(example);
        }
    }
    for ((set, same), (count, weight)) in &sets {
        eprintln!("{set}, same {same}: {count} items, weight {weight:.0}");
    }
    eprintln!("ordinary names against the lists …");
    let ordinary = alarms(setting, Half::First)?;
    let mut judged_alarms: HashMap<&'static str, Vec<Vec<Vec<f32>>>> = HashMap::new();
    let mut asked: HashMap<&'static str, usize> = HashMap::new();
    for alarm in ordinary {
        *asked.entry(alarm.kind).or_default() += 1;
        let candidates: Vec<Vec<f32>> = alarm
            .matches
            .iter()
            .filter_map(|(schema, listed)| judge(Some(schema), &alarm.name, listed))
            .filter(|judged| judged.kind == alarm.kind)
            .map(|judged| judged.features)
            .collect();
        if !candidates.is_empty() {
            judged_alarms
                .entry(alarm.kind)
                .or_default()
                .push(candidates.clone());
            of_kind.entry(alarm.kind).or_default().push(Example {
                same: false,
                weight: 0.6,
                candidates,
            });
        }
    }
    println!(
        "# Weights of the name model: features of an alignment to log-odds that two names mean one party. Version {}.",
        crate::measure::today()
    );
    println!(
        "# Fitted by `bench fit` on half of the labelled pairs and ordinary names; docs/names.md explains each feature."
    );
    println!(
        "# kind <TAB> feature <TAB> weight; wide, balanced, strict: log-odds at which 1.2 %, 0.23 % and 0.08 % of ordinary"
    );
    println!(
        "# names alert against 24,607 listed parties (craft: fixed, for want of ordinary names)."
    );
    for (kind, examples) in &of_kind {
        let prior = prior(kind);
        let mut weights: Vec<f32> = prior.iter().map(|prior| prior.start).collect();
        let before = loss(&weights, examples);
        for round in 0..ROUNDS {
            let chosen: Vec<(&[f32], bool, f32)> = examples
                .iter()
                .filter_map(|example| {
                    let best = best(&weights, &example.candidates)?;
                    let features = example.candidates[best].as_slice();
                    let lost = example.same && log_odds(&weights, features) < OUT_OF_REACH;
                    (!lost).then_some((features, example.same, example.weight))
                })
                .collect();
            weights = fit(&prior, &chosen);
            eprintln!(
                "{kind} round {round}: {} examples, loss {:.4} (before {before:.4})",
                chosen.len(),
                loss(&weights, examples)
            );
        }
        for (feature, weight) in feature_names().iter().zip(&weights) {
            if *weight != 0.0 {
                println!("{kind}\t{feature}\t{weight:.3}");
            }
        }
        let mut heights: Vec<f32> = judged_alarms
            .get(kind)
            .into_iter()
            .flatten()
            .filter_map(|candidates| {
                best(&weights, candidates).map(|best| log_odds(&weights, &candidates[best]))
            })
            .collect();
        heights.sort_by(|a, b| b.total_cmp(a));
        let asked = asked.get(kind).copied().unwrap_or(0);
        for (name, rate) in ALERT_RATES {
            let place = (asked as f64 * rate) as usize;
            match heights.get(place) {
                Some(height) => println!("{kind}\t{name}\t{height:.3}"),
                // No ordinary names of this kind were asked.
                None => println!(
                    "{kind}\t{name}\t{:.3}",
                    match name {
                        "wide" => -1.5,
                        "balanced" => 0.0,
                        _ => 2.0,
                    }
                ),
            }
        }
    }
    Ok(())
}

/// Where a weight starts, and the bounds within which it stays.
#[derive(Clone, Copy)]
struct Prior {
    start: f32,
    least: f32,
    most: f32,
}

/// No bounds.
const FREE: Prior = Prior {
    start: 0.0,
    least: f32::NEG_INFINITY,
    most: f32::INFINITY,
};

/// What each feature was thought to weigh, with the sign that it must have: see the head of `prior.tsv`.
fn prior(kind: &str) -> Vec<Prior> {
    let mut priors = vec![FREE; feature_names().len()];
    for row in include_str!("prior.tsv").lines() {
        let cells: Vec<&str> = row.split('\t').collect();
        let (Some(of), Some(name), Some(start)) = (cells.first(), cells.get(1), cells.get(2))
        else {
            continue;
        };
        let feature = feature_names().iter().position(|known| known == name);
        if let (true, Some(feature), Ok(start)) = (*of == kind, feature, start.parse::<f32>()) {
            let bound = cells.get(3).and_then(|bound| bound.parse().ok());
            priors[feature] = match *name {
                "base" => Prior { start, ..FREE },
                _ if start < 0.0 => Prior {
                    start,
                    least: bound.unwrap_or(FREE.least),
                    most: 0.0,
                },
                _ => Prior {
                    start,
                    least: 0.0,
                    most: bound.unwrap_or(FREE.most),
                },
            };
        }
    }
    priors
}

fn example(item: Item) -> Option<(&'static str, Example)> {
    let mut judged: Vec<names::audit::Judged> = item
        .pairs
        .iter()
        .filter_map(|(left, right)| judge(item.schema.as_deref(), left, right))
        .collect();
    judged.sort_by(|a, b| b.log_odds.total_cmp(&a.log_odds));
    judged.truncate(8);
    // What shares nothing that the program can see cannot be found by other weights, and would only bend them.
    if item.same
        && judged
            .iter()
            .all(|judged| judged.features[1] < NOTHING_SHARED)
    {
        return None;
    }
    let kind = judged.first()?.kind;
    let candidates = judged
        .into_iter()
        .filter(|judged| judged.kind == kind)
        .map(|judged| judged.features)
        .collect();
    Some((
        kind,
        Example {
            same: item.same,
            weight: item.weight,
            candidates,
        },
    ))
}

fn log_odds(weights: &[f32], features: &[f32]) -> f32 {
    weights.iter().zip(features).map(|(w, f)| w * f).sum()
}

fn best(weights: &[f32], candidates: &[Vec<f32>]) -> Option<usize> {
    (0..candidates.len()).max_by(|a, b| {
        log_odds(weights, &candidates[*a]).total_cmp(&log_odds(weights, &candidates[*b]))
    })
}

fn loss(weights: &[f32], examples: &[Example]) -> f32 {
    let (mut sum, mut all) = (0.0, 0.0);
    for example in examples {
        let Some(best) = best(weights, &example.candidates) else {
            continue;
        };
        let odds = log_odds(weights, &example.candidates[best]);
        let signed = if example.same { odds } else { -odds };
        sum += example.weight * (1.0 + (-signed).exp()).ln();
        all += example.weight;
    }
    sum / all.max(1.0)
}

/// Facts of `names/data/evidence.tsv`, with what they were thought to add before any fit.
const FACTS: [(&str, f32); 8] = [
    ("country-agrees", 0.9),
    ("country-differs", -0.9),
    ("birth-day-agrees", 3.0),
    ("birth-year-agrees", 1.2),
    ("birth-near", -0.5),
    ("birth-differs", -2.0),
    ("identifier-agrees", 3.0),
    ("identifier-differs", -1.0),
];

/// Prints `names/data/evidence.tsv`: what each fact adds to the log-odds of the names' score, on the first half.
pub(crate) fn evidence(setting: &Setting) -> Result<()> {
    let matching = setting.data.join("matching");
    let mut examples: Vec<(Vec<f32>, bool, f32)> = Vec::new();
    for item in crate::pairs::judged(&matching, Half::First)? {
        let Some(facts) = &item.facts else { continue };
        let score = item
            .pairs
            .iter()
            .map(|(left, right)| names::compare(item.schema.as_deref(), left, right).score)
            .fold(0.0, f64::max)
            .clamp(1e-6, 1.0 - 1e-6);
        if score < 0.45 {
            continue;
        }
        let found = names::audit::facts(&facts.0, &facts.1);
        let odds = (score / (1.0 - score)).ln().min(4.0) as f32;
        let mut values = vec![1.0, odds];
        values.extend(FACTS.map(|(fact, _)| f32::from(u8::from(found.contains(&fact)))));
        examples.push((values, item.same, if item.same { 0.5 } else { 1.0 }));
    }
    let priors: Vec<Prior> = [-1.0, 1.0]
        .into_iter()
        .chain(FACTS.map(|fact| fact.1))
        .map(|start| Prior { start, ..FREE })
        .collect();
    let rows: Vec<(&[f32], bool, f32)> = examples
        .iter()
        .map(|(values, same, weight)| (values.as_slice(), *same, *weight))
        .collect();
    let weights = fit(&priors, &rows);
    // On the scale of the score's own log-odds.
    let scale = weights[1].max(0.2);
    println!(
        "# What stands beside a name, in log-odds that are added to those of the score. Version {}.",
        crate::measure::today()
    );
    println!(
        "# Fitted by `bench evidence` on half of the judged pairs of list entries; fact <TAB> log-odds."
    );
    for ((fact, _), weight) in FACTS.iter().zip(&weights[2..]) {
        println!("{fact}\t{:.2}", weight / scale);
    }
    Ok(())
}

/// Adam on the logistic loss, each weight pulled towards its start and kept within its bounds.
fn fit(priors: &[Prior], examples: &[(&[f32], bool, f32)]) -> Vec<f32> {
    let mut weights: Vec<f32> = priors.iter().map(|prior| prior.start).collect();
    let (mut first, mut second) = (vec![0.0f32; weights.len()], vec![0.0f32; weights.len()]);
    let all: f32 = examples.iter().map(|example| example.2).sum();
    for step in 1..=STEPS {
        let mut gradient = vec![0.0f32; weights.len()];
        for (features, same, weight) in examples {
            let odds = log_odds(&weights, features);
            let miss = 1.0 / (1.0 + (-odds).exp()) - f32::from(u8::from(*same));
            for (slope, value) in gradient.iter_mut().zip(*features) {
                *slope += weight * miss * value;
            }
        }
        let rate = 0.05 * (1.0 - step as f32 / STEPS as f32) + 0.002;
        for index in 0..weights.len() {
            let slope = (gradient[index] + PULL * (weights[index] - priors[index].start)) / all;
            first[index] = 0.9 * first[index] + 0.1 * slope;
            second[index] = 0.999 * second[index] + 0.001 * slope * slope;
            let (m, v) = (
                first[index] / (1.0 - 0.9f32.powi(step as i32)),
                second[index] / (1.0 - 0.999f32.powi(step as i32)),
            );
            let moved = weights[index] - rate * m / (v.sqrt() + 1e-8);
            weights[index] = moved.clamp(priors[index].least, priors[index].most);
        }
    }
    weights
}
