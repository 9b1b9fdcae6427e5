//! From a file to bounded UTF-8 text: gzip and zstd opened, encodings decoded, raw bytes counted and hashed.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::ListError;

/// Bytes of text looked at to tell format and encoding.
pub(crate) const HEAD_BYTES: usize = 256 * 1024;

/// Compressed files may not decompress to more than this. Official lists stay under 200 MB; the bound leaves room for
/// collections of entities.
const MAX_DECOMPRESSED: u64 = 4 << 30;

/// Compression ratios above this are refused once [`RATIO_FREE`] bytes are out. XML lists compress 10 to 30 times.
const MAX_RATIO: u64 = 200;
const RATIO_FREE: u64 = 64 << 20;

/// Bytes and hash of what was read from disk, shared with the reader that counts them.
#[derive(Default)]
struct RawState {
    bytes: Cell<u64>,
    hasher: RefCell<blake3::Hasher>,
}

struct Raw {
    file: File,
    state: Rc<RawState>,
}

impl Read for Raw {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.state.hasher.borrow_mut().update(&buffer[..n]);
        self.state.bytes.set(self.state.bytes.get() + n as u64);
        Ok(n)
    }
}

/// Decoded text of one file. Reads like a file whose every byte is valid UTF-8, counting lines.
pub(crate) struct Text {
    path: PathBuf,
    source: Box<dyn Read>,
    compressed: bool,
    state: Rc<RawState>,
    decompressed: u64,
    head: Vec<u8>,
    encoding: &'static Encoding,
    decoder: Decoder,
    raw: Vec<u8>,
    decoded: Vec<u8>,
    position: usize,
    ended: bool,
    newlines: u64,
    /// Bytes that may still be consumed before [`Text::allow`] is called again; guards parsers that buffer.
    allowance: u64,
    bomb: Option<&'static str>,
}

