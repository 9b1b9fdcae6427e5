//! Parties: list matches (P01), defence end users (P13), forwarders and banks as consignees (P11, P12), business at
//! odds with the goods (P07), near-identical names on both sides (P10).

use model::{PartyMatch, Role, TradeParty};

use crate::owned;
use crate::score::Hit;
use crate::seen::Seen;
use crate::tables::tables;

/// What a party's name says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartyKind {
    /// Named in the table of defence parties: level, what it is.
    Defence(&'static str, &'static str),
    /// Named by a line of business, at odds with these kinds of goods.
    Business(&'static str, &'static str),
}

/// What a party's name says, by the tables of defence parties and of lines of business.
pub(crate) fn kinds(party: &TradeParty) -> Vec<PartyKind> {
    let name: String = party
        .name
        .chars()
        .take(300)
        .flat_map(char::to_lowercase)
        .collect();
    let name = name.replace('ё', "е");
    let tables = tables();
    let defence = tables
        .defence
        .iter()
        .find(|pattern| pattern.regex.is_match(&name))
        .map(|pattern| PartyKind::Defence(&pattern.name, &pattern.what));
    let businesses = tables
        .businesses
        .iter()
        .filter(|pattern| pattern.regex.is_match(&name))
        .map(|pattern| PartyKind::Business(&pattern.name, &pattern.what));
    defence.into_iter().chain(businesses).collect()
}

/// Flags of the party group.
pub(crate) fn hits(seen: &Seen, hits: &mut Vec<Hit>) {
    listed(seen, hits);
    defence(seen, hits);
    intermediary_as_consignee(seen, hits);
    business_at_odds(seen, hits);
    near_identical_names(seen, hits);
}

fn listed(seen: &Seen, hits: &mut Vec<Hit>) {
    // One flag for the surest match: matches of several parties are seldom independent.
    let surest = seen
        .parties
        .iter()
        .filter_map(|party| party.matched.map(|matched| (party, matched)))
        .filter(|(_, matched)| !owned::is_owned(matched))
        .max_by(|(_, a), (_, b)| a.score.total_cmp(&b.score));
    let Some((party, matched)) = surest else {
        return;
    };
    // Below the strict threshold ordinary names match too, two in a thousand of them, so such a match says little more
    // than that one should look if anything else is odd: less the nearer it lies to the lower end.
    let (level, share) = if matched.score >= seen.strict {
        // A listed ship says less of the goods aboard than a listed owner does of his goods.
        let level = match party.role {
            Role::Vessel => "vessel",
            _ => "listed",
        };
        (level, matched.probability)
    } else {
        ("possible", below_strict(seen, matched))
    };
    hits.push(
        Hit::new("P01", level)
            .share(share)
            .saw("role", party.role.as_str())
            .saw("name", party.name)
            .saw(
                "entry",
                format!("{} ({})", matched.matched_name, matched.entity_id),
            )
            .saw("list", matched.dataset.as_str())
            .saw("probability", format!("{:.3}", matched.probability)),
    );
}

/// Share of its weight that a match below the strict threshold has: a half at the lower end, all at the upper.
pub(crate) fn below_strict(seen: &Seen, matched: &PartyMatch) -> f64 {
    let width = (seen.strict - names::BALANCED).max(f64::MIN_POSITIVE);
    let place = ((matched.score - names::BALANCED) / width).clamp(0.0, 1.0);
    0.5 + 0.5 * place
}

fn defence(seen: &Seen, hits: &mut Vec<Hit>) {
    let domestic = match (seen.dispatch(), seen.destination()) {
        (Some(from), Some(to)) => from == to,
        _ => false,
    };
    let concern = seen
        .destination()
        .is_some_and(|code| tables().destination(code, seen.shipment.date).is_some());
    // Arms makers sell abroad every day: what is sent to a defence user tells, and what a maker sends to a
    // destination of concern tells half as much.
    let named = |receives: bool| {
        seen.parties
            .iter()
            .filter(move |party| {
                receives != matches!(party.role, Role::Consignor | Role::Manufacturer)
            })
            .flat_map(|party| party.kinds.iter().map(move |kind| (party, kind)))
            .find_map(|(party, kind)| match kind {
                PartyKind::Defence(level, what) => Some((party, *level, *what)),
                PartyKind::Business(..) => None,
            })
    };
    let receiver = named(true).map(|found| (found, 1.0));
    let sender = named(false).filter(|_| concern).map(|found| (found, 0.5));
    if let Some(((party, level, what), share)) = receiver.or(sender).filter(|_| !domestic) {
        hits.push(
            Hit::new("P13", level)
                .share(share)
                .saw("role", party.role.as_str())
                .saw("name", party.name)
                .saw("reads_as", what),
        );
        return;
    }
    let wording = seen.goods.mentions.iter().find(|m| {
        m.category == "military_wording" && m.active() && m.strength >= goods::Strength::Medium
    });
    if let Some(mention) = wording {
        hits.push(Hit::new("P13", "wording").saw("words", seen.goods.words(mention)));
    }
}

