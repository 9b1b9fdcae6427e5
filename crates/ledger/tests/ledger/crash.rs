//! Killed at any moment, a writer leaves a ledger that verifies, and the next run ends where an undisturbed one would.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ledger::{Ledger, SourceKind};

use crate::sample::*;

/// Tells the child which ledger to write.
const PATH: &str = "INTERDICT_TEST_LEDGER";

/// Work that any number of runs can share: unit `n` is recorded unless it is there. Times are made of `n` too, so the
/// ledger depends on how far the work went and on nothing else.
fn work(ledger: &mut Ledger, n: u32) {
    let time = i64::from(n);
    let entries: Vec<(u32, u32)> = (0..300).map(|id| (id + n % 7, (id + n) % 50)).collect();
    import(ledger, "one", &format!("2024 {n}"), &entries, time);
    let file = format!("{n}.csv");
    ledger
        .record_source(&source(&file, SourceKind::Records), at(time))
        .unwrap();
    ledger
        .record_findings(&hash_of(&file), &found(&file, 1..60, "v1"), at(time))
        .unwrap();
    let id = format!("report {n}");
    ledger
        .record_source(&source(&id, SourceKind::Report), at(time))
        .unwrap();
    let claims: Vec<_> = (0..20).map(|number| claim(&id, number)).collect();
    ledger
        .record_report(&hash_of(&id), &report(&id), &claims, at(time))
        .unwrap();
}

/// Not a test of its own: with the path in the environment, this is the process that gets killed.
#[test]
fn writer_to_be_killed() {
    let Some(path) = std::env::var_os(PATH) else {
        return;
    };
    let mut ledger = Ledger::open(Path::new(&path)).unwrap();
    for n in 0.. {
        work(&mut ledger, n);
    }
}

fn spawn_writer(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["crash::writer_to_be_killed", "--exact", "--nocapture"])
        .env(PATH, path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_writer_killed_at_random_moments_leaves_a_sound_ledger_that_a_rerun_completes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let seed = std::collections::hash_map::RandomState::new();
    let mut events = 0;
    for round in 0..20u32 {
        let mut child = spawn_writer(&path);
        // From before the file is open to well into the work.
        let random = std::hash::BuildHasher::hash_one(&seed, round);
        std::thread::sleep(Duration::from_micros(1_000 + random % 150_000));
        assert!(
            child.try_wait().unwrap().is_none(),
            "the writer ended by itself in round {round}"
        );
        child.kill().unwrap();
        child.wait().unwrap();
        if !path.exists() {
            continue;
        }
        // Also as an auditor would, before any writer has opened it again.
        let ledger = match Ledger::open_read_only(&path) {
            Ok(ledger) => ledger,
            Err(error) => {
                // Killed before the tables were made: the next open makes them.
                assert!(
                    matches!(error.kind(), ledger::ErrorKind::Missing),
                    "{error}"
                );
                Ledger::open(&path).unwrap()
            }
        };
        let verification = ledger.verify().unwrap();
        assert_eq!(verification.problems, [], "round {round}");
        assert!(
            verification.events >= events,
            "round {round} lost what an earlier one had committed"
        );
        events = verification.events;
        for version in ledger.list_versions().unwrap() {
            let mut held = 0;
            ledger
                .entries(&version.list, &version.hash, &mut |_| held += 1)
                .unwrap();
            assert_eq!((version.parties, held), (300, 300), "{}", version.version);
        }
    }
    let mut ledger = Ledger::open(&path).unwrap();
    let done = u32::try_from(ledger.list_versions().unwrap().len()).unwrap() + 2;
    let mut undisturbed = Ledger::open(&folder.path().join("undisturbed.sqlite")).unwrap();
    for n in 0..done {
        work(&mut ledger, n);
        work(&mut undisturbed, n);
    }
    assert_eq!(ledger.verify().unwrap(), undisturbed.verify().unwrap());
    assert_eq!(ledger.counts().unwrap(), undisturbed.counts().unwrap());
}

#[test]
fn a_reader_finds_what_a_writer_left_when_it_was_killed_before_the_log_was_on() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (
        folder.path().join("a.sqlite"),
        folder.path().join("b.sqlite"),
    );
    let writer = rusqlite::Connection::open(&path).unwrap();
    // More pages than the cache holds: they go to the file before the end, and what they replace to the journal.
    writer
        .execute_batch(
            "PRAGMA cache_size = 2; CREATE TABLE t (x); BEGIN;
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000)
             INSERT INTO t SELECT randomblob(100) FROM n; DROP TABLE t;",
        )
        .unwrap();
    let journal = |path: &Path| std::path::PathBuf::from(format!("{}-journal", path.display()));
    std::fs::copy(&path, &copy).unwrap();
    std::fs::copy(journal(&path), journal(&copy)).unwrap();
    // Rolled back, it is a database with a table of its own.
    let error = Ledger::open_read_only(&copy).unwrap_err();
    assert!(
        matches!(error.kind(), ledger::ErrorKind::NotALedger(_)),
        "{error}"
    );
    assert!(!journal(&copy).exists(), "the journal was not played back");
}
