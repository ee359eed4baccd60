//! What both refuse is refused at one row.

use hookgate_rego::syntax::{Dialect, Lines, parse};

use super::{number, program};
use crate::corpus;
use crate::mutate::{Random, mutate};

#[test]
fn what_opa_cannot_parse_is_refused_in_the_row_that_opa_names() {
    let Some(opa) = program::find() else { return };
    let corpus = corpus::all();
    let mut random = Random::new(number("HOOKGATE_MUTANTS_SEED", 11));
    let texts: Vec<String> = (0..number("HOOKGATE_MUTANTS", 800))
        .map(|_| mutate(&corpus[random.below(corpus.len())].1, &mut random))
        .collect();
    let (mut all, mut first, mut any) = (0, 0, 0);
    let mut elsewhere = Vec::new();
    for (text, theirs) in texts.iter().zip(program::errors(&opa, &texts, false)) {
        let errors = parse(text, Dialect::V1).errors;
        let (Some((row, message)), false) = (theirs, errors.is_empty()) else { continue };
        let lines = Lines::new(text);
        let rows: Vec<u64> = errors.iter().map(|error| lines.row(error.span.start).into()).collect();
        all += 1;
        first += usize::from(rows[0] == row);
        any += usize::from(rows.contains(&row));
        if !rows.contains(&row) {
            elsewhere
                .push(format!("rows {rows:?}: {}\nrow {row}: {message}\n{text}\n----\n", errors[0].message));
        }
    }
    println!("{all} refused by both: in {first} our first error stands in OPA's row, in {any} one of ours");
    if number("HOOKGATE_SHOW", 0) > 0 {
        println!("{}", elsewhere.concat());
    }
    assert!(any * 100 >= all * 93, "{}", elsewhere.into_iter().take(5).collect::<String>());
}
