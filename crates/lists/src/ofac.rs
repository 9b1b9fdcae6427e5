//! What OFAC's xml and csv files share: schemata, identifier types, names of its lists.

use std::sync::LazyLock;

use model::{IdentifierKind, NameKind, RelationKind, Schema};

use crate::entry::{EntryBuilder, country};
use crate::schemata;

static ID_TYPES: &str = include_str!("../data/ofac_id_types.tsv");

/// What an id type stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdMeaning {
    Identifier(IdentifierKind),
    /// Date of manufacture.
    Built,
    /// Who operates the aircraft.
    Operator,
    /// Country of registration.
    Flag,
    /// "Government Entity", "State-Owned Enterprise", …
    TargetType,
}

/// Longest type first, so that "Passport" does not hide "Passport …" types.
static MEANINGS: LazyLock<Vec<(&'static str, IdMeaning)>> = LazyLock::new(|| {
    let mut meanings: Vec<_> = ID_TYPES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let (meaning, id_type) = line.split_once('\t')?;
            Some((id_type, meaning_of(meaning)?))
        })
        .collect();
    meanings.sort_by_key(|(id_type, _)| std::cmp::Reverse(id_type.len()));
    meanings
});

fn meaning_of(word: &str) -> Option<IdMeaning> {
    use IdentifierKind::{
        Aircraft, Bic, CallSign, Imo, Lei, Mmsi, NationalId, Other, Passport, Registration, Tax,
    };
    Some(match word {
        "passport" => IdMeaning::Identifier(Passport),
        "tax" => IdMeaning::Identifier(Tax),
        "registration" => IdMeaning::Identifier(Registration),
        "lei" => IdMeaning::Identifier(Lei),
        "national_id" => IdMeaning::Identifier(NationalId),
        "imo" => IdMeaning::Identifier(Imo),
        "mmsi" => IdMeaning::Identifier(Mmsi),
        "call_sign" => IdMeaning::Identifier(CallSign),
        "bic" => IdMeaning::Identifier(Bic),
        "aircraft" => IdMeaning::Identifier(Aircraft),
        "other" => IdMeaning::Identifier(Other),
        "built" => IdMeaning::Built,
        "operator" => IdMeaning::Operator,
        "flag" => IdMeaning::Flag,
        "target_type" => IdMeaning::TargetType,
        _ => return None,
    })
}

/// The meaning of a whole id type.
pub(crate) fn id_meaning(id_type: &str) -> Option<IdMeaning> {
    let id_type = id_type.trim();
    MEANINGS
        .iter()
        .find(|(known, _)| *known == id_type)
        .map(|(_, meaning)| *meaning)
}

/// The id type that a remark starts with, and what follows it.
pub(crate) fn id_at_start(remark: &str) -> Option<(IdMeaning, &str)> {
    MEANINGS.iter().find_map(|(id_type, meaning)| {
        let rest = remark.strip_prefix(id_type)?;
        let value = rest.strip_prefix([' ', ':'])?.trim();
        Some((*meaning, value))
    })
}

/// Applies one id to an entry; `id_type` is what OFAC calls it.
pub(crate) fn apply_id(
    entry: &mut EntryBuilder,
    meaning: IdMeaning,
    id_type: &str,
    value: &str,
    issuer: &str,
) {
    match meaning {
        IdMeaning::Identifier(kind) => {
            // An issuer that is part of a name OFAC gives ("UK Company Number") is not repeated as a country.
            let issuer = match id_type {
                "UK Company Number" if issuer.is_empty() => "GB",
                "BIK (RU)" if issuer.is_empty() => "RU",
                _ => issuer,
            };
            let kind = match (kind, entry.party.schema) {
                // Companies have "Identification Number"s that are no identity cards.
                (IdentifierKind::NationalId, Schema::Person) => IdentifierKind::NationalId,
                (IdentifierKind::NationalId, _) => IdentifierKind::Registration,
                (kind, _) => kind,
            };
            entry.identifier(kind, value, issuer, id_type);
        }
        IdMeaning::Built => entry.birth(value),
        IdMeaning::Operator => entry.relation(RelationKind::Other, value),
        IdMeaning::Flag => entry.country(value),
        IdMeaning::TargetType => match value {
            "Government Entity" => entry.party.schema = Schema::PublicBody,
            "State-Owned Enterprise"
            | "Private Company"
            | "Public Company"
            | "Financial Institution" => {
                entry.party.schema = Schema::Company;
            }
            _ => {}
        },
    }
}

