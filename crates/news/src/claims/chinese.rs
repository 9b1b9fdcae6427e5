//! Chinese: a clause grammar over tables. A sentence is cut into words by the longest entry of
//! `data/chinese_words.csv`, `data/goods_chinese.csv` and `places`; what no table knows stays a run of signs, which may
//! be a name. Coverbs (向, 对, 从, 由, 将, 被) say who is who, and the words before a predicate what it is worth.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use model::{Actor, ActorKind, Event, Factuality, GoodsFamily, Report};
use regex::Regex;

use super::grammar::{self, Draft, Goods, push};
use crate::goods_terms::{family_named, is_arms};
use crate::table::rows;

/// What a word does; the classes of the table, and what no table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Word(&'static str),
    Country(&'static str),
    Goods(usize),
    Number,
    Stop,
    Unknown,
}

#[derive(Debug, Clone)]
struct Token {
    range: Range<usize>,
    class: Class,
    party: Option<usize>,
    clause: usize,
}

#[derive(Debug, Clone)]
struct Party {
    tokens: Range<usize>,
    actor: Actor,
    /// Class of the coverb before it.
    coverb: &'static str,
    /// Goes on a row: "朝鲜和伊朗".
    joins: Option<usize>,
    /// A run that no table knows: a party only where a subject is missing.
    guess: bool,
}

static WORDS: LazyLock<(HashMap<&'static str, &'static str>, usize)> = LazyLock::new(|| {
    let mut words = HashMap::new();
    let mut longest = 0;
    for [class, entries] in rows::<2>(include_str!("../../data/chinese_words.csv")) {
        for word in entries.split('|') {
            longest = longest.max(word.chars().count());
            words.entry(word).or_insert(class);
        }
    }
    (words, longest)
});

static GOODS: LazyLock<(HashMap<&'static str, GoodsFamily>, usize)> = LazyLock::new(|| {
    let mut words = HashMap::new();
    let mut longest = 0;
    for [family, entries] in rows::<2>(include_str!("../../data/goods_chinese.csv")) {
        for word in entries.split('|') {
            longest = longest.max(word.chars().count());
            words.insert(word, family_named(family));
        }
    }
    (words, longest)
});

/// Traditional signs as simplified: both take three bytes, so that places stay what they are.
static SIGNS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    rows::<2>(include_str!("../../data/chinese_signs.csv"))
        .filter_map(|[from, to]| Some((from.chars().next()?, to.chars().next()?)))
        .filter(|(from, to)| from.len_utf8() == to.len_utf8())
        .collect()
});

fn simplified(text: &str) -> String {
    let signs = &*SIGNS;
    text.chars()
        .map(|c| signs.get(&c).copied().unwrap_or(c))
        .collect()
}

#[allow(clippy::unwrap_used, reason = "constant patterns")]
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:价值|约|超过|至少|第|另外|数|近|逾|这|那|一些|多)?[0-9０-９.,一二三四五六七八九十百千万亿两几数多]*(?:家|名|个|架|枚|套|艘|门|批|款|种|辆|发|吨|支|轮|台|位|年|月|集装箱|余|项|颗|座|份|起)?").unwrap()
});

#[allow(clippy::unwrap_used, reason = "a constant pattern")]
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:(?P<year>(?:19|20)\d\d)年(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?)?|(?P<near>昨天|今天|明天|昨日|今日|明日)|(?P<which>去年|今年|明年))(?P<by>底?前|年底)?").unwrap()
});

/// Reads the sentences of a report in order.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// The subject of the sentence before, for clauses without one.
    topic: Option<Actor>,
}

impl Reader {
    /// Claims of a sentence.
    pub(crate) fn read(&mut self, text: &str, range: Range<usize>, report: &Report) -> Vec<Draft> {
        let mut sentence = Sentence::new(text, range);
        if sentence.asks() {
            return Vec::new();
        }
        sentence.run(report);
        let subject = sentence.parties.iter().find(|party| {
            party.coverb.is_empty()
                && !party.guess
                && matches!(party.actor.kind, ActorKind::State | ActorKind::Company)
        });
        if let Some(party) = subject {
            self.topic = Some(party.actor.clone());
        }
        sentence.drafts
    }
}

/// Who speaks, and for which clauses.
#[derive(Debug, Clone)]
struct Voice {
    name: String,
    party: Option<usize>,
    /// Tokens that it speaks for.
    scope: Range<usize>,
    clause: usize,
}

struct Sentence<'t> {
    text: &'t str,
    /// The sentence in simplified signs: what is looked up.
    folded: String,
    range: Range<usize>,
    tokens: Vec<Token>,
    goods: Vec<Goods>,
    parties: Vec<Party>,
    /// Token ranges.
    clauses: Vec<Range<usize>>,
    drafts: Vec<Draft>,
    /// A clause that the one before it has taken.
    taken: Option<usize>,
}

impl<'t> Sentence<'t> {
    fn new(text: &'t str, range: Range<usize>) -> Self {
        let mut sentence = Self {
            text,
            folded: simplified(&text[range.clone()]),
            range,
            tokens: Vec::new(),
            goods: Vec::new(),
            parties: Vec::new(),
            clauses: Vec::new(),
            drafts: Vec::new(),
            taken: None,
        };
        sentence.find_goods();
        sentence.cut();
        sentence.find_parties();
        sentence
    }

    fn slice(&self, tokens: &Range<usize>) -> &'t str {
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

