//! From treebanks to the file of the weights.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use syntax::learning::{
    Action, CHOICES, Lemmas, Marks, Model, State, append_linear, is_mark, lemma_group,
    tag_features, upos_features, words_and_gaps,
};
use syntax::{Relation, Tag, Upos};

use super::data::Sentence;
use super::learn::Learner;
use crate::data::Dice;

/// Rounds over the sentences.
const TAGGER_ROUNDS: usize = 8;
const FOLD_ROUNDS: usize = 5;
const PARSER_ROUNDS: usize = 7;

/// A feature of the parser that was updated less often says nothing: a smaller table, and
/// trees are better than with every feature that occurred twice.
const LEAST_UPDATES: u16 = 12;

/// Weights that are kept.
const TAGGER_WEIGHTS: usize = 700_000;
const PARSER_WEIGHTS: usize = 5_000_000;

/// Parts of the sentences; each is tagged for the parser by what was learnt from the others.
const FOLDS: usize = 5;

/// Learns all and returns the file.
pub(crate) fn file(sentences: &[Sentence]) -> Result<Vec<u8>> {
    let all: Vec<usize> = (0..sentences.len()).collect();
    let tags = jackknifed(sentences);
    eprintln!("tagger");
    let tagger = learn_tags(sentences, &all, TAGGER_ROUNDS).finish(TAGGER_WEIGHTS);
    let bare: Vec<Bare> = sentences
        .iter()
        .zip(&tags)
        .filter_map(|(sentence, tags)| Bare::new(sentence, tags))
        .collect();
    let actions = actions(&bare);
    eprintln!("parser, {} actions", actions.len());
    let parser = learn_steps(&bare, &actions, PARSER_ROUNDS, LEAST_UPDATES).finish(PARSER_WEIGHTS);
    eprintln!("marks");
    let marks = learn_marks(sentences).finish(100_000);
    eprintln!("parts of speech");
    let parts = learn_parts(sentences, &tags).finish(100_000);
    let mut linears = Vec::new();
    append_linear(&tagger, &mut linears);
    append_linear(&parser, &mut linears);
    append_linear(&marks, &mut linears);
    append_linear(&parts, &mut linears);
    let lemmas = lemmas(sentences);
    Model::write(&actions, &linears, &lemmas).context("cannot compress the weights")
}

/// Numbers in an order by chance.
fn shuffled(numbers: &[usize], dice: &mut Dice) -> Vec<usize> {
    let mut order = numbers.to_vec();
    for at in (1..order.len()).rev() {
        order.swap(at, dice.below(at + 1));
    }
    order
}

/// The best of the first classes.
fn best(scores: &[i32; 256], classes: usize) -> u8 {
    let best = (0..classes).max_by_key(|class| (scores[*class], usize::MAX - class));
    best.unwrap_or_default() as u8
}

fn learn_tags(sentences: &[Sentence], of: &[usize], rounds: usize) -> Learner {
    let mut learner = Learner::new(2);
    let mut dice = Dice(17);
    let (mut features, mut scores) = (Vec::new(), [0i32; 256]);
    let mut tags = Vec::new();
    for _ in 0..rounds {
        for number in shuffled(of, &mut dice) {
            let sentence = &sentences[number];
            tags.clear();
            for at in 0..sentence.words.len() {
                tag_features(&sentence.words, &tags, at, &mut features);
                learner.score(&features, &mut scores);
                let guess = best(&scores, Tag::ALL.len());
                let right = sentence.tags[at] as u8;
                learner.count();
                if guess != right {
                    learner.update(&features, right, guess);
                }
                tags.push(Tag::ALL[usize::from(guess)]);
            }
        }
    }
    learner
}

