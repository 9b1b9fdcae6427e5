//! Rows of a made-up world as a fit sees them: what was seen, and whether it was planted.

use std::hash::{DefaultHasher, Hash, Hasher};

use anyhow::Result;
use model::{Role, Shipment};
use screen::Screener;

use crate::Setting;
use crate::traffic::{Half, Kind, Options, Sources};

use super::mixed::mixed;
use super::weights::{Features, Table};
use super::{BATCH, add_background};

/// Share of planted rows in the worlds to fit, calibrate and judge on: many, so that every operator has dozens. Honest
/// rows are weighed so that a planted case is as rare as the engine's prior says.
pub(super) const PREVALENCE: f64 = 0.02;

/// A row as the fit sees it.
#[derive(Clone)]
pub(super) struct Example {
    pub(super) features: Features,
    pub(super) gated: bool,
    pub(super) planted: bool,
    /// The planted case, or the pair of honest parties: rows of one are no independent witnesses.
    pub(super) case: u64,
    pub(super) operator: String,
}

/// Rows of a world, context left out.
pub(super) fn examples(
    setting: &Setting,
    sources: &Sources,
    screener: &Screener,
    table: &Table,
    seed: u64,
    half: Half,
) -> Result<Vec<Example>> {
    let folder = tempfile::tempdir()?;
    let options = Options {
        seed,
        half: Some(half),
        prevalence: PREVALENCE,
        ..setting.traffic
    };
    let mut made = mixed(sources, options, folder.path())?;
    add_background(&mut made.shipments);
    let mut examples = Vec::new();
    let mut worst: f64 = 0.0;
    let present = table.present();
    let batches = made.shipments.chunks(BATCH).zip(made.truth.chunks(BATCH));
    for (shipments, truths) in batches {
        let seen = screener
            .evidence(shipments)
            .into_iter()
            .zip(screener.screen(shipments));
        for (((evidence, finding), truth), shipment) in seen
            .zip(truths)
            .zip(shipments)
            .filter(|((_, truth), _)| truth.kind != Kind::Context)
        {
            let features = table.features(&evidence);
            worst = worst.max((table.score(&present, &features) - finding.score).abs());
            examples.push(Example {
                features,
                gated: !finding.gates.is_empty(),
                planted: truth.kind == Kind::Planted,
                case: truth.case.map_or_else(|| pair(shipment), u64::from),
                operator: truth.operator.clone(),
            });
        }
    }
    // The engine rounds every flag to four decimals.
    if worst > 0.002 {
        eprintln!(
            "warning: scores differ from the engine's by up to {worst:.4}: has its scoring changed?"
        );
    }
    Ok(examples)
}

/// A number for the parties of a row, beyond those of cases.
fn pair(shipment: &Shipment) -> u64 {
    let mut hasher = DefaultHasher::new();
    for role in [Role::Consignor, Role::Consignee] {
        shipment
            .party(role)
            .map(|party| &party.name)
            .hash(&mut hasher);
    }
    hasher.finish() | 1 << 63
}

/// Honest rows and those of one operator.
pub(super) fn only(examples: &[Example], operator: &str) -> Vec<Example> {
    examples
        .iter()
        .filter(|row| !row.planted || row.operator == operator)
        .cloned()
        .collect()
}

/// A row with one flag.
#[cfg(test)]
pub(super) fn example(place: u16, planted: bool, case: u64) -> Example {
    Example {
        features: vec![(place, 1.0)],
        gated: false,
        planted,
        case,
        operator: "x".to_owned(),
    }
}
