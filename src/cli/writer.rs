//! A report with the output it writes to, and what an error in writing means for the run.

use super::output::Output;
use super::term::Stop;
use crate::report::ladder::Ladder;
use crate::report::view::{ExchangeRecord, MessageRecord, Record, Summary};
use crate::report::{Make, Report, Setup};
use std::io::{self, Write};

/// Records in, output out.
pub(super) struct Writer {
    report: Box<dyn Report>,
    output: Output,
}

impl Writer {
    /// A writer that has written nothing.
    pub(super) fn new(make: Make, setup: &Setup, output: Output) -> Writer {
        Writer { report: make(setup), output }
    }

    /// A capture begins.
    pub(super) fn begin(&mut self, capture: u32, path: &str) -> Result<(), Stop> {
        let done = self.report.begin(capture, path, &mut self.output);
        self.done(done)
    }

    /// The next record.
    pub(super) fn write(&mut self, record: Record<'_>) -> Result<(), Stop> {
        let done = self.report.record(record, &mut self.output);
        self.done(done)
    }

    /// Several such, for records that come next.
    pub(super) fn another(&self) -> Option<Box<dyn Report + Send>> {
        self.report.another()
    }

    /// What another has written, and whether it could.
    pub(super) fn append(&mut self, written: &[u8], done: io::Result<()>) -> Result<(), Stop> {
        let done = done.and_then(|()| self.output.write_all(written));
        self.done(done)
    }

    /// What was written so far is to be seen.
    pub(super) fn flush(&mut self) -> Result<(), Stop> {
        let done = self.output.flush();
        self.done(done)
    }

    /// The last record; the output is complete.
    pub(super) fn finish(mut self, summary: &Summary) -> Result<(), Stop> {
        self.write(Record::Summary(summary))?;
        let done = self.report.finish(&mut self.output);
        self.done(done)?;
        self.output.commit()
    }

    fn done(&self, done: io::Result<()>) -> Result<(), Stop> {
        done.map_err(|error| self.output.failed(error))
    }
}

/// Several reports of one run, each with an output of its own.
pub(super) struct Writers(Vec<Writer>);

impl From<Writer> for Writers {
    fn from(writer: Writer) -> Writers {
        Writers(vec![writer])
    }
}

impl Writers {
    /// One more report.
    pub(super) fn add(&mut self, writer: Writer) {
        self.0.push(writer);
    }

    /// A capture begins.
    pub(super) fn begin(&mut self, capture: u32, path: &str) -> Result<(), Stop> {
        self.0.iter_mut().try_for_each(|writer| writer.begin(capture, path))
    }

    /// The next record.
    pub(super) fn write(&mut self, record: Record<'_>) -> Result<(), Stop> {
        self.0.iter_mut().try_for_each(|writer| writer.write(record))
    }

    /// Whether one of them shows the conversations themselves.
    pub(super) fn show_conversations(&self) -> bool {
        self.0.iter().any(|writer| writer.report.shows_conversations())
    }

    fn showing(&mut self) -> impl Iterator<Item = &mut Writer> {
        self.0.iter_mut().filter(|writer| writer.report.shows_conversations())
    }

    /// A message, for those that show conversations.
    pub(super) fn message(&mut self, message: &MessageRecord<'_>) -> Result<(), Stop> {
        self.showing().try_for_each(|writer| writer.write(Record::Message(message)))
    }

    /// An exchange, for those that show conversations, or for all.
    pub(super) fn exchange(&mut self, exchange: &ExchangeRecord, all: bool) -> Result<(), Stop> {
        let mut asked = self.0.iter_mut().filter(|writer| all || writer.report.shows_conversations());
        asked.try_for_each(|writer| writer.write(Record::Exchange(exchange)))
    }

    /// The diagrams of a capture, for those that show conversations.
    pub(super) fn ladders(&mut self, ladders: &[Ladder]) {
        self.showing().for_each(|writer| writer.report.ladders(ladders));
    }

    /// What was written so far is to be seen.
    pub(super) fn flush(&mut self) -> Result<(), Stop> {
        self.0.iter_mut().try_for_each(Writer::flush)
    }

    /// The last record; every output is complete. The first comes last: what is read as it is written ends when the
    /// others are there.
    pub(super) fn finish(self, summary: &Summary) -> Result<(), Stop> {
        self.0.into_iter().rev().try_for_each(|writer| writer.finish(summary))
    }
}
