//! Who traded what since when: parties, their headings and chapters, their counterparties, their addresses.

use std::collections::HashMap;

use model::{PartyPast, Role, TradeParty};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::cache::key;
use crate::day::{date_of, month_number};
use crate::fold::fold;
use crate::tables::tables;

/// Most different parties, pairs and headings of parties that are counted: some 100 bytes each.
const MOST: usize = 4_000_000;

/// Chapters kept for a party.
const MOST_CHAPTERS: usize = 16;

/// Parties kept at one address; more are a mass address all the same.
const MOST_AT_ADDRESS: usize = 16;

/// Months that activity is kept for, up to the latest that a bit can stand for.
const FIRST_MONTH: i32 = 16 * 12;

#[derive(Default)]
pub(super) struct Parties {
    numbers: FxHashMap<u64, u32>,
    all: Vec<Party>,
    headings: FxHashMap<(u32, u16), Heading>,
    pairs: FxHashMap<(u32, u32), i32>,
    addresses: FxHashMap<u64, FxHashSet<u32>>,
    full: bool,
}

struct Party {
    name: Box<str>,
    country: Option<Box<str>>,
    first: Option<i32>,
    rows: u32,
    rows_before: u32,
    /// One bit for each month from 2016 on with a row; the first stands for all before, the last for all after.
    months: u128,
    chapters: Vec<(u8, u32)>,
}

#[derive(Default)]
struct Heading {
    first: Option<i32>,
    rows: u32,
    before: u32,
}

fn month_bit(day: i32) -> u128 {
    1 << (month_number(day) - FIRST_MONTH).clamp(0, 127)
}

/// Digest of a name, one for all spellings that fold alike.
fn digest(name: &str) -> Option<u64> {
    let folded = fold(name);
    (!folded.is_empty()).then(|| number_of(&folded))
}

/// The first eight bytes of a text's digest.
pub(super) fn number_of(text: &str) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = key(&[Some(text)]);
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// An address as its words, where it is long enough and has a number to be one place.
fn address_digest(address: &str) -> Option<u64> {
    let folded = fold(address);
    (folded.chars().count() >= 12 && folded.chars().any(|c| c.is_ascii_digit()))
        .then(|| number_of(&folded))
}

impl Parties {
    /// Counts a row of a party; its number.
    pub(super) fn meet(
        &mut self,
        party: &TradeParty,
        day: Option<i32>,
        hs4: Option<u16>,
    ) -> Option<u32> {
        let digest = digest(&party.name)?;
        let number = match self.numbers.get(&digest) {
            Some(&number) => number,
            None => {
                if self.all.len() >= MOST {
                    self.full = true;
                    return None;
                }
                // Cast: fewer than MOST.
                let number = self.all.len() as u32;
                self.numbers.insert(digest, number);
                self.all.push(Party {
                    name: party.name.as_str().into(),
                    country: party.country.as_deref().map(Into::into),
                    first: None,
                    rows: 0,
                    rows_before: 0,
                    months: 0,
                    chapters: Vec::new(),
                });
                number
            }
        };
        let before = day.is_some_and(|day| day < tables().history.control_day);
        let known = &mut self.all[number as usize];
        known.rows = known.rows.saturating_add(1);
        known.rows_before += u32::from(before);
        if let Some(day) = day {
            known.first = Some(known.first.map_or(day, |first| first.min(day)));
            known.months |= month_bit(day);
        }
        if let Some(hs4) = hs4 {
            // Cast: a heading has four digits.
            let chapter = (hs4 / 100) as u8;
            let room = known.chapters.len() < MOST_CHAPTERS;
            match known.chapters.iter_mut().find(|(of, _)| *of == chapter) {
                Some((_, rows)) => *rows = rows.saturating_add(1),
                None if room => known.chapters.push((chapter, 1)),
                None => {}
            }
            if self.headings.len() < MOST || self.headings.contains_key(&(number, hs4)) {
                let heading = self.headings.entry((number, hs4)).or_default();
                heading.rows = heading.rows.saturating_add(1);
                heading.before += u32::from(before);
                if let Some(day) = day {
                    heading.first = Some(heading.first.map_or(day, |first| first.min(day)));
                }
            } else {
                self.full = true;
            }
        }
        if let Some(address) = party.address.as_deref().and_then(address_digest)
            && (self.addresses.len() < MOST || self.addresses.contains_key(&address))
        {
            let at = self.addresses.entry(address).or_default();
            if at.len() < MOST_AT_ADDRESS {
                at.insert(number);
            }
        }
        Some(number)
    }

