//! Tags of words from the left to the right, by a linear model.

use crate::linear::{Linear, mix};
use crate::names::Tag;

/// What features see of a word.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// Of the lower-case form, digits folded.
    pub lower: u32,
    /// Of the form as written.
    pub form: u32,
    /// Of the kinds of its characters.
    pub shape: u32,
    /// Of its last two, three, four and five characters.
    suffixes: [u32; 4],
    /// Of its first two, three and four.
    prefixes: [u32; 3],
}

fn hash(characters: impl Iterator<Item = char>) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for c in characters {
        hash = (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0000_0100_0000_01b3);
    }
    (hash ^ hash >> 32) as u32
}

/// One spelling of quotes and dashes, lower case, digits folded.
fn folded(c: char) -> char {
    match c {
        '’' | '‘' | '`' => '\'',
        '“' | '”' => '"',
        '–' => '-',
        '0'..='9' => '0',
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

/// Longest part of a word that features see.
const LONGEST: usize = 40;

impl Word {
    /// What features see of a word.
    pub fn new(form: &str) -> Word {
        let mut lower = ['\0'; LONGEST];
        let mut length = 0;
        let mut shape = 7u32;
        let mut last = 0;
        for c in form.chars().take(LONGEST) {
            lower[length] = folded(c);
            length += 1;
            let kind = match c {
                _ if c.is_ascii_digit() => 1,
                _ if c.is_uppercase() => 2,
                _ if c.is_alphabetic() => 3,
                '-' => 4,
                '.' => 5,
                _ => 6,
            };
            if kind != last {
                shape = shape.wrapping_mul(31).wrapping_add(kind);
            } else if kind == 2 {
                shape |= 1 << 31;
            }
            last = kind;
        }
        let lower = &lower[..length];
        let suffix = |count: usize| {
            let part = &lower[length.saturating_sub(count)..];
            hash(part.iter().copied()) ^ count.min(length) as u32
        };
        let prefix = |count: usize| hash(lower[..count.min(length)].iter().copied());
        Word {
            lower: hash(lower.iter().copied()),
            form: hash(form.chars().take(LONGEST)),
            shape,
            suffixes: [suffix(2), suffix(3), suffix(4), suffix(5)],
            prefixes: [prefix(2), prefix(3), prefix(4)],
        }
    }
}

/// Stands before the first and after the last word.
const NOTHING: Word = Word {
    lower: 1,
    form: 1,
    shape: 1,
    suffixes: [1; 4],
    prefixes: [1; 3],
};

/// Features of the word at a place, tags before it known.
pub fn tag_features(words: &[Word], tags: &[Tag], at: usize, out: &mut Vec<u32>) {
    let word = |place: isize| {
        usize::try_from(at as isize + place)
            .ok()
            .and_then(|place| words.get(place))
            .unwrap_or(&NOTHING)
    };
    let tag = |back: usize| at.checked_sub(back).map_or(255, |place| tags[place] as u32);
    let (own, before, after) = (word(0), word(-1), word(1));
    let (one, two) = (tag(1), tag(2));
    let start = u32::from(at == 0);
    out.clear();
    let mut template = 0;
    let mut push = |parts: &[u32]| {
        template += 1;
        out.push(mix(template, parts));
    };
    push(&[]);
    push(&[own.lower]);
    push(&[own.form, start]);
    push(&[own.shape, start]);
    for suffix in own.suffixes {
        push(&[suffix]);
    }
    for prefix in own.prefixes {
        push(&[prefix]);
    }
    push(&[own.suffixes[1], own.shape]);
    push(&[one]);
    push(&[one, two]);
    push(&[one, own.lower]);
    push(&[one, two, own.lower]);
    push(&[one, own.suffixes[1]]);
    push(&[before.lower]);
    push(&[before.lower, own.lower]);
    push(&[after.lower]);
    push(&[after.lower, own.lower]);
    push(&[after.suffixes[1]]);
    push(&[after.suffixes[0], own.suffixes[0]]);
    push(&[after.shape, own.shape]);
    push(&[before.shape, own.shape, after.shape]);
    push(&[word(-2).lower]);
    push(&[word(2).lower]);
    push(&[word(2).suffixes[1], after.suffixes[1]]);
    push(&[one, after.lower]);
    push(&[one, after.suffixes[1], own.suffixes[1]]);
    push(&[before.lower, after.lower]);
    push(&[after.lower, word(2).lower]);
}

/// Tags the words.
pub(crate) fn tag(model: &Linear, words: &[Word]) -> Vec<Tag> {
    let mut tags = Vec::with_capacity(words.len());
    let mut features = Vec::with_capacity(40);
    for at in 0..words.len() {
        tag_features(words, &tags, at, &mut features);
        let mut scores = [0i32; 256];
        model.add(&features, &mut scores);
        let best = (0..Tag::ALL.len()).max_by_key(|class| (scores[*class], usize::MAX - class));
        tags.push(Tag::ALL[best.unwrap_or_default()]);
    }
    tags
}

/// Features that tell a part of speech from tag, word and relation.
pub fn upos_features(tag: Tag, lower: u32, relation: u8, out: &mut Vec<u32>) {
    let (tag, relation) = (tag as u32, u32::from(relation));
    out.clear();
    out.push(mix(1, &[tag]));
    out.push(mix(2, &[tag, lower]));
    out.push(mix(3, &[tag, relation]));
    out.push(mix(4, &[tag, relation, lower]));
    out.push(mix(5, &[relation, lower]));
}
