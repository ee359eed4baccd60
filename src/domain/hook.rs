//! Hooks, their versions and configuration: parsed, therefore valid.
//!
//! Source of every length and pattern: the private-hook contract, sections 2 to 4.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::bundle::Digest;
use crate::domain::invalid::{Invalid, Rule};
use crate::domain::time::Timestamp;

/// The name of a hook: 1 to 128 Latin or Chinese letters, digits, `_`, `-`, beginning with a letter; case counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HookName(String);

impl HookName {
    const MAX: usize = 128;

    /// `text` as a hook name.
    ///
    /// # Errors
    /// Says which rule of the pattern `text` breaks.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let wrong = |rule| Err(Invalid::new("hook_name", rule));
        let Some(first) = text.chars().next() else { return wrong(Rule::TooShort { min: 1 }) };
        if text.chars().count() > Self::MAX {
            return wrong(Rule::TooLong { max: Self::MAX });
        }
        if !is_letter(first) {
            return wrong(Rule::FirstCharacter("a Latin or Chinese letter"));
        }
        if !text.chars().all(|c| is_letter(c) || c.is_ascii_digit() || matches!(c, '_' | '-')) {
            return wrong(Rule::Characters("allowed are Latin and Chinese letters, digits, `_` and `-`"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HookName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The contract's letters: ASCII and U+4E00 to U+9FA5, not all of Unicode's.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || ('\u{4E00}'..='\u{9FA5}').contains(&c)
}

/// The id of a hook: a lower-case UUID, never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HookId(Uuid);

impl HookId {
    /// The id of no hook: of a policy that is judged without being stored.
    pub const UNSAVED: Self = Self(Uuid::nil());

    /// An id nobody has.
    pub fn generate() -> Self {
        Self(Uuid::new_v4())
    }

    /// `text` as an id in its one spelling: 36 lower-case characters.
    ///
    /// # Errors
    /// Says that `text` is no such id.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        let form = || Invalid::new(field, Rule::Form("must be a lower-case UUID of 36 characters"));
        let id = Uuid::try_parse(text).map_err(|_| form())?;
        if id.hyphenated().to_string() == text { Ok(Self(id)) } else { Err(form()) }
    }
}

impl fmt::Display for HookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// A semantic version of 5 to 128 characters. Versions that differ only in build metadata are one version (SemVer 2.0, 10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(semver::Version);

impl Version {
    const MIN: usize = 5;
    const MAX: usize = 128;

    /// `text`, which stood in `field`, as a version.
    ///
    /// # Errors
    /// Says what keeps `text` from being a semantic version.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        let wrong = |rule| Err(Invalid::new(field, rule));
        let length = text.chars().count();
        if length < Self::MIN {
            return wrong(Rule::TooShort { min: Self::MIN });
        }
        if length > Self::MAX {
            return wrong(Rule::TooLong { max: Self::MAX });
        }
        match semver::Version::parse(text) {
            Ok(version) => Ok(Self(version)),
            Err(cause) => wrong(Rule::NotAVersion(cause.to_string())),
        }
    }

    /// The next version that mends this one and is not among `taken`: of its major and minor number.
    pub fn next_patch<'a>(&self, taken: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        let (major, minor) = (self.0.major, self.0.minor);
        let line = taken.into_iter().filter(|other| (other.0.major, other.0.minor) == (major, minor));
        let last = line.map(|other| other.0.patch).fold(self.0.patch, u64::max);
        Some(Self(semver::Version::new(major, minor, last.checked_add(1)?)))
    }

    /// The version without build metadata: equal for versions of equal precedence.
    pub fn precedence_key(&self) -> String {
        semver::Version { build: semver::BuildMetadata::EMPTY, ..self.0.clone() }.to_string()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A description of a hook or version: at most 1,024 characters, may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description(String);

impl Description {
    const MAX: usize = 1024;

    /// `text`, which stood in `field`, as a description.
    ///
    /// # Errors
    /// When it is too long, or has a NUL, which PostgreSQL cannot store.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        if text.chars().count() > Self::MAX {
            return Err(Invalid::new(field, Rule::TooLong { max: Self::MAX }));
        }
        if text.contains('\0') {
            return Err(Invalid::new(field, Rule::Characters("NUL is not allowed")));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which stacks a hook is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TargetStacks {
    /// None: the hook has no effect.
    #[default]
    None,
    /// Every stack of the account in the region.
    All,
}

/// What a hook that does not pass does to the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum FailureMode {
    /// Denies it.
    Fail,
    /// Lets it go on, with a warning.
    #[default]
    Warn,
}

/// The words of [`TargetStacks`] in the contract.
const TARGET_STACKS: [(&str, TargetStacks); 2] = [("NONE", TargetStacks::None), ("ALL", TargetStacks::All)];
/// The words of [`FailureMode`] in the contract.
const FAILURE_MODE: [(&str, FailureMode); 2] = [("WARN", FailureMode::Warn), ("FAIL", FailureMode::Fail)];

impl TargetStacks {
    /// The contract's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::All => "ALL",
        }
    }
}

