//! `interdict read`: pages in, claims out, one NDJSON line each.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use investigate::endpoint::Endpoint;
use investigate::{intake, reading};
use model::{Claim, Rejected, Report};

use crate::args::{Arguments, Format};
use crate::terminal::plain;
use crate::{Outcome, commands};

/// Longest wait for one answer of an endpoint: small machines run large models.
const PATIENCE: Duration = Duration::from_secs(300);

/// The second reader that was asked for.
pub(crate) fn endpoint(url: Option<&str>, model: &str) -> anyhow::Result<Option<Endpoint>> {
    let Some(url) = url else {
        return Ok(None);
    };
    let endpoint = Endpoint {
        url: url.to_string(),
        model: model.to_string(),
        key: std::env::var("INTERDICT_ENDPOINT_KEY").unwrap_or_default(),
        timeout: PATIENCE,
    };
    endpoint.check().context("cannot use this endpoint")?;
    Ok(Some(endpoint))
}

pub(crate) fn run(
    arguments: &Arguments,
    paths: &[PathBuf],
    text: bool,
    endpoint: Option<&Endpoint>,
) -> anyhow::Result<Outcome> {
    let format = commands::format(arguments, &[Format::Ndjson, Format::Table])?;
    let mut stdout = io::stdout().lock();
    let (mut read, mut refused) = (0_u64, Vec::new());
    for path in paths {
        let from_stdin = path == Path::new("-");
        let files = if from_stdin {
            vec![path.clone()]
        } else {
            intake::files(path)?
        };
        for file in files {
            let outcome = if from_stdin {
                let mut bytes = Vec::new();
                io::stdin()
                    .lock()
                    .take(news::MAX_PAGE_BYTES as u64 + 1)
                    .read_to_end(&mut bytes)
                    .context("cannot read stdin")?;
                reading::page("-", &bytes)
            } else {
                reading::file(&file)
            };
            match outcome {
                Ok((reports, rejected)) => {
                    refused.extend(rejected);
                    for report in &reports {
                        read += 1;
                        print(&mut stdout, report, format, text)?;
                        if let Some(endpoint) = endpoint {
                            let answer = endpoint.read(report);
                            write(&mut stdout, &answer.claims, format)?;
                            refused.extend(answer.refused.into_iter().map(|reason| Rejected {
                                file: file.display().to_string(),
                                row: 0,
                                field: None,
                                reason: format!("endpoint: {reason}"),
                            }));
                        }
                    }
                }
                Err(error) => refused.push(Rejected {
                    file: file.display().to_string(),
                    row: 0,
                    field: None,
                    reason: error.to_string(),
                }),
            }
        }
    }
    stdout.flush()?;
    for rejected in &refused {
        eprintln!(
            "refused: {}:{} {}",
            plain(&rejected.file),
            rejected.row,
            plain(&rejected.reason)
        );
    }
    anyhow::ensure!(read > 0, "nothing to read");
    Ok(Outcome::Done)
}

fn print(out: &mut impl Write, report: &Report, format: Format, text: bool) -> anyhow::Result<()> {
    if text {
        // The exact bytes that offsets point into.
        out.write_all(report.text.as_bytes())?;
        if !report.text.ends_with('\n') {
            writeln!(out)?;
        }
        return Ok(());
    }
    write(out, &news::claims(report), format)
}

fn write(out: &mut impl Write, claims: &[Claim], format: Format) -> anyhow::Result<()> {
    for claim in claims {
        if format == Format::Table {
            line(out, claim)?;
        } else {
            serde_json::to_writer(&mut *out, claim)?;
            writeln!(out)?;
        }
    }
    Ok(())
}

fn line(out: &mut impl Write, claim: &Claim) -> io::Result<()> {
    let names = |actors: &[model::Actor]| {
        actors
            .iter()
            .map(|actor| actor.name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let goods: Vec<_> = claim
        .goods
        .iter()
        .map(|goods| goods.text.as_str())
        .collect();
    let text = format!(
        "{}{} {:?} {:?}: [{}] -> [{}] ({}) on the word of [{}] {}: {}",
        claim.claim_id,
        read_by(claim),
        claim.event,
        claim.factuality,
        names(&claim.supplier),
        names(&claim.recipient),
        goods.join(", "),
        claim.source.join(" < "),
        claim.grade,
        claim.quote
    );
    writeln!(out, "{}", plain(&text))
}

/// Tells claims of another reader from ours.
fn read_by(claim: &Claim) -> String {
    if claim.reader.is_empty() {
        String::new()
    } else {
        format!(" (read by {})", claim.reader)
    }
}
