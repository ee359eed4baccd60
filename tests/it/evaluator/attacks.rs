//! Every case of `fixtures/attacks`, first as an upload and then as a hook: it ends within its limits as the case says, and the
//! evaluators are none the worse for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hookgate::domain::bundle::{PolicyFormat, PolicyUpload};
use hookgate::domain::verdict::HookResult;
use hookgate::evaluator::{Answer, Evaluators, ExamineError, Question};
use serde::Deserialize;

use super::support::{account, check_alive, question, settings};
use crate::support::bundles::zip;

/// Longer than any case may take from its upload to its result, with a machine that does other things besides.
const BOUNDED: Duration = Duration::from_secs(10);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    at: At,
    outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum At {
    Registration,
    Evaluation,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Refused,
    Errored,
    TimedOut,
    /// Errored or timed out: memory and time run a race.
    Stopped,
    AnyBounded,
}

fn list_cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/attacks");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    cases.sort();
    cases
}

/// The files of a case that make up its policy.
fn list_files(root: &Path, folder: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            files.extend(list_files(root, &path));
        } else if !["expect.json", "input.json"].contains(&name.as_str()) {
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    files.sort();
    files
}

fn upload_of(case: &Path) -> PolicyUpload {
    let files = list_files(case, case);
    if let [(_, text)] = files.as_slice() {
        return PolicyUpload { format: PolicyFormat::Rego, bytes: text.clone().into_bytes() };
    }
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    PolicyUpload { format: PolicyFormat::Zip, bytes: zip(&files) }
}

/// What the hook answers; none when its input is refused.
async fn ask(evaluators: &Evaluators, upload: PolicyUpload, input: &str) -> Option<HookResult> {
    let (digest, upload) = (upload.digest(), Arc::new(upload));
    let uploads = [(digest.clone(), upload)].into();
    let question = Question { digests: vec![digest], uploads, ..question(&[], input) };
    match evaluators.ask(question).await.unwrap() {
        Answer::Judged(said) => Some(said[0].result),
        Answer::InputRejected(_) => None,
        Answer::Missing(digests) => panic!("{digests:?} was sent along"),
    }
}

/// What is not as the case says; empty when all is well.
async fn faults(evaluators: &Evaluators, case: &Path) -> Vec<String> {
    let expected: Expected = serde_json::from_slice(&fs::read(case.join("expect.json")).unwrap()).unwrap();
    let input = fs::read_to_string(case.join("input.json")).unwrap_or_else(|_| "{}".to_owned());
    let (upload, begin) = (upload_of(case), Instant::now());
    let examined = evaluators.examine(&account("default"), &upload).await;
    // A policy that was accepted by earlier rules may still be stored: it is asked whatever the examination said.
    let found = ask(evaluators, upload, &input).await;
    let time = begin.elapsed();
    check_alive(evaluators).await;
    let is_expected = match (expected.at, expected.outcome) {
        (At::Registration, _) => {
            matches!(examined, Err(ExamineError::Rejected(_))) && found == Some(HookResult::Errored)
        }
        (At::Evaluation, Outcome::Refused) => found.is_none(),
        (At::Evaluation, Outcome::Errored) => found == Some(HookResult::Errored),
        (At::Evaluation, Outcome::TimedOut) => found == Some(HookResult::TimedOut),
        (At::Evaluation, Outcome::Stopped) => {
            matches!(found, Some(HookResult::Errored | HookResult::TimedOut))
        }
        (At::Evaluation, Outcome::AnyBounded) => true,
    };
    let mut faults = Vec::new();
    if !is_expected {
        faults.push(format!("{}: {expected:?}, but {examined:?} and {found:?}", case.display()));
    }
    if time > BOUNDED {
        faults.push(format!("{} took {time:?}", case.display()));
    }
    faults
}

#[tokio::test]
async fn every_attack_ends_within_its_limits_and_harms_nobody() {
    let evaluators = Evaluators::start(settings());
    let cases = list_cases();
    assert!(cases.len() >= 80, "{} cases", cases.len());
    let mut found = Vec::new();
    for case in cases {
        found.extend(faults(&evaluators, &case).await);
    }
    assert!(found.is_empty(), "{found:#?}");
}
