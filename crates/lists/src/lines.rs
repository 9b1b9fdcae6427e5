//! Delimited records (csv, tsv) over bounded lines.
//!
//! Written here rather than taken from the csv crate because records must be bounded and have line numbers, and because
//! one quote that never closes must cost the records near it, not the rest of the file.

use std::io;

use crate::input::{LineEnd, Text};

/// Longest line of a text format that is held.
pub(crate) const MAX_LINE: usize = 4 << 20;

/// A quoted field may span this many lines; free text in the lists at hand spans 27 at most.
const MAX_LINES_PER_RECORD: usize = 400;

/// A record may hold this many fields.
const MAX_FIELDS: usize = 1_000;

/// What stands next in a delimited file.
pub(crate) enum Row {
    /// A record and the line it starts on.
    Fields(Vec<String>, u64),
    /// Lines that form no record: line and reason.
    Broken(u64, String),
}

/// Cuts a text into delimited records.
pub(crate) struct Rows {
    delimiter: char,
    /// Lines given back after a quote that never closed, next one last.
    returned: Vec<(String, u64)>,
    /// Given-back lines so far; bounded so that hostile files cost linear time.
    returns: usize,
}

impl Rows {
    pub(crate) fn new(delimiter: char) -> Self {
        Self {
            delimiter,
            returned: Vec::new(),
            returns: 0,
        }
    }

    /// The next record, or `None` at the end. Empty lines and the DOS end-of-file character are skipped.
    pub(crate) fn next(&mut self, text: &mut Text) -> io::Result<Option<Row>> {
        loop {
            let (line, number) = match self.next_line(text)? {
                Line::Some(line, number) => (line, number),
                Line::TooLong(number) => return Ok(Some(too_long(number))),
                Line::None => return Ok(None),
            };
            if line.trim_matches(['\u{1a}', ' ', '\u{feff}']).is_empty() {
                continue;
            }
            let mut splitter = Splitter::new(self.delimiter);
            splitter.push(&line);
            let mut held = vec![(line, number)];
            let mut bytes = held[0].0.len();
            while splitter.in_quotes {
                let next = if held.len() >= MAX_LINES_PER_RECORD || bytes > MAX_LINE {
                    Line::None
                } else {
                    self.next_line(text)?
                };
                let (line, next_number) = match next {
                    Line::Some(line, next_number) => (line, next_number),
                    Line::TooLong(_) | Line::None => {
                        return Ok(Some(self.give_back(held)));
                    }
                };
                bytes += line.len();
                splitter.newline();
                splitter.push(&line);
                held.push((line, next_number));
            }
            return Ok(Some(match splitter.finish() {
                Some(fields) => Row::Fields(fields, number),
                None => Row::Broken(number, format!("more than {MAX_FIELDS} fields")),
            }));
        }
    }

    /// Gives all lines but the first back to be read as records of their own.
    fn give_back(&mut self, held: Vec<(String, u64)>) -> Row {
        const MAX_RETURNS: usize = 100;
        let first = held[0].1;
        let last = held.last().map_or(first, |(_, number)| *number);
        self.returns += 1;
        if self.returns > MAX_RETURNS {
            return Row::Broken(
                first,
                format!("a quote opened here never closes; lines {first} to {last} were skipped"),
            );
        }
        self.returned.extend(held.into_iter().skip(1).rev());
        Row::Broken(
            first,
            "a quote opened on this line never closes".to_string(),
        )
    }

    fn next_line(&mut self, text: &mut Text) -> io::Result<Line> {
        if let Some((line, number)) = self.returned.pop() {
            return Ok(Line::Some(line, number));
        }
        let number = text.line();
        let mut bytes = Vec::new();
        Ok(match text.read_line(&mut bytes, MAX_LINE)? {
            LineEnd::Whole => Line::Some(into_string(bytes), number),
            LineEnd::TooLong => Line::TooLong(number),
            LineEnd::EndOfFile => Line::None,
        })
    }
}

enum Line {
    Some(String, u64),
    TooLong(u64),
    None,
}

fn too_long(number: u64) -> Row {
    Row::Broken(number, line_too_long())
}

/// The reason given for a line that is not held.
pub(crate) fn line_too_long() -> String {
    format!("line is longer than {} MiB", MAX_LINE >> 20)
}

/// Text is decoded before it is cut, so this never loses anything.
pub(crate) fn into_string(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Fields of one line that stands alone, such as a cell holding values of its own (`a;"b;c"`).
pub(crate) fn split(line: &str, delimiter: char) -> Vec<String> {
    let mut splitter = Splitter::new(delimiter);
    splitter.push(line);
    splitter.finish().unwrap_or_default()
}

/// RFC 4180, lenient: a quote inside an unquoted field is itself.
struct Splitter {
    delimiter: char,
    fields: Vec<String>,
    field: String,
    quoted: bool,
    in_quotes: bool,
}

impl Splitter {
    fn new(delimiter: char) -> Self {
        Self {
            delimiter,
            fields: Vec::new(),
            field: String::new(),
            quoted: false,
            in_quotes: false,
        }
    }

    fn newline(&mut self) {
        self.field.push('\n');
    }

    fn push(&mut self, line: &str) {
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            if self.in_quotes {
                if c != '"' {
                    self.field.push(c);
                } else if chars.peek() == Some(&'"') {
                    chars.next();
                    self.field.push('"');
                } else {
                    self.in_quotes = false;
                }
            } else if c == self.delimiter {
                self.end_field();
            } else if c == '"' && !self.quoted && self.field.trim().is_empty() {
                self.field.clear();
                self.quoted = true;
                self.in_quotes = true;
            } else {
                self.field.push(c);
            }
        }
    }

    fn end_field(&mut self) {
        // One more than allowed is kept, so that `finish` sees the excess.
        if self.fields.len() <= MAX_FIELDS {
            self.fields.push(std::mem::take(&mut self.field));
        }
        self.field.clear();
        self.quoted = false;
    }

    fn finish(mut self) -> Option<Vec<String>> {
        self.end_field();
        (self.fields.len() <= MAX_FIELDS).then_some(self.fields)
    }
}

/// Column positions by header name; names compare without case, spaces and underscores.
pub(crate) struct Header {
    columns: Vec<String>,
}

impl Header {
    pub(crate) fn new(fields: &[String]) -> Self {
        Self {
            columns: fields.iter().map(|field| fold(field)).collect(),
        }
    }

    pub(crate) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.columns.contains(&fold(name)))
    }

    /// The trimmed cell under a heading; empty where the column or the cell is missing.
    pub(crate) fn get<'a>(&self, row: &'a [String], name: &str) -> &'a str {
        let wanted = fold(name);
        self.columns
            .iter()
            .position(|column| *column == wanted)
            .and_then(|index| row.get(index))
            .map_or("", |cell| cell.trim())
    }

    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }
}

fn fold(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, delimiter: char, expect: &[&str]) {
        assert_eq!(split(line, delimiter), expect, "{line}");
    }

    #[test]
    fn splits_as_lists_are_written() {
        check(r#"36,"A, B",-0- ,x"#, ',', &["36", "A, B", "-0- ", "x"]);
        check(r#"a;"say ""hi""";b"#, ';', &["a", r#"say "hi""#, "b"]);
        check(r#"3" pipe,b"#, ',', &[r#"3" pipe"#, "b"]);
        check("", ',', &[""]);
        check("a\t\"b\tc\"", '\t', &["a", "b\tc"]);
    }
}
