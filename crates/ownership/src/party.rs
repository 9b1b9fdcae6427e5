//! What both formats say of a party, brought into the field's types: names folded, codes checked, sizes bounded.

use model::{Address, Identifier, IdentifierKind, NameKind, Party, PartyName, Schema};
use serde_json::Value;

/// Most values of one kind that a party keeps.
const MAX_VALUES: usize = 200;
/// Longest name or identifier, in characters.
const MAX_CHARS: usize = 1_000;

/// A party without a name yet.
pub(crate) fn empty(schema: Schema) -> Party {
    Party {
        schema,
        names: Vec::new(),
        countries: Vec::new(),
        birth_dates: Vec::new(),
        identifiers: Vec::new(),
        addresses: Vec::new(),
        relations: Vec::new(),
    }
}

pub(crate) fn add_name(party: &mut Party, text: &str, kind: NameKind) {
    let text = fold(text);
    if text.chars().any(char::is_alphanumeric)
        && party.names.len() < MAX_VALUES
        && !party.names.iter().any(|name| name.text == text)
    {
        party.names.push(PartyName { text, kind });
    }
}

/// Adds a country given as a code, with a subdivision (`US-DE`) or without.
pub(crate) fn add_country(party: &mut Party, code: &str) {
    let code = code.split('-').next().unwrap_or_default();
    if let Some(code) = places::country(code)
        && !party.countries.iter().any(|known| known == code)
        && party.countries.len() < MAX_VALUES
    {
        party.countries.push(code.to_string());
    }
}

pub(crate) fn add_identifier(
    party: &mut Party,
    kind: IdentifierKind,
    value: &str,
    country: Option<String>,
) {
    let identifier = Identifier {
        kind,
        value: fold(value),
        country,
    };
    if identifier.value.chars().any(char::is_alphanumeric)
        && party.identifiers.len() < MAX_VALUES
        && !party.identifiers.contains(&identifier)
    {
        party.identifiers.push(identifier);
    }
}

pub(crate) fn add_address(party: &mut Party, parts: &[&str], country: &str) {
    add_country(party, country);
    let full: Vec<String> = parts
        .iter()
        .map(|part| fold(part))
        .filter(|part| !part.is_empty())
        .collect();
    let address = Address {
        full: full.join(", "),
        country: places::country(country).map(str::to_string),
    };
    if !address.full.is_empty()
        && party.addresses.len() < MAX_VALUES
        && !party.addresses.contains(&address)
    {
        party.addresses.push(address);
    }
}

/// White space folded, control characters dropped, length bounded.
pub(crate) fn fold(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ").chars().take(MAX_CHARS).collect()
}

/// The text at a path of keys; empty where there is none.
pub(crate) fn text<'v>(value: &'v Value, path: &[&str]) -> &'v str {
    path.iter()
        .try_fold(value, |value, key| value.get(key))
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The array under a key; empty where there is none.
pub(crate) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    let values = value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    &values[..values.len().min(MAX_VALUES)]
}