/// Tags of every sentence by what was learnt from others.
fn jackknifed(sentences: &[Sentence]) -> Vec<Vec<Tag>> {
    let mut found = vec![Vec::new(); sentences.len()];
    for fold in 0..FOLDS {
        let learnt: Vec<usize> = (0..sentences.len())
            .filter(|number| number / 10 % FOLDS != fold)
            .collect();
        eprintln!("fold {fold}");
        let weights = learn_tags(sentences, &learnt, FOLD_ROUNDS).finish(TAGGER_WEIGHTS);
        let weights: rustc_hash::FxHashMap<u32, Vec<(u8, i16)>> = weights.into_iter().collect();
        let mut features = Vec::new();
        for (number, sentence) in sentences.iter().enumerate() {
            if number / 10 % FOLDS != fold {
                continue;
            }
            let mut tags: Vec<Tag> = Vec::new();
            for at in 0..sentence.words.len() {
                tag_features(&sentence.words, &tags, at, &mut features);
                let mut scores = [0i32; 256];
                for (class, weight) in features
                    .iter()
                    .filter_map(|feature| weights.get(feature))
                    .flatten()
                {
                    scores[usize::from(*class)] += i32::from(*weight);
                }
                tags.push(Tag::ALL[usize::from(best(&scores, Tag::ALL.len()))]);
            }
            found[number] = tags;
        }
    }
    let right: usize = sentences
        .iter()
        .zip(&found)
        .map(|(sentence, tags)| {
            sentence
                .tags
                .iter()
                .zip(tags)
                .filter(|(a, b)| a == b)
                .count()
        })
        .sum();
    let of: usize = found.iter().map(Vec::len).sum();
    eprintln!("tags of folds: {:.4}", right as f64 / of as f64);
    found
}

/// A sentence without its marks, as the parser sees it.
struct Bare {
    words: Vec<(u32, Tag)>,
    gaps: Vec<u32>,
    heads: Vec<u32>,
    relations: Vec<Relation>,
}

impl Bare {
    /// By the given tags; none where nothing but marks is in it. What hangs under a mark goes to the mark's head.
    fn new(sentence: &Sentence, tags: &[Tag]) -> Option<Bare> {
        let (places, gaps) = words_and_gaps(tags);
        let count = sentence.heads.len() as u32;
        let mut root = None;
        let mut heads = Vec::new();
        let mut relations = Vec::new();
        for (number, place) in places.iter().enumerate() {
            let mut head = sentence.heads[*place as usize];
            while head < count && is_mark(tags[head as usize]) {
                head = sentence.heads[head as usize];
            }
            relations.push(sentence.relations[*place as usize]);
            heads.push(match (places.binary_search(&head), root) {
                (Ok(head), _) => head as u32,
                (Err(_), Some(root)) => root,
                (Err(_), None) => {
                    root = Some(number as u32);
                    places.len() as u32
                }
            });
        }
        root?;
        Some(Bare {
            words: places
                .iter()
                .map(|at| (sentence.words[*at as usize].lower, tags[*at as usize]))
                .collect(),
            gaps,
            heads,
            relations,
        })
    }
}

/// Steps that occur: shift, and every relation in the directions that it has.
fn actions(sentences: &[Bare]) -> Vec<Action> {
    let mut counts: BTreeMap<[u8; 2], (usize, Action)> = BTreeMap::new();
    for sentence in sentences {
        for (at, (head, relation)) in sentence.heads.iter().zip(&sentence.relations).enumerate() {
            if *head as usize == sentence.heads.len() {
                continue;
            }
            let action = if (*head as usize) < at {
                Action::Right(*relation)
            } else {
                Action::Left(*relation)
            };
            counts.entry(action.to_bytes()).or_insert((0, action)).0 += 1;
        }
    }
    std::iter::once(Action::Shift)
        .chain(
            counts
                .into_values()
                .filter(|(count, _)| *count >= 10)
                .map(|(_, action)| action),
        )
        .collect()
}

/// What is true of a sentence, for the costs of steps.
struct Gold<'a> {
    heads: &'a [u32],
    relations: &'a [Relation],
    children: Vec<Vec<u32>>,
}

impl<'a> Gold<'a> {
    fn new(sentence: &'a Bare) -> Self {
        let mut children = vec![Vec::new(); sentence.heads.len() + 1];
        for (at, head) in sentence.heads.iter().enumerate() {
            children[*head as usize].push(at as u32);
        }
        Self {
            heads: &sentence.heads,
            relations: &sentence.relations,
            children,
        }
    }

    /// How many true arcs shift, left and right make impossible (Goldberg and Nivre 2013).
    fn costs(&self, state: &State) -> [u32; 3] {
        let next = state.next;
        let (top, below) = match state.stack[..] {
            [.., below, top] => (Some(top), Some(below)),
            [top] => (Some(top), None),
            [] => (None, None),
        };
        let mut costs = [0; 3];
        if next < state.count() {
            let head = self.heads[next as usize];
            let on_stack = |token: &u32| state.stack.binary_search(token).is_ok();
            costs[0] = u32::from(Some(head) != top && on_stack(&head));
            costs[0] += self.children[next as usize]
                .iter()
                .take_while(|child| **child < next)
                .filter(|child| on_stack(child))
                .count() as u32;
        }
        if let Some(top) = top {
            let head = self.heads[top as usize];
            let lost = self.children[top as usize]
                .iter()
                .rev()
                .take_while(|child| **child >= next)
                .count() as u32;
            costs[1] = lost + u32::from(Some(head) == below || head > next);
            costs[2] = lost + u32::from(head >= next);
        }
        costs
    }
}

