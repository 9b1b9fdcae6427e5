//! Named thresholds of the score. The score's scale is bent so that each means the same for persons and organisations: a
//! share of ordinary names that alert against a list of 24,607 parties (measured by `bench accuracy`, see
//! `bench/RESULTS.md`).

/// About 0.08 % of ordinary names alert: the same words in other spelling, order or script.
pub const STRICT: f64 = 0.90;
/// About 0.2 % of ordinary names alert. The default: `match` is true at or above it.
pub const BALANCED: f64 = 0.76;
/// About 1.2 % of ordinary names alert. For a second look by a person: parts missing, several letters wrong, weak aliases.
pub const WIDE: f64 = 0.62;

/// A threshold by what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Threshold {
    /// [`STRICT`].
    Strict,
    /// [`BALANCED`].
    #[default]
    Balanced,
    /// [`WIDE`].
    Wide,
}

impl Threshold {
    /// The score from which on two names count as a match.
    pub fn score(self) -> f64 {
        match self {
            Threshold::Strict => STRICT,
            Threshold::Balanced => BALANCED,
            Threshold::Wide => WIDE,
        }
    }
}
