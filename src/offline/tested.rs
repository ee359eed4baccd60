//! Policies with what they are tested by: the rules of their `_test.rego` files, and folders with an input and what is expected of it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::value::RawValue;

use crate::domain::bundle::{PolicyFormat, PolicyUpload};
use crate::offline::document::read_object;
use crate::offline::folder::{Found, is_test};
use crate::offline::pack;
use crate::offline::source::{Place, Source, SourceError, list_files};

/// The folder of a policy in which its cases lie.
const CASES: &str = "cases";
/// The document a policy is asked about.
const INPUT: &str = "input.json";
/// What it should say.
const EXPECTED: &str = "expect.json";

/// What `--help` says about cases.
pub const CASES_HELP: &str = "\
Tests are the rules `test_…` of a policy and its `_test.rego` files, with the results of `opa test`; `todo_test_…` is skipped. A folder may \
have cases, too: `cases/NAME/input.json` is asked as the gate would, and `cases/NAME/expect.json` says what comes of it: `result` (PASSED, \
REFUSED, …), `err_msg` and `note` (exactly; none if they are left out), and `findings` (how many, or a list of objects whose members the \
findings have, in order; anything if left out). The gate adds nothing to the input: `operation`, `stack` and `actor` are members of it.";

/// An input, and what is expected of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFolder {
    /// Its name within the policy: `cases/NAME`.
    pub name: String,
    folder: PathBuf,
}

impl CaseFolder {
    /// The path of the file with what is expected.
    pub fn expected_path(&self) -> String {
        self.folder.join(EXPECTED).display().to_string()
    }

    /// The input, and what is expected of it.
    ///
    /// # Errors
    /// The file that cannot be read, or is no JSON object.
    pub fn read(&self) -> Result<(Box<RawValue>, Box<RawValue>), SourceError> {
        let read = |name: &str| {
            let path = self.folder.join(name);
            let bytes = fs::read(&path).map_err(SourceError::unreadable(&path))?;
            read_object(&bytes).map_err(|cause| SourceError::Document { path, cause })
        };
        Ok((read(INPUT)?, read(EXPECTED)?))
    }
}

impl Source {
    /// The policies at `path` with their tests: as [`Self::list`], but a `.rego` file brings along the tests that lie beside it under
    /// its name, and a folder may have nothing but tests.
    ///
    /// # Errors
    /// When there is nothing that could be tested.
    pub fn list_tested(path: &Path) -> Result<Vec<Self>, SourceError> {
        let mut found = match Self::list(path) {
            Err(SourceError::Empty(folder))
                if list_files(&folder)?.iter().any(|file| is_test(&file.path)) =>
            {
                vec![Self { place: Place::Folder(folder) }]
            }
            listed => listed?,
        };
        for source in &mut found {
            if let Place::Rego(path) = &source.place
                && let Some(place) = with_tests(path)
            {
                source.place = place;
            }
        }
        Ok(found)
    }

    /// The policy with its tests, without its cases.
    ///
    /// # Errors
    /// When it cannot be read, or is larger than any policy may be.
    pub fn read_tested(&self) -> Result<PolicyUpload, SourceError> {
        let Place::Folder(path) = &self.place else { return self.read() };
        let mut files = list_files(path)?;
        files.retain(|file| !is_of_case(&file.path));
        Ok(PolicyUpload { format: PolicyFormat::Zip, bytes: pack::pack(path, &files)? })
    }

    /// The cases of a policy that is a folder, by name; none for others.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub fn list_cases(&self) -> Result<Vec<CaseFolder>, SourceError> {
        let Place::Folder(path) = &self.place else { return Ok(Vec::new()) };
        let files = list_files(path)?;
        let mut names: Vec<String> = files.iter().filter_map(case_of).collect();
        names.dedup();
        let case = |name: String| CaseFolder {
            folder: path.join(CASES).join(&name),
            name: format!("{CASES}/{name}"),
        };
        Ok(names.into_iter().map(case).collect())
    }
}

/// A policy and its tests, if it has any beside it.
fn with_tests(path: &Path) -> Option<Place> {
    let stem = path.file_stem()?.to_str()?;
    let test = PathBuf::from(format!("{stem}_test.rego"));
    let folder = path.parent()?.to_path_buf();
    folder
        .join(&test)
        .is_file()
        .then(|| Place::Tested(folder, [PathBuf::from(path.file_name().unwrap_or_default()), test]))
}

/// Whether this is one of the two files of a case.
pub(super) fn is_of_case(path: &Path) -> bool {
    let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    matches!(parts.as_slice(), [CASES, _, INPUT | EXPECTED])
}

/// The case that a file belongs to.
fn case_of(file: &Found) -> Option<String> {
    let name = file.path.iter().nth(1)?.to_str()?;
    is_of_case(&file.path).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::is_of_case;

    #[test]
    fn only_the_two_files_of_a_case_are_no_part_of_the_policy() {
        for path in ["cases/a/input.json", "cases/a/expect.json"] {
            assert!(is_of_case(Path::new(path)), "{path}");
        }
        for path in
            ["cases/input.json", "cases/a/b/input.json", "lib/cases/a/input.json", "cases/a/data.json"]
        {
            assert!(!is_of_case(Path::new(path)), "{path}");
        }
    }
}
