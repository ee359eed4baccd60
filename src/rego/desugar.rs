//! Forms of Rego that the engine's parser does not know, written in those that it does.
//!
//! `$"a {e}"` becomes `sprintf("a %v", […])`, with `<undefined>` for what has no value, as OPA has it; a function without a body,
//! `f(_)`, becomes `f(_) := true`. It is only tried on a text that the parser refuses, so it changes nothing else, and it
//! keeps rows.

/// What a part of a template without a value is shown as.
const UNDEFINED: &str = r#"["<undefined>"]"#;
/// The deepest nesting of templates.
const MAX_DEPTH: usize = 8;

/// The text in forms that the parser knows; nothing if there is nothing to rewrite, or it does not end.
pub(super) fn rewrite(text: &str) -> Option<String> {
    let mut writer = Writer { rest: text, written: String::new(), is_changed: false };
    writer.code(0, None)?;
    writer.is_changed.then_some(writer.written)
}

struct Writer<'a> {
    rest: &'a str,
    written: String,
    is_changed: bool,
}

impl Writer<'_> {
    /// Code up to the bracket that closes it, or up to the end of the text.
    fn code(&mut self, templates: usize, until: Option<char>) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            if until.is_none() && depth == 0 && self.is_at_line_start() {
                self.bodyless();
            }
            let Some(next) = self.rest.chars().next() else { return until.is_none().then_some(()) };
            match next {
                '"' | '`' => self.string(next)?,
                '#' => self.take(self.rest.find('\n').unwrap_or(self.rest.len())),
                '$' if self.rest.starts_with("$\"") || self.rest.starts_with("$`") => {
                    self.template(templates)?;
                }
                _ if depth == 0 && until == Some(next) => return Some(()),
                _ => {
                    match next {
                        '(' | '[' | '{' => depth = depth.saturating_add(1),
                        ')' | ']' | '}' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    self.take(next.len_utf8());
                }
            }
        }
    }

    fn is_at_line_start(&self) -> bool {
        self.written.is_empty() || self.written.ends_with('\n')
    }

    /// Writes the next bytes as they are.
    fn take(&mut self, length: usize) {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.written.push_str(taken);
        self.rest = rest;
    }

    /// Leaves the next bytes out.
    fn skip(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or_default();
    }

    fn string(&mut self, quote: char) -> Option<()> {
        let inner = self.rest.get(1..)?;
        let length = end_of_string(inner, quote)?;
        self.take(length.saturating_add(2));
        Some(())
    }

    /// `$"text {expression} text"`.
    fn template(&mut self, templates: usize) -> Option<()> {
        if templates > MAX_DEPTH {
            return None;
        }
        self.is_changed = true;
        self.skip(1);
        let quote = self.rest.chars().next()?;
        self.skip(1);
        let (mut format, mut values) = (quote.to_string(), Vec::new());
        loop {
            let next = self.rest.chars().next()?;
            self.skip(next.len_utf8());
            match next {
                '{' => {
                    format.push_str("%v");
                    values.push(self.expression(templates)?);
                }
                '%' => format.push_str("%%"),
                '\\' => {
                    let escaped = self.rest.chars().next()?;
                    if escaped == '{' || quote == '"' {
                        self.skip(escaped.len_utf8());
                        format.push_str(if escaped == '{' { "" } else { "\\" });
                        format.push(escaped);
                    } else {
                        format.push('\\');
                    }
                }
                _ if next == quote => break,
                _ => format.push(next),
            }
        }
        format.push(quote);
        let values = values.join(", ");
        self.written.push_str(&format!("sprintf({format}, [{values}])"));
        Some(())
    }

    /// What stands in braces, with what stands for it if it has no value.
    fn expression(&mut self, templates: usize) -> Option<String> {
        let mut inner = Writer { rest: self.rest, written: " ".to_owned(), is_changed: false };
        inner.code(templates.saturating_add(1), Some('}'))?;
        self.rest = inner.rest;
        self.skip(1);
        let written = inner.written.trim_start_matches(' ');
        Some(format!("array.concat([__template | __template := {written}], {UNDEFINED})[0]"))
    }

    /// Gives a value to a function without one, if that is what comes next.
    fn bodyless(&mut self) {
        let name = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')));
        let Some(name) = name.filter(|name| *name > 0 && !self.is_continued()) else { return };
        let Some(length) = self.rest.get(name..).and_then(end_of_arguments) else { return };
        let length = name.saturating_add(length);
        let after = self.rest.get(length..).unwrap_or_default();
        let goes_on = [":=", "=", "if ", "if\t", "if\n", "{", "contains ", "else", "[", "."];
        let line = after.trim_start_matches([' ', '\t', '\r']);
        let next = after_comments(after);
        if (line.is_empty() || line.starts_with(['\n', '#']))
            && !goes_on.iter().any(|go| next.starts_with(go))
        {
            self.take(length);
            self.written.push_str(" := true");
            self.is_changed = true;
        }
    }

    /// Whether what is written so far waits for something.
    fn is_continued(&self) -> bool {
        let code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        let last = self.written.lines().rev().find(code).unwrap_or_default().trim_end();
        let waiting =
            ["if", "else", "not", "with", "as", "in", "some", "contains", "default", "import", "package"];
        let word = last.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        waiting.contains(&word)
            || last.ends_with(['=', '+', '-', '*', '/', '%', '<', '>', '|', '&', ',', ';', '.', '('])
    }
}

