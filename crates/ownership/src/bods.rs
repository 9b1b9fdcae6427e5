//! Beneficial Ownership Data Standard 0.4: statements of persons, entities and relationships.
//!
//! Record ids belong to the publisher, so they are kept under its name. What an interest counts as is a line of
//! `data/interests.tsv`. A share of an arrangement that is no trust is held jointly: the arrangement is only the name
//! for those who hold together.

use std::collections::HashMap;
use std::sync::LazyLock;

use model::{
    Holding, HoldingKind, IdentifierKind, NameKind, OwnershipStatement, PartialDate, Party,
    Percent, Schema, Share, Stated,
};
use serde_json::Value;

use crate::party::{add_address, add_country, add_identifier, add_name, empty, fold, list, text};
use crate::read::Sink;

static INTERESTS: &str = include_str!("../data/interests.tsv");

static KINDS: LazyLock<HashMap<&str, HoldingKind>> = LazyLock::new(|| {
    INTERESTS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let (interest, kind) = line.split_once('\t')?;
            let kind = match kind {
                "shareholding" => HoldingKind::Shareholding,
                "voting" => HoldingKind::Voting,
                "control" => HoldingKind::Control,
                "influence" => HoldingKind::Influence,
                _ => HoldingKind::Unknown,
            };
            Some((interest, kind))
        })
        .collect()
});

/// Whether a value is a statement of the standard, of whatever version.
pub(crate) fn is_statement(value: &Value) -> bool {
    let has = |key: &str| value.get(key).is_some();
    (has("statementId") && has("recordType")) || (has("statementID") && has("statementType"))
}

/// Reads one statement into the sink.
pub(crate) fn statement(value: &Value, sink: &mut Sink) {
    let Some((mut statement, details)) = head(value, sink) else {
        return;
    };
    let says = match text(value, &["recordType"]) {
        "person" => person(details, sink).map(Stated::Party),
        "entity" => entity(details, sink).map(Stated::Party),
        "relationship" => relationship(value, details, sink).map(Stated::Holdings),
        other => {
            let reason = format!("{:?} is no type of record", fold(other));
            sink.reject(Some("recordType"), reason);
            None
        }
    };
    if let Some(says) = says {
        if is_arrangement(details) {
            sink.arrangements.insert(statement.record.clone());
        }
        statement.says = says;
        sink.statements.push(statement);
    }
}

/// What every statement has, and its details; none where what it must have is missing.
fn head<'v>(value: &'v Value, sink: &mut Sink) -> Option<(OwnershipStatement, &'v Value)> {
    if value.get("statementType").is_some() && value.get("recordType").is_none() {
        sink.reject(
            Some("statementType"),
            "a statement of the standard before version 0.4; convert the file to 0.4",
        );
        return None;
    }
    for field in ["statementId", "recordId", "recordType"] {
        if text(value, &[field]).trim().is_empty() {
            sink.reject(Some(field), "is missing or no text");
            return None;
        }
    }
    let Some(details) = value.get("recordDetails").filter(|value| value.is_object()) else {
        sink.reject(Some("recordDetails"), "is missing or no object");
        return None;
    };
    let stated = text(value, &["statementDate"]);
    let published = text(value, &["publicationDetails", "publicationDate"]);
    let statement = OwnershipStatement {
        record: record_id(value, text(value, &["recordId"])),
        statement: fold(text(value, &["statementId"])),
        date: date(
            if stated.is_empty() { published } else { stated },
            "statementDate",
            sink,
        ),
        closed: text(value, &["recordStatus"]) == "closed",
        row: sink.row,
        says: Stated::Holdings(Vec::new()),
    };
    Some((statement, details))
}

fn record_id(value: &Value, id: &str) -> String {
    let publisher = text(value, &["publicationDetails", "publisher", "name"]);
    let publisher: String = fold(publisher)
        .to_lowercase()
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    format!("bods:{publisher}:{}", fold(id))
}

