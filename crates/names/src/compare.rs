//! Two names against each other, without an index: rarity comes from the built-in tables alone.

use crate::analyse::{Analysed, Class, View, analyse};
use crate::evidence::probability_of_name;
use crate::normalise::normalise;
use crate::score::{MOST_OF_DIFFERENT, explain, score};
use crate::thresholds::BALANCED;
use crate::word::{Kind, Side, name_hash, words_of};

/// What [`compare`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// 0 to 1, symmetric; 1 only if the normalised names are equal.
    pub score: f64,
    /// Probability that two parties with these names, met as a candidate pair, are the same.
    pub probability: f64,
    /// The score reaches [`BALANCED`].
    pub is_match: bool,
    /// What agreed, what differed, what it weighed.
    pub explanation: Vec<String>,
}

/// Compares two names of parties of a FollowTheMoney schema, or of an unknown kind.
///
/// ```
/// let found = names::compare(Some("Person"), "Сергей Викторович Лавров", "Sergey Lavrov");
/// assert!(found.is_match && found.score < 1.0);
/// ```
pub fn compare(schema: Option<&str>, left: &str, right: &str) -> Comparison {
    let mut best: Option<(f64, Vec<String>)> = None;
    for kind in kinds_between(schema, left, right) {
        let (left, right) = (analyse(left, kind.view()), analyse(right, kind.view()));
        for first in &left {
            for second in &right {
                let found = compare_analysed(first, second, kind);
                if best.as_ref().is_none_or(|(score, _)| found.0 > *score) {
                    best = Some(found);
                }
            }
        }
    }
    let (mut score, explanation) =
        best.unwrap_or_else(|| (0.0, vec!["nothing left to compare".to_owned()]));
    // A part of a name ("Alpha, formerly Bravo") may equal the other name: the names are different all the same.
    if score >= 1.0 && normalise(left) != normalise(right) {
        score = MOST_OF_DIFFERENT;
    }
    Comparison {
        score,
        probability: probability_of_name(score),
        is_match: score >= BALANCED,
        explanation,
    }
}

/// The kinds under which two names are compared.
pub(crate) fn kinds_between(schema: Option<&str>, left: &str, right: &str) -> Vec<Kind> {
    match schema_group(schema) {
        SchemaGroup::Person => vec![Kind::Person],
        SchemaGroup::Organisation => vec![Kind::Organisation],
        SchemaGroup::Craft => vec![Kind::Craft],
        SchemaGroup::Unknown => unknown_kinds(left, right),
    }
}

fn compare_analysed(left: &Analysed, right: &Analysed, kind: Kind) -> (f64, Vec<String>) {
    let (left_words, right_words) = (words_of(left, kind.view()), words_of(right, kind.view()));
    let left_side = Side {
        normalised: name_hash(&left.normalised),
        words: &left_words,
        legal: left.legal,
    };
    let right_side = Side {
        normalised: name_hash(&right.normalised),
        words: &right_words,
        legal: right.legal,
    };
    let result = score(left_side, right_side, kind);
    let mut explanation = explain(left_side, right_side, &result);
    if left.disguised || right.disguised {
        explanation.push("letters of two alphabets mixed in one word".to_owned());
    }
    (result.score, explanation)
}

/// Without a schema, names count as persons' only if one of them shows a given name or patronymic and neither a legal
/// form or institution word.
fn unknown_kinds(left: &str, right: &str) -> Vec<Kind> {
    if looks_like_person(left) || looks_like_person(right) {
        vec![Kind::Person, Kind::Organisation]
    } else {
        vec![Kind::Organisation]
    }
}

pub(crate) fn looks_like_person(text: &str) -> bool {
    let organisation = analyse(text, View::Organisation)
        .first()
        .is_some_and(|name| {
            name.legal != 0
                || name
                    .tokens
                    .iter()
                    .any(|token| token.class == Class::Generic)
        });
    !organisation
        && analyse(text, View::Person).first().is_some_and(|name| {
            name.tokens.len() > 1
                && name
                    .tokens
                    .iter()
                    .any(|token| matches!(token.class, Class::Given | Class::Patronymic))
        })
}

/// FollowTheMoney schemata by the rules that apply to their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum SchemaGroup {
    Person,
    Organisation,
    Craft,
    /// `LegalEntity`, `Thing`, anything else: may be a person or an organisation.
    Unknown,
}

pub(crate) fn schema_group(schema: Option<&str>) -> SchemaGroup {
    match schema.unwrap_or_default() {
        "Person" => SchemaGroup::Person,
        "Company" | "Organization" | "PublicBody" => SchemaGroup::Organisation,
        "Vessel" | "Airplane" | "Vehicle" => SchemaGroup::Craft,
        _ => SchemaGroup::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `true` pairs are found at the balanced threshold, `false` pairs are not. One line per case: schema, verdict, names.
    const CASES: &str = include_str!("../data/cases.tsv");

    #[test]
    fn cases_hold() {
        let mut wrong = Vec::new();
        for line in CASES.lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [schema, verdict, left, right] = cells[..] else {
                panic!("a case of four cells: {line}")
            };
            let schema = (schema != "-").then_some(schema);
            let found = compare(schema, left, right);
            if found.is_match != (verdict == "true") {
                wrong.push(format!(
                    "{line}: {:.3} {:?}",
                    found.score, found.explanation
                ));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn an_explanation_names_what_agreed_and_what_did_not() {
        let found = compare(Some("Company"), "АО «Завод Радуга»", "Raduga Plant LLC");
        insta::assert_debug_snapshot!(found.explanation);
    }

    #[test]
    fn only_equal_names_reach_one() {
        assert_eq!(
            compare(Some("Company"), "Alpha-Bravo, Inc.", "ALPHA BRAVO INC").score,
            1.0
        );
        let other = compare(
            Some("Company"),
            "Alpha Bravo Incorporated",
            "Alpha Bravo Inc",
        )
        .score;
        assert!(other < 1.0 && other > 0.9, "{other}");
    }

    proptest! {
        #[test]
        fn is_symmetric_and_bounded(left in any::<String>(), right in any::<String>()) {
            for schema in [None, Some("Person"), Some("Company"), Some("Vessel")] {
                let (one, two) = (compare(schema, &left, &right), compare(schema, &right, &left));
                prop_assert_eq!(one.score, two.score);
                prop_assert!((0.0..=1.0).contains(&one.score) && (0.0..=1.0).contains(&one.probability));
            }
        }

        #[test]
        fn is_symmetric_on_names(
            left in "(Ivan|Iwan|Petrov|Petrow|Ivanovich|Li|Kim Jong|Bank|Zavod|Завод|Радуга|Raduga|LLC|ООО|محمد|中国|44| )( (Ivan|Petrov|Rus|Plant|Co|Ltd|al|bin|Ahmed|Zavod)){0,4}",
            right in "(Ivan|Iwan|Petrov|Petrow|Ivanovich|Li|Kim Jong|Bank|Zavod|Завод|Радуга|Raduga|LLC|ООО|محمد|中国|44| )( (Ivan|Petrov|Rus|Plant|Co|Ltd|al|bin|Ahmed|Zavod)){0,4}",
        ) {
            for schema in [None, Some("Person"), Some("Company"), Some("Vessel")] {
                let (one, two) = (compare(schema, &left, &right), compare(schema, &right, &left));
                prop_assert_eq!(one.score, two.score);
                if crate::normalise(&left) != crate::normalise(&right) {
                    prop_assert!(one.score < 1.0);
                }
            }
        }
    }
}
