//! Random policies as files: helper packages, packages in several files, imports.

use std::fmt::Write as _;

use crate::files::Files;
use crate::generate::scope::{Kind, Shape, Writer};

const HELPERS: &[&str] = &["lib", "checks.net", "config"];

impl Writer {
    /// The files of a policy.
    pub(super) fn policy(&mut self, functions: bool) -> Files {
        let mut files = Files::new();
        let helpers = self.random.of(&[0, 0, 1, 1, 2]);
        for helper in HELPERS.iter().take(helpers) {
            for part in 0..self.random.of(&[1, 1, 2]) {
                self.package = helper;
                let rules = 1 + self.below(3);
                let text = self.file(rules, functions && part == 0);
                files.push((format!("{}{part}.rego", self.package.replace('.', "/")), text));
            }
        }
        let parts = self.random.of(&[1, 1, 1, 2, 3]);
        for part in 0..parts {
            self.package = "policy";
            let rules = if parts == 1 { 2 + self.below(5) } else { 1 + self.below(3) };
            let mut text = self.file(rules, functions && part == 0);
            if part == parts - 1 {
                text.push_str(&self.decision());
            }
            files.push((format!("policy{part}.rego"), text));
        }
        files
    }

    fn file(&mut self, rules: usize, functions: bool) -> String {
        let mut text = format!("package {}\n\n", self.package);
        self.aliases.clear();
        self.imports(&mut text);
        if functions {
            self.function(&mut text);
        }
        for _ in 0..rules {
            let rule = self.any_rule();
            text.push_str(&rule);
        }
        text
    }

    fn imports(&mut self, text: &mut String) {
        if self.once_in(4) {
            text.push_str("import rego.v1\n");
        }
        let inputs = [
            ("input.plan", "plan"),
            ("input.plan.resource_changes", "resource_changes"),
            ("input.plan.resource_changes", "changes"),
            ("input.stack", "stack"),
        ];
        for (path, alias) in inputs {
            if self.once_in(8) && self.aliases.iter().all(|(known, _)| !known.starts_with("input.plan")) {
                self.import(text, (path, alias), path);
            }
        }
        let packages: Vec<&'static str> = HELPERS
            .iter()
            .copied()
            .filter(|name| self.rules.iter().any(|rule| rule.package == *name))
            .collect();
        for package in packages {
            if package != self.package && !self.once_in(4) {
                let last = package.rsplit('.').next().unwrap();
                let alias = if self.once_in(3) { self.word(&["helpers", "common", "shared"]) } else { last };
                if self.aliases.iter().all(|(_, known)| known != alias) {
                    self.import(text, (package, alias), &format!("data.{package}"));
                }
            }
            self.import_rule(text, package);
        }
        text.push('\n');
    }

    /// One rule of a package by its own name.
    fn import_rule(&mut self, text: &mut String, package: &'static str) {
        let names = self.rules.iter().filter(|rule| rule.package == package);
        let names: Vec<String> = names.map(|rule| rule.name.clone()).collect();
        if package != self.package && self.once_in(4) {
            let name = self.random.of(&names);
            let whole = format!("{package}.{name}");
            self.import(text, (&whole, &name), &format!("data.{whole}"));
        }
    }

    fn import(&mut self, text: &mut String, (known, alias): (&str, &str), path: &str) {
        write!(text, "import {path}").unwrap();
        if path.rsplit('.').next() != Some(alias) {
            write!(text, " as {alias}").unwrap();
        }
        text.push('\n');
        self.aliases.push((known.to_owned(), alias.to_owned()));
    }

    fn function(&mut self, text: &mut String) {
        let name = format!("f{}", self.functions.len());
        let (package, local) = (self.package, name.clone());
        self.variables.clear();
        let argument = self.declare(Kind::Any, false);
        let (value, body) = self.valued_body_with(Kind::Any, 2);
        writeln!(text, "{name}({argument}) := {value} if {{\n{body}}}").unwrap();
        self.variables.clear();
        if self.once_in(2) {
            let argument = self.declare(Kind::Any, false);
            let (_, body) = self.valued_body_with(Kind::Any, 2);
            writeln!(text, "\n{name}({argument}) := {value} if {{\n{body}}}", value = self.below(3)).unwrap();
        }
        self.variables.clear();
        text.push('\n');
        self.functions.push(if package == "policy" { local } else { format!("data.{package}.{name}") });
    }

