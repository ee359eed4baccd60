//! Questions that do no harm.

use hookgate::domain::verdict::HookResult;
use hookgate::evaluator::{Answer, Evaluators, Question};

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
async fn a_question_without_hooks_still_has_its_input_read() {
    let evaluators = Evaluators::start(settings());
    assert_eq!(evaluators.ask(question(&[], "{}")).await, Ok(Answer::Judged(Vec::new())));
    assert!(matches!(evaluators.ask(question(&[], "[]")).await, Ok(Answer::InputRejected(_))));
    check_alive(&evaluators).await;
}
