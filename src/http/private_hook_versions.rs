//! The versions of the private-hook contract: `CreatePrivateHookVersion`, `ListPrivateHookVersions`,
//! `DeletePrivateHookVersion`, `ShowPrivateHookVersionMetadata`. The policy itself is in `downloads`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::hook::{HookId, HookName};
use crate::domain::invalid::{Invalid, Rule};
use crate::http::Api;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::extract::{Caller, ClientRequestId, HookPath, RegistryBody, VersionPath, object};
use crate::http::model::{PageInfo, PrivateHookVersionList, PrivateHookVersionSummary};
use crate::http::private_hooks::new_version;
use crate::http::query::{Parameters, Sorts};
use crate::http::warnings::with_warnings;
use crate::service::versions::{self, NewVersion};

/// Adds an immutable version to a hook; the default version stays what it is.
#[utoipa::path(post, path = "/v1/private-hooks/{hook_name}/versions", tag = "private hooks",
    operation_id = "CreatePrivateHookVersion", params(("hook_name" = String, Path)),
    request_body(content = Object, description = "`hook_version`*, `policy_body` or `policy_uri`*, \
        `hook_version_description`, `hook_id`"),
    responses((status = 201), (status = "4XX", body = ErrorBody)))]
pub(super) async fn create_private_hook_version(
    State(api): State<Api>,
    Caller(account): Caller,
    _: ClientRequestId,
    HookPath(name): HookPath,
    RegistryBody(body): RegistryBody,
) -> Result<Response, ApiError> {
    let (id, new) = read(&body, api.services.settings.max_policy_body)?;
    let warnings = versions::add_version(&api.services, &account, (&name, id), new).await?;
    Ok(with_warnings(&warnings, StatusCode::CREATED))
}

fn read(body: &[u8], max_policy: usize) -> Result<(Option<HookId>, NewVersion), ApiError> {
    let mut fields = object(body)?;
    let id = fields.parsed("hook_id", |text| HookId::parse("hook_id", text));
    let new = new_version(&mut fields, max_policy);
    ApiError::check(fields.finish(&[
        "hook_id",
        "hook_version",
        "hook_version_description",
        "policy_uri",
        "policy_body",
    ]))?;
    let new = new.ok_or_else(|| Invalid::new("hook_version", Rule::Missing))?;
    Ok((id, new))
}

/// Lists the versions of a hook, newest first unless asked otherwise.
#[utoipa::path(get, path = "/v1/private-hooks/{hook_name}/versions", tag = "private hooks",
    operation_id = "ListPrivateHookVersions",
    params(("hook_name" = String, Path), ("hook_id" = Option<String>, Query),
        ("limit" = Option<u32>, Query, description = "10 to 1000, default 1000"), ("marker" = Option<String>, Query),
        ("sort_key" = Option<String>, Query, description = "`create_time`"),
        ("sort_dir" = Option<String>, Query, description = "`asc` or `desc`")),
    responses((status = 200, body = PrivateHookVersionList), (status = "4XX", body = ErrorBody)))]
pub(super) async fn list_private_hook_versions(
    State(api): State<Api>,
    Caller(account): Caller,
    _: ClientRequestId,
    HookPath(name): HookPath,
    mut parameters: Parameters,
) -> Result<Json<PrivateHookVersionList>, ApiError> {
    let id = parameters.hook_id();
    let page = parameters.page(&list_name(&name), Sorts::ByCreateTime);
    let page = parameters.complete(page, &["hook_id", "limit", "marker", "sort_key", "sort_dir"])?;
    let (hook, page) = versions::list_versions(&api.services, &account, (&name, id), &page).await?;
    let page_info = PageInfo::from(&page);
    let versions = page.rows.iter().map(|version| PrivateHookVersionSummary::of(&hook, version)).collect();
    Ok(Json(PrivateHookVersionList { versions, page_info }))
}

/// The list a marker belongs to.
fn list_name(name: &HookName) -> String {
    format!("versions of {name}")
}

/// Shows one version.
#[utoipa::path(get, path = "/v1/private-hooks/{hook_name}/versions/{hook_version}/metadata", tag = "private hooks",
    operation_id = "ShowPrivateHookVersionMetadata",
    params(("hook_name" = String, Path), ("hook_version" = String, Path), ("hook_id" = Option<String>, Query)),
    responses((status = 200, body = PrivateHookVersionSummary), (status = "4XX", body = ErrorBody)))]
pub(super) async fn show_private_hook_version_metadata(
    State(api): State<Api>,
    Caller(account): Caller,
    _: ClientRequestId,
    VersionPath(name, version): VersionPath,
    parameters: Parameters,
) -> Result<Json<PrivateHookVersionSummary>, ApiError> {
    let id = parameters.only_hook_id()?;
    let (hook, version) = versions::show_version(&api.services, &account, (&name, id), &version).await?;
    Ok(Json(PrivateHookVersionSummary::of(&hook, &version)))
}

/// Deletes a version that is not the default one.
#[utoipa::path(delete, path = "/v1/private-hooks/{hook_name}/versions/{hook_version}", tag = "private hooks",
    operation_id = "DeletePrivateHookVersion",
    params(("hook_name" = String, Path), ("hook_version" = String, Path), ("hook_id" = Option<String>, Query)),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub(super) async fn delete_private_hook_version(
    State(api): State<Api>,
    Caller(account): Caller,
    _: ClientRequestId,
    VersionPath(name, version): VersionPath,
    parameters: Parameters,
) -> Result<StatusCode, ApiError> {
    let id = parameters.only_hook_id()?;
    versions::delete_version(&api.services, &account, (&name, id), &version).await?;
    Ok(StatusCode::NO_CONTENT)
}
