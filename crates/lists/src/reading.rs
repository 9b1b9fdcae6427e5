//! The state of one reading: entries handed out and counted, rejections kept, files hashed.

use std::collections::HashMap;
use std::path::Path;

use model::{ListEntry, PartialDate, Rejected};

use crate::entry::EntryBuilder;
use crate::input::Text;
use crate::{ListError, ListSource, ListSummary};

/// Rejections kept; more are counted only, so that a file of rubbish cannot fill memory.
const MAX_REJECTED: usize = 10_000;

pub(crate) struct Reading<'a> {
    pub(crate) source: &'a ListSource,
    on_entry: &'a mut dyn FnMut(ListEntry),
    on_progress: &'a mut dyn FnMut(u64),
    /// Short name of the list; readers set it before the first entry.
    pub(crate) list: String,
    /// Publication date found in the file.
    pub(crate) version: Option<PartialDate>,
    parties: u64,
    names: u64,
    pub(crate) skipped: u64,
    rejected: Vec<Rejected>,
    rejected_beyond: u64,
    /// By position in the source's paths, so that the combined hash does not depend on the order of reading.
    hashes: std::collections::BTreeMap<usize, String>,
    encoding: String,
    bytes_of_closed_files: u64,
    bytes_reported: u64,
    /// How often each entry id was seen.
    ids: HashMap<String, u32>,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(
        source: &'a ListSource,
        on_entry: &'a mut dyn FnMut(ListEntry),
        on_progress: &'a mut dyn FnMut(u64),
    ) -> Self {
        Self {
            source,
            on_entry,
            on_progress,
            list: String::new(),
            version: None,
            parties: 0,
            names: 0,
            skipped: 0,
            rejected: Vec::new(),
            rejected_beyond: 0,
            hashes: std::collections::BTreeMap::new(),
            encoding: String::new(),
            bytes_of_closed_files: 0,
            bytes_reported: 0,
            ids: HashMap::new(),
        }
    }

    /// The source's first file.
    pub(crate) fn path(&self) -> &'a Path {
        self.source
            .paths
            .first()
            .map_or(Path::new(""), |path| path.as_path())
    }

    pub(crate) fn open(&mut self, path: &Path) -> Result<Text, ListError> {
        let text = Text::open(path)?;
        if self.encoding.is_empty() {
            self.encoding = text.encoding().to_string();
        }
        Ok(text)
    }

    /// Hashes a file that was read to its end, or as far as it can be read.
    pub(crate) fn close(&mut self, text: Text) -> Result<(), ListError> {
        self.bytes_of_closed_files += text.raw_bytes();
        let position = self
            .source
            .paths
            .iter()
            .position(|path| path == text.path());
        self.hashes
            .insert(position.unwrap_or(usize::MAX), text.hash()?);
        self.progress(0);
        Ok(())
    }

    /// Reports bytes of the open file, on top of the files closed before.
    pub(crate) fn progress(&mut self, bytes_of_open_file: u64) {
        let bytes = self.bytes_of_closed_files + bytes_of_open_file;
        if bytes > self.bytes_reported {
            self.bytes_reported = bytes;
            (self.on_progress)(bytes);
        }
    }

    pub(crate) fn reject(
        &mut self,
        file: &Path,
        row: u64,
        field: Option<&str>,
        reason: impl Into<String>,
    ) {
        if self.rejected.len() < MAX_REJECTED {
            self.rejected.push(Rejected {
                file: file.display().to_string(),
                row,
                field: field.map(str::to_string),
                reason: reason.into(),
            });
        } else {
            self.rejected_beyond += 1;
        }
    }

    /// Finishes an entry and hands it out, or keeps why it is none.
    pub(crate) fn entry(&mut self, file: &Path, row: u64, builder: EntryBuilder) {
        let id = builder.listing.entry_id.clone();
        match builder.finish() {
            Ok((mut entry, faults)) => {
                for (field, reason) in faults {
                    self.reject(file, row, Some(field), format!("entry {id}: {reason}"));
                }
                entry.listing.list.clone_from(&self.list);
                let seen = self.ids.entry(id).or_default();
                *seen += 1;
                if *seen > 1 {
                    // Ids must be unique for storage and change sets; the file repeats one.
                    entry.listing.entry_id.push_str(&format!("#{seen}"));
                }
                self.parties += 1;
                self.names += entry.party.names.len() as u64;
                (self.on_entry)(entry);
            }
            Err((field, reason)) => {
                let reason = if id.is_empty() {
                    reason
                } else {
                    format!("entry {id}: {reason}")
                };
                self.reject(file, row, Some(field), reason);
            }
        }
    }

    /// What to do with an error in the middle of a text: keep what was read and say where it broke, or give up.
    pub(crate) fn broke_off(
        &mut self,
        text: &Text,
        error: &std::io::Error,
    ) -> Result<(), ListError> {
        if let Some(fatal) = text.fatal() {
            return Err(fatal);
        }
        let path = text.path().to_path_buf();
        self.reject(
            &path,
            text.line(),
            None,
            format!(
                "the file is cut off or damaged here ({error}); what stands before was kept, what follows was not read"
            ),
        );
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<ListSummary, ListError> {
        if self.rejected_beyond > 0 {
            let beyond = self.rejected_beyond;
            self.rejected.push(Rejected {
                file: self.path().display().to_string(),
                row: 0,
                field: None,
                reason: format!("{beyond} more records or fields could not be read"),
            });
        }
        let hashes: Vec<String> = self.hashes.values().cloned().collect();
        let hash = combined(&hashes);
        let version = match self.version.or_else(|| date_of_path(self.path())) {
            Some(date) => date.to_string(),
            None => hash.chars().take(12).collect(),
        };
        Ok(ListSummary {
            list: self.list,
            version,
            format: self.source.format,
            parties: self.parties,
            names: self.names,
            skipped: self.skipped,
            rejected: self.rejected,
            hash,
            encoding: self.encoding,
            paths: self.source.paths.clone(),
        })
    }
}

/// The date in a file's name, else in the name of its folder.
fn date_of_path(path: &Path) -> Option<PartialDate> {
    let folder = path.parent().and_then(Path::file_name);
    [path.file_name(), folder]
        .into_iter()
        .flatten()
        .find_map(|name| crate::dates::in_name(&name.to_string_lossy()))
        .map(|(date, _)| date)
}

/// The hash of one file, or the hash over the hashes of several.
pub(crate) fn combined(hashes: &[String]) -> String {
    match hashes {
        [one] => one.clone(),
        several => blake3::hash(several.concat().as_bytes())
            .to_hex()
            .to_string(),
    }
}
