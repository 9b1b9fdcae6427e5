//! What a good is: declared code, words and model numbers against control lists.
//!
//! [`mentions`] finds words and model numbers in running text (news uses it too), [`controls`] reads the declared
//! code against control lists, [`headings`] tells by a classifier trained on declarations which headings a text points
//! to, [`assess`] puts all together.
//! Everything it knows is data under `data/`, dated in `data/tables.toml` and named by [`versions`].
//!
//! ```
//! let text = "civilian hunting rifles CQ-A";
//! let words: Vec<&str> = goods::mentions(text).iter().map(|m| &text[m.start..m.end]).collect();
//! assert_eq!(words, ["civilian hunting rifles", "CQ-A"]);
//! ```

mod assess;
pub mod classifier;
mod control;
mod fold;
mod lexicon;
mod links;
mod pattern;
mod scope;
mod table;
mod vague;

pub use assess::{
    Assessment, Conflict, GoodsGrade, Reading, assess, category_grade, category_meaning,
};
pub use classifier::{Headings, headings, text_surprise};
pub use control::{Action, ControlEntry, controls, is_controlled};
pub use lexicon::{GoodsMention, Strength, mentions};
pub use scope::innocent_context;
pub use table::versions;
