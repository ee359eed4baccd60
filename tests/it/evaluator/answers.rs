//! Questions that do no harm.

use std::time::Duration;

use hookgate::domain::verdict::HookResult;
use hookgate::evaluator::{Answer, Evaluators, Question, Settings};

use super::plans::plan;
use super::support::{HELLO, check_alive, judge, question, results, settings};

#[tokio::test]
async fn hooks_answer_in_their_order() {
    let evaluators = Evaluators::start(settings());
    let refusing = "package policy\nhook_result := {\"is_passed\": false, \"err_msg\": \"no\"}";
    let evaluations = judge(&evaluators, &[refusing, HELLO, refusing], r#"{"message": "world"}"#).await;
    assert_eq!(results(&evaluations), [HookResult::Refused, HookResult::Passed, HookResult::Refused]);
    assert_eq!(evaluations[0].message.as_deref(), Some("no"));
}

#[tokio::test]
async fn policies_are_asked_for_once_and_compiled_once() {
    let evaluators = Evaluators::start(settings());
    let with_upload = question(&[HELLO], r#"{"message": "world"}"#);
    let without = Question { uploads: [].into(), ..with_upload.clone() };
    let missing = evaluators.ask(without.clone()).await.unwrap();
    assert_eq!(missing, Answer::Missing(with_upload.digests.clone()));
    assert!(matches!(evaluators.ask(with_upload).await.unwrap(), Answer::Judged(_)));
    for _ in 0..50 {
        assert!(matches!(evaluators.ask(without.clone()).await.unwrap(), Answer::Judged(_)));
    }
    assert!(evaluators.counts().loaded <= 2, "each child compiles a policy at most once");
}

#[tokio::test]
async fn plans_are_judged_whatever_their_size() {
    let evaluators = Evaluators::start(Settings { hook_timeout: Duration::from_secs(9), ..settings() });
    let policy = include_str!("../../../benches/policies/plan.rego");
    for (bytes, message) in [
        (
            20_000,
            "4 of 22 changed resources are denied (6 kinds): 1 unencrypted, 0 open, 2 untagged, 1 badly named",
        ),
        (5_000_000, "changed resources are denied (6 kinds)"),
    ] {
        let evaluations = judge(&evaluators, &[policy, policy], &plan(bytes)).await;
        assert_eq!(results(&evaluations), [HookResult::Refused; 2], "{evaluations:?}");
        assert!(evaluations[1].message.as_deref().unwrap().contains(message), "{evaluations:?}");
    }
    let clean = r#"{"plan": {"resource_changes": []}}"#;
    assert_eq!(results(&judge(&evaluators, &[policy], clean).await), [HookResult::Passed]);
    assert_eq!(evaluators.counts().died, 0);
}

#[tokio::test]
async fn a_question_without_hooks_still_has_its_input_read() {
    let evaluators = Evaluators::start(settings());
    assert!(
        matches!(evaluators.ask(question(&[], "{}")).await, Ok(Answer::Judged(judged)) if judged.said.is_empty())
    );
    assert!(matches!(evaluators.ask(question(&[], "[]")).await, Ok(Answer::InputRejected(_))));
    check_alive(&evaluators).await;
}
