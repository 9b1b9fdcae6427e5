//! The brief as text: what a person reads first, in the order in which they would act on it.

use std::fmt::Write as _;

use investigate::{Brief, ClaimBrief, EvidenceKind, PartyBrief, ShipmentBrief};
use model::{Case, Disposition, Event, Factuality, Role};

use crate::terminal::plain;

/// Lines are wrapped to this many columns.
const WIDTH: usize = 110;
/// Columns of the label before an item.
const LABEL: usize = 14;
/// Shipments and claims printed under one party; the JSON holds all.
const PER_PARTY: usize = 5;
/// Rows named under one case.
const PER_CASE: usize = 12;

/// The brief in plain text; `top` parties, shipments and claims in full.
pub(crate) fn brief(brief: &Brief, top: usize, colour: bool) -> String {
    let mut page = Page {
        out: String::new(),
        colour,
    };
    head(&mut page, brief);
    parties(&mut page, brief, top);
    cases(&mut page, brief, top);
    shipments(&mut page, brief, top);
    states(&mut page, brief, top);
    other_claims(&mut page, brief, top);
    unread(&mut page, brief);
    page.out
}

struct Page {
    out: String,
    colour: bool,
}

impl Page {
    fn line(&mut self, indent: usize, text: &str) {
        wrap(&mut self.out, indent, indent, text);
    }

    /// A label in a column of its own, the text wrapped beside it.
    fn item(&mut self, indent: usize, label: &str, text: &str) {
        let column = indent + LABEL;
        let mut first = String::new();
        wrap(&mut first, column, column, text);
        let _ = write!(
            self.out,
            "{:indent$}{}",
            "",
            self.paint("2", &format!("{label:<LABEL$}"))
        );
        self.out.push_str(first.trim_start());
    }

    fn section(&mut self, title: &str) {
        let rule = "─".repeat(WIDTH.saturating_sub(title.chars().count() + 4));
        let text = self.paint("1", &format!("── {title} "));
        let _ = writeln!(self.out, "\n{text}{rule}");
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_string()
        }
    }
}

