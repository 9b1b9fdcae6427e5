//! `interdict match`: a party on the imported lists, one NDJSON line for each query.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Write};
use std::path::Path;

use anyhow::Context;
use names::{Index, Query};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::args::{Arguments, Format, Match};
use crate::terminal::plain;
use crate::{Outcome, commands, progress, whole_lines};

/// Lines answered at once, on all cores, before their answers are printed.
const BATCH: usize = 4096;
/// Matches that a batch may ask for: with a high `--limit` it has fewer lines.
const BATCH_MATCHES: usize = 1 << 16;
/// Bytes of lines from which on a batch is full: long lines do not add up.
const BATCH_BYTES: usize = 8 << 20;
/// Read at once.
const BUFFER: usize = 1 << 20;
/// A longer line is refused.
const MAX_LINE: usize = 1 << 20;

/// A FollowTheMoney object, as far as it says who is looked for.
#[derive(Debug, Deserialize)]
struct FtmQuery {
    #[serde(default)]
    id: Option<serde_json::Value>,
    #[serde(default)]
    schema: Option<String>,
    #[serde(default)]
    properties: BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, Serialize)]
struct Answer {
    query_id: String,
    matches: Vec<Found>,
}

#[derive(Debug, Serialize)]
struct Found {
    entity_id: String,
    dataset: String,
    schema: String,
    caption: String,
    score: f64,
    probability: f64,
    #[serde(rename = "match")]
    is_match: bool,
    matched_name: String,
    features: BTreeMap<String, f64>,
    explanation: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments, command: &Match) -> anyhow::Result<Outcome> {
    let format = commands::format(arguments, &[Format::Ndjson, Format::Table])?;
    let threshold = threshold(&command.threshold)?;
    let home = commands::home(arguments)?;
    let index = home.index(&mut commands::bars())?;
    anyhow::ensure!(
        !index.is_empty(),
        "no list is imported in {}; run `interdict lists import PATH…` first",
        arguments.home.display()
    );
    let line = |id: &str, query: &Query| -> io::Result<Vec<u8>> {
        let answer = answer(&index, id, query, threshold, command.limit);
        let mut line = Vec::new();
        if format == Format::Table {
            table(&mut line, &answer)?;
        } else {
            serde_json::to_writer(&mut line, &answer)?;
            line.push(b'\n');
        }
        Ok(line)
    };
    match &command.input {
        None => {
            let query = Query {
                schema: command.schema.clone(),
                names: command.name.clone().into_iter().collect(),
                countries: command
                    .country
                    .iter()
                    .map(|country| country_code(country))
                    .collect(),
                birth_dates: command.birth_date.clone().into_iter().collect(),
                identifiers: command.id.clone(),
            };
            whole_lines::write(&line("query", &query)?)?;
        }
        Some(path) => answer_file(path, command.limit, line)?,
    }
    Ok(Outcome::Done)
}

/// Answers the queries of a file, one a line, in their order. Never holds more than a batch of them; answers what there
/// is before it waits for more, so that a program may ask, read the answer and ask again.
fn answer_file(
    path: &Path,
    limit: usize,
    answer: impl Fn(&str, &Query) -> io::Result<Vec<u8>> + Sync,
) -> anyhow::Result<()> {
    let mut reader = BufReader::with_capacity(BUFFER, commands::open(path)?);
    let bytes = path.metadata().map_or(0, |file| file.len());
    let bar = progress::bar("Matching", bytes);
    let most = (BATCH_MATCHES / limit.max(1)).clamp(16, BATCH);
    let mut batch = Batch::default();
    let (mut line_number, mut refused) = (0_u64, 0_u64);
    let mut line = Vec::new();
    loop {
        let more = commands::bounded_line(&mut reader, &mut line, MAX_LINE);
        if let Ok(true) = more {
            line_number += 1;
            bar.inc(line.len() as u64 + 1);
            if line_number == 1 && line.starts_with(b"\xef\xbb\xbf") {
                line.drain(..3);
            }
            if !line.iter().all(u8::is_ascii_whitespace) {
                batch.bytes += line.len();
                batch.lines.push((line_number, line.clone()));
            }
        }
        let waits = !matches!(more, Ok(true)) || !reader.buffer().contains(&b'\n');
        if waits || batch.lines.len() >= most || batch.bytes >= BATCH_BYTES {
            bar.suspend(|| -> anyhow::Result<()> {
                refused += batch.answer(path, &answer)?;
                Ok(())
            })?;
        }
        if !more.with_context(|| format!("{}: after line {line_number}", path.display()))? {
            break;
        }
    }
    bar.finish_and_clear();
    if refused > 0 {
        eprintln!("{refused} of {line_number} queries refused");
    }
    Ok(())
}

/// Lines that wait for their answers, with their numbers.
#[derive(Default)]
struct Batch {
    lines: Vec<(u64, Vec<u8>)>,
    bytes: usize,
}

