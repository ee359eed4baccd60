//! The cases of `fixtures/attacks`, ready to be sent.

use std::path::Path;

use hookgate::domain::bundle::{PolicyFormat, PolicyUpload};

use super::support::bundles::zip_uri;
use super::support::cases::{At, Outcome, Survival, expected, input_of, list_folders, name_of, policy_in};

/// The most an input may have, with room for what is around it.
const LARGEST: usize = (16 << 20) - 1_024;

pub(crate) const HELLO: &str = include_str!("../policies/hello.rego");

/// One case.
#[derive(Debug)]
pub(crate) struct Attack {
    pub(crate) name: String,
    pub(crate) input: String,
    pub(crate) expected: Survival,
    upload: PolicyUpload,
}

impl Attack {
    /// All of them, by name, and inputs that are too large for a folder.
    pub(crate) fn list() -> Vec<Self> {
        let folders = list_folders("fixtures/attacks");
        folders.iter().map(|folder| Self::read(folder)).chain(Self::list_large()).collect()
    }

    fn read(folder: &Path) -> Self {
        Self {
            name: name_of(folder).to_owned(),
            input: input_of(folder),
            expected: expected(folder),
            upload: policy_in(folder),
        }
    }

    fn list_large() -> [Self; 3] {
        let nested = |open: &str, close: &str| {
            let levels = LARGEST / (open.len() + close.len());
            format!(r#"{{"x": {}1{}}}"#, open.repeat(levels), close.repeat(levels))
        };
        let inputs = [
            ("sixteen-mebibytes-of-brackets", nested("[", "]")),
            ("sixteen-mebibytes-of-brackets-that-stay-open", nested("[", "")),
            ("sixteen-mebibytes-of-small-parts", format!(r#"{{"x": [{}1]}}"#, "[],".repeat(LARGEST / 3))),
        ];
        inputs.map(|(name, input)| Self {
            name: format!("(input) {name}"),
            input,
            expected: Survival { at: At::Evaluation, outcome: Outcome::Refused },
            upload: PolicyUpload { format: PolicyFormat::Rego, bytes: HELLO.as_bytes().to_vec() },
        })
    }

    /// The field of a request that carries the policy. A text is made a new one by `number`, so that nothing that is
    /// remembered about it saves the server any work.
    pub(crate) fn field(&self, number: usize) -> (&'static str, String) {
        match self.upload.format {
            PolicyFormat::Rego => {
                let text = String::from_utf8(self.upload.bytes.clone()).expect("a policy is text");
                ("policy_body", format!("{text}\n# {number}\n"))
            }
            PolicyFormat::Zip => ("policy_uri", zip_uri(&self.upload.bytes)),
        }
    }
}
