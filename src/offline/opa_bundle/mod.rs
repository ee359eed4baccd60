//! Bundles as `opa build` makes them, packed anew as the zip that is uploaded for them.
//!
//! Only what belongs to the form is looked at here: the entries of the `tar.gz`, which are read within the limits of a policy, and
//! the manifest. Signatures are not verified; what the files hold is checked by the evaluators, as of any other policy.

mod manifest;
mod read;

#[cfg(test)]
mod tests;

use std::path::Path;

use self::manifest::Manifest;
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::offline::archive::{self, ArchivedFile};

/// The file that says what the bundle is for.
const MANIFEST: &str = ".manifest";
/// The file that says who has signed it.
const SIGNATURES: &str = ".signatures.json";
/// Files that hold no Rego, and why they are refused.
const FOREIGN: [(&str, &str); 2] = [
    (
        "policy.wasm",
        "it is compiled to WebAssembly, which is not run here: build the bundle with `--target rego`",
    ),
    ("patch.json", "it is a delta of another bundle: build a whole one"),
];

/// A bundle in our form.
#[derive(Debug)]
pub(super) struct Repacked {
    /// The zip.
    pub(super) zip: Vec<u8>,
    /// What is odd about the bundle.
    pub(super) notes: Vec<String>,
}

/// Whether a file is taken for a bundle, by its name.
pub(super) fn is_one(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    [".tar.gz", ".tgz"].iter().any(|end| name.ends_with(end))
}

/// The zip of the files in `bundle`.
///
/// # Errors
/// Why it cannot be a policy.
pub(super) fn repack(bundle: &[u8]) -> Result<Repacked, Diagnostic> {
    let files = read::read(bundle)?;
    let manifest = match files.iter().find(|file| file.path == MANIFEST) {
        Some(file) => Manifest::parse(&file.content)?,
        None => Manifest::default(),
    };
    let is_signed = files.iter().any(|file| file.path == SIGNATURES);
    let kept: Vec<ArchivedFile> = files.into_iter().filter(|file| !is_hidden(&file.path)).collect();
    for file in &kept {
        check_kind(file)?;
        manifest.check(file)?;
    }
    let zip = archive::pack(kept).map_err(|cause| {
        Diagnostic::new(Fault::UnreadableArchive, format!("the bundle cannot be packed anew: {cause}"))
    })?;
    let note = is_signed
        .then(|| format!("the signatures in `{SIGNATURES}` are not verified: verify them with `opa` before"));
    Ok(Repacked { zip, notes: note.into_iter().collect() })
}

/// What begins with a dot is left out, as of folders; what leaves the bundle stays, to be refused.
fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') && part != "." && part != "..")
}

fn check_kind(file: &ArchivedFile) -> Result<(), Diagnostic> {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    match FOREIGN.iter().find(|(foreign, _)| *foreign == name) {
        Some((_, why)) => Err(Diagnostic::new(Fault::ForbiddenEntry, format!("`{}`: {why}", file.path))),
        None => Ok(()),
    }
}
