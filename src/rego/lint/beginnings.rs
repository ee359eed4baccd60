//! Where an expression begins. The parser's spans begin there, but for texts (behind the quote) and objects (at a later member).

use regorus::unstable::{Expr, Span};

/// The span of an expression, from its first letter on.
pub(super) fn of(expr: &Expr) -> Span {
    match expr {
        Expr::String { span, .. } | Expr::RawString { span, .. } => {
            starting(span, span.start.saturating_sub(1))
        }
        Expr::Object { span, fields, .. } => {
            let Some((_, key, _)) = fields.first() else { return span.clone() };
            let first = of(key);
            let before =
                usize::try_from(first.start).ok().and_then(|it| span.source.get_contents().get(..it));
            let brace = before.and_then(|text| text.rfind('{')).and_then(|it| u32::try_from(it).ok());
            starting(span, brace.unwrap_or(first.start))
        }
        Expr::BinExpr { lhs, .. }
        | Expr::BoolExpr { lhs, .. }
        | Expr::ArithExpr { lhs, .. }
        | Expr::AssignExpr { lhs, .. } => of(lhs),
        Expr::Membership { key: Some(first), .. } | Expr::Membership { key: None, value: first, .. } => {
            of(first)
        }
        _ => expr.span().clone(),
    }
}

fn starting(span: &Span, start: u32) -> Span {
    Span { start, ..span.clone() }
}
