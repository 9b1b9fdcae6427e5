//! The name index of all lists together: build and open.

use anyhow::Result;
use names::Index;

use crate::Setting;
use crate::data::{home_with, index_file, list_paths};
use crate::measure::{median, peak_memory_cell, seconds, timed};

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let (folder, home) = home_with(&list_paths(&setting.data))?;
    let mut building = Vec::new();
    let mut entities = 0;
    for _ in 0..setting.runs {
        if let Ok(built) = index_file(folder.path()) {
            std::fs::remove_file(built)?;
        }
        let (index, took) = timed(|| Ok(home.index(&mut |_| {})?))?;
        entities = index.len();
        building.push(took.as_secs_f64());
    }
    let file = index_file(folder.path())?;
    let bytes = file.metadata()?.len();
    let (mut opening, mut first_answer) = (Vec::new(), Vec::new());
    for _ in 0..setting.runs.max(20) {
        let (index, took) = timed(|| Ok(Index::open(&file)?))?;
        opening.push(took.as_secs_f64());
        let query = names::Query {
            names: vec!["Machine Works Trading House".to_owned()],
            ..names::Query::default()
        };
        let (_, answered) = timed(|| Ok(index.search(&query, names::BALANCED, 5)))?;
        first_answer.push((took + answered).as_secs_f64());
    }
    println!("## Name index of all lists\n");
    println!("| | Interdict | logic-v2 |\n|---|---:|---:|");
    println!("| entities | {entities} | 24607 |");
    println!(
        "| build from the ledger | {} | |",
        seconds(median(building))
    );
    println!("| file | {:.1} MB | |", bytes as f64 / 1e6);
    println!(
        "| open, file in the page cache | {} | 9.6 s (cold start) |",
        seconds(median(opening))
    );
    println!(
        "| open and answer a first query | {} | |",
        seconds(median(first_answer))
    );
    println!(
        "| peak memory, import and build included | {} | 533 MB |\n",
        peak_memory_cell()
    );
    println!("Bar: opens in under 50 ms.\n");
    Ok(())
}