    /// A word in simplified signs, for comparison with the tables.
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| {
            &self.folded[token.range.start - self.range.start..token.range.end - self.range.start]
        })
    }

    fn class(&self, at: usize) -> &'static str {
        match self.tokens.get(at).map(|token| token.class) {
            Some(Class::Word(class)) => class,
            _ => "",
        }
    }

    fn asks(&self) -> bool {
        let last = (0..self.tokens.len())
            .rev()
            .find(|&at| self.tokens[at].class != Class::Stop);
        let ends = last.is_some_and(|at| matches!(self.word(at), "吗" | "呢"));
        let open = (0..self.tokens.len()).any(|at| self.word(at) == "是否");
        let told = (0..self.tokens.len())
            .any(|at| matches!(self.class(at), "unknown" | "speech" | "denied"));
        ends || open && !told
    }

    fn find_goods(&mut self) {
        let (table, longest) = &*GOODS;
        let line = self.folded.as_str();
        let starts: Vec<usize> = line
            .char_indices()
            .map(|(at, _)| at)
            .chain([line.len()])
            .collect();
        let mut own = Vec::new();
        let mut at = 0;
        while at + 1 < starts.len() {
            let hit = (1..=*longest)
                .rev()
                .filter(|length| at + length < starts.len())
                .find_map(|length| {
                    table
                        .get(&line[starts[at]..starts[at + length]])
                        .map(|family| (length, *family))
                });
            match hit {
                Some((length, family)) => {
                    own.push(Goods {
                        range: starts[at]..starts[at + length],
                        family,
                    });
                    at += length;
                }
                None => at += 1,
            }
        }
        let mut all = grammar::with_lexicon(&self.folded, &(0..self.folded.len()), own);
        for goods in &mut all {
            goods.range = self.range.start + goods.range.start..self.range.start + goods.range.end;
        }
        // "“凯撒”榴弹炮", "F-16战斗机": side by side they are one.
        let mut joined: Vec<Goods> = Vec::new();
        for goods in all.drain(..) {
            match joined.last_mut() {
                Some(last) if last.range.end == goods.range.start => {
                    last.range.end = goods.range.end;
                    let general = matches!(
                        goods.family,
                        GoodsFamily::OtherMilitary | GoodsFamily::Technology
                    );
                    if !general || last.family == GoodsFamily::Money {
                        last.family = goods.family;
                    }
                }
                _ => joined.push(goods),
            }
        }
        self.goods = joined;
    }

    /// Words by the longest entry; the rest stays in runs.
    fn cut(&mut self) {
        let (words, longest) = &*WORDS;
        let mut at = self.range.start;
        let end = self.range.end;
        let mut clause = 0;
        let mut clause_start = 0;
        while at < end {
            let rest = &self.folded[at - self.range.start..];
            let Some(first) = rest.chars().next() else {
                break;
            };
            let (length, class) = self.next(at, rest, first, words, *longest);
            let range = at..at + length;
            at = range.end;
            if class == Class::Unknown
                && let Some(last) = self.tokens.last_mut()
                && last.class == Class::Unknown
                && last.range.end == range.start
            {
                last.range.end = range.end;
                continue;
            }
            self.tokens.push(Token {
                range,
                class,
                party: None,
                clause,
            });
            if class == Class::Stop
                && matches!(
                    first,
                    '，' | ',' | '；' | ';' | '。' | '：' | ':' | '—' | '！'
                )
            {
                self.clauses.push(clause_start..self.tokens.len());
                clause_start = self.tokens.len();
                clause += 1;
            }
        }
        if clause_start < self.tokens.len() {
            self.clauses.push(clause_start..self.tokens.len());
        }
    }

    fn next(
        &self,
        at: usize,
        rest: &str,
        first: char,
        words: &HashMap<&'static str, &'static str>,
        longest: usize,
    ) -> (usize, Class) {
        if let Some(index) = self.goods.iter().position(|goods| goods.range.start == at) {
            return (self.goods[index].range.len(), Class::Goods(index));
        }
        // Never into goods that begin later.
        let limit = self
            .goods
            .iter()
            .map(|goods| goods.range.start)
            .find(|&start| start > at)
            .map_or(rest.len(), |start| (start - at).min(rest.len()));
        let ends: Vec<usize> = rest
            .char_indices()
            .map(|(at, c)| at + c.len_utf8())
            .take(longest.max(9))
            .take_while(|&end| end <= limit)
            .collect();
        let known = ends
            .iter()
            .rev()
            .find_map(|&end| words.get(&rest[..end]).map(|class| (end, *class)));
        // "对华", "对俄": one sign stands for the state behind a coverb.
        let after_coverb = self
            .tokens
            .last()
            .is_some_and(|token| matches!(token.class, Class::Word("towards" | "from" | "with")));
        if after_coverb
            && let Some(code) = short_country(first)
            && known.is_none()
            && ends
                .iter()
                .all(|&end| end == first.len_utf8() || country(&rest[..end]).is_none())
        {
            let behind = at + first.len_utf8();
            let word_follows = ends
                .iter()
                .skip(1)
                .any(|&end| words.contains_key(&rest[first.len_utf8()..end]));
            if word_follows || self.goods.iter().any(|goods| goods.range.start == behind) {
                return (first.len_utf8(), Class::Country(code));
            }
        }
        let country = ends
            .iter()
            .rev()
            .filter(|&&end| end > first.len_utf8())
            .find_map(|&end| country(&rest[..end]).map(|code| (end, code)));
        match (known, country) {
            (Some((length, class)), found) if found.is_none_or(|(other, _)| other < length) => {
                // "和" inside a name is no conjunction; single signs count only where they can.
                (length, Class::Word(class))
            }
            (_, Some((length, code))) => (length, Class::Country(code)),
            _ => {
                if let Some(found) = NUMBER
                    .find(rest)
                    .filter(|found| !found.is_empty() && found.end() <= limit)
                {
                    return (found.end(), Class::Number);
                }
                if first.is_alphanumeric() || matches!(first, '-' | '·' | '•') {
                    (first.len_utf8(), Class::Unknown)
                } else {
                    (first.len_utf8(), Class::Stop)
                }
            }
        }
    }

    fn find_parties(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            match self.party_at(at) {
                Some(party) => {
                    at = party.tokens.end;
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
        }
        let mut before = party.tokens.start;
        while before > 0 {
            before -= 1;
            match (self.tokens[before].class, self.class(before)) {
                (Class::Number, _) => {}
                (_, "take") if self.is_future(before) => break,
                (_, coverb @ ("towards" | "from" | "by" | "passive" | "take" | "via" | "at")) => {
                    party.coverb = coverb;
                    break;
                }
                (_, "with") => {
                    party.coverb = "with";
                    break;
                }
                _ => break,
            }
        }
        if let Some(last) = index.checked_sub(1) {
            let previous = &self.parties[last];
            let gap = previous.tokens.end..party.tokens.start;
            let row = gap.len() == 1
                && gap.clone().all(|at| {
                    matches!(self.class(at), "and" | "with") || matches!(self.word(at), "、" | "或")
                });
            if row && !previous.guess {
                party.joins = Some(last);
                party.coverb = previous.coverb;
            }
        }
        self.parties.push(party);
    }

    /// 将 as "will": a coverb or verb follows, no noun.
    fn is_future(&self, at: usize) -> bool {
        if self.word(at) != "将" {
            return false;
        }
        let next = self.class(at + 1);
        matches!(
            next,
            "towards"
                | "from"
                | "at"
                | "give"
                | "get"
                | "buy"
                | "make"
                | "impose"
                | "ban"
                | "done"
                | "with"
                | "seize"
                | "stop"
                | "via"
                | "sanction"
                | "planned"
                | "refuse"
                | "talk"
        )
    }

    fn party_at(&self, at: usize) -> Option<Party> {
        // Country and heads and unknown runs, in one stretch.
        let mut end = at;
        let mut country = "";
        let mut kind: Option<ActorKind> = None;
        let mut name_from: Option<usize> = None;
        let mut last_known = at;
        let first_country = matches!(self.tokens[at].class, Class::Country(_));
        while end < self.tokens.len() {
            match self.tokens[end].class {
                Class::Country(code) => {
                    // "中国美国": two parties, not one.
                    if end > at
                        && (kind.is_some() || first_country)
                        && self.class(end + 1) != "company"
                    {
                        break;
                    }
                    country = code;
                    last_known = end + 1;
                    kind.get_or_insert(ActorKind::State);
                }
                Class::Word("give")
                    if self.word(end) == "出口" && end > at && self.class(end + 1) == "company" =>
                    {}
                Class::Word(class) => {
                    let head = match class {
                        "person" | "name" => ActorKind::Person,
                        "state" => ActorKind::State,
                        "company" => ActorKind::Company,
                        "group" => ActorKind::ArmedGroup,
                        "party" => ActorKind::Unspecified,
                        "build" if self.word(end) == "工厂" && end > at => ActorKind::Company,
                        _ => break,
                    };
                    if matches!(self.word(end), "厂" | "机构" | "组织" | "方面") && end == at
                    {
                        break;
                    }
                    kind = Some(head);
                    last_known = end + 1;
                    if class == "name" {
                        if name_from.is_none_or(|from| from != end) {
                            name_from = Some(end);
                        }
                        end += 1;
                        break;
                    }
                    if head == ActorKind::Person {
                        name_from = Some(end + 1);
                    }
                }
                Class::Unknown
                    if first_country
                        && end == at + 1
                        && self
                            .word(end)
                            .ends_with(['院', '部', '局', '署', '厅', '府', '军']) =>
                {
                    kind = Some(ActorKind::State);
                    last_known = end + 1;
                }
                Class::Unknown => {
                    if name_from == Some(end) {
                        // The name behind a title ends the party.
                        last_known = end + 1;
                        end += 1;
                        break;
                    }
                }
                // "无人机公司": goods are part of a firm's name where the firm follows.
                Class::Goods(_) if self.leads_to_firm(end) => {}
                Class::Number | Class::Goods(_) | Class::Stop => break,
            }
            end += 1;
        }
        let guess = kind.is_none();
        let stop = if guess { end } else { last_known };
        if stop <= at {
            return None;
        }
        let tokens = at..stop;
        let written = self.slice(&tokens);
        let simple = simplified(written);
        if guess {
            // A run that may be a name: short, before a verb or a coverb.
            let length = written.chars().count();
            let names = (2..=10).contains(&length)
                && matches!(self.tokens[at].class, Class::Unknown)
                && tokens.len() == 1;
            if !names {
                return None;
            }
        }
        let name = match name_from {
            Some(from)
                if from < stop
                    && (matches!(self.tokens[from].class, Class::Unknown)
                        || self.class(from) == "name") =>
            {
                self.slice(&(from..stop))
            }
            _ => written,
        };
        Some(Party {
            actor: Actor {
                name: name.to_string(),
                kind: kind.unwrap_or(ActorKind::Unspecified),
                country: if country.is_empty() {
                    office_country(&simple).to_string()
                } else {
                    country.to_string()
                },
            },
            tokens,
            coverb: "",
            joins: None,
            guess,
        })
    }

    /// Whether goods begin a firm's name: "无人机公司", "翼龙贸易有限公司".
    fn leads_to_firm(&self, at: usize) -> bool {
        (at + 1..self.tokens.len().min(at + 4))
            .find(|&next| !matches!(self.tokens[next].class, Class::Unknown | Class::Goods(_)))
            .is_some_and(|next| self.class(next) == "company")
    }

    /// A party with those that stand in a row with it.
    fn row(&self, index: usize) -> Vec<Actor> {
        let mut first = index;
        while let Some(before) = self.parties[first].joins {
            first = before;
        }
        let mut out = Vec::new();
        let mut last = first;
        push(&mut out, self.parties[first].actor.clone());
        for (next, party) in self.parties.iter().enumerate().skip(first + 1) {
            if party.joins == Some(last) {
                push(&mut out, party.actor.clone());
                last = next;
            }
        }
        out
    }

    /// The last party before a token that no coverb governs; parties of the clause first, then of those before it.
    fn subject(&self, at: usize, from: usize) -> Option<usize> {
        let free = |index: &usize| {
            let party = &self.parties[*index];
            party.coverb.is_empty() && party.tokens.end <= at && party.tokens.start >= from
        };
        let known = (0..self.parties.len())
            .filter(free)
            .rfind(|&index| !self.parties[index].guess);
        known.or_else(|| {
            (0..self.parties.len()).filter(free).rfind(|&index| {
                let tokens = &self.parties[index].tokens;
                tokens.start == from
                    && (!matches!(self.class(tokens.end), "of" | "and" | "") || tokens.end == at)
            })
        })
    }

    fn with_coverb(&self, coverb: &str, tokens: &Range<usize>) -> Vec<usize> {
        (0..self.parties.len())
            .filter(|&index| {
                let party = &self.parties[index];
                party.coverb == coverb && tokens.contains(&party.tokens.start) && !party.guess
            })
            .collect()
    }

    fn rows(&self, parties: &[usize]) -> Vec<Actor> {
        let mut out = Vec::new();
        for &index in parties {
            for actor in self.row(index) {
                push(&mut out, actor);
            }
        }
        out
    }

    fn goods_in(&self, tokens: &Range<usize>) -> Vec<usize> {
        tokens
            .clone()
            .filter(|&at| self.tokens[at].party.is_none())
            .filter_map(|at| match self.tokens[at].class {
                Class::Goods(index) => Some(index),
                _ => None,
            })
            .collect()
    }

    fn voices(&self) -> Vec<Voice> {
        let mut out: Vec<Voice> = Vec::new();
        let all = 0..self.tokens.len();
        for (clause, tokens) in self.clauses.iter().enumerate() {
            // "据路透社报道".
            if let Some(start) = tokens.clone().find(|&at| self.class(at) == "according") {
                let stop = (start + 1..tokens.end)
                    .find(|&at| {
                        self.class(at) == "speech" || matches!(self.word(at), "，" | "消息")
                    })
                    .unwrap_or(tokens.end);
                let name = self
                    .slice(&(start + 1..stop))
                    .trim_matches(['《', '》', '“', '”', '，', ' ']);
                if !name.is_empty() && name.chars().count() <= 20 {
                    out.push(Voice {
                        name: name.to_string(),
                        party: self.tokens[start + 1].party,
                        scope: all.clone(),
                        clause,
                    });
                    continue;
                }
            }
            for at in tokens.clone() {
                if self.class(at) != "speech" {
                    continue;
                }
                let Some(index) = self.subject(at, tokens.start) else {
                    continue;
                };
                // The speaker stands right before the verb, but for adverbs.
                let near = (self.parties[index].tokens.end..at).all(|at| {
                    matches!(self.class(at), "done" | "towards" | "at")
                        || self.tokens[at].class == Class::Number
                });
                if !near {
                    continue;
                }
                let trailing = tokens.start > 0
                    && at + 2 >= tokens.end
                    && self.parties[index].tokens.start == tokens.start;
                let last_clause = clause + 1 == self.clauses.len();
                let scope = if trailing && last_clause {
                    0..tokens.start
                } else {
                    at + 1..all.end
                };
                out.push(Voice {
                    name: self.parties[index].actor.name.clone(),
                    party: Some(index),
                    scope,
                    clause,
                });
            }
        }
        out
    }

    fn run(&mut self, report: &Report) {
        let voices = self.voices();
        let clauses = self.clauses.clone();
        let mut before: Option<usize> = None;
        for (number, tokens) in clauses.iter().enumerate() {
            let condition = tokens.clone().any(|at| self.class(at) == "condition");
            if !condition && self.taken != Some(number) {
                self.clause(number, tokens, before, &voices, report);
            }
            // A subject that later clauses may leave out; speakers are none.
            let subject = (0..self.parties.len()).find(|&index| {
                let party = &self.parties[index];
                tokens.contains(&party.tokens.start)
                    && party.coverb.is_empty()
                    && !party.guess
                    && !voices.iter().any(|voice| voice.party == Some(index))
            });
            before = subject.or(before);
        }
    }

    /// The events of one clause: acts first, for what they govern is theirs.
    fn clause(
        &mut self,
        number: usize,
        clause: &Range<usize>,
        before: Option<usize>,
        voices: &[Voice],
        report: &Report,
    ) {
        // Speech inside the clause: what is said begins behind it.
        let start = clause
            .clone()
            .rfind(|&at| {
                self.class(at) == "speech" && voices.iter().any(|voice| voice.scope.start == at + 1)
            })
            .map_or(clause.start, |at| at + 1);
        // "警告中国，不要向…": what is asked for may stand behind a comma.
        let mut tokens = start..clause.end;
        if tokens.clone().any(|at| self.class(at) == "warn")
            && let Some(next) = self.clauses.get(number + 1)
            && matches!(
                self.word(next.start),
                "不要" | "不得" | "应" | "停止" | "不" | "立即"
            )
        {
            tokens.end = next.end;
            self.taken = Some(number + 1);
        }
        let find = |class: &[&str]| {
            tokens
                .clone()
                .find(|&at| class.contains(&self.class(at)) && self.tokens[at].party.is_none())
        };
        let supply = |from: usize| {
            (from..tokens.end).find(|&at| {
                matches!(self.class(at), "give" | "get" | "buy" | "make")
                    && self.tokens[at].party.is_none()
            })
        };
        let context = Context {
            clause: number,
            tokens: tokens.clone(),
            before,
            voices,
            report,
        };
        let denied = find(&["denied"]).is_some();
        if let Some(at) = find(&["warn"]).filter(|_| !denied)
            && (supply(at).is_some() || (at..tokens.end).any(|at| self.class(at) == "sanction"))
            && (!self.goods_in(&(at..tokens.end)).is_empty()
                || (at..tokens.end).any(|at| self.class(at) == "sanction"))
        {
            let who = self.subject(at, tokens.start).or(before);
            let whom = (0..self.parties.len()).find(|&index| {
                let party = &self.parties[index];
                party.tokens.start > at
                    && tokens.contains(&party.tokens.start)
                    && party.coverb.is_empty()
                    && !party.guess
            });
            let goods = self.goods_in(&(at..tokens.end));
            let recipient = self.rows(&whom.into_iter().collect::<Vec<_>>());
            return self.emit(
                &context,
                at,
                Event::Warn,
                Factuality::Asserted,
                self.subject_rows(who),
                recipient,
                goods,
                Vec::new(),
            );
        }
        // "拒绝评论": no claim is refused or made.
        if tokens
            .clone()
            .any(|at| matches!(self.word(at), "评论" | "置评"))
            && find(&["refuse"]).is_some()
        {
            return;
        }
        if let Some(at) = find(&["refuse", "stop"])
            && let Some(verb) = supply(at)
        {
            let goods = self.goods_in(&tokens);
            if !goods.is_empty() {
                let who = self.subject(at, tokens.start).or(before);
                let (_, recipient, _) = self.sides(verb, &tokens, None);
                let factuality = self.worth(&tokens, at, at);
                return self.emit(
                    &context,
                    at,
                    Event::Refuse,
                    factuality,
                    self.subject_rows(who),
                    recipient,
                    goods,
                    Vec::new(),
                );
            }
        }
        if let Some(at) = find(&["ban"])
            && (supply(at).is_some() || self.word(at) == "禁运")
        {
            let goods = self.goods_in(&(at..tokens.end));
            let who = self.subject(at, tokens.start).or(before);
            let recipient = self.rows(&self.with_coverb("towards", &tokens));
            if !goods.is_empty() {
                let factuality = self.worth(&tokens, at, at);
                return self.emit(
                    &context,
                    at,
                    Event::Sanction,
                    factuality,
                    self.subject_rows(who),
                    recipient,
                    goods,
                    Vec::new(),
                );
            }
        }
        if let Some(at) = find(&["seize"]) {
            let who = self.subject(at, tokens.start).or(before);
            let goods = self.goods_in(&(at..tokens.end));
            // A person or firm behind the verb is the target, else where the goods were going.
            let target = (0..self.parties.len()).find(|&index| {
                let party = &self.parties[index];
                party.tokens.start > at
                    && tokens.contains(&party.tokens.start)
                    && party.coverb.is_empty()
                    && matches!(party.actor.kind, ActorKind::Company | ActorKind::Person)
            });
            let mut recipient = target.map(|index| self.row(index)).unwrap_or_default();
            let embedded = supply(at);
            if recipient.is_empty()
                && let Some(verb) = embedded
            {
                recipient = self.sides(verb, &(at..tokens.end), None).1;
            }
            if !goods.is_empty() {
                let factuality = self.worth(&tokens, at, at);
                self.emit(
                    &context,
                    at,
                    Event::Sanction,
                    factuality,
                    self.subject_rows(who),
                    recipient,
                    goods.clone(),
                    Vec::new(),
                );
                self.relative(&context, at, target, goods);
                return;
            }
        }
        let talk = find(&["talk"]).filter(|_| supply(tokens.start).is_some());
        if self.sanctions(&context) {
            return;
        }
        if let Some(at) = talk {
            let goods = self.goods_in(&tokens);
            if !goods.is_empty() {
                let first = (0..self.parties.len()).find(|&index| {
                    tokens.contains(&self.parties[index].tokens.start) && !self.parties[index].guess
                });
                let mut all = first.map(|index| self.row(index)).unwrap_or_default();
                let with = self.rows(&self.with_coverb("with", &tokens));
                let recipient = if with.is_empty() && all.len() > 1 {
                    all.split_off(1)
                } else {
                    with
                };
                let factuality = self.worth(&tokens, at, at);
                return self.emit(
                    &context,
                    at,
                    Event::Consult,
                    factuality,
                    all,
                    recipient,
                    goods,
                    Vec::new(),
                );
            }
        }
        self.supply(&context);
    }

    fn subject_rows(&self, index: Option<usize>) -> Vec<Actor> {
        index.map(|index| self.row(index)).unwrap_or_default()
    }

    /// "向俄罗斯供应电子元件的公司": whoever the relative clause is about supplied.
    fn relative(
        &mut self,
        context: &Context<'_>,
        from: usize,
        target: Option<usize>,
        goods: Vec<usize>,
    ) {
        let Some(target) = target else {
            return;
        };
        let end = self.parties[target].tokens.start;
        let verb =
            (from..end).find(|&at| self.class(at) == "give" && self.tokens[at].party.is_none());
        let of = end > 0 && (from..end).any(|at| self.class(at) == "of");
        if let Some(verb) = verb
            && of
        {
            let (_, recipient, via) = self.sides(verb, &(from..end), None);
            let factuality = self.worth(&(from..end), verb, from);
            if !recipient.is_empty() {
                self.emit(
                    context,
                    verb,
                    Event::Transfer,
                    factuality,
                    self.row(target),
                    recipient,
                    goods,
                    via,
                );
            }
        }
    }

    fn sanctions(&mut self, context: &Context<'_>) -> bool {
        let tokens = context.tokens.clone();
        // "将 … 列入实体清单".
        let enlist = tokens.clone().find(|&at| self.class(at) == "enlist");
        let listed = tokens.clone().any(|at| self.class(at) == "list");
        if let Some(at) = enlist
            && listed
        {
            let taken = [self.with_coverb("take", &tokens)].concat();
            let passive = tokens.clone().find(|&at| self.class(at) == "passive");
            let (who, targets) = if let Some(mark) = passive {
                let agent = self.with_coverb("passive", &tokens);
                let target = self.subject(mark, tokens.start).or(context.before);
                (
                    agent.first().copied(),
                    target.into_iter().collect::<Vec<_>>(),
                )
            } else {
                let first = taken
                    .first()
                    .map_or(at, |&index| self.parties[index].tokens.start);
                (self.subject(first, tokens.start).or(context.before), taken)
            };
            let recipient = self.rows(&targets);
            if recipient.is_empty() {
                return false;
            }
            let mark = who.map_or(tokens.start, |index| self.parties[index].tokens.end);
            let factuality = self.worth(&tokens, at, mark.max(tokens.start));
            self.emit(
                context,
                at,
                Event::Sanction,
                factuality,
                self.subject_rows(who),
                recipient,
                Vec::new(),
                Vec::new(),
            );
            return true;
        }
        let Some(at) = tokens
            .clone()
            .find(|&at| self.class(at) == "sanction" && self.tokens[at].party.is_none())
        else {
            return false;
        };
        let suffered = tokens
            .clone()
            .find(|&at| at < self.tokens.len() && matches!(self.class(at), "suffer" | "passive"));
        if let Some(mark) = suffered.filter(|&mark| mark < at) {
            let target = self
                .subject(mark, tokens.start)
                .filter(|&index| !self.parties[index].guess)
                .or(context.before);
            let agent = (0..self.parties.len())
                .find(|&index| (mark..at).contains(&self.parties[index].tokens.start));
            let (Some(target), agent) = (target, self.subject_rows(agent)) else {
                return false;
            };
            let factuality = self.worth(&tokens, at, mark);
            self.emit(
                context,
                at,
                Event::Sanction,
                factuality,
                agent,
                self.row(target),
                Vec::new(),
                Vec::new(),
            );
            return true;
        }
        let imposed = tokens.clone().any(|at| self.class(at) == "impose");
        let mut towards: Vec<usize> = self
            .with_coverb("towards", &tokens)
            .into_iter()
            .filter(|&index| self.parties[index].tokens.start < at)
            .collect();
        // "对协助俄罗斯获取零部件的五家实体": the noun behind 的.
        if let Some(first) = tokens
            .clone()
            .find(|&index| index < at && self.class(index) == "towards")
            && let Some(of) = (first..at).rev().find(|&index| self.class(index) == "of")
            && let Some(last) = (0..self.parties.len()).rfind(|&index| {
                (of..at).contains(&self.parties[index].tokens.start)
                    && !self.parties[index].guess
                    && self.parties[index].joins.is_none()
            })
        {
            towards = vec![last];
        }
        // "制裁了三家公司".
        let object = (0..self.parties.len()).rfind(|&index| {
            let party = &self.parties[index];
            party.tokens.start > at
                && tokens.contains(&party.tokens.start)
                && party.coverb.is_empty()
                && !party.guess
        });
        let verb_like = self.word(at) == "制裁" && (object.is_some() || !towards.is_empty());
        if !imposed && !verb_like {
            return false;
        }
        let goods: Vec<usize> = if towards.is_empty() || object.is_some() || self.word(at) != "制裁"
        {
            self.goods_in(&tokens)
        } else {
            Vec::new()
        };
        let mut recipient = self.rows(&towards);
        if let Some(object) = object.filter(|_| !imposed || recipient.is_empty()) {
            recipient = self.row(object);
        }
        let towards_start = tokens
            .clone()
            .find(|&at| self.class(at) == "towards")
            .filter(|_| object.is_none())
            .unwrap_or(at);
        let who = self.subject(towards_start, tokens.start).or(context.before);
        if recipient.is_empty() && goods.is_empty() && !(imposed && who.is_some()) {
            return false;
        }
        let factuality = self.worth(&tokens, at, tokens.start);
        let supplier: Vec<Actor> = self
            .subject_rows(who)
            .into_iter()
            .filter(|actor| !recipient.contains(actor))
            .collect();
        self.emit(
            context,
            at,
            Event::Sanction,
            factuality,
            supplier,
            recipient,
            goods.clone(),
            Vec::new(),
        );
        if object.is_some() {
            self.relative(context, at, object, goods);
        }
        true
    }

    /// Supplier by 由 and 被, recipient, and what it passes through, for a verb of giving.
    fn sides(
        &self,
        verb: usize,
        tokens: &Range<usize>,
        _subject: Option<usize>,
    ) -> (Vec<Actor>, Vec<Actor>, Vec<String>) {
        let agents = [
            self.with_coverb("by", tokens),
            self.with_coverb("passive", tokens),
        ]
        .concat();
        let mut to = self.with_coverb("towards", tokens);
        // "交付给俄罗斯", "运往俄罗斯": right behind the verb.
        if to.is_empty() {
            let mut next = verb + 1;
            while next < tokens.end
                && (matches!(self.class(next), "towards" | "done")
                    || matches!(self.word(next), "到" | "至"))
            {
                next += 1;
            }
            let direct = matches!(
                self.word(verb),
                "运往"
                    | "运抵"
                    | "运到"
                    | "发往"
                    | "流入"
                    | "流向"
                    | "送往"
                    | "输往"
                    | "卖给"
                    | "售予"
                    | "出口到"
                    | "出口至"
                    | "援助"
                    | "军援"
                    | "出口"
            ) || next > verb + 1
                && (self.class(next - 1) == "towards"
                    || matches!(self.word(next - 1), "到" | "至"));
            if direct && let Some(index) = self.tokens.get(next).and_then(|token| token.party) {
                to.push(index);
            }
        }
        let via = self
            .rows(&self.with_coverb("via", tokens))
            .into_iter()
            .map(|actor| actor.name)
            .collect();
        (self.rows(&agents), self.rows(&to), via)
    }

    fn supply(&mut self, context: &Context<'_>) {
        let tokens = context.tokens.clone();
        let verbs: Vec<usize> = tokens
            .clone()
            .filter(|&at| {
                matches!(self.class(at), "give" | "get" | "buy" | "make")
                    && self.tokens[at].party.is_none()
            })
            .collect();
        let Some(&first) = verbs.first() else {
            return;
        };
        // "收到了美国提供的…": the giving is a relative clause of what was got.
        let verb = first;
        let class = self.class(verb);
        let mut goods = self.goods_in(&tokens);
        let from = self.with_coverb("from", &tokens);
        let first_coverb = tokens
            .clone()
            .find(|&at| {
                matches!(
                    self.class(at),
                    "towards" | "from" | "via" | "by" | "passive"
                ) || self.class(at) == "take" && !self.is_future(at)
            })
            .unwrap_or(verb)
            .min(verb);
        let own = self.subject(first_coverb, tokens.start);
        let denied = tokens
            .clone()
            .find(|&at| self.class(at) == "denied" && at < verb);
        // "原因是其向…": whom the clause before named last.
        let pronoun = first_coverb > 0 && self.word(first_coverb - 1) == "其";
        let own = own.or_else(|| {
            (0..self.parties.len()).rfind(|&index| {
                pronoun
                    && self.parties[index].tokens.end <= tokens.start
                    && !self.parties[index].guess
            })
        });
        let inherited = context.before.filter(|_| own.is_none());
        let subject = own.or(inherited);
        let passive = tokens
            .clone()
            .any(|at| matches!(self.class(at), "passive" | "by") && at < verb);
        let (agents, to, via) = self.sides(verb, &tokens, subject);
        let relative = tokens.clone().any(|at| at > verb && self.class(at) == "of");
        let mut event = Event::Transfer;
        let (mut supplier, mut recipient) = match class {
            "give" => {
                let supplier = if passive {
                    agents
                } else {
                    self.subject_rows(subject)
                };
                (
                    if supplier.is_empty() {
                        self.rows(&from)
                    } else {
                        supplier
                    },
                    to,
                )
            }
            "make" => {
                event = Event::Production;
                (self.subject_rows(subject), Vec::new())
            }
            _ => {
                let giver = verbs
                    .iter()
                    .find(|&&at| at > verb && self.class(at) == "give");
                let seller = match giver {
                    Some(&giver) if from.is_empty() => {
                        self.subject(giver, verb + 1).into_iter().collect()
                    }
                    _ => from.clone(),
                };
                (self.rows(&seller), self.subject_rows(subject))
            }
        };
        // "伊朗导弹": where the goods come from, when nothing else tells.
        if supplier.is_empty()
            && class == "get"
            && let Some(&index) = goods.first()
            && let Some(origin) = self.origin(index)
        {
            supplier = vec![origin];
        }
        let mark = subject
            .filter(|&index| self.tokens[self.parties[index].tokens.start].clause == context.clause)
            .map_or(tokens.start, |_| tokens.start);
        let mut factuality = self.worth(&tokens, verb, mark);
        let seeks = tokens
            .clone()
            .any(|at| at < verb && self.class(at) == "seek");
        if class == "buy" && (seeks || factuality == Factuality::Planned) || seeks && class == "get"
        {
            event = Event::Procurement;
        }
        // "不会提供", "不打算提供".
        let unwilling = tokens.clone().any(|at| {
            at < verb
                && matches!(
                    self.word(at),
                    "不会" | "不打算" | "不计划" | "无意" | "绝不会"
                )
        });
        if unwilling && class == "give" && event == Event::Transfer {
            event = Event::Refuse;
            factuality = Factuality::Asserted;
        }
        // "无人机出口": a noun, no act.
        let nominal = class == "give"
            && recipient.is_empty()
            && !passive
            && self.with_coverb("take", &tokens).is_empty()
            && self.goods_in(&(verb..tokens.end)).is_empty();
        // "中国制造的发动机": where something comes from.
        let adjective = class == "make" && self.class(verb + 1) == "of";
        if nominal || adjective {
            return;
        }
        // "与印度签署了供应…的合同".
        let contract = tokens
            .clone()
            .any(|at| at > verb && matches!(self.word(at), "合同" | "协议" | "合约"));
        if contract && class == "give" && recipient.is_empty() {
            recipient = self.rows(&self.with_coverb("with", &tokens));
            if recipient.is_empty() && supplier.len() > 1 {
                recipient = supplier.split_off(1);
            }
        }
        if contract && factuality == Factuality::Asserted {
            factuality = Factuality::Planned;
        }
        if let Some(denied) = denied
            && supplier.is_empty()
            && class == "give"
        {
            supplier = self.subject_rows(self.subject(denied, tokens.start));
        }
        recipient.retain(|actor| !supplier.contains(actor));
        // Goods of the clause before: "这批芯片已经售出，被运往俄罗斯".
        if goods.is_empty() && context.clause > 0 && !relative {
            let earlier = self.clauses[context.clause - 1].clone();
            if passive {
                goods = self.goods_in(&earlier);
            }
        }
        if !self.enough(&goods) || supplier.is_empty() && recipient.is_empty() {
            return;
        }
        self.emit(
            context, verb, event, factuality, supplier, recipient, goods, via,
        );
    }

    fn origin(&self, goods: usize) -> Option<Actor> {
        let at = (0..self.tokens.len()).find(|&at| self.tokens[at].class == Class::Goods(goods))?;
        let before = at.checked_sub(1)?;
        match self.tokens[before].class {
            Class::Country(_) => self.tokens[before]
                .party
                .map(|index| self.parties[index].actor.clone()),
            _ => None,
        }
    }

    fn enough(&self, goods: &[usize]) -> bool {
        let families: Vec<GoodsFamily> = goods
            .iter()
            .map(|&index| self.goods[index].family)
            .collect();
        let real = families.iter().any(|family| {
            !matches!(
                family,
                GoodsFamily::Money
                    | GoodsFamily::Technology
                    | GoodsFamily::Other
                    | GoodsFamily::Fuel
            )
        });
        let war = self.goods.iter().any(|goods| is_arms(goods.family));
        let text = self.folded.as_str();
        real || !families.is_empty() && (war || text.contains("军") || text.contains("导弹"))
    }

    /// What a predicate is worth: cues of its clause before it, and of the clauses that lead to it.
    fn worth(&self, tokens: &Range<usize>, at: usize, from: usize) -> Factuality {
        let mut found: Vec<Factuality> = Vec::new();
        let clause = self.tokens[at].clause;
        let before = if clause > 0 {
            self.clauses[clause - 1].clone()
        } else {
            0..0
        };
        // "目前尚不清楚，…", "没有证据表明": the clause before as well, where it holds nothing else.
        for index in before.clone() {
            match self.class(index) {
                "unknown" => found.push(Factuality::Unknown),
                "not_observed" => found.push(Factuality::NotObserved),
                "reported" => found.push(Factuality::Reported),
                "denied"
                    if !before
                        .clone()
                        .any(|at| matches!(self.class(at), "give" | "get" | "buy")) =>
                {
                    found.push(Factuality::Denied);
                }
                _ => {}
            }
        }
        let whole = self.clauses[clause].clone();
        for index in whole.clone() {
            match self.class(index) {
                "unknown" => found.push(Factuality::Unknown),
                "not_observed" => found.push(Factuality::NotObserved),
                "denied" => found.push(Factuality::Denied),
                _ => {}
            }
        }
        for index in from.min(tokens.start)..at {
            if index < tokens.start && !whole.contains(&index) {
                continue;
            }
            match self.class(index) {
                "possible" => found.push(Factuality::Possible),
                "planned" => found.push(Factuality::Planned),
                "reported" => found.push(Factuality::Reported),
                "negation" => {
                    // "没有证据" and "不清楚" are entries of their own; "不要" belongs to warnings.
                    found.push(Factuality::Denied);
                }
                "take" if self.is_future(index) => found.push(Factuality::Planned),
                _ if self.word(index) == "或" => found.push(Factuality::Possible),
                _ => {}
            }
        }
        // A run that no table knows may still end in 或: "中国或向".
        let text: String = (from.min(at)..at).map(|index| self.word(index)).collect();
        if text.contains("或向") || text.contains("或将") {
            found.push(Factuality::Possible);
        }
        // "是否" tells nothing by itself: whoever cannot confirm it does.
        if found.is_empty() && whole.clone().any(|index| self.word(index) == "是否") {
            found.push(Factuality::Unknown);
        }
        [
            Factuality::NotObserved,
            Factuality::Unknown,
            Factuality::Denied,
            Factuality::Possible,
            Factuality::Planned,
            Factuality::Reported,
        ]
        .into_iter()
        .find(|worth| found.contains(worth))
        .unwrap_or(Factuality::Asserted)
    }

    #[allow(clippy::too_many_arguments, reason = "one claim and all that it holds")]
    fn emit(
        &mut self,
        context: &Context<'_>,
        at: usize,
        event: Event,
        factuality: Factuality,
        supplier: Vec<Actor>,
        recipient: Vec<Actor>,
        goods: Vec<usize>,
        via: Vec<String>,
    ) {
        if supplier.is_empty() && recipient.is_empty() && goods.is_empty() {
            return;
        }
        let mut used = vec![context.clause];
        let mut source: Vec<String> = Vec::new();
        let clause = self.clauses[context.clause].clone();
        // Whoever denies, accuses, doubts or protests says so.
        for index in clause.clone() {
            let tells = matches!(self.class(index), "denied" | "accuse" | "oppose")
                || self.class(index) == "warn" && factuality == Factuality::Denied
                || self.class(index) == "not_observed" && index < at
                || self.class(index) == "unknown" && index < at;
            if tells
                && index < at
                && let Some(speaker) = self.subject(index, clause.start)
            {
                let name = self.parties[speaker].actor.name.clone();
                if !source.contains(&name) {
                    source.push(name);
                }
            }
        }
        let mut speaking: Vec<&Voice> = context
            .voices
            .iter()
            .filter(|voice| voice.scope.contains(&at))
            .collect();
        speaking.sort_by_key(|voice| {
            (
                voice.clause.abs_diff(context.clause),
                std::cmp::Reverse(voice.scope.start),
            )
        });
        for voice in speaking {
            if !source.contains(&voice.name) {
                source.push(voice.name.clone());
            }
            used.push(voice.clause);
        }
        if let Some(before) = context.before
            && supplier
                .iter()
                .chain(&recipient)
                .any(|actor| *actor == self.parties[before].actor)
            && !self.parties.iter().any(|party| {
                party.actor == self.parties[before].actor && clause.contains(&party.tokens.start)
            })
        {
            used.push(self.tokens[self.parties[before].tokens.start].clause);
        }
        let (Some(&first), Some(&last)) = (used.iter().min(), used.iter().max()) else {
            return;
        };
        let start = if first == 0 {
            self.range.start
        } else {
            self.tokens[self.clauses[first].start].range.start
        };
        let end = if last + 1 == self.clauses.len() {
            self.range.end
        } else {
            let tokens = &self.clauses[last];
            // Without the comma.
            let stop = &self.tokens[tokens.end - 1];
            if stop.class == Class::Stop {
                stop.range.start
            } else {
                stop.range.end
            }
        };
        let span = start..end.max(start);
        let items: Vec<&Goods> = goods
            .iter()
            .map(|&index| &self.goods[index])
            .filter(|goods| span.start <= goods.range.start && goods.range.end <= span.end)
            .collect();
        let (time, due) = dates(self.text, &span, context.report, factuality);
        self.drafts.push(Draft {
            goods: grammar::goods_in(self.text, &items),
            span,
            event,
            factuality,
            source,
            supplier,
            recipient,
            via,
            time,
            due,
        });
    }
}

