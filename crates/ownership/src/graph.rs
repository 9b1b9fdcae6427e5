//! From listed owners down: parties joined, holdings combined into ties, and each rule applied as a fixpoint.
//!
//! A rule's parties are the listed ones, and every party that those who are its parties already hold as the rule asks.
//! Starting from the listed and adding until nothing is added gives the smallest such set, so that a ring of companies
//! that own each other is never its own reason, and one more holding can only add to the set. Two sets are grown: one
//! by what is surely held (lower bounds), one by what may be held (upper bounds).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{HoldingKind, IdentifierKind, OwnershipBasis, OwnershipEffect, Party, Percent, Share};

use serde::{Deserialize, Serialize};

use crate::chain;
use crate::register::{Placed, Register};
use crate::rules::{Consolidation, Rule, Status, on};

/// A party of the register that a list names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedAs {
    /// Its record in the register.
    pub record: String,
    /// `list:entry_id`.
    pub entity_id: String,
    /// The list.
    pub list: String,
    /// The entry's programmes, which tell the parts of a collected list apart.
    pub programmes: Vec<String>,
    /// By what it was recognised, in words: "by LEI 5493…".
    pub how: String,
}

/// A party that no list names and that a rule concerns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Derived {
    /// Its record in the register.
    pub record: String,
    /// Who it is.
    pub party: Party,
    /// What each rule makes of it and why, gravest first; never empty.
    pub bases: Vec<OwnershipBasis>,
}

/// All that one party holds of another.
pub(crate) struct Tie {
    pub(crate) owner: usize,
    pub(crate) owned: usize,
    /// Held directly, and through others where the source says so without the others' own holdings.
    pub(crate) shares: Held,
    pub(crate) votes: Held,
    pub(crate) control: bool,
    /// By the direct parent, and by an ultimate one.
    pub(crate) consolidated: bool,
    pub(crate) consolidated_through: bool,
    pub(crate) influence: bool,
    pub(crate) unknown: bool,
    pub(crate) joint: bool,
    /// Where the holdings stand: `file:row`.
    pub(crate) places: BTreeSet<String>,
}

/// A share by the way it is held.
#[derive(Clone, Copy, Default)]
pub(crate) struct Held {
    pub(crate) direct: Share,
    pub(crate) through: Share,
}

/// A party with all its records joined.
pub(crate) struct Node<'r> {
    pub(crate) record: &'r str,
    pub(crate) party: Option<&'r Party>,
    pub(crate) listed: Vec<&'r ListedAs>,
}

/// Parties and ties.
pub(crate) struct Graph<'r> {
    pub(crate) nodes: Vec<Node<'r>>,
    pub(crate) ties: Vec<Tie>,
    /// Ties by what is owned, and by owner.
    pub(crate) into: Vec<Vec<usize>>,
    out_of: Vec<Vec<usize>>,
}

/// Parties of a rule, by the round in which they joined; listed ones in round 0.
pub(crate) type Members = HashMap<usize, u32>;

/// Which bound of a share counts.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Bound {
    Sure,
    Possible,
}

/// What members hold of a party.
#[derive(Clone, Copy, Default)]
struct Sums {
    shares: Percent,
    votes: Percent,
    control: bool,
}

