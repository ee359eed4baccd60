//! Folders: what lies in them, and which of them are policies. Follows no link and opens no file.

use std::collections::BTreeSet;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

/// The file that makes a folder below others a policy of its own.
const POLICY: &str = "policy.rego";

/// What lies somewhere in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// Its path below the folder.
    pub(super) path: PathBuf,
    /// What it is.
    pub(super) kind: Kind,
}

/// What lies in a folder besides folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    File,
    Link,
    /// A pipe, a socket, a device.
    Other,
}

impl Kind {
    fn of(file_type: FileType) -> Self {
        if file_type.is_file() {
            Self::File
        } else if file_type.is_symlink() {
            Self::Link
        } else {
            Self::Other
        }
    }
}

/// Everything in `folder` and below, sorted by path; what begins with a dot is left out.
///
/// # Errors
/// The folder that cannot be read, and why.
pub(super) fn walk(folder: &Path) -> Result<Vec<Found>, (PathBuf, io::Error)> {
    let (mut found, mut left) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(below) = left.pop() {
        let here = folder.join(&below);
        let unreadable = |cause| (here.clone(), cause);
        for entry in fs::read_dir(&here).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let (name, file_type) = (entry.file_name(), entry.file_type().map_err(unreadable)?);
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = below.join(name);
            if file_type.is_dir() {
                left.push(path);
            } else {
                found.push(Found { path, kind: Kind::of(file_type) });
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Files of these names, as if they were found.
pub(super) fn files(names: &[PathBuf]) -> Vec<Found> {
    names.iter().map(|name| Found { path: name.clone(), kind: Kind::File }).collect()
}

/// Whether this is the path of Rego that decides.
pub(super) fn is_policy(path: &Path) -> bool {
    has_extension(path, "rego") && !is_test(path)
}

/// Whether this is the path of Rego that tests.
pub(super) fn is_test(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().ends_with(b"_test.rego"))
}

pub(super) fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|own| own == extension)
}

/// The folders that are policies, of a folder that holds `found`: itself, if Rego lies directly in it or nowhere below is a
/// `policy.rego`; otherwise the topmost ones with Rego in them. None without any Rego.
pub(super) fn find_policies(found: &[Found]) -> Vec<PathBuf> {
    let policies: Vec<&Path> =
        found.iter().map(|file| file.path.as_path()).filter(|path| is_policy(path)).collect();
    let homes: BTreeSet<&Path> = policies.iter().filter_map(|path| path.parent()).collect();
    if homes.is_empty() {
        return Vec::new();
    }
    let is_collection = policies.iter().any(|path| path.file_name().is_some_and(|name| name == POLICY));
    if homes.contains(Path::new("")) || !is_collection {
        return vec![PathBuf::new()];
    }
    let is_topmost = |home: &Path| !home.ancestors().skip(1).any(|above| homes.contains(above));
    homes.iter().copied().filter(|home| is_topmost(home)).map(Path::to_path_buf).collect()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Found, Kind, find_policies};

    #[track_caller]
    fn check(paths: &[&str], expected: &[&str]) {
        let found: Vec<_> =
            paths.iter().map(|path| Found { path: PathBuf::from(path), kind: Kind::File }).collect();
        let expected: Vec<_> = expected.iter().map(Path::new).collect();
        assert_eq!(find_policies(&found), expected);
    }

    #[test]
    fn a_folder_with_rego_directly_in_it_is_one_policy() {
        check(&["main.rego"], &[""]);
        check(&["main.rego", "sub/policy.rego", "README.md"], &[""]);
    }

    #[test]
    fn a_folder_without_any_policy_rego_is_one_policy() {
        check(&["policy/main.rego", "lib/names.rego", "data.json"], &[""]);
    }

    #[test]
    fn a_folder_of_policies_is_as_many() {
        check(&["README.md", "a/policy.rego", "a/cases/x/input.json", "b/policy.rego"], &["a", "b"]);
        check(&["teams/web/a/policy.rego", "teams/db/policy.rego"], &["teams/db", "teams/web/a"]);
        check(&["a/policy.rego", "a/lib/policy.rego", "a-b/policy.rego"], &["a", "a-b"]);
    }

    #[test]
    fn rego_that_lies_beside_them_is_not_passed_over() {
        check(&["a/policy.rego", "lib/names.rego"], &["a", "lib"]);
    }

    #[test]
    fn tests_alone_are_no_policy() {
        check(&["a/policy_test.rego", "b/data.json"], &[]);
        check(&["policy_test.rego", "a/policy.rego"], &["a"]);
    }
}
