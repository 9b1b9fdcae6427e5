//! What a party does in an event, and whether goods are the event's. One decision for every party and every mention of
//! goods in the sentence; then parties that go without saying.

use model::{Actor, ActorKind, Event};

use super::event;
use super::linear::Features;
use super::parsed::{Sentence, base};
use super::party::Party;
use crate::goods_terms;
use crate::lexicon;

/// Classes of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// No part in it.
    None,
    /// Gives or acts.
    Supplier,
    /// Gets or is aimed at.
    Recipient,
    /// What it passes through.
    Via,
}

pub(crate) const ROLES: [Role; 4] = [Role::None, Role::Supplier, Role::Recipient, Role::Via];

/// What a predicate's shape, voice and part of speech are.
struct Frame {
    event: &'static str,
    lemma: String,
    shape: &'static str,
    voice: &'static str,
}

impl Frame {
    fn of(sentence: &Sentence<'_>, at: usize, event: Event) -> Self {
        let token = &sentence.tokens[at];
        let event = event::word(event);
        let shape = lexicon::frames(&token.lemma)
            .iter()
            .find(|frame| frame.event == event)
            .or(lexicon::frames(&token.lemma).first())
            .map_or("other", |frame| frame.shape);
        let voice = match token.pos {
            "NOUN" | "PROPN" => "noun",
            "ADJ" => "adjective",
            _ if sentence.is_passive(at) => "passive",
            _ if token.tag == "VBN"
                && matches!(base(token.rel), "acl" | "amod")
                && !sentence
                    .children(at)
                    .iter()
                    .any(|&child| base(sentence.tokens[child].rel) == "aux") =>
            {
                "participle"
            }
            _ => "active",
        };
        Self {
            event,
            lemma: token.lemma.clone(),
            shape,
            voice,
        }
    }
}

fn bucket(distance: usize) -> &'static str {
    match distance {
        0..=1 => "1",
        2..=3 => "3",
        4..=6 => "6",
        7..=12 => "12",
        13..=20 => "20",
        _ => "far",
    }
}

fn way(sentence: &Sentence<'_>, at: usize, head: usize, frame: &Frame, out: &mut Features) {
    let side = if head < at { "before" } else { "after" };
    let path = sentence.path(at, head, 4);
    let path = path.as_deref().unwrap_or("far");
    let Frame {
        event,
        lemma,
        shape,
        voice,
    } = frame;
    out.add(&["path", path]);
    out.add(&["path-event", path, event]);
    out.add(&["path-shape", path, shape, voice]);
    out.add(&["path-event-voice", path, event, voice]);
    out.add(&["path-lemma", path, lemma, voice]);
    // The last step alone, for paths that training has not seen.
    let last = path.rsplit(['>', '^']).next().unwrap_or_default();
    let steps = path.matches(['>', '^']).count().to_string();
    out.add(&["last", last, shape, voice, side]);
    out.add(&["last-event", last, event, side]);
    out.add(&["last-steps", last, &steps, event, voice]);
    let first = path.split_inclusive(['>', '^']).nth(1).unwrap_or_default();
    out.add(&["first", first, &steps, shape, voice]);
    out.add(&["steps", &steps, event]);
    out.add(&["side", side, event, voice]);
    out.add(&["side-shape", side, shape, voice]);
    out.add(&["distance", side, bucket(head.abs_diff(at)), event]);
    if let Some(case) = sentence.case(sentence.first_conjunct(head)) {
        out.add(&["case", case, event, side]);
        out.add(&["case-shape", case, shape, voice, side]);
        out.add(&["case-lemma", case, lemma, side]);
    }
    // What governs the predicate, where the party is the governor's.
    if path.starts_with('^')
        && let Some(up) = sentence.tokens[at].head
    {
        let up_lemma = &sentence.tokens[up].lemma;
        out.add(&["control", path, up_lemma]);
        out.add(&["control-event", last, up_lemma, event]);
        if let Some(effect) = lexicon::operator(up_lemma) {
            out.add(&["control-operator", path, effect]);
        }
        if lexicon::speech(up_lemma).is_some() {
            out.add(&["control-speech", path, event]);
        }
    }
}

/// Features of a party's role.
pub(crate) fn features(
    sentence: &Sentence<'_>,
    at: usize,
    event: Event,
    party: &Party,
    parties: &[Party],
) -> Features {
    let mut out = Features::default();
    let frame = Frame::of(sentence, at, event);
    let kind = crate::actors::kind_word(party.actor.kind);
    let how = party.how.word();
    out.add(&["bias"]);
    out.add(&["kind", kind, frame.event]);
    out.add(&["how", how, frame.event, frame.voice]);
    out.add(&["how-shape", how, frame.shape]);
    way(sentence, at, party.head, &frame, &mut out);
    let rel = base(sentence.tokens[sentence.first_conjunct(party.head)].rel);
    let side = if party.head < at { "before" } else { "after" };
    out.add(&["rel-how", rel, how, frame.event, side]);
    out.add(&["rel-kind", rel, kind, frame.event, side]);
    // Nearest to the predicate on its side.
    let nearest = !parties.iter().any(|other| {
        other.head != party.head
            && (other.head < at) == (party.head < at)
            && other.head.abs_diff(at) < party.head.abs_diff(at)
    });
    let nearest = if nearest { "nearest" } else { "" };
    out.add(&["nearest", nearest, side, frame.event, frame.voice]);
    out.add(&["nearest-rel", nearest, side, rel, frame.shape]);
    // What a possessor or origin belongs to.
    if let Some(up) = sentence.tokens[party.head].head {
        let class = sentence.class(up);
        out.add(&[
            "of",
            base(sentence.tokens[party.head].rel),
            class,
            frame.event,
        ]);
        if up == at {
            out.add(&[
                "of-predicate",
                sentence.tokens[party.head].rel,
                frame.event,
                frame.shape,
            ]);
        }
    }
    let country = side_of(&party.actor);
    out.add(&["country", country, frame.event]);
    out.add(&["country-voice", country, frame.event, side]);
    if sentence.quoted[at] != sentence.quoted[party.head] {
        out.add(&["other-voice", frame.event, rel]);
    }
    out
}

