//! Recall and false alarms on labelled rows: which rows were found, which controls alarmed.
//!
//! `cargo run --example golden -p screen -- golden_rows.csv [-v]`. Columns as in that table: `label` 1 (needs action),
//! c (contested) or 0 (control), parties with countries, `goods_text`, `hs_declared`, countries, quantity, value, mass.

use std::collections::HashMap;

use model::{Disposition, HsCode, PartialDate, Quantity, Role, Shipment, TradeParty};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: golden FILE [-v]")?;
    let verbose = arguments.next().is_some_and(|flag| flag == "-v");

    let mut reader = csv::Reader::from_path(&path)?;
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
        });
        about.push((
            cell("label").unwrap_or_default(),
            cell("kind").unwrap_or_default(),
        ));
    }

    let screener = screen::Screener::with_lookup(None, 1.0, std::collections::BTreeMap::new());
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
            println!(
                "{} {label} {:<8}{:>6.2} #{:<3}{hs:<7}{} [{}]",
                finding.row_id,
                finding.disposition.as_str(),
                finding.score,
                finding.rank,
                shipment.goods_text.chars().take(70).collect::<String>(),
                flags.join(" ")
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
