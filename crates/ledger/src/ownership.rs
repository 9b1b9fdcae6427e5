//! Statements of who owns whom, as their sources make them. What rules make of them is derived anew by the application.

use jiff::Timestamp;
use model::OwnershipStatement;
use rusqlite::params;
use serde::Serialize;

use crate::chain::{Unit, add_field};
use crate::schema::PAYLOAD_FORMAT;
use crate::sources::{not_text, source_id, unknown_source};
use crate::{Ledger, Result, parse, to_json};

/// A statement with where it was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoredStatement {
    /// blake3 of the file.
    pub source_hash: String,
    /// Path under which the file was first seen.
    pub location: String,
    /// The statement.
    pub statement: OwnershipStatement,
}

impl Ledger {
    /// Records statements of one source in one unit; returns how many were new. The source must have been recorded.
    pub fn record_ownership(
        &mut self,
        source_hash: &str,
        statements: &[OwnershipStatement],
        at: Timestamp,
    ) -> Result<u64> {
        let source =
            source_id(&self.connection, source_hash)?.ok_or_else(|| unknown_source(source_hash))?;
        let unit = Unit::begin(&mut self.connection)?;
        let mut added = 0;
        for statement in statements {
            let payload = to_json("ownership statement", statement)?;
            let mut hasher = blake3::Hasher::new();
            hasher.update(b"interdict ownership\n");
            add_field(&mut hasher, source_hash.as_bytes());
            add_field(&mut hasher, payload.as_bytes());
            added += unit
                .prepare_cached(
                    "INSERT INTO ownership (event, source, digest, format, payload) VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT (digest) DO NOTHING",
                )?
                .execute(params![
                    unit.seq(),
                    source,
                    hasher.finalize().as_bytes(),
                    PAYLOAD_FORMAT,
                    payload
                ])? as u64;
        }
        if added > 0 {
            unit.seal("ownership", source_hash, at)?;
        }
        Ok(added)
    }

    /// Every statement, in the order of recording.
    pub fn ownership(&self, each: &mut dyn FnMut(StoredStatement)) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "SELECT s.hash, s.location, o.format, o.payload
             FROM ownership o JOIN source s ON s.id = o.source ORDER BY o.id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(StoredStatement {
                source_hash: row.get(0)?,
                location: row.get(1)?,
                statement: parse(
                    "ownership statement",
                    row.get(2)?,
                    row.get_ref(3)?.as_str().map_err(not_text)?,
                )?,
            });
        }
        Ok(())
    }

    /// Hashes of the sources that state who owns whom, sorted: the same hashes, the same statements.
    pub fn ownership_sources(&self) -> Result<Vec<String>> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT hash FROM source WHERE id IN (SELECT source FROM ownership) ORDER BY hash",
            )?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?)
    }
}
