//! Parts that make a thing, received one by one.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use model::Kit;
use serde::Deserialize;

use super::Row;
use super::parties::ByParty;
use crate::tables::{rows, tables};

/// Receipts kept of one consignee: the earliest; more are a shop.
const MOST_RECEIPTS: usize = 64;

#[derive(Default)]
pub(super) struct Kits {
    received: ByParty<Vec<Receipt>>,
}

#[derive(Clone, Copy)]
struct Receipt {
    part: u8,
    day: i32,
}

#[derive(Deserialize)]
struct PartRow {
    kit: String,
    part: String,
    words: String,
}

struct Parts {
    /// Kit and part.
    parts: Vec<(String, String)>,
    words: AhoCorasick,
    /// Part that a word names.
    part_of_word: Vec<u8>,
}

static PARTS: LazyLock<Parts> = LazyLock::new(|| {
    let (mut parts, mut words, mut part_of_word) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows::<PartRow>("kits") {
        let number = u8::try_from(parts.len()).expect("fewer than 256 parts");
        for word in row.words.split('|') {
            words.push(word.to_string());
            part_of_word.push(number);
        }
        parts.push((row.kit, row.part));
    }
    Parts {
        parts,
        words: AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&words)
            .expect("a few hundred words"),
        part_of_word,
    }
});

/// Parts that a text names.
fn parts_of(text: &str) -> Vec<u8> {
    let lower = text.to_lowercase();
    let mut parts: Vec<u8> = PARTS
        .words
        .find_overlapping_iter(&lower)
        .map(|hit| PARTS.part_of_word[hit.pattern().as_usize()])
        .collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}

impl Kits {
    pub(super) fn add(&mut self, row: &Row) {
        let (Some(consignee), Some(day)) = (row.consignee, row.day) else {
            return;
        };
        for part in parts_of(&row.shipment.goods_text) {
            let received = self.received.entry(consignee).or_default();
            if received.len() < MOST_RECEIPTS {
                received.push(Receipt { part, day });
            }
        }
    }

    /// The kit that a row's part belongs to, where its other parts came within the time.
    pub(super) fn kit(&self, row: &Row) -> Option<Kit> {
        let (consignee, day) = (row.consignee?, row.day?);
        let received = self.received.get(&consignee)?;
        let rules = &tables().history;
        let own = parts_of(&row.shipment.goods_text);
        own.iter()
            .filter_map(|part| {
                let (whole, _) = &PARTS.parts[usize::from(*part)];
                let mut parts: Vec<u8> = received
                    .iter()
                    .filter(|receipt| receipt.day.abs_diff(day) <= rules.kit_days)
                    .map(|receipt| receipt.part)
                    .filter(|part| PARTS.parts[usize::from(*part)].0 == *whole)
                    .collect();
                parts.sort_unstable();
                parts.dedup();
                // A row that names all of them is no split.
                let others = parts.iter().any(|part| !own.contains(part));
                (parts.len() >= rules.kit_parts && others).then(|| Kit {
                    whole: whole.clone(),
                    parts: parts
                        .iter()
                        .map(|part| PARTS.parts[usize::from(*part)].1.clone())
                        .collect(),
                })
            })
            .max_by_key(|kit| kit.parts.len())
    }
}
