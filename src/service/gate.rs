//! The gate: which hooks are asked, what they said, and what that decides (`gate.md` section 2).

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::account::Account;
use crate::domain::bundle::{Digest, PolicyUpload};
use crate::domain::operation::{GatingHook, HookOutcome, Judgement, Phase, Request, WorkId, gate_members};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Evaluation, HookResult, decide, judge};
use crate::evaluator::{Answer, Question};
use crate::service::Services;
use crate::service::error::{GateError, Unavailable};

/// A question to a set of hooks.
#[derive(Debug)]
pub(super) struct Case<'a> {
    /// Whose hooks.
    pub(super) account: &'a Account,
    /// What is about to happen.
    pub(super) request: &'a Request,
    /// The id policies see.
    pub(super) work_id: WorkId,
    /// The moment policies see.
    pub(super) now: Timestamp,
    /// The hooks, in creation order.
    pub(super) hooks: Vec<GatingHook>,
    /// The revision of the hook set.
    pub(super) revision: i64,
    /// Policies that are not in the store.
    pub(super) unsaved: HashMap<Digest, Arc<PolicyUpload>>,
}

/// Asks every hook, also after one has failed, and puts the answers together.
pub(super) async fn check(services: &Services, case: Case<'_>) -> Result<Judgement, GateError> {
    let evaluations = ask(services, &case).await?;
    let undefined = services.settings.undefined_result;
    let outcomes = case.hooks.into_iter().map(|hook| {
        let evaluation = evaluations.get(&hook.digest).cloned().unwrap_or_else(|| lost(&hook.digest));
        let verdict = judge(evaluation.result, hook.failure_mode, undefined);
        HookOutcome { hook, evaluation, verdict }
    });
    let hooks: Vec<HookOutcome> = outcomes.collect();
    let decision = decide(hooks.iter().map(|outcome| outcome.verdict));
    Ok(Judgement { decision, hooks, revision: case.revision })
}

/// What each policy says: one evaluation for each digest, however many hooks share it.
async fn ask(services: &Services, case: &Case<'_>) -> Result<HashMap<Digest, Evaluation>, GateError> {
    let mut evaluations = HashMap::new();
    let mut uploads = case.unsaved.clone();
    let mut digests: Vec<Digest> = Vec::new();
    for hook in &case.hooks {
        if !digests.contains(&hook.digest) {
            digests.push(hook.digest.clone());
        }
    }
    // An evaluator names the policies it has not seen; the next question brings them along.
    while !digests.is_empty() {
        match services.evaluators.ask(question(case, &digests, &uploads)).await {
            Ok(Answer::Judged(said)) => {
                evaluations.extend(digests.into_iter().zip(said));
                break;
            }
            Ok(Answer::Missing(missing)) => {
                let lost_ones = load(services, &missing, &mut uploads).await?;
                digests.retain(|digest| !lost_ones.contains(digest));
            }
            Ok(Answer::InputRejected(cause)) => return Err(GateError::BadInput(cause)),
            Err(cause) => return Err(Unavailable::Busy(cause.to_string()).into()),
        }
    }
    Ok(evaluations)
}

fn question(
    case: &Case<'_>,
    digests: &[Digest],
    uploads: &HashMap<Digest, Arc<PolicyUpload>>,
) -> Question {
    Question {
        account: case.account.clone(),
        digests: digests.to_vec(),
        uploads: uploads.clone(),
        input: case.request.input.clone().into(),
        gate_members: gate_members(case.request, case.work_id, Phase::Pre),
        now: case.now,
    }
}

/// Loads the `missing` policies; those that are gone or damaged are given back.
async fn load(
    services: &Services,
    missing: &[Digest],
    uploads: &mut HashMap<Digest, Arc<PolicyUpload>>,
) -> Result<Vec<Digest>, GateError> {
    let mut session = services.store.session().await?;
    let mut lost = Vec::new();
    for digest in missing {
        match session.find_bundle(digest).await? {
            Some(upload) if upload.digest() == *digest && !uploads.contains_key(digest) => {
                uploads.insert(digest.clone(), Arc::new(upload));
            }
            // A policy that was sent along and is still missing would be asked for for ever.
            Some(_) | None => lost.push(digest.clone()),
        }
    }
    Ok(lost)
}

/// A policy that cannot be loaded counts as an error of its hook: fail closed.
fn lost(digest: &Digest) -> Evaluation {
    tracing::error!(policy.digest = %digest, "a stored policy is missing or damaged");
    Evaluation::with_message(
        HookResult::Errored,
        "the stored policy is missing or damaged: add a new version of the hook and make it the default",
    )
}
