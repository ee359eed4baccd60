//! From the syntax tree to the core.

use std::rc::Rc;

use super::{
    Collection, Comprehension, Every, Expr, ExprKind, Head, Names, Operand, Rule, SomeIn, Term, Value, With,
    call, known, reference, string, variable,
};
use crate::syntax::Span;
use crate::syntax::tree::{self, HeadKind, Part, StatementKind, TermKind};

/// The rules of a module, each body a rule of its own, each `else` behind its rule.
pub(in crate::model) fn lower(module: &tree::Module, at: usize, names: &mut Names) -> Vec<Rule> {
    let mut lower = Lower { names };
    module.rules.iter().flat_map(|rule| lower.rule(rule, at)).collect()
}

struct Lower<'n> {
    names: &'n mut Names,
}

impl Lower<'_> {
    fn rule(&mut self, rule: &tree::Rule, module: usize) -> Vec<Rule> {
        let mut rules = Vec::new();
        let mut bodies = rule.bodies.iter();
        let first = bodies.next();
        let body = first.map_or_else(|| truth(rule.span), |chain| self.body(&chain.body));
        let head = self.head(&rule.head);
        rules.push(plain_rule(module, rule.span, head, body));
        for chain in bodies {
            let (head, body) = (self.head(&rule.head), self.body(&chain.body));
            rules.push(plain_rule(module, chain.body.span, head, body));
        }
        for branch in &rule.elses {
            let mut head = self.head(&rule.head);
            head.value = Some(self.value_or_true(branch.value.as_ref().map(|(_, value)| value), branch.span));
            head.span = branch.span;
            let body = branch.body.as_ref().map_or_else(|| truth(branch.span), |body| self.body(body));
            rules.push(Rule { is_else: true, ..plain_rule(module, branch.span, head, body) });
        }
        rules.iter_mut().for_each(|made| made.default = rule.default.is_some());
        rules
    }

    fn head(&mut self, head: &tree::Head) -> Head {
        let name = variable(head.name.span, self.names.written(&head.name.text));
        let steps: Vec<Term> = head.path.iter().map(|step| self.term(step)).collect();
        let arguments = head.parameters.iter().flatten().map(|parameter| self.term(parameter)).collect();
        let (key, value) = match &head.kind {
            HeadKind::Element(element, _) => (Some(self.term(element)), None),
            HeadKind::Value(value) => {
                let value = value.as_ref().map(|(_, value)| value);
                (None, Some(self.value_or_true(value, head.span)))
            }
        };
        let reference = std::iter::once(name).chain(steps).collect();
        Head { span: head.span, reference, arguments, key, value }
    }

    fn value_or_true(&mut self, value: Option<&tree::Term>, span: Span) -> Term {
        value.map_or_else(|| Term::new(span, Value::Bool(true)), |value| self.term(value))
    }

    fn body(&mut self, body: &tree::Body) -> Vec<Expr> {
        body.statements.iter().map(|statement| self.statement(statement)).collect()
    }

    fn statement(&mut self, statement: &tree::Statement) -> Expr {
        let span = statement.span;
        let mut expr = match &statement.kind {
            StatementKind::Negated(inner) => {
                let mut expr = self.statement(inner);
                expr.span = span;
                expr.negated = true;
                expr
            }
            kind => Expr::new(span, self.kind(kind, span)),
        };
        expr.with.extend(statement.with.iter().map(|with| self.with(with)));
        expr
    }

    fn kind(&mut self, kind: &StatementKind, span: Span) -> ExprKind {
        match kind {
            StatementKind::Term(term) => statement_of(self.term(term)),
            StatementKind::Assign(left, right) => self.operation(known::ASSIGN, (left, right), span),
            StatementKind::Unify(left, right) => self.operation(known::EQ, (left, right), span),
            // Said with its `with` above.
            StatementKind::Negated(inner) => self.kind(&inner.kind, span),
            StatementKind::Not(operand) => ExprKind::Not(self.operand(operand)),
            StatementKind::Some(words) => {
                ExprKind::Some(words.iter().map(|word| (self.named(&word.text), word.span)).collect())
            }
            StatementKind::SomeIn(element) => ExprKind::SomeIn(Box::new(SomeIn {
                key: element.key.as_ref().map(|key| self.term(key)),
                value: self.term(&element.value),
                collection: self.term(&element.collection),
            })),
            StatementKind::Every(every) => ExprKind::Every(Box::new(self.every(every))),
            StatementKind::And(sides) | StatementKind::Or(sides) => {
                ExprKind::Logic(Box::new((self.operand(&sides.0), self.operand(&sides.1))))
            }
        }
    }

    fn operation(&mut self, operator: super::Var, sides: (&tree::Term, &tree::Term), span: Span) -> ExprKind {
        let (left, right) = (self.term(sides.0), self.term(sides.1));
        ExprKind::Call(vec![reference(span, operator, []), left, right])
    }

    fn every(&mut self, every: &tree::Every) -> Every {
        let key = match &every.key {
            Some(key) => variable(key.span, self.named(&key.text)),
            None => variable(every.value.span, self.names.generate()),
        };
        let value = variable(every.value.span, self.named(&every.value.text));
        Every { key, value, domain: self.term(&every.collection), body: self.body(&every.body) }
    }

    fn operand(&mut self, operand: &tree::Operand) -> Operand {
        Operand { braces: operand.braces, body: self.body(&operand.body) }
    }

    fn with(&mut self, with: &tree::With) -> With {
        With { target: self.term(&with.target), value: self.term(&with.value) }
    }

    fn named(&mut self, name: &str) -> super::Var {
        if name == "_" { self.names.wildcard() } else { self.names.written(name) }
    }

    fn terms(&mut self, terms: &[tree::Term]) -> Vec<Term> {
        terms.iter().map(|term| self.term(term)).collect()
    }

    fn term(&mut self, term: &tree::Term) -> Term {
        let span = term.span;
        let value = match &term.kind {
            TermKind::Null => Value::Null,
            TermKind::Bool(value) => Value::Bool(*value),
            TermKind::Number(number) => Value::Number(Rc::from(number.as_str())),
            TermKind::String(text) => Value::String(Rc::from(text.value.as_str())),
            TermKind::Template(template) => Value::Template(self.parts(template)),
            TermKind::Var(name) => return self.name(span, name),
            TermKind::Reference(reference) => Value::Ref(self.path(reference)),
            TermKind::Call(callee, arguments) => {
                let callee = self.callee(callee);
                Value::Call(std::iter::once(callee).chain(self.terms(arguments)).collect())
            }
            TermKind::Infix(operator, sides) => {
                let operator = self.names.written(operator.builtin());
                return call(span, operator, [self.term(&sides.0), self.term(&sides.1)]);
            }
            TermKind::In(element) => return self.membership(span, element),
            TermKind::Minus(inner) => {
                let operator = self.names.written("minus");
                let nought = Term::new(span, Value::Number(Rc::from("0")));
                return call(span, operator, [nought, self.term(inner)]);
            }
            TermKind::Array(items) => Value::Array(self.terms(items)),
            TermKind::Set(items) => Value::Set(self.terms(items)),
            TermKind::Object(entries) => Value::Object(self.members(entries)),
            TermKind::Comprehension(inner) => Value::Comprehension(Box::new(self.comprehension(inner))),
        };
        Term::new(span, value)
    }

    fn name(&mut self, span: Span, name: &str) -> Term {
        let var = self.named(name);
        if var.is_root() { reference(span, var, []) } else { variable(span, var) }
    }

    fn path(&mut self, path: &tree::Reference) -> Vec<Term> {
        let head = self.term(&path.head);
        let mut steps = match head.value {
            Value::Ref(steps) => steps,
            _ => vec![head],
        };
        steps.extend(path.path.iter().map(|step| self.term(step)));
        steps
    }

    fn callee(&mut self, callee: &tree::Term) -> Term {
        let term = self.term(callee);
        match term.value {
            Value::Ref(_) => term,
            _ => Term::new(term.span, Value::Ref(vec![term])),
        }
    }

    fn membership(&mut self, span: Span, element: &tree::Element) -> Term {
        let name = if element.key.is_some() { "member_3" } else { "member_2" };
        let operator = reference(span, known::INTERNAL, [string(span, name)]);
        let mut terms = vec![operator];
        terms.extend(element.key.as_ref().map(|key| self.term(key)));
        terms.push(self.term(&element.value));
        terms.push(self.term(&element.collection));
        Term::new(span, Value::Call(terms))
    }

    /// Of two members of one constant key the later one counts.
    fn members(&mut self, entries: &[tree::Entry]) -> Vec<(Term, Term)> {
        let mut members: Vec<(Term, Term)> = Vec::new();
        let mut places = std::collections::BTreeMap::new();
        for entry in entries {
            let (key, value) = (self.term(&entry.key), self.term(&entry.value));
            let place = super::key(&key).map(|name| *places.entry(name).or_insert(members.len()));
            match place.and_then(|place| members.get_mut(place)) {
                Some(member) => member.1 = value,
                None => members.push((key, value)),
            }
        }
        members
    }

    fn comprehension(&mut self, comprehension: &tree::Comprehension) -> Comprehension {
        let id = self.names.comprehension();
        let (kind, key, term, body) = match comprehension {
            tree::Comprehension::Array(term, body) => (Collection::Array, None, term, body),
            tree::Comprehension::Set(term, body) => (Collection::Set, None, term, body),
            tree::Comprehension::Object(entry, body) => {
                (Collection::Object, Some(&entry.key), &entry.value, body)
            }
        };
        let key = key.map(|key| self.term(key));
        Comprehension { id, kind, key, term: self.term(term), body: self.body(body) }
    }

    fn parts(&mut self, template: &tree::Template) -> Vec<Expr> {
        let holes = template.parts.iter().filter_map(|part| match part {
            Part::Hole(statement) => Some(statement),
            Part::Text(..) => None,
        });
        holes.map(|hole| self.statement(hole)).collect()
    }
}

fn statement_of(term: Term) -> ExprKind {
    match term.value {
        Value::Call(terms) => ExprKind::Call(terms),
        _ => ExprKind::Term(term),
    }
}

fn truth(span: Span) -> Vec<Expr> {
    vec![Expr::new(span, ExprKind::Term(Term::new(span, Value::Bool(true))))]
}

fn plain_rule(module: usize, span: Span, head: Head, body: Vec<Expr>) -> Rule {
    Rule { module, span, default: false, head, body, is_else: false, is_faulty: false }
}
