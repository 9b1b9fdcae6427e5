//! One file to reports: what it is is told by its content, its size and lines are bounded, and what cannot be read
//! is refused with a reason. HTML goes on to `article`, feeds to `feed`, mails to `mail`, PDFs to `pdf`; text, Markdown
//! and NDJSON are read here.

use model::{PartialDate, Rejected, Report};
use serde_json::Value;

use crate::{article, feed, furniture, mail, outlets, pdf, wall};

/// Largest file that is read, in bytes.
pub const MAX_PAGE_BYTES: usize = 32 << 20;

/// Longest line of a file that is read, in bytes: no article has one, and NDJSON lines hold one article each.
const MAX_LINE_BYTES: usize = 16 << 20;

/// One file as found.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The file as the user named it.
    pub path: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

/// Why a whole page was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NewsError {
    /// Split the file, or check that it is a report at all.
    #[error("{path}: {bytes} bytes is more than a report may have ({limit}); split the file")]
    TooLarge {
        /// The file.
        path: String,
        /// Its size.
        bytes: usize,
        /// What is allowed.
        limit: usize,
    },
    /// Binary formats (office files, pictures, a PDF without text) must be turned into text first.
    #[error("{path}: not text ({what}); convert it to html, text or Markdown first")]
    NotText {
        /// The file.
        path: String,
        /// What it looks like.
        what: String,
    },
    /// The page holds no article: empty, a login wall, a list of links, or only furniture.
    #[error("{path}: no article text found ({why})")]
    NoArticle {
        /// The file.
        path: String,
        /// What was found instead.
        why: Absence,
    },
}

/// Why a page holds no article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Absence {
    /// Nothing but white space.
    #[error("the file is empty")]
    Empty,
    /// Headings, links, prompts and the like.
    #[error("only links, prompts or other page furniture")]
    Furniture,
    /// A front page, a section page or a search result: other pages' headlines. Fetch the stories that it links to.
    #[error("a list of other pages' headlines")]
    List,
    /// The text is shown to those who log in or subscribe. Save the page while logged in.
    #[error("a prompt to log in or to subscribe")]
    LoginWall,
    /// A notice that asks to switch an ad blocker off. Save the page without one.
    #[error("a notice about ad blockers")]
    AdBlock,
    /// A prompt to accept cookies stands in the text's place.
    #[error("a prompt to accept cookies")]
    CookieWall,
    /// The page draws itself with scripts, or checks that its reader is no robot. Save it from a browser.
    #[error("a page that shows its text only to a browser with scripts")]
    ScriptsOnly,
    /// The page stands for one that is not there.
    #[error("a notice that the page was not found")]
    NotFound,
}

/// Reads one file into reports: html (declared or sniffed charset), Markdown or text (front matter read), RSS or Atom, a
/// mail, a PDF, or NDJSON of `{"id","text","title","publisher","date","url"}`. Lines and stories that fail come back as
/// rejected.
pub fn read_page(page: &Page<'_>) -> Result<(Vec<Report>, Vec<Rejected>), NewsError> {
    let path = page.path.to_string();
    if page.bytes.len() > MAX_PAGE_BYTES {
        return Err(NewsError::TooLarge {
            path,
            bytes: page.bytes.len(),
            limit: MAX_PAGE_BYTES,
        });
    }
    if page.bytes.starts_with(b"%PDF") {
        return match pdf::text(page.bytes) {
            Ok(text) => one(path, read_text(&text), &text),
            Err(what) => Err(NewsError::NotText { path, what }),
        };
    }
    let longest = page
        .bytes
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::len)
        .max()
        .unwrap_or(0);
    if longest > MAX_LINE_BYTES {
        return Err(NewsError::TooLarge {
            path,
            bytes: longest,
            limit: MAX_LINE_BYTES,
        });
    }
    if let Some(what) = binary(page.bytes) {
        return Err(NewsError::NotText {
            path,
            what: what.to_string(),
        });
    }
    if mail::is_mail(page.bytes)
        && let Some(report) = mail::read(page.bytes)
    {
        let text = report.text.clone();
        return one(path, report, &text);
    }
    let text = decode(page.bytes);
    if text.trim().is_empty() {
        return Err(NewsError::NoArticle {
            path,
            why: Absence::Empty,
        });
    }
    match kind(&text) {
        Kind::Ndjson => Ok(read_ndjson(page.path, &text)),
        Kind::Feed => Ok(feed::read(page.path, &text)),
        Kind::Html => match article::read(&text) {
            Ok(report) => Ok((vec![report], Vec::new())),
            Err(why) => Err(NewsError::NoArticle { path, why }),
        },
        Kind::Text => one(path, read_text(&text), &text),
    }
}

