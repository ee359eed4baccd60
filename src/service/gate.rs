//! The gate: what each policy says about an operation, and what that decides (`gate.md` section 2).

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::account::Account;
use crate::domain::bundle::{Digest, PolicyUpload};
use crate::domain::operation::{GatingHook, HookOutcome, Judgement, Request, WorkId, gate_members};
use crate::domain::phase::Phase;
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Evaluation, HookResult, decide, judge};
use crate::evaluator::{Answer, Question};
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
}

impl<'a> Case<'a> {
    /// A case that no policy has been asked about, with policies that are not in the store.
    pub(super) fn new(
        services: &Services,
        (account, request): (&'a Account, &'a Request),
        unsaved: HashMap<Digest, Arc<PolicyUpload>>,
    ) -> Self {
        let (work_id, now) = (WorkId::generate(), services.clock.now());
        Self { account, request, work_id, now, uploads: unsaved, said: HashMap::new() }
    }

    /// Asks the policies of `hooks` that have not been asked yet, all of them, also after one has refused.
    pub(super) async fn ask(&mut self, services: &Services, hooks: &[GatingHook]) -> Result<(), GateError> {
        let mut open = self.open(hooks);
        // An evaluator names the policies it has not seen; the next question brings them along.
        while !open.is_empty() {
            match services.evaluators.ask(self.question(&open)).await {
                Ok(Answer::Judged(said)) => {
                    self.said.extend(open.drain(..).zip(said.into_iter().map(Evaluation::without_nul)));
                }
                Ok(Answer::Missing(missing)) => {
                    self.load(services, &missing).await?;
                    open.retain(|digest| !self.said.contains_key(digest));
                }
                Ok(Answer::InputRejected(cause)) => return Err(GateError::BadInput(cause)),
                Err(cause) => return Err(Unavailable::Busy(cause.to_string()).into()),
            }
        }
        Ok(())
    }

    /// The judgement of `hooks` at `revision`; `None` when one of them has not been asked yet.
    pub(super) fn judge(
        &self,
        hooks: &[GatingHook],
        revision: i64,
        settings: &Settings,
    ) -> Option<Judgement> {
        let outcome = |hook: &GatingHook| {
            let evaluation = self.said.get(&hook.digest)?.clone();
            let verdict = judge(evaluation.result, hook.failure_mode, settings.undefined_result);
            Some(HookOutcome { hook: hook.clone(), evaluation, verdict })
        };
        let hooks = hooks.iter().map(outcome).collect::<Option<Vec<_>>>()?;
        let decision = decide(hooks.iter().map(|outcome| outcome.verdict), settings.failure_rules);
        Some(Judgement { decision, hooks, revision })
    }

    /// The policies of `hooks` that have not been asked, each once.
    fn open(&self, hooks: &[GatingHook]) -> Vec<Digest> {
        let mut open = Vec::new();
        for GatingHook { digest, .. } in hooks {
            if !self.said.contains_key(digest) && !open.contains(digest) {
                open.push(digest.clone());
            }
        }
        open
    }

    fn question(&self, open: &[Digest]) -> Question {
        Question {
            account: self.account.clone(),
            digests: open.to_vec(),
            uploads: self.uploads.clone(),
            input: self.request.input.clone(),
            gate_members: gate_members(self.request, self.work_id, Phase::Pre),
            now: self.now,
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
                }
            }
        }
        Ok(())
    }
}

fn lost() -> Evaluation {
    Evaluation::with_message(
        HookResult::Errored,
        "the stored policy is missing or damaged: add a new version of the hook and make it the default",
    )
}
