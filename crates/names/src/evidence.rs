//! What stands beside a name: identifiers, birth dates, countries; and the probability that all of it makes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// An identifier as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Identifier {
    /// Letters and digits, without labels, blanks and punctuation.
    pub value: String,
    /// Long enough, or its check digits hold: two parties with it are one.
    pub decisive: bool,
}

/// Reads an identifier as lists and declarations write it ("INN 7701234567", "Tax ID No. 77-01 (Russia)", "IMO9187629").
/// `None` for what is too short to tell anyone apart.
pub(crate) fn identifier(raw: &str) -> Option<Identifier> {
    let text = raw.get(..raw.floor_char_boundary(200)).unwrap_or(raw);
    let text = text
        .split('(')
        .map(str::trim)
        .find(|part| !part.is_empty())?;
    let text = text.rsplit(':').next().unwrap_or(text);
    let mut value: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    value.make_ascii_uppercase();
    for label in [
        "TAXIDNO",
        "TAXID",
        "REGISTRATIONNUMBER",
        "REGISTRATIONID",
        "REGNO",
        "PASSPORTNO",
        "PASSPORT",
        "IMO",
        "MMSI",
        "OGRN",
        "INN",
        "LEI",
        "NO",
    ] {
        if let Some(rest) = value.strip_prefix(label)
            && rest.bytes().any(|byte| byte.is_ascii_digit())
        {
            value = rest.to_owned();
        }
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    if value.len() < 5
        || value.len() > 40
        || digits < 4
        || value.bytes().all(|byte| byte == value.as_bytes()[0])
    {
        return None;
    }
    let numeric = digits == value.len();
    let decisive = match value.len() {
        7 if numeric => is_imo(&value),
        10 | 12 if numeric => is_inn(&value),
        20 => is_lei(&value) || digits >= 8,
        _ => digits >= 6 && value.len() >= 8,
    };
    Some(Identifier { value, decisive })
}

fn digits_of(value: &str) -> Vec<u32> {
    value
        .chars()
        .filter_map(|character| character.to_digit(10))
        .collect()
}

/// IMO ship number: the last digit is the weighted sum of the others (IMO resolution A.1117(30)).
fn is_imo(value: &str) -> bool {
    let digits = digits_of(value);
    digits.len() == 7 && (0..6).map(|i| digits[i] * (7 - i as u32)).sum::<u32>() % 10 == digits[6]
}

/// Russian taxpayer number, 10 digits for organisations and 12 for persons (order of the tax service ED-7-14/559).
fn is_inn(value: &str) -> bool {
    const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let digits = digits_of(value);
    let check = |count: usize| {
        let weights = &WEIGHTS[WEIGHTS.len() - count..];
        let sum: u32 = digits
            .iter()
            .zip(weights)
            .map(|(digit, weight)| digit * weight)
            .sum();
        digits.get(count) == Some(&(sum % 11 % 10))
    };
    match digits.len() {
        10 => check(9),
        12 => check(10) && check(11),
        _ => false,
    }
}

/// Legal entity identifier: ISO 17442, remainder 1 modulo 97.
fn is_lei(value: &str) -> bool {
    let mut rest = 0u64;
    for character in value.chars() {
        let Some(number) = character.to_digit(36).map(u64::from) else {
            return false;
        };
        rest = (if number < 10 { rest * 10 } else { rest * 100 } + number) % 97;
    }
    value.len() == 20 && rest == 1
}

/// What is known of a party besides its names, ready to compare.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    pub countries: Vec<String>,
    pub birth_dates: Vec<String>,
    pub identifiers: Vec<Identifier>,
}

/// A final verdict.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdict {
    pub score: f64,
    pub probability: f64,
    pub features: BTreeMap<String, f64>,
    pub explanation: Vec<String>,
}