/// Applies every rule of the register's day. The same register and listed parties give the same result in the same
/// order. A party that is listed itself is not derived again.
pub fn derive(register: &Register, listed: &[ListedAs]) -> Vec<Derived> {
    let graph = Graph::new(register, listed);
    let rules = on(register.day);
    let mut bases: BTreeMap<usize, Vec<OwnershipBasis>> = BTreeMap::new();
    for rule in &rules {
        let roots: Vec<usize> = (0..graph.nodes.len())
            .filter(|&node| {
                graph.nodes[node].listed.iter().any(|entry| {
                    if rule.is_for_the_rest() {
                        !rules
                            .iter()
                            .any(|other| other.names(&entry.list, &entry.programmes))
                    } else {
                        rule.names(&entry.list, &entry.programmes)
                    }
                })
            })
            .collect();
        for (node, basis) in graph.apply(rule, &roots) {
            bases.entry(node).or_default().push(basis);
        }
    }
    let mut derived: Vec<Derived> = bases
        .into_iter()
        .filter(|(node, _)| graph.nodes[*node].listed.is_empty())
        .filter_map(|(node, mut bases)| {
            bases.sort_by_key(|basis| std::cmp::Reverse(basis.effect));
            Some(Derived {
                record: graph.nodes[node].record.to_string(),
                party: graph.nodes[node].party?.clone(),
                bases,
            })
        })
        .collect();
    derived.sort_by(|left, right| left.record.cmp(&right.record));
    derived
}

impl<'r> Graph<'r> {
    fn new(register: &'r Register, listed: &'r [ListedAs]) -> Self {
        let mut records: BTreeMap<&str, usize> = BTreeMap::new();
        for record in register
            .parties()
            .map(|(record, _)| record)
            .chain(
                register
                    .holdings()
                    .map(|placed| placed.holding.owned.as_str()),
            )
            .chain(
                register
                    .holdings()
                    .filter_map(|placed| placed.holding.owner.as_deref()),
            )
        {
            let next = records.len();
            records.entry(record).or_insert(next);
        }
        let mut sets: Vec<usize> = (0..records.len()).collect();
        let mut first: HashMap<String, usize> = HashMap::new();
        let mut join = |key: String, at: usize| {
            let other = *first.entry(key).or_insert(at);
            let (left, right) = (root(&mut sets, other), root(&mut sets, at));
            sets[left.max(right)] = left.min(right);
        };
        for (record, party) in register.parties() {
            identities(party).for_each(|key| join(key, records[record]));
        }
        for entry in listed {
            if let Some(&at) = records.get(entry.record.as_str()) {
                join(format!("listed {}", entry.entity_id), at);
            }
        }
        // Nodes in the order of their first record, so that the result does not depend on the order of statements.
        let mut graph = Graph {
            nodes: Vec::new(),
            ties: Vec::new(),
            into: Vec::new(),
            out_of: Vec::new(),
        };
        let mut node_of_root: HashMap<usize, usize> = HashMap::new();
        let mut node_of: HashMap<&str, usize> = HashMap::new();
        for (&record, &at) in &records {
            let node = *node_of_root.entry(root(&mut sets, at)).or_insert_with(|| {
                graph.nodes.push(Node {
                    record,
                    party: None,
                    listed: Vec::new(),
                });
                graph.nodes.len() - 1
            });
            let known = &mut graph.nodes[node].party;
            *known = known.or(register.party(record));
            node_of.insert(record, node);
        }
        for entry in listed {
            if let Some(&node) = node_of.get(entry.record.as_str()) {
                graph.nodes[node].listed.push(entry);
            }
        }
        for node in &mut graph.nodes {
            node.listed
                .sort_by(|left, right| left.entity_id.cmp(&right.entity_id));
            node.listed
                .dedup_by(|left, right| left.entity_id == right.entity_id);
        }
        graph.tie(register, &node_of);
        graph
    }

    /// Combines the holdings between each two parties. What one record states adds up; of what several records state
    /// the larger counts, since they may speak of the same shares.
    fn tie(&mut self, register: &'r Register, node_of: &HashMap<&str, usize>) {
        let mut between: BTreeMap<(usize, usize), BTreeMap<&str, Vec<Placed<'r>>>> =
            BTreeMap::new();
        for placed in register.holdings() {
            let Some(owner) = placed.holding.owner.as_deref() else {
                continue;
            };
            let pair = (node_of[owner], node_of[placed.holding.owned.as_str()]);
            // Nobody is its own owner.
            if pair.0 != pair.1 {
                between
                    .entry(pair)
                    .or_default()
                    .entry(placed.record)
                    .or_default()
                    .push(placed);
            }
        }
        self.into = vec![Vec::new(); self.nodes.len()];
        self.out_of = vec![Vec::new(); self.nodes.len()];
        for ((owner, owned), records) in between {
            let mut tie = Tie {
                owner,
                owned,
                shares: Held::default(),
                votes: Held::default(),
                control: false,
                consolidated: false,
                consolidated_through: false,
                influence: false,
                unknown: false,
                joint: false,
                places: BTreeSet::new(),
            };
            for placed in records.values() {
                tie.add(placed);
            }
            self.into[owned].push(self.ties.len());
            self.out_of[owner].push(self.ties.len());
            self.ties.push(tie);
        }
    }

