//! The binary on the command line: what it prints, what it refuses to start with, and the codes it ends with.

use std::io::{BufRead as _, BufReader};
use std::process::{Output, Stdio};

use crate::support::{ServerProcess, hookgate};

/// A database that leaves nothing behind.
const MEMORY: &str = "sqlite::memory:";

/// How the binary ends with `arguments`, and what it says on its two outputs.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = hookgate(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// The binary prints this and nothing else.
fn printed(arguments: &[&str]) -> String {
    let (code, out, err) = run(arguments);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    out
}

/// The binary refuses: code 2, nothing printed, one complaint.
#[track_caller]
fn check_refused(arguments: &[&str], complaint: &str) {
    let (code, out, err) = run(arguments);
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert_eq!(err, format!("hookgate: {complaint}\n"));
}

#[test]
fn help_is_as_it_was_reviewed() {
    insta::assert_snapshot!("help", printed(&["--help"]));
    insta::assert_snapshot!("help_serve", printed(&["serve", "--help"]));
    insta::assert_snapshot!("help_lint", printed(&["lint", "--help"]));
    insta::assert_snapshot!("help_test", printed(&["test", "--help"]));
    insta::assert_snapshot!("help_eval", printed(&["eval", "--help"]));
    insta::assert_snapshot!("help_config", printed(&["config", "--help"]));
    insta::assert_snapshot!("help_run", printed(&["run", "--help"]));
    insta::assert_snapshot!("help_decisions", printed(&["decisions", "export", "--help"]));
    insta::assert_snapshot!("help_decisions_list", printed(&["decisions", "list", "--help"]));
    insta::assert_snapshot!("help_decisions_show", printed(&["decisions", "show", "--help"]));
    insta::assert_snapshot!("help_bundle", printed(&["bundle", "--help"]));
    insta::assert_snapshot!("help_push", printed(&["push", "--help"]));
    insta::assert_snapshot!("help_pull", printed(&["pull", "--help"]));
    insta::assert_snapshot!("help_hooks", printed(&["hooks", "--help"]));
    insta::assert_snapshot!("help_hooks_delete", printed(&["hooks", "delete", "--help"]));
    insta::assert_snapshot!("help_new", printed(&["new", "--help"]));
    assert_eq!(printed(&["help", "serve"]), printed(&["serve", "--help"]));
    assert_eq!(printed(&["--version"]), format!("hookgate {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_shell_completes_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(&["completions", shell]);
        assert!(script.contains("hookgate") && script.contains("show-normalised"), "{shell}");
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let page = printed(&["man"]);
    assert!(page.contains(".TH hookgate 1"), "{page}");
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(printed(&["man", "--output", folder.path().to_str().unwrap()]), "");
    for command in ["lint", "run", "serve", "config", "decisions-export"] {
        let page = std::fs::read_to_string(folder.path().join(format!("hookgate-{command}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{page}");
    }
    assert!(!folder.path().join("hookgate-evaluator.1").exists(), "it is nobody's command");
}

#[test]
fn the_capabilities_are_a_document_of_opa() {
    let document: serde_json::Value = serde_json::from_str(&printed(&["capabilities"])).unwrap();
    let names: Vec<_> = document["builtins"]
        .as_array()
        .unwrap()
        .iter()
        .map(|function| function["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"regex.match") && !names.contains(&"http.send"));
}

#[test]
fn the_schema_of_the_input_is_a_schema() {
    let schema: serde_json::Value = serde_json::from_str(&printed(&["schema"])).unwrap();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    let operation = &schema["properties"]["operation"];
    assert!(operation.to_string().contains("DeployStack"), "{operation}");
}

#[test]
fn a_command_line_that_makes_no_sense_is_refused_with_help() {
    for (arguments, words) in [
        ([].as_slice(), "Usage: hookgate <COMMAND>"),
        (&["sevre"], "a similar subcommand exists: 'serve'"),
        (&["serve", "--colour", "red"], "unexpected argument '--colour'"),
        (&["serve", "--colour", "red"], "Usage: hookgate serve [OPTIONS]"),
        (&["serve", "--listen"], "a value is required for '--listen <VALUE>'"),
        (&["serve", "--listen", "[::1]:0", "--listen", "[::1]:0"], "cannot be used multiple times"),
        (&["config", "more"], "unexpected argument 'more'"),
    ] {
        let (code, out, err) = run(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(words), "{arguments:?}: {err}");
    }
}

#[test]
fn the_settings_in_force_are_shown_with_their_origin() {
    let mut command = hookgate(&["config", "--region", "eu-1"]);
    command.envs([("HOOKGATE_EVALUATION_PROCESSES", "3"), ("HOOKGATE_DATABASE", "postgres://u:secret@h/d")]);
    let shown = String::from_utf8(command.output().unwrap().stdout).unwrap();
    insta::assert_snapshot!("config", shown);
}

#[test]
fn the_readme_shows_every_setting() {
    let readme = include_str!("../../README.md");
    let (_, from_table) = readme.split_once("<!-- settings -->\n").unwrap();
    let (table, _) = from_table.split_once("<!-- /settings -->").unwrap();
    assert_eq!(table, printed(&["config", "--markdown"]));
}

#[test]
fn a_file_with_an_unknown_key_or_a_bad_value_is_refused_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hookgate.toml");
    let file = path.to_str().unwrap();
    for (text, complaint) in [
        (
            "limits.hook = 5\n",
            format!("`limits.hook` in {file} is not a setting: the nearest is `limits.hooks`"),
        ),
        (
            "[limits]\nhooks = \"many\"\n",
            format!("`limits.hooks` (file {file}) must be a whole number from 1 to 1000000, not `many`"),
        ),
        (
            "strict_request_id = 1\n",
            format!("`strict_request_id` (file {file}) must be `true` or `false`, not `1`"),
        ),
        // PHS 13 and 12.
        (
            "ignore_pre_hook_failure = \"maybe\"\n",
            format!("`ignore_pre_hook_failure` (file {file}) must be `true` or `false`, not `maybe`"),
        ),
        (
            "ignore_post_hook_failure = true\nallow_post_hook_failure = false\n",
            format!(
                "`ignore_post_hook_failure` (file {file}) is `true`, and `allow_post_hook_failure` (file {file}) is \
                 `false`, which is the same setting: say it once"
            ),
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        check_refused(&["serve", "--config", file], &complaint);
        check_refused(&["config", "--config", file], &complaint);
    }
}

#[test]
fn a_server_beyond_loopback_must_be_wanted() {
    check_refused(
        &["serve", "--listen", "0.0.0.0:0"],
        "`listen` is `0.0.0.0:0`, beyond loopback, and this version cannot tell callers apart (`auth` is `auto`): \
         listen on `127.0.0.1`, or say `--auth none --i-know-this-is-open`",
    );
    let open =
        ["serve", "--listen", "0.0.0.0:0", "--auth", "none", "--i-know-this-is-open", "--database", MEMORY];
    assert!(ServerProcess::spawn(hookgate(&open)).base.starts_with("http://0.0.0.0:"));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, out, err) = run(&["serve", "--listen", &address, "--database", MEMORY]);
    assert_eq!((code, out.as_str()), (2, ""));
    let complaint = format!(
        "hookgate: cannot listen on `{address}` (setting `listen`): Address already in use (os error 98)\n"
    );
    assert!(err.ends_with(&complaint), "{err}");
}

#[test]
fn a_database_that_cannot_be_opened_is_named_without_its_password() {
    // Taken and given back, so that nobody listens there.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (database, words) in [
        (
            format!("postgres://user:secret@{closed}/name"),
            format!("cannot open the database `postgres://user:***@{closed}/name` (setting `database`): "),
        ),
        ("sqlite:///no/such/folder/a.db".to_owned(), "`sqlite:///no/such/folder/a.db`".to_owned()),
        (
            "mysql://user:secret@host/name".to_owned(),
            "`database` (flag --database) must be `sqlite://PATH`".to_owned(),
        ),
    ] {
        let (code, out, err) = run(&["serve", "--listen", "127.0.0.1:0", "--database", &database]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains(&words) && !err.contains("secret"), "{err}");
    }
}

#[test]
fn the_demo_fits_on_one_screen_and_serves_what_it_says() {
    let server = ServerProcess::spawn(hookgate(&["serve", "--demo", "--listen", "127.0.0.1:0"]));
    let screen =
        server.screen.replace(&server.base, "http://ADDRESS").replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::assert_snapshot!("demo", screen.lines().map(without_times).collect::<Vec<_>>().join("\n"));
    assert!(screen.lines().count() <= 30);
}

/// A line that ends `in 12.3 ms` without the number.
fn without_times(line: &str) -> String {
    match line.rsplit_once(", in ") {
        Some((rest, time)) if time.ends_with(" ms") => format!("{rest}, in TIME ms"),
        _ => line.to_owned(),
    }
}

/// The first line that a server writes to its log.
fn first_logged(environment: &[(&str, &str)]) -> String {
    let mut command = hookgate(&["serve", "--listen", "127.0.0.1:0", "--database", MEMORY]);
    command.envs(environment.iter().copied());
    let mut server = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let line = BufReader::new(server.stderr.take().unwrap()).lines().next().unwrap().unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    line
}

/// Colours are for people who look on, not for files.
#[test]
fn the_log_of_a_server_that_nobody_watches_is_plain() {
    let line = first_logged(&[]);
    assert!(line.contains(" INFO serving address=127.0.0.1:"), "{line}");
}

/// PHS 12.
#[test]
fn a_deprecated_setting_is_named_in_the_log() {
    let line = first_logged(&[("HOOKGATE_ALLOW_SUCCESS_HOOK_FAILURE", "true")]);
    let warning = "WARN `allow_success_hook_failure` (environment HOOKGATE_ALLOW_SUCCESS_HOOK_FAILURE) is deprecated: \
        the setting is called `ignore_success_hook_failure` now";
    assert!(line.contains(warning), "{line}");
}
