//! One module for each command: it reads what the arguments name, calls an engine, prints, and says the outcome.

pub(crate) mod compare;
pub(crate) mod investigate;
pub(crate) mod lists;
pub(crate) mod matching;
pub(crate) mod read;
pub(crate) mod replay;
pub(crate) mod screen;
pub(crate) mod verify;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use ::investigate::{Home, Progress};
use anyhow::Context;

use crate::args::{Arguments, Format};
use crate::progress;

/// Opens the home that the arguments name.
fn home(arguments: &Arguments) -> anyhow::Result<Home> {
    Home::open(&arguments.home).with_context(|| {
        format!(
            "cannot use the home {} (choose another with --home or INTERDICT_HOME)",
            arguments.home.display()
        )
    })
}

/// The format asked for, or the command's own; an error if the command cannot print it.
fn format(arguments: &Arguments, allowed: &[Format]) -> anyhow::Result<Format> {
    let format = arguments.format.unwrap_or(allowed[0]);
    anyhow::ensure!(
        allowed.contains(&format),
        "this command cannot print {format:?}; it prints {}",
        allowed
            .iter()
            .map(|format| format!("{format:?}").to_lowercase())
            .collect::<Vec<_>>()
            .join(", ")
    );
    Ok(format)
}

/// A file's bytes as they come, or stdin for `-`.
fn open(path: &Path) -> anyhow::Result<Box<dyn Read>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Box::new(BufReader::new(file)))
}

/// A progress function that draws bars on a terminal.
fn bars() -> impl FnMut(Progress) {
    let mut current = None;
    move |event| match event {
        Progress::Begin { doing, bytes } => current = Some(progress::bar(&doing, bytes)),
        Progress::At(bytes) => {
            if let Some(bar) = &current {
                bar.set_position(bytes);
            }
        }
        Progress::End => {
            if let Some(bar) = current.take() {
                bar.finish_and_clear();
            }
        }
    }
}

/// Reads one line into `line`, without its line break; `false` at the end. A line over `max` bytes is consumed and left
/// cut to `max`, which no document of ours can be, so that the parser after it says what is wrong.
fn bounded_line(reader: &mut impl BufRead, line: &mut Vec<u8>, max: usize) -> io::Result<bool> {
    line.clear();
    let mut any = false;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(any);
        }
        any = true;
        let end = buffer.iter().position(|&byte| byte == b'\n');
        let part = &buffer[..end.unwrap_or(buffer.len())];
        line.extend_from_slice(&part[..part.len().min(max - line.len())]);
        let used = end.map_or(buffer.len(), |end| end + 1);
        reader.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_and_the_next_is_whole() {
        let input = format!("{}\nnext\n", "x".repeat(100_000));
        let mut reader = BufReader::new(input.as_bytes());
        let mut line = Vec::new();
        assert!(bounded_line(&mut reader, &mut line, 10).unwrap());
        assert_eq!(line, b"xxxxxxxxxx");
        assert!(bounded_line(&mut reader, &mut line, 10).unwrap());
        assert_eq!(line, b"next");
        assert!(!bounded_line(&mut reader, &mut line, 10).unwrap());
    }
}
