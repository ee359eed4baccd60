//! From the clauses and statements of a rule to the questions about them.

use std::collections::BTreeSet;

use crate::domain::diagnostic::Place;
use crate::rego::normalise::dissect::order::{Bound, in_order};
use crate::rego::normalise::dissect::rules::{RuleName, gives_verdict, named_in, named_in_statement};
use crate::rego::normalise::dissect::{
    DissectedClause, DissectedRule, DissectedStatement, MAX_CLAUSES, Piece, Role,
};
use crate::rego::normalise::packages::steps;
use crate::rego::normalise::patterns::has_result;
use crate::rego::normalise::print;
use crate::rego::normalise::qualify::Questions;
use crate::rego::normalise::tree::{
    Body, Brackets, Clause, Comprehension, Expr, Literal, Operator, Origin, Package, Part, Rule, RuleKind,
    Statement,
};
use crate::rego::normalise::walk::Names;
use crate::rego::place::of_span;

/// The most statements of one body that are asked about.
const MAX_STATEMENTS: usize = 12;
/// The most expressions of one statement that are asked about.
const MAX_PIECES: usize = 8;
/// The longest text of an expression, in characters.
const MAX_TEXT: usize = 160;
const VERDICT: &str = "is_passed";

/// Asks about the rules of one package.
pub(super) struct Asker<'a> {
    pub(super) known: &'a BTreeSet<RuleName>,
    /// The paths of all functions.
    pub(super) functions: &'a Names,
    pub(super) package: &'a Package,
    pub(super) questions: Questions<'a>,
    /// Whether comparisons are asked for side by side.
    pub(super) has_sides: bool,
}

