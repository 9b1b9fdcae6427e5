//! What an analyst reads beside the score: the most plausible innocent explanation, and what would clear it.

use model::{Disposition, FlagHit, GateHit};

use crate::score::{Hit, score_without};
use crate::seen::Seen;
use crate::tables::tables;

/// Innocent explanation and what would clear the finding; both empty for a release.
pub(crate) fn explain(
    seen: &Seen,
    disposition: Disposition,
    gates: &[(GateHit, &'static str)],
    hits: &[Hit],
    flags: &[FlagHit],
    score: f64,
) -> (String, String) {
    if disposition == Disposition::Release {
        return (String::new(), String::new());
    }
    let mut innocent = Vec::new();
    let mut clears = Vec::new();
    for (_, key) in gates {
        if let Some(row) = tables().explanations.get(*key)
            && !clears.contains(&row.clears)
        {
            innocent.push(row.innocent.clone());
            clears.push(row.clears.clone());
        }
    }
    if let Some(context) = seen.goods.mentions.iter().find_map(|m| m.benign)
        && let Some(text) = goods::innocent_context(context)
    {
        innocent.push(format!("The words may stand for {text}."));
    }
    // What the goods or parties are explains more than where they go.
    let telling = flags
        .iter()
        .find(|flag| !flag.id.starts_with('R'))
        .or(flags.first());
    if let Some(top) = telling {
        let key = explanation_key(seen, &top.id);
        if let Some(row) = tables().explanations.get(&key) {
            innocent.push(row.innocent.clone());
        }
    }
    innocent.dedup();
    innocent.truncate(2);
    if let Some(sentence) = counterfactual(seen, hits, flags, score, gates.is_empty()) {
        clears.push(sentence);
    }
    (innocent.join(" "), clears.join(" "))
}

/// Flags about what the goods are share an explanation by category of goods.
fn explanation_key(seen: &Seen, flag: &str) -> String {
    let category = seen
        .goods
        .category
        .map(|category| format!("category:{category}"));
    match (flag, category) {
        ("G02" | "G03" | "G04" | "R01", Some(key)) if tables().explanations.contains_key(&key) => {
            key
        }
        _ => flag.to_string(),
    }
}

/// Which single flag decides, and the document that would remove it.
fn counterfactual(
    seen: &Seen,
    hits: &[Hit],
    flags: &[FlagHit],
    score: f64,
    no_gate: bool,
) -> Option<String> {
    let top = flags
        .iter()
        .find(|flag| !flag.id.starts_with('R'))
        .or(flags.first())?;
    let threshold = tables().score.review_score;
    let decisive = flags
        .iter()
        .filter(|_| score >= threshold)
        .map(|flag| (flag, score_without(hits, &flag.id)))
        .filter(|(_, rest)| *rest < threshold)
        .min_by(|(_, a), (_, b)| a.total_cmp(b));
    let document = |flag: &str| {
        tables()
            .explanations
            .get(&explanation_key(seen, flag))
            .map_or(String::new(), |row| format!(" {}", row.clears))
    };
    Some(match decisive {
        Some((flag, rest)) => format!(
            "Without {} the score would be {rest:.2}, below the review threshold of {threshold}.{}",
            flag.id,
            document(&flag.id)
        ),
        None if no_gate => format!(
            "No single flag decides: without {} the score would still be {:.2}.{}",
            top.id,
            score_without(hits, &top.id),
            document(&top.id)
        ),
        None if score >= threshold => document(&top.id).trim_start().to_string(),
        None => return None,
    })
}
