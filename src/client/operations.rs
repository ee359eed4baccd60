//! `ListOperations`, `ShowOperation`, `ExportDecisions`: the record of decisions.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::paging::{PageInfo, encode};
use super::{Client, ClientError, decode};

/// The fewest rows that a server gives at once.
const FEWEST: usize = 10;

/// Which operations are asked for.
#[derive(Debug, Clone, Default)]
pub struct OperationQuery {
    /// Names and values, as the contract has them.
    pub parameters: Vec<(&'static str, String)>,
}

impl OperationQuery {
    /// The address of the list at `path`, with `more` parameters.
    fn at(&self, path: &str, more: &[(&'static str, String)]) -> String {
        let parameters = self.parameters.iter().chain(more);
        let pairs: Vec<String> =
            parameters.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        format!("{path}?{}", pairs.join("&"))
    }
}

/// An operation as the server shows it, as far as people look at it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OperationRecord {
    /// Its id.
    pub work_id: String,
    /// What was asked for.
    pub operation: String,
    /// To what.
    pub stack: RecordedStack,
    /// Who started it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// `ALLOWED` or `DENIED`.
    pub decision: String,
    /// What the stack is to be set to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack_status: Option<String>,
    /// The headline of a denial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// When it began.
    pub created_at: String,
    /// What each hook said, in creation order.
    pub hooks: Vec<AskedHook>,
    /// The other members of the answer, for programs.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// The stack of a recorded operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordedStack {
    /// Its name.
    pub name: String,
    /// The other members, for programs.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// A hook that was asked, and what it said.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskedHook {
    /// Its name.
    pub hook_name: String,
    /// Its version then.
    pub hook_version: String,
    /// The digest of its policy then.
    pub policy_digest: String,
    /// `WARN` or `FAIL`.
    pub failure_mode: String,
    /// What its policy said.
    pub result: String,
    /// What that means under its failure mode.
    pub verdict: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub err_msg: Option<String>,
    /// The other members of the answer, for programs.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
struct OperationList {
    operations: Vec<OperationRecord>,
    #[serde(default)]
    page_info: PageInfo,
}

impl Client {
    /// `ListOperations`: the newest `most` of those asked for, and whether there are more.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_operations(
        &self,
        query: &OperationQuery,
        most: usize,
    ) -> Result<(Vec<OperationRecord>, bool), ClientError> {
        let path = query.at("/v1/operations", &[("limit", most.max(FEWEST).to_string())]);
        let page: OperationList = decode(&self.send("GET", &path, Vec::new()).await?.body)?;
        let mut operations = page.operations;
        let more = operations.len() > most || page.page_info.next_marker.is_some();
        operations.truncate(most);
        Ok((operations, more))
    }

    /// `ShowOperation`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn show_operation(&self, work_id: &str) -> Result<OperationRecord, ClientError> {
        decode(&self.send("GET", &format!("/v1/operations/{work_id}"), Vec::new()).await?.body)
    }

    /// `ExportDecisions`: at most `most` lines, those behind the one that has the marker `after`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn export_decisions(
        &self,
        query: &OperationQuery,
        (after, most): (Option<&str>, usize),
    ) -> Result<Vec<u8>, ClientError> {
        let marker = after.map(|marker| ("marker", marker.to_owned()));
        let more: Vec<_> = [("limit", most.to_string())].into_iter().chain(marker).collect();
        Ok(self.send("GET", &query.at("/v1/decisions", &more), Vec::new()).await?.body)
    }
}
