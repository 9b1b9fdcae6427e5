//! `interdict screen`: trade records in, a finding for every row out, those that need a person first.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use investigate::screening;
use model::{Disposition, Finding};
use records::ColumnOverrides;

use crate::args::{Arguments, Format, Screen};
use crate::terminal::{cell, plain};
use crate::{Outcome, commands};

pub(crate) fn run(arguments: &Arguments, command: &Screen) -> anyhow::Result<Outcome> {
    let format = commands::format(
        arguments,
        &[Format::Ndjson, Format::Json, Format::Csv, Format::Table],
    )?;
    let format = match command
        .output
        .as_deref()
        .and_then(Path::extension)
        .and_then(|extension| extension.to_str())
    {
        None => format,
        Some("csv") => Format::Csv,
        Some("ndjson" | "jsonl") => Format::Ndjson,
        Some(other) => anyhow::bail!("cannot write .{other}; --output takes .ndjson or .csv"),
    };
    let overrides = match &command.columns {
        None => ColumnOverrides::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            ColumnOverrides::parse(&text)
                .with_context(|| format!("cannot use {}", path.display()))?
        }
    };
    let mut home = commands::home(arguments)?;
    let index = home.index(&mut commands::bars())?;
    if index.is_empty() {
        eprintln!(
            "warning: no list is imported in {}: parties are not screened",
            arguments.home.display()
        );
    }
    let mut screened = screening::files(
        &command.files,
        &mut home,
        index,
        &overrides,
        &mut commands::bars(),
    )?;
    for file in &screened.files {
        for (column, field) in &file.columns {
            eprintln!("{}: read `{}` as {field}", plain(&file.file), plain(column));
        }
        if !file.unmapped.is_empty() {
            eprintln!(
                "{}: kept but not understood: {}",
                plain(&file.file),
                plain(&file.unmapped.join(", "))
            );
        }
        if !file.missing.is_empty() {
            eprintln!(
                "{}: no column for {}",
                plain(&file.file),
                file.missing.join(", ")
            );
        }
    }
    for rejected in &screened.rejected {
        let field = rejected
            .field
            .as_ref()
            .map(|field| format!(" {field}:"))
            .unwrap_or_default();
        eprintln!(
            "refused: {}:{}{} {}",
            plain(&rejected.file),
            rejected.row,
            plain(&field),
            plain(&rejected.reason)
        );
    }
    anyhow::ensure!(
        !screened.files.is_empty(),
        "no trade records in the files named"
    );

    if let Some(budget) = command.budget {
        keep_to_budget(&mut screened.findings, budget);
    }
    let count = |disposition| {
        screened
            .findings
            .iter()
            .filter(|finding| finding.disposition == disposition)
            .count()
    };
    eprintln!(
        "{} rows: {} to hold, {} to review, {} released",
        screened.findings.len(),
        count(Disposition::Hold),
        count(Disposition::Review),
        count(Disposition::Release)
    );
    match &command.output {
        None => write(
            &mut BufWriter::new(io::stdout().lock()),
            &screened.findings,
            format,
        )?,
        Some(path) => {
            let name = path
                .file_name()
                .context("--output names no file")?
                .to_string_lossy()
                .into_owned();
            let part = path.with_file_name(format!(".{name}.part"));
            let file =
                File::create(&part).with_context(|| format!("cannot write {}", part.display()))?;
            let mut writer = BufWriter::new(file);
            write(&mut writer, &screened.findings, format)?;
            writer
                .into_inner()
                .context("cannot finish writing")?
                .sync_all()?;
            std::fs::rename(&part, path)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    let found = command.fail_on.is_some_and(|fail_on| {
        screened
            .findings
            .iter()
            .any(|finding| fail_on.is_met_by(finding.disposition))
    });
    Ok(if found { Outcome::Found } else { Outcome::Done })
}

/// Releases reviews that rank below the share of rows that people have time for. Holds are never released.
fn keep_to_budget(findings: &mut [Finding], budget: f64) {
    let places = (findings.len() as f64 * budget).ceil() as u64;
    for finding in findings
        .iter_mut()
        .filter(|finding| finding.disposition == Disposition::Review)
    {
        if finding.rank > places {
            finding.disposition = Disposition::Release;
        }
    }
}

fn write(out: &mut impl Write, findings: &[Finding], format: Format) -> anyhow::Result<()> {
    match format {
        Format::Ndjson => {
            for finding in findings {
                serde_json::to_writer(&mut *out, finding)?;
                writeln!(out)?;
            }
        }
        Format::Json => {
            serde_json::to_writer(&mut *out, findings)?;
            writeln!(out)?;
        }
        Format::Csv => csv(out, findings)?,
        Format::Table => table(out, findings)?,
    }
    out.flush()?;
    Ok(())
}

const CSV_HEADER: [&str; 15] = [
    "rank",
    "disposition",
    "score",
    "probability",
    "row_id",
    "file",
    "row",
    "gates",
    "flags",
    "family",
    "hs_declared",
    "control",
    "parties_listed",
    "missing",
    "clears",
];

fn csv(out: &mut impl Write, findings: &[Finding]) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(CSV_HEADER)?;
    for finding in findings {
        let listed = finding.parties.iter().filter_map(|party| {
            party.matched.as_ref().map(|matched| {
                format!(
                    "{} {} = {}",
                    party.role.as_str(),
                    party.name,
                    matched.entity_id
                )
            })
        });
        let row = [
            finding.rank.to_string(),
            finding.disposition.as_str().to_string(),
            format!("{:.4}", finding.score),
            format!("{:.6}", finding.probability),
            finding.row_id.clone(),
            finding.file.clone(),
            finding.row.to_string(),
            finding
                .gates
                .iter()
                .map(|gate| gate.id.as_str())
                .collect::<Vec<_>>()
                .join("; "),
            finding
                .flags
                .iter()
                .map(|flag| format!("{} {:+.2}", flag.id, flag.weight))
                .collect::<Vec<_>>()
                .join("; "),
            finding
                .goods
                .family
                .map(|family| family.as_str().to_string())
                .unwrap_or_default(),
            finding
                .goods
                .hs_declared
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            finding.goods.control.join("; "),
            listed.collect::<Vec<_>>().join("; "),
            finding.missing.join("; "),
            finding.clears.clone(),
        ];
        writer.write_record(row.iter().map(|text| cell(text).into_owned()))?;
    }
    writer.flush()?;
    Ok(())
}

fn table(out: &mut impl Write, findings: &[Finding]) -> io::Result<()> {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(["rank", "disposition", "score", "row", "why", "cleared by"]);
    for finding in findings
        .iter()
        .filter(|finding| finding.disposition > Disposition::Release)
    {
        let gates = finding.gates.iter().map(|gate| gate.reason.clone());
        let flags = finding.flags.iter().map(|flag| {
            let evidence: Vec<_> = flag.evidence.values().map(String::as_str).collect();
            format!("{} {}", flag.id, evidence.join(", "))
        });
        let why: Vec<String> = gates.chain(flags).collect();
        table.add_row([
            finding.rank.to_string(),
            finding.disposition.as_str().to_string(),
            format!("{:.2}", finding.score),
            plain(&finding.row_id).into_owned(),
            plain(&why.join("; ")).into_owned(),
            plain(&finding.clears).into_owned(),
        ]);
    }
    writeln!(out, "{table}")
}
