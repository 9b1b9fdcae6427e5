//! The first step: the same characters, written differently, become the same text. Scripts stay as they are.

use unicode_normalization::UnicodeNormalization;

/// Longest text that is looked at, in characters. No party's name is longer; what follows is ignored.
pub(crate) const LONGEST_NAME: usize = 600;

/// Compatibility forms composed (NFKC), letters lowered, control and format characters and apostrophes dropped, all
/// other punctuation turned into one space. Keeps scripts and diacritics. Idempotent.
///
/// ```
/// assert_eq!(names::normalise("  Ｃｏｃａ－Cola   Co., Ltd. "), "coca cola co ltd");
/// assert_eq!(names::normalise("O'Brien"), "obrien");
/// ```
pub fn normalise(text: &str) -> String {
    if text.is_ascii() {
        return ascii(text);
    }
    let mut current = once(text);
    // Lowering can undo a composition and the other way round; two rounds settle every letter of Unicode, and the bound
    // keeps a surprise of a later version from looping.
    for _ in 0..3 {
        let next = once(&current);
        if next == current {
            break;
        }
        current = next;
    }
    current
}

/// The same for text without any letter that the Unicode tables change.
fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for character in text.chars().take(LONGEST_NAME) {
        match kind_of(character) {
            CharacterKind::Word => {
                if gap && !out.is_empty() {
                    out.push(' ');
                }
                gap = false;
                out.push(character.to_ascii_lowercase());
            }
            CharacterKind::Dropped => {}
            CharacterKind::Gap => gap = true,
        }
    }
    out
}

fn once(text: &str) -> String {
    let lowered: String = text
        .nfkc()
        .take(LONGEST_NAME)
        .collect::<String>()
        .to_lowercase();
    let mut out = String::with_capacity(lowered.len());
    let mut gap = false;
    for character in lowered.nfkc() {
        match kind_of(character) {
            CharacterKind::Word => {
                if gap && !out.is_empty() {
                    out.push(' ');
                }
                gap = false;
                out.push(character);
            }
            CharacterKind::Dropped => {}
            CharacterKind::Gap => gap = true,
        }
    }
    out
}

/// What a character does to the words around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CharacterKind {
    Word,
    /// Leaves no trace: apostrophes, control, bidirectional and zero-width characters.
    Dropped,
    Gap,
}

pub(crate) fn kind_of(character: char) -> CharacterKind {
    match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' => CharacterKind::Word,
        ' ' => CharacterKind::Gap,
        '\'' | '’' | '‘' | '`' | 'ʼ' | 'ʻ' | 'ʾ' | 'ʿ' | '´' | '′' | 'ˈ' | 'ʹ' | 'ʺ' | 'ـ' => {
            CharacterKind::Dropped
        }
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}'
        | '\u{00ad}' => CharacterKind::Dropped,
        // Arabic vowel marks, which most writers leave out, and the Hebrew points.
        '\u{064b}'..='\u{065f}' | '\u{0670}' | '\u{0591}'..='\u{05c7}' => CharacterKind::Dropped,
        character if character.is_alphanumeric() || is_mark(character) => CharacterKind::Word,
        character if character.is_control() && !character.is_whitespace() => CharacterKind::Dropped,
        _ => CharacterKind::Gap,
    }
}

/// Combining marks belong to the letter before them, in Indic scripts they are half of the word.
fn is_mark(character: char) -> bool {
    unicode_normalization::char::is_combining_mark(character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn writes_the_same_characters_the_same_way() {
        let check = |input: &str, expect: &str| assert_eq!(normalise(input), expect, "{input:?}");
        check("ООО «Ромашка»", "ооо ромашка");
        check("Ivan\u{202e} Petrov\u{0000}", "ivan petrov");
        check("ﬁnance & Co.", "finance co");
        check("", "");
        check("«»!?", "");
        check("Al-Qa'ida", "al qaida");
    }

    proptest! {
        #[test]
        fn is_idempotent(text in "\\PC{0,60}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once.clone());
        }

        #[test]
        fn ascii_goes_the_same_way(text in "[ -~]{0,40}") {
            prop_assert_eq!(ascii(&text), once(&text));
        }

        #[test]
        fn is_idempotent_on_any_characters(text in any::<String>()) {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once.clone());
        }
    }
}