fn learn_steps(sentences: &[Bare], actions: &[Action], rounds: usize, least: u16) -> Learner {
    let mut learner = Learner::new(least);
    let mut dice = Dice(29);
    let (mut features, mut scores) = (Vec::new(), [0i32; 256]);
    let mut state = State::default();
    let all: Vec<usize> = (0..sentences.len()).collect();
    let kinds: Vec<usize> = actions
        .iter()
        .map(|action| match action {
            Action::Shift => 0,
            Action::Left(_) => 1,
            Action::Right(_) => 2,
        })
        .collect();
    for round in 0..rounds {
        let (mut steps, mut wrong) = (0usize, 0usize);
        for number in shuffled(&all, &mut dice) {
            let sentence = &sentences[number];
            let gold = Gold::new(sentence);
            state.start(sentence.words.iter().copied(), &sentence.gaps);
            while !state.is_done() {
                let allowed = state.allowed();
                if allowed == [true, false, false] {
                    state.apply(Action::Shift);
                    continue;
                }
                let costs = gold.costs(&state);
                let least = (0..3)
                    .filter(|kind| allowed[*kind])
                    .map(|kind| costs[kind])
                    .min()
                    .unwrap_or_default();
                state.features(&mut features);
                learner.score(&features, &mut scores);
                // The relation of the top is told even where its head is lost already.
                let top = state.stack.last().map_or(0, |top| *top as usize);
                let below = state.stack.len().checked_sub(2).map(|at| state.stack[at]);
                let relation = gold.relations.get(top).copied().unwrap_or(Relation::Dep);
                let (mut guess, mut right) = (None, None);
                for (at, action) in actions.iter().enumerate() {
                    let kind = kinds[at];
                    if !allowed[kind] {
                        continue;
                    }
                    let score = scores[at];
                    if guess.is_none_or(|(most, _)| score > most) {
                        guess = Some((score, at));
                    }
                    let true_arc = match kind {
                        1 => gold.heads[top] == state.next,
                        2 => Some(gold.heads[top]) == below,
                        _ => false,
                    };
                    let fits = match action {
                        Action::Shift => true,
                        Action::Left(own) | Action::Right(own) => !true_arc || *own == relation,
                    };
                    if costs[kind] == least && fits && right.is_none_or(|(most, _)| score > most) {
                        right = Some((score, at));
                    }
                }
                let (Some((_, guess)), Some((_, right))) = (guess, right) else {
                    // A true relation that is no step: whatever is allowed.
                    let forced = if allowed[2] {
                        Action::Right(Relation::Dep)
                    } else {
                        Action::Shift
                    };
                    state.apply(forced);
                    continue;
                };
                learner.count();
                steps += 1;
                // Right as well if the guess is among the best, which `right` would then be.
                if guess != right {
                    wrong += 1;
                    learner.update(&features, right as u8, guess as u8);
                }
                let explore = round > 0 && dice.below(10) > 0;
                state.apply(actions[if explore { guess } else { right }]);
            }
        }
        eprintln!(
            "  round {round}: {:.4} of steps right",
            1.0 - wrong as f64 / steps.max(1) as f64
        );
    }
    learner
}

