//! Files as editors and shells save them: UTF-16 and byte-order marks are read, by every command that reads a document.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::hookgate;
use crate::support::process::Ended;

/// How the text of a file is saved.
type Save = fn(&str) -> Vec<u8>;

/// Each way in which documents come.
const SAVES: [(&str, Save); 4] = [
    ("UTF-8 with a mark", |text| format!("\u{feff}{text}").into_bytes()),
    ("UTF-16, low bytes first", |text| utf_16(&format!("\u{feff}{text}"), u16::to_le_bytes)),
    ("UTF-16, high bytes first", |text| utf_16(&format!("\u{feff}{text}"), u16::to_be_bytes)),
    ("UTF-16 without a mark", |text| utf_16(text, u16::to_le_bytes)),
];

fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

fn cases(folder: &Path) -> Vec<PathBuf> {
    let cases = fs::read_dir(folder.join("good/cases")).unwrap().map(|entry| entry.unwrap().path());
    cases.flat_map(|case| ["input.json", "expect.json"].map(|name| case.join(name))).collect()
}

#[test]
fn inputs_cases_and_the_project_file_are_read_however_they_were_saved() {
    for (name, save) in SAVES {
        let folder = tempfile::tempdir().unwrap();
        let run = |arguments: &[&str]| Ended::of(hookgate(arguments).current_dir(folder.path()));
        assert_eq!(run(&["new", "good"]).code, 0);
        let files = cases(folder.path());
        assert!(!files.is_empty());
        for file in &files {
            fs::write(file, save(&fs::read_to_string(file).unwrap())).unwrap();
        }
        fs::write(folder.path().join(".hookgate.yaml"), save("lint: {rules: {all: ignore}}\n")).unwrap();
        assert_eq!(run(&["test", "good"]).code, 0, "{name}: {:?}", run(&["test", "good"]));
        assert_eq!(run(&["lint", "good"]).code, 0, "{name}: {:?}", run(&["lint", "good"]));
        let input = files[0].to_str().unwrap();
        let asked = run(&["eval", "--policy", "good", "--input", input]);
        assert!(asked.code < 2, "{name}: {asked:?}");
    }
}

#[test]
fn a_document_that_is_none_is_named_with_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| Ended::of(hookgate(arguments).current_dir(folder.path()));
    assert_eq!(run(&["new", "good"]).code, 0);
    let file = &cases(folder.path())[1];
    for (bytes, words) in [
        (
            b"{\"result\": \"PASSED\", \"result\": \"REFUSED\"}".as_slice(),
            "the member `result` is given twice",
        ),
        (b"{\"result\": \"PASSED\"} # ok", "after the JSON stands `# ok` (line 1)"),
        (b"\x1f\x8b\x08\x00\x00", "it is compressed with gzip"),
        (b"{\"result\": \"\xe9\"}", "it is not UTF-8: byte 13"),
    ] {
        fs::write(file, bytes).unwrap();
        let tested = run(&["test", "good"]);
        assert!(tested.code != 0 && tested.out.contains(words), "{words}: {tested:?}");
        let asked = run(&["eval", "--policy", "good", "--input", file.to_str().unwrap()]);
        asked.complains(2, words);
    }
}
