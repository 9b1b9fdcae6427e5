//! Who is mentioned in a sentence: names, descriptions, pronouns and what they mean, origins ("US-supplied", "Chinese
//! exports").

use std::ops::Range;

use model::{Actor, ActorKind};
use places::MentionKind;

use super::parsed::{Sentence, base};
use crate::actors::{self, Memory};
use crate::outlets;

/// How a party is mentioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Name,
    Description,
    Pronoun,
    /// A nationality or place that modifies another noun.
    Origin,
    /// A relative pronoun: its antecedent is meant.
    Relative,
}

impl How {
    pub(crate) fn word(self) -> &'static str {
        match self {
            How::Name => "name",
            How::Description => "description",
            How::Pronoun => "pronoun",
            How::Origin => "origin",
            How::Relative => "relative",
        }
    }
}

/// A party where a sentence mentions it.
#[derive(Debug, Clone)]
pub(crate) struct Party {
    /// The token that heads the phrase.
    pub(crate) head: usize,
    pub(crate) actor: Actor,
    pub(crate) how: How,
}

/// Tokens of the noun phrase that `head` heads, without what is behind it but for names and fields of offices.
pub(crate) fn phrase(sentence: &Sentence<'_>, head: usize) -> Range<usize> {
    let belongs = |index: usize| {
        let mut at = index;
        for _ in 0..6 {
            let token = &sentence.tokens[at];
            let inner = matches!(
                base(token.rel),
                "det"
                    | "amod"
                    | "compound"
                    | "nummod"
                    | "flat"
                    | "punct"
                    | "advmod"
                    | "goeswith"
                    | "cc"
            ) || base(token.rel) == "conj"
                && token
                    .head
                    .is_some_and(|up| matches!(base(sentence.tokens[up].rel), "amod" | "compound"));
            match token.head {
                Some(up) if inner && up == head => return true,
                Some(up) if inner => at = up,
                _ => return false,
            }
        }
        false
    };
    let mut start = head;
    while start > 0 && belongs(start - 1) && !is_stop(sentence, start - 1) {
        start -= 1;
    }
    while start < head && matches!(sentence.tokens[start].pos, "PUNCT" | "CCONJ") {
        start += 1;
    }
    let mut end = head + 1;
    while end < sentence.tokens.len()
        && (matches!(
            base(sentence.tokens[end].rel),
            "flat" | "compound" | "goeswith"
        ) || sentence.tokens[end].text == "-"
            && sentence
                .tokens
                .get(end + 1)
                .is_some_and(|next| next.head == Some(head)))
        && belongs(end)
    {
        end += 1;
    }
    // "Ministry of Defence", "Bank of China", "secretary of state".
    let named =
        sentence.tokens[head].capital() || crate::chunk::is_office(&sentence.tokens[head].lower);
    if named
        && sentence.tokens.get(end).is_some_and(|of| of.lower == "of")
        && let Some(field) = sentence.tokens[end].head
        && sentence.tokens[field].head == Some(head)
        && (sentence.tokens[field].capital()
            || crate::chunk::is_office(&sentence.tokens[head].lower))
        && field > end
        && field - end <= 5
    {
        end = field + 1;
    }
    start..end
}

fn is_stop(sentence: &Sentence<'_>, index: usize) -> bool {
    let token = &sentence.tokens[index];
    token.pos == "PUNCT" && !matches!(token.text, "-" | "." | "&" | "–")
}

/// Bytes of a run of tokens.
pub(crate) fn bytes(sentence: &Sentence<'_>, tokens: &Range<usize>) -> Range<usize> {
    sentence.tokens[tokens.start].start..sentence.tokens[tokens.end - 1].end
}

/// A phrase as written, articles dropped.
pub(crate) fn written<'t>(sentence: &Sentence<'t>, head: usize) -> &'t str {
    let mut range = phrase(sentence, head);
    while range.len() > 1 && sentence.tokens[range.start].pos == "DET" {
        range.start += 1;
    }
    &sentence.text[bytes(sentence, &range)]
}

/// Parties of a sentence in order, memory kept as it is read.
pub(crate) fn parties(sentence: &Sentence<'_>, memory: &mut Memory) -> Vec<Party> {
    let mut out: Vec<Party> = Vec::new();
    for head in 0..sentence.tokens.len() {
        let token = &sentence.tokens[head];
        let found = match token.pos {
            "PRON" | "DET" if token.tag.starts_with('W') => relative(sentence, head, &out),
            "PRON" => pronoun(sentence, head, &out, memory),
            "NOUN" | "PROPN" | "ADJ" | "NUM" => nominal(sentence, head, memory),
            "X" => nominal(sentence, head, memory),
            _ => None,
        };
        if let Some(party) = found {
            if matches!(party.how, How::Name | How::Description) {
                memory.note(&party.actor);
            }
            out.push(party);
        }
    }
    appositions(sentence, &mut out, memory);
    out
}

