//! A client of one account.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::attack::Attack;
use super::support::cases::{At, Outcome};

/// Longer than the server may take for anything.
const PATIENCE: Duration = Duration::from_mins(1);

/// Speaks to one server for one account.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    http: reqwest::Client,
    base: String,
    account: String,
}

/// Where an attack ended, and with which answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ended {
    pub(crate) place: &'static str,
    pub(crate) answer: String,
}

impl Caller {
    pub(crate) fn new(base: &str, account: &str) -> Self {
        // The first call wins; the others find it there.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client");
        Self { http, base: base.to_owned(), account: account.to_owned() }
    }

    /// Registers the policy of `attack` as `hook` and, if that is accepted, asks it and removes it again.
    ///
    /// # Errors
    /// When the server gives no answer.
    pub(crate) async fn attack(&self, hook: &str, attack: &Attack, number: usize) -> reqwest::Result<Ended> {
        let (field, value) = attack.field(number);
        let (status, body) = self.register(hook, field, &value).await?;
        if status != StatusCode::CREATED {
            return Ok(Ended { place: "registration", answer: refusal(status, &body) });
        }
        let answered = self.begin(&attack.input).await;
        self.send(Method::DELETE, &format!("/v1/private-hooks/{hook}"), String::new()).await?;
        let (status, body) = answered?;
        Ok(match status {
            StatusCode::CREATED => Ended { place: "begin", answer: result(hook, &body) },
            StatusCode::BAD_REQUEST => Ended { place: "input", answer: refusal(status, &body) },
            _ => Ended { place: "begin", answer: refusal(status, &body) },
        })
    }

    /// Creates a hook that gates; `field` says how the policy comes.
    pub(crate) async fn register(
        &self,
        hook: &str,
        field: &str,
        policy: &str,
    ) -> reqwest::Result<(StatusCode, Value)> {
        let configuration = json!({"target_stacks": "ALL", "failure_mode": "FAIL"});
        let body = json!({"hook_name": hook, "hook_version": "1.0.0", "configuration": configuration, field: policy});
        self.send(Method::POST, "/v1/private-hooks", body.to_string()).await
    }

    /// Begins an operation with this `input`, as it is written.
    pub(crate) async fn begin(&self, input: &str) -> reqwest::Result<(StatusCode, Value)> {
        let body =
            format!(r#"{{"operation": "DeployStack", "stack": {{"name": "shop"}}, "input": {input}}}"#);
        self.send(Method::POST, "/v1/operations", body).await
    }

    async fn send(&self, method: Method, path: &str, body: String) -> reqwest::Result<(StatusCode, Value)> {
        let request = self.http.request(method, format!("{}{path}", self.base)).body(body);
        let request = request.header("x-domain-id", &self.account).header("content-type", "application/json");
        let response = request.send().await?;
        let status = response.status();
        let body = response.bytes().await?;
        Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
    }
}

impl Ended {
    /// Whether it is what the case says.
    pub(crate) fn is_as_expected(&self, attack: &Attack) -> bool {
        match (attack.expected.at, attack.expected.outcome) {
            (At::Registration, _) => self.place == "registration" && self.answer.starts_with("400 "),
            (At::Evaluation, Outcome::Refused) => self.place == "input",
            (At::Evaluation, Outcome::Errored) => self.answer == "ERRORED",
            (At::Evaluation, Outcome::TimedOut) => self.answer == "TIMED_OUT",
            (At::Evaluation, Outcome::Stopped) => ["ERRORED", "TIMED_OUT"].contains(&self.answer.as_str()),
            (At::Evaluation, Outcome::Denied) => self.answer == "REFUSED",
            (At::Evaluation, Outcome::AnyBounded) => self.place == "begin",
        }
    }
}

fn refusal(status: StatusCode, body: &Value) -> String {
    format!("{} {}", status.as_u16(), body["error_code"].as_str().unwrap_or("without a code"))
}

/// What the hook of that name said.
fn result(hook: &str, body: &Value) -> String {
    let hooks = body["hooks"].as_array().map(Vec::as_slice).unwrap_or_default();
    let own = hooks.iter().find(|said| said["hook_name"] == hook);
    own.and_then(|said| said["result"].as_str()).unwrap_or("not asked").to_owned()
}
