//! Which expressions say the same, however they are spaced.

use std::fmt::Write as _;

use regorus::unstable::{Expr, Query};

use crate::rego::check::walk;

/// A text that two expressions share if they say the same.
pub(super) fn print_of(expr: &Expr) -> String {
    let mut text = String::new();
    write(expr, &mut text);
    text
}

/// Whether the same text gives the same value: not if a part of it stands for any element.
pub(super) fn is_fixed(expr: &Expr) -> bool {
    if let Expr::Var { span, .. } = expr {
        return span.text() != "_";
    }
    if matches!(expr, Expr::Call { .. }) || walk::inner(expr).query.is_some() {
        return false;
    }
    walk::inner(expr).exprs.into_iter().all(|expr| is_fixed(expr))
}

fn write(expr: &Expr, text: &mut String) {
    let inner = walk::inner(expr);
    let head = match expr {
        Expr::String { value, .. }
        | Expr::RawString { value, .. }
        | Expr::Number { value, .. }
        | Expr::Bool { value, .. }
        | Expr::Null { value, .. } => value.to_string(),
        Expr::Var { span, .. } => span.text().to_owned(),
        Expr::RefDot { field, .. } => format!("[] {:?}", field.0.text()),
        Expr::RefBrack { .. } => "[]".to_owned(),
        Expr::Call { fcn, .. } => print_of(fcn),
        Expr::BinExpr { op, .. } => format!("{op:?}"),
        Expr::BoolExpr { op, .. } => format!("{op:?}"),
        Expr::ArithExpr { op, .. } => format!("{op:?}"),
        Expr::AssignExpr { op, .. } => format!("{op:?}"),
        Expr::Array { .. } | Expr::ArrayCompr { .. } => "array".to_owned(),
        Expr::Set { .. } | Expr::SetCompr { .. } => "set".to_owned(),
        Expr::Object { .. } | Expr::ObjectCompr { .. } => "object".to_owned(),
        Expr::UnaryExpr { .. } => "-".to_owned(),
        Expr::Membership { .. } => "in".to_owned(),
    };
    text.push_str(&head);
    text.push('(');
    for part in inner.exprs {
        write(part, text);
        text.push(' ');
    }
    if let Some(query) = inner.query {
        write_place(query, text);
    }
    text.push(')');
}

/// Bodies are told apart by where they stand.
fn write_place(query: &Query, text: &mut String) {
    // Writing to a text cannot fail.
    let _ = write!(text, "| {} {}", query.span.source.get_path(), query.span.start);
}
