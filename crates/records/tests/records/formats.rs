//! Every format and layout that is read, on files written by us.

use std::sync::Arc;

use arrow::array::{Date32Array, Float64Array, ListArray, RecordBatch, StringArray, StructArray};
use arrow::datatypes::{DataType, Field, Int32Type};
use model::Role;
use records::{ColumnOverrides, RecordFormat};

use crate::common::{gzip, read, read_with, sheet_row, xlsx};

const ROWS: &str = "\
No,Date,Shipper,Consignee,INN,Goods,HS code,Origin,Destination,Qty,Unit,Net kg,Value USD,Remark
A1,2023-03-16,EXAMPLE EXPORT CO LTD,OOO PRIMER,7722476458/772201001,\"hunting rifles, \"\"model X\"\"\",9303.30.00,CN - CHINA,Россия,10,pcs,\"1,234.5\",\"20,000\",kept
A2,16.04.2023,EXAMPLE EXPORT CO LTD,OOO PRIMER,,\"two
lines\",8542.31,156,643,5,шт,3,,
";

#[test]
fn delimited_text_gives_shipments() {
    let got = read(ROWS.as_bytes());
    insta::assert_json_snapshot!("delimited", got.shipments_json());
    assert_eq!(got.reasons(), Vec::<String>::new());
    assert_eq!(got.layouts[0].header_row, Some(1));
    assert_eq!(got.layouts[0].unmapped, ["No", "Remark"]);
    let original = &got.shipments[0].original;
    assert_eq!(original.len(), 14);
    assert_eq!(original[13], ("Remark".to_string(), "kept".to_string()));
}

#[test]
fn the_same_rows_in_every_wrapping() {
    let expect = read(ROWS.as_bytes()).shipments_json();
    let crlf = ROWS
        .replace("\"two\nlines\"", "\"two\0lines\"")
        .replace('\n', "\r\n")
        .replace('\0', "\n");
    let utf16 = |big: bool| -> Vec<u8> {
        ROWS.encode_utf16()
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    };
    let with_bom = |bom: &[u8], bytes: Vec<u8>| [bom, &bytes].concat();
    for (name, bytes) in [
        ("gzip", gzip(ROWS.as_bytes())),
        ("zstd", zstd::encode_all(ROWS.as_bytes(), 3).unwrap()),
        (
            "UTF-8 with mark",
            with_bom(b"\xef\xbb\xbf", ROWS.as_bytes().to_vec()),
        ),
        ("UTF-16 LE with mark", with_bom(b"\xff\xfe", utf16(false))),
        ("UTF-16 BE with mark", with_bom(b"\xfe\xff", utf16(true))),
        ("UTF-16 LE", utf16(false)),
        ("UTF-16 BE", utf16(true)),
        ("carriage returns", crlf.into_bytes()),
        (
            "a title above",
            format!("Report of trade\n\n{ROWS}").into_bytes(),
        ),
    ] {
        let got = read(&bytes);
        let mut json = got.shipments_json();
        if name == "a title above" {
            for shipment in json.as_array_mut().unwrap() {
                let row = shipment["row"].as_u64().unwrap();
                assert_eq!(got.layouts[0].header_row, Some(3));
                shipment["row"] = (row - 2).into();
                shipment["row_id"] = format!("in#{}", row - 2).into();
            }
        }
        assert_eq!(json, expect, "{name}");
    }
}

