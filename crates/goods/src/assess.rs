//! Declared code, words and model numbers put together: what the goods are taken to be, and whether text and code
//! tell the same story.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use model::{GoodsFamily, HsCode};
use serde::Deserialize;

use crate::classifier::{Headings, headings, text_surprise};
use crate::control::{Action, ControlEntry, controls, newer_codes};
use crate::fold::cut;
use crate::lexicon::{GoodsMention, Strength, mentions};
use crate::links::add_links;
use crate::table::rows;
use crate::vague::is_vague;

/// How grave the goods are, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoodsGrade {
    /// Nothing points beyond ordinary trade.
    Ordinary,
    /// The code is on the Common High Priority List.
    HighPriority,
    /// Civil goods with a military use.
    DualUse,
    /// Made for armed forces, not lethal by themselves.
    Military,
    /// Weapons, ammunition, explosives and their parts.
    Lethal,
}

impl GoodsGrade {
    /// The grade in words.
    pub fn as_str(self) -> &'static str {
        match self {
            GoodsGrade::Ordinary => "ordinary",
            GoodsGrade::HighPriority => "common high priority",
            GoodsGrade::DualUse => "dual-use",
            GoodsGrade::Military => "military",
            GoodsGrade::Lethal => "lethal",
        }
    }
}

/// Words that name one thing, under a code that means another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// As written.
    pub words: String,
    /// Declared code.
    pub declared: String,
    /// Headings under which such goods belong.
    pub expected: &'static [String],
    /// Position of the mention in [`Assessment::mentions`].
    pub mention: usize,
}

/// What goods are taken to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The text that was read: description, brand and model, joined by "; ". Offsets of mentions are bytes into it.
    pub text: String,
    /// Every mention, negated and innocent ones among them.
    pub mentions: Vec<GoodsMention>,
    /// The weightiest mention that counts by itself, as a position in `mentions`.
    pub lead: Option<usize>,
    /// Family; none where nothing points beyond ordinary goods.
    pub family: Option<GoodsFamily>,
    /// The lexicon's finer word for the family.
    pub category: Option<&'static str>,
    /// How grave.
    pub grade: GoodsGrade,
    /// Entries of control lists: first those that the declared code falls under, then those that the words point to.
    pub controls: Vec<ControlEntry>,
    /// Civil-use and not-military wording, as written.
    pub cover_words: Vec<String>,
    /// The description says nothing.
    pub vague: bool,
    /// Text and code disagree about goods of interest.
    pub text_code_conflict: Option<Conflict>,
    /// Headings that the lexicon's words point to; empty where none does. See [`Assessment::reading`].
    pub hs_likely: Vec<String>,
    hs: Option<HsCode>,
    reading: OnceLock<Reading>,
}

/// What the classifier makes of the text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// Headings with probabilities, best first; empty where it cannot tell.
    pub read_as: Vec<(String, f32)>,
    /// How surprising the declared code is, given the text; see [`text_surprise`]. None where the text or the code does
    /// not allow to say.
    pub surprise: Option<f64>,
}

impl Assessment {
    /// What the classifier makes of the text: asked for once, and only where it matters, since it costs more than all
    /// the rest.
    pub fn reading(&self) -> &Reading {
        self.reading.get_or_init(|| {
            let Some(headings) = headings(&self.text).filter(Headings::reliable) else {
                return Reading::default();
            };
            Reading {
                surprise: self.hs.as_ref().and_then(|hs| text_surprise(&headings, hs)),
                read_as: headings.likely().to_vec(),
            }
        })
    }

    /// The words of a mention, as written.
    pub fn words(&self, mention: &GoodsMention) -> &str {
        self.text.get(mention.start..mention.end).unwrap_or("")
    }

    /// The words of a mention with those of its neighbours that say the same: "hunting rifles CQ-A".
    pub fn phrase(&self, mention: &GoodsMention) -> &str {
        let same = |other: &GoodsMention| other.family == mention.family && other.active();
        let joined = |gap: Option<&str>| gap.is_some_and(|gap| gap.chars().count() <= 2);
        let (mut start, mut end) = (mention.start, mention.end);
        for other in self.mentions.iter().filter(|other| same(other)) {
            if other.start >= end && joined(self.text.get(end..other.start)) {
                end = other.end;
            }
        }
        for other in self.mentions.iter().rev().filter(|other| same(other)) {
            if other.end <= start && joined(self.text.get(other.end..start)) {
                start = other.start;
            }
        }
        self.text.get(start..end).unwrap_or("")
    }

