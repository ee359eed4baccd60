//! The outcome of an operation: reporting it, and how it shows in answers.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::domain::course::LaterCall;
use crate::domain::operation::Operation;
use crate::domain::outcome::{Outcome, Report};
use crate::domain::phase::Phase;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Verdict;
use crate::http::Api;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::extract::{Caller, InPath, InputBody, object};
use crate::http::model::OperationBody;
use crate::http::operations::complete;
use crate::http::requests::ReportOutcomeBody;
use crate::service::outcome;

/// Reports what became of an operation. The later phases run; the answer waits for them, but not for long.
#[utoipa::path(post, path = "/v1/operations/{work_id}/outcome", tag = "gate", operation_id = "ReportOutcome",
    params(("work_id" = String, Path)), request_body = ReportOutcomeBody,
    responses((status = 200, body = OperationBody), (status = "4XX", body = ErrorBody)))]
pub(super) async fn report_outcome(
    State(api): State<Api>,
    Caller(account): Caller,
    InPath(work_id): InPath<String>,
    InputBody(body): InputBody,
) -> Result<Json<OperationBody>, ApiError> {
    let report = read(&body)?;
    let operation = outcome::report_outcome(&api.services, &account, &work_id, report).await?;
    Ok(Json(OperationBody::stored(operation)))
}

const FIELDS: &[&str] = &["status", "error", "outputs"];

fn read(body: &[u8]) -> Result<Report, ApiError> {
    let mut fields = object(body)?;
    let outcome = fields.required("status", Outcome::parse_reported);
    let error = fields.text("error");
    let outputs = fields.object_text("outputs");
    let report = outcome.and_then(|outcome| fields.keep(Report::parse(outcome, error, outputs)));
    complete(report, fields.finish(FIELDS))
}

/// What has become of a stored operation since its decision.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CourseBody {
    /// `SUCCEEDED`, `FAILED` or `ABANDONED`; absent before it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    /// Why it did not succeed.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome_error: Option<String>,
    /// What the work gave, as it was reported. Lists go without.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    outputs: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome_at: Option<String>,
    /// The text of a success hook that failed, unless that is ignored. The outcome is SUCCEEDED all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    success_hook_error: Option<String>,
    /// The text of a post hook that failed, unless that is ignored. The outcome stays what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    post_hook_error: Option<String>,
    /// Whether nothing can happen to it any more.
    closed: bool,
}

impl From<&Operation> for CourseBody {
    fn from(operation: &Operation) -> Self {
        let course = &operation.course;
        let reported = course.reported.as_ref();
        let report = reported.map(|reported| &reported.report);
        let outputs = report.and_then(|report| report.outputs.clone());
        let blocking = |phase| course.blocking_error(phase).map(str::to_owned);
        Self {
            outcome: report.map(|report| report.outcome.as_str()),
            outcome_error: report.and_then(|report| report.error.clone()),
            outputs: outputs.and_then(|text| RawValue::from_string(text).ok()),
            outcome_at: reported.map(|reported| reported.at.to_millis_text()),
            success_hook_error: blocking(Phase::Success),
            post_hook_error: blocking(Phase::Post),
            closed: operation.is_closed(),
        }
    }
}

/// A hook of a later phase, and what came of calling it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LaterHookBody {
    hook_name: String,
    hook_id: String,
    /// `WARN` or `FAIL`.
    failure_mode: &'static str,
    /// `PASS`, `WARN` or `FAIL`; absent before there is an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// When it was called, the last time if a crash repeated it.
    #[serde(skip_serializing_if = "Option::is_none")]
    called_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<String>,
}

impl From<&LaterCall> for LaterHookBody {
    fn from(call: &LaterCall) -> Self {
        let answer = call.answer.as_ref();
        Self {
            hook_name: call.hook.name.clone(),
            hook_id: call.hook.id.to_string(),
            failure_mode: call.hook.failure_mode.as_str(),
            verdict: call.verdict().map(Verdict::as_str),
            error: answer.and_then(|answer| answer.error.clone()),
            called_at: call.called_at.map(Timestamp::to_millis_text),
            answered_at: answer.map(|answer| answer.at.to_millis_text()),
        }
    }
}
