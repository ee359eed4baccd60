//! Where the policy of a new version comes from: the request itself, or an address to fetch it from.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use crate::domain::bundle::limits::MAX_BYTES;
use crate::domain::bundle::{PolicyFormat, PolicyUpload};
use crate::domain::invalid::{Invalid, Rule};

/// The longest address, in characters.
const MAX_URI: usize = 2048;

/// The longest `data:` address: base64 is a third longer than what it holds, and percent-encoded three times that.
const MAX_DATA_URI: usize = MAX_BYTES.saturating_mul(5);

/// The alphabet of the RFC, with or without `=` at the end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A policy, or where to find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicySource {
    /// It came with the request.
    Inline(PolicyUpload),
    /// It has to be fetched.
    Remote {
        /// An http or https address; whether it may be visited is not yet decided.
        uri: String,
        /// What its path says it leads to.
        format: PolicyFormat,
    },
}

impl PolicySource {
    /// The source that `policy_body` or `policy_uri` names, of which there must be one; a body has at most `max_body`
    /// bytes.
    ///
    /// # Errors
    /// Says which rule of the two fields is broken.
    pub fn from_fields(
        policy_body: Option<&str>,
        policy_uri: Option<&str>,
        max_body: usize,
    ) -> Result<Self, Vec<Invalid>> {
        let source = match (policy_body, policy_uri) {
            (Some(body), None) => parse_body(body, max_body).map_err(|rule| ("policy_body", rule)),
            (None, Some(uri)) => parse_uri(uri).map_err(|rule| ("policy_uri", rule)),
            (None, None) => Err(("policy_body", Rule::Together(NEITHER))),
            (Some(_), Some(_)) => Err(("policy_body", Rule::Together(BOTH))),
        };
        source.map_err(|(field, rule)| vec![Invalid::new(field, rule)])
    }
}

const NEITHER: &str = "or `policy_uri` is required: give exactly one of them";
const BOTH: &str = "and `policy_uri` exclude each other: give exactly one of them";

fn parse_body(body: &str, max: usize) -> Result<PolicySource, Rule> {
    if body.len() > max {
        return Err(Rule::TooManyBytes { max });
    }
    let bytes = body.as_bytes().to_vec();
    Ok(PolicySource::Inline(PolicyUpload { format: PolicyFormat::Rego, bytes }))
}

fn parse_uri(uri: &str) -> Result<PolicySource, Rule> {
    match uri.split_once(':') {
        Some((scheme, data)) if scheme.eq_ignore_ascii_case("data") => {
            parse_data(data).map(PolicySource::Inline)
        }
        _ => parse_address(uri),
    }
}

/// What the contract's pattern allows, `^(http|https)://[\S]*(\.rego|\.zip){1}(\?[\S]+)?$`, with the extension where it
/// counts: at the end of the path.
fn parse_address(uri: &str) -> Result<PolicySource, Rule> {
    if uri.chars().count() > MAX_URI {
        return Err(Rule::TooLong { max: MAX_URI });
    }
    if uri.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Rule::Characters("white space and control characters must be percent-encoded"));
    }
    let scheme = ["https://", "http://"].into_iter().find_map(|scheme| uri.strip_prefix(scheme));
    let rest = scheme.ok_or(Rule::Form("must begin with `https://`, `http://` or `data:`"))?;
    let (place, query) = rest.split_once('?').map_or((rest, None), |(place, query)| (place, Some(query)));
    let path = place.split_once('/').map_or("", |(_, path)| path);
    let format = [PolicyFormat::Rego, PolicyFormat::Zip]
        .into_iter()
        .find(|format| path.strip_suffix(format.as_str()).is_some_and(|path| path.ends_with('.')));
    let form =
        Rule::Form("must have a path that ends in `.rego` or `.zip`, and nothing behind it but a query");
    match format {
        Some(format) if query != Some("") => Ok(PolicySource::Remote { uri: uri.to_owned(), format }),
        _ => Err(form),
    }
}

