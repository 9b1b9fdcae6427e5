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

/// Weights of features for classes, ready for use.
#[derive(Debug)]
pub(crate) struct Linear {
    /// Hash of the feature, and its first entry and how many, 0 where the slot is free.
    slots: Vec<(u32, u32)>,
    mask: usize,
    entries: Vec<(u8, i16)>,
}

impl Default for Linear {
    /// Knows no feature.
    fn default() -> Self {
        Self {
            slots: vec![(0, 0)],
            mask: 0,
            entries: Vec::new(),
        }
    }
}

/// Bits of a slot that say how many entries.
const COUNT_BITS: u32 = 8;

impl Linear {
    /// Adds the weights of the features to the scores. There must be a score for every class.
    #[inline]
    pub(crate) fn add(&self, features: &[u32], scores: &mut [i32; 256]) {
        for feature in features {
            let mut at = *feature as usize & self.mask;
            loop {
                let (hash, place) = self.slots[at];
                if place == 0 {
                    break;
                }
                if hash == *feature {
                    let from = (place >> COUNT_BITS) as usize;
                    let count = (place & ((1 << COUNT_BITS) - 1)) as usize;
                    for (class, weight) in &self.entries[from..from + count] {
                        scores[usize::from(*class)] += i32::from(*weight);
                    }
                    break;
                }
                at = (at + 1) & self.mask;
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
        let mut model = Linear {
            slots: vec![(0, 0); size],
            mask: size - 1,
            entries: classes
                .iter()
                .zip(lower.iter().zip(upper))
                .map(|(class, (lower, upper))| (*class, i16::from_le_bytes([*lower, *upper])))
                .collect(),
        };
        let mut features = lows.chunks_exact(2).zip(counts);
        let mut first = 0u32;
        for (bucket, size) in sizes.chunks_exact(2).enumerate() {
            for _ in 0..u16::from_le_bytes([size[0], size[1]]) {
                let (low, count) = features.next()?;
                let low = u16::from_le_bytes([low[0], low[1]]);
                let hash = (bucket as u32) << 16 | u32::from(low);
                let mut at = hash as usize & model.mask;
                while model.slots[at].1 != 0 {
                    at = (at + 1) & model.mask;
                }
                model.slots[at] = (hash, first << COUNT_BITS | u32::from(*count));
                first += u32::from(*count);
            }
        }
        (first as usize == entries && features.next().is_none() && first < 1 << 24).then_some(model)
    }
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
