//! Hostile and damaged files: a clear message, what can be kept is kept, nothing is loaded whole.

use std::io::Write;
use std::path::Path;

use lists::{ListError, ListFormat, ListSource};

use crate::{fixture, read, read_path, reasons, temporary};

fn ofac() -> Vec<u8> {
    std::fs::read(fixture("ofac_xml/sdn.xml")).unwrap()
}

fn csl() -> Vec<u8> {
    std::fs::read(fixture("us_csl/consolidated.csv")).unwrap()
}

fn as_format(path: &Path, format: ListFormat) -> ListSource {
    ListSource {
        format,
        paths: vec![path.to_path_buf()],
    }
}

#[test]
fn truncated_xml_keeps_what_stands_before_the_cut() {
    let whole = String::from_utf8(ofac()).unwrap();
    let cut = whole.find("<uid>21171</uid>").unwrap();
    let (_folder, path) = temporary("sdn.xml", &whole.as_bytes()[..cut]);
    let (entries, summary) = read_path(&path).unwrap();
    assert_eq!(entries.len(), 3);
    let reasons = reasons(&summary);
    assert!(
        reasons[0].contains("the file ends inside this <sdnEntry>"),
        "{reasons:?}"
    );
    assert!(
        reasons[1].contains("announces 7 records and holds 3"),
        "{reasons:?}"
    );
    assert_eq!(
        summary.rejected[0].row,
        whole[..cut]
            .rfind("<sdnEntry>")
            .map_or(0, |at| whole[..at].matches('\n').count() as u64 + 1)
    );
}

#[test]
fn every_cut_of_an_xml_list_is_survived() {
    let whole = ofac();
    for cut in (0..whole.len()).step_by(97) {
        let (_folder, path) = temporary("sdn.xml", &whole[..cut]);
        match read(&as_format(&path, ListFormat::OfacSdnXml)) {
            Ok((_, summary)) => {
                assert!(!summary.rejected.is_empty(), "cut at {cut} went unnoticed");
            }
            Err(error) => panic!("cut at {cut}: {error}"),
        }
    }
}

#[test]
fn truncated_gzip_keeps_what_stands_before_the_cut() {
    let mut text = String::from("<sdnList><publshInformation/>");
    for uid in 0..20_000u32 {
        let name = blake3::hash(&uid.to_le_bytes()).to_hex();
        text.push_str(&format!(
            "<sdnEntry><uid>{uid}</uid><lastName>{name}</lastName></sdnEntry>\n"
        ));
    }
    text.push_str("</sdnList>");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let (_folder, path) = temporary("sdn.xml.gz", &gzip[..gzip.len() / 2]);
    let (entries, summary) = read_path(&path).unwrap();
    assert!(
        entries.len() > 5_000 && entries.len() < 15_000,
        "{}",
        entries.len()
    );
    assert_eq!(summary.rejected.len(), 1);
    assert!(
        summary.rejected[0].reason.contains("cut off or damaged"),
        "{:?}",
        summary.rejected
    );
}

#[test]
fn a_doctype_is_refused_and_no_entity_expands() {
    let bomb = br#"<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;"><!ENTITY x SYSTEM "file:///etc/hostname">]>
<sdnList><sdnEntry><uid>1</uid><lastName>&lol2;&x;</lastName></sdnEntry></sdnList>"#;
    let (_folder, path) = temporary("sdn.xml", bomb);
    assert!(matches!(
        lists::detect(&path),
        Err(ListError::Doctype { line: 2, .. })
    ));
    let found = lists::find(std::slice::from_ref(&path));
    assert!(found.sources.is_empty() && found.unread[0].reason.contains("DOCTYPE"));
    let error = read(&as_format(&path, ListFormat::OfacSdnXml)).unwrap_err();
    assert!(
        error.to_string().contains("line 2: declares a DOCTYPE"),
        "{error}"
    );

    let undeclared = b"<sdnList><sdnEntry><uid>1</uid><lastName>A &lol; &amp; &#66; &bad</lastName></sdnEntry></sdnList>";
    let (_folder, path) = temporary("sdn.xml", undeclared);
    let (entries, _) = read_path(&path).unwrap();
    assert_eq!(entries[0].party.caption(), "A &lol; & B &bad");
}

#[test]
fn a_record_with_mismatched_tags_costs_that_record_only() {
    let text = "<sdnList>
<sdnEntry><uid>1</uid><lastName>FIRST</lastName></sdnEntry>
<sdnEntry><uid>2</uid><lastName>SECOND</uid></sdnEntry>
<sdnEntry><uid>3</uid><lastName>THIRD
<sdnEntry><uid>4</uid><lastName>FOURTH</lastName></sdnEntry>
</sdnList>";
    let (_folder, path) = temporary("sdn.xml", text.as_bytes());
    let (entries, summary) = read_path(&path).unwrap();
    let captions: Vec<_> = entries.iter().map(|entry| entry.party.caption()).collect();
    assert_eq!(captions, ["FIRST", "FOURTH"]);
    insta::assert_debug_snapshot!(reasons(&summary));
}

