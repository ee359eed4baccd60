//! `hookgate pull` through the binary: what was pushed comes back byte for byte, and nothing is written over unasked.

use std::fs;
use std::path::Path;

use hookgate::domain::bundle::Digest;
use tempfile::TempDir;

use crate::support::process::Ended;
use crate::support::proxy::{self, Meddling};
use crate::support::{HELLO, PASS, ServerProcess, hookgate};

/// A database that leaves nothing behind.
const MEMORY: &str = "sqlite::memory:";

/// A folder with the policy `p` of two files.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("p/lib")).unwrap();
    fs::write(folder.path().join("p/policy.rego"), HELLO).unwrap();
    fs::write(folder.path().join(".hookgate.yaml"), "lint: {rules: {all: ignore}}\n").unwrap();
    fs::write(folder.path().join("p/lib/data.json"), "{}\n").unwrap();
    folder
}

fn run(base: &str, folder: &Path, arguments: &[&str]) -> Ended {
    Ended::of(hookgate(arguments).current_dir(folder).env("HOOKGATE_SERVER", base))
}

#[test]
fn what_was_pushed_comes_back_byte_for_byte() {
    let (server, folder) = (ServerProcess::start(MEMORY), folder());
    let run = |arguments: &[&str]| run(&server.base, folder.path(), arguments);
    run(&["bundle", "p", "-o", "p.zip"]);
    assert_eq!(run(&["push", "a-hook", "p", "--version", "1.0.0"]).code, 0);
    assert_eq!(run(&["push", "a-hook", "p/policy.rego", "--version", "1.1.0"]).code, 0);
    let pulled = run(&["pull", "a-hook", "-o", "pulled.zip"]);
    let bytes = fs::read(folder.path().join("pulled.zip")).unwrap();
    pulled.prints(
        0,
        &format!("pulled.zip: a-hook 1.0.0, {} bytes\nsha256 {}\n", bytes.len(), Digest::of(&bytes)),
    );
    assert_eq!(bytes, fs::read(folder.path().join("p.zip")).unwrap());
    assert_eq!(run(&["pull", "a-hook", "--version", "1.1.0", "-o", "pulled.rego"]).code, 0);
    assert_eq!(fs::read_to_string(folder.path().join("pulled.rego")).unwrap(), HELLO);
    let printed = run(&["pull", "a-hook", "--version", "1.1.0", "-o", "-"]);
    printed.prints(0, HELLO);
}

#[test]
fn a_policy_is_unpacked_into_a_folder() {
    let (server, folder) = (ServerProcess::start(MEMORY), folder());
    let run = |arguments: &[&str]| run(&server.base, folder.path(), arguments);
    let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
    run(&["push", "a-hook", "p", "--version", "1.0.0"]);
    run(&["pull", "a-hook", "-o", "new", "--unpack"]).prints(0, "new: a-hook 1.0.0, unpacked\n");
    assert_eq!((read("new/policy.rego").as_str(), read("new/lib/data.json").as_str()), (HELLO, "{}\n"));
    // Nothing but the two folders and the project: no part is left.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);

    fs::write(folder.path().join("new/policy.rego"), PASS).unwrap();
    fs::write(folder.path().join("new/mine.rego"), "package mine\n").unwrap();
    let taken = run(&["pull", "a-hook", "-o", "new", "--unpack"]);
    taken.complains(2, "hookgate: `new` is there already: say `--force` to write over it\n");
    assert_eq!(read("new/policy.rego"), PASS);
    let forced = run(&["pull", "a-hook", "-o", "new", "--unpack", "--force"]);
    forced.complains(0, "hookgate: `mine.rego` is there as well, and not of the policy\n");
    assert_eq!((read("new/policy.rego").as_str(), read("new/mine.rego").as_str()), (HELLO, "package mine\n"));
}

#[test]
fn nothing_is_written_over_or_under_a_wrong_name() {
    let (server, folder) = (ServerProcess::start(MEMORY), folder());
    let run = |arguments: &[&str]| run(&server.base, folder.path(), arguments);
    run(&["push", "a-hook", "p", "--version", "1.0.0"]);
    fs::write(folder.path().join("mine.zip"), "mine").unwrap();
    let taken = run(&["pull", "a-hook", "-o", "mine.zip"]);
    taken.complains(2, "hookgate: `mine.zip` is there already: say `--force` to write over it\n");
    assert_eq!(fs::read_to_string(folder.path().join("mine.zip")).unwrap(), "mine");
    assert_eq!(run(&["pull", "a-hook", "-o", "mine.zip", "--force"]).code, 0);
    run(&["pull", "a-hook", "-o", "p.rego"]).complains(2, "the policy is a zip: name a `.zip`");
    run(&["pull", "a-hook", "-o", "no/such/p.zip"]).complains(2, "cannot write `no/such/p.zip`: ");
    run(&["pull", "a-hook", "--version", "2.0.0", "-o", "x.zip"]).complains(1, "with status 404: ");
    run(&["pull", "no-hook", "-o", "x.zip"]).complains(1, "with status 404: ");
    run(&["pull", "a-hook", "--unpack", "-o", "-"]).complains(2, "`--unpack` makes a folder: name one");
    run(&["pull", "a-hook"]).complains(2, "--output <PATH>");
    assert!(!folder.path().join("x.zip").exists());
}

/// The link names the digest of what it leads to.
#[test]
fn what_was_changed_on_the_way_is_not_taken() {
    let (server, folder) = (ServerProcess::start(MEMORY), folder());
    run(&server.base, folder.path(), &["push", "a-hook", "p/policy.rego", "--version", "1.0.0"]);
    let altered = proxy::meddling(&server.base, "/policy-downloads/", Meddling::Answer("200 OK", PASS));
    let pulled = run(&altered, folder.path(), &["pull", "a-hook", "-o", "p.rego"]);
    pulled.complains(2, "hookgate: the policy cannot be downloaded: what arrives does not have the digest that the link names\n");
    assert!(!folder.path().join("p.rego").exists());
    let body = "{\"error_code\":\"RF.10012594\",\"error_msg\":\"too late\"}";
    let expired =
        proxy::meddling(&server.base, "/policy-downloads/", Meddling::Answer("403 Forbidden", body));
    run(&expired, folder.path(), &["pull", "a-hook", "-o", "p.rego"])
        .complains(1, "with status 403: too late");
}
