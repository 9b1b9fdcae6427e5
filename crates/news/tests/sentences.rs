//! Sentences with the claim that must come out of them: `tests/cases/sentences.tsv`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use model::{Actor, Claim, Report};

fn report(text: &str) -> Report {
    let page = news::Page {
        path: "case.txt",
        bytes: text.as_bytes(),
    };
    let mut report = news::read_page(&page).unwrap().0.remove(0);
    // The text is taken as it stands: the block filter is tested elsewhere.
    report.text = text.to_string();
    report
}

fn names(actors: &[Actor]) -> String {
    let names: Vec<&str> = actors.iter().map(|actor| actor.name.as_str()).collect();
    names.join("; ")
}

fn row(claim: &Claim) -> [String; 6] {
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_string();
    let goods: Vec<&str> = claim
        .goods
        .iter()
        .map(|goods| goods.text.as_str())
        .collect();
    [
        word(serde_json::to_value(claim.event).unwrap()),
        word(serde_json::to_value(claim.factuality).unwrap()),
        names(&claim.supplier),
        names(&claim.recipient),
        goods.join("; "),
        claim.source.join("; "),
    ]
}

#[test]
fn sentences_give_the_claims_of_the_table() {
    let mut wrong = Vec::new();
    let mut rows = 0;
    for line in include_str!("cases/sentences.tsv").lines() {
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let mut cells = line.split('\t').map(str::to_string);
        let sentence = cells.next().unwrap();
        let mut expect: Vec<String> = cells.collect();
        expect.resize(6, String::new());
        rows += 1;
        let claims: Vec<[String; 6]> = news::claims(&report(&sentence)).iter().map(row).collect();
        let right = if expect[0] == "-" {
            claims.is_empty()
        } else {
            claims.len() == 1 && claims[0].as_slice() == expect.as_slice()
        };
        if !right {
            wrong.push(format!("{sentence}\n  want {expect:?}\n  got  {claims:?}"));
        }
    }
    assert!(rows >= 60, "the table holds {rows} rows");
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
