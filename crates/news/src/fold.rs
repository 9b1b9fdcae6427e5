//! The same claim over several reports: merged, with the reports that carry it, and independent sources counted by the
//! ends of their chains.

use std::collections::BTreeSet;

use model::{Claim, Factuality};

use crate::copies::{CopyGroup, party_key};

/// One claim with everything that carries it.
#[derive(Debug, Clone, PartialEq)]
pub struct MergedClaim {
    /// Positions in the input of every claim merged, in order; the first speaks for all.
    pub claims: Vec<usize>,
    /// Reports that carry it, ascending.
    pub reports: Vec<usize>,
    /// Distinct ends of source chains over copy groups: how many independent sources there are.
    pub independent_sources: usize,
    /// Factualities met, weakest statement and strongest alike: more than one shows a contradiction or a history.
    pub factualities: Vec<Factuality>,
}

/// Whether two claims state the same: same event, a shared party on each side where both name one, and goods of one
/// family where both name goods. Factuality does not count: one source asserts what another denies.
pub fn same_claim(a: &Claim, b: &Claim) -> bool {
    // What another reader found stays apart from what ours did.
    if a.event != b.event || a.reader != b.reader {
        return false;
    }
    let keys =
        |actors: &[model::Actor]| -> BTreeSet<String> { actors.iter().map(party_key).collect() };
    let meet = |x: &[model::Actor], y: &[model::Actor]| {
        let (x, y) = (keys(x), keys(y));
        x.is_empty() && y.is_empty() || x.intersection(&y).next().is_some()
    };
    if !meet(&a.supplier, &b.supplier) || !meet(&a.recipient, &b.recipient) {
        return false;
    }
    if a.supplier.is_empty() && a.recipient.is_empty() {
        return a.quote == b.quote;
    }
    let families = |claim: &Claim| -> BTreeSet<&str> {
        claim
            .goods
            .iter()
            .map(|goods| goods.family.as_str())
            .collect()
    };
    let (x, y) = (families(a), families(b));
    if !(x.is_empty() && y.is_empty() || x.intersection(&y).next().is_some()) {
        return false;
    }
    match (years(&a.time), years(&b.time)) {
        (Some((a_first, a_last)), Some((b_first, b_last))) => {
            a_first <= b_last && b_first <= a_last
        }
        _ => true,
    }
}

/// First and last resolved day of a time field.
fn years(time: &str) -> Option<(&str, &str)> {
    let (_, resolved) = time.rsplit_once(" = ")?;
    Some(resolved.split_once('/').unwrap_or((resolved, resolved)))
}

/// Merges claims over reports. `claims` pairs a report's index with a claim; `groups` come from
/// [`fold_copies`](crate::fold_copies) over the same reports.
pub fn fold_claims(claims: &[(usize, &Claim)], groups: &[CopyGroup]) -> Vec<MergedClaim> {
    // Claims of one event and supplier are compared, not all with all.
    let mut buckets: std::collections::HashMap<(model::Event, String), Vec<usize>> =
        std::collections::HashMap::new();
    let mut merged: Vec<MergedClaim> = Vec::new();
    for (position, (report, claim)) in claims.iter().enumerate() {
        let keys: BTreeSet<String> = claim
            .supplier
            .iter()
            .map(party_key)
            .chain(
                claim
                    .supplier
                    .is_empty()
                    .then(|| claim.recipient.first().map_or_else(String::new, party_key)),
            )
            .collect();
        let known = keys.iter().find_map(|key| {
            buckets
                .get(&(claim.event, key.clone()))?
                .iter()
                .copied()
                .find(|&index| {
                    merged[index]
                        .claims
                        .iter()
                        .take(16)
                        .any(|&other| same_claim(claims[other].1, claim))
                })
        });
        let index = match known {
            Some(index) => {
                let entry = &mut merged[index];
                entry.claims.push(position);
                if !entry.reports.contains(report) {
                    entry.reports.push(*report);
                }
                if !entry.factualities.contains(&claim.factuality) {
                    entry.factualities.push(claim.factuality);
                }
                index
            }
            None => {
                merged.push(MergedClaim {
                    claims: vec![position],
                    reports: vec![*report],
                    independent_sources: 0,
                    factualities: vec![claim.factuality],
                });
                merged.len() - 1
            }
        };
        for key in keys {
            let bucket = buckets.entry((claim.event, key)).or_default();
            if !bucket.contains(&index) {
                bucket.push(index);
            }
        }
    }
    for entry in &mut merged {
        entry.reports.sort_unstable();
        let carried: Vec<(usize, &Claim)> = entry
            .claims
            .iter()
            .map(|&position| claims[position])
            .collect();
        entry.independent_sources = independent_sources(&carried, groups);
    }
    merged
}

/// How many independent sources stand behind claims that state the same: reports of one copy group count once, and
/// chains that end at the same origin count once.
pub fn independent_sources(claims: &[(usize, &Claim)], groups: &[CopyGroup]) -> usize {
    let group_of = |report: usize| {
        groups
            .iter()
            .position(|group| group.members.contains(&report))
    };
    // Chains are edges from a group to the origins that its claims name; connected ones are one source.
    let mut origins: Vec<BTreeSet<String>> = Vec::new();
    for (report, claim) in claims {
        let mut keys: BTreeSet<String> = BTreeSet::new();
        keys.insert(match group_of(*report) {
            Some(group) => format!("group {group}"),
            None => format!("report {report}"),
        });
        if let Some(end) = chain_end(claim) {
            keys.insert(end);
        }
        // Join with every set that shares a key.
        let (mut joined, rest): (Vec<_>, Vec<_>) = origins
            .into_iter()
            .partition(|set| set.intersection(&keys).next().is_some());
        origins = rest;
        for set in joined.drain(..) {
            keys.extend(set);
        }
        origins.push(keys);
    }
    origins.len()
}

/// The end of a claim's source chain: the last of it that is no outlet and not the publisher; an outlet where only
/// outlets stand in it. Unnamed sources ("two officials") are one source only within the outlet that spoke to them.
fn chain_end(claim: &Claim) -> Option<String> {
    let origin = claim
        .source
        .iter()
        .rev()
        .find(|name| crate::outlets::named(name).is_none());
    let outlet = claim
        .source
        .iter()
        .find(|name| crate::outlets::named(name).is_some());
    let name = origin.or(outlet)?;
    let named = name.split_whitespace().any(|word| {
        word.chars().next().is_some_and(char::is_uppercase) && places::mention(word).is_none()
    });
    let outlet = outlet.filter(|_| !named).map_or("", String::as_str);
    Some(format!("{} {}", name.to_lowercase(), outlet.to_lowercase()))
}
