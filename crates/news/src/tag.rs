//! Sentences to tagged tokens. A light tagger: closed classes and verb forms from tables, the rest by capital letters
//! and neighbours. It need not know every word: what matters is which words are verbs, and where noun phrases begin
//! and end.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::table::rows;

/// Part of speech, as far as the frames need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Pos {
    Det,
    Pron,
    Prep,
    Conj,
    /// `that`: a complementiser or a relative, told apart later.
    That,
    Sub,
    Rel,
    Modal,
    Be,
    Have,
    Do,
    Neg,
    Adv,
    Adj,
    Num,
    Noun,
    Proper,
    Time,
    Verb,
    To,
    Poss,
    Quote,
    Dash,
    Comma,
    /// `;` and `:`.
    Semi,
    Punct,
}

/// Form of a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    None,
    Base,
    Third,
    /// Past tense or past participle, which regular verbs do not tell apart.
    Past,
    /// Past participle only: `given`.
    Participle,
    Ing,
}

/// One token with its place in the report's text.
#[derive(Debug, Clone)]
pub(crate) struct Token<'t> {
    pub(crate) text: &'t str,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) lower: String,
    pub(crate) pos: Pos,
    /// Verb lemma; empty for words that are no verb form.
    pub(crate) lemma: &'static str,
    pub(crate) form: Form,
}

impl Token<'_> {
    pub(crate) fn capital(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_uppercase)
    }
}

struct Lexicon {
    classes: HashMap<&'static str, Pos>,
    verbs: HashMap<String, Vec<(&'static str, Form)>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut classes = HashMap::new();
    for [class, words] in rows::<2>(include_str!("../data/words.csv")) {
        let pos = match class {
            "det" => Pos::Det,
            "pronoun" => Pos::Pron,
            "preposition" => Pos::Prep,
            "conjunction" => Pos::Conj,
            "subordinator" => Pos::Sub,
            "relative" => Pos::Rel,
            "modal" => Pos::Modal,
            "be" => Pos::Be,
            "have" => Pos::Have,
            "do" => Pos::Do,
            "negation" => Pos::Neg,
            "adverb" => Pos::Adv,
            "adjective" => Pos::Adj,
            "time" => Pos::Time,
            _ => Pos::Num,
        };
        for word in words.split_whitespace() {
            classes.entry(word).or_insert(pos);
        }
    }
    classes.insert("that", Pos::That);
    classes.insert("who", Pos::Rel);
    classes.insert("to", Pos::To);
    let mut verbs: HashMap<String, Vec<(&'static str, Form)>> = HashMap::new();
    for [lemma, forms] in rows::<2>(include_str!("../data/verbs.csv")) {
        let irregular: Vec<&str> = forms.split('|').map(str::trim).collect();
        let given = |index: usize| {
            irregular
                .get(index)
                .filter(|form| !form.is_empty())
                .map(|form| form.to_string())
        };
        let past = given(0).unwrap_or_else(|| past_of(lemma));
        let participle = given(1).unwrap_or_else(|| past.clone());
        let third = given(2).unwrap_or_else(|| third_of(lemma));
        let ing = given(3).unwrap_or_else(|| ing_of(lemma));
        let mut add = |form: String, kind: Form| {
            let entry = verbs.entry(form).or_default();
            if !entry.iter().any(|(_, known)| *known == kind) {
                entry.push((lemma, kind));
            }
        };
        add(lemma.to_string(), Form::Base);
        add(third, Form::Third);
        if participle == past {
            add(past, Form::Past);
        } else {
            add(past, Form::Past);
            add(participle, Form::Participle);
        }
        add(ing, Form::Ing);
    }
    Lexicon { classes, verbs }
});

fn third_of(lemma: &str) -> String {
    if lemma.ends_with(['s', 'x', 'z', 'o']) || lemma.ends_with("ch") || lemma.ends_with("sh") {
        return format!("{lemma}es");
    }
    match lemma.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{lemma}s"),
    }
}

fn past_of(lemma: &str) -> String {
    if lemma.ends_with('e') {
        return format!("{lemma}d");
    }
    match lemma.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ied"),
        _ => format!("{lemma}ed"),
    }
}

fn ing_of(lemma: &str) -> String {
    match lemma.strip_suffix('e') {
        Some(stem) if !stem.ends_with(['e', 'o', 'y']) && stem.len() > 1 => format!("{stem}ing"),
        _ => format!("{lemma}ing"),
    }
}

