//! Who owns or controls whom, as registers and declarations state it, and what follows for a party that no list names.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{PartialDate, Party};

/// A share in percent, 0–100, kept in millionths of a percent so that shares add up exactly.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(try_from = "f64", into = "f64")]
pub struct Percent(u32);

impl Percent {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// Half of it.
    pub const HALF: Self = Self(50_000_000);
    /// All of it.
    pub const ALL: Self = Self(100_000_000);
    /// The smallest step: what "more than" a figure begins with.
    pub const STEP: Self = Self(1);

    /// The sum, at most [`Percent::ALL`].
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0).min(Self::ALL.0))
    }

    /// The difference, at least nothing.
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// The number is no share.
#[derive(Debug, Clone, PartialEq)]
pub struct InvalidPercent(pub f64);

impl fmt::Display for InvalidPercent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is no share (expected 0 to 100)", self.0)
    }
}

impl std::error::Error for InvalidPercent {}

impl TryFrom<f64> for Percent {
    type Error = InvalidPercent;

    fn try_from(percent: f64) -> Result<Self, InvalidPercent> {
        if !(0.0..=100.0).contains(&percent) {
            return Err(InvalidPercent(percent));
        }
        Ok(Self((percent * 1e6).round() as u32))
    }
}

impl From<Percent> for f64 {
    fn from(percent: Percent) -> f64 {
        f64::from(percent.0) / 1e6
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", f64::from(*self))
    }
}

/// A share that is known exactly (`low` = `high`) or within bounds, both included.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
pub struct Share {
    /// At least.
    pub low: Percent,
    /// At most.
    pub high: Percent,
}

impl fmt::Display for Share {
    /// `60 %`, `25 to 50 %`, `more than 50 %`, `up to 25 %`, `an unknown share`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A bound that is excluded is one step inside.
        let bare = |percent: Percent| {
            let whole = f64::from(percent);
            (whole * 100.0).round() / 100.0
        };
        let (low, high) = (bare(self.low), bare(self.high));
        if self.low == self.high {
            write!(f, "{} %", self.low)
        } else if self.low <= Percent::STEP && self.high == Percent::ALL {
            write!(f, "an unknown share")
        } else if self.high == Percent::ALL {
            let words = if f64::from(self.low) > low {
                "more than"
            } else {
                "at least"
            };
            write!(f, "{words} {low} %")
        } else if self.low <= Percent::STEP {
            let words = if f64::from(self.high) < high {
                "less than"
            } else {
                "up to"
            };
            write!(f, "{words} {high} %")
        } else {
            write!(f, "{low} to {high} %")
        }
    }
}

/// What is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldingKind {
    /// Shares in the capital, or what stands for them where there is no capital.
    Shareholding,
    /// Votes.
    Voting,
    /// Power over the board or the conduct of affairs, stated as control.
    Control,
    /// Full consolidation in the owner's accounts: control, without a figure.
    Consolidation,
    /// An office or a say that may or may not amount to control.
    Influence,
    /// An interest whose nature is not known.
    Unknown,
}

/// One interest that a party holds in another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Holding {
    /// Record id of the holder; none where the source says that it is not known or not told.
    pub owner: Option<String>,
    /// Record id of what is held.
    pub owned: String,
    /// What is held.
    pub kind: HoldingKind,
    /// How much of it; none where no figure is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
    /// Whether it is held through others, so that the others' own holdings are part of it.
    #[serde(default)]
    pub indirect: bool,
    /// Whether it is held jointly, by arrangement with others.
    #[serde(default)]
    pub joint: bool,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<PartialDate>,
    /// Day from which it is held no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<PartialDate>,
    /// The source's own words for the interest, and why an owner is not told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What a statement is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stated {
    /// A person, company or arrangement.
    Party(Party),
    /// What one party holds in another, each interest by itself.
    Holdings(Vec<Holding>),
}

/// One statement of an ownership file. A later statement of the same record replaces it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnershipStatement {
    /// Id of the record over all files: `lei:…`, `bods:publisher:record`.
    pub record: String,
    /// The source's id of this statement.
    pub statement: String,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// Whether it says that the record has ended.
    #[serde(default)]
    pub closed: bool,
    /// Line of the file on which it begins, from 1.
    pub row: u64,
    /// What it says.
    pub says: Stated,
}

/// What an ownership rule makes of a party. Ordered by gravity, gravest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnershipEffect {
    /// A listed party holds something of it, surely less than the rule asks for.
    Minority,
    /// What is known leaves open whether the rule is met, or the rule is suspended.
    Possible,
    /// The rule is met: it is treated as its listed owners are.
    Blocked,
}

/// Why a party that no list names concerns a list all the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnershipBasis {
    /// Rule id: `us.ofac.50pct`.
    pub rule: String,
    /// The rule's instrument, status and date.
    pub source: String,
    /// What it makes of the party.
    pub effect: OwnershipEffect,
    /// What listed parties hold of it together, by the rule's way of counting; none where control, not shares, tells.
    pub share: Option<Share>,
    /// The chains from listed owners down to the party, in one sentence.
    pub chain: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(number: f64) -> Percent {
        Percent::try_from(number).unwrap()
    }

    #[test]
    fn shares_add_up_exactly() {
        assert_eq!(percent(33.33).plus(percent(16.67)), percent(50.0));
        assert_eq!(percent(0.1).plus(percent(0.2)), percent(0.3));
        assert_eq!(percent(60.0).plus(percent(60.0)), Percent::ALL);
        assert_eq!(percent(1.0).minus(percent(2.0)), Percent::ZERO);
        for bad in [-0.1, 100.1, f64::NAN, f64::INFINITY] {
            assert!(Percent::try_from(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn shares_are_told_in_words() {
        let check = |low: Percent, high: Percent, expect: &str| {
            assert_eq!(Share { low, high }.to_string(), expect);
        };
        check(percent(60.0), percent(60.0), "60 %");
        check(percent(33.333), percent(33.333), "33.333 %");
        check(percent(25.0), percent(50.0), "25 to 50 %");
        check(
            percent(50.0).plus(Percent::STEP),
            Percent::ALL,
            "more than 50 %",
        );
        check(percent(75.0), Percent::ALL, "at least 75 %");
        check(
            Percent::ZERO,
            percent(25.0).minus(Percent::STEP),
            "less than 25 %",
        );
        check(Percent::ZERO, percent(25.0), "up to 25 %");
        check(Percent::ZERO, Percent::ALL, "an unknown share");
    }
}
