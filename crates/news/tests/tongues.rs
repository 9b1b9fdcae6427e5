//! Russian and Chinese sentences and their claims: `tongues/*.tsv`. How many come out right may only grow.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use model::{Actor, ActorKind, Claim, PartialDate, Report};

struct Case {
    set: String,
    text: String,
    expect: Vec<Expect>,
}

struct Expect {
    event: String,
    factuality: String,
    supplier: Vec<String>,
    recipient: Vec<String>,
    goods: Vec<String>,
    source: String,
}

fn cases(table: &str) -> Vec<Case> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .skip(1)
        .map(|line| {
            let mut cells = line.split('\t');
            let set = cells.next().unwrap();
            let text = cells.next().unwrap().to_string();
            let expect = cells
                .next()
                .unwrap_or_default()
                .split(" ; ")
                .filter(|cell| !cell.trim().is_empty())
                .map(|cell| {
                    let parts: Vec<&str> = cell.trim().split('/').collect();
                    let (supplier, recipient) = parts[2].split_once('>').unwrap();
                    let list = |text: &str| -> Vec<String> {
                        text.split('+')
                            .filter(|part| !part.is_empty())
                            .map(str::to_string)
                            .collect()
                    };
                    Expect {
                        event: parts[0].into(),
                        factuality: parts[1].into(),
                        supplier: list(supplier),
                        recipient: list(recipient),
                        goods: list(parts[3]),
                        source: parts
                            .get(4)
                            .map(|part| (*part).to_string())
                            .unwrap_or_default(),
                    }
                })
                .collect();
            Case {
                set: set.to_string(),
                text,
                expect,
            }
        })
        .collect()
}

fn report(text: &str, language: &str) -> Report {
    Report {
        report_id: "0".into(),
        title: String::new(),
        publisher: String::new(),
        authors: Vec::new(),
        date: "2024-06-14".parse::<PartialDate>().ok(),
        url: None,
        language: Some(language.into()),
        upstream: Vec::new(),
        text: text.into(),
    }
}

fn word<T: serde::Serialize>(value: T) -> String {
    serde_json::to_value(value)
        .unwrap()
        .as_str()
        .unwrap()
        .to_string()
}

fn same(actors: &[Actor], expect: &[String]) -> bool {
    let is = |actor: &Actor, wanted: &String| {
        if wanted.len() == 2 && wanted.is_ascii() {
            actor.kind == ActorKind::State && actor.country == *wanted
        } else {
            actor.name.contains(wanted.as_str())
        }
    };
    actors.len() == expect.len()
        && expect
            .iter()
            .all(|wanted| actors.iter().any(|actor| is(actor, wanted)))
}

fn parties(claim: &Claim, expect: &Expect) -> bool {
    same(&claim.supplier, &expect.supplier) && same(&claim.recipient, &expect.recipient)
}

fn core(claim: &Claim, expect: &Expect) -> bool {
    word(claim.event) == expect.event
        && word(claim.factuality) == expect.factuality
        && parties(claim, expect)
}

fn goods(claim: &Claim, expect: &Expect) -> bool {
    expect.goods.iter().all(|family| {
        claim
            .goods
            .iter()
            .any(|goods| goods.family.as_str() == family)
    })
}

fn show(claim: &Claim) -> String {
    let names = |actors: &[Actor]| -> String {
        let names: Vec<String> = actors
            .iter()
            .map(|actor| format!("{}[{}]", actor.name, actor.country))
            .collect();
        names.join("+")
    };
    let goods: Vec<&str> = claim
        .goods
        .iter()
        .map(|goods| goods.family.as_str())
        .collect();
    format!(
        "{}/{}/{}>{}/{}/{}",
        word(claim.event),
        word(claim.factuality),
        names(&claim.supplier),
        names(&claim.recipient),
        goods.join("+"),
        claim.source.join("|")
    )
}

/// Sentences that come out right, per set: event, factuality, supplier and recipient of every claim, no claim too many.
fn score(table: &str, language: impl Fn(&str) -> &'static str) -> BTreeMap<String, [usize; 3]> {
    let shown = std::env::var("TONGUES_SHOW").unwrap_or_default();
    let mut out: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for case in cases(table) {
        let claims = news::claims(&report(&case.text, language(&case.text)));
        for claim in &claims {
            assert_eq!(
                claim.quote,
                case.text[claim.start..claim.end],
                "{}",
                case.text
            );
        }
        let right = claims.len() == case.expect.len()
            && case
                .expect
                .iter()
                .all(|expect| claims.iter().any(|claim| core(claim, expect)));
        let all = right
            && case.expect.iter().all(|expect| {
                claims.iter().any(|claim| {
                    core(claim, expect)
                        && goods(claim, expect)
                        && (expect.source.is_empty()
                            || claim
                                .source
                                .iter()
                                .any(|name| name.contains(&expect.source)))
                })
            });
        let counts = out.entry(case.set.clone()).or_default();
        counts[0] += usize::from(right);
        counts[1] += usize::from(all);
        counts[2] += 1;
        if !all && shown.split(',').any(|set| set == case.set) {
            let mark = if right { "~" } else { "-" };
            println!("{mark} {}", case.text);
            for claim in &claims {
                println!("    {}", show(claim));
            }
        }
    }
    for (set, [right, all, of]) in &out {
        println!("{set}: {right} of {of} right, {all} with goods and source");
    }
    out
}

