//! The wrapped command, as far as it applies a plan: which tool it calls, behind which others, and which file it names.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::cli::plan::Shower;
use crate::cli::words;

/// The tools that make plans, and apply them.
const TOOLS: [&str; 3] = ["terraform", "tofu", "terragrunt"];
/// Programs that do nothing but start another one: the same words before `show` show what the tool would apply.
const WRAPPERS: [&str; 20] = [
    "env",
    "sudo",
    "doas",
    "nice",
    "ionice",
    "time",
    "timeout",
    "nohup",
    "stdbuf",
    "setsid",
    "chronic",
    "command",
    "aws-vault",
    "op",
    "doppler",
    "chamber",
    "direnv",
    "docker",
    "podman",
    "nerdctl",
];
/// The options of `apply` that take the next word.
const WITH_VALUE: [&str; 17] = [
    "var",
    "var-file",
    "target",
    "target-file",
    "exclude",
    "exclude-file",
    "replace",
    "parallelism",
    "lock-timeout",
    "state",
    "state-out",
    "backup",
    "deprecation",
    "json-into",
    "working-dir",
    "config",
    "log-level",
];
/// The options of `apply` that `plan` does not take.
const OF_APPLY_ONLY: [&str; 5] = ["auto-approve", "state-out", "backup", "destroy", "non-interactive"];
/// The words by which `terragrunt` works on many folders at once.
const MANY: [&str; 9] =
    ["run-all", "apply-all", "destroy-all", "--all", "-a", "--graph", "graph", "graph-apply", "stack"];

/// What a command does with plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Applies {
    /// It applies a saved plan.
    Plan(AppliedPlan),
    /// It makes a plan and applies that, which nobody can look at in between.
    Unsaved(Unsaved),
    /// It does so in many folders.
    Many,
    /// Nothing that is known.
    Unknown,
}

/// The plan in a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AppliedPlan {
    /// The file, seen from here.
    pub(super) path: PathBuf,
    /// The file as the tool is told it.
    pub(super) named: PathBuf,
    /// The tool, with whatever it is called by and its own options.
    pub(super) tool: Vec<OsString>,
}

/// How to do the same with a plan that is saved first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unsaved {
    /// Makes the plan.
    pub(super) plan: String,
    /// Applies it.
    pub(super) apply: String,
}

/// What `command` does.
pub(super) fn applies(command: &[OsString]) -> Applies {
    let words: Vec<&str> = command.iter().map(|word| word.to_str().unwrap_or_default()).collect();
    let calls = (0..words.len()).filter(|at| words.get(*at).is_some_and(|word| is_tool(word)));
    let mut calls = calls.map(|at| Call { command, words: &words, at });
    // `sudo -u terraform terraform apply`: not every word that is a tool's name calls it.
    let Some(call) = calls.find(|call| call.verb().is_some()) else { return Applies::Unknown };
    match (call.applies(), call.is_known()) {
        // Behind a program that is not known, only a plan that is there is one: `make -C terraform apply` names none.
        (Applies::Plan(plan), false) if plan.path.is_file() => {
            let tool = plan.tool.get(call.at..).map(<[_]>::to_vec).unwrap_or_default();
            Applies::Plan(AppliedPlan { tool, named: absolute(&plan.path), ..plan })
        }
        (_, false) => Applies::Unknown,
        (applies, true) => applies,
    }
}

/// What shows the saved plan at `path` where `command` is not known to apply one: the tool in it, told to work where it does.
pub(super) fn shower(command: &[OsString], path: &Path) -> Shower {
    let is_tool = |word: &OsString| word.to_str().is_some_and(is_tool);
    let Some(at) = command.iter().position(is_tool) else { return Shower::of_path(path) };
    let folder = |word: &&OsString| word.to_string_lossy().starts_with("-chdir=");
    let tool = command.iter().skip(at).take(1).chain(command.iter().skip(at).filter(folder));
    Shower::new(&tool.cloned().collect::<Vec<_>>(), &absolute(path))
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The name of the program, without its folder and without the version of an image.
fn program(word: &str) -> &str {
    let name = Path::new(word).file_name().and_then(OsStr::to_str).unwrap_or_default();
    name.split(':').next().unwrap_or(name)
}

fn is_tool(word: &str) -> bool {
    TOOLS.contains(&program(word))
}

/// The name of an option, without its dashes and its value.
fn option(word: &str) -> &str {
    let name =
        word.trim_start_matches('-').strip_prefix("terragrunt-").unwrap_or(word.trim_start_matches('-'));
    name.split('=').next().unwrap_or(name)
}

/// A command in which a tool is called.
struct Call<'a> {
    command: &'a [OsString],
    words: &'a [&'a str],
    /// Where the tool stands.
    at: usize,
}

