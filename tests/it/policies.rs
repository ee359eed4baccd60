//! The policies we ship and the hook results we promise, asked in real evaluators; nothing else is needed to run them.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hookgate::domain::account::Account;
use hookgate::domain::bundle::{PolicyFormat, PolicyUpload};
use hookgate::domain::mask::KeepInput;
use hookgate::domain::time::Timestamp;
use hookgate::domain::verdict::{Evaluation, HookResult};
use hookgate::evaluator::{Answer, Evaluators, Question, Settings};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::cases::{expected, input_of, list_folders, name_of, policy_in};
use crate::support::{TestServer, on_each_database};

/// The moment at which everything is asked, as `fixtures/hook_result` has it.
const BEGIN: Timestamp = Timestamp::from_millis(1_795_334_400_000);

fn evaluators(allow_functions: bool) -> Evaluators {
    Evaluators::start(Settings {
        program: env!("CARGO_BIN_EXE_hookgate").into(),
        processes: 2,
        memory: 256 << 20,
        hook_timeout: Duration::from_secs(1),
        operation_timeout: Duration::from_secs(10),
        allow_functions,
    })
}

fn account() -> Account {
    Account::parse("default", "local").unwrap()
}

/// What `upload` says about the input of `case`, of which the gate adds nothing.
async fn ask(evaluators: &Evaluators, upload: &PolicyUpload, case: &Path) -> Evaluation {
    let digest = upload.digest();
    let question = Question {
        account: account(),
        uploads: [(digest.clone(), Arc::new(upload.clone()))].into(),
        digests: vec![digest],
        input: input_of(case).into(),
        gate_members: json!({}),
        now: BEGIN,
        keep: KeepInput::None,
        explain: false,
    };
    match evaluators.ask(question).await.unwrap() {
        Answer::Judged(mut judged) => judged.said.pop().unwrap(),
        other @ (Answer::Missing(_) | Answer::InputRejected(_)) => panic!("{}: {other:?}", case.display()),
    }
}

/// The ways in which a shipped policy can be taken: its folder, or its one file alone.
fn forms_of(policy: &Path) -> [PolicyUpload; 2] {
    let bytes = fs::read(policy.join("policy.rego")).unwrap();
    [policy_in(policy), PolicyUpload { format: PolicyFormat::Rego, bytes }]
}

/// What a case of a shipped policy says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shipped {
    result: HookResult,
    err_msg: Option<String>,
    findings: usize,
}

#[tokio::test]
async fn every_case_of_every_shipped_policy_comes_out_as_it_says() {
    let evaluators = evaluators(false);
    let mut wrong = Vec::new();
    for policy in list_folders("policies") {
        for upload in forms_of(&policy) {
            for case in list_folders(policy.join("cases")) {
                let (said, Shipped { result, err_msg, findings }) =
                    (ask(&evaluators, &upload, &case).await, expected(&case));
                if (said.result, &said.message, said.findings.len(), &said.note)
                    != (result, &err_msg, findings, &None)
                {
                    wrong.push(format!("{} as {:?}: {said:?}", case.display(), upload.format));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_shipped_policy_has_its_papers() {
    let index = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/README.md")).unwrap();
    for policy in list_folders("policies") {
        let read = |file: &str| fs::read_to_string(policy.join(file)).unwrap();
        let (name, text, readme) = (name_of(&policy), read("policy.rego"), read("README.md"));
        assert!(text.starts_with("# METADATA\n# title: "), "{name} has no title");
        let title = text.lines().nth(1).unwrap().strip_prefix("# title: ").unwrap();
        assert!(readme.starts_with(&format!("# {title}\n")), "{name} has another title in its README");
        assert!(readme.contains("## Refused\n") && readme.contains("## Passes\n"), "{name}");
        assert!(index.contains(&format!("| [{name}]({name}) |")), "{name} is not in policies/README.md");
        assert!(read("policy_test.rego").contains("\ntest_"), "{name} has no tests");
        let results: Vec<HookResult> =
            list_folders(policy.join("cases")).iter().map(|case| expected::<Shipped>(case).result).collect();
        assert!(results.contains(&HookResult::Passed), "{name} has no case that passes");
        assert!(results.contains(&HookResult::Refused), "{name} has no case that is refused");
    }
}

#[tokio::test]
async fn every_shipped_policy_is_accepted_without_a_warning() {
    let evaluators = evaluators(false);
    for policy in list_folders("policies") {
        for upload in forms_of(&policy) {
            let examined = evaluators.examine(&account(), &upload).await;
            let examined = examined.unwrap_or_else(|error| panic!("{}: {error:?}", policy.display()));
            assert!(examined.warnings.is_empty() && examined.declares_hook_result, "{examined:?}");
        }
    }
}

/// What a case of `fixtures/hook_result` says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Promised {
    result: HookResult,
    err_msg: Option<String>,
    message_contains: Option<String>,
    note_contains: Option<String>,
    #[serde(default)]
    findings: Vec<Value>,
    location: Option<Value>,
    #[serde(default)]
    allow_functions: bool,
}

impl Promised {
    fn is_kept_by(&self, said: &Evaluation) -> bool {
        let contains = |text: &Option<String>, words: &Option<String>| {
            words.as_ref().is_none_or(|words| text.as_ref().is_some_and(|text| text.contains(words)))
        };
        said.result == self.result
            && (self.err_msg.is_none() || said.message == self.err_msg)
            && contains(&said.message, &self.message_contains)
            && contains(&said.note, &self.note_contains)
            && json!(said.findings) == json!(self.findings)
            && self.location.as_ref().is_none_or(|location| json!(said.location) == *location)
    }
}

#[tokio::test]
async fn every_promised_hook_result_comes_out_of_an_evaluator() {
    let (strict, lenient) = (evaluators(false), evaluators(true));
    let mut wrong = Vec::new();
    for case in list_folders("fixtures/hook_result") {
        let promised: Promised = expected(&case);
        let evaluators = if promised.allow_functions { &lenient } else { &strict };
        let said = ask(evaluators, &policy_in(&case), &case).await;
        if !promised.is_kept_by(&said) {
            wrong.push(format!("{}: {promised:?}, but {said:?}", name_of(&case)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The table of `fixtures/plans/README.md`.
#[tokio::test]
async fn all_policies_together_judge_the_plans_as_their_readme_says() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        for policy in list_folders("policies") {
            let text = fs::read_to_string(policy.join("policy.rego")).unwrap();
            client.gate(name_of(&policy), &text).await;
        }
        let public = ["open-ingress", "public-buckets", "required-tags", "unencrypted-volumes"];
        for (plan, refusing) in [
            ("terraform-data.json", [].as_slice()),
            ("web-service-compliant.json", &[]),
            ("web-service-huaweicloud.json", &[]),
            ("web-service-public.json", &public),
        ] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plans").join(plan);
            let input: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            let stack = json!({"name": "shop", "labels": {"env": "prod", "owner": "platform"}});
            let body = json!({"operation": "DeployStack", "stack": stack, "input": input});
            let operation = client.post("/v1/operations", &body).await.expect(201);
            let hooks = operation["hooks"].as_array().unwrap();
            let failing = hooks.iter().filter(|hook| hook["verdict"] == "FAIL");
            let failing: Vec<&Value> = failing.map(|hook| &hook["hook_name"]).collect();
            assert_eq!(failing, refusing, "{plan}: {operation}");
            assert_eq!(operation["decision"], if refusing.is_empty() { "ALLOWED" } else { "DENIED" });
        }
    })
    .await;
}
