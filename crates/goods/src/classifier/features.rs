//! A goods text as numbers: hashes of its words, of their stems, of pairs of stems and of stretches of letters.
//!
//! Nothing but hashes leaves this module, so that a model holds no text of what it was trained on. What is taken of a
//! text is part of a model: a change here wants `bench hs-train`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::language::Language;
use crate::table::{cell_list, rows};

/// Characters of a text that are read; declarations put first what the goods are.
const LONGEST: usize = 600;

/// Words of a text that are read.
const MOST_WORDS: usize = 120;

/// A feature of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Feature {
    /// What it is, and nothing of its text.
    pub hash: u32,
    /// How much it counts before its rarity is known.
    pub weight: f32,
    /// A whole word, not a part or a pair.
    pub word: bool,
}

/// A text as a model sees it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vector {
    /// Places of the known features, with their values.
    pub known: Vec<(usize, f32)>,
    /// Length of `known` as a vector.
    pub length: f32,
    /// Share of the words that are known, 0 to 1.
    pub words_known: f32,
}

/// The known features of a text; `find` tells place and rarity of a feature by its hash.
pub fn vector(
    text: &str,
    language: Language,
    find: impl Fn(u32) -> Option<(usize, f32)>,
) -> Vector {
    let mut all = features(text, language);
    all.sort_unstable_by_key(|feature| feature.hash);
    let mut vector = Vector {
        known: Vec::with_capacity(all.len()),
        ..Vector::default()
    };
    let (mut words, mut words_known, mut square) = (0, 0, 0.0);
    for same in all.chunk_by(|a, b| a.hash == b.hash) {
        let found = find(same[0].hash);
        if same[0].word {
            words += 1;
            words_known += usize::from(found.is_some());
        }
        if let Some((place, rarity)) = found {
            let most = same
                .iter()
                .fold(0.0f32, |most, feature| most.max(feature.weight));
            let value = (1.0 + (same.len() as f32).ln()) * most * rarity;
            square += value * value;
            vector.known.push((place, value));
        }
    }
    vector.length = square.sqrt();
    vector.words_known = words_known as f32 / words.max(1) as f32;
    vector
}

/// How much a word counts; all weights below were found on texts left out of training.
const WORD_WEIGHT: f32 = 1.0;

/// Two words that follow each other, by their stems.
const PAIR_WEIGHT: f32 = 0.7;

/// The first letters of a word: endings change with case and number.
const STEM_WEIGHT: f32 = 0.6;
const STEMS: std::ops::RangeInclusive<usize> = 4..=7;

/// Letters of a stem that pairs are made of.
const PAIR_STEM: usize = 5;

/// The first word, and it together with each of the next.
const HEAD_WEIGHT: f32 = 0.7;
const HEAD_PAIR_WEIGHT: f32 = 0.42;
const HEAD_REACH: usize = 8;

/// Stretches of letters anywhere in a word: English parcel texts cut and join words, part numbers have no words.
const GRAM_WEIGHT: f32 = 0.5;
const GRAMS: std::ops::RangeInclusive<usize> = 3..=5;

/// One, two and three Chinese characters in a row.
const HAN_WEIGHTS: [f32; 3] = [0.4, 0.8, 0.6];

/// What the maker of a part makes.
const KIND_WEIGHT: f32 = 2.5;

/// Seeds that keep features of different kinds apart.
const WORD: u32 = 0x9e37_79b9;
const PAIR: u32 = 0x85eb_ca6b;
const GRAM: u32 = 0xc2b2_ae35;
const HEAD: u32 = 0x27d4_eb2f;
const HAN: u32 = 0x68e3_1da4;
const STEM: u32 = 0xb529_7a4d;
const KIND: u32 = 0x1656_67b1;

/// Edges of a word in its stretches.
const EDGE: char = '\u{2}';

/// The features of a text, each as often as it occurs.
pub fn features(text: &str, language: Language) -> Vec<Feature> {
    let mut out = Vec::with_capacity(text.len().min(LONGEST) + 32);
    let mut push = |hash: u32, weight: f32, word: bool| {
        out.push(Feature {
            hash: finish(hash),
            weight,
            word,
        });
    };
    let grams = matches!(language, Language::English | Language::Parts);
    let words = words(text);
    let (mut place, mut head, mut last) = (0, 0, None);
    for word in words.iter() {
        if *word == ['0'] {
            continue;
        }
        let hash = hashed(WORD, word);
        push(hash, WORD_WEIGHT, true);
        if is_han(word[0]) {
            for (at, weight) in HAN_WEIGHTS.into_iter().enumerate() {
                for part in word.windows(at + 1) {
                    push(hashed(HAN, part), weight, false);
                }
            }
            continue;
        }
        if language == Language::Parts {
            for kind in MAKERS.get(&hash).into_iter().flatten() {
                push(*kind, KIND_WEIGHT, false);
            }
        }
        if place == 0 {
            head = hash;
            push(mix(HEAD, hash), HEAD_WEIGHT, false);
        } else if place > 1 && place < HEAD_REACH {
            push(mix(mix(HEAD, head), hash), HEAD_PAIR_WEIGHT, false);
        }
        let mut stem = STEM;
        let mut pair_stem = STEM;
        for (at, c) in word.iter().take(*STEMS.end()).enumerate() {
            stem = mix(stem, *c as u32);
            if at < PAIR_STEM {
                pair_stem = stem;
            }
            if STEMS.contains(&(at + 1)) {
                push(stem, STEM_WEIGHT, false);
            }
        }
        if let Some(last) = last {
            push(mix(mix(PAIR, last), pair_stem), PAIR_WEIGHT, false);
        }
        last = Some(pair_stem);
        place += 1;
        if grams {
            let padded: Vec<char> = std::iter::once(EDGE)
                .chain(word.iter().copied())
                .chain(std::iter::once(EDGE))
                .collect();
            for from in 0..padded.len() {
                let mut hash = GRAM;
                for (at, c) in padded[from..].iter().take(*GRAMS.end()).enumerate() {
                    hash = mix(hash, *c as u32);
                    if GRAMS.contains(&(at + 1)) {
                        push(hash, GRAM_WEIGHT, false);
                    }
                }
            }
        }
    }
    out
}

