//! The name index at the size of a company register: made-up entities by the million, from recombined words of real
//! names, so that common words are as common as they are and rare words grow in number with the entities.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use names::{BALANCED, Entity, Index, IndexBuilder, Name, NameKind};

use crate::Setting;
use crate::data::{BASELINE, Dice, column, entities};
use crate::matching::{LIMIT, Question, edited, on_all_cores, ordinary, print_row};
use crate::measure::{median, memory, memory_cell, peak_memory_cell, seconds, timed};

/// Queries of each kind, of two kinds out of three.
const OF_EACH: usize = 7_000;

/// Builds an index over so many entities, then asks it in a process of its own, so that the memory of the build is not
/// the memory of the search.
pub(crate) fn run(setting: &Setting, count: usize) -> Result<()> {
    let corpus = Corpus::read(setting, count)?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("large.names");
    let mut builder = IndexBuilder::new();
    let ((), generating) = timed(|| {
        (0..count).for_each(|number| builder.add(corpus.entity(number)));
        Ok(())
    })?;
    drop(corpus);
    let held = memory_cell("VmRSS:");
    let (summary, building) = timed(|| Ok(builder.write(&path)?))?;
    println!("## Name index of {count} made-up entities\n");
    println!("| | |\n|---|---:|");
    println!("| names | {} |", summary.names);
    println!("| distinct keys | {} |", summary.terms);
    println!("| entities made | {} |", seconds(generating.as_secs_f64()));
    println!("| build | {} |", seconds(building.as_secs_f64()));
    println!("| file | {:.1} MB |", summary.bytes as f64 / 1e6);
    println!("| memory of the entities before the build | {held} |");
    println!(
        "| peak memory of the build, entities included | {} |",
        peak_memory_cell()
    );
    drop(builder);
    let program = std::env::current_exe().context("where is this program?")?;
    let status = Command::new(program)
        .args(["large", "--runs", &setting.runs.to_string(), "--data"])
        .arg(&setting.data)
        .arg("--ask")
        .arg(&path)
        .status()
        .context("cannot start this program again")?;
    ensure!(
        status.success(),
        "the queries failed; what was said stands above"
    );
    Ok(())
}

/// Opens an index and asks it.
pub(crate) fn ask(setting: &Setting, path: &Path) -> Result<()> {
    let mut opening = Vec::new();
    for _ in 0..setting.runs {
        let (_, took) = timed(|| Ok(Index::open(path)?))?;
        opening.push(took.as_secs_f64());
    }
    let index = Index::open(path)?;
    let sets = [
        ("indexed names, edited", edited(&index, OF_EACH)),
        (
            "ordinary companies",
            ordinary(
                setting,
                "names/listed_companies.csv",
                "name",
                "Company",
                OF_EACH,
            )?,
        ),
        (
            "ordinary persons",
            ordinary(
                setting,
                "names/persons_fake_us.csv",
                "full_name",
                "Person",
                20_000 - 2 * OF_EACH,
            )?,
        ),
    ];
    println!(
        "| open, file in the page cache | {} |\n",
        seconds(median(opening))
    );
    println!("One thread, threshold {BALANCED}, at most {LIMIT} matches.\n");
    println!(
        "| queries | per CPU-second | p50 | p99 | slowest | with a match | the right one first |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for (name, questions) in &sets {
        let name = format!("{name}: {}", questions.len());
        print_row(
            &name,
            &questions.iter().collect::<Vec<_>>(),
            &index,
            setting.runs,
        );
    }
    let resident = memory_cell("VmRSS:");
    let own = memory("RssAnon:").map_or_else(String::new, |own| {
        format!(", {own} MB of it the process's own and the rest pages of the file that other processes share")
    });
    let all: Vec<&Question> = sets.iter().flat_map(|(_, questions)| questions).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let together = on_all_cores(&index, &all, threads);
    println!(
        "\nAfter these queries the process holds {resident}{own}. On {threads} threads over one index: {together:.0} \
         queries/s wall.\n"
    );
    Ok(())
}

/// Letters of a name, as far as they tell which words may stand beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Other,
}

fn script(text: &str) -> Script {
    match text.chars().find(|letter| letter.is_alphabetic()) {
        Some('A'..='\u{24f}') => Script::Latin,
        Some('\u{400}'..='\u{52f}') => Script::Cyrillic,
        Some('\u{600}'..='\u{6ff}') => Script::Arabic,
        _ => Script::Other,
    }
}

