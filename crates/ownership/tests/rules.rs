//! The rules on small made-up groups, written as lines: `A 60 B` (shares), `A 25-50 B`, `A >50 B`, `A votes 60 B`,
//! `A controls B`, `A consolidates B`, `A ultimately B`, `A sits-on B`, `A something B`, `A joint 50 B`,
//! `A through 60 B`; ` until DATE` or ` from DATE` at the end.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use model::{
    Holding, HoldingKind, NameKind, OwnershipEffect, OwnershipStatement, Party, PartyName, Percent,
    Schema, Share, Stated,
};
use ownership::{Derived, ListedAs, Register, derive};
use proptest::prelude::*;

const OFAC: &str = "us.ofac.50pct";
const EU: &str = "eu.ownership";
const UK: &str = "uk.ownership";
const BIS: &str = "us.bis.affiliates50";

fn party(name: &str) -> Party {
    Party {
        schema: Schema::Company,
        names: vec![PartyName {
            text: name.to_string(),
            kind: NameKind::Primary,
        }],
        countries: Vec::new(),
        birth_dates: Vec::new(),
        identifiers: Vec::new(),
        addresses: Vec::new(),
        relations: Vec::new(),
    }
}

fn percent(text: &str) -> Percent {
    Percent::try_from(text.parse::<f64>().unwrap()).unwrap()
}

fn share(text: &str) -> Share {
    if let Some(bound) = text.strip_prefix('>') {
        let low = percent(bound).plus(Percent::STEP);
        return Share {
            low,
            high: Percent::ALL,
        };
    }
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    Share {
        low: percent(low),
        high: percent(high),
    }
}

fn holding(line: &str) -> Holding {
    let mut words: Vec<&str> = line.split(' ').collect();
    let mut day = |word: &str| {
        let at = words.iter().position(|other| *other == word)?;
        let date = words[at + 1].parse().unwrap();
        words.drain(at..at + 2);
        Some(date)
    };
    let (from, to) = (day("from"), day("until"));
    let mut held = Holding {
        owner: Some(words[0].to_string()),
        owned: (*words.last().unwrap()).to_string(),
        kind: HoldingKind::Shareholding,
        share: None,
        indirect: false,
        joint: false,
        from,
        to,
        note: String::new(),
    };
    match &words[1..words.len() - 1] {
        ["votes", figure] => {
            held.kind = HoldingKind::Voting;
            held.share = Some(share(figure));
        }
        ["joint", figure] => {
            held.joint = true;
            held.share = Some(share(figure));
        }
        ["through", figure] => {
            held.indirect = true;
            held.share = Some(share(figure));
        }
        ["controls"] => held.kind = HoldingKind::Control,
        ["consolidates"] => held.kind = HoldingKind::Consolidation,
        ["ultimately"] => {
            held.kind = HoldingKind::Consolidation;
            held.indirect = true;
        }
        ["sits-on"] => held.kind = HoldingKind::Influence,
        ["something"] => held.kind = HoldingKind::Unknown,
        ["shares"] => {}
        [figure] => held.share = Some(share(figure)),
        other => panic!("{other:?}"),
    }
    held
}

fn register(day: &str, lines: &[String]) -> Register {
    let mut register = Register::new(day.parse().unwrap());
    for name in ["A", "B", "C", "D", "U", "V", "X", "Y", "Z"] {
        register.add(
            "parties.json",
            statement(name, Stated::Party(party(name)), 1),
        );
    }
    for (row, line) in (1..).zip(lines) {
        let says = Stated::Holdings(vec![holding(line)]);
        register.add("holdings.json", statement(&format!("r{row}"), says, row));
    }
    register
}

fn statement(record: &str, says: Stated, row: u64) -> OwnershipStatement {
    OwnershipStatement {
        record: record.to_string(),
        statement: record.to_string(),
        date: None,
        closed: false,
        row,
        says,
    }
}

