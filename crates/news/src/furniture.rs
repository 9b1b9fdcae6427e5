//! The block filter: which blocks of a page are furniture (related articles, sponsored boxes, ad-block and cookie
//! notices, newsletter prompts, share bars, author notes, teasers of other stories). Works on flat pages and plain
//! text, where no element tells. The words stand in `data/furniture.csv`.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::markup::Block;
use crate::table::rows;

struct Cues {
    exact: HashSet<&'static str>,
    opener: HashSet<&'static str>,
    label: HashSet<&'static str>,
    prefix: Vec<&'static str>,
    contains: aho_corasick::AhoCorasick,
    bio: aho_corasick::AhoCorasick,
}

static CUES: LazyLock<Cues> = LazyLock::new(|| {
    let of = |kind: &'static str| {
        rows::<2>(include_str!("../data/furniture.csv"))
            .filter(move |[match_kind, _]| *match_kind == kind)
            .map(|[_, text]| text)
    };
    #[allow(clippy::unwrap_used, reason = "the patterns are a table of ours")]
    let automaton = |kind| aho_corasick::AhoCorasick::new(of(kind)).unwrap();
    Cues {
        exact: of("exact").collect(),
        opener: of("opener").collect(),
        label: of("label").collect(),
        prefix: of("prefix").collect(),
        contains: automaton("contains"),
        bio: automaton("bio"),
    }
});

/// What a block is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// A paragraph of the article.
    Body,
    /// Too short to tell by itself: a heading, a teaser or a short paragraph.
    Short,
    /// No part of the article.
    Furniture,
    /// A heading after which teasers follow.
    Opener,
    /// A line that calls the block after it an advertisement.
    Label,
}

/// What "More …" promises.
const MORE: [&str; 8] = [
    "stories",
    "news",
    "articles",
    "headlines",
    "coverage",
    "videos",
    "reading",
    "posts",
];

/// A paragraph in a box, or under the label of an advertisement, has fewer characters.
const BOXED: usize = 160;

/// Longest block, in characters, that one cue inside it makes furniture.
const CUE_REACH: usize = 320;

/// Removes furniture from plain text whose blocks are separated by line ends; the blocks kept are separated by a blank
/// line.
pub fn drop_furniture(text: &str) -> String {
    drop_with_title(text, "")
}

/// [`drop_furniture`], the line that repeats the title dropped as well.
pub(crate) fn drop_with_title(text: &str, title: &str) -> String {
    let blocks: Vec<Block> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| Block {
            text: line.to_string(),
            ..Block::default()
        })
        .collect();
    body_of(&blocks, title)
}

/// The article's text out of a page's blocks, blank lines between; a first block that repeats the title is dropped.
pub(crate) fn body_of(blocks: &[Block], title: &str) -> String {
    join(blocks, &keep(blocks, false), title)
}

/// [`body_of`] for blocks that the page's structure already calls an article: short ones are kept where they stand.
pub(crate) fn body_of_page(blocks: &[Block], title: &str) -> String {
    join(blocks, &keep(blocks, true), title)
}

fn join(blocks: &[Block], kept: &[bool], title: &str) -> String {
    let mut out = String::new();
    for (index, block) in blocks.iter().enumerate().filter(|(index, _)| kept[*index]) {
        if index < 8 && !title.is_empty() && fold(&block.text) == fold(title) {
            continue;
        }
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(&block.text);
    }
    out
}

/// Which blocks belong to the article.
fn keep(blocks: &[Block], structured: bool) -> Vec<bool> {
    let verdicts: Vec<Verdict> = blocks.iter().map(verdict).collect();
    let last_body = verdicts
        .iter()
        .rposition(|verdict| *verdict == Verdict::Body);
    let mut seen: HashSet<&str> = HashSet::new();
    let (mut after_opener, mut after_label, mut in_tail) = (false, false, false);
    blocks
        .iter()
        .zip(&verdicts)
        .enumerate()
        .map(|(index, (block, verdict))| {
            let labelled = std::mem::take(&mut after_label);
            let past_body = last_body.is_some_and(|last| index > last);
            let keep = match verdict {
                Verdict::Furniture => {
                    in_tail |= past_body && block.linked == 0;
                    false
                }
                Verdict::Label => {
                    after_label = true;
                    in_tail |= past_body;
                    false
                }
                Verdict::Opener => {
                    after_opener = true;
                    in_tail |= past_body;
                    false
                }
                // A full paragraph ends a box in the middle of a page. At the page's end boxes hold full sentences
                // too, so there the box goes on while its blocks stay short.
                Verdict::Body => {
                    let tail =
                        last_body.is_some_and(|last| index + 2 >= last) && index * 2 > blocks.len();
                    let length = block.text.chars().count();
                    if after_opener && tail && length < BOXED || labelled && length < BOXED {
                        false
                    } else {
                        after_opener = false;
                        true
                    }
                }
                // After the last paragraph, what follows furniture is furniture.
                Verdict::Short if labelled || in_tail => false,
                Verdict::Short => {
                    // In a page with structure, teasers are links: a plain sentence is the article going on.
                    if structured
                        && block.linked == 0
                        && !block.heading
                        && is_sentence(&block.text)
                        && block.text.split_whitespace().count() >= 8
                    {
                        after_opener = false;
                    }
                    !after_opener
                        && (structured
                            || last_body
                                .is_none_or(|last| index < last || is_sentence(&block.text)))
                }
            };
            // Furniture repeats on a page; an article's paragraphs do not.
            keep && (structured && block.text.len() < 100 || seen.insert(block.text.as_str()))
        })
        .collect()
}

