//! Why a page holds no article: what it says in the article's place. The words stand in `data/walls.csv`.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::page::Absence;
use crate::table::rows;

/// A text of so many characters is an article whatever else the page says.
pub(crate) const SHORT: usize = 300;
/// Text with fewer characters than this beside a wall is the wall's.
const WALLED: usize = 160;
/// How much of a page is looked at.
const MAX_LOOK: usize = 64 << 10;

static CUES: LazyLock<(AhoCorasick, Vec<Absence>)> = LazyLock::new(|| {
    let (mut patterns, mut kinds) = (Vec::new(), Vec::new());
    for [kind, text] in rows::<2>(include_str!("../data/walls.csv")) {
        patterns.push(text);
        kinds.push(match kind {
            "adblock" => Absence::AdBlock,
            "login" => Absence::LoginWall,
            "cookies" => Absence::CookieWall,
            "missing" => Absence::NotFound,
            _ => Absence::ScriptsOnly,
        });
    }
    #[allow(clippy::unwrap_used, reason = "the patterns are a table of ours")]
    let automaton = AhoCorasick::new(patterns).unwrap();
    (automaton, kinds)
});

/// Why there is no article, if there is none: the text that was found, and all text of the page.
pub(crate) fn absence(text: &str, whole: &str) -> Option<Absence> {
    let length = text.chars().count();
    if length >= WALLED {
        return None;
    }
    let mut end = whole.len().min(MAX_LOOK);
    while !whole.is_char_boundary(end) {
        end -= 1;
    }
    let said = whole[..end].to_lowercase().replace('’', "'");
    let (automaton, kinds) = &*CUES;
    let mut counts = [0usize; 5];
    // Cookies are mentioned on pages that are walled by something else: they come last.
    let order = [
        Absence::AdBlock,
        Absence::LoginWall,
        Absence::NotFound,
        Absence::ScriptsOnly,
        Absence::CookieWall,
    ];
    for found in automaton.find_overlapping_iter(&said) {
        if let Some(place) = order
            .iter()
            .position(|kind| *kind == kinds[found.pattern().as_usize()])
        {
            counts[place] += 1;
        }
    }
    let wall = order
        .iter()
        .zip(counts)
        .find(|(_, count)| *count > 0)
        .map(|(kind, _)| *kind);
    // A short note on a page that also offers a login is a note; without any text the page is its wall.
    if length > 0 {
        let small = said.split_whitespace().count() < 120;
        return wall.filter(|_| small && !sentence(text));
    }
    Some(wall.unwrap_or(Absence::Furniture))
}

/// Holds a sentence of some length that asks for nothing.
fn sentence(text: &str) -> bool {
    text.lines().any(|line| {
        line.split_whitespace().count() >= 8
            && line.trim_end().ends_with(['.', '!', '?', '"', '”', '»'])
            && CUES.0.find(&line.to_lowercase()).is_none()
    })
}
