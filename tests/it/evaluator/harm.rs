//! Policies and inputs that mean harm, and children that die: whoever did it gets an answer, and nobody else notices.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hookgate::domain::verdict::HookResult;
use hookgate::evaluator::{Answer, Evaluators, Question, Settings};
use tokio::task::JoinSet;

use super::support::{
    ENDLESS, HELLO, HUNGRY, account, check_alive, check_failure, impatient, judge, question, results,
    settings, stuck,
};

const WORLD: &str = r#"{"message": "world"}"#;

#[tokio::test]
async fn an_endless_loop_is_timed_out() {
    let evaluators = Evaluators::start(impatient());
    let evaluations = judge(&evaluators, &[HELLO, ENDLESS, HELLO], WORLD).await;
    assert_eq!(results(&evaluations), [HookResult::Passed, HookResult::TimedOut, HookResult::Passed]);
    check_alive(&evaluators).await;
}

#[tokio::test]
async fn a_hook_that_looks_at_no_clock_is_killed_and_its_neighbours_are_not() {
    let evaluators = Evaluators::start(impatient());
    let stuck = stuck();
    let evaluations = judge(&evaluators, &[HELLO, &stuck, HELLO], WORLD).await;
    assert_eq!(results(&evaluations), [HookResult::Passed, HookResult::TimedOut, HookResult::Passed]);
    check_failure(&evaluations[1], HookResult::TimedOut, "over the time limit of 200ms");
    assert_eq!(evaluators.counts().died, 1);
}

#[tokio::test]
async fn questions_that_waited_together_with_a_stuck_one_are_answered_right() {
    let evaluators = Arc::new(Evaluators::start(impatient()));
    let stuck = stuck();
    let mut asked = JoinSet::new();
    for number in 0..40 {
        let (evaluators, stuck) = (Arc::clone(&evaluators), stuck.clone());
        asked.spawn(async move {
            let is_stuck = number == 7;
            let policy = if is_stuck { &stuck } else { HELLO };
            (is_stuck, judge(&evaluators, &[policy], WORLD).await)
        });
    }
    while let Some(answered) = asked.join_next().await {
        let (is_stuck, evaluations) = answered.unwrap();
        let expected = if is_stuck { HookResult::TimedOut } else { HookResult::Passed };
        assert_eq!(results(&evaluations), [expected]);
    }
}

#[tokio::test]
async fn a_hook_over_the_memory_limit_is_an_error_of_that_hook() {
    let patient = Duration::from_secs(30);
    let limits =
        Settings { memory: 64 << 20, hook_timeout: patient, operation_timeout: patient, ..settings() };
    let evaluators = Evaluators::start(limits);
    let evaluations = judge(&evaluators, &[HELLO, HUNGRY, HELLO], WORLD).await;
    check_failure(&evaluations[1], HookResult::Errored, "over the memory limit of 64 MiB");
    assert_eq!(results(&evaluations), [HookResult::Passed, HookResult::Errored, HookResult::Passed]);
}

#[tokio::test]
async fn hooks_that_are_not_reached_in_time_say_so() {
    let limits = Settings { operation_timeout: Duration::from_millis(500), ..impatient() };
    let evaluators = Evaluators::start(limits);
    let begin = Instant::now();
    let evaluations = judge(&evaluators, &[ENDLESS, ENDLESS, ENDLESS, ENDLESS, HELLO], WORLD).await;
    assert_eq!(results(&evaluations), [HookResult::TimedOut; 5]);
    check_failure(&evaluations[4], HookResult::TimedOut, "all hooks of an operation together may take 500ms");
    assert!(begin.elapsed() < Duration::from_secs(5));
    check_alive(&evaluators).await;
}

