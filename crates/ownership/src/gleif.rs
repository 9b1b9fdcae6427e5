//! JSON of the GLEIF API: LEI records are parties, relationship records say who consolidates whom in its accounts,
//! reporting exceptions say why a parent is not told. A consolidating parent controls, mostly by more than half; the
//! records give no figure.

use model::{
    Holding, HoldingKind, IdentifierKind, NameKind, OwnershipStatement, PartialDate, Party,
    Percent, Schema, Share, Stated,
};
use serde_json::Value;

use crate::party::{add_address, add_country, add_identifier, add_name, empty, fold, list, text};
use crate::read::Sink;

/// Whether a value is an answer of the API that speaks of parties or of who consolidates whom.
pub(crate) fn is_answer(value: &Value) -> bool {
    let dated = value
        .get("meta")
        .is_some_and(|meta| meta.get("goldenCopy").is_some());
    let first = match value.get("data") {
        Some(Value::Array(records)) => records.first(),
        other => other,
    };
    let known = |record: &Value| {
        matches!(
            text(record, &["type"]),
            "lei-records" | "relationship-records" | "reporting-exceptions"
        )
    };
    // A company without children is answered with no record at all.
    let asked = text(value, &["links", "first"]);
    match first {
        Some(record) => known(record),
        None => dated && asked.contains("-child") && value.get("data").is_some(),
    }
}

/// Reads one answer, of one record or many, into the sink.
pub(crate) fn answer(value: &Value, sink: &mut Sink) {
    let records = match value.get("data") {
        Some(Value::Array(records)) => records.as_slice(),
        Some(record @ Value::Object(_)) => std::slice::from_ref(record),
        Some(Value::Null) => &[],
        _ => {
            sink.reject(Some("data"), "is missing or holds no records");
            return;
        }
    };
    for record in records {
        match text(record, &["type"]) {
            "lei-records" => lei_record(record, sink),
            "relationship-records" => relationship(record, sink),
            "reporting-exceptions" => exception(record, sink),
            other => {
                let reason = format!("{:?} is no record of a party or of a parent", fold(other));
                sink.reject(Some("type"), reason);
            }
        }
    }
}

/// An LEI by its form; check digits are the register's business.
fn lei<'v>(value: &'v Value, path: &[&str], field: &str, sink: &mut Sink) -> Option<&'v str> {
    let lei = text(value, path);
    let fits = lei.len() == 20
        && lei
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if !fits {
        let reason = format!("{:?} is no LEI (expected 20 letters and digits)", fold(lei));
        sink.reject(Some(field), reason);
    }
    fits.then_some(lei)
}

fn date(value: &str) -> Option<PartialDate> {
    value.parse().ok()
}

fn lei_record(record: &Value, sink: &mut Sink) {
    let attributes = record.get("attributes").unwrap_or(&Value::Null);
    let Some(lei) = lei(attributes, &["lei"], "lei", sink) else {
        return;
    };
    let entity = attributes.get("entity").unwrap_or(&Value::Null);
    let mut party: Party = empty(match text(entity, &["category"]) {
        "SOLE_PROPRIETOR" => Schema::Person,
        "RESIDENT_GOVERNMENT_ENTITY" | "INTERNATIONAL_ORGANIZATION" => Schema::PublicBody,
        _ => Schema::Company,
    });
    add_name(
        &mut party,
        text(entity, &["legalName", "name"]),
        NameKind::Primary,
    );
    for name in ["otherNames", "transliteratedOtherNames"]
        .into_iter()
        .flat_map(|key| list(entity, key))
    {
        let kind = match text(name, &["type"]) {
            "PREVIOUS_LEGAL_NAME" => NameKind::Previous,
            _ => NameKind::Alias,
        };
        add_name(&mut party, text(name, &["name"]), kind);
    }
    if party.names.is_empty() {
        sink.reject(Some("legalName"), format!("record {lei} has no name"));
        return;
    }
    add_country(&mut party, text(entity, &["jurisdiction"]));
    for key in ["legalAddress", "headquartersAddress"] {
        let Some(address) = entity.get(key) else {
            continue;
        };
        let mut parts: Vec<&str> = list(address, "addressLines")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        parts.extend([text(address, &["postalCode"]), text(address, &["city"])]);
        add_address(&mut party, &parts, text(address, &["country"]));
    }
    add_identifier(&mut party, IdentifierKind::Lei, lei, None);
    let registered = text(entity, &["registeredAs"]);
    let country = places::country(
        text(entity, &["jurisdiction"])
            .split('-')
            .next()
            .unwrap_or_default(),
    );
    add_identifier(
        &mut party,
        IdentifierKind::Registration,
        registered,
        country.map(str::to_string),
    );
    sink.statements.push(OwnershipStatement {
        record: format!("lei:{lei}"),
        statement: lei.to_string(),
        date: date(text(attributes, &["registration", "lastUpdateDate"])),
        closed: false,
        row: sink.row,
        says: Stated::Party(party),
    });
}