#[test]
fn encodings_of_russia_and_china() {
    let russian = "Отправитель;Получатель;Описание товара;Код ТН ВЭД;Вес нетто, кг\n\
        ООО ПРИМЕР;ЗАО ОБРАЗЕЦ;плитка керамическая для пола;6907210000;1 234,5\n";
    let chinese = "发货人,收货人,商品名称,商品编码,原产国\n某某贸易有限公司,示例公司,陶瓷地砖和墙砖,6907210000,中国\n";
    for (encoding, text, expect) in [
        (encoding_rs::WINDOWS_1251, russian, "ООО ПРИМЕР"),
        (encoding_rs::IBM866, russian, "ООО ПРИМЕР"),
        (encoding_rs::GBK, chinese, "某某贸易有限公司"),
    ] {
        let (bytes, _, unmappable) = encoding.encode(text);
        assert!(!unmappable);
        let got = read(&bytes);
        assert_eq!(got.reasons(), Vec::<String>::new(), "{}", encoding.name());
        let consignor = got.shipments[0].party(Role::Consignor).unwrap();
        assert_eq!(consignor.name, expect);
        assert_eq!(got.shipments[0].hs.as_ref().unwrap().as_str(), "6907210000");
    }
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
    let got = read(&bytes);
    assert_eq!(got.shipments[0].net_kg, Some(1234.5));
    assert_eq!(got.layouts[0].delimiter, Some(';'));
}

#[test]
fn headers_in_two_rows() {
    let got = read(
        "Consignor;;Consignee;;Goods\nName;Country;Name;Country;Description\nACME;CN;OOO PRIMER;RU;tiles\n".as_bytes(),
    );
    assert_eq!(
        got.mappings(),
        [
            "consignor_name=Consignor Name",
            "consignor_country=Consignor Country",
            "consignee_name=Consignee Name",
            "consignee_country=Consignee Country",
            "goods_text=Goods Description",
        ]
    );
    assert_eq!(got.shipments.len(), 1);
    assert_eq!(
        got.shipments[0]
            .party(Role::Consignee)
            .unwrap()
            .country
            .as_deref(),
        Some("RU")
    );
}

#[test]
fn headers_in_three_rows_and_merged_downwards() {
    let got = read(
        "Customs;;;;;;Remarks\nParties;;;;Goods;;\nConsignor;;Consignee;;Description;Net kg;\nName;Country;Name;Country;;;\nACME;CN;OOO PRIMER;RU;tiles;5;no\n".as_bytes(),
    );
    assert_eq!(got.shipments.len(), 1, "{:?}", got.reasons());
    let consignee = got.shipments[0].party(Role::Consignee).unwrap();
    assert_eq!(
        (consignee.name.as_str(), consignee.country.as_deref()),
        ("OOO PRIMER", Some("RU"))
    );
    assert_eq!(got.shipments[0].net_kg, Some(5.0));
    // "Origin" is merged over both rows and ends below the title of its neighbour.
    let got = read(
        "Consignee;;;Goods\nName;Country;Origin;Description\nOOO PRIMER;RU;CN;tiles\n".as_bytes(),
    );
    assert_eq!(got.shipments[0].origin.as_deref(), Some("CN"));
}

#[test]
fn day_and_month_are_decided_over_the_column() {
    let head = "Date,Consignee,Goods\n";
    let date = |rows: &str| read(format!("{head}{rows}").as_bytes());
    let got = date("03/04/2023,A,x\n12/25/2023,A,x\n");
    assert_eq!(got.shipments[0].date.unwrap().to_string(), "2023-03-04");
    let got = date("03/04/2023,A,x\n25/12/2023,A,x\n");
    assert_eq!(got.shipments[0].date.unwrap().to_string(), "2023-04-03");
    let got = date("03/04/2023,A,x\n");
    assert_eq!(got.shipments[0].date.unwrap().to_string(), "2023-04-03");
    assert_eq!(got.layouts[0].day_or_month_first, ["Date"]);
}

#[test]
fn decimal_signs_are_decided_over_the_column() {
    let got = read("Consignee;Goods;Net kg;Gross kg\nA;x;1,500;1,700\nA;x;2,25;2,500\n".as_bytes());
    assert_eq!(got.shipments[0].net_kg, Some(1.5));
    // The gross column alone could be thousands; the table's other numbers say otherwise.
    assert_eq!(got.shipments[0].gross_kg, Some(1.7));
}