impl Batch {
    /// Answers all lines, prints the answers in their order, says which lines are no queries, how many.
    fn answer(
        &mut self,
        path: &Path,
        answer: &(impl Fn(&str, &Query) -> io::Result<Vec<u8>> + Sync),
    ) -> anyhow::Result<u64> {
        let answers: Vec<anyhow::Result<Vec<u8>>> = self
            .lines
            .par_iter()
            .map(|(number, line)| {
                let (id, query) = parse(line, *number)?;
                Ok(answer(&id, &query)?)
            })
            .collect();
        let (mut text, mut refused) = (Vec::new(), 0);
        for ((number, _), answer) in self.lines.iter().zip(answers) {
            match answer {
                Ok(line) => text.extend_from_slice(&line),
                Err(error) => {
                    refused += 1;
                    let why = format!("{error:#}");
                    eprintln!("refused: {}:{number}: {}", path.display(), plain(&why));
                }
            }
        }
        self.lines.clear();
        self.bytes = 0;
        whole_lines::write(&text)?;
        Ok(refused)
    }
}

/// A score from 0 to 1, or the name of a threshold.
fn threshold(text: &str) -> anyhow::Result<f64> {
    match text {
        "strict" => Ok(names::STRICT),
        "balanced" => Ok(names::BALANCED),
        "wide" => Ok(names::WIDE),
        number => number
            .parse()
            .ok()
            .filter(|value| (0.0..=1.0).contains(value))
            .with_context(|| {
                format!(
                    "threshold {number:?} is not strict, balanced, wide or a number from 0 to 1"
                )
            }),
    }
}

fn country_code(text: &str) -> String {
    places::country(text).map_or_else(|| text.to_uppercase(), str::to_string)
}

fn parse(line: &[u8], line_number: u64) -> anyhow::Result<(String, Query)> {
    let query: FtmQuery = serde_json::from_slice(line).context("not a FollowTheMoney query")?;
    let texts = |names: &[&str]| -> Vec<String> {
        let values = names.iter().filter_map(|name| query.properties.get(*name));
        values
            .flat_map(|value| match value {
                serde_json::Value::Array(values) => values.iter().collect::<Vec<_>>(),
                value => vec![value],
            })
            .filter_map(|value| match value {
                serde_json::Value::String(text) => Some(text.clone()),
                serde_json::Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
            .collect()
    };
    let id = match &query.id {
        Some(serde_json::Value::String(id)) => id.clone(),
        Some(id) if !id.is_null() => id.to_string(),
        _ => line_number.to_string(),
    };
    let names = texts(&["name", "alias", "weakAlias", "previousName"]);
    let identifiers = texts(&[
        "innCode",
        "ogrnCode",
        "imoNumber",
        "leiCode",
        "registrationNumber",
        "taxNumber",
        "passportNumber",
        "idNumber",
        "mmsi",
        "callSign",
        "swiftBic",
    ]);
    anyhow::ensure!(
        !names.is_empty() || !identifiers.is_empty(),
        "no name and no identifier in `properties`"
    );
    let countries = texts(&[
        "country",
        "nationality",
        "citizenship",
        "jurisdiction",
        "flag",
    ]);
    let query = Query {
        schema: query.schema.clone(),
        names,
        countries: countries
            .iter()
            .map(|country| country_code(country))
            .collect(),
        birth_dates: texts(&["birthDate"]),
        identifiers,
    };
    Ok((id, query))
}

fn answer(index: &Index, id: &str, query: &Query, threshold: f64, limit: usize) -> Answer {
    let found = index
        .search(query, threshold, limit)
        .into_iter()
        .map(|found| Found {
            entity_id: found.entity_id,
            dataset: found.dataset,
            schema: found.schema,
            caption: found.caption,
            score: found.score,
            probability: found.probability,
            is_match: found.is_match,
            matched_name: found.matched_name,
            features: found.features,
            explanation: found.explanation,
        });
    Answer {
        query_id: id.to_string(),
        matches: found.collect(),
    }
}

fn table(out: &mut impl Write, answer: &Answer) -> io::Result<()> {
    if answer.matches.is_empty() {
        return writeln!(
            out,
            "{}: nobody on the imported lists",
            plain(&answer.query_id)
        );
    }
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header([
        "score",
        "match",
        "entity",
        "schema",
        "name",
        "matched as",
        "why",
    ]);
    for found in &answer.matches {
        let plain = |text: &str| plain(text).into_owned();
        table.add_row([
            format!("{:.3}", found.score),
            if found.is_match { "yes" } else { "no" }.to_string(),
            plain(&found.entity_id),
            plain(&found.schema),
            plain(&found.caption),
            plain(&found.matched_name),
            plain(&found.explanation.join("; ")),
        ]);
    }
    writeln!(out, "{table}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_ftm_queries_and_says_what_is_wrong() {
        let (id, query) = parse(
            br#"{"id":"q1","schema":"Company","properties":{"name":["Klass"],"country":["ru","Turkey"],"innCode":"7701234567"}}"#,
            1,
        )
        .unwrap();
        assert_eq!(id, "q1");
        assert_eq!(query.names, ["Klass"]);
        assert_eq!(query.countries, ["RU", "TR"]);
        assert_eq!(query.identifiers, ["7701234567"]);
        assert_eq!(
            parse(br#"{"properties":{"name":["A"]}}"#, 7).unwrap().0,
            "7"
        );
        assert!(parse(b"{}", 1).is_err());
        assert!(parse(b"not json", 1).is_err());
    }
}