fn relationship(record: &Value, sink: &mut Sink) {
    let attributes = record.get("attributes").unwrap_or(&Value::Null);
    let relationship = attributes.get("relationship").unwrap_or(&Value::Null);
    let (Some(child), Some(parent)) = (
        lei(relationship, &["startNode", "id"], "startNode", sink),
        lei(relationship, &["endNode", "id"], "endNode", sink),
    ) else {
        return;
    };
    let kind = text(relationship, &["type"]);
    let all = Share {
        low: Percent::ALL,
        high: Percent::ALL,
    };
    let (holding, indirect, share) = match kind {
        "IS_DIRECTLY_CONSOLIDATED_BY" => (HoldingKind::Consolidation, false, None),
        "IS_ULTIMATELY_CONSOLIDATED_BY" => (HoldingKind::Consolidation, true, None),
        // A branch is its head office.
        "IS_INTERNATIONAL_BRANCH_OF" => (HoldingKind::Shareholding, false, Some(all)),
        "IS_FUND-MANAGED_BY" | "IS_SUBFUND_OF" | "IS_FEEDER_TO" => {
            (HoldingKind::Influence, false, None)
        }
        other => {
            let reason = format!("{:?} is no relationship that Interdict knows", fold(other));
            sink.reject(Some("relationship.type"), reason);
            return;
        }
    };
    let period = list(relationship, "periods")
        .iter()
        .find(|period| text(period, &["type"]) == "RELATIONSHIP_PERIOD");
    let day = |key: &str| period.and_then(|period| date(text(period, &[key])));
    sink.statements.push(OwnershipStatement {
        record: format!("gleif:{child}|{kind}|{parent}"),
        statement: fold(text(record, &["id"])),
        date: date(text(attributes, &["registration", "lastUpdateDate"])),
        closed: text(relationship, &["status"]) != "ACTIVE",
        row: sink.row,
        says: Stated::Holdings(vec![Holding {
            owner: Some(format!("lei:{parent}")),
            owned: format!("lei:{child}"),
            kind: holding,
            share,
            indirect,
            joint: false,
            from: day("startDate"),
            to: day("endDate"),
            note: fold(kind),
        }]),
    });
}

fn exception(record: &Value, sink: &mut Sink) {
    let attributes = record.get("attributes").unwrap_or(&Value::Null);
    let Some(lei) = lei(attributes, &["lei"], "lei", sink) else {
        return;
    };
    let category = fold(text(attributes, &["category"]));
    sink.statements.push(OwnershipStatement {
        record: format!("gleif:{lei}|{category}"),
        statement: fold(text(record, &["id"])),
        date: None,
        closed: false,
        row: sink.row,
        says: Stated::Holdings(vec![Holding {
            owner: None,
            owned: format!("lei:{lei}"),
            kind: HoldingKind::Consolidation,
            share: None,
            indirect: category.starts_with("ULTIMATE"),
            joint: false,
            from: None,
            to: None,
            note: fold(text(attributes, &["reason"])),
        }]),
    });
}
