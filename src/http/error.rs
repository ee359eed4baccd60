//! The one table from what went wrong to status, code and message.
//!
//! The envelope is the contract's error model; every failure uses it, unknown routes and rejected bodies included.
//! Causes that are ours go to the log once, here, with the request id of the surrounding span; never to the caller.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::domain::invalid::{Invalid, Rule};
use crate::http::codes::{self, Code};
use crate::service::error::{GateError, RegistryError, Unavailable};

/// A failure as the caller sees it.
#[derive(Debug, Clone)]
pub(super) struct ApiError {
    code: Code,
    message: String,
    details: Vec<Detail>,
}

/// The body of every failure.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ErrorBody {
    /// `RF.` and eight digits.
    #[schema(example = "RF.10013901")]
    error_code: &'static str,
    /// What is wrong and what to do.
    error_msg: String,
    /// Each of several faults.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<Detail>,
}

/// One of several faults.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Detail {
    /// Its code.
    error_code: &'static str,
    /// Its text.
    error_msg: String,
}

impl ApiError {
    /// A failure with one cause.
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: Vec::new() }
    }

    /// A failure of ours; the cause goes to the log only.
    pub(super) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed for a reason of our own");
        Self::new(codes::INTERNAL, "internal error: the log has the cause under this request id")
    }

    /// The faults of a request: none makes it fine, one is reported alone, several in the details.
    pub(super) fn check(faults: Vec<Invalid>) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
    }

    fn several(code: Code, details: Vec<Detail>) -> Self {
        let message = details.iter().map(|detail| detail.error_msg.as_str()).collect::<Vec<_>>().join("; ");
        Self { code, message, details }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody { error_code: self.code.code, error_msg: self.message, details: self.details };
        (self.code.status, Json(body)).into_response()
    }
}

impl From<Invalid> for ApiError {
    fn from(invalid: Invalid) -> Self {
        Self::new(code_of_rule(&invalid.rule), invalid.to_string())
    }
}

impl From<Vec<Invalid>> for ApiError {
    fn from(faults: Vec<Invalid>) -> Self {
        let mut details: Vec<Detail> = faults
            .iter()
            .map(|fault| Detail { error_code: code_of_rule(&fault.rule).code, error_msg: fault.to_string() })
            .collect();
        match (details.pop(), faults.first()) {
            (Some(only), Some(fault)) if details.is_empty() => {
                Self::new(code_of_rule(&fault.rule), only.error_msg)
            }
            (last, _) => {
                details.extend(last);
                Self::several(codes::SEVERAL, details)
            }
        }
    }
}

/// The faults of a policy: always one detail each, under the code of the first.
impl From<Vec<Diagnostic>> for ApiError {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        let code = diagnostics.first().map_or(codes::REGO_COMPILE, |first| code_of_fault(first.fault));
        let details = diagnostics
            .iter()
            .map(|found| Detail { error_code: code_of_fault(found.fault).code, error_msg: found.to_string() })
            .collect();
        Self::several(code, details)
    }
}

impl From<RegistryError> for ApiError {
    fn from(error: RegistryError) -> Self {
        let message = error.to_string();
        match error {
            RegistryError::HookNotFound(_) => Self::new(codes::HOOK_NOT_FOUND, message),
            RegistryError::VersionNotFound(..) => Self::new(codes::VERSION_NOT_FOUND, message),
            RegistryError::NameTaken(_) => Self::new(codes::NAME_TAKEN, message),
            RegistryError::VersionExists(..) => Self::new(codes::VERSION_EXISTS, message),
            RegistryError::HookQuota(_) => Self::new(codes::HOOK_QUOTA, message),
            RegistryError::VersionQuota(_) => Self::new(codes::VERSION_QUOTA, message),
            RegistryError::DefaultVersion(_) => Self::new(codes::DEFAULT_VERSION, message),
            RegistryError::HookChanged(_) => Self::new(codes::HOOK_CHANGED, message),
            RegistryError::LinkExpired => Self::new(codes::LINK_EXPIRED, message),
            RegistryError::Unreachable(_) => Self::new(codes::URI_UNREACHABLE, message),
            RegistryError::FileTooLarge(_) => Self::new(codes::POLICY_TOO_LARGE, message),
            RegistryError::AddressRefused(_) => Self::new(codes::URI_REFUSED, message),
            RegistryError::Invalid(invalid) => invalid.into(),
            RegistryError::Rejected(diagnostics) => diagnostics.into(),
            RegistryError::Unavailable(cause) => cause.into(),
        }
    }
}

