//! The archive reader: what it accepts keeps every rule for bundles and is read alike by a reader that starts from the
//! directory, by one that reads from front to back, and when it is packed anew.

use std::collections::HashSet;
use std::io::{Cursor, Read, Write as _};
use std::path::{Component, Path};

use flate2::{Compress, Compression, FlushCompress};
use zip::read::read_zipfile_from_stream;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::domain::bundle::limits::{MAX_BYTES, MAX_FILES, MAX_NAME_BYTES, MAX_PATH_CHARS};
use crate::domain::bundle::{Bundle, FileKind, PolicyFormat, PolicyUpload};
use crate::domain::diagnostic::Diagnostic;
use crate::rego::archive::raw::{self, Part};
use crate::rego::archive::unpack;
use crate::rego::fuzzing::check_told;
use crate::rego::fuzzing::choices::Choices;

/// Path and text of files, sorted.
type Files = Vec<(String, String)>;

const NAMES: &[&str] =
    &["policy.rego", "POLICY.rego", "a/", "a/policy.rego", "data.json", "a/../b.rego", "é.rego"];
const CONTENTS: &[&[u8]] = &[b"package policy\n", b"{}", b"", b"\xef\xbb\xbf", b"PK\x03\x04", b"\xff", b"\0"];

/// Checks an archive, or one that is written as `bytes` tell if they do not begin like one.
pub fn check(bytes: &[u8]) {
    if bytes.starts_with(b"PK") {
        return check_archive(bytes);
    }
    check_archive(&written(&mut Choices::new(bytes)));
    if let Ok(bundle) = unpacked(PolicyFormat::Rego, bytes) {
        let texts: Vec<_> = bundle.files.iter().map(|file| file.text.as_bytes()).collect();
        assert_eq!(texts, [bytes]);
    }
}

fn check_archive(bytes: &[u8]) {
    let Ok(bundle) = unpacked(PolicyFormat::Zip, bytes) else { return };
    check_rules(&bundle);
    let files: Files = bundle.files.iter().map(|file| (file.path.clone(), file.text.clone())).collect();
    assert_eq!(read_by_directory(bytes), files);
    if let Some(found) = read_from_the_front(bytes) {
        assert_eq!(found, files, "from the front");
    }
    assert_eq!(unpacked(PolicyFormat::Zip, &packed(&files)), Ok(bundle), "packed anew");
}

fn unpacked(format: PolicyFormat, bytes: &[u8]) -> Result<Bundle, Vec<Diagnostic>> {
    let unpacked = unpack(&PolicyUpload { format, bytes: bytes.to_vec() });
    if let Err(found) = &unpacked {
        assert!((1..=20).contains(&found.len()), "{found:?}");
        // The files that a place names cannot be looked into.
        for found in found {
            check_told(&Diagnostic { place: None, ..found.clone() }, &[]);
        }
    }
    unpacked
}

fn check_rules(bundle: &Bundle) {
    let mut seen = HashSet::new();
    assert!(bundle.files.iter().any(|file| file.kind() == FileKind::Rego));
    assert!(bundle.files.len() <= MAX_FILES);
    assert!(bundle.files.iter().map(|file| file.text.len()).sum::<usize>() <= MAX_BYTES);
    assert!(bundle.files.is_sorted_by_key(|file| &file.path));
    for file in &bundle.files {
        let path = &file.path;
        assert!(Path::new(path).components().all(|part| matches!(part, Component::Normal(_))), "{path:?}");
        assert!(path.split('/').all(|part| !part.trim_matches(['.', ' ']).is_empty()), "{path:?}");
        assert!(!path.contains('\\') && !path.contains(char::is_control), "{path:?}");
        assert!(path.chars().count() <= MAX_PATH_CHARS, "{path:?}");
        assert!(path.rsplit('/').next().is_some_and(|name| name.len() <= MAX_NAME_BYTES), "{path:?}");
        assert!(seen.insert(path.to_lowercase()), "{path:?}");
        assert!(!file.text.starts_with('\u{FEFF}') && !file.text.contains('\0'), "{path:?}");
        assert!(
            !file.text.contains(|c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')),
            "{path:?}"
        );
    }
}

fn read_by_directory(bytes: &[u8]) -> Files {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let path = String::from_utf8(file.name_raw().to_vec()).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.push((path, text));
    }
    without_folders(files)
}

/// Nothing if an entry can only be read with the directory: its sums stand behind it.
fn read_from_the_front(mut bytes: &[u8]) -> Option<Files> {
    let mut files = Vec::new();
    while let Some(mut file) = read_zipfile_from_stream(&mut bytes).ok()? {
        let path = String::from_utf8(file.name_raw().to_vec()).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.push((path, text));
    }
    Some(without_folders(files))
}

fn without_folders(mut files: Files) -> Files {
    files.retain(|(path, _)| !path.ends_with('/'));
    files.sort();
    files
}

fn packed(files: &Files) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in files {
        writer.start_file(path.as_str(), SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An archive with honest entries and others that lie.
fn written(choices: &mut Choices<'_>) -> Vec<u8> {
    let mut parts = Vec::new();
    while parts.len() < 8 && !choices.is_empty() {
        parts.push(part(choices));
    }
    let mut bytes = raw::archive(&parts);
    if choices.byte() == 1 {
        bytes.extend(choices.bytes());
    }
    bytes
}

fn part(choices: &mut Choices<'_>) -> Part {
    let own = choices.text();
    let name = if own.is_empty() { (*choices.one_of(NAMES)).to_owned() } else { own };
    let own = choices.bytes();
    let content = if own.is_empty() { choices.one_of(CONTENTS) } else { own };
    let mut part = match choices.byte() % 4 {
        0 => Part::new(&name, content),
        1 => Part::deflated(&name, content, deflate(content)),
        2 => Part::new(&name, content).streamed(true),
        _ => Part::deflated(&name, content, deflate(content)).streamed(false),
    };
    for _ in 0..choices.byte() % 3 {
        lie(&mut part, choices);
    }
    part
}

/// Changes one thing, in one header or in both alike.
fn lie(part: &mut Part, choices: &mut Choices<'_>) {
    let (what, which) = (choices.byte(), choices.byte());
    let number = u32::try_from(choices.number() & u64::from(u32::MAX)).unwrap();
    let short = u16::try_from(number & u32::from(u16::MAX)).unwrap();
    match what % 10 {
        0 => part.before = choices.bytes().to_vec(),
        1 => part.behind = choices.bytes().to_vec(),
        2 => part.attributes = number,
        3 => part.offset = Some(number),
        what => {
            let heads = [&mut part.local, &mut part.central];
            for head in heads
                .into_iter()
                .enumerate()
                .filter(|(index, _)| *index != usize::from(which % 3))
                .map(|(_, head)| head)
            {
                match what {
                    4 => head.flags ^= short,
                    5 => head.method = short,
                    6 => head.crc ^= number,
                    7 => head.packed_size = number,
                    8 => head.size = number,
                    _ => head.extra = choices.bytes().to_vec(),
                }
            }
        }
    }
}

fn deflate(content: &[u8]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(content.len().saturating_add(1_024));
    let mut stream = Compress::new(Compression::default(), false);
    stream.compress_vec(content, &mut packed, FlushCompress::Finish).unwrap();
    packed
}
