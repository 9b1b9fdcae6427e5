//! Gates: rules that decide by themselves and are never averaged away.

use goods::{Action, Assessment, GoodsGrade, GoodsMention, Strength};
use model::{GateHit, Role};

use crate::owned;
use crate::route::country;
use crate::seen::Seen;
use crate::tables::{Control, tables};

/// Gates that close, and under which key of the explanations table each is explained.
pub(crate) fn gates(seen: &Seen) -> Vec<(GateHit, &'static str)> {
    let mut gates = Vec::new();
    listed_party(seen, &mut gates);
    embargoed_goods(seen, &mut gates);
    arms_code(seen, &mut gates);
    gates
}

fn listed_party(seen: &Seen, gates: &mut Vec<(GateHit, &'static str)>) {
    // A vessel hit without evidence about the goods is a lead, not a gate.
    for party in seen
        .parties
        .iter()
        .filter(|party| party.role != Role::Vessel)
    {
        let Some(matched) = party.matched.filter(|matched| matched.score >= seen.strict) else {
            continue;
        };
        if owned::is_owned(matched) {
            let owned = owned::gates(party.role, party.name, matched);
            gates.extend(owned.into_iter().map(|gate| (gate, "gate:owned")));
            continue;
        }
        let gate = GateHit {
            id: "P01".to_string(),
            reason: format!(
                "{} \"{}\" matches \"{}\" on {} (entry {}, score {:.3})",
                party.role.as_str(),
                party.name,
                matched.matched_name,
                matched.dataset,
                matched.entity_id,
                matched.score
            ),
            source: format!("list {}", matched.dataset),
        };
        gates.push((gate, "gate:listed"));
    }
}

fn embargoed_goods(seen: &Seen, gates: &mut Vec<(GateHit, &'static str)>) {
    let goods = seen.goods;
    let Some(to) = seen.destination() else { return };
    let Some(row) = tables().destination(to, seen.shipment.date) else {
        return;
    };
    // Trade inside the country is no export to it.
    if seen.dispatch() == Some(to) {
        return;
    }
    let strong = goods
        .lead
        .map(|at| &goods.mentions[at])
        .filter(|mention| mention.strength == Strength::Strong && is_the_good(goods, mention));
    let by_text = strong.map_or(GoodsGrade::Ordinary, |mention| {
        goods::category_grade(mention.category)
    });
    // Of codes that ordinary goods are declared under too (car engines under aircraft engines), only the score speaks.
    let entry = goods.arms_entry().filter(|entry| {
        let grade = entry
            .category
            .map_or(GoodsGrade::Ordinary, goods::category_grade);
        entry.action >= Action::BlockOrLicence
            || (entry.action == Action::ReviewHigh && grade >= GoodsGrade::Military)
    });
    let by_code = entry
        .and_then(|entry| entry.category)
        .map_or(GoodsGrade::Ordinary, goods::category_grade);
    let grade = by_text.max(by_code);
    let closes = match row.control {
        Control::Comprehensive => grade >= GoodsGrade::DualUse || goods.high_priority().is_some(),
        Control::Military => grade >= GoodsGrade::DualUse,
        Control::Arms => grade >= GoodsGrade::Military,
    };
    if !closes {
        return;
    }
    let told_by = match (strong, entry) {
        (Some(mention), _) if by_text >= by_code => format!(
            "the words \"{}\" name {}",
            goods.phrase(mention),
            goods::category_meaning(mention.category)
        ),
        (_, Some(entry)) => format!(
            "code {} is {} ({entry})",
            seen.shipment.hs.as_ref().map_or("", |hs| hs.as_str()),
            entry.description
        ),
        _ => goods.high_priority().map_or(String::new(), |entry| {
            format!("the code is on the list of {entry}")
        }),
    };
    let what = if grade > GoodsGrade::Ordinary {
        grade
    } else {
        GoodsGrade::HighPriority
    };
    let gate = GateHit {
        id: "R01".to_string(),
        reason: format!("{} goods to {}: {told_by}", what.as_str(), country(to)),
        source: row.basis.clone(),
    };
    gates.push((gate, "gate:embargo"));
}

/// Whether the words name the good itself: "batteries for phones, toys and quadcopters" are no aircraft. Words for parts
/// say so themselves.
fn is_the_good(goods: &Assessment, mention: &GoodsMention) -> bool {
    if mention.category != "uav" {
        return true;
    }
    let before = goods.text.get(..mention.start).unwrap_or("").to_lowercase();
    let near: String = before.chars().rev().take(PURPOSE_REACH).collect();
    !PURPOSE_WORDS
        .iter()
        .any(|word| near.contains(&word.chars().rev().collect::<String>()))
}

/// How far before the words a word of purpose counts, in characters.
const PURPOSE_REACH: usize = 100;

/// Words after which a text says what goods are for.
const PURPOSE_WORDS: [&str; 8] = [
    "для ",
    "предназнач",
    "for ",
    "suitable",
    "用于",
    "适用",
    "için",
    "für ",
];

fn arms_code(seen: &Seen, gates: &mut Vec<(GateHit, &'static str)>) {
    let Some(entry) = seen
        .goods
        .arms_entry()
        .filter(|entry| entry.action == Action::Block)
    else {
        return;
    };
    let gate = GateHit {
        id: "G02".to_string(),
        reason: format!(
            "code {} is {} ({entry})",
            seen.shipment.hs.as_ref().map_or("", |hs| hs.as_str()),
            entry.description
        ),
        source: entry.source.to_string(),
    };
    gates.push((gate, "gate:arms_code"));
}
