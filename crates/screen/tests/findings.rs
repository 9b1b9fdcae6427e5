//! Findings on hand-written shipments, whole: what is held, reviewed and released, why, and what would clear it.

use std::collections::BTreeMap;
use std::fmt::Write;

use model::{Finding, PartyMatch, Quantity, Role, Shipment, TradeParty};

/// A shipment from `country → country` with text and code; everything else absent.
fn shipment(route: &str, text: &str, hs: &str) -> Shipment {
    let stops: Vec<&str> = route.split('>').map(str::trim).collect();
    Shipment {
        row_id: "T1".to_string(),
        file: "hand-written".to_string(),
        row: 2,
        parties: vec![
            party(Role::Consignor, "Example Export Co", stops[0]),
            party(
                Role::Consignee,
                "Primer Postavka OOO",
                stops[stops.len() - 1],
            ),
        ],
        goods_text: text.to_string(),
        brand: None,
        model: None,
        hs: hs.parse().ok(),
        origin: Some(stops[0].to_string()),
        dispatch: Some(stops[stops.len().saturating_sub(2)].to_string()),
        transit: Vec::new(),
        destination: Some(stops[stops.len() - 1].to_string()),
        date: "2023-02-03".parse().ok(),
        quantity: None,
        net_kg: None,
        gross_kg: None,
        value_usd: None,
        original: Vec::new(),
        background: None,
    }
}

fn party(role: Role, name: &str, country: &str) -> TradeParty {
    TradeParty {
        role,
        name: name.to_string(),
        country: Some(country.to_string()),
        address: None,
        identifier: None,
    }
}

fn screener() -> screen::Screener {
    // A list of one: what a real index does is tested where it lives.
    let lookup = |party: &TradeParty| {
        let score = match party.name.as_str() {
            "Listed Trading Company" => 0.98,
            "Listed Trade Co" => 0.88,
            "Listing Trade Co" => 0.79,
            _ => return None,
        };
        Some(PartyMatch {
            entity_id: "test-list:7".to_string(),
            dataset: "test-list".to_string(),
            schema: "Company".to_string(),
            caption: "Listed Trading Company".to_string(),
            matched_name: "Listed Trading Company".to_string(),
            score,
            probability: score,
            explanation: Vec::new(),
            ownership: Vec::new(),
        })
    };
    screen::Screener::with_lookup(Some(Box::new(lookup)), 0.9, BTreeMap::new())
}

fn screen_one(shipment: &Shipment) -> Finding {
    screener().screen(std::slice::from_ref(shipment)).remove(0)
}

/// Everything but versions and parties, a line each.
fn show(finding: &Finding) -> String {
    let mut out = format!(
        "{} {:.2} p={:.4}\n",
        finding.disposition.as_str(),
        finding.score,
        finding.probability
    );
    for gate in &finding.gates {
        let _ = writeln!(out, "gate {}: {}", gate.id, gate.reason);
    }
    for flag in &finding.flags {
        let evidence: Vec<String> = flag
            .evidence
            .iter()
            .map(|(field, value)| format!("{field}={value}"))
            .collect();
        let _ = writeln!(
            out,
            "{} {:.2}: {}",
            flag.id,
            flag.weight,
            evidence.join("; ")
        );
    }
    let goods = &finding.goods;
    let _ = writeln!(
        out,
        "goods: {} likely {} control {}",
        goods.family.map_or("-", |family| family.as_str()),
        goods.hs_likely.join("|"),
        goods.control.join(", ")
    );
    let _ = writeln!(out, "missing: {}", finding.missing.join(", "));
    let _ = writeln!(
        out,
        "innocent: {}\nclears: {}",
        finding.innocent, finding.clears
    );
    out
}

macro_rules! check {
    ($name:ident, $shipment:expr, $disposition:ident) => {
        #[test]
        fn $name() {
            let finding = screen_one(&$shipment);
            insta::assert_snapshot!(show(&finding));
            assert_eq!(finding.disposition, model::Disposition::$disposition);
        }
    };
}

