//! Every format read from a small hand-written file in it: what is read, skipped and refused, as snapshots.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use lists::ListFormat;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Everything that reading a folder gives, as JSON lines between headings. Paths are cut to what does not depend on
/// the machine.
fn read_out(folder: &str) -> String {
    let found = lists::find(&[fixtures().join(folder)]);
    assert!(found.unread.is_empty(), "{:?}", found.unread);
    let mut out = String::new();
    for source in &found.sources {
        let mut entries = Vec::new();
        let mut last_progress = 0;
        let summary = lists::read(source, &mut |entry| entries.push(entry), &mut |bytes| {
            assert!(bytes > last_progress, "progress goes back");
            last_progress = bytes;
        })
        .unwrap();
        let size: u64 = source
            .paths
            .iter()
            .map(|path| path.metadata().unwrap().len())
            .sum();
        assert_eq!(
            last_progress, size,
            "progress ends at the size of the files"
        );
        assert_eq!(summary.hash, source.hash().unwrap());
        assert_eq!(summary.parties as usize, entries.len());
        writeln!(
            out,
            "{} {} as {}, {} in {} files: {} parties, {} names, {} skipped",
            summary.list,
            summary.version,
            summary.format.as_str(),
            summary.encoding,
            summary.paths.len(),
            summary.parties,
            summary.names,
            summary.skipped
        )
        .unwrap();
        for rejected in &summary.rejected {
            let file = Path::new(&rejected.file).file_name().unwrap();
            let field = rejected.field.as_deref().unwrap_or("record");
            writeln!(
                out,
                "refused {} {} {field}: {}",
                file.display(),
                rejected.row,
                rejected.reason
            )
            .unwrap();
        }
        for entry in entries {
            writeln!(out, "{}", serde_json::to_string_pretty(&entry).unwrap()).unwrap();
        }
    }
    out
}

#[test]
fn ofac_xml() {
    insta::assert_snapshot!(read_out("ofac_xml"));
}

#[test]
fn ofac_csv() {
    insta::assert_snapshot!(read_out("ofac_csv"));
}

#[test]
fn eu_fsf_xml() {
    insta::assert_snapshot!(read_out("eu_fsf_xml"));
}

#[test]
fn un_xml() {
    insta::assert_snapshot!(read_out("un_xml"));
}

#[test]
fn us_csl_csv() {
    insta::assert_snapshot!(read_out("us_csl_csv"));
}

#[test]
fn bis_dpl_tsv() {
    insta::assert_snapshot!(read_out("bis_dpl_tsv"));
}

#[test]
fn ftm_json_lines() {
    insta::assert_snapshot!(read_out("ftm_json_lines"));
}

#[test]
fn opensanctions_simple_csv() {
    insta::assert_snapshot!(read_out("opensanctions_simple_csv"));
}

/// Formats are told by content: a file's name and compression say nothing.
#[test]
fn formats_are_told_without_names_and_under_compression() {
    let folder = tempfile::tempdir().unwrap();
    for (fixture, expect) in [
        ("ofac_xml/sdn.xml", ListFormat::OfacSdnXml),
        ("ofac_csv/sdn.csv", ListFormat::OfacCsvTrio),
        ("eu_fsf_xml/full.xml", ListFormat::EuFsfXml),
        ("un_xml/consolidated.xml", ListFormat::UnXml),
        ("us_csl_csv/csl.csv", ListFormat::UsCslCsv),
        ("bis_dpl_tsv/dpl.txt", ListFormat::BisDplTsv),
        ("ftm_json_lines/entities.ftm.json", ListFormat::FtmJsonLines),
        (
            "opensanctions_simple_csv/targets.simple.csv",
            ListFormat::OpenSanctionsSimpleCsv,
        ),
    ] {
        let bytes = std::fs::read(fixtures().join(fixture)).unwrap();
        let plain = folder.path().join("plain");
        let gzip = folder.path().join("gzip.txt");
        let zstd = folder.path().join("zstd.xlsx");
        std::fs::write(&plain, &bytes).unwrap();
        let mut encoder = flate2::write::GzEncoder::new(
            std::fs::File::create(&gzip).unwrap(),
            flate2::Compression::default(),
        );
        std::io::Write::write_all(&mut encoder, &bytes).unwrap();
        encoder.finish().unwrap();
        std::fs::write(&zstd, zstd::encode_all(bytes.as_slice(), 3).unwrap()).unwrap();
        for path in [&plain, &gzip, &zstd] {
            assert_eq!(
                lists::detect(path).unwrap(),
                expect,
                "{fixture} as {path:?}"
            );
        }
    }
}

/// A trio's files are read in another order than they are named, and its hash followed the reading.
#[test]
fn regression_hash_of_a_trio_follows_the_order_of_its_paths() {
    let source = &lists::find(&[fixtures().join("ofac_csv")]).sources[0];
    let summary = lists::read(source, &mut |_| {}, &mut |_| {}).unwrap();
    assert_eq!(source.paths.len(), 3);
    assert_eq!(summary.hash, source.hash().unwrap());
}

/// The namespace was looked for as `europa.eu/…`, and every EU list was refused.
#[test]
fn regression_eu_namespace_is_eu_europa_ec() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/lists/eu_fsf.xml");
    for path in [fixtures().join("eu_fsf_xml/full.xml"), examples] {
        assert_eq!(lists::detect(&path).unwrap(), ListFormat::EuFsfXml);
    }
}

/// Both ways that OFAC publishes give the same parties: ids, schemata, kinds of names, typed numbers.
#[test]
fn ofac_xml_and_csv_say_the_same() {
    let parties = |folder: &str| {
        let found = lists::find(&[fixtures().join(folder)]);
        let mut parties = Vec::new();
        lists::read(
            &found.sources[0],
            &mut |entry| {
                let mut numbers: Vec<_> = entry
                    .party
                    .identifiers
                    .iter()
                    .filter(|id| id.kind != model::IdentifierKind::CallSign)
                    .map(|id| (format!("{:?}", id.kind), id.value.clone()))
                    .collect();
                numbers.sort();
                let mut names = entry.party.names.clone();
                names.retain(|name| name.text != "NOOR");
                names.sort_by(|a, b| a.text.cmp(&b.text));
                parties.push((
                    entry.listing.entry_id,
                    entry.party.schema,
                    names,
                    entry.party.birth_dates,
                    numbers,
                ));
            },
            &mut |_| {},
        )
        .unwrap();
        parties.sort_by(|a, b| a.0.cmp(&b.0));
        parties
    };
    assert_eq!(parties("ofac_xml"), parties("ofac_csv"));
}
