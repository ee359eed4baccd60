//! The binary, as a process of its own, on a database in a folder of its own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use tempfile::TempDir;

/// A running server; killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    // Kept open, so that the server can go on writing.
    output: BufReader<ChildStdout>,
    _folder: TempDir,
    /// Its address, as a URL.
    pub(crate) base: String,
}

impl Server {
    /// Starts it and waits until it says where it listens.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = format!("sqlite://{}", folder.path().join("hookgate.db").display());
        let mut child = Command::new(env!("CARGO_BIN_EXE_hookgate"))
            .args(["serve", "--listen", "127.0.0.1:0", "--database", &database])
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let mut server = Self { child, output, _folder: folder, base: String::new() };
        while server.base.is_empty() {
            let mut line = String::new();
            let length = server.output.read_line(&mut line).expect("text");
            assert!(length > 0, "the server ended before it listened");
            line.strip_prefix("listening on ").unwrap_or_default().trim_end().clone_into(&mut server.base);
        }
        server
    }

    /// Its number among the processes.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
