//! Builds one entry: white space folded, repeats dropped, values typed, sizes bounded.

use model::{
    Address, Identifier, IdentifierKind, ListEntry, Listing, NameKind, PartialDate, Party,
    PartyName, Relation, RelationKind, Schema,
};

use crate::identifiers::classify;

/// Most values of one kind that an entry keeps; the largest real entry has under 200 names.
const MAX_VALUES: usize = 2_000;
/// Longest name, in characters; longer ones are free text in the wrong field.
const MAX_NAME_CHARS: usize = 1_000;
/// Longest remarks that are kept, in bytes.
const MAX_REMARKS: usize = 64 * 1024;

/// A field that could not be read, and why.
pub(crate) type Fault = (&'static str, String);

/// One entry under construction.
pub(crate) struct EntryBuilder {
    pub(crate) party: Party,
    pub(crate) listing: Listing,
    /// What could not be read of it.
    pub(crate) faults: Vec<Fault>,
}

impl EntryBuilder {
    pub(crate) fn new(entry_id: &str, schema: Schema) -> Self {
        Self {
            party: Party {
                schema,
                names: Vec::new(),
                countries: Vec::new(),
                birth_dates: Vec::new(),
                identifiers: Vec::new(),
                addresses: Vec::new(),
                relations: Vec::new(),
            },
            listing: Listing {
                list: String::new(),
                entry_id: fold(entry_id),
                programmes: Vec::new(),
                listed_on: None,
                remarks: String::new(),
            },
            faults: Vec::new(),
        }
    }

    fn fault(&mut self, field: &'static str, reason: String) {
        if self.faults.len() < 20 {
            self.faults.push((field, reason));
        }
    }

    /// Adds a name; the first kind given to a text stays.
    pub(crate) fn name(&mut self, text: &str, kind: NameKind) {
        let text = fold(text);
        if !text.chars().any(char::is_alphanumeric) {
            return;
        }
        if text.chars().count() > MAX_NAME_CHARS {
            self.fault(
                "name",
                format!("name is longer than {MAX_NAME_CHARS} characters"),
            );
        } else if self.party.names.len() >= MAX_VALUES {
            self.fault("name", format!("more than {MAX_VALUES} names"));
        } else if !self.party.names.iter().any(|name| name.text == text) {
            self.party.names.push(PartyName { text, kind });
        }
    }

    /// Adds a country given as a code or a name. Texts that name no country ("undetermined", "00") add none.
    pub(crate) fn country(&mut self, text: &str) {
        if let Some(code) = country(text) {
            push_new(&mut self.party.countries, code);
        }
    }

    /// Adds the date or dates that a text gives.
    pub(crate) fn birth(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        match crate::dates::parse_birth(text) {
            Some(dates) => self.birth_dates(dates),
            None => self.fault("birth date", format!("{:?} is not a date", shorten(text))),
        }
    }

    pub(crate) fn birth_dates(&mut self, dates: impl IntoIterator<Item = PartialDate>) {
        for date in dates {
            push_new(&mut self.party.birth_dates, date);
        }
    }

    /// Adds an identifier; `hint` is what the source calls it, `note` any words beside it.
    pub(crate) fn identifier(
        &mut self,
        hint: IdentifierKind,
        value: &str,
        issuer: &str,
        note: &str,
    ) {
        let value = fold(value);
        if !value.chars().any(char::is_alphanumeric) || value.len() > 200 {
            return;
        }
        let issuer = country(issuer);
        // Formats without issuers leave the party's own country. Ten digits that a source calls an identity number may
        // be a Russian passport, which has no check digit: the country alone does not make them a tax number.
        let home = match self.party.countries.as_slice() {
            [only]
                if only == "RU" && !(hint == IdentifierKind::NationalId && value.len() == 10) =>
            {
                Some("RU")
            }
            _ => None,
        };
        let (kind, value) = classify(hint, &value, issuer.as_deref().or(home), note);
        push_new(
            &mut self.party.identifiers,
            Identifier {
                kind,
                value,
                country: issuer,
            },
        );
    }

    /// Adds an address from its parts in reading order; an address without parts only adds its country.
    pub(crate) fn address(&mut self, parts: &[&str], country_text: &str) {
        let code = country(country_text);
        let country_name = country_text.trim();
        let full: Vec<String> = parts
            .iter()
            .chain(std::iter::once(&country_name))
            .map(|part| fold(part).trim_matches([',', ' ']).to_string())
            .filter(|part| part.chars().any(char::is_alphanumeric))
            .collect();
        if let Some(code) = &code {
            push_new(&mut self.party.countries, code.clone());
        }
        let nothing_but_country = parts
            .iter()
            .all(|part| !part.chars().any(char::is_alphanumeric));
        if !nothing_but_country {
            push_new(
                &mut self.party.addresses,
                Address {
                    full: full.join(", "),
                    country: code,
                },
            );
        }
    }

    pub(crate) fn relation(&mut self, kind: RelationKind, target: &str) {
        let target = fold(target);
        if target.chars().filter(|c| c.is_alphanumeric()).count() >= 2 {
            push_new(&mut self.party.relations, Relation { kind, target });
        }
    }

    pub(crate) fn programme(&mut self, text: &str) {
        let text = fold(text);
        if !text.is_empty() {
            push_new(&mut self.listing.programmes, text);
        }
    }

    /// Keeps the earliest of the dates given.
    pub(crate) fn listed_on(&mut self, date: Option<PartialDate>) {
        if let Some(date) = date {
            let earliest = self.listing.listed_on.map_or(date, |known| known.min(date));
            self.listing.listed_on = Some(earliest);
        }
    }

    /// Appends to the remarks, as written but for white space.
    pub(crate) fn remark(&mut self, text: &str) {
        let text = fold(text);
        let remarks = &mut self.listing.remarks;
        if text.is_empty() || remarks.len() + text.len() > MAX_REMARKS {
            return;
        }
        if !remarks.is_empty() {
            remarks.push_str("; ");
        }
        remarks.push_str(&text);
    }

    /// Appends remarks and reads the relations they state.
    pub(crate) fn remark_with_relations(&mut self, text: &str) {
        for (kind, target) in crate::remarks::relations(text) {
            self.relation(kind, &target);
        }
        self.remark(text);
    }

    /// The entry, or why it is none.
    pub(crate) fn finish(mut self) -> Result<(ListEntry, Vec<Fault>), Fault> {
        if self.party.names.is_empty() {
            return Err(("name", "record has no name".to_string()));
        }
        if self.listing.entry_id.is_empty() {
            return Err(("id", "record has no id".to_string()));
        }
        // Phrases like "head of" and "member of" make officers of persons; a group of a group holds no office in it.
        if !matches!(self.party.schema, Schema::Person | Schema::LegalEntity) {
            for relation in &mut self.party.relations {
                if relation.kind == RelationKind::OfficerOf {
                    relation.kind = RelationKind::Other;
                }
            }
        }
        // Stable: only the primary name moves to the front.
        if let Some(primary) = self
            .party
            .names
            .iter()
            .position(|name| name.kind == NameKind::Primary)
        {
            self.party.names[..=primary].rotate_right(1);
        }
        Ok((
            ListEntry {
                party: self.party,
                listing: self.listing,
            },
            self.faults,
        ))
    }
}

fn push_new<T: PartialEq>(values: &mut Vec<T>, value: T) {
    if values.len() < MAX_VALUES && !values.contains(&value) {
        values.push(value);
    }
}

/// White space of any kind folded into single spaces, outer white space and control characters dropped.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}') {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The start of a text, for messages.
pub(crate) fn shorten(text: &str) -> String {
    let text = fold(text);
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

static COUNTRY_SPELLINGS: &str = include_str!("../data/country_spellings.tsv");

/// Alpha-2 code of a country as lists write it. Regions count for the country they lie in where that is undisputed.
pub(crate) fn country(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text == "00" {
        return None;
    }
    if let Some(code) = places::country(text) {
        return Some(code.to_string());
    }
    COUNTRY_SPELLINGS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| line.split_once('\t'))
        .find(|(spelling, _)| spelling.eq_ignore_ascii_case(text))
        .map(|(_, code)| code.to_string())
}

/// "FAMILY, Given" as "Given FAMILY"; texts without a comma stay.
pub(crate) fn given_family(text: &str) -> String {
    match text.split_once(',') {
        Some((family, given)) if !given.trim().is_empty() => {
            format!("{} {}", given.trim(), family.trim())
        }
        _ => text.trim().trim_end_matches(',').to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_stand_given_name_first() {
        assert_eq!(
            given_family("PRIGOZHIN, Yevgeniy Viktorovich"),
            "Yevgeniy Viktorovich PRIGOZHIN"
        );
        assert_eq!(given_family("PELE"), "PELE");
        assert_eq!(given_family("KIM, "), "KIM");
    }

    #[test]
    fn an_entry_without_a_name_is_refused() {
        let mut builder = EntryBuilder::new("1", Schema::Person);
        builder.name(" - ", NameKind::Primary);
        assert_eq!(builder.finish().unwrap_err().0, "name");
    }

    #[track_caller]
    fn check_number(
        countries: &[&str],
        hint: IdentifierKind,
        number: &str,
        expect: IdentifierKind,
    ) {
        let mut builder = EntryBuilder::new("1", Schema::Person);
        for country in countries {
            builder.country(country);
        }
        builder.identifier(hint, number, "", "");
        let found = &builder.party.identifiers[0];
        assert_eq!(
            (found.kind, found.country.as_deref()),
            (expect, None),
            "{number}"
        );
    }

    #[test]
    fn numbers_of_a_russian_party_are_told_by_its_country() {
        use IdentifierKind::{Inn, NationalId, Ogrn, Registration};
        check_number(&["ru"], NationalId, "616117121603", Inn);
        check_number(&["ru"], Registration, "6315800040", Inn);
        check_number(&["ru"], Registration, "1026301167683", Ogrn);
        // Check digits that are wrong, a number that may be a passport, a second or no country: as the source says.
        check_number(&["ru"], NationalId, "616117121604", NationalId);
        check_number(&["ru"], NationalId, "7706061801", NationalId);
        check_number(&["ru", "cy"], Registration, "6315800040", Registration);
        check_number(&[], NationalId, "616117121603", NationalId);
    }

    #[test]
    fn groups_hold_no_office_in_groups() {
        for (schema, expect) in [
            (Schema::Person, RelationKind::OfficerOf),
            (Schema::LegalEntity, RelationKind::OfficerOf),
            (Schema::Organization, RelationKind::Other),
        ] {
            let mut builder = EntryBuilder::new("1", schema);
            builder.name("A", NameKind::Primary);
            builder.remark_with_relations("Member of Example Group.");
            let (entry, _) = builder.finish().unwrap();
            assert_eq!(entry.party.relations[0].kind, expect);
        }
    }
}
