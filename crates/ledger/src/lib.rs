//! The evidence store: append-only, hash-chained, replayable. All SQL there is.
//!
//! One SQLite file keeps what Interdict read and said: sources, list versions with their entries, shipments that
//! became findings, reports with their claims, and what persons decided. Each call that records something commits one
//! unit: its rows and one event, whose hash covers the rows and the event before. [`Ledger::verify`] recomputes all
//! of it. Recording what is there already adds nothing. `docs/ledger.md` draws tables and bytes.
//!
//! The ledger decides nothing: engines return values, the application chooses what to record. Times come from the
//! caller, so that the same run makes the same ledger.
//!
//! ```
//! use ledger::{Ledger, NewSource, SourceKind, Timestamp};
//!
//! let folder = tempfile::tempdir()?;
//! let mut ledger = Ledger::open(&folder.path().join("ledger.sqlite"))?;
//! let page = NewSource {
//!     hash: "aa".repeat(32),
//!     kind: SourceKind::Report,
//!     location: "reports/a.html".to_owned(),
//!     bytes: 1200,
//! };
//! assert!(ledger.record_source(&page, Timestamp::now())?);
//! assert!(!ledger.record_source(&page, Timestamp::now())?);
//! assert!(ledger.verify()?.problems.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod chain;
mod dispositions;
mod error;
mod findings;
mod lists;
mod ownership;
mod reports;
mod schema;
mod sources;
mod verify;

use std::io;
use std::path::Path;
use std::time::Duration;

pub use dispositions::{Decision, DispositionRule, RecordedDecision, Subject, disposition_rules};
pub use error::{ErrorKind, LedgerError};
pub use findings::{FindingFilter, StoredFinding};
pub use jiff::Timestamp;
pub use lists::{ListImport, ListVersion, NewListVersion};
pub use ownership::StoredStatement;
pub use reports::{CopyGroup, StoredReport};
use rusqlite::{Connection, OpenFlags};
pub use sources::{NewSource, Source, SourceKind};
pub use verify::{Problem, Verification};

/// How long a call waits for another process that holds the write lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// More than there are different statements: each is compiled once.
const STATEMENT_CACHE: usize = 96;

/// Result of every call.
pub type Result<T> = std::result::Result<T, LedgerError>;

/// An open ledger. One process may hold several; writers take turns, readers wait for nobody.
#[derive(Debug)]
pub struct Ledger {
    connection: Connection,
}

impl Ledger {
    /// Opens the ledger at `path`, making the file and its folder where they are missing.
    pub fn open(path: &Path) -> Result<Ledger> {
        Self::open_waiting(path, BUSY_TIMEOUT).map_err(|error| match error.kind() {
            // SQLite says the same of a folder that is missing and of one that takes no new file.
            ErrorKind::CannotOpen(_) if folder_is_read_only(path) => {
                LedgerError::from(ErrorKind::ReadOnly).at(path)
            }
            _ => error.at(path),
        })
    }

    /// Opens a ledger for reading only; an error of kind [`ErrorKind::Missing`] where there is none.
    pub fn open_read_only(path: &Path) -> Result<Ledger> {
        match Self::read_only(path) {
            Err(error) if matches!(error.kind(), ErrorKind::Unfinished) => {
                // Any reader that may write rolls back what a killed writer left; then there is nothing to wait for.
                roll_back(path)
                    .map_err(|_| error)
                    .and_then(|()| Self::read_only(path))
            }
            opened => opened,
        }
        .map_err(|error| error.at(path))
    }

