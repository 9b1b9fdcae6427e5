//! What the words of a person's name are: given name, patronymic, particle, title, initial.

use super::words::{Word, written};
use super::{Analysed, Class, HANGUL, MOST_TOKENS, SEMITIC, Token, flags_of, hash32, native_hash};
use crate::lexicon::{LEXICON, PersonWord, lookup_key};
use crate::romanise::{self, Script};

pub(super) fn person(words: &[Word]) -> Analysed {
    let mut tokens: Vec<Token> = Vec::new();
    let words = with_articles(words);
    let words = &words[..];
    let cut = family_first(words);
    for word in words[cut..].iter().chain(&words[..cut]) {
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
                        second: String::new(),
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
                    && LEXICON.person_word(&word.text).is_none()
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
            Script::Semitic => push_semitic(&mut tokens, word),
            _ => match LEXICON.compound(&lookup_key(&word.text), false) {
                Some(names) => names
                    .iter()
                    .for_each(|name| push_person(&mut tokens, name.clone(), word, 0)),
                None => {
                    for (text, native) in split_servant(word) {
                        push_person(&mut tokens, text, word, native);
                    }
                }
            },
        }
    }
    names_at_the_ends(&mut tokens);
    drop_repeated(&mut tokens);
    tokens.truncate(MOST_TOKENS);
    let disguised = words.iter().any(|word| word.disguised);
    Analysed {
        normalised: written(words),
        tokens,
        legal: 0,
        disguised,
    }
}

/// Arabic words as they are written, the article joined again where table names have it ("الياس", Elias, is no article and
/// a name).
fn with_articles(words: &[Word]) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::with_capacity(words.len());
    for word in words {
        if let Some(last) = out.last_mut()
            && last.native == "ال"
            && word.script == Script::Semitic
        {
            let whole = format!("ال{}", word.native);
            if LEXICON.given_native(&whole).is_some() {
                last.native = whole;
                last.text = format!("al{}", word.text);
                continue;
            }
        }
        out.push(word.clone());
    }
    out
}

/// A word in Arabic or Hebrew letters: looked up by its own letters, since too many words meet without vowels.
fn push_semitic(tokens: &mut Vec<Token>, word: &Word) {
    let mut push = |text: &str, key: String, class: Class| {
        tokens.push(Token {
            text: text.to_owned(),
            key,
            second: String::new(),
            class,
            flags: SEMITIC,
            native: 0,
        });
    };
    if let Some(names) = LEXICON.compound(&word.native, true) {
        for name in names {
            push(name, name.clone(), Class::Given);
        }
    } else if let Some(group) = LEXICON.given_native(&word.native) {
        push(&word.text, group.to_owned(), Class::Given);
    } else {
        let key = romanise::key(&word.text);
        let class = match LEXICON.person_native(&word.native) {
            Some(PersonWord::Particle) => Class::Particle,
            Some(_) => Class::Title,
            None if word.native == "ال" => Class::Particle,
            None => Class::Core,
        };
        if !word.text.is_empty() && !key.is_empty() {
            push(&word.text, key, class);
        }
    }
}

/// "Sergey Sergey Shoigu": a part that stands twice in a row counts once, unless little else is there ("Said Said").
fn drop_repeated(tokens: &mut Vec<Token>) {
    let parts = tokens
        .iter()
        .filter(|token| matches!(token.class, Class::Core | Class::Given))
        .count();
    if parts < 3 {
        return;
    }
    let mut index = 1;
    let mut left = parts;
    while index < tokens.len() {
        let twice = tokens[index].key == tokens[index - 1].key
            && tokens[index].native == tokens[index - 1].native
            && matches!(tokens[index].class, Class::Core | Class::Given);
        if twice && left > 2 {
            tokens.remove(index);
            left -= 1;
        } else {
            index += 1;
        }
    }
}

/// Particles that are family names in Korea, China and Vietnam.
const AMBIGUOUS: &[&str] = &[
    "an", "da", "di", "do", "du", "la", "le", "na", "san", "ten", "yi",
];

