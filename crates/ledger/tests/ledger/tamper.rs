//! Whatever is done to a row behind the ledger's back shows.

use std::path::Path;

use ledger::{Ledger, Problem, SourceKind};
use proptest::prelude::*;
use rusqlite::Connection;

use crate::sample::{at, filled, source};

const TABLES: [&str; 13] = [
    "event",
    "head",
    "source",
    "list_version",
    "entry",
    "list_change",
    "rejected",
    "finding",
    "report",
    "claim",
    "copy",
    "disposition",
    "ownership",
];

/// Opens the file as an intruder would, with all guards taken off; `restore` puts them back, so that only the rows
/// tell.
struct Intruder {
    connection: Connection,
    guards: Vec<String>,
}

impl Intruder {
    fn enter(path: &Path) -> Self {
        let connection = Connection::open(path).unwrap();
        connection
            .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF; BEGIN")
            .unwrap();
        let triggers: Vec<(String, String)> = connection
            .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        for (name, _) in &triggers {
            connection
                .execute_batch(&format!("DROP TRIGGER {name}"))
                .unwrap();
        }
        Self {
            connection,
            guards: triggers.into_iter().map(|(_, sql)| sql).collect(),
        }
    }

    /// Runs a statement; false where a constraint of the table refused it.
    fn run(&self, sql: &str) -> bool {
        match self.connection.execute(sql, []) {
            Ok(rows) => {
                assert!(rows > 0, "nothing happened: {sql}");
                true
            }
            Err(rusqlite::Error::SqliteFailure(error, _))
                if error.code == rusqlite::ErrorCode::ConstraintViolation =>
            {
                false
            }
            // The indexes over payloads cannot take what is no JSON.
            Err(error) if error.to_string().contains("malformed JSON") => false,
            Err(error) => panic!("{sql}: {error}"),
        }
    }

    fn leave(self) {
        for guard in &self.guards {
            self.connection.execute_batch(guard).unwrap();
        }
        self.connection.execute_batch("COMMIT").unwrap();
    }
}

/// A ledger looked at, not touched.
fn look(path: &Path) -> Connection {
    Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

/// Name and declared type of the stored columns.
fn columns(connection: &Connection, table: &str) -> Vec<(String, String)> {
    connection
        .prepare("SELECT name, type FROM pragma_table_xinfo(?1) WHERE hidden = 0")
        .unwrap()
        .query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

fn rows(connection: &Connection, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    connection.query_row(&sql, [], |row| row.get(0)).unwrap()
}

fn problems(path: &Path) -> Vec<Problem> {
    Ledger::open_read_only(path)
        .unwrap()
        .verify()
        .unwrap()
        .problems
}

/// Applies statements to a copy of a sound ledger; whether verification notices, or none where the tables' own
/// constraints refused.
fn noticed(sound: &Path, statements: &[String]) -> Option<Vec<Problem>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    std::fs::copy(sound, &path).unwrap();
    let intruder = Intruder::enter(&path);
    if !statements.iter().all(|sql| intruder.run(sql)) {
        return None;
    }
    intruder.leave();
    Some(problems(&path))
}

fn another_value(column: &str, kind: &str) -> String {
    match kind {
        "INTEGER" => format!("coalesce({column}, 0) + 1000"),
        "TEXT" => format!("coalesce({column}, '') || 'x'"),
        "BLOB" => format!("{column} || x'00'"),
        other => panic!("column type {other}"),
    }
}

fn sound() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    drop(filled(&path));
    // Taking the guards off and on again changes nothing: what the tests below see is their own doing.
    assert_eq!(noticed(&path, &[]), Some(vec![]));
    (folder, path)
}

#[test]
fn a_changed_cell_shows_in_every_column_of_every_table() {
    let (_folder, path) = sound();
    let ledger = look(&path);
    let mut tried = 0;
    for table in TABLES {
        for (column, kind) in columns(&ledger, table) {
            let value = another_value(&column, &kind);
            for end in ["min", "max"] {
                let sql = format!(
                    "UPDATE {table} SET {column} = {value}
                     WHERE rowid = (SELECT {end}(rowid) FROM {table})"
                );
                if let Some(problems) = noticed(&path, std::slice::from_ref(&sql)) {
                    assert!(!problems.is_empty(), "not noticed: {sql}");
                    tried += 1;
                }
            }
        }
    }
    // All but a few columns can be changed without a constraint in the way.
    assert!(tried > 120, "{tried}");
}

fn number(value: i64) -> Vec<u8> {
    value.to_le_bytes().to_vec()
}