fn intermediary_as_consignee(seen: &Seen, hits: &mut Vec<Hit>) {
    let Some(consignee) = seen.party(Role::Consignee) else {
        return;
    };
    let is = |wanted: &str| {
        consignee
            .kinds
            .iter()
            .any(|kind| matches!(kind, PartyKind::Business(business, _) if *business == wanted))
    };
    if is("forwarder") {
        hits.push(Hit::new("P11", "forwarder").saw("consignee", consignee.name));
    } else if is("bank") && seen.party(Role::NotifyParty).is_none() {
        hits.push(Hit::new("P12", "bank").saw("consignee", consignee.name));
    }
}

fn business_at_odds(seen: &Seen, hits: &mut Vec<Hit>) {
    let high_priority = seen.goods.high_priority().is_some();
    let category = seen.goods.category.unwrap_or("");
    let family = seen.goods.family.map_or("", model::GoodsFamily::as_str);
    let chapter = seen.shipment.hs.as_ref().map_or("", |hs| hs.hs2());
    for party in &seen.parties {
        for kind in party.kinds {
            let PartyKind::Business(business, at_odds) = kind else {
                continue;
            };
            let clash = at_odds
                .split('|')
                .filter(|kind| !kind.is_empty())
                .any(|kind| {
                    kind == category
                        || kind == family
                        || (kind == "electronics"
                            && high_priority
                            && matches!(chapter, "84" | "85" | "90"))
                        || (kind == "electronics" && category == "compute")
                });
            if clash {
                hits.push(
                    Hit::new("P07", "name")
                        .saw("role", party.role.as_str())
                        .saw("name", party.name)
                        .saw("business", *business)
                        .saw(
                            "goods",
                            if category.is_empty() {
                                family
                            } else {
                                category
                            },
                        ),
                );
                return;
            }
        }
    }
}

fn near_identical_names(seen: &Seen, hits: &mut Vec<Hit>) {
    let (Some(from), Some(to)) = (seen.party(Role::Consignor), seen.party(Role::Consignee)) else {
        return;
    };
    if from.country.is_none() || from.country == to.country {
        return;
    }
    // The same distinctive words at the start, legal forms and lines of business aside.
    let words = |name: &str| -> Vec<String> {
        name.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty() && !COMMON_WORDS.contains(word))
            .map(str::to_string)
            .collect()
    };
    let (from_words, to_words) = (words(from.name), words(to.name));
    let shared = from_words
        .iter()
        .zip(&to_words)
        .take_while(|(a, b)| a == b)
        .count();
    let letters: usize = from_words
        .iter()
        .take(shared)
        .map(|word| word.chars().count())
        .sum();
    if shared >= 1 && letters >= 7 {
        hits.push(
            Hit::new("P10", "name")
                .saw("consignor", from.name)
                .saw("consignee", to.name),
        );
    }
}

/// Words that names of unrelated companies share.
const COMMON_WORDS: [&str; 40] = [
    "the",
    "of",
    "and",
    "co",
    "company",
    "ltd",
    "limited",
    "llc",
    "inc",
    "corp",
    "corporation",
    "gmbh",
    "ag",
    "sa",
    "srl",
    "spa",
    "bv",
    "jsc",
    "ooo",
    "ооо",
    "ао",
    "зао",
    "пао",
    "оао",
    "ип",
    "group",
    "international",
    "trading",
    "trade",
    "global",
    "import",
    "export",
    "china",
    "russia",
    "example",
    "industrial",
    "industries",
    "shanghai",
    "shenzhen",
    "beijing",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expect: &[&str]) {
        let party = TradeParty {
            role: Role::Consignee,
            name: name.to_string(),
            country: None,
            address: None,
            identifier: None,
        };
        let got: Vec<&str> = kinds(&party)
            .iter()
            .map(|kind| match kind {
                PartyKind::Defence(level, _) => *level,
                PartyKind::Business(business, _) => *business,
            })
            .collect();
        assert_eq!(got, expect, "{name}");
    }

    #[test]
    fn names_say_what_a_party_is() {
        check("АО «Рособоронэкспорт»", &["ministry"]);
        check("Barnaul Cartridge Plant JSC", &["arms_maker"]);
        check("ВОЙСКОВАЯ ЧАСТЬ 12345", &["ministry"]);
        check("Shreya Life Sciences Pvt Ltd", &["pharma"]);
        check("Globus Freight Forwarding LLC", &["forwarder"]);
        check("中国北方工业有限公司", &["arms_maker"]);
        check("Klassen Küchen GmbH", &[]);
        check("Arsenalna Coffee", &["food"]);
        check("Steel Valves Trading", &[]);
    }
}
