//! Rows to lanes to cases: what a person opens is a party's trade, not a row.
//!
//! Rows to hold or review with one receiver are a case; a receiver that is a forwarder or a bank is nobody's, so there
//! the pair of parties is. Rows that the same list entry closed a gate for are one case, and the two legs of a
//! re-export, and a successor with its predecessor, are too.

use std::collections::{BTreeMap, HashMap};

use model::{Case, CaseRow, Disposition, Finding, GoodsFamily, Lane, PartialDate, Role, Shipment};

use crate::day::day_number;
use crate::fold::fold;
use crate::score::probability;
use crate::tables::tables;

/// Most rows that are joined into cases: about 500 bytes each. Rows past it stay findings without a case.
const MOST_ROWS: usize = 1_000_000;

/// Days between rows after which a lane is another one.
const LANE_DAYS: i32 = 90;

/// Gathers rows; see [`Cases::finish`].
#[derive(Default)]
pub struct Cases {
    rows: Vec<Row>,
    /// What joins rows, by what it is; the first row that has it.
    ties: HashMap<String, usize>,
    parent: Vec<usize>,
}

struct Row {
    row: CaseRow,
    consignor: String,
    consignee: String,
    family: Option<GoodsFamily>,
    date: Option<PartialDate>,
    value_usd: f64,
    why: Vec<String>,
    /// The tie that names the case where the row leads it.
    tie: String,
    listed: Option<String>,
}

impl Cases {
    /// Adds a row that is to be held or reviewed; others are passed over.
    pub fn add(&mut self, shipment: &Shipment, finding: &Finding) {
        if finding.disposition == Disposition::Release || self.rows.len() >= MOST_ROWS {
            return;
        }
        let name = |role| shipment.party(role).map_or("", |party| party.name.trim());
        let (consignor, consignee) = (name(Role::Consignor), name(Role::Consignee));
        let passes_on = finding
            .flags
            .iter()
            .any(|flag| flag.id == "P11" || flag.id == "P12");
        let tie = match (fold(consignor), fold(consignee)) {
            (from, to) if to.is_empty() && from.is_empty() => format!("row {}", finding.row_id),
            (from, to) if to.is_empty() || passes_on => format!("pair {from} {to}"),
            (_, to) => format!("party {to}"),
        };
        let at = self.rows.len();
        self.parent.push(at);
        self.tie(&tie, at);
        let listed = finding
            .gates
            .iter()
            .any(|gate| matches!(gate.id.as_str(), "P01" | "P02"))
            .then(|| {
                finding
                    .parties
                    .iter()
                    .filter_map(|party| party.matched.as_ref())
                    .max_by(|a, b| a.score.total_cmp(&b.score))
            })
            .flatten();
        if let Some(entry) = listed {
            self.tie(&format!("entry {}", entry.entity_id), at);
        }
        if let Some(background) = &shipment.background {
            self.tie(&format!("row {}", finding.row_id), at);
            let linked = background
                .other_leg
                .as_ref()
                .filter(|leg| leg.link > model::LegLink::Quantity);
            if let Some(leg) = linked {
                self.tie(&format!("row {}", leg.row_id), at);
            }
        }
        for flag in finding.flags.iter().filter(|flag| flag.id == "P09") {
            let successor = flag.evidence.get("name").map_or("", String::as_str);
            let predecessor = flag.evidence.get("predecessor").map_or("", String::as_str);
            self.tie(&format!("party {}", fold(successor)), at);
            self.tie(&format!("party {}", fold(predecessor)), at);
        }
        let gates = finding.gates.iter().map(|gate| format!("gate {}", gate.id));
        let mut why: Vec<String> = gates
            .chain(finding.flags.iter().map(|flag| flag.id.clone()))
            .collect();
        why.sort();
        why.dedup();
        self.rows.push(Row {
            row: CaseRow {
                row_id: finding.row_id.clone(),
                file: finding.file.clone(),
                row: finding.row,
                disposition: finding.disposition,
                score: finding.score,
            },
            consignor: consignor.to_string(),
            consignee: consignee.to_string(),
            family: finding.goods.family,
            date: shipment.date,
            value_usd: shipment.value_usd.unwrap_or(0.0),
            why,
            tie,
            listed: listed.map(|entry| entry.matched_name.clone()),
        });
    }

