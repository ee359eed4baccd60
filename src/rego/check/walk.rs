//! The shape of the engine's syntax tree: what stands directly inside what.

use regorus::unstable::{Expr, Literal, Query, Ref, Rule, RuleHead};

/// What stands directly inside an expression.
pub(in crate::rego) struct Inner<'a> {
    /// The expressions, in the order of the text.
    pub(in crate::rego) exprs: Vec<&'a Ref<Expr>>,
    /// The body of a comprehension, in whose scope the expressions stand.
    pub(in crate::rego) query: Option<&'a Ref<Query>>,
}

/// Takes an expression apart.
pub(in crate::rego) fn inner(expr: &Expr) -> Inner<'_> {
    let (exprs, query) = match expr {
        Expr::Array { items, .. } | Expr::Set { items, .. } => (items.iter().collect(), None),
        Expr::Object { fields, .. } => {
            (fields.iter().flat_map(|(_, key, value)| [key, value]).collect(), None)
        }
        Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
            (vec![term], Some(query))
        }
        Expr::ObjectCompr { key, value, query, .. } => (vec![key, value], Some(query)),
        Expr::Call { params, .. } => (params.iter().collect(), None),
        Expr::UnaryExpr { expr, .. } => (vec![expr], None),
        Expr::RefDot { refr, .. } => (vec![refr], None),
        Expr::RefBrack { refr, index, .. } => (vec![refr, index], None),
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => (vec![lhs, rhs], None),
        Expr::Membership { key, value, collection, .. } => {
            (key.iter().chain([value, collection]).collect(), None)
        }
        Expr::String { .. }
        | Expr::RawString { .. }
        | Expr::Number { .. }
        | Expr::Bool { .. }
        | Expr::Null { .. }
        | Expr::Var { .. } => (Vec::new(), None),
    };
    Inner { exprs, query }
}

/// The expressions that stand directly in a statement, and the body of an `every`.
pub(in crate::rego) fn inner_of_literal(literal: &Literal) -> Inner<'_> {
    match literal {
        Literal::SomeVars { .. } => Inner { exprs: Vec::new(), query: None },
        Literal::SomeIn { key, value, collection, .. } => {
            Inner { exprs: key.iter().chain([value, collection]).collect(), query: None }
        }
        Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => {
            Inner { exprs: vec![expr], query: None }
        }
        Literal::Every { domain, query, .. } => Inner { exprs: vec![domain], query: Some(query) },
    }
}

/// What a rule's head names, and the expressions in it.
pub(in crate::rego) struct Head<'a> {
    /// The reference that names the rule.
    pub(in crate::rego) name: &'a Ref<Expr>,
    /// Key, value and arguments.
    pub(in crate::rego) exprs: Vec<&'a Ref<Expr>>,
    /// The arguments, if it is a function.
    pub(in crate::rego) arguments: Option<&'a [Ref<Expr>]>,
}

/// Takes a rule's head apart.
pub(in crate::rego) fn head(rule: &Rule) -> Head<'_> {
    match rule {
        Rule::Default { refr, args, value, .. } => {
            Head { name: refr, exprs: vec![value], arguments: (!args.is_empty()).then_some(args.as_slice()) }
        }
        Rule::Spec { head: RuleHead::Compr { refr, assign, .. }, .. } => {
            Head { name: refr, exprs: assign.iter().map(|assign| &assign.value).collect(), arguments: None }
        }
        Rule::Spec { head: RuleHead::Set { refr, key, .. }, .. } => {
            Head { name: refr, exprs: key.iter().collect(), arguments: None }
        }
        Rule::Spec { head: RuleHead::Func { refr, args, assign, .. }, .. } => Head {
            name: refr,
            exprs: args.iter().chain(assign.iter().map(|assign| &assign.value)).collect(),
            arguments: Some(args),
        },
    }
}

/// Visits every body of a rule, also those of comprehensions and of `every`.
pub(in crate::rego) fn each_query(rule: &Rule, visit: &mut impl FnMut(&Query)) {
    let head = head(rule);
    each_query_of(head.exprs.into_iter().chain([head.name]), visit);
    if let Rule::Spec { bodies, .. } = rule {
        for body in bodies {
            each_query_of(body.assign.iter().map(|assign| &assign.value), visit);
            each_query_in(&body.query, visit);
        }
    }
}

fn each_query_in(query: &Query, visit: &mut impl FnMut(&Query)) {
    visit(query);
    for statement in &query.stmts {
        let inner = inner_of_literal(&statement.literal);
        let replaced = statement.with_mods.iter().map(|with| &with.r#as);
        each_query_of(inner.exprs.into_iter().chain(replaced), visit);
        if let Some(query) = inner.query {
            each_query_in(query, visit);
        }
    }
}

fn each_query_of<'a>(exprs: impl IntoIterator<Item = &'a Ref<Expr>>, visit: &mut impl FnMut(&Query)) {
    for expr in exprs {
        let inner = inner(expr);
        if let Some(query) = inner.query {
            each_query_in(query, visit);
        }
        each_query_of(inner.exprs, visit);
    }
}