#[test]
fn bad_fields_are_reported_and_the_row_is_read() {
    let got = read(
        b"Date,Consignee,Goods,HS code,Origin,Net kg\n\
        30.02.2023,A,x,EX9303,Atlantis,-5\n\
        NULL,A,x,0,N/A,0\n",
    );
    assert_eq!(got.shipments.len(), 2);
    let mut reasons = got.reasons();
    reasons.sort();
    assert_eq!(
        reasons,
        [
            "2 date: \"30.02.2023\" is not a date",
            "2 hs_code: \"EX9303\" is not an HS code (expected 2 to 12 digits)",
            "2 net_kg: \"-5\" is negative",
            "2 origin: \"Atlantis\" is no country",
        ]
    );
    assert!(got.shipments[0].hs.is_none() && got.shipments[0].net_kg.is_none());
}

#[test]
fn lost_zeros_of_codes_come_back_where_the_column_says_so() {
    for (heading, codes, expect) in [
        ("HS6", ["40221", "690721"], "040221"),
        ("HS code", ["4022100", "69072100"], "04022100"),
        // A column of seven digits throughout says nothing.
        ("HS code", ["4022100", "4022100"], "4022100"),
        ("HS code", ["0402.21", "8542.31"], "040221"),
        ("HS code", ["854231.0", "690721.0"], "854231"),
    ] {
        let got = read(
            format!(
                "Consignee,{heading}\nA,{}\nA,{}\nA,{}\n",
                codes[0], codes[1], codes[1]
            )
            .as_bytes(),
        );
        assert_eq!(
            got.shipments[0].hs.as_ref().unwrap().as_str(),
            expect,
            "{heading} {codes:?}"
        );
    }
}

#[test]
fn values_in_other_currencies_are_reported_once() {
    let got = read(
        b"Consignee,Goods,Value,Currency,Net kg\nA,x,100,RUB,1\nA,x,200,RUB,1\nA,x,300,USD,1\nA,x,EUR 400,,1\n",
    );
    let values: Vec<Option<f64>> = got.shipments.iter().map(|s| s.value_usd).collect();
    assert_eq!(values, [None, None, Some(300.0), None]);
    assert_eq!(
        got.reasons(),
        [
            "2 value_usd: value in RUB: not converted, in this row and the rows after it",
            "5 value_usd: value in EUR: not converted, in this row and the rows after it",
        ]
    );
    let got = read(b"Consignee,Goods,USD per kg,Net kg\nA,x,2.5,100\n");
    assert_eq!(got.shipments[0].value_usd, Some(250.0));
}

#[test]
fn a_column_of_directions_places_the_partner_country() {
    let got =
        read("Consignee,Goods,Direction,Country\nA,x,ИМ,CN\nA,x,Export,TR\nA,x,,KZ\n".as_bytes());
    let ends: Vec<_> = got
        .shipments
        .iter()
        .map(|s| (s.dispatch.as_deref(), s.destination.as_deref()))
        .collect();
    assert_eq!(ends, [(Some("CN"), None), (None, Some("TR")), (None, None)]);
}

#[test]
fn masses_and_quantities_with_units_beside() {
    let got = read(b"Consignee,Goods,Quantity,Net weight,Weight (t)\nA,x,20 rolls,1.5 t,2\nA,x,7,300 stones,1\n");
    assert_eq!(got.shipments[0].quantity.as_ref().unwrap().unit, "rolls");
    assert_eq!(
        (got.shipments[0].net_kg, got.shipments[0].gross_kg),
        (Some(1500.0), Some(2000.0))
    );
    assert_eq!(
        got.reasons(),
        ["3 net_kg: \"stones\" is no unit of mass that is known"]
    );
}

#[test]
fn the_users_columns_come_first() {
    let overrides = ColumnOverrides::parse("goods_text = \"WHAT\"\nbrand = \"absent\"").unwrap();
    let got = read_with(
        b"Consignee,Goods,WHAT,Origin\nA,wrong,right,CN\n",
        &overrides,
    );
    assert_eq!(got.shipments[0].goods_text, "right");
    assert_eq!(
        got.reasons(),
        ["0 brand: the columns file names \"absent\", which is no column here"]
    );
}

