//! Calls to the server that the user of a command named. That is the user's own choice, so nothing is guarded here: any
//! address, http as well, and the proxies of the environment unless the server is on this machine.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, redirect, retry};
use url::{Host, Url};

use super::{OutboundError, configure_tls, find_roots};

/// A client for one server.
#[derive(Debug, Clone)]
pub struct Direct {
    client: Client,
    base: Url,
}

/// One request.
#[derive(Debug)]
pub struct Call<'a> {
    /// The method, such as `POST`.
    pub method: &'static str,
    /// The path with its leading `/`, and the query.
    pub path: &'a str,
    /// Names and values.
    pub headers: &'a [(&'static str, String)],
    /// The body; empty for none.
    pub body: Vec<u8>,
}

/// An answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names, in lower case, and values, as far as they are text.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of the header `name`, given in lower case.
    pub fn find_header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|(own, value)| (own == name).then_some(value.as_str()))
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum DirectError {
    /// The address of the server is none.
    #[error("`{0}` is not the address of a server: it looks like `http://127.0.0.1:8180`")]
    Address(String),
    /// The client does not start on this system.
    #[error(transparent)]
    Client(#[from] OutboundError),
    /// Nobody answered, or not to the end.
    #[error("{0}")]
    Unreachable(String),
}

impl Direct {
    /// A client for the server at `base`, which waits for an answer no longer than `timeout`.
    ///
    /// # Errors
    /// When `base` is no address, or the TLS library does not start.
    pub fn new(base: &str, timeout: Duration) -> Result<Self, DirectError> {
        let base = parse_base(base).ok_or_else(|| DirectError::Address(base.to_owned()))?;
        let tls = configure_tls(find_roots()).map_err(|error| OutboundError(error.into()))?;
        let builder = Client::builder()
            .user_agent(concat!("hookgate/", env!("CARGO_PKG_VERSION")))
            .tls_backend_preconfigured(tls)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .connect_timeout(timeout)
            .timeout(timeout);
        let builder = if is_local(&base) { builder.no_proxy() } else { builder };
        let client = builder.build().map_err(|error| OutboundError(error.into()))?;
        Ok(Self { client, base })
    }

    /// Sends one request and reads the whole answer.
    ///
    /// # Errors
    /// When nobody answered.
    pub async fn send(&self, call: Call<'_>) -> Result<Answer, DirectError> {
        let address = format!("{}{}", self.base.as_str().trim_end_matches('/'), call.path);
        let method = Method::from_bytes(call.method.as_bytes()).unwrap_or_default();
        let mut request = self.client.request(method, address).body(call.body);
        for (name, value) in call.headers {
            request = request.header(*name, value);
        }
        read(request, usize::MAX).await.map_err(|error| unreachable(self.base.as_str(), &error))
    }

    /// Gets what the server's answer led to: `location` is an address, or a path of the server. The answer is cut behind `most`
    /// bytes. Nothing is sent but the request: the address carries all that it needs.
    ///
    /// # Errors
    /// When the address is none or less safe than the server's, or nobody answers there.
    pub async fn follow(&self, location: &str, most: usize) -> Result<Answer, DirectError> {
        let foreign =
            || DirectError::Unreachable(format!("the server leads to `{location}`, which is no address"));
        let url = self.base.join(location).map_err(|_| foreign())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(foreign());
        }
        if self.base.scheme() == "https" && url.scheme() != "https" {
            let words = "the server leads from https to http, where anybody could listen: it must be told that it stands behind TLS \
                         (header `X-Forwarded-Proto`)";
            return Err(DirectError::Unreachable(words.to_owned()));
        }
        // Named without its path and query, which may be a signature.
        let server = url.origin().ascii_serialization();
        read(self.client.get(url), most).await.map_err(|error| unreachable(&server, &error))
    }
}

/// The whole answer, cut behind `most` bytes.
async fn read(request: RequestBuilder, most: usize) -> Result<Answer, reqwest::Error> {
    let mut response = request.send().await?;
    let status = response.status().as_u16();
    let text = |(name, value): (&HeaderName, &HeaderValue)| {
        Some((name.to_string(), value.to_str().ok()?.to_owned()))
    };
    let (headers, mut body) = (response.headers().iter().filter_map(text).collect(), Vec::new());
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(chunk.get(..most.saturating_sub(body.len())).unwrap_or(&chunk));
        if body.len() >= most {
            break;
        }
    }
    Ok(Answer { status, headers, body })
}

fn unreachable(server: &str, error: &reqwest::Error) -> DirectError {
    let cause = if error.is_timeout() { "it did not answer in time".to_owned() } else { deepest(error) };
    DirectError::Unreachable(format!("`{}` cannot be reached: {cause}", server.trim_end_matches('/')))
}

fn parse_base(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none()).then_some(url)
}

/// Whether the server is on this machine: no proxy leads there.
fn is_local(base: &Url) -> bool {
    match base.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The innermost cause: those around it only say that something failed.
fn deepest(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = cause.to_string();
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Direct, is_local, parse_base};

    #[test]
    fn an_address_has_a_scheme_and_a_host() {
        for good in ["http://127.0.0.1:8180", "https://gate.example.com/", "http://[::1]:1/base"] {
            assert!(parse_base(good).is_some(), "{good}");
        }
        for bad in ["", "127.0.0.1:8180", "localhost:8180", "ftp://host", "http://", "https://host/?a=1"] {
            assert!(parse_base(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn proxies_are_for_other_machines() {
        let is_local = |text| is_local(&parse_base(text).unwrap());
        assert!(
            is_local("http://127.0.0.1:8180") && is_local("http://localhost") && is_local("http://[::1]")
        );
        assert!(!is_local("http://10.0.0.1") && !is_local("https://gate.example.com"));
    }

    #[tokio::test]
    async fn no_link_leads_to_less_safety() {
        let direct = Direct::new("https://gate.example.com", Duration::from_secs(1)).unwrap();
        for (location, words) in [
            ("http://gate.example.com/policy.zip", "from https to http"),
            ("file:///etc/passwd", "which is no address"),
            ("https://", "which is no address"),
        ] {
            let error = direct.follow(location, 1).await.unwrap_err().to_string();
            assert!(error.contains(words), "{location}: {error}");
        }
    }
}
