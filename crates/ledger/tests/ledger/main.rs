//! Tests of the ledger from outside: what is recorded comes back, twice is once, tampering shows, a kill leaves a
//! sound file.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod crash;
mod record;
mod sample;
mod tamper;
