//! Tests of the readers at the crate's boundary: fixtures in the official formats, hostile input, the real lists.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod bad_input;
mod changes;
mod finding;
mod fixtures;
mod properties;
mod real_data;

use std::path::{Path, PathBuf};

use lists::{ListError, ListSource, ListSummary};
use model::ListEntry;

/// A file or folder under `fixtures`.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

/// Reads one source whole.
fn read(source: &ListSource) -> Result<(Vec<ListEntry>, ListSummary), ListError> {
    let mut entries = Vec::new();
    let summary = lists::read(source, &mut |entry| entries.push(entry), &mut |_| {})?;
    assert_eq!(summary.parties, entries.len() as u64);
    let names: usize = entries.iter().map(|entry| entry.party.names.len()).sum();
    assert_eq!(summary.names, names as u64);
    for entry in &entries {
        assert!(!entry.party.names.is_empty());
        assert_eq!(entry.listing.list, summary.list);
    }
    Ok((entries, summary))
}

/// Finds the one list under a path and reads it.
fn read_path(path: &Path) -> Result<(Vec<ListEntry>, ListSummary), ListError> {
    let found = lists::find(&[path.to_path_buf()]);
    assert_eq!(found.sources.len(), 1, "{:?}", found.unread);
    read(&found.sources[0])
}

/// Writes a file into a fresh folder, which lives as long as the first value.
fn temporary(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// The reasons of the rejections, with their lines.
fn reasons(summary: &ListSummary) -> Vec<String> {
    summary
        .rejected
        .iter()
        .map(|rejected| format!("{}: {}", rejected.row, rejected.reason))
        .collect()
}
