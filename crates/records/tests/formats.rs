//! Each format from a small file in it: layouts, shipments and what was refused, as snapshots.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod support;

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Float64Array, Int64Array, ListArray, RecordBatch, StringArray, StructArray,
};
use arrow::datatypes::{DataType, Field, Fields, Int32Type};
use records::{ColumnOverrides, RecordFormat};
use support::{Reading, Scratch, gzip, read, read_with, xlsx};

/// A reading in words, with the folder of the file left out.
fn told(reading: &Reading, folder: &Path) -> String {
    let mut out = String::new();
    for layout in &reading.layouts {
        writeln!(
            out,
            "layout {} {} header {:?} {:?} {:?}{}",
            layout.file,
            layout.format.as_str(),
            layout.header_row,
            layout.encoding,
            layout.delimiter,
            layout
                .skipped
                .as_ref()
                .map_or(String::new(), |why| format!(" skipped: {why}"))
        )
        .unwrap();
        for mapping in &layout.mappings {
            writeln!(out, "  {mapping} ({})", mapping.how.as_str()).unwrap();
        }
        writeln!(out, "  not read: {:?}", layout.unmapped).unwrap();
        if !layout.day_or_month_first.is_empty() {
            writeln!(out, "  day or month first: {:?}", layout.day_or_month_first).unwrap();
        }
    }
    for rejected in &reading.rejected {
        let field = rejected.field.as_deref().unwrap_or("row");
        writeln!(out, "refused {} {field}: {}", rejected.row, rejected.reason).unwrap();
    }
    for shipment in &reading.shipments {
        writeln!(out, "{}", serde_json::to_string_pretty(shipment).unwrap()).unwrap();
    }
    match &reading.outcome {
        Ok(summary) => writeln!(
            out,
            "{} tables, {} rows, {} read, {} refused, {} fields refused",
            summary.tables, summary.rows, summary.read, summary.rejected, summary.fields_rejected
        ),
        Err(error) => writeln!(out, "{error}"),
    }
    .unwrap();
    out.replace(&format!("{}/", folder.display()), "")
}

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let path = folder.join(name);
    assert!(records::is_records(&path).unwrap().is_some());
    told(&read(&path), &folder)
}

#[test]
fn delimited_text() {
    insta::assert_snapshot!(fixture("manifest.csv"));
}

#[test]
fn json_lines() {
    insta::assert_snapshot!(fixture("declarations.jsonl"));
}

#[test]
fn workbook() {
    let scratch = Scratch::new();
    let bytes = xlsx(&[
        ("Notes", &[&["Nothing", "here"], &["but", "words"]]),
        (
            "Rows & more",
            &[
                &["Exports of 2022"],
                &[],
                &[
                    "Date",
                    "Exporter",
                    "Importer",
                    "Goods",
                    "HS code",
                    "Net weight",
                    "",
                    "Value USD",
                ],
                &["1", "2", "3", "4", "5", "6", "7", "8"],
                &[
                    "@44895",
                    "A <Co>",
                    "B",
                    "valves",
                    "#84818081",
                    "#12.5",
                    "",
                    "#100",
                ],
                &[
                    "30.11.2022",
                    "A",
                    "C",
                    "pipes",
                    "#1010190",
                    "1 234,5",
                    "x",
                    "",
                ],
                &["", "", "", "", "", "", "", "#100"],
            ],
        ),
    ]);
    let path = scratch.file("book.xlsx", &bytes);
    assert_eq!(
        records::is_records(&path).unwrap(),
        Some(RecordFormat::Workbook)
    );
    insta::assert_snapshot!(told(&read(&path), path.parent().unwrap()));
    // The name says nothing, and compression changes nothing but the hash.
    let packed = scratch.file("book.gz", gzip(&bytes));
    assert_eq!(read(&packed).summary().read, read(&path).summary().read);
}

#[test]
fn parquet() {
    let scratch = Scratch::new();
    let party = StructArray::new(
        Fields::from(vec![Field::new("name", DataType::Utf8, true)]),
        vec![Arc::new(StringArray::from(vec![Some("A"), None])) as ArrayRef],
        None,
    );
    let models =
        ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1), Some(2)]), None]);
    let batch = RecordBatch::try_from_iter([
        ("consignor", Arc::new(party) as ArrayRef),
        ("importer", Arc::new(StringArray::from(vec!["B", "C"]))),
        (
            "description",
            Arc::new(StringArray::from(vec![Some("valves"), None])),
        ),
        (
            "hs_code",
            Arc::new(Int64Array::from(vec![8_481_808_199, 9_303_300_000])),
        ),
        (
            "net_weight_kg",
            Arc::new(Float64Array::from(vec![Some(12.5), None])),
        ),
        ("model", Arc::new(models)),
    ])
    .unwrap();
    let path = scratch.path("rows.parquet");
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    assert_eq!(
        records::is_records(&path).unwrap(),
        Some(RecordFormat::Parquet)
    );
    insta::assert_snapshot!(told(&read(&path), path.parent().unwrap()));
    // Cut off it is damaged, whatever the place.
    let whole = std::fs::read(&path).unwrap();
    for tenth in 1..10 {
        let cut = scratch.file("cut.parquet", &whole[..whole.len() * tenth / 10]);
        assert!(read(&cut).error().contains("is damaged"));
    }
}

