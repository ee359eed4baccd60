//! Names inside a rule: what a variable is bound to, and what a reference leads to.

use std::collections::BTreeMap;
use std::rc::Rc;

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Query, Ref, Span};

use crate::rego::check::names::{Meaning, Names, Part, Path, path_of};

/// The names of a body and of all that surrounds it.
#[derive(Clone)]
pub(super) struct Scope<'a>(Rc<Level<'a>>);

struct Level<'a> {
    names: &'a Names,
    outer: Option<Scope<'a>>,
    bound: BTreeMap<&'a str, Binding<'a>>,
}

/// How a body declares a variable.
#[derive(Clone, Copy)]
pub(super) enum Binding<'a> {
    /// `x := value`.
    Value(&'a Expr),
    /// `some x in collection`, or the `x` of `every`.
    Element(&'a Expr),
    /// The `i` of `some i, x in collection`, or of `every`.
    Key,
    /// `some x`.
    Free,
    /// By a pattern.
    Pattern,
    /// An argument of a function.
    Argument,
}

/// What a reference leads to.
pub(super) enum Target<'a> {
    /// A variable, with the scope that declares it and the parts behind it.
    Local { binding: Binding<'a>, scope: Scope<'a>, below: Path },
    /// A place below `data`, where a rule may be.
    Data(Path),
    /// A place below `input`.
    Input(Path),
    /// No name, or one that only the statements around it bind.
    Unknown,
}

impl<'a> Scope<'a> {
    /// The outermost: the arguments of a rule.
    pub(super) fn of_rule(names: &'a Names, arguments: &'a [Ref<Expr>]) -> Self {
        let mut bound = BTreeMap::new();
        for argument in arguments {
            declare(argument, Binding::Argument, &mut bound);
        }
        Self(Rc::new(Level { names, outer: None, bound }))
    }

    /// That of a body.
    pub(super) fn within(&self, query: &'a Query) -> Self {
        let mut bound = BTreeMap::new();
        query.stmts.iter().for_each(|statement| declare_in(statement, &mut bound));
        self.deeper(bound)
    }

    /// That of the body of an `every`.
    pub(super) fn within_every(
        &self,
        (key, value): (Option<&'a Span>, &'a Span),
        domain: &'a Expr,
        query: &'a Query,
    ) -> Self {
        let mut bound = BTreeMap::from([(value.text(), Binding::Element(domain))]);
        bound.extend(key.map(|key| (key.text(), Binding::Key)));
        self.deeper(bound).within(query)
    }

    fn deeper(&self, bound: BTreeMap<&'a str, Binding<'a>>) -> Self {
        Self(Rc::new(Level { names: self.0.names, outer: Some(self.clone()), bound }))
    }

    /// What a variable is bound to, and the scope that does it.
    pub(super) fn find(&self, name: &str) -> Option<(Binding<'a>, Self)> {
        let mut scope = self;
        loop {
            if let Some(binding) = scope.0.bound.get(name) {
                return Some((*binding, scope.clone()));
            }
            scope = scope.0.outer.as_ref()?;
        }
    }

    /// What a reference leads to.
    pub(super) fn resolve(&self, expr: &Expr) -> Target<'a> {
        let Some(path) = path_of(expr) else { return Target::Unknown };
        let Some((Part::Name(root), below)) = path.split_first() else { return Target::Unknown };
        if let Some((binding, scope)) = self.find(root) {
            return Target::Local { binding, scope, below: below.to_vec() };
        }
        match self.0.names.meaning(&path) {
            Meaning::Data(path) | Meaning::Rule(path) => Target::Data(path),
            Meaning::Input if root == "input" => Target::Input(below.to_vec()),
            // Through an import: what stands between is not known here.
            Meaning::Input => {
                Target::Input(std::iter::once(Part::Any).chain(below.iter().cloned()).collect())
            }
            Meaning::Unknown => Target::Unknown,
        }
    }
}

fn declare_in<'a>(statement: &'a LiteralStmt, bound: &mut BTreeMap<&'a str, Binding<'a>>) {
    match &statement.literal {
        Literal::SomeVars { vars, .. } => bound.extend(vars.iter().map(|name| (name.text(), Binding::Free))),
        Literal::SomeIn { key, value, collection, .. } => {
            if let Some(key) = key {
                declare(key, Binding::Key, bound);
            }
            declare(value, Binding::Element(collection), bound);
        }
        Literal::Expr { expr, .. } => {
            if let Expr::AssignExpr { op: AssignOp::ColEq, lhs, rhs, .. } = expr.as_ref() {
                declare(lhs, Binding::Value(rhs), bound);
            }
        }
        Literal::NotExpr { .. } | Literal::Every { .. } => {}
    }
}

/// Declares a name, or all names of a pattern.
fn declare<'a>(pattern: &'a Expr, binding: Binding<'a>, bound: &mut BTreeMap<&'a str, Binding<'a>>) {
    if let Expr::Var { span, .. } = pattern {
        bound.insert(span.text(), binding);
        return;
    }
    let inner = match binding {
        Binding::Argument => Binding::Argument,
        Binding::Value(_) | Binding::Element(_) | Binding::Key | Binding::Free | Binding::Pattern => {
            Binding::Pattern
        }
    };
    if let Expr::Array { items, .. } | Expr::Set { items, .. } = pattern {
        for item in items {
            declare(item, inner, bound);
        }
    } else if let Expr::Object { fields, .. } = pattern {
        for (_, _, value) in fields {
            declare(value, inner, bound);
        }
    }
}