/// Features of goods as the event's.
pub(crate) fn goods_features(
    sentence: &Sentence<'_>,
    at: usize,
    event: Event,
    goods: usize,
) -> Features {
    let mut out = Features::default();
    let frame = Frame::of(sentence, at, event);
    let (mention, head) = &sentence.goods[goods];
    let class = match mention.family {
        model::GoodsFamily::Money => "money",
        family if goods_terms::is_arms(family) => "arms",
        _ => "goods",
    };
    out.add(&["bias"]);
    out.add(&["class", class, frame.event]);
    out.add(&["family", mention.family.as_str(), frame.event]);
    way(sentence, at, *head, &frame, &mut out);
    let side = if *head < at { "before" } else { "after" };
    let nearest = !sentence.goods.iter().any(|(_, other)| {
        other != head && (*other < at) == (*head < at) && other.abs_diff(at) < head.abs_diff(at)
    });
    out.add(&[
        "nearest",
        if nearest { "nearest" } else { "" },
        side,
        frame.event,
    ]);
    let only = if sentence.goods.len() == 1 {
        "only"
    } else {
        ""
    };
    out.add(&["only", only, class, frame.event]);
    let within = sentence.subtree(at).contains(head);
    out.add(&[
        "within",
        if within { "within" } else { "" },
        frame.event,
        frame.voice,
    ]);
    if *head == at || sentence.inside(&mention.range).contains(&at) {
        out.add(&["itself"]);
    }
    out
}

/// Which side of which conflict a country stands on, as far as news of arms goes: the models know no other countries
/// by name.
fn side_of(actor: &Actor) -> &'static str {
    match actor.country.as_str() {
        "UA" => "UA",
        "RU" => "RU",
        "BY" | "IR" | "KP" | "CN" | "SY" => "supplier-of-RU",
        "US" | "GB" | "DE" | "FR" | "PL" | "EU" | "CA" | "NL" | "SE" | "NO" | "DK" | "FI"
        | "EE" | "LV" | "LT" | "CZ" | "SK" | "ES" | "IT" | "AU" => "west",
        "" if actor.name.contains("est")
            || actor.name.eq_ignore_ascii_case("nato")
            || actor.name.contains("allies") =>
        {
            "west"
        }
        "" => "none",
        _ => "other",
    }
}

/// What a claim has before parties that go without saying are looked for.
pub(crate) struct Explicit<'c> {
    pub(crate) event: Event,
    pub(crate) supplier: &'c [Actor],
    pub(crate) recipient: &'c [Actor],
    pub(crate) arms: bool,
}

/// A party that the report has named elsewhere, and how it was there.
pub(crate) struct Known {
    pub(crate) actor: Actor,
    /// Rank by how often the report names it.
    pub(crate) rank: usize,
    /// Role in the claim before, of the same event or another.
    pub(crate) before: &'static str,
    /// Whether the sentence itself mentions it, without a role.
    pub(crate) here: bool,
    /// Whether it was the subject of the sentence before.
    pub(crate) topic: bool,
}

/// Features of a party that goes without saying: the same classes as [`features`], another template.
pub(crate) fn implied_features(explicit: &Explicit<'_>, known: &Known) -> Features {
    let mut out = Features::default();
    let event = event::word(explicit.event);
    let supplier = explicit.supplier.first().map_or("no", side_of);
    let recipient = explicit.recipient.first().map_or("no", side_of);
    let arms = if explicit.arms { "arms" } else { "" };
    let side = side_of(&known.actor);
    let rank = known.rank.min(4).to_string();
    let kind = crate::actors::kind_word(known.actor.kind);
    out.add(&["implied", event]);
    out.add(&[
        "implied-roles",
        event,
        if supplier == "no" { "no" } else { "yes" },
        if recipient == "no" { "no" } else { "yes" },
    ]);
    out.add(&["implied-side", event, side, supplier, recipient]);
    out.add(&["implied-side-arms", event, side, supplier, recipient, arms]);
    out.add(&["implied-rank", event, &rank, kind]);
    out.add(&["implied-rank-roles", event, &rank, supplier, recipient]);
    out.add(&[
        "implied-before",
        event,
        known.before,
        if supplier == "no" { "no" } else { "yes" },
        if recipient == "no" { "no" } else { "yes" },
    ]);
    out.add(&["implied-before-rank", event, known.before, &rank]);
    out.add(&[
        "implied-here",
        event,
        if known.here { "here" } else { "" },
        side,
    ]);
    if known.topic {
        out.add(&[
            "implied-topic",
            event,
            kind,
            if supplier == "no" { "no" } else { "yes" },
        ]);
    }
    out
}

/// Whether an actor is the kind of party that can go without saying.
pub(crate) fn can_be_implied(actor: &Actor) -> bool {
    matches!(
        actor.kind,
        ActorKind::State | ActorKind::Company | ActorKind::ArmedGroup
    )
}
