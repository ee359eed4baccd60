//! The REST face: the only place that names axum. Every route is on this screen, and in `/openapi.json`.
//!
//! A handler reads a request into domain types, calls one verb of `service`, and shapes the answer; it never sees a
//! row, a query or an engine.

pub mod codes;

mod checks;
mod decisions;
mod downloads;
mod encoding;
mod error;
mod events;
mod explanation;
mod extract;
mod fields;
mod health;
mod inputs;
mod model;
mod openapi;
mod operations;
mod outcome;
mod policies;
mod private_hook_versions;
mod private_hooks;
mod query;
mod request_id;
mod requests;
mod warnings;

use std::any::Any;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Response};
use axum_server::Handle;
use hyper_util::rt::TokioTimer;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::error::ApiError;
use crate::service::Services;

/// The longest a client may take over the headers of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// What every handler is given.
#[derive(Debug, Clone)]
pub struct Api {
    /// The verbs' handles.
    pub services: Arc<Services>,
    /// What the operator chose for this face.
    pub settings: Arc<Settings>,
    description: Arc<str>,
}

/// The settings of the REST face.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether a request without `Client-Request-Id` is refused.
    pub strict_request_id: bool,
    /// The largest body of a registry request, in bytes.
    pub max_registry_body: usize,
    /// The largest body with an input document, in bytes.
    pub max_input_body: usize,
}

/// The whole REST face, ready to be served.
pub fn router(services: Arc<Services>, settings: Settings) -> Router {
    let (router, description) = described();
    let description = openapi::to_json(&description).into();
    let api = Api { services, settings: Arc::new(settings), description };
    router
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(CatchPanicLayer::custom(panicked))
        // Route layer first would miss the fallbacks: every answer is to carry a request id.
        .layer(axum::middleware::from_fn(request_id::identify))
        .with_state(api)
}

/// Serves until `stop`, then lets the requests in flight end, for at most `grace`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    (stop, grace): (CancellationToken, Duration),
) -> std::io::Result<()> {
    let handle = Handle::new();
    let mut server = axum_server::from_tcp(listener)?.handle(handle.clone());
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    let stopping = async {
        stop.cancelled().await;
        handle.graceful_shutdown(Some(grace));
        std::future::pending::<()>().await;
    };
    tokio::select! {
        served = server.serve(router.into_make_service()) => served,
        () = stopping => Ok(()),
    }
}

/// Every route, with its description.
fn described() -> (Router<Api>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(openapi::base())
        .routes(routes!(private_hooks::create_private_hook, private_hooks::list_private_hooks))
        .routes(routes!(private_hooks::delete_private_hook))
        .routes(routes!(
            private_hooks::show_private_hook_metadata,
            private_hooks::update_private_hook_metadata
        ))
        .routes(routes!(
            private_hook_versions::create_private_hook_version,
            private_hook_versions::list_private_hook_versions
        ))
        .routes(routes!(private_hook_versions::delete_private_hook_version))
        .routes(routes!(private_hook_versions::show_private_hook_version_metadata))
        .routes(routes!(downloads::show_private_hook_version_policy))
        .routes(routes!(downloads::download_policy))
        .routes(routes!(operations::begin_operation, operations::list_operations))
        .routes(routes!(operations::show_operation))
        .routes(routes!(inputs::show_operation_input))
        .routes(routes!(policies::show_operation_policy))
        .routes(routes!(decisions::export_decisions))
        .routes(routes!(outcome::report_outcome))
        .routes(routes!(checks::check_operation))
        .routes(routes!(events::list_stack_events))
        .routes(routes!(health::livez))
        .routes(routes!(health::readyz))
        .routes(routes!(health::version))
        .routes(routes!(health::openapi))
        .split_for_parts()
}

async fn no_such_path(uri: Uri) -> ApiError {
    ApiError::new(
        codes::NO_SUCH_PATH,
        format!("there is nothing at `{}`: `/openapi.json` lists every path", shown(uri.path())),
    )
}

/// The methods that the path does take stand in `Allow`, which the router adds.
async fn no_such_method(method: Method, uri: Uri) -> ApiError {
    ApiError::new(
        codes::NO_SUCH_METHOD,
        format!("there is no `{method}` at `{}`: `Allow` says what there is", shown(uri.path())),
    )
}

fn shown(path: &str) -> String {
    path.chars().take(256).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "the layer gives it away")]
fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("a panic without a text");
    ApiError::internal(&text).into_response()
}
