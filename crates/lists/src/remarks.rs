//! Relations that remarks state: "(Linked To: X)", "owned or controlled by X", "subsidiary of X".
//!
//! `data/relation_phrases.tsv` lists the phrases. Behind "Linked To:" the target runs to the end of the clause, as OFAC
//! writes it; behind phrases of running text it is the run of capitalised words that follows.

use std::sync::LazyLock;

use model::RelationKind;

static RELATION_PHRASES: &str = include_str!("../data/relation_phrases.tsv");

/// Relations kept from one text; remarks with more are lists of other things.
const MAX_RELATIONS: usize = 50;
/// Words of one target.
const MAX_TARGET_WORDS: usize = 16;

static PHRASES: LazyLock<Vec<(RelationKind, String)>> = LazyLock::new(|| {
    let mut phrases: Vec<_> = RELATION_PHRASES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let (kind, phrase) = line.split_once('\t')?;
            let kind = match kind {
                "linked_to" => RelationKind::LinkedTo,
                "owned_or_controlled_by" => RelationKind::OwnedOrControlledBy,
                "acting_for" => RelationKind::ActingFor,
                "subsidiary_of" => RelationKind::SubsidiaryOf,
                "officer_of" => RelationKind::OfficerOf,
                _ => RelationKind::Other,
            };
            Some((kind, phrase.to_string()))
        })
        .collect();
    phrases.sort_by_key(|(_, phrase)| std::cmp::Reverse(phrase.len()));
    phrases
});

/// The relations stated in a text, in order; the other party as written.
pub(crate) fn relations(text: &str) -> Vec<(RelationKind, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        if found.len() >= MAX_RELATIONS {
            break;
        }
        let starts_word = !text[..at].ends_with(|c: char| c.is_alphanumeric());
        let phrase = starts_word.then(|| phrase_at(rest)).flatten();
        let Some((kind, phrase)) = phrase else {
            match rest.chars().next() {
                Some(c) => at += c.len_utf8(),
                None => break,
            }
            continue;
        };
        let behind = &rest[phrase.len()..];
        if phrase.ends_with(':') && *kind == RelationKind::LinkedTo {
            let target = clause(behind);
            if !target.is_empty() {
                found.push((*kind, target.to_string()));
            }
        } else {
            let target = capitalised_run(behind);
            // Two persons in one phrase are two relations; "and" inside of a company's name is not split.
            let mut rest = target.as_str();
            if *kind == RelationKind::Other {
                while let Some((one, other)) = rest.split_once(" and ") {
                    // "Islamic State in Iraq and the Levant" is one.
                    if other.starts_with(|c: char| c.is_lowercase()) {
                        break;
                    }
                    found.push((*kind, one.to_string()));
                    rest = other;
                }
            }
            // "head of Syrian military intelligence": an adjective names no party.
            let adjective = places::mention(rest)
                .is_some_and(|mention| mention.kind == places::MentionKind::Demonym);
            if !rest.is_empty() && !adjective {
                found.push((*kind, rest.to_string()));
            }
        }
        at += phrase.len();
    }
    found
}

fn phrase_at(text: &str) -> Option<&'static (RelationKind, String)> {
    let first = text.as_bytes().first()?.to_ascii_lowercase();
    PHRASES.iter().find(|(_, phrase)| {
        phrase.as_bytes()[0] == first
            && text
                .get(..phrase.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(phrase))
            && !text[phrase.len()..].starts_with(|c: char| c.is_alphanumeric())
    })
}

/// Up to a semicolon, the closing bracket that an outer one asks for, or the end.
fn clause(text: &str) -> &str {
    let mut depth = 0i32;
    let mut end = text.len().min(400);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    for (at, c) in text[..end].char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => {
                end = at;
                break;
            }
            ')' => depth -= 1,
            ';' => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let clause = text[..end].trim();
    // The full stop that ends the remarks; the one of "S.A." or "CO." belongs to the name, but nothing tells them apart
    // at the end of a text, and the name is found without it.
    clause.strip_suffix('.').unwrap_or(clause)
}

