//! The brief: what `interdict investigate` hands to a person, and, as JSON, to a script.
//!
//! A brief is derived from the ledger's evidence and can be made again; nothing here is stored. Field names are part
//! of the command contract.

use model::{Case, Claim, Disposition, Finding, ListEntry, PartialDate, Rejected, Shipment};
use serde::Serialize;

/// Everything one run found, most telling first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Brief {
    /// The folder that was read.
    pub folder: String,
    /// What was read, and what could not be.
    pub read: ReadSummary,
    /// Parties that lists, shipments or reports have in common, or that a held shipment names; those with evidence
    /// from more kinds of source first.
    pub parties: Vec<PartyBrief>,
    /// What a person should open: the shipments to hold or review by party, by rank.
    pub cases: Vec<Case>,
    /// Every shipment to hold or review, by rank.
    pub shipments: Vec<ShipmentBrief>,
    /// What reports say, copies folded; by event and factuality, asserted first.
    pub claims: Vec<ClaimBrief>,
    /// What the sources leave open: claims `not_observed`, `denied`, `unknown`, and fields that rules needed.
    pub unknown: Vec<String>,
}

/// Counts of what was read.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ReadSummary {
    /// A line for each list.
    pub lists: Vec<ListRead>,
    /// A line for each file of who owns whom.
    pub ownership: Vec<OwnershipRead>,
    /// A line for each file of trade records.
    pub records: Vec<RecordsRead>,
    /// A line for each report.
    pub reports: Vec<ReportRead>,
    /// Records, rows, fields and pages that could not be read.
    pub rejected: Vec<Rejected>,
    /// Files that hold nothing Interdict reads, with the reason.
    pub skipped: Vec<Rejected>,
}

/// One list as imported.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListRead {
    /// Short name.
    pub list: String,
    /// Publication date or version.
    pub version: String,
    /// Parties on it.
    pub parties: u64,
    /// Names of those parties.
    pub names: u64,
    /// Records refused.
    pub rejected: u64,
    /// Whether this run imported it; false where the ledger had it already.
    pub new: bool,
}

/// One file of statements of who owns whom, as imported.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OwnershipRead {
    /// As the user named it.
    pub file: String,
    /// `bods-json`, `gleif-json`.
    pub format: String,
    /// Statements read.
    pub statements: u64,
    /// Statements that name nobody.
    pub nameless: u64,
    /// Statements and fields refused.
    pub rejected: u64,
    /// Whether this run brought new statements; false where the ledger had them all.
    pub new: bool,
}

/// One file of trade records as screened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordsRead {
    /// The file, or `file!sheet`.
    pub file: String,
    /// Rows that became shipments.
    pub rows: u64,
    /// Rows and fields refused.
    pub rejected: u64,
    /// How columns were read: (column, field).
    pub columns: Vec<(String, String)>,
    /// Columns that no field was found for.
    pub unmapped: Vec<String>,
    /// Fields that rules need and no column gives.
    pub missing: Vec<String>,
    /// Shipments to hold.
    pub hold: u64,
    /// Shipments to review.
    pub review: u64,
}

/// One report as read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportRead {
    /// Its id.
    pub report_id: String,
    /// The file.
    pub file: String,
    /// Headline.
    pub title: String,
    /// Outlet.
    pub publisher: String,
    /// Publication date.
    pub date: Option<PartialDate>,
    /// Claims read from it.
    pub claims: u64,
    /// The report that it copies or rewrites, where it does.
    pub copy_of: Option<String>,
}

/// A kind of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// An official list names the party.
    List,
    /// A trade record names it.
    Shipment,
    /// A report makes a claim about it.
    Report,
}

/// One party with all that is known of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartyBrief {
    /// Leading name: the list's where one lists it, else as written most often.
    pub name: String,
    /// `state`, `company`, `armed_group`, `person`, `vessel`, `aircraft`, `unspecified`.
    pub kind: String,
    /// Countries, ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
    /// Kinds of source that speak of it.
    pub evidence: Vec<EvidenceKind>,
    /// Other names under which shipments and reports know it.
    pub also_written: Vec<String>,
    /// List entries.
    pub listings: Vec<ListingBrief>,
    /// Row ids of its shipments to hold or review, by rank; see [`Brief::shipments`].
    pub shipments: Vec<String>,
    /// How many of its shipments were released.
    pub released: u64,
    /// Claim ids; see [`Brief::claims`].
    pub claims: Vec<String>,
    /// What stays unknown about it.
    pub unknown: Vec<String>,
}

/// A list entry of a party, and why it is taken for the same party.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListingBrief {
    /// The entry.
    #[serde(flatten)]
    pub entry: ListEntry,
    /// 0–1, of the weakest name link to the rest of the evidence; 1 where the listing alone made the party.
    pub score: f64,
    /// The match, explained.
    pub explanation: Vec<String>,
}

/// A shipment with its finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShipmentBrief {
    /// As read.
    pub shipment: Shipment,
    /// As screened.
    pub finding: Finding,
}

impl ShipmentBrief {
    /// Whether it is to be held.
    pub fn is_hold(&self) -> bool {
        self.finding.disposition == Disposition::Hold
    }
}

/// A claim with the pages that carry it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimBrief {
    /// The claim, from the page nearest to its source.
    pub claim: Claim,
    /// That page.
    pub report: String,
    /// Its outlet.
    pub publisher: String,
    /// Its date.
    pub date: Option<PartialDate>,
    /// Claim ids of the same claim in other pages, rewrites among them.
    pub repeated_in: Vec<String>,
    /// Number of different origins at the ends of the source chains: rewrites of one investigation count once.
    pub independent_sources: u64,
}
