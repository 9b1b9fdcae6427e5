//! Words and model numbers that name goods of interest, found in running text of any of the lexicon's languages.
//!
//! One Aho-Corasick pass over the folded text finds the literals that every match of a pattern begins with; only
//! there, and only at the beginning of a word, is the pattern itself tried.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, MatchKind};
use model::{GoodsFamily, HsCode};
use regex::Regex;
use serde::Deserialize;

use crate::fold::{Folded, cut};
use crate::pattern::{EDGE, compact, is_han, is_word};
use crate::scope;
use crate::table::{cell_list, rows};

/// How much a mention says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strength {
    /// Says something only together with other evidence.
    Weak,
    /// Usually means the goods, with known collisions.
    Medium,
    /// Means the goods.
    Strong,
}

/// A stretch of text that names goods of interest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodsMention {
    /// First byte in the text given.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Family.
    pub family: GoodsFamily,
    /// The lexicon's own, finer word: `body_armour`, `uav_engine`, …
    pub category: &'static str,
    /// Id of the lexicon or designator rule.
    pub rule: &'static str,
    /// How much it says by itself.
    pub strength: Strength,
    /// Stands under a negation: "not for military use", "не является оружием", 非军用.
    pub negated: bool,
    /// Name of the innocent context that it stands in (`toy`, `printer`, …), where one was seen.
    pub benign: Option<&'static str>,
    /// Headings under which such goods are declared when declared honestly; empty where words fit no code.
    pub expected_hs: &'static [String],
    /// Chapters, headings or subheadings under which the words usually mean something else.
    pub benign_hs: &'static [String],
    /// What the model is and who makes it, where the rule is a designator.
    pub model: Option<&'static str>,
}

impl GoodsMention {
    /// The declared code says that the words mean something else here: a "cartridge" under 8443 is full of ink.
    pub fn explained_by(&self, hs: &HsCode) -> bool {
        let under = |prefixes: &[String]| {
            prefixes
                .iter()
                .any(|prefix| hs.as_str().starts_with(prefix.as_str()))
        };
        under(self.benign_hs) && !under(self.expected_hs)
    }

    /// Neither negated nor in an innocent context.
    pub fn active(&self) -> bool {
        !self.negated && self.benign.is_none()
    }
}

#[derive(Deserialize)]
struct Row {
    id: String,
    family: GoodsFamily,
    category: String,
    lang: String,
    strength: String,
    pattern: String,
    expected_hs: String,
    benign_hs: String,
    benign: String,
    /// Only designators have it.
    #[serde(default)]
    what: Option<String>,
}

struct Rule {
    id: String,
    family: GoodsFamily,
    category: String,
    strength: Strength,
    /// Anchored at its beginning; takes the sign after the words along where `bounded`. Built when its first literal is
    /// met, because most runs meet few.
    pattern: OnceLock<Regex>,
    source: String,
    /// Stands between the edges of words; Chinese has none.
    bounded: bool,
    expected_hs: Vec<String>,
    benign_hs: Vec<String>,
    benign: Vec<String>,
    what: Option<String>,
}

struct Lexicon {
    rules: Vec<Rule>,
    literals: AhoCorasick,
    /// Rules to try at a hit of each literal.
    rules_of_literal: Vec<Vec<u16>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut rules = Vec::new();
    let mut rules_of_literal: BTreeMap<Vec<u8>, Vec<u16>> = BTreeMap::new();
    for row in rows::<Row>("lexicon")
        .into_iter()
        .chain(rows::<Row>("designators"))
    {
        let index = u16::try_from(rules.len()).expect("fewer than 65,536 rules");
        let pattern = compact(&row.pattern);
        for literal in first_literals(&pattern, &row.id) {
            rules_of_literal.entry(literal).or_default().push(index);
        }
        rules.push(compile(row, &pattern));
    }
    let literals = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(rules_of_literal.keys())
        .expect("some thousands of literals");
    Lexicon {
        rules,
        literals,
        rules_of_literal: rules_of_literal.into_values().collect(),
    }
});

fn compile(row: Row, pattern: &str) -> Rule {
    let bounded = row.lang != "zh";
    Rule {
        pattern: OnceLock::new(),
        source: pattern.to_string(),
        bounded,
        strength: match row.strength.as_str() {
            "strong" => Strength::Strong,
            "medium" => Strength::Medium,
            _ => Strength::Weak,
        },
        id: row.id,
        family: row.family,
        category: row.category,
        expected_hs: cell_list(&row.expected_hs),
        benign_hs: cell_list(&row.benign_hs),
        benign: cell_list(&row.benign),
        what: row.what.filter(|what| !what.is_empty()),
    }
}

