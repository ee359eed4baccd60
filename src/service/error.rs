//! What keeps a verb from being carried out: one enum for the registry, one for the gate.

use thiserror::Error;

use crate::domain::diagnostic::Diagnostic;
use crate::domain::hook::{HookName, Version};
use crate::domain::invalid::Invalid;
use crate::domain::operation::WorkId;
use crate::domain::outcome::Outcome;
use crate::outbound::FetchError;
use crate::store::StoreError;

/// Why the gate or the registry cannot answer, through no fault of the caller.
#[derive(Debug, Error)]
pub enum Unavailable {
    /// It can be tried again soon; the text says so.
    #[error("{0}")]
    Busy(String),
    /// Something of ours is broken; the text is for the log.
    #[error("{0}")]
    Broken(String),
}

impl From<StoreError> for Unavailable {
    fn from(cause: StoreError) -> Self {
        if let Some(gone) = cause.gone() {
            tracing::error!(cause = %gone, "nothing can be kept");
            Self::Busy(gone)
        } else if cause.is_transient() {
            tracing::warn!(%cause, "the database did not answer");
            Self::Busy("the database is busy or away: try again".to_owned())
        } else {
            Self::Broken(cause.to_string())
        }
    }
}

impl From<Invalid> for RegistryError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<FetchError> for RegistryError {
    fn from(cause: FetchError) -> Self {
        let text = cause.to_string();
        match cause {
            FetchError::Uri(_) | FetchError::Refused { .. } => Self::AddressRefused(text),
            FetchError::TooLarge => Self::FileTooLarge(text),
            FetchError::Unreachable { .. }
            | FetchError::NoRoots
            | FetchError::Status(_)
            | FetchError::Redirected(_)
            | FetchError::TimedOut => Self::Unreachable(text),
        }
    }
}

impl From<StoreError> for RegistryError {
    fn from(cause: StoreError) -> Self {
        Unavailable::from(cause).into()
    }
}

impl From<StoreError> for GateError {
    fn from(cause: StoreError) -> Self {
        Unavailable::from(cause).into()
    }
}

/// Why a change to, or a look into, the registry was refused.
#[derive(Debug, Error)]
pub enum RegistryError {
    /// No hook of that name in the account.
    #[error("there is no hook `{0}` in this account and region")]
    HookNotFound(HookName),
    /// The hook has no such version.
    #[error("hook `{0}` has no version `{1}`")]
    VersionNotFound(HookName, Version),
    /// The account has a hook of that name.
    #[error("a hook `{0}` exists in this account and region: choose another name, or add a version to it")]
    NameTaken(HookName),
    /// The hook has that version, or one that differs only in build metadata.
    #[error("hook `{0}` has a version `{1}` already, and versions cannot be changed: choose a higher one")]
    VersionExists(HookName, Version),
    /// As many hooks as allowed.
    #[error("the account has {0} hooks, which is the most allowed in one region: delete one first")]
    HookQuota(u64),
    /// As many versions as allowed.
    #[error("the hook has {0} versions, which is the most allowed: delete one first")]
    VersionQuota(u64),
    /// The default version cannot go while it is the default.
    #[error("version `{0}` is the default version: make another one the default first, or delete the hook")]
    DefaultVersion(Version),
    /// Somebody else changed what was being changed.
    #[error("hook `{0}` was changed by another request meanwhile: look at it again and repeat")]
    HookChanged(HookName),
    /// The link is too old, or not one of ours.
    #[error("the download link has expired or was changed: ask for a new one")]
    LinkExpired,
    /// A policy URI that gives no policy.
    #[error("`policy_uri` gives no policy: {0}")]
    Unreachable(String),
    /// A policy URI that leads to more than a policy may be.
    #[error("`policy_uri` gives no policy: {0}")]
    FileTooLarge(String),
    /// A policy URI that leads where it must not.
    #[error("`policy_uri` is refused: {0}")]
    AddressRefused(String),
    /// A field that is wrong in the light of what is stored.
    #[error("{0}")]
    Invalid(Invalid),
    /// A policy that is not accepted, with every reason.
    #[error("the policy is not accepted")]
    Rejected(Vec<Diagnostic>),
    /// Not the caller's fault.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why an operation was not judged.
#[derive(Debug, Error)]
pub enum GateError {
    /// No operation of that id in the account.
    #[error("there is no operation `{0}` in this account and region")]
    OperationNotFound(String),
    /// Nothing is kept of the input of an operation, for this reason.
    #[error("the input of this operation is not kept: {0}")]
    InputNotKept(String),
    /// A policy that the operation did not ask.
    #[error(
        "operation `{0}` asked no policy with the digest `{1}`: the digests are those of its hooks, as `policy_digest`"
    )]
    PolicyNotAsked(WorkId, String),
    /// An outcome of an operation that was not to be carried out.
    #[error("operation `{0}` was denied: it has no outcome")]
    OperationDenied(WorkId),
    /// Another outcome than the one there is.
    #[error("the outcome of operation `{0}` is {outcome} already, and stays so", outcome = .1.as_str())]
    OtherOutcome(WorkId, Outcome),
    /// An idempotency key with another request behind it.
    #[error(
        "this Client-Request-Id was used within the last 24 hours for another request: send a new one, or the same body"
    )]
    KeyReused,
    /// An input that no policy can be asked about.
    #[error("`input` cannot be used: {0}")]
    BadInput(String),
    /// The registry refused a hook that was named.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// Not the caller's fault.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}
