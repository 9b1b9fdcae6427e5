//! The binary `interdict`: arguments in, data to stdout, everything else to stderr, an exit code.
//!
//! `main` only turns a result into an exit code; `run` is one `match` over commands; each command's work is in a module
//! of [`commands`].

mod args;
mod commands;
mod progress;
mod render;
mod terminal;
mod whole_lines;

use std::io::ErrorKind;
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Command};

/// What a command that did its work has to say to the caller's script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Nothing at or above `--fail-on`.
    Done,
    /// Findings at or above `--fail-on`.
    Found,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Err(error) = ctrlc::set_handler(|| {
        eprintln!(
            "\ninterrupted: what was finished is kept; run the same command again to complete it"
        );
        whole_lines::exit(130);
    }) {
        eprintln!("warning: ctrl-C will not be announced: {error}");
    }
    match run(&arguments) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", terminal::plain(&error.to_string()));
            for cause in error.chain().skip(1) {
                eprintln!("  because: {}", terminal::plain(&cause.to_string()));
            }
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    if let Some(threads) = arguments.threads {
        anyhow::ensure!(threads > 0, "--threads must be at least 1");
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global()?;
    }
    match &arguments.command {
        Command::Investigate(command) => commands::investigate::run(arguments, command),
        Command::Lists { command } => commands::lists::run(arguments, command.as_ref()),
        Command::Match(command) => commands::matching::run(arguments, command),
        Command::Compare { input } => commands::compare::run(arguments, input),
        Command::Screen(command) => commands::screen::run(arguments, command),
        Command::Read {
            paths,
            text,
            endpoint,
            model,
        } => {
            let endpoint = commands::read::endpoint(endpoint.as_deref(), model)?;
            commands::read::run(arguments, paths, *text, endpoint.as_ref())
        }
        Command::Verify => commands::verify::run(arguments),
        Command::Replay { finding } => commands::replay::run(arguments, finding.as_deref()),
    }
}

/// A reader that stopped listening (`interdict … | head`) is no error.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|e| e.kind() == ErrorKind::BrokenPipe)
            || cause
                .downcast_ref::<serde_json::Error>()
                .and_then(serde_json::Error::io_error_kind)
                == Some(ErrorKind::BrokenPipe)
    })
}
