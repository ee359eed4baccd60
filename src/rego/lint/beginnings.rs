//! Where an expression begins. The parser's spans begin there, but for texts (behind the quote) and objects (at a later member).

use regorus::unstable::{Expr, Span};

/// The span of an expression, from its first letter on.
pub(super) fn of(expr: &Expr) -> Span {
    if let Expr::String { span, .. } | Expr::RawString { span, .. } = expr {
        starting(span, span.start.saturating_sub(1))
    } else if let Expr::Object { span, fields, .. } = expr {
        fields.first().map_or_else(|| span.clone(), |(_, key, _)| brace_before(key))
    } else if let Expr::BinExpr { lhs, .. }
    | Expr::BoolExpr { lhs, .. }
    | Expr::ArithExpr { lhs, .. }
    | Expr::AssignExpr { lhs, .. } = expr
    {
        of(lhs)
    } else if let Expr::Membership { key, value, .. } = expr {
        of(key.as_ref().unwrap_or(value))
    } else {
        expr.span().clone()
    }
}

fn brace_before(key: &Expr) -> Span {
    let key = of(key);
    let before = usize::try_from(key.start).ok().and_then(|start| key.source.get_contents().get(..start));
    let brace = before.and_then(|text| text.rfind('{')).and_then(|at| u32::try_from(at).ok());
    starting(&key, brace.unwrap_or(key.start))
}

fn starting(span: &Span, start: u32) -> Span {
    Span { start, ..span.clone() }
}
