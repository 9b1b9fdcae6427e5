//! OFAC csv: the primary file with its optional ALT (other names) and ADD (addresses) files.
//!
//! No headers; `-0-` stands for what is unknown; a DOS end-of-file character may close the file. Identifiers, dates and
//! weak aliases stand in the remarks, one to a semicolon.

use std::collections::HashMap;
use std::path::Path;

use model::{IdentifierKind, NameKind, RelationKind, Schema};

use crate::ListError;
use crate::detect::{Kind, OfacPart, kind_of};
use crate::entry::{EntryBuilder, given_family};
use crate::input::Text;
use crate::lines::{Row, Rows};
use crate::ofac::{
    IdMeaning, aircraft_mark, apply_id, id_at_start, list_name, name_kind, schema, value_and_issuer,
};
use crate::reading::Reading;

/// Rows of ALT and ADD by the id of the party, with their lines. Held in memory: they are read before the parties, and
/// their order is not promised.
#[derive(Default)]
struct Extras {
    names: HashMap<String, Vec<(String, String)>>,
    addresses: HashMap<String, Vec<[String; 3]>>,
    remarks: HashMap<String, Vec<String>>,
    first_lines: HashMap<String, (usize, u64)>,
}

/// Rows of ALT and ADD kept; the largest published pair has 40,000.
const MAX_EXTRAS: usize = 1_000_000;

pub(crate) fn read(reading: &mut Reading<'_>) -> Result<(), ListError> {
    let mut extras = Extras::default();
    let mut primary = None;
    let paths = &reading.source.paths;
    for (index, path) in paths.iter().enumerate() {
        let text = reading.open(path)?;
        match kind_of(&text)? {
            Kind::Ofac(OfacPart::Primary) if primary.is_none() => primary = Some(text),
            Kind::Ofac(part @ (OfacPart::Names | OfacPart::Addresses)) => {
                read_extras(reading, index, text, part, &mut extras)?;
            }
            _ => {
                return Err(ListError::NotAList {
                    path: path.clone(),
                    reason: "not a file of an OFAC csv trio, or its second file of parties"
                        .to_string(),
                });
            }
        }
    }
    let Some(text) = primary else {
        return Err(ListError::NotAList {
            path: reading.path().to_path_buf(),
            reason: "an OFAC csv trio without the file of the parties".to_string(),
        });
    };
    read_primary(reading, text, &mut extras)?;
    // What is left names no party of the primary file.
    let mut orphans: Vec<_> = extras.first_lines.into_iter().collect();
    orphans.sort_by_key(|(_, place)| *place);
    for (id, (index, line)) in orphans {
        reading.reject(
            &paths[index],
            line,
            Some("ent_num"),
            format!("names entry {id}, which the file of the parties does not have"),
        );
    }
    Ok(())
}

/// A field without its padding; empty where it is `-0-`.
fn value(fields: &[String], index: usize) -> &str {
    match fields.get(index).map(|field| field.trim()) {
        None | Some("-0-") => "",
        Some(text) => text,
    }
}

