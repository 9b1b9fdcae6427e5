//! News dates: time expressions found in a clause and resolved against the publication date. The tense tells the
//! direction ("on Friday" lies before the report, "will arrive on Friday" after it).

use std::ops::Range;
use std::sync::LazyLock;

use jiff::{Span, civil::Date};
use model::PartialDate;
use regex::Regex;

/// A time expression and the days that it spans, where the publication date allows to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) range: Range<usize>,
    /// First and last day.
    pub(crate) days: Option<(Date, Date)>,
    /// A deadline: "by next year", "before the end of March".
    pub(crate) deadline: bool,
}

impl When {
    /// As written, then ` = ` and the date or range (`2023-01-01/2023-03-31`).
    pub(crate) fn written(&self, text: &str) -> String {
        let words = &text[self.range.clone()];
        match self.days {
            Some((first, last)) if first == last => format!("{words} = {first}"),
            Some((first, last)) => format!("{words} = {first}/{last}"),
            None => words.to_string(),
        }
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// The month that a word (or its usual abbreviation, lower case) names.
pub(crate) fn month_number(word: &str) -> Option<u8> {
    let word = word.trim_end_matches('.');
    if word.len() < 3 {
        return None;
    }
    let index = MONTHS
        .iter()
        .position(|month| *month == word || (word.len() <= 4 && month.starts_with(word)))?;
    u8::try_from(index + 1).ok()
}

#[allow(clippy::unwrap_used, reason = "a constant pattern")]
static EXPRESSION: LazyLock<Regex> = LazyLock::new(|| {
    const MONTH: &str = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan\.?|Feb\.?|Mar\.|Apr\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)";
    let pattern = format!(
        r"(?x)
        (?P<lead>\b(?:by|before|until|no\ later\ than|since|from|after|in|on|during)\ (?:the\ )?)?
        (?:
          (?P<part>(?:early|mid|late|the\ beginning\ of|the\ end\ of|end\ of|beginning\ of|the\ middle\ of|the\ first\ half\ of|the\ second\ half\ of|first\ half\ of|second\ half\ of|the\ (?:first|second|third|fourth)\ quarter\ of|Q[1-4])[\ -])?
          (?:
            (?P<dmy>(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\ (?P<m1>{MONTH})(?:,?\ (?P<y1>(?:19|20)\d\d))?\b)
          | (?P<mdy>(?P<m2>{MONTH})\ (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\ (?P<y2>(?:19|20)\d\d)\b)?)
          | (?P<my>(?P<m3>{MONTH})(?:\ (?:of\ )?(?P<y3>(?:19|20)\d\d)\b)?)
          | (?P<rel>(?P<which>last|this|next|the\ coming|past|the\ past|previous)\ (?P<unit>week|month|year|summer|winter|spring|autumn|fall|quarter|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day))\b
          | (?P<year>\b(?:19|20)\d\d\b)
          | (?P<day>\b(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b)
          | (?P<word>\b(?:today|yesterday|tomorrow|tonight)\b)
          | (?P<ago>\b(?:a|one|two|three|four|five|six|seven|eight|nine|ten|\d{{1,3}})\ (?:days?|weeks?|months?|years?)\ ago\b)
          | (?P<yearend>\b(?:year's|year’s)\ end|the\ year\b)
          )
        )"
    );
    Regex::new(&pattern).unwrap()
});

/// Time expressions in a stretch of a text; `future` tells the direction of bare weekdays and months.
pub(crate) fn find(
    text: &str,
    range: Range<usize>,
    published: Option<PartialDate>,
    future: bool,
) -> Vec<When> {
    let today = published.and_then(|date| {
        Date::new(
            date.year(),
            i8::try_from(date.month()?).ok()?,
            i8::try_from(date.day()?).ok()?,
        )
        .ok()
    });
    let base = range.start;
    EXPRESSION
        .captures_iter(&text[range])
        .filter_map(|found| {
            let whole = found.get(0)?;
            let lead = found.name("lead").map_or("", |m| m.as_str()).trim();
            let part = found
                .name("part")
                .map_or("", |m| m.as_str())
                .trim_matches([' ', '-']);
            let name = |key: &str| found.name(key).map(|m| m.as_str());
            // A bare "May" or "March" may be a verb or a name.
            if let (Some(month), None) = (name("m3"), name("y3"))
                && ["May", "March", "Mar."].contains(&month)
                && lead.is_empty()
                && part.is_empty()
            {
                return None;
            }
            let days = resolve(&found, part, today, published, future);
            let deadline =
                ["by", "before", "until", "no later than"].contains(&lead.trim_end_matches(" the"));
            Some(When {
                range: base + whole.start()..base + whole.end(),
                days,
                deadline,
            })
        })
        .collect()
}

fn month_days(year: i16, month: i8) -> Option<(Date, Date)> {
    let first = Date::new(year, month, 1).ok()?;
    Some((first, first.last_of_month()))
}

fn resolve(
    found: &regex::Captures<'_>,
    part: &str,
    today: Option<Date>,
    published: Option<PartialDate>,
    future: bool,
) -> Option<(Date, Date)> {
    let name = |key: &str| found.name(key).map(|m| m.as_str());
    let number = |key: &str| name(key).and_then(|digits| digits.parse::<i16>().ok());
    let month = |key: &str| {
        name(key)
            .and_then(|word| month_number(&word.to_lowercase()))
            .and_then(|m| i8::try_from(m).ok())
    };
    let this_year = published.map(PartialDate::year);
    // A month without a year: the nearest in the direction of the tense.
    let year_for = |month: i8| {
        let year = this_year?;
        let now = today.map_or(6, Date::month);
        Some(match (future, month.cmp(&now)) {
            (true, std::cmp::Ordering::Less) => year + 1,
            (false, std::cmp::Ordering::Greater) => year - 1,
            _ => year,
        })
    };
    let whole = if let Some(m) = month("m1").or(month("m2")) {
        let day = i8::try_from(number("d1").or(number("d2"))?).ok()?;
        let year = number("y1").or(number("y2")).or_else(|| year_for(m))?;
        let date = Date::new(year, m, day).ok()?;
        (date, date)
    } else if let Some(m) = month("m3") {
        month_days(number("y3").or_else(|| year_for(m))?, m)?
    } else if let Some(year) = number("year") {
        (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)
    } else if name("yearend").is_some() {
        let year = this_year?;
        (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)
    } else if let Some(word) = name("word") {
        let date = match word {
            "yesterday" => today?.yesterday().ok()?,
            "tomorrow" => today?.tomorrow().ok()?,
            _ => today?,
        };
        (date, date)
    } else if let Some(day) = name("day") {
        let date = weekday(today?, day, future)?;
        (date, date)
    } else if let Some(ago) = name("ago") {
        return before(today?, ago);
    } else if let (Some(which), Some(unit)) = (name("which"), name("unit")) {
        relative(today, this_year?, which, unit)?
    } else {
        return None;
    };
    narrow(whole, part)
}

fn weekday(today: Date, day: &str, future: bool) -> Option<Date> {
    let wanted = i64::try_from(
        DAYS.iter()
            .position(|name| name.eq_ignore_ascii_case(day))?,
    )
    .ok()?;
    let now = i64::from(today.weekday().to_monday_zero_offset());
    let shift = if future {
        (wanted - now).rem_euclid(7)
    } else {
        -((now - wanted).rem_euclid(7))
    };
    today.checked_add(Span::new().try_days(shift).ok()?).ok()
}

fn before(today: Date, ago: &str) -> Option<(Date, Date)> {
    let mut words = ago.split(' ');
    let count = words.next()?;
    let count: i64 = match count {
        "a" | "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        digits => digits.parse().ok()?,
    };
    let unit = words.next()?;
    let span = match unit.trim_end_matches('s') {
        "day" => Span::new().try_days(count).ok()?,
        "week" => Span::new().try_weeks(count).ok()?,
        "month" => Span::new().try_months(count).ok()?,
        _ => Span::new().try_years(count).ok()?,
    };
    let date = today.checked_sub(span).ok()?;
    match unit.trim_end_matches('s') {
        "month" => month_days(date.year(), date.month()),
        "year" => Some((
            Date::new(date.year(), 1, 1).ok()?,
            Date::new(date.year(), 12, 31).ok()?,
        )),
        _ => Some((date, date)),
    }
}

fn relative(today: Option<Date>, year: i16, which: &str, unit: &str) -> Option<(Date, Date)> {
    let step: i64 = match which {
        "last" | "past" | "the past" | "previous" => -1,
        "next" | "the coming" => 1,
        _ => 0,
    };
    let shifted = year + i16::try_from(step).ok()?;
    match unit {
        "year" => Some((
            Date::new(shifted, 1, 1).ok()?,
            Date::new(shifted, 12, 31).ok()?,
        )),
        "week" => {
            let today = today?;
            let monday = today
                .checked_sub(
                    Span::new()
                        .try_days(i64::from(today.weekday().to_monday_zero_offset()))
                        .ok()?,
                )
                .ok()?
                .checked_add(Span::new().try_weeks(step).ok()?)
                .ok()?;
            Some((
                monday,
                monday.checked_add(Span::new().try_days(6).ok()?).ok()?,
            ))
        }
        "month" => {
            let date = today?
                .checked_add(Span::new().try_months(step).ok()?)
                .ok()?;
            month_days(date.year(), date.month())
        }
        "quarter" => {
            let today = today?;
            let first = (today.month() - 1) / 3 * 3 + 1;
            let start = Date::new(today.year(), first, 1)
                .ok()?
                .checked_add(Span::new().try_months(step * 3).ok()?)
                .ok()?;
            Some((
                start,
                start
                    .checked_add(Span::new().try_months(2).ok()?)
                    .ok()?
                    .last_of_month(),
            ))
        }
        "summer" | "winter" | "spring" | "autumn" | "fall" => {
            let (first, last) = match unit {
                "spring" => (3, 5),
                "summer" => (6, 8),
                "winter" => (12, 2),
                _ => (9, 11),
            };
            let now = today.map_or(6, Date::month);
            // "last summer" in May is last year's, in October this year's.
            let year = match which {
                "last" if now > last && first < last => year,
                "last" => year - 1,
                "next" if now < first => year,
                "next" => year + 1,
                _ => year,
            };
            let end_year = if first > last { year + 1 } else { year };
            Some((
                Date::new(year, first, 1).ok()?,
                month_days(end_year, last)?.1,
            ))
        }
        day => {
            let date = weekday(today?, day, step > 0)?;
            let date = if step > 0 && Some(date) == today {
                date.checked_add(Span::new().try_weeks(1).ok()?).ok()?
            } else {
                date
            };
            Some((date, date))
        }
    }
}

/// "early", "the second half of": a part of a span of days.
fn narrow((first, last): (Date, Date), part: &str) -> Option<(Date, Date)> {
    let part = part.trim_start_matches("the ").to_lowercase();
    if part.is_empty() {
        return Some((first, last));
    }
    let days = i64::from(first.until(last).ok()?.get_days()) + 1;
    let year = days > 300;
    let month = |number: i8| Date::new(first.year(), number, 1).ok();
    let at = |share: i64| {
        first
            .checked_add(Span::new().try_days(days * share / 12).ok()?)
            .ok()
    };
    Some(match part.as_str() {
        "early" | "beginning of" if year => (first, month(3)?.last_of_month()),
        "early" | "beginning of" => (first, at(4)?),
        "mid" | "middle of" if year => (month(5)?, month(8)?.last_of_month()),
        "mid" | "middle of" => (at(4)?, at(8)?),
        "late" if year => (month(10)?, last),
        "late" => (at(8)?, last),
        "end of" => (last, last),
        "first half of" if year => (first, month(6)?.last_of_month()),
        "second half of" if year => (month(7)?, last),
        "first quarter of" | "q1" if year => (first, month(3)?.last_of_month()),
        "second quarter of" | "q2" if year => (month(4)?, month(6)?.last_of_month()),
        "third quarter of" | "q3" if year => (month(7)?, month(9)?.last_of_month()),
        "fourth quarter of" | "q4" if year => (month(10)?, last),
        "first half of" => (first, at(6)?),
        "second half of" => (at(6)?, last),
        _ => (first, last),
    })
}

/// Whether a lower-case word names a month or a day of the week.
pub(crate) fn is_calendar(lower: &str) -> bool {
    month_number(lower).is_some() || DAYS.contains(&lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, future: bool, expect: &[&str]) {
        // 16 March 2023 was a Thursday.
        let published = "2023-03-16".parse().ok();
        let got: Vec<String> = find(text, 0..text.len(), published, future)
            .iter()
            .map(|when| when.written(text))
            .collect();
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn news_dates_resolve_against_the_publication_date() {
        check(
            "shipped in June 2022",
            false,
            &["in June 2022 = 2022-06-01/2022-06-30"],
        );
        check(
            "shipped in June",
            false,
            &["in June = 2022-06-01/2022-06-30"],
        );
        check(
            "will arrive in June",
            true,
            &["in June = 2023-06-01/2023-06-30"],
        );
        check(
            "operational by early next year",
            true,
            &["by early next year = 2024-01-01/2024-03-31"],
        );
        check("on Monday", false, &["on Monday = 2023-03-13"]);
        check("on Monday", true, &["on Monday = 2023-03-20"]);
        check("last week", false, &["last week = 2023-03-06/2023-03-12"]);
        check(
            "on 24 February 2022",
            false,
            &["on 24 February 2022 = 2022-02-24"],
        );
        check("on March 13", false, &["on March 13 = 2023-03-13"]);
        check(
            "two months ago",
            false,
            &["two months ago = 2023-01-01/2023-01-31"],
        );
        check("yesterday", false, &["yesterday = 2023-03-15"]);
        check(
            "by the end of 2023",
            true,
            &["by the end of 2023 = 2023-12-31"],
        );
        check("They may march on", false, &[]);
    }

    #[test]
    fn deadlines_are_told() {
        let text = "by next year, in June";
        let found = find(text, 0..text.len(), "2023-03-16".parse().ok(), true);
        assert_eq!(
            found.iter().map(|when| when.deadline).collect::<Vec<_>>(),
            [true, false]
        );
    }
}
