//! Sets with several bodies behind one head, `p[x] { … } { … }` or `p contains x if { … } { … }`: the engine's parser refuses them, so
//! each further body is given the head.

use std::ops::Range;

use crate::domain::bundle::BundleFile;
use crate::domain::bundle::limits::MAX_BYTES;
use crate::rego::tokens::Tokens;

/// Where the rules of further bodies begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// Where the bodies do, so that everything stays in its row.
    Kept,
    /// In rows of their own, as one would write them.
    New,
}

/// The text with a rule for each body; nothing if there is no such set.
pub(super) fn split(file: &BundleFile, rows: Rows) -> Option<String> {
    let tokens = Tokens::read(file)?;
    let (mut written, mut done) = (String::with_capacity(file.text.len()), 0);
    for (body, head) in further_bodies(&tokens) {
        let (start, head) = (tokens.bounds(body)?.0, file.text.get(head)?.trim_end());
        // A head on several rows, or with a comment in it, is left to its author.
        // A long head before thousands of bodies would be a text without end.
        if head.contains(['\n', '#']) || written.len() > MAX_BYTES {
            return None;
        }
        let before = file.text.get(done..start)?;
        written.push_str(match rows {
            Rows::Kept => before,
            Rows::New => before.trim_end_matches([' ', '\t']),
        });
        let is_in_row = rows == Rows::New && written.ends_with('}');
        let is_apart = written.ends_with(char::is_whitespace);
        written.push_str(if is_in_row {
            "\n\n"
        } else if is_apart {
            ""
        } else {
            " "
        });
        written.push_str(head);
        written.push(' ');
        done = start;
    }
    written.push_str(file.text.get(done..)?);
    (done > 0).then_some(written)
}

/// The brackets of the bodies that follow another, with the head of each.
fn further_bodies(tokens: &Tokens) -> Vec<(usize, Range<usize>)> {
    let (mut found, mut depth, mut head) = (Vec::new(), 0_usize, None);
    for at in 0..tokens.count() {
        let text = tokens.text(at);
        if text == "{" && depth == 0 {
            match &head {
                Some(head) if tokens.before(at) == "}" => found.push((at, Range::clone(head))),
                _ => head = find_head(tokens, at),
            }
        }
        match text {
            "(" | "[" | "{" => depth = depth.saturating_add(1),
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    found
}

/// The head of a set before its body, which begins at this token.
fn find_head(tokens: &Tokens, body: usize) -> Option<Range<usize>> {
    let name = match tokens.before(body) {
        "if" => tokens.find_back(body.checked_sub(2)?, "contains")?.checked_sub(1)?,
        "]" => tokens.find_back(body.checked_sub(2)?, "[")?.checked_sub(1)?,
        _ => return None,
    };
    let first = start_of_name(tokens, name)?;
    // Behind a sign it is a value.
    let is_value = matches!(tokens.before(first), "=" | ":=");
    (!is_value).then_some(tokens.bounds(first)?.0..tokens.bounds(body)?.0)
}

/// The first word of `a.b.c`, of which this token is the last.
fn start_of_name(tokens: &Tokens, last: usize) -> Option<usize> {
    let is_word = |at: usize| tokens.text(at).starts_with(|c: char| c.is_alphabetic() || c == '_');
    let mut first = last;
    while is_word(first) && tokens.before(first) == "." {
        first = first.checked_sub(2)?;
    }
    is_word(first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::{Rows, split};
    use crate::domain::bundle::BundleFile;

    #[track_caller]
    fn check(rows: Rows, text: &str, expected: Option<&str>) {
        let file = BundleFile { path: "p.rego".to_owned(), text: text.to_owned() };
        assert_eq!(split(&file, rows).as_deref(), expected);
    }

    #[test]
    fn each_body_of_a_set_gets_the_head() {
        let text = "p[x] { x := 1 } { x := 2 }\n{ x := 3 }";
        check(Rows::Kept, text, Some("p[x] { x := 1 } p[x] { x := 2 }\np[x] { x := 3 }"));
        check(Rows::New, text, Some("p[x] { x := 1 }\n\np[x] { x := 2 }\np[x] { x := 3 }"));
        let text = "a.b contains {\"k\": x} if { x := 1 } { x := 2 }";
        check(
            Rows::New,
            text,
            Some("a.b contains {\"k\": x} if { x := 1 }\n\na.b contains {\"k\": x} if { x := 2 }"),
        );
    }

    #[test]
    fn a_long_head_before_many_bodies_is_left() {
        let text = format!("p[\"{}\"] {}", "x".repeat(900), "{ true }\n".repeat(9_000));
        check(Rows::Kept, &text, None);
    }

    #[test]
    fn other_rules_and_values_stay_as_they_are() {
        for text in [
            "p { a } { b }",
            "p = q[x] { a } { b }",
            "p[k] = v { v := k } { v := 1 }",
            "f(x) = y { y := x } { y := 1 }",
            "p := {1} if { a }",
            "p[x] { x := {1} }\n\nq[y] { y := 1 }",
            "p[x] # why\n{ x := 1 } { x := 2 }",
        ] {
            check(Rows::New, text, None);
        }
    }
}
