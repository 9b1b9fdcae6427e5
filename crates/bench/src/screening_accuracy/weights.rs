//! The engine's scoring over evidence that was gathered once, with weights that can be changed: caps and sums over what
//! the engine says counts.

use std::collections::HashMap;

use screen::Evidence;
use screen::audit::{self, Weight};

/// All weights with the caps of their groups.
pub(super) struct Table {
    pub(super) lines: Vec<Weight>,
    /// By line.
    group_of: Vec<usize>,
    /// By group; infinite where there is none.
    caps: Vec<f64>,
    pub(super) prior: f64,
    pub(super) review_score: f64,
    places: HashMap<(String, String), usize>,
}

/// Evidence that counts: place of its weight, share of it.
pub(super) type Features = Vec<(u16, f32)>;

impl Table {
    pub(super) fn read() -> Self {
        let lines = audit::weights();
        let mut groups: Vec<&str> = lines.iter().map(|line| line.group.as_str()).collect();
        groups.sort_unstable();
        groups.dedup();
        let group_of = lines
            .iter()
            .map(|line| groups.iter().position(|group| *group == line.group))
            .map(Option::unwrap_or_default)
            .collect();
        Self {
            group_of,
            caps: groups.iter().map(|group| audit::cap(group)).collect(),
            prior: audit::prior(),
            review_score: audit::review_score(),
            places: lines
                .iter()
                .enumerate()
                .map(|(place, line)| ((line.flag.clone(), line.level.clone()), place))
                .collect(),
            lines,
        }
    }

    /// The weights in use.
    pub(super) fn present(&self) -> Vec<f64> {
        self.lines.iter().map(|line| line.weight).collect()
    }

    /// The first guesses.
    pub(super) fn guesses(&self) -> Vec<f64> {
        self.lines.iter().map(|line| line.guess).collect()
    }

    /// What of the evidence counts, as the engine says.
    pub(super) fn features(&self, evidence: &[Evidence]) -> Features {
        let mut features: Features = evidence
            .iter()
            .zip(audit::counted(evidence))
            .filter(|(_, counts)| *counts)
            .filter_map(|(seen, _)| {
                let key = (seen.flag.to_owned(), seen.level.to_owned());
                let place = self.places.get(&key)?;
                Some((*place as u16, seen.share.clamp(0.0, 1.0) as f32))
            })
            .collect();
        features.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        features
    }

    /// Sum of each group's weights before its cap.
    pub(super) fn sums(&self, weights: &[f64], features: &Features) -> Vec<f64> {
        let mut sums = vec![0.0; self.caps.len()];
        for (place, share) in features {
            sums[self.group_of[*place as usize]] += weights[*place as usize] * f64::from(*share);
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
        self.group_of[place]
    }

    pub(super) fn cap(&self, group: usize) -> f64 {
        self.caps[group]
    }

    /// `weights.csv` with these weights, two decimals.
    pub(super) fn csv(&self, weights: &[f64]) -> String {
        let mut text = String::from("flag,level,group,guess,weight,needs\n");
        for (line, weight) in self.lines.iter().zip(weights) {
            text.push_str(&format!(
                "{},{},{},{:.2},{weight:.2},{}\n",
                line.flag, line.level, line.group, line.guess, line.needs
            ));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seen: &[(&'static str, &'static str)], expect: f64) {
        let table = Table::read();
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
}
