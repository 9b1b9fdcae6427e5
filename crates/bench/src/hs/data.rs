//! Goods texts with the code that they were declared under, from every source at hand, and their fifths.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::{Context, Result};
use goods::classifier::Language;

use crate::data::{Dice, json_lines, rows};

/// A text and its code.
pub(crate) struct Example {
    pub(crate) text: String,
    /// Digits of the code as far as they are known, at least as many as the model tells.
    pub(crate) code: String,
    /// Fifth that it belongs to; none for texts that are only learnt from, such as nomenclatures.
    pub(crate) fifth: Option<u8>,
    /// How much it counts in training.
    pub(crate) weight: f32,
    /// Where it comes from.
    pub(crate) source: &'static str,
}

/// What must be equal for two texts to count as one: letters and digits, digits folded.
pub(crate) fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_digit() {
            if !key.ends_with('0') {
                key.push('0');
            }
        } else if c.is_alphabetic() {
            key.push(if c == 'ё' { 'е' } else { c });
        }
    }
    key
}

/// Gives every group of examples one of five parts by chance, the same on every run.
fn deal(groups: &[String], seed: u64) -> HashMap<String, u8> {
    let mut names: Vec<&String> = groups.iter().collect::<HashSet<_>>().into_iter().collect();
    names.sort();
    let mut dice = Dice(seed);
    for at in (1..names.len()).rev() {
        names.swap(at, dice.below(at + 1));
    }
    names
        .into_iter()
        .enumerate()
        .map(|(at, name)| (name.clone(), (at % 5) as u8))
        .collect()
}

struct Collector {
    examples: Vec<Example>,
    groups: Vec<(usize, String)>,
    seen: HashSet<String>,
}

impl Collector {
    fn new() -> Self {
        Self {
            examples: Vec::new(),
            groups: Vec::new(),
            seen: HashSet::new(),
        }
    }

    /// A real text, unless one like it is there already.
    fn real(&mut self, text: &str, code: &str, source: &'static str, group: Option<&str>) {
        let key = key(text);
        if key.is_empty() || code.len() < 4 || !code.bytes().all(|b| b.is_ascii_digit()) {
            return;
        }
        if !self.seen.insert(key.clone()) {
            return;
        }
        self.groups
            .push((self.examples.len(), group.map_or(key, str::to_owned)));
        self.push(text, code, source, 1.0);
    }

    /// A text that is only learnt from.
    fn learnt(&mut self, text: &str, code: &str, source: &'static str, weight: f32) {
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        if digits.len() >= 4 && text.chars().any(char::is_alphabetic) {
            self.push(text, &digits, source, weight);
        }
    }

    fn push(&mut self, text: &str, code: &str, source: &'static str, weight: f32) {
        self.examples.push(Example {
            text: text.to_owned(),
            code: code.to_owned(),
            fifth: None,
            weight,
            source,
        });
    }

    fn dealt(mut self) -> Vec<Example> {
        let names: Vec<String> = self.groups.iter().map(|(_, name)| name.clone()).collect();
        let fifths = deal(&names, 20_261_125);
        for (at, name) in &self.groups {
            self.examples[*at].fifth = Some(fifths[name]);
        }
        self.examples
    }
}

/// The examples of a language.
pub(crate) fn examples(goods: &Path, language: Language) -> Result<Vec<Example>> {
    let mut all = Collector::new();
    match language {
        Language::Russian => russian(goods, &mut all)?,
        Language::Vietnamese => vietnamese(goods, &mut all)?,
        Language::Chinese => chinese(goods, &mut all)?,
        Language::English => english(goods, &mut all)?,
        Language::Parts => parts(goods, &mut all)?,
    }
    Ok(all.dealt())
}

