//! Sentences of our own that teach constructions: `annotations/lessons.tsv` with its slots filled, the same every time.

use anyhow::{Context, Result};
use news::claims::Gold;

use super::annotations::{Document, report};

const GIVERS: [&str; 22] = [
    "Iran",
    "China",
    "North Korea",
    "Germany",
    "the United States",
    "Turkey",
    "Belarus",
    "Norinco",
    "Poly Technologies",
    "the UAE",
    "South Korea",
    "Washington",
    "Tehran",
    "India",
    "France",
    "Rheinmetall",
    "Kazakhstan",
    "Berlin",
    "the European Union",
    "Sweden",
    "Limbach Aviation Ltd.",
    "Syria",
];
const TAKERS: [&str; 18] = [
    "Russia",
    "Ukraine",
    "the Houthis",
    "Hezbollah",
    "Sudan",
    "Tekhkrim",
    "Moscow",
    "Kyiv",
    "Myanmar",
    "Libya",
    "Russian companies",
    "the Wagner Group",
    "Israel",
    "Taiwan",
    "Armenia",
    "Russian buyers",
    "Kupol",
    "rebels",
];
const GOODS: [&str; 24] = [
    "drones",
    "ammunition",
    "artillery shells",
    "tanks",
    "assault rifles",
    "missiles",
    "body armour",
    "weapons",
    "lethal aid",
    "microchips",
    "fighter jets",
    "machine tools",
    "drone parts",
    "ballistic missiles",
    "military equipment",
    "thermal imagers",
    "air defence systems",
    "howitzers",
    "arms",
    "semiconductors",
    "helicopters",
    "military aid",
    "gunpowder",
    "dual-use goods",
];
const SPEAKERS: [&str; 14] = [
    "Reuters",
    "the White House",
    "Politico",
    "a US official",
    "the foreign ministry",
    "Kyiv",
    "two officials",
    "Antony Blinken",
    "the report",
    "customs records",
    "NATO",
    "the Pentagon",
    "Jake Sullivan",
    "analysts",
];
const WAYS: [&str; 5] = ["Turkey", "Hong Kong", "the UAE", "Kazakhstan", "Georgia"];

/// Documents of a sentence each: every word of every line, with so many fillings.
pub(crate) fn documents(fillings: usize) -> Result<Vec<Document>> {
    let mut out = Vec::new();
    let mut turn = 0_usize;
    for line in include_str!("../../annotations/lessons.tsv").lines() {
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let mut cells = line.split('\t');
        let (event, factuality, pattern) = (
            cells.next().context("event")?,
            cells.next().context("factuality")?,
            cells.next().context("sentence")?,
        );
        let words: Vec<&str> = match pattern.split('*').nth(1) {
            Some(words) => words.split('|').collect(),
            None => vec![""],
        };
        for word in words {
            for _ in 0..fillings {
                turn += 1;
                out.push(fill(event, factuality, pattern, word, turn)?);
            }
        }
    }
    Ok(out)
}

fn fill(event: &str, factuality: &str, pattern: &str, word: &str, turn: usize) -> Result<Document> {
    let mut text = String::new();
    let mut slots: Vec<(char, String)> = Vec::new();
    let mut trigger = 0;
    let mut rest = pattern;
    // Numbers without a common divisor, so that slots do not go together.
    let pick =
        |list: &[&'static str], step: usize| list[(turn * step + turn / list.len()) % list.len()];
    while let Some(at) = rest.find(['{', '*']) {
        text.push_str(&rest[..at]);
        if rest[at..].starts_with('*') {
            let end = rest[at + 1..].find('*').context("a word without its end")?;
            trigger = text.len();
            text.push_str(word);
            rest = &rest[at + end + 2..];
            continue;
        }
        let slot = rest[at + 1..].chars().next().context("an empty slot")?;
        let filling = match slot {
            'A' | 'X' => pick(&GIVERS, 5),
            'B' => pick(&TAKERS, 7),
            'G' => pick(&GOODS, 11),
            'S' => pick(&SPEAKERS, 3),
            _ => pick(&WAYS, 2),
        };
        let start = text.len();
        let filling = if text.is_empty() {
            capital(filling)
        } else {
            filling.to_string()
        };
        // "the UAE-supplied" is no English.
        let filling = match rest[at + 3..].starts_with('-') {
            true => filling
                .trim_start_matches("the ")
                .trim_start_matches("The ")
                .to_string(),
            false => filling,
        };
        text.push_str(&filling);
        let bare = filling
            .trim_start_matches("the ")
            .trim_start_matches("The ")
            .trim_start_matches("a ")
            .trim_start_matches("A ");
        slots.push((slot, bare.to_string()));
        let _ = start;
        rest = &rest[at + 3..];
    }
    text.push_str(rest);
    let of = |wanted: char| -> Vec<String> {
        slots
            .iter()
            .filter(|(slot, _)| *slot == wanted)
            .map(|(_, name)| name.clone())
            .collect()
    };
    let word = |text: &str| serde_json::Value::String(text.to_string());
    let gold = if event == "-" {
        Vec::new()
    } else {
        let event = serde_json::from_value(word(event))?;
        // Whoever says that he refuses, warns or imposes is the one who acts.
        vec![Gold {
            quote: 0..text.len(),
            trigger,
            event,
            factuality: serde_json::from_value(word(factuality))?,
            source: match pattern {
                _ if pattern.starts_with("Records show") => vec!["Records".into()],
                _ => of('S'),
            },
            supplier: of('A'),
            recipient: of('B'),
            goods: of('G'),
            via: of('V'),
        }]
    };
    Ok(Document {
        report: report(&format!("lesson {turn}"), "20240102", text),
        gold,
    })
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}
