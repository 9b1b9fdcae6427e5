//! Records that are damaged or hostile: each is read as far as it goes, or refused in words.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod support;

use std::io::Write;

use proptest::prelude::*;
use records::RecordError;
use support::{Scratch, gzip, read, xlsx, zip};

const GOOD: &str = "shipper,consignee,description,hs code\nA,B,rifles,9303\n";

#[test]
fn what_holds_no_records_is_refused_with_a_reason() {
    let scratch = Scratch::new();
    let cases: [(&str, Vec<u8>, &str); 16] = [
        ("empty", Vec::new(), "is empty"),
        ("empty.gz", gzip(b""), "is empty"),
        ("blank", b" \n\n\t\n".to_vec(), "blank"),
        (
            "header only",
            b"shipper,consignee,description,hs code\n".to_vec(),
            "",
        ),
        (
            "prose",
            b"A letter, of some lines,\nand a few, commas\n".to_vec(),
            "no shipments",
        ),
        ("pdf", b"%PDF-1.7\n".to_vec(), "a PDF"),
        (
            "html",
            b"<html><table><tr><td>shipper".to_vec(),
            "XML or HTML",
        ),
        ("array", b"[{\"shipper\": 1}]".to_vec(), "JSON array"),
        ("no keys of ours", b"{\"a\": 1}\n".to_vec(), "no shipments"),
        ("no json", b"{shipper: 1}\n".to_vec(), "no shipments"),
        (
            "junk",
            (0..9000u32)
                .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
                .collect(),
            "",
        ),
        (
            "zip",
            zip(&[("readme.txt", b"hello".to_vec(), None)]),
            "no workbook",
        ),
        (
            "cut zip",
            xlsx(&[("S", &[&["shipper"]])])[..200].to_vec(),
            "damaged",
        ),
        ("zip magic", b"PK\x03\x04".to_vec(), "damaged"),
        (
            "ole magic",
            [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &[0; 600]].concat(),
            "damaged",
        ),
        ("parquet magic", b"PAR1PAR1".to_vec(), "damaged"),
    ];
    for (name, bytes, words) in cases {
        let path = scratch.file(name, bytes);
        let reading = read(&path);
        if name == "header only" {
            assert_eq!(reading.summary().rows, 0);
            continue;
        }
        let error = reading.error();
        assert!(error.contains(words), "{name}: {error}");
        assert!(error.contains(name), "{name} is named: {error}");
        assert!(error.len() < 500, "{name}: {error}");
        assert_eq!(reading.shipments, [], "{name}");
        let _ = records::is_records(&path).unwrap();
    }
    let gone = scratch.path("gone");
    assert!(matches!(read(&gone).outcome, Err(RecordError::Io { .. })));
    let folder = gone.parent().unwrap();
    assert!(matches!(read(folder).outcome, Err(RecordError::Io { .. })));
}

/// A few kilobytes that declare, or hide, more than is safe to unpack.
#[test]
fn a_zip_bomb_is_refused_before_it_unpacks() {
    let scratch = Scratch::new();
    let blanks = vec![b' '; 64 << 20];
    let book = b"<workbook/>".to_vec();
    for (name, declared) in [("declared.xlsx", None), ("hidden.xlsx", Some(10))] {
        let bytes = zip(&[
            ("xl/workbook.xml", book.clone(), None),
            ("xl/worksheets/sheet1.xml", blanks.clone(), declared),
        ]);
        assert!(bytes.len() < 1 << 20);
        let path = scratch.file(name, bytes);
        assert!(
            matches!(read(&path).outcome, Err(RecordError::TooLarge { .. })),
            "{name}"
        );
    }
    // An ods row that repeats itself a million times over a thousand columns.
    let sheet = "<office:document-content><table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell office:value-type=\"float\" office:value=\"1\" table:number-columns-repeated=\"1000\"/></table:table-row></table:table></office:document-content>";
    let path = scratch.file(
        "repeated.ods",
        zip(&[("content.xml", sheet.as_bytes().to_vec(), None)]),
    );
    assert!(matches!(
        read(&path).outcome,
        Err(RecordError::TooLarge { .. })
    ));
}

/// 100 MB without a line end cost one row, and are passed over, not held.
#[test]
fn an_endless_line_costs_one_row() {
    let scratch = Scratch::new();
    for (name, before, after, good) in [
        ("long.csv", GOOD, "\nC,D,rifles,9303\n", 2),
        (
            "long.json",
            "{\"shipper\":\"A\",\"description\":\"rifles\",\"hs\":\"9303\"}\n{\"shipper\":\"",
            "\"}\n{\"shipper\":\"C\",\"description\":\"rifles\",\"hs\":\"9303\"}\n",
            2,
        ),
    ] {
        let path = scratch.path(name);
        let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
        file.write_all(before.as_bytes()).unwrap();
        for _ in 0..100 {
            file.write_all(&vec![b'x'; 1 << 20]).unwrap();
        }
        file.write_all(after.as_bytes()).unwrap();
        drop(file);
        let reading = read(&path);
        assert_eq!(reading.summary().read, good, "{name}");
        assert_eq!(reading.rejected.len(), 1, "{name}");
        assert!(reading.rejected[0].reason.contains("4 MiB"), "{name}");
    }
}

#[test]
fn a_truncated_gzip_gives_the_rows_before_the_break() {
    let scratch = Scratch::new();
    let mut text = GOOD.to_string();
    for n in 0..5000u64 {
        let words = blake3::hash(&n.to_le_bytes()).to_hex();
        text.push_str(&format!("A{words},B,valves,8481\n"));
    }
    let packed = gzip(text.as_bytes());
    let reading = read(&scratch.file("cut.gz", &packed[..packed.len() / 2]));
    assert!(
        reading.error().contains("breaks off"),
        "{:?}",
        reading.outcome
    );
    assert!((1000..4000).contains(&reading.shipments.len()));
}

