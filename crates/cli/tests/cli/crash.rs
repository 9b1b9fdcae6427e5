//! A killed process leaves a home that `verify` accepts and that the same command completes.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::{interdict, run, stdout, write_list, write_records};

#[test]
fn killed_at_twenty_moments_the_home_verifies_and_a_rerun_completes() {
    let case = tempfile::tempdir().unwrap();
    write_list(case.path(), 6_000);
    write_records(case.path(), 6_000);
    let brief = |home: &std::path::Path| {
        stdout(&run(
            interdict(home)
                .args(["--format", "json", "investigate"])
                .arg(case.path()),
            0,
        ))
    };

    let undisturbed = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let expected: serde_json::Value = serde_json::from_str(&brief(undisturbed.path())).unwrap();
    let whole = start.elapsed();

    let home = tempfile::tempdir().unwrap();
    let mut killed = 0;
    for moment in 1..=20_u32 {
        // Moments spread over the run, the early ones over its setup; a fixed scramble instead of chance.
        let share = f64::from(moment * 7 % 20 + 1) / 21.0;
        let mut child = interdict(home.path())
            .args(["--format", "json", "investigate"])
            .arg(case.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * share));
        killed += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        run(interdict(home.path()).arg("verify"), 0);
        // Once the whole job is in the ledger a run has less to do: begin again with an empty home.
        if moment % 4 == 0 {
            let mut again: serde_json::Value = serde_json::from_str(&brief(home.path())).unwrap();
            same_but_for_new(&mut again, &expected);
            run(interdict(home.path()).arg("verify"), 0);
            for file in std::fs::read_dir(home.path()).unwrap() {
                let path = file.unwrap().path();
                if path.is_dir() {
                    std::fs::remove_dir_all(path).unwrap();
                } else {
                    std::fs::remove_file(path).unwrap();
                }
            }
        }
    }
    assert!(
        killed >= 5,
        "only {killed} of 20 runs were still going when killed"
    );
}

/// The same brief, except that a list which an earlier run imported is not new.
#[track_caller]
fn same_but_for_new(again: &mut serde_json::Value, expected: &serde_json::Value) {
    for list in again["read"]["lists"].as_array_mut().unwrap() {
        list["new"] = true.into();
    }
    assert_eq!(again, expected);
}
