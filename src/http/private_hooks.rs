//! The hooks of the private-hook contract: `CreatePrivateHook`, `ListPrivateHooks`, `DeletePrivateHook`,
//! `ShowPrivateHookMetadata`, `UpdatePrivateHookMetadata`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::domain::hook::{ConfigurationPatch, Description, HookId, HookName, HookPatch, Version};
use crate::domain::invalid::{Invalid, Rule};
use crate::domain::policy_source::PolicySource;
use crate::http::Api;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::extract::{Caller, ClientRequestId, HookPath, RegistryBody, object};
use crate::http::fields::Fields;
use crate::http::model::{CreatedHook, PageInfo, PrivateHookList, PrivateHookSummary};
use crate::http::query::{Parameters, Sorts};
use crate::http::requests::{CreatePrivateHookBody, UpdatePrivateHookMetadataBody};
use crate::http::warnings::with_warnings;
use crate::service::registry::{self, NewHook};
use crate::service::versions::NewVersion;

/// Creates a hook with its first version, which becomes the default.
#[utoipa::path(post, path = "/v1/private-hooks", tag = "private hooks", operation_id = "CreatePrivateHook",
    request_body = CreatePrivateHookBody,
    responses((status = 201, body = CreatedHook), (status = "4XX", body = ErrorBody)))]
pub(super) async fn create_private_hook(
    State(api): State<Api>,
    Caller(account): Caller,
    _: ClientRequestId,
    RegistryBody(body): RegistryBody,
) -> Result<Response, ApiError> {
    let new = new_hook(&body, api.services.settings.max_policy_body)?;
    let created = registry::create_hook(&api.services, &account, new).await?;
    let answer = Json(CreatedHook { hook_id: created.id.to_string() });
    Ok(with_warnings(&created.warnings, (StatusCode::CREATED, answer)))
}

/// Lists the hooks of the account, newest first unless asked otherwise.
#[utoipa::path(get, path = "/v1/private-hooks", tag = "private hooks", operation_id = "ListPrivateHooks",
    params(("limit" = Option<u32>, Query, description = "10 to 1000, default 1000"), ("marker" = Option<String>, Query),
        ("sort_key" = Option<String>, Query, description = "`create_time`"),
        ("sort_dir" = Option<String>, Query, description = "`asc` or `desc`")),
    responses((status = 200, body = PrivateHookList), (status = "4XX", body = ErrorBody)))]
pub(super) async fn list_private_hooks(
    State(api): State<Api>,
    Caller(account): Caller,
    _: ClientRequestId,
    mut parameters: Parameters,
) -> Result<Json<PrivateHookList>, ApiError> {
    let page = parameters.page("hooks", Sorts::ByCreateTime);
    let page = parameters.complete(page, &["limit", "marker", "sort_key", "sort_dir"])?;
    let page = registry::list_hooks(&api.services, &account, &page).await?;
    let page_info = PageInfo::from(&page);
    let hooks = page.rows.into_iter().map(PrivateHookSummary::from).collect();
    Ok(Json(PrivateHookList { hooks, page_info }))
}

/// Shows one hook.
#[utoipa::path(get, path = "/v1/private-hooks/{hook_name}/metadata", tag = "private hooks",
    operation_id = "ShowPrivateHookMetadata",
    params(("hook_name" = String, Path), ("hook_id" = Option<String>, Query)),
    responses((status = 200, body = PrivateHookSummary), (status = "4XX", body = ErrorBody)))]
pub(super) async fn show_private_hook_metadata(
    State(api): State<Api>,
    Caller(account): Caller,
    _: ClientRequestId,
    HookPath(name): HookPath,
    parameters: Parameters,
) -> Result<Json<PrivateHookSummary>, ApiError> {
    let id = parameters.only_hook_id()?;
    let hook = registry::show_hook(&api.services, &account, &name, id).await?;
    Ok(Json(hook.into()))
}

