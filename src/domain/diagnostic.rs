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

/// The faults, each with the word by which it is known; one table, so that none is forgotten.
macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// The rules a policy can break. Each has one error code (`http::codes`) and a section in `docs/registration.md`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Fault {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl Fault {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word it is known by on the command line and among processes.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

faults! {
    /// Over the size limit as it was uploaded.
    TooLarge = "too_large",
    /// Over the size limit once unpacked.
    UnpackedTooLarge = "unpacked_too_large",
    /// More files than allowed.
    TooManyFiles = "too_many_files",
    /// A path over its length.
    PathTooLong = "path_too_long",
    /// A file name over its length.
    NameTooLong = "name_too_long",
    /// A path that begins at the root or names a drive.
    AbsolutePath = "absolute_path",
    /// A path that leaves the archive.
    EscapingPath = "escaping_path",
    /// An empty or `.` part in a path.
    EmptyPathPart = "empty_path_part",
    /// Characters in a path that are not allowed.
    PathCharacters = "path_characters",
    /// Two files of one name, also by case or normalisation.
    DuplicateName = "duplicate_name",
    /// Not UTF-8, or with a byte-order mark.
    NotUtf8 = "not_utf8",
    /// NUL or bidirectional control characters in a text.
    ForbiddenCharacter = "forbidden_character",
    /// The content does not fit the format it was sent as.
    FormatMismatch = "format_mismatch",
    /// An archive that cannot be read, or whose headers disagree.
    UnreadableArchive = "unreadable_archive",
    /// An entry of a kind that is not allowed: link, device, encrypted, unusual compression, nested archive, binary.
    ForbiddenEntry = "forbidden_entry",
    /// No `.rego` file.
    NoPolicy = "no_policy",
    /// `data.json` or `data.yaml` that is not an object, or collides with another.
    BadData = "bad_data",
    /// Over a limit of shape: lines, rules, statements, imports, operators.
    TooManyParts = "too_many_parts",
    /// Nested too deeply, or too slow to check.
    TooComplex = "too_complex",
    /// Not Rego v1.
    Syntax = "syntax",
    /// A user-defined function.
    Function = "function",
    /// A built-in that could leave the sandbox or is not deterministic.
    ForbiddenBuiltin = "forbidden_builtin",
    /// A function that is not there.
    UnknownFunction = "unknown_function",
    /// A call with the wrong number of arguments.
    Arity = "arity",
    /// A rule that needs itself.
    Recursion = "recursion",
    /// Two definitions that cannot both hold.
    Conflict = "conflict",
    /// Anything else the compiler refuses: unsafe variables, a variable assigned twice.
    Compile = "compile",
}
