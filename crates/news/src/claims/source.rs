//! Who says so. One decision for every phrase that can speak; the nearest to the event first.

use model::Event;

use super::event;
use super::linear::Features;
use super::parsed::{Sentence, base};
use super::party::{Party, speaker};
use crate::lexicon;
use crate::outlets;

/// A phrase that may be the source of an event's claim.
pub(crate) struct Voice {
    pub(crate) name: String,
    /// The token that heads it; none for one that stands in another sentence.
    pub(crate) head: Option<usize>,
    /// An outlet that the report credits elsewhere, not whoever spoke last.
    pub(crate) credited: bool,
}

/// Phrases of a sentence that can speak, and who spoke before it.
pub(crate) fn voices(
    sentence: &Sentence<'_>,
    parties: &[Party],
    before: Option<&str>,
    credited: &[String],
) -> Vec<Voice> {
    let mut out: Vec<Voice> = (0..sentence.tokens.len())
        .filter(|&head| {
            let token = &sentence.tokens[head];
            matches!(token.pos, "NOUN" | "PROPN" | "PRON" | "X")
                && !matches!(base(token.rel), "compound" | "flat" | "goeswith")
                && sentence.goods_at(head).is_none()
        })
        .filter_map(|head| {
            speaker(sentence, head, parties, before).map(|name| Voice {
                name,
                head: Some(head),
                credited: false,
            })
        })
        .collect();
    if let Some(name) = before {
        out.push(Voice {
            name: name.to_string(),
            head: None,
            credited: false,
        });
    }
    for name in credited {
        if !out.iter().any(|voice| voice.name == *name) {
            out.push(Voice {
                name: name.clone(),
                head: None,
                credited: true,
            });
        }
    }
    out
}

/// The verb that a phrase is the subject of, or that a phrase of citing hangs on.
fn verb_of(sentence: &Sentence<'_>, head: usize) -> Option<usize> {
    let first = sentence.first_conjunct(head);
    sentence.tokens[first].head
}

/// Whether a phrase stands right behind a verb of speech that closes a quotation: "… - said Kulbaka, an economist".
fn follows_speech(sentence: &Sentence<'_>, head: usize) -> bool {
    let phrase = super::party::phrase(sentence, head);
    let Some(verb) = phrase.start.checked_sub(1) else {
        return false;
    };
    let token = &sentence.tokens[verb];
    token.is_verb()
        && matches!(token.tag, "VBD" | "VBZ" | "VBP" | "VBN")
        && lexicon::speech(&token.lemma).is_some()
        && verb
            .checked_sub(1)
            .is_some_and(|mark| sentence.tokens[mark].pos == "PUNCT")
}

/// Whether a phrase is the subject of a verb of speech: who speaks in this sentence, for quotations that go on.
pub(crate) fn speaks(sentence: &Sentence<'_>, head: usize) -> bool {
    follows_speech(sentence, head)
        || base(sentence.tokens[sentence.first_conjunct(head)].rel) == "nsubj"
            && verb_of(sentence, head).is_some_and(|verb| {
                !sentence.is_passive(verb)
                    && lexicon::speech(&sentence.tokens[verb].lemma).is_some()
            })
}

/// Outlets that a sentence credits: "according to Politico", "Ukrinform reports", "as Reuters wrote".
pub(crate) fn credits<'s>(sentence: &'s Sentence<'_>) -> impl Iterator<Item = String> + 's {
    (0..sentence.tokens.len()).filter_map(|head| {
        let token = &sentence.tokens[head];
        if !matches!(token.pos, "PROPN" | "NOUN") || matches!(base(token.rel), "compound" | "flat")
        {
            return None;
        }
        let written = super::party::written(sentence, head);
        let outlet = match outlets::named(written) {
            Some(name) => name.to_string(),
            None if outlets::sounds_like_one(written) => written.to_string(),
            None => return None,
        };
        let first = sentence.first_conjunct(head);
        let case = sentence.case(first).unwrap_or("");
        let named = speaks(sentence, head)
            || matches!(
                case,
                "to" | "by" | "via" | "from" | "in" | "with" | "on" | "of"
            )
            || matches!(
                base(sentence.tokens[first].rel),
                "root" | "appos" | "obj" | "parataxis"
            );
        named.then_some(outlet)
    })
}