impl Rule {
    fn pattern(&self) -> &Regex {
        self.pattern.get_or_init(|| {
            let edge = if self.bounded { EDGE } else { "" };
            Regex::new(&format!("^(?:{}){edge}", self.source))
                .unwrap_or_else(|error| panic!("rule {}: {error}", self.id))
        })
    }
}

/// Literals of one pattern that are worth looking for: beyond them, shorter ones are taken, which are fewer.
const MOST_LITERALS: usize = 64;

/// Literals that every match of the pattern begins with one of.
fn first_literals(pattern: &str, id: &str) -> Vec<Vec<u8>> {
    use regex_syntax::hir::literal::Extractor;
    let hir = regex_syntax::parse(pattern).unwrap_or_else(|error| panic!("rule {id}: {error}"));
    let found = Extractor::new()
        .limit_total(2_000)
        .limit_class(16)
        .extract(&hir);
    assert!(
        found.min_literal_len().unwrap_or(0) >= 2,
        "rule {id} may begin with a literal of fewer than two bytes"
    );
    let cut_to = |bytes: usize| {
        let mut literals: Vec<Vec<u8>> = found
            .literals()
            .unwrap_or_default()
            .iter()
            .map(|literal| literal.as_bytes()[..literal.len().min(bytes)].to_vec())
            .collect();
        literals.sort();
        literals.dedup();
        literals
    };
    let few = |literals: &Vec<Vec<u8>>| literals.len() <= MOST_LITERALS;
    [12, 8, 6]
        .into_iter()
        .map(cut_to)
        .find(few)
        .unwrap_or_else(|| cut_to(4))
}

/// Ids of the rules of a category.
#[cfg(test)]
pub(crate) fn rule_ids(category: &str) -> impl Iterator<Item = &'static str> {
    LEXICON
        .rules
        .iter()
        .filter(move |rule| rule.category == category)
        .map(|rule| rule.id.as_str())
}

/// How far a match may reach from where it begins, in bytes of folded text.
const REACH: usize = 240;

