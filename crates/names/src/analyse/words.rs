//! Cuts a text into words: script by script, with what punctuation says, each in Latin letters.

use unicode_normalization::UnicodeNormalization;

use super::MOST_TOKENS;
use crate::normalise::{CharacterKind, LONGEST_NAME, is_plain, kind_of, normalise};
use crate::romanise::{self, Script, script_of};

/// A word before it is understood.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// Normalised letters of one script, as written.
    pub native: String,
    pub text: String,
    pub script: Script,
    /// Joined to the word before by a dot, slash or ampersand without space.
    pub tight: bool,
    pub slash: bool,
    /// A comma stands before it.
    pub comma: bool,
    /// Joined to the word before by a hyphen.
    pub hyphen: bool,
    /// In brackets.
    pub inside: bool,
    /// Two capital letters or more, and no others.
    pub capitals: bool,
    /// The first letter is a capital.
    pub upper: bool,
    pub disguised: bool,
}

pub(super) fn words_of(text: &str) -> Vec<Word> {
    let composed: Vec<char> = if text.chars().all(is_plain) {
        text.chars().take(LONGEST_NAME).collect()
    } else {
        text.nfkc().take(LONGEST_NAME).collect()
    };
    let mut words: Vec<Word> = Vec::new();
    let mut current = String::new();
    let mut current_script = None;
    let mut gap = String::new();
    let mut depth = 0i32;
    for (index, &character) in composed.iter().enumerate() {
        let kind = kind_of(character);
        // The dot between the parts of a foreign name in Chinese and Japanese.
        let foreign = matches!(character, '·' | '・' | '‧')
            && current_script.is_some_and(|script| matches!(script, Script::Han | Script::Kana));
        if kind == CharacterKind::Dropped || foreign {
            continue;
        }
        if kind == CharacterKind::Gap {
            flush(&mut words, &mut current, &mut current_script, &gap, depth);
            if words.len() > MOST_TOKENS * 2 {
                return words;
            }
            gap = if words.is_empty() || !gap_follows(&composed, index) {
                gap
            } else {
                String::new()
            };
            gap.push(character);
            match character {
                '&' if !words.is_empty() => words.push(Word {
                    native: "and".to_owned(),
                    text: "and".to_owned(),
                    script: Script::Latin,
                    tight: false,
                    slash: false,
                    comma: false,
                    hyphen: false,
                    inside: depth > 0,
                    capitals: false,
                    upper: false,
                    disguised: false,
                }),
                '(' | '[' | '（' => depth += 1,
                ')' | ']' | '）' => depth = (depth - 1).max(0),
                _ => {}
            }
            continue;
        }
        let script = script_of(character);
        let changes = current_script.is_some_and(|current: Script| {
            let east_asian = |script| matches!(script, Script::Han | Script::Kana | Script::Hangul);
            current != script && (east_asian(current) || east_asian(script))
        });
        // "SiemensAG", "SergeiLavrov": a capital after a small letter starts a word.
        let camel = character.is_uppercase()
            && current.len() >= 3
            && current.chars().count() >= 3
            && index > 0
            && composed[index - 1].is_lowercase()
            && composed
                .get(index + 1)
                .is_some_and(|next| next.is_alphabetic());
        if changes || camel {
            flush(&mut words, &mut current, &mut current_script, &gap, depth);
            gap.clear();
        }
        if current.is_empty() || current_script.is_none() {
            current_script = Some(script);
        }
        current.push(character);
    }
    flush(&mut words, &mut current, &mut current_script, &gap, depth);
    words
}

/// Whether the character before `index` belongs to a word, so that a new gap begins.
fn gap_follows(characters: &[char], index: usize) -> bool {
    index == 0 || kind_of(characters[index - 1]) != CharacterKind::Gap
}

fn flush(
    words: &mut Vec<Word>,
    current: &mut String,
    script: &mut Option<Script>,
    gap: &str,
    depth: i32,
) {
    let Some(found) = script.take() else { return };
    let written = std::mem::take(current);
    let (capitals, upper) = if written.is_ascii() {
        let capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        (
            written.len() > 1 && written.bytes().all(capital),
            written
                .as_bytes()
                .first()
                .is_some_and(u8::is_ascii_uppercase),
        )
    } else {
        let capital = |c: char| c.is_uppercase() || c.is_numeric();
        (
            written.chars().nth(1).is_some() && written.chars().all(capital),
            written.starts_with(char::is_uppercase),
        )
    };
    let mut native = if written.is_ascii() {
        written.to_ascii_lowercase()
    } else {
        normalise(&written).replace(' ', "")
    };
    let mut script = found;
    let mut disguised = false;
    if !native.is_ascii()
        && let Some(plain) = romanise::undisguise(&native)
    {
        disguised = true;
        let cyrillic = plain
            .chars()
            .filter(|c| script_of(*c) == Script::Cyrillic)
            .count();
        script = if cyrillic * 2 > plain.chars().count() {
            Script::Cyrillic
        } else {
            Script::Latin
        };
        native = plain;
    }
    let tight = !words.is_empty() && matches!(gap, "." | "/");
    let slash = gap.contains('/');
    let comma = gap.contains([',', '，', '،']);
    let hyphen = !words.is_empty() && matches!(gap, "-" | "‐" | "‑");
    let mut push = |native: String, text: String, tight: bool, slash: bool| {
        if !text.is_empty() || script == Script::Han {
            words.push(Word {
                native,
                text,
                script,
                tight,
                slash,
                comma,
                hyphen,
                inside: depth > 0,
                capitals,
                upper,
                disguised,
            });
        }
    };
    match script {
        // The article is a word of its own in Latin spellings.
        Script::Semitic => {
            let stripped = native
                .strip_prefix("ال")
                .or_else(|| native.strip_prefix("لل"));
            match stripped.filter(|rest| rest.chars().count() >= 3 && native != "الله") {
                Some(rest) => {
                    push("ال".to_owned(), "al".to_owned(), false, slash);
                    push(
                        rest.to_owned(),
                        romanise::romanise(rest, script),
                        false,
                        false,
                    );
                }
                None => {
                    let text = romanise::romanise(&native, script);
                    push(native, text, tight, slash);
                }
            }
        }
        Script::Han => {
            let mut text = String::new();
            native
                .chars()
                .for_each(|character| romanise::push_ascii(&mut text, character));
            push(native, text, false, slash);
        }
        _ => {
            let text = romanise::romanise(&native, script);
            push(native, text, tight, slash);
        }
    }
}

pub(super) fn written(words: &[Word]) -> String {
    let natives: Vec<&str> = words.iter().map(|word| word.native.as_str()).collect();
    natives.join(" ")
}
