//! From the engine's syntax tree to ours. Nothing is changed on the way but what the engine reads otherwise than OPA:
//! bodies that follow each other become rules of their own, and a lone union becomes a statement with a left side.

use regorus::Value;
use regorus::unstable::{self as ast, ArithOp, AssignOp, BinOp, BoolOp, Span};

use crate::rego::normalise::tree::{
    Body, Brackets, Call, Clause, Comprehension, Expr, Infix, Literal, Membership, Operator, Origin, Part,
    Rule, RuleKind, Statement, With,
};

/// The rules of a module, which is the file at this position.
pub(super) fn rules(file: usize, module: &ast::Module) -> Vec<Rule> {
    module.policy.iter().flat_map(|rule| Lowering { file }.rule(rule)).collect()
}

/// A path as a package or an import writes it.
pub(super) fn path(expr: &ast::Expr) -> Expr {
    Lowering { file: 0 }.expr(expr)
}

#[derive(Clone, Copy)]
struct Lowering {
    file: usize,
}

impl Lowering {
    fn origin(self, span: &Span) -> Origin {
        Origin { file: self.file, span: span.clone() }
    }

    fn rule(self, rule: &ast::Rule) -> Vec<Rule> {
        match rule {
            ast::Rule::Default { span, refr, args, value, .. } => {
                let origin = self.origin(refr.span());
                let clause = Clause { origin, value: Some(self.expr(value)), body: Vec::new() };
                let arguments = (!args.is_empty()).then(|| self.exprs(args));
                let name = self.expr(refr);
                let origin = self.origin(span);
                vec![Rule { origin, kind: RuleKind::Default, name, arguments, clauses: vec![clause] }]
            }
            ast::Rule::Spec { span, head, bodies } => {
                let chains = bodies.chunk_by(|_, next| next.is_else).collect::<Vec<_>>();
                let chains = if chains.is_empty() { vec![bodies.as_slice()] } else { chains };
                chains.into_iter().map(|chain| self.chain(span, head, chain)).collect()
            }
        }
    }

    /// The head with one body and its `else`s.
    fn chain(self, span: &Span, head: &ast::RuleHead, bodies: &[ast::RuleBody]) -> Rule {
        let (name, kind, arguments, value) = match head {
            ast::RuleHead::Compr { refr, assign, .. } => {
                (refr, RuleKind::Value, None, assign.as_ref().map(|assign| &assign.value))
            }
            ast::RuleHead::Set { refr, key, .. } => (refr, RuleKind::Element, None, key.as_ref()),
            ast::RuleHead::Func { refr, args, assign, .. } => {
                (refr, RuleKind::Value, Some(self.exprs(args)), assign.as_ref().map(|assign| &assign.value))
            }
        };
        let value = value.map(|value| self.expr(value));
        let origin = self.origin(span);
        let first = bodies.first().map_or_else(Vec::new, |body| self.body(&body.query));
        let mut clauses = vec![Clause { origin: origin.clone(), value, body: first }];
        clauses.extend(bodies.iter().skip(1).map(|body| self.otherwise(body)));
        Rule { origin, kind, name: self.expr(name), arguments, clauses }
    }

    fn otherwise(self, body: &ast::RuleBody) -> Clause {
        let value = body.assign.as_ref().map(|assign| self.expr(&assign.value));
        Clause { origin: self.origin(&body.span), value, body: self.body(&body.query) }
    }

    fn body(self, query: &ast::Query) -> Body {
        query.stmts.iter().map(|statement| self.statement(statement)).collect()
    }

