//! Why something could not be fetched, in words fit for the one who asked.

use std::error::Error;
use std::net::IpAddr;

use rustls::CertificateError;

use super::addresses::{Blocked, Unresolved};
use crate::domain::bundle::limits::MAX_BYTES;

/// Why a policy could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address itself breaks a rule.
    #[error("the address {0}")]
    Uri(&'static str),
    /// The host is, or leads to, an address that must not be reached.
    // The text keeps the address to itself: it would tell a stranger what our names resolve to.
    #[error(
        "`{host}` is not public: allowed are public addresses and the subnets of setting `outbound.allow`"
    )]
    Refused {
        /// The host as it was asked for.
        host: String,
        /// The address it leads to.
        address: IpAddr,
    },
    /// There was no connection, or it broke.
    #[error("`{host}` cannot be reached: {cause}")]
    Unreachable {
        /// The host as it was asked for.
        host: String,
        /// What went wrong.
        cause: String,
    },
    /// This system trusts no certificate.
    #[error("https cannot be used: this server's system has no certificate roots")]
    NoRoots,
    /// It answered with another status than 200.
    #[error("the answer has status {0}: only 200 is accepted")]
    Status(u16),
    /// It sent us elsewhere.
    #[error("the answer is a redirect (status {0}), which is not followed: give the address it leads to")]
    Redirected(u16),
    /// The answer is longer than a policy may be.
    #[error("the answer is longer than {MAX_BYTES} bytes")]
    TooLarge,
    /// It took too long.
    #[error("the answer did not come in time")]
    TimedOut,
}

impl FetchError {
    /// What `error` means for one who asked `host`.
    pub(super) fn of(host: &str, error: &reqwest::Error) -> Self {
        let host = host.to_owned();
        if let Some(Blocked(address)) = find_cause(error) {
            return Self::Refused { host, address: *address };
        }
        if error.is_timeout() {
            return Self::TimedOut;
        }
        Self::Unreachable { host, cause: describe(error) }
    }
}

fn describe(error: &reqwest::Error) -> String {
    if find_cause::<Unresolved>(error).is_some() {
        return Unresolved.to_string();
    }
    if let Some(rustls::Error::InvalidCertificate(cause)) = find_cause(error) {
        return format!("its certificate {}", describe_certificate(cause));
    }
    if find_cause::<rustls::Error>(error).is_some() {
        return "it does not speak TLS as we do".to_owned();
    }
    // The kind alone: the texts of the system differ from one to the next, and ours of the client name whole addresses.
    find_cause::<std::io::Error>(error)
        .map_or_else(|| "the connection broke".to_owned(), |io| io.kind().to_string())
}

const fn describe_certificate(cause: &CertificateError) -> &'static str {
    use CertificateError as Cause;
    if matches!(cause, Cause::UnknownIssuer) {
        "is signed by nobody whom this server's system trusts"
    } else if matches!(cause, Cause::NotValidForName | Cause::NotValidForNameContext { .. }) {
        "is for another name"
    } else if matches!(cause, Cause::Expired | Cause::ExpiredContext { .. }) {
        "has expired"
    } else {
        "is not valid"
    }
}

/// The error of type `T` that led to `error`.
fn find_cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        // The source of an I/O error that wraps another error is not that error, but the source of it.
        next = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}
