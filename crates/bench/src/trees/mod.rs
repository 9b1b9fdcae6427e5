//! Sentences to trees: trains the weights of `syntax` and says how good they are.

mod data;
mod fit;
mod learn;
mod own;
mod score;

use std::path::Path;

use anyhow::{Context, Result};
use syntax::learning::Model;

use crate::measure;

/// Trains and writes `syntax.bin` into a folder.
pub(crate) fn train(data: &Path, out: &Path) -> Result<()> {
    let mut sentences = data::treebank(data, "ud_ewt", "en_ewt-ud-train")?;
    sentences.extend(data::treebank(data, "ud_gum", "en_gum-ud-train")?);
    sentences.retain(|sentence| sentence.is_free);
    sentences.extend(own::sentences()?);
    eprintln!(
        "{} sentences, {} tokens",
        sentences.len(),
        sentences.iter().map(|s| s.words.len()).sum::<usize>()
    );
    let file = fit::file(&sentences)?;
    let path = out.join("syntax.bin");
    std::fs::write(&path, &file).with_context(|| path.display().to_string())?;
    eprintln!("{}: {} bytes", path.display(), file.len());
    if let Some(model) = Model::read(&file) {
        for (name, part) in [("ud_ewt", "en_ewt-ud-dev"), ("ud_gum", "en_gum-ud-dev")] {
            let sentences = data::treebank(data, name, part)?;
            eprintln!("{}", score::Score::of(&model, &sentences, None).row(part));
        }
    }
    Ok(())
}

/// Prints accuracy and speed of the weights that ship.
pub(crate) fn run(data: &Path, show: usize) -> Result<()> {
    println!("## Sentences to trees\n");
    println!(
        "Gold tokens, own tags, punctuation counted; LAS with subtypes, then without. From raw text: F1 of tokens, and \
         with part of speech or with head and relation right. Sentences as the treebanks cut them.\n"
    );
    println!(
        "| treebank | tokens | UPOS | XPOS | lemma | UAS | LAS | LAS base | raw tokens | raw UPOS | raw LAS |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    let model = Model::shipped();
    let mut texts = Vec::new();
    for (title, name, part) in [
        ("EWT dev", "ud_ewt", "en_ewt-ud-dev"),
        ("EWT test", "ud_ewt", "en_ewt-ud-test"),
        ("GUM test", "ud_gum", "en_gum-ud-test"),
        (
            "PUD (news and wiki, nothing learnt)",
            "ud_pud",
            "en_pud-ud-test",
        ),
    ] {
        let sentences = data::treebank(data, name, part)?;
        println!(
            "{}",
            score::Score::of(model, &sentences, Some(show)).row(title)
        );
        texts.extend(sentences.into_iter().map(|sentence| sentence.text));
    }
    let start = measure::thread_cpu();
    let mut tokens = 0;
    for text in &texts {
        tokens += syntax::parse(text, 0..text.len()).tokens.len();
    }
    let spent = (measure::thread_cpu() - start).as_secs_f64().max(1e-9);
    println!(
        "\n{} sentences, {tokens} tokens from raw text in {} of processor time: {:.0} tokens per second.",
        texts.len(),
        measure::seconds(spent),
        tokens as f64 / spent
    );
    Ok(())
}
