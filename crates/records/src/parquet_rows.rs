//! Parquet: batch by batch.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use crate::arrow_rows::{self, headings_of};
use crate::columns::{self, ColumnOverrides};
use crate::source::{Compression, Peek, hash_file, unpack};
use crate::table::{Sinks, Table};
use crate::{Layout, RecordError, RecordFormat};

/// Rows decoded at once.
const BATCH: usize = 1024;

/// Whether the schema has columns of trade records. Compressed files are not unpacked to see.
pub(crate) fn looks_like_records(
    path: &Path,
    compression: Compression,
    overrides: &ColumnOverrides,
) -> bool {
    if compression != Compression::None {
        return true;
    }
    let Ok(file) = File::open(path) else {
        return false;
    };
    let schema = catch_unwind(|| {
        ParquetRecordBatchReaderBuilder::try_new(file)
            .ok()
            .map(|builder| builder.schema().clone())
    });
    let Ok(Some(schema)) = schema else {
        return false;
    };
    let (meanings, _) = columns::recognise_row(&headings_of(schema.fields()), overrides);
    columns::tells_of_shipments(&meanings)
}

/// Reads a Parquet file; gives its hash and size.
pub(crate) fn read(
    path: &Path,
    file: &str,
    peek: &Peek,
    overrides: &ColumnOverrides,
    sinks: &mut Sinks<'_>,
) -> Result<(String, u64), RecordError> {
    let io_error = |source: std::io::Error| RecordError::Io {
        file: file.to_string(),
        source,
    };
    let damaged = |reason: String| RecordError::Damaged {
        file: file.to_string(),
        reason,
    };
    let (hash, size) = hash_file(path).map_err(io_error)?;
    // The decoder trusts page headers in places; what it panics on is a damaged file, not a reason to die.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        if peek.compression == Compression::None {
            let input = File::open(path).map_err(io_error)?;
            let builder = ParquetRecordBatchReaderBuilder::try_new(input)
                .map_err(|error| damaged(error.to_string()))?;
            read_batches(builder, file, size, overrides, sinks)
        } else {
            let input = bytes::Bytes::from(unpack(path, file, peek.compression)?);
            let builder = ParquetRecordBatchReaderBuilder::try_new(input)
                .map_err(|error| damaged(error.to_string()))?;
            read_batches(builder, file, size, overrides, sinks)
        }
    }));
    match outcome {
        Ok(read) => read?,
        Err(_) => return Err(damaged("its pages contradict each other".to_string())),
    }
    Ok((hash, size))
}

fn read_batches<R: parquet::file::reader::ChunkReader + 'static>(
    builder: ParquetRecordBatchReaderBuilder<R>,
    file: &str,
    size: u64,
    overrides: &ColumnOverrides,
    sinks: &mut Sinks<'_>,
) -> Result<(), RecordError> {
    let damaged = |reason: String| RecordError::Damaged {
        file: file.to_string(),
        reason,
    };
    let total = u64::try_from(builder.metadata().file_metadata().num_rows())
        .unwrap_or(0)
        .max(1);
    let headings = headings_of(builder.schema().fields());
    let layout = Layout::new(file.to_string(), RecordFormat::Parquet);
    let mut table = Table::with_headings(layout, headings, overrides);
    let reader: ParquetRecordBatchReader = builder
        .with_batch_size(BATCH)
        .build()
        .map_err(|error| damaged(error.to_string()))?;
    let mut row = 0;
    let mut outcome = Ok(());
    for batch in reader {
        let pushed = batch.and_then(|batch| {
            arrow_rows::push(&batch, row, &mut table, sinks)?;
            Ok(batch.num_rows() as u64)
        });
        match pushed {
            Ok(rows) => row += rows,
            Err(error) => {
                outcome = Err(damaged(format!("after row {row}: {error}")));
                break;
            }
        }
        (sinks.on_progress)(
            (u128::from(size) * u128::from(row.min(total)) / u128::from(total)) as u64,
        );
        if table.is_skipped() {
            break;
        }
    }
    table.finish(sinks);
    outcome
}
