//! Two analysed names side by side: words aligned, the alignment's features weighed, a score with its reasons.
//!
//! Everything here is symmetric: the sides are put into one order before anything is computed.

use crate::align::{Pair, all_pairs, choose};
use crate::analyse::{Class, SEMITIC};
use crate::features::{FEATURES, Features, NAMES, Parts, agreeing_parts, features};
use crate::lexicon::LEXICON;
use crate::model::Model;
use crate::word::{Kind, Side, Word};

/// The least part of each name's weight that must be aligned. Below it a score is at most [`MOSTLY_OTHER`], which lets the
/// index leave such names aside without a look at them.
pub(crate) const LEAST_SHARED: f32 = 0.34;
/// The most that two names with less than [`LEAST_SHARED`] in common get.
const MOSTLY_OTHER: f64 = 0.45;

/// No two different names reach 1.
pub(crate) const MOST_OF_DIFFERENT: f64 = 0.998;

/// The alignment of two names and the score it makes. `left` and `right` are as the caller gave them.
#[derive(Debug, Clone)]
pub(crate) struct NameScore {
    pub score: f64,
    pub kind: Kind,
    /// Log-odds of the model, before the score's scale and rules.
    pub log_odds: f32,
    pub pairs: Vec<Pair>,
    pub features: Features,
    /// Rules that bound the score, for the explanation.
    pub notes: Vec<&'static str>,
}

impl NameScore {
    fn nothing(kind: Kind) -> NameScore {
        NameScore {
            kind,
            score: 0.0,
            log_odds: -30.0,
            pairs: Vec::new(),
            features: [0.0; FEATURES],
            notes: vec!["nothing left to compare"],
        }
    }
}

/// Compares two names of parties of one kind. Symmetric, between 0 and 1, and 1 only if the normalised names are equal.
pub(crate) fn score(left: Side<'_>, right: Side<'_>, kind: Kind) -> NameScore {
    let turned = is_turned(&left, &right);
    let (first, second) = if turned { (right, left) } else { (left, right) };
    let mut pairs = all_pairs(first.words, second.words, kind.view());
    let mut result = score_of_pairs(first, second, kind, &mut pairs);
    if turned {
        result.pairs = pairs.iter().map(|pair| pair.turned()).collect();
    } else {
        result.pairs = pairs;
    }
    result
}

/// Whether two sides stand in the other order than the one in which names are compared.
pub(crate) fn is_turned(left: &Side<'_>, right: &Side<'_>) -> bool {
    (left.words.len(), left.normalised) > (right.words.len(), right.normalised)
}

/// The score of two sides in order, given all pairs of words that may belong together; leaves the chosen ones in `pairs`.
pub(crate) fn score_of_pairs(
    left: Side<'_>,
    right: Side<'_>,
    kind: Kind,
    pairs: &mut Vec<Pair>,
) -> NameScore {
    if left.words.is_empty() || right.words.is_empty() {
        return NameScore::nothing(kind);
    }
    choose(pairs);
    let features = features(&left, &right, pairs, kind);
    let model = Model::of(kind);
    let log_odds = model.log_odds(&features);
    let mut notes = Vec::new();
    let mut score = model.score(log_odds);
    if shared(left.words, pairs.iter().map(|pair| pair.left)) < LEAST_SHARED
        || shared(right.words, pairs.iter().map(|pair| pair.right)) < LEAST_SHARED
    {
        notes.push("most of a name has no counterpart");
        score = score.min(MOSTLY_OTHER);
    }
    let bar = bar(left, right, kind, pairs, &mut notes);
    score = if left.normalised == right.normalised && bar >= 1.0 && score >= 0.5 {
        1.0
    } else {
        score.min(MOST_OF_DIFFERENT)
    };
    NameScore {
        score: score.min(bar),
        kind,
        log_odds,
        pairs: Vec::new(),
        features,
        notes,
    }
}

