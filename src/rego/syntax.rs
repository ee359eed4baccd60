//! What the parser says, in words for the author of a policy; and how much one policy may hold.

use regorus::unstable::{Expr, Literal, Module, Query, Ref, Rule, RuleHead};

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::check::walk;
use crate::rego::engine_error::EngineError;
use crate::rego::place::at_span;

/// The most rules of one policy.
const MAX_RULES: usize = 2_000;
/// The most statements of one body: the compiler is quadratic in them.
const MAX_STATEMENTS: usize = 500;

/// The diagnostic of an error text that the lexer or the parser gave for this file.
pub(super) fn explain(text: &str, path: &str, policy: &str) -> Diagnostic {
    let error = EngineError::parse(text);
    let line = error.diagnose(Fault::Syntax, |_| Some(policy), "").line.unwrap_or_default();
    let message = translate(&error.message, &line);
    let fault = if error.message.contains("too deep") { Fault::TooComplex } else { Fault::Syntax };
    let found = error.diagnose(fault, |file| (file == path).then_some(policy), message);
    Diagnostic { message: found.message.trim().to_owned(), ..found }
}

pub(super) fn translate(message: &str, line: &str) -> String {
    if message.contains("`if` keyword is required") || message.contains("`contains` keyword is required") {
        return v0(&in_v1(line));
    }
    if let Some(cause) = message.strip_prefix("invalid number. serde_json cannot parse number:") {
        return format!("the number is {}", cause.trim().replace("invalid number", "malformed"));
    }
    if let Some(cause) = message.strip_prefix("serde_json cannot parse string:") {
        return format!("the string cannot be read: {}", cause.trim());
    }
    if message.contains("used before definition") {
        let message = message.trim_end_matches('.');
        return format!("{message}: if a rule has that name too, rename one of them");
    }
    let mut letters = message.trim_end_matches('.').chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Says that a rule is one of v0, and how v1 writes it.
fn v0(written: &str) -> String {
    format!("this is Rego v0: write `{written}`, or have `hookgate lint --fix` rewrite the file")
}

/// Where the body of a rule begins: at the last bracket that stands in no other.
fn body_of(line: &str) -> usize {
    let (mut depth, mut quoted, mut body) = (0_usize, false, None);
    for (at, letter) in line.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '{' | '[' | '(' => {
                if letter == '{' && depth == 0 {
                    body = Some(at);
                }
                depth = depth.saturating_add(1);
            }
            '}' | ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    body.unwrap_or(line.len())
}

/// The head of a v0 rule as v1 writes it.
fn in_v1(line: &str) -> String {
    let head = line.get(..body_of(line)).unwrap_or(line).trim();
    let set = head.strip_suffix(']').and_then(|head| head.split_once('['));
    match set {
        Some((name, element)) if is_name(name) => format!("{name} contains {element} if {{ … }}"),
        _ if head.is_empty() => "deny contains message if { … }".to_owned(),
        _ => format!("{head} if {{ … }}"),
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
}

/// Checks how much the modules of a policy hold, and that they are nothing but Rego.
pub(super) fn check_shape(modules: &[Ref<Module>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut rules = 0_usize;
    for module in modules {
        if module.target.is_some() {
            let message = "`__target__` is not Rego: remove it";
            found.push(at_span(Fault::Syntax, &module.package.span, message));
        }
        for rule in &module.policy {
            rules = rules.saturating_add(1);
            if rules == MAX_RULES.saturating_add(1) {
                let message = format!("too many rules: at most {MAX_RULES} are allowed in one policy");
                found.push(at_span(Fault::TooManyParts, rule.span(), message));
            }
            found.extend(check_head(rule));
            walk::each_query(rule, &mut |query| found.extend(check_query(query)));
        }
    }
    found
}

/// The parser takes `p[x]` without a body for a set, as v0 has it.
fn check_head(rule: &Rule) -> Option<Diagnostic> {
    let Rule::Spec { head: RuleHead::Set { refr, key: Some(key), .. }, .. } = rule else { return None };
    let span = refr.span();
    let after = span.source.get_contents().get(usize::try_from(span.end).ok()?..)?;
    if !after.starts_with('[') {
        return None;
    }
    let quotes = if matches!(key.as_ref(), Expr::String { .. }) { "\"" } else { "" };
    let written = format!("{} contains {quotes}{}{quotes}", span.text(), key.span().text());
    Some(at_span(Fault::Syntax, span, v0(&written)))
}

fn check_query(query: &Query) -> Option<Diagnostic> {
    let parts = query.stmts.iter().map(|statement| match &statement.literal {
        Literal::SomeVars { vars, .. } => vars.len(),
        Literal::Expr { expr, .. } => bound_together(expr),
        Literal::SomeIn { .. } | Literal::NotExpr { .. } | Literal::Every { .. } => 1,
    });
    let count = parts.fold(0_usize, usize::saturating_add);
    if count <= MAX_STATEMENTS {
        return None;
    }
    let message = format!("too many statements in one body: at most {MAX_STATEMENTS} are allowed");
    Some(at_span(Fault::TooManyParts, &query.span, message))
}

/// How many variables a statement can bind at once: `[a, b] := …` binds two.
fn bound_together(expr: &Expr) -> usize {
    let Expr::AssignExpr { lhs, .. } = expr else { return 1 };
    if let Expr::Array { items, .. } = lhs.as_ref() {
        return items.len().max(1);
    }
    if let Expr::Object { fields, .. } = lhs.as_ref() {
        return fields.len().max(1);
    }
    1
}

#[cfg(test)]
mod tests {
    use super::in_v1;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        assert_eq!(in_v1(line), expected);
    }

    #[test]
    fn v0_heads_are_shown_as_v1_writes_them() {
        check("deny[msg] {", "deny contains msg if { … }");
        check("  allow { input.x == 1 }", "allow if { … }");
        check("p = 1 {", "p = 1 if { … }");
        check("p = {\"a{\": 1} { input.x == {2} }", "p = {\"a{\": 1} if { … }");
        check("{", "deny contains message if { … }");
        check("p.q[x] {", "p.q contains x if { … }");
    }
}
