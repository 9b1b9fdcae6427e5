//! What other rows, decisions and reports add: new, dormant and surging parties (P04, P05, P06, H03), trade out of
//! line with their own (P07), shared addresses (P08, P10), successors of listed parties (P09), second legs (R04), kits
//! in parts (G09), earlier decisions (H01), first deals (H02), claims (C01).

use model::{Background, Factuality, LegLink, PartialDate, PartyPast, Role};

use crate::day::day_number;
use crate::fold::fold;
use crate::owned;
use crate::route::country;
use crate::score::Hit;
use crate::seen::{Seen, barred};
use crate::tables::tables;

/// Flags that the background of a shipment raises.
pub(crate) fn hits(seen: &Seen, hits: &mut Vec<Hit>) {
    same_address(seen, hits);
    let Some(background) = seen.shipment.background.as_deref() else {
        return;
    };
    newcomer(seen, background, hits);
    new_goods(seen, background, hits);
    out_of_line(seen, background, hits);
    mass_address(seen, background, hits);
    successor(seen, hits);
    second_leg(background, hits);
    kit(background, hits);
    first_deal(seen, background, hits);
    dormant(background, hits);
    decided(background, hits);
    claimed(background, hits);
}

/// Days from `earlier` to `later`.
fn days(earlier: PartialDate, later: PartialDate) -> Option<i32> {
    Some(day_number(later)? - day_number(earlier)?)
}

fn name<'a>(seen: &Seen<'a>, role: Role) -> &'a str {
    seen.party(role).map_or("", |party| party.name)
}

/// The party is where diligence is asked for: a hub or a destination of concern, or in no known country.
fn outside(seen: &Seen, role: Role) -> bool {
    seen.country_of(role)
        .or(match role {
            Role::Consignor => seen.dispatch(),
            _ => seen.destination(),
        })
        .is_none_or(|code| barred(code, seen.shipment.date) || tables().hubs.contains_key(code))
}

fn new_since(past: &PartyPast, background: &Background) -> bool {
    let rules = &tables().history;
    let after_control = day_number(past.first_seen).is_some_and(|day| day >= rules.control_day);
    let observed = background
        .records
        .as_ref()
        .and_then(|records| days(records.from, past.first_seen))
        .is_some_and(|days| days >= rules.records_before_days);
    after_control && observed
}

fn newcomer(seen: &Seen, background: &Background, hits: &mut Vec<Hit>) {
    let rules = &tables().history;
    let Some(date) = seen.shipment.date else {
        return;
    };
    let youngest = background
        .parties
        .iter()
        .filter(|past| new_since(past, background) && outside(seen, past.role))
        .filter_map(|past| Some((days(past.first_seen, date)?, past)))
        .filter(|(age, _)| (0..=rules.new_party_days).contains(age))
        .min_by_key(|(age, _)| *age);
    if let Some((age, past)) = youngest {
        // All of the weight in the first quarter of the year, a third of it at the end; and less where many parties of
        // the run are as new, none where half of them are.
        let young = 1.0 - f64::from((age - 90).max(0)) / f64::from(rules.new_party_days);
        let newcomers = background
            .records
            .as_ref()
            .map_or(1.0, |records| records.newcomers);
        let rare = (0.5 / newcomers.max(1e-4)).ln() / 25f64.ln();
        let share = young.max(0.3) * rare.clamp(0.0, 1.0);
        if share <= 0.0 {
            return;
        }
        hits.push(
            Hit::new("P04", "new")
                .share(share)
                .saw("newcomers", format!("{:.1} %", newcomers * 100.0))
                .saw("role", past.role.as_str())
                .saw("name", name(seen, past.role))
                .saw("first_seen", past.first_seen.to_string())
                .saw("rows", past.rows.to_string()),
        );
    }
}

/// Goods that a known party never traded before the control date (P05), or much less (P06).
fn new_goods(seen: &Seen, background: &Background, hits: &mut Vec<Hit>) {
    let rules = &tables().history;
    let after = seen
        .shipment
        .date
        .and_then(day_number)
        .is_some_and(|day| day >= rules.control_day);
    if !after {
        return;
    }
    for past in background
        .parties
        .iter()
        .filter(|past| past.rows_before >= 3 && outside(seen, past.role))
    {
        let evidence = |hit: Hit| {
            hit.saw("role", past.role.as_str())
                .saw("name", name(seen, past.role))
                .saw("heading_rows", past.heading_rows.to_string())
                .saw("heading_rows_before", past.heading_rows_before.to_string())
                .saw("rows_before", past.rows_before.to_string())
        };
        if past.heading_rows_before == 0 && past.heading_rows > 0 {
            let share = (f64::from(past.rows_before) / 10.0).min(1.0);
            hits.push(evidence(Hit::new("P05", "heading").share(share)));
            return;
        }
        let spans = background.records.as_ref().and_then(|records| {
            let (first, last) = (day_number(records.from)?, day_number(records.to)?);
            let before = f64::from(rules.control_day - first);
            let after = f64::from(last - rules.control_day + 1);
            (before >= f64::from(rules.records_before_days)).then_some((before, after))
        });
        let Some((before_days, after_days)) = spans else {
            continue;
        };
        let after_rows = past.heading_rows - past.heading_rows_before;
        let before_rate = f64::from(past.heading_rows_before) / before_days;
        let factor = f64::from(after_rows) / after_days / before_rate;
        if past.heading_rows_before > 0
            && after_rows >= rules.surge_rows
            && factor >= rules.surge_factor
        {
            let hit = Hit::new("P06", "surge").saw("factor", format!("{factor:.1}"));
            hits.push(evidence(hit));
            return;
        }
    }
}

