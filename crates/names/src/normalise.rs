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
    if text.chars().all(is_plain) {
        return plain(text);
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

/// Letters that composition leaves alone and whose lower case is one letter, whatever stands beside them: nearly all
/// names need no more than these.
pub(crate) fn is_plain(character: char) -> bool {
    match character {
        '\u{0}'..='\u{7f}' => true,
        'ĳ' | 'Ĳ' | 'ŀ' | 'Ŀ' | 'ŉ' | 'ſ' | 'İ' => false,
        '\u{c0}'..='\u{17f}' => true,
        // A capital sigma's lower case depends on its place.
        '\u{387}' | 'Σ' => false,
        '\u{386}'..='\u{3ce}' => true,
        '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' => true,
        '\u{621}'..='\u{64a}' | '\u{671}'..='\u{674}' | '\u{679}'..='\u{6d3}' => true,
        '\u{5d0}'..='\u{5ea}' => true,
        '\u{4e00}'..='\u{9fff}' => true,
        _ => false,
    }
}

/// The same for text of such letters.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for character in text.chars().take(LONGEST_NAME) {
        match kind_of(character) {
            CharacterKind::Word => {
                if gap && !out.is_empty() {
                    out.push(' ');
                }
                gap = false;
                out.extend(character.to_lowercase());
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
        // Letters by ranges, quicker than by the tables of Unicode.
        'А'..='я' | 'ё' | 'Ё' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => {
            CharacterKind::Word
        }
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='\u{24f}' | 'Α'..='Ρ' | 'α'..='ώ' => {
            CharacterKind::Word
        }
        '\u{621}'..='\u{63a}' | '\u{641}'..='\u{64a}' => CharacterKind::Word,
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
        fn plain_letters_go_the_same_way(text in "[ -~À-žΆ-ώА-ԯء-ي\u{671}-\u{6d3}א-ת中-龥]{0,40}") {
            if text.chars().all(is_plain) {
                prop_assert_eq!(plain(&text), once(&text));
            }
        }

        #[test]
        fn is_idempotent_on_any_characters(text in any::<String>()) {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once.clone());
        }
    }
}
