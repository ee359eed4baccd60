//! Every case of `fixtures/attacks` against a whole server: each ends as it says, and the next caller notices nothing.

use std::path::Path;
use std::time::{Duration, Instant};

use hookgate::domain::bundle::PolicyFormat;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::bundles::zip_uri;
use crate::support::cases::{At, Outcome, Survival, expected, input_of, list_folders, name_of, policy_in};
use crate::support::{Client, HELLO, Reply, TestServer, on_each_database};

/// Longer than any request may take, with a machine that does other things besides.
const BOUNDED: Duration = Duration::from_secs(10);

#[tokio::test]
async fn every_attack_over_http_ends_as_it_says_and_harms_nobody() {
    let cases = list_folders("fixtures/attacks");
    assert!(cases.len() >= 170, "{} cases", cases.len());
    on_each_database(async |server: &TestServer| {
        let bystander = server.client().of_domain("bystander");
        bystander.gate("hello-hook", HELLO).await;
        let mut wrong = Vec::new();
        for case in &cases {
            let begin = Instant::now();
            let found = attack(&server.client().of_domain("attacker"), case).await;
            wrong.extend(found.err().map(|found| format!("{}: {found}", name_of(case))));
            assert!(begin.elapsed() < BOUNDED, "{} took {:?}", name_of(case), begin.elapsed());
            let next = bystander.begin(&json!({"message": "world"})).await;
            assert_eq!(next["hooks"][0]["result"], "PASSED", "after {}", name_of(case));
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    })
    .await;
}

/// Registers the policy of `case` and asks it; what is not as the case says is an error.
async fn attack(client: &Client, case: &Path) -> Result<(), String> {
    let Survival { at, outcome } = expected(case);
    let created = register(client, case).await;
    let text = String::from_utf8_lossy(&created.bytes).into_owned();
    if at == At::Registration {
        let shown = client.get("/v1/private-hooks/attack-hook/metadata").await;
        let refused =
            created.status == 400 && text.contains("\"error_code\":\"RF.10011") && shown.status == 404;
        return refused.then_some(()).ok_or(text);
    }
    // The two seconds of registration are over sooner on a busy machine: that is an end, too.
    if created.status == 400 && text.contains("too complex to check: it took longer than") {
        return Ok(());
    }
    if created.status != 201 {
        return Err(text);
    }
    let answered = ask(client, case).await;
    client.delete("/v1/private-hooks/attack-hook").await.expect(204);
    check(&answered, outcome)
        .ok_or_else(|| format!("{outcome:?}, but {}", String::from_utf8_lossy(&answered.bytes)))
}

async fn register(client: &Client, case: &Path) -> Reply {
    let upload = policy_in(case);
    let (field, value) = match upload.format {
        PolicyFormat::Rego => ("policy_body", String::from_utf8(upload.bytes).unwrap()),
        PolicyFormat::Zip => ("policy_uri", zip_uri(&upload.bytes)),
    };
    let configuration = json!({"target_stacks": "ALL", "failure_mode": "FAIL"});
    let hook = json!({"hook_name": "attack-hook", "hook_version": "1.0.0", "configuration": configuration, field: value});
    client.post("/v1/private-hooks", &hook).await
}

async fn ask(client: &Client, case: &Path) -> Reply {
    // As it is written: reading it first would take away what makes it an attack.
    let body = format!(
        r#"{{"operation": "DeployStack", "stack": {{"name": "shop"}}, "input": {}}}"#,
        input_of(case)
    );
    client.send(Method::POST, "/v1/operations", &[], body.into_bytes()).await
}

/// Nothing unless the answer is the outcome, and one that lets nothing through.
fn check(answered: &Reply, outcome: Outcome) -> Option<()> {
    let body: Value = serde_json::from_slice(&answered.bytes).ok()?;
    if outcome == Outcome::Refused {
        return (answered.status == 400 && body["error_code"] == "RF.10011941").then_some(());
    }
    let result = body["hooks"][0]["result"].as_str()?;
    let is_expected = match outcome {
        Outcome::Errored => result == "ERRORED",
        Outcome::TimedOut => result == "TIMED_OUT",
        Outcome::Stopped => ["ERRORED", "TIMED_OUT"].contains(&result),
        Outcome::Denied => result == "REFUSED",
        Outcome::Refused | Outcome::AnyBounded => true,
    };
    let stopped = ["ERRORED", "TIMED_OUT", "REFUSED", "MALFORMED"].contains(&result);
    let is_closed = stopped == (body["decision"] == "DENIED");
    (answered.status == 201 && is_expected && is_closed).then_some(())
}
