//! `ListStackEvents`: the history of a stack, with the filters of the contract.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::event::{EventFilter, EventQuery, StackEvent};
use crate::domain::invalid::{Invalid, Rule};
use crate::domain::operation::WorkId;
use crate::domain::stack::{Stack, StackName};
use crate::http::Api;
use crate::http::codes;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::extract::{Caller, InPath};
use crate::http::model::PageInfo;
use crate::http::query::{Parameters, Sorts};
use crate::service::operations;

/// The answer of `ListStackEvents`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StackEventList {
    stack_events: Vec<StackEventBody>,
    page_info: PageInfo,
}

/// One line of a stack's history.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct StackEventBody {
    /// `LOG` or `ERROR`.
    event_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_message: Option<String>,
    /// UTC in whole seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-11-22T08:00:00Z")]
    time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    work_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hook_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hook_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hook_version: Option<String>,
}

/// Lists the events of a stack, newest first.
#[utoipa::path(get, path = "/v1/stacks/{stack_name}/events", tag = "gate", operation_id = "ListStackEvents",
    params(("stack_name" = String, Path), ("stack_id" = Option<String>, Query),
        ("deployment_id" = Option<String>, Query, description = "the work id of one operation; `work_id` is the same"),
        ("filter" = Option<String>, Query, description = "`event_type==ERROR|event_type==LOG`: `,` is and, `|` is or"),
        ("field" = Option<String>, Query, description = "the fields wanted, with commas; `event_type` always comes"),
        ("limit" = Option<u32>, Query, description = "10 to 1000, default 1000"), ("marker" = Option<String>, Query)),
    responses((status = 200, body = StackEventList), (status = "4XX", body = ErrorBody)))]
pub(super) async fn list_stack_events(
    State(api): State<Api>,
    Caller(account): Caller,
    InPath(stack_name): InPath<String>,
    mut parameters: Parameters,
) -> Result<Json<StackEventList>, ApiError> {
    let stack_name = StackName::parse(&stack_name)?;
    let stack_id = parameters.parsed("stack_id", Stack::parse_id);
    let work_id = work_id(&mut parameters)?;
    let filter = parameters.parsed("filter", EventFilter::parse).unwrap_or_default();
    let wanted = parameters.parsed("field", Wanted::parse).unwrap_or(Wanted::ALL);
    let query = EventQuery { stack_name, stack_id, work_id, event_types: filter.event_types() };
    let page = parameters.page(&format!("events {query:?}"), Sorts::NewestFirst);
    let page = parameters.complete(page, PARAMETERS)?;
    let page = operations::list_stack_events(&api.services, &account, &query, &page).await?;
    let page_info = PageInfo::from(&page);
    let stack_events = page.rows.into_iter().map(|event| wanted.of(event)).collect();
    Ok(Json(StackEventList { stack_events, page_info }))
}

const PARAMETERS: &[&str] = &["stack_id", "deployment_id", "work_id", "filter", "field", "limit", "marker"];

/// The operation asked for: the contract calls it a deployment; one that cannot exist is not found.
fn work_id(parameters: &mut Parameters) -> Result<Option<WorkId>, ApiError> {
    let given = parameters.one("work_id").or(parameters.one("deployment_id"));
    let Some(text) = given else { return Ok(None) };
    let unknown = || {
        let text: String = text.chars().take(64).collect();
        ApiError::new(codes::OPERATION_NOT_FOUND, format!("there is no operation `{text}`"))
    };
    WorkId::parse(&text).map(Some).ok_or_else(unknown)
}

/// The fields an event can have besides its type. The resource fields of the contract are never there: hooks judge
/// before there are resources.
const FIELDS: [&str; 13] = [
    "event_type",
    "event_message",
    "time",
    "work_id",
    "hook_name",
    "hook_id",
    "hook_version",
    "elapsed_seconds",
    "resource_type",
    "resource_name",
    "resource_key",
    "resource_id_key",
    "resource_id_value",
];

/// The fields wanted.
struct Wanted(Option<Vec<String>>);

impl Wanted {
    const ALL: Self = Self(None);
    const MAX: usize = 128;

    fn parse(text: &str) -> Result<Self, Invalid> {
        if text.chars().count() > Self::MAX {
            return Err(Invalid::new("field", Rule::TooLong { max: Self::MAX }));
        }
        let fields: Vec<String> = text.split(',').map(|field| field.trim().to_owned()).collect();
        if fields.iter().any(|field| !FIELDS.contains(&field.as_str())) {
            let words = FIELDS.iter().map(|field| (*field).to_owned()).collect();
            return Err(Invalid::new("field", Rule::NotOneOf(words)));
        }
        Ok(Self(Some(fields)))
    }

    fn of(&self, event: StackEvent) -> StackEventBody {
        let wanted =
            |field: &str| self.0.as_ref().is_none_or(|fields| fields.iter().any(|name| name == field));
        let when = |field: &str, value: Option<String>| value.filter(|_| wanted(field));
        let hook = event.hook.as_ref();
        StackEventBody {
            event_type: event.event_type.as_str(),
            event_message: when("event_message", Some(event.message)),
            time: when("time", Some(event.time.to_seconds_text())),
            work_id: when("work_id", Some(event.work_id.to_string())),
            hook_name: when("hook_name", hook.map(|hook| hook.name.clone())),
            hook_id: when("hook_id", hook.map(|hook| hook.id.to_string())),
            hook_version: when(
                "hook_version",
                hook.and_then(|hook| Some(hook.version.as_ref()?.to_string())),
            ),
        }
    }
}
