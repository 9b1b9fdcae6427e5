//! How far the nearest source stands behind a claim: cues with scope (`data/cues.csv`), the verb group, the words that
//! govern it. In doubt the weaker reading wins: a denial must never come out as an assertion.

use std::sync::LazyLock;

use model::Factuality;
use regex::Regex;

use crate::frame::Sentence;
use crate::table::rows;

struct Cue {
    factuality: Factuality,
    sentence: bool,
    pattern: Regex,
}

static CUES: LazyLock<Vec<Cue>> = LazyLock::new(|| {
    rows::<3>(include_str!("../data/cues.csv"))
        .map(|[factuality, scope, pattern]| {
            #[allow(
                clippy::unwrap_used,
                reason = "the patterns are a table of ours, compiled by every test"
            )]
            let pattern = Regex::new(pattern).unwrap();
            let factuality =
                serde_json::from_value(serde_json::Value::String(factuality.to_string()));
            Cue {
                factuality: factuality.unwrap_or(Factuality::Unknown),
                sentence: scope == "sentence",
                pattern,
            }
        })
        .collect()
});

#[allow(clippy::unwrap_used, reason = "a constant pattern")]
static TALK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\b(?:(?P<told>reports?|claims?|allegations?|accusations?|assertions?)|rumou?rs?|ideas?|notion|suggestions?|possibility|prospect|speculation|suspicions?|theory|fears?|worries) (?:that|of|about)\b[^;]*$",
    )
    .unwrap()
});

/// From the weakest statement to the strongest; the first that applies is the claim's.
const ORDER: [Factuality; 7] = [
    Factuality::NotObserved,
    Factuality::Unknown,
    Factuality::Denied,
    Factuality::Possible,
    Factuality::Planned,
    Factuality::Reported,
    Factuality::Asserted,
];

/// The weakest of several.
pub(crate) fn weakest(worth: impl IntoIterator<Item = Factuality>) -> Factuality {
    worth
        .into_iter()
        .min_by_key(|w| ORDER.iter().position(|known| known == w))
        .unwrap_or(Factuality::Asserted)
}

/// What cues in the text say about a predicate: those of its own clause up to the verb, and those of clauses that
/// contain it.
pub(crate) fn cues(sentence: &Sentence<'_>, predicate: usize) -> Vec<Factuality> {
    let own = sentence.segment_of(predicate);
    let mut out = Vec::new();
    let text_of = |from: usize, to: usize| {
        let start = sentence.tokens[sentence.chunks[from].tokens.start].start;
        let end = sentence.tokens[sentence.chunks[to].tokens.end - 1].end;
        sentence.text[start..end].to_lowercase()
    };
    let clause = text_of(sentence.segments[own].chunks.start, predicate);
    for cue in CUES.iter() {
        if cue.pattern.is_match(&clause) {
            out.push(cue.factuality);
        }
    }
    // Trailing adverbs of the clause: "…, reportedly", "by the end of next year".
    let end = sentence.segments[own].chunks.end - 1;
    if end > predicate {
        let tail = text_of(predicate, end);
        for cue in CUES
            .iter()
            .filter(|cue| matches!(cue.factuality, Factuality::Reported))
        {
            if cue.pattern.is_match(&tail) {
                out.push(cue.factuality);
            }
        }
    }
    // Clauses before: their sentence-wide cues reach in unless a contrast or new sentence part stands between.
    let mut at = own;
    while at > 0 {
        let opener = sentence.segments[at].opener.as_str();
        if matches!(
            opener,
            "but"
                | "although"
                | "though"
                | "while"
                | "whereas"
                | ";"
                | "because"
                | "as"
                | "after"
                | "since"
                | "when"
        ) {
            break;
        }
        at -= 1;
        let parent = text_of(
            sentence.segments[at].chunks.start,
            sentence.segments[at].chunks.end - 1,
        );
        let content = matches!(opener, "that" | "whether" | "if" | "where" | "how");
        for cue in CUES.iter() {
            if cue.pattern.is_match(&parent)
                && (cue.sentence
                    || content
                        && matches!(cue.factuality, Factuality::Possible | Factuality::Reported))
            {
                out.push(cue.factuality);
            }
        }
    }
    // "Reports that … are false", "the idea of supplying …": the noun is no more than talk, and what stands behind it
    // is the verdict.
    let before = text_of(0, predicate);
    if let Some(talk) = TALK.captures(&before) {
        out.push(if talk.name("told").is_some() {
            Factuality::Reported
        } else {
            Factuality::Possible
        });
        let whole = text_of(0, sentence.chunks.len() - 1);
        out.extend(
            CUES.iter()
                .filter(|cue| cue.sentence && cue.pattern.is_match(&whole))
                .map(|cue| cue.factuality),
        );
    }
    // "How many engines reached Russia is unknown": the verdict stands behind the question.
    let first = sentence.tokens[sentence.chunks[0].tokens.start]
        .lower
        .as_str();
    let question = ["whether", "how", "what", "who", "when", "where", "which"].contains(&first);
    if question {
        let whole = text_of(0, sentence.chunks.len() - 1);
        out.extend(
            CUES.iter()
                .filter(|cue| {
                    matches!(
                        cue.factuality,
                        Factuality::Unknown | Factuality::NotObserved
                    ) && cue.pattern.is_match(&whole)
                })
                .map(|cue| cue.factuality),
        );
    }
    if question && first == "whether" || sentence.segments[own].opener == "whether" {
        out.push(Factuality::Unknown);
    }
    out
}

/// A condition or silence: no claim at all ("if China were to sell", "unless it sends").
pub(crate) fn hypothetical(sentence: &Sentence<'_>, predicate: usize) -> bool {
    // A question states nothing.
    if sentence.text[sentence.range.clone()]
        .trim_end_matches(|c: char| c.is_whitespace() || "\"”’)".contains(c))
        .ends_with('?')
    {
        return true;
    }
    let own = sentence.segment_of(predicate);
    let segment = &sentence.segments[own];
    if matches!(segment.opener.as_str(), "if" | "unless") {
        return true;
    }
    // The sentence begins with the condition, so that the segment has no opener of its own.
    let first = &sentence.tokens[sentence.chunks[segment.chunks.start].tokens.start].lower;
    own == 0
        && ["if", "unless", "had", "should", "were"].contains(&first.as_str())
        && predicate < segment.chunks.end
}
