//! Cuts JSON into the values at its top: the elements of one array, or values one after another (JSON lines).
//!
//! Values are found by brackets and strings alone, so that one that is too large, too deep or broken is told with its
//! line and the rest goes on.

use std::io::{self, BufRead, BufReader, Read};

/// Largest value, in bytes; a page of the GLEIF API is about 1 MB, a statement a few kB.
const MAX_VALUE: usize = 16 << 20;
/// Deepest nesting; statements nest about six deep.
const MAX_DEPTH: usize = 48;

/// One value at the top.
pub(crate) struct Element {
    /// Line on which it begins, from 1.
    pub(crate) line: u64,
    /// Its text, or why there is none.
    pub(crate) text: Result<Vec<u8>, String>,
}

/// Reads the values of a text one by one.
pub(crate) struct Elements<R: Read> {
    input: BufReader<R>,
    line: u64,
    /// Nothing follows: the input ended, or it broke off.
    ended: bool,
}

impl<R: Read> Elements<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(128 * 1024, input),
            line: 1,
            ended: false,
        }
    }

    /// The next value; none at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Element>> {
        let Some(first) = self.skip_to_value()? else {
            return Ok(None);
        };
        let line = self.line;
        let mut text = Vec::new();
        let mut fault: Option<String> = None;
        let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
        let nests = first == b'{';
        loop {
            let chunk = self.input.fill_buf()?;
            if chunk.is_empty() {
                self.ended = true;
                if nests || in_string {
                    fault = Some("the file ends in the middle of this value".to_string());
                }
                break;
            }
            let (mut used, mut done) = (0, false);
            for &byte in chunk {
                if !nests
                    && !in_string
                    && matches!(byte, b',' | b']' | b'\n' | b'\r' | b' ' | b'\t')
                {
                    done = true;
                    break;
                }
                used += 1;
                if byte == b'\n' {
                    self.line += 1;
                }
                if in_string {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => in_string = false,
                        _ => {}
                    }
                    continue;
                }
                match byte {
                    b'"' => in_string = true,
                    b'{' | b'[' => {
                        depth += 1;
                        if depth > MAX_DEPTH {
                            fault = Some(format!("values nest more than {MAX_DEPTH} deep"));
                        }
                    }
                    b'}' | b']' => {
                        depth = depth.saturating_sub(1);
                        if depth == 0 {
                            done = true;
                            break;
                        }
                    }
                    _ => {}
                }
            }
            if text.len() + used > MAX_VALUE {
                fault = Some(format!("the value is larger than {} MB", MAX_VALUE >> 20));
            }
            if fault.is_none() {
                text.extend_from_slice(&chunk[..used]);
            }
            self.input.consume(used);
            if done {
                break;
            }
        }
        let text = match fault {
            Some(fault) => Err(fault),
            None => Ok(text),
        };
        Ok(Some(Element { line, text }))
    }

    /// Passes over white space, commas, a byte-order mark and the brackets of the outer array.
    fn skip_to_value(&mut self) -> io::Result<Option<u8>> {
        while !self.ended {
            let chunk = self.input.fill_buf()?;
            let Some(&byte) = chunk.first() else {
                self.ended = true;
                break;
            };
            match byte {
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' | b',' | b'[' | b']' | 0xef | 0xbb | 0xbf => {}
                _ => return Ok(Some(byte)),
            }
            self.input.consume(1);
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(u64, Result<String, String>)> {
        let mut elements = Elements::new(text.as_bytes());
        let mut found = Vec::new();
        while let Some(element) = elements.next().unwrap() {
            let text = element.text.map(|text| String::from_utf8(text).unwrap());
            found.push((element.line, text));
        }
        found
    }

    #[track_caller]
    fn check(text: &str, expect: &[(u64, &str)]) {
        let expect: Vec<_> = expect
            .iter()
            .map(|(line, text)| (*line, Ok((*text).to_string())))
            .collect();
        assert_eq!(all(text), expect, "{text}");
    }

    #[test]
    fn arrays_and_lines_are_cut_into_values() {
        check("", &[]);
        check("[]", &[]);
        check(
            "[{\"a\":1},\n{\"b\":[2]}]",
            &[(1, "{\"a\":1}"), (2, "{\"b\":[2]}")],
        );
        check(
            "{\"a\":\"}]\\\"\"}\n{}\n",
            &[(1, "{\"a\":\"}]\\\"\"}"), (2, "{}")],
        );
        check(
            "\u{feff}[1, \"x, y\", null]",
            &[(1, "1"), (1, "\"x, y\""), (1, "null")],
        );
    }

    #[test]
    fn what_is_cut_off_or_too_deep_is_told_and_the_rest_goes_on() {
        let cut = all("[{\"a\":1},\n{\"b\":");
        assert_eq!(cut.len(), 2);
        assert_eq!((cut[1].0, cut[1].1.is_err()), (2, true));

        let deep = format!("{{\"a\":{}{}}}\n{{}}", "[".repeat(60), "]".repeat(60));
        let found = all(&deep);
        assert!(found[0].1.as_ref().unwrap_err().contains("deep"));
        assert_eq!(found[1], (2, Ok("{}".to_string())));

        let large = format!("{{\"a\":\"{}\"}}\n{{}}", "x".repeat(MAX_VALUE));
        let found = all(&large);
        assert!(found[0].1.as_ref().unwrap_err().contains("larger"));
        assert_eq!(found[1], (2, Ok("{}".to_string())));
    }
}