fn text(text: &str) -> Vec<u8> {
    [number(text.len() as i64), text.as_bytes().to_vec()].concat()
}

fn event_bytes(seq: i64, at_kind_subject: [&str; 3], payload_hash: &[u8], prev: &[u8]) -> Vec<u8> {
    [
        b"interdict ledger event 1\n".to_vec(),
        number(seq),
        at_kind_subject.map(text).concat(),
        number(32),
        payload_hash.to_vec(),
        prev.to_vec(),
    ]
    .concat()
}

/// An intruder who knows how events are hashed, and sets the hash right, has to do so for every later one too.
#[test]
fn an_event_rewritten_with_its_hash_shows_in_the_next() {
    let (_folder, path) = sound();
    let (kind, subject, payload_hash, prev): (String, String, Vec<u8>, Vec<u8>) = look(&path)
        .query_row(
            "SELECT kind, subject, payload_hash, prev FROM event WHERE seq = 5",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .unwrap();
    let later = "2030-01-01T00:00:00.000000Z";
    let hash = blake3::hash(&event_bytes(
        5,
        [later, &kind, &subject],
        &payload_hash,
        &prev,
    ));
    let sql = format!(
        "UPDATE event SET at = '{later}', hash = x'{}' WHERE seq = 5",
        hash.to_hex()
    );
    let problems = noticed(&path, &[sql]).unwrap();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].event, Some(6));
}

/// docs/ledger.md, followed by hand: whoever reads that page can check a ledger without this program.
#[test]
fn the_bytes_are_as_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let mut ledger = Ledger::open(&path).unwrap();
    let source = source("a.csv", SourceKind::Records);
    ledger.record_source(&source, at(0)).unwrap();

    let integer = |value: i64| [vec![1], number(value)].concat();
    let cell = |value: &str| [vec![3], text(value)].concat();
    let row = [
        b"interdict ledger row 1\n".to_vec(),
        text("source"),
        integer(1),
        integer(1),
        cell(&source.hash),
        cell("records"),
        cell("a.csv"),
        integer(1234),
    ]
    .concat();
    let row = blake3::hash(&row);
    let unit = blake3::hash(&[&b"interdict ledger unit 1\n"[..], row.as_bytes()].concat());
    let event = event_bytes(
        1,
        ["2026-11-18T11:06:40.000000Z", "source", &source.hash],
        unit.as_bytes(),
        &[0; 32],
    );
    assert_eq!(
        ledger.verify().unwrap().head,
        blake3::hash(&event).to_hex().as_str()
    );
}

#[test]
fn a_removed_row_shows_first_middle_or_last() {
    let (_folder, path) = sound();
    let ledger = look(&path);
    for table in TABLES {
        for place in 0..rows(&ledger, table) {
            let sql = format!(
                "DELETE FROM {table} WHERE rowid =
                 (SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET {place})"
            );
            let problems = noticed(&path, std::slice::from_ref(&sql)).unwrap();
            assert!(!problems.is_empty(), "not noticed: {sql}");
        }
    }
}

#[test]
fn an_inserted_row_shows() {
    let (_folder, path) = sound();
    let ledger = look(&path);
    for table in TABLES.into_iter().filter(|table| *table != "head") {
        let cells = columns(&ledger, table);
        let names: Vec<&str> = cells.iter().map(|(name, _)| name.as_str()).collect();
        // A copy of the last row with its own id and, where it has to differ, another hash or text.
        let values: Vec<String> = cells
            .iter()
            .map(|(name, kind)| match name.as_str() {
                "id" | "seq" => format!("{name} + 1"),
                "hash" | "digest" if kind == "BLOB" => "zeroblob(32)".to_owned(),
                "hash" => "'00' || substr(hash, 3)".to_owned(),
                "original" => "'another'".to_owned(),
                other => other.to_owned(),
            })
            .collect();
        let sql = format!(
            "INSERT INTO {table} ({}) SELECT {} FROM {table} ORDER BY rowid DESC LIMIT 1",
            names.join(", "),
            values.join(", ")
        );
        let problems = noticed(&path, std::slice::from_ref(&sql));
        assert!(!problems.expect(&sql).is_empty(), "not noticed: {sql}");
    }
}

