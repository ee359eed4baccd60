//! Checks: the same question as begin, and nothing is stored.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;

use crate::domain::hook::{HookName, Version};
use crate::domain::invalid::Rule;
use crate::domain::operation::Request;
use crate::domain::policy_source::PolicySource;
use crate::http::Api;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::extract::{Caller, ClientRequestId, InputBody, object};
use crate::http::fields::Fields;
use crate::http::model::OperationBody;
use crate::http::operations::{complete, request};
use crate::http::query::Parameters;
use crate::http::requests::CheckOperationBody;
use crate::service::operations::{self, ChosenHook};

/// Judges an operation without storing anything: with the account's hooks, or with chosen versions or unsaved policies.
#[utoipa::path(post, path = "/v1/checks", tag = "gate", operation_id = "CheckOperation",
    params(("explain" = Option<bool>, Query, description = "`true` adds to every hook result why it is so")),
    request_body = CheckOperationBody,
    responses((status = 200, body = OperationBody), (status = "4XX", body = ErrorBody)))]
pub(super) async fn check_operation(
    State(api): State<Api>,
    Caller(account): Caller,
    _: ClientRequestId,
    parameters: Parameters,
    InputBody(body): InputBody,
) -> Result<Json<OperationBody>, ApiError> {
    let explain = parameters.only_explain()?;
    let settings = &api.services.settings;
    let (request, chosen) = read(&body, &settings.extra_operations, settings.max_policy_body)?;
    let request = Request { explain, ..request };
    let operation = operations::check(&api.services, &account, &request, chosen).await?;
    Ok(Json(OperationBody::unstored(operation)))
}

type Check = (Request, Option<Vec<ChosenHook>>);

fn read(body: &Bytes, extra: &[String], max_policy: usize) -> Result<Check, ApiError> {
    let mut fields = object(body)?;
    let request = request(&mut fields, body, extra);
    let chosen = fields.objects("hooks").map(|hooks| {
        let chosen = hooks.into_iter().map(|hook| choose(&mut fields, hook, max_policy));
        chosen.collect::<Vec<_>>().into_iter().flatten().collect()
    });
    let request = complete(
        request,
        fields.finish(&["operation", "stack", "actor", "input", "require_hooks", "hooks"]),
    )?;
    Ok((request, chosen))
}

fn choose<'a>(fields: &mut Fields<'a>, mut hook: Fields<'a>, max_policy: usize) -> Option<ChosenHook> {
    let name = hook.parsed("hook_name", HookName::parse);
    let version = hook.parsed("hook_version", |text| Version::parse("hook_version", text));
    let policy = hook.text("policy_body");
    let chosen = match (name, version, policy) {
        (Some(name), version, None) => Some(ChosenHook::Registered(name, version)),
        (None, None, Some(text)) => match PolicySource::from_fields(Some(&text), None, max_policy) {
            Ok(PolicySource::Inline(upload)) => Some(ChosenHook::Unsaved(upload)),
            Ok(PolicySource::Remote { .. }) => None,
            Err(faults) => {
                hook.faults(faults);
                None
            }
        },
        _ => {
            let form = "or `policy_body` must be given, and not both";
            hook.fault("hook_name", Rule::Together(form));
            None
        }
    };
    fields.close(hook, &["hook_name", "hook_version", "policy_body"]);
    chosen
}
