//! The one screening function: shipments in, findings out, each distinct party and text looked up once.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use goods::Assessment;
use model::{
    Disposition, Finding, GoodsView, HsCode, PartyMatch, PartyView, Predecessor, Role, Shipment,
    TradeParty,
};
use rayon::prelude::*;

use crate::cache::{Cache, Key, key};
use crate::owned::{Owned, best_match};
use crate::party::{PartyKind, kinds};
use crate::score::{Hit, flags, probability};
use crate::seen::{Seen, SeenParty};
use crate::tables::{tables, versions};
use crate::{explain, gates, goods_rules, owned, party, past, route, value};

/// Finds the list entry that a party most probably is.
pub type PartyLookup = dyn Fn(&TradeParty) -> Option<PartyMatch> + Send + Sync;

/// Screens shipments against lists and rules.
pub struct Screener {
    lookup: Option<Box<PartyLookup>>,
    /// Score from which a list match closes a gate.
    strict: f64,
    versions: Arc<BTreeMap<String, String>>,
    parties: Cache<LookedUp>,
    goods: Cache<Assessment>,
}

/// What is known of a party by its name alone.
struct LookedUp {
    matched: Option<PartyMatch>,
    kinds: Vec<PartyKind>,
}

/// A red flag seen, before its weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Id in the registry of red flags.
    pub flag: &'static str,
    /// Which of its weights in `weights.csv`.
    pub level: &'static str,
    /// Share of the weight that applies, 0–1.
    pub share: f64,
}

/// Parties whose lookup is kept: about 100 bytes each where no list names them.
const PARTIES_KEPT: usize = 500_000;

/// Assessments kept: 1 to 2 KB each.
const GOODS_KEPT: usize = 50_000;

impl Screener {
    /// A screener against an index of listed parties; none screens goods, routes and values alone.
    ///
    /// Matches from `names::BALANCED` add to the score, those from `names::STRICT` close a gate. `owned` says why entries
    /// of the dataset `ownership` are in the index. `list_versions` (list name → version) are carried into every finding.
    pub fn new(
        index: Option<Arc<names::Index>>,
        owned: Owned,
        list_versions: BTreeMap<String, String>,
    ) -> Self {
        let lookup = index.map(|index| -> Box<PartyLookup> {
            Box::new(move |party| best_match(&index, &owned, party))
        });
        Self::with_lookup(lookup, names::STRICT, list_versions)
    }

