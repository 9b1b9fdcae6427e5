//! Predicates of supply: which verb or noun of a sentence tells of an event, and who does what to whom. Tables:
//! `data/frames.csv` (predicates and their shapes), `data/operators.csv` (what a governing word makes of them).

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::LazyLock;

use model::{Actor, Event, Factuality, GoodsFamily};

use crate::actors::{self, Memory};
use crate::chunk::{Chunk, Kind, Verb};
use crate::goods_terms::{self, Mention};
use crate::table::rows;
use crate::tag::{Pos, Token};

/// A sentence, ready for the frames.
pub(crate) struct Sentence<'t> {
    pub(crate) text: &'t str,
    pub(crate) range: Range<usize>,
    pub(crate) tokens: Vec<Token<'t>>,
    pub(crate) chunks: Vec<Chunk>,
    pub(crate) goods: Vec<Mention>,
    pub(crate) segments: Vec<Segment>,
}

/// A clause, roughly: chunks between words that open clauses.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub(crate) chunks: Range<usize>,
    /// The word that opens it, lower case; empty for the first and for coordinated clauses.
    pub(crate) opener: String,
}

/// An event found in a sentence, before attribution and dates.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) event: Event,
    pub(crate) supplier: Vec<Actor>,
    pub(crate) recipient: Vec<Actor>,
    /// Indices into the sentence's goods.
    pub(crate) goods: BTreeSet<usize>,
    pub(crate) via: Vec<String>,
    /// The chunk of the predicate, and of the outermost word that governs it.
    pub(crate) predicate: usize,
    pub(crate) top: usize,
    /// Chunks from the first to the last argument.
    pub(crate) extent: Range<usize>,
    /// What governing words and the verb group itself say, strongest first wins later.
    pub(crate) worth: Vec<Factuality>,
    /// A modifier that takes its supply for granted ("US-supplied Himars"), whatever is said of the noun.
    pub(crate) origin: bool,
    /// Denotes a statement of what is habitually or as a noun so: no verb of its own.
    pub(crate) nominal: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Give,
    Arm,
    Get,
    Make,
    Seek,
    Evade,
    Act,
    Speak,
    Refuse,
    Meet,
    Move,
}

struct Frame {
    event: Event,
    shape: Shape,
    needs: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Worth(Factuality),
    Becomes(Event),
}

struct Tables {
    verbs: HashMap<&'static str, Vec<Frame>>,
    nouns: HashMap<String, Frame>,
    verb_operators: HashMap<&'static str, Effect>,
    noun_operators: HashMap<String, Effect>,
    adjective_operators: HashMap<&'static str, Effect>,
}

fn event_named(word: &str) -> Option<Event> {
    serde_json::from_value(serde_json::Value::String(word.to_string())).ok()
}

fn factuality_named(word: &str) -> Option<Factuality> {
    serde_json::from_value(serde_json::Value::String(word.to_string())).ok()
}

fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{noun}s"),
    }
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables {
        verbs: HashMap::new(),
        nouns: HashMap::new(),
        verb_operators: HashMap::new(),
        noun_operators: HashMap::new(),
        adjective_operators: HashMap::new(),
    };
    for [word, pos, event, shape, needs] in rows::<5>(include_str!("../data/frames.csv")) {
        let Some(event) = event_named(event) else {
            continue;
        };
        let shape = match shape {
            "give" => Shape::Give,
            "arm" => Shape::Arm,
            "get" => Shape::Get,
            "make" => Shape::Make,
            "seek" => Shape::Seek,
            "evade" => Shape::Evade,
            "act" => Shape::Act,
            "speak" => Shape::Speak,
            "refuse" => Shape::Refuse,
            "move" => Shape::Move,
            _ => Shape::Meet,
        };
        let frame = || Frame {
            event,
            shape,
            needs,
        };
        if pos == "verb" {
            tables.verbs.entry(word).or_default().push(frame());
        } else {
            tables.nouns.insert(word.to_string(), frame());
            tables.nouns.insert(plural(word), frame());
        }
    }
    for [word, pos, effect] in rows::<3>(include_str!("../data/operators.csv")) {
        let effect = match (factuality_named(effect), event_named(effect)) {
            (Some(worth), _) => Effect::Worth(worth),
            (_, Some(event)) => Effect::Becomes(event),
            _ => continue,
        };
        match pos {
            "verb" => {
                tables.verb_operators.insert(word, effect);
            }
            "noun" => {
                tables.noun_operators.insert(word.to_string(), effect);
                tables.noun_operators.insert(plural(word), effect);
            }
            _ => {
                tables.adjective_operators.insert(word, effect);
            }
        }
    }
    tables
});

const SANCTION_WORDS: [&str; 17] = [
    "sanction",
    "sanctions",
    "embargo",
    "embargoes",
    "restriction",
    "restrictions",
    "controls",
    "ban",
    "bans",
    "blacklist",
    "freeze",
    "curbs",
    "price-cap",
    "countermeasures",
    "moratorium",
    "prohibition",
    "tariffs-on-arms",
];
const SUPPLY_WORDS: [&str; 34] = [
    "lethal",
    "military",
    "weapons",
    "arms",
    "war",
    "deliver",
    "deliveries",
    "delivery",
    "supply",
    "supplies",
    "supplying",
    "shipment",
    "shipments",
    "export",
    "exports",
    "aid",
    "sanctions",
    "sanction",
    "arming",
    "armament",
    "armaments",
    "sell",
    "selling",
    "send",
    "sending",
    "provide",
    "providing",
    "re-export",
    "embargo",
    "circumvention",
    "invasion-support",
    "material-support",
    "backfill",
    "policing",
];
const FACILITY_WORDS: [&str; 12] = [
    "plant",
    "plants",
    "factory",
    "factories",
    "facility",
    "facilities",
    "line",
    "lines",
    "workshop",
    "workshops",
    "venture",
    "production",
];
/// Words that tell a lot of goods on the move, not weapons in use.
const LOT_WORDS: [&str; 20] = [
    "shipment",
    "shipments",
    "consignment",
    "consignments",
    "delivery",
    "deliveries",
    "batch",
    "batches",
    "tons",
    "tonnes",
    "kilograms",
    "worth",
    "supplies",
    "cargo",
    "truckloads",
    "containers",
    "parts",
    "components",
    "crates",
    "pallets",
];
/// Verbs after "declined to" that refuse an answer, not a supply.
const EMPTY_VERBS: [&str; 12] = [
    "elaborate",
    "comment",
    "say",
    "confirm",
    "answer",
    "discuss",
    "respond",
    "speak",
    "specify",
    "disclose",
    "name",
    "rule",
];
const FORCE_WORDS: [&str; 12] = [
    "troops",
    "soldiers",
    "forces",
    "pilots",
    "fighters",
    "military",
    "army",
    "crews",
    "brigades",
    "servicemen",
    "recruits",
    "militias",
];

impl<'t> Sentence<'t> {
    fn token_range(&self, chunk: usize) -> Range<usize> {
        self.chunks[chunk].tokens.clone()
    }

