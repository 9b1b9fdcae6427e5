//! What columns mean by their neighbours and their contents, where a heading alone leaves it open.

use crate::assemble::OwnedCell;
use crate::columns::{MappedBy, Recognised, Scale, heading_key};
use crate::field::Field;
use crate::values;

/// Headings that say what a column holds and not of whom.
const ADDRESS: &[&str] = &[
    "address",
    "fulladdress",
    "addr",
    "адрес",
    "адреса",
    "地址",
    "direccion",
    "domicilio",
    "endereco",
    "adresse",
    "anschrift",
    "indirizzo",
    "adres",
    "adresi",
    "alamat",
    "diachi",
    "주소",
    "住所",
    "العنوان",
];
const COUNTRY: &[&str] = &[
    "country",
    "countrycode",
    "countryname",
    "страна",
    "кодстраны",
    "国家",
    "國家",
    "国别",
    "pais",
    "pays",
    "land",
    "paese",
    "kraj",
    "ulke",
    "negara",
    "nuoc",
    "국가",
    "国",
    "الدوله",
];
const IDENTIFIER: &[&str] = &[
    "inn",
    "tin",
    "vat",
    "vatnumber",
    "taxid",
    "taxno",
    "taxnumber",
    "инн",
    "иннкпп",
    "едрпоу",
    "бин",
    "унп",
    "税号",
    "nit",
    "ruc",
    "rut",
    "cuit",
    "cnpj",
    "rfc",
    "nif",
    "vergino",
    "사업자등록번호",
    "masothue",
];

/// Cells that must hold countries before a column of parties is taken for one of states.
const MIN_STATES: usize = 5;

struct Party {
    name: Field,
    country: Field,
    address: Option<Field>,
    identifier: Option<Field>,
}

const PARTIES: [Party; 4] = [
    Party {
        name: Field::ConsignorName,
        country: Field::ConsignorCountry,
        address: Some(Field::ConsignorAddress),
        identifier: Some(Field::ConsignorId),
    },
    Party {
        name: Field::ConsigneeName,
        country: Field::ConsigneeCountry,
        address: Some(Field::ConsigneeAddress),
        identifier: Some(Field::ConsigneeId),
    },
    Party {
        name: Field::NotifyPartyName,
        country: Field::NotifyPartyCountry,
        address: Some(Field::NotifyPartyAddress),
        identifier: None,
    },
    Party {
        name: Field::ManufacturerName,
        country: Field::ManufacturerCountry,
        address: None,
        identifier: None,
    },
];

/// Settles what headings leave open: an address belongs to the party before it, a column of suppliers that are all
/// states is one of countries. What the user said stays.
pub(crate) fn settle(
    headings: &[String],
    meanings: &mut [Option<Recognised>],
    sample: &[&[OwnedCell]],
) {
    give_to_parties(headings, meanings);
    for (column, meaning) in meanings.iter_mut().enumerate() {
        let Some(meaning) = meaning.as_mut().filter(|m| m.how != MappedBy::User) else {
            continue;
        };
        let state = match meaning.field {
            Field::ConsignorName => Field::Dispatch,
            Field::ConsigneeName => Field::Destination,
            _ => continue,
        };
        if holds_states(sample, column) {
            meaning.field = state;
        }
    }
}

/// Whether nine in ten of a column's cells are countries.
fn holds_states(sample: &[&[OwnedCell]], column: usize) -> bool {
    let (mut filled, mut states) = (0usize, 0usize);
    for cell in sample.iter().take(500).filter_map(|row| row.get(column)) {
        if values::is_nothing(&cell.text) {
            continue;
        }
        filled += 1;
        states += usize::from(cell.text.len() <= 60 && values::country(&cell.text).is_some());
    }
    filled >= MIN_STATES && states * 10 >= filled * 9
}

/// `Exporter, Address, Importer, Address`: bare columns belong to the party before them. A bare country or number may
/// be of anything where it stands alone, so it takes two of them.
fn give_to_parties(headings: &[String], meanings: &mut [Option<Recognised>]) {
    let keys: Vec<String> = headings
        .iter()
        .map(|heading| heading_key(heading))
        .collect();
    let repeated = |key: &str| keys.iter().filter(|other| other.as_str() == key).count() > 1;
    let mut party: Option<&Party> = None;
    for (column, key) in keys.iter().enumerate() {
        let meaning = meanings.get(column).and_then(Option::as_ref);
        if meaning.is_some_and(|meaning| meaning.how == MappedBy::User) {
            party = None;
            continue;
        }
        if let Some(named) = PARTIES
            .iter()
            .find(|party| meaning.is_some_and(|meaning| meaning.field == party.name))
        {
            party = Some(named);
            continue;
        }
        let Some(owner) = party else { continue };
        let field = if ADDRESS.contains(&key.as_str()) {
            owner.address
        } else if COUNTRY.contains(&key.as_str()) && repeated(key) {
            Some(owner.country)
        } else if IDENTIFIER.contains(&key.as_str()) && repeated(key) {
            owner.identifier
        } else {
            // Another of the party's own columns does not end its group; anything else does.
            let own = meaning.map(|meaning| meaning.field);
            let belongs = own.is_some()
                && (own == Some(owner.country) || own == owner.address || own == owner.identifier);
            if !belongs {
                party = None;
            }
            continue;
        };
        if let (Some(field), Some(slot)) = (field, meanings.get_mut(column)) {
            *slot = Some(Recognised {
                field,
                how: MappedBy::Words,
                rank: column,
                scale: Scale::None,
            });
        }
    }
}

/// Whether the headings of a table say that its rows are exports (true) or imports (false): by its dates, numbers and
/// parties, since ports and countries of import stand in tables of exports.
pub(crate) fn direction(headings: &[String], meanings: &[Option<Recognised>]) -> Option<bool> {
    const EXPORT: &[&str] = &[
        "export",
        "expdate",
        "экспорт",
        "出口",
        "ihracat",
        "ausfuhr",
        "eksport",
        "수출",
        "輸出",
        "esporta",
        "exporta",
        "xuatkhau",
    ];
    const IMPORT: &[&str] = &[
        "import",
        "impdate",
        "импорт",
        "进口",
        "進口",
        "ithalat",
        "einfuhr",
        "수입",
        "輸入",
        "importa",
        "nhapkhau",
    ];
    let (mut exports, mut imports) = (false, false);
    for (heading, meaning) in headings.iter().zip(meanings) {
        let tells = meaning.as_ref().is_some_and(|meaning| {
            matches!(
                meaning.field,
                Field::Date
                    | Field::DeclarationNo
                    | Field::ConsignorName
                    | Field::ConsigneeName
                    | Field::ConsignorId
                    | Field::ConsigneeId
            )
        });
        if tells {
            let key = heading_key(heading);
            exports |= EXPORT.iter().any(|word| key.contains(word));
            imports |= IMPORT.iter().any(|word| key.contains(word));
        }
    }
    (exports != imports).then_some(exports)
}
