//! The article of a page: text is cut into blocks, elements are dropped by what they are called and what they hold, and
//! the article is the smallest element that holds most of the running text that is left. No word of the text decides
//! here; that is the block filter's part (`furniture`).

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::markup::Block;
use crate::metadata;
use crate::table::rows;
use crate::tree::{Tag, Tree, breaks};

/// Kinds of elements by their names.
const BODY: u8 = 1;
const DROP: u8 = 2;
const COMMENTS: u8 = 4;
const CAPTION: u8 = 8;
const AUTHOR: u8 = 16;

static NAMES: LazyLock<(AhoCorasick, Vec<u8>)> = LazyLock::new(|| {
    let (mut patterns, mut kinds) = (Vec::new(), Vec::new());
    for [kind, pattern] in rows::<2>(include_str!("../data/page_names.csv")) {
        patterns.push(pattern);
        kinds.push(match kind {
            "body" => BODY,
            "drop" => DROP,
            "comments" => COMMENTS,
            "caption" => CAPTION,
            "author" => AUTHOR,
            _ => 0,
        });
    }
    #[allow(clippy::unwrap_used, reason = "the patterns are a table of ours")]
    let automaton = AhoCorasick::new(patterns).unwrap();
    (automaton, kinds)
});

/// What a page's article is made of.
#[derive(Debug, Default)]
pub(crate) struct Extracted {
    /// Blocks of the article, furniture by structure left out.
    pub(crate) blocks: Vec<Block>,
    /// Captions of pictures inside the article.
    pub(crate) captions: Vec<String>,
    /// Addresses that the article links to.
    pub(crate) links: Vec<String>,
    /// Its paragraphs are lines between breaks, in no elements of their own: the page's structure tells nothing.
    pub(crate) flat: bool,
    /// Running text of the article, in characters outside links.
    pub(crate) running: usize,
    /// Headlines of other stories on the page.
    pub(crate) teasers: usize,
}

/// A block with its place.
struct Placed {
    block: Block,
    /// Node of its first text.
    node: u32,
    /// Nearest element that begins a line.
    owner: u32,
    /// Inside an element that is dropped.
    dropped: bool,
    caption: bool,
    good: u32,
}

/// Finds the article; the title, where it is known, tells it from other stories on the page.
/// `lenient` reads pages whose article stands in what is furniture elsewhere: hidden, or named as comments or boxes.
pub(crate) fn extract(tree: &Tree, title: &str, lenient: bool) -> Extracted {
    let mut kinds = kinds(tree);
    if lenient {
        kinds.iter_mut().for_each(|kind| *kind &= BODY | CAPTION);
    }
    let mut blocks = blocks(tree, lenient);
    for placed in &mut blocks {
        placed.good = good(tree, placed);
    }
    let all = sums(tree, &blocks, |_| true);
    let total = held(&all, tree, 0);
    let heading = title_heading(tree, &blocks, title);
    let mut dropped = dropped(tree, &kinds, &all, total);
    let teasers = drop_teasers(tree, &blocks, &all, heading, &mut dropped);
    mark(tree, &kinds, &dropped, &mut blocks);
    let sums = self::sums(tree, &blocks, |placed| !placed.dropped);
    let container = container(tree, &kinds, &sums, heading);
    let range = container as u32..tree.nodes[container].end;
    let mut out = Extracted {
        running: held(&sums, tree, container) as usize,
        teasers,
        ..Extracted::default()
    };
    let inside: Vec<&Placed> = blocks
        .iter()
        .filter(|placed| range.contains(&placed.node))
        .collect();
    out.captions = inside
        .iter()
        .filter(|placed| placed.caption)
        .map(|placed| placed.block.text.clone())
        .collect();
    let (mut lined, mut flat) = (0, 0);
    for placed in inside.iter().filter(|placed| !placed.dropped) {
        match tree.nodes[placed.owner as usize].tag {
            Tag::Break | Tag::Block | Tag::Body | Tag::Article | Tag::Main => flat += placed.good,
            _ => lined += placed.good,
        }
    }
    let blocks_of_container = inside
        .iter()
        .filter(|placed| placed.owner as usize == container)
        .count();
    out.flat = flat > lined && blocks_of_container * 2 > inside.len();
    let lists = link_lists(tree, &inside);
    if let Some(heading) = heading.filter(|&heading| heading < container) {
        let lead: Vec<&Placed> = blocks
            .iter()
            .filter(|placed| {
                (heading as u32 + 1..container as u32).contains(&placed.node)
                    && !placed.dropped
                    && !placed.block.heading
                    && placed.good >= 40
            })
            .collect();
        if lead.len() <= 2 {
            out.blocks
                .extend(lead.iter().map(|placed| placed.block.clone()));
        }
    }
    out.blocks.extend(
        inside
            .iter()
            .filter(|placed| {
                !placed.dropped && !lists.iter().any(|list| list.contains(&placed.node))
            })
            .map(|placed| placed.block.clone()),
    );
    for (node, dropped) in dropped
        .iter()
        .enumerate()
        .take(range.end as usize)
        .skip(container)
    {
        if tree.nodes[node].tag == Tag::A && !tree.value(node).is_empty() && !dropped {
            out.links.push(tree.value(node).to_string());
        }
    }
    out
}

