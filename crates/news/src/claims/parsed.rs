//! A sentence with its tree, goods and the classes of its words: what every decision looks at.

use std::ops::Range;

use model::GoodsFamily;

use crate::goods_terms::{self, Mention};
use crate::lexicon;
use crate::tag::{self, Pos};

/// A token of the tree.
#[derive(Debug, Clone)]
pub(crate) struct Token<'t> {
    pub(crate) text: &'t str,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) lower: String,
    pub(crate) lemma: String,
    /// Universal part of speech: `VERB`.
    pub(crate) pos: &'static str,
    /// Penn tag: `VBN`.
    pub(crate) tag: &'static str,
    /// The token that governs it; none for the root.
    pub(crate) head: Option<usize>,
    /// Universal dependency: `nsubj:pass`.
    pub(crate) rel: &'static str,
}

impl Token<'_> {
    pub(crate) fn capital(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_uppercase)
    }

    pub(crate) fn is_verb(&self) -> bool {
        matches!(self.pos, "VERB" | "AUX")
    }
}

/// A sentence, parsed.
pub(crate) struct Sentence<'t> {
    pub(crate) text: &'t str,
    pub(crate) range: Range<usize>,
    pub(crate) tokens: Vec<Token<'t>>,
    /// Goods, and the token that heads each mention.
    pub(crate) goods: Vec<(Mention, usize)>,
    children: Vec<Vec<usize>>,
    /// The tokens as `actors` looks at them.
    pub(crate) plain: Vec<tag::Token<'t>>,
    /// Whether a token stands inside quotation marks.
    pub(crate) quoted: Vec<bool>,
}

