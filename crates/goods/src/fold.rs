//! Text as the lexicon sees it: lower case, one space between words, look-alike signs made one, with the way back to
//! the bytes of the original.

/// A folded text and, for each of its bytes, the byte of the original that it came from.
pub(crate) struct Folded {
    /// The folded text.
    pub(crate) text: String,
    /// Original offset of every byte of `text`, and of its end.
    origins: Vec<u32>,
}

impl Folded {
    /// Folds a text. Texts of 4 GiB and more are cut there; offsets are 32 bits wide.
    pub(crate) fn new(original: &str) -> Self {
        let original = cut(original, u32::MAX as usize);
        let mut folded: Vec<(char, u32)> = Vec::with_capacity(original.len());
        let mut end = 0;
        for (at, c) in original.char_indices() {
            // Cast: the text was cut to 32 bits above.
            let from = at as u32;
            let Some(lower) = fold(c) else { continue };
            if lower == ' ' && folded.last().is_some_and(|(before, _)| *before == ' ') {
                continue;
            }
            folded.push((lower, from));
            end = from + c.len_utf8() as u32;
        }
        unmix_scripts(&mut folded);
        let mut text = String::with_capacity(original.len());
        let mut origins = Vec::with_capacity(original.len() + 1);
        for (c, from) in folded {
            text.push(c);
            origins.resize(text.len(), from);
        }
        origins.push(end.max(origins.last().copied().unwrap_or(0)));
        Self { text, origins }
    }

    /// The stretch of the original that a stretch of the folded text came from.
    pub(crate) fn origin(&self, start: usize, end: usize, original: &str) -> (usize, usize) {
        let from = self.origins[start] as usize;
        if start >= end {
            return (from, from);
        }
        // The last folded byte belongs to the last original character: the stretch ends where that one ends.
        let last = self.origins[end - 1] as usize;
        let width = original[last..].chars().next().map_or(0, char::len_utf8);
        (from, last + width)
    }
}

/// Writes words that mix Latin letters with Cyrillic look-alikes in Latin: "СQ-А" typed half in Cyrillic is CQ-A. Words
/// with a Cyrillic letter that looks like no Latin one stay as they are.
fn unmix_scripts(text: &mut [(char, u32)]) {
    for word in text.split_mut(|(c, _)| !c.is_alphanumeric() && *c != '-') {
        let latin = word.iter().any(|(c, _)| c.is_ascii_alphabetic());
        let mut cyrillic = word
            .iter()
            .map(|(c, _)| *c)
            .filter(|c| ('\u{400}'..='\u{4ff}').contains(c))
            .peekable();
        if latin && cyrillic.peek().is_some() && cyrillic.all(|c| look_alike(c).is_some()) {
            for (c, _) in word {
                *c = look_alike(*c).unwrap_or(*c);
            }
        }
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
        ] {
            let folded = Folded::new(original);
            let start = folded.text.find(needle).unwrap();
            let (from, to) = folded.origin(start, start + needle.len(), original);
            assert_eq!(&original[from..to], expect, "{original}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_stretch_is_a_stretch_of_the_original(original in ".{0,60}") {
            let folded = Folded::new(&original);
            for (start, c) in folded.text.char_indices() {
                let (from, to) = folded.origin(start, start + c.len_utf8(), &original);
                proptest::prop_assert!(original.get(from..to).is_some());
            }
        }
    }
}
