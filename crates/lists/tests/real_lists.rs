//! The official lists themselves, where they are at hand: counts match the files, and every kind of fact is read.
//!
//! The data is found at `$INTERDICT_SHARED`, else beside the workspace; without it the tests say so and pass.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use lists::{ListSource, ListSummary};
use model::{IdentifierKind, ListEntry, NameKind, RelationKind, Schema};

fn data() -> Option<PathBuf> {
    let shared = match std::env::var_os("INTERDICT_SHARED") {
        Some(shared) => PathBuf::from(shared),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
    };
    let lists = shared.join("data/lists");
    if lists.is_dir() {
        return Some(lists);
    }
    eprintln!("skipped: no official lists at {}", lists.display());
    None
}

fn read(source: &ListSource) -> (ListSummary, Vec<ListEntry>) {
    let mut entries = Vec::new();
    let summary = lists::read(source, &mut |entry| entries.push(entry), &mut |_| {}).unwrap();
    (summary, entries)
}

fn source_of(path: PathBuf) -> ListSource {
    let mut found = lists::find(std::slice::from_ref(&path));
    assert_eq!(found.sources.len(), 1, "{path:?}: {:?}", found.unread);
    found.sources.remove(0)
}

/// The text of a file, gzip opened.
fn text_of(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    let mut text = String::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        flate2::read::MultiGzDecoder::new(bytes.as_slice())
            .read_to_string(&mut text)
            .unwrap();
    } else {
        text = String::from_utf8_lossy(&bytes).into_owned();
    }
    text
}

#[test]
fn counts_match_the_files() {
    let Some(lists) = data() else { return };
    // File, short name, version, entries (issue 2 and the publishers), and what marks one record in the raw text.
    for (file, list, version, parties, mark) in [
        (
            "ofac/sdn.xml.gz",
            "ofac-sdn",
            "2024-05-07",
            14_966,
            "<sdnEntry>",
        ),
        (
            "ofac/consolidated.xml",
            "ofac-consolidated",
            "2024-05-06",
            443,
            "<sdnEntry>",
        ),
        (
            "eu/20240513-FULL-1_1.xml.gz",
            "eu-fsf",
            "2024-05-13",
            4_811,
            "<sanctionEntity ",
        ),
        (
            "un/consolidated_2024-05-15.xml",
            "un-sc",
            "2024-05-15",
            875,
            "<DATAID>",
        ),
        (
            "un/consolidated_2025-11-18.xml",
            "un-sc",
            "2025-11-20",
            1_000,
            "<DATAID>",
        ),
        ("us/csl_2022-04.csv", "us-csl", "2022-04", 14_160, ""),
        ("us/dpl_2022-09.txt", "us-bis-dpl", "2022-09", 581, ""),
        (
            "ua/ua_war_sanctions_targets.simple_2026-03-13.csv",
            "ukraine-war-and-sanctions",
            "2026-03-13",
            5_600,
            "",
        ),
        (
            "ftm/baseline_24607.ftm.json.gz",
            "baseline_24607",
            "",
            24_607,
            "{\"id\"",
        ),
    ] {
        let path = lists.join(file);
        let (summary, entries) = read(&source_of(path.clone()));
        assert_eq!(summary.parties, parties, "{file}");
        assert_eq!(entries.len() as u64, parties, "{file}");
        assert_eq!(summary.list, list, "{file}");
        if !version.is_empty() {
            assert_eq!(summary.version, version, "{file}");
        }
        assert_eq!(summary.rejected, [], "{file}");
        assert_eq!(summary.encoding, "UTF-8", "{file}");
        if !mark.is_empty() {
            let raw = text_of(&path).matches(mark).count() as u64;
            assert_eq!(raw, parties, "{file}: records in the raw text");
        }
        let mut ids = HashMap::new();
        for entry in &entries {
            assert_eq!(
                ids.insert(&entry.listing.entry_id, ()),
                None,
                "{file}: ids are unique"
            );
            assert!(!entry.party.names.is_empty());
            let lead = &entry.party.names[0];
            assert_eq!(lead.kind, NameKind::Primary, "{file}: {lead:?}");
        }
    }
}

#[test]
fn csv_trios_match_the_files() {
    let Some(lists) = data() else { return };
    let rows = |path: &Path| {
        let text = text_of(path);
        text.lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()))
            .count() as u64
    };
    for (file, list, parties, files) in [
        ("ofac/cons_prim.csv", "ofac-consolidated", 442, 3),
        ("ofac_2022-01/sdn.csv", "ofac-sdn", 9_044, 3),
        (
            "ofac/sdn_history/sdn_2022-02-23.csv.gz",
            "ofac-sdn",
            9_108,
            1,
        ),
        (
            "ofac/sdn_history/sdn_2023-12-28.csv.gz",
            "ofac-sdn",
            13_821,
            1,
        ),
    ] {
        let path = lists.join(file);
        let source = source_of(path.clone());
        assert_eq!(source.paths.len(), files, "{file}");
        let (summary, _) = read(&source);
        assert_eq!(
            (summary.parties, summary.list.as_str()),
            (parties, list),
            "{file}"
        );
        assert_eq!(rows(&path), parties, "{file}: rows in the raw text");
        assert_eq!(summary.hash, source.hash().unwrap(), "{file}");
        // One address of January 2022 names an entry that was removed from the file of the parties.
        assert!(summary.rejected.len() <= 1, "{:?}", summary.rejected);
    }
}

