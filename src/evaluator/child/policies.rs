//! The compiled policies of one child: made from uploads, kept by digest. A panic of a parser ends here.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use crate::domain::bundle::{Bundle, Digest, FileKind, PolicyUpload};
use crate::domain::diagnostic::{Diagnostic, Fault, Warning};
use crate::evaluator::lru::Lru;
use crate::rego::archive;
use crate::rego::compile::{Language, compile, dry_run};
use crate::rego::fix::{Fixed, fix};
use crate::rego::lint;
use crate::rego::policy::Policy;
use crate::rego::testing::Suite;

/// Policies ready to evaluate, bounded by the bytes they hold.
#[derive(Debug)]
pub(super) struct Policies {
    held: Lru<Rc<Policy>>,
    language: Language,
}

/// A policy that was just compiled, and those that had to go for it.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) policy: Rc<Policy>,
    pub(super) evicted: Vec<Digest>,
}

impl Policies {
    pub(super) fn new(max_bytes: usize, language: Language) -> Self {
        Self { held: Lru::new(max_bytes), language }
    }

    /// The policy of `digest`, if it is held.
    pub(super) fn find(&mut self, digest: &Digest) -> Option<Rc<Policy>> {
        self.held.find(digest).map(Rc::clone)
    }

    /// Compiles what is stored under `digest` and keeps it.
    ///
    /// # Errors
    /// Says why it cannot be loaded: it was accepted once, by other rules or with other bytes.
    pub(super) fn load(&mut self, digest: &Digest, upload: &PolicyUpload) -> Result<Loaded, String> {
        if upload.digest() != *digest {
            return Err("its bytes do not have the digest they are stored under".to_owned());
        }
        let compiled = Self::unpack(upload).and_then(|bundle| self.compile(&bundle));
        let policy = Rc::new(compiled.map_err(|faults| in_short(&faults))?);
        let evicted = self.held.insert(digest.clone(), Rc::clone(&policy), policy.weight());
        Ok(Loaded { policy, evicted })
    }

    /// The files of a policy, checked.
    ///
    /// # Errors
    /// Every fault of the archive.
    pub(super) fn unpack(upload: &PolicyUpload) -> Result<Bundle, Vec<Diagnostic>> {
        guarded(|| archive::unpack(upload)).unwrap_or_else(cannot_be_checked)
    }

    /// Checks, compiles and tries out a policy without keeping it.
    ///
    /// # Errors
    /// Every fault of the policy.
    pub(super) fn examine(&self, bundle: &Bundle) -> Result<Policy, Vec<Diagnostic>> {
        let policy = self.compile(bundle)?;
        dry_run(&policy).map(|()| policy)
    }

    /// What is allowed in a policy and probably not meant: everything, or what registration says.
    pub(super) fn look_at(bundle: &Bundle, is_all: bool) -> Vec<Warning> {
        let look = if is_all { lint::lint } else { lint::warn };
        guarded(|| look(bundle)).unwrap_or_default()
    }

    /// The files that are Rego v0, rewritten, and why others cannot be; nothing of what is no bundle, which is said elsewhere.
    pub(super) fn fix(upload: &PolicyUpload) -> (Vec<(String, String)>, Vec<Diagnostic>) {
        let Ok(Bundle { files }) = archive::unpack_tested(upload) else { return Default::default() };
        let (mut rewritten, mut unmended) = (Vec::new(), Vec::new());
        for file in
            files.into_iter().filter(|file| matches!(file.kind(), FileKind::Rego | FileKind::RegoTest))
        {
            match guarded(|| fix(&file)) {
                Some(Fixed::Rewritten(text)) => rewritten.push((file.path, text)),
                Some(Fixed::Unmended(cause)) => unmended.push(cause),
                Some(Fixed::Untouched) | None => {}
            }
        }
        (rewritten, unmended)
    }

    /// Checks and compiles a bundle together with its tests.
    ///
    /// # Errors
    /// Every fault of the policy or of its tests.
    pub(super) fn load_tests(&self, upload: &PolicyUpload) -> Result<Suite, Vec<Diagnostic>> {
        let suite = guarded(|| Suite::load(archive::unpack_tested(upload)?, self.language));
        suite.unwrap_or_else(|| {
            Err(vec![Diagnostic::new(Fault::TooComplex, "the tests are more than can be loaded")])
        })
    }

    fn compile(&self, bundle: &Bundle) -> Result<Policy, Vec<Diagnostic>> {
        guarded(|| compile(bundle, &self.language)).unwrap_or_else(cannot_be_checked)
    }
}

/// What is said where a parser panics.
fn cannot_be_checked<T>() -> Result<T, Vec<Diagnostic>> {
    Err(vec![Diagnostic::new(Fault::TooComplex, "the policy cannot be checked")])
}

/// What `job` gives, or `None` when it panics.
pub(super) fn guarded<T>(job: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(job)).ok()
}

fn in_short(faults: &[Diagnostic]) -> String {
    let first = faults.first().map(ToString::to_string).unwrap_or_default();
    match faults.len().saturating_sub(1) {
        0 => first,
        more => format!("{first} (and {more} more)"),
    }
}
