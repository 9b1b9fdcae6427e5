//! Versions of lists and their entries.
//!
//! An entry is stored once, by the hash of its content; a version stores only what it added and dropped, seen from the
//! version of the same list imported before it. What a version holds is the sum of the changes up to it.

use jiff::Timestamp;
use model::{ListEntry, Rejected};
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

use crate::chain::Unit;
use crate::schema::PAYLOAD_FORMAT;
use crate::sources::{insert_rejected, not_text};
use crate::{Ledger, LedgerError, Result, check_hash, parse, to_json};

/// A version of a list about to be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewListVersion {
    /// Short name of the list: `ofac-sdn`, `eu-fsf`, …
    pub list: String,
    /// Format it was read from, in the reader's words.
    pub format: String,
    /// blake3 of the file's bytes, or over all its files: 64 lower-case hexadecimal digits.
    pub hash: String,
    /// Where it was read from.
    pub path: String,
}

/// An imported version of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListVersion {
    /// Short name of the list.
    pub list: String,
    /// Publication date or version, as the list states it; empty where it does not.
    pub version: String,
    /// Format it was read from.
    pub format: String,
    /// Entries read.
    pub parties: u64,
    /// Names of those entries.
    pub names: u64,
    /// Records and fields refused.
    pub rejected: u64,
    /// blake3 of the bytes.
    pub hash: String,
    /// Where it was read from.
    pub path: String,
    /// When: RFC 3339, UTC.
    pub imported_at: String,
    /// Whether it is the one to screen against: the latest date, and among equals the one imported last.
    pub current: bool,
}

/// A list version being imported: entries are streamed in, and nothing of it can be seen before
/// [`commit`](ListImport::commit). Dropped, it leaves no trace. Other writers wait meanwhile.
pub struct ListImport<'l> {
    unit: Unit<'l>,
    new: NewListVersion,
    parties: u64,
    names: u64,
    rejected: u64,
}

impl Ledger {
    /// Whether this version of this list has been imported.
    pub fn has_list_version(&self, list: &str, hash: &str) -> Result<bool> {
        Ok(self
            .connection
            .prepare_cached("SELECT 1 FROM list_version WHERE list = ?1 AND hash = ?2")?
            .exists([list, hash])?)
    }

    /// Starts an import. Refuses a version that is there already: ask [`has_list_version`](Self::has_list_version)
    /// before.
    pub fn begin_list_version(&mut self, new: NewListVersion) -> Result<ListImport<'_>> {
        check_hash(&new.hash)?;
        if new.list.is_empty() {
            return Err(LedgerError::invalid("a list needs a name"));
        }
        // What the new version holds. Temporary: not part of the ledger, and kept out of memory by SQLite.
        self.connection.execute_batch(
            "CREATE TEMP TABLE IF NOT EXISTS held (entry INTEGER PRIMARY KEY); DELETE FROM temp.held",
        )?;
        let unit = Unit::begin(&mut self.connection)?;
        let there = unit
            .prepare_cached("SELECT 1 FROM list_version WHERE list = ?1 AND hash = ?2")?
            .exists([&new.list, &new.hash])?;
        if there {
            return Err(LedgerError::invalid(format!(
                "version {} of list {} has been imported already",
                new.hash, new.list
            )));
        }
        Ok(ListImport {
            unit,
            new,
            parties: 0,
            names: 0,
            rejected: 0,
        })
    }

    /// Every imported version, by list and time of import.
    pub fn list_versions(&self) -> Result<Vec<ListVersion>> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT v.list, v.version, v.format, v.parties, v.names, v.rejected, v.hash, v.path, at,
                        EXISTS (SELECT 1 FROM current_list_version c WHERE c.id = v.id)
                 FROM list_version v JOIN event ON seq = v.event ORDER BY v.list, v.id",
            )?
            .query_map([], |row| {
                Ok(ListVersion {
                    list: row.get(0)?,
                    version: row.get(1)?,
                    format: row.get(2)?,
                    parties: row.get(3)?,
                    names: row.get(4)?,
                    rejected: row.get(5)?,
                    hash: row.get(6)?,
                    path: row.get(7)?,
                    imported_at: row.get(8)?,
                    current: row.get(9)?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?)
    }

    /// The entries of one version, oldest in the ledger first.
    pub fn entries(&self, list: &str, hash: &str, each: &mut dyn FnMut(ListEntry)) -> Result<()> {
        let event: Option<i64> = self
            .connection
            .prepare_cached("SELECT event FROM list_version WHERE list = ?1 AND hash = ?2")?
            .query_row([list, hash], |row| row.get(0))
            .optional()?;
        let event = event.ok_or_else(|| {
            LedgerError::invalid(format!(
                "version {hash} of list {list} has not been imported"
            ))
        })?;
        let mut statement = self.connection.prepare_cached(
            "SELECT format, payload FROM entry WHERE id IN (
                 SELECT entry FROM list_version v JOIN list_change c ON c.event = v.event
                 WHERE v.list = ?1 AND v.event <= ?2 GROUP BY entry HAVING sum(2 * listed - 1) > 0
             ) ORDER BY id",
        )?;
        let mut rows = statement.query(params![list, event])?;
        while let Some(row) = rows.next()? {
            each(entry_of(row)?);
        }
        Ok(())
    }

    /// The entries of the current version of every list, list by list.
    pub fn current_entries(&self, each: &mut dyn FnMut(ListEntry)) -> Result<()> {
        let current: Vec<(String, String)> = self
            .connection
            .prepare_cached("SELECT list, hash FROM current_list_version ORDER BY list")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (list, hash) in current {
            self.entries(&list, &hash, each)?;
        }
        Ok(())
    }

    /// The entry with the id `list:entry_id` on the current version of its list; none where it has been dropped.
    pub fn entry(&self, entity_id: &str) -> Result<Option<ListEntry>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT e.format, e.payload FROM entry e
             JOIN list_change c ON c.entry = e.id
             JOIN list_version v ON v.event = c.event
             JOIN current_list_version current ON current.list = v.list AND v.event <= current.event
             WHERE e.entity_id = ?1
             GROUP BY e.id, v.list HAVING sum(2 * c.listed - 1) > 0
             ORDER BY e.id DESC LIMIT 1",
        )?;
        let mut rows = statement.query([entity_id])?;
        rows.next()?.map(entry_of).transpose()
    }
}

