//! What can go wrong with a ledger, and what the user can do about it.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why a ledger could not do what was asked. [`kind`](LedgerError::kind) tells the cases apart and
/// [`ErrorKind::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{}{kind}", place(.path))]
pub struct LedgerError {
    path: Option<PathBuf>,
    kind: ErrorKind,
}

fn place(path: &Option<PathBuf>) -> String {
    path.as_ref()
        .map(|path| format!("{}: ", path.display()))
        .unwrap_or_default()
}

/// Kinds of [`LedgerError`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Another process kept the ledger locked for longer than Interdict waits.
    #[error("the ledger is locked by another process")]
    Locked,
    /// The file, its folder or the file system does not allow writing.
    #[error("the ledger cannot be written: file or folder is read-only")]
    ReadOnly,
    /// A writer was killed half way, and what it left cannot be undone without writing.
    #[error(
        "the ledger has unfinished work of a stopped writer, and may not be written to undo it"
    )]
    Unfinished,
    /// No ledger at this path, and none may be made.
    #[error("there is no ledger here")]
    Missing,
    /// The folder is missing, is a file, or cannot be entered.
    #[error("the ledger cannot be opened: {0}")]
    CannotOpen(String),
    /// The file is no SQLite database, or another program's.
    #[error("the file is not an Interdict ledger: {0}")]
    NotALedger(String),
    /// Written by a newer Interdict.
    #[error("the ledger has schema version {found}, this program reads up to {supported}")]
    NewerVersion {
        /// Schema version of the file.
        found: i64,
        /// Newest schema version that this program knows.
        supported: i64,
    },
    /// No room left.
    #[error("the disk is full")]
    DiskFull,
    /// The file is damaged.
    #[error("the ledger is damaged: {0}")]
    Corrupt(String),
    /// The disk refused to read or write.
    #[error("reading or writing the ledger failed: {0}")]
    Io(String),
    /// The caller's values break a rule of the ledger; the text says which.
    #[error("{0}")]
    Invalid(String),
    /// Anything else SQLite reports; a bug in Interdict if it happens.
    #[error("unexpected database error: {0}")]
    Database(String),
}

impl ErrorKind {
    /// What the user can do, as one sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            ErrorKind::Locked => {
                "wait for the other interdict process to finish, or use another --home"
            }
            ErrorKind::ReadOnly => "make the folder writable, or choose another one with --home",
            ErrorKind::Unfinished => {
                "open it once where it may be written; nothing recorded is lost"
            }
            ErrorKind::Missing => {
                "run `interdict investigate` or `interdict lists import` first, or correct --home"
            }
            ErrorKind::CannotOpen(_) => "check that --home names a folder that you may enter",
            ErrorKind::NotALedger(_) => "move the file away, or choose another folder with --home",
            ErrorKind::NewerVersion { .. } => {
                "use the newer Interdict that wrote it, or choose another --home"
            }
            ErrorKind::DiskFull => {
                "free some space and run the same command again; what was recorded before is safe"
            }
            ErrorKind::Corrupt(_) => {
                "keep the file for inspection, restore a backup, or start a new --home and run the inputs again"
            }
            ErrorKind::Io(_) => "check the disk and the system log",
            ErrorKind::Invalid(_) => "correct the value and try again",
            ErrorKind::Database(_) => "please report this with the command that led to it",
        }
    }
}

impl LedgerError {
    /// Which case it is.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The case's hint.
    pub fn hint(&self) -> &'static str {
        self.kind.hint()
    }

    pub(crate) fn at(mut self, path: &Path) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    pub(crate) fn invalid(reason: impl Into<String>) -> Self {
        ErrorKind::Invalid(reason.into()).into()
    }

    pub(crate) fn corrupt(reason: impl Into<String>) -> Self {
        ErrorKind::Corrupt(reason.into()).into()
    }
}

impl From<ErrorKind> for LedgerError {
    fn from(kind: ErrorKind) -> Self {
        Self { path: None, kind }
    }
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi::{SQLITE_READONLY_RECOVERY, SQLITE_READONLY_ROLLBACK};
        let text = error.to_string();
        let extended = error.sqlite_error().map(|error| error.extended_code);
        let kind = match error.sqlite_error_code() {
            _ if matches!(
                extended,
                Some(SQLITE_READONLY_ROLLBACK | SQLITE_READONLY_RECOVERY)
            ) =>
            {
                ErrorKind::Unfinished
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ErrorKind::Locked,
            Some(ErrorCode::FileLockingProtocolFailed) => ErrorKind::Locked,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => ErrorKind::ReadOnly,
            Some(ErrorCode::CannotOpen) => ErrorKind::CannotOpen(text),
            Some(ErrorCode::NotADatabase) => ErrorKind::NotALedger(text),
            Some(ErrorCode::DiskFull) => ErrorKind::DiskFull,
            Some(ErrorCode::DatabaseCorrupt) => ErrorKind::Corrupt(text),
            Some(ErrorCode::SystemIoFailure) => ErrorKind::Io(text),
            Some(ErrorCode::TooBig) => ErrorKind::Invalid(text),
            _ => ErrorKind::Database(text),
        };
        kind.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(result_code: i32, expect: &str) {
        let error = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(result_code), None);
        let error = LedgerError::from(error).at(Path::new("home/ledger.sqlite"));
        assert!(error.to_string().starts_with("home/ledger.sqlite: "));
        assert!(
            format!("{:?}", error.kind()).starts_with(expect),
            "{error:?}"
        );
        assert!(!error.hint().is_empty());
    }

    #[test]
    fn every_failure_of_the_disk_has_its_own_kind() {
        use rusqlite::ffi::*;
        check(SQLITE_BUSY, "Locked");
        check(SQLITE_LOCKED, "Locked");
        check(SQLITE_READONLY, "ReadOnly");
        check(SQLITE_READONLY_DIRECTORY, "ReadOnly");
        check(SQLITE_READONLY_ROLLBACK, "Unfinished");
        check(SQLITE_CANTOPEN, "CannotOpen");
        check(SQLITE_NOTADB, "NotALedger");
        check(SQLITE_FULL, "DiskFull");
        check(SQLITE_CORRUPT, "Corrupt");
        check(SQLITE_IOERR, "Io");
        check(SQLITE_ERROR, "Database");
    }
}
