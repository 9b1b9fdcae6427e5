//! `match --input`: queries by the thousand, answered in their order, as they come, in bounded memory.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::Value;

use crate::{interdict, run, stderr, stdout, syllables, write_list};

fn home_with_list() -> (tempfile::TempDir, tempfile::TempDir) {
    let (case, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_list(case.path(), 500);
    run(
        interdict(home.path())
            .args(["lists", "import"])
            .arg(case.path().join("lists")),
        0,
    );
    (case, home)
}

fn query(number: usize) -> String {
    format!(
        "{{\"id\":\"q{number}\",\"schema\":\"Company\",\"properties\":{{\"name\":[\"{} Instruments {} LLC\"]}}}}\n",
        syllables(number % 500),
        number % 500
    )
}

#[test]
fn a_batch_keeps_its_order_over_many_chunks_and_counts_what_it_refused() {
    let (case, home) = home_with_list();
    let path = case.path().join("queries.ndjson");
    let mut lines = String::from("\u{feff}");
    for number in 0..10_000 {
        lines.push_str(&query(number));
        match number {
            4_095 => lines.push_str("\r\n   \n{\"properties\":{}}\n"),
            9_000 => lines.push_str(&format!("{}\n", "x".repeat(2 << 20))),
            _ => {}
        }
    }
    // The last line has no line break.
    std::fs::write(&path, lines.trim_end()).unwrap();
    let output = run(
        interdict(home.path()).args(["match", "--input"]).arg(&path),
        0,
    );
    let answers: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 10_000);
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(answer["query_id"], format!("q{number}"));
        let best = answer["matches"][0]["entity_id"].as_str().unwrap();
        assert!(
            best.ends_with(&format!("made-{}", number % 500)),
            "{answer}"
        );
    }
    let said = stderr(&output);
    for part in [
        "queries.ndjson:4099: no name and no identifier",
        "queries.ndjson:9005: not a FollowTheMoney query",
        "2 of 10004 queries refused",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_program_may_ask_read_the_answer_and_ask_again() {
    let (_case, home) = home_with_list();
    let mut child = interdict(home.path())
        .args(["match", "--input", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut asks = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for number in [7, 3, 7] {
        asks.write_all(query(number).as_bytes()).unwrap();
        asks.flush().unwrap();
        // Would wait for ever if answers came only with a full chunk or at the end.
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["query_id"], format!("q{number}"));
    }
    drop(asks);
    assert!(answers.next().is_none());
    assert!(child.wait().unwrap().success());
}

#[cfg(target_os = "linux")]
#[test]
fn interrupted_it_leaves_complete_lines_and_holds_little_however_long_the_input() {
    let (_case, home) = home_with_list();
    let mut child = interdict(home.path())
        .args(["match", "--input", "-", "--threshold", "0"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut asks = child.stdin.take().unwrap();
    let asking = std::thread::spawn(move || {
        // Until the program is gone.
        (0..)
            .take_while(|number| asks.write_all(query(*number).as_bytes()).is_ok())
            .count()
    });
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    for _ in 0..20_000 {
        text.clear();
        answers.read_line(&mut text).unwrap();
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(kilobytes < 300_000, "{kilobytes} kB");
    run(
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]),
        0,
    );
    // As a reader that falls behind does: what is written when the signal comes is still written to its end.
    loop {
        text.clear();
        if answers.read_line(&mut text).unwrap() == 0 {
            break;
        }
        assert!(text.ends_with("}\n"), "cut: {text}");
        serde_json::from_str::<Value>(&text).unwrap();
    }
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(asking.join().unwrap() > 20_000);
}
