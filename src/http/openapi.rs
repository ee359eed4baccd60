//! The description of the API: what is common to all routes. Each route's own part stands on its handler.

use utoipa::OpenApi;

/// The frame that the routes are put into.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hookgate",
        description = "A policy gate in front of stack operations: private hooks, operations, checks and events. Every \
                       answer carries `X-Request-Id`; every failure has the body `ErrorBody`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "private hooks", description = "The registry: named Rego policies of an account, with immutable versions"),
        (name = "gate", description = "May this proceed? The decision, and its record"),
        (name = "server", description = "Health and description of the server"),
    ),
)]
struct Frame;

pub(super) fn base() -> utoipa::openapi::OpenApi {
    Frame::openapi()
}

pub(super) fn to_json(description: &utoipa::openapi::OpenApi) -> String {
    description.to_pretty_json().unwrap_or_default()
}
