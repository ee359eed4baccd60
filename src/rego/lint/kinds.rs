//! Which kind of value an expression certainly has, if it has one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use regorus::unstable::{ArithOp, Expr};

use crate::rego::check::names::{path_of, show, static_names};
use crate::rego::lint::bindings::{Binding, Scope, Target};
use crate::rego::lint::definitions::Form;
use crate::rego::lint::subject::Subject;

/// How many names are followed from one to the next.
const MAX_STEPS: u8 = 30;

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Set,
    Object,
}

impl Kind {
    /// Whether it holds others: a statement of such a value holds, also if it is empty.
    pub(super) const fn is_collection(self) -> bool {
        matches!(self, Self::Array | Self::Set | Self::Object)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Set => "a set",
            Self::Object => "an object",
        })
    }
}

/// The kinds of rules that were asked for before.
#[derive(Default)]
pub(super) struct KnownKinds(RefCell<BTreeMap<String, Option<Kind>>>);

impl Subject<'_> {
    /// The kind of an expression's value.
    pub(super) fn kind_of<'s>(&'s self, expr: &'s Expr, scope: &Scope<'s>) -> Option<Kind> {
        self.kind(expr, scope, MAX_STEPS)
    }

    fn kind<'s>(&'s self, expr: &'s Expr, scope: &Scope<'s>, steps: u8) -> Option<Kind> {
        match expr {
            Expr::String { .. } | Expr::RawString { .. } => Some(Kind::String),
            Expr::Null { .. } => Some(Kind::Null),
            Expr::Array { .. } | Expr::ArrayCompr { .. } => Some(Kind::Array),
            Expr::Set { .. } | Expr::SetCompr { .. } | Expr::BinExpr { .. } => Some(Kind::Set),
            Expr::Object { .. } | Expr::ObjectCompr { .. } => Some(Kind::Object),
            Expr::Bool { .. } | Expr::BoolExpr { .. } | Expr::Membership { .. } | Expr::AssignExpr { .. } => {
                Some(Kind::Boolean)
            }
            // Sets are subtracted, too.
            Expr::ArithExpr { op: ArithOp::Sub, lhs, .. } => self.kind(lhs, scope, steps),
            Expr::Number { .. } | Expr::UnaryExpr { .. } | Expr::ArithExpr { .. } => Some(Kind::Number),
            Expr::Call { fcn, .. } => self.kind_of_call(fcn, scope),
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => {
                self.kind_of_reference(expr, scope, steps.checked_sub(1)?)
            }
        }
    }

    fn kind_of_call<'s>(&'s self, function: &'s Expr, scope: &Scope<'s>) -> Option<Kind> {
        if let Target::Data(path) = scope.resolve(function)
            && self.definitions.split(&path).is_some()
        {
            return None;
        }
        let path = path_of(function)?;
        let name = static_names(&path)?.join(".");
        BUILT_IN.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(kind, _)| *kind)
    }

    fn kind_of_reference<'s>(&'s self, expr: &'s Expr, scope: &Scope<'s>, steps: u8) -> Option<Kind> {
        match scope.resolve(expr) {
            Target::Local { binding: Binding::Value(value), scope, below } if below.is_empty() => {
                self.kind(value, &scope, steps)
            }
            Target::Data(path) => {
                static_names(&path)?;
                self.kind_of_rule(&show(&path), steps)
            }
            Target::Local { .. } | Target::Input(_) | Target::Unknown => None,
        }
    }

    fn kind_of_rule(&self, path: &str, steps: u8) -> Option<Kind> {
        if let Some(known) = self.known_kinds.0.borrow().get(path) {
            return *known;
        }
        // Whoever asks for it on the way goes round in a circle.
        self.known_kinds.0.borrow_mut().insert(path.to_owned(), None);
        let found = self.find_kind_of_rule(path, steps);
        self.known_kinds.0.borrow_mut().insert(path.to_owned(), found);
        found
    }

    fn find_kind_of_rule(&self, path: &str, steps: u8) -> Option<Kind> {
        let mut kinds = self.definitions.named(path).flat_map(|rule| {
            rule.branches.iter().map(move |branch| match rule.form {
                Form::Set => Some(Kind::Set),
                Form::Object => Some(Kind::Object),
                Form::Function => None,
                Form::Value | Form::Default => match branch.value {
                    None => Some(Kind::Boolean),
                    Some(value) => self.kind(value, &self.definitions.scope_of(rule, branch)?, steps),
                },
            })
        });
        let Some(first) = kinds.next() else {
            return self.definitions.has_below(path).then_some(Kind::Object);
        };
        kinds.all(|kind| kind == first).then_some(first?)
    }
}

/// What built-in functions give.
const BUILT_IN: &[(Kind, &[&str])] = &[
    (
        Kind::Number,
        &[
            "abs",
            "bits.and",
            "bits.lsh",
            "bits.negate",
            "bits.or",
            "bits.rsh",
            "bits.xor",
            "ceil",
            "count",
            "floor",
            "indexof",
            "product",
            "round",
            "semver.compare",
            "strings.count",
            "sum",
            "time.add_date",
            "time.now_ns",
            "time.parse_duration_ns",
            "time.parse_ns",
            "time.parse_rfc3339_ns",
            "to_number",
            "units.parse",
            "units.parse_bytes",
        ],
    ),
    (
        Kind::String,
        &[
            "base64.decode",
            "base64.encode",
            "base64url.decode",
            "base64url.encode",
            "base64url.encode_no_pad",
            "concat",
            "format_int",
            "hex.decode",
            "hex.encode",
            "json.marshal",
            "json.marshal_with_options",
            "lower",
            "regex.replace",
            "replace",
            "sprintf",
            "strings.replace_n",
            "strings.reverse",
            "substring",
            "time.format",
            "time.weekday",
            "trim",
            "trim_left",
            "trim_prefix",
            "trim_right",
            "trim_space",
            "trim_suffix",
            "type_name",
            "upper",
            "urlquery.decode",
            "urlquery.encode",
        ],
    ),
    (
        Kind::Boolean,
        &[
            "base64.is_valid",
            "contains",
            "endswith",
            "glob.match",
            "is_array",
            "is_boolean",
            "is_null",
            "is_number",
            "is_object",
            "is_set",
            "is_string",
            "json.is_valid",
            "net.cidr_contains",
            "net.cidr_is_valid",
            "object.subset",
            "regex.globs_match",
            "regex.is_valid",
            "regex.match",
            "regex.template_match",
            "semver.is_valid",
            "startswith",
            "strings.any_prefix_match",
            "strings.any_suffix_match",
            "yaml.is_valid",
        ],
    ),
    (
        Kind::Array,
        &[
            "array.concat",
            "array.reverse",
            "array.slice",
            "indexof_n",
            "numbers.range",
            "numbers.range_step",
            "regex.find_all_string_submatch_n",
            "regex.find_n",
            "regex.split",
            "sort",
            "split",
            "time.clock",
            "time.date",
            "time.diff",
        ],
    ),
    (Kind::Set, &["graph.reachable", "intersection", "net.cidr_expand", "object.keys", "union"]),
    (
        Kind::Object,
        &["object.filter", "object.remove", "object.union", "object.union_n", "urlquery.decode_object"],
    ),
];
