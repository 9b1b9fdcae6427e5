//! What is compared: the words of a name with their weights, borrowed from an analysed name or from the index.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::analyse::{Analysed, Class, View};
use crate::lexicon::LEXICON;

/// What kind of party the names are of, as far as it changes the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    Person,
    Organisation,
    /// Vessels and aircraft: one-word names are shared by many.
    Craft,
}

impl Kind {
    pub(crate) fn view(self) -> View {
        if self == Kind::Person {
            View::Person
        } else {
            View::Organisation
        }
    }
}

/// A word with its weight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    pub text: &'a str,
    pub key: &'a str,
    /// Key of the second reading, or empty.
    pub second: &'a str,
    pub class: Class,
    pub flags: u8,
    pub native: u32,
    pub weight: f32,
}

/// A name ready to be compared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side<'a> {
    /// Hash of the normalised name: two names with one hash are the same name.
    pub normalised: u64,
    pub words: &'a [Word<'a>],
    pub legal: u8,
}

/// Hash of a normalised name.
pub(crate) fn name_hash(normalised: &str) -> u64 {
    normalised
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

/// The words of an analysed name.
pub(crate) fn words_of(name: &Analysed, view: View) -> Vec<Word<'_>> {
    name.tokens
        .iter()
        .map(|token| Word {
            text: &token.text,
            key: &token.key,
            second: &token.second,
            class: token.class,
            flags: token.flags,
            native: token.native,
            weight: weight(token.class, &token.text, &token.key, view),
        })
        .collect()
}

/// Of how many in a million names a word is part, by what `bench frequencies` counted in lists of ordinary and of listed
/// parties.
static FREQUENCIES: LazyLock<[FxHashMap<&'static str, f32>; 2]> = LazyLock::new(|| {
    let mut tables = [FxHashMap::default(), FxHashMap::default()];
    let rows = include_str!("../data/frequencies.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'));
    for row in rows {
        let mut cells = row.split('\t');
        let (Some(view), Some(key), Some(count)) = (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        if let Ok(count) = count.parse() {
            tables[usize::from(view == "person")].insert(key, count);
        }
    }
    tables
});

/// 1 for a word that at most one in 25,000 names has, 0 for one that all have; between them by the logarithm of the share.
pub(crate) fn rarity(key: &str, view: View) -> f32 {
    let table = &FREQUENCIES[usize::from(view == View::Person)];
    let per_million = table.get(key).copied().unwrap_or(40.0);
    (-(per_million / 1.0e6).log10() / 4.4).clamp(0.0, 1.0)
}

/// Most that any word counts.
pub(crate) const HEAVIEST: f32 = 1.1;

/// Most that a word counts which any text has.
const LANGUAGE_WORD: f32 = 0.85;

/// How much a word counts: 1.1 for a brand nobody else has, 0.3 for an institution word, almost nothing for "of".
pub(crate) fn weight(class: Class, text: &str, key: &str, view: View) -> f32 {
    match (view, class) {
        (_, Class::Particle) => 0.05,
        (_, Class::Title) => 0.03,
        (_, Class::Initial) => 0.3,
        (_, Class::Number) => 0.6,
        (View::Person, Class::Patronymic) => 0.45,
        (View::Person, Class::Given) => 0.5 + 0.35 * rarity(key, view),
        (View::Person, _) => {
            let known: f32 = match LEXICON.common_person_tier(key) {
                Some(1) => 0.65,
                Some(_) => 0.8,
                None => 1.0,
            };
            known.min(0.35 + 0.65 * rarity(key, view))
        }
        // "MV", "M/T": what a ship is.
        (View::Organisation, Class::Core) if matches!(text, "mv" | "mt" | "ms" | "ss") => 0.05,
        (View::Organisation, Class::Generic) => 0.12 + 0.4 * rarity(key, view),
        (View::Organisation, Class::Place) => 0.2 + 0.3 * rarity(key, view),
        (View::Organisation, _) => {
            let length = match text.len() {
                0..=2 => 0.6,
                3 => 0.85,
                _ => 1.0,
            };
            let known: f32 = match LEXICON.common_tier(key) {
                Some(1) => 0.2,
                Some(2) => 0.6,
                Some(_) => 0.75,
                None if LEXICON.is_language_word(key) => LANGUAGE_WORD,
                None => 1.1,
            };
            length * known.min(0.1 + rarity(key, view))
        }
    }
}
