//! Which list entries, shipment parties and claim actors are one party.
//!
//! Evidence is joined by names: a shipment's party with the list entry that screening matched; a claim's actor with the
//! lists through the name index; shipment parties with claim actors through a small index of the actors; and an entry
//! with the same party's entries on other lists. States are kept apart: they are joined by country, never by name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{Actor, ActorKind, Factuality, PartyMatch, Schema};
use names::{Index, Query};

use crate::actors::{self, fold, is_party, names_nobody, schema_of};
use crate::brief::{ClaimBrief, EvidenceKind, ListingBrief, PartyBrief, ShipmentBrief};
use crate::screening::Screened;
use crate::{Error, Home};

/// A piece of evidence that names a party.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Node {
    /// `list:entry_id`.
    Entry(String),
    /// A party of a trade record: folded name.
    Trade(String),
    /// An actor of a claim: folded name.
    Actor(String),
}

/// Evidence nodes, and which of them are one party (disjoint sets).
#[derive(Default)]
struct Graph {
    nodes: Vec<Node>,
    ids: HashMap<Node, usize>,
    parent: Vec<usize>,
}

impl Graph {
    fn id(&mut self, node: Node) -> usize {
        if let Some(&id) = self.ids.get(&node) {
            return id;
        }
        let id = self.nodes.len();
        self.nodes.push(node.clone());
        self.parent.push(id);
        self.ids.insert(node, id);
        id
    }

    fn root(&mut self, mut id: usize) -> usize {
        while self.parent[id] != id {
            self.parent[id] = self.parent[self.parent[id]];
            id = self.parent[id];
        }
        id
    }

    fn link(&mut self, left: usize, right: usize) {
        let (left, right) = (self.root(left), self.root(right));
        // The smaller id stays the root, so that the result does not depend on the order of links.
        self.parent[left.max(right)] = left.min(right);
    }
}

/// The parties that evidence speaks of, most telling first; states last.
pub(crate) fn parties(
    home: &mut Home,
    index: &Index,
    screened: &Screened,
    claims: &[ClaimBrief],
) -> Result<Vec<PartyBrief>, Error> {
    let mut graph = Graph::default();
    // Best list match of a node, to show why it is taken for the same party.
    let mut why: BTreeMap<String, PartyMatch> = BTreeMap::new();

    for shipment in &screened.shipments {
        for party in shipment
            .finding
            .parties
            .iter()
            .filter(|party| !names_nobody(&fold(&party.name)))
        {
            let trade = graph.id(Node::Trade(fold(&party.name)));
            if let Some(matched) = &party.matched {
                let entry = graph.id(Node::Entry(matched.entity_id.clone()));
                graph.link(trade, entry);
                why.entry(matched.entity_id.clone())
                    .or_insert_with(|| matched.clone());
            }
        }
    }

    let actors = actors(claims);
    for actor in actors.values() {
        let node = graph.id(Node::Actor(fold(&actor.name)));
        for matched in listed(index, actor) {
            let entry = graph.id(Node::Entry(matched.entity_id.clone()));
            graph.link(node, entry);
            why.entry(matched.entity_id.clone()).or_insert(matched);
        }
    }
    link_trade_to_actors(home, &mut graph, screened, &actors)?;
    link_across_lists(home, index, &mut graph, &mut why)?;

    let mut clusters: BTreeMap<usize, Vec<Node>> = BTreeMap::new();
    for id in 0..graph.nodes.len() {
        let root = graph.root(id);
        clusters
            .entry(root)
            .or_default()
            .push(graph.nodes[id].clone());
    }
    let evidence = ByName::new(screened, claims);
    let mut parties = Vec::new();
    for nodes in clusters.values() {
        if let Some(party) = party(home, nodes, &evidence, &why)? {
            parties.push(party);
        }
    }
    parties.sort_by(|left, right| {
        telling(right, screened)
            .cmp(&telling(left, screened))
            .then(left.name.cmp(&right.name))
    });
    parties.extend(states(claims));
    Ok(parties)
}

/// Actors that can be a party of their own: not states, and not words that only describe ("officials", "the West").
fn actors(claims: &[ClaimBrief]) -> BTreeMap<String, &Actor> {
    let mut actors = BTreeMap::new();
    for claim in claims {
        for actor in claim.claim.supplier.iter().chain(&claim.claim.recipient) {
            if is_party(actor.kind) {
                actors.entry(fold(&actor.name)).or_insert(actor);
            }
        }
    }
    actors
}

