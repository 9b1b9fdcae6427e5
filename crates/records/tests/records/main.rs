//! The readers on small files of every format, on broken ones, and on the real ones where they are at hand.

#![allow(
    clippy::unwrap_used,
    reason = "a test may die of what it does not expect"
)]

mod amended;
mod common;
mod formats;
mod headings;
mod hostile;
mod real;
