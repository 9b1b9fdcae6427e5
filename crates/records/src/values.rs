//! Cells to values: numbers, dates, countries, HS codes and identifiers in the spellings of many countries.

use std::collections::HashMap;
use std::sync::LazyLock;

use model::PartialDate;

/// What a reader hands over for a cell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell<'a> {
    /// As received, or as a spreadsheet would show it.
    pub(crate) text: &'a str,
    /// The number itself, where the format stores numbers: no question of decimal comma or thousands then.
    pub(crate) number: Option<f64>,
    /// False where the record has no such field at all (JSON keys, nulls of Parquet).
    pub(crate) present: bool,
}

impl<'a> Cell<'a> {
    pub(crate) fn text(text: &'a str) -> Self {
        Cell {
            text,
            number: None,
            present: true,
        }
    }
}

/// Whether a cell says that there is nothing: empty, a dash, `NULL` and its kin. "NA" is Namibia and stays.
pub(crate) fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    if text.len() > 6 {
        return false;
    }
    text.is_empty()
        || text
            .chars()
            .all(|c| matches!(c, '-' | '–' | '—' | '_' | '.'))
        || ["null", "(null)", "n/a", "#n/a", "\\n", "none", "nan", "nil"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
        || matches!(text, "нет" | "Нет" | "НЕТ")
}

/// Which sign separates decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decimal {
    Point,
    Comma,
}

/// What one cell says about the decimal sign, where it is not open to question.
pub(crate) fn decimal_vote(text: &str) -> Option<Decimal> {
    let core = numeric_core(text)?;
    let points = core.matches('.').count();
    let commas = core.matches(',').count();
    let after = |sign: char| core.rsplit(sign).next().map_or(0, str::len);
    match (points, commas) {
        (0, 1) if after(',') != 3 || core.starts_with("0,") => Some(Decimal::Comma),
        (1, 0) if after('.') != 3 || core.starts_with("0.") => Some(Decimal::Point),
        (0, 0) => None,
        (0, commas) if commas > 1 => Some(Decimal::Point),
        (points, 0) if points > 1 => Some(Decimal::Comma),
        (1.., 1..) => match (core.rfind('.'), core.rfind(',')) {
            (Some(point), Some(comma)) if point > comma => Some(Decimal::Point),
            _ => Some(Decimal::Comma),
        },
        _ => None,
    }
}

/// The stretch of a cell that is a number, spaces and apostrophes still inside: `USD 1 234,5` → `1 234,5`.
fn numeric_core(text: &str) -> Option<&str> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let start = match text[..start].chars().next_back() {
        Some('.' | ',') => start - 1,
        _ => start,
    };
    text.get(start..end)
}

/// A number with what stood around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number<'a> {
    pub(crate) value: f64,
    /// Words before and after the number, trimmed: a currency, a unit.
    pub(crate) before: &'a str,
    pub(crate) after: &'a str,
}

