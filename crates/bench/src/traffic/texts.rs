//! Written goods lines: `planted.tsv` (what evaders might write) and `honest_hard.tsv` (what looks like it and is
//! honest), both by a writer who had not seen the lexicon.

use anyhow::{Result, ensure};

use crate::data::Dice;

use super::Half;
use super::row::{Party, Row};
use super::tables::rows;
use super::world::{Price, World};

/// A line of one of the files.
#[derive(Clone)]
pub(super) struct Written {
    /// Lines of one case share what stands before the dash.
    pub(super) id: String,
    pub(super) operator: String,
    pub(super) language: String,
    text: String,
    pub(super) hs: String,
    origin: String,
    dispatch: String,
    transit: String,
    destination: String,
    pieces: f64,
    unit: String,
    net_kg: f64,
    value: f64,
    end_use: String,
}

/// Lines of a file; `label` is the column that says of what kind they are.
pub(super) fn read(text: &str, label: &str) -> Result<Vec<Written>> {
    let written: Vec<Written> = rows(text)
        .iter()
        .map(|row| {
            let cell = |key: &str| row.get(key).copied().unwrap_or_default().to_owned();
            let number = |key: &str| cell(key).parse().unwrap_or(0.0);
            let country = |key: &str| cell(key).chars().take(2).collect::<String>();
            Written {
                id: cell("id"),
                operator: cell(label),
                language: cell("lang"),
                text: cell("goods_text"),
                hs: cell("hs_declared")
                    .chars()
                    .filter(char::is_ascii_digit)
                    .collect(),
                origin: country("origin"),
                dispatch: country("dispatch"),
                transit: country("transit"),
                destination: country("destination"),
                pieces: number("pieces"),
                unit: cell("unit"),
                net_kg: number("net_kg"),
                value: number("value_usd"),
                end_use: cell("stated_end_use"),
            }
        })
        .filter(|line| !line.text.is_empty())
        .collect();
    ensure!(!written.is_empty(), "the file of written texts holds none");
    ensure!(
        written.iter().all(|line| !line.operator.is_empty()),
        "a written text lacks its {label}"
    );
    Ok(written)
}

/// One half of the lines, those of a case together.
pub(super) fn half(written: &[Written], half: Option<Half>) -> Vec<Written> {
    let odd = |line: &&Written| {
        let digits = line
            .id
            .split('-')
            .next()
            .unwrap_or_default()
            .trim_start_matches(|c: char| !c.is_ascii_digit());
        digits.parse::<u32>().is_ok_and(|number| number % 2 == 1)
    };
    let kept = written
        .iter()
        .filter(|line| half.is_none_or(|half| odd(line) == (half == Half::First)));
    kept.cloned().collect()
}

impl Written {
    fn sender(&self) -> &str {
        [&self.dispatch, &self.origin]
            .into_iter()
            .find(|country| !country.is_empty())
            .map_or("CN", String::as_str)
    }

    /// Companies that could trade this: of its countries, in a line that trades its chapter.
    pub(super) fn parties(&self, world: &mut World, dice: &mut Dice) -> (Party, Party) {
        let line = world.line_of(self.hs.get(..2).unwrap_or_default(), dice);
        let consignor = world.company(self.sender(), line, dice);
        let destination = if self.destination.is_empty() {
            "RU"
        } else {
            &self.destination
        };
        let consignee = world.company(destination, line, dice);
        (world.party(consignor), world.party(consignee))
    }

    /// Its row between those parties on that day; amounts vary a little.
    pub(super) fn row(
        &self,
        world: &World,
        parties: &(Party, Party),
        day: i32,
        dice: &mut Dice,
    ) -> Row {
        let vary = dice.log_normal(1.0, 0.1);
        let told = self.operator == "end_use_story"
            && !self.end_use.is_empty()
            && !self.text.contains(&self.end_use);
        let mut row = Row {
            day,
            consignor: parties.0.clone(),
            consignee: parties.1.clone(),
            text: if told {
                format!("{}, {}", self.text, self.end_use)
            } else {
                self.text.clone()
            },
            hs: self.hs.clone(),
            origin: self.origin.clone(),
            dispatch: self.dispatch.clone(),
            transit: self.transit.clone(),
            destination: self.destination.clone(),
            quantity: (self.pieces * vary).round(),
            unit: self.unit.clone(),
            net_kg: self.net_kg * vary,
            value: self.value * vary * dice.log_normal(1.0, 0.03),
            ..Row::default()
        };
        if row.net_kg == 0.0 && row.value == 0.0 {
            let price = Price::any(dice);
            let goods = super::goods::Goods {
                text: row.text.clone(),
                hs: self.hs.clone(),
                language: "en",
                brand: String::new(),
                model: String::new(),
            };
            world.fill(&mut row, &goods, &price, dice);
        } else {
            row.gross_kg = row.net_kg * (1.02 + 0.1 * dice.unit());
        }
        row
    }
}
