//! Calls: whether the arguments can be what the function takes; `in`: whether the value can be in the collection.

use super::environment::Layer;
use super::rules::{Checker, Fault};
use super::select::{keys, values};
use super::{Function, Maybe, is_unknown, show};
use crate::model::core::{Expr, Term, Value, known};
use crate::model::refusal::Code;
use crate::model::words;

impl Checker<'_, '_> {
    /// `x in xs`: the value can be in the collection.
    pub(super) fn member(
        &self,
        layer: &Layer<'_>,
        expr: &Expr,
        name: &[Term],
        operands: &[Term],
    ) -> Option<Fault> {
        let [Term { value: Value::Var(known::INTERNAL), .. }, Term { value: Value::String(form), .. }] = name
        else {
            return None;
        };
        let (key, value, collection) = match (form.as_ref(), operands) {
            ("member_2", [value, collection, ..]) => (None, value, collection),
            ("member_3", [key, value, collection, ..]) => (Some(key), value, collection),
            _ => return None,
        };
        let of = self.of(layer, collection);
        let inner = values(&of);
        inner.as_ref()?;
        if let Some(key) = key
            && let Some(fault) = self.element(layer, expr, key, &keys(&of))
        {
            return Some(fault);
        }
        self.element(layer, expr, value, &inner)
    }

    fn element(&self, layer: &Layer<'_>, expr: &Expr, term: &Term, wanted: &Maybe) -> Option<Fault> {
        if is_unknown(wanted) {
            return None;
        }
        let have = self.of(layer, term);
        let can_be = is_unknown(&have) || self.work.unifies(&have, wanted);
        if can_be && self.infer(layer, term, wanted, false) {
            return None;
        }
        let message =
            format!("this never holds: {} is looked for among {}", show::name(&have), show::names(wanted));
        Some(Fault { code: Code::TypeError, span: expr.span, message, follows: is_unknown(&have) })
    }

    /// A call: the arguments, and the variable for the value, can be what the function says.
    pub(super) fn call(
        &self,
        layer: &Layer<'_>,
        expr: &Expr,
        name: &[Term],
        operands: &[Term],
    ) -> Option<Fault> {
        let of = layer.reference(name);
        if of.as_ref().is_some_and(|of| of.is_any()) {
            return None;
        }
        let Some(function) = of.as_ref().and_then(|of| of.function()) else {
            let message = words::unknown_function(self.program, name);
            return Some(Fault { code: Code::UnknownFunction, span: expr.span, message, follows: false });
        };
        let mut wanted = function.arguments.clone();
        wanted.extend(function.result.clone().map(Some));
        let is_too_many = operands.len() > wanted.len() && function.variadic.is_none();
        if is_too_many || operands.len() < function.arguments.len() {
            let message = words::arity(&self.program.callee(name), function.arguments.len(), operands.len());
            return Some(Fault { code: Code::Arity, span: expr.span, message, follows: false });
        }
        let before: Vec<Maybe> = operands.iter().map(|operand| self.of(layer, operand)).collect();
        for (at, operand) in operands.iter().enumerate() {
            let wanted = wanted.get(at).unwrap_or(&function.variadic);
            let have = before.get(at).cloned().flatten();
            let can_be = is_unknown(&have) || self.work.unifies(&have, wanted);
            if !can_be || !self.infer(layer, operand, wanted, false) {
                let follows = operands.iter().any(|operand| is_unknown(&self.of(layer, operand)));
                let message = self.argument(layer, name, function, (at, operand, wanted));
                return Some(Fault { code: Code::TypeError, span: expr.span, message, follows });
            }
        }
        None
    }

    fn argument(
        &self,
        layer: &Layer<'_>,
        name: &[Term],
        function: &Function,
        (at, operand, wanted): (usize, &Term, &Maybe),
    ) -> String {
        let callee = self.program.callee(name);
        let have = show::name(&self.of(layer, operand));
        let wanted = show::name(wanted);
        if at >= function.arguments.len() {
            return format!("the value of {} is {wanted}, never {have}", words::operation(&callee));
        }
        let which = words::ordinal(at.saturating_add(1), function.arguments.len());
        format!("{} wants {wanted} as its {which}argument, and this is {have}", words::operation(&callee))
    }
}