    /// `hook_result` in one of its forms, with the values of all rules in it.
    fn decision(&mut self) -> String {
        let mut text = self.details();
        self.variables.clear();
        let denials = self.rule(|shape| shape == Shape::Set).unwrap_or_else(|| "{1}".to_owned());
        let passes = match self.below(5) {
            0 | 1 => format!("count({denials}) == 0"),
            2 => self.condition(1),
            3 => format!("not {}", self.negatable()),
            _ => format!("count({denials}) < 2"),
        };
        let message = match self.below(3) {
            0 => "sprintf(\"%v\", [details])".to_owned(),
            1 => format!("concat(\", \", sort([sprintf(\"%v\", [x]) | some x in {denials}]))"),
            _ => "json.marshal(details)".to_owned(),
        };
        let findings = "findings := [{\"message\": sprintf(\"%v\", [[k, v]])} | some k, v in details]\n";
        let refused = format!("{{\"is_passed\": false, \"err_msg\": {message}, \"findings\": findings}}");
        text.push_str(findings);
        let sometimes = match self.below(3) {
            0 => "input.plan.variables.limit".to_owned(),
            1 => self.attribute(),
            _ => self.condition(1),
        };
        let sometimes =
            if sometimes.contains("[_]") { "input.plan.variables.limit".to_owned() } else { sometimes };
        text.push_str(&match self.below(8) {
            6 => format!("hook_result := {{\"is_passed\": passes, \"err_msg\": {message}, \"findings\": findings}} if {{\n\t{sometimes}\n}}\n\ndefault passes := false\n\npasses if {{\n\t{passes}\n}}\n"),
            7 => format!("hook_result := {{\"is_passed\": input.operation == \"create\", \"err_msg\": {message}, \"findings\": findings, \"odd\": {odd}}}\n", odd = self.attribute()),
            0 => format!(
                "default hook_result := {{\"is_passed\": true}}\n\nhook_result := {refused} if {{\n\tnot passes\n}}\n\npasses if {{\n\t{passes}\n}}\n"
            ),
            1 => format!("hook_result := {{\n\t\"is_passed\": passes,\n\t\"err_msg\": {message},\n\t\"findings\": findings,\n}}\n\ndefault passes := false\n\npasses if {{\n\t{passes}\n}}\n"),
            2 => format!("hook_result.is_passed := passes\n\nhook_result.err_msg := {message}\n\nhook_result[\"findings\"] := findings\n\ndefault passes := false\n\npasses if {{\n\t{passes}\n}}\n"),
            3 => format!("hook_result := {{\"is_passed\": true, \"findings\": findings}} if {{\n\t{passes}\n}} else := {refused}\n"),
            4 => format!("hook_result := {{\"is_passed\": true, \"findings\": findings}} if {{\n\tpasses\n}}\n\nhook_result := {refused} if {{\n\tnot passes\n}}\n\npasses if {{\n\t{passes}\n}}\n"),
            _ => format!("default hook_result := {{\"is_passed\": false, \"err_msg\": \"no\"}}\n\nhook_result := {{\"is_passed\": true, \"findings\": findings}} if {{\n\t{passes}\n}}\n"),
        });
        text
    }

    /// The values of all rules, as far as they have one.
    fn details(&mut self) -> String {
        let mut text = String::new();
        let rules: Vec<_> = self.rules.clone();
        let style = self.below(3);
        for rule in rules {
            let name = if rule.package == "policy" {
                rule.name.clone()
            } else {
                format!("data.{}.{}", rule.package, rule.name)
            };
            let key = format!("{}.{}", rule.package, rule.name);
            let line = match style {
                0 => format!("details[\"{key}\"] := {name}\n\n"),
                1 => format!("details[k] := v if {{\n\tk := \"{key}\"\n\tv := {name}\n}}\n\n"),
                _ => format!("details[\"{key}\"] := [x | x := {name}]\n\n"),
            };
            text.push_str(&line);
        }
        text
    }
}
