//! Tells formats apart by the first bytes of a file, never by its name.

use std::path::Path;

use crate::ListFormat;
use crate::error::ListError;
use crate::input::{HEAD_BYTES, Text};
use crate::lines::{Header, split};

/// Which file of an OFAC csv trio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfacPart {
    /// `sdn.csv`, `cons_prim.csv`: the parties.
    Primary,
    /// `alt.csv`, `cons_alt.csv`: other names.
    Names,
    /// `add.csv`, `cons_add.csv`: addresses.
    Addresses,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Whole(ListFormat),
    Ofac(OfacPart),
}

/// The list format of a file, by its content; gzip and zstd are opened.
///
/// # Errors
/// [`ListError::NotAList`] with what the content looks like, [`ListError::Doctype`] for XML with a DOCTYPE,
/// [`ListError::Io`] where the file cannot be read.
pub fn detect(path: &Path) -> Result<ListFormat, ListError> {
    Ok(match kind(path)? {
        Kind::Whole(format) => format,
        Kind::Ofac(_) => ListFormat::OfacCsvTrio,
    })
}

pub(crate) fn kind(path: &Path) -> Result<Kind, ListError> {
    let text = Text::open(path)?;
    kind_of(&text)
}

pub(crate) fn kind_of(text: &Text) -> Result<Kind, ListError> {
    let bytes = text.head_bytes();
    let no_list = |reason: &str| ListError::NotAList {
        path: text.path().to_path_buf(),
        reason: reason.to_string(),
    };
    if bytes.is_empty() {
        return Err(no_list(
            "the file is empty, or its archive is cut off before any content",
        ));
    }
    if let Some(reason) = binary(bytes) {
        return Err(no_list(reason));
    }
    let head = text.head();
    let start = head.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if start.starts_with('<') {
        return xml(start, text).map(Kind::Whole);
    }
    if start.starts_with(['{', '[']) {
        return json_lines(start)
            .map(Kind::Whole)
            .map_err(|reason| no_list(&reason));
    }
    if head.contains('\0') {
        return Err(no_list("binary data"));
    }
    table(start).map_err(|reason| no_list(&reason))
}

fn binary(bytes: &[u8]) -> Option<&'static str> {
    const MAGICS: [(&[u8], &str); 7] = [
        (
            b"PK\x03\x04",
            "a zip archive or workbook; take the list as xml or csv",
        ),
        (b"%PDF", "a PDF; take the list as xml or csv"),
        (
            b"\xd0\xcf\x11\xe0",
            "an old Office document; take the list as xml or csv",
        ),
        (b"\x1f\x8b", "compressed twice; decompress it once"),
        (b"\x28\xb5\x2f\xfd", "compressed twice; decompress it once"),
        (b"SQLite format 3", "an SQLite database"),
        (b"PAR1", "a parquet file"),
    ];
    MAGICS
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, reason)| *reason)
}

/// By the name of the document element.
fn xml(start: &str, text: &Text) -> Result<ListFormat, ListError> {
    let no_list = |reason: String| ListError::NotAList {
        path: text.path().to_path_buf(),
        reason,
    };
    let mut rest = start;
    loop {
        rest = rest.trim_start();
        let skip_to = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else {
            break;
        };
        match rest.split_once(skip_to) {
            Some((_, after)) => rest = after,
            None => return Err(no_list("XML without an element".to_string())),
        }
    }
    if rest
        .get(..9)
        .is_some_and(|start| start.eq_ignore_ascii_case("<!DOCTYPE"))
    {
        let before = &start[..start.len() - rest.len()];
        return Err(ListError::Doctype {
            path: text.path().to_path_buf(),
            line: before.matches('\n').count() as u64 + 1,
        });
    }
    let name: String = rest
        .trim_start_matches('<')
        .chars()
        .take(100)
        .take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '/'))
        .collect();
    let local = name.rsplit(':').next().unwrap_or_default();
    match local {
        "sdnList" => Ok(ListFormat::OfacSdnXml),
        "export" if rest.contains("eu.europa.ec/fpi/fsd/export") => Ok(ListFormat::EuFsfXml),
        "CONSOLIDATED_LIST" => Ok(ListFormat::UnXml),
        "" => Err(no_list("XML without an element".to_string())),
        _ => Err(no_list(format!(
            "XML with the document element <{}>; known are <sdnList> (OFAC), <export> (EU) and <CONSOLIDATED_LIST> (UN)",
            crate::entry::shorten(&name)
        ))),
    }
}

fn json_lines(start: &str) -> Result<ListFormat, String> {
    let line = start.lines().next().unwrap_or_default();
    let has_keys = ["\"id\"", "\"schema\"", "\"properties\""]
        .iter()
        .all(|key| line.contains(key));
    // A first line longer than the head cannot be parsed here.
    let whole = line.len() < HEAD_BYTES.min(start.len());
    if has_keys && line.starts_with('{') {
        if !whole && start.len() + 4 >= HEAD_BYTES {
            return Ok(ListFormat::FtmJsonLines);
        }
        if crate::ftm::is_entity(line) {
            return Ok(ListFormat::FtmJsonLines);
        }
    }
    Err("JSON, but not one FollowTheMoney entity (id, schema, properties) a line".to_string())
}

fn table(start: &str) -> Result<Kind, String> {
    let mut lines = start
        .lines()
        .filter(|line| !line.trim_matches(['\u{1a}', ' ']).is_empty());
    let Some(first) = lines.next() else {
        return Err("the file is empty".to_string());
    };
    if first.len() > 64 * 1024 {
        return Err("text without lines or columns".to_string());
    }
    for delimiter in [',', '\t', ';'] {
        let fields = split(first, delimiter);
        if fields.len() < 4 {
            continue;
        }
        let header = Header::new(&fields);
        if header.has(&[
            "id",
            "schema",
            "name",
            "aliases",
            "countries",
            "identifiers",
        ]) {
            return Ok(Kind::Whole(ListFormat::OpenSanctionsSimpleCsv));
        }
        if header.has(&["source", "programs", "name", "alt_names", "addresses"]) {
            return Ok(Kind::Whole(ListFormat::UsCslCsv));
        }
        if header.has(&["Name", "Street_Address", "Effective_Date", "Standard_Order"]) {
            return Ok(Kind::Whole(ListFormat::BisDplTsv));
        }
    }
    let sample: Vec<Vec<String>> = std::iter::once(first)
        .chain(lines.take(20))
        .map(|line| split(line, ','))
        .collect();
    // OFAC writes "-0-" for what is unknown; no other list does.
    let nulls = sample.iter().flatten().any(|field| field.trim() == "-0-");
    let is_id = |field: &String| {
        let field = field.trim();
        !field.is_empty() && field.len() <= 9 && field.bytes().all(|b| b.is_ascii_digit())
    };
    if let Some(row) = sample
        .iter()
        .find(|row| row.first().is_some_and(is_id))
        .filter(|_| nulls)
    {
        match row.len() {
            12 => return Ok(Kind::Ofac(OfacPart::Primary)),
            6 if is_id(&row[1]) => return Ok(Kind::Ofac(OfacPart::Addresses)),
            5 if is_id(&row[1]) => return Ok(Kind::Ofac(OfacPart::Names)),
            _ => {}
        }
    }
    let fields = split(first, ',');
    if fields.len() > 1 {
        let columns: Vec<String> = fields
            .iter()
            .take(4)
            .map(|field| crate::entry::shorten(field))
            .collect();
        return Err(format!(
            "a table whose first columns ({}) are those of no known list",
            columns.join(", ")
        ));
    }
    Err("text in no known layout".to_string())
}