    fn open_waiting(path: &Path, patience: Duration) -> Result<Ledger> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(|error| match error.kind() {
                _ if is_read_only(&error) => ErrorKind::ReadOnly,
                io::ErrorKind::StorageFull => ErrorKind::DiskFull,
                _ => ErrorKind::CannotOpen(error.to_string()),
            })?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        // SQLite falls back to reading only where the file may not be written.
        if connection.is_readonly("main")? {
            return Err(ErrorKind::ReadOnly.into());
        }
        connection.busy_timeout(patience)?;
        schema::check(&connection)?;
        // With a write-ahead log, readers never wait and a killed process leaves nothing half done. NORMAL waits for
        // the disk at checkpoints only: a power cut may lose the newest units, never the file, and evidence can be
        // read again from its sources. Decisions of persons cannot, so they are committed under FULL.
        let mode: String =
            connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if mode != "wal" && mode != "memory" {
            return Err(ErrorKind::Io(format!(
                "the file system allows no write-ahead log (journal mode {mode})"
            ))
            .into());
        }
        connection.execute_batch(
            "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;
             PRAGMA trusted_schema = OFF;",
        )?;
        schema::migrate(&mut connection)?;
        connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
        Ok(Ledger { connection })
    }

    fn read_only(path: &Path) -> Result<Ledger> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = match Connection::open_with_flags(path, flags) {
            Ok(connection) => connection,
            Err(_) if matches!(path.try_exists(), Ok(false)) => {
                return Err(ErrorKind::Missing.into());
            }
            Err(error) => return Err(error.into()),
        };
        connection.busy_timeout(BUSY_TIMEOUT)?;
        if schema::check(&connection)? == 0 {
            return Err(ErrorKind::Missing.into());
        }
        connection.execute_batch("PRAGMA trusted_schema = OFF;")?;
        connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
        Ok(Ledger { connection })
    }

    /// Rows by kind.
    pub fn counts(&self) -> Result<Counts> {
        let count = |sql: &str| -> Result<u64> {
            Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
        };
        Ok(Counts {
            events: count("SELECT seq FROM head")?,
            sources: count("SELECT count(*) FROM source")?,
            list_versions: count("SELECT count(*) FROM list_version")?,
            entries: count("SELECT count(*) FROM entry")?,
            rejected: count("SELECT count(*) FROM rejected")?,
            findings: count("SELECT count(*) FROM finding")?,
            reports: count("SELECT count(*) FROM report")?,
            claims: count("SELECT count(*) FROM claim")?,
            copies: count("SELECT count(*) FROM copy")?,
            dispositions: count("SELECT count(*) FROM disposition")?,
            // A ledger of schema version 1, opened for reading only, has no such table.
            ownership: match schema::check(&self.connection)? {
                1 => 0,
                _ => count("SELECT count(*) FROM ownership")?,
            },
        })
    }
}

/// How much a ledger holds, superseded rows included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Counts {
    /// Committed units.
    pub events: u64,
    /// Files and pages.
    pub sources: u64,
    /// Versions of all lists.
    pub list_versions: u64,
    /// Different list entries over all versions.
    pub entries: u64,
    /// Records, rows and fields that readers refused.
    pub rejected: u64,
    /// Shipments that became findings.
    pub findings: u64,
    /// Readings of reports.
    pub reports: u64,
    /// Claims of those readings.
    pub claims: u64,
    /// Reports known to copy another.
    pub copies: u64,
    /// Decisions of persons.
    pub dispositions: u64,
    /// Statements of who owns whom.
    pub ownership: u64,
}

/// Lets SQLite undo what a writer that was killed had half written; nothing else changes.
fn roll_back(path: &Path) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(())
}

/// Whether the folder of `path` refuses new files; a write-ahead log is one.
fn folder_is_read_only(path: &Path) -> bool {
    let probe = path.with_extension(format!("probe-{}", std::process::id()));
    match std::fs::File::create_new(&probe) {
        Ok(_) => {
            // Best effort: an empty file left behind does no harm.
            let _ = std::fs::remove_file(&probe);
            false
        }
        Err(error) => is_read_only(&error),
    }
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
    )
}

/// Text of a stored payload as its type.
fn parse<T: serde::de::DeserializeOwned>(what: &str, format: i64, payload: &str) -> Result<T> {
    if format > schema::PAYLOAD_FORMAT {
        return Err(ErrorKind::NewerVersion {
            found: format,
            supported: schema::PAYLOAD_FORMAT,
        }
        .into());
    }
    serde_json::from_str(payload)
        .map_err(|error| LedgerError::corrupt(format!("a stored {what} cannot be read: {error}")))
}

fn to_json<T: serde::Serialize>(what: &str, value: &T) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| LedgerError::invalid(format!("the {what} has no JSON form: {error}")))
}

/// Refuses what is no blake3 hash in lower-case hexadecimal digits.
fn check_hash(hash: &str) -> Result<()> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if hash.len() == 64 && hash.bytes().all(is_hex) {
        Ok(())
    } else {
        let shown: String = hash.chars().take(80).collect();
        Err(LedgerError::invalid(format!(
            "{shown:?} is no blake3 hash (expected 64 hexadecimal digits)"
        )))
    }
}