fn listed(index: &Index, actor: &Actor) -> Vec<PartyMatch> {
    let query = Query {
        schema: schema_of(actor.kind).map(str::to_string),
        names: vec![actor.name.clone()],
        countries: actors::countries(actor),
        ..Query::default()
    };
    let matches = index.search(&query, names::BALANCED, 5);
    matches
        .into_iter()
        .filter(|found| found.is_match)
        .map(screen::party_match)
        .collect()
}

/// Links shipment parties, released ones too, with the actors of claims that bear the same name.
fn link_trade_to_actors(
    home: &Home,
    graph: &mut Graph,
    screened: &Screened,
    actors: &BTreeMap<String, &Actor>,
) -> Result<(), Error> {
    if actors.is_empty() {
        return Ok(());
    }
    let named = actors
        .iter()
        .map(|(folded, actor)| (folded.clone(), *actor));
    let index = actors::index(home, named)?;
    let in_findings = screened
        .shipments
        .iter()
        .flat_map(|shipment| &shipment.finding.parties)
        .map(|party| &party.name);
    let distinct: BTreeSet<&String> = in_findings
        .chain(screened.released.keys())
        .filter(|name| !names_nobody(&fold(name)))
        .collect();
    for name in distinct {
        let query = Query {
            names: vec![name.clone()],
            ..Query::default()
        };
        for found in index
            .search(&query, names::BALANCED, 2)
            .into_iter()
            .filter(|found| found.is_match)
        {
            let trade = graph.id(Node::Trade(fold(name)));
            let actor = graph.id(Node::Actor(found.entity_id));
            graph.link(trade, actor);
        }
    }
    Ok(())
}

/// Links an entry that evidence leads to with the same party's entries on other lists.
fn link_across_lists(
    home: &Home,
    index: &Index,
    graph: &mut Graph,
    why: &mut BTreeMap<String, PartyMatch>,
) -> Result<(), Error> {
    let entries: Vec<String> = graph
        .nodes
        .iter()
        .filter_map(|node| {
            if let Node::Entry(id) = node {
                Some(id.clone())
            } else {
                None
            }
        })
        .collect();
    for id in entries {
        let Some(entry) = home.entry(&id)? else {
            continue;
        };
        let query = Query {
            schema: Some(entry.party.schema.as_str().to_string()),
            names: vec![entry.party.caption().to_string()],
            countries: entry.party.countries.clone(),
            birth_dates: entry
                .party
                .birth_dates
                .iter()
                .map(ToString::to_string)
                .collect(),
            identifiers: entry
                .party
                .identifiers
                .iter()
                .map(|identifier| identifier.value.clone())
                .collect(),
        };
        for found in index
            .search(&query, names::STRICT, 10)
            .into_iter()
            .filter(|found| found.entity_id != id)
        {
            let (left, right) = (
                graph.id(Node::Entry(id.clone())),
                graph.id(Node::Entry(found.entity_id.clone())),
            );
            graph.link(left, right);
            why.entry(found.entity_id.clone())
                .or_insert_with(|| screen::party_match(found));
        }
    }
    Ok(())
}

/// Findings, released shipments and claims by folded party name.
struct ByName<'a> {
    shipments: HashMap<String, Vec<&'a ShipmentBrief>>,
    released: HashMap<String, u64>,
    claims: HashMap<String, Vec<&'a ClaimBrief>>,
    spelling: HashMap<String, String>,
}

impl<'a> ByName<'a> {
    fn new(screened: &'a Screened, claims: &'a [ClaimBrief]) -> Self {
        let mut by_name = Self {
            shipments: HashMap::new(),
            released: HashMap::new(),
            claims: HashMap::new(),
            spelling: HashMap::new(),
        };
        for shipment in &screened.shipments {
            for party in &shipment.finding.parties {
                let folded = fold(&party.name);
                by_name
                    .shipments
                    .entry(folded.clone())
                    .or_default()
                    .push(shipment);
                by_name
                    .spelling
                    .entry(folded)
                    .or_insert_with(|| party.name.clone());
            }
        }
        for (name, count) in &screened.released {
            let folded = fold(name);
            *by_name.released.entry(folded.clone()).or_default() += count;
            by_name
                .spelling
                .entry(folded)
                .or_insert_with(|| name.clone());
        }
        for claim in claims {
            let mut seen = BTreeSet::new();
            for actor in claim.claim.supplier.iter().chain(&claim.claim.recipient) {
                let folded = fold(&actor.name);
                if seen.insert(folded.clone()) {
                    by_name
                        .claims
                        .entry(folded.clone())
                        .or_default()
                        .push(claim);
                    by_name
                        .spelling
                        .entry(folded)
                        .or_insert_with(|| actor.name.clone());
                }
            }
        }
        by_name
    }
}

