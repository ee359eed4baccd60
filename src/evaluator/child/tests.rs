//! One child's conversation, over bytes in memory instead of pipes.

use std::borrow::Cow;
use std::time::Duration;

use proptest::prelude::*;

use super::Setup;
use super::policies::Policies;
use super::server::Server;
use crate::domain::bundle::{Digest, PolicyFormat, PolicyUpload};
use crate::domain::mask::KeepInput;
use crate::domain::verdict::HookResult;
use crate::evaluator::frame::{Decoder, encode};
use crate::evaluator::message::{Attached, Hook, Judge, Reply, Request};
use crate::rego::compile::Language;

const PASSING: &str = "package policy\nhook_result := {\"is_passed\": true}";
const REFUSING: &str = "package policy\nhook_result := {\"is_passed\": false}";
const BROKEN: &str = "package policy\nhook_result := {";

/// The requests a parent would write.
#[derive(Default)]
struct Parent {
    bytes: Vec<u8>,
    explain: bool,
}

impl Parent {
    /// Asks hooks, each a policy and whether it is attached.
    fn ask(mut self, hooks: &[(&str, bool)], input: &str, budget: Duration) -> Self {
        let attached = |text: &str| Attached { format: PolicyFormat::Rego, length: text.len() };
        let hooks_sent = hooks.iter().map(|(text, is_attached)| Hook {
            digest: Cow::Owned(digest(text)),
            upload: is_attached.then(|| attached(text)),
        });
        let blobs =
            format!("{input}{}", hooks.iter().filter(|hook| hook.1).map(|hook| hook.0).collect::<String>());
        let request = Request::Judge(Judge {
            hooks: hooks_sent.collect(),
            input: input.len(),
            gate_members: Cow::Borrowed("{}"),
            now_ns: 0,
            hook_timeout: Duration::from_secs(1),
            budget,
            keep: KeepInput::None,
            told: Vec::new().into(),
            explain: self.explain,
        });
        self.bytes.extend(encode(&request, blobs.len()).unwrap());
        self.bytes.extend(blobs.bytes());
        self
    }

    fn judge(self, hooks: &[(&str, bool)], input: &str) -> Self {
        self.ask(hooks, input, Duration::from_secs(9))
    }

    /// What a child says that may keep `cache` bytes of policies.
    fn replies(self, cache: usize) -> Vec<Reply> {
        let mut decoder = Decoder::default();
        let policies = Policies::new(cache, Language { allow_functions: false });
        Server::new(self.bytes.as_slice(), &mut decoder.buffer, policies).serve(|| false).unwrap();
        let said = std::iter::from_fn(|| decoder.next().unwrap().map(|(reply, _)| reply));
        // What follows every answer.
        said.filter(|reply| !matches!(reply, Reply::Masked { .. } | Reply::Recorded { .. })).collect()
    }
}

fn digest(text: &str) -> Digest {
    PolicyUpload { format: PolicyFormat::Rego, bytes: text.as_bytes().to_vec() }.digest()
}

/// The replies in short: a word for each, with the number of the hook.
#[track_caller]
fn check(replies: &[Reply], expected: &[&str]) {
    let words: Vec<String> = replies.iter().map(word).collect();
    assert_eq!(words, expected);
}

fn word(reply: &Reply) -> String {
    match reply {
        Reply::Ready => "ready".to_owned(),
        Reply::InputRead => "read".to_owned(),
        Reply::InputRejected { .. } => "rejected".to_owned(),
        Reply::Missing { digests } => format!("missing {}", digests.len()),
        Reply::Loading { hook } => format!("loading {hook}"),
        Reply::Loaded { hook, evicted } => format!("loaded {hook} -{}", evicted.len()),
        Reply::Judged { hook, evaluation } => format!("{hook} {}", evaluation.result.as_str()),
        Reply::Explained { hook, .. } => format!("{hook} explained"),
        Reply::NotReached { hook } => format!("{hook} not reached"),
        Reply::Module { path, .. } => format!("module {path}"),
        Reply::Warned { .. } => "warned".to_owned(),
        Reply::Examined { .. } | Reply::Rejected { .. } => "examined".to_owned(),
        Reply::Testing { .. }
        | Reply::Tested { .. }
        | Reply::TestedAll
        | Reply::Coverable { .. }
        | Reply::Covered { .. }
        | Reply::Covering => "tested".to_owned(),
        Reply::Finished { .. } => "finished".to_owned(),
        Reply::Masked { hook, .. } => format!("masked {hook}"),
        Reply::Sifted { hook, .. } => format!("sifted {hook}"),
        Reply::Recorded { .. } => "recorded".to_owned(),
    }
}

#[test]
fn a_policy_is_loaded_once_and_kept() {
    let parent =
        Parent::default().judge(&[(PASSING, true)], "{}").judge(&[(PASSING, false), (PASSING, false)], "{}");
    let said =
        ["ready", "loading 0", "loaded 0 -0", "0 PASSED", "finished", "0 PASSED", "1 PASSED", "finished"];
    check(&parent.replies(1 << 20), &said);
}