/// Words of `text` in lines of [`WIDTH`]; wide characters count two columns.
fn wrap(out: &mut String, first_indent: usize, indent: usize, text: &str) {
    let text = plain(text);
    let mut column = first_indent;
    let _ = write!(out, "{:first_indent$}", "");
    let mut at_start = true;
    for word in text.split_whitespace() {
        let width: usize = word
            .chars()
            .map(|c| if c >= '\u{2e80}' { 2 } else { 1 })
            .sum();
        if !at_start && column + 1 + width > WIDTH {
            let _ = write!(out, "\n{:indent$}", "");
            column = indent;
        } else if !at_start {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
        at_start = false;
    }
    out.push('\n');
}

fn head(page: &mut Page, brief: &Brief) {
    let read = &brief.read;
    let title = page.paint("1", "INTERDICT BRIEF");
    let _ = writeln!(page.out, "{title}  {}\n", plain(&brief.folder));
    let parties: u64 = read.lists.iter().map(|list| list.parties).sum();
    let rows: u64 = read.records.iter().map(|file| file.rows).sum();
    let copies = read
        .reports
        .iter()
        .filter(|report| report.copy_of.is_some())
        .count();
    let (hold, review) = (
        read.records.iter().map(|file| file.hold).sum::<u64>(),
        read.records.iter().map(|file| file.review).sum::<u64>(),
    );
    let mut sources = vec![
        format!(
            "{} with {parties} parties",
            count(read.lists.len() as u64, "list")
        ),
        format!(
            "{} with {}",
            count(read.records.len() as u64, "record file"),
            count(rows, "shipment")
        ),
        count(read.reports.len() as u64, "report"),
    ];
    if copies > 0 {
        sources.push(format!("{copies} of them copies or rewrites of another"));
    }
    page.item(0, "Read", &sources.join(" · "));
    if !read.rejected.is_empty() || !read.skipped.is_empty() {
        let text = format!(
            "{} and {} not read: see the end",
            count(read.rejected.len() as u64, "bad record"),
            count(read.skipped.len() as u64, "file")
        );
        page.item(0, "Not read", &text);
    }
    let several = brief
        .parties
        .iter()
        .filter(|party| party.evidence.len() > 1)
        .count();
    let result = format!(
        "{} to hold · {review} to review · {} released · {} · {} with evidence from more than one kind of source",
        count(hold, "shipment"),
        rows.saturating_sub(hold + review),
        count(brief.claims.len() as u64, "claim"),
        if several == 1 {
            "1 party".to_string()
        } else {
            format!("{several} parties")
        }
    );
    page.item(0, "Result", &result);
    page.item(
        0,
        "Read it as",
        "\"consistent with\", never \"guilty\": each finding says why, the innocent explanation, and what would clear it",
    );
}

fn parties(page: &mut Page, brief: &Brief, top: usize) {
    let shown: Vec<_> = brief
        .parties
        .iter()
        .filter(|party| party.kind != "state")
        .collect();
    if shown.is_empty() {
        return;
    }
    page.section(
        "WHAT STANDS OUT: parties, those with evidence from more than one kind of source first",
    );
    for (number, party) in shown.iter().take(top).enumerate() {
        party_entry(page, brief, number + 1, party);
    }
    more(page, shown.len(), top, "parties");
}

fn party_entry(page: &mut Page, brief: &Brief, number: usize, party: &PartyBrief) {
    page.out.push('\n');
    let kinds: Vec<_> = party
        .evidence
        .iter()
        .map(|kind| match kind {
            EvidenceKind::List => "lists",
            EvidenceKind::Shipment => "shipments",
            EvidenceKind::Report => "reports",
        })
        .collect();
    let countries = if party.countries.is_empty() {
        String::new()
    } else {
        format!(" · {}", party.countries.join(", "))
    };
    let name = page.paint("1", &plain(&party.name));
    let _ = writeln!(
        page.out,
        "{number:>3}. {name} · {}{}   [{}]",
        plain(&party.kind.replace('_', " ")),
        plain(&countries),
        kinds.join(" + ")
    );
    if !party.also_written.is_empty() {
        page.item(5, "Also written", &party.also_written.join(" · "));
    }
    for listing in party.listings.iter().take(PER_PARTY) {
        let entry = &listing.entry;
        let mut text = format!("{} {}", entry.listing.list, entry.listing.entry_id);
        if !entry.listing.programmes.is_empty() {
            let _ = write!(text, " · {}", entry.listing.programmes.join(", "));
        }
        if let Some(date) = entry.listing.listed_on {
            let _ = write!(text, " · listed {date}");
        }
        let _ = write!(text, " · \"{}\"", entry.party.caption());
        if listing.score < 1.0 {
            let _ = write!(text, " · name match {:.2}", listing.score);
            if let Some(why) = listing.explanation.first() {
                let _ = write!(text, " ({why})");
            }
        }
        page.item(5, "Listed", &text);
    }
    more_of(page, party.listings.len(), "list entries");
    let of_party: Vec<_> = brief
        .shipments
        .iter()
        .filter(|shipment| party.shipments.contains(&shipment.finding.row_id))
        .collect();
    for shipment in of_party.iter().take(PER_PARTY) {
        page.item(5, "Shipment", &shipment_line(shipment));
    }
    more_of(page, of_party.len(), "shipments");
    if party.released > 0 {
        page.item(
            5,
            "",
            &format!("and {} released", count(party.released, "shipment")),
        );
    }
    let of_party: Vec<_> = brief
        .claims
        .iter()
        .filter(|claim| party.claims.contains(&claim.claim.claim_id))
        .collect();
    for claim in of_party.iter().take(PER_PARTY) {
        claim_item(page, 5, claim);
    }
    more_of(page, of_party.len(), "claims");
    for unknown in party.unknown.iter().take(PER_PARTY) {
        page.item(5, "Unknown", unknown);
    }
}

/// One line for a shipment: rank, disposition, route, goods and code.
fn shipment_line(brief: &ShipmentBrief) -> String {
    let (shipment, finding) = (&brief.shipment, &brief.finding);
    let mut text = format!(
        "#{} {} {}",
        finding.rank,
        finding.disposition.as_str().to_uppercase(),
        finding.row_id
    );
    // Where the row names no country of dispatch, the goods set out from the consignor's.
    let consignor = shipment
        .party(Role::Consignor)
        .and_then(|party| party.country.as_ref());
    let start = shipment.dispatch.as_ref().or(consignor);
    let mut route: Vec<&str> = Vec::new();
    for place in start
        .into_iter()
        .chain(&shipment.transit)
        .chain(&shipment.destination)
    {
        if route.last() != Some(&place.as_str()) {
            route.push(place);
        }
    }
    if !route.is_empty() {
        let _ = write!(text, " · {}", route.join(" → "));
    }
    if let Some(date) = shipment.date {
        let _ = write!(text, " · {date}");
    }
    let goods: String = shipment.goods_text.chars().take(120).collect();
    let _ = write!(text, " · \"{goods}\"");
    if let Some(hs) = &shipment.hs {
        let _ = write!(text, " · declared {hs}");
    }
    text
}

/// Cases of more than one row: what to open as one.
fn cases(page: &mut Page, brief: &Brief, top: usize) {
    let rows = |case: &Case| case.lanes.iter().map(|lane| lane.rows.len()).sum::<usize>();
    let several: Vec<&Case> = brief.cases.iter().filter(|case| rows(case) > 1).collect();
    if several.is_empty() {
        return;
    }
    page.section("CASES of more than one shipment, by rank");
    for case in several.iter().take(top) {
        let why: Vec<String> = case
            .why
            .iter()
            .map(|(reason, rows)| format!("{reason} ×{rows}"))
            .collect();
        let ids: Vec<&str> = case
            .lanes
            .iter()
            .flat_map(|lane| &lane.rows)
            .map(|row| row.row_id.as_str())
            .take(PER_CASE)
            .collect();
        page.out.push('\n');
        page.line(
            0,
            &format!(
                "{} {} · {} · {} rows",
                case.rank,
                case.disposition.as_str().to_uppercase(),
                case.title,
                rows(case)
            ),
        );
        page.item(5, "Why", &why.join(", "));
        page.item(5, "Rows", &ids.join(", "));
    }
    more(page, several.len(), top, "cases");
}

fn shipments(page: &mut Page, brief: &Brief, top: usize) {
    if brief.shipments.is_empty() {
        return;
    }
    page.section("SHIPMENTS to hold or review, by rank");
    for shipment in brief.shipments.iter().take(top) {
        page.out.push('\n');
        shipment_entry(page, shipment);
    }
    more(page, brief.shipments.len(), top, "shipments");
}

/// A shipment in full: what gave it away, what is missing, the innocent explanation, what would clear it.
fn shipment_entry(page: &mut Page, brief: &ShipmentBrief) {
    let (shipment, finding) = (&brief.shipment, &brief.finding);
    let heading = shipment_line(brief);
    let code = if finding.disposition == Disposition::Hold {
        "1;31"
    } else {
        "1;33"
    };
    let mut wrapped = String::new();
    wrap(&mut wrapped, 0, 5, &heading);
    let painted = page.paint(code, wrapped.trim_end());
    let _ = writeln!(page.out, "{painted}");
    let parties: Vec<_> = shipment
        .parties
        .iter()
        .map(|party| match &party.country {
            Some(country) => format!("{} {} ({country})", party.role.as_str(), party.name),
            None => format!("{} {}", party.role.as_str(), party.name),
        })
        .collect();
    if !parties.is_empty() {
        page.item(5, "Parties", &parties.join(" → "));
    }
    let mut amounts = Vec::new();
    if let Some(quantity) = &shipment.quantity {
        amounts.push(format!("{} {}", quantity.amount, quantity.unit));
    }
    if let Some(mass) = shipment.net_kg.or(shipment.gross_kg) {
        amounts.push(format!("{mass} kg"));
    }
    if let Some(value) = shipment.value_usd {
        amounts.push(format!("{value:.0} USD"));
    }
    if !amounts.is_empty() {
        page.item(5, "Amount", &amounts.join(" · "));
    }
    for gate in &finding.gates {
        page.item(
            5,
            "Gate",
            &format!("{} {} [{}]", gate.id, gate.reason, gate.source),
        );
    }
    for flag in &finding.flags {
        let evidence: Vec<_> = flag
            .evidence
            .iter()
            .map(|(field, value)| format!("{field} {value}"))
            .collect();
        page.item(
            5,
            "Flag",
            &format!(
                "{} {:+.1} · {} [{}]",
                flag.id,
                flag.weight,
                evidence.join(" · "),
                flag.source
            ),
        );
    }
    if let Some(family) = finding.goods.family {
        let mut text = format!("consistent with {}", family.as_str().replace('_', " "));
        if !finding.goods.hs_likely.is_empty() {
            let _ = write!(
                text,
                " · the text points to {}",
                finding.goods.hs_likely.join(", ")
            );
        }
        if !finding.goods.control.is_empty() {
            let _ = write!(text, " · {}", finding.goods.control.join(", "));
        }
        page.item(5, "Goods", &text);
    }
    for party in finding
        .parties
        .iter()
        .filter(|party| party.role != Role::Vessel || party.matched.is_some())
    {
        if let Some(matched) = &party.matched {
            let (label, on) = match matched.ownership.first() {
                None => ("On a list", format!("on {} as", matched.dataset)),
                Some(_) => (
                    "Owned",
                    "one that listed parties own, or part of:".to_string(),
                ),
            };
            let text = format!(
                "{} {} is {on} \"{}\" ({}), score {:.2}",
                party.role.as_str(),
                party.name,
                matched.matched_name,
                matched.entity_id,
                matched.score
            );
            page.item(5, label, &text);
        }
    }
    if !finding.missing.is_empty() {
        page.item(5, "Missing", &finding.missing.join(", "));
    }
    if !finding.innocent.is_empty() {
        page.item(5, "Innocent if", &finding.innocent);
    }
    if !finding.clears.is_empty() {
        page.item(5, "Cleared by", &finding.clears);
    }
    page.item(
        5,
        "Original",
        &format!("{} row {}", shipment.file, shipment.row),
    );
}

fn states(page: &mut Page, brief: &Brief, top: usize) {
    let states: Vec<_> = brief
        .parties
        .iter()
        .filter(|party| party.kind == "state")
        .collect();
    if states.is_empty() {
        return;
    }
    page.section("WHAT IS SAID OF STATES, apart from private parties");
    for state in states.iter().take(top) {
        let name = page.paint("1", &plain(&state.name));
        let _ = writeln!(page.out, "\n  {name}");
        let claims: Vec<_> = brief
            .claims
            .iter()
            .filter(|claim| state.claims.contains(&claim.claim.claim_id))
            .collect();
        for claim in claims.iter().take(2 * PER_PARTY) {
            claim_item(page, 2, claim);
        }
        if claims.len() > 2 * PER_PARTY {
            page.line(
                2 + LABEL,
                &format!(
                    "… and {} more claims in the JSON",
                    claims.len() - 2 * PER_PARTY
                ),
            );
        }
    }
    more(page, states.len(), top, "states");
}

fn other_claims(page: &mut Page, brief: &Brief, top: usize) {
    let told = |claim: &&ClaimBrief| {
        !brief
            .parties
            .iter()
            .any(|party| party.claims.contains(&claim.claim.claim_id))
    };
    let claims: Vec<_> = brief.claims.iter().filter(told).collect();
    if claims.is_empty() {
        return;
    }
    page.section("OTHER CLAIMS, about nobody named above");
    for claim in claims.iter().take(top) {
        claim_item(page, 2, claim);
    }
    more(page, claims.len(), top, "claims");
}

fn claim_item(page: &mut Page, indent: usize, brief: &ClaimBrief) {
    let claim = &brief.claim;
    page.item(
        indent,
        factuality_label(claim.factuality),
        &claim_line(brief),
    );
    let mut quote = format!("\"{}\"", claim.quote);
    let date = brief
        .date
        .map(|date| format!(", {date}"))
        .unwrap_or_default();
    let _ = write!(quote, " — {}{date} [{}]", brief.publisher, claim.grade);
    if !claim.reader.is_empty() {
        let _ = write!(quote, " · read by {}", claim.reader);
    }
    if !brief.repeated_in.is_empty() {
        let _ = write!(
            quote,
            " · said in {} pages, {}",
            brief.repeated_in.len() + 1,
            count(brief.independent_sources, "independent source")
        );
    }
    page.line(indent + LABEL, &quote);
}

fn factuality_label(factuality: Factuality) -> &'static str {
    match factuality {
        Factuality::Asserted => "Asserted",
        Factuality::Reported => "Reported",
        Factuality::Possible => "Possible",
        Factuality::NotObserved => "Not observed",
        Factuality::Denied => "Denied",
        Factuality::Unknown => "Unknown",
        Factuality::Planned => "Planned",
    }
}

