//! Trade records: rows that never existed, made of real goods texts and company names, read from a csv file in a
//! temporary folder and screened against all lists.

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use investigate::screening;
use model::{Disposition, Shipment};
use records::ColumnOverrides;
use screen::{Owned, Screener};

use crate::Setting;
use crate::data::{Dice, column, home_with, list_paths};
use crate::measure::{machine, median, peak_memory_cell, timed};

const ROWS: usize = 50_000;

/// Rows screened at once, as `investigate` does.
const BATCH: usize = 16_384;

/// One row in so many names a listed party.
const LISTED: usize = 500;

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let (folder, mut home) = home_with(&list_paths(&setting.data))?;
    let index = home.index(&mut |_| {})?;
    let file = folder.path().join("rows.csv");
    write_rows(setting, &index, &file)?;

    let (mut reading, mut screening, mut goods_alone) = (Vec::new(), Vec::new(), Vec::new());
    let mut whole = Vec::new();
    let (mut hold, mut review, mut parties, mut rows) = (0, 0, 0, 0);
    for _ in 0..setting.runs {
        let mut shipments: Vec<Shipment> = Vec::with_capacity(ROWS);
        let (_, took) = timed(|| {
            Ok(records::read(
                &file,
                &ColumnOverrides::default(),
                &mut |_| {},
                &mut |shipment| shipments.push(shipment),
                &mut |_| {},
                &mut |_| {},
            )?)
        })?;
        rows = shipments.len();
        let rate = |took: Duration| rows as f64 / took.as_secs_f64();
        reading.push(rate(took));
        let names = shipments
            .iter()
            .flat_map(|shipment| &shipment.parties)
            .map(|party| &party.name);
        parties = names.collect::<HashSet<_>>().len();
        // A screener remembers what it looked up, so each run has its own.
        let screener = Screener::new(Some(index.clone()), Owned::new(), Default::default());
        (hold, review) = (0, 0);
        let (_, took) = timed(|| {
            for finding in shipments
                .chunks(BATCH)
                .flat_map(|batch| screener.screen(batch))
            {
                hold += u64::from(finding.disposition == Disposition::Hold);
                review += u64::from(finding.disposition == Disposition::Review);
            }
            Ok(())
        })?;
        screening.push(rate(took));
        let without_lists = Screener::new(None, Owned::new(), Default::default());
        let (_, took) = timed(|| {
            for batch in shipments.chunks(BATCH) {
                std::hint::black_box(without_lists.screen(batch));
            }
            Ok(())
        })?;
        goods_alone.push(rate(took));
        drop(shipments);
        let (_, took) = timed(|| {
            let screened = screening::files(
                std::slice::from_ref(&file),
                &mut home,
                index.clone(),
                &ColumnOverrides::default(),
                false,
                &mut |_| {},
            )?;
            for finding in screened.findings {
                std::hint::black_box(finding?);
            }
            Ok(())
        })?;
        whole.push(rate(took));
    }
    println!("## Screening\n");
    println!(
        "{}, all of them used; {rows} made-up rows in three languages with {parties} different parties, all lists, 1 row \
         in {LISTED} names a listed party.\n",
        machine()
    );
    println!("| | rows/s |\n|---|---:|");
    println!("| csv to shipments, one thread | {:.0} |", median(reading));
    println!("| shipments to findings | {:.0} |", median(screening));
    println!(
        "| the same without lists: goods, routes and values alone | {:.0} |",
        median(goods_alone)
    );
    println!(
        "| `interdict screen`: read twice, history, findings, cases, ledger, in order of rank | {:.0} |\n",
        median(whole)
    );
    println!(
        "Hold {hold}, review {review}. Peak memory {}, lists and all rows included. Bar: 20,000 rows/s on 2 cores, then \
         100,000.\n",
        peak_memory_cell()
    );
    Ok(())
}

fn write_rows(setting: &Setting, index: &names::Index, file: &Path) -> Result<()> {
    let companies = column(&setting.data.join("names/listed_companies.csv"), "name")?;
    let goods = goods(setting)?;
    let mut dice = Dice(3);
    let mut writer =
        csv::Writer::from_writer(std::io::BufWriter::new(std::fs::File::create(file)?));
    writer.write_record([
        "Declaration No",
        "Date",
        "Consignor",
        "Consignee",
        "Goods description",
        "HS code",
        "Country of origin",
        "Country of dispatch",
        "Country of destination",
        "Net weight, kg",
        "Quantity",
        "Unit",
        "Value, USD",
    ])?;
    let countries = [
        "CN", "RU", "KZ", "TR", "AE", "DE", "US", "HK", "KG", "AM", "IN", "VN", "FR", "PL", "BY",
    ];
    for row in 0..ROWS {
        let (text, code) = dice.pick(&goods).context("no goods texts")?;
        let consignor = dice.pick(&companies).context("no companies")?;
        let consignee = if dice.below(LISTED) == 0 {
            let number = u32::try_from(dice.below(index.len()))?;
            index
                .entity(number)
                .map(|entity| entity.caption.to_owned())
                .unwrap_or_default()
        } else {
            dice.pick(&companies).context("no companies")?.clone()
        };
        let country = |dice: &mut Dice| countries[dice.below(countries.len())];
        let (origin, dispatch, destination) =
            (country(&mut dice), country(&mut dice), country(&mut dice));
        writer.write_record([
            &format!("B{row:06}"),
            &format!(
                "20{:02}-{:02}-{:02}",
                21 + dice.below(4),
                1 + dice.below(12),
                1 + dice.below(28)
            ),
            consignor,
            &consignee,
            text,
            code,
            origin,
            dispatch,
            destination,
            &(1 + dice.below(20_000)).to_string(),
            &(1 + dice.below(500)).to_string(),
            "pcs",
            &(100 + dice.below(200_000)).to_string(),
        ])?;
    }
    writer.flush()?;
    writer
        .into_inner()
        .map_err(|error| error.into_error())?
        .flush()?;
    Ok(())
}

/// Goods texts with their codes, Russian, English and Chinese.
fn goods(setting: &Setting) -> Result<Vec<(String, String)>> {
    let folder = setting.data.join("goods");
    let mut goods = Vec::new();
    let russian = folder.join("ru_goods_hs4.csv");
    for (code, text) in column(&russian, "code")?
        .into_iter()
        .zip(column(&russian, "text")?)
    {
        goods.push((text, code));
    }
    let text_of = |name: &str| {
        std::fs::read_to_string(folder.join(name))
            .with_context(|| format!("{}/{name}", folder.display()))
    };
    for line in text_of("hscodecomp.jsonl")?.lines() {
        let item: serde_json::Value = serde_json::from_str(line)?;
        let cell = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
        // Few, so each stands for several.
        goods.extend((0..8).map(|_| (cell("product_name"), cell("hs_code"))));
    }
    for line in text_of("zh_retail_titles_hs10.txt")?.lines().take(7_000) {
        if let Some((code, text)) = line.split_once(' ') {
            goods.push((text.to_owned(), code.to_owned()));
        }
    }
    Ok(goods)
}
