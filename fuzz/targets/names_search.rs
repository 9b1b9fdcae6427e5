//! Any query against a small index: `schema letter, threshold letter, limit letter<TAB>name<TAB>name…`, where a field that
//! starts with `=` is an identifier, with `@` a country, with `#` a birth date. No query panics, every match is in bounds,
//! and asking again gives the same answer.
#![no_main]

use std::sync::LazyLock;

use interdict_fuzz::{checked_search, schema, write_index};
use libfuzzer_sys::fuzz_target;
use names::{BALANCED, Index, Query, STRICT, WIDE};

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("small.names");
    write_index(&path);
    // The map outlives its name in the folder.
    Index::open(&path).expect("the small index opens")
});

fuzz_target!(|data: &[u8]| {
    let mut fields = data.split(|byte| *byte == b'\t');
    let letters = fields.next().unwrap_or_default();
    let threshold = match letters.get(1) {
        Some(b's') => STRICT,
        Some(b'w') => WIDE,
        Some(b'0') => 0.0,
        Some(b'1') => 1.0,
        _ => BALANCED,
    };
    let limit = usize::from(letters.get(2).copied().unwrap_or(b'5').saturating_sub(b'0'));
    let mut query = Query {
        schema: schema(letters.first().copied()).map(str::to_owned),
        ..Query::default()
    };
    for field in fields {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match field.split_first() {
            Some((b'=', rest)) => query.identifiers.push(text(rest)),
            Some((b'@', rest)) => query.countries.push(text(rest)),
            Some((b'#', rest)) => query.birth_dates.push(text(rest)),
            _ => query.names.push(text(field)),
        }
    }
    let matches = checked_search(&INDEX, &query, threshold, limit);
    for found in &matches {
        let number = found
            .entity_id
            .strip_prefix("small:")
            .and_then(|number| number.parse().ok());
        let entity = number.and_then(|number: u32| INDEX.entity(number));
        let entity =
            entity.unwrap_or_else(|| panic!("{} is no entity of the list", found.entity_id));
        assert!(
            found.matched_name.is_empty()
                || entity
                    .names
                    .iter()
                    .any(|(name, _)| *name == found.matched_name),
            "{:?} is no name of {}",
            found.matched_name,
            found.entity_id
        );
    }
    assert_eq!(
        checked_search(&INDEX, &query, threshold, limit),
        matches,
        "the same again"
    );
});
