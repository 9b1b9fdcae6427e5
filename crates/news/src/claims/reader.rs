//! Report to claims: sentences in order, each through goods, tree, parties and the decisions of the models.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use model::{Actor, Claim, Event, Factuality, GoodsFamily, GoodsMention, Report};

use super::linear::{Models, Task};
use super::parsed::Sentence;
use super::party::{self, How, Party};
use super::{event, quote, role, source, worth};
use crate::actors::Memory;
use crate::goods_terms::{self, Mention};
use crate::{furniture, grade, sentence, when};

/// How likely an event has to be before it becomes a claim: where precision and recall were alike on unseen reports.
const EVENT: f32 = 0.25;
/// How likely an assertion has to be, against all weaker readings together.
const ASSERTED: f32 = 0.6;
/// How likely a party's role and goods have to be.
const ROLE: f32 = 0.5;
/// How likely a source has to be.
const SOURCE: f32 = 0.35;
/// The same for a party that the sentence does not mention.
const IMPLIED: f32 = 0.5;

/// A sentence with all that is known when its claims are read.
pub(crate) struct Analysed<'t> {
    pub(crate) sentence: Sentence<'t>,
    pub(crate) parties: Vec<Party>,
    /// Who spoke last before it, in this paragraph or the one before.
    pub(crate) speaker: Option<String>,
    /// The subject of the sentence before.
    pub(crate) topic: Option<Actor>,
    /// Outlets that the sentence credits.
    pub(crate) credits: Vec<String>,
}

/// Attributed claims of an English report by trained decisions, in reading order. Every `quote` is
/// `report.text[start..end]`.
pub fn claims_with(report: &Report, models: &Models) -> Vec<Claim> {
    let sentences = analyse(report);
    let mut out: Vec<Claim> = Vec::new();
    let mut earlier: Option<(Vec<String>, Vec<String>)> = None;
    for (index, analysed) in sentences.iter().enumerate() {
        let found = events(analysed, models);
        let predicates = sentence_predicates(found.iter().map(|(at, ..)| *at));
        let mut here: Vec<(Claim, f32)> = Vec::new();
        for (at, event, sure) in found {
            let claim = claim_of(
                report,
                &sentences,
                index,
                (at, event),
                &predicates,
                earlier.as_ref(),
                models,
            );
            let names = |actors: &[Actor]| actors.iter().map(|actor| actor.name.clone()).collect();
            earlier = Some((names(&claim.supplier), names(&claim.recipient)));
            here.push((claim, sure));
        }
        out.extend(without_repetitions(here));
    }
    for (index, claim) in out.iter_mut().enumerate() {
        claim.claim_id = format!("{}#{}", report.report_id, index + 1);
    }
    out
}

/// Sentences that can hold claims, with their parties; furniture and sentences off topic are read for memory alone.
pub(crate) fn analyse(report: &Report) -> Vec<Analysed<'_>> {
    let text = report.text.as_str();
    let goods = goods_terms::mentions(text);
    let mut memory = Memory::default();
    let mut out: Vec<Analysed<'_>> = Vec::new();
    let (mut next_goods, mut line_end) = (0, 0);
    let (mut furniture_line, mut quoted) = (false, false);
    for range in sentence::sentences(text) {
        if range.start >= line_end {
            let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
            line_end = text[range.start..]
                .find('\n')
                .map_or(text.len(), |at| range.start + at);
            furniture_line = furniture::is_furniture(&text[start..line_end]);
            quoted = false;
            memory.speaker = memory.speaker.take().filter(|_| !furniture_line);
        }
        while goods
            .get(next_goods)
            .is_some_and(|mention| mention.range.end <= range.start)
        {
            next_goods += 1;
        }
        if furniture_line {
            continue;
        }
        let inside = goods[next_goods..]
            .iter()
            .take_while(|mention| mention.range.start < range.end)
            .count();
        let inside = &goods[next_goods..next_goods + inside];
        let sentence = Sentence::new(text, range, inside, quoted);
        quoted = sentence.ends_quoted();
        let parties = party::parties(&sentence, &mut memory);
        let speaker = memory.speaker.clone();
        let topic = memory.topic.clone();
        let speaks = (0..sentence.tokens.len())
            .filter(|&head| source::speaks(&sentence, head))
            .find_map(|head| party::speaker(&sentence, head, &parties, speaker.as_deref()));
        if speaks.is_some() {
            memory.speaker = speaks;
        }
        if let Some(actor) = party::topic(&sentence, &parties) {
            memory.topic = Some(actor);
        }
        out.push(Analysed {
            credits: source::credits(&sentence).collect(),
            sentence,
            parties,
            speaker,
            topic,
        });
    }
    out
}

