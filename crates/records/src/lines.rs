//! Lines of bounded length: one endless line costs a buffer, not the memory.

use std::io::{self, Read};

/// Longest line that is read. The longest goods descriptions of real files take a few kilobytes.
pub(crate) const MAX_LINE: usize = 4 << 20;

/// Reads lines from bytes.
pub(crate) struct Lines<R> {
    inner: R,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    line_end: u8,
    /// Lines given so far.
    pub(crate) number: u64,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// In the caller's buffer, without its end.
    Read,
    /// Longer than [`MAX_LINE`]; the rest of it was passed over.
    TooLong,
    End,
}

impl<R: Read> Lines<R> {
    /// `line_end` is `\n`, or `\r` for texts that know no other.
    pub(crate) fn new(inner: R, line_end: u8) -> Self {
        Lines {
            inner,
            buffer: vec![0; 128 << 10],
            from: 0,
            to: 0,
            line_end,
            number: 0,
        }
    }

    /// Puts the next line behind what `line` holds.
    pub(crate) fn next(&mut self, line: &mut Vec<u8>) -> io::Result<Line> {
        let start = line.len();
        let mut seen = false;
        let mut too_long = false;
        loop {
            if self.from == self.to {
                self.from = 0;
                self.to = loop {
                    match self.inner.read(&mut self.buffer) {
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        outcome => break outcome?,
                    }
                };
                if self.to == 0 {
                    if !seen {
                        return Ok(Line::End);
                    }
                    break;
                }
            }
            seen = true;
            let rest = &self.buffer[self.from..self.to];
            let end = rest.iter().position(|byte| *byte == self.line_end);
            let part = &rest[..end.unwrap_or(rest.len())];
            if line.len() - start + part.len() > MAX_LINE {
                too_long = true;
            }
            if !too_long {
                line.extend_from_slice(part);
            }
            self.from += part.len() + usize::from(end.is_some());
            if end.is_some() {
                break;
            }
        }
        self.number += 1;
        if too_long {
            line.truncate(start);
            return Ok(Line::TooLong);
        }
        if line.len() > start && line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(Line::Read)
    }
}

/// The byte that ends lines in a text, by its beginning (UTF-8).
pub(crate) fn line_end_of(head: &str) -> u8 {
    if head.contains('\r') && !head.contains('\n') {
        b'\r'
    } else {
        b'\n'
    }
}
