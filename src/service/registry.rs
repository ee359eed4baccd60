//! Hooks: create, list, show, update, delete.

use crate::domain::account::Account;
use crate::domain::hook::{Configuration, Description, Hook, HookId, HookName, HookPatch};
use crate::domain::invalid::{Invalid, Rule};
use crate::domain::page::{Page, PageRequest};
use crate::service::Services;
use crate::service::error::RegistryError;
use crate::service::versions::{self, NewVersion};
use crate::store::hooks::Inserted;
use crate::store::{Session, WriteTx};

/// A hook to be created, with its first version.
#[derive(Debug)]
pub struct NewHook {
    /// Its name.
    pub name: HookName,
    /// What it is for.
    pub description: Description,
    /// How it takes part; `None` leaves it without effect.
    pub configuration: Option<Configuration>,
    /// Its first version, which becomes the default.
    pub version: NewVersion,
}

/// A hook that was created.
#[derive(Debug)]
pub struct CreatedHook {
    /// Its id.
    pub id: HookId,
    /// What is odd about its policy without keeping it out.
    pub warnings: Vec<String>,
}

/// `CreatePrivateHook`: checks the policy, then stores hook, version and policy at once.
pub async fn create_hook(
    services: &Services,
    account: &Account,
    new: NewHook,
) -> Result<CreatedHook, RegistryError> {
    let mut session = services.store.session().await?;
    check_room(services, &mut session, account, &new.name).await?;
    drop(session);
    let accepted = versions::accept(services, account, new.version.source).await?;
    let now = services.clock.now();

    let mut tx = services.store.begin_write().await?;
    let sequence = tx.bump_revision(account).await?;
    // Again, now that nobody else can change the account.
    check_room(services, &mut tx, account, &new.name).await?;
    let hook = Hook {
        id: HookId::generate(),
        name: new.name,
        description: new.description,
        default_version: new.version.version.clone(),
        configuration: new.configuration,
        sequence,
        create_time: now,
        update_time: now,
    };
    if tx.insert_hook(account, &hook).await? == Inserted::Taken {
        return Err(RegistryError::NameTaken(hook.name));
    }
    let version = accepted.version(new.version.version, new.version.description, sequence, now);
    versions::insert(&mut tx, &hook, &version, &accepted).await?;
    tx.commit().await?;
    tracing::info!(hook.name = %hook.name, hook.version = %version.version, "hook created");
    Ok(CreatedHook { id: hook.id, warnings: accepted.warnings })
}

async fn check_room(
    services: &Services,
    session: &mut Session,
    account: &Account,
    name: &HookName,
) -> Result<(), RegistryError> {
    if session.find_hook(account, name).await?.is_some() {
        return Err(RegistryError::NameTaken(name.clone()));
    }
    let most = services.settings.max_hooks;
    if session.count_hooks(account).await? >= most {
        return Err(RegistryError::HookQuota(most));
    }
    Ok(())
}

/// `ListPrivateHooks`.
pub async fn list_hooks(
    services: &Services,
    account: &Account,
    page: &PageRequest,
) -> Result<Page<Hook>, RegistryError> {
    Ok(services.store.session().await?.list_hooks(account, page).await?)
}

/// `ShowPrivateHookMetadata`.
pub async fn show_hook(
    services: &Services,
    account: &Account,
    name: &HookName,
    id: Option<HookId>,
) -> Result<Hook, RegistryError> {
    find_hook(&mut services.store.session().await?, account, name, id).await
}

/// `UpdatePrivateHookMetadata`: every field that is given takes effect at once, for every operation begun afterwards.
pub async fn update_hook(
    services: &Services,
    account: &Account,
    name: &HookName,
    (id, mut patch): (Option<HookId>, HookPatch),
) -> Result<(), RegistryError> {
    let mut session = services.store.session().await?;
    let read = find_hook(&mut session, account, name, id).await?;
    drop(session);

    let mut tx = services.store.begin_write().await?;
    tx.bump_revision(account).await?;
    let now = find_hook(&mut tx, account, name, id).await?;
    if now.id != read.id || patch.collides(&read, &now) {
        return Err(RegistryError::HookChanged(now.name));
    }
    if let Some(version) = &mut patch.default_version {
        // Build metadata may be left out or differ; the hook shows the version as it was registered.
        *version = versions::find_version(&mut tx, &now, version).await?.version;
    }
    let hook = patch.apply(now.clone(), services.clock.now());
    if !tx.update_hook(account, &now, &hook).await? {
        return Err(RegistryError::HookChanged(hook.name));
    }
    tx.commit().await?;
    tracing::info!(hook.name = %hook.name, "hook updated");
    Ok(())
}

/// `DeletePrivateHook`: the hook and all its versions; the name is free afterwards.
pub async fn delete_hook(
    services: &Services,
    account: &Account,
    name: &HookName,
    id: Option<HookId>,
) -> Result<(), RegistryError> {
    let mut tx = services.store.begin_write().await?;
    delete_in(&mut tx, account, name, id).await?;
    tx.commit().await?;
    tracing::info!(hook.name = %name, "hook deleted");
    Ok(())
}

async fn delete_in(
    tx: &mut WriteTx,
    account: &Account,
    name: &HookName,
    id: Option<HookId>,
) -> Result<(), RegistryError> {
    tx.bump_revision(account).await?;
    let hook = find_hook(tx, account, name, id).await?;
    let deleted = tx.delete_hook(account, hook.id).await?;
    if deleted { Ok(()) } else { Err(RegistryError::HookNotFound(hook.name)) }
}

/// The hook of that name; when an id is given it must be that hook's.
pub(super) async fn find_hook(
    session: &mut Session,
    account: &Account,
    name: &HookName,
    id: Option<HookId>,
) -> Result<Hook, RegistryError> {
    let hook =
        session.find_hook(account, name).await?.ok_or_else(|| RegistryError::HookNotFound(name.clone()))?;
    match id {
        Some(id) if id != hook.id => Err(Invalid::new("hook_id", Rule::OtherHook).into()),
        _ => Ok(hook),
    }
}
