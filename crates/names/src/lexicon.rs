//! The data tables of `data/`, read once: legal forms, institution words, places, given names, words of little weight.
//!
//! All phrases are stored under the same romanised keys that `analyse` makes of a name's words, so that one row covers
//! a word in Cyrillic letters and its romanisations.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analyse::{self, View};
use crate::distance::distance_of_bytes;
use crate::normalise::normalise;
use crate::romanise::{self, Script};
use crate::word::{name_hash, rarity};

/// The first table to name a phrase wins: the English words that name the concepts come first.
const LEGAL_FORMS: &[&str] = &[
    include_str!("../data/legal_forms.tsv"),
    include_str!("../data/legal_forms_west.tsv"),
    include_str!("../data/legal_forms_slavic.tsv"),
    include_str!("../data/legal_forms_asia.tsv"),
];
const CONCEPTS: &[&str] = &[
    include_str!("../data/concepts_west.tsv"),
    include_str!("../data/compounds_west.tsv"),
    include_str!("../data/concepts_slavic.tsv"),
    include_str!("../data/concepts_asia.tsv"),
    include_str!("../data/concepts.tsv"),
];
const PLACES: &[&str] = &[
    include_str!("../data/places.tsv"),
    include_str!("../data/places_west.tsv"),
    include_str!("../data/places_slavic.tsv"),
    include_str!("../data/places_asia.tsv"),
];
/// Words that are read only in their own letters, because their romanisation meets another word.
const NATIVE_CONCEPTS: &str = include_str!("../data/concepts_asia_native.tsv");
const NATIVE_PLACES: &str = include_str!("../data/places_asia_native.tsv");
const BRANDS: &str = include_str!("../data/brands.tsv");
const BRAND_LIKE: &str = include_str!("../data/brand_like.tsv");
const LANGUAGE_WORDS: &str = include_str!("../data/language_words.tsv");
const HAN_SOUNDS: &str = include_str!("../data/han_sounds.tsv");
const GIVEN_NAMES: &str = include_str!("../data/given_names.tsv");
const GIVEN_COMPOUNDS: &str = include_str!("../data/given_compounds.tsv");
const PATRONYMICS: &str = include_str!("../data/patronymics.tsv");
const PERSON_WORDS: &str = include_str!("../data/person_words.tsv");
const COMMON_WORDS: &str = include_str!("../data/common_words.tsv");
const COMMON_PERSON_NAMES: &str = include_str!("../data/common_person_names.tsv");

/// Longest Chinese, Japanese or Korean phrase of the tables, in characters.
pub(crate) const LONGEST_HAN: usize = 16;

/// What a phrase of an organisation's name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A legal form; the number of its class in [`legal_class_name`].
    Legal(u8),
    /// Institution words, as canonical words.
    Concepts(Vec<String>),
    /// A place, as its canonical name in one word.
    Place(String),
    /// A brand that is written otherwise in another script, as its words in Latin letters.
    Brand(Vec<String>),
}

/// What a word of a person's name is, if not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PersonWord {
    Particle,
    Honorific,
    Suffix,
}

pub(crate) struct Lexicon {
    phrases: FxHashMap<String, Meaning>,
    /// Words of the longest phrase that starts with a word.
    longest: FxHashMap<String, usize>,
    beginnings: FxHashMap<String, Meaning>,
    /// Frequent institution words and legal forms by the hash of themselves and of what a lost letter leaves of them.
    misspelt: FxHashMap<u64, Vec<u32>>,
    frequent: Vec<String>,
    /// First three letters of the beginnings, so that most words need no look at them.
    openings: FxHashSet<[u8; 3]>,
    han: FxHashMap<String, Meaning>,
    native: FxHashMap<String, Meaning>,
    /// What a Chinese character stands for in a foreign name.
    sounds: FxHashMap<char, &'static str>,
    /// Concepts that are names of their own ("star", "eagle"): translated, but as telling as a brand.
    brand_like: FxHashSet<&'static str>,
    given: FxHashMap<String, String>,
    /// The same for names in Arabic and Hebrew letters.
    given_native: FxHashMap<String, String>,
    /// Names written in one word that are several, by [`lookup_key`] or by their own letters.
    compounds: FxHashMap<String, Vec<String>>,
    patronymics: FxHashMap<String, &'static str>,
    person: FxHashMap<String, PersonWord>,
    person_native: FxHashMap<String, PersonWord>,
    aliases: Vec<Vec<String>>,
    /// First words of the aliases.
    alias_openings: FxHashSet<String>,
    common: FxHashMap<String, u8>,
    /// Keys of words that any text has.
    language: FxHashSet<String>,
    common_person: FxHashMap<String, u8>,
    legal_classes: Vec<&'static str>,
}

