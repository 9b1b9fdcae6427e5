//! Pages to article text to claims, on the pages on which extractors are compared.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use news::Page;

use crate::Setting;
use crate::measure::{median, peak_memory_cell, thread_cpu};

/// Archives of pages, and pages per CPU-second of Python trafilatura and of the Rust crate alone.
const SETS: [(&str, &str, &str); 2] = [
    ("reports/article_extraction_benchmark.tar.xz", "45", "42–60"),
    ("reports/trafilatura_eval.tar.xz", "30", "42–60"),
];

pub(crate) fn run(setting: &Setting) -> Result<()> {
    println!("## Reports\n");
    println!("One thread, per CPU-second.\n");
    println!(
        "| pages | read | pages/s to text | pages/s to text and claims | claims | trafilatura, Python | trafilatura, Rust |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for (archive, python, rust) in SETS {
        let pages = unpack(&setting.data.join(archive))?;
        let (mut to_text, mut to_claims) = (Vec::new(), Vec::new());
        let (mut read, mut claims) = (0, 0);
        for _ in 0..setting.runs {
            let start = thread_cpu();
            let reports: Vec<model::Report> = pages
                .iter()
                .filter_map(|(path, bytes)| news::read_page(&Page { path, bytes }).ok())
                .flat_map(|(reports, _)| reports)
                .collect();
            let extracted = (thread_cpu() - start).as_secs_f64();
            read = reports.len();
            claims = reports
                .iter()
                .map(|report| news::claims(report).len())
                .sum();
            to_text.push(pages.len() as f64 / extracted);
            to_claims.push(pages.len() as f64 / (thread_cpu() - start).as_secs_f64());
        }
        println!(
            "| {archive}: {} | {read} | {:.0} | {:.0} | {claims} | {python} | {rust} |",
            pages.len(),
            median(to_text),
            median(to_claims)
        );
    }
    println!(
        "\nPeak memory {}. Bar: 3 × trafilatura's pages per CPU-second.\n",
        peak_memory_cell()
    );
    Ok(())
}

/// Name and content of every page in an archive, by name.
fn unpack(archive: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    Ok(unpack_all(archive)?
        .into_iter()
        .filter(|(name, _)| name.ends_with(".html"))
        .collect())
}

/// Path in the archive and content of every file, by path; packed pages are unpacked.
pub(crate) fn unpack_all(archive: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let folder = tempfile::tempdir()?;
    let status = Command::new("tar")
        .arg("-xJf")
        .arg(archive)
        .arg("-C")
        .arg(folder.path())
        .status();
    ensure!(
        status.context("tar cannot be started")?.success(),
        "tar cannot unpack {}",
        archive.display()
    );
    let mut paths = Vec::new();
    walk(folder.path(), &mut paths)?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let name = path
            .strip_prefix(folder.path())?
            .to_string_lossy()
            .into_owned();
        let mut bytes = std::fs::read(&path)?;
        match name.strip_suffix(".gz") {
            Some(name) => {
                let mut page = Vec::new();
                flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut page)?;
                bytes = page;
                files.push((name.to_owned(), bytes));
            }
            None => files.push((name, bytes)),
        }
    }
    Ok(files)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}
