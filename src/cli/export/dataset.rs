//! The files of a dataset: `TABLE/protocol=ID/PART.parquet`, each there as a whole or not at all.

use crate::cli::output::Output;
use crate::cli::term::Stop;
use crate::report::columns::tables::{self, PROTOCOL};
use crate::report::columns::{ColumnError, Parquet};
use arrow_array::RecordBatch;
use arrow_schema::Schema;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What engines read as null in the name of a folder.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// A dataset to which one part is added, or whose part is written anew.
pub(super) struct Dataset {
    root: PathBuf,
    part: String,
    /// The tables that are written; empty: all.
    asked: Vec<String>,
    files: BTreeMap<PathBuf, (Parquet, Output)>,
}

/// A name for what is made of these captures: the same for the same.
pub(super) fn part(names: impl Iterator<Item = String>) -> String {
    let mut digest = Sha256::new();
    for name in names {
        digest.update(name.as_bytes());
        digest.update([0]);
    }
    let digest = crate::bytes::hex(&digest.finalize());
    format!("part-{}", digest.get(..16).unwrap_or(&digest))
}

impl Dataset {
    /// In this folder; nothing is written yet.
    pub(super) fn new(root: &Path, part: String, asked: &[String]) -> Dataset {
        Dataset { root: root.to_owned(), part, asked: asked.to_vec(), files: BTreeMap::new() }
    }

    fn file(&self, table: &str, protocol: Option<&str>) -> PathBuf {
        let mut path = self.root.join(table);
        if tables::ALL.iter().any(|known| known.name == table && known.by_protocol) {
            path.push(format!("{PROTOCOL}={}", protocol.unwrap_or(NULL)));
        }
        path.join(format!("{}.parquet", self.part))
    }

    /// More rows.
    pub(super) fn write(
        &mut self,
        table: &str,
        protocol: Option<&str>,
        schema: Arc<Schema>,
        batch: &RecordBatch,
    ) -> Result<(), Stop> {
        let path = self.file(table, protocol);
        if !self.files.contains_key(&path) {
            let folder = path.parent().unwrap_or(&path);
            let made = std::fs::create_dir_all(folder);
            made.map_err(|source| Stop::Output { path: crate::cli::input::shown(folder), source })?;
            let file = (Parquet::new(schema).map_err(refused)?, Output::open(Some(&path))?);
            self.files.insert(path.clone(), file);
        }
        let Some((parquet, output)) = self.files.get_mut(&path) else { return Ok(()) };
        parquet.write(batch).map_err(refused)?;
        let done = output.write_all(&parquet.ready());
        done.map_err(|error| output.failed(error))
    }

    /// The files take their names: those of `captures` last, so that a capture that is listed is there as a whole. What
    /// an earlier run made of the same captures and this one did not goes.
    pub(super) fn finish(self) -> Result<(), Stop> {
        let captures = self.file(tables::CAPTURES.name, None);
        let earlier = self.earlier();
        let stale: Vec<PathBuf> = earlier.iter().filter(|path| !self.files.contains_key(*path)).cloned().collect();
        let remove = |path: &Path| {
            let gone = std::fs::remove_file(path);
            gone.map_err(|source| Stop::Output { path: crate::cli::input::shown(path), source })
        };
        // While its other tables change, no capture is listed.
        if earlier.contains(&captures) {
            remove(&captures)?;
        }
        for path in stale.iter().filter(|path| **path != captures) {
            remove(path)?;
        }
        let mut files: Vec<_> = self.files.into_iter().collect();
        files.sort_by_key(|(path, _)| *path == captures);
        for (_, (parquet, mut output)) in files {
            let rest = parquet.finish().map_err(refused)?;
            let done = output.write_all(&rest);
            done.map_err(|error| output.failed(error))?;
            output.commit()?;
        }
        Ok(())
    }

    /// The files of this part that are there.
    fn earlier(&self) -> Vec<PathBuf> {
        let file = format!("{}.parquet", self.part);
        let below = |folder: PathBuf| {
            std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect::<Vec<_>>()
        };
        let asked = |table: &str| self.asked.is_empty() || self.asked.iter().any(|asked| asked == table);
        let folders = tables::ALL.iter().filter(|table| asked(table.name)).flat_map(|table| {
            let folder = self.root.join(table.name);
            if table.by_protocol { below(folder) } else { vec![folder] }
        });
        folders.map(|folder| folder.join(&file)).filter(|path| path.is_file()).collect()
    }
}

fn refused(error: ColumnError) -> Stop {
    super::refused(error)
}
