//! Countries, parties and nouns of Russian and Ukrainian by their endings.

use std::collections::HashMap;
use std::sync::LazyLock;

use model::ActorKind;

use super::{ACC, ANY, Cases, DAT, GEN, INS, LOC, NOM};
use crate::table::rows;

/// Endings of a country's name: what stands in the text, what the citation form has there, the cases that it tells.
const COUNTRY_ENDINGS: [(&str, &str, Cases); 45] = [
    ("", "", NOM | ACC),
    // -ия, -ія
    ("ии", "ия", GEN | DAT | LOC),
    ("ию", "ия", ACC),
    ("ией", "ия", INS),
    ("ії", "ія", GEN | DAT | LOC),
    ("ію", "ія", ACC),
    ("ією", "ія", INS),
    // -я
    ("и", "я", GEN),
    ("е", "я", DAT | LOC),
    ("ю", "я", ACC),
    ("ей", "я", INS),
    ("еи", "ея", GEN),
    ("ї", "я", GEN | DAT | LOC),
    ("єю", "я", INS),
    // -а
    ("ы", "а", GEN),
    ("и", "а", GEN),
    ("е", "а", DAT | LOC),
    ("і", "а", GEN | DAT | LOC),
    ("у", "а", ACC),
    ("ой", "а", INS),
    ("ою", "а", INS),
    ("ею", "а", INS),
    ("ей", "а", INS),
    // consonant
    ("а", "", GEN),
    ("у", "", DAT),
    ("ом", "", INS),
    ("е", "", LOC),
    ("ові", "", DAT),
    ("і", "", LOC),
    // -й
    ("я", "й", GEN),
    ("ю", "й", DAT),
    ("ем", "й", INS),
    ("е", "й", LOC),
    ("єм", "й", INS),
    // -ь
    ("я", "ь", GEN),
    ("ю", "ь", DAT),
    ("ем", "ь", INS),
    ("е", "ь", LOC),
    ("і", "ь", GEN | DAT | LOC),
    // plural
    ("ов", "ы", GEN),
    ("", "ы", GEN),
    ("ам", "ы", DAT),
    ("ами", "ы", INS),
    ("ах", "ы", LOC),
    ("", "и", GEN),
];

/// A country named by a word: code, cases, citation form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Country {
    pub(crate) code: &'static str,
    pub(crate) cases: Cases,
    pub(crate) name: String,
}

/// Words with a capital letter at a sentence's beginning that are no countries there.
const NO_COUNTRIES: [&str; 5] = ["того", "чад", "мали", "пери", "гана"];

/// The country that a capital word of running text means, in any case. `text` is as written.
pub(crate) fn country(text: &str, lower: &str) -> Option<Country> {
    if lower.chars().count() < 2 || NO_COUNTRIES.contains(&lower) {
        return None;
    }
    let all_capitals = text.chars().all(char::is_uppercase);
    if all_capitals {
        return exact(text, lower).map(|code| Country {
            code,
            // Abbreviations do not decline.
            cases: ANY,
            name: text.to_string(),
        });
    }
    let mut found: Option<Country> = None;
    for (ending, citation, cases) in COUNTRY_ENDINGS {
        let Some(stem) = lower.strip_suffix(ending) else {
            continue;
        };
        // "Россия" itself; a stem of two letters is no name.
        if stem.chars().count() < 3 && !(ending.is_empty() && citation.is_empty()) {
            continue;
        }
        let candidate = format!("{stem}{citation}");
        let Some(code) = exact(&candidate, &candidate) else {
            continue;
        };
        match &mut found {
            Some(known) if known.code == code => known.cases |= cases,
            Some(_) => {}
            None => {
                // "Норвегия", "Чехия", "Украина" end in a vowel: nominative only. "Ирак" is accusative as well.
                let vowel = candidate.ends_with(['а', 'я']);
                let cases = if ending.is_empty() && citation.is_empty() && vowel {
                    NOM
                } else {
                    cases
                };
                found = Some(Country {
                    code,
                    cases,
                    name: capitalised(text, &candidate),
                });
            }
        }
    }
    found
}

