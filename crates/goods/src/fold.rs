//! Text as the lexicon sees it: lower case, one space between words, look-alike signs made one, with the way back to
//! the bytes of the original.

use crate::pattern::is_word;

/// A folded text, ended by [`END`].
pub(crate) struct Folded {
    /// The folded text.
    pub(crate) text: String,
}

/// Stands at the end of every folded text and nowhere else in it, so that every word has a sign after it.
pub(crate) const END: char = '\n';

/// For each byte of a folded text, the byte of the original that it came from.
pub(crate) struct Origins(Vec<u32>);

impl Folded {
    /// Folds a text. Texts of 4 GiB and more are cut there; offsets are 32 bits wide.
    pub(crate) fn new(original: &str) -> Self {
        let text = write(original, &mut |_, _| {});
        Self { text }
    }

    /// The way back to the original, which must be the text that was folded. Most texts hold nothing to lead back from.
    pub(crate) fn origins(original: &str) -> Origins {
        let mut origins = Vec::with_capacity(original.len() + 1);
        write(original, &mut |len, from| origins.resize(len, from));
        Origins(origins)
    }
}

impl Origins {
    /// The stretch of the original that a stretch of the folded text came from.
    pub(crate) fn of(&self, start: usize, end: usize, original: &str) -> (usize, usize) {
        let from = self.0[start] as usize;
        if start >= end {
            return (from, from);
        }
        // The last folded byte belongs to the last original character: the stretch ends where that one ends.
        let last = self.0[end - 1] as usize;
        let width = original[last..].chars().next().map_or(0, char::len_utf8);
        (from, last + width)
    }
}

/// Writes the folded text and tells after each character how long it has become and where the character came from;
/// a shorter length than before takes characters back.
fn write(original: &str, told: &mut impl FnMut(usize, u32)) -> String {
    let original = cut(original, u32::MAX as usize);
    let mut text = String::with_capacity(original.len() + 1);
    let mut word = Word::default();
    let mut end = 0;
    for (at, c) in original.char_indices() {
        let Some(lower) = fold(c) else { continue };
        if lower == ' ' && text.ends_with(' ') {
            continue;
        }
        // Cast: the text was cut to 32 bits above.
        let from = at as u32;
        if lower == '-' || is_word(lower) {
            word.add(lower, from, text.len());
        } else {
            word.unmix(&mut text, told);
        }
        text.push(lower);
        told(text.len(), from);
        end = from + c.len_utf8() as u32;
    }
    word.unmix(&mut text, told);
    text.push(END);
    told(text.len(), end);
    text
}

/// The word that is being written.
#[derive(Default)]
struct Word {
    /// Where it begins in the folded text.
    start: usize,
    /// Its characters and where they came from, from the first one that makes a mixed word possible.
    origins: Vec<u32>,
    latin: bool,
    cyrillic: bool,
    /// A Cyrillic letter that looks like no Latin one.
    only_cyrillic: bool,
}

impl Word {
    fn add(&mut self, c: char, from: u32, at: usize) {
        if self.origins.is_empty() {
            self.start = at;
        }
        self.origins.push(from);
        if c.is_ascii_alphabetic() {
            self.latin = true;
        } else if ('\u{400}'..='\u{4ff}').contains(&c) {
            self.cyrillic = true;
            self.only_cyrillic |= look_alike(c).is_none();
        }
    }

    /// Writes a word that mixes Latin letters with Cyrillic look-alikes in Latin: "СQ-А" typed half in Cyrillic is CQ-A.
    /// Words with a Cyrillic letter that looks like no Latin one stay as they are.
    fn unmix(&mut self, text: &mut String, told: &mut impl FnMut(usize, u32)) {
        if self.latin && self.cyrillic && !self.only_cyrillic {
            let mixed = text.split_off(self.start);
            told(self.start, 0);
            for (c, from) in mixed.chars().zip(&self.origins) {
                text.push(look_alike(c).unwrap_or(c));
                told(text.len(), *from);
            }
        }
        self.origins.clear();
        (self.latin, self.cyrillic, self.only_cyrillic) = (false, false, false);
    }
}

fn look_alike(cyrillic: char) -> Option<char> {
    Some(match cyrillic {
        'а' => 'a',
        'в' => 'b',
        'с' => 'c',
        'е' => 'e',
        'н' => 'h',
        'к' => 'k',
        'м' => 'm',
        'о' => 'o',
        'р' => 'p',
        'т' => 't',
        'х' => 'x',
        'у' => 'y',
        'і' => 'i',
        'ѕ' => 's',
        _ => return None,
    })
}

/// One character folded; none for those that only format.
fn fold(c: char) -> Option<char> {
    match c {
        '!'..='~' if c != '`' => return Some(c.to_ascii_lowercase()),
        'а'..='я' | '\u{4e00}'..='\u{9fff}' => return Some(c),
        // Cast: the capitals stand 32 places before the small letters.
        'А'..='Я' => return char::from_u32(c as u32 + 32),
        _ => {}
    }
    let lower = c.to_lowercase().next().unwrap_or(c);
    Some(match lower {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{307}' => return None,
        'ё' => 'е',
        '×' | '✕' => 'x',
        '‐' | '‑' | '‒' | '–' | '—' | '−' | '－' => '-',
        '’' | '‘' | '`' | '´' => '\'',
        '«' | '»' | '“' | '”' | '„' => '"',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(lower as u32 - 0xfee0).map_or(lower, |c| c.to_ascii_lowercase())
        }
        c if c.is_whitespace() => ' ',
        c => c,
    })
}

/// The longest prefix of at most `limit` bytes that ends between characters.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_back_to_the_original() {
        for (original, needle, expect) in [
            ("Новые  БРОНЕЖИЛЕТЫ", "бронежилеты", "БРОНЕЖИЛЕТЫ"),
            ("ｄｊｉ Ｍａｖｉｃ", "mavic", "Ｍａｖｉｃ"),
            ("İstanbul rifle", "rifle", "rifle"),
            ("7,62×39", "7,62x39", "7,62×39"),
            ("ball\u{ad}istic", "ballistic", "ball\u{ad}istic"),
            ("новая СQ-А, 2 шт", "cq-a", "СQ-А"),
            ("новая СQ-А, 2 шт", "шт", "шт"),
        ] {
            let folded = Folded::new(original);
            let start = folded.text.find(needle).unwrap();
            let origins = Folded::origins(original);
            let (from, to) = origins.of(start, start + needle.len(), original);
            assert_eq!(&original[from..to], expect, "{original}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_stretch_is_a_stretch_of_the_original(original in ".{0,60}") {
            let folded = Folded::new(&original);
            let origins = Folded::origins(&original);
            for (start, c) in folded.text.char_indices() {
                let (from, to) = origins.of(start, start + c.len_utf8(), &original);
                proptest::prop_assert!(original.get(from..to).is_some());
            }
        }
    }
}
