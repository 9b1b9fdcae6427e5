//! The official files as published, where they are at hand: counts must match the files.

use std::path::{Path, PathBuf};

use crate::{read, read_path};

/// The folder of the real lists, or nothing with a note.
fn lists_folder() -> Option<PathBuf> {
    let shared = std::env::var_os("INTERDICT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("data/lists");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no real lists at {}", folder.display());
    None
}

#[test]
fn counts_match_the_files() {
    let Some(folder) = lists_folder() else {
        return;
    };
    for (file, list, version, parties, rejected) in [
        ("ofac/sdn.xml.gz", "ofac-sdn", "2024-05-07", 14_966, 0),
        (
            "ofac/consolidated.xml",
            "ofac-consolidated",
            "2024-05-06",
            443,
            0,
        ),
        (
            "ofac/sdn_history/sdn_2022-02-23.csv.gz",
            "ofac-sdn",
            "2022-02-23",
            9_108,
            0,
        ),
        // One address in ADD names an entry that the file of the parties lacks.
        ("ofac_2022-01", "ofac-sdn", "2022-01", 9_044, 1),
        (
            "eu/20240513-FULL-1_1.xml.gz",
            "eu-fsf",
            "2024-05-13",
            4_811,
            0,
        ),
        (
            "un/consolidated_2024-05-15.xml",
            "un-sc",
            "2024-05-15",
            875,
            0,
        ),
        (
            "un/consolidated_2025-11-18.xml",
            "un-sc",
            "2025-11-20",
            1_000,
            0,
        ),
        ("us/csl_2022-04.csv", "us-csl", "2022-04", 14_160, 0),
        ("us/dpl_2022-09.txt", "us-bis-dpl", "2022-09", 581, 0),
        ("ua", "ukraine-war-and-sanctions", "2026-03-13", 5_600, 0),
    ] {
        let (entries, summary) = read_path(&folder.join(file)).unwrap();
        assert_eq!(
            (
                summary.list.as_str(),
                summary.version.as_str(),
                entries.len(),
                summary.rejected.len()
            ),
            (list, version, parties, rejected),
            "{file}: {:?}",
            summary.rejected.first()
        );
    }
    let (entries, summary) = read_path(&folder.join("ftm/baseline_24607.ftm.json.gz")).unwrap();
    assert_eq!((entries.len(), summary.rejected.len()), (24_607, 0));
}

#[test]
fn other_data_beside_the_lists_is_not_taken_for_lists() {
    let Some(folder) = lists_folder() else {
        return;
    };
    let found =
        lists::find(&["asia", "other", "uk", "xsd", "eu/journal"].map(|name| folder.join(name)));
    assert!(found.sources.is_empty(), "{:?}", found.sources);
    let found = lists::find(&[folder.join("us")]);
    assert_eq!(found.sources.len(), 2);
    let found = lists::find(&[folder.join("ofac")]);
    // consolidated.xml, sdn.xml, the non-SDN trio and 21 dated SDN files.
    assert_eq!(found.sources.len(), 24);
}

/// Facts of single entries, as anyone can look them up on the lists.
#[test]
fn known_parties_are_read_whole() {
    let Some(folder) = lists_folder() else {
        return;
    };
    let (entries, _) = read_path(&folder.join("ofac/sdn.xml.gz")).unwrap();
    let entry = |id: &str| {
        entries
            .iter()
            .find(|entry| entry.listing.entry_id == id)
            .unwrap()
    };
    let ids = |id: &str| -> Vec<String> {
        let identifiers = entry(id).party.identifiers.iter();
        identifiers
            .map(|id| format!("{:?} {}", id.kind, id.value))
            .collect()
    };
    assert_eq!(
        ids("15036"),
        ["Imo 9187629", "Mmsi 572469210", "CallSign T2EU4"]
    );
    assert!(ids("22406").contains(&"Inn 4307012765".to_string()));
    assert!(ids("22406").contains(&"Ogrn 1094307000633".to_string()));
    assert_eq!(
        entry("21171").party.caption(),
        "Yevgeniy Viktorovich PRIGOZHIN"
    );

    // Shares that would fall if a field were no longer read.
    let share =
        |has: &dyn Fn(&model::ListEntry) -> bool| entries.iter().filter(|entry| has(entry)).count();
    assert!(share(&|entry| !entry.party.countries.is_empty()) > 13_400);
    assert!(share(&|entry| !entry.party.identifiers.is_empty()) > 7_500);
    assert!(share(&|entry| !entry.party.relations.is_empty()) > 5_800);
    let persons = share(&|entry| entry.party.schema == model::Schema::Person);
    assert_eq!(persons, 6_855);
}

