//! Shipments that became findings. The shipment is kept whole beside its finding, so that a finding can be shown with
//! what it saw, and screened again.

use jiff::Timestamp;
use model::{Disposition, Finding, Shipment};
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

use crate::chain::{Unit, add_field};
use crate::schema::PAYLOAD_FORMAT;
use crate::sources::{not_text, source_id, unknown_source};
use crate::{Ledger, LedgerError, Result, parse, part_of, to_json};

/// Which findings to give. The default is every row's latest finding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FindingFilter {
    /// Only of this source, by hash.
    pub source_hash: Option<String>,
    /// Only of this row id.
    pub row_id: Option<String>,
    /// Only as grave as this or graver.
    pub at_least: Option<Disposition>,
    /// Also what later findings of the same row replaced.
    pub superseded: bool,
    /// At most so many.
    pub limit: Option<u32>,
}

/// A finding with what it saw.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoredFinding {
    /// Id that a [`Decision`](crate::Decision) names: digest of source, row, shipment and finding; 32 hexadecimal
    /// digits.
    pub finding_id: String,
    /// blake3 of the file that the shipment stands in.
    pub source_hash: String,
    /// When it was recorded: RFC 3339, UTC.
    pub recorded_at: String,
    /// As read.
    pub shipment: Shipment,
    /// As screened.
    pub finding: Finding,
}

const SELECT: &str = "
    SELECT f.digest, s.hash, e.at, f.format, f.shipment, f.finding
    FROM finding f JOIN source s ON s.id = f.source JOIN event e ON e.seq = f.event";

impl Ledger {
    /// Records findings of one source in one unit; returns how many were new. A finding is not new if the same was
    /// found of the same row of the same source under the same versions before; its rank and the file's place do not
    /// count. Where it says something else, it is added and supersedes. The source must have been recorded.
    pub fn record_findings(
        &mut self,
        source_hash: &str,
        findings: &[(Shipment, Finding)],
        at: Timestamp,
    ) -> Result<u64> {
        let source =
            source_id(&self.connection, source_hash)?.ok_or_else(|| unknown_source(source_hash))?;
        let unit = Unit::begin(&mut self.connection)?;
        let mut added = 0;
        for (shipment, finding) in findings {
            check_numbers(shipment, finding)?;
            let digest = finding_digest(source_hash, shipment, finding)?;
            added += unit
                .prepare_cached(
                    "INSERT INTO finding (event, source, part, row, digest, format, shipment, finding)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (digest) DO NOTHING",
                )?
                .execute(params![
                    unit.seq(),
                    source,
                    part_of(&shipment.file),
                    shipment.row,
                    digest.as_bytes(),
                    PAYLOAD_FORMAT,
                    to_json("shipment", shipment)?,
                    to_json("finding", finding)?
                ])? as u64;
        }
        if added > 0 {
            unit.seal("findings", source_hash, at)?;
        }
        Ok(added)
    }

    /// Findings, gravest and highest score first.
    pub fn findings(
        &self,
        filter: &FindingFilter,
        each: &mut dyn FnMut(StoredFinding),
    ) -> Result<()> {
        let gravity = match filter.at_least {
            None | Some(Disposition::Release) => 0,
            Some(Disposition::Review) => 1,
            Some(Disposition::Hold) => 2,
        };
        let mut statement = self.connection.prepare_cached(&format!(
            "{SELECT}
             WHERE (?1 IS NULL OR s.hash = ?1) AND (?2 IS NULL OR f.row_id = ?2) AND f.gravity >= ?3
             AND (?4 OR NOT EXISTS (
                 SELECT 1 FROM finding later
                 WHERE later.source = f.source AND later.part = f.part AND later.row = f.row AND later.id > f.id))
             ORDER BY f.gravity DESC, f.score DESC, f.id LIMIT ?5"
        ))?;
        let mut rows = statement.query(params![
            filter.source_hash,
            filter.row_id,
            gravity,
            filter.superseded,
            filter.limit.map_or(-1, i64::from)
        ])?;
        while let Some(row) = rows.next()? {
            each(stored(row)?);
        }
        Ok(())
    }

