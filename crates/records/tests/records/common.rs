//! Reading a file from bytes, and writing the small workbooks that the tests need.

use std::io::Write as _;
use std::path::Path;

use model::{Rejected, Shipment};
use records::{ColumnOverrides, Layout, RecordError, RecordSummary};

/// Everything that a read gives.
pub(crate) struct Got {
    pub(crate) layouts: Vec<Layout>,
    pub(crate) shipments: Vec<Shipment>,
    pub(crate) rejected: Vec<Rejected>,
    pub(crate) outcome: Result<RecordSummary, RecordError>,
}

impl Got {
    /// `row field: reason` of each rejection.
    pub(crate) fn reasons(&self) -> Vec<String> {
        self.rejected
            .iter()
            .map(|r| {
                format!(
                    "{} {}: {}",
                    r.row,
                    r.field.as_deref().unwrap_or("-"),
                    r.reason
                )
            })
            .collect()
    }

    /// `field=column` of each mapping of the first layout.
    pub(crate) fn mappings(&self) -> Vec<String> {
        self.layouts[0]
            .mappings
            .iter()
            .map(|m| format!("{}={}", m.field.as_str(), m.column))
            .collect()
    }

    /// Shipments without `original`, as JSON.
    pub(crate) fn shipments_json(&self) -> serde_json::Value {
        let mut value = serde_json::to_value(&self.shipments).unwrap();
        for shipment in value.as_array_mut().unwrap() {
            shipment.as_object_mut().unwrap().shift_remove("original");
        }
        value
    }
}

pub(crate) fn read_path(path: &Path, overrides: &ColumnOverrides) -> Got {
    let (mut layouts, mut shipments, mut rejected) = (Vec::new(), Vec::new(), Vec::new());
    let mut done = 0;
    let outcome = records::read(
        path,
        overrides,
        &mut |layout| layouts.push(layout.clone()),
        &mut |shipment| shipments.push(shipment),
        &mut |refused| rejected.push(refused),
        &mut |bytes| done = bytes,
    );
    if let Ok(summary) = &outcome {
        assert_eq!(summary.read, shipments.len() as u64);
        assert_eq!(summary.rows, summary.read + summary.rejected);
        assert_eq!(
            summary.rejected + summary.fields_rejected,
            rejected.len() as u64
        );
        let raw = std::fs::read(path).unwrap();
        assert_eq!(summary.hash, blake3::hash(&raw).to_hex().to_string());
        assert_eq!((summary.bytes, done), (raw.len() as u64, raw.len() as u64));
    }
    Got {
        layouts,
        shipments,
        rejected,
        outcome,
    }
}

/// Reads bytes as a file called `in`: names tell nothing.
pub(crate) fn read(bytes: &[u8]) -> Got {
    read_with(bytes, &ColumnOverrides::default())
}

pub(crate) fn read_with(bytes: &[u8], overrides: &ColumnOverrides) -> Got {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in");
    std::fs::write(&path, bytes).unwrap();
    let mut got = read_path(&path, overrides);
    // The folder's name changes from run to run.
    let file = path.display().to_string();
    for layout in &mut got.layouts {
        layout.file = layout.file.replace(&file, "in");
    }
    for shipment in &mut got.shipments {
        shipment.file = shipment.file.replace(&file, "in");
        shipment.row_id = shipment.row_id.replace(&file, "in");
    }
    got
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// One part of a zip archive: name, content, the unpacked size to declare where it is not the true one.
pub(crate) struct Part<'a> {
    pub(crate) name: &'a str,
    pub(crate) content: &'a [u8],
    pub(crate) declared: Option<u32>,
}

/// A zip archive with deflated parts.
pub(crate) fn zip(parts: &[Part<'_>]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for part in parts {
        let mut crc = flate2::Crc::new();
        crc.update(part.content);
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(part.content).unwrap();
        let packed = encoder.finish().unwrap();
        let mut common = Vec::new();
        for short in [20u16, 0, 8, 0, 0x21] {
            common.extend(short.to_le_bytes());
        }
        common.extend(crc.sum().to_le_bytes());
        common.extend((packed.len() as u32).to_le_bytes());
        common.extend(
            part.declared
                .unwrap_or(part.content.len() as u32)
                .to_le_bytes(),
        );
        common.extend((part.name.len() as u16).to_le_bytes());
        common.extend(0u16.to_le_bytes());
        let offset = archive.len() as u32;
        archive.extend(b"PK\x03\x04");
        archive.extend(&common);
        archive.extend(part.name.as_bytes());
        archive.extend(packed);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(part.name.as_bytes());
    }
    let (at, size) = (archive.len() as u32, directory.len() as u32);
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend((parts.len() as u16).to_le_bytes());
    archive.extend((parts.len() as u16).to_le_bytes());
    archive.extend(size.to_le_bytes());
    archive.extend(at.to_le_bytes());
    archive.extend(0u16.to_le_bytes());
    archive
}

const CONTENT_TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const ROOT_RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
// Cell format 1 is the built-in date format 14.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

/// A workbook of sheets, each a name and the XML of its rows.
pub(crate) fn xlsx(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut workbook = String::from(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>"#,
    );
    let mut rels = String::from(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>"#,
    );
    let mut bodies = Vec::new();
    for (index, (name, rows)) in sheets.iter().enumerate() {
        workbook.push_str(&format!(
            r#"<sheet name="{name}" sheetId="{0}" r:id="r{0}"/>"#,
            index + 1
        ));
        rels.push_str(&format!(
            r#"<Relationship Id="r{0}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{0}.xml"/>"#,
            index + 1
        ));
        bodies.push((
            format!("xl/worksheets/sheet{}.xml", index + 1),
            format!(
                r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
            ),
        ));
    }
    workbook.push_str("</sheets></workbook>");
    rels.push_str("</Relationships>");
    let mut parts = vec![
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", ROOT_RELS),
        ("xl/workbook.xml", &workbook),
        ("xl/_rels/workbook.xml.rels", &rels),
        ("xl/styles.xml", STYLES),
    ];
    parts.extend(
        bodies
            .iter()
            .map(|(name, body)| (name.as_str(), body.as_str())),
    );
    let parts: Vec<Part<'_>> = parts
        .into_iter()
        .map(|(name, content)| Part {
            name,
            content: content.as_bytes(),
            declared: None,
        })
        .collect();
    zip(&parts)
}

/// A row of a sheet: empty cells are left out, as spreadsheets do.
pub(crate) fn sheet_row(row: u32, cells: &[&str]) -> String {
    let mut xml = format!(r#"<row r="{row}">"#);
    for (column, cell) in cells.iter().enumerate() {
        let letter = char::from(b'A' + column as u8);
        if cell.is_empty() {
            continue;
        }
        match cell.strip_prefix('=') {
            // "=…" is raw XML of the cell with its attributes.
            Some(raw) => xml.push_str(&format!(r#"<c r="{letter}{row}" {raw}</c>"#)),
            None => xml.push_str(&format!(
                r#"<c r="{letter}{row}" t="inlineStr"><is><t>{cell}</t></is></c>"#
            )),
        }
    }
    xml.push_str("</row>");
    xml
}
