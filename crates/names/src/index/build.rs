//! Entities in, one file out. Names are analysed on all cores; everything after that keeps the order of the input, so
//! that the same entities give the same bytes.

use std::io::Write;
use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::format::{HEADER, IndexError, MAGIC, SECTIONS, VERSION};
use super::spelling;
use super::{Entity, NameKind};
use crate::align::run_length;
use crate::analyse::{Analysed, SEMITIC, View, analyse};
use crate::compare::{SchemaGroup, looks_like_person, schema_group};
use crate::evidence::identifier;
use crate::lexicon::FINGERPRINT;
use crate::romanise;
use crate::word::{Kind, Word, name_hash, words_of};

/// Collects entities, then writes them as an index.
#[derive(Debug, Default)]
pub struct IndexBuilder {
    entities: Vec<Entity>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexSummary {
    /// Entities.
    pub entities: usize,
    /// Readings of names: a name with "a.k.a." has several.
    pub names: usize,
    /// Names in which nothing is left to compare ("LLC", "???"); kept with the entity, never matched.
    pub empty_names: usize,
    /// Distinct keys of words.
    pub terms: usize,
    /// Size of the file.
    pub bytes: u64,
    /// Hash of the content, as hexadecimal digits: the version of the index.
    pub hash: String,
}

/// The kinds under which the names of an entity are compared.
fn kinds_of(schema: &str, text: &str) -> Vec<Kind> {
    match schema_group(Some(schema)) {
        SchemaGroup::Person => vec![Kind::Person],
        SchemaGroup::Organisation => vec![Kind::Organisation],
        SchemaGroup::Craft => vec![Kind::Craft],
        SchemaGroup::Unknown if looks_like_person(text) => vec![Kind::Organisation, Kind::Person],
        SchemaGroup::Unknown => vec![Kind::Organisation],
    }
}

pub(crate) fn kind_number(kind: Kind) -> u8 {
    match kind {
        Kind::Person => 0,
        Kind::Organisation => 1,
        Kind::Craft => 2,
    }
}

/// Entities whose names are analysed at a time.
const BATCH: usize = 20_000;
/// Flags of a name in its record.
pub(crate) const DISGUISED: u8 = 0x80;
pub(crate) const HAS_SEMITIC: u8 = 0x40;

struct Reading {
    text: usize,
    kind: NameKind,
    party: Kind,
    analysed: Analysed,
}

/// Text that records point into, each once.
#[derive(Default)]
struct Strings {
    bytes: Vec<u8>,
    known: FxHashMap<u64, (u32, u32)>,
}

impl Strings {
    fn add(&mut self, text: &str) -> Result<(u32, u32), IndexError> {
        let hash = name_hash(text) ^ (text.len() as u64) << 56;
        if let Some(&(start, length)) = self.known.get(&hash)
            && self.bytes.get(start as usize..(start + length) as usize) == Some(text.as_bytes())
        {
            return Ok((start, length));
        }
        let (Ok(start), Ok(length)) = (u32::try_from(self.bytes.len()), u32::try_from(text.len()))
        else {
            return Err(IndexError::TooLarge { what: "text" });
        };
        if start.checked_add(length).is_none() {
            return Err(IndexError::TooLarge { what: "text" });
        }
        self.bytes.extend_from_slice(text.as_bytes());
        self.known.insert(hash, (start, length));
        Ok((start, length))
    }
}

/// What the sections grow from.
#[derive(Default)]
struct Growing {
    strings: Strings,
    entities: Vec<u8>,
    names: Vec<u8>,
    name_texts: Vec<u8>,
    tokens: Vec<u8>,
    token_count: u32,
    name_count: u32,
    empty_names: usize,
    /// Number of a word by the hash of all that makes it.
    known_words: FxHashMap<u64, u32>,
    words: Vec<u8>,
    postings: Vec<Vec<u32>>,
    known_keys: FxHashMap<u64, u32>,
    keys: Vec<(u32, u32)>,
    key_words: Vec<Vec<u32>>,
    spellings: Vec<(u32, u32, u32)>,
    joins: Vec<(u32, u32)>,
    identifiers: Vec<(u64, u32)>,
}

fn put(section: &mut Vec<u8>, number: u32) {
    section.extend_from_slice(&number.to_le_bytes());
}

fn put_short(section: &mut Vec<u8>, number: u32) {
    section.extend_from_slice(&(number.min(u32::from(u16::MAX)) as u16).to_le_bytes());
}

impl Growing {
    fn entity(&mut self, entity: &Entity, readings: &[Reading]) -> Result<(), IndexError> {
        let number = (self.entities.len() / super::format::ENTITY_RECORD) as u32;
        let caption = entity
            .names
            .iter()
            .find(|name| name.kind == NameKind::Primary)
            .or(entity.names.first());
        let mut ids: Vec<String> = entity
            .identifiers
            .iter()
            .filter_map(|raw| identifier(raw))
            .map(|id| format!("{}{}", id.value, if id.decisive { "!" } else { "" }))
            .collect();
        ids.sort();
        ids.dedup();
        self.identifiers.extend(
            ids.iter()
                .map(|id| (name_hash(id.trim_end_matches('!')), number)),
        );
        for text in [
            &entity.id,
            &entity.dataset,
            &entity.schema,
            caption.map_or(&String::new(), |name| &name.text),
            &entity.countries.join("\n"),
            &entity.birth_dates.join("\n"),
            &ids.join("\n"),
        ] {
            let (start, length) = self.strings.add(text)?;
            put(&mut self.entities, start);
            put(&mut self.entities, length);
        }
        put(&mut self.entities, self.name_count);
        put(&mut self.entities, readings.len() as u32);
        self.empty_names += (0..entity.names.len())
            .filter(|index| !readings.iter().any(|reading| reading.text == *index))
            .count();
        for reading in readings {
            self.name(number, &entity.names[reading.text].text, reading)?;
        }
        Ok(())
    }

