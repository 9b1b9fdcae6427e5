//! The stretch to quote: the sentence, or the clause that a reader needs to believe the claim.

use std::ops::Range;

use model::Event;

use super::event;
use super::linear::Features;
use super::parsed::{Sentence, base};

/// A stretch of tokens that may be the quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) tokens: Range<usize>,
    /// How it was made, and from which relation.
    kind: &'static str,
    rel: &'static str,
    depth: usize,
}

/// Stretches that may be quoted for an event at a token, without repetitions; the whole sentence first.
pub(crate) fn stretches(sentence: &Sentence<'_>, at: usize) -> Vec<Stretch> {
    let whole = 0..sentence.tokens.len();
    let mut out = vec![Stretch {
        tokens: whole.clone(),
        kind: "sentence",
        rel: "",
        depth: 0,
    }];
    let mut push = |tokens: Range<usize>, kind, rel, depth| {
        let tokens = trim(sentence, tokens);
        if !tokens.is_empty() && !out.iter().any(|known| known.tokens == tokens) {
            out.push(Stretch {
                tokens,
                kind,
                rel,
                depth,
            });
        }
    };
    for (depth, up) in sentence.ancestors(at).enumerate().take(6) {
        let token = &sentence.tokens[up];
        let subtree = sentence.subtree(up);
        push(subtree.clone(), "clause", token.rel, depth);
        // Without clauses that hang behind or before it.
        let mut core = subtree.clone();
        for &child in sentence.children(up) {
            let rel = sentence.tokens[child].rel;
            if matches!(base(rel), "conj" | "advcl" | "parataxis")
                && !sentence.ancestors(at).any(|node| node == child)
            {
                let inner = sentence.subtree(child);
                if child > up {
                    core.end = core.end.min(inner.start);
                } else {
                    core.start = core.start.max(inner.end);
                }
            }
        }
        if core.contains(&at) {
            push(core, "core", token.rel, depth);
        }
    }
    out
}

/// Drops punctuation, conjunctions and "that" at the ends.
fn trim(sentence: &Sentence<'_>, mut tokens: Range<usize>) -> Range<usize> {
    while !tokens.is_empty() {
        let token = &sentence.tokens[tokens.start];
        let quote = matches!(token.text, "“" | "\"" | "«" | "„");
        if token.pos == "PUNCT" && !quote
            || token.pos == "CCONJ"
            || token.lower == "that" && token.rel == "mark"
        {
            tokens.start += 1;
        } else {
            break;
        }
    }
    while !tokens.is_empty() {
        let token = &sentence.tokens[tokens.end - 1];
        if matches!(token.text, "," | ";" | ":" | "-" | "–" | "—") || token.pos == "CCONJ" {
            tokens.end -= 1;
        } else {
            break;
        }
    }
    tokens
}

/// What is known of a claim when its quote is chosen.
pub(crate) struct Known<'k> {
    pub(crate) at: usize,
    pub(crate) event: Event,
    /// Words of the sentence that tell of events.
    pub(crate) predicates: &'k [usize],
    /// Heads of the claim's parties and goods.
    pub(crate) arguments: &'k [usize],
    /// Heads of its sources.
    pub(crate) sources: &'k [usize],
}

/// Features of a stretch as the quote.
pub(crate) fn features(sentence: &Sentence<'_>, known: &Known<'_>, stretch: &Stretch) -> Features {
    let mut out = Features::default();
    let event = event::word(known.event);
    let tokens = &stretch.tokens;
    let many = known.predicates.len().min(4).to_string();
    let inside = known
        .predicates
        .iter()
        .filter(|at| tokens.contains(at))
        .count();
    let inside_word = inside.min(4).to_string();
    let others = if inside + 1 > known.predicates.len().min(2) && known.predicates.len() > 1 {
        "with-others"
    } else {
        ""
    };
    let missing = known
        .arguments
        .iter()
        .filter(|head| !tokens.contains(head))
        .count()
        .min(2)
        .to_string();
    let source = match known.sources.first() {
        None => "none",
        Some(head) if tokens.contains(head) => "in",
        Some(_) => "out",
    };
    let length = tokens.len();
    let bucket = match length {
        0..=3 => "3",
        4..=7 => "7",
        8..=12 => "12",
        13..=20 => "20",
        21..=30 => "30",
        31..=45 => "45",
        _ => "long",
    };
    let whole = sentence.tokens.len();
    let whole_bucket = match whole {
        0..=15 => "15",
        16..=25 => "25",
        26..=40 => "40",
        _ => "long",
    };
    let depth = stretch.depth.min(4).to_string();
    out.add(&["kind", stretch.kind, &many]);
    out.add(&["kind-rel", stretch.kind, stretch.rel]);
    out.add(&["kind-rel-many", stretch.kind, base(stretch.rel), &many]);
    out.add(&["kind-depth", stretch.kind, &depth]);
    out.add(&["length", bucket, &many]);
    out.add(&["length-whole", bucket, whole_bucket]);
    out.add(&["length-whole-many", bucket, whole_bucket, &many]);
    out.add(&["inside", &inside_word, &many]);
    out.add(&["others", others, stretch.kind]);
    out.add(&["missing", &missing]);
    out.add(&["missing-many", &missing, &many]);
    out.add(&["source", source, stretch.kind]);
    out.add(&["event", event, stretch.kind]);
    out.add(&["event-length", event, bucket]);
    let start = if tokens.start == 0 { "start" } else { "" };
    let end = if tokens.end + 1 >= whole { "end" } else { "" };
    out.add(&["ends", start, end, &many]);
    out.add(&[
        "own-rel",
        base(sentence.tokens[known.at].rel),
        stretch.kind,
        &depth,
    ]);
    out
}

/// Bytes of a stretch, the sentence's own for the whole of it.
pub(crate) fn bytes(sentence: &Sentence<'_>, stretch: &Stretch) -> Range<usize> {
    if stretch.kind == "sentence" {
        return sentence.range.clone();
    }
    sentence.tokens[stretch.tokens.start].start..sentence.tokens[stretch.tokens.end - 1].end
}
