//! The REST API as a command calls it: operations here, the private hooks in files named as in `http`. Knows the shapes of requests
//! and answers and what a status means; says nothing to the user.

mod downloads;
mod model;
mod operations;
mod paging;
mod private_hook_versions;
mod private_hooks;

use std::time::Duration;

use serde::Serialize;
use uuid::Uuid;

pub use self::model::{Begin, Decided, Report, StackBody, Told};
use self::model::{Failure, Reported};
pub use self::operations::{AskedHook, OperationQuery, OperationRecord};
pub use self::private_hook_versions::{NewPrivateHookVersion, PrivateHookVersion};
pub use self::private_hooks::{ConfigurationBody, NewPrivateHook, PrivateHook, PrivateHookChange};
use crate::outbound::direct::{Answer, Call, Direct, DirectError};

/// Where the server is, and who asks.
#[derive(Debug, Clone)]
pub struct Address {
    /// Such as `http://127.0.0.1:8180`.
    pub url: String,
    /// The domain of the account; the server's default when absent.
    pub domain: Option<String>,
    /// How long an answer may take.
    pub timeout: Duration,
}

/// Why a call has no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server cannot be asked at all, for a reason of the caller's.
    #[error("{0}")]
    Unusable(DirectError),
    /// The server says that the request is wrong.
    #[error("the server refuses the request with status {status}: {message}")]
    Refused {
        /// The status, 4xx.
        status: u16,
        /// Its own words, with its code.
        message: String,
    },
    /// Nobody answered, or somebody who cannot decide now.
    #[error("{0}")]
    Unreachable(String),
}

impl ClientError {
    /// Whether the server says that what was asked for is not there.
    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }
}

/// A client of one server.
#[derive(Debug, Clone)]
pub struct Client {
    direct: Direct,
    domain: Option<String>,
}

impl Client {
    /// A client of the server at `address`. Connects later.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(address: &Address) -> Result<Self, ClientError> {
        let direct = Direct::new(&address.url, address.timeout).map_err(ClientError::Unusable)?;
        Ok(Self { direct, domain: address.domain.clone() })
    }

    /// `BeginOperation`. A call that broke is made once more under the same request id, so that nothing is begun twice.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn begin(&self, begin: &Begin<'_>) -> Result<Decided, ClientError> {
        let request_id = Uuid::new_v4().to_string();
        let body = encode(begin)?;
        let call = || self.post_as(&request_id, "/v1/operations", body.clone());
        let answer = match call().await {
            Err(ClientError::Unreachable(_)) => call().await?,
            answer => answer?,
        };
        decode(&answer.body)
    }

    /// `ReportOutcome` of the operation `work_id`. May be repeated: the same report has the same answer.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn report(&self, work_id: &str, report: &Report) -> Result<Vec<String>, ClientError> {
        let path = format!("/v1/operations/{work_id}/outcome");
        let answer = self.send("POST", &path, encode(report)?).await?;
        let reported: Reported = decode(&answer.body)?;
        Ok(reported.complaints())
    }

    /// Sends a request under an id of its own; the answer is one of success.
    async fn send(&self, method: &'static str, path: &str, body: Vec<u8>) -> Result<Answer, ClientError> {
        check(self.call(method, (path, &Uuid::new_v4().to_string()), body).await?)
    }

    async fn post_as(&self, request_id: &str, path: &str, body: Vec<u8>) -> Result<Answer, ClientError> {
        check(self.call("POST", (path, request_id), body).await?)
    }

    /// Sends a request; the answer may have any status.
    async fn call(
        &self,
        method: &'static str,
        (path, request_id): (&str, &str),
        body: Vec<u8>,
    ) -> Result<Answer, ClientError> {
        let mut headers = vec![("Client-Request-Id", request_id.to_owned())];
        if !body.is_empty() {
            headers.push(("Content-Type", "application/json".to_owned()));
        }
        headers.extend(self.domain.clone().map(|domain| ("X-Domain-Id", domain)));
        Ok(self.direct.send(Call { method, path, headers: &headers, body }).await?)
    }
}

impl From<DirectError> for ClientError {
    fn from(error: DirectError) -> Self {
        match error {
            DirectError::Unreachable(cause) => Self::Unreachable(cause),
            DirectError::Address(_) | DirectError::Client(_) => Self::Unusable(error),
        }
    }
}

/// The answer, if it is one of success.
fn check(answer: Answer) -> Result<Answer, ClientError> {
    let status = answer.status;
    if (200..300).contains(&status) {
        return Ok(answer);
    }
    let failure: Failure = serde_json::from_slice(&answer.body).unwrap_or_default();
    let message = failure.text();
    // Too many requests pass, and so does whatever ails the server; the rest is the caller's to mend.
    if status == 429 || !(400..500).contains(&status) {
        return Err(ClientError::Unreachable(format!("the server answers with status {status}: {message}")));
    }
    Err(ClientError::Refused { status, message })
}

fn encode(body: &impl Serialize) -> Result<Vec<u8>, ClientError> {
    serde_json::to_vec(body).map_err(|error| ClientError::Unreachable(error.to_string()))
}

fn decode<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, ClientError> {
    let foreign = |error| ClientError::Unreachable(format!("the answer is not a Hookgate's: {error}"));
    serde_json::from_slice(body).map_err(foreign)
}

#[cfg(test)]
mod tests {
    use super::{Answer, ClientError, check};

    #[track_caller]
    fn refused(status: u16) -> bool {
        let body = br#"{"error_code": "RF.1", "error_msg": "no"}"#.to_vec();
        match check(Answer { status, headers: Vec::new(), body }) {
            Err(ClientError::Refused { message, .. }) => {
                assert_eq!(message, "no (RF.1)");
                true
            }
            Err(ClientError::Unreachable(message)) => {
                assert!(message.contains("no (RF.1)"), "{message}");
                false
            }
            Err(ClientError::Unusable(_)) | Ok(_) => panic!("{status} is a failure of the call"),
        }
    }

    #[test]
    fn a_status_tells_whose_fault_it_is() {
        assert!(check(Answer { status: 201, headers: Vec::new(), body: Vec::new() }).is_ok());
        assert!(refused(400) && refused(404) && refused(409) && refused(413));
        assert!(!refused(429) && !refused(500) && !refused(503) && !refused(302));
    }
}
