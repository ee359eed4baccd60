//! Who may be let in without being known: nobody from beyond this machine, unless the operator insists.

use std::net::SocketAddr;

use super::ConfigError;

/// How callers are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Not at all: they say whose account they use, and may do everything.
    None,
}

/// What was asked for as to [`Auth`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AuthWish {
    /// `none` where that is safe, else `required`.
    Auto,
    /// As [`Auth::None`].
    None,
    /// Known callers only.
    Required,
}

impl AuthWish {
    /// The words of the setting.
    pub(super) const WORDS: [(&str, Self); 3] =
        [("none", Self::None), ("required", Self::Required), ("auto", Self::Auto)];

    /// What the wish comes to on a server that listens on `listen`.
    pub(super) fn decide(self, listen: SocketAddr, known_to_be_open: bool) -> Result<Auth, ConfigError> {
        let local = listen.ip().to_canonical().is_loopback();
        match self {
            Self::Auto | Self::None if local || known_to_be_open => Ok(Auth::None),
            Self::Auto => Err(ConfigError::Open { listen, auth: "auto".to_owned() }),
            Self::None => Err(ConfigError::Open { listen, auth: "none".to_owned() }),
            Self::Required => Err(ConfigError::NoIdentities),
        }
    }
}
