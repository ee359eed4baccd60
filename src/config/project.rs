//! `.hookgate.yaml`: what belongs to the folder of somebody's policies rather than to a server. The nearest one counts, from the
//! current folder upwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::ConfigError;
use crate::domain::encoding::decode;
use crate::domain::lint::{Level, LintRule};

/// The name of the file.
const NAME: &str = ".hookgate.yaml";
/// The name that means every rule.
const ALL: &str = "all";

/// The flag that these commands share.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ProjectArgs {
    /// The project file [default: the nearest `.hookgate.yaml`, from the current folder upwards]
    #[arg(long, value_name = "FILE")]
    project: Option<PathBuf>,
}

/// What the file says; nothing at all where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Project {
    /// The address of the server.
    pub server: Option<String>,
    /// The domain of the account.
    pub domain: Option<String>,
    /// `lint: …`
    pub lint: ProjectLint,
}

/// How policies are linted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ProjectLint {
    /// From which level on a finding makes the command fail.
    pub fail_level: Option<Level>,
    /// How much the findings of rules weigh, by their names; `all` means every other.
    pub rules: BTreeMap<String, Level>,
}

impl Project {
    /// The project file that `args` name, or the nearest one.
    ///
    /// # Errors
    /// Names the file and what is wrong in it.
    pub fn load(args: &ProjectArgs) -> Result<Self, ConfigError> {
        let path = args.project.clone().or_else(find);
        path.map_or_else(|| Ok(Self::default()), |path| Self::read(&path))
    }

    fn read(path: &Path) -> Result<Self, ConfigError> {
        let wrong = |cause: String| ConfigError::Project { path: path.to_path_buf(), cause };
        let bytes = fs::read(path).map_err(|cause| wrong(cause.to_string()))?;
        let text = decode(&bytes).map_err(|cause| wrong(cause.to_string()))?;
        // An empty file is a file that says nothing.
        let read: Option<Self> = yaml_serde::from_str(&text).map_err(|cause| wrong(cause.to_string()))?;
        let project = read.unwrap_or_default();
        let unknown = project.lint.rules.keys().find_map(|name| Leveled::parse(name).err());
        unknown.map_or(Ok(project), |cause| Err(wrong(cause)))
    }
}

fn find() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file())
}

/// Rules that are given a level together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leveled {
    /// Every rule.
    All,
    /// This one.
    One(LintRule),
}

impl Leveled {
    /// The rules of that name.
    ///
    /// # Errors
    /// When there is none.
    pub fn parse(name: &str) -> Result<Self, String> {
        let one = LintRule::find(name).map(Self::One);
        let named = one.or_else(|| (name == ALL).then_some(Self::All));
        named.ok_or_else(|| format!("there is no rule `{name}`; `hookgate lint --rules` lists them"))
    }
}

/// How much each rule weighs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels(BTreeMap<LintRule, Level>);

impl Levels {
    /// The levels of a project, in which `all` comes before single rules, and those of the command line, which win in their order.
    pub fn of(project: &Project, flags: &[(Leveled, Level)]) -> Self {
        let mut levels = Self(LintRule::ALL.map(|rule| (rule, rule.card().level)).into());
        let (all, single): (Vec<_>, Vec<_>) = project.lint.rules.iter().partition(|(name, _)| *name == ALL);
        for (name, level) in all.into_iter().chain(single) {
            // What has no meaning was refused when the file was read.
            if let Ok(leveled) = Leveled::parse(name) {
                levels.set(leveled, *level);
            }
        }
        for (leveled, level) in flags {
            levels.set(*leveled, *level);
        }
        levels
    }

    fn set(&mut self, leveled: Leveled, level: Level) {
        match leveled {
            Leveled::All => self.0.values_mut().for_each(|own| *own = level),
            Leveled::One(rule) => drop(self.0.insert(rule, level)),
        }
    }

    /// That of one rule.
    pub fn level(&self, rule: LintRule) -> Level {
        self.0.get(&rule).copied().unwrap_or(rule.card().level)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Leveled, Levels, Project};
    use crate::domain::lint::{Level, LintRule};

    fn read(text: impl AsRef<[u8]>) -> Result<Project, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        let name = format!("`{}`: ", file.path().display());
        Project::read(file.path()).map_err(|error| error.to_string().replace(&name, ""))
    }

    #[track_caller]
    fn check_refused(text: &str, words: &str) {
        let error = read(text).unwrap_err();
        assert!(error.contains(words), "{error}");
    }

    #[test]
    fn levels_come_from_flags_then_the_file_then_the_rule() {
        let rules = "lint:\n  fail-level: error\n  rules:\n    unreachable-else: error\n    hook-result-form: ignore\n";
        let project = read(rules).unwrap();
        assert_eq!(project.lint.fail_level, Some(Level::Error));
        let levels = Levels::of(&project, &[(Leveled::One(LintRule::UnreachableElse), Level::Warning)]);
        assert_eq!(levels.level(LintRule::UnreachableElse), Level::Warning);
        assert_eq!(levels.level(LintRule::HookResultForm), Level::Ignore);
        assert_eq!(levels.level(LintRule::HookResultMissing), Level::Error);
    }

    #[test]
    fn all_rules_are_given_a_level_at_once() {
        let project = read("lint: {rules: {unreachable-else: error, all: ignore}}\n").unwrap();
        let levels = Levels::of(&project, &[]);
        assert_eq!(levels.level(LintRule::UnreachableElse), Level::Error);
        assert_eq!(levels.level(LintRule::HookResultForm), Level::Ignore);
        let levels = Levels::of(&project, &[(Leveled::All, Level::Warning)]);
        assert_eq!(levels.level(LintRule::UnreachableElse), Level::Warning);
    }

    #[test]
    fn a_file_that_says_nothing_changes_nothing() {
        assert_eq!(read("").unwrap(), Project::default());
        assert_eq!(read("# only a comment\n").unwrap(), Project::default());
    }

    #[test]
    fn a_file_is_read_however_an_editor_saved_it() {
        let text = "\u{feff}server: http://gate.example\n";
        let bytes = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        for saved in [text.as_bytes().to_vec(), bytes(u16::to_le_bytes), bytes(u16::to_be_bytes)] {
            assert_eq!(read(saved).unwrap().server.as_deref(), Some("http://gate.example"));
        }
        assert!(read(b"server: \xff").unwrap_err().contains("it is not UTF-8"));
    }

    #[test]
    fn what_is_not_known_is_refused_by_name() {
        check_refused("server: a\nserver: b\n", "server");
        check_refused("sever: x\n", "sever");
        check_refused("lint: {rules: {no-such: error}}\n", "there is no rule `no-such`");
        check_refused("lint: {rules: {unreachable-else: fatal}}\n", "fatal");
        check_refused("lint: [\n", "line");
    }
}
