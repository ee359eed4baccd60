//! An OPA that serves on a socket of its own, and says of one text after the other what is wrong with it.

use std::io::{Read, Result, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// It ends with this value.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    socket: PathBuf,
    _folder: tempfile::TempDir,
}

impl Server {
    /// Starts it. Says so and gives nothing if there is none.
    pub(super) fn start() -> Option<Self> {
        let program = crate::opa::find()?;
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("opa.sock");
        let mut command = Command::new(program);
        command.args(["run", "--server", "--log-level", "error", "--skip-version-check", "--addr"]);
        command.arg(format!("unix://{}", socket.display()));
        command.env("GOGC", "800").stdout(Stdio::null()).stderr(Stdio::null());
        let mut server = Self { child: command.spawn().unwrap(), socket, _folder: folder };
        while UnixStream::connect(&server.socket).is_err() {
            assert!(server.child.try_wait().unwrap().is_none(), "opa ended before it listened");
            std::thread::yield_now();
        }
        Some(server)
    }

    /// A connection, over which texts are judged.
    pub(super) fn judge(&self, name: &str) -> Judge {
        Judge { stream: UnixStream::connect(&self.socket).unwrap(), name: name.to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// One connection.
#[derive(Debug)]
pub(super) struct Judge {
    stream: UnixStream,
    name: String,
}

/// What OPA says of a text: the row, the code and the message of each fault.
pub(super) type Faults = Vec<(u32, String, String)>;

impl Judge {
    /// What is wrong with a text; nothing if OPA itself breaks on it.
    pub(super) fn faults(&mut self, text: &str) -> Option<Faults> {
        let Ok((status, answer)) = self.ask("PUT", text) else {
            return None;
        };
        if status == 200 {
            let (status, _) = self.ask("DELETE", "").unwrap();
            assert_eq!(status, 200);
            return Some(Vec::new());
        }
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let fault = |fault: &Value| {
            let text = |name: &str| fault[name].as_str().unwrap_or_default().to_owned();
            let row = fault["location"]["row"].as_u64().unwrap_or_default() as u32;
            (row, text("code"), text("message"))
        };
        let found: Faults = answer["errors"].as_array().into_iter().flatten().map(fault).collect();
        if found.is_empty() {
            let message = answer["message"].as_str().unwrap_or_default().to_owned();
            return Some(vec![(0, "rego_parse_error".to_owned(), message)]);
        }
        Some(found)
    }

    fn ask(&mut self, method: &str, body: &str) -> Result<(u16, String)> {
        let length = body.len();
        let request = format!(
            "{method} /v1/policies/{} HTTP/1.1\r\nHost: opa\r\nContent-Length: {length}\r\n\r\n{body}",
            self.name
        );
        self.stream.write_all(request.as_bytes())?;
        self.answer()
    }

    fn answer(&mut self) -> Result<(u16, String)> {
        let head = self.until(b"\r\n\r\n")?;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head
            .lines()
            .find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
        let body = match length {
            Some(length) => self.exactly(length.trim().parse().unwrap())?,
            None => self.chunks()?,
        };
        Ok((status, body))
    }

    fn chunks(&mut self) -> Result<String> {
        let mut body = String::new();
        loop {
            let size = usize::from_str_radix(self.until(b"\r\n")?.trim(), 16).unwrap();
            body.push_str(&self.exactly(size)?);
            self.until(b"\r\n")?;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    fn until(&mut self, end: &[u8]) -> Result<String> {
        let mut read = Vec::new();
        while !read.ends_with(end) {
            let mut byte = [0];
            self.stream.read_exact(&mut byte)?;
            read.push(byte[0]);
        }
        Ok(String::from_utf8(read).unwrap())
    }

    fn exactly(&mut self, length: usize) -> Result<String> {
        let mut read = vec![0; length];
        self.stream.read_exact(&mut read)?;
        Ok(String::from_utf8_lossy(&read).into_owned())
    }
}
