//! The text of a PDF: lines joined to paragraphs, running heads and page numbers dropped. The reading is another's code
//! on hostile input, so it has a thread, a time limit and a size limit of its own, and a panic there costs one file.

use std::collections::HashMap;
use std::sync::mpsc;
use std::time::Duration;

/// Largest PDF that is read: most of it is pictures.
pub(crate) const MAX_PDF_BYTES: usize = 16 << 20;
/// Longest time for one file.
const MAX_TIME: Duration = Duration::from_secs(20);
/// Most text that is taken.
const MAX_TEXT: usize = 8 << 20;

/// Text of a PDF in paragraphs, or why there is none.
pub(crate) fn text(bytes: &[u8]) -> Result<String, String> {
    if bytes.len() > MAX_PDF_BYTES {
        return Err(format!("a PDF of more than {} MiB", MAX_PDF_BYTES >> 20));
    }
    let (send, receive) = mpsc::channel();
    let owned = bytes.to_vec();
    let reading = std::thread::Builder::new()
        .stack_size(16 << 20)
        .spawn(move || {
            let read =
                std::panic::catch_unwind(|| pdf_extract::extract_text_from_mem_by_pages(&owned));
            // Nobody listens any more after the time limit.
            let _ = send.send(read.ok());
        });
    if let Err(error) = reading {
        return Err(format!(
            "a PDF that no thread could be started for: {error}"
        ));
    }
    match receive.recv_timeout(MAX_TIME) {
        Ok(Some(Ok(pages))) => {
            let text = paragraphs(&pages);
            if text.trim().is_empty() {
                Err("a PDF of pictures without text".to_string())
            } else {
                Ok(text)
            }
        }
        Ok(Some(Err(error))) => Err(format!("a damaged or locked PDF: {error}")),
        Ok(None) | Err(mpsc::RecvTimeoutError::Disconnected) => Err("a damaged PDF".to_string()),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(format!(
            "a PDF that takes more than {} s to read",
            MAX_TIME.as_secs()
        )),
    }
}

/// Lines of pages to paragraphs.
fn paragraphs(pages: &[String]) -> String {
    // Lines that stand on many pages but for their digits are running heads.
    let key = |line: &str| -> String {
        line.chars()
            .filter(|c| c.is_alphabetic())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let mut seen: HashMap<String, usize> = HashMap::new();
    for page in pages {
        let mut keys: Vec<String> = page
            .lines()
            .map(str::trim)
            .filter(|line| line.len() < 120)
            .map(key)
            .collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            *seen.entry(key).or_insert(0) += 1;
        }
    }
    let often = (pages.len() / 2).max(3);
    let running = |line: &str| {
        let key = key(line);
        key.is_empty() && line.len() <= 12 || seen.get(&key).is_some_and(|&times| times >= often)
    };
    let widest = pages
        .iter()
        .flat_map(|page| page.lines())
        .map(|line| line.trim().chars().count())
        .max()
        .unwrap_or_default();
    let mut out = String::new();
    // Whether the paragraph goes on, and whether its last line was cut by the page's width.
    let (mut open, mut full) = (false, false);
    for line in pages
        .iter()
        .flat_map(|page| page.lines().chain(std::iter::once("\u{c}")))
    {
        let page_end = line == "\u{c}";
        let line = line.trim();
        if out.len() > MAX_TEXT {
            break;
        }
        if line.is_empty() || running(line) {
            if !line.is_empty() {
                continue;
            }
            // A page's end inside a sentence ends no paragraph.
            let ended = out.ends_with(['.', '!', '?', ':', '"', '”', '»', '。']);
            open &= !ended && (page_end || full);
            if !open && !out.is_empty() && !out.ends_with("\n\n") {
                out.push_str("\n\n");
            }
            continue;
        }
        if out.is_empty() || out.ends_with('\n') {
            out.push_str(line);
        } else if out.ends_with('-') && line.starts_with(char::is_lowercase) {
            out.pop();
            out.push_str(line);
        } else {
            out.push(' ');
            out.push_str(line);
        }
        open = true;
        full = line.chars().count() * 10 >= widest * 7;
        // A short line that ends a sentence ends a paragraph; a heading is short and ends nothing.
        if !full && (line.ends_with(['.', '!', '?', '"', '”', '»', '。']) || !line.contains(' '))
        {
            out.push_str("\n\n");
            open = false;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_paragraphs_and_running_heads_go() {
        let page =
            |number: usize, body: &str| format!("The Harbour Review\n{body}\nPage {number}\n");
        let pages = [
            page(
                1,
                "The ministry said that a ship with am-\nmunition had left the port on Monday and\nsailed south.",
            ),
            page(
                2,
                "It gave no name.\n\nA second ship followed, the harbour master\nsaid, and nobody",
            ),
            page(3, "asked what it carried."),
        ];
        assert_eq!(
            paragraphs(&pages),
            "The ministry said that a ship with ammunition had left the port on Monday and sailed south.\n\nIt gave no name.\n\nA second ship followed, the harbour master said, and nobody asked what it carried.\n\n"
        );
    }

    #[test]
    fn what_is_no_pdf_is_refused() {
        assert!(text(b"%PDF-1.7\nnothing").is_err());
    }
}