/// Changes description, default version or configuration; what is absent stays as it is.
#[utoipa::path(patch, path = "/v1/private-hooks/{hook_name}/metadata", tag = "private hooks",
    operation_id = "UpdatePrivateHookMetadata", params(("hook_name" = String, Path)),
    request_body = UpdatePrivateHookMetadataBody,
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub(super) async fn update_private_hook_metadata(
    State(api): State<Api>,
    Caller(account): Caller,
    _: ClientRequestId,
    HookPath(name): HookPath,
    RegistryBody(body): RegistryBody,
) -> Result<StatusCode, ApiError> {
    let patch = hook_patch(&body)?;
    registry::update_hook(&api.services, &account, &name, patch).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes a hook with all its versions.
#[utoipa::path(delete, path = "/v1/private-hooks/{hook_name}", tag = "private hooks",
    operation_id = "DeletePrivateHook",
    params(("hook_name" = String, Path), ("hook_id" = Option<String>, Query)),
    responses((status = 204), (status = "4XX", body = ErrorBody)))]
pub(super) async fn delete_private_hook(
    State(api): State<Api>,
    Caller(account): Caller,
    _: ClientRequestId,
    HookPath(name): HookPath,
    parameters: Parameters,
) -> Result<Response, ApiError> {
    let id = parameters.only_hook_id()?;
    registry::delete_hook(&api.services, &account, &name, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

const CREATE_FIELDS: &[&str] = &[
    "hook_name",
    "hook_version",
    "hook_description",
    "hook_version_description",
    "configuration",
    "policy_uri",
    "policy_body",
];

fn new_hook(body: &[u8], max_policy: usize) -> Result<NewHook, ApiError> {
    let mut fields = object(body)?;
    let name = fields.required("hook_name", HookName::parse);
    let description = description(&mut fields, "hook_description");
    let configuration = configuration(&mut fields).map(|patch| patch.apply(None));
    let version = new_version(&mut fields, max_policy);
    ApiError::check(fields.finish(CREATE_FIELDS))?;
    match (name, version) {
        (Some(name), Some(version)) => {
            let description = description.unwrap_or_default();
            Ok(NewHook { name, description, configuration, version })
        }
        _ => Err(Invalid::new("hook_name", Rule::Missing).into()),
    }
}

/// The fields of a version, which stand in both creating bodies; `None` when a fault was noted.
pub(super) fn new_version(fields: &mut Fields<'_>, max_policy: usize) -> Option<NewVersion> {
    let version = fields.required("hook_version", |text| Version::parse("hook_version", text));
    let description = description(fields, "hook_version_description");
    let (body, uri) = (fields.text("policy_body"), fields.text("policy_uri"));
    let source = match PolicySource::from_fields(body.as_deref(), uri.as_deref(), max_policy) {
        Ok(source) => Some(source),
        Err(faults) => {
            fields.faults(faults);
            None
        }
    };
    Some(NewVersion { version: version?, description: description.unwrap_or_default(), source: source? })
}

fn description(fields: &mut Fields<'_>, name: &str) -> Option<Description> {
    fields.parsed(name, |text| Description::parse(name, text))
}

fn configuration(fields: &mut Fields<'_>) -> Option<ConfigurationPatch> {
    let mut inner = fields.object("configuration")?;
    let patch = ConfigurationPatch {
        target_stacks: inner.word("target_stacks"),
        failure_mode: inner.word("failure_mode"),
    };
    fields.close(inner, &["target_stacks", "failure_mode"]);
    Some(patch)
}

fn hook_patch(body: &[u8]) -> Result<(Option<HookId>, HookPatch), ApiError> {
    // The real client may send no body at all; that is a patch with nothing in it.
    let mut fields = if body.is_empty() { Fields::none() } else { object(body)? };
    let id = fields.parsed("hook_id", |text| HookId::parse("hook_id", text));
    let patch = HookPatch {
        description: description(&mut fields, "hook_description"),
        default_version: fields.parsed("default_version", |text| Version::parse("default_version", text)),
        configuration: configuration(&mut fields),
    };
    ApiError::check(fields.finish(&["hook_description", "default_version", "configuration", "hook_id"]))?;
    if patch.is_empty() {
        return Err(Invalid::new("body", Rule::NothingToUpdate).into());
    }
    Ok((id, patch))
}
