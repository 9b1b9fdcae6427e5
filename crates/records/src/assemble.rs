//! One row of cells to one shipment, by a layout and what a sample of the rows says about how values are written.

use std::collections::HashMap;

use model::{HsCode, PartialDate, Quantity, Rejected, Role, Shipment, TradeParty};

use crate::amendments::{Amendments, Line, Relation};
use crate::columns::{Recognised, Scale};
use crate::field::{Field, Kind};
use crate::neighbours;
use crate::values::{self, Cell, DateOrder, Decimal};

/// A cell that keeps its text: of a sample of rows, and of formats whose cells do not lie in the file as text.
#[derive(Debug, Clone, Default)]
pub(crate) struct OwnedCell {
    pub(crate) text: String,
    pub(crate) number: Option<f64>,
    pub(crate) present: bool,
}

impl OwnedCell {
    pub(crate) fn as_cell(&self) -> Cell<'_> {
        Cell {
            text: &self.text,
            number: self.number,
            present: self.present,
        }
    }

    pub(crate) fn text(text: impl Into<String>) -> Self {
        OwnedCell {
            text: text.into(),
            number: None,
            present: true,
        }
    }

    pub(crate) fn number(text: impl Into<String>, number: f64) -> Self {
        OwnedCell {
            text: text.into(),
            number: Some(number),
            present: true,
        }
    }
}

impl From<Cell<'_>> for OwnedCell {
    fn from(cell: Cell<'_>) -> Self {
        OwnedCell {
            text: cell.text.to_string(),
            number: cell.number,
            present: cell.present,
        }
    }
}

/// What is known of one column.
#[derive(Debug, Clone)]
struct Column {
    heading: String,
    scale: Scale,
    decimal: Decimal,
    date_order: DateOrder,
    /// Digits of the column's HS codes, where its heading fixes them or most of its values share them.
    hs_digits: Option<usize>,
    hs_digits_by_heading: bool,
}

/// Reads rows of one table.
pub(crate) struct Assembler {
    file: String,
    columns: Vec<Column>,
    /// Columns of each field, the leading one first; indexed by `field as usize`.
    by_field: Vec<Vec<usize>>,
    countries: HashMap<String, Option<&'static str>>,
    currencies_reported: Vec<String>,
    /// Whether all rows are exports (true) or imports (false), where the headings say so.
    exports: Option<bool>,
    amendments: Amendments,
}

/// What became of a row.
pub(crate) enum Outcome {
    /// All its cells say nothing.
    Blank,
    /// Read, with how it stands to the rows before it.
    Read(Box<Shipment>, Relation),
    /// It cannot be read, and why.
    Refused(String),
}

/// Countries cached per table: real files hold a few hundred spellings, hostile ones any number.
const COUNTRY_CACHE: usize = 4096;

/// Kilograms above which a mass is a slip of the pen: the largest ship carries 400,000 t.
const MAX_KG: f64 = 1e9;
/// The same for values in US dollars or another currency, and for quantities in any unit.
const MAX_AMOUNT: f64 = 1e13;

/// Columns a table may have; wider ones are no trade records.
pub(crate) const MAX_COLUMNS: usize = 4096;

