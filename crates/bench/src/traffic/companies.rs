//! The population: companies with one country, name, address, telephone, tax number, line of business and birthday each.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use anyhow::Result;

use crate::data::{Dice, rows};
use crate::pairs::word_keys;

use super::tables::{Country, Tables};

/// A company of the made-up trade.
#[derive(Clone)]
pub(super) struct Company {
    pub(super) name: String,
    /// ISO 3166-1 alpha-2.
    pub(super) country: String,
    pub(super) address: String,
    pub(super) tax: String,
    /// Place in [`Tables::lines`].
    pub(super) line: usize,
    /// Day of its registration, counted as rows count days; most lie before the first row.
    pub(super) since: i32,
}

/// Where names come from.
pub(super) struct Names {
    /// Listed companies with their sector, by country; drawn without return.
    listed: BTreeMap<&'static str, Vec<(String, String)>>,
    /// Banks of all countries.
    pub(super) banks: Vec<String>,
    /// Chinese short names.
    han: Vec<String>,
    families: Vec<String>,
    families_ru: Vec<String>,
    /// Full names.
    pub(super) persons: Vec<String>,
    /// Names of listed parties.
    barred: Barred,
}

/// Names that no ordinary company may have.
#[derive(Default)]
pub(super) struct Barred {
    /// Normalised.
    names: HashSet<String>,
    /// Their words, of names of two words and more: a real company of the corpora with all the words of a listed one is
    /// that listed one. Invented names may well be namesakes.
    words: HashSet<Vec<String>>,
}

impl Barred {
    pub(super) fn add(&mut self, name: &str) {
        self.names.insert(names::normalise(name));
        let words = word_keys(false, name);
        if words.len() > 1 {
            self.words.insert(words);
        }
    }

    fn holds(&self, name: &str) -> bool {
        self.names.contains(&names::normalise(name))
    }

    fn holds_words(&self, name: &str) -> bool {
        self.words.contains(&word_keys(false, name))
    }
}

/// Names of countries in the corpus of listed companies.
const COUNTRY_NAMES: [(&str, &str); 26] = [
    ("China", "CN"),
    ("Hong Kong", "HK"),
    ("Taiwan", "TW"),
    ("South Korea", "KR"),
    ("Japan", "JP"),
    ("Vietnam", "VN"),
    ("India", "IN"),
    ("Thailand", "TH"),
    ("Malaysia", "MY"),
    ("Singapore", "SG"),
    ("Indonesia", "ID"),
    ("Turkey", "TR"),
    ("Russia", "RU"),
    ("Germany", "DE"),
    ("Poland", "PL"),
    ("Italy", "IT"),
    ("France", "FR"),
    ("Netherlands", "NL"),
    ("Spain", "ES"),
    ("United Kingdom", "GB"),
    ("Finland", "FI"),
    ("United States", "US"),
    ("Brazil", "BR"),
    ("Mexico", "MX"),
    ("South Africa", "ZA"),
    ("Egypt", "EG"),
];

impl Names {
    /// Reads the corpora under `data/names`, without those that are barred.
    pub(super) fn read(data: &Path, barred: Barred) -> Result<Self> {
        let folder = data.join("names");
        let mut listed: BTreeMap<&'static str, Vec<(String, String)>> = BTreeMap::new();
        let mut banks = Vec::new();
        let corpus = rows(&folder.join("listed_companies.csv"))?;
        for row in &corpus {
            let cell = |key: &str| row.get(key).map(String::as_str).unwrap_or_default();
            let (name, sector) = (cell("name"), cell("sector"));
            if barred.holds_words(name) {
                continue;
            }
            if sector == "Financials" {
                if name.to_lowercase().contains("bank") {
                    banks.push(name.to_owned());
                }
                continue;
            }
            if let Some((_, code)) = COUNTRY_NAMES
                .iter()
                .find(|(name, _)| *name == cell("country"))
            {
                listed
                    .entry(code)
                    .or_default()
                    .push((name.to_owned(), sector.to_owned()));
            }
        }
        for row in rows(&folder.join("sec_stocks.csv"))? {
            if let Some(name) = row.get("Name").filter(|name| !barred.holds_words(name)) {
                listed
                    .entry("US")
                    .or_default()
                    .push((name.clone(), String::new()));
            }
        }
        let mut dice = Dice(5);
        for names in listed.values_mut() {
            shuffle(names, &mut dice);
        }
        let han = std::fs::read_to_string(folder.join("chinese_company_short_names_28w.txt"))?
            .lines()
            .filter(|line| (2..=4).contains(&line.chars().count()) && !line.is_ascii())
            .map(str::to_owned)
            .collect();
        let mut families = Vec::new();
        let mut persons = Vec::new();
        for row in rows(&folder.join("persons_fake_us.csv"))? {
            families.extend(row.get("last_name").cloned());
            persons.extend(row.get("full_name").cloned());
        }
        let mut families_ru: Vec<String> =
            compressed_lines(&folder.join("rigour/person_names.txt.gz"))?
                .iter()
                .filter_map(|line| line.split(" => ").next())
                .flat_map(|variants| variants.split(", "))
                .filter(|name| {
                    ["ов", "ев", "ин", "ский", "енко"]
                        .iter()
                        .any(|end| name.ends_with(end))
                        && (5..13).contains(&name.chars().count())
                })
                .map(capitalised)
                .collect();
        families_ru.dedup();
        Ok(Self {
            listed,
            banks,
            han,
            families,
            families_ru,
            persons,
            barred,
        })
    }
}

