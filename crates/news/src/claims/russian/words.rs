//! A sentence as tokens, goods, parties and segments: what the clause grammar looks at.

use std::ops::Range;
use std::sync::LazyLock;

use model::{Actor, ActorKind, GoodsFamily};
use regex::Regex;

use super::names::{self, Noun, Role};
use super::verbs::{self, Verb};
use super::{ACC, ANY, Cases, DAT, GEN, INS, LOC, NOM};
use crate::claims::grammar::{self, Goods};
use crate::goods_terms::family_named;
use crate::table::rows;

/// A word or a sign.
#[derive(Debug, Clone)]
pub(crate) struct Token<'t> {
    pub(crate) range: Range<usize>,
    pub(crate) text: &'t str,
    /// Lower case, ё as е.
    pub(crate) lower: String,
    pub(crate) word: bool,
    pub(crate) capital: bool,
    pub(crate) latin: bool,
    pub(crate) verb: Option<Verb>,
    pub(crate) noun: Option<Noun>,
    pub(crate) goods: bool,
    pub(crate) party: Option<usize>,
    pub(crate) segment: usize,
}

/// A party with what its place in the sentence tells.
#[derive(Debug, Clone)]
pub(crate) struct Party {
    pub(crate) tokens: Range<usize>,
    pub(crate) actor: Actor,
    pub(crate) cases: Cases,
    pub(crate) preposition: String,
    /// The state that a person or office belongs to.
    pub(crate) of: Option<Actor>,
    /// Follows the party before it in a row: "Украине и Польше".
    pub(crate) joins: Option<usize>,
}

/// Goods with their tokens and the country that an adjective gives them.
pub(crate) struct Item {
    pub(crate) goods: Goods,
    pub(crate) tokens: Range<usize>,
    pub(crate) origin: Option<Actor>,
}

/// A stretch between commas, dashes and brackets.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub(crate) tokens: Range<usize>,
}

pub(crate) struct Sentence<'t> {
    pub(crate) text: &'t str,
    pub(crate) range: Range<usize>,
    pub(crate) tokens: Vec<Token<'t>>,
    pub(crate) goods: Vec<Item>,
    pub(crate) parties: Vec<Party>,
    pub(crate) segments: Vec<Segment>,
    pub(crate) ukrainian: bool,
}

#[allow(clippy::unwrap_used, reason = "a constant pattern")]
static WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\p{N}+[.,]\p{N}+|[\p{L}\p{N}]+(?:[-’'ʼ][\p{L}\p{N}]+)*|\S").unwrap()
});

/// Endings that a stem of the goods table may take.
const ENDINGS: [&str; 58] = [
    "", "а", "я", "ы", "и", "у", "ю", "е", "о", "ь", "ой", "ей", "ом", "ем", "ам", "ям", "ами",
    "ями", "ах", "ях", "ов", "ев", "ий", "ый", "ая", "ое", "ее", "ые", "ие", "ого", "его", "ому",
    "ему", "ым", "им", "ых", "их", "ую", "юю", "ыми", "ими", "ию", "ии", "ия", "ием", "иями",
    "иях", "иям", "і", "ї", "є", "ів", "ою", "єю", "ії", "ією", "их", "ої",
];

/// Words that begin sentences and are no names.
const NO_NAMES: [&str; 48] = [
    "как",
    "что",
    "когда",
    "если",
    "однако",
    "также",
    "после",
    "ранее",
    "это",
    "кроме",
    "при",
    "так",
    "хотя",
    "пока",
    "уже",
    "его",
    "она",
    "они",
    "оно",
    "мы",
    "эти",
    "этот",
    "эта",
    "все",
    "там",
    "тем",
    "для",
    "под",
    "над",
    "без",
    "через",
    "между",
    "сегодня",
    "вчера",
    "кто",
    "где",
    "куда",
    "возможно",
    "вероятно",
    "неясно",
    "ночью",
    "сейчас",
    "теперь",
    "тогда",
    "який",
    "які",
    "вони",
    "він",
];

