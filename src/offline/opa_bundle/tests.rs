use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use tar::{Builder, EntryType, Header};

use super::{is_one, repack};
use crate::domain::bundle::limits::{MAX_BYTES, MAX_FILES};
use crate::domain::diagnostic::Fault;
use crate::offline::archive::list_files;

/// A tar whose names are written as they are, which the library's own way would refuse.
fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (name, content) in files {
        builder.append(&header(name, (EntryType::Regular, content.len())), *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn header(name: &str, (kind, size): (EntryType, usize)) -> Header {
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(size.try_into().unwrap());
    header.set_mode(0o644);
    header.set_cksum();
    header
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The paths of what becomes of a bundle with these files.
fn repacked(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let repacked = repack(&gzip(&tar(&files))).unwrap();
    list_files(&repacked.zip).unwrap().into_iter().map(|file| file.path).collect()
}

#[track_caller]
fn check_refused(bundle: &[u8], fault: Fault, words: &str) {
    let refused = repack(bundle).unwrap_err();
    assert_eq!(refused.fault, fault, "{refused}");
    assert!(refused.message.contains(words), "{refused}");
}

#[test]
fn paths_are_taken_from_the_root_and_hidden_files_are_left_out() {
    let files =
        [("/p/b.rego", "package b"), ("./a.rego", "package a"), ("/.manifest", "{}"), ("c/.x/d.rego", "")];
    assert_eq!(repacked(&files), ["a.rego", "p/b.rego"]);
    // What leaves the bundle is not left out: whoever reads the zip refuses it.
    let leaving = repack(&gzip(&tar(&[("../a.rego", b"package a")]))).unwrap();
    assert!(list_files(&leaving.zip).is_err());
}

#[test]
fn a_bundle_gives_the_same_bytes_in_whatever_order_it_was_built() {
    let one = repack(&gzip(&tar(&[("a.rego", b"package a"), ("b.rego", b"package b")]))).unwrap();
    let two = repack(&gzip(&tar(&[("/b.rego", b"package b"), ("/a.rego", b"package a")]))).unwrap();
    assert_eq!(one.zip, two.zip);
}

#[test]
fn signatures_are_not_verified_and_that_is_said() {
    let repacked = repack(&gzip(&tar(&[("/a.rego", b"package a"), ("/.signatures.json", b"{}")]))).unwrap();
    assert!(repacked.notes[0].contains("are not verified"), "{:?}", repacked.notes);
}

#[test]
fn what_holds_no_rego_is_refused() {
    let of = |name: &str| gzip(&tar(&[("/a.rego", b"package a"), (name, b"x")]));
    check_refused(&of("/policy.wasm"), Fault::ForbiddenEntry, "compiled to WebAssembly");
    check_refused(&of("/patch.json"), Fault::ForbiddenEntry, "a delta");
    check_refused(&of("/.manifest"), Fault::UnreadableArchive, "`.manifest` cannot be read");
}

#[test]
fn links_and_doubles_are_refused() {
    for kind in [EntryType::Symlink, EntryType::Link, EntryType::Fifo, EntryType::Char] {
        let mut header = header("a.rego", (kind, 0));
        header.set_link_name("/etc/passwd").unwrap();
        header.set_cksum();
        let mut builder = Builder::new(Vec::new());
        builder.append(&header, &[][..]).unwrap();
        check_refused(&gzip(&builder.into_inner().unwrap()), Fault::ForbiddenEntry, "`a.rego` is not a file");
    }
    let twice = tar(&[("a.rego", b""), ("/./a.rego", b"x")]);
    check_refused(&gzip(&twice), Fault::DuplicateName, "`a.rego` twice");
}

#[test]
fn a_bomb_costs_nothing() {
    let full = vec![b'#'; MAX_BYTES];
    assert!(repack(&gzip(&tar(&[("a.rego", &full)]))).is_ok());
    let words = "more than 1048576 bytes";
    check_refused(&gzip(&tar(&[("a.rego", &full), ("b", b"x")])), Fault::UnpackedTooLarge, words);
    // Of nothing, without an end.
    check_refused(&gzip(&vec![0; 64 << 20]), Fault::UnpackedTooLarge, words);
    // One entry that promises more than there is, and one after another.
    let mut lying = tar(&[("a.rego", b"x")]);
    lying[..512].copy_from_slice(header("a.rego", (EntryType::Regular, 1 << 40)).as_bytes());
    check_refused(&gzip(&lying), Fault::UnreadableArchive, "cannot be read");
    let names: Vec<_> = (0..=MAX_FILES + 2).map(|number| format!("{number}.rego")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), [].as_slice())).collect();
    check_refused(&gzip(&tar(&many)), Fault::TooManyFiles, "more than 100 files");
}

#[test]
fn what_is_broken_is_said_to_be() {
    let whole = gzip(&tar(&[("a.rego", b"package a")]));
    check_refused(b"package a", Fault::UnreadableArchive, "cannot be read as a `tar.gz`");
    check_refused(&whole[..whole.len() - 10], Fault::UnreadableArchive, "cannot be read as a `tar.gz`");
    let mut altered = whole;
    let at = altered.len() - 6;
    altered[at] ^= 1;
    check_refused(&altered, Fault::UnreadableArchive, "cannot be read as a `tar.gz`");
}

proptest! {
    #[test]
    fn whatever_is_broken_in_a_bundle_is_refused_or_packed(
        changes in vec((any::<Index>(), any::<u8>()), 1..8),
        cut in any::<Option<Index>>(),
    ) {
        let manifest = b"{\"roots\": [\"a\"]}".as_slice();
        let mut bytes = tar(&[("/a.rego", b"package a"), ("/.manifest", manifest), ("/data.json", b"{\"a\": 1}")]);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(repacked) = repack(&gzip(&bytes)) {
            prop_assert!(repacked.zip.len() <= 2 * MAX_BYTES);
        }
        let _ = repack(&bytes).is_ok();
    }
}

#[test]
fn a_bundle_is_known_by_its_name() {
    assert!(is_one("a/b.tar.gz".as_ref()) && is_one("b.TGZ".as_ref()));
    assert!(!is_one("b.gz".as_ref()) && !is_one("b.tar".as_ref()));
}
