//! An index file opened for reading. Everything that a record points to is checked when it is followed, so that no
//! content of a file can make the reader panic.

use std::path::Path;

use memmap2::Mmap;

use super::NameKind;
use super::build::{DISGUISED, HAS_SEMITIC};
use super::format::{
    ENTITY_RECORD, HEADER, HEADER_WITHOUT_HASH, IDENTIFIER_RECORD, IndexError, JOIN_RECORD,
    KEY_RECORD, MAGIC, NAME_RECORD, SECTIONS, SPELLING_RECORD, Section, VERSION, WORD_RECORD,
    record_size, u16_at, u32_at, u64_at,
};
use crate::analyse::{Class, View};
use crate::lexicon::FINGERPRINT;
use crate::word::{Kind, Word};

/// A memory-mapped index. Cheap to open, shared by all threads.
#[derive(Debug)]
pub struct Index {
    map: Mmap,
    sections: [(usize, usize); SECTIONS],
    hash: String,
}

/// A listed party as the index knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityView<'a> {
    /// "list:entry".
    pub id: &'a str,
    /// The list.
    pub dataset: &'a str,
    /// FollowTheMoney schema name.
    pub schema: &'a str,
    /// The main name.
    pub caption: &'a str,
    /// All names, as the list writes them.
    pub names: Vec<(&'a str, NameKind)>,
    /// ISO 3166-1 alpha-2.
    pub countries: Vec<&'a str>,
    /// ISO 8601, maybe partial.
    pub birth_dates: Vec<&'a str>,
    /// Normalised identifiers.
    pub identifiers: Vec<&'a str>,
}

/// What a search reads of a name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameRecord {
    pub entity: u32,
    pub first_token: usize,
    pub tokens: usize,
    pub kind: NameKind,
    pub legal: u8,
    pub party: u8,
    pub disguised: bool,
    pub semitic: bool,
    /// Sum of the weights of its words.
    pub weight: f32,
    /// Hash of the normalised name.
    pub normalised: u64,
}

/// A key that a spelling may stand for, with [`super::spelling::letters`] of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spelt {
    pub key: u32,
    pub letters: u32,
}

impl Index {
    /// Opens an index and checks that it is whole: magic, format version, word tables, length, hashes.
    ///
    /// # Errors
    /// [`IndexError`] says which of these does not hold; the file is a cache, so the answer is to build it again.
    pub fn open(path: &Path) -> Result<Index, IndexError> {
        let io = |source| IndexError::Io {
            path: path.to_owned(),
            source,
        };
        let damaged = |reason| IndexError::Damaged {
            path: path.to_owned(),
            reason,
        };
        let file = std::fs::File::open(path).map_err(io)?;
        if file.metadata().map_err(io)?.len() < HEADER as u64 {
            let mut start = Vec::new();
            let mut limited = std::io::Read::take(&file, MAGIC.len() as u64);
            std::io::Read::read_to_end(&mut limited, &mut start).map_err(io)?;
            return Err(if start == MAGIC {
                damaged("shorter than its header")
            } else {
                IndexError::Foreign {
                    path: path.to_owned(),
                }
            });
        }
        // SAFETY: the map is only read, through bounds-checked accesses that never assume the content valid. Index
        // files are replaced by renaming and never written in place, so the mapped bytes do not change.
        let map = unsafe { Mmap::map(&file) }.map_err(io)?;
        if map.get(..8) != Some(&MAGIC[..]) {
            return Err(IndexError::Foreign {
                path: path.to_owned(),
            });
        }
        let found = u32_at(&map, 8);
        if found != VERSION {
            return Err(IndexError::Version {
                path: path.to_owned(),
                found,
                expected: VERSION,
            });
        }
        let header_hash = blake3::hash(&map[..HEADER_WITHOUT_HASH]);
        if map.get(HEADER_WITHOUT_HASH..HEADER) != Some(&header_hash.as_bytes()[..]) {
            return Err(damaged("header hash differs"));
        }
        if u64_at(&map, 16) != *FINGERPRINT {
            return Err(IndexError::Tables {
                path: path.to_owned(),
            });
        }
        if u32_at(&map, 12) as usize != SECTIONS || u64_at(&map, 24) != map.len() as u64 {
            return Err(damaged(
                "length differs from the header: the file was cut off or appended to",
            ));
        }
        if map.get(32..64) != Some(&blake3::hash(&map[HEADER..]).as_bytes()[..]) {
            return Err(damaged("content hash differs"));
        }
        let mut sections = [(0, 0); SECTIONS];
        for (number, section) in sections.iter_mut().enumerate() {
            let (offset, length) = (
                u64_at(&map, 64 + number * 16),
                u64_at(&map, 72 + number * 16),
            );
            let fits = offset
                .checked_add(length)
                .is_some_and(|end| end <= map.len() as u64)
                && length % record_size(number) as u64 == 0;
            if !fits {
                return Err(damaged("a section does not fit"));
            }
            *section = (offset as usize, length as usize);
        }
        let (offset, length) = sections[Section::Strings as usize];
        if std::str::from_utf8(map.get(offset..offset + length).unwrap_or_default()).is_err() {
            return Err(damaged("text is not UTF-8"));
        }
        Ok(Index {
            map,
            sections,
            hash: header_hash.to_hex().to_string(),
        })
    }

