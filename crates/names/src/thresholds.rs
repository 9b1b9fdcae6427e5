//! Named thresholds of the score.

/// Few alerts: spelling variants, other order, other script of the same words.
pub const STRICT: f64 = 0.90;
/// The default: `match` is true at or above it.
pub const BALANCED: f64 = 0.76;
/// For a second look by a person: parts missing, several letters wrong, weak aliases, one-word vessel names.
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
