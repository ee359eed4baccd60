//! Types in words.

use super::{Key, Maybe, Type};

/// How many members are named.
const SHOWN: usize = 4;

/// What a person calls it: `a string`, `a list of numbers`.
pub(in crate::model) fn name(of: &Maybe) -> String {
    of.as_ref().map_or_else(|| "anything".to_owned(), |of| of.name())
}

/// Several of them: `strings`, or `values that are a string or a number`.
pub(in crate::model) fn names(of: &Maybe) -> String {
    let plural = of.as_ref().and_then(|of| of.plural());
    plural.map_or_else(|| format!("values that are {}", name(of)), str::to_owned)
}

impl Type {
    fn name(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool => "a boolean".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::String => "a string".to_owned(),
            Self::Array(array) if array.items.is_empty() && array.rest.is_none() => {
                "an empty list".to_owned()
            }
            Self::Array(array) if array.rest.is_none() => format!("a list of {}", counted(array.items.len())),
            Self::Array(array) => format!("a list{}", of_what(&array.rest)),
            Self::Object(object) if object.members.is_empty() && object.rest.is_none() => {
                "an empty object".to_owned()
            }
            Self::Object(object) if object.members.is_empty() => "an object".to_owned(),
            Self::Object(object) => {
                let keys: Vec<&Key> = object.members.iter().map(|(key, _)| key).collect();
                format!("an object with {}", keys_in_words(&keys))
            }
            Self::Set(None, _) => "an empty set".to_owned(),
            Self::Set(of, _) => format!("a set{}", of_what(of)),
            Self::Any(parts, _) if parts.is_empty() => "anything".to_owned(),
            Self::Any(parts, _) => {
                let mut names: Vec<String> = parts.iter().map(|part| part.name()).collect();
                names.sort();
                names.dedup();
                alternatives(&names)
            }
            Self::Function(_) => "a function".to_owned(),
        }
    }

    fn plural(&self) -> Option<&'static str> {
        match self {
            Self::Bool => Some("booleans"),
            Self::Number => Some("numbers"),
            Self::String => Some("strings"),
            Self::Array(_) => Some("lists"),
            Self::Object(_) => Some("objects"),
            Self::Set(..) => Some("sets"),
            Self::Null | Self::Any(..) | Self::Function(_) => None,
        }
    }
}

fn of_what(part: &Maybe) -> String {
    let plural = part.as_ref().and_then(|part| part.plural());
    plural.map(|plural| format!(" of {plural}")).unwrap_or_default()
}

fn counted(items: usize) -> String {
    if items == 1 { "1 element".to_owned() } else { format!("{items} elements") }
}

/// `a, b or c`
pub(in crate::model) fn alternatives(names: &[String]) -> String {
    joined(names, "or")
}

fn joined(names: &[String], word: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

/// `` `a`, `b` and `c` ``, and how many more there are.
pub(in crate::model) fn keys_in_words(keys: &[&Key]) -> String {
    let mut names: Vec<String> = keys.iter().take(SHOWN).map(|key| format!("`{}`", key.text())).collect();
    match keys.len().saturating_sub(SHOWN) {
        0 => {}
        more => names.push(format!("{more} more")),
    }
    joined(&names, "and")
}

impl Key {
    /// As it would be written after a dot.
    pub(in crate::model) fn text(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
            Self::Number(text) | Self::String(text) | Self::Composite(text, _) => text,
        }
    }
}
