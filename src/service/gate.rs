//! The gate: what each policy says about an operation, and what that decides (`gate.md` section 2).

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::account::Account;
use crate::domain::bundle::{Digest, PolicyUpload};
use crate::domain::judgement::{GatingHook, Judgement, JudgingRules};
use crate::domain::mask::{InputRecord, KeepInput};
use crate::domain::operation::{Request, WorkId, gate_members};
use crate::domain::phase::Phase;
use crate::domain::stored_input::StoredInput;
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Decision, Evaluation, HookResult};
use crate::evaluator::{Answer, Judged, Question};
use crate::service::error::{GateError, Unavailable};
use crate::service::{Services, Settings};

/// What is to be judged, and what the policies have said about it so far.
#[derive(Debug)]
pub(super) struct Case<'a> {
    /// Whose hooks judge.
    pub(super) account: &'a Account,
    /// What is about to happen.
    pub(super) request: &'a Request,
    /// The id policies see.
    pub(super) work_id: WorkId,
    /// The moment policies see.
    pub(super) now: Timestamp,
    /// Policies an evaluator may be given: at first those that are not in the store.
    uploads: HashMap<Digest, Arc<PolicyUpload>>,
    /// What each policy said: once, however many hooks share it.
    said: HashMap<Digest, Evaluation>,
    /// What is left of the input.
    input: Option<(InputRecord, Option<StoredInput>)>,
    /// Whether the decision will be stored.
    is_stored: bool,
    /// Whether a policy could not be asked because it is missing.
    is_incomplete: bool,
}

impl<'a> Case<'a> {
    /// A case that no policy has been asked about.
    pub(super) fn new(services: &Services, account: &'a Account, request: &'a Request) -> Self {
        Self {
            account,
            request,
            work_id: WorkId::generate(),
            now: services.clock.now(),
            uploads: HashMap::new(),
            said: HashMap::new(),
            input: None,
            is_stored: true,
            is_incomplete: false,
        }
    }

    /// The same without a record, with policies that are not in the store.
    pub(super) fn unstored(self, unsaved: HashMap<Digest, Arc<PolicyUpload>>) -> Self {
        Self { uploads: unsaved, is_stored: false, ..self }
    }

    /// Asks the policies of `hooks`, all of them, also after one has refused, and also those that were asked before: what is
    /// kept of the input is what all of them let be kept. Without hooks, the input is still read.
    pub(super) async fn ask(&mut self, services: &Services, hooks: &[GatingHook]) -> Result<(), GateError> {
        self.said.clear();
        let mut open = digests(hooks);
        // An evaluator names the policies it has not seen; the next question brings them along.
        loop {
            match services.evaluators.ask(self.question(services, &open)).await {
                Ok(Answer::Judged(judged)) => {
                    let Judged { said, record, document } = *judged;
                    self.said.extend(open.drain(..).zip(said.into_iter().map(Evaluation::without_nul)));
                    self.input = Some((record, document));
                    return Ok(());
                }
                Ok(Answer::Missing(missing)) => {
                    self.load(services, &missing).await?;
                    open.retain(|digest| !self.said.contains_key(digest));
                }
                Ok(Answer::InputRejected(cause)) => return Err(GateError::BadInput(cause)),
                Err(cause) => return Err(Unavailable::Busy(cause.to_string()).into()),
            }
        }
    }

    /// What is known about the input, and the document, after a `decision` that makes it worth keeping.
    pub(super) fn kept_input(
        &self,
        services: &Services,
        decision: Decision,
    ) -> (Option<InputRecord>, Option<&StoredInput>) {
        match (services.settings.keep_input, decision, &self.input) {
            (KeepInput::None, ..) | (KeepInput::Denied, Decision::Allowed, _) | (.., None) => (None, None),
            (KeepInput::All | KeepInput::Denied, _, Some(_)) if self.is_incomplete => {
                (Some(InputRecord::withheld("a policy is missing, and nobody knows what it masks")), None)
            }
            (KeepInput::All | KeepInput::Denied, _, Some((record, document))) => {
                (Some(record.clone()), document.as_ref())
            }
        }
    }

    /// The judgement of `hooks` at `revision`; `None` when one of them has not been asked yet.
    pub(super) fn judge(
        &self,
        hooks: &[GatingHook],
        revision: i64,
        settings: &Settings,
    ) -> Option<Judgement> {
        let said = |hook: &GatingHook| Some((hook.clone(), self.said.get(&hook.digest)?.clone()));
        let said = hooks.iter().map(said).collect::<Option<Vec<_>>>()?;
        let rules = JudgingRules {
            undefined: settings.undefined_result,
            ignore_failures: settings.failure_rules.ignore_pre,
            require_hooks: settings.require_hooks || self.request.require_hooks,
        };
        Some(Judgement::of(said, revision, rules))
    }

    fn question(&self, services: &Services, open: &[Digest]) -> Question {
        Question {
            account: self.account.clone(),
            digests: open.to_vec(),
            uploads: self.uploads.clone(),
            input: self.request.input.clone(),
            gate_members: gate_members(self.request, self.work_id, Phase::Pre),
            now: self.now,
            keep: if self.is_stored { services.settings.keep_input } else { KeepInput::None },
            explain: self.request.explain,
        }
    }

    /// Loads the `missing` policies; one that is gone or damaged counts as an error of its hook: fail closed.
    async fn load(&mut self, services: &Services, missing: &[Digest]) -> Result<(), GateError> {
        let mut session = services.store.session().await?;
        for digest in missing {
            match session.find_bundle(digest).await? {
                Some(upload) if upload.digest() == *digest && !self.uploads.contains_key(digest) => {
                    self.uploads.insert(digest.clone(), Arc::new(upload));
                }
                // A policy that was sent along and is still missing would be asked for for ever.
                Some(_) | None => {
                    tracing::error!(policy.digest = %digest, "a stored policy is missing or damaged");
                    self.said.insert(digest.clone(), lost());
                    self.is_incomplete = true;
                }
            }
        }
        Ok(())
    }
}

/// The policies of `hooks`, each once.
fn digests(hooks: &[GatingHook]) -> Vec<Digest> {
    let mut digests = Vec::new();
    for GatingHook { digest, .. } in hooks {
        if !digests.contains(digest) {
            digests.push(digest.clone());
        }
    }
    digests
}

fn lost() -> Evaluation {
    Evaluation::with_message(
        HookResult::Errored,
        "the stored policy is missing or damaged: add a new version of the hook and make it the default",
    )
}
