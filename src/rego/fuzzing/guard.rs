//! The token gate: what it lets through the parser reads in bounded time and to its end; what it refuses has a place.

use crate::rego::fuzzing::policy::{files, parse};
use crate::rego::fuzzing::{check_told, on_large_stack};
use crate::rego::{guard, syntax};

/// Checks the files that `bytes` hold, one by one.
pub fn check(bytes: &[u8]) {
    on_large_stack(|| files(bytes).iter().for_each(check_file));
}

fn check_file(file: &(String, String)) {
    let (path, text) = file;
    let files = std::slice::from_ref(file);
    if let Err(refused) = guard::check(path, text) {
        return check_told(&refused, files);
    }
    match parse(files) {
        Err(error) => check_told(&syntax::explain(&error, path, text), files),
        Ok(modules) => {
            let rules = modules.first().map(|module| module.policy.len());
            for found in syntax::check_shape(&modules) {
                check_told(&found, files);
            }
            check_read_to_the_end(file, rules.unwrap());
        }
    }
}

/// The parser must not stop early: a rule behind all that stands there is one rule more.
fn check_read_to_the_end((path, text): &(String, String), rules: usize) {
    let longer = (path.clone(), format!("{text}\nbehind_everything := 1\n"));
    if guard::check(path, &longer.1).is_err() {
        return;
    }
    let modules = parse([&longer]).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(modules.first().map(|module| module.policy.len()), rules.checked_add(1), "{text:?}");
}
