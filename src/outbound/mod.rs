//! The guarded HTTP client: all that leaves this server goes through it. Commands have one for the server they talk to (`direct`).
//!
//! It connects only to addresses that were checked, follows no redirect, asks no proxy, and reads no more than it
//! must. The texts of its errors name hosts, never whole addresses: those may carry signatures.

mod addresses;
pub mod direct;
mod failure;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Response, StatusCode, redirect, retry};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use url::{Host, Url};

pub use self::addresses::Subnet;
use self::addresses::{Blocked, Rules};
pub use self::failure::FetchError;
use crate::domain::bundle::limits::MAX_BYTES;

/// What the client may do, and how long.
#[derive(Debug, Clone)]
pub struct OutboundSettings {
    /// Setting `outbound.allow`: what may be reached although it is not public.
    pub allow: Vec<Subnet>,
    /// Setting `outbound.allow_http`: http besides https.
    pub allow_http: bool,
    /// The time for finding and reaching a host.
    pub connect_timeout: Duration,
    /// The time for everything, to the last byte of the answer.
    pub total_timeout: Duration,
}

impl Default for OutboundSettings {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            allow_http: false,
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(15),
        }
    }
}

/// The client is not usable on this system.
#[derive(Debug, thiserror::Error)]
#[error("the http client cannot be made: {0}")]
pub struct OutboundError(Box<dyn std::error::Error + Send + Sync>);

/// The guarded client. A clone shares its rules.
#[derive(Debug, Clone)]
pub struct Outbound {
    client: Client,
    rules: Arc<Rules>,
    allow_http: bool,
    /// Whether any certificate can be checked: a bare container has no roots, and still serves.
    has_roots: bool,
}

impl Outbound {
    /// A client under `settings`.
    ///
    /// # Errors
    /// When the TLS library does not start.
    pub fn new(settings: OutboundSettings) -> Result<Self, OutboundError> {
        let rules = Arc::new(Rules { allow: settings.allow });
        let roots = find_roots();
        let has_roots = !roots.is_empty();
        let tls = configure_tls(roots).map_err(|error| OutboundError(error.into()))?;
        let client = Client::builder()
            .user_agent(concat!("hookgate/", env!("CARGO_PKG_VERSION")))
            .tls_backend_preconfigured(tls)
            .dns_resolver(Arc::clone(&rules))
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.total_timeout)
            // A connection that is kept would be used again without a check of its address.
            .pool_max_idle_per_host(0)
            .build()
            .map_err(|error| OutboundError(error.into()))?;
        Ok(Self { client, rules, allow_http: settings.allow_http, has_roots })
    }

    /// The bytes at `uri`, at most as many as a policy may have.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn fetch_policy(&self, uri: &str) -> Result<Vec<u8>, FetchError> {
        let url = self.parse_url(uri)?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let response = self.client.get(url).send().await.map_err(|error| FetchError::of(&host, &error))?;
        match response.status() {
            StatusCode::OK => read(response, &host).await,
            status if status.is_redirection() => Err(FetchError::Redirected(status.as_u16())),
            status => Err(FetchError::Status(status.as_u16())),
        }
    }

    fn parse_url(&self, uri: &str) -> Result<Url, FetchError> {
        let url = Url::parse(uri).map_err(|_| FetchError::Uri("is not a valid address"))?;
        match url.scheme() {
            "https" if self.has_roots => {}
            "https" => return Err(FetchError::NoRoots),
            "http" if self.allow_http => {}
            _ => {
                return Err(FetchError::Uri(
                    "must begin with `https://`: http needs setting `outbound.allow_http`",
                ));
            }
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Uri("must not hold a user or a password"));
        }
        // The resolver is not asked for literals. The parser has undone their spellings: `0x7f.1` is 127.0.0.1 here.
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            Some(Host::Domain(_)) | None => None,
        };
        match literal.map(|address| self.rules.check(address)) {
            Some(Err(Blocked(address))) => Err(FetchError::Refused { host: address.to_string(), address }),
            Some(Ok(())) | None => Ok(url),
        }
    }
}

async fn read(mut response: Response, host: &str) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| FetchError::of(host, &error))? {
        if body.len().saturating_add(chunk.len()) > MAX_BYTES {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The certificates that this system trusts.
fn find_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "some certificate roots of this system cannot be read");
    }
    let (_, ignored) = roots.add_parsable_certificates(found.certs);
    tracing::debug!(trusted = roots.len(), ignored, "certificate roots read");
    roots
}

/// A configuration of our own, so that no other part of the process has to install a provider of cryptography first.
fn configure_tls(roots: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
