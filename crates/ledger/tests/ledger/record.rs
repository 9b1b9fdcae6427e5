//! What is recorded comes back as it was, and recording it twice is recording it once.

use ledger::{CopyGroup, FindingFilter, Ledger, SourceKind, StoredFinding, Subject};
use model::{Disposition, ListEntry};
use proptest::prelude::*;

use crate::sample::*;

fn fresh() -> (tempfile::TempDir, Ledger) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&folder.path().join("home/ledger.sqlite")).unwrap();
    (folder, ledger)
}

fn entries(ledger: &Ledger, list: &str, version: &str) -> Vec<ListEntry> {
    let mut found = Vec::new();
    ledger
        .entries(list, &hash_of(&format!("{list}{version}")), &mut |entry| {
            found.push(entry);
        })
        .unwrap();
    found.sort_by_key(ListEntry::entity_id);
    found
}

fn findings(ledger: &Ledger, filter: &FindingFilter) -> Vec<StoredFinding> {
    let mut found = Vec::new();
    ledger
        .findings(filter, &mut |stored| found.push(stored))
        .unwrap();
    found
}

#[test]
fn a_version_stores_what_changed_and_gives_all_it_holds() {
    let (_folder, mut ledger) = fresh();
    let (first, second) = ([(1, 0), (2, 0), (3, 0)], [(1, 0), (2, 1), (4, 0)]);
    import(&mut ledger, "one", "2024-01-01", &first, 1);
    assert_eq!(ledger.counts().unwrap().entries, 3);
    import(&mut ledger, "one", "2024-02-01", &second, 2);
    assert_eq!(ledger.counts().unwrap().entries, 5);
    // The first version's entries come back: nothing new to store.
    import(&mut ledger, "one", "2024-03-01", &first, 3);
    assert_eq!(ledger.counts().unwrap().entries, 5);
    for (version, held) in [
        ("2024-01-01", first),
        ("2024-02-01", second),
        ("2024-03-01", first),
    ] {
        let expect: Vec<_> = held
            .iter()
            .map(|(id, variant)| entry("one", *id, *variant))
            .collect();
        assert_eq!(entries(&ledger, "one", version), expect, "{version}");
    }
}

#[test]
fn the_current_version_is_the_latest_by_date_not_by_import() {
    let (_folder, mut ledger) = fresh();
    import(&mut ledger, "one", "2024-02-01", &[(1, 0), (2, 1)], 1);
    import(&mut ledger, "one", "2024-01-01", &[(2, 0), (3, 0)], 2);
    import(&mut ledger, "two", "1999-01-01", &[(9, 0)], 3);
    // The start of a hash, where a list states no version, is no date.
    import(&mut ledger, "two", "2999abcdef01", &[(8, 0)], 4);
    let versions = ledger.list_versions().unwrap();
    let current: Vec<_> = versions
        .iter()
        .map(|v| (v.version.as_str(), v.current))
        .collect();
    assert_eq!(
        current,
        [
            ("2024-02-01", true),
            ("2024-01-01", false),
            ("1999-01-01", true),
            ("2999abcdef01", false)
        ]
    );
    assert_eq!(
        (versions[0].parties, versions[0].names, versions[0].rejected),
        (2, 4, 1)
    );
    let mut ids = Vec::new();
    ledger
        .current_entries(&mut |entry| ids.push(entry.entity_id()))
        .unwrap();
    assert_eq!(ids, ["one:1", "one:2", "two:9"]);
    assert_eq!(ledger.entry("one:2").unwrap(), Some(entry("one", 2, 1)));
    assert_eq!(
        ledger.entry("one:3").unwrap(),
        None,
        "only on a version before"
    );
    assert_eq!(ledger.entry("two:1").unwrap(), None);
}

#[test]
fn an_import_that_is_dropped_leaves_no_trace() {
    let (_folder, mut ledger) = fresh();
    import(&mut ledger, "one", "2024-01-01", &[(1, 0)], 1);
    let before = ledger.verify().unwrap();
    let mut import = ledger
        .begin_list_version(ledger::NewListVersion {
            list: "one".to_owned(),
            format: "test".to_owned(),
            hash: hash_of("half"),
            path: String::new(),
        })
        .unwrap();
    import.add_entry(&entry("one", 5, 0)).unwrap();
    import.add_rejected(&refusal(1)).unwrap();
    drop(import);
    assert_eq!(ledger.verify().unwrap(), before);
    assert_eq!(entries(&ledger, "one", "2024-01-01"), [entry("one", 1, 0)]);
}

