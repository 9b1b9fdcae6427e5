//! What the name matcher finds and what it finds wrongly, on each half of the labelled pairs and of ordinary names. The
//! weights were fitted on the first half, the second shows what they are worth. With `--show`, wrong answers go to stderr.

use std::collections::BTreeMap;

use anyhow::Result;
use names::{BALANCED, Index, IndexBuilder, STRICT, WIDE, compare};

use crate::Setting;
use crate::data::rows;
use crate::pairs::{
    self, Half, Item, ORDINARY, alarms, baseline, cross_script, hand_labelled, judged,
    misspelt_companies, same_identifier,
};

const HALVES: [Half; 2] = [Half::First, Half::Second];
/// Thresholds, lowest first, with their names.
const THRESHOLDS: [(&str, f64); 3] = [("wide", WIDE), ("balanced", BALANCED), ("strict", STRICT)];

pub(crate) fn run(setting: &Setting) -> Result<()> {
    println!("## Accuracy of names\n");
    println!("Each cell: half that the weights were fitted on / half that they were not.\n");
    let matching = setting.data.join("matching");
    let (first, second) = (
        hand_labelled(&matching, Half::First)?,
        hand_labelled(&matching, Half::Second)?,
    );
    println!("| hand-labelled pairs | precision | recall | F1 |\n|---|---:|---:|---:|");
    for (name, threshold) in THRESHOLDS {
        let cells = [&first, &second].map(|items| {
            f1(items
                .iter()
                .map(|item| (item.same, best(item) >= threshold)))
        });
        print_f1(name, cells);
    }
    peer(setting)?;
    show(setting, "hand-labelled", first.iter().chain(&second));

    println!(
        "\n| across scripts | found at balanced | wrong at balanced | pairs | found at 1 % wrong |"
    );
    println!("|---|---:|---:|---:|---:|");
    let mut groups: BTreeMap<String, [Vec<(bool, f64)>; 2]> = BTreeMap::new();
    for (half, of) in HALVES.iter().enumerate() {
        for item in cross_script(&matching, *of)? {
            let group = script_of(&item);
            let score = best(&item);
            for group in [group, "all".to_owned()] {
                groups.entry(group).or_default()[half].push((item.same, score));
            }
        }
    }
    for (group, halves) in &groups {
        let cells = |threshold: f64, same: bool| {
            let share = |half: &Vec<(bool, f64)>| {
                let of: Vec<bool> = half
                    .iter()
                    .filter(|pair| pair.0 == same)
                    .map(|pair| pair.1 >= threshold)
                    .collect();
                of.iter().filter(|said| **said).count() as f64 / of.len().max(1) as f64
            };
            format!("{:.3} / {:.3}", share(&halves[0]), share(&halves[1]))
        };
        let all: Vec<(bool, f64)> = halves.concat();
        let one_percent = threshold_at(&all, 0.01);
        let recall = share_at(&all, one_percent);
        println!(
            "| {group} | {} | {} | {} | {recall:.3} |",
            cells(BALANCED, true),
            cells(BALANCED, false),
            all.iter().filter(|pair| pair.0).count(),
        );
    }
    if setting.show > 0 {
        for of in HALVES {
            let items = cross_script(&matching, of)?;
            show(setting, "across scripts", items.iter());
        }
    }

    println!("\n| pairs of list entries | wide | balanced | strict |\n|---|---:|---:|---:|");
    let judged_halves = [
        judged(&matching, Half::First)?,
        judged(&matching, Half::Second)?,
    ];
    for (name, same) in [
        ("judged the same, found", true),
        ("judged different, found", false),
    ] {
        print_shares(name, &judged_halves, same);
    }
    let gold = [
        same_identifier(&matching, Half::First)?,
        same_identifier(&matching, Half::Second)?,
    ];
    print_shares("one identifier, found by names alone", &gold, true);
    println!("\n| judged pairs, with dates, countries and identifiers | precision | recall | F1 |");
    println!("|---|---:|---:|---:|");
    for (name, threshold) in THRESHOLDS {
        let cells = judged_halves.each_ref().map(|items| {
            f1(items
                .iter()
                .map(|item| (item.same, with_facts(item) >= threshold)))
        });
        print_f1(name, cells);
    }
    reliability(&judged_halves);
    show(setting, "judged", judged_halves.iter().flatten());
    show(setting, "same identifier", gold.iter().flatten());

    misspelt(setting)?;
    ordinary(setting)
}