/// The length of what stands before the closing quote.
fn end_of_string(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, letter)| {
        let ends = letter == quote && !is_escaped;
        is_escaped = quote == '"' && letter == '\\' && !is_escaped;
        ends.then_some(at)
    })
}

/// The length of a list of arguments in brackets, without templates or comments in it.
fn end_of_arguments(text: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0_usize);
    loop {
        let next = text.get(at..)?.chars().next()?;
        at = at.saturating_add(next.len_utf8());
        match next {
            '"' | '`' => at = at.saturating_add(end_of_string(text.get(at..)?, next)?).saturating_add(1),
            '(' | '[' | '{' => depth = depth.saturating_add(1),
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '#' | '$' => return None,
            _ if depth == 0 => return None,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

fn after_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some(comment) = rest.strip_prefix('#') {
        rest = comment.split_once('\n').map_or("", |(_, after)| after).trim_start();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::rewrite;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(rewrite(text).as_deref(), Some(expected));
    }

    fn value(expression: &str) -> String {
        format!(r#"array.concat([__template | __template := {expression}], ["<undefined>"])[0]"#)
    }

    #[test]
    fn templates_become_calls() {
        check(r#"x := $"a {b.c} 5%""#, &format!(r#"x := sprintf("a %v 5%%", [{}])"#, value("b.c")));
        check(r#"x := $"\{\n\"""#, r#"x := sprintf("{\n\"", [])"#);
        check("x := $`a\n\\n{b}`", &format!("x := sprintf(`a\n\\n%v`, [{}])", value("b")));
        let inner = format!(r#"f({{"}}"}}, sprintf("%v", [{}]))"#, value("y"));
        check(r#"$"{f({"}"}, $"{y}")}""#, &format!(r#"sprintf("%v", [{}])"#, value(&inner)));
    }

    #[test]
    fn functions_without_a_body_are_true() {
        check("f(_)\n", "f(_) := true\n");
        check("f(\"a)\", [1])  # yes\n\nx := 1", "f(\"a)\", [1]) := true  # yes\n\nx := 1");
        check("a.b(null)", "a.b(null) := true");
        for text in
            ["f(x) if true", "f(x)\n  := 1", "allow if\nf(x)", "x := 1 +\nf(2)", "y if {\nf(x)\n}", " f(x)"]
        {
            assert_eq!(rewrite(text), None, "{text}");
        }
    }

    #[test]
    fn strings_and_comments_stay() {
        for text in [r#"x := "$\"{a}""#, "x := `$\"{a}`", "# $\"{a}\"\n", "x := \"$\""] {
            assert_eq!(rewrite(text), None, "{text}");
        }
        assert_eq!(rewrite("x := $\"{a"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_rewritten_or_not_and_keeps_its_rows(text in "[$\"`{}()f_ x:=\\\\#\\n%,]*|\\PC*") {
            if let Some(rewritten) = rewrite(&text) {
                prop_assert!(rewritten.matches('\n').count() <= text.matches('\n').count());
            }
        }
    }
}
