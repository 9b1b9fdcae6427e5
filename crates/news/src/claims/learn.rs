//! From annotated reports to examples that the models are trained on. `bench claims` calls it; nothing else does.

use std::ops::Range;

use model::{Event, Factuality, Report};

use super::linear::{Features, Task};
use super::reader::{Analysed, analyse, credited, implied, sentence_predicates};
use super::{event, quote, role, source, worth};

/// A claim as annotated. Offsets are bytes into the report's text.
#[derive(Debug, Clone)]
pub struct Gold {
    /// The quote.
    pub quote: Range<usize>,
    /// A byte of the word that carries the event.
    pub trigger: usize,
    /// What happens.
    pub event: Event,
    /// How sure the nearest source is.
    pub factuality: Factuality,
    /// Names, nearest first.
    pub source: Vec<String>,
    /// Names.
    pub supplier: Vec<String>,
    /// Names.
    pub recipient: Vec<String>,
    /// Goods as written in the quote.
    pub goods: Vec<String>,
    /// Names.
    pub via: Vec<String>,
}

/// One decision and its right answer.
#[derive(Debug, Clone)]
pub struct Example {
    /// Which model learns from it.
    pub task: Task,
    /// What it sees.
    pub features: Features,
    /// What it should say.
    pub class: usize,
}

/// Whether two names may mean one party: as the scoring of claims has it, one within the other or most words shared.
pub fn same_name(a: &str, b: &str) -> bool {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    if a.is_empty() || b.is_empty() {
        return false;
    }
    if a.contains(&b) || b.contains(&a) {
        return true;
    }
    let words = |text: &str| -> std::collections::BTreeSet<String> {
        text.split_whitespace().map(str::to_string).collect()
    };
    let (a, b) = (words(&a), words(&b));
    let shared = a.intersection(&b).count();
    shared >= 1.max(a.len().min(b.len()) / 2 + 1)
}

/// All decisions that reading a report takes, with the answers of its annotation.
pub fn examples(report: &Report, gold: &[Gold]) -> Vec<Example> {
    let mut out = Vec::new();
    let sentences = analyse(report);
    let mut before: Option<&Gold> = None;
    for (index, analysed) in sentences.iter().enumerate() {
        let here: Vec<(&Gold, usize)> = gold
            .iter()
            .filter(|claim| analysed.sentence.range.contains(&claim.trigger))
            .filter_map(|claim| {
                let tokens = analysed
                    .sentence
                    .inside(&(claim.trigger..claim.trigger + 1));
                tokens.clone().next().map(|at| (claim, at))
            })
            .collect();
        for at in event::candidates(&analysed.sentence) {
            let answer = here
                .iter()
                .find(|(_, trigger)| *trigger == at)
                .map(|(claim, _)| claim.event);
            let class = event::EVENTS
                .iter()
                .position(|known| *known == answer)
                .unwrap_or(0);
            // Beside a trigger in the tree: another annotator might have chosen it.
            let beside = answer.is_none()
                && here.iter().any(|(claim, trigger)| {
                    let tokens = &analysed.sentence.tokens;
                    let linked =
                        tokens[at].head == Some(*trigger) || tokens[*trigger].head == Some(at);
                    linked
                        && claim.quote.contains(&tokens[at].start)
                        && event::frame_words(&tokens[at].lemma) != ["other"]
                });
            if beside {
                continue;
            }
            out.push(Example {
                task: Task::Event,
                features: event::features(&analysed.sentence, at, &analysed.parties),
                class,
            });
        }
        let predicates = sentence_predicates(here.iter().map(|(_, at)| *at));
        for (claim, at) in here {
            decisions(
                &sentences,
                index,
                analysed,
                claim,
                at,
                &predicates,
                before,
                &mut out,
            );
            before = Some(claim);
        }
    }
    out
}

