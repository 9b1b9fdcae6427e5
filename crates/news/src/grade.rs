//! Admiralty grade of a claim from the type of its nearest source (`data/sources.csv`) and the factuality. Credibility
//! stays 6 (cannot be judged) for a single report except where the source itself doubts: corroboration is a matter of
//! folding.

use std::sync::LazyLock;

use model::{Credibility, Factuality, Grade, Reliability};
use regex::Regex;

use crate::table::rows;

static TYPES: LazyLock<Vec<(Reliability, Regex)>> = LazyLock::new(|| {
    rows::<2>(include_str!("../data/sources.csv"))
        .filter_map(|[letter, pattern]| {
            let reliability = match letter {
                "A" => Reliability::A,
                "B" => Reliability::B,
                "C" => Reliability::C,
                "D" => Reliability::D,
                "E" => Reliability::E,
                _ => Reliability::F,
            };
            Regex::new(pattern)
                .ok()
                .map(|pattern| (reliability, pattern))
        })
        .collect()
});

/// Grade of a claim by its source chain, nearest first.
pub(crate) fn grade(source: &[String], factuality: Factuality) -> Grade {
    let reliability = source
        .iter()
        .find_map(|name| reliability(name))
        .unwrap_or(Reliability::F);
    let credibility = match (reliability, factuality) {
        (Reliability::A | Reliability::B, Factuality::Asserted) => 2,
        (Reliability::C, Factuality::Asserted) => 3,
        (_, Factuality::Possible | Factuality::Reported) if reliability != Reliability::F => 4,
        _ => 6,
    };
    // 6 is always in range; the fallback only satisfies the type.
    let credibility = Credibility::new(credibility).or(Credibility::new(6));
    match credibility {
        Some(credibility) => Grade {
            reliability,
            credibility,
        },
        None => unreachable!("6 is a credibility"),
    }
}

fn reliability(name: &str) -> Option<Reliability> {
    let lower = name.to_lowercase();
    TYPES
        .iter()
        .find(|(_, pattern)| pattern.is_match(&lower))
        .map(|(reliability, _)| *reliability)
        .or_else(|| {
            // A person or state that speaks under its own name.
            name.starts_with(char::is_uppercase)
                .then_some(Reliability::C)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &[&str], factuality: Factuality, expect: &str) {
        let source: Vec<String> = source.iter().map(|name| (*name).to_string()).collect();
        assert_eq!(grade(&source, factuality).to_string(), expect, "{source:?}");
    }

    #[test]
    fn grades_follow_the_type_of_the_nearest_source() {
        check(&["customs records", "Politico"], Factuality::Asserted, "A2");
        check(&["Politico"], Factuality::Asserted, "C3");
        check(&["two US officials"], Factuality::Possible, "D4");
        check(&["Ministry of Commerce"], Factuality::Denied, "C6");
        check(&[], Factuality::Asserted, "F6");
    }
}
