//! Measures the matcher on labelled pairs and on ordinary names: `cargo run --release -p names --example evaluate -- DATA
//! [SHOW]`, where DATA is the folder with `matching/`, `names/` and `lists/`, and SHOW a number of wrong answers to print.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use names::{BALANCED, Entity, Index, IndexBuilder, Name, NameKind, Query, STRICT, WIDE, compare};
use serde_json::Value;

type Failure = Box<dyn std::error::Error>;

struct Pair {
    schema: String,
    left: String,
    right: String,
    same: bool,
    peer: f64,
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let data = PathBuf::from(arguments.next().ok_or("usage: evaluate DATA [SHOW]")?);
    let show: usize = arguments
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0);
    hand_labelled(&data, show)?;
    cross_script(&data, show)?;
    same_identifier(&data, show)?;
    dedupe_judgements(&data, show)?;
    let folder = tempfile::tempdir()?;
    let index = baseline(&data, folder.path())?;
    false_alarms(&data, &index, show)?;
    misspelt_persons(&data, folder.path(), show)?;
    speed(&data, &index)?;
    Ok(())
}

fn rows(path: &Path) -> Result<Vec<HashMap<String, String>>, Failure> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path)?;
    let header = reader.headers()?.clone();
    let row = |record: csv::StringRecord| {
        header
            .iter()
            .zip(record.iter())
            .map(|(key, cell)| (key.to_owned(), cell.to_owned()))
            .collect()
    };
    Ok(reader.records().filter_map(Result::ok).map(row).collect())
}

fn json_lines(path: &Path) -> Result<Vec<Value>, Failure> {
    let file = std::fs::File::open(path)?;
    let reader: Box<dyn Read> = if path.extension().is_some_and(|extension| extension == "gz") {
        Box::new(flate2::read::GzDecoder::new(file))
    } else {
        Box::new(file)
    };
    Ok(BufReader::new(reader)
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| serde_json::from_str(&line).ok())
        .collect())
}

fn f1(results: impl Iterator<Item = (bool, bool)>) -> (f64, f64, f64) {
    let (mut hit, mut false_alarm, mut missed) = (0.0, 0.0, 0.0);
    for (same, said) in results {
        match (same, said) {
            (true, true) => hit += 1.0,
            (false, true) => false_alarm += 1.0,
            (true, false) => missed += 1.0,
            (false, false) => {}
        }
    }
    let (precision, recall) = (
        hit / f64::max(hit + false_alarm, 1.0),
        hit / f64::max(hit + missed, 1.0),
    );
    (
        precision,
        recall,
        2.0 * precision * recall / f64::max(precision + recall, 1e-9),
    )
}

fn hand_labelled(data: &Path, show: usize) -> Result<(), Failure> {
    let pairs: Vec<Pair> = rows(&data.join("matching/name_pairs.csv"))?
        .into_iter()
        .map(|row| Pair {
            schema: row["schema"].clone(),
            left: row["name1"].clone(),
            right: row["name2"].clone(),
            same: row["is_match"] == "true",
            peer: row["logic_v2_score"].parse().unwrap_or(0.0),
        })
        .collect();
    let scored: Vec<(f64, &Pair)> = pairs
        .iter()
        .map(|pair| {
            (
                compare(Some(&pair.schema), &pair.left, &pair.right).score,
                pair,
            )
        })
        .collect();
    println!("hand-labelled pairs: {}", pairs.len());
    for threshold in [WIDE, 0.7, 0.74, BALANCED, 0.8, 0.85, STRICT] {
        let (p, r, f) = f1(scored
            .iter()
            .map(|(score, pair)| (pair.same, *score >= threshold)));
        println!("  ours at {threshold:.2}: precision {p:.3} recall {r:.3} F1 {f:.3}");
    }
    for threshold in [0.7, 0.8] {
        let (p, r, f) = f1(pairs.iter().map(|pair| (pair.same, pair.peer >= threshold)));
        println!("  logic-v2 at {threshold:.2}: precision {p:.3} recall {r:.3} F1 {f:.3}");
    }
    for (score, pair) in scored
        .iter()
        .filter(|(score, pair)| pair.same != (*score >= BALANCED))
        .take(show * 3)
    {
        println!(
            "    {} {score:.3} {} | {} ({})",
            pair.same, pair.left, pair.right, pair.schema
        );
    }
    Ok(())
}

