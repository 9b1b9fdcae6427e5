//! A greedy transition parser: arc-hybrid, labelled, with the root after the last token.

use crate::linear::{Linear, mix};
use crate::names::{Relation, Tag};

/// A step of the parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The next token goes on the stack.
    Shift,
    /// The top of the stack hangs under the next token.
    Left(Relation),
    /// The top of the stack hangs under the one below it.
    Right(Relation),
}

impl Action {
    /// Two bytes that say it.
    pub fn to_bytes(self) -> [u8; 2] {
        match self {
            Action::Shift => [0, 0],
            Action::Left(relation) => [1, relation as u8],
            Action::Right(relation) => [2, relation as u8],
        }
    }

    pub(crate) fn from_bytes(bytes: [u8; 2]) -> Option<Action> {
        let relation = Relation::ALL.get(usize::from(bytes[1])).copied();
        match bytes[0] {
            0 => Some(Action::Shift),
            1 => relation.map(Action::Left),
            2 => relation.map(Action::Right),
            _ => None,
        }
    }
}

/// What features see of a token, and the tokens found under it.
#[derive(Debug, Clone, Copy)]
struct Node {
    word: u32,
    tag: u32,
    /// Outermost and next child on either side.
    left: [u32; 2],
    right: [u32; 2],
    /// How many children on either side.
    lefts: u32,
    rights: u32,
    /// The relations of the children on either side, as bits.
    left_set: u64,
    right_set: u64,
    label: u32,
    /// Kinds of marks right before all that hangs under it, and how many gaps with marks stand before it.
    gap: u32,
    gaps: u32,
}

/// How far the parser is in a sentence.
#[derive(Debug, Default)]
pub struct State {
    /// The tokens, the root, and one that stands for what is not there.
    nodes: Vec<Node>,
    /// Tokens that have no head yet and stand before `next`.
    pub stack: Vec<u32>,
    /// First token that was not yet seen; the number of tokens when all were.
    pub next: u32,
    /// Heads as far as they are known; the number of tokens is the root.
    pub heads: Vec<u32>,
    /// Relations to them.
    pub relations: Vec<Relation>,
}

impl State {
    /// Before the first step. Gaps are those of [`crate::marks::words_and_gaps`]: one more than words.
    pub fn start(&mut self, words: impl Iterator<Item = (u32, Tag)>, gaps: &[u32]) {
        let count = gaps.len().saturating_sub(1);
        let none = count as u32 + 1;
        let mut many = 0;
        let node = |word, tag, gap, gaps| Node {
            word,
            tag,
            left: [none; 2],
            right: [none; 2],
            lefts: 0,
            rights: 0,
            left_set: 0,
            right_set: 0,
            label: 99,
            gap,
            gaps,
        };
        self.nodes.clear();
        self.nodes.extend(words.zip(gaps).map(|((word, tag), gap)| {
            many += u32::from(*gap != 0);
            node(word, tag as u32, *gap, many)
        }));
        let last = gaps.last().copied().unwrap_or_default();
        self.nodes
            .push(node(2, 201, last, many + u32::from(last != 0)));
        self.nodes.push(node(3, 202, 0, 0));
        self.stack.clear();
        self.next = 0;
        self.heads.clear();
        self.heads.resize(count, count as u32);
        self.relations.clear();
        self.relations.resize(count, Relation::Root);
    }

    /// Number of tokens.
    pub fn count(&self) -> u32 {
        self.heads.len() as u32
    }

    /// Whether nothing is left to decide.
    pub fn is_done(&self) -> bool {
        self.next >= self.count() && self.stack.len() <= 1
    }

    /// Whether shift, left and right can be done.
    pub fn allowed(&self) -> [bool; 3] {
        let more = self.next < self.count();
        [more, more && !self.stack.is_empty(), self.stack.len() >= 2]
    }

    /// Does a step that is allowed.
    pub fn apply(&mut self, action: Action) {
        match action {
            Action::Shift => {
                self.stack.push(self.next);
                self.next += 1;
            }
            Action::Left(relation) => {
                if let Some(child) = self.stack.pop() {
                    self.attach(child, self.next, relation);
                    let gap = self.nodes[child as usize].gap;
                    let head = &mut self.nodes[self.next as usize];
                    head.gap = gap;
                    head.left = [child, head.left[0]];
                    head.lefts += 1;
                    head.left_set |= 1 << (relation as u64 & 63);
                }
            }
            Action::Right(relation) => {
                if let Some(child) = self.stack.pop()
                    && let Some(above) = self.stack.last().copied()
                {
                    self.attach(child, above, relation);
                    let head = &mut self.nodes[above as usize];
                    head.right = [child, head.right[0]];
                    head.rights += 1;
                    head.right_set |= 1 << (relation as u64 & 63);
                }
            }
        }
    }

    fn attach(&mut self, child: u32, head: u32, relation: Relation) {
        self.heads[child as usize] = head;
        self.relations[child as usize] = relation;
        self.nodes[child as usize].label = relation as u32;
    }

