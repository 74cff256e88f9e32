//! Rows into columns: a batch at a time.

use super::ColumnError;
use super::tables::{Kind, Table};
use arrow_array::builder::{
    BooleanBuilder, Float64Builder, Int32Builder, Int64Builder, ListBuilder, MapBuilder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::Schema;
use std::sync::Arc;

/// The most rows of a batch.
const ROWS: usize = 8192;
/// The most text of a batch, in bytes.
const TEXT: usize = 4 << 20;

/// A value of a row.
pub enum Cell<'a> {
    /// None.
    Null,
    /// A text.
    Text(&'a str),
    /// Yes or no.
    Flag(bool),
    /// A number, whatever its column's width.
    Number(u64),
    /// A number with a sign.
    Signed(i64),
    /// A number with a fraction.
    Real(f64),
    /// Numbers.
    Numbers(&'a [u64]),
    /// Texts.
    Texts(&'a [String]),
    /// Counts by bucket.
    Counts(&'a super::Histogram),
}

impl<'a> Cell<'a> {
    /// A value that may be absent.
    pub fn or_null<T>(value: Option<T>, cell: impl FnOnce(T) -> Cell<'a>) -> Cell<'a> {
        value.map_or(Cell::Null, cell)
    }
}

/// A column that grows.
enum Growing {
    Text(StringBuilder),
    Flag(BooleanBuilder),
    Int(Int32Builder),
    Long(Int64Builder),
    Real(Float64Builder),
    Micros(TimestampMicrosecondBuilder),
    Longs(ListBuilder<Int64Builder>),
    Texts(ListBuilder<StringBuilder>),
    Counts(MapBuilder<Int64Builder, Int64Builder>),
}

impl Growing {
    fn new(kind: Kind) -> Growing {
        match kind {
            Kind::Text => Growing::Text(StringBuilder::new()),
            Kind::Flag => Growing::Flag(BooleanBuilder::new()),
            Kind::Int => Growing::Int(Int32Builder::new()),
            Kind::Long => Growing::Long(Int64Builder::new()),
            Kind::Real => Growing::Real(Float64Builder::new()),
            Kind::Micros => Growing::Micros(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Kind::Longs => Growing::Longs(ListBuilder::new(Int64Builder::new())),
            Kind::Texts => Growing::Texts(ListBuilder::new(StringBuilder::new())),
            Kind::Counts => Growing::Counts(MapBuilder::new(None, Int64Builder::new(), Int64Builder::new())),
        }
    }

    fn push(&mut self, cell: &Cell<'_>) -> Result<usize, ColumnError> {
        let long = match *cell {
            // What exceeds it stays at the greatest there is: no figure of a capture does.
            Cell::Number(number) => Some(i64::try_from(number).unwrap_or(i64::MAX)),
            Cell::Signed(number) => Some(number),
            _ => None,
        };
        match self {
            Growing::Text(column) => match cell {
                Cell::Text(text) => {
                    column.append_value(text);
                    return Ok(text.len());
                }
                _ => column.append_null(),
            },
            Growing::Flag(column) => column.append_option(if let Cell::Flag(flag) = cell { Some(*flag) } else { None }),
            Growing::Int(column) => column.append_option(long.map(|long| i32::try_from(long).unwrap_or(i32::MAX))),
            Growing::Long(column) => column.append_option(long),
            Growing::Real(column) => column.append_option(if let Cell::Real(real) = cell { Some(*real) } else { None }),
            // Towards the past, also before 1970.
            Growing::Micros(column) => column.append_option(long.map(|nanoseconds| nanoseconds.div_euclid(1000))),
            Growing::Longs(column) => {
                if let Cell::Numbers(numbers) = cell {
                    let numbers = numbers.iter().map(|number| i64::try_from(*number).unwrap_or(i64::MAX));
                    numbers.for_each(|number| column.values().append_value(number));
                }
                column.append(true);
            }
            Growing::Texts(column) => {
                if let Cell::Texts(texts) = cell {
                    texts.iter().for_each(|text| column.values().append_value(text));
                }
                column.append(true);
            }
            Growing::Counts(column) => {
                if let Cell::Counts(histogram) = cell {
                    for (bucket, count) in histogram.buckets() {
                        column.keys().append_value(i64::try_from(bucket).unwrap_or(i64::MAX));
                        column.values().append_value(i64::from(count));
                    }
                }
                column.append(true)?;
            }
        }
        Ok(0)
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Growing::Text(column) => Arc::new(column.finish()),
            Growing::Flag(column) => Arc::new(column.finish()),
            Growing::Int(column) => Arc::new(column.finish()),
            Growing::Long(column) => Arc::new(column.finish()),
            Growing::Real(column) => Arc::new(column.finish()),
            Growing::Micros(column) => Arc::new(column.finish()),
            Growing::Longs(column) => Arc::new(column.finish()),
            Growing::Texts(column) => Arc::new(column.finish()),
            Growing::Counts(column) => Arc::new(column.finish()),
        }
    }
}

/// Rows of one table and one protocol that were not written yet.
pub struct Sheet {
    schema: Arc<Schema>,
    columns: Vec<Growing>,
    /// Where the protocol is a column: what it says.
    protocol: Option<Option<&'static str>>,
    rows: usize,
    text: usize,
}

impl Sheet {
    /// Of a table that is partitioned.
    #[must_use]
    pub fn new(table: &Table) -> Sheet {
        let columns = table.columns.iter().map(|column| Growing::new(column.kind)).collect();
        Sheet { schema: table.schema(false), columns, protocol: None, rows: 0, text: 0 }
    }

    /// Of a table in a stream, with this protocol as a column.
    #[must_use]
    pub fn with_protocol(table: &Table, protocol: Option<&'static str>) -> Sheet {
        let protocol = table.by_protocol.then_some(protocol);
        Sheet { schema: table.schema(true), protocol, ..Sheet::new(table) }
    }

    /// What its batches look like.
    #[must_use]
    pub fn schema(&self) -> Arc<Schema> {
        self.schema.clone()
    }

    /// One more row.
    ///
    /// # Errors
    /// Never of our own rows.
    pub fn push(&mut self, row: &[Cell<'_>]) -> Result<(), ColumnError> {
        debug_assert_eq!(row.len(), self.columns.len(), "a cell a column");
        for (column, cell) in self.columns.iter_mut().zip(row) {
            self.text += column.push(cell)?;
        }
        self.rows += 1;
        Ok(())
    }

    /// Whether there is enough to be written.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.rows >= ROWS || self.text >= TEXT
    }

    /// What was gathered; the next row begins anew.
    ///
    /// # Errors
    /// Never of our own rows.
    pub fn take(&mut self) -> Result<RecordBatch, ColumnError> {
        let mut columns: Vec<ArrayRef> = self.columns.iter_mut().map(Growing::finish).collect();
        if let Some(protocol) = self.protocol {
            columns.push(Arc::new(StringArray::from(vec![protocol; self.rows])));
        }
        (self.rows, self.text) = (0, 0);
        Ok(RecordBatch::try_new(self.schema.clone(), columns)?)
    }
}
