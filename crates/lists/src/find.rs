//! Finds lists among files and folders, and puts the files of an OFAC csv trio together.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::detect::{Kind, OfacPart, kind};
use crate::input::Text;
use crate::lines::{Row, Rows};
use crate::{ListError, ListFormat, ListSource};

/// Folders nest no deeper than this; links to folders are not followed.
const MAX_DEPTH: usize = 16;

/// Siblings of a primary file looked at for its ALT and ADD files.
const MAX_SIBLINGS: usize = 200;

/// What [`find`] found.
#[derive(Debug, Default)]
pub struct Found {
    /// Lists to read, in the order of the paths given and by name within folders.
    pub sources: Vec<ListSource>,
    /// Files that are no list, and folders and files that could not be opened.
    pub unread: Vec<Unread>,
}

/// A path that yields no list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The file or folder.
    pub path: PathBuf,
    /// Why, in words a user can act on.
    pub reason: String,
}

/// Looks at every file named, and at every file below every folder named, and tells lists by content.
///
/// ALT and ADD files of OFAC are put with the primary file of the same folder whose ids they name; for a primary file
/// named directly they are looked for beside it. Hidden files (`.name`) in folders are passed over. Nothing found here
/// fails: what cannot be read is in [`Found::unread`].
pub fn find(paths: &[PathBuf]) -> Found {
    let mut found = Found::default();
    let mut files = Vec::new();
    for path in paths {
        walk(path, 0, &mut files, &mut found.unread);
    }
    let mut seen = HashSet::new();
    files.retain(|path| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));

    let mut primaries = Vec::new();
    let mut parts = Vec::new();
    for path in files {
        match kind(&path) {
            Ok(Kind::Whole(format)) => found.sources.push(ListSource {
                format,
                paths: vec![path],
            }),
            Ok(Kind::Ofac(OfacPart::Primary)) => {
                primaries.push(found.sources.len());
                found.sources.push(ListSource {
                    format: ListFormat::OfacCsvTrio,
                    paths: vec![path],
                });
            }
            Ok(Kind::Ofac(part)) => parts.push((path, part)),
            Err(error) => found.unread.push(unread(&path, &error)),
        }
    }
    // A primary file named by itself brings its siblings along.
    let named: HashSet<PathBuf> = seen;
    for &index in &primaries {
        let path = found.sources[index].paths[0].clone();
        for sibling in siblings(&path) {
            let known = sibling
                .canonicalize()
                .is_ok_and(|path| named.contains(&path))
                || parts.iter().any(|(part, _)| *part == sibling);
            if known {
                continue;
            }
            if let Ok(Kind::Ofac(part @ (OfacPart::Names | OfacPart::Addresses))) = kind(&sibling) {
                parts.push((sibling, part));
            }
        }
    }
    for (path, part) in parts {
        let best = primaries
            .iter()
            .filter(|&&index| found.sources[index].paths[0].parent() == path.parent())
            .max_by_key(|&&index| affinity(&found.sources[index].paths[0], &path))
            .copied();
        match best {
            Some(index) => found.sources[index].paths.push(path),
            None => found.unread.push(Unread {
                path,
                reason: match part {
                    OfacPart::Names => "other names (ALT) of an OFAC list; the file with the parties is not beside it",
                    _ => "addresses (ADD) of an OFAC list; the file with the parties is not beside it",
                }
                .to_string(),
            }),
        }
    }
    found
}

fn unread(path: &Path, error: &ListError) -> Unread {
    let reason = match error {
        ListError::NotAList { reason, .. } => {
            format!("not a list format Interdict reads: {reason}")
        }
        ListError::Io { source, .. } => format!("cannot be read: {source}"),
        ListError::Doctype { line, .. } => {
            format!(
                "line {line}: declares a DOCTYPE, which no official list does; take the file from the publisher again"
            )
        }
        ListError::Bomb { limit, .. } => format!("decompresses to more than {limit}"),
    };
    Unread {
        path: path.to_path_buf(),
        reason,
    }
}

fn walk(path: &Path, depth: usize, files: &mut Vec<PathBuf>, unread: &mut Vec<Unread>) {
    if !path.is_dir() {
        files.push(path.to_path_buf());
        return;
    }
    let mut refuse = |reason: String| {
        unread.push(Unread {
            path: path.to_path_buf(),
            reason,
        });
    };
    if depth >= MAX_DEPTH {
        refuse(format!("folders nest more than {MAX_DEPTH} deep"));
        return;
    }
    let entries = match std::fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => {
            refuse(format!("cannot be read: {error}"));
            return;
        }
    };
    let mut children: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .filter(|entry| {
            let linked = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            !(linked && entry.path().is_dir())
        })
        // Pipes and devices would block.
        .filter(|entry| entry.path().is_dir() || entry.path().is_file())
        .map(|entry| entry.path())
        .collect();
    children.sort();
    for child in children {
        walk(&child, depth + 1, files, unread);
    }
}

fn siblings(path: &Path) -> Vec<PathBuf> {
    let folder = match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => return Vec::new(),
    };
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut siblings: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().to_lowercase();
            name.ends_with(".csv") || name.ends_with(".csv.gz") || name.ends_with(".csv.zst")
        })
        .filter(|entry| entry.path().is_file())
        // Joined to the parent as the user wrote it, so that both files compare equal in `parent()`.
        .map(|entry| path.with_file_name(entry.file_name()))
        .collect();
    siblings.sort();
    siblings.truncate(MAX_SIBLINGS);
    siblings
}

/// How well an ALT or ADD file fits a primary file: ids in common, same date in the name, same beginning of the name.
fn affinity(primary: &Path, part: &Path) -> (usize, bool, usize) {
    let ids = first_ids(primary, 5_000);
    let common = first_ids(part, 50).intersection(&ids).count();
    let name = |path: &Path| {
        path.file_name()
            .map(|name| name.to_string_lossy().to_lowercase())
            .unwrap_or_default()
    };
    let (primary, part) = (name(primary), name(part));
    let date = |name: &str| crate::dates::in_name(name).map(|(date, _)| date);
    let prefix = primary
        .bytes()
        .zip(part.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    (common, date(&primary) == date(&part), prefix)
}

fn first_ids(path: &Path, count: usize) -> HashSet<String> {
    let mut ids = HashSet::new();
    let Ok(mut text) = Text::open(path) else {
        return ids;
    };
    let mut rows = Rows::new(',');
    for _ in 0..count {
        match rows.next(&mut text) {
            Ok(Some(Row::Fields(fields, _))) => {
                ids.insert(fields[0].trim().to_string());
            }
            Ok(Some(Row::Broken(..))) => {}
            Ok(None) | Err(_) => break,
        }
    }
    ids
}
