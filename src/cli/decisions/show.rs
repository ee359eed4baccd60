//! `hookgate decisions show`: one decision, or a policy that decided it.

use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::cli::Surroundings;
use crate::cli::arguments::parse_name;
use crate::cli::hooks::{Format, Place, waited};
use crate::cli::output::{is_stdout, write_json, write_stdout, write_whole};
use crate::cli::plain::{plain, plain_lines};
use crate::cli::table::{self, find_width, moment};
use crate::client::{AskedHook, OperationRecord};
use crate::domain::bundle::{PolicyFormat, PolicyUpload};
use crate::domain::hook::HookName;
use crate::domain::operation::WorkId;

/// How much of a digest tells it from others.
const DIGITS: usize = 12;

/// The command line of `decisions show`.
#[derive(Debug, Args)]
pub(in crate::cli) struct ShowArgs {
    /// The operation, as `run` and the answer of the gate name it
    #[arg(value_parser = parse_work_id)]
    work_id: WorkId,
    /// Give the policy as it was when it decided, also when its hook is gone
    #[arg(long, conflicts_with = "format")]
    policy: bool,
    /// Whose policy, where several hooks were asked
    #[arg(long, value_parser = parse_name, requires = "policy")]
    hook: Option<HookName>,
    /// Where to write the policy
    #[arg(short, long, value_name = "PATH", default_value = "-", requires = "policy")]
    output: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

pub(super) async fn run<O: Write, E: Write>(
    args: &ShowArgs,
    surroundings: &mut Surroundings<O, E>,
) -> Result<()> {
    let client = args.place.client(&surroundings.environment)?;
    let operation = waited(client.show_operation(&args.work_id.to_string())).await?;
    let out = &mut surroundings.out;
    if args.policy {
        let digest = choose(&operation, args.hook.as_ref())?;
        let upload = waited(client.show_operation_policy(&operation.work_id, digest)).await?;
        return write_policy(args, &upload, out);
    }
    match args.format {
        Format::Json => write_json(out, &operation),
        Format::Pretty => print(&operation, find_width(&surroundings.environment), out),
    }
}

fn parse_work_id(text: &str) -> Result<WorkId, String> {
    WorkId::parse(text).ok_or_else(|| "a work id is a UUID: `hookgate decisions list` shows them".to_owned())
}

/// The digest of the one policy that is meant.
fn choose<'o>(operation: &'o OperationRecord, hook: Option<&HookName>) -> Result<&'o str> {
    let is_meant = |asked: &&AskedHook| hook.is_none_or(|name| name.as_str() == asked.hook_name);
    let mut meant = operation.hooks.iter().filter(is_meant);
    let names = || {
        let names = operation.hooks.iter().map(|asked| format!("`{}`", plain(&asked.hook_name)));
        names.collect::<Vec<_>>().join(", ")
    };
    match (meant.next(), meant.next()) {
        _ if operation.hooks.is_empty() => bail!("the operation asked no hook, so no policy decided it"),
        (None, _) => bail!("the operation did not ask that hook: it asked {}", names()),
        (Some(_), Some(_)) => {
            bail!("the operation asked several hooks: say which with `--hook`: {}", names())
        }
        (Some(asked), None) => Ok(&asked.policy_digest),
    }
}

fn write_policy(args: &ShowArgs, upload: &PolicyUpload, out: &mut impl Write) -> Result<()> {
    if !is_stdout(&args.output) {
        write_whole(&args.output, &upload.bytes)?;
        let (digest, length) = (upload.digest(), upload.bytes.len());
        return Ok(writeln!(out, "{}: {length} bytes\nsha256 {digest}", args.output.display())?);
    }
    match upload.format {
        // For a person to read; what is piped is what was pushed.
        PolicyFormat::Rego if io::stdout().is_terminal() => {
            Ok(writeln!(out, "{}", plain_lines(&String::from_utf8_lossy(&upload.bytes)))?)
        }
        PolicyFormat::Rego => Ok(out.write_all(&upload.bytes)?),
        PolicyFormat::Zip => {
            write_stdout(out, &upload.bytes).context("the policy is a zip: `-o policy.zip` writes it")
        }
    }
}

fn print(operation: &OperationRecord, width: Option<usize>, out: &mut impl Write) -> Result<()> {
    let absent = || "-".to_owned();
    let lines = [
        ("work id", operation.work_id.clone()),
        ("decision", operation.decision.clone()),
        ("operation", operation.operation.clone()),
        ("stack", operation.stack.name.clone()),
        ("status", operation.stack_status.clone().unwrap_or_else(absent)),
        ("actor", operation.actor.clone().unwrap_or_else(absent)),
        ("begun", moment(&operation.created_at)),
        ("outcome", operation.outcome.clone().unwrap_or_else(absent)),
        ("message", operation.message.clone().unwrap_or_else(absent)),
    ];
    for (member, value) in lines {
        writeln!(out, "{}", format!("{member:9}  {}", plain(&value)).trim_end())?;
    }
    writeln!(out)?;
    if operation.hooks.is_empty() {
        return Ok(writeln!(out, "no hook was asked, so nothing was checked")?);
    }
    let heads = ["HOOK", "VERSION", "MODE", "RESULT", "VERDICT", "POLICY", "MESSAGE"];
    let rows: Vec<_> = operation.hooks.iter().map(row).collect();
    Ok(table::write(out, heads, &rows, width)?)
}

fn row(asked: &AskedHook) -> [String; 7] {
    [
        asked.hook_name.clone(),
        asked.hook_version.clone(),
        asked.failure_mode.clone(),
        asked.result.clone(),
        asked.verdict.clone(),
        asked.policy_digest.chars().take(DIGITS).collect(),
        asked.err_msg.clone().unwrap_or_default(),
    ]
}
