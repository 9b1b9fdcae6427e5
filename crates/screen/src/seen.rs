//! One shipment as the rules see it: its fields with their fall-backs, its goods, its parties and their matches.

use goods::Assessment;
use model::{PartialDate, PartyMatch, Predecessor, Role, Shipment};

use crate::party::PartyKind;
use crate::tables::{Control, tables};

/// A shipment with all that was looked up for it.
pub(crate) struct Seen<'a> {
    pub(crate) shipment: &'a Shipment,
    pub(crate) goods: &'a Assessment,
    /// One for each of the shipment's parties, in its order.
    pub(crate) parties: Vec<SeenParty<'a>>,
    /// Those whose place a party took, with their matches.
    pub(crate) predecessors: Vec<(&'a Predecessor, Option<&'a PartyMatch>)>,
    /// Score from which a list match decides by itself.
    pub(crate) strict: f64,
}

/// A party of the shipment with what its name says.
pub(crate) struct SeenParty<'a> {
    pub(crate) role: Role,
    pub(crate) name: &'a str,
    pub(crate) country: Option<&'a str>,
    pub(crate) address: Option<&'a str>,
    pub(crate) matched: Option<&'a PartyMatch>,
    pub(crate) kinds: &'a [PartyKind],
}

impl<'a> Seen<'a> {
    /// Country that the goods end in; see [`destination`].
    pub(crate) fn destination(&self) -> Option<&'a str> {
        destination(self.shipment)
    }

    /// Country that the goods leave from; see [`dispatch`].
    pub(crate) fn dispatch(&self) -> Option<&'a str> {
        dispatch(self.shipment)
    }

    /// Country that the goods were made in; see [`origin`].
    pub(crate) fn origin(&self) -> Option<&'a str> {
        origin(self.shipment)
    }

    pub(crate) fn country_of(&self, role: Role) -> Option<&'a str> {
        self.party(role)?.country
    }

    pub(crate) fn party(&self, role: Role) -> Option<&SeenParty<'a>> {
        self.parties.iter().find(|party| party.role == role)
    }

    /// Kilograms: net, else gross; positive and finite.
    pub(crate) fn kg(&self) -> Option<f64> {
        kg(self.shipment)
    }

    /// Value in US dollars; positive and finite.
    pub(crate) fn usd(&self) -> Option<f64> {
        self.shipment.value_usd.filter(|usd| positive(*usd))
    }

    /// Number of pieces, where the unit counts pieces.
    pub(crate) fn pieces(&self) -> Option<f64> {
        pieces(self.shipment)
    }

    /// Fields that rules need and the shipment lacks, by the field's name.
    pub(crate) fn missing(&self) -> Vec<String> {
        let shipment = self.shipment;
        let named = |role| {
            self.party(role)
                .is_some_and(|party| !party.name.trim().is_empty())
        };
        [
            ("consignor", !named(Role::Consignor)),
            ("consignee", !named(Role::Consignee)),
            ("goods_text", shipment.goods_text.trim().is_empty()),
            ("hs", shipment.hs.is_none()),
            ("origin", self.origin().is_none()),
            ("dispatch", self.dispatch().is_none()),
            ("destination", self.destination().is_none()),
            ("date", shipment.date.is_none()),
            ("quantity", shipment.quantity.is_none()),
            ("net_kg", self.kg().is_none()),
            ("value_usd", self.usd().is_none()),
        ]
        .into_iter()
        .filter(|(_, missing)| *missing)
        .map(|(field, _)| field.to_string())
        .collect()
    }
}

/// Country that the goods end in: of destination, else of the consignee, else of the party to notify. One that is
/// under an embargo goes first: a consignee in Russia tells more than a port of discharge in Turkey.
pub(crate) fn destination(shipment: &Shipment) -> Option<&str> {
    let stated = || {
        [
            shipment.destination.as_deref(),
            country_of(shipment, Role::Consignee),
            country_of(shipment, Role::NotifyParty),
        ]
        .into_iter()
        .flatten()
    };
    stated()
        .find(|code| barred(code, shipment.date))
        .or_else(|| stated().next())
}

/// Whether a country was barred from more than arms on a date.
pub(crate) fn barred(code: &str, date: Option<PartialDate>) -> bool {
    tables()
        .destination(code, date)
        .is_some_and(|destination| destination.control != Control::Arms)
}

/// Country that the goods leave from: of dispatch, else of the consignor.
pub(crate) fn dispatch(shipment: &Shipment) -> Option<&str> {
    shipment
        .dispatch
        .as_deref()
        .or_else(|| country_of(shipment, Role::Consignor))
}

/// Country that the goods were made in: of origin, else of the manufacturer.
pub(crate) fn origin(shipment: &Shipment) -> Option<&str> {
    shipment
        .origin
        .as_deref()
        .or_else(|| country_of(shipment, Role::Manufacturer))
}

fn country_of(shipment: &Shipment, role: Role) -> Option<&str> {
    shipment.party(role)?.country.as_deref()
}

/// Kilograms: net, else gross; positive and finite.
pub(crate) fn kg(shipment: &Shipment) -> Option<f64> {
    [shipment.net_kg, shipment.gross_kg]
        .into_iter()
        .flatten()
        .find(|kg| positive(*kg))
}

/// Number of pieces, where the unit counts pieces.
pub(crate) fn pieces(shipment: &Shipment) -> Option<f64> {
    let quantity = shipment.quantity.as_ref()?;
    let unit = quantity.unit.trim().trim_end_matches('.').to_lowercase();
    (PIECE_UNITS.contains(&unit.as_str()) && positive(quantity.amount)).then_some(quantity.amount)
}

fn positive(number: f64) -> bool {
    number.is_finite() && number > 0.0
}

/// Units that count pieces, in the spellings of customs files.
const PIECE_UNITS: [&str; 28] = [
    "pcs",
    "pc",
    "pce",
    "piece",
    "pieces",
    "unit",
    "units",
    "u",
    "un",
    "ea",
    "each",
    "nos",
    "no",
    "nmb",
    "nar",
    "c62",
    "number",
    "set",
    "sets",
    "шт",
    "штук",
    "штуки",
    "штука",
    "个",
    "件",
    "台",
    "只",
    "adet",
];
