//! A company that no list names is held because of who owns it, with the chain shown.

use std::path::Path;

use crate::{interdict, run, stderr, stdout};

/// Lines of statements as the Beneficial Ownership Data Standard 0.4 writes them.
fn bods(lines: &[(&str, &str, &str)]) -> String {
    let statements: Vec<String> = lines
        .iter()
        .map(|(record, kind, details)| {
            format!(
                "{{\"statementId\":\"s-{record}\",\"declarationSubject\":\"{record}\",\"statementDate\":\"2026-01-10\",\
                 \"recordId\":\"{record}\",\"recordStatus\":\"new\",\"recordType\":\"{kind}\",\"publicationDetails\":\
                 {{\"publicationDate\":\"2026-01-10\",\"bodsVersion\":\"0.4\",\"publisher\":{{\"name\":\"Example Register\"}}}},\
                 \"recordDetails\":{{\"isComponent\":false,{details}}}}}"
            )
        })
        .collect();
    format!("[\n{}\n]\n", statements.join(",\n"))
}

fn entity(name: &str, country: &str, more: &str) -> String {
    format!(
        "\"entityType\":{{\"type\":\"registeredEntity\"}},\"name\":\"{name}\",\"jurisdiction\":{{\"code\":\"{country}\"}}{more}"
    )
}

fn owns(owner: &str, owned: &str, percent: u32) -> String {
    format!(
        "\"subject\":\"{owned}\",\"interestedParty\":\"{owner}\",\"interests\":[{{\"type\":\"shareholding\",\
         \"directOrIndirect\":\"direct\",\"share\":{{\"exact\":{percent}}}}}]"
    )
}

/// A listed holding owns 60 % of a Cypriot company that owns half of one in Dubai, and 20 % of one in Turkey.
fn write_case(folder: &Path) {
    for part in ["lists", "records"] {
        std::fs::create_dir_all(folder.join(part)).unwrap();
    }
    std::fs::write(
        folder.join("lists/sdn.ftm.json"),
        "{\"id\":\"made-1\",\"schema\":\"Company\",\"datasets\":[\"us_ofac_sdn\"],\"properties\":{\"name\":[\"Zarnitsa Korvet \
         Holding\"],\"country\":[\"ru\"],\"leiCode\":[\"5493001KJTIIGC8Y1R12\"]}}\n",
    )
    .unwrap();
    let lei = ",\"identifiers\":[{\"scheme\":\"XI-LEI\",\"id\":\"5493001KJTIIGC8Y1R12\"}]";
    let lines = [
        ("e-1", "entity", entity("ZK Holding JSC", "RU", lei)),
        ("e-2", "entity", entity("Melitera Shipping Ltd", "CY", "")),
        ("e-3", "entity", entity("Quortex Avionics FZE", "AE", "")),
        ("e-4", "entity", entity("Bravotek Elektronik AS", "TR", "")),
        ("r-1", "relationship", owns("e-1", "e-2", 60)),
        ("r-2", "relationship", owns("e-2", "e-3", 50)),
        ("r-3", "relationship", owns("e-1", "e-4", 20)),
    ];
    let lines: Vec<(&str, &str, &str)> = lines
        .iter()
        .map(|(record, kind, details)| (*record, *kind, details.as_str()))
        .collect();
    std::fs::write(folder.join("lists/owners.json"), bods(&lines)).unwrap();
    std::fs::write(
        folder.join("records/trade.csv"),
        "RECORD_ID,SUPPLIER_NAME,IMPORTER_NAME,IMPORTER_COUNTRY,PRODUCT_DESCRIPTION,HS_CODE,DESTINATION_COUNTRY\n\
         owned,Sender Goods Co,Quortex Avionics FZE,AE,cotton shirts,610510,AE\n\
         partly,Sender Goods Co,Bravotek Elektronik AS,TR,cotton shirts,610510,TR\n\
         other,Sender Goods Co,Bellflower Textiles GmbH,DE,cotton shirts,610510,DE\n",
    )
    .unwrap();
}