/// Where marks hang, by gold trees.
fn learn_marks(sentences: &[Sentence]) -> Learner {
    let mut learner = Learner::new(1);
    let mut dice = Dice(37);
    let all: Vec<usize> = (0..sentences.len()).collect();
    let (mut features, mut scores) = (Vec::new(), [0i32; 256]);
    for round in 0..6 {
        let (mut right, mut of) = (0usize, 0usize);
        for number in shuffled(&all, &mut dice) {
            let sentence = &sentences[number];
            let (tags, heads) = (&sentence.tags, &sentence.heads);
            let under_mark = |head: &u32| tags.get(*head as usize).is_some_and(|tag| is_mark(*tag));
            if heads.iter().any(under_mark) || tags.iter().all(|tag| is_mark(*tag)) {
                continue;
            }
            let marks = Marks::new(tags, heads, &sentence.relations);
            let (places, _) = words_and_gaps(tags);
            for at in 0..tags.len() {
                if !is_mark(tags[at]) || sentence.relations[at] != Relation::Punct {
                    continue;
                }
                let next = places.partition_point(|place| (*place as usize) < at);
                let before = places[..next].last().copied();
                let choices = marks.choices(at, before, places.get(next).copied(), &mut features);
                learner.score(&features, &mut scores);
                let guess = best(&scores, CHOICES);
                learner.count();
                of += 1;
                if choices[usize::from(guess)] == heads[at] {
                    right += 1;
                    continue;
                }
                // The best of the choices that are the head; none where no choice is.
                let fitting = (0..CHOICES)
                    .filter(|choice| choices[*choice] == heads[at])
                    .max_by_key(|choice| (scores[*choice], CHOICES - choice));
                if let Some(fitting) = fitting {
                    learner.update(&features, fitting as u8, guess);
                }
            }
        }
        eprintln!(
            "  round {round}: {:.4} right",
            right as f64 / of.max(1) as f64
        );
    }
    learner
}

fn learn_parts(sentences: &[Sentence], tags: &[Vec<Tag>]) -> Learner {
    let mut learner = Learner::new(1);
    let mut dice = Dice(31);
    let all: Vec<usize> = (0..sentences.len()).collect();
    let (mut features, mut scores) = (Vec::new(), [0i32; 256]);
    for _ in 0..5 {
        for number in shuffled(&all, &mut dice) {
            let sentence = &sentences[number];
            for (at, word) in sentence.words.iter().enumerate() {
                let relation = sentence.relations[at] as u8;
                upos_features(tags[number][at], word.lower, relation, &mut features);
                learner.score(&features, &mut scores);
                let guess = best(&scores, Upos::ALL.len());
                let right = sentence.upos[at] as u8;
                learner.count();
                if guess != right {
                    learner.update(&features, right, guess);
                }
            }
        }
    }
    learner
}

/// The text that [`Lemmas::read`] reads: what rules and known verbs and nouns do not tell.
fn lemmas(sentences: &[Sentence]) -> String {
    let mut verbs = BTreeSet::new();
    let mut nouns = BTreeSet::new();
    let mut counts: BTreeMap<(u8, String), BTreeMap<String, usize>> = BTreeMap::new();
    for sentence in sentences {
        for (at, form) in sentence.forms.iter().enumerate() {
            let lemma = &sentence.lemmas[at];
            let tag = sentence.tags[at];
            let group = lemma_group(tag);
            if sentence.relations[at] == Relation::Goeswith
                || lemma == "_"
                || lemma.contains([' ', '\t'])
                || group == b'p'
            {
                continue;
            }
            if lemma.bytes().all(|b| b.is_ascii_lowercase()) {
                match group {
                    b'd' | b'g' | b'z' | b'v' => verbs.insert(lemma.clone()),
                    b's' => nouns.insert(lemma.clone()),
                    _ => tag == Tag::Nn && nouns.insert(lemma.clone()),
                };
            }
            let form = form.replace('’', "'").to_lowercase();
            *counts
                .entry((group, form))
                .or_default()
                .entry(lemma.clone())
                .or_default() += 1;
        }
    }
    let join = |words: &BTreeSet<String>| words.iter().cloned().collect::<Vec<_>>().join(" ");
    let mut text = format!("verbs\t{}\nnouns\t{}\n", join(&verbs), join(&nouns));
    let rules = Lemmas::read(Box::leak(text.clone().into_boxed_str()));
    for ((group, form), lemmas) in counts {
        let all: usize = lemmas.values().sum();
        let Some((lemma, count)) = lemmas
            .into_iter()
            .max_by_key(|(lemma, count)| (*count, std::cmp::Reverse(lemma.clone())))
        else {
            continue;
        };
        let tag = Tag::ALL
            .iter()
            .copied()
            .find(|tag| lemma_group(*tag) == group);
        let by_rule = tag.map(|tag| rules.lemma(&form, tag));
        if by_rule.as_deref() != Some(lemma.as_str()) && count * 2 > all {
            text.push_str(&format!("{}\t{form}\t{lemma}\n", char::from(group)));
        }
    }
    text
}
