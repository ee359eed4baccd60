//! Operations: what is asked before something happens to a stack, and the record of the answer (`gate.md` sections 1 to 3).

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use serde_json::json;
use uuid::Uuid;

use crate::domain::bundle::Digest;
use crate::domain::hook::{FailureMode, HookId, HookName, Version};
use crate::domain::invalid::{Invalid, Rule};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{DEFAULT_MESSAGE, Decision, Evaluation, HookResult, Verdict};

/// The id of one operation: a UUID that sorts by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorkId(Uuid);

impl WorkId {
    /// An id nobody has.
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }

    /// `text` as a work id, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self)
    }
}

impl fmt::Display for WorkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// The kinds of operation every gate knows, and the state a stack has while one is under way.
const KINDS: [(&str, Option<StackStatus>); 12] = [
    ("CreateExecutionPlan", None),
    ("ApplyExecutionPlan", Some(StackStatus::DeploymentInProgress)),
    ("CreateStack", Some(StackStatus::DeploymentInProgress)),
    ("DeployStack", Some(StackStatus::DeploymentInProgress)),
    ("ContinueDeployStack", Some(StackStatus::DeploymentInProgress)),
    ("DeleteStack", Some(StackStatus::DeletionInProgress)),
    ("DeleteStackEnhanced", Some(StackStatus::DeletionInProgress)),
    ("CreateCluster", Some(StackStatus::DeploymentInProgress)),
    ("AddNode", Some(StackStatus::DeploymentInProgress)),
    ("RemoveNode", Some(StackStatus::DeploymentInProgress)),
    ("DeleteCluster", Some(StackStatus::DeletionInProgress)),
    ("EnrollCertificate", Some(StackStatus::DeploymentInProgress)),
];

/// What is about to happen to the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationKind {
    name: String,
    in_progress: Option<StackStatus>,
}

impl OperationKind {
    /// `name` as one of the known kinds, or of `extra` (setting `operations.extra`).
    ///
    /// # Errors
    /// Lists the names that are allowed.
    pub fn parse(name: &str, extra: &[String]) -> Result<Self, Invalid> {
        if let Some((name, in_progress)) = KINDS.iter().find(|(known, _)| *known == name) {
            return Ok(Self { name: (*name).to_owned(), in_progress: *in_progress });
        }
        if extra.iter().any(|known| known == name) {
            let in_progress = Some(StackStatus::DeploymentInProgress);
            return Ok(Self { name: name.to_owned(), in_progress });
        }
        let known = KINDS.iter().map(|(known, _)| (*known).to_owned());
        Err(Invalid::new("operation", Rule::NotOneOf(known.chain(extra.iter().cloned()).collect())))
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// What the stack is to be set to after `decision`; `None` for an allowed plan, which changes no stack.
    pub const fn stack_status(&self, decision: Decision) -> Option<StackStatus> {
        match decision {
            Decision::Denied => Some(StackStatus::DeploymentFailed),
            Decision::Allowed => self.in_progress,
        }
    }
}

/// The states of a stack that a decision can lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StackStatus {
    /// The operation goes on.
    DeploymentInProgress,
    /// A deletion goes on.
    DeletionInProgress,
    /// Denied, whatever the operation was: the contract names only this one.
    DeploymentFailed,
}

impl StackStatus {
    /// The contract's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeploymentInProgress => "DEPLOYMENT_IN_PROGRESS",
            Self::DeletionInProgress => "DELETION_IN_PROGRESS",
            Self::DeploymentFailed => "DEPLOYMENT_FAILED",
        }
    }
}

/// Any printable text of 1 to 128 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StackName(String);

impl StackName {
    const MAX: usize = 128;

    /// `text` as a stack name.
    ///
    /// # Errors
    /// When it is empty, too long, or has control characters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        printable("stack.name", text, 1, Self::MAX).map(Self)
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The stack an operation is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// Its name.
    pub name: StackName,
    /// The orchestrator's id for it.
    pub id: Option<String>,
    /// Its labels, at most 64.
    pub labels: BTreeMap<String, String>,
}

impl Stack {
    const MAX_ID: usize = 128;
    const MAX_LABELS: usize = 64;
    const MAX_LABEL: usize = 256;

    /// `text` as the id of a stack.
    ///
    /// # Errors
    /// When it is empty, too long, or has control characters.
    pub fn parse_id(text: &str) -> Result<String, Invalid> {
        printable("stack.id", text, 1, Self::MAX_ID)
    }

    /// `labels`, if there are not too many and none is too long.
    ///
    /// # Errors
    /// Names the label that breaks a rule.
    pub fn parse_labels(labels: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Invalid> {
        if labels.len() > Self::MAX_LABELS {
            return Err(Invalid::new("stack.labels", Rule::Form("must be at most 64 labels")));
        }
        for (key, value) in &labels {
            printable("stack.labels", key, 1, Self::MAX_LABEL)?;
            printable(&format!("stack.labels.{key}"), value, 0, Self::MAX_LABEL)?;
        }
        Ok(labels)
    }
}

/// The longest `actor`, in characters.
const MAX_ACTOR: usize = 256;

/// `text` as the one who started the operation.
///
/// # Errors
/// When it is empty, too long, or has control characters.
pub fn parse_actor(text: &str) -> Result<String, Invalid> {
    printable("actor", text, 1, MAX_ACTOR)
}

fn printable(field: &str, text: &str, min: usize, max: usize) -> Result<String, Invalid> {
    let wrong = |rule| Err(Invalid::new(field, rule));
    let length = text.chars().count();
    if length < min {
        return wrong(Rule::TooShort { min });
    }
    if length > max {
        return wrong(Rule::TooLong { max });
    }
    if text.chars().any(char::is_control) {
        return wrong(Rule::Characters("control characters are not allowed"));
    }
    Ok(text.to_owned())
}

/// What an orchestrator is about to do, and the document it wants judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is about to happen.
    pub kind: OperationKind,
    /// To what.
    pub stack: Stack,
    /// Who started it.
    pub actor: Option<String>,
    /// The document, a JSON object, as the bytes that came: only an evaluator reads it.
    pub input: Bytes,
}

