//! Reports and the claims read from them. The serde form of [`Claim`] is the NDJSON contract of `interdict read`.

use serde::{Deserialize, Serialize};

use crate::PartialDate;

/// A page or text, furniture dropped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Stable id: the first 16 hexadecimal digits of the blake3 hash of `text`, unless the source brings its own.
    pub report_id: String,
    /// Headline.
    pub title: String,
    /// Outlet.
    pub publisher: String,
    /// Authors as written.
    pub authors: Vec<String>,
    /// Publication date.
    pub date: Option<PartialDate>,
    /// Canonical address.
    pub url: Option<String>,
    /// ISO 639-1 language, where recognised.
    pub language: Option<String>,
    /// Outlets that the report links to or credits as its source, by name or host.
    pub upstream: Vec<String>,
    /// The article's text; claims' offsets are bytes into it.
    pub text: String,
}

/// PLOVER-based event type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Goods, money or intelligence for war given, sold, shipped, received, approved for delivery.
    Transfer,
    /// Capacity to make them: plant, licence, know-how, repair.
    Production,
    /// Seeks, orders, negotiates, networks that buy.
    Procurement,
    /// Lists, controls, seizes, arrests, prosecutes.
    Sanction,
    /// Warns, urges, demands, is concerned.
    Warn,
    /// Refuses, rejects, halts.
    Refuse,
    /// Meets or talks about supply or its policing.
    Consult,
}

/// How far the nearest source stands behind the statement. Maps to FactBank (CT+, PR+, PS+, UU, CT-).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Factuality {
    /// Stated as fact (CT+).
    Asserted,
    /// Passed on by the source itself: "reportedly", "according to" (PR+).
    Reported,
    /// May, could, fears, suspects (PS+).
    Possible,
    /// No indication seen.
    NotObserved,
    /// Said not to be so (CT-).
    Denied,
    /// Unclear, cannot confirm (UU).
    Unknown,
    /// Will, plans, pledges.
    Planned,
}

/// What kind of actor a party is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A state, its government, ministries, armed forces.
    State,
    /// A firm, state-owned ones among them.
    Company,
    /// An armed group that is no state.
    ArmedGroup,
    /// A natural person.
    Person,
    /// The text does not say.
    Unspecified,
}

/// A party of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// As written; pronouns and descriptions resolved where the article gives the name.
    pub name: String,
    /// State, company, …
    pub kind: ActorKind,
    /// ISO 3166-1 alpha-2, `EU` for the European Union, empty where none applies.
    pub country: String,
}

/// Goods families: shared by claims and findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoodsFamily {
    /// Small arms and their parts.
    Firearm,
    /// Cartridges, shells, propellant.
    Ammunition,
    /// Explosives, bombs, grenades, energetic materials.
    Explosive,
    /// Guns, rockets, missiles, MLRS.
    ArtilleryMissile,
    /// Tanks and armoured vehicles.
    Armour,
    /// Unmanned aircraft.
    Uav,
    /// Their engines, batteries, cameras, controllers.
    UavPart,
    /// Unarmoured vehicles.
    Vehicle,
    /// Ships and boats.
    Vessel,
    /// Manned aircraft and their parts.
    Aircraft,
    /// Air defence and counter-drone systems.
    AirDefence,
    /// Chips, components, radios, navigation.
    Electronics,
    /// Machine tools and their controls.
    MachineTool,
    /// Sights, night vision, thermal imagers, lasers.
    Optics,
    /// Chemicals that are not explosives.
    Chemical,
    /// Fuel.
    Fuel,
    /// Money for war.
    Money,
    /// Training and intelligence.
    TrainingIntel,
    /// Know-how, software, licences.
    Technology,
    /// Body armour, uniforms, unspecified arms and military aid.
    OtherMilitary,
    /// Dual-use goods of no family above.
    DualUse,
    /// None of these.
    Other,
}

