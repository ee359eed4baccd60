//! Versions of hooks: add, list, show, delete, and the policy itself. A version, once stored, is never changed.

use crate::domain::account::Account;
use crate::domain::bundle::{Digest, PolicyUpload};
use crate::domain::hook::{Description, Hook, HookId, HookName, HookVersion, Version};
use crate::domain::page::{Page, PageRequest};
use crate::domain::policy_source::PolicySource;
use crate::domain::time::Timestamp;
use crate::evaluator::ExamineError;
use crate::service::Services;
use crate::service::error::{RegistryError, Unavailable};
use crate::service::registry::find_hook;
use crate::store::hooks::Inserted;
use crate::store::{Session, WriteTx};

/// A version to be added.
#[derive(Debug)]
pub struct NewVersion {
    /// The version.
    pub version: Version,
    /// What it is about.
    pub description: Description,
    /// Where its policy comes from.
    pub source: PolicySource,
}

/// A policy that passed every check.
#[derive(Debug)]
pub(super) struct Accepted {
    upload: PolicyUpload,
    digest: Digest,
    declares_hook_result: bool,
    pub(super) warnings: Vec<String>,
}

impl Accepted {
    /// The version that holds this policy.
    pub(super) fn version(
        &self,
        version: Version,
        description: Description,
        sequence: i64,
        now: Timestamp,
    ) -> HookVersion {
        HookVersion { version, description, digest: self.digest.clone(), sequence, create_time: now }
    }
}

/// Fetches the policy if it must be, and has it checked by an evaluator. Nothing is stored yet.
pub(super) async fn accept(
    services: &Services,
    account: &Account,
    source: PolicySource,
) -> Result<Accepted, RegistryError> {
    let upload = match source {
        PolicySource::Inline(upload) => upload,
        PolicySource::Remote { uri, format } => {
            let bytes = services.outbound.fetch_policy(&uri).await?;
            PolicyUpload { format, bytes }
        }
    };
    let examined = services.evaluators.examine(account, &upload).await?;
    Ok(Accepted {
        digest: upload.digest(),
        upload,
        declares_hook_result: examined.declares_hook_result,
        warnings: examined.warnings.iter().map(ToString::to_string).collect(),
    })
}

/// `CreatePrivateHookVersion`: the new version does not become the default. Gives back the warnings about its policy.
pub async fn add_version(
    services: &Services,
    account: &Account,
    (name, id): (&HookName, Option<HookId>),
    new: NewVersion,
) -> Result<Vec<String>, RegistryError> {
    let mut session = services.store.session().await?;
    let hook = find_hook(&mut session, account, name, id).await?;
    check_room(services, &mut session, &hook, &new.version).await?;
    drop(session);
    let accepted = accept(services, account, new.source).await?;

    let mut tx = services.store.begin_write().await?;
    let sequence = tx.bump_revision(account).await?;
    // Again, now that nobody else can change the account: the hook may be gone, or another one by now.
    let hook = find_hook(&mut tx, account, name, Some(hook.id)).await?;
    check_room(services, &mut tx, &hook, &new.version).await?;
    let version = accepted.version(new.version, new.description, sequence, services.clock.now());
    insert(&mut tx, &hook, &version, &accepted).await?;
    tx.commit().await?;
    tracing::info!(hook.name = %hook.name, hook.version = %version.version, "version added");
    Ok(accepted.warnings)
}

async fn check_room(
    services: &Services,
    session: &mut Session,
    hook: &Hook,
    version: &Version,
) -> Result<(), RegistryError> {
    if session.find_version(hook.id, version).await?.is_some() {
        return Err(RegistryError::VersionExists(hook.name.clone(), version.clone()));
    }
    let most = services.settings.max_versions;
    if session.count_versions(hook.id).await? >= most {
        return Err(RegistryError::VersionQuota(most));
    }
    Ok(())
}

/// Stores the policy and the version that names it.
pub(super) async fn insert(
    tx: &mut WriteTx,
    hook: &Hook,
    version: &HookVersion,
    accepted: &Accepted,
) -> Result<(), RegistryError> {
    let declares = accepted.declares_hook_result;
    tx.insert_bundle(&accepted.upload, &accepted.digest, declares, version.create_time).await?;
    match tx.insert_version(hook.id, version).await? {
        Inserted::Done => Ok(()),
        Inserted::Taken => Err(RegistryError::VersionExists(hook.name.clone(), version.version.clone())),
    }
}

/// `ListPrivateHookVersions`.
pub async fn list_versions(
    services: &Services,
    account: &Account,
    (name, id): (&HookName, Option<HookId>),
    page: &PageRequest,
) -> Result<(Hook, Page<HookVersion>), RegistryError> {
    let mut session = services.store.session().await?;
    let hook = find_hook(&mut session, account, name, id).await?;
    let versions = session.list_versions(hook.id, page).await?;
    Ok((hook, versions))
}

/// `ShowPrivateHookVersionMetadata`.
pub async fn show_version(
    services: &Services,
    account: &Account,
    (name, id): (&HookName, Option<HookId>),
    version: &Version,
) -> Result<(Hook, HookVersion), RegistryError> {
    let mut session = services.store.session().await?;
    let hook = find_hook(&mut session, account, name, id).await?;
    let version = find_version(&mut session, &hook, version).await?;
    Ok((hook, version))
}

/// `DeletePrivateHookVersion`: any version but the default one.
pub async fn delete_version(
    services: &Services,
    account: &Account,
    (name, id): (&HookName, Option<HookId>),
    version: &Version,
) -> Result<(), RegistryError> {
    let mut tx = services.store.begin_write().await?;
    tx.bump_revision(account).await?;
    let hook = find_hook(&mut tx, account, name, id).await?;
    let found = find_version(&mut tx, &hook, version).await?;
    if found.version.precedence_key() == hook.default_version.precedence_key() {
        return Err(RegistryError::DefaultVersion(found.version));
    }
    if !tx.delete_version(hook.id, &found.version).await? {
        return Err(RegistryError::VersionNotFound(hook.name, found.version));
    }
    tx.commit().await?;
    tracing::info!(hook.name = %hook.name, hook.version = %found.version, "version deleted");
    Ok(())
}

/// The policy stored under `digest`.
pub async fn find_policy(services: &Services, digest: &Digest) -> Result<PolicyUpload, RegistryError> {
    let found = services.store.session().await?.find_bundle(digest).await?;
    found.ok_or_else(|| Unavailable::Broken(format!("the policy {digest} is not in the store")).into())
}

/// The version of the hook, build metadata aside.
pub(super) async fn find_version(
    session: &mut Session,
    hook: &Hook,
    version: &Version,
) -> Result<HookVersion, RegistryError> {
    session
        .find_version(hook.id, version)
        .await?
        .ok_or_else(|| RegistryError::VersionNotFound(hook.name.clone(), version.clone()))
}

impl From<ExamineError> for RegistryError {
    fn from(error: ExamineError) -> Self {
        match error {
            ExamineError::Rejected(diagnostics) => Self::Rejected(diagnostics),
            ExamineError::Unavailable(cause) => Unavailable::Busy(cause.to_string()).into(),
        }
    }
}
