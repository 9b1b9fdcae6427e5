//! Pages to articles to attributed claims; copies folded.
