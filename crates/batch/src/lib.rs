//! Screening over Arrow batches: trade records in, findings out; and findings as Parquet files.
//!
//! [`screen_batch`] reads columns as [`records`] reads those of Parquet files, screens with the one screening function
//! and gives findings in the columns of [`finding_schema`]: the fields of the NDJSON contract with nested Arrow types,
//! value for value the same.

mod parquet_file;
mod schema;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::json::ReaderBuilder;
use model::{Finding, Rejected};
use records::{ColumnOverrides, RecordError};
use screen::Screener;
use serde::Serialize;

pub use parquet_file::FindingsWriter;
pub use schema::{batch_schema, finding_schema};

/// What stands for the file in findings over a batch: rows without an id of their own are `batch#1`, `batch#2`, …
pub const BATCH_NAME: &str = "batch";

/// Why a batch cannot be screened, or findings not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// Its columns are not those of trade records, or cannot be read.
    #[error(transparent)]
    Records(#[from] RecordError),
    /// Findings do not fit into Arrow arrays: more than 2 GiB of text in one column; use smaller batches.
    #[error("cannot build the Arrow columns: {0}")]
    Arrow(#[from] ArrowError),
    /// The Parquet file cannot be written.
    #[error("cannot write Parquet: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
}

/// Screens the rows of a batch.
///
/// The result has one row for each row of the batch, in order, in the columns of [`batch_schema`]. Ranks are 0: a rank
/// belongs to a whole run, and a batch is a part of one. A row that cannot be read has its `row` and `rejected` and is
/// null elsewhere; fields that could not be read are told in `rejected` beside the finding.
///
/// # Errors
/// [`BatchError::Records`] where the columns tell of no shipments; name them in `overrides`.
pub fn screen_batch(
    screener: &Screener,
    batch: &RecordBatch,
    overrides: &ColumnOverrides,
) -> Result<RecordBatch, BatchError> {
    let mut shipments = Vec::with_capacity(batch.num_rows());
    let mut rejected: Vec<Rejected> = Vec::new();
    records::read_batch(
        batch,
        BATCH_NAME,
        overrides,
        &mut |_| {},
        &mut |shipment| shipments.push(shipment),
        &mut |refused| rejected.push(refused),
    )?;
    let findings = screener.screen(&shipments);
    // Rows come in order; what was refused of a row may be told behind later rows.
    rejected.sort_by_key(|refused| refused.row);
    let mut findings = findings.iter().peekable();
    let mut rejected = rejected.iter().peekable();
    let mut rows = Vec::with_capacity(batch.num_rows());
    for row in 1..=batch.num_rows() as u64 {
        let mut of_row = Vec::new();
        while let Some(refused) = rejected.next_if(|refused| refused.row <= row) {
            of_row.push(RejectedField {
                field: refused.field.as_deref(),
                reason: &refused.reason,
            });
        }
        rows.push(match findings.next_if(|finding| finding.row == row) {
            Some(finding) => Row::Screened {
                finding,
                rejected: of_row,
            },
            None => Row::Refused {
                file: BATCH_NAME,
                row,
                rejected: of_row,
            },
        });
    }
    to_batch(&rows, batch_schema())
}

/// Findings as a batch of [`finding_schema`].
pub fn findings_to_batch(findings: &[Finding]) -> Result<RecordBatch, BatchError> {
    to_batch(findings, finding_schema())
}

/// A row of the result of [`screen_batch`].
#[derive(Serialize)]
#[serde(untagged)]
enum Row<'a> {
    Screened {
        #[serde(flatten)]
        finding: &'a Finding,
        rejected: Vec<RejectedField<'a>>,
    },
    Refused {
        file: &'static str,
        row: u64,
        rejected: Vec<RejectedField<'a>>,
    },
}

#[derive(Serialize)]
struct RejectedField<'a> {
    field: Option<&'a str>,
    reason: &'a str,
}

/// Rows by their serde form, so that Arrow and NDJSON cannot come apart.
fn to_batch<S: Serialize>(rows: &[S], schema: SchemaRef) -> Result<RecordBatch, BatchError> {
    let mut decoder = ReaderBuilder::new(schema.clone()).build_decoder()?;
    decoder.serialize(rows)?;
    Ok(decoder
        .flush()?
        .unwrap_or_else(|| RecordBatch::new_empty(schema)))
}
