//! Lanes of ordinary trade: who sends what to whom by which way from when to when, and the rows they give.

use anyhow::Result;

use crate::data::Dice;

use super::row::{DAYS, EMBARGO, Party, Row, date_of};
use super::world::{Price, World};

/// A lasting relation of two companies.
pub(super) struct Lane {
    pub(super) from: u32,
    pub(super) to: u32,
    /// `ordinary` or a kind of `hard_negatives.tsv`.
    pub(super) kind: &'static str,
    /// Places in the catalogue.
    pub(super) goods: Vec<u32>,
    origin: String,
    dispatch: String,
    transit: &'static str,
    destination: String,
    start: i32,
    end: i32,
    price: Price,
    /// Middle of its three months, of a seasonal lane.
    peak: i32,
    /// Company behind the lane: who is to be notified, who goes on in the sender's place, who buys from the hub.
    behind: u32,
    /// Forwarder, bank or person that stands as consignee.
    stands_for: Option<Party>,
    /// Day from which `behind` sends, of a reorganised lane.
    switch: i32,
}

/// Countries that stopped selling controlled goods to Russia in 2022, as the export control coalition did.
pub(super) const COALITION: [&str; 16] = [
    "US", "DE", "FR", "IT", "NL", "ES", "FI", "EE", "LT", "PL", "GB", "JP", "KR", "TW", "LV", "BG",
];

/// Hubs through which goods go on: all of them on the lists of transshipment points.
pub(super) const HUBS: [&str; 9] = ["TR", "AE", "KZ", "KG", "HK", "AM", "GE", "UZ", "RS"];

/// Whether ordinary trade takes such goods there at all, and if only until 2022-02-24.
enum Admitted {
    Always,
    BeforeEmbargo,
    Never,
}

fn admitted(world: &World, goods: u32, destination: &str) -> Admitted {
    let hs = &world.catalogue.goods[goods as usize].hs;
    let controlled = world.catalogue.is_high_priority(hs) || hs.starts_with("88");
    match destination {
        "RU" | "BY" if controlled => Admitted::BeforeEmbargo,
        "IR" | "KP" | "SY" if controlled => Admitted::Never,
        _ => Admitted::Always,
    }
}

/// So many lanes over the world's population.
pub(super) fn lanes(world: &mut World, count: usize, dice: &mut Dice) -> Result<Vec<Lane>> {
    (0..count).map(|_| lane(world, dice)).collect()
}

