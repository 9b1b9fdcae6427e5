//! A name cut into words, each with what it is: the form in which names are stored in the index and compared.

mod east_asian;
mod organisation;
mod person;
mod words;

use crate::lexicon::LEXICON;
use crate::normalise::normalise;
use crate::romanise::Script;
use organisation::organisation;
use person::person;
use words::{Word, words_of};

/// Most words of a name that are looked at.
pub(crate) const MOST_TOKENS: usize = 28;

/// Whose name it is: what decides whether "Al", "An" and "Sa" are parts of a person's name or legal forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum View {
    Person,
    /// Everything that is not a person: organisations, vessels, aircraft, unknown parties.
    Organisation,
}

/// What a word of a name is. The numbers are stored in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Class {
    /// A word of its own: brand, family name.
    Core = 0,
    /// Institution word of the concept table.
    Generic = 1,
    Place = 2,
    /// Number, or a token with digits such as a model; must agree.
    Number = 3,
    /// Given name of the table of given names.
    Given = 4,
    Patronymic = 5,
    /// "bin", "de", "of", "the".
    Particle = 6,
    /// "Dr", "Sheikh"; also generation suffixes.
    Title = 7,
    /// One letter of a person's name.
    Initial = 8,
}

impl Class {
    pub(crate) fn from_number(number: u8) -> Class {
        match number {
            1 => Class::Generic,
            2 => Class::Place,
            3 => Class::Number,
            4 => Class::Given,
            5 => Class::Patronymic,
            6 => Class::Particle,
            7 => Class::Title,
            8 => Class::Initial,
            _ => Class::Core,
        }
    }
}

/// Flags of a token: the script it was written in, where comparison depends on it.
pub(crate) const SEMITIC: u8 = 1;
pub(crate) const HANGUL: u8 = 2;
pub(crate) const HAN: u8 = 4;

/// A word of an analysed name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// Romanised, `a-z0-9`.
    pub text: String,
    /// Equal for spellings, translations and variants of one word.
    pub key: String,
    /// Key of a second reading of the letters, or empty.
    pub second: String,
    pub class: Class,
    pub flags: u8,
    /// Hash of the word as written, for scripts in which different characters sound the same; 0 for the others.
    pub native: u32,
}

/// An analysed name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Analysed {
    pub normalised: String,
    pub tokens: Vec<Token>,
    /// One bit per legal class.
    pub legal: u8,
    /// A word mixed Latin and Cyrillic look-alikes.
    pub disguised: bool,
}

/// All readings of a name: the whole, and its parts where it says "a.k.a.", "formerly" or has a slash. The first is
/// the main one. Empty if nothing is left to compare.
pub(crate) fn analyse(text: &str, view: View) -> Vec<Analysed> {
    let words = words_of(text);
    let mut parts: Vec<Vec<Word>> = vec![Vec::new()];
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let mut index = 0;
    while index < words.len() {
        match LEXICON.alias_marker(&texts[index..]) {
            Some(length)
                if index + length < words.len() && parts.iter().any(|part| !part.is_empty()) =>
            {
                parts.push(Vec::new());
                index += length;
            }
            _ => {
                if let Some(part) = parts.last_mut() {
                    part.push(words[index].clone());
                }
                index += 1;
            }
        }
    }
    let aliased = parts.len() > 1;
    let mut readings: Vec<Vec<Word>> = Vec::new();
    for part in parts.into_iter().take(6) {
        let cuts: Vec<usize> = (1..part.len())
            .filter(|&index| {
                part[index].slash && part[index].text.len() > 3 && part[index - 1].text.len() > 3
            })
            .collect();
        let mut start = 0;
        let mut pieces = Vec::new();
        for cut in cuts.into_iter().take(3) {
            pieces.push(part[start..cut].to_vec());
            start = cut;
        }
        if start > 0 {
            pieces.push(part[start..].to_vec());
        }
        // "Institute of Optics (IOO)": also without the acronym in brackets.
        let inside: Vec<&Word> = part.iter().filter(|word| word.inside).collect();
        if let [acronym] = inside[..]
            && acronym.capitals
            && part.len() > 2
        {
            pieces.push(part.iter().filter(|word| !word.inside).cloned().collect());
        }
        readings.push(part);
        readings.extend(pieces);
    }
    let mut analysed: Vec<Analysed> = Vec::new();
    for (index, words) in readings.iter().enumerate() {
        let mut name = match view {
            View::Person => person(words),
            View::Organisation => organisation(words),
        };
        if index == 0 && !aliased {
            name.normalised = normalise(text);
        }
        if !name.tokens.is_empty() && !analysed.iter().any(|other| other.tokens == name.tokens) {
            analysed.push(name);
        }
    }
    analysed
}

