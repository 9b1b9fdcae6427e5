//! US Consolidated Screening List, csv: thirteen lists of Treasury, Commerce and State in one table.

use model::{IdentifierKind, NameKind, Schema};

use crate::entry::{EntryBuilder, given_family};
use crate::lines::{Header, Row, Rows};
use crate::ofac::{IdMeaning, aircraft_mark, apply_id, id_meaning};
use crate::reading::Reading;
use crate::schemata::of_name;
use crate::{ListError, dates};

pub(crate) fn read(reading: &mut Reading<'_>) -> Result<(), ListError> {
    reading.list = "us-csl".to_string();
    table(reading, ',', &mut |reading, header, row, line| {
        let path = reading.path();
        let entry = entry_of(header, row);
        reading.entry(path, line, entry);
    })
}

/// Takes the header, a row under it and the row's line.
type Visit<'a> = &'a mut dyn FnMut(&mut Reading<'_>, &Header, &[String], u64);

/// Reads a table with a header row; rows of another width are rejected.
pub(crate) fn table(
    reading: &mut Reading<'_>,
    delimiter: char,
    visit: Visit<'_>,
) -> Result<(), ListError> {
    let path = reading.path();
    let mut text = reading.open(path)?;
    let mut rows = Rows::new(delimiter);
    let mut header: Option<Header> = None;
    loop {
        match rows.next(&mut text) {
            Ok(None) => break,
            Ok(Some(Row::Broken(line, reason))) => reading.reject(path, line, None, reason),
            Ok(Some(Row::Fields(fields, line))) => match &header {
                None => header = Some(Header::new(&fields)),
                Some(header) if fields.len() != header.len() => {
                    let reason = format!("{} fields where {} belong", fields.len(), header.len());
                    reading.reject(path, line, None, reason);
                }
                Some(header) => {
                    if fields.iter().any(|field| field.contains('\u{fffd}')) {
                        reading.reject(path, line, None, "holds bytes that are no text in the file's encoding; read with \u{fffd} in their place");
                    }
                    visit(reading, header, &fields, line);
                }
            },
            Err(error) => {
                reading.broke_off(&text, &error)?;
                break;
            }
        }
        reading.progress(text.raw_bytes());
    }
    reading.close(text)
}

fn entry_of(header: &Header, row: &[String]) -> EntryBuilder {
    let get = |name: &str| header.get(row, name);
    let source = get("source");
    let abbreviation = abbreviation(source);
    let name = get("name");
    let schema = match get("type") {
        "Individual" => Schema::Person,
        "Vessel" => Schema::Vessel,
        "Aircraft" => Schema::Airplane,
        "Entity" => of_name(name, Schema::Organization),
        // Commerce and State do not say what a party is.
        _ => of_name(name, Schema::LegalEntity),
    };
    let id = get("_id");
    let mut entry = EntryBuilder::new(
        &if id.is_empty() {
            String::new()
        } else {
            format!("{abbreviation}-{id}")
        },
        schema,
    );
    let person = schema == Schema::Person;
    let logical = |name: &str| {
        if person {
            given_family(name)
        } else {
            name.to_string()
        }
    };
    entry.name(&logical(name), NameKind::Primary);
    aircraft_mark(&mut entry, name);
    for alias in get("alt_names").split(';') {
        let alias = alias.trim();
        let alias = alias.strip_prefix("and ").unwrap_or(alias);
        let folded = alias.to_ascii_lowercase();
        let previous = ["f.k.a.,", "f.k.a.", "formerly known as"]
            .iter()
            .find(|word| folded.starts_with(*word));
        match previous.and_then(|word| alias.get(word.len()..)) {
            Some(former) => entry.name(&logical(former), NameKind::Previous),
            None => entry.name(&logical(alias), NameKind::Alias),
        }
    }
    entry.programme(source);
    for programme in get("programs").split(';') {
        entry.programme(programme);
    }
    entry.listed_on(dates::parse(get("start_date")));
    for address in get("addresses").split("; ") {
        let (street, country) = split_country(address);
        entry.address(&[street], places::name(country).unwrap_or(country));
    }
    for countries in [get("citizenships"), get("nationalities")] {
        for country in countries.split(';') {
            entry.country(country);
        }
    }
    entry.country(get("vessel_flag"));
    for date in get("dates_of_birth").split(';') {
        entry.birth(date);
    }
    entry.identifier(IdentifierKind::CallSign, get("call_sign"), "", "");
    entry.relation(
        model::RelationKind::OwnedOrControlledBy,
        get("vessel_owner"),
    );
    for id in get("ids").split(';') {
        read_id(&mut entry, id.trim());
    }
    entry.remark(get("title"));
    entry.remark_with_relations(get("remarks"));
    for (word, column) in [
        ("vessel type", "vessel_type"),
        ("licence requirement:", "license_requirement"),
        ("licence policy:", "license_policy"),
        ("until", "end_date"),
        ("notice", "federal_register_notice"),
    ] {
        if !get(column).is_empty() {
            entry.remark(&format!("{word} {}", get(column)));
        }
    }
    entry
}

/// The letters in brackets that name a list: "Entity List (EL) - Bureau of Industry and Security".
fn abbreviation(source: &str) -> String {
    let inside = source
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'))
        .map_or(source, |(inside, _)| inside);
    inside.trim().trim_end_matches(" List").replace(' ', "-")
}

/// "Moscow, 107996, RU" into the address and its country.
fn split_country(address: &str) -> (&str, &str) {
    let is_code = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
    match address.trim().rsplit_once(", ") {
        Some((street, code)) if is_code(code) => (street, code),
        None if is_code(address.trim()) => ("", address.trim()),
        _ => (address, ""),
    }
}

/// "HK, 2022-01-28, 2012-01-28, KJ0221326, Passport": issuer, dates, number, type; all but the last two optional.
fn read_id(entry: &mut EntryBuilder, id: &str) {
    let Some((rest, id_type)) = id.rsplit_once(", ") else {
        return;
    };
    let Some(meaning) = id_meaning(id_type) else {
        return;
    };
    if !matches!(meaning, IdMeaning::Identifier(_)) {
        apply_id(entry, meaning, id_type, rest, "");
        return;
    }
    let mut parts: Vec<&str> = rest.split(", ").collect();
    let mut issuer = "";
    if parts.len() > 1 && parts[0].len() == 2 && parts[0].bytes().all(|b| b.is_ascii_uppercase()) {
        issuer = parts.remove(0);
    }
    while parts.len() > 1 && parts[0].len() == 10 && parts[0].parse::<model::PartialDate>().is_ok()
    {
        parts.remove(0);
    }
    apply_id(entry, meaning, id_type, &parts.join(", "), issuer);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_have_short_names() {
        assert_eq!(
            abbreviation("Entity List (EL) - Bureau of Industry and Security"),
            "EL"
        );
        assert_eq!(
            abbreviation("Non-SDN Menu-Based Sanctions List (NS-MBS List) - Treasury Department"),
            "NS-MBS"
        );
        assert_eq!(abbreviation("New list"), "New-list");
    }

    #[test]
    fn countries_stand_at_the_end_of_addresses() {
        assert_eq!(
            split_country("1 Lenina, Moscow, 107996, RU"),
            ("1 Lenina, Moscow, 107996", "RU")
        );
        assert_eq!(split_country("SY"), ("", "SY"));
        assert_eq!(split_country("Baghdad"), ("Baghdad", ""));
    }
}
