//! One shipment as the rules see it: its fields with their fall-backs, its goods, its parties and their matches.

use goods::Assessment;
use model::{PartyMatch, Role, Shipment};

use crate::party::PartyKind;
use crate::tables::{Control, tables};

/// A shipment with all that was looked up for it.
pub(crate) struct Seen<'a> {
    pub(crate) shipment: &'a Shipment,
    pub(crate) goods: &'a Assessment,
    /// One for each of the shipment's parties, in its order.
    pub(crate) parties: Vec<SeenParty<'a>>,
}

/// A party of the shipment with what its name says.
pub(crate) struct SeenParty<'a> {
    pub(crate) role: Role,
    pub(crate) name: &'a str,
    pub(crate) country: Option<&'a str>,
    pub(crate) matched: Option<&'a PartyMatch>,
    pub(crate) kinds: &'a [PartyKind],
}

impl<'a> Seen<'a> {
    /// Country that the goods end in: of destination, else of the consignee, else of the party to notify. One that is
    /// under an embargo goes first: a consignee in Russia tells more than a port of discharge in Turkey.
    pub(crate) fn destination(&self) -> Option<&'a str> {
        let stated = || {
            [
                self.shipment.destination.as_deref(),
                self.country_of(Role::Consignee),
                self.country_of(Role::NotifyParty),
            ]
            .into_iter()
            .flatten()
        };
        let barred = |code: &&str| {
            tables()
                .destinations
                .get(*code)
                .is_some_and(|destination| destination.control != Control::Arms)
        };
        stated().find(barred).or_else(|| stated().next())
    }

    /// Country that the goods leave from: of dispatch, else of the consignor.
    pub(crate) fn dispatch(&self) -> Option<&'a str> {
        self.shipment
            .dispatch
            .as_deref()
            .or_else(|| self.country_of(Role::Consignor))
    }

    /// Country that the goods were made in.
    pub(crate) fn origin(&self) -> Option<&'a str> {
        self.shipment
            .origin
            .as_deref()
            .or_else(|| self.country_of(Role::Manufacturer))
    }

    pub(crate) fn country_of(&self, role: Role) -> Option<&'a str> {
        self.party(role)?.country
    }

    pub(crate) fn party(&self, role: Role) -> Option<&SeenParty<'a>> {
        self.parties.iter().find(|party| party.role == role)
    }

    /// Kilograms: net, else gross; positive and finite.
    pub(crate) fn kg(&self) -> Option<f64> {
        [self.shipment.net_kg, self.shipment.gross_kg]
            .into_iter()
            .flatten()
            .find(|kg| positive(*kg))
    }

    /// Value in US dollars; positive and finite.
    pub(crate) fn usd(&self) -> Option<f64> {
        self.shipment.value_usd.filter(|usd| positive(*usd))
    }

    /// Number of pieces, where the unit counts pieces.
    pub(crate) fn pieces(&self) -> Option<f64> {
        let quantity = self.shipment.quantity.as_ref()?;
        let unit = quantity.unit.trim().trim_end_matches('.').to_lowercase();
        (PIECE_UNITS.contains(&unit.as_str()) && positive(quantity.amount))
            .then_some(quantity.amount)
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