impl GoodsFamily {
    /// The scheme's word.
    pub fn as_str(self) -> &'static str {
        match self {
            GoodsFamily::Firearm => "firearm",
            GoodsFamily::Ammunition => "ammunition",
            GoodsFamily::Explosive => "explosive",
            GoodsFamily::ArtilleryMissile => "artillery_missile",
            GoodsFamily::Armour => "armour",
            GoodsFamily::Uav => "uav",
            GoodsFamily::UavPart => "uav_part",
            GoodsFamily::Vehicle => "vehicle",
            GoodsFamily::Vessel => "vessel",
            GoodsFamily::Aircraft => "aircraft",
            GoodsFamily::AirDefence => "air_defence",
            GoodsFamily::Electronics => "electronics",
            GoodsFamily::MachineTool => "machine_tool",
            GoodsFamily::Optics => "optics",
            GoodsFamily::Chemical => "chemical",
            GoodsFamily::Fuel => "fuel",
            GoodsFamily::Money => "money",
            GoodsFamily::TrainingIntel => "training_intel",
            GoodsFamily::Technology => "technology",
            GoodsFamily::OtherMilitary => "other_military",
            GoodsFamily::DualUse => "dual_use",
            GoodsFamily::Other => "other",
        }
    }
}

/// A mention of goods inside a claim's quote.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GoodsMention {
    /// As written.
    pub text: String,
    /// Family.
    pub family: GoodsFamily,
    /// Control list entry, empty where none applies.
    pub control: String,
}

/// Admiralty grade, reliability of the source: A (reliable) to E (unreliable), F (cannot be judged).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the letters are the terms")]
pub enum Reliability {
    A,
    B,
    C,
    D,
    E,
    F,
}

/// Admiralty grade, credibility of the information: 1 (confirmed) to 5 (improbable), 6 (cannot be judged).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Credibility(u8);

impl Credibility {
    /// From 1 to 6.
    pub fn new(value: u8) -> Option<Self> {
        (1..=6).contains(&value).then_some(Self(value))
    }

    /// 1 to 6.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Credibility {
    type Error = String;

    fn try_from(value: u8) -> Result<Self, String> {
        Self::new(value).ok_or_else(|| format!("credibility {value} is not 1 to 6"))
    }
}

impl From<Credibility> for u8 {
    fn from(credibility: Credibility) -> u8 {
        credibility.0
    }
}

/// Admiralty grade, written `C3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Grade {
    /// Of the source.
    pub reliability: Reliability,
    /// Of the information.
    pub credibility: Credibility,
}

impl std::fmt::Display for Grade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}{}", self.reliability, self.credibility.0)
    }
}

impl From<Grade> for String {
    fn from(grade: Grade) -> String {
        grade.to_string()
    }
}

impl TryFrom<String> for Grade {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let bad = || format!("{text:?} is not an Admiralty grade (expected A1 to F6)");
        let mut chars = text.chars();
        let reliability = match chars.next() {
            Some('A') => Reliability::A,
            Some('B') => Reliability::B,
            Some('C') => Reliability::C,
            Some('D') => Reliability::D,
            Some('E') => Reliability::E,
            Some('F') => Reliability::F,
            _ => return Err(bad()),
        };
        let digit = chars.next().and_then(|c| c.to_digit(10)).ok_or_else(bad)?;
        let credibility = u8::try_from(digit)
            .ok()
            .and_then(Credibility::new)
            .ok_or_else(bad)?;
        if chars.next().is_some() {
            Err(bad())
        } else {
            Ok(Self {
                reliability,
                credibility,
            })
        }
    }
}

/// An attributed statement in a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// The report it stands in.
    pub report_id: String,
    /// `report_id` and a running number: `3f…#2`.
    pub claim_id: String,
    /// The exact stretch of the article's text.
    pub quote: String,
    /// First byte of the quote in the article's text.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// What happened.
    pub event: Event,
    /// How far the nearest source stands behind it.
    pub factuality: Factuality,
    /// Who says so: nearest speaker first, the publisher last.
    pub source: Vec<String>,
    /// Who gives, or acts.
    pub supplier: Vec<Actor>,
    /// Who gets, or is aimed at.
    pub recipient: Vec<Actor>,
    /// What.
    pub goods: Vec<GoodsMention>,
    /// Countries or firms it passes through.
    pub via: Vec<String>,
    /// When it happened: as written, then ` = ` and the date or range where it could be resolved; empty if unsaid.
    pub time: String,
    /// By when, for forecasts and deadlines; the same form.
    pub due: String,
    /// Admiralty grade.
    pub grade: Grade,
    /// Who read it, where that was not Interdict's own reader: `endpoint:MODEL`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reader: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_are_written_as_two_characters() {
        let grade: Grade = serde_json::from_str("\"C3\"").unwrap();
        assert_eq!(serde_json::to_string(&grade).unwrap(), "\"C3\"");
        for bad in ["", "C", "C7", "G1", "C33"] {
            assert!(Grade::try_from(bad.to_string()).is_err(), "{bad}");
        }
    }
}
