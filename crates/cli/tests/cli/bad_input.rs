//! Bad input gives a message that says which file, where and what to do, a documented exit code, and a home that still
//! works. What a single reader does with its own format is tested beside that reader.

use std::path::Path;

use crate::{interdict, run, stderr, stdout, write_list, write_records};

/// Writes `bytes` to `case/sub/name`.
fn put(case: &Path, sub: &str, name: &str, bytes: &[u8]) {
    std::fs::create_dir_all(case.join(sub)).unwrap();
    std::fs::write(case.join(sub).join(name), bytes).unwrap();
}

/// A case with one sound list and one sound record file beside what is bad.
fn case() -> tempfile::TempDir {
    let case = tempfile::tempdir().unwrap();
    write_list(case.path(), 50);
    write_records(case.path(), 200);
    case
}

/// Investigates a case with one bad file: the run goes on, says `expect` of the file, and the home still works.
#[track_caller]
fn check(sub: &str, name: &str, bytes: &[u8], expect: &str) {
    let (case, home) = (case(), tempfile::tempdir().unwrap());
    put(case.path(), sub, name, bytes);
    let brief = stdout(&run(
        interdict(home.path())
            .args(["--format", "json", "investigate"])
            .arg(case.path()),
        0,
    ));
    let brief: serde_json::Value = serde_json::from_str(&brief).unwrap();
    let read = &brief["read"];
    let told: Vec<String> = ["rejected", "skipped"]
        .iter()
        .flat_map(|key| read[key].as_array().unwrap())
        .filter(|rejected| rejected["file"].as_str().unwrap().contains(name))
        .map(|rejected| rejected["reason"].as_str().unwrap().to_string())
        .collect();
    assert!(
        told.iter().any(|reason| reason.contains(expect)),
        "{name}: expected {expect:?} in {told:?}"
    );
    assert_eq!(
        brief["shipments"].as_array().unwrap().len(),
        2,
        "the sound records are screened all the same"
    );
    run(interdict(home.path()).arg("verify"), 0);
}

#[test]
fn a_truncated_xml_list_is_reported_and_the_rest_is_read() {
    let xml = b"<?xml version=\"1.0\"?><sdnList xmlns=\"http://tempuri.org/sdnList.xsd\"><publshInformation><Publish_Date>\
        05/07/2024</Publish_Date></publshInformation><sdnEntry><uid>1</uid><lastName>KLASS</lastName><sdnType>Entity</sdnType>\
        </sdnEntry><sdnEntry><uid>2</uid><lastNa";
    check("lists", "cut.xml", xml, "");
}

#[test]
fn entities_are_never_expanded() {
    let mut xml = String::from("<?xml version=\"1.0\"?><!DOCTYPE sdnList [<!ENTITY a \"ha\">");
    for (name, of) in ["b", "c", "d", "e", "f", "g", "h", "i"]
        .iter()
        .zip(["a", "b", "c", "d", "e", "f", "g", "h"])
    {
        xml.push_str(&format!(
            "<!ENTITY {name} \"{}\">",
            format!("&{of};").repeat(10)
        ));
    }
    xml.push_str("<!ENTITY x SYSTEM \"file:///etc/passwd\">]><sdnList xmlns=\"http://tempuri.org/sdnList.xsd\"><sdnEntry>\
        <uid>1</uid><lastName>&i;&x;</lastName><sdnType>Entity</sdnType></sdnEntry></sdnList>");
    let (case, home) = (case(), tempfile::tempdir().unwrap());
    put(case.path(), "lists", "laughs.xml", xml.as_bytes());
    let brief = stdout(&run(
        interdict(home.path())
            .args(["--format", "json", "investigate"])
            .arg(case.path()),
        0,
    ));
    assert!(brief.contains("laughs.xml"), "the file is named");
    assert!(
        !brief.contains("hahaha") && !brief.contains("root:"),
        "nothing was expanded"
    );
}

#[test]
fn an_empty_file_is_skipped_with_a_reason() {
    check("lists", "empty.xml", b"", "empty");
    check("records", "empty.csv", b"", "empty");
}

#[test]
fn a_zip_bomb_as_xlsx_is_refused() {
    // A zip whose one member claims 4 GiB - 1 bytes in a few stored ones.
    let mut zip = Vec::new();
    let name = b"xl/worksheets/sheet1.xml";
    let sizes = [0x10_u32.to_le_bytes(), u32::MAX.to_le_bytes()].concat();
    zip.extend_from_slice(b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0");
    zip.extend_from_slice(&sizes);
    zip.extend_from_slice(&[name.len() as u8, 0, 0, 0]);
    zip.extend_from_slice(name);
    zip.extend_from_slice(&[0; 16]);
    let central = zip.len() as u32;
    zip.extend_from_slice(b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0");
    zip.extend_from_slice(&sizes);
    zip.extend_from_slice(&[
        name.len() as u8,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
    ]);
    zip.extend_from_slice(name);
    let size = zip.len() as u32 - central;
    zip.extend_from_slice(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    zip.extend_from_slice(&size.to_le_bytes());
    zip.extend_from_slice(&central.to_le_bytes());
    zip.extend_from_slice(&[0, 0]);
    check("records", "bomb.xlsx", &zip, "");
}

#[test]
fn a_folder_without_anything_readable_is_an_error_that_says_what_is_expected() {
    let (case, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let output = run(
        interdict(home.path()).arg("investigate").arg(case.path()),
        2,
    );
    assert!(
        stderr(&output).contains("expected lists/, records/ or reports/"),
        "{}",
        stderr(&output)
    );
    let output = run(
        interdict(home.path())
            .arg("investigate")
            .arg(case.path().join("missing")),
        2,
    );
    assert!(
        stderr(&output).contains("is not a folder"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_line_of_100_mb_is_refused_in_bounded_memory() {
    check("records", "line.csv", &[b'x'; 100 << 20], "");
}

#[test]
fn a_home_that_cannot_be_written_says_so() {
    let case = case();
    let file = case.path().join("not-a-folder");
    std::fs::write(&file, "x").unwrap();
    let output = run(interdict(&file).arg("investigate").arg(case.path()), 2);
    assert!(stderr(&output).contains("--home"), "{}", stderr(&output));
}

#[test]
fn a_locked_home_says_so_and_works_once_free() {
    let (case, home) = (case(), tempfile::tempdir().unwrap());
    run(
        interdict(home.path()).arg("investigate").arg(case.path()),
        0,
    );
    let lock = rusqlite::Connection::open(home.path().join("ledger.sqlite")).unwrap();
    lock.execute_batch("BEGIN EXCLUSIVE").unwrap();
    put(
        case.path(),
        "records",
        "more.csv",
        b"RECORD_ID,PRODUCT_DESCRIPTION,HS_CODE\nz1,assault rifles,930190\n",
    );
    let output = run(
        interdict(home.path()).arg("investigate").arg(case.path()),
        2,
    );
    assert!(
        stderr(&output).contains("lock") || stderr(&output).contains("another process"),
        "{}",
        stderr(&output)
    );
    lock.execute_batch("ROLLBACK").unwrap();
    run(
        interdict(home.path()).arg("investigate").arg(case.path()),
        0,
    );
    run(interdict(home.path()).arg("verify"), 0);
}