    /// Features of the state.
    pub fn features(&self, out: &mut Vec<u32>) {
        let none = self.count() + 1;
        let on_stack = |depth: usize| {
            let place = self.stack.len().checked_sub(depth + 1);
            place.map_or(none, |place| self.stack[place])
        };
        let ahead = |step: u32| (self.next + step).min(none);
        let node = |at: u32| &self.nodes[at as usize];
        let (s0p, s1p, b0p) = (on_stack(0), on_stack(1), ahead(0));
        let (s0, s1, s2) = (node(s0p), node(s1p), node(on_stack(2)));
        let (b0, b1, b2, b3) = (node(b0p), node(ahead(1)), node(ahead(2)), node(ahead(3)));
        let (s0l, s0l2) = (node(s0.left[0]), node(s0.left[1]));
        let (s0r, s0r2) = (node(s0.right[0]), node(s0.right[1]));
        let (s1l, s1l2) = (node(s1.left[0]), node(s1.left[1]));
        let (s1r, s1r2) = (node(s1.right[0]), node(s1.right[1]));
        let (b0l, b0l2) = (node(b0.left[0]), node(b0.left[1]));
        let (s2r, s2l) = (node(s2.right[0]), node(s2.left[0]));
        let distance = |from: u32, to: u32| {
            if from == none || to == none {
                return 0;
            }
            match to.saturating_sub(from) {
                far @ 0..=4 => far,
                5..=7 => 5,
                8..=12 => 6,
                _ => 7,
            }
        };
        let d = distance(s0p, b0p);
        let e = distance(s1p, s0p);
        out.clear();
        let mut template = 100;
        let mut push = |parts: &[u32]| {
            template += 1;
            out.push(mix(template, parts));
        };
        push(&[]);
        // Single tokens.
        for node in [s0, s1, b0, b1] {
            push(&[node.word]);
            push(&[node.tag]);
            push(&[node.word, node.tag]);
        }
        push(&[s2.word, s2.tag]);
        push(&[s2.tag]);
        push(&[b2.word, b2.tag]);
        push(&[b2.tag]);
        push(&[b3.tag]);
        // Pairs.
        for (a, b) in [(s0, b0), (s1, s0), (s1, b0)] {
            push(&[a.word, a.tag, b.word, b.tag]);
            push(&[a.word, b.word]);
            push(&[a.word, a.tag, b.tag]);
            push(&[a.tag, b.word, b.tag]);
            push(&[a.tag, b.tag]);
        }
        push(&[b0.word, b1.word]);
        push(&[b0.tag, b1.tag]);
        push(&[b0.word, b1.tag]);
        push(&[b0.tag, b1.word]);
        push(&[s0.word, b1.word]);
        push(&[s0.tag, b1.tag]);
        push(&[s2.tag, s0.tag]);
        push(&[s2.word, s0.word]);
        push(&[s2.tag, b0.tag]);
        // Three and four tokens.
        push(&[b0.tag, b1.tag, b2.tag]);
        push(&[s0.tag, b0.tag, b1.tag]);
        push(&[s0.word, b0.tag, b1.tag]);
        push(&[s0.tag, b0.word, b1.tag]);
        push(&[s0.word, b0.word, b1.word]);
        push(&[s0.tag, b0.tag, b1.tag, b2.tag]);
        push(&[b0.tag, b1.tag, b2.tag, b3.tag]);
        push(&[s1.tag, s0.tag, b0.tag]);
        push(&[s1.word, s0.tag, b0.tag]);
        push(&[s1.tag, s0.word, b0.tag]);
        push(&[s1.tag, s0.tag, b0.word]);
        push(&[s1.word, s0.word, b0.word]);
        push(&[s1.word, s0.tag, b0.word]);
        push(&[s1.tag, s0.tag, b0.tag, b1.tag]);
        push(&[s1.tag, s0.tag, b0.word, b1.tag]);
        push(&[s1.word, b0.word, b1.tag]);
        push(&[s2.tag, s1.tag, s0.tag]);
        push(&[s2.tag, s1.tag, s0.tag, b0.tag]);
        push(&[s2.tag, s1.tag, b0.word]);
        push(&[s2.word, s1.tag, s0.tag]);
        // Children.
        for (head, child) in [(s0, s0l), (s0, s0r), (s1, s1l), (s1, s1r), (b0, b0l)] {
            push(&[child.word]);
            push(&[child.tag, child.label]);
            push(&[head.tag, child.tag, child.label]);
            push(&[head.word, child.label]);
            push(&[head.tag, child.word]);
        }
        for (head, one, two) in [
            (s0, s0l, s0l2),
            (s0, s0r, s0r2),
            (s1, s1l, s1l2),
            (s1, s1r, s1r2),
            (b0, b0l, b0l2),
        ] {
            push(&[head.tag, one.tag, two.tag]);
            push(&[head.tag, one.label, two.label]);
        }
        push(&[s0.tag, s0l.tag, b0.tag]);
        push(&[s0.tag, s0r.tag, b0.tag]);
        push(&[s0.tag, b0.tag, b0l.tag]);
        push(&[s0.tag, b0.tag, b0l.word]);
        push(&[s0.tag, s0l.word, b0.tag]);
        push(&[s1.tag, s1l.tag, s0.tag]);
        push(&[s1.tag, s1r.tag, s0.tag]);
        push(&[s1.tag, s1r.label, s0.tag]);
        push(&[s1.tag, s0.tag, s0l.tag]);
        push(&[s1.tag, s0.tag, s0r.tag]);
        push(&[s1.tag, s0.tag, s0l.word]);
        push(&[s1.word, s0.tag, s0l.word]);
        push(&[s1.word, s0.word, s0l.word]);
        push(&[s1.tag, s0.word, s0l.label]);
        push(&[s1.tag, s0.tag, s0l.label, s0r.label]);
        push(&[s1.tag, s0.tag, s0l.label, s0l2.label]);
        push(&[s1.word, s1r.label, s0.tag]);
        push(&[s2.tag, s2r.label, s1.tag, s0.tag]);
        push(&[s2.tag, s2l.label, s0.tag]);
        // Distances.
        push(&[s0.word, d]);
        push(&[s0.tag, d]);
        push(&[b0.word, d]);
        push(&[b0.tag, d]);
        push(&[s0.tag, b0.tag, d]);
        push(&[s1.tag, s0.tag, e]);
        push(&[s1.word, e]);
        push(&[s0.word, e, 1]);
        push(&[s1.tag, s0.tag, b0.tag, d, e]);
        // Marks between.
        let between = |from: &Node, to: &Node| to.gaps.saturating_sub(from.gaps).min(3);
        let (f, g) = (between(s0, b0), between(s1, s0));
        push(&[b0.gap]);
        push(&[b0.gap, s0.tag, b0.tag]);
        push(&[b0.gap, s0.word]);
        push(&[b0.gap, b0.word]);
        push(&[b0.gap, b1.gap, b0.tag, b1.tag]);
        push(&[s0.gap, s1.tag, s0.tag]);
        push(&[s0.gap, s1.word]);
        push(&[s0.gap, s0.word]);
        push(&[s0.gap, s1.tag, s0.tag, b0.gap]);
        push(&[s1.gap, s0.gap, b0.gap]);
        push(&[s1.gap, s0.gap, s1.tag, s0.tag]);
        push(&[s0.gap, b0.gap, s0.tag, b0.word]);
        push(&[s0.gap, s1r.label, s1.tag, s0.tag]);
        push(&[s0.gap, b0.gap, s0.tag, b0.tag]);
        push(&[f, s0.tag, b0.tag]);
        push(&[g, s1.tag, s0.tag]);
        push(&[g, b0.gap, s1.tag, s0.tag]);
        push(&[g, b0.gap, s1.tag, s0.tag, b0.tag]);
        push(&[g, s1.word]);
        push(&[g, s0.word]);
        push(&[g, s0.tag, s0l.word]);
        // How many children, and which relations.
        for (node, many, set) in [
            (s0, s0.lefts, s0.left_set),
            (s0, s0.rights, s0.right_set),
            (s1, s1.lefts, s1.left_set),
            (s1, s1.rights, s1.right_set),
            (b0, b0.lefts, b0.left_set),
        ] {
            let set = (set ^ set >> 32) as u32 ^ (set >> 17) as u32;
            push(&[node.word, many]);
            push(&[node.tag, many]);
            push(&[node.word, set]);
            push(&[node.tag, set]);
        }
        let set = |set: u64| (set ^ set >> 32) as u32 ^ (set >> 17) as u32;
        push(&[s1.tag, set(s1.right_set), s0.tag, set(s0.left_set)]);
        push(&[s0.tag, set(s0.left_set), b0.tag, set(b0.left_set)]);
        push(&[s1.tag, set(s1.left_set), s0.tag, b0.tag]);
        push(&[s0.tag, set(s0.right_set), b0.tag, b1.tag]);
    }
}

/// Takes a started state to its end.
pub(crate) fn run(model: &Linear, actions: &[Action], state: &mut State) {
    let mut features = Vec::with_capacity(160);
    while !state.is_done() {
        let allowed = state.allowed();
        // Only one thing can be done at the start.
        if allowed == [true, false, false] {
            state.apply(Action::Shift);
            continue;
        }
        state.features(&mut features);
        let mut scores = [0i32; 256];
        model.add(&features, &mut scores);
        let mut best = None;
        for (action, score) in actions.iter().zip(scores) {
            let kind = match action {
                Action::Shift => 0,
                Action::Left(_) => 1,
                Action::Right(_) => 2,
            };
            if allowed[kind] && best.is_none_or(|(most, _)| score > most) {
                best = Some((score, *action));
            }
        }
        let forced = if allowed[2] {
            Action::Right(Relation::Dep)
        } else {
            Action::Shift
        };
        state.apply(best.map_or(forced, |(_, action)| action));
    }
}
