//! `CreatePrivateHook`, `ListPrivateHooks`, `ShowPrivateHookMetadata`, `UpdatePrivateHookMetadata`, `DeletePrivateHook`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::paging::{Page, PageInfo};
use super::private_hook_versions::NewPrivateHookVersion;
use super::{Client, ClientError, decode, encode};
use crate::domain::hook::{Configuration, HookName};

/// How a hook takes part, in the contract's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationBody {
    /// `NONE` or `ALL`.
    pub target_stacks: String,
    /// `WARN` or `FAIL`.
    pub failure_mode: String,
}

impl From<Configuration> for ConfigurationBody {
    fn from(configuration: Configuration) -> Self {
        Self {
            target_stacks: configuration.target_stacks.as_str().to_owned(),
            failure_mode: configuration.failure_mode.as_str().to_owned(),
        }
    }
}

/// A hook to be created, with its first version.
#[derive(Debug, Serialize)]
pub struct NewPrivateHook<'a> {
    /// Its name.
    pub hook_name: &'a str,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hook_description: Option<&'a str>,
    /// How it takes part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<ConfigurationBody>,
    /// Its first version, which becomes the default.
    #[serde(flatten)]
    pub version: &'a NewPrivateHookVersion,
}

/// A hook as the server shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PrivateHook {
    /// Its name.
    pub hook_name: String,
    /// What it is for.
    #[serde(default)]
    pub hook_description: String,
    /// The version that decides.
    pub default_version: String,
    /// How it takes part; absent when it was never configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<ConfigurationBody>,
    /// When it was created.
    pub create_time: String,
    /// When it was last changed.
    pub update_time: String,
    /// The other members of the answer, for programs.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// The body of `UpdatePrivateHookMetadata`; what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PrivateHookChange {
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hook_description: Option<String>,
    /// The version that is to decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_version: Option<String>,
    /// How it is to take part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<ConfigurationBody>,
}

#[derive(Debug, Deserialize)]
struct PrivateHookList {
    hooks: Vec<PrivateHook>,
    #[serde(default)]
    page_info: PageInfo,
}

impl Page for PrivateHookList {
    type Row = PrivateHook;

    fn into_parts(self) -> (Vec<PrivateHook>, PageInfo) {
        (self.hooks, self.page_info)
    }
}

impl Client {
    /// `CreatePrivateHook`. Gives the warnings about its policy.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn create_private_hook(&self, new: &NewPrivateHook<'_>) -> Result<Option<String>, ClientError> {
        let answer = self.send("POST", "/v1/private-hooks", encode(new)?).await?;
        Ok(super::private_hook_versions::find_warnings(&answer))
    }

    /// `ListPrivateHooks`, to its end: newest first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn list_private_hooks(&self) -> Result<Vec<PrivateHook>, ClientError> {
        self.list_all::<PrivateHookList>("/v1/private-hooks").await
    }

    /// `ShowPrivateHookMetadata`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn show_private_hook_metadata(&self, name: &HookName) -> Result<PrivateHook, ClientError> {
        decode(&self.send("GET", &metadata_of(name), Vec::new()).await?.body)
    }

    /// `UpdatePrivateHookMetadata`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn update_private_hook_metadata(
        &self,
        name: &HookName,
        change: &PrivateHookChange,
    ) -> Result<(), ClientError> {
        self.send("PATCH", &metadata_of(name), encode(change)?).await.map(drop)
    }

    /// `DeletePrivateHook`: the hook and all its versions.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn delete_private_hook(&self, name: &HookName) -> Result<(), ClientError> {
        self.send("DELETE", &format!("/v1/private-hooks/{name}"), Vec::new()).await.map(drop)
    }
}

fn metadata_of(name: &HookName) -> String {
    format!("/v1/private-hooks/{name}/metadata")
}
