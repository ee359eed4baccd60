//! An account as simply as it can be told: lists that are searched from the front.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::steps::{Change, Configuration, HOOKS, Id, MESSAGES, POLICIES, Step, VERSIONS};
use crate::support::{HELLO, PASS, REFUSE, Reply};

const MOST_HOOKS: usize = 2;
const MOST_VERSIONS: usize = 3;

/// One account.
#[derive(Debug, Default)]
pub(super) struct Naive {
    /// In the order of their creation.
    hooks: Vec<Hook>,
    /// How often the account was changed.
    revision: u64,
    /// The ids of all operations.
    operations: BTreeSet<String>,
    /// Type, hook and text of every event.
    events: Vec<String>,
    /// Every id a hook ever had.
    ids: BTreeSet<String>,
}

#[derive(Debug)]
struct Hook {
    name: &'static str,
    id: String,
    description: &'static str,
    default: &'static str,
    configuration: Option<(&'static str, &'static str)>,
    created: String,
    updated: String,
    /// In the order of their creation.
    versions: Vec<Version>,
}

#[derive(Debug)]
struct Version {
    number: &'static str,
    policy: &'static str,
    created: String,
}

/// A refusal: status and code.
type Refusal = (u16, &'static str);
const NO_HOOK: Refusal = (404, "RF.10013091");
const NO_VERSION: Refusal = (404, "RF.10013092");
const OTHER_HOOK: Refusal = (400, "RF.10011901");

/// What of an answer can be foretold: the status, and the body without what is measured or drawn.
pub(super) fn shown(reply: &Reply) -> (u16, Value) {
    let mut body = match reply.header("content-type") {
        Some("application/json") => serde_json::from_slice(&reply.bytes).unwrap(),
        _ => json!(String::from_utf8_lossy(&reply.bytes)),
    };
    if let Some(code) = body.get("error_code") {
        body = code.clone();
    }
    if let Some(members) = body.as_object_mut() {
        // What comes after the decision, or stands beside it, is not foretold here.
        for name in ["phases", "closed", "findings_count", "input"] {
            members.remove(name);
        }
    }
    for hook in body.get_mut("hooks").and_then(Value::as_array_mut).into_iter().flatten() {
        let hook = hook.as_object_mut().unwrap();
        hook.retain(|name, _| {
            !["duration_us", "location", "findings", "policy_digest"].contains(&name.as_str())
        });
    }
    for (list, fields) in
        [("operations", &["work_id"][..]), ("stack_events", &["event_type", "hook_name", "event_message"])]
    {
        if let Some(entries) = body.get(list).and_then(Value::as_array) {
            // Those of one moment come in any order.
            let text = |entry: &Value| {
                fields.iter().map(|field| entry[field].as_str().unwrap()).collect::<Vec<_>>().join(" ")
            };
            let mut texts: Vec<String> = entries.iter().map(text).collect();
            texts.sort_unstable();
            body = json!(texts);
        }
    }
    (reply.status.as_u16(), body)
}

impl Naive {
    pub(super) fn id_of(&self, name: &str) -> Option<&str> {
        self.hooks.iter().find(|hook| hook.name == name).map(|hook| hook.id.as_str())
    }

    /// The answer to `step` at the moment `now`; ids are taken from `reply`.
    pub(super) fn answer(&mut self, step: &Step, now: &str, reply: &Reply) -> (u16, Value) {
        self.play(step, now, reply).unwrap_or_else(|(status, code)| (status, json!(code)))
    }

    fn play(&mut self, step: &Step, now: &str, reply: &Reply) -> Result<(u16, Value), Refusal> {
        match step {
            Step::Create { hook, version, policy, configuration } => {
                self.create(HOOKS[*hook], Version::of(*version, *policy, now), configuration.as_ref(), reply)
            }
            Step::AddVersion { hook, version, policy, id } => {
                self.find(*hook, *id)?.add(Version::of(*version, *policy, now))?;
                self.revision += 1;
                Ok((201, json!("")))
            }
            Step::Update { hook, change, id } => {
                if change.is_empty() {
                    return Err((400, "RF.10011084"));
                }
                self.find(*hook, *id)?.update(change, now)?;
                self.revision += 1;
                Ok((204, json!("")))
            }
            Step::Delete { hook, id } => {
                let gone = self.find(*hook, *id)?.id.clone();
                self.hooks.retain(|hook| hook.id != gone);
                self.revision += 1;
                Ok((204, json!("")))
            }
            Step::DeleteVersion { hook, version, id } => {
                self.find(*hook, *id)?.remove(VERSIONS[*version])?;
                self.revision += 1;
                Ok((204, json!("")))
            }
            Step::Show { hook, id } => Ok((200, self.find(*hook, *id)?.shown())),
            Step::ShowVersion { hook, version, id } => {
                let hook = self.find(*hook, *id)?;
                Ok((200, hook.shown_version(hook.version(VERSIONS[*version])?)))
            }
            Step::Download { hook, version, id } => {
                Ok((200, json!(self.find(*hook, *id)?.version(VERSIONS[*version])?.policy)))
            }
            Step::List { ascending } => {
                let hooks = ordered(self.hooks.iter().map(Hook::shown), *ascending);
                Ok((200, json!({"page_info": only_page(hooks.len()), "hooks": hooks})))
            }
            Step::ListVersions { hook, ascending, id } => {
                let hook = self.find(*hook, *id)?;
                let versions = hook.versions.iter().map(|version| hook.shown_version(version));
                let versions = ordered(versions, *ascending);
                Ok((200, json!({"page_info": only_page(versions.len()), "versions": versions})))
            }
            Step::Begin { message } => Ok((201, self.begin(MESSAGES[*message], now, reply))),
            Step::Operations => Ok((200, json!(self.operations))),
            Step::Events | Step::Wait { .. } => {
                self.events.sort_unstable();
                Ok((200, json!(self.events)))
            }
        }
    }

    fn find(&mut self, hook: usize, id: Id) -> Result<&mut Hook, Refusal> {
        let found = self.hooks.iter_mut().find(|found| found.name == HOOKS[hook]).ok_or(NO_HOOK)?;
        if id == Id::Other { Err(OTHER_HOOK) } else { Ok(found) }
    }

    fn create(
        &mut self,
        name: &'static str,
        version: Version,
        configuration: Option<&Configuration>,
        reply: &Reply,
    ) -> Result<(u16, Value), Refusal> {
        if self.hooks.iter().any(|hook| hook.name == name) {
            return Err((409, "RF.10013591"));
        }
        if self.hooks.len() == MOST_HOOKS {
            return Err((403, "RF.10012591"));
        }
        let (_, body) = shown(reply);
        let id = body["hook_id"].as_str().unwrap_or_default().to_owned();
        assert!(self.ids.insert(id.clone()), "an id is given twice");
        self.hooks.push(Hook {
            name,
            id: id.clone(),
            description: "",
            default: version.number,
            configuration: configuration.map(|configuration| configured(configuration, None)),
            created: version.created.clone(),
            updated: version.created.clone(),
            versions: vec![version],
        });
        self.revision += 1;
        Ok((201, json!({"hook_id": id})))
    }

    fn begin(&mut self, message: Option<&str>, now: &str, reply: &Reply) -> Value {
        let (_, body) = shown(reply);
        let work_id = body["work_id"].as_str().unwrap_or_default().to_owned();
        assert!(self.operations.insert(work_id.clone()), "an id is given twice");
        let (mut hooks, mut headline) = (Vec::new(), None);
        for hook in &self.hooks {
            let Some(("ALL", mode)) = hook.configuration else { continue };
            let policy = hook.version(hook.default).map(|version| version.policy).unwrap_or_default();
            let (result, text) = judge(policy, message);
            let verdict = if result == "REFUSED" { mode } else { "PASS" };
            let mut said = json!({"hook_name": hook.name, "hook_id": hook.id, "hook_version": hook.default,
                "failure_mode": mode, "result": result, "verdict": verdict});
            if let Some(text) = text {
                said["err_msg"] = json!(text);
                let kind = if verdict == "FAIL" { "ERROR" } else { "LOG" };
                self.events.push(format!("{kind} {} {text}", hook.name));
            }
            if verdict == "FAIL" {
                headline = headline.or(text);
            }
            hooks.push(said);
        }
        let (decision, status) = match headline {
            Some(_) => ("DENIED", "DEPLOYMENT_FAILED"),
            None => ("ALLOWED", "DEPLOYMENT_IN_PROGRESS"),
        };
        let mut operation = json!({"work_id": work_id, "operation": "DeployStack", "stack": {"name": "shop", "labels": {}},
            "decision": decision, "stack_status": status, "hooks": hooks, "revision": self.revision, "created_at": now});
        if let Some(text) = headline {
            operation["message"] = json!(text);
        }
        if let Some(warning) = hollow(&hooks) {
            operation["warnings"] = json!([warning]);
        }
        operation
    }
}

impl Version {
    fn of(version: usize, policy: usize, now: &str) -> Self {
        Self { number: VERSIONS[version], policy: POLICIES[policy], created: now.to_owned() }
    }
}

impl Hook {
    /// The version of that number, build metadata aside.
    fn version(&self, number: &str) -> Result<&Version, Refusal> {
        self.versions.iter().find(|version| is_same(version.number, number)).ok_or(NO_VERSION)
    }

    fn add(&mut self, version: Version) -> Result<(), Refusal> {
        if self.version(version.number).is_ok() {
            return Err((409, "RF.10013592"));
        }
        if self.versions.len() == MOST_VERSIONS {
            return Err((403, "RF.10012592"));
        }
        self.versions.push(version);
        Ok(())
    }

    fn update(&mut self, change: &Change, now: &str) -> Result<(), Refusal> {
        if let Some(default) = change.default {
            self.default = self.version(VERSIONS[default])?.number;
        }
        self.description = change.description.unwrap_or(self.description);
        if let Some(configuration) = &change.configuration {
            self.configuration = Some(configured(configuration, self.configuration));
        }
        now.clone_into(&mut self.updated);
        Ok(())
    }

    fn remove(&mut self, number: &str) -> Result<(), Refusal> {
        self.version(number)?;
        if is_same(self.default, number) {
            return Err((403, "RF.10012593"));
        }
        self.versions.retain(|version| !is_same(version.number, number));
        Ok(())
    }

    fn shown(&self) -> Value {
        let mut shown = json!({"hook_name": self.name, "hook_id": self.id, "hook_description": self.description,
            "default_version": self.default, "create_time": self.created, "update_time": self.updated});
        if let Some((target, mode)) = self.configuration {
            shown["configuration"] = json!({"target_stacks": target, "failure_mode": mode});
        }
        shown
    }

    fn shown_version(&self, version: &Version) -> Value {
        json!({"hook_name": self.name, "hook_id": self.id, "hook_version": version.number,
            "hook_version_description": "", "create_time": version.created})
    }
}

fn is_same(one: &str, other: &str) -> bool {
    one.split('+').next() == other.split('+').next()
}

fn configured(
    change: &Configuration,
    before: Option<(&'static str, &'static str)>,
) -> (&'static str, &'static str) {
    let (target, mode) = before.unwrap_or(("NONE", "WARN"));
    (change.target.unwrap_or(target), change.mode.unwrap_or(mode))
}

/// What a policy says, and in which words.
/// What is said of a yes that checked nothing.
fn hollow(hooks: &[Value]) -> Option<String> {
    if hooks.is_empty() {
        return Some("no hook is in force in this account: nothing was checked".to_owned());
    }
    let silent = |hook: &Value| {
        let name = hook["hook_name"].as_str().unwrap();
        match hook["result"].as_str() {
            Some("NOT_DECLARED") => Some(format!("`{name}` declares no `hook_result`")),
            Some("UNDEFINED") => Some(format!("`{name}` has no value for this input")),
            _ => None,
        }
    };
    let silent = hooks.iter().map(silent).collect::<Option<Vec<_>>>()?;
    Some(format!("no hook that was asked has judged it: nothing was checked ({})", silent.join(", ")))
}

fn judge(policy: &str, message: Option<&str>) -> (&'static str, Option<&'static str>) {
    match (policy, message) {
        (PASS, _) | (HELLO, Some("world")) => ("PASSED", None),
        (REFUSE, _) => ("REFUSED", Some("buckets must be private")),
        (HELLO, None) => ("UNDEFINED", Some("`hook_result` has no value for this input")),
        (HELLO, Some(_)) => ("REFUSED", Some("private hook validation failed")),
        _ => ("NOT_DECLARED", None),
    }
}

fn ordered(entries: impl Iterator<Item = Value>, ascending: bool) -> Vec<Value> {
    let mut entries: Vec<Value> = entries.collect();
    if !ascending {
        entries.reverse();
    }
    entries
}

fn only_page(count: usize) -> Value {
    json!({"next_marker": null, "previous_marker": null, "current_count": count})
}
