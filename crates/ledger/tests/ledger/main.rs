//! Tests of the ledger from outside: what is recorded comes back, twice is once, tampering shows, a kill leaves a
//! sound file.

mod crash;
mod record;
mod sample;
mod tamper;
