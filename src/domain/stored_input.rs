//! Input documents as they are kept: without secrets, compressed, under the SHA-256 of their text.

use std::io::{self, Read as _};

use crate::domain::bundle::Digest;

/// The fastest level that is worth it: inputs are compressed while somebody waits for a decision.
const LEVEL: i32 = 1;

/// A document, packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredInput {
    /// The SHA-256 of its text.
    pub digest: Digest,
    /// The bytes of its text.
    pub size: u64,
    /// Its text as a zstd frame.
    pub packed: Vec<u8>,
}

impl StoredInput {
    /// The largest document that is kept, in bytes.
    pub const MAX_SIZE: usize = 64 << 20;

    /// Packs a text of JSON.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn pack(text: &[u8]) -> io::Result<Self> {
        let packed = zstd::bulk::compress(text, LEVEL)?;
        Ok(Self { digest: Digest::of(text), size: u64::try_from(text.len()).unwrap_or(u64::MAX), packed })
    }

    /// The text again.
    ///
    /// # Errors
    /// When it is not what was packed.
    pub fn unpack(&self) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        // One byte more than there should be: a frame that goes on is noticed, and never unpacked whole.
        zstd::Decoder::new(self.packed.as_slice())?
            .take(self.size.saturating_add(1))
            .read_to_end(&mut text)?;
        if Digest::of(&text) == self.digest { Ok(text) } else { Err(io::Error::other("damaged")) }
    }
}

#[cfg(test)]
mod tests {
    use super::StoredInput;

    #[test]
    fn a_document_comes_back_as_it_was_and_a_damaged_one_not_at_all() {
        let text = br#"{"a":1}"#.repeat(1_000);
        let stored = StoredInput::pack(&text).unwrap();
        assert!(stored.packed.len() < 100);
        assert_eq!(stored.unpack().unwrap(), text);
        assert!(StoredInput { size: 10, ..stored.clone() }.unpack().is_err());
        assert!(StoredInput { packed: stored.packed[..20].to_vec(), ..stored }.unpack().is_err());
    }
}
