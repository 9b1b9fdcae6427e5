//! The world of the made-up trade: catalogue, population, and what a shipment of given goods looks like.

use anyhow::{Context, Result};

use crate::data::Dice;

use super::chance::Weighted;
use super::companies::{Company, Founder, Names};
use super::goods::{Catalogue, Goods};
use super::row::{Party, Row};
use super::tables::Tables;

pub(super) struct World<'a> {
    pub(super) tables: &'a Tables,
    pub(super) catalogue: &'a Catalogue,
    pub(super) names: &'a Names,
    pub(super) founder: Founder<'a>,
    pub(super) companies: Vec<Company>,
    /// Places in `companies` by country (place in the table) and line.
    by_trade: Vec<Vec<Vec<u32>>>,
    pub(super) exporters: Weighted<usize>,
    pub(super) importers: Weighted<usize>,
    pub(super) lines: Weighted<usize>,
}

impl<'a> World<'a> {
    /// A population of about `size` companies.
    pub(super) fn found(
        tables: &'a Tables,
        catalogue: &'a Catalogue,
        names: &'a Names,
        size: usize,
        dice: &mut Dice,
    ) -> Self {
        let countries = || tables.countries.iter().enumerate();
        let mut world = Self {
            tables,
            catalogue,
            names,
            founder: Founder::new(tables, names),
            companies: Vec::new(),
            by_trade: vec![vec![Vec::new(); tables.lines.len()]; tables.countries.len()],
            exporters: Weighted::new(countries().map(|(at, country)| (at, country.exports))),
            importers: Weighted::new(countries().map(|(at, country)| (at, country.imports))),
            lines: Weighted::new(
                tables
                    .lines
                    .iter()
                    .enumerate()
                    .map(|(at, line)| (at, line.weight)),
            ),
        };
        let all =
            Weighted::new(countries().map(|(at, country)| (at, country.exports + country.imports)));
        for _ in 0..size {
            let country = all.pick(dice).copied().unwrap_or_default();
            let line = world.lines.pick(dice).copied().unwrap_or_default();
            // One in twelve is registered while the rows run.
            let since = if dice.chance(0.08) {
                dice.between(0, 1400)
            } else {
                -dice.between(1, 9000)
            };
            let code = tables.countries[country].code;
            let company = world.founder.company(code, line, since, dice);
            world.enter(company);
        }
        world
    }

    /// A company joins the population.
    pub(super) fn enter(&mut self, company: Company) -> u32 {
        let place = self.companies.len() as u32;
        if let Some(country) = self
            .tables
            .countries
            .iter()
            .position(|country| country.code == company.country)
        {
            self.by_trade[country][company.line].push(place);
        }
        self.companies.push(company);
        place
    }

    /// A company of the country in that line of business, the same few most of the time; one that trades anything
    /// where the line has none; a new one where the country has none.
    pub(super) fn company(&mut self, country: &str, line: usize, dice: &mut Dice) -> u32 {
        let general = self.tables.lines.len() - 1;
        let country_at = self
            .tables
            .countries
            .iter()
            .position(|known| known.code == country);
        if let Some(lines) = country_at.map(|at| &self.by_trade[at]) {
            for pool in [&lines[line], &lines[general]] {
                if !pool.is_empty() {
                    return pool[dice.early(pool.len())];
                }
            }
        }
        let since = -dice.between(1, 6000);
        let company = self.founder.company(country, line, since, dice);
        self.enter(company)
    }

    /// Lines that trade in a chapter, else the line that trades anything.
    pub(super) fn line_of(&self, chapter: &str, dice: &mut Dice) -> usize {
        let fitting: Vec<usize> = (0..self.tables.lines.len())
            .filter(|line| self.tables.lines[*line].chapters.contains(&chapter))
            .collect();
        dice.pick(&fitting)
            .copied()
            .unwrap_or(self.tables.lines.len() - 1)
    }

    pub(super) fn party(&self, company: u32) -> Party {
        Party::from(&self.companies[company as usize])
    }