#[test]
fn russian_sentences_come_out_right() {
    let ukrainian = |text: &str| {
        if text.contains(['і', 'ї', 'є', 'І']) {
            "uk"
        } else {
            "ru"
        }
    };
    let right = score(include_str!("tongues/russian.tsv"), ukrainian);
    assert!(right["held"][0] >= 42, "{right:?}");
    assert!(right["dev"][0] >= 41, "{right:?}");
    assert!(right["fresh"][0] >= 23, "{right:?}");
    assert!(right["last"][0] >= 18, "{right:?}");
}

#[test]
fn chinese_sentences_come_out_right() {
    let right = score(include_str!("tongues/chinese.tsv"), |_| "zh");
    assert!(right["held"][0] >= 40, "{right:?}");
    assert!(right["dev"][0] >= 38, "{right:?}");
    assert!(right["fresh"][0] >= 24, "{right:?}");
    assert!(right["last"][0] >= 14, "{right:?}");
}

/// Words in any order, with signs between them: nothing may panic, and every quote stands where it says.
#[test]
fn jumbled_sentences_are_survived() {
    let words: Vec<String> = [
        include_str!("tongues/russian.tsv"),
        include_str!("tongues/chinese.tsv"),
    ]
    .iter()
    .flat_map(|table| cases(table))
    .flat_map(|case| {
        let russian = case.text.contains(' ');
        let pieces: Vec<String> = if russian {
            case.text.split(' ').map(str::to_string).collect()
        } else {
            let signs: Vec<char> = case.text.chars().collect();
            signs
                .chunks(3)
                .map(|chunk| chunk.iter().collect())
                .collect()
        };
        pieces
    })
    .chain(
        [
            ",", "«", "»", "(", "—", "，", "“", "”", ".", "。", "\n", "'", "\u{301}", "🚀",
        ]
        .map(str::to_string),
    )
    .collect();
    let mut state = 7_u64;
    for round in 0..600 {
        let mut text = String::new();
        for _ in 0..(round % 40) {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let index = usize::try_from(state >> 33).unwrap() % words.len();
            text.push_str(&words[index]);
            if state & (1 << 20) != 0 {
                text.push(' ');
            }
        }
        for claim in news::claims(&report(&text, "ru")) {
            assert_eq!(claim.quote, text[claim.start..claim.end]);
            assert!(
                claim
                    .goods
                    .iter()
                    .all(|goods| claim.quote.contains(&goods.text))
            );
        }
    }
}

/// A text may mix languages: each sentence is read by its own grammar, and claims are numbered through.
#[test]
fn sentences_of_a_mixed_text_are_read_each_by_its_own_grammar() {
    let text = "Иран поставил России сотни дронов.\n伊朗向俄罗斯提供了弹道导弹。\n";
    let claims = news::claims(&report(text, "ru"));
    let ids: Vec<&str> = claims.iter().map(|claim| claim.claim_id.as_str()).collect();
    assert_eq!(ids, ["0#1", "0#2"]);
    assert!(
        claims
            .iter()
            .all(|claim| claim.recipient[0].country == "RU" && claim.reader.is_empty())
    );
}

#[test]
fn dates_are_resolved() {
    let time = |text: &str, language: &str| news::claims(&report(text, language))[0].time.clone();
    assert_eq!(
        time("В марте 2023 года Иран поставил России дроны.", "ru"),
        "В марте 2023 года = 2023-03-01/2023-03-31"
    );
    assert_eq!(
        time("伊朗2023年3月向俄罗斯提供了无人机。", "zh"),
        "2023年3月 = 2023-03-01/2023-03-31"
    );
    let due = |text: &str| news::claims(&report(text, "ru"))[0].due.clone();
    assert_eq!(
        due("Германия передаст Украине танки до конца 2024 года."),
        "до конца 2024 года = 2024-01-01/2024-12-31"
    );
}
