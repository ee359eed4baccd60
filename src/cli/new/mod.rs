//! `hookgate new`: the folder of a policy to begin with. What is in it lies in `template/`; here it only gets its name.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};
use include_dir::{Dir, DirEntry, include_dir};

use crate::cli::arguments::parse_name;
use crate::cli::output::write_folder;
use crate::cli::{ExitStatus, Surroundings};
use crate::domain::hook::HookName;
use crate::offline::archive::ArchivedFile;

/// The folders to begin with.
static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/cli/new/template");
/// What stands in them for the name of the hook.
const NAME: &str = "{{name}}";

/// The command line of `new`.
#[derive(Debug, Args)]
pub(super) struct NewArgs {
    /// The hook that the policy is for
    #[arg(value_parser = parse_name)]
    name: HookName,
    /// The folder to make; one of the hook's name unless given
    #[arg(long, value_name = "FOLDER")]
    path: Option<PathBuf>,
    /// What to begin with
    #[arg(long, value_enum, default_value_t = Template::Plan)]
    template: Template,
}

/// What there is to begin with.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Template {
    /// A rule about the changes of a Terraform plan
    Plan,
    /// A rule about the labels of a stack
    Labels,
}

impl Template {
    const fn folder(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Labels => "labels",
        }
    }
}

pub(super) fn run<O: Write, E>(args: &NewArgs, surroundings: &mut Surroundings<O, E>) -> Result<ExitStatus> {
    let (name, out) = (args.name.as_str(), &mut surroundings.out);
    let folder = args.path.clone().unwrap_or_else(|| PathBuf::from(name));
    if folder.symlink_metadata().is_ok() {
        bail!("`{}` is there already: choose another folder with `--path`", folder.display());
    }
    let files = list_files(args.template, name)?;
    write_folder(&folder, &files)?;
    let folder = folder.display();
    writeln!(out, "made `{folder}`:")?;
    files.iter().try_for_each(|file| writeln!(out, "  {}", file.path))?;
    writeln!(
        out,
        "edit `policy.rego`, and then:\n  hookgate lint {folder}\n  hookgate test {folder}\n  \
         hookgate push {name} {folder} --version 0.1.0 --configure ALL:WARN"
    )?;
    Ok(ExitStatus::Fine)
}

/// The files of a template, with the name of the hook in them.
fn list_files(template: Template, name: &str) -> Result<Vec<ArchivedFile>> {
    let root = TEMPLATES.get_dir(template.folder()).context("the template is not there")?;
    let (mut files, mut left) = (Vec::new(), vec![root]);
    while let Some(folder) = left.pop() {
        for entry in folder.entries() {
            match entry {
                DirEntry::Dir(below) => left.push(below),
                DirEntry::File(file) => {
                    let path = file.path().strip_prefix(root.path()).unwrap_or(file.path());
                    let text = file.contents_utf8().context("the template is no text")?;
                    files
                        .push(ArchivedFile { path: text_of(path), content: text.replace(NAME, name).into() });
                }
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn text_of(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
