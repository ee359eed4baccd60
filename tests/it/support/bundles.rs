//! Zips, as an author's tool makes them.

use std::io::{Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A zip of `files`.
pub(crate) fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in files {
        writer.start_file(*path, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// `bytes` as a `policy_uri` that holds the zip itself.
pub(crate) fn zip_uri(bytes: &[u8]) -> String {
    format!("data:application/zip;base64,{}", STANDARD.encode(bytes))
}
