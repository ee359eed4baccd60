//! What one evaluation costs, in parts, and what the step into a child process adds. `benches/README.md` says how to read it.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench stops at the first thing that is wrong"
)]

mod plans;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use hookgate::domain::account::Account;
use hookgate::domain::bundle::{PolicyFormat, PolicyUpload};
use hookgate::domain::mask::KeepInput;
use hookgate::domain::time::Timestamp;
use hookgate::evaluator::{Answer, Evaluators, Question, Settings};
use hookgate::rego::archive::unpack;
use hookgate::rego::compile::{Language, compile};
use hookgate::rego::evaluate::{Limits, evaluate};
use hookgate::rego::input::parse;
use hookgate::rego::policy::Policy;
use regorus::{Engine, Value};
use serde_json::json;
use tokio::runtime::Runtime;

const HELLO: &str = include_str!("policies/hello.rego");
const PLAN: &str = include_str!("policies/plan.rego");
/// Nothing here is to be stopped, however slow the machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A policy and an input of some size.
struct Case {
    name: &'static str,
    policy: &'static str,
    input: String,
}

fn cases() -> [Case; 3] {
    [
        Case { name: "hello", policy: HELLO, input: r#"{"message": "world"}"#.to_owned() },
        Case { name: "plan of 200 KB", policy: PLAN, input: plans::plan(200_000) },
        Case { name: "plan of 5 MB", policy: PLAN, input: plans::plan(5_000_000) },
    ]
}

fn upload(text: &str) -> PolicyUpload {
    PolicyUpload { format: PolicyFormat::Rego, bytes: text.as_bytes().to_vec() }
}

fn ready(text: &str) -> Policy {
    let bundle = unpack(&upload(text)).expect("a bundle");
    compile(&bundle, &Language { allow_functions: false }).expect("a policy")
}

/// The policy as its author wrote it, in the engine alone: what normalisation and built-ins of our own are measured against.
fn bare(text: &str) -> Engine {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(true);
    engine.add_policy("policy.rego".to_owned(), text.to_owned()).expect("a policy");
    engine.eval_rule("data.policy.hook_result".to_owned()).expect("a result");
    engine
}

fn ask_bare(engine: &Engine, document: &Value) -> Value {
    let mut engine = engine.clone();
    engine.set_input(document.clone());
    engine.eval_rule("data.policy.hook_result".to_owned()).expect("a result")
}

/// The parts of an evaluation in this process: read the input, evaluate, write the result.
fn in_process(criterion: &mut Criterion) {
    let limits = Limits { timeout: PATIENCE, now_ns: 0 };
    for case in cases() {
        let mut group = criterion.benchmark_group(format!("in process, {}", case.name));
        let members = json!({ "stack": { "name": "bench" } }).to_string();
        let policy = ready(case.policy);
        let input = parse(case.input.as_bytes(), &members).expect("an input");
        let evaluation = evaluate(&policy, &input, &limits);
        group.bench_function("parse", |bench| {
            bench.iter(|| parse(black_box(case.input.as_bytes()), &members));
        });
        group
            .bench_function("evaluate", |bench| bench.iter(|| evaluate(&policy, black_box(&input), &limits)));
        let (engine, document) = (bare(case.policy), Value::from_json_str(&case.input).expect("an input"));
        group.bench_function("evaluate as written, by the bare engine", |bench| {
            bench.iter(|| ask_bare(&engine, black_box(&document)));
        });
        group.bench_function("serialise", |bench| bench.iter(|| serde_json::to_vec(black_box(&evaluation))));
        group.finish();
    }
}

/// A policy from its text to what can be evaluated, and what holding it takes.
fn registration(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    for (name, text) in [("hello", HELLO), ("plan", PLAN)] {
        group.bench_function(name, |bench| bench.iter(|| ready(black_box(text))));
    }
    group.finish();
}

/// The same evaluations asked of a child, one at a time; `no hooks` is the step alone.
fn in_a_child(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let evaluators = runtime.block_on(async { Arc::new(Evaluators::start(settings())) });
    let mut group = criterion.benchmark_group("in a child");
    group.bench_function("no hooks", |bench| {
        let question = question(&[], "{}");
        bench.iter_custom(|times| runtime.block_on(ask(&evaluators, &question, times)));
    });
    for case in cases() {
        for (keep, name) in [(KeepInput::None, ""), (KeepInput::All, ", input kept")] {
            let question = Question { keep, ..question(&[case.policy], &case.input) };
            group.bench_function(format!("{}{name}", case.name), |bench| {
                bench.iter_custom(|times| runtime.block_on(ask(&evaluators, &question, times)));
            });
        }
    }
    group.finish();
}

fn settings() -> Settings {
    Settings {
        program: env!("CARGO_BIN_EXE_hookgate").into(),
        processes: 1,
        memory: 1 << 30,
        hook_timeout: PATIENCE,
        operation_timeout: PATIENCE,
        allow_functions: false,
    }
}

fn question(policies: &[&str], input: &str) -> Question {
    let uploads: Vec<_> = policies.iter().map(|text| Arc::new(upload(text))).collect();
    Question {
        account: Account::parse("bench", "local").expect("an account"),
        digests: uploads.iter().map(|upload| upload.digest()).collect(),
        uploads: uploads.iter().map(|upload| (upload.digest(), Arc::clone(upload))).collect(),
        input: input.to_owned().into(),
        gate_members: json!({ "stack": { "name": "bench" } }),
        now: Timestamp::from_millis(0),
        keep: KeepInput::None,
        explain: false,
    }
}

/// As a server asks: from a task of the runtime.
async fn ask(evaluators: &Arc<Evaluators>, question: &Question, times: u64) -> Duration {
    let (evaluators, question) = (Arc::clone(evaluators), question.clone());
    let asking = tokio::spawn(async move {
        let begin = Instant::now();
        for _ in 0..times {
            let answer = evaluators.ask(question.clone()).await.expect("an answer");
            assert!(matches!(answer, Answer::Judged(_)));
        }
        begin.elapsed()
    });
    asking.await.expect("no panic")
}

criterion_group!(benches, in_process, registration, in_a_child);
criterion_main!(benches);