fn date(text: &str, field: &str, sink: &mut Sink) -> Option<PartialDate> {
    if text.is_empty() {
        return None;
    }
    match text.parse() {
        Ok(date) => Some(date),
        Err(error) => {
            sink.reject(Some(field), format!("{error}"));
            None
        }
    }
}

fn person(details: &Value, sink: &mut Sink) -> Option<Party> {
    let mut party = empty(Schema::Person);
    // The legal name leads.
    let mut names: Vec<&Value> = list(details, "names").iter().collect();
    names.sort_by_key(|name| !matches!(text(name, &["type"]), "legal" | ""));
    for name in names {
        let kind = match text(name, &["type"]) {
            _ if party.names.is_empty() => NameKind::Primary,
            "former" | "birth" => NameKind::Previous,
            _ => NameKind::Alias,
        };
        let full = text(name, &["fullName"]);
        let parts = ["givenName", "patronymicName", "familyName"].map(|part| text(name, &[part]));
        let whole = if full.is_empty() {
            parts.join(" ")
        } else {
            full.to_string()
        };
        add_name(&mut party, &whole, kind);
    }
    for country in list(details, "nationalities") {
        add_country(&mut party, code_or_name(country));
    }
    if let Some(born) = date(text(details, &["birthDate"]), "birthDate", sink) {
        party.birth_dates.push(born);
    }
    named(party, details, sink)
}

fn entity(details: &Value, sink: &mut Sink) -> Option<Party> {
    let mut party = empty(match text(details, &["entityType", "type"]) {
        "registeredEntity" => Schema::Company,
        "state" | "stateBody" => Schema::PublicBody,
        _ => Schema::LegalEntity,
    });
    add_name(&mut party, text(details, &["name"]), NameKind::Primary);
    for name in list(details, "alternateNames") {
        add_name(
            &mut party,
            name.as_str().unwrap_or_default(),
            NameKind::Alias,
        );
    }
    if let Some(jurisdiction) = details.get("jurisdiction") {
        add_country(&mut party, code_or_name(jurisdiction));
    }
    named(party, details, sink)
}

/// Whether an entity is only the name for parties who hold something together.
fn is_arrangement(details: &Value) -> bool {
    text(details, &["entityType", "type"]) == "arrangement"
        && !matches!(
            text(details, &["entityType", "subtype"]),
            "trust" | "nomination"
        )
}

/// What persons and entities have in common; none, counted, for one without a name.
fn named(mut party: Party, details: &Value, sink: &mut Sink) -> Option<Party> {
    for address in list(details, "addresses") {
        let country = address
            .get("country")
            .map_or("", |country| code_or_name(country));
        add_address(&mut party, &[text(address, &["address"])], country);
    }
    for identifier in list(details, "identifiers") {
        let (kind, country) = scheme(text(identifier, &["scheme"]), party.schema);
        let country = country.or_else(|| match party.countries.as_slice() {
            [only] if kind != IdentifierKind::Lei => Some(only.clone()),
            _ => None,
        });
        add_identifier(&mut party, kind, text(identifier, &["id"]), country);
    }
    if party.names.is_empty() {
        sink.nameless += 1;
        return None;
    }
    Some(party)
}

/// What a scheme like `GB-COH`, `XI-LEI`, `IRL-TAXID` identifies, and its country.
fn scheme(scheme: &str, of: Schema) -> (IdentifierKind, Option<String>) {
    let (issuer, register) = scheme.split_once('-').unwrap_or(("", scheme));
    let kind = match register {
        "LEI" => IdentifierKind::Lei,
        "INN" => IdentifierKind::Inn,
        "OGRN" => IdentifierKind::Ogrn,
        "PASSPORT" => IdentifierKind::Passport,
        "TAXID" => IdentifierKind::Tax,
        "IDCARD" => IdentifierKind::NationalId,
        _ if of == Schema::Person => IdentifierKind::Other,
        _ => IdentifierKind::Registration,
    };
    (kind, places::country(issuer).map(str::to_string))
}