#[test]
fn hooks_are_explained_when_all_have_answered() {
    let parent = Parent { explain: true, ..Parent::default() };
    let hooks = [(PASSING, true), (REFUSING, true), (BROKEN, true)];
    let replies = parent.judge(&hooks, "{}").replies(1 << 20);
    let words = replies.iter().map(word).skip(3);
    let said = words.filter(|word| !word.starts_with("load")).collect::<Vec<_>>();
    let expected =
        ["0 PASSED", "1 REFUSED", "2 ERRORED", "0 explained", "1 explained", "2 explained", "finished"];
    assert_eq!(said, expected);
}

#[test]
fn a_policy_that_is_held_and_attached_is_skipped() {
    let twice = [(PASSING, true), (PASSING, true), (REFUSING, true)];
    let said = [
        "ready",
        "loading 0",
        "loaded 0 -0",
        "0 PASSED",
        "1 PASSED",
        "loading 2",
        "loaded 2 -0",
        "2 REFUSED",
    ];
    check(&Parent::default().judge(&twice, "{}").replies(1 << 20)[..8], &said);
}

#[test]
fn nothing_runs_while_a_policy_is_missing() {
    let parent =
        Parent::default().judge(&[(PASSING, true), (REFUSING, false)], "{}").judge(&[(PASSING, true)], "{}");
    let said = ["ready", "missing 1", "finished", "loading 0", "loaded 0 -0", "0 PASSED", "finished"];
    check(&parent.replies(1 << 20), &said);
}

#[test]
fn after_an_input_that_is_none_the_next_request_is_understood() {
    let parent = Parent::default().judge(&[(PASSING, true)], "[").judge(&[(PASSING, true)], "{}");
    let said = ["ready", "rejected", "finished", "loading 0", "loaded 0 -0", "0 PASSED", "finished"];
    check(&parent.replies(1 << 20), &said);
}

#[test]
fn a_policy_too_large_to_keep_is_used_and_said_to_be_gone() {
    let parent = Parent::default().judge(&[(PASSING, true)], "{}").judge(&[(PASSING, false)], "{}");
    let said = ["ready", "loading 0", "loaded 0 -1", "0 PASSED", "finished", "missing 1", "finished"];
    check(&parent.replies(0), &said);
}

#[test]
fn a_large_input_is_a_step_of_its_own() {
    let input = format!("{{\"text\": \"{}\"}}", "x".repeat(100_000));
    let said = ["ready", "read", "loading 0", "loaded 0 -0", "0 PASSED", "finished"];
    check(&Parent::default().judge(&[(PASSING, true)], &input).replies(1 << 20), &said);
}

#[test]
fn without_time_no_hook_is_reached() {
    let parent = Parent::default().ask(&[(PASSING, true), (REFUSING, true)], "{}", Duration::ZERO);
    check(&parent.replies(1 << 20), &["ready", "0 not reached", "1 not reached", "finished"]);
}

#[test]
fn a_stored_policy_that_does_not_load_is_an_error_of_its_hook() {
    let replies = Parent::default().judge(&[(BROKEN, true), (PASSING, true)], "{}").replies(1 << 20);
    let said = ["ready", "loading 0", "0 ERRORED", "loading 1", "loaded 1 -0", "1 PASSED", "finished"];
    check(&replies, &said);
}

#[test]
fn bytes_that_are_not_those_of_the_digest_are_not_run() {
    let mut parent = Parent::default().judge(&[(PASSING, true)], "{}");
    let length = parent.bytes.len();
    parent.bytes[length - 2] = b' ';
    let replies = parent.replies(1 << 20);
    let Some(Reply::Judged { evaluation, .. }) = replies.get(2) else { panic!("{replies:?}") };
    assert_eq!(evaluation.result, HookResult::Errored);
    let words = "the stored policy cannot be loaded: its bytes do not have the digest they are stored under";
    assert!(evaluation.message.as_deref().unwrap().starts_with(words));
}

#[test]
fn a_request_that_ends_too_soon_ends_the_conversation() {
    let mut parent = Parent::default().judge(&[(PASSING, true)], "{}");
    parent.bytes.pop();
    let policies = Policies::new(0, Language { allow_functions: false });
    let mut said = Vec::new();
    let end = Server::new(parent.bytes.as_slice(), &mut said, policies).serve(|| false);
    assert!(end.unwrap_err().to_string().contains("shorter than it says"));
}

proptest! {
    #[test]
    fn arbitrary_bytes_end_the_conversation_and_nothing_else(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let policies = Policies::new(0, Language { allow_functions: false });
        drop(Server::new(bytes.as_slice(), Vec::new(), policies).serve(|| false));
    }

    #[test]
    fn so_do_requests_with_bytes_changed(place in 0_usize..250, byte in any::<u8>()) {
        let mut parent = Parent::default().judge(&[(PASSING, true)], "{}").judge(&[(PASSING, false)], "{}");
        if let Some(changed) = parent.bytes.get_mut(place) {
            *changed = byte;
        }
        let policies = Policies::new(0, Language { allow_functions: false });
        drop(Server::new(parent.bytes.as_slice(), Vec::new(), policies).serve(|| false));
    }
}

#[test]
fn a_setup_survives_the_command_line() {
    for allow_functions in [false, true] {
        let setup = Setup { parent: 7, memory: 1 << 28, allow_functions };
        assert_eq!(Setup::parse(setup.to_args()), Some(setup));
    }
    assert_eq!(Setup::parse(["--help".to_owned()]), None);
}
