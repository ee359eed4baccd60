use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{unpack_zip, zipped};
use crate::domain::diagnostic::{Fault, Place};

/// What `expect.json` promises of an archive, which is `policy.zip` or made of the folder `files`: its paths, or its faults.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Expected {
    accepted: Vec<String>,
    refused: Vec<Refusal>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    fault: Fault,
    place: Option<Place>,
    message: String,
}

#[test]
fn every_fixture_is_what_its_name_claims() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archives");
    let cases: Vec<_> = list(&cases).into_iter().filter(|case| case.is_dir()).collect();
    assert!(cases.len() > 5, "the fixtures are missing");
    for case in cases {
        let expected = fs::read_to_string(case.join("expect.json")).unwrap();
        let expected: Expected = serde_json::from_str(&expected).unwrap();
        assert_eq!(unpacked(archive_of(&case)), expected, "{}", case.display());
    }
}

fn archive_of(case: &Path) -> Vec<u8> {
    fs::read(case.join("policy.zip")).unwrap_or_else(|_| {
        let root = &case.join("files");
        let name = |path: &Path| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        let files: Vec<_> =
            walk(root).into_iter().map(|path| (name(&path), fs::read(&path).unwrap())).collect();
        zipped(&files.iter().map(|(path, content)| (path.as_str(), content.as_slice())).collect::<Vec<_>>())
    })
}

fn unpacked(archive: Vec<u8>) -> Expected {
    match unpack_zip(archive) {
        Ok(files) => {
            Expected { accepted: files.into_iter().map(|(path, _)| path).collect(), ..Expected::default() }
        }
        Err(faults) => Expected {
            refused: faults
                .into_iter()
                .map(|fault| Refusal { fault: fault.fault, place: fault.place, message: fault.message })
                .collect(),
            ..Expected::default()
        },
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    list(folder).into_iter().flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
