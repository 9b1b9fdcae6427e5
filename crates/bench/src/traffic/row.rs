//! A row of made-up trade, what is true of it, and both as csv.

use std::io::Write;

use anyhow::Result;
use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::companies::Company;

/// Rows lie on days 0 to 1460: 2021-01-01 to 2024-12-31.
pub(super) const DAYS: i32 = 1461;

/// 2022-02-24: from here on no ordinary row takes high-priority goods to Russia or Belarus.
pub(super) const EMBARGO: i32 = 419;

const FIRST: Date = date(2021, 1, 1);

/// The date of a day.
pub(super) fn date_of(day: i32) -> Date {
    FIRST.saturating_add(day.days())
}

/// The day of a date; none before the first.
pub(super) fn day_of(year: i16, month: u8, day: u8) -> Option<i32> {
    let date = Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    FIRST.until(date).ok().map(|span| span.get_days())
}

/// A party as a row names it.
#[derive(Clone, Default)]
pub(super) struct Party {
    pub(super) name: String,
    pub(super) country: String,
    pub(super) address: String,
    pub(super) tax: String,
}

impl From<&Company> for Party {
    fn from(company: &Company) -> Self {
        Self {
            name: company.name.clone(),
            country: company.country.clone(),
            address: company.address.clone(),
            tax: company.tax.clone(),
        }
    }
}

/// One goods line. Empty text and zero stand for an empty field.
#[derive(Clone, Default)]
pub(super) struct Row {
    pub(super) day: i32,
    pub(super) consignor: Party,
    pub(super) consignee: Party,
    pub(super) notify: Party,
    pub(super) manufacturer: String,
    pub(super) text: String,
    pub(super) brand: String,
    pub(super) model: String,
    pub(super) hs: String,
    pub(super) origin: String,
    pub(super) dispatch: String,
    pub(super) transit: String,
    pub(super) destination: String,
    pub(super) quantity: f64,
    pub(super) unit: String,
    pub(super) net_kg: f64,
    pub(super) gross_kg: f64,
    pub(super) value: f64,
}

/// What a row is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Ordinary trade.
    Honest,
    /// Part of a planted case.
    Planted,
    /// What came before a planted case: neither to be found nor a false alarm.
    Context,
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Kind::Honest => "honest",
            Kind::Planted => "planted",
            Kind::Context => "context",
        }
    }
}

/// What is true of a row.
#[derive(Clone, Debug)]
pub(crate) struct Truth {
    pub(crate) kind: Kind,
    /// Number of the planted case.
    pub(crate) case: Option<u32>,
    /// Operator of evasion; for ordinary rows which hard negative they are, `ordinary` for none.
    pub(crate) operator: String,
    /// Of the goods text.
    pub(crate) language: String,
}

const HEADINGS: [&str; 25] = [
    "Declaration No",
    "Date",
    "Consignor",
    "Consignor country",
    "Consignor address",
    "Consignor ID",
    "Consignee",
    "Consignee country",
    "Consignee address",
    "Consignee ID",
    "Notify party",
    "Notify party country",
    "Manufacturer",
    "Goods description",
    "Brand",
    "Model",
    "HS code",
    "Country of origin",
    "Country of dispatch",
    "Transit country",
    "Country of destination",
    "Quantity",
    "Unit",
    "Net weight, kg",
    "Gross weight, kg",
];

/// Writes rows and their truth, numbered as they come.
pub(crate) struct Writers<W: Write> {
    rows: csv::Writer<W>,
    truth: csv::Writer<W>,
    written: u64,
}

impl<W: Write> Writers<W> {
    pub(crate) fn new(rows: W, truth: W) -> Result<Self> {
        let mut writers = Self {
            rows: csv::Writer::from_writer(rows),
            truth: csv::Writer::from_writer(truth),
            written: 0,
        };
        writers
            .rows
            .write_record(HEADINGS.iter().chain(&["Value, USD"]))?;
        writers
            .truth
            .write_record(["row_id", "kind", "case", "operator", "language"])?;
        Ok(writers)
    }

    pub(super) fn write(&mut self, row: &Row, truth: &Truth) -> Result<()> {
        self.written += 1;
        let id = format!("T{:08}", self.written);
        let (consignor, consignee) = (&row.consignor, &row.consignee);
        let date = if row.day < 0 {
            String::new()
        } else {
            date_of(row.day).to_string()
        };
        let cells: [&str; 26] = [
            &id,
            &date,
            &consignor.name,
            &consignor.country,
            &consignor.address,
            &consignor.tax,
            &consignee.name,
            &consignee.country,
            &consignee.address,
            &consignee.tax,
            &row.notify.name,
            &row.notify.country,
            &row.manufacturer,
            &row.text,
            &row.brand,
            &row.model,
            &row.hs,
            &row.origin,
            &row.dispatch,
            &row.transit,
            &row.destination,
            &number(row.quantity),
            &row.unit,
            &number(row.net_kg),
            &number(row.gross_kg),
            &number(row.value),
        ];
        self.rows.write_record(cells)?;
        let case = truth
            .case
            .map(|case| format!("C{case:05}"))
            .unwrap_or_default();
        self.truth.write_record([
            &id,
            truth.kind.as_str(),
            &case,
            &truth.operator,
            &truth.language,
        ])?;
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<u64> {
        self.rows.flush()?;
        self.truth.flush()?;
        Ok(self.written)
    }
}

/// A number as customs files write it; nothing for zero.
fn number(value: f64) -> String {
    match value {
        0.0 => String::new(),
        value if value >= 100.0 => format!("{value:.0}"),
        value => {
            let text = format!("{value:.3}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        assert_eq!(date_of(EMBARGO).to_string(), "2022-02-24");
        assert_eq!(date_of(DAYS - 1).to_string(), "2024-12-31");
        assert_eq!(day_of(2022, 2, 24), Some(EMBARGO));
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(0.0), "");
        assert_eq!(number(12.5), "12.5");
        assert_eq!(number(1234.56), "1235");
        assert_eq!(number(0.004), "0.004");
    }
}
