//! Download links that need no other credentials: signed, and good for five minutes (contract, section 9).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::domain::bundle::{Digest, PolicyUpload};
use crate::domain::time::Timestamp;
use crate::service::error::RegistryError;
use crate::service::{Services, versions};

/// How long a link lives, in milliseconds.
pub const LIFETIME_MILLIS: i64 = 5 * 60 * 1000;

/// The key all servers on one database sign links with.
#[derive(Clone)]
pub struct LinkKey(Vec<u8>);

impl LinkKey {
    /// The key made of `bytes`.
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    fn mac(&self, link: &Link) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(format!("policy-download {} {}", link.digest, link.expires.millis()).as_bytes());
        Some(mac)
    }
}

impl fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkKey(hidden)")
    }
}

/// What a link leads to, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The policy.
    pub digest: Digest,
    /// The moment from which it leads nowhere.
    pub expires: Timestamp,
}

/// A link to the policy stored under `digest`, with its signature.
pub fn sign(services: &Services, digest: Digest) -> (Link, String) {
    let link = Link { digest, expires: services.clock.now().plus_millis(LIFETIME_MILLIS) };
    let mac = services.link_key.mac(&link);
    let signature = mac.map(|mac| URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())).unwrap_or_default();
    (link, signature)
}

/// The policy behind `link`, if the signature is ours and the link still lives.
pub async fn open(services: &Services, link: &Link, signature: &str) -> Result<PolicyUpload, RegistryError> {
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| RegistryError::LinkExpired)?;
    let mac = services.link_key.mac(link).ok_or(RegistryError::LinkExpired)?;
    // `verify_slice` takes the same time wherever the first difference is.
    mac.verify_slice(&signature).map_err(|_| RegistryError::LinkExpired)?;
    if services.clock.now() >= link.expires {
        return Err(RegistryError::LinkExpired);
    }
    versions::find_policy(services, &link.digest).await
}
