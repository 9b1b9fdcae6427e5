//! Files that are broken or made to break the reader.

use proptest::prelude::*;
use records::RecordError;

use crate::common::{Part, gzip, read, sheet_row, xlsx, zip};

#[track_caller]
fn check_error(bytes: &[u8], expect: &str) {
    let error = read(bytes).outcome.expect_err(expect).to_string();
    assert!(error.contains(expect), "{error}");
}

#[test]
fn files_without_records_say_why() {
    check_error(b"", "is empty");
    check_error(b"  \n \n", "is blank");
    check_error(b"%PDF-1.7", "is a PDF");
    check_error(b"<html></html>", "XML or HTML");
    check_error(b"[{\"goods\":1}]", "JSON array");
    check_error(b"a,b\n1,2\n", "holds no shipments");
    let junk: Vec<u8> = (0u32..4096)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8 & 0x1f)
        .collect();
    check_error(&junk, "binary data");
    check_error(b"PK\x03\x04 but no more", "damaged");
    check_error(b"PAR1 but no more", "damaged");
    let docx = zip(&[Part {
        name: "word/document.xml",
        content: b"<x/>",
        declared: None,
    }]);
    check_error(&docx, "holds no workbook");
}

#[test]
fn a_header_alone_is_an_empty_table() {
    let summary = read(b"Consignee,Goods,Origin\n").outcome.unwrap();
    assert_eq!((summary.tables, summary.rows), (1, 0));
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_unpacked() {
    let zeros = vec![b' '; 40 << 20];
    let sheet = |declared| {
        zip(&[
            Part {
                name: "xl/workbook.xml",
                content: b"<workbook/>",
                declared: None,
            },
            Part {
                name: "xl/worksheets/sheet1.xml",
                content: &zeros,
                declared,
            },
        ])
    };
    // Honest about its size, and lying about it.
    for declared in [None, Some(10)] {
        let outcome = read(&sheet(declared)).outcome;
        assert!(
            matches!(outcome, Err(RecordError::TooLarge { .. })),
            "{outcome:?}"
        );
    }
}

#[test]
fn an_endless_line_costs_its_row_alone() {
    let mut bytes = b"Consignee,Goods,Origin\nA,x,CN\n".to_vec();
    bytes.extend(std::iter::repeat_n(b'z', 100 << 20));
    bytes.extend(b"\nB,y,TR\n");
    let got = read(&bytes);
    assert_eq!(got.shipments.len(), 2);
    assert_eq!(got.shipments[1].row, 4);
    assert_eq!(got.reasons(), ["3 -: a line of more than 4 MiB"]);
    // Nothing else in the file: an error that says so.
    let got = read(&bytes[30..100 << 20]);
    assert!(got.outcome.is_err());
    assert_eq!(got.reasons(), ["1 -: a line of more than 4 MiB"]);
    // The same in JSON.
    let mut json = b"{\"consignee\":\"A\",\"goods\":\"x\"}\n{\"goods\":\"".to_vec();
    json.extend(std::iter::repeat_n(b'z', 5 << 20));
    json.extend(b"\"}\n{\"consignee\":\"B\",\"goods\":\"y\"}\n");
    assert_eq!(read(&json).shipments.len(), 2);
}

#[test]
fn ragged_rows_and_totals_are_reported() {
    let got = read(
        b"No,Consignee,Goods,Origin,Net kg\n1,A,tiles,CN,5\n2,A,tiles, polished, large,CN,5\n3,A,tiles\n4\n\
        Total,,,,10\n5,B,bricks,CN,5,,,\n",
    );
    assert_eq!(
        got.reasons(),
        [
            "3 -: has 7 cells where the header has 5",
            "4 end of row: has 3 cells where the header has 5; the rest is taken as empty",
            "5 -: has 1 cells where the header has 5",
            "6 -: names no goods, code, party or country",
        ]
    );
    let goods: Vec<&str> = got
        .shipments
        .iter()
        .map(|s| s.goods_text.as_str())
        .collect();
    assert_eq!(goods, ["tiles", "tiles", "bricks"]);
}

#[test]
fn a_quote_that_is_never_closed_costs_its_line_alone() {
    let mut text = String::from("Consignee,Goods,Origin\nA,\"tiles,CN\n");
    for _ in 0..500 {
        text.push_str("B,bricks,CN\n");
    }
    let got = read(text.as_bytes());
    assert_eq!(
        got.reasons(),
        ["2 -: a quote is opened and not closed in the lines after it"]
    );
    assert_eq!(got.shipments.len(), 500);
    assert_eq!((got.shipments[0].row, got.shipments[499].row), (3, 502));
    // At the end of the file, too.
    let got = read(b"Consignee,Goods,Origin\nA,\"tiles,CN\nB,bricks,CN\n");
    assert_eq!(got.shipments.len(), 1);
    // Inches are no quotes.
    let got = read(b"Consignee,Goods,Origin\nA,pipe 12\" steel,CN\nB,\"pipe\" steel,CN\n");
    assert_eq!(got.shipments[0].goods_text, "pipe 12\" steel");
    assert_eq!(got.shipments[1].goods_text, "pipe steel");
}

#[test]
fn absurd_values_are_reported_and_the_row_is_read() {
    let got = read(
        b"Date,Consignee,Goods,Net kg,Gross kg,Quantity,Value USD\n\
        9999-12-31,A,tiles,1e12,5000000 t,-3,1e20\n\
        1970-01-01,A,tiles,\"1.250,5\",\"1.300,5\",7,\"20.000,00\"\n",
    );
    assert_eq!(
        got.reasons(),
        [
            "2 date: \"9999-12-31\" is a date of no trade record",
            "2 net_kg: 1000000000000 kg is more than any ship carries",
            "2 gross_kg: 5000000000 kg is more than any ship carries",
            "2 quantity: \"-3\" is negative",
            "2 value_usd: \"1e20\" is more than any shipment has",
            "3 date: \"1970-01-01\" is a date of no trade record",
        ]
    );
    let second = &got.shipments[1];
    assert_eq!(
        (second.net_kg, second.gross_kg, second.value_usd),
        (Some(1250.5), Some(1300.5), Some(20000.0))
    );
}

#[test]
fn a_header_repeated_on_every_page_is_no_shipment() {
    let got = read(b"Consignee,Goods,Origin\nA,tiles,CN\nConsignee,Goods,Origin\nB,bricks,TR\n");
    assert_eq!(got.shipments.len(), 2);
    assert_eq!(got.reasons(), ["3 -: repeats the header"]);
}

#[test]
fn duplicate_headings_fill_each_others_gaps() {
    let got = read(b"Goods,Goods,Consignee\nfirst,second,A\n,second,A\n");
    assert_eq!(got.shipments[0].goods_text, "first");
    assert_eq!(got.shipments[1].goods_text, "second");
    assert_eq!(got.shipments[0].original.len(), 3);
    assert!(got.layouts[0].mappings.iter().any(|m| m.fallback));
}

#[test]
fn damaged_bytes_are_reported_by_column() {
    let mut bytes = "Consignee,Goods,Origin,Note\nООО ПРИМЕР,плитка керамическая,CN,примечание\n"
        .as_bytes()
        .to_vec();
    bytes.extend(b"A,ti\0les,CN,x\nB,bri\xffcks,CN,x\n");
    let got = read(&bytes);
    assert_eq!(got.shipments.len(), 3);
    assert_eq!(got.rejected.len(), 2);
    assert_eq!(
        got.rejected
            .iter()
            .map(|r| (r.row, r.field.as_deref()))
            .collect::<Vec<_>>(),
        [(3, Some("Goods")), (4, Some("Goods"))]
    );
    assert_eq!(got.shipments[2].goods_text, "bri\u{fffd}cks");
}

#[test]
fn a_compressed_stream_that_breaks_off_keeps_the_rows_before() {
    let mut text = String::from("Consignee,Goods,Origin\n");
    for row in 0..20_000 {
        text.push_str(&format!("party {row},goods {},CN\n", row * 7919 % 10_007));
    }
    let packed = gzip(text.as_bytes());
    let got = read(&packed[..packed.len() / 2]);
    assert!(got.shipments.len() > 1000);
    let error = got.outcome.unwrap_err().to_string();
    assert!(error.contains("breaks off"), "{error}");
}

#[test]
fn a_cell_in_the_last_corner_of_a_sheet_costs_no_memory() {
    let rows = [
        sheet_row(1, &["Consignee", "Goods", "Origin"]),
        sheet_row(2, &["A", "tiles", "CN"]),
        r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#.to_string(),
    ]
    .concat();
    let got = read(&xlsx(&[("S", &rows)]));
    assert_eq!(got.shipments.len(), 1);
    assert_eq!(got.outcome.unwrap().rejected, 0);
}

/// Rows that could not be read while the sample was collected were reported ahead of the rows before them.
#[test]
fn regression_refusals_come_in_file_order() {
    let got = read(
        b"{\"shipper\":\"A\",\"goods\":\"x\",\"hs\":\"bad\"}\n[]\n{\"shipper\":\"B\",\"goods\":\"x\",\"hs\":\"bad\"}\nno\n",
    );
    let rows: Vec<u64> = got.rejected.iter().map(|refused| refused.row).collect();
    assert_eq!(rows, [1, 2, 3, 4]);
    // However many they are: a good line before 10,000 bad ones.
    let text = format!(
        "{{\"shipper\":\"A\",\"goods\":\"x\",\"hs\":\"9303\"}}\n{}",
        "rubbish\n".repeat(10_000)
    );
    let got = read(text.as_bytes());
    assert_eq!((got.shipments.len(), got.rejected.len()), (1, 10_000));
    assert!(got.rejected.is_sorted_by_key(|refused| refused.row));
}

#[test]
fn deep_and_wide_json_is_refused() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let wide: String = (0..6000).map(|n| format!(",\"k{n}\":1")).collect();
    let got = read(
        format!(
            "{{\"shipper\":\"A\",\"goods\":\"x\",\"hs\":\"9303\"}}\n{{\"shipper\":{deep}}}\n{{\"shipper\":\"B\"{wide}}}\n"
        )
        .as_bytes(),
    );
    assert_eq!(got.shipments.len(), 1);
    let rows: Vec<u64> = got.rejected.iter().map(|refused| refused.row).collect();
    assert_eq!(rows, [2, 3]);
}

