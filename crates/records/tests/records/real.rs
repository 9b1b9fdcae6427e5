//! The readers on real files, where they are at hand: `$INTERDICT_SHARED`, else `../shared` beside the workspace.

use std::path::PathBuf;

use records::{ColumnOverrides, Field};

use crate::common::{Got, read_path};

fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("INTERDICT_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    if folder.join("data").is_dir() {
        return Some(folder);
    }
    eprintln!(
        "skipped: no data at {} (set INTERDICT_SHARED)",
        folder.display()
    );
    None
}

fn given(got: &Got, wanted: &[Field]) -> bool {
    got.layouts[0]
        .mappings
        .iter()
        .any(|mapping| wanted.contains(&mapping.field))
}

#[test]
fn vendor_sheets_of_many_countries() {
    let Some(shared) = shared() else { return };
    let mut files: Vec<PathBuf> = std::fs::read_dir(shared.join("data/records/xlsx"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let columns: [(&str, &[Field]); 6] = [
        ("goods", &[Field::GoodsText, Field::HsDescription]),
        (
            "party",
            &[
                Field::ConsignorName,
                Field::ConsigneeName,
                Field::IntermediaryName,
            ],
        ),
        ("hs", &[Field::HsCode]),
        ("date", &[Field::Date]),
        ("mass", &[Field::NetKg, Field::GrossKg]),
        ("value", &[Field::ValueUsd, Field::Value, Field::UsdPerKg]),
    ];
    let mut counts = [0; 6];
    let mut read = 0;
    for file in &files {
        let got = read_path(file, &ColumnOverrides::default());
        let summary = got
            .outcome
            .as_ref()
            .unwrap_or_else(|error| panic!("{error}"));
        assert!(
            summary.read > 0 && summary.rejected == 0,
            "{}: {:?}",
            file.display(),
            got.reasons()
        );
        read += summary.read;
        let mut line = String::new();
        for (count, (name, wanted)) in counts.iter_mut().zip(&columns) {
            if given(&got, wanted) {
                *count += 1;
                line.push_str(&format!(" {name}"));
            }
        }
        // What is recognised must also be readable: codes and dates of nearly every row.
        let with_code = got.shipments.iter().filter(|s| s.hs.is_some()).count();
        let with_date = got.shipments.iter().filter(|s| s.date.is_some()).count();
        assert!(
            with_code * 100 >= got.shipments.len() * 99,
            "{}",
            file.display()
        );
        assert!(
            with_date * 100 >= got.shipments.len() * 99,
            "{}",
            file.display()
        );
        eprintln!(
            "{} rows {}:{line}",
            file.file_name().unwrap().display(),
            summary.read
        );
    }
    eprintln!("{} files, {read} rows: {counts:?}", files.len());
    for (count, floor) in counts.into_iter().zip(FLOORS) {
        assert!(
            count * 61 >= floor * files.len(),
            "{counts:?} of {}",
            files.len()
        );
    }
}

/// Every sheet against a table written by hand: which column leads each field, and that no other field is claimed.
#[test]
fn every_column_of_every_sheet() {
    let Some(shared) = shared() else { return };
    const COMPARED: [Field; 20] = [
        Field::ConsignorName,
        Field::ConsignorCountry,
        Field::ConsigneeName,
        Field::ConsigneeCountry,
        Field::NotifyPartyName,
        Field::ManufacturerName,
        Field::IntermediaryName,
        Field::GoodsText,
        Field::HsDescription,
        Field::HsCode,
        Field::Origin,
        Field::Dispatch,
        Field::Destination,
        Field::Date,
        Field::Quantity,
        Field::Unit,
        Field::NetKg,
        Field::GrossKg,
        Field::ValueUsd,
        Field::Value,
    ];
    let mut wrong = Vec::new();
    let mut sheets = 0;
    for line in include_str!("sheets.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
    {
        let (file, columns) = line.split_once('\t').unwrap();
        let path = shared.join("data/records/xlsx").join(file);
        let got = read_path(&path, &ColumnOverrides::default());
        let leading = |field: Field| {
            got.layouts[0]
                .mappings
                .iter()
                .find(|mapping| mapping.field == field)
                .map(|mapping| mapping.column.as_str())
        };
        sheets += 1;
        let expected: Vec<(Field, &str)> = columns
            .split(';')
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(field, column)| (Field::from_key(field).unwrap(), column))
            .collect();
        for (field, column) in &expected {
            let found = leading(*field).or_else(|| {
                (*field == Field::GoodsText)
                    .then(|| leading(Field::HsDescription))
                    .flatten()
            });
            if found != Some(column) {
                wrong.push(format!("{file}: {field:?} is {column}, read as {found:?}"));
            }
        }
        for field in COMPARED {
            let named =
                expected.iter().any(|(known, _)| *known == field) || field == Field::HsDescription;
            if !named && let Some(column) = leading(field) {
                wrong.push(format!("{file}: {column} read as {field:?}"));
            }
        }
    }
    assert_eq!((sheets, wrong), (61, Vec::<String>::new()));
}

/// Sheets of 61 that give goods, a party, a code, a date, a mass, a value. The rest have no such column.
const FLOORS: [usize; 6] = [52, 61, 61, 61, 32, 61];

#[test]
fn golden_rows_in_full() {
    let Some(shared) = shared() else { return };
    let got = read_path(
        &shared.join("domain/tables/golden_rows.csv"),
        &ColumnOverrides::default(),
    );
    assert_eq!(got.reasons(), Vec::<String>::new());
    assert_eq!(got.shipments.len(), 85);
    for field in [
        Field::ConsignorName,
        Field::ConsignorCountry,
        Field::ConsigneeName,
        Field::ConsigneeCountry,
        Field::IntermediaryName,
        Field::IntermediaryCountry,
        Field::GoodsText,
        Field::HsCode,
        Field::Origin,
        Field::Dispatch,
        Field::Transit,
        Field::Destination,
        Field::Date,
        Field::Quantity,
        Field::Unit,
        Field::ValueUsd,
        Field::GrossKg,
    ] {
        assert!(given(&got, &[field]), "{field:?}");
    }
}

#[test]
fn other_real_files() {
    let Some(shared) = shared() else { return };
    for (file, rows) in [
        ("data/records/korea_syn_train.csv", 37_385),
        ("data/records/01_cargo_dictionary.csv", 1_124),
        ("data/records/ru_declarations_sample.jsonl", 120),
        ("data/goods/vietnam_declarations_hs8.jsonl", 4_174),
        ("data/records/sipri_trade_register.csv", 29_507),
    ] {
        let got = read_path(&shared.join(file), &ColumnOverrides::default());
        let summary = got.outcome.unwrap();
        assert_eq!((summary.read, summary.rejected), (rows, 0), "{file}");
    }
    for file in [
        "data/records/hs6_lookup.csv",
        "data/records/schedule_k_2024q4.csv",
    ] {
        assert_eq!(
            records::is_records(&shared.join(file)).unwrap(),
            None,
            "{file}"
        );
    }
}
