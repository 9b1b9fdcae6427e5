//! How far the nearest source stands behind an event: the verb's own auxiliaries and negation, the words that govern
//! it, and cues (`data/cues.csv`).

use std::sync::LazyLock;

use model::{Event, Factuality};
use regex::Regex;

use super::event;
use super::linear::Features;
use super::parsed::{Sentence, base};
use super::party;
use crate::lexicon;
use crate::table::rows;

/// Classes of the model.
pub(crate) const FACTUALITIES: [Factuality; 7] = [
    Factuality::Asserted,
    Factuality::Reported,
    Factuality::Possible,
    Factuality::NotObserved,
    Factuality::Denied,
    Factuality::Unknown,
    Factuality::Planned,
];

struct Cue {
    factuality: &'static str,
    sentence: bool,
    pattern: Regex,
}

static CUES: LazyLock<Vec<Cue>> = LazyLock::new(|| {
    rows::<3>(include_str!("../../data/cues.csv"))
        .map(|[factuality, scope, pattern]| {
            #[allow(
                clippy::unwrap_used,
                reason = "the patterns are a table of ours, compiled by every test"
            )]
            let pattern = Regex::new(pattern).unwrap();
            Cue {
                factuality,
                sentence: scope == "sentence",
                pattern,
            }
        })
        .collect()
});

/// Features of an event's factuality.
pub(crate) fn features(sentence: &Sentence<'_>, at: usize, event: Event) -> Features {
    let mut out = Features::default();
    let token = &sentence.tokens[at];
    let event = event::word(event);
    out.add(&["bias"]);
    out.add(&["event", event]);
    out.add(&["lemma", &token.lemma]);
    out.add(&["tag", token.tag, event]);
    out.add(&["rel", base(token.rel), token.pos]);
    own(sentence, at, "own", event, &mut out);
    // Governing words, nearest first.
    let mut step = at;
    for depth in 1..=5 {
        let Some(head) = sentence.tokens[step].head else {
            break;
        };
        let up = &sentence.tokens[head];
        let rel = base(sentence.tokens[step].rel);
        let near = if depth == 1 { "1" } else { "2+" };
        out.add(&["up", near, rel, &up.lemma]);
        out.add(&["up-any", &up.lemma]);
        out.add(&["up-tag", near, rel, up.tag]);
        let negated = if sentence.is_negated(head) { "not" } else { "" };
        if let Some(effect) = lexicon::operator(&up.lemma) {
            out.add(&["operator", near, effect, negated]);
            out.add(&["operator-event", event, effect, negated]);
        }
        if lexicon::speech(&up.lemma).is_some() {
            out.add(&["speech", rel, negated]);
        }
        if negated == "not" {
            out.add(&["up-not", near, rel, &up.lemma]);
        }
        // What a clause of speech or a coordinated one carries over is not the event's own.
        if matches!(rel, "xcomp" | "ccomp" | "acl" | "obj" | "obl" | "nmod" | "conj" | "nsubj" | "advcl" | "csubj") {
            own(sentence, head, &format!("up-{near}-{rel}"), event, &mut out);
        }
        step = head;
    }
    for cue in CUES.iter() {
        let clause = party::bytes(sentence, &sentence.subtree(at));
        let whole = &sentence.text[sentence.range.clone()].to_lowercase();
        let clause = &sentence.text[clause].to_lowercase();
        if cue.pattern.is_match(whole) {
            out.add(&["cue", cue.factuality]);
            out.add(&["cue-event", cue.factuality, event]);
            if cue.sentence {
                out.add(&["cue-sentence", cue.factuality]);
            }
        }
        if cue.pattern.is_match(clause) {
            out.add(&["cue-clause", cue.factuality]);
            out.add(&["cue-clause-event", cue.factuality, event]);
        }
    }
    if sentence.quoted[at] {
        out.add(&["quoted", event]);
    }
    for (name, offset) in [("-2", -2_isize), ("-1", -1), ("+1", 1)] {
        let word = at
            .checked_add_signed(offset)
            .and_then(|index| sentence.tokens.get(index))
            .map_or("#", |token| token.lower.as_str());
        out.add(&["near", name, word]);
    }
    out
}

/// Auxiliaries, negation, markers, adverbs and adjectives of a word.
fn own(sentence: &Sentence<'_>, at: usize, name: &str, event: &str, out: &mut Features) {
    let mut finite = sentence.tokens[at].tag;
    let mut modal = "";
    for &child in sentence.children(at) {
        let down = &sentence.tokens[child];
        match base(down.rel) {
            "aux" | "cop" => {
                out.add(&[name, "aux", &down.lower]);
                if down.tag == "MD" {
                    modal = "modal";
                    out.add(&[name, "modal", &down.lower, event]);
                } else {
                    finite = down.tag;
                }
            }
            "advmod" | "mark" | "amod" | "det" | "obl" => {
                out.add(&[name, base(down.rel), &down.lemma]);
            }
            _ => {}
        }
    }
    if sentence.is_negated(at) {
        out.add(&[name, "not", event]);
        out.add(&[name, "not", modal]);
    }
    out.add(&[name, "form", finite, modal]);
}

/// The factuality that probabilities stand for. An assertion has to be likelier than everything else together by
/// `sure`: in doubt the weaker reading wins, for a denial must never come out as an assertion.
pub(crate) fn decide(probabilities: &[f32], sure: f32) -> Factuality {
    let best = |from: usize| {
        (from..FACTUALITIES.len())
            .max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]))
            .unwrap_or(0)
    };
    if probabilities[0] >= sure {
        Factuality::Asserted
    } else {
        FACTUALITIES[best(1)]
    }
}
