//! Words and model numbers that name goods of interest, found in running text of any of the lexicon's languages.
//!
//! One Aho-Corasick pass over the folded text finds the literals that patterns must hold; only around such a hit is
//! the pattern itself tried. Word boundaries are spelled out as classes, because Unicode `\b` would put the regex
//! engine on its slow path for every text that is not ASCII.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use model::{GoodsFamily, HsCode};
use regex::Regex;
use serde::Deserialize;

use crate::fold::Folded;
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
    pattern: Regex,
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
    let mut literals: Vec<Vec<u8>> = Vec::new();
    let mut rules_of_literal: Vec<Vec<u16>> = Vec::new();
    for row in rows::<Row>("lexicon")
        .into_iter()
        .chain(rows::<Row>("designators"))
    {
        let index = u16::try_from(rules.len()).expect("fewer than 65,536 rules");
        for literal in required_literals(&row.pattern, &row.id) {
            match literals.iter().position(|known| *known == literal) {
                Some(at) => rules_of_literal[at].push(index),
                None => {
                    literals.push(literal);
                    rules_of_literal.push(vec![index]);
                }
            }
        }
        rules.push(compile(row));
    }
    let literals = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(&literals)
        .expect("a few thousand literals");
    Lexicon {
        rules,
        literals,
        rules_of_literal,
    }
});

fn compile(row: Row) -> Rule {
    let pattern = if row.lang == "zh" {
        format!("({})", row.pattern)
    } else {
        format!(
            r"(?:^|\p{{Han}}|[^\p{{L}}\p{{N}}])({})(?:$|\p{{Han}}|[^\p{{L}}\p{{N}}])",
            row.pattern
        )
    };
    Rule {
        pattern: Regex::new(&pattern).unwrap_or_else(|error| panic!("rule {}: {error}", row.id)),
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

/// Literals of which every match of the pattern holds one: its prefixes or its suffixes, whichever are longer.
fn required_literals(pattern: &str, id: &str) -> Vec<Vec<u8>> {
    use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};
    let hir = regex_syntax::parse(pattern).unwrap_or_else(|error| panic!("rule {id}: {error}"));
    let extract = |kind| {
        let mut extractor = Extractor::new();
        extractor.kind(kind).limit_total(2_000).limit_class(16);
        extractor.extract(&hir)
    };
    let shortest = |seq: &Seq| seq.min_literal_len().unwrap_or(0);
    let prefixes = extract(ExtractKind::Prefix);
    let suffixes = extract(ExtractKind::Suffix);
    let best = if shortest(&prefixes) >= shortest(&suffixes) {
        prefixes
    } else {
        suffixes
    };
    assert!(
        shortest(&best) >= 2,
        "rule {id} holds no literal of two bytes to look for"
    );
    let mut literals: Vec<Vec<u8>> = best
        .literals()
        .unwrap_or_default()
        .iter()
        .map(|literal| literal.as_bytes().to_vec())
        .collect();
    literals.sort();
    literals.dedup();
    literals
}

/// How far a pattern may reach from its literal, in bytes of folded text.
const REACH: usize = 120;

/// Goods of interest that a text names, in order of appearance.
///
/// Where rules overlap, the longer mention stays, and a weak one gives way. Reads English, Russian and Chinese first, the
/// chief nouns of Turkish, German, French and Spanish too.
pub fn mentions(text: &str) -> Vec<GoodsMention> {
    let lexicon = &*LEXICON;
    let folded = Folded::new(text);
    let mut found = Vec::new();
    // One past the last byte that each rule has matched, so that a run of hits costs no more than its length.
    let mut done = vec![0; lexicon.rules.len()];
    for hit in lexicon.literals.find_overlapping_iter(&folded.text) {
        for &rule in &lexicon.rules_of_literal[hit.pattern().as_usize()] {
            let rule = usize::from(rule);
            if hit.start() < done[rule] {
                continue;
            }
            let window = window(&folded.text, hit.start(), hit.end(), REACH);
            let mut at = window.start;
            while at < hit.end() {
                let Some(captures) = lexicon.rules[rule]
                    .pattern
                    .captures_at(&folded.text[..window.end], at)
                else {
                    break;
                };
                let Some(span) = captures.get(1).map(|group| group.range()) else {
                    break;
                };
                if span.start >= hit.end() || span.is_empty() {
                    break;
                }
                if span.start >= done[rule] {
                    done[rule] = span.end;
                    found.push((rule, span.clone()));
                }
                at = span.end;
            }
        }
    }
    keep_strongest(&mut found, &lexicon.rules);
    let mut mentions: Vec<GoodsMention> = Vec::with_capacity(found.len());
    let mut previous = None;
    for (rule, span) in found {
        let rule = &lexicon.rules[rule];
        let negation = scope::negation(&folded.text, span.clone(), previous);
        previous = negation.map(|kind| (span.end, kind));
        let (start, end) = folded.origin(span.start, span.end, text);
        mentions.push(GoodsMention {
            start,
            end,
            family: rule.family,
            category: &rule.category,
            rule: &rule.id,
            strength: rule.strength,
            negated: negation.is_some(),
            benign: scope::benign(&folded.text, span, &rule.benign),
            expected_hs: &rule.expected_hs,
            benign_hs: &rule.benign_hs,
            model: rule.what.as_deref(),
        });
    }
    mentions
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
    let mut taken = std::collections::BTreeMap::new();
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
        check("航空发动机 型号L550E", &["L550E/uav_engine"]);
        check("nothing here but tiles", &[]);
        check("", &[]);
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