/// Facts that any reader of the list can look up, of each kind that Interdict uses.
#[test]
fn facts_are_read_as_what_they_are() {
    let Some(lists) = data() else { return };
    let (_, sdn) = read(&source_of(lists.join("ofac/sdn.xml.gz")));
    let by_id: HashMap<&str, &ListEntry> = sdn
        .iter()
        .map(|entry| (entry.listing.entry_id.as_str(), entry))
        .collect();
    let has = |entry: &ListEntry, kind: IdentifierKind, value: &str| {
        entry
            .party
            .identifiers
            .iter()
            .any(|id| id.kind == kind && id.value == value)
    };
    let vad = by_id["23553"];
    assert_eq!(vad.party.schema, Schema::Company);
    assert!(has(vad, IdentifierKind::Inn, "7802059185"));
    assert!(has(vad, IdentifierKind::Ogrn, "1037804006811"));
    let weak: Vec<&str> = vad
        .party
        .names
        .iter()
        .filter(|name| name.kind == NameKind::WeakAlias)
        .map(|name| name.text.as_str())
        .collect();
    assert_eq!(weak, ["HIGH-QUALITY HIGHWAYS"]);
    let tanker = by_id["15075"];
    assert_eq!(tanker.party.schema, Schema::Vessel);
    assert!(has(tanker, IdentifierKind::Imo, "9079066"));
    assert_eq!(tanker.party.relations[0].kind, RelationKind::LinkedTo);
    assert_eq!(
        tanker.party.relations[0].target,
        "NATIONAL IRANIAN TANKER COMPANY"
    );
    let person = by_id["35747"];
    assert_eq!(
        person.party.names[0].text,
        "Aleksander Aleksandrovich MIKHEEV"
    );
    assert_eq!(person.party.birth_dates[0].to_string(), "1961-11-18");
    assert_eq!(person.listing.programmes, ["RUSSIA-EO14024"]);

    let count = |schema: Schema| {
        sdn.iter()
            .filter(|entry| entry.party.schema == schema)
            .count()
    };
    let raw = text_of(&lists.join("ofac/sdn.xml.gz"));
    let types = |word: &str| raw.matches(&format!("<sdnType>{word}</sdnType>")).count();
    assert_eq!(count(Schema::Person), types("Individual"));
    assert_eq!(count(Schema::Vessel), types("Vessel"));
    assert_eq!(count(Schema::Airplane), types("Aircraft"));
    let weak = sdn
        .iter()
        .flat_map(|entry| &entry.party.names)
        .filter(|name| name.kind == NameKind::WeakAlias)
        .count();
    // A weak alias that repeats a full-strength name of the same entry is kept once, as the stronger.
    let weak_in_text = raw.matches("<category>weak</category>").count();
    assert!(weak * 100 >= weak_in_text * 99, "{weak} of {weak_in_text}");

    let (_, eu) = read(&source_of(lists.join("eu/20240513-FULL-1_1.xml.gz")));
    let granit = eu
        .iter()
        .find(|entry| entry.listing.entry_id == "163351")
        .unwrap();
    assert_eq!(granit.party.names[0].text, "Granit-Electron");
    assert!(
        granit
            .party
            .names
            .iter()
            .any(|n| n.kind == NameKind::Native && n.text == "Гранит-Электрон")
    );
    assert!(has(granit, IdentifierKind::Inn, "7842335610"));
    assert_eq!(granit.listing.listed_on.unwrap().to_string(), "2024-02-23");
    assert!(eu.iter().all(|entry| entry.listing.listed_on.is_some()));
    assert!(eu.iter().all(|entry| !entry.listing.programmes.is_empty()));
}

/// Two versions of a list differ by what was listed between them.
#[test]
fn versions_of_a_list_are_compared() {
    let Some(lists) = data() else { return };
    let history = lists.join("ofac/sdn_history");
    let version = |date: &str| read(&source_of(history.join(format!("sdn_{date}.csv.gz")))).1;
    let changes = lists::diff(
        version("2022-02-23").into_iter(),
        version("2022-02-24").into_iter(),
    );
    assert_eq!(changes.added.len() - changes.removed.len(), 9_123 - 9_108);
    assert!(!changes.added.is_empty());
    let same = lists::diff(
        version("2022-02-24").into_iter(),
        version("2022-02-24").into_iter(),
    );
    assert_eq!(same, lists::ChangeSet::default());
}