/// Words of real names.
struct Corpus {
    /// How many entities will be made.
    entities: usize,
    companies: Vec<Vec<String>>,
    /// Halves of new company words.
    brands: Vec<String>,
    /// Given and family names that stand in one name.
    persons: BTreeMap<Script, Vec<(String, String)>>,
    /// Names of listed parties of one schema in one script.
    listed: Vec<(String, Vec<Vec<String>>)>,
    han: Vec<String>,
}

impl Corpus {
    fn read(setting: &Setting, entities_to_make: usize) -> Result<Corpus> {
        let words =
            |name: &str| -> Vec<String> { name.split_whitespace().map(str::to_owned).collect() };
        let companies: Vec<Vec<String>> =
            column(&setting.data.join("names/listed_companies.csv"), "name")?
                .iter()
                .map(|name| words(name))
                .filter(|words| !words.is_empty())
                .collect();
        let brands = companies
            .iter()
            .map(|words| words[0].clone())
            .filter(|word| is_brand(word))
            .collect();
        let mut persons: BTreeMap<Script, Vec<(String, String)>> = BTreeMap::new();
        for name in column(&setting.data.join("names/persons_fake_us.csv"), "full_name")? {
            let words = words(&name);
            if let [given, .., family] = &words[..] {
                persons
                    .entry(script(&name))
                    .or_default()
                    .push((given.clone(), family.clone()));
            }
        }
        let mut listed: BTreeMap<(String, Script), Vec<Vec<String>>> = BTreeMap::new();
        for party in entities(&setting.data.join(BASELINE))? {
            for name in &party.names {
                let words = words(name);
                if !words.is_empty() {
                    listed
                        .entry((party.schema.clone(), script(name)))
                        .or_default()
                        .push(words);
                }
            }
        }
        let han = std::fs::read_to_string(
            setting
                .data
                .join("names/chinese_company_short_names_28w.txt"),
        )?
        .lines()
        .map(str::trim)
        .filter(|line| line.chars().count() >= 3 && !line.is_ascii() && !line.contains('@'))
        .map(str::to_owned)
        .collect();
        Ok(Corpus {
            entities: entities_to_make,
            companies,
            brands,
            persons,
            listed: listed
                .into_iter()
                .map(|((schema, _), names)| (schema, names))
                .collect(),
            han,
        })
    }

    /// The entity of a number, the same on every run.
    fn entity(&self, number: usize) -> Entity {
        let mut dice = Dice((number as u64).wrapping_mul(0xd134_2543_de82_ef95));
        dice.below(2);
        let (schema, names) = match dice.below(100) {
            0..45 => ("Company", self.company(&mut dice)),
            45..75 => ("Person", self.person(&mut dice)),
            75..97 => self.like_listed(&mut dice),
            _ => ("Company", self.han(&mut dice)),
        };
        let names = names
            .into_iter()
            .enumerate()
            .map(|(place, text)| Name {
                text,
                kind: if place == 0 {
                    NameKind::Primary
                } else {
                    NameKind::Alias
                },
            })
            .collect();
        let person = schema == "Person";
        let year = 1930 + dice.below(75);
        let (month, day) = (1 + dice.below(12), 1 + dice.below(28));
        Entity {
            id: format!("made:{number}"),
            dataset: "made".to_owned(),
            schema: schema.to_owned(),
            names,
            countries: dice
                .pick(&["RU", "CN", "IR", "TR", "AE", "DE", "US", "GB", "IN", "KZ"])
                .map(|country| (*country).to_owned())
                .into_iter()
                .collect(),
            birth_dates: if person {
                vec![format!("{year}-{month:02}-{day:02}")]
            } else {
                Vec::new()
            },
            identifiers: if !person && dice.below(4) == 0 {
                vec![format!("{}", 1_000_000_000 + number)]
            } else {
                Vec::new()
            },
        }
    }

    /// The beginning of one company's name or a new word, with the end of another's.
    fn company(&self, dice: &mut Dice) -> Vec<String> {
        let (Some(first), Some(rest)) = (dice.pick(&self.companies), dice.pick(&self.companies))
        else {
            return Vec::new();
        };
        let mut words = vec![if dice.below(3) < 2 {
            self.new_word(&self.brands, dice)
        } else {
            first[0].clone()
        }];
        words.extend(rest.iter().skip(1).cloned());
        let mut names = vec![words.join(" ")];
        if dice.below(5) == 0 {
            // A subsidiary's or a former name.
            words.truncate(1);
            if let Some(other) = dice.pick(&self.companies) {
                words.extend(other.iter().skip(1).cloned());
            }
            names.push(words.join(" "));
        }
        names
    }