    /// Number of entities.
    pub fn len(&self) -> usize {
        self.sections[Section::Entities as usize].1 / ENTITY_RECORD
    }

    /// Whether there is nothing to find.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Hash over the content, in hexadecimal digits: two indexes with one hash give the same answers.
    pub fn version(&self) -> &str {
        &self.hash
    }

    /// The entity of a number below [`Index::len`].
    pub fn entity(&self, number: u32) -> Option<EntityView<'_>> {
        let record = self.record(Section::Entities, ENTITY_RECORD, number as usize)?;
        let text =
            |field: usize| self.string(u32_at(record, field * 8), u32_at(record, field * 8 + 4));
        let (first, count) = (u32_at(record, 56) as usize, u32_at(record, 60) as usize);
        let mut names: Vec<(&str, NameKind)> = Vec::new();
        for number in first..first.saturating_add(count.min(10_000)) {
            let Some(name) = self.name(number) else { break };
            let name = (self.name_text(number), name.kind);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Some(EntityView {
            id: text(0),
            dataset: text(1),
            schema: text(2),
            caption: text(3),
            names,
            countries: lines(text(4)),
            birth_dates: lines(text(5)),
            identifiers: text(6)
                .split('\n')
                .filter(|line| !line.is_empty())
                .map(|line| line.trim_end_matches('!'))
                .collect(),
        })
    }

    /// A number for the content, for what threads remember of an index.
    pub(crate) fn identity(&self) -> u64 {
        u64_at(&self.map, super::format::HEADER_WITHOUT_HASH)
    }

    pub(crate) fn section(&self, section: Section) -> &[u8] {
        let (offset, length) = self.sections[section as usize];
        self.map.get(offset..offset + length).unwrap_or_default()
    }

    fn record(&self, section: Section, size: usize, number: usize) -> Option<&[u8]> {
        let start = number.checked_mul(size)?;
        self.section(section).get(start..start.checked_add(size)?)
    }

    /// Text of the string section; empty where a record points outside or into the middle of a letter.
    pub(crate) fn string(&self, start: u32, length: u32) -> &str {
        // SAFETY: `open` checked that the section is UTF-8, and the mapped bytes do not change (see there).
        let text = unsafe { std::str::from_utf8_unchecked(self.section(Section::Strings)) };
        let start = start as usize;
        text.get(start..start.saturating_add(length as usize))
            .unwrap_or_default()
    }

    pub(crate) fn names(&self) -> usize {
        self.sections[Section::Names as usize].1 / NAME_RECORD
    }

    pub(crate) fn name(&self, number: usize) -> Option<NameRecord> {
        let record = self.record(Section::Names, NAME_RECORD, number)?;
        let weight = f32::from_bits(u32_at(record, 12));
        Some(NameRecord {
            entity: u32_at(record, 0),
            first_token: u32_at(record, 4) as usize,
            tokens: usize::from(record[8]).min(crate::analyse::MOST_TOKENS),
            kind: NameKind::from_number(record[9] & !(DISGUISED | HAS_SEMITIC)),
            legal: record[10],
            party: record[11],
            disguised: record[9] & DISGUISED != 0,
            semitic: record[9] & HAS_SEMITIC != 0,
            weight: if weight.is_finite() { weight } else { 0.0 },
            normalised: u64_at(record, 16),
        })
    }

    /// A name as the list writes it.
    pub(crate) fn name_text(&self, number: usize) -> &str {
        self.record(Section::NameTexts, 8, number)
            .map_or("", |record| {
                self.string(u32_at(record, 0), u32_at(record, 4))
            })
    }

