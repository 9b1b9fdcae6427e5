//! Made-up trade as shipments, read from csv files as `interdict screen` reads them, beside what is true of each.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};
use model::Shipment;
use records::ColumnOverrides;

use crate::data::rows;
use crate::traffic::{Kind, Options, Sources, Truth, Writers, generate};

/// Shipments with their truth, in the same order.
pub(super) struct Mixed {
    pub(super) shipments: Vec<Shipment>,
    pub(super) truth: Vec<Truth>,
}

/// Rows of that many, written to `folder` and read again.
pub(super) fn mixed(sources: &Sources, options: Options, folder: &Path) -> Result<Mixed> {
    let (file, truth_file) = (folder.join("traffic.csv"), folder.join("truth.csv"));
    let create =
        |path: &Path| -> Result<_> { Ok(std::io::BufWriter::new(std::fs::File::create(path)?)) };
    generate(
        sources,
        options,
        Writers::new(create(&file)?, create(&truth_file)?)?,
    )?;
    let mut truths: HashMap<String, Truth> = rows(&truth_file)?
        .into_iter()
        .filter_map(truth_of)
        .collect();
    let shipments = shipments(&file)?;
    let truth = shipments
        .iter()
        .map(|shipment| {
            truths
                .remove(&shipment.row_id)
                .with_context(|| format!("nothing is known of row {}", shipment.row_id))
        })
        .collect::<Result<_>>()?;
    Ok(Mixed { shipments, truth })
}

fn truth_of(mut row: HashMap<String, String>) -> Option<(String, Truth)> {
    let kind = match row.get("kind")?.as_str() {
        "planted" => Kind::Planted,
        "context" => Kind::Context,
        _ => Kind::Honest,
    };
    let truth = Truth {
        kind,
        case: row
            .get("case")
            .and_then(|case| case.strip_prefix('C')?.parse().ok()),
        operator: row.remove("operator")?,
        language: row.remove("language")?,
    };
    Some((row.remove("row_id")?, truth))
}

/// All shipments of a file.
pub(super) fn shipments(file: &Path) -> Result<Vec<Shipment>> {
    let mut shipments = Vec::new();
    records::read(
        file,
        &ColumnOverrides::default(),
        &mut |_| {},
        &mut |shipment| shipments.push(shipment),
        &mut |_| {},
        &mut |_| {},
    )
    .with_context(|| file.display().to_string())?;
    Ok(shipments)
}
