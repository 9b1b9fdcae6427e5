//! An html page to a report: the `trafilatura` crate with its fallback finds the article, our block filter takes out
//! what it leaves of the furniture, and metadata comes from meta elements, OpenGraph and JSON-LD.

use model::Report;

use crate::markup::{self, Block};
use crate::{furniture, outlets, page};

/// Deepest nesting and largest page that go through the tree-building extractor; others are read by `markup` alone.
const MAX_NESTING: usize = 400;
const MAX_TREE_BYTES: usize = 4 << 20;

/// Elements that are furniture on whatever page they stand.
const PRUNE: &str = "aside, nav, footer, form, figcaption, [class*='newsletter'], [class*='related-'], \
    [class*='sponsor'], [id*='sponsor'], [class*='adblock'], [id*='adblock'], [class*='share-'], [class*='cookie'], \
    [id*='cookie'], [class*='author-bio'], [class*='promo-'], [class*='recirc'], [class*='outbrain'], \
    [class*='taboola']";

/// Reads a page. The report's text is empty where the page holds no article.
pub(crate) fn read_html(html: &str) -> Report {
    let mut report = Report {
        report_id: String::new(),
        title: String::new(),
        publisher: String::new(),
        authors: Vec::new(),
        date: None,
        url: None,
        language: None,
        upstream: Vec::new(),
        text: String::new(),
    };
    let (article, links) = if html.len() > MAX_TREE_BYTES || markup::nesting(html) > MAX_NESTING {
        let (blocks, links) = markup::blocks(html);
        (
            blocks.into_iter().filter(|block| !block.aside).collect(),
            links,
        )
    } else {
        extract(html, &mut report)
    };
    head_metadata(html, &mut report);
    report.text = furniture::body_of(&article, &report.title);
    page::finish(&mut report, &links);
    report
}

fn extract(html: &str, report: &mut Report) -> (Vec<Block>, Vec<String>) {
    let options = |prune: bool| {
        let options = trafilatura::Options::default()
            .with_fallback(true)
            .with_links(true)
            .with_exclude_comments(true);
        if prune {
            options.with_prune_selector(PRUNE)
        } else {
            options
        }
    };
    // The extractor is another's code on hostile input: a panic there must cost one page, not the run.
    let run = |prune: bool| {
        std::panic::catch_unwind(|| trafilatura::extract(html, &options(prune)).ok())
            .ok()
            .flatten()
    };
    let Some(mut result) = run(true).or_else(|| run(false)) else {
        let (blocks, links) = markup::blocks(html);
        return (
            blocks.into_iter().filter(|block| !block.aside).collect(),
            links,
        );
    };
    // Pruning that took the article with it shows as almost no text.
    if result.content_text.len() < 400
        && let Some(unpruned) = run(false)
        && unpruned.content_text.len() > result.content_text.len() * 3
    {
        result = unpruned;
    }
    let metadata = &result.metadata;
    report.title.clone_from(&metadata.title);
    report.publisher.clone_from(&metadata.sitename);
    report.authors = metadata
        .author
        .split([';', ','])
        .map(|name| name.trim().to_string())
        .filter(|name| !name.is_empty())
        .collect();
    report.date = metadata
        .date
        .and_then(|date| page::read_date(&date.to_string()));
    report.url = Some(metadata.url.clone()).filter(|url| !url.is_empty());
    markup::blocks(&result.content_html)
}

/// What the head says: it wins over what the extractor guessed from the page.
fn head_metadata(html: &str, report: &mut Report) {
    let mut end = html.len().min(200_000);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let head = &html[..end];
    for tag in head.split('<') {
        let Some(tag) = tag.split('>').next() else {
            continue;
        };
        let lower = tag.get(..5).unwrap_or_default().to_ascii_lowercase();
        if lower == "meta " {
            let key = markup::attribute(tag, "property").or_else(|| markup::attribute(tag, "name"));
            let (Some(key), Some(content)) = (key, markup::attribute(tag, "content")) else {
                continue;
            };
            if content.is_empty() {
                continue;
            }
            match key.to_ascii_lowercase().as_str() {
                "og:site_name" => report.publisher = content,
                "og:title" if report.title.is_empty() => report.title = content,
                "og:url" if report.url.is_none() => report.url = Some(content),
                "article:published_time" | "datepublished" | "date" | "dc.date" | "pubdate" => {
                    report.date = page::read_date(&content).or(report.date);
                }
                "author" if report.authors.is_empty() => report.authors = vec![content],
                _ => {}
            }
        } else if lower == "link " && markup::attribute(tag, "rel").as_deref() == Some("canonical")
        {
            report.url = markup::attribute(tag, "href")
                .filter(|url| !url.is_empty())
                .or(report.url.take());
        }
    }
    json_ld(head, report);
    if report.title.is_empty()
        && let Some((_, rest)) = head.split_once("<title>")
        && let Some((title, _)) = rest.split_once("</title>")
    {
        report.title = markup::unescape(title.trim());
    }
    if report.publisher.is_empty()
        && let Some(url) = &report.url
    {
        report.publisher = outlets::of_address(url)
            .map(str::to_string)
            .or_else(|| outlets::host(url))
            .unwrap_or_default();
    }
}

/// Fields that JSON-LD gives and nothing else gave: publisher, date, headline.
fn json_ld(head: &str, report: &mut Report) {
    for script in head.split("application/ld+json").skip(1) {
        let Some((_, rest)) = script.split_once('>') else {
            continue;
        };
        let Some((body, _)) = rest.split_once("</script") else {
            continue;
        };
        let Ok(value) = serde_json::from_str::<serde_json::Value>(body.trim()) else {
            continue;
        };
        let nodes: Vec<&serde_json::Value> = match &value {
            serde_json::Value::Array(nodes) => nodes.iter().collect(),
            node => node
                .get("@graph")
                .and_then(|graph| graph.as_array())
                .map_or(vec![node], |g| g.iter().collect()),
        };
        for node in nodes {
            let text = |key: &str| {
                node.get(key)
                    .and_then(|value| value.as_str())
                    .map(markup::unescape)
            };
            if report.publisher.is_empty()
                && let Some(name) = node
                    .pointer("/publisher/name")
                    .and_then(|name| name.as_str())
            {
                report.publisher = markup::unescape(name);
            }
            if report.date.is_none() {
                report.date = text("datePublished").and_then(|date| page::read_date(&date));
            }
            if report.title.is_empty()
                && let Some(title) = text("headline")
            {
                report.title = title;
            }
            if report.authors.is_empty() {
                let authors = match node.get("author") {
                    Some(serde_json::Value::Array(authors)) => authors.iter().collect(),
                    Some(author) => vec![author],
                    None => Vec::new(),
                };
                report.authors = authors
                    .iter()
                    .filter_map(|author| author.get("name").unwrap_or(author).as_str())
                    .map(markup::unescape)
                    .collect();
            }
        }
    }
}
