#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hookgate::rego::fuzzing::lint::check(bytes));