    fn name(&mut self, entity: u32, text: &str, reading: &Reading) -> Result<(), IndexError> {
        let (start, length) = self.strings.add(text)?;
        put(&mut self.name_texts, start);
        put(&mut self.name_texts, length);
        let view = reading.party.view();
        let words = words_of(&reading.analysed, view);
        let mut flags = if reading.analysed.disguised {
            DISGUISED
        } else {
            0
        };
        if words.iter().any(|word| word.flags & SEMITIC != 0) {
            flags |= HAS_SEMITIC;
        }
        put(&mut self.names, entity);
        put(&mut self.names, self.token_count);
        self.names.extend_from_slice(&[
            words.len() as u8,
            reading.kind as u8 | flags,
            reading.analysed.legal,
            kind_number(reading.party),
        ]);
        let weights: f32 = words.iter().map(|word| word.weight).sum();
        put(&mut self.names, weights.to_bits());
        self.names
            .extend_from_slice(&name_hash(&reading.analysed.normalised).to_le_bytes());
        for word in &words {
            let number = self.word(word, view)?;
            put(&mut self.tokens, number);
            let postings = &mut self.postings[number as usize];
            if postings.last() != Some(&self.name_count) {
                postings.push(self.name_count);
            }
        }
        joined_keys(&words, |key| {
            self.joins.push((joined_hash(key, view), self.name_count));
        });
        self.token_count = self
            .token_count
            .checked_add(words.len() as u32)
            .ok_or(IndexError::TooLarge { what: "words" })?;
        self.name_count = self
            .name_count
            .checked_add(1)
            .ok_or(IndexError::TooLarge { what: "names" })?;
        Ok(())
    }

    fn word(&mut self, word: &Word<'_>, view: View) -> Result<u32, IndexError> {
        let identity = word_identity(word, view);
        if let Some(number) = self.known_words.get(&identity) {
            return Ok(*number);
        }
        let number = self.postings.len() as u32;
        if number >= 1 << 31 {
            return Err(IndexError::TooLarge { what: "words" });
        }
        self.known_words.insert(identity, number);
        self.postings.push(Vec::new());
        for text in [word.text, word.key, word.second] {
            let (start, length) = self.strings.add(text)?;
            put(&mut self.words, start);
            put_short(&mut self.words, length);
        }
        self.words
            .extend_from_slice(&[word.class as u8, word.flags | (view as u8) << 7]);
        put(&mut self.words, word.native);
        put(&mut self.words, word.weight.to_bits());
        // First posting and number of postings follow when all names are in.
        self.words.extend_from_slice(&[0; 8]);
        let of_letters = spelling::letters_key(word);
        for key in spelling::keys_of(word, &of_letters) {
            let key = self.key(key)?;
            self.key_words[key as usize].push(number | (view as u32) << 31);
        }
        let key = self.key(word.key)?;
        let mut hashes = Vec::new();
        spelling::other_scripts(word.text, word.flags, true, &mut hashes);
        self.spellings
            .extend(hashes.into_iter().map(|hash| (hash, key, u32::MAX)));
        Ok(number)
    }