/// Features of a voice as a source of the event at a token.
pub(crate) fn features(
    sentence: &Sentence<'_>,
    at: usize,
    event: Event,
    voice: &Voice,
    others: &[Voice],
) -> Features {
    let mut out = Features::default();
    let event = event::word(event);
    let quoted = if sentence.quoted[at] {
        "quoted"
    } else {
        "plain"
    };
    let speaks_here = others
        .iter()
        .any(|other| other.head.is_some_and(|head| speaks(sentence, head)));
    let speaks_here = if speaks_here { "someone" } else { "nobody" };
    if voice.credited {
        let many = others
            .iter()
            .filter(|other| other.credited)
            .count()
            .to_string();
        out.add(&["credited", &many]);
        out.add(&["credited-event", event, &many, speaks_here]);
        out.add(&["credited-quoted", quoted, speaks_here, &many]);
        return out;
    }
    let Some(head) = voice.head else {
        let opens = match sentence.tokens.first().map(|token| token.text) {
            Some("-" | "–" | "—") => "dash",
            _ if sentence.quoted.first() == Some(&true) => "opens",
            _ => "",
        };
        out.add(&["before", quoted, speaks_here]);
        out.add(&["before-opens", opens, quoted, speaks_here]);
        out.add(&["before-event", event, quoted, speaks_here]);
        return out;
    };
    let token = &sentence.tokens[head];
    let first = sentence.first_conjunct(head);
    let rel = base(sentence.tokens[first].rel);
    let kind = if outlets::named(&voice.name).is_some() || outlets::sounds_like_one(&voice.name) {
        "outlet"
    } else {
        sentence.class(head)
    };
    let case = sentence.case(first).unwrap_or("");
    out.add(&["bias"]);
    out.add(&["rel", rel, case, kind]);
    out.add(&["event", event, rel]);
    let verb = verb_of(sentence, head);
    let lemma = verb.map_or("", |verb| sentence.tokens[verb].lemma.as_str());
    let speech = lexicon::speech(lemma).is_some()
        || matches!(lemma, "accord" | "according" | "cite" | "quote");
    // Whether the event lies under the verb, and by which way.
    let above = verb.is_some_and(|verb| sentence.ancestors(at).any(|up| up == verb));
    let way = match verb {
        Some(verb) if verb == at => "self".to_string(),
        Some(verb) if above => sentence
            .ancestors(at)
            .take_while(|&up| up != verb)
            .last()
            .map_or(String::new(), |last| {
                base(sentence.tokens[last].rel).to_string()
            }),
        Some(verb) => {
            // ", officials said" hung under the event, or a sister of it.
            if sentence.ancestors(verb).any(|up| up == at) {
                format!("under-{}", base(sentence.tokens[verb].rel))
            } else if sentence
                .ancestors(verb)
                .any(|up| sentence.ancestors(at).any(|other| other == up))
            {
                format!("beside-{}", base(sentence.tokens[verb].rel))
            } else {
                "far".into()
            }
        }
        None => "root".into(),
    };
    let speech = if speech { "speech" } else { "" };
    out.add(&["way", &way, rel, speech]);
    out.add(&["way-event", &way, rel, speech, event]);
    out.add(&["way-lemma", &way, rel, lemma]);
    out.add(&["way-lemma-event", &way, rel, lemma, event]);
    out.add(&["way-quoted", &way, rel, speech, quoted]);
    out.add(&["way-kind", &way, rel, speech, kind]);
    out.add(&["lemma", rel, lemma, case]);
    out.add(&["word", &token.lower, rel]);
    out.add(&["case-lemma", case, lemma, kind]);
    if let Some(path) = sentence.path(at, head, 4) {
        out.add(&["path", &path]);
        out.add(&["path-event", &path, event]);
        out.add(&["path-speech", &path, speech, kind]);
    }
    if follows_speech(sentence, head) {
        out.add(&["follows", quoted]);
        out.add(&["follows-event", event]);
    }
    if speaks(sentence, head) {
        out.add(&["speaks", quoted]);
        out.add(&["speaks-event", event, quoted, &way]);
    }
    out.add(&[
        "own-voice",
        if sentence.quoted[head] { "quoted" } else { "" },
        quoted,
    ]);
    let side = if head < at { "before" } else { "after" };
    out.add(&["side", side, speech, rel, quoted]);
    out
}

/// How far a voice is from the event, for the order of the chain.
pub(crate) fn distance(sentence: &Sentence<'_>, at: usize, voice: &Voice) -> usize {
    let Some(head) = voice.head else {
        return usize::MAX;
    };
    let up: Vec<usize> = sentence.ancestors(at).collect();
    sentence
        .ancestors(head)
        .enumerate()
        .find_map(|(below, node)| {
            up.iter()
                .position(|&other| other == node)
                .map(|above| 2 * above + below)
        })
        .unwrap_or(usize::MAX - 1)
}
