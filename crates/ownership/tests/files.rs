//! Files in the official formats: small ones written by hand, and every published example that the private data
//! folder holds.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::Write;
use std::path::{Path, PathBuf};

use model::{HoldingKind, OwnershipStatement, Stated};
use ownership::{OwnershipFile, OwnershipFormat, detect, read};

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn read_text(text: &str) -> OwnershipFile {
    read(file(text).path()).unwrap()
}

/// A statement of the standard with what every one has.
fn bods(record: &str, kind: &str, details: &str) -> String {
    format!(
        "{{\"statementId\":\"s-{record}\",\"statementDate\":\"2026-01-10\",\"recordId\":\"{record}\",\"recordType\":\"{kind}\",\
         \"recordStatus\":\"new\",\"publicationDetails\":{{\"bodsVersion\":\"0.4\",\"publisher\":{{\"name\":\"Example Register\"}}}},\
         \"recordDetails\":{details}}}"
    )
}

fn holdings(statements: &[OwnershipStatement]) -> Vec<String> {
    statements
        .iter()
        .filter_map(|statement| match &statement.says {
            Stated::Holdings(holdings) => Some(holdings),
            Stated::Party(_) => None,
        })
        .flatten()
        .map(|held| {
            let share = held
                .share
                .map_or(String::new(), |share| format!(" {share}"));
            let joint = if held.joint { " jointly" } else { "" };
            let indirect = if held.indirect { " indirectly" } else { "" };
            format!(
                "{} {:?}{share}{joint}{indirect} {}",
                held.owner.as_deref().unwrap_or(&held.note),
                held.kind,
                held.owned
            )
        })
        .collect()
}