/// Words of a sentence that tell of events: token, event, probability.
fn events(analysed: &Analysed<'_>, models: &Models) -> Vec<(usize, Event, f32)> {
    let sentence = &analysed.sentence;
    let topic = event::on_topic(
        &sentence.text[sentence.range.clone()],
        !sentence.goods.is_empty(),
    );
    if !topic {
        return Vec::new();
    }
    event::candidates(sentence)
        .filter_map(|at| {
            let features = event::features(sentence, at, &analysed.parties);
            let probabilities = models.ask(Task::Event, &features);
            let sure = 1.0 - probabilities[0];
            let best = (1..probabilities.len())
                .max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]))?;
            (sure >= EVENT).then_some((at, event::EVENTS[best]?, sure))
        })
        .collect()
}

/// Places of the words that tell of events, in order.
pub(crate) fn sentence_predicates(tokens: impl Iterator<Item = usize>) -> Vec<usize> {
    tokens.collect::<BTreeSet<usize>>().into_iter().collect()
}

/// Parties that a claim may leave unsaid: those the report names, most often first.
pub(crate) fn implied(
    sentences: &[Analysed<'_>],
    index: usize,
    explicit: &role::Explicit<'_>,
    earlier: Option<&(Vec<String>, Vec<String>)>,
) -> Vec<role::Known> {
    let mut counts: HashMap<(&str, &str), (usize, usize, &Actor)> = HashMap::new();
    let mut order = 0;
    for analysed in sentences {
        for party in &analysed.parties {
            if matches!(party.how, How::Name | How::Origin) && role::can_be_implied(&party.actor) {
                order += 1;
                // One country under several names is one party.
                let key = match party.actor.country.as_str() {
                    country
                        if !country.is_empty() && party.actor.kind == model::ActorKind::State =>
                    {
                        ("", country)
                    }
                    country => (party.actor.name.as_str(), country),
                };
                counts.entry(key).or_insert((0, order, &party.actor)).0 += 1;
            }
        }
    }
    let mut known: Vec<(usize, usize, &Actor)> = counts.into_values().collect();
    known.sort_by_key(|(count, order, _)| (std::cmp::Reverse(*count), *order));
    let here = &sentences[index];
    let same = |a: &Actor, b: &Actor| {
        a.name == b.name || !a.country.is_empty() && a.country == b.country && a.kind == b.kind
    };
    known
        .into_iter()
        .take(5)
        .enumerate()
        .filter(|(_, (_, _, actor))| {
            !explicit
                .supplier
                .iter()
                .chain(explicit.recipient)
                .any(|known| same(known, actor))
        })
        .map(|(rank, (_, _, actor))| {
            let named = |names: &[String]| {
                names
                    .iter()
                    .any(|name| super::learn::same_name(name, &actor.name))
            };
            role::Known {
                actor: actor.clone(),
                rank,
                before: match earlier {
                    Some((supplier, _)) if named(supplier) => "supplier",
                    Some((_, recipient)) if named(recipient) => "recipient",
                    Some(_) => "neither",
                    None => "first",
                },
                here: here.parties.iter().any(|party| same(&party.actor, actor)),
                topic: here.topic.as_ref().is_some_and(|topic| same(topic, actor)),
            }
        })
        .collect()
}

/// Outlets that a report credits, those it credits most first; three at most.
pub(crate) fn credited(sentences: &[Analysed<'_>]) -> Vec<String> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for outlet in sentences.iter().flat_map(|analysed| &analysed.credits) {
        match counts
            .iter_mut()
            .find(|(known, _)| *known == outlet.as_str())
        {
            Some((_, count)) => *count += 1,
            None => counts.push((outlet.as_str(), 1)),
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
        .into_iter()
        .take(3)
        .map(|(outlet, _)| outlet.to_string())
        .collect()
}

fn claim_of(
    report: &Report,
    sentences: &[Analysed<'_>],
    index: usize,
    (at, event): (usize, Event),
    predicates: &[usize],
    earlier: Option<&(Vec<String>, Vec<String>)>,
    models: &Models,
) -> Claim {
    let analysed = &sentences[index];
    let sentence = &analysed.sentence;
    let factuality = worth::decide(
        &models.ask(Task::Factuality, &worth::features(sentence, at, event)),
        ASSERTED,
    );
    let mut arguments = Vec::new();
    let (mut supplier, mut recipient, mut via) = (Vec::new(), Vec::new(), Vec::new());
    for party in &analysed.parties {
        let features = role::features(sentence, at, event, party, &analysed.parties);
        let probabilities = models.ask(Task::Role, &features);
        let best = (1..role::ROLES.len())
            .max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]))
            .unwrap_or(1);
        if 1.0 - probabilities[0] < ROLE {
            continue;
        }
        arguments.push(party.head);
        let slot = match role::ROLES[best] {
            role::Role::Supplier => &mut supplier,
            role::Role::Recipient => &mut recipient,
            _ => &mut via,
        };
        push(slot, &party.actor);
    }
    let goods: Vec<usize> = (0..sentence.goods.len())
        .filter(|&goods| {
            let features = role::goods_features(sentence, at, event, goods);
            models.ask(Task::Goods, &features)[1] >= ROLE
        })
        .collect();
    arguments.extend(goods.iter().map(|&goods| sentence.goods[goods].1));
    let explicit = role::Explicit {
        event,
        supplier: &supplier.clone(),
        recipient: &recipient.clone(),
        arms: !goods.is_empty(),
    };
    for known in implied(sentences, index, &explicit, earlier) {
        let probabilities = models.ask(Task::Role, &role::implied_features(&explicit, &known));
        if probabilities[1] >= IMPLIED && explicit.supplier.is_empty() {
            push(&mut supplier, &known.actor);
        } else if probabilities[2] >= IMPLIED && explicit.recipient.is_empty() {
            push(&mut recipient, &known.actor);
        }
    }
    // Nobody gives to himself.
    if event != Event::Warn {
        recipient.retain(|actor| !supplier.contains(actor));
    }
    let credited = credited(sentences);
    let voices = source::voices(
        sentence,
        &analysed.parties,
        analysed.speaker.as_deref(),
        &credited,
    );
    let mut chain: Vec<(usize, &source::Voice)> = voices
        .iter()
        .filter(|voice| {
            let features = source::features(sentence, at, event, voice, &voices);
            models.ask(Task::Source, &features)[1] >= SOURCE
        })
        .map(|voice| (source::distance(sentence, at, voice), voice))
        .collect();
    chain.sort_by_key(|(distance, _)| *distance);
    let heads: Vec<usize> = chain.iter().filter_map(|(_, voice)| voice.head).collect();
    let mut names: Vec<String> = Vec::new();
    for (_, voice) in &chain {
        if !names.contains(&voice.name) {
            names.push(voice.name.clone());
        }
    }
    if !report.publisher.is_empty()
        && !names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&report.publisher))
    {
        names.push(report.publisher.clone());
    }
    let known = quote::Known {
        at,
        event,
        predicates,
        arguments: &arguments,
        sources: &heads,
    };
    let span = quote::stretches(sentence, at)
        .iter()
        .map(|stretch| {
            let features = quote::features(sentence, &known, stretch);
            (models.ask(Task::Quote, &features)[1], stretch.clone())
        })
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map_or(sentence.range.clone(), |(_, stretch)| {
            quote::bytes(sentence, &stretch)
        });
    let (time, due) = dates(report, sentence, &span, factuality);
    Claim {
        report_id: report.report_id.clone(),
        claim_id: String::new(),
        quote: report.text[span.clone()].to_string(),
        start: span.start,
        end: span.end,
        event,
        factuality,
        grade: grade::grade(&names, factuality),
        source: names,
        supplier,
        recipient,
        goods: goods_in(sentence, &goods, &span),
        via: via.into_iter().map(|actor: Actor| actor.name).collect(),
        time,
        due,
        reader: String::new(),
    }
}

