//! Tagged tokens to chunks: noun phrases, verb groups and the words between them. Shallow, left to right, no tree:
//! the frames walk over chunks.

use std::ops::Range;

use crate::goods_terms::Mention;
use crate::tag::{Form, Pos, Token};

/// A verb group: `has not been able to` splits into groups, one verb each.
#[derive(Debug, Clone)]
pub(crate) struct Verb {
    /// Token of the main verb.
    pub(crate) token: usize,
    pub(crate) lemma: &'static str,
    /// An auxiliary of being governs a participle: "was sent".
    pub(crate) passive: bool,
    /// A bare participle with no auxiliary and no subject of its own, decided by the frames.
    pub(crate) past: bool,
    pub(crate) negated: bool,
    /// The modal, lower case, if there is one.
    pub(crate) modal: Option<String>,
    pub(crate) infinitive: bool,
    pub(crate) gerund: bool,
    /// Has an auxiliary or a tensed form: it is the verb of a clause.
    pub(crate) finite: bool,
}

/// A noun phrase: base, no prepositional tail.
#[derive(Debug, Clone)]
pub(crate) struct Noun {
    /// Token of the possessive ending, where there is one (the last).
    pub(crate) possessive: Option<usize>,
    /// Indices into the sentence's mentions of goods.
    pub(crate) goods: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Noun(Noun),
    Verb(Verb),
    /// A preposition (or `to` before a noun phrase).
    Prep,
    That,
    Sub,
    Rel,
    Conj,
    Comma,
    Semi,
    Dash,
    Quote,
    Time,
    Other,
}

/// A chunk and its tokens.
#[derive(Debug, Clone)]
pub(crate) struct Chunk {
    pub(crate) kind: Kind,
    pub(crate) tokens: Range<usize>,
}

impl Chunk {
    pub(crate) fn noun(&self) -> Option<&Noun> {
        match &self.kind {
            Kind::Noun(noun) => Some(noun),
            _ => None,
        }
    }

    pub(crate) fn verb(&self) -> Option<&Verb> {
        match &self.kind {
            Kind::Verb(verb) => Some(verb),
            _ => None,
        }
    }
}

/// Chunks of a sentence.
pub(crate) fn chunks(tokens: &[Token<'_>], goods: &[Mention]) -> Vec<Chunk> {
    let mut out: Vec<Chunk> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let single = |kind: Kind| Chunk {
            kind,
            tokens: at..at + 1,
        };
        let chunk = match tokens[at].pos {
            Pos::Modal | Pos::Be | Pos::Have | Pos::Do | Pos::Verb => verb_group(tokens, at),
            Pos::Neg | Pos::Adv => {
                // Before a verb it belongs to the group, else it stands alone.
                let verb_at = tokens[at..]
                    .iter()
                    .position(|t| !matches!(t.pos, Pos::Neg | Pos::Adv))
                    .map(|n| at + n);
                match verb_at {
                    Some(v)
                        if matches!(
                            tokens[v].pos,
                            Pos::Modal | Pos::Be | Pos::Have | Pos::Do | Pos::Verb
                        ) =>
                    {
                        verb_group(tokens, at)
                    }
                    _ => single(Kind::Other),
                }
            }
            Pos::To => {
                let verb_at = tokens[at + 1..]
                    .iter()
                    .position(|t| !matches!(t.pos, Pos::Adv | Pos::Neg))
                    .map(|n| at + 1 + n);
                match verb_at {
                    Some(v)
                        if (tokens[v].pos == Pos::Verb && tokens[v].form == Form::Base)
                            || ["be", "have"].contains(&tokens[v].lower.as_str()) =>
                    {
                        verb_group(tokens, at)
                    }
                    _ => single(Kind::Prep),
                }
            }
            Pos::Prep => single(Kind::Prep),
            Pos::That => {
                // Before a noun and not after a noun or verb: a determiner ("that exchange increased").
                single(Kind::That)
            }
            Pos::Sub => single(Kind::Sub),
            Pos::Rel => single(Kind::Rel),
            Pos::Conj => single(Kind::Conj),
            Pos::Comma => single(Kind::Comma),
            Pos::Semi => single(Kind::Semi),
            Pos::Dash => single(Kind::Dash),
            Pos::Quote => single(Kind::Quote),
            Pos::Punct => single(Kind::Other),
            Pos::Poss => single(Kind::Other),
            Pos::Time | Pos::Det | Pos::Pron | Pos::Adj | Pos::Num | Pos::Noun | Pos::Proper => {
                noun_phrase(tokens, at, goods, out.last())
            }
        };
        at = chunk.tokens.end;
        out.push(chunk);
    }
    out
}

