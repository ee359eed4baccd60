use std::io::{Cursor, Read as _};
use std::path::{Component, Path};

use proptest::prelude::*;

use super::raw::{Part, archive};
use super::{POLICY, unpack_as, unpack_zip, zipped};
use crate::domain::bundle::PolicyFormat;

/// An archive of several kinds of entries, to be damaged.
fn sound() -> Vec<Vec<u8>> {
    let text = POLICY.repeat(20);
    vec![
        zipped(&[("policy.rego", text.as_bytes()), ("a/b/data.json", b"{}"), ("README.md", b"read me")]),
        archive(&[Part::new("folder/", b""), Part::new("folder/policy.rego", b"").streamed(true)]),
    ]
}

/// What the most used reader of the language makes of `bytes`.
fn read_by_another(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        let path = String::from_utf8(file.name_raw().to_vec()).unwrap();
        if !path.ends_with('/') {
            files.push((path, text));
        }
    }
    files.sort();
    files
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(mut bytes: Vec<u8>, begins_like_a_zip: bool) {
        if begins_like_a_zip {
            bytes.splice(0..0, *b"PK\x03\x04");
        }
        drop(unpack_as(PolicyFormat::Rego, bytes.clone()));
        drop(unpack_zip(bytes));
    }

    #[test]
    fn a_damaged_archive_is_refused_or_reads_as_everybody_reads_it(
        which in 0_usize..2,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = sound().remove(which);
        for (at, byte) in damage {
            *at.get_mut(&mut bytes) = byte;
        }
        if let Ok(files) = unpack_zip(bytes.clone()) {
            prop_assert_eq!(&files, &read_by_another(&bytes));
        }
    }

    #[test]
    fn no_accepted_path_leaves_the_archive(path in r"(\.|/|\\|%2e|[a-cA-C:é ]|\PC){0,8}") {
        let parts = [Part::new("policy.rego", b""), Part::new(&path, b"")];
        for (path, _) in unpack_zip(archive(&parts)).unwrap_or_default() {
            let inside = Path::new(&path).components().all(|part| matches!(part, Component::Normal(_)));
            prop_assert!(inside, "{}", path);
            prop_assert!(!path.contains(['\\', '\0']) && !path.contains("//"));
        }
    }
}
