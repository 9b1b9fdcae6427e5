//! Where the time of a query goes: `cargo run --release -p names --example profile -- FILE.tsv`, rows `schema<TAB>name` on
//! which an index is built and which it is then asked for.

use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: profile FILE.tsv")?;
    let text = std::fs::read_to_string(path)?;
    let rows: Vec<(&str, &str)> = text
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect();
    names::compare(None, "warm", "up");
    let start = Instant::now();
    let mut words = 0;
    for (schema, name) in &rows {
        words += names::audit::words(*schema == "Person", name).len();
    }
    println!(
        "analysis with weights: {:.2} µs a name, {words} words",
        start.elapsed().as_secs_f64() * 1e6 / rows.len() as f64
    );
    let start = Instant::now();
    let mut sum = 0.0;
    for pair in rows.windows(2) {
        sum += names::compare(Some(pair[0].0), pair[0].1, pair[1].1).score;
    }
    println!(
        "compare: {:.2} µs a pair ({sum:.0})",
        start.elapsed().as_secs_f64() * 1e6 / rows.len() as f64
    );
    Ok(())
}
