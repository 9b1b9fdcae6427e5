//! Who published a page, when, under what title, by whom, at which address: JSON-LD, meta elements, microdata and, last,
//! what stands on the page.

use model::{PartialDate, Report};
use serde_json::Value;

use crate::tree::{Tag, Tree};
use crate::{markup, outlets, page};

/// Most nodes of a page's JSON-LD that are looked at.
const MAX_JSON_NODES: usize = 4000;

/// Fills title, publisher, authors, date, address; whether the page says of itself that it is a story.
pub(crate) fn read(tree: &Tree, report: &mut Report) -> bool {
    let parsed: Vec<Value> = tree
        .json_ld
        .iter()
        .filter_map(|script| json(script))
        .collect();
    let mut nodes: Vec<&Value> = Vec::new();
    for value in &parsed {
        collect(value, &mut nodes);
    }
    let story = nodes.iter().copied().find(|node| is_story(node));
    let meta = |keys: &[&str]| -> Option<String> {
        keys.iter().find_map(|key| {
            tree.meta
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, content)| fold(content))
                .filter(|content| !content.is_empty())
        })
    };
    report.url = tree
        .canonical
        .clone()
        .filter(|url| url.starts_with("http"))
        .or_else(|| meta(&["og:url"]).filter(|url| url.starts_with("http")))
        .or_else(|| story.and_then(address))
        .or_else(|| tree.canonical.clone());
    report.publisher = publisher(tree, &nodes, story, &meta, report.url.as_deref());
    report.title = title(tree, story, &meta, &report.publisher);
    report.date = date(tree, story, &meta);
    report.authors = authors(tree, &nodes, story, &report.publisher);
    story.is_some() || meta(&["og:type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("article"))
}

/// The article's text where JSON-LD holds it, as pages do that are drawn by scripts.
pub(crate) fn body(tree: &Tree) -> Option<String> {
    let parsed: Vec<Value> = tree
        .json_ld
        .iter()
        .filter_map(|script| json(script))
        .collect();
    let mut nodes: Vec<&Value> = Vec::new();
    for value in &parsed {
        collect(value, &mut nodes);
    }
    let body = nodes
        .into_iter()
        .find_map(|node| node.get("articleBody")?.as_str())?;
    let body = markup::unescape(body);
    Some(if body.contains("</") {
        let (blocks, _) = markup::blocks(&body);
        let lines: Vec<String> = blocks.into_iter().map(|block| block.text).collect();
        lines.join("\n")
    } else {
        body
    })
}

fn json(script: &str) -> Option<Value> {
    let body = script
        .trim()
        .trim_start_matches("<!--")
        .trim_start_matches("//<![CDATA[")
        .trim_end_matches("//]]>")
        .trim_end_matches("-->")
        .trim()
        .trim_end_matches(';');
    serde_json::from_str(body).ok().or_else(|| {
        // Raw line ends and tabs inside strings are common and harmless.
        let plain: String = body
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        serde_json::from_str(&plain).ok()
    })
}

/// All objects of a value, outer ones first; `serde_json` bounds the depth.
fn collect<'v>(value: &'v Value, nodes: &mut Vec<&'v Value>) {
    if nodes.len() >= MAX_JSON_NODES {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, nodes)),
        Value::Object(fields) => {
            nodes.push(value);
            fields
                .values()
                .filter(|value| value.is_object() || value.is_array())
                .for_each(|value| collect(value, nodes));
        }
        _ => {}
    }
}