    pub(crate) fn segment_of(&self, chunk: usize) -> usize {
        self.segments
            .iter()
            .position(|segment| segment.chunks.contains(&chunk))
            .unwrap_or(0)
    }

    fn words(&self, chunk: usize) -> impl Iterator<Item = &str> {
        self.tokens[self.token_range(chunk)]
            .iter()
            .map(|token| token.lower.as_str())
    }

    fn has_word(&self, chunk: usize, list: &[&str]) -> bool {
        self.words(chunk).any(|word| list.contains(&word))
    }

    pub(crate) fn head(&self, chunk: usize) -> &str {
        &self.tokens[self.chunks[chunk].tokens.end - 1].lower
    }

    /// The noun phrase's own party.
    pub(crate) fn party(&self, chunk: usize, memory: &Memory) -> Option<Actor> {
        let noun = self.chunks[chunk].noun()?;
        let range = self.token_range(chunk);
        if range.len() == 1 && self.tokens[range.start].pos == Pos::Pron {
            return self.meant(chunk, &self.tokens[range.start].lower, memory);
        }
        // "the country", "the firm" behind a subject of that kind: the subject is meant.
        if range.len() == 2 && self.tokens[range.start].lower == "the" {
            let kind = match self.tokens[range.start + 1].lower.as_str() {
                "country" | "nation" => Some(model::ActorKind::State),
                "company" | "firm" | "manufacturer" => Some(model::ActorKind::Company),
                _ => None,
            };
            if let Some(kind) = kind
                && let Some(actor) = self.meant(chunk, "it", memory)
                && actor.kind == kind
            {
                return Some(actor);
            }
        }
        // Goods at its head: no party.
        let last = &self.tokens[range.end - 1];
        if noun
            .goods
            .iter()
            .any(|&index| self.goods[index].range.end >= last.end)
        {
            return None;
        }
        let start = noun.possessive.map_or(range.start, |at| at + 1);
        let mut actor = actors::party(self.text, &self.tokens, start..range.end, memory)?;
        if actor.country.is_empty() {
            if noun.possessive.is_some() {
                actor.country = actors::country_in(self.text, &self.tokens, &(range.start..start))
                    .unwrap_or_default()
                    .to_string();
            }
            // "government of Iran", "ambassador to Poland": only `of` and `in` tell the party's own country.
            if actor.country.is_empty()
                && let (Some(of), Some(next)) =
                    (self.chunks.get(chunk + 1), self.chunks.get(chunk + 2))
                && matches!(of.kind, Kind::Prep)
                && ["of", "in"].contains(&self.tokens[of.tokens.start].lower.as_str())
                && next.noun().is_some()
            {
                actor.country = actors::country_in(self.text, &self.tokens, &next.tokens)
                    .unwrap_or_default()
                    .to_string();
            }
        }
        // "Ukraine's president, Volodymyr Zelenskiy": the name after the description.
        if !actor
            .name
            .split_whitespace()
            .any(|word| word.starts_with(char::is_uppercase))
            && let (Some(comma), Some(next)) =
                (self.chunks.get(chunk + 1), self.chunks.get(chunk + 2))
            && matches!(comma.kind, Kind::Comma)
            && next.noun().is_some()
            && let Some(name) = actors::party(self.text, &self.tokens, next.tokens.clone(), memory)
            && name.kind == actor.kind
            && name.name.starts_with(char::is_uppercase)
        {
            actor.name = name.name;
        }
        Some(actor)
    }

    /// Whom a pronoun means: "it" and "they" the subject of the finite verb before, in this sentence, then whom the
    /// report told of last.
    fn meant(&self, chunk: usize, lower: &str, memory: &Memory) -> Option<Actor> {
        if ["it", "its", "they", "their", "them"].contains(&lower)
            && let Some(verb) = (0..chunk)
                .rev()
                .find(|&index| self.chunks[index].verb().is_some_and(|verb| verb.finite))
        {
            let subject = self.subject(verb);
            let named = subject
                .iter()
                .filter(|&&index| self.tokens[self.chunks[index].tokens.start].pos != Pos::Pron)
                .find_map(|&index| self.party(index, memory));
            if let Some(actor) = named
                && actor.kind != model::ActorKind::Person
            {
                return Some(actor);
            }
        }
        memory.pronoun(lower).cloned()
    }

    /// The possessor or nationality inside a noun phrase: "Germany's refusal", "Chinese drone exports".
    fn owner(&self, chunk: usize, memory: &Memory) -> Option<Actor> {
        let noun = self.chunks[chunk].noun()?;
        let range = self.token_range(chunk);
        if let Some(at) = noun.possessive {
            return actors::party(self.text, &self.tokens, range.start..at, memory);
        }
        if ["its", "their", "his", "her"].contains(&self.tokens[range.start].lower.as_str()) {
            return self.meant(chunk, &self.tokens[range.start].lower, memory);
        }
        for index in range.clone() {
            let token = &self.tokens[index];
            if ["western", "allied"].contains(&token.lower.as_str()) {
                return Some(Actor {
                    name: token.text.to_string(),
                    kind: model::ActorKind::Unspecified,
                    country: String::new(),
                });
            }
            for end in (index + 1..=range.end.min(index + 3)).rev() {
                let phrase = &self.text[token.start..self.tokens[end - 1].end];
                if token.capital()
                    && let Some(mention) = places::mention(phrase)
                {
                    return Some(Actor {
                        name: phrase.to_string(),
                        kind: model::ActorKind::State,
                        country: mention.code.to_string(),
                    });
                }
            }
        }
        None
    }

    /// Noun phrases coordinated with one, leftwards: "A, B and C" from C.
    fn coordinated_left(&self, last: usize) -> Vec<usize> {
        let mut out = vec![last];
        let mut at = last;
        let mut seen_conj = false;
        while at >= 2 {
            let link = &self.chunks[at - 1];
            let joins = match link.kind {
                Kind::Conj => {
                    let word = self.head(at - 1);
                    seen_conj = true;
                    word == "and" || word == "or"
                }
                Kind::Comma => seen_conj,
                _ => false,
            };
            if !joins || self.chunks[at - 2].noun().is_none() {
                break;
            }
            // "companies in A and B": the earlier one hangs on a preposition as well.
            if at >= 3 && matches!(self.chunks[at - 3].kind, Kind::Prep) {
                break;
            }
            at -= 2;
            out.push(at);
        }
        out.reverse();
        out
    }

