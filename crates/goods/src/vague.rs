//! Descriptions that say nothing: "spare parts", "electronic components", 配件.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::fold::{Folded, cut};
use crate::pattern::is_word;
use crate::table::rows;

#[derive(Deserialize)]
struct Row {
    term: String,
}

static TERMS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    rows::<Row>("vague_terms")
        .into_iter()
        .map(|row| row.term.to_lowercase())
        .collect()
});

/// Longer descriptions are never vague by this test, whatever they list.
const LONGEST: usize = 240;

/// Words of the longest generic term.
const LONGEST_TERM: usize = 5;

/// Words beside a generic term that a description may hold and still say nothing.
const OTHER_WORDS: usize = 2;

/// Whether every part of a description is a generic term, or one with at most two words of its own. Stretches in
/// `ignore` (negations and cover wording) say nothing about the goods and are left out.
pub(crate) fn is_vague(text: &str, ignore: &[std::ops::Range<usize>]) -> bool {
    if ignore.is_empty() && text.len() > LONGEST {
        return false;
    }
    let mut kept = String::with_capacity(text.len().min(LONGEST));
    for (at, c) in cut(text, LONGEST + 1).char_indices() {
        if !ignore.iter().any(|range| range.contains(&at)) {
            kept.push(c);
        }
    }
    if kept.len() > LONGEST {
        return false;
    }
    let folded = Folded::new(&kept).text;
    let mut generic = false;
    let mut other = 0;
    for part in folded.split([',', ';', ':', '/', '(', ')', '.', '、', ',', '\n', '+', '&']) {
        let words: Vec<&str> = part
            .split(|c: char| !is_word(c))
            .filter(|word| word.chars().any(char::is_alphabetic))
            .filter(|word| !FILLERS.contains(word))
            .take(LONGEST_TERM + OTHER_WORDS + 1)
            .collect();
        if words.is_empty() {
            continue;
        }
        if words.len() > LONGEST_TERM + OTHER_WORDS {
            return false;
        }
        match leftover(&words) {
            Some(rest) => {
                generic = true;
                other += rest;
            }
            None => other += words.len(),
        }
        if other > OTHER_WORDS {
            return false;
        }
    }
    generic
}

/// Words that no term covers, where the words begin or end with a generic term.
fn leftover(words: &[&str]) -> Option<usize> {
    (1..=words.len().min(LONGEST_TERM)).rev().find_map(|n| {
        let head = words[..n].join(" ");
        let tail = words[words.len() - n..].join(" ");
        (TERMS.contains(&head) || TERMS.contains(&tail)).then_some(words.len() - n)
    })
}

const FILLERS: [&str; 34] = [
    "and",
    "for",
    "the",
    "of",
    "no",
    "not",
    "as",
    "per",
    "new",
    "used",
    "commercial",
    "value",
    "pcs",
    "set",
    "sets",
    "и",
    "для",
    "к",
    "не",
    "на",
    "по",
    "шт",
    "новые",
    "новый",
    "в",
    "из",
    "с",
    "кг",
    "kg",
    "und",
    "von",
    "et",
    "de",
    "ve",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_descriptions_that_say_nothing_are_vague() {
        for (text, expect) in [
            ("spare parts", true),
            ("Electronic components, 12 pcs", true),
            ("electronic parts, samples, no commercial value", true),
            ("запасные части к станкам", true),
            ("配件", true),
            ("general cargo", true),
            ("steel valves DN50 for water supply systems", false),
            (
                "machining centre parts: spindle, turret, ball screw, guide rail, cover",
                false,
            ),
            ("", false),
        ] {
            assert_eq!(is_vague(text, &[]), expect, "{text}");
        }
    }
}