/// The sheet in `file!sheet`, so that a workbook's rows stay apart; empty for other files. The file's own name is
/// left out: the source's hash identifies it, wherever it lies today.
fn part_of(file: &str) -> &str {
    file.rsplit_once('!').map_or("", |(_, sheet)| sheet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(result: Result<Ledger>, expect: &str) {
        let error = result.map(|_| ()).unwrap_err();
        assert!(format!("{:?}", error.kind()).starts_with(expect), "{error}");
    }

    #[test]
    fn files_that_are_no_ledger_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);

        check(Ledger::open_read_only(&path("none.sqlite")), "Missing");

        std::fs::write(path("text.sqlite"), "a line of text\n".repeat(100)).unwrap();
        check(Ledger::open(&path("text.sqlite")), "NotALedger");
        check(
            Ledger::open(&path("text.sqlite").join("ledger.sqlite")),
            "CannotOpen",
        );

        let other = Connection::open(path("other.sqlite")).unwrap();
        other.execute_batch("CREATE TABLE birds (name)").unwrap();
        check(Ledger::open(&path("other.sqlite")), "NotALedger");
        check(Ledger::open_read_only(&path("other.sqlite")), "NotALedger");

        drop(Ledger::open(&path("newer.sqlite")).unwrap());
        let newer = Connection::open(path("newer.sqlite")).unwrap();
        newer.pragma_update(None, "user_version", 99).unwrap();
        check(
            Ledger::open(&path("newer.sqlite")),
            "NewerVersion { found: 99, supported: 2 }",
        );

        check(Ledger::open(folder.path()), "CannotOpen");
    }

    #[test]
    fn a_ledger_cut_short_is_reported_as_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        drop(Ledger::open(&path).unwrap());
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        match Ledger::open(&path).and_then(|ledger| ledger.verify()) {
            Err(error) => assert!(matches!(error.kind(), ErrorKind::Corrupt(_)), "{error}"),
            Ok(verification) => assert!(!verification.problems.is_empty()),
        }
    }

    #[test]
    fn a_locked_ledger_says_so_and_readers_do_not_wait() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        drop(Ledger::open(&path).unwrap());
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let mut ledger = Ledger::open_waiting(&path, Duration::from_millis(20)).unwrap();
        let source = NewSource {
            hash: "ab".repeat(32),
            kind: SourceKind::Records,
            location: "a.csv".to_owned(),
            bytes: 1,
        };
        let error = ledger
            .record_source(&source, Timestamp::UNIX_EPOCH)
            .unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Locked), "{error}");
        assert_eq!(ledger.counts().unwrap().events, 0);
        other.execute_batch("ROLLBACK").unwrap();
        assert!(
            ledger
                .record_source(&source, Timestamp::UNIX_EPOCH)
                .unwrap()
        );
    }

    #[test]
    fn a_full_disk_leaves_what_was_recorded() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(&folder.path().join("ledger.sqlite")).unwrap();
        let pages: i64 = ledger
            .connection
            .query_row("PRAGMA page_count", [], |row| row.get(0))
            .unwrap();
        ledger
            .connection
            .pragma_update(None, "max_page_count", pages + 4)
            .unwrap();
        let mut recorded = 0;
        let error = loop {
            let source = NewSource {
                hash: format!("{recorded:064x}"),
                kind: SourceKind::Records,
                location: "a.csv".repeat(100),
                bytes: recorded,
            };
            match ledger.record_source(&source, Timestamp::UNIX_EPOCH) {
                Ok(_) => recorded += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error.kind(), ErrorKind::DiskFull), "{error}");
        assert!(recorded > 0);
        assert_eq!(ledger.counts().unwrap().sources, recorded);
        assert_eq!(ledger.verify().unwrap().problems, []);
    }

    #[test]
    fn hashes_are_64_lower_case_hexadecimal_digits() {
        assert!(check_hash(&"0f".repeat(32)).is_ok());
        for bad in [
            "",
            "0f",
            &"0F".repeat(32),
            &"0g".repeat(32),
            &"é".repeat(32),
        ] {
            assert!(check_hash(bad).is_err(), "{bad}");
        }
    }
}
