//! `hookgate new`: what it makes is accepted, tested, and does what its cases say.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::cases::{expected, list_folders, name_of};
use crate::support::process::Ended;
use crate::support::{ServerProcess, hookgate};

/// Makes a policy of `template` and sees it through to the gate.
async fn check(template: &str) {
    let (server, folder) = (ServerProcess::start("sqlite::memory:"), tempfile::tempdir().unwrap());
    let run = |arguments: &[&str]| {
        let mut command = hookgate(arguments);
        Ended::of(command.current_dir(folder.path()).env("HOOKGATE_SERVER", &server.base))
    };
    let made = run(&["new", "my-hook", "--template", template]);
    assert!(made.code == 0 && made.out.contains("hookgate push my-hook my-hook --version 0.1.0"), "{made:?}");
    run(&["lint", "my-hook"]).prints(0, "1 policy checked: none refused\n");
    let pushed = run(&["push", "my-hook", "my-hook", "--version", "0.1.0", "--configure", "ALL:FAIL"]);
    assert!(pushed.code == 0 && pushed.out.contains(" tests and cases passed\n"), "{pushed:?}");

    let cases = list_folders(folder.path().join("my-hook/cases"));
    let (mut passes, mut refused) = (0, 0);
    for case in cases {
        let input: Value = serde_json::from_slice(&fs::read(case.join("input.json")).unwrap()).unwrap();
        let stack = json!({"name": input["stack"]["name"], "labels": input["stack"]["labels"]});
        let body = json!({"operation": input["operation"], "stack": stack, "input": input});
        let said = server.client().post("/v1/checks", &body).await.expect(200)["hooks"][0].clone();
        let expected: Value = expected(&case);
        assert_eq!(said["result"], expected["result"], "{}: {said}", case.display());
        assert_eq!(said["err_msg"], expected["err_msg"], "{said}");
        assert_eq!(json!(said["findings"].as_array().map_or(0, Vec::len)), expected["findings"], "{said}");
        passes += usize::from(name_of(&case).ends_with("-passes") && expected["result"] == "PASSED");
        refused += usize::from(name_of(&case).ends_with("-is-refused") && expected["result"] == "REFUSED");
    }
    assert_eq!((passes, refused), (1, 1));
    assert_no_placeholder(&folder.path().join("my-hook"));
}

fn assert_no_placeholder(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            assert_no_placeholder(&path);
        } else {
            assert!(!fs::read_to_string(&path).unwrap().contains("{{"), "{}", path.display());
        }
    }
}

#[tokio::test]
async fn a_new_policy_about_plans_works() {
    check("plan").await;
}

#[tokio::test]
async fn a_new_policy_about_labels_works() {
    check("labels").await;
}

#[test]
fn nothing_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| Ended::of(hookgate(arguments).current_dir(folder.path()));
    fs::create_dir(folder.path().join("my-hook")).unwrap();
    run(&["new", "my-hook"])
        .complains(2, "hookgate: `my-hook` is there already: choose another folder with `--path`\n");
    let made = run(&["new", "my-hook", "--path", "elsewhere"]);
    assert!(made.code == 0 && made.out.starts_with("made `elsewhere`:\n  README.md\n"), "{made:?}");
    run(&["new", "my-hook", "--path", "no/such/folder"]).complains(2, "cannot write `no/such/folder`");
    run(&["new", "1-hook"]).complains(2, "a name must begin with a Latin or Chinese letter");
    run(&["new", "a-hook", "--template", "none"]).complains(2, "[possible values: plan, labels]");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}
