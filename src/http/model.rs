//! The bodies of answers, in the contract's names.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::course::{Course, LaterCall};
use crate::domain::diagnostic::Place;
use crate::domain::hook::{Configuration, Hook, HookId, HookVersion};
use crate::domain::judgement::HookOutcome;
use crate::domain::mask::{InputRecord, InputState};
use crate::domain::operation::Operation;
use crate::domain::page::Page;
use crate::domain::phase::Phase;
use crate::domain::verdict::{Finding, HookResult, Severity};
use crate::http::explanation::ExplanationBody;
use crate::http::outcome::{CourseBody, LaterHookBody};

/// The answer of `CreatePrivateHook`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CreatedHook {
    /// The id of the new hook: a UUID.
    pub(super) hook_id: String,
}

/// How a hook takes part.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConfigurationBody {
    /// `NONE` or `ALL`.
    target_stacks: &'static str,
    /// `WARN` or `FAIL`.
    failure_mode: &'static str,
}

impl From<Configuration> for ConfigurationBody {
    fn from(configuration: Configuration) -> Self {
        Self {
            target_stacks: configuration.target_stacks.as_str(),
            failure_mode: configuration.failure_mode.as_str(),
        }
    }
}

/// A hook in lists and in `ShowPrivateHookMetadata`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PrivateHookSummary {
    hook_name: String,
    hook_id: String,
    hook_description: String,
    default_version: String,
    /// Absent when the hook was never configured: it has no effect then.
    #[serde(skip_serializing_if = "Option::is_none")]
    configuration: Option<ConfigurationBody>,
    /// UTC with milliseconds.
    #[schema(example = "2026-11-22T08:00:00.000Z")]
    create_time: String,
    update_time: String,
}

impl From<Hook> for PrivateHookSummary {
    fn from(hook: Hook) -> Self {
        Self {
            hook_name: hook.name.to_string(),
            hook_id: hook.id.to_string(),
            hook_description: hook.description.as_str().to_owned(),
            default_version: hook.default_version.to_string(),
            configuration: hook.configuration.map(Into::into),
            create_time: hook.create_time.to_millis_text(),
            update_time: hook.update_time.to_millis_text(),
        }
    }
}

/// A version in lists and in `ShowPrivateHookVersionMetadata`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PrivateHookVersionSummary {
    hook_name: String,
    hook_id: String,
    hook_version: String,
    hook_version_description: String,
    create_time: String,
}

impl PrivateHookVersionSummary {
    pub(super) fn of(hook: &Hook, version: &HookVersion) -> Self {
        Self {
            hook_name: hook.name.to_string(),
            hook_id: hook.id.to_string(),
            hook_version: version.version.to_string(),
            hook_version_description: version.description.as_str().to_owned(),
            create_time: version.create_time.to_millis_text(),
        }
    }
}

/// Where the neighbouring pages are.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PageInfo {
    /// The `marker` of the next page; null on the last.
    next_marker: Option<String>,
    /// The `marker` of the page before; null on the first.
    previous_marker: Option<String>,
    /// How many entries this page has.
    current_count: usize,
}

impl<T> From<&Page<T>> for PageInfo {
    fn from(page: &Page<T>) -> Self {
        Self {
            next_marker: page.next.clone(),
            previous_marker: page.previous.clone(),
            current_count: page.rows.len(),
        }
    }
}

/// The answer of `ListPrivateHooks`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PrivateHookList {
    pub(super) hooks: Vec<PrivateHookSummary>,
    pub(super) page_info: PageInfo,
}

/// The answer of `ListPrivateHookVersions`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PrivateHookVersionList {
    pub(super) versions: Vec<PrivateHookVersionSummary>,
    pub(super) page_info: PageInfo,
}

/// The stack of an operation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StackBody {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    labels: BTreeMap<String, String>,
}

/// An operation with its decision, as begin, show and list give it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OperationBody {
    /// Absent for a check, which is not stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    work_id: Option<String>,
    operation: String,
    stack: StackBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    /// `ALLOWED` or `DENIED`.
    decision: &'static str,
    /// What the stack is to be set to: by the decision, and by the outcome once the operation is closed. Absent for an allowed
    /// `CreateExecutionPlan`, and for a stack that was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    stack_status: Option<String>,
    /// The headline of a denial: the text of the first hook, in creation order, whose verdict is FAIL; or why a hook is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// What must be known besides the decision, such as that nothing was checked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    phases: PhasesBody,
    /// Every hook that was asked, in creation order.
    hooks: Vec<HookOutcomeBody>,
    /// The findings of all hooks, by severity.
    findings_count: FindingsCountBody,
    /// What is kept of the input; absent when nothing was to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<InputRecordBody>,
    /// The revision of the account's hook set that decided.
    revision: i64,
    created_at: String,
    /// Absent for a check.
    #[serde(flatten)]
    course: Option<CourseBody>,
}

/// How many findings there are.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct FindingsCountBody {
    total: usize,
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    informational: usize,
    /// Without a severity.
    unrated: usize,
}

impl FindingsCountBody {
    fn of<'a>(findings: impl Iterator<Item = &'a Finding>) -> Self {
        let mut count = Self::default();
        for finding in findings {
            let kind = match finding.severity {
                Some(Severity::Critical) => &mut count.critical,
                Some(Severity::High) => &mut count.high,
                Some(Severity::Medium) => &mut count.medium,
                Some(Severity::Low) => &mut count.low,
                Some(Severity::Informational) => &mut count.informational,
                None => &mut count.unrated,
            };
            *kind = kind.saturating_add(1);
            count.total = count.total.saturating_add(1);
        }
        count
    }
}

