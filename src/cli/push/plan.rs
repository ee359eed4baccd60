//! What a push has to do, as the server stands.

use std::io::Write;

use anyhow::{Context as _, Result};

use super::{Effect, PushArgs};
use crate::client::{Client, ClientError, PrivateHook, PrivateHookChange};
use crate::domain::bundle::{PolicyFormat, PolicyUpload};
use crate::domain::hook::Version;
use crate::offline::archive;

/// What is to be done.
#[derive(Debug)]
pub(super) enum Plan {
    /// There is no such hook.
    CreateHook,
    /// The hook has no such version.
    AddVersion(Changes),
    /// The version is there, with the same policy.
    Leave(Changes),
    /// The version is there, with another one.
    Impossible { why: String },
}

/// What is to be changed of a hook that is there.
#[derive(Debug)]
pub(super) struct Changes {
    /// As it is.
    pub(super) hook: PrivateHook,
    /// Nothing in it that is so already.
    pub(super) change: PrivateHookChange,
}

/// Looks at the server.
pub(super) async fn make(args: &PushArgs, upload: &PolicyUpload, client: &Client) -> Result<Plan> {
    let Some(hook) = if_there(client.show_private_hook_metadata(&args.name).await)? else {
        return Ok(Plan::CreateHook);
    };
    let change = change(args, &hook);
    let changes = Changes { hook, change };
    let stored = if_there(client.show_private_hook_version_policy(&args.name, &args.version).await)?;
    match stored {
        None => Ok(Plan::AddVersion(changes)),
        Some(stored) if is_same(&stored, upload) => Ok(Plan::Leave(changes)),
        Some(_) => Ok(Plan::Impossible { why: explain(args, client).await? }),
    }
}

/// The answer, or nothing where the server says that there is nothing.
fn if_there<T>(answer: Result<T, ClientError>) -> Result<Option<T>, ClientError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

fn change(args: &PushArgs, hook: &PrivateHook) -> PrivateHookChange {
    let version = args.version.to_string();
    let configuration = args.configure.map(Into::into);
    PrivateHookChange {
        hook_description: args.description.clone().filter(|text| *text != hook.hook_description),
        default_version: (args.make_default && hook.default_version != version).then_some(version),
        configuration: configuration.filter(|wanted| hook.configuration.as_ref() != Some(wanted)),
    }
}

/// Whether two policies are the same bytes, or the same files in two packings.
fn is_same(stored: &PolicyUpload, upload: &PolicyUpload) -> bool {
    let files = |upload: &PolicyUpload| archive::list_files(&upload.bytes).ok();
    let are_zips = stored.format == PolicyFormat::Zip && upload.format == PolicyFormat::Zip;
    stored == upload || are_zips && files(stored).is_some() && files(stored) == files(upload)
}

async fn explain(args: &PushArgs, client: &Client) -> Result<String> {
    let PushArgs { name, version, .. } = args;
    let versions = client.list_private_hook_versions(name).await;
    let versions =
        versions.with_context(|| format!("version {version} of hook `{name}` has another policy"))?;
    let taken: Vec<Version> = versions
        .iter()
        .filter_map(|known| Version::parse("hook_version", &known.hook_version).ok())
        .collect();
    let next = version.next_patch(&taken).map(|next| format!(": the next patch would be {next}"));
    Ok(format!(
        "hook `{name}` has version {version} already, with another policy, and a version never changes{}",
        next.unwrap_or_default()
    ))
}

/// What would be done.
pub(super) fn tell(args: &PushArgs, (plan, effect): (&Plan, Effect), out: &mut impl Write) -> Result<()> {
    let PushArgs { name, version, .. } = args;
    let change = match plan {
        Plan::CreateHook => {
            let effect = match effect {
                Effect::Decides => "would decide",
                Effect::None => "would decide nothing: it has no `hook_result`",
            };
            writeln!(out, "would create hook `{name}` with version {version}, which {effect}")?;
            None
        }
        Plan::AddVersion(changes) => {
            writeln!(out, "would store version {version} of hook `{name}`")?;
            Some(&changes.change)
        }
        Plan::Leave(changes) => {
            writeln!(out, "version {version} of hook `{name}` is there already, with the same policy")?;
            Some(&changes.change)
        }
        Plan::Impossible { .. } => None,
    };
    let words = change.map(words).unwrap_or_default();
    words.iter().try_for_each(|word| writeln!(out, "would {word}"))?;
    Ok(())
}

/// What a change does, as verbs.
pub(super) fn words(change: &PrivateHookChange) -> Vec<String> {
    let default = change.default_version.as_ref().map(|version| format!("make {version} the default"));
    let configuration = change.configuration.as_ref().map(|configuration| {
        format!("configure the hook as {}:{}", configuration.target_stacks, configuration.failure_mode)
    });
    let description = change.hook_description.as_ref().map(|_| "describe the hook anew".to_owned());
    default.into_iter().chain(configuration).chain(description).collect()
}
