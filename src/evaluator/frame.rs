//! Messages as bytes: `[u32: bytes that follow][u32: bytes of the header][header, JSON][blobs]`, little end first.
//!
//! Inputs and policies travel as blobs, so that megabytes are neither encoded nor copied. Whoever reads states how much he is
//! ready to take: a length is checked before anything is allocated for it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// The bytes before the header.
pub(super) const PREFIX: usize = 8;
/// The longest header of a request: digests, lengths and the gate's members of the input.
pub(super) const MAX_REQUEST_HEADER: usize = 16 << 20;
/// The longest reply: one evaluation with its findings, or a list of diagnostics.
pub(super) const MAX_REPLY: usize = 1 << 20;

/// The largest blob of a reply: a packed input document.
const MAX_BLOB: usize = 300 << 20;

/// The two lengths at the beginning of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lengths {
    pub(super) header: usize,
    pub(super) blobs: usize,
}

/// Why bytes are no frame, or a message does not become one.
#[derive(Debug, Error)]
pub(super) enum FrameError {
    #[error("a header of {length} bytes: at most {max} are allowed")]
    HeaderTooLong { length: usize, max: usize },
    #[error("{0} bytes do not fit into one frame")]
    TooLong(usize),
    #[error("the header is longer than the frame")]
    Lying,
    #[error("an unreadable header: {0}")]
    Header(#[from] serde_json::Error),
}

/// Reads the prefix of a frame whose header may have `max_header` bytes.
pub(super) fn parse_prefix(prefix: [u8; PREFIX], max_header: usize) -> Result<Lengths, FrameError> {
    let lengths = u64::from_le_bytes(prefix);
    let (rest, header) = (to_usize(lengths & u64::from(u32::MAX)), to_usize(lengths >> u32::BITS));
    if header > max_header {
        return Err(FrameError::HeaderTooLong { length: header, max: max_header });
    }
    let blobs = rest.checked_sub(size_of::<u32>()).and_then(|rest| rest.checked_sub(header));
    Ok(Lengths { header, blobs: blobs.ok_or(FrameError::Lying)? })
}

/// Prefix and header of a frame; the caller appends `blobs` bytes.
pub(super) fn encode(header: &impl Serialize, blobs: usize) -> Result<Vec<u8>, FrameError> {
    let mut bytes = vec![0; PREFIX];
    serde_json::to_writer(&mut bytes, header)?;
    let header = bytes.len().saturating_sub(PREFIX);
    let rest = header.saturating_add(size_of::<u32>()).saturating_add(blobs);
    let to_u64 = |length| u32::try_from(length).map(u64::from).map_err(|_| FrameError::TooLong(length));
    let lengths = to_u64(rest)? | (to_u64(header)? << u32::BITS);
    if let Some(prefix) = bytes.first_chunk_mut() {
        *prefix = lengths.to_le_bytes();
    }
    Ok(bytes)
}

/// Cuts frames out of a stream that arrives in pieces of any size.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// What arrived and was not taken yet.
    pub(super) buffer: Vec<u8>,
}

impl Decoder {
    /// The next message with its blobs, or `None` until more bytes arrive.
    pub(super) fn next<T: DeserializeOwned>(&mut self) -> Result<Option<(T, Vec<u8>)>, FrameError> {
        let Some(prefix) = self.buffer.first_chunk::<PREFIX>() else { return Ok(None) };
        let lengths = parse_prefix(*prefix, MAX_REPLY)?;
        if lengths.blobs > MAX_BLOB {
            return Err(FrameError::TooLong(lengths.blobs));
        }
        let header_end = PREFIX.saturating_add(lengths.header);
        let end = header_end.saturating_add(lengths.blobs);
        let (Some(header), Some(blobs)) =
            (self.buffer.get(PREFIX..header_end), self.buffer.get(header_end..end))
        else {
            return Ok(None);
        };
        let message = (serde_json::from_slice(header)?, blobs.to_vec());
        self.buffer.drain(..end);
        Ok(Some(message))
    }
}

/// Half a prefix; where it does not fit the bounds refuse it.
fn to_usize(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{Decoder, FrameError, MAX_REPLY, PREFIX, encode, parse_prefix};

    #[test]
    fn a_length_over_the_bound_is_refused_before_its_bytes_arrive() {
        let mut decoder = Decoder::default();
        let length = u32::try_from(MAX_REPLY + 1).unwrap().to_le_bytes();
        decoder.buffer.extend([255; 4].into_iter().chain(length));
        assert!(matches!(decoder.next::<Value>(), Err(FrameError::HeaderTooLong { .. })));
    }

    #[test]
    fn a_header_longer_than_its_frame_is_a_lie() {
        assert!(matches!(parse_prefix([4, 0, 0, 0, 1, 0, 0, 0], 100), Err(FrameError::Lying)));
        assert!(matches!(parse_prefix([0; PREFIX], 100), Err(FrameError::Lying)));
    }

    #[test]
    fn a_blob_arrives_with_its_message() {
        let mut decoder = Decoder { buffer: encode(&json!({}), 3).unwrap() };
        decoder.buffer.extend(b"ab");
        assert_eq!(decoder.next::<Value>().unwrap(), None);
        decoder.buffer.extend(b"c?");
        assert_eq!(decoder.next::<Value>().unwrap(), Some((json!({}), b"abc".to_vec())));
        assert_eq!(decoder.buffer, b"?");
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut decoder = Decoder { buffer: bytes };
            while let Ok(Some(_)) = decoder.next::<Value>() {}
        }

        #[test]
        fn messages_survive_any_cutting(texts in proptest::collection::vec(".{0,40}", 0..6), cut in 1_usize..20) {
            let sent: Vec<Value> = texts.iter().map(|text| json!({ "text": text })).collect();
            let bytes: Vec<u8> = sent.iter().flat_map(|message| encode(message, 0).unwrap()).collect();
            let (mut decoder, mut received) = (Decoder::default(), Vec::new());
            for piece in bytes.chunks(cut) {
                decoder.buffer.extend_from_slice(piece);
                while let Some((message, _)) = decoder.next::<Value>().unwrap() {
                    received.push(message);
                }
            }
            prop_assert_eq!(received, sent);
            prop_assert!(decoder.buffer.is_empty());
        }
    }
}