/// One report of a text that is no page.
fn one(
    path: String,
    report: Report,
    whole: &str,
) -> Result<(Vec<Report>, Vec<Rejected>), NewsError> {
    match wall::absence(&report.text, whole) {
        Some(why) => Err(NewsError::NoArticle { path, why }),
        None => Ok((vec![report], Vec::new())),
    }
}

enum Kind {
    Feed,
    Html,
    Ndjson,
    Text,
}

fn kind(text: &str) -> Kind {
    let start = text.trim_start();
    if start.starts_with('{') && start.lines().next().is_some_and(|line| line.contains('"')) {
        return Kind::Ndjson;
    }
    if feed::is_feed(start) {
        return Kind::Feed;
    }
    let head: String = start
        .chars()
        .take(4096)
        .flat_map(char::to_lowercase)
        .collect();
    let looks = |tags: &[&str]| tags.iter().any(|tag| head.contains(tag));
    if looks(&[
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<meta ",
        "<article",
        "<div",
        "<title",
    ]) || (head.starts_with('<')
        && looks(&[
            "<p>", "<p ", "<h1", "<section", "<main", "<table", "<span", "<a ",
        ]))
    {
        Kind::Html
    } else {
        Kind::Text
    }
}

/// What a binary file looks like, or nothing for text.
fn binary(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 7] = [
        (b"PK\x03\x04", "a zip or office file"),
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"\x1f\x8b", "gzip data"),
        (b"\x28\xb5\x2f\xfd", "zstd data"),
        (b"\xd0\xcf\x11\xe0", "an old office file"),
    ];
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(what);
    }
    let utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let head = &bytes[..bytes.len().min(8192)];
    (!utf16 && head.contains(&0)).then_some("zero bytes")
}

/// Bytes to text: a byte order mark, else valid UTF-8, else the declared charset, else a guess.
fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_string();
    }
    let declared = declared_charset(bytes).and_then(encoding_rs::Encoding::for_label);
    // A page that declares UTF-8 and is not valid may be truncated or mislabelled: few bad bytes mean truncated.
    let encoding = match declared {
        Some(encoding) if encoding != encoding_rs::UTF_8 => encoding,
        declared => {
            let lossy = String::from_utf8_lossy(bytes);
            let bad = lossy.chars().filter(|&c| c == '\u{fffd}').count();
            if declared.is_some() && bad * 200 < bytes.len().max(200) {
                return lossy.into_owned();
            }
            let mut detector =
                chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
            detector.feed(&bytes[..bytes.len().min(1 << 18)], true);
            detector.guess(None, chardetng::Utf8Detection::Allow)
        }
    };
    encoding.decode(bytes).0.into_owned()
}

fn declared_charset(bytes: &[u8]) -> Option<&[u8]> {
    let head = &bytes[..bytes.len().min(4096)];
    let lower = head.to_ascii_lowercase();
    let at = find(&lower, b"charset=")? + b"charset=".len();
    let rest = &head[at..];
    let rest = rest
        .strip_prefix(b"\"")
        .or(rest.strip_prefix(b"'"))
        .unwrap_or(rest);
    let end = rest
        .iter()
        .position(|&b| !(b.is_ascii_alphanumeric() || b"-_:.".contains(&b)))?;
    Some(&rest[..end])
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

/// Stable id of a text.
pub(crate) fn report_id(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().as_str()[..16].to_string()
}

/// ISO 639-1 code of a text's language, where the guess is reliable.
pub(crate) fn language(text: &str) -> Option<String> {
    let head: String = text.chars().take(4000).collect();
    let info = whatlang::detect(&head)?;
    if !info.is_reliable() {
        return None;
    }
    let code = match info.lang().code() {
        "eng" => "en",
        "rus" => "ru",
        "ukr" => "uk",
        "cmn" => "zh",
        "deu" => "de",
        "fra" => "fr",
        "spa" => "es",
        "ita" => "it",
        "por" => "pt",
        "pol" => "pl",
        "tur" => "tr",
        "ara" => "ar",
        "pes" => "fa",
        "jpn" => "ja",
        "kor" => "ko",
        "nld" => "nl",
        "bel" => "be",
        "ces" => "cs",
        "ron" => "ro",
        "hun" => "hu",
        "srp" => "sr",
        "swe" => "sv",
        "nob" => "no",
        "dan" => "da",
        "fin" => "fi",
        "ell" => "el",
        "heb" => "he",
        "hin" => "hi",
        "vie" => "vi",
        _ => return None,
    };
    Some(code.to_string())
}

/// A date as pages write it: ISO, `16 March 2023`, `March 16, 2023`, `20230316`.
pub(crate) fn read_date(text: &str) -> Option<PartialDate> {
    let text = text.trim().trim_matches(['"', '\'']);
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    if text.len() >= 8 && text.as_bytes()[..8].iter().all(u8::is_ascii_digit) {
        return PartialDate::new(
            text[..4].parse().ok()?,
            text[4..6].parse().ok(),
            text[6..8].parse().ok(),
        )
        .ok();
    }
    let (mut year, mut month, mut day) = (None, None, None);
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        if let Some(found) = crate::when::month_number(&word.to_lowercase()) {
            month = month.or(Some(found));
        } else if let Ok(number) = word
            .trim_end_matches(|c: char| c.is_alphabetic())
            .parse::<i16>()
        {
            match number {
                1900..=2100 => year = year.or(Some(number)),
                1..=31 => day = day.or(u8::try_from(number).ok()),
                _ => {}
            }
        }
    }
    PartialDate::new(year?, month, month.and(day)).ok()
}

