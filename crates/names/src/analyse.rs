//! A name cut into words, each with what it is: the form in which names are stored in the index and compared.

use crate::lexicon::{LEXICON, LONGEST_HAN, Meaning, PersonWord, lookup_key};
use crate::normalise::{CharacterKind, LONGEST_NAME, kind_of, normalise};
use crate::romanise::{self, Script, script_of};
use unicode_normalization::UnicodeNormalization;

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

/// A word before it is understood.
#[derive(Debug, Clone)]
struct Word {
    /// Normalised letters of one script, as written.
    native: String,
    text: String,
    script: Script,
    /// Joined to the word before by a dot, slash or ampersand without space.
    tight: bool,
    slash: bool,
    /// In brackets.
    inside: bool,
    capitals: bool,
    disguised: bool,
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

fn words_of(text: &str) -> Vec<Word> {
    let composed: Vec<char> = text.nfkc().take(LONGEST_NAME).collect();
    let mut words: Vec<Word> = Vec::new();
    let mut current = String::new();
    let mut current_script = None;
    let mut gap = String::new();
    let mut depth = 0i32;
    for (index, &character) in composed.iter().enumerate() {
        let kind = kind_of(character);
        if kind == CharacterKind::Dropped {
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
                    inside: depth > 0,
                    capitals: false,
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
    let capitals =
        written.chars().count() > 1 && written.chars().all(|c| c.is_uppercase() || c.is_numeric());
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
    let mut push = |native: String, text: String, tight: bool, slash: bool| {
        if !text.is_empty() || script == Script::Han {
            words.push(Word {
                native,
                text,
                script,
                tight,
                slash,
                inside: depth > 0,
                capitals,
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

fn written(words: &[Word]) -> String {
    let natives: Vec<&str> = words.iter().map(|word| word.native.as_str()).collect();
    natives.join(" ")
}

fn person(words: &[Word]) -> Analysed {
    let mut tokens: Vec<Token> = Vec::new();
    for word in words {
        if tokens.len() >= MOST_TOKENS {
            break;
        }
        match word.script {
            // "Abd Allah", "Fadl Allah": one name in Latin spelling.
            Script::Semitic
                if word.native == "الله"
                    && tokens.last().is_some_and(|last| last.flags & SEMITIC != 0) =>
            {
                if let Some(last) = tokens.pop() {
                    let text = format!("{}allh", last.text);
                    let known = if last.key == "abd" {
                        Some("abdullah".to_owned())
                    } else {
                        None
                    };
                    let class = if known.is_some() {
                        Class::Given
                    } else {
                        Class::Core
                    };
                    let key = known.unwrap_or_else(|| romanise::key(&text));
                    tokens.push(Token {
                        text,
                        key,
                        class,
                        flags: SEMITIC,
                        native: 0,
                    });
                }
            }
            // "JC Juncker".
            Script::Latin
                if word.capitals
                    && word.text.len() == 2
                    && !word.text.contains(['a', 'e', 'i', 'o', 'u', 'y']) =>
            {
                for letter in word.text.chars() {
                    push_person(&mut tokens, letter.to_string(), word, 0);
                }
            }
            Script::Han => push_han_person(&mut tokens, word),
            Script::Hangul if word.native.chars().count() <= 4 => {
                // A Korean name is written in one word, romanised in three.
                for character in word.native.chars() {
                    let native = character.to_string();
                    let text = romanise::romanise(&native, Script::Hangul);
                    push_person(&mut tokens, text, word, hash32(&native));
                }
            }
            _ => {
                for (text, native) in split_servant(word) {
                    push_person(&mut tokens, text, word, native);
                }
            }
        }
    }
    tokens.truncate(MOST_TOKENS);
    let disguised = words.iter().any(|word| word.disguised);
    Analysed {
        normalised: written(words),
        tokens,
        legal: 0,
        disguised,
    }
}

/// "Abdulrahman", "Abdel Rahman", "Abd al-Rahman": the servant's name as two words.
fn split_servant(word: &Word) -> Vec<(String, u32)> {
    let text = &word.text;
    if matches!(word.script, Script::Latin | Script::Cyrillic) && text.len() >= 8 {
        for start in [
            "abdul", "abdel", "abdal", "abdol", "abdoul", "abdur", "abdus", "abder", "abdar",
            "abdir",
        ] {
            if let Some(rest) = text.strip_prefix(start) {
                // The article's l takes the sound of the next letter: Abdur-Rahman, Abdus-Salam.
                let assimilated =
                    !start.ends_with('l') && !rest.starts_with(&start[start.len() - 1..]);
                if rest.len() >= 4 && !assimilated && !rest.starts_with("la") {
                    return vec![("abd".to_owned(), 0), (rest.to_owned(), 0)];
                }
            }
        }
    }
    vec![(text.clone(), native_hash(word))]
}

fn push_person(tokens: &mut Vec<Token>, text: String, word: &Word, native: u32) {
    if text.is_empty() {
        return;
    }
    let flags = flags_of(word.script);
    let single = text.chars().count() == 1;
    let person_word = LEXICON
        .person_word(&text)
        .or_else(|| LEXICON.person_word(&word.native));
    let (class, key) = if text.bytes().any(|byte| byte.is_ascii_digit()) {
        (Class::Number, text.clone())
    } else if let (Some(person_word), false) = (person_word, flags & HANGUL != 0) {
        match person_word {
            PersonWord::Particle if single && word.capitals => (Class::Initial, text.clone()),
            PersonWord::Particle => (Class::Particle, romanise::key(&text)),
            PersonWord::Honorific | PersonWord::Suffix => (Class::Title, romanise::key(&text)),
        }
    } else if single {
        (Class::Initial, text.clone())
    } else if let Some(group) = LEXICON.given(&lookup_key(&text)) {
        (Class::Given, group.to_owned())
    } else {
        let key = romanise::key(&text);
        let class = if is_patronymic(&key) {
            Class::Patronymic
        } else {
            Class::Core
        };
        (class, key)
    };
    tokens.push(Token {
        text,
        key,
        class,
        flags,
        native,
    });
}

/// East Slavic patronymics, by the endings that all romanisations share in the key.
fn is_patronymic(key: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "ovic", "evic", "ovna", "evna", "ivna", "icna", "iovic", "auna", "euna",
    ];
    key.len() >= 7 && ENDINGS.iter().any(|ending| key.ends_with(ending))
}

const DOUBLE_SURNAMES: &[&str] = &[
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "东方", "皇甫", "尉迟", "公孙", "慕容",
];

fn push_han_person(tokens: &mut Vec<Token>, word: &Word) {
    let characters: Vec<char> = word.native.chars().collect();
    let head = if DOUBLE_SURNAMES
        .iter()
        .any(|surname| word.native.starts_with(surname))
    {
        2
    } else {
        1
    };
    let cut = if (2..=4).contains(&characters.len()) {
        head.min(characters.len())
    } else {
        characters.len()
    };
    for part in [&characters[..cut], &characters[cut..]] {
        let native: String = part.iter().collect();
        let mut text = String::new();
        part.iter()
            .for_each(|character| romanise::push_ascii(&mut text, *character));
        push_person(tokens, text, word, hash32(&native));
    }
}

fn organisation(words: &[Word]) -> Analysed {
    let words = join_letters(words);
    let keys: Vec<String> = words.iter().map(|word| lookup_key(&word.text)).collect();
    let mut tokens: Vec<Token> = Vec::new();
    let mut legal = 0u8;
    let mut index = 0;
    while index < words.len() && tokens.len() < MOST_TOKENS {
        let word = &words[index];
        if word.script == Script::Han {
            legal |= push_han(&mut tokens, word);
            index += 1;
            continue;
        }
        if let Some((length, number)) = number_words(&words[index..]) {
            tokens.push(number_token(number));
            index += length;
            continue;
        }
        let found = LEXICON.longest_phrase(&keys[index..], |length, meaning| {
            // Two letters in the middle of a name are more often a word than a legal form.
            let ambiguous = length == 1
                && matches!(meaning, Meaning::Legal(_))
                && word.text.len() <= 3
                && word.script == Script::Latin
                && !(index == 0 || keys[index + 1..].iter().all(|later| is_legal(later)));
            !ambiguous
        });
        let found = found.or_else(|| {
            let inflected = word.text.len() >= 4 || word.script != Script::Latin;
            if !inflected {
                return None;
            }
            let latin = word.script == Script::Latin;
            let meaning = if word.text.len() <= 4 {
                LEXICON.beginning(&romanise::key(&word.text), latin)
            } else {
                LEXICON.beginning(&keys[index], latin)
            };
            meaning.map(|meaning| (1, meaning))
        });
        match found {
            Some((length, meaning)) => {
                let text: Vec<&str> = words[index..index + length]
                    .iter()
                    .map(|word| word.text.as_str())
                    .collect();
                legal |= push_meaning(&mut tokens, meaning, &text.concat(), flags_of(word.script));
                index += length;
            }
            None => {
                push_organisation_word(&mut tokens, word, &words);
                index += 1;
            }
        }
    }
    tokens.truncate(MOST_TOKENS);
    let disguised = words.iter().any(|word| word.disguised);
    Analysed {
        normalised: written(&words),
        tokens,
        legal,
        disguised,
    }
}

fn is_legal(key: &str) -> bool {
    matches!(LEXICON.phrase(key), Some(Meaning::Legal(_)))
}

/// "A.B.C.", "S/A", "o.O.O." and "A B C" at any place: letters that stand alone make one word.
fn join_letters(words: &[Word]) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    let mut run = 0;
    for word in words {
        let single = word.text.len() == 1 && word.text.as_bytes()[0].is_ascii_lowercase();
        match out.last_mut() {
            Some(last) if single && run > 0 && word.tight => {
                last.text.push_str(&word.text);
                last.native.push_str(&word.native);
                run += 1;
            }
            _ => {
                out.push(word.clone());
                run = usize::from(single);
            }
        }
    }
    out
}

fn push_meaning(tokens: &mut Vec<Token>, meaning: &Meaning, text: &str, flags: u8) -> u8 {
    match meaning {
        Meaning::Legal(class) => return 1 << (class & 7),
        Meaning::Concepts(concepts) => {
            for concept in concepts {
                tokens.push(Token {
                    text: if concepts.len() == 1 {
                        text.to_owned()
                    } else {
                        concept.clone()
                    },
                    key: concept.clone(),
                    class: Class::Generic,
                    flags,
                    native: 0,
                });
            }
        }
        Meaning::Place(place) => tokens.push(Token {
            text: text.to_owned(),
            key: place.clone(),
            class: Class::Place,
            flags,
            native: 0,
        }),
    }
    0
}

fn push_organisation_word(tokens: &mut Vec<Token>, word: &Word, words: &[Word]) {
    let text = &word.text;
    if let Some(roman) = roman_number(text).filter(|_| words.len() > 1) {
        tokens.push(number_token(roman));
        return;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits > 0 {
        let text = match text.trim_start_matches('0') {
            "" => "0",
            trimmed => trimmed,
        };
        tokens.push(Token {
            text: text.to_owned(),
            key: text.to_owned(),
            class: Class::Number,
            flags: 0,
            native: 0,
        });
        return;
    }
    let key = romanise::key(text);
    let class = if LEXICON.common_tier(&key) == Some(1) && text.len() <= 4 {
        Class::Particle
    } else {
        Class::Core
    };
    tokens.push(Token {
        text: text.clone(),
        key,
        class,
        flags: flags_of(word.script),
        native: native_hash(word),
    });
}

fn number_token(number: u32) -> Token {
    let text = number.to_string();
    Token {
        key: text.clone(),
        text,
        class: Class::Number,
        flags: 0,
        native: 0,
    }
}

/// Roman numbers of two letters and more; single letters are more often initials.
fn roman_number(text: &str) -> Option<u32> {
    const NUMBERS: &[&str] = &[
        "ii", "iii", "iv", "", "vi", "vii", "viii", "ix", "", "xi", "xii", "xiii", "xiv", "xv",
        "xvi", "xvii", "xviii", "xix", "xx", "xxi",
    ];
    if text.len() < 2 {
        return None;
    }
    NUMBERS
        .iter()
        .position(|number| *number == text)
        .map(|index| index as u32 + 2)
}

fn number_words(words: &[Word]) -> Option<(usize, u32)> {
    const UNITS: &[&str] = &[
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];
    const TENS: &[&str] = &[
        "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    ];
    let unit = |word: &Word| {
        UNITS
            .iter()
            .position(|unit| *unit == word.text)
            .map(|index| index as u32 + 1)
    };
    let first = words.first()?;
    if let Some(tens) = TENS.iter().position(|ten| *ten == first.text) {
        let tens = (tens as u32 + 2) * 10;
        return Some(match words.get(1).and_then(unit) {
            Some(unit) => (2, tens + unit),
            None => (1, tens),
        });
    }
    unit(first)
        .filter(|number| *number > 1)
        .map(|number| (1, number))
}

/// Cuts a run of Chinese characters at the words of the tables; what lies between becomes a word by its reading.
fn push_han(tokens: &mut Vec<Token>, word: &Word) -> u8 {
    let characters: Vec<char> = word.native.chars().collect();
    let mut legal = 0;
    let mut unknown = String::new();
    let mut index = 0;
    let flush = |tokens: &mut Vec<Token>, unknown: &mut String| {
        if unknown.is_empty() {
            return;
        }
        let mut text = String::new();
        unknown
            .chars()
            .for_each(|character| romanise::push_ascii(&mut text, character));
        if !text.is_empty() {
            let key = romanise::key(&text);
            tokens.push(Token {
                text,
                key,
                class: Class::Core,
                flags: HAN,
                native: hash32(unknown),
            });
        }
        unknown.clear();
    };
    while index < characters.len() && tokens.len() < MOST_TOKENS {
        let longest = (characters.len() - index).min(LONGEST_HAN);
        let found = (1..=longest).rev().find_map(|length| {
            let run: String = characters[index..index + length].iter().collect();
            // One character alone ("港", "新") is a word only at the end; inside a brand it is a syllable.
            let alone = length == 1 && index + length < characters.len();
            LEXICON
                .han(&run)
                .filter(|_| !alone)
                .map(|meaning| (length, run, meaning))
        });
        match found {
            Some((length, run, meaning)) => {
                flush(tokens, &mut unknown);
                let mut text = String::new();
                run.chars()
                    .for_each(|character| romanise::push_ascii(&mut text, character));
                legal |= push_meaning(tokens, meaning, &text, HAN);
                index += length;
            }
            None => {
                // Suffixes of cities and provinces ("市", "省") say nothing.
                if !matches!(characters[index], '市' | '省' | '县' | '區' | '区')
                    || unknown.is_empty() && tokens.is_empty()
                {
                    unknown.push(characters[index]);
                }
                index += 1;
            }
        }
    }
    flush(tokens, &mut unknown);
    legal
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
            "dr:Title sergei:Given viktorovic:Patronymic lavrov:Core []",
        );
        check(
            "Лавров Сергей Викторович",
            "lavrov:Core sergei:Given viktorovic:Patronymic []",
        );
        check("Osama bin Laden", "osama:Given bin:Particle laden:Core []");
        check("Abdurrahman Khan", "abd:Given rahman:Core han:Core []");
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