/// Part of a name's weight that is aligned.
fn shared(words: &[Word<'_>], taken: impl Iterator<Item = (usize, usize)>) -> f32 {
    let all: f32 = words.iter().map(|word| word.weight).sum();
    let aligned: f32 = taken
        .map(|(start, count)| {
            words[start..start + count]
                .iter()
                .map(|word| word.weight)
                .sum::<f32>()
        })
        .sum();
    aligned / all.max(0.01)
}

/// Names that many parties may have are held to a stricter bar, whatever the model says: one-word names of persons and of
/// vessels, single common words.
fn bar(
    left: Side<'_>,
    right: Side<'_>,
    kind: Kind,
    pairs: &[Pair],
    notes: &mut Vec<&'static str>,
) -> f64 {
    if kind == Kind::Person
        && let Some(bar) = one_part(left, right, pairs)
    {
        notes.push("only one name part agrees");
        return bar;
    }
    let telling = |words: &[Word<'_>]| words.iter().filter(|word| word.weight > 0.1).count();
    let (fewer, more) = {
        let (l, r) = (telling(left.words), telling(right.words));
        (l.min(r), l.max(r))
    };
    if fewer > 1 {
        return 1.0;
    }
    let exact = pairs.iter().any(|pair| pair.similarity >= 1.0);
    let weight = pairs.iter().map(|pair| pair.weight).fold(0.0, f32::max);
    match kind {
        Kind::Craft => {
            notes.push("one-word name of a vessel or aircraft");
            match (exact && more <= 1, weight > 0.8) {
                (true, true) => 0.86,
                (true, false) => 0.70,
                (false, _) => 0.5,
            }
        }
        Kind::Person if more <= 1 => {
            notes.push("one-word name of a person");
            0.88
        }
        Kind::Organisation if more <= 1 && weight < 0.66 => {
            notes.push("a single common word");
            0.74
        }
        _ => 1.0,
    }
}

/// The bar of two persons of whom one has several names and only one agrees.
fn one_part(left: Side<'_>, right: Side<'_>, pairs: &[Pair]) -> Option<f64> {
    (agreeing_parts(left.words, right.words, pairs) == Parts::One).then_some(0.6)
}

fn legal_names(legal: u8) -> String {
    let names: Vec<&str> = (0..8)
        .filter(|bit| legal & (1 << bit) != 0)
        .map(|bit| LEXICON.legal_class_name(bit))
        .collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(" ")
    }
}

/// A word as the explanation shows it.
fn shown(word: &Word<'_>) -> String {
    if word.flags & SEMITIC != 0 {
        word.text.replace('x', "h")
    } else {
        word.text.to_owned()
    }
}

/// The alignment in words, for the explanation.
pub(crate) fn explain(left: Side<'_>, right: Side<'_>, result: &NameScore) -> Vec<String> {
    let text = |words: &[Word<'_>], (start, length): (usize, usize)| {
        words[start..start + length]
            .iter()
            .map(shown)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut lines = Vec::new();
    for pair in &result.pairs {
        let (first, second) = (text(left.words, pair.left), text(right.words, pair.right));
        let class = match left.words[pair.left.0].class {
            Class::Core => "",
            Class::Generic => ", institution word",
            Class::Place => ", place",
            Class::Number => ", number",
            Class::Given => ", given name",
            Class::Patronymic => ", patronymic",
            Class::Particle => ", particle",
            Class::Title => ", title",
            Class::Initial => ", initial",
        };
        lines.push(if first == second {
            format!("\"{first}\" agrees (weight {:.2}{class})", pair.weight)
        } else {
            format!(
                "\"{first}\" reads as \"{second}\" ({:.2} alike, weight {:.2}{class})",
                pair.similarity, pair.weight
            )
        });
    }
    let rest = |words: &[Word<'_>], side: fn(&Pair) -> (usize, usize)| {
        let free: Vec<String> = words
            .iter()
            .enumerate()
            .filter(|(index, _)| {
                !result.pairs.iter().any(|pair| {
                    let (start, length) = side(pair);
                    (start..start + length).contains(index)
                })
            })
            .map(|(_, word)| shown(word))
            .collect();
        free.join(" ")
    };
    for (which, rest) in [
        ("query", rest(left.words, |pair| pair.left)),
        ("listed", rest(right.words, |pair| pair.right)),
    ] {
        if !rest.is_empty() {
            lines.push(format!("only in the {which} name: \"{rest}\""));
        }
    }
    if left.legal != 0 || right.legal != 0 {
        let (first, second) = (legal_names(left.legal), legal_names(right.legal));
        lines.push(format!("legal form: {first} / {second}"));
    }
    lines.push(contributions(result));
    lines.extend(result.notes.iter().map(|note| (*note).to_owned()));
    lines
}

/// What each feature added to the log-odds, the largest first.
fn contributions(result: &NameScore) -> String {
    let model = Model::of(result.kind);
    let mut terms: Vec<(f32, &str)> = (0..FEATURES)
        .map(|feature| {
            (
                result.features[feature] * model.weights[feature],
                NAMES[feature],
            )
        })
        .filter(|(term, _)| term.abs() >= 0.05)
        .collect();
    terms.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
    let terms: Vec<String> = terms
        .iter()
        .map(|(term, name)| format!("{name} {term:+.2}"))
        .collect();
    format!("log-odds {:+.2}: {}", result.log_odds, terms.join(", "))
}
