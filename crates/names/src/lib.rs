//! Names of parties: normalise, transliterate, compare, and a memory-mapped index.
