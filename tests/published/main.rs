//! Runs published policies and their tests through Hookgate and through OPA, and tells where they differ (README.md).
#![cfg(test)]
#![expect(
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement that panics has failed, and it prints what it finds"
)]

mod compare;
mod opa;
mod project;
mod report;
mod shims;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};

use opa::Opa;
use project::Project;
use report::Report;
use shims::Shims;

/// As in an evaluator.
const STACK: usize = 256 << 20;

fn main() -> ExitCode {
    let mut folders: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let details = folders.iter().position(|word| word.as_os_str() == "--details").map(|at| {
        folders.remove(at);
        folders.remove(at)
    });
    if folders.is_empty() {
        println!("usage: tests/published/run [--details FILE] CHECKOUT…");
        return ExitCode::FAILURE;
    }
    let Some(opa) = Opa::find() else {
        println!("there is no `opa` on the search path or in ~/go/bin");
        return ExitCode::FAILURE;
    };
    println!("OPA {}\n\n{}", opa.version(), Report::HEADER.trim_end());
    let (shims, mut all, mut lines) = (Shims::read(), Report::new("all"), String::new());
    for folder in folders {
        let mut report = run(&Project::read(&folder, &shims), &shims, &opa);
        print!("{}", report.row());
        for line in std::mem::take(&mut report.details) {
            lines.push_str(&format!("{}: {line}\n", folder.display()));
        }
        all.merge(report);
    }
    print!("{}{}", all.row(), all.reasons());
    if let Some(path) = details {
        fs::write(path, lines).unwrap();
    }
    ExitCode::SUCCESS
}

/// Compares all files of a project but the shims, with as many threads as there are cores.
fn run(project: &Project, shims: &Shims, opa: &Opa) -> Report {
    let (next, count) = (AtomicUsize::new(0), thread::available_parallelism().map_or(1, usize::from));
    let work = || {
        let mut report = Vec::new();
        loop {
            let file = next.fetch_add(1, Ordering::Relaxed);
            let Some(source) = project.files.get(file) else { return report };
            if !source.path.starts_with("shims/") {
                report.push((file, compare::compare(project, file, (shims, opa))));
            }
        }
    };
    let mut found = thread::scope(|scope| {
        let start = |_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap();
        let threads: Vec<_> = (0..count).map(start).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    found.sort_by_key(|(file, _)| *file);
    let mut report = Report::new(&project.name);
    found.iter().for_each(|(file, found)| report.add(&project.files[*file].path, found));
    report
}