fn print_shares(name: &str, halves: &[Vec<Item>; 2], same: bool) {
    let scores = halves.each_ref().map(|items| {
        items
            .iter()
            .filter(|item| item.same == same)
            .map(best)
            .collect::<Vec<f64>>()
    });
    let cell = |threshold: f64| {
        let share = |scores: &Vec<f64>| {
            scores.iter().filter(|score| **score >= threshold).count() as f64
                / scores.len().max(1) as f64
        };
        format!("{:.4} / {:.4}", share(&scores[0]), share(&scores[1]))
    };
    println!(
        "| {name} ({} / {}) | {} | {} | {} |",
        scores[0].len(),
        scores[1].len(),
        cell(WIDE),
        cell(BALANCED),
        cell(STRICT)
    );
}

/// The best score of the names, moved by what else is known.
fn with_facts(item: &Item) -> f64 {
    let score = best(item);
    item.facts.as_ref().map_or(score, |facts| {
        names::audit::with_facts(score, &facts.0, &facts.1)
    })
}

/// How many of the pairs with a score are the same party: for `names/data/calibration.tsv`.
fn reliability(halves: &[Vec<Item>; 2]) {
    println!("\n| score of the names from | pairs | the same party |\n|---|---:|---:|");
    let scores: Vec<(f64, bool)> = halves
        .iter()
        .flatten()
        .map(|item| (best(item), item.same))
        .collect();
    let bounds = [
        0.0, 0.3, 0.45, 0.62, 0.7, 0.76, 0.8, 0.85, 0.9, 0.93, 0.96, 0.98, 0.995, 1.01,
    ];
    for two in bounds.windows(2) {
        let of: Vec<bool> = scores
            .iter()
            .filter(|(score, _)| (two[0]..two[1]).contains(score))
            .map(|pair| pair.1)
            .collect();
        let same = of.iter().filter(|same| **same).count();
        println!(
            "| {:.3} | {} | {:.1} % |",
            two[0],
            of.len(),
            100.0 * same as f64 / of.len().max(1) as f64
        );
    }
}

/// The best score of any name of one party against any of the other.
fn best(item: &Item) -> f64 {
    item.pairs
        .iter()
        .map(|(left, right)| compare(item.schema.as_deref(), left, right).score)
        .fold(0.0, f64::max)
}

fn script_of(item: &Item) -> String {
    let other = item
        .pairs
        .first()
        .map(|pair| pair.1.as_str())
        .unwrap_or_default();
    let script = other.chars().find_map(|letter| match letter {
        '\u{0370}'..='\u{03ff}' | '\u{1f00}'..='\u{1fff}' => Some("Greek"),
        '\u{0400}'..='\u{052f}' => Some("Cyrillic"),
        '\u{0590}'..='\u{05ff}' => Some("Hebrew"),
        '\u{0600}'..='\u{06ff}' => Some("Arabic"),
        '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' => Some("Han"),
        '\u{ac00}'..='\u{d7af}' => Some("Hangul"),
        _ => None,
    });
    format!(
        "{} {}",
        script.unwrap_or("other"),
        item.schema.as_deref().unwrap_or_default()
    )
}

/// The lowest threshold at which at most this share of the different pairs is found.
fn threshold_at(pairs: &[(bool, f64)], share: f64) -> f64 {
    let mut wrong: Vec<f64> = pairs
        .iter()
        .filter(|pair| !pair.0)
        .map(|pair| pair.1)
        .collect();
    wrong.sort_by(|a, b| b.total_cmp(a));
    let allowed = (wrong.len() as f64 * share) as usize;
    wrong.get(allowed).map_or(0.0, |score| score + 1e-9)
}