/// Reads a number written with either decimal sign, thousands separators, exponent, currency before or unit behind.
pub(crate) fn number(text: &str, decimal: Decimal) -> Result<Number<'_>, String> {
    let text = text.trim();
    // The quick way: plain digits and a point, as most files write them.
    if decimal == Decimal::Point
        && text.len() < 20
        && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && let Ok(value) = text.parse::<f64>()
    {
        return Ok(Number {
            value,
            before: "",
            after: "",
        });
    }
    let not_a_number = || format!("{:?} is not a number", shown(text));
    // Accounting writes negatives in brackets.
    let bracketed = text.starts_with('(') && text.ends_with(')');
    let start = text
        .find(|c: char| c.is_ascii_digit())
        .ok_or_else(not_a_number)?;
    let start = match text[..start].chars().next_back() {
        Some('.' | ',') => start - 1,
        _ => start,
    };
    let is_separator = |c: char| {
        matches!(
            c,
            '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}'
        )
    };
    let mut end = start;
    let mut separators = 0;
    for (at, c) in text[start..].char_indices() {
        if c.is_ascii_digit() {
            end = start + at + 1;
            separators = 0;
        } else if is_separator(c) {
            separators += 1;
            if separators > 1 {
                break;
            }
        } else {
            break;
        }
    }
    let mut before = text[..start].trim();
    let mut after = text[end..].trim();
    let mut exponent = "";
    if let Some(tail) = after.strip_prefix(['e', 'E']) {
        let sign = usize::from(tail.starts_with(['+', '-']));
        let digits = tail[sign..].bytes().take_while(u8::is_ascii_digit).count();
        if (1..=3).contains(&digits) {
            exponent = &tail[..sign + digits];
            after = tail[sign + digits..].trim();
        }
    }
    let negative = bracketed || before.ends_with(['-', '−']);
    before = before.trim_end_matches(['-', '−', '+', '(']).trim();
    after = after.trim_matches([')', '.']).trim();
    // A second number behind, a date or a range is not a number with a unit.
    if after.chars().any(|c| c.is_ascii_digit())
        && !matches!(after.to_lowercase().as_str(), "m2" | "m3" | "м2" | "м3")
        || before.chars().any(|c| c.is_ascii_digit())
        || before.chars().count() > 12
        || after.chars().count() > 24
        || after.starts_with(['/', '-', ':', '*', 'x', 'х', '×'])
    {
        return Err(not_a_number());
    }
    let core = &text[start..end];
    let decimal_at = decimal_position(core, decimal);
    let mut digits = String::with_capacity(core.len() + 4);
    for (at, c) in core.char_indices() {
        if c.is_ascii_digit() {
            digits.push(c);
        } else if Some(at) == decimal_at {
            digits.push('.');
        }
    }
    if !exponent.is_empty() {
        digits.push('e');
        digits.push_str(exponent);
    }
    let value: f64 = digits.parse().map_err(|_| not_a_number())?;
    if !value.is_finite() {
        return Err(format!("{:?} is too large", shown(text)));
    }
    Ok(Number {
        value: if negative { -value } else { value },
        before,
        after,
    })
}

/// Where the decimal sign stands in digits with separators, if one of them is decimal.
fn decimal_position(core: &str, decimal: Decimal) -> Option<usize> {
    let last_point = core.rfind('.');
    let last_comma = core.rfind(',');
    match (last_point, last_comma) {
        (Some(point), Some(comma)) => {
            // The later sign is the decimal one, unless it repeats.
            let (later, sign) = if point > comma {
                (point, '.')
            } else {
                (comma, ',')
            };
            (core.matches(sign).count() == 1).then_some(later)
        }
        (None, None) => None,
        (Some(at), None) | (None, Some(at)) => {
            let sign = if last_point.is_some() { '.' } else { ',' };
            if core.matches(sign).count() > 1 {
                return None;
            }
            let digits_after = core.len() - at - 1;
            let is_column_sign = (sign == '.') == (decimal == Decimal::Point);
            let leading_zero = core[..at].chars().all(|c| c == '0');
            (is_column_sign || digits_after != 3 || leading_zero).then_some(at)
        }
    }
}

/// The first characters of an untrusted cell, for messages.
pub(crate) fn shown(text: &str) -> String {
    const LIMIT: usize = 40;
    let mut shown: String = text.chars().take(LIMIT).collect();
    if text.chars().nth(LIMIT).is_some() {
        shown.push('…');
    }
    shown
}

/// Which comes first where day and month are both numbers before the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateOrder {
    DayFirst,
    MonthFirst,
}

