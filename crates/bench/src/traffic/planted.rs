//! Planted cases: each operator of evasion is a function that gives the rows of one case.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result, bail};

use crate::data::Dice;
use crate::pairs::mistake;

use super::chance::Weighted;
use super::goods::Goods;
use super::lanes::{COALITION, HUBS, Lane};
use super::row::{DAYS, EMBARGO, Kind, Party, Row, Truth};
use super::tables::rows;
use super::texts::Written;
use super::world::{Price, World};

/// A listed company that a case may be built on.
pub(crate) struct Listed {
    /// The main name first.
    pub(crate) names: Vec<String>,
    pub(crate) country: String,
    /// Day of its listing, where it lies within the rows.
    pub(crate) day: Option<i32>,
}

/// What cases are made from.
pub(super) struct Planter<'a, 'w> {
    pub(super) world: &'a mut World<'w>,
    pub(super) lanes: &'a [Lane],
    pub(super) written: &'a [Written],
    pub(super) listed: &'a [Listed],
    pub(super) dice: &'a mut Dice,
}

/// Rows of one case in the order they were thought of.
#[derive(Default)]
struct Case {
    rows: Vec<(Row, Kind)>,
    language: String,
}

impl Case {
    fn plant(&mut self, row: Row) {
        self.rows.push((row, Kind::Planted));
    }

    fn before(&mut self, row: Row) {
        self.rows.push((row, Kind::Context));
    }
}

impl Planter<'_, '_> {
    /// Cases with about `count` planted rows in all, by day.
    pub(super) fn plant(&mut self, count: usize) -> Result<BTreeMap<i32, Vec<(Row, Truth)>>> {
        let operators = rows(include_str!("../../data/operators.tsv"));
        let shares = operators.iter().filter_map(|row| {
            Some((
                *row.get("operator")?,
                row.get("share")?.parse::<f64>().ok()?,
            ))
        });
        let operators = Weighted::new(shares);
        // Text operators go through their lines one after another, so that none is used twice before all are once.
        let mut used: HashMap<&str, usize> = HashMap::new();
        let (mut planted, mut cases) = (0, 0);
        let mut by_day: BTreeMap<i32, Vec<(Row, Truth)>> = BTreeMap::new();
        while planted < count {
            let operator = operators
                .pick(self.dice)
                .copied()
                .context("no operators of evasion")?;
            let turn = used.entry(operator).or_default();
            *turn += 1;
            let case = self.case(operator, *turn - 1)?;
            cases += 1;
            for (mut row, kind) in case.rows {
                if !(0..DAYS).contains(&row.day) {
                    continue;
                }
                planted += usize::from(kind == Kind::Planted);
                self.world.leave_out(&mut row, self.dice);
                let truth = Truth {
                    kind,
                    case: Some(cases),
                    operator: operator.to_owned(),
                    language: case.language.clone(),
                };
                by_day.entry(row.day).or_default().push((row, truth));
            }
        }
        Ok(by_day)
    }

    fn case(&mut self, operator: &str, turn: usize) -> Result<Case> {
        Ok(match operator {
            "new_intermediary" => self.new_intermediary(),
            "route_switch" => self.route_switch(),
            "two_leg" => self.two_leg(),
            "successor" => self.successor()?,
            "changed_business" => self.changed_business(),
            "no_market" => self.no_market(),
            "same_owner" => self.same_owner(),
            "listed_alias" => self.listed_alias()?,
            _ => self.written_case(operator, turn)?,
        })
    }

    /// A line of `planted.tsv`, once to three times between the same parties; lines that belong together (`P031-1`,
    /// `P031-2`) go to one consignee over some weeks.
    fn written_case(&mut self, operator: &str, turn: usize) -> Result<Case> {
        let case_of = |line: &Written| line.id.split('-').next().unwrap_or_default().to_owned();
        let of_operator: Vec<&Written> = self
            .written
            .iter()
            .filter(|line| line.operator == operator)
            .collect();
        let mut ids: Vec<String> = of_operator.iter().map(|line| case_of(line)).collect();
        ids.dedup();
        if ids.is_empty() {
            bail!("planted.tsv has no line of the operator {operator}");
        }
        // A stride that shares no factor with most lengths: neighbours in the file are often of one kind.
        let id = &ids[(turn * 7 + turn / ids.len()) % ids.len()];
        let lines: Vec<Written> = of_operator
            .iter()
            .filter(|line| case_of(line) == *id)
            .map(|line| (*line).clone())
            .collect();
        let first = lines.first().context("a case without lines")?;
        let parties = first.parties(self.world, self.dice);
        let mut case = Case {
            language: first.language.clone(),
            ..Case::default()
        };
        let mut day = self.dice.between(EMBARGO + 20, DAYS - 130);
        let rounds = if lines.len() > 1 {
            1
        } else {
            1 + self.dice.early(3)
        };
        for _ in 0..rounds {
            for line in &lines {
                case.plant(line.row(self.world, &parties, day, self.dice));
                day += self.dice.between(2, 25);
            }
            day += self.dice.between(10, 30);
        }
        Ok(case)
    }

