//! FollowTheMoney entities, one JSON object a line.
//!
//! Parties are read; entities that link or describe them are folded in: `Address`, `Sanction`, `Identification`,
//! `Passport`, `Ownership`, `Directorship`, `UnknownLink` and the like. Links may stand anywhere, so the file is read
//! twice: first the links and the captions they point at, then the parties.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use model::{IdentifierKind, NameKind, PartialDate, RelationKind, Schema};
use serde::Deserialize;
use serde_json::Value;

use crate::entry::{EntryBuilder, fold, given_family};
use crate::input::{LineEnd, Text};
use crate::lines::{MAX_LINE, into_string, line_too_long};
use crate::reading::Reading;
use crate::schemata::of_ftm;
use crate::{ListError, dates};

#[derive(Deserialize)]
struct Entity {
    id: String,
    schema: String,
    #[serde(default)]
    caption: String,
    /// Lists of values; some writers give a lone value without its list.
    properties: HashMap<String, Value>,
    #[serde(default)]
    datasets: Vec<String>,
    target: Option<bool>,
    #[serde(default)]
    last_seen: Option<String>,
}

impl Entity {
    fn texts<'a>(&'a self, property: &str) -> impl Iterator<Item = &'a str> {
        self.properties
            .get(property)
            .into_iter()
            .flat_map(values)
            .filter_map(Value::as_str)
    }

    fn first(&self, property: &str) -> &str {
        self.texts(property).next().unwrap_or_default()
    }

    /// Entities nested in a property, as `targets.nested.json` has them.
    fn nested(&self) -> impl Iterator<Item = Entity> + '_ {
        self.properties
            .values()
            .flat_map(values)
            .filter(|value| value.is_object())
            .filter_map(|value| Entity::deserialize(value).ok())
    }
}

fn values(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        lone => std::slice::from_ref(lone),
    }
}

/// Whether a line is one FollowTheMoney entity.
pub(crate) fn is_entity(line: &str) -> bool {
    serde_json::from_str::<Entity>(line).is_ok()
}

/// What links say about one party.
#[derive(Default)]
struct Links {
    programmes: Vec<String>,
    listed_on: Option<PartialDate>,
    remarks: Vec<String>,
    identifiers: Vec<(IdentifierKind, String, String)>,
    relations: Vec<(RelationKind, String)>,
}

#[derive(Default)]
struct Network {
    links: HashMap<String, Links>,
    /// Full text and country of addresses.
    addresses: HashMap<String, (String, String)>,
    captions: HashMap<String, String>,
    latest: Option<PartialDate>,
    datasets: HashSet<String>,
    no_dataset: bool,
}

/// Links of all kinds kept for one party.
const MAX_LINKS: usize = 500;

pub(crate) fn read(reading: &mut Reading<'_>) -> Result<(), ListError> {
    let path = reading.path();
    let mut network = Network::default();
    let mut first = Text::open(path)?;
    each_line(&mut first, &mut |line, _| {
        if let Ok(entity) = serde_json::from_str::<Entity>(line) {
            network.learn(&entity, None);
        }
    })
    .or_else(|error| match first.fatal() {
        Some(fatal) => Err(fatal),
        // Reported by the second reading.
        None => {
            drop(error);
            Ok(())
        }
    })?;
    drop(first);

    reading.version = network.latest;
    let single = (network.datasets.len() == 1 && !network.no_dataset)
        .then(|| network.datasets.iter().next());
    reading.list = match single.flatten() {
        Some(dataset) => slug(dataset),
        None => list_of_path(path, "ftm"),
    };
    let mut text = reading.open(path)?;
    let mut line = Vec::new();
    loop {
        let number = text.line();
        match text.read_line(&mut line, MAX_LINE) {
            Ok(LineEnd::EndOfFile) => break,
            Ok(LineEnd::TooLong) => reading.reject(path, number, None, line_too_long()),
            Ok(LineEnd::Whole) => read_line(
                reading,
                &network,
                path,
                number,
                &into_string(std::mem::take(&mut line)),
            ),
            Err(error) => {
                reading.broke_off(&text, &error)?;
                break;
            }
        }
        reading.progress(text.raw_bytes());
    }
    reading.close(text)
}

