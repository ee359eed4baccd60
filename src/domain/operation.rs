//! Operations: what is asked before something happens to a stack, and the record of the answer (`gate.md` sections 1 to 3).

use std::fmt;

use bytes::Bytes;
use serde_json::json;
use uuid::Uuid;

use crate::domain::bundle::Digest;
use crate::domain::course::{Course, Next};
use crate::domain::hook::HookName;
use crate::domain::invalid::{Invalid, Rule};
use crate::domain::judgement::Judgement;
use crate::domain::mask::InputRecord;
use crate::domain::outcome::Outcome;
use crate::domain::page::Key;
use crate::domain::phase::{FailureRules, Phase, PhaseStatus};
use crate::domain::stack::{Stack, StackName, StackStatus, printable};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Decision, HookResult};

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

/// The longest `actor`, in characters.
const MAX_ACTOR: usize = 256;

/// `text` as the one who started the operation.
///
/// # Errors
/// When it is empty, too long, or has control characters.
pub fn parse_actor(text: &str) -> Result<String, Invalid> {
    printable("actor", text, 1, MAX_ACTOR)
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
    /// Whether every hook result is to say why.
    pub explain: bool,
    /// Whether it is denied when no hook has judged it, whatever the operator's settings say.
    pub require_hooks: bool,
}

/// The members that the gate itself sets at the top of every policy's `input`; they win over what was sent.
///
/// Version 1 of the input document: `operation`, `stack {name, id, labels}`, `actor`, `work_id`, `phase`.
pub fn gate_members(request: &Request, work_id: WorkId, phase: Phase) -> serde_json::Value {
    members((request.kind.as_str(), &request.stack, request.actor.as_deref()), work_id, phase)
}

fn members(
    (kind, stack, actor): (&str, &Stack, Option<&str>),
    work_id: WorkId,
    phase: Phase,
) -> serde_json::Value {
    json!({
        "operation": kind,
        "stack": {
            "name": stack.name.as_str(),
            "id": stack.id,
            "labels": stack.labels,
        },
        "actor": actor,
        "work_id": work_id.to_string(),
        "phase": phase.as_str(),
    })
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
    /// What the stack was to be set to by the decision, in the contract's word; see [`Operation::current_stack_status`].
    pub stack_status: Option<String>,
    /// The headline of a denial.
    pub message: Option<String>,
    /// The decision and all that led to it.
    pub judgement: Judgement,
    /// What is known about its input, if it was to be kept.
    pub input: Option<InputRecord>,
    /// When it began.
    pub created_at: Timestamp,
    /// What has become of it since.
    pub course: Course,
}

impl Operation {
    /// Whether nothing can happen to it any more.
    pub fn is_closed(&self) -> bool {
        self.course.is_closed(self.judgement.decision)
    }

    /// What the stack is to be set to as things stand: what the decision said, and once the operation is closed, how it ended.
    pub fn current_stack_status(&self) -> Option<&str> {
        let begun = self.stack_status.as_deref()?;
        match (&self.course.reported, StackStatus::find(begun)) {
            (Some(reported), Some(status)) if self.is_closed() => {
                status.after(reported.report.outcome).map(StackStatus::as_str)
            }
            _ => Some(begun),
        }
    }

    /// What comes next in it, under these `rules`.
    pub fn next(&self, rules: FailureRules) -> Next<'_> {
        self.course.next(self.judgement.decision, rules)
    }

    /// How `phase` went, or how far it has come.
    pub fn status_of(&self, phase: Phase) -> PhaseStatus {
        match phase {
            Phase::Pre => self.judgement.pre_status(),
            Phase::Success | Phase::Post => self.course.status_of(phase, self.judgement.decision),
        }
    }

    /// Why `phase` failed, whether that was ignored or not.
    pub fn error_of(&self, phase: Phase) -> Option<&str> {
        match phase {
            Phase::Pre => self.judgement.error(),
            Phase::Success | Phase::Post => self.course.phase(phase).end.as_ref()?.error.as_deref(),
        }
    }

    /// The last moment in it.
    pub fn latest(&self) -> Timestamp {
        self.course.latest().map_or(self.created_at, |latest| latest.max(self.created_at))
    }

    /// Its place among the operations of its account.
    pub fn key(&self) -> Key {
        Key { time: self.created_at.millis(), tie: self.work_id.to_string() }
    }

    /// What its policies saw, given what was kept of its input: a text of JSON without the members of the gate.
    pub fn whole_input(&self, kept: &str) -> String {
        let gate =
            members((&self.kind, &self.stack, self.actor.as_deref()), self.work_id, Phase::Pre).to_string();
        let inner = kept.strip_prefix('{').unwrap_or("}");
        let joint = if inner == "}" { "" } else { "," };
        format!("{}{joint}{inner}", gate.strip_suffix('}').unwrap_or(&gate))
    }
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
    /// With that outcome.
    pub outcome: Option<Outcome>,
    /// For which this hook was asked; together with `result`, with that very result.
    pub hook_name: Option<HookName>,
    /// For which some hook had that result.
    pub result: Option<HookResult>,
    /// Begun at that moment or later.
    pub since: Option<Timestamp>,
    /// Begun before that moment.
    pub until: Option<Timestamp>,
}