/// What one cell says about day and month, where it is not open to question.
pub(crate) fn date_order_vote(text: &str) -> Option<DateOrder> {
    let mut parts = text.trim().split(['/', '.', '-']);
    let first: u8 = parts.next()?.trim().parse().ok()?;
    let second: u8 = parts.next()?.trim().parse().ok()?;
    parts.next()?;
    match (first, second) {
        (13..=31, 1..=12) => Some(DateOrder::DayFirst),
        (1..=12, 13..=31) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

/// Whether the cell's order of day and month is open: `03/04/2023`.
pub(crate) fn date_order_open(text: &str) -> bool {
    let mut parts = text.trim().split(['/', '-']);
    let mut small = || {
        parts
            .next()
            .and_then(|part| part.trim().parse::<u8>().ok())
            .filter(|n| (1..=12).contains(n))
    };
    match (small(), small()) {
        (Some(first), Some(second)) => first != second,
        _ => false,
    }
}

/// Reads a date in any common layout; a range gives its beginning.
pub(crate) fn date(cell: Cell<'_>, order: DateOrder) -> Result<PartialDate, String> {
    let text = cell.text.trim();
    if let Some(number) = cell.number
        && let Some(date) = excel_serial(number)
    {
        return Ok(date);
    }
    let date = read_date(text, order).ok_or_else(|| format!("{:?} is not a date", shown(text)))?;
    // 0001-01-01, 1900-01-01, 1970-01-01 and 9999-12-31 stand for "no date" in databases.
    if !(1950..=2100).contains(&date.year()) || date.to_string() == "1970-01-01" {
        return Err(format!("{:?} is a date of no trade record", shown(text)));
    }
    Ok(date)
}

/// Days since 1899-12-30, as spreadsheets count them. Only 1954 to 2064: smaller and larger numbers are something else.
pub(crate) fn excel_serial(serial: f64) -> Option<PartialDate> {
    if !(20_000.0..60_000.0).contains(&serial) {
        return None;
    }
    let days = serial.floor() as i32;
    let date = jiff::civil::date(1899, 12, 30)
        .checked_add(jiff::Span::new().days(days))
        .ok()?;
    PartialDate::new(
        date.year(),
        u8::try_from(date.month()).ok(),
        u8::try_from(date.day()).ok(),
    )
    .ok()
}

fn read_date(text: &str, order: DateOrder) -> Option<PartialDate> {
    if text.len() > 64 || text.is_empty() {
        return None;
    }
    // ISO, the commonest; a range's first half ("2022-11/2022-12", "2022-11-01 - 2022-12-01").
    let bytes = text.as_bytes();
    let iso_year =
        bytes.len() >= 7 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-';
    if iso_year {
        let first = text.split(['/', '–', '—']).next().unwrap_or(text).trim();
        if let Ok(date) = first.parse() {
            return Some(date);
        }
    }
    let mut numbers: [(u32, usize); 3] = [(0, 0); 3];
    let mut count = 0;
    let mut month_word = None;
    let mut month_at = 0;
    for part in date_parts(text) {
        match part {
            DatePart::Number(value, digits) => {
                if count == 3 {
                    break;
                }
                numbers[count] = (value, digits);
                count += 1;
            }
            DatePart::Word(word) => {
                if is_time_word(word) {
                    break;
                }
                if let Some(month) = month_named(word) {
                    if month_word.is_some() {
                        break;
                    }
                    month_word = Some(month);
                    month_at = count;
                } else if !is_date_filler(word) {
                    return None;
                }
            }
            DatePart::TimeFollows => break,
        }
    }
    let numbers = &numbers[..count];
    let year = |(value, digits): (u32, usize)| -> Option<i16> {
        match digits {
            4 => i16::try_from(value)
                .ok()
                .filter(|y| (1900..=2100).contains(y)),
            // Two-digit years: 70 to 99 are of the last century.
            2 if value >= 70 => i16::try_from(value + 1900).ok(),
            2 => i16::try_from(value + 2000).ok(),
            _ => None,
        }
    };
    let small =
        |(value, digits): (u32, usize)| (digits <= 2).then(|| u8::try_from(value).ok()).flatten();
    if let Some(month) = month_word {
        return match *numbers {
            // "Dec 2022", "2022 Dec", "Dec-22".
            [y] => PartialDate::new(year(y)?, Some(month), None).ok(),
            // "12 Dec 2022", "Dec 12, 2022", "2022 Dec 12".
            [a, b, ..] => {
                let (day, of_year) = if a.1 == 4 { (b, a) } else { (a, b) };
                if month_at == 0 && a.1 != 4 && b.1 == 2 && count == 2 && text.contains('\'') {
                    return None;
                }
                PartialDate::new(year(of_year)?, Some(month), small(day)).ok()
            }
            [] => None,
        };
    }
    match *numbers {
        // Several years: the first, as of ranges.
        [first, second, ..] if first.1 == 4 && second.1 == 4 => {
            PartialDate::new(year(first)?, None, None).ok()
        }
        // 20221130, 202211, 2022; Excel serials written as text.
        [(value, 8)] => {
            let (y, m, d) = (value / 10_000, value / 100 % 100, value % 100);
            if (1900..=2100).contains(&y) {
                return ymd(y, m, d);
            }
            // 30112022
            ymd(value % 10_000, value / 10_000 % 100, value / 1_000_000)
        }
        [(value, 6)] if (1900..=2100).contains(&(value / 100)) => PartialDate::new(
            i16::try_from(value / 100).ok()?,
            u8::try_from(value % 100).ok(),
            None,
        )
        .ok(),
        [(value, 5)] => excel_serial(f64::from(value)),
        [(_, 4)] => PartialDate::new(year(numbers[0])?, None, None).ok(),
        // 2022-11, 11/2022.
        [a, b] => {
            let (y, m) = if a.1 == 4 { (a, b) } else { (b, a) };
            if y.1 != 4 {
                return None;
            }
            PartialDate::new(year(y)?, small(m), None)
                .ok()
                .filter(|date| date.month().is_some())
        }
        [a, b, c] if a.1 == 4 => PartialDate::new(year(a)?, small(b), small(c)).ok(),
        [a, b, c] => {
            let (first, second) = (small(a)?, small(b)?);
            let dotted = text.contains('.');
            let day_first = match (first, second) {
                (13.., _) => true,
                (_, 13..) => false,
                // Dots are day first wherever they are used.
                _ => dotted || order == DateOrder::DayFirst,
            };
            let (day, month) = if day_first {
                (first, second)
            } else {
                (second, first)
            };
            PartialDate::new(year(c)?, Some(month), Some(day)).ok()
        }
        _ => None,
    }
}

fn ymd(year: u32, month: u32, day: u32) -> Option<PartialDate> {
    let year = i16::try_from(year)
        .ok()
        .filter(|y| (1900..=2100).contains(y))?;
    PartialDate::new(year, u8::try_from(month).ok(), u8::try_from(day).ok()).ok()
}

enum DatePart<'a> {
    Number(u32, usize),
    Word(&'a str),
    /// A colon: what went before was an hour, and nothing behind belongs to the date.
    TimeFollows,
}

fn date_parts(text: &str) -> impl Iterator<Item = DatePart<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let first = rest.chars().next()?;
            if first.is_ascii_digit() {
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let (number, after) = rest.split_at(digits);
                rest = after;
                if rest.starts_with(':') {
                    rest = "";
                    return Some(DatePart::TimeFollows);
                }
                if digits > 8 {
                    rest = "";
                    return Some(DatePart::Word("?"));
                }
                return Some(DatePart::Number(number.parse().ok()?, digits));
            }
            if first.is_alphabetic() {
                let end = rest
                    .find(|c: char| !c.is_alphabetic())
                    .unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                rest = after;
                return Some(DatePart::Word(word));
            }
            rest = &rest[first.len_utf8()..];
        }
    })
}

