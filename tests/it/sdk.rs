//! The vendor's own client against the server: every call of the private-hook API, as the SDK makes and reads it.

use std::process::Command;

use crate::support::{ServerProcess, find_variable, on_each_url};

/// The journeys of `tests/sdk/private_hooks.py`, with the Python that `tests/run` has prepared. The server is one with
/// the system's clock: the script sees that times move.
#[tokio::test]
async fn the_vendors_client_drives_the_server_unchanged() {
    let Some(python) = find_variable("HOOKGATE_TEST_PYTHON") else { return };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sdk/private_hooks.py");
    on_each_url(async |database: &str| {
        let server = ServerProcess::start(database);
        let ended = Command::new(&python).arg(script).arg(&server.base).env_clear().output().unwrap();
        let said = [ended.stdout, ended.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert!(ended.status.success(), "{}", said.concat());
    })
    .await;
}
