//! `interdict investigate`: the main job, and its brief.

use std::io::{self, IsTerminal, Write};

use anyhow::Context;

use crate::args::{Arguments, Format, Investigate};
use crate::{Outcome, commands, render};

pub(crate) fn run(arguments: &Arguments, command: &Investigate) -> anyhow::Result<Outcome> {
    let format = commands::format(arguments, &[Format::Table, Format::Json])?;
    let mut home = commands::home(arguments)?;
    let brief = investigate::run(&command.folder, &mut home, &mut commands::bars())
        .with_context(|| format!("cannot investigate {}", command.folder.display()))?;
    let mut stdout = io::stdout().lock();
    if format == Format::Json {
        serde_json::to_writer(&mut stdout, &brief)?;
        writeln!(stdout)?;
    } else {
        let colour = stdout.is_terminal()
            && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        stdout.write_all(render::brief(&brief, command.top, colour).as_bytes())?;
    }
    stdout.flush()?;
    let found = command.fail_on.is_some_and(|fail_on| {
        brief
            .shipments
            .iter()
            .any(|shipment| fail_on.is_met_by(shipment.finding.disposition))
    });
    Ok(if found { Outcome::Found } else { Outcome::Done })
}
