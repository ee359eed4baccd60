//! A server between a command and the real one, which meddles with some of the requests.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// What becomes of a request.
#[derive(Debug, Clone)]
pub(crate) enum Meddling {
    /// It goes on, and the answer comes back.
    Pass,
    /// It goes on, and the answer gets lost.
    LoseAnswer,
    /// It goes on with this first line.
    Ask(String),
    /// It does not go on; this is the answer: a status with its reason, and a body.
    Answer(&'static str, &'static str),
}

/// A proxy that meddles with the requests in whose first line `part` stands.
pub(crate) fn meddling(base: &str, part: &'static str, meddling: Meddling) -> String {
    start(base, move |request| if request.contains(part) { meddling.clone() } else { Meddling::Pass })
}

/// The address of a proxy of the server at `base`, which lives as long as the test. `meddle` sees the first line of each request.
fn start(base: &str, meddle: impl Fn(&str) -> Meddling + Send + Sync + 'static) -> String {
    let server = base.strip_prefix("http://").unwrap().to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let meddle = Arc::new(meddle);
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (server, meddle) = (server.clone(), Arc::clone(&meddle));
            std::thread::spawn(move || serve(client.unwrap(), &server, meddle.as_ref()));
        }
    });
    address
}

/// A proxy that asks for lists in pages of ten.
pub(crate) fn small_pages(base: &str) -> String {
    start(base, |request| match request.split_once("/versions") {
        Some((before, after)) if before.starts_with("GET ") => {
            let (query, end) = after.strip_prefix('?').unwrap_or(after).rsplit_once(' ').unwrap();
            Meddling::Ask(format!("{before}/versions?limit=10&{query} {end}").replace("& ", " "))
        }
        _ => Meddling::Pass,
    })
}

/// One request, one answer; whoever comes again connects again.
fn serve(mut client: TcpStream, server: &str, meddle: &dyn Fn(&str) -> Meddling) {
    let mut reader = BufReader::new(client.try_clone().unwrap());
    let (mut head, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap() == 0 || line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head.push(line);
    }
    let Some(first) = head.first_mut() else { return };
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let meddling = meddle(first.trim_end());
    if let Meddling::Ask(line) = &meddling {
        *first = format!("{line}\r\n");
    }
    if let Meddling::Answer(status, text) = meddling {
        let answer =
            format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{text}", text.len());
        client.write_all(answer.as_bytes()).unwrap();
        return;
    }
    let mut upstream = TcpStream::connect(server).unwrap();
    upstream.write_all(head.concat().as_bytes()).unwrap();
    upstream.write_all(b"connection: close\r\n\r\n").unwrap();
    upstream.write_all(&body).unwrap();
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).unwrap();
    if !matches!(meddling, Meddling::LoseAnswer) {
        client.write_all(&answer).unwrap();
    }
}