fn compressed_lines(path: &Path) -> Result<Vec<String>> {
    let reader = std::io::BufReader::new(flate2::read::GzDecoder::new(std::fs::File::open(path)?));
    Ok(std::io::BufRead::lines(reader)
        .map_while(std::result::Result::ok)
        .collect())
}

fn shuffle<T>(items: &mut [T], dice: &mut Dice) {
    for place in (1..items.len()).rev() {
        items.swap(place, dice.below(place + 1));
    }
}

pub(super) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// Makes companies, none twice.
pub(super) struct Founder<'a> {
    tables: &'a Tables,
    names: &'a Names,
    /// How many listed companies of a country are used up.
    used: HashMap<&'static str, usize>,
}

impl<'a> Founder<'a> {
    pub(super) fn new(tables: &'a Tables, names: &'a Names) -> Self {
        Self {
            tables,
            names,
            used: HashMap::new(),
        }
    }

    /// A company of that country and line, registered on `since`.
    pub(super) fn company(
        &mut self,
        country: &str,
        line: usize,
        since: i32,
        dice: &mut Dice,
    ) -> Company {
        let place = self.tables.country(country);
        let mut line = line;
        let mut name = String::new();
        for _ in 0..8 {
            let pattern = place
                .names
                .pick(dice)
                .copied()
                .unwrap_or("{brand} {word} Ltd");
            name = if pattern == "{listed}" {
                match self.listed(place.code) {
                    Some((name, sector)) => {
                        line = self.line_of(&sector, line, dice);
                        name
                    }
                    None => self.fill("{brand} {word} Ltd", place, line, dice),
                }
            } else {
                self.fill(pattern, place, line, dice)
            };
            if !self.names.barred.holds(&name) {
                break;
            }
        }
        Company {
            address: self.address(place, &name, dice),
            name,
            country: country.to_owned(),
            tax: tax_number(place, dice),
            line,
            since,
        }
    }

    fn listed(&mut self, country: &'static str) -> Option<(String, String)> {
        let used = self.used.entry(country).or_default();
        let found = self.names.listed.get(country)?.get(*used)?.clone();
        *used += 1;
        Some(found)
    }

    /// A line of business that fits a sector.
    fn line_of(&self, sector: &str, wanted: usize, dice: &mut Dice) -> usize {
        let fits = |line: &usize| self.tables.lines[*line].sectors.contains(&sector);
        if sector.is_empty() || fits(&wanted) {
            return wanted;
        }
        let fitting: Vec<usize> = (0..self.tables.lines.len()).filter(fits).collect();
        dice.pick(&fitting).copied().unwrap_or(wanted)
    }

    /// A name by a pattern of `company_names.tsv`.
    fn fill(&self, pattern: &str, country: &Country, line: usize, dice: &mut Dice) -> String {
        let names = self.names;
        let word = |language: &str, dice: &mut Dice| {
            dice.pick(self.tables.lines[line].words(language))
                .copied()
                .unwrap_or_default()
        };
        let mut name = pattern.to_owned();
        // One slot after another: each costs dice only where the pattern has it.
        let mut slot = |slot: &str, value: &mut dyn FnMut(&mut Dice) -> String| {
            if name.contains(slot) {
                let value = value(dice);
                name = name.replace(slot, &value);
            }
        };
        let own_language = match country.code {
            "TR" => "tr",
            "CN" => "zh_en",
            _ => "en",
        };
        slot("{word_zh}", &mut |dice| word("zh", dice).to_owned());
        slot("{word_ru}", &mut |dice| {
            let word = word("ru", dice);
            if dice.chance(0.5) {
                word.to_lowercase()
            } else {
                word.to_owned()
            }
        });
        slot("{word}", &mut |dice| word(own_language, dice).to_owned());
        slot("{city_zh}", &mut |dice| {
            dice.pick(&["深圳市", "广州", "上海", "宁波", "义乌市", "东莞市"])
                .copied()
                .unwrap_or_default()
                .to_owned()
        });
        slot("{city}", &mut |dice| {
            dice.pick(&country.cities)
                .copied()
                .unwrap_or_default()
                .to_owned()
        });
        slot("{han}", &mut |dice| {
            dice.pick(&names.han).cloned().unwrap_or_default()
        });
        slot("{pinyin}", &mut |dice| {
            let han = dice.pick(&names.han).cloned().unwrap_or_default();
            let latin: String = names::audit::words(false, &han)
                .into_iter()
                .map(|word| word.text)
                .collect();
            capitalised(&latin)
        });
        slot("{family}", &mut |dice| {
            dice.pick(&names.families).cloned().unwrap_or_default()
        });
        slot("{family_ru}", &mut |dice| {
            dice.pick(&names.families_ru).cloned().unwrap_or_default()
        });
        slot("{brand}", &mut |dice| brand(dice));
        let stems = |latin: bool, dice: &mut Dice| {
            let stem = |dice: &mut Dice| {
                let (cyrillic, romanised) =
                    dice.pick(&self.tables.stems).copied().unwrap_or_default();
                if latin { romanised } else { cyrillic }
            };
            let first = stem(dice);
            // A single such word is the name of dozens of companies: rarer here than in life, since the words are few.
            match dice.below(12) {
                0 => first.to_owned(),
                1..=5 => format!("{first}-{}", stem(dice)),
                _ => format!("{first}{}", stem(dice).to_lowercase()),
            }
        };
        slot("{ru_latin}", &mut |dice| stems(true, dice));
        slot("{ru}", &mut |dice| stems(false, dice));
        name
    }

