//! Running text to sentences, as byte ranges. A line end always ends a sentence; headings are sentences too.

use std::ops::Range;

/// Longest sentence in bytes: longer runs are cut at white space, so that every later step is bounded.
const MAX_SENTENCE: usize = 1200;

/// Words after which a full stop does not end a sentence, lower case.
const ABBREVIATIONS: [&str; 62] = [
    "mr", "mrs", "ms", "dr", "prof", "gen", "lt", "col", "maj", "capt", "sgt", "adm", "sen", "rep",
    "gov", "pres", "st", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct",
    "nov", "dec", "vs", "etc", "e.g", "i.e", "no", "nos", "u.s", "u.k", "u.n", "u.a.e", "e.u",
    "d.c", "inc", "ltd", "corp", "co", "jr", "sr", "approx", "est", "a.m", "p.m", "art", "fig",
    "ver", "op", "min", "max", "hon", "rev", "cmdr", "brig", "p.r",
];

/// Abbreviations that do end a sentence where a capital letter follows, because names seldom follow them.
const FINAL_TOO: [&str; 9] = ["inc", "ltd", "corp", "co", "etc", "a.m", "p.m", "no", "d.c"];

/// Sentences of a text; ranges never overlap, are never empty and stand on character boundaries.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        split_line(text, line_start, line_start + line.len(), &mut out);
        line_start += line.len();
    }
    out
}

fn split_line(text: &str, start: usize, end: usize, out: &mut Vec<Range<usize>>) {
    let mut from = start;
    let line = &text[start..end];
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let at = start + at;
        let mut cut = None;
        if matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？') {
            // Closing quotes and brackets belong to the sentence they close.
            let mut after = at + c.len_utf8();
            while let Some(&(next_at, next)) = chars.peek() {
                if matches!(
                    next,
                    '"' | '”' | '’' | '\'' | ')' | ']' | '»' | '.' | '!' | '?'
                ) {
                    after = start + next_at + next.len_utf8();
                    chars.next();
                } else {
                    break;
                }
            }
            if ends_sentence(text, from, at, after, end, c) {
                cut = Some(after);
            }
        } else if at - from > MAX_SENTENCE && (c.is_whitespace() || at - from > MAX_SENTENCE * 2) {
            cut = Some(at);
        }
        if let Some(cut) = cut {
            push(text, from, cut, out);
            from = cut;
        }
    }
    push(text, from, end, out);
}

/// Whether the stop at `at` ends the sentence that began at `from`; `after` is behind its closing quotes.
fn ends_sentence(text: &str, from: usize, at: usize, after: usize, end: usize, stop: char) -> bool {
    let rest = &text[after..end];
    let Some(next) = rest.chars().next() else {
        return true;
    };
    if matches!(stop, '。' | '！' | '？') {
        return true;
    }
    let before = &text[from..at];
    let word = before
        .rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '“' | '‘'))
        .next()
        .unwrap_or_default();
    if !next.is_whitespace() {
        // Machine translations glue sentences together: "invasion.The Kremlin". A file name or address is not one.
        let glued = stop == '.'
            && (next.is_uppercase() || next == '"' || next == '“' || next == '-')
            && word.chars().count() >= 2
            && word
                .chars()
                .next_back()
                .is_some_and(|c| c.is_lowercase() || c.is_ascii_digit())
            && !word.contains(['/', '@'])
            && (next != '-' || rest.starts_with("- "));
        return glued;
    }
    let follower = rest.trim_start();
    let Some(first) = follower.chars().next() else {
        return true;
    };
    if first.is_lowercase() {
        return false;
    }
    if stop != '.' {
        return true;
    }
    let lower = word.to_lowercase();
    let lower = lower.as_str();
    if ABBREVIATIONS.contains(&lower) {
        if lower.contains('.') || FINAL_TOO.contains(&lower) {
            // "in the U.S. The move": a capital word that opens sentences follows.
            let opener = follower
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_lowercase();
            return [
                "the", "a", "an", "it", "he", "she", "they", "in", "on", "but", "and", "this",
                "that", "these", "we",
            ]
            .contains(&opener.as_str());
        }
        return false;
    }
    // Initials: "J. Smith".
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    !initial
}

fn push(text: &str, from: usize, to: usize, out: &mut Vec<Range<usize>>) {
    let raw = &text[from..to];
    let start = from + (raw.len() - raw.trim_start().len());
    let end = from + raw.trim_end().len();
    if start < end {
        out.push(start..end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let got: Vec<&str> = sentences(text)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn sentences_end_where_they_end() {
        check(
            "Gen. Smith met Mr. Li. He left.",
            &["Gen. Smith met Mr. Li.", "He left."],
        );
        check(
            "The U.S. sent aid. It helped.",
            &["The U.S. sent aid.", "It helped."],
        );
        check(
            "It is made in the U.S. The plant is old.",
            &["It is made in the U.S.", "The plant is old."],
        );
        check("“We see it.” He left.", &["“We see it.”", "He left."]);
        check(
            "It cost 1.5 million. On Jan. 5 it came.",
            &["It cost 1.5 million.", "On Jan. 5 it came."],
        );
        check(
            "The war began.The Kremlin denied it.",
            &["The war began.", "The Kremlin denied it."],
        );
        check("A heading\nA line", &["A heading", "A line"]);
        check(
            "See example.com. Then go!",
            &["See example.com.", "Then go!"],
        );
        check("", &[]);
    }
}
