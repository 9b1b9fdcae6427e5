//! What is measured: the official lists with what they are known to hold, names, goods texts.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use investigate::Home;

/// A list, and how many entries it is known to hold where somebody has counted.
pub(crate) struct KnownList {
    pub(crate) path: &'static str,
    pub(crate) entries: Option<u64>,
}

/// The official lists, and the list on which peers were timed.
pub(crate) const LISTS: [KnownList; 7] = [
    KnownList {
        path: "lists/ofac/sdn.xml.gz",
        entries: Some(14_966),
    },
    KnownList {
        path: "lists/ofac/consolidated.xml",
        entries: Some(443),
    },
    KnownList {
        path: "lists/eu/20240513-FULL-1_1.xml.gz",
        entries: Some(4_811),
    },
    KnownList {
        path: "lists/un/consolidated_2025-11-18.xml",
        entries: None,
    },
    KnownList {
        path: "lists/us/csl_2022-04.csv",
        entries: Some(14_160),
    },
    KnownList {
        path: "lists/ua/ua_war_sanctions_targets.simple_2026-03-13.csv",
        entries: Some(5_600),
    },
    KnownList {
        path: BASELINE,
        entries: Some(24_607),
    },
];

/// The list on which peers were timed.
pub(crate) const BASELINE: &str = "lists/ftm/baseline_24607.ftm.json.gz";

/// Every list of [`LISTS`] that is there.
pub(crate) fn list_paths(data: &Path) -> Vec<PathBuf> {
    LISTS
        .iter()
        .map(|list| data.join(list.path))
        .filter(|path| path.is_file())
        .collect()
}

/// A home in a temporary folder with these lists imported.
pub(crate) fn home_with(lists: &[PathBuf]) -> Result<(tempfile::TempDir, Home)> {
    let folder = tempfile::tempdir()?;
    let mut home = Home::open(folder.path())?;
    investigate::import::lists(
        lists,
        &mut home,
        &mut investigate::ReadSummary::default(),
        &mut |_| {},
    )?;
    Ok((folder, home))
}

/// The index file of a home.
pub(crate) fn index_file(home: &Path) -> Result<PathBuf> {
    std::fs::read_dir(home.join("index"))?
        .flatten()
        .map(|file| file.path())
        .find(|path| {
            path.extension()
                .is_some_and(|extension| extension == "names")
        })
        .context("the home has no index")
}

/// One column of a csv file, empty cells left out.
pub(crate) fn column(path: &Path, heading: &str) -> Result<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    let place = reader
        .headers()?
        .iter()
        .position(|found| found == heading)
        .with_context(|| format!("{} has no column {heading}", path.display()))?;
    let mut cells = Vec::new();
    for record in reader.records() {
        match record?.get(place) {
            Some(cell) if !cell.trim().is_empty() => cells.push(cell.to_owned()),
            _ => {}
        }
    }
    Ok(cells)
}

/// Pseudo-random numbers, the same on every run (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `sides`; 0 if there are none.
    pub(crate) fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % (sides.max(1) as u64)) as usize
    }

    /// One of the items.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}

/// A listed party of a FollowTheMoney file.
pub(crate) struct Party {
    pub(crate) id: String,
    pub(crate) schema: String,
    /// All names, the main one first.
    pub(crate) names: Vec<String>,
}

/// The parties of a FollowTheMoney file, one JSON object a line, maybe compressed.
pub(crate) fn entities(path: &Path) -> Result<Vec<Party>> {
    let mut parties = Vec::new();
    for record in json_lines(path)? {
        let text = |field: &str| record[field].as_str().unwrap_or_default().to_owned();
        let mut names = Vec::new();
        for field in ["name", "alias", "weakAlias", "previousName"] {
            let values = record["properties"][field].as_array();
            names.extend(
                values
                    .into_iter()
                    .flatten()
                    .filter_map(|value| value.as_str().map(str::to_owned)),
            );
        }
        parties.push(Party {
            id: text("id"),
            schema: text("schema"),
            names,
        });
    }
    Ok(parties)
}

/// The objects of a file with one JSON object a line, maybe compressed. Lines that are none are left out.
pub(crate) fn json_lines(path: &Path) -> Result<Vec<serde_json::Value>> {
    let file = std::fs::File::open(path).with_context(|| path.display().to_string())?;
    let reader: Box<dyn std::io::Read> = if path.extension().is_some_and(|found| found == "gz") {
        Box::new(flate2::read::GzDecoder::new(file))
    } else {
        Box::new(file)
    };
    Ok(std::io::BufRead::lines(std::io::BufReader::new(reader))
        .map_while(std::result::Result::ok)
        .filter_map(|line| serde_json::from_str(&line).ok())
        .collect())
}

/// The rows of a csv file by heading.
pub(crate) fn rows(path: &Path) -> Result<Vec<std::collections::HashMap<String, String>>> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(path)
        .with_context(|| path.display().to_string())?;
    let header = reader.headers()?.clone();
    let row = |record: csv::StringRecord| {
        header
            .iter()
            .zip(record.iter())
            .map(|(key, cell)| (key.to_owned(), cell.to_owned()))
            .collect()
    };
    Ok(reader
        .records()
        .filter_map(std::result::Result::ok)
        .map(row)
        .collect())
}