#[test]
fn depth_and_size_of_xml_are_bounded() {
    let deep = format!(
        "<sdnList><sdnEntry><uid>1</uid>{}</sdnEntry><sdnEntry><uid>2</uid><lastName>A</lastName></sdnEntry></sdnList>",
        "<a>".repeat(50_000)
    );
    let (_folder, path) = temporary("sdn.xml", deep.as_bytes());
    let (entries, summary) = read_path(&path).unwrap();
    assert_eq!(entries.len(), 1);
    assert!(
        reasons(&summary)[0].contains("nest more than"),
        "{:?}",
        reasons(&summary)
    );

    let endless = format!("<sdnList>{}", "<a>".repeat(500_000));
    let (_folder, path) = temporary("sdn.xml", endless.as_bytes());
    assert!(reasons(&read_path(&path).unwrap().1)[0].contains("nest more than"));

    let many = format!(
        "<sdnList><sdnEntry><uid>1</uid><lastName>A</lastName>{}</sdnEntry></sdnList>",
        "<a/>".repeat(200_000)
    );
    let (_folder, path) = temporary("sdn.xml", many.as_bytes());
    let (entries, summary) = read_path(&path).unwrap();
    assert!(entries.is_empty() && reasons(&summary)[0].contains("too large"));

    let long = format!(
        "<sdnList><sdnEntry><uid>1</uid><lastName>{}</lastName></sdnEntry></sdnList>",
        "A".repeat(6 << 20)
    );
    let (_folder, path) = temporary("sdn.xml", long.as_bytes());
    let (entries, summary) = read_path(&path).unwrap();
    assert!(
        entries.is_empty() && reasons(&summary)[0].contains("longer than 4 MiB"),
        "{:?}",
        reasons(&summary)
    );
}

/// A repeat of zero bytes and of list rows that compresses beyond any honest ratio.
#[test]
fn decompression_bombs_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    // Long runs of one letter come near the most that deflate can do, with any of its implementations.
    let row = format!("36,1,\"aka\",\"{}\",-0- \n", "A".repeat(4_000)).repeat(250);
    for name in ["bomb.csv.gz", "bomb.csv.zst"] {
        let path = folder.path().join(name);
        let file = std::fs::File::create(&path).unwrap();
        let primary = b"36,\"A\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n";
        let mut write: Box<dyn Write> = if name.ends_with("gz") {
            Box::new(flate2::write::GzEncoder::new(
                file,
                flate2::Compression::default(),
            ))
        } else {
            Box::new(
                zstd::stream::write::Encoder::new(file, 3)
                    .unwrap()
                    .auto_finish(),
            )
        };
        write.write_all(primary).unwrap();
        for _ in 0..100 {
            write.write_all(row.as_bytes()).unwrap();
        }
        drop(write);
        let error = read(&as_format(&path, ListFormat::OfacCsvTrio)).unwrap_err();
        assert!(matches!(error, ListError::Bomb { .. }), "{error}");
        assert!(error.to_string().contains("decompression bomb"), "{error}");
    }
}