/// The tables. Reading them takes about 0.3 s, once per process (`bench/peers` times a second start of the binary).
pub(crate) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::read);

/// First bytes of the hash of everything that decides what a name's words become; an index built with other tables
/// would disagree with the query side, so its header carries this number.
pub(crate) static FINGERPRINT: LazyLock<u64> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    for table in [LEGAL_FORMS, CONCEPTS, PLACES].into_iter().flatten() {
        hasher.update(table.as_bytes());
    }
    for table in [
        NATIVE_CONCEPTS,
        NATIVE_PLACES,
        BRANDS,
        BRAND_LIKE,
        LANGUAGE_WORDS,
        GIVEN_NAMES,
        GIVEN_COMPOUNDS,
        PATRONYMICS,
        PERSON_WORDS,
        COMMON_WORDS,
        COMMON_PERSON_NAMES,
    ] {
        hasher.update(table.as_bytes());
    }
    for table in [
        HAN_SOUNDS,
        include_str!("../data/cyrillic.tsv"),
        include_str!("../data/arabic.tsv"),
        include_str!("../data/greek.tsv"),
    ] {
        hasher.update(table.as_bytes());
    }
    for source in [
        include_str!("analyse/mod.rs"),
        include_str!("analyse/words.rs"),
        include_str!("analyse/person.rs"),
        include_str!("analyse/organisation.rs"),
        include_str!("analyse/east_asian.rs"),
        include_str!("romanise.rs"),
        include_str!("normalise.rs"),
        include_str!("lexicon.rs"),
        include_str!("word.rs"),
        include_str!("index/spelling.rs"),
        include_str!("../data/frequencies.tsv"),
    ] {
        hasher.update(source.as_bytes());
    }
    let bytes = hasher.finalize();
    bytes
        .as_bytes()
        .iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
});

fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
}

/// Words of a table that is only words.
fn rows_of_words(table: &'static str) -> impl Iterator<Item = &'static str> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(' '))
}

/// A phrase of a table as it is looked up.
enum Form {
    /// Chinese, Japanese and Korean, which are written without spaces or with them at will.
    Run(String),
    /// One word in Arabic or Hebrew letters: without vowels too many words meet in Latin ones.
    Native(String),
    /// Key of the beginning of a word.
    Beginning(String),
    /// [`lookup_key`]s of words.
    Words(Vec<String>),
}

impl Form {
    fn of(phrase: &str) -> Form {
        let script = phrase.chars().map(romanise::script_of).find(|script| {
            matches!(
                script,
                Script::Han | Script::Kana | Script::Hangul | Script::Semitic
            )
        });
        match script {
            Some(Script::Han | Script::Kana | Script::Hangul) => {
                return Form::Run(normalise(phrase).replace(' ', ""));
            }
            Some(_) if !phrase.contains([' ', '*']) => {
                return Form::Native(semitic_word(&normalise(phrase)));
            }
            _ => {}
        }
        let (phrase, beginning) = phrase
            .strip_suffix('*')
            .map_or((phrase, false), |start| (start, true));
        let words = plain_words(phrase);
        match &words[..] {
            [word] if beginning => Form::Beginning(romanise::key(word)),
            _ => Form::Words(words.iter().map(|word| lookup_key(word)).collect()),
        }
    }
}

