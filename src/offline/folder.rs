//! Folders: what lies in them, and which of them are policies. Follows no link.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use crate::offline::head::Head;

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

/// Whether this is Rego by a name that is never loaded: extensions are lower case, as for OPA.
pub(super) fn is_unloaded(path: &Path) -> bool {
    path.extension().is_some_and(|own| own != "rego" && own.eq_ignore_ascii_case("rego"))
}

/// The folders that are policies, of a folder that holds `found`: itself, if Rego lies directly in it or if it is one policy spread
/// over several folders; otherwise the topmost ones with Rego in them. None without any Rego.
///
/// Several policies are told by a `policy.rego` below, or by what files begin with, which `read_head` reads only where it matters.
pub(super) fn find_policies(found: &[Found], read_head: impl Fn(&Path) -> Head) -> Vec<PathBuf> {
    let policies = list_policy_files(found);
    let homes = find_topmost(&policies);
    let is_named = policies.iter().any(|path| path.file_name().is_some_and(|name| name == POLICY));
    match homes.as_slice() {
        [] => Vec::new(),
        [root] if root.as_os_str().is_empty() => vec![PathBuf::new()],
        _ if is_named || decide_apart(&policies, &homes, read_head) => {
            homes.iter().copied().map(Path::to_path_buf).collect()
        }
        _ => vec![PathBuf::new()],
    }
}

fn list_policy_files(found: &[Found]) -> Vec<&Path> {
    found.iter().map(|file| file.path.as_path()).filter(|path| is_policy(path)).collect()
}

/// The topmost folders with Rego in them.
pub(super) fn find_homes(found: &[Found]) -> Vec<&Path> {
    find_topmost(&list_policy_files(found))
}

/// The topmost folders in which these files lie.
fn find_topmost<'a>(files: &[&'a Path]) -> Vec<&'a Path> {
    let homes: BTreeSet<&Path> = files.iter().filter_map(|path| path.parent()).collect();
    let is_topmost = |home: &Path| !home.ancestors().skip(1).any(|above| homes.contains(above));
    homes.iter().copied().filter(|home| is_topmost(home)).collect()
}

/// Whether the files of these folders are no one policy: `hook_result` is defined in more than one of them or, where none defines it,
/// they share a package.
fn decide_apart(files: &[&Path], homes: &[&Path], read_head: impl Fn(&Path) -> Head) -> bool {
    let mut deciding = BTreeSet::new();
    let mut packages: BTreeMap<String, BTreeSet<&Path>> = BTreeMap::new();
    for file in files {
        let Some(home) = homes.iter().find(|home| file.starts_with(home)) else { continue };
        let Head { package, is_deciding } = read_head(file);
        deciding.extend(is_deciding.then_some(*home));
        packages.entry(package).or_default().insert(*home);
    }
    let is_shared = || packages.values().any(|homes| homes.len() > 1);
    deciding.len() > 1 || (deciding.is_empty() && is_shared())
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Found, Head, Kind, find_policies, is_unloaded};

    /// All files of `paths` define `hook_result` in the package `policy`, but for those below a `lib`.
    #[track_caller]
    fn check(paths: &[&str], expected: &[&str]) {
        let read_head = |path: &Path| {
            let is_library = path.iter().any(|part| part == "lib");
            Head::of(if is_library {
                "package policy.lib\n"
            } else {
                "package policy\n\nhook_result := {\"is_passed\": true}\n"
            })
        };
        check_heads(paths, read_head, expected);
    }

    #[track_caller]
    fn check_heads(paths: &[&str], read_head: impl Fn(&Path) -> Head, expected: &[&str]) {
        let found: Vec<_> =
            paths.iter().map(|path| Found { path: PathBuf::from(path), kind: Kind::File }).collect();
        let expected: Vec<_> = expected.iter().map(Path::new).collect();
        assert_eq!(find_policies(&found, read_head), expected);
    }

    #[test]
    fn a_folder_with_rego_directly_in_it_is_one_policy() {
        check(&["main.rego"], &[""]);
        check(&["main.rego", "sub/policy.rego", "README.md"], &[""]);
    }

    #[test]
    fn one_policy_in_several_folders_is_one_policy() {
        check(&["policy/main.rego", "lib/names.rego", "data.json"], &[""]);
    }

    #[test]
    fn folders_that_decide_for_themselves_are_policies_whatever_their_files_are_called() {
        check(&["a/first.rego", "b/second.rego", "b/lib/names.rego"], &["a", "b"]);
        check(&["teams/web/x.rego", "teams/db/y.rego", "README.md"], &["teams/db", "teams/web"]);
    }

    #[test]
    fn without_any_hook_result_a_shared_package_tells_policies_apart() {
        let conftest = |_: &Path| Head::of("package main\n\ndeny contains \"x\"\n");
        check_heads(&["a/x.rego", "b/y.rego"], conftest, &["a", "b"]);
        let apart = |path: &Path| Head::of(&format!("package {}\n", path.parent().unwrap().display()));
        check_heads(&["app/x.rego", "lib/y.rego"], apart, &[""]);
    }

    #[test]
    fn only_small_letters_make_rego() {
        assert!(["A.REGO", "a/b.Rego"].iter().all(|path| is_unloaded(Path::new(path))));
        assert!(!["a.rego", "REGO", "a.rego.bak"].iter().any(|path| is_unloaded(Path::new(path))));
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
