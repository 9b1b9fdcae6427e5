//! What a reader refused, and where it stood.

use serde::{Deserialize, Serialize};

/// A record, row or field that could not be read. Readers keep it and go on; views show it and the ledger counts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The file as the user named it.
    pub file: String,
    /// Line of a text format or row of a sheet, counted from 1; 0 where the format has neither.
    pub row: u64,
    /// The field at fault, where one field is.
    pub field: Option<String>,
    /// What is wrong, in words a user can act on.
    pub reason: String,
}