/// The rows of tables with the forms of their phrases, made by a few threads: this is most of the time that reading the
/// tables takes. (No thread pool: its threads may be waiting for the tables.)
fn formed(tables: &[&'static str]) -> Vec<(&'static str, Vec<Form>)> {
    let all: Vec<(&'static str, &'static str)> = tables.iter().copied().flat_map(rows).collect();
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get().min(8));
    let part = |rows: &[(&'static str, &'static str)]| -> Vec<(&'static str, Vec<Form>)> {
        rows.iter()
            .map(|(name, phrases)| (*name, phrases.split('|').map(Form::of).collect()))
            .collect()
    };
    if all.len() < 100 || threads == 1 {
        return part(&all);
    }
    std::thread::scope(|scope| {
        let parts: Vec<_> = all
            .chunks(all.len().div_ceil(threads * 4))
            .map(|rows| scope.spawn(move || part(rows)))
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_default())
            .collect()
    })
}

impl Lexicon {
    fn read() -> Lexicon {
        let mut lexicon = Lexicon {
            phrases: FxHashMap::default(),
            longest: FxHashMap::default(),
            beginnings: FxHashMap::default(),
            misspelt: FxHashMap::default(),
            frequent: Vec::new(),
            openings: FxHashSet::default(),
            han: FxHashMap::default(),
            native: FxHashMap::default(),
            sounds: rows(HAN_SOUNDS)
                .filter_map(|(character, sounds)| {
                    Some((character.chars().next()?, sounds.split('|').next()?))
                })
                .collect(),
            brand_like: rows_of_words(BRAND_LIKE).collect(),
            given: FxHashMap::default(),
            given_native: FxHashMap::default(),
            compounds: FxHashMap::default(),
            patronymics: FxHashMap::default(),
            person: FxHashMap::default(),
            person_native: FxHashMap::default(),
            aliases: Vec::new(),
            alias_openings: FxHashSet::default(),
            common: FxHashMap::default(),
            language: rows_of_words(LANGUAGE_WORDS).map(romanise::key).collect(),
            common_person: FxHashMap::default(),
            legal_classes: Vec::new(),
        };
        // The first table to name a phrase wins: legal forms, brands, institution words, places.
        for (class, phrases) in formed(LEGAL_FORMS) {
            let known = lexicon
                .legal_classes
                .iter()
                .position(|known| *known == class);
            let number = known.unwrap_or(lexicon.legal_classes.len()) as u8;
            if known.is_none() {
                lexicon.legal_classes.push(class);
            }
            phrases
                .into_iter()
                .for_each(|form| lexicon.insert(form, &Meaning::Legal(number)));
        }
        for (brand, spellings) in rows(BRANDS) {
            let meaning = Meaning::Brand(plain_words(brand));
            for spelling in spellings.split('|').filter(|spelling| !spelling.is_ascii()) {
                // The dot between the parts of a foreign name in Chinese and Japanese.
                let spelling: String = spelling
                    .chars()
                    .filter(|character| !matches!(character, '·' | '・'))
                    .collect();
                lexicon.insert(Form::of(&spelling), &meaning);
            }
        }
        for (concepts, phrases) in formed(CONCEPTS) {
            let concepts = Meaning::Concepts(lexicon.canonical(concepts));
            phrases
                .into_iter()
                .for_each(|form| lexicon.insert(form, &concepts));
        }
        for (place, phrases) in formed(PLACES) {
            let place = Meaning::Place(place.replace([' ', '_'], ""));
            phrases
                .into_iter()
                .for_each(|form| lexicon.insert(form, &place));
        }
        for (concepts, words) in rows(NATIVE_CONCEPTS) {
            let meaning = Meaning::Concepts(lexicon.canonical(concepts));
            for word in words.split('|') {
                let word = semitic_word(&normalise(word));
                lexicon
                    .native
                    .entry(word)
                    .or_insert_with(|| meaning.clone());
            }
        }
        for (place, words) in rows(NATIVE_PLACES) {
            for word in words.split('|') {
                let place = Meaning::Place(place.replace([' ', '_'], ""));
                let word = semitic_word(&normalise(word));
                lexicon.native.entry(word).or_insert(place);
            }
        }
        for (name, spellings) in rows(GIVEN_NAMES) {
            for spelling in spellings.split('|') {
                if is_semitic(spelling) {
                    lexicon
                        .given_native
                        .entry(semitic_word(&normalise(spelling)))
                        .or_insert_with(|| name.to_owned());
                } else if let [spelling] = &plain_words(spelling)[..] {
                    lexicon
                        .given
                        .entry(lookup_key(spelling))
                        .or_insert_with(|| name.to_owned());
                }
            }
        }
        for (names, spellings) in rows(GIVEN_COMPOUNDS) {
            let names: Vec<String> = names.split(' ').map(str::to_owned).collect();
            for spelling in spellings.split('|') {
                let key = if is_semitic(spelling) {
                    semitic_word(&normalise(spelling))
                } else {
                    plain_words(spelling)
                        .first()
                        .map_or_else(String::new, |word| lookup_key(word))
                };
                lexicon
                    .compounds
                    .entry(key)
                    .or_insert_with(|| names.clone());
            }
        }
        for (name, spellings) in rows(PATRONYMICS) {
            for spelling in spellings.split('|') {
                if let [spelling] = &plain_words(spelling)[..] {
                    lexicon
                        .patronymics
                        .entry(romanise::key(spelling))
                        .or_insert(name);
                }
            }
        }
        for (class, words) in rows(PERSON_WORDS) {
            let word_class = match class {
                "particle" => PersonWord::Particle,
                "honorific" => PersonWord::Honorific,
                "suffix" => PersonWord::Suffix,
                _ => {
                    let aliases = words
                        .split('|')
                        .map(plain_words)
                        .filter(|words| !words.is_empty());
                    lexicon.aliases.extend(aliases);
                    continue;
                }
            };
            for word in words.split('|') {
                if is_semitic(word) {
                    lexicon
                        .person_native
                        .entry(semitic_word(&normalise(word)))
                        .or_insert(word_class);
                    continue;
                }
                let words = plain_words(word);
                if words.len() == 1 {
                    lexicon.person.entry(words[0].clone()).or_insert(word_class);
                }
            }
        }
        lexicon.alias_openings = lexicon
            .aliases
            .iter()
            .filter_map(|words| words.first().cloned())
            .collect();
        lexicon.read_frequent();
        // Longer phrases first, so that "formerly known as" is not read as "formerly".
        lexicon
            .aliases
            .sort_by_key(|words| std::cmp::Reverse(words.len()));
        for (table, map) in [
            (COMMON_WORDS, &mut lexicon.common),
            (COMMON_PERSON_NAMES, &mut lexicon.common_person),
        ] {
            for (tier, words) in rows(table) {
                let tier = tier.parse().unwrap_or(3);
                for word in words.split(' ').flat_map(plain_words) {
                    map.entry(romanise::key(&word)).or_insert(tier);
                }
            }
        }
        lexicon
    }