/// Goods of interest that a text names, in order of appearance.
///
/// Where rules overlap, the longer mention stays, and a weak one gives way. Reads English, Russian and Chinese first,
/// the chief nouns of Turkish, German, French, Spanish, Ukrainian and Vietnamese too.
pub fn mentions(text: &str) -> Vec<GoodsMention> {
    let lexicon = &*LEXICON;
    let folded = Folded::new(text);
    // Where each rule may begin to match.
    let mut starts: Vec<(u16, u32)> = Vec::new();
    for hit in lexicon.literals.find_overlapping_iter(&folded.text) {
        let at = hit.start();
        let at_word = begins_word(&folded.text, at);
        for &rule in &lexicon.rules_of_literal[hit.pattern().as_usize()] {
            if at_word || !lexicon.rules[usize::from(rule)].bounded {
                // Cast: a folded text is shorter than 4 GiB.
                starts.push((rule, at as u32));
            }
        }
    }
    if starts.is_empty() {
        return Vec::new();
    }
    starts.sort_unstable();
    starts.dedup();
    let mut found = Vec::new();
    let mut done = (u16::MAX, 0);
    for (index, start) in starts {
        let start = start as usize;
        if done.0 == index && start < done.1 {
            continue;
        }
        let rule = &lexicon.rules[usize::from(index)];
        let ahead = cut(&folded.text[start..], REACH);
        let Some(words) = rule.pattern().find(ahead) else {
            continue;
        };
        let words = if rule.bounded {
            without_last(words.as_str())
        } else {
            words.as_str()
        };
        if !words.is_empty() {
            let end = start + words.len();
            done = (index, end);
            found.push((usize::from(index), start..end));
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    keep_strongest(&mut found, &lexicon.rules);
    let origins = Folded::origins(text);
    let mut mentions: Vec<GoodsMention> = Vec::with_capacity(found.len());
    let mut previous = None;
    for (at, (rule, span)) in found.iter().enumerate() {
        let rule = &lexicon.rules[*rule];
        let next = found
            .get(at + 1)
            .map_or(folded.text.len(), |(_, span)| span.start);
        let negation = scope::negation(&folded.text, span.clone(), previous, next);
        previous = negation.map(|kind| (span.end, kind));
        let (start, end) = origins.of(span.start, span.end, text);
        mentions.push(GoodsMention {
            start,
            end,
            family: rule.family,
            category: &rule.category,
            rule: &rule.id,
            strength: rule.strength,
            negated: negation.is_some(),
            benign: scope::benign(&folded.text, span.clone(), &rule.benign),
            expected_hs: &rule.expected_hs,
            benign_hs: &rule.benign_hs,
            model: rule.what.as_deref(),
        });
    }
    mentions
}

/// Whether a word may begin at a byte: what stands before is no letter and no digit, or a Chinese sign.
fn begins_word(text: &str, at: usize) -> bool {
    let Some(before) = text[..at].chars().next_back() else {
        return true;
    };
    !is_word(before) || is_han(before)
}

fn without_last(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next_back();
    chars.as_str()
}

/// Drops every match that overlaps a longer one, and every weak one that overlaps any other; sorts by place.
fn keep_strongest(found: &mut Vec<(usize, std::ops::Range<usize>)>, rules: &[Rule]) {
    // Among words that count, the longer reading is the right one: "propellers for quadcopters" are no quadcopters.
    found.sort_by_key(|(rule, span)| {
        let strength = rules[*rule].strength;
        (
            strength == Strength::Weak,
            std::cmp::Reverse(span.len()),
            std::cmp::Reverse(strength),
            span.start,
            *rule,
        )
    });
    let mut taken = BTreeMap::new();
    found.retain(|(_, span)| {
        let before = taken.range(..span.end).next_back();
        let free = before.is_none_or(|(_, end)| *end <= span.start);
        if free {
            taken.insert(span.start, span.end);
        }
        free
    });
    found.sort_by_key(|(_, span)| span.start);
}

/// The stretch `reach` bytes around a hit, widened to whole words (within reason) and to character boundaries.
pub(crate) fn window(text: &str, start: usize, end: usize, reach: usize) -> std::ops::Range<usize> {
    let mut from = start.saturating_sub(reach);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let mut to = (end + reach).min(text.len());
    while !text.is_char_boundary(to) {
        to += 1;
    }
    let lead = text[..from]
        .char_indices()
        .rev()
        .take(40)
        .find(|(_, c)| !c.is_alphanumeric())
        .map_or(from, |(at, _)| at);
    let tail = text[to..]
        .char_indices()
        .take(40)
        .find(|(_, c)| !c.is_alphanumeric())
        .map_or(0, |(at, c)| at + c.len_utf8());
    lead..to + tail
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found, as `words/category/flags`: `-` negated, `~` innocent context.
    fn check(text: &str, expect: &[&str]) {
        let got: Vec<String> = mentions(text)
            .iter()
            .map(|m| {
                let mark = match (m.negated, m.benign) {
                    (true, _) => "-",
                    (false, Some(_)) => "~",
                    _ => "",
                };
                format!("{mark}{}/{}", &text[m.start..m.end], m.category)
            })
            .collect();
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn finds_goods_in_three_languages() {
        check(
            "civilian hunting rifles CQ-A",
            &["civilian hunting rifles/firearm", "CQ-A/firearm"],
        );
        check(
            "БРОНЕЖИЛЕТЫ КЛАСС ЗАЩИТЫ БР4",
            &["БРОНЕЖИЛЕТЫ/body_armour", "КЛАСС ЗАЩИТЫ БР4/body_armour"],
        );
        check("防弹插板", &["防弹插板/body_armour"]);
        check(
            "航空发动机 型号L550E",
            &["航空发动机/uav_engine", "L550E/uav_engine"],
        );
        check("nothing here but tiles", &[]);
        check("", &[]);
    }

    #[test]
    fn every_pattern_builds() {
        for rule in &LEXICON.rules {
            assert!(!rule.pattern().is_match("\n"), "{} finds nothing", rule.id);
        }
    }

    #[test]
    fn negation_has_a_scope() {
        check(
            "КЛАПАНЫ ИЗ СТАЛИ, НЕ ВОЕННОГО НАЗНАЧЕНИЯ",
            &["-ВОЕННОГО НАЗНАЧЕНИЯ/military_wording"],
        );
        check(
            "карабины охотничьи, не для военного применения",
            &[
                "карабины охотничьи/firearm",
                "-военного применения/military_wording",
            ],
        );
        check("винтовки не новые", &["винтовки/firearm"]);
        check(
            "винтовки, не предназначены для военного использования",
            &[
                "винтовки/firearm",
                "-военного использования/military_wording",
            ],
        );
        check(
            "дрон не является оружием",
            &["дрон/uav", "-оружием/military_wording"],
        );
        check(
            "av tüfeği askeri amaçlı değildir",
            &["av tüfeği/firearm", "-askeri/military_wording"],
        );
        check(
            "无人机 不用于军事",
            &["无人机/uav", "-军事/military_wording"],
        );
        check(
            "не является винтовкой или боеприпасом",
            &["-винтовкой/firearm", "-боеприпасом/ammunition"],
        );
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_spans_are_text(text in ".{0,120}") {
            for mention in mentions(&text) {
                proptest::prop_assert!(text.get(mention.start..mention.end).is_some());
            }
        }
    }
}
