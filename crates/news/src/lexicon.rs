//! Words of the domain: what a verb or noun can tell of (`data/frames.csv`), what a governing word makes of a clause
//! (`data/operators.csv`), verbs of speech (`data/speech.csv`), and classes of nouns. They are features of the models
//! under `claims`, not verdicts.

use std::collections::HashMap;
use std::sync::LazyLock;

use model::Factuality;

use crate::table::rows;

/// What a word can tell of: event and shape as in `data/frames.csv`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) event: &'static str,
    pub(crate) shape: &'static str,
}

struct Tables {
    frames: HashMap<&'static str, Vec<Frame>>,
    operators: HashMap<&'static str, &'static str>,
    speech: HashMap<&'static str, Factuality>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut frames: HashMap<&str, Vec<Frame>> = HashMap::new();
    for [word, _pos, event, shape, _needs] in rows::<5>(include_str!("../data/frames.csv")) {
        frames.entry(word).or_default().push(Frame { event, shape });
    }
    Tables {
        frames,
        operators: rows::<3>(include_str!("../data/operators.csv"))
            .map(|[word, _pos, effect]| (word, effect))
            .collect(),
        speech: rows::<2>(include_str!("../data/speech.csv"))
            .map(|[lemma, worth]| {
                let worth = serde_json::from_value(serde_json::Value::String(worth.to_string()));
                (lemma, worth.unwrap_or(Factuality::Reported))
            })
            .collect(),
    }
});

/// Frames of a lemma.
pub(crate) fn frames(lemma: &str) -> &'static [Frame] {
    TABLES.frames.get(lemma).map_or(&[], Vec::as_slice)
}

/// What a governing word makes of its clause.
pub(crate) fn operator(lemma: &str) -> Option<&'static str> {
    TABLES.operators.get(lemma).copied()
}

/// What a verb of speech or thought makes of what is said; none for other verbs.
pub(crate) fn speech(lemma: &str) -> Option<Factuality> {
    TABLES.speech.get(lemma).copied()
}

/// Nouns by what they are in a story of supply. Words of `data/noun_classes.csv`.
pub(crate) fn noun_class(lower: &str) -> Option<&'static str> {
    static CLASSES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
        let mut classes = HashMap::new();
        for [class, words] in rows::<2>(include_str!("../data/noun_classes.csv")) {
            for word in words.split_whitespace() {
                classes.insert(word.to_string(), class);
                let plural = match word.strip_suffix('y') {
                    Some(stem) => format!("{stem}ies"),
                    None => format!("{word}s"),
                };
                classes.entry(plural).or_insert(class);
            }
        }
        classes
    });
    CLASSES.get(lower).copied()
}

/// Whether a text holds any word that can tell of an event of supply: sentences without one are not asked.
pub(crate) fn cue(text: &str) -> bool {
    static CUES: LazyLock<aho_corasick::AhoCorasick> = LazyLock::new(|| {
        let words = TABLES
            .frames
            .keys()
            .map(|word| {
                word.strip_suffix('e')
                    .or(word.strip_suffix('y'))
                    .unwrap_or(word)
            })
            .chain([
                "sanction", "embargo", "export", "arm", "aid", "assist", "weapon", "militar",
            ]);
        #[allow(clippy::unwrap_used, reason = "the patterns are a table of ours")]
        aho_corasick::AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(words)
            .unwrap()
    });
    CUES.is_match(text)
}
