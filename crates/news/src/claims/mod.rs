//! Claims beyond the English frames: grammars of other languages, and a reader of trained decisions.
//!
//! Russian, Ukrainian and Chinese sentences are read by clause grammars over tables (`grammar`, `russian`, `chinese`);
//! [`crate::claims()`] asks them.
//!
//! The trained reader ([`claims_with`]) is not asked by [`crate::claims()`] yet: on reports that neither has seen it finds more, on
//! plain constructions it makes mistakes that the frames do not (`bench claims` shows both). A sentence becomes a tree
//! (`syntax`) with its goods and parties (`parsed`, `party`). Then six small models decide: which word tells of an event
//! (`event`), what each party does there (`role`), how far the nearest source stands behind it (`worth`), who that source
//! is (`source`), and which stretch to quote (`quote`). Their features are words, relations of the tree and classes of
//! `lexicon`.

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

pub(crate) use grammar::claims as other_languages;
pub use learn::{Example, Gold, examples, same_name};
pub use linear::{Features, Linear, Models, TASKS, Task, softmax};
pub use reader::claims_with;