    /// Fills code, text, value, masses and quantity of a row of these goods.
    pub(super) fn fill(&self, row: &mut Row, goods: &Goods, price: &Price, dice: &mut Dice) {
        row.text.clone_from(&goods.text);
        row.brand.clone_from(&goods.brand);
        row.model.clone_from(&goods.model);
        row.hs.clone_from(&goods.hs);
        row.value = dice.log_normal(price.value, 0.5);
        let (usual, deviation) = self.catalogue.unit_value(&goods.hs);
        // Between lanes as between countries' flows, within a lane far less.
        let off = deviation.min(0.8) * price.level.clamp(-3.0, 3.0) + 0.08 * dice.normal();
        row.net_kg = (row.value / (usual * 10f64.powf(off))).max(0.001);
        self.measure(row, price, dice);
    }

    /// Quantity, unit and gross mass from net mass.
    pub(super) fn measure(&self, row: &mut Row, price: &Price, dice: &mut Dice) {
        let piece = [4, 2]
            .into_iter()
            .filter_map(|digits| row.hs.get(..digits))
            .find_map(|code| self.tables.pieces.get(code));
        match piece {
            Some((kg, unit)) => {
                row.quantity = (row.net_kg / (kg * price.piece)).round().max(1.0);
                row.unit = (*unit).to_owned();
            }
            None => {
                row.quantity = row.net_kg;
                row.unit = "kg".to_owned();
            }
        }
        row.gross_kg = row.net_kg * (1.02 + 0.12 * dice.unit());
    }

    /// Empties fields as often as ordinary files leave them empty.
    pub(super) fn leave_out(&self, row: &mut Row, dice: &mut Dice) {
        let mut gone = |field: &str| {
            let share = self.tables.missing.get(field).copied().unwrap_or_default();
            dice.chance(share)
        };
        for (party, name, address, tax) in [
            (
                &mut row.consignor,
                "consignor",
                "consignor_address",
                "consignor_id",
            ),
            (
                &mut row.consignee,
                "consignee",
                "consignee_address",
                "consignee_id",
            ),
        ] {
            if gone(address) {
                party.address.clear();
            }
            if gone(tax) {
                party.tax.clear();
            }
            if gone(name) {
                *party = Party::default();
            }
        }
        for (cell, field) in [
            (&mut row.manufacturer, "manufacturer"),
            (&mut row.hs, "hs"),
            (&mut row.origin, "origin"),
            (&mut row.dispatch, "dispatch"),
            (&mut row.destination, "destination"),
        ] {
            if gone(field) {
                cell.clear();
            }
        }
        for (cell, field) in [
            (&mut row.quantity, "quantity"),
            (&mut row.net_kg, "net_kg"),
            (&mut row.gross_kg, "gross_kg"),
            (&mut row.value, "value"),
        ] {
            if gone(field) {
                *cell = 0.0;
            }
        }
        if row.quantity == 0.0 {
            row.unit.clear();
        }
    }

    /// A country that goods pass on the way.
    pub(super) fn transit(&self, destination: &str, dice: &mut Dice) -> Result<&'static str> {
        let on_the_way = self
            .tables
            .transit
            .get(destination)
            .or_else(|| self.tables.transit.get("*"));
        on_the_way
            .and_then(|countries| dice.pick(countries))
            .copied()
            .context("no countries of transit")
    }
}

/// What sets the prices and amounts of a lane.
#[derive(Clone)]
pub(super) struct Price {
    /// Usual value of a shipment, US dollars.
    pub(super) value: f64,
    /// Dollars per kilogram against the usual, in standard deviations.
    pub(super) level: f64,
    /// Mass of a piece against the usual.
    pub(super) piece: f64,
}

impl Price {
    pub(super) fn any(dice: &mut Dice) -> Self {
        Self {
            value: dice.log_normal(9_000.0, 1.4),
            level: dice.normal(),
            piece: dice.log_normal(1.0, 0.7).clamp(0.2, 4.0),
        }
    }
}
