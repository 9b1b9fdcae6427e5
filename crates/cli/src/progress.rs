//! Progress on a terminal; nothing where stderr is not one.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over `total` bytes with what is being done; hidden unless stderr is a terminal.
pub(crate) fn bar(doing: &str, total: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = if total > 0 {
        ProgressBar::new(total)
    } else {
        ProgressBar::new_spinner()
    };
    let template = if total > 0 {
        "{msg:<40!} {wide_bar} {bytes}/{total_bytes} {elapsed}"
    } else {
        "{spinner} {msg:<40!} {bytes} {elapsed}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar.set_message(doing.to_string());
    bar
}
