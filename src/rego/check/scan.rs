//! One walk over all rules: which functions they call, what they refer to, what they replace by `with`.
//!
//! It knows Rego's scopes: a name that a body declares hides a rule or an import of that name.

use std::collections::BTreeSet;

use regorus::Value;
use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Module, Query, Ref, Rule, Span, WithModifier};

use crate::rego::check::constants;
use crate::rego::check::names::{Meaning, Names, Part, Path, path_of, static_names};
use crate::rego::check::walk;

/// Everything the checks want to know about a policy.
pub(in crate::rego) struct Scan {
    /// Its rules, in the order of files and rows.
    pub(in crate::rego) rules: Vec<ScannedRule>,
}

/// One rule.
pub(in crate::rego) struct ScannedRule {
    /// The syntax.
    pub(in crate::rego) rule: Ref<Rule>,
    /// Where it lies below `data`; computed parts are [`Part::Any`].
    pub(in crate::rego) path: Path,
    /// How many parts of the path are its package's.
    pub(in crate::rego) package_length: usize,
    /// Where its name stands.
    pub(in crate::rego) span: Span,
    /// How many arguments it takes, if it is a function.
    pub(in crate::rego) arguments: Option<usize>,
    /// The calls in it.
    pub(in crate::rego) calls: Vec<Call>,
    /// What it refers to below `data`.
    pub(in crate::rego) references: Vec<Path>,
    /// What it replaces by `with`.
    pub(in crate::rego) replacements: Vec<Replacement>,
    /// Keys that an object in it gives twice.
    pub(in crate::rego) doubled_keys: Vec<Span>,
}

/// One call.
pub(in crate::rego) struct Call {
    /// The name as it is written; nothing if it is computed.
    pub(in crate::rego) name: Option<String>,
    /// Where below `data` a function of that name would lie.
    pub(in crate::rego) path: Option<Path>,
    /// Where it stands.
    pub(in crate::rego) span: Span,
    /// How many arguments it gives.
    pub(in crate::rego) arguments: usize,
    /// Those of them that are texts as they stand.
    pub(in crate::rego) texts: Vec<Option<Value>>,
    /// Whether it is a statement of its own, whose last argument may take the result.
    pub(in crate::rego) is_statement: bool,
    /// Whether its bracket stands on another row than its name: probably meant as another statement.
    pub(in crate::rego) is_broken: bool,
}

/// One `with`.
pub(in crate::rego) struct Replacement {
    /// What is replaced, if it is no document: the name of a function.
    pub(in crate::rego) function: Option<String>,
    /// Where below `data` a function of that name would lie.
    pub(in crate::rego) path: Option<Path>,
    /// What replaces it, if that is a name which no rule, import or variable has.
    pub(in crate::rego) by_name: Option<String>,
    /// Where it stands.
    pub(in crate::rego) span: Span,
}

impl Scan {
    /// Walks over the modules of a policy.
    pub(in crate::rego) fn of(modules: &[Ref<Module>]) -> Self {
        let names = Names::of_all(modules);
        let rules = modules.iter().zip(&names).flat_map(|(module, names)| {
            module.policy.iter().map(move |rule| Scanner::new(names, rule).scan())
        });
        Self { rules: rules.collect() }
    }
}

struct Scanner<'a> {
    names: &'a Names,
    scopes: Vec<BTreeSet<String>>,
    found: ScannedRule,
}

impl<'a> Scanner<'a> {
    fn new(names: &'a Names, rule: &Ref<Rule>) -> Self {
        let head = walk::head(rule);
        let found = ScannedRule {
            rule: rule.clone(),
            path: names.of_rule(head.name),
            package_length: names.package_length(),
            span: head.name.span().clone(),
            arguments: head.arguments.map(<[Ref<Expr>]>::len),
            calls: Vec::new(),
            references: Vec::new(),
            replacements: Vec::new(),
            doubled_keys: Vec::new(),
        };
        Self { names, scopes: Vec::new(), found }
    }

    fn scan(mut self) -> ScannedRule {
        let rule = self.found.rule.clone();
        let head = walk::head(&rule);
        let mut scope = BTreeSet::new();
        head.arguments.into_iter().flatten().for_each(|argument| declare_pattern(argument, &mut scope));
        let bodies = match rule.as_ref() {
            Rule::Spec { bodies, .. } => bodies.as_slice(),
            Rule::Default { .. } => &[],
        };
        bodies.iter().filter(|body| !body.is_else).for_each(|body| declare(&body.query, &mut scope));
        self.scopes.push(scope);
        self.exprs(head.exprs);
        self.indexes(head.name);
        for body in bodies {
            self.within(&body.query, |scanner| {
                scanner.exprs(body.assign.iter().map(|assign| &assign.value));
                scanner.statements(&body.query);
            });
        }
        self.found
    }

    fn within(&mut self, query: &Query, scan: impl FnOnce(&mut Self)) {
        let mut scope = BTreeSet::new();
        declare(query, &mut scope);
        self.scopes.push(scope);
        scan(self);
        self.scopes.pop();
    }

    fn statements(&mut self, query: &Query) {
        for statement in &query.stmts {
            self.statement(statement);
            statement.with_mods.iter().for_each(|with| self.replacement(with));
        }
    }

