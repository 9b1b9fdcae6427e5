//! Averaged perceptrons over hashed features.

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

/// Where the weights of a feature lie.
#[derive(Clone, Copy, Default)]
struct Row {
    first: u32,
    count: u16,
    room: u16,
    updates: u32,
}

/// A perceptron that learns. Most of its time goes into waiting for memory, hence tables without pointers in them.
pub(crate) struct Learner {
    /// Feature and place of its row plus one, 0 where the slot is free.
    slots: Vec<(u32, u32)>,
    rows: Vec<Row>,
    weights: Vec<Weight>,
    pasts: Vec<Past>,
    /// Steps so far.
    step: u32,
    /// A feature counts once it was updated so often.
    least_updates: u32,
}

impl Learner {
    pub(crate) fn new(least_updates: u32) -> Self {
        Self {
            slots: vec![(0, 0); 1 << 16],
            rows: Vec::new(),
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
            let (known, place) = self.slots[at];
            if place == 0 || known == feature {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    /// Place of the row of a feature, made if there is none.
    fn row(&mut self, feature: u32) -> usize {
        if self.rows.len() * 2 >= self.slots.len() {
            let wider = vec![(0, 0); self.slots.len() * 2];
            for (known, place) in std::mem::replace(&mut self.slots, wider) {
                if place > 0 {
                    let at = self.slot(known);
                    self.slots[at] = (known, place);
                }
            }
        }
        let at = self.slot(feature);
        if self.slots[at].1 == 0 {
            self.rows.push(Row::default());
            self.slots[at] = (feature, self.rows.len() as u32);
        }
        self.slots[at].1 as usize - 1
    }

    /// Scores of the classes by the weights of now.
    pub(crate) fn score(&self, features: &[u32], scores: &mut [i32; 256]) {
        scores.fill(0);
        // One wait after the other for each feature, but the waits of all features at once.
        let mut rows = [Row::default(); 256];
        let mut known = 0;
        for feature in features.iter().take(rows.len()) {
            let place = self.slots[self.slot(*feature)].1 as usize;
            if place > 0 {
                rows[known] = self.rows[place - 1];
                known += usize::from(rows[known].updates >= self.least_updates);
            }
        }
        for row in &rows[..known] {
            let first = row.first as usize;
            for weight in &self.weights[first..first + usize::from(row.count)] {
                scores[usize::from(weight.class)] += weight.now;
            }
        }
    }

    /// A step in which one class was taken for another.
    pub(crate) fn update(&mut self, features: &[u32], right: u8, wrong: u8) {
        for feature in features {
            let place = self.row(*feature);
            self.rows[place].updates += 1;
            for (class, by) in [(right, 1), (wrong, -1)] {
                let at = self.weight(place, class);
                let (weight, past) = (&mut self.weights[at], &mut self.pasts[at]);
                past.sum += i64::from(weight.now) * i64::from(self.step - past.since);
                past.since = self.step;
                weight.now += by;
            }
        }
    }

    /// Place of the weight of a row for a class, made if there is none.
    fn weight(&mut self, place: usize, class: u8) -> usize {
        let row = self.rows[place];
        let (first, count) = (row.first as usize, usize::from(row.count));
        let own = first..first + count;
        if let Some(at) = self.weights[own.clone()]
            .iter()
            .position(|weight| weight.class == class)
        {
            return first + at;
        }
        if row.count == row.room {
            // To the end, with room for more; the old place stays empty.
            let room = (row.room * 2).max(2);
            self.rows[place].first = self.weights.len() as u32;
            self.rows[place].room = room;
            self.weights.extend_from_within(own.clone());
            self.pasts.extend_from_within(own);
            let end = self.rows[place].first as usize + usize::from(room);
            self.weights.resize(end, Weight::default());
            self.pasts.resize(end, Past::default());
        }
        let row = &mut self.rows[place];
        let at = row.first as usize + count;
        row.count += 1;
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
    pub(crate) fn finish(&self, entries: usize) -> Vec<(u32, Vec<(u8, i8)>)> {
        let steps = f64::from(self.step.max(1));
        let mut features: Vec<(u32, Vec<(u8, f64)>)> = self
            .slots
            .iter()
            .filter(|(_, place)| {
                *place > 0 && self.rows[*place as usize - 1].updates >= self.least_updates
            })
            .map(|(hash, place)| {
                let row = self.rows[*place as usize - 1];
                let first = row.first as usize;
                let averaged = |at: usize| {
                    let (weight, past) = (self.weights[at], self.pasts[at]);
                    let rest = i64::from(weight.now) * i64::from(self.step - past.since);
                    (weight.class, (past.sum + rest) as f64 / steps)
                };
                let mut weights: Vec<_> = (first..first + usize::from(row.count))
                    .map(averaged)
                    .collect();
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