/// "Tekhkrim, a Russian company": the apposition tells what the name is.
fn appositions(sentence: &Sentence<'_>, parties: &mut [Party], memory: &mut Memory) {
    for index in 0..parties.len() {
        let Party {
            head,
            how,
            ref actor,
            ..
        } = parties[index];
        if how != How::Name || !matches!(actor.kind, ActorKind::Unspecified | ActorKind::Person) {
            continue;
        }
        let told = parties
            .iter()
            .find(|other| {
                other.how == How::Description
                    && base(sentence.tokens[other.head].rel) == "appos"
                    && sentence.tokens[other.head].head == Some(head)
                    && other.actor.kind != ActorKind::Unspecified
            })
            .map(|other| (other.actor.kind, other.actor.country.clone()));
        if let Some((kind, country)) = told {
            memory.describe(&parties[index].actor.name, kind, &country);
            parties[index].actor.kind = kind;
            if parties[index].actor.country.is_empty() {
                parties[index].actor.country = country;
            }
        }
    }
}

fn nominal(sentence: &Sentence<'_>, head: usize, memory: &Memory) -> Option<Party> {
    let token = &sentence.tokens[head];
    let inner = matches!(base(token.rel), "compound" | "flat" | "amod" | "goeswith")
        || token.rel == "conj"
            && token
                .head
                .is_some_and(|up| matches!(base(sentence.tokens[up].rel), "compound" | "amod"));
    let goods = sentence.goods_at(head).is_some();
    if inner || token.pos == "ADJ" {
        if goods && token.pos != "ADJ" && !token.capital() {
            return None;
        }
        return origin(sentence, head);
    }
    if goods {
        return None;
    }
    let tokens = phrase(sentence, head);
    let mut actor = actors::party(sentence.text, &sentence.plain, tokens, memory)?;
    if actor.country.is_empty() {
        // "government of Iran", "Iran's president": what tells the party's own country.
        let owner = sentence
            .children(head)
            .iter()
            .copied()
            .filter(|&child| {
                sentence.tokens[child].rel == "nmod:poss"
                    || base(sentence.tokens[child].rel) == "nmod"
                        && sentence
                            .case(child)
                            .is_some_and(|case| matches!(case, "of" | "in" | "from"))
            })
            .find_map(|child| {
                actors::country_in(sentence.text, &sentence.plain, &phrase(sentence, child))
            });
        actor.country = owner.unwrap_or_default().to_string();
    }
    // "Ukraine's president, Volodymyr Zelenskiy": the name after the description.
    if !actor
        .name
        .split_whitespace()
        .any(|word| word.starts_with(char::is_uppercase))
        && let Some(name) = sentence.dependents(head, "appos").find_map(|child| {
            actors::party(
                sentence.text,
                &sentence.plain,
                phrase(sentence, child),
                memory,
            )
        })
        && name.kind == actor.kind
        && name.name.starts_with(char::is_uppercase)
    {
        actor.name = name.name;
    }
    let how = if actor
        .name
        .split_whitespace()
        .any(|word| word.starts_with(char::is_uppercase))
    {
        How::Name
    } else {
        How::Description
    };
    Some(Party { head, actor, how })
}

/// A nationality or place before another noun: "Chinese exports", "US-supplied", "Western weapons".
fn origin(sentence: &Sentence<'_>, head: usize) -> Option<Party> {
    let token = &sentence.tokens[head];
    let up = token.head?;
    // "Russian buyers": one party, told by its head.
    let mut governor = up;
    while matches!(
        base(sentence.tokens[governor].rel),
        "compound" | "flat" | "amod"
    ) && let Some(next) = sentence.tokens[governor].head
    {
        governor = next;
    }
    if actors::is_party_head(&sentence.tokens[governor].lower)
        && sentence.goods_at(governor).is_none()
    {
        return None;
    }
    if matches!(token.lower.as_str(), "western" | "allied") {
        return Some(Party {
            head,
            actor: Actor {
                name: token.text.to_string(),
                kind: ActorKind::Unspecified,
                country: String::new(),
            },
            how: How::Origin,
        });
    }
    if !token.capital() {
        return None;
    }
    // "North Korean", "United States".
    for start in (head.saturating_sub(2)..=head).rev() {
        let tokens = start..head + 1;
        let words = &sentence.text[bytes(sentence, &tokens)];
        let longer = start.checked_sub(1).is_some_and(|before| {
            sentence.tokens[before].capital()
                && places::mention(&sentence.text[bytes(sentence, &(before..head + 1))]).is_some()
        });
        if longer {
            continue;
        }
        if let Some(mention) = places::mention(words) {
            // A company or person whose name begins with a place is not the place.
            let in_name = sentence.tokens.get(head + 1).is_some_and(|next| {
                next.capital()
                    && next.pos == "PROPN"
                    && sentence.goods_at(head + 1).is_none()
                    && next.head == Some(up)
            });
            if in_name && mention.kind != MentionKind::Demonym {
                return None;
            }
            let name = match mention.kind {
                MentionKind::Demonym => places::name(mention.code).unwrap_or(words),
                _ => words,
            };
            return Some(Party {
                head,
                actor: Actor {
                    name: name.to_string(),
                    kind: ActorKind::State,
                    country: mention.code.to_string(),
                },
                how: How::Origin,
            });
        }
    }
    None
}

