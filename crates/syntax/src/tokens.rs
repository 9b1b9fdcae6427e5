//! Words and marks of a sentence, cut as the English treebanks of Universal Dependencies do.

use std::ops::Range;

/// Abbreviations that keep their full stop, lower case, sorted. One letter with a full stop, and letters with full
/// stops between them, need not be here.
const ABBREVIATIONS: &[&str] = &[
    "adm", "al", "apr", "ark", "assn", "assoc", "asst", "atty", "aug", "ave", "bldg", "blvd",
    "brig", "bros", "ca", "calif", "capt", "cf", "cmdr", "co", "col", "colo", "conn", "corp",
    "cpl", "dec", "dept", "det", "dir", "dist", "div", "dr", "ed", "eds", "est", "etc", "ext",
    "feb", "fig", "fla", "fri", "ft", "ga", "gen", "gov", "hon", "hrs", "ill", "inc", "ind",
    "insp", "intl", "jan", "jr", "jul", "jun", "kan", "lt", "ltd", "maj", "mar", "mass", "messrs",
    "mfg", "mgr", "mich", "minn", "mr", "mrs", "ms", "mt", "nev", "nos", "nov", "oct", "okla",
    "op", "ore", "pa", "pp", "pres", "prof", "pvt", "rep", "reps", "rev", "sec", "sen", "sens",
    "sept", "sgt", "sq", "sr", "st", "ste", "supt", "tel", "tenn", "tex", "tues", "univ", "va",
    "vol", "vols", "vs", "wash", "wed", "wis",
];

/// Those that are common words as well: they keep their stop only before a number.
const BEFORE_NUMBERS: &[&str] = &["art", "no", "p", "para", "sec"];

/// What stays with a hyphen and the word after it.
const PREFIXES: &[&str] = &[
    "anti", "co", "counter", "de", "e", "ex", "extra", "inter", "intra", "mid", "mini", "multi",
    "neo", "non", "pan", "para", "post", "pre", "pro", "pseudo", "quasi", "re", "semi", "sub",
    "super", "trans", "ultra", "un", "vice", "wi",
];

/// Endings that are words of their own.
const CLITICS: &[&str] = &["s", "m", "d", "re", "ve", "ll"];

/// Words that are two.
const PAIRS: &[(&str, usize)] = &[
    ("cannot", 3),
    ("gonna", 3),
    ("gotta", 3),
    ("wanna", 3),
    ("gimme", 3),
    ("lemme", 3),
];

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | 'ʼ')
}

fn is_dash(c: char) -> bool {
    matches!(c, '–' | '—' | '―' | '‒' | '−')
}

/// Marks that stand alone before a word.
fn opens(c: char) -> bool {
    matches!(
        c,
        '"' | '“'
            | '”'
            | '„'
            | '«'
            | '»'
            | '('
            | '['
            | '{'
            | '<'
            | '>'
            | '¿'
            | '¡'
            | '*'
            | '~'
            | '='
            | '|'
            | '•'
            | '·'
            | '…'
            | ';'
            | ','
            | ':'
            | '!'
            | '?'
            | ')'
            | ']'
            | '}'
            | '/'
            | '+'
            | '&'
            | '%'
    ) || is_apostrophe(c)
        || is_dash(c)
        || is_currency(c)
}

/// Marks that stand alone after a word.
fn closes(c: char) -> bool {
    (opens(c) && !is_apostrophe(c) && c != '+' && c != '&') || matches!(c, '™' | '®' | '©')
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥' | '₽' | '₴' | '₹' | '₩' | '₪')
}

/// Spans of the words and marks between two bytes of a text, in order. Time is linear in their distance.
pub fn tokenise(text: &str, sentence: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::with_capacity(sentence.len() / 4);
    let part = &text[sentence.clone()];
    let mut chunks = part.split_whitespace().peekable();
    while let Some(chunk) = chunks.next() {
        let at = chunk.as_ptr() as usize - part.as_ptr() as usize + sentence.start;
        let after = chunks.peek().and_then(|next| next.chars().next());
        let digits_follow = after.is_some_and(|c| c.is_ascii_digit());
        cut(
            text,
            at..at + chunk.len(),
            after.is_none(),
            digits_follow,
            &mut out,
        );
    }
    out
}

