//! Who owns whom, and what the ownership rules of sanctions and export-control law make of it.
//!
//! The way through the crate: `elements` cuts JSON into bounded values; [`read`] tells a file's format by its content
//! and hands each value to `bods` (Beneficial Ownership Data Standard 0.4) or `gleif` (JSON of the GLEIF API), which
//! make [`model::OwnershipStatement`]s of them; [`Register`] keeps what holds on a day; [`derive`] walks from listed
//! owners down and applies each dated rule of `data/rules.tsv`. Nothing here stores, prints or matches names: who is
//! listed is told to it as [`ListedAs`].
//!
//! ```
//! use model::{Holding, HoldingKind, OwnershipEffect, Percent, Share, Stated};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let file = tempfile::NamedTempFile::new()?;
//! std::fs::write(file.path(), include_str!("../fixtures/owned.bods.json"))?;
//! let read = ownership::read(file.path())?;
//! let today = "2026-11-25".parse()?;
//! let mut register = ownership::Register::new(today);
//! read.statements.into_iter().for_each(|statement| register.add("owned.bods.json", statement));
//! let owner = register.owners().next().ok_or("no owner")?.0.to_string();
//! let listed = ownership::ListedAs {
//!     record: owner,
//!     entity_id: "ofac-sdn:1".to_string(),
//!     list: "ofac-sdn".to_string(),
//!     programmes: Vec::new(),
//!     how: "told for this example".to_string(),
//! };
//! let derived = ownership::derive(&register, &[listed]);
//! assert_eq!(derived[0].bases[0].effect, OwnershipEffect::Blocked);
//! # Ok(())
//! # }
//! ```

mod bods;
mod chain;
mod elements;
mod error;
mod gleif;
mod graph;
mod party;
mod read;
mod register;
mod rules;

pub use error::OwnershipError;
pub use graph::{Derived, ListedAs, derive};
pub use read::{OwnershipFile, OwnershipFormat, detect, read};
pub use register::Register;
pub use rules::version;
