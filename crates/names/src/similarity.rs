//! How alike two words are: by key, by letters, by consonants, by script.

use crate::analyse::{Class, HAN, HANGUL, SEMITIC, View};
use crate::distance::distance;
use crate::romanise::{key, korean_key, semitic_misfit, semitic_skeleton, skeleton};
use crate::word::Word;

/// Similarity from which on two words are taken as aligned.
pub(crate) const LEAST_SIMILARITY: f32 = 0.69;

/// How alike two words are, 0 to 1; 1 only for the same letters.
pub(crate) fn similarity(left: &Word<'_>, right: &Word<'_>, view: View) -> f32 {
    if left.class == Class::Number || right.class == Class::Number {
        return if left.key == right.key { 1.0 } else { 0.0 };
    }
    if left.class == Class::Initial || right.class == Class::Initial {
        let (first, second) = (left.text.as_bytes().first(), right.text.as_bytes().first());
        let by_key = left.key.as_bytes().first() == right.key.as_bytes().first();
        if first != second && !by_key {
            return 0.0;
        }
        return if left.class == right.class { 1.0 } else { 0.8 };
    }
    let both_han =
        left.flags & right.flags & (HAN | HANGUL) != 0 && left.native != 0 && right.native != 0;
    if left.key == right.key {
        // The same reading of different characters is another name as often as another spelling.
        let differs = both_han && left.native != right.native;
        return match left.text == right.text {
            true if !differs => 1.0,
            true if left.flags & HANGUL != 0 => 0.0,
            true => 0.85,
            // A synonym in the same script is less sure than a translation or another spelling.
            false
                if left.class == Class::Generic
                    && left.flags == right.flags
                    && key(left.text) != key(right.text) =>
            {
                0.93
            }
            false => 0.97,
        };
    }
    if both_han {
        return 0.0;
    }
    if left.text == right.text {
        return 1.0;
    }
    let second = |left: &Word<'_>, right: &Word<'_>| {
        !left.second.is_empty() && (left.second == right.key || left.second == right.second)
    };
    if second(left, right) || second(right, left) {
        return 0.93;
    }
    let servant = |class| matches!(class, Class::Particle | Class::Title);
    if servant(left.class) != servant(right.class) {
        return 0.0;
    }
    if (left.flags | right.flags) & SEMITIC != 0 {
        return semitic(left, right);
    }
    if (left.flags ^ right.flags) & HANGUL != 0 && korean_key(left.text) == korean_key(right.text) {
        return 0.92;
    }
    // Two known given names that are not variants of each other are two names, however close the letters.
    if view == View::Person && left.class == Class::Given && right.class == Class::Given {
        return 0.0;
    }
    let concept = |class| matches!(class, Class::Generic | Class::Place);
    if concept(left.class) && concept(right.class) {
        return 0.0;
    }
    if view == View::Person && is_other_gender(left.text, right.text) {
        return 0.0;
    }
    // Readings of Chinese characters are regular: in a person's name another reading is another name.
    if view == View::Person && (left.flags | right.flags) & HAN != 0 {
        return 0.0;
    }
    if left.text.len().abs_diff(right.text.len()) > 4
        && left.key.len().abs_diff(right.key.len()) > 3
    {
        return 0.0;
    }
    // A word of the tables has its group as key; a slip in it shows in the letters.
    if (left.class == Class::Given) != (right.class == Class::Given) {
        return if left.text.as_bytes().first() == right.text.as_bytes().first() {
            letters(&key(left.text), &key(right.text), view) * 0.98
        } else {
            letters(left.text, right.text, view) * 0.98
        };
    }
    if concept(left.class) || concept(right.class) {
        return letters(left.text, right.text, view) * 0.98;
    }
    let mut best = letters(left.key, right.key, view);
    for (first, other) in [(left.second, right.key), (left.key, right.second)] {
        if !first.is_empty() && !other.is_empty() {
            best = best.max(letters(first, other, view) * 0.98);
        }
    }
    best
}