/// `T` before a time, `Z` and zone names behind it.
fn is_time_word(word: &str) -> bool {
    matches!(word, "T" | "Z" | "UTC" | "GMT" | "t" | "z")
}

/// Words that stand in dates and say nothing: weekdays are not among them, nobody files by weekday.
fn is_date_filler(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "г" | "года"
            | "год"
            | "de"
            | "del"
            | "of"
            | "st"
            | "nd"
            | "rd"
            | "th"
            | "年"
            | "月"
            | "日"
            | "년"
            | "월"
            | "일"
            | "ngày"
            | "yr"
    )
}

/// Months by name or by its first letters, in the languages of the columns table.
fn month_named(word: &str) -> Option<u8> {
    static MONTHS: &[(&str, u8)] = &[
        ("jan", 1),
        ("янв", 1),
        ("ene", 1),
        ("oca", 1),
        ("січ", 1),
        ("gen", 1),
        ("feb", 2),
        ("фев", 2),
        ("fev", 2),
        ("fév", 2),
        ("şub", 2),
        ("sub", 2),
        ("лют", 2),
        ("mar", 3),
        ("мар", 3),
        ("mär", 3),
        ("бер", 3),
        ("mrz", 3),
        ("apr", 4),
        ("апр", 4),
        ("abr", 4),
        ("avr", 4),
        ("nis", 4),
        ("кві", 4),
        ("may", 5),
        ("май", 5),
        ("мая", 5),
        ("мае", 5),
        ("mai", 5),
        ("тра", 5),
        ("mag", 5),
        ("jun", 6),
        ("июн", 6),
        ("juin", 6),
        ("haz", 6),
        ("чер", 6),
        ("giu", 6),
        ("jul", 7),
        ("июл", 7),
        ("juil", 7),
        ("tem", 7),
        ("лип", 7),
        ("lug", 7),
        ("aug", 8),
        ("авг", 8),
        ("ago", 8),
        ("aoû", 8),
        ("aou", 8),
        ("ağu", 8),
        ("agu", 8),
        ("сер", 8),
        ("sep", 9),
        ("сен", 9),
        ("set", 9),
        ("eyl", 9),
        ("вер", 9),
        ("oct", 10),
        ("окт", 10),
        ("okt", 10),
        ("out", 10),
        ("eki", 10),
        ("жов", 10),
        ("ott", 10),
        ("nov", 11),
        ("ноя", 11),
        ("kas", 11),
        ("лис", 11),
        ("dec", 12),
        ("дек", 12),
        ("dic", 12),
        ("dez", 12),
        ("déc", 12),
        ("ara", 12),
        ("гру", 12),
    ];
    let word = word.to_lowercase();
    // Longer names than any month are prose.
    if word.chars().count() > 10 {
        return None;
    }
    MONTHS
        .iter()
        .find(|(start, _)| word.starts_with(start))
        .map(|(_, month)| *month)
}

