//! The children themselves: killed from outside, broken, not to be had, and left behind.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use hookgate::domain::diagnostic::Fault;
use hookgate::domain::verdict::HookResult;
use hookgate::evaluator::{Evaluators, ExamineError, Settings, Unavailable};
use rustix::process::Signal;
use tokio::task::JoinSet;

use crate::support::process::send;

use super::support::{
    HELLO, account, check_alive, check_failure, impatient, judge, question, script, settings, upload,
};

/// What a shell says to be taken for an evaluator.
const READY: &str = r#"printf '\013\000\000\000\007\000\000\000"Ready"'"#;

/// The ids of the processes that were started as `program`.
fn list_processes(program: &Path) -> Vec<u32> {
    let is_one = |folder: &Path| {
        let line = std::fs::read(folder.join("cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).next() == Some(program.as_os_str().as_encoded_bytes())
    };
    let folders = std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
    folders.filter(|folder| is_one(folder)).filter_map(|folder| name_of(&folder).parse().ok()).collect()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// The binary under a name of its own, so that its processes can be found.
fn own_program(folder: &Path) -> PathBuf {
    let program = folder.join("hookgate");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_hookgate"), &program).unwrap();
    program
}

#[tokio::test]
async fn a_child_killed_from_outside_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let program = own_program(folder.path());
    let evaluators = Evaluators::start(Settings { program: program.clone(), ..impatient() });
    for _ in 0..3 {
        check_alive(&evaluators).await;
        for process in list_processes(&program) {
            send(Signal::KILL, process);
        }
    }
    check_alive(&evaluators).await;
    assert!(evaluators.counts().started >= 4);
}

#[tokio::test]
async fn a_child_gives_up_what_it_does_not_need() {
    let folder = tempfile::tempdir().unwrap();
    let program = own_program(folder.path());
    let evaluators = Evaluators::start(Settings { program: program.clone(), ..impatient() });
    check_alive(&evaluators).await;
    let child = PathBuf::from(format!("/proc/{}", list_processes(&program)[0]));
    let read = |name: &str| std::fs::read_to_string(child.join(name)).unwrap();
    let mut variables: Vec<_> = read("environ").split_terminator('\0').map(ToOwned::to_owned).collect();
    variables.sort();
    assert_eq!(variables, ["MALLOC_ARENA_MAX=1", "RUST_BACKTRACE=0", "RUST_LIB_BACKTRACE=0"]);
    assert!(read("status").contains("NoNewPrivs:\t1"));
    let limits = read("limits");
    for (name, limit) in [("Max core file size", "0"), ("Max file size", "0"), ("Max open files", "8")] {
        let rest = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        assert_eq!(rest.split_whitespace().next(), Some(limit), "{name}: {rest}");
    }
    let space = limits.lines().find(|line| line.starts_with("Max address space")).unwrap();
    assert!(!space.contains("unlimited"), "{space}");
}

#[tokio::test]
async fn no_child_outlives_the_pool() {
    let folder = tempfile::tempdir().unwrap();
    let program = own_program(folder.path());
    let evaluators = Evaluators::start(Settings { program: program.clone(), ..settings() });
    check_alive(&evaluators).await;
    assert!(!list_processes(&program).is_empty());
    drop(evaluators);
    while !list_processes(&program).is_empty() {
        tokio::task::yield_now().await;
    }
}

#[test]
fn a_child_dies_with_its_parent() {
    // The shell's child keeps an open standard input: only the death of the shell can end it.
    let line = r#"exec 3<&0; "$0" evaluator $$ 100000000 <&3 & wait"#;
    let mut shell = Command::new("sh")
        .args(["-c", line, env!("CARGO_BIN_EXE_hookgate")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut input, mut output) = (shell.stdin.take().unwrap(), shell.stdout.take().unwrap());
    output.read_exact(&mut [0; 15]).unwrap();
    shell.kill().unwrap();
    shell.wait().unwrap();
    assert_eq!(output.read_to_end(&mut Vec::new()).unwrap(), 0);
    assert!(input.write_all(b"anybody there?").is_err());
}

#[tokio::test]
async fn a_program_that_cannot_be_started_is_named_at_once() {
    let program = PathBuf::from("/nowhere/hookgate");
    let evaluators = Evaluators::start(Settings { program, ..settings() });
    let refusal = evaluators.ask(question(&[HELLO], "{}")).await.unwrap_err();
    assert_eq!(refusal.to_string(), "no evaluator can be started: No such file or directory (os error 2)");
}

#[tokio::test]
async fn one_child_does_the_work_when_no_second_can_be_started() {
    let folder = tempfile::tempdir().unwrap();
    let only_one = r#"/bin/mkdir "$0.taken" || exit 1; exec "$PROGRAM" "$@""#;
    let only_one = only_one.replace("$PROGRAM", env!("CARGO_BIN_EXE_hookgate"));
    let evaluators = Evaluators::start(Settings { processes: 2, ..script(folder.path(), &only_one) });
    for _ in 0..20 {
        tokio::join!(check_alive(&evaluators), check_alive(&evaluators), check_alive(&evaluators));
    }
    assert_eq!(evaluators.counts().started, 1);
}

#[tokio::test]
async fn a_program_that_ends_at_once_is_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let evaluators = Evaluators::start(script(folder.path(), "echo no licence >&2; exit 3"));
    let refusal = evaluators.ask(question(&[HELLO], "{}")).await.unwrap_err();
    assert_eq!(refusal, Unavailable::NotStarted("it ended with exit code 3: no licence".to_owned()));
}

#[tokio::test]
async fn who_waits_too_long_is_told_that_all_are_busy() {
    let folder = tempfile::tempdir().unwrap();
    let asleep = script(folder.path(), &format!("{READY}; exec /bin/sleep 60"));
    let evaluators = Evaluators::start(Settings { operation_timeout: Duration::from_millis(500), ..asleep });
    let (account, upload) = (account("a"), upload(HELLO));
    let both = tokio::join!(evaluators.examine(&account, &upload), evaluators.examine(&account, &upload));
    assert!(matches!(both.0, Err(ExamineError::Rejected(_))));
    assert_eq!(both.1, Err(ExamineError::Unavailable(Unavailable::Busy)));
}

/// What a hook answers whose evaluator does this after it said that it is ready.
async fn check_broken(doing: &str, words: &str) {
    let folder = tempfile::tempdir().unwrap();
    let evaluators = Evaluators::start(script(folder.path(), &format!("{READY}; {doing}")));
    let evaluations = judge(&evaluators, &[HELLO], "{}").await;
    check_failure(&evaluations[0], HookResult::Errored, words);
}

#[tokio::test]
async fn a_child_that_talks_nonsense_fails_the_hook() {
    check_broken("echo gibberish; exec /bin/sleep 60", "gave no readable answer").await;
    check_broken(&format!("{READY}; exec /bin/sleep 60"), "gave no readable answer").await;
}

#[tokio::test]
async fn a_child_that_ends_in_the_middle_fails_the_hook_at_the_second_time() {
    check_broken("read line; exit 7", "ended unexpectedly, with exit code 7").await;
}

#[tokio::test]
async fn a_stack_that_overflows_is_called_nesting() {
    let words = "thread 'evaluator' (7) has overflowed its stack";
    check_broken(&format!("read line; echo \"{words}\" >&2; kill -ABRT $$"), "nested too deeply").await;
}

#[tokio::test]
async fn a_policy_is_examined() {
    let evaluators = Evaluators::start(settings());
    let examined = evaluators.examine(&account("a"), &upload(HELLO)).await.unwrap();
    assert!(examined.declares_hook_result);
    let refused =
        evaluators.examine(&account("a"), &upload("package policy\nhook_result := ")).await.unwrap_err();
    assert!(matches!(refused, ExamineError::Rejected(faults) if !faults.is_empty()));
}

#[tokio::test]
async fn a_policy_that_takes_too_long_to_check_is_too_complex() {
    let folder = tempfile::tempdir().unwrap();
    let evaluators = Evaluators::start(script(folder.path(), &format!("{READY}; exec /bin/sleep 60")));
    let refused = evaluators.examine(&account("a"), &upload(HELLO)).await.unwrap_err();
    let ExamineError::Rejected(faults) = refused else { panic!("{refused:?}") };
    assert_eq!(faults[0].fault, Fault::TooComplex);
    assert_eq!(faults[0].message, "the policy is too complex to check: it took longer than 2s");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_is_answered() {
    let evaluators = Arc::new(Evaluators::start(settings()));
    let mut asked = JoinSet::new();
    for number in 0..500 {
        let evaluators = Arc::clone(&evaluators);
        asked.spawn(async move {
            let message = if number % 2 == 0 { "world" } else { "moon" };
            let mut question = question(&[HELLO], &format!(r#"{{"message": "{message}"}}"#));
            question.account = account(["a", "b", "c"][number % 3]);
            (message, evaluators.ask(question).await.unwrap())
        });
    }
    while let Some(answered) = asked.join_next().await {
        let (message, answer) = answered.unwrap();
        let passed = format!("{answer:?}").contains("Passed");
        assert_eq!(passed, message == "world");
    }
    assert_eq!(evaluators.counts().died, 0);
}
