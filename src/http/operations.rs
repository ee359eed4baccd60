//! Operations: begin one, look at one, list them.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::bundle::Digest;
use crate::domain::hook::HookName;
use crate::domain::operation::{IdempotencyKey, OperationFilter, OperationKind, Request, parse_actor};
use crate::domain::outcome::Outcome;
use crate::domain::stack::{Stack, StackName};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Decision, HookResult};
use crate::http::Api;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::extract::{Caller, ClientRequestId, InPath, InputBody, object};
use crate::http::fields::Fields;
use crate::http::model::{OperationBody, OperationList, PageInfo};
use crate::http::query::{Parameters, Sorts};
use crate::http::requests::BeginOperationBody;
use crate::service::begin;
use crate::service::operations;

/// Asks whether an operation may proceed. The decision, its events and the record are stored before the answer.
#[utoipa::path(post, path = "/v1/operations", tag = "gate", operation_id = "BeginOperation",
    params(("explain" = Option<bool>, Query, description = "`true` adds to every hook result why it is so")),
    request_body = BeginOperationBody,
    responses((status = 201, body = OperationBody), (status = "4XX", body = ErrorBody)))]
pub(super) async fn begin_operation(
    State(api): State<Api>,
    Caller(account): Caller,
    ClientRequestId(key): ClientRequestId,
    parameters: Parameters,
    InputBody(body): InputBody,
) -> Result<(StatusCode, Json<OperationBody>), ApiError> {
    let explain = parameters.only_explain()?;
    let request = Request { explain, ..read(&body, &api.services.settings.extra_operations)? };
    let key = key.map(|key| IdempotencyKey { key, body: Digest::of(&body) });
    let operation = begin::begin(&api.services, &account, request, key).await?;
    Ok((StatusCode::CREATED, Json(OperationBody::stored(operation))))
}

/// Shows one operation with its decision.
#[utoipa::path(get, path = "/v1/operations/{work_id}", tag = "gate", operation_id = "ShowOperation",
    params(("work_id" = String, Path)),
    responses((status = 200, body = OperationBody), (status = "4XX", body = ErrorBody)))]
pub(super) async fn show_operation(
    State(api): State<Api>,
    Caller(account): Caller,
    InPath(work_id): InPath<String>,
) -> Result<Json<OperationBody>, ApiError> {
    let operation = operations::show_operation(&api.services, &account, &work_id).await?;
    Ok(Json(OperationBody::stored(operation)))
}

/// Lists the operations of the account, newest first.
#[utoipa::path(get, path = "/v1/operations", tag = "gate", operation_id = "ListOperations",
    params(("stack_name" = Option<String>, Query), ("operation" = Option<String>, Query),
        ("decision" = Option<String>, Query, description = "`ALLOWED` or `DENIED`"),
        ("outcome" = Option<String>, Query, description = "`SUCCEEDED`, `FAILED` or `ABANDONED`"),
        ("hook_name" = Option<String>, Query, description = "a hook that was asked; with `result`, one that had it"),
        ("result" = Option<String>, Query, description = "the result of some hook, such as `REFUSED`"),
        ("since" = Option<String>, Query, description = "begun then or later, such as `2026-11-22T08:00:00Z` or `2026-11-22`"),
        ("until" = Option<String>, Query, description = "begun before"),
        ("limit" = Option<u32>, Query, description = "10 to 1000, default 1000"), ("marker" = Option<String>, Query)),
    responses((status = 200, body = OperationList), (status = "4XX", body = ErrorBody)))]
pub(super) async fn list_operations(
    State(api): State<Api>,
    Caller(account): Caller,
    mut parameters: Parameters,
) -> Result<Json<OperationList>, ApiError> {
    let filter = filter(&mut parameters, &api.services.settings.extra_operations);
    let page = parameters.page(&format!("operations {filter:?}"), Sorts::NewestFirst);
    let page = parameters.complete(page, LIST_PARAMETERS)?;
    let page = operations::list_operations(&api.services, &account, &filter, &page).await?;
    let page_info = PageInfo::from(&page);
    let operations = page.rows.into_iter().map(OperationBody::stored).collect();
    Ok(Json(OperationList { operations, page_info }))
}

/// What a list of operations takes.
const LIST_PARAMETERS: &[&str] = &[
    "stack_name",
    "operation",
    "decision",
    "outcome",
    "hook_name",
    "result",
    "since",
    "until",
    "limit",
    "marker",
];

/// The filters a list of operations takes.
pub(super) fn filter(parameters: &mut Parameters, extra: &[String]) -> OperationFilter {
    OperationFilter {
        stack_name: parameters.parsed("stack_name", StackName::parse),
        operation: parameters.parsed("operation", |text| OperationKind::parse(text, extra)),
        decision: parameters.parsed("decision", Decision::parse),
        outcome: parameters.parsed("outcome", Outcome::parse),
        hook_name: parameters.parsed("hook_name", HookName::parse),
        result: parameters.parsed("result", HookResult::parse),
        since: parameters.parsed("since", |text| Timestamp::parse("since", text)),
        until: parameters.parsed("until", |text| Timestamp::parse("until", text)),
    }
}

const BEGIN_FIELDS: &[&str] = &["operation", "stack", "actor", "input", "require_hooks"];

fn read(body: &Bytes, extra: &[String]) -> Result<Request, ApiError> {
    let mut fields = object(body)?;
    let request = request(&mut fields, body, extra);
    complete(request, fields.finish(BEGIN_FIELDS))
}

/// The request, unless a fault was noted.
pub(super) fn complete<T>(
    value: Option<T>,
    faults: Vec<crate::domain::invalid::Invalid>,
) -> Result<T, ApiError> {
    ApiError::check(faults)?;
    value.ok_or_else(|| ApiError::internal(&"a field is missing without a fault"))
}

/// The fields of an operation, which stand in begin and in checks.
pub(super) fn request(fields: &mut Fields<'_>, body: &Bytes, extra: &[String]) -> Option<Request> {
    let kind = fields.required("operation", |text| OperationKind::parse(text, extra));
    let stack = stack(fields);
    let actor = fields.parsed("actor", parse_actor);
    // A part of the body that came, not a copy: it may be megabytes.
    let input = fields.object_text("input").map(|text| body.slice_ref(text.as_bytes()));
    let input = input.unwrap_or(Bytes::from_static(b"{}"));
    let require_hooks = fields.switch("require_hooks").unwrap_or(false);
    Some(Request { kind: kind?, stack: stack?, actor, input, explain: false, require_hooks })
}

fn stack(fields: &mut Fields<'_>) -> Option<Stack> {
    let mut inner = fields.required_object("stack")?;
    let name = inner.required("name", StackName::parse);
    let id = inner.parsed("id", Stack::parse_id);
    let labels = inner.texts("labels").unwrap_or_default();
    let labels = inner.keep(Stack::parse_labels(labels));
    fields.close(inner, &["name", "id", "labels"]);
    Some(Stack { name: name?, id, labels: labels? })
}
