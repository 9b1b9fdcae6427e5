//! A file of trade records, any bytes. The first letter says what they are: `d` delimited text, `j` JSON lines, `b` the
//! bytes as they are, `s` the rows of a sheet in a valid workbook (`|` between cells, a line a row), `x` the XML of such
//! a sheet's rows. Reading never panics, every row is given or refused, and what is given is within bounds.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use records::ColumnOverrides;

struct Place {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

static PLACE: LazyLock<Place> = LazyLock::new(|| {
    // The workbook library panics on some damage; `records` catches that and says so. Ours must not.
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let theirs = panic.location().is_some_and(|at| {
            ["/calamine-", "/zip-", "/quick-xml-"]
                .iter()
                .any(|name| at.file().contains(name))
        });
        if !theirs {
            report(panic);
        }
    }));
    let folder = tempfile::tempdir().expect("a folder");
    Place {
        path: folder.path().join("in"),
        _folder: folder,
    }
});

fuzz_target!(|data: &[u8]| {
    let place = &*PLACE;
    let Some((what, rest)) = data.split_first() else {
        return;
    };
    let file = match what {
        b'd' => [
            b"Date,Consignee,Goods,HS code,Origin,Net kg,Value,Declaration No,Item No\n",
            rest,
        ]
        .concat(),
        b's' => workbook(&sheet_of(&String::from_utf8_lossy(rest))),
        b'x' => workbook(&String::from_utf8_lossy(rest)),
        _ => rest.to_vec(),
    };
    std::fs::write(&place.path, &file).expect("the file is written");
    let first = read(&place.path);
    assert_eq!(first, read(&place.path), "the same bytes read the same");
});

/// Everything that a read gives, as text.
fn read(path: &std::path::Path) -> String {
    let (mut given, mut refused) = (Vec::new(), Vec::new());
    let mut layouts = 0u64;
    let outcome = records::read(
        path,
        &ColumnOverrides::default(),
        &mut |_| layouts += 1,
        &mut |shipment| given.push(shipment),
        &mut |rejected| refused.push(rejected),
        &mut |_| {},
    );
    for shipment in &given {
        assert!(shipment.row > 0);
        let amounts = [
            shipment.net_kg,
            shipment.gross_kg,
            shipment.value_usd,
            shipment.quantity.as_ref().map(|quantity| quantity.amount),
        ];
        for amount in amounts.into_iter().flatten() {
            assert!(amount.is_finite() && amount > 0.0, "{amount}");
        }
        for country in [&shipment.origin, &shipment.dispatch, &shipment.destination]
            .into_iter()
            .flatten()
        {
            assert!(
                country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()),
                "{country}"
            );
        }
        let mut roles: Vec<_> = shipment.parties.iter().map(|party| party.role).collect();
        roles.dedup();
        assert_eq!(roles.len(), shipment.parties.len(), "one party to a role");
    }
    if let Ok(summary) = &outcome {
        assert_eq!(summary.rows, summary.read + summary.rejected);
        assert_eq!(summary.read, given.len() as u64);
        assert_eq!(
            summary.rejected + summary.fields_rejected,
            refused.len() as u64
        );
        assert!(summary.superseded <= summary.fields_rejected);
        assert!(layouts >= summary.tables);
    }
    format!("{given:?}{refused:?}{outcome:?}")
}

fn sheet_of(text: &str) -> String {
    let mut xml = String::new();
    for (row, line) in text.split('\n').enumerate().take(200) {
        xml.push_str(&format!("<row r=\"{}\">", row + 1));
        for (column, cell) in line.split('|').enumerate().take(26) {
            let letter = char::from(b'A' + column as u8);
            let plain: String = cell
                .chars()
                .filter(|c| !c.is_control())
                .map(|c| match c {
                    '<' => "&lt;".to_string(),
                    '&' => "&amp;".to_string(),
                    c => c.to_string(),
                })
                .collect();
            match plain.parse::<f64>() {
                Ok(_) => xml.push_str(&format!("<c r=\"{letter}{}\"><v>{plain}</v></c>", row + 1)),
                Err(_) => xml.push_str(&format!(
                    "<c r=\"{letter}{}\" t=\"inlineStr\"><is><t>{plain}</t></is></c>",
                    row + 1
                )),
            }
        }
        xml.push_str("</row>");
    }
    xml
}

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// A workbook of one sheet, its parts stored as they are.
fn workbook(rows: &str) -> Vec<u8> {
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    let parts = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/worksheets/sheet1.xml", &sheet),
    ];
    for (name, content) in parts {
        let mut crc = flate2::Crc::new();
        crc.update(content.as_bytes());
        let mut common: Vec<u8> = Vec::new();
        for short in [20u16, 0, 0, 0, 0x21] {
            common.extend(short.to_le_bytes());
        }
        common.extend(crc.sum().to_le_bytes());
        for _ in 0..2 {
            common.extend((content.len() as u32).to_le_bytes());
        }
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0; 2]);
        let offset = archive.len() as u32;
        archive.extend(b"PK\x03\x04");
        archive.extend(&common);
        archive.extend(name.as_bytes());
        archive.extend(content.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (at, size) = (archive.len() as u32, directory.len() as u32);
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    for _ in 0..2 {
        archive.extend((parts.len() as u16).to_le_bytes());
    }
    archive.extend(size.to_le_bytes());
    archive.extend(at.to_le_bytes());
    archive.extend([0; 2]);
    archive
}