#[test]
fn two_rows_that_change_places_show() {
    let (_folder, path) = sound();
    let swap = |table: &str, key: &str, a: i64, b: i64| {
        let step =
            |from: i64, to: i64| format!("UPDATE {table} SET {key} = {to} WHERE {key} = {from}");
        noticed(&path, &[step(a, -1), step(b, a), step(-1, b)]).unwrap()
    };
    for table in TABLES
        .into_iter()
        .filter(|table| !["event", "head"].contains(table))
    {
        assert!(!swap(table, "id", 1, 2).is_empty(), "{table}");
    }
    assert!(!swap("event", "seq", 2, 3).is_empty());
}

#[test]
fn a_chain_cut_short_shows() {
    let (_folder, path) = sound();
    let mut statements: Vec<String> = TABLES
        .into_iter()
        .filter(|table| *table == "disposition")
        .map(|table| format!("DELETE FROM {table} WHERE event = (SELECT max(seq) FROM event)"))
        .collect();
    statements.push("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)".to_owned());
    let problems = noticed(&path, &statements).unwrap();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0].what.starts_with("the chain ends with event"),
        "{problems:?}"
    );
}

#[test]
fn a_changed_entry_is_named() {
    let (_folder, path) = sound();
    let sql = "UPDATE entry SET payload = replace(payload, 'variant 1', 'variant 7') WHERE id =
               (SELECT id FROM entry WHERE payload LIKE '%variant 1%')";
    let problems = noticed(&path, &[sql.to_owned()]).unwrap();
    assert!(
        problems
            .iter()
            .any(|p| p.table.as_deref() == Some("entry") && p.row.is_some())
    );
    assert!(problems.iter().any(|p| p.event == Some(3)), "{problems:?}");
}

#[test]
fn bytes_changed_in_the_file_itself_show() {
    let (_folder, path) = sound();
    let bytes = std::fs::read(&path).unwrap();
    // Still JSON, another value; no JSON any more; a hash; a decision.
    for (from, to) in [
        ("\"countries\":[\"RU\"]", "\"countries\":[\"KZ\"]"),
        ("\"schema\":\"Company\"", "\"schema\":{Company\""),
        ("CQ-A", "CQ-B"),
        ("end-user certificate", "end-user certificatE"),
    ] {
        // Everywhere: pages also hold what is no longer in use.
        let mut changed = bytes.clone();
        for place in 0..bytes.len() - from.len() {
            if bytes[place..].starts_with(from.as_bytes()) {
                changed[place..place + to.len()].copy_from_slice(to.as_bytes());
            }
        }
        assert_ne!(changed, bytes, "{from}");
        let copy = path.with_extension("changed");
        std::fs::write(&copy, changed).unwrap();
        assert!(!problems(&copy).is_empty(), "{from}");
    }
}

#[test]
fn guards_refuse_and_their_absence_shows() {
    let (_folder, path) = sound();
    let connection = Connection::open(&path).unwrap();
    for table in TABLES {
        for sql in [
            format!("DELETE FROM {table}"),
            format!("UPDATE {table} SET rowid = rowid + 5"),
        ] {
            let error = connection.execute(&sql, []).unwrap_err().to_string();
            assert!(
                error.contains("append-only") || error.contains("one event at a time"),
                "{sql}: {error}"
            );
        }
    }
    connection
        .execute_batch("DROP TRIGGER claim_no_delete; CREATE TABLE extra (x)")
        .unwrap();
    drop(connection);
    let what: Vec<String> = problems(&path)
        .into_iter()
        .map(|problem| problem.what)
        .collect();
    assert_eq!(
        what,
        [
            "the schema lacks claim_no_delete",
            "the schema has extra, which is not ours"
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_byte_of_any_payload_counts(table in 2usize..12, row in 0i64..1000, column in 0usize..10, place in 0i64..5000) {
        let (_folder, path) = sound();
        let ledger = look(&path);
        let table = TABLES[table];
        let cells = columns(&ledger, table);
        let (column, kind) = &cells[column % cells.len()];
        let row = row % rows(&ledger, table);
        let value = match kind.as_str() {
            "INTEGER" => format!("{column} - {}", place + 1),
            // One character replaced, at any place.
            _ => format!(
                "substr({column}, 1, {place} % (length({column}) + 1)) || 'Z' ||
                 substr({column}, {place} % (length({column}) + 1) + 2)"
            ),
        };
        let value = if kind == "BLOB" { format!("CAST({value} AS BLOB)") } else { value };
        let sql = format!(
            "UPDATE {table} SET {column} = coalesce({value}, x'')
             WHERE rowid = (SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET {row})"
        );
        if let Some(problems) = noticed(&path, std::slice::from_ref(&sql)) {
            prop_assert!(!problems.is_empty(), "not noticed: {}", sql);
        }
    }
}