static GOODS: LazyLock<Vec<(Vec<&'static str>, GoodsFamily)>> = LazyLock::new(|| {
    let mut out: Vec<(Vec<&str>, GoodsFamily)> =
        rows::<2>(include_str!("../../../data/goods_russian.csv"))
            .flat_map(|[family, stems]| {
                let family = family_named(family);
                stems
                    .split('|')
                    .map(move |stem| (stem.split(' ').collect(), family))
            })
            .collect();
    out.sort_by_key(|(stems, _)| std::cmp::Reverse(stems.len()));
    out
});

/// Prepositions that tell a role, with the cases they govern.
pub(crate) fn preposition(lower: &str) -> Option<Cases> {
    Some(match lower {
        "в" | "во" | "на" | "у" => ACC | LOC | GEN,
        "из"
        | "от"
        | "для"
        | "против"
        | "без"
        | "до"
        | "после"
        | "со"
        | "від"
        | "з"
        | "із"
        | "проти"
        | "між"
        | "около"
        | "среди"
        | "относительно"
        | "щодо"
        | "отношении"
        | "стороны" => GEN | INS,
        "с" => GEN | INS,
        "к" | "ко" | "по" => DAT | LOC | ACC,
        "через" | "про" | "за" => ACC | INS,
        "о" | "об" | "при" => LOC,
        "между" | "над" | "перед" | "под" => INS | ACC,
        _ => return None,
    })
}

/// Words that may stand between a preposition and the party it governs.
fn is_filler(token: &Token<'_>) -> bool {
    let lower = token.lower.as_str();
    token.lower.chars().all(char::is_numeric)
        || ["ых", "их", "ого", "его", "ой", "ую", "ые"]
            .iter()
            .any(|ending| lower.ends_with(ending))
            && !token.capital
            && token.verb.is_none()
        || [
            "нужд",
            "ряда",
            "интересах",
            "адрес",
            "территорию",
            "рынок",
            "трех",
            "двух",
            "четырех",
            "пяти",
            "шести",
            "семи",
            "нескольких",
            "десятка",
            "десятков",
            "всех",
        ]
        .contains(&lower)
}

pub(crate) fn is_adjective(lower: &str) -> bool {
    lower.chars().count() > 4
        && [
            "ый", "ий", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "его", "ому", "ему", "ым", "им",
            "ых", "их", "ую", "юю", "ыми", "ими", "ой", "ої", "ній",
        ]
        .iter()
        .any(|ending| lower.ends_with(ending))
}

fn adjective_cases(lower: &str) -> Cases {
    let table: [(&str, Cases); 20] = [
        ("ими", INS),
        ("ыми", INS),
        ("ого", GEN | ACC),
        ("его", GEN | ACC),
        ("ому", DAT | LOC),
        ("ему", DAT),
        ("ий", NOM | ACC),
        ("ый", NOM | ACC),
        ("ая", NOM),
        ("ое", NOM | ACC),
        ("ие", NOM | ACC),
        ("ые", NOM | ACC),
        ("их", GEN | ACC | LOC),
        ("ых", GEN | ACC | LOC),
        ("им", DAT | INS),
        ("ым", DAT | INS),
        ("ую", ACC),
        ("ой", GEN | DAT | INS | LOC),
        ("ом", LOC),
        ("і", NOM | ACC),
    ];
    table
        .iter()
        .find(|(ending, _)| lower.ends_with(ending))
        .map_or(ANY, |(_, cases)| *cases)
}

