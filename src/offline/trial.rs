//! The tests that a policy brings along, run before something is done with it.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::account::Account;
use crate::domain::bundle::PolicyUpload;
use crate::domain::time::Timestamp;
use crate::domain::unit_test::TestResult;
use crate::evaluator::{Evaluators, TestError, TestQuestion};

/// The longest time for one test, which is OPA's.
const TIMEOUT: Duration = Duration::from_secs(5);

/// What came of all tests of `upload`; `now` is what they are told of the time.
///
/// # Errors
/// What is wrong with the tests, or that nobody could run them.
pub async fn run(
    evaluators: &Evaluators,
    upload: &PolicyUpload,
    now: Timestamp,
) -> Result<Vec<TestResult>, TestError> {
    let account = Account { domain: "trial".to_owned(), region: "local".to_owned() };
    let upload = Arc::new(upload.clone());
    let question = TestQuestion { account, upload, pattern: None, timeout: TIMEOUT, now, cover: None };
    evaluators.test(question).await.map(|tested| tested.results)
}
