//! What of the answers is worth showing: the bodies that held, or else the first statement of each that did not.

use regorus::Value;

use crate::domain::explanation::{ExplainedPart, ExplainedRule};
use crate::rego::excerpt::excerpt;
use crate::rego::explain::answers::Answers;
use crate::rego::normalise::dissect::{
    DissectedClause, DissectedRule, DissectedStatement, Piece, Role, RuleName,
};
use crate::rego::place::shown_line;
use crate::rego::policy::Policy;
use crate::rego::redact::{MASK, Secrets, looks_secret};

/// The most expressions of an explanation.
const MAX_PARTS: usize = 150;
/// The longest text of all of them together, in bytes.
const MAX_BYTES: usize = 48 << 10;
/// The longest text of a value, in bytes.
const MAX_VALUE: usize = 300;
/// The most different values of one expression.
const MAX_VALUES: usize = 3;
/// The most values of one expression that are compared with each other.
const MAX_COMPARED: usize = 100;

/// The rules that were told so far.
pub(super) struct Story<'a> {
    policy: &'a Policy,
    secrets: &'a Secrets,
    rules: Vec<ExplainedRule>,
    notes: Vec<String>,
    parts: usize,
    bytes: usize,
}

impl<'a> Story<'a> {
    pub(super) const fn new(policy: &'a Policy, secrets: &'a Secrets) -> Self {
        Self { policy, secrets, rules: Vec::new(), notes: Vec::new(), parts: 0, bytes: 0 }
    }

    /// Adds what is missing.
    pub(super) fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Whether there is no room for more.
    pub(super) const fn is_full(&self) -> bool {
        self.parts >= MAX_PARTS || self.bytes >= MAX_BYTES
    }

    /// The rules, and what is missing.
    pub(super) fn finish(mut self) -> (Vec<ExplainedRule>, Option<String>) {
        if self.is_full() {
            self.note("the rest is cut".to_owned());
        }
        (self.rules, (!self.notes.is_empty()).then(|| self.notes.join("; ")))
    }

    /// Tells a rule, and adds the rules that it leads to.
    pub(super) fn tell(
        &mut self,
        rule: &DissectedRule,
        depth: u32,
        answers: &Answers,
        next: &mut Vec<RuleName>,
    ) {
        if rule.is_cut {
            self.note(format!("`{}` has more definitions than are looked at", rule.name));
        }
        let held = held(rule, answers);
        let is_decided = held.iter().any(|held| *held > 0);
        let is_known = rule.clauses.iter().all(|clause| answers.find(&clause.solutions).is_ok());
        for (clause, times) in rule.clauses.iter().zip(held) {
            let is_used = clause.role != Role::Default || is_known;
            if self.is_full() || !is_used || (is_decided && times == 0) {
                continue;
            }
            let times = if clause.role == Role::Default { 1 } else { times };
            let mut teller = Teller { story: self, answers, parts: Vec::new(), names: Vec::new() };
            teller.clause(clause, times > 0);
            let (parts, names) = (teller.parts, teller.names);
            next.extend(names.into_iter().filter(|name| !next.contains(name)).collect::<Vec<_>>());
            let line = self.line_at(clause);
            self.bytes = self.bytes.saturating_add(line.len());
            self.rules.push(ExplainedRule {
                rule: rule.name.to_string(),
                location: clause.place.clone(),
                line,
                depth,
                times,
                parts,
            });
        }
    }

    fn line_at(&self, clause: &DissectedClause) -> String {
        let written = self.policy.written.iter().find(|(path, _)| *path == clause.place.file);
        let line = written.and_then(|(_, text)| shown_line(text, clause.place.row));
        line.unwrap_or_default().trim().to_owned()
    }
}

