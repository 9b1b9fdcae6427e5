//! Findings as a Parquet file, row group by row group.

use std::io::Write;

use model::Finding;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::{BatchError, finding_schema, findings_to_batch};

/// Findings of a row group: some 20 MB before compression, which is what the writer holds at once.
const ROW_GROUP: usize = 16_384;
/// Findings turned into columns at once.
const CHUNK: usize = 4096;

/// Writes findings to a Parquet file in the columns of [`finding_schema`], zstd inside. Memory does not grow with the
/// file. The file is whole only after [`FindingsWriter::finish`]: write to a temporary name and rename.
pub struct FindingsWriter<W: Write + Send> {
    writer: ArrowWriter<W>,
}

impl<W: Write + Send> FindingsWriter<W> {
    /// Starts a file on `out`, from its beginning.
    pub fn new(out: W) -> Result<Self, BatchError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .set_created_by(format!("interdict {}", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self {
            writer: ArrowWriter::try_new(out, finding_schema(), Some(properties))?,
        })
    }

    /// Appends findings, in the order given.
    pub fn write(&mut self, findings: &[Finding]) -> Result<(), BatchError> {
        for chunk in findings.chunks(CHUNK) {
            self.writer.write(&findings_to_batch(chunk)?)?;
        }
        Ok(())
    }

    /// Writes the last row group and the footer; gives `out` back.
    pub fn finish(self) -> Result<W, BatchError> {
        Ok(self.writer.into_inner()?)
    }
}
