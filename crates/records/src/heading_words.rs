//! Headings by their words: what `data/columns.tsv` does not hold as a whole is split into known words, and
//! `data/heading_rules.tsv` says which field they make together. A heading with one unknown word is not read.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::columns::{Scale, Spelled};
use crate::field::Field;

static WORDS: &str = include_str!("../data/heading_words.tsv");
static RULES: &str = include_str!("../data/heading_rules.tsv");

/// Splits tried on one heading: real ones take a few dozen, and a hostile one must end.
const MAX_STEPS: usize = 5000;
/// Longer headings are sentences.
const MAX_KEY: usize = 160;

/// A set of concepts, one bit each.
type Concepts = u128;

struct Word {
    text: &'static str,
    /// Takes the rest of the heading's word with it.
    stem: bool,
    /// Too short to be looked for inside a longer word.
    alone: bool,
    concept: &'static str,
    bit: Concepts,
}

struct Rule {
    field: Option<Field>,
    needed: Concepts,
    allowed: Concepts,
}

struct Tables {
    /// By first letter, longest first.
    words: HashMap<char, Vec<Word>>,
    rules: Vec<Rule>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut bits: HashMap<&'static str, Concepts> = HashMap::new();
    let mut words: HashMap<char, Vec<Word>> = HashMap::new();
    for (concept, list) in lines(WORDS) {
        let bit = bit_of(&mut bits, class_of(concept));
        for text in list.split('|') {
            let (text, stem) = match text.strip_suffix('*') {
                Some(start) => (start, true),
                None => (text, false),
            };
            let Some(first) = text.chars().next() else {
                continue;
            };
            words.entry(first).or_default().push(Word {
                text,
                stem,
                alone: text.chars().count() <= 3 && text.chars().all(|c| !is_ideograph(c)),
                concept,
                bit,
            });
        }
    }
    for list in words.values_mut() {
        list.sort_by_key(|word| std::cmp::Reverse(word.text.len()));
    }
    let rules = lines(RULES)
        .map(|(field, concepts)| {
            let (mut needed, mut allowed) = (0, 0);
            for concept in concepts.split(' ') {
                match concept.strip_suffix('?') {
                    Some(optional) => allowed |= bit_of(&mut bits, optional),
                    None => needed |= bit_of(&mut bits, concept),
                }
            }
            Rule {
                field: Field::from_key(field),
                needed,
                allowed: allowed | needed,
            }
        })
        .collect();
    Tables { words, rules }
});

fn lines(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| line.split_once('\t'))
}

/// What rules call a concept: all currencies and all units of mass are one each there.
fn class_of(concept: &'static str) -> &'static str {
    match concept {
        "kg" | "ton" | "lb" | "gram" => "MASS",
        _ if concept.bytes().all(|b| b.is_ascii_uppercase()) => "CUR",
        _ => concept,
    }
}

/// Fillers say nothing and have no bit.
fn bit_of(bits: &mut HashMap<&'static str, Concepts>, concept: &'static str) -> Concepts {
    if concept == "filler" {
        return 0;
    }
    let next = bits.len() as u32;
    // The table test counts the concepts; one too many would be known to no rule.
    *bits
        .entry(concept)
        .or_insert_with(|| (1 as Concepts).checked_shl(next).unwrap_or(0))
}

/// Scripts that write words without spaces between them.
pub(crate) fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// What the words of a heading mean together: the field, its scale, and the order among headings of the same field.
pub(crate) fn recognise(heading: &Spelled) -> Option<(Field, Scale, usize)> {
    if heading.key.len() > MAX_KEY {
        return None;
    }
    // Vendors prefix sums: SUMOFTOTAL_USD_FOB.
    let start = if heading.key.starts_with("sumof") {
        5
    } else {
        0
    };
    let mut search = Search {
        heading,
        steps: 0,
        chosen: Vec::new(),
    };
    search.from(start, 0)
}

struct Search<'h> {
    heading: &'h Spelled,
    steps: usize,
    chosen: Vec<&'static str>,
}

impl Search<'_> {
    /// Reads the key from a position on, the concepts before it given.
    fn from(&mut self, at: usize, concepts: Concepts) -> Option<(Field, Scale, usize)> {
        let tables = &*TABLES;
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return None;
        }
        let rest = &self.heading.key[at..];
        let Some(first) = rest.chars().next() else {
            let (order, rule) = tables.rules.iter().enumerate().find(|(_, rule)| {
                concepts & rule.needed == rule.needed && concepts & !rule.allowed == 0
            })?;
            return self.outcome(rule.field?, order);
        };
        for word in tables.words.get(&first)? {
            if !rest.starts_with(word.text) {
                continue;
            }
            let bare = at + word.text.len();
            let mut whole = bare;
            while word.stem && !self.heading.starts_word(whole) {
                let next = self.heading.key[whole..].chars().next();
                whole += next.map_or(1, char::len_utf8);
            }
            // Empfänger-land before Empfänger-in.
            let ends = if whole == bare {
                &[bare][..]
            } else {
                &[bare, whole]
            };
            for &end in ends {
                if word.alone && !(self.heading.starts_word(at) && self.heading.starts_word(end)) {
                    continue;
                }
                self.chosen.push(word.concept);
                let found = self.from(end, concepts | word.bit);
                if found.is_some() {
                    return found;
                }
                self.chosen.pop();
            }
        }
        None
    }

    fn outcome(&self, field: Field, order: usize) -> Option<(Field, Scale, usize)> {
        let mass = self.chosen.iter().find_map(|concept| match *concept {
            "kg" => Some(1.0),
            "ton" => Some(1000.0),
            "lb" => Some(0.453_592_37),
            "gram" => Some(0.001),
            _ => None,
        });
        let currency = self
            .chosen
            .iter()
            .copied()
            .find(|concept| class_of(concept) == "CUR");
        let digits = self
            .chosen
            .iter()
            .find_map(|concept| concept.strip_prefix("digits")?.parse::<f64>().ok());
        Some(match field {
            Field::NetKg | Field::GrossKg => (field, Scale::Factor(mass.unwrap_or(1.0)), order),
            Field::HsCode => (field, digits.map_or(Scale::None, Scale::Factor), order),
            Field::Value => match currency {
                Some("USD") => (Field::ValueUsd, Scale::Currency("USD"), order),
                Some(code) => (field, Scale::Currency(code), order),
                None => (field, Scale::None, order),
            },
            _ => (field, Scale::None, order),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::spelled;

    #[test]
    fn every_word_is_in_the_form_that_is_compared_and_every_rule_is_known() {
        let mut concepts: Vec<&str> = Vec::new();
        for (concept, list) in lines(WORDS) {
            concepts.push(class_of(concept));
            for word in list.split('|') {
                let bare = word.strip_suffix('*').unwrap_or(word);
                assert_eq!(spelled(bare).key, bare, "{concept}");
                assert!(!bare.is_empty(), "{concept}: {list}");
            }
        }
        concepts.sort_unstable();
        concepts.dedup();
        assert!(concepts.len() <= 100);
        for (field, list) in lines(RULES) {
            assert!(field == "-" || Field::from_key(field).is_some(), "{field}");
            for concept in list.split(' ') {
                let concept = concept.trim_end_matches('?');
                assert!(concepts.contains(&concept), "{field}: {concept}");
            }
        }
    }

    #[test]
    fn a_hostile_heading_ends() {
        for heading in [
            "de".repeat(80),
            format!("{}x", "goods".repeat(30)),
            "国".repeat(50),
        ] {
            assert_eq!(recognise(&spelled(&heading)), None);
        }
    }
}
