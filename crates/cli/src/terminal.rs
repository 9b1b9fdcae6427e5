//! What may reach a terminal or a spreadsheet: names, goods texts and quotes are untrusted.

use std::borrow::Cow;

/// Untrusted text made safe for a terminal: control and direction-changing characters become spaces or vanish.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let unsafe_character = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if !text.contains(unsafe_character) {
        return Cow::Borrowed(text);
    }
    let spaced = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c });
    Cow::Owned(spaced.filter(|&c| !unsafe_character(c)).collect())
}

/// A cell that no spreadsheet runs as a formula: a quote mark goes before `=`, `+`, `-`, `@`, tab and carriage return,
/// unless the cell is a plain number.
pub(crate) fn cell(text: &str) -> Cow<'_, str> {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if runs && text.parse::<f64>().is_err() {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_overrides_do_not_reach_the_terminal() {
        assert_eq!(plain("\u{1b}[31mRED\u{202e}\n"), "[31mRED ");
        assert_eq!(plain("Рособоронэкспорт"), "Рособоронэкспорт");
    }

    #[test]
    fn formulas_are_escaped_and_numbers_are_not() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(cell("@SUM(1)"), "'@SUM(1)");
        assert_eq!(cell("-12.5"), "-12.5");
        assert_eq!(cell("Klass"), "Klass");
    }
}