#[derive(Deserialize)]
struct Maker {
    word: String,
    kinds: String,
}

/// What makers make, by the hash of a word of their name: hashes of the kinds.
static MAKERS: LazyLock<HashMap<u32, Vec<u32>>> = LazyLock::new(|| {
    let hash = |seed: u32, text: &str| text.chars().fold(seed, |hash, c| mix(hash, c as u32));
    rows::<Maker>("part_makers")
        .into_iter()
        .map(|row| {
            let kinds = cell_list(&row.kinds)
                .iter()
                .map(|kind| hash(KIND, kind))
                .collect();
            (hash(WORD, &row.word), kinds)
        })
        .collect()
});

/// Whether some word of a name is one of a maker of electronics.
pub(crate) fn is_maker(name: &str) -> bool {
    words(name)
        .iter()
        .any(|word| MAKERS.contains_key(&hashed(WORD, word)))
}

/// Words of a text, one after the other.
struct Words {
    letters: Vec<char>,
    ends: Vec<usize>,
}

impl Words {
    fn iter(&self) -> impl Iterator<Item = &[char]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.letters[start..*end])
    }
}

/// Splits a text at signs and between scripts, in lower case; a run of digits becomes one zero, so that sizes and
/// serial numbers are all alike.
fn words(text: &str) -> Words {
    let mut letters: Vec<char> = Vec::with_capacity(text.len().min(LONGEST));
    let mut ends = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    for c in text.chars().take(LONGEST).chain(std::iter::once(' ')) {
        let c = fold(c);
        if letters.len() > start && (c == ' ' || is_han(c) != is_han(before)) {
            ends.push(letters.len());
            start = letters.len();
            if ends.len() == MOST_WORDS {
                break;
            }
        }
        if c != ' ' && !(c == '0' && before == '0') {
            letters.push(c);
        }
        before = c;
    }
    Words { letters, ends }
}

/// A letter in lower case, zero for a digit, a space for anything else.
fn fold(c: char) -> char {
    match c {
        'a'..='z' => c,
        'A'..='Z' => c.to_ascii_lowercase(),
        '0'..='9' => '0',
        'А'..='Я' => char::from_u32(c as u32 + 32).unwrap_or(c),
        'ё' | 'Ё' => 'е',
        c if c.is_ascii() => ' ',
        c if c.is_alphanumeric() => c.to_lowercase().next().unwrap_or(c),
        _ => ' ',
    }
}

/// Scripts written without spaces between words.
fn is_han(c: char) -> bool {
    c >= '\u{2e80}'
}

fn hashed(seed: u32, letters: &[char]) -> u32 {
    letters.iter().fold(seed, |hash, c| mix(hash, *c as u32))
}

fn mix(hash: u32, next: u32) -> u32 {
    let hash = (hash ^ next).wrapping_mul(0x9e37_79b1);
    hash ^ (hash >> 15)
}

fn finish(hash: u32) -> u32 {
    let hash = (hash ^ (hash >> 13)).wrapping_mul(0x5bd1_e995);
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        words(text)
            .iter()
            .map(|word| word.iter().collect())
            .collect()
    }

    #[test]
    fn words_are_folded_and_scripts_parted() {
        assert_eq!(
            split("БОЛТЫ М16х60, 1200 ШТ."),
            ["болты", "м0х0", "0", "шт"]
        );
        assert_eq!(split("洗发水355ml装"), ["洗发水", "0ml", "装"]);
        assert_eq!(split("Ёлка/Elka"), ["елка", "elka"]);
        assert!(split(" ,;-").is_empty());
    }

    #[test]
    fn numbers_alone_say_nothing() {
        assert!(features("12 345 67.8", Language::Russian).is_empty());
        let one = features("болт 12", Language::Russian);
        let other = features("болт 999", Language::Russian);
        assert_eq!(one, other);
    }

    #[test]
    fn a_vector_holds_what_is_known_once() {
        let known = features("болт", Language::Russian)[0].hash;
        let vector = vector("болт болт гайка", Language::Russian, |hash| {
            (hash == known).then_some((3, 2.0))
        });
        assert_eq!(vector.known.len(), 1);
        assert_eq!(vector.known[0].0, 3);
        assert!((vector.words_known - 0.5).abs() < 1e-6);
        assert!((vector.length - 2.0 * (1.0 + 2.0f32.ln())).abs() < 1e-4);
    }
}
