//! Claims of a report: who says who supplied what to whom.
//!
//! A sentence becomes a tree (`syntax`) with its goods and parties (`parsed`, `party`). Then six small models decide:
//! which word tells of an event (`event`), what each party does there (`role`), how far the nearest source stands behind
//! it (`worth`), who that source is (`source`), and which stretch to quote (`quote`). Their features are words, relations
//! of the tree and classes of `lexicon`; their weights are `data/claims.bin`, trained by `bench claims-train`.

mod chinese;
mod event;
mod grammar;
mod learn;
mod linear;
mod parsed;
mod party;
mod quote;
mod reader;
mod role;
mod russian;
mod source;
mod worth;

pub use learn::{Example, Gold, examples, same_name};
pub use linear::{Features, Linear, Models, TASKS, Task, softmax};
pub(crate) use parsed::Token;
pub use reader::{claims, claims_with};
