//! Sentences of supply made from templates of our own: what the treebanks have too little of.

use anyhow::{Context, Result, ensure};
use syntax::learning::Word;
use syntax::{Relation, Tag, Upos};

use super::data::Sentence;
use crate::data::Dice;

/// Phrases and templates.
const TABLE: &str = include_str!("own.tsv");

/// Sentences of every template.
const EACH: usize = 50;

/// A word of a phrase: form, tag, and relation to the phrase's head, none for the head.
type Words<'a> = Vec<(&'a str, Tag, Option<Relation>)>;

/// The sentences, the same on every run.
pub(crate) fn sentences() -> Result<Vec<Sentence>> {
    let lines = || {
        TABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once('\t'))
    };
    let phrases: Vec<(&str, Words<'_>)> = lines()
        .filter(|(kind, _)| *kind != "=")
        .map(|(kind, text)| Ok((kind, phrase(text)?)))
        .collect::<Result<_>>()?;
    let mut dice = Dice(41);
    let mut all = Vec::new();
    for (_, template) in lines().filter(|(kind, _)| *kind == "=") {
        for _ in 0..EACH {
            all.push(filled(template, &phrases, &mut dice).with_context(|| template.to_owned())?);
        }
    }
    Ok(all)
}

fn phrase(text: &str) -> Result<Words<'_>> {
    text.split(' ')
        .map(|word| {
            let (form, rest) = word.split_once('/').with_context(|| word.to_owned())?;
            let (tag, relation) = rest.split_once('/').with_context(|| word.to_owned())?;
            Ok((form, tag_of(tag)?, relation_of(relation)?))
        })
        .collect()
}

fn tag_of(name: &str) -> Result<Tag> {
    Tag::from_name(name).with_context(|| format!("no tag {name}"))
}

/// A relation; none for the head of a phrase.
fn relation_of(name: &str) -> Result<Option<Relation>> {
    if name == "*" {
        return Ok(None);
    }
    let found = Relation::from_name(name).with_context(|| format!("no relation {name}"))?;
    Ok(Some(found))
}

/// A template with phrases by chance in its places.
fn filled(template: &str, phrases: &[(&str, Words<'_>)], dice: &mut Dice) -> Result<Sentence> {
    // Words with relation and head: a place of the template, or a word of the phrase.
    let mut words: Vec<(&str, Tag, Relation)> = Vec::new();
    let mut inner: Vec<Option<usize>> = Vec::new();
    let mut outer: Vec<usize> = Vec::new();
    // Where the head of every place of the template stands.
    let mut places = Vec::new();
    for item in template.split(' ') {
        let (rest, head) = item.rsplit_once('/').context("no head")?;
        let head: usize = head.parse()?;
        let (rest, relation) = rest.rsplit_once('/').context("no relation")?;
        let relation = relation_of(relation)?.context("a place has no relation")?;
        let own: Words<'_> = match rest
            .strip_prefix('<')
            .and_then(|kind| kind.strip_suffix('>'))
        {
            Some(kind) => {
                let fitting: Vec<_> = phrases.iter().filter(|(known, _)| *known == kind).collect();
                dice.pick(&fitting).context("no such phrase")?.1.clone()
            }
            None => {
                let (form, tag) = rest.rsplit_once('/').context("no tag")?;
                vec![(form, tag_of(tag)?, None)]
            }
        };
        let top = own.iter().position(|(_, _, relation)| relation.is_none());
        let top = words.len() + top.context("a phrase has no head")?;
        for (form, tag, within) in own {
            words.push((form, tag, within.unwrap_or(relation)));
            inner.push(within.map(|_| top));
            outer.push(head);
        }
        places.push(top);
    }
    let count = words.len() as u32;
    let mut heads = Vec::new();
    for (within, place) in inner.iter().zip(&outer) {
        heads.push(match (within, place.checked_sub(1)) {
            (Some(top), _) => *top as u32,
            (None, Some(place)) => *places.get(place).context("no such place")? as u32,
            (None, None) => count,
        });
    }
    ensure!(
        heads.iter().filter(|head| **head == count).count() == 1,
        "not one root"
    );
    let mut forms: Vec<String> = words.iter().map(|(form, ..)| (*form).to_owned()).collect();
    if let Some(first) = forms.first_mut() {
        *first = first[..1].to_uppercase() + &first[1..];
    }
    Ok(Sentence {
        text: forms.join(" "),
        is_free: true,
        words: forms.iter().map(|form| Word::new(form)).collect(),
        lemmas: vec!["_".to_owned(); forms.len()],
        upos: words
            .iter()
            .map(|(_, tag, relation)| upos(*tag, *relation))
            .collect(),
        tags: words.iter().map(|(_, tag, _)| *tag).collect(),
        relations: words.iter().map(|(_, _, relation)| *relation).collect(),
        heads,
        forms,
    })
}

/// Part of speech of the words that templates have.
fn upos(tag: Tag, relation: Relation) -> Upos {
    match tag {
        _ if matches!(relation.base(), Relation::Aux | Relation::Cop) => Upos::Aux,
        Tag::Nnp | Tag::Nnps => Upos::Propn,
        Tag::Nn | Tag::Nns => Upos::Noun,
        Tag::Jj => Upos::Adj,
        Tag::Dt => Upos::Det,
        Tag::Cd => Upos::Num,
        Tag::Rb => Upos::Adv,
        Tag::Cc => Upos::Cconj,
        Tag::In if relation == Relation::Mark => Upos::Sconj,
        Tag::In => Upos::Adp,
        Tag::Prp | Tag::PrpS | Tag::Wdt => Upos::Pron,
        Tag::Period | Tag::Comma => Upos::Punct,
        _ => Upos::Verb,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_whole() {
        let all = sentences().unwrap();
        assert!(all.len() > 500);
        assert!(
            all.iter()
                .all(|sentence| sentence.forms.len() == sentence.heads.len())
        );
    }
}
