//! Policies as they were uploaded. `ShowPrivateHookVersionPolicy`: the server answers with a link, and the link with the policy;
//! `ShowOperationPolicy` answers with the policy.

use std::path::Path;

use uuid::Uuid;

use super::private_hook_versions::versions_of;
use super::{Client, ClientError, check};
use crate::domain::bundle::limits::MAX_BYTES;
use crate::domain::bundle::{PolicyFormat, PolicyUpload};
use crate::domain::hook::{HookName, Version};
use crate::outbound::direct::Answer;

impl Client {
    /// The policy of a version as it was uploaded. A Hookgate's link names its digest: what arrives has to have it.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn show_private_hook_version_policy(
        &self,
        name: &HookName,
        version: &Version,
    ) -> Result<PolicyUpload, ClientError> {
        let path = format!("{}/{version}/policies", versions_of(name));
        let answer = self.call("GET", (&path, &Uuid::new_v4().to_string()), Vec::new()).await?;
        if answer.status != 307 {
            return Err(check(answer)
                .err()
                .unwrap_or_else(|| foreign("the answer is no link to the policy")));
        }
        let location =
            answer.find_header("location").ok_or_else(|| foreign("the link to the policy is missing"))?;
        let policy = check(self.direct.follow(location, MAX_BYTES.saturating_add(1)).await?)?;
        let upload = PolicyUpload { format: format_of(&policy, location), bytes: policy.body };
        if upload.bytes.len() > MAX_BYTES {
            return Err(foreign("what arrives is larger than any policy"));
        }
        match find_digest(location) {
            Some(digest) if digest != upload.digest().as_str() => {
                Err(foreign("what arrives does not have the digest that the link names"))
            }
            _ => Ok(upload),
        }
    }

    /// `ShowOperationPolicy`: the policy of that digest, which the operation asked.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn show_operation_policy(
        &self,
        work_id: &str,
        digest: &str,
    ) -> Result<PolicyUpload, ClientError> {
        let path = format!("/v1/operations/{work_id}/policies/{digest}");
        let policy = self.send("GET", &path, Vec::new()).await?;
        let upload = PolicyUpload { format: format_of(&policy, &path), bytes: policy.body };
        if digest == upload.digest().as_str() {
            Ok(upload)
        } else {
            Err(foreign("what arrives does not have the digest that was asked for"))
        }
    }
}

fn foreign(what: &str) -> ClientError {
    ClientError::Unreachable(format!("the policy cannot be downloaded: {what}"))
}

/// What the answer says it is, or the link, or else its first bytes.
fn format_of(policy: &Answer, location: &str) -> PolicyFormat {
    let media_type = policy.find_header("content-type").unwrap_or_default();
    let path = location.split('?').next().unwrap_or_default();
    let is_zip = media_type.starts_with("application/zip")
        || Path::new(path).extension().is_some_and(|extension| extension == "zip")
        || (!media_type.starts_with("text/") && policy.body.starts_with(b"PK"));
    if is_zip { PolicyFormat::Zip } else { PolicyFormat::Rego }
}

/// The SHA-256 at the end of a link's path, if it has one.
fn find_digest(location: &str) -> Option<&str> {
    let path = location.split(['?', '#']).next()?;
    let last = path.rsplit('/').next()?;
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (last.len() == 64 && last.bytes().all(is_digit)).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::find_digest;

    #[test]
    fn a_link_of_ours_names_the_digest() {
        let digest = "0123456789abcdef".repeat(4);
        let link = format!("http://127.0.0.1:8180/v1/policy-downloads/{digest}?expires=1&signature=ab");
        assert_eq!(find_digest(&link), Some(digest.as_str()));
        assert_eq!(find_digest("https://obs.example.com/bucket/policy.zip?AWSAccessKeyId=x"), None);
    }
}
