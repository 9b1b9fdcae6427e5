//! Every script to Latin letters, and the keys under which spellings of one sound meet.
//!
//! [`romanise`] writes a word of any script in `a-z0-9`. [`key`] then makes the romanisation standards equal (Yuriy,
//! Iurii, Juri, Yury; Michailowitsch, Mikhailovich, Mihailovitj). [`skeleton`] keeps the consonants; [`semitic_skeleton`]
//! is the coarser one under which a name in Arabic or Hebrew letters, which leave out vowels, meets a Latin spelling;
//! [`korean_key`] does the same for the Korean romanisations.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use unicode_normalization::UnicodeNormalization;

use crate::normalise::is_plain;

static CYRILLIC: LazyLock<FxHashMap<char, &'static str>> =
    LazyLock::new(|| letters(include_str!("../data/cyrillic.tsv")));
static ARABIC: LazyLock<FxHashMap<char, &'static str>> =
    LazyLock::new(|| letters(include_str!("../data/arabic.tsv")));
static GREEK: LazyLock<Vec<(&'static str, &'static str)>> =
    LazyLock::new(|| rows(include_str!("../data/greek.tsv")).collect());

fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
}

fn letters(table: &'static str) -> FxHashMap<char, &'static str> {
    rows(table)
        .filter_map(|(from, to)| Some((from.chars().next()?, to)))
        .collect()
}

/// The script that a word is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Script {
    Latin,
    Cyrillic,
    Greek,
    /// Arabic and Hebrew: vowels are not written.
    Semitic,
    Han,
    Kana,
    Hangul,
    Other,
}

pub(crate) fn script_of(character: char) -> Script {
    match character {
        'a'..='z'
        | 'A'..='Z'
        | '0'..='9'
        | '\u{00c0}'..='\u{024f}'
        | '\u{1e00}'..='\u{1eff}'
        | '\u{0300}'..='\u{036f}' => Script::Latin,
        '\u{0400}'..='\u{052f}' => Script::Cyrillic,
        '\u{0370}'..='\u{03ff}' | '\u{1f00}'..='\u{1fff}' | 'µ' => Script::Greek,
        '\u{0590}'..='\u{06ff}'
        | '\u{0750}'..='\u{077f}'
        | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{feff}' => Script::Semitic,
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}' => {
            Script::Han
        }
        '\u{3040}'..='\u{30ff}' => Script::Kana,
        '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}' => Script::Hangul,
        _ => Script::Other,
    }
}

/// A normalised word of one script (no Han, which `analyse` cuts first) in the letters `a-z0-9`; may come out empty.
pub(crate) fn romanise(word: &str, script: Script) -> String {
    if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return word.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(word.len());
    match script {
        Script::Cyrillic => {
            let mut push = |character| match CYRILLIC.get(&character) {
                Some(latin) => out.push_str(latin),
                None => push_ascii(&mut out, character),
            };
            if word.chars().all(is_plain) {
                word.chars().for_each(&mut push);
            } else {
                word.nfc().for_each(push);
            }
        }
        Script::Semitic => word
            .chars()
            .for_each(|character| match ARABIC.get(&character) {
                Some(latin) => out.push_str(latin),
                None => push_ascii(&mut out, character),
            }),
        Script::Greek => {
            let plain: String = word
                .nfd()
                .filter(|character| !('\u{0300}'..='\u{036f}').contains(character))
                .collect();
            let mut rest = plain.as_str();
            'word: while let Some(character) = rest.chars().next() {
                for (from, to) in GREEK.iter() {
                    if let Some(after) = rest.strip_prefix(from) {
                        out.push_str(to);
                        rest = after;
                        continue 'word;
                    }
                }
                push_ascii(&mut out, character);
                rest = &rest[character.len_utf8()..];
            }
        }
        Script::Hangul => word.nfc().for_each(|character| hangul(&mut out, character)),
        _ => word.nfc().for_each(|character| match character {
            'č' | 'ć' | 'ç' | 'ĉ' => out.push_str("ch"),
            'š' | 'ş' | 'ș' | 'ŝ' => out.push_str("sh"),
            'ž' => out.push_str("zh"),
            'ț' | 'ţ' => out.push_str("ts"),
            'đ' => out.push('d'),
            'ı' => out.push('i'),
            // A dotless i's lowered counterpart leaves a lone dot behind.
            '\u{0300}'..='\u{036f}' => {}
            'ł' => out.push('l'),
            'ø' => out.push('o'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ß' => out.push_str("ss"),
            'þ' => out.push_str("th"),
            'ð' => out.push('d'),
            'ə' => out.push('a'),
            character => push_ascii(&mut out, character),
        }),
    }
    out
}

