//! Rewrites Rego v0 as v1, where that is mechanical: edits at places of the text, so that everything else stays byte for byte.
//!
//! Nothing is given that the parser does not take for v1, with the rules and statements that it had before. Whatever is in
//! doubt is left as it is: a wrong rewrite is worse than none.

mod edits;
mod heads;
mod imports;

#[cfg(test)]
mod tests;

use regorus::Engine;
use regorus::unstable::{Module, Ref, Rule, RuleHead};

use crate::domain::bundle::{BundleFile, FileKind};
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::chains::{self, Rows};
use crate::rego::compile::{new_engine, parse_file};
use crate::rego::fix::edits::Edits;
use crate::rego::normalise::Purpose;
use crate::rego::place::at_offset;
use crate::rego::syntax;
use crate::rego::tokens::Tokens;

/// What comes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fixed {
    /// It is v1, or nothing that this module knows.
    Untouched,
    /// It was v0: its text as v1.
    Rewritten(String),
    /// It is v0, and only its author can say how it is meant in v1.
    Unmended(Diagnostic),
}

/// Rewrites one file of Rego, a test or not.
pub fn fix(file: &BundleFile) -> Fixed {
    // A set with several bodies is read by neither version of the parser.
    let split = chains::split(file, Rows::New).filter(|_| read(file, Version::V1).is_err());
    match split {
        Some(text) => fix_text(&BundleFile { path: file.path.clone(), text }),
        None => fix_text(file),
    }
}

fn fix_text(file: &BundleFile) -> Fixed {
    let Err(refusal) = read(file, Version::V1) else { return Fixed::Untouched };
    let Some(tokens) = (refusal.fault == Fault::Syntax).then(|| Tokens::read(file)).flatten() else {
        return Fixed::Untouched;
    };
    let draft = rewrite(file, &tokens);
    let is_v0 = draft.is_ok() || refusal.message.starts_with("this is Rego v0");
    let attempt = match tokens.find_name_of_v0() {
        Some((offset, name)) => Err(ambiguous(file, offset, name)),
        None => draft.and_then(|draft| confirm(file, draft)),
    };
    match attempt {
        Ok(text) => Fixed::Rewritten(text),
        Err(cause) if is_v0 => Fixed::Unmended(cause),
        Err(_) => Fixed::Untouched,
    }
}

/// A text that should be v1, and the module that it was in v0.
struct Draft {
    text: String,
    module: Ref<Module>,
}

fn rewrite(file: &BundleFile, tokens: &Tokens) -> Result<Draft, Diagnostic> {
    let mut engine = read(file, Version::V0).map_err(|refusal| Diagnostic {
        message: format!("it is not v0 either: {}", refusal.message),
        ..refusal
    })?;
    let module = only_module(&mut engine).ok_or_else(|| unknown(file))?;
    let mut edits = Edits::default();
    imports::drop_keywords(&module, tokens, &mut edits).ok_or_else(|| unknown(file))?;
    for rule in &module.policy {
        if let Some(offset) = offset_of_contains(rule) {
            return Err(ambiguous(file, offset, "contains"));
        }
        heads::rewrite(rule, tokens, &mut edits).ok_or_else(|| unclear(file, rule))?;
    }
    let text = edits.apply(&file.text).ok_or_else(|| unknown(file))?;
    Ok(Draft { text, module })
}

/// Where a rule begins that is called `contains`, as no rule of v1 can be, though its calls look like those of the built-in function.
fn offset_of_contains(rule: &Rule) -> Option<usize> {
    let span = rule.span();
    let head = span.text().trim_start_matches("default").trim_start();
    let name = head.split(|c: char| !c.is_alphanumeric() && c != '_').next();
    (name == Some("contains")).then(|| usize::try_from(span.start).unwrap_or_default())
}

