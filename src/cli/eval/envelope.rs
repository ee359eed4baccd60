//! What surrounds a document: operation, stack, actor, work id and phase. A flag wins over what the document says, that over what is
//! made up.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::cli::eval::EvalArgs;
use crate::cli::eval::asking::WRONG;
use crate::cli::plain::plain;
use crate::config::OfflineConfig;
use crate::domain::operation::{OperationKind, WorkId, parse_actor};
use crate::domain::phase::Phase;
use crate::domain::stack::{Stack, StackName};

/// What is about to happen unless somebody says it.
const OPERATION: &str = "DeployStack";
/// What the gate sets at the top of every input.
const MEMBERS: [&str; 5] = ["operation", "stack", "actor", "work_id", "phase"];
/// To what.
const STACK: &str = "example";

/// What policies see besides the plan, and the same in words of ours.
#[derive(Debug)]
pub(super) struct Envelope {
    pub(super) kind: OperationKind,
    pub(super) stack: Stack,
    pub(super) actor: Option<String>,
    /// What stands at the top of every policy's `input`.
    pub(super) members: Value,
    /// What was made up, in words.
    pub(super) made_up: Vec<String>,
}

impl Envelope {
    /// That of the document `input`, which is an object.
    pub(super) fn of(input: &str, args: &EvalArgs, config: &OfflineConfig) -> Result<Self> {
        let document: Map<String, Value> = serde_json::from_str(input).unwrap_or_default();
        let labels = Stack::parse_labels(args.labels.labels()?).map_err(WRONG)?;
        let mut made_up = Vec::new();
        // A document with one of them is what a policy has seen: what it has not seen stays away.
        let is_whole = MEMBERS.iter().any(|name| document.contains_key(*name));
        let mut choose = |name: &str, flag: Option<Value>, (what, else_): (&str, Value)| {
            flag.or_else(|| document.get(name).cloned()).or_else(|| {
                let taken = else_.get("name").unwrap_or(&else_).as_str().unwrap_or_default();
                let taken =
                    if is_whole { "policies see none".to_owned() } else { format!("`{taken}` is taken") };
                made_up.push(format!("{what}: {taken} (--{name})"));
                (!is_whole).then_some(else_)
            })
        };
        let flag = args.operation.clone().map(Value::from);
        let operation = choose("operation", flag, ("what is to happen", json!(OPERATION)));
        let example = json!({"name": STACK, "id": null, "labels": {}});
        let stack = choose("stack", changed_stack(&document, args, &labels), ("which stack", example));
        if !labels.is_empty() && args.stack.is_none() && !document.contains_key("stack") {
            made_up.push(format!("which stack: `{STACK}` is taken (--stack)"));
        }
        let actor = args.actor.clone().map(Value::from).or_else(|| document.get("actor").cloned());
        let own = |text: String| (!is_whole).then_some(Value::from(text));
        let told = [
            ("operation", operation.clone()),
            ("stack", stack.clone()),
            ("actor", actor.clone().or_else(|| (!is_whole).then_some(Value::Null))),
            ("work_id", document.get("work_id").cloned().or_else(|| own(WorkId::generate().to_string()))),
            ("phase", document.get("phase").cloned().or_else(|| own(Phase::Pre.as_str().to_owned()))),
        ];
        let members = told.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        let (operation, stack) = (operation.unwrap_or_else(|| json!(OPERATION)), stack.unwrap_or_default());
        Ok(Self {
            kind: kind(&operation, args, config)?,
            stack: readable(&stack, args)?,
            actor: actor.as_ref().and_then(Value::as_str).map(|actor| actor_of(actor, args)).transpose()?,
            members: Value::Object(members),
            made_up,
        })
    }
}

/// The stack of the document as it is, whatever it is, with what flags say; `None` if they say nothing.
fn changed_stack(
    document: &Map<String, Value>,
    args: &EvalArgs,
    flags: &BTreeMap<String, String>,
) -> Option<Value> {
    if args.stack.is_none() && flags.is_empty() {
        return None;
    }
    let given = document.get("stack").and_then(Value::as_object).cloned();
    let mut stack = given.unwrap_or_else(|| Map::from_iter([("id".to_owned(), Value::Null)]));
    let name = args.stack.clone().or_else(|| (!stack.contains_key("name")).then(|| STACK.to_owned()));
    stack.extend(name.map(|name| ("name".to_owned(), json!(name))));
    let mut labels = stack.get("labels").and_then(Value::as_object).cloned().unwrap_or_default();
    labels.extend(flags.iter().map(|(key, value)| (key.clone(), json!(value))));
    stack.insert("labels".to_owned(), Value::Object(labels));
    Some(Value::Object(stack))
}

/// A flag is refused as the gate would; a document was perhaps written where other operations are known.
fn kind(operation: &Value, args: &EvalArgs, config: &OfflineConfig) -> Result<OperationKind> {
    let name = operation.as_str().map_or_else(|| operation.to_string(), str::to_owned);
    let known = OperationKind::parse(&name, &config.extra_operations);
    match known {
        Err(wrong) if args.operation.is_some() => Err(WRONG(wrong)),
        Err(_) => OperationKind::parse(&name, std::slice::from_ref(&name)).map_err(WRONG),
        Ok(kind) => Ok(kind),
    }
}

/// The stack in words: what cannot be read of a document is left out, what flags say is refused as the gate would.
fn readable(stack: &Value, args: &EvalArgs) -> Result<Stack> {
    let text = |name: &str| stack.get(name).and_then(Value::as_str);
    let name = match (&args.stack, text("name")) {
        (Some(name), _) => StackName::parse(name).map_err(WRONG)?,
        (None, name) => StackName::parse(&plain(name.unwrap_or(STACK)))
            .or_else(|_| StackName::parse(STACK))
            .map_err(WRONG)?,
    };
    let labels = stack.get("labels").and_then(Value::as_object).into_iter().flatten();
    let labels = labels.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
    Ok(Stack { name, id: text("id").map(str::to_owned), labels: labels.collect() })
}

fn actor_of(actor: &str, args: &EvalArgs) -> Result<String> {
    match parse_actor(actor) {
        Err(wrong) if args.actor.is_some() => Err(WRONG(wrong)),
        Err(_) => Ok(plain(actor)),
        Ok(actor) => Ok(actor),
    }
}
