//! Zips, as an author's tool makes them, and as it does not.

use std::io::{Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A zip of `files`.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    zip_by(CompressionMethod::Deflated, files)
}

/// A zip of `files` as they are.
pub(crate) fn stored_zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    zip_by(CompressionMethod::Stored, files)
}

fn zip_by(method: CompressionMethod, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in files {
        writer.start_file(*path, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A zip of `policy` and of a symbolic link.
pub(crate) fn zip_with_link(policy: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("policy.rego", SimpleFileOptions::default()).unwrap();
    writer.write_all(policy.as_bytes()).unwrap();
    writer.add_symlink("passwd.rego", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    writer.finish().unwrap().into_inner()
}

/// `zip` with `from` replaced by `to`, of the same length, wherever it stands.
pub(crate) fn altered(mut zip: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut at = 0;
    while let Some(found) = zip[at..].windows(from.len()).position(|window| window == from) {
        at += found;
        zip[at..at + to.len()].copy_from_slice(to);
        at += to.len();
    }
    assert!(at > 0, "it is not there");
    zip
}

/// `zip` with the flag of encryption in every header.
pub(crate) fn encrypted(mut zip: Vec<u8>) -> Vec<u8> {
    for (signature, flags_at) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        for at in 0..zip.len() {
            if zip[at..].starts_with(signature) {
                zip[at + flags_at] |= 1;
            }
        }
    }
    zip
}

/// `bytes` as a `policy_uri` that holds the zip itself.
pub(crate) fn zip_uri(bytes: &[u8]) -> String {
    format!("data:application/zip;base64,{}", STANDARD.encode(bytes))
}

/// `text` as a `policy_uri` that holds the policy itself.
pub(crate) fn text_uri(bytes: &[u8]) -> String {
    format!("data:text/plain;base64,{}", STANDARD.encode(bytes))
}
