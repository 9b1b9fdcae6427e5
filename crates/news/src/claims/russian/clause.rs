//! Clauses: which words tell of events, which parties belong to them, what they are worth and on whose word.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use model::{Actor, ActorKind, Event, Factuality, GoodsFamily, Report};
use regex::Regex;

use super::names::Role;
use super::verbs::{Form, Verb, What};
use super::words::{Sentence, is_adjective};
use super::{ACC, DAT, GEN, INS, LOC, NOM};
use crate::claims::grammar::{self, Draft, Goods, push};
use crate::goods_terms;

/// Reads the sentences of a report in order: what a pronoun means stands in those before.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    topic: Option<Actor>,
}

/// Parties of a predicate by what their cases and prepositions say.
#[derive(Debug, Default, Clone)]
struct Parties {
    subject: Vec<usize>,
    dative: Vec<usize>,
    object: Vec<usize>,
    instrumental: Vec<usize>,
    /// `в`, `на` with the accusative, `для`.
    to: Vec<usize>,
    /// `из`, `от`, `с`, `у`.
    from: Vec<usize>,
    via: Vec<usize>,
    against: Vec<usize>,
    with: Vec<usize>,
    genitive: Vec<usize>,
    /// Is where something is: "в России".
    place: Vec<usize>,
}

/// A verb that governs a predicate.
#[derive(Debug, Clone, Copy)]
struct Governor {
    at: usize,
    what: What,
    negated: bool,
    form: Form,
}

/// Words that are no verbs but govern like them.
fn adjective_governor(lower: &str) -> Option<What> {
    Some(match lower {
        "готов" | "готова" | "готовы" | "готово" | "готовий" | "способен" | "способна"
        | "способны" => What::Possible,
        "намерен" | "намерена" | "намерены" | "должен" | "должна" | "должны" | "має" | "мають" => {
            What::Planned
        }
        _ => return None,
    })
}

/// Nouns of "according to".
fn is_citing(lower: &str) -> bool {
    matches!(
        lower,
        "данным"
            | "словам"
            | "информации"
            | "оценке"
            | "оценкам"
            | "сведениям"
            | "сообщению"
            | "мнению"
            | "даними"
            | "словами"
            | "інформацією"
            | "оцінками"
            | "повідомленням"
    )
}

#[allow(clippy::unwrap_used, reason = "constant patterns")]
static CUES: LazyLock<[(Factuality, Regex); 5]> = LazyLock::new(|| {
    [
        (
            Factuality::NotObserved,
            Regex::new(r"(?i)\bнет (?:\w+ )?(?:доказательств|свидетельств|признаков|подтвержд|данных)|\bне (?:располага|име|нашл|обнаруж|вид|зафиксир|наблюда)\w* (?:\w+ ){0,3}(?:доказательств|свидетельств|признаков|подтвержд|данн|поставок|поставки)|\bнемає (?:доказів|ознак)|без доказательств").unwrap(),
        ),
        (
            Factuality::Denied,
            Regex::new(r"(?i)\b(?:назвал|назвала|назвали|называет) (?:\w+ ){0,4}(?:ложью|ложн\w+|беспочвенн\w+|голословн\w+|абсурдн\w+|надуман\w+|сфабрикован\w+|неправд\w+|фейк\w*|выдумк\w+|вымысл\w+|дезинформацией|необоснованн\w+|безосновательн\w+)|не соответству\w+ действительности|\bне имеют ничего общего|ничем не подтвержд|назвав \w+ (?:ложью|фейком)").unwrap(),
        ),
        (
            Factuality::Unknown,
            Regex::new(r"(?i)\bнеясно|\bне ясно|\bнеизвестно|\bне известно|\bневідомо|\bне (?:смог|удалось|может|могут|берутся|подтвердил|подтвердила|подтвердили)\w*(?: \w+){0,2} (?:подтвердить|проверить|установить|сказать)|\bне (?:подтвердил|подтверждает|подтверждают)\w*|\bне удалось (?:подтвердить|проверить)").unwrap(),
        ),
        (
            Factuality::Possible,
            Regex::new(r"(?i)\bвозможно\b|\bвероятно\b|\bпредположительно\b|\bможливо\b|\bймовірно\b|\bможет быть\b|\bскорее всего\b|\bпо всей видимости\b|\bвидимо\b|\bпо-видимому\b|\bне исключено\b|\bугроз\w+ поставок|\bопасени\w+").unwrap(),
        ),
        (
            Factuality::Reported,
            Regex::new(r"(?i)\bякобы\b|\bнібито\b|\bкак сообщается\b|\bкак сообщалось\b|\bсообщалось\b|\bпо сообщениям\b|\bпо слухам\b|\bпо некоторым (?:данным|сведениям)\b|\bпо неподтвержденным\b|\bпо непроверенным\b|\bза неперевіреними\b|\bсогласно сообщениям\b|\bкак утверждается\b").unwrap(),
        ),
    ]
});

impl Reader {
    /// Claims of a sentence.
    pub(crate) fn read(&mut self, text: &str, range: Range<usize>, report: &Report) -> Vec<Draft> {
        let sentence = Sentence::new(text, range, report.language.as_deref());
        // A headline's question has no mark.
        if sentence.tokens.first().is_some_and(|token| {
            matches!(token.lower.as_str(), "почему" | "зачем" | "чому" | "навіщо")
        }) {
            return Vec::new();
        }
        let mut clauses = Clauses {
            sentence: &sentence,
            report,
            taken: BTreeSet::new(),
            drafts: Vec::new(),
            topic: self.topic.clone(),
        };
        clauses.run();
        // Two words of one event: the first stays.
        let mut drafts: Vec<Draft> = Vec::new();
        for draft in clauses.drafts {
            let repeated = drafts.iter().any(|known| {
                known.event == draft.event
                    && known.span.start < draft.span.end
                    && draft.span.start < known.span.end
                    && known.supplier == draft.supplier
                    && known.recipient == draft.recipient
            });
            if !repeated {
                drafts.push(draft);
            }
        }
        let topic = sentence.parties.iter().find(|party| {
            party.preposition.is_empty()
                && party.cases & NOM != 0
                && matches!(party.actor.kind, ActorKind::State | ActorKind::Company)
        });
        if let Some(party) = topic {
            self.topic = Some(party.actor.clone());
        }
        drafts
    }
}

struct Clauses<'s, 't> {
    sentence: &'s Sentence<'t>,
    report: &'s Report,
    /// Predicates that belong to a claim already.
    taken: BTreeSet<usize>,
    drafts: Vec<Draft>,
    topic: Option<Actor>,
}

/// Who speaks, and where.
#[derive(Debug, Clone)]
struct Voice {
    name: String,
    segment: usize,
    /// Segments that it speaks for.
    scope: Range<usize>,
    actor: Option<Actor>,
    of: Option<Actor>,
}

impl Clauses<'_, '_> {
    fn run(&mut self) {
        let voices = self.voices();
        // Acts first: what they govern belongs to them.
        for at in 0..self.sentence.tokens.len() {
            if let Some(verb) = self.verb(at) {
                self.act(at, verb, &voices);
            }
        }
        for at in 0..self.sentence.tokens.len() {
            if self.taken.contains(&at) {
                continue;
            }
            if let Some(verb) = self.verb(at) {
                self.supply(at, verb, &voices);
            } else if let Some(noun) = self.sentence.tokens[at].noun
                && self.sentence.tokens[at].party.is_none()
                && matches!(noun.role, Role::Give | Role::Get | Role::Buy | Role::Make)
            {
                self.nominal(at, noun.role, &voices);
            }
        }
        self.drafts.sort_by_key(|draft| draft.span.start);
    }

    fn verb(&self, at: usize) -> Option<Verb> {
        let token = &self.sentence.tokens[at];
        token.verb.filter(|_| {
            token.party.is_none()
                && token
                    .noun
                    .is_none_or(|_| token.verb.is_some_and(Verb::is_finite))
        })
    }

    fn lead(&self, segment: usize) -> &str {
        let mut tokens = self.sentence.segments[segment].tokens.clone();
        tokens
            .find(|&at| {
                self.sentence.tokens[at].word
                    && !matches!(
                        self.sentence.lower(at),
                        "и" | "а" | "но" | "о" | "об" | "том" | "того"
                    )
            })
            .map_or("", |at| self.sentence.lower(at))
    }

    /// Whether a segment is what the one before it says or doubts.
    fn is_content(&self, segment: usize) -> bool {
        let tokens = self.sentence.segments[segment].tokens.clone();
        let lead = self.lead(segment);
        matches!(lead, "что" | "чтобы" | "якобы" | "будто" | "що" | "щоб")
            || tokens
                .clone()
                .take(4)
                .any(|at| matches!(self.sentence.lower(at), "ли" | "чи"))
            || segment > 0 && self.unknown_cue(segment - 1) && tokens.start > 0
    }

