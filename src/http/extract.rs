//! Who asks, under which request id, and with which body: whatever is wrong with them becomes an [`ApiError`].

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;

use crate::domain::account::Account;
use crate::domain::hook::{HookName, Version};
use crate::domain::invalid::{Invalid, Rule};
use crate::http::Api;
use crate::http::codes;
use crate::http::encoding;
use crate::http::error::ApiError;
use crate::http::fields::{Fields, NotAnObject};

/// The header that names the caller's domain while there are no identities.
const DOMAIN_HEADER: &str = "x-domain-id";
/// The domain of a caller that names none.
const DEFAULT_DOMAIN: &str = "default";
/// The longest a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_mins(1);
/// How much of a refused body is read and thrown away, so that the caller sees the answer and no broken connection.
const DRAIN_LIMIT: usize = 256 << 20;

/// A header that is there more than once: two readers of one request must not see two values.
struct Twice;

/// The value of the header `name`.
fn single<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h HeaderValue>, Twice> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(Twice),
    }
}

/// The account the caller acts for.
#[derive(Debug)]
pub(super) struct Caller(pub(super) Account);

impl FromRequestParts<Api> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let wrong = |rule| Invalid::new("X-Domain-Id", rule);
        let domain = match single(&parts.headers, DOMAIN_HEADER) {
            Err(Twice) => return Err(wrong(Rule::Form("is given twice")).into()),
            Ok(None) => DEFAULT_DOMAIN,
            Ok(Some(value)) => value
                .to_str()
                .map_err(|_| wrong(Rule::Characters("allowed are letters, digits, `_`, `-` and `.`")))?,
        };
        Ok(Self(Account::parse(domain, &api.services.settings.region)?))
    }
}

/// The id the client gave its request, checked; see [`super::request_id`] for the answer's.
#[derive(Debug, Clone)]
pub(super) struct ClientRequestId(pub(super) Option<String>);

impl ClientRequestId {
    const HEADER: &str = "client-request-id";
    const LENGTH: std::ops::RangeInclusive<usize> = 36..=128;

    /// The id in `headers`: `None` when absent.
    ///
    /// # Errors
    /// When it is there and not 36 to 128 letters, digits and inner hyphens (contract, section 1).
    pub(super) fn find(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
        let twice = |Twice| ApiError::new(codes::REQUEST_ID, "`Client-Request-Id` is given twice");
        let Some(value) = single(headers, Self::HEADER).map_err(twice)? else { return Ok(None) };
        let well_formed = |text: &&str| {
            Self::LENGTH.contains(&text.len())
                && text.starts_with(|c: char| c.is_ascii_alphanumeric())
                && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        match value.to_str().ok().filter(well_formed) {
            Some(text) => Ok(Some(text.to_owned())),
            None => Err(ApiError::new(
                codes::REQUEST_ID,
                "`Client-Request-Id` must be 36 to 128 letters, digits and `-`, beginning with a letter or digit",
            )),
        }
    }
}

impl FromRequestParts<Api> for ClientRequestId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let found = Self::find(&parts.headers)?;
        if found.is_none() && api.settings.strict_request_id {
            return Err(ApiError::new(codes::REQUEST_ID, "`Client-Request-Id` is required"));
        }
        Ok(Self(found))
    }
}

/// What stands in the path, when it can be read at all.
#[derive(Debug)]
pub(super) struct InPath<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Api> for InPath<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let unreadable = |cause| ApiError::new(codes::FORM, format!("the path cannot be read: {cause}"));
        Path::from_request_parts(parts, api).await.map(|Path(found)| Self(found)).map_err(unreadable)
    }
}

/// The hook named in the path.
#[derive(Debug)]
pub(super) struct HookPath(pub(super) HookName);

impl FromRequestParts<Api> for HookPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let InPath(name) = InPath::<String>::from_request_parts(parts, api).await?;
        Ok(Self(HookName::parse(&name)?))
    }
}

/// The hook and version named in the path.
#[derive(Debug)]
pub(super) struct VersionPath(pub(super) HookName, pub(super) Version);

impl FromRequestParts<Api> for VersionPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let InPath((name, version)) = InPath::<(String, String)>::from_request_parts(parts, api).await?;
        Ok(Self(HookName::parse(&name)?, Version::parse("hook_version", &version)?))
    }
}

/// The members of a body that must be a JSON object.
pub(super) fn object(body: &[u8]) -> Result<Fields<'_>, ApiError> {
    encoding::check(body)?;
    Fields::parse(body).map_err(|cause| match cause {
        NotAnObject::Empty => ApiError::new(codes::NO_BODY, "the request has no body: send a JSON object"),
        NotAnObject::Malformed(cause) => {
            ApiError::new(codes::NOT_JSON, format!("the body is not a JSON object: {cause}"))
        }
    })
}

/// A body of a registry request: small but for the policy in it.
#[derive(Debug)]
pub(super) struct RegistryBody(pub(super) Bytes);

impl FromRequest<Api> for RegistryBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, ApiError> {
        let limit = api.settings.max_registry_body;
        let too_large = || {
            let message = format!("the body is larger than {limit} bytes: a policy may have 1 MiB");
            ApiError::new(codes::POLICY_TOO_LARGE, message)
        };
        read(request, limit, too_large).await.map(Self)
    }
}

/// A body with an input document in it.
#[derive(Debug)]
pub(super) struct InputBody(pub(super) Bytes);

impl FromRequest<Api> for InputBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, ApiError> {
        let limit = api.settings.max_input_body;
        let too_large = || {
            let message = format!("the body is larger than {limit} bytes (setting `limits.input`)");
            ApiError::new(codes::BODY_TOO_LARGE, message)
        };
        read(request, limit, too_large).await.map(Self)
    }
}

async fn read(request: Request, limit: usize, too_large: impl Fn() -> ApiError) -> Result<Bytes, ApiError> {
    let encoded = encoding::check_announced(request.headers());
    let announced = announced_length(request.headers());
    let asks_first = request.headers().contains_key(header::EXPECT);
    let body = request.into_body();
    let arrival = async {
        if announced.is_some_and(|length| length > limit) {
            // Whoever asks before sending waits for an answer, not for us to read.
            if !asks_first {
                drain(body).await;
            }
            return Err(too_large());
        }
        let bytes = collect(body, limit, announced.unwrap_or_default(), too_large).await?;
        encoded.map(|()| bytes)
    };
    let late = |_| {
        let seconds = BODY_TIMEOUT.as_secs();
        ApiError::new(codes::SLOW_BODY, format!("the body did not arrive within {seconds} seconds"))
    };
    tokio::time::timeout(BODY_TIMEOUT, arrival).await.map_err(late)?
}

fn announced_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn collect(
    mut body: Body,
    limit: usize,
    announced: usize,
    too_large: impl Fn() -> ApiError,
) -> Result<Bytes, ApiError> {
    let mut bytes = Vec::with_capacity(announced);
    while let Some(chunk) = next_chunk(&mut body).await {
        let chunk = chunk.map_err(|cause| {
            ApiError::new(codes::SLOW_BODY, format!("the body did not arrive whole: {cause}"))
        })?;
        if bytes.len().saturating_add(chunk.len()) > limit {
            drain(body).await;
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

async fn drain(mut body: Body) {
    let mut seen = 0_usize;
    while let Some(Ok(chunk)) = next_chunk(&mut body).await {
        seen = seen.saturating_add(chunk.len());
        if seen > DRAIN_LIMIT {
            return;
        }
    }
}

async fn next_chunk(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    let frame = body.frame().await?;
    Some(frame.map(|frame| frame.into_data().unwrap_or_default()))
}
