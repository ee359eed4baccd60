//! Random walks through registry and gate, every answer compared with what a naive model says.

mod naive;
mod steps;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use tokio::runtime::Handle;
use uuid::Uuid;

use self::naive::Naive;
use self::steps::Step;
use crate::support::{TestServer, on_each_database_with};

const WALKS: u32 = 64;
/// The most steps of a walk; half as many on average.
const STEPS: usize = 60;

/// Quotas that a walk soon reaches.
const SETTINGS: [(&str, &str); 2] = [("limits.hooks", "2"), ("limits.versions", "3")];

#[tokio::test(flavor = "multi_thread")]
async fn registry_and_gate_answer_as_the_model_says() {
    on_each_database_with(&SETTINGS, async |server: &TestServer| {
        let config =
            Config { cases: WALKS, failure_persistence: None, max_shrink_iters: 1000, ..Config::default() };
        let mut runner = TestRunner::new(config);
        let walks = prop::collection::vec(steps::step(), 1..=STEPS);
        let walked = runner.run(&walks, |walk| {
            tokio::task::block_in_place(|| Handle::current().block_on(play(server, &walk)))
        });
        // The shortest walk that goes wrong, and where.
        if let Err(TestError::Fail(reason, walk)) = walked {
            let steps: Vec<String> = walk.iter().map(|step| format!("{step:?}")).collect();
            panic!("{reason}\n{}", steps.join("\n"));
        }
        walked.unwrap();
    })
    .await;
}

/// Walks in an account of its own, as far as server and model agree.
async fn play(server: &TestServer, walk: &[Step]) -> Result<(), TestCaseError> {
    let client = server.client().of_domain(&format!("walk-{}", Uuid::new_v4().simple()));
    let mut naive = Naive::default();
    for (number, step) in walk.iter().enumerate() {
        if let Step::Wait { millis } = step {
            server.advance(*millis);
            continue;
        }
        let (method, path, body) = step.request(&naive);
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let reply = client.send(method, &path, &[], body).await;
        let expected = naive.answer(step, &server.now_text(), &reply);
        prop_assert_eq!(naive::shown(&reply), expected, "step {}: {:?} at {}", number, step, path);
    }
    Ok(())
}