fn lane(world: &mut World, dice: &mut Dice) -> Result<Lane> {
    let tables = world.tables;
    let kind = tables.lane_kinds.pick(dice).copied().unwrap_or("ordinary");
    let importer = world.importers.pick(dice).copied().unwrap_or_default();
    let importer = &tables.countries[importer];
    let mut exporter = importer;
    // The smaller neighbours of Russia sell to each other far more than overseas.
    while exporter.code == importer.code
        || (exporter.language == "ru" && importer.language != "ru" && dice.chance(0.7))
    {
        exporter = &tables.countries[world.exporters.pick(dice).copied().unwrap_or_default()];
    }
    let line = world.lines.pick(dice).copied().unwrap_or_default();
    let mut from = world.company(exporter.code, line, dice);
    let mut to = match kind {
        "new_line" => {
            let other = world.lines.pick(dice).copied().unwrap_or_default();
            world.company(importer.code, other, dice)
        }
        _ => world.company(importer.code, line, dice),
    };
    let destination = if kind == "transit_trade" {
        hub_between(exporter.code, importer.code, dice)
    } else {
        importer.code
    };
    let (mut start, mut end) = span(dice);
    // Nobody trades before being founded.
    let since = |company: u32| world.companies[company as usize].since;
    let founded = since(from).max(since(to));
    if founded > start {
        end += founded - start;
        start = founded + 1;
    }
    let goods = goods(
        world,
        line,
        importer.language,
        importer.code,
        &mut start,
        &mut end,
        dice,
    );
    let mut lane = Lane {
        from,
        to,
        kind,
        goods,
        origin: if dice.chance(0.85) {
            exporter.code.to_owned()
        } else {
            let made = world.exporters.pick(dice).copied().unwrap_or_default();
            tables.countries[made].code.to_owned()
        },
        dispatch: exporter.code.to_owned(),
        transit: if dice.chance(0.12) {
            world.transit(destination, dice)?
        } else {
            ""
        },
        destination: destination.to_owned(),
        start,
        end,
        price: Price::any(dice),
        peak: dice.between(1, 12),
        behind: to,
        stands_for: None,
        switch: DAYS,
    };
    if COALITION.contains(&exporter.code)
        && matches!(importer.code, "RU" | "BY")
        && dice.chance(0.6)
    {
        lane.end = lane.end.min(EMBARGO + dice.between(0, 150));
    }
    match kind {
        "intra_group" => {
            let sender =
                world
                    .founder
                    .company(exporter.code, line, -dice.between(1000, 9000), dice);
            let brand: String = sender
                .name
                .split(' ')
                .find(|word| word.chars().count() > 3)
                .unwrap_or("Group")
                .to_owned();
            let mut receiver =
                world
                    .founder
                    .company(importer.code, line, -dice.between(100, 5000), dice);
            receiver.name = match importer.language {
                "ru" => format!("ООО \"{brand} Рус\""),
                "tr" => format!("{brand} Türkiye A.Ş."),
                "vi" => format!("{brand} Vietnam Co., Ltd"),
                _ => format!(
                    "{brand} {} Ltd",
                    importer.cities[dice.below(importer.cities.len())]
                ),
            };
            // Some groups give one telephone for all their houses.
            if dice.chance(0.15)
                && let Some((_, telephone)) = sender.address.split_once(", TEL")
            {
                let street = receiver.address.split(", TEL").next().unwrap_or_default();
                receiver.address = format!("{street}, TEL{telephone}");
            }
            from = world.enter(sender);
            to = world.enter(receiver);
            (lane.from, lane.to) = (from, to);
        }
        "forwarder" => {
            let mut forwarder = world.founder.company(importer.code, line, -3000, dice);
            forwarder.name = forwarder_name(&forwarder.name, importer.language, dice);
            lane.stands_for = Some(Party::from(&forwarder));
        }
        "bank" => {
            let bank = dice.pick(&world.names.banks).cloned().unwrap_or_default();
            lane.stands_for = Some(Party {
                name: format!("TO THE ORDER OF {}", bank.to_uppercase()),
                country: importer.code.to_owned(),
                ..Party::default()
            });
        }
        "person" => {
            lane.stands_for = Some(Party {
                name: dice.pick(&world.names.persons).cloned().unwrap_or_default(),
                country: importer.code.to_owned(),
                address: world.companies[to as usize].address.clone(),
                tax: String::new(),
            });
        }
        "new_company" => {
            let founded = dice.between(30, 1300);
            let (country, sends) = if dice.chance(0.5) {
                (exporter.code, true)
            } else {
                (importer.code, false)
            };
            let new = world.founder.company(country, line, founded, dice);
            let new = world.enter(new);
            if sends {
                lane.from = new;
            } else {
                lane.to = new;
            }
            lane.start = founded + dice.between(2, 40);
            lane.end = lane.start + dice.between(100, 900);
            keep_admitted(world, &mut lane);
        }
        "third_party" => {
            let trader = ["HK", "AE", "SG", "TR", "GB"][dice.below(5)];
            lane.origin = exporter.code.to_owned();
            lane.from = world.company(trader, line, dice);
        }
        "transit_trade" => {
            lane.behind = to;
            lane.to = world.company(destination, line, dice);
        }
        "reorganised" => {
            lane.switch = (lane.start.max(0) + lane.end.min(DAYS)) / 2;
            let old = world.companies[lane.from as usize].clone();
            let new = world
                .founder
                .successor(&old, lane.switch - dice.between(5, 60), true, dice);
            lane.behind = world.enter(new);
        }
        _ => {}
    }
    Ok(lane)
}