#[tokio::test]
async fn a_policy_that_is_killed_again_and_again_has_to_wait() {
    let evaluators = Evaluators::start(impatient());
    let stuck = stuck();
    for _ in 0..3 {
        let evaluations = judge(&evaluators, &[&stuck], WORLD).await;
        check_failure(&evaluations[0], HookResult::TimedOut, "over the time limit");
    }
    let evaluations = judge(&evaluators, &[&stuck, HELLO], WORLD).await;
    check_failure(&evaluations[0], HookResult::TimedOut, "it is run again in");
    assert_eq!(evaluations[1].result, HookResult::Passed);
    assert_eq!(evaluators.counts().died, 3);
}

#[tokio::test]
async fn one_account_cannot_keep_another_waiting() {
    let limits = Settings { hook_timeout: Duration::from_secs(9), ..settings() };
    let evaluators = Arc::new(Evaluators::start(limits));
    let mut crowd = JoinSet::new();
    for _ in 0..20 {
        let (evaluators, question) = (Arc::clone(&evaluators), question(&[&stuck()], WORLD));
        let greedy = Question { account: account("greedy"), ..question };
        crowd.spawn(async move { evaluators.ask(greedy).await });
        tokio::task::yield_now().await;
    }
    for _ in 0..50 {
        check_alive(&evaluators).await;
    }
    assert!(crowd.try_join_next().is_none(), "the crowd was still busy");
}

/// What works for it runs at a low priority, which it can never get rid of.
#[tokio::test]
async fn a_child_that_worked_for_a_slow_account_works_for_nobody_else() {
    let evaluators = Evaluators::start(Settings { processes: 1, ..settings() });
    let judged = judge(&evaluators, &[ENDLESS], WORLD).await;
    assert_eq!(results(&judged), [HookResult::TimedOut]);
    check_alive(&evaluators).await;
    let other = Question { account: account("other"), ..question(&[HELLO], WORLD) };
    assert!(matches!(evaluators.ask(other).await, Ok(Answer::Judged(_))));
    let counts = evaluators.counts();
    assert_eq!((counts.started, counts.died), (2, 0));
}

#[tokio::test]
async fn many_slow_accounts_cannot_keep_another_waiting() {
    let evaluators = Arc::new(Evaluators::start(settings()));
    let mut crowd = JoinSet::new();
    for number in 0..20 {
        let (evaluators, question) = (Arc::clone(&evaluators), question(&[ENDLESS], WORLD));
        let greedy = Question { account: account(&format!("greedy-{}", number % 4)), ..question };
        crowd.spawn(async move { evaluators.ask(greedy).await });
    }
    // Each of the four is found out once.
    for _ in 0..4 {
        crowd.join_next().await;
    }
    let begin = Instant::now();
    for _ in 0..20 {
        check_alive(&evaluators).await;
    }
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_number_that_is_an_object_does_not_hang_the_reader() {
    let evaluators = Evaluators::start(impatient());
    let input = r#"{"message": "world", "x": {"$serde_json::private::Number": "1e1000000000"}}"#;
    let answer = evaluators.ask(question(&[HELLO], input)).await.unwrap();
    assert!(matches!(&answer, Answer::Judged(said) if said[0].result == HookResult::Passed), "{answer:?}");
}

#[tokio::test]
async fn sixteen_megabytes_of_brackets_are_no_input() {
    let evaluators = Evaluators::start(settings());
    for open in ["[", "{\"a\":"] {
        let answer = evaluators.ask(question(&[HELLO], &open.repeat((16 << 20) / open.len()))).await.unwrap();
        assert!(matches!(answer, Answer::InputRejected(_)));
    }
    check_alive(&evaluators).await;
}

#[tokio::test]
async fn a_stored_policy_that_no_longer_loads_fails_by_itself() {
    let evaluators = Evaluators::start(settings());
    let evaluations = judge(&evaluators, &[HELLO, "package policy\nhook_result := {", HELLO], WORLD).await;
    assert_eq!(results(&evaluations), [HookResult::Passed, HookResult::Errored, HookResult::Passed]);
    check_failure(&evaluations[1], HookResult::Errored, "the stored policy cannot be loaded: policy.rego:");
    assert!(evaluations[1].message.as_deref().unwrap().ends_with("; upload it again"));
}
