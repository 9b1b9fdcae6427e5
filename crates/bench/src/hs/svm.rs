//! Support vector machines for many classes at once: dual coordinate descent with squared hinge loss, one class
//! against the rest (Hsieh et al. 2008, as in liblinear), all classes of an example in one step.

use crate::data::Dice;

/// A text's features: place of the feature and value, of unit length together.
pub(crate) type Row = Vec<(u32, f32)>;

/// An example: its features, its class and how much it counts.
pub(crate) struct Sample<'a> {
    pub(crate) row: &'a Row,
    pub(crate) class: u16,
    pub(crate) cost: f32,
}

/// A linear model: a line of `classes` weights for every feature, and a last line for the constant.
pub(crate) struct Linear {
    pub(crate) classes: usize,
    pub(crate) weights: Vec<f32>,
}

impl Linear {
    pub(crate) fn line(&self, feature: usize) -> &[f32] {
        &self.weights[feature * self.classes..(feature + 1) * self.classes]
    }
}

/// Rounds over the examples.
const ROUNDS: usize = 12;

/// Classes that are trained together: few enough for their weights to stay in the processor's cache.
const BLOCK: usize = 128;

/// Smallest step that is taken.
const LEAST_STEP: f32 = 1e-4;

/// Trains; `features` is how many there are.
pub(crate) fn train(samples: &[Sample], features: usize, classes: usize) -> Linear {
    let mut model = Linear {
        classes,
        weights: vec![0.0; (features + 1) * classes],
    };
    for first in (0..classes).step_by(BLOCK) {
        let block = train_block(samples, features, first);
        let count = BLOCK.min(classes - first);
        for (line, from) in model.weights.chunks_exact_mut(classes).zip(&block) {
            line[first..first + count].copy_from_slice(&from[..count]);
        }
    }
    model
}

/// Trains a block of classes from `first` on; each is on its own, so blocks do not matter to the result.
fn train_block(samples: &[Sample], features: usize, first: usize) -> Vec<[f32; BLOCK]> {
    let mut weights = vec![[0.0f32; BLOCK]; features + 1];
    let mut alphas = vec![[0.0f32; BLOCK]; samples.len()];
    let squares: Vec<f32> = samples
        .iter()
        .map(|sample| {
            1.0 + sample
                .row
                .iter()
                .map(|(_, value)| value * value)
                .sum::<f32>()
        })
        .collect();
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut dice = Dice(7);
    for _ in 0..ROUNDS {
        for at in (1..order.len()).rev() {
            order.swap(at, dice.below(at + 1));
        }
        for &index in &order {
            let sample = &samples[index];
            let slack = 0.5 / sample.cost;
            let square = squares[index] + slack;
            let mut margins = weights[features];
            for (feature, value) in sample.row {
                for (sum, weight) in margins.iter_mut().zip(&weights[*feature as usize]) {
                    *sum += weight * value;
                }
            }
            let alphas = &mut alphas[index];
            let mut steps = [0.0f32; BLOCK];
            let mut longest = 0.0f32;
            let own = usize::from(sample.class).wrapping_sub(first);
            for class in 0..BLOCK {
                let sign = if class == own { 1.0 } else { -1.0 };
                let gradient = sign * margins[class] - 1.0 + alphas[class] * slack;
                let next = (alphas[class] - gradient / square).max(0.0);
                steps[class] = (next - alphas[class]) * sign;
                longest = longest.max(steps[class].abs());
                alphas[class] = next;
            }
            if longest < LEAST_STEP {
                continue;
            }
            let constant = (features as u32, 1.0);
            for (feature, value) in sample.row.iter().chain(std::iter::once(&constant)) {
                for (weight, step) in weights[*feature as usize].iter_mut().zip(&steps) {
                    *weight += step * value;
                }
            }
        }
    }
    weights
}