fn exact(text: &str, lower: &str) -> Option<&'static str> {
    // A two-letter code is none in running text unless `places` lists it as a name.
    places::mention(text)
        .map(|mention| mention.code)
        .or_else(|| {
            (lower.chars().count() > 2)
                .then(|| places::country(lower))
                .flatten()
        })
}

/// The citation form with the letters as the text has them: "Северной" has no say, "Тель-Авива" keeps both capitals.
fn capitalised(text: &str, candidate: &str) -> String {
    let mut written = text.chars();
    candidate
        .chars()
        .map(|c| match written.next() {
            Some(original) if original.is_uppercase() => c.to_uppercase().next().unwrap_or(c),
            Some('ё') if c == 'е' => 'ё',
            _ => c,
        })
        .collect()
}

/// What a noun of `data/russian_nouns.csv` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Give,
    Get,
    Buy,
    Make,
    Sanction,
    List,
    Deal,
    Talks,
    Evidence,
    Outlet,
    /// Heads a party.
    Head(ActorKind),
}

/// A noun in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Noun {
    pub(crate) role: Role,
    pub(crate) cases: Cases,
    pub(crate) plural: bool,
}

struct NounRow {
    class: char,
    role: Role,
}

static NOUNS: LazyLock<HashMap<&'static str, NounRow>> = LazyLock::new(|| {
    rows::<4>(include_str!("../../../data/russian_nouns.csv"))
        .filter_map(|[stem, class, what, _]| {
            let role = match what {
                "give" => Role::Give,
                "get" => Role::Get,
                "buy" => Role::Buy,
                "make" => Role::Make,
                "sanction" => Role::Sanction,
                "list" => Role::List,
                "deal" => Role::Deal,
                "talks" => Role::Talks,
                "evidence" => Role::Evidence,
                "outlet" => Role::Outlet,
                "state" | "forces" => Role::Head(ActorKind::State),
                "company" => Role::Head(ActorKind::Company),
                "person" => Role::Head(ActorKind::Person),
                "armed_group" => Role::Head(ActorKind::ArmedGroup),
                "unspecified" => Role::Head(ActorKind::Unspecified),
                _ => return None,
            };
            Some((
                stem,
                NounRow {
                    class: class.chars().next()?,
                    role,
                },
            ))
        })
        .collect()
});

/// The noun that a word (lower case) is, of those the table knows.
pub(crate) fn noun(lower: &str) -> Option<Noun> {
    for (at, _) in lower
        .char_indices()
        .chain([(lower.len(), ' ')])
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .take(5)
    {
        let (stem, ending) = lower.split_at(at);
        let Some(row) = NOUNS.get(stem) else {
            continue;
        };
        if let Some((cases, plural)) = ending_cases(row.class, ending) {
            return Some(Noun {
                role: row.role,
                cases,
                plural,
            });
        }
    }
    None
}

