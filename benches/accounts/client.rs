//! A client of one account, who stops at an answer that is not the expected one.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::fill::{GATING, HOOKS, domain, hook_name};

/// Speaks to one server for one account.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    domain: String,
}

/// What is asked of the server.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Verb {
    /// `ListPrivateHooks`: all hooks of the account in one page.
    List,
    /// `ShowPrivateHookMetadata` of one of them.
    Show,
    /// An operation begins.
    Begin,
}

impl Client {
    pub(crate) fn new(http: reqwest::Client, base: String, account: usize) -> Self {
        Self { http, base, domain: domain(account) }
    }

    /// Asks, and reads the answer.
    pub(crate) async fn ask(&self, verb: Verb) {
        let Self { http, base, .. } = self;
        let hooks = format!("{base}/v1/private-hooks");
        match verb {
            Verb::List => {
                let answer = self.send(http.get(format!("{hooks}?limit={HOOKS}"))).await;
                assert_eq!(answer["hooks"].as_array().map(Vec::len), Some(HOOKS), "{answer}");
            }
            Verb::Show => {
                let name = hook_name(HOOKS / 2);
                let answer = self.send(http.get(format!("{hooks}/{name}/metadata"))).await;
                assert_eq!(answer["hook_name"], name, "{answer}");
            }
            Verb::Begin => {
                let answer = self.send(http.post(format!("{base}/v1/operations")).json(&operation())).await;
                assert_eq!(answer["decision"], "ALLOWED", "{answer}");
                assert_eq!(answer["hooks"].as_array().map(Vec::len), Some(GATING), "{answer}");
            }
        }
    }

    async fn send(&self, request: RequestBuilder) -> Value {
        let response = request.header("x-domain-id", &self.domain).send().await.expect("an answer");
        assert!(response.status().is_success(), "{}", response.status());
        response.json().await.expect("JSON")
    }
}

fn operation() -> Value {
    json!({
        "operation": "DeployStack",
        "stack": { "name": "network-prod", "labels": { "env": "prod" } },
        "actor": "ci@example.com",
        "input": { "message": "world" },
    })
}
