//! What the statement at which a test failed was made of: its expressions with their values, and both sides of a comparison.

use std::time::{Duration, Instant};

use regorus::{Engine, Value};

use crate::domain::diagnostic::Place;
use crate::domain::unit_test::{Sides, StatementValue};
use crate::rego::excerpt::excerpt;
use crate::rego::explain::answers::{Answers, Desk};
use crate::rego::normalise::TestRule;
use crate::rego::normalise::dissect::{
    Anatomy, DissectedClause, DissectedStatement, Dissection, Piece, RuleName,
};
use crate::rego::place;
use crate::rego::redact::Secrets;
use crate::rego::testing::Limits;
use crate::rego::testing::asking::{Asker, Way};

/// The time that the last question is given.
const SHORTEST: Duration = Duration::from_millis(1);
/// The longest text of a value, in bytes.
const MAX_VALUE: usize = 300;
/// The longest text of one side of a comparison, in bytes.
const MAX_SIDE: usize = 16 << 10;

/// The statement that failed.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) place: Option<Place>,
    pub(super) values: Vec<StatementValue>,
    pub(super) sides: Option<Sides>,
}

/// Takes a test apart and asks for what its failing statement was; nothing if the engine cannot say.
pub(super) fn find(asker: &Asker<'_>, way: &Way<'_>, failed_at: Option<&Place>) -> Option<Found> {
    let mut dissection = dissect(asker.rule, way)?;
    let begin = Instant::now();
    let left = || asker.limits.timeout.saturating_sub(begin.elapsed());
    let ready = |engine: &Engine| way.copy(engine, Limits { timeout: left().max(SHORTEST), ..asker.limits });
    let is_over = || left().is_zero();
    let desk = Desk { engine: &way.loaded.engine, ready: &ready, is_over: &is_over };
    clause_of(&dissection).filter(|clause| !clause.is_mocked)?;
    // Only what is shown is asked for.
    dissection.rules.iter_mut().flat_map(|rule| &mut rule.clauses).for_each(|clause| clause.head.clear());
    let answers = Answers::collect(&desk, &dissection)?;
    let statement = failing(clause_of(&dissection)?, &answers, failed_at)?;
    Some(Found {
        place: Some(statement.place.clone()),
        values: statement.pieces.iter().map(|piece| value(piece, &answers)).collect(),
        sides: statement.sides.as_ref().and_then(|sides| self::sides(sides, &answers)),
    })
}

/// The questions about the one clause that is the test.
fn dissect(rule: &TestRule, way: &Way<'_>) -> Option<Dissection> {
    let place = place::of_span(&rule.span)?;
    let mut written = way.loaded.written.clone();
    let mut anatomy = Anatomy::of(written.get_modules());
    let mut dissection = anatomy.dissect_test(RuleName::at(rule.path.clone()));
    for rule in &mut dissection.rules {
        rule.clauses.retain(|clause| clause.place == place);
    }
    Some(dissection)
}

fn clause_of(dissection: &Dissection) -> Option<&DissectedClause> {
    dissection.rules.first()?.clauses.first()
}

/// The first statement that does not hold; none if the test itself came to another.
fn failing<'a>(
    clause: &'a DissectedClause,
    answers: &Answers,
    failed_at: Option<&Place>,
) -> Option<&'a DissectedStatement> {
    let holds =
        |statement: &DissectedStatement| answers.find(&statement.holds).is_ok_and(|found| !found.is_empty());
    let first = clause.statements.iter().find(|statement| !holds(statement))?;
    failed_at.is_none_or(|place| *place == first.place).then_some(first)
}

fn value(piece: &Piece, answers: &Answers) -> StatementValue {
    let value = match answers.find(&piece.values) {
        Ok([]) if piece.is_condition => "false".to_owned(),
        Ok(found) => found.first().map_or_else(|| "undefined".to_owned(), |value| text(value, MAX_VALUE)),
        Err(cause) => format!("error: {cause}"),
    };
    StatementValue { expression: piece.text.clone(), depth: piece.depth, value }
}

/// Both sides, if each has one value.
fn sides([left, right]: &[String; 2], answers: &Answers) -> Option<Sides> {
    let only = |side: &String| match answers.find(side) {
        Ok([value]) => Some(text(value, MAX_SIDE)),
        Ok(_) | Err(_) => None,
    };
    Some(Sides { left: only(left)?, right: only(right)? })
}

/// What stands in a test is no secret, but keys that name one are masked everywhere.
fn text(value: &Value, limit: usize) -> String {
    excerpt(value, limit, &Secrets::default())
}