/// Ragged rows, stray quotes, NUL bytes and bytes of no encoding cost themselves alone.
#[test]
fn bad_rows_cost_themselves_alone() {
    let scratch = Scratch::new();
    let mut bytes = GOOD.as_bytes().to_vec();
    bytes.extend(b"C,D,ri\0fles,9303\n"); // 3: a NUL byte
    bytes.extend(b"E,F,\xff\xfe rifles,9303\n"); // 4: bytes that are no UTF-8 in a file that is
    bytes.extend(b"G\n"); // 5: too short
    bytes.extend(b"H,I,rifles,9303,,,\n"); // 6: empty cells too many
    bytes.extend(b"J,K,rifles,9303,more\n"); // 7: a cell too many
    bytes.extend(b"N,O \"the\" O,rifles,9303\n"); // 8: quotes inside a cell
    bytes.extend(b"L,\"M,rifles,9303\n"); // 9: a quote never closed
    bytes.extend(
        "P,Q,винтовки охотничьи нарезные с продольно-скользящим затвором,9303\n".as_bytes(),
    ); // 10
    let reading = read(&scratch.file("rows.csv", &bytes));
    let names: Vec<&str> = reading
        .shipments
        .iter()
        .map(|s| s.parties[0].name.as_str())
        .collect();
    assert_eq!(names, ["A", "C", "E", "H", "N", "P"]);
    let refused: Vec<(u64, Option<&str>)> = reading
        .rejected
        .iter()
        .map(|rejected| (rejected.row, rejected.field.as_deref()))
        .collect();
    assert_eq!(
        refused,
        [
            (3, Some("description")),
            (4, Some("description")),
            (5, None),
            (7, None),
            (9, None)
        ]
    );
}

/// Rows that could not be read before the header was decided on were reported ahead of rows before them.
#[test]
fn regression_refusals_come_in_file_order() {
    let scratch = Scratch::new();
    let text = "{\"shipper\":\"A\",\"description\":\"x\",\"hs\":\"bad\"}\n[]\n{\"shipper\":\"B\",\"description\":\"x\",\"hs\":\"bad\"}\nno\n";
    let reading = read(&scratch.file("rows.json", text));
    let rows: Vec<u64> = reading
        .rejected
        .iter()
        .map(|rejected| rejected.row)
        .collect();
    assert_eq!(rows, [1, 2, 3, 4]);
}

/// Files of nothing but rubbish are read to their end without growing.
#[test]
fn rubbish_is_counted_to_the_end() {
    let scratch = Scratch::new();
    let mut text = "{\"shipper\":\"A\",\"description\":\"x\",\"hs\":\"9303\"}\n".to_string();
    text.push_str(&"rubbish\n".repeat(10_000));
    let reading = read(&scratch.file("rows.json", text));
    assert_eq!(reading.summary().rejected, 10_000);
    assert_eq!(reading.summary().read, 1);
}

#[test]
fn deep_json_is_refused_and_wide_json_bounded() {
    let scratch = Scratch::new();
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let wide: String = (0..6000).map(|n| format!(",\"k{n}\":1")).collect();
    let text = format!(
        "{{\"shipper\":\"A\",\"description\":\"x\",\"hs\":\"9303\"}}\n{{\"shipper\":{deep}}}\n{{\"shipper\":\"B\"{wide}}}\n"
    );
    let reading = read(&scratch.file("rows.json", text));
    assert_eq!(reading.shipments.len(), 1);
    assert_eq!(reading.summary().rejected, 2);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    /// Arbitrary bytes, plain and behind the marks of each format, give values or errors and never a panic.
    #[test]
    fn arbitrary_bytes_never_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..1500),
        mark in 0..6usize,
    ) {
        let marks: [&[u8]; 6] = [b"", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b\x08", GOOD.as_bytes()];
        let scratch = Scratch::new();
        let path = scratch.file("bytes", [marks[mark], &bytes].concat());
        let _ = records::is_records(&path);
        let _ = read(&path);
    }

    /// Whatever cells hold, a row is a shipment or a refusal, and all it held is in `original`.
    #[test]
    fn every_row_is_read_or_refused(rows in proptest::collection::vec(
        proptest::collection::vec("[^\",\\p{Cc}\u{feff}]{0,12}", 4..=4), 1..20,
    )) {
        let mut text = GOOD.to_string();
        for row in &rows {
            text.push_str(&row.join(","));
            text.push('\n');
        }
        let scratch = Scratch::new();
        let reading = read(&scratch.file("rows.csv", text));
        let blank = rows.iter().filter(|row| row.iter().all(|cell| cell.trim().is_empty())).count();
        let summary = reading.summary();
        prop_assert_eq!(summary.rows as usize, 1 + rows.len() - blank);
        for shipment in &reading.shipments[1..] {
            let row = &rows[shipment.row as usize - 3];
            let kept: Vec<&String> = shipment.original.iter().map(|(_, cell)| cell).collect();
            prop_assert_eq!(kept, row.iter().collect::<Vec<_>>());
        }
    }

    /// Workbooks with bytes changed: the same.
    #[test]
    fn damaged_workbooks_never_panic(cuts in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..8)) {
        let mut bytes = xlsx(&[("S", &[&["shipper", "description", "hs"], &["A", "valves", "#8481"]])]);
        for (at, byte) in cuts {
            let at = usize::from(at) % bytes.len();
            bytes[at] = byte;
        }
        let scratch = Scratch::new();
        let _ = read(&scratch.file("book.xlsx", bytes));
    }
}
