//! The uploads that were seen last, so that a new child can be given them without asking the caller again.

use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::bundle::{Digest, PolicyUpload};
use crate::evaluator::lru::Lru;

/// The bytes of uploads kept.
const MAX_BYTES: usize = 64 << 20;

/// Uploads by digest.
#[derive(Debug)]
pub(super) struct Shelf {
    uploads: Mutex<Lru<Arc<PolicyUpload>>>,
}

impl Shelf {
    pub(super) fn new() -> Self {
        Self { uploads: Mutex::new(Lru::new(MAX_BYTES)) }
    }

    /// Keeps an upload, at the cost of those not asked for in the longest time.
    pub(super) fn keep(&self, digest: &Digest, upload: &Arc<PolicyUpload>) {
        let weight = upload.bytes.len();
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        uploads.insert(digest.clone(), Arc::clone(upload), weight);
    }

    /// The upload of `digest`, if it is still there.
    pub(super) fn find(&self, digest: &Digest) -> Option<Arc<PolicyUpload>> {
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner).find(digest).map(Arc::clone)
    }
}