fn types(node: &Value) -> Vec<&str> {
    match node.get("@type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_story(node: &Value) -> bool {
    (node.get("headline").is_some() || node.get("datePublished").is_some())
        && types(node).iter().any(|kind| {
            let kind = kind.rsplit(['/', '#']).next().unwrap_or(kind);
            kind.ends_with("Article") || kind.ends_with("Posting") || kind == "Report"
        })
}

fn address(node: &Value) -> Option<String> {
    let page = node.get("mainEntityOfPage");
    [node.get("url"), page, page.and_then(|page| page.get("@id"))]
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .find(|url| url.starts_with("http"))
        .map(str::to_string)
}

fn fold(text: &str) -> String {
    plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Entities that were escaped twice, markup inside a field.
fn plain(text: &str) -> String {
    let text = markup::unescape(text);
    if text.contains('<') && text.contains('>') {
        let (blocks, _) = markup::blocks(&text);
        return blocks
            .into_iter()
            .map(|block| block.text)
            .collect::<Vec<_>>()
            .join(" ");
    }
    text
}

fn publisher(
    tree: &Tree,
    nodes: &[&Value],
    story: Option<&Value>,
    meta: &dyn Fn(&[&str]) -> Option<String>,
    url: Option<&str>,
) -> String {
    let name_of = |value: &Value| -> Option<String> {
        let value = match value {
            Value::Array(values) => values.first()?,
            value => value,
        };
        let name = value.get("name").unwrap_or(value);
        let named = name.as_str().map(fold).or_else(|| {
            // A reference to a node elsewhere.
            let id = value.get("@id")?;
            nodes
                .iter()
                .find(|node| node.get("@id") == Some(id) && node.get("name").is_some())
                .and_then(|node| node.get("name")?.as_str().map(fold))
        })?;
        (!named.is_empty() && !named.starts_with("http")).then_some(named)
    };
    meta(&["og:site_name"])
        .filter(|name| !name.starts_with("http"))
        .or_else(|| story.and_then(|node| node.get("publisher").and_then(name_of)))
        .or_else(|| {
            meta(&[
                "application-name",
                "dc.publisher",
                "publisher",
                "twitter:app:name:iphone",
                "apple-mobile-web-app-title",
            ])
        })
        .or_else(|| {
            nodes
                .iter()
                .find(|node| {
                    types(node).iter().any(|kind| {
                        matches!(*kind, "NewsMediaOrganization" | "WebSite" | "Organization")
                    })
                })
                .and_then(|node| name_of(node))
        })
        .or_else(|| outlets::of_address(url?).map(str::to_string))
        .or_else(|| {
            // "Headline - Outlet": the last part of the title, if the address bears it out.
            let (_, last) = split_title(&tree.title)?;
            let host = outlets::host(url?)?;
            let squeezed = squeeze(last);
            (squeezed.len() >= 3 && host.replace(['-', '.'], "").contains(&squeezed))
                .then(|| last.to_string())
        })
        .or_else(|| outlets::host(url?))
        .unwrap_or_default()
}

/// Headline and site name of a title that holds both.
fn split_title(title: &str) -> Option<(&str, &str)> {
    [" | ", " — ", " – ", " - ", " « ", " » ", " · "]
        .iter()
        .filter_map(|mark| title.rsplit_once(mark))
        .min_by_key(|(_, last)| last.len())
        .filter(|(head, last)| !last.trim().is_empty() && head.trim().chars().count() >= 8)
        .map(|(head, last)| (head.trim(), last.trim()))
}

fn title(
    tree: &Tree,
    story: Option<&Value>,
    meta: &dyn Fn(&[&str]) -> Option<String>,
    publisher: &str,
) -> String {
    let headings: Vec<String> = (0..tree.nodes.len())
        .filter(|&node| tree.nodes[node].tag == Tag::Heading(1))
        .take(5)
        .map(|node| tree.text_of(node))
        .filter(|text| text.chars().count() >= 4)
        .collect();
    let stated = meta(&["og:title", "twitter:title", "dc.title", "title"])
        .map(|title| without_site(&title, publisher))
        .or_else(|| {
            story
                .and_then(|node| node.get("headline")?.as_str().map(fold))
                .filter(|title| !title.is_empty())
        })
        .or_else(|| Some(without_site(&tree.title, publisher)).filter(|title| !title.is_empty()));
    // What follows the page's own heading in a title is the site's name or a rubric.
    if let Some(stated) = &stated
        && let Some(heading) = headings.iter().find(|heading| {
            stated.strip_prefix(heading.as_str()).is_some_and(|rest| {
                rest.trim_start()
                    .starts_with(['-', '–', '—', '|', '：', ':', '·', '«', '»', '|', '｜'])
            })
        })
    {
        return heading.clone();
    }
    stated
        .or_else(|| headings.into_iter().next())
        .unwrap_or_default()
}

/// Whether two titles share most of their words.
pub(crate) fn alike(a: &str, b: &str) -> bool {
    let words = |text: &str| -> std::collections::BTreeSet<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let (a, b) = (words(a), words(b));
    let shared = a.intersection(&b).count();
    shared * 10 >= a.len().max(b.len()) * 6
}

/// A title without the site's name at its end.
fn without_site(title: &str, publisher: &str) -> String {
    let title = fold(title);
    if let Some((head, last)) = split_title(&title) {
        let (last, publisher) = (squeeze(last), squeeze(publisher));
        if !publisher.is_empty() && (publisher.contains(&last) || last.contains(&publisher)) {
            return head.to_string();
        }
    }
    title
}

fn date(
    tree: &Tree,
    story: Option<&Value>,
    meta: &dyn Fn(&[&str]) -> Option<String>,
) -> Option<PartialDate> {
    story
        .and_then(|node| node.get("datePublished")?.as_str())
        .and_then(page::read_date)
        .or_else(|| {
            meta(&[
                "article:published_time",
                "og:article:published_time",
                "datepublished",
                "date.published",
                "publishdate",
                "publish-date",
                "publication_date",
                "pubdate",
                "published_at",
                "parsely-pub-date",
                "sailthru.date",
                "cxenseparse:recs:publishtime",
                "article.published",
                "dc.date.issued",
                "dcterms.created",
                "dcterms.date",
                "dc.date.created",
                "dc.date",
                "citation_publication_date",
                "date",
                "og:published_time",
                "article:published",
                "datecreated",
                "article:post_date",
                "last-modified",
                "article:modified_time",
                "og:updated_time",
            ])
            .as_deref()
            .and_then(page::read_date)
        })
        .or_else(|| {
            // On the page: the first machine-readable time, else the first that is written out.
            let times = || (0..tree.nodes.len()).filter(|&node| tree.nodes[node].tag == Tag::Time);
            times()
                .find_map(|node| page::read_date(tree.value(node)))
                .or_else(|| {
                    times()
                        .take(20)
                        .find_map(|node| page::read_date(&tree.text_of(node)))
                })
        })
        .or_else(|| {
            (0..tree.nodes.len())
                .filter(|&node| {
                    let names = tree.names(node);
                    [
                        "-date-",
                        "-datum-",
                        "-published",
                        "-pubdate-",
                        "-timestamp-",
                        "-dateline-",
                        "-fecha-",
                        "-data-publ",
                    ]
                    .iter()
                    .any(|cue| names.contains(cue))
                })
                .take(20)
                .map(|node| tree.text_of(node))
                .filter(|text| text.len() < 120)
                .find_map(|text| page::read_date(&text).filter(|date| date.to_string().len() == 10))
        })
}

fn authors(tree: &Tree, nodes: &[&Value], story: Option<&Value>, publisher: &str) -> Vec<String> {
    let outlet = squeeze(publisher);
    let is_outlet = |name: &String| {
        let name = squeeze(name);
        !outlet.is_empty() && (name == outlet || name.contains(&outlet) || outlet.contains(&name))
    };
    let mut fallback: Vec<String> = Vec::new();
    let sources: [&dyn Fn() -> Vec<String>; 3] = [
        &|| story.map_or_else(Vec::new, |story| json_authors(nodes, story)),
        &|| meta_authors(tree),
        &|| page_authors(tree),
    ];
    for (place, source) in sources.iter().enumerate() {
        let mut found = source();
        // What a page calls author may be an agency or a button.
        if place == 2 && !fallback.is_empty() {
            found.retain(|name| {
                !name.is_ascii() && name.chars().count() >= 4
                    || (2..=4).contains(&name.split_whitespace().count())
            });
        }
        // The outlet as the author: a name on the page is better, the outlet better than none.
        if found.iter().all(is_outlet) {
            if fallback.is_empty() {
                fallback = found;
            }
            continue;
        }
        found.retain(|name| !is_outlet(name));
        return found;
    }
    fallback
}

fn squeeze(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn add_names(out: &mut Vec<String>, text: &str) {
    for name in names_in(text) {
        if out.len() < 12 && !out.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            out.push(name);
        }
    }
}

fn json_authors(nodes: &[&Value], story: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let authors: Vec<&Value> = match story.get("author").or_else(|| story.get("creator")) {
        Some(Value::Array(authors)) => authors.iter().collect(),
        Some(author) => vec![author],
        None => Vec::new(),
    };
    for author in authors {
        match author.get("name").unwrap_or(author) {
            Value::String(name) => add_names(&mut out, name),
            Value::Array(names) => names
                .iter()
                .filter_map(Value::as_str)
                .for_each(|name| add_names(&mut out, name)),
            _ => {
                // A reference to a node elsewhere.
                let named = author.get("@id").and_then(|id| {
                    nodes
                        .iter()
                        .find(|node| node.get("@id") == Some(id) && node.get("name").is_some())?
                        .get("name")?
                        .as_str()
                });
                if let Some(name) = named {
                    add_names(&mut out, name);
                }
            }
        }
    }
    out
}

fn meta_authors(tree: &Tree) -> Vec<String> {
    const KEYS: [&str; 9] = [
        "author",
        "article:author",
        "dc.creator",
        "parsely-author",
        "sailthru.author",
        "byl",
        "citation_author",
        "dcterms.creator",
        "cxenseparse:author",
    ];
    let mut out = Vec::new();
    for key in KEYS {
        tree.meta
            .iter()
            .filter(|(name, _)| name == key)
            .for_each(|(_, content)| add_names(&mut out, content));
        if !out.is_empty() {
            break;
        }
    }
    out
}

/// Names in elements that are called author or byline.
fn page_authors(tree: &Tree) -> Vec<String> {
    const CUES: [&str; 8] = [
        "-rel-author-",
        "-author-name-",
        "-authorname-",
        "-byline-name-",
        "-author-",
        "-byline",
        "-autor-",
        "-auteur-",
    ];
    for cue in CUES {
        let mut out = Vec::new();
        (0..tree.nodes.len())
            .filter(|&node| tree.names(node).contains(cue))
            .map(|node| tree.text_of(node))
            .find(|text| (4..80).contains(&text.chars().count()))
            .iter()
            .for_each(|text| add_names(&mut out, text));
        if !out.is_empty() {
            return out;
        }
    }
    Vec::new()
}

/// Names in a byline: "By Jane Doe and John Roe" holds two, an address none.
fn names_in(text: &str) -> Vec<String> {
    let text = fold(text);
    if text.starts_with("http") || text.starts_with('@') || text.starts_with("www.") {
        return Vec::new();
    }
    const LEADS: [&str; 14] = [
        "by ",
        "von ",
        "par ",
        "por ",
        "di ",
        "door ",
        "av ",
        "af ",
        "text: ",
        "author: ",
        "autor: ",
        "автор: ",
        "written by ",
        "from ",
    ];
    let lower = text.to_lowercase();
    let lead = LEADS
        .iter()
        .find(|lead| lower.starts_with(*lead) && text.is_char_boundary(lead.len()))
        .map_or(0, |lead| lead.len());
    // Initials and places in brackets.
    let mut bare = String::new();
    let mut depth = 0u32;
    for c in text[lead..].chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            c if depth == 0 => bare.push(c),
            _ => {}
        }
    }
    let mut parts: Vec<String> = vec![bare];
    for mark in [
        ";", ",", " and ", " und ", " et ", " y ", " & ", " | ", " en ", " och ", "، ", "、",
    ] {
        parts = parts
            .iter()
            .flat_map(|part| part.split(mark).map(str::to_string).collect::<Vec<_>>())
            .collect();
    }
    parts
        .into_iter()
        .map(|part| {
            part.trim()
                .trim_matches(['"', '.', ':', '-', '–', '(', ')'])
                .trim()
                .to_string()
        })
        .filter(|part| {
            let words = part.split_whitespace().count();
            part.chars().any(char::is_alphabetic)
                && (1..=6).contains(&words)
                && part.chars().count() <= 60
                && !part.starts_with("http")
                && !part.contains([':', '@'])
        })
        .collect()
}
