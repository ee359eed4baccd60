//! A pattern that is ready to match, and the few that a thread keeps.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use regex_automata::Input;
use regex_automata::meta::{Config, Regex};
use regex_automata::util::captures::Captures;

use crate::rego::builtins::Refusal;
use crate::rego::builtins::regex::fault::Fault;
use crate::rego::builtins::regex::parse::{self, Parsed};

/// The most bytes a pattern may take when it is compiled.
const MAX_COMPILED: usize = 10 << 20;
/// The most patterns a thread keeps, and their bytes.
const MAX_KEPT: usize = 256;
const MAX_KEPT_BYTES: usize = 64 << 20;

thread_local! {
    /// The patterns this thread used last; the latest is in front.
    static KEPT: RefCell<VecDeque<Rc<Pattern>>> = const { RefCell::new(VecDeque::new()) };
}

/// What a pattern is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Regex,
    Glob,
}

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    syntax: Syntax,
    key: String,
    regex: Regex,
    names: Vec<String>,
}

/// One match: where the whole of it is and where its groups are, as far as they take part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The groups; the first is the whole.
    pub(super) groups: Vec<Option<(usize, usize)>>,
}

impl Pattern {
    /// Compiles a regular expression, or finds it among those that were compiled.
    pub(super) fn find(text: &str) -> Result<Rc<Self>, Refusal> {
        Self::find_or_compile((Syntax::Regex, text), || parse::parse(text))
    }

    /// The same for a glob, known by `key`, that `parse` reads.
    pub(super) fn find_glob(
        key: &str,
        parse: impl FnOnce() -> Result<Parsed, Fault>,
    ) -> Result<Rc<Self>, Refusal> {
        Self::find_or_compile((Syntax::Glob, key), parse)
    }

    fn find_or_compile(
        (syntax, key): (Syntax, &str),
        parse: impl FnOnce() -> Result<Parsed, Fault>,
    ) -> Result<Rc<Self>, Refusal> {
        KEPT.with_borrow_mut(|kept| {
            let at = kept.iter().position(|pattern| pattern.syntax == syntax && pattern.key == key);
            let found = match at.and_then(|at| kept.remove(at)) {
                Some(found) => found,
                None => Rc::new(Self::compile(syntax, key, parse()?)?),
            };
            kept.push_front(Rc::clone(&found));
            let bytes = |kept: &VecDeque<Rc<Self>>| {
                kept.iter().map(|kept| kept.weight()).fold(0, usize::saturating_add)
            };
            while kept.len() > 1 && (kept.len() > MAX_KEPT || bytes(kept) > MAX_KEPT_BYTES) {
                kept.pop_back();
            }
            Ok(found)
        })
    }

    fn compile(syntax: Syntax, key: &str, parsed: Parsed) -> Result<Self, Refusal> {
        let config = Config::new().nfa_size_limit(Some(MAX_COMPILED));
        let regex = Regex::builder().configure(config).build_from_hir(&parsed.tree);
        let regex =
            regex.map_err(|_| Fault::beyond(format!("more than {MAX_COMPILED} bytes when compiled")))?;
        Ok(Self { syntax, key: key.to_owned(), regex, names: parsed.names })
    }

    fn weight(&self) -> usize {
        self.regex.memory_usage().saturating_add(self.key.len())
    }

    /// Whether it matches anywhere in `text`.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The numbers of the groups that are named `name`, in their order.
    pub(super) fn groups_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.names.iter().enumerate().filter(move |(_, known)| *known == name).map(|(index, _)| index)
    }

    /// Up to `limit` matches from left to right: as Go finds them, an empty one never touches the one before it.
    pub(super) fn matches<'a>(&'a self, text: &'a str, limit: usize) -> impl Iterator<Item = Match> + 'a {
        let mut captures = self.regex.create_captures();
        let (mut from, mut last_end) = (Some(0), None);
        let found = std::iter::from_fn(move || {
            loop {
                let found = self.search(text, from?, &mut captures)?;
                let is_empty_here = Some(found.end) == from;
                from = if is_empty_here { after_character(text, found.end) } else { Some(found.end) };
                let touches = is_empty_here && last_end == Some(found.start);
                last_end = Some(found.end);
                if !touches {
                    return Some(found);
                }
            }
        });
        found.take(limit)
    }

    fn search(&self, text: &str, from: usize, captures: &mut Captures) -> Option<Match> {
        self.regex.search_captures(&Input::new(text).range(from..), captures);
        let whole = captures.get_group(0)?;
        let group = |index| captures.get_group(index).map(|span| (span.start, span.end));
        let groups = (0..self.names.len()).map(group).collect();
        Some(Match { start: whole.start, end: whole.end, groups })
    }
}

fn after_character(text: &str, at: usize) -> Option<usize> {
    let character = text.get(at..)?.chars().next()?;
    at.checked_add(character.len_utf8())
}
