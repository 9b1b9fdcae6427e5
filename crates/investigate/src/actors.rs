//! Actors of claims that can be a party of their own, and parties of trade records that name nobody: by their names.

use model::{Actor, ActorKind, Schema};
use names::{Index, IndexBuilder};

use crate::{Error, Home};

static NO_PARTY: &str = include_str!("../data/no_party.txt");

/// Whether a trade record's party field names nobody: "TO ORDER", "N/A".
pub(crate) fn names_nobody(folded: &str) -> bool {
    folded.is_empty()
        || NO_PARTY
            .lines()
            .any(|line| !line.starts_with('#') && line == folded)
}

/// Whether an actor can be a party of its own: no state, and no words that only describe ("officials", "the West").
pub(crate) fn is_party(kind: ActorKind) -> bool {
    schema_of(kind).is_some()
}

pub(crate) fn schema_of(kind: ActorKind) -> Option<&'static str> {
    match kind {
        ActorKind::Person => Some(Schema::Person.as_str()),
        ActorKind::Company => Some(Schema::Company.as_str()),
        ActorKind::ArmedGroup => Some(Schema::Organization.as_str()),
        ActorKind::State | ActorKind::Unspecified => None,
    }
}

/// The actor's country, where the claim gives one.
pub(crate) fn countries(actor: &Actor) -> Vec<String> {
    let country = Some(actor.country.clone());
    country
        .into_iter()
        .filter(|country| !country.is_empty())
        .collect()
}

/// A name index of actors, each under an id; only this process has it.
pub(crate) fn index<'a>(
    home: &Home,
    actors: impl Iterator<Item = (String, &'a Actor)>,
) -> Result<Index, Error> {
    let mut builder = IndexBuilder::new();
    for (id, actor) in actors {
        builder.add(names::Entity {
            id,
            dataset: "reports".to_string(),
            schema: schema_of(actor.kind).unwrap_or("LegalEntity").to_string(),
            names: vec![names::Name {
                text: actor.name.clone(),
                kind: names::NameKind::Primary,
            }],
            countries: countries(actor),
            birth_dates: Vec::new(),
            identifiers: Vec::new(),
        });
    }
    home.scratch_index(builder)
}

/// Lower case and white space folded: the same spelling in another case is one node.
pub(crate) fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    folded
}
