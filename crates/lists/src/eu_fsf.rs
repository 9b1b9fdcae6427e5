//! EU Financial Sanctions Files, full list, XML 1.1 (namespace `http://eu.europa.ec/fpi/fsd/export`).

use model::{IdentifierKind, NameKind, PartialDate, Schema};

use crate::entry::EntryBuilder;
use crate::identifiers::is_ship_imo;
use crate::reading::Reading;
use crate::schemata::{is_native_script, of_name};
use crate::xml::{Item, Node, Records};
use crate::{ListError, dates};

pub(crate) fn read(reading: &mut Reading<'_>) -> Result<(), ListError> {
    let path = reading.path();
    reading.list = "eu-fsf".to_string();
    let text = reading.open(path)?;
    let mut records = Records::new(text, &["sanctionEntity"]);
    while let Some(item) = records.next()? {
        reading.progress(records.text().raw_bytes());
        match item {
            Item::Root(root) => reading.version = dates::parse(root.attribute("generationDate")),
            Item::Field(_) => {}
            Item::Record(record, line) => reading.entry(path, line, entry_of(&record)),
            Item::Broken(line, reason) => reading.reject(path, line, None, reason),
        }
    }
    reading.close(records.into_text())
}

fn entry_of(record: &Node) -> EntryBuilder {
    let person = record.all("subjectType").any(|subject| {
        subject.attribute("classificationCode") == "P" || subject.attribute("code") == "person"
    });
    let mut entry = EntryBuilder::new(record.attribute("logicalId"), Schema::Person);
    names(&mut entry, record);
    if !person {
        let ship = record.all("identification").any(|id| {
            id.attribute("identificationTypeCode") == "imo" && is_ship_imo(id.attribute("number"))
        });
        entry.party.schema = if ship {
            Schema::Vessel
        } else {
            // Any of the names may spell the legal form out; the first that does decides.
            let names = entry.party.names.iter();
            names
                .map(|name| of_name(&name.text, Schema::Organization))
                .find(|schema| *schema != Schema::Organization)
                .unwrap_or(Schema::Organization)
        };
    }
    for regulation in record.all("regulation") {
        entry.programme(regulation.attribute("programme"));
    }
    listed_on(&mut entry, record);
    for citizenship in record.all("citizenship") {
        entry.country(country_of(citizenship));
    }
    for birth in record.all("birthdate") {
        birth_date(&mut entry, birth);
    }
    for address in record.all("address") {
        let parts = ["street", "poBox", "place", "city", "region", "zipCode"]
            .map(|part| address.attribute(part));
        let name = places::name(country_of(address)).unwrap_or_else(|| country_of(address));
        entry.address(&parts, name);
    }
    for id in record.all("identification") {
        identification(&mut entry, id);
    }
    entry.remark(record.attribute("designationDetails"));
    for remark in record.all("remark") {
        entry.remark_with_relations(remark.text());
    }
    for alias in record.all("nameAlias") {
        // Remarks on names carry relations too ("Associated entity: …"); functions say what a person is.
        for remark in alias.all("remark") {
            for (kind, target) in crate::remarks::relations(remark.text()) {
                entry.relation(kind, &target);
            }
        }
    }
    entry
}

/// ISO code, or empty for "00", which stands for unknown.
fn country_of(node: &Node) -> &str {
    match node.attribute("countryIso2Code") {
        "00" => "",
        code => code,
    }
}

fn names(entry: &mut EntryBuilder, record: &Node) {
    // Languages whose script is not Latin and that name parties of their own country. Greek and Bulgarian spellings are
    // translations of the regulation for every party.
    const NATIVE: [&str; 17] = [
        "", "AR", "FA", "RU", "BE", "UK", "KO", "ZH", "HE", "PS", "KU", "PA", "UZ", "SR", "JA",
        "MY", "KA",
    ];
    let text_of = |alias: &Node| {
        let whole = alias.attribute("wholeName");
        if whole.is_empty() {
            ["firstName", "middleName", "lastName"]
                .map(|part| alias.attribute(part))
                .join(" ")
        } else {
            whole.to_string()
        }
    };
    // The caption: the first full-strength Latin name that is English or of no language, else Latin, else any.
    let rank = |alias: &Node| {
        let language = alias.attribute("nameLanguage");
        let native = is_native_script(&text_of(alias));
        let strong = alias_kind(alias) == NameKind::Alias;
        match (strong, native, language) {
            (true, false, "" | "EN") => 0,
            (true, false, _) => 1,
            (_, false, _) => 2,
            _ => 3,
        }
    };
    let primary = record
        .all("nameAlias")
        .enumerate()
        .min_by_key(|(_, alias)| rank(alias))
        .map(|(index, _)| index);
    for (index, alias) in record.all("nameAlias").enumerate() {
        let text = text_of(alias);
        let language = alias.attribute("nameLanguage");
        let kind = if primary == Some(index) {
            NameKind::Primary
        } else if is_native_script(&text)
            && (NATIVE.contains(&language)
                || alias
                    .all("remark")
                    .any(|r| r.text().contains("original script")))
        {
            NameKind::Native
        } else {
            alias_kind(alias)
        };
        if kind == NameKind::Primary {
            // The same text may stand before it as an alias in another language.
            entry
                .party
                .names
                .retain(|name| name.text != crate::entry::fold(&text));
        }
        entry.name(&text, kind);
    }
}

