//! Rows that give a line of a declaration again: amendments, which a later date or version tells, and plain repeats.
//! All rows are read; the ones that another replaces are told, so that one shipment is not counted twice.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use model::{PartialDate, Role, Shipment};

/// Lines remembered in each of two generations, some 20 MB together: the older one is dropped when the newer is full.
/// Amendments further apart than that are not seen.
const GENERATION: usize = 1 << 18;

/// What a row says about its place among the versions of a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) row: u64,
    pub(crate) declaration: &'a str,
    /// Empty where the table numbers no items: then the goods tell lines apart.
    pub(crate) item: &'a str,
    /// 0 where none is given.
    pub(crate) version: u32,
}

/// How a row stands to the rows before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// Nothing like it before.
    New,
    /// It replaces an earlier row.
    Supersedes(u64),
    /// An earlier row replaces it.
    SupersededBy(u64),
    /// It says what an earlier row says.
    Repeats(u64),
}

/// The lines seen, by hash.
#[derive(Debug, Default)]
pub(crate) struct Amendments {
    newer: HashMap<u64, Seen>,
    older: HashMap<u64, Seen>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    row: u64,
    version: u32,
    date: Option<PartialDate>,
    content: u64,
}

impl Amendments {
    /// Takes a row of a declaration. Rows of different parties are never versions of one line: offices number their
    /// declarations anew every year.
    pub(crate) fn take(&mut self, line: Line<'_>, shipment: &Shipment) -> Relation {
        let (declaration, suffix) = split_version(line.declaration);
        let version = line.version.max(suffix);
        let name = |role| shipment.party(role).map(|party| party.name.as_str());
        let mut hasher = DefaultHasher::new();
        (declaration, line.item).hash(&mut hasher);
        (name(Role::Consignor), name(Role::Consignee)).hash(&mut hasher);
        if line.item.is_empty() {
            (&shipment.goods_text, &shipment.hs).hash(&mut hasher);
        }
        let key = hasher.finish();
        let seen = Seen {
            row: line.row,
            version,
            date: shipment.date,
            content: content_of(shipment),
        };
        let Some(before) = self.newer.get(&key).or_else(|| self.older.get(&key)) else {
            self.keep(key, seen);
            return Relation::New;
        };
        let before = *before;
        let later = (seen.version, known(seen.date, before.date));
        let earlier = (before.version, known(before.date, seen.date));
        if later > earlier {
            self.keep(key, seen);
            Relation::Supersedes(before.row)
        } else if later < earlier {
            Relation::SupersededBy(before.row)
        } else if seen.content == before.content {
            Relation::Repeats(before.row)
        } else {
            // Parts of one item, as some countries file them.
            Relation::New
        }
    }

    fn keep(&mut self, key: u64, seen: Seen) {
        if self.newer.len() >= GENERATION {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(key, seen);
    }
}

/// A date for comparison; none where the other row has none, so that a missing date decides nothing.
fn known(date: Option<PartialDate>, other: Option<PartialDate>) -> Option<PartialDate> {
    other.and(date)
}

fn content_of(shipment: &Shipment) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&shipment.goods_text, &shipment.hs).hash(&mut hasher);
    for number in [
        shipment.net_kg,
        shipment.gross_kg,
        shipment.value_usd,
        shipment.quantity.as_ref().map(|quantity| quantity.amount),
    ] {
        number.map(f64::to_bits).hash(&mut hasher);
    }
    hasher.finish()
}

/// A Russian correction carries its number behind the declaration's: `10702070/120323/3112345/01`.
fn split_version(declaration: &str) -> (&str, u32) {
    if let Some((number, version)) = declaration.rsplit_once('/')
        && number.split('/').count() == 3
        && version.len() == 2
        && let Ok(version) = version.parse()
    {
        return (number, version);
    }
    (declaration, 0)
}
