//! The one screening function: shipments in, findings out, each distinct party and text looked up once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use goods::Assessment;
use model::{
    Disposition, Finding, GoodsView, HsCode, PartyMatch, PartyView, Role, Shipment, TradeParty,
};
use rayon::prelude::*;

use crate::party::{PartyKind, kinds};
use crate::score::{Hit, flags, probability};
use crate::seen::{Seen, SeenParty};
use crate::tables::{tables, versions};
use crate::{explain, gates, goods_rules, party, route, value};

/// Finds the list entry that a party most probably is.
pub type PartyLookup = dyn Fn(&TradeParty) -> Option<PartyMatch> + Send + Sync;

/// Screens shipments against lists and rules.
pub struct Screener {
    lookup: Option<Box<PartyLookup>>,
    /// Score from which a list match closes a gate.
    strict: f64,
    versions: BTreeMap<String, String>,
}

impl Screener {
    /// A screener against an index of listed parties; none screens goods, routes and values alone.
    ///
    /// Matches from `names::BALANCED` add to the score by their probability, those from `names::STRICT` close a gate.
    /// `list_versions` (list name → version) are carried into every finding.
    pub fn new(index: Option<Arc<names::Index>>, list_versions: BTreeMap<String, String>) -> Self {
        let lookup = index.map(|index| -> Box<PartyLookup> {
            Box::new(move |party| {
                index
                    .search(&query(party), names::BALANCED, 1)
                    .pop()
                    .map(party_match)
            })
        });
        Self::with_lookup(lookup, names::STRICT, list_versions)
    }

    /// A screener over any other way to look up parties; `strict` is the match score from which a listed party is
    /// held without further evidence.
    pub fn with_lookup(
        lookup: Option<Box<PartyLookup>>,
        strict: f64,
        list_versions: BTreeMap<String, String>,
    ) -> Self {
        let mut versions = versions();
        let prior = tables().score.prior;
        versions.insert(
            "prior".to_string(),
            format!("{prior} of shipments need action (assumed)"),
        );
        versions.insert("screen".to_string(), env!("CARGO_PKG_VERSION").to_string());
        versions.extend(list_versions);
        Self {
            lookup,
            strict,
            versions,
        }
    }

    /// A finding for every shipment, in the order given and unranked; see [`rank`].
    ///
    /// Deterministic: the same shipments, lists and tables give the same findings on any number of threads.
    pub fn screen(&self, shipments: &[Shipment]) -> Vec<Finding> {
        let parties = Distinct::new(
            shipments
                .iter()
                .flat_map(|shipment| &shipment.parties)
                .map(PartyKey::of),
        );
        let looked_up: Vec<(Option<PartyMatch>, Vec<PartyKind>)> = parties
            .keys
            .par_iter()
            .map(|key| (self.look_up(key.party), kinds(key.party)))
            .collect();
        let texts = Distinct::new(shipments.iter().map(GoodsKey::of));
        let assessed: Vec<Assessment> = texts
            .keys
            .par_iter()
            .map(|key| goods::assess(key.text, key.brand, key.model, key.hs))
            .collect();
        shipments
            .par_iter()
            .map(|shipment| {
                let seen = Seen {
                    shipment,
                    goods: &assessed[texts.position(&GoodsKey::of(shipment))],
                    parties: shipment
                        .parties
                        .iter()
                        .map(|party| {
                            let (matched, kinds) =
                                &looked_up[parties.position(&PartyKey::of(party))];
                            SeenParty {
                                role: party.role,
                                name: &party.name,
                                country: party.country.as_deref(),
                                matched: matched.as_ref(),
                                kinds,
                            }
                        })
                        .collect(),
                };
                self.finding(&seen)
            })
            .collect()
    }

    fn look_up(&self, party: &TradeParty) -> Option<PartyMatch> {
        if party.name.trim().is_empty() {
            return None;
        }
        self.lookup.as_ref().and_then(|lookup| lookup(party))
    }

