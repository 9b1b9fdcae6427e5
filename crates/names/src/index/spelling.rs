//! Hashes under which spellings of one word meet. What is stored under a hash and what a query looks up are decided here,
//! side by side, so that the index finds every word that [`crate::similarity`] takes as alike.

use crate::analyse::{Class, HANGUL, SEMITIC};
use crate::romanise;
use crate::similarity::edit_budget;
use crate::word::Word;

/// Letters of the beginning and of the end of a long key that are looked up with one letter missing: of two edits, one
/// half has at most one.
const PART: usize = 5;

pub(crate) fn hash(space: u8, text: &[u8]) -> u32 {
    finish(step(start(space), text))
}

fn start(space: u8) -> u32 {
    0x811c_9dc5 ^ u32::from(space)
}

fn step(state: u32, text: &[u8]) -> u32 {
    text.iter().fold(state, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

/// FNV leaves the upper bits of short texts poor; they choose the bucket.
fn finish(hash: u32) -> u32 {
    let hash = (hash ^ hash >> 15).wrapping_mul(0x2c1b_3c6d);
    hash ^ hash >> 13
}

/// Which letters a key has, one bit each, and its length in the upper six bits: two keys within `n` edits differ in at
/// most `2 n` letters, which is seen without a look at the keys.
pub(crate) fn letters(key: &[u8]) -> u32 {
    let set = key.iter().fold(0u32, |set, letter| match letter {
        b'a'..=b'z' => set | 1 << (letter - b'a'),
        _ => set,
    });
    set | (key.len().min(63) as u32) << 26
}

/// Whether keys with these [`letters`] can be within the budget of the longer one.
pub(crate) fn may_be_near(left: u32, right: u32) -> bool {
    let (l, r) = ((left >> 26) as usize, (right >> 26) as usize);
    let budget = edit_budget(l.max(r));
    let differ = ((left ^ right) & 0x03ff_ffff).count_ones() as usize;
    l.abs_diff(r) <= budget && differ <= 2 * budget
}

/// Whether the edit distance of two keys is looked at: spellings stand under hashes of their parts.
pub(crate) fn spellings_of(key: &str, hashes: &mut Vec<u32>) {
    let bytes = key.as_bytes();
    hashes.push(hash(b'E', bytes));
    let budget = edit_budget(bytes.len() + 1);
    if !key.is_ascii() || budget == 0 {
        return;
    }
    deletions(hashes, b'E', bytes);
    if edit_budget(bytes.len() + 2) >= 2 && bytes.len() >= PART {
        for (space, part) in [
            (b'P', &bytes[..PART]),
            (b'S', &bytes[bytes.len() - PART..]),
        ] {
            hashes.push(hash(space, part));
            deletions(hashes, space, part);
        }
    }
    let bones = romanise::skeleton(key);
    if bones.len() >= 3 {
        hashes.push(hash(b'K', bones.as_bytes()));
    }
}

fn deletions(hashes: &mut Vec<u32>, space: u8, text: &[u8]) {
    let mut before = start(space);
    for index in 0..text.len() {
        if index == 0 || text[index] != text[index - 1] {
            hashes.push(finish(step(before, &text[index + 1..])));
        }
        before = step(before, &text[index..=index]);
    }
}

/// The keys under which a word is stored and asked for: its own, that of a second reading, and that of its letters where
/// a table gave it the key of a group.
pub(crate) fn keys_of<'a>(word: &Word<'a>, of_letters: &'a str) -> impl Iterator<Item = &'a str> {
    let second = Some(word.second).filter(|key| !key.is_empty());
    let letters = Some(of_letters).filter(|key| *key != word.key && !key.is_empty());
    [Some(word.key), second, letters].into_iter().flatten()
}

/// The key of a word's letters, for words that tables gave the key of a group.
pub(crate) fn letters_key(word: &Word<'_>) -> String {
    match word.class {
        Class::Given | Class::Generic | Class::Place => romanise::key(word.text),
        _ => String::new(),
    }
}

/// Hashes under which a Latin spelling meets Arabic, Hebrew and Korean ones. The index stores a spelling in the space of
/// its own script; a query looks into the spaces of the scripts that it may meet.
pub(crate) fn other_scripts(text: &str, flags: u8, stored: bool, hashes: &mut Vec<u32>) {
    let semitic = flags & SEMITIC != 0;
    let bones = romanise::semitic_skeleton(text);
    if !bones.is_empty() && text.len() >= 2 {
        let spaces: &[u8] = match (stored, semitic) {
            (true, true) => b"a",
            (true, false) => b"A",
            (false, true) => b"aA",
            (false, false) => b"a",
        };
        for space in spaces {
            hashes.push(hash(*space, bones.as_bytes()));
            if bones.len() >= 3 && bones.is_ascii() {
                deletions(hashes, *space, bones.as_bytes());
            }
        }
    }
    let korean = flags & HANGUL != 0;
    if text.len() <= 8 {
        let spaces: &[u8] = match (stored, korean) {
            (true, true) => b"h",
            (true, false) => b"H",
            (false, true) => b"hH",
            (false, false) => b"h",
        };
        let key = romanise::korean_key(text);
        spaces
            .iter()
            .for_each(|space| hashes.push(hash(*space, key.as_bytes())));
    }
}

/// Bits of the bucket number for so many entries: two buckets an entry, so that most spellings that nobody has end there.
pub(crate) fn bucket_bits(entries: usize) -> u32 {
    (usize::BITS - entries.max(2).leading_zeros() + 1).clamp(2, 28)
}