/// Splits a sentence into tokens and tags them. `nouns` are byte ranges whose words are nouns whatever else they
/// could be (mentions of goods).
pub(crate) fn tag<'t>(
    text: &'t str,
    sentence: Range<usize>,
    nouns: &[Range<usize>],
) -> Vec<Token<'t>> {
    let mut tokens = split(text, sentence);
    for index in 0..tokens.len() {
        let inside = nouns
            .iter()
            .any(|range| range.start <= tokens[index].start && tokens[index].end <= range.end);
        let (pos, lemma, form) = if inside && tokens[index].text.starts_with(char::is_alphanumeric)
        {
            let numeric = tokens[index].text.starts_with(|c: char| c.is_ascii_digit());
            (
                if tokens[index].capital() && !numeric {
                    Pos::Proper
                } else {
                    Pos::Noun
                },
                "",
                Form::None,
            )
        } else {
            classify(&tokens, index, nouns)
        };
        tokens[index].pos = pos;
        tokens[index].lemma = lemma;
        tokens[index].form = form;
    }
    tokens
}

fn split<'t>(text: &'t str, sentence: Range<usize>) -> Vec<Token<'t>> {
    let mut tokens: Vec<Token<'t>> = Vec::new();
    let body = &text[sentence.clone()];
    let mut chars = body.char_indices().peekable();
    let push = |tokens: &mut Vec<Token<'t>>, from: usize, to: usize, pos: Pos| {
        if from < to {
            let word = &text[sentence.start + from..sentence.start + to];
            // Safety of slices: both ends come from char_indices.
            tokens.push(Token {
                text: word,
                start: sentence.start + from,
                end: sentence.start + to,
                lower: word.to_lowercase().replace('’', "'"),
                pos,
                lemma: "",
                form: Form::None,
            });
        }
    };
    while let Some((at, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        if c.is_alphanumeric() || matches!(c, '$' | '€' | '£') {
            let mut end = at + c.len_utf8();
            while let Some(&(next_at, next)) = chars.peek() {
                let joins = matches!(next, '-' | '\'' | '’' | '.' | ',' | '&' | '/' | '‑')
                    && body[next_at + next.len_utf8()..].starts_with(char::is_alphanumeric)
                    && (!matches!(next, ',')
                        || (ends_digit(body, next_at) && starts_digit(body, next_at + 1)))
                    && (next != '.'
                        || ends_digit(body, next_at)
                        || next_at - at == 1
                        || body[at..next_at].contains('.'));
                if next.is_alphanumeric() || joins || next == '%' {
                    end = next_at + next.len_utf8();
                    chars.next();
                } else if next == '.'
                    && body[at..next_at].contains('.')
                    && !ends_digit(body, next_at)
                {
                    // "U.S." keeps its last stop.
                    end = next_at + 1;
                    chars.next();
                    break;
                } else {
                    break;
                }
            }
            // Possessive ending as a token of its own.
            let word = &body[at..end];
            let stem = ["'s", "’s"]
                .iter()
                .find_map(|ending| word.strip_suffix(ending));
            match stem {
                Some(stem) if !stem.is_empty() => {
                    push(&mut tokens, at, at + stem.len(), Pos::Noun);
                    push(&mut tokens, at + stem.len(), end, Pos::Poss);
                }
                _ => push(&mut tokens, at, end, Pos::Noun),
            }
            continue;
        }
        let pos = match c {
            '"' | '“' | '”' | '«' | '»' | '„' => Pos::Quote,
            ',' => Pos::Comma,
            ';' | ':' => Pos::Semi,
            '–' | '—' | '-' => Pos::Dash,
            '(' | ')' => Pos::Comma,
            // "States' exports": a plural possessive.
            '\'' | '’'
                if tokens.last().is_some_and(|last: &Token<'t>| {
                    last.end == sentence.start + at && last.lower.ends_with('s')
                }) && body[at + c.len_utf8()..].starts_with(' ') =>
            {
                Pos::Poss
            }
            '\'' | '‘' | '’' => Pos::Quote,
            _ => Pos::Punct,
        };
        push(&mut tokens, at, at + c.len_utf8(), pos);
    }
    tokens
}

