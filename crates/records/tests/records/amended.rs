//! Rows that give a line of a declaration again.

use crate::common::read;

const HEAD: &str = "Declaration No,Item No,Date,Amendment No,Shipper,Consignee,Goods,Net kg\n";

#[track_caller]
fn check(rows: &str, expect: &[&str]) {
    let got = read(format!("{HEAD}{rows}").as_bytes());
    assert_eq!(got.reasons(), expect);
    assert_eq!(
        got.shipments.len(),
        rows.lines().count(),
        "every row is kept"
    );
    assert_eq!(got.outcome.unwrap().superseded, expect.len() as u64);
}

const LATER: &str = "gives the same line of the declaration in a later version";

#[test]
fn a_later_version_supersedes_the_row_before() {
    check(
        "D1,1,2023-01-02,,A,B,tiles,5\nD1,2,2023-01-02,,A,B,tiles,5\nD1,1,2023-02-01,,A,B,tiles,7\n",
        &[&format!("2 declaration_no: superseded: row 4 {LATER}")],
    );
    check(
        "D1,1,2023-01-02,1,A,B,tiles,5\nD1,1,2023-01-02,0,A,B,tiles,4\n",
        &[&format!("3 declaration_no: superseded: row 2 {LATER}")],
    );
    check(
        "10702070/120323/3112345,1,,,A,B,tiles,5\n10702070/120323/3112345/01,1,,,A,B,tiles,6\n",
        &[&format!("2 declaration_no: superseded: row 3 {LATER}")],
    );
    check(
        "D1,1,2023-01-02,,A,B,tiles,5\nD1,1,2023-01-02,,A,B,tiles,5\n",
        &["3 declaration_no: superseded: repeats row 2"],
    );
}

#[test]
fn rows_that_only_share_a_number_are_left_alone() {
    for rows in [
        // Parts of one item, other parties, no item number and other goods, a date that is missing.
        "D1,1,2023-01-02,,A,B,tiles,5\nD1,1,2023-01-02,,A,B,bricks,9\n",
        "D1,1,2023-01-02,,A,B,tiles,5\nD1,1,2024-01-02,,A,C,tiles,5\n",
        "D1,,2023-01-02,,A,B,tiles,5\nD1,,2023-02-02,,A,B,bricks,5\n",
        "D1,0,2023-01-02,,A,B,tiles,5\nD1,0,2023-01-02,,A,B,tiles,9\n",
        "D1,1,2023-01-02,,A,B,tiles,5\nD1,1,,,A,B,tiles,9\n",
    ] {
        check(rows, &[]);
    }
    // A bill of lading covers many lines and is no declaration.
    let got = read(
        b"Bill of lading,Item No,Date,Shipper,Consignee,Goods\nBL1,1,2023-01-02,A,B,tiles\nBL1,1,2023-02-02,A,B,tiles\n",
    );
    assert_eq!(got.reasons(), Vec::<String>::new());
    assert_eq!(got.shipments[0].row_id, "BL1/1");
}
