//! The published schema of the input: every plan we have is one, and what is misspelt is none.

use std::fs;
use std::path::{Path, PathBuf};

use hookgate::domain::input_schema::INPUT_SCHEMA;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::cases::list_folders;

/// Cases about documents that no tool writes: there something is of a wrong type.
const BROKEN: [&str; 6] = [
    "blast-radius/cases/a-change-of-a-wrong-type-is-refused",
    "change-freeze/cases/a-label-of-a-wrong-type-freezes",
    "complete-plan/cases/a-format-of-a-wrong-type-is-no-plan",
    "complete-plan/cases/resource-changes-of-a-wrong-type-are-refused",
    "stack-ownership/cases/an-owner-that-is-null-is-refused",
    "stack-ownership/cases/labels-of-a-wrong-type-are-refused",
];

fn schema() -> Validator {
    jsonschema::draft202012::new(&serde_json::from_str(INPUT_SCHEMA).unwrap()).unwrap()
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// What is wrong with an input, as `place: what`.
fn faults(schema: &Validator, input: &Value) -> Vec<String> {
    schema.iter_errors(input).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn is_plan(input: &Value) -> bool {
    [input, &input["plan"]].iter().any(|plan| plan["resource_changes"].is_array())
}

#[test]
fn every_plan_we_have_is_one() {
    let schema = schema();
    let plans = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plans");
    let plans = fs::read_dir(plans).unwrap().map(|entry| entry.unwrap().path());
    let plans = plans.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let cases = list_folders("policies").into_iter().flat_map(|policy| list_folders(policy.join("cases")));
    let (broken, cases): (Vec<_>, Vec<_>) =
        cases.partition(|case| BROKEN.iter().any(|broken| case.ends_with(broken)));
    assert_eq!(broken.len(), BROKEN.len());
    let of_case = |case: PathBuf| case.join("input.json");
    assert!(broken.into_iter().map(of_case).all(|path| !schema.is_valid(&read(&path))), "some is a plan");
    let cases = cases.into_iter().map(of_case).filter(|path| path.exists());
    let paths: Vec<_> = plans.chain(cases).filter(|path| is_plan(&read(path))).collect();
    assert!(paths.len() > 100, "only {} plans", paths.len());
    let mut wrong = Vec::new();
    for path in paths {
        let input = read(&path);
        for input in [json!({"plan": input}), input] {
            let faults = faults(&schema, &input);
            wrong.extend(faults.into_iter().map(|fault| format!("{}: {fault}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_misspelt_is_no_plan() {
    let schema = schema();
    let check = |input: Value, place: &str| {
        let found = faults(&schema, &input);
        assert!(found.iter().any(|fault| fault.starts_with(&format!("{place}: "))), "{found:?}");
    };
    check(json!({"resource_changes": [{"chnage": {}}]}), "/resource_changes/0");
    let under_plan = json!({"plan": {"resource_changes": [{"change": {"afer": {}}}]}});
    check(under_plan, "/plan/resource_changes/0/change");
    let destroy = json!({"resource_changes": [{"change": {"actions": ["destroy"]}}]});
    check(destroy, "/resource_changes/0/change/actions/0");
    check(json!({"stack": {"name": "a", "tags": {}}}), "/stack");
    check(json!({"phase": "before"}), "/phase");
    let other = json!({"operation": "RotateKeys", "message": "world", "plan": {"mine": 1}});
    assert_eq!(faults(&schema, &other), [""; 0]);
}
