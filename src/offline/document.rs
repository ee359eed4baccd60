//! A JSON object as somebody saved it: in any usual encoding, and with whatever a tool printed around it named.

use std::borrow::Cow;

use serde_json::value::RawValue;
use serde_json::{Deserializer, Value};

use crate::domain::encoding::{NotText, decode};
use crate::offline::members;

/// How much of a foreign text is shown, in characters.
const SHOWN: usize = 60;
/// At how many braces a document is looked for behind a foreign text.
const TRIES: usize = 100;

/// Why a file is not the one JSON object it should be.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// No text.
    #[error(transparent)]
    NotText(#[from] NotText),
    /// Nothing.
    #[error("it is empty")]
    Empty,
    /// A fault within the document.
    #[error("it is not JSON: {0}")]
    Syntax(serde_json::Error),
    /// Something else altogether.
    #[error("it is not JSON: it begins with {0}")]
    Foreign(String),
    /// Text, and then a document.
    #[error("before the JSON stands {0}: keep only the JSON")]
    Before(String),
    /// A document, and then text.
    #[error("after the JSON stands {text} (line {line}): keep only the JSON")]
    After {
        /// How it begins.
        text: String,
        /// Where.
        line: usize,
    },
    /// One document after another.
    #[error("it holds several JSON documents, the second in line {0}: give one")]
    Several(usize),
    /// What `terraform plan -json` prints.
    #[error("it is the log of `terraform plan -json`, not the plan: print that with `terraform show -json`")]
    Log,
    /// Another kind of value.
    #[error("it is not a JSON object, but {0}")]
    NotAnObject(&'static str),
    /// Two readers could see two values.
    #[error("it cannot be read in one way only: {0}")]
    Twice(serde_json::Error),
}

/// The one JSON object that `bytes` hold.
///
/// # Errors
/// Says what stands where it should not.
pub fn read_object(bytes: &[u8]) -> Result<Box<RawValue>, DocumentError> {
    let text = decode(bytes)?;
    let text = text.trim_ascii_end();
    let first = first(text)?;
    let rest = text.split_at_checked(first.1).map_or("", |(_, rest)| rest);
    if !rest.trim().is_empty() {
        return Err(after(first.0, text, rest));
    }
    if !first.0.get().starts_with('{') {
        return Err(DocumentError::NotAnObject(kind(first.0.get())));
    }
    members::check_given_once(first.0.get()).map_err(DocumentError::Twice)?;
    Ok(first.0.to_owned())
}

/// The document at the beginning, and where it ends.
fn first(text: &str) -> Result<(&RawValue, usize), DocumentError> {
    let mut documents = Deserializer::from_str(text).into_iter::<&RawValue>();
    match documents.next() {
        None => Err(DocumentError::Empty),
        Some(Ok(document)) if is_whole(text, documents.byte_offset()) => {
            Ok((document, documents.byte_offset()))
        }
        Some(Err(error)) if begins_as_json(text) => Err(DocumentError::Syntax(error)),
        Some(_) => Err(before(text)),
    }
}

/// Whether what was read is a document rather than the beginning of a text, as the number of `2026-11-30 12:00 INFO` is.
fn is_whole(text: &str, end: usize) -> bool {
    begins_as_json(text) || text.split_at_checked(end).is_none_or(|(_, rest)| rest.trim().is_empty())
}

/// Whether somebody meant a document: not `[INFO] …`, which a log begins with.
fn begins_as_json(text: &str) -> bool {
    let text = text.trim_start();
    let tag = text.strip_prefix('[').and_then(|inner| inner.split_once(']')).map(|(word, _)| word);
    let is_tag = tag.is_some_and(|word| {
        word.starts_with(char::is_alphabetic) && serde_json::from_str::<Value>(&format!("[{word}]")).is_err()
    });
    text.starts_with('{') || (text.starts_with('[') && !is_tag)
}

fn before(text: &str) -> DocumentError {
    let braces = text.match_indices('{').take(TRIES);
    let is_document = |at: usize| {
        let (before, rest) = text.split_at_checked(at).unwrap_or_default();
        // Braces within a line are those of another language.
        let begins_line = without_colours(before.rsplit('\n').next().unwrap_or_default()).trim().is_empty();
        begins_line && matches!(Deserializer::from_str(rest).into_iter::<&RawValue>().next(), Some(Ok(_)))
    };
    match braces.map(|(at, _)| at).find(|at| is_document(*at)) {
        Some(at) => DocumentError::Before(shown(text.split_at_checked(at).map_or("", |(before, _)| before))),
        None => DocumentError::Foreign(shown(text)),
    }
}

fn after(first: &RawValue, text: &str, rest: &str) -> DocumentError {
    let is_log = first.get().contains("\"@level\"") && first.get().contains("\"@message\"");
    let begin = text.len().saturating_sub(rest.trim_start().len());
    let line =
        text.split_at_checked(begin).map_or(1, |(before, _)| before.matches('\n').count().saturating_add(1));
    let next = rest.trim_start();
    let is_document = next.starts_with(['{', '['])
        && matches!(Deserializer::from_str(next).into_iter::<&RawValue>().next(), Some(Ok(_)));
    match (is_log, is_document) {
        (true, _) => DocumentError::Log,
        (false, true) => DocumentError::Several(line),
        (false, false) => DocumentError::After { text: shown(next), line },
    }
}

/// The first line of a foreign text, fit to be printed.
fn shown(text: &str) -> String {
    let bare = without_colours(text);
    let Some(line) = bare.lines().map(str::trim).find(|line| !line.is_empty()) else {
        return "a colour code (print it with `-no-color`)".to_owned();
    };
    let letters = line.chars().map(|c| if c.is_control() || c == '`' { '\u{fffd}' } else { c });
    let cut = if line.chars().count() > SHOWN { "…" } else { "" };
    let hint = if text.contains('\u{1b}') { ", in colours (print it with `-no-color`)" } else { "" };
    format!("`{}{cut}`{hint}", letters.take(SHOWN).collect::<String>())
}

/// The text without the escape sequences that colour it.
fn without_colours(text: &str) -> Cow<'_, str> {
    if !text.contains('\u{1b}') {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split("\u{1b}[");
    let mut bare = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        bare.push_str(part.split_once(|c: char| c.is_ascii_alphabetic()).map_or("", |(_, rest)| rest));
    }
    Cow::Owned(bare)
}

