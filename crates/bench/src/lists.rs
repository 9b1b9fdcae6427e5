//! Official lists: how long until they are in a ledger, and what came in.

use anyhow::Result;
use investigate::Home;

use crate::Setting;
use crate::data::{LISTS, list_paths};
use crate::measure::{median, peak_memory_cell, seconds, timed};

pub(crate) fn run(setting: &Setting) -> Result<()> {
    println!("## Lists\n");
    println!("| list file | parties | known | names | rejected | read alone | into the ledger |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let mut total = (0, 0, 0, 0.0);
    for known in &LISTS {
        let path = setting.data.join(known.path);
        if !path.is_file() {
            println!("| {} | not there | | | | | |", known.path);
            continue;
        }
        let (mut reading, mut importing) = (Vec::new(), Vec::new());
        let (mut parties, mut names, mut rejected) = (0, 0, 0);
        let mut refused = None;
        for _ in 0..setting.runs {
            for source in lists::find(std::slice::from_ref(&path)).sources {
                let (_, took) = timed(|| Ok(lists::read(&source, &mut drop, &mut |_| {})?))?;
                reading.push(took.as_secs_f64());
            }
            let folder = tempfile::tempdir()?;
            let mut home = Home::open(folder.path())?;
            let mut read = investigate::ReadSummary::default();
            let files = std::slice::from_ref(&path);
            let (_, took) = timed(|| {
                Ok(investigate::import::lists(
                    files,
                    &mut home,
                    &mut read,
                    &mut |_| {},
                )?)
            })?;
            importing.push(took.as_secs_f64());
            if let Some(skipped) = read.skipped.first() {
                refused = Some(skipped.reason.clone());
                break;
            }
            (parties, names, rejected) = (0, 0, 0);
            for list in read.lists {
                parties += list.parties;
                names += list.names;
                rejected += list.rejected;
            }
        }
        if let Some(reason) = refused {
            println!("| {} | refused: {reason} | | | | | |", known.path);
            continue;
        }
        let importing = median(importing);
        println!(
            "| {} | {parties} | {} | {names} | {rejected} | {} | {} |",
            known.path,
            known
                .entries
                .map_or_else(|| "–".to_owned(), |entries| entries.to_string()),
            seconds(median(reading)),
            seconds(importing)
        );
        total = (
            total.0 + parties,
            total.1 + names,
            total.2 + rejected,
            total.3 + importing,
        );
    }
    println!(
        "| **all, one after another** | {} | | {} | {} | | {} |\n",
        total.0,
        total.1,
        total.2,
        seconds(total.3)
    );
    again(setting)?;
    println!(
        "Peak memory {}. Bar: under 60 s on 2 cores, under 1 GB.\n",
        peak_memory_cell()
    );
    Ok(())
}

/// All lists into one ledger, the same once more, and the proof.
fn again(setting: &Setting) -> Result<()> {
    let paths = list_paths(&setting.data);
    let folder = tempfile::tempdir()?;
    let mut home = Home::open(folder.path())?;
    let import = |home: &mut Home| {
        let mut read = investigate::ReadSummary::default();
        timed(|| {
            Ok(investigate::import::lists(
                &paths,
                home,
                &mut read,
                &mut |_| {},
            )?)
        })
    };
    let (_, first) = import(&mut home)?;
    let (_, second) = import(&mut home)?;
    let counts = home.ledger.counts()?;
    let (verification, verifying) = timed(|| Ok(home.ledger.verify()?))?;
    let bytes = folder.path().join("ledger.sqlite").metadata()?.len();
    println!(
        "Into one ledger: {}, {} MB for {} different entries; the same files once more: {}; `verify` over {} rows: {}, \
         {} problems.\n",
        seconds(first.as_secs_f64()),
        bytes / 1_000_000,
        counts.entries,
        seconds(second.as_secs_f64()),
        verification.rows,
        seconds(verifying.as_secs_f64()),
        verification.problems.len()
    );
    Ok(())
}