#[allow(
    clippy::too_many_arguments,
    reason = "one claim and all that is around it"
)]
fn decisions(
    sentences: &[Analysed<'_>],
    index: usize,
    analysed: &Analysed<'_>,
    claim: &Gold,
    at: usize,
    predicates: &[usize],
    before: Option<&Gold>,
    out: &mut Vec<Example>,
) {
    let sentence = &analysed.sentence;
    out.push(Example {
        task: Task::Factuality,
        features: worth::features(sentence, at, claim.event),
        class: worth::FACTUALITIES
            .iter()
            .position(|known| *known == claim.factuality)
            .unwrap_or(0),
    });
    // Roles. Of several mentions of a party the one nearest through the tree has the role; the others teach nothing.
    let mut arguments = Vec::new();
    let mut explicit = [Vec::new(), Vec::new()];
    let roles = [
        (role::Role::Supplier, &claim.supplier),
        (role::Role::Recipient, &claim.recipient),
        (role::Role::Via, &claim.via),
    ];
    let mut answers: Vec<Option<usize>> = vec![Some(0); analysed.parties.len()];
    let mut missing: Vec<(role::Role, &String)> = Vec::new();
    for (wanted, names) in roles {
        for name in names {
            let mut matching: Vec<usize> = (0..analysed.parties.len())
                .filter(|&party| same_name(&analysed.parties[party].actor.name, name))
                .collect();
            matching.sort_by_key(|&party| {
                let head = analysed.parties[party].head;
                let exact = analysed.parties[party]
                    .actor
                    .name
                    .eq_ignore_ascii_case(name);
                (
                    sentence
                        .path(at, head, 9)
                        .map_or(99, |path| path.matches(['>', '^']).count()),
                    !exact,
                    head.abs_diff(at),
                )
            });
            match matching.first() {
                Some(&first) => {
                    for &party in &matching {
                        if answers[party] == Some(0) {
                            answers[party] = None;
                        }
                    }
                    answers[first] = role::ROLES.iter().position(|known| *known == wanted);
                    arguments.push(analysed.parties[first].head);
                    match wanted {
                        role::Role::Supplier => {
                            explicit[0].push(analysed.parties[first].actor.clone());
                        }
                        role::Role::Recipient => {
                            explicit[1].push(analysed.parties[first].actor.clone());
                        }
                        _ => {}
                    }
                }
                None => missing.push((wanted, name)),
            }
        }
    }
    for (party, answer) in analysed.parties.iter().zip(&answers) {
        if let Some(class) = *answer {
            out.push(Example {
                task: Task::Role,
                features: role::features(sentence, at, claim.event, party, &analysed.parties),
                class,
            });
        }
    }
    for goods in 0..sentence.goods.len() {
        let text = &sentence.text[sentence.goods[goods].0.range.clone()];
        let class = usize::from(claim.goods.iter().any(|name| same_name(name, text)));
        if class == 1 {
            arguments.push(sentence.goods[goods].1);
        }
        out.push(Example {
            task: Task::Goods,
            features: role::goods_features(sentence, at, claim.event, goods),
            class,
        });
    }
    let explicit = role::Explicit {
        event: claim.event,
        supplier: &explicit[0],
        recipient: &explicit[1],
        arms: !claim.goods.is_empty(),
    };
    let earlier = before.map(|claim| (claim.supplier.clone(), claim.recipient.clone()));
    for known in implied(sentences, index, &explicit, earlier.as_ref()) {
        let class = missing
            .iter()
            .find(|(_, name)| same_name(name, &known.actor.name))
            .and_then(|(wanted, _)| role::ROLES.iter().position(|known| known == wanted))
            .unwrap_or(0);
        out.push(Example {
            task: Task::Role,
            features: role::implied_features(&explicit, &known),
            class,
        });
    }
    let voices = source::voices(
        sentence,
        &analysed.parties,
        analysed.speaker.as_deref(),
        &credited(sentences),
    );
    let mut heads = Vec::new();
    for voice in &voices {
        let class = usize::from(claim.source.iter().any(|name| same_name(name, &voice.name)));
        if class == 1 {
            heads.extend(voice.head);
        }
        out.push(Example {
            task: Task::Source,
            features: source::features(sentence, at, claim.event, voice, &voices),
            class,
        });
    }
    let known = quote::Known {
        at,
        event: claim.event,
        predicates,
        arguments: &arguments,
        sources: &heads,
    };
    let stretches = quote::stretches(sentence, at);
    let best = stretches
        .iter()
        .map(|stretch| overlap(&quote::bytes(sentence, stretch), &claim.quote))
        .fold(0.0_f64, f64::max);
    for stretch in &stretches {
        let class =
            usize::from(overlap(&quote::bytes(sentence, stretch), &claim.quote) >= best - 0.02);
        out.push(Example {
            task: Task::Quote,
            features: quote::features(sentence, &known, stretch),
            class,
        });
    }
}

/// Intersection over union.
fn overlap(a: &Range<usize>, b: &Range<usize>) -> f64 {
    let shared = a.end.min(b.end).saturating_sub(a.start.max(b.start));
    let all = a.end.max(b.end) - a.start.min(b.start);
    #[allow(clippy::cast_precision_loss, reason = "lengths of sentences")]
    if all == 0 {
        0.0
    } else {
        shared as f64 / all as f64
    }
}
