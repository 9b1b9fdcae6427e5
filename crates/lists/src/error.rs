//! Why a file yields no list at all.

use std::io;
use std::path::PathBuf;

/// A whole file was refused. What is wrong with single records is [`model::Rejected`] instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// The file could not be opened or read.
    #[error("{}: cannot be read: {source}", path.display())]
    Io {
        /// As the user named it.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The content is none of the formats that Interdict reads.
    #[error("{}: not a list format Interdict reads: {reason}", path.display())]
    NotAList {
        /// As the user named it.
        path: PathBuf,
        /// What the content looks like.
        reason: String,
    },
    /// XML with a DOCTYPE. Official lists have none; entities and external files are never expanded.
    #[error("{}: line {line}: declares a DOCTYPE, which no official list does; take the file from the publisher again", path.display())]
    Doctype {
        /// As the user named it.
        path: PathBuf,
        /// Line of the declaration, from 1.
        line: u64,
    },
    /// Compressed data that grows beyond bounds.
    #[error("{}: decompresses to more than {limit}; refused as a decompression bomb", path.display())]
    Bomb {
        /// As the user named it.
        path: PathBuf,
        /// The bound that was broken, in words.
        limit: &'static str,
    },
}