    fn tie(&mut self, tie: &str, at: usize) {
        match self.ties.get(tie) {
            Some(&first) => {
                let (a, b) = (self.root(first), self.root(at));
                // The earlier row leads, so that the result does not depend on the order of ties.
                self.parent[a.max(b)] = a.min(b);
            }
            None => {
                self.ties.insert(tie.to_string(), at);
            }
        }
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    /// The cases, ranked by score, then by disposition.
    pub fn finish(mut self) -> Vec<Case> {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in 0..self.rows.len() {
            let root = self.root(at);
            groups.entry(root).or_default().push(at);
        }
        let mut cases: Vec<Case> = groups
            .values()
            .map(|members| {
                let rows: Vec<&Row> = members.iter().map(|&at| &self.rows[at]).collect();
                case(rows)
            })
            .collect();
        cases.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| b.disposition.cmp(&a.disposition))
                .then_with(|| a.case_id.cmp(&b.case_id))
        });
        for (rank, case) in (1..).zip(&mut cases) {
            case.rank = rank;
        }
        cases
    }
}

fn case(mut rows: Vec<&Row>) -> Case {
    rows.sort_by(|a, b| {
        b.row
            .disposition
            .cmp(&a.row.disposition)
            .then_with(|| b.row.score.total_cmp(&a.row.score))
            .then_with(|| (&a.row.file, a.row.row).cmp(&(&b.row.file, b.row.row)))
    });
    let best = rows
        .iter()
        .map(|row| row.row.score)
        .fold(f64::NEG_INFINITY, f64::max);
    let growth = &tables().score.case;
    let score = best + (growth.weight * (rows.len() as f64).ln()).min(growth.cap);
    let score = (score * 1e4).round() / 1e4;
    let mut why: BTreeMap<&str, u64> = BTreeMap::new();
    for reason in rows.iter().flat_map(|row| &row.why) {
        *why.entry(reason).or_default() += 1;
    }
    let mut why: Vec<(String, u64)> = why
        .into_iter()
        .map(|(reason, rows)| (reason.to_string(), rows))
        .collect();
    why.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    // The least tie: it does not change with the order of rows.
    let tie = rows.iter().map(|row| row.tie.as_str()).min().unwrap_or("");
    Case {
        case_id: blake3::hash(tie.as_bytes()).to_hex()[..16].to_string(),
        rank: 0,
        disposition: rows
            .iter()
            .map(|row| row.row.disposition)
            .max()
            .unwrap_or(Disposition::Release),
        score,
        probability: probability(score),
        title: title(&rows),
        value_usd: rows.iter().map(|row| row.value_usd).sum(),
        lanes: lanes(&rows),
        why,
    }
}

fn title(rows: &[&Row]) -> String {
    let Some(first) = rows.first() else {
        return String::new();
    };
    let party = |name: &str| {
        if name.is_empty() {
            "(not named)".to_string()
        } else {
            name.to_string()
        }
    };
    let mut senders: Vec<&str> = rows.iter().map(|row| row.consignor.as_str()).collect();
    senders.sort_unstable();
    senders.dedup();
    let mut title = format!("{} → {}", party(&first.consignor), party(&first.consignee));
    if senders.len() > 1 {
        title.push_str(&format!(", and {} more senders", senders.len() - 1));
    }
    if let Some(family) = first.family {
        title.push_str(&format!(": {}", family.as_str().replace('_', " ")));
    }
    if let Some(entry) = rows.iter().find_map(|row| row.listed.as_deref()) {
        title.push_str(&format!(" (listed: {entry})"));
    }
    title
}

/// Folded consignor, folded consignee, family.
type LaneKey = (String, String, Option<GoodsFamily>);

/// Lanes in the order of their best rows, which is the order of `rows`.
fn lanes(rows: &[&Row]) -> Vec<Lane> {
    let mut by_key: Vec<(LaneKey, Vec<&Row>)> = Vec::new();
    let mut positions: HashMap<LaneKey, usize> = HashMap::new();
    for row in rows {
        let key = (fold(&row.consignor), fold(&row.consignee), row.family);
        let at = *positions.entry(key.clone()).or_insert_with(|| {
            by_key.push((key, Vec::new()));
            by_key.len() - 1
        });
        by_key[at].1.push(row);
    }
    let mut lanes = Vec::new();
    for (_, mut members) in by_key {
        members.sort_by_key(|row| row.date.and_then(day_number));
        let mut run: Vec<&Row> = Vec::new();
        let mut last = None;
        for row in members {
            let day = row.date.and_then(day_number);
            let apart = last
                .zip(day)
                .is_some_and(|(last, day): (i32, i32)| day - last > LANE_DAYS);
            if apart {
                lanes.push(lane(std::mem::take(&mut run)));
            }
            last = day.or(last);
            run.push(row);
        }
        lanes.push(lane(run));
    }
    lanes.sort_by(|a, b| {
        let best = |lane: &Lane| lane.rows.first().map_or(0.0, |row| row.score);
        best(b)
            .total_cmp(&best(a))
            .then_with(|| a.from.cmp(&b.from))
    });
    lanes
}

