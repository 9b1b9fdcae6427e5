//! BIS Denied Persons List, tab-separated with a header. One row is one party at one address under one order.

use model::{NameKind, Schema};

use crate::entry::EntryBuilder;
use crate::lines::Header;
use crate::reading::Reading;
use crate::schemata::of_name;
use crate::us_csl::table;
use crate::{ListError, dates};

pub(crate) fn read(reading: &mut Reading<'_>) -> Result<(), ListError> {
    reading.list = "us-bis-dpl".to_string();
    let head = crate::input::Text::open(reading.path())?.head();
    let delimiter = match head.lines().next() {
        Some(first) if first.contains('\t') => '\t',
        _ => ',',
    };
    table(reading, delimiter, &mut |reading, header, row, line| {
        let path = reading.path();
        let entry = entry_of(header, row);
        reading.entry(path, line, entry);
    })
}

fn entry_of(header: &Header, row: &[String]) -> EntryBuilder {
    let get = |name: &str| header.get(row, name);
    let name = get("Name");
    // The list has no ids: the same order against the same name at the same address is the same entry.
    let key = [
        name,
        get("Effective_Date"),
        get("Street_Address"),
        get("City"),
        get("FR_Citation"),
    ]
    .join("\t");
    let id: String = blake3::hash(key.as_bytes())
        .to_hex()
        .chars()
        .take(16)
        .collect();
    let mut entry = EntryBuilder::new(&id, of_name(name, Schema::LegalEntity));
    entry.name(name, NameKind::Primary);
    entry.programme("Denied Persons List");
    entry.listed_on(dates::parse_us(get("Effective_Date")));
    let (state, postal_code) = (get("State"), get("Postal_Code"));
    // Rows within the United States often leave the country empty.
    let domestic = state.len() == 2
        && postal_code.len() >= 5
        && postal_code.as_bytes()[..5].iter().all(u8::is_ascii_digit);
    let country = match get("Country") {
        "" if domestic => "US",
        country => country,
    };
    let parts = [get("Street_Address"), get("City"), state, postal_code];
    entry.address(&parts, places::name(country).unwrap_or(country));
    for (word, column) in [
        ("until", "Expiration_Date"),
        ("standard order", "Standard_Order"),
        ("", "Action"),
        ("notice", "FR_Citation"),
    ] {
        if !get(column).is_empty() {
            entry.remark(&format!("{word} {}", get(column)));
        }
    }
    entry
}
