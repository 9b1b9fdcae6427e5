//! Commands, formats and exit codes that other people's scripts rely on.

use std::io::Write;
use std::process::Stdio;

use arrow::array::AsArray;
use serde_json::Value;

use crate::{interdict, run, stderr, stdout, write_list, write_records};

fn home_with_list() -> (tempfile::TempDir, tempfile::TempDir) {
    let (case, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_list(case.path(), 100);
    write_records(case.path(), 300);
    run(
        interdict(home.path())
            .args(["lists", "import"])
            .arg(case.path().join("lists")),
        0,
    );
    (case, home)
}

#[test]
fn lists_prints_the_contract_and_importing_twice_adds_nothing() {
    let (case, home) = home_with_list();
    let lists = |home: &std::path::Path| -> Value {
        serde_json::from_str(&stdout(&run(
            interdict(home).args(["--format", "json", "lists"]),
            0,
        )))
        .unwrap()
    };
    let first = lists(home.path());
    let list = &first[0];
    assert_eq!(
        (&list["parties"], &list["names"], &list["rejected"]),
        (&100.into(), &100.into(), &0.into())
    );
    assert_eq!(
        list.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["list", "version", "parties", "names", "rejected", "hash"]
    );
    let before = stdout(&run(interdict(home.path()).arg("verify"), 0));
    run(
        interdict(home.path())
            .args(["lists", "import"])
            .arg(case.path().join("lists")),
        0,
    );
    assert_eq!(lists(home.path()), first);
    assert_eq!(
        stdout(&run(interdict(home.path()).arg("verify"), 0)),
        before
    );
}

#[test]
fn match_prints_one_line_for_each_query() {
    let (_case, home) = home_with_list();
    let mut child = interdict(home.path())
        .args(["match", "--input", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let queries = "{\"id\":\"q1\",\"schema\":\"Company\",\"properties\":{\"name\":[\"brabrabra instruments 0\"]}}\n\
                   broken\n\
                   {\"id\":\"q2\",\"schema\":\"Company\",\"properties\":{\"name\":[\"Orchard Bakery\"]}}\n";
    child
        .stdin
        .take()
        .unwrap()
        .write_all(queries.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let lines: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["query_id"], "q1");
    let best = &lines[0]["matches"][0];
    assert!(
        best["entity_id"].as_str().unwrap().ends_with("made-0"),
        "{best}"
    );
    assert_eq!(best["match"], true);
    assert!(
        best["score"].as_f64().unwrap() > 0.5
            && best["probability"].is_f64()
            && best["features"].is_object()
    );
    assert!(!best["explanation"].as_array().unwrap().is_empty());
    assert_eq!(
        (
            &lines[1]["query_id"],
            lines[1]["matches"].as_array().unwrap().len()
        ),
        (&"q2".into(), 0)
    );
    assert!(
        stderr(&output).contains("refused: -:2"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn compare_keeps_the_columns_and_is_symmetric() {
    let home = tempfile::tempdir().unwrap();
    let mut pairs = tempfile::NamedTempFile::new().unwrap();
    let rows = "id,schema,name1,name2\n1,Company,Tekhkrim LLC,ООО Техкрим\n2,Company,ООО Техкрим,Tekhkrim LLC\n\
                3,Person,Ivan Petrov,Maria Lopez\n";
    pairs.write_all(rows.as_bytes()).unwrap();
    let output = stdout(&run(
        interdict(home.path())
            .args(["compare", "--input"])
            .arg(pairs.path()),
        0,
    ));
    let mut reader = csv::Reader::from_reader(output.as_bytes());
    assert_eq!(
        reader.headers().unwrap().iter().collect::<Vec<_>>(),
        [
            "id",
            "schema",
            "name1",
            "name2",
            "score",
            "probability",
            "match",
            "explanation"
        ]
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows[0][4], rows[1][4], "symmetric");
    assert_eq!((&rows[0][6], &rows[2][6]), ("true", "false"));
}

#[test]
fn screen_prints_every_row_once_and_fail_on_sets_the_exit_code() {
    let (case, home) = home_with_list();
    let records = case.path().join("records/trade.csv");
    let output = run(interdict(home.path()).arg("screen").arg(&records), 0);
    let rows: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rows.len(), 300);
    assert!(
        stderr(&output).contains("read `SUPPLIER_NAME` as consignor"),
        "{}",
        stderr(&output)
    );
    let first = &rows[0];
    for key in [
        "row_id",
        "file",
        "row",
        "disposition",
        "score",
        "probability",
        "rank",
        "gates",
        "flags",
        "goods",
        "parties",
        "missing",
        "innocent",
        "clears",
        "versions",
    ] {
        assert!(!first[key].is_null(), "{key} in {first}");
    }
    assert_eq!(
        (&first["rank"], &first["disposition"]),
        (&1.into(), &"hold".into())
    );
    assert_eq!(
        rows.iter()
            .filter(|row| row["disposition"] == "hold")
            .count(),
        3
    );
    run(
        interdict(home.path())
            .args(["screen", "--fail-on", "hold"])
            .arg(&records),
        1,
    );
    let csv = case.path().join("findings.csv");
    run(
        interdict(home.path())
            .arg("screen")
            .arg(&records)
            .arg("--output")
            .arg(&csv),
        0,
    );
    assert_eq!(csv::Reader::from_path(&csv).unwrap().records().count(), 300);
}

/// Parquet holds the findings that NDJSON holds, row for row, and nothing half written is left behind.
#[test]
fn screen_writes_parquet_with_the_rows_of_ndjson() {
    let (case, home) = home_with_list();
    let records = case.path().join("records/trade.csv");
    let ndjson = run(interdict(home.path()).arg("screen").arg(&records), 0);
    let path = case.path().join("findings.parquet");
    run(
        interdict(home.path())
            .arg("screen")
            .arg(&records)
            .arg("--output")
            .arg(&path),
        0,
    );
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(
        std::fs::File::open(&path).unwrap(),
    )
    .unwrap()
    .build()
    .unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let text = |name: &str| {
            let column = batch.column_by_name(name).unwrap();
            column.as_string::<i32>().clone()
        };
        let (ids, dispositions) = (text("row_id"), text("disposition"));
        for row in 0..batch.num_rows() {
            rows.push((
                ids.value(row).to_string(),
                dispositions.value(row).to_string(),
            ));
        }
    }
    let expect: Vec<(String, String)> = stdout(&ndjson)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap().to_string();
            (text("row_id"), text("disposition"))
        })
        .collect();
    assert_eq!((rows.len(), &rows), (300, &expect));
    let left: Vec<_> = std::fs::read_dir(case.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name.to_string_lossy().ends_with(".part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn read_prints_claims_whose_offsets_point_at_the_quote() {
    let (home, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let page = folder.path().join("page.txt");
    std::fs::write(
        &page,
        "The Treasury said on Friday that a Chinese company had shipped drone engines to Russia. \
         Officials said they had not seen any indication that Beijing had decided to send lethal aid to Russia.\n",
    )
    .unwrap();
    let text = stdout(&run(
        interdict(home.path()).args(["read", "--text"]).arg(&page),
        0,
    ));
    let claims = stdout(&run(interdict(home.path()).arg("read").arg(&page), 0));
    let claims: Vec<Value> = claims
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(!claims.is_empty());
    for claim in &claims {
        let (start, end) = (
            claim["start"].as_u64().unwrap() as usize,
            claim["end"].as_u64().unwrap() as usize,
        );
        assert_eq!(&text[start..end], claim["quote"].as_str().unwrap());
    }
    assert!(
        claims
            .iter()
            .any(|claim| claim["factuality"] == "not_observed"),
        "{claims:#?}"
    );
}

#[test]
fn help_teaches_and_wrong_arguments_exit_with_2() {
    let home = tempfile::tempdir().unwrap();
    let help = stdout(&run(interdict(home.path()).arg("--help"), 0));
    for word in [
        "investigate",
        "lists",
        "match",
        "compare",
        "screen",
        "read",
        "verify",
        "Exit codes",
    ] {
        assert!(help.contains(word), "{word}");
    }
    run(interdict(home.path()).arg("no-such-command"), 2);
    run(
        interdict(home.path()).args(["match", "X", "--threshold", "7"]),
        2,
    );
    run(interdict(home.path()).args(["match", "X"]), 2);
}