    /// A screener over any other way to look up parties; `strict` is the match score from which a listed party is held
    /// without further evidence.
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
            versions: Arc::new(versions),
            parties: Cache::new(PARTIES_KEPT),
            goods: Cache::new(GOODS_KEPT),
        }
    }

    /// A finding for every shipment, in the order given and unranked; see [`rank`].
    ///
    /// Deterministic: the same shipments, lists and tables give the same findings on any number of threads. A shipment's
    /// history counts as far as its [`background`](Shipment::background) holds it; see [`History`](crate::History).
    pub fn screen(&self, shipments: &[Shipment]) -> Vec<Finding> {
        self.each(shipments, |seen| self.finding(seen))
    }

    /// The red flags seen in every shipment, before weights, caps and company; for fitting weights.
    pub fn evidence(&self, shipments: &[Shipment]) -> Vec<Vec<Evidence>> {
        self.each(shipments, |seen| {
            hits(seen)
                .into_iter()
                .map(|hit| Evidence {
                    flag: hit.flag,
                    level: hit.level,
                    share: hit.share,
                })
                .collect()
        })
    }

    /// Looks up what `shipments` name, each different party and text once, and shows every one to `view`.
    fn each<T: Send>(&self, shipments: &[Shipment], view: impl Fn(&Seen) -> T + Sync) -> Vec<T> {
        let keys: Vec<Keys> = shipments.par_iter().map(Keys::of).collect();
        let parties = self.parties.answers(
            shipments.iter().zip(&keys).flat_map(|(shipment, keys)| {
                let predecessors = predecessors(shipment).iter().map(|past| &past.party);
                let parties = shipment.parties.iter().chain(predecessors);
                keys.parties.iter().copied().zip(parties)
            }),
            |party| LookedUp {
                matched: self.look_up(party),
                kinds: kinds(party),
            },
        );
        let goods = self.goods.answers(
            shipments
                .iter()
                .zip(&keys)
                .map(|(shipment, keys)| (keys.goods, shipment)),
            |shipment| {
                goods::assess(
                    &shipment.goods_text,
                    shipment.brand.as_deref(),
                    shipment.model.as_deref(),
                    shipment.hs.as_ref(),
                )
            },
        );
        shipments
            .par_iter()
            .zip(&keys)
            .map(|(shipment, keys)| {
                let looked_up: Vec<&LookedUp> =
                    keys.parties.iter().map(|key| &*parties[key]).collect();
                let (own, before) = looked_up.split_at(shipment.parties.len());
                view(&Seen {
                    shipment,
                    goods: &goods[&keys.goods],
                    parties: shipment
                        .parties
                        .iter()
                        .zip(own)
                        .map(|(party, found)| SeenParty {
                            role: party.role,
                            name: &party.name,
                            country: party.country.as_deref(),
                            address: party.address.as_deref(),
                            matched: found.matched.as_ref(),
                            kinds: &found.kinds,
                        })
                        .collect(),
                    predecessors: predecessors(shipment)
                        .iter()
                        .zip(before)
                        .map(|(past, found)| (past, found.matched.as_ref()))
                        .collect(),
                    strict: self.strict,
                })
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
        let gates = gates::gates(seen);
        let hits = hits(seen);
        let (flags, score) = flags(&hits);
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
                hs_likely: hs_likely(seen, &hits),
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

/// Red flags of every group.
fn hits(seen: &Seen) -> Vec<Hit> {
    let mut hits = Vec::new();
    party::hits(seen, &mut hits);
    owned::hits(seen, &mut hits);
    route::hits(seen, &mut hits);
    goods_rules::hits(seen, &mut hits);
    value::hits(seen, &mut hits);
    past::hits(seen, &mut hits);
    goods_rules::code_against_text(seen, &mut hits);
    hits
}

/// Headings that the text points to: by the lexicon, and by the classifier where it was asked.
fn hs_likely(seen: &Seen, hits: &[Hit]) -> Vec<String> {
    let mut likely = seen.goods.hs_likely.clone();
    if hits.is_empty() {
        return likely;
    }
    for (code, probability) in &seen.goods.reading().read_as {
        if *probability >= LEAST_LIKELY && !likely.contains(code) {
            likely.push(code.clone());
        }
    }
    likely
}

/// Probability from which a heading of the classifier is told.
const LEAST_LIKELY: f32 = 0.2;

/// Those whose place a party of the shipment took.
fn predecessors(shipment: &Shipment) -> &[Predecessor] {
    shipment
        .background
        .as_ref()
        .map_or(&[], |background| &background.predecessors)
}

/// Keys of a shipment's parties, those that they succeed after them, and of its goods.
struct Keys {
    parties: Vec<Key>,
    goods: Key,
}

impl Keys {
    fn of(shipment: &Shipment) -> Self {
        let predecessors = predecessors(shipment).iter().map(|past| &past.party);
        Self {
            parties: shipment
                .parties
                .iter()
                .chain(predecessors)
                .map(party_key)
                .collect(),
            goods: goods_key(shipment),
        }
    }
}

pub(crate) fn query(party: &TradeParty) -> names::Query {
    names::Query {
        schema: Some(match party.role {
            Role::Vessel => "Vessel".to_string(),
            _ => "LegalEntity".to_string(),
        }),
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
        ownership: Vec::new(),
    }
}

/// The place of a finding in the order of review: least first. Score, then disposition, then number of gates, then the
/// surest list match, then fewest missing fields, then the place in the input, so that the order is the same on every
/// run. Gates decide the disposition and not the order: a namesake of a listed party is held, and still stands behind a
/// shipment of which everything is odd.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RankKey {
    /// Scores have four decimals.
    score: Reverse<i64>,
    disposition: Reverse<Disposition>,
    gates: Reverse<usize>,
    /// Bits of a score from 0 to 1, which are in its order.
    surest: Reverse<u64>,
    missing: usize,
    file: String,
    row: u64,
    row_id: String,
}

impl RankKey {
    /// The place of a finding.
    pub fn of(finding: &Finding) -> Self {
        let surest = finding
            .parties
            .iter()
            .filter_map(|party| party.matched.as_ref())
            .map(|matched| matched.score)
            .fold(0.0, f64::max);
        Self {
            disposition: Reverse(finding.disposition),
            // Cast: scores are sums of a few dozen weights.
            score: Reverse((finding.score * 1e4).round() as i64),
            gates: Reverse(finding.gates.len()),
            surest: Reverse(surest.to_bits()),
            missing: finding.missing.len(),
            file: finding.file.clone(),
            row: finding.row,
            row_id: finding.row_id.clone(),
        }
    }
}

/// Gives every finding its rank over the whole run; see [`RankKey`]. The order of `findings` stays.
pub fn rank(findings: &mut [Finding]) {
    let mut order: Vec<(RankKey, usize)> = findings
        .iter()
        .enumerate()
        .map(|(at, finding)| (RankKey::of(finding), at))
        .collect();
    order.sort();
    for (rank, (_, at)) in (1..).zip(order) {
        findings[at].rank = rank;
    }
}

/// What decides a party's lookup; of its role, only whether it is a vessel.
fn party_key(party: &TradeParty) -> Key {
    key(&[
        (party.role == Role::Vessel).then_some(""),
        Some(&party.name),
        party.country.as_deref(),
        party.identifier.as_deref(),
    ])
}

/// What decides an assessment of goods.
fn goods_key(shipment: &Shipment) -> Key {
    key(&[
        Some(&shipment.goods_text),
        shipment.brand.as_deref(),
        shipment.model.as_deref(),
        shipment.hs.as_ref().map(HsCode::as_str),
    ])
}
