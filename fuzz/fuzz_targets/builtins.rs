#![no_main]

// The engine's own functions may panic: ours catch it and refuse. A panic that nobody catches still ends the run.
libfuzzer_sys::fuzz_target!(init: std::panic::set_hook(Box::new(|_| {})), |bytes: &[u8]| {
    hookgate::rego::fuzzing::builtins::check(bytes);
});
