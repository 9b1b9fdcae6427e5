//! Findings: what screening says of one shipment. The serde form is the NDJSON contract of `interdict screen`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{GoodsFamily, HsCode, OwnershipBasis, Role};

/// What the system proposes; a person decides. Ordered by gravity, gravest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// Nothing that needs a person.
    Release,
    /// A person should look.
    Review,
    /// A gate closed: hold until a person decides.
    Hold,
}

impl Disposition {
    /// The contract's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Disposition::Release => "release",
            Disposition::Review => "review",
            Disposition::Hold => "hold",
        }
    }
}

/// A gate that closed: a rule that decides by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GateHit {
    /// Rule id.
    pub id: String,
    /// One sentence with the values that closed it.
    pub reason: String,
    /// The rule's source.
    pub source: String,
}

/// A red flag that was raised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlagHit {
    /// Rule id of `redflags.csv`: `G03`, `R02`, …
    pub id: String,
    /// Log-likelihood ratio (natural logarithm) that it added, after its group's cap.
    pub weight: f64,
    /// What it saw, by field: the words, the code, the countries.
    pub evidence: BTreeMap<String, String>,
    /// The rule's source.
    pub source: String,
}

/// What the goods are taken to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GoodsView {
    /// Family from text, model and code together; none where nothing points beyond ordinary goods.
    pub family: Option<GoodsFamily>,
    /// As declared.
    pub hs_declared: Option<HsCode>,
    /// Headings or subheadings that the text points to, likeliest first; empty where the text says nothing.
    pub hs_likely: Vec<String>,
    /// Control lists and their entries: `CHPL tier 1 854231`, `arms 930190`, `ECCN 0A501`.
    pub control: Vec<String>,
}

/// A list entry that a party matches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartyMatch {
    /// `list:entry_id`.
    pub entity_id: String,
    /// The list.
    pub dataset: String,
    /// FollowTheMoney schema of the entry.
    pub schema: String,
    /// The entry's leading name.
    pub caption: String,
    /// The entry's name that matched.
    pub matched_name: String,
    /// 0–1; order by it.
    pub score: f64,
    /// Probability that both are the same party, 0–1.
    pub probability: f64,
    /// Why, a line each.
    pub explanation: Vec<String>,
    /// Why an entry of the dataset `ownership`, which no list names, is there; gravest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ownership: Vec<OwnershipBasis>,
}

/// A party of the shipment with its best match.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartyView {
    /// What it does in the shipment.
    pub role: Role,
    /// As written.
    pub name: String,
    /// Best list entry at or above the threshold; none where no list names it.
    #[serde(rename = "match")]
    pub matched: Option<PartyMatch>,
}

/// What screening says of one shipment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The shipment's id.
    pub row_id: String,
    /// The file as the user named it.
    pub file: String,
    /// Row, counted from 1.
    pub row: u64,
    /// What the system proposes.
    pub disposition: Disposition,
    /// Sum of weights (natural-log likelihood ratio); continuous, unbounded, ties broken.
    pub score: f64,
    /// Probability that the shipment needs action, at the prevalence named in `versions["prior"]`.
    pub probability: f64,
    /// 1 for the shipment to look at first, over the whole run; 0 before ranking.
    pub rank: u64,
    /// Gates that closed.
    pub gates: Vec<GateHit>,
    /// Red flags raised, heaviest first.
    pub flags: Vec<FlagHit>,
    /// What the goods are taken to be.
    pub goods: GoodsView,
    /// Every party with its match.
    pub parties: Vec<PartyView>,
    /// Fields that rules needed and the row lacks.
    pub missing: Vec<String>,
    /// The most plausible innocent explanation; empty for releases.
    pub innocent: String,
    /// What would clear it; empty for releases.
    pub clears: String,
    /// Version of every table, list and weight used, by name.
    #[serde(with = "shared")]
    pub versions: Arc<BTreeMap<String, String>>,
}

/// A map that many findings share, in the serde form of the map.
mod shared {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    type Map = BTreeMap<String, String>;

    pub(super) fn serialize<S: Serializer>(map: &Arc<Map>, to: S) -> Result<S::Ok, S::Error> {
        map.as_ref().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Map>, D::Error> {
        Map::deserialize(from).map(Arc::new)
    }
}
