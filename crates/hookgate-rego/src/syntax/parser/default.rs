//! What may stand in a default, and what `else` may follow.

use super::{Parse, Parser};
use crate::syntax::SyntaxError;
use crate::syntax::tokens::{Keyword, TokenKind};
use crate::syntax::tree::{
    Comprehension, Head, HeadKind, Part, Rule, Statement, StatementKind, Term, TermKind,
};

impl Parser<'_> {
    /// A default is a constant.
    pub(super) fn check_default(&self, rule: &Rule) -> Parse<()> {
        let HeadKind::Value(Some((_, value))) = &rule.head.kind else {
            let error = SyntaxError::new(rule.span, "a default has a value");
            return self.fail(error.help("`default allow := false`"));
        };
        if !is_constant(value) {
            let error = SyntaxError::new(rule.span, "a default has no variables, references or calls in it");
            return self.fail(error.help("write a constant, or a comprehension around the rest"));
        }
        if self.is_keyword(Keyword::If) || self.is(TokenKind::LeftBrace) {
            let error =
                SyntaxError::new(self.span(), "a default has no body: it holds when nothing else does");
            return self.fail(error);
        }
        self.check_default_parameters(rule.head.parameters.as_deref().unwrap_or_default())
    }

    fn check_default_parameters(&self, parameters: &[Term]) -> Parse<()> {
        let mut names: Vec<&str> = Vec::new();
        for parameter in parameters {
            let name = match &parameter.kind {
                TermKind::Var(name) if !is_document(name) => name,
                _ => {
                    let error = SyntaxError::new(parameter.span, "the parameters of a default are names");
                    return self.fail(error.help("write `_` for one that is not used"));
                }
            };
            if name != "_" && names.contains(&name.as_str()) {
                let message = format!("`{name}` is a parameter twice");
                return self.fail(SyntaxError::new(parameter.span, message).help("write `_` for each"));
            }
            names.push(name);
        }
        Ok(())
    }

    /// Whether `else`, which stands here, may follow a body of this rule.
    pub(super) fn check_else(&self, head: &Head) -> Parse<()> {
        let is_asked_for = |step: &Term| !is_ground(step);
        let is_one_reference =
            head.path.len() == 1 && head.parameters.is_none() && head.path.iter().any(is_reference);
        let what = if matches!(head.kind, HeadKind::Element(..)) {
            "a rule that makes a set"
        } else if head.path.iter().any(is_asked_for) || is_one_reference {
            "a rule with variables in its name"
        } else {
            return Ok(());
        };
        let error = SyntaxError::new(self.span(), format!("`else` follows {what}"));
        self.fail(error.help("write another rule instead"))
    }
}

fn is_document(name: &str) -> bool {
    matches!(name, "input" | "data")
}

fn is_reference(term: &Term) -> bool {
    match &term.kind {
        TermKind::Reference(_) => true,
        TermKind::Var(name) => is_document(name),
        _ => false,
    }
}

/// Whether a term is a constant. What stands in comprehensions is not looked at.
fn is_constant(term: &Term) -> bool {
    match &term.kind {
        TermKind::Null
        | TermKind::Bool(_)
        | TermKind::Number(_)
        | TermKind::String(_)
        | TermKind::Comprehension(_) => true,
        TermKind::Array(items) | TermKind::Set(items) => items.iter().all(is_constant),
        TermKind::Object(entries) => {
            entries.iter().all(|entry| is_constant(&entry.key) && is_constant(&entry.value))
        }
        TermKind::Template(template) => template.parts.iter().filter_map(hole).all(|hole| match &hole.kind {
            StatementKind::Term(term) => is_constant(term) && hole.with.is_empty(),
            _ => false,
        }),
        TermKind::Var(_)
        | TermKind::Reference(_)
        | TermKind::Call(..)
        | TermKind::Infix(..)
        | TermKind::In(_)
        | TermKind::Minus(_) => false,
    }
}

fn hole(part: &Part) -> Option<&Statement> {
    match part {
        Part::Hole(statement) => Some(statement),
        Part::Text(..) => None,
    }
}

/// Whether a term has one value, whatever its variables are.
fn is_ground(term: &Term) -> bool {
    match &term.kind {
        TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) => true,
        TermKind::Var(name) => is_document(name),
        TermKind::Reference(reference) => reference.path.iter().all(is_ground),
        TermKind::Call(_, items) | TermKind::Array(items) | TermKind::Set(items) => {
            items.iter().all(is_ground)
        }
        TermKind::Infix(_, operands) => is_ground(&operands.0) && is_ground(&operands.1),
        TermKind::In(element) => {
            element.key.as_ref().is_none_or(is_ground)
                && is_ground(&element.value)
                && is_ground(&element.collection)
        }
        TermKind::Minus(inner) => is_ground(inner),
        TermKind::Object(entries) => {
            entries.iter().all(|entry| is_ground(&entry.key) && is_ground(&entry.value))
        }
        TermKind::Comprehension(comprehension) => match &**comprehension {
            Comprehension::Array(term, _) | Comprehension::Set(term, _) => is_ground(term),
            Comprehension::Object(entry, _) => is_ground(&entry.key) && is_ground(&entry.value),
        },
        TermKind::Template(template) => template.parts.iter().all(|part| hole(part).is_none()),
    }
}