    /// The noun phrases that are the subject of a verb group, looking left; empty where none stands.
    pub(crate) fn subject(&self, verb: usize) -> Vec<usize> {
        let mut at = verb;
        let mut steps = 0;
        while at > 0 && steps < 40 {
            steps += 1;
            at -= 1;
            match &self.chunks[at].kind {
                Kind::Noun(_) => {
                    if at > 0 && matches!(self.chunks[at - 1].kind, Kind::Prep) {
                        at -= 1;
                        continue;
                    }
                    return self.coordinated_left(at);
                }
                Kind::Comma | Kind::Dash => {
                    // A parenthesis: go to the comma that opens it, at most twelve chunks back.
                    let open = (at.saturating_sub(12)..at).rev().find(|&index| {
                        matches!(self.chunks[index].kind, Kind::Comma | Kind::Dash)
                            && index > 0
                            && self.chunks[index - 1].noun().is_some()
                            && !(index + 1..at)
                                .any(|inner| matches!(self.chunks[inner].kind, Kind::Semi))
                    });
                    match open {
                        Some(open) => at = open,
                        None => {
                            // "In May, X sent …" has no subject before the comma.
                            return Vec::new();
                        }
                    }
                }
                Kind::Time | Kind::Other | Kind::Quote => {}
                Kind::Rel | Kind::That => {
                    // "companies that supplied": the antecedent, unless `that` opens a clause after a verb.
                    if at > 0 {
                        let before = match &self.chunks[at - 1].kind {
                            Kind::Comma if at > 1 => at - 2,
                            _ => at - 1,
                        };
                        if self.chunks[before].noun().is_some() {
                            let mut first = before;
                            // "the maker of drones that sold": the nearest one is taken.
                            if self.party(first, &Memory::default()).is_none()
                                && first >= 2
                                && matches!(self.chunks[first - 1].kind, Kind::Prep)
                                && self.chunks[first - 2].noun().is_some()
                                && self.head(first - 1) == "of"
                            {
                                first -= 2;
                            }
                            return self.coordinated_left(first);
                        }
                    }
                    return Vec::new();
                }
                Kind::Verb(previous) => {
                    // Coordinated verbs share a subject: "seized and sold".
                    let _ = previous;
                    return self.subject_of_earlier(at, verb);
                }
                Kind::Conj => {
                    if at > 0 && self.chunks[at - 1].verb().is_some() {
                        return self.subject(at - 1);
                    }
                    // A coordinated clause without subject of its own: the previous finite verb's.
                    let earlier = (0..at)
                        .rev()
                        .find(|&index| self.chunks[index].verb().is_some_and(|v| v.finite));
                    return earlier.map_or_else(Vec::new, |index| self.subject(index));
                }
                // "The Treasury on Thursday sanctioned": a time may stand between.
                Kind::Prep if matches!(self.chunks[at + 1].kind, Kind::Time) => {}
                Kind::Sub | Kind::Semi | Kind::Prep => return Vec::new(),
            }
        }
        Vec::new()
    }

    fn subject_of_earlier(&self, at: usize, verb: usize) -> Vec<usize> {
        if verb > at + 1
            || self.chunks[verb]
                .verb()
                .is_some_and(|v| v.infinitive || v.gerund)
        {
            self.subject(at)
        } else {
            Vec::new()
        }
    }

    /// Arguments to the right of a chunk: (preposition or empty for an object, noun phrase).
    fn arguments(&self, from: usize) -> Vec<(String, usize)> {
        let mut out: Vec<(String, usize)> = Vec::new();
        let mut preposition = String::new();
        let mut fresh = true;
        for at in from + 1..self.chunks.len().min(from + 30) {
            // ", according to the White House": who says so is no party to it.
            if ["according", "citing"].contains(&self.head(at)) {
                break;
            }
            match &self.chunks[at].kind {
                Kind::Prep => {
                    preposition = self.head(at).to_string();
                    fresh = true;
                }
                Kind::Noun(_) => {
                    if !fresh && preposition.is_empty() && out.is_empty() {
                        break;
                    }
                    // Nor is what stands in a clause of its own.
                    if matches!(self.chunks[at - 1].kind, Kind::Comma | Kind::Conj)
                        && self.segment_of(at) != self.segment_of(from)
                    {
                        break;
                    }
                    // The subject of a following clause is no argument: "…, the ministry said".
                    let next_verb = self.chunks.get(at + 1).and_then(Chunk::verb);
                    let before_comma = matches!(
                        self.chunks[at - 1].kind,
                        Kind::Comma | Kind::Conj | Kind::Dash | Kind::Quote
                    );
                    // "…, a spokesperson for its embassy in Washington told the outlet": so with a longer subject.
                    let mut tail = at + 1;
                    while tail + 1 < self.chunks.len()
                        && matches!(
                            self.chunks[tail].kind,
                            Kind::Prep | Kind::Other | Kind::Time
                        )
                    {
                        tail += if self.chunks[tail + 1].noun().is_some() {
                            2
                        } else {
                            1
                        };
                    }
                    if before_comma
                        && self
                            .chunks
                            .get(tail)
                            .and_then(Chunk::verb)
                            .is_some_and(|verb| {
                                verb.finite && crate::attribution::is_speech(verb.lemma)
                            })
                    {
                        break;
                    }
                    if before_comma
                        && next_verb.is_some_and(|v| {
                            v.finite && !v.past || v.past && crate::attribution::is_speech(v.lemma)
                        })
                    {
                        break;
                    }
                    out.push((preposition.clone(), at));
                    // Two bare objects in a row keep the empty preposition.
                    fresh = false;
                }
                Kind::Conj | Kind::Comma | Kind::Time | Kind::Quote => {
                    fresh = true;
                }
                Kind::Other => {}
                Kind::Verb(v) => {
                    // A reduced relative or purpose clause may follow; arguments end, except for "including", "used in".
                    let _ = v;
                    break;
                }
                Kind::That | Kind::Sub | Kind::Rel | Kind::Semi | Kind::Dash => break,
            }
        }
        out
    }

    fn goods_of(&self, chunk: usize) -> Vec<usize> {
        self.chunks[chunk]
            .noun()
            .map(|noun| noun.goods.clone())
            .unwrap_or_default()
    }
}

