//! Small made-up evidence. Everything follows from numbers, so that the same calls make the same ledger.

use std::collections::BTreeMap;
use std::path::Path;

use ledger::{
    CopyGroup, Decision, FindingFilter, Ledger, NewListVersion, NewSource, SourceKind, Subject,
    Timestamp,
};
use model::{
    Actor, ActorKind, Claim, Credibility, Disposition, Event, Factuality, Finding, FlagHit,
    GoodsFamily, GoodsMention, GoodsView, Grade, Holding, HoldingKind, ListEntry, Listing,
    NameKind, OwnershipStatement, Party, PartyName, PartyView, Percent, Rejected, Reliability,
    Report, Role, Schema, Share, Shipment, Stated, TradeParty,
};

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + second).unwrap()
}

/// A hash-shaped text for a name.
pub(crate) fn hash_of(name: &str) -> String {
    blake3_hex(name)
}

fn blake3_hex(name: &str) -> String {
    // Any injective map to 64 hexadecimal digits does; the ledger cannot know the file.
    let hex: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{hex:0<64}")[..64].to_owned()
}

pub(crate) fn entry(list: &str, id: u32, variant: u32) -> ListEntry {
    ListEntry {
        party: Party {
            schema: Schema::Company,
            names: vec![
                PartyName {
                    text: format!("Works No. {id}"),
                    kind: NameKind::Primary,
                },
                PartyName {
                    text: format!("Завод № {id}"),
                    kind: NameKind::Native,
                },
            ],
            countries: vec!["RU".to_owned()],
            birth_dates: Vec::new(),
            identifiers: Vec::new(),
            addresses: Vec::new(),
            relations: Vec::new(),
        },
        listing: Listing {
            list: list.to_owned(),
            entry_id: id.to_string(),
            programmes: vec!["TEST".to_owned()],
            listed_on: Some("2023-03-16".parse().unwrap()),
            remarks: format!("variant {variant}"),
        },
    }
}

pub(crate) fn refusal(row: u64) -> Rejected {
    Rejected {
        file: "lists/test.xml".to_owned(),
        row,
        field: Some("birth date".to_owned()),
        reason: "\"31.02.1970\" is not a date".to_owned(),
    }
}

/// Imports a version made of `(id, variant)` pairs, unless it is there.
pub(crate) fn import(
    ledger: &mut Ledger,
    list: &str,
    version: &str,
    entries: &[(u32, u32)],
    second: i64,
) -> bool {
    let hash = hash_of(&format!("{list}{version}"));
    if ledger.has_list_version(list, &hash).unwrap() {
        return false;
    }
    let mut import = ledger
        .begin_list_version(NewListVersion {
            list: list.to_owned(),
            format: "test".to_owned(),
            hash,
            path: format!("lists/{list}.xml"),
        })
        .unwrap();
    for (id, variant) in entries {
        import.add_entry(&entry(list, *id, *variant)).unwrap();
    }
    import.add_rejected(&refusal(7)).unwrap();
    import.commit(version, at(second)).unwrap();
    true
}

pub(crate) fn source(name: &str, kind: SourceKind) -> NewSource {
    NewSource {
        hash: hash_of(name),
        kind,
        location: name.to_owned(),
        bytes: 1234,
    }
}

pub(crate) fn shipment(file: &str, row: u64) -> Shipment {
    Shipment {
        row_id: format!("{file}#{row}"),
        file: file.to_owned(),
        row,
        parties: vec![TradeParty {
            role: Role::Consignee,
            name: format!("ООО Получатель {row}"),
            country: Some("RU".to_owned()),
            address: None,
            identifier: None,
        }],
        goods_text: "винтовка охотничья".to_owned(),
        brand: None,
        model: Some("CQ-A".to_owned()),
        hs: Some("930330".parse().unwrap()),
        origin: Some("CN".to_owned()),
        dispatch: None,
        transit: Vec::new(),
        destination: Some("RU".to_owned()),
        date: Some("2022-06".parse().unwrap()),
        quantity: None,
        net_kg: Some(0.1 + row as f64),
        gross_kg: None,
        value_usd: None,
        original: vec![("G31_1".to_owned(), "винтовка охотничья".to_owned())],
        background: None,
    }
}

pub(crate) fn finding(shipment: &Shipment, versions: &str, score: f64) -> Finding {
    Finding {
        row_id: shipment.row_id.clone(),
        file: shipment.file.clone(),
        row: shipment.row,
        disposition: match shipment.row % 3 {
            0 => Disposition::Hold,
            1 => Disposition::Review,
            _ => Disposition::Release,
        },
        score,
        probability: 0.25,
        rank: shipment.row,
        gates: Vec::new(),
        flags: vec![FlagHit {
            id: "G03".to_owned(),
            weight: 1.0 / 3.0,
            evidence: BTreeMap::from([("goods_text".to_owned(), "винтовка".to_owned())]),
            source: "test".to_owned(),
        }],
        goods: GoodsView {
            family: Some(GoodsFamily::Firearm),
            hs_declared: shipment.hs.clone(),
            hs_likely: vec!["930190".to_owned()],
            control: Vec::new(),
        },
        parties: vec![PartyView {
            role: Role::Consignee,
            name: shipment.parties[0].name.clone(),
            matched: None,
        }],
        missing: vec!["value".to_owned()],
        innocent: "a hunter's rifle".to_owned(),
        clears: "a licence".to_owned(),
        versions: std::sync::Arc::new(BTreeMap::from([("rules".to_owned(), versions.to_owned())])),
    }
}

