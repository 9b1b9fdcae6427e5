//! The README's main job on `examples/`, checked against what `examples/EXPECTED.md` says a run should find.

use std::sync::OnceLock;

use serde_json::Value;

use crate::{interdict, root, run, stdout};

/// The brief on `examples/` as JSON and as text, made once by two runs over one home.
fn brief() -> &'static (Value, String) {
    static BRIEF: OnceLock<(Value, String)> = OnceLock::new();
    BRIEF.get_or_init(|| {
        let home = tempfile::tempdir().unwrap();
        let json = stdout(&run(
            interdict(home.path()).args(["--format", "json", "investigate", "examples"]),
            0,
        ));
        let before = stdout(&run(interdict(home.path()).arg("verify"), 0));
        let text = stdout(&run(
            interdict(home.path()).args(["investigate", "examples", "--top", "200"]),
            0,
        ));
        let after = stdout(&run(interdict(home.path()).arg("verify"), 0));
        assert_eq!(before, after, "the second run added nothing to the ledger");
        (serde_json::from_str(&json).unwrap(), text)
    })
}

/// The fenced csv block of EXPECTED.md whose header starts with `header`.
fn expected(header: &str) -> Vec<csv::StringRecord> {
    let text = std::fs::read_to_string(root().join("examples/EXPECTED.md")).unwrap();
    let blocks: Vec<&str> = text
        .split("```csv\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    let of_header = blocks.iter().filter(|block| block.starts_with(header));
    let rows: Vec<_> = of_header
        .flat_map(|block| {
            csv::ReaderBuilder::new()
                .flexible(true)
                .from_reader(block.as_bytes())
                .into_records()
        })
        .map(Result::unwrap)
        .collect();
    assert!(!rows.is_empty(), "no block {header:?} in EXPECTED.md");
    rows
}

fn array<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value[key]
        .as_array()
        .unwrap_or_else(|| panic!("no array {key}"))
}

/// The finding of a row to hold or review, with its shipment.
fn shipment(row_id: &str) -> Option<&'static Value> {
    array(&brief().0, "shipments")
        .iter()
        .find(|shipment| shipment["finding"]["row_id"] == row_id)
}

