//! Alerts per 1,000 ordinary goods on several routes: what a desk that screens nothing but clean traffic would see.
//!
//! `cargo run --release --example clean -p screen -- ROWS.tsv… [-v]`, each line a description, a tab and a code.

use model::{Disposition, Shipment};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, files): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|flag| flag.starts_with('-'));
    let verbose = flags.iter().any(|flag| flag == "-v");
    let screener = screen::Screener::with_lookup(None, 1.0, std::collections::BTreeMap::new());
    println!(
        "{:<36}{:<10}{:>7}{:>12}{:>12}{:>10}",
        "set", "route", "rows", "hold/1000", "review/1000", "rows/s"
    );
    for file in &files {
        let text = std::fs::read_to_string(file)?;
        for route in ["DE>PL", "CN>TR", "CN>RU", "DE>TR>RU"] {
            let shipments: Vec<Shipment> = text
                .lines()
                .filter_map(|line| line.rsplit_once('\t'))
                .zip(1..)
                .map(|((goods_text, code), row)| shipment(route, goods_text, code, row))
                .collect();
            let started = std::time::Instant::now();
            let findings = screener.screen(&shipments);
            let seconds = started.elapsed().as_secs_f64();
            let share = |wanted| {
                let alerts = findings
                    .iter()
                    .filter(|finding| finding.disposition == wanted)
                    .count();
                1000.0 * alerts as f64 / findings.len().max(1) as f64
            };
            println!(
                "{:<36}{route:<10}{:>7}{:>12.2}{:>12.2}{:>10.0}",
                file.rsplit('/').next().unwrap_or(file),
                findings.len(),
                share(Disposition::Hold),
                share(Disposition::Review),
                findings.len() as f64 / seconds
            );
            for (finding, shipment) in findings.iter().zip(&shipments) {
                if verbose && finding.disposition > Disposition::Release {
                    let flags: Vec<String> = finding
                        .flags
                        .iter()
                        .map(|flag| format!("{}:{:.1}", flag.id, flag.weight))
                        .collect();
                    let short: String = shipment.goods_text.chars().take(90).collect();
                    let code = shipment.hs.as_ref().map_or("-", |hs| hs.as_str());
                    println!(
                        "  {} {:.2} [{}] {code} {short}",
                        finding.disposition.as_str(),
                        finding.score,
                        flags.join(" ")
                    );
                }
            }
        }
    }
    Ok(())
}

fn shipment(route: &str, goods_text: &str, code: &str, row: u64) -> Shipment {
    let stops: Vec<&str> = route.split('>').collect();
    let stop = |at: usize| stops.get(at).map(|stop| (*stop).to_string());
    Shipment {
        row_id: row.to_string(),
        file: "clean".to_string(),
        row,
        parties: Vec::new(),
        goods_text: goods_text.to_string(),
        brand: None,
        model: None,
        hs: code.parse().ok(),
        origin: stop(0),
        dispatch: stop(stops.len() - 2),
        transit: Vec::new(),
        destination: stop(stops.len() - 1),
        date: None,
        quantity: None,
        net_kg: None,
        gross_kg: None,
        value_usd: None,
        original: Vec::new(),
        background: None,
    }
}
