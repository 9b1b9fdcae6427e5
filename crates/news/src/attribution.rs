//! Who says so: speakers and documents of a sentence, nearest first, and what their verb makes of what they say.

use std::collections::HashMap;
use std::sync::LazyLock;

use model::Factuality;

use crate::actors::Memory;
use crate::chunk::{Chunk, Kind};
use crate::frame::Sentence;
use crate::outlets;
use crate::table::rows;
use crate::tag::Pos;

static SPEECH: LazyLock<HashMap<&'static str, Factuality>> = LazyLock::new(|| {
    rows::<2>(include_str!("../data/speech.csv"))
        .map(|[lemma, worth]| {
            let worth = serde_json::from_value(serde_json::Value::String(worth.to_string()));
            (lemma, worth.unwrap_or(Factuality::Reported))
        })
        .collect()
});

/// Whether a verb is one of speech or of thought.
pub(crate) fn is_speech(lemma: &str) -> bool {
    SPEECH.contains_key(lemma)
}

/// Who stands behind a claim.
#[derive(Debug, Default, Clone)]
pub(crate) struct Attribution {
    /// Nearest first.
    pub(crate) source: Vec<String>,
    /// What the verbs of speech and of thought are worth.
    pub(crate) worth: Vec<Factuality>,
    /// First chunk of a clause of speech that opens or closes the sentence next to the claim.
    pub(crate) chunks: Vec<usize>,
}

/// Nouns that are documents when they are the subject of "show", "say" and the like.
const DOCUMENTS: [&str; 21] = [
    "report",
    "reports",
    "records",
    "data",
    "documents",
    "document",
    "statement",
    "investigation",
    "analysis",
    "study",
    "assessment",
    "intelligence",
    "review",
    "paper",
    "survey",
    "filings",
    "figures",
    "statistics",
    "database",
    "letter",
    "images",
];

/// The name under which a noun phrase speaks: a party, an outlet, a document, or as written.
pub(crate) fn speaker(sentence: &Sentence<'_>, chunk: usize, memory: &Memory) -> Option<String> {
    sentence.chunks[chunk].noun()?;
    let range = sentence.chunks[chunk].tokens.clone();
    let first = &sentence.tokens[range.start];
    if first.pos == Pos::Pron {
        return match first.lower.as_str() {
            "he" | "she" => memory
                .pronoun(&first.lower)
                .map(|actor| actor.name.clone())
                .or_else(|| memory.speaker.clone()),
            "they" | "it" => memory
                .speaker
                .clone()
                .or_else(|| memory.pronoun(&first.lower).map(|actor| actor.name.clone())),
            _ => None,
        };
    }
    let start = range
        .clone()
        .find(|&index| sentence.tokens[index].pos != Pos::Det)
        .unwrap_or(range.start);
    let written = &sentence.text[sentence.tokens[start].start..sentence.tokens[range.end - 1].end];
    if let Some(outlet) = outlets::named(written) {
        return Some(outlet.to_string());
    }
    if DOCUMENTS.contains(&sentence.head(chunk)) {
        return Some(written.to_string());
    }
    let party = sentence.party(chunk, memory).map(|actor| actor.name);
    match party {
        Some(name) => {
            // "sources in the White House", "Ministry of Defence": the tail belongs to an office or unnamed source.
            let tail = sentence.chunks.get(chunk + 2).filter(|next| {
                next.noun().is_some()
                    && matches!(sentence.chunks[chunk + 1].kind, Kind::Prep)
                    && (sentence.head(chunk + 1) == "of" && name.starts_with("Ministry")
                        || ["for", "of"].contains(&sentence.head(chunk + 1))
                            && sentence.head(chunk).starts_with("spokes"))
            });
            Some(match tail {
                Some(next) => sentence.text
                    [sentence.tokens[start].start..sentence.tokens[next.tokens.end - 1].end]
                    .to_string(),
                None => name,
            })
        }
        None => {
            let head = sentence.head(chunk);
            let human = [
                "sources",
                "source",
                "people",
                "insiders",
                "investigators",
                "observers",
                "activists",
                "media",
                "journalists",
                "newspaper",
                "agency",
                "outlet",
                "magazine",
                "broadcaster",
                "witnesses",
                "executive",
                "executives",
                "member",
                "participants",
            ];
            (human.contains(&head) || sentence.tokens[range.end - 1].capital())
                .then(|| written.to_string())
        }
    }
}