#[test]
fn twice_is_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let mut ledger = filled(&path);
    let before = ledger.counts().unwrap();
    // As a rerun would: the same files, one of them named from elsewhere, ranked anew.
    assert!(!import(&mut ledger, "one", "2024-01-01", &[(1, 0)], 50));
    assert!(
        !ledger
            .record_source(&source("a.csv", SourceKind::Records), at(50))
            .unwrap()
    );
    assert_eq!(
        ledger
            .record_rejected(&hash_of("a.csv"), &[refusal(4)], at(50))
            .unwrap(),
        0
    );
    let mut again = found("/elsewhere/a.csv", 2..6, "v1");
    again
        .iter_mut()
        .for_each(|(_, finding)| finding.rank += 100);
    assert_eq!(
        ledger
            .record_findings(&hash_of("a.csv"), &again, at(50))
            .unwrap(),
        0
    );
    let claims = [claim("ra", 1), claim("ra", 2)];
    assert!(
        !ledger
            .record_report(&hash_of("a.html"), &report("ra"), &claims, at(50))
            .unwrap()
    );
    let group = CopyGroup {
        original: "ra".to_owned(),
        copies: vec!["rb".to_owned()],
    };
    assert_eq!(ledger.record_copies(&[group], at(50)).unwrap(), 0);
    assert_eq!(ledger.counts().unwrap(), before);
    assert_eq!(ledger.verify().unwrap().problems, []);
}

#[test]
fn findings_come_back_whole_worst_first_and_later_ones_supersede() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = filled(&folder.path().join("ledger.sqlite"));
    let given = found("a.csv", 2..6, "v1");
    let all = findings(&ledger, &FindingFilter::default());
    assert_eq!(all.len(), 6);
    let order: Vec<_> = all
        .iter()
        .map(|s| (s.finding.disposition, s.finding.row))
        .collect();
    use Disposition::{Hold, Release, Review};
    let expect = [
        (Hold, 3),
        (Hold, 3),
        (Review, 4),
        (Release, 5),
        (Release, 2),
        (Release, 2),
    ];
    assert_eq!(order, expect);

    let of_row = |superseded| FindingFilter {
        row_id: Some("a.csv#4".to_owned()),
        superseded,
        ..FindingFilter::default()
    };
    let stored = findings(&ledger, &of_row(false));
    assert_eq!(
        (&stored[0].shipment, &stored[0].finding),
        (&given[2].0, &given[2].1)
    );
    assert_eq!(
        ledger.finding(&stored[0].finding_id).unwrap().as_ref(),
        Some(&stored[0])
    );
    assert_eq!(ledger.finding("no such id").unwrap(), None);

    // Screened again under other rules.
    let newer = found("a.csv", 4..5, "v2");
    assert_eq!(
        ledger
            .record_findings(&hash_of("a.csv"), &newer, at(60))
            .unwrap(),
        1
    );
    let latest = findings(&ledger, &of_row(false));
    assert_eq!(latest.len(), 1);
    assert_eq!(latest[0].finding.versions["rules"], "v2");
    assert_eq!(findings(&ledger, &of_row(true)).len(), 2);

    let held = FindingFilter {
        at_least: Some(Review),
        source_hash: Some(hash_of("a.csv")),
        ..FindingFilter::default()
    };
    assert_eq!(findings(&ledger, &held).len(), 2);
}

#[test]
fn reports_claims_copies_and_decisions_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = filled(&folder.path().join("ledger.sqlite"));
    // Read again, better: one claim instead of two.
    assert!(
        ledger
            .record_report(&hash_of("a.html"), &report("ra"), &[claim("ra", 9)], at(70))
            .unwrap()
    );
    let (mut reports, mut claims) = (Vec::new(), Vec::new());
    ledger
        .reports(&mut |stored| reports.push(stored.report.report_id))
        .unwrap();
    ledger.claims(&mut |claim| claims.push(claim)).unwrap();
    assert_eq!(reports, ["rb", "rc", "ra"]);
    assert_eq!(
        claims,
        [
            claim("rb", 1),
            claim("rb", 2),
            claim("rc", 1),
            claim("ra", 9)
        ]
    );
    let groups = ledger.copy_groups().unwrap();
    assert_eq!(
        (groups[0].original.as_str(), groups[0].copies.join(" ")),
        ("ra", "rb rc".to_owned())
    );

    let subject = Subject::Claim("ra#2".to_owned());
    let mut decisions = Vec::new();
    ledger
        .dispositions(Some(&subject), &mut |recorded| decisions.push(recorded))
        .unwrap();
    assert_eq!(decisions.len(), 1);
    assert_eq!(decisions[0].decision, decision(subject));
    assert_eq!(decisions[0].at, "2026-11-18T11:06:50.000000Z");
    let sources = ledger.sources().unwrap();
    assert_eq!(
        (sources[0].location.as_str(), sources[0].kind),
        ("a.csv", SourceKind::Records)
    );

    let mut refused = 0;
    ledger
        .rejected(&hash_of("a.csv"), &mut |_| refused += 1)
        .unwrap();
    assert_eq!(refused, 2);
    ledger
        .rejected(&hash_of("one2024-01-01"), &mut |found| {
            assert_eq!(found, refusal(7));
        })
        .unwrap();
}

