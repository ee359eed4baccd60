//! From a bundle to a policy that can be evaluated, or to everything that is wrong with it.
//!
//! In this order: the guard before the parser, the parser, the static checks, the rewriting, the engine's own compiler.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use regorus::{Engine, Source, Value};

use crate::domain::bundle::{Bundle, BundleFile, FileKind};
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::domain::verdict::HookResult;
use crate::rego::check::{self, Declaration};
use crate::rego::engine_error::EngineError;
use crate::rego::evaluate::{Limits, evaluate};
use crate::rego::input::Input;
use crate::rego::normalise::{self, Coverable, Normalised, NormalisedModule, Purpose, RowMaps, TestRule};
use crate::rego::place::{line_at, shown_line};
use crate::rego::policy::Policy;
use crate::rego::whence::Origins;
use crate::rego::{builtins, chains, data, desugar, guard, syntax};

/// The most diagnostics of one policy that are reported.
const MAX_DIAGNOSTICS: usize = 50;
/// How long a policy may take on an empty input.
const DRY_RUN: Duration = Duration::from_secs(1);
/// Bytes that the engine holds for each byte of a policy, as measured.
const BYTES_PER_BYTE: usize = 50;
/// Bytes that a second engine, which asks where a verdict comes from, holds for each of them: it shares the syntax.
const BYTES_TO_ASK: usize = 25;
/// Bytes that an engine holds for nothing.
const BYTES_OF_AN_ENGINE: usize = 10_000;

/// What of the language an installation admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Language {
    /// Whether policies may define functions (setting `policy.allow_functions`).
    pub allow_functions: bool,
}

/// Checks and compiles a bundle.
///
/// # Errors
/// Every fault found, in the order of files and rows, up to fifty.
pub fn compile(bundle: &Bundle, language: &Language) -> Result<Policy, Vec<Diagnostic>> {
    let attempt = AssertUnwindSafe(|| compile_steps(bundle, *language));
    let outcome = catch_unwind(attempt).unwrap_or_else(|_| {
        Err(vec![Diagnostic::new(Fault::TooComplex, "the policy is more than the compiler can take")])
    });
    outcome.map_err(in_order)
}

/// The first diagnostics of a policy, each once.
pub(super) fn in_order(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found.dedup();
    found.truncate(MAX_DIAGNOSTICS);
    found
}

/// Runs a policy once on an empty input, as registration does: whatever it says is fine, as long as it says it in time.
///
/// # Errors
/// One fault, when it takes too long.
pub fn dry_run(policy: &Policy) -> Result<(), Vec<Diagnostic>> {
    match evaluate(policy, &Input::empty(), &Limits { timeout: DRY_RUN, now_ns: 0 }).result {
        HookResult::TimedOut => {
            let message = "too complex to check: it takes more than a second on an empty input";
            Err(vec![Diagnostic::new(Fault::TooComplex, message)])
        }
        HookResult::Passed
        | HookResult::Refused
        | HookResult::NotDeclared
        | HookResult::Undefined
        | HookResult::Malformed
        | HookResult::Errored => Ok(()),
    }
}

fn compile_steps(bundle: &Bundle, language: Language) -> Result<Policy, Vec<Diagnostic>> {
    let loaded = load_bundle(bundle, language, Purpose::Gate)?;
    let Loaded { engine, mut written, declaration, rows, .. } = loaded;
    let origins = Origins::trace(written.get_modules(), &engine);
    let weight = weigh(bundle, &origins);
    let sources = written.get_policies().unwrap_or_default();
    let text_of = |source: &Source| (source.get_path().clone(), source.get_contents().clone());
    let written = sources.iter().map(text_of).collect();
    Ok(Policy { engine, declaration, rows, origins, written, weight })
}

/// A bundle in an engine.
pub(super) struct Loaded {
    /// Prepared: it is cloned for each evaluation.
    pub(super) engine: Engine,
    /// Holds its syntax as its author wrote it.
    pub(super) written: Engine,
    /// How the bundle declares `hook_result`.
    pub(super) declaration: Declaration,
    /// Where its rows come from.
    pub(super) rows: RowMaps,
    /// Its tests, if it was loaded for them.
    pub(super) tests: Vec<TestRule>,
    /// What they may come to.
    pub(super) coverable: Vec<Coverable>,
}

/// An engine that holds the files of a bundle that the gate would load, to look at their syntax; none if they cannot be parsed.
pub(super) fn parse_to_look(bundle: &Bundle) -> Option<Engine> {
    let mut engine = new_engine(Purpose::Gate);
    let found = parse(&mut engine, bundle, Purpose::Gate);
    (found.is_empty() && syntax::check_shape(engine.get_modules()).is_empty()).then_some(engine)
}

/// Everything that is done with a bundle before it is evaluated.
pub(super) fn load_bundle(
    bundle: &Bundle,
    language: Language,
    purpose: Purpose,
) -> Result<Loaded, Vec<Diagnostic>> {
    let mut loaded = load_files(bundle, language, purpose);
    if let Err(found) = &mut loaded {
        show_lines(found, bundle);
    }
    loaded
}