/// Log-odds that two parties are the same by their names' score alone, among pairs that an index brings together:
/// (score, log-odds), piecewise linear, drawn through the table of reliability that `bench accuracy` prints.
static CALIBRATION: LazyLock<Vec<(f64, f64)>> = LazyLock::new(|| {
    include_str!("../data/calibration.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(score, odds)| Some((score.parse().ok()?, odds.parse().ok()?)))
        .collect()
});

fn name_log_odds(score: f64) -> f64 {
    let mut before: Option<(f64, f64)> = None;
    for &(at, odds) in CALIBRATION.iter() {
        match before {
            Some((last_at, last_odds)) if score <= at => {
                return last_odds + (odds - last_odds) * (score - last_at) / (at - last_at);
            }
            None if score <= at => return odds,
            _ => before = Some((at, odds)),
        }
    }
    before.map_or(0.0, |(_, odds)| odds)
}

fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Probability by name alone.
pub(crate) fn probability_of_name(score: f64) -> f64 {
    logistic(name_log_odds(score))
}

/// Combines the score of the names with the other facts.
pub(crate) fn combine(name_score: f64, query: &Facts, listed: &Facts) -> Verdict {
    let mut features = BTreeMap::from([("name".to_owned(), name_score)]);
    let mut explanation = Vec::new();
    let (mut added, mut decided) = (0.0, false);
    for found in facts_between(query, listed) {
        let (feature, value) = match found.fact {
            "country-agrees" => ("country", 1.0),
            "country-differs" => ("country", -1.0),
            "birth-day-agrees" | "birth-year-agrees" => ("birth_date", 1.0),
            "birth-near" | "birth-differs" => ("birth_date", -1.0),
            "identifier-differs" => ("identifier", -1.0),
            _ => ("identifier", 1.0),
        };
        features.insert(feature.to_owned(), value);
        added += FACTS.get(found.fact).copied().unwrap_or_default();
        decided |= found.decisive;
        explanation.push(found.text);
    }
    if features.len() > 1 {
        explanation.push(format!("facts beside the name: log-odds {added:+.2}"));
    }
    let mut score = with_log_odds(name_score, added);
    let mut log_odds = name_log_odds(name_score) + added;
    if decided {
        score = score.max(DECIDED);
        log_odds = log_odds.max(DECIDED_LOG_ODDS);
    }
    Verdict {
        score,
        probability: logistic(log_odds),
        features,
        explanation,
    }
}

/// A fact that both parties have, as `data/evidence.tsv` names it.
pub(crate) struct Found {
    pub fact: &'static str,
    /// Settles that both are one.
    pub decisive: bool,
    /// For the explanation.
    pub text: String,
}

/// What the facts of two parties say: one entry for each kind of fact that both have.
pub(crate) fn facts_between(query: &Facts, listed: &Facts) -> Vec<Found> {
    let mut found = Vec::new();
    let mut push = |fact, decisive, text| {
        found.push(Found {
            fact,
            decisive,
            text,
        });
    };
    match agreement(&query.countries, &listed.countries, |left, right| {
        left.eq_ignore_ascii_case(right)
    }) {
        Agreement::Agrees(country) => {
            push(
                "country-agrees",
                false,
                format!("country agrees: {country}"),
            );
        }
        Agreement::Differs => push(
            "country-differs",
            false,
            format!(
                "countries differ: {} / {}",
                query.countries.join(" "),
                listed.countries.join(" ")
            ),
        ),
        Agreement::Unknown => {}
    }
    if !query.birth_dates.is_empty() {
        match agreement(&query.birth_dates, &listed.birth_dates, same_date) {
            Agreement::Agrees(date) => push(
                if date.len() >= 10 {
                    "birth-day-agrees"
                } else {
                    "birth-year-agrees"
                },
                false,
                format!("birth date agrees: {date}"),
            ),
            Agreement::Differs => {
                let near = query.birth_dates.iter().any(|left| {
                    listed
                        .birth_dates
                        .iter()
                        .any(|right| close_date(left, right))
                });
                push(
                    if near { "birth-near" } else { "birth-differs" },
                    false,
                    format!(
                        "birth dates differ: {} / {}",
                        query.birth_dates.join(" "),
                        listed.birth_dates.join(" ")
                    ),
                );
            }
            Agreement::Unknown => {}
        }
    }
    let shared = query.identifiers.iter().find(|left| {
        listed
            .identifiers
            .iter()
            .any(|right| right.value == left.value)
    });
    if let Some(identifier) = shared {
        push(
            "identifier-agrees",
            identifier.decisive,
            format!("identifier agrees: {}", identifier.value),
        );
    } else if let Some((left, right)) = contradiction(query, listed) {
        push(
            "identifier-differs",
            false,
            format!("identifiers of one kind differ: {left} / {right}"),
        );
    }
    found
}

/// The least score and log-odds of parties that share an identifier that no two parties share.
const DECIDED: f64 = 0.97;
const DECIDED_LOG_ODDS: f64 = 5.0;
/// Most that the log-odds of a name's score count against facts: even equal names are two persons if they were born in
/// different years.
const MOST_OF_NAME: f64 = 4.0;

/// The score of the names below which no facts that a query has can lift it to a threshold. (Identifiers are looked up by
/// themselves, so that one that decides needs no name.)
pub(crate) fn reach(threshold: f64, query: &Facts) -> f64 {
    let of = |has: bool, facts: &[&str]| {
        let most = facts.iter().filter_map(|fact| FACTS.get(fact).copied());
        if has { most.fold(0.0, f64::max) } else { 0.0 }
    };
    let most = of(!query.countries.is_empty(), &["country-agrees"])
        + of(
            !query.birth_dates.is_empty(),
            &["birth-day-agrees", "birth-year-agrees"],
        )
        + of(!query.identifiers.is_empty(), &["identifier-agrees"]);
    if most == 0.0 || threshold <= 0.0 || threshold >= 1.0 {
        return threshold;
    }
    logistic((threshold / (1.0 - threshold)).ln() - most)
}

/// A score with log-odds added on its own scale. Nothing added leaves it as it is.
fn with_log_odds(score: f64, added: f64) -> f64 {
    if added == 0.0 || score <= 0.0 {
        return score;
    }
    let odds = (score / (1.0 - score).max(1e-6)).ln();
    let moved = logistic(odds.min(MOST_OF_NAME) + added);
    // What agrees takes nothing from equal names.
    if added > 0.0 { moved.max(score) } else { moved }
}

/// Log-odds of the facts beside a name, by fact.
static FACTS: LazyLock<BTreeMap<&'static str, f64>> = LazyLock::new(|| {
    include_str!("../data/evidence.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(fact, odds)| Some((fact, odds.parse().ok()?)))
        .collect()
});