#[test]
fn delimiters_and_encodings_are_told_by_content() {
    let scratch = Scratch::new();
    let text = "Отправитель;Получатель;Описание товара;Код ТН ВЭД;Вес нетто\nООО Ромашка;ЗАО Лютик;винтовки охотничьи;9303300000;1,5\nООО Астра;ЗАО Лютик;патроны;9306309000;22,5\n";
    let expect = read(&scratch.file("utf8", text)).shipments;
    assert_eq!(expect.len(), 2);
    assert_eq!(expect[0].net_kg, Some(1.5));
    let wide = |little: bool, mark: bool| -> Vec<u8> {
        let units = mark
            .then_some(0xfeff)
            .into_iter()
            .chain(text.encode_utf16());
        units
            .flat_map(|unit| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            })
            .collect()
    };
    let cp1251 = encoding_rs::WINDOWS_1251.encode(text).0.into_owned();
    for (name, bytes, encoding, delimiter) in [
        (
            "bom",
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            "UTF-8",
            ';',
        ),
        ("cp1251", cp1251.clone(), "windows-1251", ';'),
        ("cp1251.gz", gzip(&cp1251), "windows-1251", ';'),
        (
            "zstd",
            zstd::encode_all(text.as_bytes(), 3).unwrap(),
            "UTF-8",
            ';',
        ),
        ("utf16le-bom", wide(true, true), "UTF-16LE", ';'),
        ("utf16be-bom", wide(false, true), "UTF-16BE", ';'),
        ("utf16le", wide(true, false), "UTF-16LE", ';'),
        ("utf16be", wide(false, false), "UTF-16BE", ';'),
        ("tabs", text.replace(';', "\t").into_bytes(), "UTF-8", '\t'),
        ("pipes", text.replace(';', "|").into_bytes(), "UTF-8", '|'),
        (
            "crlf",
            text.replace('\n', "\r\n").into_bytes(),
            "UTF-8",
            ';',
        ),
        ("cr", text.replace('\n', "\r").into_bytes(), "UTF-8", ';'),
    ] {
        let reading = read(&scratch.file(name, bytes));
        assert_eq!(
            reading.layouts[0].encoding.as_deref(),
            Some(encoding),
            "{name}"
        );
        assert_eq!(reading.layouts[0].delimiter, Some(delimiter), "{name}");
        assert_eq!(reading.rejected, [], "{name}");
        let mut shipments = reading.shipments;
        for (shipment, expect) in shipments.iter_mut().zip(&expect) {
            shipment.file.clone_from(&expect.file);
            shipment.row_id.clone_from(&expect.row_id);
        }
        assert_eq!(shipments, expect, "{name}");
    }
}

/// Words in the place of a name are kept as they are, for rules to judge; cells that say nothing name nobody.
#[test]
fn placeholders_of_names_are_kept() {
    let scratch = Scratch::new();
    let mut text = String::from("shipper,consignee,description,hs code\n");
    let words = [
        "TO ORDER",
        "TO THE ORDER OF BANK",
        "SAME AS CONSIGNEE",
        "не указан",
        "空",
        "UNKNOWN",
    ];
    let nothing = ["", "-", "N/A", "NULL", "—"];
    for name in words.iter().chain(&nothing) {
        text.push_str(&format!("A,{name},goods,9303\n"));
    }
    let reading = read(&scratch.file("rows.csv", text));
    let consignee = |row: usize| {
        let parties = &reading.shipments[row].parties;
        parties
            .iter()
            .find(|p| p.role == model::Role::Consignee)
            .map(|p| p.name.as_str())
    };
    for (row, word) in words.iter().enumerate() {
        assert_eq!(consignee(row), Some(*word));
    }
    for (row, cell) in nothing.iter().enumerate() {
        let row = words.len() + row;
        assert_eq!(consignee(row), None);
        let original = &reading.shipments[row].original;
        assert!(
            original.contains(&("consignee".to_string(), (*cell).to_string())),
            "{original:?}"
        );
    }
}

#[test]
fn the_user_names_columns_that_no_table_knows() {
    let scratch = Scratch::new();
    let path = scratch.file("rows.csv", "aaa,bbb,ccc\nvalves,ACME,8481\n");
    assert!(read(&path).error().contains("name its columns"));
    let overrides = ColumnOverrides::parse(
        "goods_text='aaa'\nconsignor_name='bbb'\nhs_code='CCC'\nmodel='zzz'",
    )
    .unwrap();
    let reading = read_with(&path, &overrides);
    assert_eq!(reading.shipments[0].goods_text, "valves");
    assert_eq!(reading.shipments[0].parties[0].name, "ACME");
    assert!(reading.rejected[0].reason.contains("zzz"));
}

/// Two columns of one heading: both are kept as written, the first that is filled is read.
#[test]
fn headings_may_repeat() {
    let scratch = Scratch::new();
    let path = scratch.file(
        "rows.csv",
        "shipper,description,description,hs\nA,,second,8481\nA,first,second,8481\n",
    );
    let reading = read(&path);
    let goods: Vec<&str> = reading
        .shipments
        .iter()
        .map(|s| s.goods_text.as_str())
        .collect();
    assert_eq!(goods, ["second", "first"]);
    assert_eq!(reading.shipments[1].original.len(), 4);
}
