//! `serve --demo`: the shipped policies as hooks of a demo account, and two operations judged by them, in one screen.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, anyhow};
use include_dir::{Dir, include_dir};

use crate::cli::opinions::Opinions;
use crate::domain::account::Account;
use crate::domain::bundle::{PolicyFormat, PolicyUpload};
use crate::domain::hook::{Configuration, Description, FailureMode, HookName, TargetStacks, Version};
use crate::domain::judgement::HookOutcome;
use crate::domain::operation::{Operation, OperationKind, Request};
use crate::domain::policy_source::PolicySource;
use crate::domain::stack::{Stack, StackName};
use crate::domain::telling::tell as tell_outcome;
use crate::domain::verdict::{Decision, Verdict};
use crate::service::Services;
use crate::service::begin::begin;
use crate::service::error::RegistryError;
use crate::service::registry::{NewHook, create_hook};
use crate::service::versions::NewVersion;

/// The shipped policies, as they are in the repository.
static POLICIES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/policies");
/// A plan that every shipped policy lets pass.
const COMPLIANT: &str = include_str!("../../fixtures/plans/web-service-compliant.json");
/// The same stack with a public bucket, open SSH, an unencrypted volume and missing tags.
const PUBLIC: &str = include_str!("../../fixtures/plans/web-service-public.json");
/// How wide a screen is taken to be.
const COLUMNS: usize = 120;
/// How much of an explanation fits on it.
const WHY_LINES: usize = 4;
/// The domain the demo's hooks belong to.
const DOMAIN: &str = "demo";

/// Registers the hooks, judges the two operations, and gives the text that shows what happened.
pub(super) async fn play(services: &Services, base: &str) -> Result<String> {
    let account = Account::parse(DOMAIN, &services.settings.region).map_err(|wrong| anyhow!("{wrong}"))?;
    let mut names = Vec::new();
    for folder in POLICIES.dirs() {
        names.extend(register(services, &account, folder).await?);
    }
    let compliant = judge(services, &account, COMPLIANT).await?;
    let public = judge(services, &account, PUBLIC).await?;
    let mut text = String::new();
    write!(text, "{}", introduction(names.len()))?;
    tell(&mut text, "a plan that keeps the rules", &compliant)?;
    tell(&mut text, "the same stack, opened up", &public)?;
    write!(text, "{}", next_steps(base))?;
    Ok(text)
}

/// Registers one shipped policy as a hook of the same name, in mode FAIL for every stack.
async fn register(services: &Services, account: &Account, folder: &Dir<'_>) -> Result<Option<HookName>> {
    let Some(policy) = folder.get_file(folder.path().join("policy.rego")) else { return Ok(None) };
    let name = folder.path().to_str().context("a policy's folder has an unreadable name")?;
    let name = HookName::parse(name).map_err(|wrong| anyhow!("{wrong}"))?;
    let upload = PolicyUpload { format: PolicyFormat::Rego, bytes: policy.contents().to_vec() };
    let version = Version::parse("hook_version", "1.0.0").map_err(|wrong| anyhow!("{wrong}"))?;
    let new = NewHook {
        name: name.clone(),
        description: Description::default(),
        configuration: Some(Configuration {
            target_stacks: TargetStacks::All,
            failure_mode: FailureMode::Fail,
        }),
        version: NewVersion {
            version,
            description: Description::default(),
            source: PolicySource::Inline(upload),
        },
    };
    match create_hook(services, account, new).await {
        // The demo may run twice on one database.
        Ok(_) | Err(RegistryError::NameTaken(_)) => Ok(Some(name)),
        Err(cause) => Err(anyhow!("cannot register `{name}`: {}", explain(&cause))),
    }
}

fn explain(cause: &RegistryError) -> String {
    if let RegistryError::Rejected(diagnostics) = cause {
        return diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    }
    cause.to_string()
}

async fn judge(services: &Services, account: &Account, plan: &'static str) -> Result<Operation> {
    let wrong = |wrong| anyhow!("{wrong}");
    let labels = [("env", "prod"), ("owner", "platform")];
    let request = Request {
        kind: OperationKind::parse("DeployStack", &[]).map_err(wrong)?,
        stack: Stack {
            name: StackName::parse("web-service").map_err(wrong)?,
            id: None,
            labels: labels.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        },
        actor: Some("ci@example.com".to_owned()),
        input: plan.as_bytes().into(),
        explain: true,
        require_hooks: false,
    };
    begin(services, account, request, None).await.context("cannot judge the demo's operation")
}

fn introduction(hooks: usize) -> String {
    format!(
        "Hookgate {} · demo\n\n{hooks} shipped policies are registered as hooks of the account `{DOMAIN}`. Two operations ask whether they may proceed:\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// One operation, with the hooks that refuse it.
fn tell(text: &mut String, plan: &str, operation: &Operation) -> Result<()> {
    let outcomes = &operation.judgement.hooks;
    let refusing: Vec<&HookOutcome> =
        outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Fail).collect();
    let spent: u64 = outcomes.iter().map(|outcome| outcome.evaluation.duration_us).sum();
    writeln!(text, "\n  {} of stack `{}`: {plan}", operation.kind, operation.stack.name.as_str())?;
    let decision = operation.judgement.decision.as_str();
    let tenths = spent.checked_div(100).unwrap_or_default();
    let (millis, tenth) =
        (tenths.checked_div(10).unwrap_or_default(), tenths.checked_rem(10).unwrap_or_default());
    match operation.judgement.decision {
        Decision::Allowed if outcomes.iter().all(|outcome| outcome.evaluation.result.is_opinion()) => {
            writeln!(text, "  {decision}: {} hooks passed, in {millis}.{tenth} ms", outcomes.len())?;
        }
        Decision::Allowed => {
            let said = outcomes.iter().map(|outcome| (outcome.evaluation.result, outcome.verdict));
            let summary = Opinions::count(said).summary(Decision::Allowed);
            writeln!(text, "  {decision}: {summary}, in {millis}.{tenth} ms")?;
        }
        Decision::Denied => writeln!(
            text,
            "  {decision}: {} of {} hooks refuse it, in {millis}.{tenth} ms",
            refusing.len(),
            outcomes.len()
        )?,
    }
    for outcome in &refusing {
        writeln!(text, "    ✗ {} {}: {}", outcome.hook.name, outcome.hook.version, outcome.message())?;
    }
    if let Some(first) = refusing.first() {
        writeln!(text, "    why, of the first:")?;
        // The hook was told above, and `hook_result` of every shipped policy looks alike.
        for line in tell_outcome(first, COLUMNS).lines().skip(3).take(WHY_LINES) {
            writeln!(text, "    {line}")?;
        }
    }
    Ok(())
}

fn next_steps(base: &str) -> String {
    format!(
        "
Try next, in another terminal:

  the decision as an orchestrator gets it (any plan of `terraform show -json` may be the input)
    curl -s {base}/v1/checks -H 'X-Domain-Id: {DOMAIN}' -d '{{\"operation\": \"DeployStack\", \"stack\": {{\"name\": \"web-service\"}}, \"input\": {{}}}}'
  why the second operation was refused, as the stack's history has it
    curl -s {base}/v1/stacks/web-service/events -H 'X-Domain-Id: {DOMAIN}'
  the hooks
    curl -s {base}/v1/private-hooks -H 'X-Domain-Id: {DOMAIN}'

"
    )
}
