//! From columns to domain types: what was stored is parsed again, so that a damaged row is noticed and never believed.

use std::fmt::Display;

use serde::de::DeserializeOwned;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};
use sqlx::any::AnyRow;
use sqlx::{Any, Decode, Row as _, Type};

use crate::domain::operation::WorkId;
use crate::domain::time::Timestamp;
use crate::store::StoreError;

/// Reads the columns of a row by name.
pub(super) trait Columns {
    /// The value of a column as the database has it.
    fn value<'r, T: Decode<'r, Any> + Type<Any>>(&'r self, column: &str) -> Result<T, StoreError>;

    /// The text of a column, parsed.
    fn parsed<T, E: Display>(
        &self,
        column: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, StoreError> {
        let text: String = self.value(column)?;
        parse(&text).map_err(|reason| StoreError::damaged(column, &reason))
    }

    /// The text of a column, parsed, unless it is null.
    fn optional<T, E: Display>(
        &self,
        column: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, StoreError> {
        let text: Option<String> = self.value(column)?;
        text.map(|text| parse(&text)).transpose().map_err(|reason| StoreError::damaged(column, &reason))
    }

    /// The word of a column, as the enum that is stored by that word.
    fn word<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        self.parsed(column, enumerated)
    }

    /// The word of a column, as the enum that is stored by that word, unless it is null.
    fn optional_word<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>, StoreError> {
        self.optional(column, enumerated)
    }

    /// The JSON of a column.
    fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        self.parsed(column, |text| serde_json::from_str(text))
    }

    /// The number of a column, if it fits.
    fn number<T: TryFrom<i64, Error: Display>>(&self, column: &str) -> Result<T, StoreError> {
        T::try_from(self.value(column)?).map_err(|reason| StoreError::damaged(column, &reason))
    }

    /// The operation the row belongs to.
    fn work_id(&self) -> Result<WorkId, StoreError> {
        self.parsed("work_id", |text| WorkId::parse(text).ok_or("not a work id"))
    }

    /// The moment of a column.
    fn moment(&self, column: &str) -> Result<Timestamp, StoreError> {
        self.value(column).map(Timestamp::from_millis)
    }

    /// The moment of a column, unless it is null.
    fn optional_moment(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        let millis: Option<i64> = self.value(column)?;
        Ok(millis.map(Timestamp::from_millis))
    }
}

fn enumerated<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let word: StrDeserializer<'_, Error> = text.into_deserializer();
    T::deserialize(word)
}

impl Columns for AnyRow {
    fn value<'r, T: Decode<'r, Any> + Type<Any>>(&'r self, column: &str) -> Result<T, StoreError> {
        Ok(self.try_get(column)?)
    }
}

/// `text` as both databases can keep it: PostgreSQL refuses NUL, so U+FFFD stands in for it.
///
/// For texts that policies make. What callers send is parsed by the domain, which refuses NUL.
pub(super) fn storable(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

/// `value` as JSON text, in which NUL is an escape and therefore harmless.
pub(super) fn to_json(column: &str, value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|reason| StoreError::damaged(column, &reason))
}
