//! What kind of party a name shows, and what script it is written in.
//!
//! Lists split parties into persons and "entities". `data/schema_words.tsv` tells companies (a legal form) and public
//! bodies (a ministry, a military unit) among the latter; everything else is an `Organization`, or a `LegalEntity`
//! where the list does not even say that it is no person.

use std::sync::LazyLock;

use model::Schema;

static SCHEMA_WORDS: &str = include_str!("../data/schema_words.tsv");

enum Place {
    /// Whole words anywhere in the name.
    Anywhere,
    /// Whole words at the start or at the end.
    Edge,
    /// The last characters, of a word or not.
    End,
}

struct Phrase {
    schema: Schema,
    place: Place,
    /// Folded, with a space on both sides.
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
            let place = match cells.next()? {
                "end" => Place::End,
                "edge" => Place::Edge,
                _ => Place::Anywhere,
            };
            Some(Phrase {
                schema,
                place,
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
        .find(|phrase| match phrase.place {
            Place::Anywhere => folded.contains(&phrase.text),
            Place::Edge => folded.starts_with(&phrase.text) || folded.ends_with(&phrase.text),
            // Scripts without spaces have no word before the end.
            Place::End => folded.trim_end().ends_with(phrase.text.trim()),
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
        check("AO KRONSHTADT", Schema::Company);
        check("MAO ZEDONG BRIGADE", Schema::Organization);
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
