//! Who supplied whom under which heading, from when to when: one party's lane taken over by another.

use model::{Predecessor, Role};
use rustc_hash::FxHashMap;

use super::Row;
use super::parties::Parties;
use crate::day::date_of;
use crate::tables::tables;

/// Most lanes kept, and most parties of one: beyond, a counterparty is a market and nobody's heir.
const MOST: usize = 2_000_000;
const MOST_PARTIES: usize = 12;

/// Most predecessors told of one row.
const MOST_TOLD: usize = 2;

/// Chapters of goods that lists of controlled goods draw on; succession in others says nothing.
const CHAPTERS: [u16; 12] = [28, 29, 36, 39, 54, 55, 84, 85, 87, 88, 90, 93];

#[derive(Default)]
pub(super) struct Lanes {
    /// By counterparty, heading, and whether the parties below are consignors.
    lanes: FxHashMap<(u32, u16, bool), Vec<Span>>,
}

struct Span {
    party: u32,
    first: i32,
    last: i32,
    rows: u32,
}

impl Lanes {
    pub(super) fn add(&mut self, row: &Row) {
        let (Some(from), Some(to), Some(day), Some(hs4)) =
            (row.consignor, row.consignee, row.day, row.hs4)
        else {
            return;
        };
        if from == to || !CHAPTERS.contains(&(hs4 / 100)) {
            return;
        }
        for (counterparty, party, consigns) in [(to, from, true), (from, to, false)] {
            let lane = (counterparty, hs4, consigns);
            if self.lanes.len() >= MOST && !self.lanes.contains_key(&lane) {
                continue;
            }
            let spans = self.lanes.entry(lane).or_default();
            let room = spans.len() < MOST_PARTIES;
            match spans.iter_mut().find(|span| span.party == party) {
                Some(span) => {
                    span.first = span.first.min(day);
                    span.last = span.last.max(day);
                    span.rows += 1;
                }
                None if room => spans.push(Span {
                    party,
                    first: day,
                    last: day,
                    rows: 1,
                }),
                None => {}
            }
        }
    }

    /// Parties whose trade of this heading with this counterparty ended about when that of the row's party began.
    pub(super) fn predecessors(&self, row: &Row, parties: &Parties) -> Vec<Predecessor> {
        let (Some(from), Some(to), Some(hs4)) = (row.consignor, row.consignee, row.hs4) else {
            return Vec::new();
        };
        let rules = &tables().history;
        let mut found: Vec<(i32, Role, &Span, i32)> = Vec::new();
        for (counterparty, party, consigns, role) in [
            (to, from, true, Role::Consignor),
            (from, to, false, Role::Consignee),
        ] {
            let Some(spans) = self.lanes.get(&(counterparty, hs4, consigns)) else {
                continue;
            };
            if spans.len() >= MOST_PARTIES {
                continue;
            }
            let Some(own) = spans.iter().find(|span| span.party == party) else {
                continue;
            };
            let heirs = spans
                .iter()
                .filter(|span| span.party != party && span.rows >= 2)
                .filter(|span| span.first < own.first && span.last < own.last)
                .filter(|span| {
                    let gap = own.first - span.last;
                    (-rules.successor_overlap_days..=rules.successor_days).contains(&gap)
                });
            found.extend(heirs.map(|span| (span.last, role, span, own.first)));
        }
        found.sort_by_key(|(last, role, span, _)| (std::cmp::Reverse(*last), *role, span.party));
        found
            .into_iter()
            .take(MOST_TOLD)
            .filter_map(|(last, role, span, first)| {
                Some(Predecessor {
                    party: parties.party(span.party, role)?,
                    last_seen: date_of(last)?,
                    successor_first_seen: date_of(first)?,
                })
            })
            .collect()
    }
}