fn kind(text: &str) -> &'static str {
    match text.as_bytes().first() {
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use super::read_object;

    #[track_caller]
    fn check_refused(text: &str, words: &str) {
        assert_eq!(read_object(text.as_bytes()).unwrap_err().to_string(), words);
    }

    #[test]
    fn one_object_is_read_with_blanks_around_it() {
        assert_eq!(read_object(b" {\"a\": [1]}\r\n\n").unwrap().get(), "{\"a\": [1]}");
        assert_eq!(read_object(b"\xff\xfe{\0}\0\n\0").unwrap().get(), "{}");
    }

    #[test]
    fn what_is_no_object_is_named() {
        check_refused("", "it is empty");
        check_refused(" \n", "it is empty");
        check_refused("[1]", "it is not a JSON object, but an array");
        check_refused("[{\"a\": 1}]", "it is not a JSON object, but an array");
        check_refused("[{\"a\": [1]}]", "it is not a JSON object, but an array");
        check_refused("null\n", "it is not a JSON object, but null");
        check_refused("12", "it is not a JSON object, but a number");
        check_refused("{\"a\": }", "it is not JSON: expected value at line 1 column 7");
        check_refused("{\"a\": {\"b\": 1}, oops", "it is not JSON: key must be a string at line 1 column 17");
        check_refused("# Title\n\ntext", "it is not JSON: it begins with `# Title`");
        check_refused("a \"b\" {\n  c = 1\n}", "it is not JSON: it begins with `a \"b\" {`");
        check_refused("a := {\"b\": 1}\n", "it is not JSON: it begins with `a := {\"b\": 1}`");
    }

    #[test]
    fn what_stands_around_the_object_is_named() {
        let keep = "keep only the JSON";
        check_refused(
            "Acquiring lock\nmore\n{\"a\": 1}",
            &format!("before the JSON stands `Acquiring lock`: {keep}"),
        );
        check_refused("[INFO] go\n{\"a\": 1}", &format!("before the JSON stands `[INFO] go`: {keep}"));
        check_refused(
            "2026-11-30 go\n{\"a\": 1}",
            &format!("before the JSON stands `2026-11-30 go`: {keep}"),
        );
        check_refused("{\"a\": 1}\nDone\n", &format!("after the JSON stands `Done` (line 2): {keep}"));
        check_refused(
            "\u{1b}[33mWarning\u{1b}[0m\n{}",
            &format!("before the JSON stands `Warning`, in colours (print it with `-no-color`): {keep}"),
        );
        check_refused(
            "{}\u{1b}[0m",
            &format!("after the JSON stands a colour code (print it with `-no-color`) (line 1): {keep}"),
        );
        check_refused("{}\n\n{}\n", "it holds several JSON documents, the second in line 3: give one");
        check_refused(
            "{\"@level\":\"info\",\"@message\":\"x\"}\n{}\n",
            "it is the log of `terraform plan -json`, not the plan: print that with `terraform show -json`",
        );
    }

    #[test]
    fn a_member_given_twice_is_named_with_its_place() {
        check_refused(
            "{\"a\": {\"b\": 1,\n\"b\": 2}}",
            "it cannot be read in one way only: the member `b` is given twice at line 2 column 3",
        );
        check_refused(
            "{\"a\": [{\"b\": 1, \"\\u0062\": 2}]}",
            "it cannot be read in one way only: the member `b` is given twice at line 1 column 24",
        );
    }
}
