//! `interdict screen`: trade records in, a finding for every row out, those that need a person first.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use investigate::screening;
use model::{Case, Disposition, Finding};
use records::ColumnOverrides;

use crate::args::{Arguments, Format, Screen};
use crate::terminal::{cell, plain};
use crate::{Outcome, commands};

pub(crate) fn run(arguments: &Arguments, command: &Screen) -> anyhow::Result<Outcome> {
    let format = commands::format(
        arguments,
        &[Format::Ndjson, Format::Json, Format::Csv, Format::Table],
    )?;
    let extension = command
        .output
        .as_deref()
        .and_then(Path::extension)
        .and_then(|extension| extension.to_str());
    let format = match extension {
        None | Some("parquet") => format,
        Some("csv") => Format::Csv,
        Some("ndjson" | "jsonl") => Format::Ndjson,
        Some(other) => {
            anyhow::bail!("cannot write .{other}; --output takes .ndjson, .csv or .parquet")
        }
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
    let screened = screening::files(
        &command.files,
        &mut home,
        index,
        &overrides,
        format == Format::Table,
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

    if !screened.history_complete {
        eprintln!(
            "warning: more different parties than history is kept of; what is new may be older than it seems"
        );
    }
    let rows: u64 = screened.files.iter().map(|file| file.rows).sum();
    let hold: u64 = screened.files.iter().map(|file| file.hold).sum();
    let mut review: u64 = screened.files.iter().map(|file| file.review).sum();
    let beyond = match command.budget {
        None => HashSet::new(),
        Some(budget) => {
            screening::beyond_budget(&screened.cases, (rows as f64 * budget).ceil() as u64)
        }
    };
    review -= beyond.len() as u64;
    eprintln!(
        "{rows} rows: {hold} to hold, {review} to review, {} released; {} cases",
        rows - hold - review,
        screened.cases.len()
    );
    let findings = screened.findings.map(|finding| {
        let mut finding = finding?;
        if beyond.contains(&(finding.file.clone(), finding.row)) {
            finding.disposition = Disposition::Release;
        }
        Ok(finding)
    });
    match &command.output {
        None => write(
            BufWriter::new(io::stdout().lock()),
            findings,
            &screened.cases,
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
            let out = BufWriter::new(&file);
            if extension == Some("parquet") {
                write_parquet(out, findings)?;
            } else {
                write(out, findings, &screened.cases, format)?;
            }
            file.sync_all()?;
            std::fs::rename(&part, path)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    let found = command.fail_on.is_some_and(|fail_on| {
        (hold > 0 && fail_on.is_met_by(Disposition::Hold))
            || (review > 0 && fail_on.is_met_by(Disposition::Review))
    });
    Ok(if found { Outcome::Found } else { Outcome::Done })
}

/// Writes findings as they come, in order of rank.
fn write(
    mut out: impl Write,
    mut findings: impl Iterator<Item = io::Result<Finding>>,
    cases: &[Case],
    format: Format,
) -> anyhow::Result<()> {
    match format {
        Format::Ndjson => findings.try_for_each(|finding| -> anyhow::Result<()> {
            serde_json::to_writer(&mut out, &finding?)?;
            Ok(writeln!(out)?)
        })?,
        Format::Json => {
            write!(out, "[")?;
            for (at, finding) in findings.enumerate() {
                if at > 0 {
                    write!(out, ",")?;
                }
                serde_json::to_writer(&mut out, &finding?)?;
            }
            writeln!(out, "]")?;
        }
        Format::Csv => csv(&mut out, findings)?,
        Format::Table => table(&mut out, findings, cases)?,
    }
    out.flush()?;
    Ok(())
}

/// Writes findings as they come to a Parquet file, a thousand at a time.
fn write_parquet(
    out: impl Write + Send,
    findings: impl Iterator<Item = io::Result<Finding>>,
) -> anyhow::Result<()> {
    let mut writer = batch::FindingsWriter::new(out)?;
    let mut held = Vec::with_capacity(1024);
    for finding in findings {
        held.push(finding?);
        if held.len() == held.capacity() {
            writer.write(&held)?;
            held.clear();
        }
    }
    writer.write(&held)?;
    writer.finish()?.flush()?;
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

fn csv(
    out: &mut impl Write,
    findings: impl Iterator<Item = io::Result<Finding>>,
) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(CSV_HEADER)?;
    for finding in findings {
        let finding = finding?;
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

/// Cases, each with its rows under it.
fn table(
    out: &mut impl Write,
    findings: impl Iterator<Item = io::Result<Finding>>,
    cases: &[Case],
) -> io::Result<()> {
    let mut by_row: HashMap<(String, u64), Finding> = HashMap::new();
    for finding in findings {
        let finding = finding?;
        if finding.disposition > Disposition::Release {
            by_row.insert((finding.file.clone(), finding.row), finding);
        }
    }
    for case in cases {
        let rows: Vec<&Finding> = case
            .lanes
            .iter()
            .flat_map(|lane| &lane.rows)
            .filter_map(|row| by_row.get(&(row.file.clone(), row.row)))
            .collect();
        if rows.is_empty() {
            continue;
        }
        writeln!(
            out,
            "case {} {}: {} (score {:.2}, {} rows)",
            case.rank,
            case.disposition.as_str(),
            plain(&case.title),
            case.score,
            rows.len()
        )?;
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_header(["rank", "disposition", "score", "row", "why", "cleared by"]);
        for finding in rows {
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
        writeln!(out, "{table}\n")?;
    }
    Ok(())
}