impl FailureMode {
    /// The contract's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "FAIL",
            Self::Warn => "WARN",
        }
    }
}

impl FromStr for TargetStacks {
    type Err = Rule;

    fn from_str(word: &str) -> Result<Self, Rule> {
        choose(&TARGET_STACKS, word)
    }
}

impl FromStr for FailureMode {
    type Err = Rule;

    fn from_str(word: &str) -> Result<Self, Rule> {
        choose(&FAILURE_MODE, word)
    }
}

fn choose<T: Copy>(choices: &[(&str, T)], word: &str) -> Result<T, Rule> {
    choices
        .iter()
        .find_map(|(name, value)| (*name == word).then_some(*value))
        .ok_or_else(|| Rule::NotOneOf(choices.iter().map(|(name, _)| (*name).to_owned()).collect()))
}

/// How a hook takes part. A hook that never got one is not asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Configuration {
    /// Which stacks it is asked for.
    pub target_stacks: TargetStacks,
    /// What its refusal does.
    pub failure_mode: FailureMode,
}

/// A change of configuration: fields that are absent keep their value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConfigurationPatch {
    /// The new target, if given.
    pub target_stacks: Option<TargetStacks>,
    /// The new mode, if given.
    pub failure_mode: Option<FailureMode>,
}

impl ConfigurationPatch {
    /// `old` (or the defaults, for a hook never configured) with this change.
    pub fn apply(self, old: Option<Configuration>) -> Configuration {
        let old = old.unwrap_or_default();
        Configuration {
            target_stacks: self.target_stacks.unwrap_or(old.target_stacks),
            failure_mode: self.failure_mode.unwrap_or(old.failure_mode),
        }
    }
}

/// A hook as the registry holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Its id.
    pub id: HookId,
    /// Its name, unique in the account.
    pub name: HookName,
    /// What it is for.
    pub description: Description,
    /// The version that decides.
    pub default_version: Version,
    /// How it takes part; `None` when never configured.
    pub configuration: Option<Configuration>,
    /// Its place in the account's order of creation.
    pub sequence: i64,
    /// When it was created.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

/// One immutable version of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookVersion {
    /// The version.
    pub version: Version,
    /// What it is about.
    pub description: Description,
    /// The policy, by the hash of its bytes.
    pub digest: Digest,
    /// Its place in the account's order of changes.
    pub sequence: i64,
    /// When it was created.
    pub create_time: Timestamp,
}

/// What an `UpdatePrivateHookMetadata` changes; an absent field keeps its value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HookPatch {
    /// The new description.
    pub description: Option<Description>,
    /// The version that is to decide from now on.
    pub default_version: Option<Version>,
    /// The new configuration.
    pub configuration: Option<ConfigurationPatch>,
}

impl HookPatch {
    /// Whether it changes nothing, which the contract refuses.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a field this patch changes is another in `now` than it was in `read`: somebody else was faster.
    pub fn collides(&self, read: &Hook, now: &Hook) -> bool {
        (self.description.is_some() && read.description != now.description)
            || (self.default_version.is_some() && read.default_version != now.default_version)
            || (self.configuration.is_some() && read.configuration != now.configuration)
    }

    /// `hook` with this change, made at `moment`.
    pub fn apply(self, hook: Hook, moment: Timestamp) -> Hook {
        Hook {
            description: self.description.unwrap_or(hook.description),
            default_version: self.default_version.unwrap_or(hook.default_version),
            configuration: match self.configuration {
                Some(patch) => Some(patch.apply(hook.configuration)),
                None => hook.configuration,
            },
            update_time: moment,
            ..hook
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn the_next_patch_is_behind_all_of_its_line() {
        let parse = |text: &str| Version::parse("version", text).unwrap();
        let next = |text: &str, taken: &[&str]| {
            let taken: Vec<_> = taken.iter().map(|text| parse(text)).collect();
            parse(text).next_patch(&taken).map(|version| version.to_string())
        };
        assert_eq!(next("1.2.0", &["1.2.0"]).as_deref(), Some("1.2.1"));
        assert_eq!(next("1.2.0", &["1.2.7", "1.3.9", "2.2.8"]).as_deref(), Some("1.2.8"));
        assert_eq!(next("1.2.3-rc.1+b", &[]).as_deref(), Some("1.2.4"));
        assert_eq!(next("1.2.18446744073709551615", &[]), None);
    }
}