#[test]
fn interests_are_read_with_their_shares() {
    let check = |interest: &str, expect: &str, refused: usize| {
        let text = bods(
            "r-1",
            "relationship",
            &format!(
                "{{\"isComponent\":false,\"subject\":\"x\",\"interestedParty\":\"a\",\"interests\":[{interest}]}}"
            ),
        );
        let read = read_text(&text);
        let owner = "bods:example-register:a";
        let owned = "bods:example-register:x";
        assert_eq!(
            holdings(&read.statements),
            [format!("{owner} {expect} {owned}")],
            "{interest}"
        );
        assert_eq!(
            read.rejected.len(),
            refused,
            "{interest}: {:?}",
            read.rejected
        );
    };
    check(
        r#"{"type":"shareholding","share":{"exact":75}}"#,
        "Shareholding 75 %",
        0,
    );
    check(
        r#"{"type":"votingRights","share":{"minimum":25,"exclusiveMaximum":50}}"#,
        "Voting 25 to 50 %",
        0,
    );
    check(
        r#"{"type":"shareholding","share":{"exclusiveMinimum":50}}"#,
        "Shareholding more than 50 %",
        0,
    );
    check(
        r#"{"type":"shareholding","directOrIndirect":"indirect","share":{"exact":30}}"#,
        "Shareholding 30 % indirectly",
        0,
    );
    check(r#"{"type":"appointmentOfBoard"}"#, "Control", 0);
    check(r#"{"type":"boardMember"}"#, "Influence", 0);
    check(r#"{"type":"somethingNew"}"#, "Unknown", 0);
    check("", "Unknown", 0);
    check(
        r#"{"type":"shareholding","share":{"exact":101}}"#,
        "Shareholding",
        1,
    );
    check(
        r#"{"type":"shareholding","share":{"exact":"most"}}"#,
        "Shareholding",
        1,
    );
    check(
        r#"{"type":"shareholding","share":{"minimum":60,"maximum":40}}"#,
        "Shareholding",
        1,
    );
    check(
        r#"{"type":"shareholding","startDate":"2023-02-30","share":{"exact":5}}"#,
        "Shareholding 5 %",
        1,
    );
}

#[test]
fn parties_are_read_with_names_countries_and_identifiers() {
    let person = bods(
        "p-1",
        "person",
        r#"{"isComponent":false,"personType":"knownPerson","names":[{"type":"former","fullName":"Example Formername"},{"type":"legal","givenName":"Example","familyName":"Personov"}],"nationalities":[{"code":"RU"}],"birthDate":"1970-05","identifiers":[{"scheme":"RUS-PASSPORT","id":"4500 123456"}]}"#,
    );
    let entity = bods(
        "e-1",
        "entity",
        r#"{"isComponent":false,"entityType":{"type":"registeredEntity"},"name":"Example Ltd","jurisdiction":{"code":"US-DE"},"identifiers":[{"scheme":"XI-LEI","id":"5493001KJTIIGC8Y1R12"},{"schemeName":"Register","id":"12345678"}],"addresses":[{"address":"1 Example Street","country":{"code":"US"}}]}"#,
    );
    let read = read_text(&format!("[{person},\n{entity}]"));
    assert_eq!(read.format, OwnershipFormat::Bods);
    assert_eq!(read.rejected, []);
    let shown: Vec<String> = read
        .statements
        .iter()
        .map(|statement| match &statement.says {
            Stated::Party(party) => format!(
                "{}: {} {} {:?} {:?} {:?}",
                statement.row,
                party.schema.as_str(),
                party
                    .names
                    .iter()
                    .map(|name| format!("{} ({:?})", name.text, name.kind))
                    .collect::<Vec<_>>()
                    .join(", "),
                party.countries,
                party
                    .birth_dates
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>(),
                party
                    .identifiers
                    .iter()
                    .map(|id| format!("{:?} {} {:?}", id.kind, id.value, id.country))
                    .collect::<Vec<_>>(),
            ),
            Stated::Holdings(_) => unreachable!(),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "1: Person Example Personov (Primary), Example Formername (Previous) [\"RU\"] [\"1970-05\"] [\"Passport 4500 123456 Some(\\\"RU\\\")\"]",
            "2: Company Example Ltd (Primary) [\"US\"] [] [\"Lei 5493001KJTIIGC8Y1R12 None\", \"Registration 12345678 Some(\\\"US\\\")\"]",
        ]
    );
}

#[test]
fn an_arrangement_is_held_jointly_and_a_trust_is_not() {
    for (subtype, expect) in [("other", " jointly"), ("trust", "")] {
        let arrangement = bods(
            "j",
            "entity",
            &format!(
                "{{\"isComponent\":false,\"entityType\":{{\"type\":\"arrangement\",\"subtype\":\"{subtype}\"}},\"name\":\"Joint holding\"}}"
            ),
        );
        let relation = bods(
            "r-1",
            "relationship",
            r#"{"isComponent":false,"subject":"j","interestedParty":"a","interests":[{"type":"shareholding","share":{"exact":50}}]}"#,
        );
        let read = read_text(&format!("[{relation},{arrangement}]"));
        let expect =
            format!("bods:example-register:a Shareholding 50 %{expect} bods:example-register:j");
        assert_eq!(holdings(&read.statements), [expect]);
    }
}

#[test]
fn owners_that_are_not_told_keep_the_reason() {
    let text = bods(
        "r-1",
        "relationship",
        r#"{"isComponent":false,"subject":"x","interestedParty":{"reason":"interestedPartyExemptFromDisclosure"}}"#,
    );
    assert_eq!(
        holdings(&read_text(&text).statements),
        ["interestedPartyExemptFromDisclosure Unknown bods:example-register:x"]
    );
}

#[test]
fn bad_statements_are_refused_with_their_line_and_field_and_the_rest_is_read() {
    let good = bods(
        "p-1",
        "person",
        r#"{"names":[{"fullName":"Example Person"}]}"#,
    );
    let lines = [
        good.clone(),
        r#"{"statementId":"s","recordType":"person","recordDetails":{}}"#.to_string(),
        bods("p-2", "animal", "{}"),
        bods("p-3", "person", "[]"),
        bods("r-1", "relationship", r#"{"interestedParty":"a"}"#),
        bods("r-2", "relationship", r#"{"subject":"x"}"#),
        r#"{"statementID":"old","statementType":"personStatement"}"#.to_string(),
        r#"{"statementId":"#.to_string() + "!}",
        bods("p-4", "person", r#"{"personType":"anonymousPerson"}"#),
        good.replace("p-1", "p-9"),
        r#"{"statementId":"cut"#.to_string(),
    ];
    let read = read_text(&lines.join("\n"));
    assert_eq!(read.statements.len(), 2);
    assert_eq!(read.nameless, 1);
    let told: Vec<_> = read
        .rejected
        .iter()
        .map(|rejected| (rejected.row, rejected.field.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(
        told,
        [
            (2, "recordId"),
            (3, "recordType"),
            (4, "recordDetails"),
            (5, "subject"),
            (6, "interestedParty"),
            (7, "statementType"),
            (8, ""),
            (11, ""),
        ]
    );
}

const PARENT: &str = r#"{"meta":{"goldenCopy":{"publishDate":"2026-01-10T00:00:00Z"}},"data":{"type":"relationship-records","id":"one","attributes":{"relationship":{"startNode":{"id":"5493001KJTIIGC8Y1R12","type":"LEI"},"endNode":{"id":"549300O897ZC5H7CY412","type":"LEI"},"type":"IS_DIRECTLY_CONSOLIDATED_BY","status":"ACTIVE","periods":[{"startDate":"2020-01-01T00:00:00Z","type":"RELATIONSHIP_PERIOD"}]},"registration":{"lastUpdateDate":"2026-01-09T00:00:00Z"}}}}"#;

#[test]
fn gleif_answers_are_read() {
    let read = read_text(PARENT);
    assert_eq!(read.format, OwnershipFormat::Gleif);
    assert_eq!(
        holdings(&read.statements),
        ["lei:549300O897ZC5H7CY412 Consolidation lei:5493001KJTIIGC8Y1R12"]
    );
    let ended = read_text(&PARENT.replace("ACTIVE", "INACTIVE"));
    assert!(ended.statements[0].closed);

    let record = read_text(
        r#"{"meta":{"goldenCopy":{}},"data":[{"type":"lei-records","attributes":{"lei":"5493001KJTIIGC8Y1R12","entity":{"legalName":{"name":"Example AB"},"otherNames":[{"name":"Example Old AB","type":"PREVIOUS_LEGAL_NAME"}],"jurisdiction":"SE","registeredAs":"556000-0000","legalAddress":{"addressLines":["Example 1"],"city":"Lund","country":"SE","postalCode":"22100"}}}},{"type":"lei-records","attributes":{"lei":"short"}},{"type":"lei-records","attributes":{"lei":"549300O897ZC5H7CY412","entity":{}}}]}"#,
    );
    let Stated::Party(party) = &record.statements[0].says else {
        panic!("a party was expected");
    };
    assert_eq!(party.caption(), "Example AB");
    assert_eq!(party.countries, ["SE"]);
    assert_eq!(party.identifiers.len(), 2);
    assert_eq!(party.addresses[0].full, "Example 1, 22100, Lund");
    assert_eq!(record.rejected.len(), 2);
}

#[test]
fn other_files_are_no_ownership() {
    for text in [
        "",
        "hello",
        "<export/>",
        r#"{"id":"a","schema":"Company","properties":{"name":["A"]}}"#,
        r#"{"meta":{"goldenCopy":{}},"data":[{"type":"countries","id":"DE"}]}"#,
        "[1, 2, 3]",
    ] {
        let file = file(text);
        assert_eq!(detect(file.path()).unwrap(), None, "{text}");
        assert!(read(file.path()).is_err(), "{text}");
    }
    assert!(detect(Path::new("/no/such/file")).is_err());
}

#[test]
fn compressed_files_are_read_as_they_are() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(PARENT.as_bytes()).unwrap();
    let mut packed = tempfile::NamedTempFile::new().unwrap();
    packed.write_all(&gzip.finish().unwrap()).unwrap();
    assert_eq!(detect(packed.path()).unwrap(), Some(OwnershipFormat::Gleif));
    assert_eq!(read(packed.path()).unwrap().statements.len(), 1);
}

/// Files below a folder of the private data; none, with a line that says so, where there is no such folder.
fn shared(folder: &str) -> Vec<PathBuf> {
    let Some(root) = std::env::var_os("INTERDICT_SHARED") else {
        eprintln!("skipped: INTERDICT_SHARED is not set");
        return Vec::new();
    };
    let mut open = vec![Path::new(&root).join("data/ownership").join(folder)];
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        match std::fs::read_dir(&path) {
            Ok(entries) => open.extend(entries.flatten().map(|entry| entry.path())),
            Err(_)
                if path
                    .extension()
                    .is_some_and(|extension| extension == "json") =>
            {
                files.push(path);
            }
            Err(_) => {}
        }
    }
    if files.is_empty() {
        eprintln!("skipped: no {folder} in the private data folder");
    }
    files.sort();
    files
}

#[test]
fn every_published_example_of_the_standard_is_read_without_refusals() {
    let files: Vec<_> = ["bods/examples", "bods/v04_fixtures"]
        .into_iter()
        .flat_map(shared)
        .collect();
    let (mut statements, mut nameless) = (0, 0);
    for path in &files {
        let read = read(path).unwrap();
        assert_eq!(read.rejected, [], "{}", path.display());
        statements += read.statements.len();
        nameless += read.nameless;
    }
    if !files.is_empty() {
        eprintln!(
            "{} files, {statements} statements, {nameless} without a name",
            files.len()
        );
        assert!(statements > 100);
    }
}

#[test]
fn every_gleif_answer_is_read_or_told_to_be_something_else() {
    let (mut parties, mut parents) = (0, 0);
    let files = shared("gleif_api_json");
    for path in &files {
        let folder = path
            .parent()
            .unwrap()
            .file_name()
            .unwrap()
            .to_str()
            .unwrap();
        let expected = matches!(
            folder,
            "lei_records" | "relationships" | "reporting_exceptions"
        );
        assert_eq!(
            detect(path).unwrap().is_some(),
            expected,
            "{}",
            path.display()
        );
        if !expected {
            continue;
        }
        let read = read(path).unwrap();
        assert_eq!(read.rejected, [], "{}", path.display());
        for statement in &read.statements {
            match &statement.says {
                Stated::Party(_) => parties += 1,
                Stated::Holdings(held) => {
                    parents += held
                        .iter()
                        .filter(|one| one.kind == HoldingKind::Consolidation && one.owner.is_some())
                        .count();
                }
            }
        }
    }
    if !files.is_empty() {
        eprintln!(
            "{} files, {parties} LEI records, {parents} parents",
            files.len()
        );
        assert!(parties > 100 && parents > 100);
    }
}