/// First and last day of a lane: many began before the rows do, few last through all of them.
fn span(dice: &mut Dice) -> (i32, i32) {
    let start = dice.between(-700, 1_400);
    (start, start + 60 + dice.log_normal(400.0, 0.9) as i32)
}

fn hub_between(from: &str, to: &str, dice: &mut Dice) -> &'static str {
    loop {
        let hub = HUBS[dice.below(HUBS.len())];
        if hub != from && hub != to {
            return hub;
        }
    }
}

fn forwarder_name(of: &str, language: &str, dice: &mut Dice) -> String {
    let first = of
        .split([' ', '"'])
        .find(|word| word.chars().count() > 3)
        .unwrap_or("Trans");
    let word = |words: &[&'static str], dice: &mut Dice| words[dice.below(words.len())];
    match language {
        "ru" => format!(
            "ООО \"{first} {}\"",
            word(&["Логистик", "Карго", "Транс", "Экспедиция"], dice)
        ),
        "tr" => format!(
            "{first} {} A.Ş.",
            word(&["Lojistik", "Nakliyat", "Kargo"], dice)
        ),
        _ => format!(
            "{first} {} Ltd",
            word(
                &[
                    "Logistics",
                    "Freight",
                    "Cargo",
                    "Forwarding",
                    "Shipping Services"
                ],
                dice
            )
        ),
    }
}

/// The few goods that a lane carries over and over.
fn goods(
    world: &World,
    line: usize,
    language: &str,
    destination: &str,
    start: &mut i32,
    end: &mut i32,
    dice: &mut Dice,
) -> Vec<u32> {
    let line = &world.tables.lines[line];
    let parts = line.name == "electronics" && dice.chance(0.2);
    let pool = match language {
        _ if parts => "parts",
        "zh" if dice.chance(0.4) => "zh",
        "ru" | "vi" => language,
        _ => "en",
    };
    let mut goods = Vec::new();
    for _ in 0..12 {
        let chapter = if parts {
            "85"
        } else {
            world
                .catalogue
                .chapter(&line.chapters, dice)
                .unwrap_or("39")
        };
        let Some(found) = world.catalogue.pick(pool, chapter, dice) else {
            continue;
        };
        match admitted(world, found, destination) {
            Admitted::Always => goods.push(found),
            // Only on lanes that were there before, and no longer than the trade was open.
            Admitted::BeforeEmbargo if *start < EMBARGO - 30 => {
                *end = (*end).min(EMBARGO - 1);
                goods.push(found);
            }
            Admitted::BeforeEmbargo | Admitted::Never => continue,
        }
        if goods.len() > dice.below(4) {
            break;
        }
    }
    if goods.is_empty() {
        goods.extend(
            world
                .catalogue
                .pick(if pool == "parts" { "en" } else { pool }, "61", dice),
        );
    }
    goods
}

/// After a lane's days have changed: drops what may not go there then.
fn keep_admitted(world: &World, lane: &mut Lane) {
    let (start, destination) = (lane.start, lane.destination.clone());
    let mut before_only = false;
    lane.goods
        .retain(|goods| match admitted(world, *goods, &destination) {
            Admitted::Always => true,
            Admitted::BeforeEmbargo => {
                before_only = before_only || start < EMBARGO;
                start < EMBARGO
            }
            Admitted::Never => false,
        });
    if before_only {
        lane.end = lane.end.min(EMBARGO - 1);
    }
    if lane.goods.is_empty() {
        lane.end = lane.start - 1;
    }
}

impl Lane {
    /// Whether the lane ships on that day, the dice willing.
    pub(super) fn ships(&self, day: i32, dice: &mut Dice) -> bool {
        if day < self.start || day > self.end || self.goods.is_empty() {
            return false;
        }
        match self.kind {
            "seasonal" => {
                let month = i32::from(date_of(day).month());
                let apart = (month - self.peak)
                    .rem_euclid(12)
                    .min((self.peak - month).rem_euclid(12));
                apart <= 1 || dice.chance(0.03)
            }
            "growing" => {
                let grown = f64::from(day - self.start) / f64::from((self.end - self.start).max(1));
                dice.chance(0.05 + 0.95 * grown * grown)
            }
            _ => true,
        }
    }

    /// A row of that day.
    pub(super) fn row(&self, world: &World, day: i32, dice: &mut Dice) -> Row {
        let goods = self.goods[dice.early(self.goods.len())];
        let sender = if day >= self.switch {
            self.behind
        } else {
            self.from
        };
        let mut row = Row {
            day,
            consignor: world.party(sender),
            consignee: world.party(self.to),
            origin: self.origin.clone(),
            dispatch: self.dispatch.clone(),
            transit: self.transit.to_owned(),
            destination: self.destination.clone(),
            ..Row::default()
        };
        if let Some(party) = &self.stands_for {
            row.consignee.clone_from(party);
            if self.kind != "person" && dice.chance(0.6) {
                row.notify = world.party(self.behind);
            }
        }
        if self.origin == self.dispatch && dice.chance(0.5) {
            row.manufacturer.clone_from(&row.consignor.name);
        }
        let goods = &world.catalogue.goods[goods as usize];
        world.fill(&mut row, goods, &self.price, dice);
        row
    }

    /// The row by which goods that came into the hub leave it, some weeks later.
    pub(super) fn second_leg(&self, world: &World, first: &Row, dice: &mut Dice) -> Row {
        let buyer = world.party(self.behind);
        let share = 0.5 + 0.55 * dice.unit();
        Row {
            day: first.day + dice.between(6, 85),
            consignor: first.consignee.clone(),
            dispatch: self.destination.clone(),
            destination: buyer.country.clone(),
            consignee: buyer,
            transit: String::new(),
            quantity: (first.quantity * share).max(1.0).round(),
            net_kg: first.net_kg * share,
            gross_kg: first.gross_kg * share,
            value: first.value * share * (1.03 + 0.2 * dice.unit()),
            ..first.clone()
        }
    }

    /// A row by which goods go back to their maker for repair, or come back from it.
    pub(super) fn repair(&self, world: &World, day: i32, dice: &mut Dice) -> Row {
        let mut row = self.row(world, day, dice);
        let russian = world.catalogue.goods[self.goods[0] as usize].language == "ru";
        let words = match (dice.chance(0.6), russian) {
            (true, true) => [
                "ВОЗВРАТ ДЛЯ РЕМОНТА: ",
                "БЫВШИЙ В УПОТРЕБЛЕНИИ, НА ГАРАНТИЙНЫЙ РЕМОНТ: ",
            ],
            (true, false) => [
                "RETURN FOR REPAIR: ",
                "DEFECTIVE GOODS RETURNED UNDER WARRANTY: ",
            ],
            (false, true) => ["ПОСЛЕ РЕМОНТА: ", "ЗАМЕНА ПО ГАРАНТИИ: "],
            (false, false) => ["RETURNED AFTER REPAIR: ", "WARRANTY REPLACEMENT: "],
        };
        let back = words[0].contains("ДЛЯ") || words[0].contains("FOR");
        row.text = format!("{}{}", words[dice.below(2)], row.text);
        if back {
            std::mem::swap(&mut row.consignor, &mut row.consignee);
            std::mem::swap(&mut row.dispatch, &mut row.destination);
            row.transit.clear();
        }
        let share = 0.02 + 0.1 * dice.unit();
        row.net_kg *= share;
        row.value *= share * (0.3 + 0.7 * dice.unit());
        world.measure(&mut row, &self.price, dice);
        row
    }
}