impl Text {
    /// Opens a file and decides on compression and encoding by its first bytes.
    pub(crate) fn open(path: &Path) -> Result<Self, ListError> {
        let io_error = |source| ListError::Io {
            path: path.to_path_buf(),
            source,
        };
        let file = File::open(path).map_err(io_error)?;
        if file.metadata().map_err(io_error)?.is_dir() {
            return Err(ListError::NotAList {
                path: path.to_path_buf(),
                reason: "a folder".to_string(),
            });
        }
        let state = Rc::new(RawState::default());
        let mut raw = BufReader::with_capacity(
            128 * 1024,
            Raw {
                file,
                state: state.clone(),
            },
        );
        let magic = raw.fill_buf().map_err(io_error)?;
        let (source, compressed): (Box<dyn Read>, bool) = if magic.starts_with(&[0x1f, 0x8b]) {
            (Box::new(flate2::bufread::MultiGzDecoder::new(raw)), true)
        } else if magic.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            let decoder = zstd::stream::read::Decoder::with_buffer(raw).map_err(io_error)?;
            (Box::new(decoder), true)
        } else {
            (Box::new(raw), false)
        };
        let mut text = Self {
            path: path.to_path_buf(),
            source,
            compressed,
            state,
            decompressed: 0,
            head: Vec::new(),
            encoding: UTF_8,
            decoder: UTF_8.new_decoder_with_bom_removal(),
            raw: vec![0; 64 * 1024],
            decoded: Vec::new(),
            position: 0,
            ended: false,
            newlines: 0,
            allowance: u64::MAX,
            bomb: None,
        };
        text.read_head();
        text.encoding = encoding_of(&text.head);
        text.decoder = text.encoding.new_decoder_with_bom_removal();
        Ok(text)
    }

    /// Fills `head`; an error here (a cut archive) comes up again, and is reported, when the text is read.
    fn read_head(&mut self) {
        let mut buffer = vec![0; 64 * 1024];
        while self.head.len() < HEAD_BYTES {
            match self.source.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => self.head.extend_from_slice(&buffer[..n]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let reader = io::Cursor::new(Vec::new()).chain(Failing(Some(error)));
                    self.source = Box::new(reader);
                    break;
                }
            }
        }
    }

    /// The first bytes as text, for telling formats apart.
    pub(crate) fn head(&self) -> String {
        let (text, _) = self.encoding.decode_with_bom_removal(&self.head);
        text.into_owned()
    }

    /// The first bytes, decompressed but not decoded.
    pub(crate) fn head_bytes(&self) -> &[u8] {
        &self.head
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// Line that the next byte stands on, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.newlines + 1
    }

    /// Bytes read from disk so far.
    pub(crate) fn raw_bytes(&self) -> u64 {
        self.state.bytes.get()
    }

    /// Lets the next `bytes` be consumed; reading on fails after that until the next call.
    pub(crate) fn allow(&mut self, bytes: u64) {
        self.allowance = bytes;
    }

    /// Whether reading failed because the allowance ran out.
    pub(crate) fn allowance_spent(&self) -> bool {
        self.allowance == 0
    }

    /// The error that makes the whole file untrustworthy, where there is one.
    pub(crate) fn fatal(&self) -> Option<ListError> {
        self.bomb.map(|limit| ListError::Bomb {
            path: self.path.clone(),
            limit,
        })
    }

    /// blake3 of the whole file as on disk; reads whatever the decoder left unread.
    pub(crate) fn hash(mut self) -> Result<String, ListError> {
        let path = self.path.clone();
        let io_error = |source| ListError::Io {
            path: path.clone(),
            source,
        };
        // A decoder that stopped early cannot hand its reader back, so a file not read to its end is hashed anew.
        let length = std::fs::metadata(&self.path).map(|m| m.len());
        if length.is_ok_and(|length| length == self.state.bytes.get()) {
            return Ok(self.state.hasher.borrow().finalize().to_hex().to_string());
        }
        self.source = Box::new(io::empty());
        let mut hasher = blake3::Hasher::new();
        let mut file = File::open(&self.path).map_err(&io_error)?;
        let mut buffer = vec![0; 128 * 1024];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => return Ok(hasher.finalize().to_hex().to_string()),
                Ok(n) => {
                    hasher.update(&buffer[..n]);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(io_error(error)),
            }
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.decoded.clear();
        self.position = 0;
        while self.decoded.is_empty() && !self.ended {
            let read;
            let bytes = if self.head.is_empty() {
                read = loop {
                    match self.source.read(&mut self.raw) {
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        other => break other?,
                    }
                };
                &self.raw[..read]
            } else {
                read = self.head.len();
                self.head.as_slice()
            };
            self.decompressed += read as u64;
            if self.compressed {
                let ratio_bound = RATIO_FREE.max(self.state.bytes.get() * MAX_RATIO);
                if self.decompressed > MAX_DECOMPRESSED {
                    self.bomb = Some("4 GiB");
                } else if self.decompressed > ratio_bound {
                    self.bomb = Some("200 times its size");
                }
                if let Some(limit) = self.bomb {
                    return Err(io::Error::other(limit));
                }
            }
            self.ended = read == 0;
            // UTF-8 needs at most 3 bytes for each byte of any other encoding.
            let room = self
                .decoder
                .max_utf8_buffer_length(bytes.len())
                .unwrap_or(bytes.len() * 3 + 16);
            self.decoded.resize(room, 0);
            let (result, _, written, _) =
                self.decoder
                    .decode_to_utf8(bytes, &mut self.decoded, self.ended);
            debug_assert_eq!(result, CoderResult::InputEmpty);
            self.decoded.truncate(written);
            if !self.head.is_empty() {
                self.head = Vec::new();
            }
        }
        Ok(())
    }

    /// Reads one line without its end into `line`, which is emptied first.
    ///
    /// A line longer than `max` bytes is skipped without being held.
    pub(crate) fn read_line(&mut self, line: &mut Vec<u8>, max: usize) -> io::Result<LineEnd> {
        line.clear();
        let (mut any, mut too_long) = (false, false);
        loop {
            let available = self.fill_buf()?;
            if available.is_empty() {
                return Ok(match (any, too_long) {
                    (_, true) => LineEnd::TooLong,
                    (true, false) => LineEnd::Whole,
                    (false, false) => LineEnd::EndOfFile,
                });
            }
            any = true;
            let newline = available.iter().position(|&b| b == b'\n');
            let taken = newline.unwrap_or(available.len());
            if line.len() + taken > max {
                too_long = true;
                line.clear();
                line.shrink_to(64 * 1024);
            } else if !too_long {
                line.extend_from_slice(&available[..taken]);
            }
            self.consume(taken + usize::from(newline.is_some()));
            if newline.is_some() {
                if too_long {
                    return Ok(LineEnd::TooLong);
                }
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(LineEnd::Whole);
            }
        }
    }
}