fn listed(record: &str, list: &str) -> ListedAs {
    ListedAs {
        record: record.to_string(),
        entity_id: format!("{list}:{record}"),
        list: list.split('/').next().unwrap().to_string(),
        programmes: list
            .split_once('/')
            .map(|(_, part)| part.to_string())
            .into_iter()
            .collect(),
        how: "by test".to_string(),
    }
}

/// `A@ofac-sdn B@eu-fsf` as listed parties.
fn all_listed(text: &str) -> Vec<ListedAs> {
    text.split_whitespace()
        .map(|one| {
            let (record, list) = one.split_once('@').unwrap();
            listed(record, list)
        })
        .collect()
}

fn run(day: &str, listed: &str, lines: &[&str]) -> Vec<Derived> {
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    derive(&register(day, &lines), &all_listed(listed))
}

/// What a rule makes of a party, with the share that it counted.
fn found(derived: &[Derived], of: &str, rule: &str) -> Option<(OwnershipEffect, String)> {
    let party = derived.iter().find(|one| one.record == of)?;
    let basis = party.bases.iter().find(|basis| basis.rule == rule)?;
    Some((
        basis.effect,
        basis.share.map_or(String::new(), |share| share.to_string()),
    ))
}

#[track_caller]
fn check(
    listed: &str,
    lines: &[&str],
    of: &str,
    rule: &str,
    expect: Option<(OwnershipEffect, &str)>,
) {
    let derived = run("2026-11-25", listed, lines);
    let got = found(&derived, of, rule);
    let got = got
        .as_ref()
        .map(|(effect, share)| (*effect, share.as_str()));
    assert_eq!(
        got, expect,
        "{listed} | {lines:?} | {of} under {rule}\n{derived:#?}"
    );
}

use OwnershipEffect::{Blocked, Minority, Possible};

#[test]
fn half_between_two_listed_owners_is_enough_together_and_not_alone() {
    let split = ["A 25 X", "B 25 X", "C 50 X"];
    check(
        "A@ofac-sdn B@ofac-sdn",
        &split,
        "X",
        OFAC,
        Some((Blocked, "50 %")),
    );
    check(
        "A@eu-fsf B@eu-fsf",
        &split,
        "X",
        EU,
        Some((Blocked, "50 %")),
    );
    check("A@uk-sl B@uk-sl", &split, "X", UK, Some((Minority, "25 %")));

    let halves = ["A 50 X", "B 50 X"];
    check(
        "A@ofac-sdn B@ofac-sdn",
        &halves,
        "X",
        OFAC,
        Some((Blocked, "100 %")),
    );
    check(
        "A@uk-sl B@uk-sl",
        &halves,
        "X",
        UK,
        Some((Minority, "50 %")),
    );
    check(
        "A@uk-sl",
        &["A 50.01 X"],
        "X",
        UK,
        Some((Blocked, "50.01 %")),
    );
    check(
        "A@ofac-sdn B@ofac-sdn",
        &["A 25 X", "B 24.99 X"],
        "X",
        OFAC,
        Some((Minority, "49.99 %")),
    );
}

#[test]
fn each_list_answers_to_its_own_rule() {
    // 30 % of an SDN and 30 % of an EU-listed party do not add up.
    let lines = ["A 30 X", "B 30 X"];
    check(
        "A@ofac-sdn B@eu-fsf",
        &lines,
        "X",
        OFAC,
        Some((Minority, "30 %")),
    );
    check(
        "A@ofac-sdn B@eu-fsf",
        &lines,
        "X",
        EU,
        Some((Minority, "30 %")),
    );
    // A person on two lists counts under both, once each.
    check(
        "A@ofac-sdn A@eu-fsf",
        &["A 60 X"],
        "X",
        OFAC,
        Some((Blocked, "60 %")),
    );
    check(
        "A@ofac-sdn A@eu-fsf",
        &["A 60 X"],
        "X",
        EU,
        Some((Blocked, "60 %")),
    );
    check(
        "A@ofac-sdn A@us-csl/(SDN)",
        &["A 30 X"],
        "X",
        OFAC,
        Some((Minority, "30 %")),
    );
    // A list without an ownership rule only raises a flag.
    check("A@un-sc", &["A 100 X"], "X", OFAC, None);
    check(
        "A@un-sc",
        &["A 100 X"],
        "X",
        "other.flag",
        Some((Minority, "100 %")),
    );
    check(
        "A@ofac-consolidated",
        &["A 100 X"],
        "X",
        "other.flag",
        Some((Minority, "100 %")),
    );
    check("A@ofac-sdn", &["A 100 X"], "X", "other.flag", None);
}