/// The heading on the page that says what the title says.
fn title_heading(tree: &Tree, blocks: &[Placed], title: &str) -> Option<usize> {
    let headings = || blocks.iter().filter(|placed| placed.block.heading);
    let level = |placed: &Placed| match tree.nodes[placed.owner as usize].tag {
        Tag::Heading(level) => level,
        _ => 9,
    };
    // The tab's title may be another than the one that is shared.
    let titles = [title, tree.title.as_str()];
    headings()
        .filter(|placed| {
            titles
                .iter()
                .any(|title| !title.is_empty() && metadata::alike(&placed.block.text, title))
        })
        .min_by_key(|placed| level(placed))
        .or_else(|| headings().find(|placed| level(placed) == 1))
        .map(|placed| placed.node as usize)
}

/// Other stories: a heading that is all link, and the box around it that holds little text.
fn drop_teasers(
    tree: &Tree,
    blocks: &[Placed],
    sums: &[u32],
    heading: Option<usize>,
    dropped: &mut [bool],
) -> usize {
    let mut count = 0;
    let total = held(sums, tree, 0);
    let most = (total / 10).max(200);
    for placed in blocks.iter().filter(|placed| placed.block.heading) {
        let length = placed
            .block
            .text
            .chars()
            .filter(|c| !c.is_whitespace())
            .count();
        if dropped[placed.node as usize] || length < 12 || placed.block.linked * 10 < length * 9 {
            continue;
        }
        count += 1;
        let mut node = placed.owner as usize;
        let inner = node..tree.nodes[node].end as usize;
        let own_page = inner
            .clone()
            .chain(std::iter::once(tree.nodes[node].parent as usize))
            .any(|inside| tree.nodes[inside].tag == Tag::A && tree.value(inside).starts_with('#'));
        if own_page || heading.is_some_and(|heading| inner.contains(&heading)) {
            continue;
        }
        loop {
            let parent = tree.nodes[node].parent as usize;
            let holds = heading.is_some_and(|heading| {
                (parent..tree.nodes[parent].end as usize).contains(&heading)
            });
            if parent == 0
                || holds
                || held(sums, tree, parent) > most
                || matches!(tree.nodes[parent].tag, Tag::Body | Tag::Main)
            {
                break;
            }
            node = parent;
        }
        for flag in &mut dropped[node..tree.nodes[node].end as usize] {
            *flag = true;
        }
    }
    count
}

/// Lists whose items are links and little else.
fn link_lists(tree: &Tree, inside: &[&Placed]) -> Vec<Range<u32>> {
    let mut lists: Vec<(u32, usize, usize, usize)> = Vec::new();
    for placed in inside {
        let mut node = placed.owner as usize;
        while node > 0 && tree.nodes[node].tag != Tag::List {
            node = tree.nodes[node].parent as usize;
        }
        if node == 0 {
            continue;
        }
        let length = placed
            .block
            .text
            .chars()
            .filter(|c| !c.is_whitespace())
            .count();
        match lists
            .iter_mut()
            .rev()
            .take(4)
            .find(|list| list.0 == node as u32)
        {
            Some(list) => {
                list.1 += length;
                list.2 += placed.block.linked;
                list.3 += 1;
            }
            None => lists.push((node as u32, length, placed.block.linked, 1)),
        }
    }
    lists
        .into_iter()
        .filter(|&(_, length, linked, _)| linked * 10 > length * 7)
        .map(|(node, ..)| node..tree.nodes[node as usize].end)
        .collect()
}

/// A paragraph with so much running text is the article's, or a comment's or caption's whose parent says so.
const PROSE: u32 = 160;

/// What each element is called.
fn kinds(tree: &Tree) -> Vec<u8> {
    let (automaton, kinds) = &*NAMES;
    (0..tree.nodes.len())
        .map(|node| {
            let names = tree.names(node);
            if names.is_empty() {
                return 0;
            }
            automaton
                .find_overlapping_iter(names)
                .fold(0, |all, found| all | kinds[found.pattern().as_usize()])
        })
        .collect()
}

