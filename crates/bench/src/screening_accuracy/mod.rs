//! What screening finds among planted cases in made-up trade, what it takes for one in honest rows, and how far its
//! probabilities are to be believed.

mod calibration;
mod clean;
mod examples;
pub(crate) mod fit;
mod mixed;
mod ratio;
mod regression;
mod weights;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Result;
use model::{CaseRow, Disposition, Finding, Shipment};
use screen::{Cases, History, Owned, Screener};

use crate::Setting;
use crate::data::{home_with, list_paths, rows};
use crate::measure::{machine, peak_memory_cell, seconds, timed};
use crate::traffic::{Kind, Sources, Truth};

use mixed::{Mixed, mixed, shipments};
use ratio::{Reliability, share};

/// Shipments screened at once, as `investigate` does.
const BATCH: usize = 8_192;

/// Shares of rows that somebody has the time to look at.
const BUDGETS: [f64; 3] = [0.001, 0.005, 0.01];

/// Findings of all shipments, unranked, as `interdict screen` makes them: each with what the others say of it.
fn screen_all(screener: &Screener, shipments: &mut [Shipment]) -> Vec<Finding> {
    add_background(shipments);
    shipments
        .chunks(BATCH)
        .flat_map(|batch| screener.screen(batch))
        .collect()
}

/// Gives every shipment what the others say of it.
fn add_background(shipments: &mut [Shipment]) {
    let mut history = History::default();
    shipments.iter().for_each(|shipment| history.add(shipment));
    history.finish();
    for shipment in shipments {
        shipment.background = history.background(shipment);
    }
}

/// `bench planted`.
pub(crate) fn run(setting: &Setting) -> Result<()> {
    let (folder, home) = home_with(&list_paths(&setting.data))?;
    let screener = Screener::new(
        Some(home.index(&mut |_| {})?),
        Owned::new(),
        Default::default(),
    );
    let (mut made, making) = timed(|| {
        mixed(
            &Sources::read(&setting.data, &home)?,
            setting.traffic,
            folder.path(),
        )
    })?;
    let (mut findings, took) = timed(|| Ok(screen_all(&screener, &mut made.shipments)))?;
    screen::rank(&mut findings);

    println!("## Planted shipments\n");
    let planted = made
        .truth
        .iter()
        .filter(|truth| truth.kind == Kind::Planted)
        .count();
    let context = made
        .truth
        .iter()
        .filter(|truth| truth.kind == Kind::Context)
        .count();
    println!(
        "{}; {} made-up rows (seed {}), {planted} of them planted in {} cases, {context} what came before those; all lists.\n",
        machine(),
        made.shipments.len(),
        setting.traffic.seed,
        cases(&made.truth).len(),
    );
    let ranked = Ranked::new(&made.truth, &findings);
    recall(&made, &ranked);
    precision(&made, &ranked);
    opened(&made, &findings);
    honest(&made, &ranked, &findings, setting.show);
    reliability(&made, &findings);
    golden(setting, &screener, &made)?;
    println!("### Clean sets\n");
    clean::print(&setting.data, &screener, setting.show)?;
    println!(
        "Making and reading {}; screening {} = {:.0} rows/s; peak memory {}.\n",
        seconds(making.as_secs_f64()),
        seconds(took.as_secs_f64()),
        made.shipments.len() as f64 / took.as_secs_f64(),
        peak_memory_cell()
    );
    Ok(())
}

fn cases(truth: &[Truth]) -> BTreeSet<u32> {
    truth
        .iter()
        .filter(|truth| truth.kind == Kind::Planted)
        .filter_map(|truth| truth.case)
        .collect()
}

/// Rows in the order in which they would be looked at, context left out.
struct Ranked {
    /// Places of rows, first to look at first.
    order: Vec<usize>,
    /// Of each row, how many rows come before it.
    before: Vec<usize>,
    /// Of each row, how many honest rows come before it.
    honest_before: Vec<usize>,
    rows: usize,
    honest: usize,
}

impl Ranked {
    fn new(truth: &[Truth], findings: &[Finding]) -> Self {
        let mut order: Vec<usize> = (0..findings.len())
            .filter(|at| truth[*at].kind != Kind::Context)
            .collect();
        order.sort_by_key(|at| findings[*at].rank);
        let mut before = vec![usize::MAX; findings.len()];
        let mut honest_before = vec![usize::MAX; findings.len()];
        let mut honest = 0;
        for (place, at) in order.iter().enumerate() {
            before[*at] = place;
            honest_before[*at] = honest;
            honest += usize::from(truth[*at].kind == Kind::Honest);
        }
        Self {
            rows: order.len(),
            order,
            before,
            honest_before,
            honest,
        }
    }