#[test]
fn chains_count_each_step_by_itself() {
    // 50 % of 50 % is half of a half in money, and blocked under OFAC and EU rules all the same.
    let halves = ["A 50 Y", "Y 50 X"];
    check("A@ofac-sdn", &halves, "Y", OFAC, Some((Blocked, "50 %")));
    check("A@ofac-sdn", &halves, "X", OFAC, Some((Blocked, "50 %")));
    check("A@eu-fsf", &halves, "X", EU, Some((Blocked, "50 %")));
    check("A@uk-sl", &halves, "X", UK, None);
    check(
        "A@uk-sl",
        &["A 51 Y", "Y 51 X"],
        "X",
        UK,
        Some((Blocked, "51 %")),
    );
    // Below half the chain ends.
    let broken = ["A 49 Y", "Y 100 X"];
    check("A@ofac-sdn", &broken, "Y", OFAC, Some((Minority, "49 %")));
    check("A@ofac-sdn", &broken, "X", OFAC, None);
    // 49 % through a company held by 51 %, and 49 % of another listed owner.
    let mixed = ["A 51 Y", "Y 49 X", "B 49 X"];
    check(
        "A@ofac-sdn B@ofac-sdn",
        &mixed,
        "X",
        OFAC,
        Some((Blocked, "98 %")),
    );
    check("A@ofac-sdn", &mixed, "X", OFAC, Some((Minority, "49 %")));
    check("A@uk-sl B@uk-sl", &mixed, "X", UK, Some((Minority, "49 %")));
    // One owner's direct and indirect parts add up even where owners do not.
    check(
        "A@uk-sl",
        &["A 60 Y", "Y 30 X", "A 30 X"],
        "X",
        UK,
        Some((Blocked, "60 %")),
    );
}

#[test]
fn rings_and_holdings_of_oneself_are_no_reason() {
    let ring = ["X 100 Y", "Y 100 X"];
    check("A@ofac-sdn", &ring, "X", OFAC, None);
    let held = ["A 50 X", "X 60 Y", "Y 50 X"];
    check("A@ofac-sdn", &held, "X", OFAC, Some((Blocked, "50 %")));
    check("A@ofac-sdn", &held, "Y", OFAC, Some((Blocked, "60 %")));
    let outside = ["A 30 X", "X 60 Y", "Y 70 X"];
    check("A@ofac-sdn", &outside, "X", OFAC, Some((Minority, "30 %")));
    check(
        "A@ofac-sdn",
        &["A 40 X", "X 60 X"],
        "X",
        OFAC,
        Some((Minority, "40 %")),
    );
    // A listed owner that is owned back.
    check(
        "A@ofac-sdn",
        &["A 60 X", "X 100 A"],
        "X",
        OFAC,
        Some((Blocked, "60 %")),
    );
}

#[test]
fn ranges_are_kept_to_the_end() {
    check(
        "A@ofac-sdn",
        &["A 25-50 X"],
        "X",
        OFAC,
        Some((Possible, "25 to 50 %")),
    );
    check(
        "A@ofac-sdn",
        &["A 50-75 X"],
        "X",
        OFAC,
        Some((Blocked, "50 to 75 %")),
    );
    check(
        "A@ofac-sdn",
        &["A 10-49.9 X"],
        "X",
        OFAC,
        Some((Minority, "10 to 49.9 %")),
    );
    check(
        "A@uk-sl",
        &["A 50-75 X"],
        "X",
        UK,
        Some((Possible, "50 to 75 %")),
    );
    check(
        "A@uk-sl",
        &["A >50 X"],
        "X",
        UK,
        Some((Blocked, "more than 50 %")),
    );
    check(
        "A@ofac-sdn",
        &["A shares X"],
        "X",
        OFAC,
        Some((Possible, "an unknown share")),
    );
    check(
        "A@ofac-sdn B@ofac-sdn",
        &["A 25-40 X", "B 25-40 X"],
        "X",
        OFAC,
        Some((Blocked, "50 to 80 %")),
    );
    // What may be blocked may block.
    check(
        "A@ofac-sdn",
        &["A 40-60 Y", "Y 100 X"],
        "X",
        OFAC,
        Some((Possible, "100 %")),
    );
}

