//! What changed between two versions of a list, field by field.

use std::collections::HashMap;
use std::collections::HashSet;

use model::{ListEntry, Listing, Party};
use serde::Serialize;

/// What changed between two versions of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ChangeSet {
    /// Entries that only the new version has, in its order.
    pub added: Vec<EntryName>,
    /// Entries that only the old version has, in its order.
    pub removed: Vec<EntryName>,
    /// Entries that both have and that differ, in the order of the new version.
    pub changed: Vec<Changed>,
}

/// An entry by id and caption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryName {
    /// The entry's own id on its list.
    pub entry_id: String,
    /// Its leading name.
    pub caption: String,
}

/// An entry that differs between versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// The entry's own id on its list.
    pub entry_id: String,
    /// Its leading name in the new version.
    pub caption: String,
    /// What changed, never empty.
    pub fields: Vec<FieldChange>,
}

/// Values that a field lost and gained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// `schema`, `name`, `country`, `birth_date`, `identifier`, `address`, `relation`, `programme`, `listed_on` or
    /// `remarks`.
    pub field: &'static str,
    /// Values that only the old version has.
    pub removed: Vec<String>,
    /// Values that only the new version has.
    pub added: Vec<String>,
}

/// Compares two versions of a list by entry id. The order of values and of entries does not count.
///
/// Holds one version in memory.
pub fn diff(
    old: impl Iterator<Item = ListEntry>,
    new: impl Iterator<Item = ListEntry>,
) -> ChangeSet {
    let mut order = Vec::new();
    let mut before = HashMap::new();
    for entry in old {
        order.push(entry.listing.entry_id.clone());
        before.insert(entry.listing.entry_id.clone(), entry);
    }
    let mut changes = ChangeSet::default();
    for entry in new {
        match before.remove(&entry.listing.entry_id) {
            None => changes.added.push(name_of(&entry)),
            Some(earlier) => {
                let fields = field_changes(&earlier, &entry);
                if !fields.is_empty() {
                    let EntryName { entry_id, caption } = name_of(&entry);
                    changes.changed.push(Changed {
                        entry_id,
                        caption,
                        fields,
                    });
                }
            }
        }
    }
    changes.removed = order
        .iter()
        .filter_map(|id| before.remove(id))
        .map(|entry| name_of(&entry))
        .collect();
    changes
}

fn name_of(entry: &ListEntry) -> EntryName {
    EntryName {
        entry_id: entry.listing.entry_id.clone(),
        caption: entry.party.caption().to_string(),
    }
}

/// Every field of an entry as text. Destructured, so that a new field in the model cannot be forgotten here.
fn fields(entry: &ListEntry) -> [(&'static str, Vec<String>); 10] {
    let ListEntry { party, listing } = entry;
    let Party {
        schema,
        names,
        countries,
        birth_dates,
        identifiers,
        addresses,
        relations,
    } = party;
    let Listing {
        list: _,
        entry_id: _,
        programmes,
        listed_on,
        remarks,
    } = listing;
    let word = |value: &dyn std::fmt::Debug| format!("{value:?}").to_lowercase();
    [
        ("schema", vec![schema.as_str().to_string()]),
        (
            "name",
            names
                .iter()
                .map(|name| format!("{} ({})", name.text, word(&name.kind)))
                .collect(),
        ),
        ("country", countries.clone()),
        (
            "birth_date",
            birth_dates.iter().map(ToString::to_string).collect(),
        ),
        (
            "identifier",
            identifiers
                .iter()
                .map(|id| {
                    let country = id
                        .country
                        .as_deref()
                        .map(|c| format!(" {c}"))
                        .unwrap_or_default();
                    format!("{} ({}{country})", id.value, word(&id.kind))
                })
                .collect(),
        ),
        (
            "address",
            addresses
                .iter()
                .map(|address| address.full.clone())
                .collect(),
        ),
        (
            "relation",
            relations
                .iter()
                .map(|relation| format!("{} ({})", relation.target, word(&relation.kind)))
                .collect(),
        ),
        ("programme", programmes.clone()),
        (
            "listed_on",
            listed_on.iter().map(ToString::to_string).collect(),
        ),
        (
            "remarks",
            Some(remarks)
                .filter(|text| !text.is_empty())
                .cloned()
                .into_iter()
                .collect(),
        ),
    ]
}

fn field_changes(old: &ListEntry, new: &ListEntry) -> Vec<FieldChange> {
    if old == new {
        return Vec::new();
    }
    fields(old)
        .into_iter()
        .zip(fields(new))
        .filter_map(|((field, before), (_, after))| {
            let only = |of: &[String], not_in: &[String]| -> Vec<String> {
                let known: HashSet<&String> = not_in.iter().collect();
                of.iter()
                    .filter(|value| !known.contains(value))
                    .cloned()
                    .collect()
            };
            let removed = only(&before, &after);
            let added = only(&after, &before);
            (!removed.is_empty() || !added.is_empty()).then_some(FieldChange {
                field,
                removed,
                added,
            })
        })
        .collect()
}
