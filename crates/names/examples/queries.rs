//! Times single queries: `cargo run --release -p names --example queries -- INDEX [ROUNDS] < QUERIES`, where INDEX is an
//! index file and QUERIES has lines of `schema<TAB>name`. Prints one line for each query, in order: the least wall time of
//! ROUNDS (default 3) in nanoseconds, so that other processes on the machine do not count, and the entities found.

use std::io::{BufRead, BufWriter, Write};
use std::time::Instant;

use names::{BALANCED, Index, Match, Query};

/// Matches asked for.
const LIMIT: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let index = arguments.next().ok_or("usage: queries INDEX [ROUNDS]")?;
    let rounds: usize = arguments.next().map_or(Ok(3), |rounds| rounds.parse())?;
    let index = Index::open(index.as_ref())?;
    let mut queries = Vec::new();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (schema, name) = line.split_once('\t').ok_or("a line without a tab")?;
        queries.push(Query {
            schema: Some(schema.to_owned()).filter(|schema| !schema.is_empty()),
            names: vec![name.to_owned()],
            ..Query::default()
        });
    }
    let mut answers: Vec<(u128, Vec<Match>)> = vec![(u128::MAX, Vec::new()); queries.len()];
    // Round by round, not each query three times: a query must not find its own words in the processor's cache.
    for _ in 0..rounds.max(1) {
        for (query, answer) in queries.iter().zip(&mut answers) {
            let start = Instant::now();
            let matches = index.search(query, BALANCED, LIMIT);
            *answer = (answer.0.min(start.elapsed().as_nanos()), matches);
        }
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    for (nanoseconds, matches) in answers {
        let found: Vec<&str> = matches
            .iter()
            .map(|found| found.entity_id.as_str())
            .collect();
        writeln!(out, "{nanoseconds}\t{}", found.join("\t"))?;
    }
    Ok(out.flush()?)
}
