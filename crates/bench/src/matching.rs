//! Name queries against the list on which peers were timed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context, Result};
use names::{BALANCED, Index, Query};

use crate::Setting;
use crate::data::{BASELINE, Dice, column, home_with, index_file};
use crate::measure::{median, peak_memory_cell, percentile, thread_cpu};

/// Queries of each kind in a run. Every run asks other ones, so that nothing is answered from what was asked before.
const OF_EACH: usize = 2_000;

/// Matches asked for.
pub(crate) const LIMIT: usize = 5;

/// A query, and the entity that it means where it means one.
pub(crate) struct Question {
    query: Query,
    means: Option<String>,
}

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let (folder, home) = home_with(&[setting.data.join(BASELINE)])?;
    let index = home.index(&mut |_| {})?;
    let sets = [
        (
            "listed names, edited",
            edited(&index, OF_EACH * setting.runs),
        ),
        (
            "ordinary companies",
            ordinary(
                setting,
                "names/listed_companies.csv",
                "name",
                "Company",
                OF_EACH * setting.runs,
            )?,
        ),
        (
            "ordinary persons",
            ordinary(
                setting,
                "names/persons_fake_us.csv",
                "full_name",
                "Person",
                OF_EACH * setting.runs,
            )?,
        ),
    ];
    println!("## Matching against {} entities\n", index.len());
    println!("One thread, threshold {BALANCED}, at most {LIMIT} matches.\n");
    println!(
        "| {} queries each | per CPU-second | p50 | p99 | slowest | with a match | the right one first |",
        OF_EACH * setting.runs
    );
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for (name, questions) in &sets {
        print_row(
            name,
            &questions.iter().collect::<Vec<_>>(),
            &index,
            setting.runs,
        );
    }
    // In turn, as they come in one file; asked in another thread, which remembers nothing of the sets before.
    let most = sets
        .iter()
        .map(|(_, questions)| questions.len())
        .max()
        .unwrap_or(0);
    let all: Vec<&Question> = (0..most)
        .flat_map(|place| {
            sets.iter()
                .filter_map(move |(_, questions)| questions.get(place))
        })
        .collect();
    let rate = std::thread::scope(|scope| {
        let asked = scope.spawn(|| print_row("**all together**", &all, &index, setting.runs));
        asked.join().unwrap_or(0.0)
    });
    println!("| logic-v2 (same list) | 41 | 9.5 ms | 150 ms | | | |");
    println!("| yente over HTTP | 32–35 | | | | | |");
    println!("| Watchman | 38 | | | | | |");
    println!("| rapidfuzz Jaro-Winkler, brute force | 512 | | | | | |\n");
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let together = median(
        (0..setting.runs)
            .map(|_| on_all_cores(&index, &all, threads))
            .collect(),
    );
    compare(&all, setting.runs);
    println!(
        "{:.0} × logic-v2 per CPU-second. On {threads} threads over one index: {together:.0} queries/s wall. Index {:.1} MB; peak \
         memory {}, import and build included.\n",
        rate / 41.0,
        index_file(folder.path())?.metadata()?.len() as f64 / 1e6,
        peak_memory_cell()
    );
    Ok(())
}

/// Measures a set in as many parts as there are runs, prints it, returns queries per CPU-second.
pub(crate) fn print_row(name: &str, questions: &[&Question], index: &Index, runs: usize) -> f64 {
    let (mut rates, mut middles, mut highs, mut worst) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut answered, mut right) = (0, 0);
    for part in questions.chunks(questions.len().div_ceil(runs).max(1)) {
        let mut latencies = Vec::with_capacity(part.len());
        let cpu = thread_cpu();
        for question in part {
            let start = Instant::now();
            let matches = index.search(&question.query, BALANCED, LIMIT);
            latencies.push(start.elapsed().as_secs_f64());
            answered += usize::from(!matches.is_empty());
            let first = matches.first().map(|found| &found.entity_id);
            right += usize::from(first.is_some() && first == question.means.as_ref());
        }
        rates.push(part.len() as f64 / (thread_cpu() - cpu).as_secs_f64());
        latencies.sort_by(f64::total_cmp);
        middles.push(percentile(&latencies, 0.5));
        highs.push(percentile(&latencies, 0.99));
        worst.push(percentile(&latencies, 1.0));
    }
    let rate = median(rates);
    let share = |count: usize| format!("{:.1} %", 100.0 * count as f64 / questions.len() as f64);
    let meant = questions.iter().any(|question| question.means.is_some());
    println!(
        "| {name} | {rate:.0} | {:.3} ms | {:.2} ms | {:.1} ms | {} | {} |",
        median(middles) * 1e3,
        median(highs) * 1e3,
        median(worst) * 1e3,
        share(answered),
        if meant {
            share(right)
        } else {
            "–".to_owned()
        }
    );
    rate
}

/// Prints how many pairs of names a second are compared and explained.
fn compare(questions: &[&Question], runs: usize) {
    let rates = (0..runs)
        .map(|_| {
            let cpu = thread_cpu();
            for two in questions.windows(2) {
                let (left, right) = (&two[0].query, &two[1].query);
                let schema = left.schema.as_deref();
                for (left, right) in left.names.iter().zip(&right.names) {
                    std::hint::black_box(names::compare(schema, left, right));
                }
            }
            questions.len() as f64 / (thread_cpu() - cpu).as_secs_f64()
        })
        .collect();
    println!(
        "`compare`: {:.0} explained pairs per CPU-second.\n",
        median(rates)
    );
}

pub(crate) fn on_all_cores(index: &Index, questions: &[&Question], threads: usize) -> f64 {
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(question) = questions.get(next.fetch_add(1, Ordering::Relaxed)) {
                    std::hint::black_box(index.search(&question.query, BALANCED, LIMIT));
                }
            });
        }
    });
    questions.len() as f64 / start.elapsed().as_secs_f64()
}

/// Names of the list itself, each with one small mistake, as clerks make them.
pub(crate) fn edited(index: &Index, count: usize) -> Vec<Question> {
    let mut dice = Dice(1);
    (0..count)
        .filter_map(|_| {
            let entity = index.entity(u32::try_from(dice.below(index.len())).ok()?)?;
            let (name, _) = dice.pick(&entity.names)?;
            Some(Question {
                query: Query {
                    schema: Some(entity.schema.to_owned()),
                    names: vec![edit(name, &mut dice)],
                    ..Query::default()
                },
                means: Some(entity.id.to_owned()),
            })
        })
        .collect()
}

fn edit(name: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let place = dice.below(letters.len());
    match dice.below(5) {
        0 if letters.len() > 4 => {
            letters.remove(place);
        }
        1 => letters.insert(place, letters[place]),
        2 if place + 1 < letters.len() => letters.swap(place, place + 1),
        3 => {
            let mut words: Vec<&str> = name.split_whitespace().collect();
            let to_the_end = 1.min(words.len());
            words.rotate_left(to_the_end);
            return words.join(" ");
        }
        _ => return name.to_lowercase(),
    }
    letters.into_iter().collect()
}

pub(crate) fn ordinary(
    setting: &Setting,
    file: &str,
    heading: &str,
    schema: &str,
    count: usize,
) -> Result<Vec<Question>> {
    let names = column(&setting.data.join(file), heading)?;
    let mut dice = Dice(2);
    (0..count)
        .map(|_| {
            Ok(Question {
                query: Query {
                    schema: Some(schema.to_owned()),
                    names: vec![dice.pick(&names).context("no names")?.clone()],
                    ..Query::default()
                },
                means: None,
            })
        })
        .collect()
}
