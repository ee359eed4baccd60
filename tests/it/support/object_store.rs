//! A place on the network that policies are fetched from.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A server that gives everybody the same bytes, and counts them.
#[derive(Debug)]
pub(crate) struct ObjectStore {
    address: String,
    visits: Arc<AtomicUsize>,
    serving: JoinHandle<()>,
}

impl ObjectStore {
    /// Answers with status 200 and `body`.
    pub(crate) async fn with(body: &[u8]) -> Self {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        Self::answering([head.as_bytes(), body].concat()).await
    }

    /// Answers with `answer`, head and all.
    pub(crate) async fn answering(answer: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let visits = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&visits);
        let serving = tokio::spawn(async move {
            loop {
                let mut visitor = accept(&listener).await;
                counter.fetch_add(1, Ordering::SeqCst);
                // The visitor may have had enough before the end.
                drop(visitor.write_all(&answer).await);
            }
        });
        Self { address, visits, serving }
    }

    /// The address of the object `name`.
    pub(crate) fn uri(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    /// How many have come so far.
    pub(crate) fn count_visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

impl Drop for ObjectStore {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The next visitor, who has asked and waits.
pub(crate) async fn accept(listener: &TcpListener) -> TcpStream {
    let mut visitor = BufReader::new(listener.accept().await.unwrap().0);
    let mut line = String::new();
    while visitor.read_line(&mut line).await.unwrap() > 2 {
        line.clear();
    }
    visitor.into_inner()
}
