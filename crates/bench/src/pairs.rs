//! Labelled pairs of names and ordinary names, cut in two halves by a hash of the pair: weights are fitted on the first,
//! both are reported.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;
use names::{Entity, Index, IndexBuilder, Name, NameKind, Query};
use serde_json::Value;

use crate::Setting;
use crate::data::{BASELINE, Dice, column, entities, json_lines, rows};

/// Which half of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    First,
    Second,
}

impl Half {
    /// Whether something with this name belongs to the half.
    pub(crate) fn has(self, name: &str) -> bool {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let first = (hash ^ hash >> 29) % 2 == 0;
        first == (self == Half::First)
    }
}

/// Two parties that are the same or not, by their names.
pub(crate) struct Item {
    /// Where it comes from.
    pub(crate) set: &'static str,
    pub(crate) schema: Option<String>,
    /// Every name of one against every name of the other.
    pub(crate) pairs: Vec<(String, String)>,
    /// What else is known of the two parties.
    pub(crate) facts: Option<Box<(Query, Query)>>,
    pub(crate) same: bool,
    pub(crate) weight: f32,
}

/// All labelled pairs of a half.
pub(crate) fn labelled(setting: &Setting, half: Half) -> Result<Vec<Item>> {
    let matching = setting.data.join("matching");
    let mut items = hand_labelled(&matching, half)?;
    items.extend(cross_script(&matching, half)?);
    items.extend(judged(&matching, half)?);
    items.extend(same_identifier(&matching, half)?);
    items.extend(misspelt(setting, half)?);
    Ok(items)
}

/// The hand-labelled pairs with the peer's score.
pub(crate) fn hand_labelled(matching: &Path, half: Half) -> Result<Vec<Item>> {
    let items = rows(&matching.join("name_pairs.csv"))?
        .into_iter()
        .filter(|row| half.has(&row["name2"]))
        .map(|row| Item {
            set: "hand-labelled",
            schema: Some(row["schema"].clone()),
            pairs: vec![(row["name1"].clone(), row["name2"].clone())],
            facts: None,
            same: row["is_match"] == "true",
            weight: 6.0,
        })
        .collect();
    Ok(items)
}

pub(crate) fn cross_script(matching: &Path, half: Half) -> Result<Vec<Item>> {
    let items = json_lines(&matching.join("cross_script_pairs.jsonl"))?
        .into_iter()
        .filter_map(|row| {
            let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
            let same = row["match"] == true;
            // "Hard" negatives are other entries of lists, now and then of the same party.
            let weight = match (same, text("kind") == "hard") {
                (true, _) => 1.0,
                (false, true) => 0.5,
                (false, false) => 1.0,
            };
            half.has(&text("latin")).then(|| Item {
                set: "across scripts",
                schema: Some(text("schema")),
                pairs: vec![(text("latin"), text("other"))],
                facts: None,
                same,
                weight,
            })
        })
        .collect();
    Ok(items)
}

/// FollowTheMoney schema of what the records call a party.
pub(crate) fn schema_of(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "person" | "individual" => Some("Person"),
        "entity" | "enterprise" | "company" | "organization" => Some("Company"),
        "vessel" => Some("Vessel"),
        "aircraft" | "airplane" => Some("Airplane"),
        _ => None,
    }
}

pub(crate) fn texts(record: &Value, field: &str) -> Vec<String> {
    let list = record[field]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    list.iter()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

/// Records by id.
pub(crate) fn records(path: &Path) -> Result<HashMap<String, Value>> {
    Ok(json_lines(path)?
        .into_iter()
        .filter_map(|record| Some((record["id"].as_str()?.to_owned(), record)))
        .collect())
}

/// All names against all names, without what can be no match by itself.
fn all_pairs(left: &Value, right: &Value) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for first in texts(left, "names").iter().take(12) {
        for second in texts(right, "names").iter().take(12) {
            pairs.push((first.clone(), second.clone()));
        }
    }
    pairs
}

fn facts(record: &Value) -> Query {
    Query {
        countries: texts(record, "countries"),
        birth_dates: texts(record, "dob"),
        identifiers: texts(record, "ids"),
        ..Query::default()
    }
}

