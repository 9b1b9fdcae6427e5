//! Findings in the order of review, however many: runs of a bounded size are sorted, put aside in temporary files and
//! merged.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::Finding;
use rayon::prelude::*;
use screen::RankKey;

/// Bytes of findings held in memory before a run is put aside.
const MOST_HELD: usize = 128 << 20;

/// Gathers findings; [`finish`](Self::finish) gives them back in order.
pub(super) struct Sorter {
    folder: PathBuf,
    held: Vec<(RankKey, Vec<u8>)>,
    bytes: usize,
    runs: Vec<File>,
    count: u64,
    /// The same for every finding of a run, so it is put aside once.
    versions: Arc<BTreeMap<String, String>>,
}

impl Sorter {
    /// Runs are put aside in unnamed files in `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
            held: Vec::new(),
            bytes: 0,
            runs: Vec::new(),
            count: 0,
            versions: Arc::default(),
        }
    }

    /// Adds findings of one screener.
    pub(super) fn add(&mut self, findings: Vec<Finding>) -> io::Result<()> {
        let Some(first) = findings.first() else {
            return Ok(());
        };
        self.versions = first.versions.clone();
        self.count += findings.len() as u64;
        let written: Vec<(RankKey, Vec<u8>)> = findings
            .into_par_iter()
            .map(|mut finding| {
                finding.versions = Arc::default();
                Ok((RankKey::of(&finding), serde_json::to_vec(&finding)?))
            })
            .collect::<io::Result<_>>()?;
        // A key holds the file name and row id once more.
        self.bytes += written
            .iter()
            .map(|(_, line)| line.len() + 160)
            .sum::<usize>();
        self.held.extend(written);
        if self.bytes >= MOST_HELD {
            self.put_aside()?;
        }
        Ok(())
    }

    fn put_aside(&mut self) -> io::Result<()> {
        self.held.par_sort_unstable();
        let mut writer =
            zstd::stream::write::Encoder::new(tempfile::tempfile_in(&self.folder)?, 1)?;
        for (_, line) in self.held.drain(..) {
            writer.write_all(&line)?;
            writer.write_all(b"\n")?;
        }
        let mut file = writer.finish()?;
        file.seek(SeekFrom::Start(0))?;
        self.runs.push(file);
        self.bytes = 0;
        Ok(())
    }

    /// All findings, ranked from 1.
    pub(super) fn finish(mut self) -> io::Result<SortedFindings> {
        self.held.par_sort_unstable();
        let mut runs: Vec<Run> = Vec::new();
        for file in self.runs {
            let decoder = zstd::stream::read::Decoder::new(file)?;
            runs.push(Run::File(BufReader::new(Box::new(decoder))));
        }
        runs.push(Run::Held(self.held.into_iter()));
        let mut sorted = SortedFindings {
            runs,
            heads: BinaryHeap::new(),
            rank: 0,
            count: self.count,
            versions: self.versions,
        };
        for run in 0..sorted.runs.len() {
            sorted.advance(run)?;
        }
        Ok(sorted)
    }
}

/// Findings in the order of review; see [`RankKey`].
pub struct SortedFindings {
    runs: Vec<Run>,
    heads: BinaryHeap<Reverse<Head>>,
    rank: u64,
    count: u64,
    versions: Arc<BTreeMap<String, String>>,
}

enum Run {
    File(BufReader<Box<dyn Read>>),
    Held(std::vec::IntoIter<(RankKey, Vec<u8>)>),
}

/// The next finding of a run.
struct Head {
    key: RankKey,
    run: usize,
    finding: Box<Finding>,
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        (&self.key, self.run) == (&other.key, other.run)
    }
}

impl Eq for Head {}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (&self.key, self.run).cmp(&(&other.key, other.run))
    }
}

impl SortedFindings {
    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    fn advance(&mut self, run: usize) -> io::Result<()> {
        let line = match &mut self.runs[run] {
            Run::Held(lines) => lines.next().map(|(_, line)| line),
            Run::File(reader) => {
                let mut line = Vec::new();
                reader.read_until(b'\n', &mut line)?;
                (!line.is_empty()).then_some(line)
            }
        };
        if let Some(line) = line {
            let finding: Box<Finding> = serde_json::from_slice(&line)?;
            self.heads.push(Reverse(Head {
                key: RankKey::of(&finding),
                run,
                finding,
            }));
        }
        Ok(())
    }
}

impl Iterator for SortedFindings {
    type Item = io::Result<Finding>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse(head) = self.heads.pop()?;
        if let Err(error) = self.advance(head.run) {
            self.heads.clear();
            return Some(Err(error));
        }
        self.rank += 1;
        let mut finding = *head.finding;
        finding.rank = self.rank;
        finding.versions = self.versions.clone();
        Some(Ok(finding))
    }
}
