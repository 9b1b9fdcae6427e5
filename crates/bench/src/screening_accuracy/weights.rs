//! The engine's scoring over evidence that was gathered once, with weights that can be changed: company, caps, sums.

use std::collections::HashMap;

use anyhow::{Context, Result};
use screen::Evidence;

static WEIGHTS: &str = include_str!("../../../screen/data/weights.csv");
static SCORE: &str = include_str!("../../../screen/data/score.toml");

/// A line of `weights.csv`.
pub(super) struct Line {
    pub(super) flag: String,
    pub(super) level: String,
    group: usize,
    pub(super) weight: f64,
    needs: String,
}

#[cfg(test)]
impl Line {
    /// Whether it counts without company.
    pub(super) fn needs_nothing(&self) -> bool {
        self.needs.is_empty()
    }
}

/// All of them with the caps of their groups.
pub(super) struct Table {
    pub(super) lines: Vec<Line>,
    groups: Vec<String>,
    /// By group; infinite where there is none.
    caps: Vec<f64>,
    pub(super) prior: f64,
    pub(super) review_score: f64,
    places: HashMap<(String, String), usize>,
}

/// Evidence that counts: place of its weight, share of it.
pub(super) type Features = Vec<(u16, f32)>;

impl Table {
    pub(super) fn read() -> Result<Self> {
        let number = |key: &str| -> Option<f64> {
            SCORE.lines().find_map(|line| {
                let (name, value) = line.split_once('=')?;
                (name.trim() == key)
                    .then(|| value.trim().parse().ok())
                    .flatten()
            })
        };
        let mut table = Self {
            lines: Vec::new(),
            groups: Vec::new(),
            caps: Vec::new(),
            prior: number("prior").context("score.toml has no prior")?,
            review_score: number("review_score").context("score.toml has no review_score")?,
            places: HashMap::new(),
        };
        for record in csv::Reader::from_reader(WEIGHTS.as_bytes()).records() {
            let record = record?;
            let cell = |place: usize| record.get(place).unwrap_or_default().to_owned();
            let group = cell(2);
            let place = table
                .groups
                .iter()
                .position(|known| *known == group)
                .unwrap_or_else(|| {
                    table.caps.push(number(&group).unwrap_or(f64::INFINITY));
                    table.groups.push(group);
                    table.groups.len() - 1
                });
            table.places.insert((cell(0), cell(1)), table.lines.len());
            table.lines.push(Line {
                flag: cell(0),
                level: cell(1),
                group: place,
                weight: cell(3).parse().context("a weight is no number")?,
                needs: cell(4),
            });
        }
        Ok(table)
    }

    /// The weights as they stand.
    pub(super) fn present(&self) -> Vec<f64> {
        self.lines.iter().map(|line| line.weight).collect()
    }

    /// What of the evidence counts: the largest set in which every flag has the company it needs.
    pub(super) fn features(&self, evidence: &[Evidence]) -> Features {
        let mut counted: Vec<(usize, f32)> = evidence
            .iter()
            .filter_map(|seen| {
                let place = self
                    .places
                    .get(&(seen.flag.to_owned(), seen.level.to_owned()))?;
                Some((*place, seen.share.clamp(0.0, 1.0) as f32))
            })
            .collect();
        loop {
            let before = counted.len();
            let all = counted.clone();
            let mut at = 0;
            counted.retain(|(place, _)| {
                let own = at;
                at += 1;
                let needs = &self.lines[*place].needs;
                needs.is_empty()
                    || all.iter().enumerate().any(|(other, (company, _))| {
                        other != own
                            && needs
                                .split('|')
                                .any(|flag| flag == self.lines[*company].flag)
                    })
            });
            if counted.len() == before {
                break;
            }
        }
        let mut features: Features = counted
            .into_iter()
            .map(|(place, share)| (place as u16, share))
            .collect();
        features.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        features
    }

    /// Sum of each group's weights before its cap.
    pub(super) fn sums(&self, weights: &[f64], features: &Features) -> Vec<f64> {
        let mut sums = vec![0.0; self.groups.len()];
        for (place, share) in features {
            sums[self.lines[*place as usize].group] += weights[*place as usize] * f64::from(*share);
        }
        sums
    }

    /// The score: each group up to its cap.
    pub(super) fn capped(&self, sums: &[f64]) -> f64 {
        sums.iter()
            .zip(&self.caps)
            .map(|(sum, cap)| sum.min(*cap))
            .sum()
    }

    pub(super) fn score(&self, weights: &[f64], features: &Features) -> f64 {
        self.capped(&self.sums(weights, features))
    }

    pub(super) fn group(&self, place: usize) -> usize {
        self.lines[place].group
    }

    pub(super) fn cap(&self, group: usize) -> f64 {
        self.caps[group]
    }

    /// `weights.csv` with these weights, two decimals.
    pub(super) fn csv(&self, weights: &[f64]) -> String {
        let mut text = String::from("flag,level,group,weight,needs\n");
        for (line, weight) in self.lines.iter().zip(weights) {
            let weight = format!("{weight:.2}");
            let weight = weight.trim_end_matches('0');
            let weight = if weight.ends_with('.') {
                format!("{weight}0")
            } else {
                weight.to_owned()
            };
            text.push_str(&format!(
                "{},{},{},{weight},{}\n",
                line.flag, line.level, self.groups[line.group], line.needs
            ));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seen: &[(&'static str, &'static str)], expect: f64) {
        let table = Table::read().unwrap();
        let evidence: Vec<Evidence> = seen
            .iter()
            .map(|(flag, level)| Evidence {
                flag,
                level,
                share: 1.0,
            })
            .collect();
        let score = table.score(&table.present(), &table.features(&evidence));
        assert!((score - expect).abs() < 1e-6, "{seen:?}: {score}");
    }

    #[test]
    fn lonely_flags_count_nothing() {
        check(&[("R01", "military")], 0.0);
        check(&[("G07", "cover")], 0.0);
        check(&[("R01", "military"), ("G06", "machinery")], 0.0);
    }

    #[test]
    fn the_table_comes_out_as_it_was_read() {
        let table = Table::read().unwrap();
        assert_eq!(
            table.csv(&table.present()).replace("\r", ""),
            WEIGHTS.replace("\r", "")
        );
    }
}
