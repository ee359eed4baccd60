//! `hookgate lint --fix` through the binary: what it writes, what it leaves alone, and what it says about either.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;

use crate::support::hookgate;

const OLD: &str = "package policy\r\n\r\n# é [ {\r\nhook_result = {\"is_passed\": true} { input }\r\n";
const NEW: &str = "package policy\r\n\r\n# é [ {\r\nhook_result := {\"is_passed\": true} if { input }\r\n";
const OLD_TEST: &str = "package policy\n\ntest_it { hook_result.is_passed }\n";
const NEW_TEST: &str = "package policy\n\ntest_it if { hook_result.is_passed }\n";
const UNMENDABLE: &str = "package policy\n\nhook_result = {\"is_passed\": true} { if }\n\nif { true }\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// How `lint --fix` without its rules ends inside `folder`, and what it says on its two outputs.
fn fix_in(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = hookgate(&[&["lint", "--fix", "--level", "all=ignore"], arguments].concat());
    let output = command.current_dir(folder).stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[track_caller]
fn holds(folder: &TempDir, path: &str, text: &str) {
    assert_eq!(fs::read_to_string(folder.path().join(path)).unwrap(), text);
}

#[test]
fn files_are_rewritten_in_place_and_then_checked() {
    let folder = folder(&[("a/policy.rego", OLD), ("a/policy_test.rego", OLD_TEST), ("b/policy.rego", OLD)]);
    let mode = fs::Permissions::from_mode(0o640);
    fs::set_permissions(folder.path().join("a/policy.rego"), mode).unwrap();
    let said = "hookgate: fixed ./a/policy.rego\nhookgate: fixed ./a/policy_test.rego\nhookgate: fixed ./b/policy.rego\n";
    let printed = "2 policies checked: none refused\n";
    assert_eq!(fix_in(folder.path(), &["."]), (0, printed.to_owned(), said.to_owned()));
    holds(&folder, "a/policy.rego", NEW);
    holds(&folder, "a/policy_test.rego", NEW_TEST);
    holds(&folder, "b/policy.rego", NEW);
    let metadata = fs::metadata(folder.path().join("a/policy.rego")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(folder.path().join("a")).unwrap().count(), 2);
    assert_eq!(fix_in(folder.path(), &["."]), (0, printed.to_owned(), String::new()));
}

#[test]
fn a_file_that_is_v1_is_not_touched() {
    let folder = folder(&[("p.rego", NEW)]);
    let state = || {
        let metadata = fs::metadata(folder.path().join("p.rego")).unwrap();
        (metadata.ino(), metadata.mtime(), metadata.mtime_nsec())
    };
    let before = state();
    let printed = "1 policy checked: none refused\n".to_owned();
    assert_eq!(fix_in(folder.path(), &["p.rego"]), (0, printed, String::new()));
    assert_eq!(state(), before);
}

#[test]
fn a_diff_shows_what_would_change_and_changes_nothing() {
    let folder = folder(&[("p.rego", OLD_TEST)]);
    let shown = "--- p.rego\n+++ p.rego\n@@ -1,3 +1,3 @@\n package policy\n \n\
                 -test_it { hook_result.is_passed }\n+test_it if { hook_result.is_passed }\n";
    assert_eq!(fix_in(folder.path(), &["--diff", "p.rego"]), (1, shown.to_owned(), String::new()));
    holds(&folder, "p.rego", OLD_TEST);
    fs::write(folder.path().join("p.rego"), NEW).unwrap();
    assert_eq!(fix_in(folder.path(), &["--diff", "p.rego"]), (0, String::new(), String::new()));
}

#[test]
fn what_cannot_be_mended_is_left_and_said() {
    let folder = folder(&[("p.rego", UNMENDABLE)]);
    let (code, printed, said) = fix_in(folder.path(), &["p.rego"]);
    let expected = "hookgate: p.rego:3:37: cannot be rewritten as v1: `if` is a keyword in v1 and a name here: \
                    rename it wherever it is used, or `import future.keywords` if the keyword is meant\n";
    assert_eq!((code, said.as_str()), (1, expected));
    assert!(printed.contains("p.rego:3:") && printed.contains("error[syntax]"), "{printed}");
    holds(&folder, "p.rego", UNMENDABLE);
    assert_eq!(fix_in(folder.path(), &["--diff", "p.rego"]), (1, String::new(), expected.to_owned()));
}

#[test]
fn only_files_that_lie_here_are_fixed() {
    let folder = folder(&[("p.rego", OLD), ("p.zip", "PK\u{5}\u{6}")]);
    let refused = |name: &str| {
        format!(
            "hookgate: cannot fix `{name}`: only `.rego` files and folders of them are rewritten in place\n"
        )
    };
    for (path, name) in [("-", "stdin"), ("p.zip", "p.zip")] {
        let expected = (2, String::new(), refused(name));
        assert_eq!(fix_in(folder.path(), &["--diff", path]), expected);
        let (code, _, said) = fix_in(folder.path(), &[path]);
        assert_eq!((code, said), (2, refused(name)));
    }
    symlink("p.rego", folder.path().join("link.rego")).unwrap();
    let (code, _, said) = fix_in(folder.path(), &["link.rego"]);
    let expected = "hookgate: cannot fix `link.rego`: it is a link: name the file it leads to\n";
    assert_eq!((code, said.as_str()), (2, expected));
    holds(&folder, "p.rego", OLD);
}
