//! Logistic models over hashed features: what a word tells of, what a party does there, what the source makes of it.
//!
//! A model is a table from feature hashes to one weight a class, trained by `bench claims`.

/// Features of one decision, as hashes. A feature is a template and what it saw, hashed together.
#[derive(Debug, Clone, Default)]
pub struct Features(pub Vec<u32>);

/// FNV-1a of 32 bits, then one multiplication more, so that the top bits are as good as the lower ones.
fn hash(parts: &[&str]) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    for part in parts {
        for byte in part.bytes().chain([0x1f]) {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    }
    (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d)
}

impl Features {
    /// The feature that `parts` make together; the first names the template.
    pub(crate) fn add(&mut self, parts: &[&str]) {
        self.0.push(hash(parts));
    }
}

/// Which decision a model makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// Does this word tell of an event, and of which?
    Event,
    /// What does this party do in the event?
    Role,
    /// Are these goods the event's?
    Goods,
    /// How far does the nearest source stand behind it?
    Factuality,
    /// Does this party speak?
    Source,
    /// Is this stretch the one to quote?
    Quote,
}

/// All tasks, in the order in which their models are stored.
pub const TASKS: [Task; 6] = [
    Task::Event,
    Task::Role,
    Task::Goods,
    Task::Factuality,
    Task::Source,
    Task::Quote,
];

/// A trained model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Linear {
    classes: usize,
    scale: f32,
    hashes: Vec<u32>,
    weights: Vec<i8>,
    /// First feature by the top bits of the hash.
    starts: Vec<u32>,
}

/// Top bits of a hash that find where to look.
const TOP: u32 = 14;

impl Linear {
    /// A model from its rows, ascending by hash, one weight a class each.
    pub fn new(classes: usize, rows: &[(u32, Vec<f32>)]) -> Self {
        let most = rows
            .iter()
            .flat_map(|(_, row)| row)
            .fold(0.0_f32, |most, weight| most.max(weight.abs()));
        let scale = if most > 0.0 { most / 127.0 } else { 1.0 };
        let hashes = rows.iter().map(|(hash, _)| *hash).collect();
        #[allow(clippy::cast_possible_truncation, reason = "scaled to -127..=127")]
        let weights = rows
            .iter()
            .flat_map(|(_, row)| row)
            .map(|weight| (weight / scale).round() as i8)
            .collect();
        Self::index(classes, scale, hashes, weights)
    }

    fn index(classes: usize, scale: f32, hashes: Vec<u32>, weights: Vec<i8>) -> Self {
        let mut starts = vec![0_u32; (1 << TOP) + 1];
        for &hash in &hashes {
            starts[(hash >> (32 - TOP)) as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self {
            classes,
            scale,
            hashes,
            weights,
            starts,
        }
    }

    /// Probability of every class.
    pub(crate) fn probabilities(&self, features: &Features) -> Vec<f32> {
        let mut sums = vec![0_i32; self.classes];
        for &hash in &features.0 {
            let top = (hash >> (32 - TOP)) as usize;
            let range = self.starts[top] as usize..self.starts[top + 1] as usize;
            if let Ok(at) = self.hashes[range.clone()].binary_search(&hash) {
                let row = (range.start + at) * self.classes;
                for (sum, &weight) in sums.iter_mut().zip(&self.weights[row..row + self.classes]) {
                    *sum += i32::from(weight);
                }
            }
        }
        #[allow(clippy::cast_precision_loss, reason = "sums of a few hundred bytes")]
        let scores: Vec<f32> = sums.iter().map(|&sum| sum as f32 * self.scale).collect();
        softmax(&scores)
    }
}

/// Probabilities of scores.
pub fn softmax(scores: &[f32]) -> Vec<f32> {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = scores.iter().map(|score| (score - most).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

/// A model for every task.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Models(Vec<Linear>);

impl Models {
    /// Models in the order of [`TASKS`].
    pub fn new(models: Vec<Linear>) -> Self {
        Self(models)
    }

    /// Probability of every class of a task.
    pub(crate) fn ask(&self, task: Task, features: &Features) -> Vec<f32> {
        self.0[task as usize].probabilities(features)
    }
}
