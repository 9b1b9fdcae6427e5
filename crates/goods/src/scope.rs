//! What governs a mention: a negation before it, an innocent context around it.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::lexicon::window;
use crate::pattern::compact;
use crate::table::rows;

#[derive(Deserialize)]
struct Row {
    name: String,
    kind: String,
    pattern: String,
    innocent: String,
}

struct Context {
    name: String,
    pattern: Regex,
    innocent: String,
}

/// What a negation denies, which decides how far it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Negation {
    /// "not for …": carries over conjunctions only.
    Purpose,
    /// "is not a …": carries over a whole enumeration.
    Identity,
}

struct Contexts {
    benign: Vec<Context>,
    /// These two end where the negated words begin.
    purpose_before: Regex,
    identity_before: Regex,
    /// Begins where the negated words end.
    after: Regex,
    /// Nothing but the punctuation and conjunctions of an enumeration.
    enumeration: Regex,
}

static CONTEXTS: LazyLock<Contexts> = LazyLock::new(|| {
    let mut benign = Vec::new();
    let mut of_kind = std::collections::BTreeMap::<String, Vec<String>>::new();
    for row in rows::<Row>("contexts") {
        if row.kind == "benign" {
            benign.push(Context {
                pattern: compile(&row.pattern, &row.name),
                name: row.name,
                innocent: row.innocent,
            });
        } else {
            of_kind.entry(row.kind).or_default().push(row.pattern);
        }
    }
    let join = |kind: &str| of_kind.get(kind).map_or(String::new(), |all| all.join("|"));
    let words = |kind: &str| format!(r"(?:^|[^\p{{L}}\p{{N}}])(?:{})", join(kind));
    Contexts {
        benign,
        purpose_before: compile(
            &format!("(?:{})$", words("negation_purpose")),
            "negation_purpose",
        ),
        identity_before: compile(
            &format!(
                "(?:{}|(?:{}))$",
                words("negation_identity"),
                join("negation_cjk")
            ),
            "negation_identity",
        ),
        after: compile(
            &format!("^(?:{})", join("negation_after")),
            "negation_after",
        ),
        enumeration: compile(&format!("^(?:{})$", join("enumeration")), "enumeration"),
    }
});

fn compile(pattern: &str, name: &str) -> Regex {
    Regex::new(&compact(pattern)).unwrap_or_else(|error| panic!("context {name}: {error}"))
}

/// How far back a negation may stand, in bytes of folded text.
const NEGATION_REACH: usize = 220;

/// How far apart members of an enumeration may stand, in bytes of folded text.
const LIST_REACH: usize = 90;

/// Whether and how the words at `span` stand under a negation. `previous` is the end of the mention before and what
/// negates that one, because a negation governs a whole enumeration. `next` is where the mention after begins: what
/// stands beyond it denies that one, so that "tüfek, askeri amaçlı değildir" is a rifle.
pub(crate) fn negation(
    text: &str,
    span: Range<usize>,
    previous: Option<(usize, Negation)>,
    next: usize,
) -> Option<Negation> {
    let contexts = &*CONTEXTS;
    let around = window(text, span.start, span.end, NEGATION_REACH);
    let before = &text[around.start..span.start];
    if contexts.identity_before.is_match(before) {
        return Some(Negation::Identity);
    }
    if contexts.purpose_before.is_match(before)
        || contexts
            .after
            .is_match(&text[span.end..around.end.min(next)])
    {
        return Some(Negation::Purpose);
    }
    // "Not for military use, body armour" denies the first and names the second; "not for military or police use"
    // denies both; "is no weapon, ammunition or explosive" denies all three.
    let (end, kind) = previous?;
    let gap = text.get(end..span.start)?;
    let listed = gap.len() <= LIST_REACH
        && contexts.enumeration.is_match(gap)
        && (kind == Negation::Identity || !gap.contains([',', '、', '(', '/']));
    listed.then_some(kind)
}

/// How far an innocent context may stand from the words, in bytes of folded text.
const CONTEXT_REACH: usize = 80;

/// The first of the named contexts that stands around the words.
pub(crate) fn benign(text: &str, span: Range<usize>, names: &[String]) -> Option<&'static str> {
    if names.is_empty() {
        return None;
    }
    let around = &text[window(text, span.start, span.end, CONTEXT_REACH)];
    CONTEXTS
        .benign
        .iter()
        .filter(|context| names.contains(&context.name))
        .find(|context| context.pattern.is_match(around))
        .map(|context| context.name.as_str())
}

/// The innocent explanation that a context stands for.
pub fn innocent_context(name: &str) -> Option<&'static str> {
    CONTEXTS
        .benign
        .iter()
        .find(|context| context.name == name)
        .map(|context| context.innocent.as_str())
}