impl Call<'_> {
    fn is_known(&self) -> bool {
        self.at == 0 || self.words.first().is_some_and(|word| WRAPPERS.contains(&program(word)))
    }

    fn applies(&self) -> Applies {
        let Some(verb) = self.verb() else { return Applies::Unknown };
        let is_terragrunt = self.words.get(self.at).is_some_and(|word| program(word) == "terragrunt");
        let before = self.words.get(self.at..verb).unwrap_or_default();
        let behind = self.words.get(verb..).unwrap_or_default();
        if is_terragrunt && before.iter().chain(behind).any(|word| MANY.contains(word)) {
            return Applies::Many;
        }
        let is_destroy = behind.first() == Some(&"destroy")
            || behind.iter().any(|word| option(word) == "destroy" && word.starts_with('-'));
        match self.file(verb) {
            Some(named) if !is_destroy && !self.seen(&named, verb).is_dir() => Applies::Plan(AppliedPlan {
                path: self.seen(&named, verb),
                named,
                tool: self.command.get(..verb).map(<[_]>::to_vec).unwrap_or_default(),
            }),
            _ => Applies::Unsaved(self.unsaved(verb, is_destroy)),
        }
    }

    /// Where `apply` or `destroy` stands: the first word that is no option, but `terragrunt` has options with values before it,
    /// and `run`.
    fn verb(&self) -> Option<usize> {
        let is_terragrunt = self.words.get(self.at).is_some_and(|word| program(word) == "terragrunt");
        let is_verb = |word: &str| {
            let word = if is_terragrunt { word.trim_end_matches("-all") } else { word };
            word == "apply" || word == "destroy"
        };
        let mut rest = self.words.iter().enumerate().skip(self.at.saturating_add(1));
        let found = if is_terragrunt {
            rest.find(|(_, word)| is_verb(word))
        } else {
            rest.find(|(_, word)| !word.starts_with('-')).filter(|(_, word)| is_verb(word))
        };
        found.map(|(at, _)| at)
    }

    /// The first word behind the verb that is no option and no option's value.
    fn file(&self, verb: usize) -> Option<PathBuf> {
        let mut takes_next = false;
        for (word, text) in self.command.iter().zip(self.words).skip(verb.saturating_add(1)) {
            if std::mem::take(&mut takes_next) || *text == "--" {
                continue;
            }
            if !text.starts_with('-') {
                return Some(PathBuf::from(word));
            }
            takes_next = !text.contains('=') && WITH_VALUE.contains(&option(text));
        }
        None
    }

    /// The file as it is seen from here: the tool, or what it is called by, may be told to work elsewhere.
    fn seen(&self, named: &Path, verb: usize) -> PathBuf {
        let mut folder = PathBuf::new();
        let (mut words, of_tool) = (self.words.iter().enumerate(), self.at);
        while let Some((at, word)) = words.next() {
            if at >= of_tool {
                let is_option = word.starts_with("-chdir=") && at < verb
                    || option(word) == "working-dir" && word.starts_with('-');
                let value = word.split_once('=').map(|(_, value)| value);
                if is_option && let Some(value) = value.or_else(|| words.next().map(|(_, word)| *word)) {
                    folder.push(value);
                }
            } else if let Some(value) = word.strip_prefix("--chdir=") {
                folder.push(value);
            } else if (*word == "-C" || *word == "--chdir")
                && let Some((_, value)) = words.next()
            {
                folder.push(value);
            }
        }
        folder.join(named)
    }

    fn unsaved(&self, verb: usize, is_destroy: bool) -> Unsaved {
        const SAVED: &str = "plan.out";
        let tool = self.command.get(..verb).unwrap_or_default();
        let mut plan: Vec<OsString> = tool.to_vec();
        plan.push("plan".into());
        plan.extend(is_destroy.then(|| "-destroy".into()));
        plan.extend(self.kept_options(verb));
        plan.extend(["-out", SAVED].map(OsString::from));
        let apply: Vec<OsString> = tool.iter().cloned().chain(["apply", SAVED].map(OsString::from)).collect();
        Unsaved { plan: words::command(&plan), apply: words::command(&apply) }
    }

    /// The options of the command that its plan takes, too, with their values.
    fn kept_options(&self, verb: usize) -> Vec<OsString> {
        let mut kept = Vec::new();
        let mut words = self.command.iter().zip(self.words).skip(verb.saturating_add(1));
        while let Some((word, text)) = words.next() {
            if !text.starts_with('-') || *text == "--" {
                continue;
            }
            let value =
                (!text.contains('=') && WITH_VALUE.contains(&option(text))).then(|| words.next()).flatten();
            if !OF_APPLY_ONLY.contains(&option(text)) {
                kept.push(word.clone());
                kept.extend(value.map(|(value, _)| value.clone()));
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Applies, applies};

    fn of(line: &str) -> Applies {
        applies(&line.split(' ').map(Into::into).collect::<Vec<_>>())
    }

    #[track_caller]
    fn check_plan(line: &str, path: &str, tool: &str) {
        let Applies::Plan(plan) = of(line) else { panic!("{line}: {:?}", of(line)) };
        assert_eq!(plan.path, Path::new(path), "{line}");
        assert_eq!(plan.tool, tool.split(' ').collect::<Vec<_>>(), "{line}");
    }

    #[test]
    fn the_plan_in_a_command_is_found() {
        check_plan("terraform apply p.out", "p.out", "terraform");
        check_plan(
            "/opt/tofu -chdir=infra apply -auto-approve p.out",
            "infra/p.out",
            "/opt/tofu -chdir=infra",
        );
        check_plan("terraform -chdir=infra apply /tmp/p.out", "/tmp/p.out", "terraform -chdir=infra");
        check_plan("terraform apply -var a=1 -lock-timeout 3s -input=false p", "p", "terraform");
        check_plan("terraform apply --parallelism=2 --target a.b -- p", "p", "terraform");
        check_plan("env -C infra A=1 sudo terraform apply p", "infra/p", "env -C infra A=1 sudo terraform");
        check_plan("sudo -u terraform terraform apply p", "p", "sudo -u terraform terraform");
        check_plan("timeout 60 tofu apply p", "p", "timeout 60 tofu");
        check_plan("docker run -w /w acme/terraform:1.9 apply p", "p", "docker run -w /w acme/terraform:1.9");
        check_plan("terragrunt --working-dir a apply p", "a/p", "terragrunt --working-dir a");
        check_plan("terragrunt run -- apply --non-interactive p", "p", "terragrunt run --");
        check_plan("terragrunt apply p --terragrunt-working-dir a", "a/p", "terragrunt");
    }

    #[track_caller]
    fn check_unsaved(line: &str, plan: &str, apply: &str) {
        let Applies::Unsaved(unsaved) = of(line) else { panic!("{line}: {:?}", of(line)) };
        assert_eq!((unsaved.plan.as_str(), unsaved.apply.as_str()), (plan, apply), "{line}");
    }

    #[test]
    fn a_plan_that_is_made_on_the_way_has_a_line_that_saves_it() {
        check_unsaved("terraform apply", "terraform plan -out plan.out", "terraform apply plan.out");
        check_unsaved(
            "tofu -chdir=a apply -auto-approve -var x=1 -backup b",
            "tofu -chdir=a plan -var x=1 -out plan.out",
            "tofu -chdir=a apply plan.out",
        );
        let destroy = "terraform plan -destroy -out plan.out";
        check_unsaved("terraform destroy -auto-approve", destroy, "terraform apply plan.out");
        check_unsaved("terraform apply -destroy", destroy, "terraform apply plan.out");
        // A folder is no plan.
        check_unsaved("terraform apply src", "terraform plan -out plan.out", "terraform apply plan.out");
    }

    #[test]
    fn other_commands_are_not_mistaken_for_one() {
        for line in [
            "true",
            "terraform",
            "terraform plan apply",
            "terraform -chdir=apply plan",
            "make -C terraform apply",
            "make terraform apply p.out",
            "sudo -u terraform make",
            "kubectl apply -f terraform",
        ] {
            assert_eq!(of(line), Applies::Unknown, "{line}");
        }
        for line in [
            "terragrunt run-all apply",
            "terragrunt apply --all p",
            "terragrunt apply-all",
            "terragrunt run --all apply",
        ] {
            assert_eq!(of(line), Applies::Many, "{line}");
        }
    }
}