/// Pairs of list entries that people judged.
pub(crate) fn judged(matching: &Path, half: Half) -> Result<Vec<Item>> {
    let records = records(&matching.join("os_records_dev.jsonl"))?;
    let items = rows(&matching.join("os_pairs_dev.csv"))?
        .into_iter()
        .filter(|row| row["doubtful"] != "1" && row["judgement"] != "unsure")
        .filter_map(|row| {
            let (left, right) = (records.get(&row["left"])?, records.get(&row["right"])?);
            let cluster = left["cluster"].as_str().unwrap_or(&row["left"]).to_owned();
            let kind = |record: &Value| record["schema"].as_str().and_then(schema_of);
            half.has(&cluster).then(|| Item {
                set: "judged",
                schema: kind(left).or(kind(right)).map(str::to_owned),
                pairs: all_pairs(left, right),
                facts: Some(Box::new((facts(left), facts(right)))),
                same: row["judgement"] == "positive",
                weight: if row["judgement"] == "positive" {
                    0.4
                } else {
                    1.0
                },
            })
        })
        .collect();
    Ok(items)
}

/// Entries of two lists with one identifier.
pub(crate) fn same_identifier(matching: &Path, half: Half) -> Result<Vec<Item>> {
    let records = records(&matching.join("id_gold_records_dev.jsonl"))?;
    let items = rows(&matching.join("id_gold_pairs_dev.csv"))?
        .into_iter()
        .filter_map(|row| {
            let (left, right) = (records.get(&row["left"])?, records.get(&row["right"])?);
            let kind = |record: &Value| record["schema"].as_str().and_then(schema_of);
            let schema = kind(left).or(kind(right));
            (half.has(&row["shared_ids"]) && schema != Some("Vessel")).then(|| Item {
                set: "same identifier",
                schema: schema.map(str::to_owned),
                pairs: all_pairs(left, right),
                facts: None,
                same: true,
                weight: 0.5,
            })
        })
        .collect();
    Ok(items)
}

/// Listed names with a mistake that clerks make, against the name itself.
pub(crate) fn misspelt(setting: &Setting, half: Half) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    let treated = rows(&setting.data.join("matching/un_persons_treated.csv"))?;
    let untreated = rows(&setting.data.join("matching/un_persons_untreated.csv"))?;
    for (row, original) in treated.into_iter().zip(untreated) {
        if half.has(&original["full_name"]) {
            items.push(Item {
                set: "misspelt persons",
                schema: Some("Person".to_owned()),
                pairs: vec![(row["full_name"].clone(), original["full_name"].clone())],
                facts: None,
                same: true,
                weight: 0.6,
            });
        }
    }
    for case in misspelt_companies(setting, half, 1_500)? {
        items.push(Item {
            set: "misspelt companies",
            schema: Some("Company".to_owned()),
            pairs: vec![(case.wrong, case.name)],
            facts: None,
            same: true,
            weight: 1.0,
        });
    }
    Ok(items)
}

/// A listed name with a mistake.
pub(crate) struct Misspelt {
    pub(crate) entity: String,
    pub(crate) name: String,
    /// What was done to it.
    pub(crate) kind: &'static str,
    pub(crate) wrong: String,
}

/// Names of listed companies, each with one mistake.
pub(crate) fn misspelt_companies(
    setting: &Setting,
    half: Half,
    most: usize,
) -> Result<Vec<Misspelt>> {
    let mut dice = Dice(7);
    let mut found = Vec::new();
    for party in entities(&setting.data.join(BASELINE))? {
        let Some(name) = party.names.iter().find(|name| name.is_ascii()).cloned() else {
            continue;
        };
        if party.schema != "Company" || !half.has(&name) || name.len() < 6 {
            continue;
        }
        if dice.below(2) == 0
            && let Some((kind, wrong)) = mistake(&name, &mut dice)
        {
            found.push(Misspelt {
                entity: party.id,
                name,
                kind,
                wrong,
            });
        }
        if found.len() >= most {
            break;
        }
    }
    Ok(found)
}

