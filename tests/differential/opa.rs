//! The judge: a real OPA, run as a server, if there is one on this machine.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;

use serde_json::{Value as Json, json};

use crate::files::Files;
use crate::program::Server;
use crate::verdict::{Answer, read};

/// A running OPA; it ends with this value.
pub(crate) struct Opa {
    server: Server,
    connection: BufReader<UnixStream>,
    /// How many files it has.
    loaded: usize,
    /// The data it has.
    data: Option<Json>,
}

impl Opa {
    /// Starts OPA, if there is one.
    pub(crate) fn start() -> Option<Self> {
        let server = Server::start()?;
        let connection = BufReader::new(server.connect());
        Some(Self { server, connection, loaded: 0, data: None })
    }

    /// Replaces what it has loaded by these files and this data.
    ///
    /// # Errors
    /// Why it does not take them.
    pub(crate) fn load(&mut self, files: &Files, data: Option<&Json>) -> Result<(), String> {
        self.unload();
        if data != self.data.as_ref() {
            self.send("PUT", "/v1/data", &data.unwrap_or(&json!({})).to_string()).unwrap();
            self.receive().unwrap();
            self.data = data.cloned();
        }
        self.loaded = files.len();
        // A file can only be put when the functions it calls are there, so it goes round until nothing more fits.
        let mut waiting: Vec<usize> = (0..files.len()).collect();
        while !waiting.is_empty() {
            for index in &waiting {
                self.send("PUT", &format!("/v1/policies/{index}"), &files[*index].1).unwrap();
            }
            let answers: Vec<_> = waiting.iter().map(|_| self.receive().unwrap()).collect();
            let refused: Vec<_> = waiting
                .iter()
                .zip(&answers)
                .filter(|(_, (status, _))| *status != 200)
                .map(|(index, _)| *index)
                .collect();
            if refused.len() == waiting.len() {
                return Err(answers[0].1.clone());
            }
            waiting = refused;
        }
        Ok(())
    }

    /// What it says to each input by default, where an error in a built-in is undefined.
    pub(crate) fn judge(&mut self, inputs: &[Json]) -> Vec<Answer> {
        self.ask(inputs, "/v1/data/policy/hook_result")
    }

    /// What it says where such an error is one.
    pub(crate) fn judge_strictly(&mut self, inputs: &[Json]) -> Vec<Answer> {
        self.ask(inputs, "/v1/data/policy/hook_result?strict-builtin-errors=true")
    }

    fn ask(&mut self, inputs: &[Json], path: &str) -> Vec<Answer> {
        let bodies: Vec<String> = inputs.iter().map(|input| json!({ "input": input }).to_string()).collect();
        let together = self.ask_all(&bodies, path);
        together.unwrap_or_else(|_| {
            self.reconnect();
            bodies.iter().map(|body| self.ask_alone(body, path)).collect()
        })
    }

    fn ask_all(&mut self, bodies: &[String], path: &str) -> io::Result<Vec<Answer>> {
        for body in bodies {
            self.send("POST", path, body)?;
        }
        bodies.iter().map(|_| self.answer()).collect()
    }

    /// Some policies make OPA panic, and end the connection.
    fn ask_alone(&mut self, body: &str, path: &str) -> Answer {
        let answer = self.send("POST", path, body).and_then(|()| self.answer());
        answer.unwrap_or_else(|_| {
            self.reconnect();
            Answer::BrokenOff
        })
    }

    fn reconnect(&mut self) {
        self.connection = BufReader::new(self.server.connect());
    }

    fn unload(&mut self) {
        let mut loaded: Vec<usize> = (0..self.loaded).collect();
        while !loaded.is_empty() {
            for index in &loaded {
                self.send("DELETE", &format!("/v1/policies/{index}"), "").unwrap();
            }
            loaded.retain(|_| self.receive().unwrap().0 == 400);
        }
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let (status, text) = self.receive()?;
        Ok(if status == 200 {
            let document: Json = serde_json::from_str(&text).unwrap();
            Answer::Said(read(document.get("result")))
        } else {
            Answer::Failed(text)
        })
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> io::Result<()> {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: opa\r\nContent-Length: {}\r\n\r\n", body.len());
        self.connection.get_mut().write_all((head + body).as_bytes())
    }

    fn receive(&mut self) -> io::Result<(u16, String)> {
        let status = self.line()?.split(' ').nth(1).unwrap().parse().unwrap();
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            }
            chunked |= line == "transfer-encoding: chunked";
        }
        let mut body = self.bytes(if chunked { 0 } else { length })?;
        while chunked {
            let size = usize::from_str_radix(&self.line()?, 16).unwrap();
            body.extend(self.bytes(size)?);
            self.line()?;
            chunked = size > 0;
        }
        Ok((status, String::from_utf8(body).unwrap()))
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.connection.read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }

    fn bytes(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.connection.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
