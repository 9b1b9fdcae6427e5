//! RSS, RDF and Atom to reports: one a story. Markup in a story is read as a page's blocks; entities of the document are
//! never expanded.

use model::{Rejected, Report};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use crate::{furniture, markup, page};

/// Most stories of a feed.
const MAX_STORIES: usize = 10_000;

/// Whether text is a feed.
pub(crate) fn is_feed(text: &str) -> bool {
    let mut end = text.len().min(2048);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text[..end].trim_start_matches('\u{feff}').trim_start();
    head.starts_with('<')
        && ["<rss", "<feed", "<rdf:RDF"].iter().any(|root| {
            head.find(root)
                .is_some_and(|at| !head[..at].contains("<html") && !head[..at].contains("<body"))
        })
}

#[derive(Default)]
struct Story {
    title: String,
    link: String,
    date: String,
    authors: Vec<String>,
    summary: String,
    content: String,
}

/// Reads a feed.
pub(crate) fn read(path: &str, text: &str) -> (Vec<Report>, Vec<Rejected>) {
    let (mut reports, mut rejected) = (Vec::new(), Vec::new());
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut feed_title = String::new();
    let mut story: Option<Story> = None;
    let mut author = false;
    let mut field = String::new();
    let mut value = String::new();
    let mut row = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                let name = local_name(&tag);
                match name.as_str() {
                    "item" | "entry" => story = Some(Story::default()),
                    "author" | "creator" => author = true,
                    _ => {}
                }
                if let (Some(story), "link") = (&mut story, name.as_str()) {
                    link(&tag, story);
                }
                // Atom may hold markup as elements: its text belongs to the field around it.
                if is_field(&name)
                    && !(matches!(field.as_str(), "content" | "summary") && name != field)
                {
                    field = name;
                    value.clear();
                } else if field == "content" || field == "summary" {
                    value.push_str(if markup::is_line(&name) { "\n<p>" } else { " " });
                }
            }
            Ok(Event::Empty(tag)) => {
                if let (Some(story), "link") = (&mut story, local_name(&tag).as_str()) {
                    link(&tag, story);
                } else if field == "content" || field == "summary" {
                    value.push_str("<br>");
                }
            }
            Ok(Event::Text(text)) => value.push_str(&text.xml10_content()),
            Ok(Event::CData(text)) => value.push_str(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => {
                let name: &str = &reference;
                match reference.resolve_char_ref() {
                    Ok(Some(c)) => value.push(c),
                    _ => match resolve_predefined_entity(name) {
                        Some(text) => value.push_str(text),
                        None => {
                            value.push('&');
                            value.push_str(name);
                            value.push(';');
                        }
                    },
                }
            }
            Ok(Event::End(tag)) => {
                let name = tag.local_name().as_ref().to_string();
                if name == "item" || name == "entry" {
                    row += 1;
                    if let Some(story) = story.take() {
                        match report(story, &feed_title) {
                            Ok(report) if reports.len() < MAX_STORIES => reports.push(report),
                            Ok(_) => break,
                            Err(reason) => rejected.push(Rejected {
                                file: path.to_string(),
                                row,
                                field: None,
                                reason,
                            }),
                        }
                    }
                    field.clear();
                } else if name == field || author && name == "name" {
                    let text = std::mem::take(&mut value);
                    match &mut story {
                        Some(story) => set(story, &name, &text, author),
                        None if name == "title" && feed_title.is_empty() => {
                            feed_title = plain(&text);
                        }
                        None => {}
                    }
                    field.clear();
                }
                if name == "author" || name == "creator" {
                    author = false;
                }
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                rejected.push(Rejected {
                    file: path.to_string(),
                    row: row + 1,
                    field: None,
                    reason: format!("the feed is cut off or damaged here ({error})"),
                });
                break;
            }
        }
    }
    (reports, rejected)
}

fn local_name(tag: &BytesStart<'_>) -> String {
    // `content:encoded` is RSS's name for the whole text.
    if tag.name().as_ref() == "content:encoded" {
        return "encoded".to_string();
    }
    tag.local_name().as_ref().to_string()
}

fn is_field(name: &str) -> bool {
    matches!(
        name,
        "title"
            | "link"
            | "pubDate"
            | "published"
            | "updated"
            | "date"
            | "author"
            | "creator"
            | "name"
            | "description"
            | "summary"
            | "content"
            | "encoded"
    )
}

fn link(tag: &BytesStart<'_>, story: &mut Story) {
    let mut href = None;
    let mut other = false;
    for attribute in tag.attributes().with_checks(false).flatten().take(16) {
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_or_else(|_| attribute.value.to_string(), |value| value.into_owned());
        match attribute.key.local_name().as_ref() {
            "href" => href = Some(value),
            "rel" => other = value != "alternate",
            _ => {}
        }
    }
    if let Some(href) = href.filter(|_| !other && story.link.is_empty()) {
        story.link = href;
    }
}

fn set(story: &mut Story, name: &str, text: &str, author: bool) {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return;
    }
    match name {
        "title" => story.title = plain(trimmed),
        "link" => story.link = trimmed.to_string(),
        "pubDate" | "published" | "date" => story.date = trimmed.to_string(),
        "updated" if story.date.is_empty() => story.date = trimmed.to_string(),
        "author" | "creator" | "name" if author => story.authors.push(plain(trimmed)),
        "description" | "summary" => story.summary = trimmed.to_string(),
        "content" | "encoded" => story.content = trimmed.to_string(),
        _ => {}
    }
}

fn plain(text: &str) -> String {
    let (blocks, _) = markup::blocks(&markup::unescape(text));
    blocks
        .into_iter()
        .map(|block| block.text)
        .collect::<Vec<_>>()
        .join(" ")
}

fn report(story: Story, feed_title: &str) -> Result<Report, String> {
    let body = if story.content.len() >= story.summary.len() {
        &story.content
    } else {
        &story.summary
    };
    let (blocks, links) = markup::blocks(body);
    let mut report = page::empty_report();
    report.title = story.title;
    report.publisher = feed_title.to_string();
    report.authors = story.authors;
    report.date = page::read_date(&story.date);
    report.url = Some(story.link).filter(|link| !link.is_empty());
    report.text = furniture::body_of(&blocks, &report.title);
    if report.text.is_empty() {
        return Err("the story has no text of its own".to_string());
    }
    page::finish(&mut report, &links);
    Ok(report)
}
