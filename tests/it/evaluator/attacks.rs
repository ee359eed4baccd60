//! Every case of `fixtures/attacks`, first as an upload and then as a hook: it ends within its limits as the case says, and the
//! evaluators are none the worse for it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hookgate::domain::bundle::PolicyUpload;
use hookgate::domain::verdict::HookResult;
use hookgate::evaluator::{Answer, Evaluators, ExamineError, Question};

use super::support::{account, check_alive, question, settings};
use crate::support::cases::{At, Outcome, Survival, expected, input_of, list_folders, policy_in};

/// Longer than any case may take from its upload to its result, with a machine that does other things besides.
const BOUNDED: Duration = Duration::from_secs(10);

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
    let (expected, input): (Survival, String) = (expected(case), input_of(case));
    let (upload, begin) = (policy_in(case), Instant::now());
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
        (At::Evaluation, Outcome::Denied) => found == Some(HookResult::Refused),
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
    let cases = list_folders("fixtures/attacks");
    assert!(cases.len() >= 170, "{} cases", cases.len());
    let mut found = Vec::new();
    for case in cases {
        found.extend(faults(&evaluators, &case).await);
    }
    assert!(found.is_empty(), "{found:#?}");
}
