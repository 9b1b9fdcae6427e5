//! Command-line arguments, and the help that teaches them. What they ask for is done in [`crate::commands`].

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Who may be arming whom, with what, by which route, on whose word, and how sure we are.
///
/// Interdict reads official lists (who is off limits), trade records (what moved) and reports (who says so), joins the
/// three, and keeps what it found in a ledger that can be verified. It never says "guilty": a finding is "consistent
/// with" something, says why, and what would clear it.
#[derive(Debug, Parser)]
#[command(name = "interdict", version, max_term_width = 100, after_long_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Folder of the ledger and its indexes.
    #[arg(
        long,
        global = true,
        env = "INTERDICT_HOME",
        default_value = "interdict-home",
        value_name = "DIR"
    )]
    pub(crate) home: PathBuf,

    /// How to print the result [default: table; ndjson for match, screen and read; csv for compare].
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,

    /// Threads to use [default: all cores].
    #[arg(long, global = true, value_name = "N")]
    pub(crate) threads: Option<usize>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    done; nothing found, or findings but no --fail-on
  1    done; findings at or above --fail-on
  2    error: the message says which file, where, and what to do
  130  interrupted: what was finished is kept, and the same command completes the rest

Data goes to stdout, everything else to stderr. `-` is stdin. gzip and zstd inputs are read as they are.

