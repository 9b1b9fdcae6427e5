//! `interdict verify`: nothing in the ledger was changed, removed or slipped in.

use crate::args::{Arguments, Format};
use crate::terminal::plain;
use crate::{Outcome, commands};

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let format = commands::format(arguments, &[Format::Table, Format::Json])?;
    let verification = commands::home(arguments)?.ledger.verify()?;
    let problems: Vec<String> = verification
        .problems
        .iter()
        .map(|problem| problem.what.clone())
        .collect();
    if format == Format::Json {
        let report = serde_json::json!({
            "events": verification.events,
            "rows": verification.rows,
            "head": verification.head,
            "problems": problems,
        });
        println!("{report}");
    } else if problems.is_empty() {
        println!(
            "{} events over {} rows, chain intact, head {}",
            verification.events, verification.rows, verification.head
        );
    }
    for problem in &problems {
        eprintln!("problem: {}", plain(problem));
    }
    anyhow::ensure!(
        problems.is_empty(),
        "the ledger of {} is not as it was written",
        arguments.home.display()
    );
    Ok(Outcome::Done)
}
