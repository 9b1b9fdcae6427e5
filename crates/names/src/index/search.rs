//! One query against all listed names: candidates by shared words and their likely misspellings, then the full score.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use super::NameKind;
use super::build::{
    identifier_hash, kind_number, other_script_spellings, skeleton_sound, spellings_of,
};
use super::open::{Index, kind_of};
use crate::analyse::{Analysed, Class, SEMITIC, View, analyse};
use crate::compare::{SchemaGroup, schema_group};
use crate::distance::distance_of_bytes;
use crate::evidence::{Facts, Identifier, combine, identifier};
use crate::romanise;
use crate::score::{Kind, Side, Word, bound, edit_budget, explain, score, words_of};
use crate::thresholds::BALANCED;

/// A party to look for. All fields but the names may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// FollowTheMoney schema; `None` if unknown.
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
const MOST_CANDIDATES: usize = 4000;

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    weight: f32,
    words: u8,
    last_word: u8,
}

thread_local! {
    /// One slot per listed name, all zero between queries.
    static SLOTS: RefCell<Vec<Slot>> = const { RefCell::new(Vec::new()) };
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
    kind: Kind,
    /// The query says so; it was not guessed.
    sure: bool,
}

impl Index {
    /// Listed parties that the query may mean, best first, at or above `threshold`, at most `limit`.
    pub fn search(&self, query: &Query, threshold: f64, limit: usize) -> Vec<Match> {
        let readings = readings_of(query);
        let corpus = self.corpus();
        let mut best: HashMap<u32, Best> = HashMap::new();
        let words: Vec<Vec<Word<'_>>> = readings
            .iter()
            .map(|reading| {
                words_of(&reading.analysed, reading.kind.view(), |key| {
                    self.term_number(key)
                        .and_then(|term| self.term(term))
                        .map(|term| corpus.rarity(term.entities))
                })
            })
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
        // Agreeing facts raise a score that the name alone leaves below the threshold.
        let reach = if facts == Facts::default() {
            threshold
        } else {
            threshold - 0.25
        };
        for (number, (reading, words)) in readings.iter().zip(&words).enumerate() {
            self.search_reading(number, reading, words, reach, &mut best);
        }
        for identifier in &facts.identifiers {
            for entity in self.with_identifier(identifier_hash(&identifier.value)) {
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
            let kind = self
                .name(best.name)
                .map_or(Kind::Organisation, |name| kind_of(name.party));
            let verdict = combine(best.score, &facts, &self.facts(entity), kind);
            if verdict.score >= threshold {
                found.push((verdict.score, entity, best));
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
        let mut kind = Kind::Organisation;
        if let (Some(name), Some(reading)) = (self.name(best.name), readings.get(best.reading)) {
            kind = kind_of(name.party);
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
            matched_name = name.text.to_owned();
        }
        let verdict = combine(best.score, facts, &self.facts(number), kind);
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

    pub(crate) fn term_number(&self, key: &str) -> Option<u32> {
        self.sounding(super::build::sound(b'E', key))
            .find(|term| self.key_bytes(*term) == key.as_bytes())
    }

    fn search_reading(
        &self,
        number: usize,
        reading: &Reading,
        words: &[Word<'_>],
        threshold: f64,
        best: &mut HashMap<u32, Best>,
    ) {
        let candidates = self.candidates(words, reading.kind, threshold);
        let mut listed = Vec::new();
        let query = side(reading, words);
        for name_number in candidates {
            let Some(name) = self.name(name_number as usize) else {
                continue;
            };
            self.words(&name, &mut listed);
            let listed_side = Side {
                normalised: name.normalised,
                words: &listed,
                legal: name.legal,
            };
            let mut result = score(query, listed_side, reading.kind).score;
            if name.kind == NameKind::WeakAlias {
                result = weak(result, &listed);
            }
            if reading.kind == Kind::Craft && !reading.sure && listed.len() <= 1 {
                // Nothing says that a vessel is meant.
                result = result.min(0.74);
            }
            if result < threshold {
                continue;
            }
            let entry = best.entry(name.entity).or_insert(Best {
                score: -1.0,
                name: name_number as usize,
                reading: number,
            });
            if result > entry.score {
                *entry = Best {
                    score: result,
                    name: name_number as usize,
                    reading: number,
                };
            }
        }
    }

    /// Numbers of listed names that share enough of the query's words, allowing for misspellings.
    pub(crate) fn candidates(&self, words: &[Word<'_>], kind: Kind, threshold: f64) -> Vec<u32> {
        let party = kind_number(kind);
        let total: f32 = words.iter().map(|word| word.weight).sum();
        // From the score's own formula: with less than this share of the query agreeing, no listed name reaches the
        // threshold.
        let odds = (1.0 / threshold.clamp(0.3, 0.99) - 1.0) as f32;
        let share = match kind {
            Kind::Person => 1.0 / (1.0 + odds / 0.13),
            _ => 1.0 / (1.0 + odds / 0.5),
        };
        let needed = share * total * 0.98;
        let telling = words.iter().filter(|word| word.weight > 0.1).count();
        let initials = words.iter().any(|word| word.class == Class::Initial);
        let mut order: Vec<(usize, usize, f32)> = (0..words.len())
            .filter(|index| words[*index].weight > 0.1)
            .map(|index| (index, 1, words[index].weight))
            .collect();
        order.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
        let mut remaining: f32 = order.iter().map(|entry| entry.2).sum();
        SLOTS.with_borrow_mut(|slots| {
            if slots.len() < self.names() {
                slots.resize(self.names(), Slot::default());
            }
            let mut touched: Vec<u32> = Vec::new();
            let mut mark = 0u8;
            // Neighbours joined come first: they count for both words.
            let mut steps: Vec<(Vec<u32>, f32, u8, bool)> = Vec::new();
            for count in 2..=3usize {
                for (start, window) in words.windows(count).enumerate() {
                    let terms = self.joined_terms(window);
                    if !terms.is_empty() {
                        let weight = words[start..start + count]
                            .iter()
                            .map(|word| word.weight)
                            .sum();
                        steps.push((terms, weight, count as u8, true));
                    }
                }
            }
            for (index, _, weight) in &order {
                let admits = remaining >= needed;
                steps.push((
                    self.similar_terms(&words[*index], kind.view()),
                    *weight,
                    1,
                    admits,
                ));
                remaining -= weight;
            }
            for (terms, weight, count, admits) in steps {
                mark = mark.saturating_add(1);
                for term in terms {
                    let Some(term) = self.term(term) else {
                        continue;
                    };
                    // An initial stands for any name of its letter, so that the other words must do.
                    let rare = initials && term.postings <= 200;
                    for name in self.postings(&term) {
                        let Some(slot) = slots.get_mut(name as usize) else {
                            continue;
                        };
                        if slot.words == 0 {
                            if !admits || self.party(name) != party {
                                continue;
                            }
                            touched.push(name);
                        }
                        if slot.last_word == mark {
                            continue;
                        }
                        slot.last_word = mark;
                        slot.weight += weight;
                        slot.words =
                            slot.words
                                .saturating_add(if rare { count.max(2) } else { count });
                    }
                }
            }
            let least = if kind == Kind::Person && telling > 1 {
                2
            } else {
                1
            };
            let mut chosen: Vec<(f32, u32)> = Vec::new();
            for name in touched {
                let slot = std::mem::take(&mut slots[name as usize]);
                let alone = || {
                    self.name(name as usize)
                        .is_some_and(|name| name.tokens == 1)
                };
                if slot.weight >= needed
                    && (slot.words >= least || alone())
                    && bound(kind, slot.weight, total, self.name_weight(name)) >= threshold as f32
                {
                    chosen.push((slot.weight, name));
                }
            }
            if chosen.len() > MOST_CANDIDATES {
                chosen.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                chosen.truncate(MOST_CANDIDATES);
            }
            chosen.into_iter().map(|(_, name)| name).collect()
        })
    }

    /// Terms that a word may be a spelling of.
    fn similar_terms(&self, word: &Word<'_>, view: View) -> Vec<u32> {
        let mut terms: Vec<u32> = Vec::new();
        let exact_only = matches!(
            word.class,
            Class::Number | Class::Initial | Class::Generic | Class::Place
        );
        if exact_only {
            terms.extend(self.term_number(word.key));
        } else {
            for hash in spellings_of(word.key) {
                terms.extend(self.sounding(hash));
            }
            terms.sort_unstable();
            terms.dedup();
            let key = word.key.as_bytes();
            terms.retain(|term| {
                let other = self.key_bytes(*term);
                distance_of_bytes(other, key, edit_budget(other.len().max(key.len()))).is_some()
            });
            terms.extend(
                skeleton_sound(word.key)
                    .into_iter()
                    .flat_map(|hash| self.sounding(hash)),
            );
        }
        if !matches!(word.class, Class::Number | Class::Initial) {
            for hash in other_script_spellings(word.text, word.flags, false) {
                terms.extend(self.sounding(hash));
            }
            if let (View::Person, Some(first)) = (view, word.text.get(..1)) {
                terms.extend(self.term_number(first));
            }
            terms.sort_unstable();
            terms.dedup();
        }
        terms
    }

    fn joined_terms(&self, window: &[Word<'_>]) -> Vec<u32> {
        let length: usize = window.iter().map(|word| word.text.len()).sum();
        if !(4..=20).contains(&length)
            || window
                .iter()
                .any(|word| word.class == Class::Number || word.flags & SEMITIC != 0)
        {
            return Vec::new();
        }
        let text: String = window.iter().map(|word| word.text).collect();
        let key = romanise::key(&text);
        let hashes = if key.len() >= 6 {
            spellings_of(&key)
        } else {
            vec![super::build::sound(b'E', &key)]
        };
        let mut terms: Vec<u32> = hashes
            .into_iter()
            .flat_map(|hash| self.sounding(hash))
            .collect();
        terms.sort_unstable();
        terms.dedup();
        terms.retain(|term| distance_of_bytes(self.key_bytes(*term), key.as_bytes(), 1).is_some());
        terms
    }
}

fn side<'a>(reading: &'a Reading, words: &'a [Word<'a>]) -> Side<'a> {
    Side {
        normalised: &reading.analysed.normalised,
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
                        kind: *kind,
                        sure: kinds.len() == 1,
                    });
                }
            }
        }
    }
    readings
}