/// Cases that an ending tells in a declension, and whether it may be plural.
fn ending_cases(class: char, ending: &str) -> Option<(Cases, bool)> {
    let table: &[(&str, Cases, bool)] = match class {
        'm' => &[
            ("", NOM | ACC, false),
            ("ь", NOM | ACC, false),
            ("й", NOM | ACC, false),
            ("а", GEN | ACC, false),
            ("я", GEN | ACC, false),
            ("у", DAT, false),
            ("ю", DAT, false),
            ("ом", INS, false),
            ("ем", INS, false),
            ("е", LOC, false),
            ("і", LOC | NOM, true),
            ("ові", DAT, false),
            ("ы", NOM | ACC, true),
            ("и", NOM | ACC, true),
            ("е", NOM, true),
            ("ов", GEN | ACC, true),
            ("ів", GEN | ACC, true),
            ("ей", GEN | ACC, true),
            ("ам", DAT, true),
            ("ям", DAT, true),
            ("ами", INS, true),
            ("ями", INS, true),
            ("ах", LOC, true),
            ("ях", LOC, true),
        ],
        'f' => &[
            ("а", NOM, false),
            ("я", NOM, false),
            ("ы", GEN | NOM | ACC, true),
            ("и", GEN | NOM | ACC, true),
            ("е", DAT | LOC, false),
            ("і", DAT | LOC | NOM | ACC, true),
            ("у", ACC, false),
            ("ой", INS, false),
            ("ою", INS, false),
            ("ей", INS, false),
            ("", GEN | ACC, true),
            ("ам", DAT, true),
            ("ами", INS, true),
            ("ах", LOC, true),
        ],
        'i' => &[
            ("я", NOM, false),
            ("и", GEN | DAT | LOC | NOM | ACC, true),
            ("ї", GEN | DAT | LOC | NOM | ACC, true),
            ("ю", ACC, false),
            ("ей", INS, false),
            ("єю", INS, false),
            ("й", GEN | ACC, true),
            ("ям", DAT, true),
            ("ями", INS, true),
            ("ях", LOC, true),
        ],
        'j' => &[
            ("е", NOM | ACC, false),
            ("я", GEN | NOM | ACC, true),
            ("ю", DAT, false),
            ("ем", INS, false),
            ("ям", DAT | INS, true),
            ("и", LOC, false),
            ("і", LOC, false),
            ("й", GEN | ACC, true),
            ("ь", GEN, true),
            ("ями", INS, true),
            ("ях", LOC, true),
        ],
        'n' => &[
            ("о", NOM | ACC, false),
            ("а", GEN | NOM | ACC, true),
            ("у", DAT, false),
            ("ом", INS, false),
            ("е", LOC, false),
            ("і", LOC, false),
            ("", GEN | ACC, true),
            ("ам", DAT, true),
            ("ами", INS, true),
            ("ах", LOC, true),
        ],
        'p' => &[
            ("ь", NOM | ACC, false),
            ("ы", NOM | ACC, true),
            ("и", NOM | ACC, true),
            ("ов", GEN | ACC, true),
            ("ей", GEN | ACC, true),
            ("ам", DAT, true),
            ("ям", DAT, true),
            ("ами", INS, true),
            ("ями", INS, true),
            ("ах", LOC, true),
            ("ях", LOC, true),
        ],
        'a' => &[
            ("ые", NOM | ACC, true),
            ("ых", GEN | ACC | LOC, true),
            ("ым", DAT | INS, true),
            ("ыми", INS, true),
            ("ая", NOM, false),
            ("ой", GEN | DAT | INS | LOC, false),
        ],
        _ => &[("", ANY, true)],
    };
    let mut found: Option<(Cases, bool)> = None;
    for (known, cases, plural) in table {
        if *known == ending {
            let (all, any_plural) = found.unwrap_or((0, false));
            found = Some((all | cases, any_plural | plural));
        }
    }
    found
}

/// Cases that a name nobody knows may have, by its ending.
pub(crate) fn guess_cases(lower: &str) -> Cases {
    let rules: [(&[&str], Cases); 9] = [
        (&["ский", "цкий", "ый", "ой"], NOM),
        (&["ского", "цкого", "ого", "его"], GEN | ACC),
        (&["скому", "цкому", "ому"], DAT),
        (&["ским", "цким", "ом", "ем", "ым"], INS),
        (&["ами", "ями"], INS),
        (&["у", "ю"], DAT | ACC),
        (&["а", "я"], NOM | GEN | ACC),
        (&["е"], DAT | LOC),
        (&["ы", "и"], GEN | DAT | NOM | ACC),
    ];
    rules
        .iter()
        .find(|(endings, _)| endings.iter().any(|ending| lower.ends_with(ending)))
        .map_or(NOM | ACC, |(_, cases)| *cases)
}

/// A name of `data/russian_names.csv`: how many words it takes, who it is.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) words: usize,
    /// None for the adjective of a country.
    pub(crate) kind: Option<ActorKind>,
    pub(crate) country: &'static str,
    /// Empty: as written.
    pub(crate) name: &'static str,
    /// By the ending of its last word.
    pub(crate) cases: Cases,
}

struct NameRow {
    words: Vec<&'static str>,
    kind: Option<ActorKind>,
    country: &'static str,
    name: &'static str,
}

