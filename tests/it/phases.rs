//! The phases after the work, with hooks that do what the test says (PHS 2 to 11, 15, 16, 18, 20 to 22; INT 4 and 5).

use hookgate::domain::hook::FailureMode;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::support::{
    Client, PASS, REFUSE, Receiver, Script, ScriptedHooks, TestServer, on_each_database_hooked,
};

const DAY: i64 = 24 * 60 * 60 * 1000;

type Hooks<'a> = (&'a [&'a str], &'a [&'a str]);

/// One hook in each later phase.
const BOTH: Hooks<'static> = (&["s-hook"], &["p-hook"]);

/// Runs `test` on each database, with hooks in the success and the post phase that call the receiver.
async fn on_each(
    settings: &[(&str, &str)],
    (success, post): Hooks<'_>,
    test: impl AsyncFn(&TestServer, &Receiver),
) {
    let receiver = Receiver::start().await;
    let hooks = ScriptedHooks::new(Script::of(&receiver, success, post));
    on_each_database_hooked(settings, hooks, async |server: &TestServer| test(server, &receiver).await).await;
    assert!(receiver.is_idle().await, "somebody called once too often");
}

fn succeeded() -> Value {
    json!({"status": "SUCCEEDED"})
}

fn failed() -> Value {
    json!({"status": "FAILED", "error": "quota exceeded"})
}

/// Reports, and does not wait for the answer.
fn reporting(client: &Client, begun: &Value, report: Value) -> JoinHandle<Value> {
    let (client, begun) = (client.clone(), begun.clone());
    tokio::spawn(async move { client.report(&begun, &report).await.expect(200) })
}

/// The words of the later phases.
fn later(operation: &Value) -> (&str, &str) {
    let status = |phase: &str| operation["phases"][phase]["status"].as_str().unwrap();
    (status("success"), status("post"))
}

/// The events of stack `shop`, oldest first: type, text, hook.
async fn told(client: &Client) -> Vec<String> {
    let text = |event: &Value| {
        let word = |field: &str| event[field].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", word("event_type"), word("event_message"), word("hook_name"))
    };
    client.events().await.iter().rev().map(text).collect()
}

/// PHS 2, 6 and 22.
#[tokio::test]
async fn the_phases_follow_each_other_and_know_what_they_are_about() {
    let policy = "package policy\n\nhook_result := {\"is_passed\": false, \"err_msg\": \
        sprintf(\"%s %s %s %s\", [input.phase, input.work_id, input.operation, input.stack.name])}\n";
    on_each(&[], BOTH, async |server: &TestServer, receiver: &Receiver| {
        let client = server.client();
        client.gate_in("pre-hook", policy, "WARN").await;
        let begun = client.begin(&json!({})).await;
        let work_id = begun["work_id"].as_str().unwrap();
        assert_eq!(begun["hooks"][0]["err_msg"], format!("pre {work_id} DeployStack shop"));
        assert_eq!(later(&begun), ("pending", "pending"));
        server.advance(10);
        let report = reporting(&client, &begun, succeeded());
        for (phase, hook, words) in
            [("success", "s-hook", ("running", "pending")), ("post", "p-hook", ("ok", "running"))]
        {
            let visit = receiver.next().await;
            assert_eq!(later(&client.show(&begun).await), words);
            server.advance(10);
            let told = visit.answer("pass").await;
            let id = told["id"].as_str().unwrap();
            assert!(id.starts_with(&format!("{work_id}.{phase}.")), "{id}");
            let expected = json!({
                "id": id, "work_id": work_id, "operation": "DeployStack", "stack": "shop", "actor": null,
                "phase": phase, "error": "", "hook": hook, "domain": "default",
            });
            assert_eq!(told, expected);
        }
        let closed = report.await.unwrap();
        assert_eq!((later(&closed), &closed["closed"]), (("ok", "ok"), &json!(true)));
        assert_eq!(client.show(&begun).await, closed);
        let [success, post] = ["success", "post"].map(|phase| &closed["phases"][phase]["hooks"][0]);
        let moments = [
            &closed["created_at"],
            &closed["outcome_at"],
            &success["called_at"],
            &success["answered_at"],
            &post["called_at"],
            &post["answered_at"],
        ];
        assert!(moments.is_sorted_by_key(|moment| moment.as_str().unwrap()), "{moments:?}");
        assert!(moments[0] != moments[1] && moments[2] != moments[3] && moments[4] != moments[5]);
    })
    .await;
}

/// PHS 3, 11 and 19: nothing runs for an operation that is denied.
#[tokio::test]
async fn a_denied_operation_has_no_later_phases() {
    on_each(&[], BOTH, async |server: &TestServer, _: &Receiver| {
        let client = server.client();
        client.gate("a-hook", REFUSE).await;
        let denied = client.begin(&json!({})).await;
        assert_eq!(
            (&denied["decision"], &denied["message"]),
            (&json!("DENIED"), &json!("buckets must be private"))
        );
        assert_eq!(later(&denied), ("skipped", "skipped"));
        client.report(&denied, &succeeded()).await.fails(409, "RF.10013595");
        server.advance(2 * DAY);
        assert_eq!(client.show(&denied).await, denied);
        assert_eq!(told(&client).await, ["ERROR buckets must be private a-hook"]);
    })
    .await;
}

/// PHS 4: with the later phases.
#[tokio::test]
async fn after_an_ignored_refusal_success_and_post_run() {
    on_each(
        &[("ignore_pre_hook_failure", "true")],
        BOTH,
        async |server: &TestServer, receiver: &Receiver| {
            let client = server.client();
            client.gate("a-hook", REFUSE).await;
            let report = reporting(&client, &client.begin(&json!({})).await, succeeded());
            receiver.expect("success", "s-hook", "pass").await;
            receiver.expect("post", "p-hook", "pass").await;
            let closed = report.await.unwrap();
            assert_eq!(
                (&closed["phases"]["pre"]["status"], later(&closed)),
                (&json!("ignored"), ("ok", "ok"))
            );
            assert_eq!(
                told(&client).await,
                ["LOG buckets must be private a-hook", "LOG the operation succeeded -"]
            );
        },
    )
    .await;
}

/// PHS 5 and 21.
#[tokio::test]
async fn after_a_failure_only_post_runs_and_is_given_the_error() {
    on_each(&[], BOTH, async |server: &TestServer, receiver: &Receiver| {
        let client = server.client();
        let long = format!("Error: quota \"instances\" exceeded\n  on main.tf line 3\n{}", "…".repeat(5_000));
        for error in ["quota exceeded", &long] {
            let begun = client.begin(&json!({})).await;
            let report = reporting(&client, &begun, json!({"status": "FAILED", "error": error}));
            let told = receiver.expect("post", "p-hook", "pass").await;
            let given = told["error"].as_str().unwrap();
            assert!(error.starts_with(given) && given.len() <= 8192 && given.len() >= error.len().min(8190));
            let closed = report.await.unwrap();
            assert_eq!((later(&closed), &closed["outcome_error"]), (("skipped", "ok"), &told["error"]));
        }
    })
    .await;
}

/// PHS 7 and 8.
#[tokio::test]
async fn a_failing_success_hook_blocks_post_unless_that_is_ignored() {
    on_each(&[], BOTH, async |server: &TestServer, receiver: &Receiver| {
        let client = server.client();
        let begun = client.begin(&json!({})).await;
        let report = reporting(&client, &begun, succeeded());
        receiver.expect("success", "s-hook", "no DNS record").await;
        let closed = report.await.unwrap();
        assert_eq!(
            (&closed["outcome"], &closed["success_hook_error"], &closed["closed"]),
            (&json!("SUCCEEDED"), &json!("no DNS record"), &json!(true))
        );
        assert_eq!(later(&closed), ("failed", "skipped"));
        assert_eq!(client.show(&begun).await, closed);
        assert_eq!(told(&client).await, ["LOG the operation succeeded -", "ERROR no DNS record s-hook"]);
    })
    .await;
    on_each(
        &[("ignore_success_hook_failure", "true")],
        BOTH,
        async |server: &TestServer, receiver: &Receiver| {
            let client = server.client();
            let report = reporting(&client, &client.begin(&json!({})).await, succeeded());
            receiver.expect("success", "s-hook", "no DNS record").await;
            receiver.expect("post", "p-hook", "pass").await;
            let closed = report.await.unwrap();
            assert!(closed.get("success_hook_error").is_none());
            assert_eq!(later(&closed), ("ignored", "ok"));
            assert_eq!(closed["phases"]["success"]["error"], "no DNS record");
            assert_eq!(told(&client).await, ["LOG the operation succeeded -", "LOG no DNS record s-hook"]);
        },
    )
    .await;
}

/// PHS 9 and 10.
#[tokio::test]
async fn a_failing_post_hook_is_told_to_the_reporter_only_when_wanted() {
    for (ignored, word, event) in [("true", "ignored", "LOG"), ("false", "failed", "ERROR")] {
        let settings = [("ignore_post_hook_failure", ignored)];
        on_each(&settings, BOTH, async |server: &TestServer, receiver: &Receiver| {
            let client = server.client();
            let begun = client.begin(&json!({})).await;
            let report = reporting(&client, &begun, failed());
            receiver.expect("post", "p-hook", "inventory is away").await;
            let closed = report.await.unwrap();
            let error = (word == "failed").then(|| json!("inventory is away"));
            assert_eq!(closed.get("post_hook_error"), error.as_ref());
            assert_eq!((&closed["outcome"], later(&closed)), (&json!("FAILED"), ("skipped", word)));
            assert_eq!(closed["phases"]["post"]["error"], "inventory is away");
            let told = told(&client).await;
            assert_eq!(told.last().unwrap(), &format!("{event} inventory is away p-hook"));
        })
        .await;
    }
}

/// A hook's own mode decides, too, and all hooks of a phase are asked.
#[tokio::test]
async fn a_hook_in_mode_warn_fails_nothing() {
    let receiver = Receiver::start().await;
    let script = Script::of(&receiver, &["first-hook", "second-hook"], &[]);
    let mut mixed = script.clone();
    mixed.hooks.get_mut("success").unwrap()[0].1 = FailureMode::Warn;
    for (script, word, types) in
        [(script.warning(), "ok", ["LOG", "LOG"]), (mixed, "failed", ["LOG", "ERROR"])]
    {
        on_each_database_hooked(&[], ScriptedHooks::new(script), async |server: &TestServer| {
            let client = server.client();
            let report = reporting(&client, &client.begin(&json!({})).await, succeeded());
            receiver.expect("success", "first-hook", "one").await;
            receiver.expect("success", "second-hook", "two").await;
            let closed = report.await.unwrap();
            assert_eq!(later(&closed), (word, "skipped"));
            let error = (word == "failed").then(|| json!("two"));
            assert_eq!(closed.get("success_hook_error"), error.as_ref());
            let events = client.events().await;
            assert_eq!(
                (&events[1]["event_type"], &events[0]["event_type"]),
                (&json!(types[0]), &json!(types[1]))
            );
        })
        .await;
    }
}

/// PHS 15: for hooks of the later phases; `an_endless_policy_is_timed_out_and_the_others_answer` has policies.
#[tokio::test]
async fn a_hook_that_panics_or_hangs_fails_and_the_server_goes_on() {
    let receiver = Receiver::start().await;
    let script = Script { timeout: 200, ..Script::of(&receiver, &[], &["p-hook"]) };
    on_each_database_hooked(&[], ScriptedHooks::new(script), async |server: &TestServer| {
        let client = server.client();
        let report = reporting(&client, &client.begin(&json!({})).await, failed());
        let hanging = receiver.next().await;
        let closed = report.await.unwrap();
        assert_eq!(closed["phases"]["post"]["error"], "no answer within 200ms");
        drop(hanging);
        let report = reporting(&client, &client.begin(&json!({})).await, failed());
        receiver.expect("post", "p-hook", "panic").await;
        assert_eq!(report.await.unwrap()["phases"]["post"]["error"], "the call broke down");
        let report = reporting(&client, &client.begin(&json!({})).await, failed());
        receiver.expect("post", "p-hook", "pass").await;
        assert_eq!(later(&report.await.unwrap()), ("skipped", "ok"));
    })
    .await;
}

/// PHS 16.
#[tokio::test]
async fn a_slow_hook_is_answered_for_later() {
    let settings = [("operations.answer_timeout", "0s")];
    on_each(&settings, (&["slow-hook"], &[]), async |server: &TestServer, receiver: &Receiver| {
        let client = server.client();
        let begun = client.begin(&json!({})).await;
        let mut closings = server.closings();
        let answer = client.report(&begun, &succeeded()).await.expect(200);
        assert_eq!((&answer["outcome"], &answer["closed"]), (&json!("SUCCEEDED"), &json!(false)));
        assert_eq!(later(&answer), ("running", "skipped"));
        receiver.expect("success", "slow-hook", "pass").await;
        assert_eq!(closings.next().await, begun["work_id"].as_str().unwrap());
        let shown = client.show(&begun).await;
        assert_eq!((later(&shown), &shown["closed"]), (("ok", "skipped"), &json!(true)));
    })
    .await;
}

/// PHS 18: while the phases run, and after them.
#[tokio::test]
async fn the_same_outcome_again_runs_nothing_again() {
    on_each(&[], BOTH, async |server: &TestServer, receiver: &Receiver| {
        let client = server.client();
        let begun = client.begin(&json!({})).await;
        let first = reporting(&client, &begun, succeeded());
        let visit = receiver.next().await;
        let second = reporting(&client, &begun, succeeded());
        visit.answer("pass").await;
        receiver.expect("post", "p-hook", "pass").await;
        let answer = first.await.unwrap();
        assert_eq!(second.await.unwrap(), answer);
        assert_eq!(client.report(&begun, &succeeded()).await.expect(200), answer);
    })
    .await;
}

/// PHS 20: at the last moment.
#[tokio::test]
async fn an_outcome_reported_late_runs_the_phases() {
    on_each(&[], BOTH, async |server: &TestServer, receiver: &Receiver| {
        let client = server.client();
        let begun = client.begin(&json!({})).await;
        server.advance(DAY - 1);
        let report = reporting(&client, &begun, succeeded());
        receiver.expect("success", "s-hook", "pass").await;
        receiver.expect("post", "p-hook", "pass").await;
        assert_eq!(report.await.unwrap()["outcome"], "SUCCEEDED");
    })
    .await;
}

/// INT 5.
#[tokio::test]
async fn an_operation_that_nobody_reports_is_abandoned() {
    on_each(&[], BOTH, async |server: &TestServer, receiver: &Receiver| {
        let client = server.client();
        client.gate("a-hook", PASS).await;
        let begun = client.begin(&json!({})).await;
        let mut closings = server.closings();
        server.advance(DAY);
        let visited = receiver.expect("post", "p-hook", "pass").await;
        assert_eq!(visited["error"], "no outcome was reported within 86400s");
        closings.next().await;
        let shown = client.show(&begun).await;
        assert_eq!((&shown["outcome"], &shown["closed"]), (&json!("ABANDONED"), &json!(true)));
        assert_eq!((later(&shown), &shown["outcome_error"]), (("skipped", "ok"), &visited["error"]));
        let event = "ERROR the operation was abandoned: no outcome was reported within 86400s -";
        assert_eq!(told(&client).await, [event]);
        for report in [succeeded(), failed()] {
            client.report(&begun, &report).await.fails(409, "RF.10013596");
        }
    })
    .await;
}