/// How [`Text::read_line`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineEnd {
    /// The line is whole.
    Whole,
    /// The line was longer than allowed and is skipped.
    TooLong,
    /// No line is left.
    EndOfFile,
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let n = available.len().min(buffer.len());
        buffer[..n].copy_from_slice(&available[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Text {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.position >= self.decoded.len() {
            self.refill()?;
        }
        if self.allowance == 0 && self.position < self.decoded.len() {
            return Err(io::Error::other("longer than allowed"));
        }
        let rest = &self.decoded[self.position..];
        let allowed = usize::try_from(self.allowance).unwrap_or(usize::MAX);
        Ok(&rest[..rest.len().min(allowed)])
    }

    fn consume(&mut self, amount: usize) {
        let end = (self.position + amount).min(self.decoded.len());
        let consumed = &self.decoded[self.position..end];
        self.newlines += consumed.iter().filter(|&&b| b == b'\n').count() as u64;
        self.allowance -= (consumed.len() as u64).min(self.allowance);
        self.position = end;
    }
}

/// Hands out one stored error, then end of file.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Encoding by byte order mark, zero bytes, XML declaration, validity as UTF-8, and last by letter statistics.
fn encoding_of(head: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    match head {
        [b, 0, c, 0, ..] if *b != 0 && *c != 0 => return UTF_16LE,
        [0, b, 0, c, ..] if *b != 0 && *c != 0 => return UTF_16BE,
        _ => {}
    }
    let valid = match std::str::from_utf8(head) {
        Ok(_) => true,
        // The last character may be cut by the end of the head.
        Err(error) => error.error_len().is_none(),
    };
    let declared = declared_encoding(head);
    match declared {
        // A declaration of UTF-16 in a file of single bytes, or of UTF-8 in one that is not, is wrong.
        Some(encoding) if encoding != UTF_8 && encoding != UTF_16LE && encoding != UTF_16BE => {
            encoding
        }
        _ if valid => UTF_8,
        _ => {
            let mut detector =
                chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
            detector.feed(head, true);
            detector.guess(None, chardetng::Utf8Detection::Deny)
        }
    }
}

/// The encoding that an XML declaration names.
fn declared_encoding(head: &[u8]) -> Option<&'static Encoding> {
    let start = head.get(..200.min(head.len()))?;
    let declaration = start.split(|&b| b == b'>').next()?;
    let declaration = std::str::from_utf8(declaration).ok()?;
    let rest = declaration
        .trim_start()
        .strip_prefix("<?xml")?
        .split_once("encoding")?
        .1;
    let label = rest.trim_start_matches([' ', '=', '"', '\'']);
    let label = label.split(['"', '\'', ' ', '?']).next()?;
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expect: &str) {
        assert_eq!(encoding_of(bytes).name(), expect, "{bytes:?}");
    }

    #[test]
    fn encodings_are_told_by_content() {
        check(b"plain", "UTF-8");
        check("Ижевск".as_bytes(), "UTF-8");
        check(b"\xef\xbb\xbfa", "UTF-8");
        check(b"\xff\xfea\0", "UTF-16LE");
        check(b"\xfe\xff\0a", "UTF-16BE");
        check(b"<\0?\0", "UTF-16LE");
        check(b"\0<\0?", "UTF-16BE");
        check(
            b"<?xml version='1.0' encoding='windows-1251'?><a/>",
            "windows-1251",
        );
        let (cp1251, ..) = encoding_rs::WINDOWS_1251
            .encode("Общество с ограниченной ответственностью, Российская Федерация");
        check(&cp1251, "windows-1251");
    }
}