/// The date inside a Russian declaration number, `customs office/ddmmyy/serial`.
pub(crate) fn date_of_declaration_number(text: &str) -> Option<PartialDate> {
    let mut parts = text.trim().split('/');
    let office = parts.next()?;
    let day = parts.next()?;
    let serial = parts.next()?;
    let digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    if !digits(office, 5..=8) || !digits(day, 6..=6) || !digits(serial, 5..=7) {
        return None;
    }
    let number =
        |range: std::ops::Range<usize>| day.get(range).and_then(|part| part.parse::<u32>().ok());
    ymd(2000 + number(4..6)?, number(2..4)?, number(0..2)?)
}

static ISO_NUMERIC: LazyLock<HashMap<u16, &'static str>> = LazyLock::new(|| {
    include_str!("../data/iso_numeric.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (numeric, iso2) = line.split_once('\t')?;
            Some((numeric.parse().ok()?, iso2))
        })
        .collect()
});

/// The alpha-2 code of a cell that holds a country: a code of any kind, a name in any language, or both together
/// (`CN - CHINA`, `Китай (CN)`, `643`, `RU, Россия`).
pub(crate) fn country(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.len() > 120 || text.is_empty() {
        return None;
    }
    if let Some(code) = places::country(text) {
        return Some(code);
    }
    // "TRINIDAD AND TOBAGO" is "Trinidad & Tobago" to CLDR.
    let folded = text.to_lowercase();
    if let Some(code) = folded
        .contains(" and ")
        .then(|| places::country(&folded.replace(" and ", " & ")))
        .flatten()
    {
        return Some(code);
    }
    if let Ok(numeric) = text.parse::<f64>() {
        return ((1.0..1000.0).contains(&numeric) && numeric.fract() == 0.0)
            .then(|| ISO_NUMERIC.get(&(numeric as u16)).copied())
            .flatten();
    }
    // "CHINA (CN)", "CN - CHINA", "156-CHINA", "CN/Китай". Parts must not contradict: "IN or PK" is no country.
    let mut found = None;
    for part in text.split(['(', ')', '-', '–', '/', '|', ':', ',', ';', '[', ']']) {
        let part = part.trim();
        let code = places::country(part).or_else(|| {
            let numeric: u16 = (part.len() == 3).then(|| part.parse().ok()).flatten()?;
            ISO_NUMERIC.get(&numeric).copied()
        });
        match (found, code) {
            (Some(known), Some(new)) if known != new => return None,
            (None, Some(new)) => found = Some(new),
            _ => {}
        }
    }
    if found.is_some() {
        return found;
    }
    // "CN CHINA", "156 КИТАЙ"
    let (first, rest) = text.split_once(' ')?;
    let by_name = places::country(rest)?;
    let by_code = match first.parse::<u16>() {
        Ok(numeric) => ISO_NUMERIC.get(&numeric).copied(),
        Err(_) => places::country(first),
    };
    (by_code == Some(by_name)).then_some(by_name)
}

