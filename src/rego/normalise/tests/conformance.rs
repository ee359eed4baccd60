//! OPA's own cases, where `HOOKGATE_CONFORMANCE` names the file that holds them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;

use regorus::{Engine, Value};
use serde_json::{Value as Json, json};

use super::opa::{Opa, Query};
use super::support::{Answer, Files, rewritten, setting, sorted, values};
use crate::domain::bundle::{Bundle, BundleFile};
use crate::rego::compile::{Language, compile};

/// The package that asks a case's query.
const ASKING: &str = "hookgate_conformance";

#[test]
fn opa_says_the_same_of_its_own_cases_rewritten() {
    let (Some(cases), Some(opa)) = (cases(), Opa::start()) else { return };
    let mut compared = 0_usize;
    for case in cases.iter().filter(|case| is_rewritten(case)) {
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

/// What becomes of a case on the whole way from the upload to the answer.
enum Outcome {
    Passed,
    /// Not accepted.
    Refused(String),
    /// Accepted, and an error where OPA has an answer.
    Errored(String),
    /// Accepted, and another answer.
    Different(String),
}

#[test]
fn the_cases_that_pass_are_those_of_the_list() {
    // As much stack as a child has.
    let check = thread::Builder::new().stack_size(256 << 20).spawn(check_list).unwrap();
    assert!(check.join().is_ok());
}

fn check_list() {
    let Some(cases) = cases() else { return };
    let (mut passed, mut different) = (BTreeSet::new(), BTreeMap::new());
    let (mut refused, mut errored) = (Vec::new(), Vec::new());
    let mut names = Vec::new();
    for case in &cases {
        let name = name(case, &mut names);
        match outcome(case) {
            Outcome::Passed => drop(passed.insert(name)),
            Outcome::Refused(why) => refused.push(why),
            Outcome::Errored(why) => errored.push(why),
            Outcome::Different(what) => drop(different.insert(name, what)),
        }
    }
    println!("{} of {} cases pass", passed.len(), cases.len());
    println!("{}{}", ranked("refused", refused), ranked("errored", errored));
    assert!(different.is_empty(), "accepted, and answered otherwise: {different:#?}");
    let listed = listed();
    let lost: Vec<_> = listed.difference(&passed).collect();
    assert!(lost.is_empty(), "these passed before: {lost:#?}");
    let new: Vec<_> = passed.difference(&listed).cloned().collect();
    assert!(new.is_empty(), "add these to fixtures/conformance/passed.txt:\n{}", new.join("\n"));
}

/// The name of a case; OPA has given some of them twice.
fn name(case: &Json, names: &mut Vec<String>) -> String {
    let note = case["note"].as_str().unwrap().replace(char::is_control, " ");
    names.push(note.clone());
    let times = names.iter().filter(|name| **name == note).count();
    if times == 1 { note } else { format!("{note} #{times}") }
}

fn listed() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/conformance/passed.txt");
    fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

fn ranked(title: &str, mut reasons: Vec<String>) -> String {
    reasons.sort();
    let mut rows: Vec<(usize, &String)> =
        reasons.chunk_by(|one, other| one == other).map(|same| (same.len(), &same[0])).collect();
    rows.sort_by_key(|(count, _)| Reverse(*count));
    let mut text = format!("{} {title}\n", reasons.len());
    for (count, reason) in rows.into_iter().take(40) {
        writeln!(text, "  {count:>4} {reason}").unwrap();
    }
    text
}

fn outcome(case: &Json) -> Outcome {
    let found = catch_unwind(AssertUnwindSafe(|| run(case)));
    let wanted = case.get("want_result").map(|rows| rows.as_array().cloned().unwrap_or_default());
    match (found.unwrap_or_else(|_| Err(Outcome::Errored("panicked".to_owned()))), wanted) {
        (Err(_), None) => Outcome::Passed,
        (Err(outcome), Some(_)) => outcome,
        (Ok(found), None) => {
            Outcome::Different(format!("{found}, not {}{}", case["want_error_code"], case["want_error"]))
        }
        (Ok(found), Some(wanted)) => {
            let wanted: BTreeSet<String> = wanted.iter().map(|row| sorted(row).to_string()).collect();
            let rows: BTreeSet<String> =
                found.as_array().unwrap().iter().map(|row| sorted(row).to_string()).collect();
            if rows == wanted {
                Outcome::Passed
            } else {
                Outcome::Different(format!("{rows:?}, not {wanted:?}"))
            }
        }
    }
}

/// The rows that the case's query has.
fn run(case: &Json) -> Result<Json, Outcome> {
    let bundle = bundle(case);
    let policy = compile(&bundle, &Language { allow_functions: true }).map_err(|found| {
        Outcome::Refused(found.first().map(|wrong| without_names(&wrong.message)).unwrap_or_default())
    })?;
    let mut engine = policy.engine;
    if let Some(input) = case.get("input") {
        engine.set_input(Value::from(input.clone()));
    } else if let Some(term) = case.get("input_term").and_then(Json::as_str) {
        let term = Engine::new().eval_query(term.to_owned(), false).unwrap();
        engine.set_input(term.result[0].expressions[0].value.clone());
    }
    let answer = engine.eval_rule(format!("data.{ASKING}.rows"));
    let value = answer.map_err(|error| Outcome::Errored(reason(&error.to_string())))?;
    Ok(serde_json::from_str(&value.to_json_str().unwrap()).unwrap())
}

fn reason(error: &str) -> String {
    without_names(error.rsplit("error: ").next().unwrap_or(error))
}

fn without_names(message: &str) -> String {
    let mut quoted = false;
    let keep = |character: &char| {
        quoted ^= matches!(character, '`' | '"');
        !quoted
    };
    message.lines().next().unwrap_or_default().chars().filter(keep).take(100).collect()
}

/// The modules of a case, its data, and its query as a rule.
fn bundle(case: &Json) -> Bundle {
    let file = |(path, text): (String, String)| BundleFile { path, text };
    let mut files: Vec<BundleFile> = files(case).into_iter().map(file).collect();
    if let Some(data) = case.get("data").filter(|data| data.is_object()) {
        files.push(file(("data.json".to_owned(), data.to_string())));
    }
    let first = case["want_result"].get(0).and_then(Json::as_object);
    let names: Vec<&str> = first.into_iter().flat_map(|row| row.keys()).map(String::as_str).collect();
    let row: Vec<String> = names.iter().map(|name| format!("{}: {name}", json!(name))).collect();
    let query = case["query"].as_str().unwrap();
    let text = format!("package {ASKING}\n\nrows contains {{{}}} if {{\n\t{query}\n}}\n", row.join(", "));
    files.push(file(("query.rego".to_owned(), text)));
    Bundle { files }
}

fn query(case: &Json) -> Query<'_> {
    let data = case.get("data").filter(|data| data.is_object());
    Query { text: case["query"].as_str().unwrap(), data, input: case.get("input") }
}

fn files(case: &Json) -> Files {
    let modules = case["modules"].as_array().into_iter().flatten().enumerate();
    modules.map(|(index, text)| (format!("m{index}.rego"), text.as_str().unwrap().to_owned())).collect()
}

/// Whether a case has modules that keep their meaning in print: comments are not printed, so their metadata is gone.
fn is_rewritten(case: &Json) -> bool {
    let is_policy = case["modules"].is_array() && !case["modules"].to_string().contains("rego.metadata");
    is_policy && case.get("want_result").is_some() && case.get("input_term").is_none()
}

fn cases() -> Option<Vec<Json>> {
    let Some(path) = setting("HOOKGATE_CONFORMANCE") else {
        println!("left out: HOOKGATE_CONFORMANCE names no file of OPA's cases");
        return None;
    };
    let text = fs::read_to_string(path).unwrap();
    Some(text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()).collect())
}
