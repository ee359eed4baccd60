//! `CreatePrivateHookVersion`, `ListPrivateHookVersions`, `ShowPrivateHookVersionMetadata`, `DeletePrivateHookVersion`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::paging::{Page, PageInfo};
use super::{Client, ClientError, decode, encode};
use crate::domain::bundle::{PolicyFormat, PolicyUpload};
use crate::domain::hook::{HookName, Version};
use crate::outbound::direct::Answer;

/// A version to be stored, with its policy.
#[derive(Debug, Clone, Serialize)]
pub struct NewPrivateHookVersion {
    /// The version.
    hook_version: String,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    hook_version_description: Option<String>,
    /// A policy that is one text.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_body: Option<String>,
    /// A policy that is a zip, inside of its own address: so it needs no place from which the server could fetch it.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_uri: Option<String>,
}

impl NewPrivateHookVersion {
    /// The version `version` with the policy `upload`.
    pub fn new(version: &Version, description: Option<&str>, upload: &PolicyUpload) -> Self {
        let in_uri =
            |media_type| Some(format!("data:{media_type};base64,{}", STANDARD.encode(&upload.bytes)));
        let (policy_body, policy_uri) = match (upload.format, str::from_utf8(&upload.bytes)) {
            (PolicyFormat::Rego, Ok(text)) => (Some(text.to_owned()), None),
            (PolicyFormat::Rego, Err(_)) => (None, in_uri("text/plain")),
            (PolicyFormat::Zip, _) => (None, in_uri("application/zip")),
        };
        Self {
            hook_version: version.to_string(),
            hook_version_description: description.map(str::to_owned),
            policy_body,
            policy_uri,
        }
    }
}

/// A version as the server shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PrivateHookVersion {
    /// The version.
    pub hook_version: String,
    /// What it is about.
    #[serde(default)]
    pub hook_version_description: String,
    /// When it was created.
    pub create_time: String,
    /// The other members of the answer, for programs.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
struct PrivateHookVersionList {
    versions: Vec<PrivateHookVersion>,
    #[serde(default)]
    page_info: PageInfo,
}

impl Page for PrivateHookVersionList {
    type Row = PrivateHookVersion;

    fn into_parts(self) -> (Vec<PrivateHookVersion>, PageInfo) {
        (self.versions, self.page_info)
    }
}

impl Client {
    /// `CreatePrivateHookVersion`. Gives the warnings about its policy.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn create_private_hook_version(
        &self,
        name: &HookName,
        new: &NewPrivateHookVersion,
    ) -> Result<Option<String>, ClientError> {
        let answer = self.send("POST", &versions_of(name), encode(new)?).await?;
        Ok(find_warnings(&answer))
    }

    /// `ListPrivateHookVersions`, to its end: newest first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_private_hook_versions(
        &self,
        name: &HookName,
    ) -> Result<Vec<PrivateHookVersion>, ClientError> {
        self.list_all::<PrivateHookVersionList>(&versions_of(name)).await
    }

    /// `ShowPrivateHookVersionMetadata`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn show_private_hook_version_metadata(
        &self,
        name: &HookName,
        version: &Version,
    ) -> Result<PrivateHookVersion, ClientError> {
        let path = format!("{}/{version}/metadata", versions_of(name));
        decode(&self.send("GET", &path, Vec::new()).await?.body)
    }

    /// `DeletePrivateHookVersion`: any but the default one.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn delete_private_hook_version(
        &self,
        name: &HookName,
        version: &Version,
    ) -> Result<(), ClientError> {
        let path = format!("{}/{version}", versions_of(name));
        self.send("DELETE", &path, Vec::new()).await.map(drop)
    }
}

pub(super) fn versions_of(name: &HookName) -> String {
    format!("/v1/private-hooks/{name}/versions")
}

/// What is odd about a policy that was accepted all the same.
pub(super) fn find_warnings(answer: &Answer) -> Option<String> {
    answer.find_header("x-hookgate-warnings").map(str::to_owned)
}
