//! Whether two bodies can hold at once, as far as their statements say. Where that is not clear it is taken for impossible: whoever asks
//! wants to speak only of what can happen.

use std::collections::BTreeMap;

use regorus::Value;
use regorus::unstable::{AssignOp, BoolOp, Expr, Literal, Query};

use crate::rego::check::constants::value_of;
use crate::rego::lint::sameness::print_of;

/// What a body asks of its input.
#[derive(Default)]
pub(super) struct Demands {
    /// Statements by their texts, and whether they must hold.
    plain: BTreeMap<String, bool>,
    /// Comparisons by their left sides: which outcomes are wanted, and of what.
    compared: BTreeMap<String, Vec<(Outcomes, Compared)>>,
    /// Calls and memberships by the text of what is asked about: the whole text.
    asked: BTreeMap<String, String>,
}

/// The right side of a comparison.
#[derive(PartialEq)]
enum Compared {
    Constant(Value),
    Text(String),
}

/// Which of less, equal and greater are wanted.
#[derive(Clone, Copy)]
struct Outcomes {
    less: bool,
    equal: bool,
    greater: bool,
}

impl Outcomes {
    const fn of(op: &BoolOp) -> Self {
        let (less, equal, greater) = match op {
            BoolOp::Lt => (true, false, false),
            BoolOp::Le => (true, true, false),
            BoolOp::Eq => (false, true, false),
            BoolOp::Ge => (false, true, true),
            BoolOp::Gt => (false, false, true),
            BoolOp::Ne => (true, false, true),
        };
        Self { less, equal, greater }
    }

    const fn meets(self, other: Self) -> bool {
        (self.less && other.less) || (self.equal && other.equal) || (self.greater && other.greater)
    }
}

impl Demands {
    /// Those of a body; nothing stands for one that always holds.
    pub(super) fn of(query: Option<&Query>) -> Self {
        let mut demands = Self::default();
        for statement in query.iter().flat_map(|query| &query.stmts) {
            match &statement.literal {
                Literal::Expr { expr, .. } => demands.add(expr, true),
                Literal::NotExpr { expr, .. } => demands.add(expr, false),
                Literal::SomeVars { .. } | Literal::SomeIn { .. } | Literal::Every { .. } => {}
            }
        }
        demands
    }

    fn add(&mut self, expr: &Expr, holds: bool) {
        self.plain.insert(print_of(expr), holds);
        if !holds {
            return;
        }
        if let Expr::BoolExpr { op, lhs, rhs, .. } = expr {
            self.compare(Outcomes::of(op), lhs, rhs);
        } else if let Expr::AssignExpr { op: AssignOp::Eq, lhs, rhs, .. } = expr {
            self.compare(Outcomes::of(&BoolOp::Eq), lhs, rhs);
        } else if let Expr::Membership { value, .. } = expr {
            self.asked.insert(print_of(value), print_of(expr));
        } else if let Expr::Call { params, .. } = expr
            && let Some(first) = params.iter().find(|argument| value_of(argument).is_none())
        {
            self.asked.insert(print_of(first), print_of(expr));
        }
    }

    fn compare(&mut self, outcomes: Outcomes, lhs: &Expr, rhs: &Expr) {
        let compared = value_of(rhs).map_or_else(|| Compared::Text(print_of(rhs)), Compared::Constant);
        self.compared.entry(print_of(lhs)).or_default().push((outcomes, compared));
    }

    /// Whether both can be met at once.
    pub(super) fn agree(&self, other: &Self) -> bool {
        let opposed =
            self.plain.iter().any(|(text, holds)| other.plain.get(text).is_some_and(|it| it != holds));
        let apart = self.compared.iter().any(|(left, mine)| {
            let theirs = other.compared.get(left).into_iter().flatten();
            theirs.into_iter().any(|theirs| mine.iter().any(|mine| are_apart(mine, theirs)))
        });
        // What is asked of one thing in two ways, `x in names` and `x in others`, is most often asked to tell it apart.
        let unlike =
            self.asked.iter().any(|(about, text)| other.asked.get(about).is_some_and(|it| it != text));
        !opposed && !apart && !unlike
    }
}

/// Whether no value of the left side meets both.
fn are_apart((mine, left): &(Outcomes, Compared), (theirs, right): &(Outcomes, Compared)) -> bool {
    if left == right {
        return !mine.meets(*theirs);
    }
    let (Compared::Constant(left), Compared::Constant(right)) = (left, right) else { return false };
    // Something below one and above the other, or equal to one and on the wrong side of the other.
    let (low, high) = if left < right { (mine, theirs) } else { (theirs, mine) };
    let between = low.greater && high.less;
    !(between
        || (low.equal && high.less)
        || (low.greater && high.equal)
        || (low.less && high.less)
        || (low.greater && high.greater))
}
