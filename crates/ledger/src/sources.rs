//! Files and pages that were read, and what their readers refused.

use jiff::Timestamp;
use model::Rejected;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use crate::chain::{Unit, add_field};
use crate::schema::PAYLOAD_FORMAT;
use crate::{Ledger, LedgerError, Result, check_hash, parse, part_of, to_json};

/// What a source holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A reference list.
    List,
    /// Trade records.
    Records,
    /// A report.
    Report,
    /// Statements of who owns whom.
    Ownership,
}

impl SourceKind {
    /// The word kept in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            SourceKind::List => "list",
            SourceKind::Records => "records",
            SourceKind::Report => "report",
            SourceKind::Ownership => "ownership",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [
            SourceKind::List,
            SourceKind::Records,
            SourceKind::Report,
            SourceKind::Ownership,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == word)
    }
}

/// A source to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSource {
    /// blake3 of its bytes as stored on disk or sent by the server: 64 lower-case hexadecimal digits.
    pub hash: String,
    /// What it holds.
    pub kind: SourceKind,
    /// Path as the user named it, or address.
    pub location: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// A recorded source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// blake3 of its bytes, 64 hexadecimal digits.
    pub hash: String,
    /// What it holds.
    pub kind: SourceKind,
    /// Path or address under which it was first seen.
    pub location: String,
    /// Size in bytes.
    pub bytes: u64,
    /// When it was first seen: RFC 3339, UTC.
    pub first_seen: String,
}

impl Ledger {
    /// Records a source; true if it is new. The same bytes are the same source, wherever they lie.
    pub fn record_source(&mut self, source: &NewSource, at: Timestamp) -> Result<bool> {
        check_hash(&source.hash)?;
        if source_id(&self.connection, &source.hash)?.is_some() {
            return Ok(false);
        }
        let unit = Unit::begin(&mut self.connection)?;
        let added = unit
            .prepare_cached(
                "INSERT INTO source (event, hash, kind, location, bytes) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (hash) DO NOTHING",
            )?
            .execute(params![
                unit.seq(),
                source.hash,
                source.kind.as_str(),
                source.location,
                source.bytes
            ])?;
        if added > 0 {
            unit.seal("source", &source.hash, at)?;
        }
        Ok(added > 0)
    }

    /// Every source, in the order in which they were first seen.
    pub fn sources(&self) -> Result<Vec<Source>> {
        self.connection
            .prepare_cached(
                "SELECT source.hash, source.kind, location, bytes, at FROM source JOIN event ON seq = event
                 ORDER BY source.id",
            )?
            .query_and_then([], |row| {
                let word: String = row.get(1)?;
                Ok(Source {
                    hash: row.get(0)?,
                    kind: SourceKind::from_word(&word)
                        .ok_or_else(|| LedgerError::corrupt(format!("source kind {word:?}")))?,
                    location: row.get(2)?,
                    bytes: row.get(3)?,
                    first_seen: row.get(4)?,
                })
            })?
            .collect()
    }

    /// Records what a reader refused in a source; returns how many were new. The source must have been recorded.
    pub fn record_rejected(
        &mut self,
        source_hash: &str,
        rejected: &[Rejected],
        at: Timestamp,
    ) -> Result<u64> {
        check_hash(source_hash)?;
        if source_id(&self.connection, source_hash)?.is_none() {
            return Err(unknown_source(source_hash));
        }
        let unit = Unit::begin(&mut self.connection)?;
        let mut added = 0;
        for refusal in rejected {
            let known = unit
                .prepare_cached("SELECT 1 FROM rejected WHERE source = ?1 AND digest = ?2")?
                .exists(params![source_hash, rejected_digest(refusal).as_bytes()])?;
            if !known {
                insert_rejected(&unit, source_hash, refusal)?;
                added += 1;
            }
        }
        if added > 0 {
            unit.seal("rejected", source_hash, at)?;
        }
        Ok(added)
    }

    /// What was refused in one source or list version, by its hash, in the order of reading.
    pub fn rejected(&self, hash: &str, each: &mut dyn FnMut(Rejected)) -> Result<()> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT format, payload FROM rejected WHERE source = ?1 ORDER BY id")?;
        let mut rows = statement.query([hash])?;
        while let Some(row) = rows.next()? {
            each(parse(
                "refusal",
                row.get(0)?,
                row.get_ref(1)?.as_str().map_err(not_text)?,
            )?);
        }
        Ok(())
    }
}

pub(crate) fn not_text(error: rusqlite::types::FromSqlError) -> LedgerError {
    LedgerError::corrupt(format!("a payload is not text: {error}"))
}

/// The row of a source, by its hash.
pub(crate) fn source_id(connection: &Connection, hash: &str) -> Result<Option<i64>> {
    Ok(connection
        .prepare_cached("SELECT id FROM source WHERE hash = ?1")?
        .query_row([hash], |row| row.get(0))
        .optional()?)
}

pub(crate) fn unknown_source(hash: &str) -> LedgerError {
    LedgerError::invalid(format!("source {hash} has not been recorded"))
}

pub(crate) fn insert_rejected(unit: &Unit<'_>, source: &str, refusal: &Rejected) -> Result<()> {
    unit.prepare_cached(
        "INSERT INTO rejected (event, source, digest, format, payload) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        unit.seq(),
        source,
        rejected_digest(refusal).as_bytes(),
        PAYLOAD_FORMAT,
        to_json("refusal", refusal)?
    ])?;
    Ok(())
}

/// Tells whether the same place of the same source was refused for the same reason before.
fn rejected_digest(refusal: &Rejected) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    add_field(&mut hasher, part_of(&refusal.file).as_bytes());
    add_field(&mut hasher, &refusal.row.to_le_bytes());
    add_field(
        &mut hasher,
        refusal.field.as_deref().unwrap_or_default().as_bytes(),
    );
    add_field(&mut hasher, refusal.reason.as_bytes());
    hasher.finalize()
}
