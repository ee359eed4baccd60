//! From paths and flags to a judgement: the policies are checked as at registration, asked in one question, and judged by the rules of
//! the gate.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use bytes::Bytes;
use serde_json::Value;

use crate::cli::eval::EvalArgs;
use crate::cli::eval::envelope::Envelope;
use crate::cli::plan;
use crate::clock::Clock;
use crate::config::OfflineConfig;
use crate::domain::account::Account;
use crate::domain::bundle::{Digest, PolicyUpload};
use crate::domain::diagnostic::Diagnostic;
use crate::domain::hook::{HookId, HookName, Version};
use crate::domain::invalid::Invalid;
use crate::domain::judgement::{GatingHook, HookOutcome, Judgement, JudgingRules};
use crate::domain::mask::KeepInput;
use crate::domain::operation::Request;
use crate::domain::verdict::{Evaluation, HookResult};
use crate::evaluator::{Answer, Evaluators, ExamineError, Question};
use crate::offline::evaluators;
use crate::offline::source::{Source, SourceError};

/// What was asked and what came of it.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) request: Request,
    pub(super) judgement: Judgement,
    /// The policies as they were named or found, in the order of the hooks.
    pub(super) names: Vec<String>,
    /// The file that was judged, if it was one.
    pub(super) input: Option<PathBuf>,
    /// What the input does not say, and what was taken instead.
    pub(super) made_up: Vec<String>,
}

impl Asked {
    /// The hooks, each with its policy as it was named or found.
    pub(super) fn hooks(&self) -> impl Iterator<Item = (&HookOutcome, &str)> {
        self.judgement.hooks.iter().zip(self.names.iter().map(String::as_str))
    }
}

/// A policy that cannot be asked, with places as they are seen from here.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) source: String,
    pub(super) faults: Vec<Diagnostic>,
}

/// What is wrong, in the words of the gate.
pub(super) const WRONG: fn(Invalid) -> anyhow::Error = |invalid| anyhow!("{invalid}");

/// A policy that takes part.
struct Taken {
    source: Source,
    upload: Arc<PolicyUpload>,
    digest: Digest,
}

/// Asks; or says which policies are refused.
pub(super) async fn ask(args: &EvalArgs, config: &OfflineConfig) -> Result<Result<Asked, Vec<Refused>>> {
    let (request, Envelope { members, made_up, .. }) = request(args, config).await?;
    let evaluators = evaluators::start(config)?;
    let account = Account::parse("default", "local").map_err(WRONG)?;
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    for path in &args.policies {
        for source in Source::list(path)? {
            match take(&evaluators, &account, source).await? {
                Ok(policy) => taken.push(policy),
                Err(found) => refused.push(found),
            }
        }
    }
    if !refused.is_empty() {
        return Ok(Err(refused));
    }
    let said = evaluate(&evaluators, account, (&request, members, &taken)).await?;
    let names = taken.iter().map(|policy| policy.source.name()).collect();
    let judgement = conclude(args, config, taken, &said)?;
    let input = args.plan.as_ref().or(args.input.as_ref()).filter(|path| *path != Path::new("-")).cloned();
    Ok(Ok(Asked { request, judgement, names, input, made_up }))
}

async fn request(args: &EvalArgs, config: &OfflineConfig) -> Result<(Request, Envelope)> {
    let reads_both = args.policies.iter().any(|path| path == Path::new("-"))
        && [&args.input, &args.plan].into_iter().flatten().any(|path| path == Path::new("-"));
    if reads_both {
        bail!("the policy and the input cannot both be read from standard input");
    }
    let input = plan::read(args.plan.as_deref(), args.input.as_deref()).await?;
    let input = input.map_or_else(|| "{}".to_owned(), |input| input.get().to_owned());
    let envelope = Envelope::of(&input, args, config)?;
    let request = Request {
        kind: envelope.kind.clone(),
        stack: envelope.stack.clone(),
        actor: envelope.actor.clone(),
        input: Bytes::from(input),
        // What is printed is always shown.
        explain: true,
        // The setting says it.
        require_hooks: false,
    };
    Ok((request, envelope))
}

/// A policy that may take part: registration would accept it.
async fn take(evaluators: &Evaluators, account: &Account, source: Source) -> Result<Result<Taken, Refused>> {
    let upload = match source.read() {
        Ok(upload) => upload,
        Err(SourceError::Refused(fault)) => return Ok(Err(refuse(&source, vec![fault]))),
        Err(cause) => return Err(cause.into()),
    };
    match evaluators.examine(account, &upload).await {
        Ok(_) => Ok(Ok(Taken { digest: upload.digest(), upload: Arc::new(upload), source })),
        Err(ExamineError::Rejected(faults)) => Ok(Err(refuse(&source, faults))),
        Err(ExamineError::Unavailable(cause)) => bail!("cannot check `{}`: {cause}", source.name()),
    }
}