/// What is known where a clause is read.
struct Context<'c> {
    clause: usize,
    tokens: Range<usize>,
    /// The subject of an earlier clause.
    before: Option<usize>,
    voices: &'c [Voice],
    report: &'c Report,
}

fn country(text: &str) -> Option<&'static str> {
    let han = text.chars().all(|c| matches!(c, '\u{3400}'..='\u{9fff}'));
    if !han {
        return None;
    }
    places::mention(text)
        .map(|mention| mention.code)
        .or_else(|| places::country(text))
}

/// States that one sign stands for behind a coverb.
fn short_country(sign: char) -> Option<&'static str> {
    Some(match sign {
        '华' | '中' => "CN",
        '台' => "TW",
        '俄' => "RU",
        '乌' => "UA",
        '以' => "IL",
        '伊' => "IR",
        '美' => "US",
        '朝' => "KP",
        '韩' => "KR",
        '日' => "JP",
        '欧' => "EU",
        _ => return None,
    })
}

/// Offices that only one state has under that name.
fn office_country(name: &str) -> &'static str {
    match name {
        "国务院" | "美国国务院" => "US",
        _ if ["拜登", "特朗普", "川普"]
            .iter()
            .any(|president| name.starts_with(president))
            && name.ends_with("政府") =>
        {
            "US"
        }
        _ => "",
    }
}