fn each_line(text: &mut Text, visit: &mut dyn FnMut(&str, u64)) -> std::io::Result<()> {
    let mut line = Vec::new();
    loop {
        let number = text.line();
        match text.read_line(&mut line, MAX_LINE)? {
            LineEnd::EndOfFile => return Ok(()),
            LineEnd::TooLong => {}
            LineEnd::Whole => visit(&into_string(std::mem::take(&mut line)), number),
        }
    }
}

fn read_line(reading: &mut Reading<'_>, network: &Network, path: &Path, number: u64, line: &str) {
    if line.trim().is_empty() {
        return;
    }
    let entity = match serde_json::from_str::<Entity>(line) {
        Ok(entity) => entity,
        Err(error) => {
            // The error repeats the value that does not fit, which may be long.
            let error: String = error.to_string().chars().take(160).collect();
            let reason = format!("not a FollowTheMoney entity: {error}");
            reading.reject(path, number, None, reason);
            return;
        }
    };
    match of_ftm(&entity.schema) {
        Some(schema) if entity.target != Some(false) => {
            let entry = entry_of(&entity, schema, network);
            reading.entry(path, number, entry);
        }
        _ => reading.skipped += 1,
    }
}

impl Network {
    /// Keeps what an entity says about others; `holder` is the party it is nested in.
    fn learn(&mut self, entity: &Entity, holder: Option<&str>) {
        if holder.is_none() {
            if entity.datasets.is_empty() {
                self.no_dataset = true;
            }
            if self.datasets.len() < 2 {
                self.datasets.extend(entity.datasets.iter().cloned());
            }
            let seen = entity.last_seen.as_deref().and_then(dates::parse);
            self.latest = self.latest.max(seen);
        }
        let ends = |property: &'static str| -> Vec<String> {
            let mut ids: Vec<String> = entity.texts(property).map(str::to_string).collect();
            if ids.is_empty() {
                ids.extend(holder.map(str::to_string));
            }
            ids
        };
        match entity.schema.as_str() {
            "Address" => {
                let full = entity.first("full").to_string();
                self.addresses.insert(
                    entity.id.clone(),
                    (full, entity.first("country").to_string()),
                );
            }
            "Sanction" => {
                for id in ends("entity") {
                    let links = self.links.entry(id).or_default();
                    for programme in entity.texts("programId").chain(entity.texts("program")) {
                        push(&mut links.programmes, programme.to_string());
                    }
                    for date in ["listingDate", "startDate"] {
                        for date in entity.texts(date).filter_map(dates::parse) {
                            links.listed_on =
                                Some(links.listed_on.map_or(date, |known| known.min(date)));
                        }
                    }
                    for reason in entity.texts("authority").chain(entity.texts("reason")) {
                        push(&mut links.remarks, reason.to_string());
                    }
                }
            }
            "Identification" | "Passport" => {
                let passport = entity.schema == "Passport"
                    || entity.first("type").to_lowercase().contains("passport");
                let kind = if passport {
                    IdentifierKind::Passport
                } else {
                    IdentifierKind::NationalId
                };
                let country = entity.first("country");
                for id in ends("holder") {
                    let links = self.links.entry(id).or_default();
                    for number in entity.texts("number").chain(entity.texts("passportNumber")) {
                        push(
                            &mut links.identifiers,
                            (kind, number.to_string(), country.to_string()),
                        );
                    }
                }
            }
            "Ownership" => self.relate(
                &ends("asset"),
                RelationKind::OwnedOrControlledBy,
                entity.texts("owner"),
            ),
            "Directorship" => self.relate(
                &ends("director"),
                RelationKind::OfficerOf,
                entity.texts("organization"),
            ),
            "Membership" => self.relate(
                &ends("member"),
                RelationKind::OfficerOf,
                entity.texts("organization"),
            ),
            "Employment" => self.relate(
                &ends("employee"),
                RelationKind::OfficerOf,
                entity.texts("employer"),
            ),
            "Representation" => self.relate(
                &ends("agent"),
                RelationKind::ActingFor,
                entity.texts("client"),
            ),
            "UnknownLink" => self.relate(
                &ends("subject"),
                RelationKind::LinkedTo,
                entity.texts("object"),
            ),
            "Family" => self.relate(
                &ends("person"),
                RelationKind::Other,
                entity.texts("relative"),
            ),
            "Associate" => self.relate(
                &ends("person"),
                RelationKind::Other,
                entity.texts("associate"),
            ),
            schema if of_ftm(schema).is_some() => {
                let caption = match entity.caption.as_str() {
                    "" => entity.first("name"),
                    caption => caption,
                };
                self.captions.insert(entity.id.clone(), caption.to_string());
            }
            _ => {}
        }
        if holder.is_none() {
            for nested in entity.nested() {
                self.learn(&nested, Some(&entity.id));
            }
        }
    }

    fn relate<'a>(
        &mut self,
        from: &[String],
        kind: RelationKind,
        to: impl Iterator<Item = &'a str>,
    ) {
        let to: Vec<&str> = to.collect();
        for from in from {
            let links = self.links.entry(from.clone()).or_default();
            for to in &to {
                push(&mut links.relations, (kind, (*to).to_string()));
            }
        }
    }
}

