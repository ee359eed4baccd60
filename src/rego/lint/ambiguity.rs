//! Whether a regular expression can match one text in very many ways, which engines that backtrack try one after another.
//!
//! The pattern becomes an automaton whose states are the places of its letters (Glushkov's). It is exponential if from some state
//! two different ways lead back to it over the same text.

use std::collections::{BTreeMap, BTreeSet};

use regex_syntax::ast::{self, Ast, RepetitionKind, RepetitionRange};
use regex_syntax::hir::translate::Translator;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

/// The most letters of a pattern that is looked at.
const MAX_LETTERS: usize = 64;
/// How often a part is written out that is repeated a bounded number of times.
const MAX_COPIES: u32 = 3;

/// How long an engine that backtracks takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Growth {
    Exponential,
    /// Two repetitions of the same letters stand next to each other.
    Square,
}

/// How the time for a pattern grows, if it does so out of proportion; it takes its work from `budget`.
pub(super) fn growth(pattern: &str, budget: &mut usize) -> Option<Growth> {
    *budget = budget.checked_sub(pattern.len()).unwrap_or_default();
    if *budget == 0 {
        return None;
    }
    let parsed = ast::parse::Parser::new().parse(pattern).ok()?;
    let mut automaton = Automaton::default();
    let built = automaton.build(&parsed, pattern);
    *budget = budget.saturating_sub(automaton.follow.iter().map(BTreeMap::len).sum());
    built?;
    if automaton.is_exponential(budget) {
        return Some(Growth::Exponential);
    }
    has_neighbours(&parsed, pattern).then_some(Growth::Square)
}

#[derive(Default)]
struct Automaton {
    letters: Vec<ClassUnicode>,
    /// Where each letter leads, and whether two ways lead there.
    follow: Vec<BTreeMap<usize, bool>>,
}

/// The letters that a part can begin and end with, and whether it can be empty.
#[derive(Default, Clone)]
struct Part {
    first: BTreeSet<usize>,
    last: BTreeSet<usize>,
    is_optional: bool,
}

impl Part {
    fn empty() -> Self {
        Self { is_optional: true, ..Self::default() }
    }

    fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }
}

impl Automaton {
    fn build(&mut self, ast: &Ast, pattern: &str) -> Option<Part> {
        match ast {
            Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => Some(Part::empty()),
            Ast::Literal(_)
            | Ast::Dot(_)
            | Ast::ClassUnicode(_)
            | Ast::ClassPerl(_)
            | Ast::ClassBracketed(_) => self.letter(letters_of(ast, pattern)?),
            Ast::Group(group) => self.build(&group.ast, pattern),
            Ast::Repetition(repeated) => self.repeat(&repeated.ast, &repeated.op.kind, pattern),
            Ast::Alternation(choices) => choices.asts.iter().try_fold(Part::default(), |one, other| {
                let other = self.build(other, pattern)?;
                Some(Part {
                    first: &one.first | &other.first,
                    last: &one.last | &other.last,
                    is_optional: one.is_optional || other.is_optional,
                })
            }),
            Ast::Concat(parts) => parts.asts.iter().try_fold(Part::empty(), |one, other| {
                let other = self.build(other, pattern)?;
                Some(self.join(one, other))
            }),
        }
    }

    fn letter(&mut self, letters: ClassUnicode) -> Option<Part> {
        let state = self.letters.len();
        self.letters.push(letters);
        self.follow.push(BTreeMap::new());
        let only = BTreeSet::from([state]);
        (state < MAX_LETTERS).then(|| Part { first: only.clone(), last: only, is_optional: false })
    }

    fn join(&mut self, one: Part, other: Part) -> Part {
        self.link(&one.last, &other.first);
        let first = if one.is_optional { &one.first | &other.first } else { one.first };
        let last = if other.is_optional { &one.last | &other.last } else { other.last };
        Part { first, last, is_optional: one.is_optional && other.is_optional }
    }

    fn link(&mut self, from: &BTreeSet<usize>, to: &BTreeSet<usize>) {
        for state in from {
            let Some(follow) = self.follow.get_mut(*state) else { continue };
            for next in to {
                follow.entry(*next).and_modify(|is_double| *is_double = true).or_insert(false);
            }
        }
    }

