//! OpenSanctions `targets.simple.csv`: one row a target, several values of a cell joined by semicolons.

use model::{IdentifierKind, NameKind, Schema};

use crate::entry::EntryBuilder;
use crate::ftm::{list_of_path, logical_order, slug};
use crate::identifiers::{is_inn, is_lei, is_ogrn};
use crate::lines::{Header, split};
use crate::reading::Reading;
use crate::schemata::of_ftm;
use crate::us_csl::table;
use crate::{ListError, dates};

pub(crate) fn read(reading: &mut Reading<'_>) -> Result<(), ListError> {
    let head = crate::input::Text::open(reading.path())?.head();
    let first = head.lines().next().unwrap_or_default();
    let delimiter = if first.contains(',') { ',' } else { ';' };
    table(reading, delimiter, &mut |reading, header, row, line| {
        let path = reading.path();
        let get = |name: &str| header.get(row, name);
        if reading.list.is_empty() {
            // A cell may name several datasets, then the file is a collection.
            let dataset = get("dataset");
            reading.list = if dataset.is_empty() || dataset.contains(';') {
                list_of_path(path, "opensanctions")
            } else {
                slug(dataset)
            };
        }
        reading.version = reading.version.max(dates::parse(get("last_seen")));
        match of_ftm(get("schema")) {
            Some(schema) => {
                let entry = entry_of(header, row, schema);
                reading.entry(path, line, entry);
            }
            None if get("schema").is_empty() => {
                reading.reject(path, line, Some("schema"), "record has no schema");
            }
            None => reading.skipped += 1,
        }
    })?;
    if reading.list.is_empty() {
        reading.list = list_of_path(reading.path(), "opensanctions");
    }
    Ok(())
}

fn entry_of(header: &Header, row: &[String], schema: Schema) -> EntryBuilder {
    let get = |name: &str| header.get(row, name);
    let values = |name: &str| split(get(name), ';');
    let mut entry = EntryBuilder::new(get("id"), schema);
    let person = schema == Schema::Person;
    entry.name(&logical_order(get("name"), person), NameKind::Primary);
    for alias in values("aliases") {
        entry.name(&logical_order(&alias, person), NameKind::Alias);
    }
    for date in values("birth_date") {
        entry.birth(&date);
    }
    for country in values("countries") {
        entry.country(&country);
    }
    for address in values("addresses") {
        entry.address(&[&address], "");
    }
    for id in values("identifiers") {
        entry.identifier(identifier_kind(&id, schema), &id, "", "");
    }
    for programme in values("program_ids") {
        entry.programme(&programme);
    }
    for remark in values("sanctions") {
        entry.remark_with_relations(remark.trim_matches('"'));
    }
    entry
}

/// The table does not say what its identifiers are; shape and check digits do, as far as they go.
fn identifier_kind(id: &str, schema: Schema) -> IdentifierKind {
    let id = id.trim();
    let digits = id.bytes().all(|b| b.is_ascii_digit());
    match schema {
        Schema::Vessel if id.starts_with("IMO") => IdentifierKind::Imo,
        Schema::Vessel if digits && id.len() == 9 => IdentifierKind::Mmsi,
        Schema::Vessel if !digits && (3..=7).contains(&id.len()) && id.is_ascii() => {
            IdentifierKind::CallSign
        }
        Schema::Airplane => IdentifierKind::Aircraft,
        _ if id.starts_with("IMO") => IdentifierKind::Imo,
        _ if is_inn(id) => IdentifierKind::Inn,
        _ if is_ogrn(id) => IdentifierKind::Ogrn,
        _ if is_lei(id) => IdentifierKind::Lei,
        _ => IdentifierKind::Other,
    }
}
