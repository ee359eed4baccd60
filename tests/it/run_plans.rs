//! `hookgate run` in front of tools that apply plans: what is judged is what is applied. With a stand-in of the tool, and with
//! `terraform` itself where there is one.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::process::Ended;
use crate::support::{ServerProcess, find_variable, hookgate};

/// A database that leaves nothing behind.
const MEMORY: &str = "sqlite::memory:";
/// Refuses plans that delete something.
const NO_DELETIONS: &str = r#"package policy

deleted contains change.address if {
	some change in input.resource_changes
	"delete" in change.change.actions
}

hook_result := {"is_passed": count(deleted) == 0, "err_msg": sprintf("deletes %v", [concat(", ", deleted)])}
"#;
/// Where the stand-ins of the tools lie.
const TOOLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/bin");

/// A server that refuses deletions, and a folder with plans: `make.out` creates `a.b`, `destroy.out` deletes it.
struct Scene {
    server: ServerProcess,
    folder: TempDir,
}

impl Scene {
    async fn new() -> Self {
        let (server, folder) = (ServerProcess::start(MEMORY), tempfile::tempdir().unwrap());
        server.client().gate("no-deletions", NO_DELETIONS).await;
        for (name, action) in [("make", "create"), ("destroy", "delete")] {
            let plan = format!(
                r#"{{"resource_changes":[{{"address":"a.b","change":{{"actions":["{action}"]}}}}]}}"#
            );
            fs::write(folder.path().join(name).with_extension("json"), &plan).unwrap();
            fs::write(folder.path().join(name).with_extension("out"), format!("PK\x03\x04{plan}")).unwrap();
        }
        fs::create_dir(folder.path().join("infra")).unwrap();
        fs::copy(folder.path().join("destroy.out"), folder.path().join("infra/make.out")).unwrap();
        Self { server, folder }
    }

    /// `hookgate run`, with a command line as it is typed.
    fn command(&self, line: &str) -> Command {
        let fixed = ["run", "--server", &self.server.base, "--stack", "shop", "--operation", "DeployStack"];
        let words: Vec<&str> = fixed.into_iter().chain(line.split(' ')).collect();
        let mut command = hookgate(&words);
        command.current_dir(self.folder.path()).env("PATH", format!("{TOOLS}:/usr/bin:/bin"));
        command
    }

    fn run(&self, line: &str) -> Ended {
        Ended::of(&mut self.command(line))
    }

    #[track_caller]
    fn check_refused(&self, line: &str, words: &str) {
        let ended = self.run(line);
        assert!(ended.code == 2 && ended.out.is_empty() && ended.err.contains(words), "{line}: {ended:?}");
    }
}

#[tokio::test]
async fn the_plan_that_a_command_applies_is_found_and_judged() {
    let scene = Scene::new().await;
    for line in [
        "-- terraform apply destroy.out",
        "-- tofu apply -auto-approve -lock-timeout 3s destroy.out",
        "-- terraform -chdir=infra apply make.out",
        "-- env -C infra A=1 terraform apply -input=false make.out",
        "-- terragrunt apply --non-interactive destroy.out",
        "-- sh -e /dev/null terraform apply destroy.out",
        "--plan destroy.out -- terraform apply destroy.out",
        "--plan destroy.json -- terraform apply destroy.out",
        "--plan destroy.out -- make deploy",
        "--plan infra/make.out -- terraform apply destroy.out",
    ] {
        let ended = scene.run(line);
        assert!(ended.code == 10 && ended.err.contains("deletes a.b"), "{line}: {ended:?}");
    }
    let ended = scene.run("-- terraform apply make.out");
    assert_eq!((ended.code, ended.out.as_str()), (0, "did apply make.out\n"), "{ended:?}");
    assert!(!ended.err.contains("hooks saw"), "{ended:?}");
}

#[tokio::test]
async fn what_is_judged_is_what_is_applied() {
    let scene = Scene::new().await;
    for line in [
        "--plan make.out -- terraform apply destroy.out",
        "--plan make.json -- terraform apply destroy.out",
        "--plan make.out -- terraform -chdir=infra apply make.out",
        "--plan make.out -- sh -e /dev/null terraform apply destroy.out",
    ] {
        scene.check_refused(line, "they differ; leave `--plan` out");
    }
    scene.check_refused("--plan make.out -- terraform apply", "terraform plan -out plan.out");
    scene.check_refused("-- terraform apply gone.out", "cannot read `gone.out`");
    scene.check_refused("-- terraform apply make.json", "is no saved plan");

    // Written while the gate thought.
    let ended = Ended::of(scene.command("-- terraform apply make.out").env("REWRITE", "yes"));
    ended.complains(2, "`make.out` is not what was judged any more: it was written since");
    assert_eq!(ended.out, "");
    let list = scene.server.client().get("/v1/operations").await.expect(200);
    let operation = &list["operations"][0];
    assert_eq!((&operation["decision"], &operation["outcome"]), (&"ALLOWED".into(), &"FAILED".into()));
    assert!(operation["outcome_error"].as_str().unwrap().contains("was not run"), "{operation}");
}

