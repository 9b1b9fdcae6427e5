//! Goods: real texts with their codes, by language and chapter, and what a shipment of them weighs and costs.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::{Context, Result};

use crate::data::{Dice, json_lines, rows};

use super::chance::Weighted;
use super::tables::Tables;

/// A goods text with its code.
#[derive(Clone)]
pub(super) struct Goods {
    pub(super) text: String,
    /// Digits as declared.
    pub(super) hs: String,
    pub(super) language: &'static str,
    pub(super) brand: String,
    pub(super) model: String,
}

/// Everything that is known of goods.
pub(super) struct Catalogue {
    pub(super) goods: Vec<Goods>,
    /// Places in `goods` by pool (a language, or `parts` for catalogue numbers) and chapter.
    pools: HashMap<(&'static str, String), Vec<u32>>,
    /// How often each chapter is traded.
    chapters: HashMap<String, f64>,
    /// US dollars per kilogram: median, standard deviation of the decimal logarithm.
    unit_values: HashMap<String, (f64, f64)>,
    /// Codes of the common high priority list.
    high_priority: HashSet<String>,
}

/// Chapters whose goods need a licence everywhere: ordinary trade in them is not made up here.
const LICENSED: [&str; 2] = ["36", "93"];

/// Headings and subheadings of other chapters of which the same is true: tanks, warships, telescopic sights for arms.
const LICENSED_CODES: [&str; 3] = ["8710", "8906", "901310"];

impl Catalogue {
    /// Reads the texts under `data/goods`, codes' frequencies under `data/records` and the tables beside `data`.
    pub(super) fn read(data: &Path, tables: &Tables) -> Result<Self> {
        let domain = data.join("../domain/tables");
        let mut subheadings: HashMap<String, Vec<(String, f64)>> = HashMap::new();
        let mut unit_values = HashMap::new();
        for row in rows(&domain.join("unit_value_prior.csv"))? {
            let number = |key: &str| row.get(key).and_then(|cell| cell.parse::<f64>().ok());
            let (Some(code), Some(flows)) = (row.get("hs2017"), number("n_flows")) else {
                continue;
            };
            if let (Some(median), Some(deviation)) =
                (number("median_usd_per_kg"), number("sd_log10"))
            {
                unit_values.insert(code.clone(), (median.max(0.01), deviation));
            }
            if code.len() == 6 {
                subheadings
                    .entry(code[..4].to_owned())
                    .or_default()
                    .push((code.clone(), flows));
            }
        }
        let subheadings: HashMap<String, Weighted<String>> = subheadings
            .into_iter()
            .map(|(heading, codes)| (heading, Weighted::new(codes)))
            .collect();
        let high_priority = rows(&domain.join("chpl.csv"))?
            .into_iter()
            .flat_map(|row| {
                [
                    row.get("hs6").cloned(),
                    row.get("hs2017_predecessor").cloned(),
                ]
            })
            .flatten()
            .filter(|code| !code.is_empty())
            .collect();
        let mut chapters: HashMap<String, f64> = HashMap::new();
        for row in rows(&data.join("records/korea_syn_train.csv"))? {
            if let Some(chapter) = row.get("HS6 Code").and_then(|code| code.get(..2)) {
                *chapters.entry(chapter.to_owned()).or_default() += 1.0;
            }
        }
        let mut catalogue = Self {
            goods: Vec::new(),
            pools: HashMap::new(),
            chapters,
            unit_values,
            high_priority,
        };
        catalogue.read_texts(&data.join("goods"), tables, &subheadings)?;
        Ok(catalogue)
    }

