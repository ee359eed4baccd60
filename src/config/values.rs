//! The values of all settings as texts, each with where it came from: flag, environment, file or default.

use std::fmt;
use std::path::{Path, PathBuf};

use toml::{Table, Value as Toml};

use super::ConfigError;
use super::parse::{Parsed, without_password};
use super::settings::{SETTINGS, ServeArgs, Setting, VARIABLE_PREFIX};

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
}

/// The values of all settings, in the order of the table.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Values(pub(super) Vec<Value>);

impl Values {
    /// What the four sources say together.
    pub(super) fn collect(args: &ServeArgs, environment: &[(String, String)]) -> Result<Self, ConfigError> {
        check_variables(environment)?;
        let file = args.config.as_deref().map(File::read).transpose()?;
        Ok(Self(SETTINGS.iter().map(|setting| find(setting, args, environment, file.as_ref())).collect()))
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
        for Value { setting: Setting { key, .. }, text, origin } in &self.0 {
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

fn find(
    setting: &'static Setting,
    args: &ServeArgs,
    environment: &[(String, String)],
    file: Option<&File>,
) -> Value {
    let flag = || Some((args.flags.get(setting.key)?.clone(), Origin::Flag(setting.flag?)));
    let variable = || {
        let name = setting.variable();
        let (_, text) = environment.iter().find(|(key, _)| *key == name)?;
        Some((text.clone(), Origin::Environment(name)))
    };
    let written = || {
        let file = file?;
        let (_, text) = file.values.iter().find(|(key, _)| key == setting.key)?;
        Some((text.clone(), Origin::File(file.path.clone())))
    };
    let default = || (setting.default.to_owned(), Origin::Default);
    let (text, origin) = flag().or_else(variable).or_else(written).unwrap_or_else(default);
    Value { setting, text, origin }
}

/// Variables that begin like ours and are not settings: what a cluster sets for every service of its own accord, and
/// what the tests are told.
fn is_foreign(variable: &str) -> bool {
    let rest = variable.strip_prefix(VARIABLE_PREFIX).unwrap_or_default();
    ["PORT", "SERVER", "DOMAIN"].contains(&rest)
        || ["PORT_", "SERVICE_HOST", "SERVICE_PORT", "TEST_"].iter().any(|own| rest.starts_with(own))
}

fn check_variables(environment: &[(String, String)]) -> Result<(), ConfigError> {
    let known: Vec<String> = SETTINGS.iter().map(Setting::variable).collect();
    let unknown = environment.iter().map(|(variable, _)| variable).find(|variable| {
        variable.starts_with(VARIABLE_PREFIX) && !known.contains(variable) && !is_foreign(variable)
    });
    match unknown {
        None => Ok(()),
        Some(variable) => Err(ConfigError::Unknown {
            key: variable.clone(),
            origin: "the environment".to_owned(),
            nearest: find_nearest(variable, known),
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
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
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
            if !SETTINGS.iter().any(|setting| setting.key == key) {
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
