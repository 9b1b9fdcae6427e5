//! Names of parties: normalise, transliterate, compare, and a memory-mapped index.
//!
//! The way of a name: [`normalise`] makes spellings of the same characters equal; `romanise` brings every script to
//! Latin letters; `analyse` cuts the name into words and says what each is (legal form, institution word, place, given
//! name, number, …) with the tables of `lexicon`; `score` aligns the words of two names and weighs what agrees by how
//! rare it is; `evidence` adds birth dates, countries and identifiers. [`compare`] does this for two names,
//! [`Index::search`] for one query against all listed names. The crate knows names and ids, no lists and no shipments.
//!
//! ```
//! let same = names::compare(Some("Company"), "ООО «Айсберг Логистик»", "Aisberg Logistics LLC");
//! assert!(same.is_match, "{same:?}");
//! let other = names::compare(Some("Company"), "Shanghai Trading Co Ltd", "Shanghai Electric Trading Ltd");
//! assert!(!other.is_match, "{other:?}");
//! ```

mod align;
mod analyse;
pub mod audit;
mod compare;
mod distance;
mod evidence;
mod features;
mod index;
mod lexicon;
mod model;
mod normalise;
mod romanise;
mod score;
mod similarity;
#[cfg(test)]
mod testdata;
mod thresholds;
mod word;

pub use compare::{Comparison, compare};
pub use index::{
    Entity, EntityView, Index, IndexBuilder, IndexError, IndexSummary, Match, Name, NameKind, Query,
};
pub use normalise::normalise;
pub use thresholds::{BALANCED, STRICT, Threshold, WIDE};