fn load_files(bundle: &Bundle, language: Language, purpose: Purpose) -> Result<Loaded, Vec<Diagnostic>> {
    let mut engine = new_engine(purpose);
    let mut found = parse(&mut engine, bundle, purpose);
    let merged = data::merge(bundle).unwrap_or_else(|wrong| {
        found.extend(wrong);
        Value::new_object()
    });
    found.extend(syntax::check_shape(engine.get_modules()));
    if !found.is_empty() {
        return Err(found);
    }
    let called = check::check(engine.get_modules(), &merged, language)?;
    let Normalised { modules, tests, coverable } = normalise::normalise(engine.get_modules(), purpose)?;
    let declaration = Declaration::find(engine.get_modules());
    let (written, mut engine) = (engine, new_engine(purpose));
    let holders: Vec<_> = modules.iter().flat_map(|module| module.holders.clone()).collect();
    let merged = data::with_objects(merged, &holders);
    let rows = load(&mut engine, modules).map_err(|wrong| vec![wrong])?;
    builtins::install(&mut engine, &called);
    if purpose == Purpose::LenientTests {
        engine.set_strict_builtin_errors(false);
        builtins::operands::install(&mut engine);
    }
    prepare(&mut engine, merged, &rows, bundle).map_err(|wrong| vec![wrong])?;
    Ok(Loaded { engine, written, declaration, rows, tests, coverable })
}

pub(super) fn new_engine(purpose: Purpose) -> Engine {
    let mut engine = Engine::new();
    engine.set_gather_prints(true);
    engine.set_strict_builtin_errors(true);
    engine.set_policy_length_config(match purpose {
        Purpose::Gate => guard::length_limits(),
        Purpose::Tests | Purpose::LenientTests => guard::length_limits_of_tests(),
    });
    engine
}

fn policies(bundle: &Bundle, purpose: Purpose) -> impl Iterator<Item = &BundleFile> {
    let is_loaded = move |kind| match kind {
        FileKind::Rego => true,
        FileKind::RegoTest => purpose != Purpose::Gate,
        FileKind::JsonData | FileKind::YamlData | FileKind::Other => false,
    };
    bundle.files.iter().filter(move |file| is_loaded(file.kind()))
}

fn parse(engine: &mut Engine, bundle: &Bundle, purpose: Purpose) -> Vec<Diagnostic> {
    policies(bundle, purpose).map(|file| parse_file(engine, file)).filter_map(Result::err).collect()
}

/// Gives the engine one file.
///
/// # Errors
/// What the guard or the parser has against it.
pub(super) fn parse_file(engine: &mut Engine, file: &BundleFile) -> Result<(), Diagnostic> {
    match parse_text(engine, &file.path, &file.text) {
        Err(found) if found.fault == Fault::Syntax => match in_known_forms(file) {
            Some(text) => parse_text(engine, &file.path, &text),
            None => Err(found),
        },
        parsed => parsed,
    }
}

/// The text in forms that the parser knows, row for row.
fn in_known_forms(file: &BundleFile) -> Option<String> {
    let plain = desugar::rewrite(&file.text);
    let of = |text: &String| BundleFile { path: file.path.clone(), text: text.clone() };
    let split = chains::split(plain.as_ref().map(of).as_ref().unwrap_or(file), chains::Rows::Kept);
    split.or(plain)
}

fn parse_text(engine: &mut Engine, path: &str, text: &str) -> Result<(), Diagnostic> {
    guard::check(path, text)?;
    let added = engine.add_policy(path.to_owned(), text.to_owned());
    added.map(drop).map_err(|error| syntax::explain(&error.to_string(), path, text))
}

/// Shows the author's lines: the parser may have seen others in their rows.
fn show_lines(found: &mut [Diagnostic], bundle: &Bundle) {
    for Diagnostic { place, line, .. } in found.iter_mut().filter(|found| found.line.is_some()) {
        let file = place.as_ref().and_then(|place| bundle.find(&place.file));
        if let (Some(place), Some(file)) = (place, file) {
            *line = shown_line(&file.text, place.row);
        }
    }
}

/// Gives the engine the rewritten modules.
fn load(engine: &mut Engine, modules: Vec<NormalisedModule>) -> Result<RowMaps, Diagnostic> {
    let mut rows = RowMaps::new();
    for NormalisedModule { path, text, rows: map, .. } in modules {
        engine.add_policy(path.clone(), text).map_err(|_| {
            let message = format!("`{path}` is too complex to check: nest less, or write it as more rules");
            Diagnostic::new(Fault::TooComplex, message)
        })?;
        rows.insert(path, map);
    }
    Ok(rows)
}

/// Lets the engine compile: a question that needs no rule makes it prepare all of them.
fn prepare(engine: &mut Engine, data: Value, rows: &RowMaps, bundle: &Bundle) -> Result<(), Diagnostic> {
    let prepared = engine.add_data(data).and_then(|()| engine.eval_query("true".to_owned(), false));
    prepared.map(drop).map_err(|error| {
        let error = EngineError::parse(&error.to_string());
        let message = syntax::translate(&error.message, "");
        let Some(place) = error.origin(rows) else { return Diagnostic::new(Fault::Compile, message) };
        let line = line_at(bundle, &place);
        Diagnostic::at(Fault::Compile, place, line, message)
    })
}

fn weigh(bundle: &Bundle, origins: &Origins) -> usize {
    let bytes = bundle.files.iter().map(|file| match file.kind() {
        FileKind::Rego | FileKind::JsonData | FileKind::YamlData => file.text.len(),
        FileKind::RegoTest | FileKind::Other => 0,
    });
    let per_byte = if origins.asks() { BYTES_PER_BYTE.saturating_add(BYTES_TO_ASK) } else { BYTES_PER_BYTE };
    bytes.fold(0, usize::saturating_add).saturating_mul(per_byte).saturating_add(BYTES_OF_AN_ENGINE)
}