#[test]
fn what_has_ended_or_not_begun_does_not_count() {
    check("A@ofac-sdn", &["A 60 X until 2026-11-25"], "X", OFAC, None);
    check(
        "A@ofac-sdn",
        &["A 60 X until 2026-11-26"],
        "X",
        OFAC,
        Some((Blocked, "60 %")),
    );
    check(
        "A@ofac-sdn",
        &["A 60 X until 2026"],
        "X",
        OFAC,
        Some((Blocked, "60 %")),
    );
    check("A@ofac-sdn", &["A 60 X from 2026-11-26"], "X", OFAC, None);
    check(
        "A@ofac-sdn",
        &["A 60 X from 2026-11-25"],
        "X",
        OFAC,
        Some((Blocked, "60 %")),
    );
}

#[test]
fn control_counts_where_the_rule_says_so() {
    let control = ["A controls X", "A 10 X"];
    check("A@eu-fsf", &control, "X", EU, Some((Blocked, "")));
    check("A@uk-sl", &control, "X", UK, Some((Blocked, "")));
    check("A@ofac-sdn", &control, "X", OFAC, Some((Minority, "10 %")));
    check(
        "A@uk-sl",
        &["A votes 60 X"],
        "X",
        UK,
        Some((Blocked, "60 %")),
    );
    check(
        "A@eu-fsf",
        &["A votes 50 X"],
        "X",
        EU,
        Some((Minority, "50 %")),
    );
    check(
        "A@ofac-sdn",
        &["A votes 60 X"],
        "X",
        OFAC,
        Some((Minority, "")),
    );
    // An office may or may not be control.
    check("A@eu-fsf", &["A sits-on X"], "X", EU, Some((Possible, "")));
    check(
        "A@ofac-sdn",
        &["A sits-on X"],
        "X",
        OFAC,
        Some((Minority, "")),
    );
    check(
        "A@ofac-sdn",
        &["A something X"],
        "X",
        OFAC,
        Some((Possible, "an unknown share")),
    );
}

#[test]
fn jointly_held_is_held_by_each_where_one_owner_is_asked_for() {
    // J is only the name for A and B, who hold X together.
    let joint = ["A joint 50 J", "B joint 50 J", "J 100 X"];
    check("A@uk-sl", &joint, "X", UK, Some((Blocked, "100 %")));
    check("A@ofac-sdn", &joint, "X", OFAC, Some((Blocked, "100 %")));
    let less = ["A joint 40 J", "B joint 60 J", "J 100 X"];
    check("A@uk-sl", &less, "X", UK, Some((Blocked, "100 %")));
    check("A@ofac-sdn", &less, "X", OFAC, None);
}

#[test]
fn consolidation_is_control_or_more_than_half_without_a_figure() {
    check(
        "A@ofac-sdn",
        &["A consolidates X"],
        "X",
        OFAC,
        Some((Blocked, "more than 50 %")),
    );
    check(
        "A@eu-fsf",
        &["A consolidates X"],
        "X",
        EU,
        Some((Blocked, "")),
    );
    // The ultimate parent's stake is the direct parents', not one more.
    let group = ["A consolidates Y", "Y consolidates X", "A ultimately X"];
    check(
        "A@ofac-sdn",
        &group,
        "X",
        OFAC,
        Some((Blocked, "more than 50 %")),
    );
    check(
        "A@ofac-sdn",
        &["A ultimately X", "A 30 X"],
        "X",
        OFAC,
        Some((Blocked, "more than 50 %")),
    );
}

