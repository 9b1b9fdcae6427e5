//! Takes numbers and stretches off the front of bytes.

pub(crate) struct Taker<'a> {
    pub(crate) rest: &'a [u8],
}

impl<'a> Taker<'a> {
    pub(crate) fn slice(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    pub(crate) fn word(&mut self) -> Option<u32> {
        let bytes = self.slice(4)?.try_into().ok()?;
        Some(u32::from_le_bytes(bytes))
    }

    /// A stretch that its length stands before.
    pub(crate) fn block(&mut self) -> Option<&'a [u8]> {
        let length = self.word()? as usize;
        self.slice(length)
    }
}