#[test]
fn evidence_without_a_recorded_source_is_refused() {
    let (_folder, mut ledger) = fresh();
    let nowhere = hash_of("nowhere");
    let refused = [
        ledger
            .record_findings(&nowhere, &found("x.csv", 1..2, "v1"), at(1))
            .err(),
        ledger
            .record_report(&nowhere, &report("r"), &[], at(1))
            .err(),
        ledger.record_rejected(&nowhere, &[refusal(1)], at(1)).err(),
        ledger
            .record_disposition(&decision(Subject::Report("r".into())), at(1))
            .err(),
        ledger
            .record_source(
                &ledger::NewSource {
                    hash: "../x".to_owned(),
                    ..source("x", SourceKind::List)
                },
                at(1),
            )
            .err(),
    ];
    for error in refused {
        let error = error.unwrap();
        assert!(
            matches!(error.kind(), ledger::ErrorKind::Invalid(_)),
            "{error}"
        );
    }
    ledger
        .record_source(&source("x.csv", SourceKind::Records), at(1))
        .unwrap();
    let endless: [fn(&mut (model::Shipment, model::Finding)); 3] = [
        |(_, finding)| finding.score = f64::INFINITY,
        |(_, finding)| finding.flags[0].weight = f64::NAN,
        |(shipment, _)| shipment.value_usd = Some(f64::NAN),
    ];
    for change in endless {
        let mut given = found("x.csv", 1..2, "v1");
        change(&mut given[0]);
        assert!(
            ledger
                .record_findings(&hash_of("x.csv"), &given, at(1))
                .is_err()
        );
    }
    assert_eq!(ledger.counts().unwrap().events, 1);
    assert_eq!(ledger.verify().unwrap().problems, []);
}

#[test]
fn a_ledger_opened_for_reading_reads_and_does_not_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let counts = filled(&path).counts().unwrap();
    let mut ledger = Ledger::open_read_only(&path).unwrap();
    assert_eq!(ledger.counts().unwrap(), counts);
    assert_eq!(ledger.verify().unwrap().problems, []);
    let error = ledger
        .record_source(&source("z", SourceKind::List), at(1))
        .unwrap_err();
    assert!(
        matches!(error.kind(), ledger::ErrorKind::ReadOnly),
        "{error}"
    );
}

#[test]
fn writers_that_start_at_the_same_moment_take_turns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                let mut ledger = Ledger::open(path).unwrap();
                for n in 0..20 {
                    let source = source(&format!("{writer} {n}"), SourceKind::Records);
                    assert!(ledger.record_source(&source, at(n)).unwrap());
                }
            });
        }
    });
    let ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.counts().unwrap().sources, 80);
    assert_eq!(ledger.verify().unwrap().problems, []);
}

#[test]
#[cfg(unix)]
fn a_folder_that_may_not_be_written_is_called_read_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    drop(filled(&path));
    let may = |mode| {
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    may(0o555);
    if std::fs::write(folder.path().join("probe"), "").is_ok() {
        eprintln!("skipped: permissions do not bind this user (root)");
        return;
    }
    // One that is there, one that is not, and one in a folder that would have to be made.
    for path in [
        path.clone(),
        folder.path().join("other.sqlite"),
        folder.path().join("new/ledger.sqlite"),
    ] {
        let error = Ledger::open(&path).unwrap_err();
        assert!(
            matches!(error.kind(), ledger::ErrorKind::ReadOnly),
            "{}: {error}",
            path.display()
        );
    }
    may(0o755);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    let error = Ledger::open(&path).unwrap_err();
    assert!(
        matches!(error.kind(), ledger::ErrorKind::ReadOnly),
        "{error}"
    );
}

#[test]
fn text_that_looks_like_sql_or_json_stays_text() {
    let (_folder, mut ledger) = fresh();
    let nasty = "'); DROP TABLE event; -- \u{0} \" \\ {\"$.x\": 1} \u{202e}";
    let mut odd = entry("one", 1, 0);
    odd.listing.entry_id = nasty.to_owned();
    odd.party.names[0].text = nasty.to_owned();
    let mut import = ledger
        .begin_list_version(ledger::NewListVersion {
            list: "one".to_owned(),
            format: nasty.to_owned(),
            hash: hash_of("x"),
            path: nasty.to_owned(),
        })
        .unwrap();
    import.add_entry(&odd).unwrap();
    import.commit(nasty, at(1)).unwrap();
    assert_eq!(ledger.list_versions().unwrap()[0].version, nasty);
    let mut back = Vec::new();
    ledger
        .current_entries(&mut |entry| back.push(entry))
        .unwrap();
    assert_eq!(back, [odd]);
    assert_eq!(ledger.verify().unwrap().problems, []);
}

