//! A mail (`.eml`) to a report: its html part as a page, else its text without quotations and signature.

use mail_parser::{Address, MessageParser};
use model::{PartialDate, Report};

use crate::{article, page};

/// Whether text begins with the header of a mail.
pub(crate) fn is_mail(bytes: &[u8]) -> bool {
    const HEADERS: [&str; 14] = [
        "from",
        "received",
        "return-path",
        "message-id",
        "mime-version",
        "delivered-to",
        "date",
        "subject",
        "to",
        "content-type",
        "reply-to",
        "dkim-signature",
        "x-mailer",
        "list-unsubscribe",
    ];
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(16_384)]);
    let head = head.strip_prefix('\u{feff}').unwrap_or(&head);
    let mut known: Vec<String> = Vec::new();
    for line in head.lines().take(200) {
        if line.trim().is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else {
            return false;
        };
        if name.is_empty()
            || !name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return false;
        }
        let name = name.to_ascii_lowercase();
        if HEADERS.contains(&name.as_str()) && !known.contains(&name) {
            known.push(name);
        }
    }
    let has = |name: &str| known.iter().any(|known| known == name);
    known.len() >= 3 && (has("from") || has("received") || has("return-path"))
}

/// Reads a mail; nothing where it cannot be read as one.
pub(crate) fn read(bytes: &[u8]) -> Option<Report> {
    let message = MessageParser::default().parse(bytes)?;
    let html = message
        .html_bodies()
        .find(|part| part.is_text_html())
        .and_then(|part| part.text_contents());
    let plain = message.body_text(0);
    let mut report = match (html, &plain) {
        (Some(html), _) => article::read_html(html),
        (None, Some(text)) => page::read_text(&own_words(text)),
        (None, None) => return None,
    };
    // A letter whose markup holds nothing that looks like an article.
    if report.text.is_empty()
        && let Some(text) = &plain
    {
        report = page::read_text(&own_words(text));
    }
    if let Some(subject) = message.subject() {
        report.title = subject.trim().to_string();
    }
    if let Some(Address::List(from)) = message.from()
        && let Some(sender) = from.first()
        && let Some(name) = sender.name().or_else(|| sender.address())
    {
        report.publisher = name.trim().to_string();
    }
    if let Some(date) = message.date() {
        report.date = i16::try_from(date.year)
            .ok()
            .and_then(|year| PartialDate::new(year, Some(date.month), Some(date.day)).ok());
    }
    Some(report)
}

/// The sender's own words: no quotation of an earlier mail, no signature.
fn own_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if line.trim_end() == "--" || line == "-- " {
            break;
        }
        if !line.starts_with('>') {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
