//! United Nations Security Council consolidated list, XML.

use model::{IdentifierKind, NameKind, Schema};

use crate::entry::EntryBuilder;
use crate::identifiers::imo_in_text;
use crate::reading::Reading;
use crate::schemata::of_name;
use crate::xml::{Item, Node, Records};
use crate::{ListError, dates};

pub(crate) fn read(reading: &mut Reading<'_>) -> Result<(), ListError> {
    let path = reading.path();
    reading.list = "un-sc".to_string();
    let text = reading.open(path)?;
    let mut records = Records::new(text, &["INDIVIDUAL", "ENTITY"]);
    while let Some(item) = records.next()? {
        reading.progress(records.text().raw_bytes());
        match item {
            Item::Root(root) => reading.version = dates::parse(root.attribute("dateGenerated")),
            Item::Field(_) => {}
            Item::Record(record, line) => reading.entry(path, line, entry_of(&record)),
            Item::Broken(line, reason) => reading.reject(path, line, None, reason),
        }
    }
    reading.close(records.into_text())
}

fn entry_of(record: &Node) -> EntryBuilder {
    let name = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"]
        .map(|part| record.text_of(part))
        .join(" ");
    let person = record.name == "INDIVIDUAL";
    let prefix = if person { "INDIVIDUAL" } else { "ENTITY" };
    let child = |name: &str| format!("{prefix}_{name}");
    let schema = if person {
        Schema::Person
    } else {
        of_name(&name, Schema::Organization)
    };
    let mut entry = EntryBuilder::new(record.text_of("DATAID"), schema);
    entry.name(&name, NameKind::Primary);
    for native in record.all("NAME_ORIGINAL_SCRIPT") {
        entry.name(native.text(), NameKind::Native);
    }
    let alias_name = child("ALIAS");
    for alias in record.all(&alias_name) {
        let kind = match alias.text_of("QUALITY").to_ascii_lowercase().as_str() {
            "low" => NameKind::WeakAlias,
            "f.k.a." => NameKind::Previous,
            _ => NameKind::Alias,
        };
        entry.name(alias.text_of("ALIAS_NAME"), kind);
    }
    entry.programme(record.text_of("UN_LIST_TYPE"));
    entry.listed_on(dates::parse(record.text_of("LISTED_ON")));
    for nationality in record.nested("NATIONALITY", "VALUE") {
        entry.country(nationality.text());
    }
    let address_name = child("ADDRESS");
    for address in record.all(&address_name) {
        let parts =
            ["STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE"].map(|part| address.text_of(part));
        entry.address(&parts, address.text_of("COUNTRY"));
    }
    for birth in record.all("INDIVIDUAL_DATE_OF_BIRTH") {
        birth_date(&mut entry, birth);
    }
    for document in record.all("INDIVIDUAL_DOCUMENT") {
        document_number(&mut entry, document);
    }
    for (list, word) in [("TITLE", "title"), ("DESIGNATION", "designation")] {
        for value in record.nested(list, "VALUE") {
            if !value.text().is_empty() {
                entry.remark(&format!("{word} {}", value.text()));
            }
        }
    }
    let comments = record.text_of("COMMENTS1");
    if !person && let Some(number) = imo_in_text(comments) {
        entry.identifier(IdentifierKind::Imo, &number, "", "");
    }
    entry.remark_with_relations(comments);
    let reference = record.text_of("REFERENCE_NUMBER");
    if !reference.is_empty() {
        entry.remark(&format!("UN reference {reference}"));
    }
    entry
}

fn birth_date(entry: &mut EntryBuilder, birth: &Node) {
    let approximate = birth
        .text_of("TYPE_OF_DATE")
        .eq_ignore_ascii_case("approximately");
    let mut dated = false;
    for part in ["DATE", "YEAR", "FROM_YEAR", "TO_YEAR"] {
        let text = birth.text_of(part);
        if text.is_empty() || part == "YEAR" && dated {
            continue;
        }
        dated = true;
        // "Sep." beside the year 1958.
        let month = birth.text_of("NOTE");
        let with_month = format!("{month} {text}");
        if part == "YEAR" && !month.is_empty() && dates::parse(&with_month).is_some() {
            entry.birth(&with_month);
        } else if approximate {
            entry.birth(&format!("circa {text}"));
        } else {
            entry.birth(text);
        }
    }
    if !dated {
        // Notes hold dates as well as remarks; only dates are wanted.
        if let Some(dates) = dates::parse_birth(birth.text_of("NOTE")) {
            entry.birth_dates(dates);
        }
    }
}

fn document_number(entry: &mut EntryBuilder, document: &Node) {
    let kinds = format!(
        "{} {}",
        document.text_of("TYPE_OF_DOCUMENT"),
        document.text_of("TYPE_OF_DOCUMENT2")
    );
    let folded = kinds.to_lowercase();
    let kind = if ["passport", "passeport", "pasaporte"]
        .iter()
        .any(|word| folded.contains(word))
    {
        IdentifierKind::Passport
    } else if folded.contains("fiscal") || folded.contains("tax") {
        IdentifierKind::Tax
    } else {
        IdentifierKind::NationalId
    };
    let issuer = match document.text_of("ISSUING_COUNTRY") {
        "" => document.text_of("COUNTRY_OF_ISSUE"),
        country => country,
    };
    entry.identifier(kind, document.text_of("NUMBER"), issuer, &kinds);
}