/// Cuts a sentence's chunks into segments.
pub(crate) fn segments(chunks: &[Chunk], tokens: &[Token<'_>]) -> Vec<Segment> {
    let mut starts: Vec<(usize, String)> = vec![(0, String::new())];
    let word = |at: usize| tokens[chunks[at].tokens.start].lower.clone();
    let finite_ahead = |from: usize| {
        for chunk in chunks.iter().skip(from).take(8) {
            match &chunk.kind {
                Kind::Verb(verb) => return verb.finite,
                Kind::Noun(_) | Kind::Prep | Kind::Time | Kind::Other | Kind::Quote => {}
                _ => return false,
            }
        }
        false
    };
    for at in 1..chunks.len() {
        let open = match &chunks[at].kind {
            Kind::That | Kind::Sub | Kind::Rel => Some(word(at)),
            Kind::Semi => Some(String::from(";")),
            Kind::Dash if finite_ahead(at + 1) => Some(String::from("-")),
            Kind::Conj | Kind::Comma => {
                let next_noun = chunks
                    .get(at + 1)
                    .is_some_and(|c| matches!(c.kind, Kind::Noun(_) | Kind::Time | Kind::Quote));
                let has_verb = starts.last().is_some_and(|(start, _)| {
                    chunks[*start..at].iter().any(|c| c.verb().is_some())
                });
                (next_noun && has_verb && finite_ahead(at + 1)).then(|| {
                    if matches!(chunks[at].kind, Kind::Conj) {
                        word(at)
                    } else {
                        String::from(",")
                    }
                })
            }
            _ => None,
        };
        if let Some(opener) = open {
            starts.push((at, opener));
        }
    }
    let ends: Vec<usize> = starts
        .iter()
        .skip(1)
        .map(|(start, _)| *start)
        .chain([chunks.len()])
        .collect();
    starts
        .into_iter()
        .zip(ends)
        .map(|((start, opener), end)| Segment {
            chunks: start..end,
            opener,
        })
        .collect()
}

/// What stands over a verb: operators from the inside out, and who acts.
struct Governed {
    subject: Vec<usize>,
    subject_owner: Option<Actor>,
    becomes: Option<(Event, usize)>,
    addressee: Vec<usize>,
    worth: Vec<Factuality>,
    top: usize,
    consumed: Vec<usize>,
}

fn govern(sentence: &Sentence<'_>, verb_at: usize, memory: &Memory, depth: usize) -> Governed {
    let mut out = Governed {
        subject: Vec::new(),
        subject_owner: None,
        becomes: None,
        addressee: Vec::new(),
        worth: Vec::new(),
        top: verb_at,
        consumed: Vec::new(),
    };
    let Some(verb) = sentence.chunks[verb_at].verb() else {
        return out;
    };
    own_worth(verb, &mut out.worth);
    let embedded = verb.infinitive || verb.gerund;
    if !embedded || depth > 5 || verb_at == 0 {
        out.subject = sentence.subject(verb_at);
        return out;
    }
    // Walk left to the governing word.
    let mut at = verb_at - 1;
    if matches!(sentence.chunks[at].kind, Kind::Prep) && at > 0 {
        at -= 1;
    }
    while at > 0
        && matches!(
            sentence.chunks[at].kind,
            Kind::Other | Kind::Time | Kind::Quote | Kind::Prep
        )
    {
        at -= 1;
    }
    let tables = &*TABLES;
    let mut between: Option<usize> = None;
    for _ in 0..8 {
        match &sentence.chunks[at].kind {
            Kind::Verb(governor) => {
                let effect = tables.verb_operators.get(governor.lemma);
                let upper = govern(sentence, at, memory, depth + 1);
                out.top = upper.top;
                out.consumed = upper.consumed;
                out.consumed.push(at);
                out.worth.extend(upper.worth);
                out.becomes = upper.becomes;
                match effect {
                    Some(Effect::Worth(worth)) => out.worth.push(*worth),
                    Some(Effect::Becomes(event)) => {
                        if out.becomes.is_none() {
                            out.becomes = Some((*event, at));
                        }
                    }
                    None => {
                        if governor.lemma == "be" && verb.infinitive {
                            out.worth.push(Factuality::Planned);
                        }
                    }
                }
                if governor.lemma == "go" && verb.infinitive && governor.token > 0 {
                    out.worth.push(Factuality::Planned);
                }
                match (between, effect) {
                    (Some(object), _) => {
                        if matches!(effect, Some(Effect::Becomes(_))) {
                            out.addressee = sentence.coordinated_left(object);
                            out.subject = if governor.passive {
                                out.addressee.clone()
                            } else {
                                upper.subject
                            };
                            out.subject_owner = upper.subject_owner;
                        } else if verb.gerund && sentence.head(verb_at - 1) != "for" {
                            out.subject = upper.subject;
                        } else {
                            out.subject = sentence.coordinated_left(object);
                        }
                    }
                    (None, Some(Effect::Becomes(_))) if governor.passive => {
                        out.addressee = upper.subject;
                    }
                    (None, _) => {
                        out.subject = upper.subject;
                        out.subject_owner = upper.subject_owner;
                    }
                }
                if governor.passive
                    && matches!(effect, Some(Effect::Becomes(Event::Warn | Event::Sanction)))
                {
                    out.subject = Vec::new();
                }
                return out;
            }
            Kind::Noun(_) => {
                let head = sentence.head(at);
                if let Some(effect) = tables
                    .noun_operators
                    .get(head)
                    .or_else(|| tables.adjective_operators.get(head))
                {
                    match effect {
                        Effect::Worth(worth) => out.worth.push(*worth),
                        Effect::Becomes(event) => out.becomes = out.becomes.or(Some((*event, at))),
                    }
                    out.top = at;
                    out.consumed.push(at);
                    out.subject_owner = sentence.owner(at, memory);
                    // "is willing to", "made the decision to": the verb before it has the subject.
                    if let Some(before) = (0..at)
                        .rev()
                        .take(3)
                        .find(|&index| sentence.chunks[index].verb().is_some())
                    {
                        let upper = govern(sentence, before, memory, depth + 1);
                        if out.subject_owner.is_none() {
                            out.subject = upper.subject;
                        }
                        out.worth.extend(upper.worth);
                        out.top = upper.top;
                    }
                    return out;
                }
                if between.is_none() {
                    between = Some(at);
                }
                if at == 0 {
                    break;
                }
                at -= 1;
                // "called on Germany to send": the preposition belongs to the verb.
                while at > 0
                    && matches!(
                        sentence.chunks[at].kind,
                        Kind::Prep | Kind::Other | Kind::Time
                    )
                {
                    at -= 1;
                }
            }
            Kind::Conj | Kind::Comma => {
                if at == 0 {
                    break;
                }
                at -= 1;
            }
            _ => break,
        }
    }
    // No governor: ", sending …" belongs to the clause's subject.
    if let Some(before) = (0..verb_at)
        .rev()
        .find(|&index| sentence.chunks[index].verb().is_some_and(|v| v.finite))
    {
        out.subject = sentence.subject(before);
        let upper_verb = sentence.chunks[before].verb().map(|v| {
            let mut worth = Vec::new();
            own_worth(v, &mut worth);
            worth
        });
        out.worth.extend(upper_verb.unwrap_or_default());
    }
    out
}

/// What a verb group's modal and negation are worth.
fn own_worth(verb: &Verb, worth: &mut Vec<Factuality>) {
    match verb.modal.as_deref() {
        Some("will" | "shall" | "won't") => worth.push(Factuality::Planned),
        Some(_) => worth.push(Factuality::Possible),
        None => {}
    }
    if verb.negated {
        worth.push(Factuality::Denied);
    }
}

/// Whether a noun phrase itself negates its verb: "no side", "none of the companies", "neither party".
fn is_none(sentence: &Sentence<'_>, chunk: usize) -> bool {
    let first = sentence.tokens[sentence.chunks[chunk].tokens.start]
        .lower
        .as_str();
    ["no", "neither", "none", "nobody", "nothing"].contains(&first)
}

/// Events of a sentence, in the order of their predicates.
pub(crate) fn find(sentence: &Sentence<'_>, memory: &Memory) -> Vec<Found> {
    let tables = &*TABLES;
    let mut out: Vec<Found> = Vec::new();
    let mut consumed: BTreeSet<usize> = BTreeSet::new();
    // Verbs from the last to the first, so that an embedded event comes before the word that governs it.
    for at in (0..sentence.chunks.len()).rev() {
        let Some(verb) = sentence.chunks[at].verb() else {
            continue;
        };
        if consumed.contains(&at) {
            continue;
        }
        let Some(frames) = tables.verbs.get(verb.lemma) else {
            continue;
        };
        for frame in frames {
            if let Some((found, used)) = verb_event(sentence, at, verb, frame, memory) {
                consumed.extend(used);
                out.push(found);
                break;
            }
        }
    }
    for at in 0..sentence.chunks.len() {
        if sentence.chunks[at].noun().is_some() && !consumed.contains(&at) {
            if let Some(found) = noun_event(sentence, at, memory) {
                out.push(found);
            } else if let Some(found) = origin_event(sentence, at, memory) {
                out.push(found);
            } else if let Some(found) = standing_sanction(sentence, at, memory) {
                out.push(found);
            }
        }
    }
    out.sort_by_key(|found| found.predicate);
    out
}

fn parties(sentence: &Sentence<'_>, chunks: &[usize], memory: &Memory) -> Vec<Actor> {
    let mut out: Vec<Actor> = Vec::new();
    for actor in chunks
        .iter()
        .filter_map(|&chunk| sentence.party(chunk, memory))
    {
        if !out.contains(&actor) {
            out.push(actor);
        }
    }
    out
}

fn verb_event(
    sentence: &Sentence<'_>,
    at: usize,
    verb: &Verb,
    frame: &Frame,
    memory: &Memory,
) -> Option<(Found, Vec<usize>)> {
    let mut arguments = sentence.arguments(at);
    let governed = govern(sentence, at, memory, 0);
    let mut subject = governed.subject.clone();
    let mut passive = verb.passive;
    // A participle right behind goods, with no subject that could act: "rifles shipped to", "tanks sent by".
    let bare = verb.past
        && !verb.passive
        && verb.modal.is_none()
        && !verb.negated
        && sentence.chunks[at].tokens.len() == 1;
    if bare {
        let by = arguments
            .first()
            .is_some_and(|(preposition, _)| preposition == "by");
        let goods_before = at > 0
            && sentence.chunks[at - 1]
                .noun()
                .is_some_and(|n| !n.goods.is_empty())
            && sentence.party(at - 1, memory).is_none();
        let object_follows = arguments
            .first()
            .is_some_and(|(preposition, chunk)| preposition.is_empty() && *chunk == at + 1);
        if (by || (goods_before && !object_follows))
            && at > 0
            && sentence.chunks[at - 1].noun().is_some()
        {
            passive = true;
            subject = sentence.coordinated_left(at - 1);
        } else if by && at > 0 && matches!(sentence.chunks[at - 1].kind, Kind::Comma) && at > 1 {
            passive = true;
            subject = vec![at - 2]
                .into_iter()
                .filter(|&c| sentence.chunks[c].noun().is_some())
                .collect();
        }
    }
    // "weapons that Iran supplied": the object stands before the relative word.
    let segment = &sentence.segments[sentence.segment_of(at)];
    let opener = &sentence.chunks[segment.chunks.start];
    if matches!(opener.kind, Kind::Rel | Kind::That)
        && !arguments
            .iter()
            .any(|(preposition, _)| preposition.is_empty())
        && !passive
        && segment.chunks.start > 0
        && subject
            .first()
            .is_some_and(|&first| first > segment.chunks.start)
    {
        let mut before = segment.chunks.start - 1;
        if matches!(sentence.chunks[before].kind, Kind::Comma) && before > 0 {
            before -= 1;
        }
        if sentence.chunks[before].noun().is_some() {
            arguments.push((String::new(), before));
        }
    }
    let mut goods: BTreeSet<usize> = BTreeSet::new();
    let mut sanctions = false;
    let mut all: Vec<usize> = arguments.iter().map(|(_, chunk)| *chunk).collect();
    let passive_or_theme =
        passive || matches!(frame.shape, Shape::Make | Shape::Act | Shape::Refuse) && verb.passive;
    if passive_or_theme {
        all.extend(subject.iter().copied());
    }
    for &chunk in &all {
        goods.extend(sentence.goods_of(chunk));
        sanctions |= sentence.has_word(chunk, &SANCTION_WORDS);
    }
    if frame.shape == Shape::Move {
        // "12 tons of armour reached …": the goods stand in the subject or its tail.
        if verb.passive {
            return None;
        }
        let from = subject.first().copied().filter(|&first| first < at)?;
        for chunk in from..at {
            goods.extend(sentence.goods_of(chunk));
        }
        let lot = (from..at).any(|chunk| sentence.has_word(chunk, &LOT_WORDS));
        let route = arguments.iter().any(|(preposition, _)| {
            ["from", "via", "through", "across"].contains(&preposition.as_str())
        });
        let parts = goods.iter().any(|&index| {
            matches!(
                sentence.goods[index].family,
                GoodsFamily::UavPart
                    | GoodsFamily::Electronics
                    | GoodsFamily::DualUse
                    | GoodsFamily::MachineTool
            )
        });
        // Missiles that "reached Kyiv" were fired, not supplied.
        if !(lot || route || parts || verb.lemma == "arrive") {
            return None;
        }
    }
    let from_here = at..sentence.chunks.len();
    let family = |index: &usize| sentence.goods[*index].family;
    let arms = goods.iter().any(|index| {
        goods_terms::is_arms(family(index)) || matches!(family(index), GoodsFamily::TrainingIntel)
    });
    let money = goods
        .iter()
        .any(|index| family(index) == GoodsFamily::Money);
    let real_goods = goods
        .iter()
        .any(|index| family(index) != GoodsFamily::Money);
    let word_in = |list: &[&str]| all.iter().any(|&chunk| sentence.has_word(chunk, list));
    let becomes = governed.becomes.map(|(event, _)| event);
    let satisfied = match frame.needs {
        "goods" => real_goods || (arms || money) && matches!(frame.shape, Shape::Give),
        "arms" | "aid" | "makes" => arms,
        "intel" => goods
            .iter()
            .any(|index| family(index) == GoodsFamily::TrainingIntel),
        "nuclear" => arms && word_in(&["nuclear", "tactical"]),
        "war" => {
            word_in(&[
                "war",
                "military",
                "weapons",
                "army",
                "missile",
                "nuclear",
                "programme",
                "programmes",
                "programs",
                "militias",
                "militants",
                "terrorists",
                "terrorism",
            ]) || arms
        }
        "forces" => word_in(&FORCE_WORDS),
        "facility" => {
            word_in(&FACILITY_WORDS)
                && sentence
                    .goods
                    .iter()
                    .any(|m| goods_terms::is_arms(m.family))
        }
        "sanctions" => sanctions,
        "assets" => word_in(&["assets", "accounts", "funds"]),
        "cargo" => real_goods || word_in(&["shipment", "shipments", "cargo", "vessel"]),
        "supplyword" => {
            arms || all
                .iter()
                .any(|&chunk| TABLES.nouns.contains_key(sentence.head(chunk)))
                && (real_goods || word_in(&["military", "arms", "weapons"]))
        }
        // What is refused or condemned must itself be supply, not something said later.
        "supply"
            if frame.event == Event::Refuse
                || ["condemn", "criticize", "criticise", "slam", "protest"]
                    .contains(&verb.lemma) =>
        {
            let content = sentence.chunks.get(at + 1).and_then(Chunk::verb);
            let infinitive = content.filter(|verb| verb.infinitive);
            if infinitive.is_some_and(|verb| EMPTY_VERBS.contains(&verb.lemma)) {
                return None;
            }
            let mut near = all.clone();
            if infinitive.is_some() {
                near.extend(at + 1..sentence.chunks.len());
            }
            sanctions
                || near.iter().any(|&chunk| {
                    sentence.has_word(chunk, &SUPPLY_WORDS) || !sentence.goods_of(chunk).is_empty()
                })
                || frame.shape == Shape::Speak
                    && all
                        .iter()
                        .any(|&chunk| ["decision", "move", "plan"].contains(&sentence.head(chunk)))
        }
        "supply" => {
            let later = from_here.clone().chain(all.iter().copied());
            later
                .clone()
                .any(|chunk| sentence.has_word(chunk, &SUPPLY_WORDS))
                || later
                    .clone()
                    .any(|chunk| !sentence.goods_of(chunk).is_empty())
                || sanctions
        }
        _ => true,
    };
    if !satisfied {
        return None;
    }
    // "When asked about …" is a question to a speaker; gas and grain are no war goods.
    if frame.event == Event::Warn {
        let asked = verb.lemma == "ask"
            && (verb.passive || verb.past)
            && arguments.first().is_none_or(|(p, _)| !p.is_empty());
        let civil = (at..sentence.chunks.len())
            .any(|chunk| sentence.has_word(chunk, &["gas", "grain", "oil", "electricity"]))
            && goods.is_empty();
        if asked && sentence.chunks.get(at + 1).and_then(Chunk::verb).is_none() || civil {
            return None;
        }
    }
    // "calls them rifles" names a thing; only "call on X to", "call for" ask for something.
    if verb.lemma == "call"
        && !arguments
            .iter()
            .take(2)
            .any(|(preposition, _)| ["on", "upon", "for"].contains(&preposition.as_str()))
    {
        return None;
    }
    let subjects = {
        let mut found = parties(sentence, &subject, memory);
        if found.is_empty() {
            found.extend(governed.subject_owner.clone());
        }
        found
    };
    let role = |names: &[&str]| -> Vec<usize> {
        arguments
            .iter()
            .filter(|(preposition, chunk)| {
                names.contains(&preposition.as_str())
                    && sentence.goods_of(*chunk).is_empty()
                        | sentence.party(*chunk, memory).is_some()
            })
            .map(|(_, chunk)| *chunk)
            .collect()
    };
    let of_role = |names: &[&str]| parties(sentence, &role(names), memory);
    let objects = {
        let named: Vec<usize> = role(&[""])
            .into_iter()
            .filter(|&chunk| !is_none(sentence, chunk))
            .collect();
        parties(sentence, &named, memory)
    };
    let empty_hands = arguments
        .iter()
        .filter(|(preposition, _)| preposition.is_empty())
        .map(|(_, chunk)| *chunk)
        .chain(subject.iter().copied())
        .any(|chunk| is_none(sentence, chunk));
    let (mut supplier, mut recipient) = (Vec::new(), Vec::new());
    match frame.shape {
        Shape::Give => {
            if passive {
                recipient = of_role(&["to", "into", "for", "towards"]);
                supplier = of_role(&["by"]);
                if supplier.is_empty() {
                    supplier = of_role(&["from"]);
                }
                if recipient.is_empty() {
                    recipient = subjects.clone();
                }
            } else {
                supplier = subjects.clone();
                recipient = objects.clone();
                if recipient.is_empty() || !of_role(&["to"]).is_empty() {
                    recipient = of_role(&["to", "into", "towards"]);
                }
                if recipient.is_empty() {
                    recipient = of_role(&["for"]);
                }
            }
        }
        Shape::Arm => {
            if passive {
                recipient = subjects.clone();
                supplier = of_role(&["by"]);
            } else {
                supplier = subjects.clone();
                recipient = objects.clone();
            }
            if recipient.is_empty() && frame.needs == "nothing" && !empty_hands {
                return None;
            }
        }
        Shape::Get | Shape::Seek => {
            if passive {
                recipient = of_role(&["by"]);
                supplier = of_role(&["from"]);
            } else {
                recipient = subjects.clone();
                supplier = of_role(&["from"]);
            }
        }
        Shape::Move => {
            recipient = objects.clone();
            recipient.retain(|actor| actor.kind != model::ActorKind::Person);
            if recipient.is_empty() {
                recipient = of_role(&["to", "into", "in"]);
            }
            supplier = of_role(&["from", "by"]);
            if supplier.is_empty() {
                supplier.extend(
                    (subject.first().copied().unwrap_or(at)..at).find_map(|chunk| {
                        // "shipments of chips from China reached": who sent them stands in the subject.
                        (matches!(sentence.chunks[chunk].kind, Kind::Prep)
                            && sentence.head(chunk) == "from")
                            .then(|| sentence.party(chunk + 1, memory))
                            .flatten()
                    }),
                );
            }
            if recipient.is_empty() {
                return None;
            }
        }
        Shape::Make => {
            supplier = if passive {
                of_role(&["by"])
            } else {
                subjects.clone()
            };
        }
        Shape::Evade => {
            recipient = subjects.clone();
            if recipient.iter().all(|a| a.kind != model::ActorKind::State) && recipient.is_empty() {
                recipient = of_role(&["on", "against", "for"]);
            }
        }
        Shape::Act => {
            let aimed = of_role(&["on", "against", "for", "to", "at", "from"]);
            if passive {
                supplier = of_role(&["by"]);
                recipient = if sanctions { aimed } else { subjects.clone() };
            } else {
                supplier = subjects.clone();
                recipient = if sanctions || objects.is_empty() {
                    aimed
                } else {
                    objects.clone()
                };
            }
            if !sanctions && recipient.is_empty() && goods.is_empty() {
                return None;
            }
        }
        Shape::Speak => {
            if passive {
                supplier = of_role(&["by"]);
                recipient = subjects.clone();
            } else {
                supplier = subjects.clone();
                recipient = objects.clone();
                if recipient.is_empty() {
                    recipient = of_role(&["to", "on", "of", "from", "with"]);
                }
            }
            if supplier.is_empty() && recipient.is_empty() {
                return None;
            }
        }
        Shape::Refuse => {
            supplier = if passive {
                of_role(&["by"])
            } else {
                subjects.clone()
            };
            recipient = of_role(&["to", "for"]);
            if recipient.is_empty() {
                recipient = if passive { Vec::new() } else { objects.clone() };
            }
        }
        Shape::Meet => {
            supplier = subjects.clone();
            recipient = of_role(&["with"]);
            if recipient.is_empty() {
                recipient = objects.clone();
            }
            if supplier.is_empty() {
                return None;
            }
        }
    }
    let mut event = frame.event;
    let token = &sentence.tokens[verb.token];
    let imperative = verb.modal.is_none()
        && !verb.infinitive
        && !verb.passive
        && token.lower == verb.lemma
        && subject.is_empty()
        && (at == 0
            || matches!(
                sentence.chunks[at - 1].kind,
                Kind::Quote | Kind::Semi | Kind::Dash | Kind::Other
            ) && sentence.chunks[at].tokens.start > 0);
    if imperative && matches!(event, Event::Transfer | Event::Sanction | Event::Production) {
        // "Send tanks to Ukraine": nobody has sent anything; whoever says so asks for it.
        event = Event::Warn;
        supplier = Vec::new();
        recipient = Vec::new();
    }
    let mut worth = governed.worth.clone();
    let mut used: Vec<usize> = governed.consumed.clone();
    used.push(at);
    used.extend(all.iter().copied());
    if empty_hands {
        worth.push(Factuality::Denied);
    }
    // "will not send", "would not support": a refusal, not a denial.
    let refused = matches!(
        verb.modal.as_deref(),
        Some("will" | "won't" | "would" | "wouldn't" | "shall")
    ) && (verb.negated || empty_hands);
    if let Some(becomes) = becomes {
        match becomes {
            Event::Refuse => {
                event = Event::Refuse;
                if frame.shape == Shape::Get {
                    std::mem::swap(&mut supplier, &mut recipient);
                }
            }
            Event::Warn | Event::Sanction => {
                event = becomes;
                let addressee = parties(sentence, &governed.addressee, memory);
                if !governed.addressee.is_empty() || !subjects.is_empty() {
                    supplier = subjects.clone();
                    recipient = addressee;
                }
            }
            other => event = other,
        }
        // The act is real, whatever its content: only what stands over the act counts.
        worth = act_worth(
            sentence,
            governed.becomes.map_or(at, |(_, chunk)| chunk),
            memory,
        );
    } else if refused
        && matches!(
            event,
            Event::Transfer | Event::Sanction | Event::Procurement
        )
    {
        event = Event::Refuse;
        worth.retain(|w| {
            !matches!(
                w,
                Factuality::Denied | Factuality::Planned | Factuality::Possible
            )
        });
    } else if matches!(event, Event::Warn | Event::Refuse) {
        worth = act_worth(sentence, at, memory);
    }
    if matches!(frame.needs, "arms" | "aid")
        && [
            "pledge",
            "promise",
            "commit",
            "approve",
            "authorize",
            "authorise",
            "announce",
            "unveil",
            "appropriate",
        ]
        .contains(&verb.lemma)
    {
        worth.push(Factuality::Planned);
    }
    if verb.lemma == "offer" && event == Event::Transfer {
        worth.push(Factuality::Possible);
    }
    if frame.event == Event::Production && frame.needs == "facility" {
        goods.extend((0..sentence.goods.len()).filter(|index| goods_terms::is_arms(family(index))));
    }
    if matches!(event, Event::Warn) {
        // Goods of the request or warning stand behind the verb, wherever.
        for chunk in from_here {
            if sentence.segment_of(chunk) <= sentence.segment_of(at) + 1 {
                goods.extend(sentence.goods_of(chunk));
            }
        }
    }
    let mut first = governed.top.min(at);
    for &chunk in subject.iter().chain(&governed.addressee) {
        first = first.min(chunk);
    }
    let last = all.iter().copied().chain([at]).max().unwrap_or(at);
    Some((
        Found {
            event,
            supplier,
            recipient,
            goods,
            via: via(sentence, &arguments),
            predicate: at,
            top: governed.top,
            extent: first..last + 1,
            worth,
            origin: false,
            nominal: false,
        },
        used,
    ))
}

/// What stands over an act of warning or refusing, its content left out.
fn act_worth(sentence: &Sentence<'_>, at: usize, memory: &Memory) -> Vec<Factuality> {
    if sentence.chunks[at].verb().is_none() {
        return Vec::new();
    }
    govern(sentence, at, memory, 0).worth
}

fn via(sentence: &Sentence<'_>, arguments: &[(String, usize)]) -> Vec<String> {
    arguments
        .iter()
        .filter(|(preposition, _)| ["via", "through", "across"].contains(&preposition.as_str()))
        .filter_map(|(_, chunk)| sentence.party(*chunk, &Memory::default()))
        .map(|actor| actor.name)
        .collect()
}

fn noun_event(sentence: &Sentence<'_>, at: usize, memory: &Memory) -> Option<Found> {
    let head = sentence.head(at);
    let arguments = sentence.arguments(at);
    let frame = TABLES.nouns.get(head)?;
    let range = sentence.token_range(at);
    let mut goods: BTreeSet<usize> = sentence.goods_of(at).into_iter().collect();
    for (preposition, chunk) in &arguments {
        if preposition == "of" || preposition == "in" && goods.is_empty() {
            goods.extend(sentence.goods_of(*chunk));
        }
        if preposition != "of" {
            // Further "of" phrases belong to other nouns.
            break;
        }
    }
    let arms = goods
        .iter()
        .any(|&index| goods_terms::is_arms(sentence.goods[index].family));
    let real = goods
        .iter()
        .any(|&index| sentence.goods[index].family != GoodsFamily::Money);
    let sanctions = arguments
        .iter()
        .any(|(_, chunk)| sentence.has_word(*chunk, &SANCTION_WORDS))
        || sentence.has_word(at, &SANCTION_WORDS);
    let satisfied = match frame.needs {
        "goods" => real,
        "arms" => arms,
        "sanctions" => sanctions,
        _ => real || !sentence.goods.is_empty(),
    };
    if !satisfied {
        return None;
    }
    let role = |names: &[&str]| -> Vec<usize> {
        arguments
            .iter()
            .filter(|(p, _)| names.contains(&p.as_str()))
            .map(|(_, chunk)| *chunk)
            .collect()
    };
    let of_role = |names: &[&str]| parties(sentence, &role(names), memory);
    let mut giver = of_role(&["by", "from"]);
    if giver.is_empty() {
        giver.extend(sentence.owner(at, memory));
    }
    if giver.is_empty() {
        // "of Western weapons": the nationality of the goods.
        giver.extend(
            role(&["of"])
                .iter()
                .find_map(|&chunk| sentence.owner(chunk, memory)),
        );
    }
    // The verb of which it is the object has a subject: "announced deliveries", "is a leading exporter".
    let verb = (at.saturating_sub(4)..at)
        .rev()
        .find(|&index| sentence.chunks[index].verb().is_some());
    let mut worth = Vec::new();
    let mut first = at;
    if let Some(verb) = verb {
        let governed = govern(sentence, verb, memory, 0);
        let object = (verb + 1..at).all(|index| !matches!(sentence.chunks[index].kind, Kind::Prep));
        worth = governed.worth;
        if object && giver.is_empty() {
            giver = parties(sentence, &governed.subject, memory);
            first = governed
                .subject
                .iter()
                .copied()
                .chain([verb])
                .min()
                .unwrap_or(at);
        }
        let lemma = sentence.chunks[verb].verb().map_or("", |v| v.lemma);
        match TABLES.verb_operators.get(lemma) {
            Some(Effect::Worth(value)) => worth.push(*value),
            Some(Effect::Becomes(_)) if object => return None,
            _ => {}
        }
        if !sentence.chunks[verb].verb().is_some_and(|v| v.negated) {
            worth.retain(|w| *w != Factuality::Denied || lemma == "deny");
        }
    }
    // Role nouns of a person or firm need a verb that says so: "is a leading exporter of".
    let taker = of_role(&["to"]);
    let (supplier, recipient) = match frame.shape {
        Shape::Get | Shape::Seek | Shape::Evade => (of_role(&["from"]), giver),
        Shape::Refuse => (giver, taker),
        _ => (giver, taker),
    };
    let mut recipient = recipient;
    if recipient.is_empty() && matches!(frame.shape, Shape::Give | Shape::Refuse) {
        recipient = of_role(&["for"]);
    }
    if supplier.is_empty() && recipient.is_empty() {
        return None;
    }
    let _ = range;
    let last = arguments
        .iter()
        .map(|(_, chunk)| *chunk)
        .chain([at])
        .max()
        .unwrap_or(at);
    Some(Found {
        event: frame.event,
        supplier,
        recipient,
        goods,
        via: via(sentence, &arguments),
        predicate: at,
        top: first,
        extent: first..last + 1,
        worth,
        origin: false,
        nominal: true,
    })
}

/// "has been under US sanctions", "placed the plant under export restrictions", "added it to the sanctions list".
fn standing_sanction(sentence: &Sentence<'_>, at: usize, memory: &Memory) -> Option<Found> {
    if at < 2 || !matches!(sentence.chunks[at - 1].kind, Kind::Prep) {
        return None;
    }
    let under = sentence.head(at - 1) == "under" && sentence.has_word(at, &SANCTION_WORDS);
    let listed = ["on", "to", "onto"].contains(&sentence.head(at - 1))
        && ["list", "blacklist", "lists"].contains(&sentence.head(at))
        && sentence.words(at).any(|word| {
            SANCTION_WORDS.contains(&word) || ["entity", "blacklist", "export"].contains(&word)
        });
    if !under && !listed {
        return None;
    }
    let verb_at = (at.saturating_sub(4)..at - 1)
        .rev()
        .find(|&index| sentence.chunks[index].verb().is_some())?;
    let verb = sentence.chunks[verb_at].verb()?;
    let governed = govern(sentence, verb_at, memory, 0);
    let subject = parties(sentence, &governed.subject, memory);
    let owner: Vec<Actor> = sentence.owner(at, memory).into_iter().collect();
    let (supplier, recipient) = match verb.lemma {
        "be" | "remain" | "come" | "fall" | "stand" => (owner, subject),
        "place" | "put" | "add" | "include" if verb.passive => (owner, subject),
        "place" | "put" | "add" | "include" => {
            let objects: Vec<usize> = (verb_at + 1..at - 1)
                .filter(|&index| sentence.chunks[index].noun().is_some())
                .collect();
            let mut aimed = parties(sentence, &objects, memory);
            if aimed.is_empty() {
                // "the Barnaul plant": no word for a party, but the object of a listing is one.
                aimed.extend(objects.first().and_then(|&chunk| {
                    let range = sentence.token_range(chunk);
                    let start = range
                        .clone()
                        .find(|&index| sentence.tokens[index].pos != Pos::Det)?;
                    let name = &sentence.text
                        [sentence.tokens[start].start..sentence.tokens[range.end - 1].end];
                    name.contains(char::is_uppercase).then(|| Actor {
                        name: name.to_string(),
                        kind: model::ActorKind::Company,
                        country: String::new(),
                    })
                }));
            }
            (subject, aimed)
        }
        _ => return None,
    };
    if recipient.is_empty() {
        return None;
    }
    let first = governed
        .subject
        .iter()
        .copied()
        .chain([verb_at])
        .min()
        .unwrap_or(verb_at);
    Some(Found {
        event: Event::Sanction,
        supplier,
        recipient,
        goods: BTreeSet::new(),
        via: Vec::new(),
        predicate: verb_at,
        top: governed.top,
        extent: first..at + 1,
        worth: governed.worth,
        origin: false,
        nominal: false,
    })
}

/// "Iranian-supplied drones", "US-donated howitzers".
fn origin_event(sentence: &Sentence<'_>, at: usize, memory: &Memory) -> Option<Found> {
    let noun = sentence.chunks[at].noun()?;
    if noun.goods.is_empty() {
        return None;
    }
    let range = sentence.token_range(at);
    let giver = range.clone().find_map(|index| {
        let token = &sentence.tokens[index];
        let (origin, _) = [
            "-supplied",
            "-sourced",
            "-donated",
            "-provided",
            "-delivered",
            "-sent",
        ]
        .iter()
        .find_map(|ending| {
            token
                .lower
                .strip_suffix(ending)
                .map(|stem| (&token.text[..stem.len()], ending))
        })?;
        if origin.eq_ignore_ascii_case("western") {
            return Some(Actor {
                name: origin.to_string(),
                kind: model::ActorKind::Unspecified,
                country: String::new(),
            });
        }
        let mention = places::mention(origin).or_else(|| places::mention(&format!("{origin}s")));
        let (name, country) = match mention {
            Some(mention) => (places::name(mention.code).unwrap_or(origin), mention.code),
            None => (origin, ""),
        };
        origin.starts_with(char::is_uppercase).then(|| Actor {
            name: name.to_string(),
            kind: model::ActorKind::State,
            country: country.to_string(),
        })
    })?;
    // Who has them: the subject of the verb, or the possessor.
    let mut recipient: Vec<Actor> = sentence
        .owner(at, memory)
        .into_iter()
        .filter(|a| a.country != giver.country)
        .collect();
    if recipient.is_empty()
        && let Some(verb) = (at.saturating_sub(3)..at)
            .rev()
            .find(|&index| sentence.chunks[index].verb().is_some())
    {
        recipient = parties(sentence, &govern(sentence, verb, memory, 0).subject, memory);
    }
    Some(Found {
        event: Event::Transfer,
        supplier: vec![giver],
        recipient,
        goods: noun.goods.iter().copied().collect(),
        via: Vec::new(),
        predicate: at,
        top: at,
        extent: at..at + 1,
        worth: Vec::new(),
        origin: true,
        nominal: true,
    })
}
