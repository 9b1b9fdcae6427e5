//! Lists that are damaged, mis-declared or hostile: each is read as far as it goes, or refused in words.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::io::Write;
use std::path::{Path, PathBuf};

use lists::{ListError, ListFormat, ListSource, ListSummary};
use model::ListEntry;
use proptest::prelude::*;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures")
            .join(name),
    )
    .unwrap()
}

struct Scratch(tempfile::TempDir);

impl Scratch {
    fn new() -> Self {
        Scratch(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

fn read_as(format: ListFormat, path: &Path) -> Result<(ListSummary, Vec<ListEntry>), ListError> {
    let source = ListSource {
        format,
        paths: vec![path.to_path_buf()],
    };
    let mut entries = Vec::new();
    let summary = lists::read(&source, &mut |entry| entries.push(entry), &mut |_| {})?;
    Ok((summary, entries))
}

fn read(path: &Path) -> Result<(ListSummary, Vec<ListEntry>), ListError> {
    read_as(lists::detect(path)?, path)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const ALL: [(ListFormat, &str); 8] = [
    (ListFormat::OfacSdnXml, "ofac_xml/sdn.xml"),
    (ListFormat::OfacCsvTrio, "ofac_csv/sdn.csv"),
    (ListFormat::EuFsfXml, "eu_fsf_xml/full.xml"),
    (ListFormat::UnXml, "un_xml/consolidated.xml"),
    (ListFormat::UsCslCsv, "us_csl_csv/csl.csv"),
    (ListFormat::BisDplTsv, "bis_dpl_tsv/dpl.txt"),
    (ListFormat::FtmJsonLines, "ftm_json_lines/entities.ftm.json"),
    (
        ListFormat::OpenSanctionsSimpleCsv,
        "opensanctions_simple_csv/targets.simple.csv",
    ),
];

/// Cut off anywhere, a list gives the parties before the cut, none that the whole list does not have, and says so.
#[test]
fn a_truncated_list_gives_what_stands_before_the_cut() {
    let scratch = Scratch::new();
    for (format, name) in ALL {
        let whole = fixture(name);
        let path = scratch.file("whole", &whole);
        let (_, all) = read_as(format, &path).unwrap();
        let mut most = 0;
        for tenth in 1..10 {
            let path = scratch.file("cut", &whole[..whole.len() * tenth / 10]);
            let Ok((summary, entries)) = read_as(format, &path) else {
                assert!(tenth < 3, "{name} cut at {tenth}/10 is refused as a whole");
                continue;
            };
            // What links say of a party may lie behind the cut; who it is does not.
            let known =
                |entry: &ListEntry| all.iter().any(|one| one.party.names == entry.party.names);
            for entry in &entries[..entries.len().saturating_sub(1)] {
                assert!(known(entry), "{name} cut at {tenth}/10: {entry:?}");
            }
            if name.ends_with(".xml") {
                let last = &summary.rejected.last().unwrap().reason;
                assert!(
                    last.contains("cut off") || last.contains("announces"),
                    "{name}: {last}"
                );
                assert!(entries.iter().all(|entry| all.contains(entry)));
            }
            most = most.max(entries.len());
        }
        assert!(most > 0, "{name}: nothing read of nine tenths");
    }
}

#[test]
fn a_truncated_gzip_gives_what_stands_before_the_cut() {
    let scratch = Scratch::new();
    // Random-looking ids keep gzip from packing the end into the beginning.
    let mut rows = String::new();
    for n in 0..2000u64 {
        let id = blake3::hash(&n.to_le_bytes()).to_hex();
        rows.push_str(&format!(
            "{{\"id\":\"{id}\",\"schema\":\"Company\",\"properties\":{{\"name\":[\"Company {id}\"]}}}}\n"
        ));
    }
    let packed = gzip(rows.as_bytes());
    let path = scratch.file("cut.gz", &packed[..packed.len() / 2]);
    let (summary, entries) = read(&path).unwrap();
    assert!((500..1500).contains(&entries.len()), "{}", entries.len());
    let last = summary.rejected.last().unwrap();
    assert!(last.reason.contains("cut off or damaged"), "{last:?}");
    assert!(last.row > 500);
}

#[test]
fn a_doctype_is_refused_and_no_entity_is_expanded() {
    let scratch = Scratch::new();
    let lol: String = (1..10)
        .map(|n| {
            format!(
                "<!ENTITY lol{n} \"{}\">\n",
                format!("&lol{};", n - 1).repeat(10)
            )
        })
        .collect();
    let laughs = format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE sdnList [\n<!ENTITY lol0 \"lol\">\n{lol}]>\n<sdnList><sdnEntry><uid>1</uid><lastName>&lol9;</lastName></sdnEntry></sdnList>"
    );
    let external = "<?xml version=\"1.0\"?><!DOCTYPE sdnList [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><sdnList><sdnEntry><uid>1</uid><lastName>&x;</lastName></sdnEntry></sdnList>";
    for (name, text) in [("laughs.xml", laughs.as_str()), ("external.xml", external)] {
        let path = scratch.file(name, text);
        let refused = lists::detect(&path).unwrap_err();
        assert!(matches!(refused, ListError::Doctype { .. }), "{refused}");
        let forced = read_as(ListFormat::OfacSdnXml, &path).unwrap_err();
        assert!(matches!(forced, ListError::Doctype { .. }), "{forced}");
    }
    // Hidden behind the first record it is refused all the same.
    let late = "<sdnList><sdnEntry><uid>1</uid><lastName>A</lastName></sdnEntry>\n<!DOCTYPE x [<!ENTITY y \"z\">]><sdnEntry><uid>2</uid><lastName>&y;</lastName></sdnEntry></sdnList>";
    let path = scratch.file("late.xml", late);
    assert!(matches!(
        read(&path),
        Err(ListError::Doctype { line: 2, .. })
    ));
    // References to entities that nobody declared stay as written.
    let undeclared = "<sdnList><sdnEntry><uid>1</uid><lastName>A &amp; B &copy; &#1046;</lastName></sdnEntry></sdnList>";
    let (_, entries) = read(&scratch.file("undeclared.xml", undeclared)).unwrap();
    assert_eq!(entries[0].party.names[0].text, "A & B &copy; Ж");
}

#[test]
fn csv_in_other_encodings_reads_the_same() {
    let scratch = Scratch::new();
    let text = "\"id\",\"schema\",\"name\",\"aliases\",\"birth_date\",\"countries\",\"addresses\",\"identifiers\",\"sanctions\"\n\"1\",\"Company\",\"Общество с ограниченной ответственностью Беспилотные системы\",\"ООО Беспилотные системы\",\"\",\"ru\",\"г. Ижевск, Удмуртская Республика\",\"\",\"\"\n";
    let (_, expect) = read(&scratch.file("utf8.csv", text)).unwrap();
    let (cp1251, ..) = encoding_rs::WINDOWS_1251.encode(text);
    let wide = |little: bool, mark: bool| -> Vec<u8> {
        let units = mark
            .then_some(0xfeff)
            .into_iter()
            .chain(text.encode_utf16());
        units
            .flat_map(|unit| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            })
            .collect()
    };
    for (name, bytes, encoding) in [
        ("cp1251.csv", cp1251.into_owned(), "windows-1251"),
        ("utf16le-bom.csv", wide(true, true), "UTF-16LE"),
        ("utf16be-bom.csv", wide(false, true), "UTF-16BE"),
        ("utf16le.csv", wide(true, false), "UTF-16LE"),
        ("utf16be.csv", wide(false, false), "UTF-16BE"),
    ] {
        let (summary, mut entries) = read(&scratch.file(name, bytes)).unwrap();
        assert_eq!(summary.encoding, encoding, "{name}");
        for (entry, expect) in entries.iter_mut().zip(&expect) {
            entry.listing.list.clone_from(&expect.listing.list);
        }
        assert_eq!(entries, expect, "{name}");
    }
}

#[test]
fn what_is_no_list_is_refused_with_a_reason() {
    let scratch = Scratch::new();
    let cases: [(&str, Vec<u8>, &str); 12] = [
        ("empty", Vec::new(), "empty"),
        ("blank", b"  \n\n \n".to_vec(), "empty"),
        ("empty.gz", gzip(b""), "empty"),
        ("cut.gz", gzip(b"abc")[..6].to_vec(), "cut off"),
        ("zip", b"PK\x03\x04rest".to_vec(), "zip archive"),
        ("pdf", b"%PDF-1.7 ...".to_vec(), "PDF"),
        ("twice.gz", gzip(&gzip(b"x")), "compressed twice"),
        (
            "junk",
            (0..4000u32).map(|n| ((n * 7919) >> 3) as u8).collect(),
            "",
        ),
        (
            "html",
            b"<!doctype html><html><p>Not found</p></html>".to_vec(),
            "DOCTYPE",
        ),
        ("html2", b"<html><p>Not found</p></html>".to_vec(), "<html>"),
        ("json", b"{\"a\": 1}\n".to_vec(), "FollowTheMoney"),
        (
            "csv",
            b"a,b,c,d\n1,2,3,4\n".to_vec(),
            "first columns (a, b, c, d)",
        ),
    ];
    for (name, bytes, words) in cases {
        let path = scratch.file(name, bytes);
        let refused = lists::detect(&path).unwrap_err().to_string();
        assert!(refused.contains(words), "{name}: {refused}");
        assert!(refused.len() < 500, "{name}: {refused}");
        let found = lists::find(std::slice::from_ref(&path));
        assert!(found.sources.is_empty());
        assert_eq!(found.unread.len(), 1, "{name}");
    }
    let folder = scratch.0.path().to_path_buf();
    assert!(
        lists::detect(&folder)
            .unwrap_err()
            .to_string()
            .contains("a folder")
    );
    let gone = folder.join("gone");
    assert!(matches!(lists::detect(&gone), Err(ListError::Io { .. })));
}

/// 100 MB without a line end or a tag are passed over in bounded memory, not held.
#[test]
fn an_endless_line_costs_one_record() {
    let scratch = Scratch::new();
    let filler = vec![b'x'; 1 << 20];
    let fill = |path: &Path, before: &str, after: &str| {
        let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
        file.write_all(before.as_bytes()).unwrap();
        for _ in 0..100 {
            file.write_all(&filler).unwrap();
        }
        file.write_all(after.as_bytes()).unwrap();
    };
    let good = "{\"id\":\"1\",\"schema\":\"Company\",\"properties\":{\"name\":[\"A\"]}}\n";
    let path = scratch.0.path().join("long.json");
    fill(
        &path,
        &format!("{good}{{\"id\":\""),
        &format!("\"}}\n{}", good.replace('1', "2")),
    );
    let (summary, entries) = read(&path).unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(summary.rejected.len(), 1);
    assert_eq!(summary.rejected[0].row, 2);

    let alone = scratch.0.path().join("alone");
    fill(&alone, "", "");
    assert!(matches!(
        lists::detect(&alone),
        Err(ListError::NotAList { .. })
    ));

    let xml = scratch.0.path().join("long.xml");
    fill(
        &xml,
        "<sdnList><sdnEntry><uid>1</uid><lastName>",
        "</lastName></sdnEntry></sdnList>",
    );
    let (summary, entries) = read(&xml).unwrap();
    assert!(entries.is_empty());
    assert!(!summary.rejected.is_empty());
}

#[test]
fn a_decompression_bomb_is_refused() {
    let scratch = Scratch::new();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let good = b"{\"id\":\"1\",\"schema\":\"Company\",\"properties\":{\"name\":[\"A\"]}}\n";
    encoder.write_all(good).unwrap();
    let blanks = vec![b'\n'; 1 << 20];
    for _ in 0..200 {
        encoder.write_all(&blanks).unwrap();
    }
    let packed = encoder.finish().unwrap();
    assert!(packed.len() < 1 << 20);
    let path = scratch.file("bomb.json.gz", &packed);
    let refused = read(&path).unwrap_err();
    assert!(matches!(refused, ListError::Bomb { .. }), "{refused}");
}

/// One bad record of each kind costs itself alone.
#[test]
fn a_broken_record_costs_itself_alone() {
    let scratch = Scratch::new();
    let deep = "<a>".repeat(5000) + &"</a>".repeat(5000);
    let record = |id: u32, inner: &str| {
        format!("<sdnEntry><uid>{id}</uid><lastName>N{id}</lastName>{inner}</sdnEntry>\n")
    };
    for (what, inner) in [
        ("deep", deep.as_str()),
        ("end tag without a start", "</nope>"),
        ("not closed", "<akaList><aka>"),
    ] {
        let text = format!(
            "<sdnList>\n{}{}{}</sdnList>",
            record(1, ""),
            record(2, inner),
            record(3, "")
        );
        let (summary, entries) = read(&scratch.file("broken.xml", text)).unwrap();
        let ids: Vec<&str> = entries
            .iter()
            .map(|e| e.listing.entry_id.as_str())
            .collect();
        assert_eq!(ids, ["1", "3"], "{what}: {:?}", summary.rejected);
        assert_eq!(summary.rejected.len(), 1, "{what}: {:?}", summary.rejected);
        assert_eq!(summary.rejected[0].row, 3, "{what}");
    }
    let quote = "1,\"A\",-0- ,\"X\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n2,\"B,-0- ,\"X\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n3,\"C\",-0- ,\"X\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n";
    let (summary, entries) = read(&scratch.file("quote.csv", quote)).unwrap();
    assert!(entries.iter().any(|entry| entry.listing.entry_id == "1"));
    assert!(entries.iter().any(|entry| entry.listing.entry_id == "3"));
    assert_eq!(summary.rejected.len(), 1, "{:?}", summary.rejected);
}

/// A file of nothing but rubbish cannot fill memory with reasons.
#[test]
fn reasons_are_counted_beyond_ten_thousand() {
    let scratch = Scratch::new();
    let mut text =
        String::from("{\"id\":\"1\",\"schema\":\"Company\",\"properties\":{\"name\":[\"A\"]}}\n");
    for _ in 0..12_000 {
        text.push_str("rubbish\n");
    }
    let (summary, entries) = read(&scratch.file("rubbish.json", text)).unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(summary.rejected.len(), 10_001);
    assert_eq!(
        summary.rejected[10_000].reason,
        "2000 more records or fields could not be read"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    /// Arbitrary bytes, read as any format, give values or errors and never a panic.
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let scratch = Scratch::new();
        let path = scratch.file("bytes", &bytes);
        let _ = lists::detect(&path);
        for (format, _) in ALL {
            let _ = read_as(format, &path);
        }
    }

    /// Real lists with bytes changed, dropped or doubled: the same, and no more parties than records.
    #[test]
    fn damaged_lists_never_panic(
        which in 0..ALL.len(),
        cuts in proptest::collection::vec((any::<u16>(), any::<u8>(), 0u8..3), 1..12),
    ) {
        let (format, name) = ALL[which];
        let mut bytes = fixture(name);
        for (at, byte, how) in cuts {
            let at = usize::from(at) % bytes.len();
            match how {
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                _ => bytes.insert(at, byte),
            }
        }
        let scratch = Scratch::new();
        let path = scratch.file("damaged", &bytes);
        let _ = lists::detect(&path);
        if let Ok((summary, entries)) = read_as(format, &path) {
            prop_assert_eq!(summary.parties as usize, entries.len());
            prop_assert!(entries.iter().all(|entry| !entry.party.names.is_empty()));
        }
    }
}
