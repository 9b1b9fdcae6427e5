//! Shipments: one goods line of a declaration, manifest or bill of lading.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Background, PartialDate};

/// A Harmonized System code as declared: 2 to 12 digits, dots and spaces removed. The first six are international,
/// the rest national.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HsCode(String);

/// The text is no HS code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidHsCode(pub String);

impl fmt::Display for InvalidHsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not an HS code (expected 2 to 12 digits)",
            self.0
        )
    }
}

impl std::error::Error for InvalidHsCode {}

impl HsCode {
    /// All digits, as declared.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The international subheading, where at least six digits were declared.
    pub fn hs6(&self) -> Option<&str> {
        self.0.get(..6)
    }

    /// The heading, where at least four digits were declared.
    pub fn hs4(&self) -> Option<&str> {
        self.0.get(..4)
    }

    /// The chapter.
    pub fn hs2(&self) -> &str {
        &self.0[..2]
    }
}

impl fmt::Display for HsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for HsCode {
    type Err = InvalidHsCode;

    fn from_str(text: &str) -> Result<Self, InvalidHsCode> {
        let invalid = || InvalidHsCode(text.chars().take(40).collect());
        let mut digits = String::with_capacity(10);
        for c in text.trim().chars() {
            match c {
                '0'..='9' => digits.push(c),
                '.' | ' ' | '-' | '\u{a0}' => {}
                _ => return Err(invalid()),
            }
        }
        if (2..=12).contains(&digits.len()) {
            Ok(Self(digits))
        } else {
            Err(invalid())
        }
    }
}

impl TryFrom<String> for HsCode {
    type Error = InvalidHsCode;

    fn try_from(text: String) -> Result<Self, InvalidHsCode> {
        text.parse()
    }
}

impl From<HsCode> for String {
    fn from(code: HsCode) -> String {
        code.0
    }
}

/// What a party does in a shipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sends the goods (shipper, exporter, supplier).
    Consignor,
    /// Receives the goods (importer, buyer).
    Consignee,
    /// To be told of arrival.
    NotifyParty,
    /// Made the goods.
    Manufacturer,
    /// Neither end of the lane: broker, agent, reseller.
    Intermediary,
    /// Carries the goods.
    Vessel,
}

impl Role {
    /// The term in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Consignor => "consignor",
            Role::Consignee => "consignee",
            Role::NotifyParty => "notify party",
            Role::Manufacturer => "manufacturer",
            Role::Intermediary => "intermediary",
            Role::Vessel => "vessel",
        }
    }
}

/// A party as a trade record names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TradeParty {
    /// What it does in the shipment.
    pub role: Role,
    /// As written.
    pub name: String,
    /// ISO 3166-1 alpha-2, upper case, where the row gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// As written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Tax or register number (INN and the like), digits as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
}

/// How many, of what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// Never negative, always finite.
    pub amount: f64,
    /// Unit as written: `pcs`, `kg`, `шт`.
    pub unit: String,
}

/// One goods line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shipment {
    /// The record's own id, else `file#row`.
    pub row_id: String,
    /// The file as the user named it; `file!sheet` for workbooks.
    pub file: String,
    /// Row in the file, counted from 1, the header included.
    pub row: u64,
    /// Every party the row names, at most one to a role.
    pub parties: Vec<TradeParty>,
    /// Goods description in its original language.
    pub goods_text: String,
    /// Trade mark, where it has its own column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Article or model, where it has its own column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Declared code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hs: Option<HsCode>,
    /// Country of origin, ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Country of dispatch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatch: Option<String>,
    /// Countries passed through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transit: Vec<String>,
    /// Country of destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// Filing or arrival date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// Declared quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// Kilograms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_kg: Option<f64>,
    /// Kilograms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gross_kg: Option<f64>,
    /// Statistical or invoice value in US dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_usd: Option<f64>,
    /// Every field as received: column heading, cell text.
    pub original: Vec<(String, String)>,
    /// What other rows, decisions and reports say; none before a history was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Box<Background>>,
}

impl Shipment {
    /// The party in a role, where the row names one.
    pub fn party(&self, role: Role) -> Option<&TradeParty> {
        self.parties.iter().find(|party| party.role == role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hs_codes_drop_punctuation_and_refuse_letters() {
        let hs: HsCode = "9303.30 00 00".parse().unwrap();
        assert_eq!(
            (hs.as_str(), hs.hs6(), hs.hs4(), hs.hs2()),
            ("9303300000", Some("930330"), Some("9303"), "93")
        );
        assert_eq!("8807".parse::<HsCode>().unwrap().hs6(), None);
        for bad in ["", "9", "EX9303", "9303300000000"] {
            assert!(bad.parse::<HsCode>().is_err(), "{bad}");
        }
    }
}
