//! One query against all listed names: words that may be the query's words, names that have enough of them, then the
//! full score, from similarities that are computed once per query and not once per name.

use std::cell::RefCell;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::NameKind;
use super::build::{joined_hash, joined_keys, kind_number, word_identity};
use super::open::{Index, NameRecord, kind_of};
use super::spelling;
use crate::align::{Pair, joined_pairs, single};
use crate::analyse::{Analysed, Class, View, analyse};
use crate::compare::{SchemaGroup, schema_group};
use crate::distance::distance_of_bytes;
use crate::evidence::{Facts, Identifier, combine, identifier, reach};
use crate::normalise::normalise;
use crate::romanise;
use crate::score::{LEAST_SHARED, MOST_OF_DIFFERENT, explain, is_turned, score, score_of_pairs};
use crate::similarity::{LEAST_SIMILARITY, edit_budget, similarity};
use crate::thresholds::BALANCED;
use crate::word::{HEAVIEST, Kind, Side, Word, name_hash, words_of};

/// A party to look for. All fields but the names may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// FollowTheMoney schema; `None` if unknown. `LegalEntity` is a person or an organisation, and no vessel.
    pub schema: Option<String>,
    /// Names, each looked for on its own.
    pub names: Vec<String>,
    /// ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
    /// ISO 8601, maybe partial.
    pub birth_dates: Vec<String>,
    /// Raw identifiers.
    pub identifiers: Vec<String>,
}

/// A listed party that a query may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// "list:entry".
    pub entity_id: String,
    /// The list.
    pub dataset: String,
    /// FollowTheMoney schema.
    pub schema: String,
    /// The entity's main name.
    pub caption: String,
    /// Names, then moved by identifiers, birth dates and countries; 0 to 1.
    pub score: f64,
    /// Probability that both are the same party.
    pub probability: f64,
    /// The score reaches [`BALANCED`].
    pub is_match: bool,
    /// The listed name that matched best; empty if only an identifier matched.
    pub matched_name: String,
    /// `name`, and `country`, `birth_date`, `identifier` from -1 (differs) to 1 (agrees) where both sides have them.
    pub features: BTreeMap<String, f64>,
    /// What agreed, what differed, what it weighed.
    pub explanation: Vec<String>,
}

/// Most query names that are looked for.
const MOST_NAMES: usize = 24;
/// Most candidates that are scored in full, by weight of shared words.
const MOST_CANDIDATES: usize = 20_000;
/// Words whose names are not walked through if the query has heavier ones: "company", "trading".
const LIGHT: f32 = 0.36;
/// Names of a light word that are walked through all the same.
const SHORT_LIST: usize = 400;

/// What the query's words have found of a listed name.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// Weights of the agreeing words, on the side of the query and of the name.
    query: f32,
    listed: f32,
    words: u8,
    last_word: u8,
    joined: bool,
}

/// Buffers of a thread, empty or all zero between queries.
#[derive(Default)]
struct Scratch {
    /// One slot per listed name.
    slots: Vec<Slot>,
    touched: Vec<u32>,
    hashes: Vec<u32>,
    keys: Vec<u32>,
    /// Which index the thread's buffers are for.
    index: u64,
    /// Words that were looked up, by identity, and what they came to.
    known: FxHashMap<u64, Box<[(u32, f32)]>>,
    known_words: usize,
}

/// Entries that a thread remembers before it forgets all: about 16 MB.
const MOST_REMEMBERED: usize = 1 << 20;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// A listed word that a query's word may be, and how alike they are.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Alike {
    word: u32,
    of_query: u8,
    similarity: f32,
}

/// What makes the score of a listed name with one reading of a query.
#[derive(PartialEq, Eq, Hash)]
struct SameName {
    normalised: u64,
    /// Digest of the numbers of its words.
    words: u64,
    legal: u8,
    semitic: bool,
    joined: bool,
}

/// The best listed name found for an entity so far.
struct Best {
    score: f64,
    name: usize,
    reading: usize,
}

