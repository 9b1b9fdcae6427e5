//! A goods text as numbers: hashes of its words, of pairs of words and of stretches of letters within words.
//!
//! Nothing but hashes leaves this module, so that a model holds no text of what it was trained on.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::language::Language;
use crate::table::{cell_list, rows};

/// Characters of a text that are read; customs put what the goods are first.
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
    /// A whole word, not a pair or a stretch of letters.
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
    let mut all = Vec::with_capacity(512);
    features(text, language, &mut all);
    all.sort_unstable_by_key(|feature| feature.hash);
    let mut vector = Vector::default();
    let (mut words, mut words_known, mut square) = (0, 0, 0.0);
    for same in all.chunk_by(|a, b| a.hash == b.hash) {
        let found = find(same[0].hash);
        if same[0].word {
            words += 1;
            words_known += usize::from(found.is_some());
        }
        if let Some((place, rarity)) = found {
            let most = same.iter().fold(0.0f32, |most, feature| most.max(feature.weight));
            let value = (1.0 + (same.len() as f32).ln()) * most * rarity;
            square += value * value;
            vector.known.push((place, value));
        }
    }
    vector.length = square.sqrt();
    vector.words_known = words_known as f32 / words.max(1) as f32;
    vector
}

/// What is taken of a text.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// Shortest and longest stretch of letters.
    pub grams: (usize, usize),
    pub word: f32,
    pub pair: f32,
    pub gram: f32,
    pub head: f32,
    pub late: f32,
    pub numbers: bool,
    pub kind: f32,
}

pub(crate) fn knob(name: &str, default: f32) -> f32 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

impl Shape {
    pub(crate) fn of(_language: Language) -> Shape {
        Shape {
            grams: (knob("GLO", 3.0) as usize, knob("GHI", 5.0) as usize),
            word: knob("WORD", 1.0),
            pair: knob("PAIR", 0.7),
            gram: knob("GRAM", 0.5),
            head: knob("HEAD", 0.7),
            late: knob("LATE", 1.0),
            numbers: knob("NUMS", 0.0) > 0.0,
            kind: knob("KIND", 3.0),
        }
    }
}

/// Letters and digits of a text, lower case, one word after the other.
pub(crate) struct Words {
    pub(crate) letters: Vec<char>,
    /// Start and end of every word in `letters`.
    pub(crate) spans: Vec<(u32, u32)>,
}

/// Splits a text; runs of digits become one zero, so that sizes and serial numbers are all alike.
pub(crate) fn words(text: &str, fold_digits: bool) -> Words {
    let mut letters: Vec<char> = Vec::with_capacity(text.len().min(LONGEST) + 1);
    let mut spans = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    for c in text.chars().take(LONGEST).chain(std::iter::once(' ')) {
        let c = fold(c);
        let digit = c.is_ascii_digit();
        if c == ' ' {
            if letters.len() > start {
                spans.push((start as u32, letters.len() as u32));
                start = letters.len();
                if spans.len() == MOST_WORDS {
                    break;
                }
            }
        } else if digit && fold_digits {
            if before != '0' {
                letters.push('0');
            }
        } else {
            letters.push(c);
        }
        before = if digit { '0' } else { c };
    }
    Words { letters, spans }
}

fn fold(c: char) -> char {
    match c {
        'a'..='z' | '0'..='9' => c,
        'A'..='Z' => c.to_ascii_lowercase(),
        'А'..='Я' => char::from_u32(c as u32 + 32).unwrap_or(c),
        'ё' | 'Ё' => 'е',
        c if c.is_ascii() => ' ',
        c if c.is_alphanumeric() => c.to_lowercase().next().unwrap_or(c),
        _ => ' ',
    }
}

/// Seeds that keep features of different kinds apart.
const WORD: u32 = 0x9e37_79b9;
const PAIR: u32 = 0x85eb_ca6b;
const GRAM: u32 = 0xc2b2_ae35;
const HEAD: u32 = 0x27d4_eb2f;
const KIND: u32 = 0x1656_67b1;

fn mix(hash: u32, next: u32) -> u32 {
    let h = (hash ^ next).wrapping_mul(0x9e37_79b1);
    h ^ (h >> 15)
}

fn finish(hash: u32) -> u32 {
    let h = (hash ^ (hash >> 13)).wrapping_mul(0x5bd1_e995);
    h ^ (h >> 16)
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
            let kinds = cell_list(&row.kinds).iter().map(|kind| hash(KIND, kind)).collect();
            (hash(WORD, &row.word), kinds)
        })
        .collect()
});

/// Edges of a word in its stretches.
const EDGE: char = '\u{2}';

/// Appends the features of a text, a feature as often as it occurs.
pub fn features(text: &str, language: Language, out: &mut Vec<Feature>) {
    let shape = Shape::of(language);
    let words = words(text, true);
    let mut last: Option<u32> = None;
    let mut place = 0;
    let mut head = 0;
    for &(start, end) in &words.spans {
        let word = &words.letters[start as usize..end as usize];
        let number = word == ['0'];
        if number && !shape.numbers {
            continue;
        }
        let hash = word.iter().fold(WORD, |hash, c| mix(hash, *c as u32));
        let weight = if place < 6 { 1.0 } else { shape.late };
        let mut push = |hash: u32, weight: f32, word: bool| {
            out.push(Feature {
                hash: finish(hash),
                weight,
                word,
            });
        };
        push(hash, shape.word * weight, true);
        if place == 0 {
            head = hash;
        }
        if language == Language::Parts {
            for kind in MAKERS.get(&hash).into_iter().flatten() {
                push(*kind, shape.kind, false);
            }
        }
        if shape.head > 0.0 {
            if place == 0 {
                push(mix(HEAD, hash), shape.head, false);
            } else if place > 1 && place < 8 {
                push(mix(mix(HEAD, head), hash), shape.head * 0.6, false);
            }
        }
        if let Some(last) = last {
            push(mix(mix(PAIR, last), hash), shape.pair * weight, false);
        }
        last = Some(hash);
        place += 1;
        if shape.gram > 0.0 && !number {
            let at = |index: usize| {
                if index == 0 || index > word.len() {
                    EDGE as u32
                } else {
                    word[index - 1] as u32
                }
            };
            let padded = word.len() + 2;
            for from in 0..padded {
                let mut hash = GRAM;
                for n in 1..=shape.grams.1.min(padded - from) {
                    hash = mix(hash, at(from + n - 1));
                    if n >= shape.grams.0 {
                        push(hash, shape.gram * weight, false);
                    }
                }
            }
        }
    }
}
