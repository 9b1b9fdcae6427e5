//! Proof that a ledger is what was recorded: every hash is computed again, from the rows up to the head.
//!
//! It finds any row that was changed, removed, inserted or moved, in any table, and a chain that was cut short. What
//! no file can show by itself is a whole chain written anew: against that, note [`Verification::head`] elsewhere and
//! compare.

use std::collections::HashMap;

use rusqlite::{Connection, Row, Rows};
use serde::Serialize;

use crate::chain::{Event, GENESIS, head, row_hash, unit_hasher};
use crate::lists::entry_hash;
use crate::schema::{check, expected_objects, objects, tables_of};
use crate::{Ledger, Result};

/// Problems kept; a ledger with more is not worth a longer list.
const MOST_PROBLEMS: usize = 1000;

/// What verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Events in the chain.
    pub events: u64,
    /// Rows of evidence, over all tables.
    pub rows: u64,
    /// Hash of the newest event, 64 hexadecimal digits: whoever noted it can tell later that nothing before it has
    /// changed. Zeros for an empty ledger.
    pub head: String,
    /// What is wrong, first broken place first; empty for a sound ledger. At most 1,000 are kept.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The event at fault, where one is.
    pub event: Option<i64>,
    /// The table at fault, where one is known.
    pub table: Option<String>,
    /// The row's id in that table, where it is known.
    pub row: Option<i64>,
    /// What is wrong, in words.
    pub what: String,
}

struct Problems(Vec<Problem>);

impl Problems {
    fn add(&mut self, event: Option<i64>, table: Option<&str>, row: Option<i64>, what: String) {
        if self.0.len() < MOST_PROBLEMS {
            self.0.push(Problem {
                event,
                table: table.map(str::to_owned),
                row,
                what,
            });
        }
    }
}

impl Ledger {
    /// Recomputes the chain and what every row hashes to, over one consistent view of the file. Reads all of it once,
    /// in bounded memory. An error means that it could not be read; a sound ledger has no problems.
    pub fn verify(&self) -> Result<Verification> {
        let view = self.connection.unchecked_transaction()?;
        let mut problems = Problems(Vec::new());
        check_file(&view, &mut problems)?;
        check_schema(&view, &mut problems)?;
        let (events, rows, last) = check_chain(&view, &mut problems)?;
        check_entries(&view, &mut problems)?;
        Ok(Verification {
            events,
            rows,
            head: blake3::Hash::from(last).to_hex().to_string(),
            problems: problems.0,
        })
    }
}

/// Pages, indexes and constraints, as SQLite checks them: an index that disagrees with its table hides rows. A payload
/// broken so badly that an index over it cannot be computed stops this check, and is itself a problem.
fn check_file(view: &Connection, problems: &mut Problems) -> Result<()> {
    let found: rusqlite::Result<Vec<String>> = view
        .prepare("PRAGMA integrity_check(100)")?
        .query_map([], |row| row.get(0))?
        .collect();
    let damage = found.unwrap_or_else(|error| vec![error.to_string()]);
    for text in damage.iter().filter(|text| *text != "ok") {
        problems.add(None, None, None, format!("the file is damaged: {text}"));
    }
    Ok(())
}

/// Tables, views and the triggers that keep them append-only.
fn check_schema(view: &Connection, problems: &mut Problems) -> Result<()> {
    let mut found: HashMap<String, String> = objects(view)?.into_iter().collect();
    for (name, sql) in expected_objects(check(view)?)? {
        match found.remove(&name) {
            None => problems.add(None, None, None, format!("the schema lacks {name}")),
            Some(other) if other != sql => {
                problems.add(None, None, None, format!("the schema has another {name}"));
            }
            Some(_) => {}
        }
    }
    let mut strangers: Vec<String> = found.into_keys().collect();
    strangers.sort();
    for name in strangers {
        problems.add(
            None,
            None,
            None,
            format!("the schema has {name}, which is not ours"),
        );
    }
    Ok(())
}

/// A table's rows in the order of events, one ahead.
struct Cursor<'s> {
    table: &'static str,
    columns: usize,
    rows: Rows<'s>,
    /// Event, id and hash of the row that comes next.
    next: Option<(i64, i64, blake3::Hash)>,
}

impl Cursor<'_> {
    fn advance(&mut self) -> Result<()> {
        self.next = match self.rows.next()? {
            None => None,
            Some(row) => Some((
                row.get(1)?,
                row.get(0)?,
                row_hash(self.table, row, self.columns)?,
            )),
        };
        Ok(())
    }
}