    /// Which words are so frequent that one letter wrong in them is more likely than another word.
    fn read_frequent(&mut self) {
        let frequent = self.phrases.iter().filter_map(|(phrase, meaning)| {
            let known = match meaning {
                Meaning::Legal(_) => true,
                Meaning::Concepts(concepts) => concepts.first().is_some_and(|concept| {
                    concepts.len() == 1
                        && concept != "_"
                        && rarity(concept, View::Organisation) < FREQUENT
                        && !self.brand_like.contains(concept.as_str())
                }),
                _ => false,
            };
            let fits = (6..=14).contains(&phrase.len())
                && phrase.bytes().all(|byte| byte.is_ascii_lowercase());
            (known && fits).then(|| phrase.clone())
        });
        self.frequent = frequent.collect();
        // The order of a hash map differs between builds of it.
        self.frequent.sort_unstable();
        for (number, word) in self.frequent.iter().enumerate() {
            let number = number as u32;
            self.misspelt
                .entry(name_hash(word))
                .or_default()
                .push(number);
            for hash in deletions(word) {
                let numbers = self.misspelt.entry(hash).or_default();
                if numbers.last() != Some(&number) {
                    numbers.push(number);
                }
            }
        }
    }

    /// The meaning of a frequent word in which a letter was lost, added or changed places with its neighbour, by its
    /// [`lookup_key`].
    pub(crate) fn misspelt(&self, key: &str) -> Option<&Meaning> {
        if !(6..=15).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return None;
        }
        let near = std::iter::once(name_hash(key))
            .chain(deletions(key))
            .filter_map(|hash| self.misspelt.get(&hash))
            .flatten();
        let mut best: Option<&String> = None;
        for number in near {
            let word = self.frequent.get(*number as usize)?;
            let legal = matches!(self.phrases.get(word), Some(Meaning::Legal(_)));
            let slip = if legal && word.len() >= 7 {
                // Hardly a brand: any letter may be wrong.
                key != word
            } else {
                is_slip(key, word)
            };
            if slip
                && distance_of_bytes(key.as_bytes(), word.as_bytes(), 1).is_some()
                && best.is_none_or(|best| word < best)
            {
                best = Some(word);
            }
        }
        self.phrases.get(best?)
    }

    /// The words that stand for a row's concepts: two tables may call one concept "economy" and "economic", and the
    /// first that names it decides.
    fn canonical(&self, concepts: &str) -> Vec<String> {
        concepts
            .split(' ')
            .flat_map(|concept| match self.phrases.get(&lookup_key(concept)) {
                Some(Meaning::Concepts(known)) => known.clone(),
                _ => vec![concept.to_owned()],
            })
            .collect()
    }

    fn insert(&mut self, form: Form, meaning: &Meaning) {
        let (map, key) = match form {
            Form::Run(run) => (&mut self.han, run),
            Form::Native(word) => (&mut self.native, word),
            Form::Beginning(start) => {
                let Some(opening) = start.as_bytes().first_chunk::<3>() else {
                    return;
                };
                self.openings.insert(*opening);
                (&mut self.beginnings, start)
            }
            Form::Words(keys) => {
                let Some(first) = keys.first() else { return };
                let longest = self.longest.entry(first.clone()).or_default();
                *longest = keys.len().max(*longest);
                (&mut self.phrases, keys.join(" "))
            }
        };
        map.entry(key).or_insert_with(|| meaning.clone());
    }

    /// The meaning of a phrase given as [`lookup_key`]s joined by spaces.
    pub(crate) fn phrase(&self, keys: &str) -> Option<&Meaning> {
        self.phrases.get(keys)
    }

    /// The longest phrase at the beginning of these [`lookup_key`]s that `accepts` takes, and its length in words.
    pub(crate) fn longest_phrase(
        &self,
        keys: &[String],
        accepts: impl Fn(usize, &Meaning) -> bool,
    ) -> Option<(usize, &Meaning)> {
        let first = keys.first()?;
        let longest = (*self.longest.get(first.as_str())?).min(keys.len());
        let mut phrase = String::new();
        (1..=longest).rev().find_map(|length| {
            let meaning = if length == 1 {
                self.phrases.get(first.as_str())
            } else {
                phrase.clear();
                for (index, key) in keys[..length].iter().enumerate() {
                    if index > 0 {
                        phrase.push(' ');
                    }
                    phrase.push_str(key);
                }
                self.phrases.get(phrase.as_str())
            };
            meaning
                .filter(|meaning| accepts(length, meaning))
                .map(|meaning| (length, meaning))
        })
    }

    /// The meaning of a single word by its beginning, for inflected languages.
    /// Latin words need a longer one: "metal" begins many brands, the stems of inflected scripts begin few.
    pub(crate) fn beginning(&self, key: &str, latin: bool) -> Option<&Meaning> {
        if !self.openings.contains(key.as_bytes().first_chunk::<3>()?) {
            return None;
        }
        // What follows a stem is an ending, and not half of a brand: "Investcapitalbank" is no investment.
        let ending = if latin { 5 } else { 7 };
        let shortest = if latin { 5 } else { 3 };
        (shortest.max(key.len().saturating_sub(ending))..=key.len())
            .rev()
            .find_map(|length| self.beginnings.get(key.get(..length)?))
    }

    /// The meaning of a word in its own letters, normalised.
    pub(crate) fn native(&self, word: &str) -> Option<&Meaning> {
        let word = semitic_word(word);
        if let Some(known) = self.native.get(&word) {
            return Some(known);
        }
        // "And", "for", "with" and the article are written together with the word.
        PREFIXES.iter().find_map(|prefix| {
            let rest = word.strip_prefix(prefix)?;
            (rest.chars().count() >= 3)
                .then(|| self.native.get(rest))
                .flatten()
        })
    }

    /// A run of Chinese characters as a foreign name that it may transcribe: empty if one of them never does that.
    pub(crate) fn transcribed(&self, run: &str) -> String {
        let sounds: Option<Vec<&str>> = run
            .chars()
            .map(|character| self.sounds.get(&character).copied())
            .collect();
        sounds.map_or_else(String::new, |sounds| sounds.concat())
    }

    /// Whether a concept is as telling as a brand.
    pub(crate) fn is_brand_like(&self, concept: &str) -> bool {
        self.brand_like.contains(concept)
    }

    /// The meaning of a run of Chinese characters.
    pub(crate) fn han(&self, run: &str) -> Option<&Meaning> {
        self.han.get(run)
    }

    /// The group of a given name's spelling.
    pub(crate) fn given(&self, lookup_key: &str) -> Option<&str> {
        self.given.get(lookup_key).map(String::as_str)
    }

    /// The group of a given name in Arabic or Hebrew letters.
    pub(crate) fn given_native(&self, word: &str) -> Option<&str> {
        self.given_native
            .get(&semitic_word(word))
            .map(String::as_str)
    }

    /// The given names of which a word is made, by its [`lookup_key`] or, in Arabic and Hebrew, its own letters.
    pub(crate) fn compound(&self, word: &str, semitic: bool) -> Option<&[String]> {
        if semitic {
            self.compounds.get(&semitic_word(word))
        } else {
            self.compounds.get(word)
        }
        .map(Vec::as_slice)
    }

    /// One spelling for what Russian, Ukrainian and Belarusian make of a patronymic, by its key.
    pub(crate) fn patronymic(&self, key: &str) -> Option<&'static str> {
        self.patronymics.get(key).copied()
    }

    pub(crate) fn person_native(&self, word: &str) -> Option<PersonWord> {
        self.person_native.get(&semitic_word(word)).copied()
    }

    pub(crate) fn person_word(&self, word: &str) -> Option<PersonWord> {
        self.person.get(word).copied()
    }

    /// Length in words of the alias marker ("a.k.a.", "formerly known as") that the words start with.
    pub(crate) fn alias_marker(&self, words: &[&str]) -> Option<usize> {
        if !self.alias_openings.contains(*words.first()?) {
            return None;
        }
        let starts = |alias: &Vec<String>| {
            alias.len() <= words.len() && alias.iter().zip(words).all(|(a, w)| a == w)
        };
        self.aliases
            .iter()
            .find(|alias| starts(alias))
            .map(Vec::len)
    }

    /// How common a word is in names of organisations and vessels: 1 hardly says anything, 3 some, `None` rare.
    pub(crate) fn common_tier(&self, key: &str) -> Option<u8> {
        self.common.get(key).copied()
    }

    /// Whether texts use the word of this key, so that a party's name says less.
    pub(crate) fn is_language_word(&self, key: &str) -> bool {
        self.language.contains(key)
    }

    /// How common a name is among persons, on the same scale.
    pub(crate) fn common_person_tier(&self, key: &str) -> Option<u8> {
        self.common_person.get(key).copied()
    }

    /// Bit of the legal class "company": a word for any firm, and no form.
    pub(crate) fn company_bit(&self) -> u8 {
        let class = self
            .legal_classes
            .iter()
            .position(|class| *class == "company");
        class.map_or(0, |class| 1 << (class & 7))
    }

    /// Name of a legal class ("private", "public", …).
    pub(crate) fn legal_class_name(&self, number: u8) -> &'static str {
        self.legal_classes
            .get(usize::from(number))
            .copied()
            .unwrap_or("unknown")
    }
}

