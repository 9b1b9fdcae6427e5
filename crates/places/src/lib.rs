//! Countries under every name that lists, customs rows and news give them.
//!
//! `data/countries.tsv` holds ISO 3166-1 codes and CLDR names in 28 languages, written by `data/countries.py`;
//! `data/aliases.tsv` is ours: other names, demonyms ("Iranian") and seats of government that news lets stand for the
//! state ("Ankara", "the Kremlin").
//!
//! ```
//! assert_eq!(places::country("Российская Федерация"), Some("RU"));
//! assert_eq!(places::country("KAZ"), Some("KZ"));
//! assert_eq!(places::name("TR"), Some("Türkiye"));
//! assert_eq!(places::mention("Iranian").map(|m| m.code), Some("IR"));
//! ```

use std::collections::HashMap;
use std::sync::LazyLock;

static COUNTRIES: &str = include_str!("../data/countries.tsv");
static ALIASES: &str = include_str!("../data/aliases.tsv");

/// How a word of running text means a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MentionKind {
    /// The country's name.
    Name,
    /// Adjective or people: "Iranian", "Ukrainians".
    Demonym,
    /// Capital or seat of government that news lets stand for the state.
    Seat,
}

/// A country meant by a word or phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mention {
    /// ISO 3166-1 alpha-2, or `EU`.
    pub code: &'static str,
    /// How the phrase means it.
    pub kind: MentionKind,
}

struct Tables {
    /// Folded name or code → alpha-2, for fields that hold a country and nothing else.
    field: HashMap<String, &'static str>,
    /// Folded English phrase → mention, for running text: no bare two- or three-letter codes but US, UK, UAE, EU.
    text: HashMap<String, Mention>,
    english: HashMap<&'static str, &'static str>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables {
        field: HashMap::new(),
        text: HashMap::new(),
        english: HashMap::new(),
    };
    // Hand-written aliases come first: where CLDR and they disagree ("Georgia", "Korea"), they win.
    for line in ALIASES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
    {
        let mut cells = line.split('\t');
        let (Some(code), Some(kind), Some(texts)) = (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        let kind = match kind {
            "name" => MentionKind::Name,
            "demonym" => MentionKind::Demonym,
            _ => MentionKind::Seat,
        };
        for text in texts.split('|') {
            let folded = fold(text);
            if kind == MentionKind::Name {
                tables.field.entry(folded.clone()).or_insert(code);
            }
            tables.text.entry(folded).or_insert(Mention { code, kind });
        }
    }
    for line in COUNTRIES.lines().skip(1) {
        let mut cells = line.split('\t');
        let (Some(iso2), Some(iso3)) = (cells.next(), cells.next()) else {
            continue;
        };
        for code in [iso2, iso3] {
            tables.field.insert(fold(code), iso2);
        }
        for (column, name) in cells.enumerate().filter(|(_, name)| !name.is_empty()) {
            if column == 0 {
                tables.english.insert(iso2, name);
                tables.text.entry(fold(name)).or_insert(Mention {
                    code: iso2,
                    kind: MentionKind::Name,
                });
            }
            tables.field.entry(fold(name)).or_insert(iso2);
        }
    }
    tables
});

/// The alpha-2 code of a country given as a code (alpha-2, alpha-3) or a name in any of the table's languages.
///
/// For fields that hold a country and nothing else: `"CHINA"`, `"643"` no, `"Россия"` yes. `EU` stands for itself.
pub fn country(text: &str) -> Option<&'static str> {
    TABLES.field.get(&fold(text)).copied()
}

/// The country's English name, by alpha-2 code in upper case.
pub fn name(code: &str) -> Option<&'static str> {
    if code == "EU" {
        return Some("European Union");
    }
    TABLES.english.get(code).copied()
}

/// The country that a word or phrase of English running text means, as a name, a demonym or a seat of government.
///
/// Bare codes are not read, so "it" and "in" are not Italy and India; abbreviations count in capitals only, so "us" is
/// a pronoun and "US" a country.
pub fn mention(text: &str) -> Option<Mention> {
    let abbreviation = text.chars().filter(|c| c.is_alphabetic()).count() <= 3;
    if abbreviation && text.chars().any(char::is_lowercase) {
        return None;
    }
    TABLES.text.get(&fold(text)).copied()
}

/// Every phrase that [`mention`] knows, folded, with its meaning; for building a search automaton.
pub fn mentions() -> impl Iterator<Item = (&'static str, Mention)> {
    TABLES
        .text
        .iter()
        .map(|(text, mention)| (text.as_str(), *mention))
}

/// Lower case, ё as е, typographic apostrophes plain, white space folded, outer punctuation dropped.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        for c in word.chars().flat_map(char::to_lowercase) {
            out.push(match c {
                'ё' => 'е',
                '’' | '`' | 'ʻ' => '\'',
                c => c,
            });
        }
    }
    out.trim_matches(|c: char| matches!(c, '.' | ',' | ';' | ':' | '(' | ')' | '"'))
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_codes_and_names_in_any_language() {
        for (text, code) in [
            ("ru", "RU"),
            ("RUS", "RU"),
            ("Russian  Federation", "RU"),
            ("РОССИЯ", "RU"),
            ("中国", "CN"),
            ("Турция", "TR"),
            ("TURKEY", "TR"),
            ("Korea, Republic of", "KR"),
            ("Hong Kong", "HK"),
            ("Rusia", "RU"),
            ("العراق", "IQ"),
            ("U.A.E.", "AE"),
        ] {
            assert_eq!(country(text), Some(code), "{text}");
        }
        assert_eq!(country("Atlantis"), None);
        assert_eq!(country(""), None);
    }

    #[test]
    fn running_text_has_no_bare_codes() {
        assert_eq!(mention("in"), None);
        assert_eq!(mention("it"), None);
        assert_eq!(mention("us"), None);
        assert_eq!(mention("US").map(|m| m.code), Some("US"));
        let kremlin = mention("the Kremlin").unwrap();
        assert_eq!((kremlin.code, kremlin.kind), ("RU", MentionKind::Seat));
    }
}
