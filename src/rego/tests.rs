//! What evaluation promises (`fixtures/hook_result`) and what registration survives (`fixtures/attacks`), case by case.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::domain::bundle::{Bundle, BundleFile, PolicyFormat, PolicyUpload};
use crate::domain::diagnostic::{Diagnostic, Place};
use crate::domain::verdict::{Evaluation, HookResult};
use crate::rego::archive;
use crate::rego::compile::{Language, compile, dry_run};
use crate::rego::evaluate::{Limits, evaluate};
use crate::rego::input::{self, Input};
use crate::rego::lint;

const BEGIN: i64 = 1_795_334_400_000_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    result: HookResult,
    err_msg: Option<String>,
    message_contains: Option<String>,
    note_contains: Option<String>,
    #[serde(default)]
    findings: Vec<Value>,
    location: Option<Place>,
    #[serde(default)]
    allow_functions: bool,
}

#[derive(Deserialize, PartialEq, Clone, Copy, Debug)]
#[serde(rename_all = "snake_case")]
enum At {
    Registration,
    Evaluation,
}

#[derive(Deserialize, PartialEq, Clone, Copy, Debug)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Refused,
    Errored,
    TimedOut,
    /// Errored or timed out: memory and time run a race.
    Stopped,
    /// Refused by the hook, because the denial in it is not lost.
    Denied,
    AnyBounded,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Survival {
    at: At,
    outcome: Outcome,
}

fn cases(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
    let mut cases: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

fn expectation<T: DeserializeOwned>(case: &Path) -> T {
    let text = fs::read_to_string(case.join("expect.json")).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", case.display()))
}

/// What `policy.zip` of a case unpacks to, or the case as a bundle.
fn attack_of(case: &Path) -> Result<Bundle, Vec<Diagnostic>> {
    match fs::read(case.join("policy.zip")) {
        Ok(bytes) => archive::unpack(&PolicyUpload { format: PolicyFormat::Zip, bytes }),
        Err(_) => Ok(bundle_of(case)),
    }
}

/// Every file of a case but the input and what is expected.
fn bundle_of(case: &Path) -> Bundle {
    let mut files = Vec::new();
    collect(case, case, &mut files);
    files.retain(|file| !["input.json", "expect.json"].contains(&file.path.as_str()));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Bundle { files }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<BundleFile>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.push(BundleFile { path: name, text: fs::read_to_string(&path).unwrap() });
        }
    }
}

fn input_of(case: &Path) -> Input {
    fs::read(case.join("input.json"))
        .map_or_else(|_| Input::empty(), |bytes| input::parse(&bytes, "{}").unwrap())
}

/// Policies run on a large stack, as in an evaluator.
fn on_a_large_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(512 << 20).spawn(run).unwrap().join().unwrap()
}

fn ask(case: &Path, language: Language) -> Evaluation {
    let policy =
        compile(&bundle_of(case), &language).unwrap_or_else(|found| panic!("{}: {found:?}", case.display()));
    let limits = Limits { timeout: Duration::from_millis(300), now_ns: BEGIN };
    evaluate(&policy, &input_of(case), &limits)
}

#[track_caller]
fn check(case: &Path) {
    let expected: Expected = expectation(case);
    let found = ask(case, Language { allow_functions: expected.allow_functions });
    let name = case.file_name().unwrap().to_string_lossy();
    assert_eq!(found.result, expected.result, "{name}: {found:?}");
    if expected.err_msg.is_some() {
        assert_eq!(found.message, expected.err_msg, "{name}");
    }
    let contains = |text: &Option<String>, part: &Option<String>| {
        part.as_ref().is_none_or(|part| text.as_ref().is_some_and(|text| text.contains(part)))
    };
    assert!(contains(&found.message, &expected.message_contains), "{name}: {:?}", found.message);
    assert!(contains(&found.note, &expected.note_contains), "{name}: {:?}", found.note);
    assert_eq!(found.note.is_some(), expected.note_contains.is_some(), "{name}: {:?}", found.note);
    assert_eq!(json!(found.findings), json!(expected.findings), "{name}");
    if expected.location.is_some() {
        assert_eq!(found.location, expected.location, "{name}");
    }
    let silent = matches!(found.result, HookResult::Passed | HookResult::NotDeclared);
    assert_eq!(found.message.is_none(), silent, "{name}: a message is there unless nothing is wrong");
}

#[test]
fn every_answer_of_a_policy_becomes_its_hook_result() {
    let cases = cases("hook_result");
    assert!(cases.len() >= 40);
    for case in &cases {
        check(case);
    }
}

/// What a case of `fixtures/why` says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct From {
    result: HookResult,
    location: Option<Place>,
}