/// Tax numbers that stand in front of or behind a party's name: `7722476458 772201001 OOO X`, `ООО X ИНН 7722476458`.
/// Gives the name without them and the INN.
pub(crate) fn split_inn(name: &str) -> Option<(String, String)> {
    let is_inn =
        |word: &str| matches!(word.len(), 10 | 12) && word.bytes().all(|b| b.is_ascii_digit());
    let is_kpp = |word: &str| word.len() == 9 && word.bytes().all(|b| b.is_ascii_digit());
    let marker = |word: &str| {
        matches!(
            word.trim_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase()
                .as_str(),
            "инн" | "inn" | "кпп" | "kpp" | "иннкпп"
        )
    };
    // Most names hold no ten digits in a row and need no closer look.
    let mut run = 0;
    let longest = name.bytes().fold(0, |longest: usize, byte| {
        run = if byte.is_ascii_digit() { run + 1 } else { 0 };
        longest.max(run)
    });
    if longest < 10 || name.len() > 1000 {
        return None;
    }
    let mut inn: Option<&str> = None;
    let mut kept: Vec<&str> = Vec::new();
    let mut after_marker = false;
    for word in name.split_whitespace() {
        if marker(word)
            || word.eq_ignore_ascii_case("инн/кпп")
            || word.to_lowercase().starts_with("инн/кпп")
        {
            after_marker = true;
            continue;
        }
        let mut number_parts = word
            .split(['/', ',', ';', ':'])
            .filter(|part| !part.is_empty())
            .peekable();
        let all_numbers =
            number_parts.peek().is_some() && number_parts.all(|part| is_inn(part) || is_kpp(part));
        // Bare numbers count only in front of the name; behind it they may be a telephone.
        if all_numbers && (after_marker || kept.is_empty() || inn.is_some()) {
            for part in word.split(['/', ',', ';', ':']) {
                if is_inn(part) && inn.is_none() {
                    inn = Some(part);
                }
            }
            after_marker = false;
            continue;
        }
        after_marker = false;
        kept.push(word);
    }
    let inn = inn?;
    if kept.is_empty() {
        return None;
    }
    let name = kept.join(" ");
    Some((
        name.trim_matches([',', ';', ' ']).to_string(),
        inn.to_string(),
    ))
}

