//! Text against code: which headings of the Harmonized System a goods text points to, and how surprising the declared
//! one is.
//!
//! Linear models over hashed words and stretches of letters, one for each language and one for part numbers. `bench
//! hs-train` makes them, `bench hs` says how good they are on texts that they have not seen.

mod features;
mod headings;
mod language;
mod table;

pub use features::{Feature, Vector, features, vector};
pub use headings::{Headings, headings, text_surprise};
pub use language::{Language, language};
pub use table::{KNOTS, Model, Trained, TrainedFeature};
