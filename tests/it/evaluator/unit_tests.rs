//! The tests of a bundle in child processes: a test that ends its child answers for itself alone.

use std::sync::Arc;
use std::time::Duration;

use hookgate::domain::bundle::{PolicyFormat, PolicyUpload};
use hookgate::domain::time::Timestamp;
use hookgate::domain::unit_test::{TestOutcome, TestResult};
use hookgate::evaluator::{Evaluators, TestError, TestQuestion};

use super::support::{account, settings};

const GREEDY: &str = r"
package policy

test_before if true

test_greedy if {
	pairs := [[x, y, x + y] | some x in numbers.range(1, 5000); some y in numbers.range(1, 5000)]
	count(pairs) > 0
}

test_after if false

todo_test_later if false
";

fn question(text: &str, pattern: Option<&str>) -> TestQuestion {
    let upload = PolicyUpload { format: PolicyFormat::Rego, bytes: text.as_bytes().to_vec() };
    TestQuestion {
        account: account("tests"),
        upload: Arc::new(upload),
        pattern: pattern.map(str::to_owned),
        timeout: Duration::from_mins(1),
        now: Timestamp::from_millis(0),
        cover: None,
    }
}

async fn run(text: &str, pattern: Option<&str>) -> Result<Vec<TestResult>, TestError> {
    Evaluators::start(settings()).test(question(text, pattern)).await.map(|tested| tested.results)
}

#[tokio::test]
async fn a_test_that_eats_memory_is_an_error_of_its_own() {
    let results = run(GREEDY, None).await.unwrap();
    let found = results.iter().map(|result| (result.test.name.as_str(), result.outcome)).collect::<Vec<_>>();
    let expected = [
        ("test_before", TestOutcome::Passed),
        ("test_greedy", TestOutcome::Errored),
        ("test_after", TestOutcome::Failed),
        ("todo_test_later", TestOutcome::Skipped),
    ];
    assert_eq!(found, expected);
    let message = "the test was stopped: it took more memory than 256 MiB";
    assert_eq!(results[1].message.as_deref(), Some(message));
}

#[tokio::test]
async fn a_pattern_keeps_the_tests_it_is_found_in() {
    let results = run(GREEDY, Some("policy.test_(before|after)$")).await.unwrap();
    assert_eq!(results.len(), 2);
    let Err(TestError::BadPattern(message)) = run(GREEDY, Some("(")).await else { panic!("a pattern") };
    assert!(message.contains("is not closed"), "{message}");
}

#[tokio::test]
async fn what_is_no_policy_is_rejected() {
    let Err(TestError::Rejected(found)) = run("package policy\n\ntest_x if nowhere(1)\n", None).await else {
        panic!("a policy")
    };
    assert_eq!(
        found[0].to_string(),
        "policy.rego:3:11: there is no function `nowhere`: test_x if nowhere(1)"
    );
}

/// An input that ends its child when it is evaluated for its rows costs these rows, and nothing else.
#[tokio::test]
async fn an_input_that_eats_memory_covers_nothing() {
    let text = "package policy\n\nhook_result := {\"is_passed\": count(pairs) > 0}\n\npairs := [[x, y, x + y] |\n\tsome x in numbers.range(1, input.n)\n\t\
                some y in numbers.range(1, input.n)\n]\n\ntest_small if hook_result.is_passed with input.n as 1\n\nunused if input.never\n";
    let question = TestQuestion {
        cover: Some(vec!["{\"n\": 5000}".into(), "{\"n\": 1}".into()]),
        ..question(text, None)
    };
    let tested = Evaluators::start(settings()).test(question).await.unwrap();
    assert_eq!(tested.results.len(), 1);
    let file = &tested.coverage.files["policy.rego"];
    assert_eq!(file.covered, [3, 5, 6, 7, 8, 10].into());
    assert_eq!(file.not_covered, [12].into());
}
