//! Parties in text: what a noun phrase names, of which kind and country, and whom pronouns and descriptions mean.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use model::{Actor, ActorKind};
use places::MentionKind;

use crate::outlets;
use crate::table::rows;
use crate::tag::{Pos, Token};

struct Tables {
    organisations: HashMap<&'static str, (ActorKind, &'static str)>,
    heads: HashMap<&'static str, ActorKind>,
    suffixes: Vec<&'static str>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables {
    organisations: rows::<3>(include_str!("../data/organisations.csv"))
        .map(|[name, kind, country]| (name, (kind_named(kind), country)))
        .collect(),
    heads: rows::<2>(include_str!("../data/heads.csv"))
        .flat_map(|[kind, nouns]| {
            nouns
                .split_whitespace()
                .map(move |noun| (noun, kind_named(kind)))
        })
        .collect(),
    suffixes: rows::<1>(include_str!("../data/suffixes.csv"))
        .map(|[suffix]| suffix)
        .collect(),
});

fn kind_named(word: &str) -> ActorKind {
    match word {
        "state" => ActorKind::State,
        "company" => ActorKind::Company,
        "armed_group" => ActorKind::ArmedGroup,
        "person" => ActorKind::Person,
        _ => ActorKind::Unspecified,
    }
}

/// Whether a noun makes a party of the phrase it heads.
pub(crate) fn is_party_head(lower: &str) -> bool {
    TABLES.heads.contains_key(lower)
}

/// The kind of party that a noun makes of the phrase it heads.
pub(crate) fn head_kind(lower: &str) -> Option<ActorKind> {
    TABLES.heads.get(lower).copied()
}

/// The scheme's word for a kind.
pub(crate) fn kind_word(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::State => "state",
        ActorKind::Company => "company",
        ActorKind::ArmedGroup => "armed_group",
        ActorKind::Person => "person",
        ActorKind::Unspecified => "unspecified",
    }
}

/// Longest name in words that the tables hold.
const LONGEST: usize = 5;

