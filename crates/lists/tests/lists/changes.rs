//! Change sets between versions.

use crate::{fixture, read_path};

#[test]
fn a_version_does_not_differ_from_itself() {
    let (entries, _) = read_path(&fixture("eu_fsf_xml")).unwrap();
    let changes = lists::diff(entries.clone().into_iter(), entries.into_iter().rev());
    assert_eq!(changes, lists::ChangeSet::default());
}

#[test]
fn changes_are_told_field_by_field() {
    let (old, _) = read_path(&fixture("un_xml")).unwrap();
    let mut new = old.clone();
    let removed = new.remove(0);
    assert_eq!(removed.party.caption(), "ERIC BADEGE");
    let changed = &mut new[0];
    changed.party.names.remove(2);
    changed.party.countries.push("PK".to_string());
    changed.listing.listed_on = Some("2001-02".parse().unwrap());
    let mut added = new[1].clone();
    added.listing.entry_id = "7000000".to_string();
    new.push(added);
    insta::assert_json_snapshot!(lists::diff(old.into_iter(), new.into_iter()));
}
