//! Report to claims: sentences in order, each through goods, tags, chunks, frames, attribution, factuality and dates.

use std::collections::BTreeSet;
use std::ops::Range;

use model::{Actor, ActorKind, Claim, Event, Factuality, GoodsFamily, GoodsMention, Report};

use crate::actors::Memory;
use crate::frame::{self, Found, Sentence};
use crate::goods_terms::{self, Mention};
use crate::tag::{self, Pos};
use crate::{attribution, chunk, factuality, furniture, grade, sentence, when};

/// Attributed claims of a report, in reading order. Every `quote` is `report.text[start..end]`.
pub fn claims(report: &Report) -> Vec<Claim> {
    crate::claims::other_languages(report, english)
}

/// Claims of English sentences, by chunks and frames.
fn english(report: &Report) -> Vec<Claim> {
    let text = report.text.as_str();
    let goods = goods_terms::mentions(text);
    let theatre = Theatre::of(text);
    let mut memory = Memory::default();
    let mut out: Vec<Claim> = Vec::new();
    let mut next_goods = 0;
    let mut quoted = false;
    let mut line_end = 0;
    let mut line_is_furniture = false;
    for range in sentence::sentences(text) {
        if range.start >= line_end {
            let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
            line_end = text[range.start..]
                .find('\n')
                .map_or(text.len(), |at| range.start + at);
            line_is_furniture = furniture::is_furniture(&text[start..line_end]);
            quoted = false;
            memory.speaker = memory.speaker.take().filter(|_| !line_is_furniture);
        }
        while goods
            .get(next_goods)
            .is_some_and(|mention| mention.range.end <= range.start)
        {
            next_goods += 1;
        }
        if line_is_furniture {
            continue;
        }
        let inside: Vec<Mention> = goods[next_goods..]
            .iter()
            .take_while(|mention| mention.range.start < range.end)
            .cloned()
            .collect();
        let sentence = analyse(text, range, inside);
        let opened = quoted;
        quoted = still_quoted(&sentence, quoted);
        note_parties(&sentence, &mut memory);
        let founds = frame::find(&sentence, &memory);
        let speaker_here = sentence_speaker(&sentence, &memory);
        for found in &founds {
            if let Some(claim) = claim_of(
                report,
                &sentence,
                found,
                founds.len(),
                &memory,
                &theatre,
                opened,
            ) {
                push(&mut out, claim);
            }
        }
        if let Some(name) = speaker_here {
            memory.speaker = Some(name);
        }
        if let Some(actor) = topic(&sentence, &memory) {
            memory.topic = Some(actor);
        }
    }
    for (index, claim) in out.iter_mut().enumerate() {
        claim.claim_id = format!("{}#{}", report.report_id, index + 1);
    }
    out
}

fn push(out: &mut Vec<Claim>, claim: Claim) {
    let repeated = out.iter().rev().take(8).any(|known| {
        known.event == claim.event
            && known.start == claim.start
            && known.end == claim.end
            && known.supplier == claim.supplier
            && known.recipient == claim.recipient
    });
    if !repeated {
        out.push(claim);
    }
}

fn analyse(text: &str, range: Range<usize>, goods: Vec<Mention>) -> Sentence<'_> {
    let nouns: Vec<Range<usize>> = goods
        .iter()
        .filter(|mention| mention.family != GoodsFamily::Money)
        .map(|mention| mention.range.clone())
        .collect();
    let tokens = tag::tag(text, range.clone(), &nouns);
    let chunks = chunk::chunks(&tokens, &goods);
    let segments = frame::segments(&chunks, &tokens);
    Sentence {
        text,
        range,
        tokens,
        chunks,
        goods,
        segments,
    }
}

/// Whether a quotation stays open at the sentence's end.
fn still_quoted(sentence: &Sentence<'_>, mut open: bool) -> bool {
    for token in &sentence.tokens {
        match token.text {
            "“" | "„" | "«" => open = true,
            "”" | "»" => open = false,
            "\"" => open = !open,
            _ => {}
        }
    }
    open
}