    /// What a rule makes of each party that its listed owners reach.
    fn apply(&self, rule: &Rule, roots: &[usize]) -> Vec<(usize, OwnershipBasis)> {
        let groups: Vec<Vec<usize>> = if rule.together {
            vec![roots.to_vec()]
        } else {
            roots.iter().map(|&root| vec![root]).collect()
        };
        // The gravest of what the groups make of a party; among equals the group that holds most of it.
        let mut found: BTreeMap<usize, OwnershipBasis> = BTreeMap::new();
        for group in groups {
            let sure = self.grow(rule, &group, Bound::Sure);
            let possible = self.grow(rule, &group, Bound::Possible);
            for (members, effect) in [
                (&sure, OwnershipEffect::Blocked),
                (&possible, OwnershipEffect::Possible),
            ] {
                for (&node, &round) in members {
                    if round > 0
                        && (effect == OwnershipEffect::Blocked || !sure.contains_key(&node))
                    {
                        keep(&mut found, node, self.basis(rule, node, members, effect));
                    }
                }
            }
            let held = sure.keys().flat_map(|&owner| &self.out_of[owner]);
            for node in held.map(|&tie| self.ties[tie].owned) {
                if !possible.contains_key(&node) {
                    let basis = self.basis(rule, node, &sure, OwnershipEffect::Minority);
                    keep(&mut found, node, basis);
                }
            }
        }
        found.into_iter().collect()
    }

    /// The listed parties of `roots` and all that the rule reaches from them.
    fn grow(&self, rule: &Rule, roots: &[usize], bound: Bound) -> Members {
        let mut members: Members = roots.iter().map(|&root| (root, 0)).collect();
        let mut newest: Vec<usize> = roots.to_vec();
        for round in 1.. {
            let reached: BTreeSet<usize> = newest
                .iter()
                .flat_map(|&owner| &self.out_of[owner])
                .map(|&tie| self.ties[tie].owned)
                .filter(|node| !members.contains_key(node))
                .collect();
            newest = reached
                .into_iter()
                .filter(|&node| {
                    let all: Vec<usize> = self.members_ties(node, &members).collect();
                    rule_is_met(rule, self.sums(rule, &all, &members, bound))
                })
                .collect();
            if newest.is_empty() {
                break;
            }
            members.extend(newest.iter().map(|&node| (node, round)));
        }
        members
    }

    fn members_ties(&self, node: usize, members: &Members) -> impl Iterator<Item = usize> {
        self.into[node]
            .iter()
            .copied()
            .filter(|&tie| members.contains_key(&self.ties[tie].owner))
    }