impl From<GateError> for ApiError {
    fn from(error: GateError) -> Self {
        let message = error.to_string();
        match error {
            GateError::OperationNotFound(_) => Self::new(codes::OPERATION_NOT_FOUND, message),
            GateError::InputNotKept(_) => Self::new(codes::INPUT_NOT_KEPT, message),
            GateError::PolicyNotAsked(..) => Self::new(codes::POLICY_NOT_ASKED, message),
            GateError::OperationDenied(_) => Self::new(codes::OPERATION_DENIED, message),
            GateError::OtherOutcome(..) => Self::new(codes::OTHER_OUTCOME, message),
            GateError::KeyReused => Self::new(codes::KEY_REUSED, message),
            GateError::BadInput(_) => Self::new(codes::BAD_INPUT, message),
            GateError::Registry(error) => error.into(),
            GateError::Unavailable(cause) => cause.into(),
        }
    }
}

impl From<Unavailable> for ApiError {
    fn from(cause: Unavailable) -> Self {
        match cause {
            Unavailable::Busy(text) => Self::new(codes::BUSY, text),
            Unavailable::Broken(text) => Self::internal(&text),
        }
    }
}

const fn code_of_rule(rule: &Rule) -> Code {
    match rule {
        Rule::Missing => codes::MISSING,
        Rule::Unrecognised { .. } => codes::UNRECOGNISED,
        Rule::TooLong { .. } | Rule::TooManyBytes { .. } => codes::TOO_LONG,
        Rule::TooShort { .. } => codes::TOO_SHORT,
        Rule::Characters(_) => codes::CHARACTERS,
        Rule::FirstCharacter(_) => codes::FIRST_CHARACTER,
        Rule::NotOneOf(_) => codes::NOT_ONE_OF,
        Rule::WrongType { .. } => codes::WRONG_TYPE,
        Rule::NotInRange { .. } => codes::NOT_IN_RANGE,
        Rule::NotAVersion(_) => codes::NOT_A_VERSION,
        Rule::Form(_) => codes::FORM,
        Rule::Together(_) => codes::TOGETHER,
        Rule::OtherHook => codes::OTHER_HOOK,
        Rule::NothingToUpdate => codes::NOTHING_TO_UPDATE,
        Rule::ForeignMarker => codes::FOREIGN_MARKER,
    }
}

const fn code_of_fault(fault: Fault) -> Code {
    match fault {
        Fault::TooLarge => codes::POLICY_TOO_LARGE,
        Fault::UnpackedTooLarge => codes::UNPACKED_TOO_LARGE,
        Fault::TooManyFiles => codes::TOO_MANY_FILES,
        Fault::PathTooLong => codes::PATH_TOO_LONG,
        Fault::NameTooLong => codes::NAME_TOO_LONG,
        Fault::AbsolutePath => codes::ABSOLUTE_PATH,
        Fault::EscapingPath => codes::ESCAPING_PATH,
        Fault::EmptyPathPart => codes::EMPTY_PATH_PART,
        Fault::PathCharacters => codes::PATH_CHARACTERS,
        Fault::DuplicateName => codes::DUPLICATE_NAME,
        Fault::NotUtf8 => codes::NOT_UTF8,
        Fault::ForbiddenCharacter => codes::FORBIDDEN_CHARACTER,
        Fault::FormatMismatch => codes::FORMAT_MISMATCH,
        Fault::UnreadableArchive => codes::UNREADABLE_ARCHIVE,
        Fault::ForbiddenEntry => codes::FORBIDDEN_ENTRY,
        Fault::NoPolicy => codes::NO_POLICY,
        Fault::BadData => codes::BAD_DATA,
        Fault::TooManyParts => codes::TOO_MANY_PARTS,
        Fault::TooComplex => codes::TOO_COMPLEX,
        Fault::Syntax => codes::REGO_SYNTAX,
        Fault::Function => codes::REGO_FUNCTION,
        Fault::ForbiddenBuiltin => codes::REGO_FORBIDDEN,
        Fault::UnknownFunction => codes::REGO_UNKNOWN,
        Fault::Arity => codes::REGO_ARITY,
        Fault::Recursion => codes::REGO_RECURSION,
        Fault::Conflict => codes::REGO_CONFLICT,
        Fault::Compile => codes::REGO_COMPILE,
    }
}