Start here:
  interdict investigate examples";

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// One document.
    Json,
    /// One document a line.
    Ndjson,
    /// Comma-separated, cells that a spreadsheet would run as a formula escaped.
    Csv,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Import lists, screen records, read reports, join them, and print the brief
    ///
    /// DIR holds any of `lists/`, `records/` and `reports/`. Files are told by their content, so their names do not
    /// matter. What was found is written to the ledger under --home; running the same folder twice adds nothing.
    #[command(
        after_long_help = "Example:\n  interdict investigate examples\n  interdict --format json investigate \
                                 examples | jq '.parties[0]'"
    )]
    Investigate(Investigate),

    /// Import, compare and show the lists that parties are screened against
    ///
    /// Without a subcommand: every list in the ledger with its version, parties, names and rejected records.
    Lists {
        #[command(subcommand)]
        command: Option<Lists>,
    },

    /// Find a party on the imported lists, under any spelling, alias or script
    ///
    /// One NDJSON line for each query, best match first. Exit code 0 whether or not anything matched.
    #[command(
        after_long_help = "Examples:\n  interdict match 'Рособоронэкспорт'\n  interdict match 'H. Win' --schema \
                                 Company --country CN\n  interdict match --input queries.ndjson\n\nA query is a \
                                 FollowTheMoney object:\n  {\"id\":\"q1\",\"schema\":\"Company\",\"properties\":{\"name\":\
                                 [\"Klass\"],\"country\":[\"ru\"]}}"
    )]
    Match(Match),

    /// Score pairs of names
    ///
    /// Reads a csv with the columns `schema`, `name1`, `name2` (others pass through) and writes it with
    /// `score`, `probability`, `match` and `explanation` added. `match` is true at the `balanced` threshold.
    Compare {
        /// The pairs; `-` is stdin
        #[arg(long, value_name = "FILE")]
        input: PathBuf,
    },

    /// Screen trade records against the lists, goods tables and red flags
    ///
    /// csv, tsv, xlsx, ods, parquet or ndjson, in any of the layouts customs offices and vendors use; how columns were
    /// read is shown. Prints a finding for every row, those that need a person first.
    Screen(Screen),

    /// Read reports into attributed claims
    ///
    /// html, text, Markdown or NDJSON of `{"id","text","title","publisher","date","url"}`. Prints one claim a line;
    /// offsets are bytes into the article text, which --text prints.
    Read {
        /// Pages, folders of pages, or `-`
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Print the article text instead of its claims
        #[arg(long)]
        text: bool,
        /// Also ask a second reader: a server that speaks the chat-completions protocol
        ///
        /// For example `http://127.0.0.1:8080/v1`. Only claims whose quote stands in the text are printed, marked
        /// `"reader":"endpoint:MODEL"`; the ledger never holds them. A key is taken from INTERDICT_ENDPOINT_KEY.
        #[arg(long, value_name = "URL", conflicts_with = "text")]
        endpoint: Option<String>,
        /// Model that the endpoint shall use
        #[arg(
            long,
            value_name = "NAME",
            default_value = "default",
            requires = "endpoint"
        )]
        model: String,
    },

    /// Check that nothing in the ledger was changed, removed or slipped in
    ///
    /// Recomputes the hash chain over every event and the rows it vouches for. Exit code 0 if all is as it was
    /// written, 2 if not.
    Verify,

    /// Make stored findings again and compare them byte by byte
    ///
    /// Uses the shipments and list versions in the ledger and this program's tables. Exit code 0 if every finding that
    /// could be made again came out the same, 2 if not; findings made with other tables are named and left.
    Replay {
        /// Id of a finding; default: every finding to hold or review
        #[arg(value_name = "FINDING")]
        finding: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Investigate {
    /// Folder with `lists/`, `records/` and `reports/`
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Exit with code 1 if a shipment is at or above this disposition
    #[arg(long, value_enum, value_name = "DISPOSITION")]
    pub(crate) fail_on: Option<FailOn>,
    /// Parties and shipments to print in full; the JSON holds all
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) top: usize,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Lists {
    /// Read official lists into the ledger
    ///
    /// Formats are told by content: OFAC sdn.xml and consolidated.xml, the SDN/ALT/ADD csv trio, EU FSF XML 1.1, UN
    /// consolidated XML, US Consolidated Screening List csv, BIS Denied Persons tsv, FollowTheMoney JSON lines,
    /// OpenSanctions targets.simple.csv. Records that cannot be read are kept aside with file, line and reason.
    Import {
        /// Files or folders
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Show what changed between two versions of a list
    Diff {
        /// The earlier file
        old: PathBuf,
        /// The later file
        new: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Match {
    /// The name to look for
    #[arg(value_name = "NAME", required_unless_present = "input")]
    pub(crate) name: Option<String>,
    /// FollowTheMoney schema: Person, Company, Organization, PublicBody, LegalEntity, Vessel or Airplane
    #[arg(long)]
    pub(crate) schema: Option<String>,
    /// Country, as a code or a name (can be repeated)
    #[arg(long, value_name = "CC")]
    pub(crate) country: Vec<String>,
    /// Birth date: YYYY, YYYY-MM or YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    pub(crate) birth_date: Option<String>,
    /// Identifier: INN, OGRN, IMO, LEI, passport or register number (can be repeated)
    #[arg(long, value_name = "VALUE")]
    pub(crate) id: Vec<String>,
    /// Lowest score to return: `strict`, `balanced`, `wide` or a number from 0 to 1
    #[arg(long, default_value = "balanced", value_name = "T")]
    pub(crate) threshold: String,
    /// Matches to return for each query
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub(crate) limit: usize,
    /// Queries, one FollowTheMoney object a line; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "schema", "country", "birth_date", "id"])]
    pub(crate) input: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Screen {
    /// Files of trade records
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Share of rows that people have time to review; holds are always shown
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(crate) budget: Option<f64>,
    /// Exit with code 1 if a shipment is at or above this disposition
    #[arg(long, value_enum, value_name = "DISPOSITION")]
    pub(crate) fail_on: Option<FailOn>,
    /// Write findings to this file instead of stdout: .ndjson or .csv
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// How columns are to be read, as TOML: `goods_text = "DESC"`
    #[arg(long, value_name = "FILE")]
    pub(crate) columns: Option<PathBuf>,
}

/// The disposition from which findings fail the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// A gate closed
    Hold,
    /// A person should look, or a gate closed
    Review,
}

impl FailOn {
    /// Whether a disposition is at or above this one.
    pub(crate) fn is_met_by(self, disposition: model::Disposition) -> bool {
        match self {
            FailOn::Hold => disposition >= model::Disposition::Hold,
            FailOn::Review => disposition >= model::Disposition::Review,
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value <= 1.0 => Ok(value),
        _ => Err("expected a share of rows above 0 and up to 1, such as 0.001".to_string()),
    }
}
