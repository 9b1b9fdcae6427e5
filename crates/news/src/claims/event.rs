//! Does a word tell of an event, and of which? One decision for every verb, noun and adjective.

use model::Event;

use super::linear::Features;
use super::parsed::{Sentence, base};
use super::party::Party;
use crate::goods_terms;
use crate::lexicon;

/// Classes of the model: no event, then the events.
pub(crate) const EVENTS: [Option<Event>; 8] = [
    None,
    Some(Event::Transfer),
    Some(Event::Production),
    Some(Event::Procurement),
    Some(Event::Sanction),
    Some(Event::Warn),
    Some(Event::Refuse),
    Some(Event::Consult),
];

/// The scheme's word.
pub(crate) fn word(event: Event) -> &'static str {
    match event {
        Event::Transfer => "transfer",
        Event::Production => "production",
        Event::Procurement => "procurement",
        Event::Sanction => "sanction",
        Event::Warn => "warn",
        Event::Refuse => "refuse",
        Event::Consult => "consult",
    }
}

/// Tokens that may tell of an event.
pub(crate) fn candidates<'s>(sentence: &'s Sentence<'_>) -> impl Iterator<Item = usize> + 's {
    (0..sentence.tokens.len()).filter(|&index| {
        let token = &sentence.tokens[index];
        matches!(token.pos, "VERB" | "NOUN" | "ADJ" | "PROPN")
            && token.text.len() > 2
            && (token.pos != "PROPN"
                || token.lower.len() > 3 && !lexicon::frames(&token.lemma).is_empty())
    })
}

/// Whether a sentence can hold a claim at all: a word of the domain stands in it.
pub(crate) fn on_topic(sentence: &str, goods: bool) -> bool {
    goods || lexicon::cue(sentence)
}

/// What a frame says of a lemma, for features: `transfer/give`.
pub(crate) fn frame_words(lemma: &str) -> Vec<String> {
    let mut words: Vec<String> = lexicon::frames(lemma)
        .iter()
        .map(|frame| format!("{}/{}", frame.event, frame.shape))
        .collect();
    if words.is_empty() {
        words.push(match lexicon::operator(lemma) {
            Some(effect) => format!("op/{effect}"),
            None if lexicon::speech(lemma).is_some() => "speech".into(),
            None => "other".into(),
        });
    }
    words
}

