//! Entities in, one file out. Names are analysed on all cores; everything after that keeps the order of the input, so
//! that the same entities give the same bytes.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use rayon::prelude::*;

use super::format::{HEADER, IndexError, MAGIC, SECTIONS, VERSION};
use super::{Entity, NameKind};
use crate::analyse::{Analysed, Class, HANGUL, SEMITIC, analyse};
use crate::compare::{SchemaGroup, looks_like_person, schema_group};
use crate::evidence::identifier;
use crate::lexicon::FINGERPRINT;
use crate::romanise;
use crate::score::{Kind, edit_budget, weight};

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
    /// Distinct words.
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

struct Reading {
    text: usize,
    kind: NameKind,
    party: Kind,
    analysed: Analysed,
}

#[derive(Default)]
struct Term {
    names: Vec<u32>,
    /// Entities that have the word itself, not only two neighbours that join to it.
    entities: u32,
    last_entity: Option<u32>,
    /// Romanised spellings with the scripts they were written in.
    spellings: Vec<(String, u8)>,
    generic: bool,
}

struct Strings {
    bytes: Vec<u8>,
    known: HashMap<String, (u32, u32)>,
}

impl Strings {
    fn add(&mut self, text: &str) -> Result<(u32, u32), IndexError> {
        if let Some(place) = self.known.get(text) {
            return Ok(*place);
        }
        let large = IndexError::TooLarge { what: "text" };
        let (Ok(start), Ok(length)) = (u32::try_from(self.bytes.len()), u32::try_from(text.len()))
        else {
            return Err(large);
        };
        self.bytes.extend_from_slice(text.as_bytes());
        self.known.insert(text.to_owned(), (start, length));
        Ok((start, length))
    }
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
        let readings: Vec<Vec<Reading>> = self.entities.par_iter().map(readings_of).collect();
        let mut strings = Strings {
            bytes: Vec::new(),
            known: HashMap::new(),
        };
        let mut terms: HashMap<String, u32> = HashMap::new();
        let mut records: Vec<Term> = Vec::new();
        let mut keys: Vec<String> = Vec::new();
        let mut term_of = |key: &str, records: &mut Vec<Term>| -> usize {
            if let Some(number) = terms.get(key) {
                return *number as usize;
            }
            let number = records.len();
            terms.insert(key.to_owned(), number as u32);
            records.push(Term::default());
            keys.push(key.to_owned());
            number
        };
        // First pass: who has which word.
        let mut name_number = 0u32;
        for (entity, readings) in readings.iter().enumerate() {
            for reading in readings {
                for token in &reading.analysed.tokens {
                    let number = term_of(&token.key, &mut records);
                    let term = &mut records[number];
                    if term.names.last() != Some(&name_number) {
                        term.names.push(name_number);
                    }
                    if term.last_entity != Some(entity as u32) {
                        term.last_entity = Some(entity as u32);
                        term.entities += 1;
                    }
                    let spelling = (token.text.clone(), token.flags);
                    if term.spellings.len() < 40 && !term.spellings.contains(&spelling) {
                        term.spellings.push(spelling);
                    }
                    term.generic |=
                        matches!(token.class, Class::Generic | Class::Place | Class::Number);
                }
                for joined in joins(&reading.analysed) {
                    let number = term_of(&joined, &mut records);
                    if records[number].names.last() != Some(&name_number) {
                        records[number].names.push(name_number);
                    }
                }
                name_number = name_number
                    .checked_add(1)
                    .ok_or(IndexError::TooLarge { what: "names" })?;
            }
        }
        let corpus = Corpus {
            entities: self.entities.len(),
        };
        let mut entities = Vec::new();
        let mut names = Vec::new();
        let mut tokens: Vec<u8> = Vec::new();
        let mut identifiers: Vec<(u64, u32)> = Vec::new();
        let mut empty_names = 0;
        let mut first_name = 0u32;
        let mut token_count = 0u32;
        let put =
            |section: &mut Vec<u8>, number: u32| section.extend_from_slice(&number.to_le_bytes());
        for (number, (entity, readings)) in self.entities.iter().zip(&readings).enumerate() {
            let caption = entity
                .names
                .iter()
                .find(|name| name.kind == NameKind::Primary)
                .or(entity.names.first());
            let ids: Vec<String> = entity
                .identifiers
                .iter()
                .filter_map(|raw| identifier(raw))
                .map(|id| format!("{}{}", id.value, if id.decisive { "!" } else { "" }))
                .collect();
            let mut distinct = ids.clone();
            distinct.sort();
            distinct.dedup();
            identifiers.extend(
                distinct
                    .iter()
                    .map(|id| (identifier_hash(id.trim_end_matches('!')), number as u32)),
            );
            for text in [
                &entity.id,
                &entity.dataset,
                &entity.schema,
                caption.map_or(&String::new(), |name| &name.text),
                &entity.countries.join("\n"),
                &entity.birth_dates.join("\n"),
                &distinct.join("\n"),
            ] {
                let (start, length) = strings.add(text)?;
                put(&mut entities, start);
                put(&mut entities, length);
            }
            put(&mut entities, first_name);
            put(&mut entities, readings.len() as u32);
            first_name += readings.len() as u32;
            empty_names += entity
                .names
                .iter()
                .enumerate()
                .filter(|(index, _)| !readings.iter().any(|reading| reading.text == *index))
                .count();
            for reading in readings {
                put(&mut names, number as u32);
                let (start, length) = strings.add(&entity.names[reading.text].text)?;
                put(&mut names, start);
                put(&mut names, length);
                let (start, length) = strings.add(&reading.analysed.normalised)?;
                put(&mut names, start);
                put(&mut names, length);
                put(&mut names, token_count);
                token_count = token_count
                    .checked_add(reading.analysed.tokens.len() as u32)
                    .ok_or(IndexError::TooLarge { what: "words" })?;
                names.extend_from_slice(&[
                    reading.analysed.tokens.len() as u8,
                    reading.kind as u8,
                    reading.analysed.legal,
                    kind_number(reading.party),
                ]);
                let mut weights = 0.0f32;
                for token in &reading.analysed.tokens {
                    let term = terms.get(&token.key).copied().unwrap_or_default();
                    let rarity = corpus.rarity(records[term as usize].entities);
                    let weight = weight(
                        token.class,
                        &token.text,
                        &token.key,
                        reading.party.view(),
                        Some(rarity),
                    );
                    let (start, length) = strings.add(&token.text)?;
                    put(&mut tokens, term);
                    put(&mut tokens, start);
                    tokens.extend_from_slice(&(length as u16).to_le_bytes());
                    tokens.extend_from_slice(&[token.class as u8, token.flags]);
                    put(&mut tokens, token.native);
                    put(&mut tokens, weight.to_bits());
                    weights += weight;
                }
                put(&mut names, weights.to_bits());
                put(&mut names, u32::from(reading.analysed.disguised));
            }
        }
        let mut term_section = Vec::new();
        let mut postings = Vec::new();
        let mut posting_count = 0u32;
        for (key, term) in keys.iter().zip(&records) {
            let (start, length) = strings.add(key)?;
            put(&mut term_section, start);
            put(&mut term_section, length);
            put(&mut term_section, term.entities);
            put(&mut term_section, posting_count);
            put(&mut term_section, term.names.len() as u32);
            posting_count = posting_count
                .checked_add(term.names.len() as u32)
                .ok_or(IndexError::TooLarge { what: "postings" })?;
            term.names.iter().for_each(|name| put(&mut postings, *name));
        }
        let (buckets, sounds) = sounds_of(&keys, &records);
        identifiers.sort_unstable();
        let mut identifier_section = Vec::new();
        for (hash, entity) in identifiers {
            identifier_section.extend_from_slice(&hash.to_le_bytes());
            put(&mut identifier_section, entity);
        }
        let summary = IndexSummary {
            entities: self.entities.len(),
            names: name_number as usize,
            empty_names,
            terms: keys.len(),
            bytes: 0,
            hash: String::new(),
        };
        let sections = vec![
            strings.bytes,
            entities,
            names,
            tokens,
            term_section,
            postings,
            buckets,
            sounds,
            identifier_section,
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

/// Keys of two and three neighbours written as one word, for "good will" against "goodwill".
fn joins(name: &Analysed) -> Vec<String> {
    let mut out = Vec::new();
    let latin = |class| class != Class::Number;
    for count in 2..=3 {
        for window in name.tokens.windows(count) {
            let length: usize = window.iter().map(|token| token.text.len()).sum();
            if (4..=18).contains(&length)
                && window
                    .iter()
                    .all(|token| latin(token.class) && token.flags & SEMITIC == 0)
            {
                out.push(romanise::key(
                    &window
                        .iter()
                        .map(|token| token.text.as_str())
                        .collect::<String>(),
                ));
            }
        }
    }
    out
}

/// Size of the corpus, for rarity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Corpus {
    pub entities: usize,
}

impl Corpus {
    /// 1 for a word that one entity has, 0 for one that all have. A small index says little about what is rare, so it
    /// counts as one of a thousand.
    pub(crate) fn rarity(self, having: u32) -> f32 {
        let all = self.entities.max(1000) as f32;
        (1.0 - (having.max(1) as f32).ln() / all.ln()).clamp(0.0, 1.0)
    }
}

pub(crate) fn identifier_hash(value: &str) -> u64 {
    value.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn sounds_of(keys: &[String], terms: &[Term]) -> (Vec<u8>, Vec<u8>) {
    let mut entries: Vec<(u32, u32)> = (0..keys.len())
        .into_par_iter()
        .flat_map_iter(|number| {
            let (key, term) = (&keys[number], &terms[number]);
            let mut hashes = if term.generic && term.entities > 0 {
                vec![sound(b'E', key)]
            } else {
                let mut hashes = spellings_of(key);
                hashes.extend(skeleton_sound(key));
                hashes
            };
            for (text, flags) in &term.spellings {
                for hash in other_script_spellings(text, *flags, true) {
                    hashes.push(hash);
                }
            }
            hashes.sort_unstable();
            hashes.dedup();
            hashes.into_iter().map(move |hash| (hash, number as u32))
        })
        .collect();
    entries.par_sort_unstable();
    let bits = bucket_bits(entries.len());
    let mut starts = vec![0u32; (1 << bits) + 1];
    for (hash, _) in &entries {
        starts[(hash >> (32 - bits)) as usize + 1] += 1;
    }
    for index in 1..starts.len() {
        starts[index] += starts[index - 1];
    }
    let buckets = starts
        .iter()
        .flat_map(|start| start.to_le_bytes())
        .collect();
    let sounds = entries
        .iter()
        .flat_map(|(hash, term)| [hash.to_le_bytes(), term.to_le_bytes()].concat())
        .collect();
    (buckets, sounds)
}

/// About two entries per bucket.
fn bucket_bits(entries: usize) -> u32 {
    (usize::BITS - entries.max(4).leading_zeros() - 1).clamp(2, 26)
}

pub(crate) fn sound(space: u8, text: &str) -> u32 {
    let hash = text
        .bytes()
        .fold(0x811c_9dc5 ^ u32::from(space), |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
    // FNV leaves the upper bits of short texts poor; they choose the bucket.
    let hash = (hash ^ hash >> 15).wrapping_mul(0x2c1b_3c6d);
    hash ^ hash >> 13
}

/// Hashes under which a key meets all keys within its edit budget: itself and each deletion of a letter; for longer
/// keys also the same of their first and of their last five letters, since of two edits one half has at most one.
pub(crate) fn spellings_of(key: &str) -> Vec<u32> {
    let mut hashes = vec![sound(b'E', key)];
    let budget = edit_budget(key.len() + 1);
    if !key.is_ascii() || budget == 0 {
        return hashes;
    }
    deletions(&mut hashes, b'E', key);
    if edit_budget(key.len() + 2) >= 2 && key.len() >= 5 {
        for (space, part) in [(b'P', &key[..5]), (b'S', &key[key.len() - 5..])] {
            hashes.push(sound(space, part));
            deletions(&mut hashes, space, part);
        }
    }
    hashes
}

/// Hash under which keys with the same consonants meet.
pub(crate) fn skeleton_sound(key: &str) -> Option<u32> {
    let bones = romanise::skeleton(key);
    (bones.len() >= 3 && key.is_ascii()).then(|| sound(b'K', &bones))
}

fn deletions(hashes: &mut Vec<u32>, space: u8, text: &str) {
    for index in 0..text.len() {
        if index > 0 && text.as_bytes()[index] == text.as_bytes()[index - 1] {
            continue;
        }
        hashes.push(sound(
            space,
            &format!("{}{}", &text[..index], &text[index + 1..]),
        ));
    }
}

/// Hashes under which a Latin spelling meets Arabic, Hebrew and Korean ones. The index stores a spelling in the space
/// of its own script; a query looks into the spaces of the scripts that it may meet.
pub(crate) fn other_script_spellings(text: &str, flags: u8, stored: bool) -> Vec<u32> {
    let mut hashes = Vec::new();
    let semitic = flags & SEMITIC != 0;
    let bones = romanise::semitic_skeleton(text);
    if !bones.is_empty() && text.len() >= 2 {
        let spaces: &[u8] = match (stored, semitic) {
            (true, true) => b"a",
            (true, false) => b"A",
            (false, true) => b"aA",
            (false, false) => b"a",
        };
        for space in spaces {
            hashes.push(sound(*space, &bones));
            if bones.len() >= 3 && bones.is_ascii() {
                deletions(&mut hashes, *space, &bones);
            }
        }
    }
    let korean = flags & HANGUL != 0;
    if text.len() <= 8 {
        let spaces: &[u8] = match (stored, korean) {
            (true, true) => b"h",
            (true, false) => b"H",
            (false, true) => b"hH",
            (false, false) => b"h",
        };
        let key = romanise::korean_key(text);
        spaces
            .iter()
            .for_each(|space| hashes.push(sound(*space, &key)));
    }
    hashes
}