fn russian(goods: &Path, all: &mut Collector) -> Result<()> {
    for row in rows(&goods.join("ru_goods_hs4.csv"))? {
        all.real(&row["text"], &row["code"], "customs", None);
    }
    // A line of dots stands above the headings.
    let table = std::fs::read_to_string(goods.join("tnved/tnved_2016_infoculture.csv"))?;
    let table = table.split_once('\n').map_or("", |(_, rest)| rest);
    for record in csv::Reader::from_reader(table.as_bytes()).records() {
        let record = record?;
        if let (Some(code), Some(text)) = (record.get(0), record.get(1))
            && (code.len() <= 6 || code.len() == 10)
        {
            all.learnt(text, code, "nomenclature", 0.6);
        }
    }
    let headings = std::fs::read_to_string(goods.join("tnved/TNVED3.cp866.txt"))?;
    for line in headings.lines() {
        let cells: Vec<&str> = line.split('|').collect();
        if let [chapter, heading, text, _, _, ..] = cells[..] {
            all.learnt(text, &format!("{chapter}{heading}"), "headings", 0.9);
        }
    }
    for record in json_lines(&goods.join("ru_classification_regulations.jsonl"))? {
        if let (Some(text), Some(code)) = (record["description"].as_str(), record["code"].as_str())
        {
            all.learnt(text, code, "rulings", 0.9);
        }
    }
    Ok(())
}

fn vietnamese(goods: &Path, all: &mut Collector) -> Result<()> {
    for record in json_lines(&goods.join("vietnam_declarations_hs8.jsonl"))? {
        let field = |name: &str| record[name].as_str().unwrap_or_default();
        let text = match field("sampleDesc") {
            "" => format!(
                "{} {} {}",
                field("tenHang"),
                field("chatLieu"),
                field("congDung")
            ),
            text => text.to_owned(),
        };
        all.real(&text, field("hsCode"), "declarations", None);
    }
    let path = goods.join("vietnam_precedents.json");
    let precedents: serde_json::Value = serde_json::from_str(
        &std::fs::read_to_string(&path).with_context(|| path.display().to_string())?,
    )?;
    for (code, rulings) in precedents.as_object().into_iter().flatten() {
        for ruling in rulings.as_array().into_iter().flatten() {
            let text = format!(
                "{} {}",
                ruling["productName"].as_str().unwrap_or_default(),
                ruling["technicalSpec"].as_str().unwrap_or_default()
            );
            all.learnt(&text, code, "rulings", 0.5);
        }
    }
    Ok(())
}

fn chinese(goods: &Path, all: &mut Collector) -> Result<()> {
    let text = std::fs::read_to_string(goods.join("zh_retail_titles_hs10.txt"))?;
    for line in text.lines() {
        if let Some((code, title)) = line.split_once([' ', '\t']) {
            all.real(title, code, "retail", None);
        }
    }
    Ok(())
}

fn english(goods: &Path, all: &mut Collector) -> Result<()> {
    let path = goods.join("fpo_search_references.json");
    let references: serde_json::Value = serde_json::from_str(
        &std::fs::read_to_string(&path).with_context(|| path.display().to_string())?,
    )?;
    for (text, code) in references.as_object().into_iter().flatten() {
        all.real(text, code.as_str().unwrap_or_default(), "references", None);
    }
    for row in rows(&goods.join("fpo_extra_references.csv"))? {
        all.real(
            &row["Goods Description"],
            row["Commodity Code"].trim(),
            "parcels",
            None,
        );
    }
    for record in json_lines(&goods.join("hscodecomp.jsonl"))? {
        let code = match &record["hs_code"] {
            serde_json::Value::String(code) => code.clone(),
            other => other.to_string(),
        };
        let text = record["product_name"].as_str().unwrap_or_default();
        all.real(text, &code, "products", None);
    }
    for row in rows(&goods.join("harmonized-system.csv"))? {
        all.learnt(&row["description"], &row["hscode"], "nomenclature", 0.6);
    }
    for row in rows(&goods.join("nomenclature-en.csv"))? {
        if row["hier_pos"].as_str() > "6" || row["hier_pos"] == "10" {
            continue;
        }
        all.learnt(&row["description"], &row["goods_code"], "nomenclature", 0.2);
    }
    Ok(())
}

fn parts(goods: &Path, all: &mut Collector) -> Result<()> {
    for row in rows(&goods.join("electronics_parts_tnved.csv"))? {
        let code = &row["TNVED"];
        if code.len() >= 6 {
            let text = format!("{} {}", row["part_num"], row["manufacturer"]);
            let maker = maker(&row["manufacturer"]);
            all.real(&text, code, "parts", Some(&maker));
        }
    }
    Ok(())
}

/// The maker by its first word, so that two spellings of one maker stay together.
fn maker(name: &str) -> String {
    let upper = name.to_uppercase();
    let word = upper
        .split(|c: char| !c.is_alphanumeric())
        .find(|word| word.len() > 1)
        .unwrap_or(&upper);
    word.to_owned()
}
