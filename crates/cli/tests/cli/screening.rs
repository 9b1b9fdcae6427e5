//! Trade records as a whole: what rows say of each other, cases, budgets, and findings made again.

use serde_json::Value;

use crate::{interdict, run, stderr, stdout, write_list, write_records};

/// A list of one company and a year of trade: an earlier supplier that is listed, its successor, two legs through a hub,
/// and parts of a drone one by one; ordinary rows around them.
fn network(folder: &std::path::Path) -> std::path::PathBuf {
    std::fs::create_dir_all(folder.join("lists")).unwrap();
    std::fs::write(
        folder.join("lists/one.ftm.json"),
        "{\"id\":\"one-1\",\"schema\":\"Company\",\"datasets\":[\"one\"],\"properties\":{\"name\":[\"Vexatrom Microelectronics \
         Limited\"],\"country\":[\"hk\"]}}\n",
    )
    .unwrap();
    let mut rows = String::from(
        "RECORD_ID,DATE,SUPPLIER_NAME,IMPORTER_NAME,PRODUCT_DESCRIPTION,HS_CODE,ORIGIN,DISPATCH_COUNTRY,DESTINATION_COUNTRY,\
         QUANTITY,UNIT\n",
    );
    for number in 0..200 {
        rows.push_str(&format!(
            "o{number},202{}-0{}-1{},Sender {} Co,Buyer {} GmbH,cotton shirts,610510,CN,CN,DE,100,pcs\n",
            1 + number % 3,
            1 + number % 9,
            number % 10,
            number % 7,
            number % 11
        ));
    }
    rows.push_str(
        "old1,2022-03-10,Vexatrom Microelectronics Limited,Primer Sborka OOO,processors,854231,CN,HK,RU,500,pcs\n\
         old2,2022-05-10,Vexatrom Microelectronics Limited,Primer Sborka OOO,processors,854231,CN,HK,RU,500,pcs\n\
         new1,2022-06-20,Chain Bright Trading,Primer Sborka OOO,processors,854231,CN,HK,RU,500,pcs\n\
         in1,2023-03-01,Maker Devices,Lale Dis Ticaret,programmable arrays XC7K325T,854239,TW,TW,TR,1000,pcs\n\
         out1,2023-04-05,Lale Dis Ticaret,Primer Sborka OOO,микросхемы XC7K325T-2FFG900I,854239,TW,TR,RU,950,pcs\n",
    );
    let records = folder.join("trade.csv");
    std::fs::write(&records, rows).unwrap();
    records
}

/// The folder of that, a home with the list, and the records.
fn home_with_network() -> (tempfile::TempDir, tempfile::TempDir, std::path::PathBuf) {
    let (case, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let records = network(case.path());
    run(
        interdict(home.path())
            .args(["lists", "import"])
            .arg(case.path().join("lists")),
        0,
    );
    (case, home, records)
}

fn findings(output: &std::process::Output) -> Vec<Value> {
    stdout(output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn flags(findings: &[Value], row: &str) -> Vec<String> {
    let finding = findings
        .iter()
        .find(|finding| finding["row_id"] == row)
        .unwrap_or_else(|| panic!("{row}"));
    finding["flags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|flag| flag["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn rows_are_seen_together() {
    let (_case, home, records) = home_with_network();
    let screened = run(interdict(home.path()).arg("screen").arg(&records), 0);
    let found = findings(&screened);
    assert_eq!(found.len(), 205);
    let has = |row: &str, flag: &str| flags(&found, row).iter().any(|id| id == flag);
    assert!(has("new1", "P09"), "{:?}", flags(&found, "new1"));
    assert!(has("out1", "R04"), "{:?}", flags(&found, "out1"));
    assert!(has("in1", "R04"), "{:?}", flags(&found, "in1"));
    assert!(flags(&found, "o7").is_empty());

    // One case for the receiver: the listed supplier, its successor and the second leg belong together.
    let table = run(
        interdict(home.path())
            .args(["--format", "table", "screen"])
            .arg(&records),
        0,
    );
    let table = stdout(&table);
    assert!(table.starts_with("case 1 hold"), "{table}");
    let first = table.split("\n\n").next().unwrap();
    for row in ["old1", "old2", "new1", "out1"] {
        assert!(first.contains(row), "{row}\n{table}");
    }
}

#[test]
fn a_budget_lets_the_best_cases_through_and_never_releases_a_hold() {
    let (_case, home, records) = home_with_network();
    let count = |budget: &str, disposition: &str| {
        let output = run(
            interdict(home.path())
                .args(["screen", "--budget", budget])
                .arg(&records),
            0,
        );
        findings(&output)
            .iter()
            .filter(|finding| finding["disposition"] == disposition)
            .count()
    };
    let (held, reviewed) = (count("1.0", "hold"), count("1.0", "review"));
    assert!(held >= 2 && reviewed >= 1, "{held} {reviewed}");
    assert_eq!(count("0.005", "hold"), held);
    assert_eq!(count("0.005", "review"), 0);
}

#[test]
fn findings_come_out_the_same_again_even_when_lists_have_changed() {
    let (case, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_list(case.path(), 100);
    write_records(case.path(), 300);
    let import = || {
        run(
            interdict(home.path())
                .args(["lists", "import"])
                .arg(case.path().join("lists")),
            0,
        );
    };
    let replay = || {
        let output = run(
            interdict(home.path()).args(["--format", "json", "replay"]),
            0,
        );
        serde_json::from_str::<Value>(stdout(&output).trim()).unwrap()
    };
    import();
    run(
        interdict(home.path())
            .arg("screen")
            .arg(case.path().join("records/trade.csv")),
        0,
    );
    assert_eq!(replay()["same"], 3);
    // A version with fewer parties: the stored one is used.
    write_list(case.path(), 10);
    import();
    let again = replay();
    assert_eq!(again["same"], 3, "{again}");
    assert_eq!(again["not_possible"], serde_json::json!([]));
    let none = run(interdict(home.path()).args(["replay", &"0".repeat(32)]), 2);
    assert!(stderr(&none).contains("no finding"), "{}", stderr(&none));
}
