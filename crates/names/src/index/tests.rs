//! The index against brute force, against damage, and the answers a user expects.

use proptest::prelude::*;

use super::*;
use crate::analyse::analyse;
use crate::score::score;
use crate::thresholds::BALANCED;
use crate::word::{Kind, Side, name_hash, words_of};

fn entity(id: &str, schema: &str, names: &[&str]) -> Entity {
    Entity {
        id: id.to_owned(),
        dataset: id.split(':').next().unwrap_or_default().to_owned(),
        schema: schema.to_owned(),
        names: names
            .iter()
            .map(|text| Name {
                text: (*text).to_owned(),
                kind: NameKind::Primary,
            })
            .collect(),
        countries: Vec::new(),
        birth_dates: Vec::new(),
        identifiers: Vec::new(),
    }
}

fn small_list() -> Vec<Entity> {
    let mut list = vec![
        entity("a:1", "Company", &["АО «Завод Радуга»", "Raduga Plant JSC"]),
        entity("a:2", "Company", &["Shanghai Electric Trading Ltd"]),
        entity(
            "a:3",
            "Person",
            &["Sergey Viktorovich LAVROV", "Сергей Викторович Лавров"],
        ),
        entity("a:4", "Vessel", &["ELITE"]),
        entity("a:5", "Company", &["Goodwill Import Export LLC"]),
        entity("a:6", "Company", &["LLC", "", "???"]),
        entity("a:7", "Organization", &["Brigade 44"]),
        entity("a:8", "LegalEntity", &["Tekhkrim"]),
        entity("a:9", "Person", &["محمد سمير حداد"]),
    ];
    list[0].identifiers = vec!["INN 7736050003".to_owned()];
    list[0].countries = vec!["RU".to_owned()];
    list[2].birth_dates = vec!["1950-03-21".to_owned()];
    list[4].names.push(Name {
        text: "GIE".to_owned(),
        kind: NameKind::WeakAlias,
    });
    list
}

fn open(entities: &[Entity]) -> (tempfile::TempDir, Index) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("names");
    let mut builder = IndexBuilder::new();
    entities
        .iter()
        .for_each(|entity| builder.add(entity.clone()));
    builder.write(&path).expect("written");
    (folder, Index::open(&path).expect("opened"))
}

fn found(index: &Index, schema: Option<&str>, name: &str) -> Vec<String> {
    let query = Query {
        schema: schema.map(str::to_owned),
        names: vec![name.to_owned()],
        ..Query::default()
    };
    index
        .search(&query, BALANCED, 10)
        .into_iter()
        .map(|found| found.entity_id)
        .collect()
}

#[test]
fn finds_parties_under_other_spellings_and_leaves_others_alone() {
    let (_folder, index) = open(&small_list());
    let check = |schema: Option<&str>, name: &str, expect: &[&str]| {
        assert_eq!(found(&index, schema, name), expect, "{name}");
    };
    check(Some("Company"), "Raduga plant", &["a:1"]);
    check(Some("Company"), "ООО Завод Радуга", &["a:1"]);
    check(Some("Company"), "Shanghai Trading Co Ltd", &[]);
    check(Some("Person"), "Serguei Lavrov", &["a:3"]);
    check(Some("Person"), "Lavrov", &[]);
    check(None, "Elite", &[]);
    check(Some("Company"), "Elite", &[]);
    check(Some("Company"), "Good Will Import and Export", &["a:5"]);
    check(Some("Company"), "GIE", &[]);
    check(Some("Company"), "LLC", &[]);
    check(Some("Company"), "", &[]);
    check(None, "44th Brigade", &[]);
    check(None, "Brigade Forty-Four", &["a:7"]);
    check(None, "Tekhkrim LLC", &["a:8"]);
    check(Some("Person"), "Mohammad Samir Haddad", &["a:9"]);
}

