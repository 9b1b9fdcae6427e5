//! Prints how lists are read: `cargo run -p lists --example entries -- PATH…`. Entries go to standard output as JSON
//! lines, counts and rejections to standard error.

use std::path::PathBuf;
use std::time::Instant;

fn main() {
    let paths: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let found = lists::find(&paths);
    for unread in &found.unread {
        eprintln!("unread {}: {}", unread.path.display(), unread.reason);
    }
    for source in &found.sources {
        let started = Instant::now();
        let mut print = |entry: model::ListEntry| match serde_json::to_string(&entry) {
            Ok(line) => println!("{line}"),
            Err(error) => eprintln!("{error}"),
        };
        match lists::read(source, &mut print, &mut |_| {}) {
            Ok(summary) => {
                eprintln!(
                    "{} {} {}: {} parties, {} names, {} skipped, {} rejected, {}, {:?}, {:?}",
                    summary.list,
                    summary.version,
                    summary.format.as_str(),
                    summary.parties,
                    summary.names,
                    summary.skipped,
                    summary.rejected.len(),
                    summary.encoding,
                    started.elapsed(),
                    summary.paths,
                );
                for rejected in summary.rejected.iter().take(12) {
                    let field = rejected.field.as_deref().unwrap_or("-");
                    eprintln!("  row {} {field}: {}", rejected.row, rejected.reason);
                }
            }
            Err(error) => eprintln!("failed: {error}"),
        }
    }
}
