//! Dates in the layouts of official lists: `10 Dec 1948`, `Nov. 1973`, `circa 1960`, `1962 to 1965`, `05/07/2024`.

use model::PartialDate;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// A single date: ISO 8601, day before month, a named month, or a year.
pub(crate) fn parse(text: &str) -> Option<PartialDate> {
    parse_ordered(text, false)
}

/// A single date where numbers stand month first, as US agencies write them.
pub(crate) fn parse_us(text: &str) -> Option<PartialDate> {
    parse_ordered(text, true)
}

fn parse_ordered(text: &str, month_first: bool) -> Option<PartialDate> {
    let text = text.trim();
    if let Some(date) = iso(text) {
        return Some(date);
    }
    let parts: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '/' | '.' | '-' | ','))
        .filter(|part| !part.is_empty())
        .collect();
    match parts[..] {
        [year] => PartialDate::new(year_of(year)?, None, None).ok(),
        [month, year] => {
            let month = month_named(month).or_else(|| number(month))?;
            PartialDate::new(year_of(year)?, Some(month), None).ok()
        }
        [first, second, year] => {
            let year = year_of(year)?;
            let (day, month) = match (month_named(first), month_named(second)) {
                (None, Some(month)) => (number(first)?, month),
                (Some(month), _) => (number(second)?, month),
                (None, None) if month_first => (number(second)?, number(first)?),
                (None, None) => (number(first)?, number(second)?),
            };
            PartialDate::new(year, Some(month), Some(day)).ok()
        }
        _ => None,
    }
}

/// `2012-12-31`, also with a time or an offset behind it (`2001-02-23-05:00`).
fn iso(text: &str) -> Option<PartialDate> {
    let end = text.find(['T', ' ', '+']).unwrap_or(text.len());
    let date = text[..end].trim_end_matches('Z');
    date.parse()
        .ok()
        .or_else(|| date.get(..10).and_then(|day| day.parse().ok()))
}

fn number(text: &str) -> Option<u8> {
    (text.len() <= 2).then(|| text.parse().ok()).flatten()
}

fn year_of(text: &str) -> Option<i16> {
    let year = (text.len() == 4).then(|| text.parse().ok()).flatten()?;
    // A lone number outside of this range is no year of birth, building or listing.
    (1800..=2100).contains(&year).then_some(year)
}

fn month_named(text: &str) -> Option<u8> {
    let start: String = text.chars().take(3).flat_map(char::to_lowercase).collect();
    if text.chars().count() < 3 || !text.chars().all(char::is_alphabetic) {
        return None;
    }
    let index = MONTHS.iter().position(|month| *month == start)?;
    u8::try_from(index + 1).ok()
}

/// Birth dates as sources put them: one date, both ends of a range, the year of an approximate date.
///
/// `None` where the text holds no date.
pub(crate) fn parse_birth(text: &str) -> Option<Vec<PartialDate>> {
    let folded = text.trim().to_lowercase();
    let mut rest = folded.as_str();
    let mut approximate = false;
    for word in [
        "circa",
        "approximately",
        "approx.",
        "about",
        "around",
        "ca.",
        "c.",
        "between",
    ] {
        if let Some(after) = rest.strip_prefix(word) {
            approximate |= word != "between";
            rest = after.trim_start();
        }
    }
    for separator in [" to ", " and ", " – ", " - "] {
        if let Some((from, to)) = rest.split_once(separator)
            && let (Some(from), Some(to)) = (parse(from), parse(to))
        {
            return Some(vec![from, to]);
        }
    }
    if let Some((from, to)) = rest.split_once('-')
        && let (Some(from), Some(to)) = (year_of(from.trim()), year_of(to.trim()))
    {
        let year = |year| PartialDate::new(year, None, None).ok();
        return Some([year(from), year(to)].into_iter().flatten().collect());
    }
    let date = parse(rest)?;
    if approximate {
        return Some(
            PartialDate::new(date.year(), None, None)
                .into_iter()
                .collect(),
        );
    }
    Some(vec![date])
}

/// Gregorian years that a year of an Islamic calendar falls in. Iran and Afghanistan date by the solar calendar
/// (year + 621), everyone else by the lunar one (33 of its years are about 32 of ours).
pub(crate) fn islamic_year(year: i16, country: &str) -> Vec<PartialDate> {
    let start = match country {
        "IR" | "AF" => i32::from(year) + 621,
        _ => i32::from(year) * 32 / 33 + 622,
    };
    [start, start + 1]
        .into_iter()
        .filter_map(|year| i16::try_from(year).ok())
        .filter_map(|year| PartialDate::new(year, None, None).ok())
        .collect()
}

