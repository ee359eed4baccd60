//! From a bundle to a policy that can be evaluated, or to everything that is wrong with it.

use regorus::Engine;

use crate::domain::bundle::{Bundle, FileKind};
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::builtins;
use crate::rego::policy::Policy;

/// What of the language an installation admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Language {
    /// Whether policies may define functions (setting `policy.allow_functions`).
    pub allow_functions: bool,
}

/// A policy and what its author should know about it.
#[derive(Debug)]
pub struct Compiled {
    /// The policy, ready to evaluate.
    pub policy: Policy,
    /// What is allowed and probably not meant.
    pub warnings: Vec<String>,
}

/// Checks and compiles a bundle.
///
/// # Errors
/// Every fault found, in the order of files and rows.
pub fn compile(bundle: &Bundle, _language: &Language) -> Result<Compiled, Vec<Diagnostic>> {
    let mut engine = Engine::new();
    engine.set_gather_prints(true);
    builtins::install(&mut engine);
    let wrong = |error: &dyn std::fmt::Display| vec![Diagnostic::new(Fault::Compile, error.to_string())];
    let (mut declares, mut bytes) = (false, 0_usize);
    for file in bundle.files.iter().filter(|file| file.kind() == FileKind::Rego) {
        bytes = bytes.saturating_add(file.text.len());
        declares |= file.text.contains("hook_result");
        engine.add_policy(file.path.clone(), file.text.clone()).map_err(|error| wrong(&error))?;
    }
    engine.eval_query("true".to_owned(), false).map_err(|error| wrong(&error))?;
    let policy = Policy { engine, declares_hook_result: declares, weight: bytes.saturating_mul(50) };
    Ok(Compiled { policy, warnings: Vec::new() })
}
