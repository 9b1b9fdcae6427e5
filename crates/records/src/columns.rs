//! Headings to fields: the table `data/columns.tsv`, the user's overrides, and the search for the header row.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::field::Field;
use crate::heading_words;

static COLUMNS: &str = include_str!("../data/columns.tsv");

/// How a column was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MappedBy {
    /// The columns file of the user says so.
    User,
    /// The whole heading is known.
    Exact,
    /// Every word of the heading is known.
    Words,
    /// The heading fits a known pattern.
    Pattern,
}

impl MappedBy {
    /// `user`, `exact`, `words`, `pattern`.
    pub fn as_str(self) -> &'static str {
        match self {
            MappedBy::User => "user",
            MappedBy::Exact => "exact",
            MappedBy::Words => "words",
            MappedBy::Pattern => "pattern",
        }
    }
}

/// The user's own reading of columns: `goods_text = "DESC"` or `goods_text = ["DESC", "DESC2"]`, one line a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnOverrides {
    columns: BTreeMap<Field, Vec<String>>,
}

/// Why a columns file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OverrideError {
    /// Not TOML.
    #[error("the columns file is not TOML: {0}")]
    Syntax(String),
    /// A key that is no field.
    #[error("{key:?} is no field; fields are: {}", Field::ALL.iter().map(|f| f.as_str()).collect::<Vec<_>>().join(", "))]
    UnknownField {
        /// The key as written.
        key: String,
    },
    /// A value that names no column.
    #[error("{key} must be a column heading in quotes, or a list of them")]
    NotAHeading {
        /// The key as written.
        key: String,
    },
}

impl ColumnOverrides {
    /// Reads the TOML text of a columns file.
    pub fn parse(text: &str) -> Result<Self, OverrideError> {
        let table: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| OverrideError::Syntax(error.to_string()))?;
        let mut columns = BTreeMap::new();
        for (key, value) in table {
            let Some(field) = Field::from_key(&key) else {
                return Err(OverrideError::UnknownField { key });
            };
            let headings: Option<Vec<String>> = match value {
                toml::Value::String(heading) => Some(vec![heading]),
                toml::Value::Array(items) => items
                    .into_iter()
                    .map(|item| item.as_str().map(str::to_string))
                    .collect(),
                _ => None,
            };
            match headings {
                Some(headings) if headings.iter().all(|h| !heading_key(h).is_empty()) => {
                    columns.insert(field, headings);
                }
                _ => return Err(OverrideError::NotAHeading { key }),
            }
        }
        Ok(Self { columns })
    }

    /// Headings that the overrides name, with their fields, in order.
    pub(crate) fn headings(&self) -> impl Iterator<Item = (Field, &str)> {
        self.columns
            .iter()
            .flat_map(|(field, headings)| headings.iter().map(|heading| (*field, heading.as_str())))
    }
}

/// A scale that the heading fixes: kilograms to the unit of a mass column, digits of an HS column, a value's currency.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scale {
    None,
    Factor(f64),
    Currency(&'static str),
}

/// One column that gives a field.
#[derive(Debug, Clone)]
pub(crate) struct Recognised {
    pub(crate) field: Field,
    pub(crate) how: MappedBy,
    /// Order among columns of the same field: lower leads.
    pub(crate) rank: usize,
    pub(crate) scale: Scale,
}

struct Rule {
    /// None for headings that are no field of ours.
    field: Option<Field>,
    rank: usize,
    scale: Scale,
}

