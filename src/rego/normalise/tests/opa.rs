//! The judge: a real OPA, run as a server, if there is one on this machine.

use std::io::{Read, Write};
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::support::{Answer, Files};
use crate::rego::opa::Server;

/// A running OPA; it ends with this value.
pub(super) struct Opa {
    server: Server,
}

/// A query, the data it is about and its input.
#[derive(Debug, Clone, Copy)]
pub(super) struct Query<'a> {
    pub(super) text: &'a str,
    pub(super) data: Option<&'a Json>,
    pub(super) input: Option<&'a Json>,
}

impl Opa {
    /// Starts OPA, if there is one.
    pub(super) fn start() -> Option<Self> {
        Server::start().map(|server| Self { server })
    }

    /// What OPA says to each query about these files, or why it does not take them.
    pub(super) fn ask(&self, files: &Files, queries: &[Query<'_>]) -> Result<Vec<Answer>, String> {
        let loaded = self.load(files);
        let answers = loaded.map(|()| queries.iter().map(|query| self.query(query)).collect());
        self.unload(files);
        answers
    }

    /// A file can only be put when the functions it calls are there, so it goes round until nothing more fits.
    fn load(&self, files: &Files) -> Result<(), String> {
        let mut waiting: Vec<usize> = (0..files.len()).collect();
        loop {
            let put = |index: &usize| self.send("PUT", &format!("/v1/policies/{index}"), &files[*index].1);
            let answers: Vec<_> = waiting.iter().map(|index| (*index, put(index))).collect();
            let refused: Vec<_> = answers.into_iter().filter(|(_, (status, _))| *status != 200).collect();
            if let Some((_, (_, why))) = refused.first()
                && refused.len() == waiting.len()
            {
                return Err(why.clone());
            }
            waiting = refused.into_iter().map(|(index, _)| index).collect();
            if waiting.is_empty() {
                return Ok(());
            }
        }
    }

    fn unload(&self, files: &Files) {
        let mut loaded: Vec<usize> = (0..files.len()).collect();
        while !loaded.is_empty() {
            loaded.retain(|index| self.send("DELETE", &format!("/v1/policies/{index}"), "").0 == 400);
        }
    }

    fn query(&self, query: &Query<'_>) -> Answer {
        if let Some(data) = query.data {
            self.send("PUT", "/v1/data", &data.to_string());
        }
        let mut body = json!({ "query": query.text });
        if let Some(input) = query.input {
            body["input"] = input.clone();
        }
        let (status, text) = self.send("POST", "/v1/query", &body.to_string());
        if query.data.is_some() {
            self.send("PUT", "/v1/data", "{}");
        }
        if status != 200 {
            return Answer::Failed(text);
        }
        let answer: Json = serde_json::from_str(&text).unwrap();
        Answer::Results(answer["result"].as_array().cloned().unwrap_or_default())
    }

    fn send(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = self.server.connect();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        // HTTP/1.0: the answer ends with the connection and comes in one piece.
        let head = format!("{method} {path} HTTP/1.0\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
    }
}