    /// High-priority goods in words that hide nothing and mark nothing: catalogue numbers, or goods of real declarations.
    fn sensitive(&mut self, destination: &str) -> Goods {
        let language = self.world.tables.country(destination).language;
        let pool = if self.dice.chance(0.5) || language != "ru" {
            "parts"
        } else {
            "ru"
        };
        let found = self
            .world
            .catalogue
            .pick_high_priority(pool, self.dice)
            .or_else(|| self.world.catalogue.pick("parts", "85", self.dice))
            .unwrap_or_default();
        let mut goods = self.world.catalogue.goods[found as usize].clone();
        if pool == "parts" && language == "ru" {
            goods.text = match self.dice.below(3) {
                0 => format!(
                    "МИКРОСХЕМЫ ИНТЕГРАЛЬНЫЕ {}, ИЗГОТОВИТЕЛЬ {}",
                    goods.model, goods.brand
                ),
                1 => format!(
                    "ЭЛЕКТРОННЫЕ КОМПОНЕНТЫ: {} - НЕ ВОЕННОГО НАЗНАЧЕНИЯ",
                    goods.model
                ),
                _ => goods.text,
            };
            goods.language = "ru";
        }
        goods
    }

    /// Prices of a case: above most lanes', as in public cases, and not above all.
    fn price(&mut self) -> Price {
        Price {
            value: self.dice.log_normal(30_000.0, 1.0),
            ..Price::any(self.dice)
        }
    }

    fn row(&mut self, from: &Party, to: &Party, goods: &Goods, price: &Price, day: i32) -> Row {
        let maker = COALITION[self.dice.below(COALITION.len())];
        let origin = if self.dice.chance(0.5) { "CN" } else { maker };
        let mut row = Row {
            day,
            consignor: from.clone(),
            consignee: to.clone(),
            origin: origin.to_owned(),
            dispatch: from.country.clone(),
            destination: to.country.clone(),
            ..Row::default()
        };
        self.world.fill(&mut row, goods, price, self.dice);
        row
    }

