//! `hookgate bundle` through the binary: the same files give the same bytes, and what is not accepted is not written.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use hookgate::domain::bundle::Digest;
use hookgate::offline::archive::list_files;
use tempfile::TempDir;

use crate::support::bundles::zip;
use crate::support::{HELLO, PASS, hookgate};

#[path = "../support/opa.rs"]
#[expect(dead_code, reason = "shared with tests that need its server")]
mod opa;

const WRONG: &str = "package policy\n\nx := foo.bar(1)\n";

/// A folder with these files, and a project that wants to hear of no rule of the linter.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".hookgate.yaml"), "lint: {rules: {all: ignore}}\n").unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// How `hookgate` ends inside `folder`, and what it says on its two outputs.
fn run_in(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = hookgate(arguments).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

const FILES: [(&str, &str); 4] = [
    ("p/policy.rego", HELLO),
    ("p/lib/a.rego", "package lib\n"),
    ("p/lib-b/data.json", "{}\n"),
    ("p/README.md", "About it.\n"),
];

#[test]
fn the_same_files_give_the_same_bytes() {
    let one = folder(&FILES);
    let (code, out, err) = run_in(one.path(), &["bundle", "p", "-o", "p.zip"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let bytes = fs::read(one.path().join("p.zip")).unwrap();
    assert_eq!(out, format!("p.zip: 4 files, {} bytes\nsha256 {}\n", bytes.len(), Digest::of(&bytes)));

    // Made in another order, at another time, with other permissions.
    let mut files = FILES;
    files.reverse();
    let two = folder(&files);
    for (path, _) in files {
        let path = two.path().join(path);
        let file = fs::File::open(&path).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o640)).unwrap();
    }
    let shell = format!("umask 077; {} bundle p -o p.zip", env!("CARGO_BIN_EXE_hookgate"));
    let ended =
        Command::new("/bin/sh").args(["-c", &shell]).current_dir(two.path()).env_clear().output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(fs::read(two.path().join("p.zip")).unwrap(), bytes);

    // And so does an archive of them from another tool.
    let packed: Vec<_> = FILES.iter().map(|(path, text)| (&path[2..], text.as_bytes())).collect();
    fs::write(two.path().join("other.zip"), zip(&packed)).unwrap();
    assert_eq!(run_in(two.path(), &["bundle", "other.zip", "-o", "again.zip"]).0, 0);
    assert_eq!(fs::read(two.path().join("again.zip")).unwrap(), bytes);
}

/// They are about the policy and not of it.
#[test]
fn cases_stay_where_they_are() {
    let mut files = FILES.to_vec();
    let plan = format!("\"{}\"", "x".repeat(600_000));
    files.extend([("p/cases/a/input.json", plan.as_str()), ("p/cases/b/input.json", &plan)]);
    files.extend([("p/cases/a/expect.json", "{}"), ("p/cases/README.md", "About them.\n")]);
    let folder = folder(&files);
    let (code, out, err) = run_in(folder.path(), &["bundle", "p", "-o", "p.zip"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("p.zip: 5 files, "), "{out}");
}

#[test]
fn what_is_refused_is_not_written() {
    let folder = folder(&[("p/policy.rego", WRONG), ("a/policy.rego", PASS), ("b/policy.rego", PASS)]);
    fs::write(folder.path().join("p.zip"), "as it was").unwrap();
    let (code, out, err) = run_in(folder.path(), &["bundle", "p", "-o", "p.zip"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        err.starts_with("p/policy.rego:3:6: error[unknown_function]: there is no function `foo.bar`\n"),
        "{err}"
    );
    assert_eq!(fs::read_to_string(folder.path().join("p.zip")).unwrap(), "as it was");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 5, "{left:?}");

    for (arguments, words) in [
        (["bundle", ".", "-o", "x.zip"].as_slice(), "`.` holds 3 policies: name one of them, such as `./a`"),
        (&["bundle", "missing", "-o", "x.zip"], "cannot read `missing`: no such file or directory"),
        (&["bundle", "a", "-o", "no/such/x.zip"], "cannot write `no/such/x.zip`: No such file or directory"),
        (&["bundle", "a"], "required arguments were not provided"),
        (&["bundle", "--verify", "a/policy.rego"], "`a/policy.rego` is not a `.zip`"),
        (&["bundle", "--verify", "a", "a"], "`a` is not a `.zip`"),
    ] {
        let (code, out, err) = run_in(folder.path(), arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(words), "{arguments:?}: {err}");
    }
}

#[test]
fn standard_input_becomes_standard_output() {
    let mut command = hookgate(&["bundle", "-", "-o", "-"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), PASS.as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    let files = list_files(&ended.stdout).unwrap();
    assert_eq!(
        (files.len(), files[0].path.as_str(), files[0].content.as_slice()),
        (1, "policy.rego", PASS.as_bytes())
    );
    let told = String::from_utf8(ended.stderr).unwrap();
    assert!(told.contains("\nstandard output: 1 file, "), "{told}");
}

#[test]
fn an_archive_is_verified_against_its_files() {
    let folder = folder(&FILES);
    let run = |arguments: &[&str]| run_in(folder.path(), arguments);
    run(&["bundle", "p", "-o", "p.zip"]);
    let (code, out, _) = run(&["bundle", "--verify", "p.zip"]);
    assert_eq!(code, 0);
    assert!(out.ends_with("every check of registration accepts it\n"), "{out}");
    let (code, out, _) = run(&["bundle", "--verify", "p.zip", "p"]);
    assert!(code == 0 && out.ends_with("it is what `p` gives, byte for byte\n"), "{out}");

    let packed: Vec<_> = FILES.iter().map(|(path, text)| (&path[2..], text.as_bytes())).collect();
    fs::write(folder.path().join("other.zip"), zip(&packed)).unwrap();
    let (code, out, _) = run(&["bundle", "--verify", "other.zip", "p"]);
    assert!(code == 0 && out.ends_with("packed by another tool: its digest differs\n"), "{out}");

    fs::write(folder.path().join("p/new.rego"), "package new\n").unwrap();
    fs::remove_file(folder.path().join("p/README.md")).unwrap();
    fs::write(folder.path().join("p/policy.rego"), PASS).unwrap();
    let (code, out, _) = run(&["bundle", "--verify", "p.zip", "p"]);
    let differences = "only in `p.zip`: README.md\ndiffers: policy.rego\nonly in `p`: new.rego\n";
    assert!(code == 1 && out.ends_with(differences), "{out}");

    fs::write(folder.path().join("bad.zip"), zip(&[("policy.rego", WRONG.as_bytes())])).unwrap();
    let (code, out, err) = run(&["bundle", "--verify", "bad.zip"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.starts_with("bad.zip/policy.rego:3:6: error[unknown_function]"), "{err}");
}

/// As a macOS tool packs `policy.rego`: with a file of its own beside it.
fn zip_of_macos() -> Vec<u8> {
    zip(&[
        ("policy.rego", PASS.as_bytes()),
        ("__MACOSX/._policy.rego", b"\0\x05\x16\x07"),
        (".DS_Store", b"\0\0\0\x01Bud1"),
    ])
}

#[test]
fn what_a_system_leaves_in_an_archive_is_told_and_no_difference() {
    let folder = folder(&[
        ("p/policy.rego", PASS),
        (".hookgate.yaml", "lint: {rules: {all: ignore, left-out-file: warning}}\n"),
    ]);
    fs::write(folder.path().join("p.zip"), zip_of_macos()).unwrap();
    let told = ".DS_Store:1:1: warning[left-out-file]: the file and another like it are left out: macOS makes such files, \
                and no policy needs them: zip with `-X` and without `.DS_Store`";
    for (arguments, expected) in [
        (["lint", "p.zip"].as_slice(), 1),
        (&["bundle", "--verify", "p.zip"], 0),
        (&["bundle", "--verify", "p.zip", "p"], 0),
    ] {
        let (code, out, err) = run_in(folder.path(), arguments);
        assert!(code == expected && format!("{out}{err}").contains(told), "{arguments:?}: {code} {out}{err}");
    }
}

/// A bundle that `opa build` made of `fixtures/opa_bundle/source` and signed.
#[test]
fn a_bundle_of_opa_is_a_policy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/opa_bundle");
    check_bundle(&root.join("bundle.tar.gz"));
    let (code, out, err) = run_in(&root, &["lint", "bundle.tar.gz"]);
    assert_eq!((code, out.as_str()), (0, "1 policy checked: none refused\n"));
    let note = "the signatures in `.signatures.json` are not verified: verify them with `opa` before";
    assert_eq!(err, format!("hookgate: `bundle.tar.gz`: {note}\n"));
}

#[test]
fn a_bundle_of_opa_is_tested_and_asked() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/opa_bundle");
    let (code, out, _) = run_in(&root, &["test", "bundle.tar.gz"]);
    assert_eq!((code, out.as_str()), (0, "1 passed\n"));
    let inputs = tempfile::tempdir().unwrap();
    for (region, expected) in [("eu-west-1", 0), ("moon-1", 1)] {
        let input = inputs.path().join("input.json");
        fs::write(&input, format!("{{\"region\": \"{region}\"}}")).unwrap();
        let asked = ["eval", "--policy", "bundle.tar.gz", "--input", input.to_str().unwrap()];
        assert_eq!(run_in(&root, &asked).0, expected, "{region}");
    }
}

/// The same with the real program, where there is one.
#[test]
fn what_opa_builds_here_is_a_policy() {
    let Some(program) = opa::find() else {
        println!("left out: no `opa` on the search path or where Go installs it");
        return;
    };
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/opa_bundle/source");
    let folder = tempfile::tempdir().unwrap();
    let build = |arguments: &[&str], output: &str| {
        let mut command = Command::new(&program);
        command.args(["build", "-b", "."]).args(arguments).arg("-o").arg(folder.path().join(output));
        let ended = command.current_dir(&source).output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    };
    build(&[], "bundle.tar.gz");
    check_bundle(&folder.path().join("bundle.tar.gz"));
    build(&["-t", "wasm", "-e", "policy/hook_result"], "wasm.tar.gz");
    let (code, out, _) = run_in(folder.path(), &["lint", "wasm.tar.gz"]);
    assert!(
        code == 1 && out.contains("wasm.tar.gz: error[forbidden_entry]: `policy.wasm`: it is compiled"),
        "{out}"
    );
    fs::write(
        folder.path().join("old.rego"),
        "package policy\n\nhook_result = {\"is_passed\": true} { input.x }\n",
    )
    .unwrap();
    let mut command = Command::new(&program);
    let ended =
        command.args(["build", "--v0-compatible", "old.rego", "-o", "old.tar.gz"]).current_dir(folder.path());
    assert!(ended.status().unwrap().success());
    let (code, out, _) = run_in(folder.path(), &["lint", "old.tar.gz"]);
    assert!(code == 1 && out.contains("old.tar.gz: error[syntax]: the bundle is in Rego v0"), "{out}");
}

/// Packs the bundle of the fixture anew, and finds its files.
#[track_caller]
fn check_bundle(bundle: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, err) = run_in(folder.path(), &["bundle", bundle.to_str().unwrap(), "-o", "p.zip"]);
    assert_eq!(code, 0, "{err}");
    let files = list_files(&fs::read(folder.path().join("p.zip")).unwrap()).unwrap();
    let paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["data.json", "policy.rego", "policy_test.rego", "regions/names.rego"]);
}