impl Assembler {
    pub(crate) fn new(
        file: &str,
        headings: &[String],
        meanings: &[Option<Recognised>],
        sample: &[&[OwnedCell]],
    ) -> Self {
        let mut assembler = Assembler {
            file: file.to_string(),
            columns: Vec::new(),
            by_field: vec![Vec::new(); Field::ALL.len()],
            countries: HashMap::new(),
            currencies_reported: Vec::new(),
            exports: neighbours::direction(headings, meanings),
            amendments: Amendments::default(),
        };
        let mut ranked: Vec<(usize, &Recognised)> = meanings
            .iter()
            .enumerate()
            .filter_map(|(column, meaning)| Some((column, meaning.as_ref()?)))
            .collect();
        ranked.sort_by_key(|(column, meaning)| (meaning.how, meaning.rank, *column));
        for (column, meaning) in ranked {
            assembler.by_field[meaning.field as usize].push(column);
        }
        let table_decimal = majority(
            meanings
                .iter()
                .enumerate()
                .filter(|(_, m)| m.as_ref().is_some_and(|m| m.field.kind() == Kind::Number))
                .flat_map(|(column, _)| texts_of(sample, column))
                .filter_map(values::decimal_vote),
        );
        for (index, heading) in headings.iter().enumerate() {
            let meaning = meanings.get(index).and_then(Option::as_ref);
            let kind = meaning.map(|m| m.field.kind());
            let scale = meaning.map_or(Scale::None, |m| m.scale.clone());
            let decimal = match kind {
                Some(Kind::Number) => {
                    majority(texts_of(sample, index).filter_map(values::decimal_vote))
                        .or(table_decimal)
                        .unwrap_or(Decimal::Point)
                }
                _ => Decimal::Point,
            };
            let date_order = match kind {
                Some(Kind::Date) => {
                    majority(texts_of(sample, index).filter_map(values::date_order_vote))
                }
                _ => None,
            };
            let digits_by_heading = match (kind, &scale) {
                (Some(Kind::Hs), Scale::Factor(digits)) => Some(*digits as usize),
                _ => None,
            };
            let hs_digits = match kind {
                Some(Kind::Hs) => digits_by_heading.or_else(|| usual_hs_digits(sample, index)),
                _ => None,
            };
            assembler.columns.push(Column {
                heading: heading.clone(),
                scale,
                decimal,
                // Day first is what most of the world files; only a column that shows otherwise is read otherwise.
                date_order: date_order.unwrap_or(DateOrder::DayFirst),
                hs_digits,
                hs_digits_by_heading: digits_by_heading.is_some(),
            });
        }
        assembler
    }

    /// Columns whose dates could be day first or month first and whose sample does not say which.
    pub(crate) fn undecided_dates(&self, sample: &[&[OwnedCell]]) -> Vec<String> {
        self.by_field[Field::Date as usize]
            .iter()
            .filter(|&&column| {
                !texts_of(sample, column).any(|text| values::date_order_vote(text).is_some())
                    && texts_of(sample, column)
                        .any(|text| text.contains(['/', '-']) && values::date_order_open(text))
            })
            .map(|&column| self.columns[column].heading.clone())
            .collect()
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }

    /// Adds a column that turned up after the sample (a new key in JSON lines).
    pub(crate) fn add_column(&mut self, heading: &str, meaning: Option<&Recognised>) {
        let index = self.columns.len();
        self.columns.push(Column {
            heading: heading.to_string(),
            scale: meaning.map_or(Scale::None, |m| m.scale.clone()),
            decimal: Decimal::Point,
            date_order: DateOrder::DayFirst,
            hs_digits: None,
            hs_digits_by_heading: false,
        });
        if let Some(meaning) = meaning {
            self.by_field[meaning.field as usize].push(index);
        }
    }

