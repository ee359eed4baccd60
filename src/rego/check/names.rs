//! Names: what a reference in a module stands for in the one tree of `data`.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{Expr, Module, Ref};

use crate::rego::check::walk;

/// One part of a path below `data`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::rego) enum Part {
    /// Known before anything runs.
    Name(String),
    /// Any name: an index that is computed.
    Any,
}

/// A path of `data`, `input` or a local name; the first part is always a name.
pub(in crate::rego) type Path = Vec<Part>;

/// The parts of a reference, or nothing if it does not begin with a name.
pub(in crate::rego) fn path_of(expr: &Expr) -> Option<Path> {
    let mut parts = Vec::new();
    let mut rest = expr;
    loop {
        let (part, before) = if let Expr::RefDot { refr, field, .. } = rest {
            (Part::Name(field.0.text().to_owned()), refr)
        } else if let Expr::RefBrack { refr, index, .. } = rest {
            (literal(index).map_or(Part::Any, Part::Name), refr)
        } else if let Expr::Var { span, .. } = rest {
            parts.push(Part::Name(span.text().to_owned()));
            parts.reverse();
            return Some(parts);
        } else {
            return None;
        };
        parts.push(part);
        rest = before;
    }
}

fn literal(expr: &Expr) -> Option<String> {
    if let Expr::String { value, .. } | Expr::RawString { value, .. } = expr {
        return Some(value.as_string().ok()?.to_string());
    }
    let is_constant = matches!(expr, Expr::Number { .. } | Expr::Bool { .. } | Expr::Null { .. });
    is_constant.then(|| expr.span().text().to_owned())
}

/// The names of a path that has no computed part.
pub(in crate::rego) fn static_names(path: &[Part]) -> Option<Vec<&str>> {
    path.iter()
        .map(|part| match part {
            Part::Name(name) => Some(name.as_str()),
            Part::Any => None,
        })
        .collect()
}

/// How a path is shown in messages.
pub(in crate::rego) fn show(path: &[Part]) -> String {
    let mut text = String::new();
    for part in path {
        match part {
            Part::Any => text.push_str("[_]"),
            Part::Name(name) => {
                text.push_str(if text.is_empty() { "" } else { "." });
                text.push_str(name);
            }
        }
    }
    text
}

/// The path of a module's package, below `data`.
pub(in crate::rego) fn package_of(module: &Module) -> Path {
    path_of(&module.package.refr).unwrap_or_default()
}

/// What the names of one module stand for.
pub(in crate::rego) struct Names {
    package: Path,
    imports: BTreeMap<String, Path>,
    rules: BTreeSet<String>,
}

/// What a reference stands for.
pub(in crate::rego) enum Meaning {
    /// A place below `data`, named in full or through an import.
    Data(Path),
    /// A rule of the same package, or a place below it.
    Rule(Path),
    /// A place in the input.
    Input,
    /// Nothing that is known outside of the rule.
    Unknown,
}

impl Names {
    /// The names of every module of a policy.
    pub(in crate::rego) fn of_all(modules: &[Ref<Module>]) -> Vec<Self> {
        let all = modules.iter().map(|module| (package_of(module), rule_names(module))).collect::<Vec<_>>();
        modules
            .iter()
            .map(|module| {
                let package = package_of(module);
                let same = all.iter().filter(|(other, _)| *other == package);
                let rules = same.flat_map(|(_, names)| names.iter().cloned()).collect();
                Self { package, imports: imports_of(module), rules }
            })
            .collect()
    }

    /// How many parts the path of the package has.
    pub(in crate::rego) fn package_length(&self) -> usize {
        self.package.len()
    }

    /// Whether a rule of the package begins with that name.
    pub(in crate::rego) fn has_rule(&self, name: &str) -> bool {
        self.rules.contains(name)
    }

    /// The path below `data` of a rule of this module.
    pub(in crate::rego) fn of_rule(&self, name: &Expr) -> Path {
        let own = path_of(name).unwrap_or_default();
        self.package.iter().cloned().chain(own).collect()
    }

    /// Where in the input a path of this module lies, if it does; local names are the caller's business.
    pub(in crate::rego) fn input_path(&self, path: &[Part]) -> Option<Path> {
        let (Part::Name(root), rest) = path.split_first()? else { return None };
        let imported = self.imports.get(root).map(Vec::as_slice).unwrap_or_default();
        match imported.split_first() {
            _ if root == "input" => Some(rest.to_vec()),
            Some((Part::Name(first), below)) if first == "input" => {
                Some(below.iter().chain(rest).cloned().collect())
            }
            Some(_) | None => None,
        }
    }

    /// What a path of this module stands for; local names are the caller's business.
    pub(in crate::rego) fn meaning(&self, path: &[Part]) -> Meaning {
        let Some((Part::Name(root), rest)) = path.split_first() else { return Meaning::Unknown };
        let rest = rest.iter().cloned();
        match (root.as_str(), self.imports.get(root)) {
            ("data", _) => Meaning::Data(rest.collect()),
            ("input", _) => Meaning::Input,
            (_, Some(import)) => match import.split_first() {
                Some((Part::Name(first), below)) if first == "data" => {
                    Meaning::Data(below.iter().cloned().chain(rest).collect())
                }
                _ => Meaning::Input,
            },
            (_, None) if self.rules.contains(root) => {
                Meaning::Rule(self.package.iter().chain(path).cloned().collect())
            }
            (_, None) => Meaning::Unknown,
        }
    }
}

fn rule_names(module: &Module) -> BTreeSet<String> {
    let heads = module.policy.iter().filter_map(|rule| path_of(walk::head(rule).name));
    heads.filter_map(|path| path.into_iter().next()).filter_map(name_of).collect()
}

fn name_of(part: Part) -> Option<String> {
    match part {
        Part::Name(name) => Some(name),
        Part::Any => None,
    }
}

fn imports_of(module: &Module) -> BTreeMap<String, Path> {
    let named = module.imports.iter().filter_map(|import| {
        let path = path_of(&import.refr)?;
        let alias = import.r#as.as_ref().map(|alias| alias.text().to_owned());
        Some((alias.or_else(|| name_of(path.last()?.clone()))?, path))
    });
    // `import rego.v1` and `import future.keywords` name nothing.
    named
        .filter(
            |(_, path)| matches!(path.first(), Some(Part::Name(root)) if root == "data" || root == "input"),
        )
        .collect()
}
