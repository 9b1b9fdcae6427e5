use model::{HsCode, LegLink, Quantity, Role, Shipment, TradeParty};

use super::*;

/// `date|consignor|consignee|text|hs|origin|dispatch|destination|pieces`
fn row(line: &str) -> Shipment {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
    let party = |role, name: &str, country: &str| TradeParty {
        role,
        name: name.to_string(),
        country: some(country),
        address: some(&format!("{name} street 12, Primer")),
        identifier: None,
    };
    Shipment {
        row_id: line.to_string(),
        file: "hand-written".to_string(),
        row: 0,
        parties: vec![
            party(Role::Consignor, cells[1], cells[6]),
            party(Role::Consignee, cells[2], cells[7]),
        ],
        goods_text: cells[3].to_string(),
        brand: None,
        model: None,
        hs: cells[4].parse::<HsCode>().ok(),
        origin: some(cells[5]),
        dispatch: some(cells[6]),
        transit: Vec::new(),
        destination: some(cells[7]),
        date: cells[0].parse().ok(),
        quantity: cells[8].parse().ok().map(|amount| Quantity {
            amount,
            unit: "pcs".to_string(),
        }),
        net_kg: None,
        gross_kg: None,
        value_usd: None,
        original: Vec::new(),
        background: None,
    }
}

fn history(rows: &[Shipment]) -> History {
    let mut history = History::default();
    rows.iter().for_each(|row| history.add(row));
    history.finish();
    history
}

#[test]
fn a_partys_past_is_seen_from_the_row() {
    let rows: Vec<Shipment> = [
        "2021-01-10|Alpha|Beta Textile|cotton|520100|CN|CN|KG|10",
        "2021-02-10|Alpha|Beta Textile|cotton|520100|CN|CN|KG|10",
        "2021-03-10|ALPHA |Beta-Textile|cotton|520812|CN|CN|KG|10",
        "2022-06-01|Alpha|Beta Textile|processors|854231|CN|CN|KG|10",
    ]
    .iter()
    .map(|line| row(line))
    .collect();
    let background = history(&rows).background(&rows[3]).unwrap();
    let consignee = &background.parties[1];
    assert_eq!(consignee.role, Role::Consignee);
    assert_eq!(consignee.first_seen.to_string(), "2021-01-10");
    assert_eq!((consignee.rows, consignee.rows_before), (4, 3));
    assert_eq!(consignee.silent_months, 14);
    assert_eq!(
        (consignee.heading_rows, consignee.heading_rows_before),
        (1, 0)
    );
    assert_eq!(
        consignee.chapters,
        [("52".to_string(), 3), ("85".to_string(), 1)]
    );
    assert_eq!(
        background.pair_first_seen.unwrap().to_string(),
        "2021-01-10"
    );
    assert_eq!(background.records.unwrap().to.to_string(), "2022-06-01");
}

#[test]
fn two_legs_are_one_delivery() {
    let rows: Vec<Shipment> = [
        "2023-03-01|Maker|Hub Trade|field programmable arrays XC7K325T|854239|TW|TW|TR|1000",
        "2023-04-05|Hub Trade|Primer|схемы XC7K325T-2FFG900I|854239|TW|TR|RU|950",
        "2023-04-06|Other Trade|Primer|микросхемы XC7K325T|854239|TW|TR|RU|900",
        // Too late, too many, made in the hub, another code.
        "2023-07-05|Hub Trade|Primer|XC7K325T|854239|TW|TR|RU|950",
        "2023-04-05|Hub Trade|Primer|XC7K325T|854239|TW|TR|RU|2000",
        "2023-04-05|Hub Trade|Primer|XC7K325T|854239|TR|TR|RU|950",
        "2023-04-05|Hub Trade|Primer|XC7K325T|854231|TW|TR|RU|950",
    ]
    .iter()
    .map(|line| row(line))
    .collect();
    let history = history(&rows);
    let leg = |at: usize| history.background(&rows[at]).unwrap().other_leg;
    let found = leg(1).unwrap();
    assert_eq!(
        (found.link, found.days, found.outward),
        (LegLink::Party, 35, false)
    );
    assert_eq!(found.ratio, 0.95);
    assert_eq!(leg(2).unwrap().link, LegLink::Goods);
    assert!(leg(0).unwrap().outward);
    for (at, row) in rows.iter().enumerate().skip(3) {
        assert_eq!(leg(at), None, "{}", row.row_id);
    }
}

#[test]
fn a_lane_is_taken_over() {
    let rows: Vec<Shipment> = [
        "2022-01-10|Old Supplier|Primer|engines|840710|CN|CN|RU|10",
        "2022-05-10|Old Supplier|Primer|engines|840710|CN|CN|RU|10",
        "2022-06-20|New Supplier|Primer|engines|840710|CN|CN|RU|10",
        "2022-07-20|New Supplier|Primer|engines|840710|CN|CN|RU|10",
        "2022-07-20|Other Supplier|Primer|flour|110100|CN|CN|RU|10",
    ]
    .iter()
    .map(|line| row(line))
    .collect();
    let history = history(&rows);
    let heirs = |at: usize| history.background(&rows[at]).unwrap().predecessors;
    let found = heirs(3);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].party.name, "Old Supplier");
    assert_eq!(found[0].last_seen.to_string(), "2022-05-10");
    assert!(heirs(0).is_empty() && heirs(4).is_empty());
}

#[test]
fn parts_make_a_kit_and_a_shop_of_one_kind_does_not() {
    let rows: Vec<Shipment> = [
        "2023-01-10|A|Primer|Brushless motor 2207|850110|CN|CN|RU|100",
        "2023-02-10|B|Primer|полетный контроллер F405|853710|CN|CN|RU|100",
        "2023-03-10|C|Primer|пропеллеры 5 дюймов, пропеллер|880710|CN|CN|RU|400",
        "2023-03-10|C|Motor Shop|brushless motor|850110|CN|CN|RU|400",
        "2024-03-10|C|Primer|propeller|880710|CN|CN|RU|400",
    ]
    .iter()
    .map(|line| row(line))
    .collect();
    let history = history(&rows);
    let kit = |at: usize| history.background(&rows[at]).unwrap().kit;
    let found = kit(2).unwrap();
    assert_eq!(found.whole, "attack drone");
    assert_eq!(found.parts, ["motor", "flight controller", "propeller"]);
    assert!(kit(3).is_none() && kit(4).is_none());
}

#[test]
fn undated_and_nameless_rows_are_no_trouble() {
    let rows: Vec<Shipment> = ["|||||||| ", "2022|A|A|x|85|CN|CN|CN|-"]
        .iter()
        .map(|line| row(line))
        .collect();
    let history = history(&rows);
    assert!(history.complete());
    assert!(rows.iter().all(|row| history.background(row).is_none()));
}
