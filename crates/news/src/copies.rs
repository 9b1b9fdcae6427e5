//! Reports that repeat each other: reruns by shared wording, rewrites by shared facts and a credit to the same origin.

use std::collections::{BTreeSet, HashMap, HashSet};

use model::{Claim, Event, Report};

/// Reports that tell one story from one origin.
#[derive(Debug, Clone, PartialEq)]
pub struct CopyGroup {
    /// Index of the report to read: the origin where it is among them, else the earliest, else the longest.
    pub representative: usize,
    /// Indices of all reports of the group, ascending, the representative among them.
    pub members: Vec<usize>,
    /// Largest share of a member's five-word runs that another member holds (0 to 1); below 0.5 the members are
    /// rewrites, joined by their facts and credits.
    pub containment: f64,
}

/// Words in a run.
const SHINGLE: usize = 5;
/// Share of the shorter report's runs that makes two reports a rerun (measured on planted near-duplicates).
const RERUN: f64 = 0.5;
/// A run that stands in more reports than this tells nothing (boilerplate), and would make the pairing quadratic.
const COMMON: usize = 64;
/// Fewest runs that a report must have to be compared by wording.
const FEWEST: usize = 8;

/// Groups reports, each with its [`claims`](crate::claims), that repeat each other; every report is in exactly one
/// group, most in one of their own.
pub fn fold_copies(read: &[(&Report, &[Claim])]) -> Vec<CopyGroup> {
    let reports: Vec<&Report> = read.iter().map(|(report, _)| *report).collect();
    let shingles: Vec<HashSet<u64>> = reports
        .iter()
        .map(|report| shingles(&report.text))
        .collect();
    let mut groups = Groups::new(reports.len());
    let mut overlap: HashMap<(usize, usize), f64> = HashMap::new();
    for ((a, b), shared) in shared_counts(&shingles) {
        let smaller = shingles[a].len().min(shingles[b].len());
        let containment = shared as f64 / smaller.max(1) as f64;
        if smaller >= FEWEST && containment >= RERUN {
            groups.join(a, b);
            overlap.insert((a, b), containment);
        }
    }
    for (a, b) in rewrites(read) {
        groups.join(a, b);
    }
    let mut by_root: HashMap<usize, Vec<usize>> = HashMap::new();
    for index in 0..reports.len() {
        by_root.entry(groups.root(index)).or_default().push(index);
    }
    let mut out: Vec<CopyGroup> = by_root
        .into_values()
        .map(|members| {
            let containment = overlap
                .iter()
                .filter(|((a, b), _)| members.contains(a) && members.contains(b))
                .map(|(_, share)| *share)
                .fold(0.0, f64::max);
            CopyGroup {
                representative: representative(&reports, &members),
                members,
                containment,
            }
        })
        .collect();
    out.sort_by_key(|group| group.members[0]);
    out
}

fn shingles(text: &str) -> HashSet<u64> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words
        .windows(SHINGLE)
        .map(|run| {
            let digest = blake3::hash(run.join(" ").as_bytes());
            let mut first = [0u8; 8];
            first.copy_from_slice(&digest.as_bytes()[..8]);
            u64::from_le_bytes(first)
        })
        .collect()
}

/// How many runs each pair of reports shares, for pairs that share any.
fn shared_counts(shingles: &[HashSet<u64>]) -> HashMap<(usize, usize), usize> {
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, set) in shingles.iter().enumerate() {
        for &shingle in set {
            holders.entry(shingle).or_default().push(index);
        }
    }
    let mut counts = HashMap::new();
    for list in holders
        .values()
        .filter(|list| (2..=COMMON).contains(&list.len()))
    {
        for (position, &a) in list.iter().enumerate() {
            for &b in &list[position + 1..] {
                *counts.entry((a.min(b), a.max(b))).or_insert(0) += 1;
            }
        }
    }
    counts
}

