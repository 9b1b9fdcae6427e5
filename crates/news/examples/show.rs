//! Reads pages named on the command line and writes what was read of each: title, publisher, credits, text, claims.

use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    let mut reports = Vec::new();
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        let (read, rejected) = news::read_page(&news::Page {
            path: &path,
            bytes: &bytes,
        })?;
        writeln!(out, "== {path}, {} rejected", rejected.len())?;
        for report in read {
            let claims = news::claims(&report);
            writeln!(
                out,
                "{} | {} | credits {:?}",
                report.title, report.publisher, report.upstream
            )?;
            for claim in &claims {
                let names = |actors: &[model::Actor]| {
                    let names: Vec<&str> = actors.iter().map(|actor| actor.name.as_str()).collect();
                    names.join("; ")
                };
                let goods: Vec<&str> = claim
                    .goods
                    .iter()
                    .map(|goods| goods.text.as_str())
                    .collect();
                writeln!(
                    out,
                    "{:?} {:?} | {} -> {} | {} | via {} | {} | {} / {} | {}",
                    claim.event,
                    claim.factuality,
                    names(&claim.supplier),
                    names(&claim.recipient),
                    goods.join("; "),
                    claim.via.join("; "),
                    claim.source.join(" < "),
                    claim.time,
                    claim.due,
                    claim.quote
                )?;
            }
            writeln!(out, "--\n{}\n", report.text)?;
            reports.push((report, claims));
        }
    }
    let reports: Vec<(&model::Report, &[model::Claim])> = reports
        .iter()
        .map(|(report, claims)| (report, claims.as_slice()))
        .collect();
    for group in news::fold_copies(&reports) {
        writeln!(
            out,
            "group {:?} of {} ({:.2})",
            group.members, group.representative, group.containment
        )?;
    }
    Ok(())
}
