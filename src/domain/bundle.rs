//! A bundle: the checked files of one policy, and the hash it is stored under.

use std::ffi::OsStr;
use std::fmt::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What one bundle may hold (the contract's policy limits).
pub mod limits {
    /// The greatest size in bytes, packed and unpacked, of all files together.
    pub const MAX_BYTES: usize = 1_048_576;
    /// The greatest number of files; folders do not count.
    pub const MAX_FILES: usize = 100;
    /// The longest path, in characters.
    pub const MAX_PATH_CHARS: usize = 2048;
    /// The longest file name, in bytes.
    pub const MAX_NAME_BYTES: usize = 255;
}

/// The path of a policy that was uploaded as one file, without a path.
pub const SINGLE_FILE: &str = "policy.rego";

/// The SHA-256 of a policy's bytes as they were uploaded: 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut text = String::with_capacity(64);
        for byte in Sha256::digest(bytes) {
            // Writing to a String cannot fail.
            write!(text, "{byte:02x}").unwrap_or_default();
        }
        Self(text)
    }

    /// A digest that was computed before and stored; not checked against anything.
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a policy was uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PolicyFormat {
    /// One `.rego` file.
    Rego,
    /// One zip.
    Zip,
}

impl PolicyFormat {
    /// The word it is stored under, which is also its file extension.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rego => "rego",
            Self::Zip => "zip",
        }
    }

    /// The media type of a download.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Rego => "text/plain; charset=utf-8",
            Self::Zip => "application/zip",
        }
    }
}

/// A policy as it was uploaded: not yet looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyUpload {
    /// What the bytes claim to be.
    pub format: PolicyFormat,
    /// The bytes, kept as they came so that a download gives back what was uploaded.
    pub bytes: Vec<u8>,
}

impl PolicyUpload {
    /// The hash it is stored under.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }
}

/// The files of one policy, checked: safe paths, valid text, within the limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// Sorted by path.
    pub files: Vec<BundleFile>,
}

/// One text file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleFile {
    /// Relative, `/` between parts.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// What a file of a bundle is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Rego that decides.
    Rego,
    /// Rego that tests: kept, never run by the gate.
    RegoTest,
    /// `data.json`, merged at its folder's path.
    JsonData,
    /// `data.yaml`, merged at its folder's path.
    YamlData,
    /// Any other text, kept and ignored; what systems leave in archives, of which the name is kept.
    Other,
}

impl Bundle {
    /// The file at this path.
    pub fn find(&self, path: &str) -> Option<&BundleFile> {
        self.files.iter().find(|file| file.path == path)
    }
}

impl BundleFile {
    /// What this file is for, by its name.
    pub fn kind(&self) -> FileKind {
        FileKind::of(&self.path)
    }
}

/// The system whose tools leave the file at this path beside what they are asked to pack; none for a file that somebody made. Nothing
/// of its content is looked at, and nothing needs it.
pub fn clutter_of(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_macos =
        name == ".DS_Store" || name.starts_with("._") || path.split('/').any(|part| part == "__MACOSX");
    let is_windows = ["thumbs.db", "desktop.ini"].iter().any(|known| name.eq_ignore_ascii_case(known));
    if is_macos { Some("macOS") } else { is_windows.then_some("Windows") }
}

impl FileKind {
    /// What the file at this path is for.
    pub fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name {
            _ if clutter_of(path).is_some() => Self::Other,
            "data.json" => Self::JsonData,
            "data.yaml" | "data.yml" => Self::YamlData,
            _ if name.ends_with("_test.rego") => Self::RegoTest,
            _ => match Path::new(name).extension().and_then(OsStr::to_str) {
                Some("rego") => Self::Rego,
                _ => Self::Other,
            },
        }
    }
}