/// What OFAC's text says of types and weak aliases, counted in the text itself.
#[test]
fn kinds_match_the_raw_text() {
    let Some(folder) = lists_folder() else {
        return;
    };
    let raw = std::fs::read_to_string(folder.join("ofac/consolidated.xml")).unwrap();
    let (entries, _) = read_path(&folder.join("ofac/consolidated.xml")).unwrap();
    let marks = |text: &str| raw.matches(text).count();
    let persons = entries
        .iter()
        .filter(|entry| entry.party.schema == model::Schema::Person)
        .count();
    assert_eq!(persons, marks("<sdnType>Individual</sdnType>"));
    assert_eq!(entries.len(), marks("<sdnEntry>"));
    let weak = entries
        .iter()
        .flat_map(|entry| &entry.party.names)
        .filter(|name| name.kind == model::NameKind::WeakAlias)
        .count();
    assert_eq!(weak, marks("<category>weak</category>"));
}

/// Numbers of the baseline carry no issuer; most that are Russian are told by the party's country and check digits.
#[test]
fn russian_numbers_of_the_baseline_are_typed() {
    let Some(folder) = lists_folder() else {
        return;
    };
    let (entries, _) = read_path(&folder.join("ftm/baseline_24607.ftm.json.gz")).unwrap();
    let count = |kind| {
        let identifiers = entries.iter().flat_map(|entry| &entry.party.identifiers);
        identifiers.filter(|id| id.kind == kind).count()
    };
    assert!(count(model::IdentifierKind::Inn) > 2_500);
    assert!(count(model::IdentifierKind::Ogrn) > 1_000);
}

/// Updates of the SDN list between two dates, against a change log made from the rows of the published files.
#[test]
fn change_sets_match_the_published_updates() {
    let Some(folder) = lists_folder() else {
        return;
    };
    let history = folder.join("ofac/sdn_history");
    let at = |date: &str| {
        let path = history.join(format!("sdn_{date}.csv.gz"));
        read_path(&path).unwrap().0
    };
    let log = std::fs::read_to_string(folder.join("ofac/sdn_deltas_to_2023-12.csv")).unwrap();
    let cell =
        |line: &str, column: usize| line.split(',').nth(column).unwrap_or_default().to_string();
    // A day can see several updates; a file is the state after the first one that has its number of rows.
    for (old, old_rows, new, new_rows) in [
        ("2022-02-23", "9108", "2022-02-24", "9123"),
        ("2022-02-24", "9123", "2022-02-25", "9214"),
    ] {
        let since: Vec<&str> = log
            .lines()
            .skip_while(|line| !(cell(line, 0) == old && cell(line, 2) == old_rows))
            .skip(1)
            .collect();
        let last = since
            .iter()
            .position(|line| cell(line, 2) == new_rows)
            .unwrap();
        let logged = |column: usize| -> Vec<String> {
            let mut ids: Vec<String> = since[..=last]
                .iter()
                .flat_map(|line| {
                    cell(line, column)
                        .split_whitespace()
                        .map(str::to_string)
                        .collect::<Vec<_>>()
                })
                .collect();
            ids.sort();
            ids
        };
        let changes = lists::diff(at(old).into_iter(), at(new).into_iter());
        let sorted = |ids: &mut dyn Iterator<Item = &String>| -> Vec<String> {
            let mut ids: Vec<String> = ids.cloned().collect();
            ids.sort();
            ids
        };
        assert_eq!(
            sorted(&mut changes.added.iter().map(|entry| &entry.entry_id)),
            logged(6)
        );
        assert_eq!(
            sorted(&mut changes.removed.iter().map(|entry| &entry.entry_id)),
            logged(7)
        );
        assert_eq!(
            sorted(&mut changes.changed.iter().map(|entry| &entry.entry_id)),
            logged(8)
        );
    }
}

#[test]
fn progress_reaches_the_size_of_the_file() {
    let Some(folder) = lists_folder() else {
        return;
    };
    let path = folder.join("us/csl_2022-04.csv");
    let found = lists::find(std::slice::from_ref(&path));
    let mut last = 0;
    lists::read(&found.sources[0], &mut |_| {}, &mut |bytes| {
        assert!(bytes > last);
        last = bytes;
    })
    .unwrap();
    assert_eq!(last, std::fs::metadata(&path).unwrap().len());
    let _ = read(&found.sources[0]).unwrap();
}
