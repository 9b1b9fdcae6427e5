//! The words of the field as types.
//!
//! Everything here is exchanged by two or more crates: a reader makes it, an engine reasons over it, the ledger
//! keeps it and a view shows it. No I/O, no async, no Arrow, no helpers beyond parsing a value into its type.
//!
//! Names come from the field: [FollowTheMoney](https://followthemoney.tech) schemata and properties for parties,
//! customs terms for shipments, PLOVER event types and event factuality for claims.
//!
//! The serde form of [`Finding`] and [`Claim`] **is** the NDJSON contract of `interdict screen` and
//! `interdict read`: renaming a field here breaks other people's scripts.

mod background;
mod case;
mod claim;
mod date;
mod finding;
mod ownership;
mod party;
mod rejected;
mod shipment;

pub use background::{
    Background, Kit, LegLink, OtherLeg, PartyClaim, PartyDecision, PartyPast, Predecessor, Records,
};
pub use case::{Case, CaseRow, Lane};
pub use claim::{
    Actor, ActorKind, Claim, Credibility, Event, Factuality, GoodsFamily, GoodsMention, Grade,
    Reliability, Report,
};
pub use date::{InvalidDate, PartialDate};
pub use finding::{Disposition, Finding, FlagHit, GateHit, GoodsView, PartyMatch, PartyView};
pub use ownership::{
    Holding, HoldingKind, InvalidPercent, OwnershipBasis, OwnershipEffect, OwnershipStatement,
    Percent, Share, Stated,
};
pub use party::{
    Address, Identifier, IdentifierKind, ListEntry, Listing, NameKind, Party, PartyName, Relation,
    RelationKind, Schema,
};
pub use rejected::Rejected;
pub use shipment::{HsCode, InvalidHsCode, Quantity, Role, Shipment, TradeParty};