#[test]
fn identifiers_decide_and_dates_speak_against() {
    let (_folder, index) = open(&small_list());
    let query = Query {
        names: vec!["Something Else".to_owned()],
        identifiers: vec!["7736050003".to_owned()],
        ..Query::default()
    };
    let matches = index.search(&query, BALANCED, 10);
    assert_eq!(matches.len(), 1);
    assert!(
        matches[0].is_match
            && matches[0]
                .explanation
                .iter()
                .any(|line| line.contains("identifier agrees"))
    );
    let person = |date: &str| {
        let query = Query {
            schema: Some("Person".to_owned()),
            names: vec!["Sergey Lavrov".to_owned()],
            birth_dates: vec![date.to_owned()],
            ..Query::default()
        };
        index
            .search(&query, 0.3, 10)
            .first()
            .map(|found| found.score)
            .unwrap_or_default()
    };
    assert!(person("1950") > person("1985") + 0.1);
}

#[test]
fn the_view_of_an_entity_gives_back_what_was_put_in() {
    let (_folder, index) = open(&small_list());
    assert_eq!(index.len(), 9);
    let view = index.entity(0).expect("the first entity");
    assert_eq!(
        (view.id, view.dataset, view.schema, view.caption),
        ("a:1", "a", "Company", "АО «Завод Радуга»")
    );
    assert_eq!(view.countries, ["RU"]);
    assert_eq!(view.identifiers, ["7736050003"]);
    assert_eq!(view.names.len(), 2);
    assert!(index.entity(9).is_none());
}

#[test]
fn the_same_entities_give_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = |name: &str| {
        let mut builder = IndexBuilder::new();
        small_list()
            .into_iter()
            .for_each(|entity| builder.add(entity));
        let path = folder.path().join(name);
        builder.write(&path).expect("written");
        std::fs::read(path).expect("read")
    };
    assert_eq!(bytes("one"), bytes("two"));
}

#[test]
fn foreign_old_and_damaged_files_are_refused_with_their_reason() {
    let (folder, _index) = open(&small_list());
    let bytes = std::fs::read(folder.path().join("names")).expect("read");
    let path = folder.path().join("changed");
    let check = |bytes: &[u8], expect: &str| {
        std::fs::write(&path, bytes).expect("written");
        let error = Index::open(&path).expect_err("refused").to_string();
        assert!(error.contains(expect), "{error}");
    };
    check(b"", "not a name index");
    check(b"<html></html>", "not a name index");
    check(&vec![7; 5000], "not a name index");
    check(&bytes[..100], "shorter than its header");
    check(&bytes[..bytes.len() - 1], "cut off");
    let mut changed = bytes.clone();
    changed[8] = 99;
    check(&changed, "format 99");
    let mut changed = bytes.clone();
    changed[100] ^= 1;
    check(&changed, "header hash");
    let mut changed = bytes.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    check(&changed, "content hash");
    assert!(matches!(
        Index::open(&folder.path().join("nowhere")),
        Err(IndexError::Io { .. })
    ));
}

/// Gives a changed file valid hashes again, so that the reader has to get past its content.
fn sign(bytes: &mut [u8]) {
    use super::format::{HEADER, HEADER_WITHOUT_HASH};
    let body = blake3::hash(&bytes[HEADER..]);
    bytes[32..64].copy_from_slice(body.as_bytes());
    let header = blake3::hash(&bytes[..HEADER_WITHOUT_HASH]);
    bytes[HEADER_WITHOUT_HASH..HEADER].copy_from_slice(header.as_bytes());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_content_makes_the_reader_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..60)) {
        let (folder, _index) = open(&small_list());
        let mut bytes = std::fs::read(folder.path().join("names")).expect("read");
        for (place, value) in changes {
            // The header up to the table of sections must stay, or the file is refused before anything is read.
            let place = 64 + place.index(bytes.len() - 64);
            bytes[place] = value;
        }
        sign(&mut bytes);
        let path = folder.path().join("changed");
        std::fs::write(&path, &bytes).expect("written");
        if let Ok(index) = Index::open(&path) {
            for number in 0..index.len() as u32 {
                let _ = index.entity(number);
            }
            for name in ["Raduga plant", "Sergey Lavrov", "محمد", "Good Will Import"] {
                let query = Query { names: vec![name.to_owned()], identifiers: vec!["7736050003".to_owned()], ..Query::default() };
                let _ = index.search(&query, 0.3, 100);
            }
        }
    }

    #[test]
    fn any_query_is_answered(name in any::<String>(), id in any::<String>()) {
        let (_folder, index) = open(&small_list());
        let query = Query { names: vec![name], identifiers: vec![id], ..Query::default() };
        for found in index.search(&query, 0.3, 100) {
            prop_assert!((0.0..=1.0).contains(&found.score) && (0.0..=1.0).contains(&found.probability));
        }
    }
}

