//! Lists, and files of who owns whom, into the ledger.

use std::path::{Path, PathBuf};

use ledger::{LedgerError, ListImport, NewListVersion, Timestamp};
use lists::{ListSource, ListSummary};
use model::{ListEntry, Rejected};

use crate::brief::{ListRead, ReadSummary};
use crate::{Error, Home, Progress};

/// Reads every list and every file of who owns whom among `files` into the ledger; one that the ledger has already is
/// left as it is.
///
/// A list that breaks half way is recorded with what was read and what was refused; a file that is no list goes to
/// `read.skipped`.
///
/// # Errors
/// When the ledger cannot be written.
pub fn lists(
    files: &[PathBuf],
    home: &mut Home,
    read: &mut ReadSummary,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Error> {
    let found = lists::find(files);
    let skip = |file: String, reason: String| Rejected {
        file,
        row: 0,
        field: None,
        reason,
    };
    for unread in found.unread {
        match ownership::detect(&unread.path) {
            Ok(Some(_)) => owners(&unread.path, home, read, progress)?,
            // What it is not as a list says what it is.
            Ok(None) | Err(_) => read
                .skipped
                .push(skip(unread.path.display().to_string(), unread.reason)),
        }
    }
    for source in &found.sources {
        let name = name(source);
        let bytes = source
            .paths
            .iter()
            .filter_map(|path| path.metadata().ok())
            .map(|metadata| metadata.len())
            .sum();
        progress(Progress::Begin {
            doing: format!("importing {name}"),
            bytes,
        });
        let outcome = one(source, &name, home, progress);
        progress(Progress::End);
        match outcome {
            Ok((list, rejected)) => {
                read.lists.push(list);
                read.rejected.extend(rejected);
            }
            Err(Error::List(error)) => read.skipped.push(skip(name, error.to_string())),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Imports one file of who owns whom; one that breaks is told and left.
fn owners(
    path: &Path,
    home: &mut Home,
    read: &mut ReadSummary,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Error> {
    let name = path.display().to_string();
    progress(Progress::Begin {
        doing: format!("importing {name}"),
        bytes: path.metadata().map_or(0, |metadata| metadata.len()),
    });
    let outcome = crate::ownership::import(path, home, read);
    progress(Progress::End);
    match outcome {
        Err(Error::Ownership(error)) => {
            read.skipped.push(Rejected {
                file: name,
                row: 0,
                field: None,
                reason: error.to_string(),
            });
            Ok(())
        }
        outcome => outcome,
    }
}

fn name(source: &ListSource) -> String {
    source
        .paths
        .iter()
        .map(|path| path.display().to_string())
        .collect::<Vec<_>>()
        .join(" + ")
}

/// Imports one list in one transaction: nothing of it can be seen before all of it is in.
fn one(
    source: &ListSource,
    name: &str,
    home: &mut Home,
    progress: &mut dyn FnMut(Progress),
) -> Result<(ListRead, Vec<Rejected>), Error> {
    let hash = source.hash()?;
    if let Some(known) = home
        .ledger
        .list_versions()?
        .into_iter()
        .find(|version| version.hash == hash)
    {
        let mut rejected = Vec::new();
        home.ledger
            .rejected(&hash, &mut |refusal| rejected.push(refusal))?;
        let list = ListRead {
            list: known.list,
            version: known.version,
            parties: known.parties,
            names: known.names,
            rejected: known.rejected,
            new: false,
        };
        return Ok((list, rejected));
    }

    // The list's short name is known with its first entry.
    let mut import: Option<ListImport<'_>> = None;
    let mut failed: Option<LedgerError> = None;
    let ledger = &mut home.ledger;
    let new = |list: &str| NewListVersion {
        list: list.to_string(),
        format: source.format.as_str().to_string(),
        hash: hash.clone(),
        path: name.to_string(),
    };
    let mut waiting = Some(ledger);
    let mut on_entry = |entry: ListEntry| {
        if failed.is_some() {
            return;
        }
        if let Some(ledger) = waiting.take() {
            match ledger.begin_list_version(new(&entry.listing.list)) {
                Ok(begun) => import = Some(begun),
                Err(error) => failed = Some(error),
            }
        }
        if let Some(import) = &mut import {
            failed = import.add_entry(&entry).err();
        }
    };
    let summary: ListSummary = lists::read(source, &mut on_entry, &mut |bytes| {
        progress(Progress::At(bytes));
    })?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    let mut import = match (import, waiting) {
        (Some(import), _) => import,
        // A list without entries is a version all the same.
        (None, Some(ledger)) => ledger.begin_list_version(new(&summary.list))?,
        (None, None) => {
            unreachable!("an import that did not begin has failed, which is returned above")
        }
    };
    for rejected in &summary.rejected {
        import.add_rejected(rejected)?;
    }
    import.commit(&summary.version, Timestamp::now())?;
    let list = ListRead {
        list: summary.list,
        version: summary.version,
        parties: summary.parties,
        names: summary.names,
        rejected: summary.rejected.len() as u64,
        new: true,
    };
    Ok((list, summary.rejected))
}
