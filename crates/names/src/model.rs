//! From features to a score: a logistic model per kind of party, with weights that `bench fit` fitted and that are kept
//! as data with their version. An auditor can add a score up by hand: see `docs/names.md`.

use std::sync::LazyLock;

use crate::features::{FEATURES, Features, NAMES};
use crate::word::Kind;

const WEIGHTS: &str = include_str!("../data/weights.tsv");

/// Weights of one kind of party.
pub(crate) struct Model {
    pub weights: [f32; FEATURES],
    /// Log-odds of the features at which the score is `WIDE`, `BALANCED` and `STRICT`, with the log-odds of these scores.
    anchors: [(f64, f64); 3],
}

static MODELS: LazyLock<[Model; 3]> = LazyLock::new(|| {
    [Kind::Person, Kind::Organisation, Kind::Craft].map(|kind| Model::read(WEIGHTS, kind))
});

/// The name of a kind in the table of weights.
pub(crate) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "person",
        Kind::Organisation => "organisation",
        Kind::Craft => "craft",
    }
}

impl Model {
    fn read(table: &str, kind: Kind) -> Model {
        let mut model = Model {
            weights: [0.0; FEATURES],
            anchors: [
                (-2.0, odds_of(crate::WIDE)),
                (0.0, odds_of(crate::BALANCED)),
                (2.0, odds_of(crate::STRICT)),
            ],
        };
        for row in table.lines().filter(|row| !row.starts_with('#')) {
            let mut cells = row.split('\t');
            let (Some(of), Some(name), Some(value)) = (cells.next(), cells.next(), cells.next())
            else {
                continue;
            };
            let Ok(value) = value.parse::<f32>() else {
                continue;
            };
            if of != kind_name(kind) {
                continue;
            }
            if let Some(feature) = NAMES.iter().position(|known| *known == name) {
                model.weights[feature] = value;
            }
            for (anchor, known) in ["wide", "balanced", "strict"].iter().enumerate() {
                if *known == name {
                    model.anchors[anchor].0 = f64::from(value);
                }
            }
        }
        model
    }

    /// Of a kind.
    pub(crate) fn of(kind: Kind) -> &'static Model {
        &MODELS[match kind {
            Kind::Person => 0,
            Kind::Organisation => 1,
            Kind::Craft => 2,
        }]
    }

    /// Log-odds of the features.
    pub(crate) fn log_odds(&self, features: &Features) -> f32 {
        features
            .iter()
            .zip(&self.weights)
            .map(|(value, weight)| value * weight)
            .sum()
    }

    /// Log-odds on the scale of scores, where the thresholds mean the same for every kind: straight lines in log-odds
    /// between the anchors. Increasing, never 0 or 1.
    pub(crate) fn score(&self, log_odds: f32) -> f64 {
        let knots = self.anchors;
        let at = f64::from(log_odds);
        let (from, to) = if at < knots[1].0 {
            (knots[0], knots[1])
        } else {
            (knots[1], knots[2])
        };
        let slope = (to.1 - from.1) / (to.0 - from.0).max(0.05);
        // Above the strict anchor the line flattens, so that the best scores keep their distance.
        let on_scale = if at > knots[2].0 {
            knots[2].1 + (at - knots[2].0) * slope.min(0.6)
        } else {
            from.1 + (at - from.0) * slope
        };
        1.0 / (1.0 + (-on_scale.clamp(-30.0, 8.0)).exp())
    }
}

fn odds_of(score: f64) -> f64 {
    (score / (1.0 - score)).ln()
}
