//! Reads documents (`{"id","date","text"}`, one JSON object a line) from the file named first and writes, to standard
//! output, one line per document: `{"id","claims":[…]}`, as `claim_score.py` takes them. The text is read as it is,
//! so that offsets fit.

use std::io::Write;

use model::Report;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("usage: predict DOCUMENTS.jsonl")?;
    let mut out = std::io::stdout().lock();
    for line in std::fs::read_to_string(path)?
        .lines()
        .filter(|line| !line.trim().is_empty())
    {
        let document: serde_json::Value = serde_json::from_str(line)?;
        let string = |key: &str| document[key].as_str().unwrap_or_default().to_string();
        let date = string("date");
        let date = if date.len() == 8 {
            format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..])
        } else {
            date
        };
        let report = Report {
            report_id: string("id"),
            title: String::new(),
            publisher: String::new(),
            authors: Vec::new(),
            date: date.parse().ok(),
            url: None,
            language: None,
            upstream: Vec::new(),
            text: string("text"),
        };
        let claims = news::claims(&report);
        writeln!(
            out,
            "{}",
            serde_json::json!({"id": report.report_id, "claims": claims})
        )?;
    }
    Ok(())
}
