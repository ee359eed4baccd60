//! Whose hooks and operations they are: the registry is per account (domain) and region.

use crate::domain::invalid::{Invalid, Rule};

/// The longest domain name, in characters.
const MAX_DOMAIN: usize = 64;

/// A domain in a region. Hooks, operations and events of one account are invisible to every other.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Account {
    /// The caller's domain.
    pub domain: String,
    /// The region the server answers for.
    pub region: String,
}

impl Account {
    /// The account of `domain` in `region`.
    ///
    /// # Errors
    /// When the domain is empty, longer than 64 characters or has other characters than letters, digits, `_`, `-`, `.`.
    pub fn parse(domain: &str, region: &str) -> Result<Self, Invalid> {
        let wrong = |rule| Err(Invalid::new("X-Domain-Id", rule));
        if domain.is_empty() {
            return wrong(Rule::TooShort { min: 1 });
        }
        if domain.chars().count() > MAX_DOMAIN {
            return wrong(Rule::TooLong { max: MAX_DOMAIN });
        }
        if !domain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')) {
            return wrong(Rule::Characters("allowed are letters, digits, `_`, `-` and `.`"));
        }
        Ok(Self { domain: domain.to_owned(), region: region.to_owned() })
    }
}
