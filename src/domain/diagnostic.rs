//! The author's faults: what is wrong with a policy, where, and what to do.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::lint::LintRule;

/// A place in a bundle. Rows and columns count from 1; columns count characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The path of the file in the bundle.
    pub file: String,
    /// The row, from 1.
    pub row: u32,
    /// The column in characters, from 1.
    pub col: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.row, self.col)
    }
}

/// One fault of a policy or its archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Which rule it breaks.
    pub fault: Fault,
    /// Where, if it has a place.
    pub place: Option<Place>,
    /// The line of the policy it stands in, cut to a readable length.
    pub line: Option<String>,
    /// What is wrong and what to do: lower case, no period.
    pub message: String,
}

impl Diagnostic {
    /// A fault without a place.
    pub fn new(fault: Fault, message: impl Into<String>) -> Self {
        Self { fault, place: None, line: None, message: message.into() }
    }

    /// A fault at a place.
    pub fn at(fault: Fault, place: Place, line: Option<String>, message: impl Into<String>) -> Self {
        Self { fault, place: Some(place), line, message: message.into() }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.line {
            Some(line) => write!(f, ": {}", line.trim()),
            None => Ok(()),
        }
    }
}

/// Something in a policy that is allowed and probably not meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Which rule finds it.
    pub rule: LintRule,
    /// Where, if it has a place.
    pub place: Option<Place>,
    /// The line of the policy it stands in, cut to a readable length.
    pub line: Option<String>,
    /// What is odd: lower case, no period.
    pub message: String,
    /// The reason for which a comment of the policy ignores it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignored: Option<String>,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// The rules a policy can break. Each has one error code (`http::codes`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Over the size limit as it was uploaded.
    TooLarge,
    /// Over the size limit once unpacked.
    UnpackedTooLarge,
    /// More files than allowed.
    TooManyFiles,
    /// A path over its length.
    PathTooLong,
    /// A file name over its length.
    NameTooLong,
    /// A path that begins at the root or names a drive.
    AbsolutePath,
    /// A path that leaves the archive.
    EscapingPath,
    /// An empty or `.` part in a path.
    EmptyPathPart,
    /// Characters in a path that are not allowed.
    PathCharacters,
    /// Two files of one name, also by case or normalisation.
    DuplicateName,
    /// Not UTF-8, or with a byte-order mark.
    NotUtf8,
    /// NUL or bidirectional control characters in a text.
    ForbiddenCharacter,
    /// The content does not fit the format it was sent as.
    FormatMismatch,
    /// An archive that cannot be read, or whose headers disagree.
    UnreadableArchive,
    /// An entry of a kind that is not allowed: link, device, encrypted, unusual compression, nested archive, binary.
    ForbiddenEntry,
    /// No `.rego` file.
    NoPolicy,
    /// `data.json` or `data.yaml` that is not an object, or collides with another.
    BadData,
    /// Over a limit of shape: lines, rules, statements, imports, operators.
    TooManyParts,
    /// Nested too deeply, or too slow to check.
    TooComplex,
    /// Not Rego v1.
    Syntax,
    /// A user-defined function.
    Function,
    /// A built-in that could leave the sandbox or is not deterministic.
    ForbiddenBuiltin,
    /// A function that is not there.
    UnknownFunction,
    /// A call with the wrong number of arguments.
    Arity,
    /// A rule that needs itself.
    Recursion,
    /// Two definitions that cannot both hold.
    Conflict,
    /// Anything else the compiler refuses: unsafe variables, a variable assigned twice.
    Compile,
}

impl Fault {
    /// The word it is known by on the command line and among processes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::UnpackedTooLarge => "unpacked_too_large",
            Self::TooManyFiles => "too_many_files",
            Self::PathTooLong => "path_too_long",
            Self::NameTooLong => "name_too_long",
            Self::AbsolutePath => "absolute_path",
            Self::EscapingPath => "escaping_path",
            Self::EmptyPathPart => "empty_path_part",
            Self::PathCharacters => "path_characters",
            Self::DuplicateName => "duplicate_name",
            Self::NotUtf8 => "not_utf8",
            Self::ForbiddenCharacter => "forbidden_character",
            Self::FormatMismatch => "format_mismatch",
            Self::UnreadableArchive => "unreadable_archive",
            Self::ForbiddenEntry => "forbidden_entry",
            Self::NoPolicy => "no_policy",
            Self::BadData => "bad_data",
            Self::TooManyParts => "too_many_parts",
            Self::TooComplex => "too_complex",
            Self::Syntax => "syntax",
            Self::Function => "function",
            Self::ForbiddenBuiltin => "forbidden_builtin",
            Self::UnknownFunction => "unknown_function",
            Self::Arity => "arity",
            Self::Recursion => "recursion",
            Self::Conflict => "conflict",
            Self::Compile => "compile",
        }
    }
}
