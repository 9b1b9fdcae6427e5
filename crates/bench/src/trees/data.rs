//! Treebanks: sentences with gold tags, heads and relations.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use syntax::learning::Word;
use syntax::{Relation, Tag, Upos};

/// A sentence of a treebank.
pub(crate) struct Sentence {
    pub(crate) text: String,
    /// Whether its licence lets us learn from it.
    pub(crate) is_free: bool,
    pub(crate) forms: Vec<String>,
    pub(crate) lemmas: Vec<String>,
    pub(crate) words: Vec<Word>,
    pub(crate) upos: Vec<Upos>,
    pub(crate) tags: Vec<Tag>,
    /// The root's is the number of tokens.
    pub(crate) heads: Vec<u32>,
    pub(crate) relations: Vec<Relation>,
}

/// Documents of GUM whose texts are licensed for non-commercial use only.
const NOT_FREE: [&str; 2] = ["GUM_whow_", "GUM_fiction_"];

/// A part of a treebank: `ud_ewt`, `en_ewt-ud-test`. The archive is unpacked by the system's `tar`.
pub(crate) fn treebank(data: &Path, name: &str, part: &str) -> Result<Vec<Sentence>> {
    let archive = data.join(format!("language/{name}.tar.xz"));
    let output = Command::new("tar")
        .arg("-xJOf")
        .arg(&archive)
        .arg(format!("{name}/{part}.conllu"))
        .output()
        .context("cannot start tar")?;
    ensure!(
        output.status.success(),
        "tar cannot read {}",
        archive.display()
    );
    let text = String::from_utf8(output.stdout).context("a treebank is no UTF-8")?;
    Ok(read(&text))
}

/// Sentences in CoNLL-U. Those with a token that this crate has no word for are left out.
pub(crate) fn read(text: &str) -> Vec<Sentence> {
    text.split("\n\n").filter_map(sentence).collect()
}

fn sentence(block: &str) -> Option<Sentence> {
    let mut found = Sentence {
        text: String::new(),
        is_free: true,
        forms: Vec::new(),
        lemmas: Vec::new(),
        words: Vec::new(),
        upos: Vec::new(),
        tags: Vec::new(),
        heads: Vec::new(),
        relations: Vec::new(),
    };
    let mut heads: Vec<u32> = Vec::new();
    for line in block.lines() {
        if let Some(text) = line.strip_prefix("# text = ") {
            found.text = text.to_owned();
        }
        if let Some(id) = line.strip_prefix("# sent_id = ")
            && NOT_FREE.iter().any(|part| id.starts_with(part))
        {
            found.is_free = false;
        }
        let cells: Vec<&str> = line.split('\t').collect();
        let [number, form, lemma, upos, tag, _, head, relation, ..] = cells[..] else {
            continue;
        };
        if line.starts_with('#') || number.contains(['-', '.']) {
            continue;
        }
        found.forms.push(form.to_owned());
        found.lemmas.push(lemma.to_owned());
        found.words.push(Word::new(form));
        found.upos.push(Upos::from_name(upos)?);
        found.tags.push(Tag::from_name(tag).unwrap_or(Tag::Xx));
        heads.push(head.parse().ok()?);
        let relation = match relation {
            "obl:npmod" | "obl:tmod" => "obl:unmarked",
            "nmod:npmod" | "nmod:tmod" => "nmod:unmarked",
            relation => relation,
        };
        let base = relation.split(':').next().unwrap_or_default();
        found
            .relations
            .push(Relation::from_name(relation).or_else(|| Relation::from_name(base))?);
    }
    let count = heads.len() as u32;
    found.heads = heads
        .into_iter()
        .map(|head| if head == 0 { count } else { head - 1 })
        .collect();
    (count > 0 && found.heads.iter().all(|head| *head <= count)).then_some(found)
}
