//! The replies of one child, read as they arrive and never further than a reply may be long.

use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::evaluator::frame::Decoder;
use crate::evaluator::message::Reply;

/// A stream of replies.
#[derive(Debug)]
pub(super) struct Replies<R> {
    stream: R,
    decoder: Decoder,
}

/// Why there is no next reply.
#[derive(Debug)]
pub(super) enum Broken {
    /// The child closed the pipe, most likely because it ended.
    Ended,
    /// What it said is no reply.
    Nonsense(String),
}

impl<R: AsyncRead + Unpin> Replies<R> {
    pub(super) fn new(stream: R) -> Self {
        Self { stream, decoder: Decoder::default() }
    }

    /// The next reply with its blob, waited for.
    pub(super) async fn next(&mut self) -> Result<(Reply, Vec<u8>), Broken> {
        loop {
            if let Some(reply) = self.decoder.next().map_err(|cause| Broken::Nonsense(cause.to_string()))? {
                return Ok(reply);
            }
            match self.stream.read_buf(&mut self.decoder.buffer).await {
                Ok(0) | Err(_) => return Err(Broken::Ended),
                Ok(_) => {}
            }
        }
    }
}
