//! Calendar dates as sources give them: often a year, or a year and a month.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A proleptic Gregorian date known to the year, the month or the day: `2023`, `2023-03`, `2023-03-16`.
///
/// Ordered by what is known, so `2023` sorts before `2023-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    year: i16,
    /// 1–12, or 0 where unknown.
    month: u8,
    /// 1–31, or 0 where unknown.
    day: u8,
}

/// The text or numbers are no date of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidDate(pub String);

impl fmt::Display for InvalidDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a date (expected YYYY, YYYY-MM or YYYY-MM-DD)",
            self.0
        )
    }
}

impl std::error::Error for InvalidDate {}

impl PartialDate {
    /// A date from its parts. Refuses days that the calendar lacks (30 February) and a day without a month.
    pub fn new(year: i16, month: Option<u8>, day: Option<u8>) -> Result<Self, InvalidDate> {
        let invalid = || InvalidDate(format!("{year}-{month:?}-{day:?}"));
        let (month, day) = match (month, day) {
            (None, None) => (0, 0),
            (Some(month @ 1..=12), None) => (month, 0),
            (Some(month @ 1..=12), Some(day)) if day >= 1 && day <= days_in(year, month) => {
                (month, day)
            }
            _ => return Err(invalid()),
        };
        if !(1..=9999).contains(&year) {
            return Err(invalid());
        }
        Ok(Self { year, month, day })
    }

    /// The year, always known.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month 1–12, where known.
    pub fn month(self) -> Option<u8> {
        (self.month > 0).then_some(self.month)
    }

    /// The day 1–31, where known.
    pub fn day(self) -> Option<u8> {
        (self.day > 0).then_some(self.day)
    }
}

fn days_in(year: i16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if self.month > 0 {
            write!(f, "-{:02}", self.month)?;
        }
        if self.day > 0 {
            write!(f, "-{:02}", self.day)?;
        }
        Ok(())
    }
}

impl FromStr for PartialDate {
    type Err = InvalidDate;

    /// Reads ISO 8601 only; a time after `T` or a space is ignored. Other layouts belong to the readers.
    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let invalid = || InvalidDate(text.chars().take(40).collect());
        let date = text.trim().split(['T', ' ']).next().unwrap_or_default();
        let mut parts = date.split('-');
        let year = parts.next().filter(|p| p.len() == 4).ok_or_else(invalid)?;
        let year = year.parse().map_err(|_| invalid())?;
        let mut next = || {
            parts
                .next()
                .map(|p| p.parse::<u8>().map_err(|_| invalid()))
                .transpose()
        };
        let (month, day) = (next()?, next()?);
        if parts.next().is_some() {
            return Err(invalid());
        }
        Self::new(year, month, day).map_err(|_| invalid())
    }
}

impl TryFrom<String> for PartialDate {
    type Error = InvalidDate;

    fn try_from(text: String) -> Result<Self, InvalidDate> {
        text.parse()
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> String {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<&str>) {
        let got = text.parse::<PartialDate>().ok().map(|d| d.to_string());
        assert_eq!(got.as_deref(), expect, "{text}");
    }

    #[test]
    fn reads_what_the_calendar_has() {
        check("2023", Some("2023"));
        check("2023-03", Some("2023-03"));
        check("2024-02-29", Some("2024-02-29"));
        check("2022-10-24T00:00:00", Some("2022-10-24"));
        check("2023-02-29", None);
        check("2023-13", None);
        check("2023-03-16-01", None);
        check("16.03.2023", None);
        check("0000", None);
        check("", None);
    }
}