    fn unknown_cue(&self, segment: usize) -> bool {
        let text = self.segment_text(segment);
        CUES[2].1.is_match(&text)
    }

    fn segment_text(&self, segment: usize) -> String {
        self.sentence
            .slice(&self.sentence.segments[segment].tokens)
            .to_lowercase()
            .replace('ё', "е")
    }

    /// Segments that govern the one given, nearest first.
    fn chain(&self, segment: usize) -> Vec<usize> {
        let mut out = Vec::new();
        let mut at = segment;
        while at > 0 && self.is_content(at) {
            // Over an insertion: "заявил, по его словам, что".
            let mut above = at - 1;
            while above > 0 && self.is_insertion(above) {
                above -= 1;
            }
            out.push(above);
            at = above;
            if out.len() > 4 {
                break;
            }
        }
        out
    }

    /// Whether a segment stands in the middle of another: a relative clause, a participle, an attribution.
    fn is_insertion(&self, segment: usize) -> bool {
        let tokens = self.sentence.segments[segment].tokens.clone();
        let lead = self.lead(segment);
        lead.starts_with("котор")
            || self.is_headed(segment)
            || matches!(
                lead,
                "если"
                    | "якщо"
                    | "по"
                    | "как"
                    | "согласно"
                    | "за"
                    | "например"
                    | "вероятно"
                    | "возможно"
                    | "который"
                    | "где"
                    | "які"
                    | "що"
            )
            || tokens.clone().take(2).any(|at| {
                self.sentence.tokens[at].verb.is_some_and(|verb| {
                    matches!(verb.form, Form::Passive | Form::Active | Form::Gerund)
                })
            })
            || tokens.clone().any(|at| {
                self.sentence.tokens[at]
                    .verb
                    .is_some_and(|verb| verb.what == What::Speech && verb.is_finite())
            })
            || tokens
                .clone()
                .all(|at| self.sentence.tokens[at].verb.is_none())
                && tokens.len() <= 3
                && segment > 0
    }

    /// "Рубио: США не вводят": a headline's speaker.
    fn is_headed(&self, segment: usize) -> bool {
        let tokens = &self.sentence.segments[segment].tokens;
        segment == 0
            && tokens.len() <= 4
            && (self.sentence.lower(tokens.end) == ":"
                || tokens.len() <= 2
                    && matches!(self.sentence.lower(tokens.end), "-" | "–" | "—")
                    && self.sentence.tokens[tokens.start].latin)
            && tokens
                .clone()
                .all(|at| self.sentence.tokens[at].verb.is_none())
    }

    fn negated(&self, at: usize) -> bool {
        (1..=2).any(|back| {
            at.checked_sub(back).is_some_and(|before| {
                self.sentence.lower(before) == "не"
                    && (back == 1
                        || matches!(
                            self.sentence.lower(at - 1),
                            "было"
                                | "были"
                                | "была"
                                | "был"
                                | "будет"
                                | "будут"
                                | "раз"
                                | "может"
                                | "только"
                        ) && self.sentence.lower(at - 1) != "только")
            })
        })
    }

    /// Verbs that govern a token: of its own segment, then of those that its clause is the content of.
    fn governors(&self, at: usize, nominal: bool, finite: bool) -> Vec<Governor> {
        let sentence = self.sentence;
        let segment = sentence.tokens[at].segment;
        let mut out = Vec::new();
        let mut look = |index: usize| {
            let token = &sentence.tokens[index];
            let what = match token.verb {
                Some(verb) if token.party.is_none() => verb.what,
                _ => match adjective_governor(&token.lower) {
                    Some(what) => what,
                    None => return,
                },
            };
            if matches!(
                what,
                What::Planned
                    | What::Possible
                    | What::Denied
                    | What::Refuse
                    | What::Stop
                    | What::Aspect
                    | What::Accuse
                    | What::Know
                    | What::Announce
            ) {
                out.push(Governor {
                    at: index,
                    what,
                    negated: self.negated(index),
                    form: token.verb.map_or(Form::Personal, |verb| verb.form),
                });
            }
        };
        let own = sentence.segments[segment].tokens.clone();
        if !finite {
            for index in (own.start..at).rev() {
                look(index);
            }
        }
        if nominal {
            for index in at + 1..own.end {
                look(index);
            }
        }
        for above in self.chain(segment) {
            for index in sentence.segments[above].tokens.clone().rev() {
                look(index);
            }
        }
        out
    }

    /// Segments in which the parties of a predicate are looked for.
    fn window(&self, at: usize) -> Vec<usize> {
        let segment = self.sentence.tokens[at].segment;
        let mut out = vec![segment];
        let lead = self.lead(segment);
        // A participle behind its noun, "предназначенных для России".
        if let Some(next) = self.sentence.segments.get(segment + 1)
            && next.tokens.clone().take(1).any(|index| {
                self.sentence.tokens[index].verb.is_some_and(|verb| {
                    matches!(verb.form, Form::Passive | Form::Active | Form::Gerund)
                })
            })
        {
            out.push(segment + 1);
        }
        if self.is_content(segment)
            || lead.starts_with("котор")
            || matches!(lead, "если" | "хотя" | "когда" | "поскольку")
        {
            return out;
        }
        let mut before = segment;
        while before > 0 {
            before -= 1;
            if !self.is_insertion(before) {
                out.push(before);
                break;
            }
            // "Reuters сообщает, что Иран, по данным…": the clause begins at "что".
            if self.is_content(before) {
                out.push(before);
                break;
            }
        }
        out
    }

    /// Sorts the parties around a predicate into roles.
    fn parties(
        &self,
        at: usize,
        verb: Option<Verb>,
        segments: &[usize],
        limit: &Range<usize>,
    ) -> Parties {
        let sentence = self.sentence;
        let mut out = Parties::default();
        let mut slot_of: Vec<Option<u8>> = vec![None; sentence.parties.len()];
        let passive = verb.is_some_and(Verb::is_passive);
        let wants_dative = verb.is_none_or(|verb| {
            matches!(
                verb.what,
                What::Give | What::Planned | What::Refuse | What::Ban
            )
        });
        let has_subject_before = sentence.parties.iter().any(|party| {
            party.tokens.end <= at
                && party.preposition.is_empty()
                && party.cases & NOM != 0
                && segments.contains(&sentence.tokens[party.tokens.start].segment)
        });
        for (index, party) in sentence.parties.iter().enumerate() {
            let start = party.tokens.start;
            if !segments.contains(&sentence.tokens[start].segment)
                || !limit.contains(&start)
                || party.tokens.contains(&at)
            {
                continue;
            }
            // Whoever speaks in an insertion is no party; outlets never are.
            if crate::outlets::named(&party.actor.name).is_some() || self.is_cited(start) {
                continue;
            }
            if let Some(before) = party.joins
                && let Some(slot) = slot_of[before]
            {
                slot_of[index] = Some(slot);
                Self::put(&mut out, slot, index);
                continue;
            }
            let after = start > at;
            let cases = party.cases;
            let slot = match party.preposition.as_str() {
                "" => {
                    // "за два месяца КНДР отправила": right before its verb a name is the subject.
                    let own = party.tokens.end == at && cases & NOM != 0 && !passive;
                    let attached = self.attached(index) && !own;
                    if attached && cases & GEN != 0 {
                        9
                    } else if passive {
                        if cases & INS != 0 && cases & NOM == 0 {
                            3
                        } else if cases & DAT != 0 && (after || cases & NOM == 0) {
                            1
                        } else if cases & NOM != 0 {
                            2
                        } else {
                            9
                        }
                    } else if !after && cases & NOM != 0 {
                        0
                    } else if cases & DAT != 0
                        && wants_dative
                        && (after || cases & NOM == 0)
                        && (has_subject_before || cases & NOM == 0)
                    {
                        1
                    } else if cases & NOM != 0
                        && !has_subject_before
                        && (cases & ACC == 0
                            || verb.is_some_and(|verb| {
                                matches!(verb.what, What::Give | What::Get | What::Buy)
                            }))
                    {
                        0
                    } else if cases & ACC != 0 && after {
                        2
                    } else if cases & DAT != 0 {
                        1
                    } else if cases & INS != 0 {
                        3
                    } else if cases & GEN != 0 {
                        9
                    } else {
                        continue;
                    }
                }
                "у" if cases & GEN != 0 && !sentence.ukrainian => 5,
                // "В США ввели": abbreviations show no case.
                "в" | "во" | "у" if cases & LOC != 0 && party.tokens.end <= at && start <= 1 => {
                    10
                }
                "в" | "во" | "на" | "у" if cases & ACC != 0 => 4,
                "до" if sentence.ukrainian => 4,
                "в" | "во" | "на" | "у" if cases & LOC != 0 => 10,
                "для" => 4,
                "з" | "із" if cases & INS != 0 && cases & GEN == 0 => 8,
                "из" | "от" | "від" | "з" | "із" | "стороны" => 5,
                "с" | "со" if cases & GEN != 0 && cases & INS == 0 => 5,
                "с" | "со" => 8,
                "через" => 6,
                "против" | "проти" | "относительно" | "отношении" | "щодо" => {
                    7
                }
                "к" | "ко" | "під" | "под" => continue,
                _ => continue,
            };
            slot_of[index] = Some(slot);
            Self::put(&mut out, slot, index);
        }
        out
    }