/// Whether a block of running text, taken alone, is furniture; for readers of text that was not cleaned.
pub(crate) fn is_furniture(text: &str) -> bool {
    let block = Block {
        text: text.trim().to_string(),
        ..Block::default()
    };
    matches!(
        verdict(&block),
        Verdict::Furniture | Verdict::Opener | Verdict::Label
    )
}

fn verdict(block: &Block) -> Verdict {
    let text = block.text.trim();
    let length = text.chars().count();
    let folded = fold(text);
    let bare = folded.trim_matches(|c: char| !c.is_alphanumeric() && c != '©');
    let mut words = bare.split_whitespace();
    let word_count = words.clone().count();
    if bare.is_empty() || length < 3 {
        return Verdict::Furniture;
    }
    if CUES.opener.contains(bare) || is_comment_count(bare) {
        return Verdict::Opener;
    }
    if CUES.label.contains(bare) {
        return Verdict::Label;
    }
    if is_comment(text) || is_menu_or_byline(text, word_count) {
        return Verdict::Furniture;
    }
    if CUES.exact.contains(bare) {
        return Verdict::Furniture;
    }
    // "More great stories from the Herald".
    if word_count <= 7
        && bare.starts_with("more ")
        && MORE
            .iter()
            .any(|word| bare.split(' ').any(|other| other == *word))
    {
        return Verdict::Opener;
    }
    // "More from Defence", "Related: arms trade": an opener with a short rest.
    if word_count <= 6
        && CUES.opener.iter().any(|opener| {
            bare.strip_prefix(opener)
                .is_some_and(|rest| rest.starts_with([':', ' ']) && opener.contains(' '))
        })
    {
        return Verdict::Opener;
    }
    let starts = |prefix: &&str| {
        bare.strip_prefix(prefix)
            .is_some_and(|rest| prefix.ends_with(':') || !rest.starts_with(char::is_alphanumeric))
    };
    if length <= CUE_REACH * 2 && CUES.prefix.iter().any(starts) {
        return Verdict::Furniture;
    }
    if length <= CUE_REACH && (CUES.contains.is_match(bare) || is_bio(text, bare)) {
        return Verdict::Furniture;
    }
    if length > 0 && block.linked * 10 > length * 8 && length < 200 {
        return Verdict::Furniture;
    }
    if is_capitals(text) && word_count >= 4 {
        return Verdict::Furniture;
    }
    if words.next().is_none() {
        return Verdict::Furniture;
    }
    if !block.heading && word_count >= 20 && is_sentence(text) {
        Verdict::Body
    } else {
        Verdict::Short
    }
}

/// "Comments (12)", "3 comments", also with the first comment behind it on the same line.
fn is_comment_count(bare: &str) -> bool {
    let mut words = bare.split_whitespace();
    let (first, second) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let number = |word: &str| {
        let digits = word.trim_matches(['(', ')', '[', ']']);
        !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
    };
    let comments = |word: &str| word == "comments" || word == "comment" || word == "replies";
    comments(first) && number(second) && (second.starts_with(['(', '[']) || words.next().is_none())
        || number(first) && comments(second) && words.next().is_none()
}

/// A reader's comment: the line begins with a user's name, which no writer would put so ("quay_reader:", "Anonymous:").
fn is_comment(text: &str) -> bool {
    let Some((name, rest)) = text.split_once(':') else {
        return false;
    };
    let handle = !name.is_empty()
        && name.len() <= 40
        && !name.contains(char::is_whitespace)
        && rest.starts_with(' ')
        && (name.contains('_')
            || name.chars().next_back().is_some_and(|c| c.is_ascii_digit())
                && name.chars().next().is_some_and(char::is_lowercase)
            || name.chars().all(|c| c.is_lowercase()) && name.len() > 6);
    handle || ["Anonymous", "Guest"].contains(&name)
}

/// "Home | World | Log in", "Foreign desk | 9 June 2023", "Strait Observer, 14 April 2023".
fn is_menu_or_byline(text: &str, words: usize) -> bool {
    if words > 14 || is_sentence(text) {
        return false;
    }
    let cells = text.split(" | ").count();
    let last = text.rsplit([',', '|']).next().unwrap_or_default();
    let dated = crate::page::read_date(last).is_some_and(|date| date.to_string().len() == 10);
    cells >= 3
        || dated && words <= 8 && last.len() < text.len() && last.split_whitespace().count() <= 3
}

/// A note on the author: "Jane Doe is a reporter at …".
fn is_bio(text: &str, folded: &str) -> bool {
    let Some(found) = CUES.bio.find(folded) else {
        return false;
    };
    // The cue must follow a name at the block's start, not stand somewhere in an argument.
    found.start() < 60
        && text.chars().next().is_some_and(char::is_uppercase)
        && folded[..found.start()].split_whitespace().count() <= 5
        && !folded.contains("said")
}

/// Capital letters throughout: a teaser of another story.
fn is_capitals(text: &str) -> bool {
    let (mut upper, mut letters) = (0usize, 0usize);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        upper += usize::from(c.is_uppercase());
    }
    letters >= 12 && upper * 10 > letters * 8
}

/// Ends as a sentence does.
fn is_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '”', '’', '\'', ')', ']', '»'])
        .ends_with(['.', '!', '?', '…', ':'])
        || text.ends_with(['"', '”'])
}

/// Lower case, apostrophes plain, white space folded.
fn fold(text: &str) -> String {
    text.split_whitespace()
        .map(|word| word.to_lowercase().replace(['’', '‘', '`'], "'"))
        .collect::<Vec<_>>()
        .join(" ")
}
