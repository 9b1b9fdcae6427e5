//! An html page to a report: `extract` finds the article by the page's structure, `metadata` reads what the head says,
//! and the block filter `furniture` takes out what no structure tells.

use model::Report;

use crate::page::Absence;
use crate::tree::Tree;
use crate::{extract, furniture, metadata, page, tree, wall};

/// An article with fewer characters may be the part of it that a page shows without its scripts.
const LITTLE: usize = 500;

/// A list of headlines has at least so many, and less running text of its own for each than this.
const FEW_TEASERS: usize = 8;
const TEASER: usize = 60;

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
        if let Some(why) = wall::absence(&report.text, &whole) {
            return Err(why);
        }
    }
    Ok(report)
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