/// The text, if it is v1 and holds what the module holds.
fn confirm(file: &BundleFile, Draft { text, module }: Draft) -> Result<String, Diagnostic> {
    let written = BundleFile { path: file.path.clone(), text };
    // Its places are those of the new text.
    let mut engine = read(&written, Version::V1).map_err(|refusal| {
        let message = format!("v1 refuses it otherwise, too: {}", refusal.message);
        at_offset(Fault::Syntax, &file.path, &file.text, 0, message)
    })?;
    let is_same = only_module(&mut engine).is_some_and(|new| shape(&new) == shape(&module));
    if is_same { Ok(written.text) } else { Err(unknown(file)) }
}

/// A word that is a keyword of v1 but none here.
fn ambiguous(file: &BundleFile, offset: usize, name: &str) -> Diagnostic {
    let message = format!(
        "`{name}` is a keyword in v1 and a name here: rename it wherever it is used, or `import future.keywords` if the keyword is meant"
    );
    at_offset(Fault::Syntax, &file.path, &file.text, offset, message)
}

fn unclear(file: &BundleFile, rule: &Rule) -> Diagnostic {
    let offset = usize::try_from(rule.span().start).unwrap_or_default();
    at_offset(Fault::Syntax, &file.path, &file.text, offset, "what this rule is in v1 is not clear")
}

fn unknown(file: &BundleFile) -> Diagnostic {
    at_offset(Fault::Syntax, &file.path, &file.text, 0, "the file would not mean the same in v1")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    V0,
    V1,
}

/// An engine that holds the one file.
fn read(file: &BundleFile, version: Version) -> Result<Engine, Diagnostic> {
    let mut engine = new_engine(match file.kind() {
        FileKind::RegoTest => Purpose::Tests,
        FileKind::Rego | FileKind::JsonData | FileKind::YamlData | FileKind::Other => Purpose::Gate,
    });
    engine.set_rego_v0(version == Version::V0);
    parse_file(&mut engine, file)?;
    let odd = match version {
        Version::V0 => None,
        Version::V1 => {
            syntax::check_shape(engine.get_modules()).into_iter().find(|odd| odd.fault == Fault::Syntax)
        }
    };
    odd.map_or(Ok(engine), Err)
}

fn only_module(engine: &mut Engine) -> Option<Ref<Module>> {
    let [module] = engine.get_modules().as_slice() else { return None };
    Some(module.clone())
}

/// What a rewrite must not change.
#[derive(PartialEq, Eq)]
struct Shape {
    package: String,
    statements: u32,
    queries: u32,
    /// The beginning of each rule, and of each of its bodies whether it is an `else`.
    rules: Vec<(String, Kind, Vec<bool>)>,
}

#[derive(PartialEq, Eq)]
enum Kind {
    Default,
    Value,
    Set,
    Function(usize),
}

fn shape(module: &Module) -> Shape {
    let rules = module.policy.iter().map(|rule| match rule.as_ref() {
        Rule::Default { span, .. } => (span.text().to_owned(), Kind::Default, Vec::new()),
        Rule::Spec { head, bodies, .. } => {
            let (refr, kind) = match head {
                RuleHead::Compr { refr, .. } => (refr, Kind::Value),
                RuleHead::Set { refr, .. } => (refr, Kind::Set),
                RuleHead::Func { refr, args, .. } => (refr, Kind::Function(args.len())),
            };
            let name = refr.span().text().split(['.', '[']).next().unwrap_or_default();
            (name.to_owned(), kind, bodies.iter().map(|body| body.is_else).collect())
        }
    });
    Shape {
        package: module.package.refr.span().text().to_owned(),
        statements: module.num_statements,
        queries: module.num_queries,
        rules: rules.map(|(name, kind, bodies)| (first_word(&name), kind, bodies)).collect(),
    }
}

/// `default p = 1` and `default p := 1` are of one shape.
fn first_word(text: &str) -> String {
    let words = text.split(['=', ':']).next().unwrap_or_default();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
