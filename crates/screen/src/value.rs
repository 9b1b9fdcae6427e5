//! Value and mass: dollars per kilogram (V01), mass and price of a piece (V03), military-scale quantities (V05).

use crate::score::Hit;
use crate::seen::Seen;
use crate::tables::tables;

/// Flags of the value group.
pub(crate) fn hits(seen: &Seen, hits: &mut Vec<Hit>) {
    unit_value(seen, hits);
    piece(seen, hits);
    quantity(seen, hits);
}

/// Only factors of twenty and more stand out: measured, the code explains 56 % of the variance of log USD/kg and
/// leaves a standard deviation of 0.49 (a factor of three).
const LEAST_LOG10: f64 = 1.3;
const LEAST_SD: f64 = 0.49;

/// A hundred times the usual: goods of another kind, or a unit gone wrong.
const EXTREME_LOG10: f64 = 2.0;

fn unit_value(seen: &Seen, hits: &mut Vec<Hit>) {
    let (Some(kg), Some(usd), Some(hs)) = (seen.kg(), seen.usd(), seen.shipment.hs.as_ref()) else {
        return;
    };
    let tables = tables();
    let Some(prior) = [hs.hs6(), hs.hs4()]
        .into_iter()
        .flatten()
        .find_map(|code| tables.unit_values.get(code))
    else {
        return;
    };
    let usd_per_kg = usd / kg;
    let off = (usd_per_kg / prior.median_usd_per_kg).log10();
    if !off.is_finite() || off.abs() < LEAST_LOG10 {
        return;
    }
    // From a third of the weight at two standard deviations to all of it at four.
    let deviations = off.abs() / prior.sd_log10.max(LEAST_SD);
    let share = ((deviations - 1.0) / 3.0).clamp(0.3, 1.0);
    let (level, share) = match off {
        off if off >= EXTREME_LOG10 => ("extreme", 1.0),
        off if off > 0.0 => ("high", share),
        _ => ("low", share),
    };
    hits.push(
        Hit::new("V01", level)
            .share(share)
            .saw("usd_per_kg", format!("{usd_per_kg:.2}"))
            .saw(
                "usual_usd_per_kg",
                format!("{:.2}", prior.median_usd_per_kg),
            )
            .saw("factor", format!("{:.1}", 10f64.powf(off.abs())))
            .saw("declared", hs.to_string()),
    );
}

fn piece(seen: &Seen, hits: &mut Vec<Hit>) {
    let (Some(pieces), Some(hs)) = (seen.pieces(), seen.shipment.hs.as_ref()) else {
        return;
    };
    let tables = tables();
    let Some(usual) = [hs.hs6(), hs.hs4()]
        .into_iter()
        .flatten()
        .find_map(|code| tables.pieces.get(code))
    else {
        return;
    };
    if let Some(kg) = seen.kg().map(|kg| kg / pieces)
        && (kg < usual.kg_low || kg > usual.kg_high)
    {
        hits.push(
            Hit::new("V03", "mass")
                .saw("kg_per_piece", format!("{kg:.3}"))
                .saw("usual", format!("{} to {} kg", usual.kg_low, usual.kg_high))
                .saw("article", usual.article.as_str()),
        );
    } else if let Some(usd) = seen.usd().map(|usd| usd / pieces)
        && usd > usual.usd_high
    {
        hits.push(
            Hit::new("V03", "price")
                .saw("usd_per_piece", format!("{usd:.2}"))
                .saw("usual", format!("up to {} USD", usual.usd_high))
                .saw("article", usual.article.as_str()),
        );
    }
}

fn quantity(seen: &Seen, hits: &mut Vec<Hit>) {
    let (Some(pieces), Some(category)) = (seen.pieces(), seen.goods.category) else {
        return;
    };
    if let Some(least) = tables().quantities.get(category)
        && pieces >= *least
    {
        hits.push(
            Hit::new("V05", "scale")
                .saw("pieces", format!("{pieces}"))
                .saw("beyond", format!("{least}"))
                .saw("goods", goods::category_meaning(category)),
        );
    }
}