fn cross_script(data: &Path, show: usize) -> Result<(), Failure> {
    let mut groups: BTreeMap<String, Vec<(bool, f64, String)>> = BTreeMap::new();
    for row in json_lines(&data.join("matching/cross_script_pairs.jsonl"))? {
        let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
        let score = compare(Some(&text("schema")), &text("latin"), &text("other")).score;
        let same = row["match"] == true;
        let group = format!("{} {}", text("script"), text("schema"));
        groups.entry(group).or_default().push((
            same,
            score,
            format!("{} | {} ({})", text("latin"), text("other"), text("kind")),
        ));
    }
    println!("across scripts, at balanced:");
    for (group, pairs) in groups {
        let share = |same: bool| {
            let of: Vec<bool> = pairs
                .iter()
                .filter(|pair| pair.0 == same)
                .map(|pair| pair.1 >= BALANCED)
                .collect();
            (
                of.iter().filter(|said| **said).count() as f64 / of.len().max(1) as f64,
                of.len(),
            )
        };
        let ((recall, positives), (alarms, negatives)) = (share(true), share(false));
        println!("  {group}: found {recall:.3} of {positives}, wrong {alarms:.4} of {negatives}");
        for (same, score, text) in pairs
            .iter()
            .filter(|pair| pair.0 != (pair.1 >= BALANCED))
            .take(show)
        {
            println!("    {same} {score:.3} {text}");
        }
    }
    Ok(())
}

fn schema_of(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "person" | "individual" => Some("Person"),
        "entity" | "enterprise" | "company" | "organization" => Some("Company"),
        "vessel" => Some("Vessel"),
        "aircraft" | "airplane" => Some("Airplane"),
        _ => None,
    }
}

fn records(path: &Path) -> Result<HashMap<String, Value>, Failure> {
    Ok(json_lines(path)?
        .into_iter()
        .filter_map(|record| Some((record["id"].as_str()?.to_owned(), record)))
        .collect())
}