#[test]
fn goods_in_several_columns_keep_the_original_language() {
    let got = read(
        "PRODUCT_DESCRIPTION_EN,PRODUCT_DESCRIPTION,HS_CODE_DESCRIPTION,desc_extention,IMPORTER_NAME\n\
        tiles,плитка,OTHER,600 мм,A\ntiles,NULL,OTHER,,A\n"
            .as_bytes(),
    );
    assert_eq!(got.shipments[0].goods_text, "плитка; 600 мм");
    assert_eq!(got.shipments[1].goods_text, "tiles");
    let got = read(b"HS_CODE,HS_CODE_DESCRIPTION,IMPORTER_NAME\n690721,Tiles,A\n");
    assert_eq!(got.shipments[0].goods_text, "Tiles");
}

#[test]
fn json_lines_with_nested_parties_and_late_keys() {
    let got = read(
        "{\"id\":1,\"consignor\":{\"name\":\"ACME\",\"country\":\"CN\"},\"goods_text\":\"tiles\",\"hs\":690721,\"tags\":[\"a\",\"b\"]}\n\
        not json\n[1]\n\n\
        {\"consignor\":{\"name\":\"ACME\"},\"goods_text\":\"bricks\",\"destination\":\"RU\",\"deep\":{\"a\":{\"b\":{\"c\":{\"d\":1}}}}}\n"
            .as_bytes(),
    );
    insta::assert_json_snapshot!("json_lines", got.shipments_json());
    assert_eq!(
        got.reasons(),
        ["2 -: not JSON, at character 2", "3 -: JSON, but no object"]
    );
    assert!(
        got.shipments[1]
            .original
            .contains(&("deep.a.b.c".to_string(), "{\"d\":1}".to_string()))
    );
    assert_eq!(got.outcome.unwrap().format, RecordFormat::JsonLines);
}

#[test]
fn workbooks_sheet_by_sheet() {
    let header = ["Date", "Consignee", "Goods", "HS code", "Net kg"];
    let rows = [
        sheet_row(1, &["Customs data, first quarter"]),
        sheet_row(4, &header),
        sheet_row(
            5,
            &[
                "=s=\"1\"><v>44895</v>",
                "OOO PRIMER",
                "tiles",
                "=><v>4022100</v>",
                "=><v>1.234</v>",
            ],
        ),
        // A formula's stored result counts; one without a result is empty.
        sheet_row(
            6,
            &[
                "2022-11-30",
                "OOO PRIMER",
                "=t=\"str\"><f>A1</f><v>bricks</v>",
                "690721",
                "=><f>B1*2</f><v>12</v>",
            ],
        ),
        sheet_row(7, &["", "OOO PRIMER", "stone", "=><f>A9</f>"]),
    ]
    .concat();
    let notes = sheet_row(1, &["Notes", "nothing here"]);
    let book = xlsx(&[("Data", &rows), ("Notes", &notes)]);
    for bytes in [book.clone(), gzip(&book)] {
        let got = read(&bytes);
        assert_eq!(got.reasons(), Vec::<String>::new());
        assert_eq!(got.layouts.len(), 2);
        assert_eq!(got.layouts[0].file, "in!Data");
        assert_eq!(got.layouts[0].header_row, Some(4));
        assert!(got.layouts[1].skipped.is_some());
        insta::assert_json_snapshot!("workbook", got.shipments_json());
    }
}

