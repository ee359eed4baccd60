//! A real server on each database, and a client that speaks HTTP to it.

pub(crate) mod bundles;
pub(crate) mod cases;
pub(crate) mod client;
pub(crate) mod databases;
pub(crate) mod object_store;
pub(crate) mod process;
pub(crate) mod proxy;
pub(crate) mod sarif;
pub(crate) mod scripted;
pub(crate) mod scripted_server;
pub(crate) mod server;
pub(crate) mod silence;

pub(crate) use client::{Client, Reply};
pub(crate) use databases::on_each_url;
pub(crate) use process::{ServerProcess, hookgate};
pub(crate) use scripted::{Receiver, Script, ScriptedHooks};
pub(crate) use server::{TestServer, on_each_database, on_each_database_hooked, on_each_database_with};

/// A policy that passes when `input.message` is "world": the sample of the contract.
pub(crate) const HELLO: &str =
    "package policy\n\nhook_result := {\"is_passed\": input.message == \"world\"}\n";
/// A policy that always passes.
pub(crate) const PASS: &str = "package policy\n\nhook_result := {\"is_passed\": true}\n";
/// A policy that always refuses, with a message.
pub(crate) const REFUSE: &str =
    "package policy\n\nhook_result := {\"is_passed\": false, \"err_msg\": \"buckets must be private\"}\n";

/// What `tests/run` says in the variable `name`.
pub(crate) fn find_variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests/run tells here what there is to test with")]
    std::env::var(name).ok()
}
