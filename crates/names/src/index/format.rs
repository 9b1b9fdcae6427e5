//! The file, byte by byte; `docs/name-index.md` draws it. Little-endian throughout, records of fixed size.

use std::path::PathBuf;

pub(crate) const MAGIC: [u8; 8] = *b"INTRNAME";
/// Grows with every change of the layout. There is no migration: the index is built again.
pub(crate) const VERSION: u32 = 2;
pub(crate) const SECTIONS: usize = 14;
/// Magic, version, number of sections, fingerprint of the tables, file length, hash of the body, section table.
pub(crate) const HEADER_WITHOUT_HASH: usize = 8 + 4 + 4 + 8 + 8 + 32 + SECTIONS * 16;
/// The header ends with its own hash.
pub(crate) const HEADER: usize = HEADER_WITHOUT_HASH + 32;

/// Sections in file order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Section {
    /// UTF-8 text that the records point into.
    Strings = 0,
    Entities = 1,
    /// What a search reads of a name.
    Names = 2,
    /// How the list writes it.
    NameTexts = 3,
    /// Words of names, in order: numbers of `Words`.
    Tokens = 4,
    /// Distinct words, each with its postings.
    Words = 5,
    /// Name numbers, ascending within a word.
    Postings = 6,
    /// Distinct keys of words.
    Keys = 7,
    /// Word numbers by key.
    KeyWords = 8,
    /// Where each bucket of `Spellings` starts; the bucket is the upper bits of the hash.
    SpellingBuckets = 9,
    /// Hashed spellings of keys, sorted: (hash, key, letters).
    Spellings = 10,
    JoinBuckets = 11,
    /// Hashed neighbours of a name written as one word, sorted: (hash, name).
    Joins = 12,
    /// Hashed identifiers, sorted: (hash, entity).
    Identifiers = 13,
}

pub(crate) const ENTITY_RECORD: usize = 64;
pub(crate) const NAME_RECORD: usize = 24;
pub(crate) const WORD_RECORD: usize = 36;
pub(crate) const KEY_RECORD: usize = 12;
pub(crate) const SPELLING_RECORD: usize = 12;
pub(crate) const JOIN_RECORD: usize = 8;
pub(crate) const IDENTIFIER_RECORD: usize = 12;

/// Size of one record of a section.
pub(crate) fn record_size(section: usize) -> usize {
    match section {
        1 => ENTITY_RECORD,
        2 => NAME_RECORD,
        3 => 8,
        4 | 6 | 8 | 9 | 11 => 4,
        5 => WORD_RECORD,
        7 => KEY_RECORD,
        10 => SPELLING_RECORD,
        12 => JOIN_RECORD,
        13 => IDENTIFIER_RECORD,
        _ => 1,
    }
}

/// The number at a byte offset; 0 beyond the end, which no valid file reaches.
pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    match bytes.get(offset..offset + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]),
        _ => 0,
    }
}

pub(crate) fn u16_at(bytes: &[u8], offset: usize) -> u16 {
    match bytes.get(offset..offset + 2) {
        Some(&[a, b]) => u16::from_le_bytes([a, b]),
        _ => 0,
    }
}

pub(crate) fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    u64::from(u32_at(bytes, offset)) | u64::from(u32_at(bytes, offset + 4)) << 32
}

/// Why an index could not be written or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// The file system refused: check the path and the rights, or free space.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is something else: it must be built again elsewhere or the path is wrong.
    #[error("{path}: not a name index")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Written by another version of the program: build it again.
    #[error(
        "{path}: name index of format {found}, this program reads format {expected}; build it again"
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Format version of the file.
        found: u32,
        /// Format version that this program reads.
        expected: u32,
    },
    /// Written with other tables of words: build it again.
    #[error("{path}: name index built with other word tables; build it again")]
    Tables {
        /// The file.
        path: PathBuf,
    },
    /// Cut off or altered: build it again.
    #[error("{path}: damaged name index ({reason}); build it again")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: &'static str,
    },
    /// More than the format holds (4 GiB of text, 4 billion names).
    #[error("too many names for one index: {what}")]
    TooLarge {
        /// What overflows.
        what: &'static str,
    },
}