    /// The gravest action that the declared code calls for by itself, with its entry.
    pub fn arms_entry(&self) -> Option<&ControlEntry> {
        self.controls
            .iter()
            .filter(|entry| entry.list == "arms")
            .max_by_key(|entry| entry.action)
    }

    /// The entry of the Common High Priority List, where the code has one.
    pub fn high_priority(&self) -> Option<&ControlEntry> {
        self.controls.iter().find(|entry| entry.list == "CHPL")
    }

    /// Whether the text alone names goods that a person should look at: a mention that counts by itself.
    pub fn text_stands_out(&self) -> bool {
        self.lead.is_some()
    }
}

#[derive(Deserialize)]
struct CategoryRow {
    category: String,
    family: GoodsFamily,
    grade: GoodsGrade,
    alone: String,
    meaning: String,
}

static CATEGORIES: LazyLock<HashMap<String, CategoryRow>> = LazyLock::new(|| {
    rows::<CategoryRow>("categories")
        .into_iter()
        .map(|row| (row.category.clone(), row))
        .collect()
});

/// How grave the goods of a category of the lexicon are.
pub fn category_grade(category: &str) -> GoodsGrade {
    CATEGORIES
        .get(category)
        .map_or(GoodsGrade::Ordinary, |row| row.grade)
}

/// A category of the lexicon in words.
pub fn category_meaning(category: &str) -> &'static str {
    CATEGORIES
        .get(category)
        .map_or("goods", |row| row.meaning.as_str())
}

/// Most bytes of a description that are read. The longest real one seen has about 5,000; more is no description.
const LONGEST_TEXT: usize = 32_768;

/// Most cover words that an assessment repeats.
const MOST_COVER_WORDS: usize = 8;

/// Puts text and code together. `brand` and `model` are the columns of that name, where a record has them.
pub fn assess(
    text: &str,
    brand: Option<&str>,
    model: Option<&str>,
    hs: Option<&HsCode>,
) -> Assessment {
    let read = [Some(text), brand, model]
        .into_iter()
        .flatten()
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("; ");
    let read = cut(&read, LONGEST_TEXT).to_string();
    let mentions = mentions(&read);
    let mut controls = hs.map(controls).unwrap_or_default();
    for mention in &mentions {
        if tells(mention) && !by_code(mention, hs) {
            add_links(mention, &mut controls);
        }
    }

    let lead = lead(&mentions, hs);
    let conflict = match (hs, lead) {
        (Some(hs), Some(at)) => conflict(&read, &mentions, at, hs),
        _ => None,
    };

    let arms = controls
        .iter()
        .filter(|entry| entry.action >= Action::Review)
        .max_by_key(|entry| entry.action)
        .and_then(|entry| entry.category);
    let high_priority = controls.iter().any(|entry| entry.list == "CHPL");
    // A word that counts only with other evidence still says what the goods are.
    let hint = mentions
        .iter()
        .filter(|m| m.active() && !by_code(m, hs) && m.category != "cover_wording")
        .max_by_key(|m| (m.strength, category_grade(m.category)))
        .map(|m| m.category);
    let lead_category = lead.map(|at| mentions[at].category);
    let category = lead_category.or(arms).or(hint);
    let grade = [lead_category, arms]
        .into_iter()
        .flatten()
        .map(category_grade)
        .max()
        .or_else(|| hint.filter(|_| high_priority).map(category_grade))
        .unwrap_or(if high_priority {
            GoodsGrade::HighPriority
        } else {
            GoodsGrade::Ordinary
        });
    let family = match lead {
        Some(at) => Some(mentions[at].family),
        None => category
            .and_then(|category| CATEGORIES.get(category))
            .map(|row| row.family)
            .or(high_priority.then_some(GoodsFamily::DualUse)),
    };

    let says_nothing = |m: &&GoodsMention| m.negated || m.category == "cover_wording";
    let cover_words = mentions
        .iter()
        .filter(says_nothing)
        .filter_map(|m| read.get(m.start..m.end).map(str::to_string))
        .take(MOST_COVER_WORDS)
        .collect();
    let ignore: Vec<_> = mentions
        .iter()
        .filter(says_nothing)
        .map(|m| m.start..m.end)
        .collect();
    let vague = lead.is_none() && is_vague(&read, &ignore);

    let mut hs_likely: Vec<String> = Vec::new();
    for code in lead.iter().flat_map(|at| mentions[*at].expected_hs) {
        if !hs_likely.contains(code) {
            hs_likely.push(code.clone());
        }
    }

    Assessment {
        text: read,
        lead,
        family,
        category,
        grade,
        controls,
        cover_words,
        vague,
        text_code_conflict: conflict,
        hs_likely,
        hs: hs.cloned(),
        reading: OnceLock::new(),
        mentions,
    }
}