/// The capitalised words at the start of a text, with the small words between them.
fn capitalised_run(text: &str) -> String {
    const CONNECTORS: [&str; 24] = [
        "of", "for", "the", "and", "de", "del", "la", "al", "bin", "bint", "ibn", "van", "von",
        "der", "&", "in", "du", "el", "e", "y", "da", "do", "und", "on",
    ];
    const LEADING: [&str; 10] = [
        "the",
        "a",
        "an",
        "eu-sanctioned",
        "eu-listed",
        "un-sanctioned",
        "un-designated",
        "us-designated",
        "sanctioned",
        "listed",
    ];
    let mut words: Vec<&str> = Vec::new();
    let mut names = 0;
    for word in text
        .split_whitespace()
        .take(MAX_TARGET_WORDS + LEADING.len())
    {
        if words.is_empty() && LEADING.contains(&word.to_lowercase().as_str()) {
            continue;
        }
        // "Associated with A" and, on the next line, "Owned by B".
        let offset = word.as_ptr() as usize - text.as_ptr() as usize;
        if phrase_at(&text[offset..]).is_some() {
            break;
        }
        let opening = word.trim_start_matches(['"', '“', '‘', '\'', '«']);
        let bare = opening.trim_end_matches(['"', '”', '’', '\'', '»']);
        let core = bare.trim_end_matches([',', '.', ';', ':']);
        let capital = core
            .starts_with(|c: char| c.is_uppercase() || c.is_numeric() || is_caseless(c))
            || core.contains("al-")
            || core.starts_with("al-");
        let connector = CONNECTORS.contains(&core);
        if opening.starts_with('(') || !(capital || connector && !words.is_empty()) {
            break;
        }
        if words.len() >= MAX_TARGET_WORDS {
            break;
        }
        words.push(word);
        names += usize::from(capital);
        let ends_sentence = bare.ends_with('.') && core.chars().count() > 3 && !core.contains('.');
        if ends_sentence || bare.ends_with([',', ';', ':']) {
            break;
        }
    }
    while words
        .last()
        .is_some_and(|word| CONNECTORS.contains(&word.trim_end_matches([',', '.', ';', ':'])))
    {
        words.pop();
    }
    // "part of Russia's efforts": a possessive alone has lost its noun and names nobody.
    let possessive = words.len() == 1 && (words[0].ends_with("'s") || words[0].ends_with("’s"));
    if names == 0 || possessive {
        return String::new();
    }
    words
        .join(" ")
        .trim_matches(['"', '“', '”', '‘', '’', '\'', '«', '»', ',', '.', ';', ':'])
        .to_string()
}

/// Letters of scripts without capitals.
fn is_caseless(c: char) -> bool {
    c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use RelationKind::*;

    #[track_caller]
    fn check(text: &str, expect: &[(RelationKind, &str)]) {
        let got = relations(text);
        let got: Vec<_> = got
            .iter()
            .map(|(kind, target)| (*kind, target.as_str()))
            .collect();
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn ofac_links_run_to_the_end_of_the_clause() {
        check("(Linked To: MAHAN AIR)", &[(LinkedTo, "MAHAN AIR")]);
        check(
            "DOB 1961; Linked To: ISLAMIC REVOLUTIONARY GUARD CORPS (IRGC)-QODS FORCE; Linked To: IRAN AIR.",
            &[
                (
                    LinkedTo,
                    "ISLAMIC REVOLUTIONARY GUARD CORPS (IRGC)-QODS FORCE",
                ),
                (LinkedTo, "IRAN AIR"),
            ],
        );
        check(
            "(Linked To: PRIGOZHIN, Yevgeniy Viktorovich)",
            &[(LinkedTo, "PRIGOZHIN, Yevgeniy Viktorovich")],
        );
    }

    #[test]
    fn running_text_names_capitalised_words() {
        check(
            "Subsidiary of Iran Electronics Industries. Date of listing 2011",
            &[(SubsidiaryOf, "Iran Electronics Industries")],
        );
        check(
            "a wholly-owned subsidiary of the Syrian Ministry of Defence (and so on)",
            &[(SubsidiaryOf, "Syrian Ministry of Defence")],
        );
        check(
            "Owned or controlled by EU-sanctioned TESA, involved in",
            &[(OwnedOrControlledBy, "TESA")],
        );
        check(
            "Acting for or on behalf of Kata'ib Sayyid al-Shuhada.",
            &[(ActingFor, "Kata'ib Sayyid al-Shuhada")],
        );
        check(
            "Associated with Abdul Manan and Khairullah Barakzai.",
            &[(Other, "Abdul Manan"), (Other, "Khairullah Barakzai")],
        );
        check("It is part of Russia’s war effort", &[]);
        check(
            "subordinate to Iran’s Defense Industries Organization",
            &[(SubsidiaryOf, "Iran’s Defense Industries Organization")],
        );
        check("assets owned by it and located outside", &[]);
        check("relinked to Minsk", &[]);
        check("head of Syrian military intelligence", &[]);
        check(
            "Associated with the Islamic State in Iraq and the Levant.",
            &[(Other, "Islamic State in Iraq and the Levant")],
        );
        check("owned by", &[]);
        check(
            "Linked to Roskomnadzor\nAssociated with Rostec",
            &[(LinkedTo, "Roskomnadzor"), (Other, "Rostec")],
        );
    }
}