    /// "по данным разведки": whom a phrase of citing names is no party of the event.
    fn is_cited(&self, start: usize) -> bool {
        (1..=3).any(|back| {
            start.checked_sub(back + 1).is_some_and(|before| {
                is_citing(self.sentence.lower(before + 1))
                    && (before..start).all(|at| self.sentence.tokens[at].word)
                    && matches!(self.sentence.lower(before), "по" | "согласно" | "за")
            })
        })
    }

    fn put(out: &mut Parties, slot: u8, index: usize) {
        let slot = match slot {
            0 => &mut out.subject,
            1 => &mut out.dative,
            2 => &mut out.object,
            3 => &mut out.instrumental,
            4 => &mut out.to,
            5 => &mut out.from,
            6 => &mut out.via,
            7 => &mut out.against,
            8 => &mut out.with,
            9 => &mut out.genitive,
            _ => &mut out.place,
        };
        slot.push(index);
    }

    /// Whether a party is the genitive of a plain noun before it: "экономика России".
    fn attached(&self, index: usize) -> bool {
        let sentence = self.sentence;
        let party = &sentence.parties[index];
        let Some(before) = party.tokens.start.checked_sub(1) else {
            return false;
        };
        let token = &sentence.tokens[before];
        const ADVERBS: [&str; 26] = [
            "уже",
            "еще",
            "ещё",
            "вчера",
            "сегодня",
            "также",
            "тоже",
            "ни",
            "не",
            "и",
            "а",
            "или",
            "снова",
            "впервые",
            "тайно",
            "активно",
            "регулярно",
            "напрямую",
            "ранее",
            "недавно",
            "вновь",
            "ежемесячно",
            "вже",
            "ще",
            "або",
            "та",
        ];
        token.word
            && !token.goods
            && token.verb.is_none()
            && token.party.is_none()
            && !token.capital
            && token
                .noun
                .is_none_or(|noun| !matches!(noun.role, Role::Give | Role::Get | Role::Buy))
            && !ADVERBS.contains(&token.lower.as_str())
            && !token.lower.chars().all(char::is_numeric)
            && super::words::preposition(&token.lower).is_none()
            && adjective_governor(&token.lower).is_none()
            && !is_adjective(&token.lower)
    }

    fn actors(&self, parties: &[usize]) -> Vec<Actor> {
        let mut out = Vec::new();
        for &index in parties {
            let mut actor = self.sentence.parties[index].actor.clone();
            let lower = actor.name.to_lowercase();
            // "его страна", "страна", "компания": whom the text named before.
            let general = matches!(
                lower.split(' ').next_back(),
                Some("страна" | "стране" | "страны" | "країна" | "сторона")
            ) && actor.country.is_empty();
            if general {
                match &self.topic {
                    Some(topic) if topic.kind == ActorKind::State => actor = topic.clone(),
                    _ => {}
                }
            }
            push(&mut out, actor);
        }
        out
    }

    /// Goods of a predicate: in its segments, those behind it first.
    fn goods(&self, segments: &[usize], limit: &Range<usize>) -> Vec<usize> {
        (0..self.sentence.goods.len())
            .filter(|&index| {
                let item = &self.sentence.goods[index];
                segments.contains(&self.sentence.tokens[item.tokens.start].segment)
                    && limit.contains(&item.tokens.start)
            })
            .collect()
    }

    /// Who speaks in the sentence.
    fn voices(&self) -> Vec<Voice> {
        let sentence = self.sentence;
        let all = 0..sentence.segments.len();
        let mut out: Vec<Voice> = Vec::new();
        for (segment, part) in sentence.segments.iter().enumerate() {
            if self.is_headed(segment) && all.end > 1 {
                let name = sentence
                    .slice(&part.tokens)
                    .trim_matches(['«', '»', '"', ' '])
                    .to_string();
                let party = part.tokens.clone().find_map(|at| sentence.tokens[at].party);
                out.push(self.voice(name, party, segment, 1..all.end));
                continue;
            }
            for at in part.tokens.clone() {
                let token = &sentence.tokens[at];
                let cited = is_citing(&token.lower)
                    && at > 0
                    && matches!(sentence.lower(at - 1), "по" | "согласно" | "за");
                if cited {
                    if let Some((name, party)) = self.phrase(at + 1, part.tokens.end) {
                        out.push(self.voice(name, party, segment, all.clone()));
                    }
                    continue;
                }
                // "как пишет Reuters", "заявил министр".
                let speech = token.verb.filter(|verb| {
                    verb.what == What::Speech && verb.is_finite() && token.party.is_none()
                });
                if speech.is_some_and(|verb| !verb.reflexive) && !self.negated(at) {
                    let subject = self
                        .phrase(at + 1, part.tokens.end)
                        .or_else(|| self.phrase_before(part.tokens.start, at));
                    let next_is_content = sentence.segments.get(segment + 1).is_some()
                        && self.is_content(segment + 1);
                    let how = self.lead(segment) == "как";
                    let scope = if next_is_content && !how {
                        segment + 1..all.end
                    } else if how {
                        all.clone()
                    } else if segment > 0 {
                        0..segment
                    } else {
                        // "Reuters сообщает о поставках", "Reuters сообщил: …".
                        all.clone()
                    };
                    if let Some((name, party)) = subject {
                        out.push(self.voice(name, party, segment, scope));
                    }
                }
            }
        }
        out
    }

    fn voice(
        &self,
        name: String,
        party: Option<usize>,
        segment: usize,
        scope: Range<usize>,
    ) -> Voice {
        let party = party.map(|index| &self.sentence.parties[index]);
        Voice {
            name,
            segment,
            scope,
            actor: party.map(|party| party.actor.clone()),
            of: party.and_then(|party| party.of.clone()),
        }
    }

    /// A noun phrase that begins at a token: until a sign, a verb or a preposition.
    fn phrase(&self, start: usize, end: usize) -> Option<(String, Option<usize>)> {
        let sentence = self.sentence;
        let mut start = start;
        // "агентства Reuters", "газеты «Известия»": the name alone.
        while start < end
            && sentence.tokens[start]
                .noun
                .is_some_and(|noun| noun.role == Role::Outlet)
            && start + 1 < end
        {
            start += 1;
        }
        let mut stop = start;
        while stop < end {
            let token = &sentence.tokens[stop];
            let quote = matches!(token.text, "«" | "»" | "“" | "”" | "\"");
            if !token.word && !quote || token.verb.is_some_and(Verb::is_finite) {
                break;
            }
            if stop > start && super::words::preposition(&token.lower).is_some()
                || matches!(
                    token.lower.as_str(),
                    "что" | "на" | "в" | "о" | "об" | "журналистам"
                )
            {
                break;
            }
            // Only one party: "сообщил министр России".
            if stop > start
                && let Some(party) = token.party
                && sentence.parties[party].tokens.start == stop
                && sentence.tokens[stop - 1].party.is_some()
                && sentence.parties[party].cases & GEN == 0
            {
                break;
            }
            stop += 1;
            if stop - start > 8 {
                break;
            }
        }
        let tokens = start..stop;
        let party = tokens.clone().find_map(|at| sentence.tokens[at].party);
        let named = party.is_some()
            || tokens
                .clone()
                .any(|at| sentence.tokens[at].capital || sentence.tokens[at].noun.is_some());
        let name = sentence
            .slice(&tokens)
            .trim_matches(['«', '»', '"', '“', '”', ' '])
            .to_string();
        (named && !name.is_empty()).then_some((name, party))
    }

    /// The subject before a verb of speech.
    fn phrase_before(&self, start: usize, at: usize) -> Option<(String, Option<usize>)> {
        let party = (start..at)
            .rev()
            .find_map(|index| self.sentence.tokens[index].party)?;
        let found = &self.sentence.parties[party];
        if found.cases & NOM == 0 && found.preposition.is_empty() {
            return None;
        }
        // The nearest nominative; "в Пекине заявили" speaks as well.
        let best = self
            .sentence
            .parties
            .iter()
            .enumerate()
            .filter(|(_, party)| (start..at).contains(&party.tokens.start))
            .filter(|(_, party)| party.preposition.is_empty() && party.cases & NOM != 0)
            .map(|(index, _)| index)
            .next_back()
            .unwrap_or(party);
        Some((self.sentence.parties[best].actor.name.clone(), Some(best)))
    }