    /// What the owners of `ties` hold together. What a listed party holds through others is stated for itself and, as
    /// the others' own holdings, a second time; for the lower bound, whichever sum is larger counts.
    fn sums(&self, rule: &Rule, ties: &[usize], members: &Members, bound: Bound) -> Sums {
        let mut sums = Sums::default();
        let (mut shares, mut votes) = ([Percent::ZERO; 2], [Percent::ZERO; 2]);
        for tie in ties.iter().map(|&tie| &self.ties[tie]) {
            let is_listed = members.get(&tie.owner) == Some(&0);
            for (held, totals) in [
                (tie.shares_by(rule), &mut shares),
                (tie.votes_by(rule), &mut votes),
            ] {
                let of = |share: Share| {
                    if bound == Bound::Sure {
                        share.low
                    } else {
                        share.high
                    }
                };
                totals[0] = totals[0].plus(of(held.direct));
                if is_listed || bound == Bound::Possible {
                    totals[1] = totals[1].plus(of(held.direct)).plus(of(held.through));
                }
            }
            sums.control |= tie.control
                || (rule.consolidation == Consolidation::Control
                    && (tie.consolidated || tie.consolidated_through))
                || (bound == Bound::Possible && (tie.influence || tie.unknown));
        }
        sums.shares = shares[0].max(shares[1]);
        sums.votes = votes[0].max(votes[1]);
        sums
    }

    /// Ties by which members hold a party, without those that lead back to it: what it owns itself is no reason.
    pub(crate) fn reasons(&self, node: usize, members: &Members) -> Vec<usize> {
        let round = members.get(&node).copied().unwrap_or(0);
        let is_before = |tie: usize| members[&self.ties[tie].owner] < round;
        let ties: Vec<usize> = self.members_ties(node, members).collect();
        if ties.iter().all(|&tie| is_before(tie)) {
            return ties;
        }
        let below = self.below(node, members);
        ties.into_iter()
            .filter(|&tie| is_before(tie) || !below.contains(&self.ties[tie].owner))
            .collect()
    }

    /// Members that a party holds, directly or through members.
    fn below(&self, node: usize, members: &Members) -> BTreeSet<usize> {
        let mut below = BTreeSet::new();
        let mut open = vec![node];
        while let Some(at) = open.pop() {
            for owned in self.out_of[at].iter().map(|&tie| self.ties[tie].owned) {
                if members.contains_key(&owned) && below.insert(owned) {
                    open.push(owned);
                }
            }
        }
        below
    }

    fn basis(
        &self,
        rule: &Rule,
        node: usize,
        members: &Members,
        effect: OwnershipEffect,
    ) -> OwnershipBasis {
        let reasons = self.reasons(node, members);
        let sure = self.sums(rule, &reasons, members, Bound::Sure);
        let possible = self.sums(rule, &reasons, members, Bound::Possible);
        let by = |threshold: Option<crate::rules::Threshold>, low: Percent, high: Percent| {
            let counted = match effect {
                OwnershipEffect::Blocked => threshold.is_some_and(|t| t.is_met(low)),
                OwnershipEffect::Possible => threshold.is_some_and(|t| t.is_met(high)),
                OwnershipEffect::Minority => high > Percent::ZERO,
            };
            counted.then_some(Share { low, high })
        };
        let shares = by(rule.shares, sure.shares, possible.shares);
        let votes = by(rule.votes, sure.votes, possible.votes).filter(|_| rule.votes.is_some());
        OwnershipBasis {
            rule: rule.id.clone(),
            source: rule.citation(),
            effect: if rule.status == Status::Suspended {
                effect.min(OwnershipEffect::Possible)
            } else {
                effect
            },
            share: shares.or(votes),
            chain: chain::sentence(self, node, members),
        }
    }
}

fn rule_is_met(rule: &Rule, sums: Sums) -> bool {
    rule.shares
        .is_some_and(|threshold| threshold.is_met(sums.shares))
        || rule
            .votes
            .is_some_and(|threshold| threshold.is_met(sums.votes))
        || (rule.control && sums.control)
}

fn keep(found: &mut BTreeMap<usize, OwnershipBasis>, node: usize, basis: OwnershipBasis) {
    let weight = |basis: &OwnershipBasis| (basis.effect, basis.share);
    match found.get(&node) {
        Some(known) if weight(known) >= weight(&basis) => {}
        _ => {
            found.insert(node, basis);
        }
    }
}