/// The party that a set of nodes is; none if only a list speaks of it, or only released shipments.
fn party(
    home: &Home,
    nodes: &[Node],
    evidence: &ByName<'_>,
    why: &BTreeMap<String, PartyMatch>,
) -> Result<Option<PartyBrief>, Error> {
    let mut listings = Vec::new();
    let mut shipments: BTreeMap<u64, &ShipmentBrief> = BTreeMap::new();
    let mut claims: BTreeMap<&str, &ClaimBrief> = BTreeMap::new();
    let mut released = 0;
    let mut spellings = BTreeSet::new();
    for node in nodes {
        match node {
            Node::Entry(id) => {
                if let Some(entry) = home.entry(id)? {
                    let matched = why.get(id);
                    listings.push(ListingBrief {
                        entry,
                        score: matched.map_or(1.0, |matched| matched.score),
                        explanation: matched
                            .map(|matched| matched.explanation.clone())
                            .unwrap_or_default(),
                    });
                }
            }
            Node::Trade(name) => {
                for shipment in evidence.shipments.get(name).into_iter().flatten() {
                    shipments.insert(shipment.finding.rank, shipment);
                }
                released += evidence.released.get(name).copied().unwrap_or_default();
                spellings.extend(evidence.spelling.get(name));
            }
            Node::Actor(name) => {
                for claim in evidence.claims.get(name).into_iter().flatten() {
                    claims.insert(&claim.claim.claim_id, claim);
                }
                spellings.extend(evidence.spelling.get(name));
            }
        }
    }
    if shipments.is_empty() && claims.is_empty() {
        return Ok(None);
    }
    listings.sort_by(|left, right| {
        right
            .score
            .total_cmp(&left.score)
            .then(left.entry.entity_id().cmp(&right.entry.entity_id()))
    });
    let caption = listings
        .first()
        .map(|listing| listing.entry.party.caption().to_string());
    let name = caption
        .or_else(|| spellings.iter().next().map(ToString::to_string))
        .unwrap_or_default();
    let mut kinds = Vec::new();
    if !listings.is_empty() {
        kinds.push(EvidenceKind::List);
    }
    if !shipments.is_empty() || released > 0 {
        kinds.push(EvidenceKind::Shipment);
    }
    if !claims.is_empty() {
        kinds.push(EvidenceKind::Report);
    }
    Ok(Some(PartyBrief {
        kind: kind(&listings, claims.values().copied(), &spellings),
        countries: countries(&listings, &shipments, nodes),
        also_written: spellings
            .into_iter()
            .filter(|spelling| fold(spelling) != fold(&name))
            .cloned()
            .collect(),
        evidence: kinds,
        unknown: unknown(&shipments, &claims),
        shipments: shipments
            .values()
            .map(|shipment| shipment.finding.row_id.clone())
            .collect(),
        released,
        claims: claims.keys().map(ToString::to_string).collect(),
        listings,
        name,
    }))
}

fn kind<'a>(
    listings: &[ListingBrief],
    claims: impl Iterator<Item = &'a ClaimBrief>,
    spellings: &BTreeSet<&String>,
) -> String {
    if let Some(listing) = listings.first() {
        let word = match listing.entry.party.schema {
            Schema::Person => "person",
            Schema::Company => "company",
            Schema::Organization | Schema::LegalEntity => "organization",
            Schema::PublicBody => "public_body",
            Schema::Vessel => "vessel",
            Schema::Airplane => "aircraft",
        };
        return word.to_string();
    }
    for claim in claims {
        for actor in claim.claim.supplier.iter().chain(&claim.claim.recipient) {
            if spellings.contains(&actor.name) {
                let word = match actor.kind {
                    ActorKind::Company => "company",
                    ActorKind::ArmedGroup => "armed_group",
                    ActorKind::Person => "person",
                    ActorKind::State | ActorKind::Unspecified => continue,
                };
                return word.to_string();
            }
        }
    }
    "party to a shipment".to_string()
}

