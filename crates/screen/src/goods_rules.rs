//! Goods: code on a list (G01, G02), text against code (G03), named models (G04), vague text (G06), cover wording
//! (G07), an end use that does not fit (G08), a code that the classifier finds surprising (G05).

use goods::{Action, Strength};

use crate::score::Hit;
use crate::seen::Seen;
use crate::tables::tables;

/// Flags of the goods group.
pub(crate) fn hits(seen: &Seen, hits: &mut Vec<Hit>) {
    high_priority(seen, hits);
    arms_code(seen, hits);
    text_against_code(seen, hits);
    model(seen, hits);
    wording(seen, hits);
    end_use(seen, hits);
}

fn declared(seen: &Seen) -> String {
    seen.shipment
        .hs
        .as_ref()
        .map_or_else(|| "no code".to_string(), |hs| hs.to_string())
}

fn high_priority(seen: &Seen, hits: &mut Vec<Hit>) {
    if let Some(entry) = seen.goods.high_priority() {
        // One code is one piece of evidence: where G02 reads it as arms or their parts, that says more.
        if seen
            .goods
            .arms_entry()
            .is_some_and(|entry| entry.action >= Action::Review)
        {
            return;
        }
        let level = match entry.tier {
            Some("1") => "1",
            Some("2") => "2",
            Some("3B") => "3B",
            Some("4A") => "4A",
            Some("4B") => "4B",
            _ => "3A",
        };
        hits.push(
            Hit::new("G01", level)
                .saw("declared", declared(seen))
                .saw("entry", entry.to_string())
                .saw("meaning", entry.description),
        );
    } else if seen.shipment.hs.is_none()
        && let Some(mention) = seen.goods.mentions.iter().find(|m| {
            m.active()
                && matches!(
                    m.category,
                    "chip" | "compute" | "machine_tool" | "navigation"
                )
        })
    {
        // Rows without a code: the words say that the code would be on the list.
        hits.push(
            Hit::new("G01", "text")
                .saw("words", seen.goods.words(mention))
                .saw("declared", "no code")
                .saw("expected", mention.expected_hs.join("|")),
        );
    }
}

fn arms_code(seen: &Seen, hits: &mut Vec<Hit>) {
    let Some(entry) = seen.goods.arms_entry() else {
        return;
    };
    let level = match entry.action {
        Action::Block => "block",
        Action::BlockOrLicence => "block_or_licence",
        Action::ReviewHigh => "review_high",
        Action::Review => "review",
        Action::Info => "info",
        Action::Context | Action::Chpl => return,
    };
    let mut hit = Hit::new("G02", level)
        .saw("declared", declared(seen))
        .saw("entry", entry.to_string())
        .saw("meaning", entry.description);
    if let Some(also) = seen.goods.high_priority() {
        hit = hit.saw("also_on", also.to_string());
    }
    hits.push(hit);
}

fn text_against_code(seen: &Seen, hits: &mut Vec<Hit>) {
    let goods = seen.goods;
    if let Some(lead) = goods.lead {
        let mention = &goods.mentions[lead];
        let strong = mention.strength == Strength::Strong;
        let code_says_so = goods
            .arms_entry()
            .is_some_and(|entry| entry.action >= Action::Review);
        let level = match (goods.text_code_conflict.is_some(), code_says_so, strong) {
            (true, _, true) => "conflict_strong",
            (true, _, false) => "conflict_medium",
            (false, true, true) => "agrees_strong",
            (false, true, false) => return,
            (false, false, true) => "silent_strong",
            (false, false, false) => "silent_medium",
        };
        hits.push(
            Hit::new("G03", level)
                .saw("words", goods.phrase(mention))
                .saw("meaning", goods::category_meaning(mention.category))
                .saw("declared", declared(seen))
                .saw("expected", mention.expected_hs.join("|")),
        );
        return;
    }
    // Words that an innocent context or the code explains, or that are weak by themselves: they add to what else is
    // seen and never stand alone.
    let serious = |category: &str| goods::category_grade(category) >= goods::GoodsGrade::DualUse;
    let hint = goods
        .mentions
        .iter()
        .filter(|m| !m.negated && serious(m.category) && m.category != "military_wording")
        .filter(|m| {
            !seen
                .shipment
                .hs
                .as_ref()
                .is_some_and(|hs| m.explained_by(hs))
        })
        .max_by_key(|m| (m.active(), m.strength));
    if let Some(mention) = hint {
        let level = if mention.active() { "hint" } else { "innocent" };
        let level = if mention.strength == Strength::Weak && !mention.active() {
            return;
        } else {
            level
        };
        let mut hit = Hit::new("G03", level)
            .saw("words", goods.words(mention))
            .saw("meaning", goods::category_meaning(mention.category))
            .saw("declared", declared(seen));
        if let Some(context) = mention.benign {
            hit = hit.saw("context", context);
        }
        hits.push(hit);
    }
}

