//! Averaged perceptrons over hashed features.

/// Steps of a scale in one unit of weight.
const STEPS: f64 = 8.0;

/// A feature's weight for a class.
#[derive(Clone, Copy, Default)]
struct Weight {
    now: i32,
    class: u8,
}

/// What averaging needs to know of a weight.
#[derive(Clone, Copy, Default)]
struct Past {
    /// Sum of the weight over all steps up to `since`.
    sum: i64,
    since: u32,
}

/// A feature and where its weights lie; free where it was never updated.
#[derive(Clone, Copy, Default)]
struct Slot {
    feature: u32,
    first: u32,
    count: u8,
    room: u8,
    /// Counted no further than [`MOST_UPDATES`].
    updates: u16,
}

/// No feature needs to be updated more often to count.
const MOST_UPDATES: u16 = 1000;

/// A perceptron that learns. Most of its time goes into waiting for memory, hence tables without pointers in them.
pub(crate) struct Learner {
    slots: Vec<Slot>,
    /// Slots that are not free.
    features: usize,
    weights: Vec<Weight>,
    pasts: Vec<Past>,
    /// Steps so far.
    step: u32,
    /// A feature counts once it was updated so often.
    least_updates: u16,
}

impl Learner {
    pub(crate) fn new(least_updates: u16) -> Self {
        Self {
            slots: vec![Slot::default(); 1 << 16],
            features: 0,
            weights: Vec::new(),
            pasts: Vec::new(),
            step: 0,
            least_updates,
        }
    }

    fn slot(&self, feature: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = feature as usize & mask;
        loop {
            let slot = &self.slots[at];
            if slot.updates == 0 || slot.feature == feature {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    /// The slot of a feature that is updated, made if there is none.
    fn updated(&mut self, feature: u32) -> usize {
        if self.features * 2 >= self.slots.len() {
            let wider = vec![Slot::default(); self.slots.len() * 2];
            for slot in std::mem::replace(&mut self.slots, wider) {
                if slot.updates > 0 {
                    let at = self.slot(slot.feature);
                    self.slots[at] = slot;
                }
            }
        }
        let at = self.slot(feature);
        let slot = &mut self.slots[at];
        self.features += usize::from(slot.updates == 0);
        slot.feature = feature;
        slot.updates = (slot.updates + 1).min(MOST_UPDATES);
        at
    }

    /// Scores of the classes by the weights of now.
    pub(crate) fn score(&self, features: &[u32], scores: &mut [i32; 256]) {
        scores.fill(0);
        // One wait after the other for each feature, but the waits of all features at once.
        let mut slots = [Slot::default(); 256];
        let mut known = 0;
        for feature in features.iter().take(slots.len()) {
            slots[known] = self.slots[self.slot(*feature)];
            known += usize::from(slots[known].updates >= self.least_updates);
        }
        for slot in &slots[..known] {
            let first = slot.first as usize;
            for weight in &self.weights[first..first + usize::from(slot.count)] {
                scores[usize::from(weight.class)] += weight.now;
            }
        }
    }

    /// A step in which one class was taken for another.
    pub(crate) fn update(&mut self, features: &[u32], right: u8, wrong: u8) {
        for feature in features {
            let place = self.updated(*feature);
            for (class, by) in [(right, 1), (wrong, -1)] {
                let at = self.weight(place, class);
                let (weight, past) = (&mut self.weights[at], &mut self.pasts[at]);
                past.sum += i64::from(weight.now) * i64::from(self.step - past.since);
                past.since = self.step;
                weight.now += by;
            }
        }
    }

    /// Place of the weight of a slot for a class, made if there is none.
    fn weight(&mut self, place: usize, class: u8) -> usize {
        let slot = &mut self.slots[place];
        let (first, count) = (slot.first as usize, usize::from(slot.count));
        let own = first..first + count;
        if let Some(at) = self.weights[own.clone()]
            .iter()
            .position(|weight| weight.class == class)
        {
            return first + at;
        }
        if slot.count == slot.room {
            // To the end, with room for more; the old place stays empty.
            slot.room = slot.room.saturating_mul(2).max(2);
            slot.first = self.weights.len() as u32;
            let end = slot.first as usize + usize::from(slot.room);
            self.weights.extend_from_within(own.clone());
            self.pasts.extend_from_within(own);
            self.weights.resize(end, Weight::default());
            self.pasts.resize(end, Past::default());
        }
        let at = slot.first as usize + count;
        slot.count += 1;
        self.weights[at] = Weight { now: 0, class };
        self.pasts[at] = Past {
            sum: 0,
            since: self.step,
        };
        at
    }

    /// Counts a step, whether it was right or not.
    pub(crate) fn count(&mut self) {
        self.step += 1;
    }

    /// Averaged weights as steps of a scale, the smallest left out so that about `entries` are kept.
    pub(crate) fn finish(&self, entries: usize) -> Vec<(u32, Vec<(u8, i16)>)> {
        let steps = f64::from(self.step.max(1));
        let mut features: Vec<(u32, Vec<(u8, f64)>)> = self
            .slots
            .iter()
            .filter(|slot| slot.updates >= self.least_updates.max(1))
            .map(|slot| {
                let first = slot.first as usize;
                let averaged = |at: usize| {
                    let (weight, past) = (self.weights[at], self.pasts[at]);
                    let rest = i64::from(weight.now) * i64::from(self.step - past.since);
                    (weight.class, (past.sum + rest) as f64 / steps)
                };
                let mut weights: Vec<_> = (first..first + usize::from(slot.count))
                    .map(averaged)
                    .collect();
                weights.sort_by_key(|(class, _)| *class);
                (slot.feature, weights)
            })
            .collect();
        features.sort_by_key(|(hash, _)| *hash);
        let mut sizes: Vec<f64> = features
            .iter()
            .flat_map(|(_, weights)| weights.iter().map(|(_, weight)| weight.abs()))
            .collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        let least = sizes.get(entries).copied().unwrap_or(0.0);
        // Nothing is clipped: the largest weights are few and say most.
        let most = sizes.first().copied().unwrap_or(1.0).max(1.0);
        let scale = (f64::from(i16::MAX) / most).min(STEPS);
        eprintln!(
            "  {} features, {} weights, largest {:.1}, least kept {least:.3}, step {:.3}",
            features.len(),
            sizes.len(),
            most,
            1.0 / scale
        );
        features
            .into_iter()
            .map(|(hash, weights)| {
                let kept = weights
                    .into_iter()
                    .filter(|(_, weight)| weight.abs() > least)
                    .map(|(class, weight)| (class, (weight * scale).round() as i16))
                    .filter(|(_, weight)| *weight != 0)
                    .collect();
                (hash, kept)
            })
            .collect()
    }
}
