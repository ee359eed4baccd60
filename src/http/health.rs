//! Whether the server lives, whether it can answer, what it is, and what it offers.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::error::ApiError;
use crate::http::{Api, codes};
use crate::service::error::Unavailable;

/// The answer of `/livez` and `/readyz`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `ok`.
    status: &'static str,
}

/// The answer of `/version`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Version {
    /// The version of Hookgate.
    version: &'static str,
}

/// Whether the process lives.
#[utoipa::path(get, path = "/livez", tag = "server", responses((status = 200, body = Health)))]
pub(super) async fn livez() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Whether the database answers and evaluators can be started.
#[utoipa::path(get, path = "/readyz", tag = "server",
    responses((status = 200, body = Health), (status = 503, body = super::error::ErrorBody)))]
pub(super) async fn readyz(State(api): State<Api>) -> Result<Json<Health>, ApiError> {
    match crate::service::check_ready(&api.services).await {
        Ok(()) => Ok(Json(Health { status: "ok" })),
        Err(cause) => {
            tracing::warn!(%cause, "not ready");
            let shown = match cause {
                Unavailable::Busy(cause) => cause,
                Unavailable::Broken(_) => "the log has the cause under this request id".to_owned(),
            };
            Err(ApiError::new(codes::BUSY, format!("not ready: {shown}")))
        }
    }
}

/// What this server is.
#[utoipa::path(get, path = "/version", tag = "server", responses((status = 200, body = Version)))]
pub(super) async fn version() -> Json<Version> {
    Json(Version { version: env!("CARGO_PKG_VERSION") })
}

/// This description.
#[utoipa::path(get, path = "/openapi.json", tag = "server", responses((status = 200, body = Object)))]
pub(super) async fn openapi(State(api): State<Api>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], api.description.to_string()).into_response()
}
