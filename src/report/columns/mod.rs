//! Records as columns, for engines that scan: the tables of `export`, their schema, and the writing of batches.
//!
//! [`tables`] says which tables and columns there are; `docs/export.md` and the golden schema are printed from it. A
//! [`Sheet`] gathers rows, and a [`Parquet`] or a [`Stream`] writes what it gathered. Rows of a table that has a protocol
//! are gathered by protocol, which is a partition of the files and a column of a stream.

mod encode;
mod rows;
mod sheet;
pub mod tables;

pub use encode::{Parquet, Stream};
pub use rows::{Listed, capture, criterion, exchange, finding, flow, grade, message, refused, session};
pub use sheet::{Cell, Sheet};

/// Latencies in buckets at most 1/128 wide.
pub type Histogram = crate::histogram::Histogram<7>;

/// What went wrong in writing: of our own types, only that the output refuses bytes.
#[derive(Debug, thiserror::Error)]
pub enum ColumnError {
    /// Arrow says so.
    #[error(transparent)]
    Arrow(#[from] arrow_schema::ArrowError),
    /// Parquet says so.
    #[error(transparent)]
    Parquet(#[from] parquet::errors::ParquetError),
}
