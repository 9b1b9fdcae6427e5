//! The hash chain: how rows become a unit, a unit an event, and events a chain. docs/ledger.md draws the bytes.
//!
//! A unit's digest is computed by reading its rows back, with the code that verification uses, so that what was
//! sealed is what the file holds.

use blake3::{Hash, Hasher};
use jiff::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, Transaction, TransactionBehavior, params};

use crate::error::LedgerError;
use crate::schema::TABLES;

/// `prev` of the first event, and the head of an empty ledger.
pub(crate) const GENESIS: [u8; 32] = [0; 32];

const ROW_TAG: &[u8] = b"interdict ledger row 1\n";
const UNIT_TAG: &[u8] = b"interdict ledger unit 1\n";
const EVENT_TAG: &[u8] = b"interdict ledger event 1\n";

/// Adds a field whose length may vary: 8 bytes of length, little-endian, then the bytes.
pub(crate) fn add_field(hasher: &mut Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}

/// Hash of one row: its table and all its stored values, each with its type.
pub(crate) fn row_hash(table: &str, row: &Row<'_>, columns: usize) -> rusqlite::Result<Hash> {
    let mut hasher = Hasher::new();
    hasher.update(ROW_TAG);
    add_field(&mut hasher, table.as_bytes());
    for column in 0..columns {
        match row.get_ref(column)? {
            ValueRef::Null => {
                hasher.update(&[0]);
            }
            ValueRef::Integer(value) => {
                hasher.update(&[1]);
                hasher.update(&value.to_le_bytes());
            }
            ValueRef::Real(value) => {
                hasher.update(&[2]);
                hasher.update(&value.to_bits().to_le_bytes());
            }
            ValueRef::Text(text) => {
                hasher.update(&[3]);
                add_field(&mut hasher, text);
            }
            ValueRef::Blob(bytes) => {
                hasher.update(&[4]);
                add_field(&mut hasher, bytes);
            }
        }
    }
    Ok(hasher.finalize())
}

/// A hasher for a unit: to be fed the hashes of its rows, by table and id.
pub(crate) fn unit_hasher() -> Hasher {
    let mut hasher = Hasher::new();
    hasher.update(UNIT_TAG);
    hasher
}

/// What an event says.
pub(crate) struct Event<'a> {
    pub(crate) seq: i64,
    pub(crate) at: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) payload_hash: &'a [u8],
    pub(crate) prev: &'a [u8],
}

impl Event<'_> {
    /// blake3 over tag, sequence number, the fields with their lengths, and the hash before.
    pub(crate) fn hash(&self) -> Hash {
        let mut hasher = Hasher::new();
        hasher.update(EVENT_TAG);
        hasher.update(&self.seq.to_le_bytes());
        add_field(&mut hasher, self.at.as_bytes());
        add_field(&mut hasher, self.kind.as_bytes());
        add_field(&mut hasher, self.subject.as_bytes());
        add_field(&mut hasher, self.payload_hash);
        hasher.update(self.prev);
        hasher.finalize()
    }
}

/// Rows that are committed together, as one event. Dropped without [`seal`](Unit::seal), none of them exists.
pub(crate) struct Unit<'c> {
    transaction: Transaction<'c>,
    seq: i64,
    prev: [u8; 32],
}

impl<'c> Unit<'c> {
    /// Takes the write lock and the next sequence number.
    pub(crate) fn begin(connection: &'c mut Connection) -> Result<Self, LedgerError> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (head, prev) = head(&transaction)?;
        Ok(Self {
            transaction,
            seq: head + 1,
            prev,
        })
    }

    /// What the rows' `event` column has to say.
    pub(crate) fn seq(&self) -> i64 {
        self.seq
    }

    /// Hashes the rows, appends the event, moves the head and commits.
    pub(crate) fn seal(self, kind: &str, subject: &str, at: Timestamp) -> Result<(), LedgerError> {
        let payload_hash = self.digest()?;
        let at = rfc3339(at);
        let hash = Event {
            seq: self.seq,
            at: &at,
            kind,
            subject,
            payload_hash: payload_hash.as_bytes(),
            prev: &self.prev,
        }
        .hash();
        self.transaction
            .prepare_cached("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
            .execute(params![
                self.seq,
                at,
                kind,
                subject,
                payload_hash.as_bytes(),
                self.prev,
                hash.as_bytes()
            ])?;
        self.transaction
            .prepare_cached("UPDATE head SET seq = ?1, hash = ?2 WHERE only_row = 1")?
            .execute(params![self.seq, hash.as_bytes()])?;
        self.transaction.commit()?;
        Ok(())
    }

    fn digest(&self) -> Result<Hash, LedgerError> {
        let mut unit = unit_hasher();
        for table in &TABLES {
            let mut statement = self.transaction.prepare_cached(&format!(
                "SELECT {} FROM {} WHERE event = ?1 ORDER BY id",
                table.columns, table.name
            ))?;
            let columns = statement.column_count();
            let mut rows = statement.query([self.seq])?;
            while let Some(row) = rows.next()? {
                unit.update(row_hash(table.name, row, columns)?.as_bytes());
            }
        }
        Ok(unit.finalize())
    }
}

impl std::ops::Deref for Unit<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.transaction
    }
}

/// Sequence number and hash of the newest event.
pub(crate) fn head(connection: &Connection) -> Result<(i64, [u8; 32]), LedgerError> {
    Ok(connection
        .prepare_cached("SELECT seq, hash FROM head WHERE only_row = 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// UTC with microseconds: `2026-11-25T04:40:16.000000Z`. One length, so that text sorts as time does.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    format!("{at:.6}")
}
