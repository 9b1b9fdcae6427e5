//! One line a case: the text layer on hand-written descriptions in many languages.

#[test]
fn texts_are_read_as_the_table_says() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let lines = include_str!("cases.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1);
    for line in lines {
        let mut cells = line.split('\t');
        let (Some(text), Some(hs), Some(expect)) = (cells.next(), cells.next(), cells.next())
        else {
            panic!("{line:?} has not three cells");
        };
        let hs: model::HsCode = hs.parse().unwrap();
        let goods = goods::assess(text, None, None, Some(&hs));
        let got = goods.lead.map_or("-", |lead| goods.mentions[lead].category);
        if got != expect {
            wrong.push(format!("{text} {hs}: {got}, not {expect}"));
        }
        count += 1;
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