fn entry_of(row: &Row<'_>) -> Result<ListEntry> {
    parse(
        "list entry",
        row.get(0)?,
        row.get_ref(1)?.as_str().map_err(not_text)?,
    )
}

/// Address of an entry by its content.
pub(crate) fn entry_hash(format: i64, payload: &[u8]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"interdict list entry\n");
    hasher.update(&format.to_le_bytes());
    hasher.update(payload);
    hasher.finalize()
}

impl ListImport<'_> {
    /// Adds an entry. One that an earlier version holds word for word costs a few bytes.
    pub fn add_entry(&mut self, entry: &ListEntry) -> Result<()> {
        let payload = to_json("list entry", entry)?;
        let hash = entry_hash(PAYLOAD_FORMAT, payload.as_bytes());
        let known: Option<i64> = self
            .unit
            .prepare_cached("SELECT id FROM entry WHERE hash = ?1")?
            .query_row([hash.as_bytes()], |row| row.get(0))
            .optional()?;
        let id = match known {
            Some(id) => id,
            None => self
                .unit
                .prepare_cached(
                    "INSERT INTO entry (event, hash, format, payload) VALUES (?1, ?2, ?3, ?4)",
                )?
                .insert(params![
                    self.unit.seq(),
                    hash.as_bytes(),
                    PAYLOAD_FORMAT,
                    payload
                ])?,
        };
        self.unit
            .prepare_cached("INSERT INTO temp.held VALUES (?1) ON CONFLICT DO NOTHING")?
            .execute([id])?;
        self.parties += 1;
        self.names += entry.party.names.len() as u64;
        Ok(())
    }

    /// Keeps a record or field that the reader refused.
    pub fn add_rejected(&mut self, rejected: &Rejected) -> Result<()> {
        insert_rejected(&self.unit, &self.new.hash, rejected)?;
        self.rejected += 1;
        Ok(())
    }

    /// Makes the version visible, with all its entries at once. `version` is the publication date or version that the
    /// list states, known to readers only at the end of some formats.
    pub fn commit(self, version: &str, at: Timestamp) -> Result<()> {
        let seq = self.unit.seq();
        let changes = "
            INSERT INTO list_change (event, entry, listed)
            WITH before AS (
                SELECT entry FROM list_version v JOIN list_change c ON c.event = v.event
                WHERE v.list = ?2 GROUP BY entry HAVING sum(2 * listed - 1) > 0
            )
            SELECT ?1, entry, 0 FROM (SELECT entry FROM before EXCEPT SELECT entry FROM temp.held)
            UNION ALL
            SELECT ?1, entry, 1 FROM (SELECT entry FROM temp.held EXCEPT SELECT entry FROM before)
            ORDER BY 3, 2";
        self.unit
            .prepare_cached(changes)?
            .execute(params![seq, self.new.list])?;
        self.unit
            .prepare_cached(
                "INSERT INTO list_version (event, list, version, format, hash, path, parties, names, rejected)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                seq,
                self.new.list,
                version,
                self.new.format,
                self.new.hash,
                self.new.path,
                self.parties,
                self.names,
                self.rejected
            ])?;
        let subject = format!("{} {}", self.new.list, self.new.hash);
        self.unit.seal("list_version", &subject, at)
    }
}