fn note_parties(sentence: &Sentence<'_>, memory: &mut Memory) {
    for index in 0..sentence.chunks.len() {
        if sentence.chunks[index].noun().is_none() {
            continue;
        }
        // "Tekhkrim, a Russian company": the apposition tells what the name is.
        if let (Some(comma), Some(next)) = (
            sentence.chunks.get(index + 1),
            sentence.chunks.get(index + 2),
        ) && matches!(comma.kind, chunk::Kind::Comma)
            && next.noun().is_some()
            && matches!(
                sentence.tokens[next.tokens.start].lower.as_str(),
                "a" | "an" | "the" | "one"
            )
            && let Some(description) = sentence.party(index + 2, memory)
            && description.kind != ActorKind::Unspecified
            && sentence.tokens[sentence.chunks[index].tokens.end - 1].pos == Pos::Proper
            && let Some(name) = sentence.party(index, memory)
            && matches!(name.kind, ActorKind::Unspecified | ActorKind::Person)
        {
            memory.describe(&name.name, description.kind, &description.country);
        }
        let first = &sentence.tokens[sentence.chunks[index].tokens.start];
        if first.pos == Pos::Pron {
            continue;
        }
        if let Some(actor) = sentence.party(index, memory) {
            memory.note(&actor);
        }
    }
}

/// Who speaks in this sentence at all, for quotations that go on in the next.
fn sentence_speaker(sentence: &Sentence<'_>, memory: &Memory) -> Option<String> {
    let at = sentence.chunks.iter().position(|chunk| {
        chunk
            .verb()
            .is_some_and(|verb| !verb.passive && attribution::is_speech(verb.lemma) && verb.finite)
    })?;
    let mut who = sentence.subject(at);
    if who.is_empty()
        && sentence
            .chunks
            .get(at + 1)
            .is_some_and(|chunk| chunk.noun().is_some())
    {
        who = vec![at + 1];
    }
    who.first()
        .and_then(|&chunk| attribution::speaker(sentence, chunk, memory))
}

/// The subject of a sentence's first finite verb, where it is no person and named.
fn topic(sentence: &Sentence<'_>, memory: &Memory) -> Option<Actor> {
    let verb = sentence
        .chunks
        .iter()
        .position(|chunk| chunk.verb().is_some_and(|verb| verb.finite))?;
    let subject = *sentence.subject(verb).first()?;
    if sentence.tokens[sentence.chunks[subject].tokens.start].pos == Pos::Pron {
        return None;
    }
    sentence
        .party(subject, memory)
        .filter(|actor| actor.kind != ActorKind::Person)
}

/// Which war a report is about, so that parties that go without saying are filled (guidelines, point 21).
struct Theatre {
    ukraine: bool,
}

impl Theatre {
    fn of(text: &str) -> Self {
        let count = |word: &str| text.matches(word).take(3).count();
        Self {
            ukraine: count("Ukrain") >= 2 && (count("Russia") >= 1 || count("Putin") >= 1)
                || count("Ukrain") >= 3,
        }
    }

    fn fill(&self, claim: &mut Claim) {
        if !self.ukraine {
            return;
        }
        let western = |actor: &Actor| {
            matches!(
                actor.country.as_str(),
                "US" | "GB"
                    | "DE"
                    | "FR"
                    | "PL"
                    | "EU"
                    | "CA"
                    | "NL"
                    | "SE"
                    | "NO"
                    | "DK"
                    | "FI"
                    | "EE"
                    | "LV"
                    | "LT"
                    | "CZ"
                    | "SK"
                    | "ES"
                    | "IT"
                    | "AU"
            ) || actor.name.contains("West")
                || actor.name.contains("allies")
                || actor.name.eq_ignore_ascii_case("nato")
                || actor.name.contains("western")
        };
        let helper = claim.supplier.iter().any(western);
        let arms = claim
            .goods
            .iter()
            .any(|goods| goods_terms::is_arms(goods.family));
        if claim.recipient.is_empty()
            && helper
            && arms
            && matches!(claim.event, Event::Transfer | Event::Refuse)
        {
            claim.recipient.push(Actor {
                name: "Ukraine".into(),
                kind: ActorKind::State,
                country: "UA".into(),
            });
        }
        if claim.recipient.is_empty() && helper && claim.event == Event::Sanction {
            claim.recipient.push(Actor {
                name: "Russia".into(),
                kind: ActorKind::State,
                country: "RU".into(),
            });
        }
    }
}