    /// Whether a row is among that share of all rows.
    fn found(&self, at: usize, budget: f64) -> bool {
        (self.before[at] as f64) < (self.rows as f64 * budget).round()
    }

    /// Whether fewer than that share of honest rows come before it: the same at any share of planted rows.
    fn found_beside_honest(&self, at: usize, budget: f64) -> bool {
        (self.honest_before[at] as f64) < (self.honest as f64 * budget).round()
    }
}

/// Rows and cases found of a group.
#[derive(Default)]
struct Recall {
    rows: usize,
    found: [usize; BUDGETS.len()],
    cases: BTreeSet<u32>,
    found_cases: [BTreeSet<u32>; BUDGETS.len()],
}

impl Recall {
    fn add(&mut self, case: u32, found: impl Fn(f64) -> bool) {
        self.rows += 1;
        self.cases.insert(case);
        for (place, budget) in BUDGETS.into_iter().enumerate() {
            if found(budget) {
                self.found[place] += 1;
                self.found_cases[place].insert(case);
            }
        }
    }

    fn print(&self, name: &str) {
        let rows: Vec<String> = self
            .found
            .iter()
            .map(|found| share(*found, self.rows))
            .collect();
        let cases: Vec<String> = self
            .found_cases
            .iter()
            .map(|found| share(found.len(), self.cases.len()))
            .collect();
        println!("| {name} | {} | {} |", rows.join(" | "), cases.join(" | "));
    }
}

fn recall(made: &Mixed, ranked: &Ranked) {
    let head = |what: &str| {
        println!(
            "| {what} | rows at 0.1 % | 0.5 % | 1 % | cases at 0.1 % | 0.5 % | 1 % |\n|---|---:|---:|---:|---:|---:|---:|"
        );
    };
    let planted = || {
        made.truth
            .iter()
            .enumerate()
            .filter(|(_, truth)| truth.kind == Kind::Planted)
    };
    println!(
        "### Found\n\nWilson 95 % intervals in brackets. A case is found with the first of its rows.\n"
    );
    head("all operators");
    let (mut strict, mut beside) = (Recall::default(), Recall::default());
    let mut by: BTreeMap<(u8, String), Recall> = BTreeMap::new();
    for (at, truth) in planted() {
        let case = truth.case.unwrap_or_default();
        strict.add(case, |budget| ranked.found(at, budget));
        let found = |budget| ranked.found_beside_honest(at, budget);
        beside.add(case, found);
        for group in [(0, truth.operator.clone()), (1, truth.language.clone())] {
            by.entry(group).or_default().add(case, found);
        }
    }
    strict.print("of the budget's share of all rows");
    beside.print("fewer than that share of honest rows before it");
    println!("\nBelow, the second way: it does not depend on how many are planted.\n");
    for (group, what) in [(0, "operator"), (1, "language of the text")] {
        head(what);
        for ((_, name), recall) in by.iter().filter(|((of, _), _)| *of == group) {
            recall.print(name);
        }
        println!();
    }
}

fn precision(made: &Mixed, ranked: &Ranked) {
    let at = |first: usize| {
        let planted = ranked
            .order
            .iter()
            .take(first)
            .filter(|at| made.truth[**at].kind == Kind::Planted)
            .count();
        share(planted, first.min(ranked.rows))
    };
    println!(
        "Precision among the first 20 rows {}, among the first 100 {}.\n",
        at(20),
        at(100)
    );
}

