//! Lists in pages: keyset paging with opaque markers, so that page one thousand costs what page one costs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::domain::bundle::Digest;
use crate::domain::invalid::{Invalid, Rule};

/// The direction of a list sorted by creation time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SortDir {
    /// Oldest first.
    Asc,
    /// Newest first.
    #[default]
    Desc,
}

impl SortDir {
    /// The other direction.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Asc => Self::Desc,
            Self::Desc => Self::Asc,
        }
    }
}

/// The position of a row in a list: its creation time and a number or id that is unique among rows of that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Milliseconds since the epoch.
    pub time: i64,
    /// What tells rows of one time apart.
    pub tie: String,
}

/// Which way a marker leads from its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Toward {
    /// To the rows behind the key.
    Next,
    /// To the rows before the key.
    Previous,
}

/// A place in one list, which only that list with the same parameters understands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// The hash of the list and its parameters.
    list: String,
    /// Which way to read.
    pub toward: Toward,
    /// From where, the row itself left out.
    pub key: Key,
}

impl Marker {
    /// The opaque text a client sends back.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn parse(text: &str, list: &str) -> Result<Self, Invalid> {
        URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok())
            .filter(|marker| marker.list == list)
            .ok_or_else(|| Invalid::new("marker", Rule::ForeignMarker))
    }
}

/// What part of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// The hash of the list and its parameters: a marker of another list is refused.
    list: String,
    /// The most rows to give.
    pub limit: u32,
    /// The order of the list.
    pub dir: SortDir,
    /// Where to go on, `None` for the first page.
    pub marker: Option<Marker>,
}

impl PageRequest {
    /// The smallest limit of the contract.
    pub const MIN_LIMIT: u32 = 10;
    /// The greatest limit, and the default.
    pub const MAX_LIMIT: u32 = 1000;
    /// The longest marker, in characters.
    pub const MAX_MARKER: usize = 512;

    /// A request for a page of `list`, a text that names the list and every parameter that changes its rows.
    ///
    /// # Errors
    /// When the marker is not one of this list.
    pub fn parse(list: &str, limit: u32, dir: SortDir, marker: Option<&str>) -> Result<Self, Invalid> {
        // A hash, so that a marker stays short and shows nothing.
        let list =
            Digest::of(format!("{list} {dir:?}").as_bytes()).as_str().chars().take(16).collect::<String>();
        let marker = marker.map(|text| Marker::parse(text, &list)).transpose()?;
        Ok(Self { list, limit, dir, marker })
    }

    /// How many rows to read: one more than asked, which tells whether there are more.
    pub fn rows_to_read(&self) -> i64 {
        i64::from(self.limit).saturating_add(1)
    }

    /// The direction in which to read rows: backwards for a previous page.
    pub fn read_dir(&self) -> SortDir {
        match self.toward() {
            Toward::Next => self.dir,
            Toward::Previous => self.dir.reversed(),
        }
    }

    fn toward(&self) -> Toward {
        self.marker.as_ref().map_or(Toward::Next, |marker| marker.toward)
    }

    /// The page made of `rows`, which were read in [`Self::read_dir`] and number at most [`Self::rows_to_read`].
    pub fn page<T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> Key) -> Page<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let (has_next, has_previous) = match self.toward() {
            Toward::Next => (more, self.marker.is_some()),
            Toward::Previous => (true, more),
        };
        if self.toward() == Toward::Previous {
            rows.reverse();
        }
        let marker = |toward, row: Option<&T>| row.map(|row| self.marker_at(toward, key(row)));
        let next = if has_next { marker(Toward::Next, rows.last()) } else { None };
        let previous = if has_previous { marker(Toward::Previous, rows.first()) } else { None };
        Page { rows, next, previous }
    }

    /// The marker that leads to what follows the row at `key`.
    pub fn marker_after(&self, key: Key) -> String {
        self.marker_at(Toward::Next, key)
    }

    /// The same list from after the row at `key` on.
    #[must_use]
    pub fn after(&self, key: Key) -> Self {
        let marker = Marker { list: self.list.clone(), toward: Toward::Next, key };
        Self { marker: Some(marker), ..self.clone() }
    }

    fn marker_at(&self, toward: Toward, key: Key) -> String {
        Marker { list: self.list.clone(), toward, key }.encode()
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the order of the list.
    pub rows: Vec<T>,
    /// The marker of the next page, if there is one.
    pub next: Option<String>,
    /// The marker of the page before, if there is one.
    pub previous: Option<String>,
}

impl<T> Page<T> {
    /// The same page with every row turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(turn).collect(), next: self.next, previous: self.previous }
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, PageRequest, SortDir, Toward};
    use proptest::prelude::*;

    /// What a store does: the rows on the marker's side, in reading order, cut.
    fn read(rows: &[i64], request: &PageRequest) -> Vec<i64> {
        let mut found: Vec<i64> = rows.to_vec();
        found.sort_unstable();
        if request.read_dir() == SortDir::Desc {
            found.reverse();
        }
        if let Some(marker) = &request.marker {
            let at = marker.key.time;
            found.retain(|row| if request.read_dir() == SortDir::Asc { *row > at } else { *row < at });
        }
        found.truncate(usize::try_from(request.rows_to_read()).unwrap());
        found
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a page asks for the key of a reference")]
    fn key(row: &i64) -> Key {
        Key { time: *row, tie: String::new() }
    }

    proptest! {
        #[test]
        fn walking_forward_and_back_sees_every_row_once(count in 0_i64..60, limit in 1_u32..15, desc: bool) {
            let rows: Vec<i64> = (0..count).collect();
            let dir = if desc { SortDir::Desc } else { SortDir::Asc };
            let mut request = PageRequest::parse("rows", limit, dir, None).unwrap();
            let (mut seen, mut pages) = (Vec::new(), Vec::new());
            loop {
                let page = request.page(read(&rows, &request), key);
                seen.extend(page.rows.clone());
                pages.push(page.clone());
                let Some(next) = page.next else { break };
                request = PageRequest::parse("rows", limit, dir, Some(&next)).unwrap();
            }
            let mut expected = rows.clone();
            if desc { expected.reverse(); }
            prop_assert_eq!(&seen, &expected);
            while let Some(page) = pages.pop() {
                let Some(previous) = page.previous else { prop_assert!(pages.is_empty()); break };
                let back = PageRequest::parse("rows", limit, dir, Some(&previous)).unwrap();
                prop_assert_eq!(back.marker.as_ref().unwrap().toward, Toward::Previous);
                let before = back.page(read(&rows, &back), key);
                prop_assert_eq!(&before.rows, &pages.last().unwrap().rows);
            }
        }
    }

    #[test]
    fn a_marker_of_another_list_or_direction_is_refused() {
        let request = PageRequest::parse("hooks", 1, SortDir::Desc, None).unwrap();
        let next = request.page(vec![2, 1], key).next.unwrap();
        assert!(PageRequest::parse("hooks", 1, SortDir::Desc, Some(&next)).is_ok());
        assert!(PageRequest::parse("versions", 1, SortDir::Desc, Some(&next)).is_err());
        assert!(PageRequest::parse("hooks", 1, SortDir::Asc, Some(&next)).is_err());
        assert!(PageRequest::parse("hooks", 1, SortDir::Desc, Some("garbage")).is_err());
    }
}