/// What follows `data:` (RFC 2397): a media type, perhaps `;base64`, a comma, the content.
fn parse_data(data: &str) -> Result<PolicyUpload, Rule> {
    if data.len() > MAX_DATA_URI {
        return Err(Rule::TooManyBytes { max: MAX_BYTES });
    }
    let (head, content) = data.split_once(',').ok_or(Rule::Form("must have a `,` before its data"))?;
    let mut parameters = head.split(';').map(str::to_ascii_lowercase);
    let format = match parameters.next().unwrap_or_default().as_str() {
        // Without a media type it is plain text, says the RFC.
        "" | "text/plain" => PolicyFormat::Rego,
        "application/zip" => PolicyFormat::Zip,
        _ => return Err(Rule::Form("must hold `application/zip` or `text/plain`")),
    };
    let content = undo_percent(content).ok_or(Rule::Form("has a `%` without two hexadecimal digits"))?;
    let bytes = if parameters.next_back().is_some_and(|last| last == "base64") {
        BASE64.decode(content).map_err(|_| Rule::Form("has data that is not base64"))?
    } else {
        content
    };
    if bytes.len() > MAX_BYTES {
        return Err(Rule::TooManyBytes { max: MAX_BYTES });
    }
    Ok(PolicyUpload { format, bytes })
}

