//! The push itself: a version is stored first, and what else is to change of its hook is changed then. If that fails, it is said what
//! was done and what was not.

use std::io::Write;

use anyhow::{Context as _, Result, anyhow};

use super::plan::{Changes, Plan, words};
use super::{Effect, PushArgs};
use crate::cli::plain::plain;
use crate::client::{
    Client, ClientError, ConfigurationBody, NewPrivateHook, NewPrivateHookVersion, PrivateHookChange,
};
use crate::domain::bundle::PolicyUpload;

/// What came of it.
#[derive(Debug)]
pub(super) struct Stored {
    /// What the server finds odd about the policy.
    warnings: Option<String>,
}

/// Does what the plan says.
pub(super) async fn store(
    args: &PushArgs,
    (plan, upload): (&Plan, &PolicyUpload),
    client: &Client,
) -> Result<Stored> {
    let new = NewPrivateHookVersion::new(&args.version, args.version_description.as_deref(), upload);
    let warnings = match plan {
        Plan::CreateHook => {
            let hook = NewPrivateHook {
                hook_name: args.name.as_str(),
                hook_description: args.description.as_deref(),
                configuration: args.configure.map(Into::into),
                version: &new,
            };
            uncertain(args, client.create_private_hook(&hook).await)?
        }
        Plan::AddVersion(changes) => {
            let warnings = uncertain(args, client.create_private_hook_version(&args.name, &new).await)?;
            apply(args, (changes, "is stored"), client).await?;
            warnings
        }
        Plan::Leave(changes) => {
            apply(args, (changes, "is there"), client).await?;
            None
        }
        Plan::Impossible { why } => return Err(anyhow!(why.clone())),
    };
    Ok(Stored { warnings })
}

/// Without an answer nobody knows whether it was stored.
fn uncertain<T>(args: &PushArgs, answer: Result<T, ClientError>) -> Result<T> {
    let is_lost = matches!(answer, Err(ClientError::Unreachable(_)));
    let (name, version) = (&args.name, &args.version);
    answer.map_err(anyhow::Error::from).with_context(|| {
        if is_lost {
            let advice = "push it again, nothing is stored twice";
            format!("whether version {version} of hook `{name}` is stored is not known: {advice}")
        } else {
            format!("version {version} of hook `{name}` was not stored")
        }
    })
}

async fn apply(args: &PushArgs, (changes, state): (&Changes, &str), client: &Client) -> Result<()> {
    if changes.change == PrivateHookChange::default() {
        return Ok(());
    }
    let done = client.update_private_hook_metadata(&args.name, &changes.change).await;
    // Not an answer of no: something was done, and something was not.
    done.map_err(|cause| {
        anyhow!(
            "version {} of hook `{}` {state}, but the server did not {}: {cause}; the same command goes on from here",
            args.version,
            args.name,
            words(&changes.change).join(" and ")
        )
    })
}

/// What was done, and what is left to do for a version that has no effect.
pub(super) fn tell(
    args: &PushArgs,
    (plan, stored, effect): (&Plan, &Stored, Effect),
    out: &mut impl Write,
) -> Result<()> {
    let (name, version) = (&args.name, args.version.to_string());
    let (configuration, default) = match plan {
        Plan::CreateHook => {
            let effect = match effect {
                Effect::Decides => "decides",
                Effect::None => "decides nothing: it has no `hook_result`",
            };
            writeln!(out, "created hook `{name}` with version {version}, which {effect}")?;
            (args.configure.map(ConfigurationBody::from), version.clone())
        }
        Plan::AddVersion(changes) => {
            writeln!(out, "stored version {version} of hook `{name}`")?;
            outcome(changes)
        }
        Plan::Leave(changes) => {
            writeln!(out, "version {version} of hook `{name}` is there already, with the same policy")?;
            outcome(changes)
        }
        Plan::Impossible { .. } => return Ok(()),
    };
    if let Plan::AddVersion(Changes { change, .. }) | Plan::Leave(Changes { change, .. }) = plan {
        words(change).iter().try_for_each(|word| writeln!(out, "done: {word}"))?;
    }
    if let Some(warnings) = &stored.warnings {
        writeln!(out, "the server warns: {}", plain(warnings))?;
    }
    if default != version {
        let default = plain(&default);
        writeln!(
            out,
            "version {default} still decides; `hookgate hooks set-default {name} {version}` changes that"
        )?;
    }
    if configuration.is_none_or(|configuration| configuration.target_stacks == "NONE") {
        writeln!(out, "no operation asks it yet; `hookgate hooks configure {name} ALL:FAIL` changes that")?;
    }
    Ok(())
}

/// The configuration and the default version of a hook that was changed.
fn outcome(Changes { hook, change }: &Changes) -> (Option<ConfigurationBody>, String) {
    let configuration = change.configuration.clone().or_else(|| hook.configuration.clone());
    let default = change.default_version.clone().unwrap_or_else(|| hook.default_version.clone());
    (configuration, default)
}
