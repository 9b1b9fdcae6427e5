//! Control lists by what a text names: a drone engine points to 9A012, a rifle to ML1, whatever code is declared.
//!
//! The lists control by parameters that a goods text seldom gives, so an entry says where to look, not that the goods
//! are controlled.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::control::{Action, ControlEntry};
use crate::lexicon::GoodsMention;
use crate::table::{cell_list, rows};

#[derive(Deserialize)]
struct Row {
    category: String,
    /// Beginnings of the ids of the rules that the row is for; empty for all of the category that no other row names.
    rules: String,
    list: String,
    entry: String,
    description: String,
}

struct Link {
    rules: Vec<String>,
    row: Row,
}

impl Link {
    fn names(&self, rule: &str) -> bool {
        self.rules.iter().any(|start| rule.starts_with(start))
    }
}

/// The links of each category.
static LINKS: LazyLock<HashMap<String, Vec<Link>>> = LazyLock::new(|| {
    let mut links: HashMap<String, Vec<Link>> = HashMap::new();
    for row in rows::<Row>("control_links") {
        links.entry(row.category.clone()).or_default().push(Link {
            rules: cell_list(&row.rules),
            row,
        });
    }
    links
});

/// Where a list is published, and that the link is ours.
fn source(list: &str) -> &'static str {
    match list {
        "EU" => {
            "EU Common Military List of 2020-02-17 (2020/C 85/01); link from the words is our judgement"
        }
        "EU dual-use" => {
            "Regulation (EU) 2021/821 Annex I as of 2022; link from the words is our judgement"
        }
        _ => {
            "Commerce Control List, 15 CFR 774 Supp. 1, 2026-07-23; link from the words is our judgement"
        }
    }
}

/// Adds the entries that the words of a mention point to, where the list does not hold them yet.
pub(crate) fn add_links(mention: &GoodsMention, found: &mut Vec<ControlEntry>) {
    let Some(links) = LINKS.get(mention.category) else {
        return;
    };
    let own = links.iter().any(|link| link.names(mention.rule));
    for link in links {
        let fits = if own {
            link.names(mention.rule)
        } else {
            link.rules.is_empty()
        };
        let known =
            |entry: &ControlEntry| entry.list == link.row.list && entry.entry == link.row.entry;
        if !fits || found.iter().any(known) {
            continue;
        }
        found.push(ControlEntry {
            list: &link.row.list,
            entry: &link.row.entry,
            tier: None,
            description: &link.row.description,
            action: Action::Info,
            category: None,
            source: source(&link.row.list),
            older_edition: false,
            by_text: true,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::rule_ids;

    #[test]
    fn every_link_names_rules_that_exist() {
        for (category, links) in &*LINKS {
            for start in links.iter().flat_map(|link| &link.rules) {
                assert!(
                    rule_ids(category).any(|rule| rule.starts_with(start.as_str())),
                    "{category} has no rule {start}"
                );
            }
        }
    }

    #[test]
    fn every_entry_is_on_its_list() {
        let folder = std::env::var("INTERDICT_SHARED").unwrap_or_default();
        let read = |file: &str| std::fs::read_to_string(format!("{folder}/data/goods/{file}"));
        let (Ok(ccl), Ok(paragraphs), Ok(dual_use), Ok(military)) = (
            read("ccl.json"),
            read("eccn_paragraphs.csv"),
            read("eu_dual_use_annex_I_2022.txt"),
            read("eu_common_military_list_2020.txt"),
        ) else {
            println!("skipped: INTERDICT_SHARED does not lead to the texts of the lists");
            return;
        };
        for link in LINKS.values().flatten() {
            let (list, entry) = (link.row.list.as_str(), link.row.entry.as_str());
            let begins_line = |text: &str| {
                text.lines().any(|line| {
                    line.strip_prefix(entry)
                        .is_some_and(|rest| rest.starts_with(' '))
                })
            };
            let on_list = match list {
                "ECCN" => {
                    ccl.contains(&format!("\"eccn\":\"{entry}\""))
                        || paragraphs.contains(&format!(",{entry},"))
                }
                "EU dual-use" => begins_line(&dual_use),
                "EU" => begins_line(&military),
                _ => false,
            };
            assert!(on_list, "{entry} is not on {list}");
        }
    }
}
