//! The binary, run as a user runs it. Each module is one promise of the command contract.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bad_input;
mod batch;
mod contract;
mod crash;
mod examples;
mod owners;
mod screening;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The repository's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// `interdict --home HOME`, run in the repository's root with nothing of the caller's environment that changes output.
fn interdict(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_interdict"));
    command
        .current_dir(root())
        .env_remove("INTERDICT_HOME")
        .env("NO_COLOR", "1")
        .arg("--home")
        .arg(home);
    command
}

/// Runs a command and checks its exit code; prints both streams when it differs.
#[track_caller]
fn run(command: &mut Command, code: i32) -> Output {
    let output = command.output().expect("the binary runs");
    assert_eq!(
        output.status.code(),
        Some(code),
        "{command:?}\n--- stdout\n{}\n--- stderr\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("stdout is UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// An FtM list of `count` made-up companies in `folder/lists`.
fn write_list(folder: &Path, count: usize) {
    std::fs::create_dir_all(folder.join("lists")).unwrap();
    let lines: String = (0..count)
        .map(|number| {
            format!(
                "{{\"id\":\"made-{number}\",\"schema\":\"Company\",\"datasets\":[\"made_up\"],\"properties\":{{\"name\":[\"{} \
                 Instruments {number} LLC\"],\"country\":[\"ru\"]}}}}\n",
                syllables(number)
            )
        })
        .collect();
    std::fs::write(folder.join("lists/made_up.ftm.json"), lines).unwrap();
}

/// `count` rows of trade in `folder/records`, every hundredth of them rifles to a listed company.
fn write_records(folder: &Path, count: usize) {
    std::fs::create_dir_all(folder.join("records")).unwrap();
    let mut rows = String::from(
        "RECORD_ID,SUPPLIER_NAME,IMPORTER_NAME,PRODUCT_DESCRIPTION,HS_CODE,DESTINATION_COUNTRY\n",
    );
    for number in 0..count {
        if number % 100 == 0 {
            let name = syllables(number % 1000);
            rows.push_str(&format!("r{number},Sender {name} Co,{name} Instruments {number} LLC,assault rifles,930190,RU\n"));
        } else {
            rows.push_str(&format!(
                "r{number},Sender {} Co,Buyer {} GmbH,cotton shirts,610510,DE\n",
                number % 97,
                number % 89
            ));
        }
    }
    std::fs::write(folder.join("records/trade.csv"), rows).unwrap();
}

/// A made-up word for a number; different numbers below 8,000 give different words.
fn syllables(number: usize) -> String {
    const SYLLABLES: [&str; 20] = [
        "bra", "cor", "dil", "fen", "gol", "hup", "jar", "kim", "lod", "mer", "nax", "pol", "qui",
        "ruz", "sab", "tev", "vil", "wok", "yan", "zed",
    ];
    format!(
        "{}{}{}",
        SYLLABLES[number / 400 % 20],
        SYLLABLES[number / 20 % 20],
        SYLLABLES[number % 20]
    )
}
