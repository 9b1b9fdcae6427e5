//! Why a file yields no statements at all.

use std::io;
use std::path::PathBuf;

/// A whole file was refused. What is wrong with single statements is [`model::Rejected`] instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OwnershipError {
    /// The file could not be opened or read.
    #[error("{}: cannot be read: {source}", path.display())]
    Io {
        /// As the user named it.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The content is no ownership data that Interdict reads.
    #[error("{}: no ownership data that Interdict reads: {reason}", path.display())]
    NotOwnership {
        /// As the user named it.
        path: PathBuf,
        /// What the content looks like.
        reason: String,
    },
}