/// Attribution of the claim whose predicate stands at `predicate`.
pub(crate) fn attribute(
    sentence: &Sentence<'_>,
    predicate: usize,
    top: usize,
    memory: &Memory,
) -> Attribution {
    let mut out = Attribution::default();
    let own = sentence.segment_of(top);
    let add = |out: &mut Attribution, name: String| {
        if !name.is_empty()
            && !out
                .source
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&name))
        {
            out.source.push(name);
        }
    };
    // Verbs of speech, nearest before the claim first: "X said that Y believed that …".
    let mut speaking: Vec<usize> = Vec::new();
    for at in (0..sentence.chunks.len()).rev() {
        let Some(verb) = sentence.chunks[at].verb() else {
            continue;
        };
        if !is_speech(verb.lemma) || at == predicate {
            continue;
        }
        if at == top {
            // "China denied supplying weapons": who denies is who says so.
            if ["deny", "admit", "acknowledge", "claim"].contains(&verb.lemma) && !verb.passive {
                speaking.push(at);
            }
            continue;
        }
        let segment = sentence.segment_of(at);
        let before = at < top && governs(sentence, at, own, segment);
        let after = at > predicate && closes(sentence, at, predicate);
        if before {
            speaking.push(at);
        } else if after {
            speaking.insert(0, at);
            // A closing clause speaks for the whole sentence: it is farther than verbs inside.
            let last = speaking.remove(0);
            speaking.push(last);
        }
    }
    for at in speaking {
        let Some(verb) = sentence.chunks[at].verb() else {
            continue;
        };
        let worth = SPEECH
            .get(verb.lemma)
            .copied()
            .unwrap_or(Factuality::Reported);
        // "is believed to", "are said to": passive thought without a speaker.
        if worth != Factuality::Asserted {
            out.worth.push(worth);
        }
        if verb.passive {
            if verb.lemma != "accuse" {
                out.worth.push(Factuality::Reported);
            }
            continue;
        }
        if let Some(modal) = verb.modal.as_deref()
            && !matches!(modal, "will" | "would")
        {
            out.worth.push(Factuality::Possible);
        }
        if verb.negated && at < predicate {
            // "do not believe that …", "did not say whether …".
            out.worth.push(if worth == Factuality::Denied {
                Factuality::Asserted
            } else {
                Factuality::Unknown
            });
        }
        let mut who = sentence.subject(at);
        let inverted = sentence
            .chunks
            .get(at + 1)
            .filter(|chunk| chunk.noun().is_some());
        if (who.is_empty() || at > predicate && who.iter().all(|&chunk| chunk <= predicate))
            && inverted.is_some()
        {
            who = vec![at + 1];
        }
        for chunk in who {
            if let Some(name) = speaker(sentence, chunk, memory) {
                add(&mut out, name);
            }
        }
        out.chunks.push(at);
    }
    for (name, at) in according_to(sentence, memory) {
        add(&mut out, name);
        out.chunks.push(at);
    }
    for name in cited(sentence, memory) {
        add(&mut out, name);
    }
    out
}

/// Whether a verb of speech before the claim has the claim inside what it says.
fn governs(sentence: &Sentence<'_>, verb: usize, own: usize, segment: usize) -> bool {
    if segment == own {
        // "said exports would continue": no `that`; the verb must be finite or the claim its infinitive.
        return true;
    }
    // Every segment between must be opened by a word that continues what is said.
    (segment + 1..=own).all(|index| {
        let opener = sentence.segments[index].opener.as_str();
        matches!(
            opener,
            "that"
                | "whether"
                | "if"
                | "because"
                | "as"
                | "and"
                | ","
                | "-"
                | ";"
                | ":"
                | "which"
                | "who"
                | "when"
                | "after"
                | "while"
                | "although"
                | "though"
                | "since"
                | "so"
                | "unless"
                | "or"
                | "whose"
                | "where"
                | "what"
                | "once"
        ) || opener == "but" && index == own && segment + 1 < own
    }) && verb < sentence.segments[own].chunks.end
}

