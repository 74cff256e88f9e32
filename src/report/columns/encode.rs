//! Batches into bytes: Parquet files and Arrow streams, a part at a time.

use super::ColumnError;
use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::Schema;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::sync::Arc;

/// The most rows of a row group: what one task of a scan takes.
const GROUP_ROWS: usize = 1 << 20;
/// The most of one that is held in memory, in bytes, before it is written.
const GROUP_BYTES: usize = 32 << 20;

/// A Parquet file in the making.
pub struct Parquet(ArrowWriter<Vec<u8>>);

impl Parquet {
    /// One of this schema, without a row.
    ///
    /// # Errors
    /// Never of our own schemas.
    pub fn new(schema: Arc<Schema>) -> Result<Parquet, ColumnError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_created_by(concat!("wiregrade ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        Ok(Parquet(ArrowWriter::try_new(Vec::new(), schema, Some(properties))?))
    }

    /// More rows.
    ///
    /// # Errors
    /// Never of our own batches.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), ColumnError> {
        self.0.write(batch)?;
        if self.0.memory_size() > GROUP_BYTES {
            self.0.flush()?;
        }
        Ok(())
    }

    /// The bytes that are ready; the file goes on behind them.
    pub fn ready(&mut self) -> Vec<u8> {
        std::mem::take(self.0.inner_mut())
    }

    /// The rest of the file.
    ///
    /// # Errors
    /// Never of our own batches.
    pub fn finish(self) -> Result<Vec<u8>, ColumnError> {
        Ok(self.0.into_inner()?)
    }
}

/// An Arrow stream in the making.
pub struct Stream(StreamWriter<Vec<u8>>);

impl Stream {
    /// One of this schema, without a row.
    ///
    /// # Errors
    /// Never of our own schemas.
    pub fn new(schema: &Schema) -> Result<Stream, ColumnError> {
        Ok(Stream(StreamWriter::try_new(Vec::new(), schema)?))
    }

    /// More rows.
    ///
    /// # Errors
    /// Never of our own batches.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), ColumnError> {
        Ok(self.0.write(batch)?)
    }

    /// The bytes that are ready; the stream goes on behind them.
    pub fn ready(&mut self) -> Vec<u8> {
        std::mem::take(self.0.get_mut())
    }

    /// The rest of the stream.
    ///
    /// # Errors
    /// Never of our own batches.
    pub fn finish(mut self) -> Result<Vec<u8>, ColumnError> {
        self.0.finish()?;
        Ok(self.0.into_inner()?)
    }
}