    /// Subject of a governing verb, also "в Пекине опровергли".
    fn governing_subject(&self, at: usize) -> Vec<usize> {
        let verb = self.sentence.tokens[at].verb;
        let segments = self.window(at);
        let found = self.parties(at, verb, &segments, &(0..at));
        if !found.subject.is_empty() {
            return found.subject;
        }
        if verb.is_some_and(Verb::is_passive) {
            return found.instrumental;
        }
        let seat: Vec<usize> = found
            .place
            .into_iter()
            .filter(|&index| self.sentence.parties[index].tokens.end <= at)
            .collect();
        if !seat.is_empty() {
            return seat;
        }
        let behind = self.parties(at, verb, &segments[..1], &(at..self.sentence.tokens.len()));
        behind.subject
    }

    /// Acts: sanctions, warnings, refusals, talks.
    fn act(&mut self, at: usize, verb: Verb, voices: &[Voice]) {
        let sentence = self.sentence;
        let segment = sentence.tokens[at].segment;
        if self.lead(segment) == "если" || verb.form == Form::Gerund || self.taken.contains(&at)
        {
            return;
        }
        let own = sentence.segments[segment].tokens.clone();
        // "за призыв к санкциям" imposes none: the noun has to be the verb's own.
        let restriction = own.clone().any(|index| {
            let Some(noun) = sentence.tokens[index]
                .noun
                .filter(|noun| noun.role == Role::Sanction)
            else {
                return false;
            };
            let mut before = index;
            while before > own.start
                && (is_adjective(sentence.lower(before - 1))
                    || sentence.tokens[before - 1]
                        .noun
                        .is_some_and(|noun| noun.role == Role::Sanction))
            {
                before -= 1;
            }
            let free = before == own.start
                || super::words::preposition(sentence.lower(before - 1)).is_none();
            free && noun.cases & (NOM | ACC | GEN) != 0
                || verb.what == What::Announce && sentence.lower(before.saturating_sub(1)) == "о"
        });
        let noun_here = |role: Role| {
            own.clone().any(|index| {
                sentence.tokens[index]
                    .noun
                    .is_some_and(|noun| noun.role == role)
            })
        };
        let event = match verb.what {
            What::Impose if restriction => Event::Sanction,
            What::Announce if restriction => Event::Sanction,
            What::List if noun_here(Role::List) => Event::Sanction,
            What::Fall if noun_here(Role::Sanction) => Event::Sanction,
            What::Seize => Event::Sanction,
            What::Ban => Event::Sanction,
            What::Warn => Event::Warn,
            What::Refuse | What::Stop => Event::Refuse,
            What::Talk => Event::Consult,
            _ => return,
        };
        if verb.what == What::Refuse && self.negated(at) {
            return;
        }
        if matches!(verb.form, Form::Passive | Form::Active) {
            return;
        }
        // What the act is about: a predicate that it governs.
        let inner = (own.start..sentence.tokens.len()).find(|&index| {
            index != at
                && sentence.tokens[index].party.is_none()
                && (sentence.tokens[index].segment == segment
                    || self
                        .chain(sentence.tokens[index].segment)
                        .contains(&segment))
                && (index > at || sentence.tokens[index].segment == segment)
                && self.is_supply_word(index)
        });
        let mut segments = self.window(at);
        if let Some(inner) = inner {
            let more = sentence.tokens[inner].segment;
            if !segments.contains(&more) {
                segments.push(more);
            }
        }
        let all = 0..sentence.tokens.len();
        let boundary = inner.filter(|&inner| inner > at).unwrap_or(own.end);
        let outer = self.parties(at, Some(verb), &self.window(at), &(0..boundary));
        let behind = inner.map(|inner| {
            let limit = if inner > at { inner..all.end } else { 0..at };
            let verb = self.verb(inner);
            let mut found = self.parties(inner, verb, &[sentence.tokens[inner].segment], &limit);
            // What stands between the act and its noun belongs to the noun: "приостановила Украине поставки".
            found.subject.clear();
            found
        });
        // What is restricted, not what it is punished for: "за поставки" has the accusative.
        let restricts = verb.what == What::Impose
            && inner.is_some_and(|inner| {
                inner > at
                    && sentence.tokens[inner].noun.is_some_and(|noun| {
                        let before = sentence.lower(inner - 1);
                        before == "на"
                            || before != "за"
                                && noun.cases & GEN != 0
                                && before.starts_with("контрол")
                            || before == "за" && noun.cases & INS != 0
                    })
            });
        let topical = |segments: &[usize]| !self.goods(segments, &all).is_empty();
        let (mut supplier, mut recipient);
        let subject = if verb.is_passive() && verb.what != What::Fall {
            outer.instrumental.clone()
        } else {
            self.governing_subject(at)
        };
        supplier = self.actors(&subject);
        match event {
            Event::Sanction => {
                let targets: Vec<usize> = match verb.what {
                    What::Impose | What::Announce => [
                        outer.against.clone(),
                        outer.to.clone(),
                        behind
                            .iter()
                            .flat_map(|found| found.against.clone())
                            .collect(),
                    ]
                    .concat(),
                    What::List | What::Seize if verb.is_passive() => outer.object.clone(),
                    What::List => outer.object.clone(),
                    What::Fall => outer.subject.clone(),
                    What::Seize => {
                        let further = self.parties(at, Some(verb), &segments, &(at..all.end));
                        [outer.object.clone(), further.to.clone()].concat()
                    }
                    _ => match &behind {
                        Some(found) if !found.to.is_empty() || !found.dative.is_empty() => {
                            [found.to.clone(), found.dative.clone()].concat()
                        }
                        _ => [outer.dative.clone(), outer.to.clone()].concat(),
                    },
                };
                recipient = self.actors(&targets);
                // "ограничения на экспорт в Россию", "контроль за транзитом в Россию".
                if recipient.is_empty()
                    && restricts
                    && let Some(found) = &behind
                {
                    recipient = self.actors(&[found.to.clone(), found.dative.clone()].concat());
                }
                if verb.what == What::Fall {
                    supplier = self.actors(&outer.genitive);
                } else if verb.is_passive() && supplier.is_empty() {
                    supplier = self.actors(&outer.from);
                }
                // A ban needs something banned, a seizure goods or a firm.
                let goods = topical(&segments);
                let general = matches!(
                    verb.what,
                    What::Impose | What::Announce | What::List | What::Fall
                );
                let proper = own.clone().any(|index| {
                    sentence.lower(index).starts_with("санкці")
                        || sentence.lower(index).starts_with("санкци")
                });
                let stated = proper && supplier.iter().any(|actor| actor.kind == ActorKind::State);
                if supplier.is_empty() && recipient.is_empty() {
                    return;
                }
                if general && recipient.is_empty() && !goods && !stated {
                    return;
                }
                if !general && !goods {
                    return;
                }
            }
            Event::Warn => {
                let addressed = if outer.object.is_empty() {
                    [outer.from.clone(), outer.dative.clone()].concat()
                } else {
                    outer.object.clone()
                };
                recipient = self.actors(&addressed);
                let policing = (at..all.end).any(|index| {
                    ["санкц", "эмбарго", "ембарго"]
                        .iter()
                        .any(|stem| sentence.lower(index).starts_with(stem))
                });
                let supply =
                    inner.is_some() || (at..all.end).any(|index| self.is_supply_word(index));
                let goods = sentence.goods.iter().any(|item| item.tokens.start > at);
                let asks = goods && !outer.from.is_empty();
                if !(policing || supply && goods || asks)
                    || supplier.is_empty() && recipient.is_empty()
                {
                    return;
                }
            }
            Event::Refuse => {
                let Some(inner) = inner else {
                    return;
                };
                let Some(found) = &behind else {
                    return;
                };
                let buys = sentence.tokens[inner]
                    .verb
                    .is_some_and(|verb| matches!(verb.what, What::Get | What::Buy))
                    || sentence.tokens[inner]
                        .noun
                        .is_some_and(|noun| matches!(noun.role, Role::Get | Role::Buy));
                let aimed = if buys {
                    found.from.clone()
                } else {
                    [found.dative.clone(), found.to.clone()].concat()
                };
                let aimed = if aimed.is_empty() {
                    [outer.dative.clone(), outer.to.clone()].concat()
                } else {
                    aimed
                };
                recipient = self.actors(&aimed);
                if supplier.is_empty() {
                    supplier = self.actors(&found.from);
                }
                if !topical(&segments) || supplier.is_empty() && recipient.is_empty() {
                    return;
                }
            }
            _ => {
                let policing = own
                    .clone()
                    .any(|index| index > at && sentence.lower(index).starts_with("санкц"));
                if !(inner.is_some() && topical(&segments) || policing) {
                    return;
                }
                recipient = self.actors(&outer.with);
            }
        }
        // A denial or a plan above the act.
        let finite = verb.is_finite();
        let mut factuality = self.worth(at, Some(verb), &self.governors(at, false, finite), event);
        if self.is_future(at, verb)
            && factuality == Factuality::Asserted
            && !matches!(event, Event::Warn | Event::Refuse)
        {
            factuality = Factuality::Planned;
        }
        if matches!(event, Event::Warn | Event::Refuse) && factuality != Factuality::Denied {
            // The act's own worth, not its content's.
            factuality = self.cue(segment, at).unwrap_or(Factuality::Asserted);
        }
        recipient.retain(|actor| !supplier.contains(actor));
        self.taken.insert(at);
        let swallow = matches!(event, Event::Warn | Event::Refuse | Event::Consult)
            || verb.what == What::Ban
            || restricts;
        if event == Event::Warn {
            // All that is asked for or warned of.
            for index in at + 1..all.end {
                let there = sentence.tokens[index].segment;
                if there == segment
                    || self.chain(there).contains(&segment)
                    || there == segment + 1 && self.is_insertion(there)
                {
                    self.taken.insert(index);
                }
            }
        }
        if let Some(inner) = inner
            && swallow
        {
            for index in inner..all.end {
                let there = sentence.tokens[index].segment;
                if self.is_supply_word(index)
                    && (there == segment
                        || there == sentence.tokens[inner].segment
                        || self.chain(there).contains(&segment))
                {
                    self.taken.insert(index);
                }
            }
        }
        // "за поставки": a claim of its own, with its own goods.
        let reason = inner.filter(|&inner| {
            !swallow && inner > at && self.is_supply_word(inner) && verb.what != What::Seize
        });
        let limit = match reason {
            Some(reason) if matches!(verb.what, What::Impose | What::List | What::Announce) => {
                own.start..reason
            }
            _ => 0..all.end,
        };
        let goods = self.goods(&segments, &limit);
        let via = Vec::new();
        self.emit(
            at, event, factuality, supplier, recipient, goods, via, &segments, voices,
        );
    }

