//! Marks of punctuation: the parser does not see them as tokens, only as gaps between words; afterwards each is hung
//! under one of a few words around it.

use crate::linear::mix;
use crate::names::{Relation, Tag};

/// Whether a token with this tag is a mark.
pub fn is_mark(tag: Tag) -> bool {
    kind(tag) != 0
}

/// The kind of a mark as a bit; none for words.
fn kind(tag: Tag) -> u32 {
    match tag {
        Tag::Comma => 1,
        Tag::Colon | Tag::Nfp => 2,
        Tag::OpenQuote => 4,
        Tag::CloseQuote => 8,
        Tag::OpenBracket => 16,
        Tag::CloseBracket => 32,
        Tag::Hyph => 64,
        Tag::Period => 128,
        _ => 0,
    }
}

/// The words among tokens, and for each and for the end which kinds of marks stand right before it.
pub fn words_and_gaps(tags: &[Tag]) -> (Vec<u32>, Vec<u32>) {
    let mut words = Vec::with_capacity(tags.len());
    let mut gaps = Vec::with_capacity(tags.len() + 1);
    let mut gap = 0;
    for (at, tag) in tags.iter().enumerate() {
        match kind(*tag) {
            0 => {
                words.push(at as u32);
                gaps.push(gap);
                gap = 0;
            }
            kind => gap |= kind,
        }
    }
    gaps.push(gap);
    (words, gaps)
}

/// What a mark can hang under.
pub const CHOICES: usize = 6;

/// A sentence whose words have heads, ready to take its marks.
#[derive(Debug)]
pub struct Marks<'a> {
    tags: &'a [Tag],
    heads: &'a [u32],
    relations: &'a [Relation],
    /// First and last word under every word.
    first: Vec<u32>,
    last: Vec<u32>,
    /// The other one of a pair of quotes or brackets; itself if there is none.
    pair: Vec<u32>,
    root: u32,
}

impl<'a> Marks<'a> {
    /// Of tokens whose words have heads; the root's head is their number. Heads of marks are not looked at.
    pub fn new(tags: &'a [Tag], heads: &'a [u32], relations: &'a [Relation]) -> Self {
        let count = tags.len() as u32;
        let words = || (0..count).filter(|at| !is_mark(tags[*at as usize]));
        let mut first: Vec<u32> = vec![count; tags.len()];
        let mut last: Vec<u32> = vec![count; tags.len()];
        // A word is the first under those above it that have none yet; so the whole takes linear time.
        for word in words() {
            let mut at = word;
            while at < count && first[at as usize] == count {
                first[at as usize] = word;
                at = heads[at as usize];
            }
        }
        for word in words().rev() {
            let mut at = word;
            while at < count && last[at as usize] == count {
                last[at as usize] = word;
                at = heads[at as usize];
            }
        }
        let mut pair: Vec<u32> = (0..count).collect();
        let mut open: Vec<(u32, Tag)> = Vec::new();
        for (at, tag) in tags.iter().enumerate() {
            let opening = match tag {
                Tag::OpenQuote | Tag::OpenBracket => {
                    open.push((at as u32, *tag));
                    continue;
                }
                Tag::CloseQuote => Tag::OpenQuote,
                Tag::CloseBracket => Tag::OpenBracket,
                _ => continue,
            };
            if let Some((other, _)) = open.pop_if(|(_, tag)| *tag == opening) {
                pair[at] = other;
                pair[other as usize] = at as u32;
            }
        }
        let root = words().find(|word| heads[*word as usize] >= count);
        Self {
            tags,
            heads,
            relations,
            first,
            last,
            pair,
            root: root.unwrap_or_default(),
        }
    }

    /// The highest word above `from` that meets a condition, all below it meeting it as well.
    fn climb(&self, from: u32, fits: impl Fn(u32) -> bool) -> u32 {
        let mut at = from;
        loop {
            let head = self.heads[at as usize];
            if head as usize >= self.heads.len() || !fits(head) {
                return at;
            }
            at = head;
        }
    }

    fn word(&self, mut places: impl Iterator<Item = usize>) -> Option<u32> {
        let found = places.find(|at| !is_mark(self.tags[*at]))?;
        Some(found as u32)
    }

    /// What a mark can hang under, and the features that say which. The words before and after it, from `before` and
    /// `after`, save looking for them.
    pub fn choices(
        &self,
        mark: usize,
        before: Option<u32>,
        after: Option<u32>,
        features: &mut Vec<u32>,
    ) -> [u32; CHOICES] {
        let at = mark as u32;
        let count = self.tags.len();
        let pair = self.pair[mark];
        let ended = before.map(|word| self.climb(word, |above| self.last[above as usize] < at));
        let begun = after.map(|word| self.climb(word, |above| self.first[above as usize] > at));
        let (low, high) = (pair.min(at) as usize, pair.max(at) as usize);
        let inside = if pair == at {
            None
        } else {
            self.word(low..high)
                .map(|word| self.climb(word, |above| (low..high).contains(&(above as usize))))
        };
        let around = ended
            .or(begun)
            .map(|word| self.heads[word as usize])
            .filter(|head| (*head as usize) < count)
            .unwrap_or(self.root);
        let relation =
            |word: Option<u32>| word.map_or(99, |word| self.relations[word as usize] as u32);
        let tag = |word: Option<u32>| word.map_or(99, |word| self.tags[word as usize] as u32);
        let under = |word: Option<u32>| {
            word.map_or(2, |word| u32::from(self.heads[word as usize] == around))
        };
        let own = kind(self.tags[mark]);
        let (l, r) = (relation(ended), relation(begun));
        let paired = u32::from(pair != at) + u32::from(pair < at);
        let (same_l, same_r) = (under(ended), under(begun));
        features.clear();
        let mut template = 300;
        let mut push = |parts: &[u32]| {
            template += 1;
            features.push(mix(template, parts));
        };
        push(&[own, paired]);
        push(&[own, l]);
        push(&[own, r]);
        push(&[own, l, r]);
        push(&[own, l, r, same_l, same_r]);
        push(&[own, same_l, same_r]);
        push(&[own, l, tag(ended)]);
        push(&[own, r, tag(begun)]);
        push(&[own, tag(before), tag(after)]);
        push(&[own, tag(ended), tag(begun)]);
        push(&[own, relation(Some(around)), l]);
        push(&[own, relation(Some(around)), r]);
        push(&[own, relation(before), relation(after)]);
        push(&[own, paired, l, r]);
        push(&[
            own,
            u32::from(ended == before),
            u32::from(begun == after),
            l,
            r,
        ]);
        [
            ended.unwrap_or(self.root),
            begun.unwrap_or(self.root),
            around,
            inside.or(ended).unwrap_or(self.root),
            self.root,
            begun
                .map(|word| self.heads[word as usize])
                .filter(|head| (*head as usize) < count)
                .unwrap_or(self.root),
        ]
    }
}
