//! Mentions of goods in running text: the news vocabulary of `data/goods_terms.csv` and sums of money for war. The
//! trade lexicon of the `goods` crate is asked as well, so that a model number known to screening is known here.

use std::ops::Range;
use std::sync::LazyLock;

use model::GoodsFamily;
use regex::Regex;

use crate::table::rows;

/// A mention of goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    /// Bytes in the text.
    pub(crate) range: Range<usize>,
    /// What it is.
    pub(crate) family: GoodsFamily,
    /// Control list entry, where the trade lexicon gives one.
    pub(crate) control: String,
}

struct Terms {
    automaton: aho_corasick::AhoCorasick,
    families: Vec<GoodsFamily>,
}

static TERMS: LazyLock<Terms> = LazyLock::new(|| {
    let (mut patterns, mut families) = (Vec::new(), Vec::new());
    for [family, terms] in rows::<2>(include_str!("../data/goods_terms.csv")) {
        let family = family_named(family);
        for term in terms.split('|') {
            for form in [term.to_string(), plural(term)] {
                patterns.push(form);
                families.push(family);
            }
        }
    }
    #[allow(clippy::unwrap_used, reason = "the patterns are a table of ours")]
    let automaton = aho_corasick::AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(&patterns)
        .unwrap();
    Terms {
        automaton,
        families,
    }
});

#[allow(clippy::unwrap_used, reason = "a constant pattern")]
static MONEY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:[$€£]\s?\d[\d.,]*\d?(?:[\s-](?:million|billion|bn|m|trillion)\b)?|\b\d[\d.,]*(?:\s(?:million|billion))?\s(?:us dollars|dollars|euros|euro|pounds|hryvnias?|rubles|roubles|yuan|yen|zloty|kronor)\b)",
    )
    .unwrap()
});

fn plural(term: &str) -> String {
    match term.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if term.ends_with("sh") || term.ends_with("ch") || term.ends_with('x') => {
            format!("{term}es")
        }
        _ => format!("{term}s"),
    }
}

/// The family that the scheme's word means; `other` for words that it lacks.
pub(crate) fn family_named(word: &str) -> GoodsFamily {
    serde_json::from_value(serde_json::Value::String(word.to_string()))
        .unwrap_or(GoodsFamily::Other)
}

/// Mentions in order, longest first where they overlap, never overlapping.
pub(crate) fn mentions(text: &str) -> Vec<Mention> {
    let terms = &*TERMS;
    let mut found: Vec<Mention> = terms
        .automaton
        .find_overlapping_iter(text)
        .filter(|hit| on_word_boundaries(text, hit.start(), hit.end()))
        .map(|hit| Mention {
            range: hit.range(),
            family: terms.families[hit.pattern().as_usize()],
            control: String::new(),
        })
        .collect();
    found.extend(MONEY.find_iter(text).map(|hit| Mention {
        range: hit.range(),
        family: GoodsFamily::Money,
        control: String::new(),
    }));
    found.sort_by_key(|mention| (mention.range.start, std::cmp::Reverse(mention.range.end)));
    let mut out: Vec<Mention> = Vec::new();
    for mention in found {
        match out.last_mut() {
            Some(last) if mention.range.start < last.range.end => {
                if mention.range.len() > last.range.len() {
                    *last = mention;
                }
            }
            _ => out.push(mention),
        }
    }
    joined(
        text,
        out.into_iter()
            .filter(|mention| !in_company_name(text, mention)),
    )
}

