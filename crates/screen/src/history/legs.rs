//! Goods into a hub and out of it again, to a destination of concern, within weeks and in like quantity.

use model::{HsCode, LegLink, OtherLeg, Shipment};

use super::Row;
use super::parties::number_of;
use crate::fold::fold;
use crate::route::same_customs_area;
use crate::seen::{barred, destination, dispatch, kg, origin, pieces};
use crate::tables::tables;

/// Most legs kept: about 80 bytes each.
const MOST: usize = 3_000_000;

/// Most candidates looked at for one row.
const MOST_TRIED: usize = 256;

#[derive(Default)]
pub(super) struct Legs {
    inward: Vec<Leg>,
    outward: Vec<Leg>,
    full: bool,
}

struct Leg {
    /// Code of six digits and hub.
    lane: (u32, [u8; 2]),
    day: i32,
    /// The party in the hub.
    party: Option<u32>,
    goods: Goods,
    pieces: Option<f32>,
    kg: Option<f32>,
    row_id: Box<str>,
}

/// What a row says its goods are, beside the code.
#[derive(PartialEq, Clone, Copy)]
struct Goods {
    text: u64,
    /// A model or part number, where the text has one.
    model: Option<u64>,
}

impl Goods {
    fn of(shipment: &Shipment) -> Self {
        let words = [
            shipment.model.as_deref(),
            Some(shipment.goods_text.as_str()),
        ];
        let model = words
            .into_iter()
            .flatten()
            .flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-'))
            .filter(|word| is_model_number(word))
            .max_by_key(|word| word.len())
            .map(|word| number_of(&fold(word)));
        Self {
            text: number_of(&fold(&shipment.goods_text)),
            model,
        }
    }

    fn same(&self, other: &Self) -> bool {
        self.text == other.text || (self.model.is_some() && self.model == other.model)
    }
}

/// Letters and digits mixed, five or more of them, and no size or date: `XC7K325T`, `L550E`, `STM32F407`.
fn is_model_number(word: &str) -> bool {
    let letters = word.chars().filter(char::is_ascii_alphabetic).count();
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let size = unit.len() <= 2 && unit.chars().all(|c| c.is_ascii_alphabetic());
    letters >= 1 && digits >= 2 && letters + digits >= 5 && !size
}

impl Legs {
    pub(super) fn add(&mut self, row: &Row) {
        for outward in [false, true] {
            let Some(leg) = leg(row, outward) else {
                continue;
            };
            let legs = if outward {
                &mut self.outward
            } else {
                &mut self.inward
            };
            if legs.len() < MOST {
                legs.push(leg);
            } else {
                self.full = true;
            }
        }
    }

    pub(super) fn finish(&mut self) {
        for legs in [&mut self.inward, &mut self.outward] {
            legs.sort_by(|a, b| (a.lane, a.day, &a.row_id).cmp(&(b.lane, b.day, &b.row_id)));
        }
    }

    pub(super) fn complete(&self) -> bool {
        !self.full
    }

    /// The likeliest other leg of a row.
    pub(super) fn other(&self, row: &Row) -> Option<OtherLeg> {
        [true, false]
            .into_iter()
            .filter_map(|outward| {
                let own = leg(row, outward)?;
                self.best(&own, outward)
            })
            .max_by_key(|leg| (leg.link, std::cmp::Reverse(leg.days)))
    }

    /// The leg that goes with `own`, which is the outward one or not.
    fn best(&self, own: &Leg, outward: bool) -> Option<OtherLeg> {
        let rules = &tables().history;
        let (others, days) = if outward {
            (&self.inward, own.day - rules.two_leg_days..=own.day)
        } else {
            (&self.outward, own.day..=own.day + rules.two_leg_days)
        };
        let start = others.partition_point(|leg| (leg.lane, leg.day) < (own.lane, *days.start()));
        let mut best: Option<OtherLeg> = None;
        let near = others[start..]
            .iter()
            .take_while(|leg| leg.lane == own.lane && leg.day <= *days.end());
        for other in near.take(MOST_TRIED).filter(|leg| leg.row_id != own.row_id) {
            let (into, out_of) = if outward { (other, own) } else { (own, other) };
            let Some(ratio) = ratio(into, out_of) else {
                continue;
            };
            if !(rules.two_leg_ratio_low..=rules.two_leg_ratio_high).contains(&ratio) {
                continue;
            }
            let link = if own.party.is_some() && own.party == other.party {
                LegLink::Party
            } else if own.goods.same(&other.goods) {
                LegLink::Goods
            } else {
                LegLink::Quantity
            };
            let found = OtherLeg {
                row_id: other.row_id.to_string(),
                hub: String::from_utf8_lossy(&own.lane.1).into_owned(),
                outward: !outward,
                days: own.day.abs_diff(other.day),
                ratio: (ratio * 1000.0).round() / 1000.0,
                link,
            };
            let better = best.as_ref().is_none_or(|best| {
                (found.link, std::cmp::Reverse(found.days))
                    > (best.link, std::cmp::Reverse(best.days))
            });
            if better {
                best = Some(found);
            }
        }
        best
    }
}

/// Quantity out over quantity in: of pieces where both count them, else of mass.
fn ratio(into: &Leg, out_of: &Leg) -> Option<f64> {
    let pieces = into.pieces.zip(out_of.pieces);
    let (into, out_of) = pieces.or(into.kg.zip(out_of.kg))?;
    Some(f64::from(out_of) / f64::from(into))
}

/// A row as a leg into a hub, or out of one to a destination of concern.
fn leg(row: &Row, outward: bool) -> Option<Leg> {
    let shipment = row.shipment;
    let to = destination(shipment)?;
    let from = dispatch(shipment)?;
    if same_customs_area(from, to) || barred(to, shipment.date) != outward {
        return None;
    }
    let hub = if outward { from } else { to };
    if !tables().hubs.contains_key(hub) {
        return None;
    }
    // What was made in the hub leaves it for the first time.
    if outward && origin(shipment).is_some_and(|origin| same_customs_area(origin, hub)) {
        return None;
    }
    let hs6 = shipment.hs.as_ref().and_then(HsCode::hs6)?;
    let small = |number: f64| number as f32;
    Some(Leg {
        lane: (hs6.parse().ok()?, hub.as_bytes().try_into().ok()?),
        day: row.day?,
        party: if outward {
            row.consignor
        } else {
            row.consignee
        },
        goods: Goods::of(shipment),
        pieces: pieces(shipment).map(small),
        kg: kg(shipment).map(small),
        row_id: shipment.row_id.as_str().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_numbers_mix_letters_and_digits() {
        for word in ["XC7K325T", "L550E", "STM32F407VGT6", "6205-2RS"] {
            assert!(is_model_number(word), "{word}");
        }
        for word in ["2023", "M16", "1000mm", "spare", "12345", "x39"] {
            assert!(!is_model_number(word), "{word}");
        }
    }
}