/// One reading of one query name.
struct Reading {
    analysed: Analysed,
    /// Hash of the whole name, normalised.
    whole: u64,
    kind: Kind,
    /// The query says so; it was not guessed.
    sure: bool,
}

/// A listed name to be scored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    pub name: u32,
    /// Neighbours written as one word may be what agrees.
    pub joined: bool,
}

impl Index {
    /// Listed parties that the query may mean, best first, at or above `threshold`, at most `limit`. Complete for
    /// thresholds from 0.61 on: below, names that share little with the query may be missing.
    pub fn search(&self, query: &Query, threshold: f64, limit: usize) -> Vec<Match> {
        let readings = readings_of(query);
        let words: Vec<Vec<Word<'_>>> = readings
            .iter()
            .map(|reading| words_of(&reading.analysed, reading.kind.view()))
            .collect();
        let facts = Facts {
            countries: query
                .countries
                .iter()
                .take(50)
                .map(|country| country.to_ascii_uppercase())
                .collect(),
            birth_dates: query.birth_dates.iter().take(50).cloned().collect(),
            identifiers: query
                .identifiers
                .iter()
                .take(50)
                .filter_map(|raw| identifier(raw))
                .collect(),
        };
        let reach = reach(threshold, &facts);
        let mut best: FxHashMap<u32, Best> = FxHashMap::default();
        for (number, (reading, words)) in readings.iter().zip(&words).enumerate() {
            self.search_reading(number, reading, words, reach, &mut best);
        }
        for identifier in &facts.identifiers {
            for entity in self.with_identifier(name_hash(&identifier.value)) {
                if self
                    .marked_identifiers(entity)
                    .any(|(value, _)| value == identifier.value)
                {
                    best.entry(entity).or_insert(Best {
                        score: 0.0,
                        name: usize::MAX,
                        reading: 0,
                    });
                }
            }
        }
        let mut found: Vec<(f64, u32, Best)> = Vec::new();
        for (entity, best) in best {
            let score = if facts == Facts::default() {
                best.score
            } else {
                combine(best.score, &facts, &self.facts(entity)).score
            };
            if score >= threshold {
                found.push((score, entity, best));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.truncate(limit);
        found
            .into_iter()
            .filter_map(|(_, entity, best)| self.describe(entity, &best, &readings, &words, &facts))
            .collect()
    }

    fn describe(
        &self,
        number: u32,
        best: &Best,
        readings: &[Reading],
        words: &[Vec<Word<'_>>],
        facts: &Facts,
    ) -> Option<Match> {
        let entity = self.entity(number)?;
        let mut explanation = Vec::new();
        let mut matched_name = String::new();
        if let (Some(name), Some(reading)) = (self.name(best.name), readings.get(best.reading)) {
            let kind = kind_of(name.party);
            let mut listed = Vec::new();
            self.words(&name, &mut listed);
            let query = side(reading, &words[best.reading]);
            let listed = Side {
                normalised: name.normalised,
                words: &listed,
                legal: name.legal,
            };
            explanation = explain(query, listed, &score(query, listed, kind));
            if name.kind == NameKind::WeakAlias {
                explanation.push("the list calls this alias weak".to_owned());
            }
            if name.disguised || reading.analysed.disguised {
                explanation.push("letters of two alphabets mixed in one word".to_owned());
            }
            matched_name = self.name_text(best.name).to_owned();
        }
        let verdict = combine(best.score, facts, &self.facts(number));
        explanation.extend(verdict.explanation);
        Some(Match {
            entity_id: entity.id.to_owned(),
            dataset: entity.dataset.to_owned(),
            schema: entity.schema.to_owned(),
            caption: entity.caption.to_owned(),
            score: verdict.score,
            probability: verdict.probability,
            is_match: verdict.score >= BALANCED,
            matched_name,
            features: verdict.features,
            explanation,
        })
    }

    fn facts(&self, number: u32) -> Facts {
        let Some(entity) = self.entity(number) else {
            return Facts::default();
        };
        let owned = |values: Vec<&str>| values.into_iter().map(str::to_owned).collect();
        Facts {
            countries: owned(entity.countries),
            birth_dates: owned(entity.birth_dates),
            identifiers: self
                .marked_identifiers(number)
                .map(|(value, decisive)| Identifier {
                    value: value.to_owned(),
                    decisive,
                })
                .collect(),
        }
    }

    fn search_reading(
        &self,
        number: usize,
        reading: &Reading,
        words: &[Word<'_>],
        threshold: f64,
        best: &mut FxHashMap<u32, Best>,
    ) {
        let (candidates, alike) = self.candidates(words, reading.kind);
        let query = side(reading, words);
        let mut listed = Vec::new();
        let mut pairs = Vec::new();
        // Lists repeat each other: the same name, analysed the same way, has the same score.
        let mut scored: FxHashMap<SameName, (f64, usize)> = FxHashMap::default();
        for candidate in candidates {
            let Some(name) = self.name(candidate.name as usize) else {
                continue;
            };
            let same = SameName {
                normalised: name.normalised,
                words: self.tokens(&name).fold(0, |hash, word| {
                    (hash ^ u64::from(word))
                        .wrapping_mul(0x0100_0000_01b3)
                        .rotate_left(17)
                }),
                legal: name.legal,
                semitic: name.semitic,
                joined: candidate.joined,
            };
            let is_weak = name.kind == NameKind::WeakAlias;
            let (mut result, words_listed) = match scored.get(&same) {
                Some(known) if !is_weak => *known,
                _ => {
                    let result = self.score_candidate(
                        query,
                        reading.kind,
                        (&name, candidate.joined),
                        &alike,
                        (&mut listed, &mut pairs),
                    );
                    scored.insert(same, (result, listed.len()));
                    (result, listed.len())
                }
            };
            if is_weak {
                result = weak(result, &listed);
            }
            if reading.kind == Kind::Craft && !reading.sure && words_listed <= 1 {
                // Nothing says that a vessel is meant.
                result = result.min(0.74);
            }
            if result >= 1.0
                && reading.whole != name_hash(&normalise(self.name_text(candidate.name as usize)))
            {
                result = MOST_OF_DIFFERENT;
            }
            if result < threshold {
                continue;
            }
            let entry = best.entry(name.entity).or_insert(Best {
                score: -1.0,
                name: candidate.name as usize,
                reading: number,
            });
            if result > entry.score {
                *entry = Best {
                    score: result,
                    name: candidate.name as usize,
                    reading: number,
                };
            }
        }
    }

    /// Score of a listed name, from the similarities that are known. Leaves its words in the first buffer.
    fn score_candidate<'a>(
        &'a self,
        query: Side<'_>,
        kind: Kind,
        (name, joined): (&NameRecord, bool),
        alike: &[Alike],
        (listed, pairs): (&mut Vec<Word<'a>>, &mut Vec<Pair>),
    ) -> f64 {
        listed.clear();
        pairs.clear();
        for (place, token) in self.tokens(name).enumerate() {
            let Some(word) = self.word(token) else {
                break;
            };
            listed.push(word);
            let from = alike.partition_point(|entry| entry.word < token);
            for entry in alike[from..].iter().take_while(|entry| entry.word == token) {
                let of_query = usize::from(entry.of_query);
                pairs.push(single(
                    of_query,
                    place,
                    query.words,
                    listed,
                    entry.similarity,
                ));
            }
            // An initial stands for any word of its letter.
            if kind == Kind::Person {
                for (of_query, initial) in query.words.iter().enumerate() {
                    if initial.class == Class::Initial {
                        let similarity = similarity(initial, &word, View::Person);
                        if similarity >= LEAST_SIMILARITY {
                            pairs.push(single(of_query, place, query.words, listed, similarity));
                        }
                    }
                }
            }
        }
        let side = Side {
            normalised: name.normalised,
            words: listed,
            legal: name.legal,
        };
        let semitic = query
            .words
            .iter()
            .any(|word| word.flags & crate::analyse::SEMITIC != 0);
        if joined || semitic != name.semitic {
            joined_pairs(query.words, listed, pairs);
        }
        let result = if is_turned(&query, &side) {
            for pair in pairs.iter_mut() {
                *pair = pair.turned();
            }
            score_of_pairs(side, query, kind, pairs)
        } else {
            score_of_pairs(query, side, kind, pairs)
        };
        result.score
    }

    /// Listed names that share enough of the query's words, allowing for misspellings, and the listed words that the
    /// query's words may be, sorted.
    fn candidates(&self, words: &[Word<'_>], kind: Kind) -> (Vec<Candidate>, Vec<Alike>) {
        let party = kind_number(kind);
        let view = kind.view();
        let total: f32 = words.iter().map(|word| word.weight).sum();
        let needed = LEAST_SHARED * total - 0.001;
        let mut alike: Vec<Alike> = Vec::new();
        let mut spans: Vec<(usize, usize)> = Vec::with_capacity(words.len());
        SCRATCH.with_borrow_mut(|scratch| {
            if scratch.slots.len() < self.names() {
                scratch.slots.resize(self.names(), Slot::default());
            }
            for (index, word) in words.iter().enumerate() {
                let start = alike.len();
                self.alike(word, index as u8, view, scratch, &mut alike);
                spans.push((start, alike.len()));
            }
            let mut order: Vec<usize> = (0..words.len())
                .filter(|index| words[*index].class != Class::Initial)
                .collect();
            order.sort_by(|a, b| words[*b].weight.total_cmp(&words[*a].weight).then(a.cmp(b)));
            let mut remaining = total;
            let initials: f32 = words
                .iter()
                .filter(|word| word.class == Class::Initial)
                .map(|word| word.weight)
                .sum();
            let mut mark = 0u8;
            // Weight that may agree without having been looked at, on the side of the query and of the name.
            let mut skipped = initials;
            let mut skipped_listed = HEAVIEST
                * words
                    .iter()
                    .filter(|word| word.class == Class::Initial)
                    .count() as f32;
            // Neighbours that are one word elsewhere, both ways, come first: they count for all their words.
            self.joined_candidates(words, view, scratch);
            for index in order {
                let word = &words[index];
                let admits = remaining + 0.001 >= needed && word.weight > 0.1;
                remaining -= word.weight;
                let (start, end) = spans[index];
                let names: usize = alike[start..end]
                    .iter()
                    .map(|entry| self.postings(entry.word).len())
                    .sum();
                let long = names > SHORT_LIST.max(scratch.touched.len() * 4);
                if !admits && (long || word.weight < LIGHT) {
                    skipped += word.weight;
                    skipped_listed += alike[start..end]
                        .iter()
                        .map(|entry| self.word_weight(entry.word))
                        .fold(0.0, f32::max);
                    continue;
                }
                mark = mark.saturating_add(1);
                for entry in &alike[start..end] {
                    let listed = self.word_weight(entry.word);
                    for name in self.postings(entry.word) {
                        let Some(slot) = scratch.slots.get_mut(name as usize) else {
                            continue;
                        };
                        if slot.words == 0 && !slot.joined {
                            if !admits {
                                continue;
                            }
                            scratch.touched.push(name);
                        }
                        slot.listed += listed;
                        if slot.last_word != mark {
                            slot.last_word = mark;
                            slot.query += word.weight;
                            slot.words = slot.words.saturating_add(1);
                        }
                    }
                }
            }
            // Two parts of a person's name must agree, unless there is only one; an initial may be the second.
            let parts = words
                .iter()
                .filter(|word| word.weight > 0.1 && word.class != Class::Number)
                .count();
            let with_initials = words.iter().any(|word| word.class == Class::Initial);
            let least =
                if kind == Kind::Person && parts > 1 && !with_initials && skipped <= initials {
                    2
                } else {
                    1
                };
            let mut chosen: Vec<(f32, Candidate)> = Vec::new();
            for name_number in scratch.touched.drain(..) {
                let slot = std::mem::take(&mut scratch.slots[name_number as usize]);
                if !slot.joined && slot.query + skipped < needed {
                    // Decided without a look at the name's record, which lies anywhere in a large file.
                    continue;
                }
                let Some(name) = self.name(name_number as usize) else {
                    continue;
                };
                let fits = name.party == party
                    && (slot.joined
                        || slot.listed + skipped_listed >= LEAST_SHARED * name.weight - 0.001
                            && (slot.words >= least || name.tokens == 1));
                if fits {
                    let candidate = Candidate {
                        name: name_number,
                        joined: slot.joined,
                    };
                    chosen.push((slot.query, candidate));
                }
            }
            if chosen.len() > MOST_CANDIDATES {
                chosen.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.name.cmp(&b.1.name)));
                chosen.truncate(MOST_CANDIDATES);
            }
            alike.sort_unstable_by_key(|entry| (entry.word, entry.of_query));
            let candidates = chosen.into_iter().map(|(_, candidate)| candidate).collect();
            (candidates, alike)
        })
    }

    /// Listed words that a query's word may be. What a word was found to be is remembered for the next query of the
    /// thread: names share most of their words.
    fn alike(
        &self,
        word: &Word<'_>,
        of_query: u8,
        view: View,
        scratch: &mut Scratch,
        alike: &mut Vec<Alike>,
    ) {
        let identity = word_identity(word, view);
        if scratch.index != self.identity() || scratch.known_words > MOST_REMEMBERED {
            scratch.index = self.identity();
            scratch.known.clear();
            scratch.known_words = 0;
        }
        if !scratch.known.contains_key(&identity) {
            let found = self.look_up(word, view, &mut scratch.hashes, &mut scratch.keys);
            scratch.known_words += 8 + found.len();
            scratch.known.insert(identity, found);
        }
        let found = scratch.known.get(&identity).into_iter().flatten();
        alike.extend(found.map(|(word, similarity)| Alike {
            word: *word,
            of_query,
            similarity: *similarity,
        }));
    }

    /// Numbers of the listed words that a query's word may be, ascending, with how alike they are.
    fn look_up(
        &self,
        word: &Word<'_>,
        view: View,
        hashes: &mut Vec<u32>,
        keys: &mut Vec<u32>,
    ) -> Box<[(u32, f32)]> {
        keys.clear();
        let of_letters = spelling::letters_key(word);
        for key in spelling::keys_of(word, &of_letters) {
            hashes.clear();
            let start = keys.len();
            if matches!(word.class, Class::Number | Class::Initial) {
                hashes.push(spelling::hash(b'E', key.as_bytes()));
            } else {
                spelling::spellings_of(key, hashes);
            }
            let letters = spelling::letters(key.as_bytes());
            let bones = romanise::skeleton(key);
            let of_bones = (bones.len() >= 3).then(|| spelling::hash(b'K', bones.as_bytes()));
            for hash in hashes.iter() {
                let same_bones = of_bones == Some(*hash);
                for spelt in self.spelt(*hash) {
                    if same_bones || spelling::may_be_near(letters, spelt.letters) {
                        keys.push(spelt.key);
                    }
                }
            }
            keys[start..].sort_unstable();
            let mut kept = start;
            for index in start..keys.len() {
                if index > start && keys[index] == keys[index - 1] {
                    continue;
                }
                let other = self.key(keys[index]);
                let budget = edit_budget(other.len().max(key.len()));
                let near = distance_of_bytes(other, key.as_bytes(), budget).is_some();
                if near || of_bones.is_some() && is_skeleton(other, &bones) {
                    keys[kept] = keys[index];
                    kept += 1;
                }
            }
            keys.truncate(kept);
        }
        if !matches!(word.class, Class::Number | Class::Initial) {
            hashes.clear();
            spelling::other_scripts(word.text, word.flags, false, hashes);
            if let (View::Person, Some(first)) = (view, word.text.as_bytes().first()) {
                hashes.push(spelling::hash(b'E', &[*first]));
            }
            for hash in hashes.iter() {
                keys.extend(self.spelt(*hash).map(|spelt| spelt.key));
            }
        }
        let mut found: Vec<(u32, f32)> = Vec::new();
        for key in keys.iter() {
            for number in self.key_words(*key, view) {
                let Some(other) = self.word(number) else {
                    continue;
                };
                let similarity = similarity(word, &other, view);
                if similarity >= LEAST_SIMILARITY {
                    found.push((number, similarity));
                }
            }
        }
        found.sort_unstable_by_key(|(number, _)| *number);
        found.dedup_by_key(|(number, _)| *number);
        found.into_boxed_slice()
    }

    /// Marks the names in which neighbours make one word of the query, or a word makes neighbours of the query.
    fn joined_candidates(&self, words: &[Word<'_>], view: View, scratch: &mut Scratch) {
        let mut names: Vec<u32> = Vec::new();
        for word in words {
            if word.text.len() >= 4 && word.class != Class::Number {
                names.extend(self.joined(joined_hash(&romanise::key(word.text), view)));
            }
        }
        joined_keys(words, |key| {
            names.extend(self.joined(joined_hash(key, view)));
            for spelt in self.spelt(spelling::hash(b'E', key.as_bytes())) {
                if self.key(spelt.key) == key.as_bytes() {
                    for word in self.key_words(spelt.key, view) {
                        names.extend(self.postings(word));
                    }
                }
            }
        });
        for name in names {
            if let Some(slot) = scratch.slots.get_mut(name as usize) {
                if slot.words == 0 && !slot.joined {
                    scratch.touched.push(name);
                }
                slot.joined = true;
            }
        }
    }
}

/// Whether a key has these consonants.
fn is_skeleton(key: &[u8], bones: &str) -> bool {
    std::str::from_utf8(key).is_ok_and(|key| romanise::skeleton(key) == bones)
}

fn side<'a>(reading: &'a Reading, words: &'a [Word<'a>]) -> Side<'a> {
    Side {
        normalised: name_hash(&reading.analysed.normalised),
        words,
        legal: reading.analysed.legal,
    }
}

/// A weak alias of one word proves nothing by itself; a longer one nearly as much as a name.
fn weak(score: f64, words: &[Word<'_>]) -> f64 {
    let telling = words.iter().filter(|word| word.weight > 0.2).count();
    if telling <= 1 {
        score.min(0.68)
    } else {
        score * 0.96
    }
}

fn readings_of(query: &Query) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    for name in query.names.iter().take(MOST_NAMES) {
        let kinds: &[Kind] = match schema_group(query.schema.as_deref()) {
            SchemaGroup::Person => &[Kind::Person],
            SchemaGroup::Organisation => &[Kind::Organisation],
            SchemaGroup::Craft => &[Kind::Craft],
            // FollowTheMoney's word for a person or an organisation, not known which.
            SchemaGroup::Unknown if query.schema.as_deref() == Some("LegalEntity") => {
                &[Kind::Organisation, Kind::Person]
            }
            SchemaGroup::Unknown => &[Kind::Organisation, Kind::Craft, Kind::Person],
        };
        for kind in kinds {
            let analysed = analyse(name, kind.view());
            if *kind != Kind::Organisation && kinds.len() > 1 {
                // A legal form or institution word rules out a person and a vessel.
                let institution = readings.iter().any(|reading| {
                    reading.kind == Kind::Organisation
                        && (reading.analysed.legal != 0
                            || reading
                                .analysed
                                .tokens
                                .iter()
                                .any(|token| token.class == Class::Generic))
                });
                if institution {
                    continue;
                }
            }
            for analysed in analysed {
                let known = readings.iter().any(|other| {
                    other.kind == *kind
                        && other.analysed.tokens == analysed.tokens
                        && other.analysed.legal == analysed.legal
                });
                if !known {
                    readings.push(Reading {
                        analysed,
                        whole: name_hash(&normalise(name)),
                        kind: *kind,
                        sure: kinds.len() == 1,
                    });
                }
            }
        }
    }
    readings
}