/// Mentions side by side are one: "CQ-A rifles", "Su-35 fighter jets". Parts that are told with their whole take it
/// with them: "cameras and batteries for drones".
fn joined(text: &str, mentions: impl Iterator<Item = Mention>) -> Vec<Mention> {
    let mut out: Vec<Mention> = Vec::new();
    for mut mention in mentions {
        if matches!(
            mention.family,
            GoodsFamily::Uav | GoodsFamily::Aircraft | GoodsFamily::ArtilleryMissile
        ) {
            let mut from = mention.range.start.saturating_sub(80);
            while !text.is_char_boundary(from) {
                from += 1;
            }
            if let Some(parts) = PARTS.find(&text[from..mention.range.start]) {
                mention.range.start = from + parts.start();
                if mention.family == GoodsFamily::Uav {
                    mention.family = GoodsFamily::UavPart;
                }
                while out
                    .last()
                    .is_some_and(|last| last.range.end > mention.range.start)
                {
                    if let Some(last) = out.pop() {
                        mention.range.start = mention.range.start.min(last.range.start);
                    }
                }
            }
        }
        match out.last_mut() {
            Some(last)
                if &text[last.range.end..mention.range.start] == " "
                    && last.family != GoodsFamily::Money
                    && mention.family != GoodsFamily::Money =>
            {
                // "Patriot missiles" are air defence; else the head tells what it is.
                let general = matches!(
                    mention.family,
                    GoodsFamily::OtherMilitary | GoodsFamily::Other
                ) || last.family == GoodsFamily::AirDefence;
                last.range.end = mention.range.end;
                if !general {
                    last.family = mention.family;
                }
            }
            _ => out.push(mention),
        }
    }
    out
}

#[allow(clippy::unwrap_used, reason = "a constant pattern")]
static PARTS: LazyLock<Regex> = LazyLock::new(|| {
    const PART: &str =
        "(?:parts|components|engines|batteries|cameras|motors|spare parts|electronics)";
    Regex::new(&format!(
        r"(?i)\b{PART}(?:(?:, | and ){PART})* (?:for|of) (?:the |its )?(?:[\w-]+ )?$"
    ))
    .unwrap()
});

/// Whether a mention is a word of a company's name: "Barnaul Cartridge Plant", "Limbach Aircraft Engine Co.".
fn in_company_name(text: &str, mention: &Mention) -> bool {
    let capital = |word: &str| word.starts_with(char::is_uppercase) || word == "&" || word == "and";
    let own = &text[mention.range.clone()];
    let before = text[..mention.range.start]
        .strip_suffix(' ')
        .and_then(|rest| rest.rsplit(' ').next())
        .unwrap_or_default();
    // "Poly Technologies", "Azu Electronics".
    if crate::actors::is_company_suffix(own) && before.starts_with(char::is_uppercase) {
        return true;
    }
    own.starts_with(char::is_uppercase)
        && text[mention.range.end..]
            .strip_prefix(' ')
            .is_some_and(|rest| {
                rest.split(' ')
                    .take(4)
                    .take_while(|word| capital(word))
                    .any(|word| {
                        let bare = word.trim_end_matches([',', '.', ';', '\n']);
                        bare != "and"
                            && bare.starts_with(char::is_uppercase)
                            && crate::actors::is_company_word(&bare.to_lowercase())
                    })
            })
}

fn on_word_boundaries(text: &str, start: usize, end: usize) -> bool {
    let letter = |c: char| c.is_alphanumeric();
    text.is_char_boundary(start)
        && text.is_char_boundary(end)
        && !text[..start].chars().next_back().is_some_and(letter)
        && !text[end..].chars().next().is_some_and(letter)
}

/// Goods that are arms by themselves, whoever trades them.
pub(crate) fn is_arms(family: GoodsFamily) -> bool {
    matches!(
        family,
        GoodsFamily::Firearm
            | GoodsFamily::Ammunition
            | GoodsFamily::Explosive
            | GoodsFamily::ArtilleryMissile
            | GoodsFamily::Armour
            | GoodsFamily::Uav
            | GoodsFamily::UavPart
            | GoodsFamily::AirDefence
            | GoodsFamily::Aircraft
            | GoodsFamily::OtherMilitary
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[(&str, &str)]) {
        let got: Vec<(&str, &str)> = mentions(text)
            .iter()
            .map(|m| (&text[m.range.clone()], m.family.as_str()))
            .collect();
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn news_vocabulary_is_found_on_word_boundaries() {
        check(
            "Assault rifles, drone parts and body armour.",
            &[
                ("Assault rifles", "firearm"),
                ("drone parts", "uav_part"),
                ("body armour", "other_military"),
            ],
        );
        check(
            "a $2.5 billion package of Himars and chips",
            &[
                ("$2.5 billion", "money"),
                ("Himars", "artillery_missile"),
                ("chips", "electronics"),
            ],
        );
        check("drone partners shipped tankards", &[("drone", "uav")]);
    }
}
