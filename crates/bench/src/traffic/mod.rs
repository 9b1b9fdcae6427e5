//! Made-up trade of any size: real goods texts and company names in relations that never existed, with planted cases of
//! evasion among them. The same numbers give the same rows; memory grows with the population, not with the rows.
//!
//! A *world* is founded (companies with one country, address, tax number, line of business and birthday), *lanes* join
//! its companies, every day some lanes ship, and *planted* cases are laid between. Shares and words are tables under
//! `crates/bench/data`; texts of evaders and of what looks like them (`planted.tsv`, `honest_hard.tsv`) are by a writer
//! who had not seen the goods lexicon. Chapters 36 and 93 and codes 8710, 8906 and 901310 are left out of ordinary goods, but
//! for the lines of `honest_hard.tsv`: trade in them needs a licence whoever trades.

mod chance;
mod companies;
mod goods;
mod lanes;
mod planted;
mod row;
mod tables;
mod texts;
mod world;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use investigate::Home;
use model::{PartialDate, Schema};

use crate::Setting;
use crate::data::{Dice, home_with, list_paths};
use crate::measure::{peak_memory_cell, seconds, timed};

use chance::Weighted;
use companies::{Barred, Names};
use goods::Catalogue;
use lanes::Lane;
use planted::{Listed, Planter};
use row::{DAYS, Row, date_of, day_of};
pub(crate) use row::{Kind, Truth, Writers};
use tables::Tables;
use texts::Written;
use world::World;

/// What to make up.
#[derive(Clone, Copy)]
pub(crate) struct Options {
    pub(crate) rows: usize,
    pub(crate) seed: u64,
    /// Share of rows that are planted.
    pub(crate) prevalence: f64,
    /// Only this half of the written texts; all where none is named.
    pub(crate) half: Option<Half>,
}

/// Written texts are halved by their number, so that what is judged was not fitted on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    First,
    Second,
}

/// What it is made of, read once.
pub(crate) struct Sources {
    tables: Tables,
    catalogue: Catalogue,
    names: Names,
    planted: Vec<Written>,
    honest_hard: Vec<Written>,
    listed: Vec<Listed>,
}

impl Sources {
    /// Corpora of the data folder, and the listed parties of a home: cases are built on some, and no ordinary company
    /// has the name of any.
    pub(crate) fn read(data: &Path, home: &Home) -> Result<Self> {
        let tables = Tables::read()?;
        let catalogue = Catalogue::read(data, &tables)?;
        let (mut listed, mut barred) = (Vec::new(), Barred::default());
        home.ledger.current_entries(&mut |entry| {
            let names: Vec<String> = entry
                .party
                .names
                .iter()
                .map(|name| name.text.clone())
                .collect();
            if matches!(
                entry.party.schema,
                Schema::Company | Schema::Organization | Schema::LegalEntity
            ) {
                names.iter().for_each(|name| barred.add(name));
                if let [country] = entry.party.countries.as_slice() {
                    listed.push(Listed {
                        names,
                        country: country.clone(),
                        day: entry.listing.listed_on.and_then(known_day),
                    });
                }
            }
        })?;
        Ok(Self {
            names: Names::read(data, barred)?,
            tables,
            catalogue,
            planted: texts::read(include_str!("../../data/planted.tsv"), "operator")?,
            honest_hard: texts::read(include_str!("../../data/honest_hard.tsv"), "id")?,
            listed,
        })
    }
}

fn known_day(date: PartialDate) -> Option<i32> {
    day_of(date.year(), date.month()?, date.day()?)
}

/// `bench traffic`: a csv file of rows, and one of what is true of them.
pub(crate) fn run(setting: &Setting, out: &Path, truth: &Path) -> Result<()> {
    let (_folder, home) = home_with(&list_paths(&setting.data))?;
    let sources = Sources::read(&setting.data, &home)?;
    let create = |path: &Path| -> Result<_> {
        let file = std::fs::File::create(path).with_context(|| path.display().to_string())?;
        Ok(std::io::BufWriter::new(file))
    };
    let (rows, took) = timed(|| {
        generate(
            &sources,
            setting.traffic,
            Writers::new(create(out)?, create(truth)?)?,
        )
    })?;
    eprintln!(
        "{rows} rows in {}, peak memory {}",
        seconds(took.as_secs_f64()),
        peak_memory_cell()
    );
    Ok(())
}

