//! Route: destinations of concern (R01), high-priority goods to a hub (R02), a hub between origin and destination
//! (R03).

use crate::score::Hit;
use crate::seen::Seen;
use crate::tables::{Control, tables};

/// Flags of the route group.
pub(crate) fn hits(seen: &Seen, hits: &mut Vec<Hit>) {
    let tables = tables();
    let Some(to) = seen.destination() else {
        return;
    };
    let concern = tables.destination(to, seen.shipment.date);
    if let Some(row) = concern
        && seen.dispatch() != Some(to)
    {
        let level = match row.control {
            Control::Comprehensive => "comprehensive",
            Control::Military => "military",
            Control::Arms => "arms",
        };
        hits.push(
            Hit::new("R01", level)
                .saw("destination", country(to))
                .saw("basis", row.basis.as_str()),
        );
    }
    if concern.is_none_or(|row| row.control == Control::Arms)
        && let Some(hub) = tables.hubs.get(to)
        && let Some(entry) = seen.goods.high_priority()
        && seen.dispatch() != Some(to)
    {
        hits.push(
            Hit::new("R02", "hub")
                .share(hub.weight)
                .saw("destination", hub.country.as_str())
                .saw("code", entry.to_string())
                .saw("basis", hub.source.as_str()),
        );
    }
    if concern.is_some_and(|row| row.control != Control::Arms) {
        detour(seen, to, hits);
    }
}

/// A hub that lies between where the goods were made and a destination of concern.
fn detour(seen: &Seen, to: &str, hits: &mut Vec<Hit>) {
    let tables = tables();
    let from_consignor = seen.country_of(model::Role::Consignor);
    let on_the_way = seen
        .dispatch()
        .into_iter()
        .chain(from_consignor)
        .chain(seen.shipment.transit.iter().map(String::as_str));
    let origin = seen.origin();
    let foreign =
        |code: &str| code != to && origin.is_none_or(|origin| !same_customs_area(origin, code));
    let best = on_the_way
        .filter(|code| foreign(code))
        .filter_map(|code| tables.hubs.get(code).map(|hub| (code, hub)))
        .max_by(|(_, a), (_, b)| a.weight.total_cmp(&b.weight));
    let Some((code, hub)) = best else {
        return;
    };
    match origin {
        Some(origin) => hits.push(
            Hit::new("R03", "detour")
                .share(hub.weight)
                .saw("origin", country(origin))
                .saw("via", country(code))
                .saw("destination", country(to)),
        ),
        // A trader in a hub whose goods come from nowhere stated.
        None if code != "CN" && code != "IN" => hits.push(
            Hit::new("R03", "trader")
                .share(hub.weight)
                .saw("via", country(code))
                .saw("destination", country(to)),
        ),
        None => {}
    }
}

/// Mainland China, Hong Kong and Macau ship through each other every day.
pub(crate) fn same_customs_area(a: &str, b: &str) -> bool {
    let china = ["CN", "HK", "MO"];
    a == b || (china.contains(&a) && china.contains(&b))
}

/// `Türkiye (TR)`.
pub(crate) fn country(code: &str) -> String {
    match places::name(code) {
        Some(name) => format!("{name} ({code})"),
        None => code.to_string(),
    }
}
