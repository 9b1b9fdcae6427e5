//! Text to heading: trains the classifier of `goods` and says how good it is on texts that it has not seen.

mod data;
mod fit;
mod score;
mod svm;

use std::path::Path;

use anyhow::{Context, Result};
use goods::classifier::{Language, Trained};

use self::data::Example;

/// The fifth that nothing was fitted on.
const UNSEEN: u8 = 0;

/// The fifth that probabilities are calibrated on, by weights that have not seen it.
const CALIBRATION: u8 = 1;

/// Trains for a language: all examples but those of `left_out`.
fn fit(examples: &[Example], language: Language, left_out: Option<u8>) -> Trained {
    let learn = |also: Option<u8>| -> Vec<&Example> {
        examples
            .iter()
            .filter(|example| match example.fifth {
                Some(fifth) => Some(fifth) != left_out && Some(fifth) != also,
                None => true,
            })
            .collect()
    };
    // Weights that have not seen the calibration texts tell how steep margins are and which chapters are confused; the
    // weights that ship have seen them.
    let mut first = fit::trained(&learn(Some(CALIBRATION)), language);
    let unseen: Vec<&Example> = examples
        .iter()
        .filter(|example| example.fifth == Some(CALIBRATION))
        .collect();
    fit::calibrate(&mut first, language, &unseen);
    let mut last = fit::trained(&learn(None), language);
    last.steepness = first.steepness;
    last.chance = first.chance;
    last.worth = first.worth;
    let size = last.chapters.len();
    let mut moved = vec![0.0; size * size];
    let place = |chapter: u32| {
        first
            .chapters
            .binary_search_by_key(&chapter, |known| known.0)
            .ok()
    };
    for (row, (from, _)) in last.chapters.iter().enumerate() {
        for (column, (to, _)) in last.chapters.iter().enumerate() {
            moved[row * size + column] = match (place(*from), place(*to)) {
                (Some(from), Some(to)) => first.confusions[from * first.chapters.len() + to],
                _ if row == column => 1.0,
                _ => 0.0,
            };
        }
    }
    last.confusions = moved;
    last
}

/// Writes the weights of every language.
pub(crate) fn train(data: &Path, out: &Path) -> Result<()> {
    std::fs::create_dir_all(out)?;
    for language in Language::ALL {
        let examples = data::examples(&data.join("goods"), language)?;
        let bytes = fit(&examples, language, None).to_bytes();
        let path = out.join(format!("hs_{}.bin", language.as_str()));
        eprintln!(
            "{}: {} texts, {} bytes",
            path.display(),
            examples.len(),
            bytes.len()
        );
        std::fs::write(&path, bytes).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// Prints how good the headings are.
pub(crate) fn run(data: &Path) -> Result<()> {
    score::run(data)
}