#[test]
fn open_document_sheets() {
    let cell = |text: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let row = |cells: &[&str]| {
        let cells: String = cells.iter().map(|text| cell(text)).collect();
        format!("<table:table-row>{cells}</table:table-row>")
    };
    let content = format!(
        "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
        xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
        xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>\
        <table:table table:name=\"T\">{}{}</table:table></office:spreadsheet></office:body></office:document-content>",
        row(&["Consignee", "Goods", "Origin"]),
        row(&["OOO PRIMER", "tiles", "CN"]),
    );
    let ods = |content: &str| {
        let part = |name, content| crate::common::Part {
            name,
            content,
            declared: None,
        };
        crate::common::zip(&[
            part("mimetype", &b"application/vnd.oasis.opendocument.spreadsheet"[..]),
            part(
                "META-INF/manifest.xml",
                &b"<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>"[..],
            ),
            part("content.xml", content.as_bytes()),
        ])
    };
    let got = read(&ods(&content));
    assert_eq!(got.outcome.unwrap().read, 1);
    assert_eq!(got.shipments[0].goods_text, "tiles");
    // A few kilobytes that would unfold to billions of cells.
    let bomb = content.replace(
        "<table:table-row>",
        "<table:table-row table:number-rows-repeated=\"1048576\">",
    );
    let bomb = bomb.replace(
        "<table:table-cell ",
        "<table:table-cell table:number-columns-repeated=\"16000\" ",
    );
    let refused = read(&ods(&bomb)).outcome.unwrap_err().to_string();
    assert!(refused.contains("unfold"), "{refused}");
}

#[test]
fn parquet_with_nulls_and_nested_columns() {
    let text = |values: Vec<Option<&str>>| Arc::new(StringArray::from(values));
    let party = StructArray::from(vec![
        (
            Arc::new(Field::new("name", DataType::Utf8, true)),
            text(vec![Some("ACME"), None]) as _,
        ),
        (
            Arc::new(Field::new("country", DataType::Utf8, true)),
            text(vec![Some("CN"), None]) as _,
        ),
    ]);
    let batch = RecordBatch::try_from_iter(vec![
        ("consignor", Arc::new(party) as _),
        ("goods_text", text(vec![Some("tiles"), Some("bricks")]) as _),
        (
            "net_kg",
            Arc::new(Float64Array::from(vec![Some(1.5), None])) as _,
        ),
        (
            "hs_code",
            Arc::new(Float64Array::from(vec![Some(690_721.0), None])) as _,
        ),
        (
            "date",
            Arc::new(Date32Array::from(vec![Some(19_326), None])) as _,
        ),
        (
            "marks",
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(vec![
                Some(vec![Some(1), Some(2)]),
                None,
            ])) as _,
        ),
    ])
    .unwrap();
    let mut bytes = Vec::new();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    for bytes in [bytes.clone(), gzip(&bytes)] {
        let got = read(&bytes);
        assert_eq!(got.reasons(), Vec::<String>::new());
        insta::assert_json_snapshot!("parquet", got.shipments_json());
        assert!(
            got.shipments[0]
                .original
                .contains(&("marks".to_string(), "1, 2".to_string()))
        );
    }
    // Cut in the middle: a clear error, no panic.
    let error = read(&bytes[..bytes.len() / 2])
        .outcome
        .unwrap_err()
        .to_string();
    assert!(error.contains("damaged"), "{error}");
}

#[test]
fn what_is_no_trade_record_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in");
    for (bytes, expect) in [
        (ROWS.as_bytes(), Some(RecordFormat::Delimited)),
        (b"{\"consignee\":\"A\",\"goods_text\":\"x\"}\n", Some(RecordFormat::JsonLines)),
        (b"{\"id\":\"x\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A\"]}}\n", None),
        (b"{\"id\":\"1\",\"text\":\"t\",\"title\":\"t\",\"publisher\":\"p\",\"date\":\"2023\",\"url\":\"u\"}\n", None),
        (b"id,schema,name,aliases,birth_date,countries,addresses\n1,Person,A,,,ru,\n", None),
        (b"<sdnList/>", None),
        (b"", None),
        (b"Just a text.\nOf two lines, with a comma.\n", None),
    ] {
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(records::is_records(&path).unwrap(), expect, "{}", String::from_utf8_lossy(bytes));
    }
}
