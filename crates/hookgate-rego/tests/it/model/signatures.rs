//! The signatures of built-in functions are those of OPA.

use serde_json::Value;

/// Our data, beside which OPA's are written in the same way.
const SIGNATURES: &str = include_str!("../../../src/model/builtins.txt");

#[test]
fn signatures_of_built_in_functions_are_those_of_opa() {
    let Some(capabilities) = crate::opa::capabilities() else { return };
    let theirs: Vec<String> = capabilities["builtins"].as_array().unwrap().iter().map(line).collect();
    let ours: Vec<&str> = SIGNATURES.lines().collect();
    assert_eq!(theirs, ours);
}

fn line(builtin: &Value) -> String {
    let declaration = &builtin["decl"];
    let mut arguments: Vec<String> = list(&declaration["args"]);
    if !declaration["variadic"].is_null() {
        arguments.push(format!("{}...", of(&declaration["variadic"])));
    }
    let result =
        if declaration["result"].is_null() { "nothing".to_owned() } else { of(&declaration["result"]) };
    let remarks = ["deprecated", "relation"].iter().filter(|name| builtin[**name] == true);
    let remarks: Vec<&str> = remarks.copied().collect();
    let remarks = if remarks.is_empty() { String::new() } else { format!(" # {}", remarks.join(" ")) };
    format!("{}({}) -> {result}{remarks}", builtin["name"].as_str().unwrap(), arguments.join(", "))
}

fn list(of_what: &Value) -> Vec<String> {
    of_what.as_array().into_iter().flatten().map(of).collect()
}

fn of(kind: &Value) -> String {
    let name = kind["type"].as_str().unwrap();
    let parts = match name {
        "any" => list(&kind["of"]),
        "array" => list(&kind["static"]),
        "object" => {
            let members = kind["static"].as_array().into_iter().flatten();
            members
                .map(|member| format!("{}: {}", member["key"].as_str().unwrap(), of(&member["value"])))
                .collect()
        }
        _ => Vec::new(),
    };
    let parts = if parts.is_empty() { String::new() } else { format!("<{}>", parts.join(", ")) };
    let rest = match name {
        "array" => (!kind["dynamic"].is_null()).then(|| of(&kind["dynamic"])),
        "object" => {
            let rest = &kind["dynamic"];
            (!rest.is_null()).then(|| format!("{}: {}", of(&rest["key"]), of(&rest["value"])))
        }
        "set" => (!kind["of"].is_null()).then(|| of(&kind["of"])),
        _ => None,
    };
    format!("{name}{parts}{}", rest.map(|rest| format!("[{rest}]")).unwrap_or_default())
}
