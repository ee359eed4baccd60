//! Texts of settings turned into what they mean. Each error says what is allowed.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use bytesize::ByteSize;

use crate::domain::account::Account;
use crate::outbound::Subnet;

/// What the text of a setting means, or what it must be.
pub(super) type Parsed<T> = Result<T, String>;

/// An address to listen on. `localhost` is 127.0.0.1: a name could be somewhere else.
pub(super) fn address(text: &str) -> Parsed<SocketAddr> {
    let plain = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    plain
        .as_deref()
        .unwrap_or(text)
        .parse()
        .map_err(|_| "must be an address with a port, such as `127.0.0.1:8180` or `[::1]:8180`".to_owned())
}

/// One of a few words.
pub(super) fn word<T: Copy>(words: &'static [(&'static str, T)]) -> impl Fn(&str) -> Parsed<T> {
    |text| {
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let words: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            format!("must be {}", words.join(" or "))
        })
    }
}

/// `true` or `false`.
pub(super) fn switch(text: &str) -> Parsed<bool> {
    word(&[("true", true), ("false", false)])(text)
}

/// A whole number from `min` to `max`.
pub(super) fn number(min: u64, max: u64) -> impl Fn(&str) -> Parsed<u64> {
    move |text| {
        let number = text.parse().ok().filter(|number| (min..=max).contains(number));
        number.ok_or_else(|| format!("must be a whole number from {min} to {max}"))
    }
}

/// A number of processes, or as many as there are cores.
pub(super) fn processes(text: &str) -> Parsed<usize> {
    if text == "cores" {
        return Ok(std::thread::available_parallelism().map_or(1, usize::from));
    }
    let number = number(1, 1024)(text).map_err(|allowed| format!("{allowed}, or `cores`"))?;
    usize::try_from(number).map_err(|cause| cause.to_string())
}

/// A time from `min` to `max`.
pub(super) fn duration(min: Duration, max: Duration) -> impl Fn(&str) -> Parsed<Duration> {
    move |text| {
        let time = humantime::parse_duration(text).ok().filter(|time| (min..=max).contains(time));
        time.ok_or_else(|| {
            let [min, max] = [min, max].map(humantime::format_duration);
            format!("must be a time from {min} to {max}, such as `1s` or `500ms`")
        })
    }
}

/// A number of bytes from `min` to `max`.
pub(super) fn size(min: ByteSize, max: ByteSize) -> impl Fn(&str) -> Parsed<usize> {
    move |text| {
        let size = text.parse().ok().filter(|size| (min..=max).contains(size));
        let size = size.and_then(|ByteSize(bytes)| usize::try_from(bytes).ok());
        size.ok_or_else(|| format!("must be a size from {min} to {max}, such as `1MiB` or `65536`"))
    }
}

/// Where the data is kept. Its password is shown to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Database(String);

impl Database {
    /// The whole text, password and all: for the one who connects.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `text` as the address of a database.
    pub(super) fn parse(text: &str) -> Parsed<Self> {
        let path = text.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
        let remote = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        if path.is_some_and(|path| !path.is_empty()) || remote {
            return Ok(Self(text.to_owned()));
        }
        Err("must be `sqlite://PATH`, `sqlite::memory:` or `postgres://USER:PASSWORD@HOST/NAME`".to_owned())
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_password(&self.0))
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `database` with `***` for its password, which may stand before the `@` or among the parameters.
pub(super) fn without_password(database: &str) -> String {
    let Some((scheme, rest)) = database.split_once("://") else { return database.to_owned() };
    // The last `@`: a password with an `@` or `/` of its own should be encoded, and is hidden even if it is not.
    let (user, rest) = match rest.rsplit_once('@') {
        Some((user, rest)) => match user.split_once(':') {
            Some((user, _)) => (format!("{user}:***@"), rest),
            None => ("***@".to_owned(), rest),
        },
        None => (String::new(), rest),
    };
    let (place, parameters) =
        rest.split_once('?').map_or((rest, None), |(place, query)| (place, Some(query)));
    let hide = |parameter: &str| match parameter.split_once('=') {
        Some((name, _)) if name.to_lowercase().contains("pass") => format!("{name}=***"),
        Some(_) | None => parameter.to_owned(),
    };
    let parameters =
        parameters.map(|all| format!("?{}", all.split('&').map(hide).collect::<Vec<_>>().join("&")));
    format!("{scheme}://{user}{place}{}", parameters.unwrap_or_default())
}

/// A name of a region, which is a part of every account.
pub(super) fn region(text: &str) -> Parsed<String> {
    // Regions keep to the characters and the length of domains.
    let account = Account::parse(text, text);
    account.map(|account| account.region).map_err(|invalid| invalid.rule.to_string())
}

/// Names of operations, separated by commas.
pub(super) fn names(text: &str) -> Parsed<Vec<String>> {
    let name = |name: &str| {
        let fits = name.len() <= 64
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric());
        fits.then(|| name.to_owned())
    };
    items(text).map(name).collect::<Option<_>>().ok_or_else(|| {
        "must be names such as `RotateCertificate`: letters and digits, at most 64, separated by commas"
            .to_owned()
    })
}

/// Subnets, separated by commas.
pub(super) fn subnets(text: &str) -> Parsed<Vec<Subnet>> {
    items(text)
        .map(Subnet::parse)
        .collect::<Option<_>>()
        .ok_or_else(|| "must be subnets such as `10.0.0.0/8` or `fd00::/8`, separated by commas".to_owned())
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}
