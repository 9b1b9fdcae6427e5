//! Why a rule reaches a party, in words: every holding on the way from listed owners down to it, owners first.

use std::collections::BTreeSet;

use model::{Percent, Share};

use crate::graph::{Graph, Members, Tie};

/// Holdings told in one sentence; a chain with more says how many are left out.
const MOST_TOLD: usize = 24;
/// Steps that a chain is followed upwards.
const MOST_STEPS: usize = 64;

/// The chains that make `node` one that the rule concerns.
pub(crate) fn sentence(graph: &Graph<'_>, node: usize, members: &Members) -> String {
    let mut ties = Vec::new();
    collect(
        graph,
        node,
        members,
        MOST_STEPS,
        &mut BTreeSet::new(),
        &mut ties,
    );
    let mut told = BTreeSet::new();
    let mut clauses: Vec<String> = ties
        .iter()
        .rev()
        .take(MOST_TOLD)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .map(|&tie| clause(graph, &graph.ties[tie], &mut told))
        .collect();
    if ties.len() > MOST_TOLD {
        clauses.insert(0, format!("{} holdings further up", ties.len() - MOST_TOLD));
    }
    clauses.join("; ")
}

/// Reasons of a node behind the reasons of its owners.
fn collect(
    graph: &Graph<'_>,
    node: usize,
    members: &Members,
    steps: usize,
    seen: &mut BTreeSet<usize>,
    ties: &mut Vec<usize>,
) {
    if steps == 0 || !seen.insert(node) {
        return;
    }
    for tie in graph.reasons(node, members) {
        let owner = graph.ties[tie].owner;
        if members.get(&owner).is_some_and(|&round| round > 0) {
            collect(graph, owner, members, steps - 1, seen, ties);
        }
        ties.push(tie);
    }
}

/// `"A" (ofac-sdn:1, by LEI …) holds 60 % of "B" [file.json:12]`.
fn clause(graph: &Graph<'_>, tie: &Tie, told: &mut BTreeSet<usize>) -> String {
    let listed = if told.insert(tie.owner) {
        listed(graph, tie.owner)
    } else {
        String::new()
    };
    let places: Vec<&str> = tie.places.iter().take(3).map(String::as_str).collect();
    format!(
        "{}{listed} holds {} of {} [{}]",
        name(graph, tie.owner),
        holding(tie),
        name(graph, tie.owned),
        places.join(", ")
    )
}

fn name(graph: &Graph<'_>, node: usize) -> String {
    let node = &graph.nodes[node];
    format!(
        "\"{}\"",
        node.party.map_or(node.record, |party| party.caption())
    )
}

fn listed(graph: &Graph<'_>, node: usize) -> String {
    let entries: Vec<String> = graph.nodes[node]
        .listed
        .iter()
        .take(4)
        .map(|entry| format!("{}, {}", entry.entity_id, entry.how))
        .collect();
    if entries.is_empty() {
        String::new()
    } else {
        format!(" ({})", entries.join("; "))
    }
}

fn holding(tie: &Tie) -> String {
    let mut parts = Vec::new();
    let is_stated =
        |share: Share| share.high > Percent::ZERO && (!tie.unknown || share.low > Percent::ZERO);
    if is_stated(tie.shares.direct) {
        parts.push(tie.shares.direct.to_string());
    }
    if is_stated(tie.shares.through) {
        parts.push(format!("{} through others", tie.shares.through));
    }
    let votes = [
        (tie.votes.direct, ""),
        (tie.votes.through, " through others"),
    ];
    for (share, how) in votes.into_iter().filter(|(share, _)| is_stated(*share)) {
        parts.push(format!("{share} of the votes{how}"));
    }
    for (stated, words) in [
        (tie.control, "control"),
        (
            tie.consolidated,
            "control as the parent that consolidates it",
        ),
        (
            tie.consolidated_through && !tie.consolidated,
            "control as the ultimate parent that consolidates it",
        ),
        (tie.influence, "an office or a say"),
        (tie.unknown, "an interest of unknown kind or size"),
    ] {
        if stated {
            parts.push(words.to_string());
        }
    }
    if parts.is_empty() {
        parts.push("nothing".to_string());
    }
    let joint = if tie.joint {
        ", jointly with others,"
    } else {
        ""
    };
    format!("{}{joint}", parts.join(" and "))
}
