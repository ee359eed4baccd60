//! What can be done in a walk, and the request it is.

use proptest::prelude::*;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::naive::Naive;
use crate::support::{HELLO, PASS, REFUSE};

/// Names, versions and policies are few, so that walks meet themselves.
pub(super) const HOOKS: [&str; 3] = ["a-hook", "钩子", "A-hook"];
/// The first two are one version.
pub(super) const VERSIONS: [&str; 5] = ["1.0.0", "1.0.0+build.7", "1.1.0-rc.1", "2.0.0", "10.0.0"];
pub(super) const POLICIES: [&str; 4] = [PASS, REFUSE, HELLO, "package policy\n\nx := 1\n"];
/// What the input of an operation says, if anything.
pub(super) const MESSAGES: [Option<&str>; 3] = [None, Some("world"), Some("moon")];
/// An id that is no hook's.
const OTHER_ID: &str = "00000000-0000-4000-8000-000000000000";

/// One thing that is done; numbers are positions in the lists above.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Create { hook: usize, version: usize, policy: usize, configuration: Option<Configuration> },
    AddVersion { hook: usize, version: usize, policy: usize, id: Id },
    Update { hook: usize, change: Change, id: Id },
    Delete { hook: usize, id: Id },
    DeleteVersion { hook: usize, version: usize, id: Id },
    Show { hook: usize, id: Id },
    ShowVersion { hook: usize, version: usize, id: Id },
    Download { hook: usize, version: usize, id: Id },
    List { ascending: bool },
    ListVersions { hook: usize, ascending: bool, id: Id },
    Begin { message: usize },
    Operations,
    Events,
    Wait { millis: i64 },
}

/// Which id is sent along with the name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Id {
    None,
    Own,
    Other,
}

/// The two fields of a configuration, each of which may be absent.
#[derive(Debug, Clone, Default)]
pub(super) struct Configuration {
    pub(super) target: Option<&'static str>,
    pub(super) mode: Option<&'static str>,
}

/// The fields of an update, each of which may be absent.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) description: Option<&'static str>,
    pub(super) default: Option<usize>,
    pub(super) configuration: Option<Configuration>,
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let (hook, version, policy) = (0..HOOKS.len(), 0..VERSIONS.len(), 0..POLICIES.len());
    let one = (hook.clone(), id());
    let of_version = (hook.clone(), version.clone(), id());
    let with_policy = (hook.clone(), version, policy);
    prop_oneof![
        6 => (with_policy.clone(), prop::option::of(configuration()))
            .prop_map(|((hook, version, policy), configuration)| Step::Create { hook, version, policy, configuration }),
        6 => (with_policy, id())
            .prop_map(|((hook, version, policy), id)| Step::AddVersion { hook, version, policy, id }),
        6 => (one.clone(), change()).prop_map(|((hook, id), change)| Step::Update { hook, change, id }),
        1 => one.clone().prop_map(|(hook, id)| Step::Delete { hook, id }),
        2 => of_version.clone().prop_map(|(hook, version, id)| Step::DeleteVersion { hook, version, id }),
        2 => one.clone().prop_map(|(hook, id)| Step::Show { hook, id }),
        2 => of_version.clone().prop_map(|(hook, version, id)| Step::ShowVersion { hook, version, id }),
        2 => of_version.prop_map(|(hook, version, id)| Step::Download { hook, version, id }),
        1 => any::<bool>().prop_map(|ascending| Step::List { ascending }),
        1 => (one, any::<bool>()).prop_map(|((hook, id), ascending)| Step::ListVersions { hook, ascending, id }),
        6 => (0..MESSAGES.len()).prop_map(|message| Step::Begin { message }),
        1 => Just(Step::Operations),
        1 => Just(Step::Events),
        2 => (1_i64..3).prop_map(|millis| Step::Wait { millis }),
    ]
}

fn id() -> impl Strategy<Value = Id> + Clone {
    prop_oneof![6 => Just(Id::None), 2 => Just(Id::Own), 1 => Just(Id::Other)]
}

fn configuration() -> impl Strategy<Value = Configuration> {
    let target = prop::option::of(prop::sample::select(vec!["ALL", "ALL", "NONE"]));
    let mode = prop::option::of(prop::sample::select(vec!["FAIL", "WARN"]));
    (target, mode).prop_map(|(target, mode)| Configuration { target, mode })
}

fn change() -> impl Strategy<Value = Change> {
    let description = prop::option::weighted(0.2, prop::sample::select(vec!["", "why", "为什么"]));
    let default = prop::option::weighted(0.4, 0..VERSIONS.len());
    (description, default, prop::option::of(configuration()))
        .prop_map(|(description, default, configuration)| Change { description, default, configuration })
}

