//! What was kept of the input of an operation.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::http::Api;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::extract::{Caller, InPath};
use crate::service::inputs;

/// Shows what the policies of an operation saw, with its secrets masked.
#[utoipa::path(get, path = "/v1/operations/{work_id}/input", tag = "gate", operation_id = "ShowOperationInput",
    params(("work_id" = String, Path)),
    responses((status = 200, description = "the document, as JSON"), (status = "4XX", body = ErrorBody)))]
pub(super) async fn show_operation_input(
    State(api): State<Api>,
    Caller(account): Caller,
    InPath(work_id): InPath<String>,
) -> Result<Response, ApiError> {
    let text = inputs::show_input(&api.services, &account, &work_id).await?;
    Ok(([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "private, no-store")], text)
        .into_response())
}