impl Asker<'_> {
    /// The rules of that name, if they are in this package.
    pub(super) fn rule(&mut self, name: &RuleName) -> Option<DissectedRule> {
        let package = self.package;
        let rules = package.rules.iter().filter(|rule| {
            let is_asked = RuleName::of(package, rule) == *name && rule.arguments.is_none();
            // Of `hook_result.err_msg := …` nothing is to be known.
            is_asked && (gives_verdict(package, rule) || name.to_string() != "hook_result")
        });
        let mut clauses: Vec<_> =
            rules.flat_map(|rule| clauses_of(rule, gives_verdict(package, rule))).collect();
        clauses.sort_by_key(|found| found.role == Role::Default);
        let is_cut = clauses.len() > MAX_CLAUSES;
        clauses.truncate(MAX_CLAUSES);
        let clauses: Vec<_> = clauses.into_iter().filter_map(|found| self.clause(&found)).collect();
        (!clauses.is_empty()).then(|| DissectedRule { name: name.clone(), clauses, is_cut })
    }

    fn clause(&mut self, found: &FoundClause<'_>) -> Option<DissectedClause> {
        let Clause { origin, value, body } = found.clause;
        let ordered = in_order(body, self.questions.rules());
        let mut bound = Bound::none(body, self.questions.rules());
        let mut statements = Vec::new();
        for (position, statement) in ordered.iter().enumerate() {
            let before = ordered.get(..position).unwrap_or_default();
            if position < MAX_STATEMENTS {
                statements.extend(self.statement(statement, (before, &bound)));
            }
            bound.add(statement);
        }
        let asked = value.as_ref().map(|value| verdict_of(value, found.is_verdict));
        let head =
            asked.as_ref().map_or_else(Vec::new, |(label, expr)| self.head(label, expr, origin, &ordered));
        let mut full = ordered;
        full.extend(
            value
                .clone()
                .filter(|_| found.role != Role::Default)
                .map(|value| Statement::is(origin.clone(), Expr::unify(&self.questions.fresh(), value))),
        );
        Some(DissectedClause {
            place: of_span(&origin.span)?,
            role: found.role,
            is_element: found.is_element,
            is_mocked: body.iter().any(|statement| self.is_mocked(statement)),
            solutions: self.list(Expr::Bool(true), full, origin),
            head,
            statements,
            names: asked.map(|(_, expr)| named_in(expr, self.package, self.known)).unwrap_or_default(),
        })
    }

    /// Whether a function has a part in a `with`.
    fn is_mocked(&self, statement: &Statement) -> bool {
        let is_function = |expr: &Expr| {
            let path = steps(expr).join(".");
            let own = format!("data.{}.{path}", steps(&self.package.path).join("."));
            self.functions.contains(&path) || self.functions.contains(&own)
        };
        statement.with.iter().any(|with| is_function(&with.target) || is_function(&with.value))
    }

    fn head(&mut self, label: &str, expr: &Expr, origin: &Origin, body: &[Statement]) -> Vec<Piece> {
        let pieces = parts_of(expr, 0);
        let asked = pieces.into_iter().take(MAX_PIECES);
        let mut found: Vec<Piece> = Vec::new();
        for (depth, part) in asked {
            let text = if depth == 0 { format!("{label}{}", text_of(part)) } else { text_of(part) };
            let here = Here { origin, with: &Statement::is(origin.clone(), Expr::Null), body };
            found.extend(self.piece((depth, part), text, &here));
        }
        found
    }

    fn statement(
        &mut self,
        statement: &Statement,
        (before, bound): (&[Statement], &Bound),
    ) -> Option<DissectedStatement> {
        let here = Here { origin: &statement.origin, with: statement, body: before };
        let mut up_to: Body = before.to_vec();
        up_to.push(statement.clone());
        let holds = self.list(Expr::Bool(true), up_to, &statement.origin);
        let text = cut(&print::statement_text(statement));
        let mut pieces = Vec::new();
        let (main, inner) = subjects(statement);
        match main.filter(|expr| bound.allows(expr)) {
            Some(expr) => pieces.extend(self.piece((0, expr), text, &here)),
            None => pieces.push(Piece {
                place: of_span(&statement.origin.span)?,
                text,
                depth: 0,
                values: holds.clone(),
                is_condition: true,
                keys: Vec::new(),
            }),
        }
        let inner = inner.into_iter().filter(|(_, expr)| bound.allows(expr)).take(MAX_PIECES);
        for (depth, expr) in inner {
            pieces.extend(self.piece((depth, expr), text_of(expr), &here));
        }
        Some(DissectedStatement {
            place: of_span(&statement.origin.span)?,
            sides: self.sides(statement, (before, bound)),
            holds,
            pieces,
            names: named_in_statement(statement, self.package, self.known),
        })
    }

    fn sides(
        &mut self,
        statement: &Statement,
        (before, bound): (&[Statement], &Bound),
    ) -> Option<[String; 2]> {
        let Literal::Is(Expr::Infix(infix)) = &statement.literal else { return None };
        let is_equation = matches!(infix.operator, Operator::Equal | Operator::Unify);
        let sides = [&infix.left, &infix.right];
        let is_asked = self.has_sides && is_equation && sides.iter().all(|side| bound.allows(side));
        let here = Here { origin: &statement.origin, with: statement, body: before };
        is_asked.then(|| sides.map(|side| self.values(side, &here)))
    }

    fn piece(&mut self, (depth, expr): (u32, &Expr), text: String, here: &Here<'_>) -> Option<Piece> {
        let place = span_of(expr).or_else(|| of_span(&here.origin.span))?;
        let values = self.values(expr, here);
        let mut keys = Vec::new();
        keys_in(expr, &mut keys);
        Some(Piece { place, text, depth, values, is_condition: false, keys })
    }

    /// The path of a rule that lists the values of an expression.
    fn values(&mut self, expr: &Expr, here: &Here<'_>) -> String {
        let name = self.questions.fresh();
        let mut body: Body = here.body.to_vec();
        let bound = Statement::is(here.origin.clone(), Expr::unify(&name, expr.clone()));
        body.push(Statement { with: here.with.with.clone(), ..bound });
        self.list(Expr::Name(name), body, here.origin)
    }

    /// The path of a rule that is `[term | body]`.
    fn list(&mut self, term: Expr, body: Body, origin: &Origin) -> String {
        let origin = origin.clone();
        let value = if body.is_empty() {
            Expr::Array(vec![term])
        } else {
            let kind = Brackets::Square;
            let comprehension = Comprehension { origin: origin.clone(), kind, key: None, term, body };
            Expr::Comprehension(Box::new(comprehension))
        };
        let name = Expr::Name(self.questions.fresh());
        let clauses = vec![Clause { origin: origin.clone(), value: Some(value), body: Vec::new() }];
        self.questions.ask(Rule { origin, kind: RuleKind::Value, name, arguments: None, clauses })
    }
}

/// Where an expression is asked for.
struct Here<'a> {
    origin: &'a Origin,
    /// The statement whose `with` holds there.
    with: &'a Statement,
    /// What stands before it.
    body: &'a [Statement],
}

struct FoundClause<'a> {
    clause: &'a Clause,
    role: Role,
    is_element: bool,
    is_verdict: bool,
}