fn push(slot: &mut Vec<Actor>, actor: &Actor) {
    let same = |known: &Actor| {
        known.name == actor.name
            || known.kind == actor.kind
                && known.kind == model::ActorKind::State
                && !known.country.is_empty()
                && known.country == actor.country
    };
    if !slot.iter().any(same) {
        slot.push(actor.clone());
    }
}

/// Two words of a sentence that tell of one event are one claim: the surer stays.
fn without_repetitions(mut claims: Vec<(Claim, f32)>) -> Vec<Claim> {
    let agree =
        |a: &[Actor], b: &[Actor]| a.is_empty() || b.is_empty() || a.iter().any(|x| b.contains(x));
    let overlap = |a: &Claim, b: &Claim| {
        let shared = a.end.min(b.end).saturating_sub(a.start.max(b.start));
        2 * shared > a.end.max(b.end) - a.start.min(b.start)
    };
    let mut order: Vec<usize> = (0..claims.len()).collect();
    order.sort_by(|&a, &b| claims[b].1.total_cmp(&claims[a].1).then(a.cmp(&b)));
    let mut kept: Vec<usize> = Vec::new();
    for index in order {
        let claim = &claims[index].0;
        let repeated = kept.iter().any(|&known| {
            let known = &claims[known].0;
            known.event == claim.event
                && overlap(known, claim)
                && agree(&known.supplier, &claim.supplier)
                && agree(&known.recipient, &claim.recipient)
        });
        if !repeated {
            kept.push(index);
        }
    }
    kept.sort_unstable();
    let mut index = 0;
    claims.retain(|_| {
        index += 1;
        kept.contains(&(index - 1))
    });
    claims.into_iter().map(|(claim, _)| claim).collect()
}

