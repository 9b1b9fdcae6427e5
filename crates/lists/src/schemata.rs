//! What kind of party a name shows, and what script it is written in.
//!
//! Lists split parties into persons and "entities". `data/schema_words.tsv` tells companies (a legal form) and public
//! bodies (a ministry, a military unit) among the latter; everything else is an `Organization`, or a `LegalEntity`
//! where the list does not even say that it is no person.

use std::sync::LazyLock;

use model::Schema;

static SCHEMA_WORDS: &str = include_str!("../data/schema_words.tsv");

struct Phrase {
    schema: Schema,
    at_end: bool,
    /// Folded; with a space on both sides where it must stand as whole words.
    text: String,
}

static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    SCHEMA_WORDS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let schema = of_ftm(cells.next()?)?;
            let at_end = cells.next()? == "end";
            Some(Phrase {
                schema,
                at_end,
                text: words(cells.next()?),
            })
        })
        .collect()
});

/// The schema that an organization's name shows, else `otherwise`.
pub(crate) fn of_name(name: &str, otherwise: Schema) -> Schema {
    let folded = words(name);
    PHRASES
        .iter()
        .find(|phrase| {
            if phrase.at_end {
                // Scripts without spaces have no word before the end.
                let text = phrase.text.trim();
                let folded = folded.trim();
                if text.is_ascii() {
                    folded.ends_with(&phrase.text[..phrase.text.len() - 1])
                } else {
                    folded.ends_with(text) && !text.chars().any(|c| ('а'..='я').contains(&c))
                        || folded.ends_with(&format!(" {text}"))
                }
            } else {
                folded.contains(&phrase.text)
            }
        })
        .map_or(otherwise, |phrase| phrase.schema)
}

/// Lower case, words separated and surrounded by single spaces, dots inside words kept.
fn words(text: &str) -> String {
    let mut out = String::from(" ");
    for word in text.split(|c: char| !(c.is_alphanumeric() || c == '.' || c == '-')) {
        let word = word.trim_matches(['.', '-']);
        if word.is_empty() {
            continue;
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
        out.push(' ');
    }
    out
}

/// The FollowTheMoney schemata that are parties.
pub(crate) fn of_ftm(schema: &str) -> Option<Schema> {
    Some(match schema {
        "Person" => Schema::Person,
        "Company" => Schema::Company,
        "Organization" => Schema::Organization,
        "PublicBody" => Schema::PublicBody,
        "LegalEntity" => Schema::LegalEntity,
        "Vessel" => Schema::Vessel,
        "Airplane" => Schema::Airplane,
        _ => return None,
    })
}

/// Whether most letters of a text are outside of the Latin script.
pub(crate) fn is_native_script(text: &str) -> bool {
    let (mut latin, mut other) = (0, 0);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        match c {
            'a'..='z'
            | 'A'..='Z'
            | '\u{c0}'..='\u{24f}'
            | '\u{1e00}'..='\u{1eff}'
            | '\u{2b0}'..='\u{2ff}' => latin += 1,
            _ => other += 1,
        }
    }
    other > latin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expect: Schema) {
        assert_eq!(of_name(name, Schema::Organization), expect, "{name}");
    }

    #[test]
    fn legal_forms_show_companies() {
        check("ANGLO-CARIBBEAN CO., LTD.", Schema::Company);
        check("CECOEX, S.A.", Schema::Company);
        check("AO KRONSHTADT", Schema::Organization);
        check("Kronshtadt AO", Schema::Company);
        check("ООО \"Ижтелеком\"", Schema::Company);
        check("九江股份有限公司", Schema::Company);
        check("Skytech FZE", Schema::Company);
        check(
            "MINISTRY OF DEFENSE OF THE RUSSIAN FEDERATION",
            Schema::PublicBody,
        );
        check(
            "ISLAMIC REVOLUTIONARY GUARD CORPS (IRGC)-QODS FORCE",
            Schema::PublicBody,
        );
        check("LASHKAR E-TAYYIBA", Schema::Organization);
        check("COLTD", Schema::Organization);
    }

    #[test]
    fn scripts_are_told_by_letters() {
        assert!(is_native_script("محمد مهدی اسماعیلی"));
        assert!(is_native_script("Мария Осетрова"));
        assert!(!is_native_script("Qoussaï Żak"));
        assert!(!is_native_script("123"));
    }
}
