//! An html page to a report: `extract` finds the article by the page's structure, `metadata` reads what the head says,
//! and the block filter `furniture` takes out what no structure tells.

use model::Report;

use crate::page::Absence;
use crate::tree::{Tag, Tree};
use crate::{extract, furniture, metadata, page, tree, wall};

/// An article with fewer characters may be the part of it that a page shows without its scripts.
const LITTLE: usize = 500;

/// A list of headlines has at least so many, and less running text of its own for each than this.
const FEW_TEASERS: usize = 8;
const TEASER: usize = 60;
/// Of links as long as headlines, where no text is found.
const MANY_LINKS: usize = 12;

/// Reads a page. The report's text is empty where the page holds no article.
pub(crate) fn read_html(html: &str) -> Report {
    read_tree(&tree::parse(html)).0
}

/// [`read_html`] with the reason where the page holds no article.
pub(crate) fn read(html: &str) -> Result<Report, Absence> {
    let tree = tree::parse(html);
    let (report, list) = read_tree(&tree);
    if list {
        return Err(Absence::List);
    }
    // Only a short text can be a wall; the whole page is looked at for what it says instead of the article.
    if report.text.chars().count() < wall::SHORT {
        let whole = format!("{}\n{}", tree.title, tree.text_of(0));
        match wall::absence(&report.text, &whole) {
            Some(Absence::Furniture) if headlines(&tree) >= MANY_LINKS => {
                return Err(Absence::List);
            }
            Some(why) => return Err(why),
            None => {}
        }
    }
    Ok(report)
}

/// Captions of the pictures inside a page's article, which are no part of its text: they tell what a picture shows, on
/// the word of whoever took it.
pub fn captions(html: &str) -> Vec<String> {
    let tree = tree::parse(html);
    let mut report = page::empty_report();
    metadata::read(&tree, &mut report);
    extract::extract(&tree, &report.title, false).captions
}

/// Links with a text as long as a headline.
fn headlines(tree: &Tree) -> usize {
    (0..tree.nodes.len())
        .filter(|&node| tree.nodes[node].tag == Tag::A)
        .filter(|&node| tree.text_of(node).chars().count() >= 20)
        .count()
}

/// The report, and whether the page is a list of others.
fn read_tree(tree: &Tree) -> (Report, bool) {
    let mut report = page::empty_report();
    let story = metadata::read(tree, &mut report);
    let mut found = extract::extract(tree, &report.title, false);
    report.text = text_of(&found, &report.title);
    if report.text.chars().count() < LITTLE {
        if let Some(body) = metadata::body(tree)
            && body.len() > report.text.len() * 2
            && body.matches(['{', '}']).count() * 400 < body.len()
        {
            report.text = furniture::drop_with_title(&body, &report.title);
        }
        for template in &tree.templates {
            let inner = extract::extract(&tree::parse(template), &report.title, false);
            let text = text_of(&inner, &report.title);
            if text.len() > report.text.len() * 2 {
                (found, report.text) = (inner, text);
            }
        }
        let lenient = extract::extract(tree, &report.title, true);
        if report.text.chars().count() < LITTLE / 2
            && lenient.running > (found.running * 3).max(LITTLE / 2)
        {
            let text = text_of(&lenient, &report.title);
            if text.len() > report.text.len() * 2 {
                (found, report.text) = (lenient, text);
            }
        }
    }
    page::finish(&mut report, &found.links);
    if report.language.is_none() {
        // Too little text to tell by: as the page declares.
        report.language = tree
            .lang
            .get(..2)
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_alphabetic()))
            .map(str::to_ascii_lowercase);
    }
    let list = !story
        && found.teasers >= FEW_TEASERS
        && report.text.chars().count() < found.teasers * TEASER;
    (report, list)
}

fn text_of(found: &extract::Extracted, title: &str) -> String {
    if found.flat {
        furniture::body_of(&found.blocks, title)
    } else {
        furniture::body_of_page(&found.blocks, title)
    }
}
