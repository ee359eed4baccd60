//! What is about to be written to a child. Small things travel together in one write; large ones are lent, not copied.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use crate::domain::bundle::PolicyUpload;

/// From this size on, a write of its own costs less than a copy.
const LARGE: usize = 32 << 10;

/// Bytes in the order in which they are written.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Copied(Vec<u8>),
    Input(Bytes),
    Upload(Arc<PolicyUpload>),
}

impl Outgoing {
    pub(super) fn push(&mut self, small: Vec<u8>) {
        match self.pieces.last_mut() {
            Some(Piece::Copied(bytes)) => bytes.extend(small),
            _ => self.pieces.push(Piece::Copied(small)),
        }
    }

    pub(super) fn push_input(&mut self, input: &Bytes) {
        if input.len() < LARGE {
            self.push(input.to_vec());
        } else {
            self.pieces.push(Piece::Input(input.clone()));
        }
    }

    pub(super) fn push_upload(&mut self, upload: Arc<PolicyUpload>) {
        if upload.bytes.len() < LARGE {
            self.push(upload.bytes.clone());
        } else {
            self.pieces.push(Piece::Upload(upload));
        }
    }

    /// Writes everything, as fast as the other side reads.
    pub(super) async fn write_to(&self, stream: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        for piece in &self.pieces {
            stream.write_all(piece.as_slice()).await?;
        }
        stream.flush().await
    }
}

impl Piece {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Copied(bytes) => bytes,
            Self::Input(bytes) => bytes,
            Self::Upload(upload) => &upload.bytes,
        }
    }
}