impl<'t> Sentence<'t> {
    pub(crate) fn new(text: &'t str, range: Range<usize>, language: Option<&str>) -> Self {
        let base = range.start;
        let letters = |wanted: &[char]| {
            text[range.clone()]
                .chars()
                .filter(|c| wanted.contains(c))
                .count()
        };
        let ukrainian = language == Some("uk")
            || letters(&['і', 'ї', 'є', 'ґ']) > letters(&['ы', 'э', 'ъ', 'ё']);
        let tokens: Vec<Token<'t>> = WORD
            .find_iter(&text[range.clone()])
            .map(|found| {
                let lower = found.as_str().to_lowercase().replace('ё', "е");
                let word = lower.chars().next().is_some_and(char::is_alphanumeric);
                let readings = verbs::readings(&lower);
                // The sentence's own language first, then verbs that are no passives.
                let verb = readings
                    .iter()
                    .min_by_key(|verb| (verb.ukrainian != ukrainian, verb.reflexive))
                    .copied();
                Token {
                    range: base + found.start()..base + found.end(),
                    text: found.as_str(),
                    word,
                    capital: found.as_str().starts_with(char::is_uppercase),
                    latin: found
                        .as_str()
                        .starts_with(|c: char| c.is_ascii_alphabetic()),
                    noun: if word { names::noun(&lower) } else { None },
                    verb,
                    lower,
                    goods: false,
                    party: None,
                    segment: 0,
                }
            })
            .collect();
        let mut sentence = Self {
            text,
            range,
            tokens,
            goods: Vec::new(),
            parties: Vec::new(),
            segments: Vec::new(),
            ukrainian,
        };
        sentence.find_goods();
        sentence.find_parties();
        sentence.cut();
        sentence
    }

