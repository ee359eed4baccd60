//! What is judged: a plan, saved or already as JSON, or any JSON object; and the labels of what it is about.

use std::ffi::{OsStr, OsString};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::process::Command;

use crate::cli::plain::plain_lines;

/// How a saved plan begins: it is a zip.
const SAVED: &[u8] = b"PK\x03\x04";
/// The tools that make plans.
const TOOLS: [&str; 3] = ["terraform", "tofu", "terragrunt"];

/// The document of `--plan` or `--input`; `None` without either.
pub(super) async fn read(
    plan: Option<&Path>,
    input: Option<&Path>,
    command: &[OsString],
) -> Result<Option<Box<RawValue>>> {
    match (plan, input) {
        (Some(path), _) => read_plan(path, command).await.map(Some),
        (None, Some(path)) => {
            let name =
                if path == Path::new("-") { "standard input".into() } else { path.display().to_string() };
            object(&read_bytes(path)?).with_context(|| format!("`{name}` cannot be the input")).map(Some)
        }
        (None, None) => Ok(None),
    }
}

/// `KEY=VALUE` as a label.
pub(super) fn parse_label(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not KEY=VALUE"))?;
    Ok((key.to_owned(), value.to_owned()))
}

fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    if path != Path::new("-") {
        return std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()));
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
    Ok(bytes)
}

async fn read_plan(path: &Path, command: &[OsString]) -> Result<Box<RawValue>> {
    let bytes = read_bytes(path)?;
    let bytes = if bytes.starts_with(SAVED) { show(path, command).await? } else { bytes };
    let of_plan = || format!("`{}` is no plan", path.display());
    let document = object(&bytes).with_context(of_plan)?;
    let outline: Outline<'_> = serde_json::from_str(document.get()).with_context(of_plan)?;
    if outline.resource_changes.is_none() && outline.planned_values.is_none() {
        bail!(
            "`{}` is no plan: it has neither `resource_changes` nor `planned_values`; give what `terraform show -json` prints of \
             a saved plan, or use `--input` for any other document",
            path.display()
        );
    }
    Ok(document)
}

/// What every plan has.
#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    resource_changes: Option<&'a RawValue>,
    #[serde(borrow)]
    planned_values: Option<&'a RawValue>,
}

fn object(bytes: &[u8]) -> Result<Box<RawValue>> {
    let document: Box<RawValue> = serde_json::from_slice(bytes).map_err(|error| {
        // `terraform plan -json` prints one object a line: the log of planning, not the plan.
        let is_log = bytes.starts_with(b"{\"@level\"") || bytes.starts_with(b"{\"@message\"");
        let hint = if is_log { "; it is the log of `terraform plan -json`, not the plan" } else { "" };
        anyhow::anyhow!("it is not JSON: {error}{hint}")
    })?;
    if !document.get().starts_with('{') {
        bail!("it is not a JSON object");
    }
    Ok(document)
}

/// A saved plan as JSON: the tool that made it is the one that is about to apply it.
async fn show(path: &Path, command: &[OsString]) -> Result<Vec<u8>> {
    let (tool, folder) = find_tool(command);
    let path = std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path));
    let shown = Command::new(&tool).args(folder).args(["show", "-json"]).arg(&path).output().await;
    let tool = tool.to_string_lossy();
    let shown = shown.with_context(|| {
        format!("`{}` is a saved plan, and `{tool} show -json` cannot be run to read it", path.display())
    })?;
    if !shown.status.success() {
        let said = String::from_utf8_lossy(&shown.stderr);
        bail!("`{tool} show -json {}` failed: {}", path.display(), plain_lines(said.trim()));
    }
    Ok(shown.stdout)
}

/// The tool in the command, with the folder it is told to work in.
fn find_tool(command: &[OsString]) -> (OsString, Option<&OsString>) {
    let is_tool = |word: &OsString| {
        let name = Path::new(word).file_name().and_then(OsStr::to_str);
        name.is_some_and(|name| TOOLS.contains(&name))
    };
    let tool = command.iter().find(|word| is_tool(word)).cloned().unwrap_or_else(|| "terraform".into());
    let folder = command.iter().find(|word| word.to_string_lossy().starts_with("-chdir="));
    (tool, folder)
}

#[cfg(test)]
mod tests {
    use super::{find_tool, object};

    #[track_caller]
    fn check_tool(command: &[&str], tool: &str, folder: Option<&str>) {
        let command: Vec<_> = command.iter().map(Into::into).collect();
        let (found, in_folder) = find_tool(&command);
        assert_eq!(found.to_str(), Some(tool));
        assert_eq!(in_folder.map(|folder| folder.to_str().unwrap()), folder);
    }

    #[test]
    fn a_saved_plan_is_read_by_the_tool_that_applies_it() {
        check_tool(&["terraform", "apply", "plan.out"], "terraform", None);
        check_tool(&["/opt/tofu", "-chdir=infra", "apply"], "/opt/tofu", Some("-chdir=infra"));
        check_tool(&["env", "A=1", "tofu", "apply"], "tofu", None);
        check_tool(&["make", "deploy"], "terraform", None);
    }

    #[track_caller]
    fn check_refused(text: &str, words: &str) {
        let error = object(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }

    #[test]
    fn only_one_json_object_is_an_input() {
        assert_eq!(object(b" {\"a\": 1}\n").unwrap().get(), "{\"a\": 1}");
        check_refused("", "it is not JSON");
        check_refused("[1]", "it is not a JSON object");
        check_refused("{} {}", "it is not JSON");
        check_refused("{\"@level\":\"info\"}\n{}\n", "it is the log of `terraform plan -json`");
    }
}