/// The classifier reads the text as goods that are not declared under the code's chapter, miscoding counted in. Where the
/// lexicon found the same (G03), that is the flag. Asked last, and only if something else was seen: the flag counts in
/// company alone.
pub(crate) fn code_against_text(seen: &Seen, hits: &mut Vec<Hit>) {
    let goods = seen.goods;
    if hits.is_empty() {
        return;
    }
    let reading = goods.reading();
    let Some(surprise) = reading
        .surprise
        .filter(|surprise| *surprise >= LEAST_SURPRISE)
    else {
        return;
    };
    let Some((code, probability)) = reading.read_as.first() else {
        return;
    };
    if *probability < LEAST_CERTAIN || goods.text_code_conflict.is_some() {
        return;
    }
    let level = if goods::is_controlled(code) {
        "controlled"
    } else {
        "elsewhere"
    };
    hits.push(
        Hit::new("G05", level)
            // A half at one in a hundred, all at one in a thousand.
            .share(0.5 + 0.5 * (surprise - LEAST_SURPRISE))
            .saw("declared", declared(seen))
            .saw("text_reads_as", code.as_str())
            .saw("probability", format!("{probability:.2}"))
            .saw("surprise", format!("1 in {:.0}", 10f64.powf(surprise))),
    );
}

/// A code is surprising from one in a hundred on.
const LEAST_SURPRISE: f64 = 2.0;

/// What the text reads as has to be likelier than not.
const LEAST_CERTAIN: f32 = 0.5;

fn model(seen: &Seen, hits: &mut Vec<Hit>) {
    let goods = seen.goods;
    let named = goods
        .mentions
        .iter()
        .filter(|m| m.active())
        .filter_map(|m| m.model.map(|what| (m, what)))
        .max_by_key(|(m, _)| m.strength);
    if let Some((mention, what)) = named {
        let explained = seen
            .shipment
            .hs
            .as_ref()
            .is_some_and(|hs| mention.explained_by(hs));
        let level = match mention.strength {
            _ if explained => return,
            Strength::Strong => "strong",
            Strength::Medium => "medium",
            Strength::Weak if mention.category == "firearm" => return,
            Strength::Weak => "identity",
        };
        hits.push(
            Hit::new("G04", level)
                .saw("words", goods.words(mention))
                .saw("model", what)
                .saw("rule", mention.rule),
        );
    }
}

fn wording(seen: &Seen, hits: &mut Vec<Hit>) {
    // Vague words hide something under the chapters of machines, electronics, aircraft and instruments; elsewhere they
    // are merely vague.
    let machinery = seen
        .shipment
        .hs
        .as_ref()
        .is_none_or(|hs| matches!(hs.hs2(), "84" | "85" | "88" | "90" | "93"));
    if seen.goods.vague && machinery {
        hits.push(Hit::new("G06", "machinery").saw(
            "words",
            seen.goods.text.chars().take(200).collect::<String>(),
        ));
    }
    if !seen.goods.cover_words.is_empty() {
        hits.push(Hit::new("G07", "cover").saw("words", seen.goods.cover_words.join(", ")));
    }
}

fn end_use(seen: &Seen, hits: &mut Vec<Hit>) {
    let text = seen.goods.text.to_lowercase();
    for mention in seen
        .goods
        .mentions
        .iter()
        .filter(|m| m.active() && m.strength >= Strength::Medium)
    {
        let pair = tables()
            .end_uses
            .iter()
            .filter(|pair| pair.name == mention.category)
            .find_map(|pair| pair.regex.find(&text).map(|found| (pair, found.as_str())));
        if let Some((pair, words)) = pair {
            hits.push(
                Hit::new("G08", "pair")
                    .saw("goods", seen.goods.words(mention))
                    .saw("stated_use", words)
                    .saw("reason", pair.what.as_str()),
            );
            return;
        }
    }
}
