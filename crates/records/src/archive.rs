//! Zip archives measured before a workbook reader may unpack them: a few kilobytes can hold gigabytes.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use crate::source::MAX_UNPACKED;

/// Unpacked bytes to packed ones: spreadsheets of repeated text reach 40, bombs 1,000.
const MAX_RATIO: u64 = 200;
/// Below this an archive may unpack at any ratio: small sheets of empty cells do.
const SMALL: u64 = 16 << 20;
/// Parts of a workbook; real ones have some dozens.
const MAX_ENTRIES: usize = 10_000;

/// Why an archive must not be unpacked.
#[derive(Debug)]
pub(crate) enum Unfit {
    Io(io::Error),
    /// No readable list of contents.
    Damaged(String),
    TooLarge(String),
}

impl From<io::Error> for Unfit {
    fn from(error: io::Error) -> Self {
        Unfit::Io(error)
    }
}

struct Entry {
    name: Vec<u8>,
    method: u16,
    packed: u64,
    unpacked: u64,
    offset: u64,
}

/// Names of a zip archive's parts.
pub(crate) fn names<R: Read + Seek>(archive: &mut R) -> Result<Vec<String>, Unfit> {
    let size = archive.seek(SeekFrom::End(0))?;
    Ok(contents(archive, size)?
        .iter()
        .map(|entry| String::from_utf8_lossy(&entry.name).into_owned())
        .collect())
}

/// Checks the sizes that a zip archive declares, then unpacks every part and checks those it really has. `watch` sees
/// the name and each stretch of every part.
pub(crate) fn measure<R: Read + Seek>(
    archive: &mut R,
    watch: &mut dyn FnMut(&[u8], &[u8]),
) -> Result<(), Unfit> {
    let size = archive.seek(SeekFrom::End(0))?;
    let entries = contents(archive, size)?;
    let allowed = |packed: u64| {
        SMALL
            .max(packed.saturating_mul(MAX_RATIO))
            .min(MAX_UNPACKED)
    };
    let too_large = |what: &str, unpacked: u64, limit: u64| {
        Unfit::TooLarge(format!(
            "{what} {} MiB from a file of {} KiB; up to {} MiB are read",
            unpacked >> 20,
            size >> 10,
            limit >> 20
        ))
    };
    let declared = entries
        .iter()
        .fold(0u64, |sum, entry| sum.saturating_add(entry.unpacked));
    if declared > allowed(size) {
        return Err(too_large("its parts declare", declared, allowed(size)));
    }
    let mut budget = allowed(size);
    let mut scratch = vec![0; 64 << 10];
    for entry in &entries {
        archive.seek(SeekFrom::Start(entry.offset))?;
        let mut header = [0u8; 30];
        archive
            .read_exact(&mut header)
            .map_err(|_| Unfit::Damaged("a part lies outside the file".to_string()))?;
        if header[..4] != *b"PK\x03\x04" {
            return Err(Unfit::Damaged(
                "a part is not where the contents say".to_string(),
            ));
        }
        let skip = u64::from(u16_at(&header, 26)) + u64::from(u16_at(&header, 28));
        archive.seek(SeekFrom::Start(entry.offset + 30 + skip))?;
        let packed = BufReader::new(archive.by_ref().take(entry.packed));
        let mut part: Box<dyn Read> = match entry.method {
            0 => Box::new(packed),
            8 => Box::new(flate2::bufread::DeflateDecoder::new(packed)),
            other => {
                return Err(Unfit::Damaged(format!(
                    "a part is packed by method {other}"
                )));
            }
        };
        loop {
            let count = part.read(&mut scratch).map_err(|error| {
                Unfit::Damaged(format!(
                    "{} cannot be unpacked: {error}",
                    String::from_utf8_lossy(&entry.name)
                ))
            })?;
            if count == 0 {
                break;
            }
            budget = budget
                .checked_sub(count as u64)
                .ok_or_else(|| too_large("its parts hold over", allowed(size), allowed(size)))?;
            watch(&entry.name, &scratch[..count]);
        }
    }
    archive.seek(SeekFrom::Start(0))?;
    Ok(())
}

