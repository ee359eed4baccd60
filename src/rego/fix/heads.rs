//! Heads and bodies of rules as v1 writes them: `if` before each body, `contains` for the elements of a set, `:=` for values.

use regorus::unstable::{AssignOp, Expr, Rule, RuleAssign, RuleBody, RuleHead};

use crate::rego::fix::edits::Edits;
use crate::rego::tokens::Tokens;

/// Rewrites one rule; nothing if it is not clear what it is in v1.
pub(super) fn rewrite(rule: &Rule, tokens: &Tokens, edits: &mut Edits) -> Option<()> {
    let (head, bodies) = match rule {
        Rule::Spec { head, bodies, .. } => (head, bodies),
        Rule::Default { span, op: AssignOp::Eq, .. } => {
            return assign(tokens, tokens.find(tokens.at(span.start)?, "=")?, edits);
        }
        Rule::Default { .. } => return Some(()),
    };
    match head {
        RuleHead::Compr { assign: None, .. } | RuleHead::Func { assign: None, .. } if bodies.is_empty() => {
            return None;
        }
        RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => {
            rewrite_value(assign.as_ref(), tokens, edits)?;
        }
        RuleHead::Set { span, refr, key } => {
            let name = tokens.at(span.start)?;
            match (refr.as_ref(), key) {
                (Expr::Var { .. }, Some(_)) => rewrite_element(tokens, name, edits)?,
                (_, Some(_)) => {}
                (_, None) if bodies.is_empty() => return None,
                (_, None) => rewrite_member(tokens, name, edits)?,
            }
        }
    }
    bodies.iter().enumerate().try_for_each(|(number, body)| rewrite_body(number, body, tokens, edits))
}

fn rewrite_value(value: Option<&RuleAssign>, tokens: &Tokens, edits: &mut Edits) -> Option<()> {
    match value {
        Some(RuleAssign { span, op: AssignOp::Eq, .. }) => assign(tokens, tokens.at(span.start)?, edits),
        Some(_) | None => Some(()),
    }
}

/// `=` becomes `:=`.
fn assign(tokens: &Tokens, sign: usize, edits: &mut Edits) -> Option<()> {
    let (start, end) = tokens.bounds(sign)?;
    if tokens.text(sign) != "=" {
        return None;
    }
    edits.replace(start..end, ":=");
    Some(())
}

/// `p[x]` becomes `p contains x`.
fn rewrite_element(tokens: &Tokens, name: usize, edits: &mut Edits) -> Option<()> {
    let open = name.checked_add(1)?;
    if tokens.text(open) == "contains" {
        return Some(());
    }
    if tokens.text(open) != "[" {
        return None;
    }
    let (start, end) = tokens.bounds(open)?;
    let end = end.checked_add(tokens.blanks_after(end))?;
    edits.replace(start..end, if tokens.is_row_end(end) { " contains" } else { " contains " });
    let (start, end) = tokens.bounds(tokens.find(open, "]")?)?;
    edits.replace(start.checked_sub(tokens.blanks_before(start))?..end, "");
    Some(())
}

/// `p.x { … }` is an element of a set, too: it becomes `p contains "x" if { … }`.
fn rewrite_member(tokens: &Tokens, name: usize, edits: &mut Edits) -> Option<()> {
    let [dot, member] = [name.checked_add(1)?, name.checked_add(2)?];
    if tokens.text(dot) != "." || tokens.text(member).is_empty() {
        return None;
    }
    let (start, end) = (tokens.bounds(dot)?.0, tokens.bounds(member)?.1);
    edits.replace(start..end, format!(" contains \"{}\"", tokens.text(member)));
    Some(())
}

fn rewrite_body(number: usize, body: &RuleBody, tokens: &Tokens, edits: &mut Edits) -> Option<()> {
    rewrite_value(body.assign.as_ref(), tokens, edits)?;
    let begin = find_begin(body, tokens)?;
    let before = tokens.text(begin.checked_sub(1)?);
    // The further bodies of one head have no `if`.
    let is_further = number > 0 && !body.is_else;
    if tokens.text(begin) == "{" && before != "if" && !is_further {
        let (start, _) = tokens.bounds(begin)?;
        edits.replace(start..start, if tokens.has_room_before(start) { "if " } else { " if " });
    }
    Some(())
}

/// The bracket before the statements of a body; the first statement where there is none, or `else` where there is neither.
fn find_begin(body: &RuleBody, tokens: &Tokens) -> Option<usize> {
    let begin = tokens.at(body.query.span.start)?;
    match body.query.stmts.first() {
        // In v0, the query of an `else` begins with the word itself.
        Some(first) if tokens.text(begin) == "else" => {
            let bracket = tokens.at(first.span.start)?.checked_sub(1)?;
            (tokens.text(bracket) == "{").then_some(bracket)
        }
        Some(_) | None => Some(begin),
    }
}