fn push<T: PartialEq>(values: &mut Vec<T>, value: T) {
    if values.len() < MAX_LINKS && !values.contains(&value) {
        values.push(value);
    }
}

fn entry_of(entity: &Entity, schema: Schema, network: &Network) -> EntryBuilder {
    use IdentifierKind::{
        Aircraft, Bic, CallSign, Imo, Inn, Lei, Mmsi, NationalId, Ogrn, Other, Passport,
        Registration, Tax,
    };
    let mut entry = EntryBuilder::new(&entity.id, schema);
    let person = schema == Schema::Person;
    let mut name = |text: &str, kind| entry.name(&logical_order(text, person), kind);
    let caption = entity.caption.as_str();
    let mut primary = NameKind::Primary;
    if entity.texts("name").any(|text| text == caption) {
        name(caption, primary);
        primary = NameKind::Alias;
    }
    for text in entity.texts("name") {
        name(text, primary);
        primary = NameKind::Alias;
    }
    for (property, kind) in [
        ("alias", NameKind::Alias),
        ("weakAlias", NameKind::WeakAlias),
        ("previousName", NameKind::Previous),
    ] {
        for text in entity.texts(property) {
            name(text, kind);
        }
    }
    if entry.party.names.is_empty() {
        entry.name(caption, NameKind::Primary);
    }
    for property in [
        "country",
        "nationality",
        "citizenship",
        "jurisdiction",
        "mainCountry",
        "flag",
    ] {
        for country in entity.texts(property) {
            entry.country(country);
        }
    }
    for date in entity.texts("birthDate").chain(entity.texts("buildDate")) {
        entry.birth(date);
    }
    for (property, kind) in [
        ("innCode", Inn),
        ("ogrnCode", Ogrn),
        ("imoNumber", Imo),
        ("mmsi", Mmsi),
        ("callSign", CallSign),
        ("leiCode", Lei),
        ("swiftBic", Bic),
        ("passportNumber", Passport),
        ("taxNumber", Tax),
        ("vatCode", Tax),
        ("uscCode", Registration),
        ("serialNumber", Aircraft),
        ("icaoCode", Aircraft),
        (
            "registrationNumber",
            if schema == Schema::Airplane {
                Aircraft
            } else {
                Registration
            },
        ),
        ("idNumber", NationalId),
        ("socialSecurityNumber", NationalId),
        ("okpoCode", Other),
        ("dunsCode", Other),
        ("uniqueEntityId", Other),
        ("npiCode", Other),
        ("licenseNumber", Other),
    ] {
        for value in entity.texts(property) {
            // The same number often stands under a second, vaguer property.
            let known = entry.party.identifiers.iter().any(|id| id.value == value);
            if !known {
                entry.identifier(kind, value, "", "");
            }
        }
    }
    for address in entity.texts("address") {
        entry.address(&[address], "");
    }
    for id in entity.texts("addressEntity") {
        if let Some((full, country)) = network.addresses.get(id) {
            entry.country(country);
            entry.address(&[full], "");
        }
    }
    for nested in entity.nested().filter(|nested| nested.schema == "Address") {
        entry.address(&[nested.first("full")], "");
    }
    for programme in entity.texts("programId").chain(entity.texts("program")) {
        entry.programme(programme);
    }
    for note in entity.texts("notes").chain(entity.texts("description")) {
        entry.remark_with_relations(note);
    }
    for (property, kind) in [
        ("owner", RelationKind::OwnedOrControlledBy),
        ("parent", RelationKind::SubsidiaryOf),
    ] {
        for target in entity.texts(property) {
            let caption = network.captions.get(target).map_or(target, String::as_str);
            entry.relation(kind, caption);
        }
    }
    if let Some(links) = network.links.get(&entity.id) {
        for programme in &links.programmes {
            entry.programme(programme);
        }
        entry.listed_on(links.listed_on);
        for remark in &links.remarks {
            entry.remark(remark);
        }
        for (kind, number, country) in &links.identifiers {
            entry.identifier(*kind, number, country, "");
        }
        for (kind, target) in &links.relations {
            // A link to an entity that the file does not hold names nobody.
            if let Some(caption) = network.captions.get(target) {
                entry.relation(*kind, caption);
            }
        }
    }
    entry
}