fn clauses_of(rule: &Rule, is_verdict: bool) -> Vec<FoundClause<'_>> {
    let clauses = rule.clauses.iter().enumerate().map(|(position, clause)| FoundClause {
        clause,
        role: match (rule.kind, position) {
            (RuleKind::Default, _) => Role::Default,
            (_, 0) => Role::First,
            _ => Role::Else,
        },
        is_element: rule.kind == RuleKind::Element,
        is_verdict,
    });
    clauses.collect()
}

/// What of a value decides: its `is_passed`, if it has one and is asked for a verdict.
fn verdict_of(value: &Expr, is_verdict: bool) -> (String, &Expr) {
    if let Expr::Object(fields) = value
        && is_verdict
        && let Some((_, verdict)) =
            fields.iter().find(|(key, _)| matches!(key, Expr::Text(name) if name == VERDICT))
    {
        return (format!("\"{VERDICT}\": "), verdict);
    }
    (String::new(), value)
}

/// The expression whose value a statement is shown with, if it has one, and what is inside of the statement.
fn subjects(statement: &Statement) -> (Option<&Expr>, Vec<(u32, &Expr)>) {
    match &statement.literal {
        Literal::Some(_) => (None, Vec::new()),
        Literal::SomeIn { collection, .. } => (None, parts_of(collection, 1)),
        Literal::Every { domain, .. } => (None, parts_of(domain, 1)),
        Literal::Not(expr) => (None, parts_of(expr, 1)),
        Literal::Is(Expr::Infix(infix)) if infix.operator == Operator::Declare => {
            let inner = parts_of(&infix.right, 0).into_iter().skip(1);
            (Some(&infix.right), inner.collect())
        }
        Literal::Is(Expr::Infix(infix)) if infix.operator == Operator::Unify => {
            let sides = [&infix.left, &infix.right];
            (None, sides.into_iter().flat_map(|side| parts_of(side, 1)).collect())
        }
        Literal::Is(Expr::Call(call)) if has_result(call) => {
            let given = call.arguments.split_last().map(|(_, given)| given).unwrap_or_default();
            (None, given.iter().flat_map(|argument| parts_of(argument, 1)).collect())
        }
        Literal::Is(expr) => (Some(expr), parts_of(expr, 0).into_iter().skip(1).collect()),
    }
}

/// The expressions in an expression that are worth asking for, itself first.
fn parts_of(expr: &Expr, depth: u32) -> Vec<(u32, &Expr)> {
    let mut parts = Vec::new();
    let is_plain = match expr {
        Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Text(_) => true,
        Expr::Name(name) => matches!(name.as_str(), "input" | "data" | "_"),
        Expr::Array(_) | Expr::Set(_) | Expr::Object(_) => expr.inner().is_empty() || depth > 0,
        _ => false,
    };
    if !is_plain {
        parts.push((depth, expr));
    }
    let within = if is_plain { depth } else { depth.saturating_add(1) };
    let skipped = usize::from(matches!(expr, Expr::Ref(..)));
    parts.extend(expr.inner().into_iter().skip(skipped).flat_map(|inner| parts_of(inner, within)));
    parts
}

fn span_of(expr: &Expr) -> Option<Place> {
    match expr {
        Expr::Call(call) => of_span(call.span.as_ref()?),
        Expr::Infix(infix) => of_span(infix.span.as_ref()?),
        Expr::Comprehension(comprehension) => of_span(&comprehension.origin.span),
        _ => None,
    }
}

/// The constant keys that an expression looks up.
fn keys_in(expr: &Expr, keys: &mut Vec<String>) {
    if let Expr::Ref(_, parts) = expr {
        keys.extend(parts.iter().filter_map(|part| match part {
            Part::Field(name) | Part::Index(Expr::Text(name)) => Some(name.clone()),
            Part::Index(_) => None,
        }));
    }
    if let Expr::Call(call) = expr {
        // `object.get(o, "password", null)`
        keys.extend(call.arguments.iter().filter_map(|argument| match argument {
            Expr::Text(name) => Some(name.clone()),
            _ => None,
        }));
    }
    if let Expr::Comprehension(comprehension) = expr {
        comprehension.key.iter().chain([&comprehension.term]).for_each(|term| keys_in(term, keys));
        let exprs = comprehension.body.iter().flat_map(Statement::exprs);
        exprs.for_each(|expr| keys_in(expr, keys));
    }
    expr.inner().into_iter().for_each(|inner| keys_in(inner, keys));
}

fn text_of(expr: &Expr) -> String {
    cut(&print::expr_text(expr))
}

/// On one line, and not too long.
fn cut(text: &str) -> String {
    let words = text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default()),
        None => words,
    }
}