/// A party whose other rows lie in other chapters (P07), unless its name says so already.
fn out_of_line(seen: &Seen, background: &Background, hits: &mut Vec<Hit>) {
    let rules = &tables().history;
    if hits.iter().any(|hit| hit.flag == "P07") {
        return;
    }
    let Some(chapter) = seen.shipment.hs.as_ref().map(model::HsCode::hs2) else {
        return;
    };
    if !matches!(chapter, "36" | "84" | "85" | "87" | "88" | "90" | "93") {
        return;
    }
    let odd = background.parties.iter().find(|past| {
        let others = past.rows.saturating_sub(past.chapter_rows);
        others >= rules.usual_rows
            && f64::from(past.chapter_rows) <= rules.unusual_share * f64::from(past.rows)
            // A trader in machines who adds instruments is in line.
            && past
                .chapters
                .first()
                .is_some_and(|(usual, _)| !matches!(usual.as_str(), "84" | "85" | "87" | "88" | "90" | "93"))
    });
    if let Some(past) = odd {
        let usual: Vec<&str> = past
            .chapters
            .iter()
            .map(|(chapter, _)| chapter.as_str())
            .collect();
        hits.push(
            Hit::new("P07", "history")
                .saw("role", past.role.as_str())
                .saw("name", name(seen, past.role))
                .saw("usual_chapters", usual.join(", "))
                .saw("chapter", chapter)
                .saw("rows", past.rows.to_string()),
        );
    }
}

fn mass_address(seen: &Seen, background: &Background, hits: &mut Vec<Hit>) {
    let shared = background
        .parties
        .iter()
        .filter(|past| past.address_shared_by >= tables().history.shared_address)
        .max_by_key(|past| past.address_shared_by);
    if let Some(past) = shared {
        let address = seen
            .party(past.role)
            .and_then(|party| party.address)
            .unwrap_or_default();
        hits.push(
            Hit::new("P08", "address")
                .saw("role", past.role.as_str())
                .saw("name", name(seen, past.role))
                .saw("address", address)
                .saw("shared_by", past.address_shared_by.to_string()),
        );
    }
}

/// Consignor and consignee at one address or under one phone number (P10), unless their names say so already.
fn same_address(seen: &Seen, hits: &mut Vec<Hit>) {
    if hits.iter().any(|hit| hit.flag == "P10") {
        return;
    }
    let (Some(from), Some(to)) = (seen.party(Role::Consignor), seen.party(Role::Consignee)) else {
        return;
    };
    let (Some(a), Some(b)) = (from.address, to.address) else {
        return;
    };
    if from.name == to.name {
        return;
    }
    let phones = |text: &str| -> Vec<String> {
        text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | ' ')))
            .map(|run| run.chars().filter(char::is_ascii_digit).collect())
            .filter(|digits: &String| (10..=15).contains(&digits.len()))
            .collect()
    };
    let shared = if fold(a) == fold(b) && fold(a).chars().count() >= 12 {
        Some(a.to_string())
    } else {
        let known = phones(b);
        phones(a).into_iter().find(|phone| known.contains(phone))
    };
    if let Some(shared) = shared {
        hits.push(
            Hit::new("P10", "contact")
                .saw("consignor", from.name)
                .saw("consignee", to.name)
                .saw("shared", shared),
        );
    }
}

fn successor(seen: &Seen, hits: &mut Vec<Hit>) {
    let listed = seen
        .predecessors
        .iter()
        .filter_map(|(past, matched)| Some((past, matched.as_ref()?)))
        .filter(|(_, matched)| !owned::is_flag(matched))
        .filter(|(_, matched)| matched.score >= seen.strict)
        .max_by(|(_, a), (_, b)| a.probability.total_cmp(&b.probability));
    if let Some((past, matched)) = listed {
        hits.push(
            Hit::new("P09", "listed")
                .share(matched.probability)
                .saw("role", past.party.role.as_str())
                .saw("name", name(seen, past.party.role))
                .saw("first_seen", past.successor_first_seen.to_string())
                .saw("predecessor", past.party.name.as_str())
                .saw("predecessor_last_seen", past.last_seen.to_string())
                .saw(
                    "entry",
                    format!("{} ({})", matched.matched_name, matched.entity_id),
                ),
        );
    }
}

