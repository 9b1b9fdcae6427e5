//! Gates, red flags and the evidence score: shipments to findings.
//!
//! A finding has three layers. *Gates* decide by themselves: a listed party at or above the strict threshold, an
//! embargoed destination with military or dual-use goods, a code that is arms and nothing else. The *evidence score*
//! sums log-likelihood ratios of red flags, capped by group; what a row lacks scores 0 and is named in `missing`.
//! The *disposition* is hold where a gate closed, review where the score reaches the threshold, else release.
//!
//! Every rule, weight and dictionary is data under `data/`, dated in `data/tables.toml`; [`redflags`] lists the whole
//! registry with what is evaluated and what is not yet. Words: a finding is *consistent with* something, never proof.
//!
//! What other rows say of a shipment comes from a [`History`], which puts it into the shipment as its background:
//! screening is a function of the shipment, the lists and the tables, so a stored shipment can be screened again.

pub mod audit;
mod cache;
mod cases;
mod day;
mod explain;
mod fold;
mod gates;
mod goods_rules;
mod history;
mod owned;
mod party;
mod past;
mod route;
mod score;
mod screener;
mod seen;
mod tables;
mod value;

pub use cases::Cases;
pub use history::History;
pub use owned::Owned;
pub use screener::{Evidence, PartyLookup, RankKey, Screener, party_match, rank};
pub use tables::{RedFlag, redflags};