/// Cuts a stretch without white space.
fn cut(
    text: &str,
    chunk: Range<usize>,
    last: bool,
    digits_follow: bool,
    out: &mut Vec<Range<usize>>,
) {
    let (mut start, mut end) = (chunk.start, chunk.end);
    if is_address(&text[start..end]) {
        while let Some(c) = text[start..end].chars().next_back()
            && (closes(c) || c == '.' || is_apostrophe(c))
            && c != '/'
        {
            end -= c.len_utf8();
        }
        if end > start {
            out.push(start..end);
        }
        marks(text, end..chunk.end, out);
        return;
    }
    // Marks before it.
    while let Some(c) = text[start..end].chars().next() {
        let rest = &text[start..end];
        let run = run_length(rest, c);
        if matches!(c, '.' | '-')
            && (run > 1 || rest.len() == 1 || !rest[1..].starts_with(|c: char| c.is_alphanumeric()))
        {
            out.push(start..start + run);
            start += run;
        } else if c == '-' {
            // A minus or a bullet.
            if rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
                break;
            }
            out.push(start..start + 1);
            start += 1;
        } else if is_apostrophe(c) && clitic(&rest[c.len_utf8()..]) {
            break;
        } else if opens(c) {
            let together = is_apostrophe(c) && run == 2 * c.len_utf8()
                || is_dash(c)
                || matches!(c, '*' | '=' | '~' | '!' | '?');
            let length = if together { run } else { c.len_utf8() };
            out.push(start..start + length);
            start += length;
        } else {
            break;
        }
    }
    // Marks after it, from the last.
    let mut tail: Vec<Range<usize>> = Vec::new();
    while let Some(c) = text[start..end].chars().next_back() {
        let rest = &text[start..end];
        let length = c.len_utf8();
        if c == '.' {
            let run = rest.len() - rest.trim_end_matches('.').len();
            if run > 1 {
                tail.push(end - run..end);
                end -= run;
                continue;
            }
            let before = &rest[..rest.len() - 1];
            if keeps_stop(before, digits_follow && tail.is_empty(), last) {
                break;
            }
            tail.push(end - 1..end);
            end -= 1;
        } else if c == '-' {
            let run = rest.len() - rest.trim_end_matches('-').len();
            tail.push(end - run..end);
            end -= run;
        } else if matches!(c, '!' | '?' | '*') {
            let run = rest.len() - rest.trim_end_matches(['!', '?', '*']).len();
            tail.push(end - run..end);
            end -= run;
        } else if is_apostrophe(c) {
            let two = rest[..rest.len() - length].ends_with(c);
            let length = if two { 2 * length } else { length };
            tail.push(end - length..end);
            end -= length;
        } else if closes(c) {
            tail.push(end - length..end);
            end -= length;
        } else {
            break;
        }
    }
    if start < end {
        inner(text, start..end, out);
    }
    out.extend(tail.into_iter().rev());
}

/// Marks, each for itself, runs of one mark together.
fn marks(text: &str, span: Range<usize>, out: &mut Vec<Range<usize>>) {
    let mut at = span.start;
    while let Some(c) = text[at..span.end].chars().next() {
        let length = if c == '.' {
            run_length(&text[at..span.end], c)
        } else {
            c.len_utf8()
        };
        out.push(at..at + length);
        at += length;
    }
}

/// Bytes of the run of one character that a text begins with.
fn run_length(text: &str, c: char) -> usize {
    text.len() - text.trim_start_matches(c).len()
}

/// Whether this is what stands after the apostrophe of "it's".
fn clitic(rest: &str) -> bool {
    let letters = rest.len()
        - rest
            .trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .len();
    CLITICS
        .iter()
        .any(|known| rest[..letters].eq_ignore_ascii_case(known))
}

/// Addresses of the web and of people are never cut.
fn is_address(chunk: &str) -> bool {
    chunk.contains("://")
        || chunk.starts_with("www.")
        || (chunk.contains('@') && chunk.contains('.') && !chunk.starts_with('@'))
        || [".com", ".org", ".net", ".ru", ".gov"].iter().any(|end| {
            chunk
                .trim_end_matches([',', '.', ')', ';', ':'])
                .ends_with(end)
                && chunk.len() > end.len()
                && !chunk.starts_with('(')
        })
}

