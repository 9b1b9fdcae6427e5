//! Every format has a fixture; the snapshot is everything that is read from it.

use lists::ListFormat;

use crate::{fixture, read_path};

#[track_caller]
fn check(folder: &str, format: ListFormat, list: &str, version: &str) {
    let (entries, summary) = read_path(&fixture(folder)).unwrap();
    assert_eq!(
        (
            summary.format,
            summary.list.as_str(),
            summary.version.as_str()
        ),
        (format, list, version)
    );
    let rejected: Vec<_> = summary
        .rejected
        .iter()
        .map(|rejected| (rejected.row, &rejected.field, &rejected.reason))
        .collect();
    insta::assert_json_snapshot!(folder, (summary.skipped, rejected, entries));
}

#[test]
fn ofac_xml() {
    check("ofac_xml", ListFormat::OfacSdnXml, "ofac-sdn", "2024-05-07");
}

#[test]
fn ofac_csv() {
    // Without a date anywhere the version is the start of the hash.
    let (_, summary) = read_path(&fixture("ofac_csv")).unwrap();
    let start = &summary.hash[..12];
    check("ofac_csv", ListFormat::OfacCsvTrio, "ofac-sdn", start);
}

#[test]
fn eu_fsf_xml() {
    check("eu_fsf_xml", ListFormat::EuFsfXml, "eu-fsf", "2024-05-13");
}

#[test]
fn un_xml() {
    check("un_xml", ListFormat::UnXml, "un-sc", "2025-11-20");
}

#[test]
fn us_csl() {
    let (_, summary) = read_path(&fixture("us_csl")).unwrap();
    let start = &summary.hash[..12];
    check("us_csl", ListFormat::UsCslCsv, "us-csl", start);
}

#[test]
fn bis_dpl() {
    check("bis_dpl", ListFormat::BisDplTsv, "us-bis-dpl", "2022-09");
}

#[test]
fn ftm() {
    check("ftm", ListFormat::FtmJsonLines, "case", "2026-04-29");
}

#[test]
fn opensanctions() {
    check(
        "opensanctions",
        ListFormat::OpenSanctionsSimpleCsv,
        "ukraine-war-and-sanctions",
        "2026-03-13",
    );
}