    /// Counts a row of two parties.
    pub(super) fn pair(&mut self, from: u32, to: u32, day: i32) {
        if self.pairs.len() < MOST || self.pairs.contains_key(&(from, to)) {
            let first = self.pairs.entry((from, to)).or_insert(day);
            *first = day.min(*first);
        } else {
            self.full = true;
        }
    }

    pub(super) fn complete(&self) -> bool {
        !self.full
    }

    /// Share of dated parties that began after the control date, and long enough after the records do; four decimals.
    pub(super) fn newcomers(&self, records_from: i32) -> f64 {
        let rules = &tables().history;
        let since = rules
            .control_day
            .max(records_from + rules.records_before_days);
        let dated = self.all.iter().filter_map(|party| party.first);
        let (all, new) = dated.fold((0u32, 0u32), |(all, new), first| {
            (all + 1, new + u32::from(first >= since))
        });
        (f64::from(new) / f64::from(all.max(1)) * 1e4).round() / 1e4
    }

    pub(super) fn number(&self, party: &TradeParty) -> Option<u32> {
        self.numbers.get(&digest(&party.name)?).copied()
    }

    pub(super) fn pair_first_seen(&self, from: u32, to: u32) -> Option<i32> {
        self.pairs.get(&(from, to)).copied()
    }

    /// A party as it was first written, in a role.
    pub(super) fn party(&self, number: u32, role: Role) -> Option<TradeParty> {
        let party = self.all.get(number as usize)?;
        Some(TradeParty {
            role,
            name: party.name.to_string(),
            country: party.country.as_deref().map(str::to_string),
            address: None,
            identifier: None,
        })
    }

    /// A party's trade as seen from a row of `day` and heading; none where the party has no dated row.
    pub(super) fn past(
        &self,
        role: Role,
        number: u32,
        as_written: &TradeParty,
        day: Option<i32>,
        hs4: Option<u16>,
    ) -> Option<PartyPast> {
        let party = self.all.get(number as usize)?;
        let heading = hs4.and_then(|hs4| self.headings.get(&(number, hs4)));
        let chapter = hs4.map(|hs4| hs4 / 100);
        let mut chapters = party.chapters.clone();
        chapters.sort_by_key(|(chapter, rows)| (std::cmp::Reverse(*rows), *chapter));
        let address = as_written.address.as_deref().and_then(address_digest);
        Some(PartyPast {
            role,
            first_seen: date_of(party.first?)?,
            rows: party.rows,
            rows_before: party.rows_before,
            silent_months: day.map_or(0, |day| silent_months(party.months, day)),
            heading_first_seen: heading.and_then(|heading| heading.first).and_then(date_of),
            heading_rows: heading.map_or(0, |heading| heading.rows),
            heading_rows_before: heading.map_or(0, |heading| heading.before),
            chapter_rows: chapters
                .iter()
                .find(|(of, _)| Some(u16::from(*of)) == chapter)
                .map_or(0, |(_, rows)| *rows),
            chapters: chapters
                .iter()
                .take(3)
                .map(|(chapter, rows)| (format!("{chapter:02}"), *rows))
                .collect(),
            address_shared_by: address
                .and_then(|address| self.addresses.get(&address))
                // Cast: at most MOST_AT_ADDRESS.
                .map_or(0, |at| at.len() as u32),
        })
    }
}

/// Whole months without a row between this row's month and the last one before it; 0 where there is none before.
fn silent_months(months: u128, day: i32) -> u32 {
    let bit = month_bit(day);
    let before = months & (bit - 1);
    if before == 0 {
        return 0;
    }
    let last = 127 - before.leading_zeros();
    bit.trailing_zeros() - last - 1
}

/// Numbers by party of something small.
pub(super) type ByParty<T> = HashMap<u32, T, rustc_hash::FxBuildHasher>;
