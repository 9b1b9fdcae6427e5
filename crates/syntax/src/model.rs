//! The file that the models ship as: written by `bench syntax-train`, read once.
//!
//! Compressed with Zstandard: magic "SYN1", u32 length and pairs of bytes for the actions of the parser, the tagger, the
//! parser and the parts of speech as [`crate::linear`] has them, u32 length and text of the lemmas.

use std::sync::LazyLock;

use crate::bytes::Taker;
use crate::lemma::Lemmas;
use crate::linear::Linear;
use crate::names::Relation;
use crate::names::{Tag, Upos};
use crate::parser::{Action, State, parse};
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
        let (tagger, parser, parts) = (
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
        let count = words.len() as u32;
        let mut root = None;
        let mut from = 0;
        while from < words.len() {
            let to = end_of_part(&tags, from);
            parse(
                &self.parser,
                &self.actions,
                &words[from..to],
                &tags[from..to],
                &mut state,
            );
            for (head, relation) in state.heads.iter().zip(&state.relations) {
                if *head as usize != to - from {
                    heads.push(head + from as u32);
                    relations.push(*relation);
                } else if let Some(root) = root {
                    heads.push(root);
                    relations.push(Relation::Parataxis);
                } else {
                    root = Some(heads.len() as u32);
                    heads.push(count);
                    relations.push(Relation::Root);
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