    fn repeat(&mut self, ast: &Ast, kind: &RepetitionKind, pattern: &str) -> Option<Part> {
        let (least, most) = match kind {
            RepetitionKind::ZeroOrOne => (0, Some(1)),
            RepetitionKind::ZeroOrMore => (0, None),
            RepetitionKind::OneOrMore => (1, None),
            RepetitionKind::Range(RepetitionRange::Exactly(count)) => (*count, Some(*count)),
            RepetitionKind::Range(RepetitionRange::AtLeast(least)) => (*least, None),
            RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => (*least, Some(*most)),
        };
        let Some(most) = most else {
            let part = self.build(ast, pattern)?;
            self.link(&part.last, &part.first);
            return Some(if least == 0 { part.optional() } else { part });
        };
        // From the last copy to the first: `x(x(x)?)?` has one way for each number of them.
        let copies = most.min(MAX_COPIES);
        (0..copies).rev().try_fold(Part::empty(), |rest, copy| {
            let part = self.build(ast, pattern)?;
            let joined = self.join(part, rest);
            Some(if copy < least { joined } else { joined.optional() })
        })
    }

    fn is_exponential(&self, budget: &mut usize) -> bool {
        let states = 0..self.letters.len();
        states.into_iter().any(|state| self.is_doubled(state, budget) || self.comes_back_twice(state, budget))
    }

    /// Whether two ways lead from a state to the next, which leads back to it.
    fn is_doubled(&self, state: usize, budget: &mut usize) -> bool {
        let doubled = self.follow.get(state).into_iter().flatten().filter(|(_, is_double)| **is_double);
        let next: Vec<_> = doubled.map(|(next, _)| *next).collect();
        next.into_iter().any(|next| self.reached((next, next), false, budget).contains(&(state, state)))
    }

    /// Whether two different ways lead from a state back to it over one text.
    fn comes_back_twice(&self, state: usize, budget: &mut usize) -> bool {
        let start = (state, state);
        let there = self.reached(start, false, budget);
        if there.iter().all(|(one, other)| one == other) {
            return false;
        }
        let back = self.reached(start, true, budget);
        there.intersection(&back).any(|(one, other)| one != other)
    }

    /// The pairs of states that two ways over one text come to, or come from.
    fn reached(
        &self,
        start: (usize, usize),
        is_backwards: bool,
        budget: &mut usize,
    ) -> BTreeSet<(usize, usize)> {
        let (mut reached, mut open) = (BTreeSet::new(), vec![start]);
        while let Some(pair) = open.pop() {
            let steps = if is_backwards { self.before(pair) } else { self.after(pair) };
            let Some(left) = budget.checked_sub(steps.len().saturating_add(1)) else {
                // Nothing is said of what takes too long to look at.
                *budget = 0;
                return BTreeSet::new();
            };
            *budget = left;
            open.extend(steps.into_iter().filter(|step| reached.insert(*step)));
        }
        reached
    }

    fn after(&self, (one, other): (usize, usize)) -> Vec<(usize, usize)> {
        let follow = |state: usize| self.follow.get(state).into_iter().flatten().map(|(next, _)| *next);
        follow(one)
            .flat_map(|one| follow(other).map(move |other| (one, other)))
            .filter(|(one, other)| self.overlap(*one, *other))
            .collect()
    }

    fn before(&self, (one, other): (usize, usize)) -> Vec<(usize, usize)> {
        if !self.overlap(one, other) {
            return Vec::new();
        }
        let before = |state: usize| {
            let lead = self.follow.iter().enumerate().filter(move |(_, follow)| follow.contains_key(&state));
            lead.map(|(state, _)| state)
        };
        before(one).flat_map(|one| before(other).map(move |other| (one, other))).collect()
    }

    fn overlap(&self, one: usize, other: usize) -> bool {
        one == other
            || self
                .letters
                .get(one)
                .zip(self.letters.get(other))
                .is_some_and(|(one, other)| overlap(one, other))
    }
}

fn overlap(one: &ClassUnicode, other: &ClassUnicode) -> bool {
    let touch = |one: &ClassUnicodeRange, other: &ClassUnicodeRange| {
        one.start() <= other.end() && other.start() <= one.end()
    };
    one.iter().any(|one| other.iter().any(|other| touch(one, other)))
}

/// The letters that a part of one letter matches.
fn letters_of(ast: &Ast, pattern: &str) -> Option<ClassUnicode> {
    let translated = Translator::new().translate(pattern, ast).ok()?;
    match translated.into_kind() {
        HirKind::Class(Class::Unicode(letters)) => Some(letters),
        HirKind::Literal(literal) => {
            let letter = std::str::from_utf8(&literal.0).ok()?.chars().next()?;
            Some(ClassUnicode::new([ClassUnicodeRange::new(letter, letter)]))
        }
        HirKind::Empty
        | HirKind::Class(Class::Bytes(_))
        | HirKind::Look(_)
        | HirKind::Repetition(_)
        | HirKind::Capture(_)
        | HirKind::Concat(_)
        | HirKind::Alternation(_) => None,
    }
}