/// Rarity below which a word counts as frequent: one name in five thousand.
const FREQUENT: f32 = 0.84;

/// Hashes of a word with one letter left out.
fn deletions(word: &str) -> impl Iterator<Item = u64> + '_ {
    (0..word.len()).map(|index| {
        let mut left = String::with_capacity(word.len());
        left.push_str(&word[..index]);
        left.push_str(&word[index + 1..]);
        name_hash(&left)
    })
}

/// Whether a letter was lost or added, or two neighbours changed places; another letter in its place is another word.
fn is_slip(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if distance_of_bytes(left, right, 1) != Some(1) {
        return false;
    }
    let differ = left.iter().zip(right).filter(|(a, b)| a != b).count();
    left.len() != right.len() || differ == 2
}

/// What Arabic and Hebrew write at the beginning of a word that other languages write before it; longest first.
const PREFIXES: &[&str] = &[
    "وال", "بال", "فال", "کال", "ولل", "لل", "ال", "و", "ل", "ب", "ה", "ו", "ל", "ב",
];

fn is_semitic(text: &str) -> bool {
    text.chars()
        .any(|character| romanise::script_of(character) == Script::Semitic)
}

/// Letters that Arabic and Persian typists exchange at will, as one.
fn semitic_word(word: &str) -> String {
    word.chars()
        .map(|letter| match letter {
            'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
            'ى' | 'ي' | 'ئ' | 'ے' => 'ی',
            'ك' => 'ک',
            'ة' | 'ۀ' | 'ھ' | 'ہ' => 'ه',
            'ؤ' => 'و',
            other => other,
        })
        .collect()
}

