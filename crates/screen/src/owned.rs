//! Parties that no list names and that their owners put under a rule: how they are looked up beside listed ones, the
//! gate that ownership closes (P02) and the flag that it raises (P03).

use std::collections::HashMap;

use model::{GateHit, OwnershipBasis, OwnershipEffect, PartyMatch, Role, TradeParty};

use crate::party::below_strict;
use crate::score::Hit;
use crate::screener::{party_match, query};
use crate::seen::Seen;

/// Why the index's entries of the dataset `ownership` are there, by entity id; gravest first.
pub type Owned = HashMap<String, Vec<OwnershipBasis>>;

/// Matches looked at, so that one that only raises a flag never hides one that holds.
const LOOKED_AT: usize = 6;

/// The entry of the index that a party most probably is, from `names::BALANCED` on: the best listed or blocked one; one
/// that only raises a flag where there is no other.
pub(crate) fn best_match(
    index: &names::Index,
    owned: &Owned,
    party: &TradeParty,
) -> Option<PartyMatch> {
    let limit = if owned.is_empty() { 1 } else { LOOKED_AT };
    let mut found: Vec<PartyMatch> = index
        .search(&query(party), names::BALANCED, limit)
        .into_iter()
        .map(|found| {
            let mut matched = party_match(found);
            matched.ownership = owned.get(&matched.entity_id).cloned().unwrap_or_default();
            matched
        })
        .collect();
    let at = found.iter().position(|matched| !is_flag(matched));
    (!found.is_empty()).then(|| found.swap_remove(at.unwrap_or(0)))
}

/// Whether a match names a party that no list names.
pub(crate) fn is_owned(matched: &PartyMatch) -> bool {
    !matched.ownership.is_empty()
}

/// Whether a match is no reason to hold by itself.
pub(crate) fn is_flag(matched: &PartyMatch) -> bool {
    is_owned(matched) && gravest(matched) < Some(OwnershipEffect::Blocked)
}

fn gravest(matched: &PartyMatch) -> Option<OwnershipEffect> {
    matched.ownership.iter().map(|basis| basis.effect).max()
}

/// One gate for each rule that blocks the party.
pub(crate) fn gates(role: Role, name: &str, matched: &PartyMatch) -> Vec<GateHit> {
    let blocked = matched
        .ownership
        .iter()
        .filter(|basis| basis.effect == OwnershipEffect::Blocked);
    blocked
        .map(|basis| {
            let share = basis.share.map_or("control".to_string(), |share| share.to_string());
            GateHit {
                id: "P02".to_string(),
                reason: format!(
                    "{} \"{name}\" matches \"{}\" (score {:.3}), which listed owners hold ({share}): {}",
                    role.as_str(),
                    matched.matched_name,
                    matched.score,
                    basis.chain
                ),
                source: basis.source.clone(),
            }
        })
        .collect()
}

/// P02 for the surest party that is blocked, P03 for the surest of which less, or less certain things, are known.
pub(crate) fn hits(seen: &Seen, hits: &mut Vec<Hit>) {
    for blocked in [true, false] {
        let surest = seen
            .parties
            .iter()
            .filter_map(|party| party.matched.map(|matched| (party, matched)))
            .filter(|(_, matched)| is_owned(matched) && is_flag(matched) != blocked)
            .max_by(|(_, a), (_, b)| a.score.total_cmp(&b.score));
        let Some((party, matched)) = surest else {
            continue;
        };
        let is_strict = matched.score >= seen.strict;
        let (flag, level, share) = match gravest(matched) {
            Some(OwnershipEffect::Blocked) if is_strict => ("P02", "owned", matched.probability),
            Some(OwnershipEffect::Blocked) => ("P02", "possible", below_strict(seen, matched)),
            // Two doubts, of the name and of the holding, are no flag.
            _ if !is_strict => continue,
            Some(OwnershipEffect::Possible) => ("P03", "possible", matched.probability),
            _ => ("P03", "minority", matched.probability),
        };
        let mut hit = Hit::new(flag, level)
            .share(share)
            .saw("role", party.role.as_str())
            .saw("name", party.name)
            .saw(
                "entry",
                format!("{} ({})", matched.matched_name, matched.entity_id),
            )
            .saw("probability", format!("{:.3}", matched.probability));
        if let Some(basis) = matched.ownership.first() {
            hit = hit
                .saw("rule", basis.source.as_str())
                .saw("chain", basis.chain.as_str());
            if let Some(held) = basis.share {
                hit = hit.saw("listed_owners_hold", held.to_string());
            }
        }
        hits.push(hit);
    }
}