/// Whether the full stop after this belongs to it.
fn keeps_stop(before: &str, digits_follow: bool, last: bool) -> bool {
    let word = before.rsplit(['-', '/', '(']).next().unwrap_or(before);
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let dotted = word.contains('.')
        && word.split('.').all(|part| {
            (1..=3).contains(&part.chars().count()) && part.chars().all(char::is_alphabetic)
        });
    if dotted || word.ends_with('.') {
        return true;
    }
    if word.chars().count() == 1 && letters == 1 {
        return !last && word != "I";
    }
    if word.len() > 6 {
        return false;
    }
    let lower = word.to_ascii_lowercase();
    if BEFORE_NUMBERS.contains(&lower.as_str()) && digits_follow {
        return true;
    }
    ABBREVIATIONS.binary_search(&lower.as_str()).is_ok()
        && (!last
            || matches!(
                lower.as_str(),
                "etc" | "inc" | "corp" | "ltd" | "co" | "jr" | "sr"
            ))
        && (word.starts_with(char::is_uppercase)
            || matches!(
                lower.as_str(),
                "etc" | "vs" | "al" | "ca" | "cf" | "pp" | "dept" | "est" | "ext" | "vol" | "fig"
            ))
}

/// Cuts what has no marks at its ends.
fn inner(text: &str, span: Range<usize>, out: &mut Vec<Range<usize>>) {
    let word = &text[span.clone()];
    // Letters only: nothing to cut but "cannot".
    if word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        for (pair, first) in PAIRS {
            if word.eq_ignore_ascii_case(pair) {
                out.push(span.start..span.start + first);
                out.push(span.start + first..span.end);
                return;
            }
        }
        amount(text, span, out);
        return;
    }
    let mut from = span.start;
    let mut before: Option<char> = None;
    let mut characters = word.char_indices().peekable();
    while let Some((place, c)) = characters.next() {
        let at = span.start + place;
        let next = characters.peek().map(|(_, next)| *next);
        let length = c.len_utf8();
        let digits =
            before.is_some_and(|c| c.is_ascii_digit()) && next.is_some_and(|c| c.is_ascii_digit());
        let alone = if c == '-' {
            hyphen_alone(&text[from..at], &text[at + 1..span.end])
        } else if is_dash(c) {
            true
        } else if c == '/' {
            !digits && at - from > 1 && span.end - at > 2 && next.is_some_and(char::is_alphabetic)
        } else if matches!(c, ',' | ':') {
            !digits
        } else if c == '&' {
            at - from > 2
        } else {
            matches!(
                c,
                '(' | ')'
                    | '['
                    | ']'
                    | '"'
                    | '“'
                    | '”'
                    | ';'
                    | '!'
                    | '?'
                    | '…'
                    | '='
                    | '<'
                    | '>'
                    | '«'
                    | '»'
                    | '%'
            ) || is_currency(c) && from < at && !text[from..at].ends_with(char::is_uppercase)
        };
        if c == '-' && next == Some('-') && from <= at {
            // A dash written as hyphens.
            let run = run_length(&text[at..span.end], '-');
            word_with_clitic(text, from..at, out);
            out.push(at..at + run);
            for _ in 1..run {
                characters.next();
            }
            from = at + run;
            before = Some('-');
            continue;
        }
        if c == '.' && next == Some('.') {
            let run = run_length(&text[at..span.end], '.');
            if run > 2 && at > from {
                word_with_clitic(text, from..at, out);
                out.push(at..at + run);
                for _ in 1..run {
                    characters.next();
                }
                from = at + run;
                before = Some('.');
                continue;
            }
        }
        if alone {
            word_with_clitic(text, from..at, out);
            out.push(at..at + length);
            from = at + length;
        }
        before = Some(c);
    }
    word_with_clitic(text, from..span.end, out);
}

/// Whether a hyphen between these is a token of its own.
fn hyphen_alone(before: &str, after: &str) -> bool {
    if before.is_empty() || after.is_empty() {
        return before.len() + after.len() > 0;
    }
    let first = after.split('-').next().unwrap_or(after);
    let is_number = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_digit() || b == b'.' || b == b',')
    };
    let has_digit = |part: &str| part.bytes().any(|b| b.is_ascii_digit());
    if PREFIXES
        .iter()
        .any(|known| before.eq_ignore_ascii_case(known))
    {
        return false;
    }
    // Numbers of telephones and parts, models: AK-47, Su-35, 9K720-1; but ranges and "10-week" are cut.
    if has_digit(first) && !is_number(before) {
        return false;
    }
    if is_number(before) && is_number(first) {
        return !(after.contains('-')
            || first.len() + before.len() >= 7 && first.len() != before.len());
    }
    if is_number(before) && has_digit(first) {
        return false;
    }
    true
}