/// By the `strong` flag and, as the flag is always true in practice, by the remark on the name.
fn alias_kind(alias: &Node) -> NameKind {
    let mut kind = NameKind::Alias;
    for remark in alias.all("remark") {
        let remark = remark.text().to_lowercase();
        if remark.starts_with("low quality") {
            kind = NameKind::WeakAlias;
        } else if [
            "formerly known",
            "former name",
            "previously known",
            "maiden name",
            "f.k.a",
        ]
        .iter()
        .any(|word| remark.starts_with(word))
        {
            kind = NameKind::Previous;
        }
    }
    if alias.attribute("strong") == "false" {
        kind = NameKind::WeakAlias;
    }
    kind
}

/// The designation date; without one, the earliest date that a regulation gives for the entry.
fn listed_on(entry: &mut EntryBuilder, record: &Node) {
    let designated = dates::parse(record.attribute("designationDate"));
    if designated.is_some() {
        entry.listed_on(designated);
        return;
    }
    for regulation in record.all("regulation") {
        let force = dates::parse(regulation.attribute("entryIntoForceDate"));
        entry.listed_on(force.or_else(|| dates::parse(regulation.attribute("publicationDate"))));
    }
}

fn birth_date(entry: &mut EntryBuilder, birth: &Node) {
    let number = |name: &str| birth.attribute(name).parse::<i16>().ok();
    let part = |name: &str| birth.attribute(name).parse::<u8>().ok();
    let gregorian = matches!(birth.attribute("calendarType"), "" | "GREGORIAN");
    if let Ok(date) = birth.attribute("birthdate").parse::<PartialDate>() {
        // Given in the Gregorian calendar whatever the parts are.
        let circa = birth.attribute("circa") == "true";
        let year = PartialDate::new(date.year(), None, None).unwrap_or(date);
        entry.birth_dates([if circa { year } else { date }]);
        return;
    }
    let years = [
        number("year"),
        number("yearRangeFrom"),
        number("yearRangeTo"),
    ];
    if !gregorian {
        let country = birth.attribute("countryIso2Code");
        for year in years.into_iter().flatten() {
            entry.birth_dates(dates::islamic_year(year, country));
        }
        return;
    }
    if let (Some(year), Some(month)) = (number("year"), part("monthOfYear"))
        && let Ok(date) = PartialDate::new(year, Some(month), part("dayOfMonth"))
    {
        entry.birth_dates([date]);
        return;
    }
    let years = years.into_iter().flatten();
    entry.birth_dates(years.filter_map(|year| PartialDate::new(year, None, None).ok()));
}

fn identification(entry: &mut EntryBuilder, id: &Node) {
    use IdentifierKind::{Bic, Imo, NationalId, Other, Passport, Registration, Tax};
    let kind = match id.attribute("identificationTypeCode") {
        "passport" | "travelcardid" => Passport,
        "id" | "ssn" | "birthcert" | "nationcert" | "electionid" | "residentperm"
        | "drivinglicence" => NationalId,
        "fiscalcode" => Tax,
        "regnumber" | "tradelic" => Registration,
        "imo" => Imo,
        "swiftbic" => Bic,
        _ => Other,
    };
    let note = id
        .all("remark")
        .map(Node::text)
        .collect::<Vec<_>>()
        .join(" ");
    let number = match id.attribute("number") {
        "" => id.attribute("latinNumber"),
        number => number,
    };
    // Documents known to be false identify nobody.
    if id.attribute("knownFalse") != "true" {
        entry.identifier(kind, number, country_of(id), &note);
    }
}
