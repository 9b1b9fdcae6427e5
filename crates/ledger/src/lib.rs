//! The evidence store: append-only, hash-chained, replayable. All SQL there is.