pub(crate) fn found(
    file: &str,
    rows: std::ops::Range<u64>,
    versions: &str,
) -> Vec<(Shipment, Finding)> {
    rows.map(|row| {
        let shipment = shipment(file, row);
        let finding = finding(&shipment, versions, 2.0 + row as f64 / 7.0);
        (shipment, finding)
    })
    .collect()
}

pub(crate) fn report(id: &str) -> Report {
    Report {
        report_id: id.to_owned(),
        title: format!("Report {id}"),
        publisher: "A paper".to_owned(),
        authors: Vec::new(),
        date: Some("2023-03-16".parse().unwrap()),
        url: None,
        language: Some("en".to_owned()),
        upstream: Vec::new(),
        text: "Company A sent rifles to company B.".to_owned(),
    }
}

pub(crate) fn claim(report_id: &str, number: usize) -> Claim {
    let actor = |name: &str| Actor {
        name: name.to_owned(),
        kind: ActorKind::Company,
        country: String::new(),
    };
    Claim {
        report_id: report_id.to_owned(),
        claim_id: format!("{report_id}#{number}"),
        quote: "Company A sent rifles".to_owned(),
        start: 0,
        end: 21,
        event: Event::Transfer,
        factuality: Factuality::Reported,
        source: vec!["A paper".to_owned()],
        supplier: vec![actor("Company A")],
        recipient: vec![actor("company B")],
        goods: vec![GoodsMention {
            text: "rifles".to_owned(),
            family: GoodsFamily::Firearm,
            control: String::new(),
        }],
        via: Vec::new(),
        time: String::new(),
        due: String::new(),
        grade: Grade {
            reliability: Reliability::C,
            credibility: Credibility::new(3).unwrap(),
        },
        reader: String::new(),
    }
}

pub(crate) fn decision(subject: Subject) -> Decision {
    Decision {
        subject,
        code: "CLEAR_COND".to_owned(),
        who: "analyst one".to_owned(),
        role: "analyst".to_owned(),
        second: Some("analyst two".to_owned()),
        reason: "end-user certificate".to_owned(),
        expires: Some("2027-12-31".parse().unwrap()),
    }
}

/// A ledger with several rows in every table.
pub(crate) fn filled(path: &Path) -> Ledger {
    let mut ledger = Ledger::open(path).unwrap();
    import(
        &mut ledger,
        "one",
        "2024-01-01",
        &[(1, 0), (2, 0), (3, 0)],
        1,
    );
    import(&mut ledger, "two", "2024-01-01", &[(1, 0), (2, 0)], 2);
    import(
        &mut ledger,
        "one",
        "2024-02-01",
        &[(1, 0), (2, 1), (4, 0)],
        3,
    );
    for (name, kind) in [
        ("a.csv", SourceKind::Records),
        ("b.xlsx", SourceKind::Records),
        ("a.html", SourceKind::Report),
        ("b.html", SourceKind::Report),
    ] {
        ledger.record_source(&source(name, kind), at(4)).unwrap();
    }
    ledger
        .record_rejected(&hash_of("a.csv"), &[refusal(3), refusal(4)], at(5))
        .unwrap();
    ledger
        .record_findings(&hash_of("a.csv"), &found("a.csv", 2..6, "v1"), at(6))
        .unwrap();
    ledger
        .record_findings(&hash_of("b.xlsx"), &found("b.xlsx!S1", 2..4, "v1"), at(7))
        .unwrap();
    for (name, id) in [("a.html", "ra"), ("b.html", "rb")] {
        let claims = [claim(id, 1), claim(id, 2)];
        ledger
            .record_report(&hash_of(name), &report(id), &claims, at(8))
            .unwrap();
    }
    ledger
        .record_report(&hash_of("b.html"), &report("rc"), &[claim("rc", 1)], at(8))
        .unwrap();
    let group = CopyGroup {
        original: "ra".to_owned(),
        copies: vec!["rb".to_owned(), "rc".to_owned()],
    };
    ledger.record_copies(&[group], at(9)).unwrap();
    let register = source("owners.json", SourceKind::Ownership);
    ledger.record_source(&register, at(9)).unwrap();
    ledger
        .record_ownership(
            &register.hash,
            &[owns("a", "b", 60.0), owns("b", "c", 50.0)],
            at(9),
        )
        .unwrap();
    let mut finding_id = String::new();
    let filter = FindingFilter {
        limit: Some(1),
        ..FindingFilter::default()
    };
    ledger
        .findings(&filter, &mut |stored| finding_id = stored.finding_id)
        .unwrap();
    for subject in [
        Subject::Finding(finding_id),
        Subject::Party("one:1".to_owned()),
        Subject::Claim("ra#2".to_owned()),
    ] {
        ledger
            .record_disposition(&decision(subject), at(10))
            .unwrap();
    }
    ledger
}

pub(crate) fn owns(owner: &str, owned: &str, percent: f64) -> OwnershipStatement {
    let share = Percent::try_from(percent).unwrap();
    OwnershipStatement {
        record: format!("{owner}-{owned}"),
        statement: format!("s-{owner}-{owned}"),
        date: None,
        closed: false,
        row: 1,
        says: Stated::Holdings(vec![Holding {
            owner: Some(owner.to_owned()),
            owned: owned.to_owned(),
            kind: HoldingKind::Shareholding,
            share: Some(Share {
                low: share,
                high: share,
            }),
            indirect: false,
            joint: false,
            from: None,
            to: None,
            note: String::new(),
        }]),
    }
}