fn texts(record: &Value, field: &str) -> Vec<String> {
    let list = record[field]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    list.iter()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

/// Best score of any name of one record against any of the other.
fn best(left: &Value, right: &Value) -> (f64, String) {
    let kind = |record: &Value| record["schema"].as_str().and_then(schema_of);
    let schema = kind(left).or(kind(right));
    let mut best = (0.0, String::new());
    for first in texts(left, "names").iter().take(12) {
        for second in texts(right, "names").iter().take(12) {
            let score = compare(schema, first, second).score;
            if score > best.0 {
                best = (score, format!("{first} | {second}"));
            }
        }
    }
    best
}

fn same_identifier(data: &Path, show: usize) -> Result<(), Failure> {
    let records = records(&data.join("matching/id_gold_records_dev.jsonl"))?;
    let (mut found, mut all, mut caption_found, mut shown) = (0, 0, 0, 0);
    for row in rows(&data.join("matching/id_gold_pairs_dev.csv"))? {
        let (Some(left), Some(right)) = (records.get(&row["left"]), records.get(&row["right"]))
        else {
            continue;
        };
        if [left, right]
            .iter()
            .any(|record| record["schema"].as_str().and_then(schema_of) == Some("Vessel"))
        {
            continue;
        }
        all += 1;
        let (score, names) = best(left, right);
        found += usize::from(score >= BALANCED);
        let schema = row.get("left_schema").and_then(|schema| schema_of(schema));
        caption_found +=
            usize::from(compare(schema, &row["left_name"], &row["right_name"]).score >= BALANCED);
        if score < BALANCED && shown < show {
            shown += 1;
            println!(
                "    true {score:.3} {} | {} (best {names})",
                row["left_name"], row["right_name"]
            );
        }
    }
    println!(
        "same identifier, by name only, no vessels: {all} pairs, found {:.3} by all names, {:.3} by main names",
        f64::from(found as u32) / f64::from(all.max(1)),
        f64::from(caption_found as u32) / f64::from(all.max(1))
    );
    Ok(())
}

fn dedupe_judgements(data: &Path, show: usize) -> Result<(), Failure> {
    let records = records(&data.join("matching/os_records_dev.jsonl"))?;
    let mut results: Vec<(bool, f64)> = Vec::new();
    let mut shown = (0, 0);
    for row in rows(&data.join("matching/os_pairs_dev.csv"))? {
        if row["doubtful"] == "1" || row["judgement"] == "unsure" {
            continue;
        }
        let (Some(left), Some(right)) = (records.get(&row["left"]), records.get(&row["right"]))
        else {
            continue;
        };
        let same = row["judgement"] == "positive";
        let (score, names) = best(left, right);
        results.push((same, score));
        let counter = if same { &mut shown.0 } else { &mut shown.1 };
        if same != (score >= BALANCED) && *counter < show {
            *counter += 1;
            println!("    {same} {score:.3} {names}");
        }
    }
    println!("judged pairs of list entries: {}", results.len());
    for threshold in [WIDE, BALANCED, 0.8, 0.85, STRICT] {
        let share = |same: bool| {
            let of: Vec<bool> = results
                .iter()
                .filter(|r| r.0 == same)
                .map(|r| r.1 >= threshold)
                .collect();
            of.iter().filter(|said| **said).count() as f64 / of.len().max(1) as f64
        };
        println!(
            "  at {threshold:.2}: recall {:.3}, negatives flagged {:.4}",
            share(true),
            share(false)
        );
    }
    // For data/calibration.tsv: observed share of same parties by score.
    let mut bins: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    for (same, score) in &results {
        let bin = bins.entry((score * 20.0) as u32).or_default();
        bin.0 += u32::from(*same);
        bin.1 += 1;
    }
    for (bin, (same, all)) in bins {
        print!("  {:.2}:{same}/{all}", f64::from(bin) / 20.0);
    }
    println!();
    Ok(())
}

fn entities(path: &Path) -> Result<Vec<Entity>, Failure> {
    let mut entities = Vec::new();
    for record in json_lines(path)? {
        let properties = &record["properties"];
        let mut names = Vec::new();
        for (field, kind) in [
            ("name", NameKind::Primary),
            ("alias", NameKind::Alias),
            ("weakAlias", NameKind::WeakAlias),
            ("previousName", NameKind::Previous),
        ] {
            names.extend(
                texts(properties, field)
                    .into_iter()
                    .map(|text| Name { text, kind }),
            );
        }
        let id = record["id"].as_str().unwrap_or_default().to_owned();
        entities.push(Entity {
            dataset: "baseline".to_owned(),
            schema: record["schema"].as_str().unwrap_or_default().to_owned(),
            names,
            countries: texts(properties, "country")
                .iter()
                .map(|country| country.to_uppercase())
                .collect(),
            birth_dates: texts(properties, "birthDate"),
            identifiers: ["innCode", "ogrnCode", "imoNumber"]
                .iter()
                .flat_map(|field| texts(properties, field))
                .collect(),
            id,
        });
    }
    Ok(entities)
}

fn baseline(data: &Path, folder: &Path) -> Result<Index, Failure> {
    let entities = entities(&data.join("lists/ftm/baseline_24607.ftm.json.gz"))?;
    let mut builder = IndexBuilder::new();
    entities.into_iter().for_each(|entity| builder.add(entity));
    let start = Instant::now();
    let path = folder.join("baseline.names");
    let summary = builder.write(&path)?;
    println!("index: {summary:?} built in {:?}", start.elapsed());
    let start = Instant::now();
    let index = Index::open(&path)?;
    println!("opened in {:?}", start.elapsed());
    Ok(index)
}

fn false_alarms(data: &Path, index: &Index, show: usize) -> Result<(), Failure> {
    for (file, column, schema) in [
        ("listed_companies", "name", Some("Company")),
        ("sec_stocks", "Name", Some("Company")),
        ("persons_fake_us", "full_name", Some("Person")),
        ("listed_companies", "name", None),
    ] {
        let names: Vec<String> = rows(&data.join(format!("names/{file}.csv")))?
            .into_iter()
            .filter_map(|mut row| row.remove(column))
            .filter(|name| !name.trim().is_empty())
            .collect();
        let start = Instant::now();
        let mut alarms: [usize; 3] = [0; 3];
        let mut shown = Vec::new();
        let step = if file == "persons_fake_us" { 2 } else { 1 };
        let sample: Vec<&String> = names.iter().step_by(step).collect();
        for name in &sample {
            let query = Query {
                schema: schema.map(str::to_owned),
                names: vec![(*name).clone()],
                ..Query::default()
            };
            if let Some(found) = index.search(&query, WIDE, 1).first() {
                for (alarm, threshold) in alarms.iter_mut().zip([WIDE, BALANCED, STRICT]) {
                    *alarm += usize::from(found.score >= threshold);
                }
                if found.is_match {
                    shown.push(format!(
                        "{:.3} {name} | {}",
                        found.score, found.matched_name
                    ));
                }
            }
        }
        let rate = |count: usize| count as f64 / sample.len() as f64 * 100.0;
        println!(
            "false alarms {file} ({schema:?}): {} names, wide {:.3} %, balanced {:.3} %, strict {:.3} % ({:.0} queries/s)",
            sample.len(),
            rate(alarms[0]),
            rate(alarms[1]),
            rate(alarms[2]),
            sample.len() as f64 / start.elapsed().as_secs_f64()
        );
        shown
            .iter()
            .take(show * 4)
            .for_each(|line| println!("    {line}"));
    }
    Ok(())
}

fn misspelt_persons(data: &Path, folder: &Path, show: usize) -> Result<(), Failure> {
    let treated = rows(&data.join("matching/un_persons_treated.csv"))?;
    let untreated = rows(&data.join("matching/un_persons_untreated.csv"))?;
    let mut builder = IndexBuilder::new();
    for (number, row) in untreated.iter().enumerate() {
        builder.add(Entity {
            id: number.to_string(),
            dataset: "un".to_owned(),
            schema: "Person".to_owned(),
            names: vec![Name {
                text: row["full_name"].clone(),
                kind: NameKind::Primary,
            }],
            countries: Vec::new(),
            birth_dates: Vec::new(),
            identifiers: Vec::new(),
        });
    }
    let path = folder.join("un.names");
    builder.write(&path)?;
    let index = Index::open(&path)?;
    let mut found = 0;
    let mut shown = 0;
    for (number, row) in treated.iter().enumerate() {
        let query = Query {
            schema: Some("Person".to_owned()),
            names: vec![row["full_name"].clone()],
            ..Query::default()
        };
        let hit = index
            .search(&query, BALANCED, 20)
            .iter()
            .any(|found| found.entity_id == number.to_string());
        found += usize::from(hit);
        if !hit && shown < show {
            shown += 1;
            println!(
                "    {} | {}",
                row["full_name"], untreated[number]["full_name"]
            );
        }
    }
    println!(
        "misspelt UN persons: {:.4} of {}",
        found as f64 / treated.len() as f64,
        treated.len()
    );
    Ok(())
}

fn speed(data: &Path, index: &Index) -> Result<(), Failure> {
    let mut names: Vec<(String, &str)> = Vec::new();
    for (file, column, schema) in [
        ("listed_companies", "name", "Company"),
        ("persons_fake_us", "full_name", "Person"),
    ] {
        let rows = rows(&data.join(format!("names/{file}.csv")))?;
        names.extend(
            rows.into_iter()
                .take(5000)
                .filter_map(|mut row| Some((row.remove(column)?, schema))),
        );
    }
    for number in (0..index.len() as u32).step_by(10) {
        if let Some(entity) = index.entity(number) {
            names.push((
                entity.caption.to_owned(),
                if entity.schema == "Person" {
                    "Person"
                } else {
                    "Company"
                },
            ));
        }
    }
    let mut times: Vec<u128> = Vec::new();
    let start = Instant::now();
    for (name, schema) in &names {
        let begin = Instant::now();
        let query = Query {
            schema: Some((*schema).to_owned()),
            names: vec![name.clone()],
            ..Query::default()
        };
        std::hint::black_box(index.search(&query, BALANCED, 5));
        times.push(begin.elapsed().as_nanos());
    }
    let rate = names.len() as f64 / start.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize] as f64 / 1e6;
    println!(
        "speed: {rate:.0} queries/s on one core, p50 {:.3} ms, p99 {:.3} ms, max {:.3} ms",
        at(0.5),
        at(0.99),
        at(1.0)
    );
    Ok(())
}
