//! What hooks are shown: what the command is about to apply. It is looked at once more right before the command starts.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use serde_json::value::RawValue;

use super::RunArgs;
use super::tool::{AppliedPlan, Applies, applies};
use crate::cli::plan::{PlanFile, Shower, is_stdin, read_input};
use crate::cli::words;
use crate::domain::bundle::Digest;

/// What is judged.
#[derive(Debug)]
pub(super) struct Judged {
    /// What hooks see; nothing with `--no-input`.
    pub(super) document: Option<Box<RawValue>>,
    /// What the answer has to say of it.
    pub(super) remark: Option<String>,
    /// The plan's file, as it was.
    file: Option<(PathBuf, Digest)>,
}

impl Judged {
    /// What `args` name, or their command does.
    ///
    /// # Errors
    /// When something else would be judged than what is applied, or nothing.
    pub(super) async fn find(args: &RunArgs) -> Result<Self> {
        let applies = applies(&args.command);
        if args.no_input {
            return Ok(Self::without_plan(None, "hooks saw no plan and no input (`--no-input`)".to_owned()));
        }
        match (&args.plan, &args.input, applies) {
            (Some(plan), _, Applies::Plan(applied)) => both(plan, &applied).await,
            (None, None, Applies::Plan(applied)) => {
                let file = PlanFile::read(&applied.path).context("the command would apply it")?;
                shown(&file, &applied).await
            }
            (Some(plan), _, Applies::Unknown) => named(plan, &args.command).await,
            (None, Some(input), applies) => {
                let judged = read_input(input)?;
                Ok(Self { document: Some(judged), remark: beside(input, &applies), file: None })
            }
            (_, None, Applies::Unsaved(unsaved)) => bail!(
                "`{}` makes its plan while it runs, so that no hook sees it; save the plan, and apply that:\n    {}\n    {} -- {}\n\
                 or say `--no-input` to go on with what hooks know of the stack alone",
                words::command(&args.command),
                unsaved.plan,
                args.line(),
                unsaved.apply
            ),
            (_, None, Applies::Many) => bail!(
                "`{}` makes the plans of many folders while it runs, so that no hook sees them: call `hookgate run` in each folder, \
                 with a saved plan, or say `--no-input`",
                words::command(&args.command)
            ),
            (None, None, Applies::Unknown) => bail!(
                "hooks would see nothing of what `{}` does; give them the plan, or any JSON object:\n    {} --plan FILE -- {0}\n    \
                 {1} --input FILE -- {0}\nor say `--no-input` to go on with what hooks know of the stack alone",
                words::command(&args.command),
                args.line()
            ),
            (Some(_), Some(_), _) => bail!("`--plan` and `--input` cannot be given together"),
        }
    }

    fn without_plan(document: Option<Box<RawValue>>, remark: String) -> Self {
        Self { document, remark: Some(remark), file: None }
    }

    /// Whether the file is still the one that was judged.
    ///
    /// # Errors
    /// When it is not.
    pub(super) fn check_unchanged(&self) -> Result<()> {
        let Some((path, digest)) = &self.file else { return Ok(()) };
        if PlanFile::read(path)?.digest() != *digest {
            bail!("`{}` is not what was judged any more: it was written since", path.display());
        }
        Ok(())
    }
}

/// The plan that the command applies is judged, and what `--plan` names has to be the same.
async fn both(plan: &Path, applied: &AppliedPlan) -> Result<Judged> {
    let file = PlanFile::read(&applied.path).context("the command would apply it")?;
    let wanted = PlanFile::read(plan)?;
    let different = || {
        format!(
            "`{}` would be judged and `{}` applied, and they differ; leave `--plan` out, and the plan that is applied is judged",
            plan.display(),
            applied.path.display()
        )
    };
    if wanted.is_saved() && wanted.digest() != file.digest() {
        bail!(different());
    }
    let judged = shown(&file, applied).await?;
    if !wanted.is_saved() {
        let wanted = wanted.document(&Shower::of_path(plan)).await?;
        let applied = judged.document.as_deref().map(RawValue::get).unwrap_or_default();
        if serde_json::from_str::<Value>(wanted.get())? != serde_json::from_str::<Value>(applied)? {
            bail!(different());
        }
    }
    Ok(judged)
}

/// The plan that the command applies, as its own tool shows it.
async fn shown(file: &PlanFile, applied: &AppliedPlan) -> Result<Judged> {
    if !file.is_saved() {
        bail!(
            "`{}`, which the command would apply, is no saved plan: save one with `plan -out {}`",
            file.path.display(),
            applied.named.display()
        );
    }
    let document = file.document(&Shower::new(&applied.tool, &applied.named)).await?;
    Ok(Judged { document: Some(document), remark: None, file: Some((file.path.clone(), file.digest())) })
}

/// The plan of `--plan`, where nobody can tell what the command does with it.
async fn named(plan: &Path, command: &[OsString]) -> Result<Judged> {
    let file = PlanFile::read(plan)?;
    let document = file.document(&super::tool::shower(command, plan)).await?;
    let seen = (!is_stdin(plan)).then(|| (plan.to_owned(), file.digest()));
    Ok(Judged { document: Some(document), remark: None, file: seen })
}

/// What is to be said when hooks judge an input of somebody's beside a plan that they do not see.
fn beside(input: &Path, applies: &Applies) -> Option<String> {
    let plan = match applies {
        Applies::Plan(applied) => format!("the plan `{}`, which the command applies", applied.path.display()),
        Applies::Unsaved(_) | Applies::Many => "the plan, which the command makes while it runs".to_owned(),
        Applies::Unknown => return None,
    };
    let input = if is_stdin(input) { "standard input".to_owned() } else { format!("`{}`", input.display()) };
    Some(format!("hooks saw {input} (`--input`), not {plan}"))
}
