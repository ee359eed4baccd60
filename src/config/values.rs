//! The values of all settings as texts, each with where it came from: flag, environment, file or default.

use std::fmt;
use std::path::{Path, PathBuf};

use toml::{Table, Value as Toml};

use crate::domain::encoding::decode;

use super::ConfigError;
use super::parse::{Parsed, without_password};
use super::settings::{SETTINGS, ServeArgs, Setting, VARIABLE_PREFIX, variable};

/// Where a value came from. The first of these that has one wins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag(&'static str),
    /// A variable of the environment.
    Environment(String),
    /// The file of `--config`.
    File(PathBuf),
    /// The table of settings.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "flag --{flag}"),
            Self::Environment(variable) => write!(f, "environment {variable}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Default => write!(f, "default"),
        }
    }
}

/// The value of one setting.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) setting: &'static Setting,
    pub(super) text: String,
    pub(super) origin: Origin,
    /// Where its deprecated key stood, if it was given by it.
    pub(super) deprecated: Option<Origin>,
}

/// The values of all settings, in the order of the table.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Values(pub(super) Vec<Value>);

impl Values {
    /// What the four sources say together.
    pub(super) fn collect(args: &ServeArgs, environment: &[(String, String)]) -> Result<Self, ConfigError> {
        check_variables(environment)?;
        let file = args.config.as_deref().map(File::read).transpose()?;
        let sources = Sources { args, environment, file };
        Ok(Self(SETTINGS.iter().map(|setting| sources.value(setting)).collect::<Result<_, _>>()?))
    }

    /// What the operator should change although it works.
    pub(super) fn warnings(&self) -> impl Iterator<Item = String> {
        self.0.iter().filter_map(|Value { setting, deprecated, .. }| {
            let (alias, origin) = (setting.alias?, deprecated.as_ref()?);
            Some(format!("`{alias}` ({origin}) is deprecated: the setting is called `{}` now", setting.key))
        })
    }

    /// What the value of `key` means.
    pub(super) fn read<T>(&self, key: &str, parse: impl Fn(&str) -> Parsed<T>) -> Result<T, ConfigError> {
        let value = self.0.iter().find(|value| value.setting.key == key);
        let text = value.map(|value| value.text.as_str()).unwrap_or_default();
        parse(text).map_err(|allowed| ConfigError::Bad {
            key: key.to_owned(),
            origin: value.map_or(Origin::Default, |value| value.origin.clone()),
            // A mistyped address of a database still holds its password.
            value: (key != DATABASE).then(|| text.to_owned()),
            allowed,
        })
    }

    /// Gives `key` another default.
    pub(super) fn prefer(&mut self, key: &str, default: &str) {
        let unset = |value: &&mut Value| value.setting.key == key && value.origin == Origin::Default;
        for value in self.0.iter_mut().filter(unset) {
            default.clone_into(&mut value.text);
        }
    }

    /// Puts what `key` came to in the place of a word such as `auto`.
    pub(super) fn settle(&mut self, key: &str, text: &str) {
        for value in self.0.iter_mut().filter(|value| value.setting.key == key) {
            text.clone_into(&mut value.text);
        }
    }
}

/// The setting whose value holds a password.
const DATABASE: &str = "database";

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Value { setting: Setting { key, .. }, text, origin, .. } in &self.0 {
            let text = if *key == DATABASE { without_password(text) } else { text.clone() };
            writeln!(f, "{key} = {}  # {origin}", Toml::String(text))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What the operator has said, in three places.
struct Sources<'a> {
    args: &'a ServeArgs,
    environment: &'a [(String, String)],
    file: Option<File>,
}

impl Sources<'_> {
    /// The value of `setting`. Given by both of its keys, it must be the same.
    fn value(&self, setting: &'static Setting) -> Result<Value, ConfigError> {
        let flag = || Some((self.args.flags.get(setting.key)?.clone(), Origin::Flag(setting.flag?)));
        let given = flag().or_else(|| self.given(setting.key));
        let old = setting.alias.and_then(|alias| self.given(alias));
        if let (Some((text, origin)), Some((other, old)), Some(alias)) = (&given, &old, setting.alias)
            && text != other
        {
            let named = |key, text, origin: &Origin| format!("`{key}` ({origin}) is `{text}`");
            return Err(ConfigError::Twice {
                one: named(setting.key, text, origin),
                other: named(alias, other, old),
            });
        }
        let deprecated = old.as_ref().map(|(_, origin)| origin.clone());
        let default = || (setting.default.to_owned(), Origin::Default);
        let (text, origin) = given.or(old).unwrap_or_else(default);
        Ok(Value { setting, text, origin, deprecated })
    }

    /// What the environment, or else the file, says under `key`.
    fn given(&self, key: &str) -> Option<(String, Origin)> {
        let written = || {
            let file = self.file.as_ref()?;
            let (_, text) = file.values.iter().find(|(name, _)| name == key)?;
            Some((text.clone(), Origin::File(file.path.clone())))
        };
        let variable = variable(key);
        let set = self.environment.iter().find(|(name, _)| *name == variable);
        set.map(|(_, text)| (text.clone(), Origin::Environment(variable))).or_else(written)
    }
}