check!(
    rifles_as_hunting_goods,
    shipment(
        "CN>RU",
        "Sporting hunting rifles CQ-A with accessories",
        "9303300000"
    ),
    Hold
);
check!(
    drone_engine_as_refrigeration_unit,
    shipment(
        "CN>RU",
        "промышленная холодильная установка, модель L-550 E",
        "8418690008"
    ),
    Hold
);
check!(
    armour_as_garments,
    shipment(
        "TR>RU",
        "БРОНЕЖИЛЕТЫ ТЕКСТИЛЬНЫЕ ЗАЩИТНЫЕ, КЛАСС БР2",
        "621133"
    ),
    Hold
);
check!(
    armour_plates_as_textile_articles,
    shipment("CN>RU", "防弹插板及背心", "630790"),
    Hold
);
check!(
    chips_by_way_of_a_hub,
    shipment(
        "US>HK>RU",
        "Integrated circuits XC7A200T-2FBG676I, Xilinx",
        "854239"
    ),
    Review
);
check!(
    nitrocellulose,
    shipment(
        "TW>TR>RU",
        "нитроцеллюлоза, увлажнённая изопропанолом",
        "391220"
    ),
    Hold
);
check!(
    boilerplate,
    shipment(
        "IT>RU",
        "КЛАПАНЫ ОБРАТНЫЕ ЛАТУННЫЕ ДЛЯ ВОДОСНАБЖЕНИЯ, НЕ ДЛЯ ВОЕННОГО ПРИМЕНЕНИЯ",
        "848130"
    ),
    Release
);
check!(
    toy_guns,
    shipment(
        "CN>RU",
        "ИГРУШКИ ДЕТСКИЕ: АВТОМАТЫ И ПИСТОЛЕТЫ ИЗ ПЛАСТМАССЫ, стреляют мягкими пулями",
        "950300"
    ),
    Release
);
check!(
    bolts,
    shipment(
        "CN>RU",
        "Hex head bolts M16 x 80, zinc plated, with nuts",
        "731815"
    ),
    Release
);
check!(
    ink_cartridges,
    shipment(
        "CN>IR",
        "compatible ink cartridges and toner for laser printers",
        "844399"
    ),
    Release
);
check!(
    rifle_bags,
    shipment("PK>DE", "Rifle bags, padded, nylon 120 cm", "420292"),
    Release
);
check!(
    toy_with_the_price_of_a_drone,
    Shipment {
        quantity: Some(Quantity {
            amount: 200.0,
            unit: "шт".to_string()
        }),
        net_kg: Some(190.0),
        value_usd: Some(310_000.0),
        ..shipment("CN>KZ>RU", "радиоуправляемые модели с камерой", "950300")
    },
    Review
);
check!(
    listed_consignee,
    Shipment {
        parties: vec![
            party(Role::Consignor, "Example Export Co", "DE"),
            party(Role::Consignee, "Listed Trading Company", "RU")
        ],
        ..shipment("DE>RU", "ceramic tiles for floors", "690721")
    },
    Hold
);
check!(
    probably_listed_consignee_of_tiles,
    Shipment {
        parties: vec![
            party(Role::Consignor, "Example Export Co", "DE"),
            party(Role::Consignee, "Listed Trade Co", "RU")
        ],
        ..shipment("DE>RU", "ceramic tiles for floors", "690721")
    },
    Release
);

check!(
    possibly_listed_consignee_alone,
    Shipment {
        parties: vec![
            party(Role::Consignor, "Example Export Co", "DE"),
            party(Role::Consignee, "Listing Trade Co", "AE")
        ],
        ..shipment("DE>AE", "ceramic tiles for floors", "690721")
    },
    Release
);

check!(
    possibly_listed_consignee_of_chips,
    Shipment {
        parties: vec![
            party(Role::Consignor, "Example Export Co", "DE"),
            party(Role::Consignee, "Listing Trade Co", "AE")
        ],
        ..shipment("DE>AE", "processors", "854231")
    },
    Review
);

check!(
    chips_to_russia_before_they_were_controlled,
    Shipment {
        date: "2021-02-03".parse().ok(),
        ..shipment("CN>RU", "processors", "854231")
    },
    Release
);