/// Cuts the page into blocks.
fn blocks(tree: &Tree, hidden: bool) -> Vec<Placed> {
    let mut out: Vec<Placed> = Vec::new();
    let mut text = String::new();
    let (mut linked, mut first) = (0usize, 0u32);
    // Open elements: end, whether it breaks lines, whether it is a link, level of heading.
    let mut open: Vec<(u32, bool, bool, bool, u32)> = Vec::new();
    let flush = |text: &mut String,
                 linked: &mut usize,
                 first: u32,
                 open: &[(u32, bool, bool, bool, u32)],
                 out: &mut Vec<Placed>| {
        let trimmed = text.trim();
        if !trimmed.is_empty() {
            out.push(Placed {
                block: Block {
                    text: trimmed.to_string(),
                    linked: *linked,
                    heading: open.iter().any(|element| element.3),
                    aside: false,
                },
                node: first,
                owner: open
                    .iter()
                    .rev()
                    .find(|element| element.1)
                    .map_or(0, |element| element.4),
                dropped: false,
                caption: false,
                good: 0,
            });
        }
        text.clear();
        *linked = 0;
    };
    let mut node = 0;
    while node < tree.nodes.len() {
        while let Some(&(end, broke, ..)) = open.last() {
            if end as usize > node {
                break;
            }
            if broke {
                flush(&mut text, &mut linked, first, &open, &mut out);
            }
            open.pop();
        }
        let element = &tree.nodes[node];
        match element.tag {
            Tag::Text => {
                if text.is_empty() {
                    first = node as u32;
                }
                let in_link = open.iter().any(|element| element.2);
                let mut space = text.is_empty() || text.ends_with(' ');
                for c in tree.text(node).chars() {
                    if c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}') {
                        if !space && c.is_whitespace() {
                            text.push(' ');
                            space = true;
                        }
                    } else if !c.is_control() {
                        text.push(c);
                        linked += usize::from(in_link);
                        space = false;
                    }
                }
            }
            Tag::Hidden => {
                node = element.end as usize;
                continue;
            }
            _ if element.hidden && !hidden && !matches!(element.tag, Tag::Body) => {
                node = element.end as usize;
                continue;
            }
            tag => {
                let line = breaks(tag) && !(tag == Tag::Cell && is_plain(tree, node));
                if tag == Tag::Cell && !line && !text.is_empty() && !text.ends_with(' ') {
                    text.push(' ');
                }
                if line {
                    flush(&mut text, &mut linked, first, &open, &mut out);
                }
                open.push((
                    element.end,
                    line,
                    tag == Tag::A,
                    matches!(tag, Tag::Heading(_)),
                    node as u32,
                ));
            }
        }
        node += 1;
    }
    flush(&mut text, &mut linked, first, &open, &mut out);
    out
}

/// A cell of data: little text, no lines of its own.
fn is_plain(tree: &Tree, cell: usize) -> bool {
    let inside = cell + 1..tree.nodes[cell].end as usize;
    inside.len() <= 12
        && inside
            .clone()
            .all(|node| !breaks(tree.nodes[node].tag) || tree.nodes[node].tag == Tag::Break)
        && inside
            .map(|node| tree.text(node).trim().len())
            .sum::<usize>()
            <= 200
}

/// Running text in a block: its characters outside links, if it reads like prose.
fn good(tree: &Tree, placed: &Placed) -> u32 {
    let block = &placed.block;
    let length = block.text.chars().count();
    if block.heading || length < 25 || block.linked * 2 > length {
        return 0;
    }
    let prose = block.text.chars().any(|c| {
        matches!(
            c,
            '.' | ',' | '!' | '?' | ';' | '。' | '،' | '、' | '।' | '؟'
        )
    });
    let plain = length - block.linked;
    let value = match tree.nodes[placed.owner as usize].tag {
        Tag::P | Tag::Quote => plain,
        Tag::Item | Tag::Cell => plain / 2,
        _ if length >= 80 => plain,
        _ => plain / 2,
    };
    if prose {
        value as u32
    } else {
        value as u32 / 4
    }
}

/// Running text before each node.
fn sums(tree: &Tree, blocks: &[Placed], counts: impl Fn(&Placed) -> bool) -> Vec<u32> {
    let mut sums = vec![0u32; tree.nodes.len() + 1];
    for placed in blocks.iter().filter(|placed| counts(placed)) {
        sums[placed.node as usize + 1] += placed.good;
    }
    for index in 1..sums.len() {
        sums[index] = sums[index].saturating_add(sums[index - 1]);
    }
    sums
}

/// Running text in a subtree.
fn held(sums: &[u32], tree: &Tree, node: usize) -> u32 {
    sums[tree.nodes[node].end as usize] - sums[node]
}

