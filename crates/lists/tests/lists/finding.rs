//! Formats are told by content; the files of a trio find each other.

use std::path::PathBuf;

use lists::{ListFormat, ListSource};

use crate::{fixture, read, temporary};

#[test]
fn file_names_do_not_matter() {
    let bytes = std::fs::read(fixture("eu_fsf_xml/full.xml")).unwrap();
    let (_folder, path) = temporary("holiday.jpg", &bytes);
    assert_eq!(lists::detect(&path).unwrap(), ListFormat::EuFsfXml);
}

#[test]
fn gzip_and_zstd_are_opened_and_the_bytes_on_disk_hashed() {
    let plain = std::fs::read(fixture("un_xml/consolidated.xml")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, &plain).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = zstd::encode_all(plain.as_slice(), 3).unwrap();
    for bytes in [plain, gzip, zstd] {
        let (_folder, path) = temporary("list", &bytes);
        let (entries, summary) = crate::read_path(&path).unwrap();
        assert_eq!(entries.len(), 6);
        assert_eq!(summary.hash, blake3::hash(&bytes).to_hex().to_string());
    }
}

#[test]
fn a_primary_file_brings_its_siblings_and_hashes_as_announced() {
    let found = lists::find(&[fixture("ofac_csv/sdn.csv")]);
    assert!(found.unread.is_empty());
    let [source] = found.sources.as_slice() else {
        panic!("{:?}", found.sources);
    };
    let names: Vec<_> = source
        .paths
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap())
        .collect();
    assert_eq!(names, ["sdn.csv", "add.csv", "alt.csv"]);
    let (_, summary) = read(source).unwrap();
    assert_eq!(summary.hash, source.hash().unwrap());
}

#[test]
fn regression_two_trios_in_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let nulls = "-0- ,".repeat(8);
    write(
        "sdn.csv",
        &format!("36,\"A CO.\",-0- ,\"CUBA\",{}-0- \n", &nulls[..35]),
    );
    write(
        "cons_prim.csv",
        &format!("9639,\"B CO.\",-0- ,\"NS-PLC\",{}-0- \n", &nulls[..35]),
    );
    write("alt.csv", "36,12,\"aka\",\"AA\",-0- \n");
    write("cons_alt.csv", "9639,9150,\"aka\",\"BB\",-0- \n");
    let found = lists::find(&[folder.path().to_path_buf()]);
    assert!(found.unread.is_empty(), "{:?}", found.unread);
    let mut got: Vec<(String, Vec<String>)> = found
        .sources
        .iter()
        .map(|source| {
            let (entries, summary) = read(source).unwrap();
            let names = entries.iter().flat_map(|entry| &entry.party.names);
            (summary.list, names.map(|name| name.text.clone()).collect())
        })
        .collect();
    got.sort();
    let names = |a: &str, b: &str| vec![a.to_string(), b.to_string()];
    assert_eq!(
        got,
        [
            ("ofac-consolidated".to_string(), names("B CO.", "BB")),
            ("ofac-sdn".to_string(), names("A CO.", "AA"))
        ]
    );
}

#[test]
fn other_files_are_named_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("empty.csv", b"".as_slice()),
        ("other.xml", b"<swiss-list><a/></swiss-list>"),
        ("other.json", b"[\n{\"name\":\"x\"}]"),
        ("other.csv", b"consignor,consignee,goods,date\na,b,c,d\n"),
        ("book.xlsx", b"PK\x03\x04rest"),
        ("alt.csv", b"36,12,\"aka\",\"AA\",-0- \n"),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let found = lists::find(&[folder.path().to_path_buf(), PathBuf::from("no/such/file")]);
    assert!(found.sources.is_empty());
    let told: Vec<String> = found
        .unread
        .iter()
        .map(|unread| {
            let name = unread.path.file_name().unwrap().to_string_lossy();
            format!("{name}: {}", unread.reason)
        })
        .collect();
    insta::assert_debug_snapshot!(told);
}

#[test]
fn a_source_of_the_wrong_format_is_read_as_rejections_or_refused() {
    for format in [
        ListFormat::OfacSdnXml,
        ListFormat::UsCslCsv,
        ListFormat::FtmJsonLines,
    ] {
        let source = ListSource {
            format,
            paths: vec![fixture("bis_dpl/dpl_2022-09.txt")],
        };
        let (entries, _) = read(&source).unwrap();
        assert!(entries.is_empty());
    }
    let source = ListSource {
        format: ListFormat::OfacCsvTrio,
        paths: Vec::new(),
    };
    assert!(read(&source).is_err());
}
