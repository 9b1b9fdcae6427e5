//! What the statements come to on a day: the last word on each record, without what has ended or not begun.

use std::collections::{BTreeMap, BTreeSet};

use model::{Holding, OwnershipStatement, PartialDate, Party, Stated};

/// Parties and holdings as they stand on one day.
pub struct Register {
    pub(crate) day: PartialDate,
    parties: BTreeMap<String, Latest<Party>>,
    holdings: BTreeMap<String, Latest<Vec<Holding>>>,
}

/// What the last statement of a record says.
struct Latest<T> {
    date: Option<PartialDate>,
    closed: bool,
    says: T,
    place: String,
}

/// A holding with the record and the place it was read from.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'r> {
    pub(crate) record: &'r str,
    pub(crate) place: &'r str,
    pub(crate) holding: &'r Holding,
}

impl Register {
    /// An empty register of the holdings on `day`.
    pub fn new(day: PartialDate) -> Self {
        Self {
            day,
            parties: BTreeMap::new(),
            holdings: BTreeMap::new(),
        }
    }

    /// Adds a statement of `file`. Of several about one record the latest counts, among equals the one added last.
    pub fn add(&mut self, file: &str, statement: OwnershipStatement) {
        let place = format!("{file}:{}", statement.row);
        let (date, closed) = (statement.date, statement.closed);
        match statement.says {
            Stated::Party(says) => {
                let latest = Latest {
                    date,
                    closed,
                    says,
                    place,
                };
                put(&mut self.parties, statement.record, latest);
            }
            Stated::Holdings(says) => {
                let latest = Latest {
                    date,
                    closed,
                    says,
                    place,
                };
                put(&mut self.holdings, statement.record, latest);
            }
        }
    }

    /// The party of a record.
    pub fn party(&self, record: &str) -> Option<&Party> {
        self.parties.get(record).map(|latest| &latest.says)
    }

    /// Parties that hold anything, by record id.
    pub fn owners(&self) -> impl Iterator<Item = (&str, &Party)> {
        let owners: BTreeSet<&str> = self
            .holdings()
            .filter_map(|placed| placed.holding.owner.as_deref())
            .collect();
        owners
            .into_iter()
            .filter_map(|record| Some((record, self.party(record)?)))
    }

    /// Tells days apart on which something else holds: another rule, a holding that has begun or ended.
    pub fn state_key(&self) -> String {
        let day = first_day(self.day);
        let holdings = self.holdings.values().flat_map(|latest| &latest.says);
        let last_change = holdings
            .flat_map(|holding| [holding.from.map(first_day), holding.to.map(last_day)])
            .flatten()
            .filter(|change| *change <= day)
            .max();
        format!("{last_change:?} {}", crate::rules::key_of(self.day))
    }

    pub(crate) fn parties(&self) -> impl Iterator<Item = (&str, &Party)> {
        self.parties
            .iter()
            .map(|(record, latest)| (record.as_str(), &latest.says))
    }

    /// What is held on the register's day.
    pub(crate) fn holdings(&self) -> impl Iterator<Item = Placed<'_>> {
        let day = first_day(self.day);
        self.holdings
            .iter()
            .filter(|(_, latest)| !latest.closed)
            .flat_map(|(record, latest)| {
                latest.says.iter().map(move |holding| Placed {
                    record,
                    place: &latest.place,
                    holding,
                })
            })
            .filter(move |placed| {
                let begun = placed
                    .holding
                    .from
                    .is_none_or(|from| first_day(from) <= day);
                // One that ended some time in this year or month may still be held.
                let ended = placed.holding.to.is_some_and(|to| last_day(to) <= day);
                begun && !ended
            })
    }
}

fn put<T>(records: &mut BTreeMap<String, Latest<T>>, record: String, latest: Latest<T>) {
    if records
        .get(&record)
        .is_none_or(|known| known.date <= latest.date)
    {
        records.insert(record, latest);
    }
}

fn first_day(date: PartialDate) -> (i16, u8, u8) {
    (
        date.year(),
        date.month().unwrap_or(1),
        date.day().unwrap_or(1),
    )
}

fn last_day(date: PartialDate) -> (i16, u8, u8) {
    (
        date.year(),
        date.month().unwrap_or(12),
        date.day().unwrap_or(31),
    )
}
