//! Cases: what a person opens. Rows lie in lanes, lanes of the same receiver or under the same listed party in a case.

use serde::{Deserialize, Serialize};

use crate::{Disposition, GoodsFamily, PartialDate};

/// Shipments that one person should look at together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Digest of the party or pair that makes it: the same for the same parties in every run.
    pub case_id: String,
    /// 1 for the case to open first.
    pub rank: u64,
    /// The gravest of its rows.
    pub disposition: Disposition,
    /// Score of its best row, and for every further row a little more; unbounded.
    pub score: f64,
    /// Probability at the assumed prevalence that something in it needs action.
    pub probability: f64,
    /// What it is about, in a line.
    pub title: String,
    /// Its lanes, the one with the best row first.
    pub lanes: Vec<Lane>,
    /// Flags and gates of its rows, with the number of rows that raise each, most first.
    pub why: Vec<(String, u64)>,
    /// Value of its rows in US dollars, as far as they give it.
    pub value_usd: f64,
}

/// Consignor, consignee and goods family over rows that are never more than 90 days apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    /// As first written; empty where the rows give none.
    pub consignor: String,
    /// As first written; empty where the rows give none.
    pub consignee: String,
    /// Family of the goods; none where nothing points beyond ordinary goods.
    pub family: Option<GoodsFamily>,
    /// First dated row.
    pub from: Option<PartialDate>,
    /// Last dated row.
    pub to: Option<PartialDate>,
    /// Its rows to hold or review, best score first.
    pub rows: Vec<CaseRow>,
}

/// A row of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseRow {
    /// The shipment's id.
    pub row_id: String,
    /// The file as the user named it.
    pub file: String,
    /// Row, counted from 1.
    pub row: u64,
    /// What the system proposes for it.
    pub disposition: Disposition,
    /// Its score.
    pub score: f64,
}