check!(
    consignee_beyond_the_port_of_discharge,
    Shipment {
        destination: Some("TR".to_string()),
        ..shipment("DE>RU", "thermal rifle scopes", "901310")
    },
    Hold
);
check!(
    defence_plant_as_consignee,
    Shipment {
        parties: vec![
            party(Role::Consignor, "Example Export Co", "IN"),
            party(Role::Consignee, "АО «Патронный завод»", "RU")
        ],
        ..shipment("IN>RU", "латунная лента", "740921")
    },
    Review
);
check!(
    line_of_business_at_odds,
    Shipment {
        parties: vec![
            party(Role::Consignor, "Lotus Pharma Exports", "IN"),
            party(Role::Consignee, "Primer Postavka OOO", "RU")
        ],
        ..shipment("MY>IN>RU", "servers with H100 accelerators", "847150")
    },
    Review
);
check!(
    vessel_hit_alone,
    Shipment {
        parties: vec![party(Role::Vessel, "Listed Trading Company", "PA")],
        ..shipment("ZA>TR", "oranges, fresh", "080510")
    },
    Review
);
check!(
    bearings_to_europe,
    shipment("CN>PL", "ball bearings for bicycle hubs", "848210"),
    Release
);
check!(
    nothing_but_a_vague_word,
    shipment("CN>RU", "general cargo", ""),
    Release
);

#[test]
fn the_order_of_rows_and_their_neighbours_change_nothing() {
    let rows: Vec<Shipment> = [
        ("CN>RU", "Sporting hunting rifles CQ-A", "930330"),
        ("CN>PL", "bearings for bicycles", "848210"),
        ("CN>RU", "БРОНЕЖИЛЕТЫ", "630790"),
    ]
    .into_iter()
    .zip(2..)
    .map(|((route, text, hs), row)| Shipment {
        row,
        row_id: format!("T{row}"),
        ..shipment(route, text, hs)
    })
    .collect();
    let together = screener().screen(&rows);
    let mut reversed: Vec<Shipment> = rows.clone();
    reversed.reverse();
    let mut backwards = screener().screen(&reversed);
    backwards.reverse();
    assert_eq!(together, backwards);
    for (row, finding) in rows.iter().zip(&together) {
        assert_eq!(&screen_one(row), finding);
    }
}

#[test]
fn ranks_are_a_permutation_with_holds_first() {
    let rows: Vec<Shipment> = (2..40)
        .map(|row| {
            let text = [
                "ceramic tiles",
                "hunting rifles",
                "бронежилеты",
                "spare parts",
            ][row as usize % 4];
            Shipment {
                row,
                row_id: format!("T{row}"),
                ..shipment("CN>RU", text, "")
            }
        })
        .collect();
    let mut findings = screener().screen(&rows);
    screen::rank(&mut findings);
    findings.sort_by_key(|finding| finding.rank);
    let ranks: Vec<u64> = findings.iter().map(|finding| finding.rank).collect();
    assert_eq!(ranks, (1..=38).collect::<Vec<u64>>());
    assert!(findings.is_sorted_by(|a, b| a.disposition >= b.disposition));
}

proptest::proptest! {
    #[test]
    fn any_text_and_numbers_give_a_finding(text in ".{0,80}", hs in "[0-9]{0,10}", kg in proptest::num::f64::ANY, usd in proptest::num::f64::ANY) {
        let finding = screen_one(&Shipment { net_kg: Some(kg), value_usd: Some(usd), ..shipment("CN>RU", &text, &hs) });
        proptest::prop_assert!(finding.score.is_finite() && finding.score >= 0.0);
        proptest::prop_assert!(finding.probability > 0.0 && finding.probability < 1.0);
        let sum: f64 = finding.flags.iter().map(|flag| flag.weight).sum();
        proptest::prop_assert!((sum - finding.score).abs() < 1e-3);
    }
}