/// The Latin reading of one Chinese character ("shang"), or of any other character as `any_ascii` knows it.
pub(crate) fn push_ascii(out: &mut String, character: char) {
    if character.is_ascii_alphanumeric() {
        out.push(character.to_ascii_lowercase());
        return;
    }
    for letter in any_ascii::any_ascii_char(character).chars() {
        if letter.is_ascii_alphanumeric() {
            out.push(letter.to_ascii_lowercase());
        }
    }
}

/// Latin letters that look like Cyrillic ones, and back: for words that mix the two.
const LOOK_ALIKES: &[(char, char)] = &[
    ('a', 'а'),
    ('b', 'в'),
    ('c', 'с'),
    ('e', 'е'),
    ('h', 'н'),
    ('i', 'і'),
    ('k', 'к'),
    ('m', 'м'),
    ('o', 'о'),
    ('p', 'р'),
    ('t', 'т'),
    ('x', 'х'),
    ('y', 'у'),
];

/// If a word mixes Latin and Cyrillic letters, the word with the look-alikes of the smaller share replaced.
pub(crate) fn undisguise(word: &str) -> Option<String> {
    let letters = |script| {
        word.chars()
            .filter(|c| c.is_alphabetic() && script_of(*c) == script)
            .count()
    };
    let (latin, cyrillic) = (letters(Script::Latin), letters(Script::Cyrillic));
    if latin == 0 || cyrillic == 0 {
        return None;
    }
    let to_latin = latin > cyrillic;
    let replaced = word.chars().map(|character| {
        let pair = LOOK_ALIKES.iter().find(|(l, c)| {
            if to_latin {
                *c == character
            } else {
                *l == character
            }
        });
        pair.map_or(character, |(l, c)| if to_latin { *l } else { *c })
    });
    Some(replaced.collect())
}

/// Korean syllable by its letters, after McCune-Reischauer without marks.
fn hangul(out: &mut String, character: char) {
    const INITIAL: [&str; 19] = [
        "k", "k", "n", "t", "t", "r", "m", "p", "p", "s", "s", "", "ch", "ch", "ch", "k", "t", "p",
        "h",
    ];
    const VOWEL: [&str; 21] = [
        "a", "ae", "ya", "yae", "o", "e", "yo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo",
        "we", "wi", "yu", "u", "ui", "i",
    ];
    const FINAL: [&str; 28] = [
        "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "l", "l", "m", "p",
        "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t",
    ];
    let code = character as u32;
    if !(0xac00..=0xd7a3).contains(&code) {
        push_ascii(out, character);
        return;
    }
    let index = (code - 0xac00) as usize;
    out.push_str(INITIAL[index / 588]);
    out.push_str(VOWEL[index % 588 / 28]);
    out.push_str(FINAL[index % 28]);
}

