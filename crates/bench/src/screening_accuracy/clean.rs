//! Clean sets: real rows in which nothing is known to be wrong. Alerts per thousand, by set and by rule.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use model::{Disposition, Finding};

use crate::data::{json_lines, rows};

use super::mixed::shipments;
use super::screen_all;

/// Alerts of one set.
struct Alerts {
    rows: usize,
    hold: usize,
    review: usize,
    /// Alerts that each flag or gate took part in.
    rules: BTreeMap<String, usize>,
}

/// Prints the table; `show` alerts of each set go to stderr.
pub(super) fn print(data: &Path, screener: &screen::Screener, show: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    println!(
        "| clean set | rows | hold | review | per 1,000 | rules, alerts each took part in |\n|---|---:|---:|---:|---:|---|"
    );
    for (name, files) in sets(data, folder.path())? {
        let mut alerts = Alerts {
            rows: 0,
            hold: 0,
            review: 0,
            rules: BTreeMap::new(),
        };
        let mut shown = 0;
        for file in files {
            // Workbooks that hold no trade records are none of the set.
            let mut shipments = match shipments(&file) {
                Ok(shipments) => shipments,
                Err(error) => {
                    eprintln!("{error:#}");
                    continue;
                }
            };
            let findings = screen_all(screener, &mut shipments);
            for (shipment, finding) in shipments.iter().zip(findings) {
                if alerts.add(&finding) && shown < show {
                    shown += 1;
                    eprintln!("{}", super::line(name, shipment, &finding));
                }
            }
        }
        println!(
            "| {name} | {} | {} | {} | {:.2} | {} |",
            alerts.rows,
            alerts.hold,
            alerts.review,
            alerts.per_thousand(),
            rules(&alerts.rules)
        );
    }
    println!();
    Ok(())
}

/// Rules by how many alerts they took part in, most first.
pub(super) fn rules(counts: &BTreeMap<String, usize>) -> String {
    let mut counts: Vec<(&String, &usize)> = counts.iter().collect();
    counts.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let cells: Vec<String> = counts
        .iter()
        .take(12)
        .map(|(rule, alerts)| format!("{rule} {alerts}"))
        .collect();
    cells.join(", ")
}

/// Counts the flags and gates of an alert.
pub(super) fn count_rules(finding: &Finding, counts: &mut BTreeMap<String, usize>) {
    let gates = finding.gates.iter().map(|gate| format!("gate {}", gate.id));
    let mut rules: Vec<String> = gates
        .chain(finding.flags.iter().map(|flag| flag.id.clone()))
        .collect();
    rules.sort();
    rules.dedup();
    for rule in rules {
        *counts.entry(rule).or_default() += 1;
    }
}

impl Alerts {
    /// Counts a finding; whether it is an alert.
    fn add(&mut self, finding: &Finding) -> bool {
        self.rows += 1;
        match finding.disposition {
            Disposition::Release => return false,
            Disposition::Review => self.review += 1,
            Disposition::Hold => self.hold += 1,
        }
        count_rules(finding, &mut self.rules);
        true
    }

    fn per_thousand(&self) -> f64 {
        1000.0 * (self.hold + self.review) as f64 / self.rows.max(1) as f64
    }
}

/// Sets by name with their files. Goods texts alone become csv files in `folder`.
pub(super) fn sets(data: &Path, folder: &Path) -> Result<Vec<(&'static str, Vec<PathBuf>)>> {
    let goods = data.join("goods");
    let cell = |item: &serde_json::Value, key: &str| match &item[key] {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    };
    let russian: Vec<(String, String)> = rows(&goods.join("ru_goods_hs4.csv"))?
        .into_iter()
        .filter_map(|mut row| Some((row.remove("text")?, row.remove("code")?)))
        .collect();
    let vietnamese = json_lines(&goods.join("vietnam_declarations_hs8.jsonl"))?
        .into_iter()
        .map(|item| (cell(&item, "sampleDesc"), cell(&item, "hsCode")));
    let products = json_lines(&goods.join("hscodecomp.jsonl"))?
        .into_iter()
        .map(|item| (cell(&item, "product_name"), cell(&item, "hs_code")));
    let titles = std::fs::read_to_string(goods.join("zh_retail_titles_hs10.txt"))?;
    let chinese = titles.lines().filter_map(|line| {
        let (code, text) = line.split_once(' ')?;
        Some((text.to_owned(), code.to_owned()))
    });
    // The reader wants more than goods and code: where the goods went, and for the Russian texts the year at least.
    let write = |name: &str,
                 known: [&str; 3],
                 texts: &mut dyn Iterator<Item = (String, String)>|
     -> Result<Vec<PathBuf>> {
        let path = folder.join(format!("{name}.csv"));
        let mut writer = csv::Writer::from_path(&path)?;
        writer.write_record([
            "Goods description",
            "HS code",
            "Date",
            "Country of origin",
            "Country of destination",
        ])?;
        for (text, code) in texts {
            let mut cells = vec![text, code];
            cells.extend(known.map(str::to_owned));
            writer.write_record(cells)?;
        }
        writer.flush()?;
        Ok(vec![path])
    };
    let mut workbooks: Vec<PathBuf> = std::fs::read_dir(data.join("records/xlsx"))
        .context("no workbooks")?
        .flatten()
        .map(|file| file.path())
        .collect();
    workbooks.sort();
    Ok(vec![
        (
            "Russian goods texts, year alone",
            write("ru", ["2021", "", ""], &mut russian.iter().cloned())?,
        ),
        (
            "the same as imports of Russia in 2021",
            write(
                "ru_imports",
                ["2021", "", "RU"],
                &mut russian.iter().cloned(),
            )?,
        ),
        (
            "the same as imports of Russia in 2023",
            write("ru_2023", ["2023", "", "RU"], &mut russian.iter().cloned())?,
        ),
        (
            "Vietnamese declarations",
            write("vi", ["", "CN", "VN"], &mut vietnamese.into_iter())?,
        ),
        (
            "HSCodeComp",
            write("en", ["", "CN", "US"], &mut products.into_iter())?,
        ),
        (
            "Chinese retail titles",
            write("zh", ["", "US", "CN"], &mut chinese.into_iter())?,
        ),
        (
            "Korean synthetic declarations",
            vec![data.join("records/korea_syn_train.csv")],
        ),
        ("vendors' workbooks", workbooks),
    ])
}