fn claim_of(
    report: &Report,
    sentence: &Sentence<'_>,
    found: &Found,
    in_sentence: usize,
    memory: &Memory,
    theatre: &Theatre,
    opened: bool,
) -> Option<Claim> {
    if factuality::hypothetical(sentence, found.predicate)
        && found.event != Event::Warn
        && !found.origin
    {
        return None;
    }
    let spoken = attribution::attribute(sentence, found.predicate, found.top, memory);
    let act = matches!(found.event, Event::Warn | Event::Refuse | Event::Consult);
    let mut worth = found.worth.clone();
    worth.extend(spoken.worth.iter().copied());
    if found.origin {
        worth.clear();
    } else if !act {
        worth.extend(factuality::cues(sentence, found.predicate));
    } else if sentence.segments[sentence.segment_of(found.top)].opener == "whether" {
        worth.push(Factuality::Unknown);
    }
    let factuality = factuality::weakest(worth);
    let mut source = spoken.source.clone();
    let starts_quoted = opened
        || sentence
            .tokens
            .first()
            .is_some_and(|token| token.pos == Pos::Quote || token.pos == Pos::Dash);
    if source.is_empty()
        && starts_quoted
        && let Some(name) = &memory.speaker
    {
        source.push(name.clone());
    }
    if !report.publisher.is_empty()
        && !source
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&report.publisher))
    {
        source.push(report.publisher.clone());
    }
    let span = quote(sentence, found, &spoken, in_sentence);
    let goods = goods_in(sentence, found, &span);
    let (time, due) = dates(report, sentence, found, factuality);
    let mut claim = Claim {
        report_id: report.report_id.clone(),
        claim_id: String::new(),
        quote: report.text[span.clone()].to_string(),
        start: span.start,
        end: span.end,
        event: found.event,
        factuality,
        source: source.clone(),
        supplier: found.supplier.clone(),
        recipient: found.recipient.clone(),
        goods,
        via: found.via.clone(),
        time,
        due,
        grade: grade::grade(&source, factuality),
        reader: String::new(),
    };
    // Nobody gives to himself.
    if claim.event != Event::Warn {
        let suppliers = claim.supplier.clone();
        claim.recipient.retain(|actor| !suppliers.contains(actor));
    }
    theatre.fill(&mut claim);
    if claim.supplier.is_empty() && claim.recipient.is_empty() && found.nominal {
        return None;
    }
    Some(claim)
}

/// The stretch to quote: the whole sentence where it makes one claim, else the clauses of predicate and arguments,
/// with an attribution that touches them.
fn quote(
    sentence: &Sentence<'_>,
    found: &Found,
    spoken: &attribution::Attribution,
    in_sentence: usize,
) -> Range<usize> {
    let whole = sentence.range.clone();
    if in_sentence <= 1 && whole.len() < 220 {
        return whole;
    }
    let first_segment = sentence.segment_of(found.extent.start.min(found.predicate));
    let last_segment = sentence.segment_of(found.extent.end.saturating_sub(1).max(found.predicate));
    let mut start = sentence.segments[first_segment].chunks.start;
    let mut end = sentence.segments[last_segment].chunks.end;
    for &at in &spoken.chunks {
        let segment = sentence.segment_of(at);
        if segment + 1 == first_segment {
            start = sentence.segments[segment].chunks.start;
        } else if segment == last_segment + 1 {
            end = sentence.segments[segment].chunks.end;
        }
    }
    // Leading commas and conjunctions belong to the sentence, not to the clause.
    while start + 1 < end
        && matches!(
            sentence.chunks[start].kind,
            chunk::Kind::Comma
                | chunk::Kind::Conj
                | chunk::Kind::Semi
                | chunk::Kind::Dash
                | chunk::Kind::That
        )
    {
        start += 1;
    }
    while end > start + 1
        && matches!(
            sentence.chunks[end - 1].kind,
            chunk::Kind::Comma | chunk::Kind::Conj | chunk::Kind::Semi | chunk::Kind::Dash
        )
    {
        end -= 1;
    }
    let first = sentence.chunks[start].tokens.start;
    let last = sentence.chunks[end - 1].tokens.end - 1;
    sentence.tokens[first].start..sentence.tokens[last].end
}

