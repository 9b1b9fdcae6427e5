//! Ownership: files into the ledger, listed owners recognised, and what the rules make of those they own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use ledger::{Ledger, NewSource, SourceKind, Timestamp};
use model::{
    Holding, HoldingKind, Identifier, IdentifierKind, ListEntry, Listing, OwnershipEffect,
    OwnershipStatement, PartialDate, Party, RelationKind, Stated,
};
use names::{Index, Query};
use ownership::{Derived, ListedAs, Register};

use crate::brief::{OwnershipRead, ReadSummary};
use crate::{Error, Home};

/// The dataset of parties that no list names.
pub(crate) const DATASET: &str = "ownership";

/// Most list entries that one owner is recognised as.
const MOST_ENTRIES: usize = 10;

/// Most owners of listed owners that are followed up by what lists say of them.
const MOST_FOLLOWED: usize = 10_000;

/// Parties that rules concern, by entity id.
pub(crate) type Owned = BTreeMap<String, Derived>;

/// Reads the ownership file at `path` into the ledger.
///
/// # Errors
/// When the file cannot be read or the ledger cannot be written.
pub(crate) fn import(path: &Path, home: &mut Home, read: &mut ReadSummary) -> Result<(), Error> {
    let file = ownership::read(path)?;
    let at = Timestamp::now();
    let source = NewSource {
        hash: file.hash,
        kind: SourceKind::Ownership,
        location: path.display().to_string(),
        bytes: file.bytes,
    };
    home.ledger.record_source(&source, at)?;
    home.ledger
        .record_rejected(&source.hash, &file.rejected, at)?;
    let added = home
        .ledger
        .record_ownership(&source.hash, &file.statements, at)?;
    read.ownership.push(OwnershipRead {
        file: source.location,
        format: file.format.as_str().to_string(),
        statements: file.statements.len() as u64,
        nameless: file.nameless,
        rejected: file.rejected.len() as u64,
        new: added > 0,
    });
    read.rejected.extend(file.rejected);
    Ok(())
}

/// What the ledger's statements come to today.
pub(crate) fn register(ledger: &Ledger) -> Result<Register, Error> {
    let mut register = Register::new(today());
    ledger.ownership(&mut |stored| register.add(&stored.location, stored.statement))?;
    Ok(register)
}

fn today() -> PartialDate {
    // A timestamp begins with its day.
    let now = Timestamp::now().to_string();
    now.parse()
        .unwrap_or_else(|_| unreachable!("{now} is a date"))
}

/// What the rules make of the register's parties, with owners recognised in the index of the lists.
///
/// # Errors
/// When the ledger cannot be read.
pub(crate) fn derive(
    ledger: &Ledger,
    index: &Index,
    mut register: Register,
) -> Result<Owned, Error> {
    let mut listed = Vec::new();
    for (record, party) in register.owners() {
        listed.extend(recognise(ledger, index, record, party)?);
    }
    follow_up(ledger, index, &mut register, &mut listed)?;
    Ok(ownership::derive(&register, &listed)
        .into_iter()
        .map(|derived| (format!("{DATASET}:{}", derived.record), derived))
        .collect())
}

/// The list entries that a party is: by an identifier that both have, else by its name where a country agrees too.
fn recognise(
    ledger: &Ledger,
    index: &Index,
    record: &str,
    party: &Party,
) -> Result<Vec<ListedAs>, Error> {
    let query = Query {
        schema: Some(party.schema.as_str().to_string()),
        names: party.names.iter().map(|name| name.text.clone()).collect(),
        countries: party.countries.clone(),
        birth_dates: party.birth_dates.iter().map(ToString::to_string).collect(),
        identifiers: party
            .identifiers
            .iter()
            .map(|identifier| identifier.value.clone())
            .collect(),
    };
    let mut listed = Vec::new();
    for found in index.search(&query, names::STRICT, MOST_ENTRIES) {
        let Some(entry) = ledger.entry(&found.entity_id)? else {
            continue;
        };
        let country = entry
            .party
            .countries
            .iter()
            .find(|country| party.countries.contains(country));
        let how = match (common_identifier(party, &entry.party), country) {
            (Some(identifier), _) => format!("by {} {}", word(identifier.kind), identifier.value),
            (None, Some(country)) => {
                format!("by name, score {:.2}, country {country}", found.score)
            }
            (None, None) => continue,
        };
        listed.push(listed_as(record.to_string(), entry, how));
    }
    Ok(listed)
}

fn listed_as(record: String, entry: ListEntry, how: String) -> ListedAs {
    ListedAs {
        record,
        entity_id: entry.entity_id(),
        list: entry.listing.list,
        programmes: entry.listing.programmes,
        how,
    }
}