    fn is_supply_word(&self, index: usize) -> bool {
        let token = &self.sentence.tokens[index];
        token.noun.is_some_and(|noun| {
            matches!(noun.role, Role::Give | Role::Get | Role::Buy | Role::Make)
        }) && token.party.is_none()
            || token.party.is_none()
                && token.verb.is_some_and(|verb| {
                    matches!(
                        verb.what,
                        What::Give | What::Arm | What::Get | What::Buy | What::Make | What::Seek
                    ) && matches!(
                        verb.form,
                        Form::Infinitive | Form::Past | Form::Personal | Form::Gerund
                    )
                })
    }

    fn is_future(&self, at: usize, verb: Verb) -> bool {
        let before: Vec<&str> = (at.saturating_sub(3)..at)
            .map(|index| self.sentence.lower(index))
            .collect();
        verb.form == Form::Personal && verb.perfective
            || matches!(verb.form, Form::Infinitive | Form::Short)
                && before
                    .iter()
                    .any(|word| matches!(*word, "будет" | "будут" | "буде" | "будуть"))
    }

    /// Strongest cue of doubt that a segment, or an insertion beside it, holds.
    fn cue(&self, segment: usize, at: usize) -> Option<Factuality> {
        let sentence = self.sentence;
        let text = sentence.text[sentence.range.clone()]
            .to_lowercase()
            .replace('ё', "е");
        let _ = at;
        // Adverbs between commas doubt the clause beside them: the sentence is looked at as a whole, but for clauses
        // that are another verb's content.
        let here = self.segment_text(segment);
        for (factuality, pattern) in CUES.iter() {
            if pattern.is_match(&here) {
                return Some(*factuality);
            }
        }
        let mut near: Vec<usize> = self.chain(segment);
        near.extend(
            (0..sentence.segments.len())
                .filter(|&other| other != segment && self.is_insertion(other)),
        );
        if segment > 0 {
            near.push(segment - 1);
        }
        for (factuality, pattern) in CUES.iter() {
            for &other in &near {
                if pattern.is_match(&self.segment_text(other)) {
                    let short = sentence.segments[other].tokens.len() <= 4;
                    if short
                        || self.chain(segment).contains(&other)
                        || *factuality == Factuality::Reported
                    {
                        return Some(*factuality);
                    }
                }
            }
        }
        let opens = |word: &str| text.starts_with(word);
        if opens("возможно") || opens("вероятно") {
            return Some(Factuality::Possible);
        }
        None
    }

    /// What a predicate is worth.
    fn worth(
        &self,
        at: usize,
        verb: Option<Verb>,
        governors: &[Governor],
        event: Event,
    ) -> Factuality {
        let sentence = self.sentence;
        let segment = sentence.tokens[at].segment;
        let mut found: Vec<Factuality> = Vec::new();
        for governor in governors {
            match (governor.what, governor.negated) {
                (What::Denied, false) => found.push(Factuality::Denied),
                (What::Possible, true)
                    if matches!(
                        sentence.lower(governor.at),
                        "может" | "могут" | "мог" | "могла" | "могли" | "може" | "можуть"
                    ) =>
                {
                    found.push(Factuality::Denied);
                }
                (What::Possible, _) => found.push(Factuality::Possible),
                (What::Planned | What::Announce, true) => found.push(Factuality::Denied),
                (What::Planned, false) => found.push(Factuality::Planned),
                (What::Announce, false) if event == Event::Transfer => {
                    found.push(Factuality::Planned);
                }
                (What::Know, true) => found.push(Factuality::Unknown),
                (What::Aspect, true) => found.push(Factuality::Denied),
                (What::Aspect, false)
                    if governor.form == Form::Personal
                        && sentence.tokens[governor.at]
                            .verb
                            .is_some_and(|verb| verb.perfective && !verb.reflexive) =>
                {
                    found.push(Factuality::Planned);
                }
                _ => {}
            }
        }
        if let Some(verb) = verb {
            let negated = self.negated(at)
                || at > 0 && matches!(sentence.lower(at - 1), "никогда" | "ніколи")
                || verb.form == Form::Short
                    && (at.saturating_sub(2)..at).any(|index| sentence.lower(index) == "не");
            if negated {
                found.push(Factuality::Denied);
            }
            if self.is_future(at, verb) {
                found.push(Factuality::Planned);
            }
            let own = sentence.segments[segment].tokens.clone();
            if own.clone().any(|index| {
                matches!(sentence.lower(index), "бы" | "би") && index.abs_diff(at) <= 2
            }) {
                found.push(Factuality::Possible);
            }
        }
        found.extend(self.cue(segment, at));
        // In doubt the weaker reading.
        [
            Factuality::Denied,
            Factuality::NotObserved,
            Factuality::Unknown,
            Factuality::Possible,
            Factuality::Planned,
            Factuality::Reported,
        ]
        .into_iter()
        .find(|worth| found.contains(worth))
        .unwrap_or(Factuality::Asserted)
    }