pub(crate) fn empty_report() -> Report {
    Report {
        report_id: String::new(),
        title: String::new(),
        publisher: String::new(),
        authors: Vec::new(),
        date: None,
        url: None,
        language: None,
        upstream: Vec::new(),
        text: String::new(),
    }
}

/// Text or Markdown, with the front matter (`key: value` between `---` lines, or mail-like lines at the top) read.
pub(crate) fn read_text(text: &str) -> Report {
    let mut report = empty_report();
    let text = text.replace("\r\n", "\n");
    let body = front_matter(&text, &mut report);
    let links = markdown_links(body);
    let mut plain = plain_from_markdown(body);
    // A first-level heading is the title, not part of the body.
    if let Some((first, rest)) = plain.clone().split_once('\n')
        && let Some(title) = body
            .trim_start()
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("# "))
        && first.trim() == inline_markdown(title).trim()
    {
        if report.title.is_empty() {
            report.title = first.trim().to_string();
        }
        plain = rest.to_string();
    }
    report.text = furniture::drop_with_title(&plain, &report.title);
    finish(&mut report, &links);
    report
}

/// Fills what follows from the text: id, language, upstream outlets.
pub(crate) fn finish(report: &mut Report, links: &[String]) {
    report.language = language(&report.text);
    report.upstream = outlets::upstream(
        &report.text,
        links,
        &report.publisher,
        report.url.as_deref(),
    );
    if report.report_id.is_empty() {
        report.report_id = report_id(&report.text);
    }
}

/// Reads the front matter into the report and returns what follows it.
fn front_matter<'t>(text: &'t str, report: &mut Report) -> &'t str {
    let trimmed = text.trim_start();
    let (block, rest) = if let Some(inner) = trimmed.strip_prefix("---\n") {
        match inner.split_once("\n---") {
            Some((block, rest)) => (block, rest.trim_start_matches('-')),
            None => return text,
        }
    } else {
        // Mail-like lines: only where the very first line is one of the known keys.
        let known = |line: &str| {
            line.split_once(':').is_some_and(|(key, value)| {
                !value.trim().is_empty()
                    && [
                        "title",
                        "headline",
                        "date",
                        "published",
                        "publisher",
                        "source",
                        "author",
                        "url",
                        "link",
                    ]
                    .contains(&key.trim().to_lowercase().as_str())
            })
        };
        let length: usize = trimmed
            .split_inclusive('\n')
            .take_while(|line| known(line))
            .map(str::len)
            .sum();
        if length == 0 {
            return text;
        }
        trimmed.split_at(length)
    };
    for line in block.lines() {
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim().trim_matches(['"', '\'']).trim();
        if value.is_empty() {
            continue;
        }
        match key.trim().to_lowercase().as_str() {
            "title" | "headline" => report.title = value.to_string(),
            "date" | "published" => report.date = read_date(value),
            "publisher" | "source" | "site" | "outlet" => report.publisher = value.to_string(),
            "author" | "authors" | "by" => {
                report.authors = value
                    .trim_matches(['[', ']'])
                    .split([',', ';'])
                    .map(|name| name.trim().trim_matches(['"', '\'']).to_string())
                    .filter(|name| !name.is_empty())
                    .collect();
            }
            "url" | "link" | "canonical" => report.url = Some(value.to_string()),
            "id" => report.report_id = value.to_string(),
            _ => {}
        }
    }
    rest
}