/// Takes a row of an OFAC file, its path and its line.
type Visit<'a> = &'a mut dyn FnMut(&mut Reading<'_>, &Path, Vec<String>, u64);

/// Calls `visit` with every whole row of an expected width, and keeps the others as rejected.
fn rows(
    reading: &mut Reading<'_>,
    text: &mut Text,
    width: usize,
    visit: Visit<'_>,
) -> Result<(), ListError> {
    let path = text.path().to_path_buf();
    let mut rows = Rows::new(',');
    loop {
        match rows.next(text) {
            Ok(None) => return Ok(()),
            Ok(Some(Row::Broken(line, reason))) => reading.reject(&path, line, None, reason),
            Ok(Some(Row::Fields(fields, line))) => {
                let id = value(&fields, 0);
                if fields.len() != width {
                    let reason = format!("{} fields where {width} belong", fields.len());
                    reading.reject(&path, line, None, reason);
                } else if id.is_empty() || !id.bytes().all(|b| b.is_ascii_digit()) {
                    let reason = format!("{:?} is not an entry number", crate::entry::shorten(id));
                    reading.reject(&path, line, Some("ent_num"), reason);
                } else {
                    visit(reading, &path, fields, line);
                }
            }
            Err(error) => return reading.broke_off(text, &error),
        }
        reading.progress(text.raw_bytes());
    }
}

fn read_extras(
    reading: &mut Reading<'_>,
    index: usize,
    mut text: Text,
    part: OfacPart,
    extras: &mut Extras,
) -> Result<(), ListError> {
    let mut kept = 0;
    let width = if part == OfacPart::Names { 5 } else { 6 };
    rows(
        reading,
        &mut text,
        width,
        &mut |reading, path, fields, line| {
            kept += 1;
            if kept > MAX_EXTRAS {
                reading.reject(path, line, None, "more rows than any OFAC list has");
                return;
            }
            let id = value(&fields, 0).to_string();
            extras
                .first_lines
                .entry(id.clone())
                .or_insert((index, line));
            let remark = value(&fields, width - 1);
            if !remark.is_empty() {
                extras
                    .remarks
                    .entry(id.clone())
                    .or_default()
                    .push(remark.to_string());
            }
            if part == OfacPart::Names {
                let alias = (value(&fields, 2).to_string(), value(&fields, 3).to_string());
                extras.names.entry(id).or_default().push(alias);
            } else {
                let address = [2, 3, 4].map(|column| value(&fields, column).to_string());
                extras.addresses.entry(id).or_default().push(address);
            }
        },
    )?;
    reading.close(text)
}

fn read_primary(
    reading: &mut Reading<'_>,
    mut text: Text,
    extras: &mut Extras,
) -> Result<(), ListError> {
    rows(
        reading,
        &mut text,
        12,
        &mut |reading, path, fields, line| {
            let mut entry = entry_of(&fields);
            let id = value(&fields, 0);
            let person = entry.party.schema == Schema::Person;
            for (alias_type, name) in extras.names.remove(id).unwrap_or_default() {
                let name = if person { given_family(&name) } else { name };
                entry.name(&name, name_kind(&alias_type, false));
            }
            for [street, city, country] in extras.addresses.remove(id).unwrap_or_default() {
                entry.address(&[&street, &city], &country);
            }
            for remark in extras.remarks.remove(id).unwrap_or_default() {
                entry.remark(&remark);
            }
            extras.first_lines.remove(id);
            if reading.list.is_empty() {
                reading.list =
                    list_name(&entry.listing.programmes, &entry.listing.remarks).to_string();
            }
            reading.entry(path, line, entry);
        },
    )?;
    if reading.list.is_empty() {
        reading.list = "ofac-sdn".to_string();
    }
    reading.close(text)
}

/// Columns: ent_num, SDN_Name, SDN_Type, Program, Title, Call_Sign, Vess_type, Tonnage, GRT, Vess_flag, Vess_owner,
/// Remarks.
fn entry_of(fields: &[String]) -> EntryBuilder {
    let name = value(fields, 1);
    let mut entry = EntryBuilder::new(value(fields, 0), schema(value(fields, 2), name));
    let person = entry.party.schema == Schema::Person;
    if person {
        entry.name(&given_family(name), NameKind::Primary);
    } else {
        entry.name(name, NameKind::Primary);
    }
    aircraft_mark(&mut entry, name);
    // "SDGT] [IFSR" is how the file joins programmes.
    for programme in value(fields, 3).split("] [") {
        entry.programme(programme.trim_matches(['[', ']', ' ']));
    }
    entry.remark(value(fields, 4));
    entry.identifier(IdentifierKind::CallSign, value(fields, 5), "", "");
    for (word, column) in [
        ("vessel type", 6),
        ("tonnage", 7),
        ("gross registered tonnage", 8),
    ] {
        if !value(fields, column).is_empty() {
            entry.remark(&format!("{word} {}", value(fields, column)));
        }
    }
    entry.country(value(fields, 9));
    entry.relation(RelationKind::OwnedOrControlledBy, value(fields, 10));
    let remarks = value(fields, 11);
    for remark in remarks.split(';') {
        let remark = remark.trim().trim_end_matches('.');
        read_remark(
            &mut entry,
            remark.strip_prefix("alt. ").unwrap_or(remark),
            person,
        );
    }
    entry.remark_with_relations(remarks);
    entry
}

fn read_remark(entry: &mut EntryBuilder, remark: &str, person: bool) {
    if let Some(date) = remark.strip_prefix("DOB ") {
        entry.birth(date);
    } else if let Some(country) = remark
        .strip_prefix("nationality ")
        .or_else(|| remark.strip_prefix("citizen "))
        .or_else(|| remark.strip_prefix("Nationality of Registration "))
    {
        entry.country(country);
    } else if let Some((alias_type, quoted)) = remark
        .split_once(" '")
        .filter(|(alias_type, _)| matches!(*alias_type, "a.k.a." | "f.k.a." | "n.k.a."))
    {
        // Aliases in the remarks are the weak ones; strong ones stand in ALT.
        let name = quoted.strip_suffix('\'').unwrap_or(quoted);
        let name = if person {
            given_family(name)
        } else {
            name.to_string()
        };
        entry.name(&name, name_kind(alias_type, true));
    } else if let Some((meaning, rest)) = id_at_start(remark) {
        let id_type = remark[..remark.len() - rest.len()].trim();
        match meaning {
            IdMeaning::Identifier(_) => {
                let (number, issuer) = value_and_issuer(rest);
                apply_id(entry, meaning, id_type, &number, &issuer);
            }
            _ => apply_id(entry, meaning, id_type, rest, ""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regression_weak_alias_with_an_apostrophe() {
        let mut entry = EntryBuilder::new("1", Schema::Person);
        entry.name("x", NameKind::Primary);
        read_remark(&mut entry, "a.k.a. 'AL-QA'QA', Abu'", true);
        assert_eq!(entry.party.names[1].text, "Abu AL-QA'QA'");
        assert_eq!(entry.party.names[1].kind, NameKind::WeakAlias);
    }
}
