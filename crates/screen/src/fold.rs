//! What makes two spellings the same text here. Finer comparison of names is the name index's.

/// Letters and digits in lower case.
pub(crate) fn fold(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