/// Letter groups that the romanisation standards write differently, longest first, with what all of them become.
const SOUNDS: &[(&str, &str)] = &[
    ("schtsch", "s"),
    ("stsch", "s"),
    ("shch", "s"),
    ("dsch", "i"),
    ("tsch", "c"),
    ("tch", "c"),
    ("sch", "s"),
    ("dzh", "i"),
    ("dj", "i"),
    ("ch", "c"),
    ("sh", "s"),
    ("kh", "h"),
    ("zh", "z"),
    ("gh", "g"),
    ("th", "t"),
    ("dh", "d"),
    ("ph", "f"),
    ("rh", "r"),
    ("bh", "b"),
    ("ts", "c"),
    ("tz", "c"),
    ("cz", "c"),
    ("sz", "s"),
    ("ck", "k"),
    ("ca", "ka"),
    ("co", "ko"),
    ("cu", "ku"),
    ("cl", "kl"),
    ("cr", "kr"),
    ("ct", "kt"),
    ("qu", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("w", "v"),
    ("y", "i"),
    ("j", "i"),
    ("ou", "u"),
    ("oo", "u"),
    ("ee", "i"),
    ("oe", "o"),
    ("ue", "u"),
];

/// Rewriting rules by their first byte, in the order of the table.
struct Rules(Vec<Vec<(&'static [u8], &'static [u8])>>);

impl Rules {
    fn new(table: &[(&'static str, &'static str)]) -> Rules {
        let mut rules = vec![Vec::new(); 256];
        for (from, to) in table {
            rules[usize::from(from.as_bytes()[0])].push((from.as_bytes(), to.as_bytes()));
        }
        Rules(rules)
    }

    /// A text piece by piece: what the first rule that fits makes of it, or a letter as it is.
    fn pieces<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = Piece<'a>> {
        let mut rest = text;
        std::iter::from_fn(move || {
            let first = *rest.first()?;
            let rule = self.0[usize::from(first)]
                .iter()
                .find(|(from, _)| rest.starts_with(from));
            let (piece, taken) = match rule {
                Some((from, to)) => (Piece::Rewritten(to), from.len()),
                None => {
                    let length = letter_length(first).min(rest.len());
                    (Piece::Letter(&rest[..length]), length)
                }
            };
            rest = &rest[taken..];
            Some(piece)
        })
    }
}