enum Agreement<'a> {
    Agrees(&'a str),
    Differs,
    Unknown,
}

fn agreement<'a>(
    left: &'a [String],
    right: &[String],
    same: impl Fn(&str, &str) -> bool,
) -> Agreement<'a> {
    if left.is_empty() || right.is_empty() {
        return Agreement::Unknown;
    }
    let shared = left
        .iter()
        .filter(|left| right.iter().any(|right| same(left, right)));
    // The most precise of the agreeing values decides how much it weighs.
    match shared.max_by_key(|value| value.len()) {
        Some(value) => Agreement::Agrees(value),
        None => Agreement::Differs,
    }
}

/// "1965" agrees with "1965-03-02".
fn same_date(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() <= right.len() {
        (left, right)
    } else {
        (right, left)
    };
    short.len() >= 4 && long.starts_with(short)
}

/// Off by a year, or day and month exchanged: as often an error as another person.
fn close_date(left: &str, right: &str) -> bool {
    let year = |date: &str| date.get(..4).and_then(|year| year.parse::<i32>().ok());
    matches!((year(left), year(right)), (Some(l), Some(r)) if (l - r).abs() <= 1)
}

/// Two valid taxpayer or ship numbers of one length that are not the same.
fn contradiction<'a>(query: &'a Facts, listed: &'a Facts) -> Option<(&'a str, &'a str)> {
    let typed = |identifier: &Identifier| {
        let numeric = identifier.value.bytes().all(|byte| byte.is_ascii_digit());
        numeric && (is_inn(&identifier.value) || is_imo(&identifier.value))
    };
    query
        .identifiers
        .iter()
        .filter(|left| typed(left))
        .find_map(|left| {
            let right = listed
                .identifiers
                .iter()
                .find(|right| typed(right) && right.value.len() == left.value.len())?;
            Some((left.value.as_str(), right.value.as_str()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_lose_labels_and_are_checked() {
        let check = |raw: &str, expect: Option<(&str, bool)>| {
            let found = identifier(raw);
            assert_eq!(
                found.as_ref().map(|id| (id.value.as_str(), id.decisive)),
                expect,
                "{raw}"
            );
        };
        check("INN 7736050003", Some(("7736050003", true)));
        check("7736050004", Some(("7736050004", false)));
        check("IMO 9074729", Some(("9074729", true)));
        check("9074728", Some(("9074728", false)));
        check("Tax ID No. 7736050003 (Russia)", Some(("7736050003", true)));
        check("12", None);
        check("0000000", None);
        check("", None);
    }

    #[test]
    fn facts_move_the_score_both_ways() {
        let facts = |country: &str, date: &str, id: &str| Facts {
            countries: vec![country.to_owned()],
            birth_dates: vec![date.to_owned()],
            identifiers: identifier(id).into_iter().collect(),
        };
        let query = facts("RU", "1965-03-02", "7736050003");
        let alike = combine(0.8, &query, &facts("RU", "1965", "7736050003"));
        let other = combine(0.8, &query, &facts("US", "1940-01-01", ""));
        assert!(alike.score > 0.95 && alike.probability > 0.95, "{alike:?}");
        assert!(other.score < 0.5 && other.probability < 0.2, "{other:?}");
    }
}
