//! Real sheets of customs vendors and public samples, where they are at hand: their columns are recognised, all their
//! rows are read.
//!
//! The data is found at `$INTERDICT_SHARED`, else beside the workspace; without it the tests say so and pass.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod support;

use std::path::{Path, PathBuf};

use records::{Field, RecordFormat};
use support::read;

fn shared(part: &str) -> Option<PathBuf> {
    let shared = match std::env::var_os("INTERDICT_SHARED") {
        Some(shared) => PathBuf::from(shared),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
    };
    let path = shared.join(part);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: nothing at {}", path.display());
    None
}

/// Of 61 sheets of 20 countries, the number that must give each group of fields. Short sheets are sums by product and
/// party: some have no description, no route or no mass to recognise.
#[test]
fn columns_of_vendors_sheets_are_recognised() {
    let Some(folder) = shared("data/records/xlsx") else {
        return;
    };
    use Field::*;
    let groups: [(&str, &[Field], usize); 7] = [
        ("parties", &[ConsignorName, ConsigneeName], 61),
        ("goods", &[GoodsText, GoodsEnglish, HsDescription], 52),
        ("hs", &[HsCode], 61),
        ("dates", &[Date], 61),
        ("values", &[ValueUsd, Value], 61),
        (
            "countries",
            &[
                Origin,
                Dispatch,
                Destination,
                PartnerCountry,
                ConsignorCountry,
                ConsigneeCountry,
            ],
            48,
        ),
        ("masses", &[NetKg, GrossKg], 32),
    ];
    let mut given = [0; 7];
    let mut sheets = 0;
    // Sheets with a party in most rows: of some countries customs publishes no names.
    let mut filled = 0;
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        assert_eq!(
            records::is_records(&path).unwrap(),
            Some(RecordFormat::Workbook)
        );
        let reading = read(&path);
        let summary = reading.summary();
        assert_eq!(summary.rejected, 0, "{path:?}: {:?}", reading.rejected);
        assert_eq!(summary.tables, 1, "{path:?}");
        // Values are refused for a currency that no column names, once a table; the rest is a handful of countries.
        assert!(
            summary.fields_rejected <= 4,
            "{path:?}: {:?}",
            reading.rejected
        );
        sheets += 1;
        let layout = &reading.layouts[0];
        let mapped = |fields: &[Field]| layout.mappings.iter().any(|m| fields.contains(&m.field));
        for (count, (what, fields, floor)) in given.iter_mut().zip(groups) {
            *count += usize::from(mapped(fields));
            if floor == 61 {
                assert!(
                    mapped(fields),
                    "{path:?}: no {what} among {:?}",
                    layout.unmapped
                );
            }
        }
        // Codes and unit prices look like fields of ours and are none.
        for mapping in &layout.mappings {
            let heading = mapping.column.to_lowercase();
            for wrong in [
                "unit_price",
                "unit price",
                "percent",
                "hs_code_2",
                "exchange",
                "tax_amount",
                "freight",
            ] {
                assert!(!heading.contains(wrong), "{path:?}: {mapping}");
            }
        }
        let with_code = reading.shipments.iter().filter(|s| s.hs.is_some()).count();
        let with_party = reading
            .shipments
            .iter()
            .filter(|s| !s.parties.is_empty())
            .count();
        let with_date = reading
            .shipments
            .iter()
            .filter(|s| s.date.is_some())
            .count();
        let rows = reading.shipments.len();
        assert!(
            with_code * 10 >= rows * 9,
            "{path:?}: {with_code} codes in {rows} rows"
        );
        filled += usize::from(with_party * 2 >= rows);
        assert!(
            with_date * 10 >= rows * 9,
            "{path:?}: {with_date} dated of {rows}"
        );
    }
    assert_eq!(sheets, 61);
    assert!(filled >= 60, "parties in most rows: {filled} sheets of 61");
    for (count, (what, _, floor)) in given.iter().zip(groups) {
        assert!(
            *count >= floor,
            "{what}: {count} sheets of {sheets}, {floor} before"
        );
    }
}

#[test]
fn golden_rows_are_read_fully() {
    let Some(path) = shared("domain/tables/golden_rows.csv") else {
        return;
    };
    let reading = read(&path);
    assert_eq!(reading.shipments.len(), 85);
    assert_eq!(reading.rejected, []);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut ids: Vec<&str> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .collect();
    ids.retain(|id| !id.is_empty());
    let read_ids: Vec<&str> = reading
        .shipments
        .iter()
        .map(|s| s.row_id.as_str())
        .collect();
    assert_eq!(read_ids, ids);
    for shipment in &reading.shipments {
        let cell = |name: &str| {
            shipment
                .original
                .iter()
                .find(|(heading, _)| heading == name)
                .map_or("", |(_, cell)| cell.as_str())
        };
        assert_eq!(
            shipment.date.is_some(),
            !cell("date").is_empty(),
            "{}",
            shipment.row_id
        );
        assert_eq!(
            shipment.hs.is_some(),
            !cell("hs_declared").is_empty(),
            "{}",
            shipment.row_id
        );
        assert_eq!(
            shipment.goods_text,
            cell("goods_text"),
            "{}",
            shipment.row_id
        );
        assert_eq!(
            shipment.destination.as_deref().unwrap_or(""),
            cell("dest_cc"),
            "{}",
            shipment.row_id
        );
        let parties = ["consignor", "consignee", "intermediary"]
            .iter()
            .filter(|n| !cell(n).is_empty())
            .count();
        assert_eq!(shipment.parties.len(), parties, "{}", shipment.row_id);
    }
}

#[test]
fn public_samples_are_read_fully() {
    for (file, rows, goods, codes) in [
        ("data/records/korea_syn_train.csv", 37_385, 0, 37_385),
        ("data/records/ru_declarations_sample.jsonl", 120, 120, 0),
        (
            "data/goods/vietnam_declarations_hs8.jsonl",
            4_174,
            4_174,
            4_174,
        ),
    ] {
        let Some(path) = shared(file) else { continue };
        let reading = read(&path);
        assert_eq!(reading.summary().read, rows, "{file}");
        assert_eq!(reading.summary().rejected, 0, "{file}");
        let with_goods = reading
            .shipments
            .iter()
            .filter(|s| !s.goods_text.is_empty())
            .count();
        let with_code = reading.shipments.iter().filter(|s| s.hs.is_some()).count();
        assert_eq!((with_goods, with_code), (goods, codes), "{file}");
    }
}
