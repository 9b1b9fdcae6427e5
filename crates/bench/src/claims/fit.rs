//! Logistic regression for the six decisions on claims: many classes, sparse hashed features, one thread, the
//! same bytes every time.

use std::collections::{BTreeMap, HashMap};

use news::claims::{Example, Linear, Models, TASKS, Task, softmax};

/// How often every example is seen.
const EPOCHS: usize = 14;
/// First step.
const RATE: f32 = 0.05;

/// Pull towards zero for each time a weight is touched, by task: small sets need more.
fn pull(task: Task) -> f32 {
    match task {
        Task::Event => 1e-3,
        _ => 2e-3,
    }
}

fn classes(task: Task) -> usize {
    match task {
        Task::Event => 8,
        Task::Role => 4,
        Task::Factuality => 7,
        Task::Goods | Task::Source | Task::Quote => 2,
    }
}

/// Models for all tasks.
pub(crate) fn models(examples: &[&Example]) -> Models {
    Models::new(
        TASKS
            .iter()
            .map(|&task| {
                let own: Vec<&Example> = examples
                    .iter()
                    .copied()
                    .filter(|example| example.task == task)
                    .collect();
                model(task, &own)
            })
            .collect(),
    )
}

fn model(task: Task, examples: &[&Example]) -> Linear {
    let classes = classes(task);
    // Features seen once teach nothing that carries over.
    let mut seen: BTreeMap<u32, usize> = BTreeMap::new();
    for example in examples {
        for &hash in &example.features.0 {
            *seen.entry(hash).or_default() += 1;
        }
    }
    let least = 2;
    let known: Vec<u32> = seen
        .iter()
        .filter(|(_, count)| **count >= least)
        .map(|(hash, _)| *hash)
        .collect();
    let place: HashMap<u32, usize> = known
        .iter()
        .enumerate()
        .map(|(at, hash)| (*hash, at))
        .collect();
    let rows: Vec<Vec<usize>> = examples
        .iter()
        .map(|example| {
            let mut row: Vec<usize> = example
                .features
                .0
                .iter()
                .filter_map(|hash| place.get(hash).copied())
                .collect();
            row.sort_unstable();
            row.dedup();
            row
        })
        .collect();
    let mut weights = vec![0.0_f32; known.len() * classes];
    let mut sums = vec![0.0_f32; known.len() * classes];
    let pull = pull(task);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut averaged = 0.0_f32;
    for epoch in 0..EPOCHS {
        for at in (1..order.len()).rev() {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            #[allow(clippy::cast_possible_truncation, reason = "a place in a list")]
            order.swap(at, (state >> 33) as usize % (at + 1));
        }
        #[allow(clippy::cast_precision_loss, reason = "a handful of passes")]
        let rate = RATE / (1.0 + 6.0 * epoch as f32 / EPOCHS as f32);
        for &index in &order {
            let row = &rows[index];
            let mut scores = vec![0.0_f32; classes];
            for &feature in row {
                let from = feature * classes;
                for (score, weight) in scores.iter_mut().zip(&weights[from..from + classes]) {
                    *score += weight;
                }
            }
            let probabilities = softmax(&scores);
            for &feature in row {
                let from = feature * classes;
                for (class, probability) in probabilities.iter().enumerate() {
                    let target = if class == examples[index].class {
                        1.0
                    } else {
                        0.0
                    };
                    let at = from + class;
                    weights[at] -= rate * (probability - target) + rate * pull * weights[at];
                }
            }
        }
        // Averaged over the later passes: less depends on which example came last.
        if epoch >= EPOCHS / 2 {
            averaged += 1.0;
            for (sum, weight) in sums.iter_mut().zip(&weights) {
                *sum += weight;
            }
        }
    }
    let rows: Vec<(u32, Vec<f32>)> = known
        .iter()
        .enumerate()
        .map(|(at, hash)| {
            let row = sums[at * classes..(at + 1) * classes]
                .iter()
                .map(|sum| sum / averaged)
                .collect();
            (*hash, row)
        })
        .filter(|(_, row): &(u32, Vec<f32>)| row.iter().any(|weight| weight.abs() > 0.02))
        .collect();
    Linear::new(classes, &rows)
}