/// What the engine joins into cases, opened in its order until so many rows are read.
fn opened(made: &Mixed, findings: &[Finding]) {
    let mut cases = Cases::default();
    let truth: HashMap<&str, &Truth> = made
        .shipments
        .iter()
        .zip(&made.truth)
        .map(|(shipment, truth)| (shipment.row_id.as_str(), truth))
        .collect();
    for (shipment, finding) in made.shipments.iter().zip(findings) {
        cases.add(shipment, finding);
    }
    let cases = cases.finish();
    let all = self::cases(&made.truth);
    let mut found = BTreeSet::new();
    let (mut rows, mut right, mut first) = (0, 0, [String::new(), String::new()]);
    let mut budgets: Vec<String> = Vec::new();
    for (place, case) in cases.iter().enumerate() {
        let of_case = || case.lanes.iter().flat_map(|lane| &lane.rows);
        rows += of_case().count();
        while let Some(budget) = BUDGETS.get(budgets.len())
            && rows as f64 > made.truth.len() as f64 * budget
        {
            budgets.push(format!("{} ({place} cases)", share(found.len(), all.len())));
        }
        let known = |row: &CaseRow| truth.get(row.row_id.as_str()).copied();
        let planted = of_case()
            .filter_map(known)
            .filter(|truth| truth.kind == Kind::Planted);
        let planted: Vec<u32> = planted.filter_map(|truth| truth.case).collect();
        right += usize::from(!planted.is_empty());
        found.extend(planted);
        match place + 1 {
            20 => first[0] = share(right, 20),
            100 => first[1] = share(right, 100),
            _ => {}
        }
    }
    while budgets.len() < BUDGETS.len() {
        budgets.push(format!(
            "{} (all {} cases)",
            share(found.len(), all.len()),
            cases.len()
        ));
    }
    println!("### Cases as the engine joins them\n");
    println!(
        "| planted cases found, cases opened in order until so many rows are read | 0.1 % | 0.5 % | 1 % |\n|---|---:|---:|---:|"
    );
    println!("| | {} |\n", budgets.join(" | "));
    println!(
        "With something planted: of the first 20 cases {}, of the first 100 {}.\n",
        first[0], first[1]
    );
}

/// Alerts among honest rows by what makes them hard, and by rule; the first of the honest ones to stderr.
fn honest(made: &Mixed, ranked: &Ranked, findings: &[Finding], show: usize) {
    let mut kinds: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    let mut rules = BTreeMap::new();
    for (truth, finding) in made
        .truth
        .iter()
        .zip(findings)
        .filter(|(truth, _)| truth.kind == Kind::Honest)
    {
        let kind = truth.operator.split(' ').next().unwrap_or_default();
        let counts = kinds.entry(kind).or_default();
        counts.0 += 1;
        counts.1 += usize::from(finding.disposition == Disposition::Hold);
        counts.2 += usize::from(finding.disposition == Disposition::Review);
        if finding.disposition > Disposition::Release {
            clean::count_rules(finding, &mut rules);
        }
    }
    println!("### Honest rows of the made-up trade\n");
    println!("| kind | rows | hold | review | per 1,000 |\n|---|---:|---:|---:|---:|");
    let mut all = (0, 0, 0);
    for (kind, (rows, hold, review)) in &kinds {
        all = (all.0 + rows, all.1 + hold, all.2 + review);
        println!(
            "| {kind} | {rows} | {hold} | {review} | {:.2} |",
            1000.0 * (hold + review) as f64 / *rows as f64
        );
    }
    println!(
        "| **all** | {} | {} | {} | {:.2} |\n",
        all.0,
        all.1,
        all.2,
        1000.0 * (all.1 + all.2) as f64 / all.0.max(1) as f64
    );
    println!("By rule: {}.\n", clean::rules(&rules));
    let early = |(shipment, finding): (&Shipment, &Finding)| {
        let date = shipment
            .date
            .map(|date| (date.year(), date.month(), date.day()));
        finding.disposition > Disposition::Release
            && date.is_some_and(|date| date < (2022, Some(2), Some(24)))
    };
    let of_honest = |at: &usize| made.truth[*at].kind == Kind::Honest;
    let early = (0..findings.len())
        .filter(of_honest)
        .filter(|at| early((&made.shipments[*at], &findings[*at])))
        .count();
    println!(
        "{early} of them in rows before 2022-02-24, when high-priority goods for Russia were ordinary trade.\n"
    );
    let honest_first = ranked
        .order
        .iter()
        .filter(|at| made.truth[**at].kind == Kind::Honest)
        .take(show);
    for at in honest_first {
        eprintln!(
            "{}",
            line(
                &format!("honest {}", made.truth[*at].operator),
                &made.shipments[*at],
                &findings[*at]
            )
        );
    }
    let missed = ranked
        .order
        .iter()
        .rev()
        .filter(|at| made.truth[**at].kind == Kind::Planted)
        .take(show);
    for at in missed {
        eprintln!(
            "{}",
            line(
                &format!("missed {}", made.truth[*at].operator),
                &made.shipments[*at],
                &findings[*at]
            )
        );
    }
}

