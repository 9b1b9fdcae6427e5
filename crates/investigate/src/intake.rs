//! Which files a folder holds.

use std::path::{Path, PathBuf};

use crate::Error;

/// Folders nested deeper than this are not entered; it also ends loops of links.
const MAX_DEPTH: usize = 16;

/// The three folders of a case; a missing one holds no files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Folders {
    /// Files under `lists/`.
    pub lists: Vec<PathBuf>,
    /// Files under `records/`.
    pub records: Vec<PathBuf>,
    /// Files under `reports/`.
    pub reports: Vec<PathBuf>,
}

/// The files of a case folder, by kind of source.
///
/// # Errors
/// When `folder` is no folder or a folder below it cannot be read.
pub fn folders(folder: &Path) -> Result<Folders, Error> {
    if !folder.is_dir() {
        return Err(Error::NotAFolder(folder.to_path_buf()));
    }
    let below = |name: &str| {
        let path = folder.join(name);
        if path.is_dir() {
            files(&path)
        } else {
            Ok(Vec::new())
        }
    };
    Ok(Folders {
        lists: below("lists")?,
        records: below("records")?,
        reports: below("reports")?,
    })
}

/// Every file at or below `path` in the order of their names, hidden ones left out.
///
/// # Errors
/// When `path` or a folder below it cannot be read.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    walk(path, 0, &mut found)?;
    Ok(found)
}

fn walk(path: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    let io = |source| Error::Io {
        doing: "read",
        path: path.to_path_buf(),
        source,
    };
    if !std::fs::metadata(path).map_err(io)?.is_dir() {
        found.push(path.to_path_buf());
        return Ok(());
    }
    if depth >= MAX_DEPTH {
        return Ok(());
    }
    let mut children = Vec::new();
    for child in std::fs::read_dir(path).map_err(io)? {
        let child = child.map_err(io)?;
        // A link that leads nowhere is no file of the case.
        if !child.file_name().to_string_lossy().starts_with('.')
            && std::fs::metadata(child.path()).is_ok()
        {
            children.push(child.path());
        }
    }
    children.sort();
    children
        .iter()
        .try_for_each(|child| walk(child, depth + 1, found))
}