/// Romanised words of a table phrase, by the same road as a name's words.
fn plain_words(phrase: &str) -> Vec<String> {
    analyse::plain_words(phrase)
}

/// Short words keep their letters ("oao" must not meet "oa"); longer ones go by sound.
pub(crate) fn lookup_key(word: &str) -> String {
    if word.len() <= 4 {
        return word.to_owned();
    }
    let key = romanise::key(word);
    // A long word whose sound is short must not meet the short word of that spelling: "linna" and "Lina".
    if key.len() <= 4 { word.to_owned() } else { key }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_answer_across_languages() {
        let meaning = |phrase: &str| {
            let keys: Vec<String> = plain_words(phrase)
                .iter()
                .map(|word| lookup_key(word))
                .collect();
            LEXICON.phrase(&keys.join(" ")).cloned()
        };
        assert_eq!(meaning("ООО"), meaning("Limited Liability Company"));
        assert_eq!(meaning("ООО"), meaning("GmbH"));
        assert_eq!(meaning("АО"), meaning("joint stock company"));
        assert_ne!(meaning("АО"), meaning("LLC"));
        assert_eq!(meaning("завод"), meaning("plant"));
        assert_eq!(
            LEXICON.given(&lookup_key("oleksandr")),
            LEXICON.given(&lookup_key("alexander"))
        );
        assert_eq!(LEXICON.person_word("bin"), Some(PersonWord::Particle));
    }
}