#[test]
fn a_company_of_a_listed_owner_is_held_with_the_chain() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let home = folder.path().join("home");
    write_case(&case);
    let brief = |home: &Path| -> serde_json::Value {
        let output = run(
            interdict(home)
                .args(["--format", "json", "investigate"])
                .arg(&case),
            0,
        );
        serde_json::from_str(&stdout(&output)).unwrap()
    };
    let first = brief(&home);
    assert_eq!(first["read"]["ownership"][0]["statements"], 7);
    assert_eq!(first["read"]["skipped"], serde_json::json!([]));
    let shipments = first["shipments"].as_array().unwrap();
    assert_eq!(shipments.len(), 1, "{shipments:#?}");
    let finding = &shipments[0]["finding"];
    assert_eq!(finding["row_id"], "owned");
    assert_eq!(finding["disposition"], "hold");
    let gates = finding["gates"].as_array().unwrap();
    assert_eq!(gates.len(), 1, "{gates:#?}");
    assert_eq!(gates[0]["id"], "P02");
    let reason = gates[0]["reason"].as_str().unwrap();
    for words in [
        "\"ZK Holding JSC\" (us_ofac_sdn:made-1, by LEI 5493001KJTIIGC8Y1R12) holds 60 % of \"Melitera Shipping Ltd\"",
        "; \"Melitera Shipping Ltd\" holds 50 % of \"Quortex Avionics FZE\"",
        "owners.json:",
    ] {
        assert!(reason.contains(words), "{reason}");
    }
    let source = gates[0]["source"].as_str().unwrap();
    assert!(
        source.starts_with("OFAC 50 Percent Rule (us.ofac.50pct, in force since 2014-08-13)"),
        "{source}"
    );
    // The party of the brief is the owned company, with the chain as its listing's remarks.
    let listing = &first["parties"][0]["listings"][0];
    assert_eq!(listing["listing"]["list"], "ownership");
    assert!(
        listing["listing"]["remarks"]
            .as_str()
            .unwrap()
            .contains("Melitera")
    );

    // Again: the same brief from what is there, and a sound ledger.
    let mut again = brief(&home);
    assert_eq!(again["read"]["ownership"][0]["new"], false);
    again["read"] = first["read"].clone();
    assert_eq!(again, first);
    run(interdict(&home).arg("verify"), 0);
    let replayed = stdout(&run(
        interdict(&home).args(["--format", "json", "replay"]),
        0,
    ));
    let replayed: serde_json::Value = serde_json::from_str(&replayed).unwrap();
    assert_eq!(replayed["same"], 1, "{replayed:#?}");

    // The page a person reads.
    let page = stdout(&run(interdict(&home).arg("investigate").arg(&case), 0));
    let page: String = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(page.contains("holds 60 % of"), "{page}");
}

#[test]
fn a_minority_holding_raises_a_flag_and_holds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let home = folder.path().join("home");
    write_case(&case);
    let import = run(
        interdict(&home)
            .args(["lists", "import"])
            .arg(case.join("lists")),
        0,
    );
    assert!(
        stderr(&import).contains("7 statements of who owns whom"),
        "{}",
        stderr(&import)
    );
    let output = run(
        interdict(&home)
            .args(["--format", "ndjson", "screen"])
            .arg(case.join("records/trade.csv")),
        0,
    );
    let findings: Vec<serde_json::Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |row: &str| {
        findings
            .iter()
            .find(|finding| finding["row_id"] == row)
            .unwrap()
    };
    assert_eq!(of("owned")["disposition"], "hold");
    let partly = of("partly");
    assert_ne!(partly["disposition"], "hold");
    assert_eq!(partly["flags"][0]["id"], "P03");
    assert_eq!(partly["flags"][0]["evidence"]["listed_owners_hold"], "20 %");
    assert!(
        partly["versions"]["ownership"]
            .as_str()
            .unwrap()
            .starts_with("rules 2026")
    );
    assert_eq!(of("other")["flags"], serde_json::json!([]));
    // `match` finds owned companies too.
    let found = stdout(&run(
        interdict(&home).args(["--format", "ndjson", "match", "Quortex Avionics FZE"]),
        0,
    ));
    assert!(found.contains("\"dataset\":\"ownership\""), "{found}");
}
