//! The parts of a score, for those who check one by hand and for `bench fit`, which fits the weights.

use crate::analyse::{Class, View, analyse};
use crate::compare::kinds_between;
use crate::evidence::{Facts, combine, facts_between, identifier};
use crate::features::NAMES;
use crate::index::Query;
use crate::model::{Model, kind_name};
use crate::score::score;
use crate::word::{Kind, Side, name_hash, words_of};

/// A word of a name as it is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct NameWord {
    /// In Latin letters.
    pub text: String,
    /// Equal for spellings, translations and variants of one word.
    pub key: String,
    /// What the word is: `core`, `generic`, `place`, `number`, `given`, `patronymic`, `particle`, `title`, `initial`.
    pub class: &'static str,
    /// How much it counts, 0.03 to 1.1.
    pub weight: f32,
}

/// The words of the main reading of a name; `person` says how it is read.
pub fn words(person: bool, text: &str) -> Vec<NameWord> {
    let view = if person {
        View::Person
    } else {
        View::Organisation
    };
    let readings = analyse(text, view);
    let Some(name) = readings.first() else {
        return Vec::new();
    };
    words_of(name, view)
        .into_iter()
        .map(|word| NameWord {
            text: word.text.to_owned(),
            key: word.key.to_owned(),
            class: match word.class {
                Class::Core => "core",
                Class::Generic => "generic",
                Class::Place => "place",
                Class::Number => "number",
                Class::Given => "given",
                Class::Patronymic => "patronymic",
                Class::Particle => "particle",
                Class::Title => "title",
                Class::Initial => "initial",
            },
            weight: word.weight,
        })
        .collect()
}

/// What the model sees of two names.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// `person`, `organisation` or `craft`: whose weights apply.
    pub kind: &'static str,
    /// Values in the order of [`feature_names`].
    pub features: Vec<f32>,
    /// Sum of values times weights.
    pub log_odds: f32,
    /// Score after the rules.
    pub score: f64,
}

/// Names of the features, as `data/weights.tsv` writes them.
pub fn feature_names() -> &'static [&'static str] {
    &NAMES
}

/// Weights of a kind's features, in the order of [`feature_names`]; empty for an unknown kind.
pub fn weights(kind: &str) -> Vec<f32> {
    [Kind::Person, Kind::Organisation, Kind::Craft]
        .into_iter()
        .find(|known| kind_name(*known) == kind)
        .map_or_else(Vec::new, |kind| Model::of(kind).weights.to_vec())
}

/// A score of names moved by what else is known of the two parties: countries, birth dates, identifiers.
pub fn with_facts(score: f64, left: &Query, right: &Query) -> f64 {
    combine(score, &facts_of(left), &facts_of(right)).score
}

/// What the facts of two parties say, as `data/evidence.tsv` names it.
pub fn facts(left: &Query, right: &Query) -> Vec<&'static str> {
    facts_between(&facts_of(left), &facts_of(right))
        .into_iter()
        .map(|found| found.fact)
        .collect()
}

fn facts_of(party: &Query) -> Facts {
    Facts {
        countries: party.countries.clone(),
        birth_dates: party.birth_dates.clone(),
        identifiers: party
            .identifiers
            .iter()
            .filter_map(|raw| identifier(raw))
            .collect(),
    }
}

/// The reading of two names with the highest log-odds; `None` if nothing is left to compare.
pub fn judge(schema: Option<&str>, left: &str, right: &str) -> Option<Judged> {
    let mut best: Option<Judged> = None;
    for kind in kinds_between(schema, left, right) {
        let (of_left, of_right) = (analyse(left, kind.view()), analyse(right, kind.view()));
        for first in &of_left {
            for second in &of_right {
                let (first_words, second_words) =
                    (words_of(first, kind.view()), words_of(second, kind.view()));
                let side = |name: &crate::analyse::Analysed| name_hash(&name.normalised);
                let found = score(
                    Side {
                        normalised: side(first),
                        words: &first_words,
                        legal: first.legal,
                    },
                    Side {
                        normalised: side(second),
                        words: &second_words,
                        legal: second.legal,
                    },
                    kind,
                );
                if best
                    .as_ref()
                    .is_none_or(|best| found.log_odds > best.log_odds)
                {
                    best = Some(Judged {
                        kind: kind_name(kind),
                        features: found.features.to_vec(),
                        log_odds: found.log_odds,
                        score: found.score,
                    });
                }
            }
        }
    }
    best
}
