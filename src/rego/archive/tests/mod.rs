mod fixtures;
mod hostile;
mod properties;

use std::io::{Cursor, Write as _};

use super::{raw, unpack};
use crate::domain::bundle::limits::{MAX_BYTES, MAX_FILES};
use crate::domain::bundle::{PolicyFormat, PolicyUpload};
use crate::domain::diagnostic::{Diagnostic, Fault};

const POLICY: &str = "package policy\n";

/// An archive of `files` as an ordinary tool makes it.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in files {
        writer.start_file(*path, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn unpack_zip(bytes: Vec<u8>) -> Result<Vec<(String, String)>, Vec<Diagnostic>> {
    unpack_as(PolicyFormat::Zip, bytes)
}

fn unpack_as(format: PolicyFormat, bytes: Vec<u8>) -> Result<Vec<(String, String)>, Vec<Diagnostic>> {
    let bundle = unpack(&PolicyUpload { format, bytes })?;
    Ok(bundle.files.into_iter().map(|file| (file.path, file.text)).collect())
}

#[track_caller]
fn check_refused(result: &Result<Vec<(String, String)>, Vec<Diagnostic>>, fault: Fault, words: &str) {
    let faults = result.as_ref().expect_err("it was accepted");
    assert_eq!(faults.first().map(|first| first.fault), Some(fault), "{faults:?}");
    let text = faults.first().unwrap().to_string();
    assert!(text.contains(words), "{text:?} does not say {words:?}");
}

#[track_caller]
fn check_accepted(result: &Result<Vec<(String, String)>, Vec<Diagnostic>>) {
    assert!(result.is_ok(), "{:?}", result.as_ref().unwrap_err());
}

#[test]
fn one_file_becomes_policy_rego() {
    let files = unpack_as(PolicyFormat::Rego, POLICY.into()).unwrap();
    assert_eq!(files, [("policy.rego".to_owned(), POLICY.to_owned())]);
}

#[test]
fn an_upload_of_exactly_one_mebibyte_is_accepted_and_not_one_byte_more() {
    let of = |size| unpack_as(PolicyFormat::Rego, vec![b'#'; size]);
    check_accepted(&of(MAX_BYTES));
    check_refused(&of(MAX_BYTES + 1), Fault::TooLarge, "1048577 bytes: at most 1048576");

    let overhead = raw::archive(&[raw::Part::new("a.rego", b"")]).len();
    let stored = |size: usize| {
        let bytes = raw::archive(&[raw::Part::new("a.rego", &vec![b'#'; size - overhead])]);
        assert_eq!(bytes.len(), size);
        unpack_zip(bytes)
    };
    check_accepted(&stored(MAX_BYTES));
    check_refused(&stored(MAX_BYTES + 1), Fault::TooLarge, "at most 1048576");
}

#[test]
fn exactly_one_mebibyte_unpacked_is_accepted_and_not_one_byte_more() {
    let half = vec![b'#'; MAX_BYTES / 2];
    let of = |more: &[u8]| unpack_zip(zipped(&[("a.rego", &half), ("b.txt", &half), ("c.txt", more)]));
    check_accepted(&of(b""));
    check_refused(&of(b"#"), Fault::UnpackedTooLarge, "unpacks to 1048577 bytes: at most 1048576");
}

#[test]
fn a_hundred_files_are_accepted_and_folders_do_not_count() {
    let of = |files: usize| {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for n in 0..files {
            writer.add_directory(format!("folder{n}/"), options).unwrap();
            writer.start_file(format!("folder{n}/{n}.rego"), options).unwrap();
        }
        unpack_zip(writer.finish().unwrap().into_inner())
    };
    assert_eq!(of(MAX_FILES).unwrap().len(), MAX_FILES);
    check_refused(&of(MAX_FILES + 1), Fault::TooManyFiles, "101 files: at most 100");
}

#[test]
fn content_that_does_not_fit_its_format_is_refused() {
    let zip = zipped(&[("policy.rego", POLICY.as_bytes())]);
    check_refused(&unpack_as(PolicyFormat::Rego, zip), Fault::FormatMismatch, "it is a zip archive");
    check_refused(&unpack_zip(POLICY.into()), Fault::FormatMismatch, "does not begin like one");
    check_refused(&unpack_zip(Vec::new()), Fault::FormatMismatch, "does not begin like one");
}

#[test]
fn faults_of_several_files_are_reported_together() {
    let faults =
        unpack_zip(zipped(&[("a.rego", b"\xff"), ("b.rego", b"package policy\n\0"), ("c.rego", b"")]))
            .unwrap_err();
    let found: Vec<_> = faults.iter().map(|fault| fault.fault).collect();
    assert_eq!(found, [Fault::NotUtf8, Fault::ForbiddenCharacter]);
}
