//! The readers on small files of every format, on broken ones, and on the real ones where they are at hand.

mod common;
mod formats;
mod hostile;
mod real;
