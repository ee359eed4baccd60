//! Built-in functions of our own in place of those that grow, hang, panic or leave the sandbox, with the same meaning
//! within their bounds. An error of theirs fails the evaluation and shows nothing of the input.

mod calendar;
pub(super) mod catalogue;
mod characters;
mod clock;
mod collections;
pub(super) mod display;
mod documents;
mod encodings;
mod leniency;
mod measure;
mod net;
mod numbers;
pub(super) mod operands;
mod paths;
mod prints;
mod queries;
pub(super) mod regex;
mod rounding;
mod signatures;
mod sorting;
mod sprintf;
mod strings;
mod text;
mod versions;

use std::collections::BTreeSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use regorus::unstable::{BUILTINS, Expr, Ref, Span};
use regorus::{Engine, Source, Value};

use crate::rego::builtins::catalogue::Standing;

pub(super) use clock::set_now;
pub(super) use leniency::set_lenient;
pub(super) use prints::{Prints, end as end_prints, listen as listen_to_prints};
pub(super) use signatures::kind_of;

/// What every message of a built-in function of ours begins with; the engine's own messages never do.
pub(super) const MARK: &str = "built-in `";

/// A built-in function of ours: the arguments are as many as the engine's own of that name takes.
type BuiltIn = fn(&[Value]) -> Result<Value, Refusal>;

/// The functions that replace the engine's own of the same name.
const REPLACED: &[(&str, BuiltIn)] = &[
    ("abs", rounding::abs),
    ("array.concat", collections::array_concat),
    ("base64.decode", encodings::base64_decode),
    ("base64.encode", |args| text::sized("base64.encode", args)),
    ("base64.is_valid", encodings::base64_is_valid),
    ("base64url.decode", encodings::base64url_decode),
    ("base64url.encode", |args| text::sized("base64url.encode", args)),
    ("base64url.encode_no_pad", |args| text::sized("base64url.encode_no_pad", args)),
    ("bits.lsh", numbers::shift_left),
    ("ceil", rounding::ceil),
    ("concat", text::concat),
    ("count", strings::count),
    ("floor", rounding::floor),
    ("format_int", rounding::format_int),
    ("glob.match", regex::glob::is_match),
    ("glob.quote_meta", strings::quote_glob),
    ("hex.decode", encodings::hex_decode),
    ("hex.encode", |args| text::sized("hex.encode", args)),
    ("indexof", strings::index_of),
    ("indexof_n", strings::indexes_of),
    ("json.filter", paths::filter),
    ("json.is_valid", documents::json_is_valid),
    ("json.marshal", |args| sorting::marshal("json.marshal", args)),
    ("json.marshal_with_options", |args| sorting::marshal("json.marshal_with_options", args)),
    ("json.remove", paths::remove),
    ("json.unmarshal", documents::json_unmarshal),
    ("lower", strings::lower),
    ("max", sorting::max),
    ("min", sorting::min),
    ("net.cidr_contains", net::cidr_contains),
    ("net.cidr_expand", net::cidr_expand),
    ("net.cidr_is_valid", net::cidr_is_valid),
    ("numbers.range", numbers::range),
    ("numbers.range_step", numbers::range_step),
    ("object.subset", collections::subset),
    ("regex.find_all_string_submatch_n", regex::find_all_string_submatch_n),
    ("regex.find_n", regex::find_n),
    ("regex.is_valid", regex::is_valid),
    ("regex.match", regex::is_match),
    ("regex.replace", regex::replace),
    ("regex.split", regex::split),
    ("regex.template_match", regex::template_match),
    ("replace", strings::replace),
    ("round", rounding::round),
    ("semver.compare", versions::compare),
    ("semver.is_valid", versions::is_valid),
    ("sort", sorting::sort),
    ("sprintf", sprintf::sprintf),
    ("strings.count", strings::count_parts),
    ("strings.replace_n", strings::replace_all),
    ("substring", strings::substring),
    ("time.add_date", calendar::add_date),
    ("time.clock", calendar::clock),
    ("time.date", calendar::date),
    ("time.diff", calendar::diff),
    ("time.format", calendar::format),
    ("time.now_ns", |_| Ok(clock::now_ns())),
    ("time.parse_ns", calendar::parse_ns),
    ("time.parse_rfc3339_ns", calendar::parse_rfc3339_ns),
    ("time.weekday", calendar::weekday),
    ("to_number", numbers::to_number),
    ("trace", |args| text_of(argument(args, 0)?).map(|_| Value::Bool(true))),
    ("units.parse", |args| numbers::units("units.parse", args)),
    ("units.parse_bytes", |args| numbers::units("units.parse_bytes", args)),
    ("upper", strings::upper),
    ("urlquery.decode", queries::decode),
    ("urlquery.decode_object", queries::decode_object),
    ("urlquery.encode", queries::encode),
    ("urlquery.encode_object", queries::encode_object),
    ("yaml.is_valid", documents::yaml_is_valid),
    ("yaml.unmarshal", documents::yaml_unmarshal),
];

/// Why a built-in function gives no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// What OPA has no answer to either, for this reason.
    Senseless(String),
    /// The same for an argument of a wrong type or form: which one it is, [`signatures`] finds out.
    WrongArgument,
    /// A bound of ours, at which OPA goes on.
    Bound(String),
}

