//! Hooks and versions on the screen, or as JSON as the server has them.

use std::io::Write;

use anyhow::Result;

use super::Format;
use crate::cli::output::write_json as json;
use crate::cli::plain::plain;
use crate::cli::table::{self, moment};
use crate::client::{ConfigurationBody, PrivateHook, PrivateHookVersion};

/// All hooks, a row each.
pub(super) fn hooks(
    out: &mut impl Write,
    hooks: &[PrivateHook],
    (format, width): (Format, Option<usize>),
) -> Result<()> {
    if format == Format::Json {
        return json(out, &hooks);
    }
    if hooks.is_empty() {
        return Ok(writeln!(out, "there are no hooks")?);
    }
    let rows: Vec<_> = hooks.iter().map(row_of_hook).collect();
    let heads = ["NAME", "DEFAULT", "STACKS", "MODE", "CHANGED", "DESCRIPTION"];
    Ok(table::write(out, heads, &rows, width)?)
}

fn row_of_hook(hook: &PrivateHook) -> [String; 6] {
    let word = |choose: fn(&ConfigurationBody) -> &String| {
        hook.configuration
            .as_ref()
            .map_or_else(|| "-".to_owned(), |configuration| choose(configuration).clone())
    };
    [
        hook.hook_name.clone(),
        hook.default_version.clone(),
        word(|configuration| &configuration.target_stacks),
        word(|configuration| &configuration.failure_mode),
        moment(&hook.update_time),
        hook.hook_description.clone(),
    ]
}

/// One hook, a line for each of its members.
pub(super) fn hook(out: &mut impl Write, hook: &PrivateHook, format: Format) -> Result<()> {
    if format == Format::Json {
        return json(out, hook);
    }
    let [name, default, stacks, mode, changed, description] = row_of_hook(hook);
    let lines = [
        ("name", name),
        ("description", description),
        ("default", default),
        ("stacks", stacks),
        ("mode", mode),
        ("created", moment(&hook.create_time)),
        ("changed", changed),
    ];
    for (member, value) in lines {
        writeln!(out, "{}", format!("{member:11}  {}", plain(&value)).trim_end())?;
    }
    if hook.configuration.is_none() {
        writeln!(out, "it was never configured, so no operation asks it")?;
    }
    Ok(())
}

/// The versions of a hook, a row each.
pub(super) fn versions(
    out: &mut impl Write,
    (hook, versions): (&PrivateHook, &[PrivateHookVersion]),
    (format, width): (Format, Option<usize>),
) -> Result<()> {
    if format == Format::Json {
        return json(out, &versions);
    }
    let row = |version: &PrivateHookVersion| {
        let decides = if version.hook_version == hook.default_version { "yes" } else { "" };
        let created = moment(&version.create_time);
        [version.hook_version.clone(), decides.to_owned(), created, version.hook_version_description.clone()]
    };
    let rows: Vec<_> = versions.iter().map(row).collect();
    Ok(table::write(out, ["VERSION", "DEFAULT", "CREATED", "DESCRIPTION"], &rows, width)?)
}
