//! Values that look secret whatever they are called: private keys, tokens of well-known forms, addresses with a password.

/// Whether `text` looks like a secret.
pub(super) fn looks_secret(text: &str) -> bool {
    text.len() > 8
        && (is_private_key(text) || is_web_token(text) || is_issued(text) || password_of(text).is_some())
}

/// The password in an address such as `postgres://user:password@host/name`.
pub(super) fn password_of(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    (!password.is_empty()).then_some(password)
}

fn is_private_key(text: &str) -> bool {
    text.contains("-----BEGIN ") && text.contains("PRIVATE KEY")
}

/// Three parts in base64, of which the first two are objects.
fn is_web_token(text: &str) -> bool {
    let text = text.strip_prefix("Bearer ").unwrap_or(text);
    let encoded = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '=');
    text.starts_with("eyJ")
        && text.chars().all(encoded)
        && text.split('.').nth(1).is_some_and(|claims| claims.starts_with("eyJ"))
}

/// The forms in which some issuers write keys, so that they can be found.
fn is_issued(text: &str) -> bool {
    let plain = |rest: &str| rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let begins = |prefixes: &[&str], least: usize| {
        prefixes
            .iter()
            .filter_map(|prefix| text.strip_prefix(prefix))
            .any(|rest| rest.len() >= least && plain(rest))
    };
    begins(&["AKIA", "ASIA"], 16) && text.len() == 20
        || begins(
            &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "sk_live_", "rk_live_"],
            16,
        )
        || begins(&["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-"], 16)
}

#[cfg(test)]
mod tests {
    use super::{looks_secret, password_of};

    #[test]
    fn secrets_are_known_by_their_form() {
        for text in [
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
            "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
            "AKIAIOSFODNN7EXAMPLE",
            "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
            "postgres://app:hunter2@db/app?sslmode=require",
        ] {
            assert!(looks_secret(text), "{text}");
        }
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "",
            "eyJ",
            "AKIA",
            "AKIASOMETHINGELSE-AND-LONGER",
            "https://example.com/a:b@c",
            "-----BEGIN CERTIFICATE-----",
            "https://user@example.com",
            "arn:aws:iam::123456789012:role/x",
            "ssh-rsa AAAA",
            "ghp_short",
        ] {
            assert!(!looks_secret(text), "{text}");
        }
        assert_eq!(password_of("amqp://a:b:c@d"), Some("b:c"));
    }
}
