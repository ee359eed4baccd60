//! The published schema of the input: every plan we have is one, and what is misspelt is none.
//!
//! The judge knows the few keywords that the schema uses and refuses all others; a crate for the whole of JSON Schema would bring
//! thirty more.

use std::fs;
use std::path::{Path, PathBuf};

use hookgate::domain::input_schema::INPUT_SCHEMA;
use serde_json::{Value, json};

use crate::support::cases::list_folders;

fn schema() -> Value {
    serde_json::from_str(INPUT_SCHEMA).unwrap()
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Collects what is wrong with `value`, which stands at `place`, as `place: what`.
fn judge(whole: &Value, shape: &Value, value: &Value, place: &str, faults: &mut Vec<String>) {
    for (keyword, said) in shape.as_object().unwrap() {
        match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => {}
            "$ref" => {
                let target = said.as_str().and_then(|to| whole.pointer(to.strip_prefix('#')?));
                judge(whole, target.expect("a reference leads nowhere"), value, place, faults);
            }
            "type" => {
                if !types(said).iter().any(|name| is_of(value, name)) {
                    faults.push(format!("{place}: no {said}"));
                }
            }
            "enum" => {
                if !said.as_array().unwrap().contains(value) {
                    faults.push(format!("{place}: {value} is none of {said}"));
                }
            }
            "anyOf" => {
                let fits = |choice: &Value| {
                    let mut faults = Vec::new();
                    judge(whole, choice, value, place, &mut faults);
                    faults.is_empty()
                };
                if !said.as_array().unwrap().iter().any(fits) {
                    faults.push(format!("{place}: {value} is nothing of {said}"));
                }
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    judge(whole, said, item, &format!("{place}/{index}"), faults);
                }
            }
            "properties" | "additionalProperties" => {}
            other => panic!("the schema has the keyword `{other}`, which is not judged"),
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        let place = format!("{place}/{name}");
        match (&shape["properties"][name], &shape["additionalProperties"]) {
            (Value::Null, Value::Bool(false)) => faults.push(format!("{place}: unknown")),
            (Value::Null, others @ Value::Object(_)) => judge(whole, others, member, &place, faults),
            (Value::Null, _) => {}
            (known, _) => judge(whole, known, member, &place, faults),
        }
    }
}

fn types(said: &Value) -> Vec<&str> {
    said.as_array().map_or_else(
        || said.as_str().into_iter().collect(),
        |all| all.iter().filter_map(Value::as_str).collect(),
    )
}

fn is_of(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        other => panic!("the schema has the type `{other}`, which is not judged"),
    }
}

fn faults_of(input: &Value) -> Vec<String> {
    let (schema, mut faults) = (schema(), Vec::new());
    judge(&schema, &schema, input, "", &mut faults);
    faults
}

fn is_plan(input: &Value) -> bool {
    [input, &input["plan"]].iter().any(|plan| plan["resource_changes"].is_array())
}

/// Cases about documents that are no plans.
const BROKEN: [&str; 0] = [];

#[test]
fn every_plan_we_have_is_one() {
    let plans = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plans");
    let plans = fs::read_dir(plans).unwrap().map(|entry| entry.unwrap().path());
    let plans = plans.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let cases = list_folders("policies").into_iter().flat_map(|policy| list_folders(policy.join("cases")));
    let cases = cases.filter(|case| !BROKEN.iter().any(|broken| case.ends_with(broken)));
    let cases = cases.map(|case| case.join("input.json")).filter(|path| path.exists());
    let paths: Vec<PathBuf> = plans.chain(cases).filter(|path| is_plan(&read(path))).collect();
    assert!(paths.len() > 100, "only {} plans", paths.len());
    let mut wrong = Vec::new();
    for path in paths {
        let faults = faults_of(&read(&path));
        wrong.extend(faults.into_iter().map(|fault| format!("{}: {fault}", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_misspelt_is_no_plan() {
    let check = |input: Value, expected: &str| {
        let found = faults_of(&input);
        assert!(found.iter().any(|fault| fault.starts_with(expected)), "{found:?}");
    };
    check(json!({"resource_changes": [{"chnage": {}}]}), "/resource_changes/0/chnage: unknown");
    let under_plan = json!({"plan": {"resource_changes": [{"change": {"afer": {}}}]}});
    check(under_plan, "/plan/resource_changes/0/change/afer: unknown");
    let destroy = json!({"resource_changes": [{"change": {"actions": ["destroy"]}}]});
    check(destroy, "/resource_changes/0/change/actions/0: \"destroy\" is none of");
    check(json!({"stack": {"name": "a", "tags": {}}}), "/stack/tags: unknown");
    check(json!({"phase": "before"}), "/phase: ");
    let other = json!({"operation": "RotateKeys", "message": "world", "plan": {"mine": 1}});
    assert_eq!(faults_of(&other), [""; 0]);
}