fn by_code(mention: &GoodsMention, hs: Option<&HsCode>) -> bool {
    hs.is_some_and(|hs| mention.explained_by(hs))
}

/// Whether a mention says enough of the goods to name the lists that they may be on. A weak word does not, nor a weak
/// designation of weapons, which is likelier a bolt; the number of a chip does.
fn tells(mention: &GoodsMention) -> bool {
    let seldom_alone = CATEGORIES
        .get(mention.category)
        .is_some_and(|row| row.alone == "n");
    mention.active()
        && (mention.strength >= Strength::Medium || (mention.model.is_some() && seldom_alone))
}

/// The weightiest mention that counts by itself: at least medium, of a category that stands alone, neither negated
/// nor explained by its context or by the declared code.
fn lead(mentions: &[GoodsMention], hs: Option<&HsCode>) -> Option<usize> {
    mentions
        .iter()
        .enumerate()
        .filter(|(_, m)| {
            m.active()
                && m.strength >= Strength::Medium
                && CATEGORIES
                    .get(m.category)
                    .is_some_and(|row| row.alone == "y")
                && !by_code(m, hs)
        })
        .max_by_key(|(at, m)| {
            (
                m.strength,
                m.model.is_some(),
                category_grade(m.category),
                std::cmp::Reverse(*at),
            )
        })
        .map(|(at, _)| at)
}

fn conflict(text: &str, mentions: &[GoodsMention], lead: usize, hs: &HsCode) -> Option<Conflict> {
    let mention = &mentions[lead];
    if mention.expected_hs.is_empty() {
        return None;
    }
    let newer = hs.hs6().map_or(&[][..], newer_codes);
    let fits = |code: &str| {
        // Any mention of the text may explain the code: "drone cameras" under 8525.
        mentions
            .iter()
            .filter(|m| !m.negated)
            .flat_map(|m| m.expected_hs)
            .any(|expected| code.starts_with(expected.as_str()) || expected.starts_with(code))
    };
    if fits(hs.as_str()) || newer.iter().any(|code| fits(code)) {
        return None;
    }
    Some(Conflict {
        words: text.get(mention.start..mention.end)?.to_string(),
        declared: hs.to_string(),
        expected: mention.expected_hs,
        mention: lead,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, hs: &str, category: Option<&str>, grade: GoodsGrade, conflict: bool) {
        let hs = hs.parse().ok();
        let got = assess(text, None, None, hs.as_ref());
        assert_eq!(
            (got.category, got.grade, got.text_code_conflict.is_some()),
            (category, grade, conflict),
            "{text} {got:#?}"
        );
    }

    #[test]
    fn text_and_code_together() {
        use GoodsGrade::{DualUse, HighPriority, Lethal, Military, Ordinary};
        check(
            "hunting rifles CQ-A",
            "930330",
            Some("firearm"),
            Lethal,
            false,
        );
        check(
            "industrial refrigeration unit L550E",
            "841869",
            Some("uav_engine"),
            DualUse,
            true,
        );
        check(
            "БРОНЕЖИЛЕТЫ",
            "630790",
            Some("body_armour"),
            Military,
            false,
        );
        check("БРОНЕЖИЛЕТЫ", "392310", Some("body_armour"), Military, true);
        check(
            "washing machine boards",
            "854231",
            None,
            HighPriority,
            false,
        );
        check("hex bolts M16 x 60", "731815", None, Ordinary, false);
        check(
            "ink cartridges for printers",
            "844399",
            None,
            Ordinary,
            false,
        );
        check("", "930190", Some("arms"), Lethal, false);
    }

    #[test]
    fn words_point_to_lists_and_say_so() {
        for (text, hs, expect) in [
            (
                "engine L550E",
                "841869",
                "EU dual-use 9A012 (by its words); ECCN 9A012 (by its words)",
            ),
            (
                "hunting rifles",
                "930330",
                "arms 930330; ECCN 0A501; ECCN 0A506; EU ML1 (by its words); ECCN 0A502 (by its words)",
            ),
            ("hex bolts M16", "731815", ""),
            ("не является оружием, винтовкой", "732690", "arms 732690"),
        ] {
            let goods = assess(text, None, None, hs.parse().ok().as_ref());
            let got: Vec<String> = goods.controls.iter().map(ToString::to_string).collect();
            assert_eq!(got.join("; "), expect, "{text}");
        }
    }
}