/// A claim as facts, wording left out.
#[derive(PartialEq, Eq)]
struct Fact {
    event: Event,
    supplier: BTreeSet<String>,
    recipient: BTreeSet<String>,
    families: BTreeSet<&'static str>,
    numbers: BTreeSet<String>,
}

fn fact(claim: &Claim) -> Fact {
    Fact {
        event: claim.event,
        supplier: claim.supplier.iter().map(party_key).collect(),
        recipient: claim.recipient.iter().map(party_key).collect(),
        families: claim
            .goods
            .iter()
            .map(|goods| goods.family.as_str())
            .collect(),
        numbers: claim
            .quote
            .split(|c: char| !c.is_ascii_digit() && c != ',' && c != '.')
            .map(|number| number.replace([',', '.'], ""))
            .filter(|number| number.len() >= 2)
            .collect(),
    }
}

/// One key for the spellings of a party: its country if it is a state, else its folded name.
pub(crate) fn party_key(actor: &model::Actor) -> String {
    if actor.kind == model::ActorKind::State && !actor.country.is_empty() {
        return actor.country.clone();
    }
    actor
        .name
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| {
            !word.is_empty() && !["the", "co", "ltd", "inc", "corp", "company"].contains(word)
        })
        .map(|word| word.replace("kh", "h").replace("ch", "h"))
        .collect::<Vec<_>>()
        .join(" ")
}

fn agree(a: &Fact, b: &Fact) -> bool {
    let meets = |x: &BTreeSet<String>, y: &BTreeSet<String>| x.intersection(y).next().is_some();
    a.event == b.event
        && meets(&a.supplier, &b.supplier)
        && (meets(&a.recipient, &b.recipient) || a.recipient.is_empty() || b.recipient.is_empty())
        && (a.families.intersection(&b.families).next().is_some() || meets(&a.numbers, &b.numbers))
}

/// Words of a text that few other stories share: names that are neither places nor outlets, and numbers. A word counts
/// as a name where it has a capital letter inside a sentence.
fn names_and_numbers(text: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let mut opens = true;
    for raw in text.split_whitespace() {
        let word = raw.trim_matches(|c: char| !c.is_alphanumeric());
        let number = word.chars().filter(char::is_ascii_digit).count() >= 2;
        let name = word.chars().count() >= 3 && word.starts_with(char::is_uppercase);
        let year = word.len() == 4 && word.chars().all(|c| c.is_ascii_digit());
        if number && !year {
            out.insert(word.replace([',', '.'], "").to_lowercase());
        } else if name && !opens {
            let bare = word.split(['\'', '’']).next().unwrap_or(word);
            if places::mention(bare).is_none()
                && crate::outlets::named(bare).is_none()
                && !crate::when::is_calendar(&bare.to_lowercase())
                && !crate::actors::is_party_head(&bare.to_lowercase())
            {
                out.insert(bare.to_lowercase().replace("kh", "h").replace("ch", "h"));
            }
        }
        opens = raw.ends_with(['.', '!', '?', ':', '"', '”', '“']) || raw.starts_with(['"', '“']);
    }
    out
}

/// Shared names and numbers that make two linked reports one story, at least.
const SHARED_NAMES: usize = 4;
/// Share of the shorter list of names and numbers that a rewrite has in common with its origin.
const SHARED_SHARE: f64 = 0.3;