/// Walks the events and, beside them, every table. Returns the number of events and rows and the last event's hash.
fn check_chain(view: &Connection, problems: &mut Problems) -> Result<(u64, u64, [u8; 32])> {
    let mut statements = Vec::new();
    // A ledger of an older program, opened for reading only, lacks the newer tables.
    for table in tables_of(check(view)?) {
        let statement = view.prepare(&format!(
            "SELECT {} FROM {} ORDER BY event, id",
            table.columns, table.name
        ))?;
        statements.push((table.name, statement));
    }
    let mut cursors = Vec::new();
    for (table, statement) in &mut statements {
        let columns = statement.column_count();
        let mut cursor = Cursor {
            table,
            columns,
            rows: statement.query([])?,
            next: None,
        };
        cursor.advance()?;
        cursors.push(cursor);
    }

    let (mut events, mut rows) = (0, 0);
    let (mut last_seq, mut last_hash) = (0, GENESIS);
    let mut statement = view.prepare(
        "SELECT seq, at, kind, subject, payload_hash, prev, hash FROM event ORDER BY seq",
    )?;
    let mut chain = statement.query([])?;
    while let Some(row) = chain.next()? {
        let seq: i64 = row.get(0)?;
        let mut unit = unit_hasher();
        for cursor in &mut cursors {
            while let Some((event, id, hash)) = cursor.next {
                if event > seq {
                    break;
                }
                if event == seq {
                    unit.update(hash.as_bytes());
                } else {
                    problems.add(
                        Some(event),
                        Some(cursor.table),
                        Some(id),
                        "the row belongs to an event that does not exist".to_owned(),
                    );
                }
                rows += 1;
                cursor.advance()?;
            }
        }
        last_hash = check_event(row, last_seq, last_hash, unit.finalize(), problems)?;
        last_seq = seq;
        events += 1;
    }
    for cursor in &mut cursors {
        while let Some((event, id, _)) = cursor.next {
            problems.add(
                Some(event),
                Some(cursor.table),
                Some(id),
                "the row belongs to an event that does not exist".to_owned(),
            );
            rows += 1;
            cursor.advance()?;
        }
    }
    match head(view) {
        Ok((seq, hash)) if (seq, hash) == (last_seq, last_hash) => {}
        Ok((seq, _)) => problems.add(
            Some(seq),
            Some("head"),
            Some(1),
            format!("the chain ends with event {last_seq}, the head says {seq} or another hash"),
        ),
        Err(error) => problems.add(
            None,
            Some("head"),
            None,
            format!("the head is missing: {error}"),
        ),
    }
    Ok((events, rows, last_hash))
}

/// Checks one event against the one before and its unit's digest; returns its hash as stored, so that one broken
/// event is not reported again by all that follow.
fn check_event(
    row: &Row<'_>,
    last_seq: i64,
    last_hash: [u8; 32],
    unit: blake3::Hash,
    problems: &mut Problems,
) -> Result<[u8; 32]> {
    let seq: i64 = row.get(0)?;
    let mut report =
        |table: Option<&str>, what: &str| problems.add(Some(seq), table, None, what.to_owned());
    let (at, kind, subject): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let (payload_hash, prev, hash): (Vec<u8>, Vec<u8>, Vec<u8>) =
        (row.get(4)?, row.get(5)?, row.get(6)?);
    if seq != last_seq + 1 {
        report(
            Some("event"),
            &format!("the event before it is {last_seq}: events are missing"),
        );
    }
    if prev != last_hash {
        report(Some("event"), "it does not follow the event before it");
    }
    if payload_hash != unit.as_bytes() {
        report(
            None,
            &format!("rows of this {kind} unit were changed, removed, added or moved"),
        );
    }
    let event = Event {
        seq,
        at: &at,
        kind: &kind,
        subject: &subject,
        payload_hash: &payload_hash,
        prev: &prev,
    };
    if hash != event.hash().as_bytes() {
        report(Some("event"), "the event itself was changed");
    }
    Ok(hash.try_into().unwrap_or(GENESIS))
}

/// List entries carry their own hash, so a changed one can be named.
fn check_entries(view: &Connection, problems: &mut Problems) -> Result<()> {
    let mut statement = view.prepare("SELECT id, event, hash, format, payload FROM entry")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let stored: Vec<u8> = row.get(2)?;
        if stored
            != entry_hash(row.get(3)?, row.get_ref(4)?.as_bytes().unwrap_or_default()).as_bytes()
        {
            problems.add(
                Some(row.get(1)?),
                Some("entry"),
                Some(row.get(0)?),
                "the entry is not what its hash says".to_owned(),
            );
        }
    }
    Ok(())
}
