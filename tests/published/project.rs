//! A checkout of published policies: its files, and which of them one file needs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use hookgate::domain::bundle::{Bundle, BundleFile, FileKind};

use crate::shims::Shims;

/// The most files that a reference to everything below a path brings in.
const MAX_BELOW: usize = 60;
/// Folders that hold no policies of the project.
const LEFT_OUT: [&str; 4] = [".git", "testdata", "node_modules", ".regal"];

/// The Rego files of one checkout.
pub(crate) struct Project {
    pub(crate) name: String,
    pub(crate) files: Vec<Source>,
    packages: BTreeMap<String, Vec<usize>>,
}

/// One file, what package it is of and what it refers to.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    package: String,
    references: BTreeSet<String>,
}

impl Source {
    pub(crate) fn is_test(&self) -> bool {
        FileKind::of(&self.path) == FileKind::RegoTest
    }
}

impl Project {
    /// Reads a checkout; `shims` stand in for functions that only the project's own program has.
    pub(crate) fn read(folder: &Path, shims: &Shims) -> Self {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let mut files = Vec::new();
        read_folder(folder, folder, &mut files);
        files.sort();
        let read = |(path, text): (String, String)| Source::new(path, shims.add_imports(&text));
        let mut files: Vec<_> = files.into_iter().map(read).collect();
        files.extend(shims.files().map(|(path, text)| Source::new(path.to_owned(), text.to_owned())));
        let mut packages = BTreeMap::<String, Vec<usize>>::new();
        for (index, file) in files.iter().enumerate() {
            packages.entry(file.package.clone()).or_default().push(index);
        }
        Self { name, files, packages }
    }

    /// A file with everything it needs; for a test, with what stands in for functions that are refused.
    pub(crate) fn bundle(&self, file: usize, shims: &Shims) -> Bundle {
        let is_test = self.files[file].is_test();
        let mut needed = BTreeSet::from([file]);
        let mut left = vec![file];
        if is_test {
            // Replaced calls name their packages only then.
            needed.extend(self.below("shims"));
        }
        while let Some(next) = left.pop() {
            left.extend(self.needed_by(next).into_iter().filter(|index| needed.insert(*index)));
        }
        let file = |index: usize| {
            let Source { path, text, .. } = &self.files[index];
            let text = if is_test { shims.replace(text) } else { text.clone() };
            BundleFile { path: path.clone(), text }
        };
        let mut files: Vec<_> = needed.into_iter().map(file).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Bundle { files }
    }

    fn needed_by(&self, file: usize) -> BTreeSet<usize> {
        let source = &self.files[file];
        let mut needed: BTreeSet<_> = self.policies_of(&source.package).collect();
        for reference in &source.references {
            let mut path = reference.as_str();
            loop {
                if self.packages.contains_key(path) {
                    needed.extend(self.files_of(path));
                    break;
                }
                match path.rsplit_once('.') {
                    Some((above, _)) => path = above,
                    None => break,
                }
            }
            let below = self.below(reference);
            if below.len() <= MAX_BELOW {
                needed.extend(below);
            }
        }
        needed
    }

    /// The files of a package: its policies, or its tests if it has nothing else.
    fn files_of(&self, package: &str) -> Vec<usize> {
        let policies: Vec<_> = self.policies_of(package).collect();
        if policies.is_empty() { self.packages.get(package).cloned().unwrap_or_default() } else { policies }
    }

    fn policies_of(&self, package: &str) -> impl Iterator<Item = usize> {
        let files = self.packages.get(package).into_iter().flatten().copied();
        files.filter(|index| !self.files[*index].is_test())
    }

    fn below(&self, reference: &str) -> BTreeSet<usize> {
        let prefix = format!("{reference}.");
        let packages = self.packages.keys().filter(|package| package.starts_with(&prefix));
        packages.flat_map(|package| self.policies_of(package)).collect()
    }
}

impl Source {
    fn new(path: String, text: String) -> Self {
        let package = text.lines().find_map(|line| line.strip_prefix("package ")).unwrap_or_default();
        let package = package
            .split(['#', ';'])
            .next()
            .unwrap_or_default()
            .trim()
            .replace("[\"", ".")
            .replace("\"]", "");
        let references = references(&text);
        Self { path, text, package, references }
    }
}

/// Everything in a text that looks like a path below `data`.
fn references(text: &str) -> BTreeSet<String> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.');
    let at = text.match_indices("data.").filter(|(at, _)| !text[..*at].ends_with(|before| is_part(before)));
    at.map(|(at, _)| {
        let path: String = text[at + "data.".len()..].chars().take_while(|letter| is_part(*letter)).collect();
        path.trim_end_matches('.').to_owned()
    })
    .filter(|path| !path.is_empty())
    .collect()
}

fn read_folder(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_symlink() || LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            read_folder(root, &path, files);
        } else if name.ends_with(".rego")
            && let Ok(text) = fs::read_to_string(&path)
        {
            files.push((path.strip_prefix(root).unwrap().to_string_lossy().into_owned(), text));
        }
    }
}
