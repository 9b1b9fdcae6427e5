//! What can stop the main job.

use std::path::PathBuf;

use model::Rejected;

/// Why the main job stopped. What was finished before is in the ledger.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder does not exist or is no folder.
    #[error("{} is not a folder; name one that holds lists/, records/ or reports/", .0.display())]
    NotAFolder(PathBuf),
    /// Nothing in the folder could be read.
    #[error(
        "nothing to read in {}: expected lists/, records/ or reports/ with official lists, trade records or pages{}",
        folder.display(),
        reasons(skipped)
    )]
    NothingReadable {
        /// The folder.
        folder: PathBuf,
        /// Files that were looked at, and why they were left.
        skipped: Vec<Rejected>,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {doing} {}", path.display())]
    Io {
        /// What was tried: "read", "create".
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The ledger refused.
    #[error("the ledger of this home refused")]
    Ledger(#[from] ledger::LedgerError),
    /// The name index could not be built or opened.
    #[error("the name index could not be made")]
    Index(#[from] names::IndexError),
    /// A report could not be read.
    #[error("a report could not be read")]
    News(#[from] news::NewsError),
    /// Trade records could not be read.
    #[error("trade records could not be read")]
    Records(#[from] records::RecordError),
    /// A file of who owns whom could not be read.
    #[error("a file of who owns whom could not be read")]
    Ownership(#[from] ownership::OwnershipError),
    /// A list could not be read.
    #[error("a list could not be read")]
    List(#[from] lists::ListError),
}

fn reasons(skipped: &[Rejected]) -> String {
    let mut text = String::new();
    for rejected in skipped.iter().take(5) {
        text.push_str(&format!("\n  {}: {}", rejected.file, rejected.reason));
    }
    text
}