/// Whether somewhere `.*.*` stands: two repetitions without end of letters that both can match.
fn has_neighbours(ast: &Ast, pattern: &str) -> bool {
    match ast {
        Ast::Group(group) => has_neighbours(&group.ast, pattern),
        Ast::Repetition(repeated) => has_neighbours(&repeated.ast, pattern),
        Ast::Alternation(choices) => choices.asts.iter().any(|ast| has_neighbours(ast, pattern)),
        Ast::Concat(parts) => {
            let pairs = parts.asts.iter().zip(parts.asts.iter().skip(1));
            let repeated: fn(&Ast, &str) -> Option<ClassUnicode> = repeated_letters;
            let meets = |(one, other)| {
                let both = repeated(one, pattern).zip(repeated(other, pattern));
                both.is_some_and(|(one, other)| overlap(&one, &other))
            };
            pairs.into_iter().any(meets) || parts.asts.iter().any(|ast| has_neighbours(ast, pattern))
        }
        Ast::Empty(_)
        | Ast::Flags(_)
        | Ast::Literal(_)
        | Ast::Dot(_)
        | Ast::Assertion(_)
        | Ast::ClassUnicode(_)
        | Ast::ClassPerl(_)
        | Ast::ClassBracketed(_) => false,
    }
}

/// The letters that a part repeats without end.
fn repeated_letters(ast: &Ast, pattern: &str) -> Option<ClassUnicode> {
    let Ast::Repetition(repeated) = ast else { return None };
    let is_endless = matches!(
        repeated.op.kind,
        RepetitionKind::ZeroOrMore
            | RepetitionKind::OneOrMore
            | RepetitionKind::Range(RepetitionRange::AtLeast(_))
    );
    if is_endless { letters_of(&repeated.ast, pattern) } else { None }
}

#[cfg(test)]
mod tests {
    use super::{Growth, growth};

    #[track_caller]
    fn check(patterns: &[&str], expected: Option<Growth>) {
        for pattern in patterns {
            assert_eq!(growth(pattern, &mut 1_000_000), expected, "{pattern}");
        }
    }

    #[test]
    fn what_matches_one_text_in_many_ways_is_exponential() {
        let slow = [
            r"^(a+)+$",
            r"(a|a)*b",
            r"^(a*)*$",
            r"(a|ab|b)*c",
            r"^([a-zA-Z0-9]+)*@",
            r"(\w+\s?)*$",
            r"(.*)*x",
            r"(x+x+)+y",
            r"^(\s*,\s*)+$",
            r"^(([a-z])+.)+[A-Z]([a-z])+$",
        ];
        check(&slow, Some(Growth::Exponential));
    }

    #[test]
    fn repetitions_next_to_each_other_take_the_square() {
        check(&[r"^.*.*$", r"\s*\s+x", r"^[a-z]+[a-z0-9]*$"], Some(Growth::Square));
    }

    #[test]
    fn what_has_one_way_for_each_text_is_fine() {
        let fine = [
            r"^[a-z][a-z0-9-]{1,61}[a-z0-9]$",
            r"^([a-z]+-)*[a-z]+$",
            r"^([a-z]{1,63}\.)+[a-z]{2,}$",
            r"^(,[a-z]+)*$",
            r"(a|b|c)*",
            r"^ *=? *v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]{1,60})? *$",
            r"[?&]ref=(v?[0-9]+\.[0-9]+(\.[0-9]+)?|[0-9a-f]{40}|[0-9a-f]{64})([-+.][0-9A-Za-z.+-]{1,60})?(&|$)",
            r"^arn:aws:iam::\d{12}:.*$",
            r"^(\d{1,3}\.){3}\d{1,3}$",
            r"^[^/]+/[^/]+$",
            r"(",
        ];
        check(&fine, None);
    }

    #[test]
    fn what_takes_long_to_look_at_is_left_alone() {
        let wide = format!("({})*", ["a"; 60].join("|"));
        assert_eq!(growth(&wide, &mut 1_000), None);
        assert_eq!(growth(&"a*".repeat(200), &mut 1_000_000), None);
    }
}