/// Which elements are furniture by name: never those that hold most of the page's text.
fn dropped(tree: &Tree, kinds: &[u8], sums: &[u32], total: u32) -> Vec<bool> {
    let mut out = vec![false; tree.nodes.len()];
    let mut node = 0;
    while node < tree.nodes.len() {
        let element = &tree.nodes[node];
        let kind = kinds[node];
        let by_tag = matches!(element.tag, Tag::Furniture | Tag::Caption);
        let by_name = kind & (DROP | COMMENTS | CAPTION | AUTHOR) != 0
            && kind & BODY == 0
            && !matches!(element.tag, Tag::Body | Tag::Main)
            // A long paragraph is text, whatever it is called.
            && !(element.tag == Tag::P && held(sums, tree, node) >= PROSE);
        if by_tag || by_name {
            let share = u64::from(held(sums, tree, node)) * 100 / u64::from(total.max(1));
            let limit = if kind & COMMENTS != 0 { 85 } else { 40 };
            if share < limit {
                for flag in &mut out[node..element.end as usize] {
                    *flag = true;
                }
                node = element.end as usize;
                continue;
            }
        }
        node += 1;
    }
    out
}

fn mark(tree: &Tree, kinds: &[u8], dropped: &[bool], blocks: &mut [Placed]) {
    for placed in blocks {
        placed.dropped = dropped[placed.node as usize];
        let mut node = placed.owner as usize;
        while placed.dropped && node > 0 {
            if tree.nodes[node].tag == Tag::Caption || kinds[node] & CAPTION != 0 {
                placed.caption = true;
                break;
            }
            node = tree.nodes[node].parent as usize;
        }
    }
}

/// The element that holds the article: the story around the title's heading where other stories stand beside it, and in
/// it the smallest element with most of the running text.
fn container(tree: &Tree, kinds: &[u8], sums: &[u32], heading: Option<usize>) -> usize {
    let total = held(sums, tree, 0);
    let mut root = 0;
    if let Some(heading) = heading {
        let mut node = heading;
        while node > 0 {
            node = tree.nodes[node].parent as usize;
            let holds = u64::from(held(sums, tree, node)) * 100;
            let share = if tree.nodes[node].tag == Tag::Article {
                15
            } else {
                AROUND_TITLE
            };
            if holds >= 30_000 && holds >= u64::from(total) * share {
                root = node;
                break;
            }
        }
    }
    let whole = held(sums, tree, root);
    // An element that is called the body.
    let named = (root..tree.nodes[root].end as usize)
        .filter(|&node| {
            kinds[node] & BODY != 0
                && u64::from(held(sums, tree, node)) * 100 >= u64::from(whole) * 55
                && held(sums, tree, node) >= 200
        })
        .min_by_key(|&node| {
            (
                std::cmp::Reverse(held(sums, tree, node)),
                std::cmp::Reverse(node),
            )
        });
    let found = match named {
        Some(node) => descend(tree, sums, node, 97),
        None => descend(tree, sums, root, 85),
    };
    with_siblings(tree, sums, found, root)
}

/// Share of the page's running text that the element around the title must hold to be the story.
const AROUND_TITLE: u64 = 45;

/// A body cut into pieces by boxes: its pieces are siblings of one name, or of one name one level up.
fn with_siblings(tree: &Tree, sums: &[u32], found: usize, root: usize) -> usize {
    let (mut node, mut best) = (found, found);
    for _ in 0..6 {
        if node == root || node == 0 || tree.nodes[node].tag == Tag::Article {
            break;
        }
        let parent = tree.nodes[node].parent as usize;
        let name = first_name(tree.names(node));
        let mut pieces = 0;
        let mut child = parent + 1;
        while child < tree.nodes[parent].end as usize {
            if child != node
                && tree.nodes[child].tag == tree.nodes[node].tag
                && first_name(tree.names(child)) == name
            {
                pieces += held(sums, tree, child);
            }
            child = tree.nodes[child].end as usize;
        }
        if u64::from(pieces) * 100 >= u64::from(held(sums, tree, node)) * 8 {
            best = parent;
        }
        node = parent;
    }
    best
}

fn first_name(names: &str) -> &str {
    names.split(' ').next().unwrap_or_default()
}

fn descend(tree: &Tree, sums: &[u32], from: usize, share: u64) -> usize {
    let mut node = from;
    loop {
        let here = held(sums, tree, node);
        let mut child = node + 1;
        let mut next = None;
        while child < tree.nodes[node].end as usize {
            let holds = held(sums, tree, child);
            if holds > 0
                && u64::from(holds) * 100 >= u64::from(here) * share
                && holds_blocks(tree.nodes[child].tag)
            {
                next = Some(child);
                break;
            }
            child = tree.nodes[child].end as usize;
        }
        match next {
            Some(child) => node = child,
            None => return node,
        }
    }
}

/// Whether an element may hold an article's blocks.
fn holds_blocks(tag: Tag) -> bool {
    !matches!(
        tag,
        Tag::Text
            | Tag::P
            | Tag::Heading(_)
            | Tag::Item
            | Tag::List
            | Tag::A
            | Tag::Inline
            | Tag::Quote
            | Tag::Pre
    )
}
