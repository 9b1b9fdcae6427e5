//! Averaged perceptrons over hashed features.

use rustc_hash::FxHashMap;

/// A feature's weight for a class while it is learnt.
#[derive(Clone, Copy)]
struct Weight {
    class: u8,
    now: i32,
    /// Sum of the weight over all steps up to `since`.
    sum: i64,
    since: u32,
}

#[derive(Default)]
struct Row {
    weights: Vec<Weight>,
    updates: u32,
}

/// A perceptron that learns.
pub(crate) struct Learner {
    places: FxHashMap<u32, u32>,
    rows: Vec<Row>,
    /// Steps so far.
    step: u32,
    /// A feature counts once it was updated so often.
    least_updates: u32,
}

impl Learner {
    pub(crate) fn new(least_updates: u32) -> Self {
        Self {
            places: FxHashMap::default(),
            rows: Vec::new(),
            step: 0,
            least_updates,
        }
    }

    /// Scores of the classes by the weights of now.
    pub(crate) fn score(&self, features: &[u32], scores: &mut [i32; 256]) {
        scores.fill(0);
        for feature in features {
            let Some(place) = self.places.get(feature) else {
                continue;
            };
            let row = &self.rows[*place as usize];
            if row.updates < self.least_updates {
                continue;
            }
            for weight in &row.weights {
                scores[usize::from(weight.class)] += weight.now;
            }
        }
    }

    /// A step in which one class was taken for another.
    pub(crate) fn update(&mut self, features: &[u32], right: u8, wrong: u8) {
        for feature in features {
            let next = self.rows.len() as u32;
            let place = *self.places.entry(*feature).or_insert(next);
            if place == next {
                self.rows.push(Row::default());
            }
            let row = &mut self.rows[place as usize];
            row.updates += 1;
            for (class, by) in [(right, 1), (wrong, -1)] {
                let found = row.weights.iter().position(|weight| weight.class == class);
                let at = found.unwrap_or(row.weights.len());
                if found.is_none() {
                    row.weights.push(Weight {
                        class,
                        now: 0,
                        sum: 0,
                        since: self.step,
                    });
                }
                let weight = &mut row.weights[at];
                weight.sum += i64::from(weight.now) * i64::from(self.step - weight.since);
                weight.since = self.step;
                weight.now += by;
            }
        }
    }

    /// Counts a step, whether it was right or not.
    pub(crate) fn count(&mut self) {
        self.step += 1;
    }

    /// Averaged weights as steps of a scale, the smallest left out so that about `entries` are kept.
    pub(crate) fn finish(&self, entries: usize) -> Vec<(u32, Vec<(u8, i8)>)> {
        let steps = f64::from(self.step.max(1));
        let mut features: Vec<(u32, Vec<(u8, f64)>)> = self
            .places
            .iter()
            .filter(|(_, place)| self.rows[**place as usize].updates >= self.least_updates)
            .map(|(hash, place)| {
                let averaged = |weight: &Weight| {
                    let rest = i64::from(weight.now) * i64::from(self.step - weight.since);
                    (weight.class, (weight.sum + rest) as f64 / steps)
                };
                let row = &self.rows[*place as usize];
                let mut weights: Vec<_> = row.weights.iter().map(averaged).collect();
                weights.sort_by_key(|(class, _)| *class);
                (*hash, weights)
            })
            .collect();
        features.sort_by_key(|(hash, _)| *hash);
        let mut sizes: Vec<f64> = features
            .iter()
            .flat_map(|(_, weights)| weights.iter().map(|(_, weight)| weight.abs()))
            .collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        let most = sizes
            .get(sizes.len() / 20_000)
            .copied()
            .unwrap_or(1.0)
            .max(1e-9);
        let least = sizes.get(entries).copied().unwrap_or(0.0);
        let scale = 127.0 / most;
        eprintln!(
            "  {} features, {} weights, largest {:.1}, least kept {least:.3}, step {:.3}",
            features.len(),
            sizes.len(),
            sizes.first().copied().unwrap_or_default(),
            1.0 / scale
        );
        features
            .into_iter()
            .map(|(hash, weights)| {
                let kept = weights
                    .into_iter()
                    .filter(|(_, weight)| weight.abs() > least)
                    .map(|(class, weight)| {
                        (class, (weight * scale).round().clamp(-127.0, 127.0) as i8)
                    })
                    .filter(|(_, weight)| *weight != 0)
                    .collect();
                (hash, kept)
            })
            .collect()
    }
}