fn code_or_name(country: &Value) -> &str {
    let code = text(country, &["code"]);
    if code.is_empty() {
        text(country, &["name"])
    } else {
        code
    }
}

fn relationship(statement: &Value, details: &Value, sink: &mut Sink) -> Option<Vec<Holding>> {
    let subject = text(details, &["subject"]);
    if subject.is_empty() {
        // An unspecified subject is allowed by the standard; nothing follows from it.
        if details.get("subject").is_some_and(Value::is_object) {
            sink.nameless += 1;
        } else {
            sink.reject(Some("subject"), "is missing or no record id");
        }
        return None;
    }
    let interested = text(details, &["interestedParty"]);
    let reason = text(details, &["interestedParty", "reason"]);
    if interested.is_empty() && reason.is_empty() {
        sink.reject(
            Some("interestedParty"),
            "is neither a record id nor a reason why there is none",
        );
        return None;
    }
    let plain = Holding {
        owner: (!interested.is_empty()).then(|| record_id(statement, interested)),
        owned: record_id(statement, subject),
        kind: HoldingKind::Unknown,
        share: None,
        indirect: false,
        joint: false,
        from: None,
        to: None,
        note: fold(reason),
    };
    let mut holdings = Vec::new();
    for interest in list(details, "interests") {
        let kind = text(interest, &["type"]);
        holdings.push(Holding {
            kind: KINDS.get(kind).copied().unwrap_or(HoldingKind::Unknown),
            share: share(interest.get("share"), sink),
            indirect: text(interest, &["directOrIndirect"]) == "indirect",
            from: date(text(interest, &["startDate"]), "startDate", sink),
            to: date(text(interest, &["endDate"]), "endDate", sink),
            note: if kind.is_empty() {
                plain.note.clone()
            } else {
                fold(kind)
            },
            ..plain.clone()
        });
    }
    if holdings.is_empty() {
        holdings.push(plain);
    }
    Some(holdings)
}

/// A share as stated; none where it is not, or makes no sense.
fn share(value: Option<&Value>, sink: &mut Sink) -> Option<Share> {
    let value = value.filter(|value| !value.is_null())?;
    // None for a bound that makes no sense, none inside for one that is not stated.
    let mut bound = |key: &str| -> Option<Option<Percent>> {
        let Some(stated) = value.get(key).filter(|value| !value.is_null()) else {
            return Some(None);
        };
        let percent = stated.as_f64().map(Percent::try_from);
        match percent {
            Some(Ok(percent)) => Some(Some(percent)),
            _ => {
                let shown: String = stated.to_string().chars().take(40).collect();
                sink.reject(
                    Some(key),
                    format!("{shown} is no share (expected 0 to 100)"),
                );
                None
            }
        }
    };
    let read = (|| {
        if let Some(exact) = bound("exact")? {
            return Some(Some(Share {
                low: exact,
                high: exact,
            }));
        }
        let low = bound("minimum")?;
        let above = bound("exclusiveMinimum")?.map(|percent| percent.plus(Percent::STEP));
        let high = bound("maximum")?;
        let below = bound("exclusiveMaximum")?.map(|percent| percent.minus(Percent::STEP));
        let stated = low.or(above).or(high).or(below).is_some();
        Some(stated.then(|| {
            Share {
                low: low.max(above).unwrap_or(Percent::ZERO),
                high: [high, below]
                    .into_iter()
                    .flatten()
                    .min()
                    .unwrap_or(Percent::ALL),
            }
        }))
    })();
    match read.flatten() {
        Some(share) if share.low > share.high => {
            sink.reject(Some("share"), "the lower bound is above the upper bound");
            None
        }
        share => share,
    }
}

/// Marks what is held of arrangements as held jointly, now that all of them are known.
pub(crate) fn mark_joint(sink: &mut Sink) {
    for statement in &mut sink.statements {
        if let Stated::Holdings(holdings) = &mut statement.says {
            for holding in holdings {
                holding.joint = sink.arrangements.contains(&holding.owned);
            }
        }
    }
}