/// A piece of a text that [`Rules`] went over.
enum Piece<'a> {
    Rewritten(&'static [u8]),
    Letter(&'a [u8]),
}

/// Length of the letter that starts with this byte of UTF-8.
fn letter_length(byte: u8) -> usize {
    match byte {
        0..=0xbf => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    }
}

fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

static SOUND_RULES: LazyLock<Rules> = LazyLock::new(|| Rules::new(SOUNDS));

/// The key under which romanisations of one word are equal. Digits stay.
pub(crate) fn key(text: &str) -> String {
    let mut stem = text.as_bytes();
    let mut ending: &[u8] = b"";
    if stem.len() >= 6 && stem.ends_with(b"tj") {
        (stem, ending) = (&stem[..stem.len() - 2], b"c");
    } else if stem.len() >= 5 && stem.ends_with(b"ff") {
        (stem, ending) = (&stem[..stem.len() - 2], b"v");
    }
    let mut first: Vec<u8> = Vec::with_capacity(stem.len() + 1);
    for piece in SOUND_RULES.pieces(stem) {
        match piece {
            Piece::Rewritten(bytes) | Piece::Letter(bytes) => first.extend_from_slice(bytes),
        }
    }
    first.extend_from_slice(ending);
    // Second pass: glides before e and o, then doubled letters.
    let mut out: Vec<u8> = Vec::with_capacity(first.len());
    for (index, &letter) in first.iter().enumerate() {
        let next = first.get(index + 1).copied();
        let glide = letter == b'i'
            && match next {
                Some(b'e') => true,
                Some(b'o') => index > 0 && first.get(index + 2).is_some_and(|c| !is_vowel(*c)),
                _ => false,
            };
        if glide {
            continue;
        }
        let sounded = if letter == b'o'
            && index > 1
            && first[index - 1] == b'i'
            && next.is_some_and(|c| !is_vowel(c))
        {
            b'e'
        } else {
            letter
        };
        if sounded.is_ascii_digit() || !sounded.is_ascii() || out.last() != Some(&sounded) {
            out.push(sounded);
        }
    }
    into_text(out)
}

/// A second key, for letter groups that two traditions read differently: German, Czech and Swedish "ch" is what English
/// writes "kh" (Chromov, Machluf), Swedish "tj", "sj", "zj" are "ch", "sh", "zh" (Mukovoztjik, Sjubin), German "tz" is "z" (Mertz). Empty if there is no
/// second reading.
pub(crate) fn second_key(text: &str) -> String {
    let bytes = text.as_bytes();
    let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let (ch, tj, tz) = (
        has(b"ch") && !has(b"sch") && !has(b"tch"),
        bytes.len() >= 5 && has(b"tj") && !bytes.ends_with(b"tj"),
        has(b"tz") && !bytes.starts_with(b"tz"),
    );
    let swedish = bytes.len() >= 5 && (has(b"sj") || has(b"zj"));
    if !(ch || tj || tz || swedish) || bytes.len() < 4 {
        return String::new();
    }
    let out = if swedish {
        text.replace("tj", "ch")
            .replace("sj", "sh")
            .replace("zj", "zh")
    } else if tj {
        text.replace("ztj", "zch").replace("tj", "ch")
    } else if ch {
        text.replace("ch", "kh")
    } else {
        text.replace("tz", "z")
    };
    let found = key(&out);
    if found == key(text) {
        String::new()
    } else {
        found
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// The consonants of a key, with a mark for a vowel at its start.
pub(crate) fn skeleton(key: &str) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(key.len());
    for (index, &letter) in key.as_bytes().iter().enumerate() {
        if is_vowel(letter) {
            if index == 0 {
                out.push(b'a');
            }
        } else if !letter.is_ascii() || out.last() != Some(&letter) {
            out.push(letter);
        }
    }
    into_text(out)
}

/// Latin letter groups as the consonants that Arabic and Persian spelling keeps apart.
const CONSONANTS: &[(&str, &str)] = &[
    ("kx", "h"),
    ("gx", "k"),
    ("sx", "s"),
    ("cx", "s"),
    ("tx", "t"),
    ("dx", "z"),
    ("zx", "z"),
    ("tch", "s"),
    ("kh", "h"),
    ("gh", "k"),
    ("sh", "s"),
    ("ch", "s"),
    ("th", "t"),
    ("dh", "z"),
    ("dj", "k"),
    ("ph", "f"),
    ("ck", "k"),
    ("q", "k"),
    ("c", "k"),
    ("x", "ks"),
    ("j", "k"),
    ("g", "k"),
    ("p", "b"),
    ("y", ""),
    ("w", ""),
    ("v", ""),
    ("a", ""),
    ("e", ""),
    ("i", ""),
    ("o", ""),
    ("u", ""),
];

static CONSONANT_RULES: LazyLock<Rules> = LazyLock::new(|| Rules::new(CONSONANTS));

/// The consonants that survive Arabic and Persian spelling, from a romanised text (not from a key).
pub(crate) fn semitic_skeleton(text: &str) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    for piece in CONSONANT_RULES.pieces(text.as_bytes()) {
        match piece {
            Piece::Rewritten([one]) | Piece::Letter([one]) if out.last() == Some(one) => {}
            Piece::Rewritten(bytes) | Piece::Letter(bytes) => out.extend_from_slice(bytes),
        }
    }
    if out.len() > 1 && out.last() == Some(&b'h') {
        out.pop();
    }
    into_text(out)
}

/// How well a word in Arabic or Hebrew letters (romanised, without short vowels) fits a Latin spelling: 0 for a perfect
/// fit, about 1 for each consonant or long vowel that has no counterpart. Short vowels of the Latin side are free.
pub(crate) fn semitic_misfit(written: &str, latin: &str) -> f32 {
    let (rows, columns) = (semitic_letters(written), semitic_letters(latin));
    // The script has no p, v and g of its own.
    let borrowed = |a: u8, b: u8| {
        matches!(
            (a, b),
            (b'b', b'p') | (b'f', b'v') | (b'g', b'k') | (b'u', b'v')
        )
    };
    let vowel = |letter: u8| matches!(letter, b'a' | b'i' | b'u');
    let mut last: Vec<f32> = Vec::with_capacity(columns.len() + 1);
    last.push(0.0);
    let skip_latin = |index: usize| -> f32 {
        let letter = columns[index];
        match letter {
            _ if !vowel(letter) => 1.0,
            // A vowel at the end is mostly long, and long vowels are written.
            _ if index + 1 == columns.len() => 0.35,
            _ => 0.0,
        }
    };
    for index in 0..columns.len() {
        let cost = last[index] + skip_latin(index);
        last.push(cost);
    }
    for (row, letter) in rows.iter().enumerate() {
        let skip_written = match letter {
            b'a' => 0.4,
            b'i' | b'u' => 0.55,
            // The feminine ending is read as a vowel.
            b'h' if row + 1 == rows.len() => 0.2,
            _ => 1.0,
        };
        let mut current = Vec::with_capacity(columns.len() + 1);
        current.push(last[0] + skip_written);
        for (column, other) in columns.iter().enumerate() {
            let fit = match (letter, other) {
                (a, b) if a == b => 0.0,
                (b'a', b'i' | b'u') if row == 0 => 0.1,
                (b'a', b'i' | b'u') => 0.4,
                (b'i', b'a') | (b'u', b'a') => 0.4,
                (b'u', b'v') => 0.0,
                (a, b) if borrowed(*a, *b) => 0.3,
                (b'k', b'g')
                | (b'g', b'k')
                | (b'd', b'z')
                | (b'z', b'd')
                | (b's', b't')
                | (b't', b's') => 0.5,
                _ => 1.1,
            };
            let cost = (last[column] + fit)
                .min(last[column + 1] + skip_written)
                .min(current[column] + skip_latin(column));
            current.push(cost);
        }
        last = current;
    }
    last.pop().unwrap_or_default()
}

/// Letter groups as Arabic spelling keeps them apart.
const LETTERS: &[(&str, &str)] = &[
    ("kx", "h"),
    ("gx", "g"),
    ("sx", "s"),
    ("cx", "s"),
    ("tx", "t"),
    ("dx", "z"),
    ("zx", "z"),
    ("tch", "s"),
    ("kh", "h"),
    ("gh", "g"),
    ("sh", "s"),
    ("ch", "s"),
    ("th", "t"),
    ("dh", "z"),
    ("dj", "g"),
    ("ph", "f"),
    ("ck", "k"),
    ("ou", "u"),
    ("oo", "u"),
    ("ee", "i"),
    ("q", "k"),
    ("c", "k"),
    ("x", "k"),
    ("j", "g"),
    ("y", "i"),
    ("e", "i"),
    ("o", "u"),
    ("w", "u"),
];

static LETTER_RULES: LazyLock<Rules> = LazyLock::new(|| Rules::new(LETTERS));

/// Letters in the classes that Arabic and Persian spelling keeps apart; vowels become a, i or u.
fn semitic_letters(text: &str) -> Vec<u8> {
    let bytes = &text.as_bytes()[..text.len().min(40)];
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    for piece in LETTER_RULES.pieces(bytes) {
        let letter = match piece {
            Piece::Rewritten([one]) | Piece::Letter([one]) => *one,
            _ => b'?',
        };
        if out.last() != Some(&letter) {
            out.push(letter);
        }
    }
    out
}

/// Letter groups that the Korean romanisations write differently.
const KOREAN: &[(&str, &str)] = &[
    ("ch", "c"),
    ("eo", "o"),
    ("eu", "o"),
    ("oo", "o"),
    ("ou", "o"),
    ("oe", "e"),
    ("ae", "e"),
    ("ng", "n"),
    ("u", "o"),
    ("g", "k"),
    ("d", "t"),
    ("b", "p"),
    ("j", "c"),
    ("l", "r"),
    ("y", ""),
    ("w", ""),
];

static KOREAN_RULES: LazyLock<Rules> = LazyLock::new(|| Rules::new(KOREAN));

/// One key for the romanisations of a Korean syllable or name: Kim and Gim, Chol and Cheol and Chul.
pub(crate) fn korean_key(text: &str) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    for piece in KOREAN_RULES.pieces(text.as_bytes()) {
        match piece {
            Piece::Letter([one]) if out.last() == Some(one) => {}
            Piece::Rewritten(bytes) | Piece::Letter(bytes) => out.extend_from_slice(bytes),
        }
    }
    into_text(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_sound_share_a_key() {
        let check = |spellings: &[&str]| {
            let keys: Vec<String> = spellings.iter().map(|spelling| key(spelling)).collect();
            assert!(
                keys.windows(2).all(|pair| pair[0] == pair[1]),
                "{spellings:?} {keys:?}"
            );
        };
        check(&["yuriy", "iurii", "juri", "yury", "jurij"]);
        check(&["shcherbakov", "scherbakov", "shcherbakoff"]);
        check(&[
            "khodorkovsky",
            "hodorkovskiy",
            "khodorkovskii",
            "hodorkovskij",
        ]);
        check(&["sergeyevich", "sergejevitj", "sergeievich"]);
        // FIXME: "ee" is read as a long i, so this spelling meets the others by edit distance only.
        assert_ne!(key("sergeevich"), key("sergeyevich"));
        check(&["wladimir", "vladimir"]);
        check(&["mikhailov", "mihailov"]);
        check(&["tkachev", "tkachyov"]);
        check(&["zelenskyy", "zelenskiy", "zelensky", "zelenskij"]);
    }

    #[test]
    fn scripts_come_out_in_latin_letters() {
        let check = |word: &str, expect: &str| {
            let script = word.chars().next().map_or(Script::Latin, script_of);
            assert_eq!(romanise(word, script), expect, "{word}");
        };
        check("щука", "shchuka");
        check("київ", "kiyiv");
        check("αθηνα", "athina");
        check("محمد", "mhmd");
        check("김", "kim");
        check("철", "chol");
        check("straße", "strasse");
        check("işık", "ishik");
    }

    #[test]
    fn arabic_letters_meet_latin_spellings() {
        for (latin, arabic) in [
            ("mohammad", "mhmd"),
            ("samir", "smyr"),
            ("haddad", "hdad"),
            ("qusay", "qsy"),
        ] {
            assert_eq!(semitic_skeleton(latin), semitic_skeleton(arabic), "{latin}");
        }
    }

    #[test]
    fn arabic_spelling_fits_latin_spelling() {
        let fits = |written: &str, latin: &str| semitic_misfit(written, latin) < 0.6;
        for (written, latin) in [
            ("smyr", "samir"),
            ("hmzy", "hamzi"),
            ("mgxwt", "maghout"),
            ("mkxlwf", "makhlouf"),
            ("slym", "salim"),
            ("rzaey", "rezai"),
        ] {
            assert!(
                fits(written, latin),
                "{written} {latin} {}",
                semitic_misfit(written, latin)
            );
        }
        // FIXME: Latin h for Arabic h after a vowel is not read, and "a" for "o" is.
        assert!(!fits("shab", "sahab"));
        assert!(fits("jhany", "jhonny"));
        for (written, latin) in [("kyan", "cano"), ("amyn", "mann"), ("smyr", "omar")] {
            assert!(
                !fits(written, latin),
                "{written} {latin} {}",
                semitic_misfit(written, latin)
            );
        }
    }

    #[test]
    fn look_alike_letters_are_undone() {
        assert_eq!(undisguise("gаzprоm").as_deref(), Some("gazprom"));
        assert_eq!(undisguise("gazprom"), None);
    }
}