    fn statement(&mut self, statement: &LiteralStmt) {
        let inner = walk::inner_of_literal(&statement.literal);
        for expr in inner.exprs {
            match (&statement.literal, expr.as_ref()) {
                (Literal::Expr { .. } | Literal::NotExpr { .. }, Expr::Call { fcn, params, .. }) => {
                    self.call(fcn, params, true);
                }
                _ => self.expr(expr),
            }
        }
        if let (Some(query), Literal::Every { key, value, .. }) = (inner.query, &statement.literal) {
            let declared = key.iter().chain([value]).map(|name| name.text().to_owned());
            self.scopes.push(declared.collect());
            self.within(query, |scanner| scanner.statements(query));
            self.scopes.pop();
        }
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Ref<Expr>>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &Expr) {
        if let Expr::Call { fcn, params, .. } = expr {
            return self.call(fcn, params, false);
        }
        if matches!(expr, Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. }) {
            return self.reference(expr);
        }
        if let Expr::Object { fields, .. } = expr {
            self.found.doubled_keys.extend(constants::doubled_keys(fields));
        }
        let inner = walk::inner(expr);
        match inner.query {
            None => self.exprs(inner.exprs),
            Some(query) => self.within(query, |scanner| {
                scanner.exprs(inner.exprs);
                scanner.statements(query);
            }),
        }
    }

    fn call(&mut self, function: &Ref<Expr>, arguments: &[Ref<Expr>], is_statement: bool) {
        let path = path_of(function);
        let name = path.as_deref().and_then(static_names).map(|names| names.join("."));
        let data = path.and_then(|path| self.find_data(&path));
        self.found.references.extend(data.clone());
        let span = function.span().clone();
        let texts = arguments.iter().map(|argument| find_text(argument)).collect();
        let is_broken = is_broken(function);
        let arguments_given = arguments.len();
        self.found.calls.push(Call {
            name,
            path: data,
            span,
            arguments: arguments_given,
            texts,
            is_statement,
            is_broken,
        });
        self.exprs(arguments);
    }

    fn reference(&mut self, expr: &Expr) {
        self.indexes(expr);
        let data = path_of(expr).and_then(|path| self.find_data(&path));
        self.found.references.extend(data);
    }

    /// Scans the computed parts of a reference, and what it begins with if that is no name.
    fn indexes(&mut self, expr: &Expr) {
        let mut rest = expr;
        loop {
            if let Expr::RefBrack { refr, index, .. } = rest {
                self.expr(index);
                rest = refr;
            } else if let Expr::RefDot { refr, .. } = rest {
                rest = refr;
            } else if matches!(rest, Expr::Var { .. }) {
                return;
            } else {
                return self.expr(rest);
            }
        }
    }

    fn replacement(&mut self, with: &WithModifier) {
        self.expr(&with.r#as);
        let target = path_of(&with.refr).unwrap_or_default();
        let is_document = matches!(self.names.meaning(&target), Meaning::Input | Meaning::Data(_));
        let unknown = path_of(&with.r#as).filter(|path| !self.is_local(path));
        let unknown = unknown.filter(|path| matches!(self.names.meaning(path), Meaning::Unknown));
        self.found.replacements.push(Replacement {
            path: self.find_data(&target),
            function: (!is_document).then(|| static_names(&target).unwrap_or_default().join(".")),
            by_name: unknown.and_then(|path| Some(static_names(&path)?.join("."))),
            span: with.refr.span().clone(),
        });
    }

    fn find_data(&self, path: &[Part]) -> Option<Path> {
        if self.is_local(path) {
            return None;
        }
        match self.names.meaning(path) {
            Meaning::Data(path) | Meaning::Rule(path) => Some(path),
            Meaning::Input | Meaning::Unknown => None,
        }
    }

    fn is_local(&self, path: &[Part]) -> bool {
        match path.first() {
            Some(Part::Name(root)) => self.scopes.iter().any(|scope| scope.contains(root)),
            Some(Part::Any) | None => false,
        }
    }
}

/// Whether a line break stands between the name of a function and the bracket of its arguments.
fn is_broken(function: &Expr) -> bool {
    let (span, name) = (function.span(), function.span().text());
    let after = usize::try_from(span.end).ok().and_then(|end| span.source.get_contents().get(end..));
    let gap = after.and_then(|rest| rest.split('(').next()).unwrap_or_default();
    !name.contains('(') && gap.contains('\n')
}

fn find_text(expr: &Expr) -> Option<Value> {
    let (Expr::String { value, .. } | Expr::RawString { value, .. }) = expr else { return None };
    Some(value.clone())
}

/// The names that the statements of a body declare; they hold in the whole body.
fn declare(query: &Query, scope: &mut BTreeSet<String>) {
    for statement in &query.stmts {
        match &statement.literal {
            Literal::SomeVars { vars, .. } => scope.extend(vars.iter().map(|name| name.text().to_owned())),
            Literal::SomeIn { key, value, .. } => {
                for pattern in key.iter().chain([value]) {
                    declare_pattern(pattern, scope);
                }
            }
            Literal::Expr { expr, .. } => {
                if let Expr::AssignExpr { op: AssignOp::ColEq, lhs, .. } = expr.as_ref() {
                    declare_pattern(lhs, scope);
                }
            }
            Literal::NotExpr { .. } | Literal::Every { .. } => {}
        }
    }
}

fn declare_pattern(pattern: &Expr, scope: &mut BTreeSet<String>) {
    if let Expr::Var { span, .. } = pattern {
        scope.insert(span.text().to_owned());
    } else if let Expr::Array { items, .. } | Expr::Set { items, .. } = pattern {
        for item in items {
            declare_pattern(item, scope);
        }
    } else if let Expr::Object { fields, .. } = pattern {
        for (_, _, value) in fields {
            declare_pattern(value, scope);
        }
    }
}