/// Words in the place of a name are kept as they are, for rules to judge.
#[test]
fn placeholders_of_names_stay_parties() {
    for word in ["TO ORDER", "TO THE ORDER OF A BANK", "SAME AS CONSIGNEE"] {
        let got = read(format!("shipper,consignee,goods,hs code\nA,{word},x,9303\n").as_bytes());
        let names: Vec<&str> = got.shipments[0]
            .parties
            .iter()
            .map(|p| p.name.as_str())
            .collect();
        assert_eq!(names, ["A", word]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), magic in 0usize..6) {
        let start: &[u8] = [&b""[..], b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{", b"\x1f\x8b\x08"][magic];
        let _ = read(&[start, &bytes].concat());
    }

    #[test]
    fn arbitrary_cells_never_panic_and_no_row_is_lost(rows in proptest::collection::vec("[a-z0-9.,;\"'/ \t|\u{430}-\u{434}\u{4e2d}-]{0,60}", 0..30)) {
        let text = format!("Date,Consignee,Goods,HS code,Origin,Net kg,Value,Currency,Transit,INN\n{}\n", rows.join("\n"));
        let got = read(text.as_bytes());
        prop_assert!(got.outcome.is_ok());
    }

    #[test]
    fn quoted_cells_come_back_as_they_went_in(goods in "[a-zA-Z\u{430}-\u{44f}\",\n;' ]{1,40}") {
        let text = format!("Consignee,Goods,Origin\nA,\"{}\",CN\n", goods.replace('"', "\"\""));
        let got = read(text.as_bytes());
        prop_assert_eq!(&got.shipments[0].original[1].1, &goods);
    }

    #[test]
    fn broken_workbooks_never_panic(at in 0usize..2000, byte in any::<u8>(), cut in 0usize..2000) {
        let rows = [sheet_row(1, &["Consignee", "Goods", "Origin"]), sheet_row(2, &["A", "tiles", "CN"])].concat();
        let mut book = xlsx(&[("S", &rows)]);
        let len = book.len();
        book[at % len] = byte;
        let _ = read(&book);
        book.truncate(cut % len);
        let _ = read(&book);
    }
}