/// The goods of a claim as written, with number and modifiers.
fn goods_in(sentence: &Sentence<'_>, found: &Found, span: &Range<usize>) -> Vec<GoodsMention> {
    let mut out = Vec::new();
    let only_money = found
        .goods
        .iter()
        .all(|&index| sentence.goods[index].family == GoodsFamily::Money);
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    for &index in &found.goods {
        let mention = &sentence.goods[index];
        if mention.range.start < span.start || mention.range.end > span.end {
            continue;
        }
        // "$2 billion worth of drones": the money is a wrapper.
        if mention.family == GoodsFamily::Money
            && !only_money
            && mention.range.len() < 40
            && found.goods.len() > 1
        {
            continue;
        }
        let start = modifiers(sentence, mention);
        if seen.insert(start) {
            out.push(GoodsMention {
                text: sentence.text[start..mention.range.end].to_string(),
                family: mention.family,
                control: mention.control.clone(),
            });
        }
    }
    out
}

/// First byte of a mention with its number and adjectives.
fn modifiers(sentence: &Sentence<'_>, mention: &Mention) -> usize {
    let mut start = mention.range.start;
    let Some(mut at) = sentence
        .tokens
        .iter()
        .position(|token| token.start >= mention.range.start)
    else {
        return start;
    };
    while at > 0 {
        let token = &sentence.tokens[at - 1];
        let other = sentence.goods.iter().any(|goods| {
            goods.range.start <= token.start
                && token.end <= goods.range.end
                && goods.range != mention.range
                && goods.family != GoodsFamily::Money
        });
        let quantity = ["several", "some", "many", "few", "more"].contains(&token.lower.as_str());
        if other || quantity || !matches!(token.pos, Pos::Adj | Pos::Num | Pos::Noun | Pos::Proper)
        {
            break;
        }
        // Only adjectives, numbers and origins: a noun before may be the recipient.
        let origin = token.pos == Pos::Proper
            && places::mention(token.text).is_some_and(|m| m.kind == places::MentionKind::Demonym);
        let hyphenated = token.text.contains('-');
        if !matches!(token.pos, Pos::Adj | Pos::Num) && !origin && !hyphenated {
            break;
        }
        start = token.start;
        at -= 1;
    }
    start
}

/// When it happened and by when it is due.
fn dates(
    report: &Report,
    sentence: &Sentence<'_>,
    found: &Found,
    factuality: Factuality,
) -> (String, String) {
    let future = matches!(factuality, Factuality::Planned | Factuality::Possible);
    let own = sentence.segment_of(found.predicate);
    let whens = when::find(sentence.text, sentence.range.clone(), report.date, future);
    let segment_at = |byte: usize| {
        sentence
            .chunks
            .iter()
            .position(|chunk| sentence.tokens[chunk.tokens.end - 1].end > byte)
            .map(|at| sentence.segment_of(at))
    };
    let mut time = String::new();
    let mut due = String::new();
    // Those of the claim's own clause before those of others.
    for same in [true, false] {
        for when in &whens {
            if (segment_at(when.range.start) == Some(own)) != same {
                continue;
            }
            let slot = if when.deadline || factuality == Factuality::Planned {
                &mut due
            } else {
                &mut time
            };
            if slot.is_empty() && (same || sentence.segments.len() <= 2) {
                *slot = when.written(sentence.text);
            }
        }
    }
    (time, due)
}