/// One mistake in the longest word or in the order of the words.
pub(crate) fn mistake(name: &str, dice: &mut Dice) -> Option<(&'static str, String)> {
    let mut words: Vec<String> = name.split_whitespace().map(str::to_owned).collect();
    let legal = [
        "company",
        "limited",
        "liability",
        "joint",
        "stock",
        "corporation",
        "public",
    ];
    let longest = (0..words.len())
        .filter(|index| !legal.contains(&words[*index].to_lowercase().as_str()))
        .max_by_key(|index| {
            words[*index]
                .chars()
                .filter(char::is_ascii_alphabetic)
                .count()
        })?;
    let letters: Vec<char> = words[longest].chars().collect();
    if letters.len() < 5 || !letters.iter().all(char::is_ascii_alphabetic) {
        return None;
    }
    let place = 1 + dice.below(letters.len() - 2);
    let mut changed = letters.clone();
    let kind = match dice.below(6) {
        0 => {
            changed.remove(place);
            "letter dropped"
        }
        1 => {
            changed.insert(place, letters[place]);
            "letter doubled"
        }
        2 => {
            changed.swap(place, place - 1);
            "neighbours swapped"
        }
        3 if words.len() > 1 => {
            let other = if longest == 0 { 1 } else { longest - 1 };
            words.swap(longest, other);
            return Some(("words swapped", words.join(" ")));
        }
        4 if letters.len() >= 8 => {
            changed.insert(letters.len() / 2, ' ');
            "word split"
        }
        5 if words.len() > longest + 1
            && !legal.contains(&words[longest + 1].to_lowercase().as_str()) =>
        {
            let next = words.remove(longest + 1);
            words[longest].push_str(&next);
            return Some(("words joined", words.join(" ")));
        }
        _ => return None,
    };
    words[longest] = changed.into_iter().collect();
    let wrong = words.join(" ");
    (wrong != name).then_some((kind, wrong))
}

/// An ordinary name and the listed names that come nearest.
pub(crate) struct Alarm {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    /// Schema and listed name.
    pub(crate) matches: Vec<(String, String)>,
    /// Score of the best.
    pub(crate) score: f64,
}

/// Ordinary names against the list on which peers were timed. Names of parties that are on the list themselves (the
/// same words, maybe another legal form) are left out.
pub(crate) fn alarms(setting: &Setting, half: Half) -> Result<Vec<Alarm>> {
    let (_folder, index) = baseline(setting)?;
    let mut found = Vec::new();
    for (file, heading, schema, kind) in ORDINARY {
        for name in column(&setting.data.join(file), heading)? {
            if !half.has(&name) {
                continue;
            }
            let query = Query {
                schema: Some(schema.to_owned()),
                names: vec![name.clone()],
                ..Query::default()
            };
            let matches = index.search(&query, 0.46, 8);
            let score = matches.first().map_or(0.0, |found| found.score);
            if matches
                .first()
                .is_some_and(|found| same_words(kind == "person", &name, &found.matched_name))
            {
                continue;
            }
            found.push(Alarm {
                kind,
                name,
                matches: matches
                    .into_iter()
                    .map(|found| (schema.to_owned(), found.matched_name))
                    .collect(),
                score,
            });
        }
    }
    Ok(found)
}

/// Files of ordinary names: heading, schema, kind.
pub(crate) const ORDINARY: [(&str, &str, &str, &str); 3] = [
    (
        "names/listed_companies.csv",
        "name",
        "Company",
        "organisation",
    ),
    ("names/sec_stocks.csv", "Name", "Company", "organisation"),
    ("names/persons_fake_us.csv", "full_name", "Person", "person"),
];

/// Two or more words, and all of them the same.
fn same_words(person: bool, left: &str, right: &str) -> bool {
    let left = word_keys(person, left);
    left.len() > 1 && left == word_keys(person, right)
}

/// The words of a name that count, spellings and translations of one word alike, sorted.
pub(crate) fn word_keys(person: bool, text: &str) -> Vec<String> {
    let mut keys: Vec<String> = names::audit::words(person, text)
        .into_iter()
        .filter(|word| word.weight > 0.1)
        .map(|word| word.key)
        .collect();
    keys.sort();
    keys
}

/// An index over the list on which peers were timed.
pub(crate) fn baseline(setting: &Setting) -> Result<(tempfile::TempDir, Index)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("baseline.names");
    let mut builder = IndexBuilder::new();
    for party in entities(&setting.data.join(BASELINE))? {
        builder.add(Entity {
            dataset: "baseline".to_owned(),
            schema: party.schema,
            names: party
                .names
                .into_iter()
                .map(|text| Name {
                    text,
                    kind: NameKind::Primary,
                })
                .collect(),
            countries: Vec::new(),
            birth_dates: Vec::new(),
            identifiers: Vec::new(),
            id: party.id,
        });
    }
    builder.write(&path)?;
    let index = Index::open(&path)?;
    Ok((folder, index))
}