/// The central directory, found by the record at the archive's end.
fn contents<R: Read + Seek>(archive: &mut R, size: u64) -> Result<Vec<Entry>, Unfit> {
    // The end record is 22 bytes and a comment of up to 65,535.
    let tail_len = size.min(22 + 65_535);
    archive.seek(SeekFrom::Start(size - tail_len))?;
    let mut tail = Vec::new();
    archive.by_ref().take(tail_len).read_to_end(&mut tail)?;
    let end = tail
        .windows(4)
        .rposition(|bytes| bytes == b"PK\x05\x06")
        .filter(|at| tail.len() - at >= 22)
        .ok_or_else(|| {
            Unfit::Damaged("the zip archive breaks off before its list of contents".to_string())
        })?;
    let directory_size = u64::from(u32_at(&tail, end + 12));
    let mut directory_at = u64::from(u32_at(&tail, end + 16));
    if directory_at == u64::from(u32::MAX) {
        // Zip64: its own end record stands before, found by a locator of 20 bytes.
        let locator = end
            .checked_sub(20)
            .filter(|at| tail[*at..].starts_with(b"PK\x06\x07"))
            .ok_or_else(|| Unfit::Damaged("its zip64 record is missing".to_string()))?;
        archive.seek(SeekFrom::Start(u64_at(&tail, locator + 8)))?;
        let mut record = [0u8; 56];
        archive
            .read_exact(&mut record)
            .map_err(|_| Unfit::Damaged("its zip64 record lies outside the file".to_string()))?;
        directory_at = u64_at(&record, 48);
    }
    if directory_at > size {
        return Err(Unfit::Damaged(
            "its list of contents lies outside the file".to_string(),
        ));
    }
    archive.seek(SeekFrom::Start(directory_at))?;
    let mut directory = Vec::new();
    archive
        .by_ref()
        .take(directory_size.min(size - directory_at))
        .read_to_end(&mut directory)?;
    let mut entries = Vec::new();
    let mut rest = directory.as_slice();
    while rest.len() >= 46 && rest.starts_with(b"PK\x01\x02") {
        if entries.len() >= MAX_ENTRIES {
            return Err(Unfit::TooLarge(format!(
                "it has more than {MAX_ENTRIES} parts"
            )));
        }
        let (name_len, extra_len, comment_len) = (
            usize::from(u16_at(rest, 28)),
            usize::from(u16_at(rest, 30)),
            usize::from(u16_at(rest, 32)),
        );
        let mut entry = Entry {
            name: rest.get(46..46 + name_len).unwrap_or_default().to_vec(),
            method: u16_at(rest, 10),
            packed: u64::from(u32_at(rest, 20)),
            unpacked: u64::from(u32_at(rest, 24)),
            offset: u64::from(u32_at(rest, 42)),
        };
        widen(
            &mut entry,
            rest.get(46 + name_len..46 + name_len + extra_len)
                .unwrap_or_default(),
        );
        entries.push(entry);
        rest = rest
            .get(46 + name_len + extra_len + comment_len..)
            .unwrap_or_default();
    }
    if entries.is_empty() {
        return Err(Unfit::Damaged("the zip archive lists no parts".to_string()));
    }
    Ok(entries)
}

/// Sizes that need more than 32 bits stand in the zip64 extra field, in this order, only those that are needed.
fn widen(entry: &mut Entry, mut extra: &[u8]) {
    while extra.len() >= 4 {
        let (kind, len) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        let mut field = extra.get(4..4 + len).unwrap_or_default();
        if kind == 1 {
            for value in [&mut entry.unpacked, &mut entry.packed, &mut entry.offset] {
                if *value == u64::from(u32::MAX) && field.len() >= 8 {
                    *value = u64_at(field, 0);
                    field = &field[8..];
                }
            }
            return;
        }
        extra = extra.get(4 + len..).unwrap_or_default();
    }
}

/// Little-endian numbers; 0 past the end.
fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes
        .get(at..at + 2)
        .and_then(|part| part.try_into().ok())
        .map_or(0, u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..at + 4)
        .and_then(|part| part.try_into().ok())
        .map_or(0, u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes
        .get(at..at + 8)
        .and_then(|part| part.try_into().ok())
        .map_or(0, u64::from_le_bytes)
}
