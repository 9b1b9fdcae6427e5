//! How often the text layer alone would raise an alert on ordinary goods: alerts per 1,000 rows on each clean set.
//!
//! `cargo run --example clean_texts -p goods -- FOLDER [-v] [MORE.tsv…]`, where FOLDER holds `ru_goods_hs4.csv` and its
//! neighbours, and further files hold a description, a tab and a code a line.

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .ok_or("usage: clean FOLDER [-v] [MORE.tsv…]")?;
    let (flags, more): (Vec<String>, Vec<String>) =
        arguments.partition(|argument| argument.starts_with('-'));
    let verbose = flags.iter().any(|flag| flag == "-v");
    let folder = Path::new(&folder);

    let mut russian = Vec::new();
    for record in csv::Reader::from_path(folder.join("ru_goods_hs4.csv"))?.records() {
        let record = record?;
        russian.push((record[1].to_string(), record[0].to_string()));
    }
    let json = |file: &str, text: &str, code: &str| -> std::io::Result<Vec<(String, String)>> {
        Ok(std::fs::read_to_string(folder.join(file))?
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .map(|row| {
                let code = row[code].to_string();
                (
                    row[text].as_str().unwrap_or("").to_string(),
                    code.trim_matches('"').to_string(),
                )
            })
            .collect())
    };
    let chinese = std::fs::read_to_string(folder.join("zh_retail_titles_hs10.txt"))?
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(code, text)| (text.to_string(), code.to_string()))
        .collect();
    let mut sets = vec![
        ("Russian customs texts", russian),
        (
            "Vietnamese declarations",
            json("vietnam_declarations_hs8.jsonl", "sampleDesc", "hsCode")?,
        ),
        (
            "AliExpress titles",
            json("hscodecomp.jsonl", "product_name", "hs_code")?,
        ),
        ("Chinese retail titles", chinese),
    ];
    for file in &more {
        let rows = std::fs::read_to_string(file)?
            .lines()
            .filter_map(|line| line.rsplit_once('\t'))
            .map(|(text, code)| (text.to_string(), code.to_string()))
            .collect();
        sets.push((file, rows));
    }
    println!(
        "{:<26}{:>8}{:>10}{:>10}{:>12}{:>10}",
        "set", "rows", "text", "per 1000", "conflict", "rows/s"
    );
    for (name, rows) in sets {
        let started = std::time::Instant::now();
        let (mut alerts, mut conflicts) = (0, 0);
        for (text, code) in &rows {
            let hs = code.parse().ok();
            let goods = goods::assess(text, None, None, hs.as_ref());
            conflicts += usize::from(goods.text_code_conflict.is_some());
            if let Some(lead) = goods.lead {
                alerts += 1;
                if verbose {
                    let mention = &goods.mentions[lead];
                    let short: String = text.chars().take(160).collect();
                    println!(
                        "  {} {:?} [{}] {code} {}| {short}",
                        mention.rule,
                        mention.strength,
                        goods.words(mention),
                        if goods.text_code_conflict.is_some() {
                            "CONFLICT "
                        } else {
                            ""
                        }
                    );
                }
            }
        }
        let seconds = started.elapsed().as_secs_f64();
        println!(
            "{name:<26}{:>8}{alerts:>10}{:>10.2}{conflicts:>12}{:>10.0}",
            rows.len(),
            1000.0 * alerts as f64 / rows.len() as f64,
            rows.len() as f64 / seconds
        );
    }
    Ok(())
}
