//! Which model reads a text: told by its letters, by marks over them and by the look of part numbers.

use super::features::is_maker;

/// A model: the language whose texts it was trained on, or the part numbers of electronics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// English.
    English,
    /// Russian.
    Russian,
    /// Chinese; trained on retail goods only.
    Chinese,
    /// Vietnamese.
    Vietnamese,
    /// Part numbers of electronics, with or without their maker.
    Parts,
}

impl Language {
    /// Every model.
    pub const ALL: [Language; 5] = [
        Language::English,
        Language::Russian,
        Language::Chinese,
        Language::Vietnamese,
        Language::Parts,
    ];

    /// Short name, as in the table's name: `en`, `ru`, `zh`, `vi`, `parts`.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Russian => "ru",
            Language::Chinese => "zh",
            Language::Vietnamese => "vi",
            Language::Parts => "parts",
        }
    }

    /// Digits of the codes that the model tells: a subheading for part numbers, else a heading.
    pub fn digits(self) -> usize {
        if self == Language::Parts { 6 } else { 4 }
    }
}

/// Characters that are looked at.
const LONGEST: usize = 600;

/// The model that reads a text; none for a text without letters or in a language that none was trained on.
pub fn language(text: &str) -> Option<Language> {
    let (mut cyrillic, mut han, mut kana, mut latin, mut other) = (0, 0, 0, 0, 0);
    let (mut vietnamese, mut marked, mut neighbours) = (0, 0, 0);
    for c in text.chars().take(LONGEST).filter(|c| c.is_alphabetic()) {
        match c {
            'a'..='z' | 'A'..='Z' => latin += 1,
            'ă' | 'đ' | 'ơ' | 'ư' | 'Ă' | 'Đ' | 'Ơ' | 'Ư' | '\u{1ea0}'..='\u{1ef9}' => {
                latin += 1;
                vietnamese += 1;
            }
            '\u{c0}'..='\u{24f}' => {
                latin += 1;
                marked += 1;
            }
            // Letters of Ukrainian, Belarusian, Kazakh and Serbian that Russian has not.
            'і'
            | 'ї'
            | 'є'
            | 'ґ'
            | 'ў'
            | 'І'
            | 'Ї'
            | 'Є'
            | 'Ґ'
            | 'Ў'
            | '\u{452}'
            | '\u{458}'..='\u{45b}'
            | '\u{48a}'..='\u{52f}' => {
                cyrillic += 1;
                neighbours += 1;
            }
            '\u{400}'..='\u{489}' => cyrillic += 1,
            '\u{3040}'..='\u{30ff}' => kana += 1,
            '\u{3400}'..='\u{9fff}' => han += 1,
            _ => other += 1,
        }
    }
    let letters = cyrillic + han + kana + latin + other;
    // A Chinese character says as much as a word of other scripts.
    if han + kana >= 2 && (han + kana) * 12 >= letters {
        return (kana * 8 <= han).then_some(Language::Chinese);
    }
    if is_part_number(text) {
        return Some(Language::Parts);
    }
    if letters == 0 || other * 2 > letters {
        return None;
    }
    if cyrillic * 10 >= letters * 3 {
        return (neighbours * 50 <= cyrillic).then_some(Language::Russian);
    }
    if vietnamese >= 2 || vietnamese * 20 >= letters {
        return Some(Language::Vietnamese);
    }
    (marked * 40 <= letters && !is_foreign(text)).then_some(Language::English)
}

/// Small words of languages that are written as English is and were not trained on.
const FOREIGN: [&str; 36] = [
    "aus", "avec", "con", "da", "das", "de", "del", "della", "der", "des", "di", "die", "du", "el",
    "en", "et", "fur", "icin", "ile", "la", "las", "le", "les", "los", "mit", "para", "pour",
    "sin", "sur", "und", "une", "ve", "van", "voor", "von", "y",
];

const ENGLISH: [&str; 16] = [
    "and", "by", "for", "from", "in", "is", "not", "of", "on", "or", "other", "than", "the", "to",
    "used", "with",
];

fn is_foreign(text: &str) -> bool {
    let (mut foreign, mut english) = (0, 0);
    for word in text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty() && word.len() < 7)
        .take(80)
    {
        let is = |known: &&str| word.eq_ignore_ascii_case(known);
        if FOREIGN.iter().any(is) {
            foreign += 1;
        } else if ENGLISH.iter().any(is) {
            english += 1;
        }
    }
    foreign >= 2 && foreign > english
}

/// Fewest letters and digits of a part number; without a maker's name beside it, one must be longer.
const SHORTEST_PART: usize = 5;
const SHORTEST_ALONE: usize = 7;

/// Words beside part numbers: a maker's name.
const MAKER_WORDS: usize = 5;

/// Whether a text is a part number, maybe with its maker: capitals and digits, most of them in words that mix both.
fn is_part_number(text: &str) -> bool {
    if text.len() > 100 {
        return false;
    }
    let (mut parts, mut longest, mut words, mut small, mut maker) = (0, 0, 0, 0, false);
    for word in text.split([' ', ',', ';', '\t', '\n']) {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
        let others = word.chars().filter(|c| c.is_alphabetic()).count() - letters;
        let joints = word.matches(['-', '/', '.', '_', '#']).count();
        small += word.chars().filter(|c| c.is_lowercase()).count();
        // A year, a quantity or a size ("1.5", "200MM") is none.
        let mixed = digits > 0 && (letters > 1 || (letters > 0 && digits > 2));
        let numbered = digits >= 6 || (digits >= SHORTEST_PART && joints > 0);
        if others == 0 && digits + letters >= SHORTEST_PART && (mixed || numbered) {
            parts += 1;
            longest = longest.max(digits + letters);
        } else if letters + others > 0 {
            words += 1;
            maker |= others == 0 && is_maker(word);
        }
    }
    let lone_number = words == 0 && !text.bytes().any(|byte| byte.is_ascii_alphabetic());
    parts > 0
        && words <= MAKER_WORDS
        && small <= 2
        && !lone_number
        && (maker || longest >= SHORTEST_ALONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_model() {
        for (text, expect) in [
            ("СТАНКИ ТОКАРНЫЕ С ЧПУ", Some(Language::Russian)),
            ("БОЛТ BOSCH M10", Some(Language::Russian)),
            ("Вентилятор DAEWOO DI-9434, 40 Вт", Some(Language::Russian)),
            ("Запчастини для верстатів і двигунів", None),
            ("hex bolts M16 x 60 of steel", Some(Language::English)),
            ("Kính mắt thời trang bằng nhựa", Some(Language::Vietnamese)),
            ("女士 牛皮 腰带 GUCCI", Some(Language::Chinese)),
            ("不锈钢阀门", Some(Language::Chinese)),
            ("ステンレス バルブ", None),
            ("XC7K325T-2FFG900I", Some(Language::Parts)),
            ("STM32F407VGT6 STMICROELECTRONICS", Some(Language::Parts)),
            ("2029150-4 TE CONNECTIVITY", Some(Language::Parts)),
            ("SMF5.0A LITTELFUSE", Some(Language::Parts)),
            ("ШАМПУНИ: ИТОГО-1385ШТ.", Some(Language::Russian)),
            ("果酱 250g Almond Spread Melrose", Some(Language::Chinese)),
            ("Schrauben und Muttern aus Stahl", None),
            ("vis de fixation pour la menuiserie", None),
            ("spare parts 2023", Some(Language::English)),
            ("12345", None),
            ("", None),
        ] {
            assert_eq!(language(text), expect, "{text}");
        }
    }
}