/// Variables that begin like ours and are not settings: what a cluster sets for every service of its own accord, and
/// what the tests are told.
fn is_foreign(variable: &str) -> bool {
    let rest = variable.strip_prefix(VARIABLE_PREFIX).unwrap_or_default();
    ["PORT", "SERVER", "DOMAIN"].contains(&rest)
        || ["PORT_", "SERVICE_HOST", "SERVICE_PORT", "TEST_"].iter().any(|own| rest.starts_with(own))
}

fn check_variables(environment: &[(String, String)]) -> Result<(), ConfigError> {
    let known: Vec<String> = SETTINGS.iter().flat_map(Setting::keys).map(variable).collect();
    let unknown = environment
        .iter()
        .map(|(name, _)| name)
        .find(|name| name.starts_with(VARIABLE_PREFIX) && !known.contains(name) && !is_foreign(name));
    match unknown {
        None => Ok(()),
        Some(name) => Err(ConfigError::Unknown {
            key: name.clone(),
            origin: "the environment".to_owned(),
            nearest: find_nearest(name, known),
        }),
    }
}

/// A file of settings, its tables flattened to dotted keys.
struct File {
    path: PathBuf,
    values: Vec<(String, String)>,
}

impl File {
    fn read(path: &Path) -> Result<Self, ConfigError> {
        let unreadable = |cause: String| ConfigError::File { path: path.to_owned(), cause };
        let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
        let text = decode(&bytes).map_err(|error| unreadable(error.to_string()))?;
        let table = text.parse::<Table>().map_err(|error| unreadable(describe(&text, &error)))?;
        let mut file = Self { path: path.to_owned(), values: Vec::new() };
        file.flatten("", &table)?;
        Ok(file)
    }

    fn flatten(&mut self, prefix: &str, table: &Table) -> Result<(), ConfigError> {
        for (name, value) in table {
            let key = format!("{prefix}{name}");
            if let Toml::Table(inner) = value {
                self.flatten(&format!("{key}."), inner)?;
                continue;
            }
            if !SETTINGS.iter().flat_map(Setting::keys).any(|known| known == key) {
                let nearest = find_nearest(&key, SETTINGS.iter().map(|setting| setting.key.to_owned()));
                return Err(ConfigError::Unknown { key, origin: self.path.display().to_string(), nearest });
            }
            let text = to_text(value).ok_or_else(|| self.wrong_type(&key))?;
            self.values.push((key, text));
        }
        Ok(())
    }

    fn wrong_type(&self, key: &str) -> ConfigError {
        ConfigError::Bad {
            key: key.to_owned(),
            origin: Origin::File(self.path.clone()),
            value: None,
            allowed: "must be a text, a number, true or false, or a list of texts".to_owned(),
        }
    }
}

/// The row and what is wrong with it, without the text itself, which may hold a password.
fn describe(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("row {}: {}", before.matches('\n').count().saturating_add(1), error.message())
}

/// `value` as one would write it in a variable.
fn to_text(value: &Toml) -> Option<String> {
    match value {
        Toml::String(text) => Some(text.clone()),
        Toml::Integer(number) => Some(number.to_string()),
        Toml::Float(number) => Some(number.to_string()),
        Toml::Boolean(truth) => Some(truth.to_string()),
        Toml::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Toml::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        Toml::Datetime(_) | Toml::Table(_) => None,
    }
}

fn find_nearest(name: &str, known: impl IntoIterator<Item = String>) -> String {
    known.into_iter().min_by_key(|known| edits(name, known)).unwrap_or_default()
}

/// How many characters must be put in, left out or replaced to get from `one` to `other` (Levenshtein).
fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (n, a) in (1_usize..).zip(one.chars()) {
        let mut next = vec![n];
        for (b, (left_out, replaced)) in other.iter().zip(row.iter().skip(1).zip(&row)) {
            let put_in = next.last().copied().unwrap_or_default();
            let replaced = if a == *b { *replaced } else { replaced.saturating_add(1) };
            next.push(replaced.min(left_out.saturating_add(1)).min(put_in.saturating_add(1)));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