fn countries(
    listings: &[ListingBrief],
    shipments: &BTreeMap<u64, &ShipmentBrief>,
    nodes: &[Node],
) -> Vec<String> {
    let mut countries: BTreeSet<String> = listings
        .iter()
        .flat_map(|listing| listing.entry.party.countries.iter().cloned())
        .collect();
    for party in shipments
        .values()
        .flat_map(|shipment| &shipment.shipment.parties)
    {
        if nodes.contains(&Node::Trade(fold(&party.name))) {
            countries.extend(party.country.clone());
        }
    }
    countries.into_iter().collect()
}

/// What stays unknown about a party, in sentences.
fn unknown(
    shipments: &BTreeMap<u64, &ShipmentBrief>,
    claims: &BTreeMap<&str, &ClaimBrief>,
) -> Vec<String> {
    let mut unknown = Vec::new();
    for claim in claims
        .values()
        .filter(|claim| claim.claim.factuality == Factuality::Unknown)
    {
        unknown.push(format!("\"{}\" ({})", claim.claim.quote, claim.publisher));
    }
    for shipment in shipments
        .values()
        .filter(|shipment| !shipment.finding.missing.is_empty())
    {
        unknown.push(format!(
            "{}: no {}",
            shipment.finding.row_id,
            shipment.finding.missing.join(", ")
        ));
    }
    unknown
}

/// Order of parties: kinds of evidence, then held shipments, then the best shipment's score in hundredths, then claims.
fn telling(party: &PartyBrief, screened: &Screened) -> (usize, usize, i64, usize) {
    let shipments = screened
        .shipments
        .iter()
        .filter(|shipment| party.shipments.contains(&shipment.finding.row_id));
    let (mut held, mut best) = (0, i64::MIN);
    for shipment in shipments {
        held += usize::from(shipment.is_hold());
        best = best.max((shipment.finding.score * 100.0) as i64);
    }
    (party.evidence.len(), held, best, party.claims.len())
}

/// States that claims speak of, joined by country.
fn states(claims: &[ClaimBrief]) -> Vec<PartyBrief> {
    let mut states: BTreeMap<String, PartyBrief> = BTreeMap::new();
    for claim in claims {
        for actor in claim
            .claim
            .supplier
            .iter()
            .chain(&claim.claim.recipient)
            .filter(|a| a.kind == ActorKind::State)
        {
            let name = places::name(&actor.country)
                .unwrap_or(&actor.name)
                .to_string();
            let state = states.entry(name.clone()).or_insert_with(|| PartyBrief {
                name: name.clone(),
                kind: "state".to_string(),
                countries: Some(actor.country.clone())
                    .filter(|country| !country.is_empty())
                    .into_iter()
                    .collect(),
                evidence: vec![EvidenceKind::Report],
                also_written: Vec::new(),
                listings: Vec::new(),
                shipments: Vec::new(),
                released: 0,
                claims: Vec::new(),
                unknown: Vec::new(),
            });
            if state.claims.last() != Some(&claim.claim.claim_id) {
                state.claims.push(claim.claim.claim_id.clone());
            }
            if actor.name != name && !state.also_written.contains(&actor.name) {
                state.also_written.push(actor.name.clone());
            }
        }
    }
    let mut states: Vec<_> = states.into_values().collect();
    states.sort_by(|left, right| {
        right
            .claims
            .len()
            .cmp(&left.claims.len())
            .then(left.name.cmp(&right.name))
    });
    states
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linked_nodes_are_one_set_in_any_order() {
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let mut graph = Graph::default();
            let ids: Vec<_> = ["a", "b", "c", "d"]
                .iter()
                .map(|n| graph.id(Node::Trade((*n).to_string())))
                .collect();
            let links = [(0, 1), (1, 2), (0, 2)];
            for link in order {
                graph.link(ids[links[link].0], ids[links[link].1]);
            }
            assert_eq!(graph.root(ids[0]), graph.root(ids[2]));
            assert_ne!(graph.root(ids[0]), graph.root(ids[3]));
        }
    }
}