/// The phases of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Before the work.
    Pre,
    /// After it, only if it succeeded.
    Success,
    /// After it, always.
    Post,
}

impl Phase {
    /// The word in answers and in policies' `input.phase`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pre => "pre",
            Self::Success => "success",
            Self::Post => "post",
        }
    }
}

/// The members that the gate itself sets at the top of every policy's `input`; they win over what was sent.
///
/// Version 1 of the input document: `operation`, `stack {name, id, labels}`, `actor`, `work_id`, `phase`.
pub fn gate_members(request: &Request, work_id: WorkId, phase: Phase) -> serde_json::Value {
    json!({
        "operation": request.kind.as_str(),
        "stack": {
            "name": request.stack.name.as_str(),
            "id": request.stack.id,
            "labels": request.stack.labels,
        },
        "actor": request.actor,
        "work_id": work_id.to_string(),
        "phase": phase.as_str(),
    })
}

/// How a phase went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhaseStatus {
    /// Nothing in it stopped the operation.
    Ok,
    /// A hook in it denied the operation.
    Failed,
    /// No hook was asked in it.
    Skipped,
}

impl PhaseStatus {
    /// The word in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// One hook that takes part in an operation, pinned at begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatingHook {
    /// Its name.
    pub name: HookName,
    /// Its id.
    pub id: HookId,
    /// Its default version at begin.
    pub version: Version,
    /// The policy of that version.
    pub digest: Digest,
    /// What its refusal does.
    pub failure_mode: FailureMode,
}

/// What one hook did to one operation.
#[derive(Debug, Clone, PartialEq)]
pub struct HookOutcome {
    /// The hook.
    pub hook: GatingHook,
    /// What its policy said.
    pub evaluation: Evaluation,
    /// What that means under its failure mode.
    pub verdict: Verdict,
}

impl HookOutcome {
    /// The text of a refusal, or of what went wrong.
    pub fn message(&self) -> &str {
        self.evaluation.message.as_deref().unwrap_or(DEFAULT_MESSAGE)
    }
}

/// A decision with all that led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// ALLOWED or DENIED.
    pub decision: Decision,
    /// Every hook that was asked, in creation order.
    pub hooks: Vec<HookOutcome>,
    /// The revision of the account's hook set it was computed from.
    pub revision: i64,
}

impl Judgement {
    /// The headline: the text of the first hook whose verdict is FAIL.
    pub fn message(&self) -> Option<&str> {
        self.hooks.iter().find(|outcome| outcome.verdict == Verdict::Fail).map(HookOutcome::message)
    }

    /// How `phase` went. Private hooks are asked before the work; there is nobody to ask in the later phases.
    pub const fn status_of(&self, phase: Phase) -> PhaseStatus {
        match (phase, self.decision) {
            (Phase::Success | Phase::Post, _) => PhaseStatus::Skipped,
            (Phase::Pre, _) if self.hooks.is_empty() => PhaseStatus::Skipped,
            (Phase::Pre, Decision::Denied) => PhaseStatus::Failed,
            (Phase::Pre, Decision::Allowed) => PhaseStatus::Ok,
        }
    }
}

/// The stored record of an operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// Its id.
    pub work_id: WorkId,
    /// The name of what was asked for.
    pub kind: String,
    /// To what.
    pub stack: Stack,
    /// Who started it.
    pub actor: Option<String>,
    /// What the stack is to be set to, in the contract's word.
    pub stack_status: Option<String>,
    /// The headline of a denial.
    pub message: Option<String>,
    /// The decision and all that led to it.
    pub judgement: Judgement,
    /// When it began.
    pub created_at: Timestamp,
}

/// What lets a client ask again without asking twice: its key, and the body the key belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The `Client-Request-Id`.
    pub key: String,
    /// The hash of the whole body.
    pub body: Digest,
}

impl IdempotencyKey {
    /// How long a key is remembered, in milliseconds: 24 hours.
    pub const LIFETIME_MILLIS: i64 = 24 * 60 * 60 * 1000;
}

/// Which operations a list shows: those for which every field that is given holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OperationFilter {
    /// About the stack of that name.
    pub stack_name: Option<StackName>,
    /// Of that kind.
    pub operation: Option<OperationKind>,
    /// With that decision.
    pub decision: Option<Decision>,
    /// For which this hook was asked; together with `result`, with that very result.
    pub hook_name: Option<HookName>,
    /// For which some hook had that result.
    pub result: Option<HookResult>,
    /// Begun at that moment or later.
    pub since: Option<Timestamp>,
    /// Begun before that moment.
    pub until: Option<Timestamp>,
}
