//! From an upload to a bundle: a single `.rego` file becomes a bundle of one file.

use crate::domain::bundle::{Bundle, BundleFile, PolicyFormat, PolicyUpload};
use crate::domain::diagnostic::{Diagnostic, Fault};

/// The name of the file that a single `.rego` upload becomes.
const SINGLE_FILE: &str = "policy.rego";

/// Reads an upload into the files it holds.
///
/// # Errors
/// Every fault found.
pub fn unpack(upload: &PolicyUpload) -> Result<Bundle, Vec<Diagnostic>> {
    if upload.format == PolicyFormat::Zip {
        return Err(vec![Diagnostic::new(
            Fault::UnreadableArchive,
            "`zip` is not a format this build reads",
        )]);
    }
    let text = String::from_utf8(upload.bytes.clone())
        .map_err(|_| vec![Diagnostic::new(Fault::NotUtf8, "the policy is not valid UTF-8")])?;
    Ok(Bundle { files: vec![BundleFile { path: SINGLE_FILE.to_owned(), text }] })
}
