//! Reading into a value that tests can look at, and files of formats that no text editor writes.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::path::{Path, PathBuf};

use model::{Rejected, Shipment};
use records::{ColumnOverrides, Layout, RecordError, RecordSummary};

/// Everything that reading a file gives.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) layouts: Vec<Layout>,
    pub(crate) shipments: Vec<Shipment>,
    pub(crate) rejected: Vec<Rejected>,
    pub(crate) outcome: Result<RecordSummary, RecordError>,
}

impl Reading {
    pub(crate) fn summary(&self) -> &RecordSummary {
        match &self.outcome {
            Ok(summary) => summary,
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) fn error(&self) -> String {
        match &self.outcome {
            Ok(summary) => panic!("read: {summary:?}"),
            Err(error) => error.to_string(),
        }
    }
}

pub(crate) fn read(path: &Path) -> Reading {
    read_with(path, &ColumnOverrides::default())
}

pub(crate) fn read_with(path: &Path, overrides: &ColumnOverrides) -> Reading {
    let mut reading = Reading {
        layouts: Vec::new(),
        shipments: Vec::new(),
        rejected: Vec::new(),
        outcome: Err(RecordError::Empty {
            file: String::new(),
        }),
    };
    let mut done = 0;
    let outcome = records::read(
        path,
        overrides,
        &mut |layout| reading.layouts.push(layout.clone()),
        &mut |shipment| reading.shipments.push(shipment),
        &mut |rejected| reading.rejected.push(rejected),
        &mut |bytes| {
            assert!(bytes >= done, "progress goes back");
            done = bytes;
        },
    );
    if let Ok(summary) = &outcome {
        assert_eq!(summary.read as usize, reading.shipments.len());
        assert_eq!(summary.rows, summary.read + summary.rejected);
        assert_eq!(
            summary.rejected + summary.fields_rejected,
            reading.rejected.len() as u64
        );
        assert_eq!(summary.bytes, path.metadata().unwrap().len());
        let bytes = std::fs::read(path).unwrap();
        assert_eq!(summary.hash, blake3::hash(&bytes).to_hex().to_string());
        assert_eq!(done, summary.bytes, "progress ends at the size of the file");
    }
    reading.outcome = outcome;
    reading
}

pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Scratch(tempfile::tempdir().unwrap())
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zip archive of parts, each with the size it declares (its own where `None`).
pub(crate) fn zip(parts: &[(&str, Vec<u8>, Option<u32>)]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for (name, content, declared) in parts {
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut encoder, content).unwrap();
        let packed = encoder.finish().unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(content);
        // Version, flags, method, time, date; sum and sizes; length of the name and of nothing else.
        let mut fields = Vec::new();
        for field in [20u16, 0, 8, 0, 0x21] {
            fields.extend(field.to_le_bytes());
        }
        let size = declared.unwrap_or(content.len() as u32);
        for field in [crc.sum(), packed.len() as u32, size] {
            fields.extend(field.to_le_bytes());
        }
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend(0u16.to_le_bytes());
        let offset = archive.len() as u32;
        archive.extend(b"PK\x03\x04");
        archive.extend(&fields);
        archive.extend(name.as_bytes());
        archive.extend(&packed);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let start = archive.len() as u32;
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    for _ in 0..2 {
        archive.extend((parts.len() as u16).to_le_bytes());
    }
    archive.extend((directory.len() as u32).to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend([0; 2]);
    archive
}

/// A workbook of sheets. Cells: text, `#` and a number, `@` and a day as a spreadsheet counts it, or nothing.
pub(crate) fn xlsx(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let escape = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;")
    };
    let mut book = String::new();
    let mut links = String::new();
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for (index, (name, rows)) in sheets.iter().enumerate() {
        let number = index + 1;
        book.push_str(&format!(
            "<sheet name=\"{}\" sheetId=\"{number}\" r:id=\"r{number}\"/>",
            escape(name)
        ));
        links.push_str(&format!(
            "<Relationship Id=\"r{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        ));
        let mut sheet = String::new();
        for (row, cells) in rows.iter().enumerate() {
            sheet.push_str(&format!("<row r=\"{}\">", row + 1));
            for (column, cell) in cells.iter().enumerate() {
                let at = format!("{}{}", char::from(b'A' + column as u8), row + 1);
                if let Some(number) = cell.strip_prefix('#') {
                    sheet.push_str(&format!("<c r=\"{at}\"><v>{number}</v></c>"));
                } else if let Some(day) = cell.strip_prefix('@') {
                    sheet.push_str(&format!("<c r=\"{at}\" s=\"1\"><v>{day}</v></c>"));
                } else if !cell.is_empty() {
                    let text = escape(cell);
                    sheet.push_str(&format!(
                        "<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"
                    ));
                }
            }
            sheet.push_str("</row>");
        }
        let sheet = format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{sheet}</sheetData></worksheet>"
        );
        parts.push((
            format!("xl/worksheets/sheet{number}.xml"),
            sheet.into_bytes(),
        ));
    }
    let book = format!(
        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{book}</sheets></workbook>"
    );
    let links = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{links}</Relationships>"
    );
    let styles = "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>";
    parts.push(("xl/workbook.xml".to_string(), book.into_bytes()));
    parts.push(("xl/_rels/workbook.xml.rels".to_string(), links.into_bytes()));
    parts.push(("xl/styles.xml".to_string(), styles.as_bytes().to_vec()));
    parts.push((
        "[Content_Types].xml".to_string(),
        b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_vec(),
    ));
    parts.push((
        "_rels/.rels".to_string(),
        b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>".to_vec(),
    ));
    let parts: Vec<(&str, Vec<u8>, Option<u32>)> = parts
        .iter()
        .map(|(name, content)| (name.as_str(), content.clone(), None))
        .collect();
    zip(&parts)
}
