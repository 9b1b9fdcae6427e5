//! News outlets named in texts and linked to: whom a report relies on.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::table::rows;

struct Outlets {
    /// Spelling → name. Case counts: "Time" is an outlet, "time" is not.
    by_spelling: HashMap<&'static str, &'static str>,
    by_host: HashMap<&'static str, &'static str>,
    /// Longest spelling in words.
    longest: usize,
}

static OUTLETS: LazyLock<Outlets> = LazyLock::new(|| {
    let mut outlets = Outlets {
        by_spelling: HashMap::new(),
        by_host: HashMap::new(),
        longest: 1,
    };
    for [name, host, spellings] in rows::<3>(include_str!("../data/outlets.csv")) {
        outlets.by_host.insert(host, name);
        for spelling in std::iter::once(name)
            .chain(spellings.split('|'))
            .filter(|text| !text.is_empty())
        {
            // A spelling with a dot and no space is a second host.
            if spelling.contains('.') && !spelling.contains(' ') {
                outlets.by_host.insert(spelling, name);
            } else {
                outlets.longest = outlets.longest.max(spelling.split(' ').count());
                outlets.by_spelling.insert(spelling, name);
            }
        }
    }
    outlets
});

/// The outlet that a phrase names, if it is one.
pub(crate) fn named(phrase: &str) -> Option<&'static str> {
    let phrase = phrase.trim();
    let bare = phrase
        .strip_prefix("the ")
        .or(phrase.strip_prefix("The "))
        .unwrap_or(phrase);
    let table = &OUTLETS.by_spelling;
    table
        .get(phrase)
        .or_else(|| table.get(bare))
        .or_else(|| {
            bare.strip_suffix(" news agency")
                .or(bare.strip_suffix(" agency"))
                .and_then(|name| table.get(name))
        })
        .copied()
}

/// Whether a name is an outlet's by its last word: "N1 television", "Kyiv Daily".
pub(crate) fn sounds_like_one(name: &str) -> bool {
    const ENDINGS: [&str; 20] = [
        "television",
        "tv",
        "radio",
        "post",
        "times",
        "news",
        "herald",
        "journal",
        "telegraph",
        "daily",
        "gazeta",
        "tribune",
        "observer",
        "weekly",
        "magazine",
        "newspaper",
        "pravda",
        "gazette",
        "channel",
        "zeitung",
    ];
    name.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        && name
            .rsplit(' ')
            .next()
            .is_some_and(|last| ENDINGS.contains(&last.to_lowercase().as_str()))
}

/// The outlet that an address belongs to.
pub(crate) fn of_address(address: &str) -> Option<&'static str> {
    let host = host(address)?;
    let mut rest = host.as_str();
    loop {
        if let Some(name) = OUTLETS.by_host.get(rest) {
            return Some(name);
        }
        rest = rest.split_once('.')?.1;
    }
}

/// The host of an address, lower case, `www.` dropped.
pub(crate) fn host(address: &str) -> Option<String> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next()?.split('@').next_back()?;
    let host = host.split(':').next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (host.contains('.') && !host.contains(' ')).then(|| host.to_string())
}

/// Outlets that a report credits in its text ("Politico reported", "according to Reuters") or links to, its own
/// publisher left out; in order of appearance, credits first.
pub(crate) fn upstream(
    text: &str,
    links: &[String],
    publisher: &str,
    url: Option<&str>,
) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let own = url.and_then(of_address);
    let mut add = |name: &str| {
        let own_name = own == Some(name)
            || named(publisher) == Some(name)
            || publisher.eq_ignore_ascii_case(name);
        if !own_name && !found.iter().any(|known| known == name) {
            found.push(name.to_string());
        }
    };
    for name in credits(text) {
        add(name);
    }
    for name in links.iter().filter_map(|link| of_address(link)) {
        add(name);
    }
    found
}

/// Outlets credited in running text: next to a reporting verb or after "according to", "told", "cited by".
fn credits(text: &str) -> impl Iterator<Item = &'static str> + '_ {
    const AFTER: [&str; 22] = [
        "reported",
        "reports",
        "revealed",
        "says",
        "said",
        "writes",
        "wrote",
        "notes",
        "noted",
        "cited",
        "citing",
        "claimed",
        "obtained",
        "learned",
        "found",
        "quoted",
        "published",
        "investigation",
        "report",
        "first",
        "also",
        "analysis",
    ];
    const BEFORE: [&str; 16] = [
        "to",
        "by",
        "told",
        "with",
        "via",
        "in",
        "from",
        "newspaper",
        "agency",
        "outlet",
        "magazine",
        "citing",
        "cites",
        "cited",
        "the",
        "of",
    ];
    text.lines().flat_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let bare = |word: &str| {
            word.trim_matches(|c: char| !c.is_alphanumeric())
                .to_string()
        };
        let mut names = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let mut step = 1;
            for length in (1..=OUTLETS.longest.min(words.len() - at)).rev() {
                let phrase = words[at..at + length].join(" ");
                let phrase = phrase.trim_matches(|c: char| !c.is_alphanumeric());
                let phrase = phrase
                    .strip_suffix("'s")
                    .or(phrase.strip_suffix("’s"))
                    .unwrap_or(phrase);
                let Some(name) = OUTLETS.by_spelling.get(phrase) else {
                    continue;
                };
                let after = words
                    .get(at + length)
                    .map(|word| bare(word))
                    .unwrap_or_default();
                let before = if at == 0 {
                    String::new()
                } else {
                    bare(words[at - 1]).to_lowercase()
                };
                if AFTER.contains(&after.as_str()) || BEFORE.contains(&before.as_str()) {
                    names.push(*name);
                }
                step = length;
                break;
            }
            at += step;
        }
        names
    })
}
