//! All listed names in one memory-mapped file: written once, shared by all threads and processes.
//!
//! `format` draws the file, `build` writes it, `open` reads it (and checks all it reads), `search` answers queries.
//! The index is a cache: a file of another format version or other name tables is refused and must be built again.

mod build;
mod format;
mod open;
mod search;
mod spelling;

pub use build::{IndexBuilder, IndexSummary};
pub use format::IndexError;
pub use open::{EntityView, Index};
pub use search::{Match, Query};

/// How a list gives a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum NameKind {
    /// The main name of the entry.
    Primary = 0,
    /// Another name, as good as the main one.
    Alias = 1,
    /// A name that the list itself calls weak ("low quality a.k.a."): held to a stricter bar.
    WeakAlias = 2,
    /// A former name.
    Previous = 3,
    /// The name in its own script.
    Native = 4,
}

impl NameKind {
    fn from_number(number: u8) -> NameKind {
        match number {
            0 => NameKind::Primary,
            2 => NameKind::WeakAlias,
            3 => NameKind::Previous,
            4 => NameKind::Native,
            _ => NameKind::Alias,
        }
    }
}

/// A name of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    /// As the list writes it.
    pub text: String,
    /// How the list gives it.
    pub kind: NameKind,
}

/// A listed party as the index takes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entity {
    /// "list:entry".
    pub id: String,
    /// The list.
    pub dataset: String,
    /// FollowTheMoney schema name.
    pub schema: String,
    /// All names. The first primary one becomes the caption.
    pub names: Vec<Name>,
    /// ISO 3166-1 alpha-2, upper case.
    pub countries: Vec<String>,
    /// ISO 8601, maybe partial: `1965`, `1965-03`.
    pub birth_dates: Vec<String>,
    /// Raw values; the crate normalises.
    pub identifiers: Vec<String>,
}

#[cfg(test)]
mod tests;
