//! Pages to articles to attributed claims; copies folded.
//!
//! Data flows one way: [`read_page`] turns a file into [`model::Report`]s (furniture dropped), [`claims`] reads a
//! report's text into attributed [`model::Claim`]s, [`fold_copies`] tells which reports repeat each other and
//! [`fold_claims`] merges the same claim over reports, so that sources are counted by the ends of their chains.
//!
//! ```
//! let page = news::Page { path: "note.txt", bytes: b"Iran supplied Russia with drones, Reuters reported." };
//! let (reports, _rejected) = news::read_page(&page).unwrap();
//! let claims = news::claims(&reports[0]);
//! assert_eq!(claims[0].supplier[0].country, "IR");
//! assert_eq!(claims[0].source, ["Reuters"]);
//! ```

mod page;

mod article;
mod extract;
mod feed;
mod furniture;
mod mail;
mod markup;
mod metadata;
mod pdf;
mod tree;
mod wall;

mod chunk;
mod sentence;
mod tag;

mod actors;
mod goods_terms;
mod lexicon;
mod outlets;

mod attribution;
mod factuality;
mod frame;
mod reader;
mod when;

pub mod claims;

pub mod endpoint;

mod grade;

mod copies;
mod fold;

mod table;

pub use article::captions;
pub use copies::{CopyGroup, fold_copies};
pub use fold::{MergedClaim, fold_claims, independent_sources, same_claim};
pub use furniture::drop_furniture;
pub use page::{Absence, MAX_PAGE_BYTES, NewsError, Page, read_page};
pub use reader::claims;