    fn key(&mut self, key: &str) -> Result<u32, IndexError> {
        let hash = name_hash(key);
        if let Some(number) = self.known_keys.get(&hash) {
            return Ok(*number);
        }
        let number = self.keys.len() as u32;
        self.known_keys.insert(hash, number);
        self.keys.push(self.strings.add(key)?);
        self.key_words.push(Vec::new());
        let mut hashes = Vec::new();
        spelling::spellings_of(key, &mut hashes);
        let letters = spelling::letters(key.as_bytes());
        self.spellings
            .extend(hashes.into_iter().map(|hash| (hash, number, letters)));
        Ok(number)
    }
}

/// Hash of all that makes a word what it is.
pub(crate) fn word_identity(word: &Word<'_>, view: View) -> u64 {
    let mut hash = name_hash(word.text);
    for part in [word.key, word.second] {
        // Turned, so that equal parts do not cancel each other.
        hash = (hash.rotate_left(23) ^ name_hash(part)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    let rest = u64::from(word.native) << 24
        | u64::from(word.flags) << 16
        | (word.class as u64) << 8
        | view as u64;
    (hash ^ rest).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Keys of two and three neighbours written as one word, for "good will" against "goodwill".
pub(crate) fn joined_keys(words: &[Word<'_>], mut found: impl FnMut(&str)) {
    for count in 2..=3 {
        for window in words.windows(count) {
            if run_length(window).is_some() {
                let text: String = window.iter().map(|word| word.text).collect();
                found(&romanise::key(&text));
            }
        }
    }
}

/// The hash under which a key meets neighbours written as one word.
pub(crate) fn joined_hash(key: &str, view: View) -> u32 {
    spelling::hash(view as u8, key.as_bytes())
}

/// Sorted entries with the starts of their buckets.
fn bucketed<T>(entries: &[T], hash: impl Fn(&T) -> u32) -> Vec<u8> {
    let bits = spelling::bucket_bits(entries.len());
    let mut starts = vec![0u32; (1 << bits) + 1];
    for entry in entries {
        starts[(hash(entry) >> (32 - bits)) as usize + 1] += 1;
    }
    for index in 1..starts.len() {
        starts[index] += starts[index - 1];
    }
    starts
        .iter()
        .flat_map(|start| start.to_le_bytes())
        .collect()
}

impl IndexBuilder {
    /// An empty builder.
    pub fn new() -> IndexBuilder {
        IndexBuilder::default()
    }

    /// Takes one entity. Entities without a usable name are still found by their identifiers.
    pub fn add(&mut self, entity: Entity) {
        self.entities.push(entity);
    }

    /// Writes the index beside `path` and renames it into place, so that a reader never sees half a file.
    ///
    /// # Errors
    /// [`IndexError::Io`] if the file system refuses, [`IndexError::TooLarge`] if the text exceeds 4 GiB.
    pub fn write(&self, path: &Path) -> Result<IndexSummary, IndexError> {
        let (sections, mut summary) = self.sections()?;
        let mut body = blake3::Hasher::new();
        sections.iter().for_each(|section| {
            body.update(section);
        });
        let mut header = Vec::with_capacity(HEADER);
        header.extend_from_slice(&MAGIC);
        header.extend_from_slice(&VERSION.to_le_bytes());
        header.extend_from_slice(&(SECTIONS as u32).to_le_bytes());
        header.extend_from_slice(&FINGERPRINT.to_le_bytes());
        let length = HEADER + sections.iter().map(Vec::len).sum::<usize>();
        header.extend_from_slice(&(length as u64).to_le_bytes());
        header.extend_from_slice(body.finalize().as_bytes());
        let mut offset = HEADER;
        for section in &sections {
            header.extend_from_slice(&(offset as u64).to_le_bytes());
            header.extend_from_slice(&(section.len() as u64).to_le_bytes());
            offset += section.len();
        }
        let hash = blake3::hash(&header);
        header.extend_from_slice(hash.as_bytes());
        summary.bytes = length as u64;
        summary.hash = hash.to_hex().to_string();
        let io = |source| IndexError::Io {
            path: path.to_owned(),
            source,
        };
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let part = path.with_file_name(name);
        let written = (|| {
            let mut file = std::fs::File::create(&part)?;
            file.write_all(&header)?;
            for section in &sections {
                file.write_all(section)?;
            }
            file.sync_all()?;
            std::fs::rename(&part, path)
        })();
        if written.is_err() {
            // The half-written file is of no use; that it cannot be removed adds nothing to the first error.
            let _ = std::fs::remove_file(&part);
        }
        written.map_err(io)?;
        Ok(summary)
    }

    fn sections(&self) -> Result<(Vec<Vec<u8>>, IndexSummary), IndexError> {
        if u32::try_from(self.entities.len()).is_err() {
            return Err(IndexError::TooLarge { what: "entities" });
        }
        let mut all = Growing::default();
        for batch in self.entities.chunks(BATCH) {
            let readings: Vec<Vec<Reading>> = batch.par_iter().map(readings_of).collect();
            for (entity, readings) in batch.iter().zip(&readings) {
                all.entity(entity, readings)?;
            }
        }
        let too_large = |what| IndexError::TooLarge { what };
        let mut postings = Vec::new();
        let mut first = 0u32;
        for (number, names) in all.postings.iter().enumerate() {
            let at = number * super::format::WORD_RECORD + 28;
            all.words[at..at + 4].copy_from_slice(&first.to_le_bytes());
            all.words[at + 4..at + 8].copy_from_slice(&(names.len() as u32).to_le_bytes());
            first = first
                .checked_add(names.len() as u32)
                .ok_or(too_large("postings"))?;
            names.iter().for_each(|name| put(&mut postings, *name));
        }
        let (mut keys, mut key_words, mut first) = (Vec::new(), Vec::new(), 0u32);
        for ((start, length), words) in all.keys.iter().zip(&all.key_words) {
            if words.len() > usize::from(u16::MAX) {
                return Err(too_large("words of one key"));
            }
            put(&mut keys, *start);
            put_short(&mut keys, *length);
            put_short(&mut keys, words.len() as u32);
            put(&mut keys, first);
            first = first
                .checked_add(words.len() as u32)
                .ok_or(too_large("words of keys"))?;
            words.iter().for_each(|word| put(&mut key_words, *word));
        }
        all.spellings.par_sort_unstable();
        all.spellings.dedup();
        if u32::try_from(all.spellings.len()).is_err() {
            return Err(too_large("spellings"));
        }
        let spelling_buckets = bucketed(&all.spellings, |entry| entry.0);
        let mut spellings = Vec::with_capacity(all.spellings.len() * 12);
        for (hash, key, letters) in &all.spellings {
            put(&mut spellings, *hash);
            put(&mut spellings, *key);
            put(&mut spellings, *letters);
        }
        all.joins.par_sort_unstable();
        all.joins.dedup();
        let join_buckets = bucketed(&all.joins, |entry| entry.0);
        let mut joins = Vec::with_capacity(all.joins.len() * 8);
        for (hash, name) in &all.joins {
            put(&mut joins, *hash);
            put(&mut joins, *name);
        }
        all.identifiers.sort_unstable();
        let mut identifiers = Vec::new();
        for (hash, entity) in &all.identifiers {
            identifiers.extend_from_slice(&hash.to_le_bytes());
            put(&mut identifiers, *entity);
        }
        let summary = IndexSummary {
            entities: self.entities.len(),
            names: all.name_count as usize,
            empty_names: all.empty_names,
            terms: all.keys.len(),
            bytes: 0,
            hash: String::new(),
        };
        let sections = vec![
            all.strings.bytes,
            all.entities,
            all.names,
            all.name_texts,
            all.tokens,
            all.words,
            postings,
            keys,
            key_words,
            spelling_buckets,
            spellings,
            join_buckets,
            joins,
            identifiers,
        ];
        Ok((sections, summary))
    }
}

fn readings_of(entity: &Entity) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    for (index, name) in entity.names.iter().enumerate() {
        for party in kinds_of(&entity.schema, &name.text) {
            for analysed in analyse(&name.text, party.view()) {
                // A list repeats a name with other capitals; the stronger kind comes first in the input.
                let known = readings.iter().any(|other| {
                    other.party == party
                        && other.analysed.tokens == analysed.tokens
                        && other.analysed.legal == analysed.legal
                        && (other.kind != NameKind::WeakAlias || name.kind == NameKind::WeakAlias)
                });
                if !known {
                    readings.push(Reading {
                        text: index,
                        kind: name.kind,
                        party,
                        analysed,
                    });
                }
            }
        }
    }
    readings
}
