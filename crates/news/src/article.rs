//! An html page to a report: `extract` finds the article by the page's structure, `metadata` reads what the head says,
//! and the block filter `furniture` takes out what no structure tells.

use model::Report;

use crate::{extract, furniture, metadata, page, tree};

/// An article with fewer characters may be the part of it that a page shows without its scripts.
const LITTLE: usize = 500;

/// Reads a page. The report's text is empty where the page holds no article.
pub(crate) fn read_html(html: &str) -> Report {
    let mut report = page::empty_report();
    let tree = tree::parse(html);
    metadata::read(&tree, &mut report);
    let mut found = extract::extract(&tree, &report.title, false);
    report.text = text_of(&found, &report.title);
    if report.text.chars().count() < LITTLE {
        if let Some(body) = metadata::body(&tree)
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
        let lenient = extract::extract(&tree, &report.title, true);
        if report.text.chars().count() < LITTLE / 2
            && lenient.running > (found.running * 3).max(LITTLE / 2) {
            let text = text_of(&lenient, &report.title);
            if text.len() > report.text.len() * 2 {
                (found, report.text) = (lenient, text);
            }
        }
    }
    page::finish(&mut report, &found.links);
    report
}

fn text_of(found: &extract::Extracted, title: &str) -> String {
    if found.flat {
        furniture::body_of(&found.blocks, title)
    } else {
        furniture::body_of_page(&found.blocks, title)
    }
}
