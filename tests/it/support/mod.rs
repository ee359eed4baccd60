//! A real server on each database, and a client that speaks HTTP to it.

pub(crate) mod bundles;
pub(crate) mod client;
pub(crate) mod server;

pub(crate) use client::{Client, Reply};
pub(crate) use server::{TestServer, on_each_database, on_each_database_with};

/// A policy that passes when `input.message` is "world": the sample of the contract.
pub(crate) const HELLO: &str =
    "package policy\n\nhook_result := {\"is_passed\": input.message == \"world\"}\n";
/// A policy that always passes.
pub(crate) const PASS: &str = "package policy\n\nhook_result := {\"is_passed\": true}\n";
/// A policy that always refuses, with a message.
pub(crate) const REFUSE: &str =
    "package policy\n\nhook_result := {\"is_passed\": false, \"err_msg\": \"buckets must be private\"}\n";