#[test]
fn every_result_points_at_the_rule_that_gave_it() {
    let cases = cases("why");
    assert!(cases.len() >= 25);
    let mut wrong = Vec::new();
    for case in cases {
        let expected: From = expectation(&case);
        let found = ask(&case, Language::default());
        if (found.result, &found.location) != (expected.result, &expected.location) {
            wrong.push(format!("{}: {:?} at {:?}", case.display(), found.result, found.location));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What a case of a shipped policy says of it, as far as it is of use here.
#[derive(Deserialize)]
struct Shipped {
    result: HookResult,
}

#[test]
fn every_refusal_of_a_shipped_policy_points_at_its_hook_result() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut refused = 0;
    for folder in folders.filter(|path| path.join("policy.rego").exists()) {
        let text = fs::read_to_string(folder.join("policy.rego")).unwrap();
        let row = text.lines().position(|line| line.starts_with("hook_result ")).unwrap() + 1;
        let place = Place { file: "policy.rego".to_owned(), row: row.try_into().unwrap(), col: 1 };
        let bundle = Bundle { files: vec![BundleFile { path: place.file.clone(), text }] };
        let policy = compile(&bundle, &Language::default()).unwrap();
        for case in fs::read_dir(folder.join("cases")).unwrap().map(|entry| entry.unwrap().path()) {
            if expectation::<Shipped>(&case).result == HookResult::Refused {
                let limits = Limits { timeout: Duration::from_secs(1), now_ns: BEGIN };
                let found = evaluate(&policy, &input_of(&case), &limits);
                assert_eq!(found.location.as_ref(), Some(&place), "{}", case.display());
                refused += 1;
            }
        }
    }
    assert!(refused > 50, "{refused}");
}

#[test]
fn every_attack_is_refused_at_registration_or_accepted_within_time() {
    let cases = cases("attacks");
    assert!(cases.len() >= 170);
    for case in cases {
        let expected: Survival = expectation(&case);
        let name = case.display().to_string();
        let begin = Instant::now();
        let refused = on_a_large_stack(move || {
            attack_of(&case).and_then(|bundle| compile(&bundle, &Language::default())).err()
        });
        assert!(begin.elapsed() < Duration::from_secs(20), "{name}: {:?}", begin.elapsed());
        match (expected.at, expected.outcome) {
            (At::Registration, Outcome::Refused) => {
                let found = refused.unwrap_or_else(|| panic!("{name} was accepted"));
                assert!(!found.is_empty() && found.len() <= 50, "{name}");
            }
            (At::Evaluation, _) => assert_eq!(refused, None, "{name} was refused"),
            (At::Registration, outcome) => panic!("{name}: {outcome:?} is no outcome of a registration"),
        }
    }
}

#[test]
fn a_policy_without_effect_is_accepted_with_a_warning() {
    let warnings = |case: &str| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/hook_result").join(case);
        let found = lint::warn(&bundle_of(&root));
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let none = "policy.rego:1:1: no rule `hook_result` in package `policy`: the policy has no effect";
    assert_eq!(warnings("no-hook-result-is-not-declared"), [none]);
    let elsewhere = format!("{none}; there is one in package `other`");
    assert_eq!(warnings("hook-result-in-another-package-is-not-declared"), [elsewhere]);
    let form = "policy.rego:3:1: this `hook_result` has no boolean `is_passed`: the hook would fail";
    assert_eq!(warnings("a-text-is-malformed"), [form]);
}

#[test]
fn a_dry_run_refuses_only_what_takes_too_long() {
    let try_out = |case: &str| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/hook_result").join(case);
        dry_run(&compile(&bundle_of(&root), &Language::default()).unwrap())
    };
    assert_eq!(try_out("a-text-is-malformed"), Ok(()));
    assert_eq!(try_out("a-type-error-in-a-built-in-is-an-error"), Ok(()));
    let found = try_out("a-loop-that-does-not-end-is-timed-out").unwrap_err();
    assert!(found[0].message.starts_with("too complex to check"));
}

#[test]
fn evaluations_leave_no_trace_for_the_next() {
    let text = "package policy\nhook_result := {\"is_passed\": input.a == time.now_ns()}";
    let bundle = Bundle { files: vec![BundleFile { path: "p.rego".to_owned(), text: text.to_owned() }] };
    let policy = compile(&bundle, &Language::default()).unwrap();
    for (now_ns, a, expected) in
        [(1, "1", HookResult::Passed), (2, "1", HookResult::Refused), (2, "2", HookResult::Passed)]
    {
        let input = input::parse(format!("{{\"a\":{a}}}").as_bytes(), "{}").unwrap();
        let limits = Limits { timeout: Duration::from_secs(1), now_ns };
        assert_eq!(evaluate(&policy, &input, &limits).result, expected);
    }
    assert_eq!(
        evaluate(&policy, &Input::empty(), &Limits { timeout: Duration::from_secs(1), now_ns: 1 }).result,
        HookResult::Undefined
    );
}

/// What is normalised is longer than what was written; the limit is on what was written.
#[test]
fn a_dense_policy_of_almost_a_mebibyte_compiles() {
    let rows = vec![vec!["1000000"; 100].join(","); 1_240].join(",\n");
    let rule = "hook_result := {\"is_passed\": count(numbers) > 0}";
    let text = format!("package policy\n\n{rule}\n\nnumbers := [{rows}]\n");
    assert!(text.len() > 990_000);
    let bundle = Bundle { files: vec![BundleFile { path: "policy.rego".to_owned(), text }] };
    let faults = on_a_large_stack(move || compile(&bundle, &Language::default()).err());
    assert_eq!(faults, None);
}
