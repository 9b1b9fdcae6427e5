//! How many goods texts a second `goods::assess` reads, over the clean sets, again and again on one core.
//!
//! `cargo run --release -p goods --example speed -- FOLDER [ROUNDS]`
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: speed FOLDER [ROUNDS]")?;
    let rounds: usize = arguments.next().map_or(Ok(5), |n| n.parse())?;
    let folder = std::path::Path::new(&folder);
    let mut sets: Vec<(&str, Vec<(String, String)>)> = Vec::new();
    let mut russian = Vec::new();
    for record in csv::Reader::from_path(folder.join("ru_goods_hs4.csv"))?.records() {
        let record = record?;
        russian.push((record[1].to_string(), record[0].to_string()));
    }
    sets.push(("Russian customs texts", russian));
    let vietnamese = std::fs::read_to_string(folder.join("vietnam_declarations_hs8.jsonl"))?
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .map(|row| {
            (
                row["sampleDesc"].as_str().unwrap_or("").to_string(),
                row["hsCode"].to_string().trim_matches('"').to_string(),
            )
        })
        .collect();
    sets.push(("Vietnamese declarations", vietnamese));
    let chinese = std::fs::read_to_string(folder.join("zh_retail_titles_hs10.txt"))?
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(code, text)| (text.to_string(), code.to_string()))
        .collect();
    sets.push(("Chinese retail titles", chinese));
    let mut parts = Vec::new();
    for record in csv::Reader::from_path(folder.join("electronics_parts_tnved.csv"))?.records() {
        let record = record?;
        parts.push((
            format!("{} {}", &record[0], &record[1]),
            record[2].to_string(),
        ));
    }
    sets.push(("Part numbers", parts));
    let started = std::time::Instant::now();
    goods::assess("one text to build the tables", None, None, None);
    println!(
        "tables built in {:.0} ms",
        started.elapsed().as_secs_f64() * 1e3
    );
    let mut total = (0, 0.0);
    for (name, rows) in &sets {
        let rows: Vec<(&str, Option<model::HsCode>)> = rows
            .iter()
            .map(|(text, code)| (text.as_str(), code.parse().ok()))
            .collect();
        let bytes: usize = rows.iter().map(|(text, _)| text.len()).sum();
        for (text, hs) in &rows {
            std::hint::black_box(goods::assess(text, None, None, hs.as_ref()));
        }
        let started = std::time::Instant::now();
        for _ in 0..rounds {
            for (text, hs) in &rows {
                std::hint::black_box(goods::assess(text, None, None, hs.as_ref()));
            }
        }
        let seconds = started.elapsed().as_secs_f64();
        let read = rounds * rows.len();
        total = (total.0 + read, total.1 + seconds);
        println!(
            "{name:<26}{:>8} rows{:>6} bytes{:>10.0} rows/s",
            rows.len(),
            bytes / rows.len().max(1),
            read as f64 / seconds
        );
    }
    println!("{:<26}{:>35.0} rows/s", "all", total.0 as f64 / total.1);
    Ok(())
}
