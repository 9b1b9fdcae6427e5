//! Linear models over hashed features: what the tagger, the parser and the parts of speech share.
//!
//! A model as bytes, little-endian:
//!
//! ```text
//! u32 features, u32 entries
//! buckets   u16: how many features have this upper half of their hash
//! features  u16: lower half of the hash, ascending in a bucket
//! features  u8: how many entries
//! entries   u8: class
//! entries   u8: lower half of the weight
//! entries   i8: upper half of the weight
//! ```

use crate::bytes::Taker;

/// Buckets of features in a file, by the upper half of the hash.
const BUCKETS: usize = 1 << 16;

/// The hash of a feature: its template and what it is made of.
#[inline(always)]
pub fn mix(template: u32, parts: &[u32]) -> u32 {
    let mut hash = u64::from(template).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for part in parts {
        hash = (hash.rotate_left(23) ^ u64::from(*part)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    hash ^= hash >> 29;
    (hash.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32) as u32
}

/// Weights of features for classes, ready for use. Features that speak of many classes have a row with a weight for
/// each, which adds up many at once; the others a list of classes and weights.
#[derive(Debug)]
pub(crate) struct Linear {
    /// Hash of the feature and where its weights are: for a row [`ROW`], by how many bits its weights are shifted and its
    /// number; for a list its first entry and how many. 0 where the slot is free.
    slots: Vec<(u32, u32)>,
    mask: usize,
    /// Rows, one after the other.
    rows: Vec<i8>,
    /// Weights of a row: the classes, rounded up to whole [`LANES`].
    width: usize,
    entries: Vec<(u8, i16)>,
}

/// Says that a feature has a row.
const ROW: u32 = 1 << 31;

/// Where the shift of a row begins; below it is the number.
const SHIFT_AT: u32 = 27;

/// Bits that say how many entries a list has.
const COUNT_BITS: u32 = 4;

/// Most entries of a list.
const LONGEST_LIST: usize = 8;

/// Weights that are added up at once.
const LANES: usize = 16;

/// Most features of a word or state.
const MOST_FEATURES: usize = 256;

impl Default for Linear {
    /// Knows no feature.
    fn default() -> Self {
        Self {
            slots: vec![(0, 0)],
            mask: 0,
            rows: Vec::new(),
            width: LANES,
            entries: Vec::new(),
        }
    }
}

impl Linear {
    /// Adds the weights of the features to the scores of the classes.
    #[inline]
    pub(crate) fn add(&self, features: &[u32], scores: &mut [i32; 256]) {
        // Nearly all the time goes into waiting for memory. What is needed is touched first, all at once: loads that do
        // not depend on one another wait together.
        let mut touched = 0;
        for feature in features {
            touched ^= self.slots[*feature as usize & self.mask].0;
        }
        let mut places = [0u32; MOST_FEATURES];
        let mut known = 0;
        for feature in features.iter().take(MOST_FEATURES) {
            let mut at = *feature as usize & self.mask;
            loop {
                let (hash, place) = self.slots[at];
                if hash == *feature || place == 0 {
                    places[known] = place;
                    known += usize::from(place != 0);
                    break;
                }
                at = (at + 1) & self.mask;
            }
        }
        for place in &places[..known] {
            if place & ROW != 0 {
                let first = number_of_row(*place) * self.width;
                touched ^= u32::from(self.rows[first].unsigned_abs());
                touched ^= u32::from(self.rows[first + self.width - 1].unsigned_abs());
            } else {
                let (class, _) = self.entries[(place >> COUNT_BITS) as usize];
                touched ^= u32::from(class);
            }
        }
        std::hint::black_box(touched);
        let scores_of_row = self.width.min(scores.len());
        for place in &places[..known] {
            if place & ROW != 0 {
                let first = number_of_row(*place) * self.width;
                let shift = (place >> SHIFT_AT) & 15;
                let row = &self.rows[first..first + scores_of_row];
                for (scores, weights) in scores[..scores_of_row]
                    .chunks_exact_mut(LANES)
                    .zip(row.chunks_exact(LANES))
                {
                    for (score, weight) in scores.iter_mut().zip(weights) {
                        *score += i32::from(*weight) << shift;
                    }
                }
            } else {
                let from = (place >> COUNT_BITS) as usize;
                let count = (place & ((1 << COUNT_BITS) - 1)) as usize;
                for (class, weight) in &self.entries[from..from + count] {
                    scores[usize::from(*class)] += i32::from(*weight);
                }
            }
        }
    }

    /// Takes a model off the front of bytes; none where it is not whole.
    pub(crate) fn take(from: &mut Taker<'_>) -> Option<Linear> {
        let features = from.word()? as usize;
        let entries = from.word()? as usize;
        let sizes = from.slice(BUCKETS * 2)?;
        let lows = from.slice(features.checked_mul(2)?)?;
        let counts = from.slice(features)?;
        let classes = from.slice(entries)?;
        let lower = from.slice(entries)?;
        let upper = from.slice(entries)?;
        let size = (features.max(1) * 2).next_power_of_two();
        let most = classes.iter().copied().max().unwrap_or_default();
        let mut model = Linear {
            slots: vec![(0, 0); size],
            mask: size - 1,
            rows: Vec::new(),
            width: (usize::from(most) + 1).next_multiple_of(LANES),
            entries: Vec::new(),
        };
        let weight = |at: usize| i16::from_le_bytes([lower[at], upper[at]]);
        let mut features = lows.chunks_exact(2).zip(counts);
        let mut first = 0;
        for (bucket, size) in sizes.chunks_exact(2).enumerate() {
            for _ in 0..u16::from_le_bytes([size[0], size[1]]) {
                let (low, count) = features.next()?;
                let low = u16::from_le_bytes([low[0], low[1]]);
                let own = first..first + usize::from(*count);
                first = own.end;
                if own.is_empty() || own.end > entries {
                    return None;
                }
                let place = if own.len() > LONGEST_LIST {
                    let row = model.rows.len();
                    model.rows.resize(row + model.width, 0);
                    // As many bits as a row needs for its largest weight are rounded off; half as much memory to wait
                    // for is worth more.
                    let most = own.clone().map(|at| weight(at).unsigned_abs()).max()?;
                    let shift = (9 - most.leading_zeros().min(9)) & 15;
                    let half = (1 << shift) >> 1;
                    for at in own {
                        let rounded = (i32::from(weight(at)) + half) >> shift;
                        model.rows[row + usize::from(classes[at])] = rounded.clamp(-127, 127) as i8;
                    }
                    let number = u32::try_from(row / model.width).ok()?;
                    if number >= 1 << SHIFT_AT {
                        return None;
                    }
                    ROW | shift << SHIFT_AT | number
                } else {
                    let list = model.entries.len() as u32;
                    let count = own.len() as u32;
                    model
                        .entries
                        .extend(own.map(|at| (classes[at], weight(at))));
                    list.checked_mul(1 << COUNT_BITS)? | count
                };
                let hash = (bucket as u32) << 16 | u32::from(low);
                let mut at = hash as usize & model.mask;
                while model.slots[at].1 != 0 {
                    at = (at + 1) & model.mask;
                }
                model.slots[at] = (hash, place);
            }
        }
        (first == entries && features.next().is_none()).then_some(model)
    }
}

/// Of what a slot says of a row.
fn number_of_row(place: u32) -> usize {
    (place & ((1 << SHIFT_AT) - 1)) as usize
}

/// Appends a model in its file form. Features come with their entries; those without any are left out.
pub fn append_linear(features: &[(u32, Vec<(u8, i16)>)], out: &mut Vec<u8>) {
    let mut sorted: Vec<_> = features
        .iter()
        .filter(|(_, entries)| !entries.is_empty())
        .collect();
    sorted.sort_by_key(|(hash, _)| *hash);
    let entries = || {
        sorted
            .iter()
            .flat_map(|(_, entries)| entries.iter().take(u8::MAX.into()))
    };
    out.extend((sorted.len() as u32).to_le_bytes());
    out.extend((entries().count() as u32).to_le_bytes());
    let mut sizes = vec![0u16; BUCKETS];
    for (hash, _) in &sorted {
        sizes[(hash >> 16) as usize] += 1;
    }
    out.extend(sizes.iter().flat_map(|size| size.to_le_bytes()));
    for (hash, _) in &sorted {
        out.extend((*hash as u16).to_le_bytes());
    }
    out.extend(
        sorted
            .iter()
            .map(|(_, entries)| entries.len().min(255) as u8),
    );
    out.extend(entries().map(|(class, _)| *class));
    out.extend(entries().map(|(_, weight)| weight.to_le_bytes()[0]));
    out.extend(entries().map(|(_, weight)| weight.to_le_bytes()[1]));
}