static NAMES: LazyLock<Vec<NameRow>> = LazyLock::new(|| {
    let mut names: Vec<NameRow> = rows::<4>(include_str!("../../../data/russian_names.csv"))
        .map(|[words, kind, country, name]| NameRow {
            words: words.split(' ').collect(),
            kind: match kind {
                "state" => Some(ActorKind::State),
                "company" => Some(ActorKind::Company),
                "armed_group" => Some(ActorKind::ArmedGroup),
                "person" => Some(ActorKind::Person),
                "unspecified" => Some(ActorKind::Unspecified),
                _ => None,
            },
            country,
            name,
        })
        .collect();
    names.sort_by_key(|row| std::cmp::Reverse(row.words.len()));
    names
});

/// The name that words (lower case) begin with, the longest first.
pub(crate) fn known(words: &[&str]) -> Option<Known> {
    NAMES.iter().find_map(|row| {
        if row.words.len() > words.len() {
            return None;
        }
        let mut last_ending = "";
        for (pattern, word) in row.words.iter().zip(words) {
            match pattern.strip_suffix('*') {
                Some(stem) => {
                    last_ending = word.strip_prefix(stem)?;
                    if last_ending.chars().count() > 4 {
                        return None;
                    }
                }
                None if pattern == word => last_ending = "*",
                None => return None,
            }
        }
        let last = row.words.last()?;
        let cases = match last_ending {
            "*" => ANY,
            "" => {
                // "Рад", "Хезболл" do not stand alone; what ends in a consonant is masculine.
                NOM | ACC
            }
            "й" if last.contains("ск") => NOM,
            "ий" | "ой" if row.kind == Some(ActorKind::Person) => NOM,
            ending => {
                let feminine = row.name.ends_with(['я', 'а', 'ь', '»']) && row.kind.is_some();
                match (ending, feminine) {
                    ("я" | "а", true) => NOM,
                    ("ы", true) => GEN,
                    ("и", true) => GEN | DAT | LOC,
                    ("е", true) => DAT | LOC,
                    ("ю" | "у", true) => ACC,
                    ("ей" | "ой", true) => INS,
                    ("а" | "ого" | "его", _) => GEN | ACC,
                    ("у" | "ому" | "ему", _) => DAT,
                    ("ом" | "ым" | "им" | "ем", _) => INS,
                    ("е", _) => LOC,
                    ("ы", _) => NOM | ACC,
                    ("ов", _) => GEN,
                    ("ам", _) => DAT,
                    ("ами", _) => INS,
                    ("ах", _) => LOC,
                    _ => ANY,
                }
            }
        };
        Some(Known {
            words: row.words.len(),
            kind: row.kind,
            country: row.country,
            name: row.name,
            cases,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_in_their_cases() {
        for (word, code, cases, name) in [
            ("Россией", "RU", INS, "Россия"),
            ("России", "RU", GEN | DAT | LOC, "Россия"),
            ("Иран", "IR", NOM | ACC, "Иран"),
            ("Ираном", "IR", INS, "Иран"),
            ("Китаю", "CN", DAT, "Китай"),
            ("Украине", "UA", DAT | LOC, "Украина"),
            ("Польшу", "PL", ACC, "Польша"),
            ("Кореи", "KR", GEN, "Корея"),
            ("Кремля", "RU", GEN, "Кремль"),
            ("Нидерландов", "NL", GEN, "Нидерланды"),
            ("США", "US", ANY, "США"),
            ("Росії", "RU", GEN | DAT | LOC, "Росія"),
            ("Німеччиною", "DE", INS, "Німеччина"),
            ("Тегераном", "IR", INS, "Тегеран"),
        ] {
            let lower = word.to_lowercase();
            let got = country(word, &lower);
            assert_eq!(
                got.as_ref().map(|c| (c.code, c.cases, c.name.as_str())),
                Some((code, cases, name)),
                "{word}"
            );
        }
        assert_eq!(country("Того", "того"), None);
        assert_eq!(country("Партия", "партия"), None);
    }

    #[test]
    fn nouns_are_known_in_their_cases() {
        assert_eq!(noun("поставках").map(|n| n.role), Some(Role::Give));
        assert_eq!(noun("компаниями").map(|n| n.cases), Some(INS));
        assert_eq!(noun("министру").map(|n| n.cases), Some(DAT));
        assert_eq!(noun("постановка"), None);
    }
}
