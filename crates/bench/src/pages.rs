//! Pages to articles: text against gold by the two scorers that extractors are compared with, metadata against what a
//! site's own parser reads, planted near-duplicates, and pages per CPU-second beside Python trafilatura.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use news::Page;
use serde_json::Value;

use crate::Setting;
use crate::measure::{machine, median, peak_memory_cell, thread_cpu};
use crate::reports::unpack_all;

/// Texts by file name.
type Texts = BTreeMap<String, String>;

pub(crate) fn run(setting: &Setting, python: Option<&Path>) -> Result<()> {
    println!("## Pages\n");
    println!("One thread of {}.\n", machine());
    println!("| pages | reader | precision | recall | F1 | best tool | pages per CPU-second |");
    println!("|---|---|---:|---:|---:|---:|---:|");
    let benchmark = unpack_all(
        &setting
            .data
            .join("reports/article_extraction_benchmark.tar.xz"),
    )?;
    let gold = json_file(&benchmark, "ground-truth.json")?;
    compare(
        setting,
        python,
        "article-extraction-benchmark",
        &pages(&benchmark),
        ".962",
        &|texts| shingle_scores(&gold, texts),
    )?;
    let evaluation = unpack_all(&setting.data.join("reports/trafilatura_eval.tar.xz"))?;
    let gold = json_file(&evaluation, "evaldata.json")?;
    compare(
        setting,
        python,
        "trafilatura's set",
        &pages(&evaluation),
        ".926",
        &|texts| string_scores(&gold, texts, setting.show),
    )?;
    println!(
        "\nThe best tool's figure on trafilatura's set is for all 990 pages of it. Peak memory {}.\n",
        peak_memory_cell()
    );
    metadata(setting)?;
    near_duplicates(setting)
}