fn share_at(pairs: &[(bool, f64)], threshold: f64) -> f64 {
    let same = pairs.iter().filter(|pair| pair.0).count();
    let found = pairs
        .iter()
        .filter(|pair| pair.0 && pair.1 >= threshold)
        .count();
    found as f64 / same.max(1) as f64
}

fn f1(results: impl Iterator<Item = (bool, bool)>) -> [f64; 3] {
    let (mut hit, mut wrong, mut missed) = (0.0, 0.0, 0.0);
    for (same, said) in results {
        match (same, said) {
            (true, true) => hit += 1.0,
            (false, true) => wrong += 1.0,
            (true, false) => missed += 1.0,
            (false, false) => {}
        }
    }
    let (precision, recall) = (
        hit / f64::max(hit + wrong, 1.0),
        hit / f64::max(hit + missed, 1.0),
    );
    [
        precision,
        recall,
        2.0 * precision * recall / f64::max(precision + recall, 1e-9),
    ]
}

fn print_f1(name: &str, cells: [[f64; 3]; 2]) {
    let cell = |index: usize| format!("{:.3} / {:.3}", cells[0][index], cells[1][index]);
    println!("| {name} | {} | {} | {} |", cell(0), cell(1), cell(2));
}

/// The peer's score that stands in the file, on the same rows.
fn peer(setting: &Setting) -> Result<()> {
    let rows = rows(&setting.data.join("matching/name_pairs.csv"))?;
    for threshold in [0.7, 0.8] {
        let cells = HALVES.map(|half| {
            f1(rows
                .iter()
                .filter(|row| half.has(&row["name2"]))
                .map(|row| {
                    let score: f64 = row["logic_v2_score"].parse().unwrap_or(0.0);
                    (row["is_match"] == "true", score >= threshold)
                }))
        });
        print_f1(&format!("logic-v2 at {threshold}"), cells);
    }
    Ok(())
}

fn misspelt(setting: &Setting) -> Result<()> {
    println!("\n| misspelt names, found at balanced in the index | |\n|---|---:|");
    let treated = rows(&setting.data.join("matching/un_persons_treated.csv"))?;
    let untreated = rows(&setting.data.join("matching/un_persons_untreated.csv"))?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("un.names");
    let mut builder = IndexBuilder::new();
    for (number, row) in untreated.iter().enumerate() {
        builder.add(names::Entity {
            id: number.to_string(),
            dataset: "un".to_owned(),
            schema: "Person".to_owned(),
            names: vec![names::Name {
                text: row["full_name"].clone(),
                kind: names::NameKind::Primary,
            }],
            countries: Vec::new(),
            birth_dates: Vec::new(),
            identifiers: Vec::new(),
        });
    }
    builder.write(&path)?;
    let index = Index::open(&path)?;
    let found_under =
        |index: &Index, schema: &str, name: &str, right: &dyn Fn(&names::Match) -> bool| {
            let query = names::Query {
                schema: Some(schema.to_owned()),
                names: vec![name.to_owned()],
                ..names::Query::default()
            };
            index.search(&query, BALANCED, 50).iter().any(right)
        };
    let mut counts = [(0, 0); 2];
    for (number, row) in treated.iter().enumerate() {
        let half = usize::from(!Half::First.has(&untreated[number]["full_name"]));
        let id = number.to_string();
        let found = found_under(&index, "Person", &row["full_name"], &|found| {
            found.entity_id == id
        });
        counts[half].0 += usize::from(found);
        counts[half].1 += 1;
        if !found && setting.show > 0 {
            eprintln!(
                "misspelt: {} | {}",
                row["full_name"], untreated[number]["full_name"]
            );
        }
    }
    let share = |(found, all): (usize, usize)| found as f64 / (all.max(1)) as f64;
    println!(
        "| persons of the UN list ({}) | {:.4} / {:.4} |",
        treated.len(),
        share(counts[0]),
        share(counts[1])
    );
    let (_folder, index) = baseline(setting)?;
    let mut kinds: BTreeMap<&str, [(usize, usize); 2]> = BTreeMap::new();
    for (number, half) in HALVES.into_iter().enumerate() {
        for case in misspelt_companies(setting, half, 1_500)? {
            let found = found_under(&index, "Company", &case.wrong, &|found| {
                found.entity_id == case.entity
            });
            for kind in [case.kind, "all mistakes"] {
                let count = &mut kinds.entry(kind).or_default()[number];
                count.0 += usize::from(found);
                count.1 += 1;
            }
            if !found && setting.show > 0 {
                eprintln!(
                    "misspelt company: {} | {} ({})",
                    case.wrong, case.name, case.kind
                );
            }
        }
    }
    for (kind, counts) in kinds {
        println!(
            "| companies, {kind} ({}) | {:.4} / {:.4} |",
            counts[0].1 + counts[1].1,
            share(counts[0]),
            share(counts[1])
        );
    }
    Ok(())
}