#[test]
fn rows_that_stand_out_are_held_or_flagged_with_the_words_that_gave_them_away() {
    let mut wrong = Vec::new();
    for row in expected("row_id,expect,words") {
        let (row_id, expect) = (&row[0], &row[1]);
        let Some(shipment) = shipment(row_id) else {
            if expect != "any" {
                wrong.push(format!("{row_id}: expected {expect}, was released"));
            }
            continue;
        };
        let disposition = shipment["finding"]["disposition"].as_str().unwrap();
        if expect == "hold" && disposition != "hold" {
            wrong.push(format!("{row_id}: expected hold, got {disposition}"));
        }
        // The words shown and the words expected name the same thing at different length: "powder", "smokeless powder".
        let evidence = shipment["finding"].to_string().to_lowercase();
        let shown: Vec<String> = array(&shipment["finding"], "flags")
            .iter()
            .filter_map(|flag| flag["evidence"]["words"].as_str())
            .map(str::to_lowercase)
            .collect();
        let mut words = row[2]
            .split('|')
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase);
        let meet = |word: &String| {
            evidence.contains(word) || shown.iter().any(|shown| word.contains(shown))
        };
        if expect != "any" && !row[2].is_empty() && !words.any(|word| meet(&word)) {
            wrong.push(format!(
                "{row_id}: none of {:?} is among the evidence: {shown:?}",
                &row[2]
            ));
        }
        if expect != "any" && !evidence.contains(&row[3]) {
            wrong.push(format!(
                "{row_id}: the code {} is not among the evidence",
                &row[3]
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn ordinary_trade_is_released() {
    let planted = expected("row_id,expect,words");
    let traps = expected("row_id,expect,trap");
    let mut wrong = Vec::new();
    for shipment in array(&brief().0, "shipments") {
        let row_id = shipment["finding"]["row_id"].as_str().unwrap();
        let expect = planted
            .iter()
            .chain(&traps)
            .find(|row| &row[0] == row_id)
            .map_or("release", |row| &row[1]);
        let disposition = shipment["finding"]["disposition"].as_str().unwrap();
        if expect == "release" || (expect == "not-held" && disposition == "hold") {
            wrong.push(format!("{row_id} {disposition}: {}", shipment["finding"]));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn bad_cells_are_named_and_lose_no_other_row() {
    let brief = &brief().0;
    for row in expected("file,line,row_id") {
        let told = array(&brief["read"], "rejected").iter().any(|rejected| {
            rejected["file"].as_str().unwrap().contains(&row[0])
                && rejected["row"].as_u64() == row[1].parse().ok()
        });
        assert!(
            told,
            "{row:?} is not told in {:#?}",
            brief["read"]["rejected"]
        );
    }
    let rows: u64 = array(&brief["read"], "records")
        .iter()
        .map(|file| file["rows"].as_u64().unwrap())
        .sum();
    assert!((198..=199).contains(&rows), "{rows} of 200 rows");
}

#[test]
fn lists_are_read_whole_and_the_broken_record_is_refused() {
    let brief = &brief().0;
    let lists = array(&brief["read"], "lists");
    let parties: u64 = lists
        .iter()
        .map(|list| list["parties"].as_u64().unwrap())
        .sum();
    let expected: u64 = expected("file,format,accepted")
        .iter()
        .map(|row| row[2].parse::<u64>().unwrap())
        .sum();
    assert_eq!((lists.len(), parties), (7, expected));
    assert_eq!(
        lists
            .iter()
            .map(|list| list["rejected"].as_u64().unwrap())
            .sum::<u64>(),
        1
    );
}

#[test]
fn no_furniture_reaches_claims_or_brief() {
    let text = std::fs::read_to_string(root().join("examples/EXPECTED.md")).unwrap();
    let furniture = text
        .split("```text\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let (json, printed) = brief();
    let json = json.to_string();
    let printed = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in furniture.lines() {
        assert!(
            !json.contains(line) && !printed.contains(line),
            "furniture in the brief: {line}"
        );
    }
}

#[test]
fn rewrites_count_once() {
    let brief = &brief().0;
    let reports = array(&brief["read"], "reports");
    let report = |file: &str| {
        reports
            .iter()
            .find(|report| report["file"].as_str().unwrap().contains(file))
            .unwrap()
    };
    let original = &report("01-politico")["report_id"];
    assert_eq!(&report("02-northwind")["copy_of"], original);
    assert_eq!(&report("03-pier")["copy_of"], original);
    for file in ["01-", "04-", "05-", "06-", "07-", "08-"] {
        assert!(report(file)["copy_of"].is_null(), "{file} is no copy");
    }
    let repeated: Vec<_> = array(brief, "claims")
        .iter()
        .filter(|claim| !array(claim, "repeated_in").is_empty())
        .collect();
    assert!(
        !repeated.is_empty(),
        "claims of the rewrites are folded into the original's"
    );
    let of_original = |claim: &&&Value| claim["claim"]["report_id"] == *original;
    assert!(
        repeated
            .iter()
            .filter(of_original)
            .all(|claim| claim["independent_sources"] == 1),
        "{repeated:#?}"
    );
}

#[test]
fn no_weaker_statement_comes_out_as_asserted() {
    // Every quote that carries its own weakening: in these reports none of them is ever stated as fact.
    const WEAKENING: [&str; 6] = [
        "not seen",
        "no indication",
        "unclear",
        "unknown",
        "den",
        "may ",
    ];
    for claim in array(&brief().0, "claims") {
        let quote = claim["claim"]["quote"].as_str().unwrap().to_lowercase();
        if claim["claim"]["factuality"] == "asserted" && claim["claim"]["event"] == "transfer" {
            let found = WEAKENING.iter().find(|word| quote.contains(**word));
            assert!(
                found.is_none(),
                "asserted, although it says {found:?}: {quote}"
            );
        }
    }
}

#[test]
fn not_observed_unknown_and_denied_are_shown_as_such() {
    let (brief, text) = brief();
    let claims = array(brief, "claims");
    for factuality in ["not_observed", "denied", "unknown"] {
        assert!(
            claims
                .iter()
                .any(|claim| claim["claim"]["factuality"] == factuality),
            "no {factuality} claim"
        );
    }
    for label in ["Not observed", "Denied", "Unknown"] {
        assert!(text.contains(label), "{label} is not in the text");
    }
}

#[test]
fn lists_shipments_and_claims_of_one_party_are_joined_and_states_stay_apart() {
    let brief = &brief().0;
    let parties = array(brief, "parties");
    let mut wrong = Vec::new();
    for row in expected("party,kind,lists") {
        let rows: Vec<&str> = row[3].split('|').filter(|row| !row.is_empty()).collect();
        let Some(&first) = rows.iter().find(|row| shipment(row).is_some()) else {
            continue;
        };
        let of_row = |party: &&Value| array(party, "shipments").iter().any(|id| id == first);
        let wanted = |kind: &str| {
            let cell = if kind == "list" { &row[2] } else { &row[4] };
            cell.is_empty()
                || parties
                    .iter()
                    .filter(of_row)
                    .any(|party| array(party, "evidence").iter().any(|e| e == kind))
        };
        for kind in ["list", "report"] {
            if !wanted(kind) {
                wrong.push(format!("{}: no {kind} joined to {first}", &row[0]));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let states: Vec<_> = parties
        .iter()
        .filter(|party| party["kind"] == "state")
        .collect();
    assert!(
        states.iter().any(|state| state["name"] == "China")
            && states.iter().any(|state| state["name"] == "Russia")
    );
    assert!(
        states.iter().all(
            |state| array(state, "listings").is_empty() && array(state, "shipments").is_empty()
        )
    );
    let firsts = parties
        .iter()
        .position(|party| array(party, "evidence").len() < 2)
        .unwrap_or(parties.len());
    assert!(
        parties[firsts..]
            .iter()
            .all(|party| array(party, "evidence").len() < 2),
        "joined parties come first"
    );
}