#[test]
fn an_index_closes_the_gate_and_leaves_strangers_alone() {
    let mut builder = names::IndexBuilder::new();
    builder.add(names::Entity {
        id: "test-list:7".to_string(),
        dataset: "test-list".to_string(),
        schema: "Company".to_string(),
        names: vec![names::Name {
            text: "Severny Veter Komponent".to_string(),
            kind: names::NameKind::Primary,
        }],
        countries: vec!["RU".to_string()],
        birth_dates: Vec::new(),
        identifiers: Vec::new(),
    });
    let folder = std::env::temp_dir().join(format!("interdict-screen-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("names.index");
    builder.write(&path).unwrap();
    let index = std::sync::Arc::new(names::Index::open(&path).unwrap());
    let versions = BTreeMap::from([("test-list".to_string(), "2023-03-01".to_string())]);
    let screener = screen::Screener::new(Some(index), screen::Owned::new(), versions);

    let to = |name: &str| Shipment {
        parties: vec![party(Role::Consignee, name, "RU")],
        ..shipment("DE>RU", "ceramic tiles for floors", "690721")
    };
    let findings = screener.screen(&[
        to("ООО «Северный Ветер Компонент»"),
        to("Yuzhny Bereg Keramika OOO"),
    ]);
    let matched = findings[0].parties[0].matched.as_ref().unwrap();
    assert_eq!(matched.entity_id, "test-list:7");
    assert_eq!(findings[0].disposition, model::Disposition::Hold);
    assert_eq!(findings[0].versions["test-list"], "2023-03-01");
    assert_eq!(findings[1].parties[0].matched, None);
    assert_eq!(findings[1].disposition, model::Disposition::Release);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn an_owned_party_closes_its_own_gate_and_a_flag_never_hides_a_listed_party() {
    use model::{OwnershipBasis, OwnershipEffect};
    let basis = |effect| OwnershipBasis {
        rule: "test.rule".to_string(),
        source: "test rule, in force since 2020-01-01".to_string(),
        effect,
        share: None,
        chain: "\"A\" (test-list:7) holds 60 % of it".to_string(),
    };
    let entity = |id: &str, dataset: &str, name: &str| names::Entity {
        id: id.to_string(),
        dataset: dataset.to_string(),
        schema: "Company".to_string(),
        names: vec![names::Name {
            text: name.to_string(),
            kind: names::NameKind::Primary,
        }],
        countries: vec!["RU".to_string()],
        birth_dates: Vec::new(),
        identifiers: Vec::new(),
    };
    let mut builder = names::IndexBuilder::new();
    builder.add(entity(
        "ownership:flagged",
        "ownership",
        "Severny Veter Komponent",
    ));
    builder.add(entity(
        "ownership:blocked",
        "ownership",
        "Tikhaya Gavan Pribor",
    ));
    builder.add(entity(
        "test-list:7",
        "test-list",
        "Severny Veter Komponent",
    ));
    builder.add(entity(
        "ownership:part",
        "ownership",
        "Bolshoy Kamen Servis",
    ));
    let file = std::env::temp_dir().join(format!("interdict-owned-{}", std::process::id()));
    builder.write(&file).unwrap();
    let index = names::Index::open(&file).unwrap();
    let owned = screen::Owned::from([
        (
            "ownership:flagged".to_string(),
            vec![basis(OwnershipEffect::Minority)],
        ),
        (
            "ownership:blocked".to_string(),
            vec![basis(OwnershipEffect::Blocked)],
        ),
        (
            "ownership:part".to_string(),
            vec![basis(OwnershipEffect::Possible)],
        ),
    ]);
    let screener = screen::Screener::new(Some(std::sync::Arc::new(index)), owned, BTreeMap::new());
    let to = |name: &str| Shipment {
        parties: vec![party(Role::Consignee, name, "RU")],
        ..shipment("DE>RU", "ceramic tiles for floors", "690721")
    };
    let findings = screener.screen(&[
        to("Severny Veter Komponent"),
        to("Tikhaya Gavan Pribor"),
        to("Bolshoy Kamen Servis"),
    ]);
    let gates = |at: usize| -> Vec<&str> {
        findings[at]
            .gates
            .iter()
            .map(|gate| gate.id.as_str())
            .collect()
    };
    let flags = |at: usize| -> Vec<&str> {
        findings[at]
            .flags
            .iter()
            .map(|flag| flag.id.as_str())
            .filter(|id| id.starts_with('P'))
            .collect()
    };
    assert_eq!((gates(0), flags(0)), (vec!["P01"], vec!["P01"]));
    assert_eq!((gates(1), flags(1)), (vec!["P02"], vec!["P02"]));
    assert_eq!((gates(2), flags(2)), (vec![], vec!["P03"]));
    let gate = &findings[1].gates[0];
    assert!(gate.reason.contains("holds 60 % of it"), "{}", gate.reason);
    assert_eq!(gate.source, "test rule, in force since 2020-01-01");
    std::fs::remove_file(&file).unwrap();
}