fn dates(
    text: &str,
    span: &Range<usize>,
    report: &Report,
    factuality: Factuality,
) -> (String, String) {
    let (mut time, mut due) = (String::new(), String::new());
    let this_year = report.date.map(|date| date.year());
    for found in DATE.captures_iter(&text[span.clone()]) {
        let Some(whole) = found.get(0) else {
            continue;
        };
        let number = |name: &str| {
            found
                .name(name)
                .and_then(|digits| digits.as_str().parse::<i16>().ok())
        };
        let small = |name: &str| number(name).and_then(|value| i8::try_from(value).ok());
        let days = if let Some(year) = number("year") {
            grammar::days(year, small("month"), small("day"))
        } else if let Some(word) = found.name("near") {
            let today = grammar::published(report);
            let date = match word.as_str().chars().next() {
                Some('昨') => today.and_then(|day| day.yesterday().ok()),
                Some('明') => today.and_then(|day| day.tomorrow().ok()),
                _ => today,
            };
            date.map(|date| (date, date))
        } else {
            let shift = match found.name("which").map(|word| word.as_str()) {
                Some("去年") => -1,
                Some("明年") => 1,
                _ => 0,
            };
            this_year.and_then(|year| grammar::days(year + shift, None, None))
        };
        let deadline = found.name("by").is_some();
        let slot = if deadline || factuality == Factuality::Planned {
            &mut due
        } else {
            &mut time
        };
        if slot.is_empty() {
            *slot = grammar::written(whole.as_str(), days);
        }
    }
    (time, due)
}