    fn statement(self, statement: &ast::LiteralStmt) -> Statement {
        let with = statement.with_mods.iter();
        Statement {
            origin: self.origin(&statement.span),
            literal: self.literal(&statement.literal),
            with: with
                .map(|with| With { target: self.expr(&with.refr), value: self.expr(&with.r#as) })
                .collect(),
        }
    }

    fn literal(self, literal: &ast::Literal) -> Literal {
        match literal {
            ast::Literal::SomeVars { vars, .. } => {
                Literal::Some(vars.iter().map(|name| name.text().to_owned()).collect())
            }
            ast::Literal::SomeIn { key, value, collection, .. } => Literal::SomeIn {
                key: key.as_ref().map(|key| self.expr(key)),
                value: self.expr(value),
                collection: self.expr(collection),
            },
            ast::Literal::Expr { expr, .. } => match self.expr(expr) {
                // `{ a | b }` would be read as a comprehension.
                Expr::Infix(infix) if infix.operator == Operator::Or => {
                    Literal::Is(Expr::unify("_", Expr::Infix(infix)))
                }
                expr => Literal::Is(expr),
            },
            ast::Literal::NotExpr { expr, .. } => Literal::Not(self.expr(expr)),
            ast::Literal::Every { key, value, domain, query, .. } => Literal::Every {
                key: key.as_ref().map(|key| key.text().to_owned()),
                value: value.text().to_owned(),
                domain: self.expr(domain),
                body: self.body(query),
            },
        }
    }

    fn exprs(self, exprs: &[ast::Ref<ast::Expr>]) -> Vec<Expr> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn expr(self, expr: &ast::Expr) -> Expr {
        match expr {
            ast::Expr::String { value, .. } | ast::Expr::RawString { value, .. } => Expr::Text(text(value)),
            ast::Expr::Number { span, .. } => Expr::Number(span.text().to_owned()),
            ast::Expr::Bool { value, .. } => Expr::Bool(*value == Value::from(true)),
            ast::Expr::Null { .. } => Expr::Null,
            ast::Expr::Var { span, .. } => Expr::name(span.text()),
            ast::Expr::Array { items, .. } => Expr::Array(self.exprs(items)),
            ast::Expr::Set { items, .. } => Expr::Set(self.exprs(items)),
            ast::Expr::Object { fields, .. } => Expr::Object(
                fields.iter().map(|(_, key, value)| (self.expr(key), self.expr(value))).collect(),
            ),
            ast::Expr::ArrayCompr { span, term, query, .. } => {
                self.comprehension(span, (Brackets::Square, None, term), query)
            }
            ast::Expr::SetCompr { span, term, query, .. } => {
                self.comprehension(span, (Brackets::Curly, None, term), query)
            }
            ast::Expr::ObjectCompr { span, key, value, query, .. } => {
                self.comprehension(span, (Brackets::Curly, Some(key), value), query)
            }
            ast::Expr::Call { span, fcn, params, .. } => {
                let span = Some(span.clone());
                Expr::Call(Box::new(Call { function: self.expr(fcn), arguments: self.exprs(params), span }))
            }
            ast::Expr::UnaryExpr { span, expr, .. } => self.negative(span, expr),
            ast::Expr::RefDot { .. } | ast::Expr::RefBrack { .. } => self.reference(expr),
            ast::Expr::BinExpr { span, op, lhs, rhs, .. } => self.infix(span, of_sets(op), lhs, rhs),
            ast::Expr::BoolExpr { span, op, lhs, rhs, .. } => self.infix(span, of_comparison(op), lhs, rhs),
            ast::Expr::ArithExpr { span, op, lhs, rhs, .. } => self.infix(span, of_numbers(op), lhs, rhs),
            ast::Expr::AssignExpr { span, op, lhs, rhs, .. } => self.infix(span, of_assignment(op), lhs, rhs),
            ast::Expr::Membership { key, value, collection, .. } => Expr::Membership(Box::new(Membership {
                key: key.as_ref().map(|key| self.expr(key)),
                value: self.expr(value),
                collection: self.expr(collection),
            })),
        }
    }

    fn comprehension(
        self,
        span: &Span,
        (kind, key, term): (Brackets, Option<&ast::Ref<ast::Expr>>, &ast::Expr),
        query: &ast::Query,
    ) -> Expr {
        Expr::Comprehension(Box::new(Comprehension {
            origin: self.origin(span),
            kind,
            key: key.map(|key| self.expr(key)),
            term: self.expr(term),
            body: self.body(query),
        }))
    }

    /// The parts of a reference are gathered in a loop: there may be a thousand.
    fn reference(self, expr: &ast::Expr) -> Expr {
        let (mut parts, mut rest) = (Vec::new(), expr);
        loop {
            rest = match rest {
                ast::Expr::RefDot { refr, field, .. } => {
                    parts.push(Part::Field(field.0.text().to_owned()));
                    refr
                }
                ast::Expr::RefBrack { refr, index, .. } => {
                    parts.push(Part::Index(self.expr(index)));
                    refr
                }
                base => {
                    parts.reverse();
                    return Expr::Ref(Box::new(self.expr(base)), parts);
                }
            }
        }
    }

    /// `-1`; `refuse` has seen to it that nothing else is negated.
    fn negative(self, span: &Span, expr: &ast::Expr) -> Expr {
        match self.expr(expr) {
            Expr::Number(text) if !text.starts_with('-') => Expr::Number(format!("-{text}")),
            right => Expr::Infix(Box::new(Infix {
                operator: Operator::Subtract,
                left: Expr::Number("0".to_owned()),
                right,
                span: Some(span.clone()),
            })),
        }
    }

    fn infix(self, span: &Span, operator: Operator, left: &ast::Expr, right: &ast::Expr) -> Expr {
        let (left, right) = (self.expr(left), self.expr(right));
        Expr::Infix(Box::new(Infix { operator, left, right, span: Some(span.clone()) }))
    }
}

fn text(value: &Value) -> String {
    value.as_string().map(ToString::to_string).unwrap_or_default()
}

const fn of_sets(operator: &BinOp) -> Operator {
    match operator {
        BinOp::Union => Operator::Or,
        BinOp::Intersection => Operator::And,
    }
}

const fn of_comparison(operator: &BoolOp) -> Operator {
    match operator {
        BoolOp::Lt => Operator::Less,
        BoolOp::Le => Operator::LessOrEqual,
        BoolOp::Eq => Operator::Equal,
        BoolOp::Ge => Operator::GreaterOrEqual,
        BoolOp::Gt => Operator::Greater,
        BoolOp::Ne => Operator::Unequal,
    }
}

const fn of_numbers(operator: &ArithOp) -> Operator {
    match operator {
        ArithOp::Add => Operator::Add,
        ArithOp::Sub => Operator::Subtract,
        ArithOp::Mul => Operator::Multiply,
        ArithOp::Div => Operator::Divide,
        ArithOp::Mod => Operator::Modulo,
    }
}

const fn of_assignment(operator: &AssignOp) -> Operator {
    match operator {
        AssignOp::Eq => Operator::Unify,
        AssignOp::ColEq => Operator::Declare,
    }
}