    pub(crate) fn lower(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.lower.as_str())
    }

    /// Text of a run of tokens.
    pub(crate) fn slice(&self, tokens: &Range<usize>) -> &'t str {
        match (
            self.tokens.get(tokens.start),
            tokens
                .end
                .checked_sub(1)
                .and_then(|last| self.tokens.get(last)),
        ) {
            (Some(first), Some(last)) if first.range.start <= last.range.end => {
                &self.text[first.range.start..last.range.end]
            }
            _ => "",
        }
    }

    fn find_goods(&mut self) {
        let mut own: Vec<Goods> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let hit = GOODS.iter().find(|(stems, _)| {
                stems.iter().enumerate().all(|(offset, stem)| {
                    self.lower(at + offset)
                        .strip_prefix(stem)
                        .is_some_and(|ending| ENDINGS.contains(&ending))
                })
            });
            match hit {
                Some((stems, family)) => {
                    let last = at + stems.len() - 1;
                    own.push(Goods {
                        range: self.tokens[at].range.start..self.tokens[last].range.end,
                        family: *family,
                    });
                    at = last + 1;
                }
                None => at += 1,
            }
        }
        let all = grammar::with_lexicon(self.text, &self.range, own);
        for mut goods in all {
            let inside: Vec<usize> = (0..self.tokens.len())
                .filter(|&index| {
                    let token = &self.tokens[index].range;
                    token.start < goods.range.end && goods.range.start < token.end
                })
                .collect();
            let (Some(&first), Some(&last)) = (inside.first(), inside.last()) else {
                continue;
            };
            // "Герань-2 дроны", "танков Leopard 2", «Байрактар»: mentions side by side are one.
            let mut start = first;
            let mut origin = None;
            // Adjectives and numbers before it; a country's adjective tells where it comes from.
            while start > 0 {
                let before = &self.tokens[start - 1];
                let country =
                    names::known(&[before.lower.as_str()]).filter(|known| known.kind.is_none());
                if let Some(known) = country {
                    if origin.is_none() && !known.country.is_empty() {
                        origin = Some(Actor {
                            name: before.text.to_string(),
                            kind: ActorKind::State,
                            country: known.country.to_string(),
                        });
                    }
                } else if !(is_adjective(&before.lower)
                    && before.verb.is_none()
                    && !before.capital
                    && before.noun.is_none()
                    && !before.goods
                    || before.lower.chars().all(char::is_numeric) && before.word)
                {
                    break;
                }
                start -= 1;
                if first - start > 3 {
                    break;
                }
            }
            goods.range.start = self.tokens[start].range.start.min(goods.range.start);
            for index in inside {
                self.tokens[index].goods = true;
                self.tokens[index].verb = None;
                self.tokens[index].noun = None;
            }
            // "танков Т-72", "IRIS-T", «Байрактар» behind a mention belong to it.
            if let Some(before) = self.goods.last_mut() {
                let between =
                    &self.text[before.goods.range.end.min(goods.range.start)..goods.range.start];
                if !between.chars().any(char::is_alphanumeric)
                    && !between.contains(',')
                    && before.goods.family != GoodsFamily::Money
                {
                    before.goods.range.end = goods.range.end;
                    before.tokens.end = last + 1;
                    if before.goods.family == GoodsFamily::OtherMilitary {
                        before.goods.family = goods.family;
                    }
                    continue;
                }
            }
            self.goods.push(Item {
                goods,
                tokens: start..last + 1,
                origin,
            });
        }
    }

    fn find_parties(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            if self.tokens[at].goods {
                at += 1;
                continue;
            }
            match self.party_at(at) {
                Some(party) => {
                    at = party.tokens.end.max(at + 1);
                    self.add(party);
                }
                None => at += 1,
            }
        }
    }

    fn add(&mut self, mut party: Party) {
        let index = self.parties.len();
        for token in &mut self.tokens[party.tokens.clone()] {
            token.party = Some(index);
            token.verb = None;
        }
        // The preposition, over numerals and adjectives.
        let mut before = party.tokens.start;
        for _ in 0..4 {
            if before == 0 {
                break;
            }
            before -= 1;
            let token = &self.tokens[before];
            if let Some(cases) = preposition(&token.lower) {
                let fits = party.cases & cases;
                // A guessed case gives way to the preposition right before it.
                if fits != 0 || before + 1 == party.tokens.start {
                    party.cases = if fits != 0 { fits } else { cases };
                    party.preposition = token.lower.clone();
                }
                break;
            }
            if !(is_filler(token) || matches!(token.text, "«" | "\"" | "“"))
                || token.party.is_some()
                || token.goods
            {
                break;
            }
        }
        // A row of parties.
        if let Some(last) = index.checked_sub(1) {
            let previous = &self.parties[last];
            let gap = previous.tokens.end..party.tokens.start;
            let joined = !gap.is_empty()
                && gap.clone().all(|at| {
                    let lower = self.lower(at);
                    matches!(
                        lower,
                        "," | "и"
                            | "або"
                            | "или"
                            | "ни"
                            | "та"
                            | "і"
                            | "й"
                            | "также"
                            | "а"
                            | "«"
                            | "»"
                    ) || lower == previous.preposition
                })
                && gap.len() <= 5;
            let only_quotes = gap.clone().all(|at| matches!(self.lower(at), "«" | "»"));
            let agree = previous.cases & party.cases != 0
                && (party.preposition.is_empty() || party.preposition == previous.preposition);
            if joined && agree && !only_quotes {
                party.joins = Some(last);
                if party.preposition.is_empty() {
                    let shared = previous.cases & party.cases;
                    party.cases = shared;
                    self.parties[last].cases = shared;
                }
            }
        }
        self.parties.push(party);
    }

    fn party_at(&self, at: usize) -> Option<Party> {
        let token = &self.tokens[at];
        let make = |tokens: Range<usize>, name: &str, kind, country: &str, cases| {
            Some(Party {
                tokens,
                actor: Actor {
                    name: name.trim_matches(['«', '»', '"', '“', '”']).to_string(),
                    kind,
                    country: country.to_string(),
                },
                cases,
                preposition: String::new(),
                of: None,
                joins: None,
            })
        };
        let ahead: Vec<&str> = (at..self.tokens.len().min(at + 4))
            .map(|index| self.lower(index))
            .collect();
        let known = names::known(&ahead);
        if let Some(known) = &known
            && let Some(kind) = known.kind
            && token.capital
        {
            let tokens = at..at + known.words;
            let written = self.slice(&tokens);
            let name = if known.name.is_empty() {
                written
            } else {
                known.name
            };
            return make(tokens, name, kind, known.country, known.cases);
        }
        // «Рособоронэкспорт», «Технолоджи Трейд».
        if matches!(token.text, "«" | "“" | "\"") {
            let close = (at + 1..self.tokens.len().min(at + 7))
                .find(|&index| matches!(self.tokens[index].text, "»" | "”" | "\""))?;
            let inside = at + 1..close;
            let name_like = !inside.is_empty()
                && self.tokens[inside.start].word
                && (self.tokens[inside.start].capital || self.tokens[inside.start].latin)
                && inside.clone().all(|index| !self.tokens[index].goods)
                && inside
                    .clone()
                    .all(|index| self.tokens[index].verb.is_none_or(|verb| !verb.is_finite()));
            if !name_like {
                return None;
            }
            let words: Vec<&str> = inside.clone().map(|index| self.lower(index)).collect();
            if let Some(known) = names::known(&words)
                && let Some(kind) = known.kind
                && known.words == words.len()
            {
                let name = if known.name.is_empty() {
                    self.slice(&inside)
                } else {
                    known.name
                };
                return make(at..close + 1, name, kind, known.country, known.cases);
            }
            let cases = names::guess_cases(words.last()?);
            return make(
                at..close + 1,
                self.slice(&inside),
                ActorKind::Company,
                "",
                cases,
            );
        }
        if !token.word {
            return None;
        }
        if token.capital
            && !token.latin
            && let Some(country) = names::country(token.text, &token.lower)
        {
            return make(
                at..at + 1,
                &country.name,
                ActorKind::State,
                country.code,
                country.cases,
            );
        }
        // "китайские государственные компании", "его страна".
        let mut head = at;
        let mut country = "";
        let mut cases = ANY;
        while head < self.tokens.len().min(at + 4) {
            let word = &self.tokens[head];
            let adjective =
                names::known(&[word.lower.as_str()]).filter(|known| known.kind.is_none());
            if let Some(known) = adjective {
                country = known.country;
                cases &= adjective_cases(&word.lower);
            } else if !(is_adjective(&word.lower)
                && word.verb.is_none()
                && head > at
                && word.noun.is_none())
            {
                break;
            }
            head += 1;
        }
        if let Some(Noun {
            role: Role::Head(kind),
            cases: own,
            ..
        }) = self
            .tokens
            .get(head)
            .filter(|token| !token.goods)
            .and_then(|token| token.noun)
            && (token.verb.is_none() || head > at)
        {
            let cases = if cases & own != 0 { cases & own } else { own };
            return self.head_party(at, head, kind, country, cases);
        }
        // "китайская DJI".
        if head > at
            && !country.is_empty()
            && let Some(name) = self
                .tokens
                .get(head)
                .filter(|token| token.latin && token.capital && !token.goods)
        {
            return make(at..head + 1, name.text, ActorKind::Company, country, cases);
        }
        if head > at {
            return None;
        }
        // Names that nobody knows.
        if token.latin && token.capital {
            let mut end = at + 1;
            while end < self.tokens.len()
                && end < at + 6
                && (self.tokens[end].latin
                    || self.tokens[end].lower.chars().all(char::is_numeric)
                        && self.tokens[end].word)
                && !self.tokens[end].goods
            {
                end += 1;
            }
            let name = self.slice(&(at..end));
            let outlet = crate::outlets::named(name).is_some();
            let kind = if outlet {
                ActorKind::Unspecified
            } else {
                ActorKind::Company
            };
            // A dative that no ending shows is too rare to be guessed at.
            return make(at..end, name, kind, "", ANY & !DAT & !LOC);
        }
        // "Каспийское море", "Новые танки": an adjective with its noun.
        let adjective = ["ое", "ее", "ая", "ые", "ие", "ую"]
            .iter()
            .any(|ending| token.lower.ends_with(ending))
            && self
                .tokens
                .get(at + 1)
                .is_some_and(|next| next.word && !next.capital);
        if NO_NAMES.contains(&token.lower.as_str()) || adjective {
            return None;
        }
        if token.capital
            && token.verb.is_none()
            && token.noun.is_none()
            && token.text.chars().count() > 2
        {
            let mut end = at + 1;
            while end < self.tokens.len().min(at + 3)
                && self.tokens[end].capital
                && self.tokens[end].word
                && !self.tokens[end].latin
                && !self.tokens[end].goods
                && self.tokens[end].noun.is_none()
                && names::country(self.tokens[end].text, &self.tokens[end].lower).is_none()
            {
                end += 1;
            }
            let first = self.tokens[..at].iter().all(|token| !token.word);
            let next_verb = self
                .tokens
                .get(end)
                .is_some_and(|next| next.verb.is_some_and(Verb::is_finite));
            if end == at + 1 && first && !next_verb {
                return None;
            }
            // A known surname behind a given name: "Владимир Зеленский".
            let last = self.lower(end - 1);
            let surname =
                names::known(&[last]).filter(|known| known.kind == Some(ActorKind::Person));
            let kind = if end - at >= 2 || surname.is_some() {
                ActorKind::Person
            } else {
                ActorKind::Unspecified
            };
            let country = surname.as_ref().map_or("", |known| known.country);
            let cases = surname
                .as_ref()
                .map_or_else(|| names::guess_cases(last), |known| known.cases);
            return make(at..end, self.slice(&(at..end)), kind, country, cases);
        }
        None
    }

    /// A party headed by a noun, with its state, its field and its name.
    fn head_party(
        &self,
        start: usize,
        head: usize,
        kind: ActorKind,
        country: &'static str,
        cases: Cases,
    ) -> Option<Party> {
        let mut end = head + 1;
        let mut country = country;
        let mut of: Option<Actor> = None;
        let mut name: Option<Range<usize>> = None;
        let mut inner_state = false;
        while end < self.tokens.len().min(head + 8) {
            let token = &self.tokens[end];
            if [
                "обороны",
                "оборони",
                "иностранных",
                "дел",
                "торговли",
                "финансов",
                "юстиции",
                "безопасности",
                "внутренних",
                "безопасности",
                "совета",
                "страны",
                "закордонних",
                "справ",
            ]
            .contains(&token.lower.as_str())
            {
                end += 1;
                continue;
            }
            if name.is_none()
                && country.is_empty()
                && token.capital
                && !token.latin
                && let Some(found) =
                    names::country(token.text, &token.lower).filter(|found| found.cases & GEN != 0)
            {
                country = found.code;
                of = Some(Actor {
                    name: found.name,
                    kind: ActorKind::State,
                    country: found.code.to_string(),
                });
                end += 1;
                continue;
            }
            let ahead: Vec<&str> = (end..self.tokens.len().min(end + 3))
                .map(|index| self.lower(index))
                .collect();
            let known = names::known(&ahead);
            if name.is_none()
                && let Some(known) = &known
                && token.capital
                && known.cases & GEN != 0
                && matches!(known.kind, Some(ActorKind::State | ActorKind::ArmedGroup))
            {
                if kind == ActorKind::ArmedGroup {
                    name = Some(end..end + known.words);
                }
                country = known.country;
                of = Some(Actor {
                    name: known.name.to_string(),
                    kind: ActorKind::State,
                    country: known.country.to_string(),
                });
                end += known.words;
                continue;
            }
            // "глава МИД": an office inside an office.
            if !inner_state
                && kind == ActorKind::Person
                && token.noun.is_some_and(|noun| {
                    matches!(noun.role, Role::Head(ActorKind::State | ActorKind::Company))
                        && noun.cases & GEN != 0
                })
            {
                inner_state = true;
                end += 1;
                continue;
            }
            // "президента российской компании": its adjective.
            if kind == ActorKind::Person
                && let Some(known) = known.filter(|known| known.kind.is_none())
                && let Some(Noun {
                    role: Role::Head(_),
                    ..
                }) = self.tokens.get(end + 1).and_then(|next| next.noun)
            {
                country = known.country;
                end += 2;
                continue;
            }
            if name.is_none()
                && matches!(
                    kind,
                    ActorKind::Company
                        | ActorKind::Person
                        | ActorKind::Unspecified
                        | ActorKind::ArmedGroup
                )
            {
                let named = match token.text {
                    "«" | "“" | "\"" => self.party_at(end).map(|party| party.tokens),
                    _ if token.capital && !token.goods && token.word => {
                        let mut last = end + 1;
                        while last < self.tokens.len().min(end + 5)
                            && self.tokens[last].capital
                            && self.tokens[last].word
                            && !self.tokens[last].goods
                            && self.tokens[last].latin == token.latin
                        {
                            last += 1;
                        }
                        Some(end..last)
                    }
                    _ => None,
                };
                if let Some(tokens) = named {
                    if kind == ActorKind::Person && token.latin {
                        break;
                    }
                    end = tokens.end;
                    name = Some(tokens);
                    continue;
                }
            }
            // "из Гонконга": where a firm sits.
            if kind == ActorKind::Company
                && country.is_empty()
                && matches!(token.lower.as_str(), "из" | "з" | "із")
                && let Some(next) = self.tokens.get(end + 1)
                && next.capital
                && let Some(found) = names::country(next.text, &next.lower)
            {
                country = found.code;
                end += 2;
                break;
            }
            break;
        }
        let written = match &name {
            Some(tokens) => self.slice(tokens),
            None => self.slice(&(start..end)),
        };
        if kind == ActorKind::Person && of.is_none() && !country.is_empty() {
            of = Some(Actor {
                name: self.slice(&(start..end)).to_string(),
                kind: ActorKind::State,
                country: country.to_string(),
            });
        }
        Some(Party {
            tokens: start..end,
            actor: Actor {
                name: written.trim_matches(['«', '»', '"', '“', '”']).to_string(),
                kind,
                country: country.to_string(),
            },
            cases,
            preposition: String::new(),
            of,
            joins: None,
        })
    }

    /// Cuts at commas, dashes and brackets, but not inside rows of parties or goods.
    fn cut(&mut self) {
        let mut start = 0;
        let mut segments: Vec<Segment> = Vec::new();
        for at in 0..self.tokens.len() {
            let token = &self.tokens[at];
            let boundary = match token.text {
                ";" | ":" | "—" | "–" | "(" | ")" => token.party.is_none(),
                "-" => true,
                "," => !self.in_row(at),
                _ => false,
            };
            if boundary {
                if start < at {
                    segments.push(Segment { tokens: start..at });
                }
                start = at + 1;
            }
        }
        if start < self.tokens.len() {
            segments.push(Segment {
                tokens: start..self.tokens.len(),
            });
        }
        for (index, segment) in segments.iter().enumerate() {
            for token in &mut self.tokens[segment.tokens.clone()] {
                token.segment = index;
            }
        }
        self.segments = segments;
    }

    /// Whether a comma stands in a row: "Чехия, Дания и Норвегия", "танки, снаряды и ракеты".
    fn in_row(&self, comma: usize) -> bool {
        let row = self.parties.iter().any(|party| {
            party.joins.is_some_and(|before| {
                (self.parties[before].tokens.end..party.tokens.start).contains(&comma)
            })
        });
        if row {
            return true;
        }
        let before = self.goods.iter().any(|item| item.tokens.end == comma);
        let after = self.goods.iter().any(|item| {
            item.tokens.start > comma
                && item.tokens.start <= comma + 3
                && (comma + 1..item.tokens.start).all(|at| {
                    self.tokens[at].verb.is_none()
                        && self.tokens[at].party.is_none()
                        && !self.lower(at).starts_with("котор")
                })
        });
        before && after
    }
}
