//! What the rows of a run say of each other: who is new, what is new for whom, who took whose place, which goods went
//! into a hub and out again, which parts came one by one.
//!
//! Rows are added once, in any order, and then asked for once more: [`History::background`] gives a shipment what
//! the rules of group history, and some of groups party and route, read. Memory is bounded by the number of different
//! parties, pairs and headings, each of which has a limit; past it, what is new goes uncounted and
//! [`History::complete`] says so.

mod kits;
mod lanes;
mod legs;
mod parties;

use model::{Background, PartyPast, Records, Role, Shipment};

use crate::day::{date_of, day_number};
use kits::Kits;
use lanes::Lanes;
use legs::Legs;
use parties::Parties;

/// The history of a run. Build it with [`add`](Self::add) over all rows and [`finish`](Self::finish).
#[derive(Default)]
pub struct History {
    parties: Parties,
    lanes: Lanes,
    legs: Legs,
    kits: Kits,
    /// First and last day.
    days: Option<(i32, i32)>,
    /// What every background says of the run; made by `finish`.
    records: Option<Records>,
}

/// A row's parts that several kinds of history need.
struct Row<'a> {
    shipment: &'a Shipment,
    day: Option<i32>,
    consignor: Option<u32>,
    consignee: Option<u32>,
    /// Heading as a number.
    hs4: Option<u16>,
}

impl History {
    /// Counts a row in.
    pub fn add(&mut self, shipment: &Shipment) {
        let day = shipment.date.and_then(day_number);
        if let Some(day) = day {
            let (first, last) = self.days.get_or_insert((day, day));
            *first = day.min(*first);
            *last = day.max(*last);
        }
        let hs4 = heading(shipment);
        let mut meet = |role| {
            let party = shipment.party(role)?;
            self.parties.meet(party, day, hs4)
        };
        let (consignor, consignee) = (meet(Role::Consignor), meet(Role::Consignee));
        let row = Row {
            shipment,
            day,
            consignor,
            consignee,
            hs4,
        };
        if let (Some(from), Some(to), Some(day)) = (consignor, consignee, day) {
            self.parties.pair(from, to, day);
        }
        self.lanes.add(&row);
        self.legs.add(&row);
        self.kits.add(&row);
    }

    /// To be called after the last row and before the first question.
    pub fn finish(&mut self) {
        self.legs.finish();
        self.records = self.days.and_then(|(first, last)| {
            Some(Records {
                from: date_of(first)?,
                to: date_of(last)?,
                newcomers: self.parties.newcomers(first),
            })
        });
    }

    /// Whether every row was counted: false where a limit was met.
    pub fn complete(&self) -> bool {
        self.parties.complete() && self.legs.complete()
    }

    /// What other rows say of a shipment that was added; none where they say nothing.
    pub fn background(&self, shipment: &Shipment) -> Option<Box<Background>> {
        let hs4 = heading(shipment);
        let number = |role| self.parties.number(shipment.party(role)?);
        let row = Row {
            shipment,
            day: shipment.date.and_then(day_number),
            consignor: number(Role::Consignor),
            consignee: number(Role::Consignee),
            hs4,
        };
        let parties: Vec<PartyPast> = [
            (Role::Consignor, row.consignor),
            (Role::Consignee, row.consignee),
        ]
        .into_iter()
        .filter_map(|(role, number)| {
            self.parties
                .past(role, number?, shipment.party(role)?, row.day, hs4)
        })
        .collect();
        let pair = row.consignor.zip(row.consignee);
        let background = Background {
            records: self.records.clone(),
            parties,
            pair_first_seen: pair
                .and_then(|(from, to)| self.parties.pair_first_seen(from, to))
                .and_then(date_of),
            predecessors: self.lanes.predecessors(&row, &self.parties),
            other_leg: self.legs.other(&row),
            kit: self.kits.kit(&row),
            claims: Vec::new(),
            decisions: Vec::new(),
        };
        (!background.parties.is_empty()).then(|| Box::new(background))
    }
}

fn heading(shipment: &Shipment) -> Option<u16> {
    shipment.hs.as_ref()?.hs4()?.parse().ok()
}

#[cfg(test)]
mod tests;