/// The date-like part of a file's or folder's name: `csl_2022-04.csv`, `20240513-FULL.xml`, `sdn_2023-12-28`.
///
/// Returns the date and the bytes of the name that spell it.
pub(crate) fn in_name(name: &str) -> Option<(PartialDate, std::ops::Range<usize>)> {
    let bytes = name.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let mut end = at;
        while end < bytes.len()
            && (bytes[end].is_ascii_digit() || matches!(bytes[end], b'-' | b'_'))
        {
            end += 1;
        }
        while end > at && !bytes[end - 1].is_ascii_digit() {
            end -= 1;
        }
        let run = &name[at..end];
        // Longest reading first: 2023-12-28, 20231228, 2022-04.
        for length in [10, 8, 7] {
            let Some(candidate) = run.get(..length) else {
                continue;
            };
            if run.as_bytes().get(length).is_some_and(u8::is_ascii_digit) {
                continue;
            }
            let candidate = candidate.replace('_', "-");
            let date = if length == 8 {
                match (candidate.get(..4), candidate.get(4..6), candidate.get(6..)) {
                    (Some(y), Some(m), Some(d)) => format!("{y}-{m}-{d}").parse().ok(),
                    _ => None,
                }
            } else {
                candidate.parse::<PartialDate>().ok()
            };
            if let Some(date) = date.filter(|date| (1990..=2100).contains(&date.year())) {
                return Some((date, at..at + length));
            }
        }
        at = end.max(at + 1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let got: Vec<String> = parse_birth(text)
            .unwrap_or_default()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn birth_dates_keep_what_is_known() {
        check("10 Dec 1948", &["1948-12-10"]);
        check("Dec 1948", &["1948-12"]);
        check("1948", &["1948"]);
        check("circa 1961", &["1961"]);
        check("circa 17 Mar 1961", &["1961"]);
        check("1962 to 1965", &["1962", "1965"]);
        check("01 Jan 1962 to 31 Dec 1963", &["1962-01-01", "1963-12-31"]);
        check("Between 1958 and 1963", &["1958", "1963"]);
        check("1958-1963", &["1958", "1963"]);
        check("Approximately 1963", &["1963"]);
        check("Nov. 1973 ", &["1973-11"]);
        check("23/12/1948", &["1948-12-23"]);
        check("23.12.1948", &["1948-12-23"]);
        check("1973-03-25", &["1973-03-25"]);
        check("30 Feb 1973", &[]);
        check("30-35 years old", &[]);
        check("24/06/1402 (Hijri Calendar)", &[]);
        check("", &[]);
    }

    #[test]
    fn us_dates_are_month_first() {
        let date = |text| parse_us(text).map(|date| date.to_string());
        assert_eq!(date("05/07/2024").as_deref(), Some("2024-05-07"));
        assert_eq!(date("31/12/2024"), None);
        assert_eq!(parse("2001-02-23-05:00").unwrap().to_string(), "2001-02-23");
        assert_eq!(
            parse("2025-11-20T23:00:09.067Z").unwrap().to_string(),
            "2025-11-20"
        );
    }

    #[test]
    fn file_names_carry_dates() {
        let date = |name| in_name(name).map(|(date, _)| date.to_string());
        assert_eq!(date("csl_2022-04.csv").as_deref(), Some("2022-04"));
        assert_eq!(
            date("20240513-FULL-1_1.xml.gz").as_deref(),
            Some("2024-05-13")
        );
        assert_eq!(date("sdn_2022-02-23.csv.gz").as_deref(), Some("2022-02-23"));
        assert_eq!(date("ofac_2022-01").as_deref(), Some("2022-01"));
        assert_eq!(date("baseline_24607.ftm.json.gz"), None);
        assert_eq!(date("sdn.csv"), None);
        assert_eq!(date("日2022-01"), Some("2022-01".to_string()));
    }

    #[test]
    fn islamic_years_become_two_gregorian_ones() {
        let years = |year, country| -> Vec<i16> {
            islamic_year(year, country)
                .iter()
                .map(|date| date.year())
                .collect()
        };
        assert_eq!(years(1343, "IR"), [1964, 1965]);
        assert_eq!(years(1402, "00"), [1981, 1982]);
    }
}
