//! A parsed sentence.

use std::borrow::Cow;
use std::ops::Range;

use crate::names::{Relation, Tag, Upos};

/// A word or mark of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'t> {
    /// Bytes of the text that was parsed.
    pub span: Range<usize>,
    /// What stands there.
    pub text: &'t str,
    /// Dictionary form: lower case but for names.
    pub lemma: Cow<'t, str>,
    /// Part of speech.
    pub upos: Upos,
    /// Tag of the Penn Treebank.
    pub tag: Tag,
    /// Place of the head among the tokens; none for the root.
    pub head: Option<usize>,
    /// Relation to the head.
    pub relation: Relation,
}

/// A sentence as tokens with their heads. It has one root, and from every token the heads lead to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree<'t> {
    /// In the order of the text; none only if the sentence is nothing but white space.
    pub tokens: Vec<Token<'t>>,
}

impl<'t> Tree<'t> {
    /// Place of the root.
    pub fn root(&self) -> Option<usize> {
        self.tokens.iter().position(|token| token.head.is_none())
    }

    /// Places of the tokens whose head is token `of`, in the order of the text.
    pub fn children(&self, of: usize) -> impl Iterator<Item = usize> + '_ {
        let heads = self.tokens.iter().map(|token| token.head).enumerate();
        heads
            .filter(move |(_, head)| *head == Some(of))
            .map(|(at, _)| at)
    }

    /// The first token with this relation to token `of`, subtypes told apart.
    pub fn child(&self, of: usize, relation: Relation) -> Option<usize> {
        self.children(of)
            .find(|at| self.tokens[*at].relation == relation)
    }

    /// Whether token `at` is `above` or hangs under it.
    pub fn is_under(&self, at: usize, above: usize) -> bool {
        self.ancestors(at).any(|found| found == above)
    }

    /// The token itself, its head, and so on to the root.
    pub fn ancestors(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(at), |at| self.tokens[*at].head)
    }

    /// Places of a token and of all that hangs under it, in the order of the text.
    pub fn subtree(&self, of: usize) -> Vec<usize> {
        let count = self.tokens.len();
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); count];
        for (at, token) in self.tokens.iter().enumerate() {
            if let Some(head) = token.head {
                children[head].push(at);
            }
        }
        let mut found = vec![of];
        let mut next = 0;
        while let Some(at) = found.get(next) {
            found.extend_from_slice(&children[*at]);
            next += 1;
        }
        found.sort_unstable();
        found
    }

    /// Bytes of the text from the first to the last token under a token, itself included.
    pub fn subtree_span(&self, of: usize) -> Range<usize> {
        let under = self.subtree(of);
        let first = under.first().copied().unwrap_or(of);
        let last = under.last().copied().unwrap_or(of);
        self.tokens[first].span.start..self.tokens[last].span.end
    }

    /// Tokens from one to another along heads: up to the lowest that is above both, and down again. Both ends are in it.
    pub fn path(&self, from: usize, to: usize) -> Vec<usize> {
        let mut up: Vec<usize> = self.ancestors(from).collect();
        let mut down: Vec<usize> = self.ancestors(to).collect();
        let mut meeting = None;
        while let (Some(a), Some(b)) = (up.last(), down.last())
            && a == b
        {
            meeting = up.pop();
            down.pop();
        }
        up.extend(meeting);
        up.extend(down.into_iter().rev());
        up
    }

    /// The token and the tokens that are coordinated with it, in the order of the text, whichever of them is given.
    pub fn conjuncts(&self, of: usize) -> Vec<usize> {
        let mut first = of;
        while let (Relation::Conj, Some(head)) =
            (self.tokens[first].relation, self.tokens[first].head)
        {
            first = head;
        }
        let mut found = vec![first];
        let mut next = 0;
        while let Some(at) = found.get(next).copied() {
            found.extend(
                self.children(at)
                    .filter(|child| self.tokens[*child].relation == Relation::Conj),
            );
            next += 1;
        }
        found.sort_unstable();
        found
    }

    /// The token that begins at or holds a byte of the text.
    pub fn token_at(&self, byte: usize) -> Option<usize> {
        let after = self
            .tokens
            .partition_point(|token| token.span.start <= byte);
        let at = after.checked_sub(1)?;
        self.tokens[at].span.contains(&byte).then_some(at)
    }
}