/// A particle with nothing to join is a family name: "An Yong Il", "Le Van Thanh", "Du Wei".
fn names_at_the_ends(tokens: &mut [Token]) {
    let parts = tokens
        .iter()
        .filter(|token| !matches!(token.class, Class::Particle | Class::Title))
        .count();
    let short = tokens.len() <= 3 && tokens.iter().all(|token| token.text.len() <= 6);
    for place in [0, tokens.len().saturating_sub(1)] {
        let Some(token) = tokens.get_mut(place) else {
            continue;
        };
        let last = place > 0;
        if token.class == Class::Particle
            && AMBIGUOUS.contains(&token.text.as_str())
            && parts >= 1
            && (last || short)
        {
            token.class = Class::Core;
        }
    }
}

/// Words of a family name that is written first, by its comma ("LAVROV, Sergey") or its capitals ("LAVROV Sergey"); 0 if
/// nothing shows it.
fn family_first(words: &[Word]) -> usize {
    let commas: Vec<usize> = (1..words.len())
        .filter(|index| words[*index].comma)
        .collect();
    if let [comma] = commas[..] {
        return comma;
    }
    let capitals = words.iter().take_while(|word| word.capitals).count();
    let others = words[capitals..].iter().any(|word| word.capitals);
    if capitals > 0 && capitals < words.len() && !others && commas.is_empty() {
        capitals
    } else {
        0
    }
}

/// "I9or Sech1n": digits for the letters that they look like.
fn letters_for_digits(text: &str) -> Option<String> {
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 || letters < 2 || letters < digits {
        return None;
    }
    let read = |letter: char| match letter {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '9' => 'g',
        other => other,
    };
    Some(text.chars().map(read).collect())
}

/// "Abdulrahman", "Abdel Rahman", "Abd al-Rahman": the servant's name as two words.
pub(super) fn split_servant(word: &Word) -> Vec<(String, u32)> {
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

pub(super) fn push_person(tokens: &mut Vec<Token>, text: String, word: &Word, native: u32) {
    if text.is_empty() {
        return;
    }
    let text = letters_for_digits(&text).unwrap_or(text);
    let flags = flags_of(word.script);
    let single = text.chars().count() == 1;
    let person_word = LEXICON
        .person_word(&text)
        .or_else(|| LEXICON.person_word(&word.native));
    let (class, key) = if text.bytes().any(|byte| byte.is_ascii_digit()) {
        (Class::Number, text.clone())
    } else if let (Some(person_word), false) = (person_word, flags & HANGUL != 0) {
        match person_word {
            PersonWord::Particle if single && word.upper => (Class::Initial, text.clone()),
            PersonWord::Particle => (Class::Particle, romanise::key(&text)),
            PersonWord::Honorific | PersonWord::Suffix => (Class::Title, romanise::key(&text)),
        }
    } else if single {
        (Class::Initial, text.clone())
    } else if let Some(group) = LEXICON.given(&lookup_key(&text)) {
        (Class::Given, group.to_owned())
    } else if let Some(patronymic) = LEXICON.patronymic(&romanise::key(&text)) {
        (Class::Patronymic, patronymic.to_owned())
    } else {
        let key = romanise::key(&text);
        let class = if is_patronymic(&key) {
            Class::Patronymic
        } else {
            Class::Core
        };
        (class, key)
    };
    let second = if matches!(class, Class::Core | Class::Patronymic) && flags == 0 {
        romanise::second_key(&text)
    } else {
        String::new()
    };
    tokens.push(Token {
        text,
        key,
        second,
        class,
        flags,
        native,
    });
}

/// East Slavic patronymics, by the endings that all romanisations share in the key.
pub(super) fn is_patronymic(key: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "ovic", "evic", "ovna", "evna", "ivna", "icna", "iovic", "auna", "euna",
    ];
    key.len() >= 7 && ENDINGS.iter().any(|ending| key.ends_with(ending))
}

pub(super) const DOUBLE_SURNAMES: &[&str] = &[
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "东方", "皇甫", "尉迟", "公孙", "慕容",
];

pub(super) fn push_han_person(tokens: &mut Vec<Token>, word: &Word) {
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
