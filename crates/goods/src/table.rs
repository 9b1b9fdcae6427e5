//! The tables that ship with the crate, read once, and their versions.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

static MANIFEST: &str = include_str!("../data/tables.toml");

/// Every table: its name in the manifest and its text.
static TABLES: [(&str, &str); 11] = [
    ("lexicon", include_str!("../data/lexicon.tsv")),
    ("designators", include_str!("../data/designators.tsv")),
    ("contexts", include_str!("../data/contexts.tsv")),
    ("categories", include_str!("../data/categories.tsv")),
    ("vague_terms", include_str!("../data/vague_terms.tsv")),
    ("arms_hs", include_str!("../data/arms_hs.csv")),
    ("chpl", include_str!("../data/chpl.csv")),
    ("eccn", include_str!("../data/eccn.csv")),
    ("control_links", include_str!("../data/control_links.tsv")),
    ("hs_versions", include_str!("../data/hs_versions.csv")),
    ("part_makers", include_str!("../data/part_makers.tsv")),
];

/// Weights of the classifier by language, in the order of [`crate::Language::ALL`]: files that `bench hs-train` writes.
pub(crate) static WEIGHTS: [(&str, &[u8]); 5] = [
    ("hs_en", include_bytes!("../data/hs_en.bin")),
    ("hs_ru", include_bytes!("../data/hs_ru.bin")),
    ("hs_zh", include_bytes!("../data/hs_zh.bin")),
    ("hs_vi", include_bytes!("../data/hs_vi.bin")),
    ("hs_parts", include_bytes!("../data/hs_parts.bin")),
];

#[derive(Deserialize)]
struct About {
    version: String,
}

/// The rows of a table. The tables are part of the program: one that cannot be read is a broken build, which the
/// tests would have shown, so it panics.
pub(crate) fn rows<T: DeserializeOwned>(name: &str) -> Vec<T> {
    let text = text(name);
    let tabs = text.lines().next().is_some_and(|line| line.contains('\t'));
    csv::ReaderBuilder::new()
        .delimiter(if tabs { b'\t' } else { b',' })
        .quoting(!tabs)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes())
        .deserialize()
        .map(|row| row.unwrap_or_else(|error| panic!("embedded table {name}: {error}")))
        .collect()
}

fn text(name: &str) -> &'static str {
    TABLES
        .iter()
        .find(|(table, _)| *table == name)
        .map_or("", |(_, text)| text)
}

/// Version of every table: its date and the first eight hexadecimal digits of its blake3 hash.
pub fn versions() -> BTreeMap<String, String> {
    let about: BTreeMap<String, About> = toml::from_str(MANIFEST).unwrap_or_default();
    TABLES
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .chain(WEIGHTS)
        .map(|(name, bytes)| {
            let date = about
                .get(name)
                .map_or("undated", |about| about.version.as_str());
            let hash = blake3::hash(bytes).to_hex();
            (name.to_string(), format!("{date} {}", &hash[..8]))
        })
        .collect()
}

/// Splits a cell that holds several values.
pub(crate) fn cell_list(cell: &str) -> Vec<String> {
    cell.split('|')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_string)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_a_dated_manifest_entry() {
        for (name, version) in versions() {
            assert!(
                !version.starts_with("undated"),
                "{name} is not in tables.toml"
            );
        }
    }
}