fn ordinary(setting: &Setting) -> Result<()> {
    println!(
        "\n| ordinary names that alert against 24,607 parties | wide | balanced | strict |\n|---|---:|---:|---:|"
    );
    let halves = [
        alarms(setting, Half::First)?,
        alarms(setting, Half::Second)?,
    ];
    for kind in ["organisation", "person"] {
        let scores = halves.each_ref().map(|alarms| {
            alarms
                .iter()
                .filter(|alarm| alarm.kind == kind)
                .map(|alarm| alarm.score)
                .collect::<Vec<f64>>()
        });
        let cell = |threshold: f64| {
            let share = |scores: &Vec<f64>| {
                100.0 * scores.iter().filter(|score| **score >= threshold).count() as f64
                    / scores.len().max(1) as f64
            };
            format!("{:.3} / {:.3} %", share(&scores[0]), share(&scores[1]))
        };
        println!(
            "| {kind}s ({} / {}) | {} | {} | {} |",
            scores[0].len(),
            scores[1].len(),
            cell(WIDE),
            cell(BALANCED),
            cell(STRICT)
        );
    }
    println!(
        "\nOrdinary names: {}; those whose words are all on the list are left out.",
        ORDINARY.map(|file| file.0).join(", ")
    );
    if setting.show > 0 {
        for alarm in halves
            .iter()
            .flatten()
            .filter(|alarm| alarm.score >= BALANCED)
        {
            eprintln!(
                "alarm {:.3} {} | {:?}",
                alarm.score,
                alarm.name,
                alarm.matches.first()
            );
        }
    }
    // The top of the score is not crowded: of pairs that are not equal, few come within 0.01 of the best.
    let items = pairs::labelled(setting, Half::Second)?;
    let scores: Vec<f64> = items
        .iter()
        .flat_map(|item| {
            item.pairs
                .iter()
                .take(3)
                .map(|(left, right)| compare(item.schema.as_deref(), left, right).score)
        })
        .filter(|score| *score < 1.0)
        .collect();
    let top = scores.iter().filter(|score| **score >= 0.99).count();
    println!(
        "\nOf {} pairs of names that are not equal, {:.1} % score within 0.01 of 1.",
        scores.len(),
        100.0 * top as f64 / scores.len().max(1) as f64
    );
    Ok(())
}

/// Wrong answers, as many as asked for.
fn show<'a>(setting: &Setting, set: &str, items: impl Iterator<Item = &'a Item>) {
    let (mut missed, mut wrong) = (0, 0);
    for item in items {
        if missed >= setting.show && wrong >= setting.show {
            break;
        }
        let score = best(item);
        if item.same != (score >= BALANCED) {
            let count = if item.same { &mut missed } else { &mut wrong };
            *count += 1;
            if *count <= setting.show
                && let Some((left, right)) = item.pairs.iter().max_by(|a, b| {
                    let of = |pair: &(String, String)| {
                        compare(item.schema.as_deref(), &pair.0, &pair.1).score
                    };
                    of(a).total_cmp(&of(b))
                })
            {
                eprintln!("{set} {} {score:.3} {left} | {right}", item.same);
            }
        }
    }
}