#[derive(Debug, Clone)]
enum Step {
    Import(u8, u8, Vec<(u32, u32)>),
    Findings(u8, u64, u64, u8),
    Report(u8, u8),
    Decide(u32),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (
            0..2u8,
            0..6u8,
            prop::collection::vec((0..12u32, 0..3u32), 0..12)
        )
            .prop_map(|(list, version, held)| Step::Import(list, version, held)),
        (0..3u8, 1..9u64, 0..5u64, 0..3u8)
            .prop_map(|(f, from, n, v)| Step::Findings(f, from, n, v)),
        (0..4u8, 0..4u8).prop_map(|(report, claims)| Step::Report(report, claims)),
        (0..9u32).prop_map(Step::Decide),
        Just(Step::Reopen),
    ]
}

/// Takes a step; decisions only the first time, for each one counts.
fn take(ledger: &mut Ledger, path: &std::path::Path, step: &Step, first_time: bool) {
    match step {
        Step::Import(list, version, held) => {
            import(
                ledger,
                &format!("list{list}"),
                &format!("2024-01-0{version}"),
                held,
                1,
            );
        }
        Step::Findings(file, from, count, version) => {
            let file = format!("{file}.csv");
            ledger
                .record_source(&source(&file, SourceKind::Records), at(1))
                .unwrap();
            let findings = found(&file, *from..from + count, &version.to_string());
            ledger
                .record_findings(&hash_of(&file), &findings, at(1))
                .unwrap();
        }
        Step::Report(number, claims) => {
            let id = format!("r{number}");
            ledger
                .record_source(&source(&id, SourceKind::Report), at(1))
                .unwrap();
            let claims: Vec<_> = (0..*claims).map(|n| claim(&id, n.into())).collect();
            ledger
                .record_report(&hash_of(&id), &report(&id), &claims, at(1))
                .unwrap();
        }
        Step::Decide(party) if first_time => {
            ledger
                .record_disposition(&decision(Subject::Party(party.to_string())), at(1))
                .unwrap();
        }
        Step::Decide(_) => {}
        Step::Reopen => *ledger = Ledger::open(path).unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_course_of_events_verifies_and_repeats_without_trace(steps in prop::collection::vec(step(), 1..20)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite");
        let mut ledger = Ledger::open(&path).unwrap();
        let mut held: std::collections::BTreeMap<(u8, u8), Vec<(u32, u32)>> = Default::default();
        for step in &steps {
            take(&mut ledger, &path, step, true);
            if let Step::Import(list, version, entries) = step {
                held.entry((*list, *version)).or_insert_with(|| entries.clone());
            }
        }
        let verification = ledger.verify().unwrap();
        prop_assert_eq!(&verification.problems, &[]);
        for step in &steps {
            take(&mut ledger, &path, step, false);
        }
        prop_assert_eq!(ledger.verify().unwrap(), verification);
        // Every version still gives what was put in, however many came after.
        for ((list, version), mut expect) in held {
            let list = format!("list{list}");
            expect.sort_unstable();
            expect.dedup();
            let mut expect: Vec<_> =
                expect.iter().map(|(id, variant)| entry(&list, *id, *variant)).collect();
            let mut got = entries(&ledger, &list, &format!("2024-01-0{version}"));
            let key = |entry: &ListEntry| (entry.entity_id(), entry.listing.remarks.clone());
            expect.sort_by_key(key);
            got.sort_by_key(key);
            prop_assert_eq!(got, expect);
        }
    }
}

#[test]
fn statements_of_ownership_are_recorded_once_and_read_back_in_order() {
    let (_folder, mut ledger) = fresh();
    let file = source("owners.json", SourceKind::Ownership);
    let statements = [owns("a", "b", 33.33), owns("b", "c", 50.0)];
    assert!(
        ledger
            .record_ownership(&file.hash, &statements, at(1))
            .is_err()
    );
    assert_eq!(ledger.ownership_sources().unwrap(), Vec::<String>::new());
    ledger.record_source(&file, at(1)).unwrap();
    assert_eq!(
        ledger
            .record_ownership(&file.hash, &statements, at(1))
            .unwrap(),
        2
    );
    assert_eq!(
        ledger
            .record_ownership(&file.hash, &statements, at(2))
            .unwrap(),
        0
    );
    let mut read = Vec::new();
    ledger.ownership(&mut |stored| read.push(stored)).unwrap();
    assert_eq!(read[0].location, file.location);
    let read: Vec<_> = read.into_iter().map(|stored| stored.statement).collect();
    assert_eq!(read, statements);
    assert_eq!(ledger.ownership_sources().unwrap(), [file.hash]);
    assert_eq!(ledger.verify().unwrap().problems, []);
}
