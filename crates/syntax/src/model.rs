//! The file that the models ship as: written by `bench syntax-train`, read once.
//!
//! Compressed with Zstandard: magic "SYN1", u32 length and pairs of bytes for the actions of the parser, the tagger, the
//! parser, the marks and the parts of speech as [`crate::linear`] has them, u32 length and text of the lemmas.

use std::sync::LazyLock;

use crate::bytes::Taker;
use crate::lemma::Lemmas;
use crate::linear::Linear;
use crate::marks::{CHOICES, Marks, is_mark, words_and_gaps};
use crate::names::Relation;
use crate::names::{Tag, Upos};
use crate::parser::{Action, State, run};
use crate::tagger::{Word, tag, upos_features};

const MAGIC: &[u8; 4] = b"SYN1";

/// The weights that ship.
static SHIPPED: &[u8] = include_bytes!("../data/syntax.bin");

/// Tagger, parser and lemmas.
#[derive(Debug, Default)]
pub struct Model {
    actions: Vec<Action>,
    tagger: Linear,
    parser: Linear,
    marks: Linear,
    parts: Linear,
    lemmas: Lemmas,
}

/// What the models say of a sentence, token by token.
#[derive(Debug, Default)]
pub struct Analysis {
    /// Tags of the Penn Treebank.
    pub tags: Vec<Tag>,
    /// Parts of speech.
    pub upos: Vec<Upos>,
    /// Heads; the root's is the number of tokens.
    pub heads: Vec<u32>,
    /// Relations to them.
    pub relations: Vec<Relation>,
}

impl Model {
    /// The model that ships; empty where its file is not whole.
    pub fn shipped() -> &'static Model {
        static MODEL: LazyLock<Model> = LazyLock::new(|| Model::read(SHIPPED).unwrap_or_default());
        &MODEL
    }

    /// Reads a file; none where it is not whole.
    pub fn read(file: &[u8]) -> Option<Model> {
        let bytes = zstd::decode_all(file).ok()?;
        let mut from = Taker { rest: &bytes };
        if from.slice(4)? != MAGIC {
            return None;
        }
        let actions = from.block()?;
        let actions = actions
            .chunks_exact(2)
            .map(|pair| Action::from_bytes([pair[0], pair[1]]))
            .collect::<Option<Vec<_>>>()?;
        let (tagger, parser, marks, parts) = (
            Linear::take(&mut from)?,
            Linear::take(&mut from)?,
            Linear::take(&mut from)?,
            Linear::take(&mut from)?,
        );
        let lemmas = std::str::from_utf8(from.block()?).ok()?;
        // Once a process: the table is used as long as it runs.
        let lemmas = Lemmas::read(Box::leak(lemmas.to_owned().into_boxed_str()));
        Some(Model {
            actions,
            tagger,
            parser,
            marks,
            parts,
            lemmas,
        })
    }

    /// Writes a file from parts as [`crate::linear::append_linear`] makes them and the text of the lemmas.
    pub fn write(actions: &[Action], linears: &[u8], lemmas: &str) -> std::io::Result<Vec<u8>> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend((actions.len() as u32 * 2).to_le_bytes());
        bytes.extend(actions.iter().flat_map(|action| action.to_bytes()));
        bytes.extend(linears);
        bytes.extend((lemmas.len() as u32).to_le_bytes());
        bytes.extend(lemmas.as_bytes());
        zstd::encode_all(bytes.as_slice(), 19)
    }

    /// The dictionary forms.
    pub fn lemmas(&self) -> &Lemmas {
        &self.lemmas
    }

    /// Tags and parses words. At most [`LONGEST`] are parsed as one; longer ones are cut, and the roots of all parts but
    /// the first hang under the first root.
    pub fn analyse(&self, words: &[Word]) -> Analysis {
        let tags = tag(&self.tagger, words);
        let mut state = State::default();
        let mut heads = Vec::with_capacity(words.len());
        let mut relations = Vec::with_capacity(words.len());
        let mut root = None;
        let mut from = 0;
        while from < words.len() {
            let to = end_of_part(&tags, from);
            self.part(
                &words[from..to],
                &tags[from..to],
                &mut state,
                &mut heads,
                &mut relations,
            );
            for at in from..to {
                if heads[at] as usize != to - from {
                    heads[at] += from as u32;
                } else if let Some(root) = root {
                    heads[at] = root;
                    relations[at] = Relation::Parataxis;
                } else {
                    root = Some(at as u32);
                    heads[at] = words.len() as u32;
                }
            }
            from = to;
        }
        let mut features = Vec::with_capacity(5);
        let upos = words
            .iter()
            .zip(&tags)
            .zip(&relations)
            .map(|((word, tag), relation)| {
                upos_features(*tag, word.lower, *relation as u8, &mut features);
                let mut scores = [0i32; 256];
                self.parts.add(&features, &mut scores);
                let best =
                    (0..Upos::ALL.len()).max_by_key(|class| (scores[*class], usize::MAX - class));
                Upos::ALL[best.unwrap_or_default()]
            })
            .collect();
        Analysis {
            tags,
            upos,
            heads,
            relations,
        }
    }

    /// Appends heads and relations of a part that is parsed as one: words first, then marks.
    fn part(
        &self,
        words: &[Word],
        tags: &[Tag],
        state: &mut State,
        heads: &mut Vec<u32>,
        relations: &mut Vec<Relation>,
    ) {
        let count = tags.len() as u32;
        let from = heads.len();
        let (places, gaps) = words_and_gaps(tags);
        heads.resize(from + tags.len(), 0);
        relations.resize(from + tags.len(), Relation::Punct);
        let (heads, relations) = (&mut heads[from..], &mut relations[from..]);
        if places.is_empty() {
            // Nothing but marks.
            heads[0] = count;
            relations[0] = Relation::Root;
            return;
        }
        let of_words = places
            .iter()
            .map(|at| (words[*at as usize].lower, tags[*at as usize]));
        state.start(of_words, &gaps);
        run(&self.parser, &self.actions, state);
        for ((place, head), relation) in places.iter().zip(&state.heads).zip(&state.relations) {
            heads[*place as usize] = places.get(*head as usize).copied().unwrap_or(count);
            relations[*place as usize] = *relation;
        }
        let marks = Marks::new(tags, heads, relations);
        let mut features = Vec::with_capacity(20);
        let mut found = Vec::with_capacity(tags.len() - places.len());
        let mut next = 0;
        for (at, tag) in tags.iter().enumerate() {
            if !is_mark(*tag) {
                next += 1;
                continue;
            }
            let before = places[..next].last().copied();
            let choices = marks.choices(at, before, places.get(next).copied(), &mut features);
            let mut scores = [0i32; 256];
            self.marks.add(&features, &mut scores);
            let best = (0..CHOICES).max_by_key(|choice| (scores[*choice], CHOICES - choice));
            found.push((at, choices[best.unwrap_or_default()]));
        }
        for (at, head) in found {
            heads[at] = head;
        }
    }
}

/// Most tokens that are parsed as one.
pub const LONGEST: usize = 200;

/// Where the part that begins at a token ends: after the last mark in the second half of what may be parsed as one.
fn end_of_part(tags: &[Tag], from: usize) -> usize {
    if tags.len() - from <= LONGEST {
        return tags.len();
    }
    let most = from + LONGEST;
    (from + LONGEST / 2..most)
        .rev()
        .find(|at| matches!(tags[*at], Tag::Period | Tag::Colon | Tag::Comma))
        .map_or(most, |at| at + 1)
}
