//! The recipes of `integrations/`: they can be read, and their scripts do with this binary what they say.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use yaml_serde::Value;

use crate::support::process::Ended;
use crate::support::{PASS, find_variable, hookgate};

const WRONG: &str = "package policy\n\nhook_result := {\"is_passed\": foo.bar(1)}\n";
const FAILING: &str = "package policy_test\n\ntest_it_fails if false\n";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> Value {
    yaml_serde::from_str(&fs::read_to_string(root().join(path)).unwrap()).unwrap()
}

/// A folder with a policy that is well (`good`), one that is refused (`bad one`) and one whose test fails (`failing`).
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = Ended::of(hookgate(&["new", "good"]).current_dir(folder.path()));
    assert_eq!(made.code, 0, "{made:?}");
    for (name, policy, test) in [("bad one", WRONG, None), ("failing", PASS, Some(FAILING))] {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("policy.rego"), policy).unwrap();
        if let Some(test) = test {
            fs::write(folder.path().join(name).join("policy_test.rego"), test).unwrap();
        }
    }
    folder
}

/// `script` in `folder`, run as a build server does, with this binary on the search path.
fn run(script: &str, folder: &Path, variables: &[(&str, &str)]) -> Ended {
    let binaries = Path::new(env!("CARGO_BIN_EXE_hookgate")).parent().unwrap().to_str().unwrap();
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).current_dir(folder).env_clear();
    command.env("PATH", format!("{binaries}:/usr/bin:/bin")).envs(variables.iter().copied());
    Ended::of(&mut command)
}

#[test]
fn hooks_of_pre_commit_look_at_folders() {
    let (hooks, folder) = (read(".pre-commit-hooks.yaml"), folder());
    let hooks = hooks.as_sequence().unwrap();
    assert_eq!(hooks.len(), 4);
    for hook in hooks {
        let text = |member: &str| hook[member].as_str().unwrap();
        assert!(["rust", "system"].contains(&text("language")), "{}", text("id"));
        assert_eq!(hook["pass_filenames"], Value::Bool(false));
        assert_eq!(hook["args"][0].as_str(), Some("."));
        let of = |path: &str| run(&format!("{} '{path}'", text("entry")), folder.path(), &[]);
        assert_eq!(of("good").code, 0, "{}: {:?}", text("id"), of("good"));
        let wrong = if text("entry") == "hookgate lint" { "bad one" } else { "failing" };
        assert_eq!(of(wrong).code, 1, "{}: {:?}", text("id"), of(wrong));
        let pattern = regex_automata::meta::Regex::new(text("files")).unwrap();
        let runs = |path: &str| pattern.is_match(path);
        assert!(
            runs("p/policy.rego") && runs("p/lib/data.yaml") && !runs("p/README.md") && !runs("input.json")
        );
        assert_eq!(runs("p/cases/a/input.json"), text("entry") == "hookgate test");
    }
}

/// As the tool itself reads the file and runs a hook, where there is one.
#[test]
fn pre_commit_itself_runs_the_hooks() {
    if Command::new("pre-commit").arg("--version").output().is_err() {
        println!("left out: no `pre-commit` on the search path");
        return;
    }
    let manifest = root().join(".pre-commit-hooks.yaml");
    let valid = Command::new("pre-commit").arg("validate-manifest").arg(&manifest).output().unwrap();
    assert!(valid.status.success(), "{valid:?}");
    let (hooks, folder) = (tempfile::tempdir().unwrap(), folder());
    fs::copy(manifest, hooks.path().join(".pre-commit-hooks.yaml")).unwrap();
    commit(hooks.path());
    commit(folder.path());
    let binaries = Path::new(env!("CARGO_BIN_EXE_hookgate")).parent().unwrap().to_str().unwrap();
    let search = find_variable("PATH").unwrap();
    let mut command = Command::new("pre-commit");
    command.arg("try-repo").arg(hooks.path()).args(["hookgate-lint-system", "--all-files", "--verbose"]);
    command.current_dir(folder.path()).env("PATH", format!("{binaries}:{search}"));
    let ended = command.env("PRE_COMMIT_HOME", hooks.path().join("home")).output().unwrap();
    let said = String::from_utf8(ended.stdout).unwrap();
    assert!(ended.status.code() == Some(1) && said.contains("there is no function `foo.bar`"), "{said}");
}

fn commit(folder: &Path) {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    for arguments in [["init", "--quiet"].as_slice(), &["add", "."], &["commit", "--quiet", "-m", "a"]] {
        let ended = Command::new("git").args(identity).args(arguments).current_dir(folder).output().unwrap();
        assert!(ended.status.success(), "{ended:?}");
    }
}

#[test]
fn the_action_of_github_shows_findings_beside_the_lines() {
    let (action, folder) = (read("integrations/github-action/action.yml"), folder());
    assert_eq!(action["runs"]["using"].as_str(), Some("composite"));
    let [install, lint, test] = action["runs"]["steps"].as_sequence().unwrap().as_slice() else { panic!() };
    for step in [install, lint, test] {
        assert_eq!(step["shell"].as_str(), Some("bash"));
        // What somebody else wrote must not become a part of a script.
        assert!(!step["run"].as_str().unwrap().contains("${{"), "{step:?}");
    }
    let run =
        |step: &Value, paths| run(step["run"].as_str().unwrap(), folder.path(), &[("POLICY_PATHS", paths)]);
    assert_eq!(run(install, "").code, 0);
    assert_eq!(run(lint, "good").code, 0);
    assert_eq!(run(test, "good").code, 0);
    let linted = run(lint, "good\n\nbad one\n");
    assert!(linted.code == 1 && linted.out.contains("::error "), "{linted:?}");
    assert!(linted.out.contains("file=bad one/policy.rego,line=3,col=30"), "{linted:?}");
    let tested = run(test, "good\nfailing");
    assert!(tested.code == 1 && tested.out.contains("::error "), "{tested:?}");
    assert_eq!(run(lint, "$(touch touched)").code, 2);
    assert!(!folder.path().join("touched").exists());
}

#[test]
fn the_jobs_of_gitlab_leave_their_reports() {
    let (jobs, folder) = (read("integrations/gitlab/hookgate.gitlab-ci.yml"), folder());
    let before = jobs[".hookgate"]["before_script"][0].as_str().unwrap();
    for (name, wrong) in [("hookgate-lint", "failing bad?one"), ("hookgate-test", "good failing")] {
        let job = &jobs[name];
        assert_eq!(job["extends"].as_str(), Some(".hookgate"));
        assert_eq!(job["artifacts"]["when"].as_str(), Some("always"));
        let report = folder.path().join(job["artifacts"]["reports"]["junit"].as_str().unwrap());
        let script = format!("{before}\n{}", job["script"][0].as_str().unwrap());
        let well = run(&script, folder.path(), &[("POLICY_PATHS", "good")]);
        assert_eq!(well.code, 0, "{well:?}");
        assert!(fs::read_to_string(&report).unwrap().contains("<testsuites"));
        let ended = run(&script, folder.path(), &[("POLICY_PATHS", wrong)]);
        assert_eq!(ended.code, 1, "{ended:?}");
        assert!(fs::read_to_string(&report).unwrap().contains("<failure"), "{name}");
    }
}
