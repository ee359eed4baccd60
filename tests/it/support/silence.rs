//! A wire to another server that can fall silent: its connections stay open, and nothing comes through any more.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The wire; it lives as long as the test.
pub(crate) struct Wire {
    /// Where it begins, as `host:port`.
    pub(crate) address: String,
    is_silent: Arc<AtomicBool>,
}

impl Wire {
    /// A wire to `server` (`host:port`).
    pub(crate) fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let wire = Self { address: listener.local_addr().unwrap().to_string(), is_silent: Arc::default() };
        let (server, is_silent) = (server.to_owned(), Arc::clone(&wire.is_silent));
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.unwrap();
                let upstream = TcpStream::connect(&server).unwrap();
                carry(client.try_clone().unwrap(), upstream.try_clone().unwrap(), Arc::clone(&is_silent));
                carry(upstream, client, Arc::clone(&is_silent));
            }
        });
        wire
    }

    /// Nothing comes through from now on.
    pub(crate) fn fall_silent(&self) {
        self.is_silent.store(true, Ordering::SeqCst);
    }
}

/// Carries bytes until an end closes; what comes while the wire is silent is lost.
fn carry(mut from: TcpStream, mut to: TcpStream, is_silent: Arc<AtomicBool>) {
    std::thread::spawn(move || {
        let mut bytes = [0; 1 << 12];
        while let Ok(length @ 1..) = from.read(&mut bytes) {
            if !is_silent.load(Ordering::SeqCst) && to.write_all(&bytes[..length]).is_err() {
                return;
            }
        }
    });
}