fn second_leg(background: &Background, hits: &mut Vec<Hit>) {
    let Some(leg) = &background.other_leg else {
        return;
    };
    let level = match leg.link {
        LegLink::Party => "party",
        LegLink::Goods => "goods",
        LegLink::Quantity => "quantity",
    };
    hits.push(
        Hit::new("R04", level)
            .saw("other_row", leg.row_id.as_str())
            .saw("hub", country(&leg.hub))
            .saw(
                "direction",
                if leg.outward {
                    "went on from the hub"
                } else {
                    "came into the hub"
                },
            )
            .saw("days", leg.days.to_string())
            .saw("ratio", format!("{:.2}", leg.ratio)),
    );
}

fn kit(background: &Background, hits: &mut Vec<Hit>) {
    let Some(kit) = &background.kit else { return };
    let more = kit.parts.len() - tables().history.kit_parts.min(kit.parts.len());
    hits.push(
        Hit::new("G09", "kit")
            // Three parts are half of it, five all.
            .share((0.5 + 0.25 * more as f64).min(1.0))
            .saw("whole", kit.whole.as_str())
            .saw("parts", kit.parts.join(", ")),
    );
}

fn first_deal(seen: &Seen, background: &Background, hits: &mut Vec<Hit>) {
    let first =
        background.pair_first_seen.is_some() && background.pair_first_seen == seen.shipment.date;
    let observed = background
        .records
        .as_ref()
        .zip(seen.shipment.date)
        .and_then(|(records, date)| days(records.from, date))
        .is_some_and(|days| days >= tables().history.records_before_days);
    if let Some(usd) = seen.usd()
        && first
        && observed
        && usd >= tables().history.first_pair_usd
    {
        hits.push(
            Hit::new("H02", "pair")
                .saw("consignor", name(seen, Role::Consignor))
                .saw("consignee", name(seen, Role::Consignee))
                .saw("value_usd", format!("{usd:.0}")),
        );
    }
}

fn dormant(background: &Background, hits: &mut Vec<Hit>) {
    let longest = background
        .parties
        .iter()
        .filter(|past| past.silent_months >= tables().history.dormant_months)
        .max_by_key(|past| past.silent_months);
    if let Some(past) = longest {
        hits.push(
            Hit::new("H03", "dormant")
                .saw("role", past.role.as_str())
                .saw("silent_months", past.silent_months.to_string()),
        );
    }
}

fn decided(background: &Background, hits: &mut Vec<Hit>) {
    let gravest = background
        .decisions
        .iter()
        .filter_map(|decision| {
            let level = match decision.code.as_str() {
                "BLOCK" | "REPORT" | "REJECT" | "PUBLISHABLE" => "confirmed",
                "HOLD" | "ESC" => "held",
                _ => return None,
            };
            Some((level, decision))
        })
        .min_by_key(|(level, decision)| (*level, decision.finding_id.clone()));
    if let Some((level, decision)) = gravest {
        hits.push(
            Hit::new("H01", level)
                .saw("role", decision.role.as_str())
                .saw("finding", decision.finding_id.as_str())
                .saw("decision", decision.code.as_str()),
        );
    }
}

/// Claims are evidence by their grade: never a gate, and a denial says little.
fn claimed(background: &Background, hits: &mut Vec<Hit>) {
    let weighed = background.claims.iter().map(|claim| {
        let (level, stance) = match claim.factuality {
            Factuality::Asserted => ("supplies", 1.0),
            Factuality::Reported => ("supplies", 0.7),
            Factuality::Planned => ("supplies", 0.6),
            Factuality::Possible => ("supplies", 0.4),
            Factuality::NotObserved | Factuality::Denied | Factuality::Unknown => ("denied", 1.0),
        };
        (
            level,
            stance * reliability(claim.grade) * claim.same_party,
            claim,
        )
    });
    let heaviest = weighed.max_by(|(a_level, a, _), (b_level, b, _)| {
        (*a_level == "supplies")
            .cmp(&(*b_level == "supplies"))
            .then(a.total_cmp(b))
    });
    if let Some((level, share, claim)) = heaviest {
        hits.push(
            Hit::new("C01", level)
                .share(share)
                .saw("role", claim.role.as_str())
                .saw("claim", claim.claim_id.as_str())
                .saw("factuality", stance(claim.factuality))
                .saw("grade", claim.grade.to_string())
                .saw("quote", claim.quote.chars().take(300).collect::<String>()),
        );
    }
}

/// A factuality in words.
fn stance(factuality: Factuality) -> &'static str {
    match factuality {
        Factuality::Asserted => "asserted",
        Factuality::Reported => "reported",
        Factuality::Possible => "possible",
        Factuality::NotObserved => "not observed",
        Factuality::Denied => "denied",
        Factuality::Unknown => "unknown",
        Factuality::Planned => "planned",
    }
}

/// Share of a claim's weight by the Admiralty letter of its source.
fn reliability(grade: model::Grade) -> f64 {
    use model::Reliability::{A, B, C, D, E, F};
    match grade.reliability {
        A => 1.0,
        B => 0.9,
        C => 0.7,
        D => 0.4,
        E => 0.2,
        F => 0.5,
    }
}
