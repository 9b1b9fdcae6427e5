//! Which words of two names belong together.

use crate::analyse::{Class, HAN, HANGUL, SEMITIC, View};
use crate::romanise::{key, semitic_misfit, semitic_skeleton};
use crate::similarity::{LEAST_SIMILARITY, similarity};
use crate::word::Word;

/// Words of the left side and of the right side that were taken as the same: first word and count; more than one where
/// words were joined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pair {
    pub left: (usize, usize),
    pub right: (usize, usize),
    pub similarity: f32,
    pub weight: f32,
}

impl Pair {
    pub(crate) fn turned(self) -> Pair {
        Pair {
            left: self.right,
            right: self.left,
            ..self
        }
    }
}

/// All pairs of words that may belong together, by comparing each with each.
pub(crate) fn all_pairs(left: &[Word<'_>], right: &[Word<'_>], view: View) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    for (i, first) in left.iter().enumerate() {
        for (j, second) in right.iter().enumerate() {
            let similarity = similarity(first, second, view);
            if similarity >= LEAST_SIMILARITY {
                pairs.push(single(i, j, left, right, similarity));
            }
        }
    }
    joined_pairs(left, right, &mut pairs);
    pairs
}

pub(crate) fn single(
    i: usize,
    j: usize,
    left: &[Word<'_>],
    right: &[Word<'_>],
    similarity: f32,
) -> Pair {
    Pair {
        left: (i, 1),
        right: (j, 1),
        similarity,
        weight: (left[i].weight + right[j].weight) / 2.0,
    }
}

/// Pairs in which two or three neighbours of one side make one word of the other ("Jong un", "good will"), or in which
/// the gap between two words stands one letter off ("Laurent Nkunda", "Lauren Tnkunda").
pub(crate) fn joined_pairs(left: &[Word<'_>], right: &[Word<'_>], pairs: &mut Vec<Pair>) {
    let semitic = |words: &[Word<'_>]| words.iter().any(|word| word.flags & SEMITIC != 0);
    if semitic(left) != semitic(right) {
        for (i, word) in left.iter().enumerate() {
            joined_semitic(word, right, |j, count, similarity| {
                pairs.push(joined(left, (i, 1), right, (j, count), similarity));
            });
        }
        for (j, word) in right.iter().enumerate() {
            joined_semitic(word, left, |i, count, similarity| {
                pairs.push(joined(left, (i, count), right, (j, 1), similarity));
            });
        }
        return;
    }
    let (of_left, of_right) = (runs(left), runs(right));
    if of_left.is_empty() && of_right.is_empty() {
        return;
    }
    for run in &of_left {
        for (j, word) in right.iter().enumerate() {
            if let Some(similarity) = run.is_word(word) {
                pairs.push(joined(left, run.span, right, (j, 1), similarity));
            }
        }
        for other in &of_right {
            if run.span.1 == 2
                && other.span.1 == 2
                && run.length == other.length
                // The same two words are two pairs, and no gap that moved.
                && run.words[0].text.len() != other.words[0].text.len()
                && run.text(left) == other.text(right)
            {
                pairs.push(joined(left, run.span, right, other.span, 0.9));
            }
        }
    }
    for run in &of_right {
        for (i, word) in left.iter().enumerate() {
            if let Some(similarity) = run.is_word(word) {
                pairs.push(joined(left, (i, 1), right, run.span, similarity));
            }
        }
    }
}

pub(crate) fn joined(
    left: &[Word<'_>],
    of_left: (usize, usize),
    right: &[Word<'_>],
    of_right: (usize, usize),
    similarity: f32,
) -> Pair {
    let sum = |words: &[Word<'_>], (start, count): (usize, usize)| -> f32 {
        words[start..start + count]
            .iter()
            .map(|word| word.weight)
            .sum()
    };
    Pair {
        left: of_left,
        right: of_right,
        similarity,
        weight: (sum(left, of_left) + sum(right, of_right)) / 2.0,
    }
}

/// Neighbours of a name that may be one word elsewhere.
struct Run<'a> {
    span: (usize, usize),
    length: usize,
    words: &'a [Word<'a>],
}

impl Run<'_> {
    fn text(&self, words: &[Word<'_>]) -> String {
        words[self.span.0..self.span.0 + self.span.1]
            .iter()
            .map(|word| word.text)
            .collect()
    }

    fn is_word(&self, word: &Word<'_>) -> Option<f32> {
        if word.class == Class::Number
            || word.text.len() < 4
            || self.length.abs_diff(word.text.len()) > 2
            || self.words[0].text.as_bytes().first() != word.text.as_bytes().first()
                && self.words[0].key.as_bytes().first() != word.key.as_bytes().first()
        {
            return None;
        }
        let together: String = self.words.iter().map(|word| word.text).collect();
        if together == word.text {
            return Some(0.98);
        }
        (key(&together) == key(word.text)).then_some(0.95)
    }
}

/// Runs of two and three words that are looked at as one: the index stores and asks for the same ones.
fn runs<'a>(words: &'a [Word<'a>]) -> Vec<Run<'a>> {
    let mut out = Vec::new();
    for count in 2..=3 {
        for (start, window) in words.windows(count).enumerate() {
            if let Some(length) = run_length(window) {
                out.push(Run {
                    span: (start, count),
                    length,
                    words: window,
                });
            }
        }
    }
    out
}

/// Letters of neighbours that may be joined, or `None` if they may not.
pub(crate) fn run_length(window: &[Word<'_>]) -> Option<usize> {
    let length: usize = window.iter().map(|word| word.text.len()).sum();
    let fits = (4..=20).contains(&length)
        && window
            .iter()
            .all(|word| word.class != Class::Number && word.flags & (SEMITIC | HAN) == 0);
    fits.then_some(length)
}

/// Arabic and Hebrew spellings of a name part in two words ("Ghiyath al-Din", "Nur Mohammad") that Latin joins.
fn joined_semitic(word: &Word<'_>, others: &[Word<'_>], mut found: impl FnMut(usize, usize, f32)) {
    let of_script = |word: &Word<'_>| word.flags & SEMITIC != 0;
    if word.text.len() < 3 || word.class == Class::Number || word.flags & (HAN | HANGUL) != 0 {
        return;
    }
    for count in 2..=3 {
        for (start, window) in others.windows(count).enumerate() {
            if window.iter().all(of_script) == of_script(word) {
                continue;
            }
            let length: usize = window.iter().map(|other| other.text.len()).sum();
            let (short, long) = if of_script(word) {
                (word.text.len(), length)
            } else {
                (length, word.text.len())
            };
            if long + 2 < short || long > short * 2 + 3 {
                continue;
            }
            let together: String = window.iter().map(|other| other.text).collect();
            let (written, latin) = if of_script(word) {
                (word.text, together.as_str())
            } else {
                (&*together, word.text)
            };
            let consonants = semitic_skeleton(written)
                .len()
                .min(semitic_skeleton(latin).len());
            if consonants >= 3 {
                let similarity = 0.93 - 0.24 * semitic_misfit(written, latin);
                if similarity >= 0.75 {
                    found(start, count, similarity);
                }
            }
        }
    }
}

/// Greedy alignment, best pairs first. For the few words of a name it is as good as an optimal one, and each step can be
/// shown. Leaves the chosen pairs in `pairs`, in the order of the left side.
pub(crate) fn choose(pairs: &mut Vec<Pair>) {
    let value = |pair: &Pair| pair.similarity * pair.similarity * pair.weight.max(0.01);
    pairs.sort_unstable_by(|a, b| {
        value(b)
            .total_cmp(&value(a))
            .then(
                a.left
                    .0
                    .abs_diff(a.right.0)
                    .cmp(&b.left.0.abs_diff(b.right.0)),
            )
            .then(a.left.cmp(&b.left))
            .then(a.right.cmp(&b.right))
    });
    let mut taken = (0u64, 0u64);
    let mask = |(start, length): (usize, usize)| ((1u64 << length) - 1) << start.min(60);
    pairs.retain(|pair| {
        let (l, r) = (mask(pair.left), mask(pair.right));
        let free = taken.0 & l == 0 && taken.1 & r == 0;
        if free {
            taken = (taken.0 | l, taken.1 | r);
        }
        free
    });
    pairs.sort_unstable_by_key(|pair| pair.left);
}
