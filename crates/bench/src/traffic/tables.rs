//! The tables that shape the made-up trade, `crates/bench/data/*.tsv`: a head line, `#` lines are remarks.

use std::collections::HashMap;

use anyhow::{Context, Result};

use super::chance::Weighted;

/// Rows of a table by heading.
pub(super) fn rows(text: &str) -> Vec<HashMap<&str, &str>> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let head: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    lines
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            head.iter()
                .copied()
                .zip(line.split('\t').map(str::trim))
                .collect()
        })
        .collect()
}

/// A country of the made-up trade.
pub(super) struct Country {
    pub(super) code: &'static str,
    pub(super) exports: f64,
    pub(super) imports: f64,
    /// Of goods texts at import.
    pub(super) language: &'static str,
    pub(super) phone: &'static str,
    pub(super) tax_digits: usize,
    pub(super) cities: Vec<&'static str>,
    pub(super) streets: Vec<&'static str>,
    /// Patterns of company names.
    pub(super) names: Weighted<&'static str>,
}

/// A line of business.
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) weight: f64,
    pub(super) chapters: Vec<&'static str>,
    pub(super) sectors: Vec<&'static str>,
    /// Words for it in names, by language: `en`, `ru`, `zh`, `zh_en`, `tr`.
    words: HashMap<&'static str, Vec<&'static str>>,
}

impl Line {
    pub(super) fn words(&self, language: &str) -> &[&'static str] {
        self.words.get(language).map_or(&[], Vec::as_slice)
    }
}

/// All of them.
pub(super) struct Tables {
    pub(super) countries: Vec<Country>,
    pub(super) lines: Vec<Line>,
    /// Russian words of company names, and the same in Latin letters.
    pub(super) stems: Vec<(&'static str, &'static str)>,
    /// Shares of hard negatives by kind.
    pub(super) hard: HashMap<&'static str, f64>,
    /// Kinds of hard negatives that are a property of the lane.
    pub(super) lane_kinds: Weighted<&'static str>,
    /// How often a field is empty.
    pub(super) missing: HashMap<&'static str, f64>,
    /// Mass of a piece in kg and its unit, by chapter or heading.
    pub(super) pieces: HashMap<&'static str, (f64, &'static str)>,
    pub(super) phrases: Weighted<&'static str>,
    /// Countries on the way to a destination; `*` for any other.
    pub(super) transit: HashMap<&'static str, Vec<&'static str>>,
}

fn number(cell: Option<&&str>) -> Result<f64> {
    let cell = cell.context("a table lacks a column of numbers")?;
    cell.parse().with_context(|| format!("{cell} is no number"))
}

fn list(cell: Option<&&'static str>) -> Vec<&'static str> {
    cell.map(|cell| cell.split('|').filter(|word| !word.is_empty()).collect())
        .unwrap_or_default()
}

fn text(cell: Option<&&'static str>) -> &'static str {
    cell.copied().unwrap_or_default()
}

impl Tables {
    pub(super) fn read() -> Result<Self> {
        let names = rows(include_str!("../../data/company_names.tsv"));
        let names_of = |code: &str| -> Result<Weighted<&'static str>> {
            let of = |code: &str| {
                names
                    .iter()
                    .filter(|row| row.get("country") == Some(&code))
                    .map(|row| Ok((text(row.get("pattern")), number(row.get("weight"))?)))
                    .collect::<Result<Vec<_>>>()
            };
            let own = of(code)?;
            Ok(Weighted::new(if own.is_empty() { of("*")? } else { own }))
        };
        let countries = rows(include_str!("../../data/countries.tsv"))
            .iter()
            .map(|row| {
                let code = text(row.get("code"));
                Ok(Country {
                    code,
                    exports: number(row.get("exports"))?,
                    imports: number(row.get("imports"))?,
                    language: text(row.get("language")),
                    phone: text(row.get("phone")),
                    tax_digits: number(row.get("tax_digits"))? as usize,
                    cities: list(row.get("cities")),
                    streets: list(row.get("streets")),
                    names: names_of(code)?,
                })
            })
            .collect::<Result<_>>()?;
        let lines = rows(include_str!("../../data/lines.tsv"))
            .iter()
            .map(|row| {
                Ok(Line {
                    name: text(row.get("line")),
                    weight: number(row.get("weight"))?,
                    chapters: text(row.get("chapters")).split(',').collect(),
                    sectors: list(row.get("sectors")),
                    words: ["en", "ru", "zh", "zh_en", "tr"]
                        .into_iter()
                        .map(|language| (language, list(row.get(language))))
                        .collect(),
                })
            })
            .collect::<Result<_>>()?;
        let hard = rows(include_str!("../../data/hard_negatives.tsv"));
        let share = |row: &HashMap<&'static str, &'static str>| -> Result<(&'static str, f64)> {
            Ok((text(row.get("kind")), number(row.get("share"))?))
        };
        let lane_kinds = hard
            .iter()
            .filter(|row| row.get("unit") == Some(&"lane"))
            .map(share)
            .collect::<Result<Vec<_>>>()?;
        let ordinary = 1.0 - lane_kinds.iter().map(|(_, share)| share).sum::<f64>();
        Ok(Self {
            countries,
            lines,
            stems: rows(include_str!("../../data/russian_stems.tsv"))
                .iter()
                .map(|row| (text(row.get("stem")), text(row.get("latin"))))
                .collect(),
            hard: hard.iter().map(share).collect::<Result<_>>()?,
            lane_kinds: Weighted::new(lane_kinds.into_iter().chain([("ordinary", ordinary)])),
            missing: rows(include_str!("../../data/missing.tsv"))
                .iter()
                .map(|row| Ok((text(row.get("field")), number(row.get("share"))?)))
                .collect::<Result<_>>()?,
            pieces: rows(include_str!("../../data/pieces.tsv"))
                .iter()
                .map(|row| {
                    Ok((
                        text(row.get("hs")),
                        (number(row.get("kg"))?, text(row.get("unit"))),
                    ))
                })
                .collect::<Result<_>>()?,
            phrases: Weighted::new(
                rows(include_str!("../../data/bill_phrases.tsv"))
                    .iter()
                    .map(|row| Ok((text(row.get("phrase")), number(row.get("weight"))?)))
                    .collect::<Result<Vec<_>>>()?,
            ),
            transit: rows(include_str!("../../data/transit.tsv"))
                .iter()
                .map(|row| (text(row.get("destination")), list(row.get("via"))))
                .collect(),
        })
    }

    /// A country by its code; of one that is not in the table, what stands for any other (`**`, the last row).
    pub(super) fn country(&self, code: &str) -> &Country {
        let found = self.countries.iter().find(|country| country.code == code);
        found.unwrap_or(&self.countries[self.countries.len() - 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_whole() {
        let tables = Tables::read().unwrap();
        for country in &tables.countries {
            assert!(
                !country.cities.is_empty() && !country.streets.is_empty(),
                "{}",
                country.code
            );
            assert!(country.tax_digits > 5, "{}", country.code);
        }
        assert_eq!(tables.country("AQ").code, "**");
        for line in &tables.lines {
            for language in ["en", "ru", "zh", "zh_en", "tr"] {
                assert!(!line.words(language).is_empty(), "{} {language}", line.name);
            }
        }
        assert!(tables.transit.contains_key("*") && !tables.stems.is_empty());
        for kind in ["repair", "hard_text", "unit_slip"] {
            assert!(tables.hard.contains_key(kind), "{kind}");
        }
    }
}
