//! English sentences as trees: tokens, parts of speech, lemmas and Universal Dependencies.
//!
//! [`parse`] is all there is; [`learning`] is for the trainer. The weights are learnt from treebanks by
//! `bench syntax-train` and lie in `data/syntax.bin`.
//!
//! ```
//! use syntax::Relation;
//!
//! let text = "Rebels received rifles from Iran.";
//! let tree = syntax::parse(text, 0..text.len());
//! let verb = tree.root().unwrap();
//! assert_eq!(tree.tokens[verb].lemma, "receive");
//! let goods = tree.child(verb, Relation::Obj).unwrap();
//! assert_eq!(tree.tokens[goods].text, "rifles");
//! ```

mod bytes;
mod lemma;
mod linear;
mod marks;
mod model;
mod names;
mod parser;
mod tagger;
mod tokens;
mod tree;

use std::ops::Range;

pub use names::{Relation, Tag, Upos};
pub use tree::{Token, Tree};

/// What training shares with use: features, steps of the parser, the file of the weights. What a feature is, is part of
/// the weights: a change wants `bench syntax-train`.
pub mod learning {
    pub use crate::lemma::{Lemmas, lemma_group};
    pub use crate::linear::{append_linear, mix};
    pub use crate::marks::{CHOICES, Marks, is_mark, words_and_gaps};
    pub use crate::model::{Analysis, LONGEST, Model};
    pub use crate::parser::{Action, State};
    pub use crate::tagger::{Word, tag_features, upos_features};
    pub use crate::tokens::tokenise;
}

/// Parses a sentence, given as bytes of a text. Spans are bytes of the whole text. A range that is not within the text
/// or cuts a character is moved inwards to the next that does. Takes time linear in the length of the sentence.
pub fn parse(text: &str, sentence: Range<usize>) -> Tree<'_> {
    let start = (sentence.start..=text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len());
    let end = (start..=sentence.end.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(start);
    let model = learning::Model::shipped();
    let spans = tokens::tokenise(text, start..end);
    let words: Vec<_> = spans
        .iter()
        .map(|span| tagger::Word::new(&text[span.clone()]))
        .collect();
    let found = model.analyse(&words);
    let tokens = spans
        .into_iter()
        .enumerate()
        .map(|(at, span)| {
            let form = &text[span.clone()];
            let head = found.heads[at] as usize;
            Token {
                span,
                text: form,
                lemma: model.lemmas().lemma(form, found.tags[at]),
                upos: found.upos[at],
                tag: found.tags[at],
                head: (head < words.len()).then_some(head),
                relation: found.relations[at],
            }
        })
        .collect();
    Tree { tokens }
}