/// Romanised words of a text, for the tables.
pub(crate) fn plain_words(text: &str) -> Vec<String> {
    words_of(text).into_iter().map(|word| word.text).collect()
}

fn native_hash(word: &Word) -> u32 {
    if matches!(word.script, Script::Han | Script::Kana | Script::Hangul) {
        hash32(&word.native)
    } else {
        0
    }
}

/// FNV-1a, for short strings whose hash is stored.
pub(crate) fn hash32(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

fn flags_of(script: Script) -> u8 {
    match script {
        Script::Semitic => SEMITIC,
        Script::Hangul => HANGUL,
        Script::Han => HAN,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn show(text: &str, view: View) -> String {
        let Some(name) = analyse(text, view).into_iter().next() else {
            return String::new();
        };
        let words: Vec<String> = name
            .tokens
            .iter()
            .map(|token| format!("{}:{:?}", token.key, token.class))
            .collect();
        let legal: Vec<&str> = (0..8)
            .filter(|bit| name.legal & (1 << bit) != 0)
            .map(|bit| LEXICON.legal_class_name(bit))
            .collect();
        format!("{} [{}]", words.join(" "), legal.join(" "))
    }

    #[test]
    fn organisations_are_cut_into_words_that_say_what_they_are() {
        let check =
            |text: &str, expect: &str| assert_eq!(show(text, View::Organisation), expect, "{text}");
        check("ООО «Ромашка»", "romaska:Core [private]");
        check("Romashka LLC", "romaska:Core [private]");
        check(
            "АО «НПП Исток»",
            "research:Generic production:Generic enterprise:Generic istok:Core [public]",
        );
        check(
            "深圳市华为技术有限公司",
            "shenzhen:Place huavei:Core technology:Generic [private]",
        );
        check("A.B.C. Company", "abc:Core [company]");
        check(
            "Oboronnye Initsiativy o.O.O.",
            "defence:Generic iniciativi:Core [private]",
        );
        check("LLC", "");
        check("Brigade Forty-Four", "brigade:Generic 44:Number []");
    }

    #[test]
    fn persons_are_cut_into_parts() {
        let check =
            |text: &str, expect: &str| assert_eq!(show(text, View::Person), expect, "{text}");
        check(
            "Dr. Sergey Viktorovich LAVROV",
            "dr:Title sergei:Given viktorovich:Patronymic lavrov:Core []",
        );
        check(
            "Лавров Сергей Викторович",
            "lavrov:Core sergei:Given viktorovich:Patronymic []",
        );
        check("Osama bin Laden", "osama:Given bin:Particle laden:Core []");
        check("Abdurrahman Khan", "abd:Given rahman:Given han:Core []");
    }

    #[test]
    fn aliases_and_slashes_give_more_readings() {
        assert_eq!(
            analyse("Alpha Holding a.k.a. Bravo Invest", View::Organisation).len(),
            2
        );
        assert_eq!(
            analyse("Al-Qa'ida/Islamic Army", View::Organisation).len(),
            3
        );
        assert_eq!(analyse("Alpha Holding", View::Organisation).len(), 1);
    }

    proptest! {
        #[test]
        fn takes_any_text(text in any::<String>()) {
            for view in [View::Person, View::Organisation] {
                for name in analyse(&text, view) {
                    prop_assert!(name.tokens.len() <= MOST_TOKENS);
                    prop_assert!(name.tokens.iter().all(|token| !token.text.is_empty() && !token.key.is_empty()));
                }
            }
        }
    }
}
