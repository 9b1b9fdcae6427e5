//! What a row alone does not say: other rows of the run, earlier decisions and reports about its parties. It is kept
//! with the shipment, so that a finding can be screened again and comes out the same.

use serde::{Deserialize, Serialize};

use crate::{Event, Factuality, Grade, PartialDate, Role, TradeParty};

/// All that is known of a shipment beyond its own row.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Background {
    /// The run as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<Records>,
    /// What the run says of consignor and consignee.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<PartyPast>,
    /// When consignor and consignee first stood in one row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pair_first_seen: Option<PartialDate>,
    /// Parties that stopped trading the same heading with the same counterparty when one of this row began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub predecessors: Vec<Predecessor>,
    /// The same goods on their way into or out of a hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_leg: Option<OtherLeg>,
    /// Parts of one thing that the consignee received one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kit: Option<Kit>,
    /// Claims of reports about the parties.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<PartyClaim>,
    /// What was decided about earlier shipments of the parties.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<PartyDecision>,
}

/// What the records of a run span.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Records {
    /// First dated row.
    pub from: PartialDate,
    /// Last dated row.
    pub to: PartialDate,
    /// Share of parties that are new by the rule for newcomers, 0–1: where most are, being new says nothing.
    pub newcomers: f64,
}

/// A party's trade over the whole run. Counts are rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartyPast {
    /// Which party of the shipment.
    pub role: Role,
    /// Its first dated row, in whatever role.
    pub first_seen: PartialDate,
    /// All its rows.
    pub rows: u32,
    /// Those before the control date.
    pub rows_before: u32,
    /// Whole months without a row just before this one; 0 for the first.
    pub silent_months: u32,
    /// First row under this row's heading (HS4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading_first_seen: Option<PartialDate>,
    /// Rows under this row's heading.
    pub heading_rows: u32,
    /// Those before the control date.
    pub heading_rows_before: u32,
    /// Rows in this row's chapter (HS2).
    pub chapter_rows: u32,
    /// Its most frequent chapters with their rows, at most three.
    pub chapters: Vec<(String, u32)>,
    /// How many parties of the run give the same address, itself included; 0 where it gives none.
    pub address_shared_by: u32,
}

/// A party that another took the place of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Predecessor {
    /// The party that stopped, in the role that its successor has in this row.
    pub party: TradeParty,
    /// Its last row of this heading with the counterparty.
    pub last_seen: PartialDate,
    /// The successor's first.
    pub successor_first_seen: PartialDate,
}

/// How sure it is that two legs carry the same goods, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegLink {
    /// Code, hub, time and quantity agree.
    Quantity,
    /// The description or a model number too.
    Goods,
    /// The party in the hub received the one and sent the other.
    Party,
}

/// The other leg of a re-export: the same code into and out of a hub within weeks, in like quantity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OtherLeg {
    /// Its row.
    pub row_id: String,
    /// Country of the hub, ISO 3166-1 alpha-2.
    pub hub: String,
    /// Whether the other leg leads out of the hub (and this one into it).
    pub outward: bool,
    /// Days between the legs.
    pub days: u32,
    /// Quantity out over quantity in.
    pub ratio: f64,
    /// What links them.
    pub link: LegLink,
}

/// Parts of one thing in separate rows to one consignee.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kit {
    /// What the parts make.
    pub whole: String,
    /// Different parts received within half a year of this row, this row's own among them.
    pub parts: Vec<String>,
}

/// A claim of a report about a party of the shipment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartyClaim {
    /// Which party.
    pub role: Role,
    /// Claim id, as `interdict read` gives it.
    pub claim_id: String,
    /// What is claimed.
    pub event: Event,
    /// How the report stands to it.
    pub factuality: Factuality,
    /// Admiralty grade: `B2`.
    pub grade: Grade,
    /// Probability that the report means this party, 0–1.
    pub same_party: f64,
    /// The words.
    pub quote: String,
}

/// A decision about an earlier shipment of a party.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartyDecision {
    /// Which party.
    pub role: Role,
    /// The finding that was decided.
    pub finding_id: String,
    /// Code of the disposition table: `BLOCK`, `REPORT`, …
    pub code: String,
}
