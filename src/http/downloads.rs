//! The policy of a version: `ShowPrivateHookVersionPolicy` answers with a link, and the link with the policy.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::domain::bundle::{Digest, PolicyUpload};
use crate::domain::invalid::{Invalid, Rule};
use crate::domain::time::Timestamp;
use crate::http::Api;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::extract::{Caller, ClientRequestId, InPath, VersionPath};
use crate::http::query::Parameters;
use crate::service::links::{self, Link};
use crate::service::versions;

/// Leads to the policy: a link that needs no other credentials and lives five minutes; `inline=true` gives the policy.
#[utoipa::path(get, path = "/v1/private-hooks/{hook_name}/versions/{hook_version}/policies", tag = "private hooks",
    operation_id = "ShowPrivateHookVersionPolicy",
    params(("hook_name" = String, Path), ("hook_version" = String, Path), ("hook_id" = Option<String>, Query),
        ("inline" = Option<bool>, Query, description = "give the policy itself instead of a link")),
    responses((status = 307, headers(("Location" = String))), (status = 200, description = "with `inline=true`"),
        (status = "4XX", body = ErrorBody)))]
pub(super) async fn show_private_hook_version_policy(
    State(api): State<Api>,
    Caller(account): Caller,
    _: ClientRequestId,
    VersionPath(name, version): VersionPath,
    (headers, mut parameters): (HeaderMap, Parameters),
) -> Result<Response, ApiError> {
    let id = parameters.hook_id();
    let inline = parameters.flag("inline");
    ApiError::check(parameters.finish(&["hook_id", "inline"]))?;
    let (_, version) = versions::show_version(&api.services, &account, (&name, id), &version).await?;
    if inline {
        return Ok(policy(versions::find_policy(&api.services, &version.digest).await?));
    }
    let (link, signature) = links::sign(&api.services, version.digest);
    let location = format!(
        "{}/v1/policy-downloads/{}?expires={}&signature={signature}",
        base(&headers),
        link.digest,
        link.expires.millis()
    );
    Ok((StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response())
}

/// Gives the policy behind a signed link.
#[utoipa::path(get, path = "/v1/policy-downloads/{digest}", tag = "private hooks", operation_id = "DownloadPolicy",
    params(("digest" = String, Path), ("expires" = i64, Query), ("signature" = String, Query)),
    responses((status = 200, description = "the policy as it was uploaded"), (status = 403, body = ErrorBody)))]
pub(super) async fn download_policy(
    State(api): State<Api>,
    InPath(digest): InPath<String>,
    mut parameters: Parameters,
) -> Result<Response, ApiError> {
    let expires = parameters.parsed("expires", |text| {
        let millis = text.parse().map_err(|_| Invalid::new("expires", Rule::Form("must be a number")));
        millis.map(Timestamp::from_millis)
    });
    let signature = parameters.one("signature").unwrap_or_default();
    ApiError::check(parameters.finish(&["expires", "signature"]))?;
    let expires = expires.unwrap_or(Timestamp::from_millis(0));
    let link = Link { digest: Digest::from_stored(digest), expires };
    Ok(policy(links::open(&api.services, &link, &signature).await?))
}

/// The answer that is a policy.
pub(super) fn policy(upload: PolicyUpload) -> Response {
    let disposition = format!("attachment; filename=\"policy.{}\"", upload.format.as_str());
    let headers = [
        (header::CONTENT_TYPE, upload.format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        // A tenant's file must never be taken for a page of ours.
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, upload.bytes).into_response()
}

/// Where the caller reached us, so that the link leads there too; empty makes the link relative.
fn base(headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host_like = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    match text(header::HOST) {
        Some(host) if !host.is_empty() && host.chars().all(host_like) => {
            let behind_tls = text(header::HeaderName::from_static("x-forwarded-proto")) == Some("https");
            format!("{}://{host}", if behind_tls { "https" } else { "http" })
        }
        _ => String::new(),
    }
}
