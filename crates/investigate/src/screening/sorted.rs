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

/// Findings held in memory before a run is put aside: 1 to 2 KB each.
const MOST_HELD: usize = 65_536;

/// Gathers findings; [`finish`](Self::finish) gives them back in order.
pub(super) struct Sorter {
    folder: PathBuf,
    held: Vec<(RankKey, Box<Finding>)>,
    runs: Vec<File>,
    /// The same for every finding of a run, so it is put aside once.
    versions: Arc<BTreeMap<String, String>>,
}

impl Sorter {
    /// Runs are put aside in unnamed files in `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
            held: Vec::new(),
            runs: Vec::new(),
            versions: Arc::default(),
        }
    }

    /// Adds findings of one screener.
    pub(super) fn add(&mut self, findings: Vec<Finding>) -> io::Result<()> {
        let Some(first) = findings.first() else {
            return Ok(());
        };
        self.versions = first.versions.clone();
        self.held.extend(findings.into_iter().map(|mut finding| {
            finding.versions = Arc::default();
            (RankKey::of(&finding), Box::new(finding))
        }));
        if self.held.len() >= MOST_HELD {
            self.put_aside()?;
        }
        Ok(())
    }

    fn put_aside(&mut self) -> io::Result<()> {
        self.held.par_sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut writer =
            zstd::stream::write::Encoder::new(tempfile::tempfile_in(&self.folder)?, 1)?;
        let lines: Vec<Vec<u8>> = std::mem::take(&mut self.held)
            .into_par_iter()
            .map(|(_, finding)| {
                let mut line = serde_json::to_vec(&finding)?;
                line.push(b'\n');
                Ok(line)
            })
            .collect::<io::Result<_>>()?;
        for line in lines {
            writer.write_all(&line)?;
        }
        let mut file = writer.finish()?;
        file.seek(SeekFrom::Start(0))?;
        self.runs.push(file);
        Ok(())
    }

    /// All findings, ranked from 1.
    pub(super) fn finish(mut self) -> io::Result<SortedFindings> {
        self.held.par_sort_unstable_by(|a, b| a.0.cmp(&b.0));
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
    versions: Arc<BTreeMap<String, String>>,
}

enum Run {
    File(BufReader<Box<dyn Read>>),
    Held(std::vec::IntoIter<(RankKey, Box<Finding>)>),
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
    fn advance(&mut self, run: usize) -> io::Result<()> {
        let next = match &mut self.runs[run] {
            Run::Held(findings) => findings.next(),
            Run::File(reader) => {
                let mut line = Vec::new();
                reader.read_until(b'\n', &mut line)?;
                if line.is_empty() {
                    None
                } else {
                    let finding: Box<Finding> = serde_json::from_slice(&line)?;
                    Some((RankKey::of(&finding), finding))
                }
            }
        };
        if let Some((key, finding)) = next {
            self.heads.push(Reverse(Head { key, run, finding }));
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

#[cfg(test)]
mod tests {
    use model::{Disposition, GoodsView};

    use super::*;

    fn finding(row: u64, score: f64) -> Finding {
        Finding {
            row_id: format!("r{row}"),
            file: "hand-written".to_string(),
            row,
            disposition: Disposition::Release,
            score,
            probability: 0.0,
            rank: 0,
            gates: Vec::new(),
            flags: Vec::new(),
            goods: GoodsView {
                family: None,
                hs_declared: None,
                hs_likely: Vec::new(),
                control: Vec::new(),
            },
            parties: Vec::new(),
            missing: Vec::new(),
            innocent: String::new(),
            clears: String::new(),
            versions: Arc::new(BTreeMap::from([("v".to_string(), "1".to_string())])),
        }
    }

    #[test]
    fn findings_put_aside_come_back_in_order_with_those_that_were_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::new(folder.path());
        let scores = |part: u64| (0..500).map(move |row| part * 500 + row);
        for part in 0..4 {
            let batch: Vec<Finding> = scores(part)
                .map(|row| finding(row, (row * 7919 % 1000) as f64 / 100.0))
                .collect();
            sorter.add(batch).unwrap();
            if part < 3 {
                sorter.put_aside().unwrap();
            }
        }
        let sorted = sorter.finish().unwrap();
        let found: Vec<Finding> = sorted.map(Result::unwrap).collect();
        assert_eq!(found.len(), 2000);
        assert!(found.windows(2).all(|two| two[0].score >= two[1].score));
        assert!(
            found
                .iter()
                .zip(1..)
                .all(|(finding, rank)| finding.rank == rank)
        );
        assert!(found.iter().all(|finding| finding.versions.len() == 1));
    }
}