impl<'t> Sentence<'t> {
    /// Parses a stretch of `text`; `opened` says that a quotation goes on from the sentence before.
    pub(crate) fn new(
        text: &'t str,
        range: Range<usize>,
        goods: &[Mention],
        opened: bool,
    ) -> Sentence<'t> {
        let tree = syntax::parse(text, range.clone());
        let tokens: Vec<Token<'t>> = tree
            .tokens
            .into_iter()
            .map(|token| Token {
                text: token.text,
                start: token.span.start,
                end: token.span.end,
                lower: token.text.to_lowercase(),
                lemma: token.lemma.to_lowercase(),
                pos: token.upos.as_str(),
                tag: token.tag.as_str(),
                head: token.head,
                rel: token.relation.as_str(),
            })
            .collect();
        let mut children = vec![Vec::new(); tokens.len()];
        for (index, token) in tokens.iter().enumerate() {
            if let Some(head) = token.head {
                children[head].push(index);
            }
        }
        let mut quoted = Vec::with_capacity(tokens.len());
        let mut open = opened;
        for token in &tokens {
            match token.text {
                "“" | "„" | "«" | "``" => open = true,
                "”" | "»" | "''" => open = false,
                "\"" => open = !open,
                _ => {}
            }
            quoted.push(open);
        }
        let plain = tokens.iter().map(plain).collect();
        let mut sentence = Sentence {
            text,
            range,
            plain,
            tokens,
            goods: Vec::new(),
            children,
            quoted,
        };
        sentence.goods = goods
            .iter()
            .filter_map(|mention| {
                let head = sentence.head_of(&sentence.inside(&mention.range))?;
                Some((mention.clone(), head))
            })
            .collect();
        sentence
    }

    /// Whether the quotation is still open at the end.
    pub(crate) fn ends_quoted(&self) -> bool {
        self.quoted.last().copied().unwrap_or(false)
    }

    pub(crate) fn children(&self, token: usize) -> &[usize] {
        &self.children[token]
    }

    /// Children of one relation, subtypes included.
    pub(crate) fn dependents<'s>(
        &'s self,
        token: usize,
        rel: &'s str,
    ) -> impl Iterator<Item = usize> + 's {
        self.children[token]
            .iter()
            .copied()
            .filter(move |&child| base(self.tokens[child].rel) == rel)
    }

    /// Tokens that lie inside a byte range.
    pub(crate) fn inside(&self, bytes: &Range<usize>) -> Range<usize> {
        let start = self
            .tokens
            .partition_point(|token| token.end <= bytes.start);
        let end = self.tokens.partition_point(|token| token.start < bytes.end);
        start..end.max(start)
    }

    /// The token of a range whose head lies outside it, the last one if several do.
    pub(crate) fn head_of(&self, range: &Range<usize>) -> Option<usize> {
        range
            .clone()
            .rev()
            .find(|&index| {
                self.tokens[index].pos != "PUNCT"
                    && self.tokens[index]
                        .head
                        .is_none_or(|head| !range.contains(&head))
            })
            .or_else(|| range.clone().next_back())
    }

    /// From a token to the root, the token itself first.
    pub(crate) fn ancestors(&self, token: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(token), |&at| self.tokens[at].head).take(self.tokens.len() + 1)
    }

    /// First and last token of a subtree, punctuation at its ends left out.
    pub(crate) fn subtree(&self, token: usize) -> Range<usize> {
        let (mut first, mut last) = (token, token);
        let mut open = vec![token];
        while let Some(at) = open.pop() {
            first = first.min(at);
            last = last.max(at);
            open.extend(&self.children[at]);
        }
        first..last + 1
    }

    /// The preposition or particle that marks a phrase: "to" of "to Russia".
    pub(crate) fn case(&self, token: usize) -> Option<&str> {
        self.dependents(token, "case")
            .find(|&child| self.tokens[child].lower != "'s" && self.tokens[child].lower != "’s")
            .map(|child| self.tokens[child].lower.as_str())
    }

    /// Relation of a token, with its preposition: `obl:to`.
    pub(crate) fn link(&self, token: usize) -> String {
        let rel = self.tokens[token].rel;
        match self.case(token) {
            Some(case) if matches!(base(rel), "obl" | "nmod" | "advcl" | "acl") => {
                format!("{}:{case}", base(rel))
            }
            _ => rel.to_string(),
        }
    }

    /// First of the coordinated phrases that a token belongs to.
    pub(crate) fn first_conjunct(&self, mut token: usize) -> usize {
        while self.tokens[token].rel == "conj"
            && let Some(head) = self.tokens[token].head
        {
            token = head;
        }
        token
    }

    /// The way through the tree from one token to another: relations upwards, then downwards, each with its
    /// preposition; at most `most` steps. Coordination is stepped over.
    pub(crate) fn path(&self, from: usize, to: usize, most: usize) -> Option<String> {
        let up: Vec<usize> = self.ancestors(from).collect();
        let down: Vec<usize> = self.ancestors(to).collect();
        let meeting = up.iter().position(|at| down.contains(at))?;
        let meet = up[meeting];
        let below = down.iter().position(|&at| at == meet)?;
        if meeting + below > most + 2 {
            return None;
        }
        let mut out = String::new();
        let mut steps = 0;
        for &at in &up[..meeting] {
            if self.tokens[at].rel == "conj" {
                out.push('&');
            } else {
                steps += 1;
                out.push('^');
                out.push_str(self.tokens[at].rel);
            }
        }
        for &at in down[..below].iter().rev() {
            if self.tokens[at].rel == "conj" {
                out.push('+');
            } else {
                steps += 1;
                out.push('>');
                out.push_str(&self.link(at));
            }
        }
        (steps <= most).then_some(out)
    }

    pub(crate) fn is_passive(&self, token: usize) -> bool {
        self.children[token]
            .iter()
            .any(|&child| matches!(self.tokens[child].rel, "nsubj:pass" | "aux:pass"))
    }

    pub(crate) fn is_negated(&self, token: usize) -> bool {
        self.children[token].iter().any(|&child| {
            matches!(
                self.tokens[child].lower.as_str(),
                "not" | "n't" | "n’t" | "never" | "no" | "neither" | "nor"
            )
        })
    }

    /// Goods whose mention holds a token.
    pub(crate) fn goods_at(&self, token: usize) -> Option<usize> {
        let token = &self.tokens[token];
        self.goods.iter().position(|(mention, _)| {
            mention.range.start < token.end && token.start < mention.range.end
        })
    }

    /// What kind of thing a token is, for features: goods, money, sanctions, supply, a place or party, a time.
    pub(crate) fn class(&self, token: usize) -> &'static str {
        if let Some(goods) = self.goods_at(token) {
            let family = self.goods[goods].0.family;
            return match family {
                GoodsFamily::Money => "money",
                _ if goods_terms::is_arms(family) => "arms",
                _ => "goods",
            };
        }
        let word = &self.tokens[token];
        if let Some(class) = lexicon::noun_class(&word.lower) {
            return class;
        }
        if word.pos == "PROPN" && places::mention(word.text).is_some() {
            return "state";
        }
        match word.pos {
            "PROPN" => "name",
            "PRON" => "pron",
            "NUM" => "num",
            "VERB" | "AUX" => "verb",
            _ => match crate::actors::head_kind(&word.lower) {
                Some(kind) => crate::actors::kind_word(kind),
                None => "",
            },
        }
    }
}

/// A token without its place in the tree.
fn plain<'t>(token: &Token<'t>) -> tag::Token<'t> {
    tag::Token {
        text: token.text,
        start: token.start,
        end: token.end,
        lower: token.lower.clone(),
        pos: match token.pos {
            "PROPN" => Pos::Proper,
            "DET" => Pos::Det,
            "NUM" => Pos::Num,
            "PRON" => Pos::Pron,
            "ADJ" => Pos::Adj,
            _ => Pos::Noun,
        },
        lemma: "",
        form: tag::Form::None,
    }
}

/// A relation without its subtype.
pub(crate) fn base(rel: &str) -> &str {
    rel.split(':').next().unwrap_or(rel)
}
