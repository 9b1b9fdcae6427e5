//! OFAC `sdn.xml` and `consolidated.xml` (schema `xsd/OFAC_xml.xsd` of the publisher).

use model::NameKind;

use crate::entry::EntryBuilder;
use crate::ofac::{aircraft_mark, apply_id, id_meaning, list_name, name_kind, schema};
use crate::reading::Reading;
use crate::xml::{Item, Node, Records};
use crate::{ListError, dates};

pub(crate) fn read(reading: &mut Reading<'_>) -> Result<(), ListError> {
    let path = reading.path();
    let text = reading.open(path)?;
    let mut records = Records::new(text, &["sdnEntry"]);
    let mut promised: Option<u64> = None;
    let mut seen = 0;
    while let Some(item) = records.next()? {
        reading.progress(records.text().raw_bytes());
        match item {
            Item::Root(_) => {}
            Item::Field(field) => match field.name.as_str() {
                "Publish_Date" => reading.version = dates::parse_us(field.text()),
                "Record_Count" => promised = field.text().parse().ok(),
                _ => {}
            },
            Item::Record(record, line) => {
                seen += 1;
                let entry = entry_of(&record);
                if reading.list.is_empty() {
                    reading.list =
                        list_name(&entry.listing.programmes, &entry.listing.remarks).to_string();
                }
                reading.entry(path, line, entry);
            }
            Item::Broken(line, reason) => reading.reject(path, line, None, reason),
        }
    }
    if reading.list.is_empty() {
        reading.list = "ofac-sdn".to_string();
    }
    if let Some(promised) = promised.filter(|&promised| promised != seen) {
        let line = records.text().line();
        reading.reject(
            path,
            line,
            Some("Record_Count"),
            format!("the file announces {promised} records and holds {seen} that can be read"),
        );
    }
    reading.close(records.into_text())
}

fn entry_of(record: &Node) -> EntryBuilder {
    let name = full_name(record);
    let mut entry = EntryBuilder::new(
        record.text_of("uid"),
        schema(record.text_of("sdnType"), &name),
    );
    entry.name(&name, NameKind::Primary);
    aircraft_mark(&mut entry, &name);
    for alias in record.nested("akaList", "aka") {
        let weak = alias.text_of("category").eq_ignore_ascii_case("weak");
        entry.name(&full_name(alias), name_kind(alias.text_of("type"), weak));
    }
    for programme in record.nested("programList", "program") {
        entry.programme(programme.text());
    }
    if !record.text_of("title").is_empty() {
        entry.remark(record.text_of("title"));
    }
    entry.remark_with_relations(record.text_of("remarks"));
    for id in record.nested("idList", "id") {
        let (id_type, number) = (id.text_of("idType"), id.text_of("idNumber"));
        match id_meaning(id_type) {
            Some(meaning) => apply_id(
                &mut entry,
                meaning,
                id_type,
                number,
                id.text_of("idCountry"),
            ),
            None => entry.remark(&format!("{id_type} {number}")),
        }
    }
    for address in record.nested("addressList", "address") {
        let parts = [
            "address1",
            "address2",
            "address3",
            "city",
            "stateOrProvince",
            "postalCode",
        ]
        .map(|part| address.text_of(part));
        entry.address(&parts, address.text_of("country"));
    }
    for (list, item) in [
        ("nationalityList", "nationality"),
        ("citizenshipList", "citizenship"),
    ] {
        for country in record.nested(list, item) {
            entry.country(country.text_of("country"));
        }
    }
    for birth in record.nested("dateOfBirthList", "dateOfBirthItem") {
        entry.birth(birth.text_of("dateOfBirth"));
    }
    for vessel in record.all("vesselInfo") {
        entry.country(vessel.text_of("vesselFlag"));
        entry.identifier(
            model::IdentifierKind::CallSign,
            vessel.text_of("callSign"),
            "",
            "",
        );
        entry.relation(
            model::RelationKind::OwnedOrControlledBy,
            vessel.text_of("vesselOwner"),
        );
        for (word, part) in [
            ("vessel type", "vesselType"),
            ("tonnage", "tonnage"),
            ("gross registered tonnage", "grossRegisteredTonnage"),
        ] {
            if !vessel.text_of(part).is_empty() {
                entry.remark(&format!("{word} {}", vessel.text_of(part)));
            }
        }
    }
    entry
}

fn full_name(node: &Node) -> String {
    format!("{} {}", node.text_of("firstName"), node.text_of("lastName"))
}
