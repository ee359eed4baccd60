//! One module for each package, however many files it has: the engine finds a rule of a package's second file or not
//! depending on where it is asked from, so that a verdict could change with the name of a file.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{Import, Module, Ref, Span};

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::normalise::Purpose;
use crate::rego::normalise::fresh::Fresh;
use crate::rego::normalise::lower;
use crate::rego::normalise::metadata::Metadata;
use crate::rego::normalise::resolve::{Globals, resolve};
use crate::rego::normalise::rows::Lines;
use crate::rego::normalise::suite::{self, TestRule};
use crate::rego::normalise::tree::{Expr, Package, Part, RuleKind};
use crate::rego::normalise::walk::Names;
use crate::rego::place::at_span;

/// The files of one package, sorted by path.
pub(super) struct Files<'a> {
    modules: Vec<&'a Module>,
}

/// A package whose names are resolved.
pub(super) struct United {
    pub(super) package: Package,
    /// The first parts of the names of its rules.
    pub(super) rules: Names,
    /// The names of its functions.
    pub(super) functions: Names,
    /// The names of its sets.
    pub(super) sets: Names,
    /// Makes up its variables.
    pub(super) fresh: Fresh,
    /// Its tests, if they are asked for.
    pub(super) tests: Vec<TestRule>,
}

impl United {
    /// The functions as other packages name them.
    pub(super) fn function_paths(&self) -> impl Iterator<Item = String> {
        let path = steps(&self.package.path).join(".");
        self.functions.iter().map(move |name| format!("data.{path}.{name}"))
    }
}

/// Sorts modules by package and path.
pub(super) fn by_package(modules: &[Ref<Module>]) -> Vec<Files<'_>> {
    let mut packages = BTreeMap::<Vec<String>, Vec<&Module>>::new();
    for module in modules {
        packages.entry(steps(&lower::path(&module.package.refr))).or_default().push(module);
    }
    packages
        .into_values()
        .map(|mut modules| {
            modules.sort_by_key(|module| module.package.span.source.get_path().clone());
            Files { modules }
        })
        .collect()
}

impl Files<'_> {
    /// The paths of the files.
    pub(super) fn paths(&self) -> Vec<String> {
        self.modules.iter().map(|module| module.package.span.source.get_path().clone()).collect()
    }

    /// The lines of the files.
    pub(super) fn lines(&self) -> Lines {
        Lines::of(self.texts())
    }

    fn texts(&self) -> impl Iterator<Item = &str> + Clone {
        self.modules.iter().map(|module| module.package.span.source.get_contents().as_str())
    }

    /// Unites the files.
    ///
    /// # Errors
    /// Every alias that means two things.
    pub(super) fn unite(&self, metadata: &Metadata, purpose: Purpose) -> Result<United, Vec<Diagnostic>> {
        let mut rules = Vec::new();
        for (file, module) in self.modules.iter().enumerate() {
            rules.push(lower::rules(file, module));
        }
        let mut fresh = Fresh::avoiding(&self.texts());
        let path = self.modules.first().map_or(Expr::Null, |module| lower::path(&module.package.refr));
        rules.iter_mut().for_each(|rules| metadata.rewrite(&path, rules, &mut fresh));
        let tests = match purpose {
            Purpose::Gate => Vec::new(),
            Purpose::Tests | Purpose::LenientTests => suite::prepare(&path, &mut rules, &mut fresh),
        };
        let names = rules.iter().flatten().filter_map(|rule| root(&rule.name)).collect::<Names>();
        let imports = self.imports(&names)?;
        for (rules, imports) in rules.iter_mut().zip(imports) {
            let globals = Globals { rules: &names, imports };
            for rule in rules {
                resolve(rule, &globals, &mut fresh);
            }
        }
        let rules = rules.into_iter().flatten().collect::<Vec<_>>();
        let functions = rules.iter().filter(|rule| rule.arguments.is_some());
        let functions = functions.map(|rule| steps(&rule.name).join(".")).collect();
        let sets = rules.iter().filter(|rule| rule.kind == RuleKind::Element);
        let sets = sets.map(|rule| steps(&rule.name).join(".")).collect();
        Ok(United { package: Package { path, rules }, rules: names, functions, sets, fresh, tests })
    }

    /// What each file imports.
    fn imports(&self, rules: &Names) -> Result<Vec<BTreeMap<String, Expr>>, Vec<Diagnostic>> {
        let mut known = BTreeMap::<String, (Vec<String>, Span)>::new();
        let mut wrong = Vec::new();
        let mut all = Vec::new();
        for module in &self.modules {
            let mut imports = BTreeMap::new();
            for import in &module.imports {
                let path = lower::path(&import.refr);
                let steps = steps(&path);
                let Some(alias) = alias(import, &steps) else { continue };
                wrong.extend(conflict(&alias, &steps, import, rules, &known));
                known.entry(alias.clone()).or_insert((steps, import.span.clone()));
                imports.insert(alias, path);
            }
            all.push(imports);
        }
        if wrong.is_empty() { Ok(all) } else { Err(wrong) }
    }
}

/// The name an import gives to a path; `rego.v1` and `future.keywords` give none.
fn alias(import: &Import, steps: &[String]) -> Option<String> {
    let names = matches!(steps.first().map(String::as_str), Some("data" | "input"));
    let alias = import.r#as.as_ref().map(|alias| alias.text().to_owned());
    alias.or_else(|| steps.last().cloned()).filter(|_| names)
}

fn conflict(
    alias: &str,
    steps: &[String],
    import: &Import,
    rules: &Names,
    known: &BTreeMap<String, (Vec<String>, Span)>,
) -> Option<Diagnostic> {
    let message = match known.get(alias) {
        Some((other, span)) if other != steps => {
            let other = other.join(".");
            let file = span.source.get_path();
            format!(
                "`{alias}` is also imported as `{other}` in `{file}` of this package: give one of them another name by `as`"
            )
        }
        _ if rules.contains(alias) => {
            format!("`{alias}` is also a rule of this package: give the import another name by `as`")
        }
        _ => return None,
    };
    Some(at_span(Fault::Conflict, &import.span, message))
}

/// The documents that rules of a package lie in: `data.p.a` and `data.p.a.b` of `a.b.c := …` in package `p`.
pub(super) fn holders(package: &Package) -> BTreeSet<Vec<String>> {
    let path = steps(&package.path);
    let mut holders = BTreeSet::new();
    for rule in &package.rules {
        let name = steps(&rule.name);
        let constant = name.split_last().map_or(&[][..], |(_, above)| above);
        for length in 1..=constant.len() {
            holders.insert(path.iter().chain(constant.iter().take(length)).cloned().collect());
        }
    }
    holders
}

/// The parts of a path that has only constant ones.
pub(super) fn steps(path: &Expr) -> Vec<String> {
    match path {
        Expr::Name(name) => vec![name.clone()],
        Expr::Ref(base, parts) => {
            let parts = parts.iter().map(|part| match part {
                Part::Field(name) | Part::Index(Expr::Text(name)) => name.clone(),
                Part::Index(_) => String::new(),
            });
            steps(base).into_iter().chain(parts).collect()
        }
        _ => Vec::new(),
    }
}

/// The name that a reference begins with.
pub(super) fn root(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.clone()),
        Expr::Ref(base, _) => root(base),
        _ => None,
    }
}
