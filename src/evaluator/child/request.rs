//! Reads requests from the parent. Blobs are read when they are needed, so that the policies of a hundred hooks are never in
//! memory at once; those that are not needed are skipped.

use std::io::{self, BufReader, Read};

use crate::evaluator::frame::{self, MAX_REQUEST_HEADER, PREFIX};
use crate::evaluator::message::Request;

/// The requests of a stream, one after another.
#[derive(Debug)]
pub(super) struct Requests<R> {
    stream: BufReader<R>,
    /// The bytes of the current request's blobs that were not read yet.
    left: usize,
}

impl<R: Read> Requests<R> {
    pub(super) fn new(stream: R) -> Self {
        Self { stream: BufReader::with_capacity(64 << 10, stream), left: 0 }
    }

    /// Skips what is left of this request and reads the next; `None` when the parent has no more.
    pub(super) fn next(&mut self) -> io::Result<Option<Request<'static>>> {
        let left = u64::try_from(self.left).unwrap_or(u64::MAX);
        io::copy(&mut self.stream.by_ref().take(left), &mut io::sink())?;
        let mut prefix = [0; PREFIX];
        if let Err(cause) = self.stream.read_exact(&mut prefix) {
            return if cause.kind() == io::ErrorKind::UnexpectedEof { Ok(None) } else { Err(cause) };
        }
        let lengths = frame::parse_prefix(prefix, MAX_REQUEST_HEADER).map_err(io::Error::other)?;
        self.left = lengths.header.saturating_add(lengths.blobs);
        let header = self.blob(lengths.header)?;
        Ok(Some(serde_json::from_slice(&header)?))
    }

    /// The next `length` bytes of this request.
    pub(super) fn blob(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let cut = || io::Error::new(io::ErrorKind::UnexpectedEof, "a request that is shorter than it says");
        self.left = self.left.checked_sub(length).ok_or_else(cut)?;
        let mut bytes = Vec::with_capacity(length);
        let wanted = u64::try_from(length).unwrap_or(u64::MAX);
        // Reading into spare capacity, unlike `read_exact`, does not fill megabytes with zeros first.
        self.stream.by_ref().take(wanted).read_to_end(&mut bytes)?;
        if bytes.len() == length { Ok(bytes) } else { Err(cut()) }
    }

    /// Passes over the next `length` bytes of this request.
    pub(super) fn skip(&mut self, length: usize) -> io::Result<()> {
        let wanted = u64::try_from(length).unwrap_or(u64::MAX);
        io::copy(&mut self.stream.by_ref().take(wanted), &mut io::sink())?;
        self.left = self.left.saturating_sub(length);
        Ok(())
    }
}
