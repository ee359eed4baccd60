//! How the store writes its SQL: named texts, pages in both directions, and lists of placeholders.
//!
//! Nothing a caller sent is ever part of a text; it is always bound. A limit is bound within a cast: a bare one makes SQLite
//! plan for its value, and therefore prepare a statement anew each time it is bound, the prepared ones too.

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

/// Names SQL texts, and lists them all in `QUERIES`, so that the tests can look at each of them.
macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* const $name: &str = $sql;)+

        #[cfg(test)]
        pub(super) const QUERIES: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}

/// `$select` and what follows the key `$values` in ascending order of the columns: the text of one page.
macro_rules! ascending {
    ($select:expr, ($first:literal $(, $rest:literal)*) after $values:literal limit $limit:literal) => {
        concat!(
            $select, " AND (", $first $(, ", ", $rest)*, ") > (", $values, ")",
            " ORDER BY ", $first $(, ", ", $rest)*, " LIMIT CAST(", $limit, " AS BIGINT)"
        )
    };
}

/// `$select` and what comes before the key `$values`, in descending order of the columns: the text of one page.
macro_rules! descending {
    ($select:expr, ($first:literal $(, $rest:literal)*) before $values:literal limit $limit:literal) => {
        concat!(
            $select, " AND (", $first $(, ", ", $rest)*, ") < (", $values, ")",
            " ORDER BY ", $first, " DESC" $(, ", ", $rest, " DESC")*, " LIMIT CAST(", $limit, " AS BIGINT)"
        )
    };
}

pub(super) use {ascending, descending, queries};

/// The most rows one INSERT carries; keeps the number of placeholders far below either database's limit.
pub(super) const ROWS_AT_ONCE: usize = 50;

/// `head`, then `rows` groups of `columns` placeholders, `($1, $2), ($3, $4)`, then `tail`.
pub(super) fn with_rows(head: &'static str, rows: usize, columns: usize, tail: &'static str) -> SqlStr {
    let numbers: Vec<String> =
        (1..=rows.saturating_mul(columns)).map(|number| format!("${number}")).collect();
    let groups: Vec<String> =
        numbers.chunks(columns.max(1)).map(|group| format!("({})", group.join(", "))).collect();
    // Safe: literals and numbers.
    AssertSqlSafe(format!("{head} {}{tail}", groups.join(", "))).into_sql_str()
}