fn relative(sentence: &Sentence<'_>, token: usize, before: &[Party]) -> Option<Party> {
    let clause = sentence
        .ancestors(token)
        .find(|&at| sentence.tokens[at].rel == "acl:relcl")?;
    let antecedent = sentence.tokens[clause].head?;
    let party = before.iter().find(|party| party.head == antecedent)?;
    Some(Party {
        head: token,
        actor: party.actor.clone(),
        how: How::Relative,
    })
}

fn pronoun(
    sentence: &Sentence<'_>,
    head: usize,
    before: &[Party],
    memory: &Memory,
) -> Option<Party> {
    let lower = sentence.tokens[head].lower.as_str();
    let person = matches!(lower, "he" | "she" | "him" | "her" | "his");
    let body = matches!(lower, "it" | "its" | "they" | "them" | "their");
    if !(person || body) || sentence.tokens[head].rel == "expl" {
        return None;
    }
    // The subject of a clause before, in this sentence.
    let nearest = before
        .iter()
        .rev()
        .filter(|party| matches!(party.how, How::Name | How::Description))
        .filter(|party| (party.actor.kind == ActorKind::Person) == person)
        .find(|party| base(sentence.tokens[party.head].rel) == "nsubj")
        .map(|party| party.actor.clone());
    let actor = nearest.or_else(|| memory.pronoun(lower).cloned())?;
    Some(Party {
        head,
        actor,
        how: How::Pronoun,
    })
}

/// The subject of a sentence's main clause, where it is no person: what "it" means in the next.
pub(crate) fn topic(sentence: &Sentence<'_>, parties: &[Party]) -> Option<Actor> {
    parties
        .iter()
        .find(|party| {
            base(sentence.tokens[party.head].rel) == "nsubj"
                && matches!(party.how, How::Name | How::Description)
        })
        .map(|party| party.actor.clone())
        .filter(|actor| actor.kind != ActorKind::Person)
}

/// Nouns that are documents when they speak.
const DOCUMENTS: [&str; 27] = [
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
    "bill",
    "law",
    "treaty",
    "communiqué",
    "resolution",
    "draft",
];

/// Nouns for those who speak and are no party of a supply.
const SPEAKERS: [&str; 26] = [
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
    "authors",
    "author",
    "researchers",
    "interviewees",
    "lawyer",
    "lawyers",
    "economists",
];

/// The name under which a phrase speaks: a party, an outlet, a document, or as written. `before` is who spoke last.
pub(crate) fn speaker(
    sentence: &Sentence<'_>,
    head: usize,
    parties: &[Party],
    before: Option<&str>,
) -> Option<String> {
    let token = &sentence.tokens[head];
    let written = written(sentence, head);
    if let Some(outlet) = outlets::named(written) {
        return Some(outlet.to_string());
    }
    if let Some(party) = parties
        .iter()
        .find(|party| party.head == head && party.how != How::Origin)
    {
        let person = party.actor.kind == ActorKind::Person;
        if party.how == How::Pronoun
            && !person
            && let Some(speaker) = before
        {
            return Some(speaker.to_string());
        }
        return Some(party.actor.name.clone());
    }
    if matches!(token.lower.as_str(), "he" | "she") {
        return before.map(str::to_string);
    }
    let known = DOCUMENTS.contains(&token.lower.as_str())
        || SPEAKERS.contains(&token.lower.as_str())
        || actors::is_party_head(&token.lower)
        || token.capital() && token.pos == "PROPN";
    known.then(|| written.to_string())
}