fn undo_percent(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend(parts.next()?.as_bytes());
    for part in parts {
        let (code, rest) = part.as_bytes().split_first_chunk::<2>()?;
        let [high, low] = code.map(|byte| char::from(byte).to_digit(16));
        bytes.push(u8::try_from((high? << 4) | low?).ok()?);
        bytes.extend(rest);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::PolicySource;
    use crate::domain::bundle::limits::MAX_BYTES;
    use crate::domain::bundle::{PolicyFormat, PolicyUpload};

    fn from_uri(uri: &str) -> Result<PolicySource, String> {
        PolicySource::from_fields(None, Some(uri), 10).map_err(|faults| {
            assert_eq!(faults.len(), 1);
            faults[0].to_string()
        })
    }

    #[track_caller]
    fn check_remote(uri: &str, expected: PolicyFormat) {
        assert_eq!(from_uri(uri), Ok(PolicySource::Remote { uri: uri.to_owned(), format: expected }));
    }

    #[track_caller]
    fn check_data(uri: &str, expected: PolicyFormat, bytes: &[u8]) {
        let upload = PolicyUpload { format: expected, bytes: bytes.to_vec() };
        assert_eq!(from_uri(uri), Ok(PolicySource::Inline(upload)));
    }

    #[track_caller]
    fn check_refused(uri: &str, words: &str) {
        let text = from_uri(uri).unwrap_err();
        assert!(text.starts_with("`policy_uri` ") && text.contains(words), "{text}");
    }

    #[test]
    fn exactly_one_of_the_two_fields_is_needed() {
        let words = |body, uri| PolicySource::from_fields(body, uri, 10).unwrap_err()[0].to_string();
        assert_eq!(words(None, None), "`policy_body` or `policy_uri` is required: give exactly one of them");
        assert_eq!(
            words(Some("a"), Some("https://h/a.zip")),
            "`policy_body` and `policy_uri` exclude each other: give exactly one of them"
        );
    }

    #[test]
    fn a_body_is_measured_in_bytes() {
        let of = |body| PolicySource::from_fields(Some(body), None, 10);
        let upload = PolicyUpload { format: PolicyFormat::Rego, bytes: "ééééé".into() };
        assert_eq!(of("ééééé"), Ok(PolicySource::Inline(upload)));
        assert_eq!(of("ééééé!").unwrap_err()[0].to_string(), "`policy_body` is longer than 10 bytes");
    }

    #[test]
    fn an_address_ends_in_its_format() {
        check_remote("https://host/a.rego", PolicyFormat::Rego);
        check_remote("http://host:8000/a/b.zip", PolicyFormat::Zip);
        check_remote("https://host/a.zip?Signature=x.rego&b=?", PolicyFormat::Zip);
        for uri in [
            "https://host/a",
            "https://host/a.zip/",
            "https://host/a.ZIP",
            "https://host/a.zip?",
            "https://host/a.rego#top",
            "https://host/azip",
            "https://host.zip",
            "https://host/a?b=c.rego",
        ] {
            check_refused(uri, "a path that ends in `.rego` or `.zip`");
        }
        for uri in [
            "",
            "host/a.rego",
            "ftp://host/a.rego",
            "HTTPS://host/a.rego",
            "file:///a.rego",
            "https:/h/a.rego",
        ] {
            check_refused(uri, "must begin with `https://`");
        }
        for uri in [
            "https://host/a b.rego",
            "https://host/a.rego\n",
            "https://host/\u{3000}.rego",
            "https://h/\u{7}.rego",
        ] {
            check_refused(uri, "must be percent-encoded");
        }
    }

    #[test]
    fn an_address_has_at_most_2048_characters() {
        let of = |length: usize| format!("https://host/{}.rego", "é".repeat(length - 18));
        check_remote(&of(2048), PolicyFormat::Rego);
        check_refused(&of(2049), "longer than 2048 characters");
    }

    #[test]
    fn data_comes_with_its_address() {
        check_data("data:application/zip;base64,UEsDBA==", PolicyFormat::Zip, b"PK\x03\x04");
        check_data("data:application/zip;base64,UEsDBA", PolicyFormat::Zip, b"PK\x03\x04");
        check_data("data:text/plain;base64,%2B%2B%2b%2B", PolicyFormat::Rego, b"\xfb\xef\xbe");
        check_data("DATA:Text/Plain;charset=utf-8;BASE64,YQ==", PolicyFormat::Rego, b"a");
        check_data("data:text/plain,package%20policy%0a,", PolicyFormat::Rego, b"package policy\n,");
        check_data("data:,a", PolicyFormat::Rego, b"a");
        check_refused("data:text/plain;base64", "must have a `,`");
        check_refused("data:text/html,a", "must hold `application/zip` or `text/plain`");
        check_refused("data:text/plain;base64,a", "not base64");
        check_refused("data:text/plain;base64,YQ ==", "not base64");
        for uri in ["data:,%", "data:,%4", "data:,%4g", "data:,%+1", "data:,%é"] {
            check_refused(uri, "a `%` without two hexadecimal digits");
        }
    }

    #[test]
    fn data_is_measured_unpacked() {
        let of = |size| format!("data:text/plain;base64,{}", STANDARD.encode(vec![b'#'; size]));
        check_data(&of(MAX_BYTES), PolicyFormat::Rego, &vec![b'#'; MAX_BYTES]);
        check_refused(&of(MAX_BYTES + 1), "longer than 1048576 bytes");
        let all_percent = |size| format!("data:,{}", "%23".repeat(size));
        check_data(&all_percent(MAX_BYTES), PolicyFormat::Rego, &vec![b'#'; MAX_BYTES]);
        check_refused(&all_percent(MAX_BYTES + 1), "longer than 1048576 bytes");
        check_refused(&format!("data:,{}", "a".repeat(6 * MAX_BYTES)), "longer than 1048576 bytes");
    }

    proptest! {
        #[test]
        fn arbitrary_addresses_never_panic(uri in r"(data:|https://|)(\PC|[%,;./?]){0,30}") {
            let _ = from_uri(&uri).is_ok();
        }

        #[test]
        fn any_content_comes_back_from_base64(bytes: Vec<u8>) {
            let uri = format!("data:application/zip;base64,{}", STANDARD.encode(&bytes));
            let upload = PolicyUpload { format: PolicyFormat::Zip, bytes };
            prop_assert_eq!(from_uri(&uri), Ok(PolicySource::Inline(upload)));
        }
    }
}
