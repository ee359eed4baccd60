//! `rego.metadata.chain()` and `rego.metadata.rule()`, which the engine does not have: what they say is known before
//! anything runs, so each call becomes the name of a rule of ours that holds it.

mod annotation;
mod blocks;

use regorus::Value;
use regorus::unstable::{Module, Ref};

use crate::domain::diagnostic::Diagnostic;
use crate::rego::normalise::fresh::Fresh;
use crate::rego::normalise::metadata::annotation::{Annotation, Scope};
use crate::rego::normalise::packages::steps;
use crate::rego::normalise::tree::{Clause, Expr, Part, Rule, RuleKind};
use crate::rego::normalise::walk;
use crate::rego::place;

/// What a comment says, and of what.
pub(in crate::rego) struct Said {
    /// Where that lies below `data`.
    pub(in crate::rego) path: Vec<String>,
    /// Whether it is a rule, and no package.
    pub(in crate::rego) is_rule: bool,
    /// The fields.
    pub(in crate::rego) fields: Value,
}

/// What the `METADATA` comments of a module say; nothing of one that cannot be read.
pub(in crate::rego) fn said(module: &Module) -> Vec<Said> {
    blocks::said(module)
}

const CHAIN: &str = "rego.metadata.chain";
const RULE: &str = "rego.metadata.rule";

/// The annotations of all modules of a policy; none unless some module asks for them.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    annotations: Vec<Annotation>,
}

impl Metadata {
    /// Reads the `METADATA` comments of modules.
    ///
    /// # Errors
    /// Every comment that cannot be read, and every one that says more than can be told.
    pub(super) fn read(modules: &[Ref<Module>]) -> Result<Self, Vec<Diagnostic>> {
        let asks =
            |module: &Ref<Module>| module.package.span.source.get_contents().contains("rego.metadata.");
        if !modules.iter().any(asks) {
            return Ok(Self::default());
        }
        let (mut annotations, mut wrong) = (Vec::new(), Vec::new());
        for module in modules {
            for read in blocks::annotations(module) {
                match read {
                    Ok(annotation) => annotations.extend(annotation),
                    Err(found) => wrong.push(found),
                }
            }
        }
        if wrong.is_empty() { Ok(Self { annotations }) } else { Err(wrong) }
    }

    /// Puts names in the place of the calls in the rules of one file, and adds the rules they name.
    pub(super) fn rewrite(&self, package: &Expr, rules: &mut Vec<Rule>, fresh: &mut Fresh) {
        let package = steps(package);
        let mut added = Vec::new();
        for rule in rules.iter_mut() {
            for call in [CHAIN, RULE] {
                let mut names = Names { call, name: None, fresh };
                each_expr(rule, &mut |expr| names.within(expr));
                // Few rules ask, and the answer takes a look at the whole text.
                let Some(name) = names.name else { continue };
                let value = if call == CHAIN { self.chain(&package, rule) } else { self.rule(rule) };
                added.push(constant(&name, &value, rule));
            }
        }
        rules.append(&mut added);
    }

    /// What OPA says of a rule and of everything around it, from the inside out.
    fn chain(&self, package: &[String], rule: &Rule) -> Value {
        let path = package.iter().cloned().chain(ground(&rule.name)).collect::<Vec<_>>();
        let mut links: Vec<Value> = self.of_rule(rule).map(|found| link(&path, Some(found))).collect();
        if links.is_empty() {
            links.push(link(&path, None));
        }
        let mut scopes = vec![(Scope::Document, path.as_slice()), (Scope::Package, package)];
        let above = (0..=package.len()).rev().filter_map(|length| package.get(..length));
        scopes.extend(above.map(|above| (Scope::Subpackages, above)));
        for (scope, path) in scopes {
            let found = self.annotations.iter().filter(|known| known.scope == scope && known.path == path);
            links.extend(found.map(|found| link(path, Some(found))));
        }
        Value::from(links)
    }

    fn rule(&self, rule: &Rule) -> Value {
        self.of_rule(rule).next().map_or_else(Value::new_object, |found| found.value.clone())
    }

    fn of_rule<'a>(&'a self, rule: &Rule) -> impl Iterator<Item = &'a Annotation> {
        let place = place::of_span(&rule.origin.span);
        self.annotations.iter().filter(move |known| {
            let here = place.as_ref().map(|place| (place.file.as_str(), place.row));
            known.scope == Scope::Rule && here == Some((known.file.as_str(), known.row))
        })
    }
}

/// The constant parts that the name of a rule begins with.
fn ground(name: &Expr) -> Vec<String> {
    let count = match name {
        Expr::Ref(_, parts) => parts.iter().take_while(|part| is_constant(part)).count(),
        _ => 0,
    };
    steps(name).into_iter().take(count.saturating_add(1)).collect()
}

const fn is_constant(part: &Part) -> bool {
    matches!(part, Part::Field(_) | Part::Index(Expr::Text(_)))
}

fn link(path: &[String], annotation: Option<&Annotation>) -> Value {
    let path = path.iter().map(|step| Value::from(step.as_str())).collect::<Vec<_>>();
    let mut link = Value::new_object();
    if let Ok(members) = link.as_object_mut() {
        members.insert(Value::from("path"), Value::from(path));
        if let Some(found) = annotation {
            members.insert(Value::from("annotations"), found.value.clone());
        }
    }
    link
}

struct Names<'a> {
    call: &'static str,
    /// The rule that the calls become the name of, once there is one.
    name: Option<String>,
    fresh: &'a mut Fresh,
}

impl Names<'_> {
    fn within(&mut self, expr: &mut Expr) {
        expr.inner_mut().into_iter().for_each(|inner| self.within(inner));
        if let Expr::Call(call) = expr
            && call.arguments.is_empty()
            && steps(&call.function).join(".") == self.call
        {
            let name = self.name.get_or_insert_with(|| self.fresh.name());
            *expr = Expr::name(name);
        }
    }
}

/// Visits the outermost expressions of a rule.
fn each_expr(rule: &mut Rule, visit: &mut impl FnMut(&mut Expr)) {
    walk::each_body(rule, &mut |body, _| {
        body.iter_mut().flat_map(|statement| statement.exprs_mut()).for_each(&mut *visit);
    });
    walk::each_comprehension(rule, &mut |made| {
        made.key.iter_mut().chain([&mut made.term]).for_each(&mut *visit);
    });
    rule.name.inner_mut().into_iter().for_each(&mut *visit);
    rule.clauses.iter_mut().filter_map(|clause| clause.value.as_mut()).for_each(visit);
}

fn constant(name: &str, value: &Value, rule: &Rule) -> Rule {
    let origin = rule.origin.clone();
    let clause = Clause { origin: origin.clone(), value: Some(literal(value)), body: Vec::new() };
    Rule { origin, kind: RuleKind::Value, name: Expr::name(name), arguments: None, clauses: vec![clause] }
}

fn literal(value: &Value) -> Expr {
    match value {
        Value::Null | Value::Undefined => Expr::Null,
        Value::Bool(value) => Expr::Bool(*value),
        Value::Number(_) => Expr::Number(value.to_json_str().unwrap_or_default()),
        Value::String(text) => Expr::Text(text.to_string()),
        Value::Array(items) => Expr::Array(items.iter().map(literal).collect()),
        Value::Set(items) => Expr::Set(items.iter_sorted().map(literal).collect()),
        Value::Object(members) => {
            Expr::Object(members.iter_sorted().map(|(key, value)| (literal(key), literal(value))).collect())
        }
    }
}
