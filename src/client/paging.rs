//! Lists, followed from page to page to their end.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Client, ClientError, decode};

/// More pages than any list has: a server that leads in circles is left.
const MAX_PAGES: usize = 10_000;

/// Where the next page is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PageInfo {
    pub(super) next_marker: Option<String>,
}

/// One page of a list.
pub(super) trait Page: DeserializeOwned {
    /// What is listed.
    type Row;

    /// The rows of this page, and where the next one is.
    fn into_parts(self) -> (Vec<Self::Row>, PageInfo);
}

impl Client {
    /// All rows of the list at `path`.
    pub(super) async fn list_all<P: Page>(&self, path: &str) -> Result<Vec<P::Row>, ClientError> {
        let (mut rows, mut at) = (Vec::new(), path.to_owned());
        for _ in 0..MAX_PAGES {
            let page: P = decode(&self.send("GET", &at, Vec::new()).await?.body)?;
            let (more, info) = page.into_parts();
            rows.extend(more);
            match info.next_marker.filter(|marker| !marker.is_empty()) {
                Some(marker) => at = format!("{path}?marker={}", encode(&marker)),
                None => return Ok(rows),
            }
        }
        Err(ClientError::Unreachable(format!("the list has more than {MAX_PAGES} pages")))
    }
}

/// `text` as the value of a query: markers are opaque, so they may hold anything.
pub(super) fn encode(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn a_marker_may_hold_anything() {
        assert_eq!(encode("aZ0-_.~"), "aZ0-_.~");
        assert_eq!(encode("a+b/c=&é"), "a%2Bb%2Fc%3D%26%C3%A9");
    }
}