    fn read_texts(
        &mut self,
        folder: &Path,
        tables: &Tables,
        subheadings: &HashMap<String, Weighted<String>>,
    ) -> Result<()> {
        let mut dice = Dice(11);
        for row in rows(&folder.join("ru_goods_hs4.csv"))? {
            let (Some(code), Some(text)) = (row.get("code"), row.get("text")) else {
                continue;
            };
            // The corpus has headings only; the rest of the code by how often its subheadings are traded.
            let code = match subheadings
                .get(code)
                .and_then(|codes| codes.pick(&mut dice))
            {
                Some(code) => format!("{code}0000"),
                None => code.clone(),
            };
            self.add("ru", "ru", text, code, "", "");
        }
        for item in json_lines(&folder.join("vietnam_declarations_hs8.jsonl"))? {
            let cell = |key: &str| item[key].as_str().unwrap_or_default();
            let brand = item["brands"][0].as_str().unwrap_or_default();
            self.add(
                "vi",
                "vi",
                cell("sampleDesc"),
                cell("hsCode").to_owned(),
                brand,
                "",
            );
        }
        for item in json_lines(&folder.join("hscodecomp.jsonl"))? {
            let text = item["product_name"].as_str().unwrap_or_default();
            self.add("en", "en", text, item["hs_code"].to_string(), "", "");
        }
        let references = std::fs::read_to_string(folder.join("fpo_search_references.json"))?;
        let references: HashMap<String, String> = serde_json::from_str(&references)?;
        let mut references: Vec<(String, String)> = references.into_iter().collect();
        references.sort();
        let parcels = rows(&folder.join("fpo_extra_references.csv"))?
            .into_iter()
            .filter_map(|mut row| {
                Some((
                    row.remove("Goods Description")?,
                    row.remove("Commodity Code")?,
                ))
            });
        for (text, code) in references.into_iter().chain(parcels) {
            let phrase = tables.phrases.pick(&mut dice).copied().unwrap_or("{text}");
            let text = phrase
                .replace("{text}", &text)
                .replace("{TEXT}", &text.to_uppercase())
                .replace("{n}", &dice.between(2, 4_000).to_string());
            self.add("en", "en", &text, code, "", "");
        }
        let titles = folder.join("zh_retail_titles_hs10.txt");
        let titles =
            std::fs::read_to_string(&titles).with_context(|| titles.display().to_string())?;
        for line in titles.lines() {
            if let Some((code, text)) = line.split_once(' ') {
                self.add("zh", "zh", text, code.to_owned(), "", "");
            }
        }
        for row in rows(&folder.join("electronics_parts_tnved.csv"))? {
            let cell = |key: &str| row.get(key).map(String::as_str).unwrap_or_default();
            let (part, maker) = (cell("part_num"), cell("manufacturer"));
            let text = match dice.below(4) {
                0 => part.to_owned(),
                1 => format!("{part} {maker}"),
                2 => format!("ELECTRONIC COMPONENTS {part}"),
                _ => format!("IC {part}, {maker}, NEW"),
            };
            self.add("parts", "en", &text, cell("TNVED").to_owned(), maker, part);
        }
        Ok(())
    }

    fn add(
        &mut self,
        pool: &'static str,
        language: &'static str,
        text: &str,
        code: String,
        brand: &str,
        model: &str,
    ) {
        let digits = code.bytes().all(|byte| byte.is_ascii_digit());
        let chapter = code.get(..2).unwrap_or_default().to_owned();
        let heading = code.get(..4).unwrap_or_default();
        if text.trim().is_empty()
            || !digits
            || heading.is_empty()
            || LICENSED.contains(&chapter.as_str())
            || LICENSED_CODES
                .iter()
                .any(|licensed| code.starts_with(licensed))
        {
            return;
        }
        let place = self.goods.len() as u32;
        self.goods.push(Goods {
            text: text.trim().to_owned(),
            hs: code,
            language,
            brand: brand.to_owned(),
            model: model.to_owned(),
        });
        self.pools.entry((pool, chapter)).or_default().push(place);
    }

    /// A chapter of these, by how often each is traded.
    pub(super) fn chapter<'a>(&self, chapters: &[&'a str], dice: &mut Dice) -> Option<&'a str> {
        let weight = |chapter: &&str| self.chapters.get(*chapter).copied().unwrap_or(1.0);
        // What a line trades first it trades most.
        Weighted::new(
            chapters
                .iter()
                .enumerate()
                .map(|(place, chapter)| (*chapter, weight(chapter) / (1.0 + place as f64).sqrt())),
        )
        .pick(dice)
        .copied()
    }

    /// Goods of a pool and chapter; of another pool where this one has none.
    pub(super) fn pick(&self, pool: &str, chapter: &str, dice: &mut Dice) -> Option<u32> {
        [pool, "en", "ru", "vi"]
            .into_iter()
            .find_map(|pool| {
                let known = ["ru", "vi", "en", "zh", "parts"]
                    .into_iter()
                    .find(|known| *known == pool)?;
                self.pools.get(&(known, chapter.to_owned()))
            })
            .and_then(|places| dice.pick(places))
            .copied()
    }

    /// High-priority goods of a pool.
    pub(super) fn pick_high_priority(&self, pool: &str, dice: &mut Dice) -> Option<u32> {
        (0..400)
            .filter_map(|_| {
                let chapter = ["85", "85", "84", "90"][dice.below(4)];
                self.pick(pool, chapter, dice)
            })
            .find(|place| self.is_high_priority(&self.goods[*place as usize].hs))
    }

    pub(super) fn is_high_priority(&self, hs: &str) -> bool {
        hs.get(..6)
            .is_some_and(|code| self.high_priority.contains(code))
    }

    /// Usual dollars per kilogram of a code and the standard deviation of its decimal logarithm.
    pub(super) fn unit_value(&self, hs: &str) -> (f64, f64) {
        [6, 4, 2]
            .into_iter()
            .filter_map(|digits| hs.get(..digits))
            .find_map(|code| self.unit_values.get(code))
            .copied()
            .unwrap_or((8.0, 0.5))
    }
}
