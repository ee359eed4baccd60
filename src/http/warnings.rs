//! `X-Hookgate-Warnings`: what is odd about a policy that was accepted all the same.

use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

const HEADER: HeaderName = HeaderName::from_static("x-hookgate-warnings");
/// The longest value, in bytes: clients give up on very long headers.
const MAX: usize = 2048;

/// The answer with the warnings, if there are any, joined by `; `.
pub(super) fn with_warnings(warnings: &[String], answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    if !warnings.is_empty() {
        // A header holds visible ASCII only.
        let visible = |c: char| if c == ' ' || c.is_ascii_graphic() { c } else { '?' };
        let text: String = warnings.join("; ").chars().map(visible).take(MAX).collect();
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().insert(HEADER, value);
        }
    }
    response
}