#[test]
fn csv_in_cp1251_utf16_and_with_stray_bytes_is_decoded() {
    let text = "\"id\",\"schema\",\"name\",\"aliases\",\"birth_date\",\"countries\",\"identifiers\",\"dataset\"\n\
        \"1\",\"Company\",\"ООО Ижевский механический завод\",\"Общество с ограниченной ответственностью\",\"\",\"ru\",\"\",\"\"\n";
    let (cp1251, ..) = encoding_rs::WINDOWS_1251.encode(text);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [b"\xff\xfe".as_slice(), &utf16].concat();
    for (bytes, encoding) in [
        (cp1251.to_vec(), "windows-1251"),
        (utf16, "UTF-16LE"),
        (marked, "UTF-16LE"),
        ([b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8"),
    ] {
        let (_folder, path) = temporary("list.csv", &bytes);
        let (entries, summary) = read_path(&path).unwrap();
        assert_eq!(summary.encoding, encoding);
        assert_eq!(
            entries[0].party.caption(),
            "ООО Ижевский механический завод"
        );
    }
    // Not UTF-8 only after the part that decides on the encoding: read, and said.
    let mut bytes = text.as_bytes().to_vec();
    bytes.extend_from_slice(" \n".repeat(300_000).as_bytes());
    bytes.extend_from_slice(b"\"2\",\"Company\",\"Caf\xe9\",\"\",\"\",\"ru\",\"\",\"\"\n");
    let (_folder, path) = temporary("list.csv", &bytes);
    let (entries, summary) = read_path(&path).unwrap();
    assert_eq!(entries[1].party.caption(), "Caf\u{fffd}");
    assert!(reasons(&summary)[0].contains("no text in the file's encoding"));
}

#[test]
fn xml_that_declares_a_wrong_encoding_is_decoded_by_its_bytes() {
    let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><sdnList><sdnEntry><uid>1</uid><lastName>Ижевский механический завод имени конструктора</lastName></sdnEntry></sdnList>";
    let (cp1251, ..) = encoding_rs::WINDOWS_1251.encode(text);
    let (_folder, path) = temporary("sdn.xml", &cp1251);
    let (entries, _) = read_path(&path).unwrap();
    assert_eq!(
        entries[0].party.caption(),
        "Ижевский механический завод имени конструктора"
    );
}

#[test]
fn a_line_of_100_mb_is_skipped_without_being_held() {
    let folder = tempfile::tempdir().unwrap();
    let block = vec![b'x'; 1 << 20];
    for (name, head, after, format) in [
        (
            "list.csv",
            csl().split(|&b| b == b'\n').next().unwrap().to_vec(),
            b"36,S (SDN),36,Entity,CUBA,AFTER,,,,,,,,,,,,,,,,,,,,,,,\n".to_vec(),
            ListFormat::UsCslCsv,
        ),
        (
            "list.json",
            b"{\"id\":\"1\",\"schema\":\"Company\",\"properties\":{\"name\":[\"FIRST\"]}}".to_vec(),
            b"{\"id\":\"2\",\"schema\":\"Company\",\"properties\":{\"name\":[\"AFTER\"]}}\n"
                .to_vec(),
            ListFormat::FtmJsonLines,
        ),
    ] {
        let path = folder.path().join(name);
        let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
        file.write_all(&head).unwrap();
        file.write_all(b"\n").unwrap();
        for _ in 0..100 {
            file.write_all(&block).unwrap();
        }
        file.write_all(b"\n").unwrap();
        file.write_all(&after).unwrap();
        drop(file);
        let (entries, summary) = read(&as_format(&path, format)).unwrap();
        assert_eq!(entries.last().unwrap().party.caption(), "AFTER");
        assert_eq!(reasons(&summary), ["2: line is longer than 4 MiB"]);
    }
}

#[test]
fn a_quote_that_never_closes_costs_its_own_row() {
    let mut bytes = csl();
    let header = bytes.iter().position(|&b| b == b'\n').unwrap() + 1;
    let row = b"1,S (SDN),1,Entity,CUBA,\"NEVER CLOSED,,,,,,,,,,,,,,,,,,,,,,,\n";
    bytes.splice(header..header, row.iter().copied());
    // A later quote would close it; rows of thirty fields do not come out of that, so the damage shows.
    let last = b"2,S (SDN),2,Entity,CUBA,LAST,,,,,,,,,,,,,,,,,,,,,,,\n";
    let plain = [&bytes[..header], row.as_slice(), last.as_slice()].concat();
    let (_folder, path) = temporary("list.csv", &plain);
    let (entries, summary) = read_path(&path).unwrap();
    assert_eq!(entries[0].party.caption(), "LAST");
    assert_eq!(
        reasons(&summary),
        ["2: a quote opened on this line never closes"]
    );
}

#[test]
fn hostile_quotes_cost_linear_time() {
    let header = csl().split(|&b| b == b'\n').next().unwrap().to_vec();
    let mut bytes = header;
    bytes.push(b'\n');
    bytes.extend_from_slice("a,\"b\"c,\"\n".repeat(200_000).as_bytes());
    let (_folder, path) = temporary("list.csv", &bytes);
    let (entries, summary) = read_path(&path).unwrap();
    assert!(entries.is_empty());
    assert!(summary.rejected.len() <= 10_001);
}

#[test]
fn rejections_are_bounded() {
    let header = csl().split(|&b| b == b'\n').next().unwrap().to_vec();
    let bytes = [header, b"\n".to_vec(), b"x,y\n".repeat(30_000)].concat();
    let (_folder, path) = temporary("list.csv", &bytes);
    let (_, summary) = read_path(&path).unwrap();
    assert_eq!(summary.rejected.len(), 10_001);
    assert!(summary.rejected[10_000].reason.starts_with("20000 more"));
}

#[test]
fn binary_junk_and_empty_files_are_no_lists() {
    for bytes in [
        b"".as_slice(),
        b"\0\x01\x02\xff\xfe\xfd\x80",
        b"\x1f\x8b\x08\x00junk",
        b"\x28\xb5\x2f\xfdjunk",
    ] {
        let (_folder, path) = temporary("list.xml", bytes);
        assert!(
            matches!(lists::detect(&path), Err(ListError::NotAList { .. })),
            "{bytes:?}"
        );
    }
    assert!(matches!(
        lists::detect(Path::new("no/such/file")),
        Err(ListError::Io { .. })
    ));
    assert!(lists::detect(Path::new(env!("CARGO_MANIFEST_DIR"))).is_err());
}