    fn finding(&self, seen: &Seen) -> Finding {
        let gates = gates::gates(seen, self.strict);
        let mut hits: Vec<Hit> = Vec::new();
        party::hits(seen, &mut hits);
        route::hits(seen, &mut hits);
        goods_rules::hits(seen, &mut hits);
        value::hits(seen, &mut hits);
        let (flags, score) = flags(hits.clone());
        let disposition = if !gates.is_empty() {
            Disposition::Hold
        } else if score >= tables().score.review_score {
            Disposition::Review
        } else {
            Disposition::Release
        };
        let (innocent, clears) = explain::explain(seen, disposition, &gates, &hits, &flags, score);
        let shipment = seen.shipment;
        Finding {
            row_id: shipment.row_id.clone(),
            file: shipment.file.clone(),
            row: shipment.row,
            disposition,
            score,
            probability: probability(score),
            rank: 0,
            gates: gates.into_iter().map(|(gate, _)| gate).collect(),
            flags,
            goods: GoodsView {
                family: seen.goods.family,
                hs_declared: shipment.hs.clone(),
                hs_likely: seen.goods.hs_likely.clone(),
                control: seen
                    .goods
                    .controls
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
            },
            parties: seen
                .parties
                .iter()
                .map(|party| PartyView {
                    role: party.role,
                    name: party.name.to_string(),
                    matched: party.matched.cloned(),
                })
                .collect(),
            missing: seen.missing(),
            innocent,
            clears,
            versions: self.versions.clone(),
        }
    }
}

fn query(party: &TradeParty) -> names::Query {
    names::Query {
        schema: (party.role == Role::Vessel).then(|| "Vessel".to_string()),
        names: vec![party.name.clone()],
        countries: party.country.iter().cloned().collect(),
        birth_dates: Vec::new(),
        identifiers: party.identifier.iter().cloned().collect(),
    }
}

/// A match of the name index in the words of findings.
pub fn party_match(found: names::Match) -> PartyMatch {
    PartyMatch {
        entity_id: found.entity_id,
        dataset: found.dataset,
        schema: found.schema,
        caption: found.caption,
        matched_name: found.matched_name,
        score: found.score,
        probability: found.probability,
        explanation: found.explanation,
    }
}

/// Gives every finding its rank over the whole run: gravest disposition first, then score, then the surest list
/// match, then the place in the input, so that the order is the same on every run. The order of `findings` stays.
pub fn rank(findings: &mut [Finding]) {
    let surest = |finding: &Finding| {
        finding
            .parties
            .iter()
            .filter_map(|party| party.matched.as_ref())
            .map(|matched| matched.score)
            .fold(0.0, f64::max)
    };
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by(|&a, &b| {
        let (x, y) = (&findings[a], &findings[b]);
        y.disposition
            .cmp(&x.disposition)
            .then_with(|| y.score.total_cmp(&x.score))
            .then_with(|| y.gates.len().cmp(&x.gates.len()))
            .then_with(|| surest(y).total_cmp(&surest(x)))
            .then_with(|| x.missing.len().cmp(&y.missing.len()))
            .then_with(|| (&x.file, x.row, &x.row_id).cmp(&(&y.file, y.row, &y.row_id)))
    });
    for (rank, at) in (1..).zip(order) {
        findings[at].rank = rank;
    }
}

/// Distinct values in order of first appearance.
struct Distinct<K> {
    keys: Vec<K>,
    positions: HashMap<K, usize>,
}

impl<K: std::hash::Hash + Eq + Copy> Distinct<K> {
    fn new(all: impl Iterator<Item = K>) -> Self {
        let mut distinct = Self {
            keys: Vec::new(),
            positions: HashMap::new(),
        };
        for key in all {
            distinct.positions.entry(key).or_insert_with(|| {
                distinct.keys.push(key);
                distinct.keys.len() - 1
            });
        }
        distinct
    }

    /// Position of a key that was among those given.
    fn position(&self, key: &K) -> usize {
        self.positions.get(key).copied().unwrap_or(0)
    }
}

/// What decides a party's lookup; of its role, only whether it is a vessel.
#[derive(Clone, Copy)]
struct PartyKey<'a> {
    party: &'a TradeParty,
}

impl<'a> PartyKey<'a> {
    fn of(party: &'a TradeParty) -> Self {
        Self { party }
    }

    fn parts(&self) -> (bool, &'a str, Option<&'a str>, Option<&'a str>) {
        (
            self.party.role == Role::Vessel,
            &self.party.name,
            self.party.country.as_deref(),
            self.party.identifier.as_deref(),
        )
    }
}

impl PartialEq for PartyKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for PartyKey<'_> {}

impl std::hash::Hash for PartyKey<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

/// What decides an assessment of goods.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct GoodsKey<'a> {
    text: &'a str,
    brand: Option<&'a str>,
    model: Option<&'a str>,
    hs: Option<&'a HsCode>,
}

impl<'a> GoodsKey<'a> {
    fn of(shipment: &'a Shipment) -> Self {
        Self {
            text: &shipment.goods_text,
            brand: shipment.brand.as_deref(),
            model: shipment.model.as_deref(),
            hs: shipment.hs.as_ref(),
        }
    }
}
