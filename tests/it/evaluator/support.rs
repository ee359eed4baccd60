//! Evaluators of the binary under test, policies from text, and questions about them.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hookgate::domain::account::Account;
use hookgate::domain::bundle::{Digest, PolicyFormat, PolicyUpload};
use hookgate::domain::mask::KeepInput;
use hookgate::domain::time::Timestamp;
use hookgate::domain::verdict::{Evaluation, HookResult};
use hookgate::evaluator::{Answer, Evaluators, Question, Settings};
use serde_json::json;

/// The sample of the private-hook contract.
pub(super) const HELLO: &str = r#"
package policy

hook_result := {"is_passed": input.message == "world", "err_msg": "say world"}
"#;

/// Runs beyond every limit of time, in many small steps.
pub(super) const ENDLESS: &str = r#"
package policy

hook_result := {"is_passed": count(found) == 0}

found contains x if {
	some x in numbers.range(1, 5000)
	some y in numbers.range(1, 5000)
	some z in numbers.range(1, 5000)
	x * y * z == 0
}
"#;

pub(super) fn settings() -> Settings {
    Settings {
        program: env!("CARGO_BIN_EXE_hookgate").into(),
        processes: 2,
        memory: 256 << 20,
        hook_timeout: Duration::from_secs(1),
        operation_timeout: Duration::from_secs(10),
        allow_functions: false,
    }
}

/// One evaluator that gives hooks little time.
pub(super) fn impatient() -> Settings {
    Settings { processes: 1, hook_timeout: Duration::from_millis(200), ..settings() }
}

/// Evaluators whose program is this shell script.
pub(super) fn script(folder: &Path, text: &str) -> Settings {
    use std::os::unix::fs::PermissionsExt as _;
    let program = folder.join("evaluator.sh");
    std::fs::write(&program, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    Settings { program, ..impatient() }
}

pub(super) fn account(name: &str) -> Account {
    Account::parse(name, "local").unwrap()
}

pub(super) fn upload(text: &str) -> PolicyUpload {
    PolicyUpload { format: PolicyFormat::Rego, bytes: text.as_bytes().to_vec() }
}

/// What these policies are asked, by the account `default`.
pub(super) fn question(policies: &[&str], input: &str) -> Question {
    let uploads: Vec<_> = policies.iter().map(|text| Arc::new(upload(text))).collect();
    let digests: Vec<Digest> = uploads.iter().map(|upload| upload.digest()).collect();
    Question {
        account: account("default"),
        uploads: digests.iter().cloned().zip(uploads).collect(),
        digests,
        input: input.to_owned().into(),
        gate_members: json!({}),
        now: Timestamp::from_millis(0),
        keep: KeepInput::All,
        explain: false,
    }
}

/// What these policies say.
pub(super) async fn judge(evaluators: &Evaluators, policies: &[&str], input: &str) -> Vec<Evaluation> {
    let answer = evaluators.ask(question(policies, input)).await.unwrap();
    let Answer::Judged(judged) = answer else { panic!("not judged: {answer:?}") };
    judged.said
}

pub(super) fn results(evaluations: &[Evaluation]) -> Vec<HookResult> {
    evaluations.iter().map(|evaluation| evaluation.result).collect()
}

/// That an evaluation failed in these words.
#[track_caller]
pub(super) fn check_failure(evaluation: &Evaluation, result: HookResult, words: &str) {
    assert_eq!(evaluation.result, result, "{evaluation:?}");
    assert!(evaluation.message.as_deref().unwrap_or_default().contains(words), "{evaluation:?}");
}

/// That the evaluators go on as if nothing had happened.
pub(super) async fn check_alive(evaluators: &Evaluators) {
    let evaluations = judge(evaluators, &[HELLO], r#"{"message": "world"}"#).await;
    assert_eq!(results(&evaluations), [HookResult::Passed]);
}

/// Memory that grows faster than time passes.
pub(super) const HUNGRY: &str = r#"
package policy

hook_result := {"is_passed": count(pairs) == 0}

pairs := [[x, y, x, y, x, y] | some x in numbers.range(1, 5000); some y in numbers.range(1, 5000)]
"#;

/// Compares two values that share their parts: a few kilobytes that take for ever, in one step that looks at no clock.
pub(super) fn stuck() -> String {
    let chain = |name: &str| {
        let links = (0..60_u32)
            .zip(1..=60_u32)
            .map(|(before, level)| format!("{name}{level} := [{name}{before}, {name}{before}]\n"));
        format!("{name}0 := [input.message]\n{}", links.collect::<String>())
    };
    format!("package policy\n\nhook_result := {{\"is_passed\": s60 == t60}}\n{}{}", chain("s"), chain("t"))
}
