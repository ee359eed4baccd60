//! Every answer carries `X-Request-Id`, and every log line of a request carries the same id.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::http::error::ApiError;
use crate::http::extract::ClientRequestId;

/// The header of every answer.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request the client's id, or a new one, and the answer the same; refuses a malformed one.
pub(super) async fn identify(request: Request, next: Next) -> Response {
    let (id, refusal) = match ClientRequestId::find(request.headers()) {
        Ok(Some(id)) => (id, None),
        Ok(None) => (Uuid::new_v4().to_string(), None),
        Err(refusal) => (Uuid::new_v4().to_string(), Some(refusal)),
    };
    let span = span_of(&request, &id);
    let is_probe = matches!(request.uri().path(), "/livez" | "/readyz");
    let mut response = answer(request, next, refusal, is_probe).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

fn span_of(request: &Request, id: &str) -> tracing::Span {
    // The route, not the path: names of hooks and stacks are for the answer, not for an index of log lines.
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
    tracing::info_span!("request", request.id = id, http.method = %request.method(), http.route = route)
}

async fn answer(request: Request, next: Next, refusal: Option<ApiError>, is_probe: bool) -> Response {
    let started = Instant::now();
    let response = match refusal {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    // Every few seconds, for ever: they would be most of the log.
    if is_probe {
        tracing::debug!(http.status = status, duration_ms, "answered");
    } else {
        tracing::info!(http.status = status, duration_ms, "answered");
    }
    response
}