/// Persons' names given name first: "OSETROVA, Maria" and "SIDOROV Kirill Alexandrovich" have the family name first.
pub(crate) fn logical_order(text: &str, person: bool) -> String {
    if !person {
        return text.to_string();
    }
    if text.contains(',') {
        return given_family(text);
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let in_capitals = |word: &&str| {
        word.chars().filter(|c| c.is_alphabetic()).count() >= 2
            && !word.chars().any(char::is_lowercase)
    };
    let family = words.iter().take_while(|word| in_capitals(word)).count();
    let rest_in_small_letters = words[family..]
        .iter()
        .all(|word| word.chars().any(char::is_lowercase));
    if family == 0 || family == words.len() || !rest_in_small_letters {
        return text.to_string();
    }
    [&words[family..], &words[..family]].concat().join(" ")
}

/// A name for a list made from its file's name: no date, no extension.
pub(crate) fn list_of_path(path: &Path, otherwise: &str) -> String {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut stem = name.as_str();
    while let Some((rest, extension)) = stem.rsplit_once('.') {
        let known = [
            "gz", "zst", "json", "ijson", "jsonl", "ndjson", "ftm", "csv", "simple", "nested",
            "txt",
        ];
        if rest.is_empty() || !known.contains(&extension) {
            break;
        }
        stem = rest;
    }
    let mut stem = stem.to_string();
    if let Some((_, range)) = dates::in_name(&stem) {
        stem.replace_range(range, "");
    }
    let slug = slug(&stem.replace(".simple", "").replace("targets", ""));
    if slug.is_empty() || slug == "entities" {
        otherwise.to_string()
    } else {
        slug
    }
}

/// Lower case; everything but letters, digits and `_` becomes one `-`.
pub(crate) fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in fold(text).chars().take(80).flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || c == '_' {
            out.push(c);
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_matches(['-', '_']).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(logical_order(text, true), expect, "{text}");
    }

    #[test]
    fn family_names_in_front_move_behind() {
        check(
            "SIDOROV Kirill Alexandrovich",
            "Kirill Alexandrovich SIDOROV",
        );
        check(
            "СИДОРОВ Кирилл Александрович",
            "Кирилл Александрович СИДОРОВ",
        );
        check(
            "OSETROVA, Maria Aleksandrovna",
            "Maria Aleksandrovna OSETROVA",
        );
        check(
            "Maria Aleksandrovna OSETROVA",
            "Maria Aleksandrovna OSETROVA",
        );
        check("МАРИЯ ЗАХАРОВА", "МАРИЯ ЗАХАРОВА");
        check("J. R. Smith", "J. R. Smith");
        check("金正恩", "金正恩");
        check("", "");
    }

    #[test]
    fn lists_without_a_dataset_are_named_after_the_file() {
        let name = |path: &str| list_of_path(Path::new(path), "ftm");
        assert_eq!(name("a/baseline_24607.ftm.json.gz"), "baseline_24607");
        assert_eq!(
            name("ua_war_sanctions_targets.simple_2026-03-13.csv"),
            "ua_war_sanctions"
        );
        assert_eq!(name("entities.ftm.json"), "ftm");
    }
}