    fn hub(&mut self) -> &'static str {
        HUBS[self.dice.below(HUBS.len())]
    }

    /// A day in the time of the embargo, with room for months of shipments.
    fn day(&mut self) -> i32 {
        self.dice.between(EMBARGO + 15, DAYS - 200)
    }

    /// A company in electronics of that country, known from ordinary trade.
    fn known(&mut self, country: &str) -> Party {
        let company = self.world.company(country, 0, self.dice);
        self.world.party(company)
    }

    fn founded(&mut self, country: &str, day: i32) -> Party {
        let general = self.world.tables.lines.len() - 1;
        let line = if self.dice.chance(0.5) { 0 } else { general };
        Party::from(&self.world.founder.company(country, line, day, self.dice))
    }

    fn new_intermediary(&mut self) -> Case {
        let hub = self.hub();
        let start = self.day();
        let founded = start - self.dice.between(2, 20);
        let from = self.founded(hub, founded);
        let to = self.known("RU");
        let goods = self.sensitive("RU");
        let price = self.price();
        let mut case = Case {
            language: goods.language.to_owned(),
            ..Case::default()
        };
        let mut day = start;
        for _ in 0..self.dice.between(3, 6) {
            case.plant(self.row(&from, &to, &goods, &price, day));
            day += self.dice.between(3, 18);
        }
        case
    }

    /// Two rows: into the hub, and out of it to Russia with nearly all of it.
    fn through(
        &mut self,
        case: &mut Case,
        parties: (&Party, &Party, &Party),
        goods: (&Goods, &Goods),
        price: &Price,
        day: i32,
    ) {
        let (maker, hub, buyer) = parties;
        let mut first = self.row(maker, hub, goods.0, price, day);
        first.origin.clone_from(&maker.country);
        let share = 0.8 + 0.3 * self.dice.unit();
        let second = Row {
            day: day + self.dice.between(5, 80),
            consignor: hub.clone(),
            consignee: buyer.clone(),
            text: goods.1.text.clone(),
            dispatch: hub.country.clone(),
            destination: buyer.country.clone(),
            quantity: (first.quantity * share).round().max(1.0),
            net_kg: first.net_kg * share,
            gross_kg: first.gross_kg * share,
            value: first.value * share * (1.1 + 0.5 * self.dice.unit()),
            ..first.clone()
        };
        case.plant(first);
        case.plant(second);
    }

    /// The same goods as an English and as a Russian document word them.
    fn worded_twice(&mut self) -> (Goods, Goods) {
        let second = self.sensitive("RU");
        let mut first = second.clone();
        if !second.model.is_empty() {
            first.text = format!("IC {}, {}", second.model, second.brand);
        }
        (first, second)
    }

    fn route_switch(&mut self) -> Case {
        let maker = COALITION[self.dice.below(COALITION.len())];
        let (maker, buyer) = (self.known(maker), self.known("RU"));
        let hub = self.hub();
        let hub = if self.dice.chance(0.5) {
            self.known(hub)
        } else {
            self.founded(hub, EMBARGO + 5)
        };
        let (first, second) = self.worded_twice();
        let price = self.price();
        let mut case = Case {
            language: second.language.to_owned(),
            ..Case::default()
        };
        let mut day = self.dice.between(20, 200);
        for _ in 0..self.dice.between(2, 4) {
            case.before(self.row(&maker, &buyer, &second, &price, day));
            day += self.dice.between(20, 60);
        }
        let mut day = self.dice.between(EMBARGO + 20, EMBARGO + 300);
        for _ in 0..self.dice.between(1, 3) {
            self.through(
                &mut case,
                (&maker, &hub, &buyer),
                (&first, &second),
                &price,
                day,
            );
            day += self.dice.between(20, 70);
        }
        case
    }

    fn two_leg(&mut self) -> Case {
        let maker = if self.dice.chance(0.5) {
            "CN"
        } else {
            COALITION[self.dice.below(COALITION.len())]
        };
        let hub = self.hub();
        let (maker, hub, buyer) = (self.known(maker), self.known(hub), self.known("RU"));
        let (first, second) = self.worded_twice();
        let price = self.price();
        let mut case = Case {
            language: second.language.to_owned(),
            ..Case::default()
        };
        let mut day = self.day();
        for _ in 0..self.dice.between(1, 3) {
            self.through(
                &mut case,
                (&maker, &hub, &buyer),
                (&first, &second),
                &price,
                day,
            );
            day += self.dice.between(20, 70);
        }
        case
    }

    fn successor(&mut self) -> Result<Case> {
        let listed: Vec<&Listed> = self
            .listed
            .iter()
            .filter(|party| {
                party
                    .day
                    .is_some_and(|day| (EMBARGO - 200..DAYS - 250).contains(&day))
                    && matches!(
                        party.country.as_str(),
                        "RU" | "CN" | "HK" | "TR" | "AE" | "KZ" | "KG" | "AM" | "UZ" | "IR" | "RS"
                    )
            })
            .collect();
        let old = self
            .dice
            .pick(&listed)
            .copied()
            .context("no party with a day of listing within the rows")?;
        let listing = old.day.unwrap_or(EMBARGO);
        let predecessor = Party {
            name: old.names[0].clone(),
            country: old.country.clone(),
            ..Party::default()
        };
        let founded = listing + self.dice.between(3, 40);
        let mut heir = self.founded(&old.country, founded);
        if self.dice.chance(0.4) {
            // Same doors, new sign.
            heir.address = format!("{} ", heir.address).trim().to_owned();
        }
        let sends = old.country != "RU" && old.country != "IR";
        let other = if sends {
            self.known("RU")
        } else {
            let hub = self.hub();
            self.known(hub)
        };
        let goods = self.sensitive("RU");
        let price = self.price();
        let mut case = Case {
            language: goods.language.to_owned(),
            ..Case::default()
        };
        let lane = |party: &Party| {
            if sends {
                (party.clone(), other.clone())
            } else {
                (other.clone(), party.clone())
            }
        };
        let mut day = listing - self.dice.between(90, 200);
        let (from, to) = lane(&predecessor);
        for _ in 0..self.dice.between(2, 4) {
            case.before(self.row(&from, &to, &goods, &price, day));
            day += self.dice.between(10, 25);
        }
        let (from, to) = lane(&heir);
        let mut day = founded + self.dice.between(4, 40);
        for _ in 0..self.dice.between(2, 5) {
            case.plant(self.row(&from, &to, &goods, &price, day));
            day += self.dice.between(8, 30);
        }
        Ok(case)
    }

    fn changed_business(&mut self) -> Case {
        // Somebody in Russia or a hub who has received other goods in ordinary trade.
        let others = ["textile", "food", "health", "furniture", "toys"];
        let lanes = self.lanes;
        let found = (0..3_000).find_map(|_| {
            let lane = self.dice.pick(lanes)?;
            let company = &self.world.companies[lane.to as usize];
            let fits = others.contains(&self.world.tables.lines[company.line].name)
                && (company.country == "RU" || HUBS.contains(&company.country.as_str()));
            fits.then_some(lane.to)
        });
        let party = match found {
            Some(company) => self.world.party(company),
            None => self.known("RU"),
        };
        let start = self.day();
        let (from, to) = if party.country == "RU" {
            let hub = self.hub();
            (self.known(hub), party)
        } else {
            (party, self.known("RU"))
        };
        let goods = self.sensitive("RU");
        let price = self.price();
        let mut case = Case {
            language: goods.language.to_owned(),
            ..Case::default()
        };
        let mut day = start;
        for _ in 0..self.dice.between(2, 4) {
            case.plant(self.row(&from, &to, &goods, &price, day));
            day += self.dice.between(8, 40);
        }
        case
    }

    fn no_market(&mut self) -> Case {
        let place = ["MV", "TJ", "MN", "KG"][self.dice.below(4)];
        let seller = ["HK", "CN", "SG", "TW"][self.dice.below(4)];
        let start = self.day();
        let (from, to) = (self.known(seller), self.founded(place, start - 200));
        let goods = self.sensitive("MV");
        let price = self.price();
        let mut case = Case {
            language: goods.language.to_owned(),
            ..Case::default()
        };
        let mut day = start;
        for _ in 0..self.dice.between(2, 5) {
            case.plant(self.row(&from, &to, &goods, &price, day));
            day += self.dice.between(5, 25);
        }
        case
    }

    fn same_owner(&mut self) -> Case {
        let hub = self.hub();
        let start = self.day();
        let founded = start - self.dice.between(40, 250);
        let mut from = self.founded(hub, founded);
        let mut to = self.founded("RU", founded + 10);
        let telephone = format!(
            ", TEL +7 {} {:07}",
            self.dice.between(700, 999),
            self.dice.below(10_000_000)
        );
        for party in [&mut from, &mut to] {
            let street = party
                .address
                .split(", TEL")
                .next()
                .unwrap_or_default()
                .to_owned();
            party.address = format!("{street}{telephone}");
        }
        let goods = self.sensitive("RU");
        let price = self.price();
        let mut case = Case {
            language: goods.language.to_owned(),
            ..Case::default()
        };
        let mut day = start;
        for _ in 0..self.dice.between(2, 4) {
            case.plant(self.row(&from, &to, &goods, &price, day));
            day += self.dice.between(8, 40);
        }
        case
    }

    fn listed_alias(&mut self) -> Result<Case> {
        let with_aliases: Vec<&Listed> = self
            .listed
            .iter()
            .filter(|party| {
                party.names.len() > 1
                    && matches!(
                        party.country.as_str(),
                        "RU" | "CN" | "HK" | "TR" | "AE" | "IR" | "BY" | "SY" | "KP" | "KZ" | "KG"
                    )
            })
            .collect();
        let listed = self
            .dice
            .pick(&with_aliases)
            .copied()
            .context("no listed party with an alias")?;
        let main = &listed.names[0];
        let other_script: Vec<&String> = listed.names[1..]
            .iter()
            .filter(|name| name.is_ascii() != main.is_ascii())
            .collect();
        let name = match self.dice.below(3) {
            0 if !other_script.is_empty() => {
                other_script[self.dice.below(other_script.len())].clone()
            }
            1 => match mistake(main, self.dice) {
                Some((_, name)) => name,
                None => main.clone(),
            },
            _ => listed.names[1 + self.dice.below(listed.names.len() - 1)].clone(),
        };
        let country = self.world.tables.country(&listed.country);
        let mut to = Party {
            name,
            country: listed.country.clone(),
            ..Party::default()
        };
        if self.dice.chance(0.5) {
            to.address = self
                .world
                .founder
                .company(&listed.country, 0, 0, self.dice)
                .address;
        }
        let hub = self.hub();
        let from = if hub == listed.country {
            self.known("CN")
        } else {
            self.known(hub)
        };
        // Half of them in goods of which nothing would be said.
        let goods = if self.dice.chance(0.5) {
            self.sensitive(&listed.country)
        } else {
            let pool = if country.language == "ru" { "ru" } else { "en" };
            let found = self
                .world
                .catalogue
                .pick(pool, "84", self.dice)
                .unwrap_or_default();
            self.world.catalogue.goods[found as usize].clone()
        };
        let price = self.price();
        let mut case = Case {
            language: goods.language.to_owned(),
            ..Case::default()
        };
        let mut day = self.day();
        for _ in 0..self.dice.between(1, 2) {
            case.plant(self.row(&from, &to, &goods, &price, day));
            day += self.dice.between(8, 60);
        }
        Ok(case)
    }
}