/// The schema of an entry by OFAC's type; of entities by their name.
pub(crate) fn schema(sdn_type: &str, name: &str) -> Schema {
    match sdn_type.trim().to_ascii_lowercase().as_str() {
        "individual" => Schema::Person,
        "vessel" => Schema::Vessel,
        "aircraft" => Schema::Airplane,
        _ => schemata::of_name(name, Schema::Organization),
    }
}

/// How OFAC ranks an alias: a weak one stays weak whatever else it is; "n.k.a." is what the party is called now.
pub(crate) fn name_kind(alias_type: &str, weak: bool) -> NameKind {
    let alias_type: String = alias_type
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect();
    match (weak, alias_type.to_ascii_lowercase().as_str()) {
        (true, _) => NameKind::WeakAlias,
        (false, "fka") => NameKind::Previous,
        (false, _) => NameKind::Alias,
    }
}

/// A mark painted on an aircraft is its name and its registration.
pub(crate) fn aircraft_mark(entry: &mut EntryBuilder, name: &str) {
    let name = name.trim();
    let mark = (4..=8).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-')
        && name.bytes().any(|b| b.is_ascii_uppercase());
    if entry.party.schema == Schema::Airplane && mark {
        entry.identifier(IdentifierKind::Aircraft, name, "", "");
    }
}

/// Which of OFAC's lists a file holds, by its first entry: both are written alike and sorted by age of entry, and the
/// oldest entries of the consolidated (non-SDN) list are on programmes that no SDN entry is on alone.
pub(crate) fn list_name(programmes: &[String], remarks: &str) -> &'static str {
    let non_sdn = |programme: &String| {
        matches!(
            programme.as_str(),
            "CMIC-EO13959" | "561-Related" | "MBS" | "CAPTA"
        ) || programme.starts_with("NS-")
            || programme.starts_with("FSE-")
    };
    let directive =
        remarks.contains("Directive Determination") || remarks.contains("Subject to Directive");
    if !programmes.is_empty() && (programmes.iter().all(non_sdn) || directive) {
        "ofac-consolidated"
    } else {
        "ofac-sdn"
    }
}

/// Splits "03864865468 (Lebanon) expires 04 Dec 2019" into number and country.
pub(crate) fn value_and_issuer(text: &str) -> (String, String) {
    let mut value = text.trim();
    for word in [" issued ", " expires "] {
        if let Some((before, _)) = value.split_once(word) {
            value = before.trim_end();
        }
    }
    if let Some(open) = value.rfind(" (").filter(|_| value.ends_with(')')) {
        let inside = &value[open + 2..value.len() - 1];
        let issuer = country(inside).unwrap_or_default();
        return (value[..open].trim().to_string(), issuer);
    }
    (value.to_string(), String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_id_table_has_a_meaning() {
        let rows = ID_TYPES
            .lines()
            .filter(|line| !line.starts_with('#'))
            .skip(1)
            .count();
        assert_eq!(MEANINGS.len(), rows);
    }

    #[test]
    fn remarks_start_with_id_types() {
        let passport = IdMeaning::Identifier(IdentifierKind::Passport);
        assert_eq!(
            id_at_start("Passport A17058452 (Egypt)"),
            Some((passport, "A17058452 (Egypt)"))
        );
        assert_eq!(id_at_start("Passportless person"), None);
        assert_eq!(id_at_start("Major General"), None);
        assert_eq!(
            value_and_issuer("AF5164852 (Pakistan) issued 01 Oct 2011 expires 29 Sep 2016"),
            ("AF5164852".to_string(), "PK".to_string())
        );
        assert_eq!(
            value_and_issuer("21-573208-02 (Medellin)"),
            ("21-573208-02".to_string(), String::new())
        );
    }
}
