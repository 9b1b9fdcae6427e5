//! Arrow, Parquet and NDJSON say the same of the same rows.

#![allow(
    clippy::unwrap_used,
    reason = "a test may die of what it does not expect"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::{Float64Type, UInt64Type};
use batch::{BatchError, FindingsWriter, batch_schema, finding_schema, screen_batch};
use model::{Finding, OwnershipBasis, OwnershipEffect, PartyMatch, Percent, Share, Shipment};
use records::ColumnOverrides;
use screen::Screener;
use serde_json::Value;

fn text(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

/// Rifles to a listed party, chips by a hub, tiles, a row that says nothing, and one with a bad date.
fn rows() -> RecordBatch {
    RecordBatch::try_from_iter(vec![
        (
            "record_id",
            text(&[Some("A1"), Some("A2"), Some("A3"), None, None]),
        ),
        (
            "Shipper",
            text(&[
                Some("EXAMPLE ARMS CO"),
                Some("SAMPLE TRADE FZE"),
                Some("ACME TILES"),
                None,
                Some("ACME TILES"),
            ]),
        ),
        (
            "Consignee",
            text(&[
                Some("OOO LISTED"),
                Some("OOO \"PRIMER\""),
                Some("A & B"),
                None,
                Some("A & B"),
            ]),
        ),
        (
            "Goods description",
            text(&[
                Some("semi-automatic rifles 5.56 mm"),
                Some("интегральные схемы, микроконтроллер STM32"),
                Some("ceramic tiles\nglazed"),
                None,
                Some("ceramic tiles"),
            ]),
        ),
        (
            "HS code",
            text(&[
                Some("9301.90"),
                Some("8542310000"),
                Some("690721"),
                None,
                Some("690721"),
            ]),
        ),
        (
            "Origin",
            text(&[Some("CN"), Some("Тайвань"), Some("TR"), None, Some("TR")]),
        ),
        (
            "Destination",
            text(&[Some("RU"), Some("Россия"), Some("DE"), None, Some("DE")]),
        ),
        (
            "Date",
            text(&[
                Some("2023-03-16"),
                Some("16.04.2023"),
                None,
                None,
                Some("30.02.2023"),
            ]),
        ),
        (
            "Net kg",
            Arc::new(Float64Array::from(vec![
                Some(12.5),
                Some(0.1),
                Some(18000.0),
                None,
                Some(5.0),
            ])) as ArrayRef,
        ),
    ])
    .unwrap()
}

fn screener() -> Screener {
    Screener::with_lookup(
        Some(Box::new(|party| {
            (party.name == "OOO LISTED").then(|| PartyMatch {
                entity_id: "list:1".to_string(),
                dataset: "list".to_string(),
                schema: "Company".to_string(),
                caption: "Listed".to_string(),
                matched_name: "Listed \u{200f}«LLC»".to_string(),
                score: 0.1 + 0.8,
                probability: 0.999_999_999_9,
                explanation: vec!["same name".to_string()],
                ownership: vec![OwnershipBasis {
                    rule: "us.ofac.50pct".to_string(),
                    source: "made up".to_string(),
                    effect: OwnershipEffect::Blocked,
                    share: Percent::try_from(50.5).ok().map(|share| Share {
                        low: share,
                        high: share,
                    }),
                    chain: "A holds 50.5 % of B".to_string(),
                }],
            })
        })),
        0.85,
        BTreeMap::from([("list".to_string(), "2023-01-01".to_string())]),
    )
}

/// The findings of the rows by the readers and the engine alone.
fn findings() -> Vec<Finding> {
    let mut shipments: Vec<Shipment> = Vec::new();
    records::read_batch(
        &rows(),
        batch::BATCH_NAME,
        &ColumnOverrides::default(),
        &mut |_| {},
        &mut |shipment| shipments.push(shipment),
        &mut |_| {},
    )
    .unwrap();
    screener().screen(&shipments)
}

/// Each row of a batch as a JSON object, nulls left out.
fn json_of(batch: &RecordBatch) -> Vec<Value> {
    let mut written = Vec::new();
    let mut writer = arrow::json::LineDelimitedWriter::new(&mut written);
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    written
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key, without_nulls(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        value => value,
    }
}

/// The NDJSON contract's form of findings.
fn ndjson_of(findings: &[Finding]) -> Vec<Value> {
    findings
        .iter()
        .map(|finding| {
            let line = serde_json::to_string(finding).unwrap();
            without_nulls(serde_json::from_str(&line).unwrap())
        })
        .collect()
}

#[test]
fn a_batch_says_what_ndjson_says() {
    let screened = screen_batch(&screener(), &rows(), &ColumnOverrides::default()).unwrap();
    assert_eq!(screened.schema(), batch_schema());
    assert_eq!(screened.num_rows(), 5);
    let findings = findings();
    assert!(findings.iter().any(|finding| !finding.gates.is_empty()));
    assert!(findings.iter().any(|finding| !finding.flags.is_empty()));
    let expect = ndjson_of(&findings);
    assert_eq!(expect.len(), 4);
    let mut got = json_of(&screened);
    for row in &mut got {
        row.as_object_mut().unwrap().shift_remove("rejected");
    }
    let refused = got.remove(3);
    assert_eq!(refused["row"], 4);
    assert!(refused.get("disposition").is_none());
    assert_eq!(got, expect);
    // Not by way of text alone: the bits of the numbers.
    let scores = screened.column_by_name("score").unwrap();
    let scores = scores.as_primitive::<Float64Type>();
    for (index, finding) in [0, 1, 2, 4].into_iter().zip(&findings) {
        assert_eq!(scores.value(index).to_bits(), finding.score.to_bits());
    }
    assert!(scores.is_null(3));
}

#[test]
fn what_could_not_be_read_is_told_beside_the_finding() {
    let screened = screen_batch(&screener(), &rows(), &ColumnOverrides::default()).unwrap();
    let rejected = &json_of(&screened)[4]["rejected"];
    assert_eq!(rejected[0]["field"], "date");
    assert_eq!(rejected[0]["reason"], "\"30.02.2023\" is not a date");
}

#[test]
fn parquet_says_what_ndjson_says_in_several_row_groups() {
    let mut findings = findings();
    screen::rank(&mut findings);
    let many: Vec<Finding> = findings.iter().cycle().take(40_000).cloned().collect();
    let mut writer = FindingsWriter::new(Vec::new()).unwrap();
    for part in many.chunks(7_001) {
        writer.write(part).unwrap();
    }
    let bytes = writer.finish().unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(
        file.reopen().unwrap(),
    )
    .unwrap();
    assert!(reader.metadata().num_row_groups() > 1);
    assert_eq!(reader.schema().fields(), finding_schema().fields());
    let expect = ndjson_of(&findings);
    let mut row = 0;
    for batch in reader.build().unwrap() {
        let batch = batch.unwrap();
        let ranks = batch.column_by_name("rank").unwrap();
        assert!(
            ranks
                .as_primitive::<UInt64Type>()
                .values()
                .iter()
                .all(|rank| *rank > 0)
        );
        for got in json_of(&batch) {
            assert_eq!(got, expect[row % expect.len()]);
            row += 1;
        }
    }
    assert_eq!(row, 40_000);
}

#[test]
fn empty_batches_and_other_columns() {
    let none = rows().slice(0, 0);
    let screened = screen_batch(&screener(), &none, &ColumnOverrides::default()).unwrap();
    assert_eq!(
        (screened.num_rows(), screened.schema()),
        (0, batch_schema())
    );
    let dates: ArrayRef = Arc::new(Date32Array::from(vec![19_000]));
    let other = RecordBatch::try_from_iter(vec![("a", text(&[Some("x")])), ("b", dates)]).unwrap();
    let error = screen_batch(&screener(), &other, &ColumnOverrides::default()).unwrap_err();
    assert!(matches!(error, BatchError::Records(_)), "{error}");
    assert!(error.to_string().contains("holds no shipments"), "{error}");
    let overrides = ColumnOverrides::parse("goods_text = \"a\"\ndate = \"b\"").unwrap();
    let screened = screen_batch(&screener(), &other, &overrides).unwrap();
    assert_eq!(screened.num_rows(), 1);
    let empty = FindingsWriter::new(Vec::new()).unwrap().finish().unwrap();
    assert!(empty.starts_with(b"PAR1"));
}