impl Tie {
    fn add(&mut self, record: &[Placed<'_>]) {
        let mut shares = Held::default();
        let mut votes = Held::default();
        let unknown = Share {
            low: Percent::ZERO,
            high: Percent::ALL,
        };
        for Placed { place, holding, .. } in record {
            self.places.insert((*place).to_string());
            self.joint |= holding.joint;
            let share = holding.share.unwrap_or(unknown);
            match holding.kind {
                HoldingKind::Shareholding => shares.add(share, holding.indirect),
                HoldingKind::Voting => votes.add(share, holding.indirect),
                HoldingKind::Control => self.control = true,
                HoldingKind::Consolidation if holding.indirect => self.consolidated_through = true,
                HoldingKind::Consolidation => self.consolidated = true,
                HoldingKind::Influence => self.influence = true,
                HoldingKind::Unknown => {
                    self.unknown = true;
                    let maybe = Share {
                        low: Percent::ZERO,
                        high: share.high,
                    };
                    shares.add(maybe, holding.indirect);
                    votes.add(maybe, holding.indirect);
                }
            }
        }
        self.shares = self.shares.or(shares);
        self.votes = self.votes.or(votes);
    }

    /// Shares as a rule counts them.
    fn shares_by(&self, rule: &Rule) -> Held {
        let mut held = self.jointly(self.shares, rule);
        if rule.consolidation == Consolidation::Over50 {
            let over_half = Share {
                low: over_half(),
                high: Percent::ALL,
            };
            if self.consolidated {
                held.direct = larger(held.direct, over_half);
            } else if self.consolidated_through {
                // The ultimate parent's stake is no more than what is over half in all.
                let rest = Share {
                    low: over_half.low.minus(held.direct.low),
                    high: over_half.high.minus(held.direct.high),
                };
                held.through = larger(held.through, rest);
            }
        }
        held
    }

    fn votes_by(&self, rule: &Rule) -> Held {
        self.jointly(self.votes, rule)
    }

    /// Where a rule asks for one owner, each of those who hold jointly is taken to hold all of it.
    fn jointly(&self, held: Held, rule: &Rule) -> Held {
        if self.joint && !rule.together && held.direct.high > Percent::ZERO {
            let all = Share {
                low: Percent::ALL,
                high: Percent::ALL,
            };
            return Held {
                direct: all,
                ..held
            };
        }
        held
    }
}

impl Held {
    fn add(&mut self, share: Share, through: bool) {
        let held = if through {
            &mut self.through
        } else {
            &mut self.direct
        };
        held.low = held.low.plus(share.low);
        held.high = held.high.plus(share.high);
    }

    fn or(self, other: Self) -> Self {
        Self {
            direct: larger(self.direct, other.direct),
            through: larger(self.through, other.through),
        }
    }
}

fn larger(left: Share, right: Share) -> Share {
    Share {
        low: left.low.max(right.low),
        high: left.high.max(right.high),
    }
}

/// The least that is more than half.
fn over_half() -> Percent {
    Percent::HALF.plus(Percent::STEP)
}

/// What tells that two records are one party: identifiers that are given out once, and register numbers of one country
/// where a name agrees too, since registers within a country may number alike.
fn identities(party: &Party) -> impl Iterator<Item = String> {
    let letters = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    party.identifiers.iter().flat_map(move |identifier| {
        let value = letters(&identifier.value);
        match (identifier.kind, identifier.country.as_deref()) {
            (IdentifierKind::Lei | IdentifierKind::Inn | IdentifierKind::Ogrn, _) => {
                vec![format!("{:?} {value}", identifier.kind)]
            }
            (IdentifierKind::Registration, Some(country)) => party
                .names
                .iter()
                .map(|name| format!("{country} {value} {}", letters(&name.text)))
                .collect(),
            _ => Vec::new(),
        }
    })
}

/// Representative of a set, paths halved on the way.
fn root(sets: &mut [usize], mut at: usize) -> usize {
    while sets[at] != at {
        sets[at] = sets[sets[at]];
        at = sets[at];
    }
    at
}