    /// Verbs of supply.
    fn supply(&mut self, at: usize, verb: Verb, voices: &[Voice]) {
        let sentence = self.sentence;
        let segment = sentence.tokens[at].segment;
        let event = match verb.what {
            What::Give | What::Arm | What::Get | What::Move | What::Buy => Event::Transfer,
            What::Make => Event::Production,
            What::Seek => Event::Procurement,
            _ => return,
        };
        if self.hypothetical(segment) || verb.form == Form::Active && verb.reflexive {
            return;
        }
        let governors = self.governors(at, false, verb.is_finite());
        // An infinitive without anything that governs it is a purpose: "чтобы поставлять".
        if verb.form == Form::Infinitive && governors.is_empty() && !self.is_future(at, verb) {
            return;
        }
        let segments = self.window(at);
        let limit = 0..sentence.tokens.len();
        let mut found = self.parties(at, Some(verb), &segments[..1], &limit);
        let participle = matches!(verb.form, Form::Passive | Form::Active | Form::Gerund);
        if verb.form == Form::Passive {
            // Only what stands behind a participle is its own.
            found = self.parties(at, Some(verb), &segments[..1], &(at..limit.end));
            if found.instrumental.is_empty()
                && found.from.is_empty()
                && found.to.is_empty()
                && found.dative.is_empty()
            {
                return;
            }
        }
        let mut goods = self.goods(&[segment], &limit);
        let relative = self.lead(segment).starts_with("котор")
            || self.lead(segment).starts_with("яки")
            || self.lead(segment).starts_with("які");
        if relative || participle {
            self.antecedent(at, verb, &mut found, &mut goods);
        }
        // The subject and, of passives, the goods may stand before an insertion.
        if segments.len() > 1 {
            let wider = self.parties(at, Some(verb), &segments, &limit);
            if found.subject.is_empty() && !verb.is_passive() {
                found.subject = wider.subject.clone();
            }
            if found.to.is_empty() && found.dative.is_empty() {
                found.to = wider.to;
                found.dative = wider.dative;
            }
            if goods.is_empty() {
                goods = self.goods(&segments, &limit);
            }
        }
        let impersonal = verb.is_finite()
            && ["ли", "ют", "ят", "ут", "ат"]
                .iter()
                .any(|ending| sentence.lower(at).ends_with(ending));
        for governor in &governors {
            let here = sentence.tokens[governor.at].segment == segment;
            if found.subject.is_empty() && (here || governor.what == What::Denied && !impersonal) {
                found.subject = self.governing_subject(governor.at);
            }
        }
        let mut supplier;
        let mut recipient;
        let passive = verb.is_passive();
        match verb.what {
            What::Give | What::Move | What::Arm => {
                supplier = if passive || verb.what == What::Move {
                    self.actors(&[found.instrumental.clone(), found.from.clone()].concat())
                } else {
                    self.actors(&found.subject)
                };
                let gets = match verb.what {
                    What::Arm => found.object.clone(),
                    _ => [found.dative.clone(), found.to.clone()].concat(),
                };
                recipient = self.actors(&gets);
                if supplier.is_empty() && !passive && !found.from.is_empty() {
                    supplier = self.actors(&found.from);
                }
            }
            What::Make => {
                supplier = if passive {
                    self.actors(&found.instrumental)
                } else {
                    self.actors(&found.subject)
                };
                recipient = self.actors(&[found.dative.clone(), found.to.clone()].concat());
            }
            _ => {
                recipient = if passive {
                    self.actors(&found.instrumental)
                } else {
                    self.actors(&found.subject)
                };
                supplier = self.actors(&found.from);
            }
        }
        let mut event = event;
        let mut factuality = self.worth(at, Some(verb), &governors, event);
        if verb.what == What::Buy && matches!(factuality, Factuality::Planned) {
            event = Event::Procurement;
        }
        // A pronoun or the speaker's own country.
        if !passive {
            let own = if matches!(verb.what, What::Get | What::Buy | What::Seek) {
                &mut recipient
            } else {
                &mut supplier
            };
            self.resolve(own, segment, at, voices);
            if own.is_empty() && !impersonal && verb.is_finite() && self.lead(segment) == "что" {
                let speaker = voices.iter().find(|voice| voice.scope.contains(&segment));
                own.extend(
                    speaker.and_then(|voice| voice.of.clone().or_else(|| voice.actor.clone())),
                );
            }
        }
        // Whoever denies a supply without saying whose denies his own.
        if supplier.is_empty() && verb.what == What::Give {
            supplier = self.origin(&goods);
        }
        if supplier.is_empty() && matches!(verb.what, What::Get | What::Buy) {
            supplier = self.origin(&goods);
        }
        // "не будет поставлять", "не планирует поставлять".
        let unwilling = verb.what == What::Give
            && (self.is_future(at, verb)
                && (self.negated(at)
                    || (at.saturating_sub(2)..at).any(|index| sentence.lower(index) == "не"))
                || governors
                    .iter()
                    .any(|governor| governor.what == What::Planned && governor.negated));
        if unwilling && event == Event::Transfer {
            event = Event::Refuse;
            factuality = Factuality::Asserted;
        }
        let via = self
            .actors(&found.via)
            .into_iter()
            .map(|actor| actor.name)
            .collect();
        self.taken.insert(at);
        // A country's own forces get what is its own.
        let resupply = supplier.is_empty()
            && verb.what == What::Get
            && recipient.iter().all(|actor| {
                ["военн", "арми", "войск", "бригад", "армі", "військ"]
                    .iter()
                    .any(|stem| actor.name.to_lowercase().contains(stem))
            });
        if resupply || !self.enough(event, &supplier, &recipient, &goods) {
            return;
        }
        // "на закупку боеприпасов": the purpose is part of the claim.
        for index in at + 1..sentence.segments[segment].tokens.end {
            let purpose = index > 0 && matches!(sentence.lower(index - 1), "на" | "для");
            if purpose && self.is_supply_word(index) {
                self.taken.insert(index);
            }
        }
        let mut used = segments;
        used.extend(
            governors
                .iter()
                .map(|governor| sentence.tokens[governor.at].segment),
        );
        used.extend(
            goods
                .iter()
                .map(|&index| sentence.tokens[sentence.goods[index].tokens.start].segment),
        );
        self.emit(
            at, event, factuality, supplier, recipient, goods, via, &used, voices,
        );
    }

    fn hypothetical(&self, segment: usize) -> bool {
        matches!(self.lead(segment), "если" | "якщо" | "чтобы" | "щоб")
    }

