//! What is wrong with a field a caller sent, in words that say what is allowed.

use std::fmt;

/// One field that breaks one rule. A request reports all of its `Invalid`s at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Where the value stood: `hook_name`, `configuration.failure_mode`, `query parameter limit`.
    pub field: String,
    /// What it breaks.
    pub rule: Rule,
}

impl Invalid {
    /// `field` breaks `rule`.
    pub fn new(field: impl Into<String>, rule: Rule) -> Self {
        Self { field: field.into(), rule }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.rule)
    }
}

/// The rules a field can break. Each has one error code (`http::codes`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Required, and absent or null.
    Missing,
    /// Not a field of this request.
    Unrecognised {
        /// The fields it could have been.
        allowed: &'static [&'static str],
    },
    /// Longer than `max`, counted in characters.
    TooLong {
        /// The greatest length allowed, in characters.
        max: usize,
    },
    /// Longer than `max`, counted in bytes.
    TooManyBytes {
        /// The greatest length allowed, in bytes.
        max: usize,
    },
    /// Shorter than `min`, counted in characters.
    TooShort {
        /// The smallest length allowed, in characters.
        min: usize,
    },
    /// Characters that are not allowed; says which are.
    Characters(&'static str),
    /// The first character is not allowed; says which are.
    FirstCharacter(&'static str),
    /// Not one of the words allowed.
    NotOneOf(Vec<String>),
    /// Another JSON type than the field has.
    WrongType {
        /// The type it must have.
        expected: &'static str,
    },
    /// Not a whole number, or outside its range.
    NotInRange {
        /// The smallest value.
        min: u64,
        /// The greatest value.
        max: u64,
    },
    /// Not a semantic version (SemVer 2.0).
    NotAVersion(String),
    /// Not of the form it must have; says which.
    Form(&'static str),
    /// Fields that exclude, or need, each other.
    Together(&'static str),
    /// The id does not belong to the name it was sent with.
    OtherHook,
    /// Nothing in the request changes anything.
    NothingToUpdate,
    /// A marker that was not made by this list with these parameters.
    ForeignMarker,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "is required"),
            Self::Unrecognised { allowed: [] } => {
                write!(f, "is not recognised: nothing is allowed here")
            }
            Self::Unrecognised { allowed } => write!(f, "is not recognised: allowed are {}", ticked(allowed)),
            Self::TooLong { max } => write!(f, "is longer than {max} characters"),
            Self::TooManyBytes { max } => write!(f, "is longer than {max} bytes"),
            Self::TooShort { min } => write!(f, "is shorter than {min} characters"),
            Self::Characters(allowed) => write!(f, "has characters that are not allowed: {allowed}"),
            Self::FirstCharacter(allowed) => write!(f, "must begin with {allowed}"),
            Self::NotOneOf(words) => write!(f, "must be one of {}", ticked(words)),
            Self::WrongType { expected } => write!(f, "must be {expected}"),
            Self::NotInRange { min, max } => write!(f, "must be a whole number from {min} to {max}"),
            Self::NotAVersion(cause) => {
                write!(f, "must be a semantic version such as `1.0.0` or `1.0.0-rc.1+build`: {cause}")
            }
            Self::Form(form) | Self::Together(form) => write!(f, "{form}"),
            Self::OtherHook => write!(f, "is not the id of the hook of that name"),
            Self::NothingToUpdate => write!(
                f,
                "has nothing to update: give at least one of `hook_description`, `default_version`, `configuration`"
            ),
            Self::ForeignMarker => {
                write!(f, "is not a marker of this list with these parameters: start again without it")
            }
        }
    }
}

fn ticked<T: AsRef<str>>(words: &[T]) -> String {
    words.iter().map(|word| format!("`{}`", word.as_ref())).collect::<Vec<_>>().join(", ")
}
