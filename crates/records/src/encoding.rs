//! Bytes to UTF-8: telling a text's encoding by its beginning, and transcoding as it streams.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The encoding of a text, by its beginning.
pub(crate) fn encoding_of(head: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    if let Some(encoding) = utf16_without_bom(head) {
        return encoding;
    }
    if is_utf8_but_for_its_end(head) {
        return UTF_8;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(head, head.len() < 1024);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

/// Latin and Cyrillic text in UTF-16 has a zero or a four in every other byte.
fn utf16_without_bom(head: &[u8]) -> Option<&'static Encoding> {
    let sample = &head[..head.len().min(4096) & !1];
    if sample.len() < 16 {
        return None;
    }
    let high = |offset: usize| {
        sample
            .iter()
            .skip(offset)
            .step_by(2)
            .filter(|byte| matches!(byte, 0 | 4))
            .count()
    };
    let newline_like = |offset: usize| {
        sample
            .chunks_exact(2)
            .any(|pair| pair[offset] == b'\n' && pair[1 - offset] == 0)
    };
    let pairs = sample.len() / 2;
    if high(1) * 10 >= pairs * 8 && high(0) * 10 < pairs * 5 && newline_like(0) {
        return Some(UTF_16LE);
    }
    if high(0) * 10 >= pairs * 8 && high(1) * 10 < pairs * 5 && newline_like(1) {
        return Some(UTF_16BE);
    }
    None
}

fn is_utf8_but_for_its_end(head: &[u8]) -> bool {
    match std::str::from_utf8(head) {
        Ok(_) => true,
        // A character cut off by the end of the sample, or a stray byte after kilobytes of real multi-byte text.
        Err(error) => {
            error.error_len().is_none() || {
                let lossy = String::from_utf8_lossy(head);
                let bad = lossy.matches('\u{fffd}').count();
                let multibyte = lossy.chars().filter(|c| !c.is_ascii()).count() - bad;
                bad * 20 < multibyte
            }
        }
    }
}

/// The beginning of a file as text, whatever its encoding.
pub(crate) fn decoded_head(head: &[u8]) -> Cow<'_, str> {
    let encoding = encoding_of(head);
    let (text, _) = encoding.decode_with_bom_removal(head);
    text
}

/// Reads any encoding as UTF-8; what is malformed becomes U+FFFD.
pub(crate) struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    input: Vec<u8>,
    /// Unread part of `input`.
    from: usize,
    to: usize,
    at_end: bool,
    finished: bool,
}

impl<R: Read> Transcoder<R> {
    pub(crate) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Transcoder {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            input: vec![0; 64 << 10],
            from: 0,
            to: 0,
            at_end: false,
            finished: false,
        }
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Less room than one character needs would never make progress.
        debug_assert!(buffer.len() >= 16);
        loop {
            if self.finished {
                return Ok(0);
            }
            if self.from == self.to && !self.at_end {
                self.from = 0;
                self.to = self.inner.read(&mut self.input)?;
                self.at_end = self.to == 0;
            }
            let (result, read, written, _) =
                self.decoder
                    .decode_to_utf8(&self.input[self.from..self.to], buffer, self.at_end);
            self.from += read;
            if self.at_end && result == CoderResult::InputEmpty {
                self.finished = true;
            }
            if written > 0 {
                return Ok(written);
            }
        }
    }
}