/// "Antonia" and "Antonio", "Martin" and "Martina": two persons, not a slip.
fn is_other_gender(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() <= right.len() {
        (left, right)
    } else {
        (right, left)
    };
    match (long.strip_suffix('a'), short.strip_suffix('a')) {
        (Some(stem), None) => stem == short || short.strip_suffix('o') == Some(stem),
        (None, Some(stem)) => long.strip_suffix('o') == Some(stem),
        _ => false,
    }
}

/// Edits that a word of this length may differ by.
pub(crate) fn edit_budget(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// How two keys differ by letters. Slips of the hand (neighbours swapped, a letter lost) are likelier the same word than
/// another letter in its place.
fn letters(left: &str, right: &str, view: View) -> f32 {
    let length = left.len().max(right.len());
    let budget = edit_budget(length);
    if budget == 0 {
        return 0.0;
    }
    let Some(edits) = distance(left, right, budget) else {
        return 0.0;
    };
    let size = length as f32;
    let by_edits = if edits == 1 {
        1.0 - slip(left, right) / size
    } else {
        1.0 - 1.15 * edits as f32 / size
    };
    let bones = skeleton(left);
    if bones.len() >= 3 && (view == View::Person || length >= 8) && bones == skeleton(right) {
        return by_edits.max(0.86);
    }
    // A wrong first letter is rarer as an error and commoner as another name.
    if left.as_bytes().first() == right.as_bytes().first() {
        by_edits
    } else {
        by_edits - 0.10
    }
}

/// Letters that one sound is written with in different languages, or that the ear confuses.
fn sound_alike(left: u8, right: u8) -> bool {
    const PAIRS: &[(u8, u8)] = &[
        (b's', b'z'),
        (b'e', b'i'),
        (b'a', b'o'),
        (b'o', b'u'),
        (b'a', b'e'),
        (b'g', b'h'),
        (b'c', b's'),
        (b'c', b'k'),
        (b'c', b'z'),
        (b'b', b'v'),
        (b'm', b'n'),
    ];
    PAIRS.contains(&(left.min(right), left.max(right)))
}

/// What a single edit weighs.
fn slip(left: &str, right: &str) -> f32 {
    let (short, long) = if left.len() <= right.len() {
        (left, right)
    } else {
        (right, left)
    };
    if short.len() < long.len() {
        // Baltic languages add an s to names.
        return if long.strip_suffix('s') == Some(short) && short.len() >= 5 {
            0.4
        } else {
            1.0
        };
    }
    let mut differ = short.bytes().zip(long.bytes()).filter(|(a, b)| a != b);
    match (differ.next(), differ.next()) {
        // Neighbours swapped.
        (Some(_), Some(_)) => 0.6,
        (Some((a, b)), None) if sound_alike(a, b) => 0.8,
        _ => 1.3,
    }
}

fn semitic(left: &Word<'_>, right: &Word<'_>) -> f32 {
    if left.flags & right.flags & SEMITIC != 0 {
        // Both are written without vowels: letters decide, and a missing alef is the commonest difference.
        if left.text.len().min(right.text.len()) <= 3 {
            return 0.0;
        }
        return letters(left.text, right.text, View::Person).max(
            if semitic_skeleton(left.text) == semitic_skeleton(right.text) {
                0.85
            } else {
                0.0
            },
        );
    }
    let (written, latin) = if left.flags & SEMITIC != 0 {
        (left, right)
    } else {
        (right, left)
    };
    let bones = (semitic_skeleton(written.text), semitic_skeleton(latin.text));
    let consonants = bones.0.len().min(bones.1.len());
    // Of few consonants all must agree in kind, of more all but one: the index looks for nothing else.
    let budget = usize::from(consonants >= 4);
    if distance(&bones.0, &bones.1, budget).is_none() {
        return 0.0;
    }
    let misfit = semitic_misfit(written.text, latin.text);
    let (most, step) = match consonants {
        0 => return 0.0,
        // Two consonants fit many names; only a close fit counts.
        1 => (0.80, 0.8),
        2 => (0.88, 0.5),
        3 => (0.94, 0.28),
        _ => (0.95, 0.22),
    };
    (most - step * misfit).max(0.0)
}