fn pages(files: &[(String, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    files
        .iter()
        .filter(|(name, _)| name.ends_with(".html"))
        .map(|(name, bytes)| {
            let name = name.rsplit('/').next().unwrap_or(name);
            (name.to_owned(), bytes.clone())
        })
        .collect()
}

fn json_file(files: &[(String, Vec<u8>)], ending: &str) -> Result<Value> {
    let (_, bytes) = files
        .iter()
        .find(|(name, _)| name.ends_with(ending))
        .with_context(|| format!("the archive has no {ending}"))?;
    Ok(serde_json::from_slice(bytes)?)
}

/// Our line and the peer's, measured by turns.
fn compare(
    setting: &Setting,
    python: Option<&Path>,
    title: &str,
    pages: &[(String, Vec<u8>)],
    best: &str,
    score: &dyn Fn(&Texts) -> (f64, f64),
) -> Result<()> {
    let folder = tempfile::tempdir()?;
    if python.is_some() {
        for (name, bytes) in pages {
            std::fs::write(folder.path().join(name), bytes)?;
        }
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut texts, mut peer) = (Texts::new(), None);
    for round in 0..setting.runs {
        let start = thread_cpu();
        texts = pages
            .iter()
            .map(|page| (page.0.clone(), read(page)))
            .collect();
        ours.push(pages.len() as f64 / (thread_cpu() - start).as_secs_f64());
        if let Some(python) = python.filter(|_| round < 3) {
            let (version, seconds, found) = run_peer(python, folder.path())?;
            theirs.push(pages.len() as f64 / seconds);
            peer = Some((version, found));
        }
    }
    let line = |reader: &str, texts: &Texts, speed: &str| {
        let (precision, recall) = score(texts);
        let f1 = 2.0 * precision * recall / (precision + recall).max(1e-9);
        println!(
            "| {title}: {} | {reader} | {precision:.3} | {recall:.3} | {f1:.4} | {best} | {speed} |",
            pages.len()
        );
    };
    let speed = median(ours);
    if let Some((version, found)) = peer {
        let theirs = median(theirs);
        line(
            "Interdict",
            &texts,
            &format!("{speed:.0} ({:.1} ×)", speed / theirs),
        );
        line(
            &format!("trafilatura {version}, Python"),
            &found,
            &format!("{theirs:.0}"),
        );
    } else {
        line("Interdict", &texts, &format!("{speed:.0}"));
    }
    Ok(())
}

fn read((path, bytes): &(String, Vec<u8>)) -> String {
    news::read_page(&Page { path, bytes })
        .map(|(reports, _)| {
            reports
                .into_iter()
                .next()
                .map_or_else(String::new, |report| report.text)
        })
        .unwrap_or_default()
}

fn run_peer(python: &Path, folder: &Path) -> Result<(String, f64, Texts)> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../bench/peers/pages.py");
    let output = Command::new(python)
        .arg(script)
        .arg(folder)
        .output()
        .context("cannot start the peer")?;
    ensure!(
        output.status.success(),
        "the peer failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let answer: Value = serde_json::from_slice(&output.stdout)?;
    let texts = answer["texts"]
        .as_object()
        .context("the peer names no texts")?
        .iter()
        .map(|(name, text)| (name.clone(), text.as_str().unwrap_or_default().to_owned()))
        .collect();
    let seconds = answer["seconds"]
        .as_f64()
        .context("the peer gives no time")?;
    Ok((
        answer["version"].as_str().unwrap_or_default().to_owned(),
        seconds,
        texts,
    ))
}

/// The official scorer of article-extraction-benchmark: runs of four words as multisets, precision and recall of each
/// page, their means over pages.
fn shingle_scores(gold: &Value, texts: &Texts) -> (f64, f64) {
    let (mut precision, mut recall, mut count) = (0.0, 0.0, 0.0);
    for (key, page) in gold.as_object().into_iter().flatten() {
        let truth = shingles(page["articleBody"].as_str().unwrap_or_default());
        let found = shingles(texts.get(&format!("{key}.html")).map_or("", String::as_str));
        let shared: usize = truth
            .iter()
            .map(|(shingle, times)| (*times).min(found.get(shingle).copied().unwrap_or_default()))
            .sum();
        let of = |all: &HashMap<Vec<String>, usize>| {
            let all: usize = all.values().sum();
            if all == shared {
                1.0
            } else {
                shared as f64 / all.max(1) as f64
            }
        };
        precision += of(&found);
        recall += of(&truth);
        count += 1.0;
    }
    (precision / count, recall / count)
}

fn shingles(text: &str) -> HashMap<Vec<String>, usize> {
    let words: Vec<String> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let mut out = HashMap::new();
    for start in 0..(words.len().saturating_sub(3)).max(1) {
        let run = words[start..words.len().min(start + 4)].to_vec();
        if !run.is_empty() {
            *out.entry(run).or_insert(0) += 1;
        }
    }
    out
}

/// trafilatura's scorer: strings that the text must hold and strings that it must not.
fn string_scores(gold: &Value, texts: &Texts, show: usize) -> (f64, f64) {
    let (mut found, mut wrong, mut missed, mut shown) = (0usize, 0usize, 0usize, 0usize);
    for page in gold.as_object().into_iter().flatten().map(|(_, page)| page) {
        let Some(text) = page["file"].as_str().and_then(|file| texts.get(file)) else {
            continue;
        };
        let strings = |key: &str| -> Vec<String> {
            page[key]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|string| string.as_str())
                .filter(|string| !string.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let (with, without) = (strings("with"), strings("without"));
        let held = with.iter().filter(|string| text.contains(*string)).count();
        let furniture = without
            .iter()
            .filter(|string| text.contains(*string))
            .count();
        found += held;
        missed += with.len() - held;
        wrong += furniture;
        if held < with.len() && shown < show {
            shown += 1;
            eprintln!(
                "{}: {} of {} strings missed",
                page["file"],
                with.len() - held,
                with.len()
            );
        }
    }
    (
        found as f64 / (found + wrong).max(1) as f64,
        found as f64 / (found + missed).max(1) as f64,
    )
}

/// Title, authors, date and publisher against what each site's own parser reads.
fn metadata(setting: &Setting) -> Result<()> {
    let files = unpack_all(&setting.data.join("reports/fundus.tar.xz"))?;
    let mut by_site: BTreeMap<String, Vec<&(String, Vec<u8>)>> = BTreeMap::new();
    for file in files.iter().filter(|(name, _)| name.ends_with(".html")) {
        // country/Site_2024_04_23.html
        let site = file.0.rsplitn(4, '_').last().unwrap_or_default().to_owned();
        by_site.entry(site).or_default().push(file);
    }
    // Right and counted: title, authors, date, publisher.
    let mut scores = [(0usize, 0usize); 4];
    let mut shown = 0;
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".json")) {
        let site = name.trim_end_matches(".json");
        let gold: Value = serde_json::from_slice(bytes)?;
        let versions: BTreeMap<&String, &Value> = gold.as_object().into_iter().flatten().collect();
        let pages = by_site.get(site).map_or(&[][..], Vec::as_slice);
        if pages.len() != versions.len() {
            continue;
        }
        for ((path, bytes), gold) in pages.iter().zip(versions.values()) {
            let Some(report) = news::read_page(&Page { path, bytes })
                .ok()
                .and_then(|(reports, _)| reports.into_iter().next())
            else {
                for score in &mut scores {
                    score.1 += 1;
                }
                continue;
            };
            let outlet = site.rsplit('/').next().unwrap_or(site);
            let publisher = squeeze(&report.publisher);
            let host = squeeze(report.url.as_deref().unwrap_or_default());
            let authors = |names: Vec<String>| -> BTreeSet<String> {
                names.iter().map(|name| squeeze(name)).collect()
            };
            let gold_authors = gold["authors"].as_array().map(|names| {
                authors(
                    names
                        .iter()
                        .filter_map(|name| name.as_str())
                        .map(str::to_owned)
                        .collect(),
                )
            });
            let checks = [
                gold["title"]
                    .as_str()
                    .map(|title| squeeze(title) == squeeze(&report.title)),
                gold_authors.map(|gold| gold == authors(report.authors.clone())),
                gold["publishing_date"]
                    .as_str()
                    .and_then(|date| date.get(..10))
                    .map(|date| report.date.is_some_and(|found| found.to_string() == date)),
                // The gold knows a class name only: it must be the publisher or stand in the address.
                Some(
                    !publisher.is_empty() && {
                        let outlet = squeeze(outlet);
                        publisher.contains(&outlet)
                            || outlet.contains(&publisher)
                            || host.contains(&outlet)
                    },
                ),
            ];
            for (score, check) in scores.iter_mut().zip(checks) {
                if let Some(right) = check {
                    score.0 += usize::from(right);
                    score.1 += 1;
                    if !right && shown < setting.show {
                        shown += 1;
                        eprintln!("{path}: wrong metadata");
                    }
                }
            }
        }
    }
    println!("### Metadata (fundus)\n");
    println!(
        "Exact after folding case and punctuation. The gold title is often the shorter one of two that a page has.\n"
    );
    println!("| title | authors | date | publisher |");
    println!("|---:|---:|---:|---:|");
    let cells: Vec<String> = scores
        .iter()
        .map(|(right, all)| {
            format!(
                "{right} / {all} ({:.3})",
                *right as f64 / (*all).max(1) as f64
            )
        })
        .collect();
    println!("| {} |\n", cells.join(" | "));
    Ok(())
}

fn squeeze(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Planted pairs found and pairs invented.
fn near_duplicates(setting: &Setting) -> Result<()> {
    println!("### Near-duplicates\n");
    println!("| texts | planted pairs | found | invented | seconds |");
    println!("|---|---:|---:|---:|---:|");
    for set in ["articles_100", "articles_1000"] {
        let folder = setting.data.join("reports/near_duplicates");
        let texts = std::fs::read_to_string(folder.join(format!("{set}.train")))?;
        let truth = std::fs::read_to_string(folder.join(format!("{set}.truth")))?;
        let mut ids = Vec::new();
        let mut reports = Vec::new();
        for line in texts.lines() {
            let Some((id, text)) = line.split_once(' ') else {
                continue;
            };
            ids.push(id.to_owned());
            reports.push(model::Report {
                report_id: id.to_owned(),
                title: String::new(),
                publisher: String::new(),
                authors: Vec::new(),
                date: None,
                url: None,
                language: None,
                upstream: Vec::new(),
                text: text.to_owned(),
            });
        }
        let planted: BTreeSet<(String, String)> = truth
            .lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(a, b)| ordered(a.trim(), b.trim()))
            .collect();
        let start = thread_cpu();
        let pairs: Vec<(&model::Report, &[model::Claim])> =
            reports.iter().map(|report| (report, &[][..])).collect();
        let groups = news::fold_copies(&pairs);
        let seconds = (thread_cpu() - start).as_secs_f64();
        let mut found = BTreeSet::new();
        for group in groups {
            for (place, a) in group.members.iter().enumerate() {
                for b in &group.members[place + 1..] {
                    found.insert(ordered(&ids[*a], &ids[*b]));
                }
            }
        }
        println!(
            "| {set}: {} | {} | {} | {} | {seconds:.2} |",
            ids.len(),
            planted.len(),
            planted.intersection(&found).count(),
            found.difference(&planted).count()
        );
    }
    println!();
    Ok(())
}

fn ordered(a: &str, b: &str) -> (String, String) {
    if a <= b {
        (a.to_owned(), b.to_owned())
    } else {
        (b.to_owned(), a.to_owned())
    }
}