/// Who, to whom, what, and who says so.
fn claim_line(brief: &ClaimBrief) -> String {
    let claim = &brief.claim;
    let event = match claim.event {
        Event::Transfer => "transfer",
        Event::Production => "production",
        Event::Procurement => "procurement",
        Event::Sanction => "sanction",
        Event::Warn => "warning",
        Event::Refuse => "refusal",
        Event::Consult => "talks",
    };
    let names = |actors: &[model::Actor]| {
        if actors.is_empty() {
            "unnamed".to_string()
        } else {
            actors
                .iter()
                .map(|actor| actor.name.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        }
    };
    let mut text = format!(
        " {event}: {} → {}",
        names(&claim.supplier),
        names(&claim.recipient)
    );
    if !claim.goods.is_empty() {
        let goods: Vec<_> = claim
            .goods
            .iter()
            .map(|goods| goods.text.as_str())
            .collect();
        let _ = write!(text, " · {}", goods.join(", "));
    }
    if !claim.via.is_empty() {
        let _ = write!(text, " · via {}", claim.via.join(", "));
    }
    if !claim.time.is_empty() {
        let _ = write!(text, " · {}", claim.time);
    }
    if !claim.due.is_empty() {
        let _ = write!(text, " · due {}", claim.due);
    }
    if claim.source.is_empty() {
        let _ = write!(text, " · on the outlet's own word");
    } else {
        let _ = write!(text, " · on the word of {}", claim.source.join(" ← "));
    }
    text
}

fn unread(page: &mut Page, brief: &Brief) {
    let read = &brief.read;
    page.section("WHAT WAS READ, AND WHAT WAS NOT");
    for list in &read.lists {
        let mut text = format!(
            "{} {} · {} parties, {} names",
            list.list, list.version, list.parties, list.names
        );
        if list.rejected > 0 {
            let _ = write!(text, " · {} refused", count(list.rejected, "record"));
        }
        if !list.new {
            text.push_str(" · already in the ledger");
        }
        page.item(2, "List", &text);
    }
    for file in &read.ownership {
        let mut text = format!("{} · {}", file.file, count(file.statements, "statement"));
        if file.rejected > 0 {
            let _ = write!(
                text,
                " · {} refused",
                count(file.rejected, "statement or field")
            );
        }
        if !file.new {
            text.push_str(" · already in the ledger");
        }
        page.item(2, "Owners", &text);
    }
    for file in &read.records {
        let columns: Vec<_> = file
            .columns
            .iter()
            .map(|(column, field)| format!("`{column}` as {field}"))
            .collect();
        let mut text = format!("{} · {}", file.file, count(file.rows, "shipment"));
        if file.rejected > 0 {
            let _ = write!(text, " · {} refused", count(file.rejected, "bad row"));
        }
        let _ = write!(text, " · read {}", columns.join(", "));
        if !file.unmapped.is_empty() {
            let _ = write!(
                text,
                " · kept but not understood: {}",
                file.unmapped.join(", ")
            );
        }
        if !file.missing.is_empty() {
            let _ = write!(text, " · no column for {}", file.missing.join(", "));
        }
        page.item(2, "Records", &text);
    }
    for report in &read.reports {
        let date = report
            .date
            .map(|date| format!(" {date}"))
            .unwrap_or_default();
        let mut text = format!(
            "{}{date} · \"{}\" · {}",
            report.publisher,
            report.title,
            count(report.claims, "claim")
        );
        if let Some(origin) = &report.copy_of {
            let _ = write!(text, " · a copy or rewrite of {origin}");
        }
        let _ = write!(text, " · {}", report.file);
        page.item(2, "Report", &text);
    }
    for rejected in read.rejected.iter().take(20) {
        let field = rejected
            .field
            .as_ref()
            .map(|field| format!(" {field}:"))
            .unwrap_or_default();
        page.item(
            2,
            "Refused",
            &format!(
                "{}:{}{field} {}",
                rejected.file, rejected.row, rejected.reason
            ),
        );
    }
    more(page, read.rejected.len(), 20, "refused records or fields");
    for skipped in &read.skipped {
        page.item(
            2,
            "Skipped",
            &format!("{}: {}", skipped.file, skipped.reason),
        );
    }
}

fn more(page: &mut Page, total: usize, shown: usize, what: &str) {
    if total > shown {
        page.line(
            2,
            &format!(
                "… and {} more {what} in the JSON (--format json)",
                total - shown
            ),
        );
    }
}

fn more_of(page: &mut Page, total: usize, what: &str) {
    if total > PER_PARTY {
        page.line(
            5 + LABEL,
            &format!("… and {} more {what}", total - PER_PARTY),
        );
    }
}

/// "1 list", "3 lists".
fn count(number: u64, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_wrapped_under_its_label() {
        let mut page = Page {
            out: String::new(),
            colour: false,
        };
        page.item(2, "Flag", &"word ".repeat(40));
        let lines: Vec<_> = page.out.lines().collect();
        assert_eq!(lines.len(), 3, "{}", page.out);
        assert!(lines[0].starts_with("  Flag          word"));
        assert!(lines[1].starts_with("                word"));
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
    }
}