fn slice<'t>(text: &'t str, tokens: &[Token<'t>], range: &Range<usize>) -> &'t str {
    if range.is_empty() {
        ""
    } else {
        &text[tokens[range.start].start..tokens[range.end - 1].end]
    }
}

/// The country that some words inside a range mean, the last one first (it is nearest the head).
pub(crate) fn country_in(
    text: &str,
    tokens: &[Token<'_>],
    range: &Range<usize>,
) -> Option<&'static str> {
    for end in (range.start + 1..=range.end).rev() {
        if !tokens[end - 1].capital() {
            // "state-owned Chinese-made": hyphenated origins are no country of the party.
            continue;
        }
        for start in range.start.max(end.saturating_sub(LONGEST))..end {
            if let Some(mention) = places::mention(slice(text, tokens, &(start..end))) {
                return Some(mention.code);
            }
        }
    }
    None
}

/// The party that a run of tokens names; pronouns and goods give none. `article` is true where "the" stands before.
pub(crate) fn party(
    text: &str,
    tokens: &[Token<'_>],
    mut range: Range<usize>,
    memory: &Memory,
) -> Option<Actor> {
    let mut article = false;
    while range.start < range.end
        && matches!(tokens[range.start].pos, Pos::Det | Pos::Num | Pos::Pron)
    {
        article |= tokens[range.start].lower == "the";
        range.start += 1;
    }
    if range.is_empty() {
        return None;
    }
    let last = range.end - 1;
    let actor = |name: &str, kind, country: &str| {
        let name = name.trim_matches(|c: char| !c.is_alphanumeric() && c != '.' && c != ')');
        (!name.is_empty()).then(|| Actor {
            name: name.to_string(),
            kind,
            country: country.to_string(),
        })
    };
    // 1. Names that the tables hold, longest first, at the end of the phrase.
    for start in range.start.max(range.end.saturating_sub(LONGEST))..range.end {
        let name = slice(text, tokens, &(start..range.end));
        if let Some(&(kind, country)) = TABLES.organisations.get(name) {
            let whole = proper_tail(tokens, &range);
            // "US Treasury", "Russian Foreign Ministry": the state before belongs to the office.
            let state_before = kind == ActorKind::State
                && start > range.start
                && tokens[start - 1].capital()
                && places::mention(tokens[start - 1].text).is_some();
            let start = if state_before { start - 1 } else { start };
            let full = if kind == ActorKind::Person && whole.start < start {
                strip_titles(tokens, whole)
            } else {
                start..range.end
            };
            let full = if full.is_empty() {
                start..range.end
            } else {
                full
            };
            return actor(slice(text, tokens, &full), kind, country);
        }
        if outlets::named(name).is_some()
            && name.chars().next().is_some_and(char::is_uppercase)
            && name.len() > 2
        {
            return None;
        }
        if let Some(mention) = places::mention(name) {
            let state = match mention.kind {
                MentionKind::Name | MentionKind::Seat => true,
                MentionKind::Demonym => {
                    name.ends_with('s') && !name.ends_with("ss") || article && range.len() == 1
                }
            };
            // "Kyiv Independent", "Bank of China": a place inside a longer name is not the party.
            let longer = start > range.start
                && tokens[start - 1].pos == Pos::Proper
                && places::mention(tokens[start - 1].text).is_none()
                && !is_party_head(&tokens[start - 1].lower);
            if state && !longer && tokens[start].capital() {
                return actor(name, ActorKind::State, mention.code);
            }
        }
    }
    // "US secretary of state", "Ministry of Defence": the office is the head, its field only a part of the name.
    if let Some(of) = (range.start + 1..last).find(|&index| {
        tokens[index].lower == "of" && crate::chunk::is_office(&tokens[index - 1].lower)
    }) {
        let country = country_in(text, tokens, &(range.start..of)).unwrap_or_default();
        let kind = TABLES.heads.get(tokens[of - 1].lower.as_str()).copied()?;
        return actor(slice(text, tokens, &range), kind, country);
    }
    let country = country_in(text, tokens, &range).unwrap_or_default();
    let tail = proper_tail(tokens, &range);
    let head_kind = TABLES.heads.get(tokens[last].lower.as_str()).copied();
    // 2. A title or description before a name: "German Chancellor Olaf Scholz", "arms giant Krauss-Maffei Wegmann".
    if !tail.is_empty() && head_kind.is_none() {
        let name = strip_titles(tokens, tail.clone());
        if !name.is_empty() {
            let title = (range.start..name.start)
                .rev()
                .find_map(|index| TABLES.heads.get(tokens[index].lower.as_str()));
            let honorific = name.start > range.start
                && [
                    "mr", "mrs", "ms", "dr", "gen", "sen", "col", "lt", "adm", "sir",
                ]
                .contains(&tokens[name.start - 1].lower.as_str());
            let written = slice(text, tokens, &name);
            let last_word = tokens[last].text;
            if let Some(known) = memory.names.get(last_word)
                && title.is_none()
            {
                return actor(written, known.kind, &known.country);
            }
            let acronym = written
                .chars()
                .all(|c| c.is_uppercase() || !c.is_alphabetic());
            let kind = match title {
                Some(kind) => *kind,
                None if honorific => ActorKind::Person,
                None if TABLES.suffixes.contains(&last_word)
                    || last_word == "."
                    || is_company_word(&tokens[last].lower) =>
                {
                    ActorKind::Company
                }
                None if acronym => ActorKind::Unspecified,
                None if (2..=3).contains(&name.len()) => ActorKind::Person,
                None => ActorKind::Unspecified,
            };
            return actor(written, kind, country);
        }
    }
    // 3. A noun that makes a party of its phrase: "Chinese state-owned military contractors", "Biden administration".
    let kind = head_kind?;
    let mut start = range.start;
    while start < last
        && (tokens[start].pos == Pos::Adj
            && !tokens[start].capital()
            && [
                "new", "last", "next", "first", "other", "key", "main", "top", "former", "current",
                "more", "large", "major",
            ]
            .contains(&tokens[start].lower.as_str()))
    {
        start += 1;
    }
    let written = slice(text, tokens, &(start..range.end));
    // "the country", "the company": resolved by memory, by kind.
    if range.len() == 1
        && country.is_empty()
        && article
        && let Some(known) = memory.described(&tokens[last].lower, kind)
    {
        return Some(known.clone());
    }
    actor(written, kind, country)
}

fn proper_tail(tokens: &[Token<'_>], range: &Range<usize>) -> Range<usize> {
    const MARKS: [&str; 3] = ["&", ".", ","];
    let mut start = range.end;
    while start > range.start {
        let token = &tokens[start - 1];
        let word = token.capital()
            && (matches!(token.pos, Pos::Proper | Pos::Num) || is_company_word(&token.lower));
        if !(word || MARKS.contains(&token.text)) {
            break;
        }
        start -= 1;
    }
    // A name begins with a word.
    while start < range.end && MARKS.contains(&tokens[start].text) {
        start += 1;
    }
    start..range.end
}

/// Drops titles, nationalities and honorifics from the front of a run of capital words.
fn strip_titles(tokens: &[Token<'_>], mut range: Range<usize>) -> Range<usize> {
    // "China North Industries Group Corporation Limited": a country that begins a company's name belongs to it.
    let company = !range.is_empty()
        && (TABLES.suffixes.contains(&tokens[range.end - 1].text)
            || tokens[range.end - 1].text == "."
            || is_company_word(&tokens[range.end - 1].lower));
    while range.start < range.end {
        let token = &tokens[range.start];
        let place = places::mention(token.text);
        let named = place.is_some_and(|mention| mention.kind != MentionKind::Demonym);
        if company
            && named
            && range.len() > 2
            && tokens
                .get(range.start + 1)
                .is_some_and(|next| next.capital())
        {
            break;
        }
        let title = is_party_head(&token.lower)
            || [
                "mr", "mrs", "ms", "dr", "gen", "sen", "col", "lt", "adm", "sir", "prime",
                "foreign", "defence", "defense", "vice", "deputy", "retired", "minister",
            ]
            .contains(&token.lower.as_str())
            || (range.len() > 1 && place.is_some());
        if !title {
            break;
        }
        range.start += 1;
    }
    range
}

/// Endings of company names as written: "Technologies", "GmbH".
pub(crate) fn is_company_suffix(word: &str) -> bool {
    TABLES.suffixes.contains(&word)
}

/// Words that, with a capital letter at a name's end, make it a company's.
pub(crate) fn is_company_word(lower: &str) -> bool {
    [
        "co",
        "co.",
        "ltd",
        "ltd.",
        "inc",
        "inc.",
        "corp",
        "corp.",
        "corporation",
        "company",
        "limited",
        "llc",
        "jsc",
        "plant",
        "factory",
        "works",
        "group",
        "industries",
        "holding",
        "bureau",
        "enterprise",
    ]
    .contains(&lower)
}

/// Parties met so far in a report, for pronouns and descriptions.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Last word of a name → who it is.
    names: HashMap<String, Actor>,
    state: Option<Actor>,
    company: Option<Actor>,
    person: Option<Actor>,
    group: Option<Actor>,
    /// Last party that is no person.
    body: Option<Actor>,
    /// Subject of the last sentence, where it is no person: what "it" and "they" mean first.
    pub(crate) topic: Option<Actor>,
    /// Last speaker, for "he added" and quotations that go on.
    pub(crate) speaker: Option<String>,
}

impl Memory {
    /// Notes a party that the text has just named.
    pub(crate) fn note(&mut self, actor: &Actor) {
        let slot = match actor.kind {
            ActorKind::State => &mut self.state,
            ActorKind::Company => &mut self.company,
            ActorKind::Person => &mut self.person,
            ActorKind::ArmedGroup => &mut self.group,
            ActorKind::Unspecified => &mut self.body,
        };
        *slot = Some(actor.clone());
        if actor.kind != ActorKind::Person {
            self.body = Some(actor.clone());
        }
        let last = actor
            .name
            .split_whitespace()
            .next_back()
            .unwrap_or_default();
        if last.starts_with(char::is_uppercase)
            && matches!(actor.kind, ActorKind::Person | ActorKind::Company)
        {
            self.names
                .entry(last.to_string())
                .or_insert_with(|| actor.clone());
        }
    }

    /// An apposition told what a name is: "Tekhkrim, a Russian company".
    pub(crate) fn describe(&mut self, name: &str, kind: ActorKind, country: &str) {
        let last = name.split_whitespace().next_back().unwrap_or_default();
        if !last.is_empty() {
            self.names.insert(
                last.to_string(),
                Actor {
                    name: name.to_string(),
                    kind,
                    country: country.to_string(),
                },
            );
        }
    }

    /// Whom a pronoun means.
    pub(crate) fn pronoun(&self, lower: &str) -> Option<&Actor> {
        match lower {
            "he" | "she" | "him" | "her" | "his" => self.person.as_ref(),
            "it" | "its" | "they" | "them" | "their" => self.topic.as_ref().or(self.body.as_ref()),
            _ => None,
        }
    }

    fn described(&self, noun: &str, kind: ActorKind) -> Option<&Actor> {
        match kind {
            ActorKind::Company if ["company", "firm", "manufacturer"].contains(&noun) => {
                self.company.as_ref()
            }
            ActorKind::State if ["country", "nation", "government", "state"].contains(&noun) => {
                self.state.as_ref()
            }
            ActorKind::ArmedGroup if ["group", "militia"].contains(&noun) => self.group.as_ref(),
            _ => None,
        }
    }
}
