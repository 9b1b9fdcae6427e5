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
        if matches!(
            rel,
            "xcomp"
                | "ccomp"
                | "acl"
                | "obj"
                | "obl"
                | "nmod"
                | "conj"
                | "nsubj"
                | "advcl"
                | "csubj"
        ) {
            own(sentence, head, &format!("up-{near}-{rel}"), event, &mut out);
        }
        step = head;
    }
    // Cues of the clause up to the word and of the whole sentence, where they reach so far.
    let clause = clause_of(sentence, at);
    let before = sentence.tokens[clause.start].start..sentence.tokens[at].end;
    let before = sentence.text[before].to_lowercase();
    let clause = sentence.text[party::bytes(sentence, &clause)].to_lowercase();
    let whole = sentence.text[sentence.range.clone()].to_lowercase();
    let mut rule = weakest(governed(sentence, at));
    for cue in CUES.iter() {
        if cue.pattern.is_match(&before) {
            out.add(&["cue-before", cue.factuality]);
            out.add(&["cue-before-event", cue.factuality, event]);
            rule = weakest([rule, named(cue.factuality)]);
        } else if cue.pattern.is_match(&clause) {
            out.add(&["cue-clause", cue.factuality]);
            out.add(&["cue-clause-event", cue.factuality, event]);
        } else if cue.sentence && cue.pattern.is_match(&whole) {
            out.add(&["cue-sentence", cue.factuality]);
        }
    }
    let rule = word(rule);
    out.add(&["rule", rule]);
    out.add(&["rule-event", rule, event]);
    out.add(&["rule-pos", rule, token.pos, token.tag]);
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

fn named(word: &str) -> Factuality {
    serde_json::from_value(serde_json::Value::String(word.to_string()))
        .unwrap_or(Factuality::Asserted)
}

fn word(factuality: Factuality) -> &'static str {
    match factuality {
        Factuality::Asserted => "asserted",
        Factuality::Reported => "reported",
        Factuality::Possible => "possible",
        Factuality::NotObserved => "not_observed",
        Factuality::Denied => "denied",
        Factuality::Unknown => "unknown",
        Factuality::Planned => "planned",
    }
}

/// From the weakest statement to the strongest.
const WEAKEST: [Factuality; 7] = [
    Factuality::NotObserved,
    Factuality::Unknown,
    Factuality::Denied,
    Factuality::Possible,
    Factuality::Planned,
    Factuality::Reported,
    Factuality::Asserted,
];

fn weakest(all: impl IntoIterator<Item = Factuality>) -> Factuality {
    all.into_iter()
        .min_by_key(|one| WEAKEST.iter().position(|known| known == one))
        .unwrap_or(Factuality::Asserted)
}

/// Tokens of the clause that a word stands in: the subtree of the nearest verb above it that opens a clause.
fn clause_of(sentence: &Sentence<'_>, at: usize) -> std::ops::Range<usize> {
    let top = sentence
        .ancestors(at)
        .find(|&up| {
            matches!(
                base(sentence.tokens[up].rel),
                "root" | "ccomp" | "advcl" | "acl" | "parataxis" | "conj" | "csubj"
            ) && sentence.tokens[up].pos == "VERB"
        })
        .unwrap_or(at);
    sentence.subtree(top)
}

/// What auxiliaries, negation and governing words make of an event.
fn governed(sentence: &Sentence<'_>, at: usize) -> Vec<Factuality> {
    let mut out = Vec::new();
    let own = |token: usize, reach: bool, out: &mut Vec<Factuality>| {
        for &child in sentence.children(token) {
            match sentence.tokens[child].lower.as_str() {
                "will" | "shall" | "'ll" | "’ll" | "would" => out.push(Factuality::Planned),
                "may" | "might" | "could" | "can" | "ca" => out.push(Factuality::Possible),
                "reportedly" | "allegedly" | "supposedly" | "purportedly" => {
                    out.push(Factuality::Reported);
                }
                "possibly" | "perhaps" | "potentially" | "likely" | "unlikely" => {
                    out.push(Factuality::Possible);
                }
                _ => {}
            }
        }
        if sentence.is_negated(token) && reach {
            out.push(Factuality::Denied);
        }
    };
    own(at, true, &mut out);
    let mut step = at;
    for _ in 0..5 {
        let Some(head) = sentence.tokens[step].head else {
            break;
        };
        let rel = base(sentence.tokens[step].rel);
        if !matches!(
            rel,
            "xcomp" | "ccomp" | "acl" | "obj" | "obl" | "nmod" | "csubj" | "nsubj"
        ) {
            break;
        }
        let lemma = sentence.tokens[head].lemma.as_str();
        // What is said is not what the saying may be: "could say".
        let speech = lexicon::speech(lemma);
        own(head, speech.is_none(), &mut out);
        if let Some(worth) = speech.filter(|_| rel == "ccomp" || rel == "xcomp") {
            out.push(worth);
        } else if let Some(effect) = lexicon::operator(lemma) {
            out.push(named(effect));
        }
        step = head;
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
