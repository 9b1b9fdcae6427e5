//! How evidence adds up, with the weights left open: for fitting them.

use crate::Evidence;
use crate::score::in_company;
use crate::tables::{WeightRow, tables, weight_rows};

/// A line of `weights.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    /// Id of the flag.
    pub flag: String,
    /// Which of the flag's weights.
    pub level: String,
    /// Group, whose sum is capped.
    pub group: String,
    /// First guess of the log-likelihood ratio (natural logarithm).
    pub guess: f64,
    /// The log-likelihood ratio in use.
    pub weight: f64,
    /// Flags of which one must count too, as in the table: `G01|G02`; empty where it counts alone.
    pub needs: String,
}

/// All weights, in the order of their table.
pub fn weights() -> Vec<Weight> {
    weight_rows()
        .into_iter()
        .map(|row| Weight {
            flag: row.flag,
            level: row.level,
            group: row.group,
            guess: row.guess,
            weight: row.weight,
            needs: row.needed.join("|"),
        })
        .collect()
}

/// Where a group's sum stops; infinite for a group without a cap.
pub fn cap(group: &str) -> f64 {
    let cap = tables().score.caps.get(group);
    cap.copied().unwrap_or(f64::INFINITY)
}

/// Share of shipments that need action, as assumed.
pub fn prior() -> f64 {
    tables().score.prior
}

/// Score from which a shipment is reviewed.
pub fn review_score() -> f64 {
    tables().score.review_score
}

/// Which of the evidence counts: the largest set in which every flag has the company it needs.
pub fn counted(evidence: &[Evidence]) -> Vec<bool> {
    let weights = &tables().weights;
    let rows: Vec<Option<&WeightRow>> = evidence
        .iter()
        .map(|seen| weights.get(&(seen.flag.to_string(), seen.level.to_string())))
        .collect();
    in_company(&rows)
}
