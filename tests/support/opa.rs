//! The real OPA, the judge of verdicts, where this machine has one. One file for the tests of the library and those beside it.

use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The program: on the search path, or where Go installs it.
pub(crate) fn find() -> Option<PathBuf> {
    let go = Command::new("go").args(["env", "GOPATH"]).output().ok();
    let folder =
        go.and_then(|output| String::from_utf8(output.stdout).ok()).map(|path| PathBuf::from(path.trim()));
    let folder = folder.or_else(|| Some(std::env::home_dir()?.join("go")));
    let programs = [Some(PathBuf::from("opa")), folder.map(|folder| folder.join("bin/opa"))];
    let runs = |program: &PathBuf| Command::new(program).arg("version").output().is_ok();
    programs.into_iter().flatten().find(runs)
}

/// An OPA that serves on a socket of its own, which nobody else can take before it listens; it ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts it. Says so and gives nothing if there is none.
    pub(crate) fn start() -> Option<Self> {
        let Some(program) = find() else {
            println!("left out: no `opa` on the search path or where Go installs it");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(program);
        command.args(["run", "--server", "--log-level", "error", "--skip-version-check", "--addr"]);
        command.arg(format!("unix://{}", socket(&folder).display()));
        // Little is kept, so that the collector has little to gain.
        command.env("GOGC", "800").stdout(Stdio::null()).stderr(Stdio::null());
        let mut server = Self { child: command.spawn().unwrap(), folder };
        while UnixStream::connect(socket(&server.folder)).is_err() {
            assert!(server.child.try_wait().unwrap().is_none(), "opa ended before it listened");
            std::thread::yield_now();
        }
        Some(server)
    }

    /// A new connection.
    pub(crate) fn connect(&self) -> UnixStream {
        UnixStream::connect(socket(&self.folder)).unwrap()
    }
}

fn socket(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("opa.sock")
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