    /// An address in the city that the name tells, where it tells one.
    fn address(&self, country: &Country, name: &str, dice: &mut Dice) -> String {
        let street = dice.pick(&country.streets).copied().unwrap_or_default();
        let city = dice.pick(&country.cities).copied().unwrap_or_default();
        let told = country.cities.iter().find(|city| name.starts_with(**city));
        let city = told.copied().unwrap_or(city);
        let number = dice.between(1, 240);
        let address = match country.language {
            "ru" => format!("{city}, {street}, д. {number}"),
            _ => format!("{number} {street}, {city}"),
        };
        // Vendors' files have telephones in the address, where they have any.
        if dice.chance(0.5) {
            format!("{address}, TEL +{}", telephone(country, dice))
        } else {
            address
        }
    }

    /// A company that goes on where another stops: its country, line and maybe its address under a new name and number.
    pub(super) fn successor(
        &mut self,
        of: &Company,
        since: i32,
        same_address: bool,
        dice: &mut Dice,
    ) -> Company {
        let mut new = self.company(&of.country, of.line, since, dice);
        if same_address {
            new.address.clone_from(&of.address);
        }
        new
    }
}

fn telephone(country: &Country, dice: &mut Dice) -> String {
    format!(
        "{} {} {:07}",
        country.phone,
        dice.between(20, 999),
        dice.below(10_000_000)
    )
}

/// A word of two or three syllables.
fn brand(dice: &mut Dice) -> String {
    const HEADS: [&str; 24] = [
        "b", "br", "c", "d", "dr", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "pr", "r", "s",
        "st", "t", "tr", "v", "w", "z", "",
    ];
    const HEARTS: [&str; 9] = ["a", "e", "i", "o", "u", "ai", "ea", "io", "ar"];
    const TAILS: [&str; 10] = ["", "", "n", "l", "r", "x", "s", "m", "t", "nd"];
    let syllables = 2 + dice.below(2);
    let mut word = String::new();
    for syllable in 0..syllables {
        word.push_str(HEADS[dice.below(HEADS.len())]);
        word.push_str(HEARTS[dice.below(HEARTS.len())]);
        if syllable + 1 == syllables || dice.chance(0.3) {
            word.push_str(TAILS[dice.below(TAILS.len())]);
        }
    }
    capitalised(&word)
}

/// Digits of a tax number; a Russian one with its check digit.
fn tax_number(country: &Country, dice: &mut Dice) -> String {
    let mut digits: Vec<u32> = (0..country.tax_digits)
        .map(|_| dice.below(10) as u32)
        .collect();
    if country.code == "RU" {
        const WEIGHTS: [u32; 9] = [2, 4, 10, 3, 5, 9, 4, 6, 8];
        let sum: u32 = WEIGHTS
            .iter()
            .zip(&digits)
            .map(|(weight, digit)| weight * digit)
            .sum();
        if let Some(last) = digits.last_mut() {
            *last = sum % 11 % 10;
        }
    }
    digits.iter().map(u32::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_tax_numbers_have_their_check_digit() {
        let tables = Tables::read().unwrap();
        let russia = tables.country("RU");
        let mut dice = Dice(1);
        for _ in 0..50 {
            let number = tax_number(russia, &mut dice);
            let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
            let sum: u32 = [2, 4, 10, 3, 5, 9, 4, 6, 8]
                .iter()
                .zip(&digits)
                .map(|(w, d)| w * d)
                .sum();
            assert_eq!(digits[9], sum % 11 % 10, "{number}");
        }
    }
}
