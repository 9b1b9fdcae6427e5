//! Hashes under which spellings of one word meet. What is stored under a hash and what a query looks up are decided here,
//! side by side, so that the index finds every word that [`crate::similarity`] takes as alike.

use crate::analyse::{Class, HANGUL, SEMITIC};
use crate::romanise;
use crate::similarity::edit_budget;
use crate::word::Word;

/// Letters of the beginning of a key in which two may be missing: two keys within two edits have beginnings that become
/// equal by leaving out at most two letters of each (the prefix filter of symmetric deletion).
const PREFIX: usize = 7;
/// Length from which on a key is looked for with two letters missing: shorter ones are alike with one edit at most.
const TWO_EDITS: usize = 6;

pub(crate) fn hash(space: u8, text: &[u8]) -> u32 {
    finish(step(start_of(space), text))
}

fn start_of(space: u8) -> u32 {
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

/// Hashes of a key under which keys within the edit budget are found, and those with the same consonants.
pub(crate) fn spellings_of(key: &str, hashes: &mut Vec<u32>) {
    let bytes = key.as_bytes();
    hashes.push(hash(b'E', bytes));
    if !key.is_ascii() || edit_budget(bytes.len() + 1) == 0 {
        return;
    }
    if bytes.len() <= TWO_EDITS {
        deletions(hashes, b'E', bytes);
    }
    if bytes.len() >= TWO_EDITS {
        let start = hashes.len();
        let prefix = &bytes[..bytes.len().min(PREFIX)];
        hashes.push(hash(b'D', prefix));
        deletions(hashes, b'D', prefix);
        let mut rest = [0u8; PREFIX];
        for index in 0..prefix.len() {
            let (before, after) = (&prefix[..index], &prefix[index + 1..]);
            rest[..index].copy_from_slice(before);
            rest[index..prefix.len() - 1].copy_from_slice(after);
            // The second letter left out stands behind the first.
            for second in index..prefix.len() - 1 {
                let state = step(start_of(b'D'), &rest[..second]);
                hashes.push(finish(step(state, &rest[second + 1..prefix.len() - 1])));
            }
        }
        hashes[start..].sort_unstable();
        let mut kept = start;
        for index in start..hashes.len() {
            if index == start || hashes[index] != hashes[kept - 1] {
                hashes[kept] = hashes[index];
                kept += 1;
            }
        }
        hashes.truncate(kept);
    }
    let bones = romanise::skeleton(key);
    if bones.len() >= 3 {
        hashes.push(hash(b'K', bones.as_bytes()));
    }
}

fn deletions(hashes: &mut Vec<u32>, space: u8, text: &[u8]) {
    let mut before = start_of(space);
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
            if bones.len() >= 4 && bones.is_ascii() {
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

/// Bits of the bucket number for so many entries: one to two buckets an entry, so that most spellings that nobody has end
/// there.
pub(crate) fn bucket_bits(entries: usize) -> u32 {
    (usize::BITS - entries.max(2).leading_zeros()).clamp(2, 28)
}