fn markdown_links(text: &str) -> Vec<String> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', ' ', '\n']).next())
        .filter(|link| link.starts_with("http"))
        .map(str::to_string)
        .collect()
}

/// Markdown to plain blocks: one line each, blank lines between; pictures and code fences dropped.
fn plain_from_markdown(text: &str) -> String {
    let mut blocks: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty()
            || line
                .chars()
                .all(|c| matches!(c, '-' | '*' | '_' | '=' | ' '))
        {
            open = false;
            continue;
        }
        let heading = line.starts_with('#');
        let item = ["- ", "* ", "> "].iter().any(|mark| line.starts_with(mark));
        let plain = inline_markdown(
            line.trim_start_matches(['#', '>', '*', ' '])
                .trim_start_matches("- "),
        );
        let plain = plain.trim();
        if plain.is_empty() {
            continue;
        }
        match blocks.last_mut() {
            // A wrapped paragraph goes on; whole-line paragraphs (no blank lines between) stay apart.
            Some(last)
                if open
                    && !heading
                    && !item
                    && last.len() < 120
                    && !last.ends_with(['.', '!', '?', '"', '”', ':']) =>
            {
                last.push(' ');
                last.push_str(plain);
            }
            _ => blocks.push(plain.to_string()),
        }
        open = !heading;
    }
    blocks.join("\n\n")
}

/// Links to their text, emphasis and pictures dropped.
fn inline_markdown(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['[', '!', '*', '`']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let picture = tail.starts_with("![");
        let bracket = if picture { &tail[1..] } else { tail };
        if bracket.starts_with('[')
            && let Some(close) = bracket.find("](")
            && let Some(end) = bracket[close..].find(')')
        {
            if !picture {
                out.push_str(&bracket[1..close]);
            }
            rest = &bracket[close + end + 1..];
        } else {
            let first = tail.chars().next().unwrap_or(' ');
            if !matches!(first, '*' | '`') {
                out.push(first);
            }
            rest = &tail[first.len_utf8()..];
        }
    }
    out.push_str(rest);
    out
}

fn read_ndjson(path: &str, text: &str) -> (Vec<Report>, Vec<Rejected>) {
    let (mut reports, mut rejected) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let mut refuse = |field: Option<&str>, reason: String| {
            rejected.push(Rejected {
                file: path.to_string(),
                row: index as u64 + 1,
                field: field.map(str::to_string),
                reason,
            });
        };
        let value: Value = match serde_json::from_str(line) {
            Ok(value) => value,
            Err(error) => {
                refuse(None, format!("not a JSON object: {error}"));
                continue;
            }
        };
        let string = |key: &str| match value.get(key) {
            Some(Value::String(text)) => {
                Some(text.trim().to_string()).filter(|text| !text.is_empty())
            }
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let Some(body) = value.get("text").and_then(Value::as_str) else {
            refuse(
                Some("text"),
                "no article text (expected a string under \"text\")".to_string(),
            );
            continue;
        };
        let date = string("date");
        let parsed = date.as_deref().and_then(read_date);
        if let (Some(date), None) = (&date, parsed) {
            refuse(
                Some("date"),
                format!("{date:?} is not a date; the report was read without one"),
            );
        }
        let is_html = matches!(kind(body), Kind::Html);
        let mut report = if is_html {
            article::read_html(body)
        } else {
            read_text(body)
        };
        if report.text.is_empty() {
            refuse(
                Some("text"),
                "no article text found, only page furniture".to_string(),
            );
            continue;
        }
        if let Some(id) = string("id") {
            report.report_id = id;
        }
        if let Some(title) = string("title") {
            report.title = title;
        }
        if let Some(publisher) = string("publisher") {
            report.publisher = publisher;
        }
        report.date = parsed.or(report.date);
        report.url = string("url").or(report.url);
        if let Some(Value::Array(authors)) = value.get("authors") {
            report.authors = authors
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_string)
                .collect();
        }
        report.upstream.retain(|outlet| *outlet != report.publisher);
        reports.push(report);
    }
    (reports, rejected)
}
