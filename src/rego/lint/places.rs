//! Where in the input the values of expressions come from, through variables, imports and rules that only hand them on.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{BinOp, Expr, Module, Ref, Rule, RuleHead};

use crate::rego::check::constants::value_of;
use crate::rego::check::names::{Meaning, Names, Part, Path, path_of, static_names};
use crate::rego::check::walk;
use crate::rego::lint::scopes::{Bound, MAX_STEPS, Scopes, is_long, root_of};

/// How far names are followed.
const MAX_DEPTH: usize = 40;
/// The most places of one value that are kept apart.
const MAX_PLACES: usize = 16;

/// A place of the input, or a collection of what lies there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) path: Path,
    /// How many collections of the policy's own stand around it.
    pub(super) wraps: usize,
}

/// All places that a value can come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) known: BTreeSet<Place>,
    /// Whether it can come from elsewhere, too. What has no members is from nowhere.
    pub(super) is_open: bool,
}

impl Places {
    fn open() -> Self {
        Self { known: BTreeSet::new(), is_open: true }
    }

    fn at(path: Path) -> Self {
        Self { known: BTreeSet::from([Place { path, wraps: 0 }]), is_open: false }
    }

    fn and(mut self, other: Self) -> Self {
        self.known.extend(other.known);
        self.is_open |= other.is_open;
        if self.known.len() > MAX_PLACES { Self::open() } else { self }
    }

    fn each(self, change: impl Fn(&mut Place)) -> Self {
        let known = self.known.into_iter().map(|mut place| {
            change(&mut place);
            place
        });
        let known: BTreeSet<_> = known.collect();
        let is_far = known.iter().any(|place| place.path.len() > MAX_STEPS || place.wraps > MAX_STEPS);
        if is_far { Self::open() } else { Self { known, is_open: self.is_open } }
    }

    fn wrapped(self) -> Self {
        self.each(|place| place.wraps = place.wraps.saturating_add(1))
    }

    /// What lies a step below.
    pub(super) fn below(self, part: &Part) -> Self {
        self.each(|place| match place.wraps.checked_sub(1) {
            Some(wraps) => place.wraps = wraps,
            None => place.path.push(part.clone()),
        })
    }
}

/// The rules of one name, each with its module, and the steps of a path below them.
pub(super) type Named<'s, 'a, 'p> = (String, &'s [(usize, &'a Rule)], &'p [Part]);

/// What is known of where values come from.
pub(super) struct Sources<'a> {
    /// The rules by their paths, each with its module.
    rules: BTreeMap<String, Vec<(usize, &'a Rule)>>,
    of_locals: RefCell<BTreeMap<usize, Places>>,
    of_rules: RefCell<BTreeMap<String, Places>>,
    /// What `given` found of locals and rules.
    pub(super) given_locals: RefCell<BTreeMap<usize, bool>>,
    pub(super) given_rules: RefCell<BTreeMap<String, bool>>,
}

impl<'a> Sources<'a> {
    pub(super) fn of(modules: &'a [Ref<Module>], names: &[Names]) -> Self {
        let mut rules: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (index, (module, names)) in modules.iter().zip(names).enumerate() {
            for rule in &module.policy {
                let path = names.of_rule(walk::head(rule).name);
                if let Some(path) = static_names(&path) {
                    rules.entry(path.join(".")).or_default().push((index, &**rule));
                }
            }
        }
        Self {
            rules,
            of_locals: RefCell::default(),
            of_rules: RefCell::default(),
            given_locals: RefCell::default(),
            given_rules: RefCell::default(),
        }
    }

    /// The rules of a path below `data`, or of what of it names one, and the steps below that.
    pub(super) fn find_rules<'p>(&self, path: &'p [Part]) -> Option<Named<'_, 'a, 'p>> {
        (1..=path.len()).find_map(|length| {
            let (name, below) = path.split_at_checked(length)?;
            let name = static_names(name)?.join(".");
            let rules = self.rules.get(&name)?;
            Some((name, rules.as_slice(), below))
        })
    }
}

/// Asks where values of one policy come from.
#[derive(Clone, Copy)]
pub(super) struct Asker<'s, 'a> {
    pub(super) scopes: &'s Scopes<'a>,
    pub(super) sources: &'s Sources<'a>,
    depth: usize,
}

impl<'s, 'a> Asker<'s, 'a> {
    pub(super) const fn new(scopes: &'s Scopes<'a>, sources: &'s Sources<'a>) -> Self {
        Self { scopes, sources, depth: 0 }
    }

