//! The file that a model ships as: written by `bench hs-train`, read once.
//!
//! Little-endian, one after the other:
//!
//! ```text
//! magic "HSW1"
//! u32 headings, u32 chapters, u32 features, u32 entries
//! f32 weight of a step, f32 steepness, f32 share of chance
//! headings  { u32 code, f32 constant, f32 share among the texts, 0 where only a nomenclature names it }
//! chapters  { u32 chapter, f32 constant }
//! chapters × chapters f32: how often a text that points to the first is of the second
//! knots     f32: how often a heading is right whose probability looks like the knot
//! buckets + 1  u32: first feature of a bucket, by the upper half of the hash
//! features  u16: lower half of the hash
//! features  u8: rarity, in sixteenths
//! features  u16: how many entries
//! entries   { u16 line, i8 steps }: lines are the headings and then the chapters
//! ```

use std::borrow::Cow;

const MAGIC: &[u8; 4] = b"HSW1";

/// Buckets of features, by the upper half of the hash.
const BUCKETS: usize = 1 << 16;

/// Steps of rarity in one unit.
const RARITY_STEPS: f32 = 16.0;

/// Probabilities at which a model says what they are worth; straight lines between.
pub const KNOTS: [f32; 16] = [
    1e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 1.0,
];

/// Bytes of an entry.
const ENTRY: usize = 3;

/// A feature of a model, as the trainer has it.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainedFeature {
    /// As [`super::Feature::hash`].
    pub hash: u32,
    /// What its weight in a text is multiplied with, 1 to 15: log of how few texts have it.
    pub rarity: f32,
    /// Lines, which are the headings and then the chapters, with their weights.
    pub weights: Vec<(u16, f32)>,
}

/// What a model is made of, as the trainer has it.
#[derive(Debug, Clone, Default)]
pub struct Trained {
    /// Codes of the headings, ascending, with constant and share among the texts (0: never in a text).
    pub headings: Vec<(u32, f32, f32)>,
    /// Chapters, ascending, with constant.
    pub chapters: Vec<(u32, f32)>,
    /// For every chapter that a text points to, the probabilities of the chapters that it is of.
    pub confusions: Vec<f32>,
    /// What a margin is multiplied with before it becomes a probability.
    pub steepness: f32,
    /// How much of every probability is no more than the heading's share.
    pub chance: f32,
    /// What a probability at each of [`KNOTS`] is worth.
    pub worth: [f32; KNOTS.len()],
    /// In any order.
    pub features: Vec<TrainedFeature>,
}

impl Trained {
    /// The bytes of the file. Weights are rounded to 127 steps either way, rarities to sixteenths.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut features: Vec<_> = self.features.iter().collect();
        features.sort_by_key(|feature| feature.hash);
        let weights = || features.iter().flat_map(|feature| &feature.weights);
        let most = weights().fold(1e-9f32, |most, (_, weight)| most.max(weight.abs()));
        let step = most / 127.0;
        let mut out = MAGIC.to_vec();
        let mut word = |value: u32| out.extend(value.to_le_bytes());
        for count in [
            self.headings.len(),
            self.chapters.len(),
            features.len(),
            weights().count(),
        ] {
            word(count as u32);
        }
        for value in [step, self.steepness, self.chance] {
            word(value.to_bits());
        }
        for (code, constant, share) in &self.headings {
            word(*code);
            word(constant.to_bits());
            word(share.to_bits());
        }
        for (chapter, constant) in &self.chapters {
            word(*chapter);
            word(constant.to_bits());
        }
        for share in self.confusions.iter().chain(&self.worth) {
            word(share.to_bits());
        }
        let mut first = 0;
        for bucket in 0..=BUCKETS {
            while first < features.len() && ((features[first].hash >> 16) as usize) < bucket {
                first += 1;
            }
            word(first as u32);
        }
        for feature in &features {
            out.extend((feature.hash as u16).to_le_bytes());
        }
        for feature in &features {
            out.push((feature.rarity * RARITY_STEPS).round().clamp(0.0, 255.0) as u8);
        }
        for feature in &features {
            out.extend((feature.weights.len() as u16).to_le_bytes());
        }
        for (line, weight) in weights() {
            out.extend(line.to_le_bytes());
            out.push((weight / step).round() as i8 as u8);
        }
        out
    }
}

/// A model as it is used.
pub struct Model {
    /// Codes of the headings as numbers, ascending.
    pub codes: Vec<u32>,
    /// Share of every heading among the texts; 0 where no text had it.
    pub(crate) shares: Vec<f32>,
    /// Chapters, ascending.
    pub(crate) chapters: Vec<u32>,
    /// Place of every heading's chapter in `chapters`.
    pub(crate) chapter_of: Vec<u16>,
    /// For every chapter that a text points to, the probabilities of the chapters that it is of.
    pub(crate) confusions: Vec<f32>,
    pub(crate) steepness: f32,
    pub(crate) chance: f32,
    worth: [f32; KNOTS.len()],
    step: f32,
    /// Of headings and then of chapters.
    constants: Vec<f32>,
    buckets: Vec<u32>,
    prints: Vec<u16>,
    rarities: Vec<u8>,
    /// First entry of every feature.
    starts: Vec<u32>,
    bytes: Cow<'static, [u8]>,
    /// Where the entries begin in `bytes`.
    entries: usize,
}