/// An identifier of both parties that is long enough to tell parties apart and, where both say so, of one country.
fn common_identifier<'p>(party: &'p Party, entry: &Party) -> Option<&'p Identifier> {
    let bare = |identifier: &Identifier| -> String {
        identifier
            .value
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_uppercase)
            .collect()
    };
    party.identifiers.iter().find(|own| {
        let value = bare(own);
        value.chars().count() >= 6
            && entry.identifiers.iter().any(|other| {
                let one_country = match (&own.country, &other.country) {
                    (Some(left), Some(right)) => left == right,
                    _ => true,
                };
                one_country && bare(other) == value
            })
    })
}

fn word(kind: IdentifierKind) -> &'static str {
    match kind {
        IdentifierKind::Lei => "LEI",
        IdentifierKind::Inn => "INN",
        IdentifierKind::Ogrn => "OGRN",
        IdentifierKind::Registration => "register number",
        IdentifierKind::Tax => "tax number",
        _ => "identifier",
    }
}

/// Adds what lists themselves say of the owners of listed owners: "owned or controlled by X" is control, "subsidiary of
/// X" may be. A chain may so run through a party that one list names on to the listed owner of another.
fn follow_up(
    ledger: &Ledger,
    index: &Index,
    register: &mut Register,
    listed: &mut Vec<ListedAs>,
) -> Result<(), Error> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut at = 0;
    while at < listed.len() && at < MOST_FOLLOWED {
        let below = listed[at].clone();
        at += 1;
        if !seen.insert(below.entity_id.clone()) {
            continue;
        }
        let Some(entry) = ledger.entry(&below.entity_id)? else {
            continue;
        };
        for relation in &entry.party.relations {
            let kinds: &[HoldingKind] = match relation.kind {
                RelationKind::OwnedOrControlledBy => &[HoldingKind::Control, HoldingKind::Unknown],
                RelationKind::SubsidiaryOf => &[HoldingKind::Unknown],
                _ => continue,
            };
            let query = Query {
                names: vec![relation.target.clone()],
                ..Query::default()
            };
            for found in index.search(&query, names::STRICT, MOST_ENTRIES) {
                let Some(owner) = ledger.entry(&found.entity_id)? else {
                    continue;
                };
                let holding = |kind: &HoldingKind| Holding {
                    owner: Some(found.entity_id.clone()),
                    owned: below.record.clone(),
                    kind: *kind,
                    share: None,
                    indirect: false,
                    joint: false,
                    from: None,
                    to: None,
                    note: relation.target.clone(),
                };
                let says = [
                    (found.entity_id.clone(), Stated::Party(owner.party.clone())),
                    (
                        format!("{} of {}", found.entity_id, below.entity_id),
                        Stated::Holdings(kinds.iter().map(holding).collect()),
                    ),
                ];
                for (record, says) in says {
                    let statement = OwnershipStatement {
                        statement: record.clone(),
                        record,
                        date: None,
                        closed: false,
                        row: 0,
                        says,
                    };
                    register.add(&format!("list entry {}", below.entity_id), statement);
                }
                let how = format!("named by {}", below.entity_id);
                listed.push(listed_as(found.entity_id, owner, how));
            }
        }
    }
    Ok(())
}

/// A derived party in the words of a list, to be indexed and shown beside listed ones.
pub(crate) fn as_entry(derived: &Derived) -> ListEntry {
    let told = derived.bases.iter().map(|basis| {
        let effect = match basis.effect {
            OwnershipEffect::Blocked => "owned or controlled by listed parties",
            OwnershipEffect::Possible => "perhaps owned or controlled by listed parties",
            OwnershipEffect::Minority => "held in part by listed parties",
        };
        let share = basis
            .share
            .map_or(String::new(), |share| format!(" ({share})"));
        format!("{effect}{share}: {}. {}", basis.chain, basis.source)
    });
    ListEntry {
        party: derived.party.clone(),
        listing: Listing {
            list: DATASET.to_string(),
            entry_id: derived.record.clone(),
            programmes: derived
                .bases
                .iter()
                .map(|basis| basis.rule.clone())
                .collect(),
            listed_on: None,
            remarks: told.collect::<Vec<_>>().join("\n"),
        },
    }
}

/// What screening has to know of the derived parties.
pub(crate) fn bases(owned: &Owned) -> HashMap<String, Vec<model::OwnershipBasis>> {
    owned
        .iter()
        .map(|(id, derived)| (id.clone(), derived.bases.clone()))
        .collect()
}
