//! `interdict compare`: pairs of names in, the same csv with scores out.

use std::io;
use std::path::Path;

use anyhow::Context;

use crate::args::{Arguments, Format};
use crate::terminal::cell;
use crate::{Outcome, commands};

pub(crate) fn run(arguments: &Arguments, input: &Path) -> anyhow::Result<Outcome> {
    commands::format(arguments, &[Format::Csv])?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(commands::open(input)?);
    let headers = reader
        .headers()
        .with_context(|| format!("cannot read the header of {}", input.display()))?
        .clone();
    let column = |name: &str| {
        headers
            .iter()
            .position(|header| header.trim_start_matches('\u{feff}').trim() == name)
    };
    let schema = column("schema");
    let (Some(left), Some(right)) = (column("name1"), column("name2")) else {
        anyhow::bail!(
            "{} needs the columns name1 and name2; it has {:?}",
            input.display(),
            headers.iter().collect::<Vec<_>>()
        );
    };
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(io::stdout().lock());
    writer.write_record(
        headers
            .iter()
            .chain(["score", "probability", "match", "explanation"]),
    )?;
    let mut refused = 0_u64;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                eprintln!("refused: {}: {error}", input.display());
                refused += 1;
                continue;
            }
        };
        let field = |column: Option<usize>| {
            column
                .and_then(|column| record.get(column))
                .unwrap_or_default()
        };
        let schema = Some(field(schema)).filter(|schema| !schema.is_empty());
        let compared = names::compare(schema, field(Some(left)), field(Some(right)));
        let added = [
            format!("{:.6}", compared.score),
            format!("{:.6}", compared.probability),
            compared.is_match.to_string(),
            compared.explanation.join("; "),
        ];
        // A short row is filled up, so that what is added stands under its heading.
        let own = (0..headers.len())
            .map(|column| cell(record.get(column).unwrap_or_default()).into_owned());
        writer.write_record(own.chain(added.iter().map(|text| cell(text).into_owned())))?;
    }
    writer.flush()?;
    if refused > 0 {
        eprintln!("{refused} rows refused");
    }
    Ok(Outcome::Done)
}
