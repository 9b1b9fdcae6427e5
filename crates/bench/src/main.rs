//! Speed and size of every engine over real lists, records and pages, as Markdown beside what peers need.
//!
//! `bench all` runs every part in a process of its own, so that peak memory is the part's own. Figures are medians of
//! several runs. The data is no part of the repository: it is looked for in `$INTERDICT_SHARED/data`, else in
//! `../shared/data` beside the checkout, and nothing of it is printed but counts.

mod accuracy;
mod claims;
mod data;
mod fit;
mod frequencies;
mod hs;
mod index;
mod large;
mod lists;
mod matching;
mod measure;
mod pages;
mod pairs;
mod reports;
mod screening;
mod screening_accuracy;
mod traffic;
mod trees;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clap::{Parser, ValueEnum};

/// Measures Interdict and prints Markdown.
#[derive(Parser)]
struct Arguments {
    /// What to measure.
    part: Part,
    /// How often; medians are printed.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// How many wrong answers of each kind to print to stderr, where a part knows which are wrong.
    #[arg(long, default_value_t = 0)]
    show: usize,
    /// Folder with `lists/`, `names/`, `goods/` and `reports/`; default `$INTERDICT_SHARED/data`.
    #[arg(long)]
    data: Option<PathBuf>,
    /// How many entities `large` makes up: about 1 KB of memory each.
    #[arg(long, default_value_t = 5_000_000, value_parser = clap::value_parser!(u32).range(1..))]
    entities: u32,
    /// Rows of made-up trade.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    rows: u32,
    /// The same seed gives the same rows.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Share of rows that are planted cases.
    #[arg(long, default_value_t = 0.001)]
    prevalence: f64,
    /// The csv file that `traffic` writes, the folder that `screen-fit`, `hs-train` and `syntax-train` write to.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Of `traffic`: the csv file that says what is true of each row.
    #[arg(long)]
    truth: Option<PathBuf>,
    /// Of `pages`: a Python that has trafilatura, to measure it in the same run (`bench/peers/pages` makes one).
    #[arg(long)]
    python: Option<PathBuf>,
    /// Of `large`: only ask this index, as it does itself in a second process.
    #[arg(long, hide = true)]
    ask: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Official lists into a ledger.
    Lists,
    /// The name index: build and open.
    Index,
    /// The name index at the size of a company register; not one of `all`.
    Large,
    /// Name queries.
    Match,
    /// Names: found and wrongly found on labelled pairs and ordinary names.
    Accuracy,
    /// Prints how often words occur in names (`names/data/frequencies.tsv`).
    Frequencies,
    /// Prints the words that any text has (`names/data/language_words.tsv`).
    Language,
    /// Prints what facts beside a name weigh (`names/data/evidence.tsv`).
    Evidence,
    /// Prints fitted weights of the name model (`names/data/weights.tsv`).
    Fit,
    /// Trade records.
    Screen,
    /// Screening: what is found among planted cases in made-up trade, what is wrongly found in clean rows.
    Planted,
    /// Fits the weights of red flags on made-up trade; writes them into the folder `--out`.
    ScreenFit,
    /// Writes made-up trade with planted cases (`--rows`, `--seed`, `--prevalence`, `--out`, `--truth`).
    Traffic,
    /// Pages to text to claims.
    Reports,
    /// Reports to claims: accuracy on annotated reports, frames and trained reader; not one of `all`.
    Claims,
    /// Pages to articles: text and metadata against gold, near-duplicates, speed.
    Pages,
    /// Goods texts to headings: accuracy, cost and how surprising a declared code is; not one of `all`.
    Hs,
    /// Trains the weights of `goods` (`goods/data/hs_*.bin`) and writes them to the folder `--out`.
    HsTrain,
    /// Sentences to trees: accuracy on treebanks and speed; not one of `all`.
    Syntax,
    /// Trains the weights of `syntax` (`syntax/data/syntax.bin`) and writes them to the folder `--out`.
    SyntaxTrain,
    /// All of these but `large`, `planted`, `screen-fit`, `traffic`, `frequencies`, `language`, `fit`, `claims`, `hs`, `syntax` and
    /// those that train.
    All,
}

/// What a part needs to know.
struct Setting {
    runs: usize,
    data: PathBuf,
    show: usize,
    /// Of the made-up trade.
    traffic: traffic::Options,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let data = match arguments.data {
        Some(data) => data,
        None => std::env::var_os("INTERDICT_SHARED")
            .map_or_else(
                || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
                PathBuf::from,
            )
            .join("data"),
    };
    ensure!(
        data.join("lists").is_dir(),
        "no lists in {}: name the folder with --data or $INTERDICT_SHARED",
        data.display()
    );
    let setting = Setting {
        runs: arguments.runs as usize,
        data,
        show: arguments.show,
        traffic: traffic::Options {
            rows: arguments.rows as usize,
            seed: arguments.seed,
            prevalence: arguments.prevalence,
            half: None,
        },
    };
    match arguments.part {
        Part::Lists => lists::run(&setting),
        Part::Index => index::run(&setting),
        Part::Large => match &arguments.ask {
            Some(index) => large::ask(&setting, index),
            None => large::run(&setting, arguments.entities as usize),
        },
        Part::Match => matching::run(&setting),
        Part::Accuracy => accuracy::run(&setting),
        Part::Frequencies => frequencies::run(&setting),
        Part::Language => frequencies::language(&setting),
        Part::Evidence => fit::evidence(&setting),
        Part::Fit => fit::run(&setting),
        Part::Screen => screening::run(&setting),
        Part::Planted => screening_accuracy::run(&setting),
        Part::ScreenFit => {
            let out = arguments
                .out
                .context("name the folder to write to with --out")?;
            screening_accuracy::fit::run(&setting, &out)
        }
        Part::Traffic => {
            let (Some(out), Some(truth)) = (&arguments.out, &arguments.truth) else {
                bail!("name the files to write with --out and --truth");
            };
            traffic::run(&setting, out, truth)
        }
        Part::Reports => reports::run(&setting),
        Part::Claims => claims::run(&setting),
        Part::Pages => pages::run(&setting, arguments.python.as_deref()),
        Part::Hs => hs::run(&setting.data),
        Part::HsTrain => {
            let out = arguments
                .out
                .context("hs-train needs --out, the folder to write to")?;
            hs::train(&setting.data, &out)
        }
        Part::Syntax => trees::run(&setting.data, setting.show),
        Part::SyntaxTrain => {
            let out = arguments
                .out
                .context("syntax-train needs --out, the folder to write to")?;
            trees::train(&setting.data, &out)
        }
        Part::All => all(&setting),
    }
}

fn all(setting: &Setting) -> Result<()> {
    println!("# Measured\n");
    println!(
        "{}. Medians of {} runs.\n",
        measure::machine(),
        setting.runs
    );
    let program = std::env::current_exe().context("where is this program?")?;
    for part in [
        Part::Lists,
        Part::Index,
        Part::Match,
        Part::Accuracy,
        Part::Screen,
        Part::Reports,
        Part::Pages,
    ] {
        let name = part
            .to_possible_value()
            .map(|value| value.get_name().to_owned());
        let status = Command::new(&program)
            .arg(name.unwrap_or_default())
            .args(["--runs", &setting.runs.to_string(), "--data"])
            .arg(&setting.data)
            .status()
            .context("cannot start this program again")?;
        ensure!(status.success(), "a part failed; what it said stands above");
    }
    Ok(())
}