    /// Numbers of the words of a name.
    pub(crate) fn tokens(&self, name: &NameRecord) -> impl Iterator<Item = u32> + '_ {
        let start = name.first_token.saturating_mul(4);
        let bytes = self
            .section(Section::Tokens)
            .get(start..start.saturating_add(name.tokens * 4))
            .unwrap_or_default();
        bytes.chunks_exact(4).map(|chunk| u32_at(chunk, 0))
    }

    /// A word of names.
    pub(crate) fn word(&self, number: u32) -> Option<Word<'_>> {
        let record = self.record(Section::Words, WORD_RECORD, number as usize)?;
        let text = |at: usize| self.string(u32_at(record, at), u32::from(u16_at(record, at + 4)));
        let weight = f32::from_bits(u32_at(record, 24));
        Some(Word {
            text: text(0),
            key: text(6),
            second: text(12),
            class: Class::from_number(record[18]),
            flags: record[19] & 0x7f,
            native: u32_at(record, 20),
            weight: if weight.is_finite() {
                weight.clamp(0.0, 2.0)
            } else {
                0.0
            },
        })
    }

    /// The weight of a word.
    pub(crate) fn word_weight(&self, number: u32) -> f32 {
        let record = self.record(Section::Words, WORD_RECORD, number as usize);
        let weight = f32::from_bits(record.map_or(0, |record| u32_at(record, 24)));
        if weight.is_finite() {
            weight.clamp(0.0, 2.0)
        } else {
            0.0
        }
    }

    /// The words of a name, pushed into a buffer that the caller reuses.
    pub(crate) fn words<'a>(&'a self, name: &NameRecord, words: &mut Vec<Word<'a>>) {
        words.clear();
        words.extend(self.tokens(name).map_while(|number| self.word(number)));
    }

    /// Names that have a word, ascending.
    pub(crate) fn postings(&self, word: u32) -> impl ExactSizeIterator<Item = u32> + '_ {
        let record = self
            .record(Section::Words, WORD_RECORD, word as usize)
            .unwrap_or_default();
        let (first, count) = (u32_at(record, 28) as usize, u32_at(record, 32) as usize);
        let start = first.saturating_mul(4);
        let bytes = self
            .section(Section::Postings)
            .get(start..start.saturating_add(count.saturating_mul(4)))
            .unwrap_or_default();
        bytes.chunks_exact(4).map(|chunk| u32_at(chunk, 0))
    }

    /// A key, not checked to be text.
    pub(crate) fn key(&self, number: u32) -> &[u8] {
        let Some(record) = self.record(Section::Keys, KEY_RECORD, number as usize) else {
            return &[];
        };
        let start = u32_at(record, 0) as usize;
        self.section(Section::Strings)
            .get(start..start.saturating_add(usize::from(u16_at(record, 4))))
            .unwrap_or_default()
    }

    /// Words of a view that have a key: the upper bit of an entry is the view.
    pub(crate) fn key_words(&self, number: u32, view: View) -> impl Iterator<Item = u32> + '_ {
        let record = self
            .record(Section::Keys, KEY_RECORD, number as usize)
            .unwrap_or_default();
        let start = (u32_at(record, 8) as usize).saturating_mul(4);
        let bytes = self
            .section(Section::KeyWords)
            .get(start..start.saturating_add(usize::from(u16_at(record, 6)) * 4))
            .unwrap_or_default();
        bytes
            .chunks_exact(4)
            .map(|chunk| u32_at(chunk, 0))
            .filter(move |entry| entry >> 31 == view as u32)
            .map(|entry| entry & 0x7fff_ffff)
    }

    /// Keys stored under a hashed spelling.
    pub(crate) fn spelt(&self, hash: u32) -> impl Iterator<Item = Spelt> + '_ {
        self.bucket(
            Section::SpellingBuckets,
            Section::Spellings,
            SPELLING_RECORD,
            hash,
        )
        .map(|entry| Spelt {
            key: u32_at(entry, 4),
            letters: u32_at(entry, 8),
        })
    }

    /// Names in which neighbours written as one word have a hash.
    pub(crate) fn joined(&self, hash: u32) -> impl Iterator<Item = u32> + '_ {
        self.bucket(Section::JoinBuckets, Section::Joins, JOIN_RECORD, hash)
            .map(|entry| u32_at(entry, 4))
    }

    /// Entries of a hash in a bucketed section; each starts with its hash.
    fn bucket(
        &self,
        starts: Section,
        entries: Section,
        size: usize,
        hash: u32,
    ) -> impl Iterator<Item = &[u8]> {
        let starts = self.section(starts);
        let bits = (starts.len() / 4).max(2).ilog2().clamp(1, 31);
        let bucket = (hash >> (32 - bits)) as usize;
        let (start, end) = (
            u32_at(starts, bucket * 4) as usize,
            u32_at(starts, bucket * 4 + 4) as usize,
        );
        self.section(entries)
            .get(start.saturating_mul(size)..end.saturating_mul(size))
            .unwrap_or_default()
            .chunks_exact(size)
            .filter(move |entry| u32_at(entry, 0) == hash)
    }

    /// Entities with an identifier, by the hash of the normalised identifier.
    pub(crate) fn with_identifier(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        let bytes = self.section(Section::Identifiers);
        let at = |index: usize| u64_at(bytes, index * IDENTIFIER_RECORD);
        let count = bytes.len() / IDENTIFIER_RECORD;
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = (low + high) / 2;
            if at(middle) < hash {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low..count)
            .take_while(move |index| at(*index) == hash)
            .map(move |index| u32_at(bytes, index * IDENTIFIER_RECORD + 8))
    }

    /// Raw identifiers of an entity with their marks.
    pub(crate) fn marked_identifiers(&self, number: u32) -> impl Iterator<Item = (&str, bool)> {
        let record = self
            .record(Section::Entities, ENTITY_RECORD, number as usize)
            .unwrap_or_default();
        self.string(u32_at(record, 48), u32_at(record, 52))
            .split('\n')
            .filter(|line| !line.is_empty())
            .map(|line| {
                line.strip_suffix('!')
                    .map_or((line, false), |value| (value, true))
            })
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.split('\n').filter(|line| !line.is_empty()).collect()
}

/// The kind stored for a name.
pub(crate) fn kind_of(number: u8) -> Kind {
    match number {
        0 => Kind::Person,
        2 => Kind::Craft,
        _ => Kind::Organisation,
    }
}
