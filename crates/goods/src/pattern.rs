//! What patterns of the tables mean by a letter, a digit and the edge of a word.
//!
//! Unicode's own classes have hundreds of ranges, which makes a thousand patterns slow to build and slow to run, and
//! its `\b` puts the regex engine on its slow path. The scripts that the tables are written in need a few ranges.

/// Small letters of the Latin, Greek and Cyrillic scripts beyond ASCII, Vietnamese ones among them.
const LETTERS: &str = r"\u{df}-\u{f6}\u{f8}-\u{24f}\u{370}-\u{52f}\u{1e00}-\u{1eff}";

/// Chinese, Japanese and Korean signs.
const SIGNS: &str = r"\u{3041}-\u{30ff}\u{3400}-\u{9fff}\u{ac00}-\u{d7a3}";

/// What ends a word: no letter and no digit, or a sign of a script that is written without spaces.
pub(crate) const EDGE: &str = r"[\x00-/:-`{-\u{a9}\u{ab}-\u{b4}\u{b6}-\u{b9}\u{bb}-\u{bf}\u{d7}\u{f7}\u{2000}-\u{2bff}\u{3000}-\u{303f}\u{3400}-\u{9fff}\u{fe00}-\u{fe6f}\u{ff00}-\u{ff0f}\u{1f000}-\u{1faff}]";

/// Whether a character is a Chinese sign.
pub(crate) fn is_han(c: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&c)
}

/// Whether a character is a letter or a digit.
pub(crate) fn is_word(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphanumeric(),
        // Asked first, because Unicode's own test searches a table for each.
        'а'..='я' | 'А'..='Я' | '\u{4e00}'..='\u{9fff}' => true,
        _ => c.is_alphanumeric(),
    }
}

/// A pattern of the tables with the classes `\w`, `\p{L}`, `\p{N}` and `\p{Han}` and the edge `\b` written out.
///
/// `\w` leaves Chinese signs out, so that a Latin word ends where Chinese begins; `\p{L}` holds them. `\b` takes a
/// character along, so it is only for patterns whose matches are not measured.
pub(crate) fn compact(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut in_class = false;
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let class = [
            (r"\w", format!("0-9a-z_{LETTERS}")),
            (r"\p{L}", format!("a-z{LETTERS}{SIGNS}")),
            (r"\p{N}", "0-9".to_string()),
            (r"\p{Han}", r"\u{3400}-\u{9fff}".to_string()),
        ]
        .into_iter()
        .find(|(name, _)| rest.starts_with(name));
        if let Some((name, ranges)) = class {
            if in_class {
                out.push_str(&ranges);
            } else {
                out.push_str(&format!("[{ranges}]"));
            }
            rest = &rest[name.len()..];
        } else if let Some(after) = rest.strip_prefix(r"\b").filter(|_| !in_class) {
            let edge = if after.is_empty() || after.starts_with(['|', ')']) {
                '$'
            } else {
                '^'
            };
            out.push_str(&format!("(?:{edge}|[^0-9a-z_{LETTERS}])"));
            rest = after;
        } else {
            // An escaped character never opens or closes a class.
            let width = if c == '\\' {
                1 + rest[1..].chars().next().map_or(0, char::len_utf8)
            } else {
                in_class = (in_class || c == '[') && c != ']';
                c.len_utf8()
            };
            out.push_str(&rest[..width]);
            rest = &rest[width..];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_written_out() {
        for (pattern, text, expect) in [
            (r"^\w+$", "винтовка7", true),
            (r"^\w+$", "винтовка机", false),
            (r"^[\p{L}-]+$", "бес-机", true),
            (r"\bлак(?:а|и)?\b", "краска, лак", true),
            (r"\bлак(?:а|и)?\b", "лаковый", false),
            (r"\bnuts?\b", "walnuts", false),
            (r"^[\]\w]$", "]", true),
            (r"無\p{Han}", "無人", true),
        ] {
            let regex = regex::Regex::new(&compact(pattern)).unwrap();
            assert_eq!(regex.is_match(text), expect, "{pattern} {text}");
        }
    }
}
