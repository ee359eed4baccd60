//! The examination of one policy on its way through a child. A child that dies of it, or takes too long, is an answer too: the
//! policy is too complex.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::domain::account::Account;
use crate::domain::bundle::{Digest, PolicyUpload};
use crate::domain::diagnostic::{Diagnostic, Fault, Warning};
use crate::evaluator::message::{Attached, Examine, Reply, Request, Wish};
use crate::evaluator::outgoing::Outgoing;
use crate::evaluator::process::Death;
use crate::evaluator::shelf::Shelf;
use crate::evaluator::strikes::Strikes;
use crate::evaluator::task::{Bounds, Heard, Task};
use crate::evaluator::{ModuleText, Unavailable, frame};

/// How long the check of a policy may take.
const TIMEOUT: Duration = Duration::from_secs(2);
/// More text than the modules of any policy have.
const MAX_MODULES: usize = 64 << 20;

/// What was seen of a policy.
#[derive(Debug)]
pub(super) struct Seen {
    /// Whether it declares `hook_result`, if it is accepted.
    pub(super) outcome: Result<bool, Vec<Diagnostic>>,
    pub(super) warnings: Vec<Warning>,
    pub(super) modules: Vec<ModuleText>,
}

/// A policy, what came of it, and whoever waits for that.
#[derive(Debug)]
pub(super) struct Examining {
    upload: Arc<PolicyUpload>,
    wish: Wish,
    bounds: Bounds,
    reply: oneshot::Sender<Result<Seen, Unavailable>>,
    modules: Vec<ModuleText>,
    warnings: Vec<Warning>,
    outcome: Option<Result<bool, Vec<Diagnostic>>>,
    begin: Instant,
}

impl Examining {
    pub(super) fn new(
        (upload, wish): (PolicyUpload, Wish),
        bounds: Bounds,
        reply: oneshot::Sender<Result<Seen, Unavailable>>,
    ) -> Self {
        let (upload, begin) = (Arc::new(upload), Instant::now());
        let (modules, warnings) = (Vec::new(), Vec::new());
        Self { upload, wish, bounds, reply, modules, warnings, outcome: None, begin }
    }

    fn reject(&mut self, fault: Fault, message: String) {
        self.outcome = Some(Err(vec![Diagnostic::new(fault, message)]));
    }

    fn add_module(&mut self, path: String, piece: String) -> Heard {
        let length =
            self.modules.iter().fold(piece.len(), |sum, module| sum.saturating_add(module.text.len()));
        if !matches!(self.wish, Wish::LintAndModules | Wish::Fix) || length > MAX_MODULES {
            return Heard::Nonsense;
        }
        match self.modules.last_mut() {
            Some(last) if last.path == path => last.text.push_str(&piece),
            _ => self.modules.push(ModuleText { path, text: piece }),
        }
        Heard::Noted
    }
}

impl Task for Examining {
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn check_standing(&mut self, _account: &Account, _strikes: &Strikes, _now: Instant) -> bool {
        false
    }

    fn write(&mut self, outgoing: &mut Outgoing, _known: &HashSet<Digest>, _kept: &Shelf) {
        let policy = Attached::of(&self.upload);
        let request = Request::Examine(Examine { policy, wish: self.wish });
        match frame::encode(&request, self.upload.bytes.len()) {
            Ok(header) => {
                outgoing.push(header);
                outgoing.push_upload(Arc::clone(&self.upload));
            }
            Err(cause) => {
                self.reject(Fault::TooLarge, format!("the policy cannot be sent to an evaluator: {cause}"));
            }
        }
    }

    fn begin(&mut self, now: Instant) {
        self.begin = now;
        // What a child said that did not come to an end.
        self.modules.clear();
        self.warnings.clear();
    }

    fn deadline(&self) -> Instant {
        self.begin.checked_add(TIMEOUT).unwrap_or(self.begin)
    }

    fn hear(&mut self, (reply, _): (Reply, Vec<u8>), _now: Instant) -> Heard {
        match reply {
            Reply::Module { path, text } => self.add_module(path, text),
            Reply::Warned { warnings } => {
                self.warnings = warnings;
                Heard::Noted
            }
            Reply::Examined { declares_hook_result } => {
                self.outcome = Some(Ok(declares_hook_result));
                Heard::Noted
            }
            Reply::Rejected { diagnostics } => {
                self.outcome = Some(Err(diagnostics));
                Heard::Noted
            }
            Reply::Finished { retire } => Heard::Finished { retire },
            Reply::Ready
            | Reply::InputRead
            | Reply::InputRejected { .. }
            | Reply::Missing { .. }
            | Reply::Loading { .. }
            | Reply::Loaded { .. }
            | Reply::Masked { .. }
            | Reply::Judged { .. }
            | Reply::Sifted { .. }
            | Reply::Recorded { .. }
            | Reply::NotReached { .. }
            | Reply::Explained { .. }
            | Reply::Testing { .. }
            | Reply::Tested { .. }
            | Reply::Coverable { .. }
            | Reply::Covered { .. }
            | Reply::Covering
            | Reply::TestedAll => Heard::Nonsense,
        }
    }

    fn interrupt(&mut self, _now: Instant) {}

    fn blame(&mut self, death: &Death, _now: Instant) -> Option<Digest> {
        let cause = match death {
            Death::Late => format!("it took longer than {TIMEOUT:?}"),
            Death::Memory => format!("it took more memory than {}", self.bounds.memory_text()),
            Death::Stack => "it is nested too deeply".to_owned(),
            Death::Nonsense(_) | Death::Gone { .. } => "the check ended unexpectedly".to_owned(),
        };
        self.reject(Fault::TooComplex, format!("the policy is too complex to check: {cause}"));
        None
    }

    fn is_settled(&self) -> bool {
        self.outcome.is_some()
    }

    fn settle(self: Box<Self>) {
        let Self { outcome, warnings, modules, reply, .. } = *self;
        let seen = outcome.map(|outcome| Seen { outcome, warnings, modules });
        // Whoever asked may have gone.
        drop(reply.send(seen.ok_or(Unavailable::Busy)));
    }

    fn refuse(self: Box<Self>, cause: Unavailable) {
        drop(self.reply.send(Err(cause)));
    }
}
