use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::{FetchError, Outbound, OutboundSettings, Subnet};
use crate::domain::bundle::limits::MAX_BYTES;

fn subnets(texts: &[&str]) -> Vec<Subnet> {
    texts.iter().map(|text| Subnet::parse(text).unwrap()).collect()
}

fn settings(allow: &[&str]) -> OutboundSettings {
    OutboundSettings { allow: subnets(allow), allow_http: true, ..OutboundSettings::default() }
}

async fn fetch(allow: &[&str], uri: &str) -> Result<Vec<u8>, FetchError> {
    Outbound::new(settings(allow)).unwrap().fetch_policy(uri).await
}

/// A server of one answer; gives back what it was asked.
async fn serve(answer: Vec<u8>) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        let mut stream = listener.accept().await.unwrap().0;
        let asked = read_request(&mut stream).await;
        // The client may have had enough before the end.
        let _ = stream.write_all(&answer).await.is_ok();
        asked
    });
    (address, task)
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut asked = Vec::new();
    while !asked.ends_with(b"\r\n\r\n") {
        asked.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(asked).unwrap()
}

fn ok(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

async fn fetch_answer(answer: Vec<u8>) -> Result<Vec<u8>, FetchError> {
    let (address, asked) = serve(answer).await;
    let fetched = fetch(&["127.0.0.0/8"], &format!("http://{address}/p.rego?token=secret")).await;
    let asked = asked.await.unwrap();
    assert!(asked.starts_with("GET /p.rego?token=secret HTTP/1.1\r\n"), "{asked}");
    assert!(!asked.to_lowercase().contains("accept-encoding"), "{asked}");
    fetched
}

/// A listener that must see nobody: call [`Lonely::check`] at the end.
struct Lonely(std::net::TcpListener);

impl Lonely {
    fn bind() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    #[track_caller]
    fn check(&self) {
        assert_eq!(self.0.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "somebody came");
    }
}

#[tokio::test]
async fn a_policy_is_fetched_as_it_is() {
    assert_eq!(fetch_answer(ok(b"package policy\n")).await, Ok(b"package policy\n".to_vec()));
}

#[tokio::test]
async fn an_answer_may_be_one_mebibyte_long_and_not_one_byte_more() {
    let most = vec![b'#'; MAX_BYTES];
    assert_eq!(fetch_answer(ok(&most)).await, Ok(most));
    assert_eq!(fetch_answer(ok(&vec![b'#'; MAX_BYTES + 1])).await, Err(FetchError::TooLarge));
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/p.rego", listener.local_addr().unwrap());
    let endless = tokio::spawn(async move {
        let mut stream = listener.accept().await.unwrap().0;
        read_request(&mut stream).await;
        let mut piece = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        while stream.write_all(&piece).await.is_ok() {
            piece = [b"1000\r\n", [b'#'; 0x1000].as_slice(), b"\r\n"].concat();
        }
    });
    assert_eq!(fetch(&["127.0.0.0/8"], &uri).await, Err(FetchError::TooLarge));
    endless.await.unwrap();
}

#[tokio::test]
async fn only_status_200_counts() {
    let answer = |status: &str| format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").into_bytes();
    assert_eq!(fetch_answer(answer("404 Not Found")).await, Err(FetchError::Status(404)));
    assert_eq!(fetch_answer(answer("206 Partial Content")).await, Err(FetchError::Status(206)));
    assert_eq!(fetch_answer(answer("500 Oh")).await, Err(FetchError::Status(500)));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let lonely = Lonely::bind();
    let location = format!("http://127.0.0.1:{}/p.rego", lonely.port());
    let answer = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(fetch_answer(answer.into_bytes()).await, Err(FetchError::Redirected(302)));
    lonely.check();
}

#[tokio::test]
async fn a_connection_that_breaks_is_told_from_an_answer() {
    let broken = fetch_answer(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort".to_vec()).await;
    assert!(matches!(broken, Err(FetchError::Unreachable { .. })), "{broken:?}");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let text = fetch(&["127.0.0.0/8"], &format!("http://{closed}/p.rego")).await.unwrap_err().to_string();
    assert_eq!(text, "`127.0.0.1` cannot be reached: connection refused");
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/p.rego", listener.local_addr().unwrap());
    let patience = Duration::from_millis(20);
    let impatient = OutboundSettings { total_timeout: patience, ..settings(&["127.0.0.0/8"]) };
    let outbound = Outbound::new(impatient).unwrap();
    assert_eq!(outbound.fetch_policy(&uri).await, Err(FetchError::TimedOut));
}

#[tokio::test]
async fn https_needs_a_server_that_speaks_it_and_roots_to_trust() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("https://{}/p.rego", listener.local_addr().unwrap());
    let plain = tokio::spawn(async move {
        let mut stream = listener.accept().await.unwrap().0;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        stream
    });
    let outbound = Outbound { has_roots: true, ..Outbound::new(settings(&["127.0.0.0/8"])).unwrap() };
    let text = outbound.fetch_policy(&uri).await.unwrap_err().to_string();
    assert_eq!(text, "`127.0.0.1` cannot be reached: it does not speak TLS as we do");
    drop(plain.await.unwrap());
    let rootless = Outbound { has_roots: false, ..outbound };
    assert_eq!(rootless.fetch_policy(&uri).await, Err(FetchError::NoRoots));
}

#[tokio::test]
async fn our_own_machine_is_not_reached_in_any_spelling() {
    let lonely = Lonely::bind();
    let hosts = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "017700000001",
        "127.0.0.1.",
        "①②⑦.0.0.1",
        "%31%32%37.0.0.1",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[::1]",
        "0.0.0.0",
        "[::]",
        "localhost",
        "LOCALHOST",
    ];
    for host in hosts {
        let refused = fetch(&[], &format!("http://{host}:{}/p.rego", lonely.port())).await;
        assert!(matches!(refused, Err(FetchError::Refused { .. })), "{host}: {refused:?}");
    }
    lonely.check();
}

#[tokio::test]
async fn a_name_is_reached_where_every_address_of_it_may_be() {
    let (address, _asked) = serve(ok(b"package policy\n")).await;
    let uri = format!("http://localhost:{}/p.rego", address.port());
    assert!(fetch(&["127.0.0.1", "::1"], &uri).await.is_ok());
    // Longer than a label may be, so that nobody has to be asked.
    let unknown = format!("{}.invalid", "a".repeat(64));
    let text = fetch(&[], &format!("http://{unknown}/p.rego")).await.unwrap_err().to_string();
    assert_eq!(text, format!("`{unknown}` cannot be reached: the name has no address"));
}

#[tokio::test]
async fn an_address_that_breaks_a_rule_is_refused_without_its_secrets() {
    let lonely = Lonely::bind();
    let check = async |allow_http, uri: String, words: &str| {
        let settings = OutboundSettings { allow_http, ..settings(&["127.0.0.0/8"]) };
        let text = Outbound::new(settings).unwrap().fetch_policy(&uri).await.unwrap_err().to_string();
        assert!(text.contains(words) && !text.contains("secret"), "{text}");
    };
    let port = lonely.port();
    check(true, format!("http://user:secret@127.0.0.1:{port}/p.rego"), "a user or a password").await;
    check(true, format!("http://secret@127.0.0.1:{port}/p.rego"), "a user or a password").await;
    check(true, "ftp://secret/p.rego".to_owned(), "must begin with `https://`").await;
    check(true, "secret".to_owned(), "not a valid address").await;
    check(false, format!("http://127.0.0.1:{port}/p.rego?secret"), "`outbound.allow_http`").await;
    lonely.check();
}
