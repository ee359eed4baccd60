//! OPA's own cases, where `HOOKGATE_CONFORMANCE` names the file that holds them.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value as Json;

use super::opa::{Opa, Query};
use super::support::{Answer, Files, ask, bare, rewritten, setting, sorted, values};

#[test]
fn opa_says_the_same_of_its_own_cases_rewritten() {
    let (Some(cases), Some(opa)) = (cases(), Opa::start()) else { return };
    let mut compared = 0_usize;
    for case in &cases {
        let files = files(case);
        let (query, Ok(normal)) = (query(case), rewritten(&files)) else { continue };
        let (Ok(before), Ok(after)) = (opa.ask(&files, &[query]), opa.ask(&normal, &[query])) else {
            continue;
        };
        compared += 1;
        if let (Answer::Results(before), Answer::Results(after)) = (&before[0], &after[0]) {
            assert_eq!(values(after), values(before), "{}\n{normal:?}", case["note"]);
        }
    }
    println!("{compared} of {} cases compared", cases.len());
    assert!(compared > 1_000, "only {compared} cases compared");
}

#[test]
fn the_engine_passes_rewritten_what_it_passes_bare() {
    let Some(cases) = cases() else { return };
    let mut passed = 0_usize;
    for case in &cases {
        // What is refused is no wrong answer; the fixtures hold which that is.
        let Ok(normal) = rewritten(&files(case)) else { continue };
        if passes(case, &files(case)) {
            passed += 1;
            assert!(passes(case, &normal), "{}\n{normal:?}", case["note"]);
        }
    }
    println!("{passed} cases pass rewritten");
    assert!(passed > 1_000, "only {passed} cases pass");
}

fn passes(case: &Json, files: &Files) -> bool {
    let Ok(mut engine) = bare(files) else { return false };
    engine.set_strict_builtin_errors(case.get("strict_error").is_some());
    // Some cases make built-ins of the engine panic.
    let answer = catch_unwind(AssertUnwindSafe(|| ask(&engine, &query(case))));
    let Ok(Answer::Results(found)) = answer else { return false };
    sorted(&Json::Array(found)) == sorted(&case["want_result"])
}

fn query(case: &Json) -> Query<'_> {
    let data = case.get("data").filter(|data| data.is_object());
    Query { text: case["query"].as_str().unwrap(), data, input: case.get("input") }
}

fn files(case: &Json) -> Files {
    let modules = case["modules"].as_array().unwrap().iter().enumerate();
    modules.map(|(index, text)| (format!("m{index}.rego"), text.as_str().unwrap().to_owned())).collect()
}

/// The cases that have modules and a result and give their input as a document.
fn cases() -> Option<Vec<Json>> {
    let Some(path) = setting("HOOKGATE_CONFORMANCE") else {
        println!("left out: HOOKGATE_CONFORMANCE names no file of OPA's cases");
        return None;
    };
    let text = fs::read_to_string(path).unwrap();
    let cases = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let is_usable = |case: &Json| {
        let modules = case["modules"].to_string();
        // Comments are not printed, so their metadata is gone.
        let is_policy = case["modules"].is_array() && !modules.contains("rego.metadata");
        is_policy && case.get("want_result").is_some() && case.get("input_term").is_none()
    };
    Some(cases.filter(is_usable).collect())
}
