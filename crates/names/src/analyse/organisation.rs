//! What the words of an organisation's or vessel's name are: legal form, institution word, place, number, brand.

use super::east_asian::push_run;
use super::words::{Word, written};
use super::{Analysed, Class, MOST_TOKENS, Token, flags_of, native_hash};
use crate::lexicon::{LEXICON, Meaning, lookup_key};
use crate::romanise::{self, Script};

/// The Arabic article as Latin letters write it before different sounds.
const ARTICLES: &[&str] = &[
    "al", "el", "ul", "ol", "ad", "as", "ash", "ar", "an", "at", "az", "wal",
];

pub(super) fn organisation(words: &[Word]) -> Analysed {
    let words = join_halves(join_letters(words));
    let keys: Vec<String> = words.iter().map(|word| lookup_key(&word.text)).collect();
    let mut tokens: Vec<Token> = Vec::new();
    let mut legal = 0u8;
    let mut index = 0;
    while index < words.len() && tokens.len() < MOST_TOKENS {
        let word = &words[index];
        if matches!(word.script, Script::Han | Script::Kana | Script::Hangul) {
            legal |= push_run(&mut tokens, word);
            index += 1;
            continue;
        }
        if word.script == Script::Semitic
            && let Some(meaning) = LEXICON.native(&word.native)
        {
            legal |= push_meaning(&mut tokens, meaning, &word.text, flags_of(word.script));
            index += 1;
            continue;
        }
        // "And", "in", "with", "to" in Russian; Latin single letters may be anything.
        if word.script == Script::Cyrillic
            && matches!(
                word.native.as_str(),
                "и" | "в"
                    | "во"
                    | "с"
                    | "со"
                    | "к"
                    | "о"
                    | "по"
                    | "на"
                    | "i"
                    | "і"
                    | "й"
                    | "та"
                    | "у"
                    | "з"
                    | "за"
            )
            && index > 0
            && !word.capitals
            && !word.upper
        {
            push_meaning(
                &mut tokens,
                &Meaning::Concepts(vec!["_".to_owned()]),
                &word.text,
                0,
            );
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
            meaning
                .or_else(|| latin.then(|| LEXICON.misspelt(&keys[index])).flatten())
                .map(|meaning| (1, meaning))
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
                let (brand, form) = without_form(word);
                legal |= form;
                push_organisation_word(&mut tokens, &brand, words.len() > 1);
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

/// A legal form that a slip of the hand joined to the word before ("SHIPPINGLTD"): the word without it, and its class.
fn without_form(word: &Word) -> (std::borrow::Cow<'_, Word>, u8) {
    const FORMS: &[&str] = &["ltda", "ltd", "llc", "gmbh", "fze", "ojsc", "pjsc", "jsc"];
    for form in FORMS {
        if let Some(brand) = word.text.strip_suffix(form)
            && brand.len() >= 4
            && word.script == Script::Latin
            && let Some(Meaning::Legal(class)) = LEXICON.phrase(form)
        {
            let brand = Word {
                text: brand.to_owned(),
                ..word.clone()
            };
            return (std::borrow::Cow::Owned(brand), 1 << (class & 7));
        }
    }
    (std::borrow::Cow::Borrowed(word), 0)
}

pub(super) fn is_legal(key: &str) -> bool {
    matches!(LEXICON.phrase(key), Some(Meaning::Legal(_)))
}

/// "A.B.C.", "S/A", "o.O.O." and "A B C" at any place: letters that stand alone make one word.
pub(super) fn join_letters(words: &[Word]) -> Vec<Word> {
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

/// "Da-Jiang", "Wal-Mart": two short halves of a brand are one word, which is far rarer than either.
fn join_halves(words: Vec<Word>) -> Vec<Word> {
    let half = |word: &Word| {
        (2..=6).contains(&word.text.len())
            && word.script == Script::Latin
            && word.text.bytes().all(|byte| byte.is_ascii_lowercase())
            && !ARTICLES.contains(&word.text.as_str())
            && number_words(std::slice::from_ref(word)).is_none()
            && !matches!(
                LEXICON.phrase(&lookup_key(&word.text)),
                Some(Meaning::Legal(_) | Meaning::Place(_))
            )
    };
    let institution = |word: &Word| match LEXICON.phrase(&lookup_key(&word.text)) {
        Some(Meaning::Concepts(concepts)) => concepts.iter().any(|concept| concept != "_"),
        _ => false,
    };
    let mut out: Vec<Word> = Vec::with_capacity(words.len());
    for word in words {
        match out.last_mut() {
            Some(last)
                if word.hyphen
                    && half(last)
                    && half(&word)
                    && !institution(last)
                    && !institution(&word) =>
            {
                last.text.push_str(&word.text);
                last.native.push_str(&word.native);
                // A third part stays by itself.
                last.hyphen = false;
            }
            _ => out.push(word),
        }
    }
    out
}

pub(super) fn push_meaning(
    tokens: &mut Vec<Token>,
    meaning: &Meaning,
    text: &str,
    flags: u8,
) -> u8 {
    let mut push = |text: &str, key: &str, class: Class, flags: u8| {
        tokens.push(Token {
            text: text.to_owned(),
            key: key.to_owned(),
            second: String::new(),
            class,
            flags,
            native: 0,
        });
    };
    match meaning {
        Meaning::Legal(class) => return 1 << (class & 7),
        Meaning::Concepts(concepts) => {
            for concept in concepts {
                let class = match concept.as_str() {
                    "_" => Class::Particle,
                    concept if LEXICON.is_brand_like(concept) => Class::Core,
                    _ => Class::Generic,
                };
                let text = if concepts.len() == 1 { text } else { concept };
                if !text.is_empty() {
                    push(text, concept, class, flags);
                }
            }
        }
        Meaning::Place(place) => push(text, place, Class::Place, flags),
        // What convention wrote in another script is read as the Latin name itself.
        Meaning::Brand(words) => {
            for word in words {
                push(word, &romanise::key(word), Class::Core, 0);
            }
        }
    }
    0
}

/// A word that no table has; `others` says whether it stands alone.
pub(super) fn push_organisation_word(tokens: &mut Vec<Token>, word: &Word, others: bool) {
    let text = &word.text;
    if let Some(roman) = roman_number(text).filter(|_| others) {
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
            second: String::new(),
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
        second: if flags_of(word.script) == 0 {
            romanise::second_key(text)
        } else {
            String::new()
        },
        class,
        flags: flags_of(word.script),
        native: native_hash(word),
    });
}

pub(super) fn number_token(number: u32) -> Token {
    let text = number.to_string();
    Token {
        key: text.clone(),
        second: String::new(),
        text,
        class: Class::Number,
        flags: 0,
        native: 0,
    }
}

/// Roman numbers of two letters and more; single letters are more often initials.
pub(super) fn roman_number(text: &str) -> Option<u32> {
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

pub(super) fn number_words(words: &[Word]) -> Option<(usize, u32)> {
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
