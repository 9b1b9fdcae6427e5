//! `interdict lists`: import, status, and what changed between two versions.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use investigate::{ReadSummary, import, intake};
use serde::Serialize;

use crate::args::{Arguments, Format, Lists};
use crate::terminal::plain;
use crate::{Outcome, commands};

pub(crate) fn run(arguments: &Arguments, command: Option<&Lists>) -> anyhow::Result<Outcome> {
    match command {
        None => status(arguments),
        Some(Lists::Import { paths }) => import(arguments, paths),
        Some(Lists::Diff { old, new }) => diff(arguments, old, new),
    }
}

/// The contract of `--format json lists`.
#[derive(Debug, Serialize)]
struct Status {
    list: String,
    version: String,
    parties: u64,
    names: u64,
    rejected: u64,
    hash: String,
}

fn status(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let format = commands::format(arguments, &[Format::Table, Format::Json])?;
    let versions = commands::home(arguments)?.ledger.list_versions()?;
    let current = versions
        .into_iter()
        .filter(|version| version.current)
        .map(|version| Status {
            list: version.list,
            version: version.version,
            parties: version.parties,
            names: version.names,
            rejected: version.rejected,
            hash: version.hash,
        });
    let current: Vec<Status> = current.collect();
    if format == Format::Json {
        println!("{}", serde_json::to_string(&current)?);
    } else if current.is_empty() {
        eprintln!(
            "no list is imported in {}; run `interdict lists import PATH…`",
            arguments.home.display()
        );
    } else {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_header(["list", "version", "parties", "names", "rejected", "hash"]);
        for list in &current {
            table.add_row([
                plain(&list.list).into_owned(),
                plain(&list.version).into_owned(),
                list.parties.to_string(),
                list.names.to_string(),
                list.rejected.to_string(),
                list.hash.chars().take(16).collect(),
            ]);
        }
        println!("{table}");
    }
    Ok(Outcome::Done)
}

fn import(arguments: &Arguments, paths: &[PathBuf]) -> anyhow::Result<Outcome> {
    let mut files = Vec::new();
    for path in paths {
        files.extend(intake::files(path)?);
    }
    let mut home = commands::home(arguments)?;
    let mut read = ReadSummary::default();
    import::lists(&files, &mut home, &mut read, &mut commands::bars())?;
    for list in &read.lists {
        eprintln!(
            "{} {}: {} parties, {} names, {} rejected{}",
            plain(&list.list),
            plain(&list.version),
            list.parties,
            list.names,
            list.rejected,
            if list.new {
                ""
            } else {
                " (already in the ledger)"
            }
        );
    }
    for file in &read.ownership {
        eprintln!(
            "{}: {} statements of who owns whom, {} rejected{}",
            plain(&file.file),
            file.statements,
            file.rejected,
            if file.new {
                ""
            } else {
                " (already in the ledger)"
            }
        );
    }
    for rejected in &read.rejected {
        let field = rejected
            .field
            .as_ref()
            .map(|field| format!(" {field}:"))
            .unwrap_or_default();
        eprintln!(
            "rejected: {}:{}{} {}",
            plain(&rejected.file),
            rejected.row,
            plain(&field),
            plain(&rejected.reason)
        );
    }
    for skipped in &read.skipped {
        eprintln!(
            "skipped: {}: {}",
            plain(&skipped.file),
            plain(&skipped.reason)
        );
    }
    anyhow::ensure!(
        !read.lists.is_empty() || !read.ownership.is_empty(),
        "no list and no ownership data among {} files",
        files.len()
    );
    home.index(&mut commands::bars())?;
    status(arguments)
}

fn diff(arguments: &Arguments, old: &Path, new: &Path) -> anyhow::Result<Outcome> {
    let format = commands::format(arguments, &[Format::Table, Format::Json])?;
    let changes = lists::diff(entries(old)?.into_iter(), entries(new)?.into_iter());
    let mut stdout = io::stdout().lock();
    if format == Format::Json {
        serde_json::to_writer(&mut stdout, &changes)?;
        writeln!(stdout)?;
        return Ok(Outcome::Done);
    }
    for entry in &changes.added {
        writeln!(
            stdout,
            "+ {}  {}",
            plain(&entry.entry_id),
            plain(&entry.caption)
        )?;
    }
    for entry in &changes.removed {
        writeln!(
            stdout,
            "- {}  {}",
            plain(&entry.entry_id),
            plain(&entry.caption)
        )?;
    }
    for change in &changes.changed {
        writeln!(
            stdout,
            "~ {}  {}",
            plain(&change.entry_id),
            plain(&change.caption)
        )?;
        for field in &change.fields {
            let values = field.removed.iter().map(|value| format!("- {value}"));
            let values: Vec<_> = values
                .chain(field.added.iter().map(|value| format!("+ {value}")))
                .collect();
            writeln!(stdout, "    {}: {}", field.field, plain(&values.join("  ")))?;
        }
    }
    eprintln!(
        "{} added, {} removed, {} changed",
        changes.added.len(),
        changes.removed.len(),
        changes.changed.len()
    );
    Ok(Outcome::Done)
}

/// The entries of the one list that a path holds.
fn entries(path: &Path) -> anyhow::Result<Vec<model::ListEntry>> {
    let found = lists::find(&intake::files(path)?);
    let [source] = &found.sources[..] else {
        let reason = found
            .unread
            .first()
            .map(|unread| format!(": {}", unread.reason))
            .unwrap_or_default();
        anyhow::bail!(
            "{} holds {} lists; `lists diff` compares one with one{reason}",
            path.display(),
            found.sources.len()
        );
    };
    let mut entries = Vec::new();
    let summary = lists::read(source, &mut |entry| entries.push(entry), &mut |_| {})
        .with_context(|| format!("cannot read {}", path.display()))?;
    for rejected in &summary.rejected {
        eprintln!(
            "rejected: {}:{} {}",
            plain(&rejected.file),
            rejected.row,
            plain(&rejected.reason)
        );
    }
    Ok(entries)
}