impl Step {
    /// The request that this is, for an account as `naive` has it.
    pub(super) fn request(&self, naive: &Naive) -> (Method, String, Option<Value>) {
        let path = |hook: usize, rest: &str| format!("/v1/private-hooks/{}{rest}", HOOKS[hook]);
        let of = |hook: usize, version: usize, rest: &str| {
            path(hook, &format!("/versions/{}{rest}", VERSIONS[version].replace('+', "%2B")))
        };
        // The path of a call that takes the id as a parameter.
        let with_id = |hook: usize, id: Id, path: String| {
            let joint = if path.contains('?') { '&' } else { '?' };
            find_id(naive, hook, id).map_or(path.clone(), |id| format!("{path}{joint}hook_id={id}"))
        };
        let direction = |ascending: bool| {
            format!("?sort_key=create_time&sort_dir={}", if ascending { "asc" } else { "desc" })
        };
        let get = |path| (Method::GET, path, None);
        match self {
            Self::Create { hook, version, policy, configuration } => {
                let mut body = json!({"hook_name": HOOKS[*hook], "hook_version": VERSIONS[*version], "policy_body": POLICIES[*policy]});
                if let Some(configuration) = configuration {
                    body["configuration"] = configuration.to_json();
                }
                (Method::POST, "/v1/private-hooks".to_owned(), Some(body))
            }
            Self::AddVersion { hook, version, policy, id } => {
                let body = json!({"hook_version": VERSIONS[*version], "policy_body": POLICIES[*policy],
                    "hook_id": find_id(naive, *hook, *id)});
                (Method::POST, path(*hook, "/versions"), Some(body))
            }
            Self::Update { hook, change, id } => {
                let body = change.to_json(find_id(naive, *hook, *id));
                (Method::PATCH, path(*hook, "/metadata"), Some(body))
            }
            Self::Delete { hook, id } => (Method::DELETE, with_id(*hook, *id, path(*hook, "")), None),
            Self::DeleteVersion { hook, version, id } => {
                (Method::DELETE, with_id(*hook, *id, of(*hook, *version, "")), None)
            }
            Self::Show { hook, id } => get(with_id(*hook, *id, path(*hook, "/metadata"))),
            Self::ShowVersion { hook, version, id } => {
                get(with_id(*hook, *id, of(*hook, *version, "/metadata")))
            }
            Self::Download { hook, version, id } => {
                get(with_id(*hook, *id, of(*hook, *version, "/policies?inline=true")))
            }
            Self::List { ascending } => get(format!("/v1/private-hooks{}", direction(*ascending))),
            Self::ListVersions { hook, ascending, id } => {
                get(with_id(*hook, *id, path(*hook, &format!("/versions{}", direction(*ascending)))))
            }
            Self::Begin { message } => {
                let input = MESSAGES[*message].map_or(json!({}), |message| json!({"message": message}));
                let body = json!({"operation": "DeployStack", "stack": {"name": "shop"}, "input": input});
                (Method::POST, "/v1/operations".to_owned(), Some(body))
            }
            Self::Operations => get("/v1/operations".to_owned()),
            Self::Events | Self::Wait { .. } => get("/v1/stacks/shop/events".to_owned()),
        }
    }
}

fn find_id(naive: &Naive, hook: usize, id: Id) -> Option<String> {
    match id {
        Id::None => None,
        Id::Own => Some(naive.id_of(HOOKS[hook]).unwrap_or(OTHER_ID).to_owned()),
        Id::Other => Some(OTHER_ID.to_owned()),
    }
}

impl Configuration {
    fn to_json(&self) -> Value {
        let fields = [("target_stacks", self.target), ("failure_mode", self.mode)];
        fields
            .into_iter()
            .filter_map(|(name, word)| Some((name.to_owned(), json!(word?))))
            .collect::<Map<_, _>>()
            .into()
    }
}

impl Change {
    /// Whether it changes nothing.
    pub(super) const fn is_empty(&self) -> bool {
        self.description.is_none() && self.default.is_none() && self.configuration.is_none()
    }

    fn to_json(&self, id: Option<String>) -> Value {
        let fields = [
            ("hook_id", id.map(Value::from)),
            ("hook_description", self.description.map(Value::from)),
            ("default_version", self.default.map(|version| VERSIONS[version].into())),
            ("configuration", self.configuration.as_ref().map(Configuration::to_json)),
        ];
        fields
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect::<Map<_, _>>()
            .into()
    }
}
