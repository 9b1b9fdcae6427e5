//! Reads the crate's embedded tables: comma-separated, `#` comments, a header line. Patterns may hold commas in the
//! last column, so a row is split into exactly as many cells as asked for.

/// The rows of an embedded table, header and comments skipped, `N` trimmed cells each.
pub(crate) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty())
        .skip(1)
        .map(|line| {
            let mut cells = [""; N];
            for (cell, part) in cells.iter_mut().zip(line.splitn(N, ',')) {
                *cell = part.trim();
            }
            cells
        })
}