#[test]
fn what_is_held_through_others_is_not_counted_twice() {
    // The source states the parts of Y and, once more, what A holds through Y.
    let both = ["A 50 Y", "Y 40 X", "A through 40 X"];
    check(
        "A@ofac-sdn",
        &both,
        "X",
        OFAC,
        Some((Possible, "40 to 80 %")),
    );
    check(
        "A@ofac-sdn",
        &["A through 50 X"],
        "X",
        OFAC,
        Some((Blocked, "50 %")),
    );
    check(
        "A@ofac-sdn",
        &["A through 30 X", "A 30 X"],
        "X",
        OFAC,
        Some((Blocked, "60 %")),
    );
    // Two records of the same holding: the larger counts.
    check(
        "A@ofac-sdn",
        &["A 30 X", "A 30 X"],
        "X",
        OFAC,
        Some((Minority, "30 %")),
    );
}

#[test]
fn the_affiliates_rule_follows_its_dates() {
    let on = |day: &str| {
        found(&run(day, "A@us-csl/(EL)", &["A 50 X"]), "X", BIS).map(|(effect, _)| effect)
    };
    assert_eq!(on("2025-09-01"), None);
    assert_eq!(on("2025-10-01"), Some(Blocked));
    assert_eq!(on("2026-01-01"), Some(Possible));
    assert_eq!(on("2026-11-25"), Some(Blocked));
    let derived = run("2026-11-25", "A@us-csl/(EL)", &["A 50 X"]);
    assert!(
        derived[0].bases[0]
            .source
            .contains("status uncertain since 2026-11-10")
    );
}

#[test]
fn the_chain_names_every_holding_with_its_place() {
    let derived = run(
        "2026-11-25",
        "A@ofac-sdn B@ofac-sdn",
        &["A 25 Y", "B 25 Y", "Y 60 X", "C 40 X"],
    );
    let basis = &derived.iter().find(|one| one.record == "X").unwrap().bases[0];
    assert_eq!(
        basis.chain,
        "\"A\" (ofac-sdn:A, by test) holds 25 % of \"Y\" [holdings.json:1]; \
         \"B\" (ofac-sdn:B, by test) holds 25 % of \"Y\" [holdings.json:2]; \
         \"Y\" holds 60 % of \"X\" [holdings.json:3]"
    );
    assert!(
        basis
            .source
            .starts_with("OFAC 50 Percent Rule (us.ofac.50pct, in force since 2014-08-13)")
    );
}

#[test]
fn records_of_one_party_are_joined() {
    // Two records, A and B, matched to the same entry are one owner with the larger of what both state.
    let mut register = register("2026-11-25", &["A 30 X".to_string(), "B 40 X".to_string()]);
    let mut both = [listed("A", "ofac-sdn"), listed("B", "ofac-sdn")];
    both[1].entity_id = "ofac-sdn:A".to_string();
    let derived = derive(&register, &both);
    assert_eq!(
        found(&derived, "X", OFAC),
        Some((Minority, "40 %".to_string()))
    );

    // Two records of the owned company with one LEI.
    for (record, name) in [("X", "X"), ("X2", "X Ltd")] {
        let mut party = party(name);
        party.identifiers.push(model::Identifier {
            kind: model::IdentifierKind::Lei,
            value: "5493001KJTIIGC8Y1R12".to_string(),
            country: None,
        });
        register.add("lei.json", statement(record, Stated::Party(party), 1));
    }
    let says = Stated::Holdings(vec![holding("B 40 X2")]);
    register.add("lei.json", statement("r9", says, 2));
    let derived = derive(&register, &all_listed("A@ofac-sdn B@ofac-sdn"));
    assert_eq!(
        found(&derived, "X", OFAC),
        Some((Blocked, "70 %".to_string()))
    );
}

