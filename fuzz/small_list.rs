//! What the targets share: a small index over made-up parties of every kind, and what holds for every match.

use std::path::Path;

use names::{BALANCED, Entity, Index, IndexBuilder, Match, Name, NameKind, Query};

/// Schema, names separated by `|`, countries, birth dates, identifiers.
const PARTIES: &str = "\
Company	АО «Завод Радуга-М»|Raduga-M Plant JSC	RU		7736050003
Company	Shanghai Bright Dawn Trading Co., Ltd.	CN		
Company	上海晨光贸易有限公司	CN		91310000MA1FL0XX0X
Company	شركة النجم الأخضر للتجارة	AE		
Company	주식회사 푸른별 무역	KR		
Company	株式会社あかつき精機	JP		
Company	Πρώτη Ναυτιλιακή Α.Ε.	GR		
Company	ՍՊԸ Արարատ Լոգիստիկա|Ararat Logistika LLC	AM		
Company	Yıldız Dış Ticaret Anonim Şirketi	TR		
Company	Łódź Śruby sp. z o.o.	PL		
Company	LLC||???			
Organization	Brigade 44|44-я бригада			
PublicBody	Ministry of Inland Waterways			
LegalEntity	Tekhnopribor	RU		
Person	Andrei Petrovich KUZNETSOV|Андрей Петрович Кузнецов|Andryusha	RU	1961-04-02	772600000000
Person	محمد سمير حداد|Mohamad Samir Haddad	SY	1970	
Person	KIM Chol Su|김철수	KP	1955-02	
Person	王小明|WANG Xiaoming	CN		
Person	Անի Պետրոսյան	AM		
Person	דוד לוי	IL		
Person	สมชาย ใจดี	TH		
Person	J. R. O'Neill-d'Arc, Jr.	IE		
Vessel	ELITE STAR 7|Элит Стар 7	PA		IMO 9074729
Vessel	Wave			
Airplane	EP-XYZ	IR		
Thing	Something Else Entirely	ZZ	not a date	x
";

/// Writes the index of the small list.
pub fn write_index(path: &Path) {
    let mut builder = IndexBuilder::new();
    for (number, line) in PARTIES.lines().enumerate() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [schema, names, countries, birth_dates, identifiers] = cells[..] else {
            panic!("five cells: {line}")
        };
        let values = |cell: &str| {
            let filled = Some(cell.to_owned()).filter(|cell| !cell.is_empty());
            filled.into_iter().collect()
        };
        builder.add(Entity {
            id: format!("small:{number}"),
            dataset: "small".to_owned(),
            schema: schema.to_owned(),
            names: names
                .split('|')
                .zip([NameKind::Primary, NameKind::Alias, NameKind::WeakAlias])
                .map(|(text, kind)| Name {
                    text: text.to_owned(),
                    kind,
                })
                .collect(),
            countries: values(countries),
            birth_dates: values(birth_dates),
            identifiers: values(identifiers),
        });
    }
    builder.write(path).expect("the small index is written");
}

/// Searches and checks what every answer promises: number, order and bounds.
pub fn checked_search(index: &Index, query: &Query, threshold: f64, limit: usize) -> Vec<Match> {
    let matches = index.search(query, threshold, limit);
    assert!(matches.len() <= limit, "more matches than asked for");
    for found in &matches {
        assert!(
            found.score >= threshold && found.score <= 1.0,
            "score {} out of {threshold}..=1",
            found.score
        );
        assert!(
            (0.0..=1.0).contains(&found.probability),
            "probability {}",
            found.probability
        );
        assert_eq!(found.is_match, found.score >= BALANCED);
        for (feature, value) in &found.features {
            assert!((-1.0..=1.0).contains(value), "feature {feature} is {value}");
        }
    }
    assert!(
        matches
            .windows(2)
            .all(|pair| pair[0].score >= pair[1].score),
        "best first"
    );
    matches
}

/// The schema that a letter stands for.
pub fn schema(letter: Option<u8>) -> Option<&'static str> {
    match letter.unwrap_or_default() {
        b'P' => Some("Person"),
        b'C' => Some("Company"),
        b'O' => Some("Organization"),
        b'V' => Some("Vessel"),
        b'A' => Some("Airplane"),
        b'L' => Some("LegalEntity"),
        b'X' => Some("no such schema"),
        _ => None,
    }
}