    /// Events told by nouns: "поставки дронов из Ирана в Россию".
    fn nominal(&mut self, at: usize, role: Role, voices: &[Voice]) {
        let sentence = self.sentence;
        let segment = sentence.tokens[at].segment;
        if self.hypothetical(segment) {
            return;
        }
        let own = sentence.segments[segment].tokens.clone();
        let governors = self.governors(at, true, false);
        // Its own parties stand behind it, up to the next verb.
        let stop = (at + 1..own.end)
            .find(|&index| {
                sentence.tokens[index].verb.is_some_and(Verb::is_finite)
                    && sentence.tokens[index].party.is_none()
            })
            .unwrap_or(own.end);
        let mut found = self.parties(at, None, &[segment], &(at + 1..stop));
        found.subject.clear();
        let mut goods = self.goods(&[segment], &(at + 1..stop));
        let before = at.checked_sub(1);
        // "китайские поставки оружия".
        let origin_before = before
            .and_then(|before| super::names::known(&[sentence.lower(before)]))
            .filter(|known| known.kind.is_none() && !known.country.is_empty());
        // "Оружие для поставок", "дронов было поставлено": goods before it count only where none follow.
        if goods.is_empty() {
            goods = self.goods(&[segment], &(own.start..at));
        }
        let deal = own.clone().take_while(|&index| index < at).any(|index| {
            sentence.tokens[index]
                .noun
                .is_some_and(|noun| noun.role == Role::Deal)
        });
        let talks = own.clone().take_while(|&index| index < at).find(|&index| {
            sentence.tokens[index]
                .noun
                .is_some_and(|noun| noun.role == Role::Talks)
        });
        let reason = before.is_some_and(|before| matches!(sentence.lower(before), "за" | "через"));
        let purpose = before.is_some_and(|before| matches!(sentence.lower(before), "на" | "для"));
        let mut event = match role {
            Role::Make => Event::Production,
            Role::Buy | Role::Get | Role::Give => Event::Transfer,
            _ => return,
        };
        let mut factuality = self.worth(at, None, &governors, event);
        // A "не" that no known verb explains: "поставок не было", "не комментирует поставки".
        if factuality == Factuality::Asserted
            && let Some(not) = own.clone().find(|&index| {
                sentence.lower(index) == "не" && sentence.lower(index + 1) != "только"
            })
        {
            factuality = if not > at {
                Factuality::Denied
            } else {
                Factuality::Unknown
            };
        }
        let accuse = governors
            .iter()
            .find(|governor| governor.what == What::Accuse);
        let subject = || -> Vec<usize> {
            // The subject of the verb that the noun depends on.
            let verb = (own.start..at).rev().find(|&index| {
                sentence.tokens[index].party.is_none()
                    && (sentence.tokens[index].verb.is_some()
                        || adjective_governor(sentence.lower(index)).is_some())
            });
            match verb {
                Some(verb) => self.governing_subject(verb),
                None => {
                    let found = self.parties(at, None, &[segment], &(own.start..at));
                    found.subject
                }
            }
        };
        let aspect = governors.iter().any(|governor| {
            matches!(
                governor.what,
                What::Aspect
                    | What::Planned
                    | What::Possible
                    | What::Announce
                    | What::Denied
                    | What::Know
            )
        });
        let mut supplier;
        let mut recipient;
        let buys = matches!(role, Role::Buy | Role::Get);
        let given = self.actors(&[found.dative.clone(), found.to.clone()].concat());
        if buys {
            supplier = self.actors(&found.from);
            recipient = self.actors(&found.instrumental);
            if recipient.is_empty() {
                recipient = given;
            }
            if recipient.is_empty() && !reason {
                recipient = self.actors(&subject());
            }
            if let Some(talks) = talks {
                let with = self
                    .parties(talks, None, &[segment], &(own.start..own.end))
                    .with;
                if supplier.is_empty() {
                    supplier = self.actors(&with);
                }
                event = Event::Procurement;
                factuality = Factuality::Asserted;
            } else if deal
                || governors
                    .iter()
                    .any(|governor| governor.what == What::Planned)
            {
                event = Event::Procurement;
                if deal {
                    factuality = Factuality::Asserted;
                }
            }
        } else {
            supplier = self.actors(&found.from);
            supplier.extend(self.actors(&found.instrumental));
            recipient = given;
            if supplier.is_empty()
                && let Some(known) = &origin_before
                && let Some(before) = before
            {
                supplier.push(Actor {
                    name: sentence.tokens[before].text.to_string(),
                    kind: ActorKind::State,
                    country: known.country.to_string(),
                });
            }
            if supplier.is_empty() {
                // "поставки Ирана", with the goods elsewhere.
                let genitive: Vec<usize> = found
                    .genitive
                    .iter()
                    .copied()
                    .filter(|&index| sentence.parties[index].tokens.start == at + 1)
                    .collect();
                if !genitive.is_empty() {
                    supplier = self.actors(&genitive);
                }
            }
            if let Some(accuse) = accuse {
                let accused = self.parties(
                    accuse.at,
                    sentence.tokens[accuse.at].verb,
                    &[sentence.tokens[accuse.at].segment],
                    &(own.start..at),
                );
                let who = if sentence.tokens[accuse.at]
                    .verb
                    .is_some_and(Verb::is_passive)
                {
                    accused.object
                } else {
                    accused
                        .object
                        .into_iter()
                        .filter(|&index| sentence.parties[index].tokens.start > accuse.at)
                        .collect()
                };
                supplier = self.actors(&who);
            } else if reason {
                // "ввели санкции против X за поставки": X supplied.
                let verb = (own.start..at).rev().find(|&index| {
                    sentence.tokens[index].verb.is_some() && sentence.tokens[index].party.is_none()
                });
                if let Some(verb) = verb {
                    let punished = self.parties(
                        verb,
                        sentence.tokens[verb].verb,
                        &[segment],
                        &(own.start..at),
                    );
                    let who = if punished.against.is_empty() {
                        punished.object
                    } else {
                        punished.against
                    };
                    if supplier.is_empty() {
                        supplier = self.actors(&who);
                    }
                }
            } else if supplier.is_empty() && (aspect || deal) {
                let mut who = subject();
                if who.is_empty()
                    && let Some(governor) = governors.first()
                {
                    who = self.governing_subject(governor.at);
                }
                supplier = self.actors(&who);
            }
            if supplier.is_empty() && matches!(factuality, Factuality::Denied | Factuality::Unknown)
            {
                // A spokesman denies for his state.
                for index in subject() {
                    let party = &self.sentence.parties[index];
                    match party
                        .of
                        .as_ref()
                        .filter(|_| party.actor.kind == ActorKind::Person)
                    {
                        Some(state) => push(&mut supplier, state.clone()),
                        None => supplier.extend(self.actors(&[index])),
                    }
                }
                supplier.retain(|actor| {
                    !recipient
                        .iter()
                        .any(|other| !actor.country.is_empty() && other.country == actor.country)
                });
            }
            if deal && factuality == Factuality::Asserted {
                factuality = Factuality::Planned;
            }
            if talks.is_some() {
                event = Event::Consult;
                let talks = talks.unwrap_or(at);
                let with = self
                    .parties(talks, None, &[segment], &(own.start..own.end))
                    .with;
                supplier = self.actors(&subject());
                recipient = self.actors(&with);
            }
        }
        if supplier.is_empty() && !matches!(event, Event::Consult) {
            supplier = self.origin(&goods);
        }
        if purpose && !aspect && supplier.is_empty() {
            return;
        }
        recipient.retain(|actor| !supplier.contains(actor));
        self.resolve(&mut Vec::new(), segment, at, voices);
        let via = self
            .actors(&found.via)
            .into_iter()
            .map(|actor| actor.name)
            .collect();
        self.taken.insert(at);
        if !self.enough(event, &supplier, &recipient, &goods) {
            return;
        }
        let mut used = vec![segment];
        used.extend(
            governors
                .iter()
                .map(|governor| sentence.tokens[governor.at].segment),
        );
        self.emit(
            at, event, factuality, supplier, recipient, goods, via, &used, voices,
        );
    }

    /// Goods and parties that a relative clause or a participle takes from before it.
    fn antecedent(&self, at: usize, verb: Verb, found: &mut Parties, goods: &mut Vec<usize>) {
        let sentence = self.sentence;
        let segment = sentence.tokens[at].segment;
        let start = sentence.segments[segment].tokens.start;
        let gerund = verb.form == Form::Gerund;
        let _ = at;
        let item =
            (0..sentence.goods.len()).rfind(|&index| sentence.goods[index].tokens.end <= start);
        // "компаний в Китае и ОАЭ, которые": a place is no antecedent.
        let place = |index: usize| {
            let party = &sentence.parties[index];
            let first = party
                .joins
                .map_or(party, |before| &sentence.parties[before]);
            matches!(first.preposition.as_str(), "в" | "на" | "во")
        };
        let party = (0..sentence.parties.len())
            .rfind(|&index| sentence.parties[index].tokens.end <= start && !place(index));
        let near = |tokens: &Range<usize>| start.saturating_sub(tokens.end) <= 6;
        if goods.is_empty()
            && let Some(item) = item
            && near(&sentence.goods[item].tokens)
        {
            goods.push(item);
            return;
        }
        if let Some(party) = party
            && found.subject.is_empty()
            && !verb.is_passive()
        {
            if gerund {
                // The subject of the main clause.
                let main = (0..sentence.parties.len()).find(|&index| {
                    let party = &sentence.parties[index];
                    party.preposition.is_empty()
                        && party.cases & NOM != 0
                        && party.tokens.end <= start
                });
                found.subject.extend(main);
            } else if near(&sentence.parties[party].tokens) {
                let dative = sentence.segments[segment]
                    .tokens
                    .clone()
                    .take(2)
                    .any(|index| {
                        matches!(sentence.lower(index), "которому" | "которым" | "которой")
                    });
                if dative {
                    found.dative.push(party);
                } else {
                    found.subject.push(party);
                }
            }
        }
    }

    /// The country that the goods' adjective names.
    fn origin(&self, goods: &[usize]) -> Vec<Actor> {
        goods
            .first()
            .and_then(|&index| self.sentence.goods[index].origin.clone())
            .into_iter()
            .collect()
    }

    /// "Мы", "его страна" and a missing subject of reported speech: the speaker's own state.
    fn resolve(&self, slot: &mut Vec<Actor>, segment: usize, at: usize, voices: &[Voice]) {
        let sentence = self.sentence;
        let vague = slot.len() == 1
            && slot[0].country.is_empty()
            && slot[0].kind == ActorKind::Unspecified
            && {
                let lower = slot[0].name.to_lowercase();
                lower.contains("стран") || lower.contains("країн") || lower.contains("сторон")
            };
        let own = sentence.segments[segment].tokens.clone();
        let pronoun = slot.is_empty()
            && own.clone().any(|index| {
                index < at
                    && matches!(
                        sentence.lower(index),
                        "мы" | "ми" | "он" | "она" | "они" | "оно" | "вона" | "вони"
                    )
            });
        if !(vague || pronoun) {
            return;
        }
        let speaker = voices
            .iter()
            .filter(|voice| voice.scope.contains(&segment))
            .find_map(|voice| {
                voice.of.clone().or_else(|| {
                    voice
                        .actor
                        .clone()
                        .filter(|actor| actor.kind == ActorKind::State)
                })
            });
        // "Чехия нашла снаряды, которые она намерена закупить".
        let before = sentence
            .parties
            .iter()
            .find(|party| {
                party.tokens.end <= own.start
                    && party.preposition.is_empty()
                    && party.cases & NOM != 0
            })
            .map(|party| party.actor.clone())
            .filter(|actor| actor.kind == ActorKind::State);
        if let Some(actor) = speaker.or(before).or_else(|| self.topic.clone()) {
            *slot = vec![actor];
        }
    }