#[test]
fn the_last_word_on_a_record_counts() {
    let mut register = register("2026-11-25", &["A 60 X".to_string()]);
    let mut update = |record: &str, date: &str, line: &str, closed: bool| {
        let says = Stated::Holdings(vec![holding(line)]);
        let mut statement = statement(record, says, 1);
        statement.date = date.parse().ok();
        statement.closed = closed;
        register.add("updates.json", statement);
        found(&derive(&register, &all_listed("A@ofac-sdn")), "X", OFAC).map(|(effect, _)| effect)
    };
    assert_eq!(update("r1", "2026-02-01", "A 40 X", false), Some(Minority));
    assert_eq!(
        update("r1", "2026-01-01", "A 70 X", false),
        Some(Minority),
        "older, read later"
    );
    assert_eq!(update("r1", "2026-03-01", "A 70 X", false), Some(Blocked));
    assert_eq!(update("r1", "2026-04-01", "A 70 X", true), None);
}

#[test]
fn long_chains_and_wide_groups_end() {
    let mut lines: Vec<String> = (0..5_000).map(|n| format!("N{n} 60 N{}", n + 1)).collect();
    lines.push("A 60 N0".to_string());
    lines.extend((0..5_000).map(|n| format!("A 60 W{n}")));
    let derived = derive(&register("2026-11-25", &lines), &all_listed("A@ofac-sdn"));
    // Without a party statement they have no name to be derived under, yet the chain runs through them.
    assert!(derived.is_empty());
    lines.push("N5000 60 X".to_string());
    let derived = derive(&register("2026-11-25", &lines), &all_listed("A@ofac-sdn"));
    assert_eq!(
        found(&derived, "X", OFAC),
        Some((Blocked, "60 %".to_string()))
    );
    assert!(derived[0].bases[0].chain.len() < 10_000);
}

/// A line between two of nine parties.
fn any_line() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["A", "B", "C", "D", "U", "V", "X", "Y", "Z"]);
    let held = prop_oneof![
        (0u32..=100).prop_map(|n| n.to_string()),
        (0u32..=50, 0u32..=50).prop_map(|(low, more)| format!("{low}-{}", low + more)),
        (0u32..=100).prop_map(|n| format!("votes {n}")),
        (0u32..=100).prop_map(|n| format!("through {n}")),
        (0u32..=100).prop_map(|n| format!("joint {n}")),
        prop::sample::select(vec![
            "controls",
            "consolidates",
            "ultimately",
            "sits-on",
            "something",
            "shares"
        ])
        .prop_map(str::to_string),
    ];
    (name.clone(), held, name).prop_map(|(owner, held, owned)| format!("{owner} {held} {owned}"))
}

proptest! {
    #[test]
    fn one_more_holding_never_unblocks(
        lines in prop::collection::vec(any_line(), 0..14),
        more in any_line(),
        lists in prop::sample::select(vec![
            "A@ofac-sdn B@ofac-sdn", "A@uk-sl B@uk-sl", "A@eu-fsf B@ofac-sdn", "A@us-csl/(EL) A@uk-sl B@un-sc",
        ]),
    ) {
        let listed = all_listed(lists);
        let before = derive(&register("2026-11-25", &lines), &listed);
        let mut with = lines.clone();
        with.push(more);
        let after = derive(&register("2026-11-25", &with), &listed);
        for party in &before {
            for basis in &party.bases {
                let now = found(&after, &party.record, &basis.rule).map(|(effect, _)| effect);
                prop_assert!(now >= Some(basis.effect), "{} {:?} became {now:?}\n{with:#?}", party.record, basis);
            }
        }
    }

    #[test]
    fn the_order_of_statements_does_not_matter(
        lines in prop::collection::vec(any_line(), 0..12).prop_shuffle(),
    ) {
        let listed = all_listed("A@ofac-sdn B@eu-fsf B@uk-sl");
        let effects = |lines: &[String]| -> Vec<_> {
            derive(&register("2026-11-25", lines), &listed)
                .into_iter()
                .map(|one| (one.record, one.bases.into_iter().map(|b| (b.rule, b.effect, b.share)).collect::<Vec<_>>()))
                .collect()
        };
        let mut backwards = lines.clone();
        backwards.reverse();
        prop_assert_eq!(effects(&lines), effects(&backwards));
    }
}