/// What is kept of an input.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InputRecordBody {
    /// Whether `/v1/operations/{work_id}/input` has it.
    kept: bool,
    /// The SHA-256 of the masked document, without the members of the gate.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    /// Why nothing of it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The paths of what was replaced, the first 1,000.
    masked: Vec<String>,
    /// The paths of what was removed.
    erased: Vec<String>,
}

impl From<InputRecord> for InputRecordBody {
    fn from(record: InputRecord) -> Self {
        let (sha256, reason) = match record.state {
            InputState::Kept(digest) => (Some(digest), None),
            InputState::Withheld(reason) => (None, Some(reason)),
        };
        Self { kept: sha256.is_some(), sha256, reason, masked: record.masked, erased: record.erased }
    }
}

impl OperationBody {
    pub(super) fn stored(operation: Operation) -> Self {
        let course = Some(CourseBody::from(&operation));
        Self { work_id: Some(operation.work_id.to_string()), course, ..Self::unstored(operation) }
    }

    pub(super) fn unstored(operation: Operation) -> Self {
        let phases = PhasesBody::from(&operation);
        let stack_status = operation.current_stack_status().map(str::to_owned);
        Self {
            work_id: None,
            operation: operation.kind,
            stack: StackBody {
                name: operation.stack.name.as_str().to_owned(),
                id: operation.stack.id,
                labels: operation.stack.labels,
            },
            actor: operation.actor,
            decision: operation.judgement.decision.as_str(),
            stack_status,
            phases,
            message: operation.message,
            warnings: operation.judgement.warnings(),
            findings_count: FindingsCountBody::of(
                operation.judgement.hooks.iter().flat_map(|outcome| &outcome.evaluation.findings),
            ),
            input: operation.input.map(Into::into),
            hooks: operation.judgement.hooks.into_iter().map(Into::into).collect(),
            revision: operation.judgement.revision,
            created_at: operation.created_at.to_millis_text(),
            course: None,
        }
    }
}

/// How each phase went.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PhasesBody {
    pre: PhaseBody,
    success: PhaseBody,
    post: PhaseBody,
}

/// How one phase went.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PhaseBody {
    /// `ok`, `failed`, `ignored` (failed, which the settings ignore) or `skipped` (no hook was asked in it); `pending` or
    /// `running` before it is over.
    status: &'static str,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// The hooks of a later phase, in the order they are called.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hooks: Vec<LaterHookBody>,
}

impl From<&Operation> for PhasesBody {
    fn from(operation: &Operation) -> Self {
        let phase = |phase, calls: &[LaterCall]| PhaseBody {
            status: operation.status_of(phase).as_str(),
            error: operation.error_of(phase).map(str::to_owned),
            hooks: calls.iter().map(Into::into).collect(),
        };
        let Course { success, post, .. } = &operation.course;
        Self {
            pre: phase(Phase::Pre, &[]),
            success: phase(Phase::Success, &success.calls),
            post: phase(Phase::Post, &post.calls),
        }
    }
}

/// What one hook said.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HookOutcomeBody {
    hook_name: String,
    /// Absent for an unsaved policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    hook_id: Option<String>,
    hook_version: String,
    /// The SHA-256 of the policy that was asked; `/v1/operations/{work_id}/policies/{digest}` gives it, also when the hook is gone.
    policy_digest: String,
    /// `WARN` or `FAIL`.
    failure_mode: &'static str,
    /// `PASSED`, `REFUSED`, `NOT_DECLARED`, `UNDEFINED`, `MALFORMED`, `ERRORED` or `TIMED_OUT`.
    result: &'static str,
    /// `PASS`, `WARN` or `FAIL`.
    verdict: &'static str,
    /// The text of a refusal, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    err_msg: Option<String>,
    /// What was odd without changing the result.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[schema(value_type = Vec<Object>)]
    findings: Vec<Finding>,
    /// The place in the policy the result comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    location: Option<Place>,
    duration_us: u64,
    /// Why it is so, with `explain=true`; it is not stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<ExplanationBody>,
}

impl From<HookOutcome> for HookOutcomeBody {
    fn from(outcome: HookOutcome) -> Self {
        let err_msg = match outcome.evaluation.result {
            HookResult::Passed | HookResult::NotDeclared => None,
            HookResult::Undefined
            | HookResult::Refused
            | HookResult::Malformed
            | HookResult::Errored
            | HookResult::TimedOut => Some(outcome.message().to_owned()),
        };
        let id = outcome.hook.id;
        Self {
            hook_name: outcome.hook.name.to_string(),
            hook_id: (id != HookId::UNSAVED).then(|| id.to_string()),
            hook_version: outcome.hook.version.to_string(),
            policy_digest: outcome.hook.digest.to_string(),
            failure_mode: outcome.hook.failure_mode.as_str(),
            result: outcome.evaluation.result.as_str(),
            verdict: outcome.verdict.as_str(),
            err_msg,
            note: outcome.evaluation.note,
            findings: outcome.evaluation.findings,
            location: outcome.evaluation.location,
            duration_us: outcome.evaluation.duration_us,
            explanation: outcome.evaluation.explanation.map(Into::into),
        }
    }
}

/// The answer of GET `/v1/operations`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OperationList {
    pub(super) operations: Vec<OperationBody>,
    pub(super) page_info: PageInfo,
}