    /// Whether a claim of supply has what it needs: goods of our domain and a party.
    fn enough(
        &self,
        event: Event,
        supplier: &[Actor],
        recipient: &[Actor],
        goods: &[usize],
    ) -> bool {
        if supplier.is_empty() && recipient.is_empty() {
            return false;
        }
        let families: Vec<GoodsFamily> = goods
            .iter()
            .map(|&index| self.sentence.goods[index].goods.family)
            .collect();
        let arms = families.iter().any(|&family| {
            family != GoodsFamily::Money
                && family != GoodsFamily::Vehicle
                && family != GoodsFamily::Other
        });
        if arms {
            return true;
        }
        // Money counts where the sentence is about war.
        let whole = self
            .sentence
            .goods
            .iter()
            .any(|item| goods_terms::is_arms(item.goods.family));
        let text = self.sentence.text[self.sentence.range.clone()].to_lowercase();
        let war =
            whole || text.contains("военн") || text.contains("оборон") || text.contains("військов");
        matches!(event, Event::Transfer) && !families.is_empty() && war
    }

    #[allow(clippy::too_many_arguments, reason = "one claim and all that it holds")]
    fn emit(
        &mut self,
        at: usize,
        event: Event,
        factuality: Factuality,
        supplier: Vec<Actor>,
        recipient: Vec<Actor>,
        goods: Vec<usize>,
        via: Vec<String>,
        segments: &[usize],
        voices: &[Voice],
    ) {
        let sentence = self.sentence;
        let segment = sentence.tokens[at].segment;
        let mut source: Vec<String> = Vec::new();
        let mut used: BTreeSet<usize> = segments.iter().copied().collect();
        // Whoever denies, accuses or fears says so.
        for governor in self.governors(at, true, false) {
            if matches!(governor.what, What::Denied | What::Accuse)
                || governor.what == What::Possible
                    && !matches!(
                        sentence.lower(governor.at),
                        "может" | "могут" | "мог" | "могла" | "могли" | "може" | "можуть"
                    )
                    && adjective_governor(sentence.lower(governor.at)).is_none()
            {
                for actor in self.actors(&self.governing_subject(governor.at)) {
                    if !source.contains(&actor.name) {
                        source.push(actor.name);
                    }
                }
                used.insert(sentence.tokens[governor.at].segment);
            }
        }
        if factuality == Factuality::Denied
            && source.is_empty()
            && CUES[1].1.is_match(&self.segment_text(segment))
        {
            let subject = sentence.parties.iter().find(|party| {
                party.tokens.end <= at && party.preposition.is_empty() && party.cases & NOM != 0
            });
            source.extend(subject.map(|party| party.actor.name.clone()));
        }
        // "не располагает доказательствами того, что": who has none says so.
        if factuality == Factuality::NotObserved
            && self.chain(segment).is_empty()
            && source.is_empty()
        {
            let subject = sentence.parties.iter().find(|party| {
                party.tokens.end <= at && party.preposition.is_empty() && party.cases & NOM != 0
            });
            source.extend(subject.map(|party| party.actor.name.clone()));
        }
        if factuality == Factuality::NotObserved
            && let Some(&above) = self.chain(segment).first()
        {
            let subject = sentence.parties.iter().find(|party| {
                sentence.tokens[party.tokens.start].segment == above
                    && party.preposition.is_empty()
                    && party.cases & NOM != 0
            });
            if let Some(party) = subject {
                source.push(party.actor.name.clone());
            }
            used.insert(above);
        }
        let mut speaking: Vec<&Voice> = voices
            .iter()
            .filter(|voice| {
                voice.scope.contains(&segment)
                    && !(matches!(event, Event::Warn) && voice.segment == segment)
            })
            .collect();
        speaking.sort_by_key(|voice| voice.segment.abs_diff(segment));
        for voice in speaking {
            if !source.contains(&voice.name) {
                source.push(voice.name.clone());
            }
            used.insert(voice.segment);
        }
        let span = self.span(&used);
        let (time, due) = self.dates(segments, factuality);
        let items: Vec<&Goods> = goods
            .iter()
            .map(|&index| &sentence.goods[index].goods)
            .filter(|goods| span.start <= goods.range.start && goods.range.end <= span.end)
            .collect();
        self.drafts.push(Draft {
            span,
            event,
            factuality,
            source,
            supplier,
            recipient,
            goods: grammar::goods_in(sentence.text, &items),
            via,
            time,
            due,
        });
    }

    /// The stretch from the first to the last segment used, the sentence's own ends where it reaches them.
    fn span(&self, used: &BTreeSet<usize>) -> Range<usize> {
        let sentence = self.sentence;
        let (Some(&first), Some(&last)) = (used.first(), used.last()) else {
            return sentence.range.clone();
        };
        let start = if first == 0 {
            sentence.range.start
        } else {
            sentence.tokens[sentence.segments[first].tokens.start]
                .range
                .start
        };
        let end = if last + 1 >= sentence.segments.len() {
            sentence.range.end
        } else {
            sentence.tokens[sentence.segments[last].tokens.end - 1]
                .range
                .end
        };
        start..end.max(start)
    }

    fn dates(&self, segments: &[usize], factuality: Factuality) -> (String, String) {
        let sentence = self.sentence;
        let (mut time, mut due) = (String::new(), String::new());
        for found in DATES.captures_iter(&sentence.text[sentence.range.clone()]) {
            let Some(whole) = found.get(0) else {
                continue;
            };
            let at = sentence.range.start + whole.start();
            let here = sentence
                .tokens
                .iter()
                .any(|token| token.range.contains(&at) && segments.contains(&token.segment));
            if !here {
                continue;
            }
            let deadline = found.name("by").is_some();
            let slot = if deadline || factuality == Factuality::Planned {
                &mut due
            } else {
                &mut time
            };
            if slot.is_empty() {
                *slot = grammar::written(whole.as_str(), self.resolved(&found));
            }
        }
        (time, due)
    }

    fn resolved(
        &self,
        found: &regex::Captures<'_>,
    ) -> Option<(jiff::civil::Date, jiff::civil::Date)> {
        let today = grammar::published(self.report);
        let this_year = self.report.date.map(|date| date.year());
        let number = |name: &str| {
            found
                .name(name)
                .and_then(|digits| digits.as_str().parse::<i16>().ok())
        };
        let month = found.name("month").and_then(|word| {
            let word = word.as_str().to_lowercase();
            MONTHS
                .iter()
                .position(|stems| stems.iter().any(|stem| word.starts_with(stem)))
                .and_then(|index| i8::try_from(index + 1).ok())
        });
        if let Some(year) = number("year") {
            let day = number("day").and_then(|day| i8::try_from(day).ok());
            return grammar::days(year, month, day);
        }
        if let Some(word) = found.name("near") {
            let word = word.as_str().to_lowercase();
            let date = match word.chars().next()? {
                'в' => today?.yesterday().ok()?,
                'з' => today?.tomorrow().ok()?,
                _ => today?,
            };
            return Some((date, date));
        }
        if let Some(word) = found.name("which") {
            let word = word.as_str().to_lowercase();
            let shift = if word.starts_with("прошл") || word.starts_with("минул") {
                -1
            } else {
                i16::from(word.starts_with("следующ") || word.starts_with("наступн"))
            };
            return grammar::days(this_year? + shift, None, None);
        }
        None
    }
}

const MONTHS: [[&str; 2]; 12] = [
    ["январ", "січ"],
    ["феврал", "лют"],
    ["март", "берез"],
    ["апрел", "квіт"],
    ["ма", "трав"],
    ["июн", "черв"],
    ["июл", "лип"],
    ["август", "серп"],
    ["сентябр", "верес"],
    ["октябр", "жовт"],
    ["ноябр", "листоп"],
    ["декабр", "груд"],
];

#[allow(clippy::unwrap_used, reason = "a constant pattern")]
static DATES: LazyLock<Regex> = LazyLock::new(|| {
    const MONTH: &str = "январ[еья]|феврал[еья]|март[еа]?|апрел[еья]|ма[йея]|июн[еья]|июл[еья]|август[еа]?|сентябр[еья]|октябр[еья]|ноябр[еья]|декабр[еья]|січн[яі]|лютого|березн[яі]|квітн[яі]|травн[яі]|червн[яі]|липн[яі]|серпн[яі]|вересн[яі]|жовтн[яі]|листопад[аі]|грудн[яі]";
    Regex::new(&format!(
        r"(?ix)\b(?:(?P<by>к\ концу\ |до\ конца\ |до\ |к\ )|в\ |с\ |у\ )?(?:
            (?:(?P<day>\d{{1,2}})\ )?(?:(?P<month>{MONTH})\ )?(?P<year>(?:19|20)\d\d)(?:-го)?(?:\ (?:году|года|год|году|г\.|року|рік|році))
          | (?P<which>прошлом|этом|следующем|минулого|цього|наступного|прошлого|следующего|этого)\ (?:году|года|року)
          | (?P<near>вчера|сегодня|завтра|вчора|сьогодні)\b
        )"
    ))
    .unwrap()
});
