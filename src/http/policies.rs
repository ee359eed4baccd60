//! The policies that an operation asked.

use axum::extract::State;
use axum::response::Response;

use crate::http::Api;
use crate::http::downloads::policy;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::extract::{Caller, InPath};
use crate::service::operations;

/// Shows a policy that an operation asked, by the `policy_digest` of a hook in its answer, as it was uploaded; also when the hook
/// or its version was deleted since.
#[utoipa::path(get, path = "/v1/operations/{work_id}/policies/{digest}", tag = "gate", operation_id = "ShowOperationPolicy",
    params(("work_id" = String, Path), ("digest" = String, Path, description = "64 lower-case hexadecimal digits")),
    responses((status = 200, description = "the policy: a `.rego` file or a zip"), (status = "4XX", body = ErrorBody)))]
pub(super) async fn show_operation_policy(
    State(api): State<Api>,
    Caller(account): Caller,
    InPath((work_id, digest)): InPath<(String, String)>,
) -> Result<Response, ApiError> {
    Ok(policy(operations::show_policy(&api.services, &account, (&work_id, &digest)).await?))
}