    /// The first column of the field with something in it.
    fn pick<'c>(&self, field: Field, cells: &[Cell<'c>]) -> Option<(usize, Cell<'c>)> {
        self.by_field[field as usize].iter().find_map(|&column| {
            let cell = *cells.get(column)?;
            (!values::is_nothing(cell.text)).then_some((column, cell))
        })
    }

    fn text(&self, field: Field, cells: &[Cell<'_>]) -> Option<String> {
        self.pick(field, cells)
            .map(|(_, cell)| cell.text.trim().to_string())
    }

    /// Reads one row. `refuse` is told of each field that could not be read.
    pub(crate) fn row(
        &mut self,
        row: u64,
        cells: &[Cell<'_>],
        refuse: &mut dyn FnMut(Rejected),
    ) -> Outcome {
        if cells.iter().all(|cell| cell.text.trim().is_empty()) {
            return Outcome::Blank;
        }
        if self.repeats_header(cells) {
            return Outcome::Refused("repeats the header".to_string());
        }
        let file = self.file.clone();
        let mut refuse_field = |field: &str, reason: String| {
            refuse(Rejected {
                file: file.clone(),
                row,
                field: Some(field.to_string()),
                reason,
            });
        };
        for (column, cell) in self.columns.iter().zip(cells) {
            if holds_damage(cell.text) {
                refuse_field(
                    &column.heading,
                    "holds bytes that are no text in the file's encoding, or NUL bytes".to_string(),
                );
            }
        }

        let parties = self.parties(cells, &mut refuse_field);
        let goods_text = self.goods_text(cells);
        let hs = self.hs(cells, &mut refuse_field);
        let origin = self.country(Field::Origin, cells, &mut refuse_field);
        let mut dispatch = self.country(Field::Dispatch, cells, &mut refuse_field);
        let mut destination = self.country(Field::Destination, cells, &mut refuse_field);
        // Totals and notes under a table.
        let names_countries = origin.is_some() || dispatch.is_some() || destination.is_some();
        if goods_text.is_empty() && hs.is_none() && parties.is_empty() && !names_countries {
            return Outcome::Refused("names no goods, code, party or country".to_string());
        }

        let transit = self.transit(cells, &mut refuse_field);
        if let Some(exported) = self.direction(cells) {
            let side = if exported {
                &mut destination
            } else {
                &mut dispatch
            };
            if side.is_none() {
                *side = self.country(Field::PartnerCountry, cells, &mut refuse_field);
            }
        } else if self.exports == Some(true) && destination.is_none() {
            destination = self.country(Field::PartnerCountry, cells, &mut refuse_field);
        } else if self.exports == Some(false) && dispatch.is_none() && origin.is_none() {
            dispatch = self.country(Field::PartnerCountry, cells, &mut refuse_field);
        }

        let date = self.date(cells, &mut refuse_field);
        let net_kg = self.mass(Field::NetKg, cells, &mut refuse_field);
        let gross_kg = self.mass(Field::GrossKg, cells, &mut refuse_field);
        let quantity = self.quantity(cells, &mut refuse_field);
        let value_usd = self.value_usd(cells, net_kg.or(gross_kg), &mut refuse_field);

        let shipment = Shipment {
            row_id: self.row_id(row, cells),
            file: self.file.clone(),
            row,
            parties,
            goods_text,
            brand: self.text(Field::Brand, cells),
            model: self.text(Field::Model, cells),
            hs,
            origin,
            dispatch,
            transit,
            destination,
            date,
            quantity,
            net_kg,
            gross_kg,
            value_usd,
            original: self
                .columns
                .iter()
                .zip(cells)
                .filter(|(_, cell)| cell.present)
                .map(|(column, cell)| (column.heading.clone(), cell.text.to_string()))
                .collect(),
            background: None,
        };
        let relation = self.relation(row, cells, &shipment);
        Outcome::Read(Box::new(shipment), relation)
    }

    /// Whether the row is the header again, as printed pages repeat it.
    fn repeats_header(&self, cells: &[Cell<'_>]) -> bool {
        let mut filled = self
            .columns
            .iter()
            .zip(cells)
            .filter(|(_, cell)| !cell.text.is_empty());
        filled
            .next()
            .is_some_and(|(column, cell)| cell.text.trim() == column.heading)
            && filled.all(|(column, cell)| cell.text.trim() == column.heading)
    }

    /// How the row stands to the rows before it, where it names a declaration.
    fn relation(&mut self, row: u64, cells: &[Cell<'_>], shipment: &Shipment) -> Relation {
        let Some((_, declaration)) = self.pick(Field::DeclarationNo, cells) else {
            return Relation::New;
        };
        // Vendors fill an item number that they do not have with 0.
        let item = self
            .pick(Field::ItemNo, cells)
            .map(|(_, cell)| cell.text.trim())
            .filter(|item| *item != "0")
            .unwrap_or_default();
        let version = self
            .pick(Field::Version, cells)
            .and_then(|(_, cell)| cell.text.trim().parse().ok())
            .unwrap_or(0);
        let line = Line {
            row,
            declaration: declaration.text.trim(),
            item,
            version,
        };
        self.amendments.take(line, shipment)
    }

    /// The record's own id; else declaration and item; else the place in the file.
    fn row_id(&self, row: u64, cells: &[Cell<'_>]) -> String {
        if let Some(id) = self.text(Field::RecordId, cells) {
            return id;
        }
        match (
            self.text(Field::DeclarationNo, cells)
                .or_else(|| self.text(Field::BillNo, cells)),
            self.text(Field::ItemNo, cells),
        ) {
            (Some(declaration), Some(item)) => format!("{declaration}/{item}"),
            (Some(declaration), None) => declaration,
            (None, _) => format!("{}#{row}", self.file),
        }
    }

    fn parties(
        &mut self,
        cells: &[Cell<'_>],
        refuse: &mut dyn FnMut(&str, String),
    ) -> Vec<TradeParty> {
        let mut parties: Vec<TradeParty> = Vec::new();
        for role in [
            Role::Consignor,
            Role::Consignee,
            Role::NotifyParty,
            Role::Manufacturer,
            Role::Intermediary,
            Role::Vessel,
        ] {
            let fields = Field::of_party(role);
            let mut name = self.party_name(fields.name, cells, &parties);
            let mut identifier = fields
                .identifier
                .and_then(|field| self.pick(field, cells))
                .map(|(_, cell)| values::identifier(cell.text))
                .filter(|id| id.bytes().any(|b| b != b'0'));
            if let Some((bare, inn)) = name.as_deref().and_then(values::split_inn) {
                name = Some(bare);
                identifier.get_or_insert(inn);
            }
            // A party is who has a name or a number; a country or an address alone names nobody.
            if name.is_none() && identifier.is_none() {
                continue;
            }
            let country = fields
                .country
                .and_then(|field| self.country(field, cells, refuse));
            let address = fields.address.and_then(|field| self.text(field, cells));
            parties.push(TradeParty {
                role,
                name: name.unwrap_or_default(),
                country,
                address,
                identifier,
            });
        }
        parties
    }

    /// The name; of several columns the first that does not repeat the consignor. Some vendors fill the consignee
    /// column of exports with the exporter while the buyer stands beside it.
    fn party_name(
        &self,
        field: Field,
        cells: &[Cell<'_>],
        others: &[TradeParty],
    ) -> Option<String> {
        let mut names = self.by_field[field as usize]
            .iter()
            .filter_map(|&column| cells.get(column))
            .filter(|cell| !values::is_nothing(cell.text))
            .map(|cell| cell.text.trim());
        let first = names.next()?;
        let repeats = |name: &str| {
            field == Field::ConsigneeName && others.iter().any(|other| other.name == name)
        };
        if repeats(first)
            && let Some(other) = names.find(|name| !repeats(name))
        {
            return Some(other.to_string());
        }
        Some(first.to_string())
    }

    fn goods_text(&self, cells: &[Cell<'_>]) -> String {
        let mut text = self
            .text(Field::GoodsText, cells)
            .or_else(|| self.text(Field::GoodsEnglish, cells))
            .unwrap_or_default();
        for &column in &self.by_field[Field::GoodsMore as usize] {
            let Some(more) = cells.get(column).map(|cell| cell.text.trim()) else {
                continue;
            };
            if !values::is_nothing(more) && !text.contains(more) {
                if !text.is_empty() {
                    text.push_str("; ");
                }
                text.push_str(more);
            }
        }
        // The code's own words describe the heading, not the goods: they stand in only where no column describes goods.
        if text.is_empty() && self.by_field[Field::GoodsText as usize].is_empty() {
            text = self.text(Field::HsDescription, cells).unwrap_or_default();
        }
        text
    }

    fn hs(&self, cells: &[Cell<'_>], refuse: &mut dyn FnMut(&str, String)) -> Option<HsCode> {
        let mut refused = None;
        for &column in &self.by_field[Field::HsCode as usize] {
            let Some(cell) = cells
                .get(column)
                .filter(|cell| !values::is_nothing(cell.text))
            else {
                continue;
            };
            match self.hs_of_cell(&self.columns[column], *cell) {
                Ok(Some(hs)) => return Some(hs),
                Ok(None) => {}
                Err(reason) => refused = refused.or(Some(reason)),
            }
        }
        if let Some(reason) = refused {
            refuse(Field::HsCode.as_str(), reason);
        }
        None
    }

    fn hs_of_cell(&self, column: &Column, cell: Cell<'_>) -> Result<Option<HsCode>, String> {
        let dotted;
        let mut text = cell.text.trim();
        match cell.number {
            // 8542.30 kept as a number has lost its last zero.
            Some(number) if number.fract() != 0.0 && number < 10_000.0 => {
                dotted = format!("{number:07.2}");
                text = &dotted;
            }
            // Numbers that passed through floats: 854231.0
            _ => {
                if let Some(whole) = text.strip_suffix(".0")
                    && !whole.contains('.')
                {
                    text = whole;
                }
            }
        }
        if text.bytes().all(|b| b == b'0') {
            return Ok(None);
        }
        // "HS 8542.31", and of several codes the first.
        let text = text
            .trim_start_matches("HS")
            .trim_start_matches([' ', ':', '-']);
        let first = text
            .split([';', ',', '/', '|', '\n'])
            .next()
            .unwrap_or(text);
        let hs: HsCode = first
            .parse()
            .map_err(|error: model::InvalidHsCode| error.to_string())?;
        let digits = hs.as_str().len();
        let lost_zero = match column.hs_digits {
            Some(usual) if column.hs_digits_by_heading => digits + 1 == usual,
            // Codes have 4, 6, 8 or 10 digits, some countries' 11: an odd number below that is a lost leading zero
            // where the column's other codes are one longer, or where the cell is a number and could not keep it.
            usual => {
                matches!(digits, 5 | 7 | 9) && (usual == Some(digits + 1) || cell.number.is_some())
            }
        };
        if lost_zero {
            return format!("0{}", hs.as_str())
                .parse()
                .map(Some)
                .map_err(|error: model::InvalidHsCode| error.to_string());
        }
        Ok(Some(hs))
    }

    fn country(
        &mut self,
        field: Field,
        cells: &[Cell<'_>],
        refuse: &mut dyn FnMut(&str, String),
    ) -> Option<String> {
        let mut refused = None;
        for position in 0..self.by_field[field as usize].len() {
            let column = self.by_field[field as usize][position];
            let Some(cell) = cells
                .get(column)
                .filter(|cell| !values::is_nothing(cell.text))
            else {
                continue;
            };
            match self.country_of(cell.text) {
                Some(code) => return Some(code.to_string()),
                None => refused = refused.or(Some(cell.text)),
            }
        }
        if let Some(text) = refused {
            refuse(
                field.as_str(),
                format!("{:?} is no country", values::shown(text)),
            );
        }
        None
    }

    fn country_of(&mut self, text: &str) -> Option<&'static str> {
        if let Some(known) = self.countries.get(text) {
            return *known;
        }
        let code = values::country(text);
        if self.countries.len() < COUNTRY_CACHE && text.len() <= 120 {
            self.countries.insert(text.to_string(), code);
        }
        code
    }

    fn transit(&mut self, cells: &[Cell<'_>], refuse: &mut dyn FnMut(&str, String)) -> Vec<String> {
        let mut transit: Vec<String> = Vec::new();
        let Some((_, cell)) = self.pick(Field::Transit, cells) else {
            return transit;
        };
        if let Some(code) = self.country_of(cell.text) {
            return vec![code.to_string()];
        }
        for part in cell
            .text
            .split(['|', ',', ';', '/', '+', '→', '>', '、'])
            .take(50)
        {
            let part = part.trim();
            if part.is_empty() {
                continue;
            }
            match self.country_of(part) {
                Some(code) if !transit.iter().any(|known| known == code) => {
                    transit.push(code.to_string());
                }
                Some(_) => {}
                None => refuse(
                    Field::Transit.as_str(),
                    format!("{:?} is no country", values::shown(part)),
                ),
            }
        }
        transit
    }

    /// Whether a column says that the row is an export (true) or an import (false).
    fn direction(&self, cells: &[Cell<'_>]) -> Option<bool> {
        let (_, cell) = self.pick(Field::Direction, cells)?;
        let word = cell.text.trim().to_lowercase();
        let starts = |starts: &[&str]| starts.iter().any(|start| word.starts_with(start));
        if starts(&["exp", "эк", "вывоз", "出口", "ihr", "salida", "saida"])
            || word == "e"
            || word == "x"
        {
            Some(true)
        } else if starts(&["imp", "им", "ввоз", "进口", "ith", "entrada", "ingreso"])
            || word == "i"
            || word == "m"
        {
            Some(false)
        } else {
            None
        }
    }

    fn date(
        &self,
        cells: &[Cell<'_>],
        refuse: &mut dyn FnMut(&str, String),
    ) -> Option<PartialDate> {
        let mut refused = None;
        for &column in &self.by_field[Field::Date as usize] {
            let Some(cell) = cells
                .get(column)
                .filter(|cell| !values::is_nothing(cell.text))
            else {
                continue;
            };
            match values::date(*cell, self.columns[column].date_order) {
                Ok(date) => return Some(date),
                Err(reason) => refused = refused.or(Some(reason)),
            }
        }
        if let Some(reason) = refused {
            refuse(Field::Date.as_str(), reason);
        }
        self.by_field[Field::DeclarationNo as usize]
            .iter()
            .filter_map(|&column| cells.get(column))
            .find_map(|cell| values::date_of_declaration_number(cell.text))
    }

    /// A number of the field that is above zero. Zero means "not stated" in trade records: nothing weighs or counts
    /// nothing.
    fn positive<'c>(
        &self,
        field: Field,
        cells: &[Cell<'c>],
        refuse: &mut dyn FnMut(&str, String),
    ) -> Option<(usize, values::Number<'c>)> {
        let mut refused = None;
        for &column in &self.by_field[field as usize] {
            let Some(cell) = cells
                .get(column)
                .filter(|cell| !values::is_nothing(cell.text))
            else {
                continue;
            };
            let read = match cell.number {
                Some(value) if value.is_finite() => Ok(values::Number {
                    value,
                    before: "",
                    after: "",
                }),
                Some(_) => Err(format!("{:?} is not a number", values::shown(cell.text))),
                None => values::number(cell.text, self.columns[column].decimal),
            };
            match read {
                Ok(number) if number.value > MAX_AMOUNT => {
                    refused = refused.or(Some(format!(
                        "{:?} is more than any shipment has",
                        values::shown(cell.text)
                    )));
                }
                Ok(number) if number.value > 0.0 => return Some((column, number)),
                Ok(number) if number.value < 0.0 => {
                    refused =
                        refused.or(Some(format!("{:?} is negative", values::shown(cell.text))));
                }
                Ok(_) => {}
                Err(reason) => refused = refused.or(Some(reason)),
            }
        }
        if let Some(reason) = refused {
            refuse(field.as_str(), reason);
        }
        None
    }

    fn mass(
        &self,
        field: Field,
        cells: &[Cell<'_>],
        refuse: &mut dyn FnMut(&str, String),
    ) -> Option<f64> {
        let (column, number) = self.positive(field, cells, refuse)?;
        let by_heading = match self.columns[column].scale {
            Scale::Factor(factor) => factor,
            _ => 1.0,
        };
        let factor = if number.after.is_empty() {
            by_heading
        } else {
            match mass_unit(number.after) {
                Some(factor) => factor,
                None => {
                    refuse(
                        field.as_str(),
                        format!(
                            "{:?} is no unit of mass that is known",
                            values::shown(number.after)
                        ),
                    );
                    return None;
                }
            }
        };
        let kilograms = number.value * factor;
        if kilograms > MAX_KG {
            refuse(
                field.as_str(),
                format!("{kilograms} kg is more than any ship carries"),
            );
            return None;
        }
        Some(kilograms)
    }

    fn quantity(
        &self,
        cells: &[Cell<'_>],
        refuse: &mut dyn FnMut(&str, String),
    ) -> Option<Quantity> {
        let (_, number) = self.positive(Field::Quantity, cells, refuse)?;
        let unit = self.text(Field::Unit, cells).unwrap_or_else(|| {
            let beside = if number.after.is_empty() {
                number.before
            } else {
                number.after
            };
            beside.to_string()
        });
        Some(Quantity {
            amount: number.value,
            unit,
        })
    }

    fn value_usd(
        &mut self,
        cells: &[Cell<'_>],
        kilograms: Option<f64>,
        refuse: &mut dyn FnMut(&str, String),
    ) -> Option<f64> {
        if let Some((_, number)) = self.positive(Field::ValueUsd, cells, refuse) {
            match currency_beside(&number) {
                None | Some("USD") => return Some(number.value),
                Some(other) => self.report_currency(other, refuse),
            }
        }
        if let (Some((_, per_kg)), Some(kilograms)) =
            (self.positive(Field::UsdPerKg, cells, refuse), kilograms)
        {
            return Some(per_kg.value * kilograms);
        }
        let (column, number) = self.positive(Field::Value, cells, refuse)?;
        let by_heading = match self.columns[column].scale {
            Scale::Currency(code) => Some(code),
            _ => None,
        };
        let named = self.text(Field::Currency, cells);
        let currency = currency_beside(&number)
            .or(by_heading)
            .or_else(|| named.as_deref().map(currency_code));
        match currency {
            Some("USD") => Some(number.value),
            Some(other) => {
                self.report_currency(other, refuse);
                None
            }
            None => {
                self.report_currency("a currency that no column names", refuse);
                None
            }
        }
    }

    /// Once per table and currency: every row would say the same.
    fn report_currency(&mut self, currency: &str, refuse: &mut dyn FnMut(&str, String)) {
        // A hostile currency column may hold a new word in every row.
        if self.currencies_reported.len() >= 200
            || self
                .currencies_reported
                .iter()
                .any(|known| known == currency)
        {
            return;
        }
        self.currencies_reported.push(currency.to_string());
        refuse(
            Field::ValueUsd.as_str(),
            format!(
                "value in {}: not converted, in this row and the rows after it",
                values::shown(currency)
            ),
        );
    }
}

/// Whether a text holds U+FFFD or NUL.
fn holds_damage(text: &str) -> bool {
    // The first byte of U+FFFD and NUL are rare; looking for them alone is many times faster.
    text.bytes()
        .fold(false, |found, byte| found | (byte == 0xef) | (byte == 0))
        && text.contains(['\u{fffd}', '\0'])
}

fn texts_of<'s>(sample: &'s [&'s [OwnedCell]], column: usize) -> impl Iterator<Item = &'s str> {
    sample
        .iter()
        .filter_map(move |row| row.get(column))
        .filter(|cell| cell.number.is_none())
        .map(|cell| cell.text.as_str())
}

/// The commoner of two answers; none without votes, and none where they tie.
fn majority<T: PartialEq + Copy>(votes: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: Vec<(T, usize)> = Vec::new();
    for vote in votes {
        match counts.iter_mut().find(|(known, _)| *known == vote) {
            Some((_, count)) => *count += 1,
            None => counts.push((vote, 1)),
        }
    }
    let (best, most) = counts.iter().copied().max_by_key(|(_, count)| *count)?;
    let ties = counts.iter().filter(|(_, count)| *count == most).count() > 1;
    (!ties).then_some(best)
}

/// The number of digits that most HS codes of a column share, where it is one that codes have.
fn usual_hs_digits(sample: &[&[OwnedCell]], column: usize) -> Option<usize> {
    let lengths: Vec<usize> = sample
        .iter()
        .filter_map(|row| row.get(column))
        .filter_map(|cell| cell.text.parse::<HsCode>().ok())
        .map(|hs| hs.as_str().len())
        .collect();
    let usual = majority(lengths.iter().copied())?;
    let share = lengths.iter().filter(|length| **length == usual).count();
    (share * 2 > lengths.len() && matches!(usual, 4 | 6 | 8 | 10 | 11)).then_some(usual)
}

/// Kilograms to a unit of mass, as written.
fn mass_unit(unit: &str) -> Option<f64> {
    Some(match unit.trim_end_matches('.').to_lowercase().as_str() {
        "kg" | "kgs" | "kgm" | "kilogram" | "kilograms" | "kilo" | "кг" | "кг." | "килограмм"
        | "千克" | "公斤" => 1.0,
        "t" | "ton" | "tons" | "tonne" | "tonnes" | "mt" | "mts" | "tne" | "т" | "тн" | "тонн"
        | "тонна" | "тонны" | "吨" => 1000.0,
        "g" | "gr" | "gram" | "grams" | "grm" | "г" | "гр" | "грамм" | "克" => 0.001,
        "lb" | "lbs" | "lbr" | "pound" | "pounds" => 0.453_592_37,
        _ => return None,
    })
}

/// The currency that stands beside a number, as an ISO code where it is one.
fn currency_beside<'n>(number: &values::Number<'n>) -> Option<&'n str> {
    [number.before, number.after]
        .into_iter()
        .find(|beside| !beside.is_empty())
        .map(currency_code)
}

/// An ISO 4217 code for what a cell calls its currency; what is not known stays as written.
fn currency_code(written: &str) -> &str {
    let written = written.trim();
    match written.to_lowercase().as_str() {
        "usd"
        | "$"
        | "us$"
        | "usd$"
        | "840"
        | "us dollar"
        | "us dollars"
        | "u.s. dollar"
        | "dollar"
        | "dollars"
        | "доллар сша"
        | "долл. сша"
        | "долл сша"
        | "доллар"
        | "долл."
        | "долл"
        | "美元"
        | "502" => "USD",
        "eur" | "€" | "978" | "euro" | "евро" | "欧元" => "EUR",
        "rub"
        | "rur"
        | "₽"
        | "643"
        | "810"
        | "руб"
        | "руб."
        | "рубль"
        | "рублей"
        | "российский рубль" => "RUB",
        "cny" | "rmb" | "156" | "юань" | "人民币" => "CNY",
        _ => written,
    }
}