/// How often each clause of a rule held: an `else` only where those before it did not, a default never.
fn held(rule: &DissectedRule, answers: &Answers) -> Vec<u64> {
    let mut is_reached = true;
    let times = rule.clauses.iter().map(|clause| {
        is_reached |= clause.role == Role::First;
        let found = match answers.find(&clause.solutions) {
            Ok(solutions) if is_reached && clause.role != Role::Default => count(solutions),
            Ok(_) | Err(_) => 0,
        };
        // What fails ends the evaluation, and with it the chain.
        is_reached &= found == 0 && answers.find(&clause.solutions).is_ok();
        found
    });
    times.collect()
}

/// Tells one clause.
struct Teller<'a, 'b> {
    story: &'a mut Story<'b>,
    answers: &'a Answers,
    parts: Vec<ExplainedPart>,
    names: Vec<RuleName>,
}

impl Teller<'_, '_> {
    fn clause(&mut self, clause: &DissectedClause, holds: bool) {
        let failing = clause.statements.iter().position(|statement| !self.holds(statement));
        match failing.filter(|_| !holds) {
            Some(failing) => self.up_to(clause, failing),
            None => self.whole(clause, !(holds && clause.is_element)),
        }
    }

    /// The statements before the one that failed, and all of that one.
    fn up_to(&mut self, clause: &DissectedClause, failing: usize) {
        for statement in clause.statements.iter().take(failing) {
            statement.pieces.iter().take(1).for_each(|piece| self.piece(piece));
        }
        for statement in clause.statements.iter().skip(failing).take(1) {
            statement.pieces.iter().for_each(|piece| self.piece(piece));
            self.names.extend(statement.names.iter().cloned());
        }
    }

    /// Value and body. For an element of a set it is enough how often there was one.
    fn whole(&mut self, clause: &DissectedClause, is_shown: bool) {
        clause.head.iter().filter(|_| is_shown).for_each(|piece| self.piece(piece));
        self.names.extend(clause.names.iter().cloned());
        for statement in &clause.statements {
            statement.pieces.iter().filter(|_| is_shown).for_each(|piece| self.piece(piece));
            self.names.extend(statement.names.iter().cloned());
        }
    }

    fn holds(&self, statement: &DissectedStatement) -> bool {
        self.answers.find(&statement.holds).is_ok_and(|found| !found.is_empty())
    }

    fn piece(&mut self, piece: &Piece) {
        let is_told = |part: &ExplainedPart| part.expression == piece.text && part.location == piece.place;
        if self.story.is_full() || self.parts.iter().any(is_told) {
            return;
        }
        let is_secret = piece.keys.iter().any(|key| looks_secret(key));
        let (values, times, error) = match self.answers.find(&piece.values) {
            Ok([]) if piece.is_condition => (vec!["false".to_owned()], 0, None),
            Ok(found) => (self.values(found, is_secret), count(found), None),
            Err(cause) => (Vec::new(), 0, Some(cause.to_owned())),
        };
        let told = values.iter().map(String::len).fold(piece.text.len(), usize::saturating_add);
        self.story.parts = self.story.parts.saturating_add(1);
        self.story.bytes = self.story.bytes.saturating_add(told);
        self.parts.push(ExplainedPart {
            location: piece.place.clone(),
            expression: piece.text.clone(),
            depth: piece.depth,
            values,
            times,
            error,
        });
    }

    fn values(&self, found: &[Value], is_secret: bool) -> Vec<String> {
        let mut values = Vec::new();
        for value in found.iter().take(MAX_COMPARED) {
            // Whether something is so is told also of a secret.
            let is_masked = is_secret && !matches!(value, Value::Bool(_));
            let text =
                if is_masked { MASK.to_owned() } else { excerpt(value, MAX_VALUE, self.story.secrets) };
            if !values.contains(&text) {
                values.push(text);
            }
            if values.len() == MAX_VALUES {
                break;
            }
        }
        values
    }
}

fn count(found: &[Value]) -> u64 {
    u64::try_from(found.len()).unwrap_or(u64::MAX)
}