#[tokio::test]
async fn a_command_without_a_plan_is_refused_with_the_line_to_type() {
    let scene = Scene::new().await;
    let mut said = Vec::new();
    for line in [
        "--label env=prod -- terraform -chdir=infra apply -auto-approve -var a=1",
        "-- terraform destroy",
        "-- terraform apply infra",
        "-- terragrunt run-all apply",
        "-- make deploy",
    ] {
        let ended = scene.run(line);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{line}: {ended:?}");
        said.push(format!("$ hookgate run {line}\n{}", ended.err.replace(&scene.server.base, "SERVER")));
    }
    insta::assert_snapshot!("run_without_a_plan", said.join("\n"));
    let list = scene.server.client().get("/v1/operations").await.expect(200);
    assert_eq!(list["operations"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn an_answer_says_what_hooks_did_not_see() {
    let scene = Scene::new().await;
    for (line, words) in [
        ("--no-input -- terraform apply", "! hooks saw no plan and no input (`--no-input`)"),
        ("--no-input -- terraform apply destroy.out", "! hooks saw no plan and no input (`--no-input`)"),
        (
            "--input make.json -- terraform apply destroy.out",
            "! hooks saw `make.json` (`--input`), not the plan `destroy.out`, which the command applies",
        ),
        (
            "--input make.json -- terraform apply",
            "! hooks saw `make.json` (`--input`), not the plan, which the command makes while it runs",
        ),
    ] {
        let ended = scene.run(line);
        assert!(ended.code == 0 && ended.err.contains(words), "{line}: {ended:?}");
    }
    let ended = scene.run("--no-input --output json -- terraform apply");
    let remark = ended.err.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    assert!(remark.into_iter().any(|line| line["event"] == "remark"), "{ended:?}");
    scene.check_refused("--no-input --plan make.json -- true", "cannot be used with");
}

#[tokio::test]
async fn plans_are_read_as_they_were_saved_and_what_stands_around_them_is_named() {
    let scene = Scene::new().await;
    let text = fs::read_to_string(scene.folder.path().join("destroy.json")).unwrap();
    let utf_16 =
        |bytes: fn(u16) -> [u8; 2]| format!("\u{feff}{text}\r\n").encode_utf16().flat_map(bytes).collect();
    let forms: [(&str, Vec<u8>); 3] = [
        ("le.json", utf_16(u16::to_le_bytes)),
        ("be.json", utf_16(u16::to_be_bytes)),
        ("mark.json", format!("\u{feff}{text}").into_bytes()),
    ];
    for (name, bytes) in forms {
        fs::write(scene.folder.path().join(name), bytes).unwrap();
        for option in ["--plan", "--input"] {
            let ended = scene.run(&format!("{option} {name} -- true"));
            assert!(ended.code == 10 && ended.err.contains("deletes a.b"), "{option} {name}: {ended:?}");
        }
    }
    fs::write(scene.folder.path().join("log.json"), format!("\u{1b}[33mWarning: old\u{1b}[0m\n{text}"))
        .unwrap();
    scene.check_refused("--plan log.json -- true", "before the JSON stands `Warning: old`, in colours");
    let ended = Ended::of(scene.command("-- terraform apply make.out").env("CHATTER", "Initializing\n"));
    ended.complains(
        2,
        "`terraform show -json -no-color make.out` printed no plan: before the JSON stands `Initializing`",
    );
}

/// The README's scene with the real tool: plan, gate, apply, and then destroy. Needs no provider: `terraform_data` is built in.
#[tokio::test]
async fn terraform_applies_only_what_the_gate_allows() {
    let Some(terraform) = find_terraform() else { return };
    let scene = Scene::new().await;
    let infra = scene.folder.path().join("infra");
    let main = "resource \"terraform_data\" \"web\" {\n  input = \"small\"\n}\n";
    fs::write(infra.join("main.tf"), main).unwrap();
    terraform_does(&terraform, &infra, &["init", "-no-color"]);
    terraform_does(&terraform, &infra, &["plan", "-no-color", "-out", "plan.out"]);
    let run = |line: &str| {
        let mut command = scene.command(&line.replace("terraform ", &format!("{terraform} ")));
        Ended::of(command.env("HOME", scene.folder.path()))
    };

    let applied = run("-- terraform -chdir=infra apply -no-color plan.out");
    assert_eq!(applied.code, 0, "{applied:?}");
    assert!(infra.join("terraform.tfstate").exists());
    let list = scene.server.client().get("/v1/operations").await.expect(200);
    assert_eq!(list["operations"][0]["outcome"], "SUCCEEDED");

    terraform_does(&terraform, &infra, &["plan", "-no-color", "-destroy", "-out", "destroy.out"]);
    let state = fs::read(infra.join("terraform.tfstate")).unwrap();
    let denied = run("-- terraform -chdir=infra apply -no-color destroy.out");
    assert!(denied.code == 10 && denied.err.contains("deletes terraform_data.web"), "{denied:?}");
    assert_eq!(run("-- terraform -chdir=infra destroy -auto-approve").code, 2);
    assert_eq!(run("--plan infra/plan.out -- terraform -chdir=infra apply destroy.out").code, 2);
    assert_eq!(fs::read(infra.join("terraform.tfstate")).unwrap(), state);
}

/// The real tool, where `tests/run` has found it.
fn find_terraform() -> Option<String> {
    find_variable("HOOKGATE_TEST_TERRAFORM")
}

#[track_caller]
fn terraform_does(terraform: &str, folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(terraform);
    let ended = command.args(arguments).current_dir(folder).env_clear().env("HOME", folder).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}