/// A number and what is stuck to it: "40km", "5pm".
fn amount(text: &str, span: Range<usize>, out: &mut Vec<Range<usize>>) {
    let word = &text[span.clone()];
    let digits = word.len()
        - word
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ',')
            .len();
    let unit = &word[digits..];
    const UNITS: &[&str] = &[
        "am", "pm", "km", "kg", "cm", "mm", "m", "bn", "k", "mg", "lb", "lbs", "ft", "mph", "hrs",
        "hr", "min", "GB", "MB", "kW", "MW", "tn", "C", "F", "K", "x",
    ];
    if digits > 0 && UNITS.contains(&unit) {
        out.push(span.start..span.start + digits);
        out.push(span.start + digits..span.end);
    } else {
        out.push(span);
    }
}

/// A word that may end in a clitic: "do|n't", "Iran|'s".
fn word_with_clitic(text: &str, span: Range<usize>, out: &mut Vec<Range<usize>>) {
    if span.is_empty() {
        return;
    }
    let word = &text[span.clone()];
    for (place, c) in word.char_indices().rev().take(4) {
        if !is_apostrophe(c) {
            continue;
        }
        let rest = &word[place + c.len_utf8()..];
        if rest.eq_ignore_ascii_case("t") && place >= 2 && word[..place].ends_with(['n', 'N']) {
            let cut = span.start + place - 1;
            out.push(span.start..cut);
            out.push(cut..span.end);
            return;
        }
        if place > 0 && CLITICS.iter().any(|known| rest.eq_ignore_ascii_case(known)) {
            word_with_clitic(text, span.start..span.start + place, out);
            out.push(span.start + place..span.end);
            return;
        }
        break;
    }
    amount(text, span, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_all(text: &str) -> Vec<&str> {
        tokenise(text, 0..text.len())
            .into_iter()
            .map(|span| &text[span])
            .collect()
    }

    #[test]
    fn cuts_as_the_treebanks_do() {
        // Sentence, and its tokens with a bar between.
        let cases = [
            (
                "They don't sell Iran's drones.",
                "They|do|n't|sell|Iran|'s|drones|.",
            ),
            (
                "It’s what Kyiv’s allies can’t say.",
                "It|’s|what|Kyiv|’s|allies|ca|n’t|say|.",
            ),
            (
                "The U.S. said it cannot confirm.",
                "The|U.S.|said|it|can|not|confirm|.",
            ),
            (
                "Mr. Smith, of Acme Inc., left the U.S.",
                "Mr.|Smith|,|of|Acme|Inc.|,|left|the|U.S.",
            ),
            (
                "\"We sent 1,500 rifles,\" he said.",
                "\"|We|sent|1,500|rifles|,|\"|he|said|.",
            ),
            ("“No,” she said — twice.", "“|No|,|”|she|said|—|twice|."),
            (
                "The $1.5 million deal (signed in May) fell through.",
                "The|$|1.5|million|deal|(|signed|in|May|)|fell|through|.",
            ),
            ("Iranian-made drones", "Iranian|-|made|drones"),
            ("anti-tank missiles", "anti-tank|missiles"),
            ("AK-47 rifles and Su-35 jets", "AK-47|rifles|and|Su-35|jets"),
            (
                "a 10-week course in 2013-2014",
                "a|10|-|week|course|in|2013|-|2014",
            ),
            ("50% of arms/ammunition", "50|%|of|arms|/|ammunition"),
            ("the workers' rights", "the|workers|'|rights"),
            (
                "See https://example.org/a?b=c.",
                "See|https://example.org/a?b=c|.",
            ),
            ("Wait... what?!", "Wait|...|what|?!"),
        ];
        for (sentence, tokens) in cases {
            assert_eq!(cut_all(sentence).join("|"), tokens, "{sentence}");
        }
    }

    #[test]
    fn tables_are_sorted() {
        assert!(ABBREVIATIONS.is_sorted());
    }
}