fn ends_digit(body: &str, at: usize) -> bool {
    body[..at].ends_with(|c: char| c.is_ascii_digit())
}

fn starts_digit(body: &str, at: usize) -> bool {
    body[at..].starts_with(|c: char| c.is_ascii_digit())
}

fn plural(word: &str) -> bool {
    (word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is"))
        || ["people", "men", "women", "forces", "police"].contains(&word)
}

fn classify(
    tokens: &[Token<'_>],
    index: usize,
    nouns: &[Range<usize>],
) -> (Pos, &'static str, Form) {
    let token = &tokens[index];
    let plain = |pos| (pos, "", Form::None);
    if matches!(
        token.pos,
        Pos::Quote | Pos::Comma | Pos::Semi | Pos::Dash | Pos::Punct | Pos::Poss
    ) {
        return plain(token.pos);
    }
    let lower = token.lower.as_str();
    let first_letter = token.text.chars().next().unwrap_or(' ');
    if first_letter.is_ascii_digit() || matches!(first_letter, '$' | '€' | '£') {
        let year = lower.len() == 4
            && ["19", "20"]
                .iter()
                .any(|century| lower.starts_with(century));
        return plain(if year && lower.bytes().all(|b| b.is_ascii_digit()) {
            Pos::Time
        } else {
            Pos::Num
        });
    }
    let opens = index == 0
        || matches!(
            tokens[index - 1].pos,
            Pos::Quote | Pos::Dash | Pos::Semi | Pos::Punct
        );
    let next = tokens.get(index + 1);
    let next_starts_digit =
        next.is_some_and(|next| next.text.starts_with(|c: char| c.is_ascii_digit()));
    if token.capital()
        && !opens
        && lower == "may"
        && (next_starts_digit || previous_is(tokens, index, &[Pos::Prep, Pos::Time]))
    {
        return plain(Pos::Time);
    }
    if lower == "us" && token.text == "US" {
        return plain(Pos::Proper);
    }
    if let Some(&pos) = LEXICON.classes.get(lower) {
        let capital_name =
            token.capital() && !opens && matches!(pos, Pos::Adj | Pos::Adv | Pos::Num | Pos::Prep);
        // "New" in "New York", "Western" before a noun; months and days are capital by themselves.
        if !capital_name {
            return plain(pos);
        }
        return plain(
            if pos == Pos::Adj && (lower == "western" || lower == "eastern") {
                Pos::Adj
            } else {
                Pos::Proper
            },
        );
    }
    if let Some(forms) = LEXICON.verbs.get(lower)
        && let Some((lemma, form)) = verb_here(tokens, index, forms, opens, nouns)
    {
        return (Pos::Verb, lemma, form);
    }
    if token.capital() && (!opens || token.text.chars().filter(|c| c.is_uppercase()).count() > 1) {
        return plain(Pos::Proper);
    }
    if token.capital() && opens {
        // The first word of a sentence: a name if it is a place, or if a name or verb follows it.
        let name_follows = next.is_some_and(|next| next.capital() && next.text.len() > 1);
        let known = places::mention(token.text).is_some();
        let verbish = next.is_some_and(|next| {
            LEXICON.verbs.contains_key(next.lower.as_str())
                || next.lower == "has"
                || next.lower == "is"
        });
        // "Ariteks, a Turkish manufacturer, …": a name that an apposition explains.
        let explained = next.is_some_and(|next| next.pos == Pos::Comma)
            && tokens.get(index + 2).is_some_and(|after| {
                [
                    "a", "an", "the", "one", "which", "who", "whose", "owned", "based",
                ]
                .contains(&after.lower.as_str())
            })
            && (!plural(lower) || tokens[index + 2].lower == "a");
        return plain(
            if known || name_follows || explained || (verbish && !plural(lower)) {
                Pos::Proper
            } else {
                Pos::Noun
            },
        );
    }
    if lower.ends_with("ly")
        && lower.len() > 4
        && !["supply", "family", "july", "italy", "assembly"].contains(&lower)
    {
        return plain(Pos::Adv);
    }
    plain(Pos::Noun)
}

fn previous_is(tokens: &[Token<'_>], index: usize, kinds: &[Pos]) -> bool {
    index > 0 && kinds.contains(&tokens[index - 1].pos)
}

/// The verb that a word is at this place, or nothing where it is a noun or adjective.
fn verb_here(
    tokens: &[Token<'_>],
    index: usize,
    forms: &[(&'static str, Form)],
    opens: bool,
    nouns: &[Range<usize>],
) -> Option<(&'static str, Form)> {
    let token = &tokens[index];
    if token.capital() && !opens {
        return None;
    }
    let pick = |kinds: &[Form]| {
        kinds
            .iter()
            .find_map(|kind| forms.iter().find(|(_, form)| form == kind).copied())
    };
    let before = tokens[..index]
        .iter()
        .rev()
        .find(|t| !matches!(t.pos, Pos::Adv | Pos::Neg));
    // "the same records show", "customs data suggest": a document and its verb.
    if ["show", "suggest", "indicate", "reveal"].contains(&token.lower.as_str())
        && before.is_some_and(|before| {
            [
                "records",
                "data",
                "documents",
                "figures",
                "filings",
                "images",
                "declarations",
                "papers",
                "statistics",
            ]
            .contains(&before.lower.as_str())
        })
    {
        return pick(&[Form::Base]);
    }
    // "under US sanctions": behind a preposition the name before is no subject.
    if token.lower == "sanctions"
        && before.is_some_and(|before| before.pos == Pos::Proper)
        && index >= 2
        && matches!(tokens[index - 2].pos, Pos::Prep | Pos::Det)
    {
        return None;
    }
    let next = tokens.get(index + 1);
    let next_lower = next.map_or("", |t| t.lower.as_str());
    let next_class = LEXICON.classes.get(next_lower).copied();
    let next_is_goods = next.is_some_and(|n| {
        nouns
            .iter()
            .any(|range| range.start <= n.start && n.end <= range.end)
    });
    let next_noun_phrase = next_is_goods
        || matches!(
            next_class,
            Some(Pos::Det | Pos::Adj | Pos::Num | Pos::Pron | Pos::That)
        )
        || next.is_some_and(|n| {
            n.capital() || n.text.starts_with(|c: char| c.is_ascii_digit() || c == '$')
        });
    let next_aux = matches!(next_class, Some(Pos::Be | Pos::Have | Pos::Modal | Pos::Do));
    let Some(before) = before else {
        // First word: imperative, participle, or a noun ("Supplies of …", "Exports to …").
        if let Some(found) = pick(&[Form::Ing]) {
            return next_noun_phrase
                .then_some(found)
                .or(Some(found).filter(|_| next_class == Some(Pos::Prep)));
        }
        if let Some(found) = pick(&[Form::Past, Form::Participle]) {
            return Some(found);
        }
        return pick(&[Form::Base]).filter(|_| next_noun_phrase && next_lower != "that");
    };
    match before.pos {
        Pos::To | Pos::Modal | Pos::Do => pick(&[Form::Base]).or_else(|| {
            // "to supplying", "committed to sending".
            pick(&[Form::Ing]).filter(|_| before.pos == Pos::To)
        }),
        Pos::Be => pick(&[Form::Ing, Form::Participle, Form::Past]),
        Pos::Have => pick(&[Form::Participle, Form::Past]).or_else(|| {
            (before.lower == "having")
                .then(|| pick(&[Form::Past]))
                .flatten()
        }),
        Pos::Det | Pos::Adj | Pos::Num | Pos::Poss => {
            // "its supplying of": noun. "several announced": still a noun phrase, except adverbial numbers.
            None
        }
        Pos::Prep => pick(&[Form::Ing]).filter(|_| !next_aux),
        Pos::Pron | Pos::Rel => {
            let object_pronoun =
                ["him", "them", "me", "us", "whom"].contains(&before.lower.as_str());
            if object_pronoun {
                pick(&[Form::Ing])
            } else {
                pick(&[
                    Form::Past,
                    Form::Third,
                    Form::Base,
                    Form::Participle,
                    Form::Ing,
                ])
            }
        }
        Pos::That => pick(&[Form::Past, Form::Third, Form::Participle])
            .or_else(|| pick(&[Form::Base]).filter(|_| next_noun_phrase)),
        Pos::Conj | Pos::Comma | Pos::Dash | Pos::Semi | Pos::Quote | Pos::Punct | Pos::Sub => {
            if let Some(found) = pick(&[Form::Ing]) {
                return Some(found).filter(|_| next_noun_phrase || next_class.is_some());
            }
            if let Some(found) = pick(&[Form::Past, Form::Participle]) {
                return Some(found);
            }
            // Coordinated with an earlier verb of the same form, or an imperative.
            let earlier = tokens[..index]
                .iter()
                .rev()
                .find(|t| t.pos == Pos::Verb)
                .map(|t| t.form);
            let third =
                pick(&[Form::Third]).filter(|_| earlier == Some(Form::Third) && next_noun_phrase);
            let base = pick(&[Form::Base]).filter(|_| {
                (earlier == Some(Form::Base) || opens)
                    && (next_noun_phrase || next_class == Some(Pos::Prep))
                    && next_lower != "of"
            });
            third.or(base)
        }
        Pos::Noun | Pos::Proper | Pos::Time => {
            if let Some(found) = pick(&[Form::Past, Form::Participle]) {
                return Some(found);
            }
            if let Some(found) = pick(&[Form::Ing]) {
                return Some(found).filter(|_| {
                    next_noun_phrase || matches!(next_class, Some(Pos::Prep | Pos::To | Pos::Adv))
                });
            }
            let demonym = places::mention(before.text)
                .is_some_and(|m| m.kind == places::MentionKind::Demonym)
                && !plural(&before.lower);
            if demonym || next_lower == "of" || next_aux {
                return None;
            }
            let before_plural = plural(&before.lower)
                || tokens[..index]
                    .iter()
                    .rev()
                    .skip(1)
                    .take(3)
                    .any(|t| t.pos == Pos::Conj && t.lower == "and");
            if let Some(found) = pick(&[Form::Third]) {
                let next_ends = next.is_none_or(|n| {
                    matches!(n.pos, Pos::Comma | Pos::Punct | Pos::Semi | Pos::Conj)
                });
                let relative = tokens[..index]
                    .iter()
                    .rev()
                    .take(3)
                    .any(|t| matches!(t.pos, Pos::Rel | Pos::That));
                if relative && next_ends && !plural(&before.lower) {
                    return Some(found);
                }
                return Some(found).filter(|_| {
                    !plural(&before.lower)
                        && !next_ends
                        && (next_noun_phrase
                            || next_class.is_some()
                            || !plural(&token.lower)
                            || before.pos == Pos::Proper && next.is_some_and(|n| plural(&n.lower)))
                });
            }
            let proper_plural_state = before.pos == Pos::Proper
                && ["states", "emirates", "nations"].contains(&before.lower.as_str());
            pick(&[Form::Base]).filter(|_| {
                (before_plural && !proper_plural_state)
                    && (next_noun_phrase || matches!(next_class, Some(Pos::To | Pos::Prep)))
            })
        }
        Pos::Neg | Pos::Adv | Pos::Verb => {
            // After a verb ("helps build", "said exports …"): gerunds stay verbs, others are nouns.
            pick(&[Form::Ing])
                .or_else(|| {
                    pick(&[Form::Past, Form::Participle]).filter(|_| before.pos != Pos::Verb)
                })
                .or_else(|| {
                    pick(&[Form::Base]).filter(|_| {
                        ["help", "let", "make"].contains(&before.lemma) && before.pos == Pos::Verb
                    })
                })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, verbs: &[&str]) {
        let goods = crate::goods_terms::mentions(text);
        let nouns: Vec<Range<usize>> = goods.into_iter().map(|goods| goods.range).collect();
        let tokens = tag(text, 0..text.len(), &nouns);
        let got: Vec<&str> = tokens
            .iter()
            .filter(|t| t.pos == Pos::Verb)
            .map(|t| t.text)
            .collect();
        assert_eq!(got, verbs, "{text}");
    }

    #[test]
    fn verbs_are_told_from_nouns() {
        check("China exports drones to Russia.", &["exports"]);
        check("Chinese exports of drones rose.", &["rose"]);
        check("The supplies to Kyiv were halted.", &["halted"]);
        check("Germany refused to supply tanks.", &["refused", "supply"]);
        check("Send tanks to Ukraine.", &["Send"]);
        check("Arms sales to Yemen are banned.", &["banned"]);
        check(
            "It has been accused of sending arms.",
            &["accused", "sending"],
        );
        check("The weapons, which Iran supplies, matter.", &["supplies"]);
        check("Iran and Russia plan a plant.", &["plan"]);
        check("They may send tanks.", &["send"]);
    }
}
