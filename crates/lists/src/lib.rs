//! Readers of official lists: parties, listings and what could not be read.