/// Takes numbers off the front of a file.
struct Taker<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Taker<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let taken = self.bytes.get(self.at..self.at + N)?.try_into().ok()?;
        self.at += N;
        Some(taken)
    }

    fn word(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn float(&mut self) -> Option<f32> {
        self.word().map(f32::from_bits)
    }
}

impl Model {
    /// Reads a file; none where it is not whole.
    pub fn read(bytes: Cow<'static, [u8]>) -> Option<Model> {
        let mut from = Taker {
            bytes: &bytes,
            at: 0,
        };
        if from.take::<4>()? != *MAGIC {
            return None;
        }
        let headings = from.word()? as usize;
        let chapter_count = from.word()? as usize;
        let features = from.word()? as usize;
        let entry_count = from.word()? as usize;
        let (step, steepness, chance) = (from.float()?, from.float()?, from.float()?);
        let (mut codes, mut constants, mut shares, mut chapters) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..headings {
            codes.push(from.word()?);
            constants.push(from.float()?);
            shares.push(from.float()?);
        }
        for _ in 0..chapter_count {
            chapters.push(from.word()?);
            constants.push(from.float()?);
        }
        let chapter_of = codes
            .iter()
            .map(|code| {
                let chapter = chapter(*code);
                chapters.binary_search(&chapter).ok().map(|at| at as u16)
            })
            .collect::<Option<Vec<u16>>>()?;
        let mut confusions = Vec::new();
        for _ in 0..chapter_count * chapter_count {
            confusions.push(from.float()?);
        }
        let mut worth = [0.0; KNOTS.len()];
        for value in &mut worth {
            *value = from.float()?;
        }
        let mut buckets = Vec::with_capacity(BUCKETS + 1);
        for _ in 0..=BUCKETS {
            buckets.push(from.word()?);
        }
        let mut prints = Vec::new();
        for _ in 0..features {
            prints.push(from.take().map(u16::from_le_bytes)?);
        }
        let mut rarities = Vec::new();
        for _ in 0..features {
            rarities.push(from.take::<1>()?[0]);
        }
        let mut starts = vec![0];
        let mut entries = 0u32;
        for _ in 0..features {
            entries += u32::from(from.take().map(u16::from_le_bytes)?);
            starts.push(entries);
        }
        let at = from.at;
        let lines = headings + chapter_count;
        let tail = bytes.get(at..)?;
        let whole = entries as usize == entry_count
            && tail.len() == entry_count * ENTRY
            && buckets.windows(2).all(|pair| pair[0] <= pair[1])
            && buckets.last() == Some(&(features as u32))
            && tail
                .chunks_exact(ENTRY)
                .all(|entry| usize::from(u16::from_le_bytes([entry[0], entry[1]])) < lines);
        whole.then_some(Model {
            codes,
            shares,
            chapters,
            chapter_of,
            confusions,
            steepness,
            chance,
            worth,
            step,
            constants,
            buckets,
            prints,
            rarities,
            starts,
            entries: at,
            bytes,
        })
    }

    /// Place and rarity of a feature, where it is known.
    pub(crate) fn find(&self, hash: u32) -> Option<(usize, f32)> {
        let bucket = (hash >> 16) as usize;
        let (from, to) = (
            self.buckets[bucket] as usize,
            self.buckets[bucket + 1] as usize,
        );
        let print = hash as u16;
        let at = from
            + self.prints[from..to]
                .iter()
                .position(|known| *known == print)?;
        Some((at, f32::from(self.rarities[at]) / RARITY_STEPS))
    }

    /// What a probability is worth.
    pub(crate) fn worth(&self, probability: f32) -> f32 {
        if probability < KNOTS[0] {
            return probability / KNOTS[0] * self.worth[0];
        }
        let at = KNOTS
            .iter()
            .position(|knot| probability < *knot)
            .unwrap_or(KNOTS.len() - 1);
        let part = (probability - KNOTS[at - 1]) / (KNOTS[at] - KNOTS[at - 1]);
        self.worth[at - 1] + part.min(1.0) * (self.worth[at] - self.worth[at - 1])
    }

    /// Margins of headings and then of chapters when no feature is known.
    pub(crate) fn constants(&self) -> &[f32] {
        &self.constants
    }

    /// Adds what a feature says to the margins of headings and chapters.
    pub(crate) fn add(&self, feature: usize, value: f32, margins: &mut [f32]) {
        let value = value * self.step;
        let from = self.entries + self.starts[feature] as usize * ENTRY;
        let to = self.entries + self.starts[feature + 1] as usize * ENTRY;
        for entry in self.bytes[from..to].chunks_exact(ENTRY) {
            let line = usize::from(u16::from_le_bytes([entry[0], entry[1]]));
            margins[line] += value * f32::from(entry[2] as i8);
        }
    }
}

/// The chapter of a heading of four digits or a subheading of six, as numbers.
pub(crate) fn chapter(code: u32) -> u32 {
    if code >= 10_000 {
        code / 10_000
    } else {
        code / 100
    }
}