/// Features of a word as the bearer of an event.
pub(crate) fn features(sentence: &Sentence<'_>, at: usize, parties: &[Party]) -> Features {
    let mut out = Features::default();
    let token = &sentence.tokens[at];
    let lemma = token.lemma.as_str();
    let frames = frame_words(lemma);
    let passive = if sentence.is_passive(at) {
        "passive"
    } else {
        ""
    };
    let class = sentence.class(at);
    out.add(&["bias"]);
    out.add(&["lemma", lemma]);
    out.add(&["lemma-pos", lemma, token.pos]);
    out.add(&["tag", token.tag, token.rel]);
    out.add(&["class", class, token.pos]);
    let suffix: String = token.lower.chars().rev().take(4).collect();
    out.add(&["suffix", &suffix, token.pos]);
    if token.lower.contains('-') {
        let tail = token.lower.rsplit('-').next().unwrap_or_default();
        out.add(&["hyphen", tail]);
    }
    for frame in &frames {
        out.add(&["frame", frame, token.pos]);
        out.add(&["frame-rel", frame, base(token.rel)]);
        out.add(&["frame-passive", frame, passive]);
    }
    // Up.
    match token.head {
        Some(head) => {
            let up = &sentence.tokens[head];
            out.add(&["up", &sentence.link(at), &up.lemma]);
            out.add(&["up-pos", token.rel, up.pos]);
            let up_class = sentence.class(head);
            out.add(&["up-class", token.rel, up_class]);
            out.add(&["lemma-up", lemma, token.rel, &up.lemma]);
            for frame in &frames {
                for up_frame in frame_words(&up.lemma) {
                    out.add(&["frame-up", frame, base(token.rel), &up_frame]);
                }
                out.add(&["frame-up-class", frame, base(token.rel), up_class]);
            }
            if let Some(top) = up.head {
                out.add(&["up2", token.rel, up.rel, &sentence.tokens[top].lemma]);
            }
        }
        None => out.add(&["root"]),
    }
    // Down.
    for &child in sentence.children(at) {
        let down = &sentence.tokens[child];
        if down.pos == "PUNCT" {
            continue;
        }
        let link = sentence.link(child);
        let down_class = class_with_party(sentence, child, parties);
        out.add(&["down", &link, &down.lemma]);
        out.add(&["down-class", &link, &down_class]);
        out.add(&["lemma-down", lemma, &link, &down_class]);
        for frame in &frames {
            out.add(&["frame-down", frame, &link, &down_class]);
            out.add(&["frame-down-base", frame, base(down.rel), &down_class]);
        }
        // One step further: "halted deliveries of weapons", "agreed to send tanks".
        for &below in sentence.children(child) {
            let class = class_with_party(sentence, below, parties);
            if matches!(
                class.as_str(),
                "arms" | "goods" | "money" | "sanction" | "supply" | "aid"
            ) {
                let below = base(sentence.tokens[below].rel);
                out.add(&["down2", base(down.rel), below, &class]);
                for frame in &frames {
                    out.add(&["frame-down2", frame, base(down.rel), below, &class]);
                }
            }
        }
    }
    // Around.
    for (name, offset) in [("-2", -2_isize), ("-1", -1), ("+1", 1), ("+2", 2)] {
        let word = at
            .checked_add_signed(offset)
            .and_then(|index| sentence.tokens.get(index))
            .map_or("#", |token| token.lower.as_str());
        out.add(&["near", name, word]);
        if offset.abs() == 1 {
            out.add(&["lemma-near", lemma, name, word]);
        }
    }
    // What the subtree and the sentence hold.
    let subtree = sentence.subtree(at);
    let families = |within: &std::ops::Range<usize>| {
        let mut arms = "";
        for (mention, head) in &sentence.goods {
            if within.contains(head) {
                if goods_terms::is_arms(mention.family) {
                    return "arms";
                }
                arms = if mention.family == model::GoodsFamily::Money && arms.is_empty() {
                    "money"
                } else {
                    "goods"
                };
            }
        }
        arms
    };
    let below = families(&subtree);
    let whole = families(&(0..sentence.tokens.len()));
    let nouns = |wanted: &str| {
        (0..sentence.tokens.len()).any(|index| {
            index != at && lexicon::noun_class(&sentence.tokens[index].lower) == Some(wanted)
        })
    };
    let sanction = if nouns("sanction") { "sanction" } else { "" };
    let supply = if nouns("supply") || nouns("aid") {
        "supply"
    } else {
        ""
    };
    for frame in &frames {
        out.add(&["frame-below", frame, below]);
        out.add(&["frame-whole", frame, whole, sanction, supply]);
        out.add(&["frame-sanction", frame, sanction]);
    }
    out.add(&["below", below, token.pos]);
    out.add(&["whole", whole, sanction, supply]);
    out.add(&["lemma-whole", lemma, whole, sanction]);
    out.add(&["class-whole", class, whole, sanction]);
    if sentence.is_negated(at) {
        out.add(&["negated"]);
        for frame in &frames {
            out.add(&["negated", frame]);
        }
    }
    if sentence.quoted[at] {
        out.add(&["quoted"]);
    }
    // How many parties, and whether states are among them.
    let states = parties
        .iter()
        .filter(|party| party.actor.kind == model::ActorKind::State)
        .count()
        .min(3)
        .to_string();
    out.add(&["states", &states]);
    for frame in &frames {
        out.add(&["frame-states", frame, &states]);
    }
    // A condition, a question.
    for above in sentence.ancestors(at).take(4) {
        for &child in sentence.children(above) {
            if sentence.tokens[child].rel == "mark" {
                out.add(&["mark", &sentence.tokens[child].lower]);
            }
        }
    }
    if sentence.text[sentence.range.clone()]
        .trim_end()
        .ends_with('?')
    {
        out.add(&["question"]);
    }
    out
}

/// Class of a token, with the kind of party where one is meant.
pub(crate) fn class_with_party(sentence: &Sentence<'_>, at: usize, parties: &[Party]) -> String {
    let class = sentence.class(at);
    if matches!(
        class,
        "arms" | "goods" | "money" | "sanction" | "supply" | "aid"
    ) {
        return class.to_string();
    }
    match parties.iter().find(|party| party.head == at) {
        Some(party) => format!("p-{}", crate::actors::kind_word(party.actor.kind)),
        None => class.to_string(),
    }
}
