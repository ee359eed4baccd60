//! A client of one account.

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Speaks to one server for one domain.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    pub(crate) base: String,
    domain: Option<String>,
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Client {
    pub(crate) fn new(base: String) -> Self {
        // The first call wins; the others find it there.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { http, base, domain: None }
    }

    /// The same server, for another domain.
    pub(crate) fn of_domain(&self, domain: &str) -> Self {
        Self { domain: Some(domain.to_owned()), ..self.clone() }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], Vec::new()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, &[], Vec::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, &[], body.to_string().into_bytes()).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::PATCH, path, &[], body.to_string().into_bytes()).await
    }

    /// Any request at all.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Reply {
        self.try_send(method, path, headers, body).await.unwrap()
    }

    /// Any request at all, of a server that may not answer.
    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> reqwest::Result<Reply> {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let mut request =
            self.http.request(method, url).header("content-type", "application/json").body(body);
        if let Some(domain) = &self.domain {
            request = request.header("x-domain-id", domain);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Reply { status, headers, bytes: response.bytes().await?.to_vec() })
    }

    /// Registers a hook that gates every stack in mode FAIL.
    pub(crate) async fn gate(&self, name: &str, policy: &str) -> String {
        self.gate_in(name, policy, "FAIL").await
    }

    /// Registers a hook that gates every stack in `mode`.
    pub(crate) async fn gate_in(&self, name: &str, policy: &str, mode: &str) -> String {
        let configuration = json!({"target_stacks": "ALL", "failure_mode": mode});
        let body = json!({"hook_name": name, "hook_version": "1.0.0", "policy_body": policy, "configuration": configuration});
        let reply = self.post("/v1/private-hooks", &body).await;
        reply.expect(201)["hook_id"].as_str().unwrap().to_owned()
    }

    /// Begins a DeployStack of stack `shop` with `input`.
    pub(crate) async fn begin(&self, input: &Value) -> Value {
        let body = json!({"operation": "DeployStack", "stack": {"name": "shop"}, "input": input});
        self.post("/v1/operations", &body).await.expect(201)
    }

    /// Reports the outcome of `operation`.
    pub(crate) async fn report(&self, operation: &Value, report: &Value) -> Reply {
        let work_id = operation["work_id"].as_str().unwrap();
        self.post(&format!("/v1/operations/{work_id}/outcome"), report).await
    }

    /// `operation` as it stands now.
    pub(crate) async fn show(&self, operation: &Value) -> Value {
        let work_id = operation["work_id"].as_str().unwrap();
        self.get(&format!("/v1/operations/{work_id}")).await.expect(200)
    }

    /// The events of stack `shop`, newest first.
    pub(crate) async fn events(&self) -> Vec<Value> {
        let list = self.get("/v1/stacks/shop/events").await.expect(200);
        list["stack_events"].as_array().unwrap().clone()
    }
}

impl Reply {
    /// The body, of an answer that must have `status`.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        if self.bytes.is_empty() { Value::Null } else { serde_json::from_slice(&self.bytes).unwrap() }
    }

    /// The body as it came, of an answer that must have `status`.
    #[track_caller]
    pub(crate) fn expect_bytes(&self, status: u16) -> &[u8] {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        &self.bytes
    }

    /// The text of a failure with `status` in the common envelope, whose code must be `code`.
    #[track_caller]
    pub(crate) fn fails(&self, status: u16, code: &str) -> String {
        let body = self.expect(status);
        assert_eq!(body["error_code"], code, "{body}");
        assert!(self.headers.contains_key("x-request-id"));
        body["error_msg"].as_str().unwrap().to_owned()
    }

    /// The header of that name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}
