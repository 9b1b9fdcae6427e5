//! An index file opened for reading. Everything that a record points to is checked when it is followed, so that no
//! content of a file can make the reader panic.

use std::path::Path;

use memmap2::Mmap;

use super::NameKind;
use super::build::Corpus;
use super::format::{
    ENTITY_RECORD, HEADER, HEADER_WITHOUT_HASH, IndexError, MAGIC, NAME_RECORD, SECTIONS,
    SOUND_RECORD, Section, TERM_RECORD, TOKEN_RECORD, VERSION, record_size, u32_at, u64_at,
};
use crate::analyse::Class;
use crate::lexicon::FINGERPRINT;
use crate::score::{Kind, Word};

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

pub(crate) struct NameRecord<'a> {
    pub entity: u32,
    pub text: &'a str,
    pub normalised: &'a str,
    pub first_token: usize,
    pub tokens: usize,
    pub kind: NameKind,
    pub legal: u8,
    pub party: u8,
    pub disguised: bool,
}

pub(crate) struct TermRecord<'a> {
    pub key: &'a str,
    pub entities: u32,
    pub first_posting: usize,
    pub postings: usize,
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
        for name in
            (first..first.saturating_add(count.min(10_000))).map_while(|name| self.name(name))
        {
            if !names.contains(&(name.text, name.kind)) {
                names.push((name.text, name.kind));
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
        let start = start as usize;
        let bytes = self
            .section(Section::Strings)
            .get(start..start.saturating_add(length as usize));
        bytes
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }

    pub(crate) fn names(&self) -> usize {
        self.sections[Section::Names as usize].1 / NAME_RECORD
    }

    pub(crate) fn name(&self, number: usize) -> Option<NameRecord<'_>> {
        let record = self.record(Section::Names, NAME_RECORD, number)?;
        Some(NameRecord {
            entity: u32_at(record, 0),
            text: self.string(u32_at(record, 4), u32_at(record, 8)),
            normalised: self.string(u32_at(record, 12), u32_at(record, 16)),
            first_token: u32_at(record, 20) as usize,
            tokens: usize::from(record[24]),
            kind: NameKind::from_number(record[25]),
            legal: record[26],
            party: record[27],
            disguised: record[32] != 0,
        })
    }

    /// Party kind of a name, without reading the rest.
    pub(crate) fn party(&self, number: u32) -> u8 {
        self.record(Section::Names, NAME_RECORD, number as usize)
            .map_or(u8::MAX, |record| record[27])
    }

    /// Sum of the weights of a name's words.
    pub(crate) fn name_weight(&self, number: u32) -> f32 {
        let bits = self
            .record(Section::Names, NAME_RECORD, number as usize)
            .map_or(0, |record| u32_at(record, 28));
        let weight = f32::from_bits(bits);
        if weight.is_finite() { weight } else { 0.0 }
    }

    pub(crate) fn term(&self, number: u32) -> Option<TermRecord<'_>> {
        let record = self.record(Section::Terms, TERM_RECORD, number as usize)?;
        Some(TermRecord {
            key: self.string(u32_at(record, 0), u32_at(record, 4)),
            entities: u32_at(record, 8),
            first_posting: u32_at(record, 12) as usize,
            postings: u32_at(record, 16) as usize,
        })
    }

    /// The key of a term, not checked to be text.
    pub(crate) fn key_bytes(&self, number: u32) -> &[u8] {
        let Some(record) = self.record(Section::Terms, TERM_RECORD, number as usize) else {
            return &[];
        };
        let start = u32_at(record, 0) as usize;
        self.section(Section::Strings)
            .get(start..start.saturating_add(u32_at(record, 4) as usize))
            .unwrap_or_default()
    }

    pub(crate) fn postings(&self, term: &TermRecord<'_>) -> impl Iterator<Item = u32> + '_ {
        let start = term.first_posting.saturating_mul(4);
        let end = start.saturating_add(term.postings.saturating_mul(4));
        let bytes = self
            .section(Section::Postings)
            .get(start..end)
            .unwrap_or_default();
        bytes.chunks_exact(4).map(|chunk| u32_at(chunk, 0))
    }

    /// Terms stored under a hashed spelling.
    pub(crate) fn sounding(&self, hash: u32) -> impl Iterator<Item = u32> + '_ {
        let buckets = self.section(Section::SoundBuckets);
        let bits = (buckets.len() / 4).max(2).ilog2();
        let bucket = (hash >> (32 - bits.clamp(1, 31))) as usize;
        let (start, end) = (
            u32_at(buckets, bucket * 4) as usize,
            u32_at(buckets, bucket * 4 + 4) as usize,
        );
        let bytes = self
            .section(Section::Sounds)
            .get(start.saturating_mul(SOUND_RECORD)..end.saturating_mul(SOUND_RECORD))
            .unwrap_or_default();
        bytes
            .chunks_exact(SOUND_RECORD)
            .filter(move |chunk| u32_at(chunk, 0) == hash)
            .map(|chunk| u32_at(chunk, 4))
    }

    /// The words of a name, pushed into a buffer that the caller reuses.
    pub(crate) fn words<'a>(&'a self, name: &NameRecord<'a>, words: &mut Vec<Word<'a>>) {
        words.clear();
        for number in name.first_token..name.first_token.saturating_add(name.tokens) {
            let Some(record) = self.record(Section::Tokens, TOKEN_RECORD, number) else {
                break;
            };
            let Some(term) = self.term(u32_at(record, 0)) else {
                break;
            };
            let length = u32::from(record[8]) | u32::from(record[9]) << 8;
            let weight = f32::from_bits(u32_at(record, 16));
            words.push(Word {
                text: self.string(u32_at(record, 4), length),
                key: term.key,
                class: Class::from_number(record[10]),
                flags: record[11],
                native: u32_at(record, 12),
                weight: if weight.is_finite() {
                    weight.clamp(0.0, 2.0)
                } else {
                    0.0
                },
            });
        }
    }

    pub(crate) fn corpus(&self) -> Corpus {
        Corpus {
            entities: self.len(),
        }
    }

    /// Entities and whether the identifier is decisive there, by normalised identifier.
    pub(crate) fn with_identifier(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        let bytes = self.section(Section::Identifiers);
        let at = |index: usize| u64_at(bytes, index * 12);
        let count = bytes.len() / 12;
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
            .map(move |index| u32_at(bytes, index * 12 + 8))
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