    /// A given name with the family name of another person in the same script, or a new one.
    fn person(&self, dice: &mut Dice) -> Vec<String> {
        let all: usize = self.persons.values().map(Vec::len).sum();
        let mut place = dice.below(all);
        let Some(same) = self.persons.values().find(|names| {
            let found = place < names.len();
            place = place.saturating_sub(names.len());
            found
        }) else {
            return Vec::new();
        };
        let (Some((given, _)), Some((_, family))) = (dice.pick(same), dice.pick(same)) else {
            return Vec::new();
        };
        let family = if dice.below(4) == 0 {
            let seed = self.rank(dice);
            let mut coin = Dice(seed);
            let other = coin.pick(same).map_or(family, |(_, family)| family);
            let first = coin.pick(same).map_or(family, |(_, family)| family);
            blend(first, other, &mut coin)
        } else {
            family.clone()
        };
        let mut names = vec![format!("{given} {family}")];
        if dice.below(3) == 0
            && let Some((middle, _)) = dice.pick(same)
        {
            names.push(format!("{} {given} {middle}", family.to_uppercase()));
        }
        names
    }

    /// A name of a listed party with its longest word from another or new.
    fn like_listed(&self, dice: &mut Dice) -> (&str, Vec<String>) {
        let all: usize = self.listed.iter().map(|(_, names)| names.len()).sum();
        let mut place = dice.below(all);
        for (schema, names) in &self.listed {
            if place >= names.len() {
                place -= names.len();
                continue;
            }
            let mut words = names[place].clone();
            let Some(other) = dice.pick(names).and_then(|other| longest(other).cloned()) else {
                break;
            };
            let changed = longest(&words).map(|word| {
                if dice.below(2) == 0 {
                    let mut coin = Dice(self.rank(dice));
                    let first = coin
                        .pick(names)
                        .and_then(|words| longest(words))
                        .unwrap_or(word);
                    blend(first, &other, &mut coin)
                } else {
                    other
                }
            });
            let place = words.iter().position(|word| Some(word) == longest(&words));
            if let (Some(place), Some(changed)) = (place, changed) {
                words[place] = changed;
            }
            return (schema, vec![words.join(" ")]);
        }
        ("Company", Vec::new())
    }

    fn han(&self, dice: &mut Dice) -> Vec<String> {
        let (Some(first), Some(second)) = (dice.pick(&self.han), dice.pick(&self.han)) else {
            return Vec::new();
        };
        let begin: String = first.chars().take(2).collect();
        let end: String = second.chars().skip(1).collect();
        vec![format!("{begin}{end}有限公司")]
    }

    /// One of as many new words as there are entities, low ranks more often: most of them occur once, some in groups.
    fn new_word(&self, words: &[String], dice: &mut Dice) -> String {
        let mut coin = Dice(self.rank(dice));
        match (coin.pick(words), coin.pick(words)) {
            (Some(first), Some(second)) => blend(first, second, &mut coin),
            _ => String::new(),
        }
    }

    fn rank(&self, dice: &mut Dice) -> u64 {
        let most = dice.below(self.entities) + 1;
        dice.below(most) as u64
    }
}

fn is_brand(word: &str) -> bool {
    word.chars().count() >= 4 && word.chars().all(char::is_alphabetic)
}

fn longest(words: &[String]) -> Option<&String> {
    words.iter().max_by_key(|word| word.chars().count())
}

/// The beginning of one word and the end of another, now and then with another letter.
fn blend(first: &str, second: &str, coin: &mut Dice) -> String {
    let (first, second): (Vec<char>, Vec<char>) =
        (first.chars().collect(), second.chars().collect());
    let begin = (2 + coin.below(4)).min(first.len());
    let end = second.len().saturating_sub(2 + coin.below(4));
    let mut letters: Vec<char> = first[..begin]
        .iter()
        .chain(&second[end..])
        .copied()
        .collect();
    if coin.below(3) == 0
        && let Some(other) = coin.pick(&second).copied()
        && other.is_alphabetic()
    {
        let place = coin.below(letters.len());
        letters[place] = other;
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_words_are_the_same_on_every_run_and_of_one_script() {
        let word = |seed| blend("Kronstadt", "Meridian", &mut Dice(seed));
        assert_eq!(word(3), word(3));
        let different: std::collections::BTreeSet<String> = (0..100).map(word).collect();
        assert!(different.len() > 20, "{different:?}");
        assert_eq!(script("Завод «Полюс»"), Script::Cyrillic);
        assert_eq!(script("7 Sisters"), Script::Latin);
    }
}