/// Whether a verb of speech behind the claim closes the sentence: ", the ministry said", "- said Sullivan".
fn closes(sentence: &Sentence<'_>, verb: usize, predicate: usize) -> bool {
    let Some(group) = sentence.chunks[verb].verb() else {
        return false;
    };
    if !group.finite || group.infinitive || group.gerund {
        return false;
    }
    // It has no object clause of its own.
    let next_is_that = sentence
        .chunks
        .get(verb + 1)
        .is_some_and(|c| matches!(c.kind, Kind::That));
    if next_is_that {
        return false;
    }
    let mark_between = (predicate..verb).any(|at| {
        matches!(
            sentence.chunks[at].kind,
            Kind::Comma | Kind::Dash | Kind::Quote
        )
    });
    let later_verbs = sentence.chunks[verb + 1..]
        .iter()
        .filter(|c| c.verb().is_some_and(|v| v.finite))
        .count();
    mark_between && later_verbs == 0
}

/// Noun phrases after "according to", "citing", "in the view of".
fn according_to(sentence: &Sentence<'_>, memory: &Memory) -> Vec<(String, usize)> {
    let mut out = Vec::new();
    for at in 0..sentence.chunks.len() {
        let word = sentence.head(at);
        let starts = match word {
            "according" => sentence
                .chunks
                .get(at + 1)
                .is_some_and(|next| sentence.tokens[next.tokens.start].lower == "to"),
            _ => false,
        };
        if !starts {
            continue;
        }
        let Some(chunk) = (at + 2..(at + 4).min(sentence.chunks.len()))
            .find(|&index| sentence.chunks[index].noun().is_some())
        else {
            continue;
        };
        let Some(name) = speaker(sentence, chunk, memory).or_else(|| {
            let range = &sentence.chunks[chunk].tokens;
            Some(
                sentence.text
                    [sentence.tokens[range.start].start..sentence.tokens[range.end - 1].end]
                    .to_string(),
            )
        }) else {
            continue;
        };
        let name = match name.as_str() {
            "him" | "her" | "them" => memory.speaker.clone().unwrap_or_default(),
            _ => name,
        };
        out.push((name, at));
        // "customs records obtained by Politico", "officials cited by Reuters": whom that source relies on.
    }
    out
}

/// Outlets and documents that pass a statement on: "cited by Reuters", "told CNN", "citing customs data", "obtained by".
fn cited(sentence: &Sentence<'_>, memory: &Memory) -> Vec<String> {
    let mut out = Vec::new();
    for at in 0..sentence.chunks.len() {
        let Some(verb) = sentence.chunks[at].verb() else {
            continue;
        };
        let passing = [
            "cite", "obtain", "publish", "quote", "review", "see", "tell", "find", "report",
            "analyse", "compile",
        ]
        .contains(&verb.lemma);
        if !passing {
            continue;
        }
        let by = matches!(
            sentence.chunks.get(at + 1).map(|c| &c.kind),
            Some(Kind::Prep)
        ) && sentence.head(at + 1) == "by";
        let object = if by { at + 2 } else { at + 1 };
        let Some(chunk) = sentence.chunks.get(object).filter(|c| c.noun().is_some()) else {
            continue;
        };
        let range = &chunk.tokens;
        let written =
            &sentence.text[sentence.tokens[range.start].start..sentence.tokens[range.end - 1].end];
        if verb.lemma == "cite" && !by {
            if verb.gerund
                && let Some(name) = speaker(sentence, object, memory)
            {
                out.push(name);
            }
        } else if (by || verb.lemma == "tell")
            && let Some(outlet) = outlets::named(written)
        {
            out.push(outlet.to_string());
        }
    }
    // "in an interview with CNN".
    for (at, chunk) in sentence.chunks.iter().enumerate() {
        if sentence.head(at) == "interview"
            && let Some(next) = sentence
                .chunks
                .get(at + 2)
                .filter(|c: &&Chunk| c.noun().is_some())
        {
            let _ = chunk;
            let written = &sentence.text[sentence.tokens[next.tokens.start].start
                ..sentence.tokens[next.tokens.end - 1].end];
            if let Some(outlet) = outlets::named(written) {
                out.push(outlet.to_string());
            }
        }
    }
    out
}