/// Pairs of reports that tell the same facts, one of which credits the other's outlet, or both of which credit a third.
fn rewrites(read: &[(&Report, &[Claim])]) -> Vec<(usize, usize)> {
    let outlet = |name: &str| crate::outlets::named(name).unwrap_or(name).to_lowercase();
    let publishers: Vec<&str> = read
        .iter()
        .map(|(report, _)| report.publisher.trim())
        .collect::<BTreeSet<&str>>()
        .into_iter()
        .filter(|name| name.len() >= 4)
        .collect();
    // Publishers of the set that are on no list of outlets are credited by name all the same.
    let named = aho_corasick::AhoCorasick::builder()
        .match_kind(aho_corasick::MatchKind::LeftmostLongest)
        .build(&publishers)
        .ok();
    let credited: Vec<BTreeSet<String>> = read
        .iter()
        .map(|(report, _)| {
            let own = outlet(&report.publisher);
            let inside = named.iter().flat_map(|named| {
                named
                    .find_iter(&report.text)
                    .map(|hit| outlet(publishers[hit.pattern().as_usize()]))
            });
            report
                .upstream
                .iter()
                .map(|name| outlet(name))
                .chain(inside)
                .filter(|name| *name != own)
                .collect()
        })
        .collect();
    // Only reports linked by a credit are compared at all.
    let mut by_outlet: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, (report, _)) in read.iter().enumerate() {
        let mut keys: BTreeSet<String> = credited[index].clone();
        if !report.publisher.is_empty() {
            keys.insert(outlet(&report.publisher));
        }
        for key in keys {
            by_outlet.entry(key).or_default().push(index);
        }
    }
    let mut pairs = BTreeSet::new();
    for (key, list) in by_outlet
        .iter()
        .filter(|(_, list)| (2..=COMMON).contains(&list.len()))
    {
        for (position, &a) in list.iter().enumerate() {
            for &b in &list[position + 1..] {
                // Two reports of one outlet that credit nobody for it are two stories.
                if credited[a].contains(key) || credited[b].contains(key) {
                    pairs.insert((a, b));
                }
            }
        }
    }
    let mut facts: HashMap<usize, Vec<Fact>> = HashMap::new();
    let mut words: HashMap<usize, BTreeSet<String>> = HashMap::new();
    let told = |claim: &&Claim| {
        matches!(
            claim.event,
            Event::Transfer | Event::Production | Event::Procurement | Event::Sanction
        )
    };
    pairs
        .into_iter()
        .filter(|&(a, b)| {
            for index in [a, b] {
                let (report, claims) = read[index];
                facts
                    .entry(index)
                    .or_insert_with(|| claims.iter().filter(told).map(fact).collect());
                words
                    .entry(index)
                    .or_insert_with(|| names_and_numbers(&report.text));
            }
            let (left, right) = (&facts[&a], &facts[&b]);
            let fewer = left.len().min(right.len());
            let matched = left
                .iter()
                .filter(|x| right.iter().any(|y| agree(x, y)))
                .count();
            let shared = words[&a].intersection(&words[&b]).count();
            let shorter = words[&a].len().min(words[&b].len());
            let share = shared as f64 / shorter.max(1) as f64;
            // Wording of names and figures alone, or shared facts borne out by a name.
            shared >= SHARED_NAMES && share >= SHARED_SHARE
                || fewer > 0
                    && (matched >= 2 || matched == 1 && fewer <= 2)
                    && matched * 3 >= fewer
                    && shared >= 2
        })
        .collect()
}

fn representative(reports: &[&Report], members: &[usize]) -> usize {
    let credits = |index: usize| -> usize {
        let publisher = &reports[index].publisher;
        let name = crate::outlets::named(publisher).unwrap_or(publisher);
        members
            .iter()
            .filter(|&&other| {
                other != index
                    && !name.is_empty()
                    && reports[other]
                        .upstream
                        .iter()
                        .any(|up| up.eq_ignore_ascii_case(name))
            })
            .count()
    };
    members
        .iter()
        .copied()
        .min_by_key(|&index| {
            let date = reports[index]
                .date
                .map_or_else(|| "9999".to_string(), |date| date.to_string());
            (
                std::cmp::Reverse(credits(index)),
                reports[index].upstream.len().min(1),
                date,
                std::cmp::Reverse(reports[index].text.len()),
                index,
            )
        })
        .unwrap_or_default()
}

/// Union-find.
struct Groups(Vec<usize>);

impl Groups {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, mut index: usize) -> usize {
        while self.0[index] != index {
            self.0[index] = self.0[self.0[index]];
            index = self.0[index];
        }
        index
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}
