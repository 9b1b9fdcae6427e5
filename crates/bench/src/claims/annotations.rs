//! Annotated reports: the 48 of `reports/claims_dev.jsonl`, and ours.
//!
//! Ours (`annotations/claims.jsonl`) are stand-off: they name stretches of texts that lie in the shared data and are no
//! part of the repository. A line is a document: `source` (file under `reports/`, and after `#` the key in it), `date`,
//! `parts` (stretches of the source in bytes, joined by an empty line, that make the text), `check` (the first 8 hex
//! digits of the text's blake3 hash), `claims`. A claim: `q` quote, `t` trigger (bytes of the text), `e` event, `f`
//! factuality, `s` source, `a` supplier, `r` recipient, `v` via (each a list of stretches of the text, or of names that
//! the text does not have), `g` goods (stretches), `k` kinds and countries of suppliers and recipients.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use model::{Event, Factuality, Report};
use news::claims::Gold;
use serde_json::Value;

/// A document and its claims.
pub(crate) struct Document {
    pub(crate) report: Report,
    pub(crate) gold: Vec<Gold>,
}

/// A report of a text.
pub(crate) fn report(id: &str, date: &str, text: String) -> Report {
    let digits: String = date.chars().filter(char::is_ascii_digit).take(8).collect();
    let date =
        (digits.len() == 8).then(|| format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]));
    Report {
        report_id: id.to_string(),
        title: String::new(),
        publisher: String::new(),
        authors: Vec::new(),
        date: date.and_then(|date| date.parse().ok()),
        url: None,
        language: Some("en".into()),
        upstream: Vec::new(),
        text,
    }
}

fn event(value: &Value) -> Result<Event> {
    Ok(serde_json::from_value(value.clone())?)
}

fn factuality(value: &Value) -> Result<Factuality> {
    Ok(serde_json::from_value(value.clone())?)
}

/// The 48 documents. Their triggers are ours (`annotations/dev_triggers.jsonl`).
pub(crate) fn dev(data: &Path) -> Result<Vec<Document>> {
    let mut triggers: HashMap<(String, usize), Range<usize>> = HashMap::new();
    for line in include_str!("../../annotations/dev_triggers.jsonl").lines() {
        let value: Value = serde_json::from_str(line)?;
        let id = value["doc"].as_str().context("doc")?.to_string();
        let index = usize::try_from(value["i"].as_u64().context("i")?)?;
        triggers.insert((id, index), range(&value["t"])?);
    }
    let path = data.join("reports/claims_dev.jsonl");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    text.lines()
        .map(|line| {
            let value: Value = serde_json::from_str(line)?;
            let id = value["id"].as_str().context("id")?;
            let text = value["text"].as_str().context("text")?.to_string();
            let at = |value: &Value| -> Result<usize> {
                Ok(usize::try_from(value.as_u64().context("offset")?)?)
            };
            let mut gold = Vec::new();
            for (index, claim) in value["claims"]
                .as_array()
                .context("claims")?
                .iter()
                .enumerate()
            {
                let names = |key: &str, field: Option<&str>| -> Vec<String> {
                    claim[key]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(|item| match field {
                            Some(field) => item[field].as_str(),
                            None => item.as_str(),
                        })
                        .map(str::to_string)
                        .collect()
                };
                let quote = at(&claim["start"])?..at(&claim["end"])?;
                let trigger = triggers
                    .get(&(id.to_string(), index))
                    .map_or(quote.start, |range| range.start);
                gold.push(Gold {
                    quote,
                    trigger,
                    event: event(&claim["event"])?,
                    factuality: factuality(&claim["factuality"])?,
                    source: names("source", None),
                    supplier: names("supplier", Some("name")),
                    recipient: names("recipient", Some("name")),
                    goods: names("goods", Some("text")),
                    via: names("via", None),
                });
            }
            let date = value["date"].as_str().unwrap_or_default();
            Ok(Document {
                report: report(id, date, text),
                gold,
            })
        })
        .collect()
}

fn range(value: &Value) -> Result<Range<usize>> {
    let bound = |index: usize| -> Result<usize> {
        Ok(usize::try_from(
            value[index].as_u64().context("a stretch is two numbers")?,
        )?)
    };
    Ok(bound(0)?..bound(1)?)
}

/// Our own documents.
pub(crate) fn own(data: &Path) -> Result<Vec<Document>> {
    let mut sources = Sources::new(data);
    include_str!("../../annotations/claims.jsonl")
        .lines()
        .map(|line| {
            let value: Value = serde_json::from_str(line)?;
            let source = value["source"].as_str().context("source")?;
            let whole = sources.text(source)?;
            let mut parts = Vec::new();
            for part in value["parts"].as_array().context("parts")? {
                parts.push(
                    whole
                        .get(range(part)?)
                        .context("a part outside its source")?,
                );
            }
            let text = parts.join("\n\n");
            let check = blake3::hash(text.as_bytes()).to_hex();
            ensure!(
                Some(&check[..8]) == value["check"].as_str(),
                "{source}: the text is not the one that was annotated"
            );
            let mut gold = Vec::new();
            for claim in value["claims"].as_array().context("claims")? {
                let names = |key: &str| -> Result<Vec<String>> {
                    claim[key]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .map(|item| match item.as_str() {
                            Some(name) => Ok(name.to_string()),
                            None => Ok(text
                                .get(range(item)?)
                                .context("a name outside the text")?
                                .to_string()),
                        })
                        .collect()
                };
                gold.push(Gold {
                    quote: range(&claim["q"])?,
                    trigger: range(&claim["t"])?.start,
                    event: event(&claim["e"])?,
                    factuality: factuality(&claim["f"])?,
                    source: names("s")?,
                    supplier: names("a")?,
                    recipient: names("r")?,
                    goods: names("g")?,
                    via: names("v")?,
                });
            }
            let id = format!("{source}@{}", value["parts"][0][0]);
            let date = value["date"].as_str().unwrap_or_default();
            Ok(Document {
                report: report(&id, date, text),
                gold,
            })
        })
        .collect()
}

/// Texts that annotations point into.
struct Sources<'d> {
    data: &'d Path,
    texts: HashMap<String, String>,
}

impl<'d> Sources<'d> {
    fn new(data: &'d Path) -> Self {
        Self {
            data,
            texts: HashMap::new(),
        }
    }

    fn text(&mut self, source: &str) -> Result<&str> {
        if !self.texts.contains_key(source) {
            let (file, key) = source.split_once('#').unwrap_or((source, ""));
            let path = self.data.join("reports").join(file);
            let content =
                std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            if key.is_empty() {
                self.texts.insert(source.to_string(), content);
            } else {
                let articles: Vec<Value> = serde_json::from_str(&content)?;
                for article in articles {
                    let name = article["filename"].as_str().context("filename")?;
                    let text = article["content"].as_str().context("content")?;
                    self.texts
                        .insert(format!("{file}#{name}"), text.to_string());
                }
            }
        }
        self.texts
            .get(source)
            .map(String::as_str)
            .with_context(|| format!("{source} is not in the shared data"))
    }
}