fn verb_group(tokens: &[Token<'_>], start: usize) -> Chunk {
    let mut at = start;
    let (mut negated, mut modal, mut infinitive) = (false, None, false);
    let (mut be, mut have, mut finite) = (false, false, false);
    let mut last_aux = start;
    while at < tokens.len() {
        let token = &tokens[at];
        match token.pos {
            Pos::To if at == start => infinitive = true,
            Pos::Neg => negated = true,
            Pos::Adv => {}
            Pos::Modal => {
                negated |= token.lower.ends_with("n't") || token.lower == "cannot";
                modal = Some(token.lower.clone());
                finite = true;
                last_aux = at;
            }
            Pos::Be => {
                negated |= token.lower.ends_with("n't");
                be = true;
                finite |= !["be", "been", "being"].contains(&token.lower.as_str());
                last_aux = at;
            }
            Pos::Have => {
                negated |= token.lower.ends_with("n't");
                have = true;
                finite |= token.lower != "having";
                last_aux = at;
            }
            Pos::Do => {
                negated |= token.lower.ends_with("n't");
                finite = true;
                last_aux = at;
            }
            Pos::Verb => {
                // A quotation mark or object ends the group before; here the main verb ends it.
                let form = token.form;
                let participle = matches!(form, Form::Past | Form::Participle);
                return Chunk {
                    tokens: start..at + 1,
                    kind: Kind::Verb(Verb {
                        token: at,
                        lemma: token.lemma,
                        passive: be && participle,
                        past: participle && !be && !have,
                        negated,
                        modal,
                        infinitive,
                        gerund: form == Form::Ing && !be,
                        finite: finite
                            || (!infinitive
                                && matches!(form, Form::Third | Form::Base | Form::Past)),
                    }),
                };
            }
            _ => break,
        }
        at += 1;
    }
    // No main verb: the auxiliary is the verb ("is a leading exporter", "has no evidence").
    let lemma = match tokens[last_aux].pos {
        Pos::Have => "have",
        Pos::Do => "do",
        _ => "be",
    };
    Chunk {
        tokens: start..at.max(start + 1),
        kind: Kind::Verb(Verb {
            token: last_aux,
            lemma,
            passive: false,
            past: false,
            negated,
            modal,
            infinitive,
            gerund: false,
            finite,
        }),
    }
}

fn noun_phrase(
    tokens: &[Token<'_>],
    start: usize,
    goods: &[Mention],
    before: Option<&Chunk>,
) -> Chunk {
    if tokens[start].pos == Pos::Pron {
        return Chunk {
            kind: Kind::Noun(Noun {
                possessive: None,
                goods: Vec::new(),
            }),
            tokens: start..start + 1,
        };
    }
    let after_verb = before.is_some_and(|chunk| chunk.verb().is_some());
    let mut at = start;
    let mut possessive = None;
    while at < tokens.len() {
        let token = &tokens[at];
        let joins = match token.pos {
            Pos::Adj | Pos::Num | Pos::Noun | Pos::Proper => true,
            Pos::Time => {
                at == start || !is_point_in_time(&token.lower) || tokens[start].pos == Pos::Time
            }
            Pos::Det => at == start || matches!(tokens[at - 1].pos, Pos::Det),
            Pos::Poss => true,
            _ => at > start && inside_company_name(tokens, at),
        };
        if !joins {
            break;
        }
        // "the firm Tekhkrim | last June": a time behind a name is no part of it.
        if at > start
            && ["last", "next", "this", "earlier", "late", "early"].contains(&token.lower.as_str())
            && tokens.get(at + 1).is_some_and(|next| next.pos == Pos::Time)
        {
            break;
        }
        if at > start {
            let begins_goods = goods
                .iter()
                .any(|mention| mention.range.start == token.start);
            let previous = &tokens[at - 1];
            let inside_goods = goods
                .iter()
                .any(|m| m.range.start < token.start && token.end <= m.range.end);
            // Two objects side by side: "sent Russian entities | assault rifles", "gave Ukraine | tanks".
            let recipient_before = crate::actors::is_party_head(&previous.lower)
                || (after_verb
                    && places::mention(previous.text)
                        .is_some_and(|m| m.kind != places::MentionKind::Demonym)
                    && possessive.is_none());
            if !inside_goods
                && recipient_before
                && previous.pos != Pos::Poss
                && (begins_goods
                    || matches!(token.pos, Pos::Num)
                    || (token.pos == Pos::Adj && after_verb))
            {
                break;
            }
        }
        if token.pos == Pos::Poss {
            possessive = Some(at);
        }
        at += 1;
        // "secretary of state", "Ministry of Defence": one name, whose head stands before `of`.
        if is_office(&token.lower)
            && tokens.get(at).is_some_and(|of| of.lower == "of")
            && tokens
                .get(at + 1)
                .is_some_and(|field| is_field(&field.lower))
        {
            at += 2;
            break;
        }
    }
    let range = start..at.max(start + 1);
    let time = range.clone().all(|index| {
        matches!(tokens[index].pos, Pos::Time | Pos::Num | Pos::Det)
            || tokens[index].pos == Pos::Adj
    }) && range.clone().any(|index| tokens[index].pos == Pos::Time);
    let inside: Vec<usize> = goods
        .iter()
        .enumerate()
        .filter(|(_, mention)| {
            tokens[range.start].start <= mention.range.start
                && mention.range.end <= tokens[range.end - 1].end
        })
        .map(|(index, _)| index)
        .collect();
    Chunk {
        kind: if time {
            Kind::Time
        } else {
            Kind::Noun(Noun {
                possessive,
                goods: inside,
            })
        },
        tokens: range,
    }
}

/// Marks inside a company's name: "Science & Technology", "Engine Co., Ltd.", the full stop of "Co." before more.
fn inside_company_name(tokens: &[Token<'_>], at: usize) -> bool {
    let before = &tokens[at - 1];
    let Some(after) = tokens.get(at + 1) else {
        return false;
    };
    let abbreviated = ["co", "ltd", "inc", "corp"].contains(&before.lower.as_str());
    match tokens[at].text {
        "&" => before.capital() && after.capital(),
        "." => abbreviated,
        "," => {
            (abbreviated || before.text == "." || before.pos == Pos::Proper)
                && ["ltd", "inc", "llc"].contains(&after.lower.as_str())
        }
        _ => false,
    }
}

/// Words for offices that take their field with `of`.
pub(crate) fn is_office(lower: &str) -> bool {
    [
        "secretary",
        "secretaries",
        "minister",
        "ministers",
        "ministry",
        "department",
        "chief",
        "chiefs",
    ]
    .contains(&lower)
}

/// Fields of such offices.
fn is_field(lower: &str) -> bool {
    [
        "state",
        "defence",
        "defense",
        "staff",
        "commerce",
        "justice",
        "treasury",
        "finance",
        "energy",
        "trade",
        "war",
        "industry",
        "transport",
        "homeland",
    ]
    .contains(&lower)
}

fn is_point_in_time(lower: &str) -> bool {
    ![
        "week", "month", "year", "day", "weeks", "months", "years", "days", "summer", "winter",
        "spring",
    ]
    .contains(&lower)
}