fn refuse(source: &Source, mut faults: Vec<Diagnostic>) -> Refused {
    for fault in &mut faults {
        fault.message = source.reword(&fault.message);
        fault.place = fault.place.as_ref().map(|place| source.here(place));
    }
    Refused { source: source.name(), faults }
}

async fn evaluate(
    evaluators: &Evaluators,
    account: Account,
    (request, members, taken): (&Request, Value, &[Taken]),
) -> Result<HashMap<Digest, Evaluation>> {
    let uploads: HashMap<_, _> =
        taken.iter().map(|policy| (policy.digest.clone(), Arc::clone(&policy.upload))).collect();
    // Each once, in the order of the command line.
    let mut digests: Vec<Digest> = Vec::new();
    for policy in taken.iter().filter(|policy| uploads.contains_key(&policy.digest)) {
        if !digests.contains(&policy.digest) {
            digests.push(policy.digest.clone());
        }
    }
    let question = Question {
        account,
        digests: digests.clone(),
        uploads,
        input: request.input.clone(),
        gate_members: members,
        now: Clock::System.now(),
        keep: KeepInput::None,
        explain: request.explain,
    };
    match evaluators.ask(question).await? {
        Answer::Judged(judged) => {
            Ok(digests.into_iter().zip(judged.said.into_iter().map(Evaluation::without_nul)).collect())
        }
        Answer::InputRejected(cause) => bail!("the gate would not take the input: {cause}"),
        Answer::Missing(_) => bail!("a policy got lost on its way to an evaluator"),
    }
}

fn conclude(
    args: &EvalArgs,
    config: &OfflineConfig,
    taken: Vec<Taken>,
    said: &HashMap<Digest, Evaluation>,
) -> Result<Judgement> {
    let undefined = args.undefined_result.unwrap_or(config.undefined_result);
    let mut judged = Vec::with_capacity(taken.len());
    for (number, policy) in (1_usize..).zip(taken) {
        let mut evaluation = said.get(&policy.digest).cloned().context("a policy was not asked")?;
        locate(&mut evaluation, &policy.source);
        judged.push((hook((number, &policy), args)?, evaluation));
    }
    let rules = JudgingRules { undefined, ignore_failures: false, require_hooks: config.require_hooks };
    Ok(Judgement::of(judged, 0, rules))
}

/// Names the place of a result as it is called from here, in the message, too.
fn locate(evaluation: &mut Evaluation, source: &Source) {
    let Some(place) = &mut evaluation.location else { return };
    let inside = place.to_string();
    place.file = source.locate(&place.file);
    // What a policy says is left as it is.
    if evaluation.result == HookResult::Errored {
        let message = evaluation.message.iter_mut();
        message.for_each(|message| *message = message.replacen(&inside, &place.to_string(), 1));
    }
}

/// A stand-in for the hook the policy will belong to, named after its folder or file.
fn hook((number, policy): (usize, &Taken), args: &EvalArgs) -> Result<GatingHook> {
    let name = HookName::parse(&name_of(&policy.source.name()));
    Ok(GatingHook {
        name: name.or_else(|_| HookName::parse(&format!("policy-{number}"))).map_err(WRONG)?,
        id: HookId::UNSAVED,
        version: Version::parse("hook_version", "0.0.0").map_err(WRONG)?,
        digest: policy.digest.clone(),
        failure_mode: args.failure_mode,
    })
}

/// The name of a folder or of a file without its ending; that of the folder for a `policy.rego`.
fn name_of(path: &str) -> String {
    let path = Path::new(path);
    let is_plain = path.file_name().is_some_and(|name| name == "policy.rego");
    let folder = path.parent().and_then(Path::file_name).filter(|_| is_plain);
    let is_file = path.extension().is_some_and(|extension| extension == "rego" || extension == "zip");
    let own = if is_file { path.file_stem() } else { path.file_name() };
    folder.or(own).map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn a_hook_is_called_after_its_folder_or_file() {
        for (path, name) in [
            ("policies/public-buckets", "public-buckets"),
            ("policies/public-buckets/policy.rego", "public-buckets"),
            ("policies/buckets.rego", "buckets"),
            ("buckets.v2.zip", "buckets.v2"),
            ("policies/v1.2", "v1.2"),
            ("policy.rego", "policy"),
            (".", ""),
        ] {
            assert_eq!(name_of(path), name, "{path}");
        }
    }
}
