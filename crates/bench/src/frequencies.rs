//! How often words occur in names: counted over ordinary and listed parties, printed as `names/data/frequencies.tsv`.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use names::audit;

use crate::Setting;
use crate::data::{BASELINE, column, entities};

/// Words that fewer names have are all taken as equally rare.
const FEWEST: f64 = 60.0;

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let listed = entities(&setting.data.join(BASELINE))?;
    let of_list = |person: bool| -> Vec<String> {
        listed
            .iter()
            .filter(|entity| (entity.schema == "Person") == person)
            .filter_map(|entity| entity.names.first().cloned())
            .collect()
    };
    let mut organisations = column(&setting.data.join("names/listed_companies.csv"), "name")?;
    organisations.extend(column(&setting.data.join("names/sec_stocks.csv"), "Name")?);
    let ordinary = organisations.len();
    organisations.extend(of_list(false));
    let mut persons = column(&setting.data.join("names/persons_fake_us.csv"), "full_name")?;
    // Made-up names repeat their few hundred family names: a part is enough.
    persons.truncate(8_000);
    persons.extend(of_list(true));
    println!(
        "# In how many of a million names a word occurs, by its key, for words that at least {FEWEST} have. Version {}.",
        crate::measure::today()
    );
    println!(
        "# Counted by `bench frequencies` over names of listed companies, registrants and parties of sanctions lists."
    );
    println!("# view <TAB> key <TAB> names in a million");
    for (view, texts, ordinary) in [
        ("organisation", organisations, ordinary),
        ("person", persons, usize::MAX),
    ] {
        let mut counts: HashMap<String, f64> = HashMap::new();
        for (number, text) in texts.iter().enumerate() {
            // A brand that many entries of a list share ("Sberbank") is not common for that.
            let brands = number < ordinary;
            let keys: HashSet<String> = audit::words(view == "person", text)
                .into_iter()
                .filter(|word| match word.class {
                    "core" => brands,
                    class => matches!(class, "generic" | "place" | "given"),
                })
                .map(|word| word.key)
                .collect();
            for key in keys {
                *counts.entry(key).or_default() += 1.0;
            }
        }
        let share = 1.0e6 / texts.len() as f64;
        let mut rows: Vec<(f64, String)> = counts
            .into_iter()
            .filter(|(_, count)| *count >= 4.0)
            .map(|(key, count)| (count * share, key))
            .filter(|(share, _)| *share >= FEWEST)
            .collect();
        rows.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (share, key) in rows {
            println!("{view}\t{key}\t{share:.0}");
        }
    }
    Ok(())
}

/// Texts whose words are those of the language, and not of parties.
const TEXTS: [&str; 5] = [
    "reports/wh_briefings",
    "reports/thinktank",
    "reports/ukraine_war_articles.json",
    "goods/nomenclature-en.csv",
    "goods/harmonized-system.csv",
];

/// Prints `names/data/language_words.tsv`: words that texts write in small letters. A party called by one of them
/// ("Opera", "Sapphire") shares its name with others sooner than one called by a word of its own.
pub(crate) fn language(setting: &Setting) -> Result<()> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for path in TEXTS {
        let path = setting.data.join(path);
        let files: Vec<std::path::PathBuf> = if path.is_dir() {
            std::fs::read_dir(&path)?
                .flatten()
                .map(|file| file.path())
                .collect()
        } else {
            vec![path]
        };
        for file in files {
            let Ok(text) = std::fs::read_to_string(&file) else {
                continue;
            };
            for line in text.lines() {
                let words: HashSet<&str> = line
                    .split(|letter: char| !letter.is_alphanumeric())
                    .filter(|word| {
                        (4..=14).contains(&word.len())
                            && word.bytes().all(|byte| byte.is_ascii_lowercase())
                    })
                    .collect();
                for word in words {
                    *counts.entry(word.to_owned()).or_default() += 1;
                }
            }
        }
    }
    let mut words: Vec<String> = counts
        .into_iter()
        .filter(|(_, count)| *count >= 4)
        .map(|(word, _)| word)
        .collect();
    words.sort();
    println!(
        "# English words that news, releases and customs nomenclatures write in small letters. Version {}.",
        crate::measure::today()
    );
    println!("# Counted by `bench language`.");
    let mut line = String::new();
    for word in words {
        if line.len() + word.len() > 120 {
            println!("{line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    println!("{line}");
    Ok(())
}
