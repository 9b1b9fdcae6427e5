//! `interdict replay`: stored findings made again.

use crate::args::{Arguments, Format};
use crate::terminal::plain;
use crate::{Outcome, commands};

pub(crate) fn run(arguments: &Arguments, finding: Option<&str>) -> anyhow::Result<Outcome> {
    let format = commands::format(arguments, &[Format::Table, Format::Json])?;
    let home = commands::home(arguments)?;
    let replay = investigate::replay::replay(&home, finding, &mut commands::bars())?;
    if format == Format::Json {
        println!("{}", serde_json::to_string(&replay)?);
    } else {
        println!(
            "{} findings made again and the same, {} different, {} not possible here",
            replay.same,
            replay.different.len(),
            replay.not_possible.len()
        );
    }
    for other in replay.different.iter().chain(&replay.not_possible) {
        eprintln!("{}: {}", other.finding_id, plain(&other.what));
    }
    if let Some(id) = finding
        && replay == Default::default()
    {
        anyhow::bail!(
            "no finding {id} in the ledger of {}",
            arguments.home.display()
        );
    }
    anyhow::ensure!(
        replay.different.is_empty(),
        "{} findings came out different",
        replay.different.len()
    );
    Ok(Outcome::Done)
}
