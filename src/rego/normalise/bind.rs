//! Binding a term before the statement that uses it: what is undefined then fails the body, as OPA has it, instead of
//! whatever the engine would make of it inside.

use crate::rego::normalise::fresh::Fresh;
use crate::rego::normalise::tree::{Expr, Origin, Statement, With};
use crate::rego::normalise::walk::Names;

/// What a package has for its rewrites.
pub(super) struct Context<'a> {
    /// The first parts of the names of its rules.
    pub(super) rules: &'a Names,
    /// The names of its functions, and the paths of all.
    pub(super) functions: &'a Names,
    /// The names of its sets, which always have a value.
    pub(super) sets: &'a Names,
    /// Makes up variables.
    pub(super) fresh: &'a mut Fresh,
}

impl Context<'_> {
    /// Whether an expression needs no binding: constants and variables, and literals of them.
    pub(super) fn is_plain(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Text(_) => true,
            Expr::Name(name) => self.is_variable(name),
            Expr::Array(_) | Expr::Set(_) | Expr::Object(_) => {
                expr.inner().into_iter().all(|inner| self.is_plain(inner))
            }
            Expr::Ref(..) | Expr::Comprehension(_) | Expr::Call(_) | Expr::Infix(_) | Expr::Membership(_) => {
                false
            }
        }
    }

    /// Whether an expression always has a value: plain ones and comprehensions.
    pub(super) fn is_defined(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Array(_) | Expr::Set(_) | Expr::Object(_) => {
                expr.inner().into_iter().all(|inner| self.is_defined(inner))
            }
            Expr::Comprehension(_) => true,
            other => self.is_plain(other),
        }
    }

    /// Whether a name is a variable: neither a rule nor one of the two documents.
    pub(super) fn is_variable(&self, name: &str) -> bool {
        !matches!(name, "input" | "data") && !self.rules.contains(name)
    }
}

/// The statements to put before and after one statement, and the means to add to them.
pub(super) struct Beside<'a, 'b> {
    pub(super) context: &'a mut Context<'b>,
    origin: Origin,
    with: Vec<With>,
    before: Vec<Statement>,
    after: Vec<Statement>,
}

impl<'a, 'b> Beside<'a, 'b> {
    /// Nothing yet beside `statement`.
    pub(super) fn new(context: &'a mut Context<'b>, statement: &Statement) -> Self {
        let (origin, with) = (statement.origin.clone(), statement.with.clone());
        Self { context, origin, with, before: Vec::new(), after: Vec::new() }
    }

    /// Nothing yet, for what stands under no `with`.
    pub(super) const fn unreplaced(context: &'a mut Context<'b>, origin: Origin) -> Self {
        Self { context, origin, with: Vec::new(), before: Vec::new(), after: Vec::new() }
    }

    /// Puts a variable where `expr` is and binds it before.
    pub(super) fn bind(&mut self, expr: &mut Expr) {
        let name = self.context.fresh.name();
        let value = std::mem::replace(expr, Expr::name(&name));
        self.require(Expr::unify(&name, value));
    }

    /// Binds an expression that may be undefined.
    pub(super) fn bind_undefined(&mut self, expr: &mut Expr) {
        if !self.context.is_defined(expr) {
            self.bind(expr);
        }
    }

    /// Adds a statement before, under the same `with` as the statement itself.
    pub(super) fn require(&mut self, expr: Expr) {
        let statement = self.statement(expr);
        self.before.push(statement);
    }

    /// Adds a statement after, under the same `with`.
    pub(super) fn then(&mut self, expr: Expr) {
        let statement = self.statement(expr);
        self.after.push(statement);
    }

    fn statement(&self, expr: Expr) -> Statement {
        Statement { with: self.with.clone(), ..Statement::is(self.origin.clone(), expr) }
    }

    /// Adds statements before, as they are.
    pub(super) fn append(&mut self, mut statements: Vec<Statement>) {
        self.before.append(&mut statements);
    }

    /// What is to stand before the statement.
    pub(super) fn into_before(self) -> Vec<Statement> {
        self.before
    }
}

/// Rewrites each statement of a body; what the rewrite adds comes before and after it.
pub(super) fn each_statement(
    body: &mut Vec<Statement>,
    context: &mut Context<'_>,
    mut rewrite: impl FnMut(&mut Statement, &mut Beside<'_, '_>),
) {
    for mut statement in std::mem::take(body) {
        let mut beside = Beside::new(context, &statement);
        rewrite(&mut statement, &mut beside);
        body.append(&mut beside.before);
        body.push(statement);
        body.append(&mut beside.after);
    }
}