/// A row and why it ranks where it does, in one line.
fn line(what: &str, shipment: &Shipment, finding: &Finding) -> String {
    let flags: Vec<String> = finding
        .gates
        .iter()
        .map(|gate| format!("gate {}", gate.id))
        .chain(
            finding
                .flags
                .iter()
                .map(|flag| format!("{} {:.1}", flag.id, flag.weight)),
        )
        .collect();
    let names: Vec<&str> = shipment
        .parties
        .iter()
        .map(|party| party.name.as_str())
        .collect();
    format!(
        "{what} | #{} {:.2} | {} | {} | {}>{}>{} | {} | {}",
        finding.rank,
        finding.score,
        flags.join(", "),
        shipment.hs.as_ref().map_or("-", |hs| hs.as_str()),
        shipment.origin.as_deref().unwrap_or("-"),
        shipment.dispatch.as_deref().unwrap_or("-"),
        shipment.destination.as_deref().unwrap_or("-"),
        shipment.goods_text.chars().take(90).collect::<String>(),
        names.join(" > ")
    )
}

fn reliability(made: &Mixed, findings: &[Finding]) {
    println!("### Probability against what was planted\n");
    let mut bins = Reliability::new();
    let (mut sure, mut sure_planted) = (0, 0);
    for (truth, finding) in made
        .truth
        .iter()
        .zip(findings)
        .filter(|(truth, _)| truth.kind != Kind::Context)
    {
        let planted = truth.kind == Kind::Planted;
        bins.add(finding.probability, planted);
        if finding.probability >= 0.9 {
            sure += 1;
            sure_planted += usize::from(planted);
        }
    }
    bins.print();
    println!(
        "At a probability of 0.9 and above: planted {}.\n",
        share(sure_planted, sure)
    );
}

/// Rows of public cases among the honest rows.
fn golden(setting: &Setting, screener: &Screener, made: &Mixed) -> Result<()> {
    let file = setting.data.join("../domain/tables/golden_rows.csv");
    let about: HashMap<String, (String, String)> = rows(&file)?
        .into_iter()
        .filter_map(|mut row| {
            Some((
                row.remove("row_id")?,
                (row.remove("kind")?, row.remove("label")?),
            ))
        })
        .collect();
    let golden = shipments(&file)?;
    let honest = made
        .shipments
        .iter()
        .zip(&made.truth)
        .filter(|(_, truth)| truth.kind == Kind::Honest);
    let mut all: Vec<Shipment> = honest.map(|(shipment, _)| shipment.clone()).collect();
    let honest = all.len();
    all.extend(golden);
    let mut findings = screen_all(screener, &mut all);
    screen::rank(&mut findings);
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|at| findings[*at].rank);
    let mut before = 0;
    let mut groups: BTreeMap<(String, String), (usize, [usize; BUDGETS.len()], usize)> =
        BTreeMap::new();
    for at in order {
        if at < honest {
            before += 1;
            continue;
        }
        let Some(about) = about.get(&all[at].row_id) else {
            continue;
        };
        let named = all[at]
            .parties
            .iter()
            .any(|party| !party.name.trim().is_empty());
        let whom = match (about.0.as_str(), named) {
            ("case_fact", true) => "case_fact, parties named",
            ("case_fact", false) => "case_fact, no party named",
            (kind, _) => kind,
        };
        let group = groups
            .entry((whom.to_owned(), about.1.clone()))
            .or_default();
        group.0 += 1;
        for (place, budget) in BUDGETS.into_iter().enumerate() {
            group.1[place] += usize::from((before as f64) < honest as f64 * budget);
        }
        group.2 += usize::from(findings[at].disposition > Disposition::Release);
        if about.1 == "1" && before as f64 >= honest as f64 * BUDGETS[0] && setting.show > 0 {
            eprintln!(
                "{}",
                line(&format!("golden missed {whom}"), &all[at], &findings[at])
            );
        }
    }
    println!("### Golden rows among {honest} honest rows\n");
    println!(
        "| rows | label | in the first 0.1 % | 0.5 % | 1 % | hold or review |\n|---|---|---:|---:|---:|---:|"
    );
    for ((kind, label), (rows, found, alerts)) in groups {
        let found: Vec<String> = found.iter().map(|found| share(*found, rows)).collect();
        println!(
            "| {kind} | {label} | {} | {} |",
            found.join(" | "),
            share(alerts, rows)
        );
    }
    println!("\nOf golden rows the tables' author wrote the texts too; they are no blind test.\n");
    Ok(())
}
