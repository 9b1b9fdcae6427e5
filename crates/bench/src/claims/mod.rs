//! Claims: how well the frames read annotated reports, and the trained reader of `news::claims` those that its models
//! have not seen.

mod annotations;
mod fit;
mod lessons;
mod score;

use anyhow::Result;
use model::Claim;
use news::claims::{Example, Models};

use self::annotations::Document;
use self::score::{FACTUALITIES, Score, matches};
use crate::Setting;

/// Parts of our own documents; each is read by models that have not seen it.
const FOLDS: usize = 5;

/// Fillings of every word of a lesson.
const FILLINGS: usize = 2;

const HEAD: &str = "| reports | gold | claims | precision | recall | F1 | factuality | supplier | recipient | source | goods | strict F1 | dangerous flips |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|";

/// Examples of every document.
fn examples(documents: &[Document]) -> Vec<Vec<Example>> {
    documents
        .iter()
        .map(|document| news::claims::examples(&document.report, &document.gold))
        .collect()
}

fn train(sets: &[&Vec<Example>], lessons: &[Vec<Example>]) -> Models {
    let all: Vec<&Example> = sets
        .iter()
        .copied()
        .chain(lessons)
        .flat_map(|set| set.iter())
        .collect();
    fit::models(&all)
}

/// Prints how well claims are read.
pub(crate) fn run(setting: &Setting) -> Result<()> {
    let dev = annotations::dev(&setting.data)?;
    let own = annotations::own(&setting.data)?;
    let (dev_examples, own_examples) = (examples(&dev), examples(&own));
    let lessons = examples(&lessons::documents(FILLINGS)?);
    println!("## Claims\n");
    println!(
        "{} reports of `claims_dev.jsonl`, {} of our own annotation; by models that have not seen the reports they read.\n\n{HEAD}",
        dev.len(),
        own.len()
    );
    let mut frames = [Score::default(), Score::default(), Score::default()];
    for (index, document) in dev.iter().chain(&own).enumerate() {
        let part = usize::from(index >= dev.len() / 2) + usize::from(index >= dev.len());
        frames[part].add(document, &news::claims(&document.report));
    }
    for (name, score) in [
        "claims_dev, first half: tables were written by it",
        "claims_dev, second half",
        "our reports",
    ]
    .iter()
    .zip(&frames)
    {
        println!("| frames: {name} | {} |", score.cells());
    }
    let mut total = Score::default();
    let models = train(&own_examples.iter().collect::<Vec<_>>(), &lessons);
    let mut halves = [Score::default(), Score::default()];
    for (index, document) in dev.iter().enumerate() {
        let claims = news::claims::claims_with(&document.report, &models);
        total.add(document, &claims);
        halves[usize::from(index >= dev.len() / 2)].add(document, &claims);
        show(setting, document, &claims);
    }
    println!("| trained on our reports: claims_dev | {} |", total.cells());
    println!("| – first half | {} |", halves[0].cells());
    println!("| – second half | {} |", halves[1].cells());
    let mut own_total = Score::default();
    let mut dev_crossed = Score::default();
    for fold in 0..FOLDS {
        let seen: Vec<&Vec<Example>> = own_examples
            .iter()
            .chain(&dev_examples)
            .enumerate()
            .filter(|(index, _)| index % FOLDS != fold)
            .map(|(_, set)| set)
            .collect();
        let models = train(&seen, &lessons);
        for (index, document) in own.iter().chain(&dev).enumerate() {
            if index % FOLDS == fold {
                let claims = news::claims::claims_with(&document.report, &models);
                if index < own.len() {
                    own_total.add(document, &claims);
                } else {
                    dev_crossed.add(document, &claims);
                }
            }
        }
    }
    println!(
        "| trained on both, five-fold: claims_dev | {} |",
        dev_crossed.cells()
    );
    println!(
        "| trained on both, five-fold: our reports | {} |",
        own_total.cells()
    );
    println!("\nFactuality of matched claims, gold by row (both sets, unseen):\n");
    println!(
        "| | {} |\n|---|{}",
        FACTUALITIES
            .map(|factuality| format!("{factuality:?}").to_lowercase())
            .join(" | "),
        "---:|".repeat(FACTUALITIES.len())
    );
    for (row, factuality) in FACTUALITIES.iter().enumerate() {
        let cells: Vec<String> = (0..FACTUALITIES.len())
            .map(|column| {
                (total.confusion[row][column] + own_total.confusion[row][column]).to_string()
            })
            .collect();
        println!(
            "| {} | {} |",
            format!("{factuality:?}").to_lowercase(),
            cells.join(" | ")
        );
    }
    println!();
    Ok(())
}

/// Misses and false claims to stderr.
fn show(setting: &Setting, document: &Document, claims: &[Claim]) {
    if setting.show == 0 {
        return;
    }
    let found = matches(&document.gold, claims);
    for (gold, hit) in document.gold.iter().zip(&found) {
        let text = &document.report.text;
        match hit {
            None => eprintln!(
                "MISSED {:?} {:?} [{}] {} -> {} | {}",
                gold.event,
                gold.factuality,
                &text[gold.trigger..]
                    .split_whitespace()
                    .next()
                    .unwrap_or_default(),
                gold.supplier.join(", "),
                gold.recipient.join(", "),
                &text[gold.quote.clone()],
            ),
            Some(hit) => {
                let claim = &claims[*hit];
                let names = |actors: &[model::Actor]| {
                    actors
                        .iter()
                        .map(|actor| actor.name.clone())
                        .collect::<Vec<_>>()
                        .join(", ")
                };
                eprintln!(
                    "HIT {:?} {:?}={:?} | sup {} = {} | rec {} = {} | src {:?} = {:?} | goods {:?} = {:?} | {}",
                    gold.event,
                    gold.factuality,
                    claim.factuality,
                    gold.supplier.join(", "),
                    names(&claim.supplier),
                    gold.recipient.join(", "),
                    names(&claim.recipient),
                    gold.source,
                    claim.source,
                    gold.goods,
                    claim
                        .goods
                        .iter()
                        .map(|goods| &goods.text)
                        .collect::<Vec<_>>(),
                    claim.quote,
                );
            }
        }
    }
    for (index, claim) in claims.iter().enumerate() {
        if !found.contains(&Some(index)) {
            eprintln!(
                "FALSE {:?} {:?} | {}",
                claim.event, claim.factuality, claim.quote
            );
        }
    }
}