    /// One finding by its id.
    pub fn finding(&self, finding_id: &str) -> Result<Option<StoredFinding>> {
        let Some(prefix) = prefix_of(finding_id) else {
            return Ok(None);
        };
        let mut statement = self
            .connection
            .prepare_cached(&format!("{SELECT} WHERE f.digest BETWEEN ?1 AND ?2"))?;
        let mut rows = statement.query(params![&prefix[..], [prefix, [0xff; 16]].concat()])?;
        rows.next()?.map(stored).transpose()
    }

    pub(crate) fn has_finding(&self, finding_id: &str) -> Result<bool> {
        let Some(prefix) = prefix_of(finding_id) else {
            return Ok(false);
        };
        let found: Option<i64> = self
            .connection
            .prepare_cached("SELECT id FROM finding WHERE digest BETWEEN ?1 AND ?2")?
            .query_row(params![&prefix[..], [prefix, [0xff; 16]].concat()], |row| {
                row.get(0)
            })
            .optional()?;
        Ok(found.is_some())
    }
}

fn stored(row: &Row<'_>) -> Result<StoredFinding> {
    let digest: [u8; 32] = row.get(0)?;
    let format = row.get(3)?;
    Ok(StoredFinding {
        finding_id: finding_id(&digest),
        source_hash: row.get(1)?,
        recorded_at: row.get(2)?,
        shipment: parse(
            "shipment",
            format,
            row.get_ref(4)?.as_str().map_err(not_text)?,
        )?,
        finding: parse(
            "finding",
            format,
            row.get_ref(5)?.as_str().map_err(not_text)?,
        )?,
    })
}

fn finding_id(digest: &[u8; 32]) -> String {
    blake3::Hash::from(*digest).to_hex()[..32].to_owned()
}

/// The 16 bytes that a finding id spells.
fn prefix_of(finding_id: &str) -> Option<[u8; 16]> {
    let padded = format!("{finding_id}{}", "0".repeat(32));
    let whole = blake3::Hash::from_hex(padded).ok()?;
    whole.as_bytes()[..16].try_into().ok()
}

/// JSON has no word for what is not finite: it would read back as something else, or not at all.
fn check_numbers(shipment: &Shipment, finding: &Finding) -> Result<()> {
    let quantity = shipment.quantity.as_ref().map(|quantity| quantity.amount);
    let matches = finding
        .parties
        .iter()
        .filter_map(|party| party.matched.as_ref());
    let mut numbers = [finding.score, finding.probability]
        .into_iter()
        .chain(finding.flags.iter().map(|flag| flag.weight))
        .chain(matches.flat_map(|matched| [matched.score, matched.probability]))
        .chain(quantity)
        .chain(shipment.net_kg)
        .chain(shipment.gross_kg)
        .chain(shipment.value_usd);
    if numbers.all(f64::is_finite) {
        Ok(())
    } else {
        Err(LedgerError::invalid(format!(
            "a number of {} is not finite",
            finding.row_id
        )))
    }
}

/// Two findings with one digest say the same of the same row. Left out: the rank, which depends on what else was
/// screened, and the place of the file, in the file's name and in row ids made from it.
fn finding_digest(
    source_hash: &str,
    shipment: &Shipment,
    finding: &Finding,
) -> Result<blake3::Hash> {
    let mut shipment = shipment.clone();
    let mut finding = finding.clone();
    if shipment.row_id.starts_with(&shipment.file) {
        shipment.row_id.clear();
    }
    if finding.row_id.starts_with(&finding.file) {
        finding.row_id.clear();
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"interdict finding\n");
    add_field(&mut hasher, source_hash.as_bytes());
    add_field(&mut hasher, part_of(&shipment.file).as_bytes());
    shipment.file.clear();
    finding.file.clear();
    finding.rank = 0;
    add_field(&mut hasher, to_json("shipment", &shipment)?.as_bytes());
    add_field(&mut hasher, to_json("finding", &finding)?.as_bytes());
    Ok(hasher.finalize())
}
