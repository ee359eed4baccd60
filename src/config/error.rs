//! Why the server refuses to start: always the setting, where it was set, and what is allowed.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::values::Origin;

/// Why there are no settings to start with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the settings in `{path}` cannot be read: {cause}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// The file of a project cannot be used.
    #[error("the project file `{path}` cannot be used: {cause}", path = path.display())]
    Project {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// There is no such setting.
    #[error("`{key}` in {origin} is not a setting: the nearest is `{nearest}`")]
    Unknown {
        /// The key or variable.
        key: String,
        /// Where it stood.
        origin: String,
        /// The known one that is most like it.
        nearest: String,
    },
    /// A value makes no sense.
    #[error("`{key}` ({origin}) {allowed}{}", value.as_ref().map(|value| format!(", not `{value}`")).unwrap_or_default())]
    Bad {
        /// The setting.
        key: String,
        /// Where its value came from.
        origin: Origin,
        /// The value, unless it may be secret.
        value: Option<String>,
        /// What would be allowed.
        allowed: String,
    },
    /// A setting is given by its key and by its deprecated key, and not the same.
    #[error("{one}, and {other}, which is the same setting: say it once")]
    Twice {
        /// The key, where it stood, and its value.
        one: String,
        /// The same of the deprecated one.
        other: String,
    },
    /// Anybody could do anything from anywhere.
    #[error(
        "`listen` is `{listen}`, beyond loopback, and this version cannot tell callers apart (`auth` is `{auth}`): \
         listen on `127.0.0.1`, or say `--auth none --i-know-this-is-open`"
    )]
    Open {
        /// Where it would listen.
        listen: SocketAddr,
        /// How callers would be known.
        auth: String,
    },
    /// Identities are asked for, which do not exist yet.
    #[error("`auth` is `required`, which this version does not have: only `none` on loopback")]
    NoIdentities,
}