/// Candidates must hold every name that the scorer would accept: a sample of queries against all names, one by one.
#[test]
fn the_index_loses_nothing_that_brute_force_finds() {
    let Some(shared) = crate::testdata::shared() else {
        return;
    };
    let entities = crate::testdata::baseline(&shared);
    let (_folder, index) = open(&entities);
    let mut queries: Vec<(Kind, String)> = Vec::new();
    for (number, entity) in entities.iter().enumerate().step_by(701) {
        let kind = if entity.schema == "Person" {
            Kind::Person
        } else {
            Kind::Organisation
        };
        let Some(name) = entity.names.first().map(|name| name.text.clone()) else {
            continue;
        };
        // Misspelt in one place, or with a word lost.
        let mut letters: Vec<char> = name.chars().collect();
        let place = number * 7 % letters.len().max(1);
        match number % 3 {
            0 if letters.len() > 6 => {
                letters.remove(place);
            }
            1 if place + 1 < letters.len() => letters.swap(place, place + 1),
            _ => {}
        }
        queries.push((kind, letters.into_iter().collect()));
    }
    let (mut accepted, mut lost) = (0, Vec::new());
    for (kind, name) in &queries {
        let schema = match kind {
            Kind::Person => "Person",
            _ => "Company",
        };
        let query = Query {
            schema: Some(schema.to_owned()),
            names: vec![name.clone()],
            ..Query::default()
        };
        let found: std::collections::HashMap<String, f64> = index
            .search(&query, 0.61, usize::MAX)
            .into_iter()
            .map(|found| (found.entity_id, found.score))
            .collect();
        for analysed in analyse(name, kind.view()) {
            let words = words_of(&analysed, kind.view());
            let query = Side {
                normalised: name_hash(&analysed.normalised),
                words: &words,
                legal: analysed.legal,
            };
            let mut listed = Vec::new();
            for number in 0..index.names() {
                let Some(record) = index.name(number) else {
                    continue;
                };
                if record.party != super::build::kind_number(*kind)
                    || record.kind == NameKind::WeakAlias
                {
                    continue;
                }
                index.words(&record, &mut listed);
                let side = Side {
                    normalised: record.normalised,
                    words: &listed,
                    legal: record.legal,
                };
                let result = score(query, side, *kind).score;
                if result >= 0.61 {
                    accepted += 1;
                    let entity = index.entity(record.entity).map(|entity| entity.id);
                    let score = entity.and_then(|entity| found.get(entity).copied());
                    if score.is_none_or(|score| score < result - 1e-6) {
                        let text = index.name_text(number);
                        lost.push(format!("{result:.3} {name} | {text}, found {score:?}"));
                    }
                }
            }
        }
    }
    eprintln!(
        "brute force accepts {accepted}, the index loses {}: {lost:#?}",
        lost.len()
    );
    assert!(accepted > 20);
    assert!(
        (lost.len() as f64) <= 0.001 * f64::from(accepted) + 1.0,
        "{lost:#?}"
    );
}

#[test]
fn the_index_gives_names_their_own_words() {
    let (_folder, index) = open(&small_list());
    let mut listed = Vec::new();
    for number in 0..index.names() {
        let record = index.name(number).expect("a name");
        index.words(&record, &mut listed);
        let kind = super::open::kind_of(record.party);
        let text = index.name_text(number);
        let readings = analyse(text, kind.view());
        let same = readings.iter().any(|reading| {
            let words = words_of(reading, kind.view());
            words.len() == listed.len()
                && words.iter().zip(&listed).all(|(left, right)| {
                    (
                        left.text,
                        left.key,
                        left.second,
                        left.class,
                        left.flags,
                        left.native,
                    ) == (
                        right.text,
                        right.key,
                        right.second,
                        right.class,
                        right.flags,
                        right.native,
                    ) && left.weight == right.weight
                })
        });
        assert!(same, "{text}: {listed:?}");
    }
}
