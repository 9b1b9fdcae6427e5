//! Files as bytes: what they are compressed with, what they hold, and the hash of what lies on disk.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::rc::Rc;

use crate::{RecordError, RecordFormat};

/// Bytes that a workbook or a compressed Parquet file may unpack to, in memory.
pub const MAX_UNPACKED: u64 = 1 << 30;

/// Decompressed bytes looked at to tell format, encoding and delimiter.
const HEAD: u64 = 256 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstd,
}

/// The beginning of a file.
pub(crate) struct Peek {
    pub(crate) compression: Compression,
    /// Decompressed.
    pub(crate) head: Vec<u8>,
}

/// Looks at the beginning of a file. A gzip or zstd stream that breaks within it gives what came before the break.
pub(crate) fn peek(path: &Path) -> io::Result<Peek> {
    let mut file = File::open(path)?;
    let mut magic = [0; 4];
    let mut filled = 0;
    while filled < magic.len() {
        match file.read(&mut magic[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    let compression = match magic {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd] => Compression::Zstd,
        _ => Compression::None,
    };
    file.seek(SeekFrom::Start(0))?;
    let mut head = Vec::new();
    let outcome = decompress(BufReader::new(file), compression)?
        .take(HEAD)
        .read_to_end(&mut head);
    match outcome {
        Err(error) if compression == Compression::None => Err(error),
        _ => Ok(Peek { compression, head }),
    }
}

fn decompress<'r>(
    file: BufReader<impl Read + 'r>,
    compression: Compression,
) -> io::Result<Box<dyn Read + 'r>> {
    Ok(match compression {
        Compression::None => Box::new(file),
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(file)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(file)?),
    })
}

/// The format that a file's beginning shows, or what else it is.
pub(crate) fn format_of(head: &[u8]) -> Result<RecordFormat, &'static str> {
    const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    if head.starts_with(b"PK\x03\x04") || head.starts_with(OLE) {
        return Ok(RecordFormat::Workbook);
    }
    if head.starts_with(b"PAR1") {
        return Ok(RecordFormat::Parquet);
    }
    if head.starts_with(b"%PDF") {
        return Err("a PDF");
    }
    let text = crate::encoding::decoded_head(head);
    let start = text.trim_start();
    match start.chars().next() {
        None => return Err("blank"),
        Some('{') => return Ok(RecordFormat::JsonLines),
        Some('<') => return Err("XML or HTML"),
        Some('[') if start[1..].trim_start().starts_with(['{', '[', ']']) => {
            return Err("a JSON array (one object a line is read)");
        }
        _ => {}
    }
    // Text holds next to no control characters; NULs strewn over text are the reader's business.
    let (mut control, mut all) = (0usize, 0usize);
    for c in text.chars().take(20_000) {
        all += 1;
        if c == '\u{fffd}' || (c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\0')) {
            control += 1;
        }
    }
    if control * 20 > all {
        return Err("binary data");
    }
    Ok(RecordFormat::Delimited)
}

/// What has gone through a hashing reader.
#[derive(Default)]
pub(crate) struct Tally {
    hasher: RefCell<blake3::Hasher>,
    bytes: Cell<u64>,
}

impl Tally {
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.get()
    }

    pub(crate) fn hash(&self) -> String {
        self.hasher.borrow().finalize().to_hex().to_string()
    }
}

struct Tallied<R> {
    inner: R,
    tally: Rc<Tally>,
}

impl<R: Read> Read for Tallied<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.tally.hasher.borrow_mut().update(&buffer[..count]);
        self.tally.bytes.set(self.tally.bytes.get() + count as u64);
        Ok(count)
    }
}

/// The decompressed bytes of a file, hashed as they lie on disk.
pub(crate) struct Stream {
    pub(crate) reader: Box<dyn Read>,
    pub(crate) tally: Rc<Tally>,
    /// A second handle on the same file position, for what the decompressor leaves unread.
    rest: File,
}

impl Stream {
    pub(crate) fn open(path: &Path, compression: Compression) -> io::Result<Self> {
        let file = File::open(path)?;
        let rest = file.try_clone()?;
        let tally = Rc::new(Tally::default());
        let tallied = Tallied {
            inner: file,
            tally: Rc::clone(&tally),
        };
        let reader = decompress(BufReader::with_capacity(128 << 10, tallied), compression)?;
        Ok(Stream {
            reader,
            tally,
            rest,
        })
    }

    /// Hash and size of the whole file, bytes that no reader asked for included.
    pub(crate) fn finish(self) -> io::Result<(String, u64)> {
        drop(self.reader);
        let mut rest = Tallied {
            inner: self.rest,
            tally: Rc::clone(&self.tally),
        };
        io::copy(&mut rest, &mut io::sink())?;
        Ok((self.tally.hash(), self.tally.bytes()))
    }
}

/// Hash and size of a file that is read out of order.
pub(crate) fn hash_file(path: &Path) -> io::Result<(String, u64)> {
    let mut hasher = blake3::Hasher::new();
    let bytes = io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok((hasher.finalize().to_hex().to_string(), bytes))
}

/// Unpacks a compressed file into memory, up to [`MAX_UNPACKED`].
pub(crate) fn unpack(
    path: &Path,
    file: &str,
    compression: Compression,
) -> Result<Vec<u8>, RecordError> {
    let io_error = |source| RecordError::Io {
        file: file.to_string(),
        source,
    };
    let mut unpacked = Vec::new();
    decompress(
        BufReader::new(File::open(path).map_err(io_error)?),
        compression,
    )
    .map_err(io_error)?
    .take(MAX_UNPACKED + 1)
    .read_to_end(&mut unpacked)
    .map_err(|error| RecordError::Damaged {
        file: file.to_string(),
        reason: error.to_string(),
    })?;
    if unpacked.len() as u64 > MAX_UNPACKED {
        return Err(RecordError::TooLarge {
            file: file.to_string(),
            reason: format!("over {} MiB", MAX_UNPACKED >> 20),
        });
    }
    Ok(unpacked)
}

/// A read that failed half way: of compressed files the stream is damaged, of others the system is at fault.
pub(crate) fn broken_stream(file: &str, compression: Compression, error: io::Error) -> RecordError {
    if compression == Compression::None {
        return RecordError::Io {
            file: file.to_string(),
            source: error,
        };
    }
    RecordError::Damaged {
        file: file.to_string(),
        reason: format!(
            "its compressed stream breaks off ({error}); rows before the break were read"
        ),
    }
}