/// The goods of a claim as written, with number and modifiers.
fn goods_in(sentence: &Sentence<'_>, goods: &[usize], span: &Range<usize>) -> Vec<GoodsMention> {
    let only_money = goods
        .iter()
        .all(|&index| sentence.goods[index].0.family == GoodsFamily::Money);
    goods
        .iter()
        .map(|&index| &sentence.goods[index])
        .filter(|(mention, _)| mention.range.start >= span.start && mention.range.end <= span.end)
        // "$2 billion worth of drones": the money is a wrapper.
        .filter(|(mention, _)| only_money || mention.family != GoodsFamily::Money)
        .map(|(mention, _)| GoodsMention {
            text: sentence.text[modifiers(sentence, mention).max(span.start)..mention.range.end]
                .to_string(),
            family: mention.family,
            control: mention.control.clone(),
        })
        .collect()
}

/// First byte of a mention with its number and adjectives.
fn modifiers(sentence: &Sentence<'_>, mention: &Mention) -> usize {
    let inside = sentence.inside(&mention.range);
    let mut start = mention.range.start;
    for index in (0..inside.start).rev() {
        let token = &sentence.tokens[index];
        let origin = token.pos == "PROPN" && places::mention(token.text).is_some();
        let vague = ["several", "some", "many", "few", "more"].contains(&token.lower.as_str());
        let modifies = token
            .head
            .is_some_and(|head| inside.contains(&head) || head < inside.start && head > index);
        if !modifies
            || vague
            || !(matches!(token.pos, "ADJ" | "NUM")
                || origin
                || token.tag == "VBN"
                || token.text == "-"
                || token.tag == "$")
            || sentence
                .goods_at(index)
                .is_some_and(|other| sentence.goods[other].0.family != GoodsFamily::Money)
        {
            break;
        }
        start = token.start;
    }
    start
}

/// When it happened and by when it is due: expressions in the quote first, then in the sentence.
fn dates(
    report: &Report,
    sentence: &Sentence<'_>,
    span: &Range<usize>,
    factuality: Factuality,
) -> (String, String) {
    let future = matches!(factuality, Factuality::Planned | Factuality::Possible);
    let whens = when::find(sentence.text, sentence.range.clone(), report.date, future);
    let (mut time, mut due) = (String::new(), String::new());
    for when in &whens {
        if when.range.start < span.start || when.range.end > span.end {
            continue;
        }
        let slot = if when.deadline || factuality == Factuality::Planned {
            &mut due
        } else {
            &mut time
        };
        if slot.is_empty() {
            *slot = when.written(sentence.text);
        }
    }
    (time, due)
}
