//! Ways through the tree: every comprehension and every body of a rule, and the names in them.

use std::collections::BTreeSet;

use crate::rego::normalise::tree::{Body, Comprehension, Expr, Literal, Operator, Rule, Statement};

/// Names, of variables or of rules.
pub(super) type Names = BTreeSet<String>;

/// What stands around a body.
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    /// The names that the bodies around it mention.
    pub(super) mentioned: Names,
    /// Those that an `every` around it runs through.
    pub(super) iterated: Names,
}

/// Visits every body of a rule, the innermost first, with what stands around it.
pub(super) fn each_body(rule: &mut Rule, visit: &mut impl FnMut(&mut Body, &Around)) {
    let mut around = Around::default();
    rule.arguments.iter().flatten().for_each(|argument| names_of(argument, &mut around.mentioned));
    let name = [&mut rule.name].into_iter();
    let heads = name.chain(rule.arguments.iter_mut().flatten());
    heads.for_each(|expr| bodies_of(expr, &around, visit));
    for clause in &mut rule.clauses {
        let within = around.and(&clause.body);
        clause.value.iter_mut().for_each(|value| bodies_of(value, &within, visit));
        bodies_in(&mut clause.body, &around, visit);
    }
}

fn bodies_in(body: &mut Body, around: &Around, visit: &mut impl FnMut(&mut Body, &Around)) {
    let within = around.and(body);
    for statement in body.iter_mut() {
        statement.exprs_mut().into_iter().for_each(|expr| bodies_of(expr, &within, visit));
        if let Literal::Every { key, value, body, .. } = &mut statement.literal {
            let mut within = within.clone();
            within.iterated.extend(key.iter().chain([&*value]).cloned());
            within.mentioned.extend(key.iter().chain([&*value]).cloned());
            bodies_in(body, &within, visit);
        }
    }
    visit(body, around);
}

fn bodies_of(expr: &mut Expr, around: &Around, visit: &mut impl FnMut(&mut Body, &Around)) {
    if let Expr::Comprehension(comprehension) = expr {
        let Comprehension { key, term, body, .. } = comprehension.as_mut();
        let within = around.and(body);
        key.iter_mut().chain([term]).for_each(|expr| bodies_of(expr, &within, visit));
        bodies_in(body, around, visit);
    }
    expr.inner_mut().into_iter().for_each(|inner| bodies_of(inner, around, visit));
}

impl Around {
    /// What stands around the bodies within `body`.
    fn and(&self, body: &Body) -> Self {
        let mut within = self.clone();
        own_names(body, &mut within.mentioned);
        within
    }
}

/// Visits every comprehension of a rule, the innermost first.
pub(super) fn each_comprehension(rule: &mut Rule, visit: &mut impl FnMut(&mut Comprehension)) {
    let name = [&mut rule.name].into_iter();
    name.chain(rule.arguments.iter_mut().flatten()).for_each(|expr| comprehensions_of(expr, visit));
    for clause in &mut rule.clauses {
        clause.value.iter_mut().for_each(|value| comprehensions_of(value, visit));
        comprehensions_in(&mut clause.body, visit);
    }
}

fn comprehensions_in(body: &mut Body, visit: &mut impl FnMut(&mut Comprehension)) {
    for statement in body {
        statement.exprs_mut().into_iter().for_each(|expr| comprehensions_of(expr, visit));
        if let Literal::Every { body, .. } = &mut statement.literal {
            comprehensions_in(body, visit);
        }
    }
}

fn comprehensions_of(expr: &mut Expr, visit: &mut impl FnMut(&mut Comprehension)) {
    if let Expr::Comprehension(comprehension) = expr {
        comprehension
            .key
            .iter_mut()
            .chain([&mut comprehension.term])
            .for_each(|expr| comprehensions_of(expr, visit));
        comprehensions_in(&mut comprehension.body, visit);
        visit(comprehension);
    }
    expr.inner_mut().into_iter().for_each(|inner| comprehensions_of(inner, visit));
}

/// The names that the statements of a body mention themselves, not in bodies within.
pub(super) fn own_names(body: &[Statement], names: &mut Names) {
    for statement in body {
        statement.exprs().into_iter().for_each(|expr| names_of(expr, names));
        if let Literal::Some(declared) = &statement.literal {
            names.extend(declared.iter().cloned());
        }
    }
}

/// The names that an expression mentions, not in the bodies of comprehensions.
pub(super) fn names_of(expr: &Expr, names: &mut Names) {
    if let Expr::Name(name) = expr {
        names.insert(name.clone());
    }
    expr.inner().into_iter().for_each(|inner| names_of(inner, names));
}

/// All names that a body mentions, also in bodies within.
pub(super) fn all_names(body: &Body, names: &mut Names) {
    for statement in body {
        statement.exprs().into_iter().for_each(|expr| all_names_of(expr, names));
        if let Literal::Every { body, .. } = &statement.literal {
            all_names(body, names);
        }
    }
}

/// As [`names_of`], also in the bodies of comprehensions.
pub(super) fn all_names_of(expr: &Expr, names: &mut Names) {
    match expr {
        Expr::Name(name) => drop(names.insert(name.clone())),
        Expr::Comprehension(comprehension) => {
            comprehension.key.iter().chain([&comprehension.term]).for_each(|expr| all_names_of(expr, names));
            all_names(&comprehension.body, names);
        }
        other => other.inner().into_iter().for_each(|inner| all_names_of(inner, names)),
    }
}

/// The names that the statements of a body declare: by `:=`, by `some`.
pub(super) fn declared(body: &[Statement]) -> Names {
    let mut names = Names::new();
    for statement in body {
        declared_by(statement, &mut names);
    }
    names
}

fn declared_by(statement: &Statement, names: &mut Names) {
    match &statement.literal {
        Literal::Some(declared) => names.extend(declared.iter().cloned()),
        Literal::SomeIn { key, value, .. } => {
            key.iter().chain([value]).for_each(|pattern| pattern_names(pattern, names));
        }
        Literal::Is(Expr::Infix(infix)) if infix.operator == Operator::Declare => {
            pattern_names(&infix.left, names);
        }
        Literal::Is(_) | Literal::Not(_) | Literal::Every { .. } => {}
    }
}

/// The variables of a pattern.
pub(super) fn pattern_names(pattern: &Expr, names: &mut Names) {
    match pattern {
        Expr::Name(name) if name != "_" => drop(names.insert(name.clone())),
        Expr::Array(items) | Expr::Set(items) => items.iter().for_each(|item| pattern_names(item, names)),
        Expr::Object(fields) => fields.iter().for_each(|(_, value)| pattern_names(value, names)),
        _ => {}
    }
}