fn lane(mut rows: Vec<&Row>) -> Lane {
    let dates = || rows.iter().filter_map(|row| row.date);
    let (from, to) = (dates().min(), dates().max());
    rows.sort_by(|a, b| {
        b.row
            .score
            .total_cmp(&a.row.score)
            .then_with(|| (&a.row.file, a.row.row).cmp(&(&b.row.file, b.row.row)))
    });
    Lane {
        consignor: rows
            .first()
            .map_or(String::new(), |row| row.consignor.clone()),
        consignee: rows
            .first()
            .map_or(String::new(), |row| row.consignee.clone()),
        family: rows.first().and_then(|row| row.family),
        from,
        to,
        rows: rows.iter().map(|row| row.row.clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{FlagHit, GoodsView, TradeParty};

    use super::*;

    /// `row|consignor|consignee|date|score|flags`
    fn add(cases: &mut Cases, line: &str) {
        let cells: Vec<&str> = line.split('|').collect();
        let party = |role, name: &str| TradeParty {
            role,
            name: name.to_string(),
            country: None,
            address: None,
            identifier: None,
        };
        let shipment = Shipment {
            row_id: cells[0].to_string(),
            file: "hand-written".to_string(),
            row: cells[0].parse().unwrap_or(0),
            parties: vec![
                party(Role::Consignor, cells[1]),
                party(Role::Consignee, cells[2]),
            ],
            goods_text: String::new(),
            brand: None,
            model: None,
            hs: None,
            origin: None,
            dispatch: None,
            transit: Vec::new(),
            destination: None,
            date: cells[3].parse().ok(),
            quantity: None,
            net_kg: None,
            gross_kg: None,
            value_usd: Some(10.0),
            original: Vec::new(),
            background: None,
        };
        let finding = Finding {
            row_id: shipment.row_id.clone(),
            file: shipment.file.clone(),
            row: shipment.row,
            disposition: Disposition::Review,
            score: cells[4].parse().unwrap_or(0.0),
            probability: 0.0,
            rank: 0,
            gates: Vec::new(),
            flags: cells[5]
                .split(' ')
                .map(|id| FlagHit {
                    id: id.to_string(),
                    weight: 1.0,
                    evidence: BTreeMap::new(),
                    source: String::new(),
                })
                .collect(),
            goods: GoodsView {
                family: None,
                hs_declared: None,
                hs_likely: Vec::new(),
                control: Vec::new(),
            },
            parties: Vec::new(),
            missing: Vec::new(),
            innocent: String::new(),
            clears: String::new(),
            versions: Default::default(),
        };
        cases.add(&shipment, &finding);
    }

    fn built(lines: &[&str]) -> Vec<Case> {
        let mut cases = Cases::default();
        lines.iter().for_each(|line| add(&mut cases, line));
        cases.finish()
    }

    #[test]
    fn rows_of_one_receiver_are_a_case_and_a_forwarder_is_nobody() {
        let cases = built(&[
            "1|A|Primer OOO|2023-01-01|4|G03 R01",
            "2|B|PRIMER, ООО|2023-02-01|5|G03",
            "3|B|Primer-OOO|2023-03-01|4.5|G03",
            "4|A|Fast Freight|2023-03-01|4|P11",
            "5|B|Fast Freight|2023-03-01|3.5|P11",
        ]);
        let sizes: Vec<usize> = cases
            .iter()
            .map(|case| case.lanes.iter().map(|lane| lane.rows.len()).sum())
            .collect();
        // ООО in Cyrillic is another spelling here: the name index would know better.
        assert_eq!(sizes, [1, 2, 1, 1]);
        assert_eq!(cases[0].rank, 1);
        assert!(cases.windows(2).all(|pair| pair[0].score >= pair[1].score));
    }

    #[test]
    fn a_lane_ends_where_trade_rests() {
        let cases = built(&[
            "1|A|Primer|2023-01-01|4|G03",
            "2|A|Primer|2023-02-01|4|G03",
            "3|A|Primer|2023-09-01|4.2|G03",
        ]);
        assert_eq!(cases.len(), 1);
        let rows: Vec<usize> = cases[0].lanes.iter().map(|lane| lane.rows.len()).collect();
        assert_eq!(rows, [1, 2]);
        assert_eq!(cases[0].value_usd, 30.0);
    }

    #[test]
    fn the_order_of_rows_does_not_matter() {
        let lines = [
            "1|A|Primer|2023-01-01|4|G03",
            "2|B|Primer|2023-02-01|4.1|G03",
            "3|A|Other|2023-09-01|4.2|G03",
        ];
        let mut reversed = lines;
        reversed.reverse();
        assert_eq!(built(&lines), built(&reversed));
    }
}