struct Tables {
    exact: HashMap<&'static str, usize>,
    patterns: Vec<(&'static str, usize)>,
    rules: Vec<Rule>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables {
        exact: HashMap::new(),
        patterns: Vec::new(),
        rules: Vec::new(),
    };
    for line in COLUMNS.lines().filter(|l| !l.starts_with('#')).skip(1) {
        let mut cells = line.split('\t');
        let (Some(field), Some(how), Some(scale), Some(headings)) =
            (cells.next(), cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        for heading in headings.split('|') {
            let rule = tables.rules.len();
            tables.rules.push(Rule {
                field: Field::from_key(field),
                rank: rule,
                scale: match scale.parse::<f64>() {
                    Ok(factor) => Scale::Factor(factor),
                    Err(_) if scale.is_empty() => Scale::None,
                    Err(_) => Scale::Currency(scale),
                },
            });
            if how == "exact" {
                tables.exact.entry(heading).or_insert(rule);
            } else {
                tables.patterns.push((heading, rule));
            }
        }
    }
    tables
});

/// A heading reduced to what is compared.
#[derive(Debug, Clone)]
pub(crate) struct Spelled {
    /// Letters and digits, lower case, diacritics off, `%` `$` `€` `₽` `№` in words.
    pub(crate) key: String,
    /// Positions in `key` where a word of the heading starts, in order.
    starts: Vec<usize>,
}

impl Spelled {
    /// Whether a word starts here; the end counts as a start.
    pub(crate) fn starts_word(&self, at: usize) -> bool {
        at == self.key.len() || self.starts.binary_search(&at).is_ok()
    }
}

/// See [`Spelled`].
pub(crate) fn heading_key(heading: &str) -> String {
    spelled(heading).key
}

/// Reduces a heading. Words are told apart by signs between them, by `camelCase` and by digits beside letters.
pub(crate) fn spelled(heading: &str) -> Spelled {
    #[derive(PartialEq, Clone, Copy)]
    enum Kind {
        Sign,
        Lower,
        Upper,
        Digit,
        /// Of a script without spaces.
        Ideograph,
    }
    let mut spelled = Spelled {
        key: String::with_capacity(heading.len()),
        starts: Vec::new(),
    };
    // The dollar is written "US$" and "U$S", too; full-width letters are letters.
    let text: String = heading.nfkc().collect();
    let text = ["US$", "us$", "U$S", "u$s", "USD$"]
        .iter()
        .fold(text, |text, dollar| text.replace(dollar, "$"));
    let mut before = Kind::Sign;
    for c in text.chars() {
        let word = match c {
            '%' => "percent",
            '$' => "usd",
            '€' => "eur",
            '₽' => "rub",
            '№' | '#' => "no",
            _ => "",
        };
        if !word.is_empty() {
            spelled.starts.push(spelled.key.len());
            spelled.key.push_str(word);
            before = Kind::Sign;
            continue;
        }
        // Short vowels of Arabic and its stretching sign are written or not.
        if !c.is_alphanumeric() || matches!(c, '\u{640}' | '\u{64b}'..='\u{652}') {
            if !matches!(c, '\u{640}' | '\u{64b}'..='\u{652}') {
                before = Kind::Sign;
            }
            continue;
        }
        let kind = if c.is_numeric() {
            Kind::Digit
        } else if heading_words::is_ideograph(c) {
            Kind::Ideograph
        } else if c.is_uppercase() {
            Kind::Upper
        } else {
            Kind::Lower
        };
        let goes_on = before == kind || (before == Kind::Upper && kind == Kind::Lower);
        if !goes_on {
            spelled.starts.push(spelled.key.len());
        }
        before = kind;
        for c in c.to_lowercase() {
            push_plain(c, &mut spelled.key);
        }
    }
    spelled
}

/// The letter without its diacritic, where it is one of those that are left out on many keyboards.
fn push_plain(c: char, key: &mut String) {
    match c {
        'đ' => key.push('d'),
        'ł' => key.push('l'),
        'ø' => key.push('o'),
        'ı' => key.push('i'),
        'ß' => key.push_str("ss"),
        'æ' => key.push_str("ae"),
        'œ' => key.push_str("oe"),
        'ё' => key.push('е'),
        // Arabic hamza carriers, the feminine ending and the Persian letters, written with and without.
        'أ' | 'إ' | 'آ' => key.push('ا'),
        'ة' => key.push('ه'),
        'ى' | 'ی' => key.push('ي'),
        'ک' => key.push('ك'),
        '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{3ff}' | '\u{1e00}'..='\u{1fff}' => {
            key.extend(c.nfd().filter(|c| c.is_alphanumeric()).take(1));
        }
        c if c.is_alphanumeric() => key.push(c),
        _ => {}
    }
}

/// Whether `text` fits `pattern`, where `*` stands for any run of characters. Linear: greedy from both ends.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut middle: Vec<&str> = parts.collect();
    let Some(last) = middle.pop() else {
        return rest.is_empty();
    };
    for part in middle {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The field that a heading means, by the columns table alone.
pub(crate) fn recognise(heading: &str) -> Option<Recognised> {
    // Longer headings are prose or data, not headings.
    if heading.len() > 400 {
        return None;
    }
    let spelled = spelled(heading);
    let key = &spelled.key;
    if key.is_empty() {
        return None;
    }
    let tables = &*TABLES;
    // Vendors prefix sums: SUMOFTOTAL_USD_FOB, TOTALGROSS_WEIGHT.
    let summed = key.strip_prefix("sumof").unwrap_or(key);
    let total = summed.strip_prefix("total").unwrap_or(summed);
    for candidate in [key.as_str(), summed, total] {
        if let Some(rule) = tables.exact.get(candidate) {
            return tables.rules[*rule].recognised(MappedBy::Exact);
        }
    }
    let by_pattern = tables
        .patterns
        .iter()
        .find(|(pattern, _)| fits(pattern, summed))
        .map(|(_, rule)| &tables.rules[*rule]);
    // Patterns that name no field are warnings, and hold against words too.
    if by_pattern.is_some_and(|rule| rule.field.is_none()) {
        return None;
    }
    if let Some((field, scale, rank)) = heading_words::recognise(&spelled) {
        return Some(Recognised {
            field,
            how: MappedBy::Words,
            rank,
            scale,
        });
    }
    by_pattern?.recognised(MappedBy::Pattern)
}

impl Rule {
    fn recognised(&self, how: MappedBy) -> Option<Recognised> {
        Some(Recognised {
            field: self.field?,
            how,
            rank: self.rank,
            scale: self.scale.clone(),
        })
    }
}

/// What each heading of a row means, overrides first; and the override headings that the row lacks.
pub(crate) fn recognise_row(
    headings: &[String],
    overrides: &ColumnOverrides,
) -> (Vec<Option<Recognised>>, Vec<(Field, String)>) {
    let mut meanings: Vec<Option<Recognised>> = headings.iter().map(|h| recognise(h)).collect();
    let mut absent = Vec::new();
    let mut taken: Vec<Field> = Vec::new();
    for (rank, (field, wanted)) in overrides.headings().enumerate() {
        let wanted_key = heading_key(wanted);
        let found = headings
            .iter()
            .position(|h| h.trim() == wanted.trim())
            .or_else(|| headings.iter().position(|h| heading_key(h) == wanted_key));
        match found {
            Some(column) => {
                if !taken.contains(&field) {
                    taken.push(field);
                    for meaning in &mut meanings {
                        if meaning
                            .as_ref()
                            .is_some_and(|m| m.field == field && m.how != MappedBy::User)
                        {
                            *meaning = None;
                        }
                    }
                }
                // The table may know the column's unit; the user only says what it holds.
                let scale = recognise(&headings[column])
                    .filter(|known| known.field == field)
                    .map_or(Scale::None, |known| known.scale);
                meanings[column] = Some(Recognised {
                    field,
                    how: MappedBy::User,
                    rank,
                    scale,
                });
            }
            None => absent.push((field, wanted.to_string())),
        }
    }
    (meanings, absent)
}

/// Whether columns of these meanings tell of shipments: goods, and someone, somewhere or something countable.
pub(crate) fn tells_of_shipments(meanings: &[Option<Recognised>]) -> bool {
    let has = |wanted: &[Field]| {
        meanings
            .iter()
            .flatten()
            .any(|meaning| wanted.contains(&meaning.field))
    };
    has(&[
        Field::GoodsText,
        Field::GoodsEnglish,
        Field::HsCode,
        Field::HsDescription,
    ]) && has(&[
        Field::ConsignorName,
        Field::ConsignorId,
        Field::ConsigneeName,
        Field::ConsigneeId,
        Field::Origin,
        Field::Dispatch,
        Field::Destination,
        Field::Date,
        Field::NetKg,
        Field::GrossKg,
        Field::ValueUsd,
    ])
}

/// A header found among the first rows of a table.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    /// Index of its last row among the rows given.
    pub(crate) row: usize,
    pub(crate) headings: Vec<String>,
    pub(crate) meanings: Vec<Option<Recognised>>,
    pub(crate) absent_overrides: Vec<(Field, String)>,
}

/// Finds the header among a table's first rows: the row, or pair of rows, whose headings give the most fields.
pub(crate) fn find_header(rows: &[Vec<String>], overrides: &ColumnOverrides) -> Option<Header> {
    let mut best: Option<(usize, Header)> = None;
    let mut consider = |row: usize, headings: Vec<String>| {
        let (meanings, absent_overrides) = recognise_row(&headings, overrides);
        let score = score(&headings, &meanings);
        if score == 0 || best.as_ref().is_some_and(|(least, _)| score <= *least) {
            return;
        }
        let header = Header {
            row,
            headings,
            meanings,
            absent_overrides,
        };
        best = Some((score, header));
    };
    for (index, row) in rows.iter().enumerate() {
        consider(index, row.iter().map(|cell| one_line(cell)).collect());
        if let Some(above) = index.checked_sub(1).and_then(|above| rows.get(above))
            && above.iter().filter(|cell| !cell.trim().is_empty()).count() >= 2
        {
            let joined = joined_headings(above, row);
            // Three rows: a title over groups over headings.
            if let Some(top) = index.checked_sub(2).and_then(|top| rows.get(top))
                && top.iter().filter(|cell| !cell.trim().is_empty()).count() >= 2
            {
                consider(index, joined_headings(top, &joined_headings(above, row)));
            }
            consider(index, joined);
        }
    }
    best.map(|(_, header)| header)
}

/// Distinct fields given, most weight to those found by their whole heading; 0 where fewer than two columns are known.
fn score(headings: &[String], meanings: &[Option<Recognised>]) -> usize {
    let mut fields: Vec<(Field, MappedBy)> = meanings
        .iter()
        .flatten()
        .map(|m| (m.field, m.how))
        .collect();
    fields.sort_unstable();
    fields.dedup_by_key(|(field, _)| *field);
    let filled = headings.iter().filter(|h| !h.trim().is_empty()).count();
    if fields.len() < 2 || filled < 2 {
        return 0;
    }
    let weight: usize = fields
        .iter()
        .map(|(_, how)| match how {
            MappedBy::User | MappedBy::Exact => 3,
            MappedBy::Words | MappedBy::Pattern => 2,
        })
        .sum();
    // A row of data may hold a word or two that look like headings: most of a header's cells are short and wordy.
    let heading_like = headings
        .iter()
        .filter(|h| !h.trim().is_empty() && h.len() <= 120 && h.chars().any(char::is_alphabetic))
        .count();
    if heading_like * 2 < filled {
        return 0;
    }
    weight
}

/// The heading pairs of a two-row header; a title above spans the empty cells to its right (merged cells).
fn joined_headings(above: &[String], row: &[String]) -> Vec<String> {
    let mut group = String::new();
    (0..above.len().max(row.len()))
        .map(|column| {
            let title = above.get(column).map_or("", |t| t.trim());
            let own = row.get(column).map_or("", |t| t.trim());
            if !title.is_empty() {
                group = one_line(title);
            }
            if own.is_empty() {
                // Only a title of its own column stands alone; a spanning title says nothing without the row below.
                one_line(title)
            } else if group.is_empty() {
                one_line(own)
            } else {
                let joined = format!("{group} {}", one_line(own));
                // Headings merged downwards may end below their neighbours' title.
                if title.is_empty() && recognise(&joined).is_none() && recognise(own).is_some() {
                    one_line(own)
                } else {
                    joined
                }
            }
        })
        .collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_used() {
        let mut seen: HashMap<&str, &str> = HashMap::new();
        for line in COLUMNS.lines().filter(|l| !l.starts_with('#')).skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), 4, "{line}");
            assert!(
                cells[0] == "-" || Field::from_key(cells[0]).is_some(),
                "{line}"
            );
            assert!(matches!(cells[1], "exact" | "pattern"), "{line}");
            for heading in cells[3].split('|') {
                let parts: Vec<String> = heading.split('*').map(heading_key).collect();
                assert_eq!(parts.join("*"), heading, "not in the form that is compared");
                if cells[1] == "exact"
                    && let Some(before) = seen.insert(heading, cells[0])
                {
                    assert_eq!(before, cells[0], "{heading} means two things");
                }
            }
        }
        for field in Field::ALL {
            assert!(
                seen.values().any(|key| *key == field.as_str()),
                "no heading for {field:?}"
            );
        }
    }

    #[test]
    fn headings_of_many_countries() {
        for (heading, expect) in [
            ("SENDER_NAME", "consignor_name exact"),
            ("Consignor's Name", "consignor_name words"),
            ("Грузоотправитель", "consignor_name exact"),
            ("Получатель (наименование)", "consignee_name exact"),
            ("ИНН получателя", "consignee_id exact"),
            ("Код ТН ВЭД ЕАЭС", "hs_code exact"),
            ("Вес нетто, кг", "net_kg exact"),
            ("Статистическая стоимость, USD", "value_usd exact"),
            ("商品名称", "goods_text exact"),
            ("目的国", "destination exact"),
            ("毛重(千克)", "gross_kg exact"),
            ("İhracatçı", "consignor_name exact"),
            ("Menşe Ülke", "origin exact"),
            ("Brüt Ağırlık (kg)", "gross_kg exact"),
            ("Descripción de la mercancía", "goods_text exact"),
            ("País de origem", "origin exact"),
            ("SUMOFTOTAL_VALUE_USD", "value_usd exact"),
            ("TOTALGROSS_WEIGHT", "gross_kg exact"),
            ("Total value ($)", "value_usd exact"),
            ("%GTTOTALVALUE", ""),
            ("UNIT_PRICE_USD", ""),
            ("USD_FREIGHT", ""),
            ("HS_CODE_2", ""),
            ("Remarks", ""),
            ("", ""),
        ] {
            let got = recognise(heading)
                .map(|m| format!("{} {}", m.field.as_str(), m.how.as_str()))
                .unwrap_or_default();
            assert_eq!(got, expect, "{heading}");
        }
    }

    #[test]
    fn overrides_name_fields_and_headings() {
        let overrides =
            ColumnOverrides::parse("goods_text = \"DESC\"\norigin = [\"A\", \"B\"]").unwrap();
        assert_eq!(
            overrides.headings().collect::<Vec<_>>(),
            [
                (Field::GoodsText, "DESC"),
                (Field::Origin, "A"),
                (Field::Origin, "B")
            ]
        );
        for (text, expect) in [
            ("goods = \"X\"", "\"goods\" is no field"),
            ("origin = 3", "origin must be a column heading"),
            ("origin = [\"a\", 1]", "origin must be a column heading"),
            ("origin = ", "not TOML"),
        ] {
            let error = ColumnOverrides::parse(text).unwrap_err().to_string();
            assert!(error.contains(expect), "{text}: {error}");
        }
    }

    #[test]
    fn patterns_match_greedily_from_both_ends() {
        for (pattern, text, expect) in [
            ("*net*kg*", "itemnetweightkgs", true),
            ("g33*", "g33code", true),
            ("g33*", "xg33", false),
            ("*usd", "valueusd", true),
            ("ab*ba", "aba", false),
            ("exact", "exact", true),
            ("exact", "exactly", false),
        ] {
            assert_eq!(fits(pattern, text), expect, "{pattern} {text}");
        }
    }
}