/// The identifier of a cell: of `INN/KPP` pairs the INN, else the cell as it is.
pub(crate) fn identifier(text: &str) -> String {
    let text = text.trim();
    for separator in ['/', ' ', '\\', ';', ','] {
        if let Some((first, second)) = text.split_once(separator) {
            let (first, second) = (first.trim(), second.trim());
            let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            if digits(first)
                && digits(second)
                && matches!(first.len(), 10 | 12)
                && second.len() == 9
            {
                return first.to_string();
            }
        }
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return text.to_string();
    }
    let lower = text.to_lowercase();
    for prefix in ["инн ", "inn ", "инн:", "inn:"] {
        if lower.starts_with(prefix) {
            let rest: String = lower.chars().skip(prefix.chars().count()).collect();
            return rest
                .trim()
                .split([' ', '/'])
                .next()
                .unwrap_or_default()
                .to_string();
        }
    }
    text.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check_number(text: &str, decimal: Decimal, expect: Option<f64>) {
        let got = number(text, decimal).ok().map(|number| number.value);
        assert_eq!(got, expect, "{text:?} {decimal:?}");
    }

    #[test]
    fn numbers_in_every_countrys_spelling() {
        for (text, decimal, expect) in [
            ("1234.5", Decimal::Point, Some(1234.5)),
            ("1,234.56", Decimal::Point, Some(1234.56)),
            ("1,234.56", Decimal::Comma, Some(1234.56)),
            ("1.234,56", Decimal::Point, Some(1234.56)),
            ("1 234,5", Decimal::Comma, Some(1234.5)),
            ("1\u{a0}234,5", Decimal::Point, Some(1234.5)),
            ("1'234.50", Decimal::Point, Some(1234.5)),
            ("1,234", Decimal::Point, Some(1234.0)),
            ("1,234", Decimal::Comma, Some(1.234)),
            ("1.234", Decimal::Comma, Some(1234.0)),
            ("1.234", Decimal::Point, Some(1.234)),
            ("0,250", Decimal::Point, Some(0.25)),
            ("1.234.567", Decimal::Point, Some(1_234_567.0)),
            ("12,34,567", Decimal::Point, Some(1_234_567.0)),
            (",5", Decimal::Comma, Some(0.5)),
            ("$1,234.50", Decimal::Point, Some(1234.5)),
            ("USD 1 000", Decimal::Point, Some(1000.0)),
            ("1500 кг", Decimal::Point, Some(1500.0)),
            ("20 M2", Decimal::Point, Some(20.0)),
            ("-5", Decimal::Point, Some(-5.0)),
            ("(5)", Decimal::Point, Some(-5.0)),
            ("1.01225E+11", Decimal::Point, Some(101_225_000_000.0)),
            ("1e999", Decimal::Point, None),
            ("12/2023", Decimal::Point, None),
            ("2 x 40", Decimal::Point, None),
            ("none", Decimal::Point, None),
            ("", Decimal::Point, None),
        ] {
            check_number(text, decimal, expect);
        }
        let number = number("20,5 KGS", Decimal::Comma).unwrap();
        assert_eq!((number.value, number.after), (20.5, "KGS"));
    }

    #[test]
    fn a_cell_votes_for_a_decimal_sign_only_where_it_is_plain() {
        for (text, expect) in [
            ("1,234", None),
            ("1.234", None),
            ("12", None),
            ("12,5", Some(Decimal::Comma)),
            ("12.50", Some(Decimal::Point)),
            ("1.234,56", Some(Decimal::Comma)),
            ("1,234,567", Some(Decimal::Point)),
            ("words", None),
        ] {
            assert_eq!(decimal_vote(text), expect, "{text}");
        }
    }

    #[track_caller]
    fn check_date(text: &str, order: DateOrder, expect: Option<&str>) {
        let got = date(Cell::text(text), order)
            .ok()
            .map(|date| date.to_string());
        assert_eq!(got.as_deref(), expect, "{text:?} {order:?}");
    }

    #[test]
    fn dates_in_every_common_layout() {
        use DateOrder::{DayFirst, MonthFirst};
        for (text, order, expect) in [
            ("2022-11-30", DayFirst, Some("2022-11-30")),
            ("2025-03-28T18:30:00.000Z", DayFirst, Some("2025-03-28")),
            ("2022-11-30 10:15:00", MonthFirst, Some("2022-11-30")),
            ("2022-11/2022-12", DayFirst, Some("2022-11")),
            ("2022-11", DayFirst, Some("2022-11")),
            ("2022/11/03", MonthFirst, Some("2022-11-03")),
            ("30.11.2022", MonthFirst, Some("2022-11-30")),
            ("03.04.2022", MonthFirst, Some("2022-04-03")),
            ("03.04.22", DayFirst, Some("2022-04-03")),
            ("03/04/2022", DayFirst, Some("2022-04-03")),
            ("03/04/2022", MonthFirst, Some("2022-03-04")),
            ("25/04/2022", MonthFirst, Some("2022-04-25")),
            ("04/25/2022 00:00", DayFirst, Some("2022-04-25")),
            ("20221130", DayFirst, Some("2022-11-30")),
            ("30112022", DayFirst, Some("2022-11-30")),
            ("202211", DayFirst, Some("2022-11")),
            ("11/2022", DayFirst, Some("2022-11")),
            ("2022", DayFirst, Some("2022")),
            ("44895", DayFirst, Some("2022-11-30")),
            ("12 Dec 2022", DayFirst, Some("2022-12-12")),
            ("12-DEC-22", DayFirst, Some("2022-12-12")),
            ("Dec 12, 2022", DayFirst, Some("2022-12-12")),
            ("Oct 2024", DayFirst, Some("2024-10")),
            ("12 декабря 2022 г.", DayFirst, Some("2022-12-12")),
            ("мая 2023", DayFirst, Some("2023-05")),
            ("3 de marzo de 2023", DayFirst, Some("2023-03-03")),
            ("2022年11月30日", DayFirst, Some("2022-11-30")),
            ("30.02.2022", DayFirst, None),
            ("31/31/2022", DayFirst, None),
            ("00:00.0", DayFirst, None),
            ("2017; 2018; 2019; 2020", DayFirst, Some("2017")),
            ("1900-01-01", DayFirst, None),
            ("9999-12-31", DayFirst, None),
            ("01.01.0001", DayFirst, None),
            ("1970-01-01", DayFirst, None),
            ("31/11/2022", DayFirst, None),
            ("29.02.2023", DayFirst, None),
            ("soon", DayFirst, None),
            ("7", DayFirst, None),
            ("", DayFirst, None),
        ] {
            check_date(text, order, expect);
        }
        assert_eq!(
            date_of_declaration_number("10012020/310325/5016594").map(|d| d.to_string()),
            Some("2025-03-31".to_string())
        );
        assert_eq!(date_of_declaration_number("a/b/c"), None);
    }

    #[test]
    fn countries_in_any_dress() {
        for (text, expect) in [
            ("CN - CHINA", Some("CN")),
            ("Китай (CN)", Some("CN")),
            ("BRAZIL (BR)", Some("BR")),
            ("643", Some("RU")),
            ("643.0", Some("RU")),
            ("156-CHINA", Some("CN")),
            ("RU/Россия", Some("RU")),
            ("TRINIDAD AND TOBAGO", Some("TT")),
            ("NA", Some("NA")),
            ("IN/PK", None),
            ("OTHER COUNTRY", None),
            ("0", None),
        ] {
            assert_eq!(country(text), expect, "{text}");
        }
    }

    #[test]
    fn tax_numbers_leave_names() {
        for (text, expect) in [
            (
                "7722476458 772201001 OOO PRIMER",
                Some(("OOO PRIMER", "7722476458")),
            ),
            (
                "ООО ПРИМЕР ИНН 7722476458 КПП 772201001",
                Some(("ООО ПРИМЕР", "7722476458")),
            ),
            (
                "ООО ПРИМЕР, ИНН/КПП 7722476458/772201001",
                Some(("ООО ПРИМЕР", "7722476458")),
            ),
            ("ACME 2000 LTD", None),
            ("ACME LTD 4951234567", None),
            ("7722476458", None),
        ] {
            let got = split_inn(text);
            let got = got
                .as_ref()
                .map(|(name, inn)| (name.as_str(), inn.as_str()));
            assert_eq!(got, expect, "{text}");
        }
        assert_eq!(identifier("7722476458/772201001"), "7722476458");
        assert_eq!(identifier("ИНН 7722476458"), "7722476458");
        assert_eq!(identifier("05.323.261/0003-28"), "05.323.261/0003-28");
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,40}", digits in "[0-9.,' /:eE()-]{0,24}") {
            for text in [&text, &digits] {
                for (decimal, order) in [(Decimal::Point, DateOrder::DayFirst), (Decimal::Comma, DateOrder::MonthFirst)] {
                    let _ = number(text, decimal);
                    let _ = date(Cell::text(text), order);
                }
                let _ = (decimal_vote(text), date_order_vote(text), date_order_open(text));
                let _ = (country(text), split_inn(text), identifier(text), date_of_declaration_number(text));
            }
        }

        #[test]
        fn plain_numbers_survive(value in 0.01f64..1e12) {
            let value = (value * 100.0).round() / 100.0;
            prop_assert_eq!(number(&format!("{value:.2}"), Decimal::Point).map(|n| n.value), Ok(value));
            let comma = format!("{value:.2}").replace('.', ",");
            prop_assert_eq!(number(&comma, Decimal::Comma).map(|n| n.value), Ok(value));
        }

        #[test]
        fn iso_dates_survive(year in 1950i16..2090, month in 1u8..=12, day in 1u8..=28) {
            let iso = format!("{year:04}-{month:02}-{day:02}");
            for text in [iso.clone(), format!("{day}.{month}.{year}"), format!("{year}{month:02}{day:02}")] {
                let got = date(Cell::text(&text), DateOrder::DayFirst).map(|d| d.to_string());
                prop_assert_eq!(got, Ok(iso.clone()));
            }
        }
    }
}
