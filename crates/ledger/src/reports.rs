//! Reports, the claims read from them, and which report copies which.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::{Claim, Report};
use rusqlite::params;
use serde::Serialize;

use crate::chain::{Unit, add_field};
use crate::schema::PAYLOAD_FORMAT;
use crate::sources::{not_text, source_id, unknown_source};
use crate::{Ledger, LedgerError, Result, parse, to_json};

/// A report as last read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoredReport {
    /// blake3 of the page.
    pub source_hash: String,
    /// When this reading was recorded: RFC 3339, UTC.
    pub recorded_at: String,
    /// The report.
    pub report: Report,
}

/// A report and those that copy or rewrite it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopyGroup {
    /// Report id of the original.
    pub original: String,
    /// Report ids of the copies, sorted.
    pub copies: Vec<String>,
}

/// Of several readings of one report, the last counts.
const LATEST: &str = "NOT EXISTS (SELECT 1 FROM report later WHERE later.report_id = r.report_id AND later.id > r.id)";

impl Ledger {
    /// Records a report with its claims; true if this reading of it is new. The source must have been recorded. A
    /// reading that differs from an earlier one supersedes it.
    pub fn record_report(
        &mut self,
        source_hash: &str,
        report: &Report,
        claims: &[Claim],
        at: Timestamp,
    ) -> Result<bool> {
        let source =
            source_id(&self.connection, source_hash)?.ok_or_else(|| unknown_source(source_hash))?;
        if let Some(stray) = claims
            .iter()
            .find(|claim| claim.report_id != report.report_id)
        {
            return Err(LedgerError::invalid(format!(
                "claim {} is not of report {}",
                stray.claim_id, report.report_id
            )));
        }
        let payload = to_json("report", report)?;
        let claims: Vec<String> = claims
            .iter()
            .map(|claim| to_json("claim", claim))
            .collect::<Result<_>>()?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"interdict report\n");
        add_field(&mut hasher, payload.as_bytes());
        for claim in &claims {
            add_field(&mut hasher, claim.as_bytes());
        }
        let unit = Unit::begin(&mut self.connection)?;
        let added = unit
            .prepare_cached(
                "INSERT INTO report (event, source, digest, format, payload) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (digest) DO NOTHING",
            )?
            .execute(params![
                unit.seq(),
                source,
                hasher.finalize().as_bytes(),
                PAYLOAD_FORMAT,
                payload
            ])?;
        if added == 0 {
            return Ok(false);
        }
        let report_row = unit.last_insert_rowid();
        for claim in &claims {
            unit.prepare_cached(
                "INSERT INTO claim (event, report, format, payload) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![unit.seq(), report_row, PAYLOAD_FORMAT, claim])?;
        }
        unit.seal("report", &report.report_id, at)?;
        Ok(true)
    }

    /// Every report as last read, in the order of recording.
    pub fn reports(&self, each: &mut dyn FnMut(StoredReport)) -> Result<()> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT s.hash, e.at, r.format, r.payload
             FROM report r JOIN source s ON s.id = r.source JOIN event e ON e.seq = r.event
             WHERE {LATEST} ORDER BY r.id"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(StoredReport {
                source_hash: row.get(0)?,
                recorded_at: row.get(1)?,
                report: parse(
                    "report",
                    row.get(2)?,
                    row.get_ref(3)?.as_str().map_err(not_text)?,
                )?,
            });
        }
        Ok(())
    }

    /// The claims of every report as last read, report by report in the order of the text.
    pub fn claims(&self, each: &mut dyn FnMut(Claim)) -> Result<()> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT c.format, c.payload FROM report r JOIN claim c ON c.report = r.id
             WHERE {LATEST} ORDER BY r.id, c.id"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(parse(
                "claim",
                row.get(0)?,
                row.get_ref(1)?.as_str().map_err(not_text)?,
            )?);
        }
        Ok(())
    }

    pub(crate) fn has_report(&self, report_id: &str) -> Result<bool> {
        Ok(self
            .connection
            .prepare_cached("SELECT 1 FROM report WHERE report_id = ?1")?
            .exists([report_id])?)
    }

    pub(crate) fn has_claim(&self, claim_id: &str) -> Result<bool> {
        Ok(self
            .connection
            .prepare_cached("SELECT 1 FROM claim WHERE claim_id = ?1")?
            .exists([claim_id])?)
    }

    /// Records which reports copy which; returns how many copies were new.
    pub fn record_copies(&mut self, groups: &[CopyGroup], at: Timestamp) -> Result<u64> {
        for id in groups
            .iter()
            .flat_map(|group| group.copies.iter().chain([&group.original]))
        {
            if !self.has_report(id)? {
                return Err(LedgerError::invalid(format!(
                    "report {id} has not been recorded"
                )));
            }
        }
        let unit = Unit::begin(&mut self.connection)?;
        let mut added = 0;
        for group in groups {
            for copy in group.copies.iter().filter(|copy| **copy != group.original) {
                added +=
                    unit.prepare_cached(
                        "INSERT INTO copy (event, report_id, original) VALUES (?1, ?2, ?3)
                         ON CONFLICT (report_id, original) DO NOTHING",
                    )?
                    .execute(params![unit.seq(), copy, group.original])? as u64;
            }
        }
        if added > 0 {
            unit.seal("copies", "", at)?;
        }
        Ok(added)
    }

    /// Copies by original, sorted. Where a report was taken for a copy of several, the one named last counts.
    pub fn copy_groups(&self) -> Result<Vec<CopyGroup>> {
        let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut statement = self.connection.prepare_cached(
            "SELECT original, report_id FROM copy c
             WHERE NOT EXISTS (SELECT 1 FROM copy later WHERE later.report_id = c.report_id AND later.id > c.id)
             ORDER BY original, report_id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            groups.entry(row.get(0)?).or_default().push(row.get(1)?);
        }
        Ok(groups
            .into_iter()
            .map(|(original, copies)| CopyGroup { original, copies })
            .collect())
    }
}