impl Refusal {
    fn new(message: impl Into<String>) -> Self {
        Self::Senseless(message.into())
    }

    fn bound(message: impl Into<String>) -> Self {
        Self::Bound(message.into())
    }

    const fn wrong_argument() -> Self {
        Self::WrongArgument
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Senseless(message) | Self::Bound(message) => f.write_str(message),
            Self::WrongArgument => f.write_str("an argument has the wrong type or value"),
        }
    }
}

impl std::error::Error for Refusal {}

/// Puts ours in place of the engine's, and a guard before each of the engine's that has no replacement: so that whatever fails
/// is named, and fails in the same words. Only for what the policy calls: each one makes every evaluation a little slower.
///
/// INVARIANT: `called` has every name that a call of the policy has, which the checks have found to be static.
pub(super) fn install(engine: &mut Engine, called: &BTreeSet<String>) {
    for name in called {
        let known = BUILTINS.get_key_value(name.as_str()).map(|(name, (_, arguments))| (*name, *arguments));
        let known = known.or_else(|| (name == prints::NAME).then_some((prints::NAME, prints::ARGUMENTS)));
        let Some((name, arguments)) = known.filter(|(name, _)| *name != WALK) else { continue };
        let built_in = find_replacement(name);
        let call = move |arguments: Vec<Value>| {
            let answer = built_in.map_or_else(|| delegate(name, &arguments), |own| own(&arguments));
            answer.or_else(|refusal| Ok(refuse(name, &arguments, &refusal)?))
        };
        // Fails only for a name that was added before; `called` is a set and the engine is new.
        drop(engine.add_extension(name.to_owned(), arguments, Box::new(call)));
    }
}

/// The engine iterates over it without a call, and it takes any value.
const WALK: &str = "walk";

/// What comes of a call without an answer: nothing where that is enough, else the reason under the name of the function.
fn refuse(name: &str, arguments: &[Value], refusal: &Refusal) -> Result<Value, Refusal> {
    if !matches!(refusal, Refusal::Bound(_)) && leniency::is_lenient() {
        return Ok(Value::Undefined);
    }
    let said = (*refusal != Refusal::WrongArgument).then(|| refusal.to_string());
    Err(Refusal::new(format!("{MARK}{name}`: {}", signatures::explain(name, arguments, said))))
}

fn find_replacement(name: &str) -> Option<BuiltIn> {
    if name == prints::NAME {
        return Some(prints::print);
    }
    match catalogue::standing(name) {
        Standing::Forbidden { .. } | Standing::Unknown { .. } => Some(forbidden),
        Standing::Allowed { .. } => {
            REPLACED.iter().find(|(replaced, _)| *replaced == name).map(|(_, own)| *own)
        }
    }
}

/// Asks the function of ours of that name, if there is one.
#[cfg(any(test, fuzzing))]
pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Result<Value, Refusal>> {
    let (_, built_in) = REPLACED.iter().find(|(replaced, _)| *replaced == name)?;
    Some(built_in(arguments))
}

fn forbidden(_: &[Value]) -> Result<Value, Refusal> {
    Err(Refusal::bound("not allowed"))
}

/// What the engine's own functions want to know of a call besides its arguments: a place, here nowhere.
static NOWHERE: LazyLock<Option<(Span, Vec<Ref<Expr>>)>> = LazyLock::new(|| {
    let source = Source::from_contents(String::new(), " ".to_owned()).ok()?;
    let span = Span { source, line: 1, col: 1, start: 0, end: 0 };
    let parameter = Expr::Null { span: span.clone(), value: Value::Null, eidx: 0 };
    Some((span, vec![Ref::new(parameter); 8]))
});

/// Asks the engine's own function of that name. Its message can hold the arguments, so nobody sees it.
fn delegate(name: &str, arguments: &[Value]) -> Result<Value, Refusal> {
    let original = BUILTINS.get(name).map(|(original, _)| *original);
    let (Some(original), Some((span, parameters))) = (original, NOWHERE.as_ref()) else {
        return Err(Refusal::new("not there"));
    };
    // Several of them index or slice without looking, and panic.
    catch_unwind(AssertUnwindSafe(|| original(span, parameters, arguments, true).ok()))
        .ok()
        .flatten()
        .filter(|answer| *answer != Value::Undefined || VALUELESS.contains(&name))
        .ok_or_else(Refusal::wrong_argument)
}

/// What has no value for arguments that are right: of nothing. Where others of the engine's functions leave a call without one, OPA
/// has an error.
const VALUELESS: &[&str] = &["max", "min"];

fn text_of(value: &Value) -> Result<&str, Refusal> {
    value.as_string().map(AsRef::as_ref).map_err(|_| Refusal::wrong_argument())
}

/// What is in an array or a set.
fn items_of(value: &Value) -> Result<Vec<&Value>, Refusal> {
    let of_array = value.as_array().map(|items| items.iter().collect());
    let items = of_array.or_else(|_| value.as_set().map(|items| items.iter().collect()));
    items.map_err(|_| Refusal::wrong_argument())
}

fn argument(arguments: &[Value], index: usize) -> Result<&Value, Refusal> {
    arguments.get(index).ok_or_else(Refusal::wrong_argument)
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod differential;

#[cfg(test)]
mod meaning;

#[cfg(test)]
mod named;
