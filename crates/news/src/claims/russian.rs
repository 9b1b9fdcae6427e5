//! Russian and Ukrainian: a clause grammar over tables. Words become verbs with their forms, events told by nouns,
//! parties with their cases, and goods (`words`); clauses give each predicate its parties, and governing words, negation
//! and cues say what it is worth (`clause`).
//!
//! Cases come from endings, so "России" may be genitive or dative: what stands around it decides. In doubt a party is
//! left out and an assertion weakened.

mod clause;
mod names;
mod verbs;
mod words;

pub(crate) use clause::Reader;

/// Cases as a set: endings leave several open.
pub(crate) type Cases = u8;
pub(crate) const NOM: Cases = 1;
pub(crate) const GEN: Cases = 2;
pub(crate) const DAT: Cases = 4;
pub(crate) const ACC: Cases = 8;
pub(crate) const INS: Cases = 16;
pub(crate) const LOC: Cases = 32;
pub(crate) const ANY: Cases = 63;