    /// Where the value of an expression comes from that stands in this module.
    pub(super) fn places(self, expr: &Expr, module: usize) -> Places {
        let Some(asker) = self.deeper() else { return Places::open() };
        let all = |items: &[Ref<Expr>]| {
            items.iter().fold(Places::default(), |found, item| found.and(asker.places(item, module)))
        };
        if let Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } = expr {
            asker.of_reference(expr, module)
        } else if let Expr::ArrayCompr { term, .. } | Expr::SetCompr { term, .. } = expr {
            asker.places(term, module).wrapped()
        } else if let Expr::ObjectCompr { value, .. } = expr {
            asker.places(value, module).wrapped()
        } else if let Expr::Array { items, .. } | Expr::Set { items, .. } = expr {
            all(items).wrapped()
        } else if let Expr::BinExpr { op: BinOp::Union, lhs, rhs, .. } = expr {
            asker.places(lhs, module).and(asker.places(rhs, module))
        } else if let Expr::Call { fcn, params, .. } = expr {
            asker.of_call(&path_of(fcn).unwrap_or_default(), params, module)
        } else if is_without_members(expr) {
            Places::default()
        } else {
            Places::open()
        }
    }

    fn deeper(self) -> Option<Self> {
        let depth = self.depth.saturating_add(1);
        (depth <= MAX_DEPTH).then_some(Self { depth, ..self })
    }

    fn of_call(self, function: &[Part], arguments: &[Ref<Expr>], module: usize) -> Places {
        let name = static_names(function).map(|names| names.join("."));
        match (name.as_deref(), arguments) {
            (Some("object.get"), [object, key, default]) => {
                let Some(key) = literal_key(key) else { return Places::open() };
                self.places(object, module).below(&key).and(self.places(default, module))
            }
            (Some("array.concat"), [one, other]) => self.places(one, module).and(self.places(other, module)),
            (Some("array.slice"), [array, ..]) | (Some("array.reverse"), [array]) => {
                self.places(array, module)
            }
            _ => Places::open(),
        }
    }

    fn of_reference(self, expr: &Expr, module: usize) -> Places {
        let Some(path) = Some(expr).filter(|expr| !is_long(expr)).and_then(path_of) else {
            return Places::open();
        };
        if let Some(local) = self.scopes.position_of(root_of(expr)) {
            let below = path.get(1..).unwrap_or_default();
            return below.iter().fold(self.of_local(local), Places::below);
        }
        let Some(names) = self.scopes.names.get(module) else { return Places::open() };
        if let Some(path) = names.input_path(&path) {
            return Places::at(path).each(|_| ());
        }
        match names.meaning(&path) {
            Meaning::Rule(path) | Meaning::Data(path) => self.of_data(&path),
            Meaning::Input | Meaning::Unknown => Places::open(),
        }
    }

    /// What the declaration of a name binds it to.
    pub(super) fn of_local(self, index: usize) -> Places {
        if let Some(known) = self.sources.of_locals.borrow().get(&index) {
            return known.clone();
        }
        // Until it is known, for the case that it asks for itself.
        self.sources.of_locals.borrow_mut().insert(index, Places::open());
        let found = match self.scopes.locals.get(index).map(|local| (local.bound, local.module)) {
            Some((Bound::To(value), module)) => self.places(value, module),
            Some((Bound::ElementOf(collection), module)) => self.places(collection, module).below(&Part::Any),
            Some((Bound::Unknown, _)) | None => Places::open(),
        };
        self.sources.of_locals.borrow_mut().insert(index, found.clone());
        found
    }

    fn of_data(self, path: &[Part]) -> Places {
        let Some((name, rules, below)) = self.sources.find_rules(path) else { return Places::open() };
        let known = self.sources.of_rules.borrow().get(&name).cloned();
        let found = known.unwrap_or_else(|| {
            self.sources.of_rules.borrow_mut().insert(name.clone(), Places::open());
            let all = rules.iter().map(|(module, rule)| self.of_rule(rule, *module));
            let found = all.fold(Places::default(), Places::and);
            self.sources.of_rules.borrow_mut().insert(name, found.clone());
            found
        });
        below.iter().fold(found, Places::below)
    }

    fn of_rule(self, rule: &Rule, module: usize) -> Places {
        match rule {
            Rule::Default { value, .. } => self.places(value, module),
            Rule::Spec { head: RuleHead::Set { key: Some(key), .. }, .. } => {
                self.places(key, module).wrapped()
            }
            Rule::Spec { head: RuleHead::Compr { assign: Some(assign), .. }, bodies, .. } => {
                let others = bodies.iter().filter_map(|body| body.assign.as_ref());
                let all = others.chain([assign]).map(|assign| self.places(&assign.value, module));
                all.fold(Places::default(), Places::and)
            }
            Rule::Spec { .. } => Places::open(),
        }
    }
}

/// `[]`, `{}`, `null` and other constants in which nothing lies.
fn is_without_members(expr: &Expr) -> bool {
    if let Expr::Object { fields, .. } = expr { fields.is_empty() } else { value_of(expr).is_some() }
}

fn literal_key(key: &Expr) -> Option<Part> {
    Some(Part::Name(value_of(key)?.as_string().ok()?.to_string()))
}