/// Writes the rows and their truth in order of date; how many.
pub(crate) fn generate<W: Write>(
    sources: &Sources,
    options: Options,
    mut writers: Writers<W>,
) -> Result<u64> {
    let mut dice = Dice(
        options
            .seed
            .wrapping_mul(0x2545_f491_4f6c_dd1d)
            .wrapping_add(17),
    );
    let planted_texts = texts::half(&sources.planted, options.half);
    let companies = (options.rows / 6).clamp(2_000, 600_000);
    let mut world = World::found(
        &sources.tables,
        &sources.catalogue,
        &sources.names,
        companies,
        &mut dice,
    );
    let lanes = lanes::lanes(
        &mut world,
        (options.rows / 5).clamp(800, 800_000),
        &mut dice,
    )?;
    let planted = (options.rows as f64 * options.prevalence).round() as usize;
    let mut pending = Planter {
        world: &mut world,
        lanes: &lanes,
        written: &planted_texts,
        listed: &sources.listed,
        dice: &mut dice,
    }
    .plant(planted)?;
    let laid: usize = pending.values().map(Vec::len).sum();
    let honest = options.rows.saturating_sub(laid);

    // Few lanes carry most of the trade.
    let ordinary = Ordinary {
        lanes: &lanes,
        busy: Weighted::new(
            lanes
                .iter()
                .enumerate()
                .map(|(at, _)| (at, (at as f64 + 50.0).powf(-0.6))),
        ),
        texts: texts::half(&sources.honest_hard, options.half),
    };
    let weights: Vec<f64> = (0..DAYS).map(weight_of).collect();
    let total: f64 = weights.iter().sum();
    let (mut passed, mut given) = (0.0, 0);
    for (day, weight) in (0..DAYS).zip(&weights) {
        passed += weight;
        let mut rows = pending.remove(&day).unwrap_or_default();
        given += rows
            .iter()
            .filter(|(_, truth)| truth.kind == Kind::Honest)
            .count();
        let due = (honest as f64 * passed / total).round() as usize;
        while given < due {
            given += 1;
            rows.push(ordinary.row(&mut world, day, &mut pending, &mut dice)?);
        }
        // Planted rows come in no place of their own.
        for place in (1..rows.len()).rev() {
            rows.swap(place, dice.below(place + 1));
        }
        for (row, truth) in &rows {
            writers.write(row, truth)?;
        }
    }
    writers.finish()
}

/// How busy a day is: weekends are quiet, the end of the year is not.
fn weight_of(day: i32) -> f64 {
    let date = date_of(day);
    let weekday = match date.weekday().to_monday_one_offset() {
        6 => 0.45,
        7 => 0.25,
        _ => 1.0,
    };
    let month = [
        0.85, 0.8, 1.0, 1.0, 0.98, 1.0, 0.98, 0.98, 1.05, 1.08, 1.12, 1.16,
    ];
    weekday * month[(date.month() - 1) as usize]
}

/// What ordinary rows come from.
struct Ordinary<'a> {
    lanes: &'a [Lane],
    /// Places of lanes by how much each carries.
    busy: Weighted<usize>,
    /// Texts that look like evasion and are honest.
    texts: Vec<Written>,
}

impl Ordinary<'_> {
    /// A row of that day; what follows from it on a later day goes to `pending`.
    fn row(
        &self,
        world: &mut World,
        day: i32,
        pending: &mut BTreeMap<i32, Vec<(Row, Truth)>>,
        dice: &mut Dice,
    ) -> Result<(Row, Truth)> {
        let truth = |operator: &str, language: &str| Truth {
            kind: Kind::Honest,
            case: None,
            operator: operator.to_owned(),
            language: language.to_owned(),
        };
        let tables = world.tables;
        let share = |kind: &str| tables.hard.get(kind).copied().unwrap_or_default();
        if dice.chance(share("hard_text")) {
            let line = dice.pick(&self.texts).context("no honest texts")?;
            let parties = line.parties(world, dice);
            let mut row = line.row(world, &parties, day, dice);
            world.leave_out(&mut row, dice);
            return Ok((
                row,
                truth(&format!("hard_text {}", line.id), &line.language),
            ));
        }
        let lane = (0..2_000)
            .find_map(|_| {
                let lane = &self.lanes[*self.busy.pick(dice)?];
                lane.ships(day, dice).then_some(lane)
            })
            .context("no lane ships on some day: too few rows")?;
        let (mut row, mut kind) = if dice.chance(share("repair")) {
            (lane.repair(world, day, dice), "repair")
        } else {
            (lane.row(world, day, dice), lane.kind)
        };
        let language = world.catalogue.goods[lane.goods[0] as usize].language;
        if kind == "transit_trade" {
            let mut second = lane.second_leg(world, &row, dice);
            world.leave_out(&mut second, dice);
            pending
                .entry(second.day)
                .or_default()
                .push((second, truth(kind, language)));
        }
        if dice.chance(share("unit_slip")) {
            kind = "unit_slip";
            if dice.chance(0.5) {
                row.net_kg *= 1000.0;
            } else {
                row.value *= 100.0;
            }
        }
        world.leave_out(&mut row, dice);
        Ok((row, truth(kind, language)))
    }
}
