//! Recall and false alarms on labelled rows: which rows were found, which controls alarmed.
//!
//! `cargo run --example golden -p screen -- golden_rows.csv [-v] [LIST.ftm.json]`. Columns as in that table: `label` 1 (needs action),
//! c (contested) or 0 (control), parties with countries, `goods_text`, `hs_declared`, countries, quantity, value, mass.

use std::collections::HashMap;

use model::{Disposition, HsCode, PartialDate, Quantity, Role, Shipment, TradeParty};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, paths): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|flag| flag.starts_with('-'));
    let path = paths
        .first()
        .ok_or("usage: golden ROWS.csv [-v] [LIST.ftm.json]")?;
    let verbose = flags.iter().any(|flag| flag == "-v");
    let index = paths.get(1).map(|list| index(list)).transpose()?;

    let mut reader = csv::Reader::from_path(path)?;
    let headers = reader.headers()?.clone();
    let mut shipments = Vec::new();
    let mut about = Vec::new();
    for (row, record) in (2..).zip(reader.records()) {
        let record = record?;
        let cells: HashMap<&str, &str> = headers.iter().zip(record.iter()).collect();
        let cell = |name: &str| {
            cells
                .get(name)
                .map(|cell| cell.trim().to_string())
                .filter(|cell| !cell.is_empty())
        };
        let party = |role, name: &str, country: &str| {
            cell(name)
                .or_else(|| cell(country).map(|_| String::new()))
                .map(|name| TradeParty {
                    role,
                    name,
                    country: cell(country),
                    address: None,
                    identifier: None,
                })
        };
        shipments.push(Shipment {
            row_id: cell("row_id").unwrap_or_default(),
            file: "golden_rows.csv".to_string(),
            row,
            parties: [
                party(Role::Consignor, "consignor", "consignor_cc"),
                party(Role::Consignee, "consignee", "consignee_cc"),
                party(Role::Intermediary, "intermediary", "intermediary_cc"),
            ]
            .into_iter()
            .flatten()
            .collect(),
            goods_text: cell("goods_text").unwrap_or_default(),
            brand: None,
            model: None,
            hs: cell("hs_declared").and_then(|code| code.parse::<HsCode>().ok()),
            origin: cell("origin_cc"),
            dispatch: cell("dispatch_cc"),
            transit: cell("transit_cc").into_iter().collect(),
            destination: cell("dest_cc"),
            date: cell("date").and_then(|date| date.parse::<PartialDate>().ok()),
            quantity: cell("qty")
                .and_then(|amount| amount.parse().ok())
                .map(|amount| Quantity {
                    amount,
                    unit: cell("unit").unwrap_or_default(),
                }),
            net_kg: None,
            gross_kg: cell("gross_kg").and_then(|kg| kg.parse().ok()),
            value_usd: cell("value_usd").and_then(|usd| usd.parse().ok()),
            original: Vec::new(),
            background: None,
        });
        about.push((
            cell("label").unwrap_or_default(),
            cell("kind").unwrap_or_default(),
        ));
    }

    let screener = screen::Screener::new(
        index,
        screen::Owned::new(),
        std::collections::BTreeMap::new(),
    );
    let mut findings = screener.screen(&shipments);
    screen::rank(&mut findings);

    let mut groups: std::collections::BTreeMap<(String, String), [u32; 3]> =
        std::collections::BTreeMap::new();
    for ((finding, shipment), (label, kind)) in findings.iter().zip(&shipments).zip(&about) {
        let counts = groups.entry((kind.clone(), label.clone())).or_default();
        counts[match finding.disposition {
            Disposition::Hold => 0,
            Disposition::Review => 1,
            Disposition::Release => 2,
        }] += 1;
        let wrong = (label == "1") == (finding.disposition == Disposition::Release);
        if verbose || wrong {
            let flags: Vec<String> = finding
                .flags
                .iter()
                .map(|flag| format!("{}:{:.1}", flag.id, flag.weight))
                .collect();
            let hs = shipment.hs.as_ref().map_or("-", |hs| hs.as_str());
            let listed: Vec<String> = finding
                .parties
                .iter()
                .filter_map(|party| {
                    party
                        .matched
                        .as_ref()
                        .map(|m| format!("{}={} {:.2}", party.name, m.caption, m.score))
                })
                .collect();
            println!(
                "{} {label} {:<8}{:>6.2} #{:<3}{hs:<7}{} [{}] {}",
                finding.row_id,
                finding.disposition.as_str(),
                finding.score,
                finding.rank,
                shipment.goods_text.chars().take(70).collect::<String>(),
                flags.join(" "),
                listed.join("; ")
            );
        }
    }
    println!(
        "{:<20}{:<7}{:>6}{:>8}{:>9}",
        "kind", "label", "hold", "review", "release"
    );
    for ((kind, label), [hold, review, release]) in groups {
        println!("{kind:<20}{label:<7}{hold:>6}{review:>8}{release:>9}");
    }
    Ok(())
}

/// An index of the parties in a file of FollowTheMoney JSON lines.
fn index(list: &str) -> Result<std::sync::Arc<names::Index>, Box<dyn std::error::Error>> {
    let mut builder = names::IndexBuilder::new();
    for line in std::fs::read_to_string(list)?.lines() {
        let Ok(entity) = serde_json::from_str::<serde_json::Value>(line) else {
            continue;
        };
        let values = |property: &str| -> Vec<String> {
            entity["properties"][property]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|value| value.as_str().map(str::to_string))
                .collect()
        };
        let named = |property: &str, kind: names::NameKind| -> Vec<names::Name> {
            values(property)
                .into_iter()
                .map(|text| names::Name { text, kind })
                .collect()
        };
        let text = |field: &str| entity[field].as_str().unwrap_or("").to_string();
        builder.add(names::Entity {
            id: text("id"),
            dataset: "list".to_string(),
            schema: text("schema"),
            names: [
                named("name", names::NameKind::Primary),
                named("alias", names::NameKind::Alias),
                named("weakAlias", names::NameKind::WeakAlias),
            ]
            .concat(),
            countries: values("country")
                .iter()
                .map(|code| code.to_uppercase())
                .collect(),
            birth_dates: values("birthDate"),
            identifiers: [
                values("innCode"),
                values("ogrnCode"),
                values("registrationNumber"),
            ]
            .concat(),
        });
    }
    let path = std::env::temp_dir().join(format!("interdict-golden-{}.index", std::process::id()));
    builder.write(&path)?;
    let index = names::Index::open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(std::sync::Arc::new(index))
}
