//! The decision log: a line of JSON for each decision, written while it is read.

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};

use crate::domain::invalid::{Invalid, Rule};
use crate::http::Api;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::extract::Caller;
use crate::http::operations::filter;
use crate::http::query::Parameters;
use crate::service::decisions::{Reading, Selection, request};
use crate::service::error::Unavailable;

/// How many lines may wait for a slow reader.
const AHEAD: usize = 4;

/// What a list of operations takes, and whether inputs are left out.
const PARAMETERS: &[&str] = &[
    "stack_name",
    "operation",
    "decision",
    "outcome",
    "hook_name",
    "result",
    "since",
    "until",
    "without_inputs",
    "limit",
    "marker",
];

/// Exports decisions as NDJSON, the oldest first, in the form of OPA's decision log; the `marker` of a line leads to those after it.
#[utoipa::path(get, path = "/v1/decisions", tag = "gate", operation_id = "ExportDecisions",
    params(("stack_name" = Option<String>, Query), ("operation" = Option<String>, Query),
        ("decision" = Option<String>, Query), ("outcome" = Option<String>, Query),
        ("hook_name" = Option<String>, Query), ("result" = Option<String>, Query),
        ("since" = Option<String>, Query, description = "begun then or later, such as `2026-11-22T08:00:00Z` or `2026-11-22`"),
        ("until" = Option<String>, Query, description = "begun before"),
        ("limit" = Option<u64>, Query, description = "the most lines; all there are unless given"),
        ("without_inputs" = Option<bool>, Query, description = "leave out what the policies saw"),
        ("marker" = Option<String>, Query, description = "that of the last line that was read")),
    responses((status = 200, description = "lines of JSON", content_type = "application/x-ndjson"),
        (status = "4XX", body = ErrorBody)))]
pub(super) async fn export_decisions(
    State(api): State<Api>,
    Caller(account): Caller,
    mut parameters: Parameters,
) -> Result<Response, ApiError> {
    let filter = filter(&mut parameters, &api.services.settings.extra_operations);
    let most = parameters.parsed("limit", parse_limit).unwrap_or(u64::MAX);
    let marker = parameters.one("marker");
    let without_inputs = parameters.flag("without_inputs");
    ApiError::check(parameters.finish(PARAMETERS))?;
    let request = request(&filter, marker.as_deref())?;
    let reading = Reading::new(account, Selection { filter, without_inputs }, (request, most));
    let (sender, body) = Channel::<Bytes, Unavailable>::new(AHEAD);
    tokio::spawn(write(api, reading, sender));
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Body::new(body)).into_response())
}

/// Writes until there are no more lines or nobody reads them. A reader sees a failure as an answer that breaks off.
async fn write(api: Api, mut reading: Reading, mut sender: Sender<Bytes, Unavailable>) {
    loop {
        match reading.next(&api.services.store).await {
            Ok(Some(line)) => {
                if sender.send_data(format!("{line}\n").into()).await.is_err() {
                    return;
                }
            }
            Ok(None) => return,
            Err(cause) => {
                tracing::warn!(%cause, "a decision log was not read to its end");
                return sender.abort(cause);
            }
        }
    }
}

fn parse_limit(text: &str) -> Result<u64, Invalid> {
    let limit = text.parse().ok().filter(|limit| *limit > 0);
    limit.ok_or_else(|| Invalid::new("limit", Rule::NotInRange { min: 1, max: u64::MAX }))
}
